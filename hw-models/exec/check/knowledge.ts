/**
 * What an actor knows to be over: happens-before, in the pieces in which it comes about.
 *
 * - an agent (the host, a command queue, a copy engine) up to one of its accesses;
 * - all work of a launch queue up to one launch;
 * - a group of waves up to one of its barriers, and a wave up to its marks: what was complete when it released;
 * - a place in memory that is updated by atomics: everything that anybody had released there before some update.
 *
 * The last is a log that is only ever appended to, so that taking it over is remembering how long it was then.
 * Pure software.
 */
import { Flag } from './access-log.ts';
import type { AccessLog } from './access-log.ts';

export const AGENTS = 96;

/** What a wave released, with what its group had. */
export interface Released {
  readonly uid: number;
  readonly group: number;
  readonly load: number;
  readonly store: number;
  readonly epoch: number;
}

/** Where waves are looked up. Answers of −1 mean: forgotten. */
export interface Waves {
  groupOf(uid: number): number;
  /** Launch queue of a wave, and the number of its launch: later ones of a queue have larger ones. */
  queueOf(uid: number): number;
  launchOf(uid: number): number;
}

function covers(entry: Released, n: number, row: number, uid: number, log: AccessLog): boolean {
  if (log.epoch[row]! < entry.epoch) return true;
  if (entry.uid !== uid) return false;
  return n <= ((log.flags[row]! & Flag.storeQueue) !== 0 ? entry.store : entry.load);
}

/** Everything released at one place in memory, in order. */
export class ReleaseLog {
  readonly entries: Released[] = [];
  readonly #byGroup = new Map<number, number[]>();
  /** What releasers knew from elsewhere, and when they said so. */
  readonly #links: { readonly at: number; readonly knowledge: Knowledge }[] = [];
  /** Asked now. A link that leads back here knows no more of it than whoever asked first. */
  #busy = false;

  get length(): number {
    return this.entries.length;
  }

  add(entry: Released, knowledge: Knowledge | undefined): void {
    const at = this.entries.push(entry) - 1;
    const known = this.#byGroup.get(entry.group);
    if (known === undefined) this.#byGroup.set(entry.group, [at]);
    else known.push(at);
    if (knowledge !== undefined && this.#links.at(-1)?.knowledge !== knowledge) this.#links.push({ at, knowledge });
  }

  knows(n: number, row: number, uid: number, group: number, upto: number, log: AccessLog, waves: Waves): boolean {
    const positions = this.#byGroup.get(group);
    if (positions !== undefined) {
      for (let i = positions.length - 1; i >= 0; i--) {
        const at = positions[i]!;
        if (at < upto && covers(this.entries[at]!, n, row, uid, log)) return true;
      }
    }
    if (this.#busy) return false;
    this.#busy = true;
    let known = false;
    for (const { at, knowledge } of this.#links) if (at < upto && (known = knowledge.knows(n, row, log, waves))) break;
    this.#busy = false;
    return known;
  }
}

export class Knowledge {
  /** Everything up to this number is over. */
  all = 0;
  /** By agent: its last access that is known to be over. */
  readonly agents: Int32Array;
  /** By launch queue: its last launch that is known to be over. */
  readonly launches: Int32Array;
  #waves: Map<number, Released[]> | undefined;
  #places: Map<ReleaseLog, number> | undefined;

  constructor(from?: Knowledge) {
    this.agents = from === undefined ? new Int32Array(AGENTS) : from.agents.slice();
    this.launches = from === undefined ? new Int32Array(AGENTS) : from.launches.slice();
    if (from === undefined) return;
    this.all = from.all;
    if (from.#waves !== undefined) this.#waves = new Map([...from.#waves].map(([group, list]) => [group, [...list]]));
    if (from.#places !== undefined) this.#places = new Map(from.#places);
  }

  /** True where it holds more than agents and launches. */
  get detailed(): boolean {
    return this.#waves !== undefined || this.#places !== undefined || this.all > 0;
  }

  wave(entry: Released): void {
    this.#waves ??= new Map();
    const list = this.#waves.get(entry.group);
    if (list === undefined) {
      this.#waves.set(entry.group, [entry]);
      return;
    }
    // of one wave the latest is enough
    const same = list.findIndex(({ uid }) => uid === entry.uid);
    if (same < 0) list.push(entry);
    else
      list[same] = {
        ...entry,
        load: Math.max(entry.load, list[same]!.load),
        store: Math.max(entry.store, list[same]!.store),
        epoch: Math.max(entry.epoch, list[same]!.epoch),
      };
  }

  place(place: ReleaseLog): void {
    this.#places ??= new Map();
    this.#places.set(place, place.length);
  }

  join(other: Knowledge): void {
    if (other === this) return;
    this.all = Math.max(this.all, other.all);
    for (let i = 0; i < AGENTS; i++) {
      if (other.agents[i]! > this.agents[i]!) this.agents[i] = other.agents[i]!;
      if (other.launches[i]! > this.launches[i]!) this.launches[i] = other.launches[i]!;
    }
    if (other.#waves !== undefined)
      for (const list of other.#waves.values()) for (const entry of list) this.wave(entry);
    if (other.#places !== undefined) {
      this.#places ??= new Map();
      for (const [place, upto] of other.#places)
        if (upto > (this.#places.get(place) ?? 0)) this.#places.set(place, upto);
    }
  }

  /** Is access `n` over? */
  knows(n: number, row: number, log: AccessLog, waves: Waves): boolean {
    if (n <= this.all) return true;
    const uid = log.uid[row]!;
    if (uid < 0) return n <= this.agents[~uid]!;
    const queue = waves.queueOf(uid);
    if (queue < 0 || waves.launchOf(uid) <= this.launches[queue]!) return true;
    if (this.#waves === undefined && this.#places === undefined) return false;
    const group = waves.groupOf(uid);
    const list = this.#waves?.get(group);
    if (list !== undefined) for (const entry of list) if (covers(entry, n, row, uid, log)) return true;
    if (this.#places !== undefined)
      for (const [place, upto] of this.#places) if (place.knows(n, row, uid, group, upto, log, waves)) return true;
    return false;
  }
}

/** Somebody who learns. What he knows is handed on as it is, and copied only when he learns more. */
export class Learner {
  #seen = new Knowledge();
  /** Nobody else holds it: it may be changed in place. */
  #owned = true;

  get seen(): Knowledge {
    return this.#seen;
  }

  /** Knows from now on what others hold, too. */
  hold(knowledge: Knowledge): void {
    this.#seen = knowledge;
    this.#owned = false;
  }
  /** What he knows, to be changed. */
  learn(): Knowledge {
    if (!this.#owned) {
      this.#seen = new Knowledge(this.#seen);
      this.#owned = true;
    }
    return this.#seen;
  }
  /** What he knows, to be kept by somebody else. */
  share(): Knowledge {
    this.#owned = false;
    return this.#seen;
  }
}
