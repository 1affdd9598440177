/**
 * Makes `../llvm.ts` anew: hands LLVM's optimizer calls of intrinsics with constant operands, and takes what it folds them to.
 * Run by hand: `node hw-models/rdna3/shader/witness/host/fold.mjs` (needs opt and llvm-mc of LLVM 19).
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { encode } from './encode.mjs';

const floats = [
  0x40800000, 0x3f000000, 0x7f800000, 0, 0x80000000, 0xbfc00000, 0x40490fdb, 0x7fc00000, 0xff800000, 1, 0x42c80000,
];
const doubles = [
  0x4010000000000000n,
  0x3fe0000000000000n,
  0xbff8000000000000n,
  0x7ff0000000000000n,
  0n,
  0x400921fb54442d18n,
  1n,
];
const integers = [0, 1, 0xffffffff, 0x80000000, 0x12345678, 0xfffffff0, 33];
const triples = [
  [0x3f800000, 0x40000000, 0x40400000],
  [0xc0400000, 0x40000000, 0x3f800000],
  [0x3f800000, 0xc0400000, 0x3f000000],
  [0x3f800000, 0x3f800000, 0xbf800000],
  [0xbf800000, 0x3f800000, 0x3f000000],
  [0x80000000, 0, 0x80000000],
  [0x3f800000, 0xbf800000, 0x80000000],
];

/** Intrinsic, result, operand types and values; assembly; names in and out. */
const calls = [];
const each = (intrinsic, result, types, list, assembly, inputs, output) => {
  for (const values of list) calls.push({ intrinsic, result, types, values, assembly, names: `${inputs} > ${output}` });
};
const one = (name, result, type, list, assembly, input, output) => {
  each(
    name,
    result,
    [type],
    list.map((value) => [value]),
    assembly,
    input,
    output,
  );
};
const three = (name, type, list, mnemonic) =>
  each(name, type, [type, type, type], list, `${mnemonic} v8, v0, v2, v4`, 'v0 v2 v4', 'v8');

one('llvm.amdgcn.fract.f32', 'float', 'float', floats, 'v_fract_f32_e32 v8, v0', 'v0', 'v8');
one('llvm.amdgcn.frexp.mant.f32', 'float', 'float', floats, 'v_frexp_mant_f32_e32 v8, v0', 'v0', 'v8');
one('llvm.amdgcn.frexp.exp.i32.f32', 'i32', 'float', floats, 'v_frexp_exp_i32_f32_e32 v8, v0', 'v0', 'v8');
one('llvm.amdgcn.fract.f64', 'double', 'double', doubles, 'v_fract_f64_e32 v[8:9], v[0:1]', 'v0:64', 'v8:64');
one('llvm.amdgcn.frexp.mant.f64', 'double', 'double', doubles, 'v_frexp_mant_f64_e32 v[8:9], v[0:1]', 'v0:64', 'v8:64');
one('llvm.amdgcn.frexp.exp.i32.f64', 'i32', 'double', doubles, 'v_frexp_exp_i32_f64_e32 v8, v[0:1]', 'v0:64', 'v8');
one(
  'llvm.amdgcn.rcp.f32',
  'float',
  'float',
  [0x40800000, 0x3f000000, 0x7f800000, 0, 0x80000000, 0x7fc00000, 0xff800000, 0x41000000],
  'v_rcp_f32_e32 v8, v0',
  'v0',
  'v8',
);
for (const f of ['sin', 'cos'])
  one(
    `llvm.amdgcn.${f}.f32`,
    'float',
    'float',
    [0x3e800000, 0x3f000000, 0x3f800000, 0xbe800000, 0x40200000],
    `v_${f}_f32_e32 v8, v0`,
    'v0',
    'v8',
  );
