/**
 * Packets around launches. DISPATCH_DIRECT and DISPATCH_INDIRECT make a grid of the queue's COMPUTE_ registers,
 * RELEASE_MEM ends it with a store and an interrupt, SET_*_REG fill the registers.
 *
 * Fidelity: from-public-source. Guessed: what an end-of-pipe event takes.
 */

import { Client } from '../blocks.ts';
import type { CpCore } from './core.ts';
import { Outcome, hex } from './core.ts';
import { dispatchInitiator } from './declared.ts';
import type { ComputeDispatch } from './dispatch.ts';
import { cpInterrupt } from './interrupts.ts';
import type { Operands } from './operands.ts';
import { COMPUTE_FIRST, COMPUTE_LAST, address } from './operands.ts';
import { F } from './queues.ts';
import { cpRules } from './rules.ts';

/** Registers of a launch by index, that is by dword − 0x2e00. */
export const index = {
  initiator: 0,
  dimX: 1,
  startX: 4,
  threadX: 7,
  pgmLo: 0xc,
  pgmHi: 0xd,
  packetLo: 0xe,
  packetHi: 0xf,
  scratchLo: 0x10,
  scratchHi: 0x11,
  rsrc1: 0x12,
  rsrc2: 0x13,
  limits: 0x15,
  tmpring: 0x18,
  rsrc3: 0x28,
  userData: 0x40,
} as const;

