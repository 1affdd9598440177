/**
 * Virtual time and the events that wait in it.
 *
 * An event is data (when, whose, which, two numbers), never a closure, so pending events are part of a
 * snapshot. Equal times run in the order they were scheduled. Nothing here is re-entrant: a register
 * handler may schedule, only the machine advances.
 */

import type { StateBlock } from './state.ts';

/** Runs one event of its owner. `kind`, `a` and `b` are the owner's own. */
export type EventHandler = (kind: number, a: number, b: number) => void;

const CAPACITY = 4096;
/** Places of the named cells in their array. */
const COUNT = 0;
const NOW = 2;
const FIELDS = 7; // when, order, target, kind, a, b, poll

export class EventQueue {
  private readonly handlers: EventHandler[] = [];
  private readonly names: string[] = [];
  /** Binary heap of `FIELDS` numbers each. */
  private readonly heap: Float64Array;
  private readonly s: Record<'count' | 'order' | 'nowNs' | 'polls', number>;
  /** The cells behind `s`, for the path that every access takes. */
  private readonly cells: Float64Array;

  constructor(state: StateBlock) {
    this.heap = state.f64('events.heap', CAPACITY * FIELDS);
    this.s = state.record('events', { count: 0, order: 0, nowNs: 0, polls: 0 });
    this.cells = state.f64('events', 4);
  }

  /** Registers an owner of events; call in a fixed order when the machine is built. Returns its number. */
  define(name: string, handler: EventHandler): number {
    this.names.push(name);
    return this.handlers.push(handler) - 1;
  }

  get nowNs(): number {
    return this.cells[NOW]!;
  }

  get pending(): number {
    return this.s.count;
  }

  /**
   * True where nothing is pending but polls: engines that look at memory or a register again and again.
   * A poll that sees nothing new changes nothing, so once each has looked, only the driver can change anything.
   */
  get onlyPolls(): boolean {
    return this.s.count === this.s.polls;
  }

  /** Virtual time of the next event, or Infinity. */
  get nextNs(): number {
    return this.s.count === 0 ? Infinity : this.heap[0]!;
  }

