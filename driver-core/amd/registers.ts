/**
 * Navi31's registers as this driver reaches them: declarations bound to the base addresses that the card's own
 * discovery table gives, through BAR5 or, beyond its end, through the RSMU window.
 *
 * Source: register declarations in `registers/amd`; the windows from public drivers.
 */

import {
  COMPUTE,
  CP,
  GC,
  GFXHUB,
  GRBM,
  HDP,
  MMHUB,
  MP0,
  MP1,
  NBIO,
  OSSSYS,
  RLC,
  SDMA0,
  SDMA1,
  ipOf,
} from '../../registers/amd/index.ts';
import type { MmioRegion } from '../../pcie/index.ts';
import { bindRegisters } from '../registers.ts';
import type { BlockBases, BoundBlock, RegisterBus } from '../registers.ts';

const blocks = [NBIO, HDP, MMHUB, GFXHUB, GRBM, CP, COMPUTE, GC, RLC, SDMA0, SDMA1, OSSSYS, MP0, MP1] as const;

export type AmdRegisters = BoundBlock<typeof NBIO> &
  BoundBlock<typeof HDP> &
  BoundBlock<typeof MMHUB> &
  BoundBlock<typeof GFXHUB> &
  BoundBlock<typeof GRBM> &
  BoundBlock<typeof CP> &
  BoundBlock<typeof COMPUTE> &
  BoundBlock<typeof GC> &
  BoundBlock<typeof RLC> &
  BoundBlock<typeof SDMA0> &
  BoundBlock<typeof SDMA1> &
  BoundBlock<typeof OSSSYS> &
  BoundBlock<typeof MP0> &
  BoundBlock<typeof MP1>;

/** Registers needed before discovery has told any base: their addresses are the same on every card of this kind. */
export const fixed = {
  MM_INDEX: 0x0,
  MM_DATA: 0x1,
  MM_INDEX_HI: 0x6,
  RSMU_INDEX: 0x14,
  RSMU_DATA: 0x15,
  /** RCC_CONFIG_MEMSIZE: never 0 and never all ones on a living card. */
  CONFIG_MEMSIZE: 0xde3,
} as const;

/** BAR5, and what lies beyond it through RSMU_INDEX and RSMU_DATA. */
export class RegisterSpace implements RegisterBus {
  private readonly bar: MmioRegion;

  constructor(bar: MmioRegion) {
    this.bar = bar;
  }

  read(dword: number): number {
    const offset = dword * 4;
    if (offset < this.bar.bytes) return this.bar.read32(offset);
    this.bar.write32(fixed.RSMU_INDEX * 4, offset);
    return this.bar.read32(fixed.RSMU_DATA * 4);
  }

  write(dword: number, value: number): void {
    const offset = dword * 4;
    if (offset < this.bar.bytes) {
      this.bar.write32(offset, value);
      return;
    }
    this.bar.write32(fixed.RSMU_INDEX * 4, offset);
    this.bar.write32(fixed.RSMU_DATA * 4, value);
  }

  /** A store at a byte offset that no register declares: the HDP remap page. */
  writeByteOffset(offset: number, value: number): void {
    this.bar.write32(offset, value);
  }
}

/** Binds every block. `basesOf` gives the dword bases of an IP block by name. */
export function amdRegisters(bus: RegisterBus, basesOf: (ip: string) => readonly number[]): AmdRegisters {
  const bound: BlockBases[] = blocks.map((block) => ({ block, bases: basesOf(ipOf(block.name)) }));
  return bindRegisters(bus, bound) as AmdRegisters;
}
