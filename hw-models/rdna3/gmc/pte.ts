/**
 * Page-table entries as the walker needs them: masks of two 32-bit halves, taken from the declaration.
 *
 * A directory entry points at the table below it, or is itself a leaf (2 MiB, 1 GiB or 512 GiB). A leaf's base need not
 * be aligned to its size: the walker adds.
 *
 * Source: `registers/amd/pte.ts`.
 * Fidelity: from-public-source.
 */

import { pde, pte } from '../../../registers/amd/pte.ts';
import { fieldMask } from '../../../registers/index.ts';
import type { Field } from '../../../registers/index.ts';

const mask = ({ hi, lo }: Field): number => fieldMask(hi, lo);
const leafLo = pte.parts.lo.bits;
const leafHi = pte.parts.hi.bits;
const tableLo = pde.parts.lo.bits;

/** Bits of the low half of a leaf; the first two are the same in an entry that points at a table. */
export const PteLo = {
  valid: mask(leafLo.VALID),
  system: mask(leafLo.SYSTEM),
  execute: mask(leafLo.EXECUTE),
  read: mask(leafLo.READ),
  write: mask(leafLo.WRITE),
} as const;

/** Bits of the high half. */
export const PteHi = { prt: mask(leafHi.PRT), leaf: mask(pde.parts.hi.bits.P) } as const;

/** Reserved in any leaf, and TRANSLATE_FURTHER, which gfx11 does not use. */
export const LEAF_RESERVED_HI = mask(leafHi.RESERVED_63_59) | mask(leafHi.RESERVED_57) | mask(leafHi.TRANSLATE_FURTHER);
/** Reserved in an entry that points at a table. */
export const TABLE_RESERVED_LO = mask(tableLo.RESERVED_5_3);
/** A table is 4 KiB aligned, so bits 11:6 of the pointer to it are 0. */
export const TABLE_UNALIGNED_LO = mask(tableLo.ADDRESS_LO) & 0xfff;

const ADDRESS_HI = mask(leafHi.ADDRESS_HI);
const ADDRESS_LO = mask(leafLo.ADDRESS_LO);

/** Memory type of a leaf, from its high half. */
export const memoryTypeOf = (hi: number): number => (hi >>> leafHi.MTYPE.lo) & 7;

/** Address in bits 47:12. */
export const addressOf = (lo: number, hi: number): number =>
  (hi & ADDRESS_HI) * 0x1_0000_0000 + ((lo & ADDRESS_LO) >>> 0);

export const entryText = (lo: number, hi: number): string =>
  `0x${(hi >>> 0).toString(16).padStart(8, '0')}_${(lo >>> 0).toString(16).padStart(8, '0')}`;
