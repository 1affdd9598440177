/** Planted pairs: results that were not waited for. */
import type { Pair } from './pairs.ts';
import { lds, twoWaves, wave64 } from './pairs.ts';

const pair = (
  name: string,
  code: string,
  racy: string,
  repaired: string,
  at: RegExp,
  because: RegExp,
  launch?: Pair['launch'],
): Pair => ({ name, code, racy, repaired, at, because, launch });
const RAW = 'RESULT_NOT_WAITED';
const WAW = 'RESULT_OVERTAKEN';
const store = 'global_store_b32 v1, v3, s[4:5] offset:256';

/** v2 to v7 set. */
const matrices = [2, 3, 4, 5, 6, 7].map((r) => `v_mov_b32_e32 v${r}, 0`).join('\n');

export const waitPairs: readonly Pair[] = [
  pair(
    'a load is used at once',
    RAW,
    `global_load_b32 v2, v1, s[4:5]
     v_add_nc_u32_e32 v3, 1, v2
     ${store}`,
    `global_load_b32 v2, v1, s[4:5]
     s_waitcnt vmcnt(0)
     v_add_nc_u32_e32 v3, 1, v2
     ${store}`,
    /v_add_nc_u32/,
    /global_load_b32 v2/,
  ),
  pair(
    'of two loads the second is used after vmcnt(1)',
    RAW,
    `global_load_b32 v2, v1, s[4:5]
     global_load_b32 v3, v1, s[4:5] offset:128
     s_waitcnt vmcnt(1)
     v_add_nc_u32_e32 v3, 1, v3
     ${store}`,
    `global_load_b32 v2, v1, s[4:5]
     global_load_b32 v3, v1, s[4:5] offset:128
     s_waitcnt vmcnt(1)
     v_add_nc_u32_e32 v2, 1, v2
     s_waitcnt vmcnt(0)
     v_add_nc_u32_e32 v3, v2, v3
     ${store}`,
    /v_add_nc_u32/,
    /offset:128/,
  ),
  pair(
    'a scalar load is used at once',
    RAW,
    `s_load_b32 s6, s[4:5], 0x10
     s_add_i32 s7, s6, 1`,
    `s_load_b32 s6, s[4:5], 0x10
     s_waitcnt lgkmcnt(0)
     s_add_i32 s7, s6, 1`,
    /s_add_i32/,
    /s_load_b32 s6/,
  ),
  pair(
    'scalar loads do not come back in order: lgkmcnt(1) is not enough for the first',
    RAW,
    `s_load_b32 s6, s[4:5], 0x10
     s_load_b32 s7, s[4:5], 0x20
     s_waitcnt lgkmcnt(1)
     s_add_i32 s8, s6, 1`,
    `s_load_b32 s6, s[4:5], 0x10
     s_load_b32 s7, s[4:5], 0x20
     s_waitcnt lgkmcnt(0)
     s_add_i32 s8, s6, 1`,
    /s_add_i32/,
    /s_load_b32 s6/,
  ),
  pair(
    'an LDS load is used at once',
    RAW,
    `ds_store_b32 v1, v0
     ds_load_b32 v2, v1
     v_add_nc_u32_e32 v3, 1, v2
     ${store}`,
    `ds_store_b32 v1, v0
     ds_load_b32 v2, v1
     s_waitcnt lgkmcnt(0)
     v_add_nc_u32_e32 v3, 1, v2
     ${store}`,
    /v_add_nc_u32/,
    /ds_load_b32 v2/,
    lds,
  ),
  pair(
    'of two LDS loads the second is used after lgkmcnt(1)',
    RAW,
    `ds_store_2addr_b32 v1, v0, v0 offset1:32
     ds_load_b32 v2, v1
     ds_load_b32 v3, v1 offset:128
     s_waitcnt lgkmcnt(1)
     v_add_nc_u32_e32 v3, 1, v3
     ${store}`,
    `ds_store_2addr_b32 v1, v0, v0 offset1:32
     ds_load_b32 v2, v1
     ds_load_b32 v3, v1 offset:128
     s_waitcnt lgkmcnt(1)
     v_add_nc_u32_e32 v4, 1, v2
     s_waitcnt lgkmcnt(0)
     v_add_nc_u32_e32 v3, v4, v3
     ${store}`,
    /v_add_nc_u32/,
    /offset:128/,
    lds,
  ),
  pair(
    'a scalar load among LDS loads: lgkmcnt(1) says nothing about it',
    RAW,
    `ds_store_b32 v1, v0
     s_load_b32 s6, s[4:5], 0x10
     ds_load_b32 v2, v1
     s_waitcnt lgkmcnt(1)
     s_add_i32 s7, s6, 1`,
    `ds_store_b32 v1, v0
     s_load_b32 s6, s[4:5], 0x10
     ds_load_b32 v2, v1
     s_waitcnt lgkmcnt(0)
     s_add_i32 s7, s6, 1`,
    /s_add_i32/,
    /s_load_b32 s6/,
    lds,
  ),
  pair(
    'what an atomic returns is used at once',
    RAW,
    `v_mov_b32_e32 v2, 1
     global_atomic_add_u32 v3, v1, v2, s[4:5] glc
     v_add_nc_u32_e32 v3, 1, v3
     ${store}`,
    `v_mov_b32_e32 v2, 1
     global_atomic_add_u32 v3, v1, v2, s[4:5] glc
     s_waitcnt vmcnt(0)
     v_add_nc_u32_e32 v3, 1, v3
     ${store}`,
    /v_add_nc_u32/,
    /global_atomic_add_u32/,
  ),
  pair(
    'the answer to a message is used at once',
    RAW,
    `s_sendmsg_rtn_b64 s[6:7], sendmsg(MSG_RTN_GET_REALTIME)
     s_add_u32 s8, s6, 1`,
    `s_sendmsg_rtn_b64 s[6:7], sendmsg(MSG_RTN_GET_REALTIME)
     s_waitcnt lgkmcnt(0)
     s_add_u32 s8, s6, 1`,
    /s_add_u32/,
    /s_sendmsg_rtn/,
  ),
  pair(
    'the wrong counter: stores are waited for, the load is not',
    RAW,
    `global_load_b32 v2, v1, s[4:5]
     s_waitcnt_vscnt null, 0x0
     v_mov_b32_e32 v3, v2
     ${store}`,
    `global_load_b32 v2, v1, s[4:5]
     s_waitcnt_vmcnt null, 0x0
     v_mov_b32_e32 v3, v2
     ${store}`,
    /v_mov_b32_e32 v3, v2/,
    /global_load_b32/,
  ),
  pair(
    's_waitcnt_depctr does not wait for memory',
    RAW,
    `global_load_b32 v2, v1, s[4:5]
     s_waitcnt_depctr 0
     v_mov_b32_e32 v3, v2
     ${store}`,
    `global_load_b32 v2, v1, s[4:5]
     s_wait_idle
     v_mov_b32_e32 v3, v2
     ${store}`,
    /v_mov_b32_e32 v3, v2/,
    /global_load_b32/,
  ),
  pair(
    'a barrier does not wait for memory',
    RAW,
    `global_load_b32 v2, v1, s[4:5]
     s_barrier
     v_mov_b32_e32 v3, v2
     ${store}`,
    `global_load_b32 v2, v1, s[4:5]
     s_waitcnt vmcnt(0)
     s_barrier
     v_mov_b32_e32 v3, v2
     ${store}`,
    /v_mov_b32_e32 v3, v2/,
    /global_load_b32/,
    twoWaves,
  ),
  pair(
    'a flat load that goes to LDS comes back by lgkmcnt',
    RAW,
    `ds_store_b32 v1, v0
     v_mov_b32_e32 v3, v1
     s_mov_b64 s[6:7], src_shared_base
     v_mov_b32_e32 v4, s7
     flat_load_b32 v2, v[3:4]
     s_waitcnt vmcnt(0)
     v_mov_b32_e32 v3, v2
     ${store}`,
    `ds_store_b32 v1, v0
     v_mov_b32_e32 v3, v1
     s_mov_b64 s[6:7], src_shared_base
     v_mov_b32_e32 v4, s7
     flat_load_b32 v2, v[3:4]
     s_waitcnt vmcnt(0) lgkmcnt(0)
     v_mov_b32_e32 v3, v2
     ${store}`,
    /v_mov_b32_e32 v3, v2/,
    /flat_load_b32/,
    lds,
  ),
  pair(
    'lanes permuted through LDS hardware are used at once',
    RAW,
    `ds_bpermute_b32 v2, v1, v0
     v_mov_b32_e32 v3, v2
     ${store}`,
    `ds_bpermute_b32 v2, v1, v0
     s_waitcnt lgkmcnt(0)
     v_mov_b32_e32 v3, v2
     ${store}`,
    /v_mov_b32_e32 v3, v2/,
    /ds_bpermute_b32/,
  ),
  pair(
    'a loaded value is stored before it is there',
    RAW,
    `global_load_b32 v2, v1, s[4:5]
     global_store_b32 v1, v2, s[4:5] offset:256`,
    `global_load_b32 v2, v1, s[4:5]
     s_waitcnt vmcnt(0)
     global_store_b32 v1, v2, s[4:5] offset:256`,
    /global_store_b32/,
    /global_load_b32/,
  ),
  pair(
    'a lane is read out of a vector that is not there yet',
    RAW,
    `global_load_b32 v2, v1, s[4:5]
     v_readlane_b32 s6, v2, 3`,
    `global_load_b32 v2, v1, s[4:5]
     s_waitcnt vmcnt(0)
     v_readlane_b32 s6, v2, 3`,
    /v_readlane_b32/,
    /global_load_b32/,
  ),
  pair(
    'a load is overtaken by a move',
    WAW,
    `global_load_b32 v2, v1, s[4:5]
     v_mov_b32_e32 v2, 0
     global_store_b32 v1, v2, s[4:5] offset:256`,
    `global_load_b32 v2, v1, s[4:5]
     s_waitcnt vmcnt(0)
     v_mov_b32_e32 v2, 0
     global_store_b32 v1, v2, s[4:5] offset:256`,
    /v_mov_b32_e32 v2, 0/,
    /global_load_b32/,
  ),
  pair(
    'a scalar load is overtaken by a move',
    WAW,
    `s_load_b64 s[6:7], s[4:5], 0x10
     s_mov_b32 s7, 0`,
    `s_load_b64 s[6:7], s[4:5], 0x10
     s_waitcnt lgkmcnt(0)
     s_mov_b32 s7, 0`,
    /s_mov_b32 s7/,
    /s_load_b64/,
  ),
  pair(
    'two scalar loads into one register: either may come last',
    WAW,
    `s_load_b32 s6, s[4:5], 0x10
     s_load_b32 s6, s[4:5], 0x20
     s_waitcnt lgkmcnt(0)`,
    `s_load_b32 s6, s[4:5], 0x10
     s_waitcnt lgkmcnt(0)
     s_load_b32 s6, s[4:5], 0x20
     s_waitcnt lgkmcnt(0)`,
    /0x20/,
    /0x10/,
  ),
  pair(
    'loads from LDS and from memory into one register; two from memory stay in order',
    WAW,
    `ds_store_b32 v1, v0
     ds_load_b32 v2, v1
     global_load_b32 v2, v1, s[4:5]
     s_waitcnt vmcnt(0) lgkmcnt(0)`,
    `global_load_b32 v2, v1, s[4:5] offset:128
     global_load_b32 v2, v1, s[4:5]
     s_waitcnt vmcnt(0)
     global_store_b32 v1, v2, s[4:5] offset:256
     v_mov_b32_e32 v2, 0`,
    /global_load_b32/,
    /ds_load_b32/,
    lds,
  ),
  pair(
    'lanes that were loaded, and lanes that were not',
    WAW,
    `s_mov_b32 exec_lo, 0xffff
     global_load_b32 v2, v1, s[4:5]
     s_mov_b32 exec_lo, 0x18000
     v_mov_b32_e32 v2, 0
     s_waitcnt vmcnt(0)`,
    `s_mov_b32 exec_lo, 0xffff
     global_load_b32 v2, v1, s[4:5]
     s_mov_b32 exec_lo, 0xffff0000
     v_mov_b32_e32 v2, 0
     s_waitcnt vmcnt(0)`,
    /v_mov_b32_e32 v2, 0 .*lane 15/,
    /global_load_b32/,
  ),
  pair(
    'a transcendental result is used too soon',
    'NOT_INTERLOCKED',
    `v_cvt_f32_u32_e32 v2, v0
     v_rcp_f32_e32 v3, v2
     v_mov_b32_e32 v4, 0
     v_mul_f32_e32 v3, v3, v3
     ${store}`,
    `v_cvt_f32_u32_e32 v2, v0
     v_rcp_f32_e32 v3, v2
     v_mov_b32_e32 v4, 0
     s_waitcnt_depctr 0xfff
     v_mul_f32_e32 v3, v3, v3
     v_rcp_f32_e32 v3, v3
     v_mov_b32_e32 v4, 0
     v_mov_b32_e32 v4, 0
     v_mov_b32_e32 v4, 0
     v_mov_b32_e32 v4, 0
     v_mov_b32_e32 v4, 0
     v_mov_b32_e32 v4, 0
     v_mul_f32_e32 v3, v3, v3
     ${store}`,
    /v_mul_f32/,
    /v_rcp_f32/,
  ),
  pair(
    'a matrix operation multiplies the result of the one right before it',
    'NOT_INTERLOCKED',
    `${matrices}
     v_wmma_f32_16x16x16_f16 v[8:15], v[0:7], v[0:7], 0
     v_wmma_f32_16x16x16_f16 v[16:23], v[8:15], v[0:7], 0`,
    `${matrices}
     v_wmma_f32_16x16x16_f16 v[8:15], v[0:7], v[0:7], 0
     v_nop
     v_wmma_f32_16x16x16_f16 v[16:23], v[8:15], v[0:7], 0
     v_wmma_f32_16x16x16_f16 v[16:23], v[0:7], v[0:7], v[16:23]`,
    /v_wmma_f32_16x16x16_f16 v\[16:23\]/,
    /v_wmma_f32_16x16x16_f16 v\[8:15\]/,
  ),
  pair(
    '64 lanes: only the upper half was loaded, and only it has to be waited for',
    RAW,
    `s_mov_b64 exec, 0xffffffff
     v_mov_b32_e32 v2, 0
     s_not_b64 exec, exec
     global_load_b32 v2, v1, s[4:5]
     s_mov_b64 exec, -1
     v_mov_b32_e32 v3, v2`,
    `s_mov_b64 exec, 0xffffffff
     v_mov_b32_e32 v2, 0
     s_not_b64 exec, exec
     global_load_b32 v2, v1, s[4:5]
     s_mov_b64 exec, 0xffffffff
     v_mov_b32_e32 v3, v2`,
    /v_mov_b32_e32 v3, v2 .*lane 32/,
    /global_load_b32/,
    wave64,
  ),
];
