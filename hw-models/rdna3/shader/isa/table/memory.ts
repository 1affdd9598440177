/**
 * Memory: SMEM, DS, FLAT, GLOBAL, SCRATCH and MUBUF. Loads by width, stores by width and atomics are families with
 * the same opcodes in every vector memory format.
 *
 * Operand order is LLVM's. Atomics have their destination only with GLC; the row lists it always. `off` operands
 * (no vaddr, no saddr) keep their place. `d16hi` loads fill the high half and keep the rest; `d16` the low half.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture", checked row by row against llvm-mc 19.
 * Fidelity: from-public-source. GWS, ordered count and the GS register instructions are not in the table.
 */
import type { ElementType, FormatName, InstructionRow } from '../types.ts';
import { once, row, rows } from '../rows.ts';

export const smemRows = once((): readonly InstructionRow[] => rows('SMEM', `
  0  s_load_b32         b32 = b64@sbase b32@soffset
  1  s_load_b64         b64 = b64@sbase b32@soffset
  2  s_load_b128        b128 = b64@sbase b32@soffset
  3  s_load_b256        b256 = b64@sbase b32@soffset
  4  s_load_b512        b512 = b64@sbase b32@soffset
  8  s_buffer_load_b32  b32 = b128@sbase b32@soffset
  9  s_buffer_load_b64  b64 = b128@sbase b32@soffset
  10 s_buffer_load_b128 b128 = b128@sbase b32@soffset
  11 s_buffer_load_b256 b256 = b128@sbase b32@soffset
  12 s_buffer_load_b512 b512 = b128@sbase b32@soffset
  32 s_gl1_inv          =
  33 s_dcache_inv       =
`));

// --- DS ---------------------------------------------------------------------------------------------------

/** Name without type, signedness or kind of the type, data operands; opcodes count from 0. */
const dsReadModifyWrite: readonly (readonly [string, string, number])[] = [
  ['add', 'u', 1], ['sub', 'u', 1], ['rsub', 'u', 1], ['inc', 'u', 1], ['dec', 'u', 1], ['min', 'i', 1], ['max', 'i', 1],
  ['min', 'u', 1], ['max', 'u', 1], ['and', 'b', 1], ['or', 'b', 1], ['xor', 'b', 1], ['mskor', 'b', 2], ['store', 'b', 1],
  ['store_2addr', 'b', 2], ['store_2addr_stride64', 'b', 2], ['cmpstore', 'b', 2], ['cmpstore', 'f', 2], ['min', 'f', 1], ['max', 'f', 1],
];

function dsFamilies(): InstructionRow[] {
  const out: InstructionRow[] = [];
  for (const [size, base] of [[32, 0], [64, 64]] as const) {
    dsReadModifyWrite.forEach(([name, kind, count], i) => {
      const type = `${kind}${size}`;
      const data = `b32@addr ${type}@data0${count === 2 ? ` ${type}@data1` : ''}`;
      const two = name.includes('2addr') ? ' | two' : '';
      out.push(row('DS', `${base + i} ds_${name}_${type} = ${data}${two}`));
      const exchange = name.startsWith('store') ? name.replace('store', 'storexchg') : name;
      const result = two === '' ? type : size === 32 ? 'b64' : 'b128';
      out.push(row('DS', `${base + 32 + i} ds_${exchange}_rtn_${type} ${result} = ${data}${two}`));
    });
  }
  return out;
}

export const dsRows = once((): readonly InstructionRow[] => [
  ...dsFamilies(),
  ...rows('DS', `
    20  ds_nop                     = | bare
    21  ds_add_f32                 = b32@addr f32@data0
    30  ds_store_b8                = b32@addr b32@data0
    31  ds_store_b16               = b32@addr b32@data0
    52  ds_wrap_rtn_b32            b32 = b32@addr b32@data0 b32@data1
    53  ds_swizzle_b32             b32 = b32@addr | swizzle
    54  ds_load_b32                b32 = b32@addr
    55  ds_load_2addr_b32          b64 = b32@addr | two
    56  ds_load_2addr_stride64_b32 b64 = b32@addr | two
    57  ds_load_i8                 b32 = b32@addr
    58  ds_load_u8                 b32 = b32@addr
    59  ds_load_i16                b32 = b32@addr
    60  ds_load_u16                b32 = b32@addr
    61  ds_consume                 b32 = m0
    62  ds_append                  b32 = m0
    118 ds_load_b64                b64 = b32@addr
    119 ds_load_2addr_b64          b128 = b32@addr | two
    120 ds_load_2addr_stride64_b64 b128 = b32@addr | two
    121 ds_add_rtn_f32             f32 = b32@addr f32@data0
    126 ds_condxchg32_rtn_b64      b64 = b32@addr b64@data0
    160 ds_store_b8_d16_hi         = b32@addr b32@data0
    161 ds_store_b16_d16_hi        = b32@addr b32@data0
    162 ds_load_u8_d16             b32 = b32@addr | d16
    163 ds_load_u8_d16_hi          b32 = b32@addr | d16hi
    164 ds_load_i8_d16             b32 = b32@addr | d16
    165 ds_load_i8_d16_hi          b32 = b32@addr | d16hi
    166 ds_load_u16_d16            b32 = b32@addr | d16
    167 ds_load_u16_d16_hi         b32 = b32@addr | d16hi
    173 ds_bvh_stack_rtn_b32       b32 = b32@addr b32@data0 b128@data1 | nogds
    176 ds_store_addtid_b32        = b32@data0 m0
    177 ds_load_addtid_b32         b32 = m0
    178 ds_permute_b32             b32 = b32@addr b32@data0 | nogds
    179 ds_bpermute_b32            b32 = b32@addr b32@data0 | nogds
    222 ds_store_b96               = b32@addr b96@data0
    223 ds_store_b128              = b32@addr b128@data0
    254 ds_load_b96                b96 = b32@addr
    255 ds_load_b128               b128 = b32@addr
  `),
]);

