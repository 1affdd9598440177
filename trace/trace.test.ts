/** Trace ring and files: what goes in comes out, whatever is cut off. Pure software. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { RecordKind, isEmptyslotError } from '../pcie/index.ts';
import type { TraceRecord } from '../pcie/index.ts';
import {
  CHUNK_RECORDS,
  HANDLE_LIMIT,
  TraceReader,
  TraceRing,
  TraceWriter,
  isDma,
  openTraceFile,
  recordToFile,
  recordText,
  traceText,
  navi31Naming,
} from './index.ts';

const header = { device: 'test', options: { machine: { seed: 7 } }, versions: { emptyslot: '0' } };

/** A ring with a writer whose file can be had at any time. */
function recorder(log2 = 14, options = {}) {
  const parts: Uint8Array[] = [];
  const ring = new TraceRing(log2);
  const writer = new TraceWriter((part) => void parts.push(part), header, options);
  ring.attach(writer);
  return {
    ring,
    writer,
    file: () => new Uint8Array(Buffer.concat(parts)),
    finish(findings?: Record<string, number>): Uint8Array {
      ring.attach(undefined);
      writer.end(findings);
      return this.file();
    },
  };
}

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const plainKinds = Object.values(RecordKind).filter(
  (kind) => !isDma(kind) && kind !== RecordKind.blockRead && kind !== RecordKind.blockWrite,
);
const plain = fc.record({
  timeNs: fc.integer({ min: 0, max: 2 ** 52 - 1 }),
  kind: fc.constantFrom(...plainKinds),
  card: fc.integer({ min: 0, max: 15 }),
  bar: fc.integer({ min: 0, max: 127 }),
  width: fc.constantFrom(0, 1, 2, 4, 8),
  offset: fc.integer({ min: 0, max: 2 ** 40 - 1 }),
  lo: u32,
  hi: u32,
});
const dma = fc.record({
  timeNs: fc.integer({ min: 0, max: 2 ** 52 - 1 }),
  kind: fc.constantFrom(RecordKind.dmaAllocate, RecordKind.dmaFree, RecordKind.dmaRead, RecordKind.dmaWrite),
  card: fc.integer({ min: 0, max: 15 }),
  bar: fc.integer({ min: 0, max: HANDLE_LIMIT - 1 }),
  width: fc.constantFrom(1, 2, 4, 8),
  offset: u32,
  lo: u32,
  hi: u32,
});

type Plain = Omit<TraceRecord, 'sequence' | 'step'>;

function put(ring: TraceRing, r: Plain): void {
  if (isDma(r.kind)) ring.addDma(r.timeNs, r.kind, r.card, r.bar, r.width, r.offset, r.lo, r.hi);
  else ring.add(r.timeNs, r.kind, r.card, r.bar, r.width, r.offset, r.lo, r.hi);
}

describe('trace ring', () => {
  it('gives back every field of every kind of record', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(plain, dma), { maxLength: 20 }), (records) => {
        const ring = new TraceRing(6);
        records.forEach((r) => put(ring, r));
        records.forEach((r, sequence) => expect(ring.get(sequence)).toEqual({ ...r, sequence, step: 0 }));
      }),
    );
  });

  it('forgets what was overwritten, and nothing else', () => {
    const ring = new TraceRing(4);
    for (let i = 0; i < 20; i++) ring.add(i, RecordKind.write, 0, 5, 4, i * 4, i, 0);
    expect(ring.get(3)).toBeUndefined();
    expect(ring.get(4)?.lo).toBe(4);
    expect(ring.get(20)).toBeUndefined();
  });

  it('carries 16383 steps and then keeps the last', () => {
    const ring = new TraceRing(4);
    for (let i = 1; i <= 16400; i++) ring.setStep(`step ${i}`);
    const sequence = ring.add(0, RecordKind.write, 0, 5, 4, 0, 0, 0);
    expect(ring.stepText(ring.get(sequence)!.step)).toBe('step 16383');
  });

  it('hands a sink each record once, in order and complete, though interrupts come while a read is open', () => {
    const ring = new TraceRing(13);
    const seen: TraceRecord[] = [];
    ring.attach({
      records: (r, from, to) => {
        for (let i = from; i < to; i++) seen.push(r.get(i)!);
      },
      payload: () => 0,
      step: () => {},
    });
    let made = 0;
    for (; made < 3 * CHUNK_RECORDS;) {
      const sequence = ring.ask(made, RecordKind.read, 0, 5, 4, 0);
      const nested = made % 7;
      for (let i = 0; i < nested; i++) ring.add(made, RecordKind.interrupt, 0, 0, 0, i, 0, 0);
      ring.answer(sequence, sequence + 1, 0);
      made += 1 + nested;
    }
    ring.attach(undefined);
    expect(seen.map((r) => r.sequence)).toEqual(Array.from({ length: made }, (_, i) => i));
    for (const r of seen) if (r.kind === RecordKind.read) expect(r.lo).toBe(r.sequence + 1);
  });

  it('goes on when a read is never answered', () => {
    const ring = new TraceRing(13);
    let seen = 0;
    ring.attach({ records: (_ring, from, to) => void (seen += to - from), payload: () => 0, step: () => {} });
    ring.ask(0, RecordKind.read, 0, 5, 4, 0);
    for (let i = 0; i < 5 * CHUNK_RECORDS; i++) ring.add(i, RecordKind.write, 0, 5, 4, 0, 0, 0);
    ring.attach(undefined);
    expect(seen).toBe(5 * CHUNK_RECORDS + 1);
  });
});

