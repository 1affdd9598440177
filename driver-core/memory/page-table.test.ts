/** Page tables as a walker that knows nothing of the builder sees them. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { navi31PageFormat } from '../amd/pte.ts';
import { PageTables } from './page-table.ts';
import type { TableStorage } from './page-table.ts';

const PAGE = 4096;
const MIB2 = 2 * 2 ** 20;
const data = { system: false, writable: true, executable: false, uncached: false };
const host = { system: true, writable: true, executable: false, uncached: true };

/** Tables in a plain map, as the card's memory would have them. */
class Memory implements TableStorage {
  readonly tables = new Map<number, BigUint64Array>();
  stores = 0;
  private next = 0x100_0000;
  private left: number;

  constructor(left = Number.POSITIVE_INFINITY) {
    this.left = left;
  }

  allocate(): number {
    if (this.left-- <= 0) throw new Error('no table left');
    const at = this.next;
    this.next += PAGE;
    this.tables.set(at, new BigUint64Array(512));
    return at;
  }

  store(_kind: string, _level: number, table: number, first: number, entries: Uint32Array): void {
    const into = this.tables.get(table)!;
    for (let i = 0; i < entries.length / 2; i++)
      into[first + i] = (BigInt(entries[i * 2 + 1]!) << 32n) | BigInt(entries[i * 2]!);
    this.stores += entries.length / 2;
  }

  /** Walks as the gfx11 hub is documented to: 39, 30, 21, 12; bit 54 of a directory entry ends the walk. */
  walk(root: number, va: bigint): { physical: bigint; system: boolean; entry: bigint } | undefined {
    let table = root;
    for (const shift of [39n, 30n, 21n, 12n]) {
      const entry = this.tables.get(table)![Number((va >> shift) & 511n)]!;
      if ((entry & 1n) === 0n) return undefined;
      const address = entry & 0x0000_ffff_ffff_f000n;
      if (shift === 12n || ((entry >> 54n) & 1n) === 1n) {
        if (shift === 12n) expect((entry >> 54n) & 1n).toBe(0n);
        return { physical: address + (va & ((1n << shift) - 1n)), system: (entry & 2n) !== 0n, entry };
      }
      expect(address % 4096n).toBe(0n);
      table = Number(address);
    }
    return undefined;
  }
}

function fresh(left?: number): { memory: Memory; tables: PageTables; root: number } {
  const memory = new Memory(left);
  const root = memory.allocate();
  return { memory, root, tables: new PageTables(navi31PageFormat, memory, root) };
}

