/**
 * What each PM4 packet does on a compute queue.
 *
 * Packets run in order. RELEASE_MEM and CS_PARTIAL_FLUSH wait until the grids of their queue have ended, which on
 * silicon only the second does; a store that an end-of-pipe event makes is therefore never seen late here.
 * A condition that does not hold leaves the packet where it is: it is read again when the queue looks again.
 *
 * Source: public packet headers (registers/amd/pm4.ts), use by Linux amdgpu and tinygrad.
 *
 * Fidelity: from-public-source. Guessed: that a packet with a wrong count is skipped, that an unprivileged queue may
 * read registers and use the HDP flush pair, which vector INTERRUPT raises, all durations.
 */

import { CP, NBIO, dispatchInitiator, opcodeName, opcodes, packets, registerWindows } from './declared.ts';
import { Client } from '../blocks.ts';
import { atomic, isWide } from './atomics.ts';
import type { CpCore } from './core.ts';
import { Outcome, hex } from './core.ts';
import type { ComputeDispatch } from './dispatch.ts';
import { F, LEVEL } from './queues.ts';
import { cpRules } from './rules.ts';
import { schedulerPacket } from './scheduler.ts';

/** Shortest and longest body by opcode, in dwords; −1: not a packet of compute queues. */
const shortest = new Int16Array(256).fill(-1);
const longest = new Int16Array(256).fill(-1);
const openEnded = new Set(['NOP', 'WRITE_DATA', 'SET_SH_REG', 'SET_SH_REG_INDEX', 'SET_SH_REG_OFFSET', 'SET_UCONFIG_REG', 'SET_CONFIG_REG', 'SET_CONTEXT_REG', 'AQL_PACKET']);
for (const [name, packet] of Object.entries(packets)) {
  const opcode = opcodes[name as keyof typeof packets];
  shortest[opcode] = packet.bytes / 4 - 1;
  longest[opcode] = openEnded.has(name) ? 0x4000 : name === 'EVENT_WRITE' ? 3 : packet.bytes / 4 - 1;
}
/** Packets that the engine knows on silicon and that are skipped here. */
const notModelled = new Set<string>([
  'SET_BASE', 'ATOMIC_GDS', 'REG_RMW', 'MEM_SEMAPHORE', 'COPY_DW', 'CP_DMA', 'COND_WRITE', 'REWIND', 'INDIRECT_BUFFER_PASID', 'PRIME_UTCL2',
  'LOAD_UCONFIG_REG', 'LOAD_SH_REG', 'LOAD_SH_REG_INDEX', 'LOAD_COMPUTE_STATE', 'SET_QUEUE_REG', 'COND_PREEMPT', 'DMA_DATA_FILL_MULTI',
  'MAP_PROCESS', 'MAP_PROCESS_VM', 'SET_Q_PREEMPTION_MODE', 'SET_UCONFIG_REG_INDEX',
]);

const CS_PARTIAL_FLUSH = 7;
/** Enable bits of CP_MEn_PIPEn_INT_CNTL, and the vectors' source numbers. */
export const cpInterrupt = {
  endOfPipe: { source: 0xb5, bit: 26 },
  opcodeError: { source: 0xb7, bit: 24 },
  privilegedRegister: { source: 0xb8, bit: 23 },
  reservedBits: { source: 0xb4, bit: 27 },
  generic2: { source: 0xb3, bit: 29 },
  queryStatus: { source: 0xc7, bit: 12 },
} as const;

/** First and last dword of COMPUTE_*: the part of the SH window that every queue has for itself. */
const COMPUTE_FIRST = 0x2e00;
const COMPUTE_LAST = 0x2e7f;
const index = { initiator: 0, dimX: 1, startX: 4, threadX: 7, pgmLo: 0xc, pgmHi: 0xd, packetLo: 0xe, packetHi: 0xf, scratchLo: 0x10, scratchHi: 0x11, rsrc1: 0x12, rsrc2: 0x13, limits: 0x15, tmpring: 0x18, rsrc3: 0x28, userData: 0x40 } as const;

