/**
 * What an SDMA packet does to more memory than fits one event: copies, fills, page-table entries.
 *
 * Done in slices with the virtual time that the bytes take, so that nothing blocks. A page that faults is skipped:
 * reads give zeros, writes are dropped, as the hub's fault defaults have it. Overlapping copies run forwards in
 * pieces, or from the end where the packet says so.
 *
 * Fidelity: guessed (rates: 60 GB/s in VRAM, 25 GB/s to or from host memory).
 */

import { Access } from '../blocks.ts';
import { Bulk, Q, clientOf, get, put, vmidOf } from './queue.ts';
import type { SdmaContext } from './queue.ts';

/** Bytes, or entries, of one slice. */
const SLICE_BYTES = 0x10_0000;
const SLICE_ENTRIES = 4096;
const VRAM_BYTES_PER_NS = 60;
const HOST_BYTES_PER_NS = 25;
const PAGE = 4096;

/** Does one slice of the bulk work of queue `q`. Returns the ns it takes; `Q.left` is 0 when all is done. */
export function slice(c: SdmaContext, q: number): number {
  switch (get(c, q, Q.bulk)) {
    case Bulk.copy:
      return copyForwards(c, q);
    case Bulk.copyBackwards:
      return copyBackwards(c, q);
    case Bulk.fill:
      return fill(c, q);
    default:
      return entries(c, q);
  }
}

function costNs(c: SdmaContext, bytes: number, host: boolean): number {
  return bytes / (host ? HOST_BYTES_PER_NS : VRAM_BYTES_PER_NS);
}

function isHost(c: SdmaContext, at: number): boolean {
  return at < 0 || c.card.gmc.vramOffsetOf(at) < 0;
}

/** Copies `bytes` to one target, where the source lies at arena offset `from` or (−1, −2) is no memory. */
function store(
  c: SdmaContext,
  vmid: number,
  client: number,
  from: number,
  source: number,
  target: number,
  bytes: number,
): boolean {
  const hub = c.card.gmc.gfxhub;
  const { u8 } = c.card.slot.arena;
  let host = false;
  for (let done = 0; done < bytes;) {
    const to = hub.run(vmid, target + done, bytes - done, Access.write, client);
    const run = hub.runBytes;
    if (done === 0) host = isHost(c, to);
    if (to >= 0 && from >= 0) u8.copyWithin(to, from + done, from + done + run);
    else if (to >= 0 && from === -1) u8.fill(0, to, to + run);
    else if (to !== -1) {
      const piece = new Uint8Array(run);
      if (from >= 0) piece.set(u8.subarray(from + done, from + done + run));
      else if (from === -2) hub.read(vmid, source + done, piece, client);
      hub.write(vmid, target + done, piece, client);
    }
    done += run;
  }
  return host;
}

function copyForwards(c: SdmaContext, q: number): number {
  const hub = c.card.gmc.gfxhub;
  const vmid = vmidOf(c, q);
  const client = clientOf(q);
  let source = get(c, q, Q.source);
  let target = get(c, q, Q.target);
  let second = get(c, q, Q.target2);
  const left = get(c, q, Q.left);
  const budget = Math.min(left, SLICE_BYTES);
  let host = false;
  for (let done = 0; done < budget;) {
    const from = hub.run(vmid, source, budget - done, Access.read, client);
    const run = hub.runBytes;
    if (done === 0) host = isHost(c, from);
    const far = store(c, vmid, client, from, source, target, run);
    if (done === 0) host ||= far;
    target += run;
    if (second !== 0) {
      store(c, vmid, client, from, source, second, run);
      second += run;
    }
    source += run;
    done += run;
  }
  put(c, q, Q.source, source);
  put(c, q, Q.target, target);
  put(c, q, Q.target2, second);
  put(c, q, Q.left, left - budget);
  return costNs(c, budget, host);
}

