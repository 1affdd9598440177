/**
 * Memory for tests: one plain arena, identity-mapped from a base address on, everything else faults.
 */
import { Access } from '../../../exec/memory.ts';
import type { CoreMemory } from '../../../exec/memory.ts';
import type { Allocate, ArrayKind, StateArray } from '../state.ts';

export class FlatMemory implements CoreMemory {
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly base: number;
  tracksStores = false;
  readonly stores: { at: number; bytes: number }[] = [];
  readonly faults: { va: number; access: Access }[] = [];
  #next = 4096;

  /** `bytes` of memory at virtual address `base` (4 KiB aligned). */
  constructor(bytes: number, base = 0x10000000) {
    const buffer = new ArrayBuffer(bytes);
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.base = base;
  }

  translate(va: number, access: Access): number {
    const at = va - this.base;
    if (at >= 0 && at < this.u8.length) return at;
    this.faults.push({ va, access });
    return -1;
  }

  stored(at: number, bytes: number): void {
    this.stores.push({ at, bytes });
  }

  /** Reserves bytes and gives their virtual address, 256-byte aligned. */
  place(bytes: number | Uint8Array | Uint32Array): number {
    const size = typeof bytes === 'number' ? bytes : bytes.byteLength;
    const at = this.#next;
    this.#next = Math.ceil((at + size) / 256) * 256;
    if (this.#next > this.u8.length) throw new RangeError('test memory is full');
    if (typeof bytes !== 'number') this.u8.set(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), at);
    return this.base + at;
  }

  words(va: number, count: number): Uint32Array {
    return this.u32.subarray((va - this.base) >>> 2, ((va - this.base) >>> 2) + count);
  }
}

/** Allocates plain arrays and keeps them by name, as a card's state block does. */
export function arrays(): { allocate: Allocate; byName: Map<string, StateArray> } {
  const byName = new Map<string, StateArray>();
  const allocate: Allocate = (name: string, kind: ArrayKind, length: number) => {
    const array =
      kind === 'u32'
        ? new Uint32Array(length)
        : kind === 'i32'
          ? new Int32Array(length)
          : kind === 'u8'
            ? new Uint8Array(length)
            : new Float64Array(length);
    byName.set(name, array);
    return array;
  };
  return { allocate, byName };
}
