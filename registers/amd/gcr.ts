/**
 * GCR_CNTL: which caches of the graphics core an acquire or a release writes back and drops. The same bits appear in
 * ACQUIRE_MEM's last word and in SDMA's GCR_REQ; RELEASE_MEM carries some of them at other places (see pm4.ts).
 *
 * GLI instruction cache, GLK scalar data, GLV vector L0, GL1 L1 of a shader array, GLM metadata, GL2 L2. US asks for
 * untouched lines too, DISCARD throws dirty lines away.
 *
 * Source: public packet headers of gfx10 and gfx11.
 *
 * Fidelity: from-public-source. Bit positions are witnessed by captured packets.
 */

import { bits, dword } from '../layout.ts';

export const GCR_CNTL = dword(0, {
  GLI_INV: bits(1, 0),
  GL1_RANGE: bits(3, 2),
  GLM_WB: bits(4),
  GLM_INV: bits(5),
  GLK_WB: bits(6),
  GLK_INV: bits(7),
  GLV_INV: bits(8),
  GL1_INV: bits(9),
  GL2_US: bits(10),
  GL2_RANGE: bits(12, 11),
  GL2_DISCARD: bits(13),
  GL2_INV: bits(14),
  GL2_WB: bits(15),
  SEQ: bits(17, 16),
  RANGE_IS_PA: bits(18),
});

/** Values of GLI_INV. */
export const gliInvalidate = { none: 0, all: 1, range: 2, firstLast: 3 } as const;
/** Values of GL1_RANGE and GL2_RANGE. */
export const gcrRange = { all: 0, volatile: 1, range: 2, firstLast: 3 } as const;
/** Values of SEQ: the order in which the levels are handled. */
export const gcrSequence = { parallel: 0, forward: 1, reverse: 2 } as const;
