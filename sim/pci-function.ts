/**
 * The part of a card that every PCI function has: configuration space, what it gates, and the checks an
 * access meets before it reaches the card.
 *
 * A region declares which widths and alignments it takes; anything else is a finding and behaves as the
 * region says silicon does.
 */

import { Command, Config, ConfigSpaceModel } from '../pcie/index.ts';
import type { Bar, ConfigSpec, PciFunction, ResetKind, Width } from '../pcie/index.ts';
import type { CardSlot } from './card.ts';
import { busRules } from './machine.ts';

/** What the card does behind one BAR. Offsets are inside the BAR; accesses are naturally aligned. */
export interface Region {
  readonly name: string;
  /** Widths in bytes that single accesses may have (8 = one eight-byte access). */
  readonly widths: readonly (Width | 8)[];
  read(offset: number, width: Width): number;
  write(offset: number, width: Width, value: number): void;
  read64?(offset: number, into: Uint32Array): void;
  write64?(offset: number, lo: number, hi: number): void;
  /** Without it a block is a run of 4-byte accesses. */
  readBlock?(offset: number, into: Uint8Array): void;
  writeBlock?(offset: number, from: Uint8Array): void;
}

const allOnes = (width: Width): number => (width === 4 ? 0xffff_ffff : width === 2 ? 0xffff : 0xff);

export abstract class GatedFunction implements PciFunction {
  readonly config: ConfigSpaceModel;
  protected readonly slot: CardSlot;
  private readonly regions: (Region | undefined)[] = [];
  /** Widths that each region takes, as bits: an access is judged on every one. */
  private readonly widthBits: number[] = [];
  private barList: (Bar | undefined)[];

  constructor(slot: CardSlot, spec: ConfigSpec) {
    this.slot = slot;
    this.config = new ConfigSpaceModel(spec, slot.state.u32('config', 1024), {
      commandChanged: (command) => this.commandChanged(command),
      barChanged: () => void (this.barList = this.config.bars()),
      powerChanged: (state, before) => this.powerChanged(state, before),
      functionLevelReset: () => this.reset('flr'),
    });
    this.barList = this.config.bars();
  }

  /** Puts a region behind BAR `index`. */
  protected behind(index: number, region: Region): void {
    this.regions[index] = region;
    this.widthBits[index] = region.widths.reduce((bits: number, width) => bits | width, 0);
  }

  /** False while the card cannot answer (in reset, no power): reads are all ones, writes are lost. */
  protected abstract answers(): boolean;
  protected abstract resetCard(kind: ResetKind): void;
  protected commandChanged(_command: number): void {}
  protected powerChanged(_state: number, _before: number): void {}

  get bars(): readonly (Bar | undefined)[] {
    return this.barList;
  }

  reset(kind: ResetKind): void {
    this.config.reset();
    this.barList = this.config.bars();
    this.resetCard(kind);
  }

  /** The region, or undefined after a finding said why the access goes nowhere. */
  private reach(bar: number, offset: number, bytes: number, doing: string): Region | undefined {
    const region = this.regions[bar];
    const size = this.barList[bar]?.bytes ?? 0;
    if (region === undefined || offset < 0 || offset + bytes > size) {
      this.slot.findings.report(
        busRules.BEYOND_BAR,
        this.slot.card,
        `${doing} of ${bytes} bytes at 0x${offset.toString(16)} of BAR${bar}, which has 0x${size.toString(16)} bytes`,
      );
      return undefined;
    }
    if (!this.config.memorySpaceEnabled) {
      const why =
        this.config.powerState !== 0 ? `the function is in D${this.config.powerState}` : 'Memory Space Enable is off';
      this.slot.findings.report(busRules.MEMORY_SPACE_OFF, this.slot.card, `${doing} of BAR${bar} while ${why}`);
      return undefined;
    }
    return this.answers() ? region : undefined;
  }

