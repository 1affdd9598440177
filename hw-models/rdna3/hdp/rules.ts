/**
 * What a driver can break between a store to BAR0 and the engine that reads it.
 *
 * Fidelity: from-public-source. Drivers flush HDP before every doorbell and TLB flush; what an engine reads without it is the old value.
 */

import { defineRules } from '../../../sim/index.ts';

export const hdpRules = defineRules({
  HDP_NOT_FLUSHED: {
    title: 'An engine read VRAM bytes that the CPU had stored and HDP had not let through yet',
    onSilicon: 'The engine sees the old bytes, or the new ones, depending on what else went through HDP.',
    source: 'flush_hdp of public drivers: a store to the page REMAP_HDP_MEM_FLUSH_CNTL names, or GPU_HDP_FLUSH_REQ',
  },
  PROTECTED_MEMORY: {
    title: 'The CPU touched VRAM that the security processor keeps for itself',
    onSilicon: 'Reads give zeros or abort; stores are lost.',
    source: 'trusted memory region set up by PSP SETUP_TMR',
  },
});
