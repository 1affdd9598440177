/**
 * Instructions that end a block under the checker: barriers, the end of a wave, branches, messages.
 *
 * S_BARRIER waits for nothing but the other waves; S_ENDPGM waits for everything outstanding. Messages count with
 * scalar loads, and what they return comes back out of order like those.
 *
 * Source: RDNA3 ISA.
 * Fidelity: from-public-source.
 */
import { Outcome } from '../control.ts';
import type { Ending } from '../control.ts';
import type { Decoded } from '../isa/types.ts';
import { S, VCC } from '../state.ts';
import { none } from './accesses.ts';
import { scalarName } from './defined.ts';
import { hazards } from './hazards.ts';
import type { Judge } from './judge.ts';
import { registersOf } from './registers.ts';

const MSG_DEALLOC_VGPRS = 3;

export function wrapEnding(checker: Judge, d: Decoded, site: number, ending: Ending, wave64: boolean): Ending {
  const { name } = d.row;
  if (name === 's_barrier')
    return (w) => {
      const outcome = ending(w);
      if (outcome === Outcome.barrier) checker.arrive(checker.wave(w));
      return outcome;
    };
  if (name.startsWith('s_endpgm'))
    return (w) => {
      checker.ended(w, checker.wave(w));
      return ending(w);
    };
  const registers = registersOf(d, wave64);
  const returns = name.startsWith('s_sendmsg_rtn');
  const check = hazards(checker, registers, site, undefined, false);
  const { readS, writeS } = registers;
  const branches = name.startsWith('s_cbranch_vcc') ? 'vcc' : name.startsWith('s_cbranch_scc') ? 'scc' : undefined;
  const jumps = name === 's_setpc_b64' || name === 's_swappc_b64' || name === 's_rfe_b64';
  const message = name === 's_sendmsg' || name === 's_sendmsghalt';
  const dealloc = message && (d.imm & 0xff) === MSG_DEALLOC_VGPRS;
  const use = jumps ? 'the target' : 'the outcome';
  return (w) => {
    const wave = checker.wave(w);
    check(wave, 0, -1);
    if (branches !== undefined || jumps) {
      for (const s of readS) {
        const bits = wave.scalars[s]!;
        if (bits === -1) continue;
        // a defined 1 decides a branch on VCC
        if (
          branches === 'vcc' &&
          ((w.s[VCC]! & wave.scalars[VCC]!) | (wave64 ? w.s[VCC + 1]! & wave.scalars[VCC + 1]! : 0)) !== 0
        )
          continue;
        checker.undefinedUse(wave, site, -1, wave.scalarOrigin[s] || checker.unwritten(site, scalarName(s)), use);
        wave.scalars[s] = -1;
      }
    }
    const outcome = ending(w);
    if (returns || message) {
      wave.issue({
        site,
        n: checker.log.newest + 1,
        queue: 'scalar',
        vectors: none,
        scalars: returns ? writeS : none,
        low: 0,
        high: 0,
        acquires: undefined,
      });
    }
    if (dealloc) for (const { defined } of wave.strips) defined.fill(0);
    for (const s of writeS) if (s !== S.SCC) wave.scalars[s] = -1;
    return outcome;
  };
}
