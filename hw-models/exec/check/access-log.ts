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
  /** A read that may be a look at a flag, and takes over what it finds: no race with what is meant to synchronise. */
  poll: 64,
} as const;

const FIRST_LOG2 = 12;

export class AccessLog {
  /** Number of the newest access. */
  newest = 0;
  /** Actor: a wave's number, or ~agent for everything else. */
  uid!: Int32Array;
  /** Where the access stands in code or in a packet stream; a number that means something to the caller. */
  site!: Int32Array;
  /** Newest load and store of the same actor that were known to be complete when this access was made. */
  loadMark!: Int32Array;
  storeMark!: Int32Array;
  /** Barriers that the actor's group had passed. */
  epoch!: Int32Array;
  flags!: Uint8Array;
  #mask = 0;
  readonly #most: number;

  /** @param log2 rows kept at most, as a power of two; room is made as it is needed. */
  constructor(log2: number) {
    this.#most = 2 ** log2;
    this.#grow(Math.min(this.#most, 2 ** FIRST_LOG2));
  }

  #grow(size: number): void {
    const column = (old: Int32Array | undefined): Int32Array => {
      const made = new Int32Array(size);
      if (old !== undefined) made.set(old);
      return made;
    };
    this.uid = column(this.uid);
    this.site = column(this.site);
    this.loadMark = column(this.loadMark);
    this.storeMark = column(this.storeMark);
    this.epoch = column(this.epoch);
    const flags = new Uint8Array(size);
    if (this.flags !== undefined) flags.set(this.flags);
    this.flags = flags;
    this.#mask = size - 1;
  }

  /** Adds an access and returns its number. */
  add(uid: number, site: number, flags: number, loadMark: number, storeMark: number, epoch: number): number {
    const n = ++this.newest;
    // until it is as large as it may be, nothing has gone round
    if (n > this.#mask && n < this.#most) this.#grow((this.#mask + 1) * 2);
    const row = n & this.#mask;
    this.uid[row] = uid;
    this.site[row] = site;
    this.flags[row] = flags;
    this.loadMark[row] = loadMark;
    this.storeMark[row] = storeMark;
    this.epoch[row] = epoch;
    return n;
  }

  /** Counts from the beginning again. Nobody may hold a number of before. */
  reset(): void {
    this.newest = 0;
  }

  /** Row of access `n`, or −1 where it is forgotten. */
  row(n: number): number {
    return n > this.newest - this.#mask ? n & this.#mask : -1;
  }
}
