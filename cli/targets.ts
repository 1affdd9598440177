/** The targets this command knows: where names become models and transports. */

import { TargetRegistry } from '../conformance/targets.ts';
import type { OpenTarget, TargetOptions } from '../conformance/targets.ts';
import { EmptyslotError } from '../pcie/index.ts';
import { openLocal } from '../transport/local/index.ts';
import { EnvironmentError, UsageError } from './exit.ts';
import { build, models, record } from './machine.ts';
import type { MachineData } from './machine.ts';

export const targets = new TargetRegistry();

for (const name of Object.keys(models))
  targets.register(name, 'register-level model in this process', (options) => openModel(name, options));

/**
 * A target by what `--target` says: a registered name, or `remote:host:port` for a card behind a remote-PCI server.
 *
 * @throws EmptyslotError `CONFIG_INVALID`; UsageError for half an address; EnvironmentError when no card is to be had there.
 */
export async function openTarget(name: string, options: TargetOptions): Promise<OpenTarget> {
  const far = /^remote:(.+):(\d+)$/.exec(name);
  if (far !== null && Number(far[2]) < 65536) return openFar(far[1]!.replace(/^\[|\]$/g, ''), Number(far[2]));
  if (name.startsWith('remote:')) throw new UsageError(`--target ${name}: expected remote:host:port`);
  return targets.open(name, options);
}

async function openFar(host: string, port: number): Promise<OpenTarget> {
  const { openRemote } = await import('../transport/remote/index.ts');
  const device = await openRemote({ host, port }).catch((error: unknown) => {
    throw error instanceof EmptyslotError ? new EnvironmentError(error) : error;
  });
  return {
    device,
    notes: ['what the far side saw is in its own findings; times are wall time'],
    close: async () => device.close(),
  };
}

async function openModel(name: string, options: TargetOptions): Promise<OpenTarget> {
  const data: MachineData = {
    machine: {
      seed: options.seed,
      strictness: options.strictness,
      scatter: options.scatter,
      iommu: { granule: options.iommuGranule ?? 4096 },
    },
    cards: [
      {
        device: name,
        bar0Bytes: options.bar0Bytes,
        vramMib: options.vramMib,
        engine: options.engine,
        threads: options.threads,
        check: options.check,
      },
    ],
  };
  const { machine, ports } = build(data);
  const recording = options.traceFile === undefined ? undefined : record(machine, data, options.traceFile);
  const port = ports[0]!;
  return {
    // a view would let bytes change unseen by the recording, or by whoever looks for races
    device: openLocal(port, { withoutViews: recording !== undefined || options.check === 'races' }),
    judge: {
      findings: () => machine.findings.list,
      counts: () => machine.findings.counts,
      coverage: () => port.model.coverage?.() ?? { declared: 0, read: 0, written: 0 },
      accesses: () => machine.trace.next,
      hash: () => machine.hash(),
    },
    notes: [],
    close: async () => recording?.close(Object.fromEntries(machine.findings.counts)),
  };
}
