/** Kernels that clang compiled, through a driver, against what the host computes. Pure software, for tests. */
import { expect } from 'vitest';
import type { AmdGpu, KernelValue } from '../../driver-core/amd/index.ts';
import { corpus } from '../../hw-models/rdna3/shader/corpus/index.ts';

/** Runs all kernels of a code object, each on buffers of its own. */
export async function runCorpus(gpu: AmdGpu, object: string, seed: number): Promise<void> {
  const kernels = corpus.filter(({ objectName }) => objectName === object);
  const program = await gpu.load(kernels[0]!.object());
  for (const kernel of kernels) {
    const buffers = new Map(kernel.buffers.map((buffer) => [buffer.name, gpu.allocate(buffer.bytes)]));
    for (const buffer of kernel.buffers) await gpu.copyIn(buffers.get(buffer.name)!, buffer.init(seed));
    const args: KernelValue[] = kernel.arguments.map(({ value }) =>
      'buffer' in value ? buffers.get(value.buffer)! : value,
    );
    await gpu.launch(program.kernel(kernel.symbol), { groups: kernel.grid, workgroup: kernel.workgroup, args });
    const outputs = new Map<string, Uint8Array>();
    for (const buffer of kernel.buffers)
      if (buffer.role !== 'in') outputs.set(buffer.name, await gpu.copyOut(buffers.get(buffer.name)!));
    expect(kernel.verify(outputs, seed), kernel.name).toEqual([]);
    for (const buffer of buffers.values()) await gpu.free(buffer);
  }
}