for (const f of ['cubeid', 'cubesc', 'cubetc', 'cubema']) three(`llvm.amdgcn.${f}`, 'float', triples, `v_${f}_f32`);
const withNan = [...triples, [0x7fc00000, 0x40000000, 0x3f800000], [0x40000000, 0x7fc00000, 0x3f800000]];
three('llvm.amdgcn.fmed3.f32', 'float', withNan, 'v_med3_f32');
three('llvm.amdgcn.fma.legacy', 'float', withNan, 'v_fma_dx9_zero_f32');
three(
  'llvm.fma.f32',
  'float',
  [
    [0x3f800001, 0x3f800001, 0xbf800002],
    [0x7f7fffff, 0x40000000, 0xff7fffff],
    [0x00800000, 0x3f000000, 1],
  ],
  'v_fma_f32',
);
each(
  'llvm.fma.f64',
  'double',
  ['double', 'double', 'double'],
  [
    [0x3ff0000000000001n, 0x3ff0000000000001n, 0xbff0000000000002n],
    [0x7fefffffffffffffn, 0x4000000000000000n, 0xffefffffffffffffn],
  ],
  'v_fma_f64 v[8:9], v[0:1], v[2:3], v[4:5]',
  'v0:64 v2:64 v4:64',
  'v8:64',
);
each(
  'llvm.amdgcn.fmul.legacy',
  'float',
  ['float', 'float'],
  [
    [0x7f800000, 0],
    [0x40000000, 0x40400000],
    [0x80000000, 0x7fc00000],
    [0xbf800000, 0x3f000000],
  ],
  'v_mul_dx9_zero_f32_e32 v8, v0, v2',
  'v0 v2',
  'v8',
);
each(
  'llvm.amdgcn.class.f32',
  'i1',
  ['float', 'i32'],
  [...floats, 0x7fa00000].flatMap((value) => [3, 0x60, 0x90, 0x204, 0x108].map((mask) => [value, mask])),
  'v_cmp_class_f32_e32 vcc_lo, v0, v2',
  'v0 v2',
  'vcc',
);
const fields = [
  [0x12345678, 8, 8],
  [0xf2345678, 28, 4],
  [0x80000000, 0, 31],
  [0x12345678, 4, 0],
  [0xffffffff, 31, 5],
];
three('llvm.amdgcn.ubfe.i32', 'i32', fields, 'v_bfe_u32');
three('llvm.amdgcn.sbfe.i32', 'i32', fields, 'v_bfe_i32');
three(
  'llvm.amdgcn.perm',
  'i32',
  [
    [0x44556677, 0x00112233, 0x07030c0d],
    [0x80000000, 0x8000, 0x08090a0b],
    [0x12345678, 0x9abcdef0, 0x00070106],
    [1, 2, 0xffff0004],
  ],
  'v_perm_b32',
);
three(
  'llvm.fshr.i32',
  'i32',
  [
    [0x12345678, 0x9abcdef0, 8],
    [0x12345678, 0x9abcdef0, 0],
    [1, 2, 31],
    [0x80000000, 1, 33],
  ],
  'v_alignbit_b32',
);
one('llvm.amdgcn.s.wqm.i32', 'i32', 'i32', integers, 's_wqm_b32 s8, s0', 's0', 's8');
one('llvm.amdgcn.s.quadmask.i32', 'i32', 'i32', integers, 's_quadmask_b32 s8, s0', 's0', 's8');
one('llvm.amdgcn.s.bitreplicate', 'i64', 'i32', integers, 's_bitreplicate_b64_b32 s[8:9], s0', 's0', 's8:64');
one('llvm.ctpop.i32', 'i32', 'i32', integers, 'v_bcnt_u32_b32 v8, v0, 0', 'v0', 'v8');
one('llvm.bitreverse.i32', 'i32', 'i32', integers, 'v_bfrev_b32_e32 v8, v0', 'v0', 'v8');
each(
  'llvm.amdgcn.cvt.pkrtz',
  '<2 x half>',
  ['float', 'float'],
  [
    [0x3fffffff, 0xc77fff00],
    [0x40490fdb, 0xff800000],
    [0x33800000, 0x477fe000],
  ],
  'v_cvt_pk_rtz_f16_f32_e32 v8, v0, v2',
  'v0 v2',
  'v8',
);
for (const [f, name] of [
  ['trunc', 'trunc'],
  ['floor', 'floor'],
  ['ceil', 'ceil'],
  ['rint', 'rndne'],
])
  one(`llvm.${f}.f32`, 'float', 'float', floats, `v_${name}_f32_e32 v8, v0`, 'v0', 'v8');
