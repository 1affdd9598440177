/**
 * Page-table entries of gfx11: 64 bits, held as two 32-bit halves.
 *
 * A directory entry points at the table below it, or is itself a leaf (bit 54: 2 MiB, 1 GiB or 512 GiB). A leaf's
 * base need not be aligned to its size: the walker adds.
 *
 * Source: PTE and PDE flags of public drivers (Linux amdgpu, tinygrad).
 * Fidelity: from-public-source.
 */

/** Bits of the low half. */
export const PteLo = { valid: 1, system: 2, snooped: 4, tmz: 8, execute: 0x10, read: 0x20, write: 0x40 } as const;
/** Bits of the high half: 51 PRT, 54 leaf (in a directory), 55 log, 56 translate further, 58 no-alloc. */
export const PteHi = { prt: 1 << 19, leaf: 1 << 22, log: 1 << 23, further: 1 << 24, noAlloc: 1 << 26 } as const;

/** Reserved in any leaf: 57 and 63:59; and 56, which gfx11 does not use. */
export const LEAF_RESERVED_HI = 0xfb00_0000;
/** Reserved in an entry that points at a table: 5:3. */
export const TABLE_RESERVED_LO = 0x38;
/** A table is 4 KiB aligned, so 11:6 of the pointer to it are 0. */
export const TABLE_UNALIGNED_LO = 0xfc0;

/** Address in bits 47:12. */
export const addressOf = (lo: number, hi: number): number => (hi & 0xffff) * 0x1_0000_0000 + ((lo & 0xffff_f000) >>> 0);

export const entryText = (lo: number, hi: number): string =>
  `0x${(hi >>> 0).toString(16).padStart(8, '0')}_${(lo >>> 0).toString(16).padStart(8, '0')}`;
