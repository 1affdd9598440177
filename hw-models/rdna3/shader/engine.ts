/**
 * The shader core: dispatches in, events out, instructions in between.
 *
 * Waves of several workgroups and several dispatches are resident together and take turns, a few thousand
 * instructions each (exec/scheduler.ts). So waves may wait for each other, a spinning wave blocks nobody, and a grid of
 * short waves still runs through a handful of warm slots. Where there is nothing else to do, whole grids run in
 * translated code (bulk.ts).
 *
 * All state lies in the arrays of `state.ts`: copy them, and a dispatch goes on from the copy in the middle.
 *
 * Not modelled: CU masks and resource limits, wave priority, hazards and forgotten waits (results are never late; check/
 * finds them), GDS, graphics (images, exports, interpolation: isa/unmodelled.ts has the names).
 *
 * Source: AMD "RDNA3 Instruction Set Architecture".
 * Fidelity: from-public-source. Guessed: the order of turns; one core with a shared pool stands for all compute units.
 */
import { Compiler } from '../../exec/compile.ts';
import { Access } from '../../exec/memory.ts';
import { runSlice } from '../../exec/scheduler.ts';
import type { Turns } from '../../exec/scheduler.ts';
import { runBulk } from './bulk.ts';
import { CodeCache } from './code-cache.ts';
import { entryOf, planDispatch } from './dispatch.ts';
import type { Dispatch } from './dispatch.ts';
import { allLaunched, launchGroup } from './launch.ts';
import type { RunResult, ShaderEngineOptions } from './options.ts';
import { anyRunning, Cell, dispatchWords, killDispatch, occupation } from './residents.ts';
import { allocateState, D, DISPATCHES, DispatchState, S, SCALARS, WaveState } from './state.ts';
import type { ShaderState } from './state.ts';
import type { Translated } from './translate/translation.ts';
import { WaveTurns } from './wave-turns.ts';

export type { RunResult, ShaderEngineOptions };

/** Instructions executed are counted in two cells: so many, and units of this. */
const EXECUTED_UNIT = 1073741824;
const LDS_POOL_BYTES = 2097152;

/** What there is once a dispatch has come. */
interface Running {
  readonly state: ShaderState;
  readonly waves: WaveTurns;
  readonly turns: Turns;
}

export class ShaderEngine {
  readonly #options: ShaderEngineOptions;
  readonly #slots: number;
  readonly #code: CodeCache;
  /** The instruction cache's number. */
  readonly #client: number;
  #running: Running | undefined;

  constructor(options: ShaderEngineOptions) {
    this.#options = options;
    this.#slots = options.slots ?? 256;
    this.#client = options.clients?.instruction ?? 1;
    const services = { referenceClock: options.referenceClock ?? (() => [0, 0] as const) };
    this.#code = new CodeCache(new Compiler(), services, this.#client, options.watcher);
    options.watcher?.attach((event) => options.report(event));
  }

  /** Allocates the core's state now instead of at the first dispatch (a snapshot about to be restored needs the arrays). */
  prepare(): ShaderState {
    return this.#prepared().state;
  }

