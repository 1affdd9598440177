/**
 * Transcendental functions, from +, −, × and ÷ on f64 only, so that every host and every back end gives the
 * same bits. Relative error below 2^-50: rounding to f32 is correct but for about one result in a million.
 *
 * Silicon's own results come from tables that are not public; they lie within 1 ulp of these.
 * Fidelity: guessed (last bit of transcendental results).
 */
import { ldexp64, frexpExponent } from './softfloat.ts';

const LN2 = 0.6931471805599453;

/** 2^x. */
export function exp2(x: number): number {
  if (x !== x) return x;
  if (x >= 1100) return Infinity;
  if (x <= -1200) return 0;
  const whole = Math.floor(x + 0.5);
  const y = (x - whole) * LN2; // |y| ≤ 0.3466
  let r = 1;
  // Horner on the Taylor series; the term after y^14/14! is below 2^-55.
  for (let n = 14; n >= 1; n--) r = 1 + (y * r) / n;
  return ldexp64(r, whole);
}

/** log2(x), −∞ for zeros, NaN below. */
export function log2(x: number): number {
  if (x !== x || x === Infinity) return x;
  if (x === 0) return -Infinity;
  if (x < 0) return NaN;
  let e = frexpExponent(x);
  let m = ldexp64(x, -e); // [0.5, 1)
  if (m < 0.7071067811865476) {
    m *= 2;
    e -= 1;
  }
  if (m === 1) return e;
  // ln m = 2·atanh((m − 1)/(m + 1)), argument at most 0.1716
  const z = (m - 1) / (m + 1);
  const zz = z * z;
  let r = 0;
  for (let n = 23; n >= 1; n -= 2) r = r * zz + 1 / n;
  return e + (2 * z * r) / LN2;
}

const TAU = 6.283185307179586;

/** sin of an angle of at most an eighth of a turn, in radians. */
function sinSmall(a: number): number {
  const q = a * a;
  let r = 1;
  for (let n = 18; n >= 2; n -= 2) r = 1 - (q * r) / (n * (n + 1));
  return a * r;
}
function cosSmall(a: number): number {
  const q = a * a;
  let r = 1;
  for (let n = 19; n >= 1; n -= 2) r = 1 - (q * r) / (n * (n + 1));
  return r;
}

/** sin(2π·x): x in turns. The reduction is exact. */
export function sinTurns(x: number): number {
  if (x - x !== 0) return NaN;
  if (x === 0) return x;
  const t = x - Math.floor(x); // exact for every f32 that is not tiny; for tiny negative x it only loses what f32 cannot hold
  if (x < 0 && x > -0.125) return sinSmall(x * TAU);
  const quarter = Math.floor(t * 4 + 0.5);
  const a = (t - quarter / 4) * TAU;
  const k = quarter & 3;
  return k === 0 ? sinSmall(a) : k === 1 ? cosSmall(a) : k === 2 ? -sinSmall(a) : -cosSmall(a);
}

/** cos(2π·x): x in turns. */
export function cosTurns(x: number): number {
  if (x - x !== 0) return NaN;
  const t = Math.abs(x) - Math.floor(Math.abs(x));
  const quarter = Math.floor(t * 4 + 0.5);
  const a = (t - quarter / 4) * TAU;
  const k = quarter & 3;
  return k === 0 ? cosSmall(a) : k === 1 ? -sinSmall(a) : k === 2 ? -cosSmall(a) : sinSmall(a);
}

/** 2/π in 32-bit pieces from the binary point on: 1216 bits, enough for the largest f64. */
const TWO_OVER_PI_BITS = twoOverPiBits();

/** Bits of 2/π by Machin's formula in whole numbers, once at load: nothing to copy, nothing to mistype. */
function twoOverPiBits(): bigint {
  const guard = 64n;
  const bits = 1216n + guard;
  const one = 1n << bits;
  const arctanInverse = (n: bigint): bigint => {
    let term = one / n;
    let sum = term;
    for (let k = 3n, sign = -1n; term !== 0n; k += 2n, sign = -sign) {
      term /= n * n;
      sum += (sign * term) / k;
    }
    return sum;
  };
  const pi = 4n * (4n * arctanInverse(5n) - arctanInverse(239n));
  return ((2n * one * one) / pi) >> guard;
}

/**
 * 53 bits of 2/π for reducing an argument as large as x: segment 0 holds the leading useful bits, 1 the next
 * 53, and so on.
 *
 * Source: RDNA3 ISA V_TRIG_PREOP_F64 as every GPU of the family has it. Fidelity: from-public-source.
 */
export function twoOverPi(x: number, segment: number): number {
  const exponent = x === 0 ? 0 : x - x !== 0 ? 2047 : biasedExponent(x);
  let shift = (segment & 31) * 53;
  if (exponent > 1077) shift += exponent - 1077;
  const position = 1201 - 53 - shift; // the table counts 1201 bits
  const table = TWO_OVER_PI_BITS >> 15n;
  const piece = position >= 0 ? (table >> BigInt(position)) & ((1n << 53n) - 1n)
    : position > -53 ? (table << BigInt(-position)) & ((1n << 53n) - 1n) : 0n;
  const scale = -53 - shift + (exponent >= 1968 ? 128 : 0);
  return ldexp64(Number(piece), scale);
}
function biasedExponent(x: number): number {
  const e = frexpExponent(x) + 1022;
  return e < 0 ? 0 : e;
}
