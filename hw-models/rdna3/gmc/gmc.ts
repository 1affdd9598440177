/**
 * The memory controller as the rest of the card sees it: two VM hubs, accesses by memory-controller address and by
 * VRAM offset, protected memory, and the watch over page tables.
 *
 * Source: address spaces of public drivers (FB location, system aperture).
 * Fidelity: from-public-source.
 */

import { GFXHUB, MMHUB } from '../../../registers/amd/index.ts';
import { gfxHubClients } from '../../../registers/amd/pte.ts';
import type { AccessTracker } from '../../exec/memory.ts';
import type { Card, CardReset, Gmc } from '../blocks.ts';
import { Coherence } from './coherence.ts';
import { VmHub, reportNotFlushed } from './hub.ts';
import { hubRegisters } from './hub-registers.ts';
import { gmcRules } from './rules.ts';
import { TableWatch } from './table-watch.ts';
import { WatchedHub } from './watched-hub.ts';

const CHUNK = 0x1_0000;

/** Protected ranges that can exist at once. */
const RANGES = 8;

const gfxClients = Object.fromEntries(Object.entries(gfxHubClients).map(([name, client]) => [client, name]));

export class MemoryController implements Gmc {
  readonly gfxhub: VmHub;
  readonly mmhub: VmHub;
  readonly watch: TableWatch;
  readonly coherence: Coherence;
  private readonly card: Card;
  private readonly ranges: Float64Array;
  private readonly s: Record<'ranges', number>;
  /** VRAM chunk that an arena chunk belonged to when a hub last handed it out: checked before use, so it may be out of date. */
  reverse: Uint32Array;

  constructor(card: Card) {
    this.card = card;
    const { slot } = card;
    this.watch = new TableWatch(slot.state);
    this.coherence = new Coherence(slot.state, slot.arena.chunkCount);
    this.reverse = new Uint32Array(slot.arena.chunkCount);
    this.ranges = slot.state.f64('gmc.protected', RANGES * 2);
    this.s = slot.state.record('gmc', { ranges: 0 });
    const event = slot.events.define(`card ${slot.card} gmc`, (kind, request) =>
      (kind >= 32 ? this.mmhub : this.gfxhub).elapsed(kind & 31, request),
    );
    const Hub = card.options.check === 'races' ? WatchedHub : VmHub;
    this.gfxhub = new Hub(
      card,
      { name: 'GFXHUB', registers: hubRegisters(GFXHUB, 'GC'), number: 0, clientNames: gfxClients },
      this,
      event,
    );
    this.mmhub = new VmHub(
      card,
      { name: 'MMHUB', registers: hubRegisters(MMHUB, 'MM'), number: 1, clientNames: {} },
      this,
      event,
    );
    this.event = event;
  }

  private readonly event: number;
  private tables: AccessTracker | undefined;

  get tracker(): AccessTracker {
    if (this.tables !== undefined) return this.tables;
    const { arena } = this.card.slot;
    // From now on translated code looks up owners, too.
    const runAt = arena.allocateRun(arena.chunkCount * 4);
    const owners = arena.u32.subarray(runAt / 4, runAt / 4 + arena.chunkCount);
    owners.set(this.reverse);
    this.reverse = owners;
    this.tables = {
      ...this.coherence.tables(),
      owners: owners.byteOffset,
      watched: this.watch.marks.byteOffset,
      waiting: this.card.hdp.pendingAt,
      waitingPages: this.card.hdp.pagesAt,
    };
    return this.tables;
  }

  get fbBase(): number {
    return this.card.options.fbBase * 0x100_0000;
  }

  reset(kind: CardReset): void {
    this.gfxhub.reset(kind);
    this.mmhub.reset(kind);
    if (kind === 'gfx') return;
    this.card.slot.events.cancel(this.event);
    this.watch.reset();
    this.coherence.reset();
    this.s.ranges = 0;
    this.ranges.fill(0);
  }

  // --- memory-controller addresses

  mcRead(mc: number, into: Uint8Array, who: string): boolean {
    const offset = this.offsetOf(mc, into.length);
    if (offset >= 0) return this.vramRead(offset, into, who);
    if (this.throughTables(mc)) return this.mmhub.read(0, mc, into, 0x1ff);
    this.outside(mc, into.length, who, 'read');
    into.fill(0);
    return false;
  }

  mcWrite(mc: number, from: Uint8Array, who: string): boolean {
    const offset = this.offsetOf(mc, from.length);
    if (offset >= 0) return this.vramWrite(offset, from, who);
    if (this.throughTables(mc)) return this.mmhub.write(0, mc, from, 0x1ff);
    this.outside(mc, from.length, who, 'write');
    return false;
  }

  private offsetOf(mc: number, bytes: number): number {
    const offset = mc - this.fbBase;
    return offset >= 0 && offset + bytes <= this.card.vram.bytes ? offset : -1;
  }

  /** Host memory that MMHUB's context 0 maps (a driver's GART) is as good as VRAM to these blocks. */
  private throughTables(mc: number): boolean {
    const inFb = mc >= this.fbBase && mc < this.fbBase + this.card.vram.bytes;
    return !inFb && (this.card.regs.peek(this.mmhub.register('CONTEXTn_CNTL'), 0) & 1) !== 0;
  }

  private outside(mc: number, bytes: number, who: string, doing: string): void {
    const { findings, card } = this.card.slot;
    findings.report(
      gmcRules.ADDRESS_OUTSIDE_VRAM,
      card,
      `${who} was sent to ${doing} ${bytes} bytes at memory-controller address 0x${mc.toString(16)}; VRAM is 0x${this.fbBase.toString(16)} to 0x${(this.fbBase + this.card.vram.bytes - 1).toString(16)} (a VRAM offset needs FB_LOCATION_BASE added)`,
      findings.thing(`${who} at MC 0x${mc.toString(16)}`, doing),
    );
  }

