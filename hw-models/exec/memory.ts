/**
 * What a shader core of any make sees of memory.
 *
 * The card implements it on top of its own page walker and TLB; the core never sees a page table. A
 * translation is good to the end of its 4 KiB page and may be reused until the next instruction that
 * could let time pass, so stale TLB entries stay stale exactly as the card's TLB says.
 *
 * Fidelity: the squash-and-continue rule for faults is from-public-source (no-retry faults of gfx11).
 */

export const Access = { read: 0, write: 1, execute: 2, atomic: 3 } as const;
export type Access = (typeof Access)[keyof typeof Access];

/**
 * Tables with which a card's loads and stores are tracked, by arena offset: translated code does what `loaded` and
 * `stored` do in the common case, to the same tables, and calls them where something has to be said.
 *
 * Memory is tracked in lines of 64 bytes. Line `n` has the record n & lineMask, eight u32: of loads line + 1, its
 * generation, dwords changed since (a bit each), unused; of stores line + 1, generation, dwords stored, unused.
 *
 * A load of a line with the same line + 1 and generation leaves the record alone, unless a dword it loads has changed
 * since: then `loaded` is called. Any other load writes line + 1 and generation, and nothing as changed. A store adds
 * its dwords (alone, where line or generation differ) and takes them from those changed, where the line was loaded.
 */
export interface AccessTracker {
  readonly lines: number;
  readonly lineMask: number;
  /** Two u32: the generations of loads and of stores. */
  readonly generations: number;
  /** By 64 KiB of the arena, u32: generation + 1 of the newest load, and store, that began there. */
  readonly chunkLoaded: number;
  readonly chunkDirty: number;
  /** By 64 KiB, a byte: not 0 where accesses are not tracked. */
  readonly uncached: number;
  /**
   * By 64 KiB, u32: the number under which `watched` knows these 64 KiB, and per such number (modulo 4096) 16 bits, one
   * a page of 4 KiB: `stored` is called for stores to a page whose bit is set.
   */
  readonly owners: number;
  readonly watched: number;
  /** Eight bytes; not all 0: stores wait somewhere that loads do not see, and `loaded` is called for loads there. */
  readonly waiting: number;
  /** Where they wait: pages as in `watched`. */
  readonly waitingPages: number;
}

export interface CoreMemory {
  /** The machine's arena as views of one buffer; what `translate` returns indexes `u8`. */
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  /**
   * Offset in the arena of byte address `va` (0 ≤ va < 2^48), good to the end of its 4 KiB page.
   * Returns −1 where the access faults: the card has then latched and raised the fault; a load gives 0,
   * a store is dropped, and the wave goes on.
   * `client` is the card's own number for the unit that asks (data cache, instruction cache, …).
   */
  translate(va: number, access: Access, client: number): number;
  /** As `translate`, for a page that nobody asks for yet: −1 where it would fault, and nobody is told. */
  ahead?(va: number, access: Access, client: number): number;
  /**
   * Bytes from `va` on, for which `translate` has just given `at`, that the same translation holds for, in one piece: to
   * ask for a page of them, for the same kind of access, would give what is expected and change nothing.
   */
  reach?(va: number, at: number): number;
  /** Called after bytes were stored at arena offset `at`, when `tracksStores` is set: feeds coherence findings and code-cache invalidation. */
  stored(at: number, bytes: number): void;
  readonly tracksStores: boolean;
  /** Called after bytes were loaded from arena offset `at`, while `tracksLoads` is set: finds loads of data that has not become visible yet. `fresh`: the load asks for no cached copy. */
  loaded?(at: number, bytes: number, fresh?: boolean): void;
  readonly tracksLoads?: boolean;
  /** The memory that the views show the whole of, where it is one that translated code can import. */
  readonly memory?: WebAssembly.Memory;
  /** Sets zeroed bytes of it aside for good and gives their offset: what translated code shares with us lies there. */
  reserve?(bytes: number): number;
  /** What translated code needs to do the common case of `loaded` and `stored` itself. */
  readonly tracker?: AccessTracker;
}
