/**
 * 32-bit integers, four lanes at a time, where no single instruction does it: shifts by a count of their own, high
 * halves of products, bit counts, byte permutes.
 *
 * Pure software.
 */
import type { Term, Terms } from './lower-terms.ts';

/** 2^n for each lane, n modulo 32: a table of powers below 256 for each of the four bytes. */
export function powerOfTwo(t: Terms, n: Term): Term {
  const counts = t.keep(t.and(n, t.splat(31)));
  const inBytes = t.bytes(counts, counts, [0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12]);
  return t.op('i8x16.swizzle', t.dwords(0x08040201, 0x80402010, 0, 0), t.op('i8x16.sub', inBytes, t.splat(0x18100800)));
}

/** x << n, each lane by its own count (modulo 32). */
export function shiftLeft(t: Terms, x: Term, n: Term): Term {
  return t.op('i32x4.mul', x, powerOfTwo(t, n));
}
/** x >>> n: the 64-bit product with 2^(31 − n) holds it from bit 31. */
export function shiftRight(t: Terms, x: Term, n: Term): Term {
  const kept = t.keep(x);
  const power = t.keep(powerOfTwo(t, t.xor(n, t.splat(31))));
  return t.evens(
    t.shift('i64x2.shr_u', t.op('i64x2.extmul_low_i32x4_u', kept, power), 31),
    t.shift('i64x2.shr_u', t.op('i64x2.extmul_high_i32x4_u', kept, power), 31),
  );
}
/** x >> n: what a negative number has are zeros turned round. */
export function shiftRightSigned(t: Terms, x: Term, n: Term): Term {
  const kept = t.keep(x);
  const sign = t.keep(t.shift('i32x4.shr_s', kept, 31));
  return t.xor(shiftRight(t, t.xor(kept, sign), n), sign);
}

/** Low and high halves of the 64-bit products. */
export function wideProduct(t: Terms, x: Term, y: Term, signed: boolean): { readonly low: Term; readonly high: Term } {
  const a = t.keep(x);
  const b = t.keep(y);
  const first = t.share(t.op(signed ? 'i64x2.extmul_low_i32x4_s' : 'i64x2.extmul_low_i32x4_u', a, b));
  const second = t.share(t.op(signed ? 'i64x2.extmul_high_i32x4_s' : 'i64x2.extmul_high_i32x4_u', a, b));
  return { low: t.evens(first, second), high: t.odds(first, second) };
}

export function popCount(t: Terms, x: Term): Term {
  return t.op('i32x4.extadd_pairwise_i16x8_u', t.op('i16x8.extadd_pairwise_i8x16_u', t.op('i8x16.popcnt', x)));
}
/** 32 for a zero. The exponent of the number as f64 tells. */
export function countLeadingZeros(t: Terms, x: Term): Term {
  const kept = t.keep(x);
  const exponents = t.odds(
    t.op('f64x2.convert_low_i32x4_u', kept),
    t.op('f64x2.convert_low_i32x4_u', t.shuffle(kept, kept, 2, 3, 2, 3)),
  );
  return t.op('i32x4.min_u', t.op('i32x4.sub', t.splat(1023 + 31), t.shift('i32x4.shr_u', exponents, 20)), t.splat(32));
}
/** 32 for a zero. The lowest bit alone is exact as f32. */
export function countTrailingZeros(t: Terms, x: Term): Term {
  const kept = t.keep(x);
  const lowest = t.op('f32x4.convert_i32x4_s', t.and(kept, t.op('i32x4.neg', kept)));
  const exponent = t.shift('i32x4.shr_u', t.shift('i32x4.shl', lowest, 1), 24);
  return t.op('i32x4.min_u', t.op('i32x4.sub', exponent, t.splat(127)), t.splat(32));
}
/** Bytes turned round, and in them the nibbles by table. */
export function reverseBits(t: Terms, x: Term): Term {
  const turned = t.keep(t.bytes(x, t.splat(0), [3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12]));
  const nibble = t.splat(0x0f0f0f0f);
  const toHigh = t.dwords(0xc0408000, 0xe060a020, 0xd0509010, 0xf070b030);
  const toLow = t.dwords(0x0c040800, 0x0e060a02, 0x0d050901, 0x0f070b03);
  return t.or(
    t.op('i8x16.swizzle', toHigh, t.and(turned, nibble)),
    t.op('i8x16.swizzle', toLow, t.and(t.shift('i32x4.shr_u', turned, 4), nibble)),
  );
}

/** `bytePermute` with a selector that all lanes share and that is known: one shuffle; undefined where signs are asked for. */
export function bytePermuteKnown(t: Terms, high: Term, low: Term, selector: number): Term | undefined {
  const picks = [0, 8, 16, 24].map((n) => (selector >>> n) & 0xff);
  if (picks.some((s) => s >= 8 && s < 12)) return undefined;
  const order = [0, 4, 8, 12].flatMap((lane) =>
    picks.map((s) => (s < 4 ? lane + s : s < 8 ? 16 + lane + s - 4 : lane)),
  );
  const mask = (wanted: (s: number) => boolean): number =>
    picks.reduce((word, s, n) => (wanted(s) ? word | (0xff << (8 * n)) : word), 0);
  let result = t.bytes(low, high, order);
  const keep = mask((s) => s < 8);
  const ones = mask((s) => s >= 13);
  if (keep !== -1) result = t.and(result, t.splat(keep));
  return ones === 0 ? result : t.or(result, t.splat(ones));
}
export function bytePermute(t: Terms, high: Term, low: Term, selector: Term): Term {
  const h = t.keep(high);
  const l = t.keep(low);
  const s = t.keep(selector);
  const bases = t.dwords(0, 0x04040404, 0x08080808, 0x0c0c0c0c);
  const byte = (n: number): number => t.splat(n * 0x01010101);
  const index = t.keep(t.or(t.and(s, byte(3)), bases));
  const group = t.keep(t.and(s, byte(0xfc)));
  const from = (table: Term, at: Term, groups: Term, number: number): Term =>
    t.and(t.op('i8x16.swizzle', table, at), t.op('i8x16.eq', groups, byte(number)));
  // 8, 9: signs of the low register's halves; 10, 11: of the high one's.
  const signs = (x: number): Term => t.shift('i8x16.shr_s', x, 7);
  const half = t.keep(t.and(s, byte(0xfe)));
  const odd = t.keep(t.or(t.or(t.and(t.shift('i32x4.shl', s, 1), byte(2)), byte(1)), bases));
  return t.or(
    t.or(from(l, index, group, 0), from(h, index, group, 4)),
    t.or(t.or(from(signs(l), odd, half, 8), from(signs(h), odd, half, 10)), t.op('i8x16.gt_u', s, byte(12))),
  );
}
