/**
 * The engine as a command processor sees it: what waves start with, how they share the core, what they report.
 */
import { describe, expect, it } from 'vitest';
import { Access } from '../../exec/memory.ts';
import { assemble, decode } from './isa/index.ts';
import { ShaderEngine } from './engine.ts';
import { ArenaMemory } from './testing/arena-memory.ts';
import { Bench, RSRC1, RSRC2, oneWave } from './testing/bench.ts';
import { programs } from './testing/programs.ts';

describe('SCC as a source', () => {
  it('is 0 or 1 in 32 bits, and zero-extended in 64', () => {
    // s_cmp_eq_u32 s0, s0 ; s_mov_b64 s[6:7], src_scc ; s_mov_b32 s8, src_scc ; v_mov_b32 v0..v2, s6..s8 ; store
    const { bytes } = assemble(
      `s_load_b64 s[4:5], s[0:1], null
      s_cmp_eq_u32 s0, s0
      s_mov_b64 s[6:7], src_scc
      s_mov_b32 s8, src_scc
      v_mov_b32_e32 v4, 0
      v_mov_b32_e32 v1, s6
      v_mov_b32_e32 v2, s7
      v_mov_b32_e32 v3, s8
      s_waitcnt lgkmcnt(0)
      global_store_b96 v4, v[1:3], s[4:5]
      s_endpgm`,
    );
    const bench = new Bench();
    const { buffer } = bench.start(bench.memory.place(bytes), 12);
    bench.run();
    expect([...bench.memory.words(buffer, 3)]).toEqual([1, 0, 1]);
  });
});

/** Runs one wave of these words, s[0:1] the address of the address of a buffer: what is in the buffer then. */
function runWave(words: Uint32Array, engine: 'interpreter' | 'wasm', lanes: 1 | 64, dwords: number): number[] {
  const memory = new ArenaMemory(1 << 16);
  const { allocate } = memory;
  const events: string[] = [];
  const core = new ShaderEngine({ memory, allocate, report: ({ kind }) => events.push(kind), slots: 4, engine });
  const entry = memory.place(words);
  const buffer = memory.place(4 * dwords);
  const args = memory.place(Uint32Array.of(buffer, 0));
  core.start(
    oneWave(entry, {
      numThread: [lanes, 1, 1],
      rsrc1: (RSRC1 & ~63) | 7,
      rsrc2: RSRC2 | (1 << 15),
      userData: [args, 0],
      initiator: lanes === 64 ? 1 : 0x8001,
    }),
  );
  expect(core.run(1000)).toBe('idle');
  expect(events).toEqual(['dispatchDone']);
  expect(core.translated?.units).toBe(engine === 'wasm' ? 1 : undefined);
  return [...memory.words(buffer, dwords)];
}

describe('register fields that an instruction does not use', () => {
  // as tinygrad's test_ds_add_u32_no_rtn_preserves_vdst and test_vopd_multilane_mov_add have them, on boards too
  it.each(['interpreter', 'wasm'] as const)('make no difference to the %s, and are no encoding to tools', (engine) => {
    const { bytes, errors } = assemble(
      `s_load_b64 s[4:5], s[0:1], null
      v_mov_b32_e32 v10, 0
      v_mov_b32_e32 v1, 50
      v_mov_b32_e32 v2, 7
      ds_store_b32 v10, v1
      ds_add_u32 v10, v1
      ds_load_b32 v3, v10
      v_dual_mov_b32 v4, 42 :: v_dual_add_nc_u32 v5, v1, v2
      s_waitcnt lgkmcnt(0)
      global_store_b128 v10, v[2:5], s[4:5]
      s_endpgm`,
    );
    expect(errors).toEqual([]);
    const words = new Uint32Array(bytes.buffer, 0, bytes.length / 4).slice();
    const find = (name: string): number => {
      for (let at = 0; at < words.length;) {
        const d = decode(words, at)!;
        if (d.row.name === name) return at;
        at += d.bytes / 4;
      }
      throw new Error(name);
    };
    const [atomic, dual] = [find('ds_add_u32'), find('v_dual_mov_b32')];
    words[atomic + 1] = words[atomic + 1]! | (2 << 24); // vdst: v2
    words[dual] = words[dual]! | (9 << 9); // vsrc1 of the move: v9
    expect(decode(words, atomic)).toBeUndefined();
    expect(decode(words, dual)).toBeUndefined();
    expect(runWave(words, engine, 1, 4)).toEqual([7, 100, 42, 57]);
  });
});

