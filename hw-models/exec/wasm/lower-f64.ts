/**
 * f64 numbers of four lanes as two vectors of two, and what goes between them and narrower ones.
 *
 * Pure software.
 */
import { fromPairs, toPairs } from './lower-int64.ts';
import type { Wide } from './lower-int64.ts';
import type { Opcode } from './opcodes.ts';
import type { Term, Terms } from './lower-terms.ts';

/** Lanes 0 and 1; lanes 2 and 3. */
export type Pair = readonly [Term, Term];

export function each(t: Terms, name: Opcode, ...operands: readonly Pair[]): Pair {
  return [t.op(name, ...operands.map((p) => p[0])), t.op(name, ...operands.map((p) => p[1]))];
}
export function keepPair(t: Terms, x: Pair): readonly [number, number] {
  return [t.keep(x[0]), t.keep(x[1])];
}
export const both = (x: Term): Pair => [x, x];

/** f32 as f64. */
export const promote = (t: Terms, x: Term): Pair => widened(t, 'f64x2.promote_low_f32x4', x);
/** What an instruction makes of two lanes of 32 bits, of all four. */
export function widened(t: Terms, name: Opcode, x: Term): Pair {
  const kept = t.keep(x);
  return [t.op(name, kept), t.op(name, t.shuffle(kept, kept, 2, 3, 2, 3))];
}
/** Rounded to f32. */
export function demote(t: Terms, x: Pair): Term {
  return t.shuffle(t.op('f32x4.demote_f64x2_zero', x[0]), t.op('f32x4.demote_f64x2_zero', x[1]), 0, 1, 4, 5);
}
/** A mask of 64-bit lanes as one of 32-bit lanes, and back. */
export const narrowMask = (t: Terms, mask: Pair): Term => t.evens(mask[0], mask[1]);
export function widenMask(t: Terms, mask: Term): Pair {
  const kept = t.keep(mask);
  return [t.shuffle(kept, kept, 0, 0, 1, 1), t.shuffle(kept, kept, 2, 2, 3, 3)];
}
export function compare64(t: Terms, name: Opcode, x: Pair, y: Pair): Term {
  return narrowMask(t, each(t, name, x, y));
}
export function selectPair(t: Terms, mask: Pair, x: Pair, y: Pair): Pair {
  return [t.select(mask[0], x[0], y[0]), t.select(mask[1], x[1], y[1])];
}

/** Bits as they are. */
export const pairBits = (t: Terms, x: Pair): Wide => fromPairs(t, x[0], x[1]);
/** The same with the canonical NaN. */
export function canonicalBits(t: Terms, x: Pair): Wide {
  const nan = t.splat64(0, 0x7ff80000);
  const one = (part: Term): Term => {
    const kept = t.keep(part);
    return t.select(t.op('f64x2.eq', kept, kept), kept, nan);
  };
  return pairBits(t, [one(x[0]), one(x[1])]);
}

/**
 * f64 to f32 by round-to-odd: what is not exact becomes the odd neighbour, so that a second rounding to fewer bits sees on
 * which side it lay.
 */
export function demoteOdd(t: Terms, x: Pair): Term {
  const exact = keepPair(t, x);
  const near = t.keep(demote(t, exact));
  const back = promote(t, near);
  const magnitudes = (p: Pair): readonly [number, number] => keepPair(t, each(t, 'f64x2.abs', p));
  const was = magnitudes(exact);
  const is = magnitudes(back);
  const above = compare64(t, 'f64x2.gt', is, was);
  const changed = t.keep(t.or(t.keep(above), compare64(t, 'f64x2.lt', is, was)));
  // toward zero first, then the last bit
  const truncated = t.op('i32x4.add', near, compare64(t, 'f64x2.gt', is, was));
  return t.or(truncated, t.and(changed, t.splat(1)));
}
/** f64 to f32 toward zero; finite numbers stay finite. */
export function demoteTowardZero(t: Terms, x: Pair): Term {
  const exact = keepPair(t, x);
  const near = t.keep(demote(t, exact));
  const back = promote(t, near);
  const above = compare64(t, 'f64x2.gt', each(t, 'f64x2.abs', back), each(t, 'f64x2.abs', exact));
  return t.op('i32x4.add', near, above);
}

/** Exact error of s = a + b, all kept. */
function sumError(t: Terms, a: number, b: number, s: number): Term {
  const bb = t.keep(t.op('f64x2.sub', s, a));
  return t.op('f64x2.add', t.op('f64x2.sub', a, t.op('f64x2.sub', s, bb)), t.op('f64x2.sub', b, bb));
}
/** a + b of numbers far from the ends of f64's range, rounded to odd. */
export function addOdd(t: Terms, x: Pair, y: Pair): Pair {
  const one = (p: Term, q: Term): Term => {
    const a = t.keep(p);
    const b = t.keep(q);
    const s = t.keep(t.op('f64x2.add', a, b));
    // Sign of the error against the sum's; the product is neither 0 nor denormal unless the error is 0.
    const side = t.keep(t.op('f64x2.mul', s, sumError(t, a, b, s)));
    const inward = t.keep(t.op('f64x2.lt', side, t.splat(0)));
    const changed = t.or(inward, t.op('f64x2.gt', side, t.splat(0)));
    return t.or(t.op('i64x2.add', s, inward), t.and(changed, t.splat64(1, 0)));
  };
  return [one(x[0], y[0]), one(x[1], y[1])];
}

