/**
 * The race checker: watches every instruction of every wave, and says what would depend on timing on silicon.
 *
 * The interpreter is sequential, loads are never late and caches hold nothing, so a program can be right here by luck.
 * Three things are followed beside it: what is outstanding (hazards.ts and waves.ts), which values were never written
 * (defined.ts), and who accessed memory and LDS last, and what everybody knows to be over (exec/check). All of it is a
 * shadow that decides nothing and is no part of the card's state. After a restore it starts afresh: waves that run are
 * taken to have everything defined and nothing outstanding, memory to have been accessed by nobody.
 *
 * Orders it knows: a wave's own program; barriers, for what was complete at them (in CU mode for everything, since the
 * waves share an L0); atomics, fresh loads (GLC) and single-lane stores right after `s_waitcnt_vscnt 0`, which hand on
 * what their wave had waited for; launches, as the queue says (card.ts). A plain load of what another wave stored also
 * needs BUFFER_GL1_INV (other workgroups) and BUFFER_GL0_INV (unless in one workgroup in CU mode) since.
 *
 * Not said: two stores of one value (the result does not depend on their order); a load with GLC that meets a store
 * (code does not say whether the store is an atomic one); scratch (private, if the compiler is right); plain LDS loads
 * and stores that are meant as atomics are taken for plain ones; overwriting the source of a store that is outstanding
 * (hardware reads it first or holds the writer).
 *
 * Source: RDNA3 ISA; LLVM AMDGPU usage guide (memory model of gfx10 to gfx11); clang's own waits as a witness.
 * Fidelity: from-public-source.
 */
import { AccessLog, Flag } from '../../../exec/check/access-log.ts';
import { Knowledge, ReleaseLog } from '../../../exec/check/knowledge.ts';
import type { Released } from '../../../exec/check/knowledge.ts';
import { Shadow } from '../../../exec/check/shadow.ts';
import type { Actor } from '../../../exec/check/shadow.ts';
import type { Bound } from '../bind.ts';
import type { ControlPlace, Ending } from '../control.ts';
import type { Dispatch } from '../dispatch.ts';
import type { CheckPlace, ShaderEvent } from '../events.ts';
import type { Decoded } from '../isa/types.ts';
import { disassemble } from '../isa/text.ts';
import { D, EXEC, S, SCALARS, TTMP, WaveState } from '../state.ts';
import type { ShaderState } from '../state.ts';
import type { RdnaHandler, RdnaStrip } from '../strip.ts';
import { wrapEnding } from './endings.ts';
import { wrapInstruction } from './instructions.ts';
import { alignmentModes } from './judge.ts';
import type { Judge } from './judge.ts';
import type { CheckCode } from './rules.ts';
import type { ShaderWatcher } from './seam.ts';
import { verdict } from './verdict.ts';
import type { Relation } from './verdict.ts';
import { WaveCheck, WaveTable } from './waves.ts';
import type { Group, Launch, LaunchOrder } from './waves.ts';

/** Accesses remembered, log2, and 64 KiB chunks of memory with columns of their own. */
const LOG = 20;
const CHUNKS = 768;
/** Accesses of which it is remembered what else their makers released. */
const RELEASES = 20_000;
/** Places in memory whose atomics are followed one by one. */
const PLACES = 65536;
/** Reads of what was never written that are told apart. */
const STORIES = 100_000;
/** Numbers run out long before they would be taken for old ones. */
const LAST_ACCESS = 2_000_000_000;

interface Site {
  readonly pc: number;
  readonly text: () => string;
}

