/**
 * Vector float operations and conversions.
 *
 * `dx9_zero` and legacy forms: zero times anything is zero. Reciprocal, square root, exponent and logarithm of f32
 * treat denormal inputs and results as zeros whatever the float mode says: compilers scale around it.
 * Division: scale, refine by fused multiply-adds, fix up. The published pseudo code of the scale step has the
 * denominator of a tiny quotient multiplied the wrong way and forgets VCC for zeros; here is the form with which
 * the compilers' sequences give correctly rounded quotients.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture"; LLVM's division sequences.
 * Fidelity: from-public-source. Guessed: the last bit of transcendentals, how they treat denormals, and
 * the low half of f64 reciprocals and roots, which silicon only approximates and this model rounds correctly.
 */
import { build as b } from '../../../exec/expr.ts';
import type { Node, ValueType } from '../../../exec/expr.ts';
import { clampS, int, mask16, tree, zero } from './define.ts';
import type { Semantics } from './define.ts';

const f = (type: ValueType, value: number): Node => b.float(type, value);
const isNan = (x: Node): Node => b.unordered(x, x);
const isZeroF = (x: Node): Node => b.eq(x, f(x.type, 0));
const zeroProduct = (x: Node, y: Node): Node => b.or(isZeroF(x), isZeroF(y));

/** Middle of three: the larger of the two that are not the largest. With a NaN among them the least of all three. */
function median(x: Node, y: Node, z: Node): Node {
  const least = b.minNum(b.minNum(x, y), z);
  const largest = b.maxNum(b.maxNum(x, y), z);
  const rest = b.select(b.eq(largest, x), b.maxNum(y, z), b.select(b.eq(largest, y), b.maxNum(x, z), b.maxNum(x, y)));
  return b.select(b.or(isNan(x), b.or(isNan(y), isNan(z))), least, rest);
}

function dx9Fma(x: Node, y: Node, z: Node): Node {
  return b.select(zeroProduct(x, y), b.add(f('f32', 0), z), b.fma(x, y, z));
}

function cube(x: Node, y: Node, z: Node): { id: Node; s: Node; t: Node; major: Node } {
  const [ax, ay, az] = [b.abs(x), b.abs(y), b.abs(z)];
  const zMajor = b.and(b.le(ax, az), b.le(ay, az));
  const yMajor = b.and(b.not(zMajor), b.le(ax, ay));
  const pick = (whenZ: Node, whenY: Node, whenX: Node): Node => b.select(zMajor, whenZ, b.select(yMajor, whenY, whenX));
  const negative = (v: Node): Node => b.lt(v, f('f32', 0));
  const face = (v: Node, n: number): Node => b.select(negative(v), f('f32', n + 1), f('f32', n));
  return {
    id: pick(face(z, 4), face(y, 2), face(x, 0)),
    s: pick(b.select(negative(z), b.neg(x), x), x, b.select(negative(x), z, b.neg(z))),
    t: pick(b.neg(y), b.select(negative(y), b.neg(z), z), b.neg(y)),
    major: b.mul(pick(z, y, x), f('f32', 2)),
  };
}

