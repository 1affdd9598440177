/* Scalar ALU. SCC is an overflow for signed sums, a carry or borrow for the others, "not zero" for bit operations. */
#include "host.h"

static u64 brev(u64 x, int n) {
  u64 r = 0;
  for (int i = 0; i < n; i++) r |= (x >> i & 1) << (n - 1 - i);
  return r;
}
static i32 ctz(u64 x, int n) {
  for (int i = 0; i < n; i++) if (x >> i & 1) return i;
  return -1;
}
static i32 clz(u64 x, int n) {
  for (int i = 0; i < n; i++) if (x >> (n - 1 - i) & 1) return i;
  return -1;
}
/* Position of the first bit from the top that differs from the sign. */
static i32 cls(i64 x, int n) {
  for (int i = 1; i < n; i++) if ((x >> (n - 1 - i) & 1) != (x >> (n - 1) & 1)) return i;
  return -1;
}
static u64 replicate(u32 x) {
  u64 r = 0;
  for (int i = 0; i < 32; i++) if (x >> i & 1) r |= 3ull << (2 * i);
  return r;
}
static u64 quads(u64 x, int n) {
  u64 r = 0;
  for (int i = 0; i < n / 4; i++) if (x >> (4 * i) & 15) r |= 1ull << i;
  return r;
}
static u64 wqm(u64 x, int n) {
  u64 r = 0;
  for (int i = 0; i < n / 4; i++) if (x >> (4 * i) & 15) r |= 15ull << (4 * i);
  return r;
}
static u64 bfe(u64 x, u32 y, int n) {
  int at = y & (n - 1), width = y >> 16 & 0x7f;
  u64 v = x >> at;
  return width >= 64 ? v : v & ((1ull << width) - 1);
}
static i64 bfes(i64 x, u32 y, int n) {
  int at = y & (n - 1), width = y >> 16 & 0x7f;
  i64 v = x >> at;
  if (width == 0) return 0;
  if (width >= 64) return v;
  return (i64)((u64)v << (64 - width)) >> (64 - width);
}

