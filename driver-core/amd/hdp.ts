/**
 * HDP 6.0: the host data path. Stores of the CPU to VRAM wait in it until it is flushed.
 *
 * The flush register is not at a fixed place: NBIO maps a page of BAR5 onto it and says where.
 *
 * Fidelity: from-public-source. The read after the flush is what makes it complete, as Linux does it.
 */

import type { Context } from './context.ts';
import { fixed } from './registers.ts';

/** Byte offset in BAR5 that Linux chooses on parts with 1 MiB of registers. */
const REMAP_PAGE = 0x7_f000;
const ADDRESS_MASK = 0x7_fffc;

export class Hdp {
  private readonly context: Context;
  private offset = 0;

  constructor(context: Context) {
    this.context = context;
  }

  /** Finds the flush register. */
  init(): void {
    const { BIF_BX0_REMAP_HDP_MEM_FLUSH_CNTL: remap } = this.context.regs;
    this.offset = remap.read() & ADDRESS_MASK;
    if (this.offset === 0) {
      remap.write(REMAP_PAGE);
      this.offset = REMAP_PAGE;
    }
  }

  /** Everything the CPU has stored to VRAM so far is there for engines when this returns. */
  flush(why: string): void {
    const { context } = this;
    context.step('hdp: flush', { why, offset: this.offset }, ({ offset }) => {
      context.space.writeByteOffset(offset, 0);
      // posted write: reading anything pushes it through
      context.space.read(fixed.CONFIG_MEMSIZE);
    });
  }

  /** Power gating of the block's memories, once the card runs. */
  enablePowerSaving(): void {
    this.context.regs.HDP_MEM_POWER_CTRL.update({ ATOMIC_MEM_POWER_CTRL_EN: 1, ATOMIC_MEM_POWER_DS_EN: 1 });
  }
}
