/**
 * Random packets on a booted card: good ones, damaged ones and noise, on both kinds of queue. Nothing throws, every
 * stretch of time takes a bounded number of events, and a card that was put back runs a good launch as before.
 */

import { beforeAll, describe, expect, it } from 'vitest';
import { AmdGpu } from '../../driver-core/amd/index.ts';
import {
  acquireMem,
  csPartialFlush,
  dispatchDirect,
  releaseMem,
  sdmaCopy,
  sdmaFence,
  sdmaFill,
  setShReg,
} from '../../driver-core/amd/packets.ts';
import { navi31 } from '../../hw-models/rdna3/index.ts';
import { opcodes, packet3 } from '../../registers/amd/pm4.ts';
import { Machine } from '../../sim/index.ts';
import type { MachineSnapshot, Port } from '../../sim/index.ts';
import { openLocal } from '../../transport/local/index.ts';
import { forge } from '../forge/index.ts';
import { Dice, EventMeter } from './fuzz.ts';

const seed = Number(process.env['FUZZ_SEED'] ?? 1);
const TRIALS = 250;
/** Virtual time that every stream gets, and the most events it may take: one every 10 ns. */
const RUN_NS = 400_000;
const MOST_EVENTS = RUN_NS / 10;

let machine: Machine;
let port: Port;
let gpu: AmdGpu;
let booted: MachineSnapshot;
let meter: EventMeter;
/** GPU addresses that packets may name: two buffers, and places that are no memory. */
let places: number[];

beforeAll(async () => {
  const files = forge();
  machine = new Machine({ seed });
  port = machine.plug(navi31, {});
  gpu = await AmdGpu.open(openLocal(port), { firmware: (name) => files.get(name)! });
  const [a, b] = [gpu.allocate(65_536), gpu.allocate(65_536)];
  await gpu.copyIn(a, new Uint8Array(65_536).fill(7));
  await gpu.copyIn(b, new Uint8Array(65_536).fill(8));
  places = [
    a.address,
    b.address,
    gpu.parts.gfx.queue.ringAddress,
    gpu.parts.sdma.queue.ringAddress,
    0,
    0x80_0010_0000,
    2 ** 47,
  ];
  booted = machine.snapshot();
  meter = new EventMeter(machine);
});

const address = (dice: Dice): number =>
  dice.pick(places) + (dice.below(3) === 0 ? dice.below(65_536) : dice.below(1024) * 64);

function pm4(dice: Dice): Uint32Array {
  switch (dice.below(10)) {
    case 0:
      return acquireMem().words;
    case 1:
      return setShReg(dice.below(0x400), ...Array.from({ length: 1 + dice.below(8) }, () => dice.value())).words;
    case 2:
      return dispatchDirect(dice.below(4), dice.below(4), 1, dice.value()).words;
    case 3:
      return csPartialFlush().words;
    case 4:
      return releaseMem(address(dice), dice.u32()).words;
    case 5: {
      // any opcode with a body of any length
      const body = Array.from({ length: 1 + dice.below(12) }, () =>
        dice.below(3) === 0 ? address(dice) % 2 ** 32 : dice.value(),
      );
      return Uint32Array.of(packet3(dice.pick(Object.values(opcodes)), body.length), ...body);
    }
    case 6: {
      const to = address(dice);
      return Uint32Array.of(
        packet3(opcodes.WRITE_DATA, 4),
        (5 << 8) | (1 << 20),
        to % 2 ** 32,
        Math.floor(to / 2 ** 32),
        dice.value(),
      );
    }
    case 7: {
      const at = address(dice);
      return Uint32Array.of(
        packet3(opcodes.WAIT_REG_MEM, 6),
        0x10 | dice.below(8),
        at % 2 ** 32,
        Math.floor(at / 2 ** 32),
        dice.value(),
        dice.value(),
        4,
      );
    }
    case 8: {
      const at = address(dice);
      return Uint32Array.of(
        packet3(opcodes.INDIRECT_BUFFER, 3),
        at % 2 ** 32,
        Math.floor(at / 2 ** 32),
        (1 << 23) | dice.below(64),
      );
    }
    default:
      return Uint32Array.from({ length: 1 + dice.below(6) }, () => dice.value());
  }
}

