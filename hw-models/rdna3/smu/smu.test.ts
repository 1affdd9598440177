/** The SMU against the public mailbox sequence and table layouts. Software. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MP1 } from '../../../registers/amd/mp1.ts';
import { createSmu } from './index.ts';
import { FB_BASE, testCard } from '../psp/testing/card.ts';
import type { TestCard } from '../psp/testing/card.ts';
import { settle } from '../psp/testing/driver.ts';

const R = MP1.registers;
const TABLE = 0x9_7000;

/** Version as the payload's header has it: 78.133.0 the other way round. */
const PAYLOAD_VERSION = 0x0085_4e00;

function fresh(loaded = true): TestCard {
  const t = testCard({ smu: createSmu });
  if (loaded) {
    t.card.smu.firmwareLoaded(PAYLOAD_VERSION);
    settle(t);
  }
  return t;
}

/** Clear, argument, message, wait; `[response, argument]`. */
function send(t: TestCard, id: number, argument = 0): readonly [number, number] {
  t.write(R.MP1_SMN_C2PMSG_90, 0);
  t.write(R.MP1_SMN_C2PMSG_82, argument);
  t.write(R.MP1_SMN_C2PMSG_66, id);
  settle(t);
  return [t.read(R.MP1_SMN_C2PMSG_90), t.read(R.MP1_SMN_C2PMSG_82)];
}

function withTable(): TestCard {
  const t = fresh();
  send(t, 0x0e, Math.floor((FB_BASE + TABLE) / 2 ** 32));
  send(t, 0x0f, (FB_BASE + TABLE) % 2 ** 32);
  send(t, 0x06);
  return t;
}

function metrics(t: TestCard) {
  expect(send(t, 0x12, 5)[0]).toBe(1);
  const view = new DataView(t.load(TABLE, 244).buffer);
  return {
    gfxMhz: view.getUint32(0, true),
    uclkMhz: view.getUint32(8, true),
    counter: view.getUint32(80, true),
    gfxActivity: view.getUint16(104, true),
    energy: view.getUint32(112, true),
    watts: view.getUint16(116, true),
    edge: view.getUint16(120, true),
  };
}

describe('mailbox', () => {
  it('says nothing before its firmware runs', () => {
    const t = fresh(false);
    expect(send(t, 2)[0]).toBe(0); // a probe
    expect(t.codes()).toEqual([]);
    expect(send(t, 6)[0]).toBe(0);
    expect(t.codes()).toEqual(['SMU_NOT_ALIVE']);
    expect(t.machine.events.pending).toBe(0);
  });

  it('shows a response as soon as it runs', () => {
    expect(fresh().read(R.MP1_SMN_C2PMSG_90)).toBe(1);
  });

  it('answers its version after a while', () => {
    const t = fresh();
    t.write(R.MP1_SMN_C2PMSG_90, 0);
    t.write(R.MP1_SMN_C2PMSG_66, 2);
    expect(t.read(R.MP1_SMN_C2PMSG_90)).toBe(0);
    settle(t);
    expect(t.read(R.MP1_SMN_C2PMSG_90)).toBe(1);
    expect(t.read(R.MP1_SMN_C2PMSG_82)).toBe(0x004e_8500);
    expect(t.codes()).toEqual([]);
  });

  it.each([
    ['unknown', 0x7777, 0xfe, 'SMU_MESSAGE_UNKNOWN'],
    ['known and not modelled', 0x15, 0xff, 'SMU_MESSAGE_UNMODELLED'],
    ['a limit before features run', 0x19, 0xfd, 'SMU_PREREQUISITE'],
    ['a clock that does not exist', 0x1f, 0xff, 'SMU_ARGUMENT_WRONG'],
    ['a table without an address', 0x12, 0xff, 'SMU_TABLE_ADDRESS'],
  ])('refuses %s', (_name, id, response, code) => {
    const t = fresh();
    const argument = id === 0x1f ? 0xd_0000 : id === 0x12 ? 5 : 0;
    expect(send(t, id, argument)[0]).toBe(response);
    expect(t.codes()).toEqual([code]);
    expect(t.machine.findings.list[0]!.at.where).toContain('MP1_SMN_C2PMSG_66');
  });

  it('names a response that was not cleared', () => {
    const t = fresh();
    t.write(R.MP1_SMN_C2PMSG_66, 2);
    settle(t);
    expect(t.codes()).toEqual(['SMU_RESPONSE_NOT_CLEARED']);
  });

  it('names a message while it works, and carries out the first', () => {
    const t = fresh();
    t.write(R.MP1_SMN_C2PMSG_90, 0);
    t.write(R.MP1_SMN_C2PMSG_66, 2);
    t.write(R.MP1_SMN_C2PMSG_66, 3);
    settle(t);
    expect(t.codes()).toEqual(['SMU_BUSY']);
    expect(t.read(R.MP1_SMN_C2PMSG_82)).toBe(0x004e_8500);
  });

  it('names an argument after its message', () => {
    const t = fresh();
    t.write(R.MP1_SMN_C2PMSG_90, 0);
    t.write(R.MP1_SMN_C2PMSG_66, 1);
    t.write(R.MP1_SMN_C2PMSG_82, 41);
    settle(t);
    expect(t.codes()).toEqual(['SMU_ARGUMENT_LATE']);
    expect(t.machine.findings.list[0]!.because).toHaveLength(1);
  });

  it.each([
    ['the ordinary message', R.MP1_SMN_C2PMSG_90, R.MP1_SMN_C2PMSG_66, 0x2f],
    ['the debug message', R.MP1_SMN_C2PMSG_54, R.MP1_SMN_C2PMSG_75, 2],
  ])('resets the card by %s, after an answer that can be seen', (_name, response, message, id) => {
    const t = fresh();
    t.write(response, 0);
    t.write(message, id);
    t.machine.advance(100_000);
    expect(t.read(response)).toBe(1);
    expect(t.told).toEqual([]);
    t.machine.advance(10_000_000);
    expect(t.told).toEqual(['reset mode1']);
    expect(t.card.smu.alive).toBe(false);
    expect(t.read(R.MP1_SMN_C2PMSG_90)).toBe(0);
    expect(t.codes()).toEqual([]);
  });
});

