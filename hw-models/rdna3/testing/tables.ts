/**
 * Builds page tables the way a driver's documentation says, independently of the walker under test: entries as BigInt,
 * levels as a list of shifts. Pure software, for tests.
 */

import { GFXHUB, MMHUB } from '../../../registers/amd/index.ts';
import type { Register } from '../../../registers/index.ts';
import type { Bench } from './bench.ts';

/** Entry flags by bit number, from the public PTE tables of gfx11. */
export const V = 1n,
  SYS = 2n,
  SNOOP = 4n,
  X = 1n << 4n,
  R = 1n << 5n,
  W = 1n << 6n,
  PRT = 1n << 51n,
  LEAF = 1n << 54n;
export const RWX = R | W | X;

export class Tables {
  /** Shifts from the root down. */
  readonly shifts: readonly number[];
  readonly root: number;
  readonly start: number;
  private next: number;
  private readonly bench: Bench;
  private readonly children = new Map<string, number>();

  /** @param depth directory levels above the last table; @param pool VRAM offset from which tables are taken. */
  constructor(bench: Bench, options: { depth?: number; pool?: number; start?: number } = {}) {
    this.bench = bench;
    this.shifts = [39, 30, 21, 12].slice(3 - (options.depth ?? 3));
    this.next = options.pool ?? 0x10_0000;
    this.start = options.start ?? 0;
    // a one-level table may be longer than a page
    this.root = this.take(this.shifts.length === 1 ? 0x10_0000 : 4096);
  }

  private take(bytes: number): number {
    const at = this.next;
    this.next += bytes;
    return at;
  }

  /** VRAM offset of the entry of `va` at `level` (0 = root), making the tables above it. */
  entryAt(va: number, level: number): number {
    const offset = va - this.start;
    let table = this.root;
    for (let l = 0; ; l++) {
      const index =
        l === 0 ? Math.floor(offset / 2 ** this.shifts[0]!) : Math.floor(offset / 2 ** this.shifts[l]!) % 512;
      const at = table + 8 * index;
      if (l === level) return at;
      const key = `${l} ${at}`;
      let child = this.children.get(key);
      if (child === undefined) {
        child = this.take(4096);
        this.children.set(key, child);
        this.put(at, BigInt(child) | V);
      }
      table = child;
    }
  }

  /** Stores an entry by BAR0, as a driver does. */
  put(at: number, entry: bigint): void {
    this.bench.port.write64(0, at, Number(entry & 0xffff_ffffn), Number(entry >> 32n));
  }

  /** Maps one leaf; `level` counts from the root, the last is 4 KiB. */
  map(va: number, target: number, flags: bigint, level = this.shifts.length - 1): void {
    const leaf = level === this.shifts.length - 1 ? 0n : LEAF;
    this.put(this.entryAt(va, level), BigInt(target) | flags | V | leaf);
  }

  /** Points a hub's context at these tables and flushes HDP. */
  enable(hub: 'GC' | 'MM', vmid: number, endVa = 2 ** 48 - 1): void {
    const { set } = this.bench;
    const r =
      hub === 'GC'
        ? (GFXHUB.registers as Readonly<Record<string, Register>>)
        : (MMHUB.registers as Readonly<Record<string, Register>>);
    const pair = (name: string, value: number): void => {
      set(r[`${hub}VM_CONTEXTn_PAGE_TABLE_${name}_LO32`]!, value % 2 ** 32, vmid);
      set(r[`${hub}VM_CONTEXTn_PAGE_TABLE_${name}_HI32`]!, Math.floor(value / 2 ** 32), vmid);
    };
    pair('BASE_ADDR', this.root + 1);
    pair('START_ADDR', this.start / 4096);
    pair('END_ADDR', Math.floor(endVa / 4096));
    set(r[`${hub}VM_CONTEXTn_CNTL`]!, 0x1fffe01 | ((this.shifts.length - 1) << 1), vmid);
    set(r[`${hub}MC_VM_MX_L1_TLB_CNTL`]!, 0x1859);
    for (let engine = 0; engine < 18; engine++) {
      set(r[`${hub}VM_INVALIDATE_ENGn_ADDR_RANGE_LO32`]!, 0xffff_ffff, engine);
      set(r[`${hub}VM_INVALIDATE_ENGn_ADDR_RANGE_HI32`]!, 0x1f, engine);
    }
    this.bench.card.hdp.flush();
  }
}
