/**
 * IEEE 754 exceptions of one operation: which ones its operands and rounded result raise.
 *
 * Asked only by code compiled for a mode that wants exceptions; slow is fine. An operation is inexact where rounding up
 * and rounding down give different results; it underflows where it is inexact and below the normal numbers.
 * Transcendental functions never say "inexact". Pure software, no hardware facts.
 */
import {
  add16In,
  add32In,
  add64In,
  fma16In,
  fma32In,
  fma64In,
  ldexp64,
  mul32In,
  mul64In,
  roundF16In,
  roundF32In,
  Round,
} from './softfloat.ts';

/** Bits of a set of exceptions. */
export const Raised = {
  invalid: 1,
  denormalOperand: 2,
  divisionByZero: 4,
  overflow: 8,
  underflow: 16,
  inexact: 32,
} as const;

type Width = 16 | 32 | 64;

const smallestNormal = { 16: 0.00006103515625, 32: 1.1754943508222875e-38, 64: 2.2250738585072014e-308 } as const;
const isFinite = (x: number): boolean => x - x === 0;

const round = (width: Width, x: number, to: Round): number =>
  width === 16 ? roundF16In(x, to) : width === 32 ? roundF32In(x, to) : x;

/** The operation in a given rounding; undefined where it is exact or not of this kind. */
function rounded(kind: string, width: Width, to: Round, a: number, b: number, c: number): number | undefined {
  switch (kind) {
    case 'add':
      return width === 16 ? add16In(a, b, to) : width === 32 ? add32In(a, b, to) : add64In(a, b, to);
    case 'sub':
      return rounded('add', width, to, a, -b, c);
    case 'mul':
      return width === 16 ? roundF16In(a * b, to) : width === 32 ? mul32In(a, b, to) : mul64In(a, b, to);
    case 'fma':
      return width === 16 ? fma16In(a, b, c, to) : width === 32 ? fma32In(a, b, c, to) : fma64In(a, b, c, to);
    case 'ldexp': {
      if (width !== 64) return round(width, ldexp64(a, b), to);
      // Only a denormal result of f64 loses bits.
      const r = ldexp64(a, b);
      return ldexp64(r, -b) === a ? r : to === Round.up ? r : -r;
    }
    case 'convert':
      return round(width, a, to);
    case 'sqrt': {
      const r = Math.sqrt(a);
      const exact =
        width === 64 ? fma64In(r, r, -a, Round.nearestEven) === 0 : r * r === a && round(width, r, Round.zero) === r;
      return exact ? r : to === Round.up ? r : -r;
    }
    case 'rcp':
      return fma64In(1 / a, a, -1, Round.nearestEven) === 0
        ? round(width, 1 / a, to)
        : to === Round.up
          ? 1 / a
          : -1 / a;
    default:
      return undefined;
  }
}

/** Exceptions of `kind` on f16, f32 or f64 numbers with result `r` (an integer for conversions to one). */
export function raisedBy(kind: string, width: Width, a: number, b: number, c: number, r: number): number {
  if (kind === 'toIntS' || kind === 'toIntU') {
    const [low, high] = kind === 'toIntS' ? [-2147483649, 2147483648] : [-1, 4294967296];
    if (!(a > low && a < high)) return Raised.invalid;
    return Math.trunc(a) === a ? 0 : Raised.inexact;
  }
  if (a !== a || b !== b || c !== c) return 0; // quiet NaNs pass; signalling ones are seen where they are read
  if (r !== r) return Raised.invalid;
  if ((kind === 'rcp' || kind === 'rsq' || kind === 'log2') && a === 0) return Raised.divisionByZero;
  if (kind === 'divisionFixup') return b === 0 && c !== 0 && isFinite(c) ? Raised.divisionByZero : 0;
  if (!isFinite(a) || !isFinite(b) || !isFinite(c)) return 0;
  const up = rounded(kind, width, Round.up, a, b, c);
  if (up === undefined) return (kind === 'exp2' || kind === 'fmaScaled') && !isFinite(r) ? Raised.overflow : 0;
  const down = rounded(kind, width, Round.down, a, b, c)!;
  if (up === down) return isFinite(r) ? 0 : Raised.overflow;
  let raised: number = Raised.inexact;
  if (!isFinite(r) || ((!isFinite(up) || !isFinite(down)) && Math.abs(r) > 1)) raised |= Raised.overflow;
  if (Math.min(Math.abs(up), Math.abs(down)) < smallestNormal[width]) raised |= Raised.underflow;
  return raised;
}
