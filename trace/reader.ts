/**
 * Reads a trace file. What lies before damage, or before the cut of a truncated file, is usable; `notice` says what is wrong.
 *
 * Pure software.
 */

import { Unpackr } from 'msgpackr';
import { EmptyslotError } from '../pcie/index.ts';
import type { TraceRecord } from '../pcie/index.ts';
import {
  FRAME_HEAD_BYTES,
  FrameKind,
  MAGIC,
  MAX_FRAME_BYTES,
  SCHEMA,
  WIDE_DELTA,
  decodeBody,
  decodeFrameHead,
  intact,
} from './format.ts';
import type { FrameHead, RecordsBody, TraceHeader, TraceSummary } from './format.ts';
import { CHUNK_RECORDS, RECORD_WORDS, decodeRecord, hasPayload } from './ring.ts';

/** Where the bytes of a trace are. `read` may give fewer bytes at the end. */
export interface ByteSource {
  readonly bytes: number;
  read(offset: number, length: number): Uint8Array;
}

interface FrameAt {
  readonly offset: number;
  readonly head: FrameHead;
}

interface Chunk extends FrameAt {
  readonly first: number;
  readonly n: number;
}

const unpackr = new Unpackr({ useRecords: false, moreTypes: false, int64AsType: 'number' });

export class TraceReader {
  readonly header: TraceHeader;
  /** Texts by number, as records' `step` means them. */
  readonly steps: string[] = [''];
  /** Why the file ends before its end frame; `undefined` when it is whole. */
  readonly notice: EmptyslotError | undefined;
  /** From the end frame; absent when the file was cut off. */
  readonly summary: TraceSummary | undefined;
  private readonly source: ByteSource;
  private readonly chunks: Chunk[] = [];
  private readonly payloads: FrameAt[] = [];
  /** The chunk decoded last. */
  private held: { index: number; words: Uint32Array } | undefined;

  /**
   * Goes through the file once, checking every frame.
   *
   * @throws EmptyslotError `TRACE_INVALID` when not even the header can be read.
   */
  constructor(from: Uint8Array | ByteSource) {
    this.source = from instanceof Uint8Array ? bytesOf(from) : from;
    const magic = this.source.read(0, MAGIC.length);
    if (magic.length < MAGIC.length || MAGIC.some((byte, i) => magic[i] !== byte)) {
      throw new EmptyslotError('TRACE_INVALID', 'this is not a trace file', { expected: 'ESTRACE as the first bytes' });
    }
    let header: TraceHeader | undefined;
    let summary: TraceSummary | undefined;
    let notice: EmptyslotError | undefined;
    let offset = MAGIC.length;
    let expected = 0;
    try {
      while (summary === undefined) {
        const at = this.frameAt(offset);
        if (at === undefined) throw cut(offset, 'no end frame');
        const frame = this.source.read(offset, FRAME_HEAD_BYTES + at.head.stored);
        if (!intact(frame, at.head)) throw cut(offset, 'a frame does not have the CRC it says');
        if (header === undefined && at.head.kind !== FrameKind.header)
          throw cut(offset, 'the first frame is not the header');
        switch (at.head.kind) {
          case FrameKind.header:
            header = headerOf(decode(frame, at.head), offset);
            break;
          case FrameKind.payload:
            this.payloads.push(at);
            break;
          case FrameKind.step: {
            const { index, text } = decode(frame, at.head) as { index: number; text: string };
            if (!(index > 0 && index < 0x4000) || typeof text !== 'string')
              throw cut(offset, 'a step without number or text');
            this.steps[index] = text;
            break;
          }
          case FrameKind.records: {
            const body = recordsOf(decode(frame, at.head), offset);
            if (this.chunks.length > 0 && body.first !== expected)
              throw cut(offset, `records ${expected} to ${body.first} are missing`);
            this.chunks.push({ ...at, first: body.first, n: body.n });
            expected = body.first + body.n;
            break;
          }
          case FrameKind.end:
            summary = decode(frame, at.head) as TraceSummary;
            break;
          default: // a later version's: skipped
        }
        offset += FRAME_HEAD_BYTES + at.head.stored;
      }
    } catch (error) {
      notice = error instanceof EmptyslotError ? error : cut(offset, 'a frame cannot be decoded', error);
    }
    if (header === undefined) throw notice ?? cut(offset, 'no header');
    this.header = header;
    this.summary = summary;
    this.notice = notice;
  }

  private frameAt(offset: number): FrameAt | undefined {
    const bytes = this.source.read(offset, FRAME_HEAD_BYTES);
    if (bytes.length === 0) return undefined;
    if (bytes.length < FRAME_HEAD_BYTES) throw cut(offset, 'the file ends inside a frame');
    const head = decodeFrameHead(bytes);
    if (head.stored > MAX_FRAME_BYTES || head.raw > MAX_FRAME_BYTES) throw cut(offset, 'a frame of impossible size');
    if (offset + FRAME_HEAD_BYTES + head.stored > this.source.bytes) throw cut(offset, 'the file ends inside a frame');
    return { offset, head };
  }

  /** Sequence number of the first record. */
  get first(): number {
    return this.chunks[0]?.first ?? 0;
  }

