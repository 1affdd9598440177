/**
 * A million random accesses: no throw, a bounded number of events for each, and nothing that grows without bound.
 */

import { describe, expect, it } from 'vitest';
import { navi31 } from '../../hw-models/rdna3/index.ts';
import { Machine } from '../../sim/index.ts';
import { EventMeter, Fuzz } from './fuzz.ts';

const seed = Number(process.env['FUZZ_SEED'] ?? 1);
const ACCESSES = 1_000_000;
const SEEDS = 4;
/** More events for one access, or one short pause, than any good handshake makes. */
const MOST_EVENTS = 5000;
const MOST_PENDING = 512;

function card(with_: number): { machine: Machine; fuzz: Fuzz; meter: EventMeter } {
  const machine = new Machine({ seed: with_ });
  const port = machine.plug(navi31, {});
  return { machine, fuzz: new Fuzz(port, with_), meter: new EventMeter(machine) };
}

/** Runs `count` accesses; what goes wrong is told with the line that shows it again. */
function run(with_: number, count: number): { machine: Machine; fuzz: Fuzz; mostEvents: number; mostPending: number } {
  const { machine, fuzz, meter } = card(with_);
  let mostEvents = 0;
  let mostPending = 0;
  for (let i = 0; i < count; i++) {
    const before = meter.scheduled;
    try {
      fuzz.step();
    } catch (cause) {
      throw new Error(
        `access ${i} threw (${String(cause)}); again: FUZZ_SEED=${with_} npx vitest run conformance/properties/registers.test.ts`,
        { cause },
      );
    }
    mostEvents = Math.max(mostEvents, meter.scheduled - before);
    mostPending = Math.max(mostPending, machine.events.pending);
    if (mostEvents > MOST_EVENTS || mostPending > MOST_PENDING) {
      throw new Error(
        `access ${i} made ${meter.scheduled - before} events, ${machine.events.pending} wait; again: FUZZ_SEED=${with_} npx vitest run conformance/properties/registers.test.ts`,
      );
    }
  }
  return { machine, fuzz, mostEvents, mostPending };
}

describe('random accesses', () => {
  it.each(Array.from({ length: SEEDS }, (_, i) => seed + i))(
    'seed %i: never throw, never run away, never pile up',
    (one) => {
      const { machine, mostEvents, mostPending } = run(one, ACCESSES / SEEDS);
      expect(machine.findings.list.length).toBeLessThanOrEqual(1000);
      // 16 MiB of stores, the discovery table, what engines did, and nothing else
      expect(machine.arena.used).toBeLessThan(1500);
      console.log(
        `seed ${one}: at most ${mostEvents} events an access, ${mostPending} pending, ${machine.arena.used} chunks, ${machine.findings.counts.size} codes of findings`,
      );
    },
  );

  it('come out the same for the same seed', () => {
    const [a, b] = [run(seed, 20_000), run(seed, 20_000)];
    expect(b.fuzz.answers).toBe(a.fuzz.answers);
    expect(b.machine.hash()).toBe(a.machine.hash());
    expect(b.machine.trace.next).toBe(a.machine.trace.next);
    expect(run(seed + 1, 20_000).fuzz.answers).not.toBe(a.fuzz.answers);
  });
});
