/**
 * The trace in memory: a ring of 24-byte records, cheap enough to be always on.
 *
 * Six dwords a record:
 *
 * | word | bits                                                                            |
 * |------|---------------------------------------------------------------------------------|
 * | 0    | virtual time in ns, low                                                         |
 * | 1    | 19:0 time high · 24:20 kind · 31:25 BAR (DMA: handle bits 14:8)                 |
 * | 2    | offset low                                                                      |
 * | 3    | 7:0 offset high (DMA: handle bits 7:0) · 11:8 width · 15:12 card · 17:16 handle bits 16:15 · 31:18 step |
 * | 4-5  | value low and high; a block has its length in 4 and its payload's number in 5 (0: not kept) |
 *
 * Pure software.
 */

import { RecordKind } from '../pcie/index.ts';
import type { TraceRecord } from '../pcie/index.ts';

export const RECORD_WORDS = 6;

/** Records a sink is handed at a time. */
export const CHUNK_RECORDS = 4096;

/** DMA handles are recorded modulo this; the latest live buffer with that number is meant. */
export const HANDLE_LIMIT = 0x2_0000;

const STEP_LIMIT = 0x4000;

/** Where records go that must outlive the ring: a trace file, a live view. */
export interface TraceSink {
  /** Records `from` to `to` (exclusive; at most `CHUNK_RECORDS`, in order) are complete. Copy them now. */
  records(ring: TraceRing, from: number, to: number): void;
  /** Bytes that belong to a record being made. Returns their number in the sink, 1 and up, or 0 when it does not keep them. */
  payload(bytes: Uint8Array): number;
  step(index: number, text: string): void;
}

export class TraceRing {
  /** Record n lives at word (n % capacity) * 6. */
  readonly words: Uint32Array;
  readonly capacity: number;
  /** Sequence number of the next record. */
  next = 0;
  private readonly mask: number;
  private readonly steps: string[] = [''];
  private readonly stepNumbers = new Map<string, number>([['', 0]]);
  private currentStep = 0;
  private sink: TraceSink | undefined;
  /** First record the sink has not seen. */
  private given = 0;
  /** `next` at which the sink is given a chunk; Infinity without one, so that the hot path has one comparison. */
  private due = Infinity;
  /** The read whose answer is still missing. */
  private open = -1;

  /** @param log2Capacity records kept, as a power of two (default 64 Ki records, 1.5 MiB). */
  constructor(log2Capacity = 16) {
    this.capacity = 2 ** log2Capacity;
    this.mask = this.capacity - 1;
    this.words = new Uint32Array(this.capacity * RECORD_WORDS);
  }

  /**
   * Sends everything from now on to `sink`, a chunk at a time; `undefined` ends that (the rest is handed
   * over first).
   *
   * @throws RangeError when a sink is attached already, or the ring is too small for one.
   */
  attach(sink: TraceSink | undefined): void {
    if (sink === undefined) {
      this.drain();
      this.sink = undefined;
      this.due = Infinity;
      return;
    }
    if (this.sink !== undefined) throw new RangeError('the trace already has a sink');
    if (this.capacity < 2 * this.chunk)
      throw new RangeError(`a trace of ${this.capacity} records is too short to be recorded`);
    this.sink = sink;
    this.given = this.next;
    this.due = this.next + this.chunk;
    this.steps.forEach((text, i) => sink.step(i, text));
  }

  private get chunk(): number {
    return Math.min(CHUNK_RECORDS, this.capacity / 2);
  }

  /** Hands the sink what it has not seen yet. */
  drain(): void {
    const { sink } = this;
    if (sink === undefined) return;
    while (this.given < this.next) {
      const to = Math.min(this.next, this.given + this.chunk);
      const from = this.given;
      this.given = to;
      sink.records(this, from, to);
    }
    this.due = this.given + this.chunk;
  }

  /** Numbers records from `next` again, as after a snapshot that was taken then. A trace that goes to a sink cannot go back. */
  rewind(next: number): void {
    if (this.sink === undefined && next <= this.next) this.next = next;
  }

  get recordsPayloads(): boolean {
    return this.sink !== undefined;
  }

  /** Sets the step later records carry. Text of nested steps joined by ` › `. */
  setStep(text: string): void {
    let number = this.stepNumbers.get(text);
    if (number === undefined) {
      if (this.steps.length >= STEP_LIMIT) return; // a driver that invents a new step per access keeps the last one
      number = this.steps.push(text) - 1;
      this.stepNumbers.set(text, number);
      this.sink?.step(number, text);
    }
    this.currentStep = number;
  }

  get step(): string {
    return this.steps[this.currentStep]!;
  }

  stepText(index: number): string {
    return this.steps[index] ?? '';
  }

