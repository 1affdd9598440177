/**
 * Terms: vector expressions that know how to write themselves.
 *
 * A term is a local that holds the value, or a function that leaves it on the stack. Nothing is written before a term
 * is used, so a value used once stays on the stack; what is needed again is kept in a local. Constants are locals that
 * were set before the loop.
 *
 * Pure software.
 */
import type { LaneOpcode, Opcode } from './opcodes.ts';
import { Type } from './writer.ts';
import type { Code } from './writer.ts';

export type Term = number | (() => void);

const cell = new Float64Array(1);
const words = new Int32Array(cell.buffer);
const floats = new Float32Array(cell.buffer);

export class Terms {
  /** Where terms write themselves. */
  code: Code;
  /** Masks of whole lanes may go to the relaxed select, which is one instruction. */
  readonly relaxed: boolean;
  readonly #constant: (a: number, b: number, c: number, d: number) => number;
  readonly #temporaries: number[] = [];

  constructor(code: Code, constant: (a: number, b: number, c: number, d: number) => number, relaxed: boolean) {
    this.code = code;
    this.relaxed = relaxed;
    this.#constant = constant;
  }

  /** Writes a term: its value is on the stack then. */
  emit(term: Term): void {
    if (typeof term === 'number') this.code.get(term);
    else term();
  }
  /** A local with the term's value, from here on. */
  keep(term: Term): number {
    if (typeof term === 'number') return term;
    const local = this.temporary();
    term();
    this.code.set(local);
    return local;
  }
  /** The same term, written at its first use only. */
  share(term: Term): Term {
    if (typeof term === 'number') return term;
    let local = -1;
    return () => {
      if (local >= 0) {
        this.code.get(local);
        return;
      }
      term();
      local = this.temporary();
      this.code.tee(local);
    };
  }
  /** A vector local that is free again after `release`. */
  temporary(): number {
    const local = this.code.local(Type.v128);
    this.#temporaries.push(local);
    return local;
  }
  release(): void {
    for (const local of this.#temporaries) this.code.free(Type.v128, local);
    this.#temporaries.length = 0;
  }

  op(name: Opcode, ...operands: readonly Term[]): Term {
    return () => {
      for (const operand of operands) this.emit(operand);
      this.code.op(name);
    };
  }
  /** A shift of all lanes by the same number. */
  shift(name: Opcode, x: Term, count: number): Term {
    if (count === 0) return x;
    return () => {
      this.emit(x);
      this.code.i32(count);
      this.code.op(name);
    };
  }
  /** Dwords 0-3 of x, 4-7 of y. */
  shuffle(x: Term, y: Term, a: number, b: number, c: number, d: number): Term {
    return () => {
      this.emit(x);
      this.emit(y);
      this.code.shuffle32(a, b, c, d);
    };
  }
  /** Bytes 0-15 of x, 16-31 of y. */
  bytes(x: Term, y: Term, order: readonly number[]): Term {
    return () => {
      this.emit(x);
      this.emit(y);
      this.code.shuffle(order);
    };
  }
  /** Leaves one lane of x on the stack. */
  extract(name: LaneOpcode, x: Term, lane: number): void {
    this.emit(x);
    this.code.lane(name, lane);
  }

  // Constants.

  dwords(a: number, b: number, c: number, d: number): number {
    return this.#constant(a | 0, b | 0, c | 0, d | 0);
  }
  splat(bits: number): number {
    return this.dwords(bits, bits, bits, bits);
  }
  splat64(low: number, high: number): number {
    return this.dwords(low, high, low, high);
  }
  f32(x: number): number {
    if (x !== x) return this.splat(0x7fc00000);
    floats[0] = x;
    return this.splat(words[0]!);
  }
  f64(x: number): number {
    if (x !== x) return this.splat64(0, 0x7ff80000);
    cell[0] = x;
    return this.splat64(words[0]!, words[1]!);
  }

  // What is needed everywhere.

  and = (x: Term, y: Term): Term => this.op('v128.and', x, y);
  or = (x: Term, y: Term): Term => this.op('v128.or', x, y);
  xor = (x: Term, y: Term): Term => this.op('v128.xor', x, y);
  /** x & ~y. */
  andNot = (x: Term, y: Term): Term => this.op('v128.andnot', x, y);
  not = (x: Term): Term => this.op('v128.not', x);
  /** `mask`: all ones or zero a lane (of 32 bits; in `select64` of 64). */
  select = (mask: Term, x: Term, y: Term): Term =>
    this.op(this.relaxed ? 'i32x4.relaxed_laneselect' : 'v128.bitselect', x, y, mask);
  /** Bit by bit. */
  blend = (mask: Term, x: Term, y: Term): Term => this.op('v128.bitselect', x, y, mask);
  /** Even dwords of two vectors: the low halves of four 64-bit lanes, or one of their all-equal halves. */
  evens = (x: Term, y: Term): Term => this.shuffle(x, y, 0, 2, 4, 6);
  odds = (x: Term, y: Term): Term => this.shuffle(x, y, 1, 3, 5, 7);
}
