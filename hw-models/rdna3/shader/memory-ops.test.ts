/**
 * Widths, halves, offsets and atomic operations over memory and LDS, from the ISA document's definitions.
 */
import { describe, expect, it } from 'vitest';
import { EXEC, LANES, M0, S } from './state.ts';
import { wordsOf } from './testing/encodings.ts';
import type { Assembly } from './testing/encodings.ts';
import { OneWave } from './testing/one-instruction.ts';

const f32 = (x: number): number => new Int32Array(Float32Array.of(x).buffer)[0]!;

/** A wave with lanes 0 and 1 on, s[0:1] at a buffer in memory, and LDS of 4 KiB. */
function wave(): OneWave & {
  at: number;
  view: DataView;
  lds: DataView;
  lane: (register: number, i?: number) => number;
} {
  const one = new OneWave();
  const va = one.memory.place(8192);
  one.strip.s[0] = va | 0;
  one.strip.s[1] = Math.floor(va / 4294967296);
  one.strip.s[EXEC] = 3;
  one.strip.s[S.LDS_BYTES] = 4096;
  one.strip.v.fill(0x5a5a5a5a, LANES, 8 * LANES);
  const at = va - one.memory.base;
  const { lds8 } = one.strip.core;
  return Object.assign(one, {
    at,
    view: new DataView(one.memory.u8.buffer, at, 8192),
    lds: new DataView(lds8.buffer, lds8.byteOffset, 4096),
    lane: (register: number, i = 0) => one.strip.v[register * LANES + i]!,
  });
}
const u = (n: number): number => n >>> 0;

