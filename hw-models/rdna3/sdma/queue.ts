/**
 * State of the sixteen SDMA queues, and their registers by number.
 *
 * Ring pointers live in the registers themselves; everything else of a queue is one row of numbers. Pure software
 * around `sdma/index.ts`.
 */

import { SDMA0, SDMA1 } from '../../../registers/amd/sdma.ts';
import type { Register } from '../../../registers/index.ts';
import type { Card } from '../blocks.ts';
import { Client } from '../blocks.ts';

export const INSTANCES = 2;
export const QUEUES = 8;
export const TOTAL = INSTANCES * QUEUES;

/** `look` is the event of a queue that waits for memory or a register to change and can wait for good. */
export const SdmaEvent = { run: 0, hang: 1, look: 2, bell: 3 } as const;

/** What a queue is at. `stopped` ends only with a reset of the queue or its engine. */
export const Phase = { ready: 0, waiting: 1, bulk: 2, stopped: 3 } as const;

/** Work that takes longer than one event. */
export const Bulk = { none: 0, copy: 1, copyBackwards: 2, fill: 3, entries: 4, entryCopy: 5, entryModify: 6 } as const;

/** Columns of a queue's row. */
export const Q = {
  phase: 0,
  /** An event is scheduled. */
  pending: 1,
  /** Indirect buffer: being read, address, dwords, position, VMID. */
  ib: 2,
  ibBase: 3,
  ibDwords: 4,
  ibAt: 5,
  ibVmid: 6,
  /** Bulk work: what, from, to, to as well (0: not), units left, dwords of its packet. */
  bulk: 7,
  source: 8,
  target: 9,
  target2: 10,
  left: 11,
  packetDwords: 12,
  /** Three 64-bit parameters of bulk work, and the size of an element. */
  aLo: 13,
  aHi: 14,
  bLo: 15,
  bHi: 16,
  cLo: 17,
  cHi: 18,
  element: 19,
  /** Polls: since when the packet waits (0: it does not), looks so far where they are limited. */
  sinceNs: 20,
  looks: 21,
  /** Last value of the doorbell, and trace numbers plus one of the stores to blame. */
  bell: 22,
  saidBell: 23,
  saidEnable: 24,
  /** The doorbell's value has been compared with the pointer in memory. */
  bellSeen: 25,
  /** Virtual ns at work. */
  busyNs: 26,
  /** What lies under the doorbell's value has been looked at. */
  ringSeen: 27,
} as const;

const COLUMNS = 28;

/** Registers of each engine by their names without `SDMA0_`. */
const byName: readonly ReadonlyMap<string, Register>[] = [SDMA0, SDMA1].map(
  ({ registers }) => new Map(Object.values<Register>(registers).map((register) => [register.name.slice(6), register])),
);

/** Register of an engine by its name without the `SDMA0_`. */
export const engineRegister = (instance: number, name: string): Register => byName[instance]!.get(name)!;

/** Registers that every queue of an engine has one of. */
export const queueRegisters: readonly (readonly Register[])[] = byName.map((registers) =>
  [...registers.values()].filter(({ count }) => count === QUEUES),
);

/** Register slots of one queue. */
export interface QueueSlots {
  readonly control: number;
  readonly baseLo: number;
  readonly baseHi: number;
  readonly rptrLo: number;
  readonly rptrHi: number;
  readonly wptrLo: number;
  readonly wptrHi: number;
  readonly reportLo: number;
  readonly reportHi: number;
  readonly ibControl: number;
  readonly doorbell: number;
  readonly doorbellOffset: number;
  readonly pollLo: number;
  readonly pollHi: number;
  readonly minor: number;
  readonly status: number;
  readonly aql: number;
}

/** The engines as their parts see them. `q` counts 0 to 15: instance times eight plus queue. */
export interface SdmaContext {
  readonly card: Card;
  readonly rows: Float64Array;
  readonly slots: readonly QueueSlots[];
  readonly values: Uint32Array;
  /** Per instance: microcode was written through the registers; offset of the engine's own counter from the clock. */
  readonly engine: Record<'ucode0' | 'ucode1' | 'counter0' | 'counter1', number>;
  event: number;
}

