/**
 * The machine that cards are plugged into: one clock and event queue, host memory behind an IOMMU, the
 * bus address map, one arena, and the cards.
 *
 * Made from plain data, so it can live in a worker. Snapshot and restore cover the whole machine;
 * drivers cannot be copied and are re-run instead.
 */

import { DMA_PAGE_BYTES, EmptyslotError, Iommu, asBusAddress } from '../pcie/index.ts';
import type { DmaDirection, DmaFault, Strictness } from '../pcie/index.ts';
import { RecordKind } from '../pcie/index.ts';
import { TraceRing } from '../trace/ring.ts';
import { Arena, SparseMemory } from './arena.ts';
import type { CardFactory, CardModel, CardSlot, Copyable, DmaPort } from './card.ts';
import { EventQueue } from './events.ts';
import { Findings, defineRules } from './findings.ts';
import { Port } from './port.ts';
import { Random } from './random.ts';
import { Hash, StateBlock } from './state.ts';
import type { StateSnapshot } from './state.ts';

export const busRules = defineRules({
  DMA_NOT_GRANTED: {
    title: 'The device reached for a bus address that was never granted to it, or was freed',
    onSilicon:
      "The IOMMU blocks the access: reads return all ones, writes are lost; without an IOMMU the machine's memory is corrupted.",
    source: 'IOMMU map of the slot',
  },
  DMA_WRONG_DIRECTION: {
    title: 'The device wrote to memory granted for reading, or the other way round',
    onSilicon: 'The IOMMU blocks the access.',
    source: 'IOMMU map of the slot',
  },
  BUS_MASTER_OFF: {
    title: 'The device needed host memory while Bus Master Enable was off',
    onSilicon: 'The request never leaves the card; the engine that made it hangs or takes an error completion.',
    source: 'PCI Express Base Specification, Command register bit 2',
  },
  MEMORY_SPACE_OFF: {
    title: 'A BAR was accessed while Memory Space Enable was off, or the card could not answer',
    onSilicon: 'Unsupported Request: reads return all ones, writes are lost.',
    source: 'PCI Express Base Specification, Command register bit 1',
  },
  ACCESS_WIDTH: {
    title: 'An access of a width or alignment that the region does not take',
    onSilicon: 'Byte enables are ignored or the access is dropped; what is read belongs to the whole dword.',
    source: 'access rules of the region',
  },
  BEYOND_BAR: {
    title: 'An access past the end of a BAR',
    onSilicon: 'It hits another device or is aborted: all ones.',
    source: 'BAR sizes in configuration space',
  },
  ALL_ONES_AS_DATA: {
    title: 'The driver went on with all ones that came from a device which did not answer',
    onSilicon: 'A dead or reset device reads as all ones; taking it for data programs nonsense.',
    source: 'PCI Express completion rules',
  },
});

/** What time things take, in virtual ns. Plain numbers: a cable multiplies them. */
export interface BusTiming {
  readonly configNs: number;
  readonly readNs: number;
  readonly writeNs: number;
  /** Per byte of block transfers. */
  readonly byteNs: number;
  /** A host access to its own memory. */
  readonly hostNs: number;
}

export const directSlotTiming: BusTiming = { configNs: 1500, readNs: 900, writeNs: 60, byteNs: 0.04, hostNs: 40 };

export interface MachineOptions {
  readonly seed?: number;
  readonly strictness?: Strictness;
  readonly iommu?: { granule?: 4096 | 16384; passthrough?: boolean };
  /** Page lists of DMA buffers in scattered, descending order. */
  readonly scatter?: boolean;
  readonly arenaBytes?: number;
  /** Nominal host memory for DMA. */
  readonly hostBytes?: number;
  readonly timing?: Partial<BusTiming>;
  /** Records kept in the trace ring, log2. */
  readonly traceLog2?: number;
}

/** Where host RAM starts on the bus when nothing translates. */
const HOST_BASE = 0x1_0000_0000;
/** Where BARs are placed: above host memory, as firmware does with "above 4G decoding". */
const BAR64_BASE = 0x60_0000_0000;
const BAR32_BASE = 0xc000_0000;

interface Plugged {
  readonly model: CardModel;
  readonly state: StateBlock;
  readonly kept: Map<string, Copyable>;
  readonly port: Port;
}