describe('global', () => {
  it('widens small loads and keeps the other half for d16', () => {
    const results: [Assembly, number][] = [
      ['global_load_u8 v1, v0, s[0:1]', 0x84],
      ['global_load_i8 v1, v0, s[0:1]', 0xffffff84],
      ['global_load_u16 v1, v0, s[0:1]', 0x9384],
      ['global_load_i16 v1, v0, s[0:1]', 0xffff9384],
      ['global_load_d16_u8 v1, v0, s[0:1]', 0x5a5a0084],
      ['global_load_d16_hi_b16 v1, v0, s[0:1]', 0x93845a5a],
    ];
    for (const [assembly, wanted] of results) {
      const w = wave();
      w.view.setUint32(3, 0x77669384, true);
      w.strip.v[0] = 3;
      w.strip.v[1] = 3;
      w.execute(wordsOf(assembly));
      expect(u(w.lane(1)).toString(16), assembly).toBe(wanted.toString(16));
      expect(w.lane(1, 2)).toBe(0x5a5a5a5a);
    }
  });
  it('adds signed offsets, crosses pages', () => {
    const w = wave();
    for (let i = 0; i < 6; i++) w.view.setUint32(4 * i, 10 + i, true);
    w.strip.v[0] = 4;
    w.strip.v[1] = 12;
    w.execute(wordsOf('global_load_b96 v[1:3], v0, s[0:1] offset:-4'));
    expect([w.lane(1), w.lane(2), w.lane(3), w.lane(1, 1), w.lane(3, 1)]).toEqual([10, 11, 12, 12, 14]);
    // The arena's buffer starts at a page; 4092 + 4095 is unaligned and lies across the next boundary.
    w.view.setUint32(8187, 0x11223344, true);
    w.strip.v[4 * LANES] = (w.strip.s[0]! + 4092) | 0;
    w.strip.v[5 * LANES] = w.strip.s[1]!;
    w.strip.s[EXEC] = 1;
    w.execute(wordsOf('global_load_b64 v[2:3], v[4:5], off offset:4095'));
    expect(u(w.lane(2))).toBe(0x11223344);
  });
  it('stores bytes, high halves and quads, active lanes only', () => {
    const w = wave();
    w.strip.v.set([1, 2, 3], 0);
    w.strip.v.fill(0x11223344, 2 * LANES, 3 * LANES);
    w.execute(wordsOf('global_store_b8 v0, v2, s[0:1]'));
    expect([...w.memory.u8.subarray(w.at, w.at + 5)]).toEqual([0, 0x44, 0x44, 0, 0]);
    w.strip.s[EXEC] = 1;
    w.execute(wordsOf('global_store_d16_hi_b16 v0, v2, s[0:1]'));
    expect([...w.memory.u8.subarray(w.at, w.at + 5)]).toEqual([0, 0x22, 0x11, 0, 0]);
    w.strip.v[0] = 32;
    for (let r = 4; r < 8; r++) w.strip.v[r * LANES] = r;
    w.execute(wordsOf('global_store_b128 v0, v[4:7], s[0:1]'));
    expect([0, 1, 2, 3].map((n) => w.view.getUint32(32 + 4 * n, true))).toEqual([4, 5, 6, 7]);
  });
  it('does every atomic and returns the old value', () => {
    const results: [Assembly, number, number, number][] = [
      ['global_atomic_add_u32 v1, v0, v2, s[0:1] glc', 0xffffffff, 3, 2],
      ['global_atomic_sub_u32 v1, v0, v2, s[0:1] glc', 1, 3, 0xfffffffe],
      ['global_atomic_inc_u32 v1, v0, v2, s[0:1] glc', 5, 5, 0],
      ['global_atomic_inc_u32 v1, v0, v2, s[0:1] glc', 4, 5, 5],
      ['global_atomic_dec_u32 v1, v0, v2, s[0:1] glc', 0, 5, 5],
      ['global_atomic_dec_u32 v1, v0, v2, s[0:1] glc', 9, 5, 5],
      ['global_atomic_dec_u32 v1, v0, v2, s[0:1] glc', 3, 5, 2],
      ['global_atomic_min_i32 v1, v0, v2, s[0:1] glc', 1, 0xffffffff, 0xffffffff],
      ['global_atomic_max_u32 v1, v0, v2, s[0:1] glc', 1, 0xffffffff, 0xffffffff],
      ['global_atomic_csub_u32 v1, v0, v2, s[0:1] glc', 3, 5, 0],
      ['global_atomic_add_f32 v1, v0, v2, s[0:1] glc', f32(1.5), f32(2), f32(3.5)],
    ];
    for (const [assembly, old, data, wanted] of results) {
      const w = wave();
      w.strip.s[EXEC] = 1;
      w.strip.v[0] = 8;
      w.view.setUint32(8, old, true);
      w.strip.v[2 * LANES] = data;
      w.execute(wordsOf(assembly));
      expect([u(w.lane(1)), w.view.getUint32(8, true)], assembly).toEqual([u(old), u(wanted)]);
    }
  });
  it('compares and swaps, adds 64 bits, returns nothing without GLC', () => {
    const w = wave();
    w.strip.s[EXEC] = 1;
    w.strip.v[0] = 8;
    w.view.setUint32(8, 42, true);
    w.strip.v[2 * LANES] = 7;
    w.strip.v[3 * LANES] = 42;
    w.execute(wordsOf('global_atomic_cmpswap_b32 v1, v0, v[2:3], s[0:1] glc'));
    expect([w.lane(1), w.view.getUint32(8, true)]).toEqual([42, 7]);
    w.execute(wordsOf('global_atomic_cmpswap_b32 v1, v0, v[2:3], s[0:1] glc'));
    expect([w.lane(1), w.view.getUint32(8, true)]).toEqual([7, 7]);
    w.view.setUint32(8, 0xffffffff, true);
    w.view.setUint32(12, 1, true);
    w.strip.v[2 * LANES] = 1;
    w.strip.v[3 * LANES] = 2;
    w.execute(wordsOf('global_atomic_add_u64 v[6:7], v0, v[2:3], s[0:1] glc'));
    expect([u(w.lane(6)), w.lane(7), w.view.getUint32(8, true), w.view.getUint32(12, true)]).toEqual([
      0xffffffff, 1, 0, 4,
    ]);
    w.execute(wordsOf('global_atomic_swap_b32 v0, v2, s[0:1]'));
    expect([w.lane(0), w.view.getUint32(8, true)]).toEqual([8, 1]);
  });
});

