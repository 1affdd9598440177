/**
 * 64-bit integers of four lanes as two vectors: low dwords, high dwords.
 *
 * A high vector that is zero everywhere is left out: sums of zero-extended numbers are common.
 * Pure software.
 */
import { countLeadingZeros, countTrailingZeros, popCount, reverseBits, wideProduct } from './lower-int.ts';
import type { Term, Terms } from './lower-terms.ts';

export interface Wide {
  readonly low: Term;
  /** Absent: zero. */
  readonly high: Term | undefined;
}

const highOf = (t: Terms, x: Wide): Term => x.high ?? t.splat(0);
const plus = (t: Terms, x: Term | undefined, y: Term | undefined): Term | undefined =>
  x === undefined ? y : y === undefined ? x : t.op('i32x4.add', x, y);

export function add64(t: Terms, x: Wide, y: Wide): Wide {
  const a = t.keep(x.low);
  const low = t.keep(t.op('i32x4.add', a, y.low));
  const carry = t.op('i32x4.lt_u', low, a);
  const sum = plus(t, x.high, y.high);
  return { low, high: sum === undefined ? t.op('i32x4.neg', carry) : t.op('i32x4.sub', sum, carry) };
}
export function sub64(t: Terms, x: Wide, y: Wide): Wide {
  const a = t.keep(x.low);
  const b = t.keep(y.low);
  const borrow = t.op('i32x4.lt_u', a, b);
  const low = t.op('i32x4.sub', a, b);
  if (x.high === undefined && y.high === undefined) return { low, high: borrow };
  const difference = y.high === undefined ? x.high! : t.op('i32x4.sub', highOf(t, x), y.high);
  return { low, high: t.op('i32x4.add', difference, borrow) };
}
export function mul64(t: Terms, x: Wide, y: Wide): Wide {
  const a = t.keep(x.low);
  const b = t.keep(y.low);
  const { low, high } = wideProduct(t, a, b, false);
  const cross = plus(
    t,
    y.high === undefined ? undefined : t.op('i32x4.mul', a, y.high),
    x.high === undefined ? undefined : t.op('i32x4.mul', x.high, b),
  );
  return { low, high: plus(t, high, cross) };
}
export function bitwise64(t: Terms, kind: 'and' | 'or' | 'xor', x: Wide, y: Wide): Wide {
  const low = t[kind](x.low, y.low);
  if (x.high === undefined || y.high === undefined)
    return { low, high: kind === 'and' ? undefined : (x.high ?? y.high) };
  return { low, high: t[kind](x.high, y.high) };
}
export function not64(t: Terms, x: Wide): Wide {
  return { low: t.not(x.low), high: t.not(highOf(t, x)) };
}
export function reverseBits64(t: Terms, x: Wide): Wide {
  return { low: reverseBits(t, highOf(t, x)), high: reverseBits(t, x.low) };
}

/** Shifts by one number for all lanes, known now. */
export function shiftKnown64(t: Terms, kind: 'shl' | 'shr' | 'sar', x: Wide, count: number): Wide {
  const n = count & 63;
  if (n === 0) return x;
  if (kind === 'shl') {
    if (n >= 32) return { low: t.splat(0), high: t.shift('i32x4.shl', x.low, n - 32) };
    const low = t.keep(x.low);
    const carried = t.shift('i32x4.shr_u', low, 32 - n);
    return {
      low: t.shift('i32x4.shl', low, n),
      high: x.high === undefined ? carried : t.or(t.shift('i32x4.shl', x.high, n), carried),
    };
  }
  const right = kind === 'shr' ? 'i32x4.shr_u' : 'i32x4.shr_s';
  if (x.high === undefined) return { low: n >= 32 ? t.splat(0) : t.shift('i32x4.shr_u', x.low, n), high: undefined };
  if (n >= 32) {
    if (kind === 'shr') return { low: t.shift(right, x.high, n - 32), high: undefined };
    const high = t.keep(x.high);
    return { low: t.shift(right, high, n - 32), high: t.shift(right, high, 31) };
  }
  const high = t.keep(x.high);
  return {
    low: t.or(t.shift('i32x4.shr_u', x.low, n), t.shift('i32x4.shl', high, 32 - n)),
    high: t.shift(right, high, n),
  };
}

