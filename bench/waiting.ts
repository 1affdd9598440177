/** Waiting costs nothing: virtual seconds that a waiting driver lets pass, per wall second. */

import { plugCard } from './card.ts';
import { report } from './figure.ts';

const { device } = plugCard();
const wall = process.hrtime.bigint();
const from = device.clock.nowNs();
// a poll loop as drivers write them: read a register, sleep a millisecond
for (let i = 0; i < 10_000; i++) {
  device.bar(5).read32(0x378c);
  await device.clock.pause(1e6);
}
const ratio = (device.clock.nowNs() - from) / Number(process.hrtime.bigint() - wall);

report({ name: 'a driver that polls every millisecond, against real time', value: ratio, unit: 'x', limit: { least: 1000 } });
