/**
 * Makes one payload: header, body, signature place. What the body says is nonsense that is the same every time.
 *
 * Software; the layout is in `registers/amd/firmware.ts` and `payload.ts`.
 */

import { createHash } from 'node:crypto';
import {
  payloadHeader,
  payloadHeaderBytes,
  payloadMagic,
  payloadSignatureBytes,
} from '../../registers/amd/firmware.ts';
import { payloadField, payloadKind } from '../../registers/amd/payload.ts';
import type { PayloadKind } from '../../registers/amd/payload.ts';
import { syntheticDigest, syntheticKeyId } from '../../registers/amd/synthetic-digest.ts';

export interface PayloadSpec {
  /** What the image is for, or a raw word for images of which no real one was seen. */
  readonly kind: PayloadKind | number;
  readonly version: number;
  /** Bytes of the body, or the body. */
  readonly body: number | Uint8Array;
  /** Whole payload where it is longer than what is signed. */
  readonly totalBytes?: number;
  readonly seed?: number;
}

const PATTERN_BYTES = 4096;

/** Deterministic filler: a block of xorshift words, repeated. */
export function fill(into: Uint8Array, seed: number): void {
  const words = new Uint32Array(Math.min(PATTERN_BYTES, Math.ceil(into.length / 4) * 4) / 4);
  let x = (seed * 0x9e37_79b9) >>> 0 || 1;
  for (let i = 0; i < words.length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    words[i] = x;
  }
  const block = new Uint8Array(words.buffer);
  for (let at = 0; at < into.length; at += block.length)
    into.set(block.subarray(0, Math.min(block.length, into.length - at)), at);
}

/**
 * Writes the header and the signature place around the body that already lies in `payload` at 0x100. Also what a
 * test calls after it changed a body or a header on purpose, to make the image whole again.
 */
export function seal(payload: Uint8Array, kind: number, version: number, bodyBytes: number): void {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const signed = payloadHeaderBytes + bodyBytes + payloadSignatureBytes;
  view.setUint32(payloadHeader.parts.magic.at, (kind & 0xffff) === (payloadKind.KDB & 0xffff) ? 0 : payloadMagic, true);
  view.setUint32(payloadHeader.parts.bodyBytes.at, bodyBytes, true);
  view.setUint32(0x30, 1, true);
  payload.set(syntheticKeyId, payloadField.keyId);
  view.setUint32(payloadField.kind, kind, true);
  view.setUint32(payloadHeader.parts.version.at, version, true);
  view.setUint32(payloadHeader.parts.signedBytes.at, signed, true);
  const body = payload.subarray(payloadHeaderBytes, payloadHeaderBytes + bodyBytes);
  payload.set(createHash('sha256').update(body).digest(), payloadField.bodySha256);
  payload.set(syntheticDigest(payload), payloadHeaderBytes + bodyBytes);
}

/** One payload as `spec` wants it. */
export function forgePayload(spec: PayloadSpec): Uint8Array {
  const bodyBytes = typeof spec.body === 'number' ? spec.body : spec.body.length;
  const signed = payloadHeaderBytes + bodyBytes + payloadSignatureBytes;
  const payload = new Uint8Array(spec.totalBytes ?? signed);
  const kind = typeof spec.kind === 'number' ? spec.kind : payloadKind[spec.kind];
  const body = payload.subarray(payloadHeaderBytes, payloadHeaderBytes + bodyBytes);
  if (typeof spec.body === 'number') fill(body, (spec.seed ?? 1) * 65_521 + (kind & 0xffff));
  else body.set(spec.body);
  seal(payload, kind, spec.version, bodyBytes);
  return payload;
}
