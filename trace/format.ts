/**
 * The trace file, byte by byte.
 *
 * Eight bytes of magic, then frames. A frame is a 16-byte head (little-endian) and a body:
 *
 * | byte  | what                                                        |
 * |-------|-------------------------------------------------------------|
 * | 0-3   | bytes of the body as stored                                 |
 * | 4-7   | CRC-32 over bytes 8-15 and the stored body                  |
 * | 8     | kind: 1 header · 2 records · 3 payload · 4 step · 5 end     |
 * | 9     | flags: bit 0 = body is raw deflate                          |
 * | 10-11 | 0                                                           |
 * | 12-15 | bytes of the body when inflated                             |
 *
 * Header, records, step and end are msgpack; a payload is its bytes. Payloads are numbered from 1 in file
 * order, each distinct content once, and come before the records that mean them; so does a step's text.
 * Whatever precedes damage or the cut of a truncated file stays usable. The end frame says that nothing is missing.
 *
 * Pure software.
 */

import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { EmptyslotError } from '../pcie/index.ts';

export const MAGIC = new Uint8Array([0x45, 0x53, 0x54, 0x52, 0x41, 0x43, 0x45, 0x0a]); // "ESTRACE\n"

/** Of the header frame; a reader refuses others. */
export const SCHEMA = 1;

export const FRAME_HEAD_BYTES = 16;

/** Larger frames are damage, not data. */
export const MAX_FRAME_BYTES = 0x4000_0000;

export const FrameKind = { header: 1, records: 2, payload: 3, step: 4, end: 5 } as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

const DEFLATED = 1;

/** Bodies below this are not worth deflating. */
const WORTH_BYTES = 64;

/** What was recorded. Everything a fresh machine needs to be made equal. */
export interface TraceHeader {
  readonly schema: number;
  /** Model's name: `rx7900xtx`. */
  readonly device: string;
  /** Plain data that made the machine and its cards: `{ machine: {…}, cards: [{…}] }`. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Of the package, the driver, the firmware: by name. */
  readonly versions: Readonly<Record<string, string>>;
  readonly note?: string;
}

/** What the end frame holds. */
export interface TraceSummary {
  readonly records: number;
  readonly payloads: number;
  /** How often each finding's code was reported, when the recorder said. */
  readonly findings?: Readonly<Record<string, number>>;
}

/** The columns of up to 4096 records. A column of zeros is left out. */
export interface RecordsBody {
  /** Sequence number of the first. */
  readonly first: number;
  readonly n: number;
  /** Time of the first in ns. */
  readonly t0: number;
  /** ns since the record before, u32; 0xffffffff: the next of `wide`. */
  readonly dt?: Uint8Array;
  readonly wide?: readonly number[];
  /** Upper 12 bits of ring word 1, u16. */
  readonly head?: Uint8Array;
  /** Ring words 2 to 5, u32 each. */
  readonly offset?: Uint8Array;
  readonly tail?: Uint8Array;
  readonly lo?: Uint8Array;
  readonly hi?: Uint8Array;
}

export const WIDE_DELTA = 0xffff_ffff;

/**
 * One frame, ready to be written.
 *
 * @param level deflate level, 0 stores the body as it is
 */
export function encodeFrame(kind: FrameKind, body: Uint8Array, level: number): Uint8Array {
  let stored = body;
  let flags = 0;
  if (level > 0 && body.length >= WORTH_BYTES) {
    const small = deflateRawSync(body, { level });
    if (small.length < body.length - body.length / 16) {
      stored = small;
      flags = DEFLATED;
    }
  }
  const frame = new Uint8Array(FRAME_HEAD_BYTES + stored.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, stored.length, true);
  frame[8] = kind;
  frame[9] = flags;
  view.setUint32(12, body.length, true);
  frame.set(stored, FRAME_HEAD_BYTES);
  view.setUint32(4, crc32(frame.subarray(8)), true);
  return frame;
}

export interface FrameHead {
  readonly kind: number;
  readonly deflated: boolean;
  /** Bytes stored after the head. */
  readonly stored: number;
  readonly raw: number;
  readonly crc: number;
}

/** @param head 16 bytes */
export function decodeFrameHead(head: Uint8Array): FrameHead {
  const view = new DataView(head.buffer, head.byteOffset, FRAME_HEAD_BYTES);
  return {
    kind: head[8]!,
    deflated: (head[9]! & DEFLATED) !== 0,
    stored: view.getUint32(0, true),
    raw: view.getUint32(12, true),
    crc: view.getUint32(4, true),
  };
}

/** True when the CRC of a frame (head and stored body in one piece) is right. */
export const intact = (frame: Uint8Array, head: FrameHead): boolean => crc32(frame.subarray(8)) === head.crc;

/**
 * A frame's body, inflated.
 *
 * @throws EmptyslotError `TRACE_INVALID` when it does not have the length its head says.
 */
export function decodeBody(frame: Uint8Array, head: FrameHead): Uint8Array {
  const stored = frame.subarray(FRAME_HEAD_BYTES);
  if (!head.deflated) return stored;
  let body: Uint8Array | undefined;
  try {
    body = inflateRawSync(stored, { maxOutputLength: Math.max(1, head.raw) });
  } catch (cause) {
    throw new EmptyslotError('TRACE_INVALID', 'a frame of the trace does not inflate', { cause });
  }
  if (body.length !== head.raw)
    throw new EmptyslotError('TRACE_INVALID', `a frame inflates to ${body.length} bytes instead of ${head.raw}`);
  return body;
}
