/**
 * Expression trees: what an instruction computes, as data.
 *
 * A tree says how one lane (or one scalar unit) turns input operands into results. It knows nothing of
 * registers, lane loops or encodings: those are operand descriptors, added when a tree is compiled
 * (see compile.ts). Because the tree is plain data, more than one back end can read it.
 *
 * Values: `bool` one truth value; `i32`, `i64` bits without a sign (each operation names its own);
 * `f16`, `bf16`, `f32`, `f64` IEEE numbers, already rounded to their format. Float operations round once, as
 * the float mode in force says.
 */

export type ValueType = 'bool' | 'i32' | 'i64' | 'f16' | 'bf16' | 'f32' | 'f64';

/** Every node kind. Integer kinds work on i32 and i64, float kinds on every float type; the node's type (for compares, the first argument's) decides. */
export const nodeKinds = [
  // leaves
  'input',
  'const',
  'lane',
  'half',
  // integers and booleans
  'add',
  'sub',
  'mul',
  'and',
  'or',
  'xor',
  'not',
  'shl',
  'shr',
  'sar',
  'mulHighU',
  'mulHighS',
  'minU',
  'maxU',
  'minS',
  'maxS',
  'countLeadingZeros',
  'countTrailingZeros',
  'popCount',
  'reverseBits',
  'bytePermute',
  // compares
  'eq',
  'ne',
  'ltS',
  'leS',
  'ltU',
  'leU',
  'lt',
  'le',
  'unordered',
  'select',
  // between types
  'pack',
  'low',
  'high',
  'extendU',
  'extendS',
  'bits',
  'fromBits',
  'fromIntS',
  'fromIntU',
  'toIntS',
  'toIntU',
  'convert',
  'convertTowardZero',
  // floats
  'neg',
  'abs',
  'fma',
  'minNum',
  'maxNum',
  'trunc',
  'floor',
  'ceil',
  'roundEven',
  'fract',
  'ldexp',
  'frexpMantissa',
  'frexpExponent',
  'classify',
  'flushDenormal',
  'clampUnit',
  'outputScale',
  'sqrt',
  'rcp',
  'rsq',
  'exp2',
  'log2',
  'sinTurns',
  'cosTurns',
  'divisionFixup',
  'fmaScaled',
  'twoOverPi',
  'mulUnrounded',
  // across lanes
  'shuffle',
] as const;
export type NodeKind = (typeof nodeKinds)[number];

export interface Node {
  readonly kind: NodeKind;
  readonly type: ValueType;
  readonly args: readonly Node[];
  /** `const`: low 32 bits (or the number itself for floats); `input`: operand position; `outputScale`: the factor. */
  readonly value: number;
  /** `const` of type i64: high 32 bits. */
  readonly high: number;
}

/** Class bits of `classify`, one of which is set: the order every IEEE class test instruction uses. */
export const FloatClass = {
  signalingNan: 1,
  quietNan: 2,
  negativeInfinity: 4,
  negativeNormal: 8,
  negativeDenormal: 16,
  negativeZero: 32,
  positiveZero: 64,
  positiveDenormal: 128,
  positiveNormal: 256,
  positiveInfinity: 512,
} as const;

function node(kind: NodeKind, type: ValueType, args: readonly Node[], value = 0, high = 0): Node {
  return { kind, type, args, value, high };
}

const unary =
  (kind: NodeKind) =>
  (x: Node): Node =>
    node(kind, x.type, [x]);
const binary =
  (kind: NodeKind) =>
  (x: Node, y: Node): Node => {
    if (x.type !== y.type) throw new TypeError(`${kind} of ${x.type} and ${y.type}`);
    return node(kind, x.type, [x, y]);
  };
const compare =
  (kind: NodeKind) =>
  (x: Node, y: Node): Node => {
    if (x.type !== y.type) throw new TypeError(`${kind} of ${x.type} and ${y.type}`);
    return node(kind, 'bool', [x, y]);
  };
/** Shifts take their count as i32 whatever they shift; only its low 5 or 6 bits count. */
const shift =
  (kind: NodeKind) =>
  (x: Node, count: Node): Node =>
    node(kind, x.type, [x, count]);
const toI32 =
  (kind: NodeKind) =>
  (x: Node): Node =>
    node(kind, 'i32', [x]);

