/**
 * A card with only registers, memory and whatever block a test wants to look at; the other blocks are stand-ins.
 *
 * For tests of the PSP, the SMU and the SDMA engines. VRAM has no HDP in front of it unless `holdBack` is set; the
 * graphics hub maps two fixed windows, one onto VRAM and one onto host memory.
 *
 * Pure software.
 */

import { MMHUB } from '../../../../registers/amd/mmhub.ts';
import { MP0 } from '../../../../registers/amd/mp0.ts';
import { MP1 } from '../../../../registers/amd/mp1.ts';
import { GRBM } from '../../../../registers/amd/grbm.ts';
import { OSSSYS } from '../../../../registers/amd/ih.ts';
import { NBIO } from '../../../../registers/amd/nbio.ts';
import { GC } from '../../../../registers/amd/gc.ts';
import { ipBlock } from '../../../../registers/amd/navi31.ts';
import { SDMA0, SDMA1 } from '../../../../registers/amd/sdma.ts';
import type { Register } from '../../../../registers/index.ts';
import { GatedFunction, Machine, RegisterFile, SparseMemory } from '../../../../sim/index.ts';
import type { CardModel, CardSlot, MachineOptions } from '../../../../sim/index.ts';
import type { ResetKind } from '../../../../pcie/index.ts';
import type { Card, Cp, Gmc, Hdp, Hub, IhVector, Psp, Sdma, Smu } from '../../blocks.ts';

export const FB_BASE = 0x80_0000_0000;
/** Windows of the stand-in hub: virtual address of VRAM's first byte, and of bus address 0. */
export const VA_VRAM = 0x2000_0000_0000;
export const VA_HOST = 0x3000_0000_0000;
const VRAM_BYTES = 512 * 2 ** 20;

/** A hub that maps VA_VRAM.. onto VRAM and VA_HOST.. onto the bus, for every VMID; all else faults. */
class FlatHub implements Hub {
  runBytes = 0;
  blame = -1;
  faults = 0;
  readonly invalidated: number[] = [];
  private readonly card: Card;
  private readonly pair = new Uint8Array(8);
  private readonly view = new DataView(this.pair.buffer);

  constructor(card: Card) {
    this.card = card;
  }

  run(_vmid: number, va: number, bytes: number, access: number, _client: number): number {
    const vram = va - VA_VRAM;
    if (vram >= 0 && vram < this.card.vram.bytes) {
      this.runBytes = Math.min(bytes, 0x1_0000 - (vram % 0x1_0000), this.card.vram.bytes - vram);
      return this.card.vram.at(vram);
    }
    const bus = va - VA_HOST;
    this.runBytes = Math.min(bytes, 4096 - (va % 4096));
    if (bus >= 0 && bus < 2 ** 40) return this.card.slot.dma.translate(bus, access === 1 || access === 3);
    this.faults++;
    return -1;
  }

  translate(vmid: number, va: number, access: number, client: number): number {
    return this.run(vmid, va, 4096, access, client);
  }

  read(vmid: number, va: number, into: Uint8Array, client: number): boolean {
    for (let done = 0; done < into.length;) {
      const at = this.run(vmid, va + done, into.length - done, 0, client);
      const run = this.runBytes;
      if (at < 0) {
        into.fill(0, done);
        return false;
      }
      into.set(this.card.slot.arena.u8.subarray(at, at + run), done);
      done += run;
    }
    return true;
  }

  write(vmid: number, va: number, from: Uint8Array, client: number): boolean {
    for (let done = 0; done < from.length;) {
      const at = this.run(vmid, va + done, from.length - done, 1, client);
      const run = this.runBytes;
      if (at < 0) return false;
      this.card.slot.arena.u8.set(from.subarray(done, done + run), at);
      done += run;
    }
    return true;
  }

  read32(vmid: number, va: number, client: number): number {
    this.read(vmid, va, this.pair.subarray(0, 4), client);
    return this.view.getUint32(0, true);
  }

  write32(vmid: number, va: number, value: number, client: number): boolean {
    this.view.setUint32(0, value, true);
    return this.write(vmid, va, this.pair.subarray(0, 4), client);
  }

  read64(vmid: number, va: number, into: Uint32Array, client: number): boolean {
    const fine = this.read(vmid, va, this.pair, client);
    into[0] = this.view.getUint32(0, true);
    into[1] = this.view.getUint32(4, true);
    return fine;
  }

