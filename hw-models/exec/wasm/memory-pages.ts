/**
 * Dwords of lanes in any pages, all of which are known, without anything to tell: one loop over the lanes that looks up,
 * tracks and moves. It gives up at the first lane that needs more, and all is done again lane by lane (memory-lanes.ts):
 * what it did until then does not show.
 *
 * Pure software.
 */
import { Access } from '../memory.ts';
import { Context, Tracks } from './context.ts';
import { entryOf, isKnown } from './memory-access.ts';
import { internal, REGISTER_BYTES, tracks } from './memory-emit.ts';
import type { Emitter, Parts } from './memory-emit.ts';
import { LoadedLines, StoredLines } from './memory-runs.ts';
import { isWaiting } from './memory-track.ts';
import { Type } from './writer.ts';

const { i32 } = Type;

export interface Pages {
  /** By dwords: (context, mask, register, fresh) → 1 where it is done; addresses in the context. */
  readonly loads: Readonly<Record<number, number>>;
  /** (context, mask, register). */
  readonly stores: Readonly<Record<number, number>>;
}

export function writePages(parts: Parts): Pages {
  const loads: Record<number, number> = {};
  const stores: Record<number, number> = {};
  for (let dwords = 1; dwords <= 4; dwords++) {
    const bytes = 4 * dwords;

    /** Arena offset of lane `lane` into local `at`; `giveUp` is written for what is not simple. */
    const locate = (e: Emitter, tlb: number, lane: number, at: number, giveUp: () => void): void => {
      const { get, code } = e;
      const low = code.local(i32);
      const high = code.local(i32);
      const entry = code.local(i32);
      const mine = e.slot(0, lane);
      e.set(low, e.load('i32.load', mine, Context.LOW));
      e.set(high, e.load('i32.load', mine, Context.HIGH));
      e.when(
        e.or(e.and(get(low), e.i32(3)), e.op('i32.gt_u', e.and(get(low), e.i32(4095)), e.i32(4096 - bytes))),
        giveUp,
      );
      e.set(entry, entryOf(e, e.i32(0), get(low), get(tlb)));
      e.when(e.not(isKnown(e, entry, low, high)), giveUp);
      e.set(at, e.add(e.load('i32.load', get(entry), 8), e.and(get(low), e.i32(4095))));
      for (const local of [low, high, entry]) code.free(i32, local);
    };
    const size = (e: Emitter): number => e.keep(i32, e.i32(bytes));
    const tableOf = (e: Emitter, access: number): number => e.keep(i32, entryOf(e, e.i32(access), e.i32(0)));

    loads[dwords] = internal(parts, [i32, i32, i32, i32], [i32], (e, [, mask, to, fresh]) => {
      const { get } = e;
      const giveUp = (): void => e.return(e.i32(0));
      const tracked = e.keep(i32, tracks(e, Tracks.loads));
      e.when(get(tracked), () => {
        e.when(tracks(e, Tracks.everything), giveUp);
        e.when(get(fresh), () => {
          e.when(isWaiting(e), giveUp);
          e.set(tracked, e.i32(0));
        });
      });
      const tlb = tableOf(e, Access.read);
      const at = e.code.local(i32);
      const end = e.keep(i32, e.i32(0));
      const chunk = e.keep(i32, e.i32(-1));
      const uncached = e.keep(i32, e.i32(0));
      const length = size(e);
      const lines = new LoadedLines(e);
      e.lanes(get(mask), (lane) => {
        locate(e, tlb, lane, at, giveUp);
        e.when(get(tracked), () => {
          e.when(e.op('i32.ne', e.shr(get(at), 16), get(chunk)), () => {
            // a run that goes on into another chunk is told of with the first one
            e.when(e.eq(get(at), get(end)), giveUp);
            e.set(chunk, e.shr(get(at), 16));
            e.set(uncached, e.i32(0));
            lines.waiting(at, giveUp);
            lines.chunk(at, () => e.set(uncached, e.i32(1)));
          });
          e.when(e.not(get(uncached)), () => lines.element(at, length, giveUp));
          // where a run may go on: only one that ends at a border matters
          const next = e.add(get(at), get(length));
          e.when(e.not(e.and(next, e.i32(0xffff))), () => e.set(end, next));
        });
        for (let k = 0; k < dwords; k++)
          e.store('i32.store', e.slot(to, lane), e.load('i32.load', get(at), 4 * k), k * REGISTER_BYTES);
      });
      e.do(e.i32(1));
    });

    stores[dwords] = internal(parts, [i32, i32, i32], [i32], (e, [, mask, from]) => {
      const { get } = e;
      const giveUp = (): void => e.return(e.i32(0));
      const tracked = e.keep(i32, tracks(e, Tracks.stores));
      e.when(get(tracked), () => e.when(tracks(e, Tracks.everything), giveUp));
      const tlb = tableOf(e, Access.write);
      const at = e.code.local(i32);
      const end = e.keep(i32, e.i32(0));
      const page = e.keep(i32, e.i32(-1));
      const uncached = e.keep(i32, e.i32(0));
      const length = size(e);
      const lines = new StoredLines(e);
      e.lanes(get(mask), (lane) => {
        locate(e, tlb, lane, at, giveUp);
        e.when(get(tracked), () => {
          e.when(e.op('i32.ne', e.shr(get(at), 12), get(page)), () => {
            // a run that goes on into another page is told of with the first one
            e.when(e.eq(get(at), get(end)), giveUp);
            e.set(page, e.shr(get(at), 12));
            e.set(uncached, e.i32(0));
            lines.chunk(at, () => e.set(uncached, e.i32(1)), giveUp);
          });
          e.when(e.not(get(uncached)), () => lines.element(at, length));
          e.set(end, e.add(get(at), get(length)));
        });
        for (let k = 0; k < dwords; k++)
          e.store('i32.store', get(at), e.load('i32.load', e.slot(from, lane), k * REGISTER_BYTES), 4 * k);
      });
      lines.flush();
      e.do(e.i32(1));
    });
  }
  return { loads, stores };
}
