/**
 * The simplest accesses: one address for all of it, inside one page that is known, with nothing to tell anybody. They are
 * short enough to stand where they are needed, in functions of the helper module and in translated code itself.
 *
 * Pure software.
 */
import { Tracks } from './context.ts';
import { probe } from './memory-access.ts';
import { LANES, QUADS, REGISTER_BYTES, tracks } from './memory-emit.ts';
import type { Emitter, Term } from './memory-emit.ts';
import { join, split } from './memory-rows.ts';
import { Access } from '../memory.ts';
import { NO_RESULT, Type } from './writer.ts';

const { i32 } = Type;

/** Bytes of a row: an element of so many dwords a lane, one behind the other. */
export const rowBytes = (dwords: number): number => 4 * dwords * LANES;

export interface Simple {
  readonly access: typeof Access.read | typeof Access.write;
  /** Local (i64). */
  readonly address: number;
  readonly bytes: number;
  /** Is the address known to be a multiple of 4? */
  readonly aligned: boolean;
  /** Numbers of the functions that track (memory-track.ts). */
  readonly quietLoad: number;
  readonly quietStore: number;
  /** 1: a load that asks for no cached copy. */
  readonly fresh: number | Term;
}

/**
 * Writes `simple`, which gets a local with the arena offset, for an access that is; falls through with nothing done where it
 * is not. `simple` has to leave: label 0 is what is written behind, label 1 whatever is around.
 */
export function whereSimple(e: Emitter, access: Simple, simple: (at: number) => void): void {
  const { get, code } = e;
  const { address, bytes, aligned, quietLoad, quietStore, fresh } = access;
  const low = e.keep(i32, e.lowOf(get(address)));
  const high = e.keep(i32, e.highOf(get(address)));
  const inPage = e.keep(i32, e.and(get(low), e.i32(4095)));
  code.block(NO_RESULT);
  const crosses = e.op('i32.gt_u', get(inPage), e.i32(4096 - bytes));
  if (!aligned) e.do(e.or(e.and(get(low), e.i32(3)), crosses));
  else if (bytes > 4) e.do(crosses);
  if (!aligned || bytes > 4) code.brIf(0);
  const at = e.keep(i32, probe(e, access.access, low, high));
  e.do(e.eq(get(at), e.i32(-1)));
  code.brIf(0);
  e.set(at, e.add(get(at), get(inPage)));
  const loads = access.access === Access.read;
  e.when(tracks(e, loads ? Tracks.loads : Tracks.stores), () => {
    const run = [get(0), get(at), e.i32(bytes)] as const;
    e.do(
      e.not(
        loads
          ? e.call(quietLoad, ...run, typeof fresh === 'number' ? e.i32(fresh) : fresh)
          : e.call(quietStore, ...run),
      ),
    );
    code.brIf(1);
  });
  simple(at);
  code.end();
  for (const local of [low, high, inPage, at]) code.free(i32, local);
}

/** Elements that follow one another from the address in local `from` on: `put` gets each quad of lanes of each dword. */
export function loadRow(
  e: Emitter,
  from: number,
  dwords: number,
  put: (row: number, quad: number, vector: Term) => void,
): void {
  for (let q = 0; q < QUADS; q++) {
    const rows = split(e, (n) => e.load('v128.load', e.get(from), 16 * (q * dwords + n)), dwords);
    rows.forEach((row, k) => put(k, q, row));
  }
}
/** The way back: registers from the address in local `from` on, elements from that in `at` on. */
export function storeRow(e: Emitter, at: number, dwords: number, from: number, offset = 0): void {
  for (let q = 0; q < QUADS; q++) {
    const rows = Array.from({ length: dwords }, (_, k) =>
      e.load('v128.load', e.get(from), offset + k * REGISTER_BYTES + 16 * q),
    );
    join(e, rows).forEach((row, n) => e.store('v128.store', e.get(at), row, 16 * (q * dwords + n)));
  }
}
/** Loads a row into the registers `offset` bytes behind the address in local `to`. */
export const loadRowInto = (e: Emitter, at: number, dwords: number, to: number, offset = 0): void =>
  loadRow(e, at, dwords, (k, q, row) => e.store('v128.store', e.get(to), row, offset + k * REGISTER_BYTES + 16 * q));

/** Copies 4, 8 or a multiple of 16 bytes from the address in one local to `offset` behind that in another. */
export function copyDwords(e: Emitter, from: number, to: number, offset: number, bytes: number): void {
  const { code } = e;
  const width = bytes === 4 ? 'i32' : bytes === 8 ? 'i64' : 'v128';
  for (let n = 0; n < bytes; n += 16) {
    code.get(to);
    code.get(from);
    code.memory(`${width}.load`, n, 2);
    code.memory(`${width}.store`, offset + n, 2);
  }
}
