/**
 * Looks at the addresses of an access and finds the fastest way for them:
 *
 * - neighbouring elements in one page: whole vectors, turned from rows of lanes into rows of dwords;
 * - one address: once, for all lanes;
 * - one page: lane by lane without a look at the translations;
 * - anything else, and a page that is not known yet: memory-pages.ts and memory-lanes.ts.
 *
 * The fast ways apply where they can be told from the last one by nothing but time.
 *
 * Pure software.
 */
import { Context } from './context.ts';
import { probe } from './memory-access.ts';
import { LANES, QUADS, REGISTER_BYTES } from './memory-emit.ts';
import type { Emitter, Term } from './memory-emit.ts';
import { NO_RESULT, Type } from './writer.ts';

const { i32, i64, v128 } = Type;

/** How lanes say where: an offset each from one base, or an address pair each, which may point at a window. */
export type Form = 'Offset' | 'Pair';
/** Parameters behind (context, mask, register): offsets and base; or pair, immediate and first lane, -1 without windows. */
export const formParameters = (form: Form): readonly Type[] => (form === 'Offset' ? [i32, i64] : [i32, i32, i32]);

/** Locals of the addresses. */
export interface Addresses {
  readonly mask: number;
  /** Register with the offsets or the pair. */
  readonly offsets: number;
  /** The base, or the immediate. */
  readonly third: number;
  readonly firstLane: number | undefined;
}
export const addressesOf = (mask: number, given: readonly number[]): Addresses => ({
  mask,
  offsets: given[0]!,
  third: given[1]!,
  firstLane: given[2],
});
/** May lanes be in a window, each dword told by itself? */
export const mayBeWindowed = (e: Emitter, firstLane: number): Term => e.op('i32.ge_s', e.get(firstLane), e.i32(0));

/** Where lanes are, once that is known to be simple. */
export interface Place {
  /** Local: arena offset of the first active lane's element. */
  readonly at: number;
  /** Local: arena offset of a lane's element less the dword in its offset register. */
  readonly delta: number;
  /** Local: the first active lane. */
  readonly first: number;
  /** Register with the offsets. */
  readonly offsets: number;
}

/**
 * Looks at the addresses: `neighbours`, `one` or `page` is written where the active lanes' elements of `bytes` bytes
 * lie so and the page is known; they return from the function. What is written behind is for all other cases.
 * `lanesOn`: lane masks by quad (locals), undefined where all lanes are active.
 */
