/**
 * What the checker knows of launches, workgroups and waves: who they are, what they have outstanding, what they know to
 * be over. Shadow of the core's state, and no part of it: a restored core starts with a checker that knows nothing and
 * suspects nothing.
 *
 * Source: RDNA3 ISA (counters), LLVM AMDGPU usage guide (which caches a workgroup shares).
 * Fidelity: from-public-source.
 */
import { Learner } from '../../../exec/check/knowledge.ts';
import type { Knowledge, Waves } from '../../../exec/check/knowledge.ts';
import { Pipes } from './pipes.ts';

/** What a launch may rely on. */
export interface LaunchOrder {
  /** Launch queue, below AGENTS. */
  readonly queue: number;
  readonly seen: Knowledge;
  /** What the vector caches, and the scalar cache, were made to see. */
  readonly vector: Knowledge;
  readonly scalar: Knowledge;
  /** Text for messages: `compute queue 1.0.0`. */
  readonly name: string;
}

export interface Launch extends LaunchOrder {
  readonly id: number;
  /** Launches of all queues are counted together. */
  readonly number: number;
  /** Workgroup processor mode: the waves of a workgroup are spread over two vector L0 caches. */
  readonly wgp: boolean;
  readonly alignment: number;
  readonly groups: readonly [number, number, number];
  readonly start: readonly [number, number, number];
  groupsLaunched: number;
  /** Ended from outside: nobody is asked to have waited for it. */
  killed?: boolean;
}

export interface Group {
  /** Number of its first wave; the others follow. */
  readonly uid: number;
  readonly launch: Launch;
  readonly position: number;
  readonly waves: number;
  alive: number;
  arrived: number;
  epoch: number;
  /** By wave: newest load, store and LDS access that the others know to be over; and what it brings to the next barrier. */
  readonly known: Int32Array;
  readonly brought: Int32Array;
  readonly members: WaveCheck[];
}

/** Something that will write registers, or memory, when it comes back. */
export interface Pending {
  readonly site: number;
  readonly n: number;
  /** Comes back in the order of its queue. */
  readonly queue: Queue;
  readonly vectors: readonly number[];
  readonly scalars: readonly number[];
  /** Lanes that were active, of either half. */
  low: number;
  high: number;
  /** What the wave will know when it has come back. */
  acquires: (() => void)[] | undefined;
}
export type Queue = 'loads' | 'stores' | 'lds' | 'scalar';

/** 32 lanes of a wave. */
export interface StripCheck {
  readonly defined: Int32Array;
  readonly pending: (Pending | undefined)[];
  /** Where an undefined value came from. */
  readonly origin: Int32Array;
}

const MOST_OUTSTANDING = 63;

export class WaveCheck extends Learner {
  uid = 0;
  index = 0;
  group!: Group;
  readonly strips: readonly [StripCheck, StripCheck];
  /** By scalar: which of its bits are defined. 128 is SCC. */
  readonly scalars = new Int32Array(129);
  readonly scalarPending: (Pending | undefined)[] = new Array<undefined>(129).fill(undefined);
  readonly scalarOrigin = new Int32Array(129);
  readonly loads: Pending[] = [];
  readonly stores: Pending[] = [];
  readonly lds: Pending[] = [];
  /** Scalar loads and messages: they come back in any order. */
  readonly unordered: Pending[] = [];
  /** Registers that something outstanding will write. */
  outstanding = 0;
  /** `seen` as it was when L0, L1 and the scalar cache were last dropped. */
  l0!: Knowledge;
  l1!: Knowledge;
  scalar!: Knowledge;
  /** Barriers passed when L0 and the scalar cache were last dropped. */
  l0Epoch = 0;
  scalarEpoch = 0;
  /** Newest access when the scalar cache was last dropped with all stores complete. */
  scalarMark = 0;
  /** All stores were waited for, and nothing has been accessed since. */
  released = false;
  readonly pipes = new Pipes();
  /** Undefined for all: the wave was running before the checker came. */
  adopted = false;

  constructor() {
    super();
    const strip = (): StripCheck => ({
      defined: new Int32Array(256),
      pending: new Array<undefined>(256).fill(undefined),
      origin: new Int32Array(256),
    });
    this.strips = [strip(), strip()];
  }

  /** A new wave in this slot. */
  begin(uid: number, index: number, group: Group): void {
    const { launch } = group;
    this.uid = uid;
    this.index = index;
    this.group = group;
    for (const { defined, pending } of this.strips) {
      defined.fill(0);
      defined[0] = -1;
      if (this.outstanding !== 0) pending.fill(undefined);
    }
    this.scalars.fill(0);
    if (this.outstanding !== 0) this.scalarPending.fill(undefined);
    this.outstanding = 0;
    this.loads.length = 0;
    this.stores.length = 0;
    this.lds.length = 0;
    this.unordered.length = 0;
    this.hold(launch.seen);
    this.l0 = launch.vector;
    this.l1 = launch.vector;
    this.scalar = launch.scalar;
    this.l0Epoch = 0;
    this.scalarEpoch = 0;
    this.scalarMark = 0;
    this.released = false;
    this.adopted = false;
    this.pipes.begin();
  }

