/**
 * A Radeon that works: from a slot with a card in it to buffers, copies and kernels.
 *
 * ```ts
 * const gpu = await AmdGpu.open(device, { firmware });
 * const buffer = gpu.allocate(4096);
 * await gpu.copyIn(buffer, bytes);
 * const program = await gpu.load(codeObject);
 * await gpu.launch(program.kernel('saxpy'), { groups: [16, 1, 1], workgroup: [256, 1, 1], args: [buffer, { f32: 2 }] });
 * const result = await gpu.copyOut(buffer);
 * await gpu.close();
 * ```
 *
 * Pure software over the blocks; nothing in them depends on behaviour that is only guessed.
 */

import { EmptyslotError, hex } from '../../pcie/index.ts';
import type { DmaFault, PciDevice } from '../../pcie/index.ts';
import { loadCodeObject } from '../elf.ts';
import type { FirmwareSource } from '../firmware/index.ts';
import { formatVersion } from '../firmware/index.ts';
import type { StepHook } from '../steps.ts';
import { bringUp } from './bring-up.ts';
import type { BootKind } from './bring-up.ts';
import { GpuBuffer } from './buffer.ts';
import { GpuProgram } from './compute.ts';
import type { GpuKernel, LaunchOptions } from './compute.ts';
import { Completion } from './completion.ts';
import { Context } from './context.ts';
import type { StageRecord } from './context.ts';
import type { Discovery } from './discovery.ts';
import { loadCardFirmware } from './firmware.ts';
import type { CardFirmware, LoadedImage } from './firmware.ts';
import { identify } from './identify.ts';
import type { KnownCard } from './identify.ts';
import type { MemoryStatistics } from './memory.ts';
import { makeParts } from './parts.ts';
import type { Parts } from './parts.ts';
import type { GpuFault } from './recovery.ts';
import { mode1Reset, setBusMaster } from './reset.ts';
import { shutDown } from './shutdown.ts';

export interface OpenOptions {
  readonly firmware: FirmwareSource;
  /** `auto` takes up a card that this driver has left clean; `cold` always boots it from the start. */
  readonly boot?: 'auto' | 'cold';
  /** Called around every step: see `steps.ts`. */
  readonly steps?: StepHook;
  /** Called when a stage has ended. */
  readonly onStage?: (stage: StageRecord) => void;
}

/** Part of a buffer. */
export interface Range {
  /** Bytes from its start (default 0). */
  readonly offset?: number;
  /** Default: to its end. */
  readonly bytes?: number;
}

export class AmdGpu {
  readonly device: PciDevice;
  readonly vramBytes: number;
  readonly bar0Bytes: number;
  readonly discovery: Discovery;
  /** What firmware is in use. After a warm boot it was loaded by an earlier session. */
  readonly images: readonly LoadedImage[];
  /** How the card was brought up. */
  boot: BootKind = 'cold';
  /** The driver's inner parts, for tools and tests; not a stable interface. */
  readonly parts: Parts;
  private readonly context: Context;
  private busy: Promise<unknown> = Promise.resolve();
  private state: 'open' | 'closed' = 'open';
  private closing: Promise<void> | undefined;
  private readonly completion: Completion;

  private constructor(context: Context, parts: Parts, completion: Completion, card: KnownCard, firmware: CardFirmware) {
    this.context = context;
    this.device = context.device;
    this.discovery = context.discovery;
    this.parts = parts;
    this.completion = completion;
    this.vramBytes = card.vramBytes;
    this.bar0Bytes = context.device.bar(0).bytes;
    const list = [...firmware.psp.values(), firmware.smu, ...firmware.images];
    this.images = list.map(({ name, type, file, version, bytes }) => ({
      name,
      type,
      file,
      version,
      bytes: bytes.length,
    }));
  }

  /**
   * Brings a card up.
   *
   * @throws EmptyslotError `DEVICE_UNSUPPORTED`, `DEVICE_GONE`, `DISCOVERY_INVALID`; `FIRMWARE_MISSING` and
   *   `FIRMWARE_INVALID` before anything on the card is changed; `FIRMWARE_REFUSED`, `DEVICE_TIMEOUT`,
   *   `WAIT_NEVER_ENDS` from the bring-up; `DMA_EXHAUSTED`, `OUT_OF_VRAM`.
   */
  static async open(device: PciDevice, options: OpenOptions): Promise<AmdGpu> {
    const card = identify(device);
    // Every file is checked before the first register is written.
    const firmware = await loadCardFirmware(options.firmware, card.discovery);
    const context = new Context({
      device,
      ...card,
      ...(options.steps !== undefined && { steps: options.steps }),
      ...(options.onStage !== undefined && { onStage: options.onStage }),
    });
    const parts = makeParts(context, card.vramBytes, firmware);
    const completion = new Completion(context, parts);
    const gpu = new AmdGpu(context, parts, completion, card, firmware);
    try {
      gpu.boot = await context.stage('open', () =>
        bringUp(context, parts, completion, firmware, options.boot ?? 'auto'),
      );
    } catch (error) {
      gpu.abandon();
      throw error;
    }
    return gpu;
  }