/** 2^n for integers −1022 ≤ n ≤ 1023. */
export function powersOfTwo64(t: Terms, n: Term): Pair {
  const high = t.shift('i32x4.shl', t.op('i32x4.add', n, t.splat(1023)), 20);
  return toPairs(t, { low: t.splat(0), high });
}
/** n held between −limit and limit. */
export const limited = (t: Terms, n: Term, limit: number): Term =>
  t.op('i32x4.min_s', t.op('i32x4.max_s', n, t.splat(-limit)), t.splat(limit));

const SMALLEST_NORMAL = 2.2250738585072014e-308;
const TWO_54 = 18014398509481984;

interface Normalised {
  /** x, denormals times 2^54. */
  readonly bits: { readonly low: number; readonly high: number };
  /** Biased exponent that x would have without a lower end. */
  readonly biased: Term;
}
function normalised(t: Terms, x: readonly [number, number]): Normalised {
  const masks = keepPair(t, each(t, 'f64x2.lt', each(t, 'f64x2.abs', x), both(t.f64(SMALLEST_NORMAL))));
  const factor = (mask: number): Term => t.select(mask, t.f64(TWO_54), t.f64(1));
  const wide = pairBits(t, each(t, 'f64x2.mul', x, [factor(masks[0]), factor(masks[1])]));
  const high = t.keep(wide.high!);
  const low = t.keep(wide.low);
  const field = t.and(t.shift('i32x4.shr_u', high, 20), t.splat(0x7ff));
  return {
    bits: { low, high },
    biased: t.op('i32x4.sub', field, t.and(narrowMask(t, masks), t.splat(54))),
  };
}
/** 64-bit masks: neither zero, infinite nor NaN. */
function ordinary(t: Terms, x: readonly [number, number]): Pair {
  const one = (part: number): Term =>
    t.and(t.op('f64x2.ne', part, t.f64(0)), t.op('f64x2.lt', t.op('f64x2.abs', part), t.f64(Infinity)));
  return [one(x[0]), one(x[1])];
}
export function frexpExponent64(t: Terms, x: Pair): Term {
  const kept = keepPair(t, x);
  return t.and(t.op('i32x4.sub', normalised(t, kept).biased, t.splat(1022)), narrowMask(t, ordinary(t, kept)));
}
export function frexpMantissa64(t: Terms, x: Pair): Pair {
  const kept = keepPair(t, x);
  const { bits } = normalised(t, kept);
  const high = t.or(t.and(bits.high, t.splat(0x800fffff)), t.splat(0x3fe00000));
  return selectPair(t, ordinary(t, kept), toPairs(t, { low: bits.low, high }), kept);
}
/** x·2^n, rounded once. Denormal results are made 2^64 times too large and multiplied down: the only rounding. */
export function ldexp64(t: Terms, x: Pair, n: Term): Pair {
  const kept = keepPair(t, x);
  const { bits, biased } = normalised(t, kept);
  const target = t.keep(t.op('i32x4.add', biased, limited(t, n, 2300)));
  const tiny = t.keep(t.op('i32x4.le_s', target, t.splat(0)));
  const huge = t.keep(t.op('i32x4.ge_s', target, t.splat(2047)));
  const lifted = t.op('i32x4.max_s', t.op('i32x4.add', target, t.splat(64)), t.splat(1));
  const field = t.op('i32x4.min_s', t.select(tiny, lifted, target), t.splat(2046));
  const high = t.or(t.and(bits.high, t.splat(0x800fffff)), t.shift('i32x4.shl', field, 20));
  // 2^-64, 1 or 2^64 by their high words
  const factorHigh = t.select(tiny, t.splat(0x3bf00000), t.select(huge, t.splat(0x43f00000), t.splat(0x3ff00000)));
  const scaled = each(
    t,
    'f64x2.mul',
    toPairs(t, { low: bits.low, high }),
    toPairs(t, { low: t.splat(0), high: factorHigh }),
  );
  return selectPair(t, ordinary(t, kept), scaled, kept);
}

/** A denormal becomes a zero of its sign. */
export function flush64(t: Terms, x: Pair): Pair {
  const one = (part: Term): Term => {
    const kept = t.keep(part);
    const small = t.op('f64x2.lt', t.op('f64x2.abs', kept), t.f64(SMALLEST_NORMAL));
    return t.andNot(kept, t.and(small, t.splat64(-1, 0x7fffffff)));
  };
  return [one(x[0]), one(x[1])];
}

/** The IEEE class bit of each lane; `signaling`: lanes that hold a signalling NaN if they hold one at all. */
export function classify64(t: Terms, x: Pair, signaling: Term | undefined): Term {
  const kept = keepPair(t, x);
  const magnitude = keepPair(t, each(t, 'f64x2.abs', kept));
  const negative = t.keep(t.shift('i32x4.shr_s', t.odds(kept[0], kept[1]), 31));
  const either = (positive: number, below: number): Term => t.select(negative, t.splat(below), t.splat(positive));
  const against = (name: Opcode, limit: number): Term => compare64(t, name, magnitude, both(t.f64(limit)));
  const normal = t.select(against('f64x2.eq', Infinity), either(512, 4), either(256, 8));
  const denormal = t.select(against('f64x2.eq', 0), either(64, 32), either(128, 16));
  const number = t.select(against('f64x2.lt', SMALLEST_NORMAL), denormal, normal);
  const nan = signaling === undefined ? t.splat(2) : t.op('i32x4.add', t.splat(2), signaling);
  return t.select(compare64(t, 'f64x2.eq', kept, kept), number, nan);
}
