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

const LINE_SHIFT = 6;
/** Lines remembered, of loads and of stores: a power of two. */
const LINES = 16_384;
const CHUNK_SHIFT = 16;

/** Bits of GCR_CNTL at ACQUIRE_MEM's positions. */
export const Gcr = { glvInv: 1 << 8, gl1Inv: 1 << 9, gl2Wb: 1 << 15 } as const;

export class Coherence {
  /** Line + 1 that a shader loaded, in which generation, and which access (+ 1) changed it since. */
  private readonly loadedLine: Uint32Array;
  private readonly loadedIn: Uint32Array;
  private readonly changedBy: Float64Array;
  /** Dwords of the line that changed since: one bit each. */
  private readonly changedWords: Uint32Array;
  /** Line + 1 that a shader stored to, and in which generation of L2. */
  private readonly dirtyLine: Uint32Array;
  private readonly dirtyIn: Uint32Array;
  private readonly dirtyWords: Uint32Array;
  /** By arena chunk: generation + 1 of the newest load and store in it. */
  private readonly chunkLoaded: Uint32Array;
  private readonly chunkDirty: Uint32Array;
  /** By arena chunk: 1 where some mapping goes past the caches (mtype UC). */
  private readonly uncached: Uint8Array;
  private readonly s: Uint32Array;

  constructor(state: StateBlock, chunks: number) {
    this.loadedLine = state.u32('coherence.loaded', LINES);
    this.loadedIn = state.u32('coherence.loaded in', LINES);
    this.changedBy = state.f64('coherence.changed', LINES);
    this.changedWords = state.u32('coherence.changed words', LINES);
    this.dirtyLine = state.u32('coherence.dirty', LINES);
    this.dirtyIn = state.u32('coherence.dirty in', LINES);
    this.dirtyWords = state.u32('coherence.dirty words', LINES);
    this.chunkLoaded = state.u32('coherence.chunk loaded', chunks);
    this.chunkDirty = state.u32('coherence.chunk dirty', chunks);
    this.uncached = state.u8('coherence.uncached', chunks);
    this.s = state.u32('coherence', 2); // generation of the vector caches, of L2
  }

  reset(): void {
    for (const array of [this.loadedLine, this.changedBy, this.changedWords, this.dirtyLine, this.uncached])
      array.fill(0);
    this.s[0]!++;
    this.s[1]!++;
  }

  /** Caches were dropped or written back. `gcr` at ACQUIRE_MEM's positions; a range counts as everything. */
  handled(gcr: number): void {
    if ((gcr & Gcr.glvInv) !== 0 && (gcr & Gcr.gl1Inv) !== 0) this.s[0]!++;
    if ((gcr & Gcr.gl2Wb) !== 0) this.s[1]!++;
  }

  /** A mapping of this arena chunk bypasses the caches. */
  bypassed(chunk: number): void {
    this.uncached[chunk] = 1;
  }

  /** A shader loaded. Returns the access (trace sequence) that changed a line it may still hold, or −1. */
  loaded(at: number, bytes: number): number {
    const chunk = at >>> CHUNK_SHIFT;
    if (this.uncached[chunk] !== 0) return -1;
    const generation = this.s[0]!;
    this.chunkLoaded[chunk] = generation + 1;
    let stale = -1;
    const last = (at + bytes - 1) >>> LINE_SHIFT;
    for (let line = at >>> LINE_SHIFT; line <= last; line++) {
      const slot = line & (LINES - 1);
      if (this.loadedLine[slot] === line + 1 && this.loadedIn[slot] === generation) {
        const words = this.changedWords[slot]!;
        if (words !== 0 && (words & wordsOf(line, at, bytes)) !== 0) {
          stale = this.changedBy[slot]! - 1;
          this.changedWords[slot] = 0; // once for each change
        }
      } else {
        this.loadedLine[slot] = line + 1;
        this.loadedIn[slot] = generation;
        this.changedWords[slot] = 0;
      }
    }
    return stale;
  }

  /** A shader stored. */
  stored(at: number, bytes: number): void {
    const chunk = at >>> CHUNK_SHIFT;
    if (this.uncached[chunk] !== 0) return;
    const generation = this.s[1]!;
    this.chunkDirty[chunk] = generation + 1;
    const last = (at + bytes - 1) >>> LINE_SHIFT;
    for (let line = at >>> LINE_SHIFT; line <= last; line++) {
      const slot = line & (LINES - 1);
      const words = wordsOf(line, at, bytes);
      if (this.dirtyLine[slot] === line + 1 && this.dirtyIn[slot] === generation) this.dirtyWords[slot]! |= words;
      else {
        this.dirtyLine[slot] = line + 1;
        this.dirtyIn[slot] = generation;
        this.dirtyWords[slot] = words;
      }
      if (this.loadedLine[slot] === line + 1) this.changedWords[slot]! &= ~words; // its own store is what it will load
    }
  }

  /** Something that is no shader stored here, on behalf of access `sequence`. Stays inside a 64 KiB chunk. */
  changed(at: number, bytes: number, sequence: number): void {
    const generation = this.s[0]!;
    if (this.chunkLoaded[at >>> CHUNK_SHIFT] !== generation + 1) return;
    const last = (at + bytes - 1) >>> LINE_SHIFT;
    for (let line = at >>> LINE_SHIFT; line <= last; line++) {
      const slot = line & (LINES - 1);
      if (this.loadedLine[slot] === line + 1 && this.loadedIn[slot] === generation) {
        this.changedBy[slot] = sequence + 1;
        this.changedWords[slot]! |= wordsOf(line, at, bytes);
      }
    }
  }

  /** The CPU reads here, inside a 64 KiB chunk: does L2 still hold what a shader stored? */
  held(at: number, bytes: number): boolean {
    const generation = this.s[1]!;
    if (this.chunkDirty[at >>> CHUNK_SHIFT] !== generation + 1) return false;
    const last = (at + bytes - 1) >>> LINE_SHIFT;
    for (let line = at >>> LINE_SHIFT; line <= last; line++) {
      const slot = line & (LINES - 1);
      if (
        this.dirtyLine[slot] === line + 1 &&
        this.dirtyIn[slot] === generation &&
        (this.dirtyWords[slot]! & wordsOf(line, at, bytes)) !== 0
      ) {
        this.dirtyLine[slot] = 0;
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
