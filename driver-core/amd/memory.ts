/**
 * The driver's memory manager: VRAM, GPU addresses, page tables, and what is mapped where.
 *
 * Page tables live in VRAM that the CPU reaches, in small-BAR systems too. What is unmapped is handed out again only
 * after both hubs have forgotten it: freed things wait for the next `commit`, which every submission makes.
 */

import { asGpuAddress, asVramOffset, hex } from '../../pcie/index.ts';
import type { DmaBuffer, GpuAddress, VramOffset } from '../../pcie/index.ts';
import { RangeAllocator } from '../memory/allocator.ts';
import type { AllocatorStatistics } from '../memory/allocator.ts';
import { PageTables } from '../memory/page-table.ts';
import type { PageFlags, Segment, Translation } from '../memory/page-table.ts';
import { roundUp } from '../numbers.ts';
import type { Context } from './context.ts';
import type { Gmc } from './gmc.ts';
import { addressRange, layout, layoutBytes } from './layout.ts';
import { navi31PageFormat } from './pte.ts';

const PAGE = 4096;
const LARGE_PAGE = 2 * 2 ** 20;
const TABLE_BYTES = 4096;

/** Something mapped for the GPU. */
export interface Mapping {
  readonly name: string;
  readonly address: GpuAddress;
  /** Whole pages. */
  readonly bytes: number;
  readonly flags: PageFlags;
  /** First byte in VRAM; absent for host memory. */
  readonly vram?: VramOffset;
  readonly dma?: DmaBuffer;
}

export interface MemoryStatistics {
  /** VRAM that the CPU reaches. */
  readonly visible: AllocatorStatistics;
  /** VRAM that it does not; absent where BAR0 shows all. */
  readonly hidden?: AllocatorStatistics;
  readonly addresses: AllocatorStatistics;
  readonly pageTables: number;
  readonly mappings: number;
  /** Freed, and waiting for the hubs to forget it. */
  readonly waitingBytes: number;
}

export interface MapOptions {
  readonly name: string;
  readonly executable?: boolean;
  readonly writable?: boolean;
}

export class MemoryManager {
  readonly tables: PageTables;
  private readonly context: Context;
  private readonly gmc: Gmc;
  private readonly visible: RangeAllocator;
  private readonly hidden: RangeAllocator | undefined;
  private readonly addresses: RangeAllocator;
  private readonly mapped = new Map<number, Mapping>();
  private waiting: (() => void)[] = [];
  private waitingBytes = 0;
  private changed: string | undefined;

  constructor(context: Context, gmc: Gmc, vramBytes: number) {
    this.context = context;
    this.gmc = gmc;
    const end = vramBytes - layoutBytes.top;
    const visibleEnd = Math.min(context.vram.visibleBytes, end);
    this.visible = new RangeAllocator({ base: layoutBytes.boot, bytes: visibleEnd - layoutBytes.boot, name: 'VRAM' });
    this.hidden =
      visibleEnd < end
        ? new RangeAllocator({ base: visibleEnd, bytes: end - visibleEnd, name: 'VRAM beyond BAR0' })
        : undefined;
    this.addresses = new RangeAllocator({ ...addressRange, name: 'GPU addresses', code: 'OUT_OF_ADDRESSES' });
    this.tables = new PageTables(
      navi31PageFormat,
      {
        allocate: () => this.newTable(),
        store: (kind, level, table, first, entries) => this.store(kind, level, table, first, entries),
        release: (tables) => this.afterForget(0, () => tables.forEach((table) => this.visible.free(table))),
      },
      layout.pageTableRoot,
    );
  }

  /** Empties the root table of whatever an earlier session left in it. */
  init(): void {
    this.zero(layout.pageTableRoot);
    this.changed = 'boot';
  }

  // --- making and dropping mappings