/** As 64-bit lanes: 0 and 1; 2 and 3. */
export function toPairs(t: Terms, x: Wide): readonly [Term, Term] {
  const [low, high] = [t.keep(x.low), t.keep(highOf(t, x))];
  return [t.shuffle(low, high, 0, 4, 1, 5), t.shuffle(low, high, 2, 6, 3, 7)];
}
/** The way back. */
export function fromPairs(t: Terms, first: Term, second: Term): Wide {
  const a = t.share(first);
  const b = t.share(second);
  return { low: t.evens(a, b), high: t.odds(a, b) };
}

const shifts = { shl: 'i64x2.shl', shr: 'i64x2.shr_u', sar: 'i64x2.shr_s' } as const;
const scalarShifts = { shl: 'i64.shl', shr: 'i64.shr_u', sar: 'i64.shr_s' } as const;

/** Shifts by one number for all lanes that `count` leaves on the stack as i32. */
export function shiftUniform64(t: Terms, kind: 'shl' | 'shr' | 'sar', x: Wide, count: () => void): Wide {
  const [first, second] = toPairs(t, x);
  return fromPairs(t, t.op(shifts[kind], first, count), t.op(shifts[kind], second, count));
}
/** Shifts of each lane by its own count: no vector instruction does that. */
export function shift64(t: Terms, kind: 'shl' | 'shr' | 'sar', x: Wide, count: Term): Wide {
  const [first, second] = toPairs(t, x);
  const n = t.keep(count);
  const pair = (numbers: Term, lanes: number): Term => {
    const from = t.keep(numbers);
    const one = (lane: number): void => {
      t.extract('i64x2.extract_lane', from, lane);
      t.extract('i32x4.extract_lane', n, lanes + lane);
      t.code.op('i64.extend_i32_u');
      t.code.op(scalarShifts[kind]);
    };
    return () => {
      one(0);
      t.code.op('i64x2.splat');
      one(1);
      t.code.lane('i64x2.replace_lane', 1);
    };
  };
  return fromPairs(t, pair(first, 0), pair(second, 2));
}

// Compares: lane masks.

export function equal64(t: Terms, x: Wide, y: Wide): Term {
  const low = t.op('i32x4.eq', x.low, y.low);
  if (x.high === undefined && y.high === undefined) return low;
  return t.and(low, t.op('i32x4.eq', highOf(t, x), highOf(t, y)));
}
export function less64(t: Terms, x: Wide, y: Wide, signed: boolean, orEqual: boolean): Term {
  const low = t.op(orEqual ? 'i32x4.le_u' : 'i32x4.lt_u', x.low, y.low);
  if (x.high === undefined && y.high === undefined) return low;
  const a = t.keep(highOf(t, x));
  const b = t.keep(highOf(t, y));
  return t.or(t.op(signed ? 'i32x4.lt_s' : 'i32x4.lt_u', a, b), t.and(t.op('i32x4.eq', a, b), low));
}
export function select64(t: Terms, condition: Term, x: Wide, y: Wide): Wide {
  const mask = t.keep(condition);
  return {
    low: t.select(mask, x.low, y.low),
    high: x.high === undefined && y.high === undefined ? undefined : t.select(mask, highOf(t, x), highOf(t, y)),
  };
}
export function minMax64(t: Terms, kind: 'minU' | 'maxU' | 'minS' | 'maxS', x: Wide, y: Wide): Wide {
  const keep = (w: Wide): Wide => ({ low: t.keep(w.low), high: w.high === undefined ? undefined : t.keep(w.high) });
  const a = keep(x);
  const b = keep(y);
  const mask = less64(t, a, b, kind.endsWith('S'), false);
  return kind.startsWith('min') ? select64(t, mask, a, b) : select64(t, mask, b, a);
}

export function countLeadingZeros64(t: Terms, x: Wide): Term {
  const high = t.keep(highOf(t, x));
  return t.op(
    'i32x4.add',
    countLeadingZeros(t, high),
    t.and(countLeadingZeros(t, x.low), t.op('i32x4.eq', high, t.splat(0))),
  );
}
export function countTrailingZeros64(t: Terms, x: Wide): Term {
  const low = t.keep(x.low);
  return t.op(
    'i32x4.add',
    countTrailingZeros(t, low),
    t.and(countTrailingZeros(t, highOf(t, x)), t.op('i32x4.eq', low, t.splat(0))),
  );
}
export function popCount64(t: Terms, x: Wide): Term {
  return x.high === undefined ? popCount(t, x.low) : t.op('i32x4.add', popCount(t, x.low), popCount(t, x.high));
}