  write64(vmid: number, va: number, lo: number, hi: number, client: number): boolean {
    this.view.setUint32(0, lo, true);
    this.view.setUint32(4, hi, true);
    return this.write(vmid, va, this.pair, client);
  }

  invalidate(request: number): void {
    this.invalidated.push(request);
  }

  reset(): void {}
}

export interface TestCard {
  readonly machine: Machine;
  readonly card: Card;
  readonly hub: FlatHub;
  /** Vectors raised so far. */
  readonly vectors: IhVector[];
  /** Things that the stand-ins were told. */
  readonly told: string[];
  /** While set, CPU stores through `store` are invisible to engines until a flush. */
  holdBack: boolean;
  /** CPU store to VRAM. */
  store(offset: number, bytes: Uint8Array): void;
  load(offset: number, bytes: number): Uint8Array;
  write(register: Register, value: number, index?: number): void;
  read(register: Register, index?: number): number;
  /** Codes of the findings so far. */
  codes(): string[];
}

type Made = Partial<{ psp: (card: Card) => Psp; smu: (card: Card) => Smu; sdma: (card: Card) => Sdma }>;

/** Builds the machine, the card, and the blocks in `make`. */
export function testCard(make: Made, options: MachineOptions = {}): TestCard {
  const machine = new Machine({ arenaBytes: 2 ** 30, traceLog2: 12, ...options });
  const vectors: IhVector[] = [];
  const told: string[] = [];
  const pending: { offset: number; bytes: Uint8Array; sequence: number }[] = [];
  let card!: Card;
  let hub!: FlatHub;
  const flags = { holdBack: false };

  const build = (slot: CardSlot, fn: TestFunction): void => {
    const vram = new SparseMemory(slot.arena, VRAM_BYTES);
    slot.keep('vram', vram);
    const hdp: Hdp = {
      cpuRead: (offset, into) => {
        vram.read(offset, into);
        for (const { offset: at, bytes } of pending) {
          for (let i = 0; i < bytes.length; i++)
            if (at + i >= offset && at + i < offset + into.length) into[at + i - offset] = bytes[i]!;
        }
      },
      cpuWrite: (offset, from) =>
        void (flags.holdBack
          ? pending.push({ offset, bytes: from.slice(), sequence: slot.findings.current })
          : vram.write(offset, from)),
      cpuRead32: (offset) => vram.read32(offset),
      cpuWrite32: (offset, value) => vram.write32(offset, value),
      cpuWrite64: () => {},
      flush: () => {
        for (const { offset, bytes } of pending.splice(0)) vram.write(offset, bytes);
      },
      get pending() {
        return pending.reduce((sum, { bytes }) => sum + bytes.length, 0);
      },
      pendingAt: 0,
      pagesAt: 0,
      pendingIn: (offset, bytes) =>
        pending.find((p) => p.offset < offset + bytes && p.offset + p.bytes.length > offset)?.sequence ?? -1,
      reset: () => void pending.splice(0),
    };
    const notYet = {} as never;
    card = {
      slot,
      config: fn.config,
      regs: fn.regs,
      vram,
      hdp,
      options: {
        vramMib: VRAM_BYTES / 2 ** 20,
        bar0Bytes: 2 ** 28,
        fbBase: FB_BASE / 2 ** 24,
        location: 'test',
        engine: 'auto',
        threads: 1,
        check: 'off',
      },
      nbio: notYet,
      ih: { raise: (vector) => void vectors.push(vector), doorbell: () => false, reset: () => {} },
      gmc: notYet,
      psp: notYet,
      smu: notYet,
      cp: { doorbell: () => false, softReset: () => {}, reset: () => {} } as Cp,
      sdma: notYet,
      gfx: {
        autoload: () => void told.push('autoload'),
        ready: true,
        select: { me: 0, pipe: 0, queue: 0, vmid: 0 },
        shMemBases: () => 0,
        shMemConfig: () => 0,
        reset: () => {},
      },
      resetUntilNs: 0,
      reset: (kind) => {
        told.push(`reset ${kind}`);
        for (const block of [card.psp, card.smu, card.sdma]) if (typeof block.reset === 'function') block.reset(kind);
      },
    };
    hub = new FlatHub(card);
    const inVram = (mc: number, bytes: number): number =>
      mc >= FB_BASE && mc - FB_BASE + bytes <= VRAM_BYTES ? mc - FB_BASE : -1;
    const gmc: Gmc = {
      gfxhub: hub,
      mmhub: hub,
      fbBase: FB_BASE,
      mcRead: (mc, into) => {
        const at = inVram(mc, into.length);
        if (at < 0) return false;
        vram.read(at, into);
        return true;
      },
      mcWrite: (mc, from) => {
        const at = inVram(mc, from.length);
        if (at < 0) return false;
        vram.write(at, from);
        return true;
      },
      vramRead: (offset, into) => (vram.read(offset, into), true),
      vramWrite: (offset, from) => (vram.write(offset, from), true),
      protect: (offset, bytes) => void told.push(`protect 0x${offset.toString(16)} 0x${bytes.toString(16)}`),
      protects: () => false,
      bypasses: () => false,
      landed: () => {},
      vramOffsetOf: () => -1,
      cachesHandled: () => {},
      shaderLoaded: () => {},
      shaderStored: () => {},
      cpuReads: () => {},
      tracker: {
        lines: 0,
        lineMask: 0,
        generations: 0,
        chunkLoaded: 0,
        chunkDirty: 0,
        uncached: 0,
        owners: 0,
        watched: 0,
        waiting: 0,
        waitingPages: 0,
      },
      reset: () => {},
    };
    card.gmc = gmc;
    card.smu = {
      firmwareLoaded: (version) => void told.push(`smu 0x${version.toString(16)}`),
      alive: true,
      reset: () => {},
    };
    if (make.psp) card.psp = make.psp(card);
    if (make.smu) card.smu = make.smu(card);
    if (make.sdma) card.sdma = make.sdma(card);
  };

  const port = machine.plug((slot: CardSlot): CardModel => {
    const fn = new TestFunction(slot);
    build(slot, fn);
    return {
      name: 'test',
      function: fn,
      describe: (bar, offset) => `BAR${bar} ${fn.regs.nameAt(offset >> 2) ?? `0x${offset.toString(16)}`}`,
      assignBars: (place) => fn.assignBars(place),
    };
  }, undefined as never);
  port.configWrite(4, 2, 6);
  const at = (register: Register, index: number): number => card.regs.dwordOf(register, index);
  return {
    machine,
    card,
    hub,
    vectors,
    told,
    get holdBack() {
      return flags.holdBack;
    },
    set holdBack(on) {
      flags.holdBack = on;
    },
    store: (offset, bytes) => card.hdp.cpuWrite(offset, bytes),
    load: (offset, bytes) => {
      const into = new Uint8Array(bytes);
      card.hdp.cpuRead(offset, into);
      return into;
    },
    write: (register, value, index = 0) => {
      const dword = at(register, index);
      if (dword < card.regs.window) port.write(5, dword * 4, 4, value);
      else card.regs.write(dword, value);
    },
    read: (register, index = 0) => port.read(5, at(register, index) * 4, 4),
    codes: () => machine.findings.list.map((finding) => finding.code),
  };
}