  /**
   * Schedules an event `delayNs` from now. `poll` marks one that only looks again at something:
   * where it sees nothing new its handler schedules the next poll and does nothing else; where it does, the handler
   * schedules an ordinary event and acts there. Long stretches of nothing but polls are skipped.
   *
   * @throws RangeError when the queue is full (4096): a model that schedules without bound.
   */
  schedule(delayNs: number, target: number, kind: number, a = 0, b = 0, poll = false): void {
    if (this.s.count >= CAPACITY) throw new RangeError(`event queue full; ${this.names[target]} floods it`);
    let i = this.s.count++;
    const { heap } = this;
    const when = this.s.nowNs + Math.ceil(delayNs); // whole ns: traces and replays hold times exactly
    const order = this.s.order++;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (heap[parent * FIELDS]! <= when) break;
      heap.copyWithin(i * FIELDS, parent * FIELDS, parent * FIELDS + FIELDS);
      i = parent;
    }
    this.put(i, when, order, target, kind, a, b, poll ? 1 : 0);
    if (poll) this.s.polls++;
  }

  /**
   * Lets every pending poll look now, provided that nothing else is pending.
   * True when all of them saw nothing new: from here on only the driver can change anything.
   */
  settle(): boolean {
    if (!this.onlyPolls) return false;
    const round = this.s.count;
    const pending = this.heap.slice(0, round * FIELDS);
    this.s.count = 0;
    this.s.polls = 0;
    for (let at = 0; at < pending.length; at += FIELDS) {
      this.handlers[pending[at + 2]!]!(pending[at + 3]!, pending[at + 4]!, pending[at + 5]!);
    }
    return this.onlyPolls && this.s.count === round;
  }

  /** True where every pending event was scheduled at or after the one numbered `order`. */
  private allSince(order: number): boolean {
    for (let i = 0; i < this.s.count; i++) if (this.heap[i * FIELDS + 1]! < order) return false;
    return true;
  }

  /** Moves all pending polls (and nothing else may be pending) so that the earliest falls due at `whenNs` or later. */
  private postpone(whenNs: number): void {
    const by = whenNs - this.heap[0]!;
    if (by <= 0) return;
    for (let i = 0; i < this.s.count; i++) this.heap[i * FIELDS]! += by;
  }

  /** Removes every pending event of `target` (of one `kind`, when given). Returns how many. */
  cancel(target: number, kind?: number): number {
    const kept: number[][] = [];
    const before = this.s.count;
    for (let i = 0; i < before; i++) {
      const at = i * FIELDS;
      if (this.heap[at + 2] === target && (kind === undefined || this.heap[at + 3] === kind)) continue;
      kept.push([...this.heap.subarray(at, at + FIELDS)]);
    }
    if (kept.length === before) return 0;
    kept.sort((p, q) => p[0]! - q[0]! || p[1]! - q[1]!);
    kept.forEach((event, i) => this.heap.set(event, i * FIELDS)); // a sorted array is a heap
    this.s.count = kept.length;
    this.s.polls = kept.reduce((polls, event) => polls + event[6]!, 0);
    return before - kept.length;
  }

  has(target: number, kind?: number): boolean {
    for (let i = 0; i < this.s.count; i++) {
      const at = i * FIELDS;
      if (this.heap[at + 2] === target && (kind === undefined || this.heap[at + 3] === kind)) return true;
    }
    return false;
  }

  /** Moves time to `toNs`, running everything that falls due on the way, in order. */
  advanceTo(toNs: number): void {
    const { cells } = this;
    if (cells[COUNT] === 0 || this.heap[0]! > toNs) {
      if (toNs > cells[NOW]!) cells[NOW] = toNs;
      return;
    }
    this.runTo(toNs);
  }

  private runTo(toNs: number): void {
    const { heap, s } = this;
    /** Order number from which on nothing but polls was pending; −1: something else is. */
    let quiet = -1;
    while (s.count > 0 && heap[0]! <= toNs) {
      if (s.count !== s.polls) quiet = -1;
      else if (quiet < 0) quiet = s.order;
      else if (this.allSince(quiet)) {
        // every poll has looked since and nothing else is pending: nothing changes before `toNs`
        this.postpone(toNs + 1);
        break;
      }
      const when = heap[0]!;
      const target = heap[2]!;
      const kind = heap[3]!;
      const a = heap[4]!;
      const b = heap[5]!;
      this.pop();
      if (when > s.nowNs) s.nowNs = when;
      this.handlers[target]!(kind, a, b);
    }
    if (toNs > s.nowNs) s.nowNs = toNs;
  }

  private put(
    i: number,
    when: number,
    order: number,
    target: number,
    kind: number,
    a: number,
    b: number,
    poll: number,
  ): void {
    const at = i * FIELDS;
    const { heap } = this;
    heap[at] = when;
    heap[at + 1] = order;
    heap[at + 2] = target;
    heap[at + 3] = kind;
    heap[at + 4] = a;
    heap[at + 5] = b;
    heap[at + 6] = poll;
  }

  private before(p: number, q: number): boolean {
    const { heap } = this;
    const dt = heap[p * FIELDS]! - heap[q * FIELDS]!;
    return dt < 0 || (dt === 0 && heap[p * FIELDS + 1]! < heap[q * FIELDS + 1]!);
  }

  private pop(): void {
    const { heap, s } = this;
    if (heap[6] === 1) s.polls--;
    const last = --s.count;
    if (last === 0) return;
    heap.copyWithin(0, last * FIELDS, last * FIELDS + FIELDS);
    let i = 0;
    for (;;) {
      const left = 2 * i + 1;
      if (left >= last) return;
      const right = left + 1;
      const child = right < last && this.before(right, left) ? right : left;
      if (this.before(i, child)) return;
      for (let f = 0; f < FIELDS; f++) {
        const t = heap[i * FIELDS + f]!;
        heap[i * FIELDS + f] = heap[child * FIELDS + f]!;
        heap[child * FIELDS + f] = t;
      }
      i = child;
    }
  }
}
