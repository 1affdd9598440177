/**
 * PSP 13.0: the security processor that starts everything else. Its bootloader takes four images one at a time, the
 * secure OS that comes out of them takes commands through a ring in VRAM.
 *
 * Fidelity: from-public-source. Settle times are those that public drivers keep.
 */

import { asVramOffset, hex, hi32, lo32 } from '../../pcie/index.ts';
import {
  bootloaderCommands,
  commandAt,
  commandBuffer,
  commandIds,
  loadIpFirmware,
  loadToc as loadTocCommand,
  mailboxReady,
  mailboxStatusMask,
  response as responseLayout,
  responseAt,
  ringControl,
  ringFrame,
  ringFrameDwords,
  ringTypes,
  setupTmr as setupTmrCommand,
} from '../../registers/amd/psp.ts';
import { decode, encode, encodeInto } from '../../registers/layout.ts';
import type { Decoded } from '../../registers/layout.ts';
import type { PspComponent } from '../firmware/index.ts';
import type { Context } from './context.ts';
import type { NamedImage } from './firmware.ts';
import type { Gmc } from './gmc.ts';
import type { Hdp } from './hdp.ts';
import { layout, layoutBytes } from './layout.ts';

/** What the bootloader is told for each component. */
export const bootCommands: Readonly<Partial<Record<PspComponent, number>>> = {
  KDB: bootloaderCommands.LOAD_KEY_DATABASE,
  SPL: bootloaderCommands.LOAD_TOS_SPL_TABLE,
  SYS_DRV: bootloaderCommands.LOAD_SYSDRV,
  SOC_DRV: bootloaderCommands.LOAD_SOCDRV,
  INTF_DRV: bootloaderCommands.LOAD_INTFDRV,
  DBG_DRV: bootloaderCommands.LOAD_DBGDRV,
  RAS_DRV: bootloaderCommands.LOAD_RASDRV,
  SOS: bootloaderCommands.LOAD_SOSDRV,
};
/** The order in which the bootloader wants them; a file may lack those in the middle. */
const bootOrder: readonly PspComponent[] = [
  'KDB',
  'SPL',
  'SYS_DRV',
  'SOC_DRV',
  'INTF_DRV',
  'DBG_DRV',
  'RAS_DRV',
  'SOS',
];

/** What a command answers that a harness has left out. */
const noResponse = (): Uint8Array => new Uint8Array(responseLayout.bytes);

type Response = Decoded<typeof responseLayout>;

/** The handshake of the ring needs a rest on silicon. */
const RING_SETTLE_NS = 20e6;
const BOOT_TIMEOUT_NS = 1e9;
const COMMAND_TIMEOUT_NS = 10e9;

export class Psp {
  private readonly context: Context;
  private readonly gmc: Gmc;
  private readonly hdp: Hdp;
  private fence = 0;
  /** Size of the protected region that the PSP asked for, once it has. */
  tmrBytes = 0;

  constructor(context: Context, gmc: Gmc, hdp: Hdp) {
    this.context = context;
    this.gmc = gmc;
    this.hdp = hdp;
  }

  /** The secure OS runs. */
  alive(): boolean {
    const sign = this.context.regs.MP0_SMN_C2PMSG_81.read();
    return sign !== 0 && sign !== 0xffff_ffff;
  }

  /** Version of the secure OS that runs, as a register value. */
  version(): number {
    return this.context.regs.MP0_SMN_C2PMSG_58.read();
  }

  // --- bootloader

  /** Starts the secure OS. `components` holds what the file has. */
  async boot(components: ReadonlyMap<PspComponent, NamedImage>): Promise<void> {
    const { context } = this;
    for (const component of bootOrder) {
      // On this generation the bootloader takes the key database where the SPL table is asked for.
      const image = components.get(component === 'SPL' ? 'KDB' : component);
      if (image === undefined || !components.has(component)) continue;
      await context.stage(`psp: load ${component}`, () =>
        context.step(
          'psp: load component',
          { component, image: image.bytes, command: bootCommands[component]! },
          (args) => this.loadComponent(args.component, args.image, args.command),
        ),
      );
    }
    await context.stage('psp: start secure OS', () => {
      const sign = context.regs.MP0_SMN_C2PMSG_81;
      return context.until(
        'secure OS alive',
        () => sign.read(),
        (v) => v !== 0,
        { register: sign.name, wanted: 'not 0', timeoutNs: BOOT_TIMEOUT_NS },
      );
    });
  }

  private async loadComponent(component: string, image: Uint8Array, command: number): Promise<void> {
    const { regs, step } = this.context;
    await this.bootloaderReady(`before ${component}`);
    this.showImage(image);
    step('psp: boot address', { component, mib: this.gmc.mc(layout.pspStaging) / 2 ** 20 }, ({ mib }) =>
      regs.MP0_SMN_C2PMSG_36.write(mib),
    );
    step('psp: boot command', { component, command }, (args) => regs.MP0_SMN_C2PMSG_35.write(args.command));
    // The last one does not come back: the bootloader has handed over.
    if (component !== 'SOS') await this.bootloaderReady(`after ${component}`, component);
  }

