/**
 * A dispatch as the runner goes through it: workgroups in a row of numbers. Pure software.
 */
import { D, LANES, LDS_UNIT_BYTES } from '../state.ts';
import type { ShaderState } from '../state.ts';
import { MAX_WAVES } from './layout.ts';

export interface Grid {
  /** Which dispatch, and its words. */
  readonly place: number;
  readonly words: Int32Array;
  /** Threads and waves of a workgroup, wave slots a wave. */
  readonly threads: number;
  readonly waves: number;
  readonly stride: number;
  readonly ldsUnits: number;
  /** Workgroups of a row, rows of a plane. */
  readonly row: number;
  readonly rows: number;
  /** Number of the next workgroup, and the one behind the last that the runner can do. */
  readonly next: number;
  readonly last: number;
  /** How many workgroups there is room for at the same time. */
  readonly room: number;
}

/** Undefined where the runner cannot do any of it: ragged edges, no room. */
export function gridOf(state: ShaderState, place: number): Grid | undefined {
  const d = state.dispatches.subarray(place * D.WORDS, (place + 1) * D.WORDS);
  const stride = d[D.WAVE64] === 1 ? 2 : 1;
  const threads = d[D.FULL_X]! * d[D.FULL_Y]! * d[D.FULL_Z]!;
  const waves = Math.ceil(threads / (LANES * stride));
  const slots = d[D.SCRATCH_WAVES] === 0 ? state.slots : Math.min(state.slots, d[D.SCRATCH_WAVES]!);
  const row = d[D.GROUPS_X]! - d[D.START_X]!;
  const rows = d[D.GROUPS_Y]! - d[D.START_Y]!;
  const planes = d[D.GROUPS_Z]! - d[D.START_Z]!;
  const ragged = [0, 1, 2].map((axis) => d[D.FULL_X + axis] !== d[D.LAST_X + axis]);
  // The last workgroup of a single row may be smaller; other ragged edges are not for the runner.
  if (ragged[1] || ragged[2] || (ragged[0] && rows * planes > 1)) return undefined;
  const last = row * rows * planes - (ragged[0] ? 1 : 0);
  const [x, y, z] = [0, 1, 2].map((axis) => d[D.NEXT_X + axis]! - d[D.START_X + axis]!) as [number, number, number];
  const next = x + row * (y + rows * z);
  const ldsUnits = Math.ceil(d[D.LDS_BYTES]! / LDS_UNIT_BYTES);
  const room = Math.min(
    Math.floor(slots / (waves * stride)),
    ldsUnits === 0 ? Infinity : Math.floor(state.ldsMap.length / ldsUnits),
  );
  if (room < 1 || waves > MAX_WAVES || next >= last || last > 0x7fff0000) return undefined;
  return { place, words: d, threads, waves, stride, ldsUnits, row, rows, next, last, room };
}

/** Moves the dispatch on: `number` is the next workgroup to launch. */
export function advance({ words: d, row, rows, last }: Grid, number: number): void {
  const reached = Math.min(number, last);
  d[D.NEXT_X] = d[D.START_X]! + (reached % row);
  d[D.NEXT_Y] = d[D.START_Y]! + (Math.floor(reached / row) % rows);
  d[D.NEXT_Z] = d[D.START_Z]! + Math.floor(reached / (row * rows));
}
