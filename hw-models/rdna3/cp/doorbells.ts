/**
 * Doorbells of compute queues, and the rules of write pointers.
 *
 * Source: doorbell and ring discipline of Linux amdgpu and tinygrad.
 *
 * Fidelity: from-public-source. Guessed: that a pointer which goes back is dropped, and that of a ring overrun the last
 * ring's worth is run.
 */

import { getField } from '../../../registers/index.ts';
import type { CpCore } from './core.ts';
import { hex } from './core.ts';
import { CP } from './declared.ts';
import type { Mec } from './mec.ts';
import { F, FIRST_QUEUE, QUEUES, QUEUE_END, phase } from './queues.ts';
import { cpRules } from './rules.ts';
import { cpTiming } from './timing.ts';

export interface Doorbells {
  /** A doorbell at dword `index`; false where no queue listens there. */
  ring(index: number, lo: number, hi: number, wide: boolean): boolean;
  /** A new write pointer by any way; `by` names it in messages. */
  moveWptr(q: number, lo: number, hi: number, by: string): void;
}

export function createDoorbells(core: CpCore, mec: Mec): Doorbells {
  const { card, queues } = core;
  const { regs, slot } = card;
  const { findings } = slot;
  const { at } = queues;
  const r = CP.registers;

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
      findings.report(
        cpRules.DOORBELL_BACKWARDS,
        slot.card,
        `${by} of ${queues.nameOf(q)}: the write pointer goes back from ${wptr} to ${value} ${unit}; it counts up and never wraps`,
        undefined,
        because,
      );
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
    queues.set(q, F.rungNs, slot.events.nowNs);
    queues.hqd.set(q, at.wptrLo, value >>> 0);
    queues.hqd.set(q, at.wptrHi, Math.floor(value / 2 ** 32));
    if (queues.get(q, F.phase) !== phase.stuck) core.kick(q, cpTiming.doorbellNs);
  }

  /** The scheduler's queues and the graphics ring listen too; what they would do is not modelled, and was said at their activation. */
  const isUnmodelled = (index: number): boolean => {
    const matches = (control: number): boolean =>
      ((control >>> 30) & 1) === 1 && (control & 0xfff_fffc) >>> 2 === index;
    for (let q = QUEUE_END; q < QUEUES; q++) {
      if ((queues.reg(q, at.active) & 1) === 1 && matches(queues.reg(q, at.doorbell))) return true;
    }
    return matches(regs.peek(r.CP_RB_DOORBELL_CONTROL));
  };
  function ring(index: number, lo: number, hi: number, wide: boolean): boolean {
    let inactive = -1;
    for (let q = FIRST_QUEUE; q < QUEUE_END; q++) {
      const control = queues.reg(q, at.doorbell);
      if (((control >>> 30) & 1) === 0 || (control & 0xfff_fffc) >>> 2 !== index) continue;
      if (queues.get(q, F.active) === 0) {
        if (inactive < 0) inactive = q;
        continue;
      }
      const byte = index * 4;
      const lower =
        getField(regs.peek(r.CP_MEC_DOORBELL_RANGE_LOWER), r.CP_MEC_DOORBELL_RANGE_LOWER.fields.DOORBELL_RANGE_LOWER) *
        4;
      const upper =
        getField(regs.peek(r.CP_MEC_DOORBELL_RANGE_UPPER), r.CP_MEC_DOORBELL_RANGE_UPPER.fields.DOORBELL_RANGE_UPPER) *
        4;
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
      card.gfx.checkSelection?.(`the doorbell of ${queues.nameOf(q)} was rung`);
      if (!mec.runs(q)) {
        findings.report(
          cpRules.DOORBELL_ENGINE_HALTED,
          slot.card,
          `doorbell ${hex(byte)} of ${queues.nameOf(q)} was rung while its pipe does not run: CP_MEC_RS64_CNTL is ${hex(regs.peek(r.CP_MEC_RS64_CNTL))}; clear MEC_HALT and the pipe's reset bit, set its active bit`,
        );
      }
      // a 32-bit store (which NBIO reports) leaves the high half as it is
      if (!wide) hi = Math.floor(queues.get(q, F.wptr) / 2 ** 32);
      moveWptr(q, lo, hi, `doorbell ${hex(byte)}`);
      return true;
    }
    if (inactive < 0) return isUnmodelled(index);
    findings.report(
      cpRules.DOORBELL_INACTIVE_QUEUE,
      slot.card,
      `doorbell ${hex(index * 4)} belongs to ${queues.nameOf(inactive)}, whose CP_HQD_ACTIVE is 0; make the queue active first`,
    );
    return true;
  }

  return { ring, moveWptr };
}
