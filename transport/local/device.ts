/**
 * A card in the same process, as a driver sees it: the thinnest transport there is.
 *
 * Reset keeps what an operating system keeps (BARs, command register, BAR sizes) and takes the time the
 * specification asks for, all virtual.
 */

import { Config, EmptyslotError, asBusAddress, hi32, lo32 } from '../../pcie/index.ts';
import type {
  Abilities,
  Clock,
  ConfigAccess,
  DmaBuffer,
  DmaFault,
  DmaOptions,
  InterruptSource,
  MmioRegion,
  PciDevice,
  PciIdentity,
  ResetKind,
  Width,
} from '../../pcie/index.ts';
import type { ConfigSpaceModel } from '../../pcie/index.ts';
import type { DmaGrant, Machine, Port } from '../../sim/index.ts';

/** Time a function needs after a reset before it may be touched (PCI Express Base Specification: 100 ms). */
const RESET_SETTLE_NS = 100e6;
const CONFIG_PROBE_NS = 10e6;

export interface LocalDeviceOptions {
  readonly location?: string;
  /** Leave `DmaBuffer.view` out, as a TCP or recording transport does. */
  readonly withoutViews?: boolean;
}

/** Opens the card behind `port`. Several devices on one port share it as several opens of one file would. */
export function openLocal(port: Port, options: LocalDeviceOptions = {}): PciDevice {
  return new LocalDevice(port, options);
}

class LocalDevice implements PciDevice {
  readonly identity: PciIdentity;
  readonly abilities: Abilities;
  readonly config: ConfigAccess;
  readonly interrupts: InterruptSource;
  readonly clock: Clock;
  readonly port: Port;
  private readonly withViews: boolean;
  private readonly regions = new Map<number, LocalRegion>();
  private readonly goneListeners: (() => void)[] = [];
  private readonly faultListeners: ((fault: DmaFault) => void)[] = [];
  private readonly interruptListeners = new Set<(vector: number) => void>();

  constructor(port: Port, options: LocalDeviceOptions) {
    this.port = port;
    this.withViews = !(options.withoutViews ?? false);
    const { config } = port.function;
    this.identity = {
      vendorId: config.read(Config.vendorId, 2),
      deviceId: config.read(Config.deviceId, 2),
      subsystemVendorId: config.read(Config.subsystemVendorId, 2),
      subsystemId: config.read(Config.subsystemId, 2),
      revision: config.read(Config.revision, 1),
      classCode: config.read(Config.revision, 4) >>> 8,
      location: options.location ?? `local:${port.card}`,
    };
    this.abilities = {
      interrupts: true,
      sharedDma: this.withViews,
      resizableBar: true,
      resets: ['flr', 'hot', 'd3hot'],
      dmaGranule: port.machine.iommu.granule,
      ordered: true,
      virtualClock: true,
    };
    this.config = {
      read: (offset, width) => port.configRead(offset, width),
      write: (offset, width, value) => port.configWrite(offset, width, value),
    };
    this.interrupts = {
      vectors: 1,
      on: (listener) => {
        this.interruptListeners.add(listener);
        return () => void this.interruptListeners.delete(listener);
      },
    };
    this.clock = { nowNs: () => port.machine.nowNs, pause: (ns) => this.pause(ns) };
  }

  get generation(): number {
    return this.port.generation;
  }

  get step(): string {
    return this.port.step;
  }

  annotate(step: string): () => void {
    return this.port.annotate(step);
  }

  bar(index: number): MmioRegion {
    const known = this.regions.get(index);
    if (known !== undefined && known.alive) return known;
    const mapped = this.port.mapBar(index);
    if (mapped === undefined)
      throw new EmptyslotError('BAR_ABSENT', `the device has no BAR${index}`, { step: this.step });
    const region = new LocalRegion(this.port, index, mapped.bytes);
    this.regions.set(index, region);
    return region;
  }

