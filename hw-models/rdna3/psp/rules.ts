/**
 * What can be done wrong with the PSP.
 *
 * Pure data.
 */

import { defineRules } from '../../../sim/index.ts';

const driverSequence = 'load sequence of public drivers (Linux amdgpu psp 13.0, tinygrad)';
const imageHeader = 'payload headers of the real files, registers/amd/payload.ts';
const silent = 'The bootloader does not come back: C2PMSG_35 bit 31 stays clear (guessed).';
const status = 'The response in the command buffer carries a status other than 0 (which one is guessed).';

export const pspRules = defineRules({
  PSP_MAILBOX_BUSY: {
    title: 'A bootloader command while the one before is not done',
    onSilicon: 'The command is lost, or disturbs the one that runs.',
    source: driverSequence,
  },
  PSP_BOOTLOADER_GONE: {
    title: 'A bootloader command after the secure OS took over',
    onSilicon: 'Nobody listens to the mailbox any more.',
    source: driverSequence,
  },
  PSP_BOOT_COMMAND_UNKNOWN: {
    title: 'A bootloader command that does not exist',
    onSilicon: silent,
    source: driverSequence,
  },
  PSP_STAGE_ORDER: {
    title: 'A boot stage before the stages it needs',
    onSilicon: silent,
    source: driverSequence,
  },
  PSP_ADDRESS: {
    title: 'The PSP was pointed at an address that is not in video memory',
    onSilicon: 'The PSP reads nothing of use and refuses what it finds.',
    source: driverSequence,
  },
  PSP_IMAGE_MISSING: {
    title: 'Where the PSP was pointed, no image begins',
    onSilicon: silent,
    source: imageHeader,
  },
  PSP_IMAGE_KIND: {
    title: 'An image of another kind than the command says',
    onSilicon: 'The image is refused: its signed header names what it is.',
    source: imageHeader,
  },
  PSP_IMAGE_SIZE: {
    title: 'An image whose sizes do not agree with one another, or with the command',
    onSilicon: 'The image is refused.',
    source: imageHeader,
  },
  PSP_IMAGE_DIGEST: {
    title: 'An image that was damaged on its way',
    onSilicon: 'The image is refused: digest or signature do not match.',
    source: imageHeader,
  },
  PSP_SOS_DEAD: {
    title: 'A command to the secure OS, which does not run',
    onSilicon: 'Nobody answers: bit 31 of C2PMSG_64 does not come.',
    source: driverSequence,
  },
  PSP_CONTROL_BUSY: {
    title: 'A ring control command while the one before is not done',
    onSilicon: 'The command is lost.',
    source: driverSequence,
  },
  PSP_CONTROL_UNKNOWN: {
    title: 'A ring control command that the secure OS does not know',
    onSilicon: 'C2PMSG_64 answers with an error in bits 15:0 (guessed).',
    source: 'control ids of the public PSP interface header',
  },
  RING_TYPE_WRONG: {
    title: 'A ring of a type that a bare-metal driver cannot have',
    onSilicon: 'The ring is not created; C2PMSG_64 answers with an error in bits 15:0 (which one is guessed).',
    source: 'ring types of the public PSP interface: kernel mode is 2',
  },
  PSP_RING_GEOMETRY: {
    title: 'A ring whose address or size cannot be',
    onSilicon: 'C2PMSG_64 answers with an error in bits 15:0 (guessed).',
    source: driverSequence,
  },
  PSP_RING_EXISTS: {
    title: 'A ring was created over one that exists',
    onSilicon: 'The second create fails, or frames of the first ring are lost.',
    source: driverSequence,
  },
  PSP_NO_RING: {
    title: "The ring's write pointer moved while there is no ring",
    onSilicon: 'Nothing happens; the fence never comes.',
    source: driverSequence,
  },
  PSP_RING_POINTER: {
    title: 'A write pointer that does not follow from the last one',
    onSilicon: 'Frames are skipped, or memory beyond the ring is taken for frames.',
    source: driverSequence,
  },
  PSP_FRAME: {
    title: 'A ring frame that makes no sense',
    onSilicon: 'The frame is dropped; its fence may never come.',
    source: 'frame layout of the public PSP interface header',
  },
  PSP_FENCE_ADDRESS: {
    title: 'A fence address that the PSP cannot write',
    onSilicon: 'The fence never comes.',
    source: 'frame layout of the public PSP interface header',
  },
  PSP_COMMAND_UNKNOWN: {
    title: 'A command id that the secure OS does not know',
    onSilicon: 'Status 0x100.',
    source: 'command ids of the public PSP interface header',
  },
  PSP_COMMAND_UNMODELLED: {
    title: 'A command that exists on silicon and is not modelled here',
    onSilicon: 'Unknown to the model: it answers "not supported".',
    source: 'declared unmodelled',
  },
  PSP_SESSION_UNKNOWN: {
    title: 'A trusted application was addressed by a session that does not exist',
    onSilicon: status,
    source: 'public PSP interface header',
  },
  TMR_MISSING: {
    title: 'Firmware was loaded before there was a protected region for it',
    onSilicon: status,
    source: driverSequence,
  },
  TMR_EXISTS: {
    title: 'A protected region was set up over one that exists',
    onSilicon: status,
    source: driverSequence,
  },
  TMR_PLACEMENT: {
    title: 'A protected region in a place where it cannot be',
    onSilicon: status,
    source: 'alignment and address kinds that public drivers keep to',
  },
  TMR_SIZE: {
    title: 'A protected region too small for what the table of contents puts into it',
    onSilicon: status,
    source: 'LOAD_TOC returns the size that SETUP_TMR must give',
  },
  TOC_INVALID: {
    title: 'A table of contents that cannot be read',
    onSilicon: status,
    source: 'registers/amd/toc.ts',
  },
  FIRMWARE_TYPE_UNKNOWN: {
    title: 'LOAD_IP_FW with a type that does not exist, or has no place in the table of contents',
    onSilicon: status,
    source: 'firmware types of the public PSP interface header',
  },
  FIRMWARE_TOO_LARGE: {
    title: 'An image that does not fit the room the table of contents gives it',
    onSilicon: status,
    source: 'registers/amd/toc.ts',
  },
  FIRMWARE_TWICE: {
    title: 'The same firmware was loaded twice',
    onSilicon: 'The second image replaces the first (guessed).',
    source: driverSequence,
  },
  AUTOLOAD_INCOMPLETE: {
    title: 'AUTOLOAD_RLC before everything it starts was loaded',
    onSilicon: 'The run list controller does not come up: bootload_complete never shows.',
    source: driverSequence,
  },
});
