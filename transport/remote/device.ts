/**
 * A card behind a remote-PCI server, ours or a foreign one, as a driver sees it.
 *
 * Real time, no interrupts, no shared memory: DMA buffers live on the server's machine and are read and written by
 * messages. What the far end cannot say (subsystem, resets other than its own) is left out of the abilities.
 *
 * Pure software.
 */

import { Config, EmptyslotError, asBusAddress, fromPair } from '../../pcie/index.ts';
import type {
  Abilities,
  Clock,
  ConfigAccess,
  DmaBuffer,
  DmaOptions,
  InterruptSource,
  MmioRegion,
  PciDevice,
  PciIdentity,
  ResetKind,
  Width,
} from '../../pcie/index.ts';
import { Channel, REPLY_DATA_BYTES } from './channel.ts';
import type { RemoteAddress } from './channel.ts';
import { Remote } from './wire.ts';

const PAGE = 4096;
const RESET_SETTLE_NS = 100e6;

export interface RemoteOptions extends RemoteAddress {
  /** Which of the server's devices, in its own order (default the first). */
  readonly index?: number;
  /** Which vendor to ask for (default AMD). */
  readonly vendorId?: number;
}

/**
 * Connects to a server and takes one of its devices.
 *
 * @throws EmptyslotError `DEVICE_GONE` when nobody answers; `DEVICE_UNSUPPORTED` when the server has no such device;
 *   `PROTOCOL_VIOLATION` with the server's own words when it refuses (the device is taken).
 */
export async function openRemote(options: RemoteOptions = {}): Promise<RemoteDevice> {
  const channel = await Channel.open(options);
  try {
    const filter = new Uint8Array(8); // mask 0: any device of the vendor
    const { data } = channel.request(Remote.probe, 0, 0, 0, filter.length, options.vendorId ?? 0x1002, true, filter);
    const names = new TextDecoder()
      .decode(data.slice())
      .split('\n')
      .filter((name) => name !== '');
    const name = names[options.index ?? 0];
    if (name === undefined) {
      throw new EmptyslotError(
        'DEVICE_UNSUPPORTED',
        `the server at ${channel.about} has no device ${options.index ?? 0}`,
        { lastSeen: names.join(', ') || 'no device at all' },
      );
    }
    return new RemoteDevice(channel, Number(name.slice(name.lastIndexOf(':') + 1)), name);
  } catch (error) {
    channel.close();
    throw error;
  }
}

export class RemoteDevice implements PciDevice {
  readonly identity: PciIdentity;
  readonly abilities: Abilities = {
    interrupts: false,
    sharedDma: false,
    resizableBar: true,
    resets: ['vendor'],
    dmaGranule: PAGE,
    ordered: true,
    virtualClock: false,
  };
  readonly config: ConfigAccess;
  readonly interrupts: InterruptSource = { vectors: 0, on: () => () => {} };
  readonly clock: Clock;
  generation = 0;
  readonly channel: Channel;
  private readonly id: number;
  private readonly regions = new Map<number, RemoteRegion>();
  private readonly steps: string[] = [];

  constructor(channel: Channel, id: number, name: string) {
    this.channel = channel;
    this.id = id;
    this.config = {
      read: (offset, width) => channel.request(Remote.configRead, id, 0, offset, width, 0, false).result0[0],
      write: (offset, width, value) => void channel.request(Remote.configWrite, id, 0, offset, width, value, false),
    };
    const { config } = this;
    this.identity = {
      vendorId: config.read(Config.vendorId, 2),
      deviceId: config.read(Config.deviceId, 2),
      subsystemVendorId: config.read(Config.subsystemVendorId, 2),
      subsystemId: config.read(Config.subsystemId, 2),
      revision: config.read(Config.revision, 1),
      classCode: config.read(Config.revision, 4) >>> 8,
      location: `remote:${channel.about} ${name}`,
    };
    const start = performance.now();
    this.clock = { nowNs: () => (performance.now() - start) * 1e6, pause: (ns) => this.pause(ns) };
  }

  private async pause(ns: number): Promise<'elapsed'> {
    this.channel.flush();
    // below a millisecond a timer only adds its own latency: give the event loop one turn
    await new Promise<void>(
      (resolve) => void (ns >= 1e6 ? setTimeout(resolve, Math.ceil(ns / 1e6)) : setImmediate(resolve)),
    );
    return 'elapsed';
  }

  bar(index: number): MmioRegion {
    const known = this.regions.get(index);
    if (known !== undefined) return known;
    const { result1 } = this.channel.request(Remote.mapBar, this.id, index, 0, 0, 0, false);
    const bytes = fromPair(...result1);
    if (bytes === 0) throw new EmptyslotError('BAR_ABSENT', `the device has no BAR${index}`, { step: this.step });
    const region = new RemoteRegion(this.channel, this.id, index, bytes, Remote.mmioRead, Remote.mmioWrite);
    this.regions.set(index, region);
    return region;
  }

  /** The server picks the size; false when it did not become `bytes`. */
  resizeBar(index: number, bytes: number): boolean {
    this.channel.request(Remote.resizeBar, this.id, index, 0, 0, 0, false);
    this.regions.get(index)?.retire();
    this.regions.delete(index);
    return this.bar(index).bytes === bytes;
  }

