/**
 * The life of a hardware queue. Made active by CP_HQD_ACTIVE, taken down by a dequeue request, saved to its descriptor.
 *
 * Source: HQD set-up and dequeue of Linux amdgpu, amdkfd and tinygrad.
 *
 * Fidelity: from-public-source. Guessed: how long a dequeue takes; that saving waves (kind 3) resets them; which words
 * of the descriptor are written back.
 */

import { GRBM } from '../../../registers/amd/index.ts';
import type { Rule } from '../../../sim/index.ts';
import { Client } from '../blocks.ts';
import type { CpCore } from './core.ts';
import { hex } from './core.ts';
import { CP, GC, GFXHUB } from './declared.ts';
import { F, phase } from './queues.ts';
import { cpRules } from './rules.ts';
import { cpTiming } from './timing.ts';

export interface Hqds {
  activate(q: number): void;
  deactivate(q: number): void;
  saveMqd(q: number): void;
  /** The time of a dequeue is over; an event of the processor. */
  finishDequeue(q: number): void;
}

/**
 * @param schedule makes the event that calls `finishDequeue`
 * @param moveWptr what a store to the write pointer registers of an active queue does
 */
export function attachHqds(
  core: CpCore,
  schedule: (delayNs: number, q: number) => void,
  moveWptr: (q: number, lo: number, hi: number, by: string) => void,
): Hqds {
  const { card, queues } = core;
  const { regs, slot } = card;
  const { findings } = slot;
  const { at } = queues;
  const r = CP.registers;
  const cntl = regs.slot(GRBM.registers.GRBM_GFX_CNTL);
  const contextCntl = regs.dwordOf(GFXHUB.registers.GCVM_CONTEXTn_CNTL);

  const saveMqd = (q: number): void => {
    const mqd = queues.pair(q, at.mqdBase, at.mqdBaseHi, ~3);
    if (mqd === 0) return;
    const { gfxhub } = card.gmc;
    // the parts that change while a queue runs
    for (const [column, word] of [
      [at.pqRptr, 138],
      [at.wptrLo, 182],
      [at.wptrHi, 183],
    ] as const) {
      gfxhub.write32(0, mqd + word * 4, queues.reg(q, column), Client.cpc);
    }
  };

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
    const here = (rule: Rule, text: string): void =>
      findings.report(rule, slot.card, `CP_HQD_ACTIVE = 1 for ${name}: ${text}`, findings.access(now));
    if (me === 0) {
      here(
        cpRules.HQD_NOT_SELECTED,
        `GRBM_GFX_CNTL is ${hex(regs.values[cntl]!)} (me 0); select me 1 or 2, pipe and queue first`,
      );
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
    if (size < 5 || size > 27)
      here(cpRules.HQD_SIZE, `CP_HQD_PQ_CONTROL.QUEUE_SIZE is ${size}, which means 2^${size + 1} dwords`);
    if (mqd % 256 !== 0)
      here(cpRules.MQD_MISALIGNED, `CP_MQD_BASE_ADDR is ${hex(mqd)}; align the descriptor to 256 bytes`);
    if (((doorbell >>> 30) & 1) === 0)
      here(cpRules.HQD_NO_DOORBELL, `CP_HQD_PQ_DOORBELL_CONTROL is ${hex(doorbell)}; set DOORBELL_EN (bit 30)`);
    const report = queues.pair(q, at.rptrAddr, at.rptrAddrHi, ~3);
    const silent = ((queues.reg(q, at.pqControl) >>> 27) & 1) === 1;
    if (!queues.isAql(q) && (silent || report === 0)) {
      here(
        cpRules.HQD_NO_RPTR_REPORT,
        silent
          ? 'CP_HQD_PQ_CONTROL.NO_UPDATE_RPTR (bit 27) is set, which is for AQL queues'
          : 'CP_HQD_PQ_RPTR_REPORT_ADDR is 0',
      );
    }
    if ((regs.values[contextCntl + vmid]! & 1) === 0) {
      here(
        cpRules.HQD_VMID_DISABLED,
        `GCVM_CONTEXT${vmid}_CNTL.ENABLE_CONTEXT is 0; set up the VMID's page tables first`,
      );
    }
    clear(q);
    const units = queues.ringUnits(q);
    const wptr = queues.reg(q, at.wptrLo) + (queues.reg(q, at.wptrHi) & 0x1f_ffff) * 2 ** 32;
    let rptr = queues.reg(q, at.pqRptr);
    if (rptr > wptr || wptr - rptr > units) {
      if (rptr !== wptr >>> 0)
        here(
          cpRules.HQD_POINTERS,
          `CP_HQD_PQ_RPTR is ${hex(rptr)} and CP_HQD_PQ_WPTR is ${hex(wptr)}; both count dwords and start equal`,
        );
      rptr = wptr;
    }
    queues.set(q, F.rptr, rptr);
    queues.set(q, F.wptr, wptr);
    queues.set(q, F.active, 1);
    queues.set(q, F.activatedBy, now);
    queues.set(q, F.rungBy, now);
    if (wptr > rptr) core.kick(q, cpTiming.doorbellNs);
  }

  function deactivate(q: number): void {
    core.killWaves(q);
    setPointers(q);
    clear(q);
    queues.hqd.set(q, at.active, 0);
  }

  function finishDequeue(q: number): void {
    if (queues.get(q, F.active) === 0 || queues.get(q, F.dequeue) === 0) return;
    if (queues.get(q, F.dequeue) === 1 && core.wavesBusy(q)) {
      schedule(cpTiming.dequeueNs, q);
      return;
    }
    core.killWaves(q);
    setPointers(q);
    saveMqd(q);
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
      schedule(cpTiming.dequeueNs, q);
    },
  });
  for (const register of [
    r.CP_HQD_PQ_BASE,
    r.CP_HQD_PQ_BASE_HI,
    r.CP_HQD_PQ_CONTROL,
    r.CP_HQD_EOP_BASE_ADDR,
    r.CP_HQD_EOP_BASE_ADDR_HI,
    r.CP_HQD_VMID,
    r.CP_HQD_PQ_RPTR_REPORT_ADDR,
    r.CP_HQD_PQ_RPTR_REPORT_ADDR_HI,
  ]) {
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
        if (queues.get(q, F.active) === 1)
          moveWptr(q, queues.reg(q, at.wptrLo), queues.reg(q, at.wptrHi), 'CP_HQD_PQ_WPTR');
      },
    });
  }

  regs.on(GC.registers.SPI_COMPUTE_QUEUE_RESET, {
    write: (value) => {
      if ((value & 1) === 0) return;
      // the waves of the selected queue end at once; the bit does not stay (guessed)
      regs.poke(GC.registers.SPI_COMPUTE_QUEUE_RESET, 0);
      const selected = regs.values[cntl]!;
      const q = (((selected >>> 2) & 3) << 5) | ((selected & 3) << 3) | ((selected >>> 8) & 7);
      core.killWaves(q);
      if (queues.get(q, F.phase) === phase.waves) core.kick(q, cpTiming.packetNs);
    },
  });

  return { activate, deactivate, saveMqd, finishDequeue };
}
