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
 * Fidelity: from-public-source. Order of blocks as public drivers bring them up; nothing here depends on behaviour that
 * is only guessed.
 */

import { Command, Config, EmptyslotError, hex, isEmptyslotError } from '../../pcie/index.ts';
import type { DmaFault, PciDevice } from '../../pcie/index.ts';
import { loadCodeObject } from '../elf.ts';
import type { FirmwareSource } from '../firmware/index.ts';
import { formatVersion } from '../firmware/index.ts';
import { formatNs } from '../wait.ts';
import type { StepHook } from '../steps.ts';
import { GpuBuffer } from './buffer.ts';
import { Compute, GpuProgram } from './compute.ts';
import type { GpuKernel, LaunchOptions } from './compute.ts';
import { Context } from './context.ts';
import type { StageRecord } from './context.ts';
import { readDiscovery } from './discovery.ts';
import type { Discovery } from './discovery.ts';
import { loadCardFirmware } from './firmware.ts';
import type { CardFirmware, LoadedImage } from './firmware.ts';
import { Gfx, dequeueRequests } from './gfx.ts';
import { Gmc } from './gmc.ts';
import type { GpuQueue } from './gpu-queue.ts';
import { Hdp } from './hdp.ts';
import { Ih } from './ih.ts';
import { BOOTED_MARK } from './layout.ts';
import { MemoryManager } from './memory.ts';
import type { MemoryStatistics } from './memory.ts';
import { Nbio } from './nbio.ts';
import { Psp } from './psp.ts';
import { Recovery } from './recovery.ts';
import type { GpuFault } from './recovery.ts';
import { RegisterSpace, fixed } from './registers.ts';
import { Sdma } from './sdma.ts';
import { MODE1_RESET_NS, Smu } from './smu.ts';
import { Vram } from './vram.ts';

