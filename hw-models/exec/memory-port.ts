/**
 * A core's window on memory: page translations remembered for one slice of execution, and accesses of 1 to 4
 * bytes that squash what faults (a load gives 0, a store is dropped).
 *
 * Remembering is sound because translations hold until time passes, and time does not pass inside a slice.
 * Pure software.
 */
import { Access } from './memory.ts';
import type { CoreMemory } from './memory.ts';

/** Translations kept for each kind of access, and the i32 words of one: page low, page high, arena offset, unused. */
export const TLB_ENTRIES_LOG2 = 12;
export const TLB_ENTRIES = 1 << TLB_ENTRIES_LOG2;
export const TLB_WORDS = 4;
export const TLB_BYTES = 4 * TLB_ENTRIES * TLB_WORDS * 4;
/**
 * Which entry a page has: its number times the golden ratio, so that neither neighbours nor buffers that lie a power of
 * two apart meet.
 */
export const TLB_MULTIPLIER = 0x9e3779b1 | 0;
export const tlbIndex = (low: number): number => Math.imul(low >>> 12, TLB_MULTIPLIER) >>> (32 - TLB_ENTRIES_LOG2);
/** As low dword of an entry: no page. */
const NO_PAGE = 1;

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
  /**
   * Translations by kind of access, direct-mapped; translated code reads them where they lie in the arena. An entry is
   * page low, page high, arena offset (-1: none).
   */
  readonly tlb: Int32Array;
  /** Words of `tlb` where entries were filled in since the start of the slice. */
  readonly #filled = new Uint32Array(4 * TLB_ENTRIES);
  #fills = 0;

  constructor(memory: CoreMemory, vectorClient: number, scalarClient = vectorClient) {
    this.memory = memory;
    this.vectorClient = vectorClient;
    this.scalarClient = scalarClient;
    this.client = vectorClient;
    this.tlb =
      memory.memory === undefined || memory.reserve === undefined
        ? new Int32Array(TLB_BYTES / 4)
        : new Int32Array(memory.memory.buffer, memory.reserve(TLB_BYTES), TLB_BYTES / 4);
    for (let at = 0; at < this.tlb.length; at += TLB_WORDS) this.#forget(at);
    this.begin();
  }

  #forget(at: number): void {
    this.tlb[at] = NO_PAGE;
    this.tlb[at + 2] = -1;
  }

  /** Forgets translations; call at the start of a slice. */
  begin(): void {
    for (let n = 0; n < this.#fills; n++) this.#forget(this.#filled[n]!);
    this.#fills = 0;
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
    const { tlb } = this;
    const at = (access * TLB_ENTRIES + tlbIndex(low)) * TLB_WORDS;
    if (tlb[at] === (low & -4096) && tlb[at + 1] === (high | 0)) return tlb[at + 2]! >>> 0;
    return this.#load(low, high, access, at);
  }

  #load(low: number, high: number, access: Access, at: number): number {
    // Addresses beyond 48 bits never reach a page table.
    const address = (high & 0xffff) * 4294967296 + (low >>> 0);
    const to = high >>> 16 !== 0 && high >>> 16 !== 0xffff ? -1 : this.memory.translate(address, access, this.client);
    if (to < 0) {
      this.onFault(address, access);
      return -1;
    }
    const base = to - (low & 4095);
    this.#keep(at, low & -4096, high, base);
    const reach = this.memory.reach?.(address, to) ?? 0;
    // asked for one by one, the pages behind would each cost as much
    for (let more = 4096 - (low & 4095); more + 4096 <= reach; more += 4096) {
      const next = (low + more) | 0;
      if (next === 0) break;
      const entry = (access * TLB_ENTRIES + tlbIndex(next)) * TLB_WORDS;
      if (this.tlb[entry] === NO_PAGE) this.#keep(entry, next, high, to + more);
    }
    return base;
  }
  #keep(at: number, low: number, high: number, base: number): void {
    const { tlb } = this;
    if (tlb[at] === NO_PAGE) this.#filled[this.#fills++] = at;
    tlb[at] = low;
    tlb[at + 1] = high;
    tlb[at + 2] = base;
  }

  /** The page around an address that nobody asks for yet: its arena offset, or −1 where it is not to be had quietly. */
  ahead(low: number, high: number, access: Access): number {
    const { tlb, memory } = this;
    const at = (access * TLB_ENTRIES + tlbIndex(low)) * TLB_WORDS;
    if (tlb[at] === (low & -4096) && tlb[at + 1] === (high | 0)) return tlb[at + 2]! >>> 0;
    if (memory.ahead === undefined || high >>> 16 !== 0) return -1;
    const to = memory.ahead(high * 4294967296 + (low >>> 0), access, this.client);
    return to < 0 ? -1 : to - (low & 4095);
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
      if (this.tracksLoads) this.loaded(at, 4, this.fresh);
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
    if (this.tracksLoads) this.loaded(at, 1, this.fresh);
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
