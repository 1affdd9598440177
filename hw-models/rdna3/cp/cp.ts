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
import type { CacheObserver, CpCore } from './core.ts';
import { Outcome, hex } from './core.ts';
import { CP } from './declared.ts';
import type { ComputeEngine } from './dispatch.ts';
import { emptyEngine } from './dispatch.ts';
import { createDoorbells } from './doorbells.ts';
import { createFetchLoop } from './fetch-loop.ts';
import { createGrids } from './grids.ts';
import { attachHqds } from './hqd.ts';
import { attachInstructionCaches } from './instruction-caches.ts';
import { attachMec } from './mec.ts';
import { F, FIRST_QUEUE, QUEUES, QUEUE_END, Queues, phase } from './queues.ts';
import { PacketReader } from './reader.ts';
import { cpTiming } from './timing.ts';

const kind = { run: 1, poll: 2, slice: 3, dequeue: 4, mecStart: 5 } as const;
/** Client and source of interrupt vectors. */
const CLIENT_GRBM_CP = 0x14;
const SOURCE_SCHEDULER = 0xb2;

export interface ComputeProcessor extends Cp {
  readonly queues: Queues;
}

export interface CpOptions {
  /** What runs shader code; none: grids end at once. */
  readonly engine?: ComputeEngine;
  /** Told of every acquire and release. */
  readonly caches?: CacheObserver;
}

/** The compute command processor of a card. */
export function createCp(card: Card, options: CpOptions = {}): ComputeProcessor {
  const { regs, slot } = card;
  const { events, findings } = slot;
  const r = CP.registers;
  const cntl = regs.slot(GRBM.registers.GRBM_GFX_CNTL);
  const queues = new Queues(card, () => {
    // a VMID selected and no queue: this register is meant for another copy
    const value = regs.values[cntl]!;
    if ((value & 0xf0) !== 0 && (value & 0x70f) === 0)
      card.gfx.checkSelection?.('a register banked by queue was accessed');
  });
  const reader = new PacketReader(card);
  const engine = options.engine ?? emptyEngine();

  const target = events.define(`card ${slot.card} cp`, (what, a, b) => {
    switch (what) {
      case kind.run:
      case kind.poll:
        if (b !== queues.get(a, F.token)) return;
        queues.set(a, F.pending, 0);
        run(a, what === kind.poll);
        break;
      case kind.slice:
        grids.slice();
        break;
      case kind.dequeue:
        hqds.finishDequeue(a);
        break;
      case kind.mecStart:
        for (let q = FIRST_QUEUE; q < QUEUE_END; q++) if (queues.get(q, F.active) === 1) core.kick(q, 0);
        break;
      default:
    }
  });
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
      card.ih.raise({
        client: CLIENT_GRBM_CP,
        source,
        ringId: queues.ringId(q),
        vmid: queues.vmid(q),
        context: context ?? [],
      });
    },
    cpcInterrupt(q) {
      if (getField(regs.peek(r.CPC_INT_CNTL), r.CPC_INT_CNTL.fields.GENERIC2_INT_ENABLE) === 0) return;
      card.ih.raise({
        client: CLIENT_GRBM_CP,
        source: SOURCE_SCHEDULER,
        ringId: queues.ringId(q),
        vmid: queues.vmid(q),
      });
    },
    kick(q, delayNs) {
      if (queues.get(q, F.pending) === 1) return;
      queues.set(q, F.pending, 1);
      events.schedule(delayNs, target, kind.run, q, nextToken(q));
    },
    forget: (vmid, va, bytes) => reader.forget(vmid, va, bytes),
    wavesBusy: (q) => grids.busy(q),
    launch: (q, dispatch, where, va) => grids.launch(q, dispatch, where, va),
    killWaves: (q) => grids.kill(q),
    activate: (q) => hqds.activate(q),
    deactivate: (q) => hqds.deactivate(q),
    saveMqd: (q) => hqds.saveMqd(q),
  };
  const grids = createGrids(core, (delayNs, isPoll) => events.schedule(delayNs, target, kind.slice, 0, 0, isPoll));
  const mec = attachMec(
    core,
    (delayNs) => events.schedule(delayNs, target, kind.mecStart),
    () => grids.running,
  );
  const doorbells = createDoorbells(core, mec);
  const hqds = attachHqds(core, (delayNs, q) => events.schedule(delayNs, target, kind.dequeue, q), doorbells.moveWptr);
  const run = createFetchLoop(core, reader, mec, poll, grids.start);
  attachInstructionCaches(card);

  const stopAll = (): void => {
    for (let q = 0; q < QUEUES; q++) {
      grids.kill(q);
      queues.clear(q);
    }
    events.cancel(target);
    grids.reset();
    queues.hqd.reset();
    queues.compute.reset();
    engine.reset();
    reader.drop();
  };

  return {
    queues,
    doorbell: doorbells.ring,
    softReset: stopAll,
    reset(how: CardReset) {
      stopAll();
      if (how === 'gfx') return;
      queues.pipes.reset();
      mec.reset();
    },
  };
}
