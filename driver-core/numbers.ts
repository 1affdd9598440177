/**
 * The few integer helpers that addresses below 2^53 need, where the language's own shifts stop at 32 bits.
 */

/** `value` rounded up to a multiple of `step` (any positive step, exact below 2^53). */
export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

export function isPowerOfTwo(value: number): boolean {
  return value >= 1 && Number.isSafeInteger(value) && 2 ** Math.round(Math.log2(value)) === value;
}

/** Largest n with 2^n ≤ value; value ≥ 1 and below 2^53. */
export function floorLog2(value: number): number {
  const hi = Math.floor(value / 0x1_0000_0000);
  return hi > 0 ? 63 - Math.clz32(hi) : 31 - Math.clz32(value >>> 0);
}

/** How many low bits of `value` are zero; `most` for 0. */
export function trailingZeros(value: number, most = 53): number {
  if (value === 0) return most;
  const lo = value >>> 0;
  if (lo !== 0) return Math.min(most, 31 - Math.clz32(lo & -lo));
  const hi = Math.floor(value / 0x1_0000_0000);
  return Math.min(most, 63 - Math.clz32(hi & -hi));
}
