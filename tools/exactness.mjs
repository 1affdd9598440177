/**
 * Writes docs/exactness.md: which results are silicon's to the last bit, which to within one unit in the last place, and
 * which nobody outside AMD knows. `hw-models/rdna3/shader/exactness.test.ts` holds every row to the instruction table, to
 * the expected values from outside and to the tests that are named.
 *
 *     node tools/exactness.mjs          writes the page
 *     node tools/exactness.mjs --check  exit 1 when the page is not what this file says
 */

import { page } from './page.mjs';

const shader = 'hw-models/rdna3/shader';
const exec = 'hw-models/exec';
const witness = [`${shader}/witness/witness.test.ts`, 'witnesses'];
const corpus = [`${shader}/corpus/corpus.test.ts`, 'corpus kernels on the core'];

/**
 * Classes of mnemonics; one belongs to the first class whose pattern it matches.
 *
 * `level`: `bit-exact`, `1 ulp` (silicon lies within one unit in the last place) or `unknown`.
 * `tests`: file and title of what holds the row to its word.
 */
export const operations = [
  {
    what: 'Matrix operations (WMMA) on integers',
    match: /^v_wmma_i32_/,
    level: 'bit-exact',
    detail: 'Sums of products are exact; they wrap, or saturate with clamp.',
    tests: [witness, [`${shader}/cross-lane.test.ts`, 'signed bytes into i32']],
  },
  {
    what: 'Matrix operations (WMMA) on floats',
    match: /^v_wmma_/,
    level: 'unknown',
    detail:
      'Order of summation and rounding in between are not public. Here: k from 0 to 15, one fused multiply-add each in f32, starting from C.',
    tests: [[`${shader}/cross-lane.test.ts`, 'f16 into f32'], corpus],
  },
  {
    what: 'Dot products of floats',
    match: /^v_(dual_)?dot2(acc|c)?_(f32|f16|bf16)_/,
    level: 'unknown',
    detail: 'Rounding inside is not public. Here: exact products, summed in f64, rounded once.',
    tests: [witness],
  },
  {
    what: 'Dot products of integers',
    match: /^v_dot[48]_/,
    level: 'bit-exact',
    detail: 'Sums are exact before they wrap or saturate.',
    tests: [witness, corpus],
  },
  {
    what: 'Reciprocal and roots of f64',
    match: /^v_(rcp|rsq|sqrt)_f64$/,
    level: 'unknown',
    detail:
      'Silicon gives a first approximation (a few dozen bits at most), which compilers refine. Here: correctly rounded, so that refinement ends at the same value.',
    tests: [witness, [`${shader}/exactness.test.ts`, 'reciprocals and roots are correctly rounded']],
  },
  {
    what: 'Reciprocal and roots of f32 and f16',
    match: /^v_(rcp|rcp_iflag|rsq|sqrt)_f(32|16)$/,
    level: '1 ulp',
    detail:
      "Silicon's tables are not public, its error is at most 1 ulp. Here: correctly rounded; f32 operands and results of v_rcp and operands of v_rsq flush denormals.",
    tests: [witness, [`${shader}/exactness.test.ts`, 'reciprocals and roots are correctly rounded']],
  },
  {
    what: 'Exponential and logarithm',
    match: /^v_(exp|log)_f(32|16)$/,
    level: '1 ulp',
    detail:
      "Silicon's tables are not public, its error is at most 1 ulp. Here: the correctly rounded value but for one f32 result in 100 000; denormals of f32 flush.",
    tests: [
      [`${exec}/approximate.test.ts`, '%s: error and share of wrong roundings'],
      [`${shader}/exactness.test.ts`, 'exponential, logarithm, sine and cosine round to the nearest or its neighbour'],
    ],
  },
  {
    what: 'Sine and cosine',
    match: /^v_(sin|cos)_f(32|16)$/,
    level: 'unknown',
    detail:
      'The documents give no bound, and no word on operands beyond 256 turns. Here: the correctly rounded value but for one f32 result in 100 000, for operands of any size.',
    tests: [
      [`${exec}/approximate.test.ts`, '%s: error and share of wrong roundings'],
      [`${exec}/approximate.test.ts`, 'sine and cosine of quarters, however large'],
      [`${shader}/exactness.test.ts`, 'exponential, logarithm, sine and cosine round to the nearest or its neighbour'],
    ],
  },
  {
    what: 'Steps of division',
    match: /^v_div_(scale|fmas|fixup)_/,
    level: 'bit-exact',
    detail:
      "Quotients of the compilers' sequences are correctly rounded. The scale step of the document has errata; the form used here is the one with which that is so.",
    tests: [witness, corpus],
  },
  {
    what: 'Pieces of 2/π',
    match: /^v_trig_preop_f64$/,
    level: 'bit-exact',
    detail: "Digits by Machin's formula.",
    tests: [[`${exec}/approximate.test.ts`, "the digits of 2/π, by Machin's formula"], witness],
  },
  {
    what: 'Conversions to normalised 16-bit integers',
    match: /^v_cvt_(pk_)?norm_/,
    level: 'unknown',
    detail: 'How ties are rounded is not documented. Here: to nearest even.',
    tests: [witness],
  },
  {
    what: 'Conversions between floats and integers, and between floats',
    match: /^v_cvt_/,
    level: 'bit-exact',
    detail: 'Rounded once, as MODE says; integers saturate, a NaN gives 0.',
    tests: [witness, [`${exec}/softfloat.test.ts`, 'saturate and truncate']],
  },
  {
    what: 'Addition, multiplication, fused multiply-add of f16, f32, f64, packed and mixed ones too',
    match:
      /^v_(dual_|pk_)?(add|sub|subrev|mul|fma|fmac|fmamk|fmaak|mul_dx9_zero|fma_dx9_zero|fmac_dx9_zero|mullit)_f(16|32|64)$|^v_fma_mix|^v_dual_(mul|fmac)_dx9/,
    level: 'bit-exact',
    detail: 'One rounding, in every mode, denormals kept or flushed as MODE says. NaNs: see below.',
    tests: [witness, [`${exec}/softfloat.test.ts`, 'multiplies and adds with one rounding, in every mode'], corpus],
  },
  {
    what: 'Minimum, maximum and median of floats',
    match: /^v_(dual_|pk_)?(min|max|min3|max3|med3|minmax|maxmin)_f(16|32|64)$/,
    level: 'bit-exact',
    detail:
      'The number where the other operand is a quiet NaN, NaN where it signals and the IEEE bit is set; −0 is less than +0.',
    tests: [witness, corpus],
  },
  {
    what: 'Rounding to integers, splitting and scaling of floats, cube maps',
    match: /^v_(trunc|ceil|floor|rndne|fract|frexp_mant|ldexp)_f|^v_frexp_exp_|^v_cube/,
    level: 'bit-exact',
    detail: 'v_ldexp rounds once where the result is denormal; v_fract stays below 1.',
    tests: [
      witness,
      [`${exec}/softfloat.test.ts`, 'scales by powers of two with one rounding'],
      [`${exec}/softfloat.test.ts`, 'split into mantissa and exponent'],
    ],
  },
  {
    what: 'Compares and classes',
    match: /^v_cmpx?_/,
    level: 'bit-exact',
    detail: 'Sixteen predicates over nine types; lanes that are off give 0.',
    tests: [witness, corpus],
  },
  {
    what: 'Values of other lanes: permutes, swizzles, lane reads and writes; relative moves',
    match:
      /^v_(permlane|readlane|writelane|readfirstlane|movrel|swaprel|mbcnt)|^s_movrel|^ds_(swizzle|permute|bpermute)/,
    level: 'bit-exact',
    detail: 'Which lane is read, and what EXEC switches off. Which way round a rotating swizzle turns is guessed.',
    tests: [[`${shader}/cross-lane.test.ts`, 'DPP'], [`${shader}/cross-lane.test.ts`, 'permutes'], witness],
  },
  {
    what: 'Atomics on floats',
    match: /_(add|min|max|cmpswap|cmpstore)(_rtn)?_f(32|64)$/,
    level: 'unknown',
    detail:
      "What the memory's own adder does with denormals and NaNs is not public. Here: as the vector ALU, to nearest even, denormals kept.",
    tests: [witness, [`${shader}/memory-ops.test.ts`, 'does every atomic and returns the old value']],
  },
  {
    what: 'Loads, stores and integer atomics of global memory, scratch, buffers, LDS and scalars',
    match: /^(global|flat|scratch|buffer)_(load|store|atomic)_|^s_(buffer_)?load_|^ds_(?!nop|bvh)/,
    level: 'bit-exact',
    detail:
      'Addresses, widening, halves, which lanes take part, old values returned. Lanes of one atomic instruction go in ascending order (any order would be right).',
    tests: [
      witness,
      [`${shader}/memory-ops.test.ts`, 'adds signed offsets, crosses pages'],
      [`${shader}/buffer-ops.test.ts`, 'check each dword against the size, the scalar offset taken off'],
      corpus,
    ],
  },
  {
    what: 'Clocks, hardware registers, returned messages',
    match: /^s_(getreg|setreg|sendmsg_rtn|version)/,
    level: 'unknown',
    detail:
      'MODE, STATUS and TRAPSTS are as documented. SHADER_CYCLES counts one cycle an instruction, HW_ID says where this model put the wave.',
    tests: [[`${shader}/engine.test.ts`, 'reads clocks and writes MODE fields'], witness],
  },
  {
    what: 'Branches, calls, barriers, traps, messages',
    match:
      /^s_(c?branch|call|setpc|getpc|swappc|rfe|endpgm|barrier|trap|sendmsg|sethalt|subvector|round_mode|denorm_mode|setkill)/,
    level: 'bit-exact',
    detail: 'Registers and program counter afterwards. When something happens is the order of this model.',
    tests: [
      [`${shader}/engine.test.ts`, 'calls and returns'],
      [`${shader}/engine.test.ts`, 'goes to the trap handler where there is one, and comes back'],
      witness,
    ],
  },
  {
    what: 'Waits, hints and cache maintenance',
    match:
      /^s_(nop|wait|delay_alu|clause|sleep|setprio|set_inst_prefetch|wakeup|incperf|decperf|ttrace|icache_inv|dcache_inv|gl1_inv)|^buffer_gl|^ds_nop$|^v_(nop|pipeflush)$/,
    level: 'bit-exact',
    detail: 'They change no register. What is right here only because nothing is ever late, `--check races` reports.',
    tests: [witness, [`${shader}/check/check.test.ts`, 'planted pairs']],
  },
  {
    what: 'Not modelled',
    match: /^ds_bvh_|^s_code_end$/,
    level: 'unknown',
    detail: 'Raises the illegal-instruction interrupt.',
    tests: [[`${shader}/coverage.test.ts`, 'knows what every instruction does, 64 lanes %s']],
  },
  {
    what: 'Integer and bit operations, scalar and vector, packed ones too',
    match: /^[sv]_/,
    level: 'bit-exact',
    detail: 'Results, SCC and carries; clamp saturates.',
    tests: [witness, [`${exec}/compile.test.ts`, '64-bit integers on scalars'], corpus],
  },
];

