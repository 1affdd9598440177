/**
 * Where one thread executes translated code: its context, the start states of its workgroup's waves, its wave slots.
 *
 * Pure software.
 */
import { Context, prepareContext, usePort } from '../../../exec/wasm/context.ts';
import type { MemoryPort } from '../../../exec/memory-port.ts';
import { groupIdScalars, startLanes, startScalars } from '../launch.ts';
import { Cell } from '../residents.ts';
import { D, G, LANES, LDS_UNIT_BYTES, REGISTER_BYTES, S, SCALARS, STRIP_BYTES } from '../state.ts';
import type { ShaderState } from '../state.ts';
import type { Grid } from './grid.ts';
import { Engine, MAX_WAVES, RUNNER_BYTES } from './layout.ts';
import type { Unit } from './translator.ts';

/** Bytes of the start states. */
const START_SCALARS_BYTES = MAX_WAVES * SCALARS * 4;
const START_VECTORS_BYTES = MAX_WAVES * 2 * REGISTER_BYTES;
export const STATION_BYTES = RUNNER_BYTES + START_SCALARS_BYTES + START_VECTORS_BYTES;

/** What the runner did at one station. */
export interface GroupsRun {
  /** `Runner`: why it returned. */
  readonly why: number;
  readonly executed: number;
  readonly ended: number;
  readonly released: number;
  readonly patience: number;
  readonly progress: number;
  /** The wave's slot whose turn it is, and what its unit returned. */
  readonly wave: number;
  readonly result: number;
  /** Instructions of that wave's turn so far. */
  readonly turn: number;
}

export class Station {
  /** Arena address of the context. */
  readonly context: number;
  /** Which station this is: its workgroup, slots and LDS come behind those of the ones before. */
  readonly number: number;
  readonly #state: ShaderState;
  readonly #memory: Int32Array;
  readonly #startScalars: number;
  readonly #startVectors: number;

  /** `memory`: a view of all of it; `context`: STATION_BYTES of it that are nobody else's. */
  constructor(state: ShaderState, memory: Int32Array, context: number, number: number) {
    this.#state = state;
    this.#memory = memory;
    this.context = context;
    this.number = number;
    this.#startScalars = context + RUNNER_BYTES;
    this.#startVectors = this.#startScalars + START_SCALARS_BYTES;
    prepareContext(memory, context);
  }

  get(at: number): number {
    return this.#memory[(this.context + at) >>> 2]!;
  }
  put(at: number, value: number): void {
    this.#memory[(this.context + at) >>> 2] = value;
  }

  use(port: MemoryPort): void {
    usePort(this.#memory, this.context, port);
  }

  /** `s`: scalars of a wave of the dispatch and workgroup that run. */
  prepare(unit: Unit, s: Int32Array): void {
    this.put(Context.LDS, this.#state.lds.byteOffset + s[S.LDS_BASE]!);
    this.put(Context.LDS_BYTES, s[S.LDS_BYTES]!);
    this.put(Context.SHARED_HIGH, s[S.SHARED_BASE]!);
    this.put(Context.PRIVATE_HIGH, s[S.PRIVATE_BASE]!);
    this.put(Context.SCRATCH, s[S.FLAT_SCRATCH_LO]!);
    this.put(Context.SCRATCH + 4, s[S.FLAT_SCRATCH_HI]!);
    this.put(Context.LANES, LANES * s[S.STRIPS]!);
    const base = unit.blocks[0]!.pc;
    this.put(Engine.CODE_BASE, base | 0);
    this.put(Engine.CODE_BASE + 4, Math.floor(base / 4294967296));
  }

  /** Everything the runner needs for workgroups of this grid. `next`: address of the next one's number, which other threads use, too, where it is `shared`. */
  assign(unit: Unit, entry: number, grid: Grid, next: number, fuel: number, shared: boolean): void {
    const state = this.#state;
    const { words: d, waves, stride, ldsUnits } = grid;
    const slot = this.number * waves * stride;
    const ldsUnit = this.number * ldsUnits;
    this.#startStates(grid, slot, ldsUnit * LDS_UNIT_BYTES);
    this.prepare(unit, new Int32Array(this.#memory.buffer, this.#startScalars, SCALARS));
    for (const [axis, index] of groupIdScalars(d).entries())
      this.put(Engine.ID_X + 4 * axis, index < 0 ? -1 : index * 4);
    const values: readonly (readonly [number, number])[] = [
      [Engine.ENTRY, entry],
      [Engine.WAVES, waves],
      [Engine.STRIDE, stride],
      [Engine.SCALARS, state.scalars.byteOffset + slot * SCALARS * 4],
      [Engine.VECTORS, state.vgprs.byteOffset + slot * STRIP_BYTES],
      [Engine.GROUP, state.groups.byteOffset + this.number * G.WORDS * 4],
      [Engine.START_SCALARS, this.#startScalars],
      [Engine.START_VECTORS, this.#startVectors],
      [Engine.NEXT, next],
      [Engine.LAST, grid.last],
      [Engine.ROW, grid.row],
      [Engine.ROWS, grid.rows],
      [Engine.FIRST_X, d[D.START_X]!],
      [Engine.FIRST_Y, d[D.START_Y]!],
      [Engine.FIRST_Z, d[D.START_Z]!],
      [Engine.LEFT, fuel],
      [Engine.FIRST_SLOT, slot],
      [Engine.DISPATCH, grid.place],
      [Engine.LDS_UNIT, ldsUnit],
      [Engine.LDS_UNITS, ldsUnits],
      [Engine.CHANGED, unit.changedLines],
      [Engine.STARTED, 0],
      [Engine.SHARED, shared ? 1 : 0],
      [Engine.PATIENCE, state.scheduler[Cell.PATIENT]!],
      [Engine.PROGRESS, 0],
    ];
    for (const [at, value] of values) this.put(at, value);
  }

  /** What came of it, after the runner returned `why`. */
  outcome(why: number, fuel: number): GroupsRun {
    return {
      why,
      executed: fuel - this.get(Engine.LEFT),
      ended: this.get(Engine.ENDED),
      released: this.get(Engine.RELEASED),
      patience: this.get(Engine.PATIENCE),
      progress: this.get(Engine.PROGRESS),
      wave: this.get(Engine.FIRST_SLOT) + this.get(Engine.WAVE) * this.get(Engine.STRIDE),
      result: this.get(Engine.RESULT),
      turn: this.get(Engine.EXECUTED),
    };
  }

  /** Start states of every wave of a workgroup; its numbers the runner puts in. */
  #startStates({ words: d, place, waves, threads, stride }: Grid, slot: number, ldsBase: number): void {
    const { buffer } = this.#memory;
    for (let wave = 0; wave < waves; wave++) {
      const shape = { wave, waves, threads, sx: d[D.FULL_X]!, sy: d[D.FULL_Y]! };
      const s = new Int32Array(buffer, this.#startScalars + wave * SCALARS * 4, SCALARS);
      startScalars(s, d, slot + wave * stride, place, this.number, shape, ldsBase);
      for (let half = 0; half < stride; half++) {
        const at = this.#startVectors + (wave * 2 + half) * REGISTER_BYTES;
        startLanes(new Int32Array(buffer, at, LANES), stride === 2, half, shape);
      }
    }
  }
}
