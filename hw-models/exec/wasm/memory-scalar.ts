/**
 * Scalar loads: consecutive dwords from one address into consecutive scalars.
 * Pure software.
 */
import { Access } from '../memory.ts';
import { Context, Tracks } from './context.ts';
import { Client, probe } from './memory-access.ts';
import type { Accesses } from './memory-access.ts';
import { exported, tracks } from './memory-emit.ts';
import type { Parts } from './memory-emit.ts';
import type { Tracking } from './memory-track.ts';
import { NO_RESULT, Type } from './writer.ts';

export function writeScalar(parts: Parts, tracking: Tracking, accesses: Accesses): void {
  const { i32, i64 } = Type;
  // (context, address of the first scalar, dwords, address, fresh)
  exported(parts, 'scalarLoad', [i32, i32, i32, i64, i32], (e, [cx, to, dwords, given, fresh]) => {
    const { get, code } = e;
    // the two low bits of a scalar address do not exist
    const address = e.keep(i64, e.op('i64.and', get(given), e.i64(-4n)));
    const low = e.keep(i32, e.lowOf(get(address)));
    const high = e.keep(i32, e.highOf(get(address)));
    const inPage = e.and(get(low), e.i32(4095));
    const bytes = e.shl(get(dwords), 2);
    const at = code.local(i32);
    code.block(NO_RESULT);
    e.do(e.op('i32.gt_u', e.add(inPage, bytes), e.i32(4096)));
    code.brIf(0);
    e.set(at, probe(e, Access.read, low, high));
    e.do(e.eq(get(at), e.i32(-1)));
    code.brIf(0);
    e.set(at, e.add(get(at), inPage));
    e.when(tracks(e, Tracks.loads), () => {
      e.do(e.not(e.call(tracking.quietLoad, get(cx), get(at), bytes, get(fresh))));
      code.brIf(1);
    });
    // 1, 2, 4, 8 or 16
    e.when(e.eq(get(dwords), e.i32(1)), () => {
      e.store('i32.store', get(to), e.load('i32.load', get(at)));
      e.return();
    });
    e.when(e.eq(get(dwords), e.i32(2)), () => {
      code.get(to);
      code.get(at);
      code.memory('i64.load', 0, 2);
      code.memory('i64.store', 0, 2);
      e.return();
    });
    e.times(e.shr(get(dwords), 2), (n) => {
      const offset = e.shl(get(n), 4);
      e.store('v128.store', e.add(get(to), offset), e.load('v128.load', e.add(get(at), offset)));
    });
    e.return();
    code.end();

    // All are loaded before any is written: the address may be among them, and a fault is told in between.
    e.times(get(dwords), (n) => {
      const where = [e.lowOf(get(address)), e.highOf(get(address))] as const;
      const value = e.call(accesses.load32, get(cx), ...where, get(fresh), e.i32(Client.scalar));
      e.store('i32.store', e.slot(cx, n), value, Context.STAGE);
      e.set(address, e.op('i64.add', get(address), e.i64(4n)));
    });
    e.times(get(dwords), (n) => {
      const offset = e.shl(get(n), 2);
      e.store('i32.store', e.add(get(to), offset), e.load('i32.load', e.add(get(cx), offset), Context.STAGE));
    });
  });
}