describe('a mask that is part of another one', () => {
  it.each(['interpreter', 'wasm'] as const)('is what it was for both halves of a wave (%s)', (engine) => {
    const code = (text: string): number[] => {
      const { bytes, errors } = assemble(text, { wave64: true });
      expect(errors).toEqual([]);
      return [...new Uint32Array(bytes.buffer, 0, bytes.length / 4)];
    };
    const words = [
      ...code('s_load_b64 s[4:5], s[0:1], null\ns_mov_b64 s[42:43], 0\ns_mov_b64 s[44:45], 0'),
      // v_subrev_co_ci_u32 v12, s[44:45], exec_hi, 0, s[43:44]: no pair that an assembler takes
      0xd5222c0c,
      0x00adfe7f,
      0,
      ...code('v_lshlrev_b32_e32 v1, 2, v0\ns_waitcnt lgkmcnt(0)\nglobal_store_b32 v1, v12, s[4:5]\ns_endpgm'),
    ];
    expect(runWave(Uint32Array.from(words), engine, 64, 64)).toEqual(Array(64).fill(1)); // 0 - -1 - 0
  });
});

describe('launch', () => {
  it('gives workgroups their ids and lanes their local id, x fastest', () => {
    const bench = new Bench();
    const { buffer } = bench.start(bench.code(programs.identity), 2 * 4096, {
      dim: [2, 1, 1],
      numThread: [8, 4, 3],
      rsrc2: RSRC2 | (1 << 8),
    });
    expect(bench.run()).toBe('idle');
    for (let group = 0; group < 2; group++) {
      for (let index = 0; index < 96; index++) {
        const [x, y, z] = [index % 8, Math.floor(index / 8) % 4, Math.floor(index / 32)];
        const at = buffer + group * 4096 + ((z * 8 + y) * 8 + x) * 8;
        expect([...bench.memory.words(at, 2)], `group ${group} item ${index}`).toEqual([group, 0]);
      }
    }
  });

  it('switches off the lanes beyond a partial last workgroup, by thread dimensions and by partial sizes', () => {
    for (const [initiator, dim, numThread] of [
      [0x8001 | 32, [40, 1, 1], [32, 1, 1]],
      [0x8001 | 2, [2, 1, 1], [32 | (8 << 16), 1, 1]],
    ] as const) {
      const bench = new Bench();
      const { words } = bench.execute(programs.atomics, 4096, { initiator, dim, numThread });
      // The atomic counts lanes; global_atomic_add with GLC hands out distinct numbers.
      expect(words[0]).toBe(40);
      expect(bench.problems).toEqual([]);
    }
  });

  it('starts at START unless told to start at zero; DIM is an end, not a count', () => {
    const bench = new Bench();
    const { words } = bench.execute(programs.atomics, 4096, { dim: [5, 1, 1], start: [3, 0, 0] });
    expect(words[0]).toBe(64);
    const again = new Bench().execute(programs.atomics, 4096, { dim: [5, 1, 1], start: [3, 0, 0], initiator: 0x8005 });
    expect(again.words[0]).toBe(160);
  });

  it('refuses what cannot be: registers, threads, entry', () => {
    const cases: [string, Parameters<Bench['start']>[2]][] = [
      ['vgprs', { rsrc1: RSRC1 | 63 }],
      ['waves', { numThread: [1025, 1, 1] }],
      ['lds', { rsrc2: RSRC2 | (129 << 15) }],
      ['entryNotMapped', { pgmLo: 0x1234 }],
      ['scratch', { rsrc2: RSRC2 | 1, tmpringSize: 1 << 12 }],
    ];
    for (const [reason, changes] of cases) {
      const bench = new Bench();
      const { id } = bench.start(bench.code(programs.atomics), 64, changes);
      expect(id).toBe(0);
      expect(bench.events).toEqual([expect.objectContaining({ kind: 'launchRefused', reason })]);
      expect(bench.run()).toBe('idle');
    }
  });

  it('is done at once with an empty grid', () => {
    const bench = new Bench();
    const { id } = bench.start(bench.code(programs.atomics), 64, { dim: [0, 1, 1], tag: 77 });
    expect(bench.events).toEqual([{ kind: 'dispatchDone', dispatch: id, tag: 77 }]);
  });
});

