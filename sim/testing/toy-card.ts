/**
 * The smallest card that has everything a machine test needs: registers, a delayed answer, DMA both
 * ways, an interrupt. It is no real device; real ones live in hw-models.
 */

import { msiCapability, pcieCapability, pmCapability, resizableBarCapability } from '../../pcie/index.ts';
import type { ConfigSpec, ResetKind, Width } from '../../pcie/index.ts';
import { registerBlock, ro, rw, wo } from '../../registers/index.ts';
import { GatedFunction, RegisterFile } from '../index.ts';
import type { CardModel, CardSlot } from '../index.ts';

export const TOY = registerBlock(
  'TOY',
  { source: 'this test', fidelity: 'guessed' },
  {
    /** Writing starts an addition of A and B that takes a microsecond. */
    GO: { at: 0, fields: { GO: wo(31, 0) } },
    A: { at: 1 },
    B: { at: 2 },
    SUM: { at: 3, fields: { SUM: ro(31, 0) } },
    DONE: { at: 4, fields: { DONE: ro(0) } },
    ADDRESS_LO: { at: 5 },
    ADDRESS_HI: { at: 6 },
    /** 1: copy SUM to the bus address, 2: load A from there. */
    DMA: { at: 7, fields: { KIND: rw(1, 0) } },
  },
);

const spec: ConfigSpec = {
  vendorId: 0x1234,
  deviceId: 0x0001,
  revision: 0,
  classCode: 0xff_0000,
  subsystemVendorId: 0,
  subsystemId: 0,
  bars: [
    { index: 0, kind: 'mem64', prefetchable: true, bytes: 2 ** 20 },
    { index: 2, kind: 'mem32', bytes: 4096 },
  ],
  capabilities: [
    pmCapability(0x50),
    pcieCapability(0x64, { type: 0, speed: 1, lanes: 1, flr: true }),
    msiCapability(0xa0),
    resizableBarCapability(0x200, [{ bar: 0, sizesMib: 0x7, bytes: 2 ** 20 }]),
  ],
};

const Step = { sum: 0, store: 1, load: 2 } as const;

class ToyFunction extends GatedFunction {
  readonly regs: RegisterFile;

  constructor(slot: CardSlot) {
    super(slot, spec);
    this.regs = new RegisterFile(slot.state, slot.findings, slot.card, 4096);
    this.regs.map(TOY, [0]);
    const R = TOY.registers;
    const address = (): number => this.regs.peek(R.ADDRESS_HI) * 2 ** 32 + this.regs.peek(R.ADDRESS_LO);
    const target = slot.events.define(`toy ${slot.card}`, (kind) => {
      if (kind === Step.sum) {
        this.regs.poke(R.SUM, this.regs.peek(R.A) + this.regs.peek(R.B));
        this.regs.poke(R.DONE, 1);
        if (this.config.msiMessage(0) !== undefined) slot.interrupt(0);
      } else if (kind === Step.store) slot.dma.write32(address(), this.regs.peek(R.SUM));
      else this.regs.poke(R.A, slot.dma.read32(address()));
    });
    this.regs.on(R.GO, {
      write: () => {
        this.regs.poke(R.DONE, 0);
        slot.events.schedule(1000, target, Step.sum);
      },
    });
    this.regs.on(R.DMA, { write: (kind) => slot.events.schedule(500, target, kind === 1 ? Step.store : Step.load) });
    this.behind(2, {
      name: 'registers',
      widths: [4],
      read: (offset) => this.regs.read(offset >> 2),
      write: (offset, _width: Width, value) => this.regs.write(offset >> 2, value),
    });
  }

  protected answers(): boolean {
    return true;
  }

  protected resetCard(_kind: ResetKind): void {
    this.regs.reset();
  }
}

export function toyCard(slot: CardSlot): CardModel & { readonly regs: RegisterFile } {
  const fn = new ToyFunction(slot);
  return {
    name: 'toy',
    function: fn,
    regs: fn.regs,
    describe: (bar, offset) => `BAR${bar} ${fn.regs.nameAt(offset >> 2) ?? `0x${offset.toString(16)}`}`,
    assignBars: (place) => fn.assignBars(place),
  };
}
