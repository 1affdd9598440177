/**
 * The secure OS's command ring: control through C2PMSG_64, frames behind C2PMSG_67.
 *
 * A public driver that does not flush the HDP between writing a frame and moving the pointer is known to work, so the
 * secure OS is taken to read frame and command buffer as the CPU sees them, and to flush before it answers (guessed).
 * Images it reads as any engine does.
 *
 * Fidelity: guessed (error numbers, times, coherence of frames). Control ids and frame layout are from the public interface header.
 */

import { mailboxReady, responseAt, ringControl, ringFrameDwords } from '../../../registers/amd/psp.ts';
import { PspEvent, blame, hex, mailbox, remember, schedule } from './context.ts';
import type { PspContext } from './context.ts';
import { execute } from './commands.ts';
import { coherentRead, engineWrite, reachable } from './memory.ts';
import { pspRules } from './rules.ts';

/** Error numbers in bits 15:0 of the answer. Guessed: only "not 0" is known. */
const Failure = { notSupported: 0x000a, badParameters: 0x0006, badState: 0x0007 } as const;

const FRAME_BYTES = 64;
const COMMAND_BYTES = 1024;
const RESPONSE_BYTES = 96;
const PAGE = 4096;

const CONTROL_NS = 200_000;
const FRAME_NS = 10_000;
/** Time from the reset command's answer to the card falling silent: a slow poller must be able to see the answer. */
const RESET_DELAY_NS = 2_000_000;

/** Attaches C2PMSG_64 and what belongs to the ring. */
export function attachRing(psp: PspContext): void {
  const { regs } = psp.card;
  const { s } = psp;
  const noteRing = (): void => remember(psp, 'saidRing');
  regs.on(mailbox.MP0_SMN_C2PMSG_69, { write: noteRing });
  regs.on(mailbox.MP0_SMN_C2PMSG_70, { write: noteRing });
  regs.on(mailbox.MP0_SMN_C2PMSG_71, { write: noteRing });
  regs.on(mailbox.MP0_SMN_C2PMSG_64, {
    write(value, _index, before) {
      const busyBefore = s.controlBusy !== 0;
      if (s.alive === 0 || busyBefore) regs.poke(mailbox.MP0_SMN_C2PMSG_64, before);
      if (s.alive === 0) {
        remember(psp, 'saidControl');
        blame(
          psp,
          pspRules.PSP_SOS_DEAD,
          `C2PMSG_64 = ${hex(value)}, but the secure OS does not run: C2PMSG_81 is 0`,
          'saidControl',
        );
        return;
      }
      if (busyBefore) {
        const { findings, card } = psp.card.slot;
        findings.report(
          pspRules.PSP_CONTROL_BUSY,
          card,
          `C2PMSG_64 = ${hex(value)} while bit 31 is clear (it reads ${hex(before)}): wait for bit 31 first`,
          undefined,
          s.saidControl > 0 ? [s.saidControl - 1] : [],
        );
        return;
      }
      remember(psp, 'saidControl');
      s.controlBusy = 1;
      regs.poke(mailbox.MP0_SMN_C2PMSG_64, value & ~mailboxReady);
      schedule(psp, CONTROL_NS, PspEvent.control, value);
    },
  });
  regs.on(mailbox.MP0_SMN_C2PMSG_67, { write: (value) => moved(psp, value) });
}

/** The secure OS listens. */
export function sosReady(psp: PspContext): void {
  psp.s.controlBusy = 0;
  psp.card.regs.poke(mailbox.MP0_SMN_C2PMSG_64, mailboxReady);
}

