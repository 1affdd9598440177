/**
 * The driver's end of a slot: every access costs bus time, is recorded, and is judged.
 *
 * Due events run *before* an access is served, so a synchronous spin sees progress; nothing calls back
 * into the driver from inside an access. Transports and servers are thin layers over this.
 */

import { DMA_PAGE_BYTES, EmptyslotError, RecordKind, dmaDirections, resetKinds } from '../pcie/index.ts';
import type { DmaDirection, PciFunction, ResetKind, Width } from '../pcie/index.ts';
import type { CardModel } from './card.ts';
import type { DmaGrant, Machine } from './machine.ts';

/** Interrupts kept until the driver looks; more of the same vector are one. */
const MAX_PENDING_INTERRUPTS = 64;

export class Port {
  readonly machine: Machine;
  readonly card: number;
  readonly model: CardModel;
  readonly function: PciFunction;
  /** Bumped by reset and re-plug. */
  generation = 0;
  private readonly interrupts: number[] = [];
  private readonly pair = new Uint32Array(2);
  private readonly pairBytes = new Uint8Array(this.pair.buffer);
  private readonly steps: string[] = [];

  constructor(machine: Machine, card: number, model: CardModel) {
    this.machine = machine;
    this.card = card;
    this.model = model;
    this.function = model.function;
  }

  private spend(ns: number): void {
    this.machine.advance(Math.ceil(ns)); // whole ns, so that a trace holds times exactly
  }

  private record(kind: RecordKind, bar: number, width: number, offset: number, lo: number, hi: number): number {
    return this.machine.trace.add(this.machine.nowNs, kind, this.card, bar, width, offset, lo, hi);
  }

  private recordDma(kind: RecordKind, handle: number, width: number, offset: number, lo: number, hi: number): void {
    this.machine.trace.addDma(this.machine.nowNs, kind, this.card, handle, width, offset, lo, hi);
  }

  /** A record whose answer follows with `patch`. */
  private ask(kind: RecordKind, bar: number, width: number, offset: number, lo = 0): number {
    return this.machine.trace.ask(this.machine.nowNs, kind, this.card, bar, width, offset, lo);
  }

  private judged(): void {
    this.machine.findings.throwIfFatal();
  }

  configRead(offset: number, width: Width): number {
    this.spend(this.machine.timing.configNs);
    const sequence = this.ask(RecordKind.configRead, 0, width, offset);
    const value = this.function.config.read(offset, width);
    this.patch(sequence, value, 0);
    this.judged();
    return value;
  }

  configWrite(offset: number, width: Width, value: number): void {
    this.spend(this.machine.timing.configNs);
    this.record(RecordKind.configWrite, 0, width, offset, value, 0);
    this.function.config.write(offset, width, value);
    this.judged();
  }

  read(bar: number, offset: number, width: Width): number {
    this.spend(this.machine.timing.readNs);
    // recorded before it is served, so that a finding made while serving can point at it
    const sequence = this.ask(RecordKind.read, bar, width, offset);
    const value = this.function.readBar(bar, offset, width);
    this.patch(sequence, value, 0);
    this.judged();
    return value;
  }

  write(bar: number, offset: number, width: Width, value: number): void {
    this.spend(this.machine.timing.writeNs);
    this.record(RecordKind.write, bar, width, offset, value, 0);
    this.function.writeBar(bar, offset, width, value);
    this.judged();
  }

  read64(bar: number, offset: number, into: Uint32Array): void {
    this.spend(this.machine.timing.readNs);
    const sequence = this.ask(RecordKind.read64, bar, 8, offset);
    this.function.readBar64(bar, offset, into);
    this.patch(sequence, into[0]!, into[1]!);
    this.judged();
  }

  write64(bar: number, offset: number, lo: number, hi: number): void {
    this.spend(this.machine.timing.writeNs);
    this.record(RecordKind.write64, bar, 8, offset, lo, hi);
    this.function.writeBar64(bar, offset, lo, hi);
    this.judged();
  }

