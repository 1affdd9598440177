/**
 * Read-modify-write operations: with the host's own atomic instructions, for memory is shared between threads. What
 * these lack is tried until nobody came in between. Lanes ascend.
 *
 * Pure software; the operations are those of exec/atomics.ts.
 */
import type { AtomicName } from '../atomics.ts';
import { Access } from '../memory.ts';
import { Context, Tracks } from './context.ts';
import { Client } from './memory-access.ts';
import type { Accesses } from './memory-access.ts';
import { exported, internal, REGISTER_BYTES, tracks } from './memory-emit.ts';
import type { Emitter, Parts, Term } from './memory-emit.ts';
import { outsideLds, Window } from './memory-lanes.ts';
import type { LanesFunctions } from './memory-lanes.ts';
import type { Tracking } from './memory-track.ts';
import { NO_RESULT, Type } from './writer.ts';

const { i32, i64 } = Type;

/** Operations by the number that the functions take. */
export const atomicOperations = [
  'swap',
  'cmpswap',
  'add',
  'sub',
  'rsub',
  'csub',
  'smin',
  'umin',
  'smax',
  'umax',
  'and',
  'or',
  'xor',
  'inc',
  'dec',
  'mskor',
  'wrap',
  'addF32',
  'minF32',
  'maxF32',
  'cmpswapF32',
  'minF64',
  'maxF64',
  'cmpswapF64',
  'condxchg',
] as const satisfies readonly AtomicName[];

const only32: readonly AtomicName[] = ['csub', 'wrap', 'addF32', 'minF32', 'maxF32', 'cmpswapF32'];
const only64: readonly AtomicName[] = ['minF64', 'maxF64', 'cmpswapF64', 'condxchg'];

/** Does the operation exist on that many bits? */
export const atomicHasWidth = (name: AtomicName, bits: 32 | 64): boolean =>
  !(bits === 32 ? only64 : only32).includes(name);

/** Canonical NaNs. */
const F32_NAN = 0x7fc00000;
const F64_NAN = 0x7ff80000_00000000n;