  allocateDma(bytes: number, options: DmaOptions = {}): DmaBuffer {
    const { result1, data } = this.channel.request(
      Remote.mapSysmem,
      this.id,
      0,
      bytes,
      options.contiguous === true ? 1 : 0,
      0,
      true,
    );
    const view = new DataView(data.slice().buffer);
    const segments: { busAddress: number; bytes: number }[] = [];
    for (let page = 0; page * 8 < view.byteLength; page++) {
      const address = fromPair(view.getUint32(page * 8, true), view.getUint32(page * 8 + 4, true));
      const last = segments.at(-1);
      if (last !== undefined && last.busAddress + last.bytes === address) last.bytes += PAGE;
      else segments.push({ busAddress: address, bytes: PAGE });
    }
    return new RemoteDma(this.channel, this.id, fromPair(...result1), bytes, segments);
  }

  async reset(_kind: ResetKind): Promise<void> {
    this.channel.request(Remote.reset, this.id, 0, 0, 0, 0, false);
    this.generation++;
    for (const region of this.regions.values()) region.retire();
    this.regions.clear();
    await this.pause(RESET_SETTLE_NS);
  }

  onGone(listener: () => void): void {
    this.channel.onGone(listener);
  }

  /** The protocol has no way to tell of them. */
  onDmaFault(): void {}

  annotate(step: string): () => void {
    this.steps.push(step);
    return () => {
      const at = this.steps.lastIndexOf(step);
      if (at >= 0) this.steps.splice(at, 1);
    };
  }

  get step(): string {
    return this.steps.join(' › ');
  }

  /** Hangs up. The card stays as it is; host memory is released by the server. */
  close(): void {
    this.channel.close();
  }
}

class RemoteRegion implements MmioRegion {
  readonly bytes: number;
  private alive = true;
  private readonly channel: Channel;
  private readonly device: number;
  private readonly index: number;
  private readonly readCommand: Remote;
  private readonly writeCommand: Remote;
  private readonly pair = new Uint32Array(2);
  private readonly small = new Uint8Array(8);
  private readonly smallView = new DataView(this.small.buffer);

  constructor(
    channel: Channel,
    device: number,
    index: number,
    bytes: number,
    readCommand: Remote,
    writeCommand: Remote,
  ) {
    this.channel = channel;
    this.device = device;
    this.index = index;
    this.bytes = bytes;
    this.readCommand = readCommand;
    this.writeCommand = writeCommand;
  }

  retire(): void {
    this.alive = false;
  }

  private check(offset: number, bytes: number): void {
    if (!this.alive)
      throw new EmptyslotError('DEVICE_GONE', 'the region belongs to the device before its reset, resize or free');
    if (offset < 0 || offset + bytes > this.bytes)
      throw new EmptyslotError('ACCESS_OUT_OF_RANGE', `${bytes} bytes at ${offset} of a region of ${this.bytes}`);
  }

  private get(offset: number, bytes: number): Uint8Array {
    this.check(offset, bytes);
    return this.channel.request(this.readCommand, this.device, this.index, offset, bytes, 0, true).data;
  }

  private put(offset: number, bytes: number): void {
    this.check(offset, bytes);
    this.channel.post(this.writeCommand, this.device, this.index, offset, this.small.subarray(0, bytes));
  }

  read(offset: number, width: Width): number {
    const data = this.get(offset, width);
    let value = 0;
    for (let i = width - 1; i >= 0; i--) value = value * 256 + data[i]!;
    return value;
  }

  write(offset: number, width: Width, value: number): void {
    this.smallView.setUint32(0, value, true);
    this.put(offset, width);
  }

  read32(offset: number): number {
    return this.read(offset, 4);
  }

  write32(offset: number, value: number): void {
    this.write(offset, 4, value);
  }

  read64(offset: number, into: Uint32Array = this.pair): Uint32Array {
    this.small.set(this.get(offset, 8));
    into[0] = this.smallView.getUint32(0, true);
    into[1] = this.smallView.getUint32(4, true);
    return into;
  }

  write64(offset: number, lo: number, hi: number): void {
    this.smallView.setUint32(0, lo, true);
    this.smallView.setUint32(4, hi, true);
    this.put(offset, 8);
  }

  readBlock(offset: number, into: Uint8Array): void {
    this.check(offset, into.length);
    for (let done = 0; done < into.length; done += REPLY_DATA_BYTES) {
      const bytes = Math.min(REPLY_DATA_BYTES, into.length - done);
      into.set(this.get(offset + done, bytes), done);
    }
  }

  writeBlock(offset: number, from: Uint8Array): void {
    this.check(offset, from.length);
    this.channel.post(this.writeCommand, this.device, this.index, offset, from);
  }

  fence(): void {
    this.channel.request(Remote.ping, this.device, 0, 0, 0, 0, false);
  }

  syncForDevice(): void {}
  syncForCpu(): void {}
}

class RemoteDma extends RemoteRegion implements DmaBuffer {
  readonly segments: DmaBuffer['segments'];

  constructor(
    channel: Channel,
    device: number,
    handle: number,
    bytes: number,
    segments: readonly { busAddress: number; bytes: number }[],
  ) {
    super(channel, device, handle, bytes, Remote.sysmemRead, Remote.sysmemWrite);
    this.segments = segments.map((s) => ({ busAddress: asBusAddress(s.busAddress), bytes: s.bytes }));
  }

  /** The protocol cannot give memory back before the connection ends; the buffer only becomes unusable here. */
  free(): void {
    this.retire();
  }
}
