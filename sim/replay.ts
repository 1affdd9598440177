/**
 * Plays the driver's side of a recording against a fresh machine and reports the first thing that comes out differently.
 *
 * The driver's accesses are repeated in their order; `elapsed` records advance the clock, so no wall clock is needed. What
 * the fresh machine's own trace then holds (answers, payloads, interrupts, bus addresses) must equal the recording. A
 * machine is deterministic: nothing is exempt.
 *
 * Pure software.
 */

import { EmptyslotError, RecordKind, dmaDirections, resetKinds } from '../pcie/index.ts';
import type { TraceRecord, Width } from '../pcie/index.ts';
import { hasPayload } from '../trace/ring.ts';
import { recordText } from '../trace/text.ts';
import type { TraceReader } from '../trace/reader.ts';
import type { Machine } from './machine.ts';
import type { Port } from './port.ts';

/** The first difference between a recording and its replay. */
export interface ReplayDifference {
  /** Number of the record in the recording. */
  readonly sequence: number;
  /** The driver's step that was open then. */
  readonly step: string;
  readonly timeNs: number;
  /** What the recording holds, and what came out instead, in words. */
  readonly expected: string;
  readonly got: string;
}

export interface ReplayResult {
  /** Records played or compared before the difference, or all. */
  readonly records: number;
  readonly difference?: ReplayDifference;
  /** Codes of findings and how often each was reported during the replay. */
  readonly findings: Readonly<Record<string, number>>;
}

export interface ReplayOptions {
  /** Virtual times of all records must be equal too (default false: the model's pace may change as long as every answer stays). */
  readonly times?: boolean;
  /** Stop before this record. */
  readonly to?: number;
}

/**
 * Replays `reader` on `machine`, which must be as fresh as the recorded one was, with the same cards plugged in.
 *
 * @throws EmptyslotError `TRACE_INVALID` when the recording lacks payloads it needs, or a card of it is not plugged in.
 */
export function replay(reader: TraceReader, machine: Machine, options: ReplayOptions = {}): ReplayResult {
  const player = new Player(reader, machine, options);
  let records = 0;
  for (const record of reader.records(reader.first, options.to)) {
    const difference = player.play(record);
    if (difference !== undefined) return { records, difference, findings: Object.fromEntries(machine.findings.counts) };
    records++;
  }
  const difference = player.finish();
  return {
    records,
    findings: Object.fromEntries(machine.findings.counts),
    ...(difference === undefined ? {} : { difference }),
  };
}

/**
 * As `replay`, for tests and commands that only want to know.
 *
 * @throws EmptyslotError `REPLAY_DIFFERS` with the first difference.
 */
export function expectReplay(reader: TraceReader, machine: Machine, options: ReplayOptions = {}): ReplayResult {
  const result = replay(reader, machine, options);
  const { difference } = result;
  if (difference !== undefined) {
    throw new EmptyslotError(
      'REPLAY_DIFFERS',
      `record ${difference.sequence} comes out differently: ${difference.got} instead of ${difference.expected}`,
      {
        step: difference.step,
        timeNs: difference.timeNs,
        expected: difference.expected,
        lastSeen: difference.got,
      },
    );
  }
  return result;
}

/** Two records mean the same thing at the same place. Payload numbers are compared as bytes elsewhere. */
function same(a: TraceRecord, b: TraceRecord, times: boolean): boolean {
  return (
    a.kind === b.kind &&
    a.card === b.card &&
    a.bar === b.bar &&
    a.width === b.width &&
    a.offset === b.offset &&
    a.lo === b.lo &&
    (a.hi === b.hi || hasPayload(a)) &&
    (!times || a.timeNs === b.timeNs)
  );
}

class Player {
  private readonly reader: TraceReader;
  private readonly machine: Machine;
  private readonly times: boolean;
  /** Recorded, and not yet seen in the machine's own trace. */
  private readonly expected: TraceRecord[] = [];
  /** First record of the machine's own trace not compared yet. */
  private cursor: number;
  private readonly pair = new Uint32Array(2);

  constructor(reader: TraceReader, machine: Machine, options: ReplayOptions) {
    this.reader = reader;
    this.machine = machine;
    this.times = options.times ?? false;
    this.cursor = machine.trace.next;
  }

  play(record: TraceRecord): ReplayDifference | undefined {
    this.expected.push(record);
    // what the device does of itself comes out of the driver's next access
    if (
      record.kind === RecordKind.interrupt ||
      record.kind === RecordKind.deviceRead ||
      record.kind === RecordKind.deviceWrite
    )
      return undefined;
    if (record.card >= this.machine.cardCount)
      throw new EmptyslotError(
        'TRACE_INVALID',
        `the recording has a card ${record.card}, the machine has ${this.machine.cardCount}`,
      );
    this.machine.trace.setStep(this.reader.steps[record.step] ?? '');
    let bytes: string | undefined;
    let refused: string | undefined;
    try {
      bytes = this.act(record, this.machine.port(record.card));
    } catch (error) {
      if (!(error instanceof EmptyslotError) || error.code === 'TRACE_INVALID') throw error;
      refused = `${error.code}: ${error.message}`; // equal records made before it: the recorded driver met it too
    }
    const difference = this.compare(bytes === undefined);
    if (difference !== undefined) return difference;
    if (bytes !== undefined) return this.differs(record, bytes);
    return refused !== undefined && this.expected.includes(record) ? this.differs(record, refused) : undefined;
  }

