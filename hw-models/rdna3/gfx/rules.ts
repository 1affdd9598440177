/**
 * What a driver must not do to the graphics core as a whole.
 *
 * Pure software: rules as data.
 */

import { defineRules } from '../../../sim/index.ts';

export const gfxRules = defineRules({
  GRBM_SELECT_LEFT: {
    title: 'GRBM_GFX_CNTL still selects a queue, pipe or VMID when something else is done',
    onSilicon: 'Banked registers keep being routed to the selected copy: the next access to one goes astray.',
    source: 'GRBM_GFX_CNTL; public drivers select under a lock and restore 0',
  },
  GRBM_INDEX_LEFT: {
    title: 'GRBM_GFX_INDEX still selects one shader engine, array or instance when work is launched',
    onSilicon: 'Register stores reach only the selected instance; the other shader engines keep old values.',
    source: 'GRBM_GFX_INDEX; public drivers restore broadcast',
  },
  BLOCK_NOT_READY: {
    title: 'A block was started before its microcode was in place',
    onSilicon: 'The engine runs whatever its instruction memory holds and hangs; the register bus may time out.',
    source: 'boot order of public drivers: RLC autoload completes before MEC and SDMA start',
  },
  SOFT_RESET_TOO_SHORT: {
    title: 'A soft reset was released, or the block touched, before the reset could take effect',
    onSilicon: 'The block may stay in an undefined state.',
    source: 'settle delays of public drivers (10 to 50 ms; Linux at least 50 us)',
  },
  RLC_SAFE_MODE_BUSY: {
    title: 'RLC_SAFE_MODE was written while the RLC still worked on the previous command',
    onSilicon: 'The second command is lost.',
    source: 'RLC_SAFE_MODE handshake of public drivers',
  },
});
