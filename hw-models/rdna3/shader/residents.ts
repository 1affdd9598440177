/**
 * Waves and workgroups that are resident: who may run, and what becomes of a workgroup when one of its waves stops.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture" (barriers, end of program).
 * Fidelity: from-public-source.
 */
import { Outcome } from './control.ts';
import { SECOND_SLOT } from './launch.ts';
import { D, DISPATCHES, DispatchState, G, S, SCALARS, WaveState } from './state.ts';
import type { ShaderState } from './state.ts';

/** Cells of `ShaderState.scheduler`. */
export const Cell = {
  NEXT_ID: 0,
  NEXT_SLOT: 1,
  NEXT_DISPATCH: 2,
  /** Wave instructions executed so far, low and high part. */
  EXECUTED: 3,
  /** Waves that have ended; wraps, and only ever differs. */
  ENDED: 5,
  /** Rounds that the scheduler has been patient; barriers that let go (wraps, too). */
  PATIENT: 6,
  RELEASED: 7,
} as const;

/** Words of a dispatch in flight. */
export const dispatchWords = (state: ShaderState, place: number): Int32Array =>
  state.dispatches.subarray(place * D.WORDS, (place + 1) * D.WORDS);
/** Words of a resident workgroup. */
export const groupWords = (state: ShaderState, group: number): Int32Array =>
  state.groups.subarray(group * G.WORDS, (group + 1) * G.WORDS);
const stateOf = (state: ShaderState, slot: number): number => state.scalars[slot * SCALARS + S.STATE]!;

/** The place of the only dispatch that still launches; −1 where there is none or more than one. */
export function onlyLaunching(state: ShaderState): number {
  let found = -1;
  for (let place = 0; place < DISPATCHES; place++) {
    if (state.dispatches[place * D.WORDS + D.STATE] !== DispatchState.launching) continue;
    if (found >= 0) return -1;
    found = place;
  }
  return found;
}
export function nothingResident(state: ShaderState): boolean {
  for (let slot = 0; slot < state.slots; slot++) if (stateOf(state, slot) !== WaveState.free) return false;
  return true;
}
export function anyRunning(state: ShaderState): boolean {
  for (let slot = 0; slot < state.slots; slot++) if (stateOf(state, slot) === WaveState.running) return true;
  return false;
}

/** Is a dispatch waiting to launch more; does one have workgroups resident? */
export function occupation(state: ShaderState): { readonly pending: boolean; readonly resident: boolean } {
  let pending = false;
  let resident = false;
  for (let place = 0; place < DISPATCHES; place++) {
    const words = dispatchWords(state, place);
    if (words[D.STATE] === DispatchState.launching) pending = true;
    if (words[D.RESIDENT]! > 0 && words[D.STATE] !== DispatchState.free) resident = true;
  }
  return { pending, resident };
}

/**
 * A wave has stopped at an ending: its state, its workgroup's, its dispatch's. `done` is told of a dispatch whose last
 * workgroup has ended.
 */
export function stopWave(
  state: ShaderState,
  slot: number,
  outcome: Outcome,
  done: (dispatch: Int32Array) => void,
): void {
  const at = slot * SCALARS;
  const group = state.scalars[at + S.WORKGROUP]!;
  const g = groupWords(state, group);
  switch (outcome) {
    case Outcome.barrier:
      state.scalars[at + S.STATE] = WaveState.barrier;
      g[G.ARRIVED] = g[G.ARRIVED]! + 1;
      release(state, group, g);
      break;
    case Outcome.halt:
      state.scalars[at + S.STATE] = WaveState.halted;
      break;
    case Outcome.end: {
      freeWave(state, slot);
      state.scheduler[Cell.ENDED] = (state.scheduler[Cell.ENDED]! + 1) | 0;
      g[G.WAVES] = g[G.WAVES]! - 1;
      if (g[G.WAVES]! > 0) {
        release(state, group, g);
        break;
      }
      const words = dispatchWords(state, g[G.DISPATCH]!);
      freeGroup(state, g);
      words[D.RESIDENT] = words[D.RESIDENT]! - 1;
      if (words[D.RESIDENT] === 0 && words[D.STATE] === DispatchState.draining) {
        words[D.STATE] = DispatchState.free;
        done(words);
      }
      break;
    }
    default:
      break;
  }
}

/** Lets a workgroup go on where all its living waves have come to the barrier. */
function release(state: ShaderState, group: number, g: Int32Array): void {
  if (g[G.ARRIVED]! < g[G.WAVES]!) return;
  g[G.ARRIVED] = 0;
  state.scheduler[Cell.RELEASED] = (state.scheduler[Cell.RELEASED]! + 1) | 0;
  for (let slot = 0; slot < state.slots; slot++) {
    const at = slot * SCALARS;
    if (state.scalars[at + S.STATE] === WaveState.barrier && state.scalars[at + S.WORKGROUP] === group)
      state.scalars[at + S.STATE] = WaveState.running;
  }
}

function freeWave(state: ShaderState, slot: number): void {
  const at = slot * SCALARS;
  if (state.scalars[at + S.STRIPS] === 2 && stateOf(state, slot + 1) === SECOND_SLOT)
    state.scalars[at + SCALARS + S.STATE] = WaveState.free;
  state.scalars[at + S.STATE] = WaveState.free;
}

function freeGroup(state: ShaderState, g: Int32Array): void {
  state.ldsMap.fill(0, g[G.LDS_UNIT]!, g[G.LDS_UNIT]! + g[G.LDS_UNITS]!);
  g.fill(0);
}

/** Frees everything that a dispatch has resident. */
export function killDispatch(state: ShaderState, place: number): void {
  for (let slot = 0; slot < state.slots; slot++)
    if (stateOf(state, slot) > WaveState.free && state.scalars[slot * SCALARS + S.DISPATCH] === place)
      freeWave(state, slot);
  for (let group = 0; group < state.slots; group++) {
    const g = groupWords(state, group);
    if (g[G.USED] === 1 && g[G.DISPATCH] === place) freeGroup(state, g);
  }
  state.dispatches[place * D.WORDS + D.STATE] = DispatchState.free;
}
