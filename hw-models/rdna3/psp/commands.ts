/**
 * The commands of the secure OS: trusted applications, the protected memory region (TMR), firmware of the other
 * blocks, and the hand-over to the run list controller.
 *
 * Command layouts, ids, firmware types and status 0x100 are from the public interface header; other status values are
 * GlobalPlatform's TEE codes, and which of them the secure OS picks is guessed. The size that LOAD_TOC returns is what
 * the table needs plus a constant, chosen so that the real table gives the 0x1300000 that real boards report. What
 * lies inside the TMR is not modelled, nor are trusted applications beyond their sessions.
 *
 * Fidelity: guessed (status values, times, room outside the table of contents).
 */

import { payloadHeaderBytes } from '../../../registers/amd/firmware.ts';
import { OSSSYS } from '../../../registers/amd/ih.ts';
import { kindOfFirmwareType } from '../../../registers/amd/payload.ts';
import { commandIds, firmwareTypeName, firmwareTypes, responseStatus } from '../../../registers/amd/psp.ts';
import { readToc, tocIds, tocOfFirmwareType } from '../../../registers/amd/toc.ts';
import { SESSIONS, TYPES, blame, hex } from './context.ts';
import type { PspContext } from './context.ts';
import { fetchImage, isRefusal } from './image.ts';
import { engineRead, reachable, vramOffset } from './memory.ts';
import { pspRules } from './rules.ts';

/** Status words of the response. */
export const Status = {
  ok: responseStatus.success,
  unknownCommand: responseStatus.unknownCommand,
  badParameters: 0xffff_0006,
  badState: 0xffff_0007,
  itemNotFound: 0xffff_0008,
  notSupported: responseStatus.notSupported,
  outOfMemory: 0xffff_000c,
  security: 0xffff_000f,
} as const;

const SMU = 18;
const MIB = 0x10_0000;
const PAGE = 4096;
/** What the secure OS wants besides what the table places: 9 MiB make the real table's need the known 0x1300000. */
const OUTSIDE_TABLE_BYTES = 9 * MIB;
/** What a region needs where no table was loaded. */
const TMR_WITHOUT_TABLE_BYTES = 4 * MIB;

const COMMAND_NS = 50_000;
const BYTE_NS = 4;

/** Executes the command in `command`, fills the 96-byte response. Returns how long it takes, in ns. */
export function execute(psp: PspContext, command: DataView, response: DataView): number {
  const id = command.getUint32(8, true);
  const word = (index: number): number => command.getUint32(0x1c + index * 4, true);
  const address = (index: number): number => word(index + 1) * 2 ** 32 + word(index);
  const answer = (status: number): number => {
    response.setUint32(0, status, true);
    return COMMAND_NS;
  };
  switch (id) {
    case commandIds.LOAD_TOC:
      return answer(loadToc(psp, address(0), word(2), response)) + word(2) * BYTE_NS;
    case commandIds.SETUP_TMR:
      return answer(setupTmr(psp, address(0), word(2), word(3), address(4)));
    case commandIds.DESTROY_TMR:
      return answer(destroyTmr(psp));
    case commandIds.LOAD_IP_FW:
      return answer(loadIpFw(psp, address(0), word(2), word(3), response)) + Math.min(word(2), MIB) * BYTE_NS;
    case commandIds.AUTOLOAD_RLC:
      return answer(autoload(psp));
    case commandIds.LOAD_TA:
    case commandIds.LOAD_ASD:
      return answer(loadTa(psp, id, address(0), word(2), response));
    case commandIds.UNLOAD_TA:
      return answer(unloadTa(psp, word(0)));
    case commandIds.INVOKE_CMD:
      return answer(invoke(psp, word(0), word(1)));
    case commandIds.SAVE_RESTORE:
      return answer(saveRestore(psp, word(0), word(4)));
    case commandIds.PROG_REG:
      return answer(progReg(psp, word(0), word(1)));
    case commandIds.BOOT_CFG:
      return answer(bootCfg(psp, word(1), word(2), word(3), response));
    case commandIds.GET_FW_ATTESTATION:
    case commandIds.SETUP_VMR:
    case commandIds.DESTROY_VMR:
    case commandIds.SRIOV_SPATIAL_PART:
      blame(psp, pspRules.PSP_COMMAND_UNMODELLED, `PSP command ${hex(id)} is not modelled`, 'saidWptr');
      return answer(Status.notSupported);
    default:
      blame(psp, pspRules.PSP_COMMAND_UNKNOWN, `PSP command id ${hex(id)} does not exist`, 'saidWptr');
      return answer(Status.unknownCommand);
  }
}