// --- Vector memory ----------------------------------------------------------------------------------------

const loads: readonly (readonly [number, string, ElementType, string])[] = [
  [16, 'u8', 'b32', ''], [17, 'i8', 'b32', ''], [18, 'u16', 'b32', ''], [19, 'i16', 'b32', ''],
  [20, 'b32', 'b32', ''], [21, 'b64', 'b64', ''], [22, 'b96', 'b96', ''], [23, 'b128', 'b128', ''],
  [30, 'd16_u8', 'b32', 'd16'], [31, 'd16_i8', 'b32', 'd16'], [32, 'd16_b16', 'b32', 'd16'],
  [33, 'd16_hi_u8', 'b32', 'd16hi'], [34, 'd16_hi_i8', 'b32', 'd16hi'], [35, 'd16_hi_b16', 'b32', 'd16hi'],
];
const stores: readonly (readonly [number, string, ElementType])[] = [
  [24, 'b8', 'b32'], [25, 'b16', 'b32'], [26, 'b32', 'b32'], [27, 'b64', 'b64'], [28, 'b96', 'b96'], [29, 'b128', 'b128'],
  [36, 'd16_hi_b8', 'b32'], [37, 'd16_hi_b16', 'b32'],
];

/** Opcode, name, result type; a compare-and-swap's data is twice as wide. */
function atomics(): (readonly [number, string, ElementType])[] {
  const out: (readonly [number, string, ElementType])[] = [];
  const words = ['swap_b', 'cmpswap_b', 'add_u', 'sub_u', 'csub_u', 'min_i', 'min_u', 'max_i', 'max_u', 'and_b', 'or_b', 'xor_b', 'inc_u', 'dec_u'];
  words.forEach((word, i) => out.push([51 + i, `${word}32`, `${word.at(-1)}32` as ElementType]));
  words.filter((word) => word !== 'csub_u').forEach((word, i) => out.push([65 + i, `${word}64`, `${word.at(-1)}64` as ElementType]));
  out.push([80, 'cmpswap_f32', 'f32'], [81, 'min_f32', 'f32'], [82, 'max_f32', 'f32'], [86, 'add_f32', 'f32']);
  return out;
}

const doubled: Record<string, ElementType> = { b32: 'b64', f32: 'b64', b64: 'b128' };
const atomicData = (name: string, type: ElementType): ElementType => (name.startsWith('cmpswap') ? doubled[type]! : type);

function flatLike(format: FormatName, prefix: string, saddr: string): InstructionRow[] {
  const vaddr = format === 'SCRATCH' ? 'b32@vaddr' : 'b64@vaddr';
  const out: InstructionRow[] = [
    ...loads.map(([op, name, type, flag]) => row(format, `${op} ${prefix}_load_${name} ${type} = ${vaddr} ${saddr} | ${flag}`)),
    ...stores.map(([op, name, type]) => row(format, `${op} ${prefix}_store_${name} = ${vaddr} ${type}@vdata ${saddr}`)),
  ];
  if (format !== 'SCRATCH') {
    out.push(...atomics().filter(([, name]) => format === 'GLOBAL' || name !== 'csub_u32').map(([op, name, type]) =>
      row(format, `${op} ${prefix}_atomic_${name} ${type} = ${vaddr} ${atomicData(name, type)}@vdata ${saddr} | atomic`)));
  }
  return out;
}

export const flatRows = once((): readonly InstructionRow[] => flatLike('FLAT', 'flat', ''));
export const scratchRows = once((): readonly InstructionRow[] => flatLike('SCRATCH', 'scratch', 'b32@saddr'));
export const globalRows = once((): readonly InstructionRow[] => [
  ...flatLike('GLOBAL', 'global', 'b64@saddr'),
  row('GLOBAL', '40 global_load_addtid_b32 b32 = b64@saddr'),
  row('GLOBAL', '41 global_store_addtid_b32 = b32@vdata b64@saddr'),
]);

function mubuf(): InstructionRow[] {
  const tail = 'b32@vaddr b128@srsrc b32@soffset';
  return [
    ...loads.map(([op, name, type, flag]) => row('MUBUF', `${op} buffer_load_${name} ${type}@vdata = ${tail} | ${flag}`)),
    ...stores.map(([op, name, type]) => row('MUBUF', `${op} buffer_store_${name} = ${type}@vdata ${tail}`)),
    ...atomics().map(([op, name, type]) =>
      row('MUBUF', `${op} buffer_atomic_${name} ${atomicData(name, type)}@vdata = ${atomicData(name, type)}@vdata ${tail} | atomic`)),
    row('MUBUF', '43 buffer_gl0_inv = | bare'),
    row('MUBUF', '44 buffer_gl1_inv = | bare'),
  ];
}

export const mubufRows = once((): readonly InstructionRow[] => mubuf());
