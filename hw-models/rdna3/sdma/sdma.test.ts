/**
 * The SDMA engines against packet layouts and pointer rules of public drivers. Packets are written out by hand here,
 * not encoded by this project's tables. Software.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SDMA0, SDMA1 } from '../../../registers/amd/sdma.ts';
import type { Register } from '../../../registers/index.ts';
import { VA_HOST, VA_VRAM, testCard } from '../psp/testing/card.ts';
import type { TestCard } from '../psp/testing/card.ts';
import { createSdma } from './index.ts';

const RING = 0x40_0000;
const POINTERS = 0x3f_f000;
const RING_LOG2 = 10; // dwords
const RING_BYTES = 4 << RING_LOG2;
const DATA = 0x100_0000;
const lo = (va: number): number => va % 2 ** 32;
const hi = (va: number): number => Math.floor(va / 2 ** 32);
const va = (offset: number): number => VA_VRAM + offset;

interface Bench extends TestCard {
  wptr: number;
  /** Writes packets into the ring, the pointer into memory, and rings. */
  submit(...dwords: number[]): void;
  push(dwords: readonly number[]): void;
  ring(value?: number): void;
  settle(limit?: number): number;
  u32(offset: number): number;
  reg(name: string, index?: number): number;
  set(name: string, value: number, index?: number): void;
}

function bench(options: { instance?: number; queue?: number; start?: boolean; log2?: number } = {}): Bench {
  const { instance = 0, queue = 0, start = true, log2 = RING_LOG2 } = options;
  const t = testCard({ sdma: createSdma });
  const registers = (instance === 0 ? SDMA0.registers : SDMA1.registers) as Record<string, Register>;
  const named = (name: string): Register => registers[`SDMA${instance}_${name}`]!;
  const doorbell = 0x200 + instance * 0x14 + queue * 2;
  const view = new DataView(new ArrayBuffer(4));
  const bytes = 4 << log2;
  const b: Bench = Object.assign(Object.create(t) as TestCard, {
    wptr: 0,
    push(dwords: readonly number[]) {
      for (const word of dwords) {
        view.setUint32(0, word >>> 0, true);
        t.store(RING + (b.wptr % bytes), new Uint8Array(view.buffer));
        b.wptr += 4;
      }
    },
    ring(value = b.wptr) {
      const words = Uint32Array.of(lo(b.wptr), hi(b.wptr));
      t.store(POINTERS + 0x38, new Uint8Array(words.buffer));
      t.machine.advance(60);
      t.card.sdma.doorbell(doorbell, lo(value), hi(value), true);
    },
    submit(...dwords: number[]) {
      b.push(dwords);
      b.ring();
      b.settle();
    },
    settle(limit = 100_000) {
      let steps = 0;
      for (; t.machine.events.pending > 0 && steps < limit; steps++)
        t.machine.events.advanceTo(t.machine.events.nextNs);
      return steps;
    },
    u32: (offset: number) => new DataView(t.load(offset, 4).buffer).getUint32(0, true),
    reg: (name: string, index = name.startsWith('QUEUEn') ? queue : 0) => t.read(named(name), index),
    set: (name: string, value: number, index = name.startsWith('QUEUEn') ? queue : 0) =>
      t.write(named(name), value, index),
  });
  if (start) {
    b.set('F32_CNTL', 0x808_4000);
    b.set('CNTL', 1);
    setUp(b, doorbell, log2);
  }
  return b;
}

