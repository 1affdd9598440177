/** The targets this command knows: where names become models and transports. */

import { TargetRegistry } from '../conformance/targets.ts';
import type { OpenTarget, TargetOptions } from '../conformance/targets.ts';
import { Machine } from '../sim/index.ts';
import { navi31 } from '../hw-models/rdna3/index.ts';
import { openLocal } from '../transport/local/index.ts';

export const targets = new TargetRegistry();

targets.register('rx7900xtx', 'register-level Radeon RX 7900 XTX (Navi31) in this process', openNavi31);

async function openNavi31(options: TargetOptions): Promise<OpenTarget> {
  const machine = new Machine({
    seed: options.seed,
    strictness: options.strictness,
    scatter: options.scatter,
    iommu: { granule: options.iommuGranule ?? 4096 },
  });
  const finish = options.traceFile === undefined ? undefined : await record(machine, options.traceFile, options);
  const port = machine.plug(navi31, { bar0Bytes: options.bar0Bytes, vramMib: options.vramMib });
  const device = openLocal(port, { withoutViews: options.traceFile !== undefined });
  return {
    device,
    judge: {
      findings: () => machine.findings.list,
      counts: () => machine.findings.counts,
      coverage: () => port.model.coverage?.() ?? { declared: 0, read: 0, written: 0 },
      accesses: () => machine.trace.next,
      hash: () => machine.hash(),
    },
    notes: [],
    close: async () => finish?.(),
  };
}

/** Starts recording; the result finishes the file. */
async function record(machine: Machine, file: string, options: TargetOptions): Promise<() => void> {
  const { recordToFile } = await import('./record.ts');
  return recordToFile(machine, file, options);
}