export function tiers(
  e: Emitter,
  form: Form,
  p: Addresses,
  bytes: number,
  access: number,
  lanesOn: readonly number[] | undefined,
  ways: { neighbours: (place: Place) => void; one?: (place: Place) => void; page: (place: Place) => void },
): void {
  const { get, code } = e;
  const { mask, offsets, third, firstLane } = p;
  const full = lanesOn === undefined;
  const first = e.keep(i32, full ? e.i32(0) : e.op('i32.ctz', get(mask)));
  const mine = full ? get(offsets) : e.slot(offsets, first);
  const own = e.keep(i32, e.load('i32.load', mine));
  const address = e.keep(
    i64,
    form === 'Offset'
      ? e.op('i64.add', get(third), e.op('i64.extend_i32_u', get(own)))
      : e.op(
          'i64.add',
          e.wide(get(own), e.load('i32.load', mine, REGISTER_BYTES)),
          e.op('i64.extend_i32_s', get(third)),
        ),
  );
  const low = e.keep(i32, e.lowOf(get(address)));
  const upper = e.keep(i32, e.highOf(get(address)));
  const inPage = e.keep(i32, e.and(get(low), e.i32(4095)));
  const at = e.keep(i32, probe(e, access, low, upper));
  const sameBits = e.code.local(v128);
  const differ = e.keep(v128, e.splat(0));
  const value = (q: number): Term => e.load('v128.load', get(offsets), 16 * q);
  const masked = (vector: Term, q: number): Term => (full ? vector : e.op('v128.and', vector, e.get(lanesOn[q]!)));
  const or = (into: number, vector: Term): void => e.set(into, e.op('v128.or', get(into), vector));

  code.block(NO_RESULT);
  e.do(e.eq(get(at), e.i32(-1)));
  code.brIf(0);
  if (form === 'Pair') {
    const within = (window: number): Term => e.eq(get(upper), e.context(window));
    e.when(mayBeWindowed(e, firstLane!), () => {
      e.do(e.or(within(Context.SHARED_HIGH), within(Context.PRIVATE_HIGH)));
      code.brIf(1);
    });
  }
  if (form !== 'Offset') {
    // pairs: one high dword
    const high = e.keep(v128, e.op('i32x4.splat', e.load('i32.load', mine, REGISTER_BYTES)));
    for (let q = 0; q < QUADS; q++)
      or(differ, masked(e.op('v128.xor', get(high), e.load('v128.load', get(offsets), REGISTER_BYTES + 16 * q)), q));
    e.do(e.op('v128.any_true', get(differ)));
    code.brIf(0);
  }
  e.set(at, e.add(get(at), get(inPage)));
  const place: Place = { at, delta: e.keep(i32, e.sub(get(at), get(own))), first, offsets };

  // one address, where the first two lanes have the same
  const { one } = ways;
  if (full && one !== undefined && bytes >= 4) {
    const fits = e.and(
      e.not(e.and(get(low), e.i32(3))),
      e.op('i32.le_u', e.add(get(inPage), e.i32(bytes)), e.i32(4096)),
    );
    e.when(e.and(e.eq(e.load('i32.load', get(offsets), 4), get(own)), fits), () => {
      const all = e.keep(v128, e.op('i32x4.splat', get(own)));
      e.set(sameBits, e.op('v128.xor', value(0), get(all)));
      for (let q = 1; q < QUADS; q++) or(sameBits, e.op('v128.xor', value(q), get(all)));
      e.when(e.not(e.op('v128.any_true', get(sameBits))), () => one(place));
    });
  }

  // neighbours
  const count = full ? e.i32(LANES - 1) : e.sub(e.sub(e.i32(31), e.op('i32.clz', get(mask))), get(first));
  const span = e.keep(i32, e.op('i32.mul', count, e.i32(bytes)));
  const start = e.keep(v128, e.op('i32x4.splat', e.sub(get(own), e.op('i32.mul', get(first), e.i32(bytes)))));
  // Constants are dear: what is expected of one quad is that of the one before and a step.
  const expected = e.keep(v128, e.op('i32x4.add', get(start), e.v128(0, bytes, 2 * bytes, 3 * bytes)));
  const step = e.keep(v128, e.splat(4 * bytes));
  for (let q = 0; q < QUADS; q++) {
    if (q > 0) e.set(expected, e.op('i32x4.add', get(expected), get(step)));
    or(differ, masked(e.op('v128.xor', value(q), get(expected)), q));
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
    or(sameBits, masked(e.op('v128.xor', value(q), get(ownVector)), q));
    e.set(sum, e.op('v128.xor', e.op('i32x4.add', value(q), get(shift)), get(page)));
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
export function bothMasks(e: Emitter, mask: number, write: (lanesOn: readonly number[] | undefined) => void): void {
  e.when(
    e.eq(e.get(mask), e.i32(-1)),
    () => write(undefined),
    () => {
      e.when(e.not(e.get(mask)), () => e.return());
      write(Array.from({ length: QUADS }, (_, q) => e.keep(v128, e.laneMask(mask, q))));
    },
  );
}

/** Bytes of the elements of the active lanes, where these follow one another. */
export const lengthOf = (e: Emitter, mask: number, bytes: number, full: boolean): Term =>
  full ? e.i32(bytes * LANES) : e.op('i32.mul', e.op('i32.popcnt', e.get(mask)), e.i32(bytes));

/** Runs `body` for every active lane, with where its element lies (a local) and the lane's dword in a register. */
export function eachLane(
  e: Emitter,
  mask: number,
  full: boolean,
  { offsets, delta }: Place,
  body: (at: number, dword: (register: number, row?: number) => { address: Term; offset: number }) => void,
): void {
  const { get } = e;
  const at = e.code.local(i32);
  if (full)
    for (let i = 0; i < LANES; i++) {
      e.set(at, e.add(e.load('i32.load', get(offsets), 4 * i), get(delta)));
      body(at, (register, row = 0) => ({ address: get(register), offset: row * REGISTER_BYTES + 4 * i }));
    }
  else
    e.lanes(get(mask), (lane) => {
      const by = e.keep(i32, e.shl(get(lane), 2));
      e.set(at, e.add(e.load('i32.load', e.add(get(offsets), get(by))), get(delta)));
      body(at, (register, row = 0) => ({ address: e.add(get(register), get(by)), offset: row * REGISTER_BYTES }));
    });
}
