/**
 * The fetch loop. Runs a queue's packets from ring and indirect buffers until there is none, one has to wait, or the
 * event has run enough of them.
 *
 * Fidelity: from-public-source. Guessed: that a queue stops at the first packet it cannot run, and when pointers are reported.
 */

import { Client } from '../blocks.ts';
import { createAql } from './aql.ts';
import type { CpCore } from './core.ts';
import { Outcome, hex } from './core.ts';
import { opcodeName, opcodes } from './declared.ts';
import { cpInterrupt } from './interrupts.ts';
import type { Mec } from './mec.ts';
import { packetKind } from './packet-kinds.ts';
import { createPm4 } from './pm4.ts';
import { F, LEVEL, MQD_FIRST_DWORD, MQD_HEADER, MQD_WORDS, phase } from './queues.ts';
import type { PacketReader } from './reader.ts';
import { cpRules } from './rules.ts';
import { cpTiming } from './timing.ts';

/** Packets run in one event. */
const BATCH = 256;
const NOP = opcodes.NOP;

/**
 * @param poll makes the event that looks again, later each time
 * @param startSlices makes sure that grids go on
 * @returns runs queue `q`; `polling` where the event only looks whether a condition holds now
 */
export function createFetchLoop(
  core: CpCore,
  reader: PacketReader,
  mec: Mec,
  poll: (q: number) => void,
  startSlices: () => void,
): (q: number, polling: boolean) => void {
  const { card, queues, kick } = core;
  const { findings, card: cardNumber } = card.slot;
  const { at } = queues;
  const pm4 = createPm4(core);
  const aql = createAql(core, pm4);

  /** Memory that the queue was given is looked at when the queue first runs: by then it must be there. */
  const checkMqd = (q: number): void => {
    queues.set(q, F.checkedMqd, 1);
    const mqd = queues.pair(q, at.mqdBase, at.mqdBaseHi, ~3);
    if (mqd === 0) return;
    const words = new Uint32Array(MQD_WORDS);
    const { gfxhub } = card.gmc;
    const header = gfxhub.read32(0, mqd, Client.cpc);
    if (!gfxhub.read(0, mqd + MQD_FIRST_DWORD * 4, new Uint8Array(words.buffer), Client.cpc)) return;
    const say = (text: string): void =>
      findings.report(
        cpRules.MQD_INCONSISTENT,
        cardNumber,
        `the descriptor of ${queues.nameOf(q)} at ${hex(mqd)}: ${text}`,
        findings.thing(`MQD at ${hex(mqd)}`, text, queues.get(q, F.activatedBy)),
        [queues.get(q, F.activatedBy)],
      );
    if (header !== MQD_HEADER) {
      say(`it begins with ${hex(header)}, not ${hex(MQD_HEADER)}`);
      return;
    }
    const same = [
      at.mqdBase,
      at.mqdBaseHi,
      at.vmid,
      at.pqBase,
      at.pqBaseHi,
      at.rptrAddr,
      at.rptrAddrHi,
      at.pollAddr,
      at.pollAddrHi,
      at.pqControl,
      at.eopBase,
      at.eopBaseHi,
      at.eopControl,
      at.aqlControl,
    ];
    queues.mqdColumns.forEach((column, i) => {
      if (!same.includes(column) || words[i] === queues.reg(q, column)) return;
      say(
        `dword ${MQD_FIRST_DWORD + i} is ${hex(words[i]!)} and ${queues.hqd.nameOf(column)} is ${hex(queues.reg(q, column))}; write both the same`,
      );
    });
  };

  /** The doorbell carries the write pointer, and memory must have it too by then. */
  const checkWptr = (q: number): void => {
    queues.set(q, F.wptrUnseen, 0);
    const from = queues.pair(q, at.pollAddr, at.pollAddrHi, ~7);
    if (from === 0) return;
    const pair = new Uint32Array(2);
    if (!card.gmc.gfxhub.read64(queues.vmid(q), from, pair, Client.cpc)) return;
    const inMemory = pair[0]! + (pair[1]! & 0x1f_ffff) * 2 ** 32;
    const wptr = queues.get(q, F.wptr);
    if (inMemory === wptr) return;
    // ahead of the doorbell it may be in an AQL queue (packets are reserved first), and once the driver has gone on
    const late = card.slot.events.nowNs - queues.get(q, F.rungNs) > cpTiming.doorbellNs;
    if (inMemory > wptr && (late || queues.isAql(q))) return;
    const rung = queues.get(q, F.rungBy);
    const [rule, advice] =
      inMemory < wptr
        ? [cpRules.DOORBELL_BEFORE_WPTR, 'still ' + inMemory + '; store it before ringing']
        : [cpRules.WPTR_MEMORY_AHEAD, 'already ' + inMemory + '; both count dwords and are equal at the doorbell'];
    findings.report(
      rule,
      cardNumber,
      `the doorbell of ${queues.nameOf(q)} says ${wptr}, the write pointer in memory at ${hex(from)} is ${advice}`,
      findings.access(rung),
      [rung],
    );
  };

  /** The read pointer as the driver sees it: the register, and a dword in memory. */
  const reportRptr = (q: number): void => {
    const rptr = queues.get(q, F.rptr);
    if (queues.reg(q, at.pqRptr) === rptr >>> 0 && queues.get(q, F.packets) === 0) return;
    queues.set(q, F.packets, 0);
    queues.hqd.set(q, at.pqRptr, rptr >>> 0);
    if (((queues.reg(q, at.pqControl) >>> 27) & 1) === 1) return;
    const to = queues.pair(q, at.rptrAddr, at.rptrAddrHi, ~3);
    if (to !== 0) card.gmc.gfxhub.write32(queues.vmid(q), to, rptr >>> 0, Client.cpc);
  };

  function run(q: number, polling: boolean): void {
    if (queues.get(q, F.active) === 0 || queues.get(q, F.phase) === phase.stuck || queues.get(q, F.dequeue) !== 0)
      return;
    if (!mec.runs(q)) {
      queues.set(q, F.phase, phase.held);
      return;
    }
    const upInNs = mec.upInNs;
    if (upInNs > 0) {
      // started, but its microcode still comes up
      if (upInNs < Infinity) kick(q, Math.max(1_000, upInNs));
      return;
    }
    reader.drop();
    core.spentNs = 0;
    if (queues.get(q, F.checkedMqd) === 0) checkMqd(q);
    if (queues.get(q, F.wptrUnseen) === 1) checkWptr(q);
    const { state } = queues;
    const isAql = queues.isAql(q);
    const ringVmid = queues.vmid(q);
    const ringPrivileged = queues.privileged(q);
    const ringBase = queues.ringBase(q);
    const ringDwords = queues.ringDwords(q);
    queues.set(q, F.phase, phase.run);
    let consumed = 0;
    for (let budget = BATCH; ;) {
      if (budget-- === 0) {
        queues.set(q, F.packets, 1);
        reportRptr(q);
        kick(q, core.spentNs);
        return;
      }
      const depth = queues.get(q, F.depth);
      let outcome: Outcome;
      if (depth === 0 && isAql) {
        if (queues.get(q, F.rptr) >= queues.get(q, F.wptr)) {
          if (polling && consumed > 0) kick(q, 0);
          finish(q, consumed);
          return;
        }
        outcome = aql(q);
        card.watch?.end();
      } else {
        const level = depth === 0 ? 0 : queues.level(q, depth, 0);
        const pos = depth === 0 ? queues.get(q, F.rptr) : state[level + LEVEL.pos]!;
        const limit = depth === 0 ? queues.get(q, F.wptr) : state[level + LEVEL.size]!;
        if (pos >= limit) {
          if (depth > 0) {
            queues.set(q, F.depth, depth - 1);
            if (queues.get(q, F.skip) > 0) {
              core.say(
                q,
                cpRules.PACKET_CUT,
                'COND_EXEC',
                state[level]! + pos * 4,
                `its condition skips ${queues.get(q, F.skip)} dwords past the end of the indirect buffer`,
              );
              queues.set(q, F.skip, 0);
            }
            continue;
          }
          finish(q, consumed);
          return;
        }
        const skip = queues.get(q, F.skip);
        if (skip > 0) {
          const over = Math.min(skip, limit - pos);
          queues.set(q, F.skip, skip - over);
          advance(q, depth, level, pos + over);
          continue;
        }
        const vmid = depth === 0 ? ringVmid : state[level + LEVEL.vmid]!;
        const privileged = depth === 0 ? ringPrivileged : state[level + LEVEL.priv] === 1;
        const base = depth === 0 ? ringBase : state[level]!;
        const size = depth === 0 ? ringDwords : limit;
        const va = base + (depth === 0 ? pos % ringDwords : pos) * 4;
        let i = reader.ensure(q, depth, vmid, base, size, pos, limit, 1);
        if (i < 0) {
          core.stop(
            q,
            cpRules.RING_UNMAPPED,
            depth === 0 ? 'ring' : 'indirect buffer',
            va,
            `${hex(va)} is not mapped for reading in VMID ${vmid}`,
          );
          return;
        }
        const header = reader.words[i]!;
        if (header >>> 30 !== 3) {
          if (header >>> 30 === 2) {
            advance(q, depth, level, pos + 1);
            consumed++;
            continue;
          }
          core.interrupt(q, cpInterrupt.opcodeError.source, cpInterrupt.opcodeError.bit);
          if (header === 0 && depth === 0) {
            core.stop(
              q,
              cpRules.RING_NOT_WRITTEN,
              'ring',
              va,
              `there is a 0 at ring dword ${pos % ringDwords}, under write pointer ${limit}: the packets were not stored (or not flushed out of HDP) before the doorbell, or the write pointer counts something else than dwords`,
            );
          } else if (header === 0) {
            core.stop(
              q,
              cpRules.IB_PAST_END,
              'indirect buffer',
              va,
              `there is a 0 at dword ${pos} of ${limit} where a packet should begin: the buffer's size field is larger than what was stored (or flushed) into it`,
            );
          } else {
            core.stop(
              q,
              cpRules.PM4_BAD_HEADER,
              depth === 0 ? 'ring' : 'indirect buffer',
              va,
              `${hex(header)} is no type-3 header (dword ${pos} of ${limit}); the packet before it has a wrong count, or the buffer ends earlier`,
            );
          }
          return;
        }
        const opcode = (header >>> 8) & 0xff;
        const count = (header >>> 16) & 0x3fff;
        const n = opcode === NOP && count === 0x3fff ? 0 : count + 1;
        if ((header & 0xfc) !== 0)
          core.say(
            q,
            cpRules.PM4_RESERVED_BITS,
            opcodeName(opcode) ?? 'packet',
            va,
            `header ${hex(header)} has bits 7:2 set`,
          );
        if (pos + 1 + n > limit) {
          if (depth === 0) {
            core.say(
              q,
              cpRules.PACKET_CUT,
              opcodeName(opcode) ?? 'packet',
              va,
              `it needs ${n + 1} dwords and the write pointer is ${limit - pos} dwords further; ring with the end of a packet`,
            );
            finish(q, consumed);
          } else {
            core.stop(
              q,
              cpRules.IB_PAST_END,
              opcodeName(opcode) ?? 'packet',
              va,
              `it needs ${n + 1} dwords and the indirect buffer has ${limit - pos} left of its ${limit}; the size field is too small or the packet's count too large`,
            );
          }
          return;
        }
        if (opcode !== NOP) i = reader.ensure(q, depth, vmid, base, size, pos, limit, n + 1);
        if (i < 0) {
          core.stop(
            q,
            cpRules.RING_UNMAPPED,
            depth === 0 ? 'ring' : 'indirect buffer',
            va,
            `${hex(va)} is not mapped for reading in VMID ${vmid}`,
          );
          return;
        }
        card.watch?.begin(
          'compute',
          q,
          queues.nameOf(q),
          packetKind(opcode),
          opcodeName(opcode) ?? 'packet',
          hex(va),
          queues.get(q, F.rungBy),
        );
        outcome = pm4.execute(q, reader.words, i, opcode, n, vmid, privileged, va);
        card.watch?.end();
        if (outcome === Outcome.done) {
          queues.set(q, F.stage, 0);
          advance(q, depth, level, pos + 1 + n);
        }
      }
      core.spentNs += cpTiming.packetNs;
      switch (outcome) {
        case Outcome.done:
        case Outcome.jumped:
          consumed++;
          if (polling) {
            // a poll that sees something new goes on in an ordinary event
            polling = false;
            queues.set(q, F.pollNs, 0);
            queues.set(q, F.packets, 1);
            kick(q, core.spentNs);
            return;
          }
          queues.set(q, F.pollNs, 0);
          break;
        case Outcome.poll:
          if (consumed > 0) {
            queues.set(q, F.packets, 1);
            reportRptr(q);
          }
          poll(q);
          return;
        case Outcome.waves:
          queues.set(q, F.phase, phase.waves);
          if (consumed > 0) {
            queues.set(q, F.packets, 1);
            reportRptr(q);
          }
          startSlices();
          return;
        case Outcome.again:
          kick(q, core.spentNs);
          return;
        default:
          return;
      }
    }
  }

  const advance = (q: number, depth: number, level: number, to: number): void => {
    if (depth === 0) queues.set(q, F.rptr, to);
    else queues.state[level + LEVEL.pos] = to;
  };

  const finish = (q: number, consumed: number): void => {
    queues.set(q, F.phase, phase.idle);
    queues.set(q, F.pollNs, 0);
    if (consumed > 0) queues.set(q, F.packets, 1);
    reportRptr(q);
  };

  return run;
}
