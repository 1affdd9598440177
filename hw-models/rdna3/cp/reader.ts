/**
 * The packet fetcher, which reads from the ring of a queue or from an indirect buffer, through the queue's page
 * tables, into one contiguous window, read ahead in page-sized pieces.
 *
 * The window is rebuilt for every event, so nothing read earlier outlives a pause; within an event it is dropped
 * where the engine itself writes into what was read.
 *
 * Fidelity: guessed (how far the fetcher reads ahead).
 */

import type { Card } from '../blocks.ts';
import { Client } from '../blocks.ts';

/** A packet has at most 0x3fff + 1 dwords of body. */
const WINDOW = 16_448;
const AHEAD = 1024;

export class PacketReader {
  readonly words = new Uint32Array(WINDOW);
  private readonly bytes = new Uint8Array(this.words.buffer);
  private readonly card: Card;
  private queue = -1;
  private level = 0;
  private start = 0;
  private length = 0;
  private vmid = 0;
  private base = 0;
  private span = 0;

  constructor(card: Card) {
    this.card = card;
  }

  drop(): void {
    this.queue = -1;
  }

  /** Forgets the window if it was read from any of these bytes. */
  forget(vmid: number, va: number, bytes: number): void {
    if (this.queue >= 0 && vmid === this.vmid && va < this.base + this.span && va + bytes > this.base) this.queue = -1;
  }

  /**
   * Index in `words` of position `pos` (in dwords) with `need` dwords after it, or −1 where memory is not mapped.
   * The memory is `size` dwords at `base`, wrapping if `pos` runs past it (rings); nothing beyond `limit` is read.
   */
  ensure(
    queue: number,
    level: number,
    vmid: number,
    base: number,
    size: number,
    pos: number,
    limit: number,
    need: number,
  ): number {
    if (
      queue === this.queue &&
      level === this.level &&
      pos >= this.start &&
      pos + need <= this.start + this.length &&
      base === this.base
    ) {
      return pos - this.start;
    }
    const take = Math.min(limit - pos, Math.max(need, AHEAD), WINDOW, size);
    this.queue = -1;
    let offset = pos % size;
    for (let done = 0; done < take;) {
      const run = Math.min(take - done, size - offset);
      if (
        !this.card.gmc.gfxhub.read(vmid, base + offset * 4, this.bytes.subarray(done * 4, (done + run) * 4), Client.cpc)
      )
        return -1;
      done += run;
      offset = 0;
    }
    this.queue = queue;
    this.level = level;
    this.start = pos;
    this.length = take;
    this.vmid = vmid;
    this.base = base;
    this.span = size * 4;
    return 0;
  }
}
