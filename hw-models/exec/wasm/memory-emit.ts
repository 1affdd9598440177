/**
 * Short ways to write functions of the helper module: values as terms that nest, statements in order, loops over lanes.
 *
 * Pure software.
 */
import { Context } from './context.ts';
import type { LaneOpcode, MemoryOpcode, Opcode } from './opcodes.ts';
import { ModuleWriter, NO_RESULT, Type } from './writer.ts';
import type { Code } from './writer.ts';

/** Leaves a value on the stack. May be written several times: keep what is dear in a local. */
export type Term = () => void;

/** Lanes in a register, bytes of one, and vectors of four dwords in one. */
export const LANES = 32;
export const REGISTER_BYTES = LANES * 4;
export const QUADS = LANES / 4;

export class Emitter {
  readonly code: Code;

  constructor(code: Code) {
    this.code = code;
  }

  i32 = (value: number): Term => {
    return () => this.code.i32(value);
  };
  i64 = (value: bigint): Term => {
    return () => this.code.i64(value);
  };
  splat = (value: number): Term => {
    return () => this.code.splat(value);
  };
  v128 = (a: number, b: number, c: number, d: number): Term => {
    return () => this.code.v128(a, b, c, d);
  };
  get = (local: number): Term => {
    return () => this.code.get(local);
  };
  op = (name: Opcode, ...operands: readonly Term[]): Term => {
    return () => {
      for (const operand of operands) operand();
      this.code.op(name);
    };
  };
  load = (name: MemoryOpcode, address: Term, offset = 0): Term => {
    return () => {
      address();
      this.code.memory(name, offset);
    };
  };
  /** An atomic instruction that gives the old value. */
  atomic = (name: MemoryOpcode, ...operands: readonly Term[]): Term => {
    return () => {
      for (const operand of operands) operand();
      this.code.memory(name);
    };
  };
  /**
   * Four dwords from four addresses (locals) plus `offset` as a vector, put together in a register: stored one by one,
   * the vector load that comes next would have to wait for all of them.
   */
  gather = (at: readonly number[], offset: number): Term => {
    return () => {
      const { code } = this;
      const vector = code.local(Type.v128);
      code.get(at[0]!);
      code.memory('v128.load32_zero', offset);
      for (let lane = 1; lane < 4; lane++) {
        code.set(vector);
        code.get(at[lane]!);
        code.get(vector);
        code.laneMemory('v128.load32_lane', lane, offset);
      }
      code.free(Type.v128, vector);
    };
  };
  extract = (name: LaneOpcode, lane: number, vector: Term): Term => {
    return () => {
      vector();
      this.code.lane(name, lane);
    };
  };
  shuffle32 = (first: Term, second: Term, lanes: readonly [number, number, number, number]): Term => {
    return () => {
      first();
      second();
      this.code.shuffle32(...lanes);
    };
  };
  call = (index: number, ...operands: readonly Term[]): Term => {
    return () => {
      for (const operand of operands) operand();
      this.code.call(index);
    };
  };
  tee = (local: number, value: Term): Term => {
    return () => {
      value();
      this.code.tee(local);
    };
  };
  /** `then` where `condition` is not 0; both are evaluated. */
  select = (condition: Term, then: Term, otherwise: Term): Term => this.op('select', then, otherwise, condition);

  add = (a: Term, b: Term): Term => this.op('i32.add', a, b);
  sub = (a: Term, b: Term): Term => this.op('i32.sub', a, b);
  and = (a: Term, b: Term): Term => this.op('i32.and', a, b);
  or = (a: Term, b: Term): Term => this.op('i32.or', a, b);
  shl = (a: Term, n: number): Term => this.op('i32.shl', a, this.i32(n));
  shr = (a: Term, n: number): Term => this.op('i32.shr_u', a, this.i32(n));
  eq = (a: Term, b: Term): Term => this.op('i32.eq', a, b);
  not = (a: Term): Term => this.op('i32.eqz', a);
  /** The halves of 64 bits, and 64 bits of two halves. */
  lowOf = (wide: Term): Term => this.op('i32.wrap_i64', wide);
  highOf = (wide: Term): Term => this.op('i32.wrap_i64', this.op('i64.shr_u', wide, this.i64(32n)));
  wide = (low: Term, high: Term): Term =>
    this.op(
      'i64.or',
      this.op('i64.extend_i32_u', low),
      this.op('i64.shl', this.op('i64.extend_i32_u', high), this.i64(32n)),
    );
  /** Address of lane `lane`'s dword in the register at `register`. Both are locals. */
  slot = (register: number, lane: number): Term => this.add(this.get(register), this.shl(this.get(lane), 2));
  /** A word of the context. */
  context = (at: number): Term => this.load('i32.load', this.get(0), at);