export function createLaunchPackets(core: CpCore, operands: Operands) {
  const { card, queues } = core;
  const { hub, write32, write64, aligned, mayWrite, writeRegister } = operands;

  const setRegisters = (
    q: number,
    name: string,
    window: { first: number; end: number },
    words: Uint32Array,
    at: number,
    n: number,
    vmid: number,
    privileged: boolean,
    va: number,
  ): Outcome => {
    const control = words[at + 1]!;
    const first = window.first + (control & 0xffff);
    const count = n - 1;
    if (first + count > window.end) {
      core.say(
        q,
        cpRules.PM4_REGISTER_RANGE,
        name,
        va,
        `registers ${hex(first)} to ${hex(first + count - 1)} reach outside the window ${hex(window.first)} to ${hex(window.end - 1)}`,
      );
      return Outcome.done;
    }
    const insertVmid = control >>> 28 === 1 && name !== 'SET_UCONFIG_REG';
    const shift = (control >>> 23) & 31;
    if (first >= COMPUTE_FIRST && first + count - 1 <= COMPUTE_LAST && !insertVmid) {
      // the path of every launch: straight into the queue's own copy
      const { compute, computeColumns } = queues;
      for (let i = 0; i < count; i++) {
        const column = computeColumns[first + i - COMPUTE_FIRST]!;
        if (column >= 0) compute.storeInto(q, column, words[at + 2 + i]!);
        else writeRegister(q, name, va, first + i, words[at + 2 + i]!);
      }
      if (first === COMPUTE_FIRST && (words[at + 2]! & dispatchInitiator.computeShaderEnable) !== 0)
        return dispatch(q, words[at + 2]!, vmid, name, va);
      return Outcome.done;
    }
    for (let i = 0; i < count; i++) {
      if (!mayWrite(q, name, va, first + i, privileged)) break;
      const value = words[at + 2 + i]!;
      writeRegister(q, name, va, first + i, insertVmid ? (value | (vmid << shift)) >>> 0 : value);
    }
    return Outcome.done;
  };

  const dispatch = (q: number, initiator: number, vmid: number, name: string, va: number): Outcome => {
    if ((initiator & dispatchInitiator.computeShaderEnable) === 0) {
      core.say(
        q,
        cpRules.LAUNCH_NOT_ENABLED,
        name,
        va,
        `the initiator ${hex(initiator)} does not set COMPUTE_SHADER_EN (bit 0): nothing is launched`,
      );
      return Outcome.done;
    }
    const reg = (i: number): number => queues.computeReg(q, i);
    const wave32 = (initiator & dispatchInitiator.wave32) !== 0;
    const byThreads = (initiator & 0x20) !== 0;
    const partial = (initiator & 2) !== 0;
    const fromZero = (initiator & dispatchInitiator.forceStartAt000) !== 0;
    const three = (each: (i: number) => number): [number, number, number] => [each(0), each(1), each(2)];
    const threads = three((i) => reg(index.threadX + i) & 0xffff);
    const dims = three((i) => reg(index.dimX + i));
    const groups = three((i) => (byThreads && threads[i]! > 0 ? Math.ceil(dims[i]! / threads[i]!) : dims[i]!));
    const lastThreads = three((i) => {
      const last = byThreads && threads[i]! > 0 ? dims[i]! % threads[i]! : partial ? reg(index.threadX + i) >>> 16 : 0;
      return last === 0 ? threads[i]! : last;
    });
    const record: ComputeDispatch = {
      queue: q,
      vmid,
      because: queues.get(q, F.rungBy),
      wave32,
      entry: (reg(index.pgmLo) + (reg(index.pgmHi) & 0xff) * 2 ** 32) * 256,
      first: three((i) => (fromZero ? 0 : reg(index.startX + i))),
      groups,
      threads,
      lastThreads,
      rsrc1: reg(index.rsrc1),
      rsrc2: reg(index.rsrc2),
      rsrc3: reg(index.rsrc3),
      userData: Array.from({ length: 16 }, (_, i) => reg(index.userData + i)),
      scratchBase: (reg(index.scratchLo) + (reg(index.scratchHi) & 0xff) * 2 ** 32) * 256,
      tmpringSize: reg(index.tmpring),
      resourceLimits: reg(index.limits),
      ldsBytes: ((reg(index.rsrc2) >>> 15) & 0x1ff) * 512,
      shMemBases: card.gfx.shMemBases(vmid),
      shMemConfig: card.gfx.shMemConfig(vmid),
      packet: (reg(index.packetLo) + (reg(index.packetHi) & 0xff) * 2 ** 32) * 256,
    };
    return core.launch(q, record, name, va);
  };

  const releaseMem = (q: number, words: Uint32Array, at: number, vmid: number, va: number): Outcome => {
    if (core.wavesBusy(q)) return Outcome.waves;
    card.watch?.endOfPipe();
    const control = words[at + 1]!;
    const select = words[at + 2]!;
    const { at: column } = queues;
    const eopBase = (queues.reg(q, column.eopBase) + (queues.reg(q, column.eopBaseHi) & 0xff) * 2 ** 32) * 256;
    if (queues.get(q, F.checkedEop) === 0) {
      queues.set(q, F.checkedEop, 1);
      if (eopBase === 0) {
        core.say(
          q,
          cpRules.NO_EOP_BUFFER,
          'RELEASE_MEM',
          va,
          `${queues.nameOf(q)} has CP_HQD_EOP_BASE_ADDR 0; give it a buffer before CP_HQD_ACTIVE`,
        );
      } else {
        hub().translate(queues.vmid(q), eopBase, 1, Client.cpc);
      }
    }
    // every event takes eight dwords of the EOP ring; what it holds is the microcode's own and not modelled
    const eopDwords = 2 ** ((queues.reg(q, column.eopControl) & 0x3f) + 1);
    const events = queues.get(q, F.eopCount) + 1;
    queues.set(q, F.eopCount, events);
    queues.hqd.set(q, column.eopWptr, (events * 8) % eopDwords);
    queues.hqd.set(q, column.eopRptr, (events * 8) % eopDwords);

    core.caches?.release(q, vmid, releaseGcr(control));
    core.spentNs += 200;
    const data = select >>> 29;
    const interrupt = (select >>> 24) & 7;
    const to = address(words, at + 3);
    if (interrupt !== 1 && data !== 0) {
      switch (data) {
        case 1:
          write32(vmid, aligned(q, 'RELEASE_MEM', va, to, 4), words[at + 5]!);
          break;
        case 2:
          write64(vmid, aligned(q, 'RELEASE_MEM', va, to, 8), words[at + 5]!, words[at + 6]!);
          break;
        case 3:
        case 4: {
          const ticks = core.ticks();
          write64(vmid, aligned(q, 'RELEASE_MEM', va, to, 8), ticks >>> 0, Math.floor(ticks / 2 ** 32));
          break;
        }
        default:
          core.say(q, cpRules.PM4_NOT_MODELLED, 'RELEASE_MEM', va, `data_sel ${data} (GDS) stores nothing here`);
      }
    }
    if (interrupt === 1 || interrupt === 2 || interrupt === 4) {
      core.interrupt(q, cpInterrupt.endOfPipe.source, cpInterrupt.endOfPipe.bit, [words[at + 7]!]);
    }
    return Outcome.done;
  };

  return { setRegisters, dispatch, releaseMem };
}

/** RELEASE_MEM's cache bits at ACQUIRE_MEM's positions. */
function releaseGcr(control: number): number {
  const bit = (from: number, to: number): number => ((control >>> from) & 1) << to;
  return (
    bit(12, 4) |
    bit(13, 5) |
    bit(14, 8) |
    bit(15, 9) |
    bit(16, 10) |
    (((control >>> 17) & 3) << 11) |
    bit(19, 13) |
    bit(20, 14) |
    bit(21, 15) |
    bit(22, 16)
  );
}