  #prepared(): Running {
    if (this.#running !== undefined) return this.#running;
    const options = this.#options;
    const state = allocateState(options.allocate, this.#slots, options.ldsPoolBytes ?? LDS_POOL_BYTES);
    const waves = new WaveTurns(options, state, this.#code, this.#client);
    const turns: Turns = {
      runnable: (slot) => state.scalars[slot * SCALARS + S.STATE] === WaveState.running,
      step: (slot, fuel) => waves.run(slot, fuel),
      launch: () => this.#launch(state),
      ended: () => state.scheduler[Cell.ENDED]!,
      released: () => state.scheduler[Cell.RELEASED]!,
      bulk: (fuel) => runBulk(state, waves, this.#code, fuel),
    };
    return (this.#running = { state, waves, turns });
  }

  /**
   * Starts a dispatch and returns its id (a positive number that is never used again), or 0 where it was refused: a
   * `launchRefused` event says why. A grid without workgroups is done at once.
   */
  start(dispatch: Dispatch): number {
    const { state, waves } = this.#prepared();
    const { report } = this.#options;
    const id = state.scheduler[Cell.NEXT_ID]! + 1;
    state.scheduler[Cell.NEXT_ID] = id;
    let place = 0;
    while (place < DISPATCHES && state.dispatches[place * D.WORDS + D.STATE] !== DispatchState.free) place++;
    if (place === DISPATCHES) {
      report({
        kind: 'launchRefused',
        dispatch: id,
        reason: 'queueFull',
        detail: `${DISPATCHES} dispatches are in flight`,
      });
      return 0;
    }
    const words = dispatchWords(state, place);
    const plan = planDispatch(dispatch, words, this.#slots);
    if ('reason' in plan) {
      words[D.STATE] = DispatchState.free;
      report({ kind: 'launchRefused', dispatch: id, ...plan });
      return 0;
    }
    const entry = entryOf(dispatch);
    if (plan.groups > 0 && waves.memoryOf(dispatch.vmid).translate(entry, Access.execute, this.#client) < 0) {
      words[D.STATE] = DispatchState.free;
      report({
        kind: 'launchRefused',
        dispatch: id,
        reason: 'entryNotMapped',
        detail: `entry 0x${entry.toString(16)}`,
      });
      return 0;
    }
    words[D.ID] = id;
    if (plan.groups === 0) {
      words[D.STATE] = DispatchState.free;
      report({ kind: 'dispatchDone', dispatch: id, tag: dispatch.tag ?? 0 });
      return id;
    }
    words[D.STATE] = DispatchState.launching;
    this.#options.watcher?.started(id, place, dispatch);
    // A launch invalidates the instruction caches as far as this model has any.
    this.#code.epoch++;
    return id;
  }

  /** Is that dispatch still in flight? */
  inFlight(id: number): boolean {
    return this.#placeOf(id) >= 0;
  }

  #placeOf(id: number): number {
    const state = this.#running?.state;
    if (state === undefined || id <= 0) return -1;
    for (let place = 0; place < DISPATCHES; place++) {
      const words = dispatchWords(state, place);
      if (words[D.STATE] !== DispatchState.free && words[D.ID] === id) return place;
    }
    return -1;
  }

  /** Kills a dispatch's waves without `dispatchDone`: a queue reset. */
  abort(id: number): void {
    const place = this.#placeOf(id);
    if (place < 0) return;
    killDispatch(this.#running!.state, place);
    this.#options.watcher?.finished(id);
  }

  /** Kills everything: a core reset. */
  reset(): void {
    const state = this.#running?.state;
    this.#options.watcher?.forget();
    if (state === undefined) return;
    for (const array of [state.groups, state.dispatches, state.ldsMap]) array.fill(0);
    for (let slot = 0; slot < this.#slots; slot++) state.scalars[slot * SCALARS + S.STATE] = WaveState.free;
  }

  /** Wave instructions executed since the core came to be. */
  get executed(): number {
    const scheduler = this.#running?.state.scheduler;
    return scheduler === undefined ? 0 : scheduler[Cell.EXECUTED + 1]! * EXECUTED_UNIT + scheduler[Cell.EXECUTED]!;
  }

  /** Units translated so far, and what became of their instructions; undefined where nothing is ever translated. */
  get translated(): Translated | undefined {
    return this.#running?.waves.translation?.translated;
  }

  /** Ends the threads of its own, where it has any. */
  async close(): Promise<void> {
    await this.#running?.waves.translation?.close();
  }

  /** Code bytes may have changed: every block is compared with memory before its next use. */
  invalidateCode(): void {
    this.#code.epoch++;
  }

  /**
   * Executes up to `fuel` wave instructions and returns. `busy`: call again; nothing is lost between calls, and time
   * may pass (memory maps may change) only between them.
   */
  run(fuel: number): RunResult {
    if (this.#running === undefined) return 'idle';
    const { state, waves, turns } = this.#running;
    waves.begin();
    const { scheduler } = state;
    const cells = { cell: scheduler, next: Cell.NEXT_SLOT, patience: Cell.PATIENT };
    const sum = scheduler[Cell.EXECUTED]! + runSlice(turns, this.#slots, cells, fuel);
    scheduler[Cell.EXECUTED] = sum % EXECUTED_UNIT;
    scheduler[Cell.EXECUTED + 1] = scheduler[Cell.EXECUTED + 1]! + Math.floor(sum / EXECUTED_UNIT);
    if (anyRunning(state)) return 'busy';
    const { pending, resident } = occupation(state);
    if (!pending && !resident) return 'idle';
    // Something waits for a launch and nothing occupies the core: it will be launched by the next call.
    return pending && !resident ? 'busy' : 'hung';
  }

  /** Launches one workgroup, dispatches taking turns. */
  #launch(state: ShaderState): boolean {
    const first = state.scheduler[Cell.NEXT_DISPATCH]!;
    for (let n = 0; n < DISPATCHES; n++) {
      const place = (first + n) % DISPATCHES;
      const words = dispatchWords(state, place);
      if (words[D.STATE] !== DispatchState.launching || !launchGroup(state, place)) continue;
      if (allLaunched(words)) words[D.STATE] = DispatchState.draining;
      state.scheduler[Cell.NEXT_DISPATCH] = (place + 1) % DISPATCHES;
      this.#options.watcher?.launched(state, place);
      return true;
    }
    return false;
  }
}
