/**
 * SDMA 6.0: two copy engines with eight ring queues each.
 *
 * A doorbell carries the write pointer, a 64-bit count of bytes that never wraps. The queue then runs by events:
 * a batch of packets, or a slice of a long copy, an event. All queues run side by side; that the two engines share
 * one processor each is not modelled, nor are context switches, AQL mode, and priorities.
 *
 * Source: public drivers (Linux amdgpu sdma 6.0, tinygrad) and the public packet headers.
 *
 * Fidelity: from-public-source. Times, and what happens after a driver's mistake, are guessed.
 */

import type { Card, CardReset, Sdma } from '../blocks.ts';
import { slice } from './bulk.ts';
import { Fetcher } from './fetch.ts';
import { beginPacket, bulkName } from './packet-kinds.ts';
import { Result, Source, couldGoOn, execute, nextLook, raise } from './packets.ts';
import {
  INSTANCES,
  Phase,
  Q,
  QUEUES,
  SdmaEvent,
  TOTAL,
  clearRow,
  clientOf,
  control,
  createContext,
  enabled,
  engineRegister,
  queueRegisters,
  get,
  hex,
  nameOf,
  put,
  ringBase,
  ringBytes,
  ringVmid,
  rptrOf,
  setRptr,
  setWptr,
  wptrOf,
} from './queue.ts';
import type { SdmaContext } from './queue.ts';
import { sdmaRules } from './rules.ts';

export { sdmaRules } from './rules.ts';

const START_NS = 500;
const PACKET_NS = 40;
/** Packets of one event, and the time after which a batch ends. */
const BATCH_PACKETS = 64;
const BATCH_NS = 2_000;
const WATCHDOG_UNIT_NS = 100_000_000;
const CAPTURED = 0x4000_0000;
const DOORBELL_ENABLE = 0x1000_0000;
const WPTR_POLL = 0x800;
const REPORT_RPTR = 0x1000;
/** HALT, TH0_RESET and TH1_RESET of F32_CNTL. */
const HOLDS = 0x2201;
/** A few NOPs alone may be meant; the smallest packet that does something has 4 dwords. */
const LEAST_SUBMISSION_BYTES = 16;
/** log2 of the smallest ring in dwords. */
const SMALLEST_RING = 6;

class Engines implements Sdma {
  private readonly c: SdmaContext;
  private readonly fetcher: Fetcher;
  private readonly glance = new Uint8Array(64);
  private readonly pair = new Uint32Array(2);
  /** Register slots per engine. */
  private readonly f32: readonly number[];

  constructor(card: Card) {
    const c = createContext(card);
    this.c = c;
    this.fetcher = new Fetcher(c);
    this.f32 = [0, 1].map((i) => card.regs.slot(engineRegister(i, 'F32_CNTL')));
    c.event = card.slot.events.define(`card ${card.slot.card} sdma`, (kind, q) => {
      if (kind === SdmaEvent.run) this.run(q);
      else if (kind === SdmaEvent.look) this.look(q);
      else if (kind === SdmaEvent.bell) this.heard(q);
      else this.hangs(q);
    });
    for (let instance = 0; instance < INSTANCES; instance++) this.attach(instance);
  }

  /** Virtual ns spent at work by all queues. */
  get busyNs(): number {
    let sum = 0;
    for (let q = 0; q < TOTAL; q++) sum += get(this.c, q, Q.busyNs);
    return sum;
  }

  // --- registers

