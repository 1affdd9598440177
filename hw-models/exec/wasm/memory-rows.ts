/**
 * Elements of several dwords, one a lane, turned into registers and back: four lanes at a time.
 * Pure software.
 */
import type { Emitter, Term } from './memory-emit.ts';
import { Type } from './writer.ts';

const { v128 } = Type;

/** From rows of lanes to rows of dwords: vectors at `at`, `dwords` of them, to as many terms. */
export function split(e: Emitter, at: (n: number) => Term, dwords: number): Term[] {
  const row = Array.from({ length: dwords }, (_, n) => e.get(e.keep(v128, at(n)))) as [Term, Term, Term, Term];
  const [a, b, c, d] = row;
  const mix = e.shuffle32;
  switch (dwords) {
    case 1:
      return [a];
    case 2:
      return [mix(a, b, [0, 2, 4, 6]), mix(a, b, [1, 3, 5, 7])];
    case 3:
      return [
        mix(mix(a, b, [0, 3, 6, 6]), c, [0, 1, 2, 5]),
        mix(mix(a, b, [1, 4, 7, 7]), c, [0, 1, 2, 6]),
        mix(mix(a, b, [2, 5, 5, 5]), c, [0, 1, 4, 7]),
      ];
    default:
      return transposed(e, a, b, c, d);
  }
}
/** The way back. */
export function join(e: Emitter, rows: readonly Term[]): Term[] {
  const [a, b, c, d] = rows.map((row) => e.get(e.keep(v128, row))) as [Term, Term, Term, Term];
  const mix = e.shuffle32;
  switch (rows.length) {
    case 1:
      return [a];
    case 2:
      return [mix(a, b, [0, 4, 1, 5]), mix(a, b, [2, 6, 3, 7])];
    case 3:
      return [
        mix(mix(a, b, [0, 4, 1, 1]), c, [0, 1, 4, 2]),
        mix(mix(a, b, [5, 2, 6, 6]), c, [0, 5, 1, 2]),
        mix(mix(a, b, [3, 7, 7, 7]), c, [6, 0, 1, 7]),
      ];
    default:
      return transposed(e, a, b, c, d);
  }
}
function transposed(e: Emitter, a: Term, b: Term, c: Term, d: Term): Term[] {
  const mix = e.shuffle32;
  const [t0, t1, t2, t3] = [
    mix(a, b, [0, 4, 1, 5]),
    mix(c, d, [0, 4, 1, 5]),
    mix(a, b, [2, 6, 3, 7]),
    mix(c, d, [2, 6, 3, 7]),
  ].map((row) => e.get(e.keep(v128, row))) as [Term, Term, Term, Term];
  return [mix(t0, t1, [0, 1, 4, 5]), mix(t0, t1, [2, 3, 6, 7]), mix(t2, t3, [0, 1, 4, 5]), mix(t2, t3, [2, 3, 6, 7])];
}