describe('trace file', () => {
  it('round trip: records, steps, payloads, header and findings', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            { weight: 4, arbitrary: plain },
            { weight: 2, arbitrary: dma },
            fc.uint8Array({ minLength: 9, maxLength: 300 }),
          ),
          { maxLength: 60 },
        ),
        fc.constantFrom(0, 1, 9),
        (things, level) => {
          const r = recorder(14, { level });
          const expected: (TraceRecord & { bytes?: Uint8Array })[] = [];
          things.forEach((thing, i) => {
            const text = i % 5 === 0 ? `step ${i}` : r.ring.step;
            r.ring.setStep(text);
            const sequence = r.ring.next;
            const step = Math.floor(i / 5) + 1;
            if (thing instanceof Uint8Array) {
              r.ring.add(i, RecordKind.blockWrite, 0, 0, 0, 64, thing.length, r.ring.keep(thing));
              expected.push({ ...r.ring.get(sequence)!, bytes: thing });
            } else {
              put(r.ring, thing);
              expected.push({ ...thing, sequence, step });
            }
          });
          const reader = new TraceReader(r.finish({ HDP_NOT_FLUSHED: 2 }));
          expect(reader.notice).toBeUndefined();
          expect(reader.header).toEqual({ schema: 1, ...header });
          expect(reader.summary).toEqual({
            records: things.length,
            payloads: reader.payloadCount,
            findings: { HDP_NOT_FLUSHED: 2 },
          });
          const got = [...reader.records()].map((record) => {
            const bytes = reader.payloadOf(record);
            return bytes === undefined ? record : { ...record, bytes: new Uint8Array(bytes) };
          });
          expect(got).toEqual(expected);
          for (const { step } of expected) expect(reader.steps[step]).toBe(`step ${(step - 1) * 5}`);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps equal payloads once, and is small', () => {
    const r = recorder();
    const zeros = new Uint8Array(4 * 2 ** 20);
    for (let i = 0; i < 20; i++)
      r.ring.add(i, RecordKind.blockWrite, 0, 0, 0, i * zeros.length, zeros.length, r.ring.keep(zeros));
    const file = r.finish();
    const reader = new TraceReader(file);
    expect(reader.payloadCount).toBe(1);
    expect(reader.payloadOf(reader.record(19)!)).toHaveLength(zeros.length);
    expect(file.length).toBeLessThan(40_000);
  });

  it('finds any record of many chunks without reading the others', () => {
    const r = recorder();
    const count = 3 * CHUNK_RECORDS + 100;
    for (let i = 0; i < count; i++) r.ring.add(i * 10, RecordKind.write, 0, 5, 4, 4 * i, i, 0);
    const reader = new TraceReader(r.finish());
    expect(reader.length).toBe(count);
    for (const i of [0, 4095, 4096, 9999, count - 1])
      expect(reader.record(i)).toMatchObject({ sequence: i, timeNs: i * 10, lo: i });
    expect(reader.record(count)).toBeUndefined();
    expect([...reader.records(4090, 4100)].map((x) => x.lo)).toEqual([
      4090, 4091, 4092, 4093, 4094, 4095, 4096, 4097, 4098, 4099,
    ]);
  });

  it('may begin in the middle of a run', () => {
    const ring = new TraceRing(14);
    for (let i = 0; i < 10; i++) ring.add(i, RecordKind.write, 0, 5, 4, 0, i, 0);
    const parts: Uint8Array[] = [];
    const writer = new TraceWriter((part) => void parts.push(part), header);
    ring.setStep('late');
    ring.attach(writer);
    ring.add(10, RecordKind.write, 0, 5, 4, 0, 10, 0);
    ring.attach(undefined);
    writer.end();
    const reader = new TraceReader(new Uint8Array(Buffer.concat(parts)));
    expect([reader.first, reader.end]).toEqual([10, 11]);
    expect(reader.steps[reader.record(10)!.step]).toBe('late');
  });

  const small = (): Uint8Array => {
    const r = recorder();
    for (let i = 0; i < 30; i++) {
      if (i % 10 === 0) {
        r.ring.setStep(`step ${i}`);
        r.ring.add(i, RecordKind.blockWrite, 0, 0, 0, 64, 20, r.ring.keep(new Uint8Array(20).fill(i)));
        r.ring.drain();
      }
      r.ring.add(i, RecordKind.write, 0, 5, 4, 4 * i, i, 0);
    }
    return r.finish();
  };

  it('cut off at any byte: everything before is usable, and the notice says where', () => {
    const whole = small();
    const all = [...new TraceReader(whole).records()];
    let headerBytes = 0;
    let longest = 0;
    for (let bytes = 0; bytes < whole.length; bytes++) {
      const part = whole.subarray(0, bytes);
      let reader: TraceReader;
      try {
        reader = new TraceReader(part);
      } catch (error) {
        expect(isEmptyslotError(error, 'TRACE_INVALID')).toBe(true);
        headerBytes = bytes + 1;
        continue;
      }
      expect(reader.notice?.code).toBe('TRACE_INVALID');
      expect(reader.summary).toBeUndefined();
      const got = [...reader.records()];
      expect(got).toEqual(all.slice(0, got.length));
      for (const record of got)
        if (record.kind === RecordKind.blockWrite) expect(reader.payloadOf(record)).toHaveLength(20);
      expect(got.length).toBeGreaterThanOrEqual(longest);
      longest = got.length;
    }
    expect(headerBytes).toBeLessThan(200);
    expect(longest).toBe(all.length);
  });

  it('damaged at any byte: never a wrong record, never anything but TRACE_INVALID', () => {
    const whole = small();
    const all = [...new TraceReader(whole).records()];
    for (let at = 0; at < whole.length; at++) {
      const damaged = whole.slice();
      damaged[at]! ^= 0x41;
      try {
        const reader = new TraceReader(damaged);
        const got = [...reader.records()];
        expect(got).toEqual(all.slice(0, got.length));
        expect(reader.notice?.code).toBe('TRACE_INVALID');
      } catch (error) {
        if (!isEmptyslotError(error, 'TRACE_INVALID')) throw error;
      }
    }
  });

  it('random bytes are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => new TraceReader(bytes)).toThrow(expect.objectContaining({ code: 'TRACE_INVALID' }));
        const behindMagic = new Uint8Array([...small().subarray(0, 8), ...bytes]);
        expect(() => new TraceReader(behindMagic)).toThrow(expect.objectContaining({ code: 'TRACE_INVALID' }));
      }),
      { numRuns: 50 },
    );
  });
});

