/**
 * Loads and stores of vectors from and to memory, as fast as their addresses allow:
 *
 * - neighbouring elements in one page: whole vectors, turned from rows of lanes into rows of dwords;
 * - one address: once, for all lanes;
 * - one page: lane by lane without a look at the translations;
 * - anything else, and a page that is not known yet: memory-lanes.ts.
 *
 * The fast ways apply where they can be told from the last one by nothing but time.
 *
 * Pure software.
 */
import { Access } from '../memory.ts';
import { Context, Tracks } from './context.ts';
import type { Accesses } from './memory-access.ts';
import { exported, internal, LANES, QUADS, REGISTER_BYTES, tracks } from './memory-emit.ts';
import type { Emitter, Parts, Term } from './memory-emit.ts';
import type { LanesFunctions } from './memory-lanes.ts';
import { recordOf } from './memory-track.ts';
import type { Tracking } from './memory-track.ts';
import { NO_RESULT, Type } from './writer.ts';

const { i32, i64, v128 } = Type;

/** How lanes say where: an offset each from one base, an address pair each, or such a pair that may point at a window. */
export type Form = 'Offset' | 'Pair' | 'Flat';
/** Parameters behind (context, mask, register): offsets and base, or pair and immediate; flat ones also the first lane. */
const formParameters = (form: Form): readonly Type[] =>
  form === 'Offset' ? [i32, i64] : form === 'Pair' ? [i32, i32] : [i32, i32, i32];

interface Runs {
  /** (context, mask, register with offsets, delta, bytes, fresh): tells of loads at offset + delta as the interpreter does. */
  readonly loads: number;
  readonly stores: number;
  /** (context, mask, register, delta, bytes) → 1 where no lane's load needs to be told and all are known. */
  readonly allLoaded: number;
}

/** Where lanes are, once that is known to be simple. */
interface Place {
  /** Local: arena offset of the first active lane's element. */
  readonly at: number;
  /** Local: arena offset of a lane's element less the dword in its offset register. */
  readonly delta: number;
  /** Local: the first active lane. */
  readonly first: number;
  /** Register with the offsets. */
  readonly offsets: number;
}