/** (operation, address, data, second) → old value. */
function writeApply(parts: Parts, wide: boolean): number {
  const type = wide ? i64 : i32;
  const t = wide ? 'i64' : 'i32';
  return internal(parts, [i32, i32, type, type], [type], (e, [operation, at, data, second]) => {
    const { get, code } = e;
    const old = code.local(type);
    const next = code.local(type);
    const constant = (value: number): Term => (wide ? e.i64(BigInt(value)) : e.i32(value));
    const O = get(old);
    const D = get(data);
    const S = get(second);
    const isZero = e.op(`${t}.eqz`, O);
    const add = e.op(`${t}.add`, O, constant(1));
    const subtracted = e.op(`${t}.sub`, O, D);
    const asFloat = (bits: Term): Term => e.op(wide ? 'f64.reinterpret_i64' : 'f32.reinterpret_i32', bits);
    /** Bits of a float whose NaN is the canonical one. */
    const bits = (value: Term): Term => {
      const local = e.code.local(wide ? Type.f64 : Type.f32);
      return () => {
        e.set(local, value);
        const nan = e.op(wide ? 'f64.ne' : 'f32.ne', get(local), get(local));
        const canonical = wide ? e.i64(F64_NAN) : e.i32(F32_NAN);
        e.do(e.select(nan, canonical, e.op(wide ? 'i64.reinterpret_f64' : 'i32.reinterpret_f32', get(local))));
      };
    };
    /** The operation on two numbers; where one is none, the other. */
    const ofNumbers = (name: 'f32.min' | 'f32.max' | 'f64.min' | 'f64.max'): Term => {
      const isNan = (value: Term): Term => e.op(wide ? 'f64.ne' : 'f32.ne', value, value);
      const [a, b] = [asFloat(O), asFloat(D)];
      return e.select(isNan(a), b, e.select(isNan(b), a, e.op(name, a, b)));
    };
    /** Each half of 64 bits is replaced where bit 31 of its data is set; that bit is not stored. */
    const half = (shift: bigint): Term => {
      const mine = (value: Term): Term => e.op('i64.and', e.op('i64.shr_u', value, e.i64(shift)), e.i64(0xffff_ffffn));
      const flagged = e.op('i64.ne', e.op('i64.and', mine(D), e.i64(0x8000_0000n)), e.i64(0n));
      const kept = e.op('i64.and', mine(D), e.i64(0x7fff_ffffn));
      return e.op('i64.shl', e.select(flagged, kept, mine(O)), e.i64(shift));
    };
    const wanted: Partial<Record<AtomicName, Term>> = {
      rsub: e.op(`${t}.sub`, D, O),
      csub: e.select(e.op(`${t}.lt_u`, O, D), constant(0), subtracted),
      smin: e.select(e.op(`${t}.lt_s`, O, D), O, D),
      umin: e.select(e.op(`${t}.lt_u`, O, D), O, D),
      smax: e.select(e.op(`${t}.gt_s`, O, D), O, D),
      umax: e.select(e.op(`${t}.gt_u`, O, D), O, D),
      inc: e.select(e.op(`${t}.ge_u`, O, D), constant(0), add),
      dec: e.select(e.or(isZero, e.op(`${t}.gt_u`, O, D)), D, e.op(`${t}.sub`, O, constant(1))),
      mskor: e.op(`${t}.or`, e.op(`${t}.and`, O, e.op(`${t}.xor`, D, constant(-1))), S),
      wrap: e.select(e.op(`${t}.ge_u`, O, D), subtracted, e.op(`${t}.add`, O, S)),
      addF32: bits(e.op('f32.add', asFloat(O), asFloat(D))),
      minF32: bits(ofNumbers('f32.min')),
      maxF32: bits(ofNumbers('f32.max')),
      cmpswapF32: e.select(e.op('f32.eq', asFloat(O), asFloat(S)), D, O),
      minF64: bits(ofNumbers('f64.min')),
      maxF64: bits(ofNumbers('f64.max')),
      cmpswapF64: e.select(e.op('f64.eq', asFloat(O), asFloat(S)), D, O),
      condxchg: e.op('i64.or', half(0n), half(32n)),
    };
    const direct = {
      swap: 'xchg',
      add: 'add',
      sub: 'sub',
      and: 'and',
      or: 'or',
      xor: 'xor',
    } as const;

    const count = atomicOperations.length;
    for (let n = 0; n <= count; n++) code.block(NO_RESULT);
    e.do(get(operation));
    code.brTable(
      atomicOperations.map((_, n) => n),
      count,
    );
    for (const name of atomicOperations) {
      code.end();
      if (!atomicHasWidth(name, wide ? 64 : 32)) {
        code.op('unreachable');
        continue;
      }
      const instruction = direct[name as keyof typeof direct];
      if (instruction !== undefined) {
        e.return(e.atomic(`${t}.atomic.rmw.${instruction}`, get(at), D));
        continue;
      }
      if (name === 'cmpswap') {
        e.return(e.atomic(`${t}.atomic.rmw.cmpxchg`, get(at), S, D));
        continue;
      }
      e.set(old, e.atomic(`${t}.atomic.load`, get(at)));
      code.loop(NO_RESULT);
      e.set(next, wanted[name]!);
      e.do(e.tee(next, e.atomic(`${t}.atomic.rmw.cmpxchg`, get(at), O, get(next))));
      e.do(O);
      code.op(`${t}.eq`);
      code.if();
      e.return(O);
      code.end();
      e.set(old, get(next));
      code.br(0);
      code.end();
      code.op('unreachable');
    }
    code.end();
    code.op('unreachable');
  });
}