export interface Pm4 {
  /** Runs the packet whose header is `words[at]` with `n` body dwords; `va` is where it lies, for messages. */
  execute(q: number, words: Uint32Array, at: number, opcode: number, n: number, vmid: number, privileged: boolean, va: number): Outcome;
  /** Shortest and longest body of an opcode; undefined where compute queues do not take it. */
  known(opcode: number): boolean;
}

export function createPm4(core: CpCore): Pm4 {
  const { card, queues } = core;
  const { regs } = card;
  const pair = new Uint32Array(2);
  const source = new Uint32Array(2);
  const compare = new Uint32Array(2);
  const result = new Uint32Array(2);
  const small = new Uint8Array(8);
  const smallWords = new Uint32Array(small.buffer);
  const block = new Uint8Array(0x1_0000);
  const intStatus = regs.dwordOf(CP.registers.CPC_INT_STATUS);
  const hdpRequest = regs.dwordOf(NBIO.registers.BIF_BX_PF0_GPU_HDP_FLUSH_REQ);

  const address = (words: Uint32Array, i: number): number => words[i]! + (words[i + 1]! & 0xffff) * 2 ** 32;
  const hub = () => card.gmc.gfxhub;

  const write32 = (q: number, vmid: number, va: number, value: number): void => {
    hub().write32(vmid, va, value, Client.cpc);
    core.forget(vmid, va, 4);
    void q;
  };
  const write64 = (vmid: number, va: number, lo: number, hi: number): void => {
    hub().write64(vmid, va, lo, hi, Client.cpc);
    core.forget(vmid, va, 8);
  };
  const aligned = (q: number, name: string, at: number, va: number, to: number): number => {
    if (va % to !== 0) core.say(q, cpRules.PM4_ADDRESS_ALIGNMENT, name, at, `address ${hex(va)} is not a multiple of ${to}`);
    return va - (va % to);
  };

  /** Whether the queue may store to register `dword`; says what is wrong otherwise. */
  const mayWrite = (q: number, name: string, va: number, dword: number, privileged: boolean): boolean => {
    if (!privileged) {
      const user = (dword >= COMPUTE_FIRST && dword <= COMPUTE_LAST) || dword >= registerWindows.SET_UCONFIG_REG.first;
      if (!user && dword !== hdpRequest) {
        core.say(q, cpRules.PM4_PRIVILEGED, name, va, `${regs.nameAt(dword) ?? `register ${hex(dword)}`} may only be written by a privileged queue; this one runs in VMID ${queues.vmid(q)}`);
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
    core.say(q, cpRules.PM4_REGISTER_UNKNOWN, name, va, `register dword ${hex(dword)} (byte ${hex(dword * 4)}) is not declared; the value ${hex(value)} is lost`);
  };
  const readRegister = (q: number, name: string, va: number, dword: number): number => {
    if (dword >= COMPUTE_FIRST && dword <= COMPUTE_LAST && queues.computeColumns[dword - COMPUTE_FIRST]! >= 0) {
      return queues.computeReg(q, dword - COMPUTE_FIRST);
    }
    if (!regs.knows(dword)) {
      core.say(q, cpRules.PM4_REGISTER_UNKNOWN, name, va, `register dword ${hex(dword)} (byte ${hex(dword * 4)}) is not declared and reads as 0`);
      return 0;
    }
    return regs.read(dword);
  };

  const setRegisters = (q: number, name: string, window: { first: number; end: number }, words: Uint32Array, at: number, n: number, vmid: number, privileged: boolean, va: number): Outcome => {
    const control = words[at + 1]!;
    const first = window.first + (control & 0xffff);
    const count = n - 1;
    if (first + count > window.end) {
      core.say(q, cpRules.PM4_REGISTER_RANGE, name, va, `registers ${hex(first)} to ${hex(first + count - 1)} reach outside the window ${hex(window.first)} to ${hex(window.end - 1)}`);
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
      if (first === COMPUTE_FIRST && (words[at + 2]! & dispatchInitiator.computeShaderEnable) !== 0) return dispatch(q, words[at + 2]!, vmid, name, va);
      return Outcome.done;
    }
    for (let i = 0; i < count; i++) {
      if (!mayWrite(q, name, va, first + i, privileged)) break;
      const value = words[at + 2 + i]!;
      writeRegister(q, name, va, first + i, insertVmid ? (value | (vmid << shift)) >>> 0 : value);
    }
    return Outcome.done;
  };

  const compares = (lo: number, hi: number, refLo: number, refHi: number, how: number): boolean => {
    const less = hi < refHi || (hi === refHi && lo < refLo);
    const equal = hi === refHi && lo === refLo;
    switch (how) {
      case 1: return less;
      case 2: return less || equal;
      case 3: return equal;
      case 4: return !equal;
      case 5: return !less;
      case 6: return !less && !equal;
      default: return true;
    }
  };

  const wait = (q: number, name: string, wide: boolean, words: Uint32Array, at: number, vmid: number, va: number): Outcome => {
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

  const dispatch = (q: number, initiator: number, vmid: number, name: string, va: number): Outcome => {
    if ((initiator & 1) === 0) return Outcome.done;
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
    const control = words[at + 1]!;
    const select = words[at + 2]!;
    const { at: column } = queues;
    const eopBase = (queues.reg(q, column.eopBase) + (queues.reg(q, column.eopBaseHi) & 0xff) * 2 ** 32) * 256;
    if (queues.get(q, F.checkedEop) === 0) {
      queues.set(q, F.checkedEop, 1);
      if (eopBase === 0) {
        core.say(q, cpRules.NO_EOP_BUFFER, 'RELEASE_MEM', va, `${queues.nameOf(q)} has CP_HQD_EOP_BASE_ADDR 0; give it a buffer before CP_HQD_ACTIVE`);
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
        case 1: write32(q, vmid, aligned(q, 'RELEASE_MEM', va, to, 4), words[at + 5]!); break;
        case 2: write64(vmid, aligned(q, 'RELEASE_MEM', va, to, 8), words[at + 5]!, words[at + 6]!); break;
        case 3:
        case 4: {
          const ticks = core.ticks();
          write64(vmid, aligned(q, 'RELEASE_MEM', va, to, 8), ticks >>> 0, Math.floor(ticks / 2 ** 32));
          break;
        }
        default: core.say(q, cpRules.PM4_NOT_MODELLED, 'RELEASE_MEM', va, `data_sel ${data} (GDS) stores nothing here`);
      }
    }
    if (interrupt === 1 || interrupt === 2 || interrupt === 4) {
      core.interrupt(q, cpInterrupt.endOfPipe.source, cpInterrupt.endOfPipe.bit, [words[at + 7]!]);
    }
    return Outcome.done;
  };

  const copyData = (q: number, words: Uint32Array, at: number, vmid: number, privileged: boolean, va: number): Outcome => {
    const control = words[at + 1]!;
    const wide = ((control >>> 16) & 1) === 1;
    const from = control & 15;
    const to = (control >>> 8) & 15;
    let lo = 0;
    let hi = 0;
    switch (from) {
      case 0:
      case 4: {
        const dword = words[at + 2]! & 0x3_ffff;
        lo = readRegister(q, 'COPY_DATA', va, dword);
        if (wide) hi = readRegister(q, 'COPY_DATA', va, dword + 1);
        break;
      }
      case 1:
      case 2: {
        const address0 = aligned(q, 'COPY_DATA', va, address(words, at + 2), wide ? 8 : 4);
        if (wide) {
          hub().read64(vmid, address0, pair, Client.cpc);
          lo = pair[0]!;
          hi = pair[1]!;
        } else {
          lo = hub().read32(vmid, address0, Client.cpc);
        }
        break;
      }
      case 5:
        lo = words[at + 2]!;
        hi = words[at + 3]!;
        break;
      case 6:
        lo = queues.reg(q, queues.at.atomicLo);
        hi = queues.reg(q, queues.at.atomicHi);
        break;
      case 9:
      case 10: {
        const ticks = core.ticks();
        lo = ticks >>> 0;
        hi = Math.floor(ticks / 2 ** 32);
        break;
      }
      default:
        core.say(q, cpRules.PM4_NOT_MODELLED, 'COPY_DATA', va, `src_sel ${from} reads as 0 here`);
    }
    switch (to) {
      case 0:
      case 4:
      case 6: {
        const dword = words[at + 4]! & 0x3_ffff;
        if (mayWrite(q, 'COPY_DATA', va, dword, privileged)) {
          writeRegister(q, 'COPY_DATA', va, dword, lo);
          if (wide) writeRegister(q, 'COPY_DATA', va, dword + 1, hi);
        }
        break;
      }
      case 1:
      case 2:
      case 5: {
        const address0 = aligned(q, 'COPY_DATA', va, address(words, at + 4), wide ? 8 : 4);
        if (wide) write64(vmid, address0, lo, hi);
        else write32(q, vmid, address0, lo);
        break;
      }
      default:
        core.say(q, cpRules.PM4_NOT_MODELLED, 'COPY_DATA', va, `dst_sel ${to} stores nothing here`);
    }
    return Outcome.done;
  };

  const writeData = (q: number, words: Uint32Array, at: number, n: number, vmid: number, privileged: boolean, va: number): Outcome => {
    const control = words[at + 1]!;
    const destination = (control >>> 8) & 15;
    const same = ((control >>> 16) & 1) === 1;
    const count = n - 3;
    if (destination === 0 || destination === 6) {
      const dword = words[at + 2]! & 0x3_ffff;
      for (let i = 0; i < count; i++) {
        const here = same ? dword : dword + i;
        if (!mayWrite(q, 'WRITE_DATA', va, here, privileged)) break;
        writeRegister(q, 'WRITE_DATA', va, here, words[at + 4 + i]!);
      }
      return Outcome.done;
    }
    if (destination === 3) {
      core.say(q, cpRules.PM4_NOT_MODELLED, 'WRITE_DATA', va, 'GDS stores nothing here');
      return Outcome.done;
    }
    if (destination !== 1 && destination !== 2 && destination !== 5) {
      core.say(q, cpRules.PM4_RESERVED_BITS, 'WRITE_DATA', va, `dst_sel ${destination} is reserved`);
      return Outcome.done;
    }
    const to = aligned(q, 'WRITE_DATA', va, address(words, at + 2), 4);
    if (same || count === 1) {
      for (let i = 0; i < count; i++) write32(q, vmid, to, words[at + 4 + i]!);
    } else {
      hub().write(vmid, to, new Uint8Array(words.buffer, (at + 4) * 4, count * 4), Client.cpc);
      core.forget(vmid, to, count * 4);
    }
    return Outcome.done;
  };

  const atomicMem = (q: number, words: Uint32Array, at: number, vmid: number, va: number): Outcome => {
    const operation = words[at + 1]! & 0x7f;
    const loop = ((words[at + 1]! >>> 8) & 15) === 1;
    const wide = isWide(operation);
    const to = aligned(q, 'ATOMIC_MEM', va, address(words, at + 2), wide ? 8 : 4);
    source[0] = words[at + 4]!;
    source[1] = words[at + 5]!;
    compare[0] = words[at + 6]!;
    compare[1] = words[at + 7]!;
    pair[1] = 0;
    if (wide) hub().read64(vmid, to, pair, Client.cpc);
    else pair[0] = hub().read32(vmid, to, Client.cpc);
    const equal = pair[0] === compare[0] && (!wide || pair[1] === compare[1]);
    if (loop && !equal) return Outcome.poll;
    if (!atomic(operation, pair, source, compare, result)) {
      core.say(q, cpRules.PM4_NOT_MODELLED, 'ATOMIC_MEM', va, `operation ${hex(operation)} is unknown, or a floating-point one`);
      return Outcome.done;
    }
    queues.hqd.set(q, queues.at.atomicLo, pair[0]!);
    queues.hqd.set(q, queues.at.atomicHi, wide ? pair[1]! : 0);
    smallWords.set(result);
    hub().write(vmid, to, wide ? small : small.subarray(0, 4), Client.cpc);
    core.forget(vmid, to, 8);
    return Outcome.done;
  };

  const dmaData = (q: number, words: Uint32Array, at: number, vmid: number, privileged: boolean, va: number): Outcome => {
    const control = words[at + 1]!;
    const command = words[at + 6]!;
    const bytes = command & 0x3ff_ffff;
    const done = queues.get(q, F.stage);
    const srcSel = (control >>> 29) & 3;
    const dstSel = (control >>> 20) & 3;
    const fromRegister = ((command >>> 26) & 1) === 1 && srcSel !== 2;
    const toRegister = ((command >>> 27) & 1) === 1;
    if (srcSel === 1 || dstSel === 1 || dstSel === 2) {
      core.say(q, cpRules.PM4_NOT_MODELLED, 'DMA_DATA', va, 'GDS is not there');
      return Outcome.done;
    }
    if ((fromRegister || toRegister) && bytes > 0x1000) {
      core.say(q, cpRules.PM4_REGISTER_RANGE, 'DMA_DATA', va, `${bytes} bytes of register space at once; nothing is copied`);
      return Outcome.done;
    }
    const run = Math.min(bytes - done, fromRegister || toRegister ? 0x1000 : block.length);
    const piece = block.subarray(0, run);
    const srcFixed = ((command >>> 28) & 1) === 1;
    const dstFixed = ((command >>> 29) & 1) === 1;
    if (srcSel === 2) {
      const view = new DataView(block.buffer);
      for (let i = 0; i < run; i += 4) view.setUint32(i, words[at + 2]!, true);
    } else if (fromRegister) {
      const view = new DataView(block.buffer);
      for (let i = 0; i < run; i += 4) view.setUint32(i, readRegister(q, 'DMA_DATA', va, ((words[at + 2]! & 0xf_ffff) + (srcFixed ? 0 : done + i)) >>> 2), true);
    } else {
      hub().read(vmid, address(words, at + 2) + (srcFixed ? 0 : done), piece, Client.cpc);
    }
    const to = address(words, at + 4) + (dstFixed ? 0 : done);
    if (toRegister) {
      const view = new DataView(block.buffer);
      for (let i = 0; i < run; i += 4) {
        const dword = ((words[at + 4]! & 0xf_ffff) + (dstFixed ? 0 : done + i)) >>> 2;
        if (!mayWrite(q, 'DMA_DATA', va, dword, privileged)) break;
        writeRegister(q, 'DMA_DATA', va, dword, view.getUint32(i, true));
      }
    } else if (dstFixed) {
      if (run >= 4) hub().write(vmid, to, piece.subarray(run - 4), Client.cpc);
    } else {
      hub().write(vmid, to, piece, Client.cpc);
      core.forget(vmid, to, run);
    }
    core.spentNs += run / 64;
    if (done + run < bytes) {
      queues.set(q, F.stage, done + run);
      return Outcome.again;
    }
    return Outcome.done;
  };

  const indirectBuffer = (q: number, words: Uint32Array, at: number, vmid: number, privileged: boolean, va: number): Outcome => {
    const control = words[at + 3]!;
    const dwords = control & 0xf_ffff;
    const depth = queues.get(q, F.depth);
    const to = aligned(q, 'INDIRECT_BUFFER', va, address(words, at + 1), 4);
    if (((control >>> 23) & 1) === 0 || dwords === 0) {
      core.say(q, cpRules.IB_NOT_VALID, 'INDIRECT_BUFFER', va, dwords === 0 ? `the buffer at ${hex(to)} has size 0` : `bit 23 (valid) is not set for the buffer at ${hex(to)}, ${dwords} dwords`);
      return Outcome.done;
    }
    const chain = ((control >>> 20) & 1) === 1 && depth > 0;
    if (!chain && depth === 2) {
      core.say(q, cpRules.IB_NESTING, 'INDIRECT_BUFFER', va, `a third level of indirect buffers, at ${hex(to)}; use the chain bit or call it from the ring`);
      return Outcome.done;
    }
    const own = queues.vmid(q);
    const asked = (control >>> 24) & 15;
    const level = chain ? depth : depth + 1;
    const { state } = queues;
    if (!chain && depth > 0) {
      // come back to the dword after this packet
      const pos = queues.level(q, depth, LEVEL.pos);
      state[pos] = state[pos]! + 4;
    } else if (depth === 0) {
      queues.set(q, F.rptr, queues.get(q, F.rptr) + (queues.isAql(q) ? 0 : 4));
    }
    state[queues.level(q, level, LEVEL.va)] = to;
    state[queues.level(q, level, LEVEL.pos)] = 0;
    state[queues.level(q, level, LEVEL.size)] = dwords;
    state[queues.level(q, level, LEVEL.vmid)] = own === 0 ? (depth > 0 && asked === 0 ? vmid : asked) : own;
    state[queues.level(q, level, LEVEL.priv)] = privileged && (depth > 0 || own === 0) ? 1 : 0;
    queues.set(q, F.depth, level);
    return Outcome.jumped;
  };

  const skipWhere = (q: number, dwords: number): void => queues.set(q, F.skip, dwords & 0x3fff);

  const execute: Pm4['execute'] = (q, words, at, opcode, n, vmid, privileged, va) => {
    if (n < shortest[opcode]! || n > longest[opcode]!) {
      if (shortest[opcode]! < 0) return unknown(q, opcode, va);
      const name = opcodeName(opcode) ?? '';
      const expected = shortest[opcode] === longest[opcode] ? `${shortest[opcode]}` : `${longest[opcode] === 0x4000 ? 'at least ' : `${shortest[opcode]} to `}${longest[opcode] === 0x4000 ? shortest[opcode] : longest[opcode]}`;
      core.say(q, cpRules.PM4_COUNT, name, va, `the header says ${n} dwords of body (COUNT ${n - 1}); ${name} has ${expected}`);
      return Outcome.done;
    }
    switch (opcode) {
      case opcodes.NOP: return Outcome.done;
      case opcodes.SET_SH_REG: return setRegisters(q, 'SET_SH_REG', registerWindows.SET_SH_REG, words, at, n, vmid, privileged, va);
      case opcodes.SET_SH_REG_INDEX: return setRegisters(q, 'SET_SH_REG_INDEX', registerWindows.SET_SH_REG, words, at, n, vmid, privileged, va);
      case opcodes.SET_UCONFIG_REG: return setRegisters(q, 'SET_UCONFIG_REG', registerWindows.SET_UCONFIG_REG, words, at, n, vmid, true, va);
      case opcodes.SET_CONFIG_REG: return setRegisters(q, 'SET_CONFIG_REG', registerWindows.SET_CONFIG_REG, words, at, n, vmid, privileged, va);
      case opcodes.SET_CONTEXT_REG: return setRegisters(q, 'SET_CONTEXT_REG', registerWindows.SET_CONTEXT_REG, words, at, n, vmid, true, va);
      case opcodes.WAIT_REG_MEM: return wait(q, 'WAIT_REG_MEM', false, words, at, vmid, va);
      case opcodes.WAIT_REG_MEM64: return wait(q, 'WAIT_REG_MEM64', true, words, at, vmid, va);
      case opcodes.ACQUIRE_MEM: {
        const sizeHi = words[at + 3]! & 0xff;
        const all = words[at + 2] === 0xffff_ffff;
        const base = (words[at + 4]! + (words[at + 5]! & 0xff_ffff) * 2 ** 32) * 256;
        core.caches?.acquire(q, vmid, words[at + 7]!, all ? 0 : base, all ? Infinity : (words[at + 2]! + sizeHi * 2 ** 32) * 256);
        core.spentNs += 100;
        return Outcome.done;
      }
      case opcodes.RELEASE_MEM: return releaseMem(q, words, at, vmid, va);
      case opcodes.EVENT_WRITE:
        if ((words[at + 1]! & 0x3f) === CS_PARTIAL_FLUSH && core.wavesBusy(q)) return Outcome.waves;
        return Outcome.done;
      case opcodes.DISPATCH_DIRECT:
        for (let i = 0; i < 3; i++) queues.setComputeReg(q, index.dimX + i, words[at + 1 + i]!);
        queues.setComputeReg(q, index.initiator, words[at + 4]!);
        return dispatch(q, words[at + 4]!, vmid, 'DISPATCH_DIRECT', va);
      case opcodes.DISPATCH_INDIRECT: {
        const from = aligned(q, 'DISPATCH_INDIRECT', va, address(words, at + 1), 4);
        for (let i = 0; i < 3; i++) queues.setComputeReg(q, index.dimX + i, hub().read32(vmid, from + 4 * i, Client.cpc));
        queues.setComputeReg(q, index.initiator, words[at + 3]!);
        return dispatch(q, words[at + 3]!, vmid, 'DISPATCH_INDIRECT', va);
      }
      case opcodes.INDIRECT_BUFFER: return indirectBuffer(q, words, at, vmid, privileged, va);
      case opcodes.WRITE_DATA: return writeData(q, words, at, n, vmid, privileged, va);
      case opcodes.COPY_DATA: return copyData(q, words, at, vmid, privileged, va);
      case opcodes.ATOMIC_MEM: return atomicMem(q, words, at, vmid, va);
      case opcodes.COND_EXEC:
        if (hub().read32(vmid, aligned(q, 'COND_EXEC', va, address(words, at + 1), 4), Client.cpc) === 0) skipWhere(q, words[at + 4]!);
        return Outcome.done;
      case opcodes.PRED_EXEC:
        // one die: mask bit 0 is ours
        if (((words[at + 1]! >>> 24) & 1) === 0) skipWhere(q, words[at + 1]!);
        return Outcome.done;
      case opcodes.DMA_DATA: return dmaData(q, words, at, vmid, privileged, va);
      case opcodes.INTERRUPT:
        core.interrupt(q, cpInterrupt.endOfPipe.source, cpInterrupt.endOfPipe.bit, [words[at + 1]!]);
        return Outcome.done;
      case opcodes.HDP_FLUSH:
        card.hdp.flush();
        return Outcome.done;
      case opcodes.AQL_PACKET: return Outcome.done;
      case opcodes.SET_SH_REG_OFFSET:
        core.say(q, cpRules.PM4_NOT_MODELLED, 'SET_SH_REG_OFFSET', va, 'relative addresses (SET_BASE) are not modelled; the registers keep their values');
        return Outcome.done;
      default:
        return schedulerPacket(core, q, words, at, opcode, va);
    }
  };

  const unknown = (q: number, opcode: number, va: number): Outcome => {
    const name = opcodeName(opcode);
    if (name !== undefined && notModelled.has(name)) {
      core.say(q, cpRules.PM4_NOT_MODELLED, name, va, `${name} is skipped`);
      return Outcome.done;
    }
    core.interrupt(q, cpInterrupt.opcodeError.source, cpInterrupt.opcodeError.bit);
    return core.stop(q, cpRules.PM4_UNKNOWN_OPCODE, 'packet', va, `opcode ${hex(opcode)}${name === undefined ? '' : ` (${name}, which only graphics takes)`} is not one of a compute queue`);
  };

  return { execute, known: (opcode) => shortest[opcode]! >= 0 };
}

/** RELEASE_MEM's cache bits at ACQUIRE_MEM's positions. */
function releaseGcr(control: number): number {
  const bit = (from: number, to: number): number => ((control >>> from) & 1) << to;
  return (
    bit(12, 4) | bit(13, 5) | bit(14, 8) | bit(15, 9) | bit(16, 10) | (((control >>> 17) & 3) << 11) | bit(19, 13) | bit(20, 14) | bit(21, 15) | bit(22, 16)
  );
}