  // --- memory

  /**
   * VRAM for `bytes` bytes. Its contents are undefined.
   *
   * @throws EmptyslotError `OUT_OF_VRAM`, `OUT_OF_ADDRESSES`.
   */
  allocate(bytes: number, options: { readonly name?: string } = {}): GpuBuffer {
    this.checkOpen();
    const end = this.device.annotate('allocate buffer');
    try {
      return new GpuBuffer(this.parts.memory.allocateVram(bytes, { name: options.name ?? 'buffer' }), bytes);
    } finally {
      end();
    }
  }

  /** Gives a buffer back. It must not be in use by work under way. */
  async free(buffer: GpuBuffer): Promise<void> {
    await this.exclusive(() =>
      this.during('free buffer', async () => {
        const mapping = this.live(buffer);
        buffer.mapping = undefined;
        this.parts.memory.free(mapping);
        await this.parts.memory.commit();
      }),
    );
  }

  /** Puts other VRAM behind a buffer; its address stays, its contents are undefined. */
  async move(buffer: GpuBuffer): Promise<void> {
    await this.exclusive(() =>
      this.during('move buffer', async () => {
        buffer.mapping = this.parts.memory.remap(this.live(buffer));
        await this.parts.memory.commit();
      }),
    );
  }

  memoryStatistics(): MemoryStatistics {
    return this.parts.memory.statistics();
  }

  // --- copies

  /**
   * Copies `data` into a buffer.
   *
   * @throws EmptyslotError `ACCESS_OUT_OF_RANGE`, `GPU_FAULT`, `QUEUE_HUNG`.
   */
  async copyIn(buffer: GpuBuffer, data: Uint8Array, to: { readonly offset?: number } = {}): Promise<void> {
    await this.exclusive(() =>
      this.during(`copy in ${data.length} bytes`, async () => {
        const address = this.range(buffer, to.offset ?? 0, data.length);
        const { sdma } = this.parts;
        const value = await sdma.copyIn(address, data, (v) => this.completion.finish(sdma.queue, v));
        if (value > 0) await this.completion.finish(sdma.queue, value);
      }),
    );
  }

  /** Copies a buffer (or part of it) out. @throws as `copyIn`. */
  async copyOut(buffer: GpuBuffer, from: Range = {}): Promise<Uint8Array> {
    return this.exclusive(() => {
      const offset = from.offset ?? 0;
      const into = new Uint8Array(from.bytes ?? Math.max(0, buffer.bytes - offset));
      return this.during(`copy out ${into.length} bytes`, async () => {
        const address = this.range(buffer, offset, into.length);
        const { sdma } = this.parts;
        await sdma.copyOut(address, into, (v) => this.completion.finish(sdma.queue, v));
        return into;
      });
    });
  }

  /** Copies between buffers. The ranges must not overlap. @throws as `copyIn`. */
  async copy(
    to: GpuBuffer,
    from: GpuBuffer,
    options: { readonly toOffset?: number; readonly fromOffset?: number; readonly bytes?: number } = {},
  ): Promise<void> {
    await this.exclusive(() => {
      const { toOffset = 0, fromOffset = 0 } = options;
      const bytes = options.bytes ?? Math.min(to.bytes - toOffset, from.bytes - fromOffset);
      return this.during(`copy ${bytes} bytes`, async () => {
        const source = this.range(from, fromOffset, bytes);
        const { sdma } = this.parts;
        const value = await sdma.copy(this.range(to, toOffset, bytes), source, bytes);
        if (value > 0) await this.completion.finish(sdma.queue, value);
      });
    });
  }

  /** Sets every byte of a buffer (or part of it) to `value`. @throws as `copyIn`. */
  async fill(buffer: GpuBuffer, value: number, range: Range = {}): Promise<void> {
    await this.exclusive(() => {
      const offset = range.offset ?? 0;
      const bytes = range.bytes ?? buffer.bytes - offset;
      return this.during(`fill ${bytes} bytes`, async () => {
        const { sdma } = this.parts;
        const done = await sdma.fill(this.range(buffer, offset, bytes), value, bytes);
        if (done > 0) await this.completion.finish(sdma.queue, done);
      });
    });
  }

  // --- kernels

  /**
   * Puts a code object into VRAM.
   *
   * @throws EmptyslotError `CODE_OBJECT_INVALID`, `OUT_OF_VRAM`.
   */
  async load(codeObject: Uint8Array): Promise<GpuProgram> {
    const code = loadCodeObject(codeObject);
    if (code.machine !== 'gfx1100') {
      throw new EmptyslotError('CODE_OBJECT_INVALID', `the code object is for ${code.machine}`, {
        expected: 'gfx1100',
        lastSeen: code.machine,
      });
    }
    return this.exclusive(() =>
      this.during('load program', async () => {
        const mapping = this.parts.memory.allocateVram(code.image.length, { name: 'program', executable: true });
        const { sdma } = this.parts;
        const value = await sdma.copyIn(mapping.address, code.relocate(mapping.address), (v) =>
          this.completion.finish(sdma.queue, v),
        );
        await this.completion.finish(sdma.queue, value);
        return new GpuProgram(code, mapping);
      }),
    );
  }

