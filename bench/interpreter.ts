/**
 * The shader interpreter alone: wave instructions a second on five kernels, results checked against plain loops.
 * One wave instruction is one instruction for 32 lanes; waits and hints count, as everybody counts them.
 */
import { report } from './figure.ts';
import { CoreBench, kernelNames, title } from './shader-core.ts';
import type { KernelName } from './shader-core.ts';

const least: Record<KernelName, number> = { saxpy: 2, matmul: 2, matmul_lds: 2, xorshift: 5, trans: 2 };

const core = new CoreBench({ engine: 'interpreter' });
report(
  ...kernelNames.map((name) => {
    const { ns, instructions } = core.best(name, 3);
    return {
      name: `interpreter: ${title(name)}`,
      value: (instructions / ns) * 1e3,
      unit: 'Mwi/s',
      limit: { least: least[name] },
    };
  }),
);
