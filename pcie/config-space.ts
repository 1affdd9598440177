/**
 * Configuration space of one function: 4 KiB, header and capabilities declared as data.
 *
 * Base address registers size themselves by write-all-ones, may be 64 bits wide and resizable; a
 * vendor's odd capability is a list of words with masks like any other.
 *
 * Source: PCI Express Base Specification (public register layouts, as in Linux pci_regs.h).
 * Fidelity: from-public-source.
 */

import type { Bar, Width } from './device.ts';

export interface ConfigSpace {
  /** @returns the value, unsigned; all ones past the end or unaligned. */
  read(offset: number, width: Width): number;
  write(offset: number, width: Width, value: number): void;
  readonly memorySpaceEnabled: boolean;
  readonly busMasterEnabled: boolean;
  /** Bytes that BAR `index` decodes now (0 when absent). Index 6 is the expansion ROM. */
  barBytes(index: number): number;
  /** Bus address that BAR `index` decodes at now (0 before it was assigned). */
  barAddress(index: number): number;
}

/** Byte offsets of the common header. */
export const Config = {
  vendorId: 0x00,
  deviceId: 0x02,
  command: 0x04,
  status: 0x06,
  revision: 0x08,
  cacheLine: 0x0c,
  headerType: 0x0e,
  bar0: 0x10,
  subsystemVendorId: 0x2c,
  subsystemId: 0x2e,
  rom: 0x30,
  capabilities: 0x34,
  interruptLine: 0x3c,
} as const;

export const Command = { io: 1, memory: 2, busMaster: 4, interruptDisable: 0x400 } as const;

export const CapabilityId = { pm: 0x01, msi: 0x05, vendor: 0x09, pcie: 0x10 } as const;
export const ExtendedId = {
  aer: 0x0001,
  vsec: 0x000b,
  powerBudget: 0x0004,
  acs: 0x000d,
  resizableBar: 0x0015,
  ltr: 0x0018,
  secondaryPcie: 0x0019,
  pasid: 0x001b,
  physical16: 0x0026,
  laneMargining: 0x0027,
} as const;

/** One dword of a capability: its value after reset and which bits software may change. */
export interface CapabilityWord {
  /** Byte offset from the capability's start, a multiple of 4. Word 0's low half (id, next) is filled in. */
  readonly at: number;
  readonly value?: number;
  readonly rw?: number;
  readonly w1c?: number;
}

export interface CapabilitySpec {
  readonly at: number;
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  readonly words: readonly CapabilityWord[];
  /** Extended capabilities (offset 0x100 and up) have a version. */
  readonly version?: number;
}

export interface BarSpec {
  readonly index: number;
  readonly kind: 'mem32' | 'mem64' | 'io';
  readonly prefetchable?: boolean;
  /** Size after power-on, a power of two. */
  readonly bytes: number;
  /** Every size the resizable-BAR capability offers, as bit n = 2^n MiB. */
  readonly sizesMib?: number;
}

export interface ConfigSpec {
  readonly vendorId: number;
  readonly deviceId: number;
  readonly revision: number;
  readonly classCode: number;
  readonly subsystemVendorId: number;
  readonly subsystemId: number;
  readonly multiFunction?: boolean;
  readonly bars: readonly BarSpec[];
  readonly romBytes?: number;
  readonly capabilities: readonly CapabilitySpec[];
}

/** What a function wants to hear of. Called after the new value is in place. */
export interface ConfigListener {
  commandChanged?(command: number): void;
  barChanged?(index: number): void;
  /** PMCSR power state 0 (D0) to 3 (D3hot). */
  powerChanged?(state: number, before: number): void;
  functionLevelReset?(): void;
}

const SPACE = 4096;

export class ConfigSpaceModel implements ConfigSpace {
  readonly spec: ConfigSpec;
  private readonly words: Uint32Array;
  private readonly initial = new Uint32Array(SPACE / 4);
  private readonly rw = new Uint32Array(SPACE / 4);
  private readonly w1c = new Uint32Array(SPACE / 4);
  private readonly listener: ConfigListener;
  private readonly pm: CapabilitySpec | undefined;
  private readonly msi: CapabilitySpec | undefined;
  private readonly pcie: CapabilitySpec | undefined;
  /** BAR index -> word index of its resizable-BAR control register. */
  private readonly resize = new Map<number, number>();

