/**
 * What a driver can break about doorbells.
 *
 * Fidelity: from-public-source. Aperture enable and routing entries as public drivers program them.
 */

import { defineRules } from '../../../sim/index.ts';

export const nbioRules = defineRules({
  DOORBELL_APERTURE_OFF: {
    title: 'A doorbell was rung while the doorbell aperture is disabled',
    onSilicon: 'The store is dropped and no queue hears of it.',
    source: 'RCC_DOORBELL_APER_EN of NBIO',
  },
  DOORBELL_NOT_ROUTED: {
    title: 'A doorbell was rung that no enabled routing entry covers',
    onSilicon: 'The store is dropped and no queue hears of it.',
    source: 'S2A_DOORBELL_ENTRY_n_CTRL of NBIO',
  },
  DOORBELL_NOBODY_LISTENS: {
    title: 'A doorbell was rung that no active queue listens to',
    onSilicon: 'The engine drops it (and may raise a doorbell-invalid interrupt).',
    source: 'doorbell offsets and enables of the queues',
  },
  DOORBELL_NARROW: {
    title: "A queue's doorbell was rung with 4 bytes instead of 8",
    onSilicon: 'The upper half of the write pointer is taken as it was or as 0.',
    source: '64-bit doorbells of gfx9 and later in public drivers',
  },
  VRAM_BEYOND_END: {
    title: 'The CPU accessed VRAM past its end',
    onSilicon: 'Reads return all ones or wrap, stores are lost.',
    source: 'RCC_CONFIG_MEMSIZE',
  },
});
