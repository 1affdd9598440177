/**
 * How wall time and polling become virtual time.
 *
 * Each request costs its bus time (the port's business). Beyond that:
 *
 * - Silence: wall time that passed while no request was waiting is credited when the next one comes, in whole quanta, so
 *   that a client which sleeps 500 ms after a reset finds the card reset. It is recorded as `elapsed`: a replay needs no
 *   wall clock.
 * - Polling: a client that reads the same places again and again, with the same answers, and between them writes nothing
 *   but what it wrote there before (an interrupt ring's read pointer, say), only waits. The clock jumps to the next pending
 *   event, instead of letting it poll thousands of times.
 *
 * What cannot be known: where a client slept, when this process was not scheduled meanwhile and finds several posted writes
 * in its socket at once. Where two of them pulse one register, the silence is credited between them as well as before.
 *
 * Pure software.
 */

import type { Port } from '../../sim/index.ts';

/** Wall clock in ns; any origin. */
export type WallClock = () => number;

export interface PaceOptions {
  /** Silences are credited in multiples of this; shorter ones not at all (default 1 ms: a client's own work between requests is no wait). */
  readonly quantumNs?: number;
  /** Longest silence credited (default 10 s): a client that went for lunch does not return to a card that aged an hour. */
  readonly maxSilenceNs?: number;
}

/** Different places that one polling loop reads at most. */
const MAX_PLACES = 8;
/** Added to a place's number for stores to it. */
const WRITE = 2 ** 52;
/** How often every answer must have come out unchanged before the clock jumps. */
const UNCHANGED_TWICE = 2;

export class Pace {
  /** Virtual ns credited for silence, and how often the clock jumped for a poller. */
  silenceNs = 0;
  jumps = 0;
  /** Reads that saw what they saw before while nothing was pending that could change it. */
  idlePolls = 0;
  private readonly now: WallClock;
  private readonly quantumNs: number;
  private readonly maxSilenceNs: number;
  private quietSinceNs: number;

  // the polling loop as seen so far
  private readonly places = new Float64Array(MAX_PLACES);
  private readonly offsets = new Float64Array(MAX_PLACES);
  private readonly los = new Float64Array(MAX_PLACES);
  private readonly his = new Float64Array(MAX_PLACES);
  /** How often in a row the answer was the same. */
  private readonly times = new Uint8Array(MAX_PLACES);
  /** When it was read last, in reads. */
  private readonly visits = new Float64Array(MAX_PLACES);
  private count = 0;
  private reads = 0;

  constructor(now: WallClock, options: PaceOptions = {}) {
    this.now = now;
    this.quantumNs = options.quantumNs ?? 1e6;
    this.maxSilenceNs = options.maxSilenceNs ?? 10e9;
    this.quietSinceNs = now();
  }

  /** Whole quanta in `ns`, at most the longest silence. */
  whole(ns: number): number {
    return Math.floor(Math.min(ns, this.maxSilenceNs) / this.quantumNs) * this.quantumNs;
  }

  /** The first request of a client has come after that client was silent for `silenceNs`. Credits what all were silent. */
  wake(port: Port, silenceNs: number): void {
    if (silenceNs < this.quantumNs) return;
    const ns = this.whole(Math.min(silenceNs, this.now() - this.quietSinceNs));
    if (ns <= 0) return;
    this.silenceNs += ns;
    this.changed();
    port.elapse(ns);
  }

  /** Credits a silence once more: it may have lain between two requests that came together. */
  again(port: Port, silenceNs: number): void {
    const ns = this.whole(silenceNs);
    if (ns <= 0) return;
    this.silenceNs += ns;
    port.elapse(ns);
  }

  /** No request is waiting any more, at wall time `nowNs`. */
  sleep(nowNs: number): void {
    this.quietSinceNs = nowNs;
  }

  /** Something other than a read: whatever was polled may have changed. */
  changed(): void {
    this.count = 0;
  }

  /**
   * Before a read is served: jumps when the client has read this, and everything else of its loop, twice without news.
   *
   * @param place what is read: a number for device, space and width; @param offset in it
   */
  beforeRead(port: Port, place: number, offset: number): void {
    const i = this.find(place, offset);
    if (i < 0 || this.times[i]! < UNCHANGED_TWICE) return;
    const last = this.visits[i]!;
    for (let k = 0; k < this.count; k++) {
      // what was not read since belongs to no loop with this
      if (this.visits[k]! > last && this.times[k]! < UNCHANGED_TWICE - 1) return;
    }
    const { events } = port.machine;
    const ns = events.nextNs - events.nowNs;
    if (ns === Infinity) {
      this.idlePolls++;
      return;
    }
    if (ns > 0) {
      this.jumps++;
      port.elapse(ns);
    }
    // an answer that is still the same lets the next read jump again: long work is many events
  }

  /** What the read gave. Reads of more than 8 bytes are not looked at: nobody polls with them. */
  afterRead(place: number, offset: number, lo: number, hi: number): void {
    this.seen(place, offset, lo, hi, false);
  }

  /** A store of up to 8 bytes: part of a polling loop where it stores what it stored before, else news. */
  write(place: number, offset: number, lo: number, hi: number): void {
    this.seen(place + WRITE, offset, lo, hi, true);
  }

  private seen(place: number, offset: number, lo: number, hi: number, write: boolean): void {
    let i = this.find(place, offset);
    this.reads++;
    if (i >= 0 && this.los[i] === lo && this.his[i] === hi) {
      if (this.times[i]! < 255) this.times[i]!++;
    } else {
      if (write) {
        if (i < 0) this.count = 0;
        else this.times.fill(0, 0, this.count);
      } else if (i >= 0) this.times.fill(0, 0, this.count); // news
      if (i < 0) {
        i = this.count < MAX_PLACES ? this.count++ : this.oldest();
        this.places[i] = place;
        this.offsets[i] = offset;
      }
      this.los[i] = lo;
      this.his[i] = hi;
      this.times[i] = 0;
    }
    this.visits[i] = this.reads;
  }

  private oldest(): number {
    let oldest = 0;
    for (let k = 1; k < this.count; k++) if (this.visits[k]! < this.visits[oldest]!) oldest = k;
    return oldest;
  }

  private find(place: number, offset: number): number {
    for (let i = 0; i < this.count; i++) if (this.offsets[i] === offset && this.places[i] === place) return i;
    return -1;
  }
}
