/**
 * The float mode a piece of code runs under, and its key. Generated code is specialised on it, so the common
 * mode (round to nearest even, denormals kept) pays nothing for the others.
 */
import type { Round } from './softfloat.ts';

export interface FloatMode {
  readonly round32: Round;
  /** Of f64 and f16. */
  readonly round64: Round;
  readonly flushInput32: boolean;
  readonly flushOutput32: boolean;
  readonly flushInput64: boolean;
  readonly flushOutput64: boolean;
  /** A clamp turns NaN into 0. */
  readonly clampNanToZero: boolean;
  /** minNum and maxNum answer a signalling NaN with NaN. */
  readonly ieee: boolean;
  /** f16 overflow gives the largest number instead of infinity, unless an operand was infinite. */
  readonly saturate16: boolean;
  /** Operations say which IEEE exceptions they raise. Slow: back ends other than the interpreter leave it alone. */
  readonly exceptions?: boolean;
}

/** A short string, equal for equal modes. */
export function floatModeKey(mode: FloatMode): string {
  return [
    mode.round32,
    mode.round64,
    +mode.flushInput32,
    +mode.flushOutput32,
    +mode.flushInput64,
    +mode.flushOutput64,
    +mode.clampNanToZero,
    +mode.ieee,
    +mode.saturate16,
    +(mode.exceptions ?? false),
  ].join('');
}