function writeRuns(parts: Parts, tracking: Tracking): Runs {
  const laneAt = (e: Emitter, offsets: number, delta: number, lane: number): Term =>
    e.add(e.load('i32.load', e.add(e.get(offsets), e.shl(e.get(lane), 2))), e.get(delta));
  const loads = internal(parts, [i32, i32, i32, i32, i32, i32], [], (e, [cx, mask, offsets, delta, bytes, fresh]) => {
    const { get } = e;
    const at = e.code.local(i32);
    const runAt = e.code.local(i32);
    const runEnd = e.code.local(i32);
    const tell = (): void =>
      e.do(e.call(tracking.load, get(cx!), get(runAt), e.sub(get(runEnd), get(runAt)), get(fresh!)));
    e.lanes(get(mask!), (lane) => {
      e.set(at, laneAt(e, offsets!, delta!, lane));
      e.when(
        e.or(e.op('i32.lt_u', get(at), get(runAt)), e.op('i32.gt_u', get(at), get(runEnd))),
        () => {
          e.when(get(runAt), tell);
          e.set(runAt, get(at));
          e.set(runEnd, e.add(get(at), get(bytes!)));
        },
        () => {
          const end = e.add(get(at), get(bytes!));
          e.when(e.op('i32.gt_u', end, get(runEnd)), () => e.set(runEnd, end));
        },
      );
    });
    tell();
  });
  const stores = internal(parts, [i32, i32, i32, i32, i32], [], (e, [cx, mask, offsets, delta, bytes]) => {
    const { get } = e;
    const at = e.code.local(i32);
    const runAt = e.code.local(i32);
    const runEnd = e.code.local(i32);
    const tell = (): void => e.do(e.call(tracking.store, get(cx!), get(runAt), e.sub(get(runEnd), get(runAt))));
    e.lanes(get(mask!), (lane) => {
      e.set(at, laneAt(e, offsets!, delta!, lane));
      e.when(e.op('i32.ne', get(at), get(runEnd)), () => {
        e.when(get(runAt), tell);
        e.set(runAt, get(at));
      });
      e.set(runEnd, e.add(get(at), get(bytes!)));
    });
    tell();
  });
  const allLoaded = internal(parts, [i32, i32, i32, i32, i32], [i32], (e, [cx, mask, offsets, delta, bytes]) => {
    const { get, code } = e;
    e.when(e.call(tracking.loudLoads, get(cx!)), () => e.return(e.i32(0)));
    // One page: its lines have neighbouring records.
    const at = e.keep(
      i32,
      e.add(e.load('i32.load', e.add(get(offsets!), e.shl(e.op('i32.ctz', get(mask!)), 2))), get(delta!)),
    );
    const chunk = e.keep(i32, e.shr(get(at), 16));
    e.when(e.load('i32.load8_u', e.add(e.context(Context.UNCACHED), get(chunk))), () => e.return(e.i32(1)));
    const generation = e.keep(i32, e.load('i32.load', e.context(Context.GENERATIONS)));
    const firstLine = e.keep(i32, e.and(e.shr(get(at), 6), e.i32(-64)));
    const records = e.keep(i32, recordOf(e, get(firstLine)));
    // a record that says "line n + 1, this generation, nothing changed", less what differs between lines
    const wanted = e.keep(v128, e.op('i32x4.splat', get(generation)));
    code.get(wanted);
    e.do(e.add(get(firstLine), e.i32(1)));
    code.lane('i32x4.replace_lane', 0);
    e.do(e.i32(0));
    code.lane('i32x4.replace_lane', 2);
    code.set(wanted);
    const wrong = e.keep(v128, e.splat(0));
    const inside = code.local(i32);
    const crossed = e.keep(i32, e.i32(0));
    const extra = e.keep(i32, e.sub(get(bytes!), e.i32(1)));
    e.lanes(get(mask!), (lane) => {
      e.set(inside, e.and(laneAt(e, offsets!, delta!, lane), e.i32(4095)));
      // an element in two lines is looked at more closely
      e.set(crossed, e.or(get(crossed), e.op('i32.xor', get(inside), e.add(get(inside), get(extra)))));
      const record = e.load('v128.load', e.add(get(records), e.and(e.shr(get(inside), 1), e.i32(63 << 5))));
      const line = (): void => {
        e.do(e.splat(0));
        e.do(e.shr(get(inside), 6));
        code.lane('i32x4.replace_lane', 0);
      };
      const differs = e.op('v128.xor', record, e.op('i32x4.add', get(wanted), line));
      e.set(wrong, e.op('v128.or', get(wrong), differs));
    });
    e.set(wrong, e.op('v128.and', get(wrong), e.v128(-1, -1, -1, 0)));
    e.when(e.op('v128.any_true', get(wrong)), () => e.return(e.i32(0)));
    e.when(e.and(get(crossed), e.i32(-64)), () => e.return(e.i32(0)));
    e.store(
      'i32.store',
      e.add(e.context(Context.CHUNK_LOADED), e.shl(get(chunk), 2)),
      e.add(get(generation), e.i32(1)),
    );
    e.do(e.i32(1));
  });
  return { loads, stores, allLoaded };
}

