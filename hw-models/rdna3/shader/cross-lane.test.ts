/**
 * Lane-crossing instructions, lane by lane from the ISA document's definitions.
 */
import { describe, expect, it } from 'vitest';
import { EXEC, LANES, VCC } from './state.ts';
import { wordsOf } from './testing/encodings.ts';
import type { Assembly } from './testing/encodings.ts';
import { OneWave } from './testing/one-instruction.ts';

const OLD = 0x5a5a5a5a;
/** v0 holds 100 + lane, v1 a pattern; answers v1 after the instruction. */
function run(assembly: Assembly, exec = -1, prepare: (wave: OneWave) => void = () => {}): number[] {
  const wave = new OneWave();
  for (let i = 0; i < LANES; i++) wave.strip.v[i] = 100 + i;
  wave.strip.v.fill(OLD, LANES, 2 * LANES);
  wave.strip.s[EXEC] = exec;
  prepare(wave);
  wave.execute(wordsOf(assembly));
  return [...wave.strip.v.subarray(LANES, 2 * LANES)];
}
const lanes = (f: (i: number) => number): number[] => Array.from({ length: LANES }, (_, i) => f(i));
const row = (i: number): number => i & 16;

describe('DPP', () => {
  const rest = 'row_mask:0xf bank_mask:0xf';
  it('moves inside rows of 16; a lane whose source falls off keeps its old value, or gets 0 with bound control', () => {
    expect(run(`v_mov_b32_dpp v1, v0 quad_perm:[3,2,1,0] ${rest}`)).toEqual(lanes((i) => 100 + (i ^ 3)));
    expect(run(`v_mov_b32_dpp v1, v0 row_shl:1 ${rest}`)).toEqual(lanes((i) => ((i & 15) < 15 ? 101 + i : OLD)));
    expect(run(`v_mov_b32_dpp v1, v0 row_shr:2 ${rest} bound_ctrl:1`)).toEqual(
      lanes((i) => ((i & 15) >= 2 ? 98 + i : 0)),
    );
    expect(run(`v_mov_b32_dpp v1, v0 row_ror:5 ${rest}`)).toEqual(lanes((i) => 100 + row(i) + ((i - 5) & 15)));
    expect(run(`v_mov_b32_dpp v1, v0 row_mirror ${rest}`)).toEqual(lanes((i) => 100 + (i ^ 15)));
    expect(run(`v_mov_b32_dpp v1, v0 row_half_mirror ${rest}`)).toEqual(lanes((i) => 100 + (i ^ 7)));
    expect(run(`v_mov_b32_dpp v1, v0 row_share:3 ${rest}`)).toEqual(lanes((i) => 100 + row(i) + 3));
    expect(run(`v_mov_b32_dpp v1, v0 row_xmask:5 ${rest}`)).toEqual(lanes((i) => 100 + (i ^ 5)));
    expect(run('v_mov_b32_dpp v1, v0 dpp8:[7,6,5,4,3,2,1,0]')).toEqual(lanes((i) => 100 + (i ^ 7)));
  });
  it('masks rows and banks', () => {
    expect(run('v_mov_b32_dpp v1, v0 row_mirror row_mask:0x1 bank_mask:0x5')).toEqual(
      lanes((i) => (i < 16 && (i & 4) === 0 ? 100 + (i ^ 15) : OLD)),
    );
  });
  it('does not fetch inactive lanes unless told', () => {
    const exec = 0x0000_ff0f;
    const active = (i: number): boolean => ((exec >>> i) & 1) !== 0;
    expect(run(`v_mov_b32_dpp v1, v0 row_shl:1 ${rest}`, exec)).toEqual(
      lanes((i) => (active(i) && active(i + 1) && i < 15 ? 101 + i : OLD)),
    );
    expect(run(`v_mov_b32_dpp v1, v0 row_shl:1 ${rest} fi:1`, exec)).toEqual(
      lanes((i) => (active(i) && i < 15 ? 101 + i : OLD)),
    );
  });
  it('reads the old register where destination and source are one', () => {
    const wave = new OneWave();
    for (let i = 0; i < LANES; i++) wave.strip.v[i] = i;
    wave.strip.s[EXEC] = -1;
    wave.execute(wordsOf(`v_add_nc_u32_dpp v0, v0, v0 row_ror:1 ${rest}`));
    expect([...wave.strip.v.subarray(0, LANES)]).toEqual(lanes((i) => i + row(i) + ((i - 1) & 15)));
  });
});

