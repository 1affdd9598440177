/**
 * Whole grids without leaving WebAssembly: starts workgroups, gives their waves turns, counts barriers and ends.
 *
 * It does what engine.ts, launch.ts and exec/scheduler.ts do for the plain case: one dispatch, nothing else resident,
 * waves that only compute, wait at barriers and end. Whatever else comes up, it returns with all state where those
 * files expect it, and they go on.
 *
 * Pure software.
 */
import { Context } from '../../../exec/wasm/context.ts';
import type { Code } from '../../../exec/wasm/writer.ts';
import { ModuleWriter, Type } from '../../../exec/wasm/writer.ts';
import { LITTLE_PATIENCE, PATIENCE } from '../../../exec/scheduler.ts';
import { G, REGISTER_BYTES, S, SCALARS, STRIP_BYTES, WaveState } from '../state.ts';
import { SECOND_SLOT } from '../launch.ts';
import { Engine, RESUME } from './layout.ts';
import { Left, unitType } from './unit.ts';

/** Why the runner returns. */
export const Runner = {
  /** No workgroup is left. Nothing is resident. */
  done: 0,
  /** A workgroup is resident, and the wave in `WAVE` has used up the fuel: its turn is not over. */
  fuel: 1,
  /** A workgroup is resident, and wave `WAVE` left its unit for the engine with `RESULT` in the middle of its turn. */
  engine: 2,
  /** A workgroup is resident and its waves make no progress by themselves: others must be launched. */
  stalled: 3,
  /** The fuel is used up. Nothing is resident. */
  stopped: 4,
} as const;

/** What a round has seen, as a sum. */
export const Progress = { ended: 1, released: 2, ran: 4 } as const;

/**
 * The runner's module: exports `run(context) → Runner`, imports `host.memory` and `host.table`.
 * `quantum`: instructions a turn; `slack`: how much more a turn may take.
 */
