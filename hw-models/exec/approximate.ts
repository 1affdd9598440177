/**
 * Transcendental functions, from +, −, × and ÷ on f64 only, so that every host and every back end gives the
 * same bits: the vector back end (wasm/lower-transcendental.ts) does the same operations in the same order.
 * Relative error at most 2^-43.5 (sine and cosine; 2^-47.5 for sines within an eighth of a turn of zero), 2^-45 (logarithm),
 * 2^-45.8 (exponential): rounding to f32 is correct but for at most one result in 100 000.
 *
 * The polynomials are minimax ones (Remez, computed for this file); each leaves the exact cases exact: whole powers, their
 * logarithms, quarters of a turn. They are evaluated in pairs of terms: short chains are what makes them fast.
 *
 * Silicon's own results come from tables that are not public; they lie within 1 ulp of these.
 * Fidelity: guessed (last bit of transcendental results).
 */
import { ldexp64, frexpExponent } from './softfloat.ts';

/** Adding it rounds an f64 below 2^51 to an integer, to nearest even; the sum's last bits are that integer. */
export const ROUNDER = 6755399441055744;

/** 2^y = 1 + y·c0 + y²·c1 + … for |y| ≤ 1/2. */
export const EXP2 = [
  0.6931471805598851, 0.24022650695722816, 0.055504108668415944, 0.009618129181164335, 0.0013333557625431894,
  0.00015403440884123417, 1.5252990039903712e-5, 1.325833548518197e-6, 1.0148335895654123e-7,
] as const;
/** log2 m = z·(c0 + c1·z² + …) for z = (m − 1)/(m + 1), m between √½ and √2. */
export const LOG2: readonly number[] = [
  2.88539008177785, 0.9617966941134958, 0.5770779423166432, 0.41220925760398086, 0.3199054687331116, 0.2829036073983321,
];
/** sin 2πu = u·(c0 + c1·u² + …) and cos 2πu = c0 + c1·u² + … for |u| ≤ 1/8. */
export const SINE: readonly number[] = [
  6.283185307179558, -41.34170224027133, 81.60524918121823, -76.70583405394372, 42.05553975200127, -14.91581146419028,
];
export const COSINE: readonly number[] = [
  1, -19.739208801977117, 64.93939384617116, -85.4567665702384, 60.23826116551332, -26.059425276041534,
];
/** High word of √½ (rounded down) and what takes it to that of 1. */
export const ROOT_HALF_HIGH = 0x3fe6a09e;
export const ROOT_HALF_TO_ONE = 0x3ff00000 - ROOT_HALF_HIGH;

const [c1, c2, c3, c4, c5, c6, c7, c8, c9] = EXP2;
const cell = new Float64Array(1);
const cellBits = new Int32Array(cell.buffer);

/** c0 + c1·x + … + c5·x⁵. */
function polynomial(c: readonly number[], x: number): number {
  const xx = x * x;
  return c[0]! + c[1]! * x + xx * (c[2]! + c[3]! * x + xx * (c[4]! + c[5]! * x));
}

/** 2^x. */
export function exp2(x: number): number {
  const held = x > 1100 ? 1100 : x < -1200 ? -1200 : x;
  const whole = held + ROUNDER - ROUNDER;
  const y = held - whole;
  const y2 = y * y;
  const y4 = y2 * y2;
  const first = 1 + c1 * y + y2 * (c2 + c3 * y);
  const second = c4 + c5 * y + y2 * (c6 + c7 * y) + y4 * (c8 + c9 * y);
  return ldexp64(first + y4 * second, whole);
}

/** log2(x), −∞ for zeros, NaN below. */
export function log2(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  cell[0] = x;
  let bias = 1023;
  if (cellBits[1]! < 0x00100000) {
    cell[0] = x * 18014398509481984; // 2^54
    bias += 54;
  }
  const offset = cellBits[1]! + ROOT_HALF_TO_ONE;
  const exponent = (offset >>> 20) - bias;
  cellBits[1] = (offset & 0xfffff) + ROOT_HALF_HIGH;
  const m = cell[0]!; // √½ to √2
  const z = (m - 1) / (m + 1);
  return exponent + z * polynomial(LOG2, z * z);
}

/** sin(2π·x): x in turns. The reduction is exact: to half a turn, then to an eighth of one around a quarter. */
export function sinTurns(x: number): number {
  const s = x - Math.floor(x + 0.5);
  const quarter = 4 * s + ROUNDER - ROUNDER;
  const u = s - 0.25 * quarter;
  const r = quarter === 1 || quarter === -1 ? polynomial(COSINE, u * u) : u * polynomial(SINE, u * u);
  // a half turn gives +0, as LLVM folds it; −0 stays, as documents for older chips of the family have it
  return quarter < 0 || quarter === 2 ? 0 - r : r;
}

/** cos(2π·x): x in turns. */
export function cosTurns(x: number): number {
  const m = Math.abs(x);
  const s = m - Math.floor(m + 0.5);
  const quarter = 4 * s + ROUNDER - ROUNDER;
  const u = s - 0.25 * quarter;
  const r = quarter === 1 || quarter === -1 ? u * polynomial(SINE, u * u) : polynomial(COSINE, u * u);
  // a quarter turn gives +0, as in tinygrad's tests, which were held against silicon
  return quarter > 0 || quarter === -2 ? 0 - r : r;
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