describe('permutes', () => {
  const reverse = (wave: OneWave): void => {
    wave.strip.s[0] = 0x89abcdef | 0;
    wave.strip.s[1] = 0x01234567;
  };
  it('permlane16 and permlanex16', () => {
    expect(run('v_permlane16_b32 v1, v0, s0, s1', -1, reverse)).toEqual(lanes((i) => 100 + (i ^ 15)));
    expect(run('v_permlanex16_b32 v1, v0, s0, s1', -1, reverse)).toEqual(lanes((i) => 100 + (i ^ 31)));
    expect(run('v_permlanex16_b32 v1, v0, s0, s1', 0xffff, reverse)).toEqual(lanes(() => OLD));
    expect(run('v_permlanex16_b32 v1, v0, s0, s1 op_sel:[0,1]', 0xffff, reverse)).toEqual(
      lanes((i) => (i < 16 ? 0 : OLD)),
    );
    expect(run('v_permlanex16_b32 v1, v0, s0, s1 op_sel:[1,0]', 0xffff, reverse)).toEqual(
      lanes((i) => (i < 16 ? 100 + (i ^ 31) : OLD)),
    );
  });
  it('through LDS hardware: pull, push, swizzle', () => {
    const addresses = (wave: OneWave): void => {
      for (let i = 0; i < LANES; i++) wave.strip.v[2 * LANES + i] = 4 * (i ^ 9);
    };
    expect(run('ds_bpermute_b32 v1, v2, v0', -1, addresses)).toEqual(lanes((i) => 100 + (i ^ 9)));
    expect(run('ds_bpermute_b32 v1, v2, v0', ~1, addresses)).toEqual(
      lanes((i) => (i === 0 ? OLD : i === 9 ? 0 : 100 + (i ^ 9))),
    );
    expect(run('ds_permute_b32 v1, v2, v0', ~1, addresses)).toEqual(
      lanes((i) => (i === 0 ? OLD : i === 9 ? 0 : 100 + (i ^ 9))),
    );
    expect(run('ds_swizzle_b32 v1, v0 offset:0x041f')).toEqual(lanes((i) => 100 + (i ^ 1)));
    expect(run('ds_swizzle_b32 v1, v0 offset:0x8039')).toEqual(lanes((i) => 100 + (i & ~3) + [1, 2, 3, 0][i & 3]!));
  });
  it('of 64 lanes swap halves', () => {
    const wave = new OneWave(64);
    wave.strip.s.fill(-1, EXEC, EXEC + 2);
    wave.strip.v.fill(1, 0, LANES);
    wave.strip.other!.v.fill(2, 0, LANES);
    wave.execute(wordsOf('v_permlane64_b32 v1, v0'));
    expect([wave.strip.v[LANES], wave.strip.other!.v[LANES + 31]]).toEqual([2, 1]);
  });
});

describe('LDS permutes', () => {
  it('swizzle in bit-reversed order, partly or not at all, and rotated', () => {
    const mirrored = (i: number): number => parseInt(i.toString(2).padStart(5, '0').split('').reverse().join(''), 2);
    expect(run('ds_swizzle_b32 v1, v0 offset:0xe000')).toEqual(lanes((i) => 100 + mirrored(i)));
    expect(run('ds_swizzle_b32 v1, v0 offset:0xe01f')).toEqual(lanes((i) => 100 + i));
    // Both halves by themselves: 0 8 4 12 …
    expect(run('ds_swizzle_b32 v1, v0 offset:0xe010')).toEqual(lanes((i) => 100 + row(i) + (mirrored(i & 15) >> 1)));
    expect(run('ds_swizzle_b32 v1, v0 offset:0xc020')).toEqual(lanes((i) => 100 + ((i + 1) & 31)));
    // Three back inside groups of eight.
    expect(run('ds_swizzle_b32 v1, v0 offset:0xc478')).toEqual(lanes((i) => 100 + (i & 24) + ((i - 3) & 7)));
  });
  it('stay inside their half of a wave of 64 lanes', () => {
    for (const [assembly, source] of [
      ['ds_bpermute_b32 v1, v2, v0', (i: number): number => (i + 1) & 31],
      ['ds_permute_b32 v1, v2, v0', (i: number): number => (i - 1) & 31],
    ] as const) {
      const wave = new OneWave(64);
      wave.strip.s.fill(-1, EXEC, EXEC + 2);
      for (const { v, half } of [wave.strip, wave.strip.other!]) {
        for (let i = 0; i < LANES; i++) {
          v[i] = 100 + i + 32 * half;
          v[2 * LANES + i] = 4 * (i + 1 + 32 * (1 - half)); // bits above the fifth do not count
        }
      }
      wave.execute(wordsOf(assembly));
      for (const { v, half } of [wave.strip, wave.strip.other!])
        expect([...v.subarray(LANES, 2 * LANES)], assembly).toEqual(lanes((i) => 100 + 32 * half + source(i)));
    }
  });
});