/** As a public driver does it: pointers, ring, report and poll addresses, doorbell, enable. */
function setUp(b: Bench, doorbell: number, log2 = RING_LOG2, vmid = 0): void {
  b.set('QUEUEn_MINOR_PTR_UPDATE', 1);
  for (const name of ['RPTR', 'RPTR_HI', 'WPTR', 'WPTR_HI']) b.set(`QUEUEn_RB_${name}`, 0);
  b.set('QUEUEn_RB_BASE', lo(va(RING) / 256));
  b.set('QUEUEn_RB_BASE_HI', hi(va(RING) / 256));
  b.set('QUEUEn_RB_RPTR_ADDR_LO', lo(va(POINTERS) + 0x80));
  b.set('QUEUEn_RB_RPTR_ADDR_HI', hi(va(POINTERS)));
  b.set('QUEUEn_RB_WPTR_POLL_ADDR_LO', lo(va(POINTERS) + 0x38));
  b.set('QUEUEn_RB_WPTR_POLL_ADDR_HI', hi(va(POINTERS)));
  b.set('QUEUEn_DOORBELL_OFFSET', doorbell * 4);
  b.set('QUEUEn_DOORBELL', 0x1000_0000);
  b.set('QUEUEn_MINOR_PTR_UPDATE', 0);
  b.set('QUEUEn_RB_CNTL', 0x84_1801 | (log2 << 1) | (vmid << 24));
  b.set('QUEUEn_IB_CNTL', 0x101);
}

const fence = (offset: number, value: number): number[] => [5, lo(va(offset)), hi(va(offset)), value];
const copy = (from: number, to: number, bytes: number, flags = 0): number[] => [
  1 | flags,
  bytes - 1,
  0,
  lo(from),
  hi(from),
  lo(to),
  hi(to),
];
const nops = (count: number): number[] => Array.from({ length: count }, () => 0);
const pattern = (bytes: number, seed = 7): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, i) => (i * seed + (i >> 8)) & 0xff);

