/**
 * Reads packets: from the ring, which wraps, or from the indirect buffer that the queue is in.
 *
 * A window of dwords is read at once. It is good for one event only and no part of a snapshot. Pure software around
 * `sdma/index.ts`.
 */

import { Q, clientOf, get, ringBase, ringBytes, rptrOf, vmidOf, wptrOf } from './queue.ts';
import type { SdmaContext } from './queue.ts';

const WINDOW_DWORDS = 256;

export class Fetcher {
  private readonly c: SdmaContext;
  private readonly bytes = new Uint8Array(WINDOW_DWORDS * 4);
  private readonly words = new Uint32Array(this.bytes.buffer);
  private q = -1;
  /** Position in dwords of the stream at which the window begins, and how many it holds. */
  private first = 0;
  private count = 0;
  /** Position of the packet being read. */
  private at = 0;
  /** Dwords from the packet's first to the end of what was submitted. */
  available = 0;

  constructor(c: SdmaContext) {
    this.c = c;
  }

  /** Begins an event of queue `q`, or follows it into another stream: nothing read before counts. */
  begin(q: number): void {
    this.q = q;
    this.count = 0;
  }

  /** Moves to where the queue is now. */
  locate(): void {
    const { c, q } = this;
    if (get(c, q, Q.ib) !== 0) {
      this.at = get(c, q, Q.ibAt);
      this.available = get(c, q, Q.ibDwords) - this.at;
    } else {
      this.at = rptrOf(c, q) / 4;
      this.available = (wptrOf(c, q) - rptrOf(c, q)) / 4;
    }
  }

  /** Virtual address of dword `index` of the packet, and (in `run`) how many dwords go on from there in one piece. */
  addressOf(index: number): number {
    const { c, q } = this;
    const position = this.at + index;
    if (get(c, q, Q.ib) !== 0) {
      this.run = get(c, q, Q.ibDwords) - position;
      return get(c, q, Q.ibBase) + position * 4;
    }
    const size = ringBytes(c, q) / 4;
    this.run = size - (position % size);
    return ringBase(c, q) + (position % size) * 4;
  }

  run = 0;

  /** Dword `index` of the packet. */
  word(index: number): number {
    const position = this.at + index;
    if (position < this.first || position >= this.first + this.count) this.refill(index);
    return this.words[position - this.first]!;
  }

  private refill(index: number): void {
    const { c, q } = this;
    const address = this.addressOf(index);
    this.first = this.at + index;
    this.count = Math.max(1, Math.min(WINDOW_DWORDS, this.run, this.available - index));
    c.card.gmc.gfxhub.read(vmidOf(c, q), address, this.bytes.subarray(0, this.count * 4), clientOf(q));
  }

  /** Where the packet lies, for messages. */
  get place(): string {
    const { c, q } = this;
    const address = this.addressOf(0);
    return get(c, q, Q.ib) !== 0
      ? `IB at 0x${get(c, q, Q.ibBase).toString(16)} + 0x${(this.at * 4).toString(16)}`
      : `ring offset 0x${((this.at * 4) % ringBytes(c, q)).toString(16)} (address 0x${address.toString(16)})`;
  }
}
