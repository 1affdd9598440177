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
  /** Called after bytes were stored at arena offset `at`, when `tracksStores` is set: feeds coherence findings and code-cache invalidation. */
  stored(at: number, bytes: number): void;
  readonly tracksStores: boolean;
  /** Called after bytes were loaded from arena offset `at`, while `tracksLoads` is set: finds loads of data that has not become visible yet. `fresh`: the load asks for no cached copy. */
  loaded?(at: number, bytes: number, fresh?: boolean): void;
  readonly tracksLoads?: boolean;
}
