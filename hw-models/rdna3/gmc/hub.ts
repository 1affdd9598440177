/**
 * One VM hub (GFXHUB or MMHUB): sixteen contexts, a page-table walker, a finite TLB, eighteen invalidation engines,
 * protection faults.
 *
 * The TLB is real: an entry that was loaded stays in use until it is invalidated or displaced, whatever the tables say
 * by then; using one that no longer agrees is a finding. Level 1 and level 2 are one cache here, dropped by a request
 * that names the PTEs of both; directory entries are not cached. Invalid entries are never cached. Retry faults
 * (XNACK), page migration, endian swaps and the identity aperture of context 1 are not modelled; nor is the default
 * page: what faults reads as 0 and stores vanish, whether an ENABLE_DEFAULT bit is set or not.
 *
 * Source: programming sequences and flag lists of public drivers (Linux amdgpu gfxhub 3.0, mmhub 3.0, gmc 11; tinygrad).
 * Fidelity: from-public-source.
 * Fidelity: guessed (TLB sizes and replacement, the encoding of WALKER_ERROR, that a range with S set covers trailing ones).
 */

import { memoryTypes } from '../../../registers/amd/pte.ts';
import type { Register } from '../../../registers/index.ts';
import { Client } from '../blocks.ts';
import type { Access, Card, CardReset, Hub } from '../blocks.ts';
import { LINE_BYTES } from '../hdp/hdp.ts';
import { hdpRules } from '../hdp/rules.ts';
import type { Coherence } from './coherence.ts';
import type { HubRegisters } from './hub-registers.ts';
import {
  LEAF_RESERVED_HI,
  PteHi,
  PteLo,
  TABLE_RESERVED_LO,
  TABLE_UNALIGNED_LO,
  addressOf,
  entryText,
  memoryTypeOf,
} from './pte.ts';
import { gmcRules } from './rules.ts';
import type { TableWatch } from './table-watch.ts';

const PAGE = 4096;
const CHUNK = 0x1_0000;
const MAX_VA = 2 ** 48;

/** Entries for 4 KiB leaves, and for larger ones (kept by 2 MiB of address). */
export const SMALL_ENTRIES = 1024;
export const LARGE_ENTRIES = 256;
const LARGE_BYTES = 2 ** 21;
const NEVER = 0xffff_ffff;

/** Permission bits an access needs, by access kind. */
const needed = [PteLo.read, PteLo.write, PteLo.execute, PteLo.read | PteLo.write] as const;
/** Kept in a bit of the low half that no translation needs: mtype says uncached. */
const UNCACHED = 0x8000_0000;
const knownTypes: ReadonlySet<number> = new Set(Object.values(memoryTypes));
/** Leaf bits of the low half that a translation depends on. */
const SAME = PteLo.system | PteLo.execute | PteLo.read | PteLo.write;
const doing = ['read', 'write', 'instruction fetch', 'atomic'] as const;
const engineCount = 18;

/** Why a walk ended without a leaf. */
const Walk = { ok: 0, range: 1, disabled: 2, directory: 3, invalid: 4, prt: 5, outside: 6, unreachable: 7 } as const;

/** Bit numbers of CONTEXTn_CNTL's interrupt enables by kind; the default enable is the bit above. */
const Enable = { range: 9, directory: 13, valid: 15, read: 17, write: 19, execute: 21 } as const;

/** Most vectors raised between two clears of the fault status; silicon merges repeats too. */
const MAX_VECTORS = 64;

export interface HubOptions {
  readonly name: 'GFXHUB' | 'MMHUB';
  readonly registers: HubRegisters;
  /** Number in vectors and in event arguments: 0 gfx, 1 mm. */
  readonly number: 0 | 1;
  readonly clientNames: Readonly<Record<number, string>>;
}

export interface HubShared {
  readonly watch: TableWatch;
  readonly coherence: Coherence;
  /** VRAM chunk of an arena chunk, filled in as translations are handed out. */
  readonly reverse: Uint32Array;
}

export class VmHub implements Hub {
  readonly name: string;
  readonly number: 0 | 1;
  runBytes = 0;
  protected readonly card: Card;
  private readonly r: HubRegisters;
  private readonly clientNames: Readonly<Record<number, string>>;
  private readonly watch: TableWatch;
  private readonly coherence: Coherence;
  private readonly epochCell: Uint32Array;
  private readonly shared: HubShared;
  private readonly values: Uint32Array;
  private readonly event: number;
  // small entries, then large ones
  private readonly key: Float64Array;
  private readonly base: Float64Array;
  private readonly low: Uint32Array;
  private readonly bytes: Float64Array;
  private readonly start: Float64Array;
  private readonly epoch: Uint32Array;
  private readonly s: Record<'vectors' | 'lastFault' | 'blame' | 'contextWriter', number>;
  // where context registers sit in `values`
  private readonly cntl: number;
  private readonly tableLo: number;
  private readonly startLo: number;
  private readonly endLo: number;
  private readonly mx: number;
  private readonly apertureLow: number;
  private readonly apertureHigh: number;
  // what the last walk found; scratch, good until the next walk
  private wLo = 0;
  private wBase = 0;
  private wBytes = 0;
  private wStart = 0;
  private wSystemTable = false;
  private wUncached = false;
  private readonly wVisited = new Float64Array(8);
  private wCount = 0;
  private wEntryLo = 0;
  private wEntryHi = 0;
  /** The last table of 4 KiB entries a load went through: region + 1 (with VMID), its VRAM offset, the epoch. Says nothing that a walk would not say. */
  private readonly lastTable: Float64Array;
  private readonly table: Uint32Array;
  private readonly u32: Uint32Array;
  private readonly vramBytes: number;
  /** Physical address of the last translation, and whether it is a bus address. */
  private pa = 0;
  private system = false;
  /** TLB entry the last translation came from. */
  private used = 0;
  private readonly pair = new Uint32Array(2);
  private readonly eight = new Uint8Array(8);

