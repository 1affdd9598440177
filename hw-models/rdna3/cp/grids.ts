/**
 * Grids under way. Launches from all queues, run in slices of a bounded number of instructions, so that a kernel
 * that never ends holds nothing up but its own queue.
 *
 * Fidelity: guessed (how many grids a queue may have under way; virtual time of an instruction).
 */

import type { CpCore } from './core.ts';
import { Outcome } from './core.ts';
import type { ComputeDispatch } from './dispatch.ts';
import { launchProblem } from './dispatch.ts';
import { F, FIRST_QUEUE, INFLIGHT, QUEUE_END, phase } from './queues.ts';
import { cpRules } from './rules.ts';
import { cpTiming } from './timing.ts';

/**
 * Wave instructions run in one event: few at first, more for a grid that turns out to be long. The same whatever executes
 * them, so that the card's time does not depend on it.
 */
const FUEL = 20_000;
const MOST_FUEL = 1_000_000;

export interface Grids {
  /** True while a grid of the queue runs. */
  busy(q: number): boolean;
  launch(q: number, dispatch: ComputeDispatch, where: string, va: number): Outcome;
  kill(q: number): void;
  /** Runs one slice; an event of the processor. */
  slice(): void;
  /** Makes sure that slices run. */
  start(): void;
  readonly running: boolean;
  reset(): void;
}

/** @param schedule makes the event that calls `slice`. */
export function createGrids(core: CpCore, schedule: (delayNs: number, poll: boolean) => void): Grids {
  const { card, queues, engine } = core;
  const s = card.slot.state.record('cp.grids', { slicing: 0, slices: 0 });

  const inflight = (q: number): boolean => {
    let any = false;
    for (let i = 0; i < INFLIGHT; i++) {
      const id = queues.get(q, F.inflight + i);
      if (id === 0) continue;
      if (engine.busy(id)) any = true;
      else queues.set(q, F.inflight + i, 0);
    }
    return any;
  };
  const countInflight = (q: number): number => {
    let n = 0;
    for (let i = 0; i < INFLIGHT; i++) if (queues.get(q, F.inflight + i) !== 0) n++;
    return n;
  };
  const start = (): void => {
    if (s.slicing === 1) return;
    s.slicing = 1;
    s.slices = 0;
    schedule(500, false);
  };

  return {
    busy: inflight,
    launch(q, dispatch, where, va) {
      const problem = launchProblem(dispatch);
      if (problem !== undefined) return core.stop(q, cpRules[problem.rule], where, va, problem.text);
      card.gfx.checkSelection?.(where);
      const { groups, first } = dispatch;
      if (groups.some((n, i) => n <= first[i]!)) return Outcome.done;
      let free = -1;
      inflight(q);
      for (let i = 0; i < INFLIGHT && free < 0; i++) if (queues.get(q, F.inflight + i) === 0) free = i;
      if (free < 0) return Outcome.waves;
      let total = 0;
      for (let other = FIRST_QUEUE; other < QUEUE_END; other++) total += countInflight(other);
      if (total >= (engine.capacity ?? Infinity)) return Outcome.waves;
      const id = engine.start(dispatch);
      if (id === 0) {
        // the engine has said why it never will: the queue hangs, as on silicon
        queues.set(q, F.phase, phase.stuck);
        return Outcome.stuck;
      }
      queues.set(q, F.inflight + free, id);
      core.spentNs += 1_000;
      start();
      return Outcome.done;
    },
    kill(q) {
      for (let i = 0; i < INFLIGHT; i++) {
        const id = queues.get(q, F.inflight + i);
        if (id !== 0) engine.cancel(id);
        queues.set(q, F.inflight + i, 0);
      }
    },
    slice() {
      s.slicing = 0;
      // whatever a shader does wrong goes back to the doorbell that launched it (the first, where several run)
      const { gfxhub } = card.gmc;
      for (let q = QUEUE_END - 1; q >= FIRST_QUEUE; q--)
        if (queues.get(q, F.active) !== 0 && countInflight(q) > 0) gfxhub.blame = queues.get(q, F.rungBy);
      const ran = engine.run(Math.min(MOST_FUEL, FUEL * 2 ** s.slices));
      gfxhub.blame = -1;
      let busy = false;
      let ended = false;
      for (let q = FIRST_QUEUE; q < QUEUE_END; q++) {
        if (queues.get(q, F.active) === 0) continue;
        const before = countInflight(q);
        if (inflight(q)) busy = true;
        if (countInflight(q) !== before) ended = true;
      }
      // what one queue frees is room for others, too
      if (ended || !busy) {
        for (let q = FIRST_QUEUE; q < QUEUE_END; q++)
          if (queues.get(q, F.phase) === phase.waves) core.kick(q, ran * cpTiming.instructionNs);
      }
      s.slices = ended ? 0 : s.slices + 1;
      if (!busy) return;
      const slow = 2 ** Math.min(20, Math.floor(s.slices / 64));
      s.slicing = 1;
      // nothing ran: every wave waits for something, so this is a poll
      // a kernel that goes on and on takes larger steps of time, so that whoever watches it need not wait as long
      const mostNs = ran === 0 ? cpTiming.sliceMaxNs : 10 * cpTiming.sliceMaxNs;
      schedule(Math.min(mostNs, Math.max(1_000, ran * cpTiming.instructionNs) * slow), ran === 0);
    },
    start,
    get running() {
      return s.slicing === 1;
    },
    reset() {
      s.slicing = 0;
      s.slices = 0;
    },
  };
}
