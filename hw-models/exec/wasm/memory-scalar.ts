/**
 * Scalar loads: consecutive dwords from one address into consecutive scalars. Translated code does the simple ones itself
 * (memory-simple.ts).
 *
 * Pure software.
 */
import { Context } from './context.ts';
import { Client } from './memory-access.ts';
import type { Accesses } from './memory-access.ts';
import { exported } from './memory-emit.ts';
import type { Parts } from './memory-emit.ts';
import { Type } from './writer.ts';

export function writeScalar(parts: Parts, accesses: Accesses): void {
  const { i32, i64 } = Type;
  // (context, address of the first scalar, dwords, address of dwords, fresh)
  exported(parts, 'scalarLoad', [i32, i32, i32, i64, i32], (e, [cx, to, dwords, address, fresh]) => {
    const { get } = e;
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
