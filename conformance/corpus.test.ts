/**
 * Every kernel of the clang corpus through the whole stack: our driver, its queues and page tables, the card's command
 * processor and shader core. What the host computes is the corpus's own; nobody here may report a finding.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTarget } from '../cli/targets.ts';
import { AmdGpu } from '../driver-core/amd/index.ts';
import { codeObjectNames } from '../hw-models/rdna3/shader/corpus/index.ts';
import { forge } from './forge/index.ts';
import type { OpenTarget } from './targets.ts';
import { runCorpus } from './testing/corpus.ts';

const SEED = 11;
let target: OpenTarget;
let gpu: AmdGpu;

beforeAll(async () => {
  target = await openTarget('rx7900xtx', {});
  const images = forge();
  gpu = await AmdGpu.open(target.device, { firmware: (name) => images.get(name)! });
});
afterAll(() => target.close());

describe('the clang corpus on the whole card', () => {
  it.each(codeObjectNames)(
    '%s',
    async (object) => {
      await runCorpus(gpu, object, SEED);
      expect(target.judge!.findings()).toEqual([]);
    },
    120_000,
  );
});
