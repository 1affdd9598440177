/** The range allocator against the plainest possible model: a list of taken ranges. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEmptyslotError } from '../../pcie/index.ts';
import { RangeAllocator } from './allocator.ts';

const GRANULE = 4096;
const TOTAL = 256 * GRANULE;
const BASE = 0x4000_0000;

interface Taken {
  start: number;
  bytes: number;
}

/** Whether a hole of `bytes` exists somewhere at `align`, found by looking at every granule. */
function fits(taken: readonly Taken[], bytes: number, align: number): boolean {
  for (let at = BASE; at + bytes <= BASE + TOTAL; at += GRANULE) {
    if (at % align !== 0) continue;
    if (taken.every((t) => t.start + t.bytes <= at || t.start >= at + bytes)) return true;
  }
  return false;
}

const action = fc.oneof(
  fc.record({
    kind: fc.constant('take' as const),
    bytes: fc.integer({ min: 1, max: 40 * GRANULE }),
    alignLog2: fc.integer({ min: 0, max: 6 }),
  }),
  fc.record({ kind: fc.constant('give' as const), which: fc.nat(1000) }),
);

describe('the range allocator', () => {
  it('never overlaps, keeps alignment, fails only when nothing fits, and joins everything again', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 120 }), (actions) => {
        const allocator = new RangeAllocator({ base: BASE, bytes: TOTAL, granule: GRANULE });
        const taken: Taken[] = [];
        for (const step of actions) {
          if (step.kind === 'take') {
            const align = GRANULE * 2 ** step.alignLog2;
            const bytes = Math.ceil(step.bytes / GRANULE) * GRANULE;
            const possible = fits(taken, bytes, align);
            let start: number;
            try {
              start = allocator.allocate(step.bytes, align);
            } catch (error) {
              expect(isEmptyslotError(error, 'OUT_OF_VRAM')).toBe(true);
              expect(possible).toBe(false);
              continue;
            }
            expect(possible).toBe(true);
            expect(start % align).toBe(0);
            expect(start).toBeGreaterThanOrEqual(BASE);
            expect(start + bytes).toBeLessThanOrEqual(BASE + TOTAL);
            for (const other of taken)
              expect(other.start + other.bytes <= start || other.start >= start + bytes).toBe(true);
            taken.push({ start, bytes });
          } else if (taken.length > 0) {
            const [gone] = taken.splice(step.which % taken.length, 1);
            allocator.free(gone!.start);
          }
          expect(allocator.statistics().usedBytes).toBe(taken.reduce((sum, t) => sum + t.bytes, 0));
        }
        for (const { start } of taken) allocator.free(start);
        expect(allocator.statistics()).toMatchObject({
          usedBytes: 0,
          freeBlocks: 1,
          largestFreeBytes: TOTAL,
          allocations: 0,
        });
      }),
      { numRuns: 150 },
    );
  });

  it('holds a whole card: 24 GiB in 2 MiB pieces and back', () => {
    const allocator = new RangeAllocator({ bytes: 24 * 2 ** 30 });
    const starts: number[] = [];
    for (let i = 0; i < 12288; i++) starts.push(allocator.allocate(2 * 2 ** 20, 2 * 2 ** 20));
    expect(() => allocator.allocate(1)).toThrow(/no 4096 bytes free/);
    expect(new Set(starts).size).toBe(12288);
    for (const start of starts) allocator.free(start);
    expect(allocator.statistics().largestFreeBytes).toBe(24 * 2 ** 30);
    expect(allocator.statistics().peakBytes).toBe(24 * 2 ** 30);
  });

  it('names the code it was given, and refuses a second free', () => {
    const allocator = new RangeAllocator({
      base: 0x1000,
      bytes: 0x1000,
      name: 'GPU addresses',
      code: 'OUT_OF_ADDRESSES',
    });
    const start = allocator.allocate(1);
    expect(start).toBe(0x1000);
    expect(() => allocator.allocate(1)).toThrow(expect.objectContaining({ code: 'OUT_OF_ADDRESSES' }));
    allocator.free(start);
    expect(() => allocator.free(start)).toThrow(expect.objectContaining({ code: 'MAPPING_INVALID' }));
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a size of %s', (bytes) => {
    expect(() => new RangeAllocator({ bytes: 0x10000 }).allocate(bytes)).toThrow(RangeError);
  });
});