/** Everything a machine remembers. Opaque. */
export interface MachineSnapshot {
  readonly machine: StateSnapshot;
  readonly cards: readonly {
    readonly state: StateSnapshot;
    readonly kept: ReadonlyMap<string, unknown>;
    /** Interrupts not yet delivered to a driver. */
    readonly interrupts: readonly number[];
  }[];
  readonly faults: readonly { readonly card: number; readonly fault: DmaFault }[];
  readonly host: ReadonlyMap<number, Uint8Array>;
  readonly iommu: ReturnType<Iommu['snapshot']>;
  readonly buffers: ReadonlyMap<number, DmaGrant>;
  readonly freed: readonly FreedRange[];
  readonly spare: readonly { readonly start: number; readonly bytes: number }[];
  /** Number of the next trace record: models remember records to blame. */
  readonly traceNext: number;
}

/** Bus addresses that were granted once. */
interface FreedRange {
  readonly bus: number;
  readonly bytes: number;
  readonly handle: number;
  readonly name: string;
  /** Trace number of the access that freed them. */
  readonly sequence: number;
}

/** Freed buffers that are remembered. */
const REMEMBERED_FREED = 64;

/** One DMA buffer as the machine keeps it. */
export interface DmaGrant {
  readonly handle: number;
  readonly bytes: number;
  readonly card: number;
  readonly direction: DmaDirection;
  readonly name: string;
  /** Granules in buffer order: bus address, host address, bytes. */
  readonly pieces: readonly { readonly bus: number; readonly host: number; readonly bytes: number }[];
}

export class Machine {
  readonly options: MachineOptions;
  readonly timing: BusTiming;
  readonly arena: Arena;
  readonly state = new StateBlock('machine');
  readonly events: EventQueue;
  readonly random: Random;
  readonly trace: TraceRing;
  readonly findings: Findings;
  readonly iommu: Iommu;
  readonly host: SparseMemory;
  private readonly cards: Plugged[] = [];
  private buffers = new Map<number, DmaGrant>();
  /** What was freed last, to be named when the device reaches for it. */
  private freed: readonly FreedRange[] = [];
  /** Runs of freed host memory, by address, merged. */
  private spare: { readonly start: number; readonly bytes: number }[] = [];
  private readonly s: Record<'hostNext' | 'handleNext' | 'bar64Next' | 'bar32Next', number>;
  /** DMA faults not yet delivered to a driver. */
  private readonly faults: { card: number; fault: DmaFault }[] = [];

  constructor(options: MachineOptions = {}) {
    this.options = options;
    this.timing = { ...directSlotTiming, ...options.timing };
    this.arena = new Arena(options.arenaBytes);
    this.events = new EventQueue(this.state);
    this.random = new Random(this.state, options.seed ?? 1);
    this.trace = new TraceRing(options.traceLog2);
    this.findings = new Findings(this.trace, () => this.events.nowNs, options.strictness ?? 'strict');
    this.iommu = new Iommu(options.iommu);
    this.host = new SparseMemory(this.arena, options.hostBytes ?? 64 * 2 ** 30);
    this.s = this.state.record('machine', { hostNext: 0, handleNext: 1, bar64Next: BAR64_BASE, bar32Next: BAR32_BASE });
  }

  get nowNs(): number {
    return this.events.nowNs;
  }

  /** Lets `ns` of virtual time pass, running what falls due. Never call from a register handler. */
  advance(ns: number): void {
    this.events.advanceTo(this.events.nowNs + ns);
  }

  /** Plugs a card in, assigns its BARs as system firmware does, and returns the driver's end of the slot. */
  plug<O>(factory: CardFactory<O>, options: O): Port {
    const card = this.cards.length;
    const state = new StateBlock(`card ${card}`, this.arena);
    const kept = new Map<string, Copyable>();
    const slot: CardSlot = {
      card,
      arena: this.arena,
      events: this.events,
      state,
      findings: this.findings,
      random: this.random,
      dma: this.dmaPort(card),
      interrupt: (vector) => this.cards[card]!.port.raise(vector),
      keep: (name, part) => void kept.set(name, part),
    };
    const model = factory(slot, options);
    const port = new Port(this, card, model);
    this.cards.push({ model, state, kept, port });
    this.findings.describeWith(card, (_card, bar, offset) => model.describe(bar, offset));
    model.assignBars((bytes, is64) => this.placeBar(bytes, is64));
    return port;
  }

  card(index: number): CardModel {
    return this.cards[index]!.model;
  }