  /** @param shared what both hubs of a card have in common. */
  constructor(card: Card, options: HubOptions, shared: HubShared, event: number) {
    this.card = card;
    this.name = options.name;
    this.number = options.number;
    this.r = options.registers;
    this.clientNames = options.clientNames;
    this.watch = shared.watch;
    this.epochCell = shared.watch.cell;
    this.shared = shared;
    this.coherence = shared.coherence;
    this.event = event;
    const { state } = card.slot;
    const prefix = options.number === 0 ? 'gmc.gfx' : 'gmc.mm';
    const entries = SMALL_ENTRIES + LARGE_ENTRIES;
    this.key = state.f64(`${prefix}.key`, entries);
    this.base = state.f64(`${prefix}.base`, entries);
    this.low = state.u32(`${prefix}.low`, entries);
    this.bytes = state.f64(`${prefix}.bytes`, entries);
    this.start = state.f64(`${prefix}.start`, entries);
    this.epoch = state.u32(`${prefix}.epoch`, entries);
    this.lastTable = state.f64(`${prefix}.table`, 3);
    this.table = card.vram.table;
    this.u32 = card.slot.arena.u32;
    this.vramBytes = card.vram.bytes;
    this.s = state.record(prefix, { vectors: 0, lastFault: -1, blame: -1, contextWriter: -1 });
    const { regs } = card;
    this.values = regs.values;
    this.cntl = regs.slot(this.r.CONTEXTn_CNTL);
    this.tableLo = regs.slot(this.r.CONTEXTn_PAGE_TABLE_BASE_ADDR_LO32);
    this.startLo = regs.slot(this.r.CONTEXTn_PAGE_TABLE_START_ADDR_LO32);
    this.endLo = regs.slot(this.r.CONTEXTn_PAGE_TABLE_END_ADDR_LO32);
    this.mx = regs.slot(this.r.MX_L1_TLB_CNTL);
    this.apertureLow = regs.slot(this.r.SYSTEM_APERTURE_LOW_ADDR);
    this.apertureHigh = regs.slot(this.r.SYSTEM_APERTURE_HIGH_ADDR);
    this.attach();
  }

  get blame(): number {
    return this.s.blame;
  }

  set blame(sequence: number) {
    this.s.blame = sequence;
  }

  reset(kind: CardReset): void {
    if (kind === 'gfx') return; // the hub keeps its contexts over a reset of queues
    this.drop(0xffff);
    this.lastTable.fill(0);
    this.s.vectors = 0;
    this.s.lastFault = -1;
    this.s.blame = -1;
    this.s.contextWriter = -1;
  }

  // --- registers

  private attach(): void {
    const { regs, slot } = this.card;
    const { r } = this;
    // a changed context makes what was loaded under the old one stale
    const moved = (value: number, _index: number, before: number): void => {
      if (value === before) return;
      this.s.contextWriter = slot.findings.current;
      this.watch.bump();
    };
    for (const register of [
      r.CONTEXTn_CNTL,
      r.CONTEXTn_PAGE_TABLE_BASE_ADDR_LO32,
      r.CONTEXTn_PAGE_TABLE_BASE_ADDR_HI32,
      r.CONTEXTn_PAGE_TABLE_START_ADDR_LO32,
      r.CONTEXTn_PAGE_TABLE_START_ADDR_HI32,
      r.CONTEXTn_PAGE_TABLE_END_ADDR_LO32,
      r.CONTEXTn_PAGE_TABLE_END_ADDR_HI32,
    ])
      regs.on(register, { write: moved });

    regs.on(r.INVALIDATE_ENGn_SEM, {
      // reading 1 is taking it
      read: (stored, index) => {
        if ((stored & 1) !== 0) return 0;
        regs.poke(r.INVALIDATE_ENGn_SEM, 1, index);
        regs.poke(r.INVALIDATE_ENGn_ACK, regs.peek(r.INVALIDATE_ENGn_ACK, index) | 0x1_0000, index);
        return 1;
      },
      write: (value, index, before) => {
        if ((value & 1) !== 0) {
          regs.poke(r.INVALIDATE_ENGn_SEM, before, index); // it cannot be taken by a store
          return;
        }
        regs.poke(r.INVALIDATE_ENGn_ACK, regs.peek(r.INVALIDATE_ENGn_ACK, index) & 0xffff, index);
      },
    });
    regs.on(r.INVALIDATE_ENGn_REQ, {
      write: (value, index) => {
        if (this.number === 1 && (regs.peek(r.INVALIDATE_ENGn_SEM, index) & 1) === 0) {
          slot.findings.report(
            gmcRules.INVALIDATE_WITHOUT_SEMAPHORE,
            slot.card,
            `MMVM_INVALIDATE_ENG${index}_REQ written 0x${value.toString(16)} without the semaphore; read MMVM_INVALIDATE_ENG${index}_SEM until it gives 1 first`,
          );
        }
        regs.poke(r.INVALIDATE_ENGn_ACK, regs.peek(r.INVALIDATE_ENGn_ACK, index) & ~(value & 0xffff), index);
        slot.events.schedule(600, this.event, this.number * 32 + index, value);
      },
    });
    regs.on(r.L2_CNTL2, {
      write: (value) => {
        // INVALIDATE_ALL_L1_TLBS and INVALIDATE_L2_CACHE clear themselves when it is done
        if ((value & 3) !== 0) slot.events.schedule(300, this.event, this.number * 32 + 31, value & 3);
      },
    });
    regs.on(r.L2_PROTECTION_FAULT_CNTL, {
      write: (value) => {
        if ((value & 1) !== 0) this.clearFault();
      },
    });
  }

