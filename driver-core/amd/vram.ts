/**
 * The card's memory as the CPU reaches it: through BAR0 as far as that goes, through MM_INDEX and MM_DATA beyond.
 *
 * Stores through BAR0 may wait in HDP; engines see them after `hdp: flush`. The window takes one dword an access and
 * is meant for tables, not for data.
 */

import type { MmioRegion, VramOffset } from '../../pcie/index.ts';
import type { RegisterBus } from '../registers.ts';
import { fixed } from './registers.ts';

export class Vram {
  /** Bytes of VRAM the CPU reaches directly. */
  readonly visibleBytes: number;
  private readonly bar: MmioRegion;
  private readonly bus: RegisterBus;

  constructor(bar: MmioRegion, bus: RegisterBus, vramBytes: number) {
    this.bar = bar;
    this.bus = bus;
    this.visibleBytes = Math.min(bar.bytes, vramBytes);
  }

  read32(offset: VramOffset): number {
    if (offset + 4 <= this.visibleBytes) return this.bar.read32(offset);
    this.point(offset);
    return this.bus.read(fixed.MM_DATA);
  }

  write32(offset: VramOffset, value: number): void {
    if (offset + 4 <= this.visibleBytes) {
      this.bar.write32(offset, value);
      return;
    }
    this.point(offset);
    this.bus.write(fixed.MM_DATA, value);
  }

  /** Eight bytes, one access where BAR0 reaches. */
  write64(offset: VramOffset, lo: number, hi: number): void {
    if (offset + 8 <= this.visibleBytes) {
      this.bar.write64(offset, lo, hi);
      return;
    }
    // Two accesses: an entry must never look valid with half of its address, so the half with the valid bit comes last.
    if ((lo & 1) !== 0) {
      this.write32((offset + 4) as VramOffset, hi);
      this.write32(offset, lo);
    } else {
      this.write32(offset, lo);
      this.write32((offset + 4) as VramOffset, hi);
    }
  }

  /** `offset` and length in units of 4 bytes where the window is needed. */
  read(offset: VramOffset, into: Uint8Array): void {
    if (offset + into.length <= this.visibleBytes) {
      this.bar.readBlock(offset, into);
      return;
    }
    const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
    for (let at = 0; at < into.length; at += 4) view.setUint32(at, this.read32((offset + at) as VramOffset), true);
  }

  write(offset: VramOffset, from: Uint8Array): void {
    if (offset + from.length <= this.visibleBytes) {
      this.bar.writeBlock(offset, from);
      return;
    }
    const view = new DataView(from.buffer, from.byteOffset, from.byteLength);
    for (let at = 0; at < from.length; at += 4) this.write32((offset + at) as VramOffset, view.getUint32(at, true));
  }

  private point(offset: VramOffset): void {
    this.bus.write(fixed.MM_INDEX_HI, Math.floor(offset / 0x8000_0000));
    this.bus.write(fixed.MM_INDEX, ((offset % 0x8000_0000) | 0x8000_0000) >>> 0);
  }
}
