/**
 * Page-table entries of gfx11: 64 bits, as two dwords. Four levels of tables, 512 entries each: PDB2, PDB1, PDB0 hold
 * directory entries, PTB page entries; a directory entry with P set is itself a large page.
 *
 * What is a page number in a table is an offset into VRAM or, with SYSTEM, a bus address; never an address of the memory
 * controller. The halves must be stored and read as halves: a JavaScript number loses bits of a leaf.
 *
 * Source: public drivers (Linux amdgpu, tinygrad) and their entries seen in traces.
 *
 * Fidelity: from-public-source. What the hardware does with the reserved bits is guessed.
 */

import { bits, layout, u32 } from '../layout.ts';

/** A page entry. ADDRESS_LO holds bits 31:12 of the page's address, ADDRESS_HI bits 47:32. */
export const pte = layout('pte', 8, {
  lo: u32(0, {
    VALID: bits(0),
    SYSTEM: bits(1),
    SNOOPED: bits(2),
    TMZ: bits(3),
    EXECUTE: bits(4),
    READ: bits(5),
    WRITE: bits(6),
    FRAGMENT: bits(11, 7),
    ADDRESS_LO: bits(31, 12),
  }),
  hi: u32(4, {
    ADDRESS_HI: bits(15, 0),
    MTYPE: bits(18, 16),
    PRT: bits(19),
    SOFTWARE: bits(21, 20),
    RESERVED_54: bits(22),
    LOG: bits(23),
    TRANSLATE_FURTHER: bits(24),
    RESERVED_57: bits(25),
    NOALLOC: bits(26),
    RESERVED_63_59: bits(31, 27),
  }),
});

/** A directory entry. With P set it is a large page and its low bits are a page entry's. */
export const pde = layout('pde', 8, {
  lo: u32(0, {
    VALID: bits(0),
    SYSTEM: bits(1),
    COHERENT: bits(2),
    RESERVED_5_3: bits(5, 3),
    /** Bits 31:6 of the table's address. */
    ADDRESS_LO: bits(31, 6),
  }),
  hi: u32(4, {
    ADDRESS_HI: bits(15, 0),
    MTYPE: bits(18, 16),
    P: bits(22),
    TRANSLATE_FURTHER: bits(24),
    NOALLOC: bits(26),
    BLOCK_FRAGMENT_SIZE: bits(31, 27),
  }),
});

/** Memory types, bits 50:48. */
export const memoryTypes = { C_RW_US: 0, C_RO_S: 2, UC: 3, C_RW_S: 4, C_RO_US: 6 } as const;

/** Number of address bits below each level's index: PDB2, PDB1, PDB0, PTB. */
export const levelShifts = [39, 30, 21, 12] as const;
export const indexBits = 9;
export const tableBytes = 4096;

/** What the fault status says of a permission fault, bits 7:4. Which bit is which is a guess. */
export const permissionFaults = { valid: 1, read: 2, write: 4, execute: 8 } as const;

/** Clients of GFXHUB as the fault status names them (CID, bits 17:9). */
export const gfxHubClients = {
  CB_DB: 0x00,
  GE1: 0x02,
  GE2: 0x03,
  CPF: 0x04,
  CPC: 0x05,
  CPG: 0x06,
  RLC: 0x07,
  TCP: 0x08,
  SQC_INST: 0x09,
  SQC_DATA: 0x0a,
  SQG: 0x0b,
  SDMA0: 0x0d,
  SDMA1: 0x0e,
  GCR: 0x0f,
  SDMA2: 0x10,
  SDMA3: 0x11,
} as const;