each(
  'llvm.ldexp.f32.i32',
  'float',
  ['float', 'i32'],
  [
    [0x3f800000, 0xffffff6b],
    [0x3fc00000, 3],
    [0x3f800000, 200],
    [0x40490fdb, 0xffffff6c],
  ],
  'v_ldexp_f32 v8, v0, v2',
  'v0 v2',
  'v8',
);

const constant = (type, value) =>
  type === 'float'
    ? `float bitcast (i32 ${value} to float)`
    : type === 'double'
      ? `double bitcast (i64 ${value} to double)`
      : `${type} ${value}`;
const declarations = new Set(
  calls.map(({ intrinsic, result, types }) => `declare ${result} @${intrinsic}(${types.join(', ')})`),
);
const functions = calls.map(
  ({ intrinsic, result, types, values }, n) =>
    `define ${result} @f${n}() {\n  %r = call ${result} @${intrinsic}(${types.map((type, i) => constant(type, values[i])).join(', ')})\n  ret ${result} %r\n}`,
);
const folded = execFileSync('opt-19', ['-S', '-mcpu=gfx1100', '-passes=instcombine,instsimplify'], {
  input: ['target triple = "amdgcn-amd-amdhsa"', ...declarations, ...functions].join('\n'),
  encoding: 'utf8',
  maxBuffer: 1 << 26,
});

/** Bits of a constant as LLVM prints it; NaN as the canonical one. */
function bits(type, text) {
  const view = new DataView(new ArrayBuffer(8));
  const double = (t) => {
    if (t.startsWith('0x')) view.setBigUint64(0, BigInt(t));
    else view.setFloat64(0, Number(t));
    return view.getFloat64(0);
  };
  switch (type) {
    case 'i1':
      return text === 'true' ? 1n : 0n;
    case 'i32':
      return BigInt.asUintN(32, BigInt(text));
    case 'i64':
      return BigInt.asUintN(64, BigInt(text));
    case 'float': {
      const x = double(text);
      if (Number.isNaN(x)) return 0x7fc00000n;
      view.setFloat32(0, x);
      return BigInt(view.getUint32(0));
    }
    case 'double':
      return Number.isNaN(double(text)) ? 0x7ff8000000000000n : view.getBigUint64(0);
    default: {
      const halves = [...text.matchAll(/half 0xH([0-9A-F]+)/g)].map(([, digits]) => BigInt(`0x${digits}`));
      return halves[0] | (halves[1] << 16n);
    }
  }
}
const lines = new Map();
for (const [, number, text] of folded.matchAll(/@f(\d+)\(\)[^{]*\{\n\s*ret (?:<2 x half>|\w+) (.*)\n\}/g)) {
  const { result, values, assembly, names } = calls[number];
  if (/poison|undef|%/.test(text)) continue;
  const key = `${assembly} | ${names}`;
  const group = [...values.map((v) => v.toString(16)), bits(result, text).toString(16)].join(' ');
  lines.set(key, [...(lines.get(key) ?? []), group]);
}
const keys = [...lines.keys()].map((key) => key.split(' | '));
const codes = encode(keys.map(([assembly]) => assembly));
const body = keys
  .map(
    ([assembly, names], n) =>
      `  ${assembly} | ${codes[n]} | ${names} | ${lines.get(`${assembly} | ${names}`).join(', ')}`,
  )
  .join('\n');
writeFileSync(
  new URL('../llvm.ts', import.meta.url),
  `/**
 * What LLVM 19 folds an instruction's intrinsic to when its operands are constants: among them fract, rcp, frexp, class,
 * cube*, fmed3, perm, bfe, wqm, bitreplicate, pkrtz, fma. Made by host/fold.mjs; format in index.ts.
 */
export const llvm = \`
${body}
\`;
`,
);
process.stdout.write(`${lines.size} lines, ${[...lines.values()].flat().length} values of ${calls.length}\n`);
