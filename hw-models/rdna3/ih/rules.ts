/**
 * What a driver must not do to the interrupt handler.
 *
 * Pure software: rules as data.
 */

import { defineRules } from '../../../sim/index.ts';

export const ihRules = defineRules({
  IH_RPTR_UNITS: {
    title: 'IH_RB_RPTR was given a count of dwords; it takes a byte offset',
    onSilicon:
      'The ring looks a quarter as far consumed as it is: it overflows early, and no further message may be sent.',
    source: 'IH_RB_RPTR.OFFSET starts at bit 2; Linux amdgpu ih_v6_0 writes bytes',
  },
  IH_RPTR_BEYOND_WPTR: {
    title: 'IH_RB_RPTR was moved past vectors that have not been written',
    onSilicon: 'The ring looks almost full; vectors are lost or overwritten.',
    source: 'ring discipline of IH_RB_RPTR and IH_RB_WPTR',
  },
  IH_RING_OVERFLOW: {
    title: 'The interrupt ring overflowed: vectors that nobody had read were overwritten or dropped',
    onSilicon: 'RB_OVERFLOW is set and the oldest vectors are gone.',
    source: 'IH_RB_WPTR.RB_OVERFLOW',
  },
  IH_BASE_NOT_SET: {
    title: 'An interrupt ring was enabled before its base and size were programmed',
    onSilicon: 'Vectors are written to address 0.',
    source: 'order of public drivers: IH_RB_BASE before IH_RB_CNTL.RB_ENABLE',
  },
  IH_WRITE_REFUSED: {
    title: 'The interrupt handler could not write a vector where its registers point',
    onSilicon: 'The vector is lost.',
    source: 'IH_RB_BASE and IH_RB_CNTL.MC_SPACE',
  },
});