  private attach(instance: number): void {
    const { c } = this;
    const { regs } = c.card;
    const on = (name: string, write: (value: number, q: number, before: number) => void): void =>
      regs.on(engineRegister(instance, `QUEUEn_${name}`), {
        write: (value, index, before) => write(value, instance * QUEUES + index, before),
      });
    on('RB_CNTL', (value, q, before) => this.controlled(q, value, before));
    for (const name of ['RB_BASE', 'RB_BASE_HI', 'RB_RPTR', 'RB_RPTR_HI']) {
      on(name, (value, q, before) => {
        if (value !== before && enabled(c, q))
          this.said(
            sdmaRules.SDMA_REGISTER_WHILE_ENABLED,
            `${nameOf(q)}: ${name} = ${hex(value)} while RB_ENABLE is set; clear it first`,
            [get(c, q, Q.saidEnable) - 1],
          );
      });
    }
    const moved = (_value: number, q: number): void => {
      if (enabled(c, q) && (c.values[c.slots[q]!.minor]! & 1) === 0) {
        put(c, q, Q.saidBell, c.card.slot.findings.current + 1);
        this.wake(q, START_NS);
      }
    };
    on('RB_WPTR', moved);
    on('RB_WPTR_HI', moved);
    on('MINOR_PTR_UPDATE', (value, q) => {
      if ((value & 1) === 0) moved(value, q);
    });
    regs.on(engineRegister(instance, 'F32_CNTL'), {
      write: () => {
        for (let i = 0; i < QUEUES; i++) this.wake(instance * QUEUES + i, START_NS);
      },
    });
    for (const name of ['UCODE_DATA', 'BROADCAST_UCODE_DATA']) {
      regs.on(engineRegister(instance, name), {
        write: () => {
          c.engine[instance === 0 ? 'ucode0' : 'ucode1'] = 1;
          if (name.startsWith('BROADCAST')) c.engine.ucode1 = 1;
        },
      });
    }
    regs.on(engineRegister(instance, 'QUEUE_RESET_REQ'), {
      write: (value) => {
        for (let i = 0; i < QUEUES; i++) if ((value & (1 << i)) !== 0) this.resetQueue(instance * QUEUES + i);
        regs.poke(engineRegister(instance, 'QUEUE_RESET_REQ'), 0);
      },
    });
    const { IDLE, RB_EMPTY } = engineRegister(instance, 'STATUS_REG').fields;
    regs.on(engineRegister(instance, 'STATUS_REG'), {
      read: (stored) => {
        const busy = this.working(instance);
        return busy ? (stored & ~((1 << IDLE!.lo) | (1 << RB_EMPTY!.lo))) >>> 0 : stored;
      },
    });
    regs.on(engineRegister(instance, 'QUEUEn_CONTEXT_STATUS'), {
      read: (stored, index) => {
        const q = instance * QUEUES + index;
        const idle = rptrOf(c, q) === wptrOf(c, q) || !enabled(c, q);
        return (idle ? stored | 4 : stored & ~4) | (get(c, q, Q.phase) === Phase.stopped ? 0x10 : 0);
      },
    });
  }

  /** Reports `rule` at the access being served, caused by earlier ones or by itself. */
  private said(
    rule: (typeof sdmaRules)[keyof typeof sdmaRules],
    message: string,
    because: readonly number[] = [],
  ): void {
    const { findings, card } = this.c.card.slot;
    const causes = because.filter((sequence) => sequence >= 0);
    findings.report(rule, card, message, undefined, causes.length > 0 ? causes : [findings.current]);
  }

  private working(instance: number): boolean {
    for (let q = instance * QUEUES; q < (instance + 1) * QUEUES; q++) {
      if (enabled(this.c, q) && (rptrOf(this.c, q) !== wptrOf(this.c, q) || get(this.c, q, Q.pending) !== 0))
        return true;
    }
    return false;
  }

  private halted(instance: number): boolean {
    return (this.c.values[this.f32[instance]!]! & HOLDS) !== 0;
  }

  private microcode(instance: number): boolean {
    return this.c.card.gfx.ready || this.c.engine[instance === 0 ? 'ucode0' : 'ucode1'] !== 0;
  }

