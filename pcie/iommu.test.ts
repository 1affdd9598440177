import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EmptyslotError } from './errors.ts';
import { Iommu } from './iommu.ts';
import type { DmaDirection } from './iommu.ts';

describe('iommu', () => {
  it('lets a device reach what it was granted, in the direction it was granted', () => {
    const iommu = new Iommu();
    const bus = iommu.reserve(8192);
    iommu.map(bus, 0x10_0000, 8192, 'to-device');
    expect(iommu.translate(bus + 4097, false)).toBe(0x10_1001);
    expect(iommu.translate(bus, true)).toBe(-2);
    expect(iommu.translate(bus + 8192, false)).toBe(-1);
    iommu.unmap(bus, 8192);
    expect(iommu.translate(bus, false)).toBe(-1);
  });

  it('takes grants only in whole granules', () => {
    const iommu = new Iommu({ granule: 16384 });
    expect(() => iommu.map(0x4000, 0x1000, 16384, 'both')).toThrow(EmptyslotError);
    const bus = iommu.reserve(1);
    expect(bus % 16384).toBe(0);
    iommu.map(bus, 0x4000, 16384, 'both');
    expect(iommu.translate(bus + 0x3fff, true)).toBe(0x7fff);
  });

  it('leaves a hole after every grant and never hands the same address out twice', () => {
    const iommu = new Iommu();
    const a = iommu.reserve(4096);
    const b = iommu.reserve(4096);
    expect(b - a).toBeGreaterThan(4096);
  });

  it('answers as a plain map would (model-based)', () => {
    const grants = fc.array(
      fc.record({
        page: fc.nat(15),
        host: fc.nat(1000),
        pages: fc.integer({ min: 1, max: 4 }),
        direction: fc.constantFrom<DmaDirection>('to-device', 'from-device', 'both'),
        drop: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(grants, fc.array(fc.tuple(fc.nat(20 * 4096), fc.boolean())), (list, probes) => {
        const iommu = new Iommu();
        const model = new Map<number, { host: number; direction: DmaDirection }>();
        for (const { page, host, pages, direction, drop } of list) {
          if (drop) iommu.unmap(page * 4096, pages * 4096);
          else iommu.map(page * 4096, host * 4096, pages * 4096, direction);
          for (let i = 0; i < pages; i++) {
            if (drop) model.delete(page + i);
            else model.set(page + i, { host: host + i, direction });
          }
        }
        for (const [address, write] of probes) {
          const entry = model.get(Math.floor(address / 4096));
          const allowed =
            entry !== undefined && (entry.direction === 'both' || (entry.direction === 'from-device') === write);
          expect(iommu.translate(address, write)).toBe(
            entry === undefined ? -1 : allowed ? entry.host * 4096 + (address % 4096) : -2,
          );
        }
      }),
    );
  });

  it('runs out with a typed error', () => {
    const iommu = new Iommu({ base: 0, limit: 0x10_0000 });
    expect(() => iommu.reserve(0x20_0000)).toThrow(expect.objectContaining({ code: 'DMA_EXHAUSTED' }));
  });
});
