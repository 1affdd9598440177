/**
 * AQL queues, rings of 64-byte packets. Kernel dispatches, barriers, and the vendor's packet that runs PM4.
 *
 * A packet is consumed by writing type "invalid" into its header. A dispatch with a completion signal holds the
 * queue until its grid has ended (silicon goes on to the next packet); without one, only a barrier bit waits.
 *
 * Source: HSA packet formats, amd_queue_t and amd_signal_t of the public runtime, use by tinygrad.
 *
 * Fidelity: from-public-source. Guessed: the serialisation of signalled dispatches.
 */

import { Client } from '../blocks.ts';
import type { CpCore } from './core.ts';
import { Outcome, hex } from './core.ts';
import { opcodes } from './declared.ts';
import type { ComputeDispatch } from './dispatch.ts';
import { cpInterrupt } from './interrupts.ts';
import type { Pm4 } from './pm4.ts';
import { F } from './queues.ts';
import { cpRules } from './rules.ts';

const type = { vendor: 0, invalid: 1, kernelDispatch: 2, barrierAnd: 3, agentDispatch: 4, barrierOr: 5 } as const;
/** Format byte of a vendor packet whose dwords 1 to 4 are an INDIRECT_BUFFER packet. */
const FORMAT_PM4_IB = 1;
/** Offsets in amd_queue_t; the read index, whose address the HQD has, is at 0x80. */
const amdQueue = { readIndex: 0x80, tmpring: 0x8c, scratch: 0xa0, properties: 0xb4 } as const;
const PROFILING = 1 << 3;
const amdSignal = { value: 8, mailbox: 16, event: 24, startTs: 32, endTs: 40 } as const;
/** GCR bits: vector L0 and L1 dropped; for the system L2 written back and dropped, too. */
const GCR_AGENT = 0x300;
const GCR_SYSTEM = 0xc3f1;
const stage = { none: 0, launched: 1, buffer: 2 } as const;