describe('single lanes', () => {
  const first = (exec: number): number => {
    const wave = new OneWave();
    for (let i = 0; i < LANES; i++) wave.strip.v[i] = 100 + i;
    wave.strip.s[EXEC] = exec;
    wave.execute(wordsOf('v_readfirstlane_b32 s0, v0'));
    return wave.strip.s[0]!;
  };
  it('readfirstlane takes the lowest active lane, lane 0 where none is', () => {
    expect([first(-1), first(0x100), first(-0x80000000), first(0)]).toEqual([100, 108, 131, 100]);
  });
  it('readlane wraps its lane number, writelane ignores EXEC', () => {
    const wave = new OneWave();
    for (let i = 0; i < LANES; i++) wave.strip.v[i] = 100 + i;
    wave.strip.s[0] = 7;
    wave.execute(wordsOf('v_writelane_b32 v1, s0, 5'));
    expect([...wave.strip.v.subarray(LANES, 2 * LANES)]).toEqual(lanes((i) => (i === 5 ? 7 : 0)));
    wave.execute(wordsOf('v_readlane_b32 s0, v0, 37'));
    expect(wave.strip.s[0]).toBe(105);
  });
  it('relative moves count from M0', () => {
    expect(
      run('v_movrels_b32 v1, v0', -1, (wave) => {
        wave.strip.s[125] = 3;
        wave.strip.v.fill(77, 3 * LANES, 4 * LANES);
      }),
    ).toEqual(lanes(() => 77));
  });
});

describe('two at once', () => {
  it('both halves of a dual instruction read what was there before', () => {
    const wave = new OneWave();
    wave.strip.s[EXEC] = -1;
    wave.strip.v.fill(5, LANES, 2 * LANES);
    wave.strip.v.fill(9, 2 * LANES, 3 * LANES);
    wave.execute(wordsOf('v_dual_mov_b32 v1, v2 :: v_dual_add_nc_u32 v2, v1, v1'));
    expect([wave.strip.v[LANES], wave.strip.v[2 * LANES]]).toEqual([9, 10]);
  });
  it('a dual multiply-add and select', () => {
    const wave = new OneWave();
    wave.strip.s[EXEC] = 0xf;
    wave.strip.s[VCC] = 0x5;
    wave.strip.vf.fill(3, 0, LANES);
    wave.strip.vf.fill(1, LANES, 2 * LANES);
    wave.strip.v.fill(OLD, 2 * LANES, 3 * LANES);
    wave.strip.v.fill(8, 3 * LANES, 4 * LANES);
    wave.execute(wordsOf('v_dual_fmac_f32 v1, v0, v0 :: v_dual_cndmask_b32 v2, v3, v1'));
    expect([...wave.strip.vf.subarray(LANES, LANES + 5)]).toEqual([10, 10, 10, 10, 1]);
    // 1.0 where VCC is set, the old v1.
    expect([...wave.strip.v.subarray(2 * LANES, 2 * LANES + 5)]).toEqual([0x3f800000, 8, 0x3f800000, 8, OLD]);
  });
  it('swaps', () => {
    const wave = new OneWave();
    wave.strip.s[EXEC] = 1;
    wave.strip.v[0] = 1;
    wave.strip.v[2 * LANES] = 2;
    wave.execute(wordsOf('v_swap_b32 v0, v2'));
    expect([wave.strip.v[0], wave.strip.v[2 * LANES]]).toEqual([2, 1]);
  });
});

