/**
 * What translated code does for a memory instruction: a call of the helper module (exec/wasm/memory.ts), and what can be
 * done on the spot where addresses are simple.
 *
 * Pure software.
 */
import { Shape } from '../../../exec/wasm/memory.ts';
import type { MemoryFunctionName } from '../../../exec/wasm/memory.ts';
import type { Simple } from '../../../exec/wasm/memory-simple.ts';
import type { Code } from '../../../exec/wasm/writer.ts';
import type { Decoded, Operand } from '../isa/types.ts';
import { isVector } from '../memory-ops.ts';
import type { MemorySemantics } from '../semantics/memory.ts';
import { REGISTER_BYTES } from '../state.ts';
import type { Ramps, Row, RowRegisters } from './ramps.ts';
import type { Scalars } from './scalars.ts';

/** Vector registers: first and how many. */
export interface Registers {
  readonly first: number;
  readonly count: number;
}

export interface MemoryPlace {
  readonly code: Code;
  /** Locals: the context, the wave's scalars and its vector registers. */
  readonly context: number;
  readonly scalarsBase: number;
  readonly vectors: number;
  readonly wide: boolean;
  /** Block times 256 plus instruction: who asks. */
  readonly tag: number;
  readonly scalars: Scalars;
  readonly ramps: Ramps;
  /** Brings the open run to its end, where it touches these registers or scalars. */
  settle(reads: readonly Registers[], writes: readonly Registers[], scalars: readonly number[]): void;
}

/** A call that stands for an instruction. */
export interface Plan {
  readonly name: MemoryFunctionName;
  readonly reads: readonly Registers[];
  readonly writes: readonly Registers[];
  readonly scalarReads: readonly number[];
  /** Pushes what follows context and mask, for the half whose registers begin at local `vectors`. */
  push(place: MemoryPlace, vectors: number, half: 0 | 1): void;
  readonly row?: RowPlan | undefined;
}
/** What to do where addresses are a row. */
export interface RowPlan {
  readonly load: boolean;
  readonly registers: RowRegisters;
  /** The first register that is loaded into or stored from. */
  readonly data: number;
  readonly dwords: number;
  readonly fresh: number;
  /** Pushes lane 0's address. */
  push(place: MemoryPlace, row: Row): void;
}
export interface ScalarPlan {
  readonly name: 'scalarLoad';
  write(place: MemoryPlace, imports: MemoryImports): void;
}

export const registersOf = (o: Operand, count = 1): Registers => ({ first: o.index, count });
export const dwordsOf = (m: MemorySemantics): number => Math.max(1, m.bytes >>> 2);
export const shapeOf = (m: MemorySemantics): number =>
  (m.signed ? Shape.signed : 0) | (m.part === 'low' ? Shape.low : m.part === 'high' ? Shape.high : 0);
export const shiftOf = (m: MemorySemantics): number => (m.part === 'high' ? 16 : 0);

export const pushRegister =
  (index: number) =>
  ({ code }: MemoryPlace, vectors: number): void => {
    code.get(vectors);
    if (index === 0) return;
    code.i32(index * REGISTER_BYTES);
    code.op('i32.add');
  };

/** The register's address; 0 where there is none. */
export const pushRegisterOrZero =
  (o: Operand | undefined) =>
  (place: MemoryPlace, vectors: number): void => {
    if (isVector(o)) pushRegister(o.index)(place, vectors);
    else place.code.i32(0);
  };

/** Pushes two dwords as one i64. */
export function pushPair(code: Code, low: number, high: number): void {
  code.get(low);
  code.op('i64.extend_i32_u');
  code.get(high);
  code.op('i64.extend_i32_u');
  code.i64(32n);
  code.op('i64.shl');
  code.op('i64.or');
}

/** What a unit's accesses do, and the numbers of the functions that it imports for them. */
export interface MemoryImports {
  readonly plans: ReadonlyMap<Decoded, Plan | ScalarPlan>;
  readonly functions: ReadonlyMap<string, number>;
}

/** An access that is done on the spot where it is simple. */
export const simpleAccess = (
  imports: MemoryImports,
  access: Simple['access'],
  address: number,
  bytes: number,
  aligned: boolean,
  fresh: number,
): Simple => ({
  access,
  address,
  bytes,
  aligned,
  quietLoad: imports.functions.get('quietLoad')!,
  quietStore: imports.functions.get('quietStore')!,
  fresh,
});