  /** @param words 1024 dwords of state, so that a snapshot carries them. */
  constructor(spec: ConfigSpec, words: Uint32Array, listener: ConfigListener = {}) {
    this.spec = spec;
    this.words = words;
    this.listener = listener;
    const { initial, rw, w1c } = this;
    initial[0] = spec.vendorId | (spec.deviceId << 16);
    initial[1] = 0x0010_0000; // capabilities list
    rw[1] = 0x0000_0547; // I/O, memory, bus master, parity, SERR, INTx disable
    w1c[1] = 0xf900_0000;
    initial[2] = spec.revision | (spec.classCode << 8);
    initial[3] = spec.multiFunction ? 0x0080_0000 : 0;
    rw[3] = 0x0000_00ff;
    initial[0x2c / 4] = spec.subsystemVendorId | (spec.subsystemId << 16);
    initial[0x3c / 4] = 0x0000_0100; // INTA#
    rw[0x3c / 4] = 0x0000_00ff;
    for (const bar of spec.bars) initial[4 + bar.index] = typeBits(bar);
    const plain = spec.capabilities.filter((c) => c.at < 0x100).sort((a, b) => a.at - b.at);
    const extended = spec.capabilities.filter((c) => c.at >= 0x100).sort((a, b) => a.at - b.at);
    initial[0x34 / 4] = plain[0]?.at ?? 0;
    plain.forEach((c, i) => this.declare(c, c.id | ((plain[i + 1]?.at ?? 0) << 8), 0xffff));
    extended.forEach((c, i) =>
      this.declare(c, c.id | ((c.version ?? 1) << 16) | ((extended[i + 1]?.at ?? 0) << 20), 0xffff_ffff),
    );
    this.pm = plain.find((c) => c.id === CapabilityId.pm);
    this.msi = plain.find((c) => c.id === CapabilityId.msi);
    this.pcie = plain.find((c) => c.id === CapabilityId.pcie);
    const rebar = extended.find((c) => c.id === ExtendedId.resizableBar);
    if (rebar !== undefined) {
      for (const word of rebar.words)
        if (word.at >= 8 && word.at % 8 === 0) this.resize.set((word.value ?? 0) & 7, (rebar.at + word.at) / 4);
    }
    this.reset();
  }

  private declare(c: CapabilitySpec, header: number, headerMask: number): void {
    for (const word of c.words) {
      const at = (c.at + word.at) / 4;
      this.initial[at] = word.value ?? 0;
      this.rw[at] = word.rw ?? 0;
      this.w1c[at] = word.w1c ?? 0;
    }
    const first = c.at / 4;
    this.initial[first] = (this.initial[first]! & ~headerMask) | header;
  }

  /** Conventional, hot or function-level reset: everything but sticky bits (none are modelled) goes back. */
  reset(): void {
    this.words.set(this.initial);
  }

  get command(): number {
    return this.words[1]! & 0xffff;
  }

  get memorySpaceEnabled(): boolean {
    return (this.words[1]! & Command.memory) !== 0 && this.powerState === 0;
  }

  get busMasterEnabled(): boolean {
    return (this.words[1]! & Command.busMaster) !== 0 && this.powerState === 0;
  }

  /** D0 to D3hot as PMCSR says. */
  get powerState(): number {
    return this.pm === undefined ? 0 : this.words[(this.pm.at + 4) / 4]! & 3;
  }

  barBytes(index: number): number {
    if (index === 6) return this.spec.romBytes ?? 0;
    const bar = this.spec.bars.find((b) => b.index === index);
    if (bar === undefined) return 0;
    const control = this.resize.get(index);
    if (control === undefined) return bar.bytes;
    return 2 ** (20 + ((this.words[control]! >>> 8) & 0x3f));
  }

  barAddress(index: number): number {
    if (index === 6) return (this.words[0x30 / 4]! & 0xffff_f800) >>> 0;
    const bar = this.spec.bars.find((b) => b.index === index);
    if (bar === undefined) return 0;
    const lo = (this.words[4 + index]! & (bar.kind === 'io' ? 0xffff_fffc : 0xffff_fff0)) >>> 0;
    return bar.kind === 'mem64' ? this.words[5 + index]! * 0x1_0000_0000 + lo : lo;
  }

  /** The BARs as `PciFunction.bars` wants them. */
  bars(): (Bar | undefined)[] {
    const list: (Bar | undefined)[] = [undefined, undefined, undefined, undefined, undefined, undefined, undefined];
    for (const bar of this.spec.bars) {
      list[bar.index] = {
        index: bar.index,
        bytes: this.barBytes(bar.index),
        kind: bar.kind,
        prefetchable: bar.prefetchable ?? false,
      };
    }
    if (this.spec.romBytes !== undefined)
      list[6] = { index: 6, bytes: this.spec.romBytes, kind: 'rom', prefetchable: false };
    return list;
  }

  /** Sizes in bytes that BAR `index` can take; its one size where it is not resizable. */
  barSizes(index: number): number[] {
    const control = this.resize.get(index);
    if (control === undefined) return [this.barBytes(index)];
    const offered = this.words[control - 1]! >>> 4;
    return Array.from({ length: 28 }, (_, n) => n)
      .filter((n) => ((offered >>> n) & 1) !== 0)
      .map((n) => 2 ** (20 + n));
  }