  /** Sequence number after the last record. */
  get end(): number {
    const last = this.chunks.at(-1);
    return last === undefined ? 0 : last.first + last.n;
  }

  /** Records in the file. */
  get length(): number {
    return this.end - this.first;
  }

  /** Distinct payloads in the file. */
  get payloadCount(): number {
    return this.payloads.length;
  }

  /** Records in order, from sequence number `from` up to `to` (exclusive). */
  *records(from = this.first, to = this.end): IterableIterator<TraceRecord> {
    let index = this.chunkOf(from);
    for (; index < this.chunks.length; index++) {
      const { first, n } = this.chunks[index]!;
      if (first >= to) return;
      const words = this.chunk(index);
      for (let i = Math.max(0, from - first); i < Math.min(n, to - first); i++)
        yield decodeRecord(words, i * RECORD_WORDS, first + i);
    }
  }

  /** One record, or undefined where the file has none of that number. */
  record(sequence: number): TraceRecord | undefined {
    if (sequence < this.first || sequence >= this.end) return undefined;
    const index = this.chunkOf(sequence);
    return decodeRecord(this.chunk(index), (sequence - this.chunks[index]!.first) * RECORD_WORDS, sequence);
  }

  /** Bytes of a block's record, or undefined where they were not kept. */
  payloadOf(record: TraceRecord): Uint8Array | undefined {
    return hasPayload(record) ? this.payload(record.hi) : undefined;
  }

  /** Payload `number` (1 and up). */
  payload(number: number): Uint8Array | undefined {
    const at = this.payloads[number - 1];
    return at === undefined
      ? undefined
      : decodeBody(this.source.read(at.offset, FRAME_HEAD_BYTES + at.head.stored), at.head);
  }

  /** Number of the chunk that holds `sequence` (or of the first after it). */
  private chunkOf(sequence: number): number {
    let low = 0;
    let high = this.chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const chunk = this.chunks[middle]!;
      if (chunk.first + chunk.n <= sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private chunk(index: number): Uint32Array {
    if (this.held?.index === index) return this.held.words;
    const at = this.chunks[index]!;
    const frame = this.source.read(at.offset, FRAME_HEAD_BYTES + at.head.stored);
    const words = wordsOf(recordsOf(decode(frame, at.head), at.offset));
    this.held = { index, words };
    return words;
  }
}

function bytesOf(data: Uint8Array): ByteSource {
  return { bytes: data.length, read: (offset, length) => data.subarray(offset, offset + length) };
}

function cut(offset: number, why: string, cause?: unknown): EmptyslotError {
  return new EmptyslotError('TRACE_INVALID', `the trace is usable up to byte ${offset}: ${why}`, {
    facts: { byte: offset },
    ...(cause === undefined ? {} : { cause }),
  });
}

function decode(frame: Uint8Array, head: FrameHead): unknown {
  return unpackr.unpack(decodeBody(frame, head));
}

function headerOf(value: unknown, offset: number): TraceHeader {
  const header = value as TraceHeader;
  if (typeof header !== 'object' || header === null || typeof header.device !== 'string')
    throw cut(offset, 'the header says no device');
  if (header.schema !== SCHEMA) throw cut(offset, `schema ${header.schema}, and this reader knows ${SCHEMA}`);
  return header;
}

const widths = { dt: 4, head: 2, offset: 4, tail: 4, lo: 4, hi: 4 } as const;

function recordsOf(value: unknown, offset: number): RecordsBody {
  const body = value as RecordsBody;
  if (
    typeof body !== 'object' ||
    body === null ||
    !(body.n > 0 && body.n <= CHUNK_RECORDS) ||
    !Number.isSafeInteger(body.first) ||
    typeof body.t0 !== 'number'
  ) {
    throw cut(offset, 'a chunk of records without number, count or time');
  }
  for (const [name, bytes] of Object.entries(widths)) {
    const column = body[name as keyof typeof widths];
    if (column !== undefined && (!(column instanceof Uint8Array) || column.length !== body.n * bytes))
      throw cut(offset, `column ${name} has another length than its chunk`);
  }
  return body;
}

function wordsOf(body: RecordsBody): Uint32Array {
  const { n, wide = [] } = body;
  const words = new Uint32Array(n * RECORD_WORDS);
  // copied: msgpack leaves a column at any alignment
  const u32 = (column: Uint8Array | undefined): Uint32Array =>
    column === undefined ? new Uint32Array(n) : new Uint32Array(new Uint8Array(column).buffer, 0, n);
  const dt = u32(body.dt);
  const head = body.head === undefined ? new Uint16Array(n) : new Uint16Array(new Uint8Array(body.head).buffer, 0, n);
  const columns = [u32(body.offset), u32(body.tail), u32(body.lo), u32(body.hi)];
  let time = body.t0;
  let next = 0;
  for (let i = 0, at = 0; i < n; i++, at += RECORD_WORDS) {
    time += dt[i] === WIDE_DELTA ? (wide[next++] ?? 0) : dt[i]!;
    words[at] = time;
    words[at + 1] = ((time / 0x1_0000_0000) & 0xf_ffff) | (head[i]! << 20);
    for (let c = 0; c < 4; c++) words[at + 2 + c] = columns[c]![i]!;
  }
  return words;
}
