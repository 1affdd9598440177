/**
 * Exact float arithmetic on JavaScript numbers: every f16, bf16 and f32 value is a number, so a sum or a
 * product is formed in f64 and rounded once. Where f64 itself would round first (fused multiply-add), the
 * rounding error decides.
 *
 * Source: IEEE 754-2008; error-free transformations (Knuth TwoSum, Dekker product, Boldo and Melquiond's
 * round-to-odd fma). Pure software, no hardware facts.
 */

/** Rounding modes in the order float mode registers number them. */
export const Round = { nearestEven: 0, up: 1, down: 2, zero: 3 } as const;
export type Round = (typeof Round)[keyof typeof Round];

const f64Cell = new Float64Array(1);
const cellBits = new Int32Array(f64Cell.buffer); // [low, high]: every platform Node runs on is little-endian
const f32Cell = new Float32Array(1);
const f32Bits = new Int32Array(f32Cell.buffer);
const fround = Math.fround;

export const F32_NAN = 0x7fc00000;
const F16_NAN = 0x7e00;

export function asF32(bits: number): number {
  f32Bits[0] = bits;
  return f32Cell[0]!;
}
/** Bits of an f32 number; every NaN gives the canonical one. */
export function bitsF32(x: number): number {
  if (x !== x) return F32_NAN;
  f32Cell[0] = x;
  return f32Bits[0]!;
}
export function asF64(low: number, high: number): number {
  cellBits[0] = low;
  cellBits[1] = high;
  return f64Cell[0]!;
}
export function lowF64(x: number): number {
  if (x !== x) return 0;
  f64Cell[0] = x;
  return cellBits[0]!;
}
export function highF64(x: number): number {
  if (x !== x) return 0x7ff80000;
  f64Cell[0] = x;
  return cellBits[1]!;
}
/** The number that 16 bits of binary16 mean (higher bits are ignored). */
export function asF16(bits: number): number {
  if ((bits & 0x7c00) === 0x7c00) return (bits & 0x3ff) !== 0 ? NaN : (bits & 0x8000) !== 0 ? -Infinity : Infinity;
  f32Bits[0] = ((bits & 0x8000) << 16) | ((bits & 0x7fff) << 13);
  return f32Cell[0]! * 5.192296858534828e33; // 2^112 moves the exponent bias from 127 to 15, denormals included
}
/** Bits of a number that is exactly a binary16 value. */
export function bitsF16(x: number): number {
  if (x !== x) return F16_NAN;
  if (x === Infinity) return 0x7c00;
  if (x === -Infinity) return 0xfc00;
  f32Cell[0] = x * 1.925929944387236e-34; // 2^-112
  const b = f32Bits[0]!;
  return ((b >>> 16) & 0x8000) | ((b >>> 13) & 0x7fff);
}
export function asBf16(bits: number): number {
  f32Bits[0] = bits << 16;
  return f32Cell[0]!;
}
export function bitsBf16(x: number): number {
  if (x !== x) return F16_NAN | 0x7fc0;
  f32Cell[0] = x;
  return f32Bits[0]! >>> 16;
}

/** Rounds an f64 to `bits` of precision at least exponent `minExponent` (of the last denormal bit), in mode `round`. */
function roundTo(x: number, precision: number, minLastExponent: number, largest: number, round: Round): number {
  if (x === 0 || x !== x || x === Infinity || x === -Infinity) return x;
  const magnitude = Math.abs(x);
  f64Cell[0] = magnitude;
  let exponent = ((cellBits[1]! >>> 20) & 0x7ff) - 1023;
  if (exponent < -1022) exponent = -1022;
  const last = Math.max(exponent - precision + 1, minLastExponent);
  const unit = powerOfTwo(last);
  // Exact: dividing by a power of two, and what is left has at most 53 bits.
  const scaled = magnitude / unit;
  let whole = Math.floor(scaled);
  const rest = scaled - whole;
  if (rest !== 0) {
    if (round === Round.nearestEven) whole += rest > 0.5 || (rest === 0.5 && whole % 2 === 1) ? 1 : 0;
    else if (round === Round.up) whole += x > 0 ? 1 : 0;
    else if (round === Round.down) whole += x < 0 ? 1 : 0;
  }
  let result = whole * unit;
  if (result > largest) {
    const toInfinity = round === Round.nearestEven || (round === Round.up && x > 0) || (round === Round.down && x < 0);
    result = toInfinity ? Infinity : largest;
  }
  return x < 0 ? -result : result;
}

/** 2^n for −1074 ≤ n ≤ 1023, exactly. */
export function powerOfTwo(n: number): number {
  if (n >= -1022) return asF64(0, (n + 1023) << 20);
  return n >= -1042 ? asF64(0, 1 << (n + 1042)) : asF64(1 << (n + 1074), 0);
}