  /** Byte offset of the resizable-BAR control register of BAR `index`, if it has one. */
  resizeControl(index: number): number | undefined {
    const control = this.resize.get(index);
    return control === undefined ? undefined : control * 4;
  }

  /** Message an interrupt is sent as, or undefined while MSI or bus mastering is off. */
  msiMessage(vector: number): { address: number; data: number } | undefined {
    if (this.msi === undefined) return undefined;
    const at = this.msi.at / 4;
    const control = this.words[at]! >>> 16;
    if ((control & 1) === 0 || !this.busMasterEnabled) return undefined;
    const granted = 2 ** ((control >>> 4) & 7);
    const wide = (control & 0x80) !== 0;
    const address = this.words[at + 1]! + (wide ? this.words[at + 2]! * 0x1_0000_0000 : 0);
    const data = this.words[at + (wide ? 3 : 2)]! & 0xffff;
    return { address, data: (data & ~(granted - 1)) | (vector % granted) };
  }

  read(offset: number, width: Width): number {
    if (offset < 0 || offset + width > SPACE || offset % width !== 0)
      return width === 4 ? 0xffff_ffff : width === 2 ? 0xffff : 0xff;
    const word = this.words[offset >> 2]!;
    const shift = (offset & 3) * 8;
    return width === 4 ? word : (word >>> shift) & (width === 2 ? 0xffff : 0xff);
  }

  write(offset: number, width: Width, value: number): void {
    if (offset < 0 || offset + width > SPACE || offset % width !== 0) return;
    const at = offset >> 2;
    const shift = (offset & 3) * 8;
    const lanes = width === 4 ? 0xffff_ffff : (width === 2 ? 0xffff : 0xff) << shift;
    const before = this.words[at]!;
    const bits = width === 4 ? value : value << shift;
    if (at >= 4 && at <= 9) return this.writeBar(at - 4, (before & ~lanes) | (bits & lanes));
    if (at === 0x30 / 4) {
      if (this.spec.romBytes !== undefined)
        this.words[at] = ((before & ~lanes) | (bits & lanes)) & (~(this.spec.romBytes - 1) | 1);
      return;
    }
    const rw = this.rw[at]! & lanes;
    const cleared = bits & this.w1c[at]! & lanes;
    this.words[at] = ((before & ~rw) | (bits & rw)) & ~cleared;
    this.noticed(at, before);
  }

  private noticed(at: number, before: number): void {
    const after = this.words[at]!;
    if (at === 1 && ((before ^ after) & 0xffff) !== 0) this.listener.commandChanged?.(this.command);
    if (this.pm !== undefined && at === (this.pm.at + 4) / 4 && ((before ^ after) & 3) !== 0)
      this.listener.powerChanged?.(after & 3, before & 3);
    if (this.pcie !== undefined && at === (this.pcie.at + 8) / 4 && (after & 0x8000) !== 0) {
      this.words[at] = after & ~0x8000; // Initiate Function Level Reset reads 0
      if ((this.words[(this.pcie.at + 4) / 4]! & 0x1000_0000) !== 0) this.listener.functionLevelReset?.();
    }
    for (const [bar, control] of this.resize) {
      if (at !== control || ((before ^ after) & 0x3f00) === 0) continue;
      if (!this.barSizes(bar).includes(2 ** (20 + ((after >>> 8) & 0x3f)))) this.words[at] = before; // an unsupported size is undefined; here it does not stick
      else {
        this.writeBar(bar, this.words[4 + bar]!);
        this.listener.barChanged?.(bar);
      }
    }
  }

  private writeBar(index: number, value: number): void {
    const bar = this.spec.bars.find((b) => b.index === index);
    if (bar !== undefined) {
      const size = this.barBytes(index);
      const mask = size >= 0x1_0000_0000 ? 0 : ~(size - 1);
      this.words[4 + index] = (value & mask) | typeBits(bar);
      if (bar.kind === 'mem64' && size > 0x1_0000_0000) this.words[5 + index]! &= ~(size / 0x1_0000_0000 - 1);
      this.listener.barChanged?.(index);
      return;
    }
    const low = this.spec.bars.find((b) => b.index === index - 1 && b.kind === 'mem64');
    if (low === undefined) return; // an absent BAR reads as zero
    const size = this.barBytes(index - 1);
    this.words[4 + index] = size > 0x1_0000_0000 ? value & ~(size / 0x1_0000_0000 - 1) : value;
    this.listener.barChanged?.(index - 1);
  }
}

