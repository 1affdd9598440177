/** Resident memory of an idle card with nominal 24 GiB, and of sixteen, above the empty process. */

import { report } from './figure.ts';

const settle = (): number => {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().rss / 2 ** 20;
};
const before = settle();
const { plugCard } = await import('./card.ts');
const first = plugCard();
const one = settle() - before;
const others = Array.from({ length: 15 }, () => plugCard());
const sixteen = settle() - before;
if (others.some(({ device }) => device.bar(5).read32(0x378c) !== first.device.bar(5).read32(0x378c)))
  throw new Error('cards differ');

report(
  {
    name: 'idle card with 24 GiB nominal, resident memory',
    value: one,
    unit: 'MiB',
    limit: { most: 64 },
    floor: `empty process: ${before.toFixed(0)} MiB`,
  },
  { name: 'sixteen idle cards in one process', value: sixteen, unit: 'MiB' },
);