describe('queue', () => {
  it('runs what a doorbell submits and reports its read pointer', () => {
    const b = bench();
    b.submit(...fence(DATA, 0x1234));
    expect(b.u32(DATA)).toBe(0x1234);
    expect(b.u32(POINTERS + 0x80)).toBe(16);
    expect(b.reg('QUEUEn_RB_RPTR')).toBe(16);
    expect(b.reg('QUEUEn_RB_WPTR')).toBe(16);
    expect(b.codes()).toEqual([]);
  });

  it.each([
    [0, 0],
    [0, 3],
    [0, 7],
    [1, 0],
    [1, 5],
  ])('engine %i queue %i works', (instance, queue) => {
    const b = bench({ instance, queue });
    b.submit(...fence(DATA, 77), 6, 0x55);
    expect(b.u32(DATA)).toBe(77);
    expect(b.vectors).toEqual([
      { client: 0x0a, source: 0x31, ringId: (instance << 4) | queue, vmid: 0, context: [0x55] },
    ]);
    expect(b.codes()).toEqual([]);
  });

  it('finds a doorbell over a ring in which nothing was written', () => {
    const b = bench();
    b.submit(...nops(40));
    expect(b.codes()).toEqual(['SDMA_RING_NOT_WRITTEN']);
    b.submit(...nops(40), ...fence(DATA, 1));
    expect(b.codes()).toHaveLength(1);
  });

  it('takes time: nothing has happened right after the doorbell', () => {
    const b = bench();
    b.push([...copy(va(DATA), va(DATA + 0x10_0000), 0x10_0000), ...fence(DATA, 1)]);
    b.ring();
    expect(b.u32(DATA)).toBe(0);
    expect(b.reg('STATUS_REG') & 1).toBe(0);
    b.settle();
    expect(b.reg('STATUS_REG') & 1).toBe(1);
  });

  it('wraps, packets across the end included', () => {
    const b = bench();
    for (let i = 1; i <= 1000; i++) {
      b.submit(0, ...fence(DATA, i), 0);
      expect(b.u32(DATA)).toBe(i);
    }
    expect(b.reg('QUEUEn_RB_RPTR')).toBe(24_000);
    expect(b.codes()).toEqual([]);
  });

  it('goes on with counts beyond 32 bits', () => {
    const b = bench();
    b.set('QUEUEn_RB_CNTL', 0x84_1800 | (RING_LOG2 << 1));
    for (const name of ['RPTR', 'WPTR']) {
      b.set(`QUEUEn_RB_${name}`, 0xffff_fff8);
      b.set(`QUEUEn_RB_${name}_HI`, 1);
    }
    b.set('QUEUEn_RB_CNTL', 0x84_1801 | (RING_LOG2 << 1));
    b.wptr = 0x1_ffff_fff8;
    b.submit(...fence(DATA, 9));
    expect(b.u32(DATA)).toBe(9);
    expect(b.reg('QUEUEn_RB_RPTR_HI')).toBe(2);
    expect(b.reg('QUEUEn_RB_RPTR')).toBe(8);
  });

  it('can be driven by the pointer register', () => {
    const b = bench();
    b.push(fence(DATA, 5));
    b.set('QUEUEn_RB_WPTR', 16);
    b.settle();
    expect(b.u32(DATA)).toBe(5);
  });

  it('does nothing while halted, and goes on when let go', () => {
    const b = bench();
    b.set('F32_CNTL', 1);
    b.submit(...fence(DATA, 5));
    expect(b.u32(DATA)).toBe(0);
    expect(b.codes()).toEqual(['SDMA_HALTED']);
    b.set('F32_CNTL', 0);
    b.settle();
    expect(b.u32(DATA)).toBe(5);
  });

  it('is halted after power-on', () => {
    expect(bench({ start: false }).reg('F32_CNTL') & 1).toBe(1);
  });

  it('stops when disabled, and starts afresh', () => {
    const b = bench();
    b.push([0x3000_0008 | 0x8000_0000, lo(va(DATA)), hi(va(DATA)), 1, 0xffff_ffff, 0x0fff_0001]);
    b.ring();
    b.machine.advance(100_000);
    b.set('QUEUEn_RB_CNTL', 0x84_1800);
    expect(b.settle(1000)).toBeLessThan(1000);
    setUp(b, 0x200);
    b.wptr = 0;
    b.submit(...fence(DATA + 8, 3));
    expect(b.u32(DATA + 8)).toBe(3);
    expect(b.codes()).toEqual([]);
  });

  it('is cleared by a soft reset, and the engine is halted then', () => {
    const b = bench();
    b.submit(0x7f);
    b.card.sdma.softReset(0);
    expect(b.reg('QUEUEn_RB_CNTL') & 1).toBe(0);
    expect(b.reg('F32_CNTL') & 1).toBe(1);
    b.set('F32_CNTL', 0);
    setUp(b, 0x200);
    b.wptr = 0;
    b.submit(...fence(DATA, 8));
    expect(b.u32(DATA)).toBe(8);
  });

  const mistakes: readonly (readonly [name: string, code: string, drive: (b: Bench) => void])[] = [
    [
      'a doorbell before the pointer in memory',
      'DOORBELL_BEFORE_WPTR',
      (b) => {
        b.push(fence(DATA, 1));
        b.card.sdma.doorbell(0x200, 16, 0, true);
      },
    ],
    [
      'a doorbell that goes back',
      'SDMA_WPTR_BACK',
      (b) => {
        b.submit(...fence(DATA, 1));
        b.ring(8);
      },
    ],
    ['a doorbell past the ring', 'SDMA_WPTR_PAST_RING', (b) => b.ring(RING_BYTES + 16)],
    [
      'a doorbell in odd bytes',
      'SDMA_WPTR_UNALIGNED',
      (b) => {
        b.push(nops(3));
        b.ring(10);
      },
    ],
    [
      'a doorbell for a disabled queue',
      'SDMA_DOORBELL_DISABLED',
      (b) => {
        b.set('QUEUEn_RB_CNTL', 0x84_1800);
        b.submit(...fence(DATA, 1));
      },
    ],
    ['another ring while enabled', 'SDMA_REGISTER_WHILE_ENABLED', (b) => b.set('QUEUEn_RB_BASE', 0x1234)],
    ['a packet longer than submitted', 'SDMA_PACKET_PAST_WPTR', (b) => b.submit(5, lo(va(DATA)))],
    ['an unknown opcode', 'SDMA_PACKET_UNKNOWN', (b) => b.submit(0x7f)],
    ['a tiled copy', 'SDMA_PACKET_UNMODELLED', (b) => b.submit(0x101)],
    ['a misaligned fence', 'SDMA_MISALIGNED', (b) => b.submit(...fence(DATA + 2, 1))],
    ['an indirect buffer in a wrong place', 'SDMA_IB_END', (b) => b.submit(4, lo(va(DATA)), hi(va(DATA)), 8, 0, 0)],
  ];
  it.each(mistakes)('finds %s: %s', (_name, code, drive) => {
    const b = bench();
    drive(b);
    b.settle();
    expect(b.codes()).toEqual([code]);
  });

  it.each([
    ['no base', 'SDMA_QUEUE_NO_BASE', 0x84_1815],
    ['a tiny ring', 'SDMA_RING_SIZE', 0x84_1805],
  ])('finds a queue enabled with %s', (name, code, control) => {
    const b = bench({ start: false });
    b.set('F32_CNTL', 0);
    if (name !== 'no base') b.set('QUEUEn_RB_BASE', 0x1000);
    b.set('QUEUEn_RB_CNTL', control);
    expect(b.codes()).toEqual([code]);
  });

  it('stops at a bad packet, and the watchdog tells', () => {
    const b = bench();
    b.set('WATCHDOG_CNTL', 100);
    b.submit(0x7f, ...fence(DATA, 1));
    expect(b.u32(DATA)).toBe(0);
    expect(b.machine.nowNs).toBeGreaterThan(10e9);
    expect(b.vectors.map((v) => v.source)).toEqual([0x37]);
    expect(b.machine.findings.list[0]!.at.where).toContain('SDMA0 queue 0 packet');
    expect(b.machine.findings.list[0]!.because).toHaveLength(1);
  });

  it('waits for the rest of a packet', () => {
    const b = bench();
    b.submit(5, lo(va(DATA)));
    b.submit(hi(va(DATA)), 99);
    expect(b.u32(DATA)).toBe(99);
  });
});

