/**
 * A card for the server's tests: memory behind a resizable BAR0, doorbells that count behind BAR2, a few registers behind
 * BAR5. It is no real device.
 */

import {
  msiCapability,
  pcieCapability,
  pmCapability,
  resizableBarCapability,
  vsecCapability,
} from '../../../pcie/index.ts';
import type { ConfigSpec, ResetKind } from '../../../pcie/index.ts';
import { GatedFunction, SparseMemory } from '../../../sim/index.ts';
import type { CardModel, CardSlot } from '../../../sim/index.ts';

export const MiB = 2 ** 20;

const spec: ConfigSpec = {
  vendorId: 0x1002,
  deviceId: 0x744c,
  revision: 0xc8,
  classCode: 0x03_0000,
  subsystemVendorId: 0x1da2,
  subsystemId: 0x471e,
  bars: [
    { index: 0, kind: 'mem64', prefetchable: true, bytes: 16 * MiB, sizesMib: 0x70 },
    { index: 2, kind: 'mem64', prefetchable: true, bytes: 4096 },
    { index: 5, kind: 'mem32', bytes: 4096 },
  ],
  capabilities: [
    pmCapability(0x50),
    pcieCapability(0x64, { type: 1, speed: 4, lanes: 16 }),
    msiCapability(0xa0),
    vsecCapability(0x100, 1, 16),
    resizableBarCapability(0x200, [{ bar: 0, sizesMib: 0x70, bytes: 16 * MiB }]),
  ],
};

/** Registers behind BAR5, byte offsets. */
export const Register = {
  /** Plain storage. */
  scratch: 0,
  /** A store makes `done` 1 after 50 ms; `done` becomes 0 at once. */
  go: 4,
  done: 8,
  /** How many doorbells rang, the last one's dwords and whether it was one 8-byte access. */
  rings: 12,
  ringLo: 16,
  ringHi: 20,
  ringWide: 24,
  /** Low dword of a bus address; a store to `load` reads the dword there into `scratch`, at once. */
  address: 28,
  addressHi: 32,
  load: 36,
  /** Reading it throws, as a broken model would. */
  broken: 40,
} as const;

export const GO_NS = 50e6;

class MemoryFunction extends GatedFunction {
  constructor(slot: CardSlot) {
    super(slot, spec);
    const words = slot.state.u32('registers', 16);
    const memory = new SparseMemory(slot.arena, 64 * MiB);
    slot.keep('memory', memory);
    const w = (at: number): number => at / 4;
    const target = slot.events.define(`memory card ${slot.card}`, () => void (words[w(Register.done)] = 1));
    const small = new Uint8Array(8);
    const view = new DataView(small.buffer);
    const part = (n: number): Uint8Array => small.subarray(0, n);
    this.behind(0, {
      name: 'memory',
      widths: [1, 2, 4, 8],
      read: (offset, width) => {
        memory.read(offset, part(width));
        return width === 4 ? view.getUint32(0, true) : width === 2 ? view.getUint16(0, true) : small[0]!;
      },
      write: (offset, width, value) => {
        view.setUint32(0, value, true);
        memory.write(offset, part(width));
      },
      read64: (offset, into) => {
        memory.read(offset, small);
        into[0] = view.getUint32(0, true);
        into[1] = view.getUint32(4, true);
      },
      write64: (offset, lo, hi) => {
        view.setUint32(0, lo, true);
        view.setUint32(4, hi, true);
        memory.write(offset, small);
      },
      readBlock: (offset, into) => memory.read(offset, into),
      writeBlock: (offset, from) => memory.write(offset, from),
    });
    const ring = (lo: number, hi: number, wide: number): void => {
      words[w(Register.rings)]!++;
      words[w(Register.ringLo)] = lo;
      words[w(Register.ringHi)] = hi;
      words[w(Register.ringWide)] = wide;
    };
    this.behind(2, {
      name: 'doorbells',
      widths: [4, 8],
      read: () => 0,
      write: (_offset, _width, value) => ring(value, 0, 0),
      write64: (_offset, lo, hi) => ring(lo, hi, 1),
    });
    this.behind(5, {
      name: 'registers',
      widths: [4],
      read: (offset) => {
        if (offset === Register.broken) throw new Error('the model is broken here');
        return words[offset / 4] ?? 0;
      },
      write: (offset, _width, value) => {
        if (offset / 4 < words.length) words[offset / 4] = value;
        if (offset === Register.go) {
          words[w(Register.done)] = 0;
          slot.events.schedule(GO_NS, target, 0);
        } else if (offset === Register.load) {
          words[0] = slot.dma.read32(words[w(Register.addressHi)]! * 2 ** 32 + words[w(Register.address)]!);
        }
      },
    });
  }

  protected answers(): boolean {
    return true;
  }

  protected resetCard(_kind: ResetKind): void {
    this.slot.state.u32('registers', 16).fill(0);
  }
}

export function memoryCard(slot: CardSlot): CardModel {
  const fn = new MemoryFunction(slot);
  return {
    name: 'memory-card',
    function: fn,
    describe: (bar, offset) => `BAR${bar} 0x${offset.toString(16)}`,
    assignBars: (place) => fn.assignBars(place),
  };
}
