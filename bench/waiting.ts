/** Waiting costs nothing: the card's seconds that a waiting driver lets pass, per wall second. */

import { plugCard } from './card.ts';
import { report } from './figure.ts';

const { device } = plugCard();

/** ns of the card's time per ns of wall time. */
async function ratio(body: () => Promise<void>): Promise<number> {
  const wall = process.hrtime.bigint();
  const from = device.clock.nowNs();
  await body();
  return (device.clock.nowNs() - from) / Number(process.hrtime.bigint() - wall);
}

// a poll loop as drivers write them: read a register, sleep a millisecond
const poll = async (rounds: number): Promise<void> => {
  const registers = device.bar(5);
  for (let i = 0; i < rounds; i++) {
    registers.read32(0x378c);
    await device.clock.pause(1e6);
  }
};
await poll(20_000);
const polling = await ratio(() => poll(100_000));

report({
  name: 'a register polled every millisecond, card time against wall time',
  value: polling,
  unit: 'x',
  limit: { least: 1000 },
});