  /** RB_CNTL was written. */
  private controlled(q: number, value: number, before: number): void {
    const { c } = this;
    if ((value & 1) === 0) {
      if ((before & 1) !== 0) put(c, q, Q.phase, get(c, q, Q.phase) === Phase.stopped ? Phase.stopped : Phase.ready);
      return;
    }
    if ((before & 1) !== 0) {
      if (((value ^ before) & 0x3e) !== 0)
        this.said(
          sdmaRules.SDMA_REGISTER_WHILE_ENABLED,
          `${nameOf(q)}: RB_SIZE in RB_CNTL changed from ${(before >>> 1) & 31} to ${(value >>> 1) & 31} while RB_ENABLE is set`,
          [get(c, q, Q.saidEnable) - 1],
        );
      return;
    }
    const { saidBell, busyNs } = Q;
    const bell = get(c, q, saidBell);
    const busy = get(c, q, busyNs);
    const pending = get(c, q, Q.pending);
    clearRow(c, q);
    put(c, q, saidBell, bell);
    put(c, q, busyNs, busy);
    put(c, q, Q.pending, pending);
    put(c, q, Q.saidEnable, c.card.slot.findings.current + 1);
    put(c, q, Q.bell, wptrOf(c, q));
    put(c, q, Q.bellSeen, 1);
    const log = (value >>> 1) & 31;
    if (ringBase(c, q) === 0)
      this.said(
        sdmaRules.SDMA_QUEUE_NO_BASE,
        `${nameOf(q)}: RB_ENABLE is set while RB_BASE and RB_BASE_HI are 0: write the ring's address (VA >> 8) first`,
      );
    if (log < SMALLEST_RING || log > 29)
      this.said(
        sdmaRules.SDMA_RING_SIZE,
        `${nameOf(q)}: RB_SIZE ${log} in RB_CNTL makes a ring of ${hex(4 * 2 ** log)} bytes; the field is the logarithm of the size in dwords`,
      );
    if ((c.values[c.slots[q]!.aql]! & 1) !== 0)
      this.said(sdmaRules.SDMA_AQL_UNMODELLED, `${nameOf(q)}: AQL_ENABLE is set`);
    if (!this.microcode(q >> 3))
      this.said(
        sdmaRules.SDMA_NO_MICROCODE,
        `${nameOf(q)}: RB_ENABLE is set before SDMA microcode is in place (LOAD_IP_FW types 71 and 72, then AUTOLOAD_RLC)`,
      );
    if (rptrOf(c, q) !== wptrOf(c, q)) this.wake(q, START_NS);
  }

  doorbell(index: number, lo: number, hi: number, wide: boolean): boolean {
    const { c } = this;
    let heard = false;
    for (let q = 0; q < TOTAL; q++) {
      const { doorbell, doorbellOffset } = c.slots[q]!;
      if ((c.values[doorbell]! & DOORBELL_ENABLE) === 0) continue;
      if (((c.values[doorbellOffset]! >>> 2) & 0x3ff_ffff) !== index) continue;
      heard = true;
      this.rung(q, (wide ? hi : Math.floor(wptrOf(c, q) / 2 ** 32)) * 2 ** 32 + lo);
    }
    return heard;
  }

  /** The doorbell of queue `q` rang with write pointer `value`. */
  private rung(q: number, value: number): void {
    const { c } = this;
    const last = get(c, q, Q.saidBell) - 1;
    if (!enabled(c, q)) {
      c.values[c.slots[q]!.doorbell] = (c.values[c.slots[q]!.doorbell]! | CAPTURED) >>> 0;
      this.said(
        sdmaRules.SDMA_DOORBELL_DISABLED,
        `doorbell ${hex(value)} for ${nameOf(q)}, whose RB_ENABLE is not set`,
        [get(c, q, Q.saidEnable) - 1],
      );
      return;
    }
    if (this.halted(q >> 3))
      this.said(
        sdmaRules.SDMA_HALTED,
        `doorbell ${hex(value)} for ${nameOf(q)} while the engine is halted or in reset: F32_CNTL is ${hex(c.values[this.f32[q >> 3]!]!)}`,
      );
    const wptr = wptrOf(c, q);
    if (value % 4 !== 0)
      this.said(
        sdmaRules.SDMA_WPTR_UNALIGNED,
        `doorbell ${hex(value)} for ${nameOf(q)} is not a multiple of 4: it counts bytes`,
        [last],
      );
    const to = value - (value % 4);
    if (to < wptr) {
      this.said(
        sdmaRules.SDMA_WPTR_BACK,
        `doorbell ${hex(value)} for ${nameOf(q)} goes back: the last write pointer was ${hex(wptr)}`,
        [last],
      );
      return;
    }
    if (to - rptrOf(c, q) > ringBytes(c, q)) {
      this.said(
        sdmaRules.SDMA_WPTR_PAST_RING,
        `doorbell ${hex(value)} for ${nameOf(q)} is ${hex(to - rptrOf(c, q))} bytes ahead of the read pointer ${hex(rptrOf(c, q))}; the ring has ${hex(ringBytes(c, q))}`,
        [last],
      );
      return;
    }
    put(c, q, Q.saidBell, c.card.slot.findings.current + 1);
    put(c, q, Q.bell, to);
    put(c, q, Q.bellSeen, value === to ? 0 : 1); // what was cut off has been said
    put(c, q, Q.ringSeen, 0);
    setWptr(c, q, to);
    c.card.slot.events.schedule(0, c.event, SdmaEvent.bell, q);
    this.wake(q, START_NS);
  }

