/**
 * Who is ordered after whom on a card: the host, command queues, copy queues, and the launches of a command queue.
 *
 * - A doorbell hands what the host had done on to every queue, from its next packet on.
 * - Packets of a queue are in order. Its launches run beside them until CS_PARTIAL_FLUSH, an AQL barrier bit, or a wait
 *   on what an end-of-pipe event has stored; RELEASE_MEM itself holds nothing up on silicon.
 * - A small store by a packet (a fence, a signal) hands on what its queue knows, and RELEASE_MEM and AQL's completion what
 *   the launches before it did, to whoever reads it: the host, a wait of another queue, a shader.
 * - ACQUIRE_MEM makes the caches of the launches after it see what its queue knows by then. So do AQL's acquire scopes.
 * - An interrupt hands on what has been released by then.
 *
 * A host read of what a packet has stored as a fence takes that fence over. A host store of up to 8 bytes to a place
 * where a packet has stored or waited is taken for one to a fence. What the
 * queues' fetchers read is not judged. Status registers that the host reads tell it what has ended.
 *
 * Nothing here is state of the card: see checker.ts.
 *
 * Source: PM4, AQL and SDMA packets as public drivers use them.
 * Fidelity: from-public-source. Guessed: that a doorbell orders everything the host did before it (HDP's own rules are
 * told by HDP), that status registers tell the host what has ended.
 */
import { Flag } from '../../../exec/check/access-log.ts';
import { AGENTS, Knowledge, Learner } from '../../../exec/check/knowledge.ts';
import type { Actor } from '../../../exec/check/shadow.ts';
import type { Card, PacketKind, Watch } from '../../blocks.ts';
import type { CheckPlace, ShaderEvent } from '../events.ts';
import { RaceChecker } from './checker.ts';
import { checkRules } from './rules.ts';
import type { CheckCode } from './rules.ts';
import type { LaunchOrder } from './waves.ts';

/** Bits of GCR_CNTL: scalar, vector L0 and L1 dropped. */
const Gcr = { scalar: 1 << 7, vector: 1 << 8, l1: 1 << 9 } as const;
/** Accesses of agents remembered for messages. */
const SITES = 65536;
const SMALL = 8;

interface Site {
  readonly where: string;
  readonly what: string;
  readonly sequence: number;
}

/** Somebody who accesses memory one thing after another. */
class Agent extends Learner {
  readonly index: number;
  readonly name: string;
  /** What caches of its launches were made to see. */
  vector = new Knowledge();
  scalar = new Knowledge();
  /** Number of the last doorbell that it has taken over. */
  rung = 0;

  constructor(index: number, name: string) {
    super();
    this.index = index;
    this.name = name;
  }
}

const readsToSynchronise: ReadonlySet<PacketKind> = new Set<PacketKind>(['wait', 'signal']);

export class CardWatch implements Watch {
  readonly races = new RaceChecker();
  readonly #card: Card;
  readonly #agents: Agent[] = [];
  readonly #byQueue = new Map<string, Agent>();
  readonly #sites: (Site | undefined)[] = [];
  #site = 0;
  /** What everybody had released for an interrupt. */
  #released = new Knowledge();
  #doorbells = 0;
  #atDoorbell = new Knowledge();
  // the packet that runs
  #agent: Agent | undefined;
  #kind: PacketKind = 'data';
  #packet: Site | undefined;
  #endOfPipe = false;
  // the access that is judged
  readonly #actor: Actor & { uid: number; agent: Agent; reads: boolean; site: number };

  constructor(card: Card) {
    this.#card = card;
    this.#agents.push(new Agent(0, 'the host'));
    const { races } = this;
    const actor = {
      uid: 0,
      agent: this.#agents[0]!,
      reads: false,
      site: 0,
      knows: (n: number, row: number): boolean => actor.agent.seen.knows(n, row, races.log, races.waves),
      meets: (n: number, row: number, dword: number): void =>
        races.take(actor.agent.learn(), races.metAt(n, row, dword)),
      races: (n: number, row: number, tag: number, dword: number): void => this.#race(n, row, tag, dword),
      collides: (): void => {},
    };
    this.#actor = actor;
    races.describeAgent = (_agent, site) => this.#describe(site);
    races.order = () => this.#order();
    races.address = (dword) => this.#address(dword);
    races.cached = (dword) => !card.gmc.bypasses(dword * 4);
    races.renewed = () => this.#renew();
    card.slot.keep('checker', { snapshot: () => undefined, restore: () => this.forget() });
  }

