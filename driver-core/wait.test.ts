/** Waits against a device that answers as a script says. */

import { describe, expect, it } from 'vitest';
import { FakeDevice } from './testing/fake-device.ts';
import { Waiter, formatNs } from './wait.ts';

const ALIVE = 0x5ff0;

function make(canary = (): number => ALIVE): { device: FakeDevice; waiter: Waiter } {
  const device = new FakeDevice();
  return { device, waiter: new Waiter(device, canary) };
}

describe('a wait', () => {
  it('returns at once when what it waits for is there', async () => {
    const { device, waiter } = make();
    expect(
      await waiter.until(
        'ready',
        () => 1,
        (v) => v === 1,
      ),
    ).toEqual({ value: 1, ns: 0, polls: 1 });
    expect(device.pauses).toEqual([]);
  });

  it('pauses a little longer each time, to a limit', async () => {
    const { device, waiter } = make();
    let left = 12;
    const { polls } = await waiter.until(
      'ready',
      () => left--,
      (v) => v === 0,
    );
    expect(polls).toBe(13);
    expect(device.pauses.slice(0, 4)).toEqual([1000, 2000, 4000, 8000]);
    expect(Math.max(...device.pauses)).toBe(100_000);
  });

  it('gives up after its time, naming register, field, what was wanted, what was seen and the step', async () => {
    const { device, waiter } = make();
    device.annotate('psp: load KDB');
    await expect(
      waiter.until(
        'bootloader ready',
        () => 0x17,
        () => false,
        { timeoutNs: 5e6, register: 'MP0_SMN_C2PMSG_35', field: 'READY', wanted: '1' },
      ),
    ).rejects.toMatchObject({
      code: 'DEVICE_TIMEOUT',
      step: 'psp: load KDB',
      expected: '1',
      lastSeen: '0x17',
      facts: { register: 'MP0_SMN_C2PMSG_35', field: 'READY', waitedNs: 5e6 },
    });
    expect(device.timeNs).toBe(5e6);
  });

  it('ends at once when nothing pending can change anything', async () => {
    const { device, waiter } = make();
    device.onPause = () => 'idle';
    await expect(
      waiter.until(
        'ready',
        () => 0,
        (v) => v === 1,
        { register: 'X', timeoutNs: 1e12 },
      ),
    ).rejects.toMatchObject({ code: 'WAIT_NEVER_ENDS', facts: { register: 'X' } });
    expect(device.pauses).toHaveLength(1);
  });

  it('looks once more when the last event has just happened', async () => {
    const { device, waiter } = make();
    let value = 0;
    device.onPause = () => {
      value = 1;
      return 'idle';
    };
    expect(
      (
        await waiter.until(
          'ready',
          () => value,
          (v) => v === 1,
        )
      ).value,
    ).toBe(1);
  });

  it('takes all ones for a dead device when the canary is dead too', async () => {
    const { waiter } = make(() => 0xffff_ffff);
    // bit 31 is what a bootloader's READY looks like: a dead device must not pass for a ready one
    await expect(
      waiter.until(
        'ready',
        () => 0xffff_ffff,
        (v) => v >>> 31 === 1,
      ),
    ).rejects.toMatchObject({ code: 'DEVICE_GONE' });
  });

  it('takes all ones for a value when the device lives', async () => {
    const { waiter } = make();
    expect(
      (
        await waiter.until(
          'mask',
          () => 0xffff_ffff,
          (v) => v === 0xffff_ffff,
        )
      ).value,
    ).toBe(0xffff_ffff);
  });

  it('finds a dead device in a wait for memory', async () => {
    const { waiter } = make(() => 0xffff_ffff);
    await expect(
      waiter.until(
        'fence',
        () => 0,
        (v) => v === 1,
        { timeoutNs: 1e15 },
      ),
    ).rejects.toMatchObject({ code: 'DEVICE_GONE' });
  });

  it('lets a watcher end it', async () => {
    const { waiter } = make();
    const watch = (): void => {
      throw new Error('page fault');
    };
    await expect(
      waiter.until(
        'fence',
        () => 0,
        () => false,
        { watch },
      ),
    ).rejects.toThrow('page fault');
  });

  it('settles for the whole time although pauses end early', async () => {
    const { device, waiter } = make();
    device.onPause = (d) => {
      if (d.pauses.length < 3) d.timeNs -= 4e6; // woken early, twice
      return 'activity';
    };
    await waiter.settle(20e6);
    expect(device.timeNs).toBeGreaterThanOrEqual(20e6);
  });
});

describe('durations in messages', () => {
  it.each([
    [17, '17 ns'],
    [4200, '4.2 µs'],
    [20e6, '20 ms'],
    [1.5e9, '1.5 s'],
  ])('%d ns is %s', (ns, text) => expect(formatNs(ns)).toBe(text));
});
