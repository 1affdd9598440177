/**
 * State that can be copied, over the whole card: n accesses, snapshot, m accesses, restore, the same m accesses give the
 * same answers and leave the same card; in the middle of a launch too.
 */

import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { AmdGpu } from '../../driver-core/amd/index.ts';
import { navi31 } from '../../hw-models/rdna3/index.ts';
import { Machine } from '../../sim/index.ts';
import { openLocal } from '../../transport/local/index.ts';
import { forge } from '../forge/index.ts';
import { firstLightCases, firstLightCode } from '../kernels/first-light.ts';
import { Fuzz } from './fuzz.ts';

const files = forge();
const seed = Number(process.env['FUZZ_SEED'] ?? 1);

/** Runs `count` accesses of `seed` and tells what came of them. */
function run(machine: Machine, seed: number, count: number): readonly unknown[] {
  const fuzz = new Fuzz(machine.port(0), seed, false);
  for (let i = 0; i < count; i++) fuzz.step();
  return [fuzz.answers, machine.nowNs, machine.trace.next, machine.hash()];
}

async function booted(): Promise<{ machine: Machine; gpu: AmdGpu }> {
  const machine = new Machine();
  const gpu = await AmdGpu.open(openLocal(machine.plug(navi31, {})), { firmware: (name) => files.get(name)! });
  return { machine, gpu };
}

describe('a snapshot', () => {
  it('of a card fresh out of power-on brings everything back', () => {
    fc.assert(
      fc.property(
        fc.nat(1e6),
        fc.nat(1e6),
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 1, max: 400 }),
        (before, after, n, m) => {
          const machine = new Machine({ seed: 5 });
          machine.plug(navi31, { vramMib: 256, bar0Bytes: 256 * 2 ** 20 });
          run(machine, before, n);
          const saved = machine.snapshot();
          const first = run(machine, after, m);
          machine.restore(saved);
          expect(run(machine, after, m)).toEqual(first);
        },
      ),
      { numRuns: 25, seed },
    );
  });

  it('of a booted card brings everything back', async () => {
    const { machine } = await booted();
    const fresh = machine.snapshot();
    for (let one = seed; one < seed + 8; one++) {
      machine.restore(fresh);
      run(machine, one, 300);
      const saved = machine.snapshot();
      const first = run(machine, one + 100, 300);
      machine.restore(saved);
      expect(run(machine, one + 100, 300), `seed ${one}`).toEqual(first);
    }
  });

  it('in the middle of a launch brings the rest of it back', async () => {
    const { machine, gpu } = await booted();
    const port = machine.port(0);
    const program = await gpu.load(firstLightCode());
    for (const name of ['collatz', 'matmul', 'reduce']) {
      const c = firstLightCases().find(({ kernel }) => kernel === name)!;
      const buffers = new Map(Object.entries(c.buffers).map(([key, contents]) => [key, gpu.allocate(contents.length)]));
      for (const [key, buffer] of buffers) await gpu.copyIn(buffer, c.buffers[key]!);
      const args = c.args.map((arg) => ('buffer' in arg ? buffers.get(arg.buffer)! : arg));
      const { compute, gfx } = gpu.parts;
      const fence = await compute.launch(program.kernel(name), { groups: c.groups, workgroup: c.workgroup, args });
      // the doorbell has rung; stop while waves are under way
      port.pause(3_000);
      expect(gfx.queue.done(fence), `${name} is under way`).toBe(false);
      const saved = machine.snapshot();
      const finish = (): string => {
        for (let i = 0; i < 500 && !gfx.queue.done(fence); i++) port.pause(2_000);
        return `${machine.nowNs} ${machine.trace.next} ${machine.hash()}`;
      };
      const first = finish();
      const { timeline } = gfx.queue;
      machine.restore(saved);
      timeline.done = fence - 1; // the driver's memory is not the machine's
      expect(finish(), name).toBe(first);
      expect(gfx.queue.done(fence)).toBe(true);
      for (const [key, expected] of Object.entries(c.expected))
        expect(Buffer.compare(await gpu.copyOut(buffers.get(key)!), expected), `${name}: ${key}`).toBe(0);
    }
    expect(machine.findings.list).toEqual([]);
  });

  it('of equal runs is equal', async () => {
    const [a, b] = [await booted(), await booted()];
    expect(b.machine.hash()).toBe(a.machine.hash());
    expect(run(b.machine, 9, 500)).toEqual(run(a.machine, 9, 500));
  });
});