  /** Runs what was scheduled: an engine's request, or (31) the self-clearing invalidation of L2_CNTL2. */
  elapsed(engine: number, request: number): void {
    const { regs } = this.card;
    const { r } = this;
    if (engine === 31) {
      if (request === 3) this.drop(0xffff);
      regs.poke(r.L2_CNTL2, regs.peek(r.L2_CNTL2) & ~request);
      return;
    }
    if (engine >= engineCount) return;
    const lo = regs.peek(r.INVALIDATE_ENGn_ADDR_RANGE_LO32, engine);
    const hi = regs.peek(r.INVALIDATE_ENGn_ADDR_RANGE_HI32, engine);
    this.invalidateRange(request, lo, hi);
    regs.poke(r.INVALIDATE_ENGn_ACK, regs.peek(r.INVALIDATE_ENGn_ACK, engine) | (request & 0xffff), engine);
  }

  invalidate(request: number): void {
    this.invalidateRange(request, 0xffff_ffff, 0x1f);
  }

  /** S set: the page number's trailing ones widen it to a naturally aligned range, as in ATS requests. */
  private invalidateRange(request: number, lo: number, hi: number): void {
    if (((request >>> 24) & 1) !== 0) this.clearFault();
    const both = (1 << 19) | (1 << 23); // L2 and L1 PTEs: either alone leaves the other to serve the old entry
    if ((request & both) !== both) return;
    const page = (hi & 0x1f) * 2 ** 31 + (lo >>> 1);
    let pages = 1;
    if ((lo & 1) !== 0) {
      pages = 2;
      for (let rest = page; rest % 2 === 1; rest = Math.floor(rest / 2)) pages *= 2;
    }
    if (pages >= 2 ** 36) {
      this.drop(request & 0xffff);
      return;
    }
    const from = Math.floor(page / pages) * pages * PAGE;
    const to = from + pages * PAGE;
    for (let i = 0; i < this.key.length; i++) {
      const key = this.key[i]!;
      if (key === 0) continue;
      const vmid = Math.floor((key - 1) / 2 ** 36);
      if (((request >>> vmid) & 1) !== 0 && this.start[i]! < to && this.start[i]! + this.bytes[i]! > from)
        this.key[i] = 0;
    }
  }

  private drop(vmids: number): void {
    if ((vmids & 0xffff) === 0xffff) {
      this.key.fill(0);
      return;
    }
    for (let i = 0; i < this.key.length; i++) {
      const key = this.key[i]!;
      if (key !== 0 && ((vmids >>> Math.floor((key - 1) / 2 ** 36)) & 1) !== 0) this.key[i] = 0;
    }
  }

  // --- translation

  maps(vmid: number, va: number): boolean {
    if (vmid === 0 && this.bypasses(va)) {
      const fb = this.card.regs.peek(this.r.FB_LOCATION_BASE) * 0x100_0000;
      return va >= fb && va < fb + this.vramBytes;
    }
    return this.walk(vmid, va, false, 0) === Walk.ok;
  }

  ahead(vmid: number, va: number, access: Access, client: number): number {
    const need = needed[access]!;
    if (!this.maps(vmid, va)) return -1;
    if (!(vmid === 0 && this.bypasses(va)) && (this.wLo & need) !== need) return -1;
    return this.translate(vmid, va, access, client);
  }

  translate(vmid: number, va: number, access: Access, client: number): number {
    if (vmid === 0 && this.bypasses(va)) return this.direct(va, access, client);
    const page = Math.floor(va / PAGE);
    const small = vmid * 2 ** 36 + page + 1;
    let i = slotOf(page, vmid) & (SMALL_ENTRIES - 1);
    if (this.key[i] !== small) {
      const large = Math.floor(va / LARGE_BYTES);
      const j = SMALL_ENTRIES + (slotOf(large, vmid) & (LARGE_ENTRIES - 1));
      if (this.key[j] === vmid * 2 ** 36 + large + 1) i = j;
      else {
        i = this.load(vmid, va, access, client);
        if (i < 0) return -1;
      }
    }
    if (this.epoch[i] !== this.epochCell[0]) this.verify(i, vmid, va, access, client);
    this.used = i;
    const low = this.low[i]!;
    const need = needed[access]!;
    if ((low & need) !== need) return this.fault(vmid, va, access, client, 0, 0, low);
    const pa = this.base[i]! + (va - this.start[i]!);
    this.pa = pa;
    if ((low & PteLo.system) !== 0) {
      this.system = true;
      const at = this.card.slot.dma.translate(pa, access === 1 || access === 3);
      if ((low & UNCACHED) !== 0 && at >= 0) this.coherence.bypassed(at >>> 16);
      return at;
    }
    this.system = false;
    const at = this.vramAt(pa, access === 1 || access === 3, vmid, va, access, client);
    if ((low & UNCACHED) !== 0 && at >= 0) this.coherence.bypassed(at >>> 16);
    return at;
  }