  port(index: number): Port {
    return this.cards[index]!.port;
  }

  get cardCount(): number {
    return this.cards.length;
  }

  /** A bus address range for a BAR of `bytes` (a power of two), naturally aligned. */
  placeBar(bytes: number, is64: boolean): number {
    const next = is64 ? this.s.bar64Next : this.s.bar32Next;
    const at = Math.ceil(next / bytes) * bytes;
    if (is64) this.s.bar64Next = at + bytes;
    else this.s.bar32Next = at + bytes;
    return at;
  }

  // --- host memory for DMA

  /**
   * Host memory that card `card` may reach, zeroed.
   *
   * @throws EmptyslotError `DMA_EXHAUSTED`, `ARENA_FULL`.
   */
  allocateDma(
    card: number,
    bytes: number,
    options: { contiguous?: boolean; direction?: DmaDirection; align?: number; name?: string } = {},
  ): DmaGrant {
    const { granule, passthrough } = this.iommu;
    if (!(bytes > 0)) throw new EmptyslotError('DMA_EXHAUSTED', `cannot allocate ${bytes} bytes for DMA`);
    const direction = options.direction ?? 'both';
    const total = Math.ceil(bytes / granule) * granule;
    const align = Math.max(granule, options.align ?? granule);
    const start = this.takeHost(total, align);
    if (start < 0) throw new EmptyslotError('DMA_EXHAUSTED', `no host memory left for ${bytes} bytes`);
    const scattered = (this.options.scatter ?? false) && !options.contiguous;
    const bus = passthrough ? HOST_BASE + start : this.iommu.reserve(total, align);
    const count = total / granule;
    const pieces: { bus: number; host: number; bytes: number }[] = [];
    if (!scattered) {
      pieces.push({ bus, host: start, bytes: total });
      this.iommu.map(bus, start, total, direction);
    } else {
      for (let i = 0; i < count; i++) {
        // descending and interleaved: neither ascending nor adjacent pages are ever promised
        const j = i % 2 === 0 ? count - 1 - i / 2 : (i - 1) / 2;
        const piece = { bus: bus + j * granule, host: start + j * granule, bytes: granule };
        pieces.push(piece);
        this.iommu.map(piece.bus, piece.host, granule, direction);
      }
    }
    const grant: DmaGrant = { handle: this.s.handleNext++, bytes, card, direction, name: options.name ?? '', pieces };
    this.buffers.set(grant.handle, grant);
    return grant;
  }

  grant(handle: number): DmaGrant | undefined {
    return this.buffers.get(handle);
  }

  grantsOf(card: number): DmaGrant[] {
    return [...this.buffers.values()].filter((g) => g.card === card);
  }

  freeDma(handle: number): void {
    const grant = this.buffers.get(handle);
    if (grant === undefined) return;
    for (const piece of grant.pieces) {
      this.iommu.unmap(piece.bus, piece.bytes);
      this.releaseHost(piece.host, piece.bytes);
    }
    this.buffers.delete(handle);
    const sequence = this.findings.current;
    const ranges = grant.pieces.map(({ bus, bytes }) => ({ bus, bytes, handle, name: grant.name, sequence }));
    this.freed = [...ranges, ...this.freed].slice(0, REMEMBERED_FREED);
  }

  /**
   * Host address of a free run, or −1. Memory that was never used comes first: behind an IOMMU bus addresses stay unique
   * even when host memory is used again, without one a late DMA must not meet anybody's data.
   */
  private takeHost(bytes: number, align: number): number {
    const fresh = Math.ceil(this.s.hostNext / align) * align;
    if (fresh + bytes <= this.host.bytes) {
      this.s.hostNext = fresh + bytes;
      return fresh;
    }
    if (this.iommu.passthrough) return -1;
    for (const [i, run] of this.spare.entries()) {
      const start = Math.ceil(run.start / align) * align;
      const end = run.start + run.bytes;
      if (start + bytes > end) continue;
      const rest = [
        { start: run.start, bytes: start - run.start },
        { start: start + bytes, bytes: end - start - bytes },
      ].filter((r) => r.bytes > 0);
      this.spare.splice(i, 1, ...rest);
      return start;
    }
    return -1;
  }

