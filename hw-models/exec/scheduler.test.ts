/** Turns, on waves that are nothing but counters. */
import { describe, expect, it } from 'vitest';
import { LITTLE_PATIENCE, runSlice } from './scheduler.ts';
import type { Turns } from './scheduler.ts';

function machine(lengths: number[], quantum: number): Turns & { order: number[]; left: number[]; waiting: number } {
  let ended = 0;
  const order: number[] = [];
  const left = lengths.slice();
  return {
    order,
    left,
    waiting: 0,
    runnable: (slot) => (left[slot] ?? 0) > 0,
    step: (slot, fuel) => {
      const used = Math.min(quantum, fuel, left[slot]!);
      left[slot] = left[slot]! - used;
      if (left[slot] === 0) ended++;
      if (order.at(-1) !== slot) order.push(slot);
      return used;
    },
    launch() {
      if (this.waiting === 0) return false;
      this.waiting--;
      const slot = left.findIndex((n) => n === 0);
      left[slot] = 1_000_000;
      return true;
    },
    ended: () => ended,
    released: () => 0,
  };
}

describe('turns', () => {
  it('go round, and a slice cut short goes on where it was', () => {
    const m = machine([10, 10, 10], 4);
    const cell = new Int32Array(2);
    const cells = { cell, next: 0, patience: 1 };
    expect(runSlice(m, 3, cells, 6)).toBe(6);
    expect(m.order).toEqual([0, 1]);
    expect(cell[0]).toBe(1);
    expect(runSlice(m, 3, cells, 3)).toBe(3);
    expect(m.order).toEqual([0, 1]);
    expect(runSlice(m, 3, cells, 1000)).toBe(21);
    expect(m.left).toEqual([0, 0, 0]);
  });

  it('stop when nothing can run', () => {
    expect(runSlice(machine([0, 0], 4), 2, { cell: new Int32Array(2), next: 0, patience: 1 }, 100)).toBe(0);
  });

  it('launch what waits, all of it when nobody ends for a while', () => {
    const m = machine([1_000_000, 0, 0, 0], 10);
    m.waiting = 3;
    runSlice(m, 4, { cell: new Int32Array(2), next: 0, patience: 1 }, 10);
    expect(m.waiting).toBe(3);
    runSlice(m, 4, { cell: new Int32Array(2), next: 0, patience: 1 }, 10 * (LITTLE_PATIENCE + 1));
    expect(m.waiting).toBe(0);
  });
});
