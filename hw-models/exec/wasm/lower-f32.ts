/**
 * f32 numbers, four lanes a vector. f16 and bf16 numbers are held as f32 too.
 *
 * Pure software.
 */
import { addOdd, demote, each, limited, powersOfTwo64, promote } from './lower-f64.ts';
import type { Term, Terms } from './lower-terms.ts';

const SIGN = 0x80000000;
const MAGNITUDE = 0x7fffffff;
const INFINITE = 0x7f800000;
export const SMALLEST_NORMAL_32 = 1.1754943508222875e-38;
export const SMALLEST_NORMAL_16 = 0.00006103515625;

export const isNan = (t: Terms, kept: number): Term => t.op('f32x4.ne', kept, kept);
/** The bits, with the canonical NaN. */
export function canonical(t: Terms, x: Term): Term {
  const kept = t.keep(x);
  return t.select(t.op('f32x4.eq', kept, kept), kept, t.splat(0x7fc00000));
}
/** A number below `limit` becomes a zero of its sign. */
export function flush(t: Terms, x: Term, limit: number): Term {
  const kept = t.keep(x);
  const small = t.op('f32x4.lt', t.op('f32x4.abs', kept), t.f32(limit));
  return t.andNot(kept, t.and(small, t.splat(MAGNITUDE)));
}

/** Fused multiply-add: one rounding. Without the instruction, in f64, rounded to odd before it is rounded to f32. */
export function fma32(t: Terms, x: Term, y: Term, z: Term, fused: boolean): Term {
  if (fused) return t.op('f32x4.relaxed_madd', x, y, z);
  return demote(t, addOdd(t, each(t, 'f64x2.mul', promote(t, x), promote(t, y)), promote(t, z)));
}
/** (x·y + z)·2^n, rounded once. */
export function fmaScaled32(t: Terms, x: Term, y: Term, z: Term, n: Term): Term {
  const sum = addOdd(t, each(t, 'f64x2.mul', promote(t, x), promote(t, y)), promote(t, z));
  return demote(t, each(t, 'f64x2.mul', sum, powersOfTwo64(t, limited(t, n, 600))));
}
/** x·2^n, rounded once. */
export function ldexp32(t: Terms, x: Term, n: Term): Term {
  return demote(t, each(t, 'f64x2.mul', promote(t, x), powersOfTwo64(t, limited(t, n, 400))));
}

/** Where lanes hold a signalling NaN, by its bits. */
export function signaling32(t: Terms, bits: Term): Term {
  return t.op('i32x4.gt_s', t.and(t.xor(bits, t.splat(0x00400000)), t.splat(MAGNITUDE)), t.splat(0x7fc00000));
}
/** IEEE minNum and maxNum, −0 below +0. */
export function minMaxNum(t: Terms, kind: 'minNum' | 'maxNum', x: Term, y: Term, float: 'f32x4' | 'f64x2'): Term {
  const a = t.keep(x);
  const b = t.keep(y);
  // b where it is strictly beyond a, else a (also where either is NaN)
  const picked = t.op(`${float}.${kind === 'minNum' ? 'pmin' : 'pmax'}`, a, b);
  const equal = t.op(`${float}.eq`, a, b);
  // zeros of unlike sign: the signs or'ed, or and'ed
  const settled = kind === 'minNum' ? t.or(picked, t.and(b, equal)) : t.andNot(picked, t.andNot(equal, b));
  return t.select(t.op(`${float}.eq`, a, a), settled, b);
}
/** The same with a known number `k` that settles zeros of unlike sign (`settlingConstant`), put first. */
export function minMaxConstant(t: Terms, kind: 'minNum' | 'maxNum', k: Term, x: Term, float: 'f32x4' | 'f64x2'): Term {
  return t.op(`${float}.${kind === 'minNum' ? 'pmin' : 'pmax'}`, k, x);
}

/** [0, 1]; NaN becomes 0 or stays. */
export function clampUnit(t: Terms, x: Term, nanToZero: boolean, float: 'f32x4' | 'f64x2'): Term {
  const kept = nanToZero ? x : t.keep(x);
  const one = float === 'f32x4' ? t.f32(1) : t.f64(1);
  const held = t.op(`${float}.pmin`, t.op(`${float}.pmax`, t.splat(0), kept), one);
  return nanToZero ? held : t.or(held, t.op(`${float}.ne`, kept, kept));
}