  /** Takes a program out of VRAM. None of its kernels may be under way. */
  async unload(program: GpuProgram): Promise<void> {
    await this.exclusive(async () => {
      this.parts.memory.free(program.mapping);
      await this.parts.memory.commit();
    });
  }

  /**
   * Runs a kernel to its end.
   *
   * @throws EmptyslotError `LAUNCH_INVALID` before anything is sent; `GPU_FAULT` when the kernel did what it must not
   *   (see `faults`), `QUEUE_HUNG` when it does not end. After both the card has been recovered and takes the next launch.
   */
  async launch(kernel: GpuKernel, options: LaunchOptions): Promise<void> {
    await this.exclusive(() =>
      this.during(`launch ${kernel.name}`, async () => {
        const { compute, gfx } = this.parts;
        await this.completion.finish(gfx.queue, await compute.launch(kernel, options), options.timeoutNs);
      }),
    );
  }

  /** What the card reported as wrong so far, oldest first. */
  get faults(): readonly GpuFault[] {
    return this.parts.recovery.faults;
  }

  /** Accesses of the card that the IOMMU refused, oldest first. */
  get dmaFaults(): readonly DmaFault[] {
    return this.completion.dmaFaults;
  }

  /** How the bring-up and everything after it went, stage by stage. */
  get stages(): readonly StageRecord[] {
    return this.context.stages;
  }

  /** Version of the secure OS that runs, dotted. */
  get secureOsVersion(): string {
    return formatVersion(this.parts.psp.version(), 'dotted');
  }

  // --- the end

  /** Stops everything and leaves the card so that the next `open` is a warm one. Host memory is given back. */
  async close(): Promise<void> {
    if (this.state === 'closed') return;
    this.closing ??= this.exclusive(() =>
      this.context.stage('close', async () => {
        try {
          await shutDown(this.context, this.parts);
        } catch (error) {
          this.abandon();
          throw error;
        }
        this.parts.memory.releaseHost();
        this.end();
      }),
    );
    await this.closing;
  }

  /**
   * Mode-1 reset: the whole card but its place in the slot. Everything of this driver is gone; `open` it again.
   *
   * @throws EmptyslotError `DEVICE_GONE` when the card does not come back.
   */
  async reset(): Promise<void> {
    await this.exclusive(async () => {
      await this.context.stage('smu: mode-1 reset', () => mode1Reset(this.context, this.parts));
      this.parts.memory.releaseHost();
      this.end();
    });
  }

  /** Something failed on the way up or down: the card can reach no host memory any more, and what it could have reached is given back. */
  private abandon(): void {
    this.end();
    try {
      setBusMaster(this.context, false);
      this.parts.memory.releaseHost();
    } catch {
      // the first error is the one that counts; a card that is gone holds nothing
    }
  }

  // --- the driver's own discipline

  private end(): void {
    this.state = 'closed';
    this.completion.close();
  }

  /** One thing at a time: queues, staging buffers and page tables are shared. */
  private exclusive<T>(body: () => Promise<T>): Promise<T> {
    const turn = this.busy.then(() => {
      this.checkOpen();
      return body();
    });
    this.busy = turn.catch(() => undefined);
    return turn;
  }

  /** A step that findings and traces carry, without a record in `stages`. */
  private async during<T>(name: string, body: () => Promise<T>): Promise<T> {
    const end = this.device.annotate(name);
    try {
      return await body();
    } finally {
      end();
    }
  }

  private range(buffer: GpuBuffer, offset: number, bytes: number): number {
    this.live(buffer);
    if (!(offset >= 0 && bytes >= 0 && offset + bytes <= buffer.bytes)) {
      throw this.context.error(
        'ACCESS_OUT_OF_RANGE',
        `${bytes} bytes at ${offset} of ${buffer.name} (${buffer.bytes} bytes)`,
        { expected: `within ${buffer.bytes} bytes`, lastSeen: `${offset} + ${bytes}` },
      );
    }
    return buffer.address + offset;
  }

  private live(buffer: GpuBuffer): NonNullable<GpuBuffer['mapping']> {
    if (buffer.mapping === undefined)
      throw this.context.error('MAPPING_INVALID', `${buffer.name} was freed`, { lastSeen: hex(buffer.address) });
    return buffer.mapping;
  }

  private checkOpen(): void {
    if (this.state === 'closed')
      throw this.context.error('DEVICE_GONE', 'this driver has been closed; open the card again');
  }
}
