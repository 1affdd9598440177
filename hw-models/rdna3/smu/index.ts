/**
 * SMU 13.0.0, the system management unit: a mailbox of message, argument and response, and a second one for debug
 * messages.
 *
 * It lives from when the PSP has loaded its firmware until a reset. A response other than 0 stands as soon as the
 * firmware runs: one stock driver looks for it before its first message. The version in the firmware's payload header
 * has its bytes the other way round than the container's, and GetSmuVersion answers as the container says.
 *
 * Source: public SMU 13.0.0 interface headers and drivers.
 *
 * Fidelity: from-public-source. Times and figures are guessed, each where it is made.
 */

import { MP1 } from '../../../registers/amd/mp1.ts';
import { debugMessages, messageName, messages, results } from '../../../registers/amd/smu.ts';
import type { Register } from '../../../registers/index.ts';
import type { Card, CardReset, Smu } from '../blocks.ts';
import { resetLimits } from './clocks.ts';
import { SmuEvent, blame, createContext, hex } from './context.ts';
import type { SmuContext } from './context.ts';
import { carryOut, supported } from './messages.ts';
import { DEFAULT_PPT_WATTS } from './metrics.ts';
import { smuRules } from './rules.ts';

export { smuRules } from './rules.ts';

const R = MP1.registers;
const START_NS = 300_000;
const MESSAGE_NS = 20_000;
const TABLE_NS = 200_000;
/** From the answer to a reset message to the card falling silent: a slow poller must be able to see the answer. */
const RESET_DELAY_NS = 5_000_000;

/** A driver that wants to know whether the SMU lives sends one of these and waits a while: no mistake. */
const probes: readonly number[] = [messages.TestMessage, messages.GetSmuVersion];

interface Mailbox {
  readonly message: Register;
  readonly argument: Register;
  readonly response: Register;
  readonly busy: 'busy' | 'debugBusy';
  readonly said: 'saidMessage' | 'saidDebug';
  readonly event: number;
  readonly names: string;
}

const main: Mailbox = {
  message: R.MP1_SMN_C2PMSG_66,
  argument: R.MP1_SMN_C2PMSG_82,
  response: R.MP1_SMN_C2PMSG_90,
  busy: 'busy',
  said: 'saidMessage',
  event: SmuEvent.done,
  names: 'C2PMSG_90, 82, 66',
};

const debug: Mailbox = {
  message: R.MP1_SMN_C2PMSG_75,
  argument: R.MP1_SMN_C2PMSG_53,
  response: R.MP1_SMN_C2PMSG_54,
  busy: 'debugBusy',
  said: 'saidDebug',
  event: SmuEvent.debugDone,
  names: 'C2PMSG_54, 53, 75',
};

/** Makes the SMU of `card` and attaches its registers. */
export function createSmu(card: Card): Smu {
  const smu = createContext(card);
  const { s } = smu;
  smu.target = card.slot.events.define(`card ${card.slot.card} smu`, (kind, a, b) => {
    switch (kind) {
      case SmuEvent.alive:
        return start(smu);
      case SmuEvent.done:
        return answer(smu, main, a, b);
      case SmuEvent.debugDone:
        return answer(smu, debug, a, b);
      case SmuEvent.modeOneReset:
        return card.reset('mode1');
      case SmuEvent.modeTwoReset:
        return card.reset('gfx');
    }
  });
  attach(smu, main);
  attach(smu, debug);
  return {
    reset: (kind) => reset(smu, kind),
    firmwareLoaded(version) {
      s.version = swapBytes(version);
      if (s.alive === 0) card.slot.events.schedule(START_NS, smu.target, SmuEvent.alive);
    },
    get alive() {
      return s.alive !== 0;
    },
  };
}

/** The firmware begins to run. */
function start(smu: SmuContext): void {
  const { s, card } = smu;
  s.alive = 1;
  s.allowedLo = supported.lo;
  s.allowedHi = supported.hi;
  s.pptWatts = DEFAULT_PPT_WATTS;
  s.sampledNs = card.slot.events.nowNs;
  resetLimits(smu.limits);
  card.regs.poke(main.response, results.ok);
  card.regs.poke(debug.response, results.ok);
}