/** Makes nodes; one function a node kind. Type mistakes throw when the tree is built, not when it runs. */
export const build = {
  input: (position: number, type: ValueType): Node => node('input', type, [], position),
  i32: (value: number): Node => node('const', 'i32', [], value | 0),
  i64: (low: number, high: number): Node => node('const', 'i64', [], low | 0, high | 0),
  float: (type: ValueType, value: number): Node => node('const', type, [], value),
  bool: (value: boolean): Node => node('const', 'bool', [], value ? 1 : 0),
  /** Lane number inside its strip of 32. */
  lane: (): Node => node('lane', 'i32', []),
  /** Which strip of a 64-lane wave this is: 0 or 1. */
  half: (): Node => node('half', 'i32', []),

  add: binary('add'),
  sub: binary('sub'),
  mul: binary('mul'),
  and: binary('and'),
  or: binary('or'),
  xor: binary('xor'),
  not: unary('not'),
  shl: shift('shl'),
  shr: shift('shr'),
  sar: shift('sar'),
  mulHighU: binary('mulHighU'),
  mulHighS: binary('mulHighS'),
  minU: binary('minU'),
  maxU: binary('maxU'),
  minS: binary('minS'),
  maxS: binary('maxS'),
  /** 32 or 64 for a zero. */
  countLeadingZeros: toI32('countLeadingZeros'),
  countTrailingZeros: toI32('countTrailingZeros'),
  popCount: toI32('popCount'),
  reverseBits: unary('reverseBits'),
  /** Four byte selectors over {high:low}: 0-7 pick a byte, 8-11 the sign of bytes 1,3,5,7, 12 gives 0, above gives 0xff. */
  bytePermute: (high: Node, low: Node, selector: Node): Node => node('bytePermute', 'i32', [high, low, selector]),

  eq: compare('eq'),
  ne: compare('ne'),
  ltS: compare('ltS'),
  leS: compare('leS'),
  ltU: compare('ltU'),
  leU: compare('leU'),
  lt: compare('lt'),
  le: compare('le'),
  unordered: compare('unordered'),
  select: (condition: Node, whenTrue: Node, whenFalse: Node): Node => {
    if (whenTrue.type !== whenFalse.type || condition.type !== 'bool') {
      throw new TypeError(`select ${condition.type} ? ${whenTrue.type} : ${whenFalse.type}`);
    }
    return node('select', whenTrue.type, [condition, whenTrue, whenFalse]);
  },

  pack: (low: Node, high: Node): Node => node('pack', 'i64', [low, high]),
  low: toI32('low'),
  high: toI32('high'),
  extendU: (x: Node): Node => node('extendU', 'i64', [x]),
  extendS: (x: Node): Node => node('extendS', 'i64', [x]),
  /** The bits of a float: i32 (zero-extended for 16-bit types) or i64. */
  bits: (x: Node): Node => node('bits', x.type === 'f64' ? 'i64' : 'i32', [x]),
  fromBits: (type: ValueType, x: Node): Node => node('fromBits', type, [x]),
  fromIntS: (type: ValueType, x: Node): Node => node('fromIntS', type, [x]),
  fromIntU: (type: ValueType, x: Node): Node => node('fromIntU', type, [x]),
  /** Truncates; saturates at the ends of i32; NaN gives 0. */
  toIntS: toI32('toIntS'),
  toIntU: toI32('toIntU'),
  convert: (type: ValueType, x: Node): Node => (x.type === type ? x : node('convert', type, [x])),
  convertTowardZero: (type: ValueType, x: Node): Node => node('convertTowardZero', type, [x]),

  neg: unary('neg'),
  abs: unary('abs'),
  fma: (x: Node, y: Node, z: Node): Node => {
    if (x.type !== y.type || y.type !== z.type) throw new TypeError(`fma of ${x.type}, ${y.type}, ${z.type}`);
    return node('fma', x.type, [x, y, z]);
  },
  /** IEEE 754-2008 minNum/maxNum, −0 below +0; a signalling NaN gives NaN where the mode says IEEE. */
  minNum: binary('minNum'),
  maxNum: binary('maxNum'),
  trunc: unary('trunc'),
  floor: unary('floor'),
  ceil: unary('ceil'),
  roundEven: unary('roundEven'),
  /** x − floor(x), held below 1. */
  fract: unary('fract'),
  ldexp: (x: Node, exponent: Node): Node => node('ldexp', x.type, [x, exponent]),
  /** Mantissa in [0.5, 1) with its sign; infinities and NaN as they are. */
  frexpMantissa: unary('frexpMantissa'),
  /** Exponent to that mantissa; 0 for zero, infinity and NaN. */
  frexpExponent: toI32('frexpExponent'),
  /** One FloatClass bit. */
  classify: toI32('classify'),
  /** A denormal becomes a zero of its sign, whatever the mode. */
  flushDenormal: unary('flushDenormal'),
  /** Clamps to [0, 1]; NaN becomes 0 where the mode says so. */
  clampUnit: unary('clampUnit'),
  outputScale: (x: Node, factor: number): Node => node('outputScale', x.type, [x], factor),
  sqrt: unary('sqrt'),
  rcp: unary('rcp'),
  rsq: unary('rsq'),
  exp2: unary('exp2'),
  log2: unary('log2'),
  /** sin and cos of x whole turns (2π·x). */
  sinTurns: unary('sinTurns'),
  cosTurns: unary('cosTurns'),
  /** Last step of an IEEE division: quotient, denominator, numerator. */
  divisionFixup: (quotient: Node, denominator: Node, numerator: Node): Node =>
    node('divisionFixup', quotient.type, [quotient, denominator, numerator]),
  /** (x·y + z)·2^n, rounded once. */
  fmaScaled: (x: Node, y: Node, z: Node, exponent: Node): Node => node('fmaScaled', x.type, [x, y, z, exponent]),
  /** f64: 53 bits of 2/π starting at the segment that argument reduction of x needs. */
  twoOverPi: (x: Node, segment: Node): Node => node('twoOverPi', 'f64', [x, segment]),
  /** Product kept exact in f64 (for dot products whose silicon rounds once at the end). */
  mulUnrounded: (x: Node, y: Node): Node => node('mulUnrounded', 'f64', [x, y]),
  /** The value that lane `lane` (low 5 bits) of the same strip holds, active or not. Only of an input. */
  shuffle: (input: Node, lane: Node): Node => {
    if (input.kind !== 'input') throw new TypeError('shuffle reads an input operand');
    return node('shuffle', input.type, [input, lane]);
  },
} as const;

export type Builder = typeof build;
