/** Bugs in what is put into rings: packets, launches, kernel state. Pure software. */

import { opcodes, packet3 } from '../../../registers/amd/pm4.ts';
import type { Bug } from '../bug.ts';
import { both, change, leaveOut } from '../deviate.ts';
import type { Plant } from '../deviate.ts';

/** A packet, by its name. */
const named = (name: string, nth: number | 'every' = 1) => ({
  where: (args: { name: string }) => args.name === name,
  nth,
});
/** A packet with one word changed. */
const withWord =
  (at: number, how: (word: number) => number) =>
  ({ words }: { words: Uint32Array }): { words: Uint32Array } => ({
    words: words.map((w, i) => (i === at ? how(w) >>> 0 : w)),
  });

const replaced =
  (...words: number[]) =>
  (): { words: Uint32Array } => ({ words: Uint32Array.from(words, (w) => w >>> 0) });

const IB_AT = 128;
const IB_VALID = 1 << 23;

/** The launch waits for its waves in an indirect buffer, which lies behind the kernel's arguments. */
const indirect =
  (contents: readonly number[], dwords: number): Plant =>
  () => {
    let address = 0;
    return (step, run) => {
      if (step.name === 'kernel: arguments') {
        address = (step.args['address'] as number) + IB_AT;
        const bytes = (step.args['bytes'] as Uint8Array).slice();
        bytes.set(new Uint8Array(Uint32Array.from(contents, (w) => w >>> 0).buffer), IB_AT);
        return run({ ...step.args, bytes });
      }
      if (step.name !== 'packet' || step.args['name'] !== 'EVENT_WRITE') return run();
      const words = Uint32Array.of(
        packet3(opcodes.INDIRECT_BUFFER, 3),
        address % 2 ** 32,
        Math.floor(address / 2 ** 32),
        IB_VALID | dwords,
      );
      return run({ ...step.args, words });
    };
  };

const partialFlush = [packet3(opcodes.EVENT_WRITE, 1), 0x407] as const;

const state = (to: (args: { rsrc1: number; rsrc2: number; entry: number }) => object): Plant =>
  change('kernel: state', to as never);

