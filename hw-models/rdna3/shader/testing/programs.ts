/**
 * Small programs for the engine's tests: assembly, and the machine code that LLVM 19 makes of it
 * (`llvm-mc -mcpu=gfx1100`, `wave64` with `-mattr=+wavefrontsize64`). s[0:1] is the kernel argument pointer.
 */
export const programs = {
  // s_load_b64 s[4:5], s[0:1], null ; v_mov_b32_e32 v2, s2 ; v_mov_b32_e32 v3, s3 ; v_and_b32_e32 v4, 0x3ff, v0
  // v_bfe_u32 v5, v0, 10, 10 ; v_bfe_u32 v6, v0, 20, 10 ; s_waitcnt lgkmcnt(0) ; v_lshlrev_b32_e32 v7, 3, v6
  // v_add_nc_u32_e32 v7, v7, v5 ; v_lshlrev_b32_e32 v7, 3, v7 ; v_add_nc_u32_e32 v7, v7, v4 ; s_lshl_b32 s6, s2, 12
  // v_lshl_add_u32 v7, v7, 3, s6 ; global_store_b64 v7, v[2:3], s[4:5] ; s_endpgm
  identity: `f4040100 f8000000 7e040202 7e060203 360800ff 000003ff d6100005 02291500 d6100006 02292900 bf89fc07 300e0c83
    4a0e0b07 300e0e83 4a0e0907 84068c02 d6460007 00190707 dc6e0000 00040207 bfb00000`,
  // s_branch spin0 ; spin0: ; s_branch spin0
  spin: `bfa00000 bfa0ffff`,
  // s_load_b64 s[4:5], s[0:1], null ; v_mov_b32_e32 v1, 0 ; s_waitcnt lgkmcnt(0) ; s_cmp_eq_u32 s2, 0
  // s_cbranch_scc0 second ; wait0: ; global_load_b32 v2, v1, s[4:5] glc ; s_waitcnt vmcnt(0)
  // v_readfirstlane_b32 s6, v2 ; s_cmp_eq_u32 s6, 7 ; s_cbranch_scc0 wait0 ; v_mov_b32_e32 v2, 9
  // global_store_b32 v1, v2, s[4:5] offset:4 ; s_endpgm ; second: ; v_mov_b32_e32 v2, 7
  // global_store_b32 v1, v2, s[4:5] ; s_endpgm
  ping: `f4040100 f8000000 7e020280 bf89fc07 bf068002 bfa1000a dc524000 02040001 bf8903f7 7e0c0502 bf068706 bfa1fffa
    7e040289 dc6a0004 00040201 bfb00000 7e040287 dc6a0000 00040201 bfb00000`,
  // s_load_b64 s[4:5], s[0:1], null ; v_lshlrev_b32_e32 v1, 2, v0 ; ds_store_b32 v1, v0 ; s_waitcnt lgkmcnt(0)
  // s_barrier ; v_sub_nc_u32_e32 v2, 0xff, v0 ; v_lshlrev_b32_e32 v2, 2, v2 ; ds_load_b32 v3, v2
  // s_waitcnt lgkmcnt(0) ; global_store_b32 v1, v3, s[4:5] ; s_endpgm
  reverse: `f4040100 f8000000 30020082 d8340000 00000001 bf89fc07 bfbd0000 4c0400ff 000000ff 30040482 d8d80000 03000002
    bf89fc07 dc6a0000 00040301 bfb00000`,
  // s_load_b64 s[4:5], s[0:1], null ; v_lshlrev_b32_e32 v1, 2, v0 ; scratch_store_b32 off, v0, off offset:8
  // s_waitcnt_vscnt null, 0 ; s_mov_b32 s6, 8 ; scratch_load_b32 v2, off, s6
  // s_getreg_b32 s7, hwreg(HW_REG_FLAT_SCR_LO) ; s_mov_b64 s[8:9], src_private_base ; v_mov_b32_e32 v4, 8
  // v_mov_b32_e32 v5, s9 ; flat_load_b32 v6, v[4:5] ; s_waitcnt vmcnt(0) lgkmcnt(0) ; v_add_nc_u32_e32 v2, v2, v6
  // global_store_b32 v1, v2, s[4:5] ; s_endpgm
  scratch: `f4040100 f8000000 30020082 dc690008 007c0000 bc7c0000 be860088 dc510000 02060000 b887f814 be8801ed 7e080288
    7e0a0209 dc500000 067c0004 bf890007 4a040d02 dc6a0000 00040201 bfb00000`,
  // s_load_b64 s[4:5], s[0:1], null ; v_lshlrev_b32_e32 v1, 2, v0 ; s_mov_b64 s[8:9], src_shared_base
  // v_mov_b32_e32 v2, v1 ; v_mov_b32_e32 v3, s9 ; v_add_nc_u32_e32 v4, 100, v0 ; flat_store_b32 v[2:3], v4
  // s_waitcnt vmcnt(0) lgkmcnt(0) ; ds_load_b32 v5, v1 ; ds_load_b32 v6, v1 offset:65532 ; s_waitcnt lgkmcnt(0)
  // v_add_nc_u32_e32 v5, v5, v6 ; global_store_b32 v1, v5, s[4:5] ; s_endpgm
  flatlds: `f4040100 f8000000 30020082 be8801eb 7e040301 7e060209 4a0800ff 00000064 dc680000 007c0402 bf890007 d8d80000
    05000001 d8d8fffc 06000001 bf89fc07 4a0a0d05 dc6a0000 00040501 bfb00000`,
  // v_mov_b32_e32 v1, 0 ; v_mov_b32_e32 v2, 0x1234 ; v_mov_b32_e32 v3, 5 ; global_load_b32 v3, v[1:2], off
  // global_store_b32 v[1:2], v3, off ; s_load_b64 s[4:5], s[0:1], null ; v_mov_b32_e32 v1, 0
  // global_store_b32 v1, v3, s[4:5] ; s_endpgm
  fault: `7e020280 7e0402ff 00001234 7e060285 dc520000 037c0001 dc6a0000 007c0301 f4040100 f8000000 7e020280 dc6a0000
    00040301 bfb00000`,
  // s_mov_b32 m0, 0x123456 ; s_sendmsg sendmsg(MSG_INTERRUPT) ; s_trap 3 ; s_endpgm
  trapmsg: `befd00ff 00123456 bfb60001 bf900003 bfb00000`,
  // v_mov_b32_e32 v200, 1 ; s_endpgm
  badreg: `7f900281 bfb00000`,
  // s_load_b64 s[4:5], s[0:1], null ; v_mov_b32_e32 v1, 0 ; v_mov_b32_e32 v2, 1 ; s_waitcnt lgkmcnt(0)
  // global_atomic_add_u32 v3, v1, v2, s[4:5] glc ; v_lshlrev_b32_e32 v4, 2, v0 ; s_waitcnt vmcnt(0)
  // global_store_b32 v4, v3, s[4:5] offset:64 ; s_endpgm
  atomics: `f4040100 f8000000 7e020280 7e040281 bf89fc07 dcd64000 03040201 30080082 bf8903f7 dc6a0040 00040304 bfb00000`,
  // s_load_b64 s[4:5], s[0:1], null ; v_mov_b32_e32 v0, 0x3f800000 ; v_mov_b32_e32 v1, 0x33000000
  // v_mov_b32_e32 v6, 0 ; v_mov_b32_e32 v7, 1 ; v_add_f32_e32 v2, v0, v1 ; s_round_mode 0x1
  // v_add_f32_e32 v3, v0, v1 ; s_round_mode 0x0 ; s_denorm_mode 0 ; v_add_f32_e32 v4, v7, v7 ; s_denorm_mode 3
  // v_add_f32_e32 v5, v7, v7 ; s_waitcnt lgkmcnt(0) ; global_store_b128 v6, v[2:5], s[4:5] ; s_endpgm
  modes: `f4040100 f8000000 7e0002f2 7e0202ff 33000000 7e0c0280 7e0e0281 06040300 bf910001 06060300 bf910000 bf920000
    06080f07 bf920003 060a0f07 bf89fc07 dc760000 00040206 bfb00000`,
  // s_load_b64 s[4:5], s[0:1], null ; v_mov_b32_e32 v0, 1 ; v_mov_b32_e32 v1, 0 ; s_getpc_b64 s[6:7]
  // s_add_u32 s6, s6, 36 ; s_addc_u32 s7, s7, 0 ; s_swappc_b64 s[8:9], s[6:7] ; s_waitcnt lgkmcnt(0)
  // global_store_b32 v1, v0, s[4:5] ; s_endpgm ; s_nop 0 ; s_nop 0 ; v_add_nc_u32_e32 v0, 41, v0
  // s_setpc_b64 s[8:9]
  calls: `f4040100 f8000000 7e000281 7e020280 be864700 8006a406 82078007 be884906 bf89fc07 dc6a0000 00040001 bfb00000
    bf800000 bf800000 4a0000a9 be804808`,
  // s_load_b64 s[4:5], s[0:1], null ; v_cmp_lt_u32_e32 vcc, 39, v0 ; v_mbcnt_lo_u32_b32 v1, vcc_lo, 0
  // v_mbcnt_hi_u32_b32 v1, vcc_hi, v1 ; s_bcnt1_i32_b64 s6, vcc ; v_readlane_b32 s7, v0, 63
  // s_and_saveexec_b64 s[8:9], vcc ; v_readfirstlane_b32 s10, v0 ; v_add_nc_u32_e32 v1, 0x100, v1
  // s_mov_b64 exec, s[8:9] ; v_mov_b32_e32 v2, s6 ; v_mov_b32_e32 v3, s7 ; v_mov_b32_e32 v4, s10
  // v_lshlrev_b32_e32 v5, 4, v0 ; s_waitcnt lgkmcnt(0) ; global_store_b128 v5, v[1:4], s[4:5] ; s_endpgm
  wave64: `f4040100 f8000000 7c9200a7 d71f0001 0001006a d7200001 0002026b be86196a d7600007 00017f00 be88216a 7e140500
    4a0202ff 00000100 befe0108 7e040206 7e060207 7e08020a 300a0084 bf89fc07 dc760000 00040105 bfb00000`,
  // s_load_b64 s[4:5], s[0:1], null ; v_mov_b32_e32 v0, 0 ; s_trap 3 ; s_waitcnt lgkmcnt(0) ; v_mov_b32_e32 v1, s20
  // global_store_b32 v0, v1, s[4:5] ; s_endpgm
  handled: `f4040100 f8000000 7e000280 bf900003 bf89fc07 7e020214 dc6a0000 00040100 bfb00000`,
  // s_mov_b32 s20, ttmp1 ; s_add_u32 ttmp0, ttmp0, 4 ; s_addc_u32 ttmp1, ttmp1, 0 ; s_rfe_b64 ttmp[0:1]
  handler: `be94006d 806c846c 826d806d be804a6c`,
  // s_load_b64 s[4:5], s[0:1], null ; s_getreg_b32 s6, hwreg(HW_REG_SHADER_CYCLES, 0, 20) ; s_nop 0 ; s_nop 0
  // s_getreg_b32 s7, hwreg(HW_REG_SHADER_CYCLES, 0, 20) ; s_sub_u32 s6, s7, s6
  // s_sendmsg_rtn_b64 s[8:9], sendmsg(MSG_RTN_GET_REALTIME) ; s_setreg_imm32_b32 hwreg(HW_REG_MODE, 4, 2), 0
  // s_getreg_b32 s10, hwreg(HW_REG_MODE, 0, 8) ; v_mov_b32_e32 v0, 0 ; v_mov_b32_e32 v1, s6 ; v_mov_b32_e32 v2, s8
  // v_mov_b32_e32 v3, s9 ; v_mov_b32_e32 v4, s10 ; s_waitcnt lgkmcnt(0) ; global_store_b128 v0, v[1:4], s[4:5]
  // s_endpgm
  clocks: `f4040100 f8000000 b886981d bf800000 bf800000 b887981d 80860607 be884d83 b9800901 00000000 b88a3801 7e000280
    7e020206 7e040208 7e060209 7e08020a bf89fc07 dc760000 00040100 bfb00000`,
  // s_load_b64 s[4:5], s[0:1], null ; v_mov_b32_e32 v1, 0 ; v_mov_b32_e32 v2, 1 ; s_mov_b32 exec_lo, 1
  // s_waitcnt lgkmcnt(0) ; global_atomic_add_u32 v1, v2, s[4:5] ; again: ; s_sleep 1
  // global_load_b32 v3, v1, s[4:5] glc ; s_waitcnt vmcnt(0) ; v_readfirstlane_b32 s6, v3 ; s_cmp_eq_u32 s6, 48
  // s_cbranch_scc0 again ; s_endpgm
  grid: `f4040100 f8000000 7e020280 7e040281 befe0081 bf89fc07 dcd60000 00040201 bf830001 dc524000 03040001 bf8903f7
    7e0c0503 bf06b006 bfa1fff9 bfb00000`,
};
