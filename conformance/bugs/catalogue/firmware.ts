/** Bugs on the way of firmware into the card: bootloader, ring, images, SMU. Pure software. */

import { MP1, dwordAddress } from '../../../registers/amd/index.ts';
import { forgePayload } from '../../forge/payload.ts';
import type { Bug } from '../bug.ts';
import { before, change, leaveOut, postpone, twice } from '../deviate.ts';
import type { Plant } from '../deviate.ts';

const MESSAGE = dwordAddress(MP1.registers.MP1_SMN_C2PMSG_66) * 4;
const STAGING = 0x10_0000;

const component = (name: string) => ({ where: (args: { component: string }) => args.component === name });
const image = (name: string) => ({ where: (args: { name: string }) => args.name === name });
const what = (name: string) => ({ where: (args: { what: string }) => args.what === name });

/** Shows the image of an earlier stage where another one's belongs. */
const showInstead =
  (stage: string, earlier: string): Plant =>
  () => {
    let kept: unknown;
    return (step, run) => {
      if (step.name !== 'psp: load component') return run();
      if (step.args['component'] === earlier) kept = step.args['image'];
      return run(step.args['component'] === stage ? { ...step.args, image: kept } : undefined);
    };
  };

/** A copy with one bit of one byte changed. */
function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at]! ^= 0x10;
  return copy;
}

/** A copy with one dword changed. */
function withWord(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint32(at, value >>> 0, true);
  return copy;
}