  /** A leaf of 2 MiB and more goes on to its end, as far as the 64 KiB of the arena that it lies in do. */
  reach(vmid: number, va: number, at: number): number {
    if (this.system || (vmid === 0 && this.bypasses(va)) || this.used < SMALL_ENTRIES) return PAGE - within(va, PAGE);
    return Math.min(LARGE_BYTES - within(va, LARGE_BYTES), CHUNK - (at & (CHUNK - 1)));
  }

  run(vmid: number, va: number, bytes: number, access: Access, client: number): number {
    const at = this.translate(vmid, va, access, client);
    let run = PAGE - within(va, PAGE);
    if (at >= 0 && !this.system) {
      const limit = Math.min(bytes, CHUNK - (at & (CHUNK - 1)));
      // a leaf of 2 MiB and more goes on in one piece, and so does the aperture
      if (vmid === 0 && this.bypasses(va)) {
        if (this.bypasses(va + limit - 1)) run = limit;
      } else if (this.used >= SMALL_ENTRIES) run = LARGE_BYTES - within(va, LARGE_BYTES);
      run = Math.min(run, limit);
      if (access !== 1 && this.card.hdp.pending !== 0) this.checkPending(vmid, va, this.pa, run, client);
    }
    this.runBytes = Math.min(run, bytes);
    if (at >= 0 && access === 1 && client !== Client.tcp) this.coherence.changed(at, this.runBytes, this.blamed());
    return at;
  }

  private bypasses(va: number): boolean {
    const mode = (this.values[this.mx]! >>> 3) & 3;
    if (mode === 3) {
      return (
        va >= this.values[this.apertureLow]! * 0x4_0000 && va < this.values[this.apertureHigh]! * 0x4_0000 + 0x4_0000
      );
    }
    if (mode === 0) return true;
    if (mode === 1) return false;
    return !(
      va >= this.values[this.apertureLow]! * 0x4_0000 && va < this.values[this.apertureHigh]! * 0x4_0000 + 0x4_0000
    );
  }

  /** A memory-controller address, without page tables: VRAM behind FB base, or the AGP window to host memory. */
  private direct(mc: number, access: Access, client: number): number {
    const { regs } = this.card;
    const write = access === 1 || access === 3;
    const fb = regs.peek(this.r.FB_LOCATION_BASE) * 0x100_0000;
    if (mc >= fb && mc < fb + this.card.vram.bytes) {
      this.system = false;
      this.pa = mc - fb;
      return this.vramAt(this.pa, write, 0, mc, access, client);
    }
    const bottom = regs.peek(this.r.AGP_BOT) * 0x100_0000;
    const top = regs.peek(this.r.AGP_TOP) * 0x100_0000 + 0xff_ffff;
    if (regs.peek(this.r.AGP_TOP) !== 0 && mc >= bottom && mc <= top) {
      this.system = true;
      this.pa = mc - bottom + regs.peek(this.r.AGP_BASE) * 0x100_0000;
      return this.card.slot.dma.translate(this.pa, write);
    }
    return this.fault(0, mc, access, client, Walk.unreachable, Enable.range, 0);
  }

  private vramAt(pa: number, write: boolean, vmid: number, va: number, access: Access, client: number): number {
    if (pa >= this.vramBytes) return this.fault(vmid, va, access, client, Walk.outside, Enable.valid, 0);
    if (write && this.watch.marked(pa)) this.watch.storing(pa, this.blamed());
    const chunk = Math.floor(pa / CHUNK);
    let at = this.table[chunk]!;
    if (at === 0) {
      this.card.vram.at(pa);
      at = this.table[chunk]!;
    }
    this.shared.reverse[at] = chunk;
    return at * CHUNK + (pa - chunk * CHUNK);
  }

  /** Walks and fills an entry. Its number, or −1 after a fault. */
  private load(vmid: number, va: number, access: Access, client: number): number {
    const why = this.walk(vmid, va, true, client);
    if (why !== Walk.ok) {
      if (why === Walk.prt) return -1; // a partially resident page that is not there: reads 0, stores vanish, nobody hears of it
      const kind =
        why === Walk.range || why === Walk.disabled
          ? Enable.range
          : why === Walk.directory
            ? Enable.directory
            : Enable.valid;
      return this.fault(vmid, va, access, client, why, kind, 0);
    }
    let i: number;
    let start: number;
    let bytes: number;
    if (this.wBytes === PAGE || this.wStart % LARGE_BYTES !== 0) {
      const page = Math.floor(va / PAGE);
      i = slotOf(page, vmid) & (SMALL_ENTRIES - 1);
      this.key[i] = vmid * 2 ** 36 + page + 1;
      start = page * PAGE;
      bytes = PAGE;
    } else {
      const large = Math.floor(va / LARGE_BYTES);
      i = SMALL_ENTRIES + (slotOf(large, vmid) & (LARGE_ENTRIES - 1));
      this.key[i] = vmid * 2 ** 36 + large + 1;
      start = Math.max(this.wStart, large * LARGE_BYTES);
      bytes = LARGE_BYTES;
    }
    this.start[i] = start;
    this.bytes[i] = bytes;
    this.base[i] = this.wBase + (start - this.wStart);
    this.epoch[i] = this.wSystemTable ? NEVER : this.watch.epoch;
    this.low[i] = this.wUncached ? this.wLo | UNCACHED : this.wLo & ~UNCACHED;
    return i;
  }

