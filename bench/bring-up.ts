/** Cold bring-up to the first fence, in wall time, with synthetic and (EMPTYSLOT_FIRMWARE) real images. */

import { AmdGpu } from '../driver-core/amd/index.ts';
import { firmware, plugCard } from './card.ts';
import { bestOfAsync, report } from './figure.ts';
import type { Figure } from './figure.ts';

async function measure(name: string, folder?: string): Promise<Figure> {
  const source = await firmware(folder);
  let timeNs = 0;
  const wall = await bestOfAsync(10, async () => {
    const { device } = plugCard();
    const gpu = await AmdGpu.open(device, { firmware: source });
    const buffer = gpu.allocate(4096);
    await gpu.copyIn(buffer, new Uint8Array(4096)); // the first fence that comes back
    timeNs = device.clock.nowNs();
  });
  return {
    name: `cold bring-up to the first fence, ${name} firmware`,
    value: wall / 1e6,
    unit: 'ms',
    limit: { most: 50 },
    floor: `${(timeNs / 1e6).toFixed(0)} ms of the card's time`,
  };
}

const real = process.env['EMPTYSLOT_FIRMWARE'];
const figures = [await measure('synthetic')];
if (real !== undefined) figures.push(await measure('real', real));
report(...figures);
