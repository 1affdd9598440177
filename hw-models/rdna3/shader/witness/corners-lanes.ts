/**
 * Corner cases of operands and lanes: relative registers, lane crossing, matrices, EXEC, overlap, NULL, literals, halves,
 * clamp, rounding, denormals. Notation in index.ts.
 */
export const cornersLanes = `
  ## document
  # registers by number from M0
  s_movrels_b32 s8, s0 ; be884000 ; m0=3 s3=0x77 ; s8=0x77
  s_movrels_b64 s[8:9], s[0:1] ; be884100 ; m0=4 s4=0x77 s5=0x88 ; s8=0x77 s9=0x88
  s_movreld_b32 s8, s0 ; be884200 ; m0=3 s0=0x77 ; s11=0x77
  s_movreld_b64 s[8:9], s[0:1] ; be884300 ; m0=2 s0=0x77 s1=0x88 ; s10=0x77 s11=0x88
  s_movrelsd_2_b32 s8, s0 ; be884400 ; m0=0x00050003 s3=0x77 ; s13=0x77
  v_movreld_b32_e32 v8, v0 ; 7e108500 ; m0=3 v0=0x77 ; v11=0x77
  v_movrels_b32_e32 v8, v0 ; 7e108700 ; m0=3 v3=0x77 ; v8=0x77
  v_movrelsd_b32_e32 v8, v0 ; 7e108900 ; m0=3 v3=0x77 ; v11=0x77
  v_movrelsd_2_b32_e32 v8, v0 ; 7e109100 ; m0=0x00050003 v3=0x77 ; v13=0x77
  v_swaprel_b32 v8, v0 ; 7e10d100 ; m0=0x00050003 v3=0x77 v13=0x66 ; v13=0x77 v3=0x66
  # single lanes
  v_readfirstlane_b32 s8, v0 ; 7e100500 ; exec_lo=0xfff0 v0@4=0x77 v0@0=0x66 ; s8=0x77
  v_readfirstlane_b32 s8, v0 ; 7e100500 ; exec_lo=0 v0@4=0x77 v0@0=0x66 ; s8=0x66
  v_readlane_b32 s8, v0, s0 ; d7600008 00000100 ; s0=5 v0@5=0x77 ; s8=0x77
  v_readlane_b32 s8, v0, s0 ; d7600008 00000100 ; s0=37 v0@5=0x77 ; s8=0x77
  v_writelane_b32 v8, s0, 5 ; d7610008 00010a00 ; s0=0x77 v8@5=0 v8@6=1 ; v8@5=0x77 v8@6=1
  v_mbcnt_lo_u32_b32 v8, v0, v2 ; d71f0008 00020500 ; v0=0xf0f0f0f1 v2=100 ; v8@0=100 v8@5=102 v8@31=116
  v_mbcnt_hi_u32_b32 v8, v0, v2 ; d7200008 00020500 ; v0=0xf0f0f0f1 v2=100 ; v8@0=100 v8@31=100
  # rows of 16, eight selectors a register
  v_permlane16_b32 v8, v0, s0, s2 ; d65b0008 00080100 ; s0=0x89abcdef s2=0x01234567 v0@15=0x70 v0@7=0x71 v0@31=0x72 ; v8@0=0x70 v8@8=0x71 v8@16=0x72
  v_permlanex16_b32 v8, v0, s0, s2 ; d65c0008 00080100 ; s0=0x76543210 s2=0xfedcba98 v0@16=0x70 v0@9=0x71 ; v8@0=0x70 v8@25=0x71
  # an inactive source: 0 with bound control, the old value without, its own with fetch-inactive
  v_permlane16_b32 v8, v0, s0, s2 ; d65b0008 00080100 ; exec_lo=0x0fff s0=0xf s2=0 v0@15=0x70 v8@0=0x66 ; v8@0=0x66
  v_permlane16_b32 v8, v0, s0, s2 op_sel:[0,1] ; d65b1008 00080100 ; exec_lo=0x0fff s0=0xf s2=0 v0@15=0x70 v8@0=0x66 ; v8@0=0
  v_permlane16_b32 v8, v0, s0, s2 op_sel:[1,0] ; d65b0808 00080100 ; exec_lo=0x0fff s0=0xf s2=0 v0@15=0x70 v8@0=0x66 ; v8@0=0x70
  v_permlane64_b32 v8, v0 ; 7e10cf00 ; v0=0x77 v8=0x66 ; v8=0x66
  # LDS as a crossbar: byte addresses of lanes, modulo 32
  ds_permute_b32 v8, v2, v0 ; dac80000 08000002 ; v2=0 v2@5=36 v0@5=0x77 v0=0 v0@5=0x77 ; v8@9=0x77
  ds_bpermute_b32 v8, v2, v0 ; dacc0000 08000002 ; v2=36 v0@9=0x77 ; v8@0=0x77 v8@31=0x77
  ds_bpermute_b32 v8, v2, v0 offset:4 ; dacc0004 08000002 ; v2=128 v0@1=0x77 ; v8@0=0x77
  ds_bpermute_b32 v8, v2, v0 ; dacc0000 08000002 ; exec_lo=0xff v2=36 v0@9=0x77 ; v8@0=0
  ds_swizzle_b32 v8, v0 offset:0x041f ; d8d4041f 08000000 ; v0@1=0x77 v0@30=0x78 ; v8@0=0x77 v8@31=0x78
  ds_swizzle_b32 v8, v0 offset:0x801b ; d8d4801b 08000000 ; v0@7=0x77 ; v8@4=0x77
  # matrices of ones and small numbers: every order of summation gives the same
  v_wmma_f32_16x16x16_f16 v[16:23], v[0:7], v[8:15], v[16:23] ; cc404010 1c421100 ; exec_lo=0xffffffff v0=0x3c003c00 v1=0x3c003c00 v2=0x3c003c00 v3=0x3c003c00 v4=0x3c003c00 v5=0x3c003c00 v6=0x3c003c00 v7=0x3c003c00 v8=0x40004000 v9=0x40004000 v10=0x40004000 v11=0x40004000 v12=0x40004000 v13=0x40004000 v14=0x40004000 v15=0x40004000 v16=3f v17=0f v18=0f v19=0f v20=0f v21=0f v22=0f v23=-1f ; v16=35f v17=32f v23=31f
  v_wmma_bf16_16x16x16_bf16 v[16:23], v[0:7], v[8:15], v[16:23] ; cc434010 1c421100 ; exec_lo=0xffffffff v0=0x3f803f80 v1=0x3f803f80 v2=0x3f803f80 v3=0x3f803f80 v4=0x3f803f80 v5=0x3f803f80 v6=0x3f803f80 v7=0x3f803f80 v8=0x40004000 v9=0x40004000 v10=0x40004000 v11=0x40004000 v12=0x40004000 v13=0x40004000 v14=0x40004000 v15=0x40004000 v16=0x77770000 v17=0x3f80 v18=0 v19=0 v20=0 v21=0 v22=0 v23=0 ; v16.l=0x4200 v17.l=0x4204
  v_wmma_i32_16x16x16_iu8 v[16:23], v[0:3], v[8:11], v[16:23] neg_lo:[1,0,0] ; cc444010 3c421100 ; exec_lo=0xffffffff v0=-1 v1=-1 v2=-1 v3=-1 v8=0x02020202 v9=0x02020202 v10=0x02020202 v11=0x02020202 v16=5 v17=0 v18=0 v19=0 v20=0 v21=0 v22=0 v23=0 ; v16=-27 v17=-32
  v_wmma_i32_16x16x16_iu8 v[16:23], v[0:3], v[8:11], v[16:23] clamp ; cc44c010 1c421100 ; exec_lo=0xffffffff v0=-1 v1=-1 v2=-1 v3=-1 v8=-1 v9=-1 v10=-1 v11=-1 v16=0x7fffffff v17=0 v18=0 v19=0 v20=0 v21=0 v22=0 v23=0 ; v16=0x7fffffff v17=1040400
  v_wmma_i32_16x16x16_iu4 v[16:23], v[0:1], v[8:9], v[16:23] neg_lo:[1,1,0] ; cc454010 7c421100 ; exec_lo=0xffffffff v0=-1 v1=-1 v8=0x77777777 v9=0x77777777 v16=5 v17=0 v18=0 v19=0 v20=0 v21=0 v22=0 v23=0 ; v16=-107 v17=-112
  # counters and addresses without a register
  ds_append v8 offset:8 ; d8f80008 08000000 ; m0=0x00100000 lds24=7 exec_lo=0xff ; lds24=15 v8=7
  ds_consume v8 offset:8 ; d8f40008 08000000 ; m0=0x00100000 lds24=7 exec_lo=0xf ; lds24=3 v8=7
  ds_store_addtid_b32 v8 offset:8 ; dac00008 00000800 ; m0=16 exec_lo=0x5 v8=0x77 lds28=0x66 ; lds24=0x77 lds28=0x66 lds32=0x77
  ds_load_addtid_b32 v8 offset:8 ; dac40008 08000000 ; m0=16 exec_lo=0x5 lds24=0x77 lds32=0x78 ; v8@0=0x77 v8@2=0x78
  global_load_addtid_b32 v8, s[0:1] offset:8 ; dca20008 08000000 ; exec_lo=0x5 mem8=0x77 mem16=0x78 ; v8@0=0x77 v8@2=0x78
  global_store_addtid_b32 v8, s[0:1] offset:8 ; dca60008 00000800 ; exec_lo=0x5 v8=0x77 mem12=0x66 ; mem8=0x77 mem12=0x66 mem16=0x77
  # beyond LDS: 0, and nothing stored
  ds_load_b32 v8, v0 ; d8d80000 08000000 ; lds0=1 v0=0x10000 ; v8=0
  ds_store_b32 v0, v8 ; d8340000 00000800 ; lds0=1 v0=0x10000 v8=7 ; lds0=1
  ds_load_b64 v[8:9], v0 ; d9d80000 08000000 ; lds0=1 v0=0xfffc ; v8=0 v9=0
  ds_add_rtn_u32 v8, v0, v2 ; d8800000 08000200 ; lds0=1 v0=0x10000 v2=5 ; v8=0 lds0=1
  # compares write EXEC and nothing else, or 0 for inactive lanes
  v_cmpx_lt_u32_e32 v0, v2 ; 7d920500 ; v0=1 v2=2 v2@5=0 exec_lo=0xf0 vcc=0 ; exec_lo=0xd0 vcc=0
  v_cmp_lt_u32_e32 vcc_lo, v0, v2 ; 7c920500 ; v0=1 v2=2 v2@5=0 exec_lo=0xf0 ; s106=0xd0
  v_cmp_lt_u32_e64 s8, v0, v2 ; d4490008 00020500 ; v0=1 v2=2 v2@5=0 exec_lo=0xf0 s8=-1 ; s8=0xd0
  v_cmp_lt_u32_e64 s8, v0, v2 ; d4490008 00020500 ; v0=1 v2=2 exec_lo=0 s8=-1 ; s8=0
  # no lane, no effect
  v_add_nc_u32_e32 v8, v0, v2 ; 4a100500 ; exec_lo=0 v0=1 v2=2 v8=9 ; v8=9
  # operands that overlap results
  v_lshlrev_b64 v[1:2], v0, v[0:1] ; d73c0001 00020100 ; v0=4 v1=0x10 ; v1=0x40 v2=0x100
  v_mad_u64_u32 v[0:1], null, v0, v1, v[0:1] ; d6fe7c00 04020300 ; v0=0xffffffff v1=2 ; v0=0xfffffffd v1=4
  v_mul_f64 v[0:1], v[0:1], v[0:1] ; d7280000 00020100 ; v0=1.5d ; v0=2.25d
  s_lshl_b64 s[0:1], s[0:1], s1 ; 84800100 ; s0=1 s1=4 ; s0=0x10 s1=0x40
  # NULL takes anything and gives 0; VCC is a pair of registers
  s_add_u32 null, s0, s2 ; 807c0200 ; s0=-1 s2=1 ; scc=1
  s_mov_b64 vcc, s[0:1] ; beea0100 ; s0=0x77 s1=0x88 ; s106=0x77 s107=0x88
  s_and_b64 s[8:9], vcc, s[0:1] ; 8b88006a ; s106=0xff s107=0xf0 s0=-1 s1=-1 ; s8=0xff s9=0xf0 scc=1
  v_add_nc_u32_e32 v8, null, v0 ; 4a10007c ; v0=7 ; v8=7
  v_add_co_u32 v8, null, v0, v2 ; d7007c08 00020500 ; v0=-1 v2=1 vcc=1 ; v8=0 vcc=1
  # literals in 64-bit operands: extended by zeros, by sign for signed ones, the high half of an f64
  s_and_b64 s[8:9], s[0:1], 0x80000001 ; 8b88ff00 80000001 ; s0=-1 s1=-1 ; s8=0x80000001 s9=0
  s_ashr_i64 s[8:9], 0x80000000, s2 ; 868802ff 80000000 ; s2=4 ; s8=0xf8000000 s9=0xffffffff
  v_add_f64 v[8:9], v[0:1], 0x40080000 ; d7270008 0001ff00 40080000 ; v0=1d ; v8=4d
  v_cmp_eq_u64_e32 vcc_lo, -1, v[0:1] ; 7cb400c1 ; v0=-1 v1=-1 ; vcc=1
  v_add_f64 v[8:9], v[0:1], -2.0 ; d7270008 0001eb00 ; v0=1d ; v8=-1d
  # halves of registers
  v_fma_f16 v8, v0, v2, v4 op_sel:[1,0,0,1] ; d6484808 04120500 ; v0=0x3c000000 v2=2h v4=1h v8=0x1234 ; v8=0x42001234
  v_mad_u16 v8, v0, v2, v4 op_sel:[1,1,0,0] ; d6411808 04120500 ; v0=0x00030000 v2=0x00040000 v4=5 v8=0x12340000 ; v8=0x12340011
  v_mad_i32_i16 v8, v0, v2, v4 op_sel:[1,0,0,0] ; d65a0808 04120500 ; v0=0xffff0000 v2=3 v4=10 ; v8=7
  v_pk_add_u16 v8, v0, v2 op_sel:[1,0] op_sel_hi:[0,1] ; cc0a4808 10020500 ; v0=0x00010002 v2=0x00100020 ; v8=0x00120021
  # clamp: to [0, 1], NaN to 0 with DX10_CLAMP; output scale needs flushing and no IEEE mode, else it is ignored
  v_add_f32_e64 v8, v0, v2 clamp ; d5038008 00020500 ; v0=0x7fc00000 v2=1f ; v8=0
  v_add_f32_e64 v8, v0, v2 clamp ; d5038008 00020500 ; v0=0x7fc00000 v2=1f mode=0x2f0 ; v8=0x7fc00000
  v_add_f32_e64 v8, v0, v2 clamp ; d5038008 00020500 ; v0=-2f v2=1f ; v8=0
  v_add_f32_e64 v8, v0, v2 mul:2 ; d5030008 08020500 ; v0=2f v2=1f ; v8=3f
  v_add_f32_e64 v8, v0, v2 mul:2 ; d5030008 08020500 ; v0=2f v2=1f mode=0x1c0 ; v8=6f
  v_add_f32_e64 v8, v0, v2 clamp div:2 ; d5038008 18020500 ; v0=2f v2=1f mode=0x1c0 ; v8=1f
  v_mul_f32_e64 v8, v0, v2 mul:4 ; d5080008 10020500 ; v0=-0f v2=1f mode=0x1c0 ; v8=0
  # rounding and denormals by MODE
  v_add_f32_e32 v8, v0, v2 ; 06100500 ; v0=1f v2=0x33000000 mode=0x3f1 ; v8=0x3f800001
  v_add_f32_e32 v8, v0, v2 ; 06100500 ; v0=1f v2=0xb3000000 mode=0x3f3 ; v8=0x3f7fffff
  v_add_f32_e32 v8, v0, v2 ; 06100500 ; v0=-1f v2=0xb3000000 mode=0x3f2 ; v8=0xbf800001
  v_mul_f32_e32 v8, v0, v2 ; 10100500 ; v0=3.4e38f v2=10f mode=0x3f3 ; v8=0x7f7fffff
  v_add_f64 v[8:9], v[0:1], v[2:3] ; d7270008 00020500 ; v0=1d v2=1e-20d mode=0x3f4 ; v8=1.0000000000000002d
  v_add_f16_e32 v8, v0, v2 ; 64100500 ; v0=2048h v2=1h v8=0 mode=0x3f4 ; v8=2050h
  v_add_f32_e32 v8, v0, v2 ; 06100500 ; v0=1 v2=1 mode=0x3c0 ; v8=0
  v_add_f32_e32 v8, v0, v2 ; 06100500 ; v0=1 v2=0x00800000 mode=0x3e0 ; v8=0x00800000
  v_mul_f32_e32 v8, v0, v2 ; 10100500 ; v0=0x80800000 v2=0.5f mode=0x3d0 ; v8=0x80000000
  v_add_f16_e32 v8, v0, v2 ; 64100500 ; v0=1 v2=1 v8=0 mode=0x330 ; v8=0
  v_mul_f16_e32 v8, v0, v2 ; 6a100500 ; v0=256h v2=256h v8=0 mode=0x8003f0 ; v8=65504h
  v_add_f16_e32 v8, v0, v2 ; 64100500 ; v0=infh v2=1h v8=0 mode=0x8003f0 ; v8=infh
  v_cvt_f16_f32_e32 v8, v0 ; 7e101500 ; v0=1e6f v8=0 mode=0x8003f0 ; v8=65504h
  v_max_f32_e32 v8, v0, v2 ; 20100500 ; v0=0x7f800001 v2=1f mode=0x1f0 ; v8=1f
  v_cvt_f16_f32_e32 v8, v0 ; 7e101500 ; v0=1.0004883f v8=0 mode=0x3f4 ; v8=0x3c01
  v_cvt_i32_f32_e32 v8, v0 ; 7e101100 ; v0=1.9f mode=0x3f1 ; v8=1
  v_rndne_f32_e32 v8, v0 ; 7e104700 ; v0=2.5f mode=0x3f1 ; v8=2f
  # division: the scale for a quotient that needs one, undone before the only rounding
  v_div_fmas_f64 v[8:9], v[0:1], v[2:3], v[4:5] ; d6380008 04120500 ; v0=2d v2=3d v4=1d vcc=0 ; v8=7d
  v_div_fmas_f32 v8, v0, v2, v4 ; d6370008 04120500 ; v0=1f v2=1f v4=1f vcc=1 ; v8=0x20000000
  v_div_scale_f64 v[8:9], vcc_lo, v[0:1], v[2:3], v[0:1] ; d6fd6a08 04020500 ; v0=1d v2=4d ; v8=1d vcc=0
  # scalar loads: signed immediate, unsigned register, no low bits, the base overwritten, nothing behind a buffer's end
  s_load_b32 s16, s[0:1], s2 offset:0x4 ; f4000400 04000004 ; s2=4 mem8=0x77 ; s16=0x77
  s_load_b32 s16, s[0:1], s2 offset:-0x4 ; f4000400 041ffffc ; s2=12 mem8=0x77 ; s16=0x77
  s_load_b32 s16, s[0:1], 0xb ; f4000400 f800000b ; mem8=0x77 ; s16=0x77
  s_load_b64 s[0:1], s[0:1], 0x8 ; f4040000 f8000008 ; mem8=0x77 mem12=0x88 ; s0=0x77 s1=0x88
  s_load_b32 s2, s[0:1], s2 ; f4000080 04000000 ; s2=8 mem8=0x77 ; s2=0x77
  s_buffer_load_b64 s[16:17], s[4:7], 0xffc ; f4240402 f8000ffc ; mem4092=0x77 ; s16=0x77 s17=0
  s_buffer_load_b32 s16, s[4:7], s2 ; f4200402 04000000 ; s2=-4 mem8=0x77 ; s16=0
  # vector addresses: signed immediate, unsigned register beside a scalar base, carries into the high half
  global_load_b32 v8, v0, s[0:1] offset:-4 ; dc521ffc 08000000 ; v0=12 mem8=0x77 ; v8=0x77
  scratch_load_b32 v8, v0, off offset:-4 ; dc511ffc 08fc0000 ; v0=12 scratch8=0x77 ; v8=0x77
  scratch_load_b32 v8, off, s2 offset:4 ; dc510004 08020000 ; s2=4 scratch8=0x77 ; v8=0x77
  scratch_load_b32 v8, v0, s2 ; dc510000 08820000 ; v0=4 s2=4 scratch8=0x77 ; v8=0x77
  ds_load_b32 v0, v0 offset:4 ; d8d80004 00000000 ; v0=4 lds8=0x77 ; v0=0x77
`;
