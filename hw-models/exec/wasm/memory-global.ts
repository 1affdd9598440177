/**
 * Loads and stores of dwords of all lanes, from and to memory, by the fastest way that their addresses allow
 * (memory-tiers.ts).
 *
 * Pure software.
 */
import { Access } from '../memory.ts';
import { Tracks } from './context.ts';
import { exported, internal, publish, QUADS, REGISTER_BYTES, tracks } from './memory-emit.ts';
import type { Emitter, Parts, Term } from './memory-emit.ts';
import type { LanesFunctions } from './memory-lanes.ts';
import { writePages } from './memory-pages.ts';
import type { Runs } from './memory-runs.ts';
import { loadRow, loadRowInto, rowBytes, storeRow, whereSimple } from './memory-simple.ts';
import { addressesOf, bothMasks, eachLane, formParameters, lengthOf, mayBeWindowed, tiers } from './memory-tiers.ts';
import type { Form, Place } from './memory-tiers.ts';
import type { Tracking } from './memory-track.ts';
import { Type } from './writer.ts';

const { i32, i64, v128 } = Type;

/** Where in the parameters the addresses begin. */
export const ADDRESSES = 3;

/** Addresses of all lanes into the context; `apart` or `joint` is written behind, for those with windows and those without. */
export function addressed(
  e: Emitter,
  lanes: LanesFunctions,
  form: Form,
  p: readonly number[],
  apart: () => void,
  joint: () => void,
): void {
  const { get } = e;
  const [a, b, firstLane] = p.slice(ADDRESSES).map(get) as [Term, Term, Term];
  if (form === 'Offset') {
    e.do(e.call(lanes.addressOffset, get(0), a, b));
    joint();
    return;
  }
  e.when(
    mayBeWindowed(e, p[ADDRESSES + 2]!),
    () => {
      e.drop(e.call(lanes.addressFlat, get(0), get(p[1]!), a, b, firstLane));
      apart();
    },
    () => {
      e.do(e.call(lanes.addressPair, get(0), a, b));
      joint();
    },
  );
}

/** Exports `index` under the names of its form: pairs with and without windows are one function. */
export function exportForms(parts: Parts, name: string, form: Form, index: number, parameters: readonly Type[]): void {
  publish(parts, `${name}${form === 'Offset' ? 'Offset' : 'Flat'}`, index, { parameters, results: [] });
  if (form === 'Offset') return;
  const without = parameters.filter((_, n) => n !== ADDRESSES + 2);
  exported(parts, `${name}Pair`, without, (e, p) => {
    const given = p.map((local) => e.get(local));
    given.splice(ADDRESSES + 2, 0, e.i32(-1));
    e.do(e.call(index, ...given));
  });
}

/** For callers that know that all lanes' addresses are a row. */
function writeRows(parts: Parts, { quietLoad, quietStore }: Tracking): void {
  for (let dwords = 1; dwords <= 4; dwords++) {
    const bytes = rowBytes(dwords);
    const common = { bytes, aligned: false, quietLoad, quietStore } as const;
    const done = (e: Emitter): void => e.return(e.i32(1));
    const loads = [i32, i32, i64, i32] as const;
    const load = internal(parts, loads, [i32], (e, [, to, address, fresh]) => {
      whereSimple(e, { ...common, access: Access.read, address, fresh: e.get(fresh) }, (at) => {
        loadRowInto(e, at, dwords, to);
        done(e);
      });
      e.do(e.i32(0));
    });
    publish(parts, `load${32 * dwords}Row`, load, { parameters: loads, results: [i32] });
    const stores = [i32, i32, i64] as const;
    const store = internal(parts, stores, [i32], (e, [, from, address]) => {
      whereSimple(e, { ...common, access: Access.write, address, fresh: 0 }, (at) => {
        storeRow(e, at, dwords, from);
        done(e);
      });
      e.do(e.i32(0));
    });
    publish(parts, `store${32 * dwords}Row`, store, { parameters: stores, results: [i32] });
  }
}