/** From the last byte to the first, a page's rest at a time. */
function copyBackwards(c: SdmaContext, q: number): number {
  const hub = c.card.gmc.gfxhub;
  const vmid = vmidOf(c, q);
  const client = clientOf(q);
  const source = get(c, q, Q.source);
  const target = get(c, q, Q.target);
  let left = get(c, q, Q.left);
  const stop = Math.max(0, left - SLICE_BYTES);
  const taken = left - stop;
  let host = false;
  while (left > stop) {
    const run = Math.min(left - stop, ((source + left - 1) % PAGE) + 1, ((target + left - 1) % PAGE) + 1);
    left -= run;
    const from = hub.run(vmid, source + left, run, Access.read, client);
    const far = store(c, vmid, client, from, source + left, target + left, run);
    host ||= far || isHost(c, from);
  }
  put(c, q, Q.left, left);
  return costNs(c, taken, host);
}

function fill(c: SdmaContext, q: number): number {
  const hub = c.card.gmc.gfxhub;
  const { u8, u32 } = c.card.slot.arena;
  const vmid = vmidOf(c, q);
  const client = clientOf(q);
  const value = get(c, q, Q.aLo);
  const element = get(c, q, Q.element);
  const pattern = new Uint8Array(Uint32Array.of(value).buffer);
  let target = get(c, q, Q.target);
  const left = get(c, q, Q.left);
  const budget = Math.min(left, SLICE_BYTES);
  let host = false;
  for (let done = 0; done < budget;) {
    const at = hub.run(vmid, target, budget - done, Access.write, client);
    const run = hub.runBytes;
    if (done === 0) host = isHost(c, at);
    if (at >= 0) {
      if (element === 1) u8.fill(value & 0xff, at, at + run);
      else if (at % 4 === 0 && run % 4 === 0 && target % 4 === 0)
        u32.fill(element === 2 ? (value & 0xffff) * 0x1_0001 : value, at / 4, (at + run) / 4);
      else for (let i = 0; i < run; i++) u8[at + i] = pattern[(target + i) % Math.min(element, 4)]!;
    } else if (at === -2)
      hub.write(
        vmid,
        target,
        Uint8Array.from({ length: run }, (_, i) => pattern[(target + i) % Math.min(element, 4)]!),
        client,
      );
    target += run;
    done += run;
  }
  put(c, q, Q.target, target);
  put(c, q, Q.left, left - budget);
  return costNs(c, budget, host);
}

const words = new Uint32Array(2);

/**
 * Page-table entries, eight bytes each. Made: `a | b`, then b grows by c. Copied: the bits of mask `a`. Modified: the
 * bits of mask `a` become those of `b`.
 */
function entries(c: SdmaContext, q: number): number {
  const hub = c.card.gmc.gfxhub;
  const vmid = vmidOf(c, q);
  const client = clientOf(q);
  const kind = get(c, q, Q.bulk);
  const aLo = get(c, q, Q.aLo);
  const aHi = get(c, q, Q.aHi);
  let bLo = get(c, q, Q.bLo);
  let bHi = get(c, q, Q.bHi);
  const left = get(c, q, Q.left);
  const count = Math.min(left, SLICE_ENTRIES);
  let source = get(c, q, Q.source);
  let target = get(c, q, Q.target);
  for (let i = 0; i < count; i++, source += 8, target += 8) {
    if (kind === Bulk.entries) {
      hub.write64(vmid, target, (aLo | bLo) >>> 0, (aHi | bHi) >>> 0, client);
      const sum = bLo + get(c, q, Q.cLo);
      bLo = sum >>> 0;
      bHi = (bHi + get(c, q, Q.cHi) + (sum >= 2 ** 32 ? 1 : 0)) >>> 0;
    } else if (kind === Bulk.entryCopy) {
      hub.read64(vmid, source, words, client);
      hub.write64(vmid, target, (words[0]! & aLo) >>> 0, (words[1]! & aHi) >>> 0, client);
    } else {
      hub.read64(vmid, target, words, client);
      hub.write64(
        vmid,
        target,
        ((words[0]! & ~aLo) | (bLo & aLo)) >>> 0,
        ((words[1]! & ~aHi) | (bHi & aHi)) >>> 0,
        client,
      );
    }
  }
  put(c, q, Q.bLo, bLo);
  put(c, q, Q.bHi, bHi);
  put(c, q, Q.source, source);
  put(c, q, Q.target, target);
  put(c, q, Q.left, left - count);
  return costNs(c, count * 8, false);
}