  /**
   * VRAM of at least `bytes`, mapped.
   *
   * @throws EmptyslotError `OUT_OF_VRAM`, `OUT_OF_ADDRESSES`.
   */
  allocateVram(bytes: number, options: MapOptions & { readonly cpuVisible?: boolean }): Mapping {
    const size = roundUp(bytes, PAGE);
    const align = size >= LARGE_PAGE ? LARGE_PAGE : PAGE;
    const { name } = options;
    const offset = this.context.step('vram: allocate', { bytes: size, align, what: name }, (args) =>
      this.takeVram(args.bytes, args.align, options.cpuVisible ?? false),
    );
    try {
      const flags = {
        system: false,
        writable: options.writable ?? true,
        executable: options.executable ?? false,
        uncached: false,
      };
      return this.map(name, size, align, [{ address: offset, bytes: size }], flags, { vram: asVramOffset(offset) });
    } catch (error) {
      this.giveVram(offset);
      throw error;
    }
  }

  /**
   * Host memory of at least `bytes`, mapped page by page and not cached by the GPU.
   *
   * @throws EmptyslotError `DMA_EXHAUSTED`, `OUT_OF_ADDRESSES`, `OUT_OF_VRAM` (page tables).
   */
  allocateHost(bytes: number, options: MapOptions): Mapping {
    const size = roundUp(bytes, Math.max(PAGE, this.context.device.abilities.dmaGranule));
    const { name } = options;
    const dma = this.context.step('dma: allocate', { bytes: size, name }, (args) =>
      this.context.device.allocateDma(args.bytes, { name: args.name }),
    );
    try {
      const flags = {
        system: true,
        writable: options.writable ?? true,
        executable: options.executable ?? false,
        uncached: true,
      };
      const segments = dma.segments.map((s) => ({ address: s.busAddress, bytes: s.bytes }));
      return this.map(
        name,
        segments.reduce((sum, s) => sum + s.bytes, 0),
        PAGE,
        segments,
        flags,
        { dma },
      );
    } catch (error) {
      dma.free();
      throw error;
    }
  }

  private map(
    name: string,
    bytes: number,
    align: number,
    segments: readonly Segment[],
    flags: PageFlags,
    backing: Pick<Mapping, 'vram' | 'dma'>,
  ): Mapping {
    const address = asGpuAddress(this.addresses.allocate(bytes, align));
    try {
      this.tables.map(address, segments, flags);
    } catch (error) {
      this.addresses.free(address);
      throw error;
    }
    const mapping: Mapping = { name, address, bytes, flags, ...backing };
    this.mapped.set(address, mapping);
    this.changed = 'map';
    return mapping;
  }

  /**
   * Drops a mapping and what backs it. Both are used again only after the next `commit`.
   *
   * @throws EmptyslotError `MAPPING_INVALID` when it is not (or no longer) mapped.
   */
  free(mapping: Mapping): void {
    this.forget(mapping);
    const { address, bytes, vram, dma, name } = mapping;
    const empty = this.tables.unmap(address, bytes);
    this.changed = 'unmap';
    this.afterForget(vram === undefined ? 0 : bytes, () => {
      for (const table of empty) this.visible.free(table);
      this.addresses.free(address);
      if (vram !== undefined) this.giveVram(vram);
      if (dma !== undefined) this.context.step('dma: free', { name, buffer: dma }, ({ buffer }) => buffer.free());
    });
  }

  /**
   * Puts other VRAM behind an address that stays. The old piece is returned to the pool at the next `commit`.
   *
   * @returns the mapping that replaces `mapping`.
   */
  remap(mapping: Mapping): Mapping {
    const { address, bytes, vram: old, name, flags } = mapping;
    if (old === undefined) throw this.context.error('MAPPING_INVALID', `${name} is host memory and cannot be moved`);
    this.forget(mapping);
    const align = bytes >= LARGE_PAGE ? LARGE_PAGE : PAGE;
    const offset = this.context.step('vram: allocate', { bytes, align, what: name }, (args) =>
      this.takeVram(args.bytes, args.align, false),
    );
    this.tables.map(address, [{ address: offset, bytes }], flags, true);
    this.changed = 'remap';
    this.afterForget(bytes, () => this.giveVram(old));
    const moved: Mapping = { ...mapping, vram: asVramOffset(offset) };
    this.mapped.set(address, moved);
    return moved;
  }