/** Carries out a control command. */
export function control(psp: PspContext, value: number): void {
  const { s, card } = psp;
  let failure = 0;
  switch (value >= 0x8000_0000 ? -1 : value - (value % 0x1_0000)) {
    case ringControl.INIT_GPCOM_RING:
      failure = createRing(psp);
      break;
    case ringControl.INIT_RBI_RING:
      blame(
        psp,
        pspRules.RING_TYPE_WRONG,
        `C2PMSG_64 = ${hex(value)} asks for a ring of type 1 (user mode, RBI); a kernel driver's ring is type 2: write 0x20000`,
        'saidControl',
      );
      failure = Failure.notSupported;
      break;
    case ringControl.DESTROY_RINGS:
    case ringControl.DESTROY_GPCOM_RING:
      dropFrames(psp);
      s.ring = 0;
      break;
    case ringControl.CAN_INIT_RINGS:
    case ringControl.CONSUME_CMD:
    case ringControl.GBR_IH_SET:
      break;
    case ringControl.ENABLE_INT:
      s.interrupts = 1;
      break;
    case ringControl.DISABLE_INT:
      s.interrupts = 0;
      break;
    case ringControl.MODE1_RST:
      schedule(psp, RESET_DELAY_NS, PspEvent.modeOneReset);
      break;
    default:
      blame(psp, pspRules.PSP_CONTROL_UNKNOWN, `C2PMSG_64 = ${hex(value)} is no control command`, 'saidControl');
      failure = Failure.notSupported;
  }
  s.controlBusy = 0;
  card.regs.poke(mailbox.MP0_SMN_C2PMSG_64, mailboxReady + failure);
}

/** Forgets a frame that is being worked on. */
function dropFrames(psp: PspContext): void {
  psp.card.slot.events.cancel(psp.target, PspEvent.frame);
  psp.s.framePending = 0;
}

function createRing(psp: PspContext): number {
  const { s, card } = psp;
  const { regs } = card;
  if (s.ring !== 0) {
    blame(
      psp,
      pspRules.PSP_RING_EXISTS,
      `a ring exists at MC address ${hex(s.ringAddress)}: write 0x30000 (destroy) to C2PMSG_64 first`,
      'saidControl',
    );
    return Failure.badState;
  }
  const address = regs.peek(mailbox.MP0_SMN_C2PMSG_70) * 2 ** 32 + regs.peek(mailbox.MP0_SMN_C2PMSG_69);
  const bytes = regs.peek(mailbox.MP0_SMN_C2PMSG_71);
  const wrong =
    bytes === 0 || bytes % FRAME_BYTES !== 0
      ? `a size of ${hex(bytes)} bytes (C2PMSG_71) is not a whole number of 64-byte frames`
      : address % PAGE !== 0
        ? `MC address ${hex(address)} (C2PMSG_70:69) is not on a 4 KiB boundary`
        : !reachable(card, address, bytes)
          ? `MC addresses ${hex(address)}..${hex(address + bytes - 1)} (C2PMSG_70:69, 71) are not in video memory, which begins at ${hex(card.gmc.fbBase)}`
          : undefined;
  if (wrong !== undefined) {
    blame(psp, pspRules.PSP_RING_GEOMETRY, wrong, 'saidControl', ['saidRing']);
    return Failure.badParameters;
  }
  s.ring = 1;
  s.ringAddress = address;
  s.ringBytes = bytes;
  s.rptr = 0;
  s.wptr = 0;
  regs.poke(mailbox.MP0_SMN_C2PMSG_67, 0);
  return 0;
}

/** C2PMSG_67 was written. */
function moved(psp: PspContext, wptr: number): void {
  const { s, card } = psp;
  remember(psp, 'saidWptr');
  if (s.ring === 0) {
    const why = s.alive === 0 ? 'the secure OS does not run' : 'no ring was created (C2PMSG_64 = 0x20000)';
    blame(psp, pspRules.PSP_NO_RING, `C2PMSG_67 = ${hex(wptr)}, but ${why}`, 'saidWptr');
    return;
  }
  const dwords = s.ringBytes / 4;
  // one driver wraps the pointer at the ring's size, another leaves it at the end
  const ahead = wptr >= s.wptr ? wptr - s.wptr : wptr + dwords - s.wptr;
  const wrapped = wptr < s.wptr && wptr !== (s.wptr + ringFrameDwords) % dwords;
  if (wptr > dwords || wptr % ringFrameDwords !== 0 || wrapped || ahead > dwords) {
    const why =
      wptr > dwords
        ? `is past the end of a ring of ${hex(dwords)} dwords`
        : wptr % ringFrameDwords !== 0
          ? 'is not a multiple of 16 dwords, the length of a frame'
          : `goes back from ${hex(s.wptr)}`;
    blame(
      psp,
      pspRules.PSP_RING_POINTER,
      `C2PMSG_67 = ${hex(wptr)} ${why}; the next is ${hex((s.wptr + ringFrameDwords) % dwords)}`,
      'saidWptr',
      ['saidRing'],
    );
    card.regs.poke(mailbox.MP0_SMN_C2PMSG_67, s.wptr);
    return;
  }
  s.wptr = wptr;
  next(psp, FRAME_NS);
}

