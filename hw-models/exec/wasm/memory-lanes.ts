/**
 * Accesses that go lane by lane: any addresses, alignments, faults. The addresses lie in the context; what is done with
 * them, and in which order, is what the interpreter does.
 *
 * Loads of parts of a dword gather what they loaded in the context first and put all of it in place afterwards.
 *
 * Pure software.
 */
import { Access } from '../memory.ts';
import { Context, Tracks } from './context.ts';
import { Client, carried } from './memory-access.ts';
import type { Accesses } from './memory-access.ts';
import { internal, QUADS, REGISTER_BYTES, tracks } from './memory-emit.ts';
import type { Emitter, Parts, Term } from './memory-emit.ts';
import { Run } from './memory-runs.ts';
import type { Tracking } from './memory-track.ts';
import { Type } from './writer.ts';

export const Window = { memory: 0, lds: 1, scratch: 2, nowhere: 3 } as const;

/** How a loaded byte or half goes into its register, as a sum. */
export const Shape = {
  /** It is extended by its sign, not by zeros. */
  signed: 1,
  /** Only the register's low half changes; only its high half does. */
  low: 2,
  high: 4,
} as const;

export interface LanesFunctions {
  /** (context, offsets register, base): addresses base + offset. */
  readonly addressOffset: number;
  /** (context, register pair, immediate): addresses pair + immediate. */
  readonly addressPair: number;
  /** (context, offsets register, base, first lane): swizzled addresses in the wave's scratch. */
  readonly addressScratch: number;
  /** (context, mask, register pair, immediate, first lane) → 1 where a lane is in a window. */
  readonly addressFlat: number;
  /** (context, mask, register, dwords, fresh): memory only; what neighbouring lanes load is told as one. */
  readonly loadDwords: number;
  /** (context, mask, register, dwords). */
  readonly storeDwords: number;
  /** The same with windows, each dword told by itself. */
  readonly loadWindowed: number;
  readonly storeWindowed: number;
  /** (context, mask, bytes, fresh): into the stage. */
  readonly stageSmall: number;
  /** (context, mask, register, bytes, shift). */
  readonly storeSmall: number;
  /** (context, mask, register, bits of the element, shape): from the stage. */
  readonly place: number;
}

/** Is address `at` with `bytes` bytes (a constant or a term) beyond the workgroup's LDS? */
export const outsideLds = (e: Emitter, at: Term, bytes: Term): Term =>
  e.op(
    'i64.gt_u',
    e.op('i64.add', e.op('i64.extend_i32_u', at), e.op('i64.extend_i32_u', bytes)),
    e.op('i64.extend_i32_u', e.context(Context.LDS_BYTES)),
  );