  /** Whole chunks of freed host memory go back to the arena. */
  private releaseHost(host: number, bytes: number): void {
    const chunk = 0x1_0000;
    this.host.fill(host, bytes, 0);
    const { spare } = this;
    let i = spare.findIndex((run) => run.start > host);
    if (i < 0) i = spare.length;
    const before = spare[i - 1];
    const after = spare[i];
    const joinsBefore = before !== undefined && before.start + before.bytes === host;
    const joinsAfter = after !== undefined && host + bytes === after.start;
    const start = joinsBefore ? before.start : host;
    const end = joinsAfter ? after.start + after.bytes : host + bytes;
    spare.splice(joinsBefore ? i - 1 : i, (joinsBefore ? 1 : 0) + (joinsAfter ? 1 : 0), { start, bytes: end - start });
    // chunks at the edges too, where their other tenants are gone
    const first = Math.max(Math.ceil(start / chunk), Math.floor(host / chunk)) * chunk;
    for (let at = first; at + chunk <= end && at < host + bytes; at += chunk) {
      const index = at / chunk;
      const page = this.host.table[index]!;
      if (page !== 0) {
        this.arena.free(page * chunk);
        this.host.table[index] = 0;
      }
    }
  }

  // --- the device's side

  private dmaPort(card: number): DmaPort {
    const translate = (busAddress: number, write: boolean): number => {
      if (!this.cards[card]!.model.function.config.busMasterEnabled) {
        this.refuse(card, busAddress, write, 'bus-master-off');
        return -1;
      }
      const host = this.iommu.translate(busAddress, write);
      if (host >= 0) return this.host.at(host);
      if (host === -1 && this.barAt(busAddress, card) !== undefined) return -2;
      this.refuse(card, busAddress, write, host === -2 ? 'direction' : 'unmapped');
      return -1;
    };
    const pieces = (
      busAddress: number,
      bytes: number,
      write: boolean,
      each: (at: number, from: number, run: number, bus: number) => void,
    ): boolean => {
      let whole = true;
      for (let done = 0; done < bytes;) {
        const here = busAddress + done;
        const run = Math.min(DMA_PAGE_BYTES - (here % DMA_PAGE_BYTES), bytes - done);
        const at = translate(here, write);
        if (at === -1) whole = false;
        each(at, done, run, here);
        done += run;
      }
      return whole;
    };
    const word = new Uint8Array(4);
    const port: DmaPort = {
      translate,
      read: (busAddress, into) =>
        pieces(busAddress, into.length, false, (at, from, run, bus) => {
          if (at >= 0) into.set(this.arena.u8.subarray(at, at + run), from);
          else if (at === -2) this.peerRead(card, bus, into.subarray(from, from + run));
          else into.fill(0xff, from, from + run);
        }),
      write: (busAddress, bytes) =>
        pieces(busAddress, bytes.length, true, (at, from, run, bus) => {
          if (at >= 0) this.arena.u8.set(bytes.subarray(from, from + run), at);
          else if (at === -2) this.peerWrite(card, bus, bytes.subarray(from, from + run));
        }),
      read32: (busAddress) => {
        port.read(busAddress, word);
        return (word[0]! | (word[1]! << 8) | (word[2]! << 16) | (word[3]! << 24)) >>> 0;
      },
      write32: (busAddress, value) => {
        word[0] = value;
        word[1] = value >>> 8;
        word[2] = value >>> 16;
        word[3] = value >>> 24;
        return port.write(busAddress, word);
      },
    };
    return port;
  }

  private barAt(busAddress: number, except: number): { card: number; bar: number; offset: number } | undefined {
    for (let card = 0; card < this.cards.length; card++) {
      if (card === except) continue;
      const { function: fn } = this.cards[card]!.model;
      if (!fn.config.memorySpaceEnabled) continue;
      for (const bar of fn.bars) {
        if (bar === undefined) continue;
        const base = fn.config.barAddress(bar.index);
        if (base !== 0 && busAddress >= base && busAddress < base + fn.config.barBytes(bar.index))
          return { card, bar: bar.index, offset: busAddress - base };
      }
    }
    return undefined;
  }

  private peerRead(card: number, busAddress: number, into: Uint8Array): void {
    const hit = this.barAt(busAddress, card)!;
    this.cards[hit.card]!.model.function.readBlock(hit.bar, hit.offset, into);
  }

  private peerWrite(card: number, busAddress: number, from: Uint8Array): void {
    const hit = this.barAt(busAddress, card)!;
    this.cards[hit.card]!.model.function.writeBlock(hit.bar, hit.offset, from);
  }

