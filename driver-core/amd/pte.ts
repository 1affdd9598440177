/**
 * Page-table entries of gfx10 and gfx11: four levels of 512 entries, 4 KiB pages, 2 MiB leaves one level up.
 *
 * A leaf above the last level carries bit 54, which a directory entry leaves clear and a last-level entry must not set.
 * Host memory is mapped page by page: a run that happens to be contiguous on the bus gives no larger page, as with the
 * public drivers.
 *
 * Fidelity: from-public-source. Bits as Linux amdgpu and tinygrad set them.
 */

import { indexBits, levelShifts, memoryTypes, pde, pte } from '../../registers/amd/pte.ts';
import { fieldMask } from '../../registers/language.ts';
import type { Field } from '../../registers/language.ts';
import type { PageFlags, PageTableFormat } from '../memory/page-table.ts';

const { lo, hi } = pte.parts;
const mask = (field: Field): number => fieldMask(field.hi, field.lo);
const VALID = mask(lo.bits.VALID);
const SYSTEM = mask(lo.bits.SYSTEM);
const SNOOPED = mask(lo.bits.SNOOPED);
const EXECUTABLE = mask(lo.bits.EXECUTE);
const READABLE = mask(lo.bits.READ);
const WRITABLE = mask(lo.bits.WRITE);
const FRAGMENT_SHIFT = lo.bits.FRAGMENT.lo;
const UNCACHED = memoryTypes.UC << hi.bits.MTYPE.lo;
const LEAF = mask(pde.parts.hi.bits.P);

/** Level that holds 2 MiB leaves (PDB0) and the last one (PTB). */
const PDB0 = 2;
const PTB = 3;

export const navi31PageFormat: PageTableFormat = {
  shifts: levelShifts,
  indexBits,
  addressEnd: 2 ** 44,
  leafAt: (level, flags) => level === PDB0 && !flags.system,
  fragmentLimit: (flags) => (flags.system ? 0 : 9),
  leaf(level: number, address: number, flags: PageFlags, fragment: number, into: Uint32Array, at: number): void {
    let low = VALID | READABLE | (fragment << FRAGMENT_SHIFT);
    if (flags.system) low |= SYSTEM | SNOOPED;
    if (flags.writable) low |= WRITABLE;
    if (flags.executable) low |= EXECUTABLE;
    let high = flags.uncached ? UNCACHED : 0;
    if (level !== PTB) high |= LEAF;
    put(address, low, high, into, at);
  },
  table(address: number, into: Uint32Array, at: number): void {
    put(address, VALID, 0, into, at);
  },
};

function put(address: number, low: number, high: number, into: Uint32Array, at: number): void {
  into[at] = (address | low) >>> 0;
  into[at + 1] = Math.floor(address / 0x1_0000_0000) | high;
}