int main(void) {
#define S1(n, R, A, e) OP1RR(#n " s8, s0", "s0 > s8 scc", R, bit, A, pool_##A, e, (e) != 0)
#define S1W(n, R, A, e) OP1RR(#n " s8, s[0:1]", "s0:64 > s8 scc", R, bit, A, pool_##A, e, (e) != 0)
#define S1WW(n, R, A, e) OP1RR(#n " s[8:9], s[0:1]", "s0:64 > s8:64 scc", R, bit, A, pool_##A, e, (e) != 0)
  OP1("s_mov_b32 s8, s0", "s0 > s8", u32, u32, a);
  OP1("s_mov_b64 s[8:9], s[0:1]", "s0:64 > s8:64", u64, u64, a);
  OP3("s_cmov_b32 s8, s0", "s0 s8 scc > s8", u32, u32, u32, bit, c ? a : b);
  OP3("s_cmov_b64 s[8:9], s[0:1]", "s0:64 s8:64 scc > s8:64", u64, u64, u64, bit, c ? a : b);
  OP1("s_brev_b32 s8, s0", "s0 > s8", u32, u32, brev(a, 32));
  OP1("s_brev_b64 s[8:9], s[0:1]", "s0:64 > s8:64", u64, u64, brev(a, 64));
  OP1("s_ctz_i32_b32 s8, s0", "s0 > s8", i32, u32, ctz(a, 32));
  OP1("s_ctz_i32_b64 s8, s[0:1]", "s0:64 > s8", i32, u64, ctz(a, 64));
  OP1("s_clz_i32_u32 s8, s0", "s0 > s8", i32, u32, clz(a, 32));
  OP1("s_clz_i32_u64 s8, s[0:1]", "s0:64 > s8", i32, u64, clz(a, 64));
  OP1("s_cls_i32 s8, s0", "s0 > s8", i32, i32, cls(a, 32));
  OP1("s_cls_i32_i64 s8, s[0:1]", "s0:64 > s8", i32, i64, cls(a, 64));
  OP1("s_sext_i32_i8 s8, s0", "s0 > s8", i32, u32, (int8_t)a);
  OP1("s_sext_i32_i16 s8, s0", "s0 > s8", i32, u32, (i16)a);
  OP2("s_bitset0_b32 s8, s0", "s0 s8 > s8", u32, u32, u32, b & ~(1u << (a & 31)));
  OP2("s_bitset1_b32 s8, s0", "s0 s8 > s8", u32, u32, u32, b | 1u << (a & 31));
  OP2("s_bitset0_b64 s[8:9], s0", "s0 s8:64 > s8:64", u64, u32, u64, b & ~(1ull << (a & 63)));
  OP2("s_bitset1_b64 s[8:9], s0", "s0 s8:64 > s8:64", u64, u32, u64, b | 1ull << (a & 63));
  OP1("s_bitreplicate_b64_b32 s[8:9], s0", "s0 > s8:64", u64, u32, replicate(a));
  S1(s_abs_i32, i32, i32, (i32)(a < 0 ? 0u - (u32)a : (u32)a));
  S1(s_bcnt0_i32_b32, i32, u32, 32 - __builtin_popcount(a));
  S1W(s_bcnt0_i32_b64, i32, u64, 64 - __builtin_popcountll(a));
  S1(s_bcnt1_i32_b32, i32, u32, __builtin_popcount(a));
  S1W(s_bcnt1_i32_b64, i32, u64, __builtin_popcountll(a));
  S1(s_quadmask_b32, u32, u32, quads(a, 32));
  S1WW(s_quadmask_b64, u64, u64, quads(a, 64));
  S1(s_wqm_b32, u32, u32, wqm(a, 32));
  S1WW(s_wqm_b64, u64, u64, wqm(a, 64));
  S1(s_not_b32, u32, u32, ~a);
  S1WW(s_not_b64, u64, u64, ~a);
  /* a: operand, b: EXEC before; the result goes to EXEC, the old EXEC to the destination (wrexec: the new one). */
#define SAVE(n, e)                                                                                                     \
  OP2RR(#n "_saveexec_b32 s8, s0", "s0 exec_lo > exec_lo scc", u32, bit, u32, pool_u32, u32, pool_u32, (u32)(e), (u32)(e) != 0);               \
  OP2(#n "_saveexec_b32 s8, s0", "s0 exec_lo > s8", u32, u32, u32, b);                                                  \
  OP2RR(#n "_saveexec_b64 s[8:9], s[0:1]", "s0:64 exec_lo:64 > exec_lo:64 scc", u64, bit, u64, pool_u64, u64, pool_u64, e, (e) != 0)
  SAVE(s_and, a & b);
  SAVE(s_or, a | b);
  SAVE(s_xor, a ^ b);
  SAVE(s_nand, ~(a & b));
  SAVE(s_nor, ~(a | b));
  SAVE(s_xnor, ~(a ^ b));
  SAVE(s_and_not0, ~a & b);
  SAVE(s_or_not0, ~a | b);
  SAVE(s_and_not1, a & ~b);
  SAVE(s_or_not1, a | ~b);
#define WREXEC(n, e)                                                                                                   \
  OP2RR(#n "_wrexec_b32 s8, s0", "s0 exec_lo > exec_lo s8", u32, u32, u32, pool_u32, u32, pool_u32, e, e);              \
  OP2RR(#n "_wrexec_b64 s[8:9], s[0:1]", "s0:64 exec_lo:64 > exec_lo:64 s8:64", u64, u64, u64, pool_u64, u64, pool_u64, e, e)
  WREXEC(s_and_not0, ~a & b);
  WREXEC(s_and_not1, a & ~b);

#define S2(n, R, A, B, e, scc) OP2RR(#n " s8, s0, s2", "s0 s2 > s8 scc", R, bit, A, pool_##A, B, pool_##B, e, scc)
#define S2N(n, R, A, B, e) OP2(#n " s8, s0, s2", "s0 s2 > s8", R, A, B, e)
#define NZ(n, R, A, B, e) S2(n, R, A, B, e, (CTYPE(R))(e) != 0)
#define NZ64(n, R, A, B, e)                                                                                            \
  OP2RR(#n " s[8:9], s[0:1], s[2:3]", "s0:64 s2:64 > s8:64 scc", R, bit, A, pool_##A, B, pool_##B, e, (e) != 0)
#define NZ6432(n, R, A, pb, e)                                                                                         \
  OP2RR(#n " s[8:9], s[0:1], s2", "s0:64 s2 > s8:64 scc", R, bit, A, pool_##A, u32, pb, e, (e) != 0)
  S2(s_add_u32, u32, u32, u32, a + b, (u64)a + b >> 32);
  S2(s_sub_u32, u32, u32, u32, a - b, b > a);
  S2(s_add_i32, u32, i32, i32, (u32)a + (u32)b, (i64)a + b != (i32)((u32)a + (u32)b));
  S2(s_sub_i32, u32, i32, i32, (u32)a - (u32)b, (i64)a - b != (i32)((u32)a - (u32)b));
  OP3RR("s_addc_u32 s8, s0, s2", "s0 s2 scc > s8 scc", u32, bit, u32, pool_u32, u32, pool_u32, bit, pool_bit, a + b + c, ((u64)a + b + c) >> 32);
  OP3RR("s_subb_u32 s8, s0, s2", "s0 s2 scc > s8 scc", u32, bit, u32, pool_u32, u32, pool_u32, bit, pool_bit, a - b - c, (u64)b + c > a);
  /* The difference wraps before its sign is looked at. */
  NZ(s_absdiff_i32, i32, i32, i32, (i32)((i32)((u32)a - (u32)b) < 0 ? (u32)b - (u32)a : (u32)a - (u32)b));
  OP2RR("s_lshl_b32 s8, s0, s2", "s0 s2 > s8 scc", u32, bit, u32, pool_u32, u32, pool_shift_u32, a << (b & 31), (a << (b & 31)) != 0);
  OP2RR("s_lshr_b32 s8, s0, s2", "s0 s2 > s8 scc", u32, bit, u32, pool_u32, u32, pool_shift_u32, a >> (b & 31), (a >> (b & 31)) != 0);
  OP2RR("s_ashr_i32 s8, s0, s2", "s0 s2 > s8 scc", i32, bit, i32, pool_u32, u32, pool_shift_u32, a >> (b & 31), (a >> (b & 31)) != 0);
  NZ6432(s_lshl_b64, u64, u64, pool_shift_u32, a << (b & 63));
  NZ6432(s_lshr_b64, u64, u64, pool_shift_u32, a >> (b & 63));
  NZ6432(s_ashr_i64, i64, i64, pool_shift_u32, a >> (b & 63));
  S2(s_lshl1_add_u32, u32, u32, u32, (a << 1) + b, ((u64)a << 1) + b >> 32 != 0);
  S2(s_lshl2_add_u32, u32, u32, u32, (a << 2) + b, ((u64)a << 2) + b >> 32 != 0);
  S2(s_lshl3_add_u32, u32, u32, u32, (a << 3) + b, ((u64)a << 3) + b >> 32 != 0);
  S2(s_lshl4_add_u32, u32, u32, u32, (a << 4) + b, ((u64)a << 4) + b >> 32 != 0);
  S2(s_min_i32, i32, i32, i32, a < b ? a : b, a < b);
  S2(s_min_u32, u32, u32, u32, a < b ? a : b, a < b);
  S2(s_max_i32, i32, i32, i32, a > b ? a : b, a >= b);
  S2(s_max_u32, u32, u32, u32, a > b ? a : b, a >= b);
  NZ(s_and_b32, u32, u32, u32, a & b);
  NZ(s_or_b32, u32, u32, u32, a | b);
  NZ(s_xor_b32, u32, u32, u32, a ^ b);
  NZ(s_nand_b32, u32, u32, u32, ~(a & b));
  NZ(s_nor_b32, u32, u32, u32, ~(a | b));
  NZ(s_xnor_b32, u32, u32, u32, ~(a ^ b));
  NZ(s_and_not1_b32, u32, u32, u32, a & ~b);
  NZ(s_or_not1_b32, u32, u32, u32, a | ~b);
  NZ64(s_and_b64, u64, u64, u64, a & b);
  NZ64(s_or_b64, u64, u64, u64, a | b);
  NZ64(s_xor_b64, u64, u64, u64, a ^ b);
  NZ64(s_nand_b64, u64, u64, u64, ~(a & b));
  NZ64(s_nor_b64, u64, u64, u64, ~(a | b));
  NZ64(s_xnor_b64, u64, u64, u64, ~(a ^ b));
  NZ64(s_and_not1_b64, u64, u64, u64, a & ~b);
  NZ64(s_or_not1_b64, u64, u64, u64, a | ~b);
  OP2RR("s_bfe_u32 s8, s0, s2", "s0 s2 > s8 scc", u32, bit, u32, pool_u32, u32, pool_field_u32, bfe(a, b, 32), (u32)bfe(a, b, 32) != 0);
  OP2RR("s_bfe_i32 s8, s0, s2", "s0 s2 > s8 scc", i32, bit, i32, pool_u32, u32, pool_field_u32, bfes(a, b, 32), (u32)bfes(a, b, 32) != 0);
  NZ6432(s_bfe_u64, u64, u64, pool_field_u32, bfe(a, b, 64));
  NZ6432(s_bfe_i64, i64, i64, pool_field_u32, bfes(a, b, 64));
  S2N(s_bfm_b32, u32, u32, u32, ((1u << (a & 31)) - 1) << (b & 31));
  OP2("s_bfm_b64 s[8:9], s0, s2", "s0 s2 > s8:64", u64, u32, u32, ((1ull << (a & 63)) - 1) << (b & 63));
  S2N(s_mul_i32, u32, u32, u32, a * b);
  S2N(s_mul_hi_u32, u32, u32, u32, (u64)a * b >> 32);
  S2N(s_mul_hi_i32, u32, i32, i32, (i64)a * b >> 32);
  OP3("s_cselect_b32 s8, s0, s2", "s0 s2 scc > s8", u32, u32, u32, bit, c ? a : b);
  OP3("s_cselect_b64 s[8:9], s[0:1], s[2:3]", "s0:64 s2:64 scc > s8:64", u64, u64, u64, bit, c ? a : b);
  S2N(s_pack_ll_b32_b16, u32, u32, u32, (a & 0xffff) | b << 16);
  S2N(s_pack_lh_b32_b16, u32, u32, u32, (a & 0xffff) | (b & 0xffff0000));
  S2N(s_pack_hh_b32_b16, u32, u32, u32, a >> 16 | (b & 0xffff0000));
  S2N(s_pack_hl_b32_b16, u32, u32, u32, a >> 16 | b << 16);

#define SC(n, A, e) OP2(#n " s0, s2", "s0 s2 > scc", bit, A, A, e)
  SC(s_cmp_eq_i32, i32, a == b);
  SC(s_cmp_lg_i32, i32, a != b);
  SC(s_cmp_gt_i32, i32, a > b);
  SC(s_cmp_ge_i32, i32, a >= b);
  SC(s_cmp_lt_i32, i32, a < b);
  SC(s_cmp_le_i32, i32, a <= b);
  SC(s_cmp_eq_u32, u32, a == b);
  SC(s_cmp_lg_u32, u32, a != b);
  SC(s_cmp_gt_u32, u32, a > b);
  SC(s_cmp_ge_u32, u32, a >= b);
  SC(s_cmp_lt_u32, u32, a < b);
  SC(s_cmp_le_u32, u32, a <= b);
  SC(s_bitcmp0_b32, u32, !(a >> (b & 31) & 1));
  SC(s_bitcmp1_b32, u32, a >> (b & 31) & 1);
  OP2("s_bitcmp0_b64 s[0:1], s2", "s0:64 s2 > scc", bit, u64, u32, !(a >> (b & 63) & 1));
  OP2("s_bitcmp1_b64 s[0:1], s2", "s0:64 s2 > scc", bit, u64, u32, a >> (b & 63) & 1);
  OP2("s_cmp_eq_u64 s[0:1], s[2:3]", "s0:64 s2:64 > scc", bit, u64, u64, a == b);
  OP2("s_cmp_lg_u64 s[0:1], s[2:3]", "s0:64 s2:64 > scc", bit, u64, u64, a != b);

  OP2("s_movk_i32 s8, 0x8001", "s0 s8 > s8", i32, i32, i32, (i16)0x8001);
  OP2("s_cmovk_i32 s8, 0x8001", "scc s8 > s8", i32, bit, i32, a ? (i16)0x8001 : b);
#define SK(n, imm, A, e) OP1(#n " s0, " #imm, "s0 > scc", bit, A, e)
  SK(s_cmpk_eq_i32, 0xffff, i32, a == -1);
  SK(s_cmpk_lg_i32, 0xffff, i32, a != -1);
  SK(s_cmpk_gt_i32, 0xffff, i32, a > -1);
  SK(s_cmpk_ge_i32, 0xffff, i32, a >= -1);
  SK(s_cmpk_lt_i32, 0xffff, i32, a < -1);
  SK(s_cmpk_le_i32, 0xffff, i32, a <= -1);
  SK(s_cmpk_eq_u32, 0xffff, u32, a == 0xffff);
  SK(s_cmpk_lg_u32, 0xffff, u32, a != 0xffff);
  SK(s_cmpk_gt_u32, 0xffff, u32, a > 0xffff);
  SK(s_cmpk_ge_u32, 0xffff, u32, a >= 0xffff);
  SK(s_cmpk_lt_u32, 0xffff, u32, a < 0xffff);
  SK(s_cmpk_le_u32, 0xffff, u32, a <= 0xffff);
  OP1RR("s_addk_i32 s8, 0x7fff", "s8 > s8 scc", u32, bit, i32, pool_i32, (u32)a + 0x7fff, (i64)a + 0x7fff > 0x7fffffffll);
  OP1("s_mulk_i32 s8, 0xfffd", "s8 > s8", u32, i32, (u32)a * (u32)-3);
  return 0;
}
