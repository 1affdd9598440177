/**
 * The shader core as the command processor drives it: launches in, interrupts and findings out.
 *
 * Fidelity: from-public-source (SQ interrupt words as Linux amdkfd decodes them). Fidelity of which errors raise an
 * SQ interrupt without a trap handler: guessed.
 */

import { defineRules } from '../../../sim/index.ts';
import type { CoreMemory } from '../../exec/memory.ts';
import type { Card } from '../blocks.ts';
import { Client } from '../blocks.ts';
import type { ComputeDispatch, ComputeEngine } from '../cp/dispatch.ts';
import { createCoreMemory } from '../gmc/core-memory.ts';
import type { CardWatch } from './check/card.ts';
import { Initiator } from './dispatch.ts';
import { ShaderEngine } from './engine.ts';
import type { ShaderEvent } from './events.ts';
import { DISPATCHES } from './state.ts';

export const shaderRules = defineRules({
  SHADER_ILLEGAL_INSTRUCTION: {
    title: 'A wave met bytes that are no instruction of this card, or one that is not modelled',
    onSilicon:
      'The wave stops, an SQ interrupt of type illegal instruction is raised, and the queue hangs until it is reset.',
    source: 'RDNA3 ISA; SQ interrupt encoding of Linux amdkfd',
  },
  SHADER_TRAP: {
    title: 'A wave executed s_trap and no trap handler is installed',
    onSilicon: 'The trap is ignored or the wave halts, by trap number.',
    source: 'RDNA3 ISA, s_trap',
  },
  SHADER_REGISTER_RANGE: {
    title: 'A wave named a vector register beyond those its descriptor asked for',
    onSilicon: "It reads or writes another wave's register, or register 0.",
    source: 'RDNA3 ISA, VGPR allocation',
  },
  SHADER_LDS_RANGE: {
    title: 'A wave reached beyond the LDS its launch asked for',
    onSilicon: 'Loads return 0, stores are dropped.',
    source: 'RDNA3 ISA, LDS out of range',
  },
  LAUNCH_REFUSED: {
    title: 'A launch that the shader core cannot serve',
    onSilicon: 'The dispatcher waits for resources that never come; the queue hangs.',
    source: 'resource limits of gfx1100',
  },
});

/** SQ interrupts: client GFX, source 0xef. */
const GFX_CLIENT = 0x0a;
const SQ_SOURCE = 0xef;
const Encoding = { auto: 0, instruction: 1, error: 2 } as const;
const ErrorType = { illegalInstruction: 1, memoryViolation: 2 } as const;

/**
 * Joins the shader core to a card.
 *
 * @param watch looks for races.
 */
export function createComputeEngine(card: Card, watch?: CardWatch): ComputeEngine {
  const { slot } = card;
  const memories: (CoreMemory | undefined)[] = [];
  const { threads = 1 } = card.options;
  const engine = new ShaderEngine({
    memory: (vmid) => (memories[vmid] ??= createCoreMemory(card, card.gmc.gfxhub, vmid)),
    // in the arena: translated code works on the state where it lies
    allocate: (name, kind, length) => slot.state.allocate(`shader.${name}`, kind, length, 'arena'),
    engine: card.options.engine,
    threads,
    watcher: watch?.races,
    report: (event) => {
      if (watch?.tell(event) !== true) tell(card, event);
    },
    clients: { data: Client.tcp, instruction: Client.sqcInst, scalar: Client.sqcData },
    referenceClock: () => {
      const ticks = Math.floor(slot.events.nowNs / 10); // 100 MHz
      return [ticks >>> 0, Math.floor(ticks / 0x1_0000_0000)];
    },
  });
  return {
    capacity: DISPATCHES,
    start: (dispatch) => engine.start(fromPlain(card, dispatch)),
    busy: (id) => engine.inFlight(id),
    run: (fuel) => {
      const before = engine.executed;
      engine.run(fuel);
      return engine.executed - before;
    },
    cancel: (id) => engine.abort(id),
    reset: () => engine.reset(),
  };
}