function next(psp: PspContext, delayNs: number): void {
  const { s } = psp;
  if (s.framePending !== 0 || s.ring === 0 || s.rptr % (s.ringBytes / 4) === s.wptr % (s.ringBytes / 4)) return;
  s.framePending = 1;
  schedule(psp, delayNs, PspEvent.frame, 0);
}

/** Phase 0 takes the frame at the read pointer and carries it out; phase 1 writes the fence and goes on. */
export function frame(psp: PspContext, phase: number, fenceValue: number): void {
  const { s, card } = psp;
  if (s.ring === 0) {
    s.framePending = 0;
    return;
  }
  const at = s.ringAddress + ((s.rptr * 4) % s.ringBytes);
  const bytes = new Uint8Array(FRAME_BYTES);
  const view = new DataView(bytes.buffer);
  coherentRead(card, at, bytes, 'PSP');
  const fence = view.getUint32(0x10, true) * 2 ** 32 + view.getUint32(0x0c, true);
  if (phase === 0) {
    const busyNs = run(psp, view, at, fence);
    schedule(psp, busyNs, PspEvent.frame, 1, view.getUint32(0x14, true));
    return;
  }
  const value = new Uint8Array(4);
  new DataView(value.buffer).setUint32(0, fenceValue, true);
  card.hdp.flush();
  engineWrite(card, fence, value, 'PSP');
  s.framePending = 0;
  s.rptr = (s.rptr + ringFrameDwords) % (s.ringBytes / 4);
  next(psp, FRAME_NS);
}

/** Checks a frame and executes its command. Returns how long that takes. */
function run(psp: PspContext, view: DataView, at: number, fence: number): number {
  const { card } = psp;
  const where = `frame at MC address ${hex(at)}`;
  let empty = true;
  for (let i = 0; i < FRAME_BYTES; i += 4) empty &&= view.getUint32(i, true) === 0;
  if (empty) {
    blame(psp, pspRules.PSP_FRAME, `${where} is all zeros: C2PMSG_67 moved before the frame was stored`, 'saidWptr');
    return FRAME_NS;
  }
  const commandAt = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
  const commandBytes = view.getUint32(8, true);
  const wrong = !reachable(card, commandAt, COMMAND_BYTES)
    ? `its command buffer, MC address ${hex(commandAt)}, is not in video memory`
    : commandAt % PAGE !== 0
      ? `its command buffer, MC address ${hex(commandAt)}, is not on a 4 KiB boundary`
      : commandBytes !== 0 && commandBytes < COMMAND_BYTES
        ? `its command buffer size ${hex(commandBytes)} is less than the 0x400 of the structure`
        : view.getUint8(0x20) !== 0
          ? `it asks for VMID ${view.getUint8(0x20)}; frames of a kernel driver use 0`
          : undefined;
  if (!reachable(card, fence, 4) || fence % 4 !== 0) {
    blame(
      psp,
      pspRules.PSP_FENCE_ADDRESS,
      `${where}: its fence address ${hex(fence)} is not a dword of video memory`,
      'saidWptr',
    );
  }
  if (wrong !== undefined) {
    blame(psp, pspRules.PSP_FRAME, `${where}: ${wrong}`, 'saidWptr');
    return FRAME_NS;
  }
  const command = new Uint8Array(COMMAND_BYTES);
  coherentRead(card, commandAt, command, 'PSP');
  const response = new Uint8Array(RESPONSE_BYTES);
  const busyNs = execute(psp, new DataView(command.buffer), new DataView(response.buffer));
  card.hdp.flush();
  engineWrite(card, commandAt + responseAt, response, 'PSP');
  return busyNs;
}
