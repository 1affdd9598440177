/**
 * The shader core: dispatches in, events out, instructions in between.
 *
 * Waves of several workgroups and several dispatches are resident together and take turns, a few thousand
 * instructions each (exec/scheduler.ts). So waves may wait for each other,
 * a spinning wave blocks nobody, and a grid of short waves still runs through a handful of warm slots.
 *
 * All state lies in the arrays of `state.ts`: copy them, and a dispatch goes on from the copy in the middle.
 *
 * Not modelled: CU masks and resource limits, wave priority, hazards and forgotten waits (results are never late), GDS,
 * graphics (images, exports, interpolation: isa/unmodelled.ts has the names).
 *
 * Source: AMD "RDNA3 Instruction Set Architecture".
 * Fidelity: from-public-source. Guessed: the order of turns; one core with a shared pool stands for all compute units.
 *
 * A wave whose access faults stops for good where no trap handler is installed: tinygrad's crash-recovery test, which
 * its makers run on real boards, waits for such a launch and takes it for an error when it ends. Guessed: that it stops
 * a few instructions later (silicon does when the answer comes back); a wave with a handler enters it there.
 */
import { Compiler } from '../../exec/compile.ts';
import { Access } from '../../exec/memory.ts';
import type { CoreMemory } from '../../exec/memory.ts';
import { MemoryPort } from '../../exec/memory-port.ts';
import { runSlice } from '../../exec/scheduler.ts';
import type { Bulk, Cells, Turns } from '../../exec/scheduler.ts';
import type { ShaderWatcher } from './check/seam.ts';
import { CodeCache } from './code-cache.ts';
import type { Block, CodeContext } from './code-cache.ts';
import { enterTrap, hasTrapHandler, Outcome, getPc, setPc } from './control.ts';
import { entryOf, planDispatch } from './dispatch.ts';
import type { Dispatch } from './dispatch.ts';
import type { ShaderEvent } from './events.ts';
import { MODE_MASK } from './float-mode.ts';
import { allLaunched, launchGroup, SECOND_SLOT } from './launch.ts';
import { allocateState, D, DISPATCHES, DispatchState, G, LANES, S, SCALARS, WaveState } from './state.ts';
import type { Allocate, ShaderState } from './state.ts';
import { RdnaStrip, TEMPORARY } from './strip.ts';
import type { Core } from './strip.ts';
import { createTranslation, isResident } from './translate/translation.ts';
import type { Translated, Translation } from './translate/translation.ts';
import { LONGEST_BLOCK, QUANTUM } from './translate/limits.ts';
import { Runner } from './translate/runner.ts';
import { Left } from './translate/unit.ts';

export interface ShaderEngineOptions {
  /** Memory as a VMID sees it. One object serves all VMIDs where a plain CoreMemory is given. */
  readonly memory: CoreMemory | ((vmid: number) => CoreMemory);
  /** Called at the first dispatch: an idle core holds no state. */
  readonly allocate: Allocate;
  readonly report: (event: ShaderEvent) => void;
  /** Unit numbers handed to `translate`. */
  readonly clients?: { readonly data: number; readonly instruction: number; readonly scalar?: number };
  /** 100 MHz reference clock, low and high dword. */
  readonly referenceClock?: () => readonly [number, number];
  /**
   * `interpreter`: the exact reference. `wasm`: everything translated before its first execution. `auto`: the
   * interpreter first, translation for code that has become warm. Translation needs state and memory in one
   * WebAssembly memory; where they are not, the interpreter does everything.
   */
  readonly engine?: 'auto' | 'wasm' | 'interpreter';
  /**
   * Threads that execute workgroups of translated code. Above 1 they are workers, and this thread waits for them:
   * results of programs without races are the same. Default 1.
   */
  readonly threads?: number;
  /** Which mnemonics may be translated; absent: all. For finding the one that is wrong. */
  readonly translates?: (name: string) => boolean;
  /** Wave slots (32 lanes each). Silicon has 3072; 256 hold every workgroup and most cooperative grids. */
  readonly slots?: number;
  readonly ldsPoolBytes?: number;
  /** Watches every instruction (check/): nothing is translated, and everything is slower by an order of magnitude. */
  readonly watcher?: ShaderWatcher;
}

