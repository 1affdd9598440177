/**
 * The last accesses of every dword: one writer and two readers, and the judgement whether a new access may meet them.
 *
 * Two accesses race when one of them writes, they share a byte, they are not both meant to synchronise, and the earlier
 * one is not known to be over. A load that asks for no cached copy never races: machine code does not say whether the
 * store that it meets was an atomic one. Neither do two stores of one value, where both are known.
 *
 * Chunks of 64 KiB get their columns at the first access to them; accesses to whole chunks are kept as one number.
 * Bounded: the chunk that has been there longest is given up for a new one. What is forgotten is never reported.
 * Pure software.
 */
import { Flag } from './access-log.ts';
import type { AccessLog } from './access-log.ts';

const CHUNK_SHIFT = 16;
const CHUNK_BYTES = 1 << CHUNK_SHIFT;
const DWORDS = CHUNK_BYTES / 4;

/** Bit of a writer's tag: nobody said which value it stored. */
const UNKNOWN = 1 << 10;

/** Columns of one chunk. A tag is the lane in bits 9:4 and the bytes touched in bits 3:0. */
class Chunk {
  /** What covers the whole chunk where there are no columns yet. */
  written = 0;
  read = 0;
  writer: Int32Array | undefined;
  writerTag!: Uint16Array;
  value!: Int32Array;
  reader: Int32Array | undefined;
  readerTag!: Uint16Array;
  other!: Int32Array;
  otherTag!: Uint16Array;

  writers(): Int32Array {
    if (this.writer === undefined) {
      this.writer = new Int32Array(DWORDS);
      this.writerTag = new Uint16Array(DWORDS);
      this.value = new Int32Array(DWORDS);
      if (this.written !== 0) {
        this.writer.fill(this.written);
        this.writerTag.fill(UNKNOWN | 15);
      }
    }
    return this.writer;
  }

  readers(): Int32Array {
    if (this.reader === undefined) {
      this.reader = new Int32Array(DWORDS);
      this.readerTag = new Uint16Array(DWORDS);
      this.other = new Int32Array(DWORDS);
      this.otherTag = new Uint16Array(DWORDS);
      if (this.read !== 0) {
        this.reader.fill(this.read);
        this.readerTag.fill(15);
      }
    }
    return this.reader;
  }
}

/** Who makes the access that is judged now. */
export interface Actor {
  readonly uid: number;
  /** Is access `n` (in `row` of the log) over, as far as this actor knows, and visible to the access made now? */
  knows(n: number, row: number): boolean;
  /** A synchronising access met `n`, which wrote here. */
  meets(n: number, row: number, dword: number): void;
  /** `n` (lane and bytes in `tag`) races with the access made now. */
  races(n: number, row: number, tag: number, dword: number, lane: number): void;
  /** Two lanes of one store wrote different values to one dword. */
  collides(dword: number, lane: number, other: number): void;
}

export class Shadow {
  readonly #log: AccessLog;
  readonly #chunks: (Chunk | undefined)[] = [];
  readonly #present: number[] = [];
  readonly #most: number;
  #actor!: Actor;
  #uid = 0;
  #n = 0;
  #flags = 0;
  /** The last access that was judged: neighbours usually have the same. */
  #fine = 0;
  #met = 0;

  /** @param most chunks kept. */
  constructor(log: AccessLog, most: number) {
    this.#log = log;
    this.#most = most;
  }

  /** Forgets everything. */
  clear(): void {
    this.#chunks.length = 0;
    this.#present.length = 0;
  }

  /** Forgets `bytes` from `at`, dword-aligned. */
  forget(at: number, bytes: number): void {
    for (let done = 0; done < bytes;) {
      const here = at + done;
      const run = Math.min(CHUNK_BYTES - (here & (CHUNK_BYTES - 1)), bytes - done);
      const chunk = this.#chunks[here >>> CHUNK_SHIFT];
      const from = (here & (CHUNK_BYTES - 1)) >>> 2;
      const to = from + (run >>> 2);
      if (chunk !== undefined) {
        if (chunk.written !== 0) chunk.writers().fill(0, from, to);
        else chunk.writer?.fill(0, from, to);
        if (chunk.read !== 0) chunk.readers();
        if (chunk.reader !== undefined) {
          chunk.reader.fill(0, from, to);
          chunk.other.fill(0, from, to);
        }
        if (chunk.writer !== undefined) chunk.written = 0;
        if (chunk.reader !== undefined) chunk.read = 0;
      }
      done += run;
    }
  }

