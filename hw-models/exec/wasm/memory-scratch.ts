/**
 * Accesses to a wave's scratch. Where all lanes have one offset, which is how compilers spill, a dword of all lanes is
 * one piece of memory; anything else goes lane by lane.
 *
 * Pure software.
 */
import { Access } from '../memory.ts';
import { Context, Tracks } from './context.ts';
import { probe } from './memory-access.ts';
import { exported, QUADS, REGISTER_BYTES, tracks } from './memory-emit.ts';
import type { Emitter, Parts, Term } from './memory-emit.ts';
import type { LanesFunctions } from './memory-lanes.ts';
import type { Tracking } from './memory-track.ts';
import { NO_RESULT, Type } from './writer.ts';

const { i32, i64, v128 } = Type;

export function writeScratch(parts: Parts, tracking: Tracking, lanes: LanesFunctions): void {
  /**
   * Writes `fast` for the case that the active lanes have one offset and their `dwords` rows lie in one page that is
   * known; it gets a local with the arena offset of lane 0's first dword, and one with the bytes between rows. Behind
   * it: all other cases. Before it `quiet` tells of each row (or of each active lane's dword in it), where `tracked` is
   * wanted; what it leaves to the card is one of the other cases.
   */
  function rows(
    e: Emitter,
    p: { mask: number; offsets: number; base: number; firstLane: number },
    dwords: number,
    access: number,
    quiet: (at: Term, bytes: Term) => Term,
    tracked: number,
    fast: (at: number, step: number) => void,
  ): void {
    const { get, code } = e;
    const { mask, offsets, base, firstLane } = p;
    const first = e.keep(i32, e.op('i32.ctz', get(mask)));
    const own = e.keep(i32, e.load('i32.load', e.slot(offsets, first)));
    const same = e.keep(v128, e.op('i32x4.splat', get(own)));
    const differ = e.keep(v128, e.splat(0));
    for (let q = 0; q < QUADS; q++) {
      const other = e.op('v128.xor', e.load('v128.load', get(offsets), 16 * q), get(same));
      e.set(differ, e.op('v128.or', get(differ), e.op('v128.and', other, e.laneMask(mask, q))));
    }
    code.block(NO_RESULT);
    e.do(e.op('v128.any_true', get(differ)));
    code.brIf(0);
    e.set(own, e.add(get(own), get(base)));
    e.do(e.and(get(own), e.i32(3)));
    code.brIf(0);
    const step = e.keep(i32, e.shl(e.context(Context.LANES), 2));
    const inside = e.keep(i32, e.add(e.op('i32.mul', e.shr(get(own), 2), get(step)), e.shl(get(firstLane), 2)));
    const address = e.keep(
      i64,
      e.op('i64.add', e.load('i64.load', get(0), Context.SCRATCH), e.op('i64.extend_i32_u', get(inside))),
    );
    const low = e.keep(i32, e.lowOf(get(address)));
    const reach = e.add(e.op('i32.mul', get(step), e.i32(dwords - 1)), e.i32(REGISTER_BYTES));
    e.do(e.op('i32.gt_u', e.add(e.and(get(low), e.i32(4095)), reach), e.i32(4096)));
    code.brIf(0);
    e.do(e.and(get(low), e.i32(3)));
    code.brIf(0);
    const high = e.keep(i32, e.highOf(get(address)));
    const at = e.keep(i32, probe(e, access, low, high));
    e.do(e.eq(get(at), e.i32(-1)));
    code.brIf(0);
    e.set(at, e.add(get(at), e.and(get(low), e.i32(4095))));
    const row = code.local(i32);
    e.when(tracks(e, tracked), () => {
      for (let k = 0; k < dwords; k++) {
        e.set(row, e.add(get(at), e.op('i32.mul', get(step), e.i32(k))));
        e.when(
          e.eq(get(mask), e.i32(-1)),
          () => {
            e.do(e.not(quiet(get(row), e.i32(REGISTER_BYTES))));
            code.brIf(2);
          },
          () =>
            e.lanes(get(mask), (lane) => {
              e.do(e.not(quiet(e.slot(row, lane), e.i32(4))));
              code.brIf(4);
            }),
        );
      }
    });
    fast(at, step);
    code.end();
  }

  const given = [i32, i32, i32, i32, i32, i32] as const; // context, mask, register, offsets, base, first lane
  const addresses = (e: Emitter, p: readonly number[]): void =>
    e.do(e.call(lanes.addressScratch, e.get(0), e.get(p[3]), e.get(p[4]), e.get(p[5])));
  const where = (p: readonly number[]) => ({ mask: p[1], offsets: p[3], base: p[4], firstLane: p[5] });

  for (let dwords = 1; dwords <= 4; dwords++) {
    exported(parts, `load${dwords * 32}Scratch`, [...given, i32], (e, p) => {
      const { get } = e;
      const [cx, mask, to] = p;
      const fresh = p[6];
      e.when(e.not(get(mask)), () => e.return());
      const quiet = (at: Term, bytes: Term): Term => e.call(tracking.quietLoad, get(cx), at, bytes, get(fresh));
      rows(e, where(p), dwords, Access.read, quiet, Tracks.loads, (at, step) => {
        for (let k = 0; k < dwords; k++) {
          for (let q = 0; q < QUADS; q++) {
            const offset = k * REGISTER_BYTES + 16 * q;
            const value = e.load('v128.load', get(at), 16 * q);
            const old = e.load('v128.load', get(to), offset);
            e.store('v128.store', get(to), e.op('v128.bitselect', value, old, e.laneMask(mask, q)), offset);
          }
          e.set(at, e.add(get(at), get(step)));
        }
        e.return();
      });
      addresses(e, p);
      e.do(e.call(lanes.loadWindowed, get(cx), get(mask), get(to), e.i32(dwords), get(fresh)));
    });
    exported(parts, `store${dwords * 32}Scratch`, given, (e, p) => {
      const { get } = e;
      const [cx, mask, from] = p;
      e.when(e.not(get(mask)), () => e.return());
      const quiet = (at: Term, bytes: Term): Term => e.call(tracking.quietStore, get(cx), at, bytes);
      rows(e, where(p), dwords, Access.write, quiet, Tracks.stores, (at, step) => {
        e.when(
          e.eq(get(mask), e.i32(-1)),
          () => {
            for (let k = 0; k < dwords; k++) {
              for (let q = 0; q < QUADS; q++)
                e.store('v128.store', get(at), e.load('v128.load', get(from), k * REGISTER_BYTES + 16 * q), 16 * q);
              e.set(at, e.add(get(at), get(step)));
            }
          },
          () => {
            for (let k = 0; k < dwords; k++) {
              e.lanes(get(mask), (lane) => {
                const value = e.load('i32.load', e.slot(from, lane), k * REGISTER_BYTES);
                e.store('i32.store', e.slot(at, lane), value);
              });
              e.set(at, e.add(get(at), get(step)));
            }
          },
        );
        e.return();
      });
      addresses(e, p);
      e.do(e.call(lanes.storeWindowed, get(cx), get(mask), get(from), e.i32(dwords)));
    });
  }
  for (const bytes of [1, 2]) {
    exported(parts, `load${bytes * 8}Scratch`, [...given, i32, i32], (e, p) => {
      const { get } = e;
      const [cx, mask, to] = p;
      addresses(e, p);
      e.do(e.call(lanes.stageSmall, get(cx), get(mask), e.i32(bytes), get(p[7])));
      e.do(e.call(lanes.place, get(cx), get(mask), get(to), e.i32(bytes * 8), get(p[6])));
    });
    exported(parts, `store${bytes * 8}Scratch`, [...given, i32], (e, p) => {
      const { get } = e;
      const [cx, mask, from] = p;
      addresses(e, p);
      e.do(e.call(lanes.storeSmall, get(cx), get(mask), get(from), e.i32(bytes), get(p[6])));
    });
  }
}
