/**
 * Reading or writing a register that something outstanding will write.
 *
 * Lanes count: a load fills those that were active when it was issued. Two results of one in-order queue cannot
 * overtake each other; scalar loads can, each other too. Sources of what is outstanding may be overwritten: hardware
 * reads them first, or holds the writer.
 *
 * Source: RDNA3 ISA, S_WAITCNT; LLVM's insertion of waits (which register dependencies need one).
 * Fidelity: from-public-source.
 */
import { firstLane, scalarName } from './defined.ts';
import type { Judge } from './judge.ts';
import type { Registers } from './registers.ts';
import type { Pending, Queue, WaveCheck } from './waves.ts';

const counters: Record<Queue, string> = {
  loads: 's_waitcnt vmcnt',
  stores: 's_waitcnt_vscnt',
  lds: 's_waitcnt lgkmcnt',
  scalar: 's_waitcnt lgkmcnt(0)',
};

type HazardCheck = (wave: WaveCheck, half: number, e: number) => void;

/** @param queue where the instruction's own result comes back, if it does not come at once. */
export function hazards(
  checker: Judge,
  { readV, writeV, readS, writeS }: Registers,
  site: number,
  queue: Queue | undefined,
  allLanes: boolean,
): HazardCheck {
  const say = (wave: WaveCheck, p: Pending, register: string, reads: boolean, lane: number): void =>
    checker.sayOf(
      reads ? 'RESULT_NOT_WAITED' : 'RESULT_OVERTAKEN',
      wave,
      site,
      lane,
      (at) =>
        reads
          ? `${at} reads ${register}, which an outstanding load has still to fill: put ${counters[p.queue]} before it`
          : `${at} writes ${register}, which an outstanding load has still to fill: put ${counters[p.queue]} before it, or the older result wins`,
      p.site,
    );
  const vector = (wave: WaveCheck, half: number, e: number, registers: readonly number[], reads: boolean): void => {
    const { pending } = wave.strips[half]!;
    for (const r of registers) {
      const p = pending[r];
      if (p === undefined || (!reads && p.queue === queue)) continue;
      const lanes = (half === 0 ? p.low : p.high) & (allLanes ? -1 : e);
      if (lanes === 0) continue;
      // said once a load: what comes after it is the same mistake
      pending[r] = undefined;
      say(wave, p, `v${r}`, reads, firstLane(lanes) + 32 * half);
    }
  };
  const scalar = (wave: WaveCheck, registers: readonly number[], reads: boolean): void => {
    for (const s of registers) {
      const p = wave.scalarPending[s];
      if (p === undefined) continue;
      wave.scalarPending[s] = undefined;
      say(wave, p, scalarName(s), reads, -1);
    }
  };
  return (wave, half, e) => {
    if (wave.outstanding === 0) return;
    if (readV.length > 0) vector(wave, half, e, readV, true);
    if (writeV.length > 0) vector(wave, half, e, writeV, false);
    scalar(wave, readS, true);
    scalar(wave, writeS, false);
  };
}