  #chunkAt(index: number): Chunk {
    let chunk = this.#chunks[index];
    if (chunk === undefined) {
      if (this.#present.length >= this.#most) this.#chunks[this.#present.shift()!] = undefined;
      chunk = new Chunk();
      this.#chunks[index] = chunk;
      this.#present.push(index);
    }
    return chunk;
  }

  /** Announces the access that the next calls belong to: number, flags, and who makes it. */
  begin(actor: Actor, n: number, flags: number): void {
    this.#actor = actor;
    this.#uid = actor.uid;
    this.#n = n;
    this.#flags = flags;
    this.#fine = 0;
    this.#met = 0;
  }

  /** Was this dword ever written? */
  written(dword: number): boolean {
    return this.writerOf(dword) !== 0;
  }

  /** Last writer of a dword; 0 where there is none. */
  writerOf(dword: number): number {
    const chunk = this.#chunks[dword >>> (CHUNK_SHIFT - 2)];
    if (chunk === undefined) return 0;
    return chunk.writer === undefined ? chunk.written : chunk.writer[dword & (DWORDS - 1)]!;
  }

  /** Last reader of a dword; 0 where there is none. */
  readerOf(dword: number): number {
    const chunk = this.#chunks[dword >>> (CHUNK_SHIFT - 2)];
    if (chunk === undefined) return 0;
    return chunk.reader === undefined ? chunk.read : chunk.reader[dword & (DWORDS - 1)]!;
  }

