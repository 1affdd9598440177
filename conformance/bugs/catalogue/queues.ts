/** Bugs around queues: interrupt rings, doorbells, descriptors, the engines behind them. Pure software. */

import { CP, GRBM, OSSSYS, dwordAddress } from '../../../registers/amd/index.ts';
import type { Bug } from '../bug.ts';
import { before, both, change, leaveOut, postpone } from '../deviate.ts';

const compute = { where: ({ queue }: { queue: string }) => queue === 'compute queue' };
const sdma = { where: ({ queue }: { queue: string }) => queue === 'SDMA0 queue 0' };
const SELECT = dwordAddress(GRBM.registers.GRBM_GFX_CNTL) * 4;
const PQ_BASE = dwordAddress(CP.registers.CP_HQD_PQ_BASE) * 4;
const MEC_CNTL = dwordAddress(CP.registers.CP_MEC_RS64_CNTL) * 4;
const IH_RPTR = dwordAddress(OSSSYS.registers.IH_RB_RPTR) * 4;
/** Dword of a descriptor at which its copy of the queue's registers begins. */
const MQD_REGISTERS = 0x80;
/** Places in the run of registers that a descriptor is copied into: CP_MQD_BASE_ADDR is 0. */
const word = {
  mqdBase: 0,
  pqBase: 8,
  pqBaseHi: 9,
  doorbellControl: 15,
  pqControl: 17,
  eopBase: 37,
  eopBaseHi: 38,
} as const;

const withWord = (words: Uint32Array, at: number, value: number): Uint32Array =>
  words.map((w, i) => (i === at ? value : w));