  private async bootloaderReady(when: string, component?: string): Promise<void> {
    const { context } = this;
    const register = context.regs.MP0_SMN_C2PMSG_35;
    const ready = (v: number): boolean => v >>> 31 === 1;
    try {
      const { value } = await context.until(`bootloader ready ${when}`, () => register.read(), ready, {
        register: register.name,
        field: 'READY',
        wanted: '1',
        timeoutNs: BOOT_TIMEOUT_NS,
      });
      if (value !== mailboxReady) throw this.refused(component ?? 'bootloader', hex(value), '0x80000000');
    } catch (error) {
      if (component === undefined) throw error;
      throw context.error('FIRMWARE_REFUSED', `the PSP bootloader did not take ${component}`, {
        cause: error,
        expected: 'C2PMSG_35 = 0x80000000',
        lastSeen: hex(register.read()),
        facts: { component },
      });
    }
  }

  /** Puts an image where the PSP looks, and makes sure that it sees all of it. */
  private showImage(image: Uint8Array): void {
    const { context } = this;
    if (image.length > layoutBytes.pspStaging) {
      throw context.error('FIRMWARE_INVALID', `an image of ${image.length} bytes does not fit the staging buffer`, {
        expected: `at most ${layoutBytes.pspStaging}`,
        lastSeen: String(image.length),
      });
    }
    context.step('vram: write', { what: 'image', offset: layout.pspStaging, bytes: image }, ({ offset, bytes }) =>
      context.vram.write(asVramOffset(offset), bytes),
    );
    this.hdp.flush('firmware image');
  }

  // --- ring

  /** Creates the kernel-mode ring; destroys the one of an earlier session first. */
  async createRing(): Promise<void> {
    const { context } = this;
    const { regs, step } = context;
    if (regs.MP0_SMN_C2PMSG_71.read() !== 0) {
      regs.MP0_SMN_C2PMSG_64.write(ringControl.DESTROY_RINGS);
      await context.settle(RING_SETTLE_NS);
    }
    await this.ringAnswer('secure OS ready');
    context.step(
      'vram: write',
      { what: 'zero', offset: layout.pspFence, bytes: new Uint8Array(4096) },
      ({ offset, bytes }) => context.vram.write(asVramOffset(offset), bytes),
    );
    step(
      'psp: create ring',
      { address: this.gmc.mc(layout.pspRing), bytes: layoutBytes.pspRing, type: ringTypes.KM },
      ({ address, bytes, type }) => {
        regs.MP0_SMN_C2PMSG_69.write(lo32(address));
        regs.MP0_SMN_C2PMSG_70.write(hi32(address));
        regs.MP0_SMN_C2PMSG_71.write(bytes);
        regs.MP0_SMN_C2PMSG_64.write(type << 16);
      },
    );
    await context.settle(RING_SETTLE_NS);
    const answer = await this.ringAnswer('ring created');
    if ((answer & mailboxStatusMask) !== 0) throw this.refused('ring', hex(answer), '0x80000000');
    this.fence = 0;
  }

  private async ringAnswer(what: string): Promise<number> {
    const register = this.context.regs.MP0_SMN_C2PMSG_64;
    const { value } = await this.context.until(
      what,
      () => register.read(),
      (v) => v >>> 31 === 1,
      {
        register: register.name,
        field: 'READY',
        wanted: '1',
        timeoutNs: BOOT_TIMEOUT_NS,
      },
    );
    return value;
  }

  /**
   * Runs one command.
   *
   * @param fill writes the command's own part of the buffer.
   * @throws EmptyslotError `FIRMWARE_REFUSED` with the status.
   */
  private async submit(
    name: string,
    commandId: number,
    fill?: (view: DataView, at: number) => void,
  ): Promise<Response> {
    const command = encode(commandBuffer, { bufferBytes: commandBuffer.bytes, commandId });
    fill?.(new DataView(command.buffer), commandAt);
    const bytes =
      (await this.context.step('psp: submit', { name, command }, (args): Promise<Uint8Array | undefined> =>
        this.run(args.name, args.command),
      )) ?? noResponse();
    const response = decode(responseLayout, new DataView(bytes.buffer));
    if (response.status !== 0) throw this.refused(name, hex(response.status), 'status 0');
    return response;
  }