/** LOAD_TOC: reads the table, answers how large the TMR must be. */
function loadToc(psp: PspContext, mc: number, bytes: number, response: DataView): number {
  const { s } = psp;
  const image = fetchImage(psp, mc, {
    what: 'LOAD_TOC',
    kinds: ['TOC'],
    limitBytes: bytes,
    limit: 'toc_size in the command',
  });
  if (isRefusal(image)) {
    blame(psp, image.rule, image.message, 'saidWptr');
    return Status.security;
  }
  const entries = readToc(image.bytes.subarray(payloadHeaderBytes, payloadHeaderBytes + image.bodyBytes));
  if (entries === undefined || entries.length === 0) {
    blame(
      psp,
      pspRules.TOC_INVALID,
      `LOAD_TOC: the table at MC address ${hex(mc)} has ${entries === undefined ? 'no end' : 'no entries'}`,
      'saidWptr',
    );
    return Status.badParameters;
  }
  let end = 0;
  for (const entry of entries) {
    psp.tocRoom[entry.id] = entry.bytes;
    psp.tocOffset[entry.id] = entry.offset;
    end = Math.max(end, entry.offset + entry.bytes);
  }
  s.toc = 1;
  s.tocBytes = Math.ceil(end / MIB) * MIB + OUTSIDE_TABLE_BYTES;
  s.tmrNext = Math.ceil(end / MIB) * MIB;
  response.setUint32(0x10, s.tocBytes, true);
  return Status.ok;
}

/** SETUP_TMR: takes a piece of video memory away from everybody else. */
function setupTmr(psp: PspContext, mc: number, bytes: number, flags: number, system: number): number {
  const { s, card } = psp;
  s.saidTmr = s.saidWptr;
  if (s.tmr !== 0) {
    blame(
      psp,
      pspRules.TMR_EXISTS,
      `SETUP_TMR at MC address ${hex(mc)}: there is one at VRAM offset ${hex(s.tmrOffset)}; DESTROY_TMR first`,
      'saidWptr',
    );
    return Status.badState;
  }
  const needed = s.toc !== 0 ? s.tocBytes : TMR_WITHOUT_TABLE_BYTES;
  if (bytes < needed) {
    const from = s.toc !== 0 ? 'tmr_size that LOAD_TOC returned' : 'least where no table of contents was loaded';
    blame(
      psp,
      pspRules.TMR_SIZE,
      `SETUP_TMR: buf_size ${hex(bytes)} is less than ${hex(needed)}, the ${from}`,
      'saidWptr',
    );
    return Status.outOfMemory;
  }
  const offset = vramOffset(card, mc, bytes);
  const virtual = (flags & 2) !== 0;
  const ringOffset = vramOffset(card, s.ringAddress, s.ringBytes);
  const discovery = card.vram.bytes - 0x1_0000;
  const overlaps = (at: number, length: number): boolean => at < offset + bytes && at + length > offset;
  const wrong =
    offset < 0
      ? `MC addresses ${hex(mc)}..${hex(mc + bytes - 1)} are not all in video memory, which begins at ${hex(card.gmc.fbBase)}`
      : mc % MIB !== 0
        ? `MC address ${hex(mc)} is not on a 1 MiB boundary`
        : virtual && system !== offset
          ? `system address ${hex(system)} and MC address ${hex(mc)} are different places: the MC address is VRAM offset ${hex(offset)}`
          : overlaps(ringOffset, s.ringBytes)
            ? `it would cover the PSP ring at VRAM offset ${hex(ringOffset)}`
            : overlaps(discovery, 0x1_0000)
              ? `it would cover the discovery table at VRAM offset ${hex(discovery)}`
              : undefined;
  if (wrong !== undefined) {
    blame(psp, pspRules.TMR_PLACEMENT, `SETUP_TMR: ${wrong}`, 'saidWptr');
    return Status.badParameters;
  }
  s.tmr = 1;
  s.tmrOffset = offset;
  s.tmrBytes = bytes;
  card.gmc.protect(offset, bytes);
  return Status.ok;
}

