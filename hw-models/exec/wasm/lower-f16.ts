/**
 * binary16 and bfloat16 numbers, held as the f32 numbers they are: reading their bits, rounding to them, and their bits
 * again.
 *
 * What f32 has rounded once may be rounded again to 11 bits where the operation is +, −, ×, ÷ or √: 24 bits are enough
 * for that to be harmless. Fused operations are rounded to odd first.
 *
 * Pure software.
 */
import { isNan } from './lower-f32.ts';
import type { Term, Terms } from './lower-terms.ts';

const SIGN = 0x80000000;
const EXPONENT = 0x7f800000;
const TWO_112 = 5.192296858534828e33;
const TWO_MINUS_112 = 1.925929944387236e-34;

/** From 16 bits in the upper half of each lane; the lower half does not matter. */
export function fromTopHalf(t: Terms, bits: Term): Term {
  const top = t.keep(bits);
  // f32 with the same exponent field is 2^112 too small; exponent 31 must become 255
  const scaled = t.keep(t.op('f32x4.mul', t.shift('i32x4.shr_u', t.and(top, t.splat(0x7fff0000)), 3), t.f32(TWO_112)));
  const special = t.and(t.op('f32x4.ge', scaled, t.f32(65536)), t.splat(EXPONENT));
  return t.or(t.or(scaled, special), t.and(top, t.splat(SIGN)));
}
/** Bits of numbers that are f16. */
export function bits16(t: Terms, x: Term): Term {
  const kept = t.keep(x);
  const scaled = t.keep(t.op('f32x4.mul', kept, t.f32(TWO_MINUS_112)));
  return withSign(t, kept, t.and(t.shift('i32x4.shr_u', scaled, 13), t.splat(0x7fff)));
}
/** Puts the sign of `kept` on 15 bits of magnitude; NaN becomes the canonical one. */
function withSign(t: Terms, kept: number, magnitude: Term): Term {
  const sign = t.and(t.shift('i32x4.shr_u', kept, 16), t.splat(0x8000));
  return t.select(isNan(t, kept), t.splat(0x7e00), t.or(magnitude, sign));
}

interface Rounding {
  /** f32 number to whose last bit the sum is rounded. */
  readonly magic: number;
  readonly sum: number;
}
/** Adds a power of two so large that what f16 cannot hold falls off. */
function rounding(t: Terms, kept: number): Rounding {
  const held = t.keep(t.op('f32x4.pmin', t.op('f32x4.abs', kept), t.f32(65536)));
  const exponent = t.op('i32x4.max_s', t.and(held, t.splat(EXPONENT)), t.splat(113 << 23));
  const magic = t.keep(t.op('i32x4.add', exponent, t.splat(13 << 23)));
  return { magic, sum: t.keep(t.op('f32x4.add', held, magic)) };
}
/** Rounds f32 numbers to f16 numbers, to nearest even. */
export function round16(t: Terms, x: Term): Term {
  const kept = t.keep(x);
  const { magic, sum } = rounding(t, kept);
  const rounded = t.keep(t.op('f32x4.sub', sum, magic));
  const infinite = t.and(t.op('f32x4.ge', rounded, t.f32(65536)), t.splat(EXPONENT));
  return t.or(t.or(rounded, infinite), t.and(kept, t.splat(SIGN)));
}
/** The bits of what `round16` gives. */
export function roundedBits16(t: Terms, x: Term): Term {
  const kept = t.keep(x);
  const { magic, sum } = rounding(t, kept);
  const exponent = t.op('i32x4.sub', t.shift('i32x4.shr_u', magic, 13), t.splat(126 << 10));
  return withSign(t, kept, t.op('i32x4.add', exponent, t.and(sum, t.splat(0xfff))));
}
/** f32 numbers to f16 numbers, toward zero; only infinity is infinite. */
export function truncate16(t: Terms, x: Term): Term {
  const kept = t.keep(x);
  const magnitude = t.keep(t.op('f32x4.abs', kept));
  const tiny = t.op('f32x4.mul', t.op('f32x4.trunc', t.op('f32x4.mul', magnitude, t.f32(16777216))), t.f32(2 ** -24));
  const cut = t.select(t.op('f32x4.lt', magnitude, t.f32(2 ** -14)), tiny, t.and(magnitude, t.splat(0xffffe000)));
  const held = t.op('f32x4.pmin', cut, t.f32(65504));
  // infinities and NaN as they are
  const finite = t.op('f32x4.lt', magnitude, t.splat(EXPONENT));
  return t.or(t.select(finite, held, magnitude), t.and(kept, t.splat(SIGN)));
}

/** Exact x·y + z of f16 numbers, rounded to odd as f32. */
export function fmaOdd16(t: Terms, x: Term, y: Term, z: Term): Term {
  const p = t.keep(t.op('f32x4.mul', x, y));
  const c = t.keep(z);
  const s = t.keep(t.op('f32x4.add', p, c));
  const bb = t.keep(t.op('f32x4.sub', s, p));
  const error = t.op('f32x4.add', t.op('f32x4.sub', p, t.op('f32x4.sub', s, bb)), t.op('f32x4.sub', c, bb));
  // Sign of the error against the sum's. Both are multiples of 2^-48: no underflow.
  const side = t.keep(t.op('f32x4.mul', s, error));
  const inward = t.keep(t.op('f32x4.lt', side, t.splat(0)));
  const changed = t.or(inward, t.op('f32x4.gt', side, t.splat(0)));
  return t.or(t.op('i32x4.add', s, inward), t.and(changed, t.splat(1)));
}

/** f32 numbers to bf16 numbers, to nearest even. */
export function roundBf16(t: Terms, x: Term): Term {
  const kept = t.keep(x);
  const odd = t.and(t.shift('i32x4.shr_u', kept, 16), t.splat(1));
  const rounded = t.op('i32x4.add', t.op('i32x4.add', kept, t.splat(0x7fff)), odd);
  return t.select(t.op('f32x4.eq', kept, kept), t.and(rounded, t.splat(0xffff0000)), kept);
}
/** Bits of numbers that are bf16. */
export function bitsBf16(t: Terms, x: Term): Term {
  const kept = t.keep(x);
  return t.select(t.op('f32x4.eq', kept, kept), t.shift('i32x4.shr_u', kept, 16), t.splat(0x7fc0));
}
