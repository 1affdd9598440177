/**
 * Packets that move data. WRITE_DATA, COPY_DATA, ATOMIC_MEM, DMA_DATA.
 *
 * Fidelity: from-public-source. GDS is not there; DMA_DATA goes in slices of 64 KiB, whose duration is guessed.
 */

import { atomicOperation64 } from '../../../registers/amd/sdma-packets.ts';
import { Client } from '../blocks.ts';
import { atomic } from '../packet-atomics.ts';
import type { CpCore } from './core.ts';
import { Outcome, hex } from './core.ts';
import type { Operands } from './operands.ts';
import { address } from './operands.ts';
import { F } from './queues.ts';
import { cpRules } from './rules.ts';

export function createMemoryPackets(core: CpCore, operands: Operands) {
  const { queues } = core;
  const { hub, write32, write64, aligned, mayWrite, writeRegister, readRegister } = operands;
  const pair = new Uint32Array(2);
  const source = new Uint32Array(2);
  const compare = new Uint32Array(2);
  const result = new Uint32Array(2);
  const small = new Uint8Array(8);
  const smallWords = new Uint32Array(small.buffer);
  const block = new Uint8Array(0x1_0000);

  const writeData = (
    q: number,
    words: Uint32Array,
    at: number,
    n: number,
    vmid: number,
    privileged: boolean,
    va: number,
  ): Outcome => {
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
      for (let i = 0; i < count; i++) write32(vmid, to, words[at + 4 + i]!);
    } else {
      hub().write(vmid, to, new Uint8Array(words.buffer, (at + 4) * 4, count * 4), Client.cpc);
      core.forget(vmid, to, count * 4);
    }
    return Outcome.done;
  };

  const copyData = (
    q: number,
    words: Uint32Array,
    at: number,
    vmid: number,
    privileged: boolean,
    va: number,
  ): Outcome => {
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
        else write32(vmid, address0, lo);
        break;
      }
      default:
        core.say(q, cpRules.PM4_NOT_MODELLED, 'COPY_DATA', va, `dst_sel ${to} stores nothing here`);
    }
    return Outcome.done;
  };

  const atomicMem = (q: number, words: Uint32Array, at: number, vmid: number, va: number): Outcome => {
    const operation = words[at + 1]! & 0x7f;
    const loop = ((words[at + 1]! >>> 8) & 15) === 1;
    const wide = (operation & atomicOperation64) !== 0;
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
    const operand = (of: Uint32Array): bigint => (wide ? BigInt(of[1]!) << 32n : 0n) | BigInt(of[0]!);
    const value = atomic(operation, wide ? 64 : 32, operand(pair), operand(source), operand(compare));
    if (value === undefined) {
      core.say(
        q,
        cpRules.PM4_NOT_MODELLED,
        'ATOMIC_MEM',
        va,
        `operation ${hex(operation)} is unknown, or a floating-point one`,
      );
      return Outcome.done;
    }
    result[0] = Number(value & 0xffff_ffffn);
    result[1] = Number(value >> 32n);
    queues.hqd.set(q, queues.at.atomicLo, pair[0]!);
    queues.hqd.set(q, queues.at.atomicHi, wide ? pair[1]! : 0);
    smallWords.set(result);
    hub().write(vmid, to, wide ? small : small.subarray(0, 4), Client.cpc);
    core.forget(vmid, to, 8);
    return Outcome.done;
  };

  const dmaData = (
    q: number,
    words: Uint32Array,
    at: number,
    vmid: number,
    privileged: boolean,
    va: number,
  ): Outcome => {
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
      core.say(
        q,
        cpRules.PM4_REGISTER_RANGE,
        'DMA_DATA',
        va,
        `${bytes} bytes of register space at once; nothing is copied`,
      );
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
      for (let i = 0; i < run; i += 4)
        view.setUint32(
          i,
          readRegister(q, 'DMA_DATA', va, ((words[at + 2]! & 0xf_ffff) + (srcFixed ? 0 : done + i)) >>> 2),
          true,
        );
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

  return { writeData, copyData, atomicMem, dmaData };
}