  /** Appends a record; returns its sequence number. `width` in bytes, `timeNs` below 2^52, `offset` below 2^40. */
  add(
    timeNs: number,
    kind: RecordKind,
    card: number,
    bar: number,
    width: number,
    offset: number,
    lo: number,
    hi: number,
  ): number {
    const sequence = this.next++;
    const { words } = this;
    const at = (sequence & this.mask) * RECORD_WORDS;
    words[at] = timeNs;
    words[at + 1] = ((timeNs / 0x1_0000_0000) & 0xf_ffff) | (kind << 20) | ((bar & 0x7f) << 25);
    words[at + 2] = offset;
    words[at + 3] =
      (offset < 0x1_0000_0000 ? 0 : (offset / 0x1_0000_0000) & 0xff) |
      (width << 8) |
      ((card & 0xf) << 12) |
      (this.currentStep << 18);
    words[at + 4] = lo;
    words[at + 5] = hi;
    if (sequence >= this.due) this.overdue(sequence);
    return sequence;
  }

  /** As `add`, for an access whose value comes with `answer` once it was served. `lo`: what is known already (a block's length). */
  ask(timeNs: number, kind: RecordKind, card: number, bar: number, width: number, offset: number, lo = 0): number {
    const sequence = this.add(timeNs, kind, card, bar, width, offset, lo, 0);
    this.open = sequence;
    return sequence;
  }

  /** As `add`, for what happens to a DMA buffer. `offset` in bytes from the buffer's start, below 2^32. */
  addDma(
    timeNs: number,
    kind: RecordKind,
    card: number,
    handle: number,
    width: number,
    offset: number,
    lo: number,
    hi: number,
  ): number {
    const sequence = this.add(timeNs, kind, card, handle >>> 8, width, offset, lo, hi);
    this.words[(sequence & this.mask) * RECORD_WORDS + 3]! |= (handle & 0xff) | ((handle << 1) & 0x3_0000);
    return sequence;
  }

  /** Fills in what a read returned. */
  answer(sequence: number, lo: number, hi: number): void {
    const at = (sequence & this.mask) * RECORD_WORDS;
    this.words[at + 4] = lo;
    this.words[at + 5] = hi;
    if (this.open === sequence) this.open = -1;
  }

  /** Gives the sink bytes that a record refers to; their number goes into the record's high word. 0 where nobody keeps them. */
  keep(bytes: Uint8Array): number {
    return this.sink === undefined ? 0 : this.sink.payload(bytes);
  }

  /** A chunk is full. The newest record may not be complete, nor may an open read: they go with the next one. */
  private overdue(newest: number): void {
    const { given, chunk, open } = this;
    let to = newest;
    if (open >= given && open < newest) {
      if (newest - open < chunk / 2) to = open;
      else this.open = -1; // never answered: its model threw
    }
    this.given = to;
    this.due = to + chunk;
    if (to > given) this.sink!.records(this, given, to);
  }

  /** The record, or undefined when it was overwritten or never was. */
  get(sequence: number): TraceRecord | undefined {
    if (sequence < 0 || sequence >= this.next || sequence < this.next - this.capacity) return undefined;
    return decodeRecord(this.words, (sequence & this.mask) * RECORD_WORDS, sequence);
  }

  /** Copies records `from` to `to` (exclusive), six words each, into `into`. They must still be in the ring. */
  copy(from: number, to: number, into: Uint32Array): void {
    for (let done = 0; done < to - from;) {
      const start = (from + done) & this.mask;
      const run = Math.min(this.capacity - start, to - from - done);
      into.set(this.words.subarray(start * RECORD_WORDS, (start + run) * RECORD_WORDS), done * RECORD_WORDS);
      done += run;
    }
  }
}

const DMA_KINDS =
  (1 << RecordKind.dmaAllocate) | (1 << RecordKind.dmaFree) | (1 << RecordKind.dmaRead) | (1 << RecordKind.dmaWrite);

/** True for kinds whose `bar` is a DMA buffer's handle. */
export const isDma = (kind: RecordKind): boolean => ((DMA_KINDS >>> kind) & 1) !== 0;

/** True for records whose bytes are a payload of the file. */
export function hasPayload(record: TraceRecord): boolean {
  switch (record.kind) {
    case RecordKind.blockRead:
    case RecordKind.blockWrite:
      return true;
    case RecordKind.dmaRead:
    case RecordKind.dmaWrite:
      return record.width === 0;
    default:
      return false;
  }
}

/** The record in the six words from `at` on. */
export function decodeRecord(words: Uint32Array, at: number, sequence: number): TraceRecord {
  const w1 = words[at + 1]!;
  const w3 = words[at + 3]!;
  const kind = ((w1 >>> 20) & 0x1f) as RecordKind;
  const dma = isDma(kind);
  return {
    sequence,
    timeNs: (w1 & 0xf_ffff) * 0x1_0000_0000 + words[at]!,
    kind,
    card: (w3 >>> 12) & 0xf,
    bar: dma ? (w3 & 0xff) | ((w1 >>> 25) << 8) | ((w3 >>> 1) & 0x1_8000) : w1 >>> 25,
    width: (w3 >>> 8) & 0xf,
    offset: (dma ? 0 : (w3 & 0xff) * 0x1_0000_0000) + words[at + 2]!,
    lo: words[at + 4]!,
    hi: words[at + 5]!,
    step: w3 >>> 18,
  };
}