  private forget(mapping: Mapping): void {
    if (this.mapped.get(mapping.address) !== mapping) {
      throw this.context.error('MAPPING_INVALID', `${mapping.name} at ${hex(mapping.address)} is not mapped`, {
        lastSeen: hex(mapping.address),
      });
    }
    this.mapped.delete(mapping.address);
  }

  // --- making it true on the device

  /** Something changed in the tables that the device has not been told. */
  get pending(): boolean {
    return this.changed !== undefined;
  }

  /** Makes the next `commit` tell the hubs although no table changed: after a reset that may have left stale entries. */
  touch(why: string): void {
    this.changed ??= why;
  }

  /** Tells both hubs, then really frees what was freed. Before anything is started that might use an address. */
  async commit(): Promise<void> {
    if (this.changed === undefined) return;
    const why = this.changed;
    this.changed = undefined;
    const due = this.waiting;
    this.waiting = [];
    this.waitingBytes = 0;
    await this.gmc.invalidate(0, why);
    for (const release of due) release();
  }

  /** Gives all host memory back without telling the device: it is being closed, and nothing on it runs. */
  releaseHost(): void {
    for (const { dma, name } of this.mapped.values()) {
      if (dma !== undefined) this.context.step('dma: free', { name, buffer: dma }, ({ buffer }) => buffer.free());
    }
    for (const release of this.waiting) release();
    this.waiting = [];
    this.mapped.clear();
  }

  private afterForget(bytes: number, release: () => void): void {
    this.waiting.push(release);
    this.waitingBytes += bytes;
  }

  // --- looking

  /** The mapping that holds a GPU address. */
  find(address: number): Mapping | undefined {
    for (const mapping of this.mapped.values())
      if (address >= mapping.address && address < mapping.address + mapping.bytes) return mapping;
    return undefined;
  }

  /** Where the tables lead `address`. */
  translate(address: number): Translation | undefined {
    return this.tables.translate(address);
  }

  statistics(): MemoryStatistics {
    return {
      visible: this.visible.statistics(),
      ...(this.hidden !== undefined && { hidden: this.hidden.statistics() }),
      addresses: this.addresses.statistics(),
      pageTables: this.tables.tableCount(),
      mappings: this.mapped.size,
      waitingBytes: this.waitingBytes,
    };
  }

  // --- VRAM and tables

  private takeVram(bytes: number, align: number, cpuVisible: boolean): number {
    if (cpuVisible || this.hidden === undefined) return this.visible.allocate(bytes, align);
    try {
      return this.hidden.allocate(bytes, align);
    } catch {
      return this.visible.allocate(bytes, align);
    }
  }

  private giveVram(offset: number): void {
    if (this.hidden !== undefined && offset >= this.hidden.base) this.hidden.free(offset);
    else this.visible.free(offset);
  }

  private newTable(): number {
    const offset = this.context.step(
      'vram: allocate',
      { bytes: TABLE_BYTES, align: TABLE_BYTES, what: 'page table' },
      (args) => this.visible.allocate(args.bytes, args.align),
    );
    this.zero(asVramOffset(offset));
    return offset;
  }

  private zero(offset: VramOffset): void {
    this.context.step('vram: write', { what: 'zero', offset, bytes: new Uint8Array(TABLE_BYTES) }, (args) =>
      this.context.vram.write(asVramOffset(args.offset), args.bytes),
    );
  }

  private store(
    kind: 'leaf' | 'table' | 'clear',
    level: number,
    table: number,
    first: number,
    entries: Uint32Array,
  ): void {
    const { vram } = this.context;
    this.context.step('pte: store', { kind, level, table, first, entries }, (args) => {
      for (let i = 0; i < args.entries.length; i += 2)
        vram.write64(asVramOffset(args.table + (args.first + i / 2) * 8), args.entries[i]!, args.entries[i + 1]!);
    });
  }
}
