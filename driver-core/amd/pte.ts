/**
 * Page-table entries of gfx10 and gfx11: four levels of 512 entries, 4 KiB pages, 2 MiB leaves one level up.
 *
 * A leaf above the last level carries bit 54, which a directory entry leaves clear and a last-level entry must not set.
 * Host memory is mapped page by page: a run that happens to be contiguous on the bus gives no larger page, as with the
 * public drivers.
 *
 * Fidelity: from-public-source. Bits as Linux amdgpu and tinygrad set them.
 */

import type { PageFlags, PageTableFormat } from '../memory/page-table.ts';

const VALID = 1 << 0;
const SYSTEM = 1 << 1;
const SNOOPED = 1 << 2;
const EXECUTABLE = 1 << 4;
const READABLE = 1 << 5;
const WRITABLE = 1 << 6;
const FRAGMENT_SHIFT = 7;
/** High dword. */
const MTYPE_SHIFT = 48 - 32;
const LEAF = 1 << (54 - 32);

const MTYPE_UC = 3;

/** Level that holds 2 MiB leaves (PDB0) and the last one (PTB). */
const PDB0 = 2;
const PTB = 3;

export const navi31PageFormat: PageTableFormat = {
  shifts: [39, 30, 21, 12],
  indexBits: 9,
  addressEnd: 2 ** 44,
  leafAt: (level, flags) => level === PDB0 && !flags.system,
  fragmentLimit: (flags) => (flags.system ? 0 : 9),
  leaf(level: number, address: number, flags: PageFlags, fragment: number, into: Uint32Array, at: number): void {
    let lo = VALID | READABLE | (fragment << FRAGMENT_SHIFT);
    if (flags.system) lo |= SYSTEM | SNOOPED;
    if (flags.writable) lo |= WRITABLE;
    if (flags.executable) lo |= EXECUTABLE;
    let hi = flags.uncached ? MTYPE_UC << MTYPE_SHIFT : 0;
    if (level !== PTB) hi |= LEAF;
    put(address, lo, hi, into, at);
  },
  table(address: number, into: Uint32Array, at: number): void {
    put(address, VALID, 0, into, at);
  },
};

function put(address: number, lo: number, hi: number, into: Uint32Array, at: number): void {
  into[at] = (address | lo) >>> 0;
  into[at + 1] = Math.floor(address / 0x1_0000_0000) | hi;
}
