/**
 * GPU caches, tracked and not modelled: everybody always sees the newest bytes, and this notices when silicon might
 * not have shown them.
 *
 * Two hazards are told. A shader loads a line that it had loaded before, that something else stored to since, with no
 * invalidation of the vector caches in between (its L0 or L1 may still hold the old line). And the CPU reads VRAM that
 * a shader stored to with no write-back of L2 in between. What shaders do to one another without an acquire, the
 * scalar and instruction caches, and the CPU reading host memory that L2 still holds, are not told. The record is
 * bounded: lines that fall out of it are taken to be coherent, so nothing is said that is not so. A line is as fine as
 * its dwords: what lies beside a changed dword may be loaded.
 *
 * Source: cache levels and GCR bits of public drivers (ACQUIRE_MEM, RELEASE_MEM, GCR_REQ).
 * Fidelity: guessed (which lines a real cache still holds; that HDP reads past L2 is from-public-source).
 */

import type { StateBlock } from '../../../sim/index.ts';
import type { AccessTracker } from '../../exec/memory.ts';

const LINE_SHIFT = 6;
/** Lines remembered, of loads and of stores: a power of two. */
const LINES = 16_384;
const CHUNK_SHIFT = 16;

/** Bits of GCR_CNTL at ACQUIRE_MEM's positions. */
export const Gcr = { glvInv: 1 << 8, gl1Inv: 1 << 9, gl2Wb: 1 << 15 } as const;

/** Dwords of one line's record: what is remembered of loads, then of stores. */
const RECORD = 8;
/** Line + 1 that a shader loaded, in which generation, and the dwords that changed since (a bit each). */
const LOADED_LINE = 0;
const LOADED_IN = 1;
const CHANGED_WORDS = 2;
/** Line + 1 that a shader stored to, in which generation of L2, and which dwords. */
const DIRTY_LINE = 4;
const DIRTY_IN = 5;
const DIRTY_WORDS = 6;

const NONE: Uint32Array = new Uint32Array(0);

export class Coherence {
  private readonly state: StateBlock;
  private readonly chunks: number;
  private made = false;
  /** One record a slot; in the arena, where translated code keeps it up to date (exec/memory.ts `AccessTracker`). */
  private lines = NONE;
  /** Which access (+ 1) changed a loaded line. */
  private changedBy: Float64Array = new Float64Array(0);
  /** By arena chunk: generation + 1 of the newest load and store in it. */
  private chunkLoaded = NONE;
  private chunkDirty = NONE;
  /** By arena chunk: 1 where some mapping goes past the caches (mtype UC). */
  private readonly uncached: Uint8Array;
  /** Generation of the vector caches, of L2. */
  private readonly generations: Uint32Array;

  constructor(state: StateBlock, chunks: number) {
    this.state = state;
    this.chunks = chunks;
    this.uncached = state.allocate('coherence.uncached', 'u8', chunks, 'arena');
    this.generations = state.allocate('coherence', 'u32', 2, 'arena');
  }

  /** Where the tables lie. Makes them: a card whose shaders never ran has none. */
  tables(): Pick<AccessTracker, 'lines' | 'lineMask' | 'generations' | 'chunkLoaded' | 'chunkDirty' | 'uncached'> {
    if (!this.made) {
      const { state, chunks } = this;
      this.lines = state.allocate('coherence.lines', 'u32', LINES * RECORD, 'arena');
      this.changedBy = state.f64('coherence.changed', LINES);
      this.chunkLoaded = state.allocate('coherence.chunk loaded', 'u32', chunks, 'arena');
      this.chunkDirty = state.allocate('coherence.chunk dirty', 'u32', chunks, 'arena');
      this.made = true;
    }
    return {
      lines: this.lines.byteOffset,
      lineMask: LINES - 1,
      generations: this.generations.byteOffset,
      chunkLoaded: this.chunkLoaded.byteOffset,
      chunkDirty: this.chunkDirty.byteOffset,
      uncached: this.uncached.byteOffset,
    };
  }

  reset(): void {
    for (const array of [this.lines, this.changedBy, this.uncached]) array.fill(0);
    this.generations[0]!++;
    this.generations[1]!++;
  }

  /** Caches were dropped or written back. `gcr` at ACQUIRE_MEM's positions; a range counts as everything. */
  handled(gcr: number): void {
    if ((gcr & Gcr.glvInv) !== 0 && (gcr & Gcr.gl1Inv) !== 0) this.generations[0]!++;
    if ((gcr & Gcr.gl2Wb) !== 0) this.generations[1]!++;
  }