  /** The tables moved on since entry `i` was last known to agree with them: does it still? */
  private verify(i: number, vmid: number, va: number, access: Access, client: number): void {
    const why = this.walk(vmid, va, false, client);
    const start = this.start[i]!;
    const same =
      why === Walk.ok &&
      this.wBase + (va - this.wStart) === this.base[i]! + (va - start) &&
      ((this.wLo ^ this.low[i]!) & SAME) === 0;
    if (this.epoch[i] !== NEVER) this.epoch[i] = this.watch.epoch;
    if (same) return;
    const { findings, card } = this.card.slot;
    let writer = -1;
    let entry = -1;
    for (let n = this.wCount - 1; n >= 0; n--) {
      const at = this.wVisited[n]!;
      if (at < 0) continue;
      const by = this.watch.writerOf(at);
      if (by > writer) {
        writer = by;
        entry = at;
      }
    }
    if (writer < 0 || this.s.contextWriter > writer) writer = Math.max(writer, this.s.contextWriter);
    const place = (system: number, pa: number): string =>
      `${system !== 0 ? 'bus address' : 'VRAM'} 0x${pa.toString(16)}`;
    const holds = place(this.low[i]! & PteLo.system, this.base[i]! + (va - start));
    const says =
      why === Walk.ok ? `say ${place(this.wLo & PteLo.system, this.wBase + (va - this.wStart))}` : 'no longer map it';
    const where = `${this.name} VMID ${vmid} page 0x${(Math.floor(va / PAGE) * PAGE).toString(16)}`;
    findings.report(
      gmcRules.STALE_TLB_USED,
      card,
      `${this.clientName(client)} ${doing[access]} at 0x${va.toString(16)} (VMID ${vmid}) went to ${holds} by a cached translation, while the page tables ${says}; ` +
        `request an invalidation of VMID ${vmid} (${this.prefix}_INVALIDATE_ENGn_REQ) after changing an entry and before its next use`,
      findings.thing(where, doing[access]!, this.blamed()),
      [
        ...(writer >= 0
          ? [writer]
          : [findings.thing(`page-table entry${entry >= 0 ? ` at VRAM 0x${entry.toString(16)}` : ''}`, 'changed')]),
        findings.thing(`${this.prefix}_INVALIDATE_ENGn_REQ for VMID ${vmid}`, 'left out since'),
      ],
    );
  }

  // --- the walker

  private contextRange(slot: number, vmid: number): number {
    return (this.values[slot + 2 * vmid + 1]! & 0xf) * 2 ** 44 + this.values[slot + 2 * vmid]! * PAGE;
  }

  private walk(vmid: number, va: number, say: boolean, client: number): number {
    this.wCount = 0;
    this.wSystemTable = false;
    if (!(va >= 0 && va < MAX_VA)) return Walk.range;
    const cntl = this.values[this.cntl + vmid]!;
    if ((cntl & 1) === 0) return Walk.disabled;
    const first = this.contextRange(this.startLo, vmid);
    if (va < first || va >= this.contextRange(this.endLo, vmid) + PAGE) return Walk.range;
    const depth = (cntl >>> 1) & 3;
    const tableBits = 9 + ((cntl >>> 3) & 15);
    const offset = va - first;
    let lo = this.values[this.tableLo + 2 * vmid]!;
    let hi = this.values[this.tableLo + 2 * vmid + 1]!;
    let level = depth;
    let table = (hi & 0xffff) * 0x1_0000_0000 + ((lo & 0xffff_f000) >>> 0);
    let system = (lo & PteLo.system) !== 0;
    const region = vmid * 2 ** 28 + Math.floor(va / LARGE_BYTES) + 1;
    if (say && this.lastTable[0] === region && this.lastTable[2] === this.epochCell[0] && this.card.hdp.pending === 0) {
      table = this.lastTable[1]!;
      system = false;
      level = 0;
    } else if ((lo & PteLo.valid) === 0) {
      this.wEntryLo = lo;
      this.wEntryHi = hi;
      return Walk.directory;
    } else if (say && (lo & TABLE_UNALIGNED_LO) !== 0) {
      this.badEntry(vmid, va, lo, hi, client, "is the context's table base and not 4 KiB aligned");
    }
    // the lowest table spans 4 KiB << tableBits, each directory above multiplies by 512; the root takes what is left
    for (; ; level--) {
      const covers = level === 0 ? PAGE : 2 ** (12 + tableBits + 9 * (level - 1));
      let index = Math.floor(offset / covers);
      if (level === depth) {
        if (level !== 0 && index >= 512) return Walk.range;
      } else {
        const count = level === 0 ? 1 << tableBits : 512;
        index -= Math.floor(index / count) * count;
      }
      const at = table + index * 8;
      if (system) {
        if (!this.systemEntry(at)) return Walk.unreachable;
      } else if (!this.vramEntry(at, say, vmid, va, client)) return Walk.unreachable;
      lo = this.pair[0]!;
      hi = this.pair[1]!;
      this.wEntryLo = lo;
      this.wEntryHi = hi;
      const leaf = level === 0 || (hi & PteHi.leaf) !== 0;
      if ((lo & PteLo.valid) === 0) {
        if (leaf && (hi & PteHi.prt) !== 0) return Walk.prt;
        return level === 0 ? Walk.invalid : Walk.directory;
      }
      if (leaf) {
        if (say) this.judgeLeaf(vmid, va, lo, hi, level, covers, client);
        const inside = offset - Math.floor(offset / covers) * covers;
        this.wLo = lo;
        this.wUncached = memoryTypeOf(hi) === memoryTypes.UC;
        this.wBytes = covers;
        this.wBase = addressOf(lo, hi);
        this.wStart = va - inside;
        if ((lo & PteLo.system) === 0 && this.wBase + (level === 0 ? 0 : inside) >= this.vramBytes) return Walk.outside;
        if (level === 0 && !system && say && tableBits === 9 && depth !== 0 && first % LARGE_BYTES === 0) {
          this.lastTable[0] = region;
          this.lastTable[1] = table;
          this.lastTable[2] = this.epochCell[0]!;
        }
        return Walk.ok;
      }
      if (say && (lo & TABLE_RESERVED_LO) !== 0)
        this.badEntry(
          vmid,
          va,
          lo,
          hi,
          client,
          `has reserved bits 5:3 set (0x${(lo & TABLE_RESERVED_LO).toString(16)})`,
        );
      if (say && (lo & TABLE_UNALIGNED_LO) !== 0)
        this.badEntry(vmid, va, lo, hi, client, 'points at a table that is not 4 KiB aligned');
      table = addressOf(lo, hi);
      system = (lo & PteLo.system) !== 0;
    }
  }