describe('packets', () => {
  it('COPY_LINEAR copies any bytes to any place', () => {
    const b = bench();
    const data = pattern(100_000);
    b.store(DATA + 3, data);
    b.submit(...copy(va(DATA + 3), va(DATA + 0x10_0001), data.length), ...fence(DATA - 4, 1));
    expect(b.load(DATA + 0x10_0001, data.length)).toEqual(data);
    expect(b.u32(DATA - 4)).toBe(1);
    expect(b.codes()).toEqual([]);
  });

  it('a fence after a copy comes when the copy has ended, which takes time', () => {
    const b = bench();
    b.push([...copy(va(DATA), va(DATA + 0x100_0000), 0x60_0000), ...fence(POINTERS, 1)]);
    b.ring();
    b.machine.advance(50_000);
    expect(b.u32(POINTERS)).toBe(0);
    b.settle();
    expect(b.u32(POINTERS)).toBe(1);
    expect(b.machine.nowNs).toBeGreaterThan(0x60_0000 / 60);
  });

  it('COPY_LINEAR reaches host memory, scattered pages included', () => {
    const b = bench();
    const grant = b.machine.allocateDma(0, 0x4000);
    const data = pattern(0x3000, 11);
    b.store(DATA, data);
    b.submit(...copy(va(DATA), VA_HOST + grant.pieces[0]!.bus + 0x123, data.length));
    const back = new Uint8Array(data.length);
    b.machine.port(0).dmaRead(grant.handle, 0x123, back);
    expect(back).toEqual(data);
    b.submit(...copy(VA_HOST + grant.pieces[0]!.bus + 0x123, va(DATA + 0x1_0000), data.length));
    expect(b.load(DATA + 0x1_0000, data.length)).toEqual(data);
    expect(b.codes()).toEqual([]);
  });

  it('COPY_LINEAR broadcasts', () => {
    const b = bench();
    const data = pattern(5000);
    b.store(DATA, data);
    b.submit(...copy(va(DATA), va(DATA + 0x1_0000), 5000, 1 << 27), lo(va(DATA + 0x2_0000)), hi(va(DATA + 0x2_0000)));
    expect(b.load(DATA + 0x1_0000, 5000)).toEqual(data);
    expect(b.load(DATA + 0x2_0000, 5000)).toEqual(data);
  });

  it('COPY_LINEAR backwards moves what overlaps', () => {
    const b = bench();
    const data = pattern(20_000, 13);
    b.store(DATA, data);
    b.submit(...copy(va(DATA), va(DATA + 777), 20_000, 1 << 25));
    expect(b.load(DATA + 777, 20_000)).toEqual(data);
  });

  it("WRITE stores what follows, across the ring's end too", () => {
    const b = bench();
    b.submit(...nops(1000));
    const data = Array.from({ length: 60 }, (_, i) => i * 3);
    b.submit(2, lo(va(DATA)), hi(va(DATA)), 59, ...data);
    for (let i = 0; i < 60; i++) expect(b.u32(DATA + i * 4)).toBe(i * 3);
  });

  it('INDIRECT runs a buffer and comes back', () => {
    const b = bench();
    const ib = Uint32Array.from([...fence(DATA, 21), ...fence(DATA + 4, 22), ...nops(8)]);
    b.store(DATA + 0x1000, new Uint8Array(ib.buffer));
    b.submit(0, 0, 4, lo(va(DATA + 0x1000)), hi(va(DATA + 0x1000)), 16, 0, 0, ...fence(DATA + 8, 23));
    expect([0, 4, 8].map((at) => b.u32(DATA + at))).toEqual([21, 22, 23]);
    expect(b.reg('QUEUEn_RB_RPTR')).toBe(48);
    expect(b.codes()).toEqual([]);
  });

  it('a packet past the end of its indirect buffer stops the queue', () => {
    const b = bench();
    b.store(DATA + 0x1000, new Uint8Array(Uint32Array.from(fence(DATA, 21)).buffer));
    b.submit(0, 0, 4, lo(va(DATA + 0x1000)), hi(va(DATA + 0x1000)), 2, 0, 0, ...fence(DATA + 8, 23));
    expect(b.codes()).toEqual(['SDMA_PACKET_PAST_IB']);
    expect(b.u32(DATA + 8)).toBe(0);
  });

  it.each([
    [1, 4, 5, true],
    [1, 5, 5, false],
    [2, 5, 5, true],
    [3, 5, 5, true],
    [4, 5, 5, false],
    [5, 5, 5, true],
    [6, 5, 5, false],
    [6, 6, 5, true],
    [0, 0, 9, true],
  ])('POLL_REGMEM function %i of %i against %i: %s', (how, value, reference, goes) => {
    const b = bench();
    b.store(DATA, Uint8Array.of(value));
    b.submit(
      (0x8000_0008 | (how << 28)) >>> 0,
      lo(va(DATA)),
      hi(va(DATA)),
      reference,
      0xff,
      0x0003_0004,
      ...fence(DATA + 4, 1),
    );
    expect(b.codes()).toEqual(goes ? [] : ['SDMA_POLL_GAVE_UP']);
    expect(b.vectors.map((v) => v.source)).toEqual(goes ? [] : [0x39]);
    expect(b.u32(DATA + 4)).toBe(1);
  });

  it('POLL_REGMEM waits for a store from outside, without flooding the queue of events', () => {
    const b = bench();
    b.push([0xb000_0008 >>> 0, lo(va(DATA)), hi(va(DATA)), 7, 0xffff_ffff, 0x0fff_0001, ...fence(DATA + 4, 1)]);
    b.ring();
    let events = 0;
    const until = b.machine.nowNs + 1e9;
    for (; b.machine.events.nextNs < until; events++) b.machine.events.advanceTo(b.machine.events.nextNs);
    expect(events).toBeLessThan(2000);
    expect(b.u32(DATA + 4)).toBe(0);
    b.store(DATA, Uint8Array.of(7));
    b.settle();
    expect(b.u32(DATA + 4)).toBe(1);
  });

  it('POLL_REGMEM asks for an HDP flush, then looks at its DONE bit', () => {
    const b = bench();
    const nbio = b.card.regs;
    const request = 0xe26;
    const done = 0xe27;
    expect(nbio.nameAt(request)).toContain('GPU_HDP_FLUSH_REQ');
    b.push([0x3400_0008 >>> 0, done * 4, request * 4, 0x400, 0x400, 0x0fff_000a, ...fence(DATA, 1)]);
    b.ring();
    b.machine.advance(20_000);
    expect(b.u32(DATA)).toBe(0);
    expect(nbio.values[request]).toBe(0x400);
    nbio.values[done] = 0x400;
    b.settle();
    expect(b.u32(DATA)).toBe(1);
  });

  it('POLL_REG_WRITE_MEM stores a register', () => {
    const b = bench();
    b.submit(0x108, b.card.regs.dwordOf(SDMA0.registers.SDMA0_VERSION) * 4, lo(va(DATA)), hi(va(DATA)));
    expect(b.u32(DATA)).toBe(0x600);
  });

  it('COND_EXE skips unless memory equals', () => {
    const b = bench();
    b.store(DATA, Uint8Array.of(3));
    b.submit(9, lo(va(DATA)), hi(va(DATA)), 4, 4, ...fence(DATA + 8, 1), ...fence(DATA + 12, 2));
    b.submit(9, lo(va(DATA)), hi(va(DATA)), 3, 4, ...fence(DATA + 16, 3));
    expect([8, 12, 16].map((at) => b.u32(DATA + at))).toEqual([0, 2, 3]);
  });

  it.each([
    ['SWAP', 0x07, 10, 3, 0, 3],
    ['CMPSWAP hit', 0x08, 10, 3, 10, 3],
    ['CMPSWAP miss', 0x08, 10, 3, 9, 10],
    ['ADD', 0x0f, 0xffff_ffff, 3, 0, 2],
    ['SUB', 0x10, 1, 3, 0, 0xffff_fffe],
    ['SMIN', 0x11, 1, 0xffff_ffff, 0, 0xffff_ffff],
    ['UMIN', 0x12, 1, 0xffff_ffff, 0, 1],
    ['SMAX', 0x13, 1, 0xffff_ffff, 0, 1],
    ['UMAX', 0x14, 1, 0xffff_ffff, 0, 0xffff_ffff],
    ['AND', 0x15, 12, 10, 0, 8],
    ['OR', 0x16, 12, 10, 0, 14],
    ['XOR', 0x17, 12, 10, 0, 6],
    ['INC', 0x18, 5, 5, 0, 0],
    ['DEC', 0x19, 0, 5, 0, 5],
    ['ADD without return', 0x4f, 1, 2, 0, 3],
  ])('ATOMIC %s', (_name, operation, memory, source, compare, wanted) => {
    const b = bench();
    b.store(DATA, new Uint8Array(Uint32Array.of(memory, 0xaaaa_aaaa).buffer));
    b.submit((10 | (operation << 25)) >>> 0, lo(va(DATA)), hi(va(DATA)), source, 0, compare, 0, 0);
    expect(b.u32(DATA)).toBe(wanted >>> 0);
    expect(b.u32(DATA + 4)).toBe(0xaaaa_aaaa);
  });

  it('ATOMIC works on 64 bits', () => {
    const b = bench();
    b.store(DATA, new Uint8Array(Uint32Array.of(0xffff_ffff, 1).buffer));
    b.submit((10 | (0x2f << 25)) >>> 0, lo(va(DATA)), hi(va(DATA)), 1, 0, 0, 0, 0);
    expect([b.u32(DATA), b.u32(DATA + 4)]).toEqual([0, 2]);
  });

  it.each([
    [0, 1, 0x33, 1001],
    [1, 2, 0x4433, 1002],
    [2, 4, 0x8877_4433, 1000],
  ])('CONST_FILL of size code %i', (size, element, value, bytes) => {
    const b = bench();
    const at = DATA + element;
    b.submit((11 | (size << 30)) >>> 0, lo(va(at)), hi(va(at)), value, bytes - 1);
    const seen = b.load(at - element, bytes + 2 * element);
    const want = new Uint8Array(bytes + 2 * element);
    for (let i = 0; i < bytes; i++) want[element + i] = (value >>> ((i % element) * 8)) & 0xff;
    expect(seen).toEqual(want);
  });

  it('PTEPDE_GEN makes entries, with a carry into the high half', () => {
    const b = bench();
    b.submit(12, lo(va(DATA)), hi(va(DATA)), 0x71, 0x4000_0000, 0xffff_f000, 1, 0x1000, 0, 2);
    expect([0, 4, 8, 12, 16, 20].map((at) => b.u32(DATA + at))).toEqual([
      0xffff_f071, 0x4000_0001, 0x71, 0x4000_0002, 0x1071, 0x4000_0002,
    ]);
  });

  it('PTEPDE_COPY and RMW', () => {
    const b = bench();
    b.store(DATA, new Uint8Array(Uint32Array.of(0x1071, 5, 0x2071, 6).buffer));
    b.submit(0x10c, lo(va(DATA)), hi(va(DATA)), lo(va(DATA + 64)), hi(va(DATA + 64)), 0xffff_ffff, 0xffff_ffff, 1);
    expect([64, 68, 72, 76].map((at) => b.u32(DATA + at))).toEqual([0x1071, 5, 0x2071, 6]);
    b.submit(0x20c, lo(va(DATA + 64)), hi(va(DATA + 64)), 0xff, 0, 0x77, 0, 1);
    expect([64, 68, 72, 76].map((at) => b.u32(DATA + at))).toEqual([0x1077, 5, 0x2077, 6]);
  });

  it('TIMESTAMP counts 100 MHz', () => {
    const b = bench();
    b.submit(0x20d, lo(va(DATA)), hi(va(DATA)));
    const first = b.u32(DATA);
    b.machine.advance(1e6);
    b.submit(0x20d, lo(va(DATA)), hi(va(DATA)));
    expect(b.u32(DATA) - first).toBeGreaterThanOrEqual(100_000);
    expect(b.u32(DATA) - first).toBeLessThan(100_500);
    b.submit(0x00d, 1000, 0, 0x10d, lo(va(DATA)), hi(va(DATA)));
    expect(b.u32(DATA)).toBeGreaterThanOrEqual(1000);
    expect(b.u32(DATA)).toBeLessThan(1100);
  });

  it('SRBM_WRITE stores to registers, by bytes', () => {
    const b = bench();
    const dword = b.card.regs.dwordOf(SDMA0.registers.SDMA0_QUEUEn_DUMMY_REG, 3);
    b.submit(0xf000_000e, dword, 0x1122_3344);
    expect(b.card.regs.values[dword]).toBe(0x1122_3344);
    b.submit(0x2000_000e, dword, 0xaaaa_aaaa);
    expect(b.card.regs.values[dword]).toBe(0x1122_aa44);
  });

  it('PRE_EXE runs for device 0 only', () => {
    const b = bench();
    b.submit(0x2_000f, 4, ...fence(DATA, 1), 0x1_000f, 4, ...fence(DATA + 4, 2));
    expect([b.u32(DATA), b.u32(DATA + 4)]).toEqual([0, 2]);
  });

  it('GPUVM_INV, GCR_REQ, DUMMY_TRAP, NOP', () => {
    const b = bench();
    b.submit(
      0x10,
      0xf8_0001,
      0,
      0,
      0x11,
      0,
      0,
      0,
      0,
      0x20,
      5,
      0x3_0000,
      0xdead,
      0xbeef,
      0xffff_ffff,
      ...fence(DATA, 1),
    );
    expect(b.hub.invalidated).toEqual([0xf8_0001]);
    expect(b.vectors).toEqual([]);
    expect(b.u32(DATA)).toBe(1);
    expect(b.codes()).toEqual([]);
  });

  it('a fault drops what it hits and no more', () => {
    const b = bench();
    b.store(DATA, pattern(64));
    b.submit(...copy(0x1000, va(DATA), 32), ...copy(va(DATA), 0x1000, 32), ...fence(DATA + 0x100, 1));
    expect(b.load(DATA, 32)).toEqual(new Uint8Array(32));
    expect(b.load(DATA + 32, 32)).toEqual(pattern(64).subarray(32));
    expect(b.u32(DATA + 0x100)).toBe(1);
    expect(b.hub.faults).toBe(2);
  });

  it('TRAP is silent unless it is enabled', () => {
    const b = bench();
    b.set('CNTL', 0);
    b.submit(6, 1);
    expect(b.vectors).toEqual([]);
  });
});