  set(local: number, value: Term): void {
    value();
    this.code.set(local);
  }
  /** A new local with that value. */
  keep(type: Type, value: Term): number {
    const local = this.code.local(type);
    this.set(local, value);
    return local;
  }
  do(value: Term): void {
    value();
  }
  drop(value: Term): void {
    value();
    this.code.op('drop');
  }
  store(name: MemoryOpcode, address: Term, value: Term, offset = 0): void {
    address();
    value();
    this.code.memory(name, offset);
  }
  when(condition: Term, then: () => void, otherwise?: () => void): void {
    condition();
    this.code.if();
    then();
    if (otherwise !== undefined) {
      this.code.else();
      otherwise();
    }
    this.code.end();
  }
  /** A term of either of two, only one of which is evaluated. */
  either = (type: Type, condition: Term, then: Term, otherwise: Term): Term => {
    return () => {
      condition();
      this.code.if(type);
      then();
      this.code.else();
      otherwise();
      this.code.end();
    };
  };
  return(value?: Term): void {
    value?.();
    this.code.op('return');
  }
  /** Runs `body` for `local` = each set bit of `mask`, lowest first. `mask` is a term that is evaluated once. */
  lanes(mask: Term, body: (lane: number) => void): void {
    const rest = this.keep(Type.i32, mask);
    const lane = this.code.local(Type.i32);
    const { code } = this;
    code.block(NO_RESULT);
    this.do(this.not(this.get(rest)));
    code.brIf(0);
    code.loop(NO_RESULT);
    this.set(lane, this.op('i32.ctz', this.get(rest)));
    body(lane);
    this.set(rest, this.and(this.get(rest), this.sub(this.get(rest), this.i32(1))));
    this.do(this.get(rest));
    code.brIf(0);
    code.end();
    code.end();
    code.free(Type.i32, rest);
    code.free(Type.i32, lane);
  }
  /** Runs `body` for `local` = 0 … count − 1; at least once. */
  times(count: Term, body: (n: number) => void): void {
    const n = this.keep(Type.i32, this.i32(0));
    this.code.loop(NO_RESULT);
    body(n);
    this.do(this.op('i32.lt_u', this.tee(n, this.add(this.get(n), this.i32(1))), count));
    this.code.brIf(0);
    this.code.end();
    this.code.free(Type.i32, n);
  }
  /** Lanes 4·quad … of `mask` (a local) as a vector of all ones and zeros. */
  laneMask = (mask: number, quad: number): Term => {
    const bits = this.v128(1 << (4 * quad), 2 << (4 * quad), 4 << (4 * quad), 8 << (4 * quad));
    return this.op('i32x4.eq', this.op('v128.and', this.op('i32x4.splat', this.get(mask)), bits), bits);
  };
}

/** What all parts of the module share while it is written. */
export interface Parts {
  readonly module: ModuleWriter;
  /** Numbers of imported functions. */
  readonly miss: number;
  readonly loaded: number;
  readonly stored: number;
  readonly outside: number;
  /** The exported functions' types, by name. */
  readonly signatures: Map<string, Signature>;
}
export interface Signature {
  readonly parameters: readonly Type[];
  readonly results: readonly Type[];
}

/** Numbers of a function's parameters. */
type Locals<P extends readonly Type[]> = { readonly [N in keyof P]: number };

/** A function inside the module: its number. Parameter 0 is the context where there is one. */
export function internal<const P extends readonly Type[]>(
  parts: Parts,
  parameters: P,
  results: readonly Type[],
  body: (e: Emitter, parameters: Locals<P>) => void,
): number {
  const { index, code } = parts.module.function(parameters, results);
  body(new Emitter(code), parameters.map((_, i) => i) as unknown as Locals<P>);
  return index;
}

/** An exported function. */
export function exported<const P extends readonly Type[]>(
  parts: Parts,
  name: string,
  parameters: P,
  body: (e: Emitter, parameters: Locals<P>) => void,
): number {
  const index = internal(parts, parameters, [], body);
  publish(parts, name, index, { parameters, results: [] });
  return index;
}

/** Exports a function that there is, under a name. */
export function publish(parts: Parts, name: string, index: number, signature: Signature): void {
  parts.module.exportFunction(name, index);
  parts.signatures.set(name, signature);
}

/** Is any of the context's tracking flags `bits` set? */
export const tracks = (e: Emitter, bits: number): Term => e.and(e.context(Context.TRACKS), e.i32(bits));