  // --- VRAM offsets

  vramRead(offset: number, into: Uint8Array, who: string): boolean {
    if (!(offset >= 0 && offset + into.length <= this.card.vram.bytes)) {
      this.outside(offset + this.fbBase, into.length, who, 'read');
      into.fill(0);
      return false;
    }
    if (this.card.hdp.pending !== 0) {
      const sequence = this.card.hdp.pendingIn(offset, into.length);
      if (sequence >= 0)
        reportNotFlushed(this.card, `${who} reads`, offset, into.length, sequence, this.card.slot.findings.current);
    }
    this.card.vram.read(offset, into);
    return true;
  }

  vramWrite(offset: number, from: Uint8Array, who: string): boolean {
    if (!(offset >= 0 && offset + from.length <= this.card.vram.bytes)) {
      this.outside(offset + this.fbBase, from.length, who, 'write');
      return false;
    }
    this.card.vram.write(offset, from);
    this.landed(offset, from.length, this.card.slot.findings.current);
    return true;
  }

  landed(offset: number, bytes: number, sequence: number): void {
    this.watch.landed(offset, bytes, sequence);
    this.inChunks(offset, bytes, (at, run) => this.coherence.changed(at, run, sequence));
  }

  /** Arena pieces of a VRAM range, where there are any. */
  private inChunks(offset: number, bytes: number, each: (at: number, run: number) => void): void {
    const { table } = this.card.vram;
    for (let done = 0; done < bytes;) {
      const chunk = Math.floor((offset + done) / CHUNK);
      const from = offset + done - chunk * CHUNK;
      const run = Math.min(CHUNK - from, bytes - done);
      if (table[chunk] !== 0) each(table[chunk]! * CHUNK + from, run);
      done += run;
    }
  }

  // --- caches

  cachesHandled(gcr: number): void {
    this.coherence.handled(gcr);
  }

  shaderLoaded(at: number, bytes: number, vmid: number, fresh: boolean): void {
    const writer = fresh ? -1 : this.coherence.loaded(at, bytes);
    if (this.card.hdp.pending === 0 && writer < 0) return;
    const { findings, card } = this.card.slot;
    const blamed = this.gfxhub.blame >= 0 ? this.gfxhub.blame : findings.current;
    const offset = this.vramOffsetOf(at);
    if (offset >= 0) {
      const sequence = this.card.hdp.pendingIn(offset, bytes);
      if (sequence >= 0) reportNotFlushed(this.card, `Shader load (VMID ${vmid})`, offset, bytes, sequence, blamed);
    }
    if (writer < 0) return;
    const where = offset >= 0 ? `VRAM 0x${offset.toString(16)}` : 'host memory';
    findings.report(
      gmcRules.STALE_CACHE_LINE,
      card,
      `A shader (VMID ${vmid}) loaded ${bytes} bytes of ${where} that it had loaded before and that changed since; put an ACQUIRE_MEM with GLV_INV and GL1_INV before the launch that needs the new bytes`,
      findings.thing(where, `shader load (VMID ${vmid})`, blamed),
      [writer, findings.thing('ACQUIRE_MEM with GLV_INV and GL1_INV', 'left out since')],
    );
  }

  shaderStored(at: number, bytes: number): void {
    this.coherence.stored(at, bytes);
    // a kernel may build page tables, too
    const offset = this.vramOffsetOf(at);
    if (offset >= 0 && this.watch.marked(offset))
      this.watch.storing(offset, this.gfxhub.blame >= 0 ? this.gfxhub.blame : this.card.slot.findings.current);
  }

  cpuReads(offset: number, bytes: number): void {
    this.inChunks(offset, bytes, (at, run) => {
      if (!this.coherence.held(at, run)) return;
      const { findings, card } = this.card.slot;
      findings.report(
        gmcRules.L2_NOT_WRITTEN_BACK,
        card,
        `The CPU read ${bytes} bytes at VRAM 0x${offset.toString(16)} that a shader stored to; end the work with a RELEASE_MEM with GL2_WB before reading its results`,
        undefined,
        [findings.thing('RELEASE_MEM with GL2_WB', 'left out')],
      );
    });
  }

  vramOffsetOf(at: number): number {
    const chunk = Math.floor(at / 0x1_0000);
    const of = this.reverse[chunk] ?? 0;
    return this.card.vram.table[of] === chunk ? of * 0x1_0000 + (at % 0x1_0000) : -1;
  }

  bypasses(at: number): boolean {
    return this.coherence.isBypassed(at >>> 16);
  }

  // --- protected memory

  protect(offset: number, bytes: number): void {
    if (!(bytes > 0)) {
      // no bytes: the range that starts there is given up
      for (let i = 0; i < this.s.ranges; i++) {
        if (this.ranges[i * 2] !== offset) continue;
        this.ranges.copyWithin(i * 2, i * 2 + 2);
        this.ranges.fill(0, RANGES * 2 - 2);
        this.s.ranges--;
        return;
      }
      return;
    }
    if (this.s.ranges >= RANGES) return;
    this.ranges[this.s.ranges * 2] = offset;
    this.ranges[this.s.ranges * 2 + 1] = bytes;
    this.s.ranges++;
  }

  protects(offset: number, bytes: number): boolean {
    for (let i = 0; i < this.ranges.length; i += 2) {
      const size = this.ranges[i + 1]!;
      if (size === 0) return false;
      if (offset < this.ranges[i]! + size && offset + bytes > this.ranges[i]!) return true;
    }
    return false;
  }
}

export function createGmc(card: Card): Gmc {
  return new MemoryController(card);
}