  /** Compares the doorbell with the pointer in memory before the CPU can store anything else. */
  private heard(q: number): void {
    if (!this.runnable(q) || get(this.c, q, Q.bellSeen) !== 0) return;
    const { gfxhub } = this.c.card.gmc;
    gfxhub.blame = get(this.c, q, Q.saidBell) - 1;
    this.compareWithMemory(q);
    gfxhub.blame = -1;
  }

  /** Makes sure an event is pending where there is something to do. */
  private wake(q: number, delayNs: number): void {
    const { c } = this;
    if (get(c, q, Q.pending) !== 0 || !this.runnable(q) || rptrOf(c, q) === wptrOf(c, q)) return;
    put(c, q, Q.pending, 1);
    c.card.slot.events.schedule(delayNs, c.event, SdmaEvent.run, q);
  }

  private runnable(q: number): boolean {
    return (
      enabled(this.c, q) && get(this.c, q, Q.phase) !== Phase.stopped && !this.halted(q >> 3) && this.microcode(q >> 3)
    );
  }

  // --- at work

  private run(q: number): void {
    const { c, fetcher } = this;
    put(c, q, Q.pending, 0);
    if (!this.runnable(q)) return;
    const { gfxhub } = c.card.gmc;
    gfxhub.blame = get(c, q, Q.saidBell) - 1;
    if (get(c, q, Q.bellSeen) === 0) this.compareWithMemory(q);
    if (!this.pointersMakeSense(q)) return;
    if (get(c, q, Q.ringSeen) === 0) this.lookForPackets(q);
    fetcher.begin(q);
    const began = rptrOf(c, q);
    let spentNs = 0;
    let starved = false;
    let waits = false;
    for (let packets = 0; packets < BATCH_PACKETS && spentNs < BATCH_NS; packets++) {
      if (get(c, q, Q.phase) === Phase.bulk) {
        c.card.watch?.begin('copy', q, nameOf(q), 'bulk', bulkName(c, q), 'bulk work', get(c, q, Q.saidBell) - 1);
        spentNs += slice(c, q);
        c.card.watch?.end();
        if (get(c, q, Q.left) <= 0) {
          put(c, q, Q.phase, Phase.ready);
          this.advance(q, get(c, q, Q.packetDwords));
        }
        continue;
      }
      if (get(c, q, Q.ib) === 0 && rptrOf(c, q) >= wptrOf(c, q)) break;
      fetcher.locate();
      if (c.card.watch !== undefined) beginPacket(c, q, fetcher);
      const result = execute(c, q, fetcher);
      c.card.watch?.end();
      spentNs += PACKET_NS;
      if (result > 0) {
        put(c, q, Q.phase, Phase.ready);
        put(c, q, Q.sinceNs, 0);
        put(c, q, Q.looks, 0);
        this.advance(q, result);
      } else if (result === Result.waits) {
        waits = true;
        break;
      } else if (result === Result.stops) {
        this.stop(q);
        break;
      } else if (result === Result.starves) {
        starved = true;
        break;
      } else if (result === Result.enters) fetcher.begin(q);
    }
    if (rptrOf(c, q) !== began) this.report(q);
    gfxhub.blame = -1;
    put(c, q, Q.busyNs, get(c, q, Q.busyNs) + spentNs);
    if (waits) this.wait(q);
    if (waits || starved || get(c, q, Q.phase) === Phase.stopped) return;
    if (rptrOf(c, q) !== wptrOf(c, q)) {
      put(c, q, Q.pending, 1);
      c.card.slot.events.schedule(Math.max(spentNs, PACKET_NS), c.event, SdmaEvent.run, q);
    }
  }

