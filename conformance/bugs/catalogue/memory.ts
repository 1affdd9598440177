/** Bugs of the memory manager: page tables, translations, flushes. Pure software. */

import type { AmdSteps } from '../../../driver-core/amd/steps.ts';
import type { Bug } from '../bug.ts';
import { both, change, instead, leaveOut } from '../deviate.ts';
import type { Plant } from '../deviate.ts';

const PAGE = 4096;
const LARGE_PAGE = 2 * 2 ** 20;
/** Bits of an entry: low dword, then high dword. */
const SYSTEM = 1 << 1;
const EXECUTABLE = 1 << 4;
const WRITABLE = 1 << 6;
const LEAF = 1 << 22;
const RESERVED = 1 << 30;

type Store = AmdSteps['pte: store'];

/** Leaf entries of a store, each changed. */
const leaves = (
  how: (lo: number, hi: number) => readonly [lo: number, hi: number],
  where: (args: Store) => boolean = () => true,
): Plant =>
  change(
    'pte: store',
    ({ entries }) => {
      const changed = entries.slice();
      for (let i = 0; i < changed.length; i += 2)
        [changed[i], changed[i + 1]] = how(changed[i]!, changed[i + 1]!).map((word) => word >>> 0) as [number, number];
      return { entries: changed };
    },
    { where: (args) => args.kind === 'leaf' && where(args) },
  );

const isSystem = ({ entries }: Store): boolean => (entries[0]! & SYSTEM) !== 0;
const isSmall = (args: Store): boolean => !isSystem(args) && args.level === 3;
const isLarge = (args: Store): boolean => args.level === 2;

/** From the freeing of one buffer to the making of another, by the names they are allocated under, nobody tells the graphics hub. */
const neverTold =
  (freed: string, next: string): Plant =>
  () => {
    let made = false;
    let armed = false;
    return (step, run) => {
      if (step.name === 'vram: allocate' && step.args['what'] === freed) made = true;
      if (made && step.name === 'pte: store' && step.args['kind'] === 'clear') armed = true;
      if (step.name === 'vram: allocate' && step.args['what'] === next) {
        made = false;
        armed = false;
      }
      return armed && step.name === 'gmc: invalidate' && step.args['hub'] === 'GC' ? undefined : run();
    };
  };

/** A copy goes to where a large buffer was, which has been freed since. */
const useAfterFree: Plant = () => {
  let target: readonly number[] = [];
  let freed = false;
  return (step, run) => {
    if (step.name === 'vram: allocate' && step.args['what'] === 'moved') freed = true;
    if (step.name !== 'packet' || step.args['name'] !== 'COPY_LINEAR') return run();
    const words = (step.args['words'] as Uint32Array).slice();
    if (target.length === 0 && words[1] === LARGE_PAGE - 1 && words[5]! % LARGE_PAGE === 0)
      target = [words[5]!, words[6]!];
    if (!freed || target.length === 0) return run();
    words.set(target, 5);
    freed = false;
    target = [];
    return run({ ...step.args, words });
  };
};

/** The ring of the compute queue in VRAM, stored to through the BAR: as good as one in host memory, if it is flushed. */
export const RING_IN_VRAM = 0x1000_0000;
const ringInVram: Plant = both(
  instead(
    'queue: write ring',
    ({ offset, words }, _run, device) =>
      device.bar(0).writeBlock(RING_IN_VRAM + offset, new Uint8Array(words.buffer, words.byteOffset, words.byteLength)),
    { where: ({ queue }) => queue === 'compute queue', nth: 'every' },
  ),
  change(
    'pte: store',
    ({ entries }) => {
      const moved = entries.slice();
      for (let i = 0; i < moved.length; i += 2) {
        moved[i] = (RING_IN_VRAM + (i / 2) * PAGE) | (moved[i]! & 0xff9 & ~SYSTEM);
        moved[i + 1] = moved[i + 1]! & ~0xffff;
      }
      return { entries: moved };
    },
    { where: ({ kind, entries }) => kind === 'leaf' && entries.length === 32 },
  ),
);

const gc = { where: ({ hub }: { hub: string }) => hub === 'GC' };

