/**
 * HDP 6.0, the host data path: how CPU accesses through BAR0 (and MM_INDEX/MM_DATA) reach VRAM.
 *
 * Stores wait in a bounded set of 64-byte lines, the oldest line leaving first when it is full. CPU reads see what
 * waits, engines do not, until a flush. The other half of HDP, a read cache that can hold bytes from before an
 * engine's store, is not modelled: CPU reads always see what engines wrote.
 *
 * Source: flush rules of public drivers (Linux amdgpu hdp 6.0, tinygrad).
 * Fidelity: guessed (capacity of 64 KiB and line-wise draining; that stores wait until a flush is from-public-source).
 */

import type { SparseMemory, StateBlock } from '../../../sim/index.ts';
import type { Card, CardReset, Hdp } from '../blocks.ts';
import { hdpRules } from './rules.ts';

/** Bytes of one waiting line. */
export const LINE_BYTES = 64;
/** Lines that can wait. */
export const LINES = 1024;
const CAPACITY = LINE_BYTES * LINES;
const BUCKETS = 2048;
const SLOTS = LINE_BYTES / 8;
/** Pages told apart: others share their bits, which costs a look too many and nothing else. */
const PAGES = 65_536;

function popcount(value: number): number {
  let v = value - ((value >>> 1) & 0x5555_5555);
  v = (v & 0x3333_3333) + ((v >>> 2) & 0x3333_3333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/** Bits `from` to `to` (exclusive) of a 32-bit mask, clipped. */
function bits(from: number, to: number): number {
  const lo = Math.max(from, 0);
  const hi = Math.min(to, 32);
  if (hi <= lo) return 0;
  return hi - lo === 32 ? -1 : ((1 << (hi - lo)) - 1) << lo;
}

export class HdpLog implements Hdp {
  protected readonly card: Card;
  private readonly vram: SparseMemory;
  /** VRAM line number of each slot. */
  private readonly line: Float64Array;
  /** Chain of slots that share a bucket: slot + 1, 0 ends it. */
  private readonly next: Uint32Array;
  private readonly heads: Uint32Array;
  /** Which bytes wait: two words a slot. */
  private readonly mask: Uint32Array;
  private readonly data: Uint8Array;
  private readonly words: Uint32Array;
  /** Trace sequence + 1 of the oldest store to each 8 bytes; 0: none. */
  private readonly sequence: Float64Array;
  private readonly s: Record<'first' | 'count' | 'pending', number>;
  readonly pendingAt: number;
  /** Pages of VRAM that lines wait in, a bit each, 65536 of them; in the arena, where translated code looks before it loads. */
  private readonly pages: Uint8Array;
  readonly pagesAt: number;

  constructor(card: Card, state: StateBlock) {
    this.card = card;
    this.vram = card.vram;
    this.line = state.f64('hdp.line', LINES);
    this.next = state.u32('hdp.next', LINES);
    this.heads = state.u32('hdp.heads', BUCKETS);
    this.mask = state.u32('hdp.mask', LINES * 2);
    this.data = state.u8('hdp.data', CAPACITY);
    this.words = new Uint32Array(this.data.buffer, this.data.byteOffset, CAPACITY / 4);
    this.sequence = state.f64('hdp.sequence', LINES * SLOTS);
    this.s = state.record('hdp', { first: 0, count: 0, pending: 0 }, 'arena');
    this.pendingAt = state.allocate('hdp', 'f64', 3).byteOffset + 2 * 8;
    this.pages = state.allocate('hdp.pages', 'u8', PAGES / 8, 'arena');
    this.pagesAt = this.pages.byteOffset;
  }

  get pending(): number {
    return this.s.pending;
  }

  reset(kind: CardReset): void {
    if (kind === 'gfx') return;
    this.heads.fill(0);
    this.pages.fill(0);
    this.mask.fill(0);
    this.sequence.fill(0);
    this.s.first = 0;
    this.s.count = 0;
    this.s.pending = 0;
  }

  // --- the CPU's side

  cpuRead(offset: number, into: Uint8Array): void {
    if (this.refused(offset, into.length, 'read')) {
      into.fill(0);
      return;
    }
    this.card.gmc.cpuReads(offset, into.length);
    this.vram.read(offset, into);
    if (this.s.pending !== 0) this.overlay(offset, into);
  }

  cpuRead32(offset: number): number {
    if (this.refused(offset, 4, 'read')) return 0;
    this.card.gmc.cpuReads(offset, 4);
    const value = this.vram.read32(offset);
    if (this.s.pending === 0) return value;
    const line = Math.floor(offset / LINE_BYTES);
    const slot = this.find(line);
    if (slot < 0) return value;
    const at = offset - line * LINE_BYTES;
    const nibble = (this.mask[slot * 2 + (at >>> 5)]! >>> (at & 31)) & 15;
    if (nibble === 0) return value;
    const waiting = this.words[(slot * LINE_BYTES + at) >>> 2]!;
    const lanes = lanesOf(nibble);
    return ((value & ~lanes) | (waiting & lanes)) >>> 0;
  }

  cpuWrite(offset: number, from: Uint8Array): void {
    if (this.refused(offset, from.length, 'store')) return;
    let done = 0;
    const sequence = this.card.slot.findings.current;
    if (from.length > CAPACITY) {
      // what would be pushed out again by the tail of this very store lands at once, in one piece
      this.flush();
      const tail = Math.floor((offset + from.length - CAPACITY) / LINE_BYTES + 1) * LINE_BYTES;
      done = tail - offset;
      this.vram.write(offset, from.subarray(0, done));
      this.card.gmc.landed(offset, done, sequence);
    }
    while (done < from.length) {
      const here = offset + done;
      const line = Math.floor(here / LINE_BYTES);
      const at = here - line * LINE_BYTES;
      const run = Math.min(LINE_BYTES - at, from.length - done);
      const slot = this.slotFor(line);
      const base = slot * LINE_BYTES + at;
      for (let i = 0; i < run; i++) this.data[base + i] = from[done + i]!;
      this.mark(slot, at, run, sequence);
      done += run;
    }
  }

  cpuWrite32(offset: number, value: number): void {
    if (this.refused(offset, 4, 'store')) return;
    const line = Math.floor(offset / LINE_BYTES);
    const at = offset - line * LINE_BYTES;
    const slot = this.slotFor(line);
    this.words[(slot * LINE_BYTES + at) >>> 2] = value;
    this.mark(slot, at, 4, this.card.slot.findings.current);
  }

  cpuWrite64(offset: number, lo: number, hi: number): void {
    if (offset % LINE_BYTES > LINE_BYTES - 8 || this.card.gmc.protects(offset, 8)) {
      this.cpuWrite32(offset, lo);
      this.cpuWrite32(offset + 4, hi);
      return;
    }
    const line = Math.floor(offset / LINE_BYTES);
    const at = offset - line * LINE_BYTES;
    const slot = this.slotFor(line);
    const word = (slot * LINE_BYTES + at) >>> 2;
    this.words[word] = lo;
    this.words[word + 1] = hi;
    this.mark(slot, at, 8, this.card.slot.findings.current);
  }

  flush(): void {
    const { s } = this;
    if (s.count === 0) return;
    const { count } = s;
    for (let i = 0; i < count; i++) this.land((s.first + i) % LINES);
    if (count > BUCKETS / 8) {
      this.heads.fill(0);
      this.pages.fill(0); // those of lines that have left by themselves, too: then there are LINES
    } else {
      for (let i = 0; i < count; i++) {
        const line = this.line[(s.first + i) % LINES]!;
        this.heads[bucketOf(line)] = 0;
        this.pages[pageByte(line)] = 0;
      }
    }
    s.first = 0;
    s.count = 0;
    s.pending = 0;
  }

  // --- the engines' side

  pendingIn(offset: number, bytes: number): number {
    if (this.s.pending === 0 || bytes <= 0) return -1;
    const first = Math.floor(offset / LINE_BYTES);
    const last = Math.floor((offset + bytes - 1) / LINE_BYTES);
    let oldest = -1;
    const look = (slot: number): void => {
      const base = this.line[slot]! * LINE_BYTES;
      const found = this.oldestIn(slot, Math.max(0, offset - base), Math.min(LINE_BYTES, offset + bytes - base));
      if (found >= 0 && (oldest < 0 || found < oldest)) oldest = found;
    };
    if (last - first < this.s.count) {
      for (let line = first; line <= last; line++) {
        const slot = this.find(line);
        if (slot >= 0) look(slot);
      }
    } else {
      for (let i = 0; i < this.s.count; i++) {
        const slot = (this.s.first + i) % LINES;
        if (this.line[slot]! >= first && this.line[slot]! <= last) look(slot);
      }
    }
    return oldest;
  }

  // --- inside

  private refused(offset: number, bytes: number, doing: string): boolean {
    if (!this.card.gmc.protects(offset, bytes)) return false;
    this.card.slot.findings.report(
      hdpRules.PROTECTED_MEMORY,
      this.card.slot.card,
      `CPU ${doing} of ${bytes} bytes at VRAM 0x${offset.toString(16)}, inside memory that PSP protects since SETUP_TMR; keep clear of that range`,
    );
    return true;
  }

  private find(line: number): number {
    let link = this.heads[bucketOf(line)]!;
    while (link !== 0) {
      if (this.line[link - 1] === line) return link - 1;
      link = this.next[link - 1]!;
    }
    return -1;
  }

  private slotFor(line: number): number {
    const known = this.find(line);
    if (known >= 0) return known;
    const { s } = this;
    if (s.count === LINES) this.drainOldest();
    const slot = (s.first + s.count) % LINES;
    s.count++;
    this.line[slot] = line;
    const bucket = bucketOf(line);
    this.next[slot] = this.heads[bucket]!;
    this.heads[bucket] = slot + 1;
    this.pages[pageByte(line)]! |= 1 << ((line >>> 6) & 7);
    return slot;
  }

  private drainOldest(): void {
    const { s } = this;
    const slot = s.first;
    s.pending -= popcount(this.mask[slot * 2]!) + popcount(this.mask[slot * 2 + 1]!);
    this.land(slot);
    const bucket = bucketOf(this.line[slot]!);
    if (this.heads[bucket] === slot + 1) this.heads[bucket] = this.next[slot]!;
    else {
      let link = this.heads[bucket]!;
      while (this.next[link - 1] !== slot + 1) link = this.next[link - 1]!;
      this.next[link - 1] = this.next[slot]!;
    }
    s.first = (s.first + 1) % LINES;
    s.count--;
  }

  private mark(slot: number, at: number, bytes: number, sequence: number): void {
    const lo = bits(at, at + bytes);
    const hi = bits(at - 32, at + bytes - 32);
    const low = this.mask[slot * 2]!;
    const high = this.mask[slot * 2 + 1]!;
    this.s.pending += popcount(lo & ~low) + popcount(hi & ~high);
    this.mask[slot * 2] = low | lo;
    this.mask[slot * 2 + 1] = high | hi;
    for (let eight = at >>> 3; eight <= (at + bytes - 1) >>> 3; eight++) {
      if (this.sequence[slot * SLOTS + eight] === 0) this.sequence[slot * SLOTS + eight] = sequence + 1;
    }
  }

  /** Puts a line's waiting bytes into VRAM and empties it. Leaves `pending` and the chains to the caller. */
  private land(slot: number): void {
    const offset = this.line[slot]! * LINE_BYTES;
    const { u8, u32 } = this.vram.arena;
    const to = this.vram.at(offset);
    const from = slot * LINE_BYTES;
    for (let half = 0; half < 2; half++) {
      const mask = this.mask[slot * 2 + half]!;
      if (mask === 0) continue;
      for (let word = 0; word < 8; word++) {
        const nibble = (mask >>> (word * 4)) & 15;
        if (nibble === 0) continue;
        const at = half * 32 + word * 4;
        if (nibble === 15) u32[(to + at) >>> 2] = this.words[(from + at) >>> 2]!;
        else for (let b = 0; b < 4; b++) if ((nibble >>> b) & 1) u8[to + at + b] = this.data[from + at + b]!;
      }
      this.mask[slot * 2 + half] = 0;
    }
    for (let eight = 0; eight < SLOTS; eight++) {
      const sequence = this.sequence[slot * SLOTS + eight]!;
      if (sequence === 0) continue;
      this.card.gmc.landed(offset + eight * 8, 8, sequence - 1);
      this.sequence[slot * SLOTS + eight] = 0;
    }
  }

  private oldestIn(slot: number, from: number, to: number): number {
    const lo = this.mask[slot * 2]! & bits(from, to);
    const hi = this.mask[slot * 2 + 1]! & bits(from - 32, to - 32);
    let oldest = -1;
    for (let eight = 0; eight < SLOTS; eight++) {
      if ((((eight < 4 ? lo : hi) >>> ((eight & 3) * 8)) & 0xff) === 0) continue;
      const sequence = this.sequence[slot * SLOTS + eight]! - 1;
      if (oldest < 0 || sequence < oldest) oldest = sequence;
    }
    return oldest;
  }

  private overlay(offset: number, into: Uint8Array): void {
    const first = Math.floor(offset / LINE_BYTES);
    const last = Math.floor((offset + into.length - 1) / LINE_BYTES);
    if (last - first < this.s.count) {
      for (let line = first; line <= last; line++) {
        const slot = this.find(line);
        if (slot >= 0) this.copyWaiting(slot, offset, into);
      }
    } else {
      for (let i = 0; i < this.s.count; i++) {
        const slot = (this.s.first + i) % LINES;
        if (this.line[slot]! >= first && this.line[slot]! <= last) this.copyWaiting(slot, offset, into);
      }
    }
  }

  private copyWaiting(slot: number, offset: number, into: Uint8Array): void {
    const base = this.line[slot]! * LINE_BYTES;
    const from = Math.max(0, offset - base);
    const to = Math.min(LINE_BYTES, offset + into.length - base);
    for (let at = from; at < to; at++) {
      if ((this.mask[slot * 2 + (at >>> 5)]! >>> (at & 31)) & 1)
        into[base + at - offset] = this.data[slot * LINE_BYTES + at]!;
    }
  }
}

const bucketOf = (line: number): number => (Math.imul(line >>> 0, 0x9e37_79b1) >>> 21) & (BUCKETS - 1);

/** Where in `pages` a line's page is; its bit is the page's number modulo 8. */
const pageByte = (line: number): number => (line >>> 9) & (PAGES / 8 - 1);

/** Byte mask of four lanes from four bits. */
const lanesOf = (nibble: number): number =>
  ((nibble & 1) * 0xff) | ((nibble & 2) * 0x7f80) | ((nibble & 4) * 0x3f_c000) | ((nibble & 8) * 0x1fe0_0000);