  /** The packet waits: looks again later. */
  private wait(q: number): void {
    const { c } = this;
    const { delayNs, forever } = nextLook(c, q, this.fetcher);
    put(c, q, Q.pending, 1);
    c.card.slot.events.schedule(delayNs, c.event, forever ? SdmaEvent.look : SdmaEvent.run, q, 0, forever);
  }

  /** A look at what a packet waits for: work goes on in an event of its own. */
  private look(q: number): void {
    const { c, fetcher } = this;
    put(c, q, Q.pending, 0);
    if (!this.runnable(q)) return;
    fetcher.begin(q);
    fetcher.locate();
    if (!couldGoOn(c, q, fetcher)) {
      this.wait(q);
      return;
    }
    put(c, q, Q.pending, 1);
    c.card.slot.events.schedule(0, c.event, SdmaEvent.run, q);
  }

  /** Goes on by `dwords`, out of an indirect buffer at its end. */
  private advance(q: number, dwords: number): void {
    const { c } = this;
    if (get(c, q, Q.ib) !== 0) {
      const at = get(c, q, Q.ibAt) + dwords;
      put(c, q, Q.ibAt, at);
      if (at < get(c, q, Q.ibDwords)) return;
      put(c, q, Q.ib, 0);
      this.fetcher.begin(q);
      dwords = 6; // the INDIRECT packet itself
    }
    setRptr(c, q, rptrOf(c, q) + dwords * 4);
  }

  /** Tells the driver how far the queue has come. */
  private report(q: number): void {
    const { c } = this;
    if ((control(c, q) & REPORT_RPTR) === 0) return;
    const { reportLo, reportHi, rptrLo, rptrHi } = c.slots[q]!;
    const report = c.values[reportHi]! * 2 ** 32 + c.values[reportLo]!;
    c.card.gmc.gfxhub.write64(ringVmid(c, q), report, c.values[rptrLo]!, c.values[rptrHi]!, clientOf(q));
  }

  /** Zeros are NOPs, and drivers pad with them; but nobody submits nothing else. */
  private lookForPackets(q: number): void {
    const { c } = this;
    put(c, q, Q.ringSeen, 1);
    const from = rptrOf(c, q);
    const to = wptrOf(c, q);
    if (get(c, q, Q.ib) !== 0 || get(c, q, Q.phase) !== Phase.ready || to - from < LEAST_SUBMISSION_BYTES) return;
    const size = ringBytes(c, q);
    for (let at = from; at < to;) {
      const place = at % size;
      const run = this.glance.subarray(0, Math.min(this.glance.length, to - at, size - place));
      if (!c.card.gmc.gfxhub.read(ringVmid(c, q), ringBase(c, q) + place, run, clientOf(q))) return;
      if (run.some((byte) => byte !== 0)) return;
      at += run.length;
    }
    const { findings, card } = c.card.slot;
    const said = get(c, q, Q.saidBell) - 1;
    findings.report(
      sdmaRules.SDMA_RING_NOT_WRITTEN,
      card,
      `${nameOf(q)}: the ring holds nothing but zeros from ${hex(from)} to the write pointer ${hex(to)}: store the packets (and flush) before the doorbell`,
      findings.thing(`${nameOf(q)} ring at ${hex(ringBase(c, q) + (from % size))}`, 'zeros', said),
      [said],
    );
  }

  /** The doorbell is news; the pointer in memory must have been stored before it. */
  private compareWithMemory(q: number): void {
    const { c } = this;
    put(c, q, Q.bellSeen, 1);
    const { pollLo, pollHi } = c.slots[q]!;
    const at = c.values[pollHi]! * 2 ** 32 + c.values[pollLo]!;
    if ((control(c, q) & WPTR_POLL) === 0) return;
    if (!c.card.gmc.gfxhub.read64(ringVmid(c, q), at, this.pair, clientOf(q))) return;
    const there = this.pair[1]! * 2 ** 32 + this.pair[0]!;
    const bell = get(c, q, Q.bell);
    if (there === bell) return;
    const { findings, card } = c.card.slot;
    const said = get(c, q, Q.saidBell) - 1;
    if (there > bell) {
      // a driver that has gone on since the doorbell is a good one
      if (c.card.slot.findings.current !== said) return;
      findings.report(
        sdmaRules.WPTR_MEMORY_AHEAD,
        card,
        `${nameOf(q)}: the doorbell said ${hex(bell)}, the write pointer in memory at ${hex(at)} is already ${hex(there)}; both count the bytes of everything submitted`,
        findings.access(said),
        [said],
      );
      return;
    }
    findings.report(
      sdmaRules.DOORBELL_BEFORE_WPTR,
      card,
      `${nameOf(q)}: the doorbell said ${hex(bell)}, the write pointer in memory at ${hex(at)} still says ${hex(there)}: store it (and flush) before the doorbell`,
      findings.access(said),
      [said],
    );
  }

