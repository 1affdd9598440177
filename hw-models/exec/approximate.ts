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
  // a quarter turn gives +0, as in tinygrad's tests, which were held against silicon
  return k === 0 ? cosSmall(a) : k === 1 ? 0 - sinSmall(a) : k === 2 ? -cosSmall(a) : sinSmall(a);
}

/** 2/π: 1216 bits behind the binary point, enough for the largest f64. The tests compute them again. */
export const TWO_OVER_PI_DIGITS =
  'a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424d' +
  'd2e006492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639' +
  '835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f46' +
  '3f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b6bab';

/**
 * 53 bits of 2/π for reducing an argument as large as x: segment 0 holds the leading useful bits, 1 the next
 * 53, and so on.
 *
 * The segments and the shift for huge arguments are those of GPUs that have this step as an instruction.
 */
export function twoOverPi(x: number, segment: number): number {
  const exponent = x === 0 ? 0 : x - x !== 0 ? 2047 : biasedExponent(x);
  let shift = (segment & 31) * 53;
  if (exponent > 1077) shift += exponent - 1077;
  const position = 1201 - 53 - shift; // the table counts 1201 bits
  const table = BigInt(`0x${TWO_OVER_PI_DIGITS}`) >> 15n;
  const piece =
    position >= 0
      ? (table >> BigInt(position)) & ((1n << 53n) - 1n)
      : position > -53
        ? (table << BigInt(-position)) & ((1n << 53n) - 1n)
        : 0n;
  const scale = -53 - shift + (exponent >= 1968 ? 128 : 0);
  return ldexp64(Number(piece), scale);
}
function biasedExponent(x: number): number {
  const e = frexpExponent(x) + 1022;
  return e < 0 ? 0 : e;
}
