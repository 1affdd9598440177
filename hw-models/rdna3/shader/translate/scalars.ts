/**
 * Scalar registers while a block is translated: read from the wave's state once, kept in locals, written back before
 * anything else may look.
 *
 * Every write makes a new local, so vector code that is still being gathered keeps the value it saw. Between blocks all
 * scalars lie in the wave's state: entering and leaving a block anywhere costs nothing.
 *
 * Pure software.
 */
import type { Code } from '../../../exec/wasm/writer.ts';
import { Type } from '../../../exec/wasm/writer.ts';
import type { OuterLocals } from './outer-locals.ts';

interface Cell {
  readonly local: number;
  dirty: boolean;
}

export class Scalars {
  readonly #code: Code;
  /** Local that holds the address of the wave's scalars. */
  readonly #base: number;
  readonly #locals: OuterLocals;
  /** Every scalar that the code writes. */
  readonly written: Set<number>;
  readonly #cells = new Map<number, Cell>();
  #retired: number[] = [];

  constructor(code: Code, base: number, locals: OuterLocals, written: Set<number>) {
    this.#code = code;
    this.written = written;
    this.#locals = locals;
    this.#base = base;
  }

  /** Local with the dword of scalar `index`. */
  read(index: number): number {
    const known = this.#cells.get(index);
    if (known !== undefined) return known.local;
    const local = this.#locals.take(Type.i32);
    this.#code.get(this.#base);
    this.#code.memory('i32.load', index * 4);
    this.#code.set(local);
    this.#cells.set(index, { local, dirty: false });
    return local;
  }

  /** Scalar `index` is what `local` (an outer one) holds from here on; the local belongs to the cache then. */
  write(index: number, local: number): void {
    this.written.add(index);
    const known = this.#cells.get(index);
    if (known !== undefined) this.#retired.push(known.local);
    this.#cells.set(index, { local, dirty: true });
  }

  /** Scalar `index` is what is on the stack. */
  set(index: number): void {
    const local = this.#locals.take(Type.i32);
    this.#code.set(local);
    this.write(index, local);
  }

  /** Somebody else writes scalar `index` now: what was known of it is gone, written back or not. */
  drop(index: number): void {
    this.written.add(index);
    const known = this.#cells.get(index);
    if (known === undefined) return;
    this.#retired.push(known.local);
    this.#cells.delete(index);
  }

  /** Writes back what changed; everything stays known. */
  flush(): void {
    for (const [index, cell] of this.#cells) {
      if (!cell.dirty) continue;
      this.#code.get(this.#base);
      this.#code.get(cell.local);
      this.#code.memory('i32.store', index * 4);
      cell.dirty = false;
    }
  }

  /** Nothing is known any more (something else may have written). Call `flush` before. */
  forget(): void {
    for (const { local } of this.#cells.values()) this.#retired.push(local);
    this.#cells.clear();
  }

  /** Locals of old values may be used again: no code that is still to come refers to them. */
  release(): void {
    for (const local of this.#retired) this.#locals.give(Type.i32, local);
    this.#retired = [];
  }
}