export class RaceChecker implements ShaderWatcher, Actor, Judge {
  readonly log = new AccessLog(LOG);
  readonly memory = new Shadow(this.log, CHUNKS);
  readonly lds = new Shadow(this.log, CHUNKS);
  readonly waves = new WaveTable();
  /** Text of the access that agents (not waves) made, by site; the card fills it in. */
  describeAgent: (agent: number, site: number) => CheckPlace = (agent) => ({ where: `agent ${agent}`, what: 'access' });
  /** What the next launch may rely on; undefined: everything that has ended. */
  order: (() => LaunchOrder) | undefined;
  readonly #sites: Site[] = [{ pc: 0, text: () => '' }];
  /** Registers that nothing has written, and where they were read. 0: none, 1: those of which that is not kept. */
  readonly #stories: string[] = ['', 'a register'];
  readonly #storySites: number[] = [0, 0];
  readonly #bySlot: (WaveCheck | undefined)[] = [];
  readonly #pool: (WaveCheck | undefined)[] = [];
  readonly #launches: (Launch | undefined)[] = [];
  readonly #running = new Set<number>();
  readonly #said = new Set<string>();
  /** Pairs of instructions that were said to race. */
  readonly #racing = new Set<number>();
  /** Waves that run, by number. */
  readonly #alive = new Set<number>();
  /** Plain loads that met updates: harmless where the loader goes on to compare and swap. By loader. */
  readonly #doubts = new Map<number, { readonly dword: number; readonly say: () => void }[]>();
  readonly #places = new Map<number, ReleaseLog>();
  /** What the maker of an access had from others when it released. */
  readonly #releases = new Map<number, Knowledge>();
  /** The newest access whose entry in there was given up. */
  #givenUp = 0;
  /** Told when everything is forgotten because numbers have run out. */
  renewed: () => void = () => {};
  #report: (event: ShaderEvent) => void = () => {};
  #launchNumber = 0;
  #adoptive: Launch | undefined;

  attach(report: (event: ShaderEvent) => void): void {
    this.#report = report;
  }

  // --- code

  wrap(d: Decoded, pc: number, bound: Bound, wave64: boolean): RdnaHandler {
    return wrapInstruction(
      this,
      d,
      this.site(pc, () => disassemble(d)),
      bound,
      wave64,
    );
  }
  wrapEnding(d: Decoded, place: ControlPlace, ending: Ending, wave64: boolean): Ending {
    return wrapEnding(
      this,
      d,
      this.site(place.pc, () => disassemble(d)),
      ending,
      wave64,
    );
  }

  site(pc: number, text: () => string): number {
    return this.#sites.push({ pc, text }) - 1;
  }

  // --- waves

  /** The wave in a slot; one that was there before the checker is taken in. */
  wave(w: RdnaStrip): WaveCheck {
    return this.#bySlot[w.slot] ?? this.#adopt(w);
  }

