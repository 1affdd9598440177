/**
 * How an image that this project made up is told from a vendor's, and what stands where the vendor's signature would.
 *
 * The key id in the payload header is `syntheticKeyId`; the last 0x100 bytes of the signed part are 16 bytes of digest
 * of the header, the key id once more, and zeros. The header holds the SHA-256 of the body, so both are covered. This
 * is no cryptography: it finds damage, it keeps nobody out.
 */

import { payloadHeaderBytes } from './firmware.ts';
import { payloadField } from './payload.ts';

/** 16 ASCII bytes. */
export const syntheticKeyId: Uint8Array = Uint8Array.from('emptyslot forge\0', (c) => c.charCodeAt(0));

/** Whether the image, whose signature place begins at `signatureAt`, says in either place that it is one of ours. */
export function isSynthetic(image: Uint8Array, signatureAt: number): boolean {
  const says = (at: number): boolean => syntheticKeyId.every((byte, i) => image[at + i] === byte);
  return says(payloadField.keyId) || says(signatureAt + 16);
}

/** 32 bytes for the signature place: 16 over the first 0x100 bytes of `header`: four FNV-1a lanes, each fed with what the one before made. */
export function syntheticDigest(header: Uint8Array): Uint8Array {
  const lanes = new Uint32Array([0x811c_9dc5, 0x0bad_cafe, 0x5ca1_ab1e, 0x00c0_ffee]);
  for (let i = 0; i < payloadHeaderBytes; i++) {
    let carried = header[i]!;
    for (let lane = 0; lane < 4; lane++) {
      lanes[lane] = Math.imul(lanes[lane]! ^ carried, 0x0100_0193);
      carried = (lanes[lane]! >>> (8 + lane)) & 0xff;
    }
  }
  const digest = new Uint8Array(32);
  const view = new DataView(digest.buffer);
  for (let lane = 0; lane < 4; lane++) view.setUint32(lane * 4, lanes[lane]!, true);
  digest.set(syntheticKeyId, 16);
  return digest;
}