function sdma(dice: Dice): Uint32Array {
  switch (dice.below(6)) {
    case 0:
      return sdmaCopy(address(dice), address(dice), 1 + dice.below(4096)).words;
    case 1:
      return sdmaFill(address(dice), dice.below(256), 1 + dice.below(4096)).words;
    case 2:
      return sdmaFence(address(dice), dice.u32()).words;
    case 3:
      return Uint32Array.of(
        dice.below(0x20) | (dice.below(8) << 8) | (dice.below(4) << 16),
        ...Array.from({ length: 1 + dice.below(9) }, () => dice.value()),
      );
    case 4: {
      const at = address(dice);
      return Uint32Array.of(
        8 | dice.pick([0, 0x8000_0000, 0x1000_0000]),
        at % 2 ** 32,
        Math.floor(at / 2 ** 32),
        dice.value(),
        dice.value(),
        (dice.below(0x1000) << 16) | dice.below(16),
      );
    }
    default:
      return Uint32Array.from({ length: 1 + dice.below(6) }, () => dice.value());
  }
}

/** One word or bit of a good packet becomes another. */
function damaged(dice: Dice, words: Uint32Array): Uint32Array {
  const copy = words.slice();
  if (dice.below(3) !== 0) return copy;
  const at = dice.below(copy.length);
  copy[at] = dice.below(2) === 0 ? copy[at]! ^ (1 << dice.below(32)) : dice.value();
  return copy;
}

/** Puts the card back, submits a stream made from `dice`, lets time pass. */
function play(dice: Dice, kind: 'compute' | 'sdma'): number {
  machine.restore(booted);
  const queue = kind === 'compute' ? gpu.parts.gfx.queue : gpu.parts.sdma.queue;
  const written = queue.ring.written;
  const make = kind === 'compute' ? pm4 : sdma;
  const before = meter.scheduled;
  try {
    for (let submission = 0; submission < 2; submission++) {
      queue.ring.submit(Array.from({ length: 1 + dice.below(10) }, () => damaged(dice, make(dice))));
      for (let slice = 0; slice < 4; slice++) {
        port.pause(RUN_NS / 8);
        port.takeInterrupts();
        machine.takeFaults(0);
      }
    }
  } finally {
    queue.ring.written = written;
  }
  return meter.scheduled - before;
}

describe.each(['compute', 'sdma'] as const)('random packets on the %s queue', (kind) => {
  it('never throw, never run away', () => {
    let most = 0;
    for (let i = 0; i < TRIALS; i++) {
      const one = seed * 1_000_000 + i;
      const again = `again: FUZZ_SEED=${seed} npx vitest run conformance/properties/streams.test.ts (stream ${i})`;
      let events: number;
      try {
        events = play(new Dice(one), kind);
      } catch (cause) {
        throw new Error(`stream ${i} threw (${String(cause)}); ${again}`, { cause });
      }
      most = Math.max(most, events);
      if (events > MOST_EVENTS || machine.events.pending > 64)
        throw new Error(`stream ${i} took ${events} events, ${machine.events.pending} wait; ${again}`);
    }
    expect(machine.findings.list.length).toBeLessThanOrEqual(1000);
    console.log(`${kind}: at most ${most} events in ${RUN_NS} ns, ${machine.findings.counts.size} codes of findings`);
  });

  it('come out the same when the card is put back', () => {
    const hashAfter = (dice: Dice): string => {
      play(dice, kind);
      return machine.hash();
    };
    for (let i = 0; i < 6; i++) expect(hashAfter(new Dice(seed + i))).toBe(hashAfter(new Dice(seed + i)));
  });
});

describe('afterwards', () => {
  it('a card that was put back works', async () => {
    machine.restore(booted);
    const buffer = gpu.allocate(10_000);
    const data = Uint8Array.from({ length: 10_000 }, (_, i) => i * 7);
    await gpu.copyIn(buffer, data);
    expect(await gpu.copyOut(buffer)).toEqual(data);
  });
});
