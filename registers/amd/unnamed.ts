/**
 * Dwords of the register space that drivers touch and no public list names. Counted from the start of the register
 * space, which is where NBIO's segment 0 begins.
 *
 * Source: traces of stock drivers; the remap page is what the remap registers of NBIO make of it after power-on.
 *
 * Fidelity: guessed (what the two dwords without a name are for).
 */

import { registerBlock } from '../language.ts';

const about = { source: 'traces of stock drivers', fidelity: 'guessed' } as const;

// oxfmt-ignore: a table, one register after the other
export const UNNAMED = registerBlock('UNNAMED', about, {
  DWORD_00007: { at: 0x7, aliases: ['0x7'], doc: 'Linux reads it once, right after the size of the memory; 0 does' },
  DWORD_2BC71: { at: 0x2bc71, aliases: ['0x2bc71'], doc: 'Linux sets it to 1 when the card has come up and to 0 before it goes down' },

  // The remap page: where NBIO's REMAP registers point after power-on, and where Linux points them
  REMAPPED_HDP_MEM_FLUSH: { at: 0x1fc00, rest: 'wo', aliases: ['0x1fc00', 'HDP_MEM_FLUSH_remap_page'],
    doc: 'a store flushes HDP; moves with BIF_BX0_REMAP_HDP_MEM_FLUSH_CNTL' },
  REMAPPED_HDP_REG_FLUSH: { at: 0x1fc01, rest: 'wo',
    doc: 'the same for registers; moves with BIF_BX0_REMAP_HDP_REG_FLUSH_CNTL' },
});