  /** Reads eight bytes of a table in host memory into `pair`; false where they cannot be reached. */
  private systemEntry(at: number): boolean {
    this.wSystemTable = true;
    this.wVisited[this.wCount++ & 7] = -1;
    const from = this.card.slot.dma.translate(at, false);
    if (from < 0) return false;
    this.pair[0] = this.u32[from >>> 2]!;
    this.pair[1] = this.u32[(from >>> 2) + 1]!;
    return true;
  }

  /** The same in VRAM, as engines see it. */
  private vramEntry(at: number, say: boolean, vmid: number, va: number, client: number): boolean {
    this.wVisited[this.wCount++ & 7] = at;
    if (at + 8 > this.vramBytes) {
      if (say)
        this.badEntry(
          vmid,
          va,
          this.wEntryLo,
          this.wEntryHi,
          client,
          `leads to a table at VRAM 0x${at.toString(16)}, past the end of memory`,
        );
      return false;
    }
    this.watch.mark(at);
    if (say && this.card.hdp.pending !== 0) this.checkPending(vmid, at, at, 8, -1);
    const chunk = Math.floor(at / CHUNK);
    const page = this.table[chunk]!;
    if (page === 0) {
      this.pair[0] = 0;
      this.pair[1] = 0;
    } else {
      const word = page * (CHUNK / 4) + (at - chunk * CHUNK) / 4;
      this.pair[0] = this.u32[word]!;
      this.pair[1] = this.u32[word + 1]!;
    }
    return true;
  }

  private judgeLeaf(
    vmid: number,
    va: number,
    lo: number,
    hi: number,
    level: number,
    covers: number,
    client: number,
  ): void {
    const reserved = hi & (LEAF_RESERVED_HI | (level === 0 ? PteHi.leaf : 0));
    if (reserved !== 0)
      this.badEntry(vmid, va, lo, hi, client, `has reserved bits set (0x${(reserved >>> 0).toString(16)}_00000000)`);
    if ((lo & PteLo.system) === 0 && addressOf(lo, hi) + covers > this.card.vram.bytes) {
      this.badEntry(
        vmid,
        va,
        lo,
        hi,
        client,
        `maps ${covers} bytes at VRAM 0x${addressOf(lo, hi).toString(16)}, past the end of memory (0x${this.card.vram.bytes.toString(16)})`,
      );
    }
    const mtype = memoryTypeOf(hi);
    if (!knownTypes.has(mtype)) this.badEntry(vmid, va, lo, hi, client, `has reserved memory type ${mtype}`);
  }

  private badEntry(vmid: number, va: number, lo: number, hi: number, client: number, what: string): void {
    const { findings, card } = this.card.slot;
    const last = this.wCount > 0 ? this.wVisited[(this.wCount - 1) & 7]! : -1;
    const writer = last >= 0 ? this.watch.writerOf(last) : -1;
    const where =
      last >= 0 ? `page-table entry at VRAM 0x${last.toString(16)}` : `page-table entry for 0x${va.toString(16)}`;
    findings.report(
      gmcRules.BAD_PTE,
      card,
      `${this.name} VMID ${vmid}: the entry ${entryText(lo, hi)} that translates 0x${va.toString(16)} for ${this.clientName(client)} ${what}`,
      findings.thing(where, entryText(lo, hi), this.blamed()),
      [writer >= 0 ? writer : this.blamed()],
    );
  }

  // --- faults

