/** A recording replays without differences on an equal machine, and says where another machine differs. Pure software. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Config } from '../pcie/index.ts';
import { TraceReader, TraceWriter } from '../trace/index.ts';
import type { TraceWriterOptions } from '../trace/index.ts';
import { Machine } from './index.ts';
import type { MachineOptions, Port } from './index.ts';
import { expectReplay, replay } from './replay.ts';
import { toyCard } from './testing/toy-card.ts';

const R = { GO: 0, A: 4, B: 8, SUM: 12, DONE: 16, LO: 20, HI: 24, DMA: 28 };

function fresh(options: MachineOptions = {}): { machine: Machine; port: Port } {
  const machine = new Machine({ arenaBytes: 2 ** 24, traceLog2: 14, ...options });
  return { machine, port: machine.plug(toyCard, undefined as never) };
}

function record(
  drive: (port: Port) => void,
  options: MachineOptions = {},
  writing: TraceWriterOptions = {},
): TraceReader {
  const { machine, port } = fresh(options);
  const parts: Uint8Array[] = [];
  const writer = new TraceWriter(
    (part) => void parts.push(part),
    { device: 'toy', options: { machine: options as Record<string, unknown> }, versions: {} },
    writing,
  );
  machine.trace.attach(writer);
  drive(port);
  machine.trace.attach(undefined);
  writer.end();
  return new TraceReader(new Uint8Array(Buffer.concat(parts)));
}

/** Adds 3 + 4 with an interrupt, stores the sum by DMA, reads it, waits, resets. */
function session(port: Port): void {
  port.configWrite(Config.command, 2, 6);
  port.configWrite(0xa0, 4, 0x0001_0000); // MSI on
  const close = port.annotate('add');
  port.write(2, R.A, 4, 3);
  port.write(2, R.B, 4, 4);
  port.write(2, R.GO, 4, 1);
  while (port.read(2, R.DONE, 4) === 0) port.pause(200);
  close();
  port.takeInterrupts();
  port.annotate('store');
  const buffer = port.allocateDma(20_000, { align: 0x1_0000 });
  port.dmaWrite(buffer.handle, 4000, new Uint8Array(200).fill(9));
  const bus = buffer.pieces[0]!.bus + 4096;
  port.write(2, R.LO, 4, bus >>> 0);
  port.write(2, R.HI, 4, Math.floor(bus / 2 ** 32));
  port.write(2, R.DMA, 4, 1);
  port.pause(1e6);
  port.dmaRead(buffer.handle, 4096, new Uint8Array(4));
  port.dmaRead(buffer.handle, 4000, new Uint8Array(200));
  port.mapBar(0);
  port.freeDma(buffer.handle);
  port.reset('hot');
  port.configRead(0, 4);
}