describe('trace file on disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trace-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is written as the run goes and read back', () => {
    const path = join(folder, 'a.trace');
    const ring = new TraceRing(14);
    const recording = recordToFile(ring, path, header);
    for (let i = 0; i < 5000; i++) ring.add(i, RecordKind.write, 0, 5, 4, 0, i, 0);
    recording.flush();
    expect(openTraceFile(path).reader.length).toBe(5000);
    expect(openTraceFile(path).reader.notice?.code).toBe('TRACE_INVALID');
    ring.add(5000, RecordKind.write, 0, 5, 4, 0, 5000, 0);
    recording.close();
    ring.add(5001, RecordKind.write, 0, 5, 4, 0, 5001, 0);
    const { reader, close } = openTraceFile(path);
    expect(reader.notice).toBeUndefined();
    expect(reader.length).toBe(5001);
    expect(reader.record(5000)?.lo).toBe(5000);
    close();
    expect(readFileSync(path).length).toBe(recording.bytes);
  });

  it('says so when it is missing or no trace', () => {
    writeFileSync(join(folder, 'b'), 'hello');
    expect(() => openTraceFile(join(folder, 'b'))).toThrow(/not a trace file/);
    expect(() => openTraceFile(join(folder, 'c'))).toThrow(expect.objectContaining({ code: 'TRACE_INVALID' }));
    expect(() => recordToFile(new TraceRing(), join(folder, 'no', 'd'), header)).toThrow(
      expect.objectContaining({ code: 'TRACE_INVALID' }),
    );
  });
});

describe('trace in words', () => {
  it("uses the vendor's names", () => {
    const naming = navi31Naming();
    const record = (over: Partial<TraceRecord>): TraceRecord => ({
      sequence: 0,
      timeNs: 1_500_000,
      kind: RecordKind.write,
      card: 0,
      bar: 5,
      width: 4,
      offset: 0,
      lo: 0,
      hi: 0,
      step: 0,
      ...over,
    });
    // RCC_CONFIG_MEMSIZE is dword 0xde3 of a Navi31
    expect(recordText(record({ kind: RecordKind.read, offset: 0xde3 * 4, lo: 24560 }), naming)).toMatch(
      /^1\.500000 ms {2}read .*RCC_CONFIG_MEMSIZE -> 0x5ff0/,
    );
    expect(recordText(record({ bar: 2, width: 8, kind: RecordKind.write64, offset: 0x18, lo: 64 }), naming)).toContain(
      'doorbell 0x6 = 0x40',
    );
    expect(recordText(record({ kind: RecordKind.elapsed, lo: 500 }), naming)).toContain('500 ns pass');
  });

  it('says steps and the cut', () => {
    const r = recorder();
    r.ring.setStep('psp › load');
    r.ring.add(0, RecordKind.configRead, 0, 0, 4, 0, 0x744c_1002, 0);
    const whole = r.finish();
    expect([...traceText(new TraceReader(whole), () => undefined)]).toEqual([
      '-- psp › load',
      '0  0.000000 ms  config 0x0 -> 0x744c1002',
    ]);
    expect([...traceText(new TraceReader(whole.subarray(0, whole.length - 1)), () => undefined)].at(-1)).toMatch(
      /usable up to byte/,
    );
  });
});