  /** Starts afresh: everything so far is over. */
  forget(): void {
    this.races.forget();
    this.#renew();
  }

  #renew(): void {
    const over = new Knowledge();
    over.all = this.races.log.newest;
    for (const agent of this.#agents) {
      agent.hold(over);
      agent.vector = over;
      agent.scalar = over;
    }
    this.#released = new Knowledge();
    this.#atDoorbell = over;
  }

  /** An event of the shader core as a finding; false where it is none of the checker's. */
  tell(event: ShaderEvent): boolean {
    if (event.kind !== 'checkFailed') return false;
    this.#say(event.code, event.message, event.at, event.because);
    return true;
  }

  #say(code: CheckCode, message: string, at: CheckPlace, because: readonly CheckPlace[]): void {
    const { findings, card } = this.#card.slot;
    const { blame } = this.#card.gmc.gfxhub;
    const thing = (place: CheckPlace) =>
      findings.thing(place.where, place.what, place.sequence ?? (blame >= 0 ? blame : findings.current));
    findings.report(checkRules[code], card, message, thing(at), because.map(thing));
  }

  #agentOf(engine: 'compute' | 'copy', queue: number, name: string): Agent {
    const key = `${engine} ${queue}`;
    let agent = this.#byQueue.get(key);
    if (agent === undefined) {
      agent = new Agent(Math.min(this.#agents.length, AGENTS - 1), name);
      this.#agents.push(agent);
      this.#byQueue.set(key, agent);
    }
    return agent;
  }

  // --- packets

  begin(
    engine: 'compute' | 'copy',
    queue: number,
    name: string,
    kind: PacketKind,
    packet: string,
    place: string,
    sequence: number,
  ): void {
    const agent = this.#agentOf(engine, queue, name);
    // work that came without a doorbell came by something that is not watched
    if (this.#doorbells === 0) agent.learn().all = this.races.log.newest;
    else if (agent.rung !== this.#doorbells) {
      agent.rung = this.#doorbells;
      agent.learn().join(this.#atDoorbell);
    }
    if (packet === 'TRAP') {
      const released = agent.learn();
      released.agents[agent.index] = this.races.log.newest;
      this.#released.join(released);
    }
    this.#agent = agent;
    this.#kind = kind;
    this.#endOfPipe = false;
    this.#packet = { where: `${packet} at ${place} (${name})`, what: packet, sequence };
  }

  end(): void {
    this.#agent = undefined;
  }

  /** Everything launched by the queue so far is over, and the queue has waited for it. */
  drained(): void {
    const agent = this.#agent;
    if (agent !== undefined) agent.learn().launches[agent.index] = this.races.lastLaunch;
  }

  endOfPipe(): void {
    const agent = this.#agent;
    if (agent === undefined) return;
    this.#endOfPipe = true;
    const released = this.#withLaunches(agent);
    released.agents[agent.index] = this.races.log.newest;
    this.#released.join(released);
  }

  /** What a queue knows once all that it has launched is over. */
  #withLaunches(agent: Agent): Knowledge {
    const known = new Knowledge(agent.seen);
    known.launches[agent.index] = this.races.lastLaunch;
    return known;
  }

  acquired(gcr: number): void {
    const agent = this.#agent;
    if (agent === undefined) return;
    if ((gcr & Gcr.vector) !== 0 && (gcr & Gcr.l1) !== 0) agent.vector = agent.share();
    if ((gcr & Gcr.scalar) !== 0) agent.scalar = agent.share();
  }

  #order(): LaunchOrder {
    const agent = this.#agent ?? this.#agents[0]!;
    agent.learn().agents[agent.index] = this.races.log.newest;
    return { queue: agent.index, name: agent.name, seen: agent.share(), vector: agent.vector, scalar: agent.scalar };
  }

  memory(at: number, bytes: number, writes: boolean): void {
    const agent = this.#agent;
    if (agent === undefined || at < 0) return;
    const kind = this.#kind;
    if (!writes && kind === 'store') return;
    const sync = writes ? kind !== 'bulk' && bytes <= SMALL : readsToSynchronise.has(kind);
    this.#access(agent, at, bytes, writes, sync, this.#packet!);
  }

  #access(agent: Agent, at: number, bytes: number, writes: boolean, sync: boolean, site: Site): void {
    const { races } = this;
    const { log, memory } = races;
    const number = ++this.#site;
    this.#sites[number % SITES] = site;
    const flags =
      (writes ? Flag.writes | Flag.storeQueue : 0) |
      (sync ? Flag.sync : 0) |
      (!writes && agent.index === 0 ? Flag.poll : 0);
    const n = log.add(~agent.index, number, flags, log.newest, log.newest, 0);
    const actor = this.#actor;
    actor.uid = ~agent.index;
    actor.agent = agent;
    actor.reads = !writes;
    actor.site = number;
    memory.begin(actor, n, flags);
    memory.block(at, bytes, writes);
    agent.learn().agents[agent.index] = n;
    if (writes && (sync || agent.index === 0))
      races.release(n, this.#endOfPipe && agent.index !== 0 ? this.#withLaunches(agent) : agent.share());
  }

  // --- the host

  doorbell(): void {
    this.#doorbells++;
    const [host] = this.#agents as [Agent];
    host.learn().agents[0] = this.races.log.newest;
    this.#atDoorbell = host.share();
  }

  interrupt(): void {
    this.#agents[0]!.learn().join(this.#released);
  }

  statusRead(): void {
    const seen = this.#agents[0]!.learn();
    const over = this.races.allOver;
    for (const agent of this.#agents) if (over > seen.launches[agent.index]!) seen.launches[agent.index] = over;
  }

  host(at: number, bytes: number, writes: boolean): void {
    if (at < 0 || bytes === 0) return;
    const { log, memory } = this.races;
    const synchronises = (n: number): boolean => {
      const row = log.row(n);
      return row >= 0 && (log.flags[row]! & Flag.sync) !== 0;
    };
    const sync =
      writes && bytes <= SMALL && (synchronises(memory.writerOf(at >>> 2)) || synchronises(memory.readerOf(at >>> 2)));
    this.#access(this.#agents[0]!, at, bytes, writes, sync, {
      where: '',
      what: `${writes ? 'store' : 'read'} of ${bytes} bytes by the host`,
      sequence: this.#card.slot.findings.current,
    });
  }

  // --- words

  #describe(number: number): CheckPlace {
    const site = this.#sites[number % SITES];
    if (site === undefined) return { where: 'an access before', what: '' };
    if (site.where !== '') return site;
    const { where, step } = this.#card.slot.findings.access(site.sequence);
    return { where: `host, ${where}`, what: `${site.what}${step === '' ? '' : ` (${step})`}`, sequence: site.sequence };
  }

  #address(dword: number): string {
    const offset = this.#card.gmc.vramOffsetOf(dword * 4);
    return offset >= 0 ? `VRAM 0x${offset.toString(16)}` : `host memory (arena offset 0x${(dword * 4).toString(16)})`;
  }

  #race(n: number, row: number, tag: number, dword: number): void {
    const { races } = this;
    const { log } = races;
    const { agent, site, reads } = this.#actor;
    const here = this.#describe(site);
    const there = races.describe(n, row, tag);
    const theirs = (log.flags[row]! & Flag.writes) !== 0 ? 'stored to' : 'loaded';
    const host = agent.index === 0 || log.uid[row] === -1;
    const code: CheckCode = host ? 'RACE_WITH_HOST' : 'RACE_WITH_ENGINE';
    const advice =
      agent.index === 0
        ? 'wait for the fence (or the interrupt) that ends it'
        : host
          ? 'the doorbell must come after it, or the host wait for the fence'
          : 'let the queue wait for a fence of the other';
    races.sayPlaces(
      code,
      `${here.where}: ${here.what}`,
      `${there.where}: ${there.what}`,
      `${agent.name} ${reads ? 'reads' : 'stores to'} ${this.#address(dword)} (${here.what}), which ${there.what} ${theirs}; nothing orders them: ${advice}`,
      here,
      [there],
    );
  }
}
