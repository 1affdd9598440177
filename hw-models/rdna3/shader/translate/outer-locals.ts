/**
 * Locals that live across loops. Code inside a loop is written while code before it still is, so what the loop's body
 * uses for a moment must never be the same local as what was set outside: the two come from pools of their own.
 *
 * Pure software.
 */
import type { Code, Type } from '../../../exec/wasm/writer.ts';

export class OuterLocals {
  readonly #code: Code;
  readonly #free = new Map<Type, number[]>();

  constructor(code: Code) {
    this.#code = code;
  }

  take(type: Type): number {
    return this.#free.get(type)?.pop() ?? this.#code.fresh(type);
  }
  give(type: Type, local: number): void {
    const list = this.#free.get(type);
    if (list === undefined) this.#free.set(type, [local]);
    else list.push(local);
  }
}
