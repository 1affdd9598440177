/**
 * What a block knows of ramps at a point of its code (exec/wasm/lower-ramps.ts): registers that go up by a known step from
 * lane to lane, where a flag says so when the code runs.
 *
 * Pure software.
 */
import { Type } from '../../../exec/wasm/writer.ts';
import type { Code } from '../../../exec/wasm/writer.ts';
import { LANES } from '../state.ts';

export interface Ramp {
  readonly step: number;
  /** Local (i32): what lane 0 has. */
  readonly base: number;
  /** Local (i32): is all this so? */
  readonly holds: number;
}

/** Registers that an access takes its addresses from: a row where each lane's element follows its neighbour's. */
export interface RowRegisters {
  readonly first: number;
  /** 64 bits in two registers, or an offset of 32 bits. */
  readonly pair: boolean;
  /** Bytes of an element. */
  readonly step: number;
}
/** The registers' ramps. */
export interface Row {
  readonly low: Ramp;
  readonly high: Ramp | undefined;
  readonly step: number;
}

/** Registers that a row's addresses are in. */
export const registersOf = ({ first, pair }: RowRegisters): number[] => (pair ? [first, first + 1] : [first]);
/** Do lanes' addresses follow one another, when no low dword goes around 2^32? `stepOf`: a register's step. */
export const isRow = ({ first, pair, step }: RowRegisters, stepOf: (register: number) => number | undefined): boolean =>
  stepOf(first) === step && (!pair || stepOf(first + 1) === 0);

/** Locals for ramps that a unit has at most: beyond, there are none. */
const MOST_LOCALS = 400;

/**
 * A flag is good for all of the unit's function from where it is set: one that was entered behind that place finds it 0.
 * So a block begins with what is known at the end of the only one that leads to it.
 */
export class Ramps {
  readonly #code: Code;
  readonly #locals: { count: number };
  readonly #known: Map<number, Ramp>;

  constructor(code: Code, before?: Ramps) {
    this.#code = code;
    this.#locals = before === undefined ? { count: 0 } : before.#locals;
    this.#known = new Map(before === undefined ? [] : before.#known);
  }
  get full(): boolean {
    return this.#locals.count >= MOST_LOCALS;
  }
  /** A local (i32) that nothing else uses. */
  local(): number {
    this.#locals.count++;
    return this.#code.fresh(Type.i32);
  }
  find(register: number): Ramp | undefined {
    return this.#known.get(register);
  }
  row(registers: RowRegisters): Row | undefined {
    if (!isRow(registers, (register) => this.find(register)?.step)) return undefined;
    const { first, pair, step } = registers;
    return { low: this.find(first)!, high: pair ? this.find(first + 1)! : undefined, step };
  }
  set(register: number, ramp: Ramp): void {
    this.#known.set(register, ramp);
  }
  /** Registers are written: what was known of them is gone. */
  drop(first: number, count: number): void {
    for (let register = first; register < first + count; register++) this.#known.delete(register);
  }
  clear(): void {
    this.#known.clear();
  }
}

/** The largest offset of lane 0 with which no lane's goes around 2^32. */
export const lastStart = (step: number): number => -1 - (LANES - 1) * step;