const AMD = 0x1002;
/** Device ids this driver knows. */
const NAVI31_IDS: readonly number[] = [0x744c];
const MIB = 2 ** 20;
const DEFAULT_TIMEOUT_NS = 10e9;
/** How many refused accesses are kept: an engine that is cut off may make thousands. */
const MOST_DMA_FAULTS = 64;
/** Errors of a wait that mean that the queue does not go on; all others are passed on as they are. */
const hangs = ['DEVICE_TIMEOUT', 'WAIT_NEVER_ENDS'] as const;
/** A wait looks for faults every so many pauses, and gives work that has faulted this long to end by itself. */
const WATCH_EVERY = 16;
const FAULT_GRACE_NS = 20e6;
/** Left in SCRATCH_REG6 while a driver runs, 0 after a clean end. */
const IN_USE = 1;

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
  boot: 'cold' | 'warm' = 'cold';
  /** The driver's inner parts, for tools and tests; not a stable interface. */
  readonly parts: Parts;
  private readonly context: Context;
  private busy: Promise<unknown> = Promise.resolve();
  private state: 'open' | 'closed' = 'open';
  private closing: Promise<void> | undefined;
  /** An interrupt came since the ring was last looked at. */
  private interrupted = false;
  private unlisten: () => void = () => {};
  /** Accesses of the card that the IOMMU refused, oldest first; the newest are left out when there are very many. */
  readonly dmaFaults: DmaFault[] = [];

  private constructor(context: Context, parts: Parts, vramBytes: number, firmware: CardFirmware) {
    this.context = context;
    this.device = context.device;
    this.discovery = context.discovery;
    this.parts = parts;
    this.vramBytes = vramBytes;
    this.bar0Bytes = context.device.bar(0).bytes;
    const list = [...firmware.psp.values(), firmware.smu, ...firmware.images];
    const { interrupts } = this.device;
    if (interrupts.vectors > 0) this.unlisten = interrupts.on(() => void (this.interrupted = true));
    this.device.onDmaFault((fault) => {
      if (this.state === 'open' && this.dmaFaults.length < MOST_DMA_FAULTS) this.dmaFaults.push(fault);
    });
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
    const { vendorId, deviceId } = device.identity;
    if (vendorId !== AMD || !NAVI31_IDS.includes(deviceId)) {
      throw new EmptyslotError('DEVICE_UNSUPPORTED', `${hex(vendorId)}:${hex(deviceId)} is no card of this driver`, {
        expected: '0x1002:0x744c',
        lastSeen: `${hex(vendorId)}:${hex(deviceId)}`,
      });
    }
    const space = new RegisterSpace(device.bar(5));
    const memsize = space.read(fixed.CONFIG_MEMSIZE);
    if (memsize === 0xffff_ffff || memsize === 0) {
      throw new EmptyslotError(
        'DEVICE_GONE',
        'the card does not answer: RCC_CONFIG_MEMSIZE reads as all ones or zero',
        { step: device.step, expected: 'VRAM in MiB', lastSeen: hex(memsize) },
      );
    }
    const vramBytes = memsize * MIB;
    const vram = new Vram(device.bar(0), space, vramBytes);
    const discovery = readDiscovery(vram, vramBytes);
    for (const [ip, version] of Object.entries(supported)) {
      const seen = discovery.versionOf(ip);
      if (seen !== version)
        throw new EmptyslotError('DEVICE_UNSUPPORTED', `${ip} is version ${seen}, this driver knows ${version}`, {
          expected: version,
          lastSeen: seen,
        });
    }
    // Every file is checked before the first register is written.
    const firmware = await loadCardFirmware(options.firmware, discovery);
    const context = new Context({
      device,
      space,
      discovery,
      vram,
      ...(options.steps !== undefined && { steps: options.steps }),
      ...(options.onStage !== undefined && { onStage: options.onStage }),
    });
    const gpu = new AmdGpu(context, makeParts(context, vramBytes, firmware), vramBytes, firmware);
    try {
      await context.stage('open', () => gpu.bringUp(firmware, options.boot ?? 'auto'));
    } catch (error) {
      gpu.abandon();
      throw error;
    }
    return gpu;
  }

  // --- bring-up

  private async bringUp(firmware: CardFirmware, boot: 'auto' | 'cold'): Promise<void> {
    const { context } = this;
    const { hdp, gmc, memory, gfx, sdma, compute, smu, ih } = this.parts;
    const { regs } = context;
    hdp.init();
    this.boot = boot === 'auto' && this.leftClean() ? 'warm' : 'cold';
    if (this.boot === 'cold') {
      await this.bootBlocks(firmware);
    } else {
      this.setBusMaster(true);
      gmc.assumeReady('MM');
      ih.resume();
      regs.SCRATCH_REGn.at(6).write(IN_USE);
      await context.stage('gmc: page tables', () => memory.init());
    }
    await context.stage('gfx: wait for autoload', () => gfx.waitForAutoload());
    await context.stage('gmc: graphics hub', () => gmc.initHub('GC'));
    await context.stage('gfx: start compute', () =>
      this.boot === 'cold' ? gfx.init() : gfx.resetMec(dequeueRequests.resetWaves),
    );
    await context.stage('sdma: start', () => sdma.init());
    await context.stage('smu: clocks up', () => smu.setClocks('highest'));
    await context.stage('power: clock gating', async () => {
      hdp.enablePowerSaving();
      await gfx.enableClockGating();
    });
    regs.SCRATCH_REGn.at(7).write(BOOTED_MARK);
    regs.SCRATCH_REGn.at(6).write(IN_USE);
    await context.stage('queues', async () => {
      gfx.createQueue();
      sdma.createQueue();
      compute.createArguments();
      await memory.commit();
      gfx.enableQueue();
      sdma.enable();
    });
    await context.stage('first fence', async () => {
      await this.finish(gfx.queue, await gfx.queue.submit([]), DEFAULT_TIMEOUT_NS);
      await this.finish(sdma.queue, await sdma.queue.submit([]), DEFAULT_TIMEOUT_NS);
    });
  }

  /** The card was booted by this driver, closed in order, and has latched no fault since. */
  private leftClean(): boolean {
    const { regs } = this.context;
    return (
      regs.SCRATCH_REGn.at(7).read() === BOOTED_MARK &&
      regs.SCRATCH_REGn.at(6).read() === 0 &&
      this.parts.psp.alive() &&
      regs.GCVM_L2_PROTECTION_FAULT_STATUS.read() === 0
    );
  }

  /** Everything that survives until the next power-on or reset. */
  private async bootBlocks(firmware: CardFirmware): Promise<void> {
    const { context } = this;
    const { nbio, gmc, ih, psp, smu, memory } = this.parts;
    if (psp.alive()) await context.stage('smu: mode-1 reset', () => this.mode1Reset());
    this.setBusMaster(true);
    await context.stage('nbio', () => nbio.init());
    await context.stage('gmc: page tables', () => memory.init());
    await context.stage('gmc: multimedia hub', () => gmc.initHub('MM'));
    await context.stage('ih', () => ih.init());
    await psp.boot(firmware.psp);
    await context.stage('psp: ring', () => psp.createRing());
    await context.stage('psp: table of contents', () => psp.loadToc(firmware.psp.get('TOC')!));
    await context.stage('psp: load SMU', () => psp.loadFirmware(firmware.smu));
    await context.stage('psp: protected memory', () => psp.setupTmr());
    for (const image of firmware.images) await context.stage(`psp: load ${image.name}`, () => psp.loadFirmware(image));
    await context.stage('psp: autoload', () => psp.autoload());
    await context.stage('smu: features', () => smu.init());
  }

  private setBusMaster(enable: boolean): void {
    const { config } = this.device;
    this.context.step('config: bus master', { enable }, (args) => {
      const command = config.read(Config.command, 2);
      config.write(Config.command, 2, args.enable ? command | Command.busMaster : command & ~Command.busMaster);
    });
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
        const value = await sdma.copyIn(address, data, (v) => this.finish(sdma.queue, v));
        if (value > 0) await this.finish(sdma.queue, value);
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
        await sdma.copyOut(address, into, (v) => this.finish(sdma.queue, v));
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
        if (value > 0) await this.finish(sdma.queue, value);
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
        if (done > 0) await this.finish(sdma.queue, done);
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
          this.finish(sdma.queue, v),
        );
        await this.finish(sdma.queue, value);
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
        await this.finish(gfx.queue, await compute.launch(kernel, options), options.timeoutNs ?? DEFAULT_TIMEOUT_NS);
      }),
    );
  }

  /** What the card reported as wrong so far, oldest first. */
  get faults(): readonly GpuFault[] {
    return this.parts.recovery.faults;
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
        const { gfx, sdma, smu, memory, recovery } = this.parts;
        const { regs } = this.context;
        await this.context.stage('sdma: stop', () => sdma.disable());
        await this.context.stage('gfx: stop', () => gfx.dequeueAll(dequeueRequests.resetWaves));
        await this.context.stage('smu: clocks down', () => smu.setClocks('lowest'));
        const before = recovery.faults.length;
        recovery.diagnose();
        regs.SCRATCH_REGn.at(6).write(recovery.faults.length > before ? IN_USE : 0);
        memory.releaseHost();
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
      await this.context.stage('smu: mode-1 reset', () => this.mode1Reset());
      this.parts.memory.releaseHost();
      this.end();
    });
  }

  private async mode1Reset(): Promise<void> {
    const { context } = this;
    const { smu, psp } = this.parts;
    if (!(await smu.alive())) {
      throw context.error(
        'FIRMWARE_REFUSED',
        'another driver has booted this card and its power controller does not answer: reset the slot, then open it again',
        { expected: 'an answer to GetSmuVersion' },
      );
    }
    this.setBusMaster(false);
    smu.startMode1Reset();
    await context.settle(MODE1_RESET_NS);
    context.waiter.checkAlive('the card to come back from its reset');
    await context.until(
      'the secure OS to be gone',
      () => (psp.alive() ? 1 : 0),
      (v) => v === 0,
      {
        register: 'MP0_SMN_C2PMSG_81',
        wanted: '0',
      },
    );
  }

  /** A bring-up has failed: the card can reach no host memory any more, and what it could have reached is given back. */
  private abandon(): void {
    this.end();
    try {
      this.setBusMaster(false);
      this.parts.memory.releaseHost();
    } catch {
      // the first error is the one that counts; a card that is gone holds nothing
    }
  }

  // --- the driver's own discipline

  private end(): void {
    this.state = 'closed';
    this.unlisten();
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

  /**
   * Waits for work and looks whether it went well. When it did not, the queue is made to work again first.
   *
   * @throws EmptyslotError `GPU_FAULT`, `QUEUE_HUNG`; `DEVICE_GONE` as it is.
   */
  private async finish(queue: GpuQueue, value: number, timeoutNs = DEFAULT_TIMEOUT_NS): Promise<void> {
    const { recovery } = this.parts;
    const faults: GpuFault[] = [];
    const refused = this.dmaFaults.length;
    let cause: unknown;
    try {
      await queue.wait(value, timeoutNs, this.faultWatch(faults));
      faults.push(...recovery.poll());
    } catch (error) {
      if (!hangs.some((code) => isEmptyslotError(error, code))) throw error;
      cause = error;
      faults.push(...recovery.diagnose());
    }
    const [first] = faults;
    if (first === undefined && cause === undefined) return;
    const reached = queue.timeline.done;
    if (cause !== undefined) await this.recover(queue);
    if (first !== undefined) {
      throw this.context.error('GPU_FAULT', `${queue.name}: ${first.message}`, {
        cause,
        lastSeen: first.message,
        facts: {
          queue: queue.name,
          kind: first.kind,
          ...(first.address !== undefined && { address: first.address }),
          ...(first.write !== undefined && { write: first.write }),
          ...(first.client !== undefined && { client: first.client }),
        },
      });
    }
    throw this.context.error('QUEUE_HUNG', `${queue.name} does not get to fence ${value}`, {
      cause,
      expected: `fence ${value}`,
      lastSeen: `fence ${reached}`,
      facts: { queue: queue.name, ...refusal(this.dmaFaults[refused]) },
    });
  }

  /** Looks at the interrupt ring when an interrupt says so, and now and then, during a wait; ends it when work that has faulted does not go on. */
  private faultWatch(faults: GpuFault[]): () => void {
    const { clock } = this.device;
    let pauses = 0;
    let faultedNs = Number.POSITIVE_INFINITY;
    return () => {
      if (!this.interrupted && ++pauses % WATCH_EVERY !== 0) return;
      this.interrupted = false;
      faults.push(...this.parts.recovery.poll());
      if (faults.length === 0) return;
      faultedNs = Math.min(faultedNs, clock.nowNs());
      if (clock.nowNs() - faultedNs < FAULT_GRACE_NS) return;
      throw this.context.error('DEVICE_TIMEOUT', `nothing has come for ${formatNs(FAULT_GRACE_NS)} after a fault`, {
        lastSeen: faults[0]!.message,
      });
    };
  }

  private recover(queue: GpuQueue): Promise<void> {
    const { recovery, sdma } = this.parts;
    return queue === sdma.queue ? recovery.recoverSdma() : recovery.recoverCompute();
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

/** What an error says of an access that the IOMMU refused meanwhile. */
function refusal(fault: DmaFault | undefined): { dmaFault?: string } {
  if (fault === undefined) return {};
  const { busAddress, write, reason } = fault;
  return { dmaFault: `${write ? 'write' : 'read'} at bus address ${hex(busAddress)}: ${reason}` };
}

/** IP versions that the sequences here are for. */
const supported = {
  GC: '11.0.0',
  SDMA0: '6.0.0',
  MMHUB: '3.0.0',
  NBIO: '4.3.0',
  MP0: '13.0.0',
  MP1: '13.0.0',
  HDP: '6.0.0',
  OSSSYS: '6.0.0',
} as const;

interface Parts {
  readonly hdp: Hdp;
  readonly nbio: Nbio;
  readonly gmc: Gmc;
  readonly ih: Ih;
  readonly psp: Psp;
  readonly smu: Smu;
  readonly memory: MemoryManager;
  readonly gfx: Gfx;
  readonly sdma: Sdma;
  readonly compute: Compute;
  readonly recovery: Recovery;
}

function makeParts(context: Context, vramBytes: number, firmware: CardFirmware): Parts {
  const hdp = new Hdp(context);
  const nbio = new Nbio(context);
  const gmc = new Gmc(context, hdp);
  const ih = new Ih(context, gmc);
  const psp = new Psp(context, gmc, hdp);
  const smu = new Smu(context, gmc);
  const memory = new MemoryManager(context, gmc, vramBytes);
  const gfx = new Gfx(context, gmc, hdp, memory, nbio, firmware.mecStart);
  const sdma = new Sdma(context, hdp, memory, nbio);
  const compute = new Compute(context, memory, gfx);
  const recovery = new Recovery({ context, gmc, ih, gfx, sdma, memory });
  return { hdp, nbio, gmc, ih, psp, smu, memory, gfx, sdma, compute, recovery };
}
