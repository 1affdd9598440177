/** The TLB that goes stale, the invalidate handshake, and faults. Pure software. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GFXHUB, MMHUB } from '../../../registers/amd/index.ts';
import { bench } from '../testing/bench.ts';
import type { Bench } from '../testing/bench.ts';
import { R, RWX, SYS, Tables } from '../testing/tables.ts';

const g = GFXHUB.registers;
const m = MMHUB.registers;
const ALL = 0xf8_0000;
const read = 0,
  write = 1;

function flushTlb(b: Bench, vmid: number, engine = 17): void {
  b.set(g.GCVM_INVALIDATE_ENGn_REQ, ALL | (1 << vmid), engine);
  let polls = 0;
  while ((b.get(g.GCVM_INVALIDATE_ENGn_ACK, engine) & (1 << vmid)) === 0)
    if (++polls > 100) throw new Error('no acknowledge');
}

/** What a careful reader of the rules expects of one VMID: tables as the engine sees them, and what may be cached. */
interface Model {
  readonly tables: Map<number, number>;
  readonly cached: Map<number, number>;
  /** Pages whose staleness was said since the tables last changed. */
  readonly said: Set<number>;
}
interface Real {
  readonly b: Bench;
  readonly tables: Tables;
}

const PAGES = 6;
const vaOf = (page: number): number => 0x4000_0000 + page * 4096;
const paOf = (frame: number): number => 0x900_0000 + frame * 4096;

class Remap implements fc.Command<Model, Real> {
  private readonly page: number;
  private readonly frame: number;
  constructor(page: number, frame: number) {
    this.page = page;
    this.frame = frame;
  }
  check = (): boolean => true;
  run(model: Model, { b, tables }: Real): void {
    if (this.frame < 0) {
      tables.put(tables.entryAt(vaOf(this.page), 3), 0x70n);
      model.tables.delete(this.page);
    } else {
      tables.map(vaOf(this.page), paOf(this.frame), RWX);
      model.tables.set(this.page, this.frame);
    }
    b.card.hdp.flush();
    model.said.clear();
  }
  toString = (): string => `remap(${this.page} -> ${this.frame})`;
}

class Use implements fc.Command<Model, Real> {
  private readonly page: number;
  constructor(page: number) {
    this.page = page;
  }
  check = (): boolean => true;
  run(model: Model, { b }: Real): void {
    const before = b.machine.findings.counts.get('STALE_TLB_USED') ?? 0;
    const at = b.card.gmc.gfxhub.translate(4, vaOf(this.page) + 8, read, 8);
    const stale = (b.machine.findings.counts.get('STALE_TLB_USED') ?? 0) > before;
    const cached = model.cached.get(this.page);
    const now = model.tables.get(this.page);
    if (cached === undefined) {
      expect(at < 0 ? undefined : b.card.gmc.vramOffsetOf(at)).toBe(now === undefined ? undefined : paOf(now) + 8);
      expect(stale).toBe(false);
      if (now !== undefined) model.cached.set(this.page, now);
    } else {
      expect(b.card.gmc.vramOffsetOf(at)).toBe(paOf(cached) + 8);
      expect(stale).toBe(cached !== now && !model.said.has(this.page));
      if (stale) model.said.add(this.page);
    }
  }
  toString = (): string => `use(${this.page})`;
}

class Invalidate implements fc.Command<Model, Real> {
  private readonly vmid: number;
  constructor(vmid: number) {
    this.vmid = vmid;
  }
  check = (): boolean => true;
  run(model: Model, { b }: Real): void {
    flushTlb(b, this.vmid);
    if (this.vmid === 4) model.cached.clear();
  }
  toString = (): string => `invalidate(${this.vmid})`;
}

