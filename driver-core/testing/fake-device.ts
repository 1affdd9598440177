/**
 * A device for unit tests: memory behind every BAR, registers that a script can answer, a clock that only moves when
 * it is paused. It models nothing.
 */

import { asBusAddress } from '../../pcie/index.ts';
import type {
  Abilities,
  DmaBuffer,
  DmaOptions,
  MmioRegion,
  PciDevice,
  PciIdentity,
  ResetKind,
  Width,
} from '../../pcie/index.ts';

/** Little-endian bytes with the methods of a region. */
export class FakeRegion implements MmioRegion {
  readonly bytes: number;
  readonly data: Uint8Array;
  private readonly dv: DataView;
  private readonly pair = new Uint32Array(2);

  constructor(bytes: number) {
    this.bytes = bytes;
    this.data = new Uint8Array(bytes);
    this.dv = new DataView(this.data.buffer);
  }

  read32(offset: number): number {
    return this.dv.getUint32(offset, true);
  }

  write32(offset: number, value: number): void {
    this.dv.setUint32(offset, value, true);
  }

  read64(offset: number, into: Uint32Array = this.pair): Uint32Array {
    into[0] = this.read32(offset);
    into[1] = this.read32(offset + 4);
    return into;
  }

  write64(offset: number, lo: number, hi: number): void {
    this.write32(offset, lo);
    this.write32(offset + 4, hi);
  }

  read(offset: number, width: Width): number {
    return width === 4 ? this.read32(offset) : width === 2 ? this.dv.getUint16(offset, true) : this.dv.getUint8(offset);
  }

  write(offset: number, width: Width, value: number): void {
    if (width === 4) this.write32(offset, value);
    else if (width === 2) this.dv.setUint16(offset, value, true);
    else this.dv.setUint8(offset, value);
  }

  readBlock(offset: number, into: Uint8Array): void {
    into.set(this.data.subarray(offset, offset + into.length));
  }

  writeBlock(offset: number, from: Uint8Array): void {
    this.data.set(from, offset);
  }

  fence(): void {}
}

/** A region that keeps a list of what was done to it, and whose answers a test may script. */
export class ScriptedRegion extends FakeRegion {
  /** `r offset`, `w offset value`, `b offset length`; hexadecimal. */
  readonly log: string[] = [];
  /** Called after each 32-bit store. */
  onWrite: (offset: number, value: number) => void = () => {};
  /** May answer a 32-bit read in place of what was stored. */
  onRead: (offset: number) => number | undefined = () => undefined;

  override read32(offset: number): number {
    this.log.push(`r ${offset.toString(16)}`);
    return this.onRead(offset) ?? super.read32(offset);
  }

  override write32(offset: number, value: number): void {
    this.log.push(`w ${offset.toString(16)} ${(value >>> 0).toString(16)}`);
    super.write32(offset, value);
    this.onWrite(offset, value);
  }

  override write64(offset: number, lo: number, hi: number): void {
    this.log.push(`q ${offset.toString(16)}`);
    super.write32(offset, lo);
    super.write32(offset + 4, hi);
  }

  override writeBlock(offset: number, from: Uint8Array): void {
    this.log.push(`b ${offset.toString(16)} ${from.length.toString(16)}`);
    super.writeBlock(offset, from);
  }
}

class FakeDma extends FakeRegion implements DmaBuffer {
  readonly segments: DmaBuffer['segments'];
  freed = false;

  constructor(bytes: number, busAddress: number) {
    super(bytes);
    this.segments = [{ busAddress: asBusAddress(busAddress), bytes }];
  }

  syncForDevice(): void {}
  syncForCpu(): void {}

  free(): void {
    this.freed = true;
  }
}

export class FakeDevice implements PciDevice {
  readonly identity: PciIdentity = {
    vendorId: 0x1002,
    deviceId: 0x744c,
    subsystemVendorId: 0,
    subsystemId: 0,
    revision: 0xc8,
    classCode: 0x03_0000,
    location: 'fake',
  };
  readonly abilities: Abilities = {
    interrupts: false,
    sharedDma: false,
    resizableBar: false,
    resets: [],
    dmaGranule: 4096,
    ordered: true,
    virtualClock: true,
  };
  readonly config = { read: () => 0, write: () => {} };
  readonly interrupts = { vectors: 0, on: () => () => {} };
  readonly generation = 0;
  readonly bars: FakeRegion[];
  readonly dma: FakeDma[] = [];
  /** Virtual time, ns. */
  timeNs = 0;
  /** How long each pause was, ns. */
  readonly pauses: number[] = [];
  /** Called in every pause; returns what the pause says. */
  onPause: (device: FakeDevice) => 'elapsed' | 'activity' | 'idle' = () => 'elapsed';
  private readonly open: string[] = [];

  constructor(barBytes: readonly number[] = [4096]) {
    this.bars = barBytes.map((bytes) => new FakeRegion(bytes));
  }

  /** Puts another region behind a BAR. */
  place<R extends FakeRegion>(index: number, region: R): R {
    this.bars[index] = region;
    return region;
  }

  readonly clock = {
    nowNs: (): number => this.timeNs,
    pause: async (ns: number): Promise<'elapsed' | 'activity' | 'idle'> => {
      this.pauses.push(ns);
      this.timeNs += ns;
      return this.onPause(this);
    },
  };

  bar(index: number): MmioRegion {
    return this.bars[index]!;
  }

  resizeBar(): boolean {
    return false;
  }

  allocateDma(bytes: number, _options?: DmaOptions): DmaBuffer {
    const buffer = new FakeDma(bytes, 0x1000_0000 + this.dma.length * 0x100_0000);
    this.dma.push(buffer);
    return buffer;
  }

  async reset(_kind: ResetKind): Promise<void> {}
  onGone(): void {}
  onDmaFault(): void {}

  annotate(step: string): () => void {
    this.open.push(step);
    return () => void this.open.splice(this.open.lastIndexOf(step), 1);
  }

  get step(): string {
    return this.open.join(' › ');
  }
}
