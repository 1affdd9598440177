/**
 * Telling of the accesses of many lanes: line by line where nothing has to be said, so that elements that follow one
 * another in a line cost next to nothing; else in the runs in which the interpreter tells them.
 *
 * Pure software.
 */
import { Context, Tracks } from './context.ts';
import { internal, tracks } from './memory-emit.ts';
import type { Emitter, Parts, Term } from './memory-emit.ts';
import {
  CHANGED_WORDS,
  DIRTY_LINE,
  DIRTY_WORDS,
  isWaiting,
  isUncached,
  isWatched,
  lineKey,
  LOADED_LINE,
  markChunk,
  ownStore,
  RECORD_SHIFT,
  waitingIn,
  wordsOf,
} from './memory-track.ts';
import type { Tracking } from './memory-track.ts';
import { NO_RESULT, Type } from './writer.ts';

const { i32 } = Type;

export interface Runs {
  /**
   * (context, mask, register with offsets, delta, bytes, fresh): tells of loads at offset + delta as the interpreter
   * does. Stores have no `fresh`.
   */
  readonly loads: number;
  readonly stores: number;
  /** The same, all in one page, without telling: → 1, or 0 where something has to be told. */
  readonly quietLoads: number;
  readonly quietStores: number;
}

/** Neighbouring elements are told as one: the run that lanes have made so far, in locals of its own (0: none yet). */
export class Run {
  private readonly at: number;
  private readonly end: number;
  private readonly e: Emitter;
  private readonly call: (run: readonly [at: Term, bytes: Term]) => Term;

  /** `call`: what tells. */
  constructor(e: Emitter, call: (run: readonly [at: Term, bytes: Term]) => Term) {
    this.e = e;
    this.call = call;
    this.at = e.code.fresh(i32);
    this.end = e.code.fresh(i32);
  }
  /** Tells what there is. */
  tell(): void {
    const { e, at, end } = this;
    e.when(e.get(at), () => e.do(this.call([e.get(at), e.sub(e.get(end), e.get(at))])));
  }
  /** Loads may begin anywhere in the run. `at` and `bytes` are locals. */
  loaded(at: number, bytes: number): void {
    const { e } = this;
    const { get } = e;
    const end = e.add(get(at), get(bytes));
    e.when(
      e.or(e.op('i32.lt_u', get(at), get(this.at)), e.op('i32.gt_u', get(at), get(this.end))),
      () => {
        this.tell();
        e.set(this.at, get(at));
        e.set(this.end, end);
      },
      () => e.when(e.op('i32.gt_u', end, get(this.end)), () => e.set(this.end, end)),
    );
  }
  /** Stores go on where the run ends. */
  stored(at: number, bytes: number): void {
    const { e } = this;
    const { get } = e;
    e.when(e.op('i32.ne', get(at), get(this.end)), () => {
      this.tell();
      e.set(this.at, get(at));
    });
    e.set(this.end, e.add(get(at), get(bytes)));
  }
}

/** Lines of elements that follow one another. Locals. */
class Lines {
  readonly known: number;
  readonly line: number;
  readonly last: number;
  readonly record: number;
  readonly words: number;
  readonly generation: number;
  protected readonly e: Emitter;
  private readonly lines: number;
  private readonly lineMask: number;

  constructor(e: Emitter, generationAt: number) {
    const { code } = e;
    this.e = e;
    this.generation = e.keep(i32, e.load('i32.load', e.context(Context.GENERATIONS), generationAt));
    this.lines = e.keep(i32, e.context(Context.LINES));
    this.lineMask = e.keep(i32, e.context(Context.LINE_MASK));
    this.known = e.keep(i32, e.i32(-1));
    this.words = e.keep(i32, e.i32(0));
    this.line = code.local(i32);
    this.last = code.local(i32);
    this.record = code.local(i32);
  }