describe('LDS', () => {
  it('loads wide and in pairs, even over its own address register', () => {
    const w = wave();
    for (let i = 0; i < 1024; i++) w.lds.setUint32(4 * i, i, true);
    w.strip.v.set([0, 64], 0);
    w.execute(wordsOf('ds_load_b128 v[4:7], v0 offset:16'));
    expect([w.lane(4), w.lane(7), w.lane(4, 1), w.lane(7, 1)]).toEqual([4, 7, 20, 23]);
    w.execute(wordsOf('ds_load_2addr_stride64_b32 v[4:5], v0 offset0:1 offset1:2'));
    expect([w.lane(4), w.lane(5), w.lane(5, 1)]).toEqual([64, 128, 144]);
    w.execute(wordsOf('ds_load_2addr_b32 v[0:1], v0 offset0:1 offset1:3'));
    expect([w.lane(0), w.lane(1), w.lane(0, 1), w.lane(1, 1)]).toEqual([1, 3, 17, 19]);
  });
  it('adds offsets modulo 2^32', () => {
    // clang 19 turns tile[255 - id] into this: LLVM's isDSOffsetLegal takes negative bases from Sea Islands on
    const w = wave();
    for (let i = 0; i < 1024; i++) w.lds.setUint32(4 * i, i, true);
    w.strip.v.set([-4, -8], 0);
    w.execute(wordsOf('ds_load_b128 v[4:7], v0 offset:16'));
    expect([w.lane(4), w.lane(7), w.lane(4, 1)]).toEqual([3, 6, 2]);
    w.execute(wordsOf('ds_load_2addr_stride64_b32 v[4:5], v0 offset0:1 offset1:2'));
    expect([w.lane(4), w.lane(5, 1)]).toEqual([63, 126]);
  });
  it('stores pairs and halves, widens', () => {
    const w = wave();
    w.strip.s[EXEC] = 1;
    w.strip.v[0] = 8;
    [2, 3, 4, 5].forEach((r) => {
      w.strip.v[r * LANES] = 0x11220080 + r;
    });
    w.execute(wordsOf('ds_store_2addr_b64 v0, v[2:3], v[4:5] offset0:1 offset1:4'));
    expect([16, 20, 40, 44].map((at) => w.lds.getUint32(at, true))).toEqual([2, 3, 4, 5].map((r) => 0x11220080 + r));
    w.execute(wordsOf('ds_store_b8_d16_hi v0, v2'));
    expect(w.lds.getUint32(8, true)).toBe(0x22);
    w.lds.setUint32(8, 0x0000fe80, true);
    w.execute(wordsOf('ds_load_i8 v1, v0'));
    expect(w.lane(1)).toBe(-128);
    w.execute(wordsOf('ds_load_u16_d16_hi v1, v0'));
    expect(u(w.lane(1))).toBe(0xfe80ff80);
  });
  it('reads, modifies, writes', () => {
    const results: [Assembly, number, number, number, number][] = [
      ['ds_add_rtn_u32 v1, v0, v2', 5, 7, 0, 12],
      ['ds_cmpstore_rtn_b32 v1, v0, v2, v3', 5, 7, 5, 7],
      ['ds_cmpstore_rtn_b32 v1, v0, v2, v3', 5, 7, 6, 5],
      ['ds_max_rtn_f32 v1, v0, v2', f32(-1), f32(2), 0, f32(2)],
      ['ds_mskor_rtn_b32 v1, v0, v2, v3', 0xff, 0x0f, 0x100, 0x1f0],
    ];
    for (const [assembly, old, data, second, wanted] of results) {
      const w = wave();
      w.strip.s[EXEC] = 1;
      w.strip.v[0] = 12;
      w.lds.setUint32(12, old, true);
      w.strip.v[2 * LANES] = data;
      w.strip.v[3 * LANES] = second;
      w.execute(wordsOf(assembly));
      expect([u(w.lane(1)), w.lds.getUint32(12, true)], assembly).toEqual([u(old), u(wanted)]);
    }
  });
});

describe('a wave of 64 lanes', () => {
  it('counts all its lanes at once', () => {
    const one = new OneWave(64);
    const { s, core } = one.strip;
    s[EXEC] = 0xff;
    s[EXEC + 1] = 0xf;
    s[M0] = 0x00100000;
    const lds = new DataView(core.lds8.buffer, core.lds8.byteOffset, 64);
    lds.setUint32(24, 7, true);
    one.execute([0xd8f80008, 0x08000000]); // ds_append v8 offset:8
    expect(lds.getUint32(24, true)).toBe(19);
    expect([one.strip.v[8 * LANES], one.strip.other!.v[8 * LANES + 3], one.strip.other!.v[8 * LANES + 4]]).toEqual([
      7, 7, 0,
    ]);
  });
});

describe('scalar loads', () => {
  it('fill consecutive registers; the two low address bits do not count', () => {
    const w = wave();
    for (let i = 0; i < 16; i++) w.view.setUint32(4 * i, 100 + i, true);
    w.execute(wordsOf('s_load_b128 s[4:7], s[0:1], 0x10'));
    expect([...w.strip.s.subarray(4, 8)]).toEqual([104, 105, 106, 107]);
    w.strip.s[2] = 7;
    w.execute(wordsOf('s_load_b32 s4, s[0:1], s2 offset:0x8'));
    expect(w.strip.s[4]).toBe(103);
  });
});