  /** What software put into the pointer registers must be possible too. */
  private pointersMakeSense(q: number): boolean {
    const { c } = this;
    const rptr = rptrOf(c, q);
    const wptr = wptrOf(c, q);
    if (get(c, q, Q.ib) !== 0 || get(c, q, Q.phase) === Phase.bulk) return true;
    const { findings, card } = c.card.slot;
    const said = get(c, q, Q.saidBell) - 1;
    const at = said >= 0 ? findings.access(said) : findings.access(get(c, q, Q.saidEnable) - 1);
    if (rptr % 4 !== 0 || wptr % 4 !== 0) {
      findings.report(
        sdmaRules.SDMA_WPTR_UNALIGNED,
        card,
        `${nameOf(q)}: RB_RPTR ${hex(rptr)} and RB_WPTR ${hex(wptr)} must be multiples of 4`,
        at,
      );
      setRptr(c, q, rptr - (rptr % 4));
      setWptr(c, q, wptr - (wptr % 4));
    }
    if (wptr < rptr) {
      findings.report(
        sdmaRules.SDMA_WPTR_BACK,
        card,
        `${nameOf(q)}: RB_WPTR ${hex(wptr)} is behind RB_RPTR ${hex(rptr)}`,
        at,
      );
      return false;
    }
    if (wptr - rptr > ringBytes(c, q)) {
      findings.report(
        sdmaRules.SDMA_WPTR_PAST_RING,
        card,
        `${nameOf(q)}: RB_WPTR ${hex(wptr)} is more than a ring (${hex(ringBytes(c, q))}) ahead of RB_RPTR ${hex(rptr)}`,
        at,
      );
      return false;
    }
    return true;
  }

  /** The engine cannot go on: after the watchdog's time it says so. */
  private stop(q: number): void {
    const { c } = this;
    put(c, q, Q.phase, Phase.stopped);
    const count = c.card.regs.peek(engineRegister(q >> 3, 'WATCHDOG_CNTL')) & 0xff;
    if (count > 0)
      c.card.slot.events.schedule(count * WATCHDOG_UNIT_NS, c.event, SdmaEvent.hang, q, get(c, q, Q.saidEnable));
  }

  private hangs(q: number): void {
    if (get(this.c, q, Q.phase) === Phase.stopped && enabled(this.c, q)) raise(this.c, q, Source.queueHang, 0);
  }

  // --- resets

  private resetQueue(q: number): void {
    const { c } = this;
    const { regs } = c.card;
    const busy = get(c, q, Q.busyNs);
    const pending = get(c, q, Q.pending);
    clearRow(c, q);
    put(c, q, Q.busyNs, busy);
    put(c, q, Q.pending, pending);
    for (const register of queueRegisters[q >> 3]!) regs.poke(register, register.reset, q & 7);
  }

  softReset(instance: number): void {
    const { c } = this;
    for (let i = 0; i < QUEUES; i++) this.resetQueue(instance * QUEUES + i);
    const f32 = engineRegister(instance, 'F32_CNTL');
    c.card.regs.poke(f32, f32.reset);
  }

  reset(kind: CardReset): void {
    const { c } = this;
    const { events } = c.card.slot;
    events.cancel(c.event);
    c.rows.fill(0);
    if (kind === 'gfx') {
      for (let instance = 0; instance < INSTANCES; instance++) this.softReset(instance);
      return;
    }
    for (const key of ['ucode0', 'ucode1', 'counter0', 'counter1'] as const) c.engine[key] = 0;
    c.card.regs.reset((register) => register.block === 'SDMA0' || register.block === 'SDMA1');
  }
}

/** Makes both SDMA engines of `card` and attaches their registers. */
export function createSdma(card: Card): Sdma {
  return new Engines(card);
}
