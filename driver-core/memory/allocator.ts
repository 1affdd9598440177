/**
 * Hands out ranges of an address space: two-level segregated fit (TLSF).
 *
 * Free blocks hang in lists by size class (a power of two, split in 16), found through bitmaps; every block knows its
 * neighbours by address, so a freed range joins them at once. Allocation and release cost the same however full or
 * broken up the space is. Nothing is written into the memory that is managed: it may be on the other side of a bus.
 */

import { EmptyslotError, hex } from '../../pcie/index.ts';
import type { ErrorCode } from '../../pcie/index.ts';
import { floorLog2, isPowerOfTwo, roundUp } from '../numbers.ts';

/** Second-level classes a power of two is split into, log2. */
const SPLIT_LOG2 = 4;
const SPLIT = 1 << SPLIT_LOG2;
/** First-level classes: sizes in granules stay below 2^40. */
const LEVELS = 40;

interface Block {
  start: number;
  bytes: number;
  free: boolean;
  /** Neighbours by address. */
  before: Block | undefined;
  after: Block | undefined;
  /** Neighbours in the free list. */
  previous: Block | undefined;
  next: Block | undefined;
}

/** What an allocator holds right now. All sizes in bytes. */
export interface AllocatorStatistics {
  readonly totalBytes: number;
  readonly usedBytes: number;
  readonly freeBytes: number;
  readonly largestFreeBytes: number;
  readonly allocations: number;
  readonly freeBlocks: number;
  /** Most bytes that were ever in use at once. */
  readonly peakBytes: number;
}

export interface AllocatorOptions {
  /** First address; a multiple of the granule. */
  readonly base?: number;
  /** Size of the space in bytes. */
  readonly bytes: number;
  /** Smallest unit in bytes, a power of two (default 4096). Sizes are rounded up to it. */
  readonly granule?: number;
  /** For messages: `VRAM`, `GPU addresses`. */
  readonly name?: string;
  /** Code of the error thrown when nothing fits (default `OUT_OF_VRAM`). */
  readonly code?: ErrorCode;
}

export class RangeAllocator {
  readonly base: number;
  readonly bytes: number;
  readonly granule: number;
  readonly name: string;
  private readonly code: ErrorCode;
  private readonly heads: (Block | undefined)[] = Array.from({ length: LEVELS * SPLIT });
  /** Bit n of `rows[level]`: list n of that level has blocks. */
  private readonly rows = new Uint32Array(LEVELS);
  private readonly used = new Map<number, Block>();
  private usedBytes = 0;
  private peakBytes = 0;
  private first: Block | undefined;

  constructor(options: AllocatorOptions) {
    this.granule = options.granule ?? 4096;
    this.base = options.base ?? 0;
    this.bytes = options.bytes;
    this.name = options.name ?? 'memory';
    this.code = options.code ?? 'OUT_OF_VRAM';
    if (!isPowerOfTwo(this.granule)) throw new RangeError(`granule ${this.granule} is no power of two`);
    if (this.base % this.granule !== 0 || this.bytes % this.granule !== 0 || this.bytes < 0) {
      throw new RangeError(`${this.name}: ${hex(this.base)} + ${hex(this.bytes)} is not in units of ${this.granule}`);
    }
    if (this.bytes === 0) return;
    this.first = {
      start: this.base,
      bytes: this.bytes,
      free: true,
      before: undefined,
      after: undefined,
      previous: undefined,
      next: undefined,
    };
    this.link(this.first);
  }

  /**
   * A range of at least `bytes`, its start a multiple of `align` (a power of two, default the granule).
   *
   * @throws EmptyslotError with the allocator's code (`OUT_OF_VRAM`, `OUT_OF_ADDRESSES`) when nothing fits.
   * @throws RangeError for a size or alignment that makes no sense.
   */
  allocate(bytes: number, align = this.granule): number {
    if (!(bytes > 0) || !Number.isSafeInteger(bytes))
      throw new RangeError(`${this.name}: cannot allocate ${bytes} bytes`);
    if (!isPowerOfTwo(align)) throw new RangeError(`${this.name}: alignment ${align} is no power of two`);
    const wanted = roundUp(bytes, this.granule);
    const aligned = Math.max(align, this.granule);
    const block = this.find(wanted, aligned);
    if (block === undefined) {
      const { freeBytes, largestFreeBytes } = this.statistics();
      throw new EmptyslotError(
        this.code,
        `${this.name}: no ${wanted} bytes free (${freeBytes} free, largest block ${largestFreeBytes})`,
        {
          expected: `${wanted} bytes aligned to ${aligned}`,
          lastSeen: `${largestFreeBytes} bytes`,
          facts: { wantedBytes: wanted, alignBytes: aligned, freeBytes, largestFreeBytes },
        },
      );
    }
    this.unlink(block);
    const start = roundUp(block.start, aligned);
    if (start > block.start) this.link(this.splitFront(block, start - block.start));
    if (block.bytes > wanted) this.link(this.splitBack(block, wanted));
    block.free = false;
    this.used.set(block.start, block);
    this.usedBytes += block.bytes;
    this.peakBytes = Math.max(this.peakBytes, this.usedBytes);
    return block.start;
  }