/** `hung`: waves are resident, and none can ever go on by itself (halted, or at a barrier that nobody will reach). */
export type RunResult = 'idle' | 'busy' | 'hung';

const NEXT_ID = 0;
const NEXT_SLOT = 1;
const NEXT_DISPATCH = 2;
/** Wave instructions executed so far, low and high part. */
const EXECUTED = 3;
const EXECUTED_UNIT = 1073741824;
/** Waves that have ended; wraps, and only ever differs. */
const ENDED = 5;
/** Rounds that the scheduler has been patient; barriers that let go (wraps, too). */
const PATIENT = 6;
const RELEASED = 7;
const TRAPSTS_MEM_VIOL = 1 << 8;
const TRAPSTS_ILLEGAL_INST = 1 << 11;

/** A turn that has begun already: the block it is at, whether all but its ending is executed, instructions so far. */
interface Turn {
  readonly block: Block;
  readonly straight: boolean;
  readonly used: number;
}

/** The place of the only dispatch that still launches; −1 where there is none or more than one. */
function onlyLaunching(state: ShaderState): number {
  let found = -1;
  for (let slot = 0; slot < DISPATCHES; slot++) {
    if (state.dispatches[slot * D.WORDS + D.STATE] !== DispatchState.launching) continue;
    if (found >= 0) return -1;
    found = slot;
  }
  return found;
}
function nothingResident(state: ShaderState): boolean {
  for (let slot = 0; slot < state.slots; slot++)
    if (state.scalars[slot * SCALARS + S.STATE] !== WaveState.free) return false;
  return true;
}

export class ShaderEngine {
  readonly #options: ShaderEngineOptions;
  readonly #slots: number;
  readonly #compiler = new Compiler();
  readonly #code: CodeCache;
  readonly #client: number;
  #state: ShaderState | undefined;
  #turns: Turns | undefined;
  #cells: Cells | undefined;
  #core!: Core & { index: number; block: Block | undefined; port: MemoryPort };
  readonly #strips: (RdnaStrip | undefined)[] = [];
  readonly #wideStrips: (RdnaStrip | undefined)[] = [];
  /** The port that translated code uses in this slice. */
  #usedPort: MemoryPort | undefined;
  readonly #ports: (MemoryPort | undefined)[] = [];
  #context: CodeContext | undefined;
  #contextVmid = -1;
  #translation: Translation | undefined;