export const packetBugs: readonly Bug[] = [
  // --- the compute queue
  {
    id: 'pm4-opcode-unknown',
    title: 'A packet with an opcode that does not exist',
    plant: change(
      'packet',
      withWord(0, () => packet3(0x01, 7)),
      named('RELEASE_MEM'),
    ),
    expect: {
      code: 'PM4_UNKNOWN_OPCODE',
      at: /PM4 .*ring at|opcode 0x1|0x100000000000/,
      because: [/doorbell 0x3 .*first fence/],
      error: 'QUEUE_HUNG',
    },
  },
  {
    id: 'pm4-count',
    title: 'The count of a packet is one too small',
    plant: change(
      'packet',
      withWord(0, (header) => header - 0x1_0000),
      named('RELEASE_MEM'),
    ),
    expect: {
      code: 'PM4_COUNT',
      at: /PM4 RELEASE_MEM at/,
      because: [/doorbell 0x3 .*first fence/],
      error: 'QUEUE_HUNG',
    },
  },
  {
    id: 'pm4-no-header',
    title: 'The first dword of a packet is missing',
    plant: change('packet', ({ words }) => ({ words: words.slice(1) }), named('SET_SH_REG')),
    expect: { code: 'PM4_BAD_HEADER', at: /PM4/, because: [/doorbell 0x3 .*launch saxpy/], error: 'QUEUE_HUNG' },
  },
  {
    id: 'fence-misaligned',
    title: 'The fence address is not aligned',
    plant: change(
      'packet',
      withWord(3, (lo) => lo + 2),
      named('RELEASE_MEM'),
    ),
    expect: { code: 'PM4_ADDRESS_ALIGNMENT', at: /PM4 RELEASE_MEM at/, because: [/doorbell 0x3 .*first fence/] },
  },
  {
    id: 'fence-unmapped',
    title: 'The fence goes to an address that nobody mapped',
    plant: change(
      'packet',
      withWord(4, (hi) => hi + 0x100),
      named('RELEASE_MEM'),
    ),
    expect: {
      code: 'VM_FAULT',
      at: /GFXHUB VMID 0 page 0x1100000/,
      because: [/doorbell 0x3 .*first fence/],
      error: 'GPU_FAULT',
    },
  },
  {
    id: 'fence-forgotten',
    title: 'A submission without its fence',
    plant: leaveOut('packet', named('RELEASE_MEM')),
    expect: { error: 'QUEUE_HUNG', message: /compute queue does not get to fence 1/ },
  },
  {
    id: 'doorbell-forgotten',
    title: 'A submission without its doorbell',
    plant: leaveOut('queue: doorbell'),
    expect: { error: 'QUEUE_HUNG', message: /compute queue does not get to fence 1/ },
  },
  {
    id: 'set-sh-reg-range',
    title: 'SET_SH_REG reaches outside its window',
    plant: change(
      'packet',
      withWord(1, () => 0x3ff),
      named('SET_SH_REG'),
    ),
    expect: {
      code: 'PM4_REGISTER_RANGE',
      at: /PM4 SET_SH_REG at/,
      because: [/doorbell 0x3 .*launch saxpy/],
      error: 'QUEUE_HUNG',
    },
  },
  {
    id: 'wait-forever',
    title: 'The queue waits for memory that nobody will ever change',
    plant: change(
      'packet',
      ({ words }) => ({
        words: Uint32Array.of(packet3(opcodes.WAIT_REG_MEM, 6), 0x13, words[3]!, words[4]!, 77, 0xffff_ffff, 4),
      }),
      named('RELEASE_MEM'),
    ),
    expect: { error: 'QUEUE_HUNG', message: /compute queue does not get to fence 1/ },
  },

  // --- indirect buffers
  {
    id: 'ib-past-end',
    title: 'The last packet of an indirect buffer runs past its end',
    given: indirect(partialFlush, 2),
    plant: indirect([packet3(opcodes.NOP, 12)], 2),
    expect: { code: 'IB_PAST_END', at: /PM4 NOP at/, because: [/doorbell 0x3 .*launch saxpy/], error: 'QUEUE_HUNG' },
  },
  {
    id: 'ib-not-valid',
    title: 'An indirect buffer of size 0',
    given: indirect(partialFlush, 2),
    plant: indirect(partialFlush, 0),
    expect: { code: 'IB_NOT_VALID', at: /PM4 INDIRECT_BUFFER at/, because: [/doorbell 0x3 .*launch saxpy/] },
  },
  {
    id: 'ib-empty',
    title: 'An indirect buffer in which there is no packet',
    given: indirect(partialFlush, 2),
    plant: indirect([0, 0], 2),
    expect: {
      code: 'IB_PAST_END',
      at: /PM4 indirect buffer at/,
      because: [/doorbell 0x3 .*launch saxpy/],
      error: 'QUEUE_HUNG',
    },
  },

  // --- the copy queue
  {
    id: 'sdma-opcode-unknown',
    title: 'A copy packet with an opcode that does not exist',
    plant: change(
      'packet',
      withWord(0, () => 0x3f),
      named('COPY_LINEAR'),
    ),
    expect: {
      code: 'SDMA_PACKET_UNKNOWN',
      at: /SDMA0 queue 0/,
      because: [/doorbell 0x100 .*copy in/],
      error: 'GPU_FAULT',
    },
  },
  {
    id: 'sdma-fence-misaligned',
    title: "The copy engine's fence is not aligned",
    plant: change(
      'packet',
      withWord(1, (lo) => lo + 2),
      named('FENCE'),
    ),
    expect: { code: 'SDMA_MISALIGNED', at: /SDMA0 queue 0/, because: [/doorbell 0x100 .*first fence/] },
  },
  {
    id: 'sdma-copy-unmapped',
    title: 'A copy to an address that nobody mapped',
    plant: change(
      'packet',
      withWord(6, (hi) => hi + 0x100),
      named('COPY_LINEAR'),
    ),
    expect: {
      code: 'VM_FAULT',
      at: /GFXHUB VMID 0 page 0x11/,
      because: [/doorbell 0x100 .*copy in/],
      error: 'GPU_FAULT',
    },
  },
  {
    id: 'sdma-packet-cut',
    title: 'The last packet of a submission is cut short',
    plant: change('packet', ({ words }) => ({ words: words.slice(0, 3) }), named('FENCE')),
    expect: {
      code: 'SDMA_PACKET_PAST_WPTR',
      at: /SDMA0 queue 0/,
      because: [/doorbell 0x100 .*first fence/],
      error: 'QUEUE_HUNG',
    },
  },

  // --- launches
  {
    id: 'too-many-registers',
    title: 'A kernel asks for more registers than a wave has',
    plant: state(({ rsrc1 }) => ({ rsrc1: rsrc1 | 0x3f })),
    expect: {
      code: 'LAUNCH_REGISTERS',
      at: /PM4 DISPATCH_DIRECT at/,
      because: [/doorbell 0x3 .*launch saxpy/],
      error: 'QUEUE_HUNG',
    },
  },
  {
    id: 'too-much-lds',
    title: 'A kernel asks for more LDS than a workgroup can have',
    plant: state(({ rsrc2 }) => ({ rsrc2: (rsrc2 | 0xff_8000) >>> 0 })),
    expect: {
      code: 'LAUNCH_LDS',
      at: /PM4 DISPATCH_DIRECT at/,
      because: [/doorbell 0x3 .*launch saxpy/],
      error: 'QUEUE_HUNG',
    },
  },
  {
    id: 'scratch-missing',
    title: 'A kernel that uses scratch has none',
    plant: state(({ rsrc2 }) => ({ rsrc2: rsrc2 | 1 })),
    expect: {
      code: 'LAUNCH_SCRATCH',
      at: /PM4 DISPATCH_DIRECT at/,
      because: [/doorbell 0x3 .*launch saxpy/],
      error: 'QUEUE_HUNG',
    },
  },
  {
    id: 'entry-forgotten',
    title: 'A launch without a program address',
    plant: state(() => ({ entry: 0 })),
    expect: {
      code: 'LAUNCH_ENTRY',
      at: /PM4 DISPATCH_DIRECT at/,
      because: [/doorbell 0x3 .*launch saxpy/],
      error: 'QUEUE_HUNG',
    },
  },
  {
    id: 'entry-unmapped',
    title: 'A launch at an address that nobody mapped',
    plant: state(({ entry }) => ({ entry: entry + 2 ** 36 })),
    expect: {
      code: 'VM_FAULT',
      at: /GFXHUB VMID 0 page 0x1\w+ instruction fetch/,
      because: [/doorbell 0x3 .*launch saxpy/],
      error: 'GPU_FAULT',
    },
  },
  {
    id: 'workgroup-too-large',
    title: 'A workgroup of more work-items than there can be',
    plant: change(
      'packet',
      withWord(5, () => 2048),
      { where: ({ name, words }) => name === 'SET_SH_REG' && words.length === 10 },
    ),
    expect: {
      code: 'LAUNCH_SIZE',
      at: /PM4 DISPATCH_DIRECT at/,
      because: [/doorbell 0x3 .*launch saxpy/],
      error: 'QUEUE_HUNG',
    },
  },
  {
    id: 'compute-disabled',
    title: 'The initiator does not enable the compute shader',
    plant: change(
      'packet',
      withWord(4, (initiator) => initiator & ~1),
      named('DISPATCH_DIRECT'),
    ),
    expect: { code: 'LAUNCH_NOT_ENABLED', at: /PM4 DISPATCH_DIRECT at/, because: [/doorbell 0x3 .*launch saxpy/] },
  },
  {
    id: 'kernel-unmapped',
    title: 'A kernel reads memory that nobody mapped',
    plant: change('kernel: arguments', ({ bytes }) => {
      const wrong = bytes.slice();
      wrong[5] = 0x11;
      return { bytes: wrong };
    }),
    expect: {
      code: 'VM_FAULT',
      at: /GFXHUB VMID 0 page 0x1\w+ read/,
      because: [/doorbell 0x3 .*launch saxpy/],
      error: 'GPU_FAULT',
    },
  },
  {
    id: 'caches-forgotten',
    title: 'Caches are made to forget neither before a launch nor after it',
    plant: both(
      leaveOut('packet', named('ACQUIRE_MEM', 'every')),
      change(
        'packet',
        withWord(1, (event) => event & 0xfff),
        named('RELEASE_MEM', 'every'),
      ),
    ),
    expect: {
      code: 'STALE_CACHE_LINE',
      at: /VRAM 0x\w+ .*launch saxpy/,
      because: [/doorbell 0x100 .*copy in/, /ACQUIRE_MEM with GLV_INV and GL1_INV left out/],
    },
  },
  {
    id: 'set-registers-forgotten',
    title: 'The program address of a launch is not set',
    plant: leaveOut('packet', named('SET_SH_REG')),
    expect: {
      code: 'LAUNCH_ENTRY',
      at: /PM4 DISPATCH_DIRECT at/,
      because: [/doorbell 0x3 .*launch saxpy/],
      error: 'QUEUE_HUNG',
    },
  },
  {
    id: 'nop-replaced',
    title: 'Something that is no packet in the ring',
    plant: change('packet', replaced(0x1234_5678), named('NOP')),
    expect: { code: 'PM4_BAD_HEADER', at: /PM4/, because: [/doorbell 0x3/], error: 'WAIT_NEVER_ENDS' },
  },
];
