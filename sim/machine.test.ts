import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Command, Config } from '../pcie/index.ts';
import { Machine } from './machine.ts';
import type { MachineOptions } from './machine.ts';
import type { Port } from './port.ts';
import { toyCard } from './testing/toy-card.ts';

const GO = 0,
  A = 4,
  B = 8,
  SUM = 12,
  DONE = 16,
  ADDRESS = 20,
  DMA = 28;

function boot(options: MachineOptions = {}): { machine: Machine; port: Port } {
  const machine = new Machine({ arenaBytes: 2 ** 24, ...options });
  const port = machine.plug(toyCard, {} as never);
  return { machine, port };
}
const enable = (port: Port): void => port.configWrite(Config.command, 2, Command.memory | Command.busMaster);

describe('machine', () => {
  it('uses freed host memory again, zeroed, at new bus addresses, and gives the arena its chunks back', () => {
    for (const scatter of [false, true]) {
      const { machine, port } = boot({ hostBytes: 2 ** 20, scatter });
      const buses = new Set<number>();
      const held: number[] = [];
      for (let i = 0; i < 200; i++) {
        const grant = port.allocateDma(i % 3 === 0 ? 300_000 : 5000);
        const bytes = new Uint8Array(grant.bytes);
        port.dmaRead(grant.handle, 0, bytes);
        expect(bytes.every((byte) => byte === 0)).toBe(true);
        port.dmaWrite(grant.handle, 0, bytes.fill(0xa5));
        expect(buses.has(grant.pieces[0]!.bus)).toBe(false);
        buses.add(grant.pieces[0]!.bus);
        held.push(grant.handle);
        if (held.length > 3) port.freeDma(held.splice((i * 7) % held.length, 1)[0]!);
      }
      for (const handle of held) port.freeDma(handle);
      expect(machine.arena.used).toBe(0);
      expect(port.allocateDma(2 ** 20).bytes).toBe(2 ** 20);
      expect(() => port.allocateDma(1)).toThrow(expect.objectContaining({ code: 'DMA_EXHAUSTED' }));
    }
  });

  it('lets a synchronous spin see progress', () => {
    const { port } = boot();
    port.write(2, A, 4, 2);
    port.write(2, B, 4, 3);
    port.write(2, GO, 4, 1);
    let spins = 0;
    while (port.read(2, DONE, 4) === 0 && spins < 100) spins++;
    expect(port.read(2, SUM, 4)).toBe(5);
    expect(spins).toBeGreaterThan(0);
  });

  it('gates memory space and bus mastering, and says so', () => {
    const { machine, port } = boot();
    const grant = port.allocateDma(4096);
    port.write(2, ADDRESS, 4, grant.pieces[0]!.bus % 2 ** 32);
    port.write(2, ADDRESS + 4, 4, Math.floor(grant.pieces[0]!.bus / 2 ** 32));
    port.write(2, DMA, 4, 1);
    machine.advance(1000);
    expect(machine.findings.list.map((f) => f.code)).toEqual(['BUS_MASTER_OFF']);
    expect(machine.takeFaults(0)).toMatchObject([{ write: true, reason: 'bus-master-off' }]);
    port.configWrite(Config.command, 2, 0);
    expect(port.read(2, A, 4)).toBe(0xffff_ffff);
    expect(machine.findings.list.at(-1)).toMatchObject({
      code: 'MEMORY_SPACE_OFF',
      at: { where: 'BAR2 A', what: 'read 0x0' },
    });
  });

  it('moves data through the IOMMU and refuses what was freed', () => {
    const { machine, port } = boot();
    enable(port);
    const grant = port.allocateDma(8192, { name: 'mailbox' });
    const bus = grant.pieces[0]!.bus + 4096;
    port.dmaWrite(grant.handle, 4096, new Uint8Array([7, 0, 0, 0]));
    port.write(2, ADDRESS, 4, bus % 2 ** 32);
    port.write(2, ADDRESS + 4, 4, Math.floor(bus / 2 ** 32));
    port.write(2, DMA, 4, 2);
    machine.advance(1000);
    expect(port.read(2, A, 4)).toBe(7);
    port.freeDma(grant.handle);
    port.write(2, DMA, 4, 2);
    machine.advance(1000);
    expect(port.read(2, A, 4)).toBe(0xffff_ffff);
    expect(machine.findings.list.map((f) => f.code)).toEqual(['DMA_NOT_GRANTED']);
    expect(() => port.dmaRead(grant.handle, 0, new Uint8Array(4))).toThrow(
      expect.objectContaining({ code: 'DMA_FREED' }),
    );
  });

  it('judges width, alignment and bounds of an access', () => {
    const { machine, port } = boot();
    port.write(2, A, 4, 0x1122_3344);
    expect(port.read(2, A, 2)).toBe(0x3344);
    port.write(2, A, 2, 0);
    expect(port.read(2, A, 4)).toBe(0x1122_3344);
    expect(port.read(2, 4096, 4)).toBe(0xffff_ffff);
    expect(machine.findings.list.map((f) => f.code)).toEqual(['ACCESS_WIDTH', 'BEYOND_BAR']);
    expect(machine.findings.counts.get('ACCESS_WIDTH')).toBe(2);
  });

  it('carries the step into findings, and throws under fatal', () => {
    const { port } = boot({ strictness: 'fatal' });
    const close = port.annotate('toy: add');
    expect(() => port.write(2, SUM, 4, 1)).toThrow(
      expect.objectContaining({ code: 'FATAL_FINDING', step: 'toy: add' }),
    );
    close();
    expect(port.step).toBe('');
  });

  it('stays silent under silicon', () => {
    const { machine, port } = boot({ strictness: 'silicon' });
    port.write(2, SUM, 4, 1);
    expect(machine.findings.total).toBe(0);
  });

  it('scatters page lists when asked to', () => {
    const { machine, port } = boot({ scatter: true });
    enable(port);
    const grant = port.allocateDma(5 * 4096);
    expect(grant.pieces).toHaveLength(5);
    const buses = grant.pieces.map((p) => p.bus);
    expect(buses).not.toEqual([...buses].sort((a, b) => a - b));
    const data = Uint8Array.from({ length: 5 * 4096 }, (_, i) => i * 7);
    port.dmaWrite(grant.handle, 0, data);
    const back = new Uint8Array(data.length);
    port.dmaRead(grant.handle, 0, back);
    expect(back).toEqual(data);
    expect(machine.iommu.grantedPages).toBe(5);
  });

  it('says idle when nothing can ever change', () => {
    const { port } = boot();
    expect(port.pause(1000)).toBe('idle');
    port.write(2, GO, 4, 1);
    expect(port.pause(100)).toBe('elapsed');
  });

  it('delivers MSI from a pause, not from an access', () => {
    const { port } = boot();
    enable(port);
    port.configWrite(0xa4, 4, 0xfee0_0000);
    port.configWrite(0xa2, 2, 1);
    port.write(2, GO, 4, 1);
    expect(port.pause(1e6)).toBe('activity');
    expect(port.takeInterrupts()).toEqual([0]);
  });

  it('16 cards are 16 cards', () => {
    const machine = new Machine({ arenaBytes: 2 ** 24 });
    const ports = Array.from({ length: 16 }, () => machine.plug(toyCard, {} as never));
    ports.forEach((port, i) => port.write(2, A, 4, i));
    ports.forEach((port, i) => expect(port.read(2, A, 4)).toBe(i));
    const addresses = new Set(ports.map((p) => p.mapBar(0)!.busAddress));
    expect(addresses.size).toBe(16);
  });
});