describe('sharing the core', () => {
  it('never runs beyond its fuel, and a spinning kernel blocks nobody', () => {
    const bench = new Bench();
    const { id } = bench.start(bench.code(programs.spin), 64);
    for (const fuel of [1, 2, 7, 1000]) {
      const before = bench.engine.executed;
      expect(bench.run(fuel)).toBe('busy');
      expect(bench.engine.executed - before).toBe(fuel);
    }
    const other = bench.start(bench.code(programs.atomics), 256);
    for (let n = 0; n < 4; n++) bench.run(50_000);
    expect(bench.events).toContainEqual({ kind: 'dispatchDone', dispatch: other.id, tag: 0 });
    expect(bench.engine.inFlight(id)).toBe(true);
    bench.engine.abort(id);
    expect(bench.run()).toBe('idle');
    expect(bench.engine.inFlight(id)).toBe(false);
  });

  it('lets workgroups wait for each other', () => {
    const bench = new Bench();
    const { result, words } = bench.execute(programs.ping, 64, { dim: [2, 1, 1] });
    expect(result).toBe('idle');
    expect([...words.subarray(0, 2)]).toEqual([7, 9]);
  });

  it('holds waves at a barrier until all have come', () => {
    const bench = new Bench();
    const { words } = bench.execute(programs.reverse, 1024, { numThread: [256, 1, 1], rsrc2: RSRC2 | (2 << 15) });
    expect([...words]).toEqual(Array.from({ length: 256 }, (_, i) => 255 - i));
    expect(bench.problems).toEqual([]);
  });

  it('goes on from a copy of its arrays in the middle of a dispatch', () => {
    const bench = new Bench();
    const { buffer } = bench.start(bench.code(programs.reverse), 1024, {
      dim: [6, 1, 1],
      numThread: [256, 1, 1],
      rsrc2: RSRC2 | (2 << 15),
    });
    bench.run(173);
    const saved = new Map([...bench.byName].map(([name, array]) => [name, array.slice()]));
    const memory = bench.memory.u8.slice();
    expect(bench.run()).toBe('idle');
    const executed = bench.engine.executed;
    const [first, events] = [bench.memory.words(buffer, 256).slice(), bench.events.length];
    for (const [name, array] of saved) bench.byName.get(name)!.set(array as never);
    bench.memory.u8.set(memory);
    expect(bench.run()).toBe('idle');
    expect(bench.engine.executed).toBe(executed);
    expect(bench.memory.words(buffer, 256)).toEqual(first);
    expect(bench.events.length).toBe(2 * events);
  });

  it('allocates nothing before the first dispatch', () => {
    const bench = new Bench();
    expect(bench.run()).toBe('idle');
    expect(bench.byName.size).toBe(0);
  });

  it('sees changed code', () => {
    const bench = new Bench();
    const entry = bench.code(programs.badreg.replace('7f900281', '7e020281'));
    bench.start(entry, 64);
    expect(bench.run()).toBe('idle');
    bench.memory.words(entry, 1)[0] = 0x7f900281; // v200 now
    bench.start(entry, 64);
    bench.run();
    expect(bench.problems).toEqual([expect.objectContaining({ kind: 'vgprOutOfRange', register: 200, allocated: 24 })]);
  });
});

describe('memory', () => {
  it('swizzles scratch by dword over the lanes, the same through flat addresses', () => {
    const bench = new Bench();
    const scratch = bench.memory.place(65536);
    const { words } = bench.execute(programs.scratch, 128, {
      rsrc2: RSRC2 | 1,
      tmpringSize: (2 << 12) | 8,
      scratchBaseLo: (scratch / 256) >>> 0,
      scratchBaseHi: 0,
      shMemBases: 0x0002_0001,
    });
    expect([...words]).toEqual(Array.from({ length: 32 }, (_, i) => 2 * i));
    expect([...bench.memory.words(scratch + 2 * 128, 32)]).toEqual(Array.from({ length: 32 }, (_, i) => i));
    expect(bench.problems).toEqual([]);
  });

  it('reaches LDS through the shared aperture; beyond the allocation loads give 0 and are told', () => {
    const bench = new Bench();
    const { words } = bench.execute(programs.flatlds, 128, { rsrc2: RSRC2 | (1 << 15) });
    expect([...words]).toEqual(Array.from({ length: 32 }, (_, i) => 100 + i));
    expect(bench.problems).toEqual([expect.objectContaining({ kind: 'ldsOutOfRange', allocated: 512 })]);
  });

  it('a wave whose access faults gives one violation and never ends', () => {
    // what external_test_gpu_crash.py of tinygrad expects of a real board: the launch hangs until the queue is reset
    const bench = new Bench();
    const { id } = bench.start(bench.code(programs.fault), 64, {});
    expect(bench.run()).toBe('hung');
    expect(bench.engine.inFlight(id)).toBe(true);
    expect(bench.problems).toEqual([
      expect.objectContaining({ kind: 'memoryViolation', access: 'read', address: 0x1234_0000_0000 }),
    ]);
    bench.engine.abort(id);
    expect(bench.run()).toBe('idle');
  });

  it('tells of stores where it is asked to, neighbours together', () => {
    const bench = new Bench();
    bench.memory.tracksStores = true;
    const { id, buffer } = bench.start(bench.code(programs.reverse), 1024, {
      numThread: [32, 1, 1],
      rsrc2: RSRC2 | (2 << 15),
    });
    expect(id).toBeGreaterThan(0);
    bench.run();
    expect(bench.memory.stores).toEqual([{ at: buffer - bench.memory.base, bytes: 128 }]);
  });

  it('counts atomics one lane after the other', () => {
    const { words } = new Bench().execute(programs.atomics, 256, {});
    expect(words[0]).toBe(32);
    expect([...words.subarray(16, 48)]).toEqual(Array.from({ length: 32 }, (_, i) => i));
  });
});

