import { describe, expect, it } from 'vitest';
import { Machine } from '../../sim/index.ts';
import { toyCard } from '../../sim/testing/toy-card.ts';
import { openLocal } from './device.ts';

function open(scatter = false): { machine: Machine; device: ReturnType<typeof openLocal> } {
  const machine = new Machine({ arenaBytes: 2 ** 24, scatter });
  return { machine, device: openLocal(machine.plug(toyCard, {} as never)) };
}

describe('local transport', () => {
  it('says who is there and what it can do', () => {
    const { device } = open();
    expect(device.identity).toMatchObject({ vendorId: 0x1234, deviceId: 1, classCode: 0xff_0000 });
    expect(device.abilities).toMatchObject({ virtualClock: true, dmaGranule: 4096 });
  });

  it('shares DMA bytes with the machine, and keeps access forms in step', () => {
    const { device } = open();
    const buffer = device.allocateDma(10_000);
    buffer.write64(16, 0x1122_3344, 0x5566_7788);
    expect([...buffer.view!.subarray(16, 24)]).toEqual([0x44, 0x33, 0x22, 0x11, 0x88, 0x77, 0x66, 0x55]);
    buffer.view![9999] = 5;
    expect(buffer.read(9999, 1)).toBe(5);
    expect(() => buffer.read32(9998)).toThrow(expect.objectContaining({ code: 'ACCESS_OUT_OF_RANGE' }));
    buffer.free();
    expect(() => buffer.read32(0)).toThrow(expect.objectContaining({ code: 'DMA_FREED' }));
  });

  it('has no view where pages are scattered', () => {
    const { device } = open(true);
    const buffer = device.allocateDma(3 * 65536);
    expect(buffer.view).toBeUndefined();
    expect(buffer.segments.length).toBe(48);
  });

  it('resizes a BAR; old regions are dead', () => {
    const { device } = open();
    const before = device.bar(0);
    expect(before.bytes).toBe(2 ** 20);
    expect(device.resizeBar(0, 3 * 2 ** 20)).toBe(false);
    expect(device.resizeBar(0, 4 * 2 ** 20)).toBe(true);
    expect(device.bar(0).bytes).toBe(4 * 2 ** 20);
    expect(() => before.read32(0)).toThrow(expect.objectContaining({ code: 'DEVICE_GONE' }));
    expect(() => device.bar(3)).toThrow(expect.objectContaining({ code: 'BAR_ABSENT' }));
  });

  it('resets with virtual time, restores what an operating system restores, and retires regions', async () => {
    const { machine, device } = open();
    const region = device.bar(2);
    region.write32(4, 9);
    let gone = 0;
    device.onGone(() => gone++);
    const before = machine.nowNs;
    await device.reset('flr');
    expect(machine.nowNs - before).toBeGreaterThanOrEqual(100e6);
    expect(gone).toBe(1);
    expect(() => region.read32(4)).toThrow(expect.objectContaining({ code: 'DEVICE_GONE' }));
    expect(device.bar(2).read32(4)).toBe(0);
    await device.reset('d3hot');
    expect(device.bar(2).read32(4)).toBe(0);
  });

  it('delivers interrupts and DMA faults from pause', async () => {
    const { device } = open();
    device.config.write(4, 2, 6);
    device.config.write(0xa2, 2, 1);
    const seen: string[] = [];
    device.interrupts.on((vector) => seen.push(`vector ${vector}`));
    device.onDmaFault((fault) => seen.push(fault.reason));
    const registers = device.bar(2);
    registers.write32(0, 1);
    expect(seen).toEqual([]);
    expect(await device.clock.pause(1e6)).toBe('activity');
    registers.write32(28, 1);
    await device.clock.pause(1e6);
    expect(seen).toEqual(['vector 0', 'unmapped']);
  });
});
