/**
 * Tracking of loads and stores in the tables of an `AccessTracker` (exec/memory.ts): the common case here, and the
 * card's own `loaded` and `stored` where something has to be said. Doing part of the work here and then all of it there
 * gives what the card alone would have given.
 *
 * Pure software.
 */
import { Context, Tracks } from './context.ts';
import { internal, publish, tracks } from './memory-emit.ts';
import type { Emitter, Parts, Term } from './memory-emit.ts';
import { NO_RESULT, Type } from './writer.ts';

/** Bytes of a line's record (an exponent), and where in it things are; the generation lies behind each line. */
export const RECORD_SHIFT = 5;
export const LOADED_LINE = 0;
export const CHANGED_WORDS = 8;
export const DIRTY_LINE = 16;
export const DIRTY_WORDS = 24;

export interface Tracking {
  /**
   * (context, arena offset, bytes, fresh) → 1, or 0 where the card has to be asked. Call while loads are tracked; the
   * same for stores, without `fresh`.
   */
  readonly quietLoad: number;
  readonly quietStore: number;
  /** The same, and asks the card. No result. */
  readonly load: number;
  readonly store: number;
}

/** A line as its record names it: line + 1 below, the generation above. Both are locals. */
export const lineKey = (e: Emitter, line: number, generation: number): Term =>
  e.wide(e.add(e.get(line), e.i32(1)), e.get(generation));

/** Address of a line's record. */
const recordOf = (e: Emitter, line: Term): Term =>
  e.add(e.context(Context.LINES), e.shl(e.and(line, e.context(Context.LINE_MASK)), RECORD_SHIFT));

/** Dwords of `line` that `bytes` bytes from `at` touch, a bit each. All three are locals. */
export function wordsOf(e: Emitter, line: number, at: number, bytes: number): Term {
  const start = e.sub(e.get(at), e.shl(e.get(line), 6));
  const end = e.sub(e.add(start, e.get(bytes)), e.i32(1));
  const first = e.select(
    e.op('i32.gt_s', start, e.i32(0)),
    e.op('i32.shl', e.i32(-1), e.op('i32.shr_s', start, e.i32(2))),
    e.i32(-1),
  );
  const last = e.select(
    e.op('i32.lt_s', end, e.i32(64)),
    e.sub(e.op('i32.shl', e.i32(2), e.shr(end, 2)), e.i32(1)),
    e.i32(0xffff),
  );
  return e.and(first, last);
}

/** A core's own stores to dwords `words` of a line are what it will load: they count as changed no more. All are locals. */
export const ownStore = (e: Emitter, record: number, line: number, words: number): void =>
  e.when(e.eq(e.load('i32.load', e.get(record), LOADED_LINE), e.add(e.get(line), e.i32(1))), () =>
    e.store(
      'i32.store',
      e.get(record),
      e.and(e.load('i32.load', e.get(record), CHANGED_WORDS), e.op('i32.xor', e.get(words), e.i32(-1))),
      CHANGED_WORDS,
    ),
  );

/** Are accesses to `chunk` (a local) not tracked? */
export const isUncached = (e: Emitter, chunk: number): Term =>
  e.load('i32.load8_u', e.add(e.context(Context.UNCACHED), e.get(chunk)));
/** Says in a table of the tracker that `chunk` was accessed in `generation`. Both are locals. */
export const markChunk = (e: Emitter, table: number, chunk: number, generation: number): void =>
  e.store('i32.store', e.add(e.context(table), e.shl(e.get(chunk), 2)), e.add(e.get(generation), e.i32(1)));

/** Do stores wait anywhere? */
export const isWaiting = (e: Emitter): Term =>
  e.op('i64.ne', e.load('i64.load', e.context(Context.WAITING)), e.i64(0n));

/** The pages of `chunk` in a table of the tracker, a bit each. */
function pagesOf(e: Emitter, table: number, chunk: Term): Term {
  const owner = e.load('i32.load', e.add(e.context(Context.OWNERS), e.shl(chunk, 2)));
  return e.load('i32.load16_u', e.add(e.context(table), e.shl(e.and(owner, e.i32(4095)), 1)));
}

/** Pages of `chunk` where stores may wait. */
export const waitingIn = (e: Emitter, chunk: Term): Term => pagesOf(e, Context.WAITING_PAGES, chunk);

/** Has the card to be told of stores to the page of local `at`, in chunk `chunk` (a local)? */
export function isWatched(e: Emitter, at: number, chunk: number): Term {
  const pages = pagesOf(e, Context.WATCHED, e.get(chunk));
  return e.and(e.op('i32.shr_u', pages, e.and(e.shr(e.get(at), 12), e.i32(15))), e.i32(1));
}