  readBlock(bar: number, offset: number, into: Uint8Array): void {
    const { timing, trace } = this.machine;
    this.spend(timing.readNs + into.length * timing.byteNs);
    const sequence = this.ask(RecordKind.blockRead, bar, 0, offset, into.length);
    this.function.readBlock(bar, offset, into);
    this.patch(sequence, into.length, trace.keep(into));
    this.judged();
  }

  writeBlock(bar: number, offset: number, from: Uint8Array): void {
    const { timing, trace } = this.machine;
    this.spend(timing.writeNs + from.length * timing.byteNs);
    this.record(RecordKind.blockWrite, bar, 0, offset, from.length, trace.keep(from));
    this.function.writeBlock(bar, offset, from);
    this.judged();
  }

  /** Puts the answer into a record that was written before the access was served. */
  private patch(sequence: number, lo: number, hi: number): void {
    this.machine.trace.answer(sequence, lo, hi);
  }

  /** Size and bus address of a BAR as configuration space has them. */
  mapBar(bar: number): { busAddress: number; bytes: number } | undefined {
    const { config } = this.function;
    const bytes = config.barBytes(bar);
    this.record(RecordKind.mapBar, bar, 0, 0, bytes >>> 0, Math.floor(bytes / 0x1_0000_0000));
    return bytes === 0 ? undefined : { busAddress: config.barAddress(bar), bytes };
  }

  // --- DMA buffers, as the host's CPU touches them

  allocateDma(
    bytes: number,
    options: { contiguous?: boolean; direction?: DmaDirection; align?: number; name?: string } = {},
  ): DmaGrant {
    const grant = this.machine.allocateDma(this.card, bytes, options);
    const { direction = 'both', align = 0 } = options;
    this.recordDma(
      RecordKind.dmaAllocate,
      grant.handle,
      (options.contiguous ? 1 : 0) | (dmaDirections.indexOf(direction) << 1),
      grant.pieces[0]!.bus / DMA_PAGE_BYTES,
      bytes >>> 0,
      (Math.floor(bytes / 0x1_0000_0000) & 0xffff) | (align === 0 ? 0 : Math.log2(align) << 16),
    );
    return grant;
  }

  freeDma(handle: number): void {
    this.recordDma(RecordKind.dmaFree, handle, 0, 0, 0, 0);
    this.machine.freeDma(handle);
  }

  dmaRead(handle: number, offset: number, into: Uint8Array): void {
    const { timing } = this.machine;
    const grant = this.reach(handle, offset, into.length);
    this.spend(timing.hostNs + into.length * timing.byteNs);
    this.eachPiece(grant, offset, into.length, (host, from, run) =>
      this.machine.host.read(host, into.subarray(from, from + run)),
    );
    this.recordBuffer(RecordKind.dmaRead, handle, offset, into);
    this.tellTouched(grant, offset, into.length, false);
    this.judged();
  }

  dmaWrite(handle: number, offset: number, from: Uint8Array): void {
    const { timing } = this.machine;
    const grant = this.reach(handle, offset, from.length);
    this.spend(timing.hostNs + from.length * timing.byteNs);
    this.recordBuffer(RecordKind.dmaWrite, handle, offset, from);
    this.tellTouched(grant, offset, from.length, true);
    this.eachPiece(grant, offset, from.length, (host, at, run) =>
      this.machine.host.write(host, from.subarray(at, at + run)),
    );
    this.judged();
  }

  private recordBuffer(kind: RecordKind, handle: number, offset: number, bytes: Uint8Array): void {
    if (bytes.length > 8) {
      this.recordDma(kind, handle, 0, offset, bytes.length, this.machine.trace.keep(bytes));
      return;
    }
    const { pair, pairBytes } = this;
    pair[0] = 0;
    pair[1] = 0;
    pairBytes.set(bytes);
    this.recordDma(kind, handle, bytes.length, offset, pair[0]!, pair[1]!);
  }