  /**
   * Gives back the range that starts at `start`.
   *
   * @throws EmptyslotError `MAPPING_INVALID` when no allocation starts there (freed twice, or never allocated).
   */
  free(start: number): void {
    let block = this.used.get(start);
    if (block === undefined)
      throw new EmptyslotError('MAPPING_INVALID', `${this.name}: no allocation starts at ${hex(start)}`, {
        lastSeen: hex(start),
      });
    this.used.delete(start);
    this.usedBytes -= block.bytes;
    block.free = true;
    const { before, after } = block;
    if (after?.free) {
      this.unlink(after);
      this.join(block, after);
    }
    if (before?.free) {
      this.unlink(before);
      this.join(before, block);
      block = before;
    }
    this.link(block);
  }

  /** Bytes of the allocation that starts at `start`; undefined where none does. */
  sizeOf(start: number): number | undefined {
    return this.used.get(start)?.bytes;
  }

  statistics(): AllocatorStatistics {
    let largestFreeBytes = 0;
    let freeBlocks = 0;
    for (let at = this.first; at !== undefined; at = at.after) {
      if (!at.free) continue;
      freeBlocks++;
      largestFreeBytes = Math.max(largestFreeBytes, at.bytes);
    }
    return {
      totalBytes: this.bytes,
      usedBytes: this.usedBytes,
      freeBytes: this.bytes - this.usedBytes,
      largestFreeBytes,
      allocations: this.used.size,
      freeBlocks,
      peakBytes: this.peakBytes,
    };
  }

  // --- size classes

  private classOf(bytes: number): number {
    const units = bytes / this.granule;
    const level = floorLog2(units);
    const within =
      level <= SPLIT_LOG2
        ? (units - 2 ** level) * 2 ** (SPLIT_LOG2 - level)
        : Math.floor(units / 2 ** (level - SPLIT_LOG2)) - SPLIT;
    return level * SPLIT + within;
  }

  private find(wanted: number, align: number): Block | undefined {
    for (let at = this.classOf(wanted); at < LEVELS * SPLIT;) {
      const level = at >> SPLIT_LOG2;
      const row = this.rows[level]! & (-1 << (at & (SPLIT - 1)));
      if (row === 0) {
        at = (level + 1) << SPLIT_LOG2;
        continue;
      }
      const index = (level << SPLIT_LOG2) + (31 - Math.clz32(row & -row));
      for (let block = this.heads[index]; block !== undefined; block = block.next) {
        if (roundUp(block.start, align) + wanted <= block.start + block.bytes) return block;
      }
      at = index + 1;
    }
    return undefined;
  }

  private link(block: Block): void {
    block.free = true;
    const index = this.classOf(block.bytes);
    const head = this.heads[index];
    block.previous = undefined;
    block.next = head;
    if (head !== undefined) head.previous = block;
    this.heads[index] = block;
    this.rows[index >> SPLIT_LOG2]! |= 1 << (index & (SPLIT - 1));
  }

  private unlink(block: Block): void {
    const index = this.classOf(block.bytes);
    if (block.previous !== undefined) block.previous.next = block.next;
    else this.heads[index] = block.next;
    if (block.next !== undefined) block.next.previous = block.previous;
    block.previous = undefined;
    block.next = undefined;
    if (this.heads[index] === undefined) this.rows[index >> SPLIT_LOG2]! &= ~(1 << (index & (SPLIT - 1)));
  }

  /** Cuts `bytes` off the front of `block` (which keeps the rest) and returns the piece. */
  private splitFront(block: Block, bytes: number): Block {
    const piece: Block = {
      start: block.start,
      bytes,
      free: true,
      before: block.before,
      after: block,
      previous: undefined,
      next: undefined,
    };
    if (block.before !== undefined) block.before.after = piece;
    else this.first = piece;
    block.before = piece;
    block.start += bytes;
    block.bytes -= bytes;
    return piece;
  }

  /** Leaves `keep` bytes in `block` and returns what was behind them. */
  private splitBack(block: Block, keep: number): Block {
    const piece: Block = {
      start: block.start + keep,
      bytes: block.bytes - keep,
      free: true,
      before: block,
      after: block.after,
      previous: undefined,
      next: undefined,
    };
    if (block.after !== undefined) block.after.before = piece;
    block.after = piece;
    block.bytes = keep;
    return piece;
  }

  private join(left: Block, right: Block): void {
    left.bytes += right.bytes;
    left.after = right.after;
    if (right.after !== undefined) right.after.before = left;
  }
}
