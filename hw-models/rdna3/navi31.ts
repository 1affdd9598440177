/**
 * Navi31 put together: one Radeon RX 7900 XTX in a slot.
 *
 * BAR0 is VRAM through HDP, BAR2 doorbells, BAR4 the first registers once more, BAR5 registers, 6 the ROM. What the
 * card keeps over which reset is in `reset`; firmware of the board (memory training, discovery, VBIOS post) is taken
 * to have run when the card has its power.
 *
 * Source: PCI personality and address spaces of public boot logs and drivers.
 * Fidelity: from-public-source.
 * Fidelity: guessed (how long a reset takes, what BAR4 shows).
 */

import { Command, Config, EmptyslotError } from '../../pcie/index.ts';
import type { ResetKind, Width } from '../../pcie/index.ts';
import { discoveryFromEndBytes } from '../../registers/amd/discovery.ts';
import type { Register, RegisterBlock } from '../../registers/index.ts';
import {
  GFXHUB,
  MMHUB,
  NBIO,
  blocks,
  dwordAddress,
  fbLocationBase,
  ipBlock,
  ipOf,
  nameOf,
  unmodelledBlocks,
  vramMib,
} from '../../registers/amd/index.ts';
import { GatedFunction, RegisterFile, SparseMemory, hashMemory } from '../../sim/index.ts';
import type { CardModel, CardSlot } from '../../sim/index.ts';
import type { Card, CardReset, Cp, Gfx, Gmc, Hdp, Ih, Navi31Options, Nbio, Psp, Sdma, Smu } from './blocks.ts';
import { createCp } from './cp/cp.ts';
import { discoveryBinary } from './discovery/index.ts';
import { createGfx } from './gfx/gfx.ts';
import { createGmc } from './gmc/index.ts';
import { createHdp } from './hdp/index.ts';
import { createIh } from './ih/ih.ts';
import { createNbio, nbioRules } from './nbio/index.ts';
import { createPsp } from './psp/index.ts';
import { REGISTER_BYTES, configSpec, romWord } from './personality.ts';
import { createSdma } from './sdma/index.ts';
import { CardWatch } from './shader/check/card.ts';
import { createComputeEngine } from './shader/compute-engine.ts';
import { createSmu } from './smu/index.ts';

const MIB = 2 ** 20;
/** What the FB location registers and the model's tables can hold with room to spare. */
const MAX_VRAM_MIB = 65_536;

/** How long the card answers nothing. Drivers wait 500 ms after a mode-1 reset. */
export const resetTiming = { 'power-on': 0, mode1: 300_000_000, flr: 50_000_000, gfx: 0 } as const satisfies Record<
  CardReset,
  number
>;

/** Makes the blocks that stand-ins can replace. */
export interface BlockMakers {
  ih(card: Card): Ih;
  psp(card: Card): Psp;
  smu(card: Card): Smu;
  gfx(card: Card): Gfx;
  cp(card: Card): Cp;
  sdma(card: Card): Sdma;
}

/** The card's own. */
export const makers: BlockMakers = {
  ih: createIh,
  psp: createPsp,
  smu: createSmu,
  gfx: createGfx,
  cp: (card) =>
    createCp(card, {
      engine: createComputeEngine(card, (card as Navi31).watch),
      caches: {
        acquire: (_queue, _vmid, gcr) => card.gmc.cachesHandled(gcr),
        release: (_queue, _vmid, gcr) => card.gmc.cachesHandled(gcr),
      },
    }),
  sdma: createSdma,
};

/** The card with its blocks, as tests of one of them want it. */
export class Navi31 extends GatedFunction implements Card, CardModel {
  readonly name = 'rx7900xtx';
  readonly options: Required<Navi31Options>;
  readonly regs: RegisterFile;
  readonly vram: SparseMemory;
  readonly nbio: Nbio;
  readonly hdp: Hdp;
  readonly gmc: Gmc;
  readonly ih: Ih;
  readonly psp: Psp;
  readonly smu: Smu;
  readonly gfx: Gfx;
  readonly cp: Cp;
  readonly sdma: Sdma;
  declare readonly slot: CardSlot;
  readonly watch: CardWatch | undefined;
  /** Told of what the host does to its memory, where somebody wants to know. */
  readonly hostTouched: CardModel['hostTouched'];
  private readonly resetting: Float64Array;
  private readonly resetDone: number;

