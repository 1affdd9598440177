/** Planted pairs: waves that meet in LDS and in memory. */
import type { Pair } from './pairs.ts';
import { RSRC2_LDS, WGP, lds, ldsTwoWaves, twoGroups, twoWaves, wave64 } from './pairs.ts';

/** Work-items of wave 1 read what wave 0 has written, and the other way round. */
const across = 'v_xor_b32_e32 v2, 0x80, v1';
/** Wave 0 goes on, wave 1 jumps to `other`. */
const byWave = `v_readfirstlane_b32 s6, v0
  s_cmp_lg_u32 s6, 0
  s_cbranch_scc1 other`;
/** Workgroup 0 goes on, workgroup 1 jumps to `other`. One lane each. */
const byGroup = `s_mov_b32 exec_lo, 1
  v_mov_b32_e32 v2, 0
  v_mov_b32_e32 v3, 7
  v_mov_b32_e32 v4, 1
  s_cmp_lg_u32 s2, 0
  s_cbranch_scc1 other`;
/** Spins until the flag at 128 is 1. */
const spin = `again: s_sleep 1
  global_load_b32 v5, v2, s[4:5] offset:128 glc
  s_waitcnt vmcnt(0)
  v_readfirstlane_b32 s6, v5
  s_cmp_eq_u32 s6, 1
  s_cbranch_scc0 again`;
const dropped = 'buffer_gl1_inv\n buffer_gl0_inv';
const loadData = 'global_load_b32 v6, v2, s[4:5] offset:64\n s_waitcnt vmcnt(0)';
const storeData = 'global_store_b32 v2, v3, s[4:5] offset:64';
const released = 's_waitcnt vmcnt(0) lgkmcnt(0)\n s_waitcnt_vscnt null, 0x0';
const setFlag = 'global_store_b32 v2, v4, s[4:5] offset:128';

/** A message from workgroup 0 to workgroup 1. */
const message = (send: string, receive: string): string => `${byGroup}
  ${send}
  s_endpgm
  other:
  ${receive}`;

/** The last workgroup to come adds up what all have stored: at 64, a counter at 128. */
const lastOne = (before: string, after: string): string => `s_mov_b32 exec_lo, 1
  v_mov_b32_e32 v2, 0
  v_mov_b32_e32 v4, 1
  s_lshl_b32 s7, s2, 2
  v_mov_b32_e32 v3, s7
  global_store_b32 v3, v4, s[4:5] offset:64
  ${before}
  global_atomic_add_u32 v5, v2, v4, s[4:5] offset:128 glc
  s_waitcnt vmcnt(0)
  ${after}
  v_readfirstlane_b32 s6, v5
  s_cmp_lg_u32 s6, 1
  s_cbranch_scc1 done
  global_load_b64 v[6:7], v2, s[4:5] offset:64
  s_waitcnt vmcnt(0)
  v_add_nc_u32_e32 v6, v6, v7
  global_store_b32 v2, v6, s[4:5] offset:256
  done:`;