export const memoryBugs: readonly Bug[] = [
  // --- flushes
  {
    id: 'hdp-page-tables',
    title: 'HDP is not flushed after page tables are stored',
    plant: leaveOut('hdp: flush', { where: ({ why }) => /page tables|submission/.test(why), nth: 'every' }),
    expect: {
      code: 'HDP_NOT_FLUSHED',
      at: /VRAM 0x/,
      because: [/VRAM 0x\w+ write 0x\w+ .*allocate buffer/, /HDP flush left out/],
      error: 'GPU_FAULT',
    },
  },
  {
    id: 'hdp-ring',
    title: 'HDP is not flushed after a ring in VRAM is written',
    given: ringInVram,
    plant: leaveOut('hdp: flush', { where: ({ why }) => why === 'compute queue submission', nth: 'every' }),
    expect: {
      code: 'HDP_NOT_FLUSHED',
      at: /VRAM 0x10000000/,
      because: [/VRAM 0x10000000 write .*first fence/, /HDP flush left out/],
      error: 'QUEUE_HUNG',
    },
  },

  // --- invalidations
  {
    id: 'tlb-remap',
    title: 'Nobody tells the hub that an address leads elsewhere now',
    plant: leaveOut('gmc: invalidate', { where: ({ hub, why }) => hub === 'GC' && why === 'remap' }),
    expect: {
      code: 'STALE_TLB_USED',
      at: /GFXHUB VMID 0 page 0x1\w+ write .*copy in 12288/,
      because: [/VRAM 0x\w+ write .*move buffer/, /GCVM_INVALIDATE_ENGn_REQ for VMID 0 left out/],
    },
  },
  {
    id: 'tlb-unmap',
    title: 'Nobody tells the hub that an address was freed and mapped anew',
    plant: neverTold('first', 'pieces'),
    expect: {
      code: 'STALE_TLB_USED',
      at: /GFXHUB VMID 0 page 0x1\w+ write .*copy in/,
      because: [/VRAM 0x\w+ write/, /GCVM_INVALIDATE_ENGn_REQ for VMID 0 left out/],
    },
  },
  {
    id: 'tlb-unmap-use',
    title: 'A freed address is used once more, and nobody told the hub',
    plant: both(useAfterFree, neverTold('buffer', 'first')),
    expect: {
      code: 'STALE_TLB_USED',
      at: /GFXHUB VMID 0 page 0x100000600000 write .*copy in 12288/,
      because: [/VRAM 0x\w+ write 0x0 .*free buffer/, /left out/],
    },
  },
  {
    id: 'use-after-free',
    title: 'A freed address is used once more',
    plant: useAfterFree,
    expect: {
      code: 'VM_FAULT',
      at: /GFXHUB VMID 0 page 0x100000600000 write .*copy in 12288/,
      because: [/doorbell 0x100 .*copy in 12288/],
      error: 'GPU_FAULT',
    },
  },
  {
    id: 'invalidate-without-semaphore',
    title: "MMHUB's semaphore is not taken",
    plant: leaveOut('gmc: acquire semaphore'),
    expect: { code: 'INVALIDATE_WITHOUT_SEMAPHORE', at: /MMVM_INVALIDATE_ENG17_REQ write .*queues/ },
  },
  {
    id: 'semaphore-kept',
    title: "MMHUB's semaphore is not given back",
    plant: leaveOut('gmc: release semaphore'),
    expect: {
      error: 'WAIT_NEVER_ENDS',
      message: /MMVM_INVALIDATE_ENG17_SEM\.SEMAPHORE\) can never come.*last seen 0x0/,
    },
  },
  {
    id: 'invalidate-wrong-vmid',
    title: 'Another VMID is invalidated than the one that is waited for',
    plant: change('gmc: invalidate request', ({ value }) => ({ value: (value & ~0xffff) | 2 }), gc),
    expect: {
      error: 'WAIT_NEVER_ENDS',
      message: /GCVM_INVALIDATE_ENG17_ACK\.PER_VMID_INVALIDATE_ACK\) can never come.*waited [\d.]+ .s/,
    },
  },

  // --- entries
  {
    id: 'pte-reserved',
    title: 'A page-table entry has reserved bits set',
    plant: leaves((lo, hi) => [lo, hi | RESERVED]),
    expect: { code: 'BAD_PTE', at: /^page-table entry at VRAM 0x/, because: [/doorbell 0x3 .*first fence/] },
  },
  {
    id: 'pte-outside-vram',
    title: 'A page-table entry leads past the end of VRAM',
    plant: leaves((lo, hi) => [lo, hi | 0x80], isSmall),
    expect: {
      code: 'BAD_PTE',
      at: /^page-table entry at VRAM 0x/,
      because: [/doorbell 0x3 .*first fence/],
      error: 'GPU_FAULT',
    },
  },
  {
    id: 'pte-unaligned',
    title: 'A directory entry leads to a table that is not aligned to 4 KiB',
    plant: change(
      'pte: store',
      ({ entries }) => ({ entries: entries.map((word, i) => (i === 0 ? word + 0x100 : word)) }),
      { where: ({ kind, level }) => kind === 'table' && level === 2 },
    ),
    expect: { code: 'BAD_PTE', at: /^page-table entry at VRAM 0x/, because: [/doorbell 0x3 .*first fence/] },
  },
  {
    id: 'pte-large-without-leaf',
    title: 'A 2 MiB entry does not say that it is a leaf',
    plant: leaves((lo, hi) => [lo, hi & ~LEAF], isLarge),
    expect: {
      code: 'BAD_PTE',
      at: /^page-table entry at VRAM 0x/,
      because: [/VRAM 0x\w+ write 0x\w+ .*allocate buffer/],
      error: 'GPU_FAULT',
    },
  },
  {
    id: 'pte-system-forgotten',
    title: 'An entry for host memory does not say so',
    plant: leaves((lo, hi) => [lo & ~SYSTEM, hi], isSystem),
    expect: {
      code: 'BAD_PTE',
      at: /^page-table entry at VRAM 0x/,
      because: [/doorbell 0x3 .*first fence/],
      error: 'GPU_FAULT',
    },
  },
  {
    id: 'pte-not-writable',
    title: 'A buffer is mapped without write permission',
    plant: leaves((lo, hi) => [lo & ~WRITABLE, hi], isSmall),
    expect: { code: 'VM_FAULT', at: /GFXHUB VMID 0 page/, error: 'GPU_FAULT' },
  },
  {
    id: 'pte-not-executable',
    title: 'A program is mapped without execute permission',
    plant: change(
      'pte: store',
      ({ entries }) => ({ entries: entries.map((word, i) => (i % 2 === 0 ? word & ~EXECUTABLE : word)) }),
      { where: ({ entries, kind }) => kind === 'leaf' && (entries[0]! & EXECUTABLE) !== 0 },
    ),
    expect: {
      code: 'VM_FAULT',
      at: /GFXHUB VMID 0 page 0x1\w+ instruction fetch/,
      because: [/doorbell 0x3 .*launch saxpy/],
      error: 'GPU_FAULT',
    },
  },
  {
    id: 'pte-forgotten',
    title: 'A ring is not mapped',
    plant: leaveOut('pte: store', { where: ({ kind }) => kind === 'leaf' }),
    expect: {
      code: 'VM_FAULT',
      at: /GFXHUB VMID 0 page 0x100000000000/,
      because: [/doorbell 0x3 .*first fence/],
      error: 'GPU_FAULT',
    },
  },
  {
    id: 'table-forgotten',
    title: 'A page table is not hung into the one above it',
    plant: leaveOut('pte: store', { where: ({ kind, level }) => kind === 'table' && level === 1 }),
    expect: {
      code: 'VM_FAULT',
      at: /GFXHUB VMID 0 page 0x10/,
      because: [/doorbell 0x3 .*first fence/],
      error: 'GPU_FAULT',
    },
  },

  // --- hubs
  {
    id: 'context-root',
    title: 'The root of the page tables is given wrong',
    plant: change('gmc: set context', ({ base }) => ({ base: base + 0x1_0000 }), gc),
    expect: {
      code: 'VM_FAULT',
      at: /GFXHUB VMID 0 page 0x10/,
      because: [/doorbell 0x3 .*first fence/],
      error: 'GPU_FAULT',
    },
  },
  {
    id: 'context-range',
    title: 'The context translates less than is mapped',
    plant: change('gmc: set context', () => ({ end: 0xffff }), gc),
    expect: {
      code: 'VM_FAULT',
      at: /GFXHUB VMID 0 page 0x10/,
      because: [/doorbell 0x3 .*first fence/],
      error: 'GPU_FAULT',
    },
  },
  {
    id: 'context-disabled',
    title: 'The context is not enabled',
    plant: change('gmc: set context', ({ control }) => ({ control: control & ~1 }), gc),
    expect: { code: 'HQD_VMID_DISABLED', at: /CP_HQD_ACTIVE write 0x1 .*queues/, error: 'GPU_FAULT' },
  },
  {
    id: 'context-depth',
    title: 'The context has fewer levels than the tables',
    plant: change('gmc: set context', ({ control }) => ({ control: (control & ~6) | 2 }), gc),
    expect: {
      code: 'VM_FAULT',
      at: /GFXHUB VMID 0 page 0x10/,
      because: [/doorbell 0x3 .*first fence/],
      error: 'GPU_FAULT',
    },
  },
];
