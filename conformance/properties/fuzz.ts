/**
 * Random accesses of a driver that has lost its mind: registers, windows, doorbells, memory, configuration, time.
 *
 * Equal seeds make equal runs. The generator is biased to what does something: declared registers, mailboxes, queue
 * registers, doorbells that are routed.
 *
 * Pure software.
 */

import { Command, Config } from '../../pcie/index.ts';
import type { Width } from '../../pcie/index.ts';
import type { Register } from '../../registers/index.ts';
import { NBIO, blocks, dwordAddress, nameOf } from '../../registers/amd/index.ts';
import type { Machine, Port } from '../../sim/index.ts';

/** xorshift32: small, fast, and the same everywhere. */
export class Dice {
  private x: number;

  constructor(seed: number) {
    this.x = (Math.imul(seed, 0x9e37_79b1) ^ 0x5bd1_e995) >>> 0 || 1;
  }

  /** 32 uniform bits. */
  u32(): number {
    let { x } = this;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.x = x >>> 0;
    return this.x;
  }

  below(n: number): number {
    return this.u32() % n;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** A value that registers care about: 0, all ones, one bit, a small number, an address, anything. */
  value(): number {
    switch (this.below(8)) {
      case 0:
        return 0;
      case 1:
        return 0xffff_ffff;
      case 2:
        return (1 << this.below(32)) >>> 0;
      case 3:
        return this.below(256);
      case 4:
        return (0x8000_0000 + this.below(0x1000) * 0x1000) >>> 0;
      case 5:
        return ~(1 << this.below(32)) >>> 0;
      default:
        return this.u32();
    }
  }
}

const BAR5_BYTES = 0x10_0000;
/** Stores to VRAM stay in this much of it, so that what the arena holds is bounded by design. */
const VRAM_BYTES = 16 * 2 ** 20;
const MEMSIZE = dwordAddress(NBIO.registers.RCC_DEV0_EPF0_RCC_CONFIG_MEMSIZE) * 4;
/** Longer than any reset. */
const RESET_NS = 400e6;
const RSMU_INDEX = dwordAddress(NBIO.registers.BIF_BX_PF0_RSMU_INDEX) * 4;
const RSMU_DATA = dwordAddress(NBIO.registers.BIF_BX_PF0_RSMU_DATA) * 4;
const MM_INDEX = dwordAddress(NBIO.registers.BIF_BX_PF0_MM_INDEX) * 4;
const MM_DATA = dwordAddress(NBIO.registers.BIF_BX_PF0_MM_DATA) * 4;
const MM_INDEX_HI = dwordAddress(NBIO.registers.BIF_BX_PF0_MM_INDEX_HI) * 4;

/** Registers whose stores start work. */
const lively =
  /C2PMSG_(35|36|64|67|69|70|71|66|82|90)$|HQD|SDMA\d_QUEUE\d_(RB|DOORBELL|IB)|GRBM_(GFX_CNTL|SOFT_RESET)|INVALIDATE_ENG|IH_(RB|DOORBELL)|CP_MEC|RLC_SAFE|S2A_DOORBELL|CONTEXT\d*_CNTL|DOORBELL_APER|REMAP_HDP|FLUSH/;

export class Fuzz {
  readonly dice: Dice;
  /** What was read so far, folded into one number. */
  answers = 0;
  private readonly port: Port;
  private readonly machine: Machine;
  private steps = 0;
  private readonly near: number[] = [];
  private readonly far: number[] = [];
  private readonly alive: number[] = [];
  private readonly pair = new Uint32Array(2);
  private readonly block = new Uint8Array(96);
  private readonly resets: boolean;

  /** @param resets resets and power states are among the accesses. */
  constructor(port: Port, seed: number, resets = true) {
    this.dice = new Dice(seed);
    this.port = port;
    this.machine = port.machine;
    this.resets = resets;
    // the declarations, not the card's map: that grows when a register which nobody models is met
    for (const register of blocks.flatMap((block) => Object.values<Register>(block.registers))) {
      for (let index = 0; index < register.count; index++) {
        const offset = dwordAddress(register, index) * 4;
        if (offset >= BAR5_BYTES) this.far.push(offset);
        else {
          this.near.push(offset);
          if (lively.test(nameOf(register, index))) this.alive.push(offset);
        }
      }
    }
  }

  private saw(value: number): void {
    this.answers = (Math.imul(this.answers, 31) + value) >>> 0;
  }

  /** A pause, and whatever was to be delivered is. */
  private wait(ns: number): void {
    this.saw(['elapsed', 'activity', 'idle'].indexOf(this.port.pause(ns)));
    for (const vector of this.port.takeInterrupts()) this.saw(vector + 7);
    this.saw(this.machine.takeFaults(this.port.card).length);
  }

  /** One access. */
  step(): void {
    const { dice, port } = this;
    const kind = dice.below(100);
    if (kind < 30) this.register(dice.pick(this.near));
    else if (kind < 55) this.register(dice.pick(this.alive));
    else if (kind < 57) this.register(dice.below(BAR5_BYTES / 4) * 4);
    else if (kind < 67) this.doorbell();
    else if (kind < 80) this.memory();
    else if (kind < 85) this.window();
    else if (kind < 90) this.through(dice.pick(this.far));
    else if (kind < 92) this.configuration();
    else if (kind < 93) this.odd();
    else if (kind < 99) this.wait(dice.below(dice.below(16) === 0 ? 200_000 : 2_000));
    else if (this.resets && dice.below(400) === 0) port.reset(dice.pick(['flr', 'hot', 'vendor'] as const));
    // a card in reset answers nothing: most of the time it is waited for
    if (++this.steps % 256 === 0 && port.read(5, MEMSIZE, 4) === 0xffff_ffff && dice.below(4) !== 0)
      this.wait(RESET_NS);
    if (
      (port.function.config.read(Config.command, 2) & Command.memory) === 0 ||
      port.function.config.read(powerControl(port), 1) % 4 !== 0
    )
      this.revive();
  }