/** From rows of lanes to rows of dwords: vectors at `at`, `dwords` of them, to as many terms. */
function split(e: Emitter, at: (n: number) => Term, dwords: number): Term[] {
  const row = Array.from({ length: dwords }, (_, n) => e.get(e.keep(v128, at(n)))) as [Term, Term, Term, Term];
  const [a, b, c, d] = row;
  const mix = e.shuffle32;
  switch (dwords) {
    case 1:
      return [a];
    case 2:
      return [mix(a, b, [0, 2, 4, 6]), mix(a, b, [1, 3, 5, 7])];
    case 3:
      return [
        mix(mix(a, b, [0, 3, 6, 6]), c, [0, 1, 2, 5]),
        mix(mix(a, b, [1, 4, 7, 7]), c, [0, 1, 2, 6]),
        mix(mix(a, b, [2, 5, 5, 5]), c, [0, 1, 4, 7]),
      ];
    default:
      return transposed(e, a, b, c, d);
  }
}
/** The way back. */
function join(e: Emitter, rows: readonly Term[]): Term[] {
  const [a, b, c, d] = rows.map((row) => e.get(e.keep(v128, row))) as [Term, Term, Term, Term];
  const mix = e.shuffle32;
  switch (rows.length) {
    case 1:
      return [a];
    case 2:
      return [mix(a, b, [0, 4, 1, 5]), mix(a, b, [2, 6, 3, 7])];
    case 3:
      return [
        mix(mix(a, b, [0, 4, 1, 1]), c, [0, 1, 4, 2]),
        mix(mix(a, b, [5, 2, 6, 6]), c, [0, 5, 1, 2]),
        mix(mix(a, b, [3, 7, 7, 7]), c, [6, 0, 1, 7]),
      ];
    default:
      return transposed(e, a, b, c, d);
  }
}
function transposed(e: Emitter, a: Term, b: Term, c: Term, d: Term): Term[] {
  const mix = e.shuffle32;
  const [t0, t1, t2, t3] = [
    mix(a, b, [0, 4, 1, 5]),
    mix(c, d, [0, 4, 1, 5]),
    mix(a, b, [2, 6, 3, 7]),
    mix(c, d, [2, 6, 3, 7]),
  ].map((row) => e.get(e.keep(v128, row))) as [Term, Term, Term, Term];
  return [mix(t0, t1, [0, 1, 4, 5]), mix(t0, t1, [2, 3, 6, 7]), mix(t2, t3, [0, 1, 4, 5]), mix(t2, t3, [2, 3, 6, 7])];
}

