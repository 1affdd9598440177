/**
 * The machine's bytes: one lazily committed shared `WebAssembly.Memory`, handed out in 64 KiB chunks.
 *
 * VRAM and host memory are tables of chunks over it, so engines, translated shader code and the driver
 * see the same bytes, and a nominal 24 GiB costs only what was touched. A full arena is a clear error.
 */

import { EmptyslotError } from '../pcie/index.ts';

export const CHUNK_BYTES = 0x1_0000;
export const CHUNK_SHIFT = 16;

/** Largest arena: what a 32-bit WebAssembly memory can address. */
export const MAX_ARENA_BYTES = 0x1_0000_0000;

export class Arena {
  readonly memory: WebAssembly.Memory;
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly chunkCount: number;
  /** Next chunk never handed out; chunk 0 stays unused so that offset 0 is never valid memory. */
  private fresh = 1;
  private readonly freed: number[] = [];

  /** @param bytes capacity, a multiple of 64 KiB up to 4 GiB; address space only, no RSS. */
  constructor(bytes: number = MAX_ARENA_BYTES) {
    // One chunk more than is handed out: vector loads may reach a little beyond what is wanted, and ends never wrap.
    const pages = Math.min(Math.floor(bytes / CHUNK_BYTES), 65535);
    this.memory = new WebAssembly.Memory({ initial: pages + 1, maximum: pages + 1, shared: true });
    const buffer = this.memory.buffer;
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.chunkCount = pages;
  }

  /** Chunks in use. */
  get used(): number {
    return this.fresh - 1 - this.freed.length;
  }

  /**
   * Byte offset of a zeroed chunk.
   *
   * @throws EmptyslotError `ARENA_FULL`.
   */
  allocate(): number {
    const reused = this.freed.pop();
    if (reused !== undefined) {
      this.u8.fill(0, reused, reused + CHUNK_BYTES);
      return reused;
    }
    if (this.fresh >= this.chunkCount) {
      throw new EmptyslotError(
        'ARENA_FULL',
        `the machine's ${this.chunkCount * CHUNK_BYTES} bytes of backing memory are used up`,
        {
          expected: 'a free chunk of 64 KiB',
          lastSeen: `${this.used} chunks in use`,
        },
      );
    }
    return this.fresh++ * CHUNK_BYTES;
  }

  free(offset: number): void {
    this.freed.push(offset);
  }

  /**
   * Byte offset of zeroed memory in one piece, of whole chunks that were never handed out: for tables and state that
   * live as long as the machine.
   *
   * @throws EmptyslotError `ARENA_FULL`.
   */
  allocateRun(bytes: number): number {
    const chunks = Math.max(1, Math.ceil(bytes / CHUNK_BYTES));
    if (this.fresh + chunks > this.chunkCount) {
      throw new EmptyslotError(
        'ARENA_FULL',
        `the machine's ${this.chunkCount * CHUNK_BYTES} bytes of backing memory have no ${bytes} left in one piece`,
        { expected: `${chunks} unused chunks of 64 KiB`, lastSeen: `${this.used} chunks in use` },
      );
    }
    const offset = this.fresh * CHUNK_BYTES;
    this.fresh += chunks;
    return offset;
  }
}

/**
 * A nominal range of memory over the arena, filled in chunk by chunk at the first touch.
 *
 * `at` is what engines use; `read`/`write` are the copying forms and never allocate for a read of
 * untouched memory (it reads as zero).
 */
export class SparseMemory {
  readonly arena: Arena;
  readonly bytes: number;
  /** Arena offset of each chunk divided by 64 KiB; 0 = not there yet. */
  readonly table: Uint32Array;

  constructor(arena: Arena, bytes: number) {
    this.arena = arena;
    this.bytes = bytes;
    this.table = new Uint32Array(Math.ceil(bytes / CHUNK_BYTES));
  }

  /** Arena offset of byte `offset`, good to the end of its 64 KiB chunk; makes the chunk. Offset must be inside. */
  at(offset: number): number {
    const chunk = Math.floor(offset / CHUNK_BYTES);
    let page = this.table[chunk]!;
    if (page === 0) {
      page = this.arena.allocate() / CHUNK_BYTES;
      this.table[chunk] = page;
    }
    return page * CHUNK_BYTES + (offset % CHUNK_BYTES);
  }

  /** As `at`, or 0 where nothing was ever written (it reads as zero). */
  peek(offset: number): number {
    const page = this.table[Math.floor(offset / CHUNK_BYTES)]!;
    return page === 0 ? 0 : page * CHUNK_BYTES + (offset % CHUNK_BYTES);
  }

  read(offset: number, into: Uint8Array): void {
    for (let done = 0; done < into.length;) {
      const here = offset + done;
      const run = Math.min(CHUNK_BYTES - (here % CHUNK_BYTES), into.length - done);
      const from = this.peek(here);
      if (from === 0) into.fill(0, done, done + run);
      else into.set(this.arena.u8.subarray(from, from + run), done);
      done += run;
    }
  }

  write(offset: number, from: Uint8Array): void {
    for (let done = 0; done < from.length;) {
      const here = offset + done;
      const run = Math.min(CHUNK_BYTES - (here % CHUNK_BYTES), from.length - done);
      this.arena.u8.set(from.subarray(done, done + run), this.at(here));
      done += run;
    }
  }

  fill(offset: number, bytes: number, value: number): void {
    this.eachPiece(offset, bytes, value !== 0, (at, run) => this.arena.u8.fill(value, at, at + run));
  }

  /** Where a range lies in the arena, a chunk at a time: of all of it, which makes it, or of what is there. */
  eachPiece(offset: number, bytes: number, make: boolean, each: (at: number, run: number) => void): void {
    for (let done = 0; done < bytes;) {
      const here = offset + done;
      const run = Math.min(CHUNK_BYTES - (here % CHUNK_BYTES), bytes - done);
      const at = make ? this.at(here) : this.peek(here);
      if (at !== 0) each(at, run);
      done += run;
    }
  }

  /** Dword at a 4-aligned offset. */
  read32(offset: number): number {
    const from = this.peek(offset);
    return from === 0 ? 0 : this.arena.u32[from / 4]!;
  }

  write32(offset: number, value: number): void {
    this.arena.u32[this.at(offset) / 4] = value;
  }

  /** Forgets everything: what power loss does. */
  clear(): void {
    for (let i = 0; i < this.table.length; i++) {
      if (this.table[i] !== 0) this.arena.free(this.table[i]! * CHUNK_BYTES);
    }
    this.table.fill(0);
  }

  /** Copies of all chunks that exist, by chunk number. */
  snapshot(): ReadonlyMap<number, Uint8Array> {
    const copy = new Map<number, Uint8Array>();
    for (let i = 0; i < this.table.length; i++) {
      const page = this.table[i]!;
      if (page !== 0) copy.set(i, this.arena.u8.slice(page * CHUNK_BYTES, (page + 1) * CHUNK_BYTES));
    }
    return copy;
  }

  restore(snapshot: ReadonlyMap<number, Uint8Array>): void {
    for (let i = 0; i < this.table.length; i++) {
      if (this.table[i] !== 0 && !snapshot.has(i)) {
        this.arena.free(this.table[i]! * CHUNK_BYTES);
        this.table[i] = 0;
      }
    }
    for (const [chunk, bytes] of snapshot) this.arena.u8.set(bytes, this.at(chunk * CHUNK_BYTES));
  }
}