describe('waves and the world', () => {
  it('reports interrupts by message and traps with their data', () => {
    const bench = new Bench();
    const { result } = bench.execute(programs.trapmsg, 64, { tag: 5 });
    expect(result).toBe('idle');
    expect(bench.events.map((event) => event.kind)).toEqual(['interruptMessage', 'trap', 'dispatchDone']);
    expect(bench.events[0]).toMatchObject({ data: 0x123456 });
    expect(bench.events[1]).toMatchObject({ trap: 3 });
  });

  it('halts a wave at an illegal instruction: the dispatch hangs, and only a reset ends it', () => {
    const bench = new Bench();
    const entry = bench.code('bf800000 ffffffff bfb00000');
    const { id } = bench.start(entry, 64);
    expect(bench.run()).toBe('hung');
    expect(bench.events).toEqual([
      expect.objectContaining({ kind: 'illegalInstruction', pc: entry + 4, words: [0xffffffff], mnemonic: undefined }),
    ]);
    bench.engine.abort(id);
    expect(bench.run()).toBe('idle');
  });

  it('halts a wave that jumps to where no memory is: the page is asked for once, and the wave tells once', () => {
    const bench = new Bench();
    const { bytes } = assemble('s_mov_b32 s2, 0x20000000\ns_mov_b32 s3, 0\ns_setpc_b64 s[2:3]');
    const { id } = bench.start(bench.memory.place(bytes), 64);
    expect(bench.run()).toBe('hung');
    expect(bench.memory.faults).toEqual([{ va: 0x2000_0000, access: Access.execute }]);
    expect(bench.problems).toEqual([
      expect.objectContaining({ kind: 'memoryViolation', access: 'execute', pc: 0x2000_0000, address: 0x2000_0000 }),
    ]);
    bench.engine.abort(id);
    expect(bench.run()).toBe('idle');
  });

  it('changes rounding and denormals in the middle of a block', () => {
    const { words } = new Bench().execute(programs.modes, 64);
    expect([...words.subarray(0, 4)]).toEqual([0x3f800000, 0x3f800001, 0, 2]);
  });

  it('calls and returns', () => {
    const { words } = new Bench().execute(programs.calls, 64);
    expect(words[0]).toBe(42);
  });

  it('goes to the trap handler where there is one, and comes back', () => {
    const bench = new Bench();
    const handler = bench.code(programs.handler);
    const { words } = bench.execute(programs.handled, 64, { rsrc2: RSRC2 | (1 << 6), trapBase: handler });
    // TTMP1: high PC bits, trap number from bit 16 on.
    expect(words[0]).toBe(3 << 16);
  });

  it('reads clocks and writes MODE fields', () => {
    const { words } = new Bench({ referenceClock: () => [0x1234, 5] }).execute(programs.clocks, 64);
    // One cycle an instruction is this model's guess: at least the three in between.
    expect(words[0]).toBeGreaterThanOrEqual(3);
    expect([...words.subarray(1, 4)]).toEqual([0x1234, 5, 0xc0]);
  });

  it('makes every workgroup of a grid resident while none ends', () => {
    const bench = new Bench();
    const { result, words } = bench.execute(programs.grid, 64, { dim: [48, 1, 1] });
    expect(result).toBe('idle');
    expect(words[0]).toBe(48);
  });

  it('runs waves of 64 lanes', () => {
    const bench = new Bench();
    const { result, words } = bench.execute(programs.wave64, 64 * 16, { numThread: [64, 1, 1], initiator: 1 });
    expect(result).toBe('idle');
    expect(bench.problems).toEqual([]);
    for (let lane = 0; lane < 64; lane++) {
      const above = Math.max(0, lane - 40);
      expect([...words.subarray(lane * 4, lane * 4 + 4)], `lane ${lane}`).toEqual([
        lane > 39 ? above + 0x100 : 0,
        24,
        63,
        40,
      ]);
    }
  });
});
