/**
 * What packets are made of, as the engine reaches it. Addresses, memory through the queue's page tables, registers
 * by dword with the rules of privilege.
 *
 * Fidelity: from-public-source. Guessed: that an unprivileged queue may read registers and use the HDP flush pair.
 */

import { Client } from '../blocks.ts';
import type { Hub } from '../blocks.ts';
import type { CpCore } from './core.ts';
import { hex } from './core.ts';
import { CP, NBIO, registerWindows } from './declared.ts';
import { cpInterrupt } from './interrupts.ts';
import { cpRules } from './rules.ts';

/** First and last dword of COMPUTE_*: the part of the SH window that every queue has for itself. */
export const COMPUTE_FIRST = 0x2e00;
export const COMPUTE_LAST = 0x2e7f;

/** Byte address from two dwords of a packet, low first; addresses have 48 bits. */
export const address = (words: Uint32Array, i: number): number => words[i]! + (words[i + 1]! & 0xffff) * 2 ** 32;

export interface Operands {
  hub(): Hub;
  write32(vmid: number, va: number, value: number): void;
  write64(vmid: number, va: number, lo: number, hi: number): void;
  /** `va` with its low bits dropped, and said so where any were set. */
  aligned(q: number, name: string, at: number, va: number, to: number): number;
  /** Whether the queue may store to register `dword`; says what is wrong otherwise. */
  mayWrite(q: number, name: string, va: number, dword: number, privileged: boolean): boolean;
  writeRegister(q: number, name: string, va: number, dword: number, value: number): void;
  readRegister(q: number, name: string, va: number, dword: number): number;
}

export function createOperands(core: CpCore): Operands {
  const { card, queues } = core;
  const { regs } = card;
  const intStatus = regs.dwordOf(CP.registers.CPC_INT_STATUS);
  const hdpRequest = regs.dwordOf(NBIO.registers.BIF_BX_PF0_GPU_HDP_FLUSH_REQ);

  const hub = () => card.gmc.gfxhub;

  const write32 = (vmid: number, va: number, value: number): void => {
    hub().write32(vmid, va, value, Client.cpc);
    core.forget(vmid, va, 4);
  };
  const write64 = (vmid: number, va: number, lo: number, hi: number): void => {
    hub().write64(vmid, va, lo, hi, Client.cpc);
    core.forget(vmid, va, 8);
  };
  const aligned = (q: number, name: string, at: number, va: number, to: number): number => {
    if (va % to !== 0)
      core.say(q, cpRules.PM4_ADDRESS_ALIGNMENT, name, at, `address ${hex(va)} is not a multiple of ${to}`);
    return va - (va % to);
  };

  const mayWrite = (q: number, name: string, va: number, dword: number, privileged: boolean): boolean => {
    if (!privileged) {
      const user = (dword >= COMPUTE_FIRST && dword <= COMPUTE_LAST) || dword >= registerWindows.SET_UCONFIG_REG.first;
      if (!user && dword !== hdpRequest) {
        core.say(
          q,
          cpRules.PM4_PRIVILEGED,
          name,
          va,
          `${regs.nameAt(dword) ?? `register ${hex(dword)}`} may only be written by a privileged queue; this one runs in VMID ${queues.vmid(q)}`,
        );
        core.interrupt(q, cpInterrupt.privilegedRegister.source, cpInterrupt.privilegedRegister.bit);
        return false;
      }
    }
    return true;
  };
  const writeRegister = (q: number, name: string, va: number, dword: number, value: number): void => {
    if (dword >= COMPUTE_FIRST && dword <= COMPUTE_LAST) {
      const column = queues.computeColumns[dword - COMPUTE_FIRST]!;
      if (column >= 0) {
        queues.compute.storeInto(q, column, value);
        return;
      }
    } else if (dword === intStatus) {
      // the scheduler's queue rings its own bell by a store to the status register
      if (value >>> 29 === 1) core.cpcInterrupt(q);
      return;
    } else if (regs.knows(dword)) {
      regs.write(dword, value);
      return;
    }
    core.say(
      q,
      cpRules.PM4_REGISTER_UNKNOWN,
      name,
      va,
      `register dword ${hex(dword)} (byte ${hex(dword * 4)}) is not declared; the value ${hex(value)} is lost`,
    );
  };
  const readRegister = (q: number, name: string, va: number, dword: number): number => {
    if (dword >= COMPUTE_FIRST && dword <= COMPUTE_LAST && queues.computeColumns[dword - COMPUTE_FIRST]! >= 0) {
      return queues.computeReg(q, dword - COMPUTE_FIRST);
    }
    if (!regs.knows(dword)) {
      core.say(
        q,
        cpRules.PM4_REGISTER_UNKNOWN,
        name,
        va,
        `register dword ${hex(dword)} (byte ${hex(dword * 4)}) is not declared and reads as 0`,
      );
      return 0;
    }
    return regs.read(dword);
  };

  return { hub, write32, write64, aligned, mayWrite, writeRegister, readRegister };
}