  private refuse(card: number, busAddress: number, write: boolean, reason: DmaFault['reason']): void {
    const rule =
      reason === 'bus-master-off'
        ? busRules.BUS_MASTER_OFF
        : reason === 'direction'
          ? busRules.DMA_WRONG_DIRECTION
          : busRules.DMA_NOT_GRANTED;
    const page = `bus address 0x${(Math.floor(busAddress / DMA_PAGE_BYTES) * DMA_PAGE_BYTES).toString(16)}`;
    const freed =
      reason === 'unmapped'
        ? this.freed.find(({ bus, bytes }) => busAddress >= bus && busAddress < bus + bytes)
        : undefined;
    const name = freed === undefined ? '' : `DMA buffer ${freed.handle}${freed.name === '' ? '' : ` (${freed.name})`}`;
    this.findings.report(
      rule,
      card,
      `${write ? 'write' : 'read'} at bus address 0x${busAddress.toString(16)} refused: ${freed === undefined ? reason : `it belonged to ${name}, which was freed`}`,
      this.findings.thing(page, write ? 'write' : 'read'),
      freed === undefined
        ? [this.findings.current]
        : [this.findings.thing(name, 'freed', freed.sequence), this.findings.current],
    );
    if (this.faults.length < 256)
      this.faults.push({
        card,
        fault: {
          busAddress: asBusAddress(Math.min(Math.max(0, busAddress), Number.MAX_SAFE_INTEGER)),
          write,
          reason,
          timeNs: this.nowNs,
        },
      });
  }

  /** DMA faults of `card` since the last call. */
  takeFaults(card: number): DmaFault[] {
    const taken = this.faults.filter((f) => f.card === card).map((f) => f.fault);
    if (taken.length > 0) this.faults.splice(0, this.faults.length, ...this.faults.filter((f) => f.card !== card));
    return taken;
  }

  get faultsPending(): number {
    return this.faults.length;
  }

  // --- copies

  snapshot(): MachineSnapshot {
    return {
      machine: this.state.snapshot(),
      cards: this.cards.map(({ state, kept, port }) => ({
        interrupts: port.waitingInterrupts,
        state: state.snapshot(),
        kept: new Map([...kept].map(([name, part]) => [name, part.snapshot()])),
      })),
      host: this.host.snapshot(),
      iommu: this.iommu.snapshot(),
      buffers: new Map(this.buffers),
      faults: [...this.faults],
      freed: this.freed,
      spare: [...this.spare],
      traceNext: this.trace.next,
    };
  }

  restore(saved: MachineSnapshot): void {
    this.state.restore(saved.machine);
    saved.cards.forEach((card, i) => {
      this.cards[i]!.state.restore(card.state);
      this.cards[i]!.port.restoreInterrupts(card.interrupts);
      for (const [name, part] of this.cards[i]!.kept) part.restore(card.kept.get(name) as never);
    });
    this.host.restore(saved.host);
    this.iommu.restore(saved.iommu);
    this.buffers = new Map(saved.buffers);
    this.freed = saved.freed;
    this.spare = [...saved.spare];
    this.faults.splice(0, this.faults.length, ...saved.faults);
    this.trace.rewind(saved.traceNext);
  }

  /** 16 hexadecimal digits over all state and memory that is not zero. */
  hash(): string {
    const hash = new Hash();
    this.state.hashInto(hash);
    for (const { state, kept } of this.cards) {
      state.hashInto(hash);
      for (const [name, part] of kept) {
        hash.text(name);
        part.hashInto?.(hash);
      }
    }
    hashMemory(this.host, hash);
    return hash.digest();
  }

  /** Notes in the trace that time passed without an access. */
  recordElapsed(card: number, ns: number, paused = false): void {
    this.trace.add(
      this.nowNs,
      RecordKind.elapsed,
      card,
      0,
      paused ? 1 : 0,
      0,
      ns >>> 0,
      Math.floor(ns / 0x1_0000_0000),
    );
  }
}

/** Adds the non-zero chunks of a sparse memory to a hash. */
export function hashMemory(
  memory: SparseMemory,
  hash: { bytes(data: Uint8Array): void; text(value: string): void },
): void {
  for (const [chunk, bytes] of memory.snapshot()) {
    if (bytes.every((b) => b === 0)) continue;
    hash.text(String(chunk));
    hash.bytes(bytes);
  }
}
