/**
 * Accesses to a workgroup's LDS. Out of its range loads give 0 and stores do nothing; one address is told an
 * instruction: the last of dword accesses, the first of all others, as the interpreter does.
 *
 * A lane's address is the dword in its register plus an immediate, and wraps at 32 bits.
 *
 * Pure software.
 */
import { Context } from './context.ts';
import { exported, LANES, QUADS, REGISTER_BYTES } from './memory-emit.ts';
import type { Emitter, Parts, Term } from './memory-emit.ts';
import { outsideLds } from './memory-lanes.ts';
import type { LanesFunctions } from './memory-lanes.ts';
import { join, split } from './memory-rows.ts';
import { NO_RESULT, Type } from './writer.ts';

const { i32, v128 } = Type;

/** How far into LDS an element of `bytes` bytes may begin; less than 0 is nowhere. */
const roomFor = (e: Emitter, bytes: number): Term => e.sub(e.context(Context.LDS_BYTES), e.i32(bytes));

/** Is an element at `at` out of range, with `room` (a local) as above? */
const beyond = (e: Emitter, at: Term, room: number): Term =>
  e.or(e.op('i32.lt_s', e.get(room), e.i32(0)), e.op('i32.gt_u', at, e.get(room)));

/** Largest of the addresses of all lanes, `immediate` (a local) added: a local. */
function highestOf(e: Emitter, addresses: number, immediate: number): number {
  const add = e.keep(v128, e.op('i32x4.splat', e.get(immediate)));
  const sum = (q: number): Term => e.op('i32x4.add', e.load('v128.load', e.get(addresses), 16 * q), e.get(add));
  const max = e.keep(v128, sum(0));
  for (let q = 1; q < QUADS; q++) e.set(max, e.op('i32x4.max_u', e.get(max), sum(q)));
  for (const lanes of [
    [2, 3, 2, 3],
    [1, 1, 1, 1],
  ] as const)
    e.set(max, e.op('i32x4.max_u', e.get(max), e.shuffle32(e.get(max), e.get(max), [...lanes])));
  return e.keep(i32, e.extract('i32x4.extract_lane', 0, e.get(max)));
}

/** Are lanes' addresses `bytes` apart, ascending? */
function neighbours(e: Emitter, addresses: number, bytes: number): Term {
  const first = e.keep(v128, e.load('v128.load32_splat', e.get(addresses)));
  const differ = e.keep(v128, e.splat(0));
  for (let q = 0; q < QUADS; q++) {
    const steps = e.v128(...([0, 1, 2, 3].map((n) => (4 * q + n) * bytes) as [number, number, number, number]));
    const value = e.op('i32x4.sub', e.load('v128.load', e.get(addresses), 16 * q), steps);
    e.set(differ, e.op('v128.or', e.get(differ), e.op('v128.xor', value, e.get(first))));
  }
  return e.not(e.op('v128.any_true', e.get(differ)));
}

