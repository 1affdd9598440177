/**
 * How the PSP judges an image: by what stands in its own header, never by the file it came in.
 *
 * Magic, kind, sizes and SHA-256 of the body are in every real payload; that the PSP tests them in this order is
 * guessed. The RSA signature of real images is not modelled; synthetic images carry a digest in its place, and that
 * is tested.
 *
 * Fidelity: guessed (order of the tests). The header's layout is from public files.
 */

import { createHash } from 'node:crypto';
import {
  payloadHeader,
  payloadHeaderBytes,
  payloadMagic,
  payloadSignatureBytes,
} from '../../../registers/amd/firmware.ts';
import { payloadField, payloadKindName } from '../../../registers/amd/payload.ts';
import type { PayloadKind } from '../../../registers/amd/payload.ts';
import { isSynthetic, syntheticDigest } from '../../../registers/amd/synthetic-digest.ts';
import type { Rule } from '../../../sim/index.ts';
import { hex } from './context.ts';
import type { PspContext } from './context.ts';
import { engineRead } from './memory.ts';
import { pspRules } from './rules.ts';

const at = payloadHeader.parts;

export interface Image {
  readonly bytes: Uint8Array;
  readonly bodyBytes: number;
  readonly version: number;
  readonly kind: number;
}

export interface Refusal {
  readonly rule: Rule;
  readonly message: string;
}

export interface Expectation {
  /** What is being loaded, for messages. */
  readonly what: string;
  /** Kinds that may stand here; empty where no real image was seen, then only known others are refused. */
  readonly kinds: readonly PayloadKind[];
  /** Bytes the command or the mailbox allows. */
  readonly limitBytes: number;
  /** Where the limit comes from, for messages. */
  readonly limit: string;
  /** Something worth knowing when no image is found. */
  readonly hint?: string;
}

/** Reads an image at `mc` as the engine sees memory, and judges it. */
export function fetchImage(psp: PspContext, mc: number, expected: Expectation): Image | Refusal {
  const { what, limitBytes, limit } = expected;
  const { gmc } = psp.card;
  if (limitBytes < payloadHeaderBytes + payloadSignatureBytes) {
    return {
      rule: pspRules.PSP_IMAGE_SIZE,
      message: `${what}: ${limit} is ${hex(limitBytes)}, less than header and signature take (0x200)`,
    };
  }
  const header = new Uint8Array(payloadHeaderBytes);
  if (!engineRead(psp.card, mc, header, 'PSP')) {
    return {
      rule: pspRules.PSP_ADDRESS,
      message: `${what}: MC address ${hex(mc)} is not in video memory, which is ${hex(gmc.fbBase)}..${hex(gmc.fbBase + psp.card.vram.bytes - 1)}; give fb_base + the buffer's VRAM offset`,
    };
  }
  const view = new DataView(header.buffer);
  const word = (offset: number): number => view.getUint32(offset, true);
  const magic = word(at.magic.at);
  const kind = word(payloadField.kind);
  const name = payloadKindName(kind);
  if (magic !== payloadMagic && !(magic === 0 && name === 'KDB')) {
    const seen = header.every((byte) => byte === 0)
      ? 'only zeros'
      : `${hex(magic)} where $PS1 (${hex(payloadMagic)}) belongs`;
    const hint = expected.hint === undefined ? '' : `; ${expected.hint}`;
    return {
      rule: pspRules.PSP_IMAGE_MISSING,
      message: `${what}: at MC address ${hex(mc)} the PSP finds ${seen}${hint}`,
    };
  }
  if (expected.kinds.length > 0 ? name === undefined || !expected.kinds.includes(name) : name !== undefined) {
    const wanted = expected.kinds.length > 0 ? expected.kinds.join(' or ') : 'an image for it';
    return {
      rule: pspRules.PSP_IMAGE_KIND,
      message: `${what}: the header names kind ${hex(kind)} (${name ?? 'unknown'}), expected ${wanted}`,
    };
  }
  const bodyBytes = word(at.bodyBytes.at);
  const signed = word(at.signedBytes.at);
  if (bodyBytes === 0 || bodyBytes + payloadHeaderBytes + payloadSignatureBytes !== signed) {
    return {
      rule: pspRules.PSP_IMAGE_SIZE,
      message: `${what}: header says body ${hex(bodyBytes)} and signed ${hex(signed)}; signed must be body + 0x200`,
    };
  }
  if (signed > limitBytes) {
    return {
      rule: pspRules.PSP_IMAGE_SIZE,
      message: `${what}: the header says ${hex(signed)} bytes are signed, ${limit} is ${hex(limitBytes)}: the image was cut short`,
    };
  }
  const bytes = new Uint8Array(signed);
  if (!engineRead(psp.card, mc, bytes, 'PSP')) {
    return {
      rule: pspRules.PSP_ADDRESS,
      message: `${what}: ${hex(signed)} bytes from MC address ${hex(mc)} run past the end of video memory`,
    };
  }
  const body = bytes.subarray(payloadHeaderBytes, payloadHeaderBytes + bodyBytes);
  const sha = createHash('sha256').update(body).digest();
  const wanted = bytes.subarray(payloadField.bodySha256, payloadField.bodySha256 + 32);
  if (!same(sha, wanted)) {
    return {
      rule: pspRules.PSP_IMAGE_DIGEST,
      message: `${what}: SHA-256 of the ${hex(bodyBytes)} body bytes begins ${words(sha)}, the header says ${words(wanted)}: the bytes at MC address ${hex(mc)} are not the ones that were signed`,
    };
  }
  if (isSynthetic(bytes, payloadHeaderBytes + bodyBytes)) {
    const digest = syntheticDigest(bytes);
    const there = bytes.subarray(payloadHeaderBytes + bodyBytes, payloadHeaderBytes + bodyBytes + digest.length);
    if (!same(digest, there)) {
      return {
        rule: pspRules.PSP_IMAGE_DIGEST,
        message: `${what}: the header's digest is ${words(digest)}, the signature place says ${words(there)}: header or signature were damaged`,
      };
    }
  }
  return { bytes, bodyBytes, version: word(at.version.at), kind };
}

export function isRefusal(result: Image | Refusal): result is Refusal {
  return 'rule' in result;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** First four bytes, for messages. */
function words(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < 4; i++) text += bytes[i]!.toString(16).padStart(2, '0');
  return `${text}…`;
}