function destroyTmr(psp: PspContext): number {
  const { s, card } = psp;
  if (s.tmr === 0) {
    blame(psp, pspRules.TMR_MISSING, 'DESTROY_TMR: there is no protected region', 'saidWptr');
    return Status.badState;
  }
  s.tmr = 0;
  card.gmc.protect(s.tmrOffset, 0);
  psp.loaded.fill(0);
  return Status.ok;
}

const knownTypes: ReadonlySet<number> = new Set(Object.values(firmwareTypes));

/** LOAD_IP_FW: takes the firmware of another block. */
function loadIpFw(psp: PspContext, mc: number, bytes: number, type: number, response: DataView): number {
  const { s, card } = psp;
  const known = type < TYPES && knownTypes.has(type);
  const what = `LOAD_IP_FW type ${type}${known ? ` (${firmwareTypeName(type)})` : ''}`;
  if (!known) {
    blame(psp, pspRules.FIRMWARE_TYPE_UNKNOWN, `${what} is no firmware type`, 'saidWptr');
    return Status.notSupported;
  }
  if (s.tmr === 0 && type !== SMU) {
    blame(
      psp,
      pspRules.TMR_MISSING,
      `${what} before SETUP_TMR: there is no place for it; only the SMU's firmware (type 18) may come earlier`,
      'saidWptr',
    );
    return Status.badState;
  }
  if (mc % PAGE !== 0) {
    blame(psp, pspRules.PSP_ADDRESS, `${what}: MC address ${hex(mc)} is not on a 4 KiB boundary`, 'saidWptr');
    return Status.badParameters;
  }
  const image = fetchImage(psp, mc, {
    what,
    kinds: kindOfFirmwareType[type] === undefined ? [] : [kindOfFirmwareType[type]!],
    limitBytes: bytes,
    limit: 'fw_size in the command',
  });
  if (isRefusal(image)) {
    blame(psp, image.rule, image.message, 'saidWptr');
    return Status.security;
  }
  let place = s.tmrNext;
  const entry = tocOfFirmwareType[type];
  if (s.toc !== 0 && entry !== undefined) {
    const room = psp.tocRoom[tocIds[entry]]!;
    if (room < image.bodyBytes) {
      const rule = room === 0 ? pspRules.FIRMWARE_TYPE_UNKNOWN : pspRules.FIRMWARE_TOO_LARGE;
      blame(
        psp,
        rule,
        `${what}: the body has ${hex(image.bodyBytes)} bytes, the table of contents gives its entry ${entry} ${hex(room)}`,
        'saidWptr',
        ['saidTmr'],
      );
      return Status.outOfMemory;
    }
    place = psp.tocOffset[tocIds[entry]]!;
  } else if (s.tmr !== 0) {
    if (s.tmrNext + image.bodyBytes > s.tmrBytes) {
      blame(
        psp,
        pspRules.FIRMWARE_TOO_LARGE,
        `${what}: ${hex(image.bodyBytes)} bytes do not fit the ${hex(s.tmrBytes - s.tmrNext)} that are left of the TMR`,
        'saidWptr',
        ['saidTmr'],
      );
      return Status.outOfMemory;
    }
    if (psp.loaded[type] === 0) s.tmrNext += Math.ceil(image.bodyBytes / 4096) * 4096;
  }
  if (psp.loaded[type] !== 0)
    blame(psp, pspRules.FIRMWARE_TWICE, `${what} was loaded before and nothing reset it since`, 'saidWptr');
  psp.loaded[type] = 1;
  if (s.tmr !== 0) {
    const at = card.gmc.fbBase + s.tmrOffset + place;
    response.setUint32(0x08, at % 2 ** 32, true);
    response.setUint32(0x0c, Math.floor(at / 2 ** 32), true);
  }
  if (type === SMU) card.smu.firmwareLoaded(image.version);
  return Status.ok;
}

/**
 * Types without which the graphics block does not come up: IMU, RLC with its helpers, both threads of SDMA, MEC and its
 * stack. Every stock driver loads at least these; which of them silicon could do without is not known (guessed: none).
 */
const autoloadNeeds: readonly number[] = [68, 69, 26, 48, 25, 7, 8, 71, 72, 89, 94];