export function createContext(card: Card): SdmaContext {
  const { regs, slot } = card;
  const slots = Array.from({ length: TOTAL }, (_, q): QueueSlots => {
    const at = (name: string): number => regs.slot(engineRegister(q >> 3, `QUEUEn_${name}`), q & 7);
    return {
      control: at('RB_CNTL'),
      baseLo: at('RB_BASE'),
      baseHi: at('RB_BASE_HI'),
      rptrLo: at('RB_RPTR'),
      rptrHi: at('RB_RPTR_HI'),
      wptrLo: at('RB_WPTR'),
      wptrHi: at('RB_WPTR_HI'),
      reportLo: at('RB_RPTR_ADDR_LO'),
      reportHi: at('RB_RPTR_ADDR_HI'),
      ibControl: at('IB_CNTL'),
      doorbell: at('DOORBELL'),
      doorbellOffset: at('DOORBELL_OFFSET'),
      pollLo: at('RB_WPTR_POLL_ADDR_LO'),
      pollHi: at('RB_WPTR_POLL_ADDR_HI'),
      minor: at('MINOR_PTR_UPDATE'),
      status: at('CONTEXT_STATUS'),
      aql: at('RB_AQL_CNTL'),
    };
  });
  return {
    card,
    rows: slot.state.f64('sdma.queues', TOTAL * COLUMNS),
    slots,
    values: regs.values,
    engine: slot.state.record('sdma', { ucode0: 0, ucode1: 0, counter0: 0, counter1: 0 }),
    event: -1,
  };
}

export const get = (c: SdmaContext, q: number, column: number): number => c.rows[q * COLUMNS + column]!;
export const put = (c: SdmaContext, q: number, column: number, value: number): void =>
  void (c.rows[q * COLUMNS + column] = value);
export const clearRow = (c: SdmaContext, q: number): void => void c.rows.fill(0, q * COLUMNS, (q + 1) * COLUMNS);

const pair = (c: SdmaContext, lo: number, hi: number): number => c.values[hi]! * 2 ** 32 + c.values[lo]!;

/** Bytes read so far. */
export const rptrOf = (c: SdmaContext, q: number): number => pair(c, c.slots[q]!.rptrLo, c.slots[q]!.rptrHi);
/** Bytes submitted so far. */
export const wptrOf = (c: SdmaContext, q: number): number => pair(c, c.slots[q]!.wptrLo, c.slots[q]!.wptrHi);

export function setRptr(c: SdmaContext, q: number, bytes: number): void {
  c.values[c.slots[q]!.rptrLo] = bytes;
  c.values[c.slots[q]!.rptrHi] = Math.floor(bytes / 2 ** 32);
}

export function setWptr(c: SdmaContext, q: number, bytes: number): void {
  c.values[c.slots[q]!.wptrLo] = bytes;
  c.values[c.slots[q]!.wptrHi] = Math.floor(bytes / 2 ** 32);
}

export const control = (c: SdmaContext, q: number): number => c.values[c.slots[q]!.control]!;
export const enabled = (c: SdmaContext, q: number): boolean => (control(c, q) & 1) !== 0;
/** Ring size in bytes: RB_SIZE is the logarithm of dwords. */
export const ringBytes = (c: SdmaContext, q: number): number => 4 * 2 ** ((control(c, q) >>> 1) & 31);
export const ringVmid = (c: SdmaContext, q: number): number => (control(c, q) >>> 24) & 15;
/** Ring address; the registers count 256 bytes. */
export const ringBase = (c: SdmaContext, q: number): number =>
  (c.values[c.slots[q]!.baseHi]! & 0xff_ffff) * 2 ** 40 + c.values[c.slots[q]!.baseLo]! * 256;
export const clientOf = (q: number): number => (q < QUEUES ? Client.sdma0 : Client.sdma1);
export const nameOf = (q: number): string => `SDMA${q >> 3} queue ${q & 7}`;
/** VMID that the packets being read use. */
export const vmidOf = (c: SdmaContext, q: number): number =>
  get(c, q, Q.ib) !== 0 ? get(c, q, Q.ibVmid) : ringVmid(c, q);
export const hex = (value: number): string => `0x${value.toString(16)}`;
