/**
 * Memory for tests and benchmarks of translated code: program memory and the core's state in one WebAssembly memory.
 * Program memory is identity-mapped from a base address on; everything else faults.
 */
import { Access } from '../../../exec/memory.ts';
import type { CoreMemory } from '../../../exec/memory.ts';
import type { Allocate, StateArray } from '../state.ts';

const PAGE = 65536;
const BASE = 0x10000000;

export class ArenaMemory implements CoreMemory {
  readonly memory: WebAssembly.Memory;
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly base: number;
  readonly bytes: number;
  readonly tracksStores = false;
  readonly faults: { va: number; access: Access }[] = [];
  readonly byName = new Map<string, StateArray>();
  /** First byte behind what has been handed out for state and scratch. */
  #top: number;
  #next = 4096;

  /** `bytes` of program memory at virtual address `base`; `room` bytes for state besides. */
  constructor(bytes: number, base = BASE, room = 24 * 1024 * 1024) {
    const pages = Math.ceil((bytes + room) / PAGE);
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    const { buffer } = this.memory;
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.base = base;
    this.bytes = bytes;
    this.#top = bytes;
  }

  translate(va: number, access: Access): number {
    const at = va - this.base;
    if (at >= 0 && at < this.bytes) return at;
    this.faults.push({ va, access });
    return -1;
  }
  ahead(va: number): number {
    const at = va - this.base;
    return at >= 0 && at < this.bytes ? at : -1;
  }
  stored(): void {}

  /** Address of zeroed bytes that are nobody else's. */
  readonly reserve = (bytes: number): number => {
    const at = this.#top;
    this.#top = Math.ceil((at + bytes) / PAGE) * PAGE;
    if (this.#top > this.u8.length) throw new RangeError('test memory is full');
    return at;
  };
  readonly allocate: Allocate = (name, kind, length) => {
    const { buffer } = this.memory;
    const at = this.reserve(length * (kind === 'u8' ? 1 : kind === 'f64' ? 8 : 4));
    const array =
      kind === 'u32'
        ? new Uint32Array(buffer, at, length)
        : kind === 'i32'
          ? new Int32Array(buffer, at, length)
          : kind === 'u8'
            ? new Uint8Array(buffer, at, length)
            : new Float64Array(buffer, at, length);
    this.byName.set(name, array);
    return array;
  };

  /** Reserves bytes and gives their virtual address, 256-byte aligned. */
  place(bytes: number | Uint8Array | Uint32Array): number {
    const size = typeof bytes === 'number' ? bytes : bytes.byteLength;
    const at = this.#next;
    this.#next = Math.ceil((at + size) / 256) * 256;
    if (this.#next > this.bytes) throw new RangeError('test memory is full');
    if (typeof bytes !== 'number') this.u8.set(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), at);
    return this.base + at;
  }
  /** Forgets what was placed. */
  rewind(): void {
    this.#next = 4096;
  }
  words(va: number, count: number): Uint32Array {
    return this.u32.subarray((va - this.base) >>> 2, ((va - this.base) >>> 2) + count);
  }
}