  resizeBar(index: number, bytes: number): boolean {
    const config = this.port.function.config as ConfigSpaceModel;
    const control = config.resizeControl(index);
    if (control === undefined || !config.barSizes(index).includes(bytes)) return false;
    const command = this.port.configRead(Config.command, 2);
    this.port.configWrite(Config.command, 2, command & ~2); // a BAR may only move while it decodes nothing
    const before = this.port.configRead(control, 4);
    this.port.configWrite(control, 4, (before & ~0x3f00) | (Math.log2(bytes / 2 ** 20) << 8));
    const at = this.port.machine.placeBar(bytes, true);
    this.port.configWrite(Config.bar0 + 4 * index, 4, lo32(at));
    this.port.configWrite(Config.bar0 + 4 * index + 4, 4, hi32(at));
    this.port.configWrite(Config.command, 2, command);
    this.regions.get(index)?.retire();
    this.regions.delete(index);
    return true;
  }

  allocateDma(bytes: number, options: DmaOptions = {}): DmaBuffer {
    return new LocalDma(this.port, this.port.allocateDma(bytes, options), this.withViews);
  }

  private async pause(ns: number): Promise<'elapsed' | 'activity' | 'idle'> {
    const outcome = this.port.pause(ns);
    for (const vector of this.port.takeInterrupts()) for (const listener of this.interruptListeners) listener(vector);
    for (const fault of this.port.machine.takeFaults(this.port.card))
      for (const listener of this.faultListeners) listener(fault);
    return outcome;
  }

  async reset(kind: ResetKind): Promise<void> {
    const config = this.port.function.config as ConfigSpaceModel;
    if (kind === 'd3hot') {
      const pm = config.spec.capabilities.find((c) => c.id === 1);
      if (pm === undefined)
        throw new EmptyslotError('ACCESS_UNSUPPORTED', 'the function has no power management', { step: this.step });
      this.port.configWrite(pm.at + 4, 2, 3);
      await this.pause(CONFIG_PROBE_NS);
      this.port.configWrite(pm.at + 4, 2, 0);
      await this.pause(CONFIG_PROBE_NS);
      this.port.generation++;
      return;
    }
    const command = this.port.configRead(Config.command, 2);
    const saved = config.spec.bars.map((bar) => ({
      bar,
      address: config.barAddress(bar.index),
      bytes: config.barBytes(bar.index),
    }));
    this.port.reset(kind);
    for (const region of this.regions.values()) region.retire();
    this.regions.clear();
    for (const listener of this.goneListeners) listener();
    await this.pause(RESET_SETTLE_NS);
    for (const { bar, address, bytes } of saved) {
      const control = config.resizeControl(bar.index);
      if (control !== undefined)
        this.port.configWrite(
          control,
          4,
          (this.port.configRead(control, 4) & ~0x3f00) | (Math.log2(bytes / 2 ** 20) << 8),
        );
      this.port.configWrite(Config.bar0 + 4 * bar.index, 4, lo32(address));
      if (bar.kind === 'mem64') this.port.configWrite(Config.bar0 + 4 * bar.index + 4, 4, hi32(address));
    }
    this.port.configWrite(Config.command, 2, command);
  }

  onGone(listener: () => void): void {
    this.goneListeners.push(listener);
  }

  onDmaFault(listener: (fault: DmaFault) => void): void {
    this.faultListeners.push(listener);
  }
}

class LocalRegion implements MmioRegion {
  readonly bytes: number;
  alive = true;
  private readonly port: Port;
  private readonly index: number;
  private readonly pair = new Uint32Array(2);

  constructor(port: Port, index: number, bytes: number) {
    this.port = port;
    this.index = index;
    this.bytes = bytes;
  }

  retire(): void {
    this.alive = false;
  }

  private check(): void {
    if (!this.alive)
      throw new EmptyslotError('DEVICE_GONE', `BAR${this.index} belongs to the device before its reset or resize`, {
        step: this.port.step,
        timeNs: this.port.machine.nowNs,
      });
  }

  read32(offset: number): number {
    if (!this.alive) this.check();
    return this.port.read(this.index, offset, 4);
  }

  write32(offset: number, value: number): void {
    if (!this.alive) this.check();
    this.port.write(this.index, offset, 4, value >>> 0);
  }

  read64(offset: number, into: Uint32Array = this.pair): Uint32Array {
    this.check();
    this.port.read64(this.index, offset, into);
    return into;
  }