export function writeLds(parts: Parts, lanes: LanesFunctions): void {
  const ownOf = (e: Emitter, register: number, lane: number): Term => e.load('i32.load', e.slot(register, lane));
  const tellOutside = (e: Emitter, outside: number, address: number): void =>
    e.when(e.get(outside), () => e.do(e.call(parts.outside, e.get(0), e.get(address))));
  /** Remembers an address that is out of range, unless one is kept already. */
  const keepFirst = (e: Emitter, outside: number, address: number, value: Term): void =>
    e.when(e.not(e.get(outside)), () => {
      e.set(outside, e.i32(1));
      e.set(address, value);
    });

  for (let dwords = 1; dwords <= 4; dwords++) {
    const bytes = 4 * dwords;
    exported(parts, `ldsLoad${bytes * 8}`, [i32, i32, i32, i32, i32], (e, [, mask, to, addresses, immediate]) => {
      const { get, code } = e;
      const base = e.keep(i32, e.add(e.context(Context.LDS), get(immediate)));
      const room = e.keep(i32, roomFor(e, bytes));
      e.when(e.eq(get(mask), e.i32(-1)), () => {
        e.when(e.not(beyond(e, get(highestOf(e, addresses, immediate)), room)), () => {
          const at = code.local(i32);
          e.when(neighbours(e, addresses, bytes), () => {
            e.set(at, e.add(e.load('i32.load', get(addresses)), get(base)));
            for (let q = 0; q < QUADS; q++) {
              const rows = split(e, (n) => e.load('v128.load', get(at), q * 4 * bytes + 16 * n), dwords);
              rows.forEach((row, k) => e.store('v128.store', get(to), row, k * REGISTER_BYTES + 16 * q));
            }
            e.return();
          });
          const lanes = [at, code.local(i32), code.local(i32), code.local(i32)];
          for (let q = 0; q < QUADS; q++) {
            lanes.forEach((local, n) =>
              e.set(local, e.add(e.load('i32.load', get(addresses), 16 * q + 4 * n), get(base))),
            );
            for (let k = 0; k < dwords; k++)
              e.store('v128.store', get(to), e.gather(lanes, 4 * k), 16 * q + k * REGISTER_BYTES);
          }
          e.return();
        });
      });
      const own = code.local(i32);
      const outside = code.local(i32);
      const address = code.local(i32);
      e.lanes(get(mask), (lane) => {
        const target = e.slot(to, lane);
        e.set(own, ownOf(e, addresses, lane));
        e.when(
          beyond(e, e.add(get(own), get(immediate)), room),
          () => {
            e.set(outside, e.i32(1));
            e.set(address, e.add(get(own), get(immediate)));
            for (let k = 0; k < dwords; k++) e.store('i32.store', target, e.i32(0), k * REGISTER_BYTES);
          },
          () => {
            for (let k = 0; k < dwords; k++)
              e.store('i32.store', target, e.load('i32.load', e.add(get(own), get(base)), 4 * k), k * REGISTER_BYTES);
          },
        );
      });
      tellOutside(e, outside, address);
    });

    exported(parts, `ldsStore${bytes * 8}`, [i32, i32, i32, i32, i32], (e, [, mask, from, addresses, immediate]) => {
      const { get, code } = e;
      const base = e.keep(i32, e.add(e.context(Context.LDS), get(immediate)));
      const room = e.keep(i32, roomFor(e, bytes));
      e.when(e.eq(get(mask), e.i32(-1)), () => {
        e.when(e.not(beyond(e, get(highestOf(e, addresses, immediate)), room)), () => {
          const at = code.local(i32);
          e.when(neighbours(e, addresses, bytes), () => {
            e.set(at, e.add(e.load('i32.load', get(addresses)), get(base)));
            for (let q = 0; q < QUADS; q++) {
              const rows = Array.from({ length: dwords }, (_, k) =>
                e.load('v128.load', get(from), k * REGISTER_BYTES + 16 * q),
              );
              join(e, rows).forEach((row, n) => e.store('v128.store', get(at), row, q * 4 * bytes + 16 * n));
            }
            e.return();
          });
          for (let i = 0; i < LANES; i++) {
            e.set(at, e.add(e.load('i32.load', get(addresses), 4 * i), get(base)));
            for (let k = 0; k < dwords; k++)
              e.store('i32.store', get(at), e.load('i32.load', get(from), 4 * i + k * REGISTER_BYTES), 4 * k);
          }
          e.return();
        });
      });
      const own = code.local(i32);
      const outside = code.local(i32);
      const address = code.local(i32);
      e.lanes(get(mask), (lane) => {
        e.set(own, ownOf(e, addresses, lane));
        e.when(
          beyond(e, e.add(get(own), get(immediate)), room),
          () => {
            e.set(outside, e.i32(1));
            e.set(address, e.add(get(own), get(immediate)));
          },
          () => {
            for (let k = 0; k < dwords; k++)
              e.store(
                'i32.store',
                e.add(get(own), get(base)),
                e.load('i32.load', e.slot(from, lane), k * REGISTER_BYTES),
                4 * k,
              );
          },
        );
      });
      tellOutside(e, outside, address);
    });
  }

  for (const bytes of [1, 2]) {
    exported(
      parts,
      `ldsLoad${bytes * 8}`,
      [i32, i32, i32, i32, i32, i32],
      (e, [cx, mask, to, addresses, immediate, shape]) => {
        const { get, code } = e;
        const base = e.keep(i32, e.add(e.context(Context.LDS), get(immediate)));
        const room = e.keep(i32, roomFor(e, bytes));
        const own = code.local(i32);
        const value = code.local(i32);
        const outside = code.local(i32);
        const address = code.local(i32);
        e.lanes(get(mask), (lane) => {
          e.set(own, ownOf(e, addresses, lane));
          e.set(value, e.i32(0));
          e.when(
            beyond(e, e.add(get(own), get(immediate)), room),
            () => keepFirst(e, outside, address, e.add(get(own), get(immediate))),
            () => e.set(value, e.load(bytes === 1 ? 'i32.load8_u' : 'i32.load16_u', e.add(get(own), get(base)))),
          );
          e.store('i32.store', e.slot(cx, lane), get(value), Context.STAGE);
        });
        e.do(e.call(lanes.place, get(cx), get(mask), get(to), e.i32(bytes * 8), get(shape)));
        tellOutside(e, outside, address);
      },
    );
    exported(
      parts,
      `ldsStore${bytes * 8}`,
      [i32, i32, i32, i32, i32, i32],
      (e, [, mask, from, addresses, immediate, shift]) => {
        const { get, code } = e;
        const base = e.keep(i32, e.add(e.context(Context.LDS), get(immediate)));
        const room = e.keep(i32, roomFor(e, bytes));
        const own = code.local(i32);
        const outside = code.local(i32);
        const address = code.local(i32);
        e.lanes(get(mask), (lane) => {
          e.set(own, ownOf(e, addresses, lane));
          e.when(
            beyond(e, e.add(get(own), get(immediate)), room),
            () => keepFirst(e, outside, address, e.add(get(own), get(immediate))),
            () => {
              const value = e.load('i32.load', e.slot(from, lane));
              e.store(
                bytes === 1 ? 'i32.store8' : 'i32.store16',
                e.add(get(own), get(base)),
                e.op('i32.shr_u', value, get(shift)),
              );
            },
          );
        });
        tellOutside(e, outside, address);
      },
    );
  }

  // two elements of one or two dwords, `near` and `far` behind one address
  for (const dwords of [1, 2]) {
    const bytes = 4 * dwords;
    exported(
      parts,
      `ldsLoadTwo${bytes * 8}`,
      [i32, i32, i32, i32, i32, i32],
      (e, [, mask, to, addresses, near, far]) => {
        const { get, code } = e;
        const lds = e.keep(i32, e.context(Context.LDS));
        const room = e.keep(i32, roomFor(e, bytes));
        const own = code.local(i32);
        const a = code.local(i32);
        const b = code.local(i32);
        const simple = (lane: Term, offset: number): void => {
          e.set(a, e.add(get(own), e.add(get(lds), get(near))));
          e.set(b, e.add(get(own), e.add(get(lds), get(far))));
          const target = e.add(get(to), lane);
          for (let k = 0; k < dwords; k++) {
            e.store('i32.store', target, e.load('i32.load', get(a), 4 * k), offset + k * REGISTER_BYTES);
            e.store('i32.store', target, e.load('i32.load', get(b), 4 * k), offset + (k + dwords) * REGISTER_BYTES);
          }
        };
        e.when(e.eq(get(mask), e.i32(-1)), () => {
          const highest = [near, far].map((immediate) => highestOf(e, addresses, immediate));
          const [a, b] = highest.map((one) => beyond(e, get(one), room)) as [Term, Term];
          e.when(e.not(e.or(a, b)), () => {
            const lanes = Array.from({ length: 4 }, () => [code.local(i32), code.local(i32)] as const);
            const bases = [near, far].map((immediate) => e.keep(i32, e.add(get(lds), get(immediate))));
            for (let q = 0; q < QUADS; q++) {
              lanes.forEach((pair, n) => {
                e.set(own, e.load('i32.load', get(addresses), 16 * q + 4 * n));
                pair.forEach((local, side) => e.set(local, e.add(get(own), get(bases[side]!))));
              });
              for (const side of [0, 1] as const)
                for (let k = 0; k < dwords; k++)
                  e.store(
                    'v128.store',
                    get(to),
                    e.gather(
                      lanes.map((pair) => pair[side]),
                      4 * k,
                    ),
                    16 * q + (k + side * dwords) * REGISTER_BYTES,
                  );
            }
            e.return();
          });
        });
        const outside = code.local(i32);
        const address = code.local(i32);
        const dwordRoom = e.keep(i32, roomFor(e, 4));
        e.lanes(get(mask), (lane) => {
          e.set(own, ownOf(e, addresses, lane));
          e.when(
            e.not(e.or(beyond(e, e.add(get(own), get(near)), room), beyond(e, e.add(get(own), get(far)), room))),
            () => simple(e.shl(get(lane), 2), 0),
            () => {
              for (const [offset, row] of [
                [near, 0],
                [far, dwords],
              ] as const) {
                e.when(beyond(e, e.add(get(own), get(offset)), room), () => {
                  e.set(outside, e.i32(1));
                  e.set(address, e.add(get(own), get(offset)));
                });
                for (let k = 0; k < dwords; k++) {
                  // each dword that is inside is loaded
                  const at = e.add(e.add(get(own), get(offset)), e.i32(4 * k));
                  const value = e.either(
                    i32,
                    beyond(e, at, dwordRoom),
                    e.i32(0),
                    e.load('i32.load', e.add(at, get(lds))),
                  );
                  e.store('i32.store', e.slot(to, lane), value, (row + k) * REGISTER_BYTES);
                }
              }
            },
          );
        });
        tellOutside(e, outside, address);
      },
    );

    /** Stores two elements; `exchange`: and loads what was there into `to` first. */
    const storeTwo = (name: string, exchange: boolean): void => {
      const given = exchange ? [i32, i32, i32, i32, i32, i32, i32, i32] : [i32, i32, i32, i32, i32, i32, i32];
      exported(parts, name, given, (e, parameters) => {
        const [, mask, first, second, addresses, near, far, to] = parameters;
        const { get, code } = e;
        const lds = e.keep(i32, e.context(Context.LDS));
        const own = code.local(i32);
        const outside = code.local(i32);
        const address = code.local(i32);
        const bad = code.local(i32);
        const at = code.local(i32);
        const room = e.keep(i32, roomFor(e, bytes));
        const old = Array.from({ length: 2 * dwords }, () => code.local(i32));
        e.lanes(get(mask), (lane) => {
          e.set(own, ownOf(e, addresses, lane));
          e.set(bad, e.i32(0));
          [first, second].forEach((from, n) => {
            const offset = n === 0 ? near : far;
            e.when(
              beyond(e, e.add(get(own), get(offset)), room),
              () => {
                // of one lane the later counts, of the lanes the first
                e.when(e.or(e.not(get(outside)), get(bad)), () => {
                  e.set(bad, e.i32(1));
                  e.set(outside, e.i32(1));
                  e.set(address, e.add(get(own), get(offset)));
                });
                for (let k = 0; k < dwords; k++) e.set(old[n * dwords + k]!, e.i32(0));
              },
              () => {
                e.set(at, e.add(e.add(get(own), get(lds)), get(offset)));
                for (let k = 0; k < dwords; k++) {
                  if (exchange) e.set(old[n * dwords + k]!, e.load('i32.load', get(at), 4 * k));
                  const value = e.load('i32.load', e.slot(from, lane), k * REGISTER_BYTES);
                  e.store('i32.store', get(at), value, 4 * k);
                }
              },
            );
          });
          if (exchange)
            old.forEach((local, k) => e.store('i32.store', e.slot(to, lane), get(local), k * REGISTER_BYTES));
        });
        tellOutside(e, outside, address);
      });
    };
    storeTwo(`ldsStoreTwo${bytes * 8}`, false);
    storeTwo(`ldsExchangeTwo${bytes * 8}`, true);
  }

  // one counter for the wave: every active lane gets its old value
  exported(parts, 'ldsCount', [i32, i32, i32, i32, i32], (e, [, mask, to, address, change]) => {
    const { get, code } = e;
    const old = e.keep(i32, e.i32(0));
    const at = e.keep(i32, e.add(e.context(Context.LDS), get(address)));
    code.block(NO_RESULT);
    e.do(outsideLds(e, get(address), e.i32(4)));
    code.brIf(0);
    e.set(old, e.load('i32.load', get(at)));
    e.store('i32.store', get(at), e.add(get(old), get(change)));
    code.end();
    e.lanes(get(mask), (lane) => e.store('i32.store', e.slot(to, lane), get(old)));
  });
}