function typeBits(bar: BarSpec): number {
  return bar.kind === 'io' ? 1 : (bar.kind === 'mem64' ? 4 : 0) | (bar.prefetchable ? 8 : 0);
}

// --- capabilities, as data

/** Power management version 3 with D3hot. */
export const pmCapability = (at: number): CapabilitySpec => ({
  at,
  id: CapabilityId.pm,
  name: 'Power Management',
  bytes: 8,
  words: [
    { at: 0, value: 0x0003_0000 },
    { at: 4, value: 0x0000_0008, rw: 0x0000_0103, w1c: 0x0000_8000 },
  ],
});

/** MSI with 64-bit addresses and `2^log2Vectors` vectors. */
export const msiCapability = (at: number, log2Vectors = 0): CapabilitySpec => ({
  at,
  id: CapabilityId.msi,
  name: 'MSI',
  bytes: 16,
  words: [
    { at: 0, value: (0x0080 | (log2Vectors << 1)) << 16, rw: 0x0071_0000 },
    { at: 4, rw: 0xffff_fffc },
    { at: 8, rw: 0xffff_ffff },
    { at: 12, rw: 0x0000_ffff },
  ],
});

/**
 * PCI Express version 2.
 *
 * @param type device/port type (0 endpoint, 1 legacy endpoint)
 * @param speed 1 = 2.5 GT/s … 4 = 16 GT/s; @param lanes link width
 */
export const pcieCapability = (
  at: number,
  options: { type: number; speed: number; lanes: number; flr?: boolean },
): CapabilitySpec => ({
  at,
  id: CapabilityId.pcie,
  name: 'PCI Express',
  bytes: 60,
  words: [
    { at: 0x00, value: (0x0002 | (options.type << 4)) << 16 },
    { at: 0x04, value: 0x0000_8fa1 | (options.flr ? 0x1000_0000 : 0) }, // 256-byte payloads, extended tags
    { at: 0x08, value: 0x0000_2910, rw: 0x0000_ffff, w1c: 0x000f_0000 },
    { at: 0x0c, value: options.speed | (options.lanes << 4) | 0x0000_0c00 },
    { at: 0x10, value: (options.speed | (options.lanes << 4)) << 16, rw: 0x0000_0fff },
    { at: 0x24, value: 0x7000_1f1f },
    { at: 0x28, rw: 0x0000_f7ff },
    { at: 0x2c, value: (2 ** options.speed - 1) << 1 },
    { at: 0x30, value: options.speed, rw: 0x0000_ffff },
  ],
});

export const vendorCapability = (at: number, bytes: number): CapabilitySpec => ({
  at,
  id: CapabilityId.vendor,
  name: 'Vendor Specific',
  bytes,
  words: [{ at: 0, value: bytes << 16 }],
});

export const aerCapability = (at: number): CapabilitySpec => ({
  at,
  id: ExtendedId.aer,
  name: 'Advanced Error Reporting',
  bytes: 0x48,
  version: 2,
  words: [
    { at: 0x04, w1c: 0x03ff_f030 },
    { at: 0x08, value: 0x0040_0000, rw: 0x03ff_f030 },
    { at: 0x0c, value: 0x0046_2030, rw: 0x03ff_f030 },
    { at: 0x10, w1c: 0x0000_f1c1 },
    { at: 0x14, value: 0x0000_2000, rw: 0x0000_f1c1 },
    { at: 0x18, value: 0x0000_00a0, rw: 0x0000_0140 },
  ],
});

export const vsecCapability = (at: number, id: number, bytes: number): CapabilitySpec => ({
  at,
  id: ExtendedId.vsec,
  name: 'Vendor Specific Extended',
  bytes,
  words: [{ at: 4, value: id | (1 << 16) | (bytes << 20) }],
});

/** Resizable BARs: for each, the sizes offered (bit n = 2^n MiB) and the size after reset in bytes. */
export const resizableBarCapability = (
  at: number,
  bars: readonly { bar: number; sizesMib: number; bytes: number }[],
): CapabilitySpec => ({
  at,
  id: ExtendedId.resizableBar,
  name: 'Resizable BAR',
  bytes: 4 + 8 * bars.length,
  words: bars.flatMap((entry, i) => [
    { at: 4 + 8 * i, value: (entry.sizesMib << 4) >>> 0 },
    {
      at: 8 + 8 * i,
      value: entry.bar | (i === 0 ? bars.length << 5 : 0) | (Math.log2(entry.bytes / 2 ** 20) << 8),
      rw: 0x0000_3f00,
    },
  ]),
});

/** A capability of which only the presence matters here. */
export const presentCapability = (
  at: number,
  id: number,
  name: string,
  words: readonly CapabilityWord[] = [],
): CapabilitySpec => ({
  at,
  id,
  name,
  bytes: 16,
  words,
});
