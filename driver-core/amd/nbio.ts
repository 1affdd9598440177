/**
 * NBIO 4.3: the card's own end of the slot. Straps, and which doorbell goes to which engine.
 *
 * Fidelity: from-public-source.
 */

import type { Context } from './context.ts';

/** Doorbells by 64-bit slot in BAR2. */
export const doorbellSlots = { compute0: 0x3, sdma0: 0x100 } as const;
/** Byte offset of a 64-bit slot. */
export const doorbellOffset = (slot: number): number => slot * 8;

export class Nbio {
  private readonly context: Context;

  constructor(context: Context) {
    this.context = context;
  }

  init(): void {
    const { regs, step } = this.context;
    const strap = regs.RCC_DEV0_EPF2_STRAP2;
    step('nbio: strap', { value: strap.read() & ~(1 << 7) }, ({ value }) => strap.write(value));
    step('nbio: doorbell aperture', { enable: 1 }, ({ enable }) =>
      regs.RCC_DEV0_EPF0_RCC_DOORBELL_APER_EN.write(enable),
    );
  }

  /** Doorbells of the compute engines: entries 0 and 3, everything. */
  routeCompute(): void {
    this.route(0, { awid: 0x3, destination: 0x3 });
    this.route(3, { awid: 0x6, destination: 0x3 });
  }

  /** Doorbells of the first SDMA engine: entry 2, two slots. */
  routeSdma(): void {
    this.route(2, { awid: 0xe, destination: 0x3, offsetDwords: doorbellSlots.sdma0 * 2, sizeDwords: 4 });
  }

  private route(
    entry: 0 | 2 | 3,
    to: { awid: number; destination: number; offsetDwords?: number; sizeDwords?: number },
  ): void {
    const { regs, step } = this.context;
    const register = regs.S2A_DOORBELL_ENTRY_n_CTRL.at(entry);
    const value = register.encode({
      S2A_DOORBELL_PORTn_ENABLE: 1,
      S2A_DOORBELL_PORTn_AWID: to.awid,
      S2A_DOORBELL_PORTn_RANGE_OFFSET: to.offsetDwords ?? 0,
      S2A_DOORBELL_PORTn_RANGE_SIZE: to.sizeDwords ?? 0,
      S2A_DOORBELL_PORTn_AWADDR_31_28_VALUE: to.destination,
    });
    step('nbio: doorbell entry', { entry, value }, (args) => register.write(args.value));
  }
}