/** f64 to binary16 value, round to nearest even. */
export function roundF16(x: number): number {
  f64Cell[0] = x;
  const high = cellBits[1]!;
  const exponent = (high >>> 20) & 0x7ff;
  if (exponent >= 1023 + 16 || exponent < 1023 - 14) {
    if (x !== x) return x;
    if (exponent >= 1023 + 16) return x > 0 ? Infinity : -Infinity;
    // Below 2^-14: adding 1.5·2^28 leaves exactly the multiples of 2^-24, rounded to even.
    const magnitude = Math.abs(x) + 402653184 - 402653184;
    return high < 0 ? -magnitude : magnitude;
  }
  const dropped = high & 0x3ff;
  let kept = high & ~0x3ff;
  if (dropped > 0x200 || (dropped === 0x200 && (cellBits[0] !== 0 || (high & 0x400) !== 0))) kept += 0x400;
  cellBits[0] = 0;
  cellBits[1] = kept;
  const result = f64Cell[0]!;
  return result > 65504 ? Infinity : result < -65504 ? -Infinity : result;
}
export function roundF16In(x: number, round: Round): number {
  return round === Round.nearestEven ? roundF16(x) : roundTo(x, 11, -24, 65504, round);
}
export function roundBf16(x: number): number {
  return roundTo(x, 8, -133, 3.3895313892515355e38, Round.nearestEven);
}
const F32_LARGEST = 3.4028234663852886e38;
export function roundF32In(x: number, round: Round): number {
  return round === Round.nearestEven ? fround(x) : roundTo(x, 24, -149, F32_LARGEST, round);
}

/** f64 x with an exact remainder `error` (|error| below half its last bit) made odd, so that a later rounding sees which side it lies on. */
function roundToOdd(x: number, error: number): number {
  if (error === 0 || error !== error || x - x !== 0) return x;
  f64Cell[0] = x;
  const low = cellBits[0]!;
  if ((low & 1) !== 0) return x;
  if (x === 0) return error > 0 ? 5e-324 : -5e-324;
  if (error > 0 === x > 0) cellBits[0] = low | 1;
  else {
    if (low === 0) cellBits[1] = cellBits[1]! - 1;
    cellBits[0] = low - 1;
  }
  return f64Cell[0]!;
}

/** Exact error of the f64 sum s = a + b. */
function sumError(a: number, b: number, s: number): number {
  const bb = s - a;
  return a - (s - bb) + (b - bb);
}

/** a + b of f64 numbers, its error folded into the last bit. */
function addOdd(a: number, b: number): number {
  const s = a + b;
  return roundToOdd(s, sumError(a, b, s));
}

export function add32In(a: number, b: number, round: Round): number {
  const s = addOdd(a, b);
  // An exact zero from operands of unlike sign is −0 when rounding down.
  if (s === 0) return round === Round.down && (a !== 0 || Object.is(a, -0) !== Object.is(b, -0)) ? -0 : a + b;
  return roundF32In(s, round);
}
export function mul32In(a: number, b: number, round: Round): number {
  return roundF32In(a * b, round);
}
export function add16In(a: number, b: number, round: Round): number {
  const s = a + b;
  if (s === 0) return round === Round.down && (a !== 0 || Object.is(a, -0) !== Object.is(b, -0)) ? -0 : s;
  return roundF16In(s, round);
}

/** f32 fused multiply-add, round to nearest even, exact. */
export function fma32(a: number, b: number, c: number): number {
  const p = a * b; // exact: 48 bits
  const s = p + c;
  const r = fround(s);
  const d = s - r;
  if (d === 0) return r;
  // f64 rounding first can only mislead where s sits exactly between two f32 values.
  const t = s + d;
  return fround(t) === t ? fma32Tie(p, c, s) : r;
}
function fma32Tie(p: number, c: number, s: number): number {
  if (s - s !== 0) return s;
  return fround(roundToOdd(s, sumError(p, c, s)));
}
export function fma32In(a: number, b: number, c: number, round: Round): number {
  if (round === Round.nearestEven) return fma32(a, b, c);
  return add32In(a * b, c, round);
}
export function fma16In(a: number, b: number, c: number, round: Round): number {
  const p = a * b;
  const s = addOdd(p, c);
  if (s === 0) return add16In(p, c, round);
  return roundF16In(s, round);
}
export function fma16(a: number, b: number, c: number): number {
  const p = a * b;
  const s = p + c;
  if (s - s !== 0) return s;
  return roundF16(roundToOdd(s, sumError(p, c, s)));
}

