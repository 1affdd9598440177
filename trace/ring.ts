/**
 * The trace in memory: a ring of 24-byte records, cheap enough to be always on.
 *
 * Word 0-1 time in ns (f64 bits are not worth it: 52 bits split low/high 20), word 1 also kind and BAR,
 * word 2 offset low, word 3 offset high, width and step, words 4-5 the value.
 */

import { RecordKind } from '../pcie/index.ts';
import type { TraceRecord } from '../pcie/index.ts';

export const RECORD_WORDS = 6;

/** Receives every record as it is written, with its payload; how a trace gets to disk. */
export interface TraceSink {
  record(ring: TraceRing, sequence: number): void;
  payload(sequence: number, bytes: Uint8Array): void;
  step(index: number, text: string): void;
}

/** Kinds whose value is known only after the access was served. */
function answered(kind: RecordKind): boolean {
  return kind === RecordKind.read || kind === RecordKind.read64 || kind === RecordKind.configRead;
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

  /** @param log2Capacity records kept, as a power of two (default 64 Ki records, 1.5 MiB). */
  constructor(log2Capacity = 16) {
    this.capacity = 2 ** log2Capacity;
    this.mask = this.capacity - 1;
    this.words = new Uint32Array(this.capacity * RECORD_WORDS);
  }

  attach(sink: TraceSink | undefined): void {
    this.sink = sink;
    if (sink !== undefined) this.steps.forEach((text, i) => sink.step(i, text));
  }

  get recordsPayloads(): boolean {
    return this.sink !== undefined;
  }

  /** Sets the step later records carry. Text of nested steps joined by ` › `. */
  setStep(text: string): void {
    let number = this.stepNumbers.get(text);
    if (number === undefined) {
      if (this.steps.length >= 0xffff) return; // a driver that invents a new step per access keeps the last one
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

  /** Appends a record; returns its sequence number. `width` in bytes, `timeNs` below 2^52. */
  add(timeNs: number, kind: RecordKind, card: number, bar: number, width: number, offset: number, lo: number, hi: number): number {
    const sequence = this.next++;
    const { words } = this;
    const at = (sequence & this.mask) * RECORD_WORDS;
    words[at] = timeNs;
    words[at + 1] = ((timeNs / 0x1_0000_0000) & 0xf_ffff) | (kind << 20) | ((bar & 0x7f) << 25);
    words[at + 2] = offset;
    words[at + 3] = (offset < 0x1_0000_0000 ? 0 : (offset / 0x1_0000_0000) & 0xff) | (width << 8) | ((card & 0xf) << 12) | (this.currentStep << 16);
    words[at + 4] = lo;
    words[at + 5] = hi;
    if (this.sink !== undefined && !answered(kind)) this.sink.record(this, sequence);
    return sequence;
  }

  /** Fills in what a read returned; reads reach the sink only then. */
  answer(sequence: number, lo: number, hi: number): void {
    const at = (sequence & this.mask) * RECORD_WORDS;
    this.words[at + 4] = lo;
    this.words[at + 5] = hi;
    this.sink?.record(this, sequence);
  }

  payload(sequence: number, bytes: Uint8Array): void {
    this.sink?.payload(sequence, bytes);
  }

  /** The record, or undefined when it was overwritten or never was. */
  get(sequence: number): TraceRecord | undefined {
    if (sequence < 0 || sequence >= this.next || sequence < this.next - this.capacity) return undefined;
    const at = (sequence & this.mask) * RECORD_WORDS;
    const w1 = this.words[at + 1]!;
    const w3 = this.words[at + 3]!;
    return {
      sequence,
      timeNs: (w1 & 0xf_ffff) * 0x1_0000_0000 + this.words[at]!,
      kind: ((w1 >>> 20) & 0x1f) as RecordKind,
      card: (w3 >>> 12) & 0xf,
      bar: (w1 >>> 25) & 0x7f,
      width: (w3 >>> 8) & 0xf,
      offset: (w3 & 0xff) * 0x1_0000_0000 + this.words[at + 2]!,
      lo: this.words[at + 4]!,
      hi: this.words[at + 5]!,
      step: w3 >>> 16,
    };
  }
}
