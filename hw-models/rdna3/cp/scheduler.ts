/**
 * The packets of the scheduler's queue, which map, unmap and ask about other queues through their descriptors.
 *
 * Source: public packet headers; use by Linux amdgpu (KIQ).
 *
 * Fidelity: from-public-source. Guessed: that on any other queue they are skipped; that a queue is switched out only
 * between packets of its ring.
 */

import { Client } from '../blocks.ts';
import type { CpCore } from './core.ts';
import { Outcome, hex } from './core.ts';
import { OSSSYS, RLC, opcodeName, opcodes } from './declared.ts';
import { F, MQD_FIRST_DWORD, MQD_HEADER, MQD_WORDS, QUEUES, phase } from './queues.ts';
import { cpRules } from './rules.ts';

/** L2 PTEs and PDEs, L1: what a full invalidate request names. */
const INVALIDATE_ALL = 0xf8_0000;

export function schedulerPacket(
  core: CpCore,
  q: number,
  words: Uint32Array,
  at: number,
  opcode: number,
  va: number,
): Outcome {
  const { card, queues } = core;
  const name = opcodeName(opcode) ?? 'packet';
  if (opcode === opcodes.INVALIDATE_TLBS) {
    const control = words[at + 1]!;
    const pasid = (control >>> 5) & 0xffff;
    let vmids = 0;
    const lut = OSSSYS.registers.IH_VMID_n_LUT;
    for (let vmid = 0; vmid < 16; vmid++) if ((card.regs.peek(lut, vmid) & 0xffff) === pasid) vmids |= 1 << vmid;
    const request = (INVALIDATE_ALL | ((control >>> 29) << 16) | vmids) >>> 0;
    card.gmc.gfxhub.invalidate(request);
    if (((control >>> 4) & 1) === 1) card.gmc.mmhub.invalidate(request);
    return Outcome.done;
  }
  const scheduler = card.regs.peek(RLC.registers.RLC_CP_SCHEDULERS) & 0xff;
  const me = q >>> 5;
  const own = 0x80 | (me << 5) | (q & 0x1f);
  if (scheduler !== own) {
    core.say(
      q,
      cpRules.SCHEDULER_PACKET,
      name,
      va,
      `${queues.nameOf(q)} is not the scheduler's queue; RLC_CP_SCHEDULERS.scheduler0 is ${hex(scheduler)}, this queue would be ${hex(own)}`,
    );
    return Outcome.done;
  }
  switch (opcode) {
    case opcodes.SET_RESOURCES:
      return Outcome.done;
    case opcodes.MAP_QUEUES:
      return mapQueues(core, q, words, at, va);
    case opcodes.UNMAP_QUEUES:
      return unmapQueues(core, q, words, at, va);
    case opcodes.QUERY_STATUS: {
      const control = words[at + 1]!;
      const to = words[at + 3]! + (words[at + 4]! & 0xffff) * 2 ** 32;
      // commands 1 and 2 store the fence (at once, or after all stores are acknowledged)
      if (control >>> 30 !== 0) card.gmc.gfxhub.write64(queues.vmid(q), to, words[at + 5]!, words[at + 6]!, Client.cpc);
      if (((control >>> 28) & 3) !== 0) core.interrupt(q, 0xc7, 12, [control & 0xfff_ffff]);
      return Outcome.done;
    }
    default:
      core.say(
        q,
        cpRules.PM4_NOT_MODELLED,
        name,
        va,
        `${name} is skipped: run lists are the scheduler microcode's and are not modelled`,
      );
      return Outcome.done;
  }
}

