/**
 * MEC, the microcontroller of the compute pipes. When its pipes run, and what status registers show of it.
 *
 * Source: CP_MEC_RS64_CNTL and start addresses as Linux amdgpu and tinygrad write them.
 *
 * Fidelity: from-public-source. Guessed: which status bits are set while queues or waves are busy, and how long a start takes.
 */

import { GRBM } from '../../../registers/amd/index.ts';
import { gfxRules } from '../gfx/rules.ts';
import type { CpCore } from './core.ts';
import { hex } from './core.ts';
import { CP } from './declared.ts';
import { F, FIRST_QUEUE, QUEUE_END, phase } from './queues.ts';
import { cpRules } from './rules.ts';
import { cpTiming } from './timing.ts';

export interface Mec {
  /** Whether the pipe of a queue is started (it may still be coming up). */
  runs(q: number): boolean;
  /** Virtual ns until started pipes do run; 0: they do. Infinity where no microcode will ever come. */
  readonly upInNs: number;
  reset(): void;
}

/**
 * @param schedule makes the event at which queues of started pipes are looked at
 * @param wavesRun whether the shader core has work
 */
export function attachMec(core: CpCore, schedule: (delayNs: number) => void, wavesRun: () => boolean): Mec {
  const { card, queues } = core;
  const { regs, slot } = card;
  const { events, findings } = slot;
  const r = CP.registers;
  const g = slot.state.record('cp.mec', { mecReadyNs: 0 });
  const mecCntl = regs.slot(r.CP_MEC_RS64_CNTL);

  regs.on(r.CP_MEC_RS64_CNTL, {
    write: (value, _i, before) => {
      card.gfx.checkSelection?.('CP_MEC_RS64_CNTL was written');
      const running = (v: number): number => (((v >>> 30) & 1) === 1 ? 0 : (v >>> 26) & 15 & ~((v >>> 16) & 15));
      const started = running(value) & ~running(before);
      if (started === 0) return;
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
        const start = queues.pipes.get(4 + pipe, lo);
        const unset = start === r.CP_MEC_RS64_PRGRM_CNTR_START.reset || start === 0;
        if (!unset || queues.pipes.get(4 + pipe, hi) !== 0) continue;
        findings.report(
          cpRules.MEC_START_NOT_SET,
          slot.card,
          `CP_MEC_RS64_CNTL = ${hex(value)} starts MEC pipe ${pipe}, whose CP_MEC_RS64_PRGRM_CNTR_START is ${hex(start)}, no address of microcode; select me 1, pipe ${pipe} and write it first`,
        );
      }
      g.mecReadyNs = events.nowNs + cpTiming.mecStartNs;
      schedule(cpTiming.mecStartNs);
    },
  });

  const anyBusy = (): boolean => {
    for (let q = FIRST_QUEUE; q < QUEUE_END; q++) {
      const p = queues.get(q, F.phase);
      if (p === phase.run || p === phase.poll || p === phase.waves) return true;
    }
    return false;
  };
  regs.on(r.CP_CPC_STATUS, { read: (stored) => (anyBusy() ? stored | 0x8000_0001 : stored) });
  regs.on(r.CP_CPF_STATUS, { read: (stored) => (anyBusy() ? stored | 0x8800_8000 : stored) });
  regs.on(GRBM.registers.GRBM_STATUS, {
    read: (stored) =>
      anyBusy() ? stored | 0x8000_0000 | (1 << 27) | (wavesRun() ? (1 << 22) | (1 << 14) : 0) : stored,
  });
  regs.on(GRBM.registers.GRBM_STATUS2, { read: (stored) => (anyBusy() ? stored | (1 << 28) | (1 << 29) : stored) });

  return {
    runs(q) {
      const value = regs.values[mecCntl]!;
      const pipe = (q >>> 3) & 3;
      return ((value >>> 30) & 1) === 0 && ((value >>> (26 + pipe)) & 1) === 1 && ((value >>> (16 + pipe)) & 1) === 0;
    },
    get upInNs() {
      const left = g.mecReadyNs - events.nowNs;
      if (card.gfx.ready) return Math.max(0, left);
      return card.gfx.booting === true ? Math.max(1_000, left) : Infinity;
    },
    reset() {
      g.mecReadyNs = 0;
    },
  };
}
