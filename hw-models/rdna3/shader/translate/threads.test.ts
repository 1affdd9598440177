/**
 * Several threads: the same memory as one thread gives, faults told, waves that the workers cannot finish finished here.
 * What programs give is said by their text (testing/programs.ts) and by the host.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { assemble } from '../isa/index.ts';
import { ShaderEngine } from '../engine.ts';
import type { ShaderEvent } from '../events.ts';
import { ArenaMemory } from '../testing/arena-memory.ts';
import { RSRC2, oneWave } from '../testing/bench.ts';

function setUp(threads: number) {
  const memory = new ArenaMemory(1 << 22, 0x10000000, 24 << 20);
  const events: ShaderEvent[] = [];
  const engine = new ShaderEngine({
    memory,
    allocate: memory.allocate,
    report: (event) => events.push(event),
    engine: 'wasm',
    threads,
  });
  return { memory, events, engine };
}
const two = setUp(2);
const one = setUp(1);
afterAll(async () => two.engine.close());

/** Launches `groups` workgroups of a program with s[0:1] at an argument that points to a buffer; runs them to their end. */
function run({ memory, events, engine }: typeof two, text: string, groups: number, threads: number, bytes: number) {
  memory.rewind();
  events.length = 0;
  memory.faults.length = 0;
  const { bytes: code, errors } = assemble(text, { wave64: false });
  if (errors.length > 0) throw errors[0]!;
  const entry = memory.place(code);
  const buffer = memory.place(bytes);
  memory.words(buffer, bytes / 4).fill(0);
  const args = memory.place(Uint32Array.of(buffer, 0));
  engine.start(
    oneWave(entry, { dim: [groups, 1, 1], numThread: [threads, 1, 1], rsrc2: RSRC2 | (8 << 15), userData: [args, 0] }),
  );
  let result: string = 'busy';
  for (let n = 0; n < 50 && result === 'busy'; n++) result = engine.run(4_000_000);
  return { result, words: Uint32Array.from(memory.words(buffer, bytes / 4)), events: [...events] };
}

/** v1 = thread number of the whole grid, v2 = its byte offset. */
const head = (threads: number): string => `s_load_b64 s[4:5], s[0:1], null
  v_mad_u32_u24 v1, s2, ${threads}, v0
  v_lshlrev_b32_e32 v2, 2, v1
  s_waitcnt lgkmcnt(0)`;

describe('workgroups on two threads', () => {
  it('give what one thread gives: every thread its square', () => {
    const text = `${head(64)}\nv_mul_lo_u32 v3, v1, v1\nglobal_store_b32 v2, v3, s[4:5]\ns_endpgm`;
    const { result, words } = run(two, text, 4096, 64, 4096 * 64 * 4);
    expect(result).toBe('idle');
    expect(words.findIndex((word, i) => word !== Math.imul(i, i) >>> 0)).toBe(-1);
    expect(two.engine.executed).toBeGreaterThan(0);
  });

  it('share atomics with one another', () => {
    const text = `${head(64)}\nv_mov_b32_e32 v3, 1\nv_mov_b32_e32 v4, 0\nglobal_atomic_add_u32 v4, v3, s[4:5]\ns_endpgm`;
    const { words } = run(two, text, 3000, 64, 4096);
    expect(words[0]).toBe(3000 * 64);
  });

  it('keep workgroups apart: barriers and LDS', () => {
    const text = `${head(128)}
      v_lshlrev_b32_e32 v5, 2, v0
      ds_store_b32 v5, v1
      s_waitcnt lgkmcnt(0)
      s_barrier
      v_sub_nc_u32_e32 v6, 0x7f, v0
      v_lshlrev_b32_e32 v6, 2, v6
      ds_load_b32 v7, v6
      s_waitcnt lgkmcnt(0)
      global_store_b32 v2, v7, s[4:5]
      s_endpgm`;
    const expected = (i: number): number => (i & ~127) + (127 - (i & 127));
    for (const core of [one, two]) {
      const { result, words } = run(core, text, 2000, 128, 2000 * 128 * 4);
      expect(result).toBe('idle');
      expect(words.findIndex((word, i) => word !== expected(i))).toBe(-1);
    }
  });

  it('finish what a worker hands back: turns longer than a quantum, mode changes, interpreted instructions', () => {
    const text = `${head(32)}
      s_mov_b32 s6, 12000
      v_mov_b32_e32 v3, 0
      again:
      v_add_nc_u32_e32 v3, v3, v1
      s_sub_u32 s6, s6, 1
      s_cmp_lg_u32 s6, 0
      s_cbranch_scc1 again
      s_round_mode 1
      v_mov_b32_dpp v3, v3 quad_perm:[1,0,3,2] row_mask:0xf bank_mask:0xf
      s_round_mode 0
      global_store_b32 v2, v3, s[4:5]
      s_endpgm`;
    const { result, words } = run(two, text, 64, 32, 64 * 32 * 4);
    expect(result).toBe('idle');
    expect(words.findIndex((word, i) => word !== 12000 * (i ^ 1))).toBe(-1);
  });

  it('have instructions interpreted for them in the middle of a turn', () => {
    const text = `${head(64)}
      v_mov_b32_dpp v3, v1 quad_perm:[1,0,3,2] row_mask:0xf bank_mask:0xf
      v_add_nc_u32_e32 v3, v3, v1
      global_store_b32 v2, v3, s[4:5]
      s_endpgm`;
    const { result, words } = run(two, text, 2000, 64, 2000 * 64 * 4);
    expect(result).toBe('idle');
    expect(words.findIndex((word, i) => word !== i + (i ^ 1))).toBe(-1);
    expect(two.engine.translated!.interpreted.has('v_mov_b32')).toBe(true);
  });

  it('tell of faults with the wave and the instruction', () => {
    // 64 KiB a thread: from thread 64 on beyond memory, and a carry out of 32 bits never; a wave tells once and stops
    const text = `${head(64)}\nv_lshlrev_b32_e32 v2, 14, v2\nglobal_store_b32 v2, v1, s[4:5]\ns_endpgm`;
    const { events } = run(two, text, 500, 64, 4096);
    const faults = events.filter((event) => event.kind === 'memoryViolation');
    expect(faults.length).toBeGreaterThan(0);
    for (const fault of faults) {
      expect(fault).toMatchObject({ access: 'write' });
      expect(fault.address).toBeGreaterThanOrEqual(0x10000000 + (1 << 22));
    }
  });
});