export function writeAtomics(parts: Parts, tracking: Tracking, accesses: Accesses, lanes: LanesFunctions): void {
  for (const bits of [32, 64] as const) {
    const wide = bits === 64;
    const type = wide ? i64 : i32;
    const bytes = bits / 8;
    const apply = writeApply(parts, wide);

    /** Lane `lane`'s value in `register` (a local), which may be no register: 0 then. */
    const valueOf = (e: Emitter, register: number, lane: number): Term => {
      const at = e.slot(register, lane);
      if (!wide) return e.load('i32.load', at);
      return e.op(
        'i64.or',
        e.load('i64.load32_u', at),
        e.op('i64.shl', e.load('i64.load32_u', at, REGISTER_BYTES), e.i64(32n)),
      );
    };
    const put = (e: Emitter, register: number, lane: number, value: Term): void => {
      const at = e.slot(register, lane);
      if (!wide) return e.store('i32.store', at, value);
      e.store('i64.store32', at, value);
      e.store('i64.store32', at, e.op('i64.shr_u', value, e.i64(32n)), REGISTER_BYTES);
    };
    const zero = (e: Emitter): Term => (wide ? e.i64(0n) : e.i32(0));
    const secondOf = (e: Emitter, register: number, lane: number): Term =>
      e.either(type, e.get(register), valueOf(e, register, lane), zero(e));

    // (context, mask, operation, to, data, second), addresses in the context
    const byLane = internal(parts, [i32, i32, i32, i32, i32, i32], [], (e, [cx, mask, operation, to, data, second]) => {
      const { get, code } = e;
      const low = code.local(i32);
      const window = code.local(i32);
      const at = code.local(i32);
      const old = code.local(type);
      const high = code.local(i32);
      const pageLow = e.keep(i32, e.i32(1));
      const pageHigh = e.keep(i32, e.i32(0));
      const page = e.keep(i32, e.i32(-1));
      // what was told quietly need not be told again
      const told = e.keep(i32, e.i32(0));
      e.lanes(get(mask), (lane) => {
        const mine = e.slot(cx, lane);
        e.set(low, e.and(e.load('i32.load', mine, Context.LOW), e.i32(-bytes)));
        e.set(window, e.load('i32.load', mine, Context.WINDOW));
        e.set(at, e.i32(-1));
        e.when(
          e.eq(get(window), e.i32(Window.lds)),
          () =>
            e.when(e.not(outsideLds(e, get(low), e.i32(bytes))), () =>
              e.set(at, e.add(e.context(Context.LDS), get(low))),
            ),
          () =>
            e.when(e.op('i32.ne', get(window), e.i32(Window.nowhere)), () => {
              const here = e.and(get(low), e.i32(-4096));
              e.set(high, e.load('i32.load', mine, Context.HIGH));
              // a page that faulted is asked for again
              const other = e.or(e.op('i32.ne', here, get(pageLow)), e.op('i32.ne', get(high), get(pageHigh)));
              e.when(e.or(other, e.eq(get(page), e.i32(-1))), () => {
                e.set(pageLow, here);
                e.set(pageHigh, get(high));
                e.set(
                  page,
                  e.call(accesses.page, get(cx), e.i32(Access.atomic), get(low), get(high), e.i32(Client.vector)),
                );
              });
              e.when(e.op('i32.ne', get(page), e.i32(-1)), () =>
                e.set(at, e.add(get(page), e.and(get(low), e.i32(4095)))),
              );
            }),
        );
        e.set(old, zero(e));
        e.when(e.op('i32.ne', get(at), e.i32(-1)), () => {
          e.set(old, e.call(apply, get(operation), get(at), valueOf(e, data, lane), secondOf(e, second, lane)));
          e.when(e.and(e.op('i32.ne', get(window), e.i32(Window.lds)), e.op('i32.ne', get(at), get(told))), () =>
            e.when(tracks(e, Tracks.stores), () =>
              e.when(
                e.call(tracking.quietStore, get(cx), get(at), e.i32(bytes)),
                () => e.set(told, get(at)),
                () => e.do(e.call(parts.stored, get(cx), get(at), e.i32(bytes))),
              ),
            ),
          );
        });
        e.when(get(to), () => put(e, to, lane, get(old)));
      });
    });

    const common = [i32, i32, i32, i32, i32, i32] as const;
    const forward = (e: Emitter, p: readonly number[]): void =>
      e.do(e.call(byLane, ...p.slice(0, 6).map((local) => e.get(local))));
    exported(parts, `atomic${bits}Offset`, [...common, i32, i64], (e, p) => {
      e.do(e.call(lanes.addressOffset, e.get(0), e.get(p[6]), e.get(p[7])));
      forward(e, p);
    });
    exported(parts, `atomic${bits}Pair`, [...common, i32, i32], (e, p) => {
      e.do(e.call(lanes.addressPair, e.get(0), e.get(p[6]), e.get(p[7])));
      forward(e, p);
    });
    exported(parts, `atomic${bits}Flat`, [...common, i32, i32, i32], (e, p) => {
      e.drop(e.call(lanes.addressFlat, e.get(0), e.get(p[1]), e.get(p[6]), e.get(p[7]), e.get(p[8])));
      forward(e, p);
    });

    exported(
      parts,
      `ldsAtomic${bits}`,
      [...common, i32, i32],
      (e, [cx, mask, operation, to, data, second, addresses, immediate]) => {
        const { get, code } = e;
        const at = code.local(i32);
        const outside = code.local(i32);
        const address = code.local(i32);
        const old = code.local(type);
        e.lanes(get(mask), (lane) => {
          const own = e.load('i32.load', e.slot(addresses, lane));
          e.set(at, e.and(e.add(own, get(immediate)), e.i32(-bytes)));
          e.set(old, zero(e));
          e.when(
            outsideLds(e, get(at), e.i32(bytes)),
            () =>
              e.when(e.not(get(outside)), () => {
                e.set(outside, e.i32(1));
                e.set(address, get(at));
              }),
            () => {
              const where = e.add(e.context(Context.LDS), get(at));
              e.set(old, e.call(apply, get(operation), where, valueOf(e, data, lane), secondOf(e, second, lane)));
            },
          );
          e.when(get(to), () => put(e, to, lane, get(old)));
        });
        e.when(get(outside), () => e.do(e.call(parts.outside, get(cx), get(address))));
      },
    );
  }
}