describe('replay', () => {
  it('of a whole session has no difference, times and findings included', () => {
    for (const options of [{}, { scatter: true }, { iommu: { passthrough: true } }, { strictness: 'fatal' } as const]) {
      const reader = record(session, options);
      const { machine } = fresh(options);
      expect(expectReplay(reader, machine, { times: true })).toMatchObject({ records: reader.length });
      expect(reader.length).toBeGreaterThan(20);
    }
  });

  it('says the first answer that differs, with record, step, expected and got', () => {
    const reader = record(session);
    const { machine } = fresh();
    const card = machine.card(0).function;
    const write = card.writeBar.bind(card);
    card.writeBar = (bar, offset, width, value) =>
      write(bar, offset, width, bar === 2 && offset === R.B ? value + 1 : value);
    const { difference } = replay(reader, machine);
    // SUM is 8 instead of 7: first seen where the host reads what the card stored
    expect(difference).toMatchObject({
      step: 'store',
      expected: expect.stringContaining('0x7 (4 bytes)'),
      got: expect.stringContaining('0x8 (4 bytes)'),
    });
    expect(() => expectReplay(reader, machine)).toThrow(expect.objectContaining({ code: 'REPLAY_DIFFERS' }));
  });

  it('sees an interrupt that stays out, and one too many', () => {
    const reader = record(session);
    const without = fresh();
    const config = without.port.function.config;
    const write = config.write.bind(config);
    config.write = (offset, width, value) => write(offset, width, offset === 0xa0 ? 0 : value);
    expect(replay(reader, without.machine).difference?.expected).toMatch(/interrupt 0/);
    const plain = record((port) => {
      port.configWrite(Config.command, 2, 6);
      port.write(2, R.GO, 4, 1);
      port.pause(5000);
      port.read(2, R.DONE, 4);
    });
    const noisy = fresh();
    noisy.port.function.config.write(0xa0, 4, 0x0001_0000);
    expect(replay(plain, noisy.machine).difference?.got).toMatch(/interrupt 0/);
  });

  it('sees other bus addresses, other payloads and another clock', () => {
    const reader = record(session);
    expect(replay(reader, fresh({ iommu: { passthrough: true } }).machine).difference?.expected).toMatch(
      /buffer 1: 20000 bytes at bus 0x10/,
    );
    expect(replay(reader, fresh({ timing: { writeNs: 70 } }).machine, { times: true }).difference).toBeDefined();
    const host = fresh();
    host.port.dmaWrite = () => {};
    expect(replay(reader, host.machine).difference).toBeDefined();
  });

  it('refuses a recording without payloads, and a machine without the card', () => {
    const reader = record(session, {}, { payloads: false });
    expect(() => replay(reader, fresh().machine)).toThrow(expect.objectContaining({ code: 'TRACE_INVALID' }));
    expect(() => replay(record(session), new Machine({ arenaBytes: 2 ** 20 }))).toThrow(
      expect.objectContaining({ code: 'TRACE_INVALID' }),
    );
  });

  it('of any session at all has no difference', () => {
    const offset = fc.integer({ min: 0, max: 0x30 });
    const step = fc.oneof(
      fc.record({ do: fc.constant('read' as const), offset, width: fc.constantFrom(1, 2, 4) }),
      fc.record({ do: fc.constant('write' as const), offset, width: fc.constantFrom(1, 2, 4), value: fc.nat() }),
      fc.record({ do: fc.constant('write64' as const), offset, value: fc.nat() }),
      fc.record({ do: fc.constant('config' as const), offset: fc.integer({ min: 0, max: 0x110 }), value: fc.nat() }),
      fc.record({ do: fc.constant('block' as const), offset, bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
      fc.record({
        do: fc.constant('allocate' as const),
        bytes: fc.integer({ min: 1, max: 50_000 }),
        contiguous: fc.boolean(),
      }),
      fc.record({
        do: fc.constant('dma' as const),
        handle: fc.integer({ min: 1, max: 4 }),
        offset: fc.integer({ min: 0, max: 5000 }),
        bytes: fc.uint8Array({ minLength: 1, maxLength: 20 }),
      }),
      fc.record({ do: fc.constant('free' as const), handle: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ do: fc.constant('pause' as const), ns: fc.integer({ min: 0, max: 3000 }) }),
      fc.record({ do: fc.constantFrom('reset' as const, 'step' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (steps, scatter) => {
        const drive = (port: Port): void => {
          for (const s of steps) {
            try {
              if (s.do === 'read') port.read(2, s.offset, s.width as 4);
              else if (s.do === 'write') port.write(2, s.offset, s.width as 4, s.value);
              else if (s.do === 'write64') port.write64(2, s.offset, s.value, 1);
              else if (s.do === 'config') {
                port.configWrite(s.offset & ~3, 4, s.value);
                port.configRead(s.offset, 1);
              } else if (s.do === 'block') {
                port.writeBlock(2, s.offset, s.bytes);
                port.readBlock(2, s.offset, new Uint8Array(s.bytes.length));
              } else if (s.do === 'allocate') port.allocateDma(s.bytes, { contiguous: s.contiguous });
              else if (s.do === 'dma') {
                port.dmaWrite(s.handle, s.offset, s.bytes);
                port.dmaRead(s.handle, s.offset, new Uint8Array(s.bytes.length));
              } else if (s.do === 'free') port.freeDma(s.handle);
              else if (s.do === 'pause') port.pause(s.ns);
              else if (s.do === 'reset') port.reset('flr');
              else port.annotate('again');
            } catch {
              /* refused: the same way at the replay */
            }
          }
        };
        const reader = record(drive, { scatter });
        expect(replay(reader, fresh({ scatter }).machine, { times: true }).difference).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });
});
