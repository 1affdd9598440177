/**
 * What generated code may call: integer and float routines that JavaScript has no operator for.
 */
import { cosTurns, exp2, log2, sinTurns, twoOverPi } from './approximate.ts';
import { Raised, raisedBy } from './exceptions.ts';
import { FloatClass } from './expr.ts';
import * as soft from './softfloat.ts';

function mulHighU(x: number, y: number): number {
  const xl = x & 0xffff;
  const xh = x >>> 16;
  const yl = y & 0xffff;
  const yh = y >>> 16;
  const low = xl * yl;
  const middle = xh * yl + (low >>> 16);
  const other = xl * yh + (middle & 0xffff);
  return (xh * yh + Math.floor(middle / 65536) + Math.floor(other / 65536)) | 0;
}
function mulHighS(x: number, y: number): number {
  return (mulHighU(x, y) - (x < 0 ? y : 0) - (y < 0 ? x : 0)) | 0;
}
function countTrailingZeros(x: number): number {
  return x === 0 ? 32 : 31 - Math.clz32(x & -x);
}
export function popCount(x: number): number {
  let n = x - ((x >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
function reverseBits(x: number): number {
  let n = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  n = ((n >>> 2) & 0x33333333) | ((n & 0x33333333) << 2);
  n = ((n >>> 4) & 0x0f0f0f0f) | ((n & 0x0f0f0f0f) << 4);
  n = ((n >>> 8) & 0x00ff00ff) | ((n & 0x00ff00ff) << 8);
  return (n >>> 16) | (n << 16);
}
function permutedByte(high: number, low: number, selector: number): number {
  if (selector >= 13) return 0xff;
  if (selector === 12) return 0;
  if (selector >= 8) {
    // 8, 9: sign of the low register's halves; 10, 11: of the high one's.
    const word = selector < 10 ? low : high;
    return ((word >>> ((selector & 1) !== 0 ? 31 : 15)) & 1) !== 0 ? 0xff : 0;
  }
  return (selector < 4 ? low >>> (selector * 8) : high >>> ((selector - 4) * 8)) & 0xff;
}
function bytePermute(high: number, low: number, selector: number): number {
  return (
    permutedByte(high, low, selector & 0xff) |
    (permutedByte(high, low, (selector >>> 8) & 0xff) << 8) |
    (permutedByte(high, low, (selector >>> 16) & 0xff) << 16) |
    (permutedByte(high, low, selector >>> 24) << 24)
  );
}

// 64-bit shifts; the count's low 6 bits count.
function shl64Low(low: number, n: number): number {
  return (n & 32) !== 0 ? 0 : low << n;
}
function shl64High(low: number, high: number, n: number): number {
  return (n & 32) !== 0 ? low << n : (n & 31) === 0 ? high : (high << n) | (low >>> (32 - (n & 31)));
}
function shr64Low(low: number, high: number, n: number): number {
  return (n & 32) !== 0 ? (high >>> n) | 0 : (n & 31) === 0 ? low : (low >>> n) | (high << (32 - (n & 31)));
}
function shr64High(high: number, n: number): number {
  return (n & 32) !== 0 ? 0 : (high >>> n) | 0;
}
function sar64Low(low: number, high: number, n: number): number {
  return (n & 32) !== 0 ? high >> n : (n & 31) === 0 ? low : (low >>> n) | (high << (32 - (n & 31)));
}
function sar64High(high: number, n: number): number {
  return (n & 32) !== 0 ? high >> 31 : high >> n;
}

function isSignaling32(bits: number): boolean {
  return (bits & 0x7fc00000) === 0x7f800000 && (bits & 0x3fffff) !== 0;
}
/** From the high word: a signalling NaN whose set bits all lie in the low word counts as an infinity here. */
function isSignaling64(high: number): boolean {
  return (high & 0x7ff80000) === 0x7ff00000 && (high & 0x7ffff) !== 0;
}
function isSignaling16(bits: number): boolean {
  return (bits & 0x7e00) === 0x7c00 && (bits & 0x1ff) !== 0;
}

function classify(x: number, signaling: boolean, smallestNormal: number): number {
  if (x !== x) return signaling ? FloatClass.signalingNan : FloatClass.quietNan;
  const negative = x < 0 || Object.is(x, -0);
  const m = Math.abs(x);
  if (m === 0) return negative ? FloatClass.negativeZero : FloatClass.positiveZero;
  if (m === Infinity) return negative ? FloatClass.negativeInfinity : FloatClass.positiveInfinity;
  if (m < smallestNormal) return negative ? FloatClass.negativeDenormal : FloatClass.positiveDenormal;
  return negative ? FloatClass.negativeNormal : FloatClass.positiveNormal;
}
const classify32 = (x: number, bits: number): number => classify(x, isSignaling32(bits), 1.1754943508222875e-38);
const classify64 = (x: number, high: number): number =>
  classify(x, (high & 0x7ff80000) === 0x7ff00000, 2.2250738585072014e-308);
const classify16 = (x: number, bits: number): number => classify(x, isSignaling16(bits), 0.00006103515625);

const fract32 = (x: number): number => {
  const r = Math.fround(x - Math.floor(x));
  return r >= 1 ? 0.9999999403953552 : r;
};
const fract64 = (x: number): number => {
  const r = x - Math.floor(x);
  return r >= 1 ? 0.9999999999999999 : r;
};
const fract16 = (x: number): number => {
  const r = soft.roundF16(x - Math.floor(x));
  return r >= 1 ? 0.99951171875 : r;
};

/** The end of an IEEE division: special cases decided from the operands, the sign put on the quotient. */
function divisionFixup(q: number, d: number, n: number, underflow: number, bias: number): number {
  const negative = (d < 0 || Object.is(d, -0)) !== (n < 0 || Object.is(n, -0));
  if (n !== n || d !== d) return NaN;
  const dm = Math.abs(d);
  const nm = Math.abs(n);
  let m: number;
  if ((dm === 0 && nm === 0) || (dm === Infinity && nm === Infinity)) return NaN;
  if (dm === 0 || nm === Infinity) m = Infinity;
  else if (dm === Infinity || nm === 0) m = 0;
  else if (soft.frexpExponent(n) - soft.frexpExponent(d) < bias) m = underflow;
  else m = q !== q ? Infinity : Math.abs(q);
  return negative ? -m : m;
}
const divisionFixup32 = (q: number, d: number, n: number): number => divisionFixup(q, d, n, 0, -150);
const divisionFixup64 = (q: number, d: number, n: number): number => divisionFixup(q, d, n, 0, -1075);
const divisionFixup16 = (q: number, d: number, n: number): number => divisionFixup(q, d, n, 0, -1000);

/** Infinity from finite operands becomes the largest number; `spread` is 0 when all operands were finite. */
function saturate16(x: number, spread: number): number {
  return spread !== 0 ? x : x === Infinity ? 65504 : x === -Infinity ? -65504 : x;
}

/** What reading an operand raises: by its value and, where it is a plain register, its bits (the high word of f64). */
function raisedByOperand16(x: number, bits: number): number {
  if (x !== x) return isSignaling16(bits) ? Raised.invalid : 0;
  return x !== 0 && Math.abs(x) < 0.00006103515625 ? Raised.denormalOperand : 0;
}
function raisedByOperand32(x: number, bits: number): number {
  if (x !== x) return isSignaling32(bits) ? Raised.invalid : 0;
  return x !== 0 && Math.abs(x) < 1.1754943508222875e-38 ? Raised.denormalOperand : 0;
}
function raisedByOperand64(x: number, high: number): number {
  if (x !== x) return isSignaling64(high) ? Raised.invalid : 0;
  return x !== 0 && Math.abs(x) < 2.2250738585072014e-308 ? Raised.denormalOperand : 0;
}

export const runtime = {
  raisedBy,
  raisedByOperand16,
  raisedByOperand32,
  raisedByOperand64,
  mulHighU,
  mulHighS,
  countTrailingZeros,
  popCount,
  reverseBits,
  bytePermute,
  shl64Low,
  shl64High,
  shr64Low,
  shr64High,
  sar64Low,
  sar64High,
  isSignaling16,
  isSignaling32,
  isSignaling64,
  classify16,
  classify32,
  classify64,
  fract16,
  fract32,
  fract64,
  divisionFixup16,
  divisionFixup32,
  divisionFixup64,
  saturate16,
  exp2,
  log2,
  sinTurns,
  cosTurns,
  twoOverPi,
  asF16: soft.asF16,
  asBf16: soft.asBf16,
  asF32: soft.asF32,
  asF64: soft.asF64,
  bitsF16: soft.bitsF16,
  bitsBf16: soft.bitsBf16,
  bitsF32: soft.bitsF32,
  lowF64: soft.lowF64,
  highF64: soft.highF64,
  roundF16: soft.roundF16,
  roundBf16: soft.roundBf16,
  roundF16In: soft.roundF16In,
  roundF32In: soft.roundF32In,
  add16In: soft.add16In,
  add32In: soft.add32In,
  add64In: soft.add64In,
  mul64In: soft.mul64In,
  fma16: soft.fma16,
  fma32: soft.fma32,
  fma64: soft.fma64,
  fma16In: soft.fma16In,
  fma32In: soft.fma32In,
  fma64In: soft.fma64In,
  fmaScaled32: soft.fmaScaled32,
  fmaScaled64: soft.fmaScaled64,
  flush16: soft.flush16,
  flush32: soft.flush32,
  flush64: soft.flush64,
  minOfEqual: soft.minOfEqual,
  maxOfEqual: soft.maxOfEqual,
  ldexp64: soft.ldexp64,
  frexpMantissa: soft.frexpMantissa,
  frexpExponent: soft.frexpExponent,
  roundEven: soft.roundEven,
  toIntS: soft.toIntS,
  toIntU: soft.toIntU,
  towardZero16: soft.towardZero16,
  towardZero32: soft.towardZero32,
};