  isBypassed(chunk: number): boolean {
    return this.uncached[chunk] !== 0;
  }

  /** A mapping of this arena chunk bypasses the caches. */
  bypassed(chunk: number): void {
    this.uncached[chunk] = 1;
  }

  /** A shader loaded. Returns the access (trace sequence) that changed a line it may still hold, or −1. Call after `tables`. */
  loaded(at: number, bytes: number): number {
    const { lines } = this;
    const chunk = at >>> CHUNK_SHIFT;
    if (this.uncached[chunk] !== 0) return -1;
    const generation = this.generations[0]!;
    this.chunkLoaded[chunk] = generation + 1;
    let stale = -1;
    const last = (at + bytes - 1) >>> LINE_SHIFT;
    for (let line = at >>> LINE_SHIFT; line <= last; line++) {
      const slot = line & (LINES - 1);
      const record = slot * RECORD;
      if (lines[record + LOADED_LINE] === line + 1 && lines[record + LOADED_IN] === generation) {
        const words = lines[record + CHANGED_WORDS]!;
        if (words !== 0 && (words & wordsOf(line, at, bytes)) !== 0) {
          stale = this.changedBy[slot]! - 1;
          lines[record + CHANGED_WORDS] = 0; // once for each change
        }
      } else {
        lines[record + LOADED_LINE] = line + 1;
        lines[record + LOADED_IN] = generation;
        lines[record + CHANGED_WORDS] = 0;
      }
    }
    return stale;
  }

  /** A shader stored. Call after `tables`. */
  stored(at: number, bytes: number): void {
    const { lines } = this;
    const chunk = at >>> CHUNK_SHIFT;
    if (this.uncached[chunk] !== 0) return;
    const generation = this.generations[1]!;
    this.chunkDirty[chunk] = generation + 1;
    const last = (at + bytes - 1) >>> LINE_SHIFT;
    for (let line = at >>> LINE_SHIFT; line <= last; line++) {
      const record = (line & (LINES - 1)) * RECORD;
      const words = wordsOf(line, at, bytes);
      if (lines[record + DIRTY_LINE] === line + 1 && lines[record + DIRTY_IN] === generation)
        lines[record + DIRTY_WORDS]! |= words;
      else {
        lines[record + DIRTY_LINE] = line + 1;
        lines[record + DIRTY_IN] = generation;
        lines[record + DIRTY_WORDS] = words;
      }
      if (lines[record + LOADED_LINE] === line + 1) lines[record + CHANGED_WORDS]! &= ~words; // its own store is what it will load
    }
  }

  /** Something that is no shader stored here, on behalf of access `sequence`. Stays inside a 64 KiB chunk. */
  changed(at: number, bytes: number, sequence: number): void {
    const { lines } = this;
    const generation = this.generations[0]!;
    if (this.chunkLoaded[at >>> CHUNK_SHIFT] !== generation + 1) return;
    const last = (at + bytes - 1) >>> LINE_SHIFT;
    for (let line = at >>> LINE_SHIFT; line <= last; line++) {
      const slot = line & (LINES - 1);
      const record = slot * RECORD;
      if (lines[record + LOADED_LINE] === line + 1 && lines[record + LOADED_IN] === generation) {
        this.changedBy[slot] = sequence + 1;
        lines[record + CHANGED_WORDS]! |= wordsOf(line, at, bytes);
      }
    }
  }

  /** The CPU reads here, inside a 64 KiB chunk: does L2 still hold what a shader stored? */
  held(at: number, bytes: number): boolean {
    const { lines } = this;
    const generation = this.generations[1]!;
    if (this.chunkDirty[at >>> CHUNK_SHIFT] !== generation + 1) return false;
    const last = (at + bytes - 1) >>> LINE_SHIFT;
    for (let line = at >>> LINE_SHIFT; line <= last; line++) {
      const record = (line & (LINES - 1)) * RECORD;
      if (
        lines[record + DIRTY_LINE] === line + 1 &&
        lines[record + DIRTY_IN] === generation &&
        (lines[record + DIRTY_WORDS]! & wordsOf(line, at, bytes)) !== 0
      ) {
        lines[record + DIRTY_LINE] = 0;
        return true;
      }
    }
    return false;
  }
}

/** Which of the 16 dwords of `line` the bytes from `at` touch. */
function wordsOf(line: number, at: number, bytes: number): number {
  const start = line * 64;
  const first = Math.max(0, (at - start) >> 2);
  const last = Math.min(15, (at + bytes - 1 - start) >> 2);
  return ((2 << last) - 1) & ~((1 << first) - 1);
}