class TestFunction extends GatedFunction {
  readonly regs: RegisterFile;

  constructor(slot: CardSlot) {
    super(slot, {
      vendorId: 0x1002,
      deviceId: 0x744c,
      revision: 0,
      classCode: 0x03_0000,
      subsystemVendorId: 0,
      subsystemId: 0,
      bars: [{ index: 5, kind: 'mem32', bytes: 2 ** 20 }],
      capabilities: [],
    });
    this.regs = new RegisterFile(slot.state, slot.findings, slot.card, 2 ** 20);
    this.regs.map(MP0, ipBlock('MP0').bases);
    this.regs.map(MP1, ipBlock('MP1').bases);
    this.regs.map(SDMA0, ipBlock('SDMA0').bases);
    this.regs.map(SDMA1, ipBlock('SDMA1').bases);
    this.regs.map(MMHUB, ipBlock('MMHUB').bases);
    this.regs.map(OSSSYS, ipBlock('OSSSYS').bases);
    this.regs.map(GRBM, ipBlock('GC').bases);
    this.regs.map(GC, ipBlock('GC').bases);
    this.regs.map(NBIO, ipBlock('NBIO').bases);
    this.behind(5, {
      name: 'registers',
      widths: [4],
      read: (offset) => this.regs.read(offset >> 2),
      write: (offset, _width, value) => this.regs.write(offset >> 2, value),
    });
  }

  protected answers(): boolean {
    return true;
  }

  protected resetCard(_kind: ResetKind): void {
    this.regs.reset();
  }
}
