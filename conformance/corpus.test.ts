/**
 * Every kernel of the clang corpus through the whole stack: our driver, its queues and page tables, the card's command
 * processor and shader core. What the host computes is the corpus's own; nobody here may report a finding.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTarget } from '../cli/targets.ts';
import { AmdGpu } from '../driver-core/amd/index.ts';
import type { GpuProgram, KernelValue } from '../driver-core/amd/index.ts';
import { corpus } from '../hw-models/rdna3/shader/corpus/index.ts';
import { forge } from './forge/index.ts';
import type { OpenTarget } from './targets.ts';

const SEED = 11;
let target: OpenTarget;
let gpu: AmdGpu;
const programs = new Map<string, GpuProgram>();

beforeAll(async () => {
  target = await openTarget('rx7900xtx', {});
  const images = forge();
  gpu = await AmdGpu.open(target.device, { firmware: (name) => images.get(name)! });
});
afterAll(() => target.close());

describe('the clang corpus on the whole card', () => {
  const objects = [...new Set(corpus.map((kernel) => kernel.objectName))];
  it.each(objects)(
    '%s',
    async (object) => {
      for (const kernel of corpus.filter(({ objectName }) => objectName === object)) {
        let program = programs.get(object);
        if (program === undefined) programs.set(object, (program = await gpu.load(kernel.object())));
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
    },
    120_000,
  );
});
