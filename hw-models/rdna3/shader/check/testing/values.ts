/** Planted pairs: values that nobody wrote, addresses that cannot be, lanes that collide. */
import { RSRC1 } from '../../testing/bench.ts';
import type { Pair } from './pairs.ts';
import { lds } from './pairs.ts';

const U = 'UNINITIALISED';
/** SH_MEM_CONFIG.ALIGNMENT_MODE: dword, strict. */
const dwordMode = { shMemConfig: 0 };
const strictMode = { shMemConfig: 2 << 2 };

export const valuePairs: readonly Pair[] = [
  {
    name: 'a vector register that was never written is an address',
    code: U,
    racy: 'global_load_b32 v2, v5, s[4:5]',
    repaired: 'v_mov_b32_e32 v5, v1\n global_load_b32 v2, v5, s[4:5]',
    at: /global_load_b32/,
  },
  {
    name: 'a vector register that was never written is stored, after some arithmetic',
    code: U,
    racy: `v_add_nc_u32_e32 v6, 1, v5
      v_xor_b32_e32 v7, v6, v0
      global_store_b32 v1, v7, s[4:5]`,
    repaired: `v_mov_b32_e32 v5, 3
      v_add_nc_u32_e32 v6, 1, v5
      v_xor_b32_e32 v7, v6, v0
      global_store_b32 v1, v7, s[4:5]`,
    at: /global_store_b32/,
    because: /v_add_nc_u32/,
  },
  {
    name: 'half of the lanes were written, all are stored',
    code: U,
    racy: `s_mov_b32 exec_lo, 0xffff
      v_mov_b32_e32 v5, 1
      s_mov_b32 exec_lo, -1
      global_store_b32 v1, v5, s[4:5]`,
    repaired: `s_mov_b32 exec_lo, 0xffff
      v_mov_b32_e32 v5, 1
      global_store_b32 v1, v5, s[4:5]`,
    at: /global_store_b32 .*lane 16/,
  },
  {
    name: 'a scalar that was never written is a base',
    code: U,
    racy: 's_load_b32 s6, s[8:9], null\n s_waitcnt lgkmcnt(0)',
    repaired: 's_mov_b64 s[8:9], s[4:5]\n s_load_b32 s6, s[8:9], null\n s_waitcnt lgkmcnt(0)',
    at: /s_load_b32/,
  },
  {
    name: 'a scalar that was never written decides a branch',
    code: U,
    racy: 's_cmp_eq_u32 s9, 0\n s_cbranch_scc1 over\n s_nop 0\n over:',
    repaired: 's_mov_b32 s9, 0\n s_cmp_eq_u32 s9, 0\n s_cbranch_scc1 over\n s_nop 0\n over:',
    at: /s_cbranch_scc1/,
    because: /s_cmp_eq_u32/,
  },
  {
    name: 'which lanes go on depends on a vector register that was never written',
    code: U,
    racy: 'v_cmp_eq_u32_e32 vcc_lo, 0, v5\n s_and_saveexec_b32 s6, vcc_lo\n s_mov_b32 exec_lo, s6',
    // nobody asks about lanes that are off anyway
    repaired: `v_cmp_gt_u32_e32 vcc_lo, 4, v0
      s_mov_b32 exec_lo, 15
      v_mov_b32_e32 v5, 0
      s_mov_b32 exec_lo, -1
      v_cmp_eq_u32_e64 s6, 0, v5
      s_and_b32 vcc_lo, vcc_lo, s6
      s_and_saveexec_b32 s6, vcc_lo`,
    at: /s_and_saveexec_b32/,
    because: /v_cmp_eq_u32/,
  },
  {
    name: 'a lane that was never written is read out and used as an offset',
    code: U,
    racy: `v_writelane_b32 v5, 0, 1
      v_readlane_b32 s6, v5, 2
      s_load_b32 s7, s[4:5], s6
      s_waitcnt lgkmcnt(0)`,
    repaired: `v_writelane_b32 v5, 0, 1
      v_readlane_b32 s6, v5, 1
      s_load_b32 s7, s[4:5], s6
      s_waitcnt lgkmcnt(0)`,
    at: /s_load_b32/,
    because: /v_readlane_b32/,
  },
  {
    name: 'LDS that was never written is loaded and stored to memory',
    code: U,
    racy: `ds_load_b32 v2, v1 offset:128
      s_waitcnt lgkmcnt(0)
      global_store_b32 v1, v2, s[4:5]`,
    repaired: `ds_store_b32 v1, v0 offset:128
      ds_load_b32 v2, v1 offset:128
      s_waitcnt lgkmcnt(0)
      global_store_b32 v1, v2, s[4:5]`,
    at: /global_store_b32/,
    because: /ds_load_b32/,
    launch: lds,
  },
  {
    name: 'of two loaded dwords of LDS the one that was never written is stored to memory',
    code: U,
    racy: `v_lshlrev_b32_e32 v4, 3, v0
      ds_store_b32 v4, v0
      ds_load_b64 v[2:3], v4
      s_waitcnt lgkmcnt(0)
      global_store_b32 v1, v3, s[4:5]`,
    repaired: `v_lshlrev_b32_e32 v4, 3, v0
      ds_store_b32 v4, v0
      ds_load_b64 v[2:3], v4
      s_waitcnt lgkmcnt(0)
      global_store_b32 v1, v2, s[4:5]`,
    at: /global_store_b32/,
    because: /ds_load_b64/,
    launch: lds,
  },
  {
    name: 'a register beyond the allocation, by M0',
    code: 'vgprOutOfRange',
    racy: 's_mov_b32 m0, 40\n v_movreld_b32_e32 v2, v0',
    repaired: 's_mov_b32 m0, 4\n v_movreld_b32_e32 v2, v0',
    at: /./,
  },
  {
    name: 'a counter in LDS is counted up without having been set to 0',
    code: U,
    racy: `v_mov_b32_e32 v2, 1
      v_mov_b32_e32 v3, 0
      ds_add_u32 v3, v2 offset:64`,
    repaired: `v_mov_b32_e32 v2, 1
      v_mov_b32_e32 v3, 0
      ds_store_b32 v3, v3 offset:64
      ds_add_u32 v3, v2 offset:64`,
    at: /ds_add_u32/,
    launch: lds,
  },
  {
    name: 'a selection takes an undefined side; a defined one does not hurt',
    code: U,
    racy: `v_cmp_gt_u32_e32 vcc_lo, 8, v0
      v_cndmask_b32_e32 v6, v5, v0, vcc_lo
      global_store_b32 v1, v6, s[4:5]`,
    repaired: `v_cmp_gt_u32_e32 vcc_lo, 32, v0
      v_cndmask_b32_e32 v6, v5, v0, vcc_lo
      global_store_b32 v1, v6, s[4:5]`,
    at: /global_store_b32 .*lane 8/,
    because: /v_cndmask_b32/,
  },
  {
    name: 'a scalar load from an odd address',
    code: 'MISALIGNED',
    racy: 's_load_b32 s6, s[4:5], 0x11\n s_waitcnt lgkmcnt(0)',
    repaired: 's_load_b32 s6, s[4:5], 0x14\n s_waitcnt lgkmcnt(0)',
    at: /s_load_b32/,
  },
  {
    name: 'an atomic of 8 bytes at a multiple of 4',
    code: 'MISALIGNED',
    racy: `v_mov_b32_e32 v2, 1
      v_mov_b32_e32 v3, 0
      v_lshlrev_b32_e32 v4, 3, v0
      global_atomic_add_u64 v4, v[2:3], s[4:5] offset:4`,
    repaired: `v_mov_b32_e32 v2, 1
      v_mov_b32_e32 v3, 0
      v_lshlrev_b32_e32 v4, 3, v0
      global_atomic_add_u64 v4, v[2:3], s[4:5] offset:8`,
    at: /global_atomic_add_u64/,
  },
  {
    name: 'an LDS atomic at an odd address',
    code: 'MISALIGNED',
    racy: 'v_lshlrev_b32_e32 v4, 3, v0\n ds_store_b64 v4, v[0:1]\n ds_add_u32 v4, v0 offset:2',
    repaired: 'v_lshlrev_b32_e32 v4, 3, v0\n ds_store_b64 v4, v[0:1]\n ds_add_u32 v4, v0 offset:4',
    at: /ds_add_u32/,
    launch: lds,
  },
  {
    name: 'four dwords of LDS at a multiple of 8 in strict mode',
    code: 'MISALIGNED',
    racy: `v_mov_b32_e32 v2, 0
      v_mov_b32_e32 v3, 0
      s_mov_b32 exec_lo, 1
      ds_store_b128 v1, v[0:3] offset:8`,
    repaired: `v_mov_b32_e32 v2, 0
      v_mov_b32_e32 v3, 0
      s_mov_b32 exec_lo, 1
      ds_store_b128 v1, v[0:3] offset:16`,
    at: /ds_store_b128/,
    launch: { ...lds, ...strictMode },
  },
  {
    name: 'a dword at an odd address, where the launch is in dword mode',
    code: 'MISALIGNED',
    racy: 'global_load_b32 v2, v1, s[4:5] offset:2\n s_waitcnt vmcnt(0)',
    repaired: 'global_load_b32 v2, v1, s[4:5] offset:2\n s_waitcnt vmcnt(0)',
    at: /global_load_b32/,
    launch: dwordMode,
    repairedLaunch: {},
  },
  {
    name: 'beyond the LDS of the launch',
    code: 'ldsOutOfRange',
    racy: 'ds_store_b32 v1, v0 offset:1020',
    repaired: 'ds_store_b32 v1, v0 offset:896',
    at: /./,
    launch: lds,
  },
  {
    name: 'a vector register beyond the allocation',
    code: 'vgprOutOfRange',
    racy: 'v_mov_b32_e32 v40, 0',
    repaired: 'v_mov_b32_e32 v40, 0',
    at: /./,
    repairedLaunch: { rsrc1: RSRC1 | 7 },
  },
  {
    name: 'all lanes of a store write their number to one place in LDS',
    code: 'LANES_COLLIDE',
    racy: 'v_mov_b32_e32 v3, 0\n ds_store_b32 v3, v0',
    repaired: 'v_mov_b32_e32 v3, 0\n v_mov_b32_e32 v4, 7\n ds_store_b32 v3, v4',
    at: /ds_store_b32 .*lane 1\)/,
    because: /ds_store_b32 .*lane 0\)/,
    launch: lds,
  },
  {
    name: 'pairs of lanes of a store write different values to one place in memory',
    code: 'LANES_COLLIDE',
    racy: 'v_and_b32_e32 v3, -8, v1\n global_store_b32 v3, v0, s[4:5]',
    repaired: 'v_and_b32_e32 v3, -8, v1\n v_and_b32_e32 v4, -2, v0\n global_store_b32 v3, v4, s[4:5]',
    at: /global_store_b32 .*lane 1\)/,
    because: /global_store_b32 .*lane 0\)/,
  },
];