  constructor(options: ShaderEngineOptions) {
    this.#options = options;
    this.#slots = options.slots ?? 256;
    this.#client = options.clients?.instruction ?? 1;
    this.#code = new CodeCache(
      this.#compiler,
      { referenceClock: options.referenceClock ?? (() => [0, 0]) },
      this.#client,
      options.watcher,
    );
    options.watcher?.attach((event) => options.report(event));
  }

  /** Memory of a VMID. */
  memoryOf(vmid: number): CoreMemory {
    const { memory } = this.#options;
    return typeof memory === 'function' ? memory(vmid) : memory;
  }

  #port(vmid: number): MemoryPort {
    let port = this.#ports[vmid];
    if (port === undefined) {
      const { data = 0, scalar = data } = this.#options.clients ?? {};
      port = new MemoryPort(this.memoryOf(vmid), data, scalar);
      port.onFault = (address, access) => {
        const { slot, pc, dispatch } = this.#place();
        const { scalars } = this.#state!;
        const at = slot * SCALARS;
        if ((scalars[at + S.TRAPSTS]! & TRAPSTS_MEM_VIOL) !== 0) return; // a wave says it once
        scalars[at + S.TRAPSTS] = scalars[at + S.TRAPSTS]! | TRAPSTS_MEM_VIOL;
        const s = scalars.subarray(at, at + SCALARS);
        if (!hasTrapHandler(s)) s[S.STATE] = WaveState.halted;
        else if (s[S.PRIV] === 0) s[S.FAULTED] = 1;
        const name =
          access === Access.read
            ? 'read'
            : access === Access.write
              ? 'write'
              : access === Access.atomic
                ? 'atomic'
                : 'execute';
        this.#options.report({ kind: 'memoryViolation', dispatch, vmid, wave: slot, pc, access: name, address });
      };
      this.#ports[vmid] = port;
    }
    return port;
  }

  #runningSlot = 0;
  #place(): { slot: number; pc: number; dispatch: number } {
    const state = this.#state!;
    const slot = this.#runningSlot;
    const { block, index } = this.#core;
    const dispatch = state.scalars[slot * SCALARS + S.DISPATCH]!;
    return { slot, pc: block?.pcs[index] ?? 0, dispatch: state.dispatches[dispatch * D.WORDS + D.ID]! };
  }

  /** Allocates the core's state now instead of at the first dispatch (a snapshot about to be restored needs the arrays). */
  prepare(): ShaderState {
    if (this.#state !== undefined) return this.#state;
    const state = allocateState(this.#options.allocate, this.#slots, this.#options.ldsPoolBytes ?? 2097152);
    this.#state = state;
    this.#core = {
      port: undefined as never,
      lds8: state.lds,
      lds32: new Int32Array(state.lds.buffer, state.lds.byteOffset, state.lds.byteLength >>> 2),
      low: new Int32Array(LANES),
      high: new Int32Array(LANES),
      window: new Uint8Array(LANES),
      index: 0,
      block: undefined,
      report: (event) => this.#options.report(event),
      place: () => this.#place(),
    };
    const temporary = new Int32Array(TEMPORARY);
    const temporaryF = new Float32Array(temporary.buffer);
    for (let slot = 0; slot < this.#slots; slot++) {
      this.#strips[slot] = undefined;
      this.#wideStrips[slot] = undefined;
    }
    this.#turns = {
      runnable: (slot) => state.scalars[slot * SCALARS + S.STATE] === WaveState.running,
      step: (slot, fuel) => this.#runWave(state, slot, fuel),
      launch: () => this.#launch(state),
      ended: () => state.scheduler[ENDED]!,
      released: () => state.scheduler[RELEASED]!,
      bulk: (fuel) => this.#bulk(state, fuel),
    };
    this.#cells = { cell: state.scheduler, next: NEXT_SLOT, patience: PATIENT };
    this.#prepareTranslation(state);
    this.#makeStrip = (slot, half) => new RdnaStrip(state, slot, half, this.#core, temporary, temporaryF);
    return state;
  }

  #prepareTranslation(state: ShaderState): void {
    const { engine = 'auto' } = this.#options;
    if (engine === 'interpreter' || this.#options.watcher !== undefined) return;
    this.#translation = createTranslation({
      state,
      memory: this.memoryOf(0),
      code: this.#code,
      client: this.#client,
      eager: engine === 'wasm',
      threads: this.#options.threads ?? 1,
      translates: this.#options.translates,
      interpret: (slot, block, index) => {
        const core = this.#core;
        core.block = block;
        core.index = index;
        this.#runningSlot = slot;
        const w = this.#strip(slot, state.scalars[slot * SCALARS + S.STRIPS] === 2);
        block.handlers[index]!(w);
        if (w.other !== undefined && block.perWave[index] === 0) block.handlers[index]!(w.other);
      },
      at: (slot, block, index) => {
        const core = this.#core;
        core.block = block;
        core.index = index;
        this.#runningSlot = slot;
      },
      port: () => this.#core.port,
      outside: (address) => this.#ldsOutside(state, address),
    });
  }

  #usePort(vmid: number): void {
    const port = this.#port(vmid);
    this.#core.port = port;
    if (this.#usedPort === port) return;
    this.#usedPort = port;
    this.#translation?.use(port);
  }

  #ldsOutside(state: ShaderState, address: number): void {
    const { slot, pc, dispatch } = this.#place();
    const s = state.scalars.subarray(slot * SCALARS, (slot + 1) * SCALARS);
    const at = { dispatch, vmid: s[S.VMID]!, wave: slot, pc };
    this.#options.report({ kind: 'ldsOutOfRange', ...at, address, allocated: s[S.LDS_BYTES]! });
  }

  /** Whole workgroups by translated code while nothing else is resident: see runner.ts. */
  #bulk(state: ShaderState, fuel: number): Bulk | undefined {
    const translation = this.#translation;
    if (translation === undefined || fuel < QUANTUM + LONGEST_BLOCK) return undefined;
    const slot = onlyLaunching(state);
    if (slot < 0 || !nothingResident(state)) return undefined;
    const { scheduler } = state;
    const words = state.dispatches.subarray(slot * D.WORDS, (slot + 1) * D.WORDS);
    const vmid = words[D.VMID]!;
    const memory = this.memoryOf(vmid);
    this.#usePort(vmid);
    const context = this.#contextFor(vmid, words[D.MODE]!, words[D.VGPRS]!, words[D.WAVE64] === 1);
    const entry = this.#code.find(context, memory, words[D.PC_HI]! * 4294967296 + (words[D.PC_LO]! >>> 0));
    const unit = translation.unitAt(entry, context, memory);
    if (unit === undefined) return undefined;
    const runs = translation.runGroups(unit, entry.unitNumber, slot, fuel);
    if (runs === undefined) return undefined;
    scheduler[NEXT_DISPATCH] = (slot + 1) % DISPATCHES;
    const resident = runs.filter(isResident);
    words[D.RESIDENT] = resident.length;
    if (allLaunched(words)) words[D.STATE] = DispatchState.draining;
    let executed = 0;
    for (const run of runs) {
      executed += run.executed;
      scheduler[ENDED] = (scheduler[ENDED]! + run.ended) | 0;
      scheduler[RELEASED] = (scheduler[RELEASED]! + run.released) | 0;
    }
    scheduler[PATIENT] = resident[0]?.patience ?? 0;
    const [endedBefore, releasedBefore] = [scheduler[ENDED]!, scheduler[RELEASED]!];
    for (const { why, wave, result, turn } of resident) {
      if (why !== Runner.engine) continue;
      // the rest of a turn that translated code has left to us
      const begun = { block: unit.blocks[result >>> 2]!, straight: (result & 3) === Left.ending, used: turn };
      executed += this.#runWave(state, wave, Math.max(turn + LONGEST_BLOCK, fuel - executed + turn), begun) - turn;
    }
    if (resident.length === 0 && words[D.STATE] === DispatchState.draining) {
      words[D.STATE] = DispatchState.free;
      this.#options.report({ kind: 'dispatchDone', dispatch: words[D.ID]!, tag: words[D.TAG]! });
    }
    // With several threads a new round begins; with one, the round that the runner was in goes on.
    const [only] = resident;
    if (runs.length > 1 || only === undefined)
      return { executed, slot: -1, ended: false, released: false, stalled: false };
    return {
      executed,
      slot: only.why === Runner.fuel ? only.wave : only.why === Runner.engine ? only.wave + 1 : -1,
      ended: (only.progress & 1) !== 0 || scheduler[ENDED] !== endedBefore,
      released: (only.progress & 2) !== 0 || scheduler[RELEASED] !== releasedBefore,
      stalled: only.why === Runner.stalled,
    };
  }

  #makeStrip: (slot: number, half: number) => RdnaStrip = () => {
    throw new Error('no state');
  };

  #strip(slot: number, wide: boolean): RdnaStrip {
    const strips = wide ? this.#wideStrips : this.#strips;
    let strip = strips[slot];
    if (strip === undefined) {
      strip = this.#makeStrip(slot, 0);
      if (wide) {
        strip.other = this.#makeStrip(slot, 1);
        strip.other.other = strip;
      }
      strips[slot] = strip;
    }
    return strip;
  }

  /**
   * Starts a dispatch and returns its id (a positive number that is never used again), or 0 where it was refused: a
   * `launchRefused` event says why. A grid without workgroups is done at once.
   */
  start(dispatch: Dispatch): number {
    const state = this.prepare();
    const { report } = this.#options;
    const id = state.scheduler[NEXT_ID]! + 1;
    state.scheduler[NEXT_ID] = id;
    let slot = 0;
    while (slot < DISPATCHES && state.dispatches[slot * D.WORDS + D.STATE] !== DispatchState.free) slot++;
    if (slot === DISPATCHES) {
      report({
        kind: 'launchRefused',
        dispatch: id,
        reason: 'queueFull',
        detail: `${DISPATCHES} dispatches are in flight`,
      });
      return 0;
    }
    const words = state.dispatches.subarray(slot * D.WORDS, (slot + 1) * D.WORDS);
    const plan = planDispatch(dispatch, words, this.#slots);
    if ('reason' in plan) {
      words[D.STATE] = DispatchState.free;
      report({ kind: 'launchRefused', dispatch: id, ...plan });
      return 0;
    }
    const entry = entryOf(dispatch);
    if (plan.groups > 0 && this.memoryOf(dispatch.vmid).translate(entry, Access.execute, this.#client) < 0) {
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
    this.#options.watcher?.started(id, slot, dispatch);
    // A launch invalidates the instruction caches as far as this model has any.
    this.#code.epoch++;
    return id;
  }

  /** Is that dispatch still in flight? */
  inFlight(id: number): boolean {
    return this.#slotOf(id) >= 0;
  }

  #slotOf(id: number): number {
    const state = this.#state;
    if (state === undefined || id <= 0) return -1;
    for (let slot = 0; slot < DISPATCHES; slot++) {
      const at = slot * D.WORDS;
      if (state.dispatches[at + D.STATE] !== DispatchState.free && state.dispatches[at + D.ID] === id) return slot;
    }
    return -1;
  }

  /** Kills a dispatch's waves without `dispatchDone`: a queue reset. */
  abort(id: number): void {
    const slot = this.#slotOf(id);
    const state = this.#state;
    if (slot < 0 || state === undefined) return;
    for (let wave = 0; wave < this.#slots; wave++) {
      const at = wave * SCALARS;
      if (state.scalars[at + S.STATE]! > WaveState.free && state.scalars[at + S.DISPATCH] === slot)
        this.#freeWave(state, wave);
    }
    for (let group = 0; group < this.#slots; group++) {
      const g = state.groups.subarray(group * G.WORDS, (group + 1) * G.WORDS);
      if (g[G.USED] === 1 && g[G.DISPATCH] === slot) this.#freeGroup(state, g);
    }
    state.dispatches[slot * D.WORDS + D.STATE] = DispatchState.free;
    this.#options.watcher?.finished(id);
  }

  /** Kills everything: a core reset. */
  reset(): void {
    const state = this.#state;
    this.#options.watcher?.forget();
    if (state === undefined) return;
    for (const array of [state.groups, state.dispatches, state.ldsMap]) array.fill(0);
    for (let slot = 0; slot < this.#slots; slot++) state.scalars[slot * SCALARS + S.STATE] = WaveState.free;
  }

  /** Wave instructions executed since the core came to be. */
  get executed(): number {
    const { scheduler } = this.#state ?? {};
    return scheduler === undefined ? 0 : scheduler[EXECUTED + 1]! * EXECUTED_UNIT + scheduler[EXECUTED]!;
  }

  /** Units translated so far, and what became of their instructions; undefined where nothing is ever translated. */
  get translated(): Translated | undefined {
    return this.#translation?.translated;
  }

  /** Ends the threads of its own, where it has any. */
  async close(): Promise<void> {
    await this.#translation?.close();
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
    const state = this.#state;
    if (state === undefined) return 'idle';
    this.#code.epoch++;
    for (const port of this.#ports) port?.begin();
    this.#usedPort = undefined;
    this.#context = undefined;
    const { scheduler } = state;
    const sum = scheduler[EXECUTED]! + runSlice(this.#turns!, this.#slots, this.#cells!, fuel);
    scheduler[EXECUTED] = sum % EXECUTED_UNIT;
    scheduler[EXECUTED + 1] = scheduler[EXECUTED + 1]! + Math.floor(sum / EXECUTED_UNIT);
    return this.#verdict(state);
  }

  #anyRunning(state: ShaderState): boolean {
    for (let slot = 0; slot < this.#slots; slot++)
      if (state.scalars[slot * SCALARS + S.STATE] === WaveState.running) return true;
    return false;
  }

  #verdict(state: ShaderState): RunResult {
    if (this.#anyRunning(state)) return 'busy';
    let pending = false;
    let resident = false;
    for (let slot = 0; slot < DISPATCHES; slot++) {
      const at = slot * D.WORDS;
      if (state.dispatches[at + D.STATE] === DispatchState.launching) pending = true;
      if (state.dispatches[at + D.RESIDENT]! > 0 && state.dispatches[at + D.STATE] !== DispatchState.free)
        resident = true;
    }
    if (!pending && !resident) return 'idle';
    // Something waits for a launch and nothing occupies the core: it will be launched by the next call.
    return pending && !resident ? 'busy' : 'hung';
  }

  /** Launches one workgroup, dispatches taking turns. */
  #launch(state: ShaderState): boolean {
    const { dispatches, scheduler } = state;
    const first = scheduler[NEXT_DISPATCH]!;
    for (let n = 0; n < DISPATCHES; n++) {
      const slot = (first + n) % DISPATCHES;
      const at = slot * D.WORDS;
      if (dispatches[at + D.STATE] !== DispatchState.launching || !launchGroup(state, slot)) continue;
      if (allLaunched(dispatches.subarray(at, at + D.WORDS))) dispatches[at + D.STATE] = DispatchState.draining;
      scheduler[NEXT_DISPATCH] = (slot + 1) % DISPATCHES;
      this.#options.watcher?.launched(state, slot);
      return true;
    }
    return false;
  }

  /**
   * Runs one wave until its turn is over, it stops, or `fuel` is used up. Returns the instructions executed.
   * `turn`: a turn that translated code has begun and left to us.
   */
  #runWave(state: ShaderState, slot: number, fuel: number, turn?: Turn): number {
    const { scalars } = state;
    const base = slot * SCALARS;
    const wide = scalars[base + S.STRIPS] === 2;
    const w = this.#strip(slot, wide);
    const { s } = w;
    const core = this.#core;
    const code = this.#code;
    const vmid = s[S.VMID]!;
    const memory = this.memoryOf(vmid);
    this.#usePort(vmid);
    this.#runningSlot = slot;
    const translation = this.#translation;
    let context = this.#contextFor(vmid, s[S.MODE]!, s[S.VGPRS]!, wide);
    let block = turn?.block ?? code.find(context, memory, getPc(s));
    let used = turn?.used ?? 0;
    let straight = turn?.straight ?? false;
    if (turn !== undefined && !straight && (used >= QUANTUM || used >= fuel)) {
      setPc(s, block.pc);
      return used;
    }
    for (;;) {
      core.block = block;
      // Every block that starts before the limit also ends within the fuel.
      const limit = Math.min(QUANTUM - used, fuel - used - LONGEST_BLOCK);
      if (translation !== undefined && !straight && limit > 0) {
        const unit = translation.unitAt(block, context, memory);
        if (unit !== undefined) {
          const left = translation.enter(unit, w, slot, block.unitNumber, limit);
          const { executed } = translation;
          used += executed;
          s[S.COUNT] = s[S.COUNT]! + executed;
          block = unit.blocks[left >>> 2]!;
          core.block = block;
          const why = left & 3;
          if (why === Left.ending) straight = true;
          else if (why === Left.limit) {
            if (used >= QUANTUM || used >= fuel) {
              setPc(s, block.pc);
              return used;
            }
          } else {
            this.#stop(state, slot, why === Left.end ? Outcome.end : Outcome.barrier);
            return used;
          }
        }
      }
      const { handlers, length } = block;
      if (straight) {
        // the translation has executed and counted all but the ending
        straight = false;
      } else if (used + length > fuel) {
        // Out of fuel inside the block: as many instructions as are left, and the rest as a block of its own.
        const count = Math.min(fuel - used, handlers.length);
        this.#straight(w, block, count, wide);
        s[S.COUNT] = s[S.COUNT]! + count;
        setPc(s, block.pcs[count]!);
        return Math.max(used + count, 1);
      } else {
        if (wide) this.#straight(w, block, handlers.length, true);
        else {
          for (let i = 0; i < handlers.length; i++) {
            core.index = i;
            handlers[i]!(w);
          }
        }
        used += length;
        s[S.COUNT] = s[S.COUNT]! + length;
      }
      core.index = handlers.length;
      if (s[S.STATE] === WaveState.halted) {
        // S_ENDPGM waits for outstanding stores first, so a wave that has faulted does not get past it either
        setPc(s, block.pcs[handlers.length]!);
        return used;
      }
      const { ending } = block;
      let outcome: Outcome;
      if (s[S.FAULTED] !== 0) {
        // The answer to a faulting access comes late: the trap handler is entered between two instructions behind it.
        s[S.FAULTED] = 0;
        outcome = enterTrap(s, block.pcs[handlers.length]!, 0);
      } else if (ending === undefined && block.broken !== undefined) {
        if (!this.#broken(w, block)) return used;
        outcome = Outcome.jump;
      } else outcome = ending === undefined ? Outcome.next : ending(w);
      let next: Block | undefined;
      if (outcome === Outcome.next) {
        next = block.nextBlock;
        if (next === undefined || next.epoch !== code.epoch) {
          next = code.find(context, memory, block.pcs[block.pcs.length - 1]!);
          block.nextBlock = next;
        }
      } else if (outcome === Outcome.taken) {
        next = block.takenBlock;
        if (next === undefined || next.epoch !== code.epoch) {
          next = code.find(context, memory, block.target);
          block.takenBlock = next;
        }
      } else if (outcome === Outcome.jump) next = code.find(context, memory, getPc(s));
      else {
        setPc(s, block.pcs[block.pcs.length - 1]!);
        if (outcome === Outcome.mode) {
          context = this.#contextFor(vmid, s[S.MODE]!, s[S.VGPRS]!, wide);
          next = code.find(context, memory, getPc(s));
        } else if (outcome === Outcome.flush) {
          code.epoch++;
          next = code.find(context, memory, getPc(s));
        } else {
          this.#stop(state, slot, outcome);
          return used;
        }
      }
      block = next;
      if (used >= QUANTUM || used >= fuel) {
        setPc(s, block.pc);
        return used;
      }
    }
  }

  #straight(w: RdnaStrip, block: Block, count: number, wide: boolean): void {
    const core = this.#core;
    const { handlers, perWave } = block;
    for (let i = 0; i < count; i++) {
      core.index = i;
      handlers[i]!(w);
      if (wide && perWave[i] === 0) handlers[i]!(w.other!);
    }
  }

  #contextFor(vmid: number, mode: number, vgprs: number, wide: boolean): CodeContext {
    const c = this.#context;
    const bits = mode & MODE_MASK;
    if (c !== undefined && this.#contextVmid === vmid && c.mode === bits && c.vgprs === vgprs && c.wave64 === wide)
      return c;
    const found = this.#code.context(vmid, bits, vgprs, wide);
    this.#context = found;
    this.#contextVmid = vmid;
    return found;
  }

  /**
   * The wave came to something that is no instruction. True where its trap handler takes over; else it stays where it is,
   * halted for good.
   */
  #broken(w: RdnaStrip, block: Block): boolean {
    const { slot, pc, dispatch } = this.#place();
    const at = { dispatch, vmid: w.s[S.VMID]!, wave: slot, pc };
    const { s } = w;
    setPc(s, pc);
    const handled = hasTrapHandler(s) && s[S.PRIV] === 0;
    if (!handled) s[S.STATE] = WaveState.halted;
    s[S.TRAPSTS] = s[S.TRAPSTS]! | (block.broken === 'fetch' ? TRAPSTS_MEM_VIOL : TRAPSTS_ILLEGAL_INST);
    if (block.broken === 'fetch')
      this.#options.report({ kind: 'memoryViolation', ...at, access: 'execute', address: pc });
    else {
      const first = (pc - block.pc) / 4;
      this.#options.report({
        kind: 'illegalInstruction',
        ...at,
        words: [...block.words.subarray(first, first + 2)],
        mnemonic: block.brokenName,
      });
    }
    if (handled) enterTrap(s, pc, 0);
    return handled;
  }

  #stop(state: ShaderState, slot: number, outcome: Outcome): void {
    const at = slot * SCALARS;
    const group = state.scalars[at + S.WORKGROUP]!;
    const g = state.groups.subarray(group * G.WORDS, (group + 1) * G.WORDS);
    switch (outcome) {
      case Outcome.barrier:
        state.scalars[at + S.STATE] = WaveState.barrier;
        g[G.ARRIVED] = g[G.ARRIVED]! + 1;
        this.#release(state, group, g);
        break;
      case Outcome.halt:
        state.scalars[at + S.STATE] = WaveState.halted;
        break;
      case Outcome.end: {
        this.#freeWave(state, slot);
        state.scheduler[ENDED] = (state.scheduler[ENDED]! + 1) | 0;
        g[G.WAVES] = g[G.WAVES]! - 1;
        if (g[G.WAVES]! > 0) {
          this.#release(state, group, g);
          break;
        }
        const dispatch = g[G.DISPATCH]!;
        this.#freeGroup(state, g);
        const words = state.dispatches.subarray(dispatch * D.WORDS, (dispatch + 1) * D.WORDS);
        words[D.RESIDENT] = words[D.RESIDENT]! - 1;
        if (words[D.RESIDENT] === 0 && words[D.STATE] === DispatchState.draining) {
          words[D.STATE] = DispatchState.free;
          this.#options.watcher?.finished(words[D.ID]!);
          this.#options.report({ kind: 'dispatchDone', dispatch: words[D.ID]!, tag: words[D.TAG]! });
        }
        break;
      }
      default:
        break;
    }
  }

  /** Lets a workgroup go on where all its living waves have come to the barrier. */
  #release(state: ShaderState, group: number, g: Int32Array): void {
    if (g[G.ARRIVED]! < g[G.WAVES]!) return;
    g[G.ARRIVED] = 0;
    state.scheduler[RELEASED] = (state.scheduler[RELEASED]! + 1) | 0;
    for (let slot = 0; slot < this.#slots; slot++) {
      const at = slot * SCALARS;
      if (state.scalars[at + S.STATE] === WaveState.barrier && state.scalars[at + S.WORKGROUP] === group) {
        state.scalars[at + S.STATE] = WaveState.running;
      }
    }
  }

  #freeWave(state: ShaderState, slot: number): void {
    const at = slot * SCALARS;
    if (state.scalars[at + S.STRIPS] === 2 && state.scalars[at + SCALARS + S.STATE] === SECOND_SLOT) {
      state.scalars[at + SCALARS + S.STATE] = WaveState.free;
    }
    state.scalars[at + S.STATE] = WaveState.free;
  }

  #freeGroup(state: ShaderState, g: Int32Array): void {
    state.ldsMap.fill(0, g[G.LDS_UNIT]!, g[G.LDS_UNIT]! + g[G.LDS_UNITS]!);
    g.fill(0);
  }
}
