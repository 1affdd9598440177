/**
 * The translated side of a shader core: units of its code, the context they work in, and the runner of whole grids.
 *
 * Everything here is derived from state and code; the arena memory it uses is scratch. Pure software.
 */
import { Context, prepareContext, usePort } from '../../../exec/wasm/context.ts';
import { instantiateMemory, memoryImports } from '../../../exec/wasm/memory.ts';
import type { MemoryPort } from '../../../exec/memory-port.ts';
import type { CoreMemory } from '../../../exec/memory.ts';
import type { Block, CodeCache, CodeContext } from '../code-cache.ts';
import { groupIdScalars, startLanes, startScalars } from '../launch.ts';
import { D, LANES, LDS_UNIT_BYTES, S, SCALARS } from '../state.ts';
import type { ShaderState } from '../state.ts';
import type { RdnaStrip } from '../strip.ts';
import { Engine } from './layout.ts';
import { LONGEST_BLOCK, QUANTUM } from './limits.ts';
import { Runner, RUNNER_BYTES, runnerModule } from './runner.ts';
import { Translator, unchanged } from './translator.ts';
import type { Translated, Unit } from './translator.ts';

export type { Translated };

export interface TranslationOptions {
  readonly state: ShaderState;
  readonly memory: CoreMemory;
  readonly code: CodeCache;
  /** The instruction cache's number. */
  readonly client: number;
  readonly eager: boolean;
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

/** What the runner did. */
export interface GroupsRun {
  readonly why: number;
  readonly executed: number;
  readonly ended: number;
  readonly released: number;
  readonly patience: number;
  readonly progress: number;
  /** Is a workgroup resident? Then its wave's slot, and what its unit returned. */
  readonly resident: boolean;
  readonly wave: number;
  readonly result: number;
}

/** Waves of a workgroup at most, and bytes of their start states. */
const MAX_WAVES = 32;
const START_SCALARS_BYTES = MAX_WAVES * SCALARS * 4;
const START_VECTORS_BYTES = MAX_WAVES * 2 * LANES * 4;
const CELLS_BYTES = 64;

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
  /** Arena addresses: the context; start states; cells that workers share. */
  readonly #context: number;
  readonly #startScalars: number;
  readonly #startVectors: number;
  readonly #cells: number;
  /** All of memory, and the engine's words of the context. */
  readonly #whole: Int32Array;
  readonly #words: Int32Array;
  readonly #table: WebAssembly.Table;
  #unit!: Unit;
  #runner: ((context: number) => number) | undefined;

