/** One register access through the whole path, trace and findings on, over the boot's own mix of addresses. */

import { AmdGpu } from '../driver-core/amd/index.ts';
import { RecordKind } from '../pcie/index.ts';
import { firmware, plugCard } from './card.ts';
import { bestOf, report } from './figure.ts';

const { machine, port, device } = plugCard();
const gpu = await AmdGpu.open(device, { firmware: await firmware() });
await gpu.close();

// The boot's accesses in their order. A store that starts an engine (a mailbox command, a soft reset) or that is a
// mistake out of its context is not register dispatch and stays out; how many is said.
const kinds: number[] = [];
const offsets: number[] = [];
const values: number[] = [];
let engines = 0;
const recorded = Array.from({ length: machine.trace.next }, (_, i) => machine.trace.get(i)).filter(
  (record) =>
    record !== undefined && record.bar === 5 && (record.kind === RecordKind.read || record.kind === RecordKind.write),
);
const booted = machine.snapshot();
for (const record of recorded) {
  const isWrite = record!.kind === RecordKind.write;
  const pending = machine.events.pending;
  const said = machine.findings.total;
  if (isWrite) port.write(5, record!.offset, 4, record!.lo);
  else port.read(5, record!.offset, 4);
  if (machine.events.pending !== pending || machine.findings.total !== said) {
    engines++;
    machine.restore(booted);
    continue;
  }
  kinds.push(isWrite ? 1 : 0);
  offsets.push(record!.offset);
  values.push(record!.lo);
}
machine.findings.clear();
const rounds = Math.ceil(400_000 / kinds.length);
const pass = (): void => {
  for (let r = 0; r < rounds; r++) {
    for (let i = 0; i < kinds.length; i++) {
      if (kinds[i] === 1) port.write(5, offsets[i]!, 4, values[i]!);
      else port.read(5, offsets[i]!, 4);
    }
  }
};
const accesses = rounds * kinds.length;
const floorArray = new Uint32Array(262_144);
let sink = 0;
const floor =
  bestOf(5, () => {
    for (let r = 0; r < rounds; r++) {
      for (let i = 0; i < kinds.length; i++) {
        if (kinds[i] === 1) floorArray[offsets[i]! >> 2] = values[i]!;
        else sink += floorArray[offsets[i]! >> 2]!;
      }
    }
  }) / accesses;
const reads = kinds.filter((k) => k === 0).length;
const ns = bestOf(5, pass) / accesses;
if (sink < 0) throw new Error('unreachable');

report({
  name: `register access, ${kinds.length} of the boot's ${recorded.length} (${reads} reads; ${engines} start engines)`,
  value: ns,
  unit: 'ns',
  limit: { most: 100 },
  floor: `plain Uint32Array: ${floor.toFixed(1)} ns`,
});
