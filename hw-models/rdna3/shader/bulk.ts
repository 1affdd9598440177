/**
 * Whole workgroups by translated code, while nothing else is resident (translate/runner.ts); what it leaves behind is put
 * where the scheduler goes on with it. Pure software.
 */
import type { Bulk } from '../../exec/scheduler.ts';
import type { CodeCache } from './code-cache.ts';
import { allLaunched } from './launch.ts';
import { Cell, dispatchWords, nothingResident, onlyLaunching } from './residents.ts';
import { D, DISPATCHES, DispatchState } from './state.ts';
import type { ShaderState } from './state.ts';
import { LONGEST_BLOCK } from './translate/limits.ts';
import { Progress, Runner } from './translate/runner.ts';
import { isResident } from './translate/translation.ts';
import { Left } from './translate/unit.ts';
import type { WaveTurns } from './wave-turns.ts';

/** Undefined: there is nothing to be done this way. */
export function runBulk(state: ShaderState, turns: WaveTurns, code: CodeCache, fuel: number): Bulk | undefined {
  const { translation } = turns;
  if (translation === undefined || fuel <= LONGEST_BLOCK) return undefined;
  const place = onlyLaunching(state);
  if (place < 0 || !nothingResident(state)) return undefined;
  const { scheduler } = state;
  const words = dispatchWords(state, place);
  const vmid = words[D.VMID]!;
  const memory = turns.memoryOf(vmid);
  turns.usePort(vmid);
  const context = turns.contextFor(vmid, words[D.MODE]!, words[D.VGPRS]!, words[D.WAVE64] === 1);
  const entry = code.find(context, memory, words[D.PC_HI]! * 4294967296 + (words[D.PC_LO]! >>> 0));
  const unit = translation.unitAt(entry, context, memory);
  if (unit === undefined) return undefined;
  const runs = translation.runGroups(unit, entry.unitNumber, place, fuel);
  if (runs === undefined) return undefined;
  scheduler[Cell.NEXT_DISPATCH] = (place + 1) % DISPATCHES;
  const resident = runs.filter(isResident);
  words[D.RESIDENT] = resident.length;
  if (allLaunched(words)) words[D.STATE] = DispatchState.draining;
  let executed = 0;
  for (const run of runs) {
    executed += run.executed;
    scheduler[Cell.ENDED] = (scheduler[Cell.ENDED]! + run.ended) | 0;
    scheduler[Cell.RELEASED] = (scheduler[Cell.RELEASED]! + run.released) | 0;
  }
  scheduler[Cell.PATIENT] = resident[0]?.patience ?? 0;
  const [endedBefore, releasedBefore] = [scheduler[Cell.ENDED]!, scheduler[Cell.RELEASED]!];
  for (const { why, wave, result, turn } of resident) {
    if (why !== Runner.engine) continue;
    // the rest of a turn that translated code has left to us
    const begun = { block: unit.blocks[result >>> 2]!, straight: (result & 3) === Left.ending, used: turn };
    executed += turns.run(wave, Math.max(fuel - executed, 0) + turn, begun) - turn;
  }
  if (resident.length === 0 && words[D.STATE] === DispatchState.draining) {
    words[D.STATE] = DispatchState.free;
    turns.done(words);
  }
  // With several threads a new round begins; with one, the round that the runner was in goes on.
  const [only] = resident;
  if (runs.length > 1 || only === undefined)
    return { executed, slot: -1, ended: false, released: false, stalled: false };
  return {
    executed,
    // a wave that has used up the fuel is the first of the next slice
    slot: only.why === Runner.fuel || executed >= fuel ? only.wave : only.why === Runner.engine ? only.wave + 1 : -1,
    ended: (only.progress & Progress.ended) !== 0 || scheduler[Cell.ENDED] !== endedBefore,
    released: (only.progress & Progress.released) !== 0 || scheduler[Cell.RELEASED] !== releasedBefore,
    stalled: only.why === Runner.stalled,
  };
}