  write64(offset: number, lo: number, hi: number): void {
    if (!this.alive) this.check();
    this.port.write64(this.index, offset, lo >>> 0, hi >>> 0);
  }

  read(offset: number, width: Width): number {
    this.check();
    return this.port.read(this.index, offset, width);
  }

  write(offset: number, width: Width, value: number): void {
    this.check();
    this.port.write(this.index, offset, width, value);
  }

  readBlock(offset: number, into: Uint8Array): void {
    this.check();
    this.port.readBlock(this.index, offset, into);
  }

  writeBlock(offset: number, from: Uint8Array): void {
    this.check();
    this.port.writeBlock(this.index, offset, from);
  }

  fence(): void {}
}

class LocalDma implements DmaBuffer {
  readonly bytes: number;
  readonly segments: DmaBuffer['segments'];
  readonly view?: Uint8Array;
  private readonly port: Port;
  private readonly grant: DmaGrant;
  private freed = false;
  private readonly pair = new Uint32Array(2);
  private readonly four = new Uint8Array(4);
  private readonly eight = new Uint8Array(8);
  private readonly eightWords = new Uint32Array(this.eight.buffer);

  constructor(port: Port, grant: DmaGrant, withView: boolean) {
    this.port = port;
    this.grant = grant;
    this.bytes = grant.bytes;
    this.segments = grant.pieces.map((p) => ({ busAddress: asBusAddress(p.bus), bytes: p.bytes }));
    if (withView) {
      const view = oneRun(port.machine, grant);
      if (view !== undefined) this.view = view;
    }
  }

  private check(): void {
    if (this.freed)
      throw new EmptyslotError(
        'DMA_FREED',
        `DMA buffer ${this.grant.handle} (${this.grant.name || `${this.bytes} bytes`}) was freed`,
        { step: this.port.step },
      );
  }

  read(offset: number, width: Width): number {
    this.check();
    const bytes = this.four.subarray(0, width);
    this.port.dmaRead(this.grant.handle, offset, bytes);
    let value = 0;
    for (let i = width - 1; i >= 0; i--) value = value * 256 + bytes[i]!;
    return value;
  }

  write(offset: number, width: Width, value: number): void {
    this.check();
    for (let i = 0; i < width; i++) this.four[i] = value >>> (8 * i);
    this.port.dmaWrite(this.grant.handle, offset, this.four.subarray(0, width));
  }

  read32(offset: number): number {
    return this.read(offset, 4);
  }

  write32(offset: number, value: number): void {
    this.write(offset, 4, value);
  }

  read64(offset: number, into: Uint32Array = this.pair): Uint32Array {
    this.check();
    this.port.dmaRead(this.grant.handle, offset, this.eight);
    into[0] = this.eightWords[0]!;
    into[1] = this.eightWords[1]!;
    return into;
  }

  write64(offset: number, lo: number, hi: number): void {
    this.check();
    this.eightWords[0] = lo;
    this.eightWords[1] = hi;
    this.port.dmaWrite(this.grant.handle, offset, this.eight);
  }

  readBlock(offset: number, into: Uint8Array): void {
    this.check();
    this.port.dmaRead(this.grant.handle, offset, into);
  }

  writeBlock(offset: number, from: Uint8Array): void {
    this.check();
    this.port.dmaWrite(this.grant.handle, offset, from);
  }

  fence(): void {}
  syncForDevice(): void {}
  syncForCpu(): void {}

  free(): void {
    if (this.freed) return;
    this.freed = true;
    this.port.freeDma(this.grant.handle);
  }
}

/** The buffer's bytes as one array, where its host memory happens to lie in one run of the arena. */
function oneRun(machine: Machine, grant: DmaGrant): Uint8Array | undefined {
  const first = grant.pieces[0]!.host;
  const start = machine.host.at(first);
  let at = 0;
  for (const piece of grant.pieces) {
    for (let done = 0; done < piece.bytes; done += 4096) {
      if (machine.host.at(piece.host + done) !== start + at) return undefined;
      at += 4096;
    }
  }
  return machine.arena.u8.subarray(start, start + grant.bytes);
}