describe('properties', () => {
  const anyWord = fc.oneof(
    fc.nat(0x20),
    fc.nat(0xffff_ffff),
    fc.constantFrom(lo(va(DATA)), hi(va(DATA)), 0x101, 0x20c, 0x8000_0008),
  );

  it('random streams never throw and always come to rest, or poll', () => {
    fc.assert(
      fc.property(fc.array(anyWord, { maxLength: 200 }), (words) => {
        const b = bench();
        b.push(words);
        b.ring();
        const steps = b.settle(20_000);
        if (steps === 20_000) expect(b.machine.events.pending).toBe(1);
      }),
      { numRuns: 80 },
    );
  });

  it('random pointers never throw', () => {
    const b = bench();
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), fc.nat(3), fc.boolean(), (value, high, register) => {
        if (register) b.set('QUEUEn_RB_WPTR', value);
        else b.card.sdma.doorbell(0x200, value, high, true);
        b.settle(5000);
      }),
      { numRuns: 100 },
    );
  });

  it('copies of any size and place are right', () => {
    const b = bench({ log2: 12 });
    fc.assert(
      fc.property(
        fc.nat(9000),
        fc.nat(9000),
        fc.integer({ min: 1, max: 70_000 }),
        fc.boolean(),
        (from, to, bytes, backwards) => {
          const data = pattern(bytes, (from % 50) * 2 + 1);
          b.store(DATA + from, data);
          b.submit(...copy(va(DATA + from), va(DATA + 0x10_0000 + to), bytes, backwards ? 1 << 25 : 0));
          expect(b.load(DATA + 0x10_0000 + to, bytes)).toEqual(data);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('restored in the middle of a copy, it ends the same', () => {
    const b = bench();
    b.store(DATA, pattern(0x40_0000, 5));
    b.push([...copy(va(DATA), va(DATA + 0x40_0000), 0x40_0000), ...fence(POINTERS, 1)]);
    b.ring();
    b.machine.advance(40_000);
    const saved = b.machine.snapshot();
    b.settle();
    const once = b.machine.hash();
    b.machine.restore(saved);
    expect(b.u32(POINTERS)).toBe(0);
    b.settle();
    expect(b.machine.hash()).toBe(once);
  });
});
