/**
 * What tinygrad's instruction tests (test/amd/hw at commit a9069c17, written to pass on RDNA3 boards) assert of single
 * instructions: operands and expected bits. Notation in index.ts; machine code as there, text by LLVM 19.
 *
 * Taken are programs of constants and one instruction, and of their assertions those that name bits or a number. Three
 * rows in ten have a number that is asserted there to within a tolerance (sums, roots, sines); it stands here rounded to
 * nearest, which is more than they say. Their kernels leave MODE to the assembler's default: denormals of f32 are zeros.
 */
export const tinygrad = `
  ## tinygrad
  s_add_u32 s2, s0, s1 ; 80020100 ; s2=0x0 s0=0x64 s1=0xc8 ; s2=0x0000012c
  s_brev_b32 s1, s0 ; be810400 ; s1=0x0 s0=0xa ; s1=0x50000000
  s_brev_b32 s1, s0 ; be810400 ; s1=0x0 s0=0xffffffff ; s1=0xffffffff
  s_brev_b32 s1, s0 ; be810400 ; s1=0x0 s0=0x1 ; s1=0x80000000
  s_pack_hh_b32_b16 s2, s0, s1 ; 9a020100 ; s2=0x0 s0=0xdeadaaaa s1=0xdeadbbbb ; s2=0xdeaddead
  s_pack_hl_b32_b16 s2, s0, s1 ; 9a820100 ; s2=0x0 s0=0xdeadaaaa s1=0xdeadbbbb ; s2=0xbbbbdead
  s_pack_lh_b32_b16 s2, s0, s1 ; 99820100 ; s2=0x0 s0=0xdeadaaaa s1=0xdeadbbbb ; s2=0xdeadaaaa
  s_pack_ll_b32_b16 s2, s0, s1 ; 99020100 ; s2=0x0 s0=0xdeadaaaa s1=0xdeadbbbb ; s2=0xbbbbaaaa
  s_quadmask_b32 s1, s0 ; be811a00 ; s1=0x0 s0=0xffffffff ; s1=0x000000ff
  s_quadmask_b32 s1, s0 ; be811a00 ; s1=0x0 s0=0xf0f0f0f ; s1=0x00000055
  s_quadmask_b32 s1, s0 ; be811a00 ; s1=0x0 s0=0x0 ; s1=0x00000000
  s_quadmask_b32 s1, s0 ; be811a00 ; s1=0x0 s0=0x11111111 ; s1=0x000000ff
  s_wqm_b32 s1, s0 ; be811c00 ; s1=0x0 s0=0xffffffff ; s1=0xffffffff
  s_wqm_b32 s1, s0 ; be811c00 ; s1=0x0 s0=0x11111111 ; s1=0xffffffff
  s_wqm_b32 s1, s0 ; be811c00 ; s1=0x0 s0=0x0 ; s1=0x00000000
  s_add_i32 s2, s0, s1 ; 81020100 ; s2=0x0 s0=0xfffffff6 s1=0x14 ; s2=0x0000000a scc=0
  s_add_i32 s2, s0, s1 ; 81020100 ; s2=0x0 s0=0x80000000 s1=0xffffffff ; s2=0x7fffffff scc=1
  s_add_i32 s1, s0, 1 ; 81018100 ; s1=0x0 s0=0x1 ; s1=0x00000002 scc=0
  s_add_i32 s1, s0, 1 ; 81018100 ; s1=0x0 s0=0x7fffffff ; s1=0x80000000 scc=1
  s_mul_hi_i32 s2, s0, s1 ; 97020100 ; s2=0x0 s0=0x80000000 s1=0x2 ; s2=0xffffffff
  s_mul_hi_i32 s2, s0, s1 ; 97020100 ; s2=0x0 s0=0xffffffff s1=0xffffffff ; s2=0x00000000
  s_mul_hi_i32 s2, s0, s1 ; 97020100 ; s2=0x0 s0=0xffffffff s1=0x2 ; s2=0xffffffff
  s_mul_hi_i32 s2, s0, s1 ; 97020100 ; s2=0x0 s0=0x40000000 s1=0x4 ; s2=0x00000001
  s_mul_hi_u32 s2, s0, s1 ; 96820100 ; s2=0x0 s0=0x80000000 s1=0x4 ; s2=0x00000002
  s_mul_hi_u32 s2, s0, s1 ; 96820100 ; s2=0x0 s0=0xffffffff s1=0xffffffff ; s2=0xfffffffe
  s_mul_i32 s2, s0, s1 ; 96020100 ; s2=0x0 s0=0xffffffff s1=0xa ; s2=0xfffffff6
  s_sub_i32 s2, s0, s1 ; 81820100 ; s2=0x0 s0=0xa s1=0x5 ; s2=0x00000005 scc=0
  s_sub_i32 s2, s0, s1 ; 81820100 ; s2=0x0 s0=0x7fffffff s1=0xffffffff ; s2=0x80000000 scc=1
  s_bitset0_b32 s0, s1 ; be801001 ; s0=0xffffffff s1=0x0 ; s0=0xfffffffe
  s_bitset0_b32 s0, s1 ; be801001 ; s0=0xffffffff s1=0x1f ; s0=0x7fffffff
  s_bitset1_b32 s0, s1 ; be801201 ; s0=0xff00ff00 s1=0x0 ; s0=0xff00ff01
  s_bitset1_b32 s0, s1 ; be801201 ; s0=0x0 s1=0x0 ; s0=0x00000001
  s_bitset1_b32 s0, s1 ; be801201 ; s0=0x0 s1=0x1f ; s0=0x80000000
  s_bitset1_b32 s0, s1 ; be801201 ; s0=0x0 s1=0x25 ; s0=0x00000020
  s_add_u32 s0, s0, 1 ; 80008100 ; s0=0x1 ; s0=0x00000002
  s_add_u32 s1, s0, null ; 80017c00 ; s1=0x0 s0=0x64 ; s1=0x00000064
  v_mov_b16_e32 v0.h, 0x5678 ; 7f0038ff 00005678 ; v0=0xdead ; v0.h=0x5678 v0.l=0xdead
  v_mov_b16_e32 v0.l, 0x1234 ; 7e0038ff 00001234 ; v0=0xbeef0000 ; v0.h=0xbeef v0.l=0x1234
  v_sin_f32_e32 v1, v0 ; 7e026b00 ; v1=0x0 v0=0x3e800000 ; v1=0x3f800000
  v_floor_f32_e32 v1, v0 ; 7e024900 ; v1=0x0 v0=0x406ccccd ; v1=0x40400000
  v_fract_f32_e32 v1, v0 ; 7e024100 ; v1=0x0 v0=0x40700000 ; v1=0x3f400000
  v_rndne_f32_e32 v1, v0 ; 7e024700 ; v1=0x0 v0=0x40200000 ; v1=0x40000000
  v_rndne_f32_e32 v1, v0 ; 7e024700 ; v1=0x0 v0=0x40600000 ; v1=0x40800000
  v_rndne_f32_e32 v1, v0 ; 7e024700 ; v1=0x0 v0=0x4678adfa ; v1=0x4678ac00
  v_trunc_f32_e32 v1, v0 ; 7e024300 ; v1=0x0 v0=0xc06ccccd ; v1=0xc0400000
  v_cvt_f32_i32_e32 v1, v0 ; 7e020b00 ; v1=0x0 v0=0x2a ; v1=0x42280000
  v_cvt_f32_u32_e32 v1, v0 ; 7e020d00 ; v1=0x0 v0=0xffffffff ; v1=0x4f800000
  v_cvt_i32_f32_e32 v1, v0 ; 7e021100 ; v1=0x0 v0=0x4678ac00 ; v1=0x00003e2b
  v_cvt_i32_f32_e32 v1, v0 ; 7e021100 ; v1=0x0 v0=0xc22acccd ; v1=0xffffffd6
  v_cvt_i32_f32_e32 v1, v0 ; 7e021100 ; v1=0x0 v0=0x422acccd ; v1=0x0000002a
  v_cvt_f16_f32_e32 v1, v0 ; 7e021500 ; v1=0x0 v0=0x3f800000 ; v1.l=0x3c00
  v_cvt_f16_f32_e32 v1, v0 ; 7e021500 ; v1=0x0 v0=0xc0000000 ; v1.l=0xc000
  v_cvt_f16_f32_e32 v1, v0 ; 7e021500 ; v1=0xdead0000 v0=0x3f800000 ; v1.h=0xdead v1.l=0x3c00
  v_cvt_f16_f32_e32 v1, v0 ; 7e021500 ; v1=0x0 v0=0x3fc00000 ; v1.l=0x3e00
  v_cvt_f16_f32_e32 v0, v0 ; 7e001500 ; v0=0x3f800000 ; v0=0x3f803c00
  v_cvt_f16_f32_e32 v1, v0 ; 7e021500 ; v1=0x0 v0=0x3f000000 ; v1.l=0x3800
  v_cvt_i16_f16_e64 v1, v0 ; d5d30801 00000100 ; v1=0x0 v0=0x3c000000 ; v1.l=0x0001
  v_cvt_i16_f16_e32 v1, v0 ; 7e02a700 ; v1=0x0 v0=0xc000 ; v1.l=0xfffe
  v_cvt_i16_f16_e32 v1, v0 ; 7e02a700 ; v1=0x0 v0=0x3c00 ; v1.l=0x0001
  v_cvt_i16_f16_e32 v1, v0 ; 7e02a700 ; v1=0x0 v0=0x0 ; v1.l=0x0000
  v_cvt_f32_f64_e32 v2, v[0:1] ; 7e041f00 ; v2=0x0 v0=0x9fbe76c9 v1=0x40fe240c ; v2=0x47f12065
  v_cvt_f32_f64_e32 v2, v[0:1] ; 7e041f00 ; v2=0x0 v0=0x0 v1=0xc00c0000 ; v2=0xc0600000
  v_cvt_f32_f64_e32 v2, v[0:1] ; 7e041f00 ; v2=0x0 v0=0x0 v1=0x3ff00000 ; v2=0x3f800000
  v_clz_i32_u32_e32 v1, v0 ; 7e027300 ; v1=0x0 v0=0xffffffff ; v1=0x00000000
  v_clz_i32_u32_e32 v1, v0 ; 7e027300 ; v1=0x0 v0=0x8000 ; v1=0x00000010
  v_clz_i32_u32_e32 v1, v0 ; 7e027300 ; v1=0x0 v0=0x80000000 ; v1=0x00000000
  v_clz_i32_u32_e32 v1, v0 ; 7e027300 ; v1=0x0 v0=0x1 ; v1=0x0000001f
  v_clz_i32_u32_e32 v1, v0 ; 7e027300 ; v1=0x0 v0=0x0 ; v1=0xffffffff
  v_ctz_i32_b32_e32 v1, v0 ; 7e027500 ; v1=0x0 v0=0xffffffff ; v1=0x00000000
  v_ctz_i32_b32_e32 v1, v0 ; 7e027500 ; v1=0x0 v0=0x8000 ; v1=0x0000000f
  v_ctz_i32_b32_e32 v1, v0 ; 7e027500 ; v1=0x0 v0=0x80000000 ; v1=0x0000001f
  v_ctz_i32_b32_e32 v1, v0 ; 7e027500 ; v1=0x0 v0=0x1 ; v1=0x00000000
  v_ctz_i32_b32_e32 v1, v0 ; 7e027500 ; v1=0x0 v0=0x0 ; v1=0xffffffff
  v_rcp_f32_e32 v1, v0 ; 7e025500 ; v1=0x0 v0=0x7f800000 ; v1=0x00000000
  v_rcp_f32_e32 v1, v0 ; 7e025500 ; v1=0x0 v0=0xff800000 ; v1=0x80000000
  v_rcp_f32_e32 v1, v0 ; 7e025500 ; v1=0x0 v0=0x40000000 ; v1=0x3f000000
  v_cvt_f32_f16_e64 v0, |v1| ; d58b0100 00000101 ; v0=0x0 v1=0xbc00 ; v0=0x3f800000
  v_cvt_f32_f16_e64 v0, |v1| ; d58b0100 00000101 ; v0=0x0 v1=0x4000 ; v0=0x40000000
  v_cvt_f32_f16_e64 v0, -v1 ; d58b0000 20000101 ; v0=0x0 v1=0xc000 ; v0=0x40000000
  v_cvt_f32_f16_e64 v0, -v1 ; d58b0000 20000101 ; v0=0x0 v1=0x4000 ; v0=0xc0000000
  v_cvt_u32_f32_e32 v1, v0 ; 7e020f00 ; v1=0x0 v0=0xbf800000 ; v1=0x00000000
  v_cvt_f32_f16_e32 v1, v0 ; 7e021700 ; v1=0x0 v0=0x3e00 ; v1=0x3fc00000
  v_sqrt_f32_e32 v1, v0 ; 7e026700 ; v1=0x0 v0=0x80000000 ; v1=0x80000000
  v_sqrt_f32_e32 v1, v0 ; 7e026700 ; v1=0x0 v0=0x40800000 ; v1=0x40000000
  v_sqrt_f32_e32 v1, v0 ; 7e026700 ; v1=0x0 v0=0x3f800000 ; v1=0x3f800000
  v_sqrt_f32_e32 v1, v0 ; 7e026700 ; v1=0x0 v0=0x3e800000 ; v1=0x3f000000
  v_sqrt_f32_e32 v1, v0 ; 7e026700 ; v1=0x0 v0=0x0 ; v1=0x00000000
  v_rsq_f32_e32 v1, v0 ; 7e025d00 ; v1=0x0 v0=0x7f800000 ; v1=0x00000000
  v_rsq_f32_e32 v1, v0 ; 7e025d00 ; v1=0x0 v0=0x501502f9 ; v1=0x3727c5ac
  v_rsq_f32_e32 v1, v0 ; 7e025d00 ; v1=0x0 v0=0x40800000 ; v1=0x3f000000
  v_rsq_f32_e32 v1, v0 ; 7e025d00 ; v1=0x0 v0=0x3f800000 ; v1=0x3f800000
  v_log_f32_e32 v1, v0 ; 7e024f00 ; v1=0x0 v0=0x40800000 ; v1=0x40000000
  v_log_f32_e32 v1, v0 ; 7e024f00 ; v1=0x0 v0=0x3f000000 ; v1=0xbf800000
  v_log_f32_e32 v1, v0 ; 7e024f00 ; v1=0x0 v0=0x3f800000 ; v1=0x00000000
  v_log_f32_e32 v1, v0 ; 7e024f00 ; v1=0x0 v0=0x40000000 ; v1=0x3f800000
  v_cos_f32_e32 v1, v0 ; 7e026d00 ; v1=0x0 v0=0x3f800000 ; v1=0x3f800000
  v_cos_f32_e32 v1, v0 ; 7e026d00 ; v1=0x0 v0=0x3f000000 ; v1=0xbf800000
  v_cos_f32_e32 v1, v0 ; 7e026d00 ; v1=0x0 v0=0x4800e800 ; v1=0x3f800000
  v_cos_f32_e32 v1, v0 ; 7e026d00 ; v1=0x0 v0=0x3e800000 ; v1=0x00000000
  v_cos_f32_e32 v1, v0 ; 7e026d00 ; v1=0x0 v0=0x0 ; v1=0x3f800000
  v_fract_f32_e32 v1, v0 ; 7e024100 ; v1=0x0 v0=0xbfa00000 ; v1=0x3f400000
  v_fract_f32_e32 v1, v0 ; 7e024100 ; v1=0x0 v0=0xbe800000 ; v1=0x3f400000
  v_fract_f32_e32 v1, v0 ; 7e024100 ; v1=0x0 v0=0xc0a00000 ; v1=0x00000000
  v_fract_f32_e32 v1, v0 ; 7e024100 ; v1=0x0 v0=0x40a00000 ; v1=0x00000000
  v_fract_f32_e32 v1, v0 ; 7e024100 ; v1=0x0 v0=0x0 ; v1=0x00000000
  v_cvt_f16_f32_e32 v1, v0 ; 7e021500 ; v1=0x0 v0=0x47c35000 ; v1.l=0x7c00
  v_cvt_f32_f16_e32 v1, v0 ; 7e021700 ; v1=0x0 v0=0x8000 ; v1=0x80000000
  v_exp_f32_e32 v1, v0 ; 7e024b00 ; v1=0x0 v0=0xff800000 ; v1=0x00000000
  v_exp_f32_e32 v1, v0 ; 7e024b00 ; v1=0x0 v0=0xbf800000 ; v1=0x3f000000
  v_exp_f32_e32 v1, v0 ; 7e024b00 ; v1=0x0 v0=0x3f800000 ; v1=0x40000000
  v_exp_f32_e32 v1, v0 ; 7e024b00 ; v1=0x0 v0=0x0 ; v1=0x3f800000
  v_floor_f32_e32 v1, v0 ; 7e024900 ; v1=0x0 v0=0x80000000 ; v1=0x80000000
  v_floor_f32_e32 v1, v0 ; 7e024900 ; v1=0x0 v0=0xc0133333 ; v1=0xc0400000
  v_floor_f32_e32 v1, v0 ; 7e024900 ; v1=0x0 v0=0xbf666666 ; v1=0xbf800000
  v_floor_f32_e32 v1, v0 ; 7e024900 ; v1=0x0 v0=0x3f666666 ; v1=0x00000000
  v_cvt_f32_f16_e32 v1, v0.h ; 7e021780 ; v1=0x0 v0=0x40003c00 ; v1=0x40000000
  v_cvt_i16_f16_e32 v1, v0.h ; 7e02a780 ; v1=0x0 v0=0xc0003c00 ; v1.l=0xfffe
  v_mov_b16_e32 v1.l, v0.h ; 7e023980 ; v1=0x0 v0=0xbeefdead ; v1.l=0xbeef
  v_cvt_norm_i16_f16_e32 v1, v0 ; 7e02c700 ; v1=0x0 v0=0xbc00 ; v1.l=0x8001
  v_cvt_norm_i16_f16_e32 v1, v0 ; 7e02c700 ; v1=0x0 v0=0x3c00 ; v1.l=0x7fff
  v_cvt_norm_i16_f16_e32 v1, v0 ; 7e02c700 ; v1=0x0 v0=0x0 ; v1.l=0x0000
  v_cvt_norm_u16_f16_e32 v1, v0 ; 7e02c900 ; v1=0x0 v0=0x3800 ; v1.l=0x8000
  v_cvt_norm_u16_f16_e32 v1, v0 ; 7e02c900 ; v1=0x0 v0=0x3c00 ; v1.l=0xffff
  v_permlane64_b32 v1, v0 ; 7e02cf00 ; v1=0x12345678 v0=0xcafebabe ; v1=0x12345678
  v_swap_b32 v0, v1 ; 7e00cb01 ; v0=0x2a v1=0x63 ; v0=0x00000063 v1=0x0000002a
  v_swap_b32 v0, v0 ; 7e00cb00 ; v0=0xdeadbeef ; v0=0xdeadbeef
  v_add_f32_e32 v2, v0, v1 ; 06040300 ; v2=0x0 v0=0x3f800000 v1=0x40000000 ; v2=0x40400000
  v_fmaak_f32 v2, v0, v1, 0x3f800000 ; 5a040300 3f800000 ; v2=0x0 v0=0x40000000 v1=0x40800000 ; v2=0x41100000
  v_fmac_f32_e32 v2, v0, v1 ; 56040300 ; v2=0x3f800000 v0=0x40000000 v1=0x40800000 ; v2=0x41100000
  v_fmamk_f32 v2, v0, 0x40800000, v1 ; 58040300 40800000 ; v2=0x0 v0=0x40000000 v1=0x3f800000 ; v2=0x41100000
  v_fmamk_f32 v2, v0, 0x3f000000, v1 ; 58040300 3f000000 ; v2=0x0 v0=0x40800000 v1=0x3f800000 ; v2=0x40400000
  v_mul_f32_e32 v2, v0, v1 ; 10040300 ; v2=0x0 v0=0x40000000 v1=0x40800000 ; v2=0x41000000
  v_and_b32_e32 v1, s1, v0 ; 36020001 ; v1=0x0 s1=0xf v0=0xff ; v1=0x0000000f
  v_and_b32_e32 v1, 3, v0 ; 36020083 ; v1=0x0 v0=0x3e2b ; v1=0x00000003
  v_lshlrev_b32_e32 v1, 8, v0 ; 30020088 ; v1=0x0 v0=0xff ; v1=0x0000ff00
  v_lshrrev_b32_e32 v1, 8, v0 ; 32020088 ; v1=0x0 v0=0xff00 ; v1=0x000000ff
  v_xor_b32_e32 v1, s0, v0 ; 3a020000 ; v1=0x0 s0=0x80000000 v0=0x3f800000 ; v1=0xbf800000
  v_xor_b32_e32 v1, s0, v0 ; 3a020000 ; v1=0x0 s0=0x80000000 v0=0xc0000000 ; v1=0x40000000
  v_add_f16_e32 v2, v0, v1 ; 64040300 ; v2=0x0 v0=0x3c00 v1=0x4000 ; v2.l=0x4200
  v_add_f16_e32 v2, v0, v1 ; 64040300 ; v2=0x0 v0=0x3c00 v1=0xc000 ; v2.l=0xbc00
  v_fmaak_f16 v2, v0, v1, 0x3c00 ; 70040300 00003c00 ; v2=0x0 v0=0x4000 v1=0x4200 ; v2.l=0x4700
  v_fmac_f16_e32 v2, v0, v1 ; 6c040300 ; v2=0x3c00 v0=0x4000 v1=0x4200 ; v2.l=0x4700
  v_max_f16_e32 v2, v0, v1 ; 72040300 ; v2=0x0 v0=0x3c00 v1=0x4000 ; v2.l=0x4000
  v_min_f16_e32 v2, v0, v1 ; 74040300 ; v2=0x0 v0=0x3c00 v1=0x4000 ; v2.l=0x3c00
  v_mul_f16_e32 v2, v0, v1 ; 6a040300 ; v2=0x0 v0=0x4000 v1=0x4200 ; v2.l=0x4600
  v_mul_f16_e32 v2, v0, v1 ; 6a040300 ; v2=0x0 v0=0x4000 v1=0x0 ; v2.l=0x0000
  v_add_f16_e64 v2, v0, v1 ; d5320802 00020300 ; v2=0x0 v0=0x40000000 v1=0x3c00 ; v2.l=0x4200
  v_add_f16_e64 v1, v0, v0 ; d5320801 00020100 ; v1=0x0 v0=0x40003c00 ; v1.l=0x4200
  v_fma_f16 v0, v1, v2, v0 op_sel:[0,0,1,1] ; d6486000 04020501 ; v0=0x3c000000 v1=0x4000 v2=0x4200 ; v0.h=0x4700
  v_mul_f16_e64 v1, v0, v0 ; d5351801 00020100 ; v1=0x0 v0=0x40003c00 ; v1.l=0x4400
  v_mul_f16_e64 v2, v0, v1 ; d5350802 00020300 ; v2=0x0 v0=0x40000000 v1=0x4200 ; v2.l=0x4600
  v_add_f16_e32 v2, v0.h, v1 ; 64040380 ; v2=0x0 v0=0x40003c00 v1=0x4500 ; v2.l=0x4700
  v_add_f16_e32 v1, v0, v0.h ; 64030100 ; v1=0x0 v0=0x40003c00 ; v1.l=0x4200
  v_fmac_f16_e32 v1, v0, v0.h ; 6c030100 ; v1=0x4200 v0=0x40003c00 ; v1.l=0x4500
  v_mul_f16_e32 v2, v0.h, v1 ; 6a040380 ; v2=0x0 v0=0x40003c00 v1=0x4200 ; v2.l=0x4600
  v_mul_f16_e32 v1, v0, v0.h ; 6a030100 ; v1=0x0 v0=0x42004000 ; v1.l=0x4600
  v_add_f16_e32 v1, 1.0, v0 ; 640200f2 ; v1=0x0 v0=0x3c00 ; v1.l=0x4000
  v_add_f16_e32 v1, 2.0, v0 ; 640200f4 ; v1=0x0 v0=0x4200 ; v1.l=0x4500
  v_mul_f16_e32 v1, 2.0, v0 ; 6a0200f4 ; v1=0x0 v0=0x4200 ; v1.l=0x4600
  v_cndmask_b16 v2, v0, v1, vcc_lo ; d65d0002 01aa0300 ; v2=0x0 v0=0x3c00 v1=0x4000 vcc=0 ; v2.l=0x3c00
  v_cndmask_b16 v2, v0, v1, vcc_lo ; d65d0002 01aa0300 ; v2=0x0 v0=0x3c00 v1=0x4000 vcc=1 ; v2.l=0x4000
  v_cndmask_b16 v2, v0, v1, vcc_lo ; d65d5802 01aa0300 ; v2=0xdead0000 v0=0x3c003800 v1=0x4000c000 vcc=0 ; v2.h=0x3c00 v2.l=0x0000
  v_mul_f32_e32 v1, 2.0, v0 ; 100200f4 ; v1=0x0 v0=0x1 ; v1=0x00000000
  v_add_f32_e32 v1, 0, v0 ; 060200ff 00000000 ; v1=0x0 v0=0x80000000 ; v1=0x00000000
  v_mul_f32_e32 v1, -1.0, v0 ; 100200f3 ; v1=0x0 v0=0x80000000 ; v1=0x00000000
  v_add_co_ci_u32_e32 v1, vcc_lo, 3, v1, vcc_lo ; 40020283 ; v1=0x5 vcc=0 ; v1=0x00000008
  v_add_co_ci_u32_e32 v2, vcc_lo, v0, v1, vcc_lo ; 40040300 ; v2=0x0 v0=0x1 v1=0x1 vcc=1 ; v2=0x00000003 vcc=0
  v_add_co_ci_u32_e32 v2, vcc_lo, v0, v1, vcc_lo ; 40040300 ; v2=0x0 v0=0xffffffff v1=0x0 vcc=1 ; v2=0x00000000 vcc=1
  v_add_co_ci_u32_e32 v2, vcc_lo, v0, v1, vcc_lo ; 40040300 ; v2=0x0 v0=0x5 v1=0xa vcc=0 ; v2=0x0000000f vcc=0
  v_add_co_ci_u32_e32 v2, vcc_lo, v0, v1, vcc_lo ; 40040300 ; v2=0x0 v0=0x5 v1=0xa vcc=1 ; v2=0x00000010 vcc=0
  v_sub_co_ci_u32_e32 v2, vcc_lo, v0, v1, vcc_lo ; 42040300 ; v2=0x0 v0=0xa v1=0x5 vcc=0 ; v2=0x00000005 vcc=0
  v_subrev_co_ci_u32_e32 v2, vcc_lo, v0, v1, vcc_lo ; 44040300 ; v2=0x0 v0=0xa v1=0x5 vcc=0 ; v2=0xfffffffb vcc=1
  v_subrev_co_ci_u32_e32 v2, vcc_lo, v0, v1, vcc_lo ; 44040300 ; v2=0x0 v0=0x5 v1=0xa vcc=0 ; v2=0x00000005 vcc=0
  v_subrev_co_ci_u32_e32 v2, vcc_lo, v0, v1, vcc_lo ; 44040300 ; v2=0x0 v0=0x5 v1=0xa vcc=1 ; v2=0x00000004 vcc=0
  v_fma_f32 v3, v0, v1, v2 ; d6130003 040a0300 ; v3=0x0 v0=0x40000000 v1=0x40800000 v2=0x3f800000 ; v3=0x41100000
  v_fma_f32 v3, v0, v1, v2 ; d6130003 040a0300 ; v3=0x0 v0=0xc0000000 v1=0x40800000 v2=0x3f800000 ; v3=0xc0e00000
  v_fma_f32 v3, v0, v1, v2 ; d6130003 040a0300 ; v3=0x0 v0=0x40000000 v1=0x40400000 v2=0x40800000 ; v3=0x41200000
  v_mullit_f32 v3, v0, v1, v2 ; d6180003 040a0300 ; v3=0x0 v0=0x40000000 v1=0x40400000 v2=0x3f800000 ; v3=0x40c00000
  v_mullit_f32 v3, v0, v1, v2 ; d6180003 040a0300 ; v3=0x0 v0=0x40000000 v1=0x40400000 v2=0x0 ; v3=0xff7fffff
  v_fmac_f32_e64 v2, v0, v1 ; d52b0002 00020300 ; v2=0x3f800000 v0=0x40000000 v1=0x40400000 ; v2=0x40e00000
  v_fmac_f32_e64 v2, v0, v1 ; d52b0002 00020300 ; v2=0xc1200000 v0=0x40000000 v1=0x40400000 ; v2=0xc0800000
  v_fmac_f32_e64 v0, s4, 0 ; d52b0000 00010004 ; v0=0x40a00000 s4=0x40000000 ; v0=0x40a00000
  v_fmac_f32_e64 v9, s10, s12 ; d52b0009 0000180a ; v9=0x40000000 s10=0x40400000 s12=0x40800000 ; v9=0x41600000
  v_div_scale_f32 v2, vcc_lo, v1, v1, v0 ; d6fc6a02 04020301 ; v2=0x0 v1=0x1 v0=0x3f800000 vcc=0 ; vcc=1
  v_div_scale_f32 v2, vcc_lo, v1, v1, v0 ; d6fc6a02 04020301 ; v2=0x0 v1=0x3f800000 v0=0x7f7fffff vcc=0 ; v2=0x5f800000 vcc=1
  v_div_scale_f32 v2, vcc_lo, v0, v1, v0 ; d6fc6a02 04020300 ; v2=0x0 v0=0x40000000 v1=0x40800000 vcc=0 ; v2=0x40000000
  v_div_scale_f32 v2, vcc_lo, v0, v1, v0 ; d6fc6a02 04020300 ; v2=0x0 v0=0x3f800000 v1=0x7f000000 vcc=0 ; v2=0x3f800000 vcc=1
  v_div_scale_f32 v2, vcc_lo, v0, v1, v0 ; d6fc6a02 04020300 ; v2=0x0 v0=0x800000 v1=0x3f800000 vcc=0 ; v2=0x20800000 vcc=1
  v_div_scale_f32 v2, vcc_lo, v0, v1, v0 ; d6fc6a02 04020300 ; v2=0x0 v0=0x3f800000 v1=0x40800000 vcc=0 ; vcc=0
  v_div_scale_f32 v2, vcc_lo, v0, v1, v0 ; d6fc6a02 04020300 ; v2=0x0 v0=0x3f800000 v1=0x0 vcc=0 ; vcc=1
  v_div_scale_f32 v2, vcc_lo, v0, v1, v0 ; d6fc6a02 04020300 ; v2=0x0 v0=0x0 v1=0x3f800000 vcc=0 ; vcc=1
  v_div_fmas_f32 v3, v0, v1, v2 ; d6370003 040a0300 ; v3=0x0 v0=0x40000000 v1=0x40400000 v2=0x3f800000 vcc=0 ; v3=0x40e00000
  v_div_fmas_f32 v3, v0, v1, v2 ; d6370003 040a0300 ; v3=0x0 v0=0x40000000 v1=0x40400000 v2=0x3f800000 vcc=1 ; v3=0x20e00000
  v_div_fmas_f32 v3, v0, v1, v2 ; d6370003 040a0300 ; v3=0x0 v0=0x3f800000 v1=0x3f800000 v2=0x40000000 vcc=1 ; v3=0x60400000
  v_div_fixup_f32 v3, v0, v1, v2 ; d6270003 040a0300 ; v3=0x0 v0=0x7fc00000 v1=0x3f800000 v2=0x3f800000 ; v3=0x7f800000
  v_div_fixup_f32 v3, v0, v1, v2 ; d6270003 040a0300 ; v3=0x0 v0=0x7fc00000 v1=0xbf800000 v2=0x3f800000 ; v3=0xff800000
  v_div_fixup_f32 v3, v0, v1, v2 ; d6270003 040a0300 ; v3=0x0 v0=0x40400000 v1=0xc0000000 v2=0xc0c00000 ; v3=0x40400000
  v_div_fixup_f32 v3, v0, v1, v2 ; d6270003 040a0300 ; v3=0x0 v0=0x40400000 v1=0x40000000 v2=0x40c00000 ; v3=0x40400000
  v_div_fixup_f32 v1, v0, s1, s2 ; d6270001 00080300 ; v1=0x0 v0=0x0 s1=0x7f800000 s2=0x3f800000 ; v1=0x00000000
  v_div_fixup_f32 v3, v0, v1, v2 ; d6270003 040a0300 ; v3=0x0 v0=0x40400000 v1=0xc0000000 v2=0x40c00000 ; v3=0xc0400000
  v_div_fixup_f32 v3, v0, v1, v2 ; d6270003 040a0300 ; v3=0x0 v0=0x3f800000 v1=0x7f800000 v2=0x3f800000 ; v3=0x00000000
  v_div_fixup_f32 v3, v0, v1, v2 ; d6270003 040a0300 ; v3=0x0 v0=0x3f800000 v1=0x40000000 v2=0x0 ; v3=0x00000000
  v_div_fixup_f32 v3, v0, v1, v2 ; d6270003 040a0300 ; v3=0x0 v0=0x0 v1=0xff800000 v2=0x3f800000 ; v3=0x80000000
  v_alignbit_b32 v1, s0, s1, v0 ; d6160001 04000200 ; v1=0x0 s0=0x12 s1=0x34 v0=0x4 ; v1=0x20000003
  v_bfe_i32 v1, v0, 0, 7 ; d6110001 021d0100 ; v1=0x0 v0=0x7f ; v1=0xffffffff
  v_bfe_i32 v1, v0, 0, 8 ; d6110001 02210100 ; v1=0x0 v0=0xff ; v1=0xffffffff
  v_add_f16_e64 v2, |v0|, |v1| ; d5320302 00020300 ; v2=0x0 v0=0xc000 v1=0xc200 ; v2.l=0x4500
  v_fma_f16 v2, v0, v1, 0.5 ; d6480002 03c20300 ; v2=0x0 v0=0x4000 v1=0x4200 ; v2.l=0x4680
  v_fma_f16 v4, v4, v6, 1.0 ; d6480004 03ca0d04 ; v4=0x3537 v6=0xb7c9 ; v4.l=0x3abb
  v_fma_f16 v2, v0, v1, -1.0 ; d6480002 03ce0300 ; v2=0x0 v0=0x4000 v1=0x4200 ; v2.l=0x4500
  v_mul_f16_e64 v2, -v0, |v1| ; d5350202 20020300 ; v2=0x0 v0=0x4000 v1=0xc200 ; v2.l=0xc600
  v_fma_mix_f32 v3, v0, v1, v2 ; cc200003 040a0300 ; v3=0x0 v0=0x40000000 v1=0x40400000 v2=0x3f800000 ; v3=0x40e00000
  v_cvt_i32_f64_e32 v2, v[0:1] ; 7e040700 ; v2=0x0 v0=0x0 v1=0xbff00000 ; v2=0xffffffff
  v_perm_b32 v3, v0, v1, v2 ; d6440003 040a0300 ; v3=0x0 v0=0x12345678 v1=0xabcdef01 v2=0xc0d0e0f ; v3=0x00ffffff
  v_perm_b32 v3, v0, v1, v2 ; d6440003 040a0300 ; v3=0x0 v0=0x3020100 v1=0x7060504 v2=0x4050607 ; v3=0x00010203
  v_perm_b32 v3, v0, v1, v2 ; d6440003 040a0300 ; v3=0x0 v0=0x8000 v1=0x80000080 v2=0x8090a0b ; v3=0x00ffff00
  v_lshlrev_b64 v[2:3], 0x64, v[0:1] ; d73c0002 000200ff 00000064 ; v2=0x0 v3=0x0 v0=0x1 v1=0x0 ; v2=0x00000000 v3=0x00000010
  v_lshlrev_b64 v[0:1], 4, 0xdeadbeef ; d73c0000 0001fe84 deadbeef ; v0=0x0 v1=0x0 ; v0=0xeadbeef0 v1=0x0000000d
  v_mul_f32_e32 v1, s1, v0 ; 10020001 ; v1=0x0 s1=0x3e22f983 v0=0x47c35000 ; v1=0x4678adfa
  v_fma_f32 v3, v0, v1, v2 ; d6130003 040a0300 ; v3=0x0 v0=0xbfc90fdb v1=0x4678ac00 v2=0x47c35000 ; v3=0x47927c63
  v_add_f32_e64 v1, v0, 0 clamp ; d5038001 0001ff00 00000000 ; v1=0x0 v0=0x7fc00000 ; v1=0x00000000
  v_mul_f32_e64 v1, 1.0, -|v0| ; d5080201 400200f2 ; v1=0x0 v0=0xc0a00000 ; v1=0xc0a00000
  v_add_f32_e64 v1, v0, 1.0 mul:2 ; d5030001 0801e500 ; v1=0x0 v0=0x40400000 ; v1=0x40800000
  v_bfe_i32 v1, v0, 4, 4 ; d6110001 02110900 ; v1=0x0 v0=0xf0 ; v1=0xffffffff
  v_bfe_u32 v1, v0, 0, 31 ; d6100001 027d0100 ; v1=0x0 v0=0xdeadbeef ; v1=0x5eadbeef
  v_bfe_u32 v1, v0, 16, 0 ; d6100001 02012100 ; v1=0x0 v0=0xffffffff ; v1=0x00000000
  v_bfi_b32 v3, v0, v1, v2 ; d6120003 040a0300 ; v3=0x0 v0=0xffff v1=0xaaaaaaaa v2=0x55555555 ; v3=0x5555aaaa
  v_add_co_u32 v2, vcc_lo, v0, v1 ; d7006a02 00020300 ; v2=0x0 v0=0x64 v1=0x32 vcc=0 ; v2=0x00000096 vcc=0
  v_add_co_u32 v0, vcc_lo, v0, 1 ; d7006a00 00010300 ; v0=0xffffffff vcc=0 ; v0=0x00000000 vcc=1
  v_add_co_u32 v0, vcc_lo, v0, 1 ; d7006a00 00010300 ; v0=0x64 vcc=0 ; v0=0x00000065 vcc=0
  v_add_co_u32 v2, vcc_lo, v0, v1 ; d7006a02 00020300 ; v2=0x0 v0=0xffffffff v1=0x2 vcc=0 ; v2=0x00000001 vcc=1
  v_sub_co_u32 v2, vcc_lo, v0, v1 ; d7016a02 00020300 ; v2=0x0 v0=0x64 v1=0x32 vcc=0 ; v2=0x00000032 vcc=0
  v_sub_co_u32 v2, vcc_lo, v0, v1 ; d7016a02 00020300 ; v2=0x0 v0=0x32 v1=0x64 vcc=0 ; v2=0xffffffce vcc=1
  v_med3_f32 v3, v0, v1, v2 ; d61f0003 040a0300 ; v3=0x0 v0=0x40a00000 v1=0x40a00000 v2=0x40a00000 ; v3=0x40a00000
  v_med3_f32 v3, v0, v1, v2 ; d61f0003 040a0300 ; v3=0x0 v0=0x3f800000 v1=0x40000000 v2=0x40400000 ; v3=0x40000000
  v_med3_f32 v3, v0, v1, v2 ; d61f0003 040a0300 ; v3=0x0 v0=0xbf800000 v1=0x0 v2=0x3f800000 ; v3=0x00000000
  v_med3_f32 v3, v0, v1, v2 ; d61f0003 040a0300 ; v3=0x0 v0=0x40400000 v1=0x40000000 v2=0x3f800000 ; v3=0x40000000
  v_med3_f32 v3, v0, v1, v2 ; d61f0003 040a0300 ; v3=0x0 v0=0x3f800000 v1=0x40400000 v2=0x40400000 ; v3=0x40400000
  v_med3_f32 v3, v0, v1, v2 ; d61f0003 040a0300 ; v3=0x0 v0=0x7fc00000 v1=0x3f800000 v2=0x40000000 ; v3=0x3f800000
  v_med3_i32 v3, v0, v1, v2 ; d6200003 040a0300 ; v3=0x0 v0=0xfffffff6 v1=0xfffffffb v2=0xffffffff ; v3=0xfffffffb
  v_med3_i32 v3, v0, v1, v2 ; d6200003 040a0300 ; v3=0x0 v0=0xfffffffb v1=0x0 v2=0xa ; v3=0x00000000
  v_med3_u32 v3, v0, v1, v2 ; d6210003 040a0300 ; v3=0x0 v0=0x64 v1=0xc8 v2=0x96 ; v3=0x00000096
  v_med3_u32 v3, v0, v1, v2 ; d6210003 040a0300 ; v3=0x0 v0=0xffffffff v1=0x80000000 v2=0x0 ; v3=0x80000000
  v_max_f32_e32 v2, v0, v1 ; 20040300 ; v2=0x0 v0=0x3f800000 v1=0x40000000 ; v2=0x40000000
  v_max_f32_e32 v2, v0, v1 ; 20040300 ; v2=0x0 v0=0x0 v1=0x80000000 ; v2=0x00000000
  v_max_f32_e32 v2, v0, v1 ; 20040300 ; v2=0x0 v0=0x7fc00000 v1=0x3f800000 ; v2=0x3f800000
  v_max_u32_e32 v2, v0, v1 ; 28040300 ; v2=0x0 v0=0xffffffff v1=0x64 ; v2=0xffffffff
  v_min_f32_e32 v2, v0, v1 ; 1e040300 ; v2=0x0 v0=0x3f800000 v1=0x40000000 ; v2=0x3f800000
  v_min_f32_e32 v2, v0, v1 ; 1e040300 ; v2=0x0 v0=0x0 v1=0x80000000 ; v2=0x80000000
  v_min_f32_e32 v2, v0, v1 ; 1e040300 ; v2=0x0 v0=0x7fc00000 v1=0x3f800000 ; v2=0x3f800000
  v_min_f32_e32 v2, v0, v1 ; 1e040300 ; v2=0x0 v0=0x3f800000 v1=0x7fc00000 ; v2=0x3f800000
  v_min_i32_e32 v2, v0, v1 ; 22040300 ; v2=0x0 v0=0xfffffffb v1=0x5 ; v2=0xfffffffb
  v_ceil_f32_e32 v1, v0 ; 7e024500 ; v1=0x0 v0=0x80000000 ; v1=0x80000000
  v_ceil_f32_e32 v1, v0 ; 7e024500 ; v1=0x0 v0=0xc0133333 ; v1=0xc0000000
  v_ceil_f32_e32 v1, v0 ; 7e024500 ; v1=0x0 v0=0x40133333 ; v1=0x40400000
  v_ceil_f32_e32 v1, v0 ; 7e024500 ; v1=0x0 v0=0x3dcccccd ; v1=0x3f800000
  v_ceil_f32_e32 v1, v0 ; 7e024500 ; v1=0x0 v0=0x40a00000 ; v1=0x40a00000
  v_ceil_f32_e32 v1, v0 ; 7e024500 ; v1=0x0 v0=0x0 ; v1=0x00000000
  v_alignbit_b32 v3, v0, v1, v2 ; d6160003 040a0300 ; v3=0x0 v0=0x12345678 v1=0xaabbccdd v2=0x10 ; v3=0x5678aabb
  v_alignbit_b32 v3, v0, v1, v2 ; d6160003 040a0300 ; v3=0x0 v0=0x12345678 v1=0xaabbccdd v2=0x20 ; v3=0xaabbccdd
  v_alignbit_b32 v3, v0, v1, v2 ; d6160003 040a0300 ; v3=0x0 v0=0x12345678 v1=0xaabbccdd v2=0x8 ; v3=0x78aabbcc
  v_alignbit_b32 v3, v0, v1, v2 ; d6160003 040a0300 ; v3=0x0 v0=0x12345678 v1=0xaabbccdd v2=0x0 ; v3=0xaabbccdd
  v_alignbyte_b32 v3, v0, v1, v2 ; d6170003 040a0300 ; v3=0x0 v0=0x12345678 v1=0xaabbccdd v2=0x1 ; v3=0x78aabbcc
  v_alignbyte_b32 v3, v0, v1, v2 ; d6170003 040a0300 ; v3=0x0 v0=0x12345678 v1=0xaabbccdd v2=0x3 ; v3=0x345678aa
  v_ashrrev_i32_e32 v1, 31, v0 ; 3402009f ; v1=0x0 v0=0x80000000 ; v1=0xffffffff
  v_ashrrev_i32_e32 v1, 4, v0 ; 34020084 ; v1=0x0 v0=0x80000000 ; v1=0xf8000000
  v_lshlrev_b32_e32 v1, 0, v0 ; 30020080 ; v1=0x0 v0=0x12345678 ; v1=0x12345678
  v_lshlrev_b32_e32 v1, 31, v0 ; 3002009f ; v1=0x0 v0=0x1 ; v1=0x80000000
  v_lshlrev_b32_e32 v1, 32, v0 ; 300200a0 ; v1=0x0 v0=0x1 ; v1=0x00000001
  v_lshrrev_b32_e32 v1, 31, v0 ; 3202009f ; v1=0x0 v0=0x80000000 ; v1=0x00000001
  v_lshrrev_b32_e32 v1, 32, v0 ; 320200a0 ; v1=0x0 v0=0x80000000 ; v1=0x80000000
  v_mul_hi_i32 v2, v0, v1 ; d72e0002 00020300 ; v2=0x0 v0=0xffff0000 v1=0xffff0000 ; v2=0x00000001
  v_mul_hi_i32 v2, v0, v1 ; d72e0002 00020300 ; v2=0x0 v0=0xffffd8f0 v1=0x186a0 ; v2=0xffffffff
  v_mul_hi_i32 v2, v0, v1 ; d72e0002 00020300 ; v2=0x0 v0=0x10000 v1=0x10000 ; v2=0x00000001
  v_mul_hi_u32 v2, v0, v1 ; d72d0002 00020300 ; v2=0x0 v0=0x10000 v1=0x10000 ; v2=0x00000001
  v_mul_hi_u32 v2, v0, v1 ; d72d0002 00020300 ; v2=0x0 v0=0xffffffff v1=0xffffffff ; v2=0xfffffffe
  v_mul_lo_u32 v2, v0, v1 ; d72c0002 00020300 ; v2=0x0 v0=0x64 v1=0xc8 ; v2=0x00004e20
  v_mul_lo_u32 v2, v0, v1 ; d72c0002 00020300 ; v2=0x0 v0=0x10000 v1=0x10000 ; v2=0x00000000
  v_mul_f32_e32 v2, v0, v1 ; 10040300 ; v2=0x0 v0=0x80000000 v1=0xbf800000 ; v2=0x00000000
  v_mul_f32_e32 v2, v0, v1 ; 10040300 ; v2=0x0 v0=0x80000000 v1=0x3f800000 ; v2=0x80000000
  v_add_f32_e32 v2, v0, v1 ; 06040300 ; v2=0x0 v0=0x80000000 v1=0x80000000 ; v2=0x80000000
  v_add_f32_e32 v2, v0, v1 ; 06040300 ; v2=0x0 v0=0x0 v1=0x80000000 ; v2=0x00000000
  v_div_scale_f64 v[4:5], vcc_lo, v[0:1], v[0:1], v[2:3] ; d6fd6a04 040a0100 ; v4=0x0 v5=0x0 v0=0x667f3bcd v1=0x3ff6a09e v2=0x0 v3=0x3ff00000 vcc=0 ; vcc=0
  v_div_scale_f64 v[4:5], vcc_lo, v[0:1], v[2:3], v[0:1] ; d6fd6a04 04020500 ; v4=0x0 v5=0x0 v0=0x0 v1=0x3ff00000 v2=0x0 v3=0x0 vcc=0 ; vcc=1
  v_cmp_ge_f32_e64 s5, |v5|, |v3| ; d4160305 00020705 ; s5=0x0 v5=0xffc00000 v3=0x0 ; s5=0x00000000
  v_max3_u16 v1, v0, s1, s2 ; d64e0001 00080300 ; v1=0x0 v0=0x0 s1=0x3 s2=0x5 ; v1.l=0x0005
  v_min3_u16 v1, v0, s1, s2 ; d64b0001 00080300 ; v1=0x0 v0=0x2 s1=0x5 s2=0x3 ; v1.l=0x0002
  v_min3_u16 v1, v0, s1, s2 ; d64b0001 00080300 ; v1=0x0 v0=0x0 s1=0x3 s2=0x5 ; v1.l=0x0000
  v_min3_u32 v1, v0, s1, s2 ; d61b0001 00080300 ; v1=0x0 v0=0x0 s1=0x64 s2=0x32 ; v1=0x00000000
  v_min_u16 v1, v0, s1 ; d70b0001 00000300 ; v1=0x0 v0=0x0 s1=0x5 ; v1.l=0x0000
  v_add_f32_e64 v2, v0, v1 clamp ; d5038002 00020300 ; v2=0x0 v0=0x3f333333 v1=0x3f4ccccd ; v2=0x3f800000
  v_fma_f32 v3, v0, v1, v2 clamp ; d6138003 040a0300 ; v3=0x0 v0=0x40000000 v1=0x40000000 v2=0x3f800000 ; v3=0x3f800000
  v_max_f32_e64 v1, v0, v0 clamp ; d5108001 00020100 ; v1=0x0 v0=0x3f000000 ; v1=0x3f000000
  v_max_f32_e64 v1, v0, v0 clamp ; d5108001 00020100 ; v1=0x0 v0=0xbfc00000 ; v1=0x00000000
  v_max_f32_e64 v1, v0, v0 clamp ; d5108001 00020100 ; v1=0x0 v0=0x40200000 ; v1=0x3f800000
  v_max_f32_e64 v1, v0, v0 ; d5100001 00020100 ; v1=0x0 v0=0x40200000 ; v1=0x40200000
  v_min_f32_e64 v1, v0, v0 clamp ; d50f8001 00020100 ; v1=0x0 v0=0xc0000000 ; v1=0x00000000
  v_mul_f32_e64 v2, v0, v1 clamp ; d5088002 00020300 ; v2=0x0 v0=0x3f000000 v1=0xc0000000 ; v2=0x00000000
  v_add_nc_u32_e64 v2, v0, v1 clamp ; d5258002 00020300 ; v2=0x0 v0=0x64 v1=0x32 ; v2=0x00000096
  v_add_nc_u32_e64 v2, v0, v1 clamp ; d5258002 00020300 ; v2=0x0 v0=0xffffffff v1=0x1 ; v2=0xffffffff
  v_sub_nc_u32_e64 v2, v0, v1 clamp ; d5268002 00020300 ; v2=0x0 v0=0x64 v1=0x32 ; v2=0x00000032
  v_sub_nc_u32_e64 v2, v0, v1 clamp ; d5268002 00020300 ; v2=0x0 v0=0x0 v1=0x1 ; v2=0x00000000
  v_add_nc_u16 v2, v0, v1 clamp ; d7038002 00020300 ; v2=0x0 v0=0x64 v1=0x32 ; v2.l=0x0096
  v_add_nc_u16 v2, v0, v1 clamp ; d7038002 00020300 ; v2=0x0 v0=0xffff v1=0x1 ; v2.l=0xffff
  v_sub_nc_u16 v2, v0, v1 clamp ; d7048002 00020300 ; v2=0x0 v0=0x64 v1=0x32 ; v2.l=0x0032
  v_sub_nc_u16 v2, v0, v1 clamp ; d7048002 00020300 ; v2=0x0 v0=0x0 v1=0x1 ; v2.l=0x0000
  v_add_nc_i32 v2, v0, v1 clamp ; d7268002 00020300 ; v2=0x0 v0=0x7fffffff v1=0x1 ; v2=0x7fffffff
  v_add_nc_i32 v2, v0, v1 clamp ; d7268002 00020300 ; v2=0x0 v0=0x80000000 v1=0xffffffff ; v2=0x80000000
  v_add_nc_i32 v2, v0, v1 clamp ; d7268002 00020300 ; v2=0x0 v0=0xffffff9c v1=0xffffff38 ; v2=0xfffffed4
  v_add_nc_i32 v2, v0, v1 clamp ; d7268002 00020300 ; v2=0x0 v0=0x64 v1=0xc8 ; v2=0x0000012c
  v_sub_nc_i32 v2, v0, v1 clamp ; d7258002 00020300 ; v2=0x0 v0=0x7fffffff v1=0xffffffff ; v2=0x7fffffff
  v_sub_nc_i32 v2, v0, v1 clamp ; d7258002 00020300 ; v2=0x0 v0=0x80000000 v1=0x1 ; v2=0x80000000
  v_add_co_u32 v2, vcc_lo, v0, v1 clamp ; d700ea02 00020300 ; v2=0x0 v0=0x64 v1=0xc8 vcc=0 ; v2=0x0000012c
  v_add_co_u32 v2, vcc_lo, v0, v1 clamp ; d700ea02 00020300 ; v2=0x0 v0=0xffffffff v1=0x1 vcc=0 ; v2=0xffffffff
  v_sub_co_u32 v2, vcc_lo, v0, v1 clamp ; d701ea02 00020300 ; v2=0x0 v0=0x12c v1=0x64 vcc=0 ; v2=0x000000c8
  v_sub_co_u32 v2, vcc_lo, v0, v1 clamp ; d701ea02 00020300 ; v2=0x0 v0=0x0 v1=0x1 vcc=0 ; v2=0x00000000
  v_subrev_co_u32 v2, vcc_lo, v0, v1 clamp ; d702ea02 00020300 ; v2=0x0 v0=0x1 v1=0x0 vcc=0 ; v2=0x00000000
  v_mad_u16 v3, v0, v1, v2 clamp ; d6418003 040a0300 ; v3=0x0 v0=0xffff v1=0x2 v2=0x0 ; v3.l=0xffff
  v_mad_u16 v3, v0, v1, v2 clamp ; d6418003 040a0300 ; v3=0x0 v0=0x8000 v1=0x2 v2=0x1000 ; v3.l=0xffff
  v_mad_u16 v3, v0, v1, v2 ; d6410003 040a0300 ; v3=0x0 v0=0xffff v1=0x2 v2=0x0 ; v3.l=0xfffe
  v_mad_u16 v3, v0, v1, v2 clamp ; d6418003 040a0300 ; v3=0x0 v0=0x64 v1=0x64 v2=0x32 ; v3.l=0x2742
  v_cvt_pk_rtz_f16_f32_e64 v2, v0, v1 ; d52f0002 00020300 ; v2=0x0 v0=0x3f800000 v1=0x40000000 ; v2.h=0x4000 v2.l=0x3c00
  v_cvt_pk_norm_i16_f32 v2, v0, v1 ; d7210002 00020300 ; v2=0x0 v0=0x3f800000 v1=0xbf800000 ; v2.h=0x8001 v2.l=0x7fff
  v_cvt_pk_norm_u16_f32 v2, v0, v1 ; d7220002 00020300 ; v2=0x0 v0=0x3f800000 v1=0x3f000000 ; v2.h=0x8000 v2.l=0xffff
  v_cvt_pk_i16_f32 v2, v0, v1 ; d7060002 00020300 ; v2=0x0 v0=0x42c90000 v1=0xc24acccd ; v2.l=0x0064
  v_cvt_pk_i16_i32 v2, v0, v1 ; d7240002 00020300 ; v2=0x0 v0=0x64 v1=0xffffff9c ; v2.l=0x0064
  v_cvt_pk_u16_f32 v2, v0, v1 ; d7070002 00020300 ; v2=0x0 v0=0x42c9cccd v1=0x4348199a ; v2.h=0x00c8 v2.l=0x0064
  v_cvt_pk_u16_u32 v2, v0, v1 ; d7230002 00020300 ; v2=0x0 v0=0x3e8 v1=0x7d0 ; v2.h=0x07d0 v2.l=0x03e8
  v_dot4_u32_u8 v2, v0, v1, v2 ; cc174002 1c0a0300 ; v2=0x0 v0=0x4030201 v1=0x1010101 ; v2=0x0000000a
  v_dot4_u32_u8 v2, v0, v1, v2 ; cc174002 1c0a0300 ; v2=0x64 v0=0x2020202 v1=0x3030303 ; v2=0x0000007c
  v_dot8_u32_u4 v2, v0, v1, v2 ; cc194002 1c0a0300 ; v2=0x0 v0=0x87654321 v1=0x11111111 ; v2=0x00000024
  v_max3_f16 v3, v0, v1, v2 ; d64c0003 040a0300 ; v3=0x0 v0=0x3c00 v1=0x4200 v2=0x4000 ; v3.l=0x4200
  v_max3_f16 v3, |v0|, v1, v2 ; d64c0103 040a0300 ; v3=0x0 v0=0xc200 v1=0x3c00 v2=0x4000 ; v3.l=0x4200
  v_maxmin_f16 v3, v0, v1, v2 ; d6600003 040a0300 ; v3=0x0 v0=0x3800 v1=0x4000 v2=0x3c00 ; v3.l=0x3c00
  v_med3_f16 v3, v0, v1, v2 ; d64f0003 040a0300 ; v3=0x0 v0=0x4200 v1=0x3c00 v2=0x4000 ; v3.l=0x4000
  v_med3_f16 v3, v0, v1, v2 op_sel:[1,0,0,0] ; d64f0803 040a0300 ; v3=0x0 v0=0x45003c00 v1=0x4200 v2=0x4400 ; v3.l=0x4400
  v_min3_f16 v3, v0, v1, v2 ; d6490003 040a0300 ; v3=0x0 v0=0x4200 v1=0x3c00 v2=0x4000 ; v3.l=0x3c00
  v_min3_f16 v3, -v0, v1, v2 ; d6490003 240a0300 ; v3=0x0 v0=0x4200 v1=0x3c00 v2=0x4000 ; v3.l=0xc200
  v_minmax_f16 v3, v0, v1, v2 ; d6610003 040a0300 ; v3=0x0 v0=0x4100 v1=0x3c00 v2=0x4000 ; v3.l=0x4000
  v_sad_hi_u8 v3, v0, v1, v2 ; d6230003 040a0300 ; v3=0x0 v0=0x4030201 v1=0x8070605 v2=0x64 ; v3=0x00100064
  v_sad_hi_u8 v3, v0, v0, v2 ; d6230003 040a0100 ; v3=0x0 v0=0x12345678 v2=0x32 ; v3=0x00000032
  v_permlane16_b32 v1, v0, s0, s1 ; d65b0001 00040100 ; v1=0x0 v0=0xdeadbeef s0=0x76543210 s1=0xfedcba98 ; v1=0xdeadbeef
  v_pack_b32_f16 v2, v0, v1 ; d7110002 00020300 ; v2=0x0 v0=0x3c00 v1=0x4000 ; v2=0x40003c00
  v_pack_b32_f16 v2, v0, v1 op_sel:[1,1,0] ; d7111802 00020300 ; v2=0x0 v0=0x40003c00 v1=0x44004200 ; v2=0x44004000
  v_pack_b32_f16 v2, v0, v1 ; d7110002 00020300 ; v2=0x0 v0=0x4200 v1=0x4400 ; v2=0x44004200
  v_pack_b32_f16 v2, v0, v1 op_sel:[1,0,0] ; d7110802 00020300 ; v2=0x0 v0=0x40003c00 v1=0x44004200 ; v2=0x42004000
  v_pack_b32_f16 v2, v0, v1 op_sel:[0,1,0] ; d7111002 00020300 ; v2=0x0 v0=0x40003c00 v1=0x44004200 ; v2=0x44003c00
  v_pack_b32_f16 v2, v0, v1 ; d7110002 00020300 ; v2=0x0 v0=0x40003c00 v1=0x44004200 ; v2=0x42003c00
  v_pack_b32_f16 v2, v0, v1 ; d7110002 00020300 ; v2=0x0 v0=0x0 v1=0x0 ; v2=0x00000000
  v_fma_mix_f32 v3, v0, v1, v2 op_sel:[0,0,1] op_sel_hi:[0,0,1] ; cc206003 040a0300 ; v3=0x0 v0=0x3f800000 v1=0x40400000 v2=0x40000000 ; v3=0x40a00000
  v_fma_mix_f32 v3, v0, v1, v2 op_sel_hi:[0,0,1] ; cc204003 040a0300 ; v3=0x0 v0=0x3f800000 v1=0x40400000 v2=0x4000 ; v3=0x40a00000
  v_fma_mix_f32 v3, v0, v1, |v2| ; cc200403 040a0300 ; v3=0x0 v0=0x40000000 v1=0x40400000 v2=0xbf800000 ; v3=0x40e00000
  v_fma_mix_f32 v3, v0, v1, |v2| op_sel:[0,0,1] op_sel_hi:[0,0,1] ; cc206403 040a0300 ; v3=0x0 v0=0x0 v1=0x3f800000 v2=0xbc000000 ; v3=0x3f800000
  v_fma_mix_f32 v3, v0, v1, |v2| op_sel_hi:[0,0,1] ; cc204403 040a0300 ; v3=0x0 v0=0x0 v1=0x3f800000 v2=0xbc00 ; v3=0x3f800000
  v_fma_mix_f32 v3, v0, v1, -v2 op_sel_hi:[0,0,1] ; cc204003 840a0300 ; v3=0x0 v0=0x0 v1=0x3f800000 v2=0x3c00 ; v3=0xbf800000
  v_fma_mixlo_f16 v3, v0, v1, v2 ; cc210003 040a0300 ; v3=0xdead0000 v0=0x40000000 v1=0x40400000 v2=0x3f800000 ; v3.h=0xdead v3.l=0x4700
  v_fma_mixlo_f16 v3, v0, v1, v2 ; cc210003 040a0300 ; v3=0x0 v0=0x3f800000 v1=0x40000000 v2=0x40400000 ; v3.l=0x4500
  v_fma_mixlo_f16 v3, v3, s6, v5 ; cc210003 04140d03 ; v3=0x3f800000 s6=0xaf05a309 v5=0xc0490fdb ; v3.l=0xc248
  v_pk_add_f16 v2, v0, v1 ; cc0f4002 18020300 ; v2=0x0 v0=0x40003c00 v1=0x44004200 ; v2.h=0x4600 v2.l=0x4400
  v_pk_add_f16 v1, v0, 1.0 ; cc0f4001 1801e500 ; v1=0x0 v0=0x3c003c00 ; v1.h=0x3c00 v1.l=0x4000
  v_pk_add_u16 v1, v0, 2.0 ; cc0a4001 1801e900 ; v1=0x0 v0=0x30005 ; v1.h=0x4003 v1.l=0x0005
  v_pk_add_u16 v1, 0x2000, v0 op_sel_hi:[0,1] ; cc0a4001 100200ff 00002000 ; v1=0x0 v0=0x1c001c00 ; v1.h=0x3c00 v1.l=0x3c00
  v_pk_fma_f16 v3, v0, v1, v2 ; cc0e4003 1c0a0300 ; v3=0x0 v0=0x42004000 v1=0x45004400 v2=0x3c003c00 ; v3.h=0x4c00 v3.l=0x4880
  v_pk_mul_f16 v2, v0, v1 ; cc104002 18020300 ; v2=0x0 v0=0x42004000 v1=0x45004400 ; v2.h=0x4b80 v2.l=0x4800
  v_pk_mul_f16 v1, v0, 2.0 ; cc104001 1801e900 ; v1=0x0 v0=0x44004200 ; v1.h=0x0000 v1.l=0x4600
  v_wmma_f16_16x16x16_f16 v[0:7], v[16:23], v[24:31], v[0:7] ; cc424000 1c023110 ; v0=0x0 v1=0x0 v2=0x0 v3=0x0 v4=0x0 v5=0x0 v6=0x0 v7=0x0 v16=0x3c003c00 v17=0x3c003c00 v18=0x3c003c00 v19=0x3c003c00 v20=0x3c003c00 v21=0x3c003c00 v22=0x3c003c00 v23=0x3c003c00 v24=0x3c003c00 v25=0x3c003c00 v26=0x3c003c00 v27=0x3c003c00 v28=0x3c003c00 v29=0x3c003c00 v30=0x3c003c00 v31=0x3c003c00 exec_lo=0xffffffff ; v0.h=0x0000 v0.l=0x4c00 v1.h=0x0000 v1.l=0x4c00 v2.h=0x0000 v2.l=0x4c00 v3.h=0x0000 v3.l=0x4c00 v4.h=0x0000 v4.l=0x4c00 v5.h=0x0000 v5.l=0x4c00 v6.h=0x0000 v6.l=0x4c00 v7.h=0x0000 v7.l=0x4c00
  v_wmma_f16_16x16x16_f16 v[0:7], v[16:23], v[24:31], v[0:7] ; cc424000 1c023110 ; v0=0x4500 v1=0x4500 v2=0x4500 v3=0x4500 v4=0x4500 v5=0x4500 v6=0x4500 v7=0x4500 v16=0x3c003c00 v17=0x3c003c00 v18=0x3c003c00 v19=0x3c003c00 v20=0x3c003c00 v21=0x3c003c00 v22=0x3c003c00 v23=0x3c003c00 v24=0x3c003c00 v25=0x3c003c00 v26=0x3c003c00 v27=0x3c003c00 v28=0x3c003c00 v29=0x3c003c00 v30=0x3c003c00 v31=0x3c003c00 exec_lo=0xffffffff ; v0.h=0x0000 v0.l=0x4d40 v1.h=0x0000 v1.l=0x4d40 v2.h=0x0000 v2.l=0x4d40 v3.h=0x0000 v3.l=0x4d40 v4.h=0x0000 v4.l=0x4d40 v5.h=0x0000 v5.l=0x4d40 v6.h=0x0000 v6.l=0x4d40 v7.h=0x0000 v7.l=0x4d40
  v_wmma_f32_16x16x16_f16 v[0:7], v[16:23], v[24:31], v[0:7] ; cc404000 1c023110 ; v0=0x0 v1=0x0 v2=0x0 v3=0x0 v4=0x0 v5=0x0 v6=0x0 v7=0x0 v16=0x3c003c00 v17=0x3c003c00 v18=0x3c003c00 v19=0x3c003c00 v20=0x3c003c00 v21=0x3c003c00 v22=0x3c003c00 v23=0x3c003c00 v24=0x3c003c00 v25=0x3c003c00 v26=0x3c003c00 v27=0x3c003c00 v28=0x3c003c00 v29=0x3c003c00 v30=0x3c003c00 v31=0x3c003c00 exec_lo=0xffffffff ; v0=0x41800000 v1=0x41800000 v2=0x41800000 v3=0x41800000 v4=0x41800000 v5=0x41800000 v6=0x41800000 v7=0x41800000
  v_wmma_f32_16x16x16_f16 v[0:7], v[16:23], v[24:31], v[0:7] ; cc404000 1c023110 ; v0=0x40a00000 v1=0x40a00000 v2=0x40a00000 v3=0x40a00000 v4=0x40a00000 v5=0x40a00000 v6=0x40a00000 v7=0x40a00000 v16=0x3c003c00 v17=0x3c003c00 v18=0x3c003c00 v19=0x3c003c00 v20=0x3c003c00 v21=0x3c003c00 v22=0x3c003c00 v23=0x3c003c00 v24=0x3c003c00 v25=0x3c003c00 v26=0x3c003c00 v27=0x3c003c00 v28=0x3c003c00 v29=0x3c003c00 v30=0x3c003c00 v31=0x3c003c00 exec_lo=0xffffffff ; v0=0x41a80000 v1=0x41a80000 v2=0x41a80000 v3=0x41a80000 v4=0x41a80000 v5=0x41a80000 v6=0x41a80000 v7=0x41a80000
  v_wmma_f32_16x16x16_bf16 v[0:7], v[16:23], v[24:31], v[0:7] ; cc414000 1c023110 ; v0=0x0 v1=0x0 v2=0x0 v3=0x0 v4=0x0 v5=0x0 v6=0x0 v7=0x0 v16=0x3f803f80 v17=0x3f803f80 v18=0x3f803f80 v19=0x3f803f80 v20=0x3f803f80 v21=0x3f803f80 v22=0x3f803f80 v23=0x3f803f80 v24=0x3f803f80 v25=0x3f803f80 v26=0x3f803f80 v27=0x3f803f80 v28=0x3f803f80 v29=0x3f803f80 v30=0x3f803f80 v31=0x3f803f80 exec_lo=0xffffffff ; v0=0x41800000 v1=0x41800000 v2=0x41800000 v3=0x41800000 v4=0x41800000 v5=0x41800000 v6=0x41800000 v7=0x41800000
  v_wmma_f32_16x16x16_bf16 v[0:7], v[16:23], v[24:31], v[0:7] ; cc414000 1c023110 ; v0=0x40a00000 v1=0x40a00000 v2=0x40a00000 v3=0x40a00000 v4=0x40a00000 v5=0x40a00000 v6=0x40a00000 v7=0x40a00000 v16=0x3f803f80 v17=0x3f803f80 v18=0x3f803f80 v19=0x3f803f80 v20=0x3f803f80 v21=0x3f803f80 v22=0x3f803f80 v23=0x3f803f80 v24=0x3f803f80 v25=0x3f803f80 v26=0x3f803f80 v27=0x3f803f80 v28=0x3f803f80 v29=0x3f803f80 v30=0x3f803f80 v31=0x3f803f80 exec_lo=0xffffffff ; v0=0x41a80000 v1=0x41a80000 v2=0x41a80000 v3=0x41a80000 v4=0x41a80000 v5=0x41a80000 v6=0x41a80000 v7=0x41a80000
  v_dot2_f32_bf16 v3, v0, v1, v2 ; cc1a4003 1c0a0300 ; v3=0x0 v0=0x3f803f80 v1=0x40003f80 v2=0x0 ; v3=0x40400000
  v_msad_u8 v3, v0, v1, v2 ; d6390003 040a0300 ; v3=0x0 v0=0x4030201 v1=0x5040302 v2=0x0 ; v3=0x00000004
  v_perm_b32 v2, v0, v1, s2 ; d6440002 000a0300 ; v2=0x0 v0=0x44332211 v1=0x88776655 s2=0x7060504 ; v2=0x44332211
  v_sad_u16 v3, v0, v1, v2 ; d6240003 040a0300 ; v3=0x0 v0=0x30001 v1=0x50002 v2=0x0 ; v3=0x00000003
  v_sad_u32 v3, v0, v1, v2 ; d6250003 040a0300 ; v3=0x0 v0=0x64 v1=0x46 v2=0x0 ; v3=0x0000001e
  v_sad_u8 v3, v0, v1, v2 ; d6220003 040a0300 ; v3=0x0 v0=0x4030201 v1=0x5040302 v2=0x0 ; v3=0x00000004
  v_sad_u8 v3, v0, v0, v2 ; d6220003 040a0100 ; v3=0x0 v0=0x4030201 v2=0xa ; v3=0x0000000a
  v_pk_add_f16 v2, v0, v1 ; cc0f4002 18020300 ; v2=0x0 v0=0xc0003c00 v1=0x3c003c00 ; v2.h=0xbc00 v2.l=0x4000
  v_pk_mul_f16 v2, v0, v1 ; cc104002 18020300 ; v2=0x0 v0=0x40004000 v1=0x0 ; v2=0x00000000
  v_dot2_f32_f16 v3, v0, v1, v2 ; cc134003 1c0a0300 ; v3=0x0 v0=0x40003c00 v1=0x44004200 v2=0x0 ; v3=0x41300000
  v_dot2_f32_f16 v3, v0, v1, v2 ; cc134003 1c0a0300 ; v3=0x0 v0=0xc0004200 v1=0x3c004000 v2=0x0 ; v3=0x40800000
  v_dot2_f32_f16 v3, v0, v1, v2 ; cc134003 1c0a0300 ; v3=0x0 v0=0x3c003c00 v1=0x3c003c00 v2=0x40a00000 ; v3=0x40e00000
  v_dot2_f16_f16 v3, v0, v1, v2 ; d6660003 040a0300 ; v3=0x0 v0=0x40003c00 v1=0x42004000 v2=0x0 ; v3.l=0x4800
  v_dot2_f16_f16 v3, v0, v1, v2 ; d6660003 040a0300 ; v3=0x0 v0=0x3c003c00 v1=0x3c003c00 v2=0x4200 ; v3.l=0x4500
  v_dot4_i32_iu8 v3, v0, v1, v2 neg_lo:[1,1,0] ; cc164003 7c0a0300 ; v3=0x0 v0=0xfffe0304 v1=0x1010101 v2=0x0 ; v3=0x00000004
  v_dot4_i32_iu8 v3, v0, v1, v2 ; cc164003 1c0a0300 ; v3=0x0 v0=0xffffffff v1=0x1010101 v2=0x0 ; v3=0x000003fc
  v_dot8_i32_iu4 v3, v0, v1, v2 neg_lo:[1,1,0] ; cc184003 7c0a0300 ; v3=0x0 v0=0xfe34fe34 v1=0x11111111 v2=0x0 ; v3=0x00000008
  v_pk_max_f16 v2, v0, v1 ; cc124002 18020300 ; v2=0x0 v0=0x42003c00 v1=0x40004400 ; v2.h=0x4200 v2.l=0x4400
  v_pk_min_f16 v2, v0, v1 ; cc114002 18020300 ; v2=0x0 v0=0x42003c00 v1=0x40004400 ; v2.h=0x4000 v2.l=0x3c00
  v_cmp_class_f32_e32 vcc_lo, v0, v1 ; 7cfc0300 ; v0=0xff800000 v1=0x4 vcc=0 ; vcc=1
  v_cmp_class_f32_e32 vcc_lo, v0, v1 ; 7cfc0300 ; v0=0xbf800000 v1=0x8 vcc=0 ; vcc=1
  v_cmp_class_f32_e32 vcc_lo, v0, v1 ; 7cfc0300 ; v0=0x3f800000 v1=0x100 vcc=0 ; vcc=1
  v_cmp_class_f32_e32 vcc_lo, v0, v1 ; 7cfc0300 ; v0=0x7f800000 v1=0x200 vcc=0 ; vcc=1
  v_cmp_class_f32_e32 vcc_lo, v0, v1 ; 7cfc0300 ; v0=0x7fc00000 v1=0x2 vcc=0 ; vcc=1
  v_cmp_class_f32_e32 vcc_lo, v0, v1 ; 7cfc0300 ; v0=0x7fc00000 v1=0x1 vcc=0 ; vcc=0
  v_cmp_class_f32_e32 vcc_lo, v0, v1 ; 7cfc0300 ; v0=0x7f800001 v1=0x1 vcc=0 ; vcc=1
  v_cmp_class_f32_e32 vcc_lo, v0, v1 ; 7cfc0300 ; v0=0x7f800001 v1=0x2 vcc=0 ; vcc=0
  v_cmp_lg_f32_e32 vcc_lo, v0, v1 ; 7c2a0300 ; v0=0x7fc00000 v1=0x3f800000 vcc=0 ; vcc=0
  v_cmp_neq_f32_e32 vcc_lo, v0, v1 ; 7c3a0300 ; v0=0x7fc00000 v1=0x3f800000 vcc=0 ; vcc=1
  v_cmp_class_f16_e32 vcc_lo, v0, v1 ; 7cfa0300 ; v0=0x0 v1=0x1f8 vcc=0 ; vcc=1
  v_cmp_class_f16_e32 vcc_lo, v0, v1 ; 7cfa0300 ; v0=0x0 v1=0x60 vcc=0 ; vcc=1
  v_cmp_class_f16_e32 vcc_lo, v0, v1 ; 7cfa0300 ; v0=0x8001 v1=0x10 vcc=0 ; vcc=1
  v_cmp_class_f16_e32 vcc_lo, v0, v1 ; 7cfa0300 ; v0=0xfc00 v1=0x4 vcc=0 ; vcc=1
  v_cmp_class_f16_e32 vcc_lo, v0, v1 ; 7cfa0300 ; v0=0xbc00 v1=0x8 vcc=0 ; vcc=1
  v_cmp_class_f16_e32 vcc_lo, v0, v1 ; 7cfa0300 ; v0=0x8000 v1=0x20 vcc=0 ; vcc=1
  v_cmp_class_f16_e32 vcc_lo, v0, v1 ; 7cfa0300 ; v0=0x1 v1=0x80 vcc=0 ; vcc=1
  v_cmp_class_f16_e32 vcc_lo, v0, v1 ; 7cfa0300 ; v0=0x7c00 v1=0x200 vcc=0 ; vcc=1
  v_cmp_class_f16_e32 vcc_lo, v0, v1 ; 7cfa0300 ; v0=0x3c00 v1=0x100 vcc=0 ; vcc=1
  v_cmp_class_f16_e32 vcc_lo, v0, v1 ; 7cfa0300 ; v0=0x0 v1=0x40 vcc=0 ; vcc=1
  v_cmp_class_f16_e32 vcc_lo, v0, v1 ; 7cfa0300 ; v0=0x7e00 v1=0x2 vcc=0 ; vcc=1
  v_cmp_class_f16_e32 vcc_lo, v0, v1 ; 7cfa0300 ; v0=0x7c01 v1=0x1 vcc=0 ; vcc=1
  v_cmp_class_f16_e64 vcc_lo, v0, s0 ; d47d006a 00000100 ; v0=0x0 s0=0x1f8 vcc=0 ; vcc=1
  v_cmp_class_f16_e64 vcc_lo, v0, s1 ; d47d006a 00000300 ; v0=0x7c00 s1=0x1f8 vcc=0 ; vcc=0
  v_cmp_class_f16_e64 vcc_lo, v0, s1 ; d47d006a 00000300 ; v0=0x7e00 s1=0x1f8 vcc=0 ; vcc=0
  v_cmp_class_f16_e64 vcc_lo, v0, s1 ; d47d006a 00000300 ; v0=0x3c00 s1=0x1f8 vcc=0 ; vcc=1
  v_cmp_eq_u16_e32 vcc_lo, v0, v1 ; 7c740300 ; v0=0x12340005 v1=0xabcd0005 vcc=0 ; vcc=1
  v_cmp_eq_f16_e32 vcc_lo, v0.h, v1 ; 7c040380 ; v0=0x42003c00 v1=0x47004200 vcc=0 ; vcc=1
  v_cmp_eq_f16_e32 vcc_lo, v0, v0.h ; 7c050100 ; v0=0x42004200 vcc=0 ; vcc=1
  v_cmp_lg_f16_e32 vcc_lo, v0, v0.h ; 7c0b0100 ; v0=0x40003c00 vcc=0 ; vcc=1
  v_cmp_nge_f16_e32 vcc_lo, v0, v0.h ; 7c130100 ; v0=0xfc00fc00 vcc=0 ; vcc=0
  v_cmp_ge_f32_e64 vcc_lo, |v0|, |v1| ; d416036a 00020300 ; v0=0x0 v1=0xbf800000 vcc=0 ; vcc=0
  v_cmp_ge_f32_e64 vcc_lo, |v0|, |v1| ; d416036a 00020300 ; v0=0xbf800000 v1=0x3f800000 vcc=0 ; vcc=1
  v_cmp_ge_f32_e64 vcc_lo, |v0|, |v1| ; d416036a 00020300 ; v0=0xbf000000 v1=0xc0400000 vcc=0 ; vcc=0
  v_cmp_lt_f64_e64 vcc_lo, s[0:1], s[2:3] ; d421006a 00000400 ; s0=0x0 s1=0x0 s2=0x0 s3=0x3ff00000 vcc=0 ; vcc=1
  v_cmp_lt_f64_e64 vcc_lo, s[0:1], s[2:3] ; d421006a 00000400 ; s0=0x0 s1=0xbff00000 s2=0x0 s3=0x0 vcc=0 ; vcc=1
  v_cmp_lt_i64_e64 vcc_lo, s[0:1], s[2:3] ; d451006a 00000400 ; s0=0x0 s1=0x0 s2=0xffffffff s3=0xffffffff vcc=0 ; vcc=0
  v_cmp_lt_u64_e64 vcc_lo, s[0:1], s[2:3] ; d459006a 00000400 ; s0=0x0 s1=0x0 s2=0xffffffff s3=0xffffffff vcc=0 ; vcc=1
  v_cmp_lt_f64_e32 vcc_lo, v[0:1], v[2:3] ; 7c420500 ; v0=0x0 v1=0x40080000 v2=0x0 v3=0x40000000 vcc=0 ; vcc=0
  v_cmp_lt_f64_e32 vcc_lo, v[0:1], v[2:3] ; 7c420500 ; v0=0x0 v1=0x40000000 v2=0x0 v3=0x40080000 vcc=0 ; vcc=1
  v_cmp_nlt_f64_e32 vcc_lo, v[0:1], v[2:3] ; 7c5c0500 ; v0=0x0 v1=0x40000000 v2=0x0 v3=0x40080000 vcc=0 ; vcc=0
  v_cmp_nlt_f64_e32 vcc_lo, v[0:1], v[2:3] ; 7c5c0500 ; v0=0x0 v1=0x40080000 v2=0x0 v3=0x40000000 vcc=0 ; vcc=1
  v_cmp_nge_f32_e32 vcc_lo, v0, v1 ; 7c320300 ; v0=0x7fc00000 v1=0x7fc00000 vcc=0 ; vcc=1
  v_cmp_nge_f32_e32 vcc_lo, v0, v1 ; 7c320300 ; v0=0x3f800000 v1=0x3f800000 vcc=0 ; vcc=0
  v_cmp_nge_f32_e32 vcc_lo, v0, v1 ; 7c320300 ; v0=0x40000000 v1=0x3f800000 vcc=0 ; vcc=0
  v_cmp_nge_f32_e32 vcc_lo, v0, v1 ; 7c320300 ; v0=0x7fc00000 v1=0x3f800000 vcc=0 ; vcc=1
  v_cmp_nge_f32_e32 vcc_lo, v0, v1 ; 7c320300 ; v0=0x3f800000 v1=0x7fc00000 vcc=0 ; vcc=1
  v_cmp_nge_f32_e32 vcc_lo, v0, v1 ; 7c320300 ; v0=0xff800000 v1=0x3f800000 vcc=0 ; vcc=1
  v_cmp_nge_f32_e32 vcc_lo, v0, v1 ; 7c320300 ; v0=0x3f800000 v1=0x40000000 vcc=0 ; vcc=1
  v_dual_mov_b32 v2, v0 :: v_dual_mov_b32 v3, v1 ; ca100100 02020101 ; v2=0x0 v0=0x12345678 v3=0x0 v1=0xdeadbeef ; v2=0x12345678 v3=0xdeadbeef
  v_dual_mov_b32 v2, 0x64 :: v_dual_add_nc_u32 v3, v0, v1 ; ca2000ff 02020300 00000064 ; v2=0x0 v3=0x0 v0=0xa v1=0x5 ; v2=0x00000064 v3=0x0000000f
  v_dual_mov_b32 v2, 0 :: v_dual_add_nc_u32 v1, v2, v0 ; ca200080 02000102 ; v2=0xffffffff v1=0x99999999 v0=0x1 ; v1=0x00000000 v2=0x00000000
  v_dual_mov_b32 v2, 0 :: v_dual_add_nc_u32 v1, v2, v2 ; ca200080 02000502 ; v2=0x64 v1=0x99999999 ; v1=0x000000c8 v2=0x00000000
  v_dual_fmaak_f32 v2, v0, v1, 0x41200000 :: v_dual_mov_b32 v3, v0 ; c8500300 02020100 41200000 ; v2=0x0 v0=0x40000000 v1=0x40400000 v3=0x0 ; v2=0x41800000
  v_dual_fmamk_f32 v2, v0, 0x40a00000, v1 :: v_dual_mov_b32 v3, v0 ; c8900300 02020100 40a00000 ; v2=0x0 v0=0x40000000 v1=0x40400000 v3=0x0 ; v2=0x41500000
  v_dual_mov_b32 v4, v0 :: v_dual_dot2acc_f32_f16 v3, v0, v1 ; ca180100 04020300 ; v4=0x0 v0=0x40003c00 v3=0x41200000 v1=0x44004200 ; v3=0x41a80000
  v_dual_mov_b32 v4, v0 :: v_dual_dot2acc_f32_f16 v3, v0, v1 ; ca180100 04020300 ; v4=0x0 v0=0xbc003800 v3=0x0 v1=0x42004000 ; v3=0xc0000000
`;
