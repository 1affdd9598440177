import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue } from './events.ts';
import { StateBlock } from './state.ts';

describe('events', () => {
  it('run in order of time, then of scheduling', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 60 }), (delays) => {
        const queue = new EventQueue(new StateBlock('t'));
        const ran: [number, number][] = [];
        const target = queue.define('t', (_kind, a) => ran.push([queue.nowNs, a]));
        delays.forEach((delay, i) => queue.schedule(delay, target, 0, i));
        queue.advanceTo(100);
        const expected = delays.map((d, i) => [d, i] as [number, number]).sort((p, q) => p[0] - q[0] || p[1] - q[1]);
        expect(ran).toEqual(expected);
        expect(queue.nowNs).toBe(100);
        expect(queue.pending).toBe(0);
      }),
    );
  });

  it('may schedule more while they run, and see the time they were due', () => {
    const queue = new EventQueue(new StateBlock('t'));
    const at: number[] = [];
    const target = queue.define('t', (kind) => {
      at.push(queue.nowNs);
      if (kind < 3) queue.schedule(10, target, kind + 1);
    });
    queue.schedule(5, target, 0);
    queue.advanceTo(26);
    expect(at).toEqual([5, 15, 25]);
    expect(queue.nextNs).toBe(35);
  });

  it('cancel by owner and kind, and leave the rest in order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(30), fc.nat(2)), { maxLength: 40 }), (list) => {
        const queue = new EventQueue(new StateBlock('t'));
        const ran: number[] = [];
        const target = queue.define('t', (_k, a) => ran.push(a));
        list.forEach(([delay, kind], i) => queue.schedule(delay, target, kind, i));
        queue.cancel(target, 1);
        queue.advanceTo(50);
        const expected = list
          .map(([d, k], i) => ({ d, k, i }))
          .filter((e) => e.k !== 1)
          .sort((p, q) => p.d - q.d || p.i - q.i)
          .map((e) => e.i);
        expect(ran).toEqual(expected);
      }),
    );
  });

  it('are part of a snapshot', () => {
    const state = new StateBlock('t');
    const queue = new EventQueue(state);
    const ran: number[] = [];
    const target = queue.define('t', (_k, a) => ran.push(a));
    queue.schedule(10, target, 0, 1);
    const saved = state.snapshot();
    queue.advanceTo(20);
    state.restore(saved);
    expect(queue.nowNs).toBe(0);
    queue.advanceTo(20);
    expect(ran).toEqual([1, 1]);
  });

  it('refuse to be flooded', () => {
    const queue = new EventQueue(new StateBlock('t'));
    const target = queue.define('flood', () => {});
    expect(() => {
      for (let i = 0; i < 5000; i++) queue.schedule(1, target, 0);
    }).toThrow(/flood/);
  });
});

describe('polls', () => {
  /** Looks at `memory` every 100 ns; counts how often it looked, and where it sees a 1 acts and clears it. */
  const watcher = () => {
    const queue = new EventQueue(new StateBlock('t'));
    const memory = { flag: 0, looked: 0, acted: [] as number[] };
    const target = queue.define('t', (kind) => {
      if (kind === 0) {
        memory.looked++;
        if (memory.flag === 1) queue.schedule(0, target, 1);
        else queue.schedule(100, target, 0, 0, 0, true);
      } else {
        memory.flag = 0;
        memory.acted.push(queue.nowNs);
        queue.schedule(100, target, 0, 0, 0, true);
      }
    });
    queue.schedule(100, target, 0, 0, 0, true);
    return { queue, memory };
  };

  it('cost nothing while nothing else is pending, and see what was done in between', () => {
    const { queue, memory } = watcher();
    queue.advanceTo(1e12);
    expect(memory.looked).toBeLessThan(5);
    memory.flag = 1;
    queue.advanceTo(1e12 + 1000);
    expect(memory.acted).toHaveLength(1);
    expect(memory.acted[0]! - 1e12).toBeLessThanOrEqual(101);
  });

  it('do not miss what another event does', () => {
    const { queue, memory } = watcher();
    const other = queue.define('o', () => void (memory.flag = 1));
    queue.schedule(5_000, other, 0);
    queue.advanceTo(1e9);
    expect(memory.acted).toEqual([5_000]);
  });

  it('settle: true only where every poll looked and saw nothing', () => {
    const { queue, memory } = watcher();
    expect(queue.settle()).toBe(true);
    memory.flag = 1;
    expect(queue.settle()).toBe(false);
    queue.advanceTo(queue.nowNs);
    expect(memory.acted).toHaveLength(1);
    expect(queue.settle()).toBe(true);
    queue.schedule(
      10,
      queue.define('x', () => {}),
      0,
    );
    expect(queue.settle()).toBe(false);
  });
});
