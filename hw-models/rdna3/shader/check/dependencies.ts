/**
 * Dependencies that gfx11 does not interlock: results that have to be waited for although no counter of S_WAITCNT stands
 * for them.
 *
 * - The result of a transcendental instruction read by a vector instruction with at most five vector instructions, at
 *   most one of them transcendental, in between. S_WAITCNT_DEPCTR with va_vdst 0, or any vector memory or LDS
 *   instruction, ends the danger.
 * - A matrix operation whose A or B is the result of the one right before it. Any vector instruction between them will do.
 *
 * Source: LLVM's hazard recognizer for gfx1100 (VALU use of a transcendental's result, WMMA after WMMA).
 * Fidelity: from-public-source.
 */
import type { Decoded } from '../isa/types.ts';
import { MOST_VECTOR } from './pipes.ts';
import type { Judge } from './judge.ts';
import { range } from './registers.ts';
import type { Registers } from './registers.ts';
import type { WaveCheck } from './waves.ts';

const transcendental = /^v_(exp|log|rcp|rcp_iflag|rsq|sqrt|sin|cos)_f(16|32|64)$/;
const matrix = /^v_wmma_/;
const MOST_TRANSCENDENTAL = 1;

/** To be called before each vector instruction. */
export function dependencies(
  judge: Judge,
  d: Decoded,
  { readV, writeV }: Registers,
  site: number,
): (wave: WaveCheck) => void {
  const { name } = d.row;
  const trans = transcendental.test(name);
  const isMatrix = matrix.test(name);
  // C may be the result of the one before: it is taken late
  const factors = isMatrix ? d.src.slice(0, 2).flatMap((o) => (o.kind === 'vgpr' ? range(o.index, o.dwords) : [])) : [];
  return (wave) => {
    const { pipes } = wave;
    const number = ++pipes.vector;
    if (number - pipes.newest <= MOST_VECTOR + 1 && pipes.newest > pipes.settled) {
      for (const r of readV) {
        const at = pipes.at[r]!;
        if (at <= pipes.settled || number - at > MOST_VECTOR + 1 || at === 0) continue;
        if (pipes.transcendental - pipes.nth[r]! > MOST_TRANSCENDENTAL) continue;
        pipes.at[r] = 0;
        judge.sayOf(
          'NOT_INTERLOCKED',
          wave,
          site,
          -1,
          (here) =>
            `${here} reads v${r} too soon after the transcendental instruction that writes it: put s_waitcnt_depctr va_vdst(0) between them`,
          pipes.site[r]!,
        );
      }
    }
    if (pipes.matrix.length > 0 && factors.some((r) => pipes.matrix.includes(r))) {
      judge.sayOf(
        'NOT_INTERLOCKED',
        wave,
        site,
        -1,
        (here) => `${here} multiplies what the matrix operation right before it writes: put v_nop between them`,
        pipes.matrixSite,
      );
    }
    for (const r of writeV) pipes.at[r] = 0;
    if (trans) {
      pipes.transcendental++;
      pipes.newest = number;
      for (const r of writeV) {
        pipes.at[r] = number;
        pipes.nth[r] = pipes.transcendental;
        pipes.site[r] = site;
      }
    }
    pipes.matrix = isMatrix ? writeV : [];
    pipes.matrixSite = site;
  };
}
