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
import { probe } from './memory-access.ts';
import { exported, LANES, QUADS, REGISTER_BYTES, tracks } from './memory-emit.ts';
import type { Emitter, Parts, Term } from './memory-emit.ts';
import type { LanesFunctions } from './memory-lanes.ts';
import { writePages } from './memory-pages.ts';
import { join, split } from './memory-rows.ts';
import { writeRuns } from './memory-runs.ts';
import type { Tracking } from './memory-track.ts';
import { NO_RESULT, Type } from './writer.ts';

const { i32, i64, v128 } = Type;

/** How lanes say where: an offset each from one base, an address pair each, or such a pair that may point at a window. */
export type Form = 'Offset' | 'Pair' | 'Flat';
/** Parameters behind (context, mask, register): offsets and base, or pair and immediate; flat ones also the first lane. */
const formParameters = (form: Form): readonly Type[] =>
  form === 'Offset' ? [i32, i64] : form === 'Pair' ? [i32, i32] : [i32, i32, i32];

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

export function writeGlobal(parts: Parts, tracking: Tracking, lanes: LanesFunctions): void {
  const runs = writeRuns(parts, tracking);
  const pages = writePages(parts);

  /**
   * Looks at the addresses: `neighbours`, `one` or `page` is written where the active lanes' elements of `bytes` bytes
   * lie so and the page is known; they return from the function. What is written behind is for all other cases.
   * `lanesOn`: lane masks by quad (locals), undefined where all lanes are active.
   */
  function tiers(
    e: Emitter,
    form: Form,
    p: { mask: number; offsets: number; third: number },
    bytes: number,
    access: number,
    lanesOn: readonly number[] | undefined,
    ways: { neighbours: (place: Place) => void; one?: (place: Place) => void; page: (place: Place) => void },
  ): void {
    const { get, code } = e;
    const { mask, offsets } = p;
    const full = lanesOn === undefined;
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
    const upper = e.keep(i32, e.op('i32.wrap_i64', e.op('i64.shr_u', get(address), e.i64(32n))));
    const inPage = e.keep(i32, e.and(get(low), e.i32(4095)));
    const at = e.keep(i32, probe(e, access, low, upper));
    const sameBits = e.code.local(v128);
    const differ = e.keep(v128, e.splat(0));
    const value = Array.from({ length: QUADS }, (_, q) => e.keep(v128, e.load('v128.load', get(offsets), 16 * q)));
    const masked = (vector: Term, q: number): Term => (full ? vector : e.op('v128.and', vector, e.get(lanesOn[q]!)));
    const or = (into: number, vector: Term): void => e.set(into, e.op('v128.or', get(into), vector));

    code.block(NO_RESULT);
    e.do(e.eq(get(at), e.i32(-1)));
    code.brIf(0);
    if (form === 'Flat') {
      const within = (window: number): Term => e.eq(get(upper), e.context(window));
      e.do(e.or(within(Context.SHARED_HIGH), within(Context.PRIVATE_HIGH)));
      code.brIf(0);
    }
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
  function bothMasks(e: Emitter, mask: number, write: (lanesOn: readonly number[] | undefined) => void): void {
    e.when(
      e.eq(e.get(mask), e.i32(-1)),
      () => write(undefined),
      () => {
        e.when(e.not(e.get(mask)), () => e.return());
        write(Array.from({ length: QUADS }, (_, q) => e.keep(v128, e.laneMask(mask, q))));
      },
    );
  }

  /** Addresses of all lanes into the context. */
  const addressPass = (e: Emitter, form: Form, mask: number, p: readonly number[]): void => {
    if (form === 'Offset') e.do(e.call(lanes.addressOffset, e.get(0), e.get(p[0]!), e.get(p[1]!)));
    else if (form === 'Pair') e.do(e.call(lanes.addressPair, e.get(0), e.get(p[0]!), e.get(p[1]!)));
    else e.drop(e.call(lanes.addressFlat, e.get(0), e.get(mask), e.get(p[0]!), e.get(p[1]!), e.get(p[2]!)));
  };

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
          addressPass(e, form, mask, p);
          const load = apart ? lanes.loadWindowed : lanes.loadDwords;
          if (!apart) e.when(e.call(pages.loads[dwords]!, get(cx), get(mask), get(to), get(fresh)), () => e.return());
          e.do(e.call(load, get(cx), get(mask), get(to), e.i32(dwords), get(fresh)));
        };
        /** One run is told; where each dword would be told by itself, only if none has to be. Else the slow way. */
        const trackRun = (at: number, length: Term): void =>
          e.when(tracks(e, Tracks.loads), () => {
            const run = [get(cx), get(at), length, get(fresh)] as const;
            e.when(e.not(e.call(tracking.quietLoad, ...run)), () => {
              if (!apart) e.do(e.call(parts.loaded, ...run));
              else {
                slow();
                e.return();
              }
            });
          });
        bothMasks(e, mask, (lanesOn) => {
          const full = lanesOn === undefined;
          const put = (row: number, quad: number, vector: Term): void => {
            const at = row * REGISTER_BYTES + 16 * quad;
            const old = e.load('v128.load', get(to), at);
            e.store(
              'v128.store',
              get(to),
              full ? vector : e.op('v128.bitselect', vector, old, get(lanesOn[quad]!)),
              at,
            );
          };
          tiers(e, form, { mask, offsets: p[0]!, third: p[1]! }, bytes, Access.read, lanesOn, {
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
              const run = [get(cx), get(mask), get(offsets), get(delta), e.i32(bytes), get(fresh)] as const;
              e.when(tracks(e, Tracks.loads), () =>
                e.when(e.not(e.call(runs.quietLoads, ...run)), () => {
                  if (!apart)
                    e.do(e.call(runs.loads, get(cx), get(mask), get(offsets), get(delta), e.i32(bytes), get(fresh)));
                  else {
                    slow();
                    e.return();
                  }
                }),
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
          addressPass(e, form, mask, p);
          const store = apart ? lanes.storeWindowed : lanes.storeDwords;
          if (!apart) e.when(e.call(pages.stores[dwords]!, get(cx), get(mask), get(from)), () => e.return());
          e.do(e.call(store, get(cx), get(mask), get(from), e.i32(dwords)));
        };
        const trackRun = (at: number, length: Term): void =>
          e.when(tracks(e, Tracks.stores), () => {
            const run = [get(cx), get(at), length] as const;
            e.when(e.not(e.call(tracking.quietStore, ...run)), () => {
              if (!apart) e.do(e.call(parts.stored, ...run));
              else {
                slow();
                e.return();
              }
            });
          });
        bothMasks(e, mask, (lanesOn) => {
          const full = lanesOn === undefined;
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
          tiers(e, form, { mask, offsets: p[0]!, third: p[1]! }, bytes, Access.write, lanesOn, {
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
            page: ({ delta, offsets }) => {
              const run = [get(cx), get(mask), get(offsets), get(delta), e.i32(bytes)] as const;
              e.when(tracks(e, Tracks.stores), () =>
                e.when(e.not(e.call(runs.quietStores, ...run)), () => {
                  if (!apart) e.do(e.call(runs.stores, ...run));
                  else {
                    slow();
                    e.return();
                  }
                }),
              );
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
          addressPass(e, form, mask, p);
          e.do(e.call(lanes.stageSmall, get(cx), get(mask), e.i32(bytes), get(fresh)));
          place();
        };
        const quiet = (condition: Term): void =>
          e.when(tracks(e, Tracks.loads), () =>
            e.when(e.not(condition), () => {
              slow();
              e.return();
            }),
          );
        bothMasks(e, mask, (lanesOn) => {
          const full = lanesOn === undefined;
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
          tiers(e, form, { mask, offsets: p[0]!, third: p[1]! }, bytes, Access.read, lanesOn, {
            neighbours: ({ at, delta, offsets }) => {
              const length = full ? e.i32(bytes * LANES) : e.op('i32.mul', e.op('i32.popcnt', get(mask)), e.i32(bytes));
              quiet(e.call(tracking.quietLoad, get(cx), get(at), length, get(fresh)));
              gather(offsets, delta);
            },
            page: ({ delta, offsets }) => {
              quiet(e.call(runs.quietLoads, get(cx), get(mask), get(offsets), get(delta), e.i32(bytes), get(fresh)));
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
          addressPass(e, form, mask, p);
          e.do(e.call(lanes.storeSmall, get(cx), get(mask), get(from), e.i32(bytes), get(shift)));
        };
        bothMasks(e, mask, (lanesOn) => {
          const full = lanesOn === undefined;
          const quiet = (condition: Term): void =>
            e.when(tracks(e, Tracks.stores), () =>
              e.when(e.not(condition), () => {
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
          tiers(e, form, { mask, offsets: p[0]!, third: p[1]! }, bytes, Access.write, lanesOn, {
            neighbours: ({ at, delta, offsets }) => {
              const length = full ? e.i32(bytes * LANES) : e.op('i32.mul', e.op('i32.popcnt', get(mask)), e.i32(bytes));
              quiet(e.call(tracking.quietStore, get(cx), get(at), length));
              scatter(offsets, delta);
            },
            page: ({ delta, offsets }) => {
              quiet(e.call(runs.quietStores, get(cx), get(mask), get(offsets), get(delta), e.i32(bytes)));
              scatter(offsets, delta);
            },
          });
          slow();
        });
      });
    }
  }
}