  #adopt(w: RdnaStrip): WaveCheck {
    const nothing = new Knowledge();
    nothing.all = this.log.newest;
    this.#adoptive ??= {
      id: -1,
      queue: 0,
      name: 'a dispatch from before',
      number: 0,
      seen: nothing,
      vector: nothing,
      scalar: nothing,
      wgp: false,
      alignment: alignmentModes.unaligned,
      groups: [1, 1, 1],
      start: [0, 0, 0],
      groupsLaunched: 0,
    };
    const launch = this.#adoptive;
    this.waves.add(launch);
    const uid = this.waves.take(launch, 0, 1);
    const wave = (this.#pool[w.slot] ??= new WaveCheck());
    wave.begin(uid, 0, newGroup(uid, launch, 0, 1));
    wave.group.members.push(wave);
    for (const { defined } of wave.strips) defined.fill(-1);
    wave.scalars.fill(-1);
    wave.adopted = true;
    this.#bySlot[w.slot] = wave;
    return wave;
  }

  started(id: number, slot: number, dispatch: Dispatch): void {
    if (this.log.newest > LAST_ACCESS) {
      this.log.reset();
      this.forget();
      this.renewed();
    }
    const order = this.order?.() ?? this.#ownOrder();
    const number = ++this.#launchNumber;
    const { dim, start, numThread } = dispatch;
    const byThreads = (dispatch.initiator & 32) !== 0;
    const groups = [0, 1, 2].map((i) =>
      byThreads ? Math.ceil(dim[i]! / Math.max(1, numThread[i]! & 0xffff)) : dim[i]!,
    ) as unknown as readonly [number, number, number];
    const launch: Launch = {
      ...order,
      id,
      number,
      wgp: ((dispatch.rsrc1 >>> 29) & 1) !== 0,
      alignment: dispatch.shMemConfig === undefined ? alignmentModes.unaligned : (dispatch.shMemConfig >>> 2) & 3,
      groups,
      start,
      groupsLaunched: 0,
    };
    this.#launches[slot] = launch;
    this.#running.add(number);
    this.waves.add(launch);
  }

  /** Without a card: whatever has ended is over, and was seen. */
  #ownOrder(): LaunchOrder {
    const seen = new Knowledge();
    seen.launches[0] = this.allOver;
    return { queue: 0, name: 'the core', seen, vector: seen, scalar: seen };
  }

  /** Number of the newest launch. */
  get lastLaunch(): number {
    return this.#launchNumber;
  }
  /** The newest launch of which it is true that it and all before it have ended. */
  get allOver(): number {
    return Math.min(this.#launchNumber, ...[...this.#running].map((n) => n - 1));
  }

  launched(state: ShaderState, slot: number): void {
    const launch = this.#launches[slot];
    if (launch === undefined) return;
    const { scalars } = state;
    const words = state.dispatches.subarray(slot * D.WORDS, (slot + 1) * D.WORDS);
    const fresh: number[] = [];
    for (let wave = 0; wave < state.slots; wave++) {
      const at = wave * SCALARS;
      if (scalars[at + S.STATE] !== WaveState.running || scalars[at + S.DISPATCH] !== slot) continue;
      if (this.#bySlot[wave] === undefined && scalars[at + S.COUNT] === 0) fresh.push(wave);
    }
    if (fresh.length === 0) return;
    fresh.sort((a, b) => scalars[a * SCALARS + S.WAVE_IN_GROUP]! - scalars[b * SCALARS + S.WAVE_IN_GROUP]!);
    const position = launch.groupsLaunched++;
    const uid = this.waves.take(launch, position, fresh.length);
    const group = newGroup(uid, launch, position, fresh.length);
    const rsrc2 = words[D.RSRC2]!;
    const users = (rsrc2 >>> 1) & 31;
    let given = users;
    for (let bit = 7; bit <= 10; bit++) if (((rsrc2 >>> bit) & 1) !== 0) given++;
    fresh.forEach((at, index) => {
      const wave = (this.#pool[at] ??= new WaveCheck());
      wave.begin(uid + index, index, group);
      for (let s = 0; s < given; s++) wave.scalars[s] = -1;
      for (const s of [EXEC, EXEC + 1]) wave.scalars[s] = -1;
      for (let s = TTMP; s < TTMP + 16; s++) wave.scalars[s] = -1;
      group.members.push(wave);
      this.#alive.add(wave.uid);
      this.#bySlot[at] = wave;
    });
    const base = scalars[fresh[0]! * SCALARS + S.LDS_BASE]!;
    const bytes = scalars[fresh[0]! * SCALARS + S.LDS_BYTES]!;
    if (bytes > 0) this.lds.forget(base, (bytes + 3) & ~3);
  }

  finished(id: number): void {
    const slot = this.#launches.findIndex((launch) => launch?.id === id);
    if (slot < 0) return;
    const launch = this.#launches[slot]!;
    this.#running.delete(launch.number);
    this.#launches[slot] = undefined;
    launch.killed = launch.groupsLaunched === 0 || this.#bySlot.some((wave) => wave?.group.launch === launch);
    this.#bySlot.forEach((wave, at) => {
      if (wave?.group.launch !== launch) return;
      this.#bySlot[at] = undefined;
      this.#alive.delete(wave.uid);
      this.#doubts.delete(wave.uid);
    });
  }

  forget(): void {
    this.memory.clear();
    this.lds.clear();
    this.#bySlot.length = 0;
    this.#launches.length = 0;
    this.#running.clear();
    this.#alive.clear();
    this.#doubts.clear();
    this.#places.clear();
    this.#releases.clear();
    this.#givenUp = 0;
    this.#adoptive = undefined;
  }

  ended(w: RdnaStrip, wave: WaveCheck): void {
    this.#bySlot[w.slot] = undefined;
    const { group } = wave;
    this.#alive.delete(wave.uid);
    const doubts = this.#doubts.get(wave.uid);
    if (doubts !== undefined) {
      this.#doubts.delete(wave.uid);
      for (const { say } of doubts) say();
    }
    wave.waitAll();
    const { newest } = this.log;
    group.brought.fill(newest, wave.index * 3, wave.index * 3 + 3);
    group.alive--;
    if (group.alive > 0 && group.arrived >= group.alive) this.#release(group);
  }

  /** At a barrier: what this wave has complete, the others will know. */
  arrive(wave: WaveCheck): void {
    const { group } = wave;
    const { newest } = this.log;
    const at = wave.index * 3;
    // in CU mode all its waves go through one L0, in order
    const shared = !group.launch.wgp;
    group.brought[at] = shared ? newest : wave.loadMark(newest);
    group.brought[at + 1] = shared ? newest : wave.storeMark(newest);
    group.brought[at + 2] = wave.localMark(newest);
    group.arrived++;
    if (group.arrived >= group.alive) this.#release(group);
  }

  #release(group: Group): void {
    group.arrived = 0;
    group.epoch++;
    group.known.set(group.brought);
    const { launch, members } = group;
    if (members.every((wave) => wave.seen === launch.seen)) return;
    const seen = new Knowledge(launch.seen);
    const l1 = new Knowledge(launch.vector);
    const l0 = new Knowledge(launch.vector);
    for (const wave of members) {
      seen.join(wave.seen);
      l1.join(wave.l1);
      l0.join(wave.l0);
    }
    for (const wave of members) {
      wave.hold(seen);
      wave.l1 = l1;
      if (!launch.wgp) wave.l0 = l0;
    }
  }

  // --- accesses of the wave that runs

  uid = 0;
  #now!: WaveCheck;
  #w!: RdnaStrip;
  #site = 0;
  #flags = 0;
  #n = 0;
  /** What the access takes over from those it meets, once it is back. */
  acquires: (() => void)[] | undefined;

  /** Numbers an access of the running wave and makes it the one that the shadows judge. */
  begin(w: RdnaStrip, wave: WaveCheck, site: number, flags: number): number {
    const { log } = this;
    const { newest } = log;
    const n = log.add(wave.uid, site, flags, wave.loadMark(newest), wave.storeMark(newest), wave.group.epoch);
    wave.released = false;
    this.uid = wave.uid;
    this.#now = wave;
    this.#w = w;
    this.#site = site;
    this.#flags = flags;
    this.#n = n;
    this.acquires = undefined;
    this.memory.begin(this, n, flags);
    this.lds.begin(this, n, flags);
    // what others gave this wave goes on to whoever takes this access over
    if ((flags & Flag.writes) !== 0 && (flags & Flag.local) === 0 && wave.seen.detailed) this.release(n, wave.share());
    return n;
  }

  beginLocal(flags: number): void {
    this.#flags = flags;
    this.lds.begin(this, this.#n, flags);
  }

  /** Whoever meets access `n` takes `knowledge` over. */
  release(n: number, knowledge: Knowledge): void {
    this.#releases.set(n, knowledge);
    if (this.#releases.size <= RELEASES) return;
    const oldest = this.#releases.keys().next().value!;
    this.#releases.delete(oldest);
    this.#givenUp = oldest;
  }

  knows(n: number, row: number): boolean {
    const { log } = this;
    const wave = this.#now;
    const { group } = wave;
    const uid = log.uid[row]!;
    const flags = log.flags[row]!;
    const mine = this.#flags;
    const plainLoad = (mine & (Flag.sync | Flag.writes | Flag.scalar | Flag.local)) === 0;
    const scalarLoad = (mine & Flag.scalar) !== 0;
    if (uid === wave.uid) return !scalarLoad || (flags & Flag.writes) === 0 || n <= wave.scalarMark;
    if (this.#published(n, row)) {
      if ((flags & Flag.writes) === 0) return true;
      if (plainLoad && group.launch.wgp) return wave.l0Epoch > log.epoch[row]!;
      return !scalarLoad || wave.scalarEpoch > log.epoch[row]!;
    }
    // memory that has to be dropped from caches matters to loads only
    if (plainLoad) return wave.l0.knows(n, row, log, this.waves) && wave.l1.knows(n, row, log, this.waves);
    if (scalarLoad) return wave.scalar.knows(n, row, log, this.waves);
    return wave.seen.knows(n, row, log, this.waves);
  }

  /** Was `n`, of a wave of this one's workgroup, complete at a barrier of both? */
  #published(n: number, row: number): boolean {
    const { log } = this;
    const { group } = this.#now;
    const uid = log.uid[row]!;
    if (uid < 0 || this.waves.groupOf(uid) !== group.uid) return false;
    const flags = log.flags[row]!;
    const queue = (flags & Flag.local) !== 0 ? 2 : (flags & Flag.storeQueue) !== 0 ? 1 : 0;
    return n <= group.known[(uid - group.uid) * 3 + queue]!;
  }

  /** Number of a dword where the access goes: those of LDS are negative. */
  #placeOf(dword: number): number {
    return (this.#flags & Flag.local) !== 0 ? -1 - dword : dword;
  }

  meets(n: number, row: number, dword: number): void {
    const at = this.#placeOf(dword);
    const wave = this.#now;
    const met = this.metAt(n, row, at);
    if ((this.#flags & Flag.writes) !== 0 && (this.log.flags[row]! & Flag.sync) === 0) {
      // an update hands on what the store before it had released
      if (met.place !== undefined && met.released !== undefined) met.place.add(met.released, met.knowledge);
    }
    (this.acquires ??= []).push(() => this.take(wave.learn(), met));
  }

  /** What can be taken over from access `n`. */
  metAt(n: number, row: number, dword: number): Met {
    const { log } = this;
    const uid = log.uid[row]!;
    return {
      n,
      uid,
      released: uid < 0 ? undefined : this.#releasedBy(row),
      knowledge: this.#releases.get(n) ?? (uid < 0 ? undefined : this.waves.launch(uid)?.seen),
      place: this.#places.get(dword),
      all: (log.flags[row]! & Flag.wide) !== 0 || n <= this.#givenUp ? n : 0,
    };
  }

  /** What a wave had complete when it made the access in `row`. */
  #releasedBy(row: number): Released {
    const { log } = this;
    const uid = log.uid[row]!;
    return {
      uid,
      group: this.waves.groupOf(uid),
      load: log.loadMark[row]!,
      store: log.storeMark[row]!,
      epoch: log.epoch[row]!,
    };
  }

  take(into: Knowledge, met: Met): void {
    if (met.released !== undefined) into.wave(met.released);
    if (met.uid < 0 && met.n > into.agents[~met.uid]!) into.agents[~met.uid] = met.n;
    if (met.knowledge !== undefined) into.join(met.knowledge);
    if (met.place !== undefined) into.place(met.place);
    if (met.all > into.all) into.all = met.all;
  }

  /** An update of `dword` by few lanes: from now on whoever meets it knows what this wave has complete. */
  releaseAt(dword: number, before: number): void {
    const key = this.#placeOf(dword);
    let place = this.#places.get(key);
    if (place === undefined) {
      if (this.#places.size >= PLACES) this.#places.delete(this.#places.keys().next().value!);
      place = new ReleaseLog();
      this.#places.set(key, place);
      // the store that made the place ready
      const row = before > 0 ? this.log.row(before) : -1;
      if (row >= 0) {
        const { released, knowledge, all } = this.metAt(before, row, key);
        if (released !== undefined) place.add(released, knowledge);
        if (all > 0) {
          const everything = new Knowledge();
          everything.all = all;
          place.add({ uid: 0, group: 0, load: 0, store: 0, epoch: 0 }, everything);
        }
      }
    }
    const wave = this.#now;
    place.add(this.#releasedBy(this.log.row(this.#n)), wave.seen.detailed ? wave.share() : undefined);
  }

  races(n: number, row: number, tag: number, dword: number, lane: number): void {
    const { log, waves } = this;
    const wave = this.#now;
    const uid = log.uid[row]!;
    const flags = log.flags[row]!;
    // two instructions that race do so in many places
    const pair = this.#site * 4_294_967_296 + log.site[row]!;
    if (uid >= 0 && this.#racing.has(pair)) return;
    const local = (this.#flags & Flag.local) !== 0;
    const relation: Relation =
      uid === HOST_UID
        ? 'host'
        : uid < 0
          ? 'engine'
          : uid === wave.uid
            ? 'wave'
            : waves.groupOf(uid) === wave.group.uid
              ? 'workgroup'
              : waves.launch(uid) === wave.group.launch
                ? 'dispatch'
                : 'otherDispatch';
    const here = this.#place(wave, this.#site, lane);
    const there = this.describe(n, row, tag);
    const reads = (this.#flags & Flag.writes) === 0;
    const mine = reads ? 'loads' : (this.#flags & Flag.sync) !== 0 ? 'updates' : 'stores to';
    const theirs = (flags & Flag.writes) === 0 ? 'loaded' : (flags & Flag.sync) !== 0 ? 'updated' : 'stored to';
    const what = this.#where(dword);
    const ordered = uid === wave.uid || this.#published(n, row) || wave.seen.knows(n, row, log, waves);
    const { code, advice } = verdict(relation, local, ordered, (this.#flags & Flag.scalar) !== 0);
    if (code === 'NOT_ACQUIRED' && !this.cached(dword)) return;
    const site = this.#site;
    const other = log.site[row]!;
    const message = `${here.what} ${mine} ${what}, which ${there.what} ${theirs}; ${code === 'NOT_ACQUIRED' ? advice : `nothing orders them: ${advice}`}`;
    const say = (): void => {
      // of an agent the number is that of an access, not of an instruction
      if (uid >= 0 && this.#racing.size < 65536) this.#racing.add(pair);
      this.say(code, site, other, message, here, [there]);
    };
    const update = Flag.writes | Flag.sync;
    const loader =
      reads && (flags & update) === update
        ? wave.uid
        : (flags & 3) === 0 && (this.#flags & update) === update
          ? uid
          : 0;
    if (loader > 0 && code !== 'NOT_ACQUIRED' && this.#alive.has(loader)) {
      const doubts = this.#doubts.get(loader);
      const doubt = { dword: this.#placeOf(dword), say };
      if (doubts === undefined) this.#doubts.set(loader, [doubt]);
      else if (doubts.length < 256) doubts.push(doubt);
    } else say();
  }

  /** The running wave compares and swaps at `dword`: what it loaded there before was a guess that is now verified. */
  verified(dword: number): void {
    const uid = this.#now.uid;
    const doubts = this.#doubts.get(uid);
    if (doubts === undefined) return;
    const place = this.#placeOf(dword);
    const left = doubts.filter((doubt) => doubt.dword !== place);
    if (left.length === 0) this.#doubts.delete(uid);
    else this.#doubts.set(uid, left);
  }

  /** Whether a dword of the arena may lie in vector caches. */
  cached: (dword: number) => boolean = () => true;
  /** Address of a dword of the arena, for messages; the card knows better. */
  address: (dword: number) => string = (dword) => `memory (arena offset 0x${(dword * 4).toString(16)})`;

  /** A dword where the access goes, for messages. */
  #where(dword: number): string {
    return (this.#flags & Flag.local) !== 0
      ? `LDS 0x${(dword * 4 - this.#w.s[S.LDS_BASE]!).toString(16)}`
      : this.address(dword);
  }

  collides(dword: number, lane: number, other: number): void {
    const here = this.#place(this.#now, this.#site, lane);
    const there = this.#place(this.#now, this.#site, other);
    this.say(
      'LANES_COLLIDE',
      this.#site,
      this.#site,
      `lanes ${other} and ${lane} of ${here.what} write different values to ${this.#where(dword)}`,
      here,
      [there],
    );
  }

  // --- words

  /** Text of an earlier access. */
  describe(n: number, row: number, tag: number): CheckPlace {
    const { log, waves } = this;
    const uid = log.uid[row]!;
    if (uid < 0) return this.describeAgent(~uid, log.site[row]!);
    const { pc, text } = this.#sites[log.site[row]!]!;
    const launch = waves.launch(uid);
    return {
      where: `instruction at 0x${pc.toString(16)}`,
      what: `${text()} (${launch === undefined ? 'a dispatch' : position(launch, waves.positionOf(uid))}, wave ${uid - waves.groupOf(uid)}, lane ${tag >>> 4})`,
    };
  }

  #place(wave: WaveCheck, site: number, lane: number): CheckPlace {
    const { pc, text } = this.#sites[site]!;
    return {
      where: `instruction at 0x${pc.toString(16)}`,
      what: `${text()} (${position(wave.group.launch, wave.group.position)}, wave ${wave.index}${lane < 0 ? '' : `, lane ${lane}`})`,
    };
  }

  /** Says it once for each pair of instructions. */
  say(
    code: CheckCode,
    site: number,
    other: number,
    message: string,
    at: CheckPlace,
    because: readonly CheckPlace[],
  ): void {
    this.sayPlaces(code, `${this.#sites[site]?.pc}`, because[0]?.where ?? `${other}`, message, at, because);
  }

  /** Says it once for each pair of places. */
  sayPlaces(
    code: CheckCode,
    here: string,
    there: string,
    message: string,
    at: CheckPlace,
    because: readonly CheckPlace[],
  ): void {
    const key = `${code} ${here} ${there}`;
    if (this.#said.has(key)) return;
    if (this.#said.size < 65536) this.#said.add(key);
    this.#report({ kind: 'checkFailed', code, message, at, because });
  }

  /** Something about one instruction of the running wave, because of an earlier one. */
  sayOf(
    code: CheckCode,
    wave: WaveCheck,
    site: number,
    lane: number,
    message: (at: string) => string,
    other: number,
    otherLane = -1,
  ): void {
    const at = this.#place(wave, site, lane);
    this.say(code, site, other, message(at.what), at, other === 0 ? [] : [this.#place(wave, other, otherLane)]);
  }

  unwritten(site: number, register: string): number {
    if (this.#stories.length > STORIES) return 1;
    this.#storySites.push(site);
    return this.#stories.push(register) - 1;
  }

  /** `story` reached something that matters. */
  undefinedUse(wave: WaveCheck, site: number, lane: number, story: number, use: string): void {
    const from = this.#storySites[story]!;
    this.sayOf(
      'UNINITIALISED',
      wave,
      site,
      lane,
      (at) =>
        `${use} of ${at} depends on ${this.#stories[story]}, which nothing has written${from === 0 || from === site ? '' : ` (read by ${this.#sites[from]!.text()} at 0x${this.#sites[from]!.pc.toString(16)})`}`,
      from === site ? 0 : from,
    );
  }
}

export interface Met {
  readonly n: number;
  readonly uid: number;
  readonly released: Released | undefined;
  readonly knowledge: Knowledge | undefined;
  readonly place: ReleaseLog | undefined;
  readonly all: number;
}

/** The host's number among actors. */
const HOST_UID = -1;

function newGroup(uid: number, launch: Launch, at: number, waves: number): Group {
  return {
    uid,
    launch,
    position: at,
    waves,
    alive: waves,
    arrived: 0,
    epoch: 0,
    known: new Int32Array(waves * 3),
    brought: new Int32Array(waves * 3),
    members: [],
  };
}

function position(launch: Launch, at: number): string {
  const [gx, gy] = launch.groups;
  const [sx, sy, sz] = launch.start;
  const nx = Math.max(1, gx - sx);
  const ny = Math.max(1, gy - sy);
  const x = sx + (at % nx);
  const y = sy + (Math.floor(at / nx) % ny);
  const z = sz + Math.floor(at / nx / ny);
  return `dispatch ${launch.id} workgroup (${x},${y},${z})`;
}
