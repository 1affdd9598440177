/**
 * Program flow that only waves of 64 lanes have: loops over their halves.
 */
import { describe, expect, it } from 'vitest';
import { Bench } from './testing/bench.ts';

const word = (n: number): string => (n >>> 0).toString(16).padStart(8, '0');

describe('subvector loops', () => {
  // s_load_b64 s[4:5], s[0:1], null ; v_lshlrev_b32 v1, 3, v0 ; v_mov_b32 v2, 0 ; v_mov_b32 v3, 0 ; s_mov_b32 s6, 0
  // s_mov_b32 exec_lo, LOW ; s_mov_b32 exec_hi, HIGH ; s_subvector_loop_begin s10, done ; body:
  // v_add_nc_u32_e64 v2, v2, 1 ; s_add_u32 s6, s6, 1 ; v_mov_b32 v3, s6 ; s_subvector_loop_end s10, body ; done:
  // s_mov_b64 s[12:13], exec ; s_mov_b64 exec, -1 ; s_waitcnt lgkmcnt(0) ; global_store_b64 v1, v[2:3], s[4:5]
  // v_mov_b32 v0, 0 ; v_mov_b32 v2, s12 ; v_mov_b32 v3, s13 ; global_store_b64 v0, v[2:3], s[4:5] offset:512 ; s_endpgm
  const program = (low: number, high: number): string => `f4040100 f8000000 30020083 7e040280 7e060280 be860080
    befe00ff ${word(low)} beff00ff ${word(high)} bb0a0005 d5250002 00010302 80068106 7e060206 bb8afffb be8c017e befe01c1
    bf89fc07 dc6e0000 00040201 7e000280 7e04020c 7e06020d dc6e0200 00040200 bfb00000`;

  const cases: readonly [low: number, high: number, lowPass: number, highPass: number][] = [
    [-1, 0xff, 1, 2],
    [0, -1, 0, 1],
    [0xf0, 0, 1, 0],
    [0, 0, 0, 0],
  ];
  for (const [low, high, lowPass, highPass] of cases) {
    it(`EXEC ${word(high)} ${word(low)}: passes ${lowPass} ${highPass}, and EXEC is what it was`, () => {
      const bench = new Bench();
      const { result, words } = bench.execute(program(low, high), 1024, { numThread: [64, 1, 1], initiator: 1 });
      expect(result).toBe('idle');
      expect(bench.problems).toEqual([]);
      for (let lane = 0; lane < 64; lane++) {
        const active = (((lane < 32 ? low : high) >>> (lane & 31)) & 1) !== 0;
        const pass = lane < 32 ? lowPass : highPass;
        // Each active lane ran the body once, in its half's pass.
        expect([words[2 * lane], words[2 * lane + 1]], `lane ${lane}`).toEqual(active ? [1, pass] : [0, 0]);
      }
      expect([words[128], words[129]]).toEqual([low >>> 0, high >>> 0]);
    });
  }
});
