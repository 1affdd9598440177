/**
 * Loads and stores of bytes and halves of all lanes, from and to memory. Each byte is told by itself, so the fast ways
 * (memory-tiers.ts) apply only where nothing has to be told.
 *
 * Pure software.
 */
import { Access } from '../memory.ts';
import { Context, Tracks } from './context.ts';
import { internal, tracks } from './memory-emit.ts';
import type { Emitter, Parts, Term } from './memory-emit.ts';
import { addressed, ADDRESSES, exportForms } from './memory-global.ts';
import type { LanesFunctions } from './memory-lanes.ts';
import type { Runs } from './memory-runs.ts';
import { addressesOf, bothMasks, eachLane, formParameters, lengthOf, tiers } from './memory-tiers.ts';
import type { Place } from './memory-tiers.ts';
import type { Tracking } from './memory-track.ts';
import { Type } from './writer.ts';

const { i32 } = Type;

export function writeSmall(parts: Parts, tracking: Tracking, runs: Runs, lanes: LanesFunctions): void {
  for (const form of ['Offset', 'Pair'] as const)
    for (const bytes of [1, 2]) {
      /** Where `told` (1: done, 0: something has to be told) is 0 all goes the slow way. */
      const quietly = (e: Emitter, p: readonly number[], bits: number, told: Term, slow: number): void =>
        e.when(tracks(e, bits), () =>
          e.when(e.not(told), () => {
            e.do(e.call(slow, ...p.map(e.get)));
            e.return();
          }),
        );

      const loadParameters = [i32, i32, i32, ...formParameters(form), i32, i32];
      const placed = (e: Emitter, p: readonly number[]): void => {
        const [cx, mask, to] = p.map(e.get) as [Term, Term, Term];
        e.do(e.call(lanes.place, cx, mask, to, e.i32(bytes * 8), e.get(p.at(-2)!)));
      };
      const slowLoad = internal(parts, loadParameters, [], (e, p) => {
        const stage = (): void =>
          e.do(e.call(lanes.stageSmall, e.get(p[0]!), e.get(p[1]!), e.i32(bytes), e.get(p.at(-1)!)));
        addressed(e, lanes, form, p, stage, stage);
        placed(e, p);
      });
      const load = internal(parts, loadParameters, [], (e, p) => {
        const [cx, mask] = p as [number, number];
        const fresh = p.at(-1)!;
        const { get } = e;
        bothMasks(e, mask, (lanesOn) => {
          const full = lanesOn === undefined;
          const gather = (place: Place): void => {
            eachLane(e, mask, full, place, (at, dword) => {
              const { address, offset } = dword(cx);
              const value = e.load(bytes === 1 ? 'i32.load8_u' : 'i32.load16_u', get(at));
              e.store('i32.store', address, value, Context.STAGE + offset);
            });
            placed(e, p);
            e.return();
          };
          tiers(e, form, addressesOf(mask, p.slice(ADDRESSES)), bytes, Access.read, lanesOn, {
            neighbours: (place) => {
              const run = [get(cx), get(place.at), lengthOf(e, mask, bytes, full), get(fresh)] as const;
              quietly(e, p, Tracks.loads, e.call(tracking.quietLoad, ...run), slowLoad);
              gather(place);
            },
            page: (place) => {
              const run = [get(cx), get(mask), get(place.offsets), get(place.delta), e.i32(bytes), get(fresh)] as const;
              quietly(e, p, Tracks.loads, e.call(runs.quietLoads, ...run), slowLoad);
              gather(place);
            },
          });
        });
        e.do(e.call(slowLoad, ...p.map(get)));
      });
      exportForms(parts, `load${bytes * 8}`, form, load, loadParameters);

      const storeParameters = [i32, i32, i32, ...formParameters(form), i32];
      const slowStore = internal(parts, storeParameters, [], (e, p) => {
        const [cx, mask, from] = p.map(e.get) as [Term, Term, Term];
        const store = (): void => e.do(e.call(lanes.storeSmall, cx, mask, from, e.i32(bytes), e.get(p.at(-1)!)));
        addressed(e, lanes, form, p, store, store);
      });
      const store = internal(parts, storeParameters, [], (e, p) => {
        const [cx, mask, from] = p as [number, number, number];
        const shift = p.at(-1)!;
        const { get } = e;
        bothMasks(e, mask, (lanesOn) => {
          const full = lanesOn === undefined;
          const scatter = (place: Place): void => {
            eachLane(e, mask, full, place, (at, dword) => {
              const { address, offset } = dword(from);
              const value = e.op('i32.shr_u', e.load('i32.load', address, offset), get(shift));
              e.store(bytes === 1 ? 'i32.store8' : 'i32.store16', get(at), value);
            });
            e.return();
          };
          tiers(e, form, addressesOf(mask, p.slice(ADDRESSES)), bytes, Access.write, lanesOn, {
            neighbours: (place) => {
              const run = [get(cx), get(place.at), lengthOf(e, mask, bytes, full)] as const;
              quietly(e, p, Tracks.stores, e.call(tracking.quietStore, ...run), slowStore);
              scatter(place);
            },
            page: (place) => {
              const run = [get(cx), get(mask), get(place.offsets), get(place.delta), e.i32(bytes)] as const;
              quietly(e, p, Tracks.stores, e.call(runs.quietStores, ...run), slowStore);
              scatter(place);
            },
          });
        });
        e.do(e.call(slowStore, ...p.map(get)));
      });
      exportForms(parts, `store${bytes * 8}`, form, store, storeParameters);
    }
}
