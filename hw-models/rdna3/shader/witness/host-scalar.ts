/**
 * Scalar ALU: what gcc and the host's processor compute for the same operation.
 *
 * Made by host/make.mjs from host/scalar.c; format in index.ts. Source: the C expressions there.
 */
export const hostScalar = `
  s_mov_b32 s8, s0 | be880000 | s0 > s8 | 0 0, 1 1, ffffffff ffffffff, 80000000 80000000, 7fffffff 7fffffff
  s_mov_b64 s[8:9], s[0:1] | be880100 | s0:64 > s8:64 | 8000000000000000 8000000000000000, 7fffffffffffffff 7fffffffffffffff, 123456789abcdef0 123456789abcdef0, ffffffff ffffffff, 100000000 100000000
  s_cmov_b32 s8, s0 | be880200 | s0 s8 scc > s8 | 21 1 0 1, ff8001 7fffffff 1 ff8001, 7 ff8001 0 ff8001, fffffff0 ffff 1 fffffff0, ffff 1 0 1
  s_cmov_b64 s[8:9], s[0:1] | be880300 | s0:64 s8:64 scc > s8:64 | 1 1 1 1, ffffffffffffffff 7fffffffffffffff 0 7fffffffffffffff, 8000000000000000 100000000 1 8000000000000000, 7fffffffffffffff ffffffffffffffff 0 ffffffffffffffff, 123456789abcdef0 123456789abcdef0 1 123456789abcdef0
  s_brev_b32 s8, s0 | be880400 | s0 > s8 | 0 0, 1 80000000, ffffffff ffffffff, 80000000 1, 7fffffff fffffffe
  s_brev_b64 s[8:9], s[0:1] | be880500 | s0:64 > s8:64 | 100000000 80000000, 0 0, 1 8000000000000000, ffffffffffffffff ffffffffffffffff, 8000000000000000 1
  s_ctz_i32_b32 s8, s0 | be880800 | s0 > s8 | 21 0, ff8001 0, 7 0, fffffff0 4, ffff 0
  s_ctz_i32_b64 s8, s[0:1] | be880900 | s0:64 > s8 | 123456789abcdef0 4, ffffffff 0, 100000000 20, 0 ffffffff, 1 0
  s_clz_i32_u32 s8, s0 | be880a00 | s0 > s8 | 0 ffffffff, 1 1f, ffffffff 0, 80000000 0, 7fffffff 1
  s_clz_i32_u64 s8, s[0:1] | be880b00 | s0:64 > s8 | 8000000000000000 0, 7fffffffffffffff 1, 123456789abcdef0 3, ffffffff 20, 100000000 1f
  s_cls_i32 s8, s0 | be880c00 | s0 > s8 | 21 1a, ff8001 8, 7 1d, fffffff0 1c, ffff 10
  s_cls_i32_i64 s8, s[0:1] | be880d00 | s0:64 > s8 | 1 3f, ffffffffffffffff ffffffff, 8000000000000000 1, 7fffffffffffffff 1, 123456789abcdef0 3
  s_sext_i32_i8 s8, s0 | be880e00 | s0 > s8 | 0 0, 1 1, ffffffff ffffffff, 80000000 0, 7fffffff ffffffff
  s_sext_i32_i16 s8, s0 | be880f00 | s0 > s8 | 80000000 0, 7fffffff ffffffff, 12345678 5678, 21 21, ff8001 ffff8001
  s_bitset0_b32 s8, s0 | be881000 | s0 s8 > s8 | 21 1 1, ff8001 7fffffff 7ffffffd, 7 ff8001 ff8001, fffffff0 ffff ffff, ffff 1 1
  s_bitset1_b32 s8, s0 | be881200 | s0 s8 > s8 | fffffff0 12345678 12355678, ffff 7 80000007, 9abcdef0 9abcdef0 9abddef0, 0 ffffffff ffffffff, 1 12345678 1234567a
  s_bitset0_b64 s[8:9], s0 | be881100 | s0 s8:64 > s8:64 | 0 123456789abcdef0 123456789abcdef0, 1 0 0, ffffffff 8000000000000000 0, 80000000 ffffffff fffffffe, 7fffffff 1 1
  s_bitset1_b64 s[8:9], s0 | be881300 | s0 s8:64 > s8:64 | 80000000 1 1, 7fffffff 7fffffffffffffff ffffffffffffffff, 12345678 100000000 100000100000000, 21 ffffffffffffffff ffffffffffffffff, ff8001 123456789abcdef0 123456789abcdef2
  s_bitreplicate_b64_b32 s[8:9], s0 | be881400 | s0 > s8:64 | 21 c03, ff8001 ffffc0000003, 7 3f, fffffff0 ffffffffffffff00, ffff ffffffff
  s_abs_i32 s8, s0 | be881500 | s0 > s8 scc | fffffff0 10 1, ffff ffff 1, 9abcdef0 65432110 1, 0 0 0, 1 1 1
  s_bcnt0_i32_b32 s8, s0 | be881600 | s0 > s8 scc | 0 20 1, 1 1f 1, ffffffff 0 0, 80000000 1f 1, 7fffffff 1 1
  s_bcnt0_i32_b64 s8, s[0:1] | be881700 | s0:64 > s8 scc | 100000000 3f 1, 0 40 1, 1 3f 1, ffffffffffffffff 0 0, 8000000000000000 3f 1
  s_bcnt1_i32_b32 s8, s0 | be881800 | s0 > s8 scc | 21 2 1, ff8001 a 1, 7 3 1, fffffff0 1c 1, ffff 10 1
  s_bcnt1_i32_b64 s8, s[0:1] | be881900 | s0:64 > s8 scc | 123456789abcdef0 20 1, ffffffff 20 1, 100000000 1 1, 0 0 0, 1 1 1
  s_quadmask_b32 s8, s0 | be881a00 | s0 > s8 scc | 0 0 0, 1 1 1, ffffffff ff 1, 80000000 80 1, 7fffffff ff 1
  s_quadmask_b64 s[8:9], s[0:1] | be881b00 | s0:64 > s8:64 scc | 8000000000000000 8000 1, 7fffffffffffffff ffff 1, 123456789abcdef0 fffe 1, ffffffff ff 1, 100000000 100 1
  s_wqm_b32 s8, s0 | be881c00 | s0 > s8 scc | 21 ff 1, ff8001 fff00f 1, 7 f 1, fffffff0 fffffff0 1, ffff ffff 1
  s_wqm_b64 s[8:9], s[0:1] | be881d00 | s0:64 > s8:64 scc | 1 f 1, ffffffffffffffff ffffffffffffffff 1, 8000000000000000 f000000000000000 1, 7fffffffffffffff ffffffffffffffff 1, 123456789abcdef0 fffffffffffffff0 1
  s_not_b32 s8, s0 | be881e00 | s0 > s8 scc | 0 ffffffff 1, 1 fffffffe 1, ffffffff 0 0, 80000000 7fffffff 1, 7fffffff 80000000 1
  s_not_b64 s[8:9], s[0:1] | be881f00 | s0:64 > s8:64 scc | 100000000 fffffffeffffffff 1, 0 ffffffffffffffff 1, 1 fffffffffffffffe 1, ffffffffffffffff 0 0, 8000000000000000 7fffffffffffffff 1
  s_and_saveexec_b32 s8, s0 | be882000 | s0 exec_lo > exec_lo scc | 21 12345678 20 1, ff8001 7 1 1, 7 9abcdef0 0 0, fffffff0 ffffffff fffffff0 1, ffff 12345678 5678 1
  s_and_saveexec_b32 s8, s0 | be882000 | s0 exec_lo > s8 | fffffff0 fffffff0 fffffff0, ffff 0 0, 9abcdef0 80000000 80000000, 0 21 21, 1 fffffff0 fffffff0
  s_and_saveexec_b64 s[8:9], s[0:1] | be882100 | s0:64 exec_lo:64 > exec_lo:64 scc | 0 123456789abcdef0 0 0, 1 0 0 0, ffffffffffffffff 8000000000000000 8000000000000000 1, 8000000000000000 ffffffff 0 0, 7fffffffffffffff 1 1 1
  s_or_saveexec_b32 s8, s0 | be882200 | s0 exec_lo > exec_lo scc | 80000000 12345678 92345678 1, 7fffffff 7 7fffffff 1, 12345678 9abcdef0 9abcdef8 1, 21 ffffffff ffffffff 1, ff8001 12345678 12ffd679 1
  s_or_saveexec_b32 s8, s0 | be882200 | s0 exec_lo > s8 | 21 fffffff0 fffffff0, ff8001 0 0, 7 80000000 80000000, fffffff0 21 21, ffff fffffff0 fffffff0
  s_or_saveexec_b64 s[8:9], s[0:1] | be882300 | s0:64 exec_lo:64 > exec_lo:64 scc | 1 1 1 1, ffffffffffffffff 7fffffffffffffff ffffffffffffffff 1, 8000000000000000 100000000 8000000100000000 1, 7fffffffffffffff ffffffffffffffff ffffffffffffffff 1, 123456789abcdef0 123456789abcdef0 123456789abcdef0 1
  s_xor_saveexec_b32 s8, s0 | be882400 | s0 exec_lo > exec_lo scc | 0 12345678 12345678 1, 1 7 6 1, ffffffff 9abcdef0 6543210f 1, 80000000 ffffffff 7fffffff 1, 7fffffff 12345678 6dcba987 1
  s_xor_saveexec_b32 s8, s0 | be882400 | s0 exec_lo > s8 | 80000000 fffffff0 fffffff0, 7fffffff 0 0, 12345678 80000000 80000000, 21 21 21, ff8001 fffffff0 fffffff0
  s_xor_saveexec_b64 s[8:9], s[0:1] | be882500 | s0:64 exec_lo:64 > exec_lo:64 scc | ffffffffffffffff 123456789abcdef0 edcba9876543210f 1, 8000000000000000 0 8000000000000000 1, 7fffffffffffffff 8000000000000000 ffffffffffffffff 1, 123456789abcdef0 ffffffff 123456786543210f 1, ffffffff 1 fffffffe 1
  s_nand_saveexec_b32 s8, s0 | be882600 | s0 exec_lo > exec_lo scc | fffffff0 12345678 edcba98f 1, ffff 7 fffffff8 1, 9abcdef0 9abcdef0 6543210f 1, 0 ffffffff ffffffff 1, 1 12345678 ffffffff 1
  s_nand_saveexec_b32 s8, s0 | be882600 | s0 exec_lo > s8 | 0 fffffff0 fffffff0, 1 0 0, ffffffff 80000000 80000000, 80000000 21 21, 7fffffff fffffff0 fffffff0
  s_nand_saveexec_b64 s[8:9], s[0:1] | be882700 | s0:64 exec_lo:64 > exec_lo:64 scc | 8000000000000000 1 ffffffffffffffff 1, 7fffffffffffffff 7fffffffffffffff 8000000000000000 1, 123456789abcdef0 100000000 ffffffffffffffff 1, ffffffff ffffffffffffffff ffffffff00000000 1, 100000000 123456789abcdef0 ffffffffffffffff 1
  s_nor_saveexec_b32 s8, s0 | be882800 | s0 exec_lo > exec_lo scc | 21 12345678 edcba986 1, ff8001 7 ff007ff8 1, 7 9abcdef0 65432108 1, fffffff0 ffffffff 0 0, ffff 12345678 edcb0000 1
  s_nor_saveexec_b32 s8, s0 | be882800 | s0 exec_lo > s8 | fffffff0 fffffff0 fffffff0, ffff 0 0, 9abcdef0 80000000 80000000, 0 21 21, 1 fffffff0 fffffff0
  s_nor_saveexec_b64 s[8:9], s[0:1] | be882900 | s0:64 exec_lo:64 > exec_lo:64 scc | 7fffffffffffffff 123456789abcdef0 8000000000000000 1, 123456789abcdef0 0 edcba9876543210f 1, ffffffff 8000000000000000 7fffffff00000000 1, 100000000 ffffffff fffffffe00000000 1, 0 1 fffffffffffffffe 1
  s_xnor_saveexec_b32 s8, s0 | be882a00 | s0 exec_lo > exec_lo scc | 80000000 12345678 6dcba987 1, 7fffffff 7 80000007 1, 12345678 9abcdef0 77777777 1, 21 ffffffff 21 1, ff8001 12345678 ed342986 1
  s_xnor_saveexec_b32 s8, s0 | be882a00 | s0 exec_lo > s8 | 21 fffffff0 fffffff0, ff8001 0 0, 7 80000000 80000000, fffffff0 21 21, ffff fffffff0 fffffff0
  s_xnor_saveexec_b64 s[8:9], s[0:1] | be882b00 | s0:64 exec_lo:64 > exec_lo:64 scc | 123456789abcdef0 1 edcba9876543210e 1, ffffffff 7fffffffffffffff 80000000ffffffff 1, 100000000 100000000 ffffffffffffffff 1, 0 ffffffffffffffff 0 0, 1 123456789abcdef0 edcba9876543210e 1
  s_and_not0_saveexec_b32 s8, s0 | be882c00 | s0 exec_lo > exec_lo scc | 0 12345678 12345678 1, 1 7 6 1, ffffffff 9abcdef0 0 0, 80000000 ffffffff 7fffffff 1, 7fffffff 12345678 0 0
  s_and_not0_saveexec_b32 s8, s0 | be882c00 | s0 exec_lo > s8 | 80000000 fffffff0 fffffff0, 7fffffff 0 0, 12345678 80000000 80000000, 21 21 21, ff8001 fffffff0 fffffff0
  s_and_not0_saveexec_b64 s[8:9], s[0:1] | be882d00 | s0:64 exec_lo:64 > exec_lo:64 scc | ffffffff 123456789abcdef0 1234567800000000 1, 100000000 0 0 0, 0 8000000000000000 8000000000000000 1, 1 ffffffff fffffffe 1, ffffffffffffffff 1 0 0
  s_or_not0_saveexec_b32 s8, s0 | be882e00 | s0 exec_lo > exec_lo scc | fffffff0 12345678 1234567f 1, ffff 7 ffff0007 1, 9abcdef0 9abcdef0 ffffffff 1, 0 ffffffff ffffffff 1, 1 12345678 fffffffe 1
  s_or_not0_saveexec_b32 s8, s0 | be882e00 | s0 exec_lo > s8 | 0 fffffff0 fffffff0, 1 0 0, ffffffff 80000000 80000000, 80000000 21 21, 7fffffff fffffff0 fffffff0
  s_or_not0_saveexec_b64 s[8:9], s[0:1] | be882f00 | s0:64 exec_lo:64 > exec_lo:64 scc | 100000000 1 fffffffeffffffff 1, 0 7fffffffffffffff ffffffffffffffff 1, 1 100000000 fffffffffffffffe 1, ffffffffffffffff ffffffffffffffff ffffffffffffffff 1, 8000000000000000 123456789abcdef0 7fffffffffffffff 1
  s_and_not1_saveexec_b32 s8, s0 | be883000 | s0 exec_lo > exec_lo scc | 21 12345678 1 1, ff8001 7 ff8000 1, 7 9abcdef0 7 1, fffffff0 ffffffff 0 0, ffff 12345678 a987 1
  s_and_not1_saveexec_b32 s8, s0 | be883000 | s0 exec_lo > s8 | fffffff0 fffffff0 fffffff0, ffff 0 0, 9abcdef0 80000000 80000000, 0 21 21, 1 fffffff0 fffffff0
  s_and_not1_saveexec_b64 s[8:9], s[0:1] | be883100 | s0:64 exec_lo:64 > exec_lo:64 scc | 0 123456789abcdef0 0 0, 1 0 1 1, ffffffffffffffff 8000000000000000 7fffffffffffffff 1, 8000000000000000 ffffffff 8000000000000000 1, 7fffffffffffffff 1 7ffffffffffffffe 1
  s_or_not1_saveexec_b32 s8, s0 | be883200 | s0 exec_lo > exec_lo scc | 80000000 12345678 edcba987 1, 7fffffff 7 ffffffff 1, 12345678 9abcdef0 7777777f 1, 21 ffffffff 21 1, ff8001 12345678 edffa987 1
  s_or_not1_saveexec_b32 s8, s0 | be883200 | s0 exec_lo > s8 | 21 fffffff0 fffffff0, ff8001 0 0, 7 80000000 80000000, fffffff0 21 21, ffff fffffff0 fffffff0
  s_or_not1_saveexec_b64 s[8:9], s[0:1] | be883300 | s0:64 exec_lo:64 > exec_lo:64 scc | 1 1 ffffffffffffffff 1, ffffffffffffffff 7fffffffffffffff ffffffffffffffff 1, 8000000000000000 100000000 fffffffeffffffff 1, 7fffffffffffffff ffffffffffffffff 7fffffffffffffff 1, 123456789abcdef0 123456789abcdef0 ffffffffffffffff 1
  s_and_not0_wrexec_b32 s8, s0 | be883400 | s0 exec_lo > exec_lo s8 | 0 12345678 12345678 12345678, 1 7 6 6, ffffffff 9abcdef0 0 0, 80000000 ffffffff 7fffffff 7fffffff, 7fffffff 12345678 0 0
  s_and_not0_wrexec_b64 s[8:9], s[0:1] | be883500 | s0:64 exec_lo:64 > exec_lo:64 s8:64 | 100000000 1 1 1, 0 7fffffffffffffff 7fffffffffffffff 7fffffffffffffff, 1 100000000 100000000 100000000, ffffffffffffffff ffffffffffffffff 0 0, 8000000000000000 123456789abcdef0 123456789abcdef0 123456789abcdef0
  s_and_not1_wrexec_b32 s8, s0 | be883600 | s0 exec_lo > exec_lo s8 | 21 1 20 20, ff8001 7fffffff 0 0, 7 ff8001 6 6, fffffff0 ffff ffff0000 ffff0000, ffff 1 fffe fffe
  s_and_not1_wrexec_b64 s[8:9], s[0:1] | be883700 | s0:64 exec_lo:64 > exec_lo:64 s8:64 | 123456789abcdef0 1 123456789abcdef0 123456789abcdef0, ffffffff 7fffffffffffffff 0 0, 100000000 100000000 0 0, 0 ffffffffffffffff 0 0, 1 123456789abcdef0 1 1
  s_add_u32 s8, s0, s2 | 80080200 | s0 s2 > s8 scc | 0 fffffff0 fffffff0 0, 1 0 1 0, ffffffff 80000000 7fffffff 1, 80000000 21 80000021 0, 7fffffff fffffff0 7fffffef 1
  s_sub_u32 s8, s0, s2 | 80880200 | s0 s2 > s8 scc | 80000000 1 7fffffff 0, 7fffffff 7fffffff 0 0, 12345678 ff8001 1134d677 0, 21 ffff ffff0022 1, ff8001 1 ff8000 0
  s_add_i32 s8, s0, s2 | 81080200 | s0 s2 > s8 scc | 21 12345678 12345699 0, ff8001 7 ff8008 0, 7 9abcdef0 9abcdef7 0, fffffff0 ffffffff ffffffef 0, ffff 12345678 12355677 0
  s_sub_i32 s8, s0, s2 | 81880200 | s0 s2 > s8 scc | fffffff0 fffffff0 0 0, ffff 0 ffff 0, 9abcdef0 80000000 1abcdef0 0, 0 21 ffffffdf 0, 1 fffffff0 11 0
  s_addc_u32 s8, s0, s2 | 82080200 | s0 s2 scc > s8 scc | 0 1 0 1 0, 1 7fffffff 1 80000001 0, ffffffff ff8001 0 ff8000 1, 80000000 ffff 1 80010000 0, 7fffffff 1 0 80000000 0
  s_subb_u32 s8, s0, s2 | 82880200 | s0 s2 scc > s8 scc | 80000000 12345678 1 6dcba987 0, 7fffffff 7 0 7ffffff8 0, 12345678 9abcdef0 1 77777787 1, 21 ffffffff 0 22 1, ff8001 12345678 1 eecb2988 1
  s_absdiff_i32 s8, s0, s2 | 83080200 | s0 s2 > s8 scc | 21 fffffff0 31 1, ff8001 0 ff8001 1, 7 80000000 7ffffff9 1, fffffff0 21 31 1, ffff fffffff0 1000f 1
  s_lshl_b32 s8, s0, s2 | 84080200 | s0 s2 > s8 scc | fffffff0 1 ffffffe0 1, ffff 21 1fffe 1, 9abcdef0 ffffffff 0 0, 0 1f 0 0, 1 3f 80000000 1
  s_lshr_b32 s8, s0, s2 | 85080200 | s0 s2 > s8 scc | 0 3f 0 0, 1 0 1 1, ffffffff 20 ffffffff 1, 80000000 40 80000000 1, 7fffffff 1 3fffffff 1
  s_ashr_i32 s8, s0, s2 | 86080200 | s0 s2 > s8 scc | 80000000 1 c0000000 1, 7fffffff 21 3fffffff 1, 12345678 ffffffff 0 0, 21 1f 0 0, ff8001 3f 0 0
  s_lshl_b64 s[8:9], s[0:1], s2 | 84880200 | s0:64 s2 > s8:64 scc | ffffffff 3f 8000000000000000 1, 100000000 0 100000000 1, 0 20 0 0, 1 40 1 1, ffffffffffffffff 1 fffffffffffffffe 1
  s_lshr_b64 s[8:9], s[0:1], s2 | 85880200 | s0:64 s2 > s8:64 scc | 1 1 0 0, ffffffffffffffff 21 7fffffff 1, 8000000000000000 ffffffff 1 1, 7fffffffffffffff 1f ffffffff 1, 123456789abcdef0 3f 0 0
  s_ashr_i64 s[8:9], s[0:1], s2 | 86880200 | s0:64 s2 > s8:64 scc | 7fffffffffffffff 3f 0 0, 123456789abcdef0 0 123456789abcdef0 1, ffffffff 20 0 0, 100000000 40 100000000 1, 0 1 0 0
  s_lshl1_add_u32 s8, s0, s2 | 87080200 | s0 s2 > s8 scc | 80000000 1 1 1, 7fffffff 7fffffff 7ffffffd 1, 12345678 ff8001 25682cf1 0, 21 ffff 10041 0, ff8001 1 1ff0003 0
  s_lshl2_add_u32 s8, s0, s2 | 87880200 | s0 s2 > s8 scc | 21 12345678 123456fc 0, ff8001 7 3fe000b 0, 7 9abcdef0 9abcdf0c 0, fffffff0 ffffffff ffffffbf 1, ffff 12345678 12385674 0
  s_lshl3_add_u32 s8, s0, s2 | 88080200 | s0 s2 > s8 scc | fffffff0 fffffff0 ffffff70 1, ffff 0 7fff8 0, 9abcdef0 80000000 55e6f780 1, 0 21 21 0, 1 fffffff0 fffffff8 0
  s_lshl4_add_u32 s8, s0, s2 | 88880200 | s0 s2 > s8 scc | 0 1 1 0, 1 7fffffff 8000000f 0, ffffffff ff8001 ff7ff1 1, 80000000 ffff ffff 1, 7fffffff 1 fffffff1 1
  s_min_i32 s8, s0, s2 | 89080200 | s0 s2 > s8 scc | 80000000 12345678 80000000 1, 7fffffff 7 7 0, 12345678 9abcdef0 9abcdef0 0, 21 ffffffff ffffffff 0, ff8001 12345678 ff8001 1
  s_min_u32 s8, s0, s2 | 89880200 | s0 s2 > s8 scc | 21 fffffff0 21 1, ff8001 0 0 0, 7 80000000 7 1, fffffff0 21 21 0, ffff fffffff0 ffff 1
  s_max_i32 s8, s0, s2 | 8a080200 | s0 s2 > s8 scc | fffffff0 1 1 0, ffff 7fffffff 7fffffff 0, 9abcdef0 ff8001 ff8001 0, 0 ffff ffff 0, 1 1 1 1
  s_max_u32 s8, s0, s2 | 8a880200 | s0 s2 > s8 scc | 0 12345678 12345678 0, 1 7 7 0, ffffffff 9abcdef0 ffffffff 1, 80000000 ffffffff ffffffff 0, 7fffffff 12345678 7fffffff 1
  s_and_b32 s8, s0, s2 | 8b080200 | s0 s2 > s8 scc | 80000000 fffffff0 80000000 1, 7fffffff 0 0 0, 12345678 80000000 0 0, 21 21 21 1, ff8001 fffffff0 ff8000 1
  s_or_b32 s8, s0, s2 | 8c080200 | s0 s2 > s8 scc | 21 1 21 1, ff8001 7fffffff 7fffffff 1, 7 ff8001 ff8007 1, fffffff0 ffff ffffffff 1, ffff 1 ffff 1
  s_xor_b32 s8, s0, s2 | 8d080200 | s0 s2 > s8 scc | fffffff0 12345678 edcba988 1, ffff 7 fff8 1, 9abcdef0 9abcdef0 0 0, 0 ffffffff ffffffff 1, 1 12345678 12345679 1
  s_nand_b32 s8, s0, s2 | 8e080200 | s0 s2 > s8 scc | 0 fffffff0 ffffffff 1, 1 0 ffffffff 1, ffffffff 80000000 7fffffff 1, 80000000 21 ffffffff 1, 7fffffff fffffff0 8000000f 1
  s_nor_b32 s8, s0, s2 | 8f080200 | s0 s2 > s8 scc | 80000000 1 7ffffffe 1, 7fffffff 7fffffff 80000000 1, 12345678 ff8001 ed002986 1, 21 ffff ffff0000 1, ff8001 1 ff007ffe 1
  s_xnor_b32 s8, s0, s2 | 90080200 | s0 s2 > s8 scc | 21 12345678 edcba9a6 1, ff8001 7 ff007ff9 1, 7 9abcdef0 65432108 1, fffffff0 ffffffff fffffff0 1, ffff 12345678 edcb5678 1
  s_and_not1_b32 s8, s0, s2 | 91080200 | s0 s2 > s8 scc | fffffff0 fffffff0 0 0, ffff 0 ffff 1, 9abcdef0 80000000 1abcdef0 1, 0 21 0 0, 1 fffffff0 1 1
  s_or_not1_b32 s8, s0, s2 | 92080200 | s0 s2 > s8 scc | 0 1 fffffffe 1, 1 7fffffff 80000001 1, ffffffff ff8001 ffffffff 1, 80000000 ffff ffff0000 1, 7fffffff 1 ffffffff 1
  s_and_b64 s[8:9], s[0:1], s[2:3] | 8b880200 | s0:64 s2:64 > s8:64 scc | 100000000 1 0 0, 0 7fffffffffffffff 0 0, 1 100000000 0 0, ffffffffffffffff ffffffffffffffff ffffffffffffffff 1, 8000000000000000 123456789abcdef0 0 0
  s_or_b64 s[8:9], s[0:1], s[2:3] | 8c880200 | s0:64 s2:64 > s8:64 scc | ffffffffffffffff 123456789abcdef0 ffffffffffffffff 1, 8000000000000000 0 8000000000000000 1, 7fffffffffffffff 8000000000000000 ffffffffffffffff 1, 123456789abcdef0 ffffffff 12345678ffffffff 1, ffffffff 1 ffffffff 1
  s_xor_b64 s[8:9], s[0:1], s[2:3] | 8d880200 | s0:64 s2:64 > s8:64 scc | 123456789abcdef0 1 123456789abcdef1 1, ffffffff 7fffffffffffffff 7fffffff00000000 1, 100000000 100000000 0 0, 0 ffffffffffffffff ffffffffffffffff 1, 1 123456789abcdef0 123456789abcdef1 1
  s_nand_b64 s[8:9], s[0:1], s[2:3] | 8e880200 | s0:64 s2:64 > s8:64 scc | 0 123456789abcdef0 ffffffffffffffff 1, 1 0 ffffffffffffffff 1, ffffffffffffffff 8000000000000000 7fffffffffffffff 1, 8000000000000000 ffffffff ffffffffffffffff 1, 7fffffffffffffff 1 fffffffffffffffe 1
  s_nor_b64 s[8:9], s[0:1], s[2:3] | 8f880200 | s0:64 s2:64 > s8:64 scc | 8000000000000000 1 7ffffffffffffffe 1, 7fffffffffffffff 7fffffffffffffff 8000000000000000 1, 123456789abcdef0 100000000 edcba9866543210f 1, ffffffff ffffffffffffffff 0 0, 100000000 123456789abcdef0 edcba9866543210f 1
  s_xnor_b64 s[8:9], s[0:1], s[2:3] | 90880200 | s0:64 s2:64 > s8:64 scc | ffffffff 123456789abcdef0 edcba9879abcdef0 1, 100000000 0 fffffffeffffffff 1, 0 8000000000000000 7fffffffffffffff 1, 1 ffffffff ffffffff00000001 1, ffffffffffffffff 1 1 1
  s_and_not1_b64 s[8:9], s[0:1], s[2:3] | 91880200 | s0:64 s2:64 > s8:64 scc | 1 1 0 0, ffffffffffffffff 7fffffffffffffff 8000000000000000 1, 8000000000000000 100000000 8000000000000000 1, 7fffffffffffffff ffffffffffffffff 0 0, 123456789abcdef0 123456789abcdef0 0 0
  s_or_not1_b64 s[8:9], s[0:1], s[2:3] | 92880200 | s0:64 s2:64 > s8:64 scc | 7fffffffffffffff 123456789abcdef0 ffffffffffffffff 1, 123456789abcdef0 0 ffffffffffffffff 1, ffffffff 8000000000000000 7fffffffffffffff 1, 100000000 ffffffff ffffffff00000000 1, 0 1 fffffffffffffffe 1
  s_bfe_u32 s8, s0, s2 | 93080200 | s0 s2 > s8 scc | 80000000 200000 80000000 1, 7fffffff 400010 7fff 1, 12345678 300020 12345678 1, 21 4 0 0, ff8001 7f0001 7fc000 1
  s_bfe_i32 s8, s0, s2 | 93880200 | s0 s2 > s8 scc | 21 7f0001 10 1, ff8001 80008 ffffff80 1, 7 10001c 0 0, fffffff0 1001f ffffffff 1, ffff 200000 ffff 1
  s_bfe_u64 s[8:9], s[0:1], s2 | 94080200 | s0:64 s2 > s8:64 scc | 123456789abcdef0 200000 9abcdef0 1, ffffffff 400010 ffff 1, 100000000 300020 1 1, 0 4 0 0, 1 7f0001 0 0
  s_bfe_i64 s[8:9], s[0:1], s2 | 94880200 | s0:64 s2 > s8:64 scc | 0 7f0001 0 0, 1 80008 0 0, ffffffffffffffff 10001c ffffffffffffffff 1, 8000000000000000 1001f 0 0, 7fffffffffffffff 200000 ffffffffffffffff 1
  s_bfm_b32 s8, s0, s2 | 95080200 | s0 s2 > s8 | 80000000 12345678 0, 7fffffff 7 ffffff80, 12345678 9abcdef0 ffff0000, 21 ffffffff 80000000, ff8001 12345678 1000000
  s_bfm_b64 s[8:9], s0, s2 | 95880200 | s0 s2 > s8:64 | 21 fffffff0 ffff000000000000, ff8001 0 1, 7 80000000 7f, fffffff0 21 fffffffe00000000, ffff fffffff0 ffff000000000000
  s_mul_i32 s8, s0, s2 | 96080200 | s0 s2 > s8 | fffffff0 1 fffffff0, ffff 7fffffff 7fff0001, 9abcdef0 ff8001 1b44def0, 0 ffff 0, 1 1 1
  s_mul_hi_u32 s8, s0, s2 | 96880200 | s0 s2 > s8 | 0 12345678 0, 1 7 0, ffffffff 9abcdef0 9abcdeef, 80000000 ffffffff 7fffffff, 7fffffff 12345678 91a2b3b
  s_mul_hi_i32 s8, s0, s2 | 97080200 | s0 s2 > s8 | 80000000 fffffff0 8, 7fffffff 0 0, 12345678 80000000 f6e5d4c4, 21 21 0, ff8001 fffffff0 ffffffff
  s_cselect_b32 s8, s0, s2 | 98080200 | s0 s2 scc > s8 | 21 1 0 1, ff8001 7fffffff 1 ff8001, 7 ff8001 0 ff8001, fffffff0 ffff 1 fffffff0, ffff 1 0 1
  s_cselect_b64 s[8:9], s[0:1], s[2:3] | 98880200 | s0:64 s2:64 scc > s8:64 | 123456789abcdef0 1 1 123456789abcdef0, ffffffff 7fffffffffffffff 0 7fffffffffffffff, 100000000 100000000 1 100000000, 0 ffffffffffffffff 0 ffffffffffffffff, 1 123456789abcdef0 1 1
  s_pack_ll_b32_b16 s8, s0, s2 | 99080200 | s0 s2 > s8 | 0 fffffff0 fff00000, 1 0 1, ffffffff 80000000 ffff, 80000000 21 210000, 7fffffff fffffff0 fff0ffff
  s_pack_lh_b32_b16 s8, s0, s2 | 99880200 | s0 s2 > s8 | 80000000 1 0, 7fffffff 7fffffff 7fffffff, 12345678 ff8001 ff5678, 21 ffff 21, ff8001 1 8001
  s_pack_hh_b32_b16 s8, s0, s2 | 9a080200 | s0 s2 > s8 | 21 12345678 12340000, ff8001 7 ff, 7 9abcdef0 9abc0000, fffffff0 ffffffff ffffffff, ffff 12345678 12340000
  s_pack_hl_b32_b16 s8, s0, s2 | 9a880200 | s0 s2 > s8 | fffffff0 fffffff0 fff0ffff, ffff 0 0, 9abcdef0 80000000 9abc, 0 21 210000, 1 fffffff0 fff00000
  s_cmp_eq_i32 s0, s2 | bf000200 | s0 s2 > scc | 0 1 0, 1 7fffffff 0, ffffffff ff8001 0, 80000000 ffff 0, 7fffffff 1 0
  s_cmp_lg_i32 s0, s2 | bf010200 | s0 s2 > scc | 80000000 12345678 1, 7fffffff 7 1, 12345678 9abcdef0 1, 21 ffffffff 1, ff8001 12345678 1
  s_cmp_gt_i32 s0, s2 | bf020200 | s0 s2 > scc | 21 fffffff0 1, ff8001 0 1, 7 80000000 1, fffffff0 21 0, ffff fffffff0 1
  s_cmp_ge_i32 s0, s2 | bf030200 | s0 s2 > scc | fffffff0 1 0, ffff 7fffffff 0, 9abcdef0 ff8001 0, 0 ffff 0, 1 1 1
  s_cmp_lt_i32 s0, s2 | bf040200 | s0 s2 > scc | 0 12345678 1, 1 7 1, ffffffff 9abcdef0 0, 80000000 ffffffff 1, 7fffffff 12345678 0
  s_cmp_le_i32 s0, s2 | bf050200 | s0 s2 > scc | 80000000 fffffff0 1, 7fffffff 0 0, 12345678 80000000 0, 21 21 1, ff8001 fffffff0 0
  s_cmp_eq_u32 s0, s2 | bf060200 | s0 s2 > scc | 21 1 0, ff8001 7fffffff 0, 7 ff8001 0, fffffff0 ffff 0, ffff 1 0
  s_cmp_lg_u32 s0, s2 | bf070200 | s0 s2 > scc | fffffff0 12345678 1, ffff 7 1, 9abcdef0 9abcdef0 0, 0 ffffffff 1, 1 12345678 1
  s_cmp_gt_u32 s0, s2 | bf080200 | s0 s2 > scc | 0 fffffff0 0, 1 0 1, ffffffff 80000000 1, 80000000 21 1, 7fffffff fffffff0 0
  s_cmp_ge_u32 s0, s2 | bf090200 | s0 s2 > scc | 80000000 1 1, 7fffffff 7fffffff 1, 12345678 ff8001 1, 21 ffff 0, ff8001 1 1
  s_cmp_lt_u32 s0, s2 | bf0a0200 | s0 s2 > scc | 21 12345678 1, ff8001 7 0, 7 9abcdef0 1, fffffff0 ffffffff 1, ffff 12345678 1
  s_cmp_le_u32 s0, s2 | bf0b0200 | s0 s2 > scc | fffffff0 fffffff0 1, ffff 0 0, 9abcdef0 80000000 0, 0 21 1, 1 fffffff0 1
  s_bitcmp0_b32 s0, s2 | bf0c0200 | s0 s2 > scc | 0 1 1, 1 7fffffff 1, ffffffff ff8001 0, 80000000 ffff 0, 7fffffff 1 0
  s_bitcmp1_b32 s0, s2 | bf0d0200 | s0 s2 > scc | 80000000 12345678 0, 7fffffff 7 1, 12345678 9abcdef0 0, 21 ffffffff 0, ff8001 12345678 0
  s_bitcmp0_b64 s[0:1], s2 | bf0e0200 | s0:64 s2 > scc | ffffffff fffffff0 1, 100000000 0 1, 0 80000000 1, 1 21 1, ffffffffffffffff fffffff0 0
  s_bitcmp1_b64 s[0:1], s2 | bf0f0200 | s0:64 s2 > scc | 1 1 0, ffffffffffffffff 7fffffff 1, 8000000000000000 ff8001 0, 7fffffffffffffff ffff 0, 123456789abcdef0 1 0
  s_cmp_eq_u64 s[0:1], s[2:3] | bf100200 | s0:64 s2:64 > scc | 7fffffffffffffff 123456789abcdef0 0, 123456789abcdef0 0 0, ffffffff 8000000000000000 0, 100000000 ffffffff 0, 0 1 0
  s_cmp_lg_u64 s[0:1], s[2:3] | bf110200 | s0:64 s2:64 > scc | 100000000 1 1, 0 7fffffffffffffff 1, 1 100000000 1, ffffffffffffffff ffffffffffffffff 0, 8000000000000000 123456789abcdef0 1
  s_movk_i32 s8, 0x8001 | b0088001 | s0 s8 > s8 | 21 1 ffff8001, ff8001 7fffffff ffff8001, 7 ff8001 ffff8001, fffffff0 ffff ffff8001, ffff 1 ffff8001
  s_cmovk_i32 s8, 0x8001 | b1088001 | scc s8 > s8 | 1 12345678 ffff8001, 0 7 7, 1 9abcdef0 ffff8001, 0 ffffffff ffffffff, 1 12345678 ffff8001
  s_cmpk_eq_i32 s0, 0xffff | b180ffff | s0 > scc | 0 0, 1 0, ffffffff 1, 80000000 0, 7fffffff 0
  s_cmpk_lg_i32 s0, 0xffff | b200ffff | s0 > scc | 80000000 1, 7fffffff 1, 12345678 1, 21 1, ff8001 1
  s_cmpk_gt_i32 s0, 0xffff | b280ffff | s0 > scc | 21 1, ff8001 1, 7 1, fffffff0 0, ffff 1
  s_cmpk_ge_i32 s0, 0xffff | b300ffff | s0 > scc | fffffff0 0, ffff 1, 9abcdef0 0, 0 1, 1 1
  s_cmpk_lt_i32 s0, 0xffff | b380ffff | s0 > scc | 0 0, 1 0, ffffffff 0, 80000000 1, 7fffffff 0
  s_cmpk_le_i32 s0, 0xffff | b400ffff | s0 > scc | 80000000 1, 7fffffff 0, 12345678 0, 21 0, ff8001 0
  s_cmpk_eq_u32 s0, 0xffff | b480ffff | s0 > scc | 21 0, ff8001 0, 7 0, fffffff0 0, ffff 1
  s_cmpk_lg_u32 s0, 0xffff | b500ffff | s0 > scc | fffffff0 1, ffff 0, 9abcdef0 1, 0 1, 1 1
  s_cmpk_gt_u32 s0, 0xffff | b580ffff | s0 > scc | 0 0, 1 0, ffffffff 1, 80000000 1, 7fffffff 1
  s_cmpk_ge_u32 s0, 0xffff | b600ffff | s0 > scc | 80000000 1, 7fffffff 1, 12345678 1, 21 0, ff8001 1
  s_cmpk_lt_u32 s0, 0xffff | b680ffff | s0 > scc | 21 1, ff8001 0, 7 1, fffffff0 0, ffff 0
  s_cmpk_le_u32 s0, 0xffff | b700ffff | s0 > scc | fffffff0 0, ffff 1, 9abcdef0 0, 0 1, 1 1
  s_addk_i32 s8, 0x7fff | b7887fff | s8 > s8 scc | 0 7fff 0, 1 8000 0, ffffffff 7ffe 0, 80000000 80007fff 0, 7fffffff 80007ffe 1
  s_mulk_i32 s8, 0xfffd | b808fffd | s8 > s8 | 80000000 80000000, 7fffffff 80000003, 12345678 c962fc98, 21 ffffff9d, ff8001 fd017ffd
`;