export function writeLanes(parts: Parts, tracking: Tracking, accesses: Accesses): LanesFunctions {
  const { i32, i64, v128 } = Type;
  const vectorAt = (e: Emitter, register: number, quad: number): Term =>
    e.load('v128.load', e.get(register), 16 * quad);

  const addressOffset = internal(parts, [i32, i32, i64], [], (e, [cx, offsets, base]) => {
    const low = e.keep(v128, e.op('i32x4.splat', e.lowOf(e.get(base))));
    const high = e.keep(v128, e.op('i32x4.splat', e.highOf(e.get(base))));
    const sum = e.code.local(v128);
    for (let q = 0; q < QUADS; q++) {
      e.set(sum, e.op('i32x4.add', e.get(low), vectorAt(e, offsets, q)));
      e.store('v128.store', e.get(cx), e.get(sum), Context.LOW + 16 * q);
      const carry = e.op('i32x4.lt_u', e.get(sum), e.get(low));
      e.store('v128.store', e.get(cx), e.op('i32x4.sub', e.get(high), carry), Context.HIGH + 16 * q);
      e.store('v128.store', e.get(cx), e.splat(Window.memory), Context.WINDOW + 16 * q);
    }
  });

  const addressPair = internal(parts, [i32, i32, i32], [], (e, [cx, pair, immediate]) => {
    const add = e.keep(v128, e.op('i32x4.splat', e.get(immediate)));
    const borrow = e.keep(v128, e.op('i32x4.shr_s', e.get(add), e.i32(31)));
    const low = e.code.local(v128);
    const sum = e.code.local(v128);
    for (let q = 0; q < QUADS; q++) {
      e.set(low, vectorAt(e, pair, q));
      e.set(sum, e.op('i32x4.add', e.get(low), e.get(add)));
      e.store('v128.store', e.get(cx), e.get(sum), Context.LOW + 16 * q);
      const high = e.op('i32x4.add', e.load('v128.load', e.get(pair), REGISTER_BYTES + 16 * q), e.get(borrow));
      const carry = e.op('i32x4.lt_u', e.get(sum), e.get(low));
      e.store('v128.store', e.get(cx), e.op('i32x4.sub', high, carry), Context.HIGH + 16 * q);
      e.store('v128.store', e.get(cx), e.splat(Window.memory), Context.WINDOW + 16 * q);
    }
  });

  /** Swizzles the byte offsets in vector local `offset` into address vectors: low and high, terms. */
  const swizzled = (e: Emitter, offset: number, first: number, quad: number) => {
    const { get } = e;
    const low = e.code.local(v128);
    const base = e.op('i32x4.splat', e.context(Context.SCRATCH));
    const row = e.op(
      'i32x4.mul',
      e.op('i32x4.shr_u', get(offset), e.i32(2)),
      e.op('i32x4.splat', e.shl(e.context(Context.LANES), 2)),
    );
    const lane = e.op(
      'i32x4.add',
      e.v128(16 * quad, 16 * quad + 4, 16 * quad + 8, 16 * quad + 12),
      e.op('i32x4.splat', e.shl(get(first), 2)),
    );
    const inside = e.op('i32x4.add', e.op('i32x4.add', row, lane), e.op('v128.and', get(offset), e.splat(3)));
    e.set(low, e.op('i32x4.add', base, inside));
    const carry = e.op('i32x4.lt_u', get(low), base);
    return {
      low: get(low),
      high: e.op('i32x4.sub', e.op('i32x4.splat', e.context(Context.SCRATCH + 4)), carry),
      done: () => e.code.free(v128, low),
    };
  };

  const addressScratch = internal(parts, [i32, i32, i32, i32], [], (e, [cx, offsets, base, first]) => {
    const offset = e.code.local(v128);
    for (let q = 0; q < QUADS; q++) {
      e.set(offset, e.op('i32x4.add', vectorAt(e, offsets, q), e.op('i32x4.splat', e.get(base))));
      const { low, high, done } = swizzled(e, offset, first, q);
      e.store('v128.store', e.get(cx), low, Context.LOW + 16 * q);
      e.store('v128.store', e.get(cx), high, Context.HIGH + 16 * q);
      e.store('v128.store', e.get(cx), e.splat(Window.scratch), Context.WINDOW + 16 * q);
      done();
    }
  });

  const addressFlat = internal(parts, [i32, i32, i32, i32, i32], [i32], (e, [cx, mask, pair, immediate, first]) => {
    const { get } = e;
    e.do(e.call(addressPair, get(cx), get(pair), get(immediate)));
    const any = e.keep(v128, e.splat(0));
    const low = e.code.local(v128);
    const high = e.code.local(v128);
    const shared = e.code.local(v128);
    const scratch = e.code.local(v128);
    for (let q = 0; q < QUADS; q++) {
      e.set(low, e.load('v128.load', get(cx), Context.LOW + 16 * q));
      e.set(high, e.load('v128.load', get(cx), Context.HIGH + 16 * q));
      e.set(shared, e.op('i32x4.eq', get(high), e.op('i32x4.splat', e.context(Context.SHARED_HIGH))));
      e.set(
        scratch,
        e.op(
          'v128.andnot',
          e.op('i32x4.eq', get(high), e.op('i32x4.splat', e.context(Context.PRIVATE_HIGH))),
          get(shared),
        ),
      );
      e.set(
        any,
        e.op('v128.or', get(any), e.op('v128.and', e.op('v128.or', get(shared), get(scratch)), e.laneMask(mask, q))),
      );
      const window = e.op(
        'v128.or',
        e.op('v128.and', get(shared), e.splat(Window.lds)),
        e.op('v128.and', get(scratch), e.splat(Window.scratch)),
      );
      e.store('v128.store', get(cx), window, Context.WINDOW + 16 * q);
      const inside = swizzled(e, low, first, q);
      e.store('v128.store', get(cx), e.op('v128.bitselect', inside.low, get(low), get(scratch)), Context.LOW + 16 * q);
      e.store(
        'v128.store',
        get(cx),
        e.op('v128.bitselect', inside.high, get(high), get(scratch)),
        Context.HIGH + 16 * q,
      );
      inside.done();
    }
    e.do(e.op('v128.any_true', get(any)));
  });

  /** Per lane: its address in locals. */
  const addressed = (e: Emitter, lane: number, low: number, high: number): void => {
    e.set(low, e.load('i32.load', e.slot(0, lane), Context.LOW));
    e.set(high, e.load('i32.load', e.slot(0, lane), Context.HIGH));
  };
  const windowOf = (e: Emitter, lane: number): Term => e.load('i32.load', e.slot(0, lane), Context.WINDOW);

  /** Page of a lane's address, remembered for the next lane. Gives the local with it. */
  const pageReader = (e: Emitter, access: number) => {
    const pageLow = e.keep(i32, e.i32(1));
    const pageHigh = e.keep(i32, e.i32(0));
    const base = e.keep(i32, e.i32(-1));
    const turn = (low: number, high: number): void => {
      const here = e.and(e.get(low), e.i32(-4096));
      e.when(e.or(e.op('i32.ne', here, e.get(pageLow)), e.op('i32.ne', e.get(high), e.get(pageHigh))), () => {
        e.set(pageLow, here);
        e.set(pageHigh, e.get(high));
        e.set(base, e.call(accesses.page, e.get(0), e.i32(access), e.get(low), e.get(high), e.i32(Client.vector)));
      });
    };
    return { base, turn };
  };
  const straddles = (e: Emitter, low: number, bytes: number): Term =>
    e.or(
      e.and(e.get(low), e.i32(3)),
      e.op('i32.gt_u', e.add(e.and(e.get(low), e.i32(4095)), e.get(bytes)), e.i32(4096)),
    );

  const loadDwords = internal(parts, [i32, i32, i32, i32, i32], [], (e, [cx, mask, to, dwords, fresh]) => {
    const { get } = e;
    const low = e.code.local(i32);
    const high = e.code.local(i32);
    const at = e.code.local(i32);
    const l = e.code.local(i32);
    const bytes = e.keep(i32, e.shl(get(dwords), 2));
    const tracked = e.keep(i32, tracks(e, Tracks.loads));
    const run = new Run(e, (what) => e.call(tracking.load, get(cx), ...what, get(fresh)));
    const register = (lane: number, k: number): Term => e.add(e.slot(to, lane), e.shl(get(k), 7));
    const { base, turn } = pageReader(e, Access.read);
    e.lanes(get(mask), (lane) => {
      addressed(e, lane, low, high);
      e.when(
        straddles(e, low, bytes),
        () =>
          e.times(get(dwords), (k) => {
            e.set(l, e.add(get(low), e.shl(get(k), 2)));
            const value = e.call(
              accesses.load32,
              get(cx),
              get(l),
              carried(e, get(l), get(low), get(high)),
              get(fresh),
              e.i32(Client.vector),
            );
            e.store('i32.store', register(lane, k), value);
          }),
        () => {
          turn(low, high);
          e.when(
            e.eq(get(base), e.i32(-1)),
            () => e.times(get(dwords), (k) => e.store('i32.store', register(lane, k), e.i32(0))),
            () => {
              e.set(at, e.add(get(base), e.and(get(low), e.i32(4095))));
              e.when(get(tracked), () => run.loaded(at, bytes));
              e.times(get(dwords), (k) =>
                e.store('i32.store', register(lane, k), e.load('i32.load', e.add(get(at), e.shl(get(k), 2)))),
              );
            },
          );
        },
      );
    });
    run.tell();
  });

  const storeDwords = internal(parts, [i32, i32, i32, i32], [], (e, [cx, mask, from, dwords]) => {
    const { get } = e;
    const low = e.code.local(i32);
    const high = e.code.local(i32);
    const at = e.code.local(i32);
    const l = e.code.local(i32);
    const bytes = e.keep(i32, e.shl(get(dwords), 2));
    const tracked = e.keep(i32, tracks(e, Tracks.stores));
    const run = new Run(e, (what) => e.call(tracking.store, get(cx), ...what));
    const value = (lane: number, k: number): Term => e.load('i32.load', e.add(e.slot(from, lane), e.shl(get(k), 7)));
    const { base, turn } = pageReader(e, Access.write);
    e.lanes(get(mask), (lane) => {
      addressed(e, lane, low, high);
      e.when(
        straddles(e, low, bytes),
        () =>
          e.times(get(dwords), (k) => {
            e.set(l, e.add(get(low), e.shl(get(k), 2)));
            e.do(e.call(accesses.store32, get(cx), get(l), carried(e, get(l), get(low), get(high)), value(lane, k)));
          }),
        () => {
          turn(low, high);
          e.when(e.op('i32.ne', get(base), e.i32(-1)), () => {
            e.set(at, e.add(get(base), e.and(get(low), e.i32(4095))));
            e.times(get(dwords), (k) => e.store('i32.store', e.add(get(at), e.shl(get(k), 2)), value(lane, k)));
            e.when(get(tracked), () => run.stored(at, bytes));
          });
        },
      );
    });
    run.tell();
  });

  /** Bytes between a lane's dwords: scratch is swizzled. */
  const stepOf = (e: Emitter, window: number): Term =>
    e.select(e.eq(e.get(window), e.i32(Window.scratch)), e.shl(e.context(Context.LANES), 2), e.i32(4));

  const loadWindowed = internal(parts, [i32, i32, i32, i32, i32], [], (e, [cx, mask, to, dwords, fresh]) => {
    const { get } = e;
    const low = e.code.local(i32);
    const high = e.code.local(i32);
    const window = e.code.local(i32);
    const l = e.code.local(i32);
    e.lanes(get(mask), (lane) => {
      addressed(e, lane, low, high);
      e.set(window, windowOf(e, lane));
      e.times(get(dwords), (k) => {
        e.set(l, e.add(get(low), e.op('i32.mul', get(k), stepOf(e, window))));
        const memory = e.call(
          accesses.load32,
          get(cx),
          get(l),
          carried(e, get(l), get(low), get(high)),
          get(fresh),
          e.i32(Client.vector),
        );
        const lds = e.either(
          i32,
          outsideLds(e, get(l), e.i32(4)),
          e.i32(0),
          e.load('i32.load', e.add(e.context(Context.LDS), get(l))),
        );
        const value = e.either(
          i32,
          e.eq(get(window), e.i32(Window.lds)),
          lds,
          e.either(i32, e.eq(get(window), e.i32(Window.nowhere)), e.i32(0), memory),
        );
        e.store('i32.store', e.add(e.slot(to, lane), e.shl(get(k), 7)), value);
      });
    });
  });

  const storeWindowed = internal(parts, [i32, i32, i32, i32], [], (e, [cx, mask, from, dwords]) => {
    const { get } = e;
    const low = e.code.local(i32);
    const high = e.code.local(i32);
    const window = e.code.local(i32);
    const l = e.code.local(i32);
    const value = e.code.local(i32);
    e.lanes(get(mask), (lane) => {
      addressed(e, lane, low, high);
      e.set(window, windowOf(e, lane));
      e.when(e.op('i32.ne', get(window), e.i32(Window.nowhere)), () =>
        e.times(get(dwords), (k) => {
          e.set(l, e.add(get(low), e.op('i32.mul', get(k), stepOf(e, window))));
          e.set(value, e.load('i32.load', e.add(e.slot(from, lane), e.shl(get(k), 7))));
          e.when(
            e.eq(get(window), e.i32(Window.lds)),
            () =>
              e.when(e.not(outsideLds(e, get(l), e.i32(4))), () =>
                e.store('i32.store', e.add(e.context(Context.LDS), get(l)), get(value)),
              ),
            () => e.do(e.call(accesses.store32, get(cx), get(l), carried(e, get(l), get(low), get(high)), get(value))),
          );
        }),
      );
    });
  });

  const stageSmall = internal(parts, [i32, i32, i32, i32], [], (e, [cx, mask, bytes, fresh]) => {
    const { get } = e;
    const low = e.code.local(i32);
    const high = e.code.local(i32);
    const window = e.code.local(i32);
    const value = e.code.local(i32);
    const byte = (n: number): Term => {
      const l = e.add(get(low), e.i32(n));
      return e.call(accesses.load8, get(cx), l, carried(e, l, get(low), get(high)), get(fresh), e.i32(Client.vector));
    };
    const wide = e.eq(get(bytes), e.i32(2));
    e.lanes(get(mask), (lane) => {
      addressed(e, lane, low, high);
      e.set(window, windowOf(e, lane));
      e.set(value, e.i32(0));
      e.when(
        e.eq(get(window), e.i32(Window.lds)),
        () =>
          e.when(e.not(outsideLds(e, get(low), get(bytes))), () => {
            const at = e.add(e.context(Context.LDS), get(low));
            e.set(value, e.either(i32, wide, e.load('i32.load16_u', at), e.load('i32.load8_u', at)));
          }),
        () =>
          e.when(e.op('i32.ne', get(window), e.i32(Window.nowhere)), () => {
            e.set(value, byte(0));
            e.when(wide, () => e.set(value, e.or(get(value), e.shl(byte(1), 8))));
          }),
      );
      e.store('i32.store', e.slot(0, lane), get(value), Context.STAGE);
    });
  });

  const storeSmall = internal(parts, [i32, i32, i32, i32, i32], [], (e, [cx, mask, from, bytes, shift]) => {
    const { get } = e;
    const low = e.code.local(i32);
    const high = e.code.local(i32);
    const window = e.code.local(i32);
    const value = e.code.local(i32);
    const wide = e.eq(get(bytes), e.i32(2));
    e.lanes(get(mask), (lane) => {
      addressed(e, lane, low, high);
      e.set(window, windowOf(e, lane));
      e.set(value, e.op('i32.shr_u', e.load('i32.load', e.slot(from, lane)), get(shift)));
      e.when(
        e.eq(get(window), e.i32(Window.lds)),
        () =>
          e.when(e.not(outsideLds(e, get(low), get(bytes))), () => {
            const at = e.add(e.context(Context.LDS), get(low));
            e.when(
              wide,
              () => e.store('i32.store16', at, get(value)),
              () => e.store('i32.store8', at, get(value)),
            );
          }),
        () =>
          e.when(e.op('i32.ne', get(window), e.i32(Window.nowhere)), () => {
            e.do(e.call(accesses.store8, get(cx), get(low), get(high), get(value)));
            e.when(wide, () => {
              const l = e.add(get(low), e.i32(1));
              e.do(e.call(accesses.store8, get(cx), l, carried(e, l, get(low), get(high)), e.shr(get(value), 8)));
            });
          }),
      );
    });
  });

  const place = internal(parts, [i32, i32, i32, i32, i32], [], (e, [cx, mask, to, bits, shape]) => {
    const { get, code } = e;
    const value = code.local(v128);
    const old = code.local(v128);
    const unused = e.keep(i32, e.sub(e.i32(32), get(bits)));
    for (let q = 0; q < QUADS; q++) {
      e.set(value, e.load('v128.load', get(cx), Context.STAGE + 16 * q));
      e.set(old, e.load('v128.load', get(to), 16 * q));
      e.when(e.and(get(shape), e.i32(Shape.signed)), () =>
        e.set(value, e.op('i32x4.shr_s', e.op('i32x4.shl', get(value), get(unused)), get(unused))),
      );
      e.when(e.and(get(shape), e.i32(Shape.low)), () =>
        e.set(value, e.op('v128.bitselect', get(value), get(old), e.splat(0xffff))),
      );
      e.when(e.and(get(shape), e.i32(Shape.high)), () =>
        e.set(
          value,
          e.op('v128.bitselect', e.op('i32x4.shl', get(value), e.i32(16)), get(old), e.splat(0xffff0000 | 0)),
        ),
      );
      e.store('v128.store', get(to), e.op('v128.bitselect', get(value), get(old), e.laneMask(mask, q)), 16 * q);
    }
  });
  return {
    addressOffset,
    addressPair,
    addressScratch,
    addressFlat,
    loadDwords,
    storeDwords,
    loadWindowed,
    storeWindowed,
    stageSmall,
    storeSmall,
    place,
  };
}