/** Runs the packet at the read pointer of AQL queue `q`. */
export function createAql(core: CpCore, pm4: Pm4): (q: number) => Outcome {
  const { card, queues } = core;
  const words = new Uint32Array(16);
  const bytes = new Uint8Array(words.buffer);
  const pair = new Uint32Array(2);
  const descriptor = new Uint32Array(16);
  const descriptorBytes = new Uint8Array(descriptor.buffer);
  const invalid = Uint8Array.of(type.invalid, 0);

  const address = (from: Uint32Array, i: number): number => from[i]! + (from[i + 1]! & 0xffff) * 2 ** 32;
  const read64 = (vmid: number, va: number): number => {
    card.gmc.gfxhub.read64(vmid, va, pair, Client.cpc);
    return pair[0]! + pair[1]! * 2 ** 32;
  };

  /** Acquire and release scopes of a header, 1 agent and 2 system, as caches see them. */
  const acquire = (q: number, vmid: number): void => {
    const scope = (words[0]! >>> 9) & 3;
    if (scope === 0) return;
    card.watch?.acquired(GCR_SYSTEM);
    core.caches?.acquire(q, vmid, scope === 2 ? GCR_SYSTEM : GCR_AGENT, 0, Infinity);
  };
  const complete = (q: number, vmid: number, va: number): Outcome => {
    const { gfxhub } = card.gmc;
    if (!core.wavesBusy(q)) card.watch?.endOfPipe();
    if (((words[0]! >>> 11) & 3) !== 0) core.caches?.release(q, vmid, GCR_SYSTEM);
    const signal = address(words, 14);
    if (signal !== 0) {
      const ticks = core.ticks();
      const queue = queues.pair(q, queues.at.rptrAddr, queues.at.rptrAddrHi, ~3) - amdQueue.readIndex;
      if (queue > 0 && (gfxhub.read32(vmid, queue + amdQueue.properties, Client.cpc) & PROFILING) !== 0) {
        const start = queues.get(q, F.aqlStart);
        gfxhub.write64(vmid, signal + amdSignal.startTs, start >>> 0, Math.floor(start / 2 ** 32), Client.cpc);
        gfxhub.write64(vmid, signal + amdSignal.endTs, ticks >>> 0, Math.floor(ticks / 2 ** 32), Client.cpc);
      }
      gfxhub.read64(vmid, signal + amdSignal.value, pair, Client.cpc);
      const lo = (pair[0]! - 1) >>> 0;
      const hi = pair[0] === 0 ? (pair[1]! - 1) >>> 0 : pair[1]!;
      gfxhub.write64(vmid, signal + amdSignal.value, lo, hi, Client.cpc);
      const mailbox = read64(vmid, signal + amdSignal.mailbox);
      const event = gfxhub.read32(vmid, signal + amdSignal.event, Client.cpc);
      if (mailbox !== 0) {
        gfxhub.write64(vmid, mailbox, event, 0, Client.cpc);
        core.interrupt(q, cpInterrupt.endOfPipe.source, cpInterrupt.endOfPipe.bit, [event]);
      }
    }
    gfxhub.write(vmid, va, invalid, Client.cpc);
    queues.set(q, F.aqlStage, stage.none);
    queues.set(q, F.rptr, queues.get(q, F.rptr) + 1);
    return Outcome.jumped;
  };

  const dispatch = (q: number, vmid: number, va: number): Outcome => {
    const { gfxhub } = card.gmc;
    const half = (i: number): number => (words[i >> 1]! >>> (i % 2 === 0 ? 0 : 16)) & 0xffff;
    const object = address(words, 8);
    if (object === 0 || !gfxhub.read(vmid, object, descriptorBytes, Client.cpc)) {
      return core.stop(
        q,
        cpRules.RING_UNMAPPED,
        'AQL kernel dispatch',
        va,
        `the kernel descriptor at ${hex(object)} is not mapped`,
      );
    }
    const view = new DataView(descriptor.buffer);
    const entryLo = view.getUint32(0x10, true);
    const entryHi = view.getInt32(0x14, true);
    const properties = view.getUint16(0x38, true);
    const rsrc2 = view.getUint32(0x34, true);
    const groupBytes = words[7]!;
    const privateBytes = words[6]!;
    const queue = queues.pair(q, queues.at.rptrAddr, queues.at.rptrAddrHi, ~3) - amdQueue.readIndex;
    const scratch = (rsrc2 & 1) === 1 && queue > 0;
    const threads: [number, number, number] = [Math.max(1, half(2)), Math.max(1, half(3)), Math.max(1, half(4))];
    const grid: [number, number, number] = [words[3]!, words[4]!, words[5]!];
    const userData: number[] = [];
    const push64 = (value: number): void => void userData.push(value >>> 0, Math.floor(value / 2 ** 32));
    // in this order, each only where its property asks for it
    if ((properties & 1) !== 0) {
      const base = scratch ? read64(vmid, queue + amdQueue.scratch) : 0;
      userData.push(base >>> 0, (Math.floor(base / 2 ** 32) | 0x8000_0000) >>> 0, 0xffff_ffff, 0x20c1_4000);
    }
    if ((properties & 2) !== 0) push64(va);
    if ((properties & 4) !== 0) push64(Math.max(0, queue));
    if ((properties & 8) !== 0) push64(address(words, 10));
    if ((properties & 0x10) !== 0) push64(queues.get(q, F.rptr));
    if ((properties & 0x40) !== 0) userData.push(privateBytes);
    while (userData.length < 16) userData.push(0);
    const record: ComputeDispatch = {
      queue: q,
      vmid,
      because: queues.get(q, F.rungBy),
      wave32: (properties & 0x400) !== 0,
      entry: object + entryLo + entryHi * 2 ** 32,
      first: [0, 0, 0],
      groups: [Math.ceil(grid[0] / threads[0]), Math.ceil(grid[1] / threads[1]), Math.ceil(grid[2] / threads[2])],
      threads,
      lastThreads: [
        grid[0] % threads[0] || threads[0],
        grid[1] % threads[1] || threads[1],
        grid[2] % threads[2] || threads[2],
      ],
      rsrc1: view.getUint32(0x30, true),
      rsrc2: ((rsrc2 & ~(0x1ff << 15)) | ((Math.ceil(groupBytes / 512) & 0x1ff) << 15)) >>> 0,
      rsrc3: view.getUint32(0x2c, true),
      userData: userData.slice(0, 16),
      scratchBase: scratch ? read64(vmid, queue + amdQueue.scratch) : 0,
      tmpringSize: scratch ? gfxhub.read32(vmid, queue + amdQueue.tmpring, Client.cpc) : 0,
      resourceLimits: 0,
      ldsBytes: Math.ceil(groupBytes / 512) * 512,
      shMemBases: card.gfx.shMemBases(vmid),
      shMemConfig: card.gfx.shMemConfig(vmid),
      packet: va,
    };
    return core.launch(q, record, 'AQL kernel dispatch', va);
  };

  const signalsReady = (vmid: number, all: boolean): boolean => {
    let any = false;
    let none = true;
    for (let i = 0; i < 5; i++) {
      const signal = address(words, 2 + 2 * i);
      if (signal === 0) continue;
      none = false;
      card.gmc.gfxhub.read64(vmid, signal + amdSignal.value, pair, Client.cpc);
      const zero = pair[0] === 0 && pair[1] === 0;
      if (all && !zero) return false;
      any ||= zero;
    }
    return all || any || none;
  };

  return (q) => {
    const vmid = queues.vmid(q);
    const va = queues.ringBase(q) + (queues.get(q, F.rptr) % queues.ringUnits(q)) * 64;
    if (!card.gmc.gfxhub.read(vmid, va, bytes, Client.cpc)) {
      return core.stop(
        q,
        cpRules.RING_UNMAPPED,
        'AQL ring',
        va,
        `the packet at ${hex(va)} is not mapped in VMID ${vmid}`,
      );
    }
    const header = words[0]! & 0xffff;
    card.watch?.begin('compute', q, queues.nameOf(q), 'signal', 'AQL packet', hex(va), queues.get(q, F.rungBy));
    switch (queues.get(q, F.aqlStage)) {
      case stage.launched:
        if (address(words, 14) !== 0 && core.wavesBusy(q)) return Outcome.waves;
        return complete(q, vmid, va);
      case stage.buffer:
        return complete(q, vmid, va);
      default:
    }
    if ((header & 0xff) === type.invalid) return Outcome.poll;
    if (((header >>> 8) & 1) === 1) {
      if (core.wavesBusy(q)) return Outcome.waves;
      card.watch?.drained();
    }
    acquire(q, vmid);
    queues.set(q, F.aqlStart, core.ticks());
    switch (header & 0xff) {
      case type.kernelDispatch: {
        const outcome = dispatch(q, vmid, va);
        if (outcome !== Outcome.done) return outcome;
        queues.set(q, F.aqlStage, stage.launched);
        return Outcome.jumped;
      }
      case type.barrierAnd:
        if (!signalsReady(vmid, true)) return Outcome.poll;
        return core.wavesBusy(q) ? Outcome.waves : complete(q, vmid, va);
      case type.barrierOr:
        if (!signalsReady(vmid, false)) return Outcome.poll;
        return core.wavesBusy(q) ? Outcome.waves : complete(q, vmid, va);
      case type.vendor: {
        const inner = words[1]!;
        if (
          ((words[0]! >>> 16) & 0xff) === FORMAT_PM4_IB &&
          inner >>> 30 === 3 &&
          ((inner >>> 8) & 0xff) === opcodes.INDIRECT_BUFFER
        ) {
          queues.set(q, F.aqlStage, stage.buffer);
          return pm4.execute(q, words, 1, opcodes.INDIRECT_BUFFER, 3, vmid, queues.privileged(q), va);
        }
        break;
      }
      default:
    }
    return core.stop(
      q,
      cpRules.AQL_PACKET_INVALID,
      'AQL packet',
      va,
      `header ${hex(words[0]!)} (type ${header & 0xff}, format ${(words[0]! >>> 16) & 0xff}) is no packet that this queue runs`,
    );
  };
}
