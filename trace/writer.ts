/**
 * Writes what a trace ring records, as a trace file, to anything that takes bytes.
 *
 * Pure software.
 */

import { createHash } from 'node:crypto';
import { Packr } from 'msgpackr';
import { FrameKind, MAGIC, SCHEMA, WIDE_DELTA, encodeFrame } from './format.ts';
import type { RecordsBody, TraceHeader, TraceSummary } from './format.ts';
import { CHUNK_RECORDS, RECORD_WORDS } from './ring.ts';
import type { TraceRing, TraceSink } from './ring.ts';

export interface TraceWriterOptions {
  /** Deflate level 0 to 9 (default 1: a tenth of the time of 6, and nearly as small). */
  readonly level?: number;
  /** Keep the bytes of blocks (default true). Without them a recording can be read, but not replayed. */
  readonly payloads?: boolean;
}

export class TraceWriter implements TraceSink {
  private readonly out: (bytes: Uint8Array) => void;
  private readonly level: number;
  private readonly keepsPayloads: boolean;
  private readonly packr = new Packr({ useRecords: false, moreTypes: false });
  /** Digest of a payload -> its number. */
  private readonly known = new Map<string, number>();
  private readonly words = new Uint32Array(CHUNK_RECORDS * RECORD_WORDS);
  private count = 0;

  /** @param out takes each frame as it is made, in order */
  constructor(out: (bytes: Uint8Array) => void, header: Omit<TraceHeader, 'schema'>, options: TraceWriterOptions = {}) {
    this.out = out;
    this.level = options.level ?? 1;
    this.keepsPayloads = options.payloads ?? true;
    out(MAGIC);
    this.frame(FrameKind.header, { schema: SCHEMA, ...header });
  }

  private frame(kind: FrameKind, value: unknown): void {
    this.out(encodeFrame(kind, this.packr.pack(value), this.level));
  }

  step(index: number, text: string): void {
    if (index > 0) this.frame(FrameKind.step, { index, text });
  }

  payload(bytes: Uint8Array): number {
    if (!this.keepsPayloads) return 0;
    const digest = createHash('sha1').update(bytes).digest('base64');
    const known = this.known.get(digest);
    if (known !== undefined) return known;
    const number = this.known.size + 1;
    this.known.set(digest, number);
    this.out(encodeFrame(FrameKind.payload, bytes, this.level));
    return number;
  }

  records(ring: TraceRing, from: number, to: number): void {
    ring.copy(from, to, this.words);
    this.frame(FrameKind.records, columns(this.words, from, to - from));
    this.count += to - from;
  }

  /** Writes the end frame; without it a reader says that the file was cut off. */
  end(findings?: Readonly<Record<string, number>>): void {
    const summary: TraceSummary = {
      records: this.count,
      payloads: this.known.size,
      ...(findings === undefined ? {} : { findings }),
    };
    this.frame(FrameKind.end, summary);
  }
}

function columns(words: Uint32Array, first: number, n: number): RecordsBody {
  const dt = new Uint32Array(n);
  const head = new Uint16Array(n);
  const offset = new Uint32Array(n);
  const tail = new Uint32Array(n);
  const lo = new Uint32Array(n);
  const hi = new Uint32Array(n);
  const wide: number[] = [];
  const t0 = timeAt(words, 0);
  let before = t0;
  for (let i = 0, at = 0; i < n; i++, at += RECORD_WORDS) {
    const time = timeAt(words, at);
    const delta = time - before;
    before = time;
    if (delta >= 0 && delta < WIDE_DELTA) dt[i] = delta;
    else {
      dt[i] = WIDE_DELTA;
      wide.push(delta);
    }
    head[i] = words[at + 1]! >>> 20;
    offset[i] = words[at + 2]!;
    tail[i] = words[at + 3]!;
    lo[i] = words[at + 4]!;
    hi[i] = words[at + 5]!;
  }
  const body: Record<string, unknown> = { first, n, t0 };
  if (wide.length > 0) body['wide'] = wide;
  for (const [name, column] of Object.entries({ dt, head, offset, tail, lo, hi })) {
    if (column.some((value) => value !== 0)) body[name] = new Uint8Array(column.buffer, 0, column.byteLength);
  }
  return body as unknown as RecordsBody;
}

const timeAt = (words: Uint32Array, at: number): number => (words[at + 1]! & 0xf_ffff) * 0x1_0000_0000 + words[at]!;