  /** A card that does not decode its BARs is a dull one. */
  private revive(): void {
    const { port } = this;
    port.configWrite(powerControl(port), 2, 0);
    port.configWrite(Config.command, 2, Command.memory | (this.dice.below(8) === 0 ? 0 : Command.busMaster));
  }

  private register(offset: number): void {
    const { dice, port } = this;
    if (dice.below(3) === 0) this.saw(port.read(5, offset, 4));
    else port.write(5, offset, 4, dice.value());
  }

  private doorbell(): void {
    const { dice, port } = this;
    const slot = dice.pick([3, 4, 0x100, 0x101, 0x178, dice.below(0x200)]);
    const value = dice.below(4) === 0 ? dice.u32() : dice.below(0x4000) * 4;
    if (dice.below(5) === 0) port.write(2, slot * 8, 4, value);
    else port.write64(2, slot * 8, value, dice.below(16) === 0 ? dice.u32() : 0);
  }

  private memory(): void {
    const { dice, port } = this;
    const offset = dice.below(VRAM_BYTES / 8) * 8;
    switch (dice.below(6)) {
      case 0:
        return this.saw(port.read(0, offset, 4));
      case 1:
        return port.write(0, offset, 4, dice.value());
      case 2:
        return port.write64(0, offset, dice.value(), dice.below(0x1_0000));
      case 3:
        port.read64(0, offset, this.pair);
        return this.saw(this.pair[0]! ^ this.pair[1]!);
      case 4:
        for (let i = 0; i < this.block.length; i++) this.block[i] = dice.u32();
        return port.writeBlock(0, offset, this.block.subarray(0, 1 + dice.below(96)));
      default: {
        port.readBlock(0, offset, this.block);
        for (let i = 0; i < 96; i += 17) this.saw(this.block[i]!);
      }
    }
  }

  private window(): void {
    const { dice, port } = this;
    port.write(5, MM_INDEX, 4, (dice.below(4) === 0 ? dice.u32() : 0x8000_0000 + dice.below(VRAM_BYTES / 4) * 4) >>> 0);
    if (dice.below(4) === 0) port.write(5, MM_INDEX_HI, 4, dice.below(4) === 0 ? dice.u32() : 0);
    const high = port.read(5, MM_INDEX_HI, 4);
    // stores stay where the other stores are
    if (dice.below(2) === 0 || high !== 0 || port.read(5, MM_INDEX, 4) >= 0x8000_0000 + VRAM_BYTES)
      this.saw(port.read(5, MM_DATA, 4));
    else port.write(5, MM_DATA, 4, dice.value());
  }

  private through(offset: number): void {
    const { dice, port } = this;
    port.write(5, RSMU_INDEX, 4, dice.below(8) === 0 ? dice.u32() : offset);
    if (dice.below(2) === 0) this.saw(port.read(5, RSMU_DATA, 4));
    else port.write(5, RSMU_DATA, 4, dice.value());
  }

  private configuration(): void {
    const { dice, port } = this;
    const width = dice.pick([1, 2, 4] as const);
    const offset = dice.below(16) === 0 ? dice.below(5000) : dice.below(0x400);
    if (dice.below(3) !== 0) return this.saw(port.configRead(offset, width));
    // base addresses stay, so that offsets mean what they meant; resets come on their own
    if (offset >= Config.bar0 && offset < 0x34) return;
    const value = dice.value();
    port.configWrite(offset, width, this.resets ? value : value & ~0x8000);
  }

  /** What no bus master should send. */
  private odd(): void {
    const { dice, port } = this;
    const bar = dice.below(7);
    const offset = dice.below(4) === 0 ? dice.u32() * 64 : dice.below(0x2000);
    const width = dice.pick([1, 2, 4] as const) as Width;
    switch (dice.below(4)) {
      case 0:
        return port.read64(bar, offset, this.pair);
      case 1:
        return port.readBlock(bar, offset, this.block);
      case 2:
        // stores to VRAM stay where the other stores are
        if (bar !== 0) port.write(bar, offset, width, dice.value());
        return undefined;
      default:
        return this.saw(port.read(bar, offset, width));
    }
  }

  get nowNs(): number {
    return this.machine.nowNs;
  }
}

/** Byte offset of PMCSR. */
function powerControl(port: Port): number {
  let at = port.function.config.read(Config.capabilities, 1);
  while (at !== 0 && port.function.config.read(at, 1) !== 1) at = port.function.config.read(at + 1, 1);
  return at + 4;
}

/** Counts events, so that a model which works without end for one access is seen. */
export class EventMeter {
  scheduled = 0;

  constructor(machine: Machine) {
    const { events } = machine;
    const schedule = events.schedule.bind(events);
    events.schedule = (...args) => {
      this.scheduled++;
      schedule(...args);
    };
  }
}
