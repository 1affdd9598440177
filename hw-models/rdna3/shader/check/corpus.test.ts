/**
 * Every kernel of the corpus under the checker: clang waits for what it needs, and only that, so nothing may be said;
 * and results are those without a checker.
 */
import { describe, expect, it } from 'vitest';
import { codeObjectNames, corpus } from '../corpus/index.ts';
import { runOnCore } from '../corpus/run.ts';
import { RaceChecker } from './index.ts';

const seed = 21;

describe('nothing is said of what clang compiled', () => {
  it.each(codeObjectNames.map((name) => [name] as const))('%s', (name) => {
    const kernels = corpus.filter(({ objectName }) => objectName === name);
    expect(kernels.length).toBeGreaterThan(0);
    for (const kernel of kernels) {
      const { outputs, events, result } = runOnCore(kernel, { seed, watcher: new RaceChecker() });
      expect(events, kernel.name).toEqual([]);
      expect(result).toBe('idle');
      expect(kernel.verify(outputs, seed), kernel.name).toEqual([]);
    }
  });
});