  /** Judges the accesses before this one. */
  #judge(n: number, tag: number, dword: number, lane: number, mask: number): void {
    const log = this.#log;
    const row = log.row(n);
    if (row < 0) return;
    const flags = log.flags[row]!;
    const mine = this.#flags;
    if (log.uid[row] === this.#uid && (mine & Flag.scalar) === 0) {
      this.#fine = n;
      // an agent's store may have been made when more was over than the agent itself had waited for
      if (this.#uid < 0 && (mine & Flag.sync) !== 0 && (flags & Flag.writes) !== 0) this.#actor.meets(n, row, dword);
      return;
    }
    const looks = (mine & Flag.poll) !== 0 && (flags & Flag.sync) !== 0;
    if (((mine & Flag.sync) !== 0 || looks) && (flags & Flag.writes) !== 0 && n !== this.#met) {
      this.#met = n;
      this.#actor.meets(n, row, dword);
    }
    // both synchronise, or one is a load that can meet any store
    if ((flags & mine & Flag.sync) !== 0) return;
    if ((mine & 3) === Flag.sync || (flags & 3) === Flag.sync) return;
    if (looks || ((flags & Flag.poll) !== 0 && (mine & Flag.sync) !== 0)) return;
    if ((tag & mask & 15) === 0) return;
    this.#fine = n;
    if (!this.#actor.knows(n, row)) this.#actor.races(n, row, tag, dword, lane);
  }

  /** One lane loads `bytes` from `at`. */
  load(at: number, bytes: number, lane: number): void {
    const last = (at + bytes - 1) >>> 2;
    const whole = ((at | bytes) & 3) === 0;
    for (let dword = at >>> 2; dword <= last; dword++) {
      const mask = whole ? 15 : maskOf(dword, at, bytes);
      const chunk = this.#chunkAt(dword >>> (CHUNK_SHIFT - 2));
      const i = dword & (DWORDS - 1);
      const { writer } = chunk;
      if (writer !== undefined) {
        const w = writer[i]!;
        if (w !== 0 && w !== this.#fine) this.#judge(w, chunk.writerTag[i]!, dword, lane, mask);
      } else if (chunk.written !== 0 && chunk.written !== this.#fine) this.#judge(chunk.written, 15, dword, lane, mask);
      this.#note(chunk, i, (lane << 4) | mask);
    }
  }

  #note(chunk: Chunk, i: number, tag: number): void {
    const reader = chunk.reader ?? chunk.readers();
    const r = reader[i]!;
    const n = this.#n;
    if (r === n) {
      chunk.readerTag[i] = chunk.readerTag[i]! | (tag & 15);
      return;
    }
    if (r !== 0) {
      const log = this.#log;
      const row = log.row(r);
      if (row >= 0 && log.uid[row] !== this.#uid) {
        chunk.other[i] = r;
        chunk.otherTag[i] = chunk.readerTag[i]!;
      }
    }
    reader[i] = n;
    chunk.readerTag[i] = tag;
  }

  /** One lane stores `bytes` (at most a dword, inside one) to `at`; `value` is what lies there afterwards. */
  store(at: number, bytes: number, lane: number, value: number): void {
    const dword = at >>> 2;
    const mask = bytes === 4 ? 15 : ((1 << bytes) - 1) << (at & 3);
    const chunk = this.#chunkAt(dword >>> (CHUNK_SHIFT - 2));
    const i = dword & (DWORDS - 1);
    const writer = chunk.writer ?? chunk.writers();
    const w = writer[i]!;
    const n = this.#n;
    let tag = (lane << 4) | mask;
    if (w === n) {
      const old = chunk.writerTag[i]!;
      if (old >>> 4 !== lane && (old & mask) !== 0 && chunk.value[i] !== value && (this.#flags & 3) === Flag.writes)
        this.#actor.collides(dword, lane, old >>> 4);
      tag |= old & 15;
    } else if (w !== 0 && w !== this.#fine) {
      const old = chunk.writerTag[i]!;
      if ((old & (UNKNOWN | 15)) !== mask || chunk.value[i] !== value || (this.#flags & Flag.sync) !== 0)
        this.#judge(w, old, dword, lane, mask);
    }
    if (chunk.reader !== undefined) {
      const r = chunk.reader[i]!;
      if (r !== 0 && r !== n) {
        if (r !== this.#fine) this.#judge(r, chunk.readerTag[i]!, dword, lane, mask);
        const o = chunk.other[i]!;
        if (o !== 0 && o !== this.#fine) this.#judge(o, chunk.otherTag[i]!, dword, lane, mask);
        if (mask === 15) {
          chunk.reader[i] = 0;
          chunk.other[i] = 0;
        }
      }
    } else if (chunk.read !== 0 && chunk.read !== this.#fine) this.#judge(chunk.read, 15, dword, lane, mask);
    writer[i] = n;
    chunk.writerTag[i] = tag;
    chunk.value[i] = value;
  }

  /** A block access of `bytes` from `at`, by something that has no lanes. */
  block(at: number, bytes: number, writes: boolean): void {
    for (let done = 0; done < bytes;) {
      const here = at + done;
      const index = Math.floor(here / CHUNK_BYTES);
      const run = Math.min(CHUNK_BYTES - (here % CHUNK_BYTES), bytes - done);
      this.#blockIn(this.#chunkAt(index), index, here, run, writes);
      done += run;
    }
  }

  #blockIn(chunk: Chunk, index: number, at: number, bytes: number, writes: boolean): void {
    const n = this.#n;
    const first = (at % CHUNK_BYTES) >>> 2;
    const end = ((at % CHUNK_BYTES) + bytes + 3) >>> 2;
    const base = index * DWORDS;
    const mask = (i: number): number => (i === first || i === end - 1 ? maskOf(base + i, at, bytes) : 15);
    const judge = (column: Int32Array | undefined, tags: Uint16Array, all: number): void => {
      if (column === undefined) {
        if (all !== 0 && all !== this.#fine) this.#judge(all, 15, base + first, 0, 15);
        return;
      }
      for (let i = first; i < end; i++) {
        const p = column[i]!;
        if (p !== 0 && p !== this.#fine) this.#judge(p, tags[i]!, base + i, 0, mask(i));
      }
    };
    judge(chunk.writer, chunk.writerTag, chunk.written);
    if (writes) {
      judge(chunk.reader, chunk.readerTag, chunk.read);
      if (chunk.reader !== undefined) judge(chunk.other, chunk.otherTag, 0);
    }
    if (first === 0 && end === DWORDS) {
      if (writes) {
        chunk.writer = undefined;
        chunk.reader = undefined;
        chunk.written = n;
        chunk.read = 0;
      } else {
        chunk.reader = undefined;
        chunk.read = n;
      }
      return;
    }
    if (!writes) {
      for (let i = first; i < end; i++) this.#note(chunk, i, mask(i));
      return;
    }
    const writer = chunk.writers();
    writer.fill(n, first, end);
    chunk.writerTag.fill(UNKNOWN | 15, first, end);
    for (const i of [first, end - 1]) chunk.writerTag[i] = UNKNOWN | mask(i);
    if (chunk.read !== 0 && chunk.reader === undefined) chunk.readers();
    if (chunk.reader !== undefined) {
      chunk.reader.fill(0, first, end);
      chunk.other.fill(0, first, end);
    }
  }
}

/** Which bytes of `dword` the `bytes` from `at` touch. */
function maskOf(dword: number, at: number, bytes: number): number {
  const start = dword * 4;
  const from = Math.max(0, at - start);
  const to = Math.min(4, at + bytes - start);
  return ((1 << to) - 1) & ~((1 << from) - 1);
}
