/**
 * Builds a GPU's page tables: any number of levels, leaves at more than one, pieces of memory in any order.
 *
 * What an entry looks like is the format's business, where tables live is the storage's. A copy of every table is kept
 * on this side, so nothing is read back and only entries that change are stored. A table is filled before the entry
 * that leads to it is stored: a walker never meets half a table.
 */

import { EmptyslotError, hex } from '../../pcie/index.ts';
import { floorLog2, trailingZeros } from '../numbers.ts';

/** Piece of memory that backs a mapping, in mapping order. */
export interface Segment {
  readonly address: number;
  readonly bytes: number;
}

/** What an access may do, and where the memory is. */
export interface PageFlags {
  /** `address` is a bus address (host memory), else an offset in the card's memory. */
  readonly system: boolean;
  readonly writable: boolean;
  readonly executable: boolean;
  /** Not kept in the GPU's caches. */
  readonly uncached: boolean;
}

/** One kind of GPU's entries. Levels count from the root, 0. */
export interface PageTableFormat {
  /** Address bits below each level's index: `[39, 30, 21, 12]`. */
  readonly shifts: readonly number[];
  /** Entries of a table, log2. */
  readonly indexBits: number;
  /** Whether `level` may hold leaves for memory of this kind. */
  leafAt(level: number, flags: PageFlags): boolean;
  /** Largest run of last-level entries one hint may cover, log2; 0 for none. */
  fragmentLimit(flags: PageFlags): number;
  /** Writes [lo, hi] of a leaf to `into[at]`, `into[at + 1]`. */
  leaf(level: number, address: number, flags: PageFlags, fragment: number, into: Uint32Array, at: number): void;
  /** Writes [lo, hi] of an entry that leads to the table at `address`. */
  table(address: number, into: Uint32Array, at: number): void;
  /** First address that cannot be in an entry. */
  readonly addressEnd: number;
}

/** Where tables live. */
export interface TableStorage {
  /** A zeroed table; its address as the format's `table` takes it. */
  allocate(level: number): number;
  /** Stores [lo, hi] pairs into the table at `table`, from entry `first`. */
  store(kind: 'leaf' | 'table' | 'clear', level: number, table: number, first: number, entries: Uint32Array): void;
  /** Tables that a failed `map` made and nothing leads to. */
  release?(tables: readonly number[]): void;
}

interface Table {
  readonly address: number;
  readonly level: number;
  /** [lo, hi] of every entry, as stored. */
  readonly entries: Uint32Array;
  readonly children: Map<number, Table>;
  used: number;
}

/** What a walk ends at. */
export interface Translation {
  readonly address: number;
  readonly level: number;
  readonly lo: number;
  readonly hi: number;
}

export class PageTables {
  private readonly format: PageTableFormat;
  private readonly storage: TableStorage;
  private readonly root: Table;
  private readonly perTable: number;
  /** Smallest page in bytes. */
  readonly pageBytes: number;

  /** @param rootAddress a zeroed table that the caller keeps. */
  constructor(format: PageTableFormat, storage: TableStorage, rootAddress: number) {
    this.format = format;
    this.storage = storage;
    this.perTable = 2 ** format.indexBits;
    this.pageBytes = 2 ** format.shifts[format.shifts.length - 1]!;
    this.root = this.newTable(0, rootAddress);
  }

  /** Address of the root table. */
  get rootAddress(): number {
    return this.root.address;
  }

