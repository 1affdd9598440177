/**
 * The race checker on the whole card: nothing is said of the good driver, in any of its variants, nor of clang's kernels
 * under it; a driver that forgets to drop caches is told so before any line is stale.
 */

import { describe, expect, it } from 'vitest';
import { targets } from '../cli/targets.ts';
import { AmdGpu } from '../driver-core/amd/index.ts';
import type { KernelValue } from '../driver-core/amd/index.ts';
import { corpus } from '../hw-models/rdna3/shader/corpus/index.ts';
import { bugs } from './bugs/catalogue.ts';
import { leaveOut } from './bugs/deviate.ts';
import { images, trial } from './bugs/trial.ts';
import type { TargetOptions } from './targets.ts';

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
    const kernels = corpus.filter(({ objectName }) => objectName === name);
    const program = await gpu.load(kernels[0]!.object());
    for (const kernel of kernels) {
      const buffers = new Map(kernel.buffers.map((buffer) => [buffer.name, gpu.allocate(buffer.bytes)]));
      for (const buffer of kernel.buffers) await gpu.copyIn(buffers.get(buffer.name)!, buffer.init(SEED));
      const args: KernelValue[] = kernel.arguments.map(({ value }) =>
        'buffer' in value ? buffers.get(value.buffer)! : value,
      );
      await gpu.launch(program.kernel(kernel.symbol), { groups: kernel.grid, workgroup: kernel.workgroup, args });
      const outputs = new Map<string, Uint8Array>();
      for (const buffer of kernel.buffers)
        if (buffer.role !== 'in') outputs.set(buffer.name, await gpu.copyOut(buffers.get(buffer.name)!));
      expect(kernel.verify(outputs, SEED), kernel.name).toEqual([]);
      for (const buffer of buffers.values()) await gpu.free(buffer);
    }
    expect(target.judge!.findings()).toEqual([]);
    await target.close();
  });
});
