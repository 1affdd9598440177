/**
 * The race checker on the whole card: nothing is said of the good driver, in any of its variants, nor of clang's kernels
 * under it; a driver that forgets to drop caches is told so before any line is stale.
 */

import { describe, expect, it } from 'vitest';
import { targets } from '../cli/targets.ts';
import { AmdGpu } from '../driver-core/amd/index.ts';
import { bugs } from './bugs/catalogue.ts';
import { leaveOut } from './bugs/deviate.ts';
import { images, trial } from './bugs/trial.ts';
import type { TargetOptions } from './targets.ts';
import { runCorpus } from './testing/corpus.ts';

const card = (options: TargetOptions = {}) => targets.open('rx7900xtx', { ...options, check: 'races' });
const SEED = 12;

describe('with races looked for', () => {
  it.each([{}, { scatter: true, bar0Bytes: 2 ** 28 }])('the good driver is told nothing: %o', async (options) => {
    expect(await trial(await card(options))).toMatchObject({ ok: true, findings: [] });
  });

  const variants = bugs.filter(({ given }) => given !== undefined);
  it.each(variants.map((bug) => [bug.id, bug] as const))('nor in the variant that %s needs', async (_id, { given }) => {
    expect(await trial(await card(), { plant: given! })).toMatchObject({ ok: true, findings: [] });
  });

  it('a driver that never drops caches before a launch', async () => {
    const { findings } = await trial(await card(), {
      plant: leaveOut('packet', { where: ({ name }) => name === 'ACQUIRE_MEM', nth: 'every' }),
    });
    const found = findings.find(({ code }) => code === 'NOT_ACQUIRED');
    expect(found?.at.what).toMatch(/^(s|global)_load_b/);
    expect(found?.because[0]?.where).toMatch(/COPY at .* \(SDMA0 queue 0\)/);
    expect(found?.because[0]?.step).toMatch(/copy in/);
  });

  it.each(['atomics.O3', 'local.O1', 'local.O3.cu'])('the kernels of %s', async (name) => {
    const target = await card();
    const gpu = await AmdGpu.open(target.device, { firmware: (image) => images.get(image)!.slice() });
    await runCorpus(gpu, name, SEED);
    expect(target.judge!.findings()).toEqual([]);
    await target.close();
  });
});