  /** Adds something outstanding. */
  issue(p: Pending): void {
    const list = this.listOf(p.queue);
    // the counter is full: the wave is held until the oldest is back
    if (list.length >= MOST_OUTSTANDING) this.complete(list, list.length - MOST_OUTSTANDING + 1);
    list.push(p);
    this.outstanding += p.vectors.length + p.scalars.length;
    for (const s of p.scalars) this.scalarPending[s] = p;
  }

  listOf(queue: Queue): Pending[] {
    return queue === 'loads'
      ? this.loads
      : queue === 'stores'
        ? this.stores
        : queue === 'lds'
          ? this.lds
          : this.unordered;
  }

  /** The oldest `count` of a list are back. */
  complete(list: Pending[], count: number): void {
    if (count <= 0) return;
    const [first, second] = this.strips;
    for (let i = 0; i < count; i++) {
      const p = list[i]!;
      for (const r of p.vectors) {
        if (first.pending[r] === p) first.pending[r] = undefined;
        if (second.pending[r] === p) second.pending[r] = undefined;
      }
      for (const s of p.scalars) if (this.scalarPending[s] === p) this.scalarPending[s] = undefined;
      this.outstanding -= p.vectors.length + p.scalars.length;
      if (p.acquires !== undefined) for (const acquire of p.acquires) acquire();
    }
    if (count === list.length) list.length = 0;
    else list.splice(0, count);
  }

  waitLoads(n: number): void {
    this.complete(this.loads, this.loads.length - n);
  }
  waitStores(n: number): void {
    this.complete(this.stores, this.stores.length - n);
    if (n === 0) this.released = true;
  }
  /**
   * LDS comes back in order, scalar loads and messages do not. An LDS access with n later ones behind it is back when
   * no more than n are outstanding; a scalar load only when none is.
   */
  waitLocal(n: number): void {
    this.complete(this.lds, this.lds.length - n);
    if (n === 0) this.complete(this.unordered, this.unordered.length);
  }
  waitAll(): void {
    this.waitLoads(0);
    this.waitStores(0);
    this.waitLocal(0);
  }

  /** Newest access such that it and all before it are back; `newest` where nothing is outstanding. */
  loadMark(newest: number): number {
    const vector = this.loads.length === 0 ? newest : this.loads[0]!.n - 1;
    return this.unordered.length === 0 ? vector : Math.min(vector, this.unordered[0]!.n - 1);
  }
  storeMark(newest: number): number {
    return this.stores.length === 0 ? newest : this.stores[0]!.n - 1;
  }
  localMark(newest: number): number {
    return this.lds.length === 0 ? newest : this.lds[0]!.n - 1;
  }
}

const WAVES_FIRST = 2 ** 10;
const WAVES_MOST = 2 ** 20;
/** Launches that waves are remembered of. */
const LAUNCHES = 8192;

/** Waves by number, as far back as anybody may ask. */
export class WaveTable implements Waves {
  #next = 1;
  #group = new Int32Array(WAVES_FIRST);
  #position = new Int32Array(WAVES_FIRST);
  #launch = new Int32Array(WAVES_FIRST);
  #mask = WAVES_FIRST - 1;
  readonly #launches = new Map<number, Launch>();

  /** Numbers for the waves of a workgroup; the first one. */
  take(launch: Launch, position: number, waves: number): number {
    const uid = this.#next;
    this.#next += waves;
    // until there are as many as there may be, nothing has gone round
    while (this.#next > this.#mask && this.#mask + 1 < WAVES_MOST) this.#grow();
    for (let i = 0; i < waves; i++) {
      const at = (uid + i) & this.#mask;
      this.#group[at] = uid;
      this.#position[at] = position;
      this.#launch[at] = launch.id;
    }
    return uid;
  }

  #grow(): void {
    const wider = (old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const made = new Int32Array(old.length * 2);
      made.set(old);
      return made;
    };
    this.#group = wider(this.#group);
    this.#position = wider(this.#position);
    this.#launch = wider(this.#launch);
    this.#mask = this.#group.length - 1;
  }

  add(launch: Launch): void {
    this.#launches.set(launch.id, launch);
    if (this.#launches.size > LAUNCHES) this.#launches.delete(this.#launches.keys().next().value!);
  }

  #known(uid: number): boolean {
    return uid > this.#next - this.#mask;
  }

  launch(uid: number): Launch | undefined {
    return this.#known(uid) ? this.#launches.get(this.#launch[uid & this.#mask]!) : undefined;
  }
  groupOf(uid: number): number {
    return this.#known(uid) ? this.#group[uid & this.#mask]! : -1;
  }
  positionOf(uid: number): number {
    return this.#position[uid & this.#mask]!;
  }
  queueOf(uid: number): number {
    const launch = this.launch(uid);
    return launch === undefined || launch.killed === true ? -1 : launch.queue;
  }
  launchOf(uid: number): number {
    return this.launch(uid)?.number ?? -1;
  }
}