export const racePairs: readonly Pair[] = [
  {
    name: 'LDS, 64 lanes: the upper half of one wave, the lower half of the other',
    code: 'LDS_RACE',
    racy: `ds_store_b32 v1, v0
      v_xor_b32_e32 v2, 0x180, v1
      s_waitcnt lgkmcnt(0)
      ds_load_b32 v3, v2
      s_waitcnt lgkmcnt(0)`,
    repaired: `ds_store_b32 v1, v0
      v_xor_b32_e32 v2, 0x180, v1
      s_waitcnt lgkmcnt(0)
      s_barrier
      ds_load_b32 v3, v2
      s_waitcnt lgkmcnt(0)`,
    at: /ds_load_b32 .*wave [01], lane (0|32)\)/,
    because: /ds_(load|store)_b32 .*wave [01], lane (0|32)\)/,
    launch: { ...lds, ...wave64, rsrc2: RSRC2_LDS, numThread: [128, 1, 1] },
  },
  {
    name: 'LDS: stored by one wave, loaded by the other',
    code: 'LDS_RACE',
    racy: `ds_store_b32 v1, v0
      ${across}
      s_waitcnt lgkmcnt(0)
      ds_load_b32 v3, v2
      s_waitcnt lgkmcnt(0)`,
    repaired: `ds_store_b32 v1, v0
      ${across}
      s_waitcnt lgkmcnt(0)
      s_barrier
      ds_load_b32 v3, v2
      s_waitcnt lgkmcnt(0)`,
    at: /ds_load_b32 .*wave 1|ds_store_b32 .*wave 1/,
    because: /ds_(load|store)_b32 .*wave 0/,
    launch: ldsTwoWaves,
  },
  {
    name: 'LDS: the barrier comes before the store is known to have arrived',
    code: 'LDS_RACE',
    racy: `ds_store_b32 v1, v0
      ${across}
      s_barrier
      ds_load_b32 v3, v2
      s_waitcnt lgkmcnt(0)`,
    repaired: `ds_store_b32 v1, v0
      ${across}
      s_waitcnt lgkmcnt(0)
      s_barrier
      ds_load_b32 v3, v2
      s_waitcnt lgkmcnt(0)`,
    at: /ds_load_b32/,
    because: /ds_store_b32/,
    launch: ldsTwoWaves,
  },
  {
    name: 'LDS: the next round stores while the other wave may still load',
    code: 'LDS_RACE',
    racy: `ds_store_b32 v1, v0
      ${across}
      s_waitcnt lgkmcnt(0)
      s_barrier
      ds_load_b32 v3, v2
      s_waitcnt lgkmcnt(0)
      ds_store_b32 v1, v3
      s_waitcnt lgkmcnt(0)`,
    repaired: `ds_store_b32 v1, v0
      ${across}
      s_waitcnt lgkmcnt(0)
      s_barrier
      ds_load_b32 v3, v2
      s_waitcnt lgkmcnt(0)
      s_barrier
      ds_store_b32 v1, v3
      s_waitcnt lgkmcnt(0)`,
    at: /ds_(load_b32 v3, v2|store_b32 v1, v3)/,
    because: /ds_(load_b32 v3, v2|store_b32 v1, v3)/,
    launch: ldsTwoWaves,
  },
  {
    name: 'LDS: two waves store different values to one place',
    code: 'LDS_RACE',
    racy: `v_mov_b32_e32 v3, 0
      v_readfirstlane_b32 s6, v0
      v_mov_b32_e32 v4, s6
      ds_store_b32 v3, v4`,
    repaired: `v_readfirstlane_b32 s6, v0
      v_mov_b32_e32 v3, s6
      v_mov_b32_e32 v4, s6
      ds_store_b32 v3, v4`,
    at: /ds_store_b32 .*wave 1/,
    because: /ds_store_b32 .*wave 0/,
    launch: ldsTwoWaves,
  },
  {
    name: 'LDS: a counter is set by one wave while the other counts',
    code: 'LDS_RACE',
    racy: `v_mov_b32_e32 v3, 0
      v_mov_b32_e32 v4, 1
      v_mov_b32_e32 v5, 7
      ds_store_b32 v3, v3
      s_waitcnt lgkmcnt(0)
      s_barrier
      ${byWave}
      ds_add_u32 v3, v4
      s_endpgm
      other:
      ds_store_b32 v3, v5`,
    repaired: `v_mov_b32_e32 v3, 0
      v_mov_b32_e32 v4, 1
      v_mov_b32_e32 v5, 7
      ds_store_b32 v3, v3
      s_waitcnt lgkmcnt(0)
      s_barrier
      ${byWave}
      ds_add_u32 v3, v4
      s_waitcnt lgkmcnt(0)
      s_barrier
      s_endpgm
      other:
      s_barrier
      ds_store_b32 v3, v5`,
    at: /ds_store_b32 .*wave 1/,
    because: /ds_add_u32 .*wave 0/,
    launch: ldsTwoWaves,
  },
  {
    name: 'memory: two waves of a workgroup, no barrier',
    code: 'RACE_IN_WORKGROUP',
    racy: `global_store_b32 v1, v0, s[4:5]
      s_waitcnt_vscnt null, 0x0
      ${across}
      global_load_b32 v3, v2, s[4:5]
      s_waitcnt vmcnt(0)`,
    repaired: `global_store_b32 v1, v0, s[4:5]
      s_waitcnt_vscnt null, 0x0
      s_barrier
      buffer_gl0_inv
      ${across}
      global_load_b32 v3, v2, s[4:5]
      s_waitcnt vmcnt(0)`,
    at: /global_(load|store)_b32/,
    because: /global_(load|store)_b32/,
    launch: { ...twoWaves, rsrc1: WGP },
  },
  {
    name: 'memory: a barrier in WGP mode, but the store was not waited for',
    code: 'RACE_IN_WORKGROUP',
    racy: `global_store_b32 v1, v0, s[4:5]
      s_barrier
      buffer_gl0_inv
      ${across}
      global_load_b32 v3, v2, s[4:5]
      s_waitcnt vmcnt(0)`,
    repaired: `global_store_b32 v1, v0, s[4:5]
      s_waitcnt_vscnt null, 0x0
      s_barrier
      buffer_gl0_inv
      ${across}
      global_load_b32 v3, v2, s[4:5]
      s_waitcnt vmcnt(0)`,
    at: /global_load_b32/,
    because: /global_store_b32/,
    launch: { ...twoWaves, rsrc1: WGP },
  },
  {
    name: 'memory: a barrier in WGP mode without dropping L0; in CU mode there is only one',
    code: 'NOT_ACQUIRED',
    racy: `global_store_b32 v1, v0, s[4:5]
      s_waitcnt_vscnt null, 0x0
      s_barrier
      ${across}
      global_load_b32 v3, v2, s[4:5]
      s_waitcnt vmcnt(0)`,
    repaired: `global_store_b32 v1, v0, s[4:5]
      s_barrier
      ${across}
      global_load_b32 v3, v2, s[4:5]
      s_waitcnt vmcnt(0)`,
    at: /global_load_b32/,
    because: /global_store_b32/,
    launch: { ...twoWaves, rsrc1: WGP },
    repairedLaunch: twoWaves,
  },
  {
    name: 'memory: stored by a wave and loaded through the scalar cache by another',
    code: 'NOT_ACQUIRED',
    racy: `global_store_b32 v1, v0, s[4:5]
      s_waitcnt_vscnt null, 0x0
      s_barrier
      s_load_b32 s6, s[4:5], 0x84
      s_waitcnt lgkmcnt(0)`,
    repaired: `global_store_b32 v1, v0, s[4:5]
      s_waitcnt_vscnt null, 0x0
      s_barrier
      s_dcache_inv
      s_load_b32 s6, s[4:5], 0x84
      s_waitcnt lgkmcnt(0)`,
    at: /s_load_b32/,
    because: /global_store_b32/,
    launch: twoWaves,
  },
  {
    name: 'workgroups store different values to one place',
    code: 'RACE_BETWEEN_WORKGROUPS',
    racy: 'v_mov_b32_e32 v3, s2\n global_store_b32 v1, v3, s[4:5]',
    repaired: `v_mov_b32_e32 v3, s2
      v_lshl_add_u32 v1, s2, 7, v1
      global_store_b32 v1, v3, s[4:5]`,
    at: /global_store_b32 .*workgroup \(1,0,0\)/,
    because: /global_store_b32 .*workgroup \(0,0,0\)/,
    launch: twoGroups,
  },
  {
    name: 'workgroups store different bytes of a dword, and the same byte',
    code: 'RACE_BETWEEN_WORKGROUPS',
    racy: `s_mov_b32 exec_lo, 1
      v_mov_b32_e32 v3, s2
      v_mov_b32_e32 v4, 1
      global_store_b8 v4, v3, s[4:5]`,
    repaired: `s_mov_b32 exec_lo, 1
      v_mov_b32_e32 v3, s2
      global_store_b8 v3, v3, s[4:5]`,
    at: /global_store_b8 .*workgroup \(1,0,0\)/,
    because: /global_store_b8 .*workgroup \(0,0,0\)/,
    launch: twoGroups,
  },
  {
    name: 'a message whose data was not waited for before the flag',
    code: 'RACE_BETWEEN_WORKGROUPS',
    racy: message(`${storeData}\n ${setFlag}`, `${spin}\n ${dropped}\n ${loadData}`),
    repaired: message(`${storeData}\n ${released}\n ${setFlag}`, `${spin}\n ${dropped}\n ${loadData}`),
    at: /global_load_b32 v6/,
    because: /global_store_b32 .*offset:64/,
    launch: twoGroups,
  },
  {
    name: 'a message whose receiver does not drop its caches',
    code: 'NOT_ACQUIRED',
    racy: message(`${storeData}\n ${released}\n ${setFlag}`, `${spin}\n buffer_gl0_inv\n ${loadData}`),
    repaired: message(`${storeData}\n ${released}\n ${setFlag}`, `${spin}\n ${dropped}\n ${loadData}`),
    at: /global_load_b32 v6/,
    because: /global_store_b32 .*offset:64/,
    launch: twoGroups,
  },
  {
    name: 'a message whose receiver does not look at the flag',
    code: 'RACE_BETWEEN_WORKGROUPS',
    racy: message(`${storeData}\n ${released}\n ${setFlag}`, `${dropped}\n ${loadData}`),
    repaired: message(`${storeData}\n ${released}\n ${setFlag}`, `${spin}\n ${dropped}\n ${loadData}`),
    at: /global_load_b32 v6|global_store_b32 .*offset:64/,
    because: /global_load_b32 v6|global_store_b32 .*offset:64/,
    launch: twoGroups,
  },
  {
    name: 'a message whose flag is polled through the caches',
    code: 'RACE_BETWEEN_WORKGROUPS',
    racy: message(`${storeData}\n ${released}\n ${setFlag}`, `${spin.replace(' glc', '')}\n ${dropped}\n ${loadData}`),
    repaired: message(`${storeData}\n ${released}\n ${setFlag}`, `${spin}\n ${dropped}\n ${loadData}`),
    at: /offset:128/,
    because: /offset:128/,
    launch: twoGroups,
  },
  {
    name: 'a message by an atomic that returns, caches dropped before the answer is there',
    code: 'RACE_BETWEEN_WORKGROUPS',
    racy: message(
      `${storeData}\n ${released}\n global_atomic_or_b32 v2, v4, s[4:5] offset:128`,
      `${spin.replace('s_waitcnt vmcnt(0)', 's_nop 0').replace('v_readfirstlane_b32 s6, v5', 's_mov_b32 s6, 1')}
      ${dropped}\n ${loadData}`,
    ),
    repaired: message(
      `${storeData}\n ${released}\n global_atomic_or_b32 v2, v4, s[4:5] offset:128`,
      `${spin}\n ${dropped}\n ${loadData}`,
    ),
    at: /global_load_b32 v6/,
    because: /global_store_b32 .*offset:64/,
    launch: twoGroups,
  },
  {
    name: 'the last workgroup adds up what the others may still be storing',
    code: 'RACE_BETWEEN_WORKGROUPS',
    racy: lastOne('', dropped),
    repaired: lastOne(released, dropped),
    at: /global_load_b64/,
    because: /global_store_b32 .*offset:64/,
    launch: twoGroups,
  },
  {
    name: 'the last workgroup adds up what its caches may hold from before',
    code: 'NOT_ACQUIRED',
    racy: lastOne(released, ''),
    repaired: lastOne(released, dropped),
    at: /global_load_b64/,
    because: /global_store_b32 .*offset:64/,
    launch: twoGroups,
  },
  {
    name: 'a counter is read through the caches while others count',
    code: 'RACE_BETWEEN_WORKGROUPS',
    racy: `s_mov_b32 exec_lo, 1
      v_mov_b32_e32 v2, 0
      v_mov_b32_e32 v4, 1
      global_atomic_add_u32 v2, v4, s[4:5]
      s_waitcnt_vscnt null, 0x0
      global_load_b32 v5, v2, s[4:5]
      s_waitcnt vmcnt(0)`,
    repaired: `s_mov_b32 exec_lo, 1
      v_mov_b32_e32 v2, 0
      v_mov_b32_e32 v4, 1
      global_atomic_add_u32 v2, v4, s[4:5]
      s_waitcnt_vscnt null, 0x0
      global_load_b32 v5, v2, s[4:5] glc
      s_waitcnt vmcnt(0)`,
    at: /global_(load_b32 v5|atomic_add_u32)/,
    because: /global_(load_b32 v5|atomic_add_u32)/,
    launch: twoGroups,
  },
  {
    name: 'a guess that is not verified; one that is compared and swapped is harmless',
    code: 'RACE_BETWEEN_WORKGROUPS',
    racy: `s_mov_b32 exec_lo, 1
      v_mov_b32_e32 v2, 0
      global_load_b32 v5, v2, s[4:5]
      s_waitcnt vmcnt(0)
      v_add_nc_u32_e32 v4, 1, v5
      global_atomic_swap_b32 v2, v4, s[4:5]`,
    repaired: `s_mov_b32 exec_lo, 1
      v_mov_b32_e32 v2, 0
      global_load_b32 v5, v2, s[4:5]
      s_waitcnt vmcnt(0)
      v_add_nc_u32_e32 v4, 1, v5
      global_atomic_cmpswap_b32 v6, v2, v[4:5], s[4:5] glc
      s_waitcnt vmcnt(0)`,
    at: /global_load_b32 v5/,
    because: /global_atomic_swap_b32/,
    launch: twoGroups,
  },
  {
    name: 'an LDS flag that is polled by plain loads',
    code: 'LDS_RACE',
    racy: `v_mov_b32_e32 v3, 0
      v_mov_b32_e32 v4, 1
      s_mov_b32 s7, exec_lo
      s_mov_b32 exec_lo, 1
      ${byWave}
      ds_store_b32 v3, v3 offset:64
      s_waitcnt lgkmcnt(0)
      s_barrier
      ds_store_b32 v3, v4 offset:128
      ds_or_b32 v3, v4 offset:64
      s_endpgm
      other:
      s_barrier
      again: s_sleep 1
      ds_load_b32 v5, v3 offset:64
      s_waitcnt lgkmcnt(0)
      v_readfirstlane_b32 s6, v5
      s_cmp_eq_u32 s6, 1
      s_cbranch_scc0 again
      ds_load_b32 v6, v3 offset:128
      s_waitcnt lgkmcnt(0)`,
    repaired: `v_mov_b32_e32 v3, 0
      v_mov_b32_e32 v4, 1
      s_mov_b32 s7, exec_lo
      s_mov_b32 exec_lo, 1
      ${byWave}
      ds_store_b32 v3, v3 offset:64
      s_waitcnt lgkmcnt(0)
      s_barrier
      ds_store_b32 v3, v4 offset:128
      ds_or_b32 v3, v4 offset:64
      s_endpgm
      other:
      s_barrier
      again: s_sleep 1
      ds_or_rtn_b32 v5, v3, v3 offset:64
      s_waitcnt lgkmcnt(0)
      v_readfirstlane_b32 s6, v5
      s_cmp_eq_u32 s6, 1
      s_cbranch_scc0 again
      ds_load_b32 v6, v3 offset:128
      s_waitcnt lgkmcnt(0)`,
    at: /ds_load_b32 v5/,
    because: /ds_or_b32 .*offset:64/,
    launch: ldsTwoWaves,
  },
];
