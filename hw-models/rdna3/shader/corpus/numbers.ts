/**
 * Exact arithmetic for host references: fused multiply-add in any binary format, f16, ulp distance, seeded inputs.
 *
 * Exactness comes from integers of any size, so it is slow and only for tests. Pure software.
 */

/** A finite double as integer times a power of two. */
function split(x: number): { m: bigint; e: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  const exponent = (high >>> 20) & 0x7ff;
  let m = (BigInt(high & 0xfffff) << 32n) | BigInt(bits.getUint32(4));
  if (exponent !== 0) m |= 1n << 52n;
  return { m: x < 0 || Object.is(x, -0) ? -m : m, e: Math.max(exponent, 1) - 1075 };
}

const bitLength = (m: bigint): number => m.toString(2).length;

export interface Precision {
  readonly bits: number;
  /** Exponent of the smallest subnormal. */
  readonly least: number;
  readonly largest: number;
}
export const binary16: Precision = { bits: 11, least: -24, largest: 65504 };
export const binary32: Precision = { bits: 24, least: -149, largest: 3.4028234663852886e38 };
export const binary64: Precision = { bits: 53, least: -1074, largest: Number.MAX_VALUE };

/** m·2^e rounded to nearest even. */
function round(m: bigint, e: number, { bits, least, largest }: Precision): number {
  if (m === 0n) return 0;
  const negative = m < 0n;
  let a = negative ? -m : m;
  const drop = Math.max(bitLength(a) - bits, least - e);
  if (drop > 0) {
    const half = 1n << BigInt(drop - 1);
    const rest = a & ((1n << BigInt(drop)) - 1n);
    a >>= BigInt(drop);
    if (rest > half || (rest === half && (a & 1n) === 1n)) a += 1n;
    e += drop;
  }
  // Two factors: the power alone may lie outside the doubles.
  const value =
    e < -1000 ? Number(a) * 2 ** (e + 60) * 2 ** -60 : Number(a) * 2 ** Math.min(e, 900) * 2 ** Math.max(0, e - 900);
  const limited = value > largest ? Infinity : value;
  return negative ? -limited : limited;
}

/** a·b + c with one rounding. */
export function fma(a: number, b: number, c: number, precision: Precision): number {
  if (!Number.isFinite(a) || !Number.isFinite(b) || !Number.isFinite(c)) return a * b + c;
  const x = split(a);
  const y = split(b);
  const z = split(c);
  const e = Math.min(x.e + y.e, z.e);
  const sum = ((x.m * y.m) << BigInt(x.e + y.e - e)) + (z.m << BigInt(z.e - e));
  // An exact zero takes its sign from the terms.
  return sum === 0n ? a * b + c : round(sum, e, precision);
}

export const fma32 = (a: number, b: number, c: number): number => fma(a, b, c, binary32);
export const fma64 = (a: number, b: number, c: number): number => fma(a, b, c, binary64);
export const fma16 = (a: number, b: number, c: number): number => fma(a, b, c, binary16);

/** Rounds a double to f16. */
export function toHalf(x: number): number {
  if (!Number.isFinite(x) || x === 0) return x;
  const { m, e } = split(x);
  const y = round(m, e, binary16);
  return y === 0 && x < 0 ? -0 : y;
}

export function halfBits(x: number): number {
  if (Number.isNaN(x)) return 0x7e00;
  const y = toHalf(x);
  const sign = y < 0 || Object.is(y, -0) ? 0x8000 : 0;
  const a = Math.abs(y);
  if (a === Infinity) return sign | 0x7c00;
  if (a < 2 ** -14) return sign | (a * 2 ** 24);
  const exponent = Math.floor(Math.log2(a));
  const e = a < 2 ** exponent ? exponent - 1 : a >= 2 ** (exponent + 1) ? exponent + 1 : exponent;
  return sign | ((e + 15) << 10) | ((a / 2 ** e - 1) * 1024);
}

export function halfFromBits(bits: number): number {
  const sign = (bits & 0x8000) !== 0 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? mantissa * 2 ** -24 : (1 + mantissa / 1024) * 2 ** (exponent - 15));
}

const scratch = new DataView(new ArrayBuffer(8));
export const f32Bits = (x: number): number => {
  scratch.setFloat32(0, x);
  return scratch.getUint32(0);
};
export const f32FromBits = (bits: number): number => {
  scratch.setUint32(0, bits);
  return scratch.getFloat32(0);
};
export const f64Bits = (x: number): bigint => {
  scratch.setFloat64(0, x);
  return scratch.getBigUint64(0);
};

/** Distance in units in the last place; 0 for two NaNs. */
export function ulps32(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : Infinity;
  const order = (x: number): number => {
    const bits = f32Bits(x);
    return bits < 0x80000000 ? bits : 0x80000000 - bits;
  };
  return Math.abs(order(a) - order(b));
}

/** Unsigned 32-bit numbers from a seed: a multiply-xorshift hash of a counter. */
export function numbers(seed: number): () => number {
  let counter = Math.imul(seed | 1, 0x9e3779b1) | 0;
  return () => {
    counter = (counter + 0x6d2b79f5) | 0;
    let x = Math.imul(counter ^ (counter >>> 15), 1 | counter);
    x ^= x + Math.imul(x ^ (x >>> 7), 61 | x);
    return (x ^ (x >>> 14)) >>> 0;
  };
}
