/** One register access through the whole path, trace and findings on, over the boot's own mix of addresses. */

import { AmdGpu } from '../driver-core/amd/index.ts';
import { RecordKind } from '../pcie/index.ts';
import { firmware, plugCard } from './card.ts';
import { bestOf, report } from './figure.ts';

const { machine, port, device } = plugCard();
const gpu = await AmdGpu.open(device, { firmware: await firmware() });
await gpu.close();

// Reads of the boot as they came, and its stores to registers that take the same value again without an effect.
const kinds: number[] = [];
const offsets: number[] = [];
const values: number[] = [];
for (let i = Math.max(0, machine.trace.next - machine.trace.capacity); i < machine.trace.next; i++) {
  const record = machine.trace.get(i);
  if (record === undefined || record.bar !== 5 || (record.kind !== RecordKind.read && record.kind !== RecordKind.write)) continue;
  const isWrite = record.kind === RecordKind.write;
  kinds.push(isWrite ? 1 : 0);
  offsets.push(record.offset);
  values.push(record.lo);
}
const before = machine.snapshot();
const rounds = Math.ceil(400_000 / kinds.length);
const pass = (): void => {
  machine.restore(before);
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
const floor = bestOf(5, () => {
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

report({ name: `register access, ${kinds.length} of the boot's own (${reads} reads)`, value: ns, unit: 'ns', limit: { most: 100 }, floor: `plain Uint32Array: ${floor.toFixed(1)} ns` });