export const queueBugs: readonly Bug[] = [
  // --- interrupts
  {
    id: 'ih-base-forgotten',
    title: 'An interrupt ring is enabled before it has a base',
    plant: leaveOut('ih: configure ring'),
    expect: { code: 'IH_BASE_NOT_SET', at: /BAR5 IH_RB_CNTL write .*ih/ },
  },
  {
    id: 'ih-enabled-first',
    title: 'An interrupt ring is enabled and then configured',
    plant: postpone('ih: configure ring', 'ih: enable ring'),
    expect: { code: 'IH_BASE_NOT_SET', at: /BAR5 IH_RB_CNTL write .*ih/ },
  },
  {
    id: 'ih-read-pointer',
    title: 'The read pointer of the interrupt ring is moved past what was written',
    plant: before('queue: wait', (device) => device.bar(5).write32(IH_RPTR, 0x400)),
    expect: { code: 'IH_RPTR_BEYOND_WPTR', at: /BAR5 IH_RB_RPTR write 0x400 .*first fence/ },
  },

  // --- doorbells
  {
    id: 'doorbell-aperture-off',
    title: 'The doorbell aperture is not opened',
    plant: leaveOut('nbio: doorbell aperture'),
    expect: { code: 'DOORBELL_APERTURE_OFF', at: /doorbell 0x3 .*write 0x8 .*first fence/, error: 'QUEUE_HUNG' },
  },
  {
    id: 'doorbell-not-routed',
    title: 'No doorbell is routed to an engine',
    plant: leaveOut('nbio: doorbell entry', { nth: 'every' }),
    expect: { code: 'DOORBELL_NOT_ROUTED', at: /doorbell 0x3 .*write 0x8 .*first fence/, error: 'QUEUE_HUNG' },
  },
  {
    id: 'doorbell-wrong-slot',
    title: "The neighbour's doorbell is rung",
    plant: change('queue: doorbell', ({ offset }) => ({ offset: offset + 8 }), compute),
    expect: { code: 'DOORBELL_NOBODY_LISTENS', at: /doorbell 0x4 .*write 0x8 .*first fence/, error: 'QUEUE_HUNG' },
  },
  {
    id: 'doorbell-outside-range',
    title: "A compute queue's doorbell lies outside the range of the engine",
    plant: change('mec: doorbell range', () => ({ lower: 0x40, upper: 0xf8 })),
    expect: { code: 'DOORBELL_OUTSIDE_MEC_RANGE', at: /doorbell 0x3 .*write 0x8 .*first fence/, error: 'QUEUE_HUNG' },
  },
  {
    id: 'doorbell-before-wptr',
    title: 'The doorbell rings before the write pointer is stored',
    plant: postpone('queue: write pointer', 'queue: doorbell', compute, compute),
    expect: { code: 'DOORBELL_BEFORE_WPTR', at: /doorbell 0x3 .*write 0x8 .*first fence/ },
  },
  {
    id: 'doorbell-before-wptr-sdma',
    title: "The copy engine's doorbell rings before the write pointer is stored",
    plant: postpone('queue: write pointer', 'queue: doorbell', sdma, sdma),
    expect: { code: 'DOORBELL_BEFORE_WPTR', at: /doorbell 0x100 .*write 0x10 .*first fence/ },
  },
  {
    id: 'wptr-memory-ahead-sdma',
    title: "The copy engine's write pointer is stored in other units than the doorbell's",
    plant: change('queue: write pointer', ({ value }) => ({ value: value * 4 }), sdma),
    expect: { code: 'WPTR_MEMORY_AHEAD', at: /doorbell 0x100 .*write 0x10 .*first fence/ },
  },
  {
    id: 'wptr-memory-ahead',
    title: 'The write pointer is stored in other units than the doorbell',
    plant: change('queue: write pointer', ({ value }) => ({ value: value * 4 }), compute),
    expect: { code: 'WPTR_MEMORY_AHEAD', at: /doorbell 0x3 .*write 0x8 .*first fence/ },
  },
  {
    id: 'wptr-address-forgotten',
    title: 'The copy queue polls a write pointer that has no address',
    plant: change('sdma: configure queue', () => ({ wptrAddress: 0 })),
    expect: {
      code: 'VM_FAULT',
      at: /GFXHUB VMID 0 page 0x0 read/,
      because: [/doorbell 0x100 .*first fence/],
      error: 'GPU_FAULT',
    },
  },
  {
    id: 'doorbell-back',
    title: 'A doorbell takes the write pointer back',
    plant: change('queue: doorbell', () => ({ value: 4 }), { ...compute, nth: 2 }),
    expect: {
      code: 'DOORBELL_BACKWARDS',
      at: /doorbell 0x3 .*write 0x4/,
      because: [/doorbell 0x3 .*write 0x8 .*first fence/],
      error: 'WAIT_NEVER_ENDS',
    },
  },
  {
    id: 'doorbell-back-sdma',
    title: "The copy engine's doorbell takes the write pointer back",
    plant: change('queue: doorbell', () => ({ value: 4 }), { ...sdma, nth: 2 }),
    expect: {
      code: 'SDMA_WPTR_BACK',
      at: /doorbell 0x100 .*write 0x4/,
      because: [/doorbell 0x100 .*write 0x10 .*first fence/],
      error: 'QUEUE_HUNG',
    },
  },
  {
    id: 'wptr-beyond-ring',
    title: 'The write pointer is more than a ring ahead',
    plant: change('queue: doorbell', ({ value }) => ({ value: value + 0x8000 }), compute),
    expect: { code: 'WPTR_BEYOND_RING', at: /doorbell 0x3 .*write 0x8008 .*first fence/, error: 'QUEUE_HUNG' },
  },
  {
    id: 'wptr-beyond-ring-sdma',
    title: "The copy engine's write pointer is more than a ring ahead",
    plant: change('queue: doorbell', ({ value }) => ({ value: value + 0x2_0000 }), sdma),
    expect: { code: 'SDMA_WPTR_PAST_RING', at: /doorbell 0x100 .*write 0x20010 .*first fence/, error: 'QUEUE_HUNG' },
  },
  {
    id: 'ring-not-written',
    title: 'The packets are not stored into the ring',
    plant: leaveOut('queue: write ring', compute),
    expect: {
      code: 'RING_NOT_WRITTEN',
      at: /PM4 ring at 0x100000000000/,
      because: [/doorbell 0x3 .*first fence/],
      error: 'QUEUE_HUNG',
    },
  },
  {
    id: 'ring-not-written-sdma',
    title: "The packets are not stored into the copy engine's ring",
    plant: leaveOut('queue: write ring', sdma),
    expect: {
      code: 'SDMA_RING_NOT_WRITTEN',
      at: /SDMA0 queue 0 ring at 0x/,
      because: [/doorbell 0x100 .*first fence/],
      error: 'QUEUE_HUNG',
    },
  },
  {
    id: 'ring-offset',
    title: 'The packets are stored one dword too far',
    plant: change('queue: write ring', ({ offset }) => ({ offset: offset + 4 }), compute),
    expect: {
      code: 'RING_NOT_WRITTEN',
      at: /PM4 ring at 0x100000000000/,
      because: [/doorbell 0x3 .*first fence/],
      error: 'QUEUE_HUNG',
    },
  },

  // --- the compute queue
  {
    id: 'hqd-active-before-base',
    title: 'The queue is activated before its registers are loaded',
    plant: postpone('hqd: load registers', 'hqd: activate'),
    expect: { code: 'HQD_BASE_NOT_SET', at: /BAR5 CP_HQD_ACTIVE write 0x1 .*queues/, error: 'QUEUE_HUNG' },
  },
  {
    id: 'hqd-not-active',
    title: 'The queue is never activated',
    plant: leaveOut('hqd: activate'),
    expect: { code: 'DOORBELL_INACTIVE_QUEUE', at: /doorbell 0x3 .*write 0x8 .*first fence/, error: 'QUEUE_HUNG' },
  },
  {
    id: 'hqd-not-selected',
    title: 'The registers of the queue are loaded while none is selected',
    plant: leaveOut('gfx: select', { where: ({ me }) => me === 1, nth: 2 }),
    expect: { code: 'HQD_NOT_SELECTED', at: /BAR5 CP_HQD_ACTIVE write 0x1 .*queues/, error: 'QUEUE_HUNG' },
  },
  {
    id: 'mqd-misaligned',
    title: 'The descriptor is not aligned to 256 bytes',
    plant: change('hqd: load registers', ({ words }) => ({
      words: withWord(words, word.mqdBase, words[word.mqdBase]! + 4),
    })),
    expect: { code: 'MQD_MISALIGNED', at: /CP_HQD_ACTIVE|CP_MQD_BASE_ADDR|MQD/ },
  },
  {
    id: 'mqd-not-written',
    title: 'The descriptor is not stored',
    plant: leaveOut('hqd: write mqd'),
    expect: { code: 'MQD_INCONSISTENT', at: /MQD at 0x800009b000/, because: [/CP_HQD_ACTIVE write 0x1 .*queues/] },
  },
  {
    id: 'mqd-other-ring',
    title: 'The descriptor and the registers name different rings',
    plant: change('hqd: load registers', ({ words }) => ({
      words: withWord(words, word.pqBase, words[word.pqBase]! + 1),
    })),
    expect: {
      code: 'MQD_INCONSISTENT',
      at: /MQD at 0x800009b000/,
      because: [/CP_HQD_ACTIVE write 0x1 .*queues/],
      error: 'QUEUE_HUNG',
    },
  },
  {
    id: 'hqd-no-doorbell',
    title: "The queue's doorbell is not enabled",
    plant: change('hqd: load registers', ({ words }) => ({
      words: withWord(words, word.doorbellControl, words[word.doorbellControl]! & ~0x4000_0000),
    })),
    expect: { code: 'HQD_NO_DOORBELL', at: /BAR5 CP_HQD_ACTIVE write 0x1 .*queues/, error: 'QUEUE_HUNG' },
  },
  {
    id: 'eop-forgotten',
    title: 'The queue has no end-of-pipe buffer',
    plant: both(
      change('hqd: write mqd', ({ mqd }) => ({
        mqd: withWord(withWord(mqd, MQD_REGISTERS + word.eopBase, 0), MQD_REGISTERS + word.eopBaseHi, 0),
      })),
      change('hqd: load registers', ({ words }) => ({
        words: withWord(withWord(words, word.eopBase, 0), word.eopBaseHi, 0),
      })),
    ),
    expect: { code: 'NO_EOP_BUFFER', at: /PM4 RELEASE_MEM at/, because: [/doorbell 0x3 .*first fence/] },
  },
  {
    id: 'hqd-changed-while-active',
    title: 'The registers of the queue are loaded again while it is active',
    plant: before(
      'queue: write ring',
      (device) => {
        const registers = device.bar(5);
        registers.write32(SELECT, 4);
        registers.write32(PQ_BASE, 0x1234);
        registers.write32(SELECT, 0);
      },
      { ...compute, nth: 2 },
    ),
    expect: {
      code: 'HQD_CHANGED_WHILE_ACTIVE',
      at: /BAR5 CP_HQD_PQ_BASE write 0x1234/,
      because: [/CP_HQD_ACTIVE write 0x1 .*queues/],
      error: 'WAIT_NEVER_ENDS',
    },
  },
  {
    id: 'select-left',
    title: 'The selection of a queue is left behind',
    plant: leaveOut('gfx: select', { where: ({ me, vmid }) => me === 0 && vmid === 0 }),
    expect: {
      code: 'GRBM_SELECT_LEFT',
      at: /BAR5 CP_MEC_RS64_CNTL write .*start compute/,
      because: [/GRBM_GFX_CNTL write 0x4 .*start compute/],
    },
  },
  {
    id: 'select-left-last',
    title: 'The selection of the queue is left behind when it runs',
    plant: leaveOut('gfx: select', { where: ({ me, vmid }) => me === 0 && vmid === 0, nth: 4 }),
    expect: { code: 'GRBM_SELECT_LEFT', at: /./, because: [/GRBM_GFX_CNTL write 0x4 .*queues/] },
  },
  {
    id: 'mec-not-started',
    title: 'The compute engine is not started',
    plant: leaveOut('mec: enable'),
    expect: { code: 'DOORBELL_ENGINE_HALTED', at: /doorbell 0x3 .*write 0x8 .*first fence/, error: 'QUEUE_HUNG' },
  },
  {
    id: 'mec-start-forgotten',
    title: 'The compute engine is not told where its microcode begins',
    plant: leaveOut('mec: configure'),
    expect: { code: 'MEC_START_NOT_SET', at: /CP_MEC_RS64_CNTL write .*start compute/ },
  },
  {
    id: 'mec-before-microcode',
    title: 'The compute engine is started before its microcode is in place',
    plant: before('psp: autoload', (device) => device.bar(5).write32(MEC_CNTL, 1 << 26)),
    expect: { code: 'BLOCK_NOT_READY', at: /CP_MEC_RS64_CNTL write 0x4000000 .*psp: autoload/ },
  },

  // --- the copy queue
  {
    id: 'sdma-enabled-before-base',
    title: 'The copy queue is enabled before it has a ring',
    plant: postpone('sdma: configure queue', 'sdma: enable queue'),
    expect: { code: 'SDMA_QUEUE_NO_BASE', at: /SDMA0_QUEUE0_RB_CNTL write .*queues/ },
  },
  {
    id: 'sdma-not-enabled',
    title: 'The copy queue is not enabled',
    plant: leaveOut('sdma: enable queue'),
    expect: { code: 'SDMA_DOORBELL_DISABLED', at: /doorbell 0x100 .*first fence/, error: 'QUEUE_HUNG' },
  },
  {
    id: 'sdma-halted',
    title: 'The copy engine is left halted',
    plant: leaveOut('sdma: unhalt'),
    expect: { code: 'SDMA_HALTED', at: /doorbell 0x100 .*first fence/, error: 'QUEUE_HUNG' },
  },
  {
    id: 'sdma-ring-size',
    title: 'The copy queue is enabled with an impossible size',
    plant: change('sdma: enable queue', ({ control }) => ({ control: control & ~0x3e })),
    expect: { code: 'SDMA_RING_SIZE', at: /SDMA0_QUEUE0_RB_CNTL write .*queues/, error: 'QUEUE_HUNG' },
  },
];
