/**
 * Register traces of foreign drivers, and how to make their accesses again on a card of ours.
 *
 * The traces were taken while permissive servers answered, so what was read proves nothing; what was stored, and where,
 * is what those drivers do to a real card. Only accesses are played. What the traces lack is memory: neither the bytes of
 * images, rings and page tables nor the waits between accesses are in them.
 *
 * Under `fixtures/`, one access a line: `w` and `r` (dword address or `-`, vendor name or `-`, value), `d` doorbell store
 * (byte offset), `cr` and `cw` configuration (byte offset, 2 bytes), `tlb` one invalidation of both hubs, `session` where
 * a driver begins anew; `*n`: n times. All numbers but counts are hexadecimal. Words of microcode are replaced by 0.
 *
 * Pure software.
 */

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { NBIO, dwordAddress } from '../../registers/amd/index.ts';
import type { Port } from '../../sim/index.ts';

/** What BAR5 shows of the registers, in bytes. */
const REGISTER_BYTES = 0x10_0000;

export type AccessKind = 'read' | 'write' | 'doorbell' | 'config-read' | 'config-write';

export interface ForeignAccess {
  readonly kind: AccessKind;
  /** Dword address of a register; byte offset of a doorbell or in configuration space. */
  readonly at: number;
  /** Vendor name as the foreign driver's tables have it, where they have one. */
  readonly name: string;
  readonly value: number;
  readonly times: number;
}

/** Reads a fixture. `place` finds registers that the trace has by name only. */
export function readAccesses(fixture: 'tinygrad' | 'linux', place: (name: string) => number): ForeignAccess[] {
  const packed = readFileSync(new URL(`fixtures/${fixture}-accesses.txt.gz`, import.meta.url));
  return gunzipSync(packed)
    .toString()
    .trim()
    .split('\n')
    .flatMap((line) => parse(line, place));
}

const kinds: Readonly<Record<string, AccessKind>> = {
  r: 'read',
  w: 'write',
  d: 'doorbell',
  cr: 'config-read',
  cw: 'config-write',
};

function parse(line: string, place: (name: string) => number): ForeignAccess[] {
  if (line === 'session') return [];
  if (line === 'tlb') return invalidation(place);
  const [kind = '', at = '', name = '', value = '', times = '*1'] = line.split(' ');
  const known = kinds[kind];
  if (known === undefined) throw new SyntaxError(line);
  return [
    {
      kind: known,
      at: at === '-' ? place(name) : parseInt(at, 16),
      name,
      value: parseInt(value, 16),
      times: Number(times.slice(1)),
    },
  ];
}

/** The accesses behind one `tlb` line, as tinygrad makes them: flush, request and acknowledge of GC; the same of MM under its semaphore. */
function invalidation(place: (name: string) => number): ForeignAccess[] {
  const one = (kind: AccessKind, name: string, value: number): ForeignAccess => ({
    kind,
    name,
    at: place(name),
    value,
    times: 1,
  });
  const flush: ForeignAccess[] = [
    one('read', 'BIF_BX0_REMAP_HDP_MEM_FLUSH_CNTL', 0x7_f000),
    { kind: 'write', at: 0x1_fc00, name: '-', value: 0, times: 1 },
  ];
  return [
    ...flush,
    one('write', 'GCVM_INVALIDATE_ENG17_REQ', 0xf8_0001),
    one('read', 'GCVM_INVALIDATE_ENG17_ACK', 1),
    ...flush,
    one('read', 'MMVM_INVALIDATE_ENG17_SEM', 1),
    one('write', 'MMVM_INVALIDATE_ENG17_REQ', 0xf8_0001),
    one('read', 'MMVM_INVALIDATE_ENG17_ACK', 1),
    one('write', 'MMVM_INVALIDATE_ENG17_SEM', 0),
    one('read', 'MMVM_L2_BANK_SELECT_RESERVED_CID2', 0),
    one('write', 'MMVM_L2_BANK_SELECT_RESERVED_CID2', 0x1000_0000),
    one('read', 'MMVM_L2_BANK_SELECT_RESERVED_CID2', 0x1000_0000),
  ];
}

/** Longer than any wait of a driver between two accesses of a handshake. */
const BETWEEN_NS = 60e6;
/** A poll that went on for longer says no more than these. */
const MOST_POLLS = 4;

/** Makes the accesses on the card behind `port`, each long enough after the one before for every handshake to end. */
export function play(port: Port, accesses: readonly ForeignAccess[]): void {
  for (const { kind, at, value, times } of accesses) {
    const count = kind === 'read' ? Math.min(times, MOST_POLLS) : times;
    for (let i = 0; i < count; i++) {
      if (i < MOST_POLLS) port.elapse(BETWEEN_NS);
      if (kind === 'read') readRegister(port, at);
      else if (kind === 'write') writeRegister(port, at, value);
      else if (kind === 'doorbell') port.write64(2, at, value, 0);
      else if (kind === 'config-read') port.configRead(at, 2);
      else port.configWrite(at, 2, value);
    }
  }
}

const index = dwordAddress(NBIO.registers.BIF_BX_PF0_RSMU_INDEX) * 4;
const indexHigh = dwordAddress(NBIO.registers.BIF_BX_PF0_RSMU_INDEX_HI) * 4;
const data = dwordAddress(NBIO.registers.BIF_BX_PF0_RSMU_DATA) * 4;

/** Registers past the end of BAR5 are reached through the index and data pair. */
function through(port: Port, dword: number): number {
  if (dword * 4 < REGISTER_BYTES) return dword * 4;
  port.write(5, index, 4, (dword * 4) >>> 0);
  port.write(5, indexHigh, 4, Math.floor((dword * 4) / 0x1_0000_0000));
  return data;
}

function readRegister(port: Port, dword: number): void {
  port.read(5, through(port, dword), 4);
}

function writeRegister(port: Port, dword: number, value: number): void {
  port.write(5, through(port, dword), 4, value);
}