  constructor(slot: CardSlot, options: Navi31Options = {}, replaced: Partial<BlockMakers> = {}) {
    super(
      // MSI decides whether an interrupt leaves the card
      {
        ...slot,
        interrupt: (vector) => {
          if (this.config.msiMessage(vector) === undefined) return;
          this.watch?.interrupt();
          slot.interrupt(vector);
        },
      },
      configSpec,
    );
    this.options = {
      vramMib: options.vramMib ?? vramMib,
      bar0Bytes: options.bar0Bytes ?? 32 * 2 ** 30,
      fbBase: options.fbBase ?? fbLocationBase,
      location: options.location ?? '0000:03:00.0',
      engine: options.engine ?? 'auto',
      threads: options.threads ?? 1,
      check: options.check ?? 'off',
    };
    const { vramMib: mib, bar0Bytes } = this.options;
    if (!this.config.barSizes(0).includes(bar0Bytes)) {
      throw new EmptyslotError('CONFIG_INVALID', `BAR0 cannot have ${bar0Bytes} bytes`, {
        expected: 'a power of two from 256 MiB to 32 GiB',
      });
    }
    if (!Number.isInteger(mib) || mib < 1 || mib > MAX_VRAM_MIB) {
      throw new EmptyslotError('CONFIG_INVALID', `the card cannot have ${mib} MiB of memory`, {
        expected: `1 to ${MAX_VRAM_MIB} MiB`,
      });
    }
    this.resetting = slot.state.f64('card.resetting', 1);
    this.vram = new SparseMemory(slot.arena, this.options.vramMib * MIB);
    slot.keep('vram', {
      snapshot: () => this.vram.snapshot(),
      restore: (saved: never) => this.vram.restore(saved),
      hashInto: (hash) => hashMemory(this.vram, hash),
    });
    this.regs = new RegisterFile(slot.state, slot.findings, slot.card, REGISTER_BYTES);
    for (const block of blocks) this.regs.map(block, ipBlock(ipOf(block.name)).bases);
    let rest: ReadonlyMap<number, Register> | undefined;
    this.regs.declareLate((dword) => (rest ??= byDword(unmodelledBlocks())).get(dword));
    this.strap();
    this.resetDone = slot.events.define(`card ${slot.card} reset`, () => this.wake());

    if (this.options.check === 'races') {
      const watch = new CardWatch(this);
      this.watch = watch;
      this.hostTouched = (at, bytes, writes) => watch.host(at, bytes, writes);
    }
    const make = { ...makers, ...replaced };
    this.hdp = createHdp(this);
    this.gmc = createGmc(this);
    this.nbio = createNbio(this);
    this.ih = make.ih(this);
    this.smu = make.smu(this);
    this.gfx = make.gfx(this);
    this.psp = make.psp(this);
    this.cp = make.cp(this);
    this.sdma = make.sdma(this);
    this.attachBars();
    this.wake();
  }

  /** Fuses and what the board's firmware leaves behind, as reset values of this card. */
  private strap(): void {
    const { regs, options } = this;
    const top = options.fbBase + Math.ceil((options.vramMib * MIB) / 0x100_0000) - 1;
    regs.strap(NBIO.registers.RCC_DEV0_EPF0_RCC_CONFIG_MEMSIZE, options.vramMib);
    regs.strap(NBIO.registers.RCC_STRAP0_RCC_DEV0_EPF0_STRAP0, configSpec.deviceId | (1 << 28));
    regs.strap(NBIO.registers.BIF_BX0_BIOS_SCRATCH_n, 0x200, 7); // the VBIOS has posted the card
    // every client's faults interrupt, as in the public defaults of the generation before
    regs.strap(MMHUB.registers.MMVM_L2_PROTECTION_FAULT_CNTL, 0x3fff_fffc);
    for (const [base, end] of [
      [MMHUB.registers.MMMC_VM_FB_LOCATION_BASE, MMHUB.registers.MMMC_VM_FB_LOCATION_TOP],
      [GFXHUB.registers.GCMC_VM_FB_LOCATION_BASE, GFXHUB.registers.GCMC_VM_FB_LOCATION_TOP],
    ] as const) {
      regs.strap(base, options.fbBase);
      regs.strap(end, top);
    }
  }

  // --- resets

  get resetUntilNs(): number {
    return this.resetting[0]!;
  }