  /**
   * Maps `segments`, one after the other, at `va`.
   *
   * @param replace entries that exist are overwritten; otherwise they are an error. Either way the caller forgets old
   *   translations afterwards.
   * @throws EmptyslotError `MAPPING_INVALID` for addresses out of range or not in whole pages, or where something is
   *   mapped already; what the storage throws when it has no table left (nothing stays mapped then).
   */
  map(va: number, segments: readonly Segment[], flags: PageFlags, replace = false): void {
    let at = va;
    const total = segments.reduce((sum, s) => sum + s.bytes, 0);
    this.check(va, total);
    for (const { address, bytes } of segments) {
      if (
        address % this.pageBytes !== 0 ||
        bytes % this.pageBytes !== 0 ||
        bytes <= 0 ||
        address < 0 ||
        address + bytes > this.format.addressEnd
      ) {
        throw new EmptyslotError('MAPPING_INVALID', `cannot map ${bytes} bytes at address ${hex(address)}`, {
          expected: `whole pages of ${this.pageBytes} bytes below ${hex(this.format.addressEnd)}`,
          lastSeen: `${hex(address)} + ${hex(bytes)}`,
        });
      }
    }
    if (!replace && this.anyMapped(this.root, va, va + total)) {
      throw new EmptyslotError('MAPPING_INVALID', `${hex(va)} to ${hex(va + total)} is partly mapped already`, {
        lastSeen: hex(va),
      });
    }
    try {
      for (const { address, bytes } of segments) {
        this.fill(this.root, at, at + bytes, address, flags);
        at += bytes;
      }
    } catch (error) {
      if (!replace) this.storage.release?.(this.unmap(va, total));
      throw error;
    }
  }

  /**
   * Takes everything between `va` and `va + bytes` out of the tables.
   *
   * @returns tables that are empty now and no longer led to; they may be used again once translations are forgotten.
   * @throws EmptyslotError `MAPPING_INVALID` when the range cuts a leaf in two.
   */
  unmap(va: number, bytes: number): number[] {
    this.check(va, bytes);
    const empty: number[] = [];
    this.clear(this.root, va, va + bytes, empty);
    return empty;
  }

  /** Where `va` leads to by these tables, or undefined. */
  translate(va: number): Translation | undefined {
    let table = this.root;
    for (;;) {
      const { entries, level } = table;
      const index = this.indexOf(va, level);
      const child = table.children.get(index);
      if (child !== undefined) {
        table = child;
        continue;
      }
      const lo = entries[index * 2]!;
      const hi = entries[index * 2 + 1]!;
      return lo === 0 && hi === 0 ? undefined : { address: table.address + index * 8, level, lo, hi };
    }
  }

  /** Tables in use, the root included. */
  tableCount(from = this.root): number {
    let count = 1;
    for (const child of from.children.values()) count += this.tableCount(child);
    return count;
  }

  // --- filling

  private fill(table: Table, from: number, to: number, address: number, flags: PageFlags): void {
    const { level } = table;
    const shift = this.format.shifts[level]!;
    const span = 2 ** shift;
    const last = level === this.format.shifts.length - 1;
    if (last) {
      this.fillLast(table, from, to, address, flags);
      return;
    }
    const leaves = this.format.leafAt(level, flags);
    for (let at = from; at < to;) {
      const index = this.indexOf(at, level);
      const end = Math.min(to, (Math.floor(at / span) + 1) * span);
      const here = address + (at - from);
      const child = table.children.get(index);
      if (leaves && child === undefined && at % span === 0 && end - at === span && here % span === 0) {
        this.count(table, index, index + 1);
        this.format.leaf(
          level,
          here,
          flags,
          shift - this.format.shifts[this.format.shifts.length - 1]!,
          table.entries,
          index * 2,
        );
        this.storage.store('leaf', level, table.address, index, table.entries.subarray(index * 2, index * 2 + 2));
      } else if (child !== undefined) {
        this.fill(child, at, end, here, flags);
      } else {
        if (table.entries[index * 2] !== 0)
          throw new EmptyslotError('MAPPING_INVALID', `${hex(at)} is mapped by a larger page`, { lastSeen: hex(at) });
        const made = this.newTable(level + 1, this.storage.allocate(level + 1));
        // led to only when it is complete; kept in `children` at once, so that a failure below finds it
        table.children.set(index, made);
        this.fill(made, at, end, here, flags);
        this.count(table, index, index + 1);
        this.format.table(made.address, table.entries, index * 2);
        this.storage.store('table', level, table.address, index, table.entries.subarray(index * 2, index * 2 + 2));
      }
      at = end;
    }
  }