/** High part of Veltkamp's split: 26 bits. */
function splitHigh(a: number): number {
  const c = a * 134217729;
  return c - (c - a);
}
/** Exact error of the f64 product p = a·b, where nothing overflows or becomes denormal. */
function productError(a: number, b: number, p: number): number {
  const ah = splitHigh(a);
  const al = a - ah;
  const bh = splitHigh(b);
  const bl = b - bh;
  return al * bl - (p - ah * bh - al * bh - ah * bl);
}

const inMiddle = (x: number): boolean => {
  const m = Math.abs(x);
  return m > 1e-120 && m < 1e120;
};

/** f64 fused multiply-add, exact in every case. */
export function fma64(a: number, b: number, c: number): number {
  if (inMiddle(a) && inMiddle(b) && (c === 0 || inMiddle(c))) {
    const high = a * b;
    const low = productError(a, b, high);
    if (c === 0) return high;
    const t = c + low;
    const tLow = sumError(c, low, t);
    const v = high + t;
    const vLow = sumError(high, t, v);
    const z = addOdd(tLow, vLow);
    return v + z;
  }
  return fma64In(a, b, c, Round.nearestEven);
}
/** The same with any rounding, by whole numbers: slow and sure. */
export function fma64In(a: number, b: number, c: number, round: Round): number {
  const p = a * b;
  if (a - a !== 0 || b - b !== 0 || c - c !== 0) return p - p !== 0 && (a - a !== 0 || b - b !== 0) ? p + c : c;
  if (a === 0 || b === 0) {
    if (c !== 0) return c;
    const s = p + c;
    return round === Round.down && Object.is(p, -0) !== Object.is(c, -0) ? -0 : s;
  }
  const x = whole(a);
  const y = whole(b);
  const z = whole(c);
  let m = x.mantissa * y.mantissa;
  let e = x.exponent + y.exponent;
  if (c !== 0) {
    if (z.exponent >= e) m += z.mantissa << BigInt(z.exponent - e);
    else {
      m = (m << BigInt(e - z.exponent)) + z.mantissa;
      e = z.exponent;
    }
  }
  if (m === 0n) return round === Round.down ? -0 : 0;
  return fromWhole(m, e, round);
}
function whole(x: number): { mantissa: bigint; exponent: number } {
  f64Cell[0] = x;
  const high = cellBits[1]!;
  const biased = (high >>> 20) & 0x7ff;
  const m = (BigInt((high & 0xfffff) | (biased !== 0 ? 0x100000 : 0)) << 32n) | BigInt(cellBits[0]! >>> 0);
  return { mantissa: high < 0 ? -m : m, exponent: (biased === 0 ? 1 : biased) - 1075 };
}
/** m·2^e rounded to f64. */
function fromWhole(m: bigint, e: number, round: Round): number {
  const negative = m < 0n;
  let magnitude = negative ? -m : m;
  const length = magnitude.toString(2).length;
  const last = Math.max(e + length - 53, -1074);
  if (last > e) {
    const n = BigInt(last - e);
    const rest = magnitude & ((1n << n) - 1n);
    const half = 1n << (n - 1n);
    magnitude >>= n;
    const up =
      round === Round.nearestEven
        ? rest > half || (rest === half && (magnitude & 1n) === 1n)
        : rest !== 0n && ((round === Round.up && !negative) || (round === Round.down && negative));
    if (up) magnitude += 1n;
    e = last;
  }
  // At most 2^53: exact. Two steps keep every power of two in range.
  let result = Number(magnitude);
  if (e > 971) {
    const top = magnitude.toString(2).length + e;
    if (top > 1024) {
      const toInfinity =
        round === Round.nearestEven || (round === Round.up && !negative) || (round === Round.down && negative);
      result = toInfinity ? Infinity : Number.MAX_VALUE;
      return negative ? -result : result;
    }
    result = result * 2 ** (e - 971) * 2 ** 971;
  } else result = result * powerOfTwo(Math.max(e, -1074));
  return negative ? -result : result;
}
/** (a·b + c)·2^n of f32 numbers, rounded once. */
export function fmaScaled32(a: number, b: number, c: number, n: number, round: Round): number {
  const s = addOdd(a * b, c);
  return roundF32In(s === 0 ? a * b + c : ldexp64(s, n), round);
}
/** The same of f64 numbers. */
export function fmaScaled64(a: number, b: number, c: number, n: number, round: Round): number {
  const r = round === Round.nearestEven ? fma64(a, b, c) : fma64In(a, b, c, round);
  const scaled = ldexp64(r, n);
  // Scaling is exact unless the result is denormal: then the exact sum must be rounded there.
  if (r - r !== 0 || r === 0 || Math.abs(scaled) >= 4.450147717014403e-308) return scaled;
  const x = whole(a);
  const y = whole(b);
  const z = whole(c);
  let m = x.mantissa * y.mantissa;
  let e = x.exponent + y.exponent;
  if (z.exponent >= e) m += z.mantissa << BigInt(z.exponent - e);
  else {
    m = (m << BigInt(e - z.exponent)) + z.mantissa;
    e = z.exponent;
  }
  return fromWhole(m, e + n, round);
}
export function add64In(a: number, b: number, round: Round): number {
  return round === Round.nearestEven ? a + b : a === 0 && b === 0 && Object.is(a, b) ? a : fma64In(a, 1, b, round);
}
export function mul64In(a: number, b: number, round: Round): number {
  return round === Round.nearestEven || (a * b === 0 && (a === 0 || b === 0)) ? a * b : fma64In(a, b, 0, round);
}