/** Builds the table; a few hundred small closures. */
export function vectorFloatSemantics(): Semantics {
  const table: Semantics = {};

  for (const t of ['f16', 'f32', 'f64'] as const) {
    const two = `${t} = ${t} ${t}`;
    const three = `${t} = ${t} ${t} ${t}`;
    const single = `${t} = ${t}`;
    const set = (name: string, entry: Semantics[string]): void => {
      table[`v_${name}_${t}`] = entry;
    };
    set(
      'add',
      tree(two, (_, [x, y]) => b.add(x!, y!)),
    );
    set(
      'mul',
      tree(two, (_, [x, y]) => b.mul(x!, y!)),
    );
    set(
      'fma',
      tree(three, (_, [x, y, z]) => b.fma(x!, y!, z!)),
    );
    set(
      'min',
      tree(two, (_, [x, y]) => b.minNum(x!, y!)),
    );
    set(
      'max',
      tree(two, (_, [x, y]) => b.maxNum(x!, y!)),
    );
    for (const name of ['trunc', 'floor', 'ceil', 'fract'] as const)
      set(
        name,
        tree(single, (_, [x]) => b[name](x!)),
      );
    set(
      'rndne',
      tree(single, (_, [x]) => b.roundEven(x!)),
    );
    set(
      'frexp_mant',
      tree(single, (_, [x]) => b.frexpMantissa(x!)),
    );
    const tiny = (x: Node): Node => (t === 'f32' ? b.flushDenormal(x) : x);
    set(
      'rcp',
      tree(single, (_, [x]) => tiny(b.rcp(tiny(x!)))),
    );
    set(
      'rsq',
      tree(single, (_, [x]) => b.rsq(tiny(x!))),
    );
    set(
      'sqrt',
      tree(single, (_, [x]) => b.sqrt(x!)),
    );
    set(
      'div_fixup',
      tree(three, (_, [x, y, z]) => b.divisionFixup(x!, y!, z!)),
    );
    if (t === 'f64') {
      table['v_ldexp_f64'] = tree('f64 = f64 b32', (_, [x, n]) => b.ldexp(x!, n!));
      table['v_frexp_exp_i32_f64'] = tree('b32 = f64', (_, [x]) => b.frexpExponent(x!));
      continue;
    }
    set(
      'sub',
      tree(two, (_, [x, y]) => b.sub(x!, y!)),
    );
    set(
      'subrev',
      tree(two, (_, [x, y]) => b.sub(y!, x!)),
    );
    set(
      'fmac',
      tree(`${t} = ${t} ${t} d:${t}`, (_, [x, y, z]) => b.fma(x!, y!, z!)),
    );
    set(
      'fmamk',
      tree(three, (_, [x, k, y]) => b.fma(x!, k!, y!)),
    );
    set(
      'fmaak',
      tree(three, (_, [x, y, k]) => b.fma(x!, y!, k!)),
    );
    set(
      'min3',
      tree(three, (_, [x, y, z]) => b.minNum(b.minNum(x!, y!), z!)),
    );
    set(
      'max3',
      tree(three, (_, [x, y, z]) => b.maxNum(b.maxNum(x!, y!), z!)),
    );
    set(
      'med3',
      tree(three, (_, [x, y, z]) => median(x!, y!, z!)),
    );
    set(
      'maxmin',
      tree(three, (_, [x, y, z]) => b.minNum(b.maxNum(x!, y!), z!)),
    );
    set(
      'minmax',
      tree(three, (_, [x, y, z]) => b.maxNum(b.minNum(x!, y!), z!)),
    );
    set(
      'exp',
      tree(single, (_, [x]) => tiny(b.exp2(tiny(x!)))),
    );
    set(
      'log',
      tree(single, (_, [x]) => b.log2(tiny(x!))),
    );
    set(
      'sin',
      tree(single, (_, [x]) => b.sinTurns(x!)),
    );
    set(
      'cos',
      tree(single, (_, [x]) => b.cosTurns(x!)),
    );
  }
  table['v_ldexp_f32'] = tree('f32 = f32 b32', (_, [x, n]) => b.ldexp(x!, n!));
  table['v_ldexp_f16'] = tree('f16 = f16 s16', (_, [x, n]) => b.ldexp(x!, n!));
  table['v_frexp_exp_i32_f32'] = tree('b32 = f32', (_, [x]) => b.frexpExponent(x!));
  table['v_frexp_exp_i16_f16'] = tree('u16 = f16', (_, [x]) => b.frexpExponent(x!));
  table['v_rcp_iflag_f32'] = table['v_rcp_f32']!;

  table['v_mul_dx9_zero_f32'] = tree('f32 = f32 f32', (_, [x, y]) =>
    b.select(zeroProduct(x!, y!), f('f32', 0), b.mul(x!, y!)),
  );
  table['v_fma_dx9_zero_f32'] = tree('f32 = f32 f32 f32', (_, [x, y, z]) => dx9Fma(x!, y!, z!));
  table['v_fmac_dx9_zero_f32'] = tree('f32 = f32 f32 d:f32', (_, [x, y, z]) => dx9Fma(x!, y!, z!));
  table['v_mullit_f32'] = tree('f32 = f32 f32 f32', (_, [x, y, z]) => {
    const bad = b.or(
      b.le(z!, f('f32', 0)),
      b.or(isNan(z!), b.or(b.le(y!, f('f32', -3.4028234663852886e38)), isNan(y!))),
    );
    return b.select(bad, f('f32', -3.4028234663852886e38), b.mul(x!, y!));
  });

  // Conversions.
  const toS = (x: Node): Node => b.toIntS(x);
  Object.assign(table, {
    v_cvt_f32_i32: tree('f32 = b32', (_, [x]) => b.fromIntS('f32', x!)),
    v_cvt_f32_u32: tree('f32 = b32', (_, [x]) => b.fromIntU('f32', x!)),
    v_cvt_f64_i32: tree('f64 = b32', (_, [x]) => b.fromIntS('f64', x!)),
    v_cvt_f64_u32: tree('f64 = b32', (_, [x]) => b.fromIntU('f64', x!)),
    v_cvt_f16_i16: tree('f16 = s16', (_, [x]) => b.fromIntS('f16', x!)),
    v_cvt_f16_u16: tree('f16 = u16', (_, [x]) => b.fromIntU('f16', x!)),
    v_cvt_i32_f32: tree('b32 = f32', (_, [x]) => toS(x!)),
    v_cvt_u32_f32: tree('b32 = f32', (_, [x]) => b.toIntU(x!)),
    v_cvt_i32_f64: tree('b32 = f64', (_, [x]) => toS(x!)),
    v_cvt_u32_f64: tree('b32 = f64', (_, [x]) => b.toIntU(x!)),
    v_cvt_i16_f16: tree('u16 = f16', (_, [x]) => clampS(toS(x!), -0x8000, 0x7fff)),
    v_cvt_u16_f16: tree('u16 = f16', (_, [x]) => clampS(toS(x!), 0, 0xffff)),
    v_cvt_nearest_i32_f32: tree('b32 = f32', (_, [x]) => toS(b.floor(b.add(b.convert('f64', x!), f('f64', 0.5))))),
    v_cvt_floor_i32_f32: tree('b32 = f32', (_, [x]) => toS(b.floor(x!))),
    v_cvt_f16_f32: tree('f16 = f32', (_, [x]) => b.convert('f16', x!)),
    v_cvt_f32_f16: tree('f32 = f16', (_, [x]) => b.convert('f32', x!)),
    v_cvt_f32_f64: tree('f32 = f64', (_, [x]) => b.convert('f32', x!)),
    v_cvt_f64_f32: tree('f64 = f32', (_, [x]) => b.convert('f64', x!)),
    // Nibble as a signed number of sixteenths.
    v_cvt_off_f32_i4: tree('f32 = b32', (_, [x]) =>
      b.mul(b.fromIntS('f32', b.sar(b.shl(x!, int(28)), int(28))), f('f32', 0.0625)),
    ),
    v_cvt_pk_rtz_f16_f32: tree('b32 = f32 f32', (_, [x, y]) =>
      b.or(b.bits(b.convertTowardZero('f16', x!)), b.shl(b.bits(b.convertTowardZero('f16', y!)), int(16))),
    ),
    v_cvt_pk_i16_f32: tree('b32 = f32 f32', (_, [x, y]) =>
      b.or(mask16(clampS(toS(x!), -0x8000, 0x7fff)), b.shl(clampS(toS(y!), -0x8000, 0x7fff), int(16))),
    ),
    v_cvt_pk_u16_f32: tree('b32 = f32 f32', (_, [x, y]) =>
      b.or(b.minU(b.toIntU(x!), int(0xffff)), b.shl(b.minU(b.toIntU(y!), int(0xffff)), int(16))),
    ),
    v_cvt_pk_u8_f32: tree('b32 = f32 b32 b32', (_, [x, n, z]) => {
      const at = b.shl(b.and(n!, int(3)), int(3));
      const byte = clampS(toS(b.roundEven(x!)), 0, 255);
      return b.or(b.and(z!, b.not(b.shl(int(255), at))), b.shl(byte, at));
    }),
  });
  for (let n = 0; n < 4; n++) {
    table[`v_cvt_f32_ubyte${n}`] = tree('f32 = b32', (_, [x]) =>
      b.fromIntU('f32', b.and(b.shr(x!, int(8 * n)), int(255))),
    );
  }
  /** A float in [−1, 1] (or [0, 1]) as a fraction of the largest 16-bit integer, rounded to nearest even. */
  const normalised = (x: Node, signed: boolean): Node => {
    const limited = b.maxNum(b.minNum(b.convert('f64', x), f('f64', 1)), f('f64', signed ? -1 : 0));
    return b.select(isNan(x), zero, toS(b.roundEven(b.mul(limited, f('f64', signed ? 32767 : 65535)))));
  };
  for (const from of ['f16', 'f32'] as const) {
    for (const [to, signed] of [
      ['i16', true],
      ['u16', false],
    ] as const) {
      table[`v_cvt_pk_norm_${to}_${from}`] = tree(`b32 = ${from} ${from}`, (_, [x, y]) =>
        b.or(mask16(normalised(x!, signed)), b.shl(normalised(y!, signed), int(16))),
      );
    }
  }
  table['v_cvt_norm_i16_f16'] = tree('u16 = f16', (_, [x]) => normalised(x!, true));
  table['v_cvt_norm_u16_f16'] = tree('u16 = f16', (_, [x]) => normalised(x!, false));

  // Division.
  interface DivisionLimits {
    readonly type: 'f32' | 'f64';
    readonly scale: number;
    /** Quotients from here up (as a difference of exponents) come near the largest number. */
    readonly nearLargest: number;
    readonly lowestNormal: number;
    /** Numerators with at most this biased exponent are tiny. */
    readonly tiny: number;
    readonly bias: number;
    readonly largestBiased: number;
  }
  const divisions: readonly DivisionLimits[] = [
    {
      type: 'f32',
      scale: 64,
      nearLargest: 96,
      lowestNormal: 1.1754943508222875e-38,
      tiny: 23,
      bias: 127,
      largestBiased: 254,
    },
    {
      type: 'f64',
      scale: 128,
      nearLargest: 768,
      lowestNormal: 2.2250738585072014e-308,
      tiny: 53,
      bias: 1023,
      largestBiased: 2046,
    },
  ];
  for (const limits of divisions) {
    const { type, scale } = limits;
    /** Biased exponent field: 0 for zeros and denormals. */
    const exponent = (x: Node): Node =>
      type === 'f32'
        ? b.and(b.shr(b.bits(x), int(23)), int(0xff))
        : b.and(b.shr(b.high(b.bits(x)), int(20)), int(0x7ff));
    table[`v_div_scale_${type}`] = tree(`${type} m = ${type} ${type} ${type}`, (_, [x, d, n]) => {
      const zeroOperand = b.or(isZeroF(d!), isZeroF(n!));
      const difference = b.sub(exponent(n!), exponent(d!));
      const near = b.leS(int(limits.nearLargest), difference);
      const denormalD = b.lt(b.abs(d!), f(type, limits.lowestNormal));
      const tinyReciprocal = b.leS(int(limits.largestBiased - 1), exponent(d!));
      const tinyQuotient = b.leS(difference, int(1 - limits.bias));
      const tinyNumerator = b.leS(exponent(n!), int(limits.tiny));
      const isD = b.eq(x!, d!);
      const isN = b.eq(x!, n!);
      const up = b.ldexp(x!, int(scale));
      const down = b.ldexp(x!, int(-scale));
      const both = b.and(tinyReciprocal, tinyQuotient);
      const value = b.select(
        zeroOperand,
        f(type, NaN),
        b.select(
          near,
          b.select(isD, up, x!),
          b.select(
            denormalD,
            up,
            b.select(
              both,
              b.select(isD, down, x!),
              b.select(
                tinyReciprocal,
                down,
                b.select(tinyQuotient, b.select(isN, up, x!), b.select(tinyNumerator, up, x!)),
              ),
            ),
          ),
        ),
      );
      const scaled = b.or(zeroOperand, b.or(near, b.and(b.not(denormalD), tinyQuotient)));
      return [value, scaled];
    });
    table[`v_div_fmas_${type}`] = tree(`${type} = ${type} ${type} ${type} vcc`, (_, [x, y, z, c]) => {
      // The scale goes in before the only rounding: a denormal quotient depends on it.
      const large = b.ltS(int(limits.bias), exponent(z!));
      const n = b.select(c!, b.select(large, int(scale), int(-scale)), zero);
      return b.fmaScaled(x!, y!, z!, n);
    });
  }
  table['v_trig_preop_f64'] = tree('f64 = f64 b32', (_, [x, n]) => b.twoOverPi(x!, n!));

  // Cube maps: the face is the axis of largest magnitude, z before y before x on ties.
  table['v_cubeid_f32'] = tree('f32 = f32 f32 f32', (_, [x, y, z]) => cube(x!, y!, z!).id);
  table['v_cubesc_f32'] = tree('f32 = f32 f32 f32', (_, [x, y, z]) => cube(x!, y!, z!).s);
  table['v_cubetc_f32'] = tree('f32 = f32 f32 f32', (_, [x, y, z]) => cube(x!, y!, z!).t);
  table['v_cubema_f32'] = tree('f32 = f32 f32 f32', (_, [x, y, z]) => cube(x!, y!, z!).major);
  return table;
}
