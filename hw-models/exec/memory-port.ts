/**
 * A core's window on memory: page translations remembered for one slice of execution, and accesses of 1 to 4
 * bytes that squash what faults (a load gives 0, a store is dropped).
 *
 * Remembering is sound because translations hold until time passes, and time does not pass inside a slice.
 * Pure software.
 */
import { Access } from './memory.ts';
import type { CoreMemory } from './memory.ts';

const ENTRIES = 256;
const NOTHING = -1;

export class MemoryPort {
  readonly memory: CoreMemory;
  u8!: Uint8Array;
  i32!: Int32Array;
  tracksStores = false;
  /** Loads are told of as well; callers that read the arena themselves do it with `loaded`. */
  tracksLoads = false;
  /** Told of every access that did not translate. */
  onFault: (address: number, access: Access) => void = () => {};
  /** The load that runs now asks for no cached copy: told along with it. */
  fresh = false;
  /** Unit numbers handed to `translate`. */
  readonly vectorClient: number;
  readonly scalarClient: number;
  /** The one that asks now. */
  client: number;
  readonly #tags: readonly Float64Array[];
  readonly #bases: readonly Float64Array[];

  constructor(memory: CoreMemory, vectorClient: number, scalarClient = vectorClient) {
    this.memory = memory;
    this.vectorClient = vectorClient;
    this.scalarClient = scalarClient;
    this.client = vectorClient;
    this.#tags = [0, 1, 2, 3].map(() => new Float64Array(ENTRIES));
    this.#bases = [0, 1, 2, 3].map(() => new Float64Array(ENTRIES));
    this.begin();
  }

  /** Forgets translations; call at the start of a slice. */
  begin(): void {
    for (const tags of this.#tags) tags.fill(NOTHING);
    const { u8 } = this.memory;
    if (this.u8 !== u8) {
      this.u8 = u8;
      this.i32 = new Int32Array(u8.buffer, u8.byteOffset, Math.floor(u8.byteLength / 4));
    }
    this.tracksStores = this.memory.tracksStores;
    this.tracksLoads = this.memory.tracksLoads === true && this.memory.loaded !== undefined;
  }

  /** Arena offset of the 4 KiB page around address high:low, or −1 where the access faults. */
  page(low: number, high: number, access: Access): number {
    const number = (high >>> 0) * 1048576 + (low >>> 12);
    const slot = (low >>> 12) & (ENTRIES - 1);
    const tags = this.#tags[access]!;
    const bases = this.#bases[access]!;
    if (tags[slot] === number) return bases[slot]!;
    // Addresses beyond 48 bits never reach a page table.
    const address = (high & 0xffff) * 4294967296 + (low >>> 0);
    const at = high >>> 16 !== 0 && high >>> 16 !== 0xffff ? -1 : this.memory.translate(address, access, this.client);
    if (at < 0) {
      this.onFault(address, access);
      return -1;
    }
    const base = at - (low & 4095);
    tags[slot] = number;
    bases[slot] = base;
    return base;
  }

  /** Tells of a load from arena offset `at`. Call only while `tracksLoads`. */
  loaded(at: number, bytes: number, fresh = false): void {
    this.memory.loaded?.(at, bytes, fresh);
  }

  /** 32 bits at any alignment. */
  load32(low: number, high: number): number {
    if ((low & 3) === 0) {
      const page = this.page(low, high, Access.read);
      if (page < 0) return 0;
      const at = page + (low & 4095);
      if (this.tracksLoads) this.loaded(at, 4);
      return this.i32[at >>> 2]!;
    }
    return (
      this.load8(low, high) |
      (this.load8(low + 1, nextHigh(low, 1, high)) << 8) |
      (this.load8(low + 2, nextHigh(low, 2, high)) << 16) |
      (this.load8(low + 3, nextHigh(low, 3, high)) << 24)
    );
  }
  load16(low: number, high: number): number {
    return this.load8(low, high) | (this.load8(low + 1, nextHigh(low, 1, high)) << 8);
  }
  load8(low: number, high: number): number {
    const page = this.page(low, high, Access.read);
    if (page < 0) return 0;
    const at = page + (low & 4095);
    if (this.tracksLoads) this.loaded(at, 1);
    return this.u8[at]!;
  }
  store32(low: number, high: number, value: number): void {
    if ((low & 3) !== 0) {
      for (let n = 0; n < 4; n++) this.store8(low + n, nextHigh(low, n, high), value >>> (8 * n));
      return;
    }
    const page = this.page(low, high, Access.write);
    if (page < 0) return;
    const at = page + (low & 4095);
    this.i32[at >>> 2] = value;
    if (this.tracksStores) this.memory.stored(at, 4);
  }
  store16(low: number, high: number, value: number): void {
    this.store8(low, high, value);
    this.store8(low + 1, nextHigh(low, 1, high), value >>> 8);
  }
  store8(low: number, high: number, value: number): void {
    const page = this.page(low, high, Access.write);
    if (page < 0) return;
    const at = page + (low & 4095);
    this.u8[at] = value;
    if (this.tracksStores) this.memory.stored(at, 1);
  }
  /** Arena offset for an atomic on an aligned address, or −1. */
  atomicAt(low: number, high: number): number {
    const page = this.page(low, high, Access.atomic);
    return page < 0 ? -1 : page + (low & 4095);
  }
}

/** High dword of high:low + n, for small n ≥ 0. */
export function nextHigh(low: number, n: number, high: number): number {
  return (low >>> 0) + n > 4294967295 ? (high + 1) | 0 : high;
}