export function roundEven(x: number): number {
  if (!(Math.abs(x) < 4503599627370496)) return x;
  const whole_ = Math.floor(x);
  const rest = x - whole_;
  const r = rest > 0.5 || (rest === 0.5 && whole_ % 2 !== 0) ? whole_ + 1 : whole_;
  return r === 0 && (x < 0 || Object.is(x, -0)) ? -0 : r;
}

export function flush32(x: number): number {
  return Math.abs(x) < 1.1754943508222875e-38 ? (x < 0 || Object.is(x, -0) ? -0 : 0) : x;
}
export function flush16(x: number): number {
  return Math.abs(x) < 0.00006103515625 ? (x < 0 || Object.is(x, -0) ? -0 : 0) : x;
}
export function flush64(x: number): number {
  return Math.abs(x) < 2.2250738585072014e-308 ? (x < 0 || Object.is(x, -0) ? -0 : 0) : x;
}

/** minNum where neither operand is simply smaller: equal values, zeros of unlike sign, NaN. */
export function minOfEqual(a: number, b: number): number {
  if (a !== a) return b;
  if (b !== b) return a;
  return a === 0 && Object.is(b, -0) ? b : a;
}
export function maxOfEqual(a: number, b: number): number {
  if (a !== a) return b;
  if (b !== b) return a;
  return a === 0 && Object.is(a, -0) ? b : a;
}

/** x·2^n rounded to f64 once, for any n. */
export function ldexp64(x: number, n: number): number {
  if (x === 0 || x - x !== 0) return x;
  const k = n > 2200 ? 2200 : n < -2300 ? -2300 : n;
  f64Cell[0] = x;
  let biased = (cellBits[1]! >>> 20) & 0x7ff;
  let shift = 0;
  if (biased === 0) {
    f64Cell[0] = x * 18014398509481984; // 2^54
    biased = (cellBits[1]! >>> 20) & 0x7ff;
    shift = -54;
  }
  const target = biased + shift + k;
  if (target >= 2047) return x > 0 ? Infinity : -Infinity;
  if (target > 0) {
    cellBits[1] = (cellBits[1]! & 0x800fffff) | (target << 20);
    return f64Cell[0]!;
  }
  if (target < -60) return x > 0 ? 0 : -0;
  cellBits[1] = (cellBits[1]! & 0x800fffff) | ((target + 64) << 20);
  return f64Cell[0]! * 5.421010862427522e-20; // 2^-64: the only rounding
}
export function frexpExponent(x: number): number {
  if (x === 0 || x - x !== 0) return 0;
  f64Cell[0] = x;
  const biased = (cellBits[1]! >>> 20) & 0x7ff;
  if (biased !== 0) return biased - 1022;
  f64Cell[0] = x * 18014398509481984;
  return ((cellBits[1]! >>> 20) & 0x7ff) - 1022 - 54;
}
export function frexpMantissa(x: number): number {
  if (x === 0 || x - x !== 0) return x;
  return ldexp64(x, -frexpExponent(x));
}

/** Truncating conversions that saturate, as GPUs convert. */
export function toIntS(x: number): number {
  return x >= 2147483647 ? 0x7fffffff : x <= -2147483648 ? -2147483648 : x | 0;
}
export function toIntU(x: number): number {
  return x >= 4294967295 ? -1 : x > 0 ? x | 0 : 0;
}

/** f64 (error folded in) to f32, truncated: what a packed round-to-zero conversion does. */
export function towardZero16(x: number): number {
  return roundTo(x, 11, -24, 65504, Round.zero);
}
export function towardZero32(x: number): number {
  return roundTo(x, 24, -149, F32_LARGEST, Round.zero);
}
