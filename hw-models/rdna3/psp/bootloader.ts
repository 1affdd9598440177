/**
 * The PSP's bootloader: it takes one image after the other through C2PMSG_35 and C2PMSG_36, and ends by starting
 * the secure OS.
 *
 * Commands, addresses and the order KDB, SPL, SYS, (SOC, INTF, DBG, RAS,) SOS come from public drivers. One surprise
 * carried over from them: as security patch level list (SPL) a Navi31 is handed its key database (KDB) a second
 * time, and takes it. What 13.0.0 shows for a bad image is in no public source: here bit 31 stays clear.
 *
 * Fidelity: guessed (refusals, times). The sequence is from public drivers.
 */

import type { PayloadKind } from '../../../registers/amd/payload.ts';
import { bootloaderCommands as C, mailboxReady, pspAlignmentBytes } from '../../../registers/amd/psp.ts';
import { PspEvent, blame, hex, mailbox, remember, schedule } from './context.ts';
import type { PspContext } from './context.ts';
import { fetchImage, isRefusal } from './image.ts';
import { pspRules } from './rules.ts';

interface Stage {
  readonly command: number;
  readonly name: string;
  readonly bit: number;
  /** Bits of the stages that must be there. */
  readonly needs: number;
  readonly kinds: readonly PayloadKind[];
}

const KDB = 1;
const SPL = 2;
const SYS = 4;
const SOS = 0x100;

export const stages: readonly Stage[] = [
  { command: C.LOAD_KEY_DATABASE, name: 'KDB', bit: KDB, needs: 0, kinds: ['KDB'] },
  { command: C.LOAD_TOS_SPL_TABLE, name: 'SPL', bit: SPL, needs: KDB, kinds: ['SPL', 'KDB'] },
  { command: C.LOAD_SYSDRV, name: 'SYS_DRV', bit: SYS, needs: KDB | SPL, kinds: ['SYS_DRV'] },
  { command: C.LOAD_SOCDRV, name: 'SOC_DRV', bit: 8, needs: KDB | SPL | SYS, kinds: [] },
  { command: C.LOAD_INTFDRV, name: 'INTF_DRV', bit: 0x10, needs: KDB | SPL | SYS, kinds: [] },
  { command: C.LOAD_DBGDRV, name: 'DBG_DRV', bit: 0x20, needs: KDB | SPL | SYS, kinds: [] },
  { command: C.LOAD_RASDRV, name: 'RAS_DRV', bit: 0x40, needs: KDB | SPL | SYS, kinds: [] },
  { command: C.LOAD_IPKEYMGRDRV, name: 'IPKEYMGR_DRV', bit: 0x80, needs: KDB | SPL | SYS, kinds: [] },
  { command: C.LOAD_SOSDRV, name: 'SOS', bit: SOS, needs: KDB | SPL | SYS, kinds: ['SOS'] },
];

/** Memory training commands carry no image. */
const trainings: readonly number[] = [C.DRAM_LONG_TRAIN, C.DRAM_SHORT_TRAIN];

const WINDOW_BYTES = 0x10_0000;

// how long things take; only that they take time is known
const FETCH_NS = 2_000;
const BYTE_NS = 8;
const TRAINING_NS = 20_000_000;
const SOS_START_NS = 5_000_000;
const SOS_mailboxReady_NS = 500_000;

const namesOf = (bits: number): string =>
  stages
    .filter((stage) => (stage.bit & bits) !== 0)
    .map((stage) => stage.name)
    .join(', ');

/** Puts the mailbox into its state after power-on. */
export function bootloaderReady({ card: { regs } }: PspContext): void {
  regs.poke(mailbox.MP0_SMN_C2PMSG_33, mailboxReady);
  regs.poke(mailbox.MP0_SMN_C2PMSG_35, mailboxReady);
}