export function writeGlobal(parts: Parts, tracking: Tracking, accesses: Accesses, lanes: LanesFunctions): void {
  const runs = writeRuns(parts, tracking);

  /**
   * Looks at the addresses: `neighbours`, `one` or `page` is written where the active lanes' elements of `bytes` bytes
   * lie so and the page is known; they return from the function. What is written behind is for all other cases.
   * `full`: all lanes are active.
   */
  function tiers(
    e: Emitter,
    form: Form,
    p: { mask: number; offsets: number; third: number },
    bytes: number,
    access: number,
    full: boolean,
    ways: { neighbours: (place: Place) => void; one?: (place: Place) => void; page: (place: Place) => void },
  ): void {
    const { get, code } = e;
    const { mask, offsets } = p;
    const first = e.keep(i32, full ? e.i32(0) : e.op('i32.ctz', get(mask)));
    const lane = (register: Term): Term => e.add(register, e.shl(get(first), 2));
    const own = e.keep(i32, e.load('i32.load', full ? get(offsets) : lane(get(offsets))));
    const address = e.keep(
      i64,
      form === 'Offset'
        ? e.op('i64.add', get(p.third), e.op('i64.extend_i32_u', get(own)))
        : e.op(
            'i64.add',
            e.op(
              'i64.or',
              e.op('i64.extend_i32_u', get(own)),
              e.op(
                'i64.shl',
                e.op('i64.extend_i32_u', e.load('i32.load', full ? get(offsets) : lane(get(offsets)), REGISTER_BYTES)),
                e.i64(32n),
              ),
            ),
            e.op('i64.extend_i32_s', get(p.third)),
          ),
    );
    const low = e.keep(i32, e.op('i32.wrap_i64', get(address)));
    const inPage = e.keep(i32, e.and(get(low), e.i32(4095)));
    const at = e.keep(
      i32,
      e.call(
        accesses.probe,
        get(0),
        e.i32(access),
        get(low),
        e.op('i32.wrap_i64', e.op('i64.shr_u', get(address), e.i64(32n))),
      ),
    );
    const sameBits = e.code.local(v128);
    const differ = e.keep(v128, e.splat(0));
    const value = Array.from({ length: QUADS }, (_, q) => e.keep(v128, e.load('v128.load', get(offsets), 16 * q)));
    const masked = (vector: Term, q: number): Term => (full ? vector : e.op('v128.and', vector, e.laneMask(mask, q)));
    const or = (into: number, vector: Term): void => e.set(into, e.op('v128.or', get(into), vector));

    code.block(NO_RESULT);
    e.do(e.eq(get(at), e.i32(-1)));
    code.brIf(0);
    if (form !== 'Offset') {
      // pairs: one high dword
      const high = e.keep(
        v128,
        e.op('i32x4.splat', e.load('i32.load', full ? get(offsets) : lane(get(offsets)), REGISTER_BYTES)),
      );
      for (let q = 0; q < QUADS; q++)
        or(differ, masked(e.op('v128.xor', get(high), e.load('v128.load', get(offsets), REGISTER_BYTES + 16 * q)), q));
      e.do(e.op('v128.any_true', get(differ)));
      code.brIf(0);
    }
    e.set(at, e.add(get(at), get(inPage)));
    const place: Place = { at, delta: e.keep(i32, e.sub(get(at), get(own))), first, offsets };

    // neighbours
    const count = full ? e.i32(LANES - 1) : e.sub(e.sub(e.i32(31), e.op('i32.clz', get(mask))), get(first));
    const span = e.keep(i32, e.op('i32.mul', count, e.i32(bytes)));
    const start = e.keep(v128, e.op('i32x4.splat', e.sub(get(own), e.op('i32.mul', get(first), e.i32(bytes)))));
    for (let q = 0; q < QUADS; q++) {
      const steps = e.v128(...([0, 1, 2, 3].map((n) => (4 * q + n) * bytes) as [number, number, number, number]));
      or(differ, masked(e.op('v128.xor', e.op('i32x4.sub', get(value[q]!), steps), get(start)), q));
    }
    const aligned = bytes < 4 ? e.i32(1) : e.not(e.and(get(low), e.i32(3)));
    let simple = e.and(
      e.and(e.not(e.op('v128.any_true', get(differ))), aligned),
      e.and(
        e.op('i32.le_u', e.add(e.add(get(inPage), get(span)), e.i32(bytes)), e.i32(4096)),
        e.op('i32.ge_u', e.add(get(own), get(span)), get(own)),
      ),
    );
    if (!full) {
      const whole = e.op('i32.shr_u', get(mask), get(first));
      simple = e.and(simple, e.not(e.and(whole, e.add(whole, e.i32(1)))));
    }
    e.when(simple, () => ways.neighbours(place));

    // one page: the same page and alignment, and no way around 2^32 to it
    e.set(differ, e.splat(0));
    e.set(sameBits, e.splat(0));
    const shift = e.keep(v128, e.op('i32x4.splat', e.sub(get(low), get(own))));
    const ownVector = e.keep(v128, e.op('i32x4.splat', get(own)));
    const page = e.keep(v128, e.op('i32x4.splat', e.and(get(low), e.i32(-4096))));
    const sum = code.local(v128);
    for (let q = 0; q < QUADS; q++) {
      or(sameBits, masked(e.op('v128.xor', get(value[q]!), get(ownVector)), q));
      e.set(sum, e.op('v128.xor', e.op('i32x4.add', get(value[q]!), get(shift)), get(page)));
      const beyond = e.op('i32x4.gt_u', get(sum), e.splat(4096 - bytes));
      or(differ, masked(bytes < 4 ? beyond : e.op('v128.or', beyond, e.op('v128.and', get(sum), e.splat(3))), q));
    }
    or(differ, e.op('v128.and', get(sameBits), e.splat(-0x80000000)));
    e.do(e.op('v128.any_true', get(differ)));
    code.brIf(0);
    if (ways.one !== undefined) e.when(e.not(e.op('v128.any_true', get(sameBits))), () => ways.one!(place));
    ways.page(place);
    code.end();
  }

  /** The whole function: the fast ways for all lanes, for some, and the slow one. */
  function bothMasks(e: Emitter, mask: number, write: (full: boolean) => void): void {
    e.when(
      e.eq(e.get(mask), e.i32(-1)),
      () => write(true),
      () => {
        e.when(e.not(e.get(mask)), () => e.return());
        write(false);
      },
    );
  }

  const addressPass = (e: Emitter, form: Form, p: readonly number[]): Term =>
    form === 'Offset'
      ? e.call(lanes.addressOffset, e.get(0), e.get(p[0]!), e.get(p[1]!))
      : e.call(lanes.addressPair, e.get(0), e.get(p[0]!), e.get(p[1]!));
  /** Flat: the windows first; ways that are told dword by dword. Returns where a lane is in a window. */
  const windows = (e: Emitter, mask: number, p: readonly number[], windowed: () => void): void =>
    e.when(e.call(lanes.addressFlat, e.get(0), e.get(mask), e.get(p[0]!), e.get(p[1]!), e.get(p[2]!)), () => {
      windowed();
      e.return();
    });

  for (const form of ['Offset', 'Pair', 'Flat'] as const) {
    const given = formParameters(form);
    const apart = form === 'Flat';
    for (let dwords = 1; dwords <= 4; dwords++) {
      const bytes = 4 * dwords;
      exported(parts, `load${bytes * 8}${form}`, [i32, i32, i32, ...given, i32], (e, parameters) => {
        const [cx, mask, to] = parameters as [number, number, number];
        const p = parameters.slice(3, -1);
        const fresh = parameters.at(-1)!;
        const { get } = e;
        const slow = (): void => {
          if (apart) e.do(e.call(lanes.loadWindowed, get(cx), get(mask), get(to), e.i32(dwords), get(fresh)));
          else {
            e.do(addressPass(e, form, p));
            e.do(e.call(lanes.loadDwords, get(cx), get(mask), get(to), e.i32(dwords), get(fresh)));
          }
        };
        if (apart) windows(e, mask, p, slow);
        /** One run is told; where each dword would be told by itself, only if none has to be. Else the slow way. */
        const trackRun = (at: number, length: Term): void =>
          e.when(tracks(e, Tracks.loads), () => {
            if (!apart) e.do(e.call(tracking.load, get(cx), get(at), length, get(fresh)));
            else
              e.when(e.not(e.call(tracking.quietLoad, get(cx), get(at), length, get(fresh))), () => {
                slow();
                e.return();
              });
          });
        bothMasks(e, mask, (full) => {
          const put = (row: number, quad: number, vector: Term): void => {
            const at = row * REGISTER_BYTES + 16 * quad;
            const old = e.load('v128.load', get(to), at);
            e.store(
              'v128.store',
              get(to),
              full ? vector : e.op('v128.bitselect', vector, old, e.laneMask(mask, quad)),
              at,
            );
          };
          tiers(e, form, { mask, offsets: p[0]!, third: p[1]! }, bytes, Access.read, full, {
            neighbours: ({ at, first }) => {
              const length = full ? e.i32(bytes * LANES) : e.op('i32.mul', e.op('i32.popcnt', get(mask)), e.i32(bytes));
              trackRun(at, length);
              const from = e.keep(i32, e.sub(get(at), e.op('i32.mul', get(first), e.i32(bytes))));
              for (let q = 0; q < QUADS; q++) {
                const rows = split(e, (n) => e.load('v128.load', get(from), q * 4 * bytes + 16 * n), dwords);
                rows.forEach((row, k) => put(k, q, row));
              }
              e.return();
            },
            one: ({ at }) => {
              trackRun(at, e.i32(bytes));
              for (let k = 0; k < dwords; k++) {
                const all = e.keep(v128, e.load('v128.load32_splat', get(at), 4 * k));
                for (let q = 0; q < QUADS; q++) put(k, q, get(all));
              }
              e.return();
            },
            page: ({ delta, offsets }) => {
              e.when(tracks(e, Tracks.loads), () =>
                e.when(
                  e.not(
                    e.or(
                      e.op('i32.and', get(fresh), e.not(e.call(tracking.loudLoads, get(cx)))),
                      e.call(runs.allLoaded, get(cx), get(mask), get(offsets), get(delta), e.i32(bytes)),
                    ),
                  ),
                  () => {
                    if (!apart)
                      e.do(e.call(runs.loads, get(cx), get(mask), get(offsets), get(delta), e.i32(bytes), get(fresh)));
                    else {
                      slow();
                      e.return();
                    }
                  },
                ),
              );
              const at = e.code.local(i32);
              if (full)
                for (let i = 0; i < LANES; i++) {
                  e.set(at, e.add(e.load('i32.load', get(offsets), 4 * i), get(delta)));
                  for (let k = 0; k < dwords; k++)
                    e.store('i32.store', get(to), e.load('i32.load', get(at), 4 * k), k * REGISTER_BYTES + 4 * i);
                }
              else
                e.lanes(get(mask), (lane) => {
                  const by = e.keep(i32, e.shl(get(lane), 2));
                  e.set(at, e.add(e.load('i32.load', e.add(get(offsets), get(by))), get(delta)));
                  for (let k = 0; k < dwords; k++)
                    e.store(
                      'i32.store',
                      e.add(get(to), get(by)),
                      e.load('i32.load', get(at), 4 * k),
                      k * REGISTER_BYTES,
                    );
                });
              e.return();
            },
          });
          slow();
        });
      });

      exported(parts, `store${bytes * 8}${form}`, [i32, i32, i32, ...given], (e, parameters) => {
        const [cx, mask, from] = parameters as [number, number, number];
        const p = parameters.slice(3);
        const { get } = e;
        const slow = (): void => {
          if (apart) e.do(e.call(lanes.storeWindowed, get(cx), get(mask), get(from), e.i32(dwords)));
          else {
            e.do(addressPass(e, form, p));
            e.do(e.call(lanes.storeDwords, get(cx), get(mask), get(from), e.i32(dwords)));
          }
        };
        if (apart) windows(e, mask, p, slow);
        const trackRun = (at: number, length: Term): void =>
          e.when(tracks(e, Tracks.stores), () => {
            if (!apart) e.do(e.call(tracking.store, get(cx), get(at), length));
            else
              e.when(e.not(e.call(tracking.quietStore, get(cx), get(at), length)), () => {
                slow();
                e.return();
              });
          });
        bothMasks(e, mask, (full) => {
          const scatter = (offsets: number, delta: number): void => {
            const at = e.code.local(i32);
            if (full)
              for (let i = 0; i < LANES; i++) {
                e.set(at, e.add(e.load('i32.load', get(offsets), 4 * i), get(delta)));
                for (let k = 0; k < dwords; k++)
                  e.store('i32.store', get(at), e.load('i32.load', get(from), k * REGISTER_BYTES + 4 * i), 4 * k);
              }
            else
              e.lanes(get(mask), (lane) => {
                const by = e.keep(i32, e.shl(get(lane), 2));
                e.set(at, e.add(e.load('i32.load', e.add(get(offsets), get(by))), get(delta)));
                for (let k = 0; k < dwords; k++)
                  e.store(
                    'i32.store',
                    get(at),
                    e.load('i32.load', e.add(get(from), get(by)), k * REGISTER_BYTES),
                    4 * k,
                  );
              });
          };
          tiers(e, form, { mask, offsets: p[0]!, third: p[1]! }, bytes, Access.write, full, {
            neighbours: ({ at, delta, offsets }) => {
              const length = full ? e.i32(bytes * LANES) : e.op('i32.mul', e.op('i32.popcnt', get(mask)), e.i32(bytes));
              trackRun(at, length);
              if (full)
                for (let q = 0; q < QUADS; q++) {
                  const rows = Array.from({ length: dwords }, (_, k) =>
                    e.load('v128.load', get(from), k * REGISTER_BYTES + 16 * q),
                  );
                  join(e, rows).forEach((row, n) => e.store('v128.store', get(at), row, q * 4 * bytes + 16 * n));
                }
              else scatter(offsets, delta);
              e.return();
            },
            page: ({ at, delta, offsets }) => {
              e.when(tracks(e, Tracks.stores), () => {
                if (apart) {
                  // the page is watched or not for all lanes alike
                  trackRun(at, e.i32(bytes));
                }
                e.do(e.call(runs.stores, get(cx), get(mask), get(offsets), get(delta), e.i32(bytes)));
              });
              scatter(offsets, delta);
              e.return();
            },
          });
          slow();
        });
      });
    }

    for (const bytes of [1, 2]) {
      exported(parts, `load${bytes * 8}${form}`, [i32, i32, i32, ...given, i32, i32], (e, parameters) => {
        const [cx, mask, to] = parameters as [number, number, number];
        const p = parameters.slice(3, -2);
        const [shape, fresh] = parameters.slice(-2) as [number, number];
        const { get } = e;
        const place = (): void => e.do(e.call(lanes.place, get(cx), get(mask), get(to), e.i32(bytes * 8), get(shape)));
        const slow = (): void => {
          if (!apart) e.do(addressPass(e, form, p));
          e.do(e.call(lanes.stageSmall, get(cx), get(mask), e.i32(bytes), get(fresh)));
          place();
        };
        if (apart) windows(e, mask, p, slow);
        const quiet = (condition: Term): void =>
          e.when(tracks(e, Tracks.loads), () =>
            e.when(e.not(condition), () => {
              slow();
              e.return();
            }),
          );
        bothMasks(e, mask, (full) => {
          const gather = (offsets: number, delta: number): void => {
            const load = bytes === 1 ? 'i32.load8_u' : 'i32.load16_u';
            if (full)
              for (let i = 0; i < LANES; i++) {
                const at = e.add(e.load('i32.load', get(offsets), 4 * i), get(delta));
                e.store('i32.store', get(cx), e.load(load, at), Context.STAGE + 4 * i);
              }
            else
              e.lanes(get(mask), (lane) => {
                const by = e.keep(i32, e.shl(get(lane), 2));
                const at = e.add(e.load('i32.load', e.add(get(offsets), get(by))), get(delta));
                e.store('i32.store', e.add(get(cx), get(by)), e.load(load, at), Context.STAGE);
              });
            place();
            e.return();
          };
          tiers(e, form, { mask, offsets: p[0]!, third: p[1]! }, bytes, Access.read, full, {
            neighbours: ({ at, delta, offsets }) => {
              const length = full ? e.i32(bytes * LANES) : e.op('i32.mul', e.op('i32.popcnt', get(mask)), e.i32(bytes));
              quiet(e.call(tracking.quietLoad, get(cx), get(at), length, get(fresh)));
              gather(offsets, delta);
            },
            page: ({ delta, offsets }) => {
              quiet(
                e.or(
                  e.op('i32.and', get(fresh), e.not(e.call(tracking.loudLoads, get(cx)))),
                  e.call(runs.allLoaded, get(cx), get(mask), get(offsets), get(delta), e.i32(bytes)),
                ),
              );
              gather(offsets, delta);
            },
          });
          slow();
        });
      });

      exported(parts, `store${bytes * 8}${form}`, [i32, i32, i32, ...given, i32], (e, parameters) => {
        const [cx, mask, from] = parameters as [number, number, number];
        const p = parameters.slice(3, -1);
        const shift = parameters.at(-1)!;
        const { get } = e;
        const slow = (): void => {
          if (!apart) e.do(addressPass(e, form, p));
          e.do(e.call(lanes.storeSmall, get(cx), get(mask), get(from), e.i32(bytes), get(shift)));
        };
        if (apart) windows(e, mask, p, slow);
        bothMasks(e, mask, (full) => {
          /** `length` bytes from the first lane on are told quietly, or all goes the slow way; then the rest by runs. */
          const track = (at: number, length: Term): void =>
            e.when(tracks(e, Tracks.stores), () =>
              e.when(e.not(e.call(tracking.quietStore, get(cx), get(at), length)), () => {
                slow();
                e.return();
              }),
            );
          const scatter = (offsets: number, delta: number): void => {
            const store = bytes === 1 ? 'i32.store8' : 'i32.store16';
            const value = (at: Term, offset: number): Term =>
              e.op('i32.shr_u', e.load('i32.load', at, offset), get(shift));
            if (full)
              for (let i = 0; i < LANES; i++)
                e.store(store, e.add(e.load('i32.load', get(offsets), 4 * i), get(delta)), value(get(from), 4 * i));
            else
              e.lanes(get(mask), (lane) => {
                const by = e.keep(i32, e.shl(get(lane), 2));
                const at = e.add(e.load('i32.load', e.add(get(offsets), get(by))), get(delta));
                e.store(store, at, value(e.add(get(from), get(by)), 0));
              });
            e.return();
          };
          tiers(e, form, { mask, offsets: p[0]!, third: p[1]! }, bytes, Access.write, full, {
            neighbours: ({ at, delta, offsets }) => {
              track(at, full ? e.i32(bytes * LANES) : e.op('i32.mul', e.op('i32.popcnt', get(mask)), e.i32(bytes)));
              scatter(offsets, delta);
            },
            page: ({ at, delta, offsets }) => {
              track(at, e.i32(bytes));
              e.when(tracks(e, Tracks.stores), () =>
                e.do(e.call(runs.stores, get(cx), get(mask), get(offsets), get(delta), e.i32(bytes))),
              );
              scatter(offsets, delta);
            },
          });
          slow();
        });
      });
    }
  }
}
