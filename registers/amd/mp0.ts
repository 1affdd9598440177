/**
 * MP0 13.0, the platform security processor (PSP): mailbox words. First the bootloader listens to some of them, and
 * once the secure OS runs, that listens to others.
 *
 * The vendor's headers know each word only as CONTENT, 31:0. Where the meaning is public, it is split here into the
 * parts that both sides use; READY, ERROR and STATUS are what public drivers test.
 *
 * Source: register lists of public drivers (Linux amdgpu mp 13.0.0, tinygrad) and the PSP sequences of both.
 *
 * Fidelity: from-public-source. Names and offsets are witnessed by the lists under `fixtures/`; the split of CONTENT is ours.
 */

import { registerBlock, ro, rw } from '../language.ts';

const about = {
  source: 'register lists of public drivers (Linux amdgpu mp 13.0.0, tinygrad) and their PSP sequences',
  fidelity: 'from-public-source',
} as const;

// oxfmt-ignore: a table, one register after the other
export const MP0 = registerBlock('MP0', about, {
  // The bootloader
  MP0_SMN_C2PMSG_33: { at: 0x61, doc: 'bit 31: the early firmware has found the board fit to boot',
    fields: { READY: ro(31), STATUS: ro(30, 0) } },
  MP0_SMN_C2PMSG_35: { at: 0x63, doc: 'a store is a bootloader command; READY comes back, alone, when it has been done',
    fields: { COMMAND: rw(30, 0), READY: rw(31) } },
  MP0_SMN_C2PMSG_36: { at: 0x64, doc: 'memory-controller address of the image, in MiB', fields: { ADDRESS_MIB: rw(31, 0) } },
  MP0_SMN_C2PMSG_37: { at: 0x65 },
  MP0_SMN_C2PMSG_38: { at: 0x66 },
  MP0_SMN_C2PMSG_39: { at: 0x67 },
  MP0_SMN_C2PMSG_40: { at: 0x68 },

  // Version and life of the secure OS
  MP0_SMN_C2PMSG_58: { at: 0x7a, doc: 'version of the secure OS', fields: { CONTENT: ro(31, 0) } },
  MP0_SMN_C2PMSG_59: { at: 0x7b },
  MP0_SMN_C2PMSG_81: { at: 0x91, doc: 'sign of life: 0 until the secure OS runs', fields: { CONTENT: ro(31, 0) } },

  // The ring through which the secure OS takes commands
  MP0_SMN_C2PMSG_64: { at: 0x80, doc: 'ring control: create (type << 16), destroy, mode-1 reset; answers READY and a status',
    fields: { STATUS: rw(15, 0), COMMAND: rw(30, 16), READY: rw(31) } },
  MP0_SMN_C2PMSG_67: { at: 0x83, doc: 'write pointer in dwords; one frame is 16', fields: { CONTENT: rw(31, 0) } },
  MP0_SMN_C2PMSG_69: { at: 0x85, doc: 'ring address, low half', fields: { CONTENT: rw(31, 0) } },
  MP0_SMN_C2PMSG_70: { at: 0x86, doc: 'ring address, high half', fields: { CONTENT: rw(31, 0) } },
  MP0_SMN_C2PMSG_71: { at: 0x87, doc: 'ring size in bytes; not 0 while a ring exists', fields: { CONTENT: rw(31, 0) } },

  // The same for a guest of a virtualised card
  MP0_SMN_C2PMSG_101: { at: 0xa5 },
  MP0_SMN_C2PMSG_102: { at: 0xa6 },
  MP0_SMN_C2PMSG_103: { at: 0xa7 },

  // Interrupts towards the host
  MP0_SMN_IH_CREDIT: { at: 0xc1, fields: { CREDIT_VALUE: rw(1, 0), CLIENT_ID: rw(23, 16) } },
  MP0_SMN_IH_SW_INT: { at: 0xc2, fields: { ID: rw(7, 0), VALID: rw(8) } },
  MP0_SMN_IH_SW_INT_CTRL: { at: 0xc3, fields: { INT_MASK: rw(0), INT_ACK: rw(8) } },
});