describe('the TLB', () => {
  it('uses what it holds until it is invalidated, and says so exactly when that is no longer true', () => {
    fc.assert(
      fc.property(
        fc.commands(
          [
            fc.tuple(fc.nat(PAGES - 1), fc.integer({ min: -1, max: 5 })).map(([page, frame]) => new Remap(page, frame)),
            fc.nat(PAGES - 1).map((page) => new Use(page)),
            fc.nat(PAGES - 1).map((page) => new Use(page)),
            fc.constantFrom(4, 4, 3).map((vmid) => new Invalidate(vmid)),
          ],
          { maxCommands: 60 },
        ),
        (commands) => {
          const b = bench();
          const tables = new Tables(b);
          tables.entryAt(vaOf(0), 3);
          tables.enable('GC', 4);
          fc.modelRun(
            () => ({
              model: { tables: new Map<number, number>(), cached: new Map<number, number>(), said: new Set<number>() },
              real: { b, tables },
            }),
            commands,
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('blames the store that changed the entry, after a remap and after an unmap, and the invalidate that is missing', () => {
    for (const change of ['remap', 'unmap', 'directory'] as const) {
      const b = bench();
      const tables = new Tables(b);
      const hub = b.card.gmc.gfxhub;
      tables.map(0x20_0000, 0x900_0000, RWX);
      tables.enable('GC', 0);
      const held = hub.translate(0, 0x20_0010, write, 13);
      expect(held).toBeGreaterThan(0);
      if (change === 'remap') tables.map(0x20_0000, 0x900_8000, RWX);
      else tables.put(tables.entryAt(0x20_0000, change === 'unmap' ? 3 : 2), 0x70n);
      const store = b.machine.findings.current;
      expect(hub.translate(0, 0x20_0010, write, 13)).toBe(held);
      expect(b.codes()).toEqual([]); // the store is still in HDP: the tables have not changed for engines
      b.card.hdp.flush();
      expect(hub.translate(0, 0x20_0010, write, 13)).toBe(held);
      expect(b.machine.findings.list).toMatchObject([
        { code: 'STALE_TLB_USED', because: [{ sequence: store }, { where: 'GCVM_INVALIDATE_ENGn_REQ for VMID 0' }] },
      ]);
      expect(b.machine.findings.list[0]!.message).toMatch(/SDMA0 write at 0x200010/);
      flushTlb(b, 0);
      const after = hub.translate(0, 0x20_0010, write, 13);
      if (change === 'remap') expect(b.card.gmc.vramOffsetOf(after)).toBe(0x900_8010);
      else expect(after).toBe(-1);
    }
  });

  it('says how far an entry goes: a page, or what is left of 64 KiB of memory in a leaf of 2 MiB', () => {
    const b = bench();
    const tables = new Tables(b);
    const hub = b.card.gmc.gfxhub;
    tables.map(0x5000, 0x900_0000, RWX);
    tables.map(0x4000_0000, 0xa00_0000, RWX, 2);
    // where memory is not where addresses are in their 64 KiB
    tables.map(0x4020_0000, 0xa40_5000, RWX, 2);
    const host = b.port.allocateDma(4096);
    tables.map(0x6000, host.pieces[0]!.bus, RWX | SYS);
    tables.enable('GC', 6);
    const reach = (va: number): number => hub.reach!(6, va, hub.translate(6, va, read, 8));
    expect(reach(0x5010)).toBe(0xff0);
    expect(reach(0x6000)).toBe(0x1000);
    expect(reach(0x4000_1004)).toBe(0x1_0000 - 0x1004);
    expect(reach(0x4001_0000)).toBe(0x1_0000);
    expect(reach(0x4020_1000)).toBe(0x1_0000 - 0x6000);
    expect(reach(0x403f_f000)).toBe(0x1000);
    // and there the next pages are
    const at = hub.translate(6, 0x4020_1000, read, 8);
    for (let more = 0x1000; more < 0xa000; more += 0x1000)
      expect(hub.translate(6, 0x4020_1000 + more, read, 8)).toBe(at + more);
  });

  it('notices that tables in host memory changed', () => {
    const b = bench();
    const tables = new Tables(b);
    const table = b.port.allocateDma(4096);
    const bus = table.pieces[0]!.bus;
    tables.put(tables.entryAt(0, 2), BigInt(bus) | SYS | 1n);
    const entry = (target: bigint): void =>
      b.port.dmaWrite(table.handle, 8, new Uint8Array(BigUint64Array.of(target | RWX | 1n).buffer));
    entry(0x900_0000n);
    tables.enable('GC', 1);
    const hub = b.card.gmc.gfxhub;
    expect(b.card.gmc.vramOffsetOf(hub.translate(1, 0x1000, read, 8))).toBe(0x900_0000);
    expect(b.codes()).toEqual([]);
    entry(0x901_0000n);
    expect(b.card.gmc.vramOffsetOf(hub.translate(1, 0x1000, read, 8))).toBe(0x900_0000);
    expect(b.codes()).toEqual(['STALE_TLB_USED']);
  });

  it('keeps entries over requests for other VMIDs, for one cache level only, and for other addresses', () => {
    const b = bench();
    const tables = new Tables(b);
    tables.map(0x5000, 0x900_0000, RWX);
    tables.map(0x4000_0000, 0xa00_0000, RWX, 2);
    tables.enable('GC', 6);
    const hub = b.card.gmc.gfxhub;
    const at = (va: number): number => b.card.gmc.vramOffsetOf(hub.translate(6, va, read, 8));
    expect([at(0x5000), at(0x4000_0000)]).toEqual([0x900_0000, 0xa00_0000]);
    tables.map(0x5000, 0x910_0000, RWX);
    tables.map(0x4000_0000, 0xb00_0000, RWX, 2);
    b.card.hdp.flush();
    for (const request of [ALL | (1 << 5), (1 << 19) | (1 << 6), (1 << 23) | (1 << 6)]) {
      b.set(g.GCVM_INVALIDATE_ENGn_REQ, request, 3);
      b.machine.advance(10_000);
      expect([at(0x5000), at(0x4000_0000)]).toEqual([0x900_0000, 0xa00_0000]);
    }
    // one page: S clear, page 5
    b.set(g.GCVM_INVALIDATE_ENGn_ADDR_RANGE_LO32, 5 << 1, 3);
    b.set(g.GCVM_INVALIDATE_ENGn_ADDR_RANGE_HI32, 0, 3);
    b.set(g.GCVM_INVALIDATE_ENGn_REQ, ALL | (1 << 6), 3);
    b.machine.advance(10_000);
    expect([at(0x5000), at(0x4000_0000)]).toEqual([0x910_0000, 0xa00_0000]);
    flushTlb(b, 6);
    expect([at(0x5000), at(0x4000_0000)]).toEqual([0x910_0000, 0xb00_0000]);
  });

  it('is emptied by the self-clearing bits of L2_CNTL2', () => {
    const b = bench();
    const tables = new Tables(b);
    tables.map(0x50_0000, 0x900_0000, RWX);
    tables.enable('GC', 0);
    b.card.gmc.gfxhub.translate(0, 0x50_0000, read, 8);
    tables.map(0x50_0000, 0x910_0000, RWX);
    b.card.hdp.flush();
    b.set(g.GCVM_L2_CNTL2, 3);
    expect(b.get(g.GCVM_L2_CNTL2)).toBe(0); // a read takes longer than the invalidation
    expect(b.card.gmc.vramOffsetOf(b.card.gmc.gfxhub.translate(0, 0x50_0000, read, 8))).toBe(0x910_0000);
    expect(b.codes()).toEqual([]);
  });
});

describe('invalidation engines', () => {
  it('clear their acknowledge bit and set it again later', () => {
    const b = bench();
    flushTlb(b, 7);
    b.card.regs.write(b.card.regs.dwordOf(g.GCVM_INVALIDATE_ENGn_REQ, 17), ALL | 0x80);
    expect(b.card.regs.peek(g.GCVM_INVALIDATE_ENGn_ACK, 17) & 0x80).toBe(0);
    b.machine.advance(2000);
    expect(b.get(g.GCVM_INVALIDATE_ENGn_ACK, 17) & 0x80).toBe(0x80);
  });

  it('hand out a semaphore to the first reader until it is given back', () => {
    const b = bench();
    expect(b.get(m.MMVM_INVALIDATE_ENGn_SEM, 17)).toBe(1);
    expect(b.get(m.MMVM_INVALIDATE_ENGn_SEM, 17)).toBe(0);
    expect(b.get(m.MMVM_INVALIDATE_ENGn_SEM, 16)).toBe(1);
    b.set(m.MMVM_INVALIDATE_ENGn_REQ, ALL | 1, 17);
    expect(b.codes()).toEqual([]);
    b.set(m.MMVM_INVALIDATE_ENGn_SEM, 0, 17);
    expect(b.get(m.MMVM_INVALIDATE_ENGn_SEM, 17)).toBe(1);
    b.set(m.MMVM_INVALIDATE_ENGn_SEM, 0, 17);
    b.set(m.MMVM_INVALIDATE_ENGn_REQ, ALL | 1, 17);
    expect(b.codes()).toEqual(['INVALIDATE_WITHOUT_SEMAPHORE']);
  });
});

describe('protection faults', () => {
  it('latch the first, count the rest in MORE_FAULTS, raise a vector, and clear by FAULT_CNTL', () => {
    const b = bench();
    const tables = new Tables(b);
    tables.map(0x2000_0000_5000 % 2 ** 39, 0x900_0000, R);
    tables.enable('GC', 9);
    const hub = b.card.gmc.gfxhub;
    expect(hub.write32(9, 0x1234_5678, 1, 8)).toBe(false);
    expect(hub.read32(9, 0x1_0000_0000, 5)).toBe(0);
    const status = b.get(g.GCVM_L2_PROTECTION_FAULT_STATUS);
    expect({
      more: status & 1,
      permissions: (status >>> 4) & 15,
      cid: (status >>> 9) & 0x1ff,
      rw: (status >>> 18) & 1,
      vmid: (status >>> 20) & 15,
    }).toEqual({
      more: 1,
      permissions: 5,
      cid: 8,
      rw: 1,
      vmid: 9, // not valid, and a write
    });
    expect(b.get(g.GCVM_L2_PROTECTION_FAULT_ADDR_LO32)).toBe(0x12345);
    expect(b.get(g.GCVM_L2_PROTECTION_FAULT_ADDR_HI32)).toBe(0);
    expect(b.vectors).toEqual([
      { client: 0x0a, source: 0, ringId: 8 | 32, vmid: 9, vmidType: 0, context: [0x12345, 0x20] },
      { client: 0x0a, source: 0, ringId: 8 | 16, vmid: 9, vmidType: 0, context: [0x10_0000, 0] },
    ]);
    expect(b.machine.findings.list.map((f) => f.code)).toEqual(['VM_FAULT', 'VM_FAULT']);
    b.set(g.GCVM_L2_PROTECTION_FAULT_CNTL, 0x3fff_fffd);
    expect(b.get(g.GCVM_L2_PROTECTION_FAULT_STATUS)).toBe(0);
    expect(hub.write(9, 0x2000_0000_5000 % 2 ** 39, Uint8Array.of(1), 8)).toBe(false);
    expect((b.get(g.GCVM_L2_PROTECTION_FAULT_STATUS) >>> 4) & 15).toBe(4); // mapped, but not for writing
  });

  it('come from MMHUB as VMC, and not at all where the context does not ask for the interrupt', () => {
    const b = bench();
    const tables = new Tables(b);
    tables.enable('MM', 0);
    b.card.gmc.mmhub.read32(0, 0x7fff_0000_0000, 0);
    expect(b.vectors).toMatchObject([
      { client: 0x12, source: 0, vmidType: 1, context: [0xf_fff0_0000 % 2 ** 32, 0x7] },
    ]);
    b.set(m.MMVM_CONTEXTn_CNTL, 7, 0);
    b.card.gmc.mmhub.read32(0, 0x7ffe_0000_0000, 0);
    expect(b.vectors.length).toBe(1);
  });

  it('never throw, whatever address comes', () => {
    const b = bench();
    new Tables(b).enable('GC', 0);
    for (const va of [-1, NaN, 2 ** 48, 2 ** 52, 2 ** 63, 1.5e300, 0, 2 ** 47]) {
      expect(b.card.gmc.gfxhub.translate(0, va, read, 8)).toBe(-1);
      b.card.gmc.gfxhub.read(0, va, new Uint8Array(10), 8);
    }
  });
});
