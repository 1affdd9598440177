/**
 * Ring discipline, whatever the engine: packets stay whole, the ring never overruns, and what the device may fetch is
 * in memory before it is told.
 *
 * The order of a submission is always the same: packets into the ring, write pointer into memory, stores flushed,
 * doorbell. Pointers grow without end; the place in the ring is their remainder.
 */

import { EmptyslotError } from '../pcie/index.ts';

/** What a ring needs of its surroundings. All offsets and sizes in dwords unless said otherwise. */
export interface RingPorts {
  /** Writes dwords into the ring at dword `at`; never past its end. */
  write(at: number, words: Uint32Array): void;
  /** Read pointer as the device last reported it, in dwords, reduced or not by the size of the ring. */
  readPointer(): number;
  /** Stores the write pointer (dwords, growing) in memory. */
  storeWritePointer(dwords: number): void;
  /** Makes everything stored so far visible to the device. */
  flush(): void;
  /** Rings the doorbell with the write pointer (dwords, growing). */
  ring(dwords: number): void;
  /** A packet of `dwords` dwords (≥ 1) that does nothing. */
  filler(dwords: number): Uint32Array;
}

export interface RingStatistics {
  readonly submissions: number;
  readonly dwords: number;
  /** Dwords spent on keeping packets whole at the end of the ring. */
  readonly fillerDwords: number;
  readonly wraps: number;
}

/** Dwords kept free, so that a full ring never looks like an empty one. */
const GAP = 16;

export class Ring {
  readonly name: string;
  readonly size: number;
  /** Write pointer in dwords since the queue was made. */
  written = 0;
  private readonly ports: RingPorts;
  private read = 0;
  private submissions = 0;
  private fillerDwords = 0;

  /** @param size dwords, a power of two. */
  constructor(name: string, size: number, ports: RingPorts) {
    this.name = name;
    this.size = size;
    this.ports = ports;
  }

  statistics(): RingStatistics {
    return {
      submissions: this.submissions,
      dwords: this.written,
      fillerDwords: this.fillerDwords,
      wraps: Math.floor(this.written / this.size),
    };
  }

  /** Dwords that may be written now. Reads the device's read pointer. */
  space(): number {
    const reported = this.ports.readPointer() % this.size;
    // the read pointer grows as ours does; what it reports is the place in the ring
    this.read += (reported - (this.read % this.size) + this.size) % this.size;
    return this.size - GAP - (this.written - this.read);
  }

  /** True when the device has fetched everything. */
  empty(): boolean {
    this.space();
    return this.read === this.written;
  }

  /** Dwords that `packets` take from here, fillers at the end of the ring included. */
  cost(packets: readonly Uint32Array[]): number {
    let at = this.written % this.size;
    let total = 0;
    for (const { length } of packets) {
      const left = this.size - at;
      if (length > left) {
        total += left;
        at = 0;
      }
      total += length;
      at = (at + length) % this.size;
    }
    return total;
  }

  /** True when `packets` could go in once the device has caught up. */
  canEverTake(packets: readonly Uint32Array[]): boolean {
    return packets.every((p) => p.length > 0 && p.length <= this.size) && this.cost(packets) <= this.size - GAP;
  }

  /**
   * Submits packets, whole and in order.
   *
   * @returns the write pointer afterwards, dwords.
   * @throws EmptyslotError `QUEUE_FULL` when they do not fit now; wait for `space()` to reach `cost()` first.
   */
  submit(packets: readonly Uint32Array[]): number {
    const cost = this.cost(packets);
    const space = this.space();
    if (cost > space) {
      throw new EmptyslotError('QUEUE_FULL', `${this.name}: ${cost} dwords do not fit, ${space} are free`, {
        expected: `at least ${cost} dwords free`,
        lastSeen: String(space),
        facts: { queue: this.name, cost, space },
      });
    }
    // one store a run: packets that lie next to each other go together
    let run: number[] = [];
    let runAt = this.written % this.size;
    const store = (): void => {
      if (run.length > 0) this.ports.write(runAt, Uint32Array.from(run));
      run = [];
    };
    for (const packet of packets) {
      const at = this.written % this.size;
      const left = this.size - at;
      if (packet.length > left) {
        run.push(...this.ports.filler(left));
        this.fillerDwords += left;
        this.written += left;
      }
      if (this.written % this.size === 0) {
        store();
        runAt = 0;
      }
      for (const word of packet) run.push(word);
      this.written += packet.length;
      if (this.written % this.size === 0) {
        store();
        runAt = 0;
      }
    }
    store();
    this.submissions++;
    this.ports.storeWritePointer(this.written);
    this.ports.flush();
    this.ports.ring(this.written);
    return this.written;
  }

  /** The queue was made anew on the device: both pointers are 0. */
  reset(): void {
    this.written = 0;
    this.read = 0;
  }
}