/** Attaches the registers of the bootloader. */
export function attachBootloader(psp: PspContext): void {
  const { regs } = psp.card;
  const { s } = psp;
  regs.on(mailbox.MP0_SMN_C2PMSG_36, { write: () => remember(psp, 'saidAddress') });
  regs.on(mailbox.MP0_SMN_C2PMSG_35, {
    write(value, _index, before) {
      if (s.alive !== 0) {
        regs.poke(mailbox.MP0_SMN_C2PMSG_35, before);
        remember(psp, 'saidBoot');
        blame(
          psp,
          pspRules.PSP_BOOTLOADER_GONE,
          `C2PMSG_35 = ${hex(value)}, but the secure OS runs (C2PMSG_81 is not 0): boot images can be loaded only after a reset`,
          'saidBoot',
        );
        return;
      }
      if (s.bootBusy !== 0) {
        regs.poke(mailbox.MP0_SMN_C2PMSG_35, before);
        const { findings, card } = psp.card.slot;
        const causes = s.saidBoot > 0 ? [s.saidBoot - 1] : [];
        findings.report(
          pspRules.PSP_MAILBOX_BUSY,
          card,
          `C2PMSG_35 = ${hex(value)} while bit 31 is clear (it reads ${hex(before)}): wait until it reads 0x80000000 alone`,
          undefined,
          causes,
        );
        return;
      }
      remember(psp, 'saidBoot');
      s.bootBusy = 1;
      regs.poke(mailbox.MP0_SMN_C2PMSG_35, value & ~mailboxReady);
      schedule(psp, FETCH_NS, PspEvent.bootFetch, value);
    },
  });
}

/** A command arrived a moment ago: look at what it points to. */
export function bootFetch(psp: PspContext, command: number): void {
  const { s, card } = psp;
  if (trainings.includes(command)) {
    schedule(psp, TRAINING_NS, PspEvent.bootDone, command);
    return;
  }
  const stage = stages.find((each) => each.command === command);
  if (stage === undefined) {
    blame(
      psp,
      pspRules.PSP_BOOT_COMMAND_UNKNOWN,
      `C2PMSG_35 = ${hex(command)} is no bootloader command; known are ${stages.map((each) => `${hex(each.command)} ${each.name}`).join(', ')}`,
      'saidBoot',
    );
    return;
  }
  const missing = stage.needs & ~s.stages;
  if (missing !== 0) {
    blame(
      psp,
      pspRules.PSP_STAGE_ORDER,
      `${stage.name} (C2PMSG_35 = ${hex(command)}) before ${namesOf(missing)}: the order is KDB, SPL, SYS_DRV, SOS`,
      'saidBoot',
    );
    return;
  }
  const mib = card.regs.peek(mailbox.MP0_SMN_C2PMSG_36);
  const image = fetchImage(psp, mib * pspAlignmentBytes, {
    what: `boot image ${stage.name}`,
    kinds: stage.kinds,
    limitBytes: WINDOW_BYTES,
    limit: 'the boot window',
    hint: 'C2PMSG_36 counts MiB, so an image that does not begin on a MiB boundary is not where it says',
  });
  if (isRefusal(image)) {
    blame(psp, image.rule, image.message, 'saidBoot', ['saidAddress']);
    return;
  }
  if (stage.bit === SOS) {
    schedule(psp, SOS_START_NS + image.bytes.length * BYTE_NS, PspEvent.bootDone, command, image.version);
  } else schedule(psp, image.bytes.length * BYTE_NS, PspEvent.bootDone, command, image.version);
}

/** The command is done: the mailbox is free again, or the secure OS runs. */
export function bootDone(psp: PspContext, command: number, version: number): void {
  const { s, card } = psp;
  const stage = stages.find((each) => each.command === command);
  s.bootBusy = 0;
  if (stage !== undefined) s.stages |= stage.bit;
  if (stage?.bit !== SOS) {
    card.regs.poke(mailbox.MP0_SMN_C2PMSG_35, mailboxReady);
    return;
  }
  s.alive = 1;
  card.regs.poke(mailbox.MP0_SMN_C2PMSG_35, 0);
  card.regs.poke(mailbox.MP0_SMN_C2PMSG_58, version);
  card.regs.poke(mailbox.MP0_SMN_C2PMSG_81, 1);
  s.controlBusy = 1;
  schedule(psp, SOS_mailboxReady_NS, PspEvent.sosReady);
}
