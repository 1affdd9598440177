/**
 * What the parts of the PSP share: state, who is to blame, words.
 *
 * Pure software around `psp/index.ts`.
 */

import { MP0 } from '../../../registers/amd/mp0.ts';
import type { Rule } from '../../../sim/index.ts';
import type { Card } from '../blocks.ts';

const R = MP0.registers;

/** Kinds of event of the PSP. */
export const PspEvent = { bootFetch: 0, bootDone: 1, sosReady: 2, control: 3, frame: 4, modeOneReset: 5 } as const;

/** Largest firmware type number plus one. */
export const TYPES = 128;
/** Trusted applications that can be there at once. */
export const SESSIONS = 32;

/** Scalars of the PSP. All zero is the state after power-on. */
const initial = {
  /** Bit per stage that was accepted (`bootloader.ts`). */
  stages: 0,
  /** A bootloader command runs, or was refused and never ends. */
  bootBusy: 0,
  alive: 0,
  controlBusy: 0,
  interrupts: 0,
  /** Ring: exists, MC address, bytes, read pointer in dwords, pointer as last written. */
  ring: 0,
  ringAddress: 0,
  ringBytes: 0,
  rptr: 0,
  wptr: 0,
  framePending: 0,
  /** Table of contents: loaded, bytes of TMR it needs. */
  toc: 0,
  tocBytes: 0,
  tmr: 0,
  tmrOffset: 0,
  tmrBytes: 0,
  /** Where the next image without an entry in the table goes, from the start of the region. */
  tmrNext: 0,
  autoloaded: 0,
  bootConfig: 0,
  asd: 0,
  sessions: 0,
  // trace numbers of the stores to blame, plus one (0: none yet)
  saidBoot: 0,
  saidAddress: 0,
  saidControl: 0,
  saidRing: 0,
  saidWptr: 0,
  saidTmr: 0,
};

export interface PspContext {
  readonly card: Card;
  readonly s: Record<keyof typeof initial, number>;
  /** Per firmware type: 1 loaded. */
  readonly loaded: Uint8Array;
  /** Per table entry id: room in bytes, offset. */
  readonly tocRoom: Float64Array;
  readonly tocOffset: Float64Array;
  /** Per session: 1 open. */
  readonly open: Uint8Array;
  /** Event target. */
  target: number;
}

export function createContext(card: Card): PspContext {
  const { state } = card.slot;
  return {
    card,
    s: state.record('psp', initial),
    loaded: state.u8('psp.loaded', TYPES),
    tocRoom: state.f64('psp.toc.room', 128),
    tocOffset: state.f64('psp.toc.offset', 128),
    open: state.u8('psp.sessions', SESSIONS),
    target: -1,
  };
}

type Said = 'saidBoot' | 'saidAddress' | 'saidControl' | 'saidRing' | 'saidWptr' | 'saidTmr';

/** Remembers the access being served as the one to blame for what comes of it. */
export function remember(psp: PspContext, what: Said): void {
  psp.s[what] = psp.card.slot.findings.current + 1;
}

/** Reports `rule`, shown at the remembered store, caused by others that were remembered, or by itself. */
export function blame(psp: PspContext, rule: Rule, message: string, at: Said, because: readonly Said[] = []): void {
  const { findings, card } = psp.card.slot;
  const shown = psp.s[at] - 1;
  const causes = because.map((b) => psp.s[b] - 1).filter((sequence) => sequence >= 0);
  if (causes.length === 0 && shown >= 0) causes.push(shown);
  findings.report(rule, card, message, shown >= 0 ? findings.access(shown) : undefined, causes);
}

export function schedule(psp: PspContext, delayNs: number, kind: number, a = 0, b = 0): void {
  psp.card.slot.events.schedule(delayNs, psp.target, kind, a, b);
}

export const hex = (value: number): string => `0x${value.toString(16)}`;

export { R as mailbox };