  private reach(handle: number, offset: number, bytes: number): DmaGrant {
    const grant = this.machine.grant(handle);
    if (grant === undefined)
      throw new EmptyslotError('DMA_FREED', `DMA buffer ${handle} was freed or never was`, {
        timeNs: this.machine.nowNs,
      });
    if (offset < 0 || offset + bytes > grant.bytes) {
      throw new EmptyslotError(
        'ACCESS_OUT_OF_RANGE',
        `${bytes} bytes at ${offset} of DMA buffer ${handle} (${grant.bytes} bytes)`,
        { timeNs: this.machine.nowNs },
      );
    }
    return grant;
  }

  /** What the host touches, to the card that wants to know. */
  private tellTouched(grant: DmaGrant, offset: number, bytes: number, writes: boolean): void {
    const { hostTouched } = this.model;
    if (hostTouched === undefined) return;
    this.eachPiece(grant, offset, bytes, (host, _from, length) =>
      this.machine.host.eachPiece(host, length, writes, (at, run) => hostTouched(at, run, writes)),
    );
  }

  private eachPiece(
    grant: DmaGrant,
    offset: number,
    bytes: number,
    each: (host: number, from: number, run: number) => void,
  ): void {
    let start = 0;
    for (const piece of grant.pieces) {
      const end = start + piece.bytes;
      if (offset < end && offset + bytes > start) {
        const from = Math.max(offset, start);
        const to = Math.min(offset + bytes, end);
        each(piece.host + from - start, from - offset, to - from);
      }
      start = end;
      if (start >= offset + bytes) return;
    }
  }

  // --- waiting

  /** The card raised a vector; kept until the driver pauses. */
  raise(vector: number): void {
    this.record(RecordKind.interrupt, 0, 0, vector, 0, 0);
    if (!this.interrupts.includes(vector) && this.interrupts.length < MAX_PENDING_INTERRUPTS)
      this.interrupts.push(vector);
  }

  takeInterrupts(): number[] {
    return this.interrupts.splice(0);
  }

  /** Vectors that wait for the driver's next pause: part of a snapshot. */
  get waitingInterrupts(): readonly number[] {
    return [...this.interrupts];
  }

  restoreInterrupts(vectors: readonly number[]): void {
    this.interrupts.splice(0, this.interrupts.length, ...vectors);
  }

  /**
   * Lets up to `ns` pass, but stops when something is to be delivered to the driver.
   * `idle`: no event is pending, so nothing can ever change by waiting.
   */
  pause(ns: number): 'elapsed' | 'activity' | 'idle' {
    const { events } = this.machine;
    const start = events.nowNs;
    const end = start + Math.ceil(ns);
    const idle = events.pending === 0 || events.settle();
    while (this.interrupts.length === 0 && this.machine.faultsPending === 0 && events.nextNs <= end)
      events.advanceTo(events.nextNs);
    const activity = this.interrupts.length > 0 || this.machine.faultsPending > 0;
    if (!activity) events.advanceTo(end);
    this.machine.recordElapsed(this.card, events.nowNs - start, true);
    this.judged();
    return activity ? 'activity' : idle ? 'idle' : 'elapsed';
  }

  /** Time that passes without the driver doing anything, whatever happens in it; recorded. For servers and replays. */
  elapse(ns: number): void {
    const start = this.machine.nowNs;
    this.machine.advance(Math.ceil(ns));
    this.machine.recordElapsed(this.card, this.machine.nowNs - start);
    this.judged();
  }

  // --- the rest

  reset(kind: ResetKind): void {
    this.record(RecordKind.reset, 0, 0, 0, resetKinds.indexOf(kind), 0);
    this.function.reset(kind);
    this.generation++;
    this.judged();
  }

  /** Opens a nested step that later accesses carry; call the result to close it. */
  annotate(step: string): () => void {
    this.steps.push(step);
    this.machine.trace.setStep(this.steps.join(' › '));
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      const at = this.steps.lastIndexOf(step);
      if (at >= 0) this.steps.splice(at, 1);
      this.machine.trace.setStep(this.steps.join(' › '));
    };
  }

  get step(): string {
    return this.steps.join(' › ');
  }
}