export function runnerModule(quantum: number, slack: number): Uint8Array<ArrayBuffer> {
  const module = new ModuleWriter();
  module.importMemory('host', 'memory', { min: 1, max: 65536, shared: true });
  module.importTable('host', 'table', 1);
  const unit = module.type(unitType.parameters, unitType.results);
  const { index, code: c } = module.function([Type.i32], [Type.i32]);
  module.exportFunction('run', index);
  const context = 0;
  const i32 = (): number => c.local(Type.i32);
  const group = i32(); // number of the workgroup
  const wave = i32();
  const waves = i32();
  const scalars = i32();
  const vectors = i32();
  const result = i32();
  const used = i32();
  const left = i32();
  const ended = i32();
  const progress = i32();
  const released = i32();
  const arrived = i32();
  const living = i32();
  const temporary = i32();

  const load = (offset: number): void => {
    c.get(context);
    c.memory('i32.load', offset);
  };
  const store = (offset: number, value: () => void): void => {
    c.get(context);
    value();
    c.memory('i32.store', offset);
  };
  const constant = (value: number) => (): void => c.i32(value);
  const local = (n: number) => (): void => c.get(n);
  const add = (n: number, value: () => void): void => {
    c.get(n);
    value();
    c.op('i32.add');
    c.set(n);
  };
  const scalarStore = (index_: number, value: () => void): void => {
    c.get(scalars);
    value();
    c.memory('i32.store', index_ * 4);
  };
  /** Words of the resident workgroup. */
  const groupStore = (word: number, value: () => void): void => {
    load(Engine.GROUP);
    value();
    c.memory('i32.store', word * 4);
  };
  /** Addresses of wave `wave`. */
  const place = (): void => {
    load(Engine.SCALARS);
    c.get(wave);
    load(Engine.STRIDE);
    c.op('i32.mul');
    c.tee(temporary);
    c.i32(SCALARS * 4);
    c.op('i32.mul');
    c.op('i32.add');
    c.set(scalars);
    load(Engine.VECTORS);
    c.get(temporary);
    c.i32(STRIP_BYTES);
    c.op('i32.mul');
    c.op('i32.add');
    c.set(vectors);
  };
  /** Address, less RESUME, of the block that wave `wave` goes on with. */
  const resumeAt = (): void => {
    c.get(context);
    c.get(wave);
    c.i32(2);
    c.op('i32.shl');
    c.op('i32.add');
  };
  const see = (what: number): void => {
    c.get(progress);
    c.i32(what);
    c.op('i32.or');
    c.set(progress);
  };
  const seen = (what: number): void => {
    c.get(progress);
    c.i32(what);
    c.op('i32.and');
  };
  const nextWave = (): void => {
    add(wave, constant(1));
    c.get(wave);
    c.get(waves);
    c.op('i32.lt_u');
  };
  /** Brings what the runner counts to where the engine reads it, and returns. */
  const leave = (why: number, resident: boolean): void => {
    store(Engine.LEFT, local(left));
    store(Engine.ENDED, local(ended));
    store(Engine.RELEASED, local(released));
    if (resident) {
      groupStore(G.WAVES, local(living));
      groupStore(G.ARRIVED, local(arrived));
      store(Engine.WAVE, local(wave));
      store(Engine.RESULT, local(result));
      store(Engine.PROGRESS, local(progress));
    }
    c.i32(why);
    c.op('return');
  };

  load(Engine.WAVES);
  c.set(waves);
  load(Engine.LEFT);
  c.set(left);

  c.loop(); // ---- workgroups
  c.get(left);
  c.i32(slack);
  c.op('i32.le_s');
  c.if();
  leave(Runner.stopped, false);
  c.end();
  load(Engine.SHARED);
  c.if();
  {
    load(Engine.NEXT);
    c.i32(1);
    c.memory('i32.atomic.rmw.add');
    c.set(group);
  }
  c.else();
  {
    load(Engine.NEXT);
    load(Engine.NEXT);
    c.memory('i32.load');
    c.tee(group);
    c.i32(1);
    c.op('i32.add');
    c.memory('i32.store');
  }
  c.end();
  c.get(group);
  load(Engine.LAST);
  c.op('i32.ge_s');
  c.if();
  leave(Runner.done, false);
  c.end();

  // Start states.
  c.i32(0);
  c.set(wave);
  c.loop();
  place();
  load(Engine.START_SCALARS);
  c.get(wave);
  c.i32(SCALARS * 4);
  c.op('i32.mul');
  c.op('i32.add');
  c.set(temporary);
  // The first workgroup gets all of its scalars, later ones what the unit may have left changed.
  load(Engine.CHANGED);
  load(Engine.STARTED);
  c.op('i32.eqz');
  c.op('i32.eqz');
  c.i32(1);
  c.op('i32.sub');
  c.op('i32.or');
  c.set(used);
  for (let line = 0; line < SCALARS / 16; line++) {
    c.get(used);
    c.i32(1 << line);
    c.op('i32.and');
    c.if();
    copy(c, scalars, line * 64, temporary, line * 64, 64);
    c.end();
  }
  const id = (offset: number, number: () => void): void => {
    load(offset);
    c.tee(temporary);
    c.i32(0);
    c.op('i32.ge_s');
    c.if();
    c.get(scalars);
    c.get(temporary);
    c.op('i32.add');
    number();
    c.memory('i32.store');
    c.end();
  };
  id(Engine.ID_X, () => {
    // most grids are one row: no division
    c.get(group);
    load(Engine.ROW);
    c.op('i32.lt_u');
    c.if(Type.i32);
    c.get(group);
    c.else();
    c.get(group);
    load(Engine.ROW);
    c.op('i32.rem_u');
    c.end();
    load(Engine.FIRST_X);
    c.op('i32.add');
  });
  id(Engine.ID_Y, () => {
    c.get(group);
    load(Engine.ROW);
    c.op('i32.div_u');
    load(Engine.ROWS);
    c.op('i32.rem_u');
    load(Engine.FIRST_Y);
    c.op('i32.add');
  });
  id(Engine.ID_Z, () => {
    c.get(group);
    load(Engine.ROW);
    c.op('i32.div_u');
    load(Engine.ROWS);
    c.op('i32.div_u');
    load(Engine.FIRST_Z);
    c.op('i32.add');
  });
  // v0 of one or two strips
  for (let strip = 0; strip < 2; strip++) {
    if (strip === 1) {
      load(Engine.STRIDE);
      c.i32(2);
      c.op('i32.eq');
      c.if();
      scalarStore(SCALARS + S.STATE, constant(SECOND_SLOT));
    }
    load(Engine.START_VECTORS);
    c.get(wave);
    c.i32(2 * REGISTER_BYTES);
    c.op('i32.mul');
    c.op('i32.add');
    c.set(temporary);
    copy(c, vectors, strip * STRIP_BYTES, temporary, strip * REGISTER_BYTES, REGISTER_BYTES);
    if (strip === 1) c.end();
  }
  resumeAt();
  load(Engine.ENTRY);
  c.memory('i32.store', RESUME);
  nextWave();
  c.brIf(0);
  c.end();
  store(Engine.STARTED, constant(1));
  groupStore(G.USED, constant(1));
  groupStore(G.DISPATCH, () => load(Engine.DISPATCH));
  groupStore(G.LDS_UNIT, () => load(Engine.LDS_UNIT));
  groupStore(G.LDS_UNITS, () => load(Engine.LDS_UNITS));
  c.get(waves);
  c.set(living);
  c.i32(0);
  c.set(arrived);

  c.loop(); // ---- rounds
  c.i32(0);
  c.set(wave);
  c.i32(0);
  c.set(progress);
  c.loop(); // ---- waves
  place();
  c.block(); // not running: next wave
  c.get(scalars);
  c.memory('i32.load', S.STATE * 4);
  c.i32(WaveState.running);
  c.op('i32.ne');
  c.brIf(0);
  c.get(left);
  c.i32(slack);
  c.op('i32.le_s');
  c.if();
  leave(Runner.fuel, true);
  c.end();
  store(Engine.SLOT, () => {
    load(Engine.FIRST_SLOT);
    c.get(wave);
    load(Engine.STRIDE);
    c.op('i32.mul');
    c.op('i32.add');
  });
  c.get(context);
  c.get(scalars);
  c.memory('i64.load', S.FLAT_SCRATCH_LO * 4, 2);
  c.memory('i64.store', Context.SCRATCH);
  c.get(context);
  c.get(scalars);
  c.get(vectors);
  resumeAt();
  c.memory('i32.load', RESUME);
  // a turn ends within the fuel, whatever block it ends with
  c.i32(quantum);
  c.get(left);
  c.i32(slack);
  c.op('i32.sub');
  c.tee(temporary);
  c.i32(quantum);
  c.get(temporary);
  c.op('i32.lt_s');
  c.op('select');
  c.i32(0);
  c.callIndirect(unit);
  c.set(result);
  see(Progress.ran);
  load(Engine.EXECUTED);
  c.set(used);
  c.get(left);
  c.get(used);
  c.op('i32.sub');
  c.set(left);
  scalarStore(S.COUNT, () => {
    c.get(scalars);
    c.memory('i32.load', S.COUNT * 4);
    c.get(used);
    c.op('i32.add');
  });
  c.get(result);
  c.i32(3);
  c.op('i32.and');
  c.set(temporary);
  c.get(temporary);
  c.i32(Left.end);
  c.op('i32.eq');
  c.if();
  {
    scalarStore(S.STATE, constant(WaveState.free));
    load(Engine.STRIDE);
    c.i32(2);
    c.op('i32.eq');
    c.if();
    scalarStore(SCALARS + S.STATE, constant(WaveState.free));
    c.end();
    add(living, constant(-1));
    add(ended, constant(1));
    see(Progress.ended);
    release();
    c.br(1);
  }
  c.end();
  resumeAt();
  c.get(result);
  c.i32(2);
  c.op('i32.shr_u');
  c.memory('i32.store', RESUME);
  c.get(temporary);
  c.i32(Left.barrier);
  c.op('i32.eq');
  c.if();
  {
    scalarStore(S.STATE, constant(WaveState.barrier));
    add(arrived, constant(1));
    release();
    c.br(1);
  }
  c.end();
  // A turn that is over in the middle of the code.
  c.get(temporary);
  c.i32(Left.limit);
  c.op('i32.eq');
  c.get(used);
  c.i32(quantum);
  c.op('i32.ge_s');
  c.op('i32.and');
  c.brIf(0);
  // An ending that is the engine's, or the last few instructions that there is fuel for.
  leave(Runner.engine, true);
  c.end(); // block
  nextWave();
  c.brIf(0);
  c.end(); // waves
  c.get(living);
  c.op('i32.eqz');
  c.if();
  {
    for (let word = 0; word < G.WORDS; word++) groupStore(word, constant(0));
    store(Engine.PATIENCE, constant(0));
    c.br(2);
  }
  c.end();
  seen(Progress.ended);
  c.if();
  {
    store(Engine.PATIENCE, constant(0));
    c.br(1);
  }
  c.end();
  // Patience: the group may be waiting for one that is not resident yet.
  seen(Progress.ran);
  c.op('i32.eqz');
  store(Engine.PATIENCE, () => {
    load(Engine.PATIENCE);
    c.i32(1);
    c.op('i32.add');
  });
  load(Engine.PATIENCE);
  c.i32(PATIENCE);
  c.i32(LITTLE_PATIENCE);
  seen(Progress.released);
  c.op('select');
  c.op('i32.ge_s');
  c.op('i32.or');
  c.op('i32.eqz');
  c.brIf(0);
  c.i32(0);
  c.set(wave);
  leave(Runner.stalled, true);
  c.end(); // rounds
  c.end(); // workgroups
  c.op('unreachable');
  return module.finish();

  /** All living waves have come to the barrier: the workgroup goes on. */
  function release(): void {
    const other = i32();
    const at = i32();
    c.get(living);
    c.op('i32.eqz');
    c.get(arrived);
    c.get(living);
    c.op('i32.lt_s');
    c.op('i32.or');
    c.op('i32.eqz');
    c.if();
    c.i32(0);
    c.set(arrived);
    see(Progress.released);
    add(released, constant(1));
    c.i32(0);
    c.set(other);
    c.loop();
    load(Engine.SCALARS);
    c.get(other);
    load(Engine.STRIDE);
    c.op('i32.mul');
    c.i32(SCALARS * 4);
    c.op('i32.mul');
    c.op('i32.add');
    c.tee(at);
    c.memory('i32.load', S.STATE * 4);
    c.i32(WaveState.barrier);
    c.op('i32.eq');
    c.if();
    c.get(at);
    c.i32(WaveState.running);
    c.memory('i32.store', S.STATE * 4);
    c.end();
    c.get(other);
    c.i32(1);
    c.op('i32.add');
    c.tee(other);
    c.get(waves);
    c.op('i32.lt_u');
    c.brIf(0);
    c.end();
    c.end();
  }
}

/** Copies `bytes` (a multiple of 16): addresses in locals, offsets added. */
function copy(c: Code, to: number, toOffset: number, from: number, fromOffset: number, bytes: number): void {
  for (let at = 0; at < bytes; at += 16) {
    c.get(to);
    c.get(from);
    c.memory('v128.load', fromOffset + at);
    c.memory('v128.store', toOffset + at);
  }
}
