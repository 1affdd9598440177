/**
 * State that can be copied.
 *
 * Everything a model remembers is a named typed array of its card's (or machine's) `StateBlock`; so
 * snapshot, restore, diff, hash and save are this one file and know nothing of any model.
 */

import { CHUNK_BYTES } from './arena.ts';
import type { Arena } from './arena.ts';

export type StateArray = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

const constructors = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f64: Float64Array,
} as const;
export type StateKind = keyof typeof constructors;
export type ArrayOf<K extends StateKind> = InstanceType<(typeof constructors)[K]>;

/** A copy of every array of a block, by name. Arrays that did not exist yet are absent. */
export type StateSnapshot = ReadonlyMap<string, StateArray>;

/** Where an array lies: by itself, or in the machine's arena, where translated code reaches it by its `byteOffset`. */
export type Placement = 'apart' | 'arena';

/** A cache line: arrays in the arena start at one. */
const ALIGNMENT = 64;

export class StateBlock {
  readonly name: string;
  private readonly arena: Arena | undefined;
  private readonly arrays = new Map<string, StateArray>();
  /** What is left of the arena's run that small arrays share. */
  private runAt = 0;
  private runLeft = 0;

  /** @param arena where arrays placed in `arena` go; without one they lie apart, too. */
  constructor(name: string, arena?: Arena) {
    this.name = name;
    this.arena = arena;
  }

  /**
   * The array `name`, made (zeroed) at the first call; the same array at every later call.
   *
   * @throws RangeError when it exists with another kind or length.
   * @throws EmptyslotError `ARENA_FULL`.
   */
  allocate<K extends StateKind>(name: string, kind: K, length: number, placement: Placement = 'apart'): ArrayOf<K> {
    const known = this.arrays.get(name);
    if (known !== undefined) {
      if (known.length !== length || !(known instanceof constructors[kind])) {
        throw new RangeError(`${this.name}: state ${name} exists as ${known.constructor.name}(${known.length})`);
      }
      return known as ArrayOf<K>;
    }
    const made =
      placement === 'arena' && this.arena !== undefined
        ? new constructors[kind](
            this.arena.u8.buffer as ArrayBuffer, // a shared one, which only the types forbid
            this.place(this.arena, length * constructors[kind].BYTES_PER_ELEMENT),
            length,
          )
        : new constructors[kind](length);
    this.arrays.set(name, made);
    return made as ArrayOf<K>;
  }

  /** Arena offset for `bytes`. Small arrays share chunks. */
  private place(arena: Arena, bytes: number): number {
    const room = Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    if (room <= this.runLeft) {
      const at = this.runAt;
      this.runAt += room;
      this.runLeft -= room;
      return at;
    }
    const at = arena.allocateRun(room);
    const left = (CHUNK_BYTES - (room % CHUNK_BYTES)) % CHUNK_BYTES;
    if (left > this.runLeft) {
      this.runAt = at + room;
      this.runLeft = left;
    }
    return at;
  }

  u8 = (name: string, length: number): Uint8Array => this.allocate(name, 'u8', length);
  u32 = (name: string, length: number): Uint32Array => this.allocate(name, 'u32', length);
  i32 = (name: string, length: number): Int32Array => this.allocate(name, 'i32', length);
  f64 = (name: string, length: number): Float64Array => this.allocate(name, 'f64', length);

  /** Named scalars backed by one f64 array: `const s = state.record('psp', { stage: 0, wptr: 0 })`. */
  record<F extends Record<string, number>>(
    name: string,
    initial: F,
    placement: Placement = 'apart',
  ): Record<keyof F, number> {
    const names = Object.keys(initial);
    const fresh = !this.arrays.has(name);
    const cells = this.allocate(name, 'f64', names.length, placement);
    const view = {} as Record<keyof F, number>;
    names.forEach((key, i) => {
      if (fresh) cells[i] = initial[key]!;
      Object.defineProperty(view, key, {
        enumerable: true,
        get: () => cells[i],
        set: (to: number) => {
          cells[i] = to;
        },
      });
    });
    return view;
  }

  names(): string[] {
    return [...this.arrays.keys()].sort();
  }

  snapshot(): StateSnapshot {
    const copy = new Map<string, StateArray>();
    for (const [name, array] of this.arrays) copy.set(name, array.slice());
    return copy;
  }

  /** Puts every array back; arrays made after the snapshot are zeroed (models must treat zero as "just made"). */
  restore(snapshot: StateSnapshot): void {
    for (const [name, array] of this.arrays) {
      const saved = snapshot.get(name);
      if (saved === undefined) array.fill(0);
      else array.set(saved as never);
    }
  }

  /** Names of arrays that differ from `other`, with the first differing index. */
  diff(other: StateSnapshot): { name: string; index: number; here: number; there: number }[] {
    const found = [];
    for (const [name, array] of this.arrays) {
      const there = other.get(name);
      for (let i = 0; i < array.length; i++) {
        const value = there?.[i] ?? 0;
        if (!Object.is(array[i], value)) {
          found.push({ name, index: i, here: array[i]!, there: value });
          break;
        }
      }
    }
    return found;
  }

  /** Order-independent of allocation; the same contents give the same number. All-zero arrays count as absent. */
  hashInto(hash: Hash): void {
    for (const name of this.names()) {
      const array = this.arrays.get(name)!;
      const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
      if (isZero(bytes)) continue;
      hash.text(name);
      hash.bytes(bytes);
    }
  }
}

function isZero(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** FNV-1a over two 32-bit lanes with different offsets: 64 bits, enough to tell states apart, no dependency. */
export class Hash {
  private a = 0x811c_9dc5;
  private b = 0x1234_5678;

  bytes(data: Uint8Array): void {
    let { a, b } = this;
    for (let i = 0; i < data.length; i++) {
      a = Math.imul(a ^ data[i]!, 0x0100_0193);
      b = Math.imul(b ^ (data[i]! + 0x9e), 0x0100_0193) ^ (b >>> 15);
    }
    this.a = a;
    this.b = b;
  }

  text(value: string): void {
    this.bytes(new TextEncoder().encode(value));
  }

  /** 16 hexadecimal digits. */
  digest(): string {
    return (this.a >>> 0).toString(16).padStart(8, '0') + (this.b >>> 0).toString(16).padStart(8, '0');
  }
}
