/** An SDMA copy of 64 MiB inside VRAM, against `Uint8Array.set` of the same bytes. */

import { AmdGpu } from '../driver-core/amd/index.ts';
import { firmware, plugCard } from './card.ts';
import { bestOf, bestOfAsync, report } from './figure.ts';

const bytes = 64 * 2 ** 20;
const { device } = plugCard();
const gpu = await AmdGpu.open(device, { firmware: await firmware() });
const source = gpu.allocate(bytes);
const target = gpu.allocate(bytes);
const data = new Uint8Array(bytes).fill(0x5a);
await gpu.copyIn(source, data);
await gpu.copy(target, source);

const elsewhere = new Uint8Array(bytes);
elsewhere.set(data);
const floor = bestOf(7, () => elsewhere.set(data));
const copy = await bestOfAsync(7, async () => {
  await gpu.copy(target, source);
});
const back = await gpu.copyOut(target, { offset: bytes - 4096, bytes: 4096 });
if (back.some((b) => b !== 0x5a)) throw new Error('the copy is wrong');

report({
  name: 'SDMA copy of 64 MiB, rate against Uint8Array.set',
  value: floor / copy,
  unit: 'x',
  limit: { least: 0.5 },
  floor: `set: ${(bytes / floor).toFixed(1)} GB/s`,
});