export function writeTracking(parts: Parts): Tracking {
  const { i32 } = Type;

  const quietLoad = internal(parts, [i32, i32, i32, i32], [i32], (e, [, at, bytes, fresh]) => {
    const { code, get } = e;
    e.when(tracks(e, Tracks.everything), () => e.return(e.i32(0)));
    const chunk = e.keep(i32, e.shr(get(at), 16));
    e.when(isWaiting(e), () => {
      const end = e.shr(e.sub(e.add(get(at), get(bytes)), e.i32(1)), 16);
      e.when(e.or(waitingIn(e, get(chunk)), waitingIn(e, end)), () => e.return(e.i32(0)));
    });
    e.when(get(fresh), () => e.return(e.i32(1)));
    e.when(isUncached(e, chunk), () => e.return(e.i32(1)));
    const generation = e.keep(i32, e.load('i32.load', e.context(Context.GENERATIONS)));
    markChunk(e, Context.CHUNK_LOADED, chunk, generation);
    const line = e.keep(i32, e.shr(get(at), 6));
    const last = e.keep(i32, e.shr(e.sub(e.add(get(at), get(bytes)), e.i32(1)), 6));
    const record = code.local(i32);
    const words = code.local(i32);
    code.loop(NO_RESULT);
    e.set(record, recordOf(e, get(line)));
    e.when(
      e.op('i64.eq', e.load('i64.load', get(record), LOADED_LINE), lineKey(e, line, generation)),
      () =>
        e.when(e.tee(words, e.load('i32.load', get(record), CHANGED_WORDS)), () =>
          e.when(e.and(get(words), wordsOf(e, line, at, bytes)), () => e.return(e.i32(0))),
        ),
      () => {
        e.store('i64.store', get(record), lineKey(e, line, generation), LOADED_LINE);
        e.store('i32.store', get(record), e.i32(0), CHANGED_WORDS);
      },
    );
    e.do(e.op('i32.le_u', e.tee(line, e.add(get(line), e.i32(1))), get(last)));
    code.brIf(0);
    code.end();
    e.do(e.i32(1));
  });

  const quietStore = internal(parts, [i32, i32, i32], [i32], (e, [, at, bytes]) => {
    const { code, get } = e;
    e.when(tracks(e, Tracks.everything), () => e.return(e.i32(0)));
    const chunk = e.keep(i32, e.shr(get(at), 16));
    e.when(isWatched(e, at, chunk), () => e.return(e.i32(0)));
    e.when(isUncached(e, chunk), () => e.return(e.i32(1)));
    const generation = e.keep(i32, e.load('i32.load', e.context(Context.GENERATIONS), 4));
    markChunk(e, Context.CHUNK_DIRTY, chunk, generation);
    const line = e.keep(i32, e.shr(get(at), 6));
    const last = e.keep(i32, e.shr(e.sub(e.add(get(at), get(bytes)), e.i32(1)), 6));
    const record = code.local(i32);
    const words = code.local(i32);
    code.loop(NO_RESULT);
    e.set(record, recordOf(e, get(line)));
    e.set(words, wordsOf(e, line, at, bytes));
    e.when(
      e.op('i64.eq', e.load('i64.load', get(record), DIRTY_LINE), lineKey(e, line, generation)),
      () =>
        e.store('i32.store', get(record), e.or(e.load('i32.load', get(record), DIRTY_WORDS), get(words)), DIRTY_WORDS),
      () => {
        e.store('i64.store', get(record), lineKey(e, line, generation), DIRTY_LINE);
        e.store('i32.store', get(record), get(words), DIRTY_WORDS);
      },
    );
    ownStore(e, record, line, words);
    e.do(e.op('i32.le_u', e.tee(line, e.add(get(line), e.i32(1))), get(last)));
    code.brIf(0);
    code.end();
    e.do(e.i32(1));
  });

  const load = internal(parts, [i32, i32, i32, i32], [], (e, [cx, at, bytes, fresh]) => {
    e.when(e.not(e.call(quietLoad, e.get(cx), e.get(at), e.get(bytes), e.get(fresh))), () =>
      e.do(e.call(parts.loaded, e.get(cx), e.get(at), e.get(bytes), e.get(fresh))),
    );
  });
  const store = internal(parts, [i32, i32, i32], [], (e, [cx, at, bytes]) => {
    e.when(e.not(e.call(quietStore, e.get(cx), e.get(at), e.get(bytes))), () =>
      e.do(e.call(parts.stored, e.get(cx), e.get(at), e.get(bytes))),
    );
  });
  publish(parts, 'quietLoad', quietLoad, { parameters: [i32, i32, i32, i32], results: [i32] });
  publish(parts, 'quietStore', quietStore, { parameters: [i32, i32, i32], results: [i32] });
  return { quietLoad, quietStore, load, store };
}
