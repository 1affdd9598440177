/** The page-table walker against tables built by somebody else. Pure software. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GFXHUB } from '../../../registers/amd/index.ts';
import { bench } from '../testing/bench.ts';
import { PRT, R, RWX, SYS, SNOOP, Tables, V, W, X } from '../testing/tables.ts';

const g = GFXHUB.registers;
const GIB = 2 ** 30;
const vramMib = 8192;
const read = 0,
  write = 1,
  execute = 2,
  atomic = 3;

/** A leaf somewhere, of any size that fits 8 GiB of VRAM, with an address that need not be aligned to its size. */
const mapping = fc.record({
  slot: fc.nat(40),
  size: fc.constantFrom(0, 0, 1, 2), // 4 KiB, 2 MiB, 1 GiB
  page: fc.nat(0x1000),
  permissions: fc.constantFrom(R, W, R | W, X, RWX, R | X),
  probe: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});

describe('page-table walks', () => {
  it('agree with random mappings of every leaf size, at every depth, wherever the range starts', () => {
    fc.assert(
      fc.property(
        fc.array(mapping, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(1, 2, 3),
        fc.constantFrom(0, 0x2000_0000_0000, 0x7_4000_0000),
        (mappings, depth, start) => {
          const b = bench({ vramMib });
          const tables = new Tables(b, { depth, start });
          const last = tables.shifts.length - 1;
          const taken = new Set<number>();
          const placed = mappings.flatMap(({ slot, size, page, permissions, probe }) => {
            const level = Math.max(0, last - size);
            const bytes = 2 ** tables.shifts[level]!;
            // each mapping keeps to its own span of one level-0 entry's reach below 64 of them
            const span = depth === 1 ? 2 ** 21 : GIB;
            if (taken.has(slot) || bytes > span) return [];
            taken.add(slot);
            const va = start + slot * span + (bytes < span ? 3 * bytes : 0);
            const target = 0x800_0000 + page * 4096; // clear of the tables
            tables.map(va, target, permissions, level);
            return [{ va, target, bytes, permissions, at: Math.floor(probe * bytes) }];
          });
          tables.enable('GC', 5);
          const hub = b.card.gmc.gfxhub;
          for (const { va, target, bytes, permissions, at } of placed) {
            for (const offset of [0, at, bytes - 1]) {
              for (const [access, needs] of [
                [read, R],
                [write, W],
                [execute, X],
                [atomic, R | W],
              ] as const) {
                const got = hub.translate(5, va + offset, access, 8);
                if ((permissions & needs) !== needs) expect(got).toBe(-1);
                else expect(b.card.gmc.vramOffsetOf(got)).toBe(target + offset);
              }
            }
            expect(hub.translate(5, va - 1, read, 8) >= 0).toBe(
              placed.some((p) => va - 1 >= p.va && va - 1 < p.va + p.bytes && (p.permissions & R) !== 0n),
            );
          }
          // a large leaf need not lie at a multiple of its size: a stock driver maps such, and silicon takes them
          expect(new Set(b.codes())).toEqual(b.codes().length > 0 ? new Set(['VM_FAULT']) : new Set());
        },
      ),
      { numRuns: 60 },
    );
  });

  it('take a one-level table of any length (a GART), and host pages behind the IOMMU', () => {
    const b = bench();
    const start = 0x7_fff0_0000_000;
    const tables = new Tables(b, { depth: 0, start });
    const buffer = b.port.allocateDma(0x3000);
    const bus = buffer.pieces[0]!.bus;
    tables.map(start + 70_000 * 4096, bus + 0x2000, RWX | SYS | SNOOP);
    tables.enable('MM', 0);
    b.port.dmaWrite(buffer.handle, 0x2010, Uint8Array.of(1, 2, 3, 4));
    expect(b.card.gmc.mmhub.read32(0, start + 70_000 * 4096 + 0x10, 0)).toBe(0x0403_0201);
    expect(b.card.gmc.mmhub.write64(0, start + 70_000 * 4096 + 0x20, 5, 6, 0)).toBe(true);
    const got = new Uint8Array(8);
    b.port.dmaRead(buffer.handle, 0x2020, got);
    expect([...got]).toEqual([5, 0, 0, 0, 6, 0, 0, 0]);
    // PSP and its like reach the same page by its address in the aperture
    const mc = new Uint8Array(4);
    expect(b.card.gmc.mcRead(start + 70_000 * 4096 + 0x10, mc, 'PSP')).toBe(true);
    expect([...mc]).toEqual([1, 2, 3, 4]);
    expect(b.codes()).toEqual([]);
  });

  it('leave the system aperture alone for VMID 0 only', () => {
    const b = bench();
    const tables = new Tables(b);
    tables.enable('GC', 0);
    tables.enable('GC', 1);
    b.set(g.GCMC_VM_SYSTEM_APERTURE_LOW_ADDR, 0x20_0000);
    b.set(g.GCMC_VM_SYSTEM_APERTURE_HIGH_ADDR, 0x21_7f80);
    const hub = b.card.gmc.gfxhub;
    expect(b.card.gmc.vramOffsetOf(hub.translate(0, 0x80_0000_0000 + 0x1234_5678, read, 5))).toBe(0x1234_5678);
    expect(hub.translate(1, 0x80_0000_0000, read, 5)).toBe(-1);
    expect(hub.run(0, 0x80_0000_0000, 0x10_0000, read, 5)).toBeGreaterThan(0);
    expect(hub.runBytes).toBe(0x1_0000);
  });

  it('reach host memory through the AGP window, where a driver opens it', () => {
    const b = bench();
    new Tables(b).enable('GC', 0);
    const buffer = b.port.allocateDma(0x1000);
    const bus = buffer.pieces[0]!.bus;
    b.set(g.GCMC_VM_SYSTEM_APERTURE_LOW_ADDR, 0x20_0000);
    b.set(g.GCMC_VM_SYSTEM_APERTURE_HIGH_ADDR, 0x40_0000);
    const agp = 0x90_0000_0000;
    b.set(g.GCMC_VM_AGP_BASE, Math.floor(bus / 2 ** 24));
    b.set(g.GCMC_VM_AGP_BOT, agp / 2 ** 24);
    b.set(g.GCMC_VM_AGP_TOP, agp / 2 ** 24 + 0xff);
    b.card.gmc.gfxhub.write32(0, agp + (bus % 2 ** 24) + 0x40, 0x1234, 13);
    const got = new Uint8Array(2);
    b.port.dmaRead(buffer.handle, 0x40, got);
    expect([...got]).toEqual([0x34, 0x12]);
    expect(b.codes()).toEqual([]);
  });

  it('copy over pages of every kind, and report what is missing', () => {
    const b = bench();
    const tables = new Tables(b);
    const buffer = b.port.allocateDma(0x1000);
    const base = 0x10_0000_0000;
    tables.map(base, 0x900_3000, RWX);
    tables.map(base + 0x1000, buffer.pieces[0]!.bus, RWX | SYS);
    tables.map(base + 0x20_0000, 0xa00_5000, RWX, 2);
    tables.enable('GC', 2);
    const hub = b.card.gmc.gfxhub;
    const data = new Uint8Array(0x2000).map((_, i) => i * 13);
    expect(hub.write(2, base, data, 13)).toBe(true);
    const back = new Uint8Array(0x2000);
    expect(hub.read(2, base, back, 13)).toBe(true);
    expect(Buffer.compare(back, data)).toBe(0);
    expect(hub.write(2, base + 0x20_0000, new Uint8Array(0x20_0000).fill(9), 13)).toBe(true);
    const direct = new Uint8Array(0x20_0000);
    b.card.vram.read(0xa00_5000, direct);
    expect(direct.every((x) => x === 9)).toBe(true);
    expect(b.codes()).toEqual([]);
    expect(hub.read(2, base + 0x1800, back.fill(7).subarray(0, 0x1000), 13)).toBe(false);
    expect(back.subarray(0, 0x800)).toEqual(data.subarray(0x1800));
    expect(back[0x800]).toBe(0);
    expect(hub.write32(2, base + 0xffe, 0x0102_0304, 13)).toBe(true);
    expect(hub.read32(2, base + 0xffe, 13)).toBe(0x0102_0304);
  });

  it('say what is wrong with an entry', () => {
    const end = vramMib * 2 ** 20;
    const wrong: [string, (t: Tables, va: number) => void, RegExp][] = [
      [
        'reserved bits',
        (t, va) => t.put(t.entryAt(va, 3), 0x800_0000n | RWX | V | (1n << 60n)),
        /reserved bits set \(0x10000000_00000000\)/,
      ],
      [
        'leaf bit in the last table',
        (t, va) => t.put(t.entryAt(va, 3), 0x800_0000n | RWX | V | (1n << 54n)),
        /reserved bits/,
      ],
      ['outside of VRAM', (t, va) => t.map(va, end + 0x1000, RWX), /past the end of memory/],
      [
        'reserved memory type',
        (t, va) => t.put(t.entryAt(va, 3), 0x800_0000n | RWX | V | (5n << 48n)),
        /memory type 5/,
      ],
      ['table outside of VRAM', (t, va) => t.put(t.entryAt(va, 2), BigInt(end) | V), /past the end of memory/],
      [
        'reserved bits of a directory entry',
        (t, va) => t.put(t.entryAt(va, 2), 0x900_0000n | V | 0x18n),
        /reserved bits 5:3/,
      ],
      ['unaligned table', (t, va) => t.put(t.entryAt(va, 2), 0x900_0800n | V), /not 4 KiB aligned/],
    ];
    for (const [name, plant, says] of wrong) {
      const b = bench({ vramMib });
      const tables = new Tables(b);
      const va = 0x1234_5000;
      plant(tables, va);
      tables.enable('GC', 3);
      b.card.gmc.gfxhub.translate(3, va, read, 8);
      const found = b.machine.findings.list[0];
      expect(found?.code, name).toBe('BAD_PTE');
      expect(found!.message, name).toMatch(says);
    }
  });

  it('read entries as engines see memory: one still in HDP is the old one, and a finding', () => {
    const b = bench();
    const tables = new Tables(b);
    tables.map(0x5000, 0x900_0000, RWX);
    tables.enable('GC', 1);
    tables.put(tables.entryAt(0x6000, 3), 0x900_1000n | RWX | V);
    const store = b.machine.findings.current;
    expect(b.card.gmc.gfxhub.translate(1, 0x6000, read, 8)).toBe(-1);
    expect(b.codes()).toEqual(['HDP_NOT_FLUSHED', 'VM_FAULT']);
    expect(b.machine.findings.list[0]!.because[0]!.sequence).toBe(store);
  });

  it('do not follow an entry whose valid bit (bit 0) is clear, whatever else stands in it; a fault names the entry', () => {
    const b = bench();
    const tables = new Tables(b);
    tables.put(tables.entryAt(0x5000, 3), 0x900_0000n | RWX);
    tables.put(tables.entryAt(0x6000, 3), 0n);
    tables.enable('GC', 1);
    expect(b.card.gmc.gfxhub.translate(1, 0x5000, read, 8)).toBe(-1);
    expect(b.card.gmc.gfxhub.translate(1, 0x6000, read, 8)).toBe(-1);
    const [clear, empty] = b.machine.findings.list;
    expect(clear!.message).toMatch(/its entry 0x0*_?0*9000070 lacks the valid bit/);
    expect(empty!.message).not.toMatch(/entry/);
  });

  it('treat a partially resident page as nothing, without a fault', () => {
    const b = bench();
    const tables = new Tables(b);
    tables.put(tables.entryAt(0x5000, 3), PRT | SYS | SNOOP);
    tables.enable('GC', 1);
    expect(b.card.gmc.gfxhub.read32(1, 0x5000, 8)).toBe(0);
    expect(b.get(g.GCVM_L2_PROTECTION_FAULT_STATUS)).toBe(0);
    expect(b.codes()).toEqual([]);
  });

  it('survive tables full of anything', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(0, 1, 2, 3), fc.nat(15), (seed, depth, block) => {
        const b = bench({ vramMib: 64 }, {}, { traceLog2: 8 });
        const tables = new Tables(b, { depth, pool: 0 });
        tables.enable('GC', 1);
        b.set(g.GCVM_CONTEXTn_CNTL, 0x1fffe01 | (depth << 1) | (block << 3), 1);
        const words = new Uint32Array(0x8_0000 / 4);
        let next = seed >>> 0;
        const random = (): number => (next = (Math.imul(next, 1664525) + 1013904223) >>> 0);
        for (let i = 0; i < words.length; i += 2) {
          const kind = random() >>> 29;
          // mostly pointers back into these tables, some leaves, some noise
          words[i] = kind < 5 ? (((random() >>> 13) & 0x7f000) | 0x71) >>> 0 : random();
          words[i + 1] = kind < 4 ? 0 : kind === 4 ? 1 << 22 : random();
        }
        b.card.vram.write(0, new Uint8Array(words.buffer));
        const hub = b.card.gmc.gfxhub;
        const bytes = new Uint8Array(200);
        for (let i = 0; i < 200; i++) {
          const va = (random() % 0x10000) * 2 ** 32 + random();
          const access = (random() >>> 30) as 0 | 1 | 2 | 3;
          const at = hub.translate(1, va, access, 8);
          expect(at === -1 || at === -2 || (at > 0 && at < b.machine.arena.u8.length)).toBe(true);
          hub.read(1, va, bytes, 8);
        }
        expect(b.vectors.length).toBeLessThanOrEqual(64);
      }),
      { numRuns: 40 },
    );
  });
});
