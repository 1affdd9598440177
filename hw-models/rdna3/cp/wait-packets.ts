/**
 * WAIT_REG_MEM and WAIT_REG_MEM64, the packets that hold a queue until memory or a register says so.
 *
 * Fidelity: from-public-source. The comparison and the store-then-wait form are those of the public packet headers.
 */

import { Client } from '../blocks.ts';
import type { CpCore } from './core.ts';
import { Outcome } from './core.ts';
import type { Operands } from './operands.ts';
import { address } from './operands.ts';
import { F } from './queues.ts';

/** Unsigned, 64 bits in halves; `how` as WAIT_REG_MEM numbers it. */
const compares = (lo: number, hi: number, refLo: number, refHi: number, how: number): boolean => {
  const less = hi < refHi || (hi === refHi && lo < refLo);
  const equal = hi === refHi && lo === refLo;
  switch (how) {
    case 1:
      return less;
    case 2:
      return less || equal;
    case 3:
      return equal;
    case 4:
      return !equal;
    case 5:
      return !less;
    case 6:
      return !less && !equal;
    default:
      return true;
  }
};

export function createWait(core: CpCore, operands: Operands) {
  const { queues } = core;
  const { hub, aligned, writeRegister, readRegister } = operands;
  const pair = new Uint32Array(2);

  const wait = (
    q: number,
    name: string,
    wide: boolean,
    words: Uint32Array,
    at: number,
    vmid: number,
    va: number,
  ): Outcome => {
    const control = words[at + 1]!;
    const operation = (control >>> 6) & 3;
    const inMemory = ((control >>> 4) & 3) === 1;
    const refLo = words[at + 4]!;
    const refHi = wide ? words[at + 5]! : 0;
    const maskLo = words[at + (wide ? 6 : 5)]!;
    const maskHi = wide ? words[at + 7]! : 0;
    let lo: number;
    let hi = 0;
    if (operation === 1) {
      // one store to the first register, then waiting on the second
      if (queues.get(q, F.stage) === 0) {
        writeRegister(q, name, va, words[at + 2]! & 0x3_ffff, refLo);
        queues.set(q, F.stage, 1);
      }
      lo = readRegister(q, name, va, words[at + 3]! & 0x3_ffff);
    } else if (inMemory) {
      const from = aligned(q, name, va, address(words, at + 2), wide ? 8 : 4);
      if (wide) {
        hub().read64(vmid, from, pair, Client.cpc);
        lo = pair[0]!;
        hi = pair[1]!;
      } else {
        lo = hub().read32(vmid, from, Client.cpc);
      }
    } else {
      lo = readRegister(q, name, va, words[at + 2]! & 0x3_ffff);
    }
    return compares((lo & maskLo) >>> 0, (hi & maskHi) >>> 0, refLo, refHi, control & 7) ? Outcome.done : Outcome.poll;
  };

  return wait;
}
