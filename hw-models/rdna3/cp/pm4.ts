/**
 * What each PM4 packet does on a compute queue.
 *
 * Packets run in order. RELEASE_MEM and CS_PARTIAL_FLUSH wait until the grids of their queue have ended, which on
 * silicon only the second does; a store that an end-of-pipe event makes is therefore never seen late here.
 * A condition that does not hold leaves the packet where it is: it is read again when the queue looks again.
 *
 * Source: public packet headers (registers/amd/pm4.ts), use by Linux amdgpu and tinygrad.
 *
 * Fidelity: from-public-source. Guessed: that a packet with a wrong count is skipped, which vector INTERRUPT raises.
 */

import { Client } from '../blocks.ts';
import type { CpCore } from './core.ts';
import { Outcome, hex } from './core.ts';
import { opcodeName, opcodes, packets, registerWindows } from './declared.ts';
import { cpInterrupt } from './interrupts.ts';
import { createLaunchPackets, index } from './launch-packets.ts';
import { createMemoryPackets } from './memory-packets.ts';
import { address, createOperands } from './operands.ts';
import { F, LEVEL } from './queues.ts';
import { cpRules } from './rules.ts';
import { schedulerPacket } from './scheduler.ts';
import { createWait } from './wait-packets.ts';

/** Shortest and longest body by opcode, in dwords; −1: not a packet of compute queues. */
const shortest = new Int16Array(256).fill(-1);
const longest = new Int16Array(256).fill(-1);
const openEnded = new Set([
  'NOP',
  'WRITE_DATA',
  'SET_SH_REG',
  'SET_SH_REG_INDEX',
  'SET_SH_REG_OFFSET',
  'SET_UCONFIG_REG',
  'SET_CONFIG_REG',
  'SET_CONTEXT_REG',
  'AQL_PACKET',
]);
for (const [name, packet] of Object.entries(packets)) {
  const opcode = opcodes[name as keyof typeof packets];
  shortest[opcode] = packet.bytes / 4 - 1;
  longest[opcode] = openEnded.has(name) ? 0x4000 : name === 'EVENT_WRITE' ? 3 : packet.bytes / 4 - 1;
}
/** Packets that the engine knows on silicon and that are skipped here. */
const notModelled = new Set<string>([
  'SET_BASE',
  'ATOMIC_GDS',
  'REG_RMW',
  'MEM_SEMAPHORE',
  'COPY_DW',
  'CP_DMA',
  'COND_WRITE',
  'REWIND',
  'INDIRECT_BUFFER_PASID',
  'PRIME_UTCL2',
  'LOAD_UCONFIG_REG',
  'LOAD_SH_REG',
  'LOAD_SH_REG_INDEX',
  'LOAD_COMPUTE_STATE',
  'SET_QUEUE_REG',
  'COND_PREEMPT',
  'DMA_DATA_FILL_MULTI',
  'MAP_PROCESS',
  'MAP_PROCESS_VM',
  'SET_Q_PREEMPTION_MODE',
  'SET_UCONFIG_REG_INDEX',
]);

const CS_PARTIAL_FLUSH = 7;

export interface Pm4 {
  /** Runs the packet whose header is `words[at]` with `n` body dwords; `va` is where it lies, for messages. */
  execute(
    q: number,
    words: Uint32Array,
    at: number,
    opcode: number,
    n: number,
    vmid: number,
    privileged: boolean,
    va: number,
  ): Outcome;
}