  private fits(region: Region, bar: number, offset: number, width: Width | 8, doing: string): boolean {
    if ((this.widthBits[bar]! & width) !== 0 && offset % width === 0) return true;
    this.slot.findings.report(
      busRules.ACCESS_WIDTH,
      this.slot.card,
      `${width}-byte ${doing} at 0x${offset.toString(16)} of BAR${bar} (${region.name}), which takes aligned ${region.widths.join('- or ')}-byte accesses`,
    );
    return false;
  }

  readBar(bar: number, offset: number, width: Width): number {
    const region = this.reach(bar, offset, width, 'read');
    if (region === undefined) return allOnes(width);
    if (!this.fits(region, bar, offset, width, 'read')) {
      // the bus returns the bytes of the whole dword
      if (width === 4 || !region.widths.includes(4)) return allOnes(width);
      return (region.read(offset & ~3, 4) >>> ((offset & 3) * 8)) & allOnes(width);
    }
    return region.read(offset, width);
  }

  writeBar(bar: number, offset: number, width: Width, value: number): void {
    const region = this.reach(bar, offset, width, 'write');
    if (region !== undefined && this.fits(region, bar, offset, width, 'write'))
      region.write(offset, width, value >>> 0);
  }

  readBar64(bar: number, offset: number, into: Uint32Array): void {
    const region = this.reach(bar, offset, 8, 'read');
    if (region === undefined) {
      into[0] = 0xffff_ffff;
      into[1] = 0xffff_ffff;
    } else if (region.read64 === undefined || !this.fits(region, bar, offset, 8, 'read')) {
      if (region.read64 === undefined) this.fits(region, bar, offset, 8, 'read');
      into[0] = region.read(offset & ~3, 4);
      into[1] = region.read((offset & ~3) + 4, 4);
    } else region.read64(offset, into);
  }

  writeBar64(bar: number, offset: number, lo: number, hi: number): void {
    const region = this.reach(bar, offset, 8, 'write');
    if (region === undefined || !this.fits(region, bar, offset, 8, 'write')) return;
    if (region.write64 !== undefined) region.write64(offset, lo >>> 0, hi >>> 0);
    else {
      region.write(offset, 4, lo >>> 0);
      region.write(offset + 4, 4, hi >>> 0);
    }
  }

  readBlock(bar: number, offset: number, into: Uint8Array): void {
    const region = this.reach(bar, offset, into.length, 'block read');
    if (region === undefined) into.fill(0xff);
    else if (region.readBlock !== undefined) region.readBlock(offset, into);
    else {
      for (let i = 0; i < into.length; i++) into[i] = region.read((offset + i) & ~3, 4) >>> (((offset + i) & 3) * 8);
    }
  }

  writeBlock(bar: number, offset: number, from: Uint8Array): void {
    const region = this.reach(bar, offset, from.length, 'block write');
    if (region === undefined) return;
    if (region.writeBlock !== undefined) region.writeBlock(offset, from);
    else if (this.fits(region, bar, offset, 4, 'block write')) {
      const whole = from.length & ~3;
      for (let i = 0; i < whole; i += 4)
        region.write(
          offset + i,
          4,
          (from[i]! | (from[i + 1]! << 8) | (from[i + 2]! << 16) | (from[i + 3]! << 24)) >>> 0,
        );
    }
  }

  /** Assigns BARs and enables memory space, as system firmware does before a driver sees the card. */
  assignBars(place: (bytes: number, is64: boolean) => number): void {
    for (const bar of this.config.bars()) {
      if (bar === undefined || bar.kind === 'rom') continue;
      const at = bar.kind === 'io' ? 0xe000 : place(bar.bytes, bar.kind === 'mem64');
      this.config.write(Config.bar0 + 4 * bar.index, 4, at >>> 0);
      if (bar.kind === 'mem64') this.config.write(Config.bar0 + 4 * bar.index + 4, 4, Math.floor(at / 0x1_0000_0000));
    }
    this.config.write(Config.command, 2, Command.io | Command.memory);
    this.barList = this.config.bars();
  }
}
