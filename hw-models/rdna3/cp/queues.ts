/**
 * Compute queues, their registers (HQD, COMPUTE_*) copy by copy, and what the engine remembers about each.
 *
 * A queue is numbered me << 5 | pipe << 3 | queue, as GRBM_GFX_CNTL selects it. Engines are explicit state
 * machines: all of it is in one state array.
 *
 * Fidelity: from-public-source. Registers and their banking as public drivers use them.
 */

import { COMPUTE, CP, GRBM } from '../../../registers/amd/index.ts';
import type { Register } from '../../../registers/index.ts';
import type { Card } from '../blocks.ts';
import { Bank, banked } from '../gfx/banks.ts';

/** Slots, MEs without compute queues included: what the selector can say. */
export const QUEUES = 128;
/** Compute queues are those of ME 1 and 2. */
export const FIRST_QUEUE = 32;
export const QUEUE_END = 96;
/** Grids of one queue that may be under way at once. */
export const INFLIGHT = 8;

/** Fields of a queue's own state. */
export const F = {
  active: 0,
  phase: 1,
  /** 64-bit counts: dwords, or packets of an AQL queue. */
  rptr: 2,
  wptr: 3,
  /** 0 ring, 1 and 2 indirect buffers. */
  depth: 4,
  /** Progress within the packet at the read pointer; 0 at its start. */
  stage: 5,
  pollNs: 6,
  /** 0 no event pending, 1 run, 2 poll. */
  pending: 7,
  /** Dwords still to be skipped by a condition. */
  skip: 8,
  /** Kind of a dequeue under way. */
  dequeue: 9,
  activatedBy: 10,
  rungBy: 11,
  /** 1: descriptor, EOP buffer were looked at. */
  checkedMqd: 12,
  checkedEop: 13,
  packets: 14,
  /** 1: the doorbell's value has not been compared with memory yet. */
  wptrUnseen: 15,
  eopCount: 16,
  /** AQL packet at the read pointer: 0 not begun, 1 its grid was launched, 2 its indirect buffer runs. */
  aqlStage: 17,
  /** Ids of grids under way, INFLIGHT of them. */
  inflight: 18,
  /** Levels 1 and 2 of indirect buffers: LEVEL numbers each. */
  levels: 26,
  /** When the AQL packet at the read pointer began, in ticks. */
  aqlStart: 36,
  /** Number of the event that counts; earlier ones that are still on their way are ignored. */
  token: 37,
  /** When the write pointer was last moved. */
  rungNs: 38,
} as const;
export const LEVEL = { va: 0, pos: 1, size: 2, vmid: 3, priv: 4 } as const;
const LEVEL_WIDTH = 5;
const WIDTH = 40;

export const phase = { idle: 0, run: 1, poll: 2, waves: 3, stuck: 4, held: 5 } as const;

export interface HqdColumns {
  readonly mqdBase: number;
  readonly mqdBaseHi: number;
  readonly active: number;
  readonly vmid: number;
  readonly pqBase: number;
  readonly pqBaseHi: number;
  readonly pqRptr: number;
  readonly rptrAddr: number;
  readonly rptrAddrHi: number;
  readonly pollAddr: number;
  readonly pollAddrHi: number;
  readonly doorbell: number;
  readonly pqControl: number;
  readonly dequeue: number;
  readonly mqdControl: number;
  readonly eopBase: number;
  readonly eopBaseHi: number;
  readonly eopControl: number;
  readonly eopRptr: number;
  readonly eopWptr: number;
  readonly aqlControl: number;
  readonly wptrLo: number;
  readonly wptrHi: number;
  readonly atomicLo: number;
  readonly atomicHi: number;
  readonly error: number;
  readonly ibControl: number;
}

/** First and last register of the part that a descriptor in memory repeats at dword 0x80. */
export const MQD_FIRST_DWORD = 0x80;
export const MQD_WORDS = 0x38;
export const MQD_HEADER = 0xc031_0800;

export class Queues {
  readonly state: Float64Array;
  readonly hqd: Bank;
  readonly compute: Bank;
  readonly pipes: Bank;
  readonly at: HqdColumns;
  /** Column of MQD dword 0x80 + i. */
  readonly mqdColumns: readonly number[];
  /** Column by COMPUTE_* index (dword − 0x2e00); −1: a hole. */
  readonly computeColumns: Int16Array;