export function createPm4(core: CpCore): Pm4 {
  const { card, queues } = core;
  const operands = createOperands(core);
  const { hub, aligned } = operands;
  const wait = createWait(core, operands);
  const { setRegisters, dispatch, releaseMem } = createLaunchPackets(core, operands);
  const { writeData, copyData, atomicMem, dmaData } = createMemoryPackets(core, operands);

  const indirectBuffer = (
    q: number,
    words: Uint32Array,
    at: number,
    vmid: number,
    privileged: boolean,
    va: number,
  ): Outcome => {
    const control = words[at + 3]!;
    const dwords = control & 0xf_ffff;
    const depth = queues.get(q, F.depth);
    const to = aligned(q, 'INDIRECT_BUFFER', va, address(words, at + 1), 4);
    if (((control >>> 23) & 1) === 0 || dwords === 0) {
      core.say(
        q,
        cpRules.IB_NOT_VALID,
        'INDIRECT_BUFFER',
        va,
        dwords === 0
          ? `the buffer at ${hex(to)} has size 0`
          : `bit 23 (valid) is not set for the buffer at ${hex(to)}, ${dwords} dwords`,
      );
      return Outcome.done;
    }
    const chain = ((control >>> 20) & 1) === 1 && depth > 0;
    if (!chain && depth === 2) {
      core.say(
        q,
        cpRules.IB_NESTING,
        'INDIRECT_BUFFER',
        va,
        `a third level of indirect buffers, at ${hex(to)}; use the chain bit or call it from the ring`,
      );
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
      const expected =
        shortest[opcode] === longest[opcode]
          ? `${shortest[opcode]}`
          : `${longest[opcode] === 0x4000 ? 'at least ' : `${shortest[opcode]} to `}${longest[opcode] === 0x4000 ? shortest[opcode] : longest[opcode]}`;
      core.say(
        q,
        cpRules.PM4_COUNT,
        name,
        va,
        `the header says ${n} dwords of body (COUNT ${n - 1}); ${name} has ${expected}`,
      );
      return Outcome.done;
    }
    switch (opcode) {
      case opcodes.NOP:
        return Outcome.done;
      case opcodes.SET_SH_REG:
        return setRegisters(q, 'SET_SH_REG', registerWindows.SET_SH_REG, words, at, n, vmid, privileged, va);
      case opcodes.SET_SH_REG_INDEX:
        return setRegisters(q, 'SET_SH_REG_INDEX', registerWindows.SET_SH_REG, words, at, n, vmid, privileged, va);
      case opcodes.SET_UCONFIG_REG:
        return setRegisters(q, 'SET_UCONFIG_REG', registerWindows.SET_UCONFIG_REG, words, at, n, vmid, true, va);
      case opcodes.SET_CONFIG_REG:
        return setRegisters(q, 'SET_CONFIG_REG', registerWindows.SET_CONFIG_REG, words, at, n, vmid, privileged, va);
      case opcodes.SET_CONTEXT_REG:
        return setRegisters(q, 'SET_CONTEXT_REG', registerWindows.SET_CONTEXT_REG, words, at, n, vmid, true, va);
      case opcodes.WAIT_REG_MEM:
        return wait(q, 'WAIT_REG_MEM', false, words, at, vmid, va);
      case opcodes.WAIT_REG_MEM64:
        return wait(q, 'WAIT_REG_MEM64', true, words, at, vmid, va);
      case opcodes.ACQUIRE_MEM: {
        const sizeHi = words[at + 3]! & 0xff;
        const all = words[at + 2] === 0xffff_ffff;
        const base = (words[at + 4]! + (words[at + 5]! & 0xff_ffff) * 2 ** 32) * 256;
        card.watch?.acquired(words[at + 7]!);
        core.caches?.acquire(
          q,
          vmid,
          words[at + 7]!,
          all ? 0 : base,
          all ? Infinity : (words[at + 2]! + sizeHi * 2 ** 32) * 256,
        );
        core.spentNs += 100;
        return Outcome.done;
      }
      case opcodes.RELEASE_MEM:
        return releaseMem(q, words, at, vmid, va);
      case opcodes.EVENT_WRITE:
        if ((words[at + 1]! & 0x3f) === CS_PARTIAL_FLUSH) {
          if (core.wavesBusy(q)) return Outcome.waves;
          card.watch?.drained();
        }
        return Outcome.done;
      case opcodes.DISPATCH_DIRECT:
        for (let i = 0; i < 3; i++) queues.setComputeReg(q, index.dimX + i, words[at + 1 + i]!);
        queues.setComputeReg(q, index.initiator, words[at + 4]!);
        return dispatch(q, words[at + 4]!, vmid, 'DISPATCH_DIRECT', va);
      case opcodes.DISPATCH_INDIRECT: {
        const from = aligned(q, 'DISPATCH_INDIRECT', va, address(words, at + 1), 4);
        for (let i = 0; i < 3; i++)
          queues.setComputeReg(q, index.dimX + i, hub().read32(vmid, from + 4 * i, Client.cpc));
        queues.setComputeReg(q, index.initiator, words[at + 3]!);
        return dispatch(q, words[at + 3]!, vmid, 'DISPATCH_INDIRECT', va);
      }
      case opcodes.INDIRECT_BUFFER:
        return indirectBuffer(q, words, at, vmid, privileged, va);
      case opcodes.WRITE_DATA:
        return writeData(q, words, at, n, vmid, privileged, va);
      case opcodes.COPY_DATA:
        return copyData(q, words, at, vmid, privileged, va);
      case opcodes.ATOMIC_MEM:
        return atomicMem(q, words, at, vmid, va);
      case opcodes.COND_EXEC:
        if (hub().read32(vmid, aligned(q, 'COND_EXEC', va, address(words, at + 1), 4), Client.cpc) === 0)
          skipWhere(q, words[at + 4]!);
        return Outcome.done;
      case opcodes.PRED_EXEC:
        // one die: mask bit 0 is ours
        if (((words[at + 1]! >>> 24) & 1) === 0) skipWhere(q, words[at + 1]!);
        return Outcome.done;
      case opcodes.DMA_DATA:
        return dmaData(q, words, at, vmid, privileged, va);
      case opcodes.INTERRUPT:
        core.interrupt(q, cpInterrupt.endOfPipe.source, cpInterrupt.endOfPipe.bit, [words[at + 1]!]);
        return Outcome.done;
      case opcodes.HDP_FLUSH:
        card.hdp.flush();
        return Outcome.done;
      case opcodes.AQL_PACKET:
        return Outcome.done;
      case opcodes.SET_SH_REG_OFFSET:
        core.say(
          q,
          cpRules.PM4_NOT_MODELLED,
          'SET_SH_REG_OFFSET',
          va,
          'relative addresses (SET_BASE) are not modelled; the registers keep their values',
        );
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
    return core.stop(
      q,
      cpRules.PM4_UNKNOWN_OPCODE,
      'packet',
      va,
      `opcode ${hex(opcode)}${name === undefined ? '' : ` (${name}, which only graphics takes)`} is not one of a compute queue`,
    );
  };

  return { execute };
}
