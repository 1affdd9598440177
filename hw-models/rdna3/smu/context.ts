/**
 * What the parts of the SMU share.
 *
 * Pure software around `smu/index.ts`.
 */

import type { Rule } from '../../../sim/index.ts';
import type { Card } from '../blocks.ts';
import { CLOCKS, clockLimits } from './clocks.ts';

export const SmuEvent = { alive: 0, done: 1, debugDone: 2, modeOneReset: 3, modeTwoReset: 4 } as const;

/** All zero is the state after power-on; what the firmware starts with is set when it starts (`index.ts`). */
const initial = {
  version: 0,
  alive: 0,
  busy: 0,
  debugBusy: 0,
  allowedLo: 0,
  allowedHi: 0,
  runningLo: 0,
  runningHi: 0,
  driverHi: 0,
  driverLo: 0,
  toolsHi: 0,
  toolsLo: 0,
  pptWatts: 0,
  workloadMask: 0,
  gfxOff: 0,
  media: 0,
  unloading: 0,
  // metrics
  counter: 0,
  sampledNs: 0,
  gfxBusyNs: 0,
  dmaBusyNs: 0,
  energyMicrojoules: 0,
  edgeMilliCelsius: 0,
  // trace numbers plus one of the stores to blame
  saidMessage: 0,
  saidDebug: 0,
  saidAddress: 0,
};

export interface SmuContext {
  readonly card: Card;
  readonly s: Record<keyof typeof initial, number>;
  readonly limits: Float64Array;
  /** Tables that are storage here, by id: what was sent is what comes back. */
  readonly tables: ReadonlyMap<number, Uint8Array>;
  target: number;
}

/** Bytes of the tables that are storage. */
const stored: readonly (readonly [id: number, bytes: number])[] = [
  [0, 3972], // PPTABLE
  [2, 112], // WATERMARKS
  [6, 80], // DRIVER_SMU_CONFIG
  [7, 256], // ACTIVITY_MONITOR_COEFF
  [8, 140], // OVERDRIVE
];

export function createContext(card: Card): SmuContext {
  const { state } = card.slot;
  return {
    card,
    s: state.record('smu', initial),
    limits: clockLimits(state),
    tables: new Map(stored.map(([id, bytes]) => [id, state.u8(`smu.table.${id}`, bytes)])),
    target: -1,
  };
}

/** Reports `rule` at the message that is being carried out, caused by what was remembered, or by itself. */
export function blame(
  smu: SmuContext,
  rule: Rule,
  message: string,
  at: 'saidMessage' | 'saidDebug' = 'saidMessage',
  because: readonly 'saidAddress'[] = [],
): void {
  const { findings, card } = smu.card.slot;
  const shown = smu.s[at] - 1;
  const causes = because.map((b) => smu.s[b] - 1).filter((sequence) => sequence >= 0);
  if (causes.length === 0 && shown >= 0) causes.push(shown);
  findings.report(rule, card, message, shown >= 0 ? findings.access(shown) : undefined, causes);
}

export const hex = (value: number): string => `0x${value.toString(16)}`;
export { CLOCKS };