  set resetUntilNs(to: number) {
    this.resetting[0] = to;
  }

  protected answers(): boolean {
    return this.resetting[0] === 0;
  }

  /** The board's firmware has run: the discovery binary is in its place. */
  private wake(): void {
    this.resetting[0] = 0;
    this.vram.write(this.vram.bytes - discoveryFromEndBytes, discoveryBinary());
  }

  /** Resets the card's inside; see `CardReset` for what survives. A reset of `gfx` leaves registers to their blocks. */
  resetBlocks(kind: CardReset): void {
    const { events } = this.slot;
    this.watch?.forget();
    if (kind !== 'gfx') {
      events.cancel(this.resetDone);
      this.regs.reset();
      this.vram.clear();
    }
    for (const block of [this.hdp, this.gmc, this.nbio, this.ih, this.smu, this.gfx, this.psp, this.cp, this.sdma])
      block.reset(kind);
    if (kind === 'gfx') return;
    const takesNs = resetTiming[kind];
    if (kind === 'mode1') this.config.write(Config.command, 2, this.config.command & ~Command.busMaster);
    if (takesNs === 0) this.wake();
    else {
      this.resetting[0] = events.nowNs + takesNs;
      events.schedule(takesNs, this.resetDone, 0);
    }
  }

  protected resetCard(kind: ResetKind): void {
    this.resetBlocks(kind === 'hot' || kind === 'flr' ? 'flr' : 'mode1');
  }

  /** From the bus (`flr`, `hot`, `d3hot`, `vendor`) or from one of the card's own blocks. */
  override reset(kind: ResetKind | CardReset): void {
    if (kind === 'power-on') {
      this.config.reset();
      this.resetBlocks(kind);
    } else if (kind === 'mode1' || kind === 'gfx') this.resetBlocks(kind);
    else if (kind === 'vendor') this.resetBlocks('mode1'); // configuration stays, as when the SMU is asked
    else if (kind === 'd3hot') return; // No_Soft_Reset: coming back from D3hot finds everything as it was
    else super.reset(kind);
  }

  // --- BARs

  private attachBars(): void {
    const { regs, slot } = this;
    const inVram = (offset: number, bytes: number, doing: string): boolean => {
      if (offset + bytes <= this.vram.bytes) return true;
      slot.findings.report(
        nbioRules.VRAM_BEYOND_END,
        slot.card,
        `${doing} of ${bytes} bytes at VRAM 0x${offset.toString(16)}, past the end (0x${this.vram.bytes.toString(16)}); RCC_CONFIG_MEMSIZE says how much there is`,
      );
      return false;
    };
    const pair = new Uint8Array(8);
    this.behind(0, {
      name: 'VRAM',
      widths: [1, 2, 4, 8],
      read: (offset, width) => {
        if (!inVram(offset, width, 'read')) return width === 4 ? 0xffff_ffff : 2 ** (8 * width) - 1;
        const word = this.hdp.cpuRead32(offset - (offset % 4));
        return width === 4 ? word : (word >>> ((offset % 4) * 8)) & (2 ** (8 * width) - 1);
      },
      write: (offset, width, value) => {
        if (!inVram(offset, width, 'store')) return;
        if (width === 4) this.hdp.cpuWrite32(offset, value);
        else {
          pair[0] = value;
          pair[1] = value >>> 8;
          this.hdp.cpuWrite(offset, pair.subarray(0, width));
        }
      },
      read64: (offset, into) => {
        const inside = inVram(offset, 8, 'read');
        into[0] = inside ? this.hdp.cpuRead32(offset) : 0xffff_ffff;
        into[1] = inside ? this.hdp.cpuRead32(offset + 4) : 0xffff_ffff;
      },
      write64: (offset, lo, hi) => {
        if (inVram(offset, 8, 'store')) this.hdp.cpuWrite64(offset, lo, hi);
      },
      readBlock: (offset, into) => {
        if (inVram(offset, into.length, 'block read')) this.hdp.cpuRead(offset, into);
        else into.fill(0xff);
      },
      writeBlock: (offset, from) => {
        if (inVram(offset, from.length, 'block store')) this.hdp.cpuWrite(offset, from);
      },
    });
    const ring = (offset: number, lo: number, hi: number, wide: boolean): void => {
      this.watch?.doorbell();
      this.nbio.doorbell(offset, lo, hi, wide);
    };
    this.behind(2, {
      name: 'doorbells',
      widths: [4, 8],
      read: () => {
        // doorbells are not readable; NBIO notes the attempt
        regs.poke(NBIO.registers.RCC_DEV0_EPF0_RCC_ERR_LOG, regs.peek(NBIO.registers.RCC_DEV0_EPF0_RCC_ERR_LOG) | 2);
        return 0;
      },
      write: (offset, _width, value) => ring(offset, value, 0, false),
      write64: (offset, lo, hi) => ring(offset, lo, hi, true),
      writeBlock: (offset, from) => {
        const view = new DataView(from.buffer, from.byteOffset, from.byteLength);
        for (let at = 0; at + 8 <= from.length; at += 8)
          ring(offset + at, view.getUint32(at, true), view.getUint32(at + 4, true), true);
        if (from.length % 8 >= 4) ring(offset + (from.length & ~7), view.getUint32(from.length & ~7, true), 0, false);
      },
    });
    const registers = {
      widths: [4] as Width[],
      read: (offset: number): number => {
        if (this.watch !== undefined && (regs.nameAt(offset >>> 2) ?? '').includes('STATUS')) this.watch.statusRead();
        return regs.read(offset >>> 2);
      },
      write: (offset: number, _width: Width, value: number): void => {
        // a queue may be told of its work by a register, too
        if (this.watch !== undefined && (regs.nameAt(offset >>> 2) ?? '').includes('WPTR')) this.watch.doorbell();
        if (offset === this.nbio.remappedFlush) this.flushRemapped(offset, value);
        else regs.write(offset >>> 2, value);
      },
    };
    this.behind(4, { name: 'I/O', ...registers });
    this.behind(5, { name: 'registers', ...registers });
    this.behind(6, {
      name: 'ROM',
      widths: [4, 2, 1],
      read: (offset, width) => (romWord(offset & ~3) >>> ((offset & 3) * 8)) & (2 ** (8 * width) - 1),
      write: () => {},
    });
  }