  /** Writes `body` for each line that the element at local `at` touches, one or two; not where it is the known one. */
  each(at: number, bytes: number, body: () => void): void {
    const { e, line, last, known } = this;
    const { get, code } = e;
    e.set(line, e.shr(get(at), 6));
    e.set(last, e.shr(e.sub(e.add(get(at), get(bytes)), e.i32(1)), 6));
    e.when(e.or(e.op('i32.ne', get(line), get(known)), e.op('i32.ne', get(line), get(last))), () => {
      code.loop(NO_RESULT);
      body();
      e.do(e.op('i32.le_u', e.tee(line, e.add(get(line), e.i32(1))), get(last)));
      code.brIf(0);
      code.end();
    });
  }
  isNew(): Term {
    return this.e.op('i32.ne', this.e.get(this.line), this.e.get(this.known));
  }
  turn(): void {
    const { e } = this;
    e.set(this.record, e.add(e.get(this.lines), e.shl(e.and(e.get(this.line), e.get(this.lineMask)), RECORD_SHIFT)));
    e.set(this.known, e.get(this.line));
  }
}

/** Quiet loads, element by element. `loud` is written where something has to be told. */
export class LoadedLines extends Lines {
  private readonly waits: number;

  constructor(e: Emitter) {
    super(e, 0);
    this.waits = e.keep(i32, isWaiting(e));
  }
  /** Writes `loud` for where stores wait in the chunk of local `at`. Comes before `chunk`. */
  waiting(at: number, loud: () => void): void {
    const { e } = this;
    e.when(e.get(this.waits), () => e.when(waitingIn(e, e.shr(e.get(at), 16)), loud));
  }
  /** Marks the chunk of local `at`, unless its accesses are not tracked: then `untracked` is written. */
  chunk(at: number, untracked: () => void): void {
    const { e, generation } = this;
    const chunk = e.keep(i32, e.shr(e.get(at), 16));
    e.when(isUncached(e, chunk), untracked, () => markChunk(e, Context.CHUNK_LOADED, chunk, generation));
  }
  element(at: number, bytes: number, loud: () => void): void {
    const { e, line, record, words, known, generation } = this;
    const { get } = e;
    this.each(at, bytes, () =>
      e.when(this.isNew(), () => {
        this.turn();
        e.when(
          e.op('i64.ne', e.load('i64.load', get(record), LOADED_LINE), lineKey(e, line, generation)),
          () => {
            e.store('i64.store', get(record), lineKey(e, line, generation), LOADED_LINE);
            e.store('i32.store', get(record), e.i32(0), CHANGED_WORDS);
          },
          () =>
            e.when(e.tee(words, e.load('i32.load', get(record), CHANGED_WORDS)), () => {
              e.when(e.and(get(words), wordsOf(e, line, at, bytes)), loud);
              e.set(known, e.i32(-1)); // the next one in this line is looked at, too
            }),
        );
      }),
    );
  }
}

/** Quiet stores, element by element; `flush` comes last. */
export class StoredLines extends Lines {
  constructor(e: Emitter) {
    super(e, 4);
  }
  /** Marks the chunk of local `at`; `untracked` is written for chunks that are not tracked, `loud` for watched pages. */
  chunk(at: number, untracked: () => void, loud: () => void): void {
    const { e, generation } = this;
    const chunk = e.keep(i32, e.shr(e.get(at), 16));
    e.when(isWatched(e, at, chunk), loud);
    e.when(isUncached(e, chunk), untracked, () => markChunk(e, Context.CHUNK_DIRTY, chunk, generation));
  }
  element(at: number, bytes: number): void {
    const { e, line, last, words } = this;
    const { get, code } = e;
    const turn = (): void =>
      e.when(this.isNew(), () => {
        this.flush();
        this.turn();
        e.set(words, e.i32(0));
      });
    const end = e.sub(e.add(get(at), get(bytes)), e.i32(1));
    e.set(line, e.shr(get(at), 6));
    e.set(last, e.shr(end, 6));
    e.when(
      e.eq(get(line), get(last)),
      () => {
        turn();
        const dword = (of: Term): Term => e.and(e.shr(of, 2), e.i32(15));
        const upTo = e.op('i32.shl', e.i32(2), dword(end));
        e.set(words, e.or(get(words), e.sub(upTo, e.op('i32.shl', e.i32(1), dword(get(at))))));
      },
      () => {
        code.loop(NO_RESULT);
        turn();
        e.set(words, e.or(get(words), wordsOf(e, line, at, bytes)));
        e.do(e.op('i32.le_u', e.tee(line, e.add(get(line), e.i32(1))), get(last)));
        code.brIf(0);
        code.end();
      },
    );
  }
  /** Adds what was gathered of the known line to its record. */
  flush(): void {
    const { e, known, words, record, generation } = this;
    const { get } = e;
    e.when(get(words), () => {
      const same = e.op('i64.eq', e.load('i64.load', get(record), DIRTY_LINE), lineKey(e, known, generation));
      e.store(
        'i32.store',
        get(record),
        e.or(get(words), e.select(same, e.load('i32.load', get(record), DIRTY_WORDS), e.i32(0))),
        DIRTY_WORDS,
      );
      e.store('i64.store', get(record), lineKey(e, known, generation), DIRTY_LINE);
      ownStore(e, record, known, words);
    });
  }
}