/** Denormals times 2^24, and where they were. */
function normalised(t: Terms, kept: number): { readonly bits: number; readonly denormal: number } {
  const denormal = t.keep(t.op('f32x4.lt', t.op('f32x4.abs', kept), t.f32(SMALLEST_NORMAL_32)));
  return {
    denormal,
    bits: t.keep(t.op('f32x4.mul', kept, t.select(denormal, t.f32(16777216), t.f32(1)))),
  };
}
/** Neither zero, infinite nor NaN. */
function ordinary(t: Terms, kept: number): Term {
  return t.and(t.op('f32x4.ne', kept, t.splat(0)), t.op('f32x4.lt', t.op('f32x4.abs', kept), t.splat(INFINITE)));
}
export function frexpExponent32(t: Terms, x: Term): Term {
  const kept = t.keep(x);
  const { bits, denormal } = normalised(t, kept);
  const field = t.and(t.shift('i32x4.shr_u', bits, 23), t.splat(0xff));
  const exponent = t.op('i32x4.sub', field, t.op('i32x4.add', t.splat(126), t.and(denormal, t.splat(24))));
  return t.and(exponent, ordinary(t, kept));
}
export function frexpMantissa32(t: Terms, x: Term): Term {
  const kept = t.keep(x);
  const { bits } = normalised(t, kept);
  const mantissa = t.or(t.and(bits, t.splat(0x807fffff)), t.splat(0x3f000000));
  return t.select(ordinary(t, kept), mantissa, kept);
}

/** Last step of a division: special cases from the operands, the sign put on the quotient. */
export function divisionFixup(t: Terms, quotient: Term, denominator: Term, numerator: Term, bias: number): Term {
  const q = t.keep(quotient);
  const d = t.keep(denominator);
  const n = t.keep(numerator);
  const dm = t.keep(t.op('f32x4.abs', d));
  const nm = t.keep(t.op('f32x4.abs', n));
  const zero = t.splat(0);
  const infinite = t.splat(INFINITE);
  const dZero = t.keep(t.op('f32x4.eq', d, zero));
  const nZero = t.keep(t.op('f32x4.eq', n, zero));
  const dInfinite = t.keep(t.op('f32x4.eq', dm, infinite));
  const nInfinite = t.keep(t.op('f32x4.eq', nm, infinite));
  const invalid = t.or(t.or(t.and(dZero, nZero), t.and(dInfinite, nInfinite)), t.or(isNan(t, d), isNan(t, n)));
  const small = t.op('i32x4.lt_s', t.op('i32x4.sub', frexpExponent32(t, n), frexpExponent32(t, d)), t.splat(bias));
  const magnitude = t.select(t.op('f32x4.eq', q, q), t.op('f32x4.abs', q), infinite);
  const toZero = t.or(t.or(dInfinite, nZero), small);
  const usual = t.andNot(magnitude, toZero);
  const toInfinity = t.or(dZero, nInfinite);
  const result = t.select(toInfinity, infinite, usual);
  const sign = t.and(t.xor(d, n), t.splat(SIGN));
  return t.or(t.or(result, sign), invalid);
}

/** The IEEE class bit of each lane; `signaling` a mask of lanes, where bits can tell. */
export function classify(t: Terms, x: Term, signaling: Term | undefined, smallestNormal: number): Term {
  const kept = t.keep(x);
  const magnitude = t.keep(t.op('f32x4.abs', kept));
  const negative = t.keep(t.shift('i32x4.shr_s', kept, 31));
  const either = (positive: number, below: number): Term => t.select(negative, t.splat(below), t.splat(positive));
  const normal = t.select(t.op('f32x4.eq', magnitude, t.splat(INFINITE)), either(512, 4), either(256, 8));
  const denormal = t.select(t.op('f32x4.eq', magnitude, t.splat(0)), either(64, 32), either(128, 16));
  const number = t.select(t.op('f32x4.lt', magnitude, t.f32(smallestNormal)), denormal, normal);
  const nan = signaling === undefined ? t.splat(2) : t.op('i32x4.add', t.splat(2), signaling);
  return t.select(t.op('f32x4.eq', kept, kept), number, nan);
}