export const firmwareBugs: readonly Bug[] = [
  // --- the bootloader
  {
    id: 'hdp-image',
    title: 'HDP is not flushed between a boot image and its command',
    plant: leaveOut('hdp: flush', { where: ({ why }) => why === 'firmware image' }),
    expect: {
      code: 'HDP_NOT_FLUSHED',
      at: /VRAM 0x100000/,
      because: [/VRAM 0x100000 write \d+ bytes .*psp: load KDB/, /HDP flush left out/],
      error: 'FIRMWARE_REFUSED',
    },
  },
  {
    id: 'boot-address-unaligned',
    title: 'A boot image lies beside the MiB that is named',
    plant: change('vram: write', ({ offset }) => ({ offset: offset + 0x1000 }), what('image')),
    expect: {
      code: 'PSP_IMAGE_MISSING',
      at: /C2PMSG_35 write 0x80000 .*load KDB/,
      because: [/C2PMSG_36 write 0x80001 .*load KDB/],
      error: 'FIRMWARE_REFUSED',
    },
  },
  {
    id: 'boot-address-bytes',
    title: 'The boot address is given in bytes, not MiB',
    plant: change('psp: boot address', ({ mib }) => ({ mib: (mib * 2 ** 20) % 2 ** 32 })),
    expect: {
      code: 'PSP_ADDRESS',
      at: /C2PMSG_35 write 0x80000 .*load KDB/,
      because: [/C2PMSG_36 write 0x100000 .*load KDB/],
      error: 'FIRMWARE_REFUSED',
    },
  },
  {
    id: 'boot-address-offset',
    title: 'The boot address is a VRAM offset, without the base of the frame buffer',
    plant: change('psp: boot address', () => ({ mib: STAGING / 2 ** 20 })),
    expect: {
      code: 'PSP_ADDRESS',
      at: /C2PMSG_35 write 0x80000 .*load KDB/,
      because: [/C2PMSG_36 write 0x1 .*load KDB/],
      error: 'FIRMWARE_REFUSED',
    },
  },
  {
    id: 'boot-address-forgotten',
    title: 'The boot address is not given',
    plant: leaveOut('psp: boot address'),
    expect: { code: 'PSP_ADDRESS', at: /C2PMSG_35 write 0x80000 .*load KDB/, error: 'FIRMWARE_REFUSED' },
  },
  {
    id: 'sos-before-kdb',
    title: 'The secure OS is started before the key database',
    plant: change('psp: boot command', () => ({ command: 0x2_0000 })),
    expect: { code: 'PSP_STAGE_ORDER', at: /C2PMSG_35 write 0x20000 .*load KDB/, error: 'FIRMWARE_REFUSED' },
  },
  {
    id: 'kdb-late',
    title: 'The key database comes after the stage that needs it',
    plant: postpone('psp: load component', 'psp: load component', component('KDB'), component('SPL')),
    expect: { code: 'PSP_STAGE_ORDER', at: /C2PMSG_35 write 0x10000000 .*load SPL/, error: 'FIRMWARE_REFUSED' },
  },
  {
    id: 'stage-skipped',
    title: 'The system driver is not loaded',
    plant: leaveOut('psp: load component', component('SYS_DRV')),
    expect: { code: 'PSP_STAGE_ORDER', at: /C2PMSG_35 write 0x20000 .*load SOS/, error: 'WAIT_NEVER_ENDS' },
  },
  {
    id: 'boot-command-unknown',
    title: 'A boot command that does not exist',
    plant: change('psp: boot command', () => ({ command: 0x7_0000 })),
    expect: { code: 'PSP_BOOT_COMMAND_UNKNOWN', at: /C2PMSG_35 write 0x70000 .*load KDB/, error: 'FIRMWARE_REFUSED' },
  },
  {
    id: 'boot-command-twice',
    title: 'A boot command is given again while the first one runs',
    plant: twice('psp: boot command'),
    expect: {
      code: 'PSP_MAILBOX_BUSY',
      at: /C2PMSG_35 write 0x80000 .*load KDB/,
      because: [/C2PMSG_35 write 0x80000/],
    },
  },
  {
    id: 'payload-damaged',
    title: 'One bit of an image is lost in the copy',
    plant: change('vram: write', ({ bytes }) => ({ bytes: flipped(bytes, 0x200) }), what('image')),
    expect: { code: 'PSP_IMAGE_DIGEST', at: /C2PMSG_35 write 0x80000 .*load KDB/, error: 'FIRMWARE_REFUSED' },
  },
  {
    id: 'payload-truncated-boot',
    title: 'The tail of a boot image is not copied',
    plant: change('vram: write', ({ bytes }) => ({ bytes: bytes.subarray(0, bytes.length >> 1) }), what('image')),
    expect: { code: 'PSP_IMAGE_DIGEST', at: /C2PMSG_35 write 0x80000 .*load KDB/, error: 'FIRMWARE_REFUSED' },
  },
  {
    id: 'payload-wrong-stage',
    title: 'The image of another stage is shown',
    plant: showInstead('SYS_DRV', 'KDB'),
    expect: { code: 'PSP_IMAGE_KIND', at: /C2PMSG_35 write 0x10000 .*load SYS_DRV/, error: 'FIRMWARE_REFUSED' },
  },

  // --- the ring
  {
    id: 'ring-type-um',
    title: 'The ring is created as a user-mode one',
    plant: change('psp: create ring', () => ({ type: 1 })),
    expect: {
      code: 'RING_TYPE_WRONG',
      at: /C2PMSG_64/,
      because: [/C2PMSG_64 write 0x10000 .*psp: ring/],
      error: 'FIRMWARE_REFUSED',
    },
  },
  {
    id: 'ring-size-zero',
    title: 'The ring has no size',
    plant: change('psp: create ring', () => ({ bytes: 0 })),
    expect: {
      code: 'PSP_RING_GEOMETRY',
      at: /C2PMSG_64/,
      because: [/C2PMSG_71 write 0x0 .*psp: ring/],
      error: 'FIRMWARE_REFUSED',
    },
  },
  {
    id: 'ring-address-offset',
    title: 'The ring is given by its VRAM offset',
    plant: change('psp: create ring', ({ address }) => ({ address: address % 2 ** 39 })),
    expect: { code: 'PSP_RING_GEOMETRY', at: /C2PMSG_64/, error: 'FIRMWARE_REFUSED' },
  },
  {
    id: 'ring-forgotten',
    title: 'No ring is created',
    plant: leaveOut('psp: create ring'),
    expect: { code: 'PSP_NO_RING', at: /C2PMSG_67 write 0x10 .*table of contents/, error: 'WAIT_NEVER_ENDS' },
  },
  {
    id: 'ring-pointer-bytes',
    title: "The ring's write pointer is given in bytes",
    plant: change('psp: write pointer', ({ value }) => ({ value: value * 4 })),
    expect: { code: 'PSP_FRAME', at: /C2PMSG_67 write 0x40 .*table of contents/ },
  },
  {
    id: 'ring-frame-forgotten',
    title: 'The frame is not written',
    plant: leaveOut('vram: write', what('psp frame')),
    expect: { code: 'PSP_FRAME', at: /C2PMSG_67 write 0x10 .*table of contents/, error: 'WAIT_NEVER_ENDS' },
  },
  {
    id: 'psp-fence-address',
    title: "The PSP's fence lies outside VRAM",
    plant: change('vram: write', ({ bytes }) => ({ bytes: withWord(bytes, 0x10, 0x12) }), what('psp frame')),
    expect: { code: 'PSP_FENCE_ADDRESS', at: /C2PMSG_67 write 0x10 .*table of contents/, error: 'WAIT_NEVER_ENDS' },
  },
  {
    id: 'psp-command-unknown',
    title: 'A command id that does not exist',
    plant: change('psp: submit', ({ command }) => ({ command: withWord(command, 8, 0x77) })),
    expect: { code: 'PSP_COMMAND_UNKNOWN', at: /C2PMSG_67 write 0x10 .*table of contents/, error: 'FIRMWARE_REFUSED' },
  },

  // --- images
  {
    id: 'toc-forgotten',
    title: 'SETUP_TMR is smaller than the table of contents asks for',
    plant: change('psp: setup tmr', () => ({ bytes: 0x10_0000 })),
    expect: { code: 'TMR_SIZE', at: /C2PMSG_67 .*psp: protected memory/, error: 'FIRMWARE_REFUSED' },
  },
  {
    id: 'tmr-misplaced',
    title: 'The protected region does not begin at a MiB',
    plant: change('psp: setup tmr', ({ offset }) => ({ offset: offset + 0x1000 })),
    expect: { code: 'TMR_PLACEMENT', at: /C2PMSG_67 .*psp: protected memory/, error: 'FIRMWARE_REFUSED' },
  },
  {
    id: 'tmr-forgotten',
    title: 'No protected region is set up',
    plant: leaveOut('psp: setup tmr'),
    expect: { code: 'TMR_MISSING', at: /C2PMSG_67 .*psp: load SDMA_UCODE_TH1/, error: 'FIRMWARE_REFUSED' },
  },
  {
    id: 'tmr-twice',
    title: 'The protected region is set up twice',
    plant: twice('psp: setup tmr'),
    expect: { code: 'TMR_EXISTS', at: /C2PMSG_67 .*psp: protected memory/, error: 'FIRMWARE_REFUSED' },
  },
  {
    id: 'payload-truncated',
    title: 'The size in a load command is smaller than the image',
    plant: change('psp: load firmware', ({ bytes }) => ({ bytes: bytes - 0x1000 }), image('RS64_MEC')),
    expect: { code: 'PSP_IMAGE_SIZE', at: /C2PMSG_67 .*load RS64_MEC/, error: 'FIRMWARE_REFUSED' },
  },
  {
    id: 'payload-wrong-type',
    title: 'An image is loaded under the type of another',
    plant: change('psp: load firmware', () => ({ type: 68 }), image('RS64_MEC')),
    expect: { code: 'PSP_IMAGE_KIND', at: /C2PMSG_67 .*load RS64_MEC/, error: 'FIRMWARE_REFUSED' },
  },
  {
    id: 'payload-type-unknown',
    title: 'An image is loaded under a type that does not exist',
    plant: change('psp: load firmware', () => ({ type: 250 }), image('RS64_MEC')),
    expect: { code: 'FIRMWARE_TYPE_UNKNOWN', at: /C2PMSG_67 .*load RS64_MEC/, error: 'FIRMWARE_REFUSED' },
  },
  {
    id: 'payload-too-large',
    title: 'An image is larger than its room in the protected region',
    plant: change(
      'psp: load firmware',
      () => {
        const large = forgePayload({ kind: 'RLC_V', version: 0x1003, body: 0x8000 });
        return { image: large, bytes: large.length };
      },
      image('RLC_V'),
    ),
    expect: { code: 'FIRMWARE_TOO_LARGE', at: /C2PMSG_67 .*load RLC_V/, error: 'FIRMWARE_REFUSED' },
  },
  {
    id: 'payload-twice',
    title: 'An image is loaded twice',
    plant: twice('psp: load firmware', image('IMU_I')),
    expect: { code: 'FIRMWARE_TWICE', at: /C2PMSG_67 .*load IMU_I/ },
  },
  {
    id: 'autoload-incomplete',
    title: 'The compute microcode is not loaded',
    plant: leaveOut('psp: load firmware', image('RS64_MEC')),
    expect: { code: 'AUTOLOAD_INCOMPLETE', at: /C2PMSG_67 .*psp: autoload/, error: 'FIRMWARE_REFUSED' },
  },
  {
    id: 'sdma-microcode-missing',
    title: 'The copy engine has no microcode',
    plant: leaveOut('psp: load firmware', image('SDMA_UCODE_TH0')),
    expect: { code: 'AUTOLOAD_INCOMPLETE', at: /C2PMSG_67 .*psp: autoload/, error: 'FIRMWARE_REFUSED' },
  },
  {
    id: 'autoload-forgotten',
    title: 'The driver spins on a bit that nothing will ever set: autoload was never asked for',
    plant: leaveOut('psp: autoload'),
    expect: {
      error: 'WAIT_NEVER_ENDS',
      message: /RLC_RLCS_BOOTLOAD_STATUS\.BOOTLOAD_COMPLETE\) can never come.*waited [\d.]+ .s, last seen 0x/,
    },
  },
  {
    id: 'secure-os-not-started',
    title: 'The command that starts the secure OS is not given',
    plant: leaveOut('psp: boot command', component('SOS')),
    expect: {
      error: 'WAIT_NEVER_ENDS',
      message: /secure OS alive \(MP0_SMN_C2PMSG_81\) can never come.*last seen 0x0/,
    },
  },
  {
    id: 'psp-pointer-forgotten',
    title: "The ring's write pointer is not moved",
    plant: leaveOut('psp: write pointer'),
    expect: { error: 'WAIT_NEVER_ENDS', message: /LOAD_TOC done \(PSP fence\) can never come/ },
  },

  // --- the SMU
  {
    id: 'smu-firmware-missing',
    title: 'Messages for an SMU without firmware',
    plant: leaveOut('psp: load firmware', image('SMU')),
    expect: { code: 'SMU_NOT_ALIVE', at: /MP1_SMN_C2PMSG_66 write .*smu: features/, error: 'WAIT_NEVER_ENDS' },
  },
  {
    id: 'smu-response-not-cleared',
    title: 'A message while the last response still stands',
    plant: before('smu: message', (device) => device.bar(5).write32(MESSAGE, 1), { nth: 2 }),
    expect: { code: 'SMU_RESPONSE_NOT_CLEARED', at: /MP1_SMN_C2PMSG_66 write 0x1 .*smu/ },
  },
  {
    id: 'smu-message-unknown',
    title: 'A message that does not exist',
    plant: change('smu: message', () => ({ message: 0xfe })),
    expect: {
      code: 'SMU_MESSAGE_UNKNOWN',
      at: /MP1_SMN_C2PMSG_66 write 0xfe .*smu: features/,
      error: 'FIRMWARE_REFUSED',
    },
  },
  {
    id: 'smu-features-forgotten',
    title: 'Clock limits before the features that govern them',
    plant: leaveOut('smu: message', { where: ({ message }) => message === 6 }),
    expect: { code: 'SMU_PREREQUISITE', at: /MP1_SMN_C2PMSG_66 write .*smu: clocks up/, error: 'FIRMWARE_REFUSED' },
  },
];