/** What holds for many instructions at once. */
export const rules = [
  {
    what: 'Rounding modes',
    level: 'bit-exact',
    detail: 'All four, for f32 and for f16 and f64 apart, also changed in the middle of a kernel.',
    tests: [
      [`${exec}/softfloat.test.ts`, 'adds in every mode'],
      [`${shader}/engine.test.ts`, 'changes rounding and denormals in the middle of a block'],
    ],
  },
  {
    what: 'Denormals',
    level: 'bit-exact',
    detail:
      'Operands and results flush as MODE says; reciprocal, exponential and logarithm of f32 always flush (above).',
    tests: [[`${shader}/engine.test.ts`, 'changes rounding and denormals in the middle of a block'], witness],
  },
  {
    what: 'NaN results',
    level: 'unknown',
    detail:
      'Which payload silicon hands on is not documented. Here every arithmetic NaN is the quiet one without a payload (0x7fc00000, 0x7e00, 0x7ff8…); moves and selects keep bits.',
    tests: [[`${exec}/compile.test.ts`, 'stores the one NaN that hardware makes']],
  },
  {
    what: 'Operands through DPP',
    level: 'bit-exact',
    detail:
      'Which lane is read, what a lane without a source gets, what row and bank masks, bound control and fetch-inactive do.',
    tests: [[`${shader}/cross-lane.test.ts`, 'DPP']],
  },
  {
    what: 'Modifiers: neg, abs, clamp, omod, op_sel',
    level: 'bit-exact',
    detail: 'Clamp takes a NaN to 0 where MODE has DX10_CLAMP.',
    tests: [witness],
  },
  {
    what: 'Float exceptions in TRAPSTS',
    level: 'bit-exact',
    detail:
      'Invalid, denormal, division by zero, overflow, underflow, inexact, integer division by zero; when a handler is entered is guessed.',
    tests: [[`${shader}/traps.test.ts`, 'exceptions of one operation']],
  },
  {
    what: 'Decoding and encoding',
    level: 'bit-exact',
    detail: 'Every row against llvm-mc, both ways; what it refuses is refused.',
    tests: [
      [`${shader}/isa/isa.test.ts`, 'agrees with the committed LLVM vectors'],
      [`${shader}/isa/assemble.test.ts`, 'assembles the text of the committed LLVM vectors'],
      [`${shader}/isa/encoding-space.test.ts`, 'is what llvm-mc takes for instructions'],
    ],
  },
  {
    what: 'Interpreter against translated code',
    level: 'bit-exact',
    detail: 'The same registers, masks, memory and LDS after random programs.',
    tests: [
      [`${shader}/translate/differential.test.ts`, 'interpreter and translation'],
      [`${exec}/wasm/lower.test.ts`, 'trees at random'],
    ],
  },
  {
    what: 'Time: which wave runs when, how late results are',
    level: 'unknown',
    detail:
      'Waves take turns, results are never late. A program whose result depends on it is what `--check races` finds.',
    tests: [
      [`${shader}/engine.test.ts`, 'lets workgroups wait for each other'],
      [`${shader}/check/check.test.ts`, 'planted pairs'],
    ],
  },
];

export function render() {
  const row = ({ what, level, detail, tests }) =>
    `| ${what} | ${level} | ${detail} | ${tests.map(([file, title]) => `\`${file}\`: ${title.replace(/\|/g, '\\|')}`).join('<br>')} |`;
  const head = ['|---|---|---|---|'];
  return [
    '# How exact results are',
    '',
    'Written by `npm run docs` from tools/exactness.mjs; a test holds every row to the instruction table and to the tests it names.',
    'No silicon was at hand: *bit-exact* means what IEEE 754 and the documents define, held to values that the model did not make:',
    "by C on the host, LLVM's constant folding, tinygrad's tests, or by hand from the documents (`emptyslot isa coverage` says by",
    'whom, and how many by hand alone); *1 ulp* that silicon is documented to lie within one unit in the last place of it;',
    '*unknown* that nobody outside AMD says what silicon gives.',
    '',
    '| operations | exactness | in detail | test |',
    ...head,
    ...operations.map(row),
    '',
    '## What holds for all of them',
    '',
    '| rule | exactness | in detail | test |',
    ...head,
    ...rules.map(row),
    '',
  ].join('\n');
}

page(import.meta.url, 'exactness.md', render, 'the tables of tools/exactness.mjs');
