/**
 * Puts payloads into the files that drivers open: a common header of 32 bytes, one of the file's own, the payloads.
 *
 * Source: the public header structures of each file, and where the real files put their parts.
 * Software; no hardware is modelled here.
 */

import { crc32 } from 'node:zlib';

/** Bytes where payloads begin, in every file. */
const PAYLOADS_AT = 0x100;

export interface ContainerSpec {
  readonly headerBytes: number;
  readonly headerVersion: readonly [major: number, minor: number];
  readonly ipVersion: readonly [major: number, minor: number];
  readonly ucodeVersion: number;
  /** `ucode_size_bytes` of the common header where it is not all payloads together. */
  readonly ucodeBytes?: number;
  /** Parts one after the other from 0x100 on. */
  readonly parts: readonly Uint8Array[];
  /** More after the payloads (tables of the SMU file). */
  readonly trailer?: Uint8Array;
  /** u32 values at byte offsets from 0x20 on. */
  readonly words: Readonly<Record<number, number>>;
  /** Two file types carry a word in the CRC's place that follows no known rule. */
  readonly crc?: 'zlib' | 'none';
}

/** The file. Its CRC is zlib's CRC-32 of everything after the common header, as in real files. */
export function container(spec: ContainerSpec): Uint8Array {
  const payloadBytes = spec.parts.reduce((sum, part) => sum + part.length, 0);
  const file = new Uint8Array(PAYLOADS_AT + payloadBytes + (spec.trailer?.length ?? 0));
  const view = new DataView(file.buffer);
  let at = PAYLOADS_AT;
  for (const part of spec.parts) {
    file.set(part, at);
    at += part.length;
  }
  if (spec.trailer !== undefined) file.set(spec.trailer, at);
  view.setUint32(0x00, file.length, true);
  view.setUint32(0x04, spec.headerBytes, true);
  view.setUint16(0x08, spec.headerVersion[0], true);
  view.setUint16(0x0a, spec.headerVersion[1], true);
  view.setUint16(0x0c, spec.ipVersion[0], true);
  view.setUint16(0x0e, spec.ipVersion[1], true);
  view.setUint32(0x10, spec.ucodeVersion, true);
  view.setUint32(0x14, spec.ucodeBytes ?? payloadBytes, true);
  view.setUint32(0x18, PAYLOADS_AT, true);
  for (const [offset, value] of Object.entries(spec.words)) view.setUint32(Number(offset), value, true);
  const crc = crc32(file.subarray(0x20)) >>> 0;
  view.setUint32(0x1c, spec.crc === 'none' ? ~crc >>> 0 : crc, true);
  return file;
}