describe('state that can be copied', () => {
  const operation = fc.oneof(
    fc.record({ do: fc.constant('write' as const), at: fc.constantFrom(GO, A, B, ADDRESS, DMA), value: fc.nat(5000) }),
    fc.record({ do: fc.constant('read' as const), at: fc.constantFrom(SUM, DONE, A), value: fc.constant(0) }),
    fc.record({ do: fc.constant('pause' as const), at: fc.constant(0), value: fc.nat(2000) }),
  );
  type Operation = { do: 'write' | 'read' | 'pause'; at: number; value: number };

  const play = (port: Port, operations: readonly Operation[]): number[] =>
    operations.map((o) => {
      if (o.do === 'write') port.write(2, o.at, 4, o.value);
      else if (o.do === 'pause') port.pause(o.value);
      else return port.read(2, o.at, 4);
      return port.machine.nowNs;
    });

  it('runs on after restore exactly as it did after the snapshot', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 30 }), fc.array(operation, { maxLength: 30 }), (before, after) => {
        const { machine, port } = boot();
        enable(port);
        const grant = port.allocateDma(8192);
        port.write(2, ADDRESS + 4, 4, Math.floor(grant.pieces[0]!.bus / 2 ** 32));
        play(port, before);
        const saved = machine.snapshot();
        const first = play(port, after);
        const hash = machine.hash();
        machine.restore(saved);
        expect(play(port, after)).toEqual(first);
        expect(machine.hash()).toBe(hash);
      }),
      { numRuns: 40 },
    );
  });

  it('gives equal runs for equal seeds', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 30 }), (operations) => {
        const runs = [boot({ seed: 5 }), boot({ seed: 5 })].map(({ machine, port }) => [
          play(port, operations),
          machine.hash(),
        ]);
        expect(runs[0]).toEqual(runs[1]);
      }),
      { numRuns: 20 },
    );
  });
});
