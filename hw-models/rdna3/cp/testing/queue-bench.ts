/**
 * A compute queue on the bench: page tables, a ring in VRAM, one HQD set up register by register as public drivers
 * do it, and an engine that only notes what it was given. Pure software, for tests.
 */

import { CP, GFXHUB, GRBM, NBIO } from '../../../../registers/amd/index.ts';
import type { Finding } from '../../../../pcie/index.ts';
import type { Navi31Options } from '../../blocks.ts';
import { createGfx } from '../../gfx/gfx.ts';
import { createIh } from '../../ih/ih.ts';
import type { BlockMakers } from '../../navi31.ts';
import { bench } from '../../testing/bench.ts';
import type { Bench } from '../../testing/bench.ts';
import { RWX, Tables } from '../../testing/tables.ts';
import { createCp } from '../cp.ts';
import type { ComputeProcessor } from '../cp.ts';
import type { ComputeDispatch, ComputeEngine } from '../dispatch.ts';

/** Where things lie: virtual address = VA + VRAM offset, for the first 16 MiB after 32 MiB. */
export const VA = 0x2000_0000_0000;
export const at = {
  ring: 0x200_0000,
  pointers: 0x210_0000,
  eop: 0x211_0000,
  memory: 0x220_0000,
  ib: 0x230_0000,
  mqd: 0x9_b000,
} as const;
export const RING_DWORDS = 4096;
export const DOORBELL = 6;

export class NotingEngine implements ComputeEngine {
  readonly started: ComputeDispatch[] = [];
  /** Instructions each grid still has to run. */
  readonly left = new Map<number, number>();
  length = 0;
  room = 100;
  readonly cancelled: number[] = [];

  start(dispatch: ComputeDispatch): number {
    if (this.left.size >= this.room) return 0;
    this.started.push(dispatch);
    if (this.length > 0) this.left.set(this.started.length, this.length);
    return this.started.length;
  }

  busy(id: number): boolean {
    return this.left.has(id);
  }

  run(fuel: number): number {
    let ran = 0;
    for (const [id, left] of this.left) {
      const now = Math.min(left, fuel - ran);
      ran += now;
      if (left === now) this.left.delete(id);
      else this.left.set(id, left - now);
    }
    return ran;
  }

  cancel(id: number): void {
    this.cancelled.push(id);
    this.left.delete(id);
  }

  reset(): void {
    this.left.clear();
  }
}

export class QueueBench {
  readonly bench: Bench;
  readonly engine: NotingEngine;
  readonly cp: ComputeProcessor;
  readonly tables: Tables;
  private put = 0;

  /** @param options.blocks makers that replace the noting engine and the absent blocks. */
  constructor(options: { aql?: boolean; start?: boolean; card?: Navi31Options; blocks?: Partial<BlockMakers> } = {}) {
    const engine = new NotingEngine();
    this.engine = engine;
    this.bench = bench(options.card ?? {}, {
      ih: createIh,
      gfx: createGfx,
      cp: (card) => createCp(card, { engine }),
      ...options.blocks,
    });
    this.cp = this.bench.card.cp as ComputeProcessor;
    this.tables = new Tables(this.bench, { start: VA });
    for (let page = 0; page < 8; page++)
      this.tables.map(VA + 0x200_0000 + page * 0x20_0000, 0x200_0000 + page * 0x20_0000, RWX, 2);
    this.tables.enable('GC', 0, VA + 2 ** 40);
    const { fbBase } = this.bench.card.gmc;
    this.bench.set(GFXHUB.registers.GCMC_VM_SYSTEM_APERTURE_LOW_ADDR, fbBase / 2 ** 18);
    this.bench.set(GFXHUB.registers.GCMC_VM_SYSTEM_APERTURE_HIGH_ADDR, (fbBase + this.bench.card.vram.bytes) / 2 ** 18);
    if (options.start === false) return;
    this.startMec();
    this.setQueue({ aql: options.aql ?? false });
  }

  startMec(): void {
    const { set, card, machine } = this.bench;
    card.gfx.autoload();
    machine.advance(1_000_000);
    const r = CP.registers;
    set(GRBM.registers.GRBM_GFX_CNTL, 4);
    set(r.CP_MEC_RS64_PRGRM_CNTR_START, 0xc00);
    set(r.CP_MEC_RS64_PRGRM_CNTR_START_HI, 0x1c000);
    set(GRBM.registers.GRBM_GFX_CNTL, 0);
    set(r.CP_MEC_DOORBELL_RANGE_LOWER, 0);
    set(r.CP_MEC_DOORBELL_RANGE_UPPER, 0xf8);
    set(r.CP_MEC_RS64_CNTL, 0x0001_0000);
    set(r.CP_MEC_RS64_CNTL, 0);
    set(r.CP_MEC_RS64_CNTL, 0x0400_0000);
    machine.advance(50_000_000);
    set(NBIO.registers.RCC_DEV0_EPF0_RCC_DOORBELL_APER_EN, 1);
    // routed to the command processor, as public drivers do
    card.regs.write(0x50_7a40, 0x3000_0007);
  }

