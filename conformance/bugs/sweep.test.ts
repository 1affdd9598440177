/**
 * Every kind of step that the driver makes, left out once. What the judge does not find and the driver does not end at
 * must be in the lists here, with the reason why nobody could know better.
 */

import { describe, expect, it } from 'vitest';
import { targets } from '../../cli/targets.ts';
import type { StepHook } from '../../driver-core/steps.ts';
import { trial } from './trial.ts';

/** Arguments that make steps of one name different kinds. */
const telling = [
  'component',
  'why',
  'hub',
  'what',
  'queue',
  'name',
  'kind',
  'level',
  'entry',
  'ring',
  'message',
  'me',
  'bits',
] as const;

/** Their results are used by the driver itself: without them it is another program. */
const answering = /^(dma: allocate|vram: allocate|psp: submit|psp: load toc|kernel: state)/;

/** Nothing goes wrong without them in this run. */
const harmless: readonly (readonly [kind: RegExp, why: string])[] = [
  [/^nbio: strap/, 'keeps a function out of resets that this card does not have'],
  [/^vram: write what=zero/, 'memory is all zeros after power-on here; what silicon leaves in it is not known'],
  [/^gmc: configure hub hub=MM/, 'nothing of this driver is translated by MMHUB'],
  [/^gmc: set context hub=MM/, 'nothing of this driver is translated by MMHUB'],
  [/^gmc: invalidate why=\w+ hub=MM/, 'nothing of this driver is translated by MMHUB'],
  [/^ih: enable ring/, 'the driver looks at fences, so it works without interrupts'],
  [/^psp: boot address component=(SPL|SYS_DRV|SOS)/, 'the register still holds the same address'],
  [/^hdp: flush why=psp command/, 'a stock driver leaves it out: the secure OS sees what the CPU sees'],
  [
    /^hdp: flush why=(page tables|queue descriptor|compute queue|SDMA0)/,
    'another flush comes before anything is used; all of them left out are found',
  ],
  [/^smu: message message=(14|15)/, 'no table is exchanged with the SMU'],
  [/^smu: message message=(25|26|31)/, 'clocks stay as they are'],
  [/^gfx: wait for autoload/, 'a race: what comes before takes longer than the autoload'],
  [/^gmc: invalidate acknowledge/, 'a race: the hub forgets before the next doorbell is worked on'],
  [/^nbio: doorbell entry entry=(0|3)/, 'each of the two takes every doorbell; both left out are found'],
  [/^gfx: select queue=0 me=0 banked=vmid/, 'the other VMIDs are not used'],
  [/^gfx: select queue=1 me=1/, 'the driver only looks whether an earlier session left a queue running there'],
  [/^gmc: invalidate why=map/, 'no translation was known of an address that was not mapped'],
  [/^gmc: invalidate why=unmap/, 'the address is invalidated again when it is mapped anew; both left out are found'],
  [/^pte: store kind=clear/, 'nobody uses the address before it is mapped anew'],
  [/^queue: wait/, 'a race: the work is done before its result is looked at'],
  [/^packet queue=compute queue name=NOP/, 'does nothing'],
  [
    /^packet queue=compute queue name=ACQUIRE_MEM/,
    'RELEASE_MEM of the launch before made the caches forget; both left out are found',
  ],
  [/^packet queue=compute queue name=EVENT_WRITE/, 'RELEASE_MEM waits for the waves too'],
  [/^gfx: soft reset/, 'the queue is off already'],
  [/^hqd: dequeue/, 'nothing rings the queue again'],
  [/^dma: free/, 'the memory stays granted, which harms the host alone'],
];

/** Wrong results that no device can know of: only who looks at them can. */
const onlyResults: readonly (readonly [kind: RegExp, why: string])[] = [
  [/^packet queue=SDMA0 queue 0 name=COPY_LINEAR/, 'a copy that was never asked for'],
  [/^packet queue=compute queue name=DISPATCH_DIRECT/, 'a launch that was never asked for'],
  [/^kernel: arguments/, 'the kernel gets the zeros that are there'],
];

function kindOf(step: Parameters<StepHook>[0]): string {
  const { name, args } = step;
  const told = telling
    .filter((key) => key in args && typeof args[key] !== 'object')
    .map((key) => `${key}=${String(args[key])}`);
  if (name === 'gfx: select' && args['vmid'] !== 0) told.push('banked=vmid');
  return [name, ...told].join(' ');
}

async function kinds(): Promise<string[]> {
  const seen = new Set<string>();
  await trial(await targets.open('rx7900xtx'), {
    plant: () => (step, run) => {
      seen.add(kindOf(step));
      return run();
    },
  });
  return [...seen].filter((kind) => !answering.test(kind));
}

describe('a step left out', async () => {
  const all = await kinds();
  const quiet = new Set<string>();

  it('is one of many kinds', () => {
    expect(all.length).toBeGreaterThan(80);
  });

  it.each(all)('%s', async (kind) => {
    let left = false;
    const { findings, error, ok } = await trial(await targets.open('rx7900xtx'), {
      plant: () => (step, run) => {
        if (left || kindOf(step) !== kind) return run();
        left = true;
        return undefined;
      },
    });
    expect(left).toBe(true);
    if (findings.length > 0 || error !== undefined) return;
    const known = ok ? harmless : onlyResults;
    expect(
      known.some(([pattern]) => pattern.test(kind)),
      `${kind}: nothing was said, and the results are ${ok ? 'right' : 'wrong'}`,
    ).toBe(true);
    quiet.add(kind);
  });

  it('is excused only where nothing is said', () => {
    const unused = [...harmless, ...onlyResults].filter(([pattern]) => ![...quiet].some((kind) => pattern.test(kind)));
    expect(unused.map(([pattern]) => String(pattern))).toEqual([]);
  });
});
