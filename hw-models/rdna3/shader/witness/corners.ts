/**
 * Corner cases one by one: `assembly ; machine code ; before ; after`, notation in index.ts.
 *
 * Machine code is LLVM 19's (`llvm-mc -mcpu=gfx1100 -show-encoding`). A line that starts with `##` names the source of those
 * that follow; values are worked out from it, never taken from the model.
 */
export const cornerSources: Record<string, string> = {
  document: 'IEEE 754 and the RDNA3 ISA document, worked out by hand',
  tinygrad: 'tinygrad test/amd/hw (a9069c17)',
};

export const corners = `
  ## document
  # float add, mul, fma
  v_add_f32_e32 v2, v0, v1 ; 06040300 ; v0=1.5f v1=2.25f ; v2=3.75f
  v_add_f32_e32 v2, v0, v1 ; 06040300 ; v0=16777216f v1=1f ; v2=16777216f
  v_add_f32_e32 v2, v0, v1 ; 06040300 ; v0=inff v1=-inff ; v2=0x7fc00000
  v_add_f32_e32 v2, v0, v1 ; 06040300 ; v0=0x00000001 v1=0x00000001 ; v2=0x00000002
  v_sub_f32_e32 v2, v0, v1 ; 08040300 ; v0=1f v1=1f ; v2=0x00000000
  v_subrev_f32_e32 v2, v0, v1 ; 0a040300 ; v0=1f v1=3f ; v2=2f
  v_mul_f32_e32 v2, v0, v1 ; 10040300 ; v0=0x00800000 v1=0.5f ; v2=0x00400000
  v_mul_f32_e32 v2, v0, v1 ; 10040300 ; v0=3.4e38f v1=10f ; v2=inff
  v_mul_f32_e32 v2, s0, v1 ; 10040200 ; s0=-2f v1=0f ; v2=0x80000000
  v_mul_dx9_zero_f32_e32 v2, v0, v1 ; 0e040300 ; v0=inff v1=0f ; v2=0f
  v_fma_f32 v3, v0, v1, v2 ; d6130003 040a0300 ; v0=0x3f800001 v1=0x3f800001 v2=-1f ; v3=0x34800000
  v_fma_f32 v3, v0, v1, v2 ; d6130003 040a0300 ; v0=0x3f800001 v1=0x3f800001 v2=0xbf800002 ; v3=0x28800000
  v_fma_f32 v3, -v0, |v1|, v2 ; d6130203 240a0300 ; v0=2f v1=-3f v2=1f ; v3=-5f
  v_fma_f32 v3, v0, v1, v2 clamp ; d6138003 040a0300 ; v0=2f v1=3f v2=1f ; v3=1f
  v_fmac_f32_e32 v2, v0, v1 ; 56040300 ; v0=2f v1=3f v2=10f ; v2=16f
  v_fmamk_f32 v2, v0, 0x40400000, v1 ; 58040300 40400000 ; v0=2f v1=1f ; v2=7f
  v_fmaak_f32 v2, v0, v1, 0x40400000 ; 5a040300 40400000 ; v0=2f v1=5f ; v2=13f
  v_add_f64 v[4:5], v[0:1], v[2:3] ; d7270004 00020500 ; v0=1d v2=1e-16d ; v4=1d
  v_mul_f64 v[4:5], v[0:1], v[2:3] ; d7280004 00020500 ; v0=3d v2=0.1d ; v4=0.30000000000000004d
  v_fma_f64 v[6:7], v[0:1], v[2:3], v[4:5] ; d6140006 04120500 ; v0=0.1d v2=10d v4=-1d ; v6=5.551115123125783e-17d
  v_add_f16_e32 v2, v0, v1 ; 64040300 ; v0=2048h v1=1h v2=0xabcd0000 ; v2=0xabcd6800
  v_mul_f16_e32 v2, v0, v1 ; 6a040300 ; v0=256h v1=256h ; v2=0x5a5a7c00
  v_fma_f16 v3, v0, v1, v2 ; d6480003 040a0300 ; v0=1.0009765625h v1=1.0009765625h v2=-1.001953125h ; v3=0x5a5a0010
  v_max_f32_e32 v2, v0, v1 ; 20040300 ; v0=0x7fc00000 v1=1f ; v2=1f
  v_max_f32_e32 v2, v0, v1 ; 20040300 ; v0=0x80000000 v1=0x00000000 ; v2=0x00000000
  v_min_f32_e32 v2, v0, v1 ; 1e040300 ; v0=0x80000000 v1=0x00000000 ; v2=0x80000000
  v_max_f32_e32 v2, v0, v1 ; 20040300 ; v0=0x7f800001 v1=1f ; v2=0x7fc00000
  v_med3_f32 v3, v0, v1, v2 ; d61f0003 040a0300 ; v0=3f v1=1f v2=2f ; v3=2f
  v_med3_f32 v3, v0, v1, v2 ; d61f0003 040a0300 ; v0=0x7fc00000 v1=5f v2=2f ; v3=2f
  v_min3_f32 v3, v0, v1, v2 ; d6190003 040a0300 ; v0=3f v1=1f v2=2f ; v3=1f
  v_max3_f32 v3, v0, v1, v2 ; d61c0003 040a0300 ; v0=3f v1=1f v2=2f ; v3=3f
  v_maxmin_f32 v3, v0, v1, v2 ; d65e0003 040a0300 ; v0=3f v1=1f v2=2f ; v3=2f
  v_minmax_f32 v3, v0, v1, v2 ; d65f0003 040a0300 ; v0=3f v1=1f v2=2f ; v3=2f
  # rounding and splitting
  v_rndne_f32_e32 v1, v0 ; 7e024700 ; v0=2.5f ; v1=2f
  v_rndne_f32_e32 v1, v0 ; 7e024700 ; v0=-0.5f ; v1=0x80000000
  v_trunc_f32_e32 v1, v0 ; 7e024300 ; v0=-2.7f ; v1=-2f
  v_ceil_f32_e32 v1, v0 ; 7e024500 ; v0=-2.7f ; v1=-2f
  v_floor_f32_e32 v1, v0 ; 7e024900 ; v0=-2.7f ; v1=-3f
  v_fract_f32_e32 v1, v0 ; 7e024100 ; v0=-0.25f ; v1=0.75f
  v_fract_f32_e32 v1, v0 ; 7e024100 ; v0=-1e-20f ; v1=0x3f7fffff
  v_frexp_mant_f32_e32 v1, v0 ; 7e028100 ; v0=12f ; v1=0.75f
  v_frexp_exp_i32_f32_e32 v1, v0 ; 7e027f00 ; v0=12f ; v1=4
  v_frexp_exp_i32_f32_e32 v1, v0 ; 7e027f00 ; v0=inff ; v1=0
  v_frexp_exp_i32_f32_e32 v1, v0 ; 7e027f00 ; v0=0x00000001 ; v1=-148
  v_frexp_mant_f64_e32 v[2:3], v[0:1] ; 7e047b00 ; v0=-10d ; v2=-0.625d
  v_frexp_exp_i32_f64_e32 v2, v[0:1] ; 7e047900 ; v0=-10d ; v2=4
  v_ldexp_f32 v2, v0, v1 ; d71c0002 00020300 ; v0=1.5f v1=3 ; v2=12f
  v_ldexp_f32 v2, v0, v1 ; d71c0002 00020300 ; v0=1f v1=-149 ; v2=0x00000001
  v_ldexp_f32 v2, v0, v1 ; d71c0002 00020300 ; v0=1f v1=200 ; v2=inff
  v_ldexp_f64 v[4:5], v[0:1], v2 ; d72b0004 00020500 ; v0=1d v2=-1074 ; v4=5e-324d
  v_rcp_f32_e32 v1, v0 ; 7e025500 ; v0=4f ; v1=0.25f
  v_rcp_f32_e32 v1, v0 ; 7e025500 ; v0=0x80000000 ; v1=-inff
  v_rsq_f32_e32 v1, v0 ; 7e025d00 ; v0=4f ; v1=0.5f
  v_sqrt_f32_e32 v1, v0 ; 7e026700 ; v0=-1f ; v1=0x7fc00000
  v_sqrt_f64_e32 v[2:3], v[0:1] ; 7e046900 ; v0=2d ; v2=1.4142135623730951d
  v_exp_f32_e32 v1, v0 ; 7e024b00 ; v0=10f ; v1=1024f
  v_exp_f32_e32 v1, v0 ; 7e024b00 ; v0=-inff ; v1=0f
  v_log_f32_e32 v1, v0 ; 7e024f00 ; v0=0.125f ; v1=-3f
  v_log_f32_e32 v1, v0 ; 7e024f00 ; v0=0f ; v1=-inff
  v_sin_f32_e32 v1, v0 ; 7e026b00 ; v0=0.25f ; v1=1f
  v_cos_f32_e32 v1, v0 ; 7e026d00 ; v0=0.5f ; v1=-1f
  # conversions
  v_cvt_f32_i32_e32 v1, v0 ; 7e020b00 ; v0=-7 ; v1=-7f
  v_cvt_f32_u32_e32 v1, v0 ; 7e020d00 ; v0=0xffffffff ; v1=4294967296f
  v_cvt_f32_u32_e32 v1, v0 ; 7e020d00 ; v0=0x01000001 ; v1=16777216f
  v_cvt_i32_f32_e32 v1, v0 ; 7e021100 ; v0=-2.9f ; v1=-2
  v_cvt_i32_f32_e32 v1, v0 ; 7e021100 ; v0=3e9f ; v1=0x7fffffff
  v_cvt_i32_f32_e32 v1, v0 ; 7e021100 ; v0=0x7fc00000 ; v1=0
  v_cvt_u32_f32_e32 v1, v0 ; 7e020f00 ; v0=-1f ; v1=0
  v_cvt_u32_f32_e32 v1, v0 ; 7e020f00 ; v0=4e9f ; v1=4000000000
  v_cvt_f16_f32_e32 v1, v0 ; 7e021500 ; v0=65520f ; v1=0x5a5a7c00
  v_cvt_f16_f32_e32 v1, v0 ; 7e021500 ; v0=1e-8f ; v1=0x5a5a0000
  v_cvt_f16_f32_e32 v1, v0 ; 7e021500 ; v0=5.9604645e-8f ; v1=0x5a5a0001
  v_cvt_f32_f16_e32 v1, v0 ; 7e021700 ; v0=0x00000001 ; v1=0x33800000
  v_cvt_f64_f32_e32 v[2:3], v0 ; 7e042100 ; v0=0.1f ; v2=0.10000000149011612d
  v_cvt_f32_f64_e32 v2, v[0:1] ; 7e041f00 ; v0=0.1d ; v2=0x3dcccccd
  v_cvt_i32_f64_e32 v2, v[0:1] ; 7e040700 ; v0=-1e10d ; v2=0x80000000
  v_cvt_f64_u32_e32 v[2:3], v0 ; 7e042d00 ; v0=0xffffffff ; v2=4294967295d
  v_cvt_pk_rtz_f16_f32_e32 v2, v0, v1 ; 5e040300 ; v0=1.9999999f v1=-65535f ; v2=0xfbff3fff
  v_cvt_f32_ubyte2_e32 v1, v0 ; 7e022700 ; v0=0x00ab0000 ; v1=171f
  v_cvt_floor_i32_f32_e32 v1, v0 ; 7e021b00 ; v0=-1.5f ; v1=-2
  v_cvt_nearest_i32_f32_e32 v1, v0 ; 7e021900 ; v0=2.5f ; v1=3
  v_cvt_off_f32_i4_e32 v1, v0 ; 7e021d00 ; v0=8 ; v1=-0.5f
  v_cvt_pk_u8_f32 v3, v0, v1, v2 ; d6260003 040a0300 ; v0=200f v1=2 v2=0x11223344 ; v3=0x11c83344
  v_cvt_pk_norm_i16_f32 v2, v0, v1 ; d7210002 00020300 ; v0=1f v1=-1f ; v2=0x80017fff
  v_cvt_pk_u16_u32 v2, v0, v1 ; d7230002 00020300 ; v0=70000 v1=5 ; v2=0x0005ffff
  # classes and compares
  v_cmp_class_f32_e32 vcc_lo, v0, v1 ; 7cfc0300 ; v0=0x7f800001 v1=1 ; vcc=1
  v_cmp_class_f32_e32 vcc_lo, v0, v1 ; 7cfc0300 ; v0=0x7fc00000 v1=1 ; vcc=0
  v_cmp_class_f32_e32 vcc_lo, v0, v1 ; 7cfc0300 ; v0=0x80000001 v1=16 ; vcc=1
  v_cmp_class_f64_e32 vcc_lo, v[0:1], v2 ; 7cfe0500 ; v0=-infd v2=4 ; vcc=1
  v_cmp_lt_f32_e32 vcc_lo, v0, v1 ; 7c220300 ; v0=1f v1=2f ; vcc=1
  v_cmp_nlt_f32_e32 vcc_lo, v0, v1 ; 7c3c0300 ; v0=0x7fc00000 v1=2f ; vcc=1
  v_cmp_lg_f32_e32 vcc_lo, v0, v1 ; 7c2a0300 ; v0=0x7fc00000 v1=2f ; vcc=0
  v_cmp_neq_f32_e32 vcc_lo, v0, v1 ; 7c3a0300 ; v0=0x7fc00000 v1=2f ; vcc=1
  v_cmp_o_f32_e32 vcc_lo, v0, v1 ; 7c2e0300 ; v0=0x7fc00000 v1=2f ; vcc=0
  v_cmp_eq_f32_e32 vcc_lo, v0, v1 ; 7c240300 ; v0=0x80000000 v1=0 ; vcc=1
  v_cmp_gt_i32_e32 vcc_lo, v0, v1 ; 7c880300 ; v0=-1 v1=1 ; vcc=0
  v_cmp_gt_u32_e32 vcc_lo, v0, v1 ; 7c980300 ; v0=-1 v1=1 ; vcc=1
  v_cmp_gt_i64_e32 vcc_lo, v[0:1], v[2:3] ; 7ca80500 ; v0=0 v1=1 v2=0xffffffff v3=0 ; vcc=1
  v_cmp_ne_u64_e32 vcc_lo, v[0:1], v[2:3] ; 7cba0500 ; v0=5 v1=1 v2=5 v3=1 ; vcc=0
  v_cmp_lt_i16_e32 vcc_lo, v0, v1 ; 7c620300 ; v0=0xffff v1=1 ; vcc=1
  v_cmp_lt_u16_e32 vcc_lo, v0, v1 ; 7c720300 ; v0=0xffff v1=1 ; vcc=0
  v_cmp_lt_f16_e32 vcc_lo, v0, v1 ; 7c020300 ; v0=-1h v1=1h ; vcc=1
  v_cmp_eq_u32_e64 s4, v0, v1 ; d44a0004 00020300 ; v0=3 v1=3 ; s4=mask
  # integers
  v_add_nc_u32_e32 v2, v0, v1 ; 4a040300 ; v0=0xffffffff v1=2 ; v2=1
  v_add_nc_u32_e64 v2, v0, v1 clamp ; d5258002 00020300 ; v0=0xffffffff v1=2 ; v2=0xffffffff
  v_sub_nc_u32_e64 v2, v0, v1 clamp ; d5268002 00020300 ; v0=1 v1=2 ; v2=0
  v_add_nc_i32 v2, v0, v1 clamp ; d7268002 00020300 ; v0=0x7fffffff v1=1 ; v2=0x7fffffff
  v_sub_nc_i32 v2, v0, v1 clamp ; d7258002 00020300 ; v0=0x80000000 v1=1 ; v2=0x80000000
  v_add_co_u32 v2, vcc_lo, v0, v1 ; d7006a02 00020300 ; v0=0xffffffff v1=1 ; v2=0 vcc=1
  v_sub_co_u32 v2, vcc_lo, v0, v1 ; d7016a02 00020300 ; v0=0 v1=1 ; v2=0xffffffff vcc=1
  v_add_co_ci_u32_e32 v2, vcc_lo, v0, v1, vcc_lo ; 40040300 ; v0=0xffffffff v1=0 vcc=1 ; v2=0 vcc=1
  v_sub_co_ci_u32_e32 v2, vcc_lo, v0, v1, vcc_lo ; 42040300 ; v0=5 v1=4 vcc=1 ; v2=0 vcc=0
  v_subrev_co_ci_u32_e32 v2, vcc_lo, v0, v1, vcc_lo ; 44040300 ; v0=5 v1=5 vcc=1 ; v2=0xffffffff vcc=1
  v_mul_lo_u32 v2, v0, v1 ; d72c0002 00020300 ; v0=0x12345678 v1=0x9abcdef0 ; v2=0x242d2080
  v_mul_hi_u32 v2, v0, v1 ; d72d0002 00020300 ; v0=0x12345678 v1=0x9abcdef0 ; v2=0x0b00ea4e
  v_mul_hi_i32 v2, v0, v1 ; d72e0002 00020300 ; v0=-1 v1=1 ; v2=0xffffffff
  v_mad_u64_u32 v[4:5], vcc_lo, v0, v1, v[2:3] ; d6fe6a04 040a0300 ; v0=0xffffffff v1=0xffffffff v2=0xffffffff v3=0xffffffff ; v4=0 v5=0xfffffffe vcc=1
  v_mul_u32_u24_e32 v2, v0, v1 ; 16040300 ; v0=0xff000002 v1=3 ; v2=6
  v_mul_i32_i24_e32 v2, v0, v1 ; 12040300 ; v0=0x00ffffff v1=3 ; v2=-3
  v_mad_u32_u24 v3, v0, v1, v2 ; d60b0003 040a0300 ; v0=1000 v1=1000 v2=7 ; v3=1000007
  v_and_or_b32 v3, v0, v1, v2 ; d6570003 040a0300 ; v0=0xff v1=0x0f0f v2=0xf000 ; v3=0xf00f
  v_xor3_b32 v3, v0, v1, v2 ; d6400003 040a0300 ; v0=1 v1=2 v2=4 ; v3=7
  v_add3_u32 v3, v0, v1, v2 ; d6550003 040a0300 ; v0=1 v1=2 v2=-4 ; v3=-1
  v_lshl_add_u32 v3, v0, v1, v2 ; d6460003 040a0300 ; v0=3 v1=33 v2=1 ; v3=7
  v_lshl_or_b32 v3, v0, v1, v2 ; d6560003 040a0300 ; v0=3 v1=4 v2=1 ; v3=0x31
  v_add_lshl_u32 v3, v0, v1, v2 ; d6470003 040a0300 ; v0=3 v1=4 v2=1 ; v3=14
  v_xad_u32 v3, v0, v1, v2 ; d6450003 040a0300 ; v0=3 v1=1 v2=10 ; v3=12
  v_lshlrev_b32_e32 v2, v0, v1 ; 30040300 ; v0=36 v1=1 ; v2=16
  v_ashrrev_i32_e32 v2, v0, v1 ; 34040300 ; v0=4 v1=-16 ; v2=-1
  v_lshlrev_b64 v[4:5], v0, v[2:3] ; d73c0004 00020500 ; v0=36 v2=3 v3=1 ; v4=0 v5=0x30
  v_ashrrev_i64 v[4:5], v0, v[2:3] ; d73e0004 00020500 ; v0=40 v2=0 v3=0x80000000 ; v4=0xff800000 v5=0xffffffff
  v_bfe_u32 v3, v0, v1, v2 ; d6100003 040a0300 ; v0=0xabcd1234 v1=8 v2=8 ; v3=0x12
  v_bfe_i32 v3, v0, v1, v2 ; d6110003 040a0300 ; v0=0x00008000 v1=8 v2=8 ; v3=0xffffff80
  v_bfi_b32 v3, v0, v1, v2 ; d6120003 040a0300 ; v0=0xff00 v1=0x1234 v2=0x5678 ; v3=0x1278
  v_alignbit_b32 v3, v0, v1, v2 ; d6160003 040a0300 ; v0=0x12345678 v1=0x9abcdef0 v2=8 ; v3=0x789abcde
  v_alignbyte_b32 v3, v0, v1, v2 ; d6170003 040a0300 ; v0=0x12345678 v1=0x9abcdef0 v2=1 ; v3=0x789abcde
  v_perm_b32 v3, v0, v1, v2 ; d6440003 040a0300 ; v0=0x44556677 v1=0x00112233 v2=0x07030c0d ; v3=0x440000ff
  v_perm_b32 v3, v0, v1, v2 ; d6440003 040a0300 ; v0=0x80000000 v1=0x00008000 v2=0x08090a0b ; v3=0xff0000ff
  v_bfrev_b32_e32 v1, v0 ; 7e027100 ; v0=1 ; v1=0x80000000
  v_clz_i32_u32_e32 v1, v0 ; 7e027300 ; v0=0 ; v1=-1
  v_clz_i32_u32_e32 v1, v0 ; 7e027300 ; v0=0x00010000 ; v1=15
  v_ctz_i32_b32_e32 v1, v0 ; 7e027500 ; v0=0x00010000 ; v1=16
  v_cls_i32_e32 v1, v0 ; 7e027700 ; v0=0xffff0000 ; v1=16
  v_bcnt_u32_b32 v2, v0, v1 ; d71e0002 00020300 ; v0=0xf0f0f0f1 v1=10 ; v2=27
  v_sad_u8 v3, v0, v1, v2 ; d6220003 040a0300 ; v0=0x01020304 v1=0x04030201 v2=100 ; v3=108
  v_med3_i32 v3, v0, v1, v2 ; d6200003 040a0300 ; v0=-5 v1=7 v2=1 ; v3=1
  v_med3_u32 v3, v0, v1, v2 ; d6210003 040a0300 ; v0=-5 v1=7 v2=1 ; v3=7
  v_max_i32_e32 v2, v0, v1 ; 24040300 ; v0=-5 v1=3 ; v2=3
  v_min_u32_e32 v2, v0, v1 ; 26040300 ; v0=-5 v1=3 ; v2=3
  v_cndmask_b32_e32 v2, v0, v1, vcc_lo ; 02040300 ; v0=1 v1=2 vcc=1 ; v2=2
  v_cndmask_b32_e64 v2, v0, v1, s4 ; d5010002 00120300 ; v0=1 v1=2 s4=0 ; v2=1
  v_lerp_u8 v3, v0, v1, v2 ; d6150003 040a0300 ; v0=0x01030507 v1=0x02040608 v2=0x01000100 ; v3=0x02030607
  # 16 bits
  v_add_nc_u16 v2, v0, v1 ; d7030002 00020300 ; v0=0xffff v1=2 v2=0xabcd0000 ; v2=0xabcd0001
  v_add_nc_i16 v2, v0, v1 clamp ; d70d8002 00020300 ; v0=0x7fff v1=2 ; v2=0x5a5a7fff
  v_mul_lo_u16 v2, v0, v1 ; d7050002 00020300 ; v0=0x0101 v1=0x0101 ; v2=0x5a5a0201
  v_ashrrev_i16 v2, v0, v1 ; d73a0002 00020300 ; v0=4 v1=0x8000 ; v2=0x5a5af800
  v_pack_b32_f16 v2, v0, v1 ; d7110002 00020300 ; v0=1h v1=2h ; v2=0x40003c00
  v_pack_b32_f16 v2, v0, v1 op_sel:[1,0,0] ; d7110802 00020300 ; v0=0x3c000000 v1=2h ; v2=0x40003c00
  v_pk_add_f16 v2, v0, v1 ; cc0f4002 18020300 ; v0=0x40003c00 v1=0x3c003c00 ; v2=0x42004000
  v_pk_fma_f16 v3, v0, v1, v2 neg_lo:[1,0,0] ; cc0e4003 3c0a0300 ; v0=0x40003c00 v1=0x40004000 v2=0x3c003c00 ; v3=0x4500bc00
  v_pk_add_u16 v2, v0, v1 ; cc0a4002 18020300 ; v0=0xffff0001 v1=0x00020002 ; v2=0x00010003
  v_pk_lshlrev_b16 v2, v0, v1 ; cc044002 18020300 ; v0=0x00010004 v1=0x80010001 ; v2=0x00020010
  v_pk_min_i16 v2, v0, v1 ; cc084002 18020300 ; v0=0x8000ffff v1=0x00010001 ; v2=0x8000ffff
  v_pk_mad_i16 v3, v0, v1, v2 ; cc004003 1c0a0300 ; v0=0x00020003 v1=0x00040005 v2=0x00010001 ; v3=0x00090010
  v_fma_mix_f32 v3, v0, v1, v2 op_sel_hi:[1,0,0] ; cc200003 0c0a0300 ; v0=2h v1=3f v2=1f ; v3=7f
  v_fma_mix_f32 v3, v0, v1, v2 op_sel:[1,0,0] op_sel_hi:[1,0,0] ; cc200803 0c0a0300 ; v0=0x40000000 v1=3f v2=1f ; v3=7f
  v_fma_mixlo_f16 v3, v0, v1, v2 ; cc210003 040a0300 ; v0=2f v1=3f v2=1f v3=0xabcd0000 ; v3=0xabcd4700
  v_fma_mixhi_f16 v3, v0, v1, v2 ; cc220003 040a0300 ; v0=2f v1=3f v2=1f v3=0x0000abcd ; v3=0x4700abcd
  v_dot2_f32_f16 v3, v0, v1, v2 ; cc134003 1c0a0300 ; v0=0x40003c00 v1=0x42004000 v2=1f ; v3=9f
  v_dot4_u32_u8 v3, v0, v1, v2 ; cc174003 1c0a0300 ; v0=0x01020304 v1=0x01010101 v2=5 ; v3=15
  v_dot4_i32_iu8 v3, v0, v1, v2 neg_lo:[1,1,0] ; cc164003 7c0a0300 ; v0=0xff020304 v1=0x01010101 v2=5 ; v3=13
  # division helpers
  v_div_fixup_f32 v3, v0, v1, v2 ; d6270003 040a0300 ; v0=5f v1=0f v2=1f ; v3=inff
  v_div_fixup_f32 v3, v0, v1, v2 ; d6270003 040a0300 ; v0=5f v1=-2f v2=1f ; v3=-5f
  v_div_scale_f32 v3, vcc_lo, v0, v1, v2 ; d6fc6a03 040a0300 ; v0=1f v1=4f v2=1f ; v3=1f vcc=0
  v_div_scale_f32 v3, vcc_lo, v0, v0, v1 ; d6fc6a03 04060100 ; v0=1f v1=0x7f7fffff ; v3=0x5f800000 vcc=1
  v_div_fmas_f32 v3, v0, v1, v2 ; d6370003 040a0300 ; v0=2f v1=3f v2=1f vcc=0 ; v3=7f
  v_trig_preop_f64 v[2:3], v[0:1], 0 ; d72f0002 00010100 ; v0=1d ; v2=0.6366197723675813d
  # scalar
  s_add_u32 s2, s0, s1 ; 80020100 ; s0=0xffffffff s1=1 ; s2=0 scc=1
  s_add_i32 s2, s0, s1 ; 81020100 ; s0=0x7fffffff s1=1 ; s2=0x80000000 scc=1
  s_sub_u32 s2, s0, s1 ; 80820100 ; s0=0 s1=1 ; s2=0xffffffff scc=1
  s_addc_u32 s2, s0, s1 ; 82020100 ; s0=0xffffffff s1=0 scc=1 ; s2=0 scc=1
  s_subb_u32 s2, s0, s1 ; 82820100 ; s0=0 s1=0 scc=1 ; s2=0xffffffff scc=1
  s_absdiff_i32 s2, s0, s1 ; 83020100 ; s0=-3 s1=4 ; s2=7 scc=1
  s_mul_i32 s2, s0, s1 ; 96020100 ; s0=-3 s1=4 ; s2=-12
  s_mul_hi_u32 s2, s0, s1 ; 96820100 ; s0=0xffffffff s1=0xffffffff ; s2=0xfffffffe
  s_and_b64 s[4:5], s[0:1], s[2:3] ; 8b840200 ; s0=0xff s1=0xf0 s2=0x0f s3=0xff ; s4=0x0f s5=0xf0 scc=1
  s_xor_b32 s2, s0, s1 ; 8d020100 ; s0=5 s1=5 ; s2=0 scc=0
  s_lshl_b64 s[4:5], s[0:1], s2 ; 84840200 ; s0=0x80000001 s1=0 s2=1 ; s4=2 s5=1 scc=1
  s_ashr_i32 s2, s0, s1 ; 86020100 ; s0=-16 s1=2 ; s2=-4 scc=1
  s_bfe_u32 s2, s0, s1 ; 93020100 ; s0=0xabcd1234 s1=0x00080008 ; s2=0x12 scc=1
  s_bfe_i32 s2, s0, s1 ; 93820100 ; s0=0x00008000 s1=0x00080008 ; s2=0xffffff80 scc=1
  s_bfm_b32 s2, s0, s1 ; 95020100 ; s0=4 s1=8 ; s2=0xf00
  s_ctz_i32_b32 s1, s0 ; be810800 ; s0=0 ; s1=-1
  s_clz_i32_u64 s2, s[0:1] ; be820b00 ; s0=1 s1=0 ; s2=63
  s_bcnt1_i32_b64 s2, s[0:1] ; be821900 ; s0=0xff s1=1 ; s2=9 scc=1
  s_brev_b32 s1, s0 ; be810400 ; s0=2 ; s1=0x40000000
  s_wqm_b32 s1, s0 ; be811c00 ; s0=0x00010100 ; s1=0x000f0f00 scc=1
  s_quadmask_b32 s1, s0 ; be811a00 ; s0=0x00010100 ; s1=0x14 scc=1
  s_bitreplicate_b64_b32 s[2:3], s0 ; be821400 ; s0=0x80000005 ; s2=0x33 s3=0xc0000000
  s_pack_lh_b32_b16 s2, s0, s1 ; 99820100 ; s0=0x11112222 s1=0x33334444 ; s2=0x33332222
  s_sext_i32_i8 s1, s0 ; be810e00 ; s0=0x80 ; s1=0xffffff80
  s_min_i32 s2, s0, s1 ; 89020100 ; s0=-1 s1=1 ; s2=-1 scc=1
  s_max_u32 s2, s0, s1 ; 8a820100 ; s0=-1 s1=1 ; s2=-1 scc=1
  s_cselect_b32 s2, s0, s1 ; 98020100 ; s0=1 s1=2 scc=0 ; s2=2
  s_cmp_lt_i32 s0, s1 ; bf040100 ; s0=-1 s1=0 ; scc=1
  s_cmp_lt_u32 s0, s1 ; bf0a0100 ; s0=-1 s1=0 ; scc=0
  s_cmpk_eq_i32 s0, 0xffff ; b180ffff ; s0=-1 ; scc=1
  s_cmpk_eq_u32 s0, 0xffff ; b480ffff ; s0=0xffff ; scc=1
  s_cmpk_gt_u32 s0, 0xffff ; b580ffff ; s0=0xffffffff ; scc=1
  s_movk_i32 s0, 0x8000 ; b0008000 ; s0=0 ; s0=0xffff8000
  s_addk_i32 s0, 0x7fff ; b7807fff ; s0=1 ; s0=0x8000 scc=0
  s_bitcmp1_b32 s0, s1 ; bf0d0100 ; s0=0x10 s1=4 ; scc=1
  s_bitset1_b32 s1, s0 ; be811200 ; s0=33 s1=0 ; s1=2
  s_lshl2_add_u32 s2, s0, s1 ; 87820100 ; s0=0x40000000 s1=1 ; s2=1 scc=1
  s_mov_b32 s1, null ; be81007c ; s1=7 ; s1=0
`;
