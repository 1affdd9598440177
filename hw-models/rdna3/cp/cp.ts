/**
 * The compute side of the command processor, with its microcontroller (MEC), hardware queues, doorbells, and the
 * fetch loop that runs packets.
 *
 * A doorbell makes an event; the event reads packets and runs up to 256 of them; what is left is another event.
 * A queue that waits polls with growing intervals, and stands still without cost where nothing can change.
 * Graphics rings and the scheduler (MES) are registers only.
 *
 * Source: Linux amdgpu gfx_v11_0 and amdkfd, tinygrad AM, public packet headers.
 *
 * Fidelity: from-public-source. Guessed: every duration; that a doorbell which goes back is dropped; that a queue
 * stops at the first packet it cannot run; that a soft reset clears all queue registers; how pointers are reported.
 */

import { GRBM } from '../../../registers/amd/index.ts';
import { getField } from '../../../registers/index.ts';
import type { Rule } from '../../../sim/index.ts';
import type { Card, CardReset, Cp } from '../blocks.ts';
import { Client } from '../blocks.ts';
import { gfxRules } from '../gfx/rules.ts';
import { createAql } from './aql.ts';
import type { CacheObserver, CpCore } from './core.ts';
import { Outcome, hex } from './core.ts';
import { CP, GC, GFXHUB, opcodeName, opcodes } from './declared.ts';
import type { ComputeEngine } from './dispatch.ts';
import { emptyEngine, launchProblem } from './dispatch.ts';
import { createPm4 } from './pm4.ts';
import { cpInterrupt } from './interrupts.ts';
import { attachInstructionCaches } from './instruction-caches.ts';
import { F, INFLIGHT, LEVEL, MQD_FIRST_DWORD, MQD_HEADER, MQD_WORDS, QUEUES, Queues, phase } from './queues.ts';
import { PacketReader } from './reader.ts';
import { cpRules } from './rules.ts';

export const cpTiming = {
  /** From the doorbell to the first fetch. Shorter than any host access, so a store that comes after the doorbell comes too late. */
  doorbellNs: 10,
  packetNs: 20,
  pollMinNs: 100,
  pollMaxNs: 20_000,
  mecStartNs: 20_000,
  dequeueNs: 2_000,
  /** Virtual time of one wave instruction. */
  instructionNs: 1,
  /** A slice of a grid that has not ended for long takes more and more of virtual time, up to this. */
  sliceMaxNs: 2_000_000,
} as const;

/** Packets run in one event. */
const BATCH = 256;
/** Wave instructions run in one event. */
const FUEL = 20_000;

const kind = { run: 1, poll: 2, slice: 3, dequeue: 4, mecStart: 5 } as const;
/** Clients and sources of interrupt vectors. */
const CLIENT_GRBM_CP = 0x14;
const CLIENT_GFX = 0x0a;
const SOURCE_SQ = 0xef;
const SOURCE_SCHEDULER = 0xb2;
const NOP = opcodes.NOP;

export interface ComputeProcessor extends Cp {
  /**
   * A wave's interrupt (SQ): encoding 1 a message of the kernel, 2 an error (type 1 illegal instruction, 2 memory violation).
   * `detail` are the low 21 bits (or 24 of a message).
   */
  waveInterrupt(wave: { vmid: number; encoding: 1 | 2; type?: number; detail?: number; priv?: boolean; wave?: number; simd?: number; wgp?: number; sa?: number }): void;
  /** An engine finished or freed something outside of its `run`. */
  enginesChanged(): void;
  readonly queues: Queues;
}

export interface CpOptions {
  readonly engine?: ComputeEngine;
  readonly caches?: CacheObserver;
}