function mapQueues(core: CpCore, q: number, words: Uint32Array, at: number, va: number): Outcome {
  const { card, queues } = core;
  const control = words[at + 1]!;
  const engine = (control >>> 26) & 7;
  const me = Math.max(1, (control >>> 18) & 3);
  const target = (me << 5) | (((control >>> 16) & 3) << 3) | ((control >>> 13) & 7);
  if (engine !== 0 || me > 2) {
    core.say(
      q,
      cpRules.QUEUE_NOT_MODELLED,
      'MAP_QUEUES',
      va,
      `engine_sel ${engine}, me ${me}: only compute queues run here`,
    );
    return Outcome.done;
  }
  const mqd = words[at + 3]! + (words[at + 4]! & 0xffff) * 2 ** 32;
  const vmid = queues.vmid(q);
  const { gfxhub } = card.gmc;
  const mqdBytes = new Uint8Array(MQD_WORDS * 4);
  const stateBytes = new Uint8Array(128 * 4);
  if (
    !gfxhub.read(vmid, mqd + MQD_FIRST_DWORD * 4, mqdBytes, Client.cpc) ||
    !gfxhub.read(vmid, mqd, stateBytes, Client.cpc)
  ) {
    core.say(q, cpRules.RING_UNMAPPED, 'MAP_QUEUES', va, `the descriptor at ${hex(mqd)} is not mapped`);
    return Outcome.done;
  }
  const state = new DataView(stateBytes.buffer);
  const header = state.getUint32(0, true);
  if (header !== MQD_HEADER)
    core.say(
      q,
      cpRules.MQD_INCONSISTENT,
      'MAP_QUEUES',
      va,
      `the descriptor at ${hex(mqd)} begins with ${hex(header)}, not ${hex(MQD_HEADER)}`,
    );
  if (queues.get(target, F.active) === 1) core.deactivate(target);
  const view = new DataView(mqdBytes.buffer);
  queues.mqdColumns.forEach((column, i) => queues.hqd.set(target, column, view.getUint32(i * 4, true)));
  loadComputeState(core, target, state);
  const { at: column } = queues;
  queues.hqd.set(target, column.mqdBase, words[at + 3]!);
  queues.hqd.set(target, column.mqdBaseHi, words[at + 4]! & 0xffff);
  queues.hqd.set(target, column.vmid, (control >>> 8) & 15);
  queues.hqd.set(target, column.doorbell, ((words[at + 2]! & 0xfff_fffc) | (1 << 30)) >>> 0);
  // the write pointer is what memory says now
  const wptr = new Uint32Array(2);
  const from = words[at + 5]! + (words[at + 6]! & 0xffff) * 2 ** 32;
  if (from !== 0 && gfxhub.read64((control >>> 8) & 15, from, wptr, Client.cpc)) {
    queues.hqd.set(target, column.wptrLo, wptr[0]!);
    queues.hqd.set(target, column.wptrHi, wptr[1]!);
  }
  queues.hqd.set(target, column.dequeue, 0);
  queues.hqd.set(target, column.active, 1);
  core.activate(target);
  // some of it came with the packet and need not be what the descriptor says
  queues.set(target, F.checkedMqd, 1);
  return Outcome.done;
}

/** COMPUTE_ registers that a descriptor carries: dwords 1 to 49 follow the register order, user data starts at 65. */
function loadComputeState(core: CpCore, q: number, mqd: DataView): void {
  const { computeColumns, compute } = core.queues;
  for (let index = 0; index < 0x34; index++) {
    const column = computeColumns[index]!;
    if (column >= 0) compute.set(q, column, mqd.getUint32((1 + index) * 4, true));
  }
  for (let i = 0; i < 16; i++) compute.set(q, computeColumns[0x40 + i]!, mqd.getUint32((65 + i) * 4, true));
}

function unmapQueues(core: CpCore, q: number, words: Uint32Array, at: number, va: number): Outcome {
  const { card, queues } = core;
  const control = words[at + 1]!;
  const action = control & 3;
  const select = (control >>> 4) & 3;
  const wanted = new Set<number>();
  if (select === 0) {
    const count = Math.max(1, control >>> 29);
    for (let i = 0; i < Math.min(4, action === 3 ? 1 : count); i++) wanted.add((words[at + 2 + i]! & 0xfff_fffc) >>> 2);
  }
  let any = false;
  for (let target = 0; target < QUEUES; target++) {
    if (target === q || queues.get(target, F.active) === 0) continue;
    const doorbell = (queues.reg(target, queues.at.doorbell) & 0xfff_fffc) >>> 2;
    if (select === 0 && !wanted.has(doorbell)) continue;
    any = true;
    if (action === 3) continue;
    if (action === 1) core.killWaves(target);
    // switched out at the ring only: where an indirect buffer was left is not kept in the descriptor here
    else if (core.wavesBusy(target) || (queues.get(target, F.depth) > 0 && queues.get(target, F.phase) !== phase.stuck))
      return Outcome.poll;
    core.saveMqd(target);
    core.deactivate(target);
  }
  if (!any && select === 0)
    core.say(
      q,
      cpRules.DOORBELL_INACTIVE_QUEUE,
      'UNMAP_QUEUES',
      va,
      `no active queue has doorbell ${[...wanted].join(', ')} (dwords)`,
    );
  if (action === 3)
    card.gmc.gfxhub.write32(
      queues.vmid(q),
      words[at + 3]! + (words[at + 4]! & 0xffff) * 2 ** 32,
      words[at + 5]!,
      Client.cpc,
    );
  return Outcome.done;
}
