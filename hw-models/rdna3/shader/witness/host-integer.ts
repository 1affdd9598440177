/**
 * Vector integer and bit operations, dual instructions: what gcc and the host's processor compute for the same operation.
 *
 * Made by host/make.mjs from host/integer.c; format in index.ts. Source: the C expressions there.
 */
export const hostInteger = `
  v_mov_b32_e32 v8, v0 | 7e100300 | v0 > v8 | 0 0, 1 1, ffffffff ffffffff, 80000000 80000000, 7fffffff 7fffffff
  v_not_b32_e32 v8, v0 | 7e106f00 | v0 > v8 | 80000000 7fffffff, 7fffffff 80000000, 12345678 edcba987, 21 ffffffde, ff8001 ff007ffe
  v_bfrev_b32_e32 v8, v0 | 7e107100 | v0 > v8 | 21 84000000, ff8001 8001ff00, 7 e0000000, fffffff0 fffffff, ffff ffff0000
  v_clz_i32_u32_e32 v8, v0 | 7e107300 | v0 > v8 | fffffff0 0, ffff 10, 9abcdef0 0, 0 ffffffff, 1 1f
  v_ctz_i32_b32_e32 v8, v0 | 7e107500 | v0 > v8 | 0 ffffffff, 1 0, ffffffff 0, 80000000 1f, 7fffffff 0
  v_cls_i32_e32 v8, v0 | 7e107700 | v0 > v8 | 80000000 1, 7fffffff 1, 12345678 3, 21 1a, ff8001 8
  v_swap_b32 v8, v0 | 7e10cb00 | v0 v8 > v0 v8 | 21 12345678 12345678 21, ff8001 7 7 ff8001, 7 9abcdef0 9abcdef0 7, fffffff0 ffffffff ffffffff fffffff0, ffff 12345678 12345678 ffff
  v_cvt_i32_i16_e32 v8, v0 | 7e10d500 | v0 > v8 | 1234 1234, 11 11, ff ff, 0 0, 1 1
  v_cvt_u32_u16_e32 v8, v0 | 7e10d700 | v0 > v8 | 0 0, 1 1, ffff ffff, 8000 8000, 7fff 7fff
  v_not_b16_e32 v8, v0 | 7e10d300 | v0 > v8:16 | 8000 7fff, 7fff 8000, 1234 edcb, 11 ffee, ff ff00
  v_sat_pk_u8_i16_e32 v8, v0 | 7e10c500 | v0 > v8:16 | 21 21, ff8001 ff00, 7 7, fffffff0 0, ffff 0
  v_cndmask_b32_e32 v8, v0, v2, vcc_lo | 02100500 | v0 v2 vcc > v8 | fffffff0 1 1 1, ffff 7fffffff 0 ffff, 9abcdef0 ff8001 1 ff8001, 0 ffff 0 0, 1 1 1 1
  v_cndmask_b16 v8, v0, v2, vcc_lo | d65d0008 01aa0500 | v0 v2 vcc > v8:16 | 7fff 1234 0 7fff, 1234 0 1 0, 11 8000 0 11, ff 11 1 11, 0 1 0 0
  v_add_nc_u32_e32 v8, v0, v2 | 4a100500 | v0 v2 > v8 | 80000000 fffffff0 7ffffff0, 7fffffff 0 7fffffff, 12345678 80000000 92345678, 21 21 42, ff8001 fffffff0 ff7ff1
  v_sub_nc_u32_e32 v8, v0, v2 | 4c100500 | v0 v2 > v8 | 21 1 20, ff8001 7fffffff 80ff8002, 7 ff8001 ff008006, fffffff0 ffff fffefff1, ffff 1 fffe
  v_subrev_nc_u32_e32 v8, v0, v2 | 4e100500 | v0 v2 > v8 | fffffff0 12345678 12345688, ffff 7 ffff0008, 9abcdef0 9abcdef0 0, 0 ffffffff ffffffff, 1 12345678 12345677
  v_add_nc_u32_e64 v8, v0, v2 clamp | d5258008 00020500 | v0 v2 > v8 | 0 fffffff0 fffffff0, 1 0 1, ffffffff 80000000 ffffffff, 80000000 21 80000021, 7fffffff fffffff0 ffffffff
  v_sub_nc_u32_e64 v8, v0, v2 clamp | d5268008 00020500 | v0 v2 > v8 | 80000000 1 7fffffff, 7fffffff 7fffffff 0, 12345678 ff8001 1134d677, 21 ffff 0, ff8001 1 ff8000
  v_subrev_nc_u32_e64 v8, v0, v2 clamp | d5278008 00020500 | v0 v2 > v8 | 21 12345678 12345657, ff8001 7 0, 7 9abcdef0 9abcdee9, fffffff0 ffffffff f, ffff 12345678 12335679
  v_add_nc_i32 v8, v0, v2 | d7260008 00020500 | v0 v2 > v8 | fffffff0 fffffff0 ffffffe0, ffff 0 ffff, 9abcdef0 80000000 1abcdef0, 0 21 21, 1 fffffff0 fffffff1
  v_sub_nc_i32 v8, v0, v2 | d7250008 00020500 | v0 v2 > v8 | 0 1 ffffffff, 1 7fffffff 80000002, ffffffff ff8001 ff007ffe, 80000000 ffff 7fff0001, 7fffffff 1 7ffffffe
  v_add_nc_i32 v8, v0, v2 clamp | d7268008 00020500 | v0 v2 > v8 | 80000000 12345678 92345678, 7fffffff 7 7fffffff, 12345678 9abcdef0 acf13568, 21 ffffffff 20, ff8001 12345678 1333d679
  v_sub_nc_i32 v8, v0, v2 clamp | d7258008 00020500 | v0 v2 > v8 | 21 fffffff0 31, ff8001 0 ff8001, 7 80000000 7fffffff, fffffff0 21 ffffffcf, ffff fffffff0 1000f
  v_add_co_u32 v8, vcc_lo, v0, v2 | d7006a08 00020500 | v0 v2 > v8 vcc | fffffff0 1 fffffff1 0, ffff 7fffffff 8000fffe 0, 9abcdef0 ff8001 9bbc5ef1 0, 0 ffff ffff 0, 1 1 2 0
  v_sub_co_u32 v8, vcc_lo, v0, v2 | d7016a08 00020500 | v0 v2 > v8 vcc | 0 12345678 edcba988 1, 1 7 fffffffa 1, ffffffff 9abcdef0 6543210f 0, 80000000 ffffffff 80000001 1, 7fffffff 12345678 6dcba987 0
  v_subrev_co_u32 v8, vcc_lo, v0, v2 | d7026a08 00020500 | v0 v2 > v8 vcc | 80000000 fffffff0 7ffffff0 0, 7fffffff 0 80000001 1, 12345678 80000000 6dcba988 0, 21 21 0 0, ff8001 fffffff0 ff007fef 0
  v_add_co_ci_u32_e32 v8, vcc_lo, v0, v2, vcc_lo | 40100500 | v0 v2 vcc > v8 vcc | 21 1 0 22 0, ff8001 7fffffff 1 80ff8001 0, 7 ff8001 0 ff8008 0, fffffff0 ffff 1 fff0 1, ffff 1 0 10000 0
  v_sub_co_ci_u32_e32 v8, vcc_lo, v0, v2, vcc_lo | 42100500 | v0 v2 vcc > v8 vcc | fffffff0 12345678 1 edcba977 0, ffff 7 0 fff8 0, 9abcdef0 9abcdef0 1 ffffffff 1, 0 ffffffff 0 1 1, 1 12345678 1 edcba988 1
  v_subrev_co_ci_u32_e32 v8, vcc_lo, v0, v2, vcc_lo | 44100500 | v0 v2 vcc > v8 vcc | 0 fffffff0 0 fffffff0 0, 1 0 1 fffffffe 1, ffffffff 80000000 0 80000001 1, 80000000 21 1 80000020 1, 7fffffff fffffff0 0 7ffffff1 0
  v_mul_lo_u32 v8, v0, v2 | d72c0008 00020500 | v0 v2 > v8 | 80000000 1 80000000, 7fffffff 7fffffff 1, 12345678 ff8001 5ef85678, 21 ffff 20ffdf, ff8001 1 ff8001
  v_mul_hi_u32 v8, v0, v2 | d72d0008 00020500 | v0 v2 > v8 | 21 12345678 2, ff8001 7 0, 7 9abcdef0 4, fffffff0 ffffffff ffffffef, ffff 12345678 1234
  v_mul_hi_i32 v8, v0, v2 | d72e0008 00020500 | v0 v2 > v8 | fffffff0 fffffff0 0, ffff 0 0, 9abcdef0 80000000 32a19088, 0 21 0, 1 fffffff0 ffffffff
  v_mul_i32_i24_e32 v8, v0, v2 | 12100500 | v0 v2 > v8 | 0 1 0, 1 7fffffff ffffffff, ffffffff ff8001 7fff, 80000000 ffff 0, 7fffffff 1 ffffffff
  v_mul_hi_i32_i24_e32 v8, v0, v2 | 14100500 | v0 v2 > v8 | 80000000 12345678 0, 7fffffff 7 ffffffff, 12345678 9abcdef0 fffff246, 21 ffffffff ffffffff, ff8001 12345678 ffffffe5
  v_mul_u32_u24_e32 v8, v0, v2 | 16100500 | v0 v2 > v8 | 21 fffffff0 20fffdf0, ff8001 0 0, 7 80000000 0, fffffff0 21 20fffdf0, ffff fffffff0 fef00010
  v_mul_hi_u32_u24_e32 v8, v0, v2 | 18100500 | v0 v2 > v8 | fffffff0 1 0, ffff 7fffffff ff, 9abcdef0 ff8001 bc80, 0 ffff 0, 1 1 0
  v_mad_i32_i24 v8, v0, v2, v4 | d60a0008 04120500 | v0 v2 v4 > v8 | 0 12345678 ffff ffff, 1 7 80000000 80000007, ffffffff 9abcdef0 7 432117, 80000000 ffffffff 1 1, 7fffffff 12345678 21 ffcba9a9
  v_mad_u32_u24 v8, v0, v2, v4 | d60b0008 04120500 | v0 v2 v4 > v8 | 80000000 fffffff0 80000000 80000000, 7fffffff 0 7 7, 12345678 80000000 1 1, 21 21 21 462, ff8001 fffffff0 9abcdef0 8bc4dee0
  v_mad_u64_u32 v[8:9], vcc_lo, v0, v2, v[4:5] | d6fe6a08 04120500 | v0 v2 v4:64 > v8:64 vcc | 21 1 0 21 0, ff8001 7fffffff 123456789abcdef0 12b4167919bd5eef 0, 7 ff8001 ffffffffffffffff 6fc8006 1, fffffff0 ffff 100000000 fffffff00010 0, ffff 1 7fffffffffffffff 800000000000fffe 0
  v_mad_i64_i32 v[8:9], vcc_lo, v0, v2, v[4:5] | d6ff6a08 04120500 | v0 v2 v4:64 > v8:64 vcc | fffffff0 12345678 123456789abcdef0 1234567777777770 0, ffff 7 ffffffffffffffff 6fff8 0, 9abcdef0 9abcdef0 100000000 280e09b1f2a52100 0, 0 ffffffff 7fffffffffffffff 7fffffffffffffff 0, 1 12345678 1 12345679 0
  v_mad_u32_u16 v8, v0, v2, v4 | d6590008 04120500 | v0 v2 v4 > v8 | 0 1234 21 21, 1 0 9abcdef0 9abcdef0, ffff 8000 7fffffff ffff7fff, 8000 11 fffffff0 87ff0, 7fff 1 ffffffff 7ffe
  v_mad_i32_i16 v8, v0, v2, v4 | d65a0008 04120500 | v0 v2 v4 > v8 | 8000 1 9abcdef0 9abc5ef0, 7fff 7fff 7fffffff bfff0000, 1234 ff fffffff0 1221bc, 11 ffff ffffffff ffffffee, ff 1234 ff8001 111a1cd
  v_and_b32_e32 v8, v0, v2 | 36100500 | v0 v2 > v8 | 21 12345678 20, ff8001 7 1, 7 9abcdef0 0, fffffff0 ffffffff fffffff0, ffff 12345678 5678
  v_or_b32_e32 v8, v0, v2 | 38100500 | v0 v2 > v8 | fffffff0 fffffff0 fffffff0, ffff 0 ffff, 9abcdef0 80000000 9abcdef0, 0 21 21, 1 fffffff0 fffffff1
  v_xor_b32_e32 v8, v0, v2 | 3a100500 | v0 v2 > v8 | 0 1 1, 1 7fffffff 7ffffffe, ffffffff ff8001 ff007ffe, 80000000 ffff 8000ffff, 7fffffff 1 7ffffffe
  v_xnor_b32_e32 v8, v0, v2 | 3c100500 | v0 v2 > v8 | 80000000 12345678 6dcba987, 7fffffff 7 80000007, 12345678 9abcdef0 77777777, 21 ffffffff 21, ff8001 12345678 ed342986
  v_and_or_b32 v8, v0, v2, v4 | d6570008 04120500 | v0 v2 v4 > v8 | 21 fffffff0 0 20, ff8001 0 12345678 12345678, 7 80000000 ffff ffff, fffffff0 21 80000000 80000020, ffff fffffff0 7 fff7
  v_or3_b32 v8, v0, v2, v4 | d6580008 04120500 | v0 v2 v4 > v8 | fffffff0 1 12345678 fffffff9, ffff 7fffffff ffff 7fffffff, 9abcdef0 ff8001 80000000 9affdef1, 0 ffff 7 ffff, 1 1 1 1
  v_xor3_b32 v8, v0, v2, v4 | d6400008 04120500 | v0 v2 v4 > v8 | 0 12345678 ffff 1234a987, 1 7 80000000 80000006, ffffffff 9abcdef0 7 65432108, 80000000 ffffffff 1 7ffffffe, 7fffffff 12345678 21 6dcba9a6
  v_xad_u32 v8, v0, v2, v4 | d6450008 04120500 | v0 v2 v4 > v8 | 80000000 fffffff0 80000000 fffffff0, 7fffffff 0 7 80000006, 12345678 80000000 1 92345679, 21 21 21 21, ff8001 fffffff0 9abcdef0 99bd5ee1
  v_add3_u32 v8, v0, v2, v4 | d6550008 04120500 | v0 v2 v4 > v8 | 21 1 7 29, ff8001 7fffffff 1 80ff8001, 7 ff8001 21 ff8029, fffffff0 ffff 9abcdef0 9abddedf, ffff 1 7fffffff 8000ffff
  v_add_lshl_u32 v8, v0, v2, v4 | d6470008 04120500 | v0 v2 v4 > v8 | fffffff0 12345678 1 2468acd0, ffff 7 21 2000c, 9abcdef0 9abcdef0 9abcdef0 bde00000, 0 ffffffff 7fffffff 80000000, 1 12345678 fffffff0 56790000
  v_lshl_add_u32 v8, v0, v2, v4 | d6460008 04120500 | v0 v2 v4 > v8 | 0 fffffff0 21 21, 1 0 9abcdef0 9abcdef1, ffffffff 80000000 7fffffff 7ffffffe, 80000000 21 fffffff0 fffffff0, 7fffffff fffffff0 ffffffff fffeffff
  v_lshl_or_b32 v8, v0, v2, v4 | d6560008 04120500 | v0 v2 v4 > v8 | 80000000 1 9abcdef0 9abcdef0, 7fffffff 7fffffff 7fffffff ffffffff, 12345678 ff8001 fffffff0 fffffff0, 21 ffff ffffffff ffffffff, ff8001 1 ff8001 1ff8003
  v_lshlrev_b32_e32 v8, v0, v2 | 30100500 | v0 v2 > v8 | 1f 12345678 0, 20 7 7, 21 9abcdef0 3579bde0, 3f ffffffff 80000000, 40 12345678 12345678
  v_lshrrev_b32_e32 v8, v0, v2 | 32100500 | v0 v2 > v8 | 3f fffffff0 1, 40 0 0, ffffffff 80000000 1, 0 21 21, 1 fffffff0 7ffffff8
  v_ashrrev_i32_e32 v8, v0, v2 | 34100500 | v0 v2 > v8 | 0 1 1, 1 7fffffff 3fffffff, 1f ff8001 0, 20 ffff ffff, 21 1 0
  v_lshlrev_b64 v[8:9], v0, v[2:3] | d73c0008 00020500 | v0 v2:64 > v8:64 | 20 1 100000000, 21 7fffffffffffffff fffffffe00000000, 3f 100000000 0, 40 ffffffffffffffff ffffffffffffffff, ffffffff 123456789abcdef0 0
  v_lshrrev_b64 v[8:9], v0, v[2:3] | d73d0008 00020500 | v0 v2:64 > v8:64 | 40 123456789abcdef0 123456789abcdef0, ffffffff 0 0, 0 8000000000000000 8000000000000000, 1 ffffffff 7fffffff, 1f 1 0
  v_ashrrev_i64 v[8:9], v0, v[2:3] | d73e0008 00020500 | v0 v2:64 > v8:64 | 1 1 0, 1f 7fffffffffffffff ffffffff, 20 100000000 1, 21 ffffffffffffffff ffffffffffffffff, 3f 123456789abcdef0 0
  v_bfe_u32 v8, v0, v2, v4 | d6100008 04120500 | v0 v2 v4 > v8 | 0 12345678 ffff 0, 1 7 80000000 0, ffffffff 9abcdef0 7 7f, 80000000 ffffffff 1 1, 7fffffff 12345678 21 1
  v_bfe_i32 v8, v0, v2, v4 | d6110008 04120500 | v0 v2 v4 > v8 | 80000000 fffffff0 80000000 0, 7fffffff 0 7 ffffffff, 12345678 80000000 1 0, 21 21 21 0, ff8001 fffffff0 9abcdef0 ff
  v_bfi_b32 v8, v0, v2, v4 | d6120008 04120500 | v0 v2 v4 > v8 | 21 1 7 7, ff8001 7fffffff 1 ff8001, 7 ff8001 21 21, fffffff0 ffff 9abcdef0 fff0, ffff 1 7fffffff 7fff0001
  v_bfm_b32 v8, v0, v2 | d71d0008 00020500 | v0 v2 > v8 | fffffff0 12345678 ff000000, ffff 7 ffffff80, 9abcdef0 9abcdef0 ffff0000, 0 ffffffff 0, 1 12345678 1000000
  v_alignbit_b32 v8, v0, v2, v4 | d6160008 04120500 | v0 v2 v4 > v8 | 0 fffffff0 21 7ffffff8, 1 0 9abcdef0 10000, ffffffff 80000000 7fffffff ffffffff, 80000000 21 fffffff0 0, 7fffffff fffffff0 ffffffff ffffffff
  v_alignbyte_b32 v8, v0, v2, v4 | d6170008 04120500 | v0 v2 v4 > v8 | 80000000 1 9abcdef0 1, 7fffffff 7fffffff 7fffffff ffffff7f, 12345678 ff8001 fffffff0 ff8001, 21 ffff ffffffff 2100, ff8001 1 ff8001 1000000
  v_perm_b32 v8, v0, v2, v4 | d6440008 04120500 | v0 v2 v4 > v8 | 21 12345678 ff0c04 78ff0021, ff8001 7 8090a0b ff00, 7 9abcdef0 c0d0e0f ffffff, fffffff0 ffffffff 3020100 ffffffff, ffff 12345678 7060504 ffff
  v_bcnt_u32_b32 v8, v0, v2 | d71e0008 00020500 | v0 v2 > v8 | fffffff0 fffffff0 c, ffff 0 10, 9abcdef0 80000000 80000013, 0 21 21, 1 fffffff0 fffffff1
  v_sad_u8 v8, v0, v2, v4 | d6220008 04120500 | v0 v2 v4 > v8 | 0 1 ffffffff 0, 1 7fffffff ff8001 ff837c, ffffffff ff8001 0 27c, 80000000 ffff 12345678 123458f6, 7fffffff 1 ffff 1037a
  v_msad_u8 v8, v0, v2, v4 | d6390008 04120500 | v0 v2 v4 > v8 | 80000000 12345678 ff8001 ff8171, 7fffffff 7 0 f8, 12345678 9abcdef0 12345678 12345888, 21 ffffffff ffff 103da, ff8001 12345678 80000000 8000017e
  v_sad_hi_u8 v8, v0, v2, v4 | d6230008 04120500 | v0 v2 v4 > v8 | 21 fffffff0 0 3cc0000, ff8001 0 12345678 13b45678, 7 80000000 ffff 87ffff, fffffff0 21 80000000 83cc0000, ffff fffffff0 7 20d0007
  v_sad_u16 v8, v0, v2, v4 | d6240008 04120500 | v0 v2 v4 > v8 | fffffff0 1 12345678 12365666, ffff 7fffffff ffff 17ffe, 9abcdef0 ff8001 80000000 8000f8ac, 0 ffff 7 10006, 1 1 1 1
  v_sad_u32 v8, v0, v2, v4 | d6250008 04120500 | v0 v2 v4 > v8 | 0 12345678 ffff 12355677, 1 7 80000000 80000006, ffffffff 9abcdef0 7 65432116, 80000000 ffffffff 1 80000000, 7fffffff 12345678 21 6dcba9a8
  v_lerp_u8 v8, v0, v2, v4 | d6150008 04120500 | v0 v2 v4 > v8 | 80000000 fffffff0 80000000 bf7f7f78, 7fffffff 0 7 3f7f7f80, 12345678 80000000 1 491a2b3c, 21 21 21 21, ff8001 fffffff0 9abcdef0 7fffbf78
  v_qsad_pk_u16_u8 v[8:9], v[0:1], v2, v[4:5] | d63a0008 04120500 | v0:64 v2 v4:64 > v8:64 | ffffffff 1 7fffffffffffffff 80fd01fc02fb03fa, 100000000 7fffffff 1 37b037b037b037d, 0 ff8001 ffffffff 1800180017f017f, 1 ffff 8000000000000000 81fe01fe01fe01fd, ffffffffffffffff 1 0 3fb03fb03fb03fb
  v_mqsad_pk_u16_u8 v[8:9], v[0:1], v2, v[4:5] | d63b0008 04120500 | v0:64 v2 v4:64 > v8:64 | 1 12345678 1 114011401140114, ffffffffffffffff 7 ffffffff f800f800f700f7, 8000000000000000 9abcdef0 8000000000000000 8324032403240324, 7fffffffffffffff ffffffff 0 0, 123456789abcdef0 12345678 123456789abcdef0 12bc57889c54e100
  v_mqsad_u32_u8 v[8:11], v[0:1], v2, v[4:7] | d63d0008 04120500 | v0:64 v2 v4:64 > v8 v9 | 7fffffffffffffff fffffff0 ffffffff e f, 123456789abcdef0 0 8000000000000000 0 80000000, ffffffff 80000000 0 7f 80, 100000000 21 123456789abcdef0 9abcdf11 12345699, 0 fffffff0 ffffffffffffffff 3ec 3ec
  v_add_nc_u16 v8, v0, v2 | d7030008 00020500 | v0 v2 > v8:16 | ff 1 100, 0 7fff 7fff, 1 ff 100, ffff ffff fffe, 8000 1234 9234
  v_sub_nc_u16 v8, v0, v2 | d7040008 00020500 | v0 v2 > v8:16 | ffff 1234 edcb, 8000 0 8000, 7fff 8000 ffff, 1234 11 1223, 11 1 10
  v_add_nc_i16 v8, v0, v2 | d70d0008 00020500 | v0 v2 > v8:16 | 1234 1 1235, 11 7fff 8010, ff ff 1fe, 0 ffff ffff, 1 1234 1235
  v_sub_nc_i16 v8, v0, v2 | d70e0008 00020500 | v0 v2 > v8:16 | 0 1234 edcc, 1 0 1, ffff 8000 7fff, 8000 11 7fef, 7fff 1 7ffe
  v_add_nc_u16 v8, v0, v2 clamp | d7038008 00020500 | v0 v2 > v8:16 | 8000 1 8001, 7fff 7fff fffe, 1234 ff 1333, 11 ffff ffff, ff 1234 1333
  v_sub_nc_u16 v8, v0, v2 clamp | d7048008 00020500 | v0 v2 > v8:16 | 11 1234 0, ff 0 ff, 0 8000 0, 1 11 0, ffff 1 fffe
  v_add_nc_i16 v8, v0, v2 clamp | d70d8008 00020500 | v0 v2 > v8:16 | 1 1 2, ffff 7fff 7ffe, 8000 ff 80ff, 7fff ffff 7ffe, 1234 1234 2468
  v_sub_nc_i16 v8, v0, v2 clamp | d70e8008 00020500 | v0 v2 > v8:16 | 7fff 1234 6dcb, 1234 0 1234, 11 8000 7fff, ff 11 ee, 0 1 ffff
  v_mul_lo_u16 v8, v0, v2 | d7050008 00020500 | v0 v2 > v8:16 | ff 1 ff, 0 7fff 0, 1 ff ff, ffff ffff 1, 8000 1234 0
  v_mad_u16 v8, v0, v2, v4 | d6410008 04120500 | v0 v2 v4 > v8:16 | ffff 1234 0 edcc, 8000 0 1234 1234, 7fff 8000 ffff 7fff, 1234 11 ff 3673, 11 1 7fff 8010
  v_mad_i16 v8, v0, v2, v4 | d6530008 04120500 | v0 v2 v4 > v8:16 | 1234 1 1234 2468, 11 7fff ffff 7fee, ff ff ff ff00, 0 ffff 7fff 7fff, 1 1234 1 1235
  v_and_b16 v8, v0, v2 | d7620008 00020500 | v0 v2 > v8:16 | 0 1234 0, 1 0 0, ffff 8000 8000, 8000 11 0, 7fff 1 1
  v_or_b16 v8, v0, v2 | d7630008 00020500 | v0 v2 > v8:16 | 8000 1 8001, 7fff 7fff 7fff, 1234 ff 12ff, 11 ffff ffff, ff 1234 12ff
  v_xor_b16 v8, v0, v2 | d7640008 00020500 | v0 v2 > v8:16 | 11 1234 1225, ff 0 ff, 0 8000 8000, 1 11 10, ffff 1 fffe
  v_lshlrev_b16 v8, v0, v2 | d7380008 00020500 | v0 v2 > v8:16 | 1 1 2, 1f 7fff 8000, 20 ff ff, 21 ffff fffe, 3f 1234 0
  v_lshrrev_b16 v8, v0, v2 | d7390008 00020500 | v0 v2 > v8:16 | 21 1234 91a, 3f 0 0, 40 8000 8000, ffffffff 11 0, 0 1 1
  v_ashrrev_i16 v8, v0, v2 | d73a0008 00020500 | v0 v2 > v8:16 | ffffffff 1 0, 0 7fff 7fff, 1 ff 7f, 1f ffff ffff, 20 1234 1234
  v_min_i32 v8, v0, v2 | 22100500 | v0 v2 > v8 | 21 fffffff0 fffffff0, ff8001 0 0, 7 80000000 80000000, fffffff0 21 fffffff0, ffff fffffff0 fffffff0
  v_max_i32 v8, v0, v2 | 24100500 | v0 v2 > v8 | fffffff0 1 1, ffff 7fffffff 7fffffff, 9abcdef0 ff8001 ff8001, 0 ffff ffff, 1 1 1
  v_min3_i32 v8, v0, v2, v4 | d61a0008 04120500 | v0 v2 v4 > v8 | 0 12345678 ffff 0, 1 7 80000000 80000000, ffffffff 9abcdef0 7 9abcdef0, 80000000 ffffffff 1 80000000, 7fffffff 12345678 21 21
  v_max3_i32 v8, v0, v2, v4 | d61d0008 04120500 | v0 v2 v4 > v8 | 80000000 fffffff0 80000000 fffffff0, 7fffffff 0 7 7fffffff, 12345678 80000000 1 12345678, 21 21 21 21, ff8001 fffffff0 9abcdef0 ff8001
  v_med3_i32 v8, v0, v2, v4 | d6200008 04120500 | v0 v2 v4 > v8 | 21 1 7 7, ff8001 7fffffff 1 ff8001, 7 ff8001 21 21, fffffff0 ffff 9abcdef0 fffffff0, ffff 1 7fffffff ffff
  v_min_u32 v8, v0, v2 | 26100500 | v0 v2 > v8 | fffffff0 12345678 12345678, ffff 7 7, 9abcdef0 9abcdef0 9abcdef0, 0 ffffffff 0, 1 12345678 1
  v_max_u32 v8, v0, v2 | 28100500 | v0 v2 > v8 | 0 fffffff0 fffffff0, 1 0 1, ffffffff 80000000 ffffffff, 80000000 21 80000000, 7fffffff fffffff0 fffffff0
  v_min3_u32 v8, v0, v2, v4 | d61b0008 04120500 | v0 v2 v4 > v8 | 80000000 1 9abcdef0 1, 7fffffff 7fffffff 7fffffff 7fffffff, 12345678 ff8001 fffffff0 ff8001, 21 ffff ffffffff 21, ff8001 1 ff8001 1
  v_max3_u32 v8, v0, v2, v4 | d61e0008 04120500 | v0 v2 v4 > v8 | 21 12345678 7fffffff 7fffffff, ff8001 7 fffffff0 fffffff0, 7 9abcdef0 ffffffff ffffffff, fffffff0 ffffffff ff8001 ffffffff, ffff 12345678 0 12345678
  v_med3_u32 v8, v0, v2, v4 | d6210008 04120500 | v0 v2 v4 > v8 | fffffff0 fffffff0 fffffff0 fffffff0, ffff 0 ffffffff ffff, 9abcdef0 80000000 ff8001 80000000, 0 21 0 0, 1 fffffff0 12345678 12345678
  v_min_i16 v8, v0, v2 | d70c0008 00020500 | v0 v2 > v8:16 | 0 1234 0, 1 0 0, ffff 8000 8000, 8000 11 8000, 7fff 1 1
  v_max_i16 v8, v0, v2 | d70a0008 00020500 | v0 v2 > v8:16 | 8000 1 1, 7fff 7fff 7fff, 1234 ff 1234, 11 ffff 11, ff 1234 1234
  v_min3_i16 v8, v0, v2, v4 | d64a0008 04120500 | v0 v2 v4 > v8:16 | 11 1234 7fff 11, ff 0 1 0, 0 8000 11 8000, 1 11 8000 8000, ffff 1 0 ffff
  v_max3_i16 v8, v0, v2, v4 | d64d0008 04120500 | v0 v2 v4 > v8:16 | 1 1 1 1, ffff 7fff 11 7fff, 8000 ff 8000 ff, 7fff ffff 0 7fff, 1234 1234 1234 1234
  v_med3_i16 v8, v0, v2, v4 | d6500008 04120500 | v0 v2 v4 > v8:16 | 7fff 1234 11 1234, 1234 0 8000 0, 11 8000 0 0, ff 11 1234 ff, 0 1 ffff 0
  v_min_u16 v8, v0, v2 | d70b0008 00020500 | v0 v2 > v8:16 | ff 1 1, 0 7fff 0, 1 ff 1, ffff ffff ffff, 8000 1234 1234
  v_max_u16 v8, v0, v2 | d7090008 00020500 | v0 v2 > v8:16 | ffff 1234 ffff, 8000 0 8000, 7fff 8000 8000, 1234 11 1234, 11 1 11
  v_min3_u16 v8, v0, v2, v4 | d64b0008 04120500 | v0 v2 v4 > v8:16 | 1234 1 1234 1, 11 7fff ffff 11, ff ff ff ff, 0 ffff 7fff 0, 1 1234 1 1
  v_max3_u16 v8, v0, v2, v4 | d64e0008 04120500 | v0 v2 v4 > v8:16 | 0 1234 ffff ffff, 1 0 ff ff, ffff 8000 7fff ffff, 8000 11 1 8000, 7fff 1 11 7fff
  v_med3_u16 v8, v0, v2, v4 | d6510008 04120500 | v0 v2 v4 > v8:16 | 8000 1 ff ff, 7fff 7fff 7fff 7fff, 1234 ff 1 ff, 11 ffff 11 11, ff 1234 8000 1234
  v_maxmin_i32 v8, v0, v2, v4 | d6640008 04120500 | v0 v2 v4 > v8 | 21 12345678 7fffffff 12345678, ff8001 7 fffffff0 fffffff0, 7 9abcdef0 ffffffff ffffffff, fffffff0 ffffffff ff8001 ffffffff, ffff 12345678 0 0
  v_minmax_i32 v8, v0, v2, v4 | d6650008 04120500 | v0 v2 v4 > v8 | fffffff0 fffffff0 fffffff0 fffffff0, ffff 0 ffffffff 0, 9abcdef0 80000000 ff8001 ff8001, 0 21 0 0, 1 fffffff0 12345678 12345678
  v_maxmin_u32 v8, v0, v2, v4 | d6620008 04120500 | v0 v2 v4 > v8 | 0 1 ffffffff 1, 1 7fffffff ff8001 ff8001, ffffffff ff8001 0 0, 80000000 ffff 12345678 12345678, 7fffffff 1 ffff ffff
  v_minmax_u32 v8, v0, v2, v4 | d6630008 04120500 | v0 v2 v4 > v8 | 80000000 12345678 ff8001 12345678, 7fffffff 7 0 7, 12345678 9abcdef0 12345678 12345678, 21 ffffffff ffff ffff, ff8001 12345678 80000000 80000000
  v_cvt_pk_u16_u32 v8, v0, v2 | d7230008 00020500 | v0 v2 > v8 | 21 fffffff0 ffff0021, ff8001 0 ffff, 7 80000000 ffff0007, fffffff0 21 21ffff, ffff fffffff0 ffffffff
  v_cvt_pk_i16_i32 v8, v0, v2 | d7240008 00020500 | v0 v2 > v8 | fffffff0 1 1fff0, ffff 7fffffff 7fff7fff, 9abcdef0 ff8001 7fff8000, 0 ffff 7fff0000, 1 1 10001
  v_dual_mov_b32 v8, v0 :: v_dual_add_nc_u32 v9, v1, v3 | ca200100 08080701 | v1 v3 > v9 | 0 12345678 12345678, 1 7 8, ffffffff 9abcdef0 9abcdeef, 80000000 ffffffff 7fffffff, 7fffffff 12345678 92345677
  v_dual_mov_b32 v8, v0 :: v_dual_lshlrev_b32 v9, v1, v3 | ca220100 08080701 | v1 v3 > v9 | 80000000 fffffff0 fffffff0, 7fffffff 0 0, 12345678 80000000 0, 21 21 42, ff8001 fffffff0 ffffffe0
  v_dual_mov_b32 v8, v0 :: v_dual_and_b32 v9, v1, v3 | ca240100 08080701 | v1 v3 > v9 | 21 1 1, ff8001 7fffffff ff8001, 7 ff8001 1, fffffff0 ffff fff0, ffff 1 1
  v_dual_mov_b32 v8, v9 :: v_dual_mov_b32 v9, v8 | ca100109 08080108 | v8 v9 > v8 v9 | fffffff0 12345678 12345678 fffffff0, ffff 7 7 ffff, 9abcdef0 9abcdef0 9abcdef0 9abcdef0, 0 ffffffff ffffffff 0, 1 12345678 12345678 1
  v_dual_cndmask_b32 v8, v0, v2 :: v_dual_mov_b32 v9, v3 | ca500500 08080103 | v0 v2 vcc > v8 | 0 fffffff0 0 0, 1 0 1 0, ffffffff 80000000 0 ffffffff, 80000000 21 1 21, 7fffffff fffffff0 0 7fffffff
`;