describe('page tables', () => {
  it('stores the entries that a foreign driver was seen to store', () => {
    const { memory, root, tables } = fresh();
    tables.map(0x1000_0000_0000, [{ address: 0x10_0000_0000, bytes: PAGE }], { ...host, executable: true });
    tables.map(0x1000_0020_0000, [{ address: 0x0203_4000 - 0x34000, bytes: MIB2 }], { ...data, executable: true });
    // uncached, snooped, readable, writable and executable host page: seen as 0x0003_0010_0000_0077
    expect(memory.walk(root, 0x1000_0000_0000n)!.entry).toBe(0x0003_0010_0000_0077n);
    // 2 MiB leaf: permissions 0x71 and bit 54, plus a fragment hint
    const leaf = memory.walk(root, 0x1000_0020_0000n)!.entry;
    expect(leaf & ~0xf80n).toBe(0x0040_0000_0200_0071n);
    expect((leaf >> 7n) & 31n).toBe(9n);
  });

  const mapping = fc.record({
    slot: fc.integer({ min: 0, max: 63 }),
    offsetPages: fc.integer({ min: 0, max: 600 }),
    system: fc.boolean(),
    segments: fc.array(
      fc.record({
        pages: fc.integer({ min: 1, max: 700 }),
        at: fc.integer({ min: 1, max: 4000 }),
        aligned: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  });

  it('translates every page of random mappings, and nothing else, before and after unmapping', () => {
    fc.assert(
      fc.property(fc.uniqueArray(mapping, { maxLength: 8, selector: (m) => m.slot }), (mappings) => {
        const { memory, root, tables } = fresh();
        const live = mappings.map((m) => {
          // 16 MiB apart, across the 1 GiB and 512 GiB borders
          const va = 0x80_0000_0000 - 32 * 16 * 2 ** 20 + m.slot * 16 * 2 ** 20 + m.offsetPages * PAGE;
          const segments = m.segments.map((s) => ({
            address: s.at * (s.aligned ? MIB2 : 5 * PAGE),
            bytes: s.pages * PAGE,
          }));
          tables.map(va, segments, m.system ? host : data);
          return { va, segments, system: m.system, bytes: segments.reduce((sum, s) => sum + s.bytes, 0) };
        });
        const check = (m: (typeof live)[number], mapped: boolean): void => {
          let at = m.va;
          for (const { address, bytes } of m.segments) {
            for (const page of new Set([0, 1, Math.floor(bytes / PAGE / 2), bytes / PAGE - 1])) {
              if (page * PAGE >= bytes) continue;
              const seen = memory.walk(root, BigInt(at + page * PAGE));
              if (mapped) expect(seen).toMatchObject({ physical: BigInt(address + page * PAGE), system: m.system });
              else expect(seen).toBeUndefined();
            }
            at += bytes;
          }
          expect(memory.walk(root, BigInt(at))).toBeUndefined();
          expect(memory.walk(root, BigInt(m.va - PAGE))).toBeUndefined();
        };
        for (const m of live) check(m, true);
        live.forEach((m, i) => {
          tables.unmap(m.va, m.bytes);
          live.forEach((other, k) => check(other, k > i));
        });
        expect(tables.tableCount()).toBe(1);
        expect(memory.tables.get(root)!.every((entry) => entry === 0n)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('uses 2 MiB leaves where both addresses allow, and no table for them', () => {
    const { memory, root, tables } = fresh();
    tables.map(0x4000_0000, [{ address: 0x1_0000_0000, bytes: 64 * MIB2 }], data);
    expect(memory.stores).toBe(64 + 2); // 64 leaves and the two entries that lead to their table
    expect(tables.tableCount()).toBe(3);
    expect(memory.walk(root, 0x4000_0000n + 5n * 0x20_0000n + 0x1234n)!.physical).toBe(
      0x1_0000_0000n + 5n * 0x20_0000n + 0x1234n,
    );
  });

  it('leads to a table only after it is filled', () => {
    const { memory, root, tables } = fresh();
    const order: string[] = [];
    const store = memory.store.bind(memory);
    memory.store = (kind, level, table, first, entries) => {
      order.push(`${kind} ${level}`);
      store(kind, level, table, first, entries);
    };
    tables.map(0x7000, [{ address: 0x5000, bytes: PAGE }], data);
    expect(order).toEqual(['leaf 3', 'table 2', 'table 1', 'table 0']);
    expect(memory.walk(root, 0x7000n)!.physical).toBe(0x5000n);
  });

  it('refuses overlaps, cuts through a leaf, and addresses that are no pages', () => {
    const { tables } = fresh();
    tables.map(0x4000_0000, [{ address: 0, bytes: MIB2 }], data);
    const code = expect.objectContaining({ code: 'MAPPING_INVALID' });
    expect(() => tables.map(0x4000_1000, [{ address: 0, bytes: PAGE }], data)).toThrow(code);
    expect(() => tables.unmap(0x4000_0000, PAGE)).toThrow(code);
    expect(() => tables.map(0x123, [{ address: 0, bytes: PAGE }], data)).toThrow(code);
    expect(() => tables.map(0x1000, [{ address: 0x123, bytes: PAGE }], data)).toThrow(code);
    expect(() => tables.map(0x1000, [{ address: 2 ** 44, bytes: PAGE }], data)).toThrow(code);
    expect(() => tables.map(2 ** 48, [{ address: 0, bytes: PAGE }], data)).toThrow(code);
  });

  it('leaves nothing mapped when there is no room for a table', () => {
    for (let left = 1; left < 5; left++) {
      const { memory, root, tables } = fresh(left);
      expect(() => tables.map(0x1f_f000, [{ address: 0x5000, bytes: 600 * PAGE }], data)).toThrow('no table left');
      for (let i = 0; i < 600; i++) expect(memory.walk(root, BigInt(0x1f_f000 + i * PAGE))).toBeUndefined();
    }
  });

  it('replaces entries in place', () => {
    const { memory, root, tables } = fresh();
    tables.map(0x7000, [{ address: 0x5000, bytes: 2 * PAGE }], data);
    tables.map(0x7000, [{ address: 0x9000, bytes: PAGE }], data, true);
    expect(memory.walk(root, 0x7000n)!.physical).toBe(0x9000n);
    expect(memory.walk(root, 0x8000n)!.physical).toBe(0x6000n);
  });
});