export function writeRuns(parts: Parts, tracking: Tracking): Runs {
  const laneAt = (e: Emitter, offsets: number, delta: number, lane: number): Term =>
    e.add(e.load('i32.load', e.slot(offsets, lane)), e.get(delta));
  const firstAt = (e: Emitter, mask: number, offsets: number, delta: number): Term =>
    laneAt(e, offsets, delta, e.keep(i32, e.op('i32.ctz', e.get(mask))));

  const loads = internal(parts, [i32, i32, i32, i32, i32, i32], [], (e, [cx, mask, offsets, delta, bytes, fresh]) => {
    const at = e.code.local(i32);
    const run = new Run(e, (what) => e.call(tracking.load, e.get(cx), ...what, e.get(fresh)));
    e.lanes(e.get(mask), (lane) => {
      e.set(at, laneAt(e, offsets, delta, lane));
      run.loaded(at, bytes);
    });
    run.tell();
  });
  const stores = internal(parts, [i32, i32, i32, i32, i32], [], (e, [cx, mask, offsets, delta, bytes]) => {
    const at = e.code.local(i32);
    const run = new Run(e, (what) => e.call(tracking.store, e.get(cx), ...what));
    e.lanes(e.get(mask), (lane) => {
      e.set(at, laneAt(e, offsets, delta, lane));
      run.stored(at, bytes);
    });
    run.tell();
  });

  const quietLoads = internal(
    parts,
    [i32, i32, i32, i32, i32, i32],
    [i32],
    (e, [, mask, offsets, delta, bytes, fresh]) => {
      e.when(tracks(e, Tracks.everything), () => e.return(e.i32(0)));
      const at = e.keep(i32, firstAt(e, mask, offsets, delta));
      const lines = new LoadedLines(e);
      lines.waiting(at, () => e.return(e.i32(0)));
      e.when(e.get(fresh), () => e.return(e.i32(1)));
      lines.chunk(at, () => e.return(e.i32(1)));
      e.lanes(e.get(mask), (lane) => {
        e.set(at, laneAt(e, offsets, delta, lane));
        lines.element(at, bytes, () => e.return(e.i32(0)));
      });
      e.do(e.i32(1));
    },
  );
  const quietStores = internal(parts, [i32, i32, i32, i32, i32], [i32], (e, [, mask, offsets, delta, bytes]) => {
    e.when(tracks(e, Tracks.everything), () => e.return(e.i32(0)));
    const at = e.keep(i32, firstAt(e, mask, offsets, delta));
    const lines = new StoredLines(e);
    lines.chunk(
      at,
      () => e.return(e.i32(1)),
      () => e.return(e.i32(0)),
    );
    e.lanes(e.get(mask), (lane) => {
      e.set(at, laneAt(e, offsets, delta, lane));
      lines.element(at, bytes);
    });
    lines.flush();
    e.do(e.i32(1));
  });
  return { loads, stores, quietLoads, quietStores };
}