  /** Latches and raises; always −1. `enable` names the fault kind by its interrupt bit, 0: by the access. */
  private fault(
    vmid: number,
    va: number,
    access: Access,
    client: number,
    why: number,
    enable: number,
    low: number,
  ): -1 {
    const { regs, slot, ih } = this.card;
    const { r } = this;
    const wanted = access === 0 ? 2 : access === 1 ? 4 : access === 2 ? 8 : 6;
    const lacks = access === 3 ? ((low & PteLo.read) === 0 ? 2 : 0) | ((low & PteLo.write) === 0 ? 4 : 0) : wanted;
    const permission = why === 0 ? lacks : 1 | wanted;
    const write = access === 1 || access === 3;
    const walker = why === Walk.directory ? 1 : why === Walk.range || why === Walk.disabled ? 5 : 0;
    const mapping =
      why === Walk.range || why === Walk.disabled || why === Walk.outside || why === Walk.unreachable ? 1 : 0;
    const page = va >= 0 && va < 2 ** 52 ? Math.floor(va / PAGE) : 0;
    const before = regs.peek(r.L2_PROTECTION_FAULT_STATUS);
    const control = regs.peek(r.L2_PROTECTION_FAULT_CNTL);
    const fresh = before === 0;
    if (fresh || (control & 2) !== 0) {
      const status =
        (fresh ? 0 : 1) |
        (walker << 1) |
        (permission << 4) |
        (mapping << 8) |
        ((client & 0x1ff) << 9) |
        (write ? 1 << 18 : 0) |
        (access === 3 ? 1 << 19 : 0) |
        (vmid << 20);
      regs.poke(r.L2_PROTECTION_FAULT_STATUS, status);
      regs.poke(r.L2_PROTECTION_FAULT_ADDR_LO32, page >>> 0);
      regs.poke(r.L2_PROTECTION_FAULT_ADDR_HI32, Math.floor(page / 2 ** 32) & 0xf);
    } else regs.poke(r.L2_PROTECTION_FAULT_STATUS, before | 1);
    const kinds: Record<number, string> = {
      [Walk.range]: "is outside of the context's range",
      [Walk.disabled]: 'belongs to a context that is not enabled',
      [Walk.directory]: 'has no page table',
      [Walk.invalid]:
        (this.wEntryLo | this.wEntryHi) === 0
          ? 'is not mapped'
          : `is not mapped: its entry ${entryText(this.wEntryLo, this.wEntryHi)} lacks the valid bit (bit 0)`,
      [Walk.outside]: 'is mapped past the end of VRAM',
      [Walk.unreachable]: 'needs memory that cannot be reached',
      0: `is mapped without permission to ${access === 2 ? 'execute' : write ? 'write' : 'read'}`,
    };
    slot.findings.report(
      gmcRules.VM_FAULT,
      slot.card,
      `${this.clientName(client)} ${doing[access]} at 0x${va.toString(16)} (VMID ${vmid}), which ${kinds[why] ?? 'faults'}; the page tables must map it before an engine uses it`,
      slot.findings.thing(
        `${this.name} VMID ${vmid} page 0x${(page * PAGE).toString(16)}`,
        `${doing[access]} by ${this.clientName(client)}`,
        this.blamed(),
      ),
      [this.blamed()],
    );
    const kind =
      enable !== 0
        ? enable
        : access === 2
          ? Enable.execute
          : access === 0 || (access === 3 && (lacks & 4) === 0)
            ? Enable.read
            : Enable.write;
    const wants = (regs.peek(r.CONTEXTn_CNTL, vmid) >>> kind) & 1;
    const heard = (control >>> (client < 16 ? 13 + client : 29)) & 1;
    const again = page + 1 === this.s.lastFault;
    if (wants !== 0 && heard !== 0 && !(again && !fresh) && this.s.vectors < MAX_VECTORS) {
      this.s.vectors++;
      this.s.lastFault = page + 1;
      const high = Math.floor(page / 2 ** 32) & 0xf;
      ih.raise({
        client: this.number === 0 ? 0x0a : 0x12,
        source: 0,
        // not valid, read, write, as the compute driver decodes it
        ringId: (why !== 0 ? 8 : 0) | (!write || access === 3 ? 16 : 0) | (write ? 32 : 0),
        vmid,
        vmidType: this.number,
        context: [page >>> 0, high | (write ? 0x20 : 0)],
      });
    }
    return -1;
  }

  private clearFault(): void {
    const { regs } = this.card;
    regs.poke(this.r.L2_PROTECTION_FAULT_STATUS, 0);
    regs.poke(this.r.L2_PROTECTION_FAULT_ADDR_LO32, 0);
    regs.poke(this.r.L2_PROTECTION_FAULT_ADDR_HI32, 0);
    this.s.vectors = 0;
    this.s.lastFault = -1;
  }

  private blamed(): number {
    return this.s.blame >= 0 ? this.s.blame : this.card.slot.findings.current;
  }

  private get prefix(): string {
    return this.number === 0 ? 'GCVM' : 'MMVM';
  }

  private clientName(client: number): string {
    return client === -1 ? `${this.name} walker` : (this.clientNames[client] ?? `client ${client}`);
  }

  /** An engine is about to read VRAM: is any of it still waiting in HDP? */
  private checkPending(vmid: number, va: number, offset: number, bytes: number, client: number): void {
    const sequence = this.card.hdp.pendingIn(offset, bytes);
    if (sequence < 0) return;
    const at = client === -1 ? `a page-table entry (VMID ${vmid})` : `0x${va.toString(16)} (VMID ${vmid})`;
    reportNotFlushed(this.card, `${this.clientName(client)} reads ${at}`, offset, bytes, sequence, this.blamed());
  }

  // --- copying forms

  read(vmid: number, va: number, into: Uint8Array, client: number): boolean {
    let whole = true;
    for (let done = 0; done < into.length;) {
      const here = va + done;
      const at = this.run(vmid, here, into.length - done, 0, client);
      const bytes = Math.min(this.runBytes > 0 ? this.runBytes : PAGE - within(here, PAGE), into.length - done);
      if (at >= 0) into.set(this.card.slot.arena.u8.subarray(at, at + bytes), done);
      else if (at === -2) whole = this.card.slot.dma.read(this.pa, into.subarray(done, done + bytes)) && whole;
      else {
        into.fill(0, done, done + bytes);
        whole = false;
      }
      done += bytes;
    }
    return whole;
  }

