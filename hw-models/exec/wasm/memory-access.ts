/**
 * Single accesses through the translations: what memory-port.ts does, step by step, on the same tables.
 *
 * Pure software.
 */
import { TLB_ENTRIES, TLB_ENTRIES_LOG2, TLB_MULTIPLIER } from '../memory-port.ts';
import { Access } from '../memory.ts';
import { Context, Tracks } from './context.ts';
import { internal, tracks } from './memory-emit.ts';
import type { Emitter, Parts, Term } from './memory-emit.ts';
import type { Tracking } from './memory-track.ts';
import { Type } from './writer.ts';

export interface Accesses {
  /** (context, kind of access, low, high, client) → arena offset of the page, or −1 where the access faults. */
  readonly page: number;
  /** (context, low, high, fresh, client) → value. */
  readonly load8: number;
  readonly load32: number;
  /** (context, low, high, value). */
  readonly store8: number;
  readonly store32: number;
}

/** Who asks, to `miss`. */
export const Client = { vector: 0, scalar: 1 } as const;

/** Bytes of an entry, as an exponent. */
const ENTRY_SHIFT = 4;

/** Address of the entry for a page. See `tlbIndex`. */
export const entryOf = (e: Emitter, access: Term, low: Term, tlb = e.context(Context.TLB)): Term => {
  const hash = e.op('i32.mul', e.shr(low, 12), e.i32(TLB_MULTIPLIER));
  const index = e.and(e.shr(hash, 32 - TLB_ENTRIES_LOG2 - ENTRY_SHIFT), e.i32((TLB_ENTRIES - 1) << ENTRY_SHIFT));
  return e.add(e.add(tlb, e.op('i32.mul', access, e.i32(TLB_ENTRIES << ENTRY_SHIFT))), index);
};

const keyOf = (e: Emitter, low: Term, high: Term): Term => e.wide(e.and(low, e.i32(-4096)), high);

/** high of high:low + n, where `sum` is low + n. */
export const carried = (e: Emitter, sum: Term, low: Term, high: Term): Term => e.add(high, e.op('i32.lt_u', sum, low));

/** Arena offset of a page that is known, or −1: asks nobody. `low` and `high` are locals. */
export function probe(e: Emitter, access: number, low: number, high: number): Term {
  const entry = e.code.local(Type.i32);
  return () => {
    e.set(entry, entryOf(e, e.i32(access), e.get(low)));
    e.do(e.either(Type.i32, isKnown(e, entry, low, high), e.load('i32.load', e.get(entry), 8), e.i32(-1)));
  };
}

/** Does the entry at local `entry` hold the page? */
export const isKnown = (e: Emitter, entry: number, low: number, high: number): Term =>
  e.op('i64.eq', e.load('i64.load', e.get(entry)), keyOf(e, e.get(low), e.get(high)));

export function writeAccesses(parts: Parts, tracking: Tracking): Accesses {
  const { i32 } = Type;
  const page = internal(parts, [i32, i32, i32, i32, i32], [i32], (e, [cx, access, low, high, client]) => {
    const entry = e.keep(i32, entryOf(e, e.get(access), e.get(low)));
    e.do(
      e.either(
        i32,
        isKnown(e, entry, low, high),
        e.load('i32.load', e.get(entry), 8),
        e.call(parts.miss, e.get(cx), e.get(access), e.get(low), e.get(high), e.get(client)),
      ),
    );
  });
  const inPage = (e: Emitter, low: number): Term => e.and(e.get(low), e.i32(4095));
  const none = (e: Emitter, at: number): Term => e.eq(e.get(at), e.i32(-1));

  const load8 = internal(parts, [i32, i32, i32, i32, i32], [i32], (e, [cx, low, high, fresh, client]) => {
    const at = e.keep(i32, e.call(page, e.get(cx), e.i32(Access.read), e.get(low), e.get(high), e.get(client)));
    e.when(none(e, at), () => e.return(e.i32(0)));
    e.set(at, e.add(e.get(at), inPage(e, low)));
    e.when(tracks(e, Tracks.loads), () => e.do(e.call(tracking.load, e.get(cx), e.get(at), e.i32(1), e.get(fresh))));
    e.do(e.load('i32.load8_u', e.get(at)));
  });
  const load32 = internal(parts, [i32, i32, i32, i32, i32], [i32], (e, [cx, low, high, fresh, client]) => {
    const at = e.code.local(i32);
    e.when(e.not(e.and(e.get(low), e.i32(3))), () => {
      e.set(at, e.call(page, e.get(cx), e.i32(Access.read), e.get(low), e.get(high), e.get(client)));
      e.when(none(e, at), () => e.return(e.i32(0)));
      e.set(at, e.add(e.get(at), inPage(e, low)));
      e.when(tracks(e, Tracks.loads), () => e.do(e.call(tracking.load, e.get(cx), e.get(at), e.i32(4), e.get(fresh))));
      e.return(e.load('i32.load', e.get(at)));
    });
    const byte = (n: number): Term => {
      const l = e.add(e.get(low), e.i32(n));
      const value = e.call(load8, e.get(cx), l, carried(e, l, e.get(low), e.get(high)), e.get(fresh), e.get(client));
      return e.shl(value, 8 * n);
    };
    e.do(e.or(e.or(e.or(byte(0), byte(1)), byte(2)), byte(3)));
  });

  const store8 = internal(parts, [i32, i32, i32, i32], [], (e, [cx, low, high, value]) => {
    const at = e.keep(i32, e.call(page, e.get(cx), e.i32(Access.write), e.get(low), e.get(high), e.i32(Client.vector)));
    e.when(none(e, at), () => e.return());
    e.set(at, e.add(e.get(at), inPage(e, low)));
    e.store('i32.store8', e.get(at), e.get(value));
    e.when(tracks(e, Tracks.stores), () => e.do(e.call(tracking.store, e.get(cx), e.get(at), e.i32(1))));
  });
  const store32 = internal(parts, [i32, i32, i32, i32], [], (e, [cx, low, high, value]) => {
    const at = e.code.local(i32);
    e.when(
      e.and(e.get(low), e.i32(3)),
      () => {
        for (let n = 0; n < 4; n++) {
          const l = e.add(e.get(low), e.i32(n));
          e.do(e.call(store8, e.get(cx), l, carried(e, l, e.get(low), e.get(high)), e.shr(e.get(value), 8 * n)));
        }
      },
      () => {
        e.set(at, e.call(page, e.get(cx), e.i32(Access.write), e.get(low), e.get(high), e.i32(Client.vector)));
        e.when(none(e, at), () => e.return());
        e.set(at, e.add(e.get(at), inPage(e, low)));
        e.store('i32.store', e.get(at), e.get(value));
        e.when(tracks(e, Tracks.stores), () => e.do(e.call(tracking.store, e.get(cx), e.get(at), e.i32(4))));
      },
    );
  });
  return { page, load8, load32, store8, store32 };
}