  /** The flush page may lie anywhere in BAR5, over registers of any kind. */
  private flushRemapped(offset: number, value: number): void {
    if (this.regs.nameAt(offset >>> 2)?.startsWith('REMAPPED') ?? false) this.regs.write(offset >>> 2, value);
    else this.hdp.flush();
  }

  override assignBars(place: (bytes: number, is64: boolean) => number): void {
    // what system firmware with or without resizable-BAR support does
    const control = this.config.resizeControl(0)!;
    const log = Math.round(Math.log2(this.options.bar0Bytes / MIB));
    this.config.write(control, 4, (this.config.read(control, 4) & ~0x3f00) | (log << 8));
    super.assignBars(place);
  }

  // --- the card as the machine sees it

  get function(): this {
    return this;
  }

  describe(bar: number, offset: number): string {
    switch (bar) {
      case 0:
        return `VRAM 0x${offset.toString(16)}`;
      case 2:
        return `doorbell 0x${(offset >>> 3).toString(16)} (BAR2 0x${offset.toString(16)})`;
      case 5:
        return `BAR5 ${this.regs.nameAt(offset >>> 2) ?? `0x${offset.toString(16)}`}`;
      default:
        return `BAR${bar} 0x${offset.toString(16)}`;
    }
  }

  coverage(): { declared: number; read: number; written: number } {
    let declared = 0;
    let read = 0;
    let written = 0;
    for (const { touched } of this.regs.all()) {
      declared++;
      read += touched & 1;
      written += touched >>> 1;
    }
    return { declared, read, written };
  }
}

/** Single registers under their own names, by dword; the first declaration of an address wins. */
function byDword(declared: readonly RegisterBlock[]): ReadonlyMap<number, Register> {
  const found = new Map<number, Register>();
  for (const block of declared) {
    for (const register of Object.values<Register>(block.registers)) {
      for (let index = 0; index < register.count; index++) {
        const dword = dwordAddress(register, index);
        if (!found.has(dword)) found.set(dword, { ...register, name: nameOf(register, index) });
      }
    }
  }
  return found;
}

/** A Radeon RX 7900 XTX. `machine.plug(navi31, { bar0Bytes: 256 * 2 ** 20 })`. */
export function navi31(slot: CardSlot, options: Navi31Options): Navi31 {
  return new Navi31(slot, options);
}