  private fillLast(table: Table, from: number, to: number, address: number, flags: PageFlags): void {
    const { pageBytes } = this;
    const first = this.indexOf(from, table.level);
    const count = (to - from) / pageBytes;
    const limit = this.format.fragmentLimit(flags);
    this.count(table, first, first + count);
    for (let i = 0; i < count;) {
      const va = from / pageBytes + i;
      const page = address / pageBytes + i;
      const fragment = Math.min(limit, trailingZeros(va), trailingZeros(page), floorLog2(count - i));
      const run = 2 ** fragment;
      for (let k = 0; k < run; k++, i++) {
        this.format.leaf(table.level, address + i * pageBytes, flags, fragment, table.entries, (first + i) * 2);
      }
    }
    this.storage.store(
      'leaf',
      table.level,
      table.address,
      first,
      table.entries.subarray(first * 2, (first + count) * 2),
    );
  }

  // --- clearing

  private clear(table: Table, from: number, to: number, empty: number[]): void {
    const { level } = table;
    const span = 2 ** this.format.shifts[level]!;
    let runStart = -1;
    const flush = (end: number): void => {
      if (runStart < 0) return;
      table.entries.fill(0, runStart * 2, end * 2);
      this.storage.store('clear', level, table.address, runStart, table.entries.subarray(runStart * 2, end * 2));
      runStart = -1;
    };
    let index = 0;
    for (let at = from; at < to;) {
      index = this.indexOf(at, level);
      const end = Math.min(to, (Math.floor(at / span) + 1) * span);
      const child = table.children.get(index);
      let gone = false;
      if (child !== undefined) {
        this.clear(child, at, end, empty);
        if (child.used === 0) {
          table.children.delete(index);
          empty.push(child.address);
          gone = true;
        }
      } else if (this.isUsed(table, index)) {
        if (end - at !== span) {
          throw new EmptyslotError(
            'MAPPING_INVALID',
            `unmapping ${hex(at)} to ${hex(end)} would cut a page of ${span} bytes`,
            { lastSeen: hex(at) },
          );
        }
        gone = true;
      }
      if (gone && this.isUsed(table, index)) {
        table.used--;
        if (runStart < 0) runStart = index;
      } else {
        flush(index);
      }
      at = end;
    }
    flush(index + 1);
  }

  // --- small things

  private isUsed(table: Table, index: number): boolean {
    return table.entries[index * 2] !== 0 || table.entries[index * 2 + 1] !== 0;
  }

  /** Counts entries `first` to `end`, about to be filled, as used. */
  private count(table: Table, first: number, end: number): void {
    for (let i = first; i < end; i++) if (!this.isUsed(table, i)) table.used++;
  }

  private anyMapped(table: Table, from: number, to: number): boolean {
    const span = 2 ** this.format.shifts[table.level]!;
    for (let at = from; at < to;) {
      const index = this.indexOf(at, table.level);
      const end = Math.min(to, (Math.floor(at / span) + 1) * span);
      const child = table.children.get(index);
      if (child !== undefined ? this.anyMapped(child, at, end) : this.isUsed(table, index)) return true;
      at = end;
    }
    return false;
  }

  private indexOf(va: number, level: number): number {
    return Math.floor(va / 2 ** this.format.shifts[level]!) % this.perTable;
  }

  private newTable(level: number, address: number): Table {
    return { address, level, entries: new Uint32Array(this.perTable * 2), children: new Map(), used: 0 };
  }

  private check(va: number, bytes: number): void {
    const end = 2 ** (this.format.shifts[0]! + this.format.indexBits);
    if (va % this.pageBytes !== 0 || bytes % this.pageBytes !== 0 || !(bytes > 0) || va < 0 || va + bytes > end) {
      throw new EmptyslotError(
        'MAPPING_INVALID',
        `${bytes} bytes at ${hex(va)} are not whole pages of the address space`,
        {
          expected: `multiples of ${this.pageBytes} below ${hex(end)}`,
          lastSeen: `${hex(va)} + ${hex(bytes)}`,
        },
      );
    }
  }
}
