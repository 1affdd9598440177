/**
 * The judge's own trial: every planted bug is found, first, where it shows and with its cause; the good driver is told
 * nothing.
 */

import { describe, expect, it } from 'vitest';
import { targets } from '../../cli/targets.ts';
import type { Evidence } from '../../pcie/index.ts';
import type { TargetOptions } from '../targets.ts';
import { bugs } from './catalogue.ts';
import { leaveOut } from './deviate.ts';
import { images, trial } from './trial.ts';
import { AmdGpu } from '../../driver-core/amd/index.ts';

const card = (options: TargetOptions = {}) => targets.open('rx7900xtx', options);
const text = ({ where, what, step }: Evidence): string => `${where} ${what} [${step}]`;

describe('the good driver', () => {
  it('is told nothing', async () => {
    expect(await trial(await card())).toMatchObject({ ok: true, findings: [] });
  });

  const variants = bugs.filter(({ given }) => given !== undefined);
  it.each(variants.map((bug) => [bug.id, bug] as const))(
    'is told nothing in the variant that %s needs',
    async (_id, { given }) => {
      expect(await trial(await card(), { plant: given! })).toMatchObject({ ok: true, findings: [] });
    },
  );
});

describe('the catalogue', () => {
  it('has at least 36 bugs, each under a name of its own', () => {
    expect(bugs.length).toBeGreaterThanOrEqual(36);
    expect(new Set(bugs.map(({ id }) => id)).size).toBe(bugs.length);
  });
});

describe('a bug', () => {
  it.each(bugs.map((bug) => [bug.id, bug.title, bug] as const))('%s: %s', async (_id, _title, bug) => {
    const verdict = await trial(await card(bug.target), bug);
    const { expect: expected } = bug;
    if (!('code' in expected)) {
      expect(verdict.findings).toEqual([]);
      expect(verdict.error?.code).toBe(expected.error);
      expect(verdict.error?.message).toMatch(expected.message);
      if (expected.untouched === true) expect(verdict.accesses).toBe(await accessesOfDiscovery());
      return;
    }
    const first = verdict.findings[0];
    expect(first?.code, verdict.error?.message ?? 'nothing was found').toBe(expected.code);
    expect(text(first!.at)).toMatch(expected.at);
    const causes = first!.because.map(text);
    for (const because of expected.because ?? [])
      expect(
        causes.some((cause) => because.test(cause)),
        `${causes.join('; ')} tells ${because}`,
      ).toBe(true);
    expect(verdict.error?.code).toBe(expected.error);
  });
});

/** Accesses of a driver that gets no firmware at all: it has only looked. */
async function accessesOfDiscovery(): Promise<number> {
  const target = await card();
  const gone = new Error('no firmware here');
  await expect(AmdGpu.open(target.device, { firmware: () => Promise.reject(gone) })).rejects.toMatchObject({
    code: 'FIRMWARE_MISSING',
  });
  return target.judge!.accesses();
}

describe('a trial', () => {
  it('ends with the same verdict whenever it is run', async () => {
    const once = await trial(await card(), { plant: leaveOut('psp: autoload') });
    const again = await trial(await card(), { plant: leaveOut('psp: autoload') });
    expect(again.accesses).toBe(once.accesses);
    expect(again.error?.message).toBe(once.error?.message);
    expect(images.size).toBeGreaterThanOrEqual(6);
  });
});
