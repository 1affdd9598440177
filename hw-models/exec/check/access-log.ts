/**
 * Who accessed memory, in the order in which it happened: one row a wave instruction, packet or host access.
 *
 * Accesses are numbered from 1 and never renumbered, so "everything up to number n" is a point in time. Rows live in a
 * ring; what fell out of it is forgotten, and whoever asks about it is told so. Pure software.
 */

/** What an access was. Both bits of a read-modify-write are set; plain loads have none. */
export const Flag = {
  writes: 1,
  /** Meant to synchronise: an atomic, a load that asks for no cached copy, a store made to be one, a fence. */
  sync: 2,
  /** Known to be complete by the store counter instead of the load counter. */
  storeQueue: 4,
  /** Workgroup-local memory, with a counter of its own. */
  local: 8,
  /** Through the scalar cache. */
  scalar: 16,
  /** Goes to many places at once: whoever meets it is taken to know everything before it. */
  wide: 32,
  /** A small read that may be a look at a flag: no race with what is meant to synchronise. */
  poll: 64,
} as const;

export class AccessLog {
  /** Number of the newest access. */
  newest = 0;
  /** Actor: a wave's number, or ~agent for everything else. */
  readonly uid: Int32Array;
  /** Where the access stands in code or in a packet stream; a number that means something to the caller. */
  readonly site: Int32Array;
  /** Newest load and store of the same actor that were known to be complete when this access was made. */
  readonly loadMark: Int32Array;
  readonly storeMark: Int32Array;
  /** Barriers that the actor's group had passed. */
  readonly epoch: Int32Array;
  readonly flags: Uint8Array;
  readonly #mask: number;

  /** @param log2 rows kept, as a power of two. */
  constructor(log2: number) {
    const size = 2 ** log2;
    this.#mask = size - 1;
    const column = (): Int32Array => new Int32Array(size);
    this.uid = column();
    this.site = column();
    this.loadMark = column();
    this.storeMark = column();
    this.epoch = column();
    this.flags = new Uint8Array(size);
  }

  /** Adds an access and returns its number. */
  add(uid: number, site: number, flags: number, loadMark: number, storeMark: number, epoch: number): number {
    const n = ++this.newest;
    const row = n & this.#mask;
    this.uid[row] = uid;
    this.site[row] = site;
    this.flags[row] = flags;
    this.loadMark[row] = loadMark;
    this.storeMark[row] = storeMark;
    this.epoch[row] = epoch;
    return n;
  }

  /** Row of access `n`, or −1 where it is forgotten. */
  row(n: number): number {
    return n > this.newest - this.#mask ? n & this.#mask : -1;
  }
}
