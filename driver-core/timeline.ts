/**
 * A timeline: a number that only grows, written by a device when work is done, and waited for by value.
 *
 * Engines that write 32 bits are served too: what is in flight stays far below 2^31, so the low half tells the rest.
 */

const HALF = 0x1_0000_0000;

export class Timeline {
  /** Last value given out; 0 before the first. */
  last = 0;
  /** Highest value seen as done. */
  done = 0;

  /** The value that the next piece of work signals. */
  next(): number {
    return ++this.last;
  }

  /** Takes in what the device has written: the full value, or its low 32 bits. Returns what is done. */
  saw(lo: number, hi?: number): number {
    let value: number;
    if (hi !== undefined) value = (hi >>> 0) * HALF + (lo >>> 0);
    else value = this.done + (((lo >>> 0) - (this.done % HALF) + HALF) % HALF);
    // a value that was never given out is not ours: a stale or torn read
    if (value > this.done && value <= this.last) this.done = value;
    return this.done;
  }

  reached(value: number): boolean {
    return this.done >= value;
  }

  /** After a reset of the queue everything given out counts as done: nothing will ever signal it. */
  abandon(): void {
    this.done = this.last;
  }
}
