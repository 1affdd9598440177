/**
 * The translated side of a shader core: units of its code, the context they work in, and the runner of whole grids.
 *
 * Everything here is derived from state and code; the arena memory it uses is scratch. Pure software.
 */
import type { MemoryPort } from '../../../exec/memory-port.ts';
import type { CoreMemory } from '../../../exec/memory.ts';
import { Context } from '../../../exec/wasm/context.ts';
import { instantiateMemory, memoryImports } from '../../../exec/wasm/memory.ts';
import type { MemoryImports } from '../../../exec/wasm/memory.ts';
import { holds } from '../code-cache.ts';
import type { Block, CodeCache, CodeContext } from '../code-cache.ts';
import type { ShaderState } from '../state.ts';
import type { RdnaStrip } from '../strip.ts';
import { WorkerCrew } from './crew.ts';
import { advance, gridOf } from './grid.ts';
import { Engine } from './layout.ts';
import { LONGEST_BLOCK, QUANTUM } from './limits.ts';
import { Runner, runnerModule } from './runner.ts';
import { Station, STATION_BYTES } from './station.ts';
import type { GroupsRun } from './station.ts';
import { Translator } from './translator.ts';
import type { Translated, Unit } from './translator.ts';

export type { GroupsRun, Translated };

export interface TranslationOptions {
  readonly state: ShaderState;
  readonly memory: CoreMemory;
  readonly code: CodeCache;
  /** The instruction cache's number. */
  readonly client: number;
  readonly eager: boolean;
  /** Threads that execute workgroups; above 1, all of them are workers and this one serves them. */
  readonly threads: number;
  readonly translates?: ((name: string) => boolean) | undefined;
  /** Lets the interpreter execute one instruction of the wave in `slot`. */
  interpret(slot: number, block: Block, index: number): void;
  /** Says which instruction of the wave in `slot` asks for something from now on. */
  at(slot: number, block: Block, index: number): void;
  /** The port of the wave that runs. */
  port(): MemoryPort;
  /** An access beyond LDS by the instruction last said. */
  outside(address: number): void;
}

/** A line of its own for the next workgroup's number, which threads share. */
const NEXT_BYTES = 64;

/** Undefined where state and memory do not lie in one WebAssembly memory. */
export function createTranslation(options: TranslationOptions): Translation | undefined {
  const { state, memory } = options;
  const wasm = memory.memory;
  if (wasm === undefined || memory.reserve === undefined) return undefined;
  const arrays = [memory.u8, state.vgprs, state.scalars, state.lds, state.groups];
  return arrays.every((array) => array.buffer === wasm.buffer) ? new Translation(options, wasm) : undefined;
}

export class Translation {
  readonly #options: TranslationOptions;
  readonly #translator: Translator;
  readonly #memory: WebAssembly.Memory;
  /** All of it. */
  readonly #words: Int32Array;
  readonly #imports: MemoryImports;
  /** This thread's. */
  readonly #station: Station;
  readonly #next: Int32Array;
  readonly #table: WebAssembly.Table;
  #unit!: Unit;
  #port: MemoryPort | undefined;
  #runnerModule: WebAssembly.Module | undefined;
  #runner: ((context: number) => number) | undefined;
  #crew: WorkerCrew | undefined;

  constructor(options: TranslationOptions, memory: WebAssembly.Memory) {
    this.#options = options;
    this.#memory = memory;
    const words = new Int32Array(memory.buffer);
    this.#words = words;
    const { state } = options;
    const reserve = options.memory.reserve!.bind(options.memory);
    this.#station = new Station(state, words, reserve(STATION_BYTES), 0);
    this.#next = new Int32Array(memory.buffer, reserve(NEXT_BYTES), 1);
    /** Says who asks: the instruction that the context's tag names. */
    const place = (context: number): void => {
      const tag = words[(context + Context.TAG) >>> 2]!;
      options.at(words[(context + Engine.SLOT) >>> 2]!, this.#unit.blocks[tag >>> 8]!, tag & 255);
    };
    this.#imports = memoryImports(
      (context) => {
        place(context);
        return options.port();
      },
      (context, address) => {
        place(context);
        options.outside(address);
      },
    );
    this.#table = new WebAssembly.Table({ element: 'anyfunc', initial: 1 });
    this.#translator = new Translator(
      {
        memory,
        functions: instantiateMemory(memory, this.#imports),
        translates: options.translates,
        interpret: (number, index) => this.#interpret(this.#station.context, number, index),
      },
      options.eager,
    );
  }