export function createCp(card: Card, options: CpOptions = {}): ComputeProcessor {
  const { regs, slot } = card;
  const { events, findings } = slot;
  const r = CP.registers;
  const g = slot.state.record('cp', {
    mecBy: -1,
    mecReadyNs: 0,
    slicing: 0,
    slices: 0,
  });
  const cntl = regs.slot(GRBM.registers.GRBM_GFX_CNTL);
  const mecCntl = regs.slot(r.CP_MEC_RS64_CNTL);
  const selectionLeft = (what: string): void => card.gfx.checkSelection?.(what);
  const queues = new Queues(card, () => {
    // a VMID selected and no queue: this register is meant for another copy
    const value = regs.values[cntl]!;
    if ((value & 0xf0) !== 0 && (value & 0x70f) === 0) selectionLeft('a register banked by queue was accessed');
  });
  const { at } = queues;
  const reader = new PacketReader(card);
  const engine = options.engine ?? emptyEngine();
  const contextCntl = regs.dwordOf(GFXHUB.registers.GCVM_CONTEXTn_CNTL);

  const target = events.define(`card ${slot.card} cp`, (what, a, b) => {
    switch (what) {
      case kind.run:
      case kind.poll:
        if (b !== queues.get(a, F.token)) return;
        queues.set(a, F.pending, 0);
        run(a, what === kind.poll);
        break;
      case kind.slice:
        g.slicing = 0;
        slice();
        break;
      case kind.dequeue:
        finishDequeue(a);
        break;
      case kind.mecStart:
        for (let q = 32; q < 96; q++) if (queues.get(q, F.active) === 1) kick(q, 0);
        break;
      default:
    }
  });

  const kick = (q: number, delayNs: number): void => {
    if (queues.get(q, F.pending) === 1) return;
    queues.set(q, F.pending, 1);
    events.schedule(delayNs, target, kind.run, q, nextToken(q));
  };
  const nextToken = (q: number): number => {
    const token = queues.get(q, F.token) + 1;
    queues.set(q, F.token, token);
    return token;
  };
  const poll = (q: number): void => {
    const next = Math.min(cpTiming.pollMaxNs, Math.max(cpTiming.pollMinNs, queues.get(q, F.pollNs) * 2));
    queues.set(q, F.pollNs, next);
    queues.set(q, F.phase, phase.poll);
    if (queues.get(q, F.pending) !== 0) return;
    queues.set(q, F.pending, 2);
    events.schedule(next, target, kind.poll, q, nextToken(q), true);
  };

  // --- engines

  const inflight = (q: number): boolean => {
    let any = false;
    for (let i = 0; i < INFLIGHT; i++) {
      const id = queues.get(q, F.inflight + i);
      if (id === 0) continue;
      if (engine.busy(id)) any = true;
      else queues.set(q, F.inflight + i, 0);
    }
    return any;
  };
  const slice = (): void => {
    const ran = engine.run(FUEL);
    let busy = false;
    let ended = false;
    for (let q = 32; q < 96; q++) {
      if (queues.get(q, F.active) === 0) continue;
      const before = countInflight(q);
      if (inflight(q)) busy = true;
      if (countInflight(q) !== before) {
        ended = true;
      }
    }
    // room for others, too
    if (ended) for (let q = 32; q < 96; q++) if (queues.get(q, F.phase) === phase.waves) kick(q, ran * cpTiming.instructionNs);
    g.slices = ended ? 0 : g.slices + 1;
    if (!busy) return;
    const slow = 2 ** Math.min(20, Math.floor(g.slices / 64));
    g.slicing = 1;
    // nothing ran: every wave waits for something, so this is a poll
    events.schedule(Math.min(cpTiming.sliceMaxNs, Math.max(1_000, ran * cpTiming.instructionNs * slow)), target, kind.slice, 0, 0, ran === 0);
  };
  const countInflight = (q: number): number => {
    let n = 0;
    for (let i = 0; i < INFLIGHT; i++) if (queues.get(q, F.inflight + i) !== 0) n++;
    return n;
  };
  const startSlices = (): void => {
    if (g.slicing === 1) return;
    g.slicing = 1;
    g.slices = 0;
    events.schedule(500, target, kind.slice);
  };

  // --- what the parts of the processor share

  const core: CpCore = {
    card,
    queues,
    engine,
    caches: options.caches,
    spentNs: 0,
    ticks: () => Math.floor((events.nowNs + core.spentNs) / 10),
    say(q, rule: Rule, where, va, message) {
      const rung = queues.get(q, F.rungBy);
      const place = va >= 0 ? `PM4 ${where} at ${hex(va)} (${queues.nameOf(q)})` : `${where} (${queues.nameOf(q)})`;
      findings.report(rule, slot.card, `${where}: ${message}`, findings.thing(place, message, rung), [rung]);
    },
    stop(q, rule, where, va, message) {
      core.say(q, rule, where, va, message);
      queues.set(q, F.phase, phase.stuck);
      return Outcome.stuck;
    },
    interrupt(q, source, enableBit, context) {
      const pipe = (q >>> 3) & 3;
      const enable = regs.peek(q >>> 5 === 2 ? r.CP_ME2_PIPEn_INT_CNTL : r.CP_ME1_PIPEn_INT_CNTL, pipe);
      if (((enable >>> enableBit) & 1) === 0) return;
      const status = q >>> 5 === 2 ? r.CP_ME2_PIPEn_INT_STATUS : r.CP_ME1_PIPEn_INT_STATUS;
      regs.poke(status, (regs.peek(status, pipe) | (1 << enableBit)) >>> 0, pipe);
      card.ih.raise({ client: CLIENT_GRBM_CP, source, ringId: queues.ringId(q), vmid: queues.vmid(q), context: context ?? [] });
    },
    cpcInterrupt(q) {
      if (getField(regs.peek(r.CPC_INT_CNTL), r.CPC_INT_CNTL.fields.GENERIC2_INT_ENABLE) === 0) return;
      card.ih.raise({ client: CLIENT_GRBM_CP, source: SOURCE_SCHEDULER, ringId: queues.ringId(q), vmid: queues.vmid(q) });
    },
    wavesBusy: inflight,
    launch(q, dispatch, where, va) {
      const problem = launchProblem(dispatch);
      if (problem !== undefined) return core.stop(q, cpRules[problem.rule], where, va, problem.text);
      selectionLeft(where);
      const { groups, first } = dispatch;
      if (groups.some((n, i) => n <= first[i]!)) return Outcome.done;
      let free = -1;
      inflight(q);
      for (let i = 0; i < INFLIGHT && free < 0; i++) if (queues.get(q, F.inflight + i) === 0) free = i;
      if (free < 0) return Outcome.waves;
      let total = 0;
      for (let other = 32; other < 96; other++) total += countInflight(other);
      if (total >= (engine.capacity ?? Infinity)) return Outcome.waves;
      const id = engine.start(dispatch);
      if (id === 0) return Outcome.waves;
      queues.set(q, F.inflight + free, id);
      core.spentNs += 1_000;
      startSlices();
      return Outcome.done;
    },
    activate,
    deactivate,
    kick,
    forget: (vmid, va, bytes) => reader.forget(vmid, va, bytes),
    killWaves(q) {
      for (let i = 0; i < INFLIGHT; i++) {
        const id = queues.get(q, F.inflight + i);
        if (id !== 0) engine.cancel(id);
        queues.set(q, F.inflight + i, 0);
      }
    },
    saveMqd(q) {
      const mqd = queues.pair(q, at.mqdBase, at.mqdBaseHi, ~3);
      if (mqd === 0) return;
      const { gfxhub } = card.gmc;
      // the parts that change while a queue runs
      for (const [column, word] of [[at.pqRptr, 138], [at.wptrLo, 182], [at.wptrHi, 183]] as const) {
        gfxhub.write32(0, mqd + word * 4, queues.reg(q, column), Client.cpc);
      }
    },
  };
  const pm4 = createPm4(core);
  const aql = createAql(core, pm4);

  // --- queues

  function setPointers(q: number): void {
    const rptr = queues.get(q, F.rptr);
    const wptr = queues.get(q, F.wptr);
    queues.hqd.set(q, at.pqRptr, rptr >>> 0);
    queues.hqd.set(q, at.wptrLo, wptr >>> 0);
    queues.hqd.set(q, at.wptrHi, Math.floor(wptr / 2 ** 32));
  }

  /** Everything but the token: events that are on their way find another one and do nothing. */
  function clear(q: number): void {
    const token = queues.get(q, F.token) + 1;
    queues.clear(q);
    queues.set(q, F.token, token);
  }

  /** Software made the queue active; registers only, memory is looked at by the first fetch. */
  function activate(q: number): void {
    const me = q >>> 5;
    const now = findings.current;
    const name = queues.nameOf(q);
    const here = (rule: Rule, text: string): void => findings.report(rule, slot.card, `CP_HQD_ACTIVE = 1 for ${name}: ${text}`, findings.access(now));
    if (me === 0) {
      here(cpRules.HQD_NOT_SELECTED, `GRBM_GFX_CNTL is ${hex(regs.values[cntl]!)} (me 0); select me 1 or 2, pipe and queue first`);
      return;
    }
    if (me === 3) {
      here(cpRules.QUEUE_NOT_MODELLED, 'queues of me 3 belong to the scheduler (MES), whose firmware is not modelled');
      return;
    }
    const base = queues.ringBase(q);
    const size = queues.reg(q, at.pqControl) & 0x3f;
    const mqd = queues.pair(q, at.mqdBase, at.mqdBaseHi, ~3);
    const doorbell = queues.reg(q, at.doorbell);
    const vmid = queues.vmid(q);
    if (base === 0) here(cpRules.HQD_BASE_NOT_SET, 'CP_HQD_PQ_BASE and CP_HQD_PQ_BASE_HI are 0; write them first');
    if (size < 5 || size > 27) here(cpRules.HQD_SIZE, `CP_HQD_PQ_CONTROL.QUEUE_SIZE is ${size}, which means 2^${size + 1} dwords`);
    if (mqd % 256 !== 0) here(cpRules.MQD_MISALIGNED, `CP_MQD_BASE_ADDR is ${hex(mqd)}; align the descriptor to 256 bytes`);
    if (((doorbell >>> 30) & 1) === 0) here(cpRules.HQD_NO_DOORBELL, `CP_HQD_PQ_DOORBELL_CONTROL is ${hex(doorbell)}; set DOORBELL_EN (bit 30)`);
    if ((regs.values[contextCntl + vmid]! & 1) === 0) {
      here(cpRules.HQD_VMID_DISABLED, `GCVM_CONTEXT${vmid}_CNTL.ENABLE_CONTEXT is 0; set up the VMID's page tables first`);
    }
    clear(q);
    const units = queues.ringUnits(q);
    const wptr = queues.reg(q, at.wptrLo) + (queues.reg(q, at.wptrHi) & 0x1f_ffff) * 2 ** 32;
    let rptr = queues.reg(q, at.pqRptr);
    if (rptr > wptr || wptr - rptr > units) {
      if (rptr !== wptr >>> 0) here(cpRules.HQD_POINTERS, `CP_HQD_PQ_RPTR is ${hex(rptr)} and CP_HQD_PQ_WPTR is ${hex(wptr)}; both count dwords and start equal`);
      rptr = wptr;
    }
    queues.set(q, F.rptr, rptr);
    queues.set(q, F.wptr, wptr);
    queues.set(q, F.active, 1);
    queues.set(q, F.activatedBy, now);
    queues.set(q, F.rungBy, now);
    if (wptr > rptr) kick(q, cpTiming.doorbellNs);
  }

  function deactivate(q: number): void {
    core.killWaves(q);
    setPointers(q);
    clear(q);
    queues.hqd.set(q, at.active, 0);
  }

  function finishDequeue(q: number): void {
    if (queues.get(q, F.active) === 0 || queues.get(q, F.dequeue) === 0) return;
    if (queues.get(q, F.dequeue) === 1 && inflight(q)) {
      events.schedule(cpTiming.dequeueNs, target, kind.dequeue, q);
      return;
    }
    core.killWaves(q);
    setPointers(q);
    core.saveMqd(q);
    deactivate(q);
    queues.hqd.set(q, at.dequeue, 0);
  }

  queues.hqd.on(r.CP_HQD_ACTIVE, {
    write: (value, q, before) => {
      if ((value & 1) === 1 && (before & 1) === 0) activate(q);
      else if ((value & 1) === 0 && (before & 1) === 1 && queues.get(q, F.active) === 1) deactivate(q);
    },
  });
  queues.hqd.on(r.CP_HQD_DEQUEUE_REQUEST, {
    write: (value, q) => {
      const request = value & 15;
      if (request === 0) return;
      if (queues.get(q, F.active) === 0) {
        queues.hqd.set(q, at.dequeue, 0);
        return;
      }
      // 1 drain, 2 reset waves, 3 save waves (their context is not modelled: they are reset)
      queues.set(q, F.dequeue, request);
      events.schedule(cpTiming.dequeueNs, target, kind.dequeue, q);
    },
  });
  for (const register of [r.CP_HQD_PQ_BASE, r.CP_HQD_PQ_BASE_HI, r.CP_HQD_PQ_CONTROL, r.CP_HQD_EOP_BASE_ADDR, r.CP_HQD_EOP_BASE_ADDR_HI, r.CP_HQD_VMID, r.CP_HQD_PQ_RPTR_REPORT_ADDR, r.CP_HQD_PQ_RPTR_REPORT_ADDR_HI]) {
    queues.hqd.on(register, {
      write: (value, q, before) => {
        if (queues.get(q, F.active) === 0 || value === before) return;
        findings.report(
          cpRules.HQD_CHANGED_WHILE_ACTIVE,
          slot.card,
          `${register.name} of ${queues.nameOf(q)} goes from ${hex(before)} to ${hex(value)} while CP_HQD_ACTIVE is 1; dequeue the queue first`,
          undefined,
          [queues.get(q, F.activatedBy)],
        );
      },
    });
  }
  for (const register of [r.CP_HQD_PQ_WPTR_LO, r.CP_HQD_PQ_WPTR_HI]) {
    queues.hqd.on(register, {
      write: (_value, q) => {
        if (queues.get(q, F.active) === 1) moveWptr(q, queues.reg(q, at.wptrLo), queues.reg(q, at.wptrHi), 'CP_HQD_PQ_WPTR');
      },
    });
  }

  /** A new write pointer, by doorbell or register. */
  function moveWptr(q: number, lo: number, hi: number, by: string): void {
    const now = findings.current;
    const isAql = queues.isAql(q);
    const value = lo + (hi & 0x1f_ffff) * 2 ** 32 + (isAql ? 1 : 0);
    const wptr = queues.get(q, F.wptr);
    const rptr = queues.get(q, F.rptr);
    const units = queues.ringUnits(q);
    const unit = isAql ? 'packets' : 'dwords';
    const because = [queues.get(q, F.rungBy)];
    queues.set(q, F.rungBy, now);
    if (value < wptr) {
      findings.report(cpRules.DOORBELL_BACKWARDS, slot.card, `${by} of ${queues.nameOf(q)}: the write pointer goes back from ${wptr} to ${value} ${unit}; it counts up and never wraps`, undefined, because);
      return;
    }
    if (value - rptr > units) {
      findings.report(
        cpRules.WPTR_BEYOND_RING,
        slot.card,
        `${by} of ${queues.nameOf(q)}: write pointer ${value}, read pointer ${rptr} ${unit}, and the ring has ${units}; wait for room before writing`,
        undefined,
        because,
      );
      queues.set(q, F.rptr, value - units);
    }
    if (value === wptr) return;
    queues.set(q, F.wptr, value);
    queues.set(q, F.wptrUnseen, 1);
    queues.hqd.set(q, at.wptrLo, value >>> 0);
    queues.hqd.set(q, at.wptrHi, Math.floor(value / 2 ** 32));
    if (queues.get(q, F.phase) !== phase.stuck) kick(q, cpTiming.doorbellNs);
  }

  // --- the fetch loop

  const canRun = (q: number): boolean => {
    const value = regs.values[mecCntl]!;
    const pipe = (q >>> 3) & 3;
    return ((value >>> 30) & 1) === 0 && ((value >>> (26 + pipe)) & 1) === 1 && ((value >>> (16 + pipe)) & 1) === 0;
  };

  /** Memory that the queue was given is looked at when the queue first runs: by then it must be there. */
  const checkMqd = (q: number): void => {
    queues.set(q, F.checkedMqd, 1);
    const mqd = queues.pair(q, at.mqdBase, at.mqdBaseHi, ~3);
    if (mqd === 0) return;
    const words = new Uint32Array(MQD_WORDS);
    const { gfxhub } = card.gmc;
    const header = gfxhub.read32(0, mqd, Client.cpc);
    if (!gfxhub.read(0, mqd + MQD_FIRST_DWORD * 4, new Uint8Array(words.buffer), Client.cpc)) return;
    const say = (text: string): void =>
      findings.report(cpRules.MQD_INCONSISTENT, slot.card, `the descriptor of ${queues.nameOf(q)} at ${hex(mqd)}: ${text}`, findings.thing(`MQD at ${hex(mqd)}`, text, queues.get(q, F.activatedBy)), [queues.get(q, F.activatedBy)]);
    if (header !== MQD_HEADER) {
      say(`it begins with ${hex(header)}, not ${hex(MQD_HEADER)}`);
      return;
    }
    const same = [at.pqBase, at.pqBaseHi, at.rptrAddr, at.rptrAddrHi, at.pollAddr, at.pollAddrHi, at.eopBase, at.eopBaseHi];
    queues.mqdColumns.forEach((column, i) => {
      if (!same.includes(column) || words[i] === queues.reg(q, column)) return;
      say(`dword ${MQD_FIRST_DWORD + i} is ${hex(words[i]!)} and ${queues.hqd.nameOf(column)} is ${hex(queues.reg(q, column))}; write both the same`);
    });
  };

  /** The doorbell carries the write pointer, and memory must have it too by then. */
  const checkWptr = (q: number): void => {
    queues.set(q, F.wptrUnseen, 0);
    const from = queues.pair(q, at.pollAddr, at.pollAddrHi, ~7);
    if (from === 0) return;
    const pair = new Uint32Array(2);
    if (!card.gmc.gfxhub.read64(queues.vmid(q), from, pair, Client.cpc)) return;
    const inMemory = pair[0]! + (pair[1]! & 0x1f_ffff) * 2 ** 32;
    const wptr = queues.get(q, F.wptr);
    if (inMemory >= wptr) return;
    const rung = queues.get(q, F.rungBy);
    findings.report(
      cpRules.DOORBELL_BEFORE_WPTR,
      slot.card,
      `the doorbell of ${queues.nameOf(q)} says ${wptr}, the write pointer in memory at ${hex(from)} is still ${inMemory}; store it before ringing`,
      findings.access(rung),
      [rung],
    );
  };

  /** The read pointer as the driver sees it: the register, and a dword in memory. */
  const reportRptr = (q: number): void => {
    const rptr = queues.get(q, F.rptr);
    if (queues.reg(q, at.pqRptr) === rptr >>> 0 && queues.get(q, F.packets) === 0) return;
    queues.set(q, F.packets, 0);
    queues.hqd.set(q, at.pqRptr, rptr >>> 0);
    if (((queues.reg(q, at.pqControl) >>> 27) & 1) === 1) return;
    const to = queues.pair(q, at.rptrAddr, at.rptrAddrHi, ~3);
    if (to !== 0) card.gmc.gfxhub.write32(queues.vmid(q), to, rptr >>> 0, Client.cpc);
  };

  function run(q: number, polling: boolean): void {
    if (queues.get(q, F.active) === 0 || queues.get(q, F.phase) === phase.stuck || queues.get(q, F.dequeue) !== 0) return;
    if (!canRun(q)) {
      queues.set(q, F.phase, phase.held);
      return;
    }
    if (events.nowNs < g.mecReadyNs || !card.gfx.ready) {
      // started, but its microcode still comes up
      if (card.gfx.ready || card.gfx.booting === true) kick(q, Math.max(1_000, g.mecReadyNs - events.nowNs));
      return;
    }
    reader.drop();
    core.spentNs = 0;
    if (queues.get(q, F.checkedMqd) === 0) checkMqd(q);
    if (queues.get(q, F.wptrUnseen) === 1) checkWptr(q);
    const { state } = queues;
    const isAql = queues.isAql(q);
    const ringVmid = queues.vmid(q);
    const ringPrivileged = queues.privileged(q);
    const ringBase = queues.ringBase(q);
    const ringDwords = queues.ringDwords(q);
    queues.set(q, F.phase, phase.run);
    let consumed = 0;
    for (let budget = BATCH; ; ) {
      if (budget-- === 0) {
        queues.set(q, F.packets, 1);
        reportRptr(q);
        kick(q, core.spentNs);
        return;
      }
      const depth = queues.get(q, F.depth);
      let outcome: Outcome;
      if (depth === 0 && isAql) {
        if (queues.get(q, F.rptr) >= queues.get(q, F.wptr)) {
          if (polling && consumed > 0) kick(q, 0);
          finish(q, consumed);
          return;
        }
        outcome = aql(q);
      } else {
        const level = depth === 0 ? 0 : queues.level(q, depth, 0);
        const pos = depth === 0 ? queues.get(q, F.rptr) : state[level + LEVEL.pos]!;
        const limit = depth === 0 ? queues.get(q, F.wptr) : state[level + LEVEL.size]!;
        if (pos >= limit) {
          if (depth > 0) {
            queues.set(q, F.depth, depth - 1);
            if (queues.get(q, F.skip) > 0) {
              core.say(q, cpRules.PACKET_CUT, 'COND_EXEC', state[level]! + pos * 4, `its condition skips ${queues.get(q, F.skip)} dwords past the end of the indirect buffer`);
              queues.set(q, F.skip, 0);
            }
            continue;
          }
          finish(q, consumed);
          return;
        }
        const skip = queues.get(q, F.skip);
        if (skip > 0) {
          const over = Math.min(skip, limit - pos);
          queues.set(q, F.skip, skip - over);
          advance(q, depth, level, pos + over);
          continue;
        }
        const vmid = depth === 0 ? ringVmid : state[level + LEVEL.vmid]!;
        const privileged = depth === 0 ? ringPrivileged : state[level + LEVEL.priv] === 1;
        const base = depth === 0 ? ringBase : state[level]!;
        const size = depth === 0 ? ringDwords : limit;
        const va = base + (depth === 0 ? pos % ringDwords : pos) * 4;
        let i = reader.ensure(q, depth, vmid, base, size, pos, limit, 1);
        if (i < 0) {
          core.stop(q, cpRules.RING_UNMAPPED, depth === 0 ? 'ring' : 'indirect buffer', va, `${hex(va)} is not mapped for reading in VMID ${vmid}`);
          return;
        }
        const header = reader.words[i]!;
        if (header >>> 30 !== 3) {
          if (header >>> 30 === 2) {
            advance(q, depth, level, pos + 1);
            consumed++;
            continue;
          }
          core.interrupt(q, cpInterrupt.opcodeError.source, cpInterrupt.opcodeError.bit);
          if (header === 0 && depth === 0) {
            core.stop(q, cpRules.RING_NOT_WRITTEN, 'ring', va, `there is a 0 at ring dword ${pos % ringDwords}, under write pointer ${limit}: the packets were not stored (or not flushed out of HDP) before the doorbell, or the write pointer counts something else than dwords`);
          } else if (header === 0) {
            core.stop(q, cpRules.IB_PAST_END, 'indirect buffer', va, `there is a 0 at dword ${pos} of ${limit} where a packet should begin: the buffer's size field is larger than what was stored (or flushed) into it`);
          } else {
            core.stop(q, cpRules.PM4_BAD_HEADER, depth === 0 ? 'ring' : 'indirect buffer', va, `${hex(header)} is no type-3 header (dword ${pos} of ${limit}); the packet before it has a wrong count, or the buffer ends earlier`);
          }
          return;
        }
        const opcode = (header >>> 8) & 0xff;
        const count = (header >>> 16) & 0x3fff;
        const n = opcode === NOP && count === 0x3fff ? 0 : count + 1;
        if ((header & 0xfc) !== 0) core.say(q, cpRules.PM4_RESERVED_BITS, opcodeName(opcode) ?? 'packet', va, `header ${hex(header)} has bits 7:2 set`);
        if (pos + 1 + n > limit) {
          if (depth === 0) {
            core.say(q, cpRules.PACKET_CUT, opcodeName(opcode) ?? 'packet', va, `it needs ${n + 1} dwords and the write pointer is ${limit - pos} dwords further; ring with the end of a packet`);
            finish(q, consumed);
          } else {
            core.stop(q, cpRules.IB_PAST_END, opcodeName(opcode) ?? 'packet', va, `it needs ${n + 1} dwords and the indirect buffer has ${limit - pos} left of its ${limit}; the size field is too small or the packet's count too large`);
          }
          return;
        }
        if (opcode !== NOP) i = reader.ensure(q, depth, vmid, base, size, pos, limit, n + 1);
        if (i < 0) {
          core.stop(q, cpRules.RING_UNMAPPED, depth === 0 ? 'ring' : 'indirect buffer', va, `${hex(va)} is not mapped for reading in VMID ${vmid}`);
          return;
        }
        outcome = pm4.execute(q, reader.words, i, opcode, n, vmid, privileged, va);
        if (outcome === Outcome.done) {
          queues.set(q, F.stage, 0);
          advance(q, depth, level, pos + 1 + n);
        }
      }
      core.spentNs += cpTiming.packetNs;
      switch (outcome) {
        case Outcome.done:
        case Outcome.jumped:
          consumed++;
          if (polling) {
            // a poll that sees something new goes on in an ordinary event
            polling = false;
            queues.set(q, F.pollNs, 0);
            queues.set(q, F.packets, 1);
            kick(q, core.spentNs);
            return;
          }
          queues.set(q, F.pollNs, 0);
          break;
        case Outcome.poll:
          if (consumed > 0) {
            queues.set(q, F.packets, 1);
            reportRptr(q);
          }
          poll(q);
          return;
        case Outcome.waves:
          queues.set(q, F.phase, phase.waves);
          if (consumed > 0) {
            queues.set(q, F.packets, 1);
            reportRptr(q);
          }
          startSlices();
          return;
        case Outcome.again:
          kick(q, core.spentNs);
          return;
        default:
          return;
      }
    }
  }

  const advance = (q: number, depth: number, level: number, to: number): void => {
    if (depth === 0) queues.set(q, F.rptr, to);
    else queues.state[level + LEVEL.pos] = to;
  };

  const finish = (q: number, consumed: number): void => {
    queues.set(q, F.phase, phase.idle);
    queues.set(q, F.pollNs, 0);
    if (consumed > 0) queues.set(q, F.packets, 1);
    reportRptr(q);
  };

  // --- engine controls and status

  regs.on(r.CP_MEC_RS64_CNTL, {
    write: (value, _i, before) => {
      selectionLeft('CP_MEC_RS64_CNTL was written');
      const running = (v: number): number => (((v >>> 30) & 1) === 1 ? 0 : ((v >>> 26) & 15) & ~((v >>> 16) & 15));
      const started = running(value) & ~running(before);
      if (started === 0) return;
      g.mecBy = findings.current;
      if (!card.gfx.ready && card.gfx.booting !== true) {
        findings.report(
          gfxRules.BLOCK_NOT_READY,
          slot.card,
          `CP_MEC_RS64_CNTL = ${hex(value)} starts MEC pipes 0x${started.toString(16)} before the microcode was loaded: no AUTOLOAD_RLC has been run`,
        );
        return;
      }
      const lo = queues.pipes.column(r.CP_MEC_RS64_PRGRM_CNTR_START);
      const hi = queues.pipes.column(r.CP_MEC_RS64_PRGRM_CNTR_START_HI);
      for (let pipe = 0; pipe < 4; pipe++) {
        if (((started >>> pipe) & 1) === 0) continue;
        if (queues.pipes.get(4 + pipe, lo) !== r.CP_MEC_RS64_PRGRM_CNTR_START.reset || queues.pipes.get(4 + pipe, hi) !== 0) continue;
        findings.report(cpRules.MEC_START_NOT_SET, slot.card, `CP_MEC_RS64_CNTL = ${hex(value)} starts MEC pipe ${pipe}, whose CP_MEC_RS64_PRGRM_CNTR_START is still its reset value; select me 1, pipe ${pipe} and write it first`);
      }
      g.mecReadyNs = events.nowNs + cpTiming.mecStartNs;
      events.schedule(cpTiming.mecStartNs, target, kind.mecStart);
    },
  });

  regs.on(GC.registers.SPI_COMPUTE_QUEUE_RESET, {
    write: (value) => {
      if ((value & 1) === 0) return;
      // the waves of the selected queue end at once; the bit does not stay (guessed)
      regs.poke(GC.registers.SPI_COMPUTE_QUEUE_RESET, 0);
      const selected = regs.values[cntl]!;
      const q = (((selected >>> 2) & 3) << 5) | ((selected & 3) << 3) | ((selected >>> 8) & 7);
      core.killWaves(q);
      if (queues.get(q, F.phase) === phase.waves) kick(q, cpTiming.packetNs);
    },
  });
  attachInstructionCaches(card);

  const anyBusy = (): boolean => {
    for (let q = 32; q < 96; q++) {
      const p = queues.get(q, F.phase);
      if (p === phase.run || p === phase.poll || p === phase.waves) return true;
    }
    return false;
  };
  const anyWaves = (): boolean => g.slicing === 1;
  regs.on(r.CP_CPC_STATUS, { read: (stored) => (anyBusy() ? stored | 0x8000_0001 : stored) });
  regs.on(r.CP_CPF_STATUS, { read: (stored) => (anyBusy() ? stored | 0x8800_8000 : stored) });
  regs.on(GRBM.registers.GRBM_STATUS, {
    read: (stored) => (anyBusy() ? stored | 0x8000_0000 | (1 << 27) | (anyWaves() ? (1 << 22) | (1 << 14) : 0) : stored),
  });
  regs.on(GRBM.registers.GRBM_STATUS2, { read: (stored) => (anyBusy() ? stored | (1 << 28) | (1 << 29) : stored) });

  const stopAll = (): void => {
    for (let q = 0; q < QUEUES; q++) {
      core.killWaves(q);
      queues.clear(q);
    }
    events.cancel(target);
    g.slicing = 0;
    g.slices = 0;
    queues.hqd.reset();
    queues.compute.reset();
    engine.reset();
  };

  const cp: ComputeProcessor = {
    queues,
    doorbell(index, lo, hi, wide) {
      let inactive = -1;
      for (let q = 32; q < 96; q++) {
        const control = queues.reg(q, at.doorbell);
        if (((control >>> 30) & 1) === 0 || (control & 0xfff_fffc) >>> 2 !== index) continue;
        if (queues.get(q, F.active) === 0) {
          if (inactive < 0) inactive = q;
          continue;
        }
        const byte = index * 4;
        const lower = getField(regs.peek(r.CP_MEC_DOORBELL_RANGE_LOWER), r.CP_MEC_DOORBELL_RANGE_LOWER.fields.DOORBELL_RANGE_LOWER) * 4;
        const upper = getField(regs.peek(r.CP_MEC_DOORBELL_RANGE_UPPER), r.CP_MEC_DOORBELL_RANGE_UPPER.fields.DOORBELL_RANGE_UPPER) * 4;
        if (queues.vmid(q) === 0 && (byte < lower || byte > upper)) {
          findings.report(
            cpRules.DOORBELL_OUTSIDE_MEC_RANGE,
            slot.card,
            `doorbell ${hex(byte)} of ${queues.nameOf(q)} is outside CP_MEC_DOORBELL_RANGE ${hex(lower)} to ${hex(upper)}; widen the range or use a doorbell inside`,
            undefined,
            [queues.get(q, F.activatedBy)],
          );
          return true;
        }
        selectionLeft(`the doorbell of ${queues.nameOf(q)} was rung`);
        if (!canRun(q)) {
          findings.report(
            cpRules.DOORBELL_ENGINE_HALTED,
            slot.card,
            `doorbell ${hex(byte)} of ${queues.nameOf(q)} was rung while its pipe does not run: CP_MEC_RS64_CNTL is ${hex(regs.values[mecCntl]!)}; clear MEC_HALT and the pipe's reset bit, set its active bit`,
          );
        }
        // a 32-bit store (which NBIO reports) leaves the high half as it is
        if (!wide) hi = Math.floor(queues.get(q, F.wptr) / 2 ** 32);
        moveWptr(q, lo, hi, `doorbell ${hex(byte)}`);
        return true;
      }
      if (inactive < 0) return false;
      findings.report(
        cpRules.DOORBELL_INACTIVE_QUEUE,
        slot.card,
        `doorbell ${hex(index * 4)} belongs to ${queues.nameOf(inactive)}, whose CP_HQD_ACTIVE is 0; make the queue active first`,
      );
      return true;
    },
    softReset(bits) {
      void bits;
      stopAll();
    },
    waveInterrupt({ vmid, encoding, type = 0, detail = 0, priv = false, wave = 0, simd = 0, wgp = 0, sa = 0 }) {
      const where = (sa << 25) | ((priv ? 1 : 0) << 26) | ((wave & 31) << 27);
      const what = encoding === 2 ? (detail & 0x1f_ffff) | ((type & 15) << 21) : detail & 0xff_ffff;
      card.ih.raise({ client: CLIENT_GFX, source: SOURCE_SQ, vmid, context: [(what | where) >>> 0, (simd & 3) | ((wgp & 15) << 2) | (encoding << 6)] });
    },
    enginesChanged: startSlices,
    reset(how: CardReset) {
      stopAll();
      reader.drop();
      if (how === 'gfx') return;
      queues.pipes.reset();
      g.mecBy = -1;
      g.mecReadyNs = 0;
    },
  };
  return cp;
}