  constructor(options: TranslationOptions, memory: WebAssembly.Memory) {
    this.#options = options;
    this.#memory = memory;
    const size = RUNNER_BYTES + START_SCALARS_BYTES + START_VECTORS_BYTES + CELLS_BYTES;
    this.#context = options.memory.reserve!(size);
    this.#startScalars = this.#context + RUNNER_BYTES;
    this.#startVectors = this.#startScalars + START_SCALARS_BYTES;
    this.#cells = this.#startVectors + START_VECTORS_BYTES;
    this.#words = new Int32Array(memory.buffer, this.#context, Engine.BYTES / 4);
    const whole = new Int32Array(memory.buffer);
    this.#whole = whole;
    prepareContext(whole, this.#context);
    const place = (): void => {
      const tag = whole[(this.#context + Context.TAG) >>> 2]!;
      options.at(this.#words[Engine.SLOT / 4]!, this.#unit.blocks[tag >>> 8]!, tag & 255);
    };
    const functions = instantiateMemory(
      memory,
      memoryImports(
        () => {
          place();
          return options.port();
        },
        (_context, address) => {
          place();
          options.outside(address);
        },
      ),
    );
    this.#table = new WebAssembly.Table({ element: 'anyfunc', initial: 1 });
    this.#translator = new Translator(
      {
        memory,
        functions,
        translates: options.translates,
        interpret: (number, index) =>
          options.interpret(this.#words[Engine.SLOT / 4]!, this.#unit.blocks[number]!, index),
      },
      options.eager,
    );
  }

  get translated(): Translated {
    return this.#translator.translated;
  }

  /** Instructions that the unit entered last has executed. */
  get executed(): number {
    return this.#words[Engine.EXECUTED / 4]!;
  }

  /** The unit to go on with at this block; undefined: the interpreter's turn. */
  unitAt(block: Block, context: CodeContext, memory: CoreMemory): Unit | undefined {
    const { code, client } = this.#options;
    const { unit } = block;
    if (unit !== undefined) {
      if (unit.epoch === code.epoch) return unit;
      if (unchanged(unit, memory, client)) {
        unit.epoch = code.epoch;
        return unit;
      }
      block.unit = undefined;
      block.heat = 0;
    }
    if (!this.#translator.warm(block)) return undefined;
    return this.#translator.translate(block, code.binding(context), code.epoch, (pc) => code.find(context, memory, pc));
  }

  /** The port to use from now on; call at the start of a slice, too. */
  use(port: MemoryPort): void {
    usePort(this.#whole, this.#context, port);
  }

  #put(at: number, value: number): void {
    this.#whole[(this.#context + at) >>> 2] = value;
  }

  /** `s`: scalars of a wave of the dispatch and workgroup that run. */
  #prepare(unit: Unit, s: Int32Array): void {
    this.#unit = unit;
    this.#put(Context.LDS, this.#options.state.lds.byteOffset + s[S.LDS_BASE]!);
    this.#put(Context.LDS_BYTES, s[S.LDS_BYTES]!);
    this.#put(Context.SHARED_HIGH, s[S.SHARED_BASE]!);
    this.#put(Context.PRIVATE_HIGH, s[S.PRIVATE_BASE]!);
    this.#put(Context.SCRATCH, s[S.FLAT_SCRATCH_LO]!);
    this.#put(Context.SCRATCH + 4, s[S.FLAT_SCRATCH_HI]!);
    this.#put(Context.LANES, LANES * s[S.STRIPS]!);
    const base = unit.blocks[0]!.pc;
    this.#words[Engine.CODE_BASE / 4] = base | 0;
    this.#words[Engine.CODE_BASE / 4 + 1] = Math.floor(base / 4294967296);
  }

  /** Executes a wave from that block on: what the unit's function returns (unit.ts, Left). */
  enter(unit: Unit, w: RdnaStrip, slot: number, block: number, limit: number): number {
    this.#prepare(unit, w.s);
    this.#words[Engine.SLOT / 4] = slot;
    return unit.run(this.#context, w.scalarsAt, w.vectorsAt, block, limit);
  }

  /**
   * Executes whole workgroups of the dispatch in place `dispatch`, of which nothing is resident. Undefined where the
   * runner cannot do it.
   */
  runGroups(unit: Unit, entry: number, dispatch: number, fuel: number): GroupsRun | undefined {
    const { state } = this.#options;
    const d = state.dispatches.subarray(dispatch * D.WORDS, (dispatch + 1) * D.WORDS);
    const stride = d[D.WAVE64] === 1 ? 2 : 1;
    const threads = d[D.FULL_X]! * d[D.FULL_Y]! * d[D.FULL_Z]!;
    const waves = Math.ceil(threads / (LANES * stride));
    const room = d[D.SCRATCH_WAVES] === 0 ? state.slots : Math.min(state.slots, d[D.SCRATCH_WAVES]!);
    const row = d[D.GROUPS_X]! - d[D.START_X]!;
    const rows = d[D.GROUPS_Y]! - d[D.START_Y]!;
    const planes = d[D.GROUPS_Z]! - d[D.START_Z]!;
    const partial = [0, 1, 2].map((axis) => d[D.FULL_X + axis] !== d[D.LAST_X + axis]);
    let last = row * rows * planes;
    // The last workgroup of a single row may be smaller; grids with other ragged edges are not for the runner.
    if (partial[1] || partial[2] || (partial[0] && rows * planes > 1)) return undefined;
    if (partial[0]) last--;
    const next =
      d[D.NEXT_X]! - d[D.START_X]! + row * (d[D.NEXT_Y]! - d[D.START_Y]! + rows * (d[D.NEXT_Z]! - d[D.START_Z]!));
    const units = Math.ceil(d[D.LDS_BYTES]! / LDS_UNIT_BYTES);
    if (waves * stride > room || waves > MAX_WAVES || next >= last || last > 0x7fffffff || units > state.ldsMap.length)
      return undefined;
    this.#startStates(d, dispatch, waves, threads, stride);
    this.#prepare(unit, new Int32Array(this.#memory.buffer, this.#startScalars, SCALARS));
    const { buffer } = this.#memory;
    const cells = new Int32Array(buffer, this.#cells, CELLS_BYTES / 4);
    cells[0] = next;
    cells[1] = 0;
    const words = this.#words;
    const put = (offset: number, value: number): void => {
      words[offset / 4] = value;
    };
    this.#table.set(0, unit.run);
    put(Engine.ENTRY, entry);
    put(Engine.WAVES, waves);
    put(Engine.STRIDE, stride);
    put(Engine.SCALARS, state.scalars.byteOffset);
    put(Engine.VECTORS, state.vgprs.byteOffset);
    put(Engine.GROUP, state.groups.byteOffset);
    put(Engine.START_SCALARS, this.#startScalars);
    put(Engine.START_VECTORS, this.#startVectors);
    for (const [axis, index] of groupIdScalars(d).entries()) put(Engine.ID_X + 4 * axis, index < 0 ? -1 : index * 4);
    put(Engine.NEXT, this.#cells);
    put(Engine.STOP, this.#cells + 4);
    put(Engine.LAST, last);
    put(Engine.ROW, row);
    put(Engine.ROWS, rows);
    put(Engine.FIRST_X, d[D.START_X]!);
    put(Engine.FIRST_Y, d[D.START_Y]!);
    put(Engine.FIRST_Z, d[D.START_Z]!);
    put(Engine.LEFT, fuel);
    put(Engine.DONE, 0);
    put(Engine.FIRST_SLOT, 0);
    put(Engine.DISPATCH, dispatch);
    put(Engine.LDS_UNIT, 0);
    put(Engine.LDS_UNITS, units);
    put(Engine.PATIENCE, 0);
    put(Engine.PROGRESS, 0);
    this.#runner ??= new WebAssembly.Instance(new WebAssembly.Module(runnerModule(QUANTUM, LONGEST_BLOCK)), {
      host: { memory: this.#memory, table: this.#table },
    }).exports['run'] as (context: number) => number;
    const why = this.#runner(this.#context);
    const reached = Math.min(cells[0], last);
    d[D.NEXT_X] = d[D.START_X]! + (reached % row);
    d[D.NEXT_Y] = d[D.START_Y]! + (Math.floor(reached / row) % rows);
    d[D.NEXT_Z] = d[D.START_Z]! + Math.floor(reached / (row * rows));
    const resident = why !== Runner.done && why !== Runner.stopped;
    if (resident) state.ldsMap.fill(1, 0, units);
    return {
      why,
      executed: fuel - words[Engine.LEFT / 4]!,
      ended: words[Engine.ENDED / 4]!,
      released: words[Engine.RELEASED / 4]!,
      patience: resident ? words[Engine.PATIENCE / 4]! : 0,
      progress: words[Engine.PROGRESS / 4]!,
      resident,
      wave: words[Engine.WAVE / 4]! * stride,
      result: words[Engine.RESULT / 4]!,
    };
  }

  /** Start states of every wave of a workgroup; its numbers the runner puts in. */
  #startStates(d: Int32Array, dispatch: number, waves: number, threads: number, stride: number): void {
    const { buffer } = this.#memory;
    for (let wave = 0; wave < waves; wave++) {
      const shape = { wave, waves, threads, sx: d[D.FULL_X]!, sy: d[D.FULL_Y]! };
      startScalars(
        new Int32Array(buffer, this.#startScalars + wave * SCALARS * 4, SCALARS),
        d,
        wave * stride,
        dispatch,
        0,
        shape,
        0,
      );
      for (let half = 0; half < stride; half++) {
        const at = this.#startVectors + (wave * 2 + half) * LANES * 4;
        startLanes(new Int32Array(buffer, at, LANES), stride === 2, half, shape);
      }
    }
  }
}
