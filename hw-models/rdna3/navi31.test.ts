/** The card as a whole: personality, BARs, resets, snapshots, and abuse. Pure software. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NBIO } from '../../registers/amd/index.ts';
import { Machine } from '../../sim/index.ts';
import { navi31 } from './index.ts';
import { bench } from './testing/bench.ts';

const GIB = 2 ** 30;

describe('an RX 7900 XTX', () => {
  it('enumerates as one', () => {
    const { port } = bench();
    expect(port.configRead(0, 4)).toBe(0x744c_1002);
    expect(port.configRead(8, 4)).toBe(0x0300_00c8);
    expect(port.configRead(0xe, 1)).toBe(0x80);
    const plain: string[] = [];
    for (let at = port.configRead(0x34, 1); at !== 0; at = port.configRead(at + 1, 1))
      plain.push(`${at.toString(16)}:${port.configRead(at, 1).toString(16)}`);
    expect(plain).toEqual(['48:9', '50:1', '64:10', 'a0:5']);
    const extended: string[] = [];
    for (let at = 0x100; at !== 0; at = port.configRead(at, 4) >>> 20)
      extended.push(`${at.toString(16)}:${(port.configRead(at, 4) & 0xffff).toString(16)}`);
    expect(extended).toEqual([
      '100:b',
      '150:1',
      '200:15',
      '240:4',
      '270:19',
      '2a0:d',
      '2d0:1b',
      '320:18',
      '410:26',
      '450:27',
    ]);
    expect([0, 2, 4, 5].map((bar) => port.mapBar(bar)!.bytes)).toEqual([32 * GIB, 2 * 2 ** 20, 256, 2 ** 20]);
    expect(port.read(6, 0, 2)).toBe(0xaa55);
    expect(bench({ bar0Bytes: 256 * 2 ** 20 }).port.mapBar(0)!.bytes).toBe(256 * 2 ** 20);
  });

  it('cannot be made with sizes that its registers cannot say', () => {
    expect(() => bench({ bar0Bytes: 24 * GIB })).toThrow(/BAR0 cannot have/);
    expect(() => bench({ vramMib: 0.5 })).toThrow(/MiB of memory/);
  });

  it('says where its memory is', () => {
    const real = bench();
    expect([real.port.read(5, 0x6a3b0, 4), real.port.read(5, 0x6a3b4, 4)]).toEqual([0x8000, 0x85fe]);
    const whole = bench({ vramMib: 24576 });
    expect([whole.port.read(5, 0x378c, 4), whole.port.read(5, 0x6a3b4, 4)]).toEqual([24576, 0x85ff]);
  });

  it('takes four-byte register accesses only, and VRAM of any width up to its end', () => {
    const b = bench({ vramMib: 1024 });
    expect(b.port.read(5, 0x378e, 2)).toBe(0);
    b.port.write(5, 0x3780, 2, 1);
    expect(b.codes()).toEqual(['ACCESS_WIDTH', 'ACCESS_WIDTH']);
    expect(b.card.nbio.doorbellApertureOpen).toBe(false);
    b.machine.findings.clear();
    b.port.write(0, 0x1003, 1, 0xab);
    b.port.write(0, 0x1000, 2, 0x1234);
    expect(b.port.read(0, 0x1000, 4)).toBe(0xab00_1234);
    expect(b.port.read(0, 0x1002, 2)).toBe(0xab00);
    const pair = new Uint32Array(2);
    b.port.write64(0, 0x1008, 0x70, 0x0040_0000);
    b.port.read64(0, 0x1008, pair);
    expect([...pair]).toEqual([0x70, 0x0040_0000]);
    expect(b.codes()).toEqual([]);
    expect(b.port.read(0, 1024 * 2 ** 20, 4)).toBe(0xffff_ffff);
    b.port.write(0, 1024 * 2 ** 20 - 4, 4, 1);
    b.port.write(0, 1024 * 2 ** 20, 4, 1);
    expect(b.codes()).toEqual(['VRAM_BEYOND_END']);
    expect(b.machine.findings.counts.get('VRAM_BEYOND_END')).toBe(2);
  });

  it('names what was touched', () => {
    const { card } = bench();
    expect(card.describe(5, 0x5818c)).toBe('BAR5 MP0_SMN_C2PMSG_35');
    expect(card.describe(5, 0x69dd0)).toBe('BAR5 MMVM_INVALIDATE_ENG17_REQ');
    expect(card.describe(0, 0x1000)).toBe('VRAM 0x1000');
  });

  it('answers nothing while it resets, then has its power-on values; configuration stays but for bus mastering', () => {
    const b = bench();
    const SCRATCH_REG7 = 0x3011c;
    b.port.write(5, SCRATCH_REG7, 4, 0xa000_0008);
    b.port.write(5, 0x3780, 4, 1);
    const at = b.port.configRead(0x10, 4);
    b.card.reset('mode1');
    expect(b.card.resetUntilNs).toBeGreaterThan(b.machine.nowNs);
    expect(b.port.read(5, SCRATCH_REG7, 4)).toBe(0xffff_ffff);
    b.port.write(5, SCRATCH_REG7, 4, 5);
    expect(b.port.configRead(4, 2) & 7).toBe(3);
    expect(b.port.configRead(0x10, 4)).toBe(at);
    expect(b.port.pause(500_000_000)).toBe('elapsed');
    expect(b.card.resetUntilNs).toBe(0);
    expect(b.port.read(5, SCRATCH_REG7, 4)).toBe(0);
    expect(b.get(NBIO.registers.RCC_DEV0_EPF0_RCC_DOORBELL_APER_EN)).toBe(0);
    b.port.reset('flr');
    expect(b.port.configRead(4, 2)).toBe(0);
  });

  it('drops BARs in D3hot and finds everything in place when it comes back', () => {
    const b = bench();
    b.port.write(5, 0x3780, 4, 1);
    b.port.configWrite(0x54, 2, 3);
    expect(b.port.read(5, 0x3780, 4)).toBe(0xffff_ffff);
    b.port.configWrite(0x54, 2, 0);
    expect(b.port.read(5, 0x3780, 4)).toBe(1);
    expect(b.codes()).toEqual(['MEMORY_SPACE_OFF']);
  });

  it('sends MSI only when that is enabled', () => {
    const b = bench();
    b.card.slot.interrupt(0);
    expect(b.port.takeInterrupts()).toEqual([]);
    b.port.configWrite(0xa4, 4, 0xfee0_0000);
    b.port.configWrite(0xa2, 2, 0x81);
    b.card.slot.interrupt(0);
    expect(b.port.takeInterrupts()).toEqual([0]);
  });

  it('costs next to nothing until its memory is touched', () => {
    const machine = new Machine();
    for (let i = 0; i < 16; i++) machine.plug(navi31, {});
    expect(machine.arena.used).toBeLessThan(16 * 4);
  });
});

const registers = [...bench().card.regs.all()].map(({ dword }) => dword).filter((dword) => dword < 0x4_0000);

describe('abuse', () => {
  it('random register operations never throw', () => {
    const b = { ...bench(), machine: new Machine({ strictness: 'strict' }) };
    const port = b.machine.plug(navi31, {});
    port.configWrite(4, 2, 7);
    let seed = 12345;
    const next = (): number => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0);
    for (let i = 0; i < 100_000; i++) {
      const dword = (next() >>> 8) % 50 === 0 ? next() % 0x4_0000 : registers[next() % registers.length]!;
      const value = (next() & 3) === 0 ? next() : 1 << (next() >>> 27);
      if (next() & 0x100) port.write(5, dword * 4, 4, value >>> 0);
      else port.read(5, dword * 4, 4);
      if ((i & 1023) === 0) port.pause(1_000_000);
    }
    expect(b.machine.events.pending).toBeLessThan(200);
  });

  it('a run goes on from a snapshot as it went on from the moment itself', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('register' as const),
        n: fc.nat(registers.length - 1),
        value: fc.nat(0xffff_ffff),
        write: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant('vram' as const),
        at: fc.nat(0x1_0000).map((n) => n * 4),
        value: fc.nat(0xffff_ffff),
      }),
      fc.record({ kind: fc.constant('translate' as const), va: fc.nat(0xff).map((n) => n * 4096) }),
      fc.record({ kind: fc.constant('doorbell' as const), slot: fc.nat(0x1ff), value: fc.nat(0xffff) }),
      fc.record({ kind: fc.constant('pause' as const), ns: fc.nat(1_000_000) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), fc.array(step, { maxLength: 25 }), (before, after) => {
        const machine = new Machine({ strictness: 'silicon', traceLog2: 8 });
        const port = machine.plug(navi31, { vramMib: 256 });
        port.configWrite(4, 2, 7);
        const { gmc } = port.model as ReturnType<typeof navi31>;
        const play = (steps: typeof before): number[] =>
          steps.map((s) => {
            switch (s.kind) {
              case 'register':
                if (!s.write) return port.read(5, registers[s.n]! * 4, 4);
                port.write(5, registers[s.n]! * 4, 4, s.value);
                return 0;
              case 'vram':
                port.write(0, s.at, 4, s.value);
                return port.read(0, s.at ^ 4, 4);
              case 'translate':
                return gmc.vramOffsetOf(gmc.gfxhub.translate(1, s.va, 0, 8));
              case 'doorbell':
                port.write64(2, s.slot * 8, s.value, 0);
                return 0;
              case 'pause':
                return ['elapsed', 'activity', 'idle'].indexOf(port.pause(s.ns));
            }
          });
        play(before);
        const saved = machine.snapshot();
        const first = play(after);
        const hash = machine.hash();
        machine.restore(saved);
        expect(play(after)).toEqual(first);
        expect(machine.hash()).toBe(hash);
      }),
      { numRuns: 15 },
    );
  });
});