  write(vmid: number, va: number, from: Uint8Array, client: number): boolean {
    let whole = true;
    for (let done = 0; done < from.length;) {
      const here = va + done;
      const at = this.run(vmid, here, from.length - done, 1, client);
      const bytes = Math.min(this.runBytes > 0 ? this.runBytes : PAGE - within(here, PAGE), from.length - done);
      if (at >= 0) this.card.slot.arena.u8.set(from.subarray(done, done + bytes), at);
      else if (at === -2) whole = this.card.slot.dma.write(this.pa, from.subarray(done, done + bytes)) && whole;
      else whole = false;
      done += bytes;
    }
    return whole;
  }

  read32(vmid: number, va: number, client: number): number {
    if ((va & 3) !== 0 || within(va, PAGE) > PAGE - 4) {
      const { eight } = this;
      eight.fill(0);
      this.read(vmid, va, eight.subarray(0, 4), client);
      return (eight[0]! | (eight[1]! << 8) | (eight[2]! << 16) | (eight[3]! << 24)) >>> 0;
    }
    const at = this.translate(vmid, va, 0, client);
    if (at < 0) return at === -2 ? this.card.slot.dma.read32(this.pa) : 0;
    if (!this.system && this.card.hdp.pending !== 0) this.checkPending(vmid, va, this.pa, 4, client);
    return this.card.slot.arena.u32[at >>> 2]!;
  }

  write32(vmid: number, va: number, value: number, client: number): boolean {
    if ((va & 3) !== 0) {
      const { eight } = this;
      for (let i = 0; i < 4; i++) eight[i] = value >>> (8 * i);
      return this.write(vmid, va, eight.subarray(0, 4), client);
    }
    const at = this.translate(vmid, va, 1, client);
    if (at < 0) return at === -2 && this.card.slot.dma.write32(this.pa, value);
    if (client !== Client.tcp) this.coherence.changed(at, 4, this.blamed());
    this.card.slot.arena.u32[at >>> 2] = value;
    return true;
  }

  read64(vmid: number, va: number, into: Uint32Array, client: number): boolean {
    if ((va & 3) !== 0 || within(va, PAGE) > PAGE - 8) {
      const { eight } = this;
      const whole = this.read(vmid, va, eight, client);
      into[0] = eight[0]! | (eight[1]! << 8) | (eight[2]! << 16) | (eight[3]! << 24);
      into[1] = eight[4]! | (eight[5]! << 8) | (eight[6]! << 16) | (eight[7]! << 24);
      return whole;
    }
    const at = this.translate(vmid, va, 0, client);
    if (at >= 0) {
      if (!this.system && this.card.hdp.pending !== 0) this.checkPending(vmid, va, this.pa, 8, client);
      into[0] = this.card.slot.arena.u32[at >>> 2]!;
      into[1] = this.card.slot.arena.u32[(at >>> 2) + 1]!;
      return true;
    }
    into[0] = 0;
    into[1] = 0;
    if (at === -1) return false;
    const { pa } = this;
    into[0] = this.card.slot.dma.read32(pa);
    into[1] = this.card.slot.dma.read32(pa + 4);
    return true;
  }

  write64(vmid: number, va: number, lo: number, hi: number, client: number): boolean {
    if ((va & 3) !== 0 || within(va, PAGE) > PAGE - 8) {
      const { eight } = this;
      for (let i = 0; i < 4; i++) eight[i] = lo >>> (8 * i);
      for (let i = 0; i < 4; i++) eight[4 + i] = hi >>> (8 * i);
      return this.write(vmid, va, eight, client);
    }
    const at = this.translate(vmid, va, 1, client);
    if (at >= 0) {
      if (client !== Client.tcp) this.coherence.changed(at, 8, this.blamed());
      this.card.slot.arena.u32[at >>> 2] = lo;
      this.card.slot.arena.u32[(at >>> 2) + 1] = hi;
      return true;
    }
    if (at === -1) return false;
    const { pa } = this;
    return this.card.slot.dma.write32(pa, lo) && this.card.slot.dma.write32(pa + 4, hi);
  }

  /** Registers of this hub, for the rest of the memory controller. */
  register(name: keyof HubRegisters): Register {
    return this.r[name];
  }
}

/** `value` modulo `size`; the operator is a library call for numbers above 2^31. */
const within = (value: number, size: number): number => value - Math.floor(value / size) * size;

const slotOf = (page: number, vmid: number): number => (Math.imul(page >>> 0, 0x9e37_79b1) >>> 16) ^ (vmid * 61);

/** Reports a read that overtook a CPU store. */
export function reportNotFlushed(
  card: Card,
  who: string,
  offset: number,
  bytes: number,
  sequence: number,
  at: number,
): void {
  const { findings } = card.slot;
  findings.report(
    hdpRules.HDP_NOT_FLUSHED,
    card.slot.card,
    `${who}: ${bytes} bytes at VRAM 0x${offset.toString(16)}, which the CPU has stored to and HDP has not let through; flush HDP (a store to the page REMAP_HDP_MEM_FLUSH_CNTL names) before telling an engine`,
    // a place is a line of the log: a kernel that reads a whole buffer says it once a line
    findings.thing(`VRAM 0x${(offset - (offset % LINE_BYTES)).toString(16)}`, who, at),
    [sequence, findings.thing('HDP flush', 'left out')],
  );
}