/** A launch in the shape the dispatcher plans from. */
function fromPlain(card: Card, d: ComputeDispatch) {
  const trap = card.gfx.trapHandler?.(d.vmid);
  // The dispatcher, not the program, says whether a trap handler is there.
  const trapPresent = trap?.enabled === true ? 1 << 6 : 0;
  const axis = (i: number): number => d.threads[i]! | (d.lastThreads[i]! << 16);
  return {
    dim: d.groups,
    start: d.first,
    numThread: [axis(0), axis(1), axis(2)] as const,
    pgmLo: Math.floor(d.entry / 256) >>> 0,
    pgmHi: Math.floor(d.entry / 2 ** 40),
    rsrc1: d.rsrc1,
    rsrc2: (d.rsrc2 & ~(0x1ff << 15)) | (Math.ceil(d.ldsBytes / 512) << 15) | trapPresent,
    rsrc3: d.rsrc3,
    tmpringSize: d.tmpringSize,
    scratchBaseLo: Math.floor(d.scratchBase / 256) >>> 0,
    scratchBaseHi: Math.floor(d.scratchBase / 2 ** 40),
    userData: d.userData,
    resourceLimits: d.resourceLimits,
    initiator: Initiator.computeEnable | Initiator.partialGroups | (d.wave32 ? Initiator.wave32 : 0),
    vmid: d.vmid,
    shMemBases: d.shMemBases,
    shMemConfig: d.shMemConfig,
    trapBase: trap?.base ?? 0,
    trapMemory: trap?.memory ?? 0,
    tag: d.because,
  };
}

function tell(card: Card, event: ShaderEvent): void {
  const { findings } = card.slot;
  const report = (
    rule: (typeof shaderRules)[keyof typeof shaderRules],
    where: string,
    what: string,
    message: string,
  ): void => findings.report(rule, card.slot.card, message, findings.thing(where, what));
  const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;
  switch (event.kind) {
    case 'dispatchDone':
      return;
    case 'launchRefused':
      report(
        shaderRules.LAUNCH_REFUSED,
        `dispatch ${event.dispatch}`,
        event.reason,
        `the launch asks for what the core does not have: ${event.detail}`,
      );
      return;
    case 'illegalInstruction': {
      const words = event.words.map(hex).join(' ');
      report(
        shaderRules.SHADER_ILLEGAL_INSTRUCTION,
        `instruction at 0x${event.pc.toString(16)}`,
        words,
        event.mnemonic === undefined ? `${words} is no instruction of gfx1100` : `${event.mnemonic} is not modelled`,
      );
      raise(card, event, Encoding.error, ErrorType.illegalInstruction << 21);
      return;
    }
    case 'memoryViolation': // the hub has said why; the wave's own view is the interrupt
      raise(card, event, Encoding.error, ErrorType.memoryViolation << 21);
      return;
    case 'trap':
      if (event.handled) return;
      report(
        shaderRules.SHADER_TRAP,
        `instruction at 0x${event.pc.toString(16)}`,
        `s_trap ${event.trap}`,
        `s_trap ${event.trap} without a trap handler`,
      );
      return;
    case 'interruptMessage':
      raise(card, event, Encoding.instruction, event.data & 0xff_ffff);
      return;
    case 'vgprOutOfRange':
      report(
        shaderRules.SHADER_REGISTER_RANGE,
        `instruction at 0x${event.pc.toString(16)}`,
        event.mnemonic,
        `${event.mnemonic} names v${event.register}; the descriptor asked for ${event.allocated} registers`,
      );
      return;
    case 'ldsOutOfRange':
      report(
        shaderRules.SHADER_LDS_RANGE,
        `instruction at 0x${event.pc.toString(16)}`,
        `LDS address ${hex(event.address)}`,
        `LDS address ${hex(event.address)} is beyond the ${event.allocated} bytes of the launch`,
      );
  }
}

function raise(
  card: Card,
  at: { readonly vmid: number; readonly wave: number },
  encoding: number,
  detail: number,
): void {
  card.ih.raise({
    client: GFX_CLIENT,
    source: SQ_SOURCE,
    vmid: at.vmid,
    context: [(detail | ((at.wave & 31) << 27)) >>> 0, ((encoding << 6) | (((at.wave >>> 5) & 15) << 2)) >>> 0, 0, 0],
  });
}
