/**
 * Instruction and data caches of the command processors' microcontrollers, as far as their handshakes go. Software
 * asks for an invalidation or a prime, the engine sets the bit that says it is done.
 *
 * Source: register lists of gc 11.0.0, use by Linux amdgpu (direct microcode loading).
 *
 * Fidelity: from-public-source. Guessed: durations; that a new request clears the bit first.
 */

import type { Register } from '../../../registers/index.ts';
import type { Card } from '../blocks.ts';
import { CP } from './declared.ts';

const operationNs = 1_000;
/** Request bits, and the bits that answer them. */
const invalidate = { ask: 1 << 0, done: 1 << 1 } as const;
const prime = { ask: 1 << 4, done: 1 << 5 } as const;

export function attachInstructionCaches(card: Card): void {
  const { regs, slot } = card;
  const r = CP.registers;
  const registers: readonly Register[] = [
    r.CP_PFP_IC_OP_CNTL,
    r.CP_ME_IC_OP_CNTL,
    r.CP_CPC_IC_OP_CNTL,
    r.CP_MES_IC_OP_CNTL,
    r.CP_MES_DC_OP_CNTL,
    r.CP_MEC_DC_OP_CNTL,
    r.CP_GFX_RS64_DC_OP_CNTL,
  ];
  const target = slot.events.define(`card ${slot.card} cp caches`, (_kind, which, done) => {
    const register = registers[which]!;
    regs.poke(register, (regs.peek(register) | done) >>> 0);
  });
  registers.forEach((register, which) => {
    regs.on(register, {
      write: (value) => {
        let done = 0;
        if ((value & invalidate.ask) !== 0) done |= invalidate.done;
        if ((value & prime.ask) !== 0) done |= prime.done;
        if (done === 0) return;
        regs.poke(register, (regs.peek(register) & ~done) >>> 0);
        slot.events.schedule(operationNs, target, 0, which, done);
      },
    });
  });
}