  /** The descriptor as the register file's MQD copy and in memory; `change` edits it before it is used. */
  setQueue(
    options: {
      aql?: boolean;
      me?: number;
      pipe?: number;
      queue?: number;
      change?: (mqd: Uint32Array) => void;
      memory?: (mqd: Uint32Array) => void;
    } = {},
  ): void {
    const { set, card, port } = this.bench;
    const mqd = new Uint32Array(512);
    const va = (offset: number): [number, number] => [(VA + offset) % 2 ** 32, Math.floor((VA + offset) / 2 ** 32)];
    const page = (offset: number): [number, number] => [
      ((VA + offset) / 256) % 2 ** 32,
      Math.floor((VA + offset) / 256 / 2 ** 32),
    ];
    const mc = card.gmc.fbBase + at.mqd;
    mqd[0] = 0xc031_0800;
    mqd[128] = mc % 2 ** 32;
    mqd[129] = Math.floor(mc / 2 ** 32);
    mqd[132] = 0x5501;
    [mqd[136], mqd[137]] = page(at.ring);
    [mqd[139], mqd[140]] = va(at.pointers + 0x80);
    [mqd[141], mqd[142]] = va(at.pointers + 0x38);
    mqd[143] = (1 << 30) | (DOORBELL << 2);
    mqd[145] = (options.aql ? (1 << 14) | (2 << 18) | (1 << 27) : 0) | (5 << 8) | (Math.log2(RING_DWORDS) - 1);
    mqd[149] = 0x30_0000;
    mqd[162] = 0x100;
    [mqd[165], mqd[166]] = page(at.eop);
    mqd[167] = 9;
    mqd[181] = options.aql ? 1 : 0;
    options.change?.(mqd);
    const inMemory = mqd.slice();
    options.memory?.(inMemory);
    port.writeBlock(0, at.mqd, new Uint8Array(inMemory.buffer));
    const { me = 1, pipe = 0, queue = 0 } = options;
    set(GRBM.registers.GRBM_GFX_CNTL, (me << 2) | pipe | (queue << 8));
    const first = card.regs.dwordOf(CP.registers.CP_MQD_BASE_ADDR);
    for (let i = 0; i < 0x38; i++) port.write(5, (first + i) * 4, 4, mqd[128 + i]!);
    set(CP.registers.CP_HQD_ACTIVE, 1);
    card.hdp.flush();
    set(GRBM.registers.GRBM_GFX_CNTL, 0);
  }

  /** Packets into the ring, the write pointer to memory, the doorbell. */
  submit(...words: number[]): void {
    this.write(words);
    this.ring();
  }

  write(words: readonly number[]): void {
    for (const word of words) this.bench.port.write(0, at.ring + 4 * (this.put++ % RING_DWORDS), 4, word >>> 0);
  }

  /** Write pointer to memory, HDP flush, doorbell. */
  ring(count = this.put): void {
    const { port, card } = this.bench;
    this.put = count;
    port.write64(0, at.pointers + 0x38, count >>> 0, 0);
    card.hdp.flush();
    port.write64(2, DOORBELL * 4, count >>> 0, 0);
  }

  get wptr(): number {
    return this.put;
  }

  /** Stores dwords as a driver does, and flushes. */
  poke(offset: number, ...words: number[]): void {
    words.forEach((word, i) => this.bench.port.write(0, offset + 4 * i, 4, word >>> 0));
    this.bench.card.hdp.flush();
  }

  peek(offset: number): number {
    return this.bench.card.vram.read32(offset);
  }

  advance(ns: number): void {
    this.bench.machine.advance(ns);
  }

  get findings(): readonly Finding[] {
    return this.bench.machine.findings.list;
  }

  get codes(): string[] {
    return this.bench.codes();
  }

  /** Low and high dword of the virtual address of a VRAM offset. */
  va(offset: number): [number, number] {
    return [(VA + offset) % 2 ** 32, Math.floor((VA + offset) / 2 ** 32)];
  }
}

/** Header of a type-3 packet with this body. */
export function pkt(opcode: number, ...body: number[]): number[] {
  return [(0xc000_0000 | ((body.length - 1) << 16) | (opcode << 8)) >>> 0, ...body];
}