  /** Writes command and frame, moves the pointer, waits for the fence. @returns the bytes of the response. */
  private async run(name: string, command: Uint8Array): Promise<Uint8Array> {
    const { context } = this;
    const { regs, step, vram } = context;
    const pointer = regs.MP0_SMN_C2PMSG_67.read();
    const fence = ++this.fence;
    const commandAddress = this.gmc.mc(layout.pspCommand);
    const fenceAddress = this.gmc.mc(layout.pspFence);
    const frame = encode(ringFrame, {
      commandAddressLo: lo32(commandAddress),
      commandAddressHi: hi32(commandAddress),
      commandBytes: commandBuffer.bytes,
      fenceAddressLo: lo32(fenceAddress),
      fenceAddressHi: hi32(fenceAddress),
      fenceValue: fence,
    });
    const ringDwords = layoutBytes.pspRing / 4;
    step('vram: write', { what: 'psp command', offset: layout.pspCommand, bytes: command }, (args) =>
      vram.write(asVramOffset(args.offset), args.bytes),
    );
    step(
      'vram: write',
      { what: 'psp frame', offset: layout.pspRing + (pointer % ringDwords) * 4, bytes: frame },
      (args) => vram.write(asVramOffset(args.offset), args.bytes),
    );
    this.hdp.flush('psp command');
    step('psp: write pointer', { value: (pointer + ringFrameDwords) % ringDwords }, ({ value }) =>
      regs.MP0_SMN_C2PMSG_67.write(value),
    );
    await context.until(
      `psp: ${name} done`,
      () => vram.read32(layout.pspFence),
      (v) => v === fence,
      {
        register: 'PSP fence',
        wanted: String(fence),
        timeoutNs: COMMAND_TIMEOUT_NS,
        allOnesIsFine: true,
      },
    );
    const response = noResponse();
    vram.read(asVramOffset(layout.pspCommand + responseAt), response);
    return response;
  }

  // --- commands

  /** Announces what will be loaded. @returns bytes of protected memory that the PSP wants. */
  async loadToc(toc: NamedImage): Promise<number> {
    const wanted = await this.context.step(
      'psp: load toc',
      { image: toc.bytes },
      async ({ image }): Promise<number | undefined> => {
        this.showImage(image);
        const { tmrBytes } = await this.submit('LOAD_TOC', commandIds.LOAD_TOC, (view, at) =>
          encodeInto(loadTocCommand, view, at, { ...this.shown(), bytes: image.length }),
        );
        return tmrBytes;
      },
    );
    // a harness may have left the step out: the largest region serves any set of images
    this.tmrBytes = wanted ?? layoutBytes.trustedMemory;
    if (this.tmrBytes === 0 || this.tmrBytes > layoutBytes.trustedMemory) {
      throw this.context.error('FIRMWARE_REFUSED', `the PSP wants ${this.tmrBytes} bytes of protected memory`, {
        expected: `1 to ${layoutBytes.trustedMemory}`,
        lastSeen: String(this.tmrBytes),
      });
    }
    return this.tmrBytes;
  }

  /** Gives the PSP its protected region. The CPU must not touch it from here on. */
  async setupTmr(): Promise<void> {
    await this.context.step(
      'psp: setup tmr',
      { offset: layout.trustedMemory, bytes: this.tmrBytes },
      async ({ offset, bytes }) => {
        const address = this.gmc.mc(asVramOffset(offset));
        await this.submit('SETUP_TMR', commandIds.SETUP_TMR, (view, at) =>
          encodeInto(setupTmrCommand, view, at, {
            addressLo: lo32(address),
            addressHi: hi32(address),
            bytes,
            flags: { virtualPhysicalAddress: 1 },
            systemAddressLo: lo32(offset),
            systemAddressHi: hi32(offset),
          }),
        );
      },
    );
  }

  /** Loads one image. */
  async loadFirmware(image: NamedImage): Promise<void> {
    const { name, type, bytes } = image;
    await this.context.step('psp: load firmware', { name, type, image: bytes, bytes: bytes.length }, async (args) => {
      this.showImage(args.image);
      await this.submit(`LOAD_IP_FW ${args.name}`, commandIds.LOAD_IP_FW, (view, at) =>
        encodeInto(loadIpFirmware, view, at, { ...this.shown(), bytes: args.bytes, type: args.type }),
      );
    });
  }

  /** Everything is there: the RLC distributes it and starts. */
  async autoload(): Promise<void> {
    await this.context.step('psp: autoload', {}, async () => {
      await this.submit('AUTOLOAD_RLC', commandIds.AUTOLOAD_RLC);
    });
  }

  /** Address of the image that is shown to the PSP. */
  private shown(): { addressLo: number; addressHi: number } {
    const address = this.gmc.mc(layout.pspStaging);
    return { addressLo: lo32(address), addressHi: hi32(address) };
  }

  private refused(what: string, lastSeen: string, expected: string): Error {
    return this.context.error('FIRMWARE_REFUSED', `the PSP refused ${what}: ${lastSeen}`, {
      expected,
      lastSeen,
      facts: { what },
    });
  }
}