function attach(smu: SmuContext, box: Mailbox): void {
  const { s, card } = smu;
  const { regs } = card;
  const { findings } = card.slot;
  regs.on(box.argument, {
    write(value) {
      if (s[box.busy] === 0) return;
      findings.report(
        smuRules.SMU_ARGUMENT_LATE,
        card.slot.card,
        `${box.argument.name} = ${hex(value)} while the SMU works on a message: the argument comes before the message`,
        undefined,
        [s[box.said] - 1],
      );
    },
  });
  regs.on(box.message, {
    write(id) {
      if (s.alive === 0) {
        s[box.said] = findings.current + 1;
        if (probes.includes(id)) return;
        blame(
          smu,
          smuRules.SMU_NOT_ALIVE,
          `${box.message.name} = ${hex(id)}${nameOf(box, id)}, but the SMU's firmware (LOAD_IP_FW type 18) does not run`,
          box.said,
        );
        return;
      }
      if (s[box.busy] !== 0) {
        findings.report(
          smuRules.SMU_BUSY,
          card.slot.card,
          `${box.message.name} = ${hex(id)}${nameOf(box, id)} while the SMU works on the message before: wait until ${box.response.name} is not 0`,
          undefined,
          [s[box.said] - 1],
        );
        return;
      }
      s[box.said] = findings.current + 1;
      const response = regs.peek(box.response);
      if (response !== 0) {
        blame(
          smu,
          smuRules.SMU_RESPONSE_NOT_CLEARED,
          `${box.message.name} = ${hex(id)}${nameOf(box, id)} while ${box.response.name} still reads ${hex(response)}: write 0 there first (${box.names} in this order)`,
          box.said,
        );
      }
      s[box.busy] = 1;
      const transfers =
        box === main && (id === messages.TransferTableSmu2Dram || id === messages.TransferTableDram2Smu);
      card.slot.events.schedule(transfers ? TABLE_NS : MESSAGE_NS, smu.target, box.event, id, regs.peek(box.argument));
    },
  });
}

/** The SMU has done what a message asked. */
function answer(smu: SmuContext, box: Mailbox, id: number, argument: number): void {
  const { s, card } = smu;
  const reply = box === main ? carryOut(smu, id, argument) : carryOutDebug(smu, id, argument);
  s[box.busy] = 0;
  if (reply.value !== undefined) card.regs.poke(box.argument, reply.value);
  card.regs.poke(box.response, reply.result);
  if (reply.after !== undefined) card.slot.events.schedule(RESET_DELAY_NS, smu.target, SmuEvent[reply.after]);
}

function carryOutDebug(smu: SmuContext, id: number, argument: number): ReturnType<typeof carryOut> {
  switch (id) {
    case debugMessages.TestMessage:
      return { result: results.ok, value: (argument + 1) >>> 0 };
    case debugMessages.Mode1Reset:
      return { result: results.ok, after: 'modeOneReset' };
    case debugMessages.DebugDumpExit:
      return { result: results.debugDumpEnd };
  }
  blame(smu, smuRules.SMU_MESSAGE_UNKNOWN, `C2PMSG_75 = ${hex(id)} is no debug message`, 'saidDebug');
  return { result: results.unknownCommand };
}

function nameOf(box: Mailbox, id: number): string {
  const name = box === main ? messageName(id) : undefined;
  return name === undefined ? '' : ` (${name})`;
}

function swapBytes(word: number): number {
  return ((word >>> 24) | ((word >>> 8) & 0xff00) | ((word & 0xff00) << 8) | (word << 24)) >>> 0;
}

/** A reset of the graphics block leaves the SMU alone. */
function reset(smu: SmuContext, kind: CardReset): void {
  if (kind === 'gfx') return;
  const { card, s } = smu;
  card.slot.events.cancel(smu.target);
  for (const key of Object.keys(s) as (keyof typeof s)[]) s[key] = 0;
  smu.limits.fill(0);
  for (const table of smu.tables.values()) table.fill(0);
  card.regs.reset((register) => register.block === 'MP1');
}