  /** Nothing may be left over on either side. */
  finish(): ReplayDifference | undefined {
    const left = this.compare(true);
    if (left !== undefined) return left;
    const missing = this.expected[0];
    return missing === undefined ? undefined : this.differs(missing, 'nothing');
  }

  private differs(record: TraceRecord, got: string): ReplayDifference {
    return {
      sequence: record.sequence,
      step: this.reader.steps[record.step] ?? '',
      timeNs: record.timeNs,
      expected: this.words(record),
      got,
    };
  }

  private words(record: TraceRecord): string {
    return recordText(record, (bar, offset) => ({ name: this.machine.card(record.card).describe(bar, offset) }));
  }

  /** Compares the machine's new records with the recording as far as both go. */
  private compare(whole: boolean): ReplayDifference | undefined {
    const { trace } = this.machine;
    while (this.expected.length > 0 && this.cursor < trace.next) {
      const want = this.expected[0]!;
      const got = trace.get(this.cursor);
      if (got === undefined) throw new EmptyslotError('INTERNAL', 'one access made more records than the trace holds');
      if (!same(want, got, this.times)) {
        // a block of other bytes says more than a record of other length
        return whole || want.kind !== got.kind ? this.differs(want, this.words(got)) : undefined;
      }
      this.expected.shift();
      this.cursor++;
    }
    return undefined;
  }

  private need(record: TraceRecord): Uint8Array {
    const bytes = this.reader.payloadOf(record);
    if (bytes === undefined)
      throw new EmptyslotError(
        'TRACE_INVALID',
        `the recording does not hold the bytes of record ${record.sequence}; record with payloads to replay`,
      );
    return bytes;
  }

  /** Repeats what the driver did. Returns what came out instead, where records alone do not show it. */
  private act(record: TraceRecord, port: Port): string | undefined {
    const { kind, bar, offset, lo, hi } = record;
    const width = record.width as Width;
    switch (kind) {
      case RecordKind.configRead:
        port.configRead(offset, width);
        return undefined;
      case RecordKind.configWrite:
        port.configWrite(offset, width, lo);
        return undefined;
      case RecordKind.read:
        port.read(bar, offset, width);
        return undefined;
      case RecordKind.write:
        port.write(bar, offset, width, lo);
        return undefined;
      case RecordKind.read64:
        port.read64(bar, offset, this.pair);
        return undefined;
      case RecordKind.write64:
        port.write64(bar, offset, lo, hi);
        return undefined;
      case RecordKind.blockRead: {
        const got = new Uint8Array(lo);
        port.readBlock(bar, offset, got);
        return firstOther(this.need(record), got);
      }
      case RecordKind.blockWrite:
        port.writeBlock(bar, offset, this.need(record));
        return undefined;
      case RecordKind.dmaAllocate: {
        const bytes = (hi & 0xffff) * 0x1_0000_0000 + lo;
        const log2Align = (hi >>> 16) & 0x3f;
        port.allocateDma(bytes, {
          contiguous: (width & 1) !== 0,
          direction: dmaDirections[record.width >> 1] ?? 'both',
          ...(log2Align === 0 ? {} : { align: 2 ** log2Align }),
        });
        return undefined;
      }
      case RecordKind.dmaFree:
        port.freeDma(bar);
        return undefined;
      case RecordKind.dmaRead: {
        const got = new Uint8Array(record.width === 0 ? lo : record.width);
        port.dmaRead(bar, offset, got);
        return record.width === 0 ? firstOther(this.need(record), got) : undefined;
      }
      case RecordKind.dmaWrite:
        if (record.width === 0) port.dmaWrite(bar, offset, this.need(record));
        else {
          this.pair[0] = lo;
          this.pair[1] = hi;
          port.dmaWrite(bar, offset, new Uint8Array(this.pair.buffer, 0, record.width));
        }
        return undefined;
      case RecordKind.reset:
        port.reset(resetKinds[lo] ?? 'hot');
        return undefined;
      case RecordKind.mapBar:
        port.mapBar(bar);
        return undefined;
      case RecordKind.elapsed: {
        const ns = hi * 0x1_0000_0000 + lo;
        if (record.width === 0) port.elapse(ns);
        else {
          // what waited for the recorded driver was delivered before its next pause
          if (ns > 0) {
            port.takeInterrupts();
            this.machine.takeFaults(record.card);
          }
          port.pause(ns);
        }
        return undefined;
      }
      default:
        return undefined;
    }
  }
}

/** Words for the first byte that differs; undefined where all are equal. */
function firstOther(expected: Uint8Array, got: Uint8Array): string | undefined {
  for (let i = 0; i < expected.length; i++) {
    if (expected[i] !== got[i])
      return `byte ${i} is 0x${got[i]?.toString(16) ?? 'missing'}, not 0x${expected[i]!.toString(16)}`;
  }
  return undefined;
}
