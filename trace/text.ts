/**
 * A trace in words: who touched what, with names and fields where somebody knows them.
 *
 * Pure software.
 */

import { RecordKind, dmaDirections, resetKinds } from '../pcie/index.ts';
import type { TraceRecord } from '../pcie/index.ts';
import { getField } from '../registers/index.ts';
import type { Register } from '../registers/index.ts';
import { hasPayload } from './ring.ts';
import type { TraceReader } from './reader.ts';

/** What lies at a place of a BAR. `register` where one is declared. */
export interface Place {
  readonly name: string;
  readonly register?: Register;
}

/** Names places of a device's BARs; undefined where nothing is known. */
export type Naming = (bar: number, offset: number) => Place | undefined;

const hex = (value: number): string => `0x${value.toString(16)}`;
const wide = (lo: number, hi: number): string =>
  hi === 0 ? hex(lo) : `0x${hi.toString(16)}_${lo.toString(16).padStart(8, '0')}`;

/** `READY=1 COMMAND=0x80000`: the fields of a register that are not 0. */
export function fieldsText(register: Register, value: number): string {
  return Object.entries(register.fields)
    .map(([name, field]) => [name, getField(value, field)] as const)
    .filter(([, part]) => part !== 0)
    .map(([name, part]) => `${name}=${part < 10 ? part : hex(part)}`)
    .join(' ');
}

/** One record as a line without its number: `1.234567 ms  write  regMP0_SMN_C2PMSG_35 = 0x80000  COMMAND=0x80000`. */
export function recordText(record: TraceRecord, naming: Naming): string {
  const place = naming(record.bar, record.offset);
  const where = place?.name ?? `BAR${record.bar}+${hex(record.offset)}`;
  const value = wide(record.lo, record.hi);
  const fields = place?.register === undefined || record.width !== 4 ? '' : fieldsText(place.register, record.lo);
  const bits = fields === '' ? '' : `  ${fields}`;
  const bytes = record.width > 0 && record.width < 4 ? ` (${record.width} bytes)` : '';
  const kept = hasPayload(record) && record.hi !== 0 ? ` #${record.hi}` : '';
  return `${(record.timeNs / 1e6).toFixed(6)} ms  ${what()}`;

  function what(): string {
    const { kind, lo, bar: handle, offset } = record;
    switch (kind) {
      case RecordKind.configRead:
        return `config ${hex(offset)} -> ${hex(lo)}${bytes}`;
      case RecordKind.configWrite:
        return `config ${hex(offset)} = ${hex(lo)}${bytes}`;
      case RecordKind.read:
      case RecordKind.read64:
        return `read   ${where} -> ${value}${bytes}${bits}`;
      case RecordKind.write:
      case RecordKind.write64:
        return `write  ${where} = ${value}${bytes}${bits}`;
      case RecordKind.blockRead:
        return `read   ${where}, ${lo} bytes${kept}`;
      case RecordKind.blockWrite:
        return `write  ${where}, ${lo} bytes${kept}`;
      case RecordKind.dmaAllocate: {
        const size = (record.hi & 0xffff) * 0x1_0000_0000 + lo;
        return `buffer ${handle}: ${size} bytes at bus ${hex(offset * 4096)}, ${dmaDirections[record.width >> 1] ?? '?'}${(record.width & 1) === 0 ? '' : ', contiguous'}`;
      }
      case RecordKind.dmaFree:
        return `buffer ${handle} freed`;
      case RecordKind.dmaRead:
        return `buffer ${handle}+${hex(offset)} -> ${record.width === 0 ? `${lo} bytes${kept}` : `${value} (${record.width} bytes)`}`;
      case RecordKind.dmaWrite:
        return `buffer ${handle}+${hex(offset)} = ${record.width === 0 ? `${lo} bytes${kept}` : `${value} (${record.width} bytes)`}`;
      case RecordKind.reset:
        return `reset ${resetKinds[lo] ?? lo}`;
      case RecordKind.resizeBar:
        return `BAR${record.bar} resized to ${record.hi * 0x1_0000_0000 + lo} bytes`;
      case RecordKind.elapsed:
        return `${record.hi * 0x1_0000_0000 + lo} ns pass`;
      case RecordKind.interrupt:
        return `interrupt ${offset}`;
      case RecordKind.mapBar:
        return `BAR${record.bar} has ${record.hi * 0x1_0000_0000 + lo} bytes`;
      case RecordKind.plug:
        return 'plugged';
      case RecordKind.step:
        return 'step';
      case RecordKind.deviceRead:
        return `device reads ${lo} bytes at bus ${hex(offset)}`;
      case RecordKind.deviceWrite:
        return `device writes ${lo} bytes at bus ${hex(offset)}`;
    }
  }
}

/** The whole trace as lines; a line of its own where the driver's step changes. */
export function* traceText(reader: TraceReader, naming: Naming): IterableIterator<string> {
  let step = 0;
  for (const record of reader.records()) {
    if (record.step !== step) {
      step = record.step;
      yield `-- ${reader.steps[step] ?? ''}`;
    }
    const card = record.card === 0 ? '' : `card ${record.card}  `;
    yield `${record.sequence}  ${card}${recordText(record, naming)}`;
  }
  if (reader.notice !== undefined) yield `-- ${reader.notice.message}`;
}