  #interpret(context: number, number: number, index: number): void {
    this.#options.interpret(this.#words[(context + Engine.SLOT) >>> 2]!, this.#unit.blocks[number]!, index);
  }

  get translated(): Translated {
    return this.#translator.translated;
  }

  /** Ends the worker threads, where there are any. */
  async close(): Promise<void> {
    await this.#crew?.close();
    this.#crew = undefined;
  }

  /** Instructions that the unit entered last has executed. */
  get executed(): number {
    return this.#station.get(Engine.EXECUTED);
  }

  /** The unit to go on with at this block; undefined: the interpreter's turn. */
  unitAt(block: Block, context: CodeContext, memory: CoreMemory): Unit | undefined {
    const { code, client } = this.#options;
    const { unit } = block;
    if (unit !== undefined) {
      if (unit.epoch === code.epoch) return unit;
      if (unit.code.every((run) => holds(memory, run, client))) {
        unit.epoch = code.epoch;
        return unit;
      }
      block.unit = undefined;
      block.heat = 0;
    }
    if (!this.#translator.warm(block)) return undefined;
    return this.#translator.translate(block, code.binding(context), code.epoch, (pc) =>
      code.ahead(context, memory, pc),
    );
  }

  /** The port to use from now on; call at the start of a slice, too. */
  use(port: MemoryPort): void {
    this.#port = port;
    this.#station.use(port);
  }

  /** Executes a wave from that block on: what the unit's function returns (unit.ts, Left). */
  enter(unit: Unit, w: RdnaStrip, slot: number, block: number, limit: number): number {
    this.#unit = unit;
    this.#station.prepare(unit, w.s);
    this.#station.put(Engine.SLOT, slot);
    return unit.run(this.#station.context, w.scalarsAt, w.vectorsAt, block, limit);
  }

  /**
   * Executes whole workgroups of the dispatch in place `dispatch`, of which nothing is resident: one outcome a thread.
   * Undefined where the runner cannot do it.
   */
  runGroups(unit: Unit, entry: number, dispatch: number, fuel: number): GroupsRun[] | undefined {
    const { state, threads } = this.#options;
    const grid = gridOf(state, dispatch);
    if (grid === undefined) return undefined;
    this.#unit = unit;
    this.#next[0] = grid.next;
    const module = (this.#runnerModule ??= new WebAssembly.Module(runnerModule(QUANTUM, LONGEST_BLOCK)));
    const next = this.#next.byteOffset;
    let runs: GroupsRun[];
    if (threads > 1 && grid.last - grid.next >= threads && fuel >= threads * LEAST_SHARE) {
      this.#crew ??= new WorkerCrew({
        threads,
        memory: this.#memory,
        state,
        reserve: this.#options.memory.reserve!.bind(this.#options.memory),
        runner: module,
        imports: this.#imports,
        interpret: (context, number, index) => this.#interpret(context, number, index),
      });
      runs = this.#crew.run(unit, entry, grid, next, fuel, this.#port!);
    } else {
      this.#table.set(0, unit.run);
      this.#station.assign(unit, entry, grid, next, fuel, false);
      this.#runner ??= new WebAssembly.Instance(module, { host: { memory: this.#memory, table: this.#table } }).exports[
        'run'
      ] as (context: number) => number;
      runs = [this.#station.outcome(this.#runner(this.#station.context), fuel)];
    }
    advance(grid, this.#next[0]);
    for (const [number, run] of runs.entries())
      if (isResident(run)) state.ldsMap.fill(1, number * grid.ldsUnits, (number + 1) * grid.ldsUnits);
    return runs;
  }
}

/** Instructions that are worth a thread. */
const LEAST_SHARE = 6 * QUANTUM;

/** Did the runner leave a workgroup resident? */
export const isResident = ({ why }: GroupsRun): boolean => why !== Runner.done && why !== Runner.stopped;