describe('state', () => {
  it('runs the features that are allowed', () => {
    const t = fresh();
    send(t, 0x04, 0x3a);
    send(t, 0x05, 0);
    send(t, 0x06);
    expect(send(t, 0x0c)[1]).toBe(0x3a);
    expect(send(t, 0x0d)[1]).toBe(0);
    send(t, 0x07);
    expect(send(t, 0x0c)[1]).toBe(0);
  });

  it('has at least one level for every clock, ascending, and says when they are fine-grained', () => {
    const t = fresh();
    for (let clock = 0; clock < 13; clock++) {
      const count = send(t, 0x1f, (clock << 16) | 0xff)[1];
      expect(count & 0xff).toBeGreaterThan(0);
      const levels = Array.from({ length: count & 0xff }, (_, i) => send(t, 0x1f, (clock << 16) | i)[1]);
      expect(levels).toEqual(levels.toSorted((a, b) => a - b));
      expect(send(t, 0x1d, clock << 16)[1]).toBe(levels[0]);
      expect(send(t, 0x1e, clock << 16)[1]).toBe(levels.at(-1));
    }
    expect(send(t, 0x1f, 0xff)[1] >>> 31).toBe(1);
    expect(t.codes()).toEqual([]);
  });

  it('keeps the power limit', () => {
    const t = fresh();
    send(t, 0x32, 200);
    expect(send(t, 0x33)[1]).toBe(200);
  });

  it('keeps tables that a driver sends', () => {
    const t = withTable();
    t.store(
      TABLE,
      Uint8Array.from({ length: 140 }, (_, i) => i),
    );
    expect(send(t, 0x13, 8)[0]).toBe(1);
    t.store(TABLE, new Uint8Array(140));
    expect(send(t, 0x12, 8)[0]).toBe(1);
    expect(t.load(TABLE, 140)[77]).toBe(77);
    expect(t.codes()).toEqual([]);
  });

  it('measures: clocks follow limits, power and heat follow clocks, energy follows time', () => {
    const t = withTable();
    const idle = metrics(t);
    const max = send(t, 0x1e, 2 << 16)[1];
    send(t, 0x19, (2 << 16) | max);
    send(t, 0x19, 2500);
    t.machine.advance(10e9);
    const fast = metrics(t);
    expect(fast.uclkMhz).toBe(max);
    expect(fast.gfxMhz).toBe(2500);
    expect(fast.counter).toBe(idle.counter + 1);
    expect(fast.watts).toBeGreaterThan(idle.watts);
    expect(fast.edge).toBeGreaterThanOrEqual(idle.edge);
    expect(fast.energy).toBeGreaterThan(idle.energy);
    send(t, 0x32, 20);
    t.machine.advance(1e9);
    expect(metrics(t).watts).toBeLessThanOrEqual(20);
  });

  it('measures activity from what the engines worked', () => {
    const t = withTable();
    const busy = { ns: 0 };
    t.card.cp = {
      ...t.card.cp,
      get busyNs() {
        return busy.ns;
      },
    };
    metrics(t);
    t.machine.advance(1e9);
    busy.ns = 0.5e9;
    const seen = metrics(t).gfxActivity;
    expect(seen).toBeGreaterThan(45);
    expect(seen).toBeLessThan(55);
  });
});

describe('properties', () => {
  it('random messages never throw, are always answered and leave nothing pending', () => {
    const t = withTable();
    fc.assert(
      fc.property(
        fc.nat(0x60).filter((id) => id !== 0x2f && id !== 0x4f),
        fc.nat(0xffff_ffff),
        (id, argument) => {
          if (id === 0x0e || id === 0x0f) return;
          const [response] = send(t, id, argument);
          expect([1, 0xff, 0xfe, 0xfd]).toContain(response);
          expect(t.machine.events.pending).toBe(0);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('random stores to all six registers never throw', () => {
    const registers = [
      R.MP1_SMN_C2PMSG_90,
      R.MP1_SMN_C2PMSG_82,
      R.MP1_SMN_C2PMSG_66,
      R.MP1_SMN_C2PMSG_54,
      R.MP1_SMN_C2PMSG_53,
      R.MP1_SMN_C2PMSG_75,
    ];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...registers), fc.oneof(fc.nat(0x60), fc.nat(0xffff_ffff)), fc.nat(40_000)), {
          maxLength: 50,
        }),
        (stores) => {
          const t = fresh();
          for (const [register, value, wait] of stores) {
            t.write(register, value);
            t.machine.advance(wait);
          }
          settle(t);
          expect(t.machine.events.pending).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});