describe('matrices', () => {
  /** Small whole numbers: every order of summation gives the same. */
  const a = (r: number, k: number): number => ((r * 3 + k * 5) % 7) - 3;
  const bb = (k: number, c: number): number => ((k * 2 + c) % 5) - 2;
  const wanted = (r: number, c: number): number => {
    let sum = r - c;
    for (let k = 0; k < 16; k++) sum += a(r, k) * bb(k, c);
    return sum;
  };
  const half: Record<number, number> = {
    [-3]: 0xc200,
    [-2]: 0xc000,
    [-1]: 0xbc00,
    0: 0,
    1: 0x3c00,
    2: 0x4000,
    3: 0x4200,
  };
  it('f16 into f32', () => {
    const one = new OneWave();
    const { v, vf, s } = one.strip;
    s[EXEC] = -1;
    for (let lane = 0; lane < LANES; lane++) {
      for (let k = 0; k < 16; k += 2) {
        v[(k / 2) * LANES + lane] = half[a(lane & 15, k)]! | (half[a(lane & 15, k + 1)]! << 16);
        v[(8 + k / 2) * LANES + lane] = half[bb(k, lane & 15)]! | (half[bb(k + 1, lane & 15)]! << 16);
      }
      for (let r = 0; r < 8; r++) vf[(16 + r) * LANES + lane] = 2 * r + (lane >> 4) - (lane & 15);
    }
    one.execute(wordsOf('v_wmma_f32_16x16x16_f16 v[16:23], v[0:7], v[8:15], v[16:23]'));
    for (let r = 0; r < 16; r++) {
      for (let c = 0; c < 16; c++)
        expect(vf[(16 + (r >> 1)) * LANES + c + 16 * (r & 1)], `${r},${c}`).toBe(wanted(r, c));
    }
  });
  it('f16 into f32 in a wave of 64 lanes: four rows a register', () => {
    const one = new OneWave(64);
    const strips = [one.strip, one.strip.other!];
    one.strip.s[EXEC] = -1;
    one.strip.s[EXEC + 1] = -1;
    for (const { v, vf, half: upper } of strips) {
      for (let lane = 0; lane < LANES; lane++) {
        for (let k = 0; k < 16; k += 2) {
          v[(k >> 1) * LANES + lane] = half[a(lane & 15, k)]! | (half[a(lane & 15, k + 1)]! << 16);
          v[(8 + (k >> 1)) * LANES + lane] = half[bb(k, lane & 15)]! | (half[bb(k + 1, lane & 15)]! << 16);
        }
        for (let r = 0; r < 4; r++) vf[(16 + r) * LANES + lane] = 4 * r + 2 * upper + (lane >> 4) - (lane & 15);
        for (let r = 4; r < 8; r++) v[(16 + r) * LANES + lane] = OLD;
      }
    }
    one.execute(wordsOf('v_wmma_f32_16x16x16_f16 v[16:19], v[0:7], v[8:15], v[16:19]'));
    for (let r = 0; r < 16; r++) {
      for (let c = 0; c < 16; c++) {
        const lane = c + 16 * (r & 3);
        expect(strips[lane >> 5]!.vf[(16 + (r >> 2)) * LANES + (lane & 31)], `${r},${c}`).toBe(wanted(r, c));
      }
    }
    expect(strips.map(({ v }) => v[20 * LANES])).toEqual([OLD, OLD]);
  });
  it('signed bytes into i32', () => {
    const one = new OneWave();
    const { v, s } = one.strip;
    s[EXEC] = -1;
    for (let lane = 0; lane < LANES; lane++) {
      for (let k = 0; k < 16; k++) {
        v[(k >> 2) * LANES + lane]! |= (a(lane & 15, k) & 0xff) << (8 * (k & 3));
        v[(8 + (k >> 2)) * LANES + lane]! |= (bb(k, lane & 15) & 0xff) << (8 * (k & 3));
      }
      for (let r = 0; r < 8; r++) v[(16 + r) * LANES + lane] = 2 * r + (lane >> 4) - (lane & 15);
    }
    one.execute(wordsOf('v_wmma_i32_16x16x16_iu8 v[16:23], v[0:3], v[8:11], v[16:23] neg_lo:[1,1,0]'));
    for (let r = 0; r < 16; r++) {
      for (let c = 0; c < 16; c++)
        expect(v[(16 + (r >> 1)) * LANES + c + 16 * (r & 1)], `${r},${c}`).toBe(wanted(r, c));
    }
  });
});