  constructor(card: Card, accessed: () => void) {
    const { regs } = card;
    const cntl = regs.slot(GRBM.registers.GRBM_GFX_CNTL);
    const selected = (): number => {
      const value = regs.values[cntl]!;
      return (((value >>> 2) & 3) << 5) | ((value & 3) << 3) | ((value >>> 8) & 7);
    };
    this.state = card.slot.state.f64('cp.queues', QUEUES * WIDTH);
    this.hqd = new Bank(card, 'cp.hqd', banked('queue', CP), QUEUES, selected, accessed);
    this.compute = new Bank(card, 'cp.compute', banked('queue', COMPUTE), QUEUES, selected, accessed);
    this.pipes = new Bank(card, 'cp.pipes', banked('pipe', CP), 16, () => selected() >>> 3, accessed);
    const r = CP.registers;
    const column = (register: Register): number => this.hqd.column(register);
    this.at = {
      mqdBase: column(r.CP_MQD_BASE_ADDR),
      mqdBaseHi: column(r.CP_MQD_BASE_ADDR_HI),
      active: column(r.CP_HQD_ACTIVE),
      vmid: column(r.CP_HQD_VMID),
      pqBase: column(r.CP_HQD_PQ_BASE),
      pqBaseHi: column(r.CP_HQD_PQ_BASE_HI),
      pqRptr: column(r.CP_HQD_PQ_RPTR),
      rptrAddr: column(r.CP_HQD_PQ_RPTR_REPORT_ADDR),
      rptrAddrHi: column(r.CP_HQD_PQ_RPTR_REPORT_ADDR_HI),
      pollAddr: column(r.CP_HQD_PQ_WPTR_POLL_ADDR),
      pollAddrHi: column(r.CP_HQD_PQ_WPTR_POLL_ADDR_HI),
      doorbell: column(r.CP_HQD_PQ_DOORBELL_CONTROL),
      pqControl: column(r.CP_HQD_PQ_CONTROL),
      dequeue: column(r.CP_HQD_DEQUEUE_REQUEST),
      mqdControl: column(r.CP_MQD_CONTROL),
      eopBase: column(r.CP_HQD_EOP_BASE_ADDR),
      eopBaseHi: column(r.CP_HQD_EOP_BASE_ADDR_HI),
      eopControl: column(r.CP_HQD_EOP_CONTROL),
      eopRptr: column(r.CP_HQD_EOP_RPTR),
      eopWptr: column(r.CP_HQD_EOP_WPTR),
      aqlControl: column(r.CP_HQD_AQL_CONTROL),
      wptrLo: column(r.CP_HQD_PQ_WPTR_LO),
      wptrHi: column(r.CP_HQD_PQ_WPTR_HI),
      atomicLo: column(r.CP_HQD_ATOMIC0_PREOP_LO),
      atomicHi: column(r.CP_HQD_ATOMIC0_PREOP_HI),
      error: column(r.CP_HQD_ERROR),
      ibControl: column(r.CP_HQD_IB_CONTROL),
    };
    const first = regs.dwordOf(r.CP_MQD_BASE_ADDR);
    const byDword = new Map(banked('queue', CP).map((register) => [regs.dwordOf(register), register]));
    this.mqdColumns = Array.from({ length: MQD_WORDS }, (_, i) => column(byDword.get(first + i)!));
    const base = regs.dwordOf(COMPUTE.registers.COMPUTE_DISPATCH_INITIATOR);
    this.computeColumns = new Int16Array(128).fill(-1);
    for (const register of banked('queue', COMPUTE)) {
      for (let i = 0; i < register.count; i++)
        this.computeColumns[regs.dwordOf(register, i) - base] = this.compute.column(register, i);
    }
  }

  get(q: number, field: number): number {
    return this.state[q * WIDTH + field]!;
  }

  set(q: number, field: number, value: number): void {
    this.state[q * WIDTH + field] = value;
  }

  /** Index of a level's fields; `level` 1 or 2. */
  level(q: number, level: number, field: number): number {
    return q * WIDTH + F.levels + (level - 1) * LEVEL_WIDTH + field;
  }

  clear(q: number): void {
    this.state.fill(0, q * WIDTH, (q + 1) * WIDTH);
  }

  reg(q: number, column: number): number {
    return this.hqd.get(q, column);
  }

  /** COMPUTE_ register by index (12a of the register's dword − 0x2e00). */
  computeReg(q: number, index: number): number {
    return this.compute.get(q, this.computeColumns[index]!);
  }

  setComputeReg(q: number, index: number, value: number): void {
    this.compute.set(q, this.computeColumns[index]!, value);
  }

  ringBase(q: number): number {
    return (this.reg(q, this.at.pqBase) + (this.reg(q, this.at.pqBaseHi) & 0xff) * 2 ** 32) * 256;
  }

  /** Ring size in dwords. */
  ringDwords(q: number): number {
    return 2 ** ((this.reg(q, this.at.pqControl) & 0x3f) + 1);
  }

  isAql(q: number): boolean {
    return (this.reg(q, this.at.aqlControl) & 1) === 1;
  }

  /** Ring size in the queue's own units: dwords, or packets of 64 bytes. */
  ringUnits(q: number): number {
    return this.isAql(q) ? this.ringDwords(q) / 16 : this.ringDwords(q);
  }

  vmid(q: number): number {
    return this.reg(q, this.at.vmid) & 15;
  }

  privileged(q: number): boolean {
    return this.vmid(q) === 0 || ((this.reg(q, this.at.pqControl) >>> 30) & 1) === 1;
  }

  pair(q: number, lo: number, hi: number, loMask = 0xffff_ffff): number {
    return ((this.reg(q, lo) & loMask) >>> 0) + (this.reg(q, hi) & 0xffff) * 2 ** 32;
  }

  /** `me1 pipe0 queue0`. */
  nameOf(q: number): string {
    return `me${q >>> 5} pipe${(q >>> 3) & 3} queue${q & 7}`;
  }

  /** How interrupt vectors name a queue. */
  ringId(q: number): number {
    return ((q & 7) << 4) | ((q >>> 5) << 2) | ((q >>> 3) & 3);
  }
}