/** AUTOLOAD_RLC: everything is there, the run list controller may start. */
function autoload(psp: PspContext): number {
  const { s, card } = psp;
  const missing = autoloadNeeds
    .filter((type) => psp.loaded[type] === 0)
    .map((type) => `${firmwareTypeName(type)} (${type})`);
  if (s.toc === 0) missing.unshift('the table of contents (LOAD_TOC)');
  if (s.tmr === 0) missing.unshift('the protected region (SETUP_TMR)');
  if (missing.length > 0) {
    blame(
      psp,
      pspRules.AUTOLOAD_INCOMPLETE,
      `AUTOLOAD_RLC, but these were not loaded: ${missing.join(', ')}`,
      'saidWptr',
      ['saidTmr'],
    );
    return Status.badState;
  }
  s.autoloaded = 1;
  card.gfx.autoload();
  return Status.ok;
}

function loadTa(psp: PspContext, id: number, mc: number, bytes: number, response: DataView): number {
  const { s } = psp;
  const what = id === commandIds.LOAD_ASD ? 'LOAD_ASD' : 'LOAD_TA';
  if (bytes === 0 || !reachable(psp.card, mc, bytes)) {
    blame(
      psp,
      pspRules.PSP_ADDRESS,
      `${what}: ${hex(bytes)} bytes at MC address ${hex(mc)} are not in video memory`,
      'saidWptr',
    );
    return Status.badParameters;
  }
  const header = new Uint8Array(payloadHeaderBytes);
  if (!engineRead(psp.card, mc, header, 'PSP') || header.every((byte) => byte === 0)) {
    blame(psp, pspRules.PSP_IMAGE_MISSING, `${what}: at MC address ${hex(mc)} the PSP finds only zeros`, 'saidWptr');
    return Status.security;
  }
  const session = psp.open.indexOf(0, 1);
  if (session < 0) return Status.outOfMemory;
  psp.open[session] = 1;
  s.sessions++;
  response.setUint32(0x04, session, true);
  return Status.ok;
}

function knownSession(psp: PspContext, session: number, what: string): boolean {
  if (session > 0 && session < SESSIONS && psp.open[session] === 1) return true;
  blame(psp, pspRules.PSP_SESSION_UNKNOWN, `${what}: session ${hex(session)} is not open`, 'saidWptr');
  return false;
}

function unloadTa(psp: PspContext, session: number): number {
  if (!knownSession(psp, session, 'UNLOAD_TA')) return Status.itemNotFound;
  psp.open[session] = 0;
  psp.s.sessions--;
  return Status.ok;
}

function invoke(psp: PspContext, session: number, command: number): number {
  if (!knownSession(psp, session, 'INVOKE_CMD')) return Status.itemNotFound;
  blame(
    psp,
    pspRules.PSP_COMMAND_UNMODELLED,
    `INVOKE_CMD ${hex(command)} of session ${session}: what trusted applications do is not modelled`,
    'saidWptr',
  );
  return Status.notSupported;
}

function saveRestore(psp: PspContext, save: number, type: number): number {
  if (type < TYPES && psp.loaded[type] === 1) return Status.ok;
  blame(
    psp,
    pspRules.FIRMWARE_TYPE_UNKNOWN,
    `SAVE_RESTORE (${save === 0 ? 'restore' : 'save'}) of firmware type ${type}, which is not loaded`,
    'saidWptr',
  );
  return Status.itemNotFound;
}

/** PROG_REG: the PSP stores to a register that the driver may not. Ids 0 and 1 are the interrupt rings' controls. */
function progReg(psp: PspContext, value: number, id: number): number {
  const { regs } = psp.card;
  const ih = OSSSYS.registers;
  if (id === 0) regs.write(regs.dwordOf(ih.IH_RB_CNTL), value);
  else if (id === 1) regs.write(regs.dwordOf(ih.IH_RB_CNTL_RING1), value);
  else return Status.notSupported;
  return Status.ok;
}

/** BOOT_CFG: 1 set, 2 get, 3 back to the defaults. */
function bootCfg(psp: PspContext, sub: number, config: number, valid: number, response: DataView): number {
  const { s } = psp;
  if (sub === 1) s.bootConfig = ((s.bootConfig & ~valid) | (config & valid)) >>> 0;
  else if (sub === 3) s.bootConfig = 0;
  else if (sub !== 2) return Status.badParameters;
  response.setUint32(64, s.bootConfig, true);
  return Status.ok;
}