export function writeGlobal(parts: Parts, tracking: Tracking, runs: Runs, lanes: LanesFunctions): void {
  const pages = writePages(parts);
  writeRows(parts, tracking);

  for (const form of ['Offset', 'Pair'] as const)
    for (let dwords = 1; dwords <= 4; dwords++) {
      const bytes = 4 * dwords;

      /** What has to be told: all of it at once, or (with windows) dword by dword, the slow way. */
      const tell = (e: Emitter, p: readonly number[], joint: () => void, slow: number): void => {
        if (form === 'Offset') return joint();
        const apart = (): void => {
          e.do(e.call(slow, ...p.map(e.get)));
          e.return();
        };
        e.when(mayBeWindowed(e, p[ADDRESSES + 2]!), apart, joint);
      };

      const loadParameters = [i32, i32, i32, ...formParameters(form), i32];
      const slowLoad = internal(parts, loadParameters, [], (e, p) => {
        const [cx, mask, to] = p.map(e.get) as [Term, Term, Term];
        const fresh = e.get(p.at(-1)!);
        const all = [cx, mask, to, e.i32(dwords), fresh] as const;
        addressed(
          e,
          lanes,
          form,
          p,
          () => e.do(e.call(lanes.loadWindowed, ...all)),
          () => {
            e.when(e.call(pages.loads[dwords]!, cx, mask, to, fresh), () => e.return());
            e.do(e.call(lanes.loadDwords, ...all));
          },
        );
      });
      const load = internal(parts, loadParameters, [], (e, p) => {
        const [cx, mask, to] = p as [number, number, number];
        const fresh = p.at(-1)!;
        const { get } = e;
        const trackRun = (at: number, length: Term): void =>
          e.when(tracks(e, Tracks.loads), () => {
            const run = [get(cx), get(at), length, get(fresh)] as const;
            e.when(e.not(e.call(tracking.quietLoad, ...run)), () =>
              tell(e, p, () => e.do(e.call(parts.loaded, ...run)), slowLoad),
            );
          });
        bothMasks(e, mask, (lanesOn) => {
          const full = lanesOn === undefined;
          const put = (row: number, quad: number, vector: Term): void => {
            const at = row * REGISTER_BYTES + 16 * quad;
            const old = e.load('v128.load', get(to), at);
            const value = full ? vector : e.op('v128.bitselect', vector, old, get(lanesOn[quad]!));
            e.store('v128.store', get(to), value, at);
          };
          tiers(e, form, addressesOf(mask, p.slice(ADDRESSES)), bytes, Access.read, lanesOn, {
            neighbours: ({ at, first }) => {
              trackRun(at, lengthOf(e, mask, bytes, full));
              const from = e.keep(i32, e.sub(get(at), e.op('i32.mul', get(first), e.i32(bytes))));
              loadRow(e, from, dwords, put);
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
            page: (place) => {
              const run = [get(cx), get(mask), get(place.offsets), get(place.delta), e.i32(bytes), get(fresh)] as const;
              e.when(tracks(e, Tracks.loads), () =>
                e.when(e.not(e.call(runs.quietLoads, ...run)), () =>
                  tell(e, p, () => e.do(e.call(runs.loads, ...run)), slowLoad),
                ),
              );
              if (full) {
                const at = Array.from({ length: 4 }, () => e.code.local(i32));
                for (let q = 0; q < QUADS; q++) {
                  at.forEach((local, n) =>
                    e.set(local, e.add(e.load('i32.load', get(place.offsets), 16 * q + 4 * n), get(place.delta))),
                  );
                  for (let k = 0; k < dwords; k++) put(k, q, e.gather(at, 4 * k));
                }
              } else
                eachLane(e, mask, full, place, (at, dword) => {
                  for (let k = 0; k < dwords; k++) {
                    const { address, offset } = dword(to, k);
                    e.store('i32.store', address, e.load('i32.load', get(at), 4 * k), offset);
                  }
                });
              e.return();
            },
          });
        });
        e.do(e.call(slowLoad, ...p.map(get)));
      });
      exportForms(parts, `load${bytes * 8}`, form, load, loadParameters);

      const storeParameters = [i32, i32, i32, ...formParameters(form)];
      const slowStore = internal(parts, storeParameters, [], (e, p) => {
        const [cx, mask, from] = p.map(e.get) as [Term, Term, Term];
        const all = [cx, mask, from, e.i32(dwords)] as const;
        addressed(
          e,
          lanes,
          form,
          p,
          () => e.do(e.call(lanes.storeWindowed, ...all)),
          () => {
            e.when(e.call(pages.stores[dwords]!, cx, mask, from), () => e.return());
            e.do(e.call(lanes.storeDwords, ...all));
          },
        );
      });
      const store = internal(parts, storeParameters, [], (e, p) => {
        const [cx, mask, from] = p as [number, number, number];
        const { get } = e;
        bothMasks(e, mask, (lanesOn) => {
          const full = lanesOn === undefined;
          const scatter = (place: Place): void =>
            eachLane(e, mask, full, place, (at, dword) => {
              for (let k = 0; k < dwords; k++) {
                const { address, offset } = dword(from, k);
                e.store('i32.store', get(at), e.load('i32.load', address, offset), 4 * k);
              }
            });
          tiers(e, form, addressesOf(mask, p.slice(ADDRESSES)), bytes, Access.write, lanesOn, {
            neighbours: (place) => {
              const { at } = place;
              e.when(tracks(e, Tracks.stores), () => {
                const run = [get(cx), get(at), lengthOf(e, mask, bytes, full)] as const;
                e.when(e.not(e.call(tracking.quietStore, ...run)), () =>
                  tell(e, p, () => e.do(e.call(parts.stored, ...run)), slowStore),
                );
              });
              if (full) storeRow(e, at, dwords, from);
              else scatter(place);
              e.return();
            },
            page: (place) => {
              const run = [get(cx), get(mask), get(place.offsets), get(place.delta), e.i32(bytes)] as const;
              e.when(tracks(e, Tracks.stores), () =>
                e.when(e.not(e.call(runs.quietStores, ...run)), () =>
                  tell(e, p, () => e.do(e.call(runs.stores, ...run)), slowStore),
                ),
              );
              scatter(place);
              e.return();
            },
          });
        });
        e.do(e.call(slowStore, ...p.map(get)));
      });
      exportForms(parts, `store${bytes * 8}`, form, store, storeParameters);
    }
}
