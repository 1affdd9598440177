/* Vector integer and bit operations. */
#include "host.h"

static i64 clampS(i64 x, i64 low, i64 high) { return x < low ? low : x > high ? high : x; }
static u64 clampU(u64 x, u64 high) { return x > high ? high : x; }
static i32 s24(u32 x) { return (i32)(x << 8) >> 8; }
static u32 u24(u32 x) { return x & 0xffffff; }
static u32 brev(u32 x) {
  u32 r = 0;
  for (int i = 0; i < 32; i++) r |= (x >> i & 1) << (31 - i);
  return r;
}
static u32 perm(u32 high, u32 low, u32 select) {
  u64 all = (u64)high << 32 | low;
  u32 r = 0;
  for (int i = 0; i < 4; i++) {
    u32 s = select >> (8 * i) & 0xff, byte;
    if (s >= 13) byte = 0xff;
    else if (s == 12) byte = 0;
    else if (s >= 8) byte = all >> (16 * (s - 8) + 15) & 1 ? 0xff : 0;
    else byte = all >> (8 * s) & 0xff;
    r |= byte << (8 * i);
  }
  return r;
}
static u32 sad8(u32 a, u32 b, int masked) {
  u32 r = 0;
  for (int i = 0; i < 4; i++) {
    int x = a >> (8 * i) & 255, y = b >> (8 * i) & 255;
    if (!masked || y != 0) r += x > y ? x - y : y - x;
  }
  return r;
}
static u32 sad16(u32 a, u32 b) {
  u32 r = 0;
  for (int i = 0; i < 2; i++) {
    int x = a >> (16 * i) & 0xffff, y = b >> (16 * i) & 0xffff;
    r += x > y ? x - y : y - x;
  }
  return r;
}
static u32 lerp(u32 a, u32 b, u32 c) {
  u32 r = 0;
  for (int i = 0; i < 4; i++) r |= (((a >> (8 * i) & 255) + (b >> (8 * i) & 255) + (c >> (8 * i) & 1)) >> 1) << (8 * i);
  return r;
}
static u64 qsad(u64 a, u32 b, u64 c, int masked) {
  u64 r = 0;
  for (int i = 0; i < 4; i++) r |= (u64)((sad8(a >> (8 * i), b, masked) + (c >> (16 * i) & 0xffff)) & 0xffff) << (16 * i);
  return r;
}

#define MIN(x, y) ((x) < (y) ? (x) : (y))
#define MAX(x, y) ((x) > (y) ? (x) : (y))

int main(void) {
#define V1(n, R, A, e) OP1(#n " v8, v0", "v0 > v8", R, A, e)
#define V2(n, R, A, B, e) OP2(#n " v8, v0, v2", "v0 v2 > v8", R, A, B, e)
#define V3(n, R, A, B, C, e) OP3(#n " v8, v0, v2, v4", "v0 v2 v4 > v8", R, A, B, C, e)
#define V2C(n, R, A, B, e) OP2(#n " v8, v0, v2 clamp", "v0 v2 > v8", R, A, B, e)
#define V3C(n, R, A, B, C, e) OP3(#n " v8, v0, v2, v4 clamp", "v0 v2 v4 > v8", R, A, B, C, e)
  V1(v_mov_b32_e32, u32, u32, a);
  V1(v_not_b32_e32, u32, u32, ~a);
  V1(v_bfrev_b32_e32, u32, u32, brev(a));
  V1(v_clz_i32_u32_e32, i32, u32, a ? __builtin_clz(a) : -1);
  V1(v_ctz_i32_b32_e32, i32, u32, a ? __builtin_ctz(a) : -1);
  V1(v_cls_i32_e32, i32, i32, (a == 0 || a == -1) ? -1 : __builtin_clrsb(a) + 1);
  OP2RR("v_swap_b32 v8, v0", "v0 v8 > v0 v8", u32, u32, u32, pool_u32, u32, pool_u32, b, a);
  OP1("v_cvt_i32_i16_e32 v8, v0", "v0 > v8", i32, i16, a);
  OP1("v_cvt_u32_u16_e32 v8, v0", "v0 > v8", u32, u16, a);
  OP1("v_not_b16_e32 v8, v0", "v0 > v8:16", u16, u16, ~a);
  OP1("v_sat_pk_u8_i16_e32 v8, v0", "v0 > v8:16", u16, u32, clampS((i16)a, 0, 255) | clampS((i16)(a >> 16), 0, 255) << 8);
  OP3("v_cndmask_b32_e32 v8, v0, v2, vcc_lo", "v0 v2 vcc > v8", u32, u32, u32, bit, c ? b : a);
  OP3("v_cndmask_b16 v8, v0, v2, vcc_lo", "v0 v2 vcc > v8:16", u16, u16, u16, bit, c ? b : a);
  V2(v_add_nc_u32_e32, u32, u32, u32, a + b);
  V2(v_sub_nc_u32_e32, u32, u32, u32, a - b);
  V2(v_subrev_nc_u32_e32, u32, u32, u32, b - a);
  V2C(v_add_nc_u32_e64, u32, u32, u32, clampU((u64)a + b, 0xffffffff));
  V2C(v_sub_nc_u32_e64, u32, u32, u32, a < b ? 0 : a - b);
  V2C(v_subrev_nc_u32_e64, u32, u32, u32, b < a ? 0 : b - a);
  V2(v_add_nc_i32, u32, u32, u32, a + b);
  V2(v_sub_nc_i32, u32, u32, u32, a - b);
  V2C(v_add_nc_i32, i32, i32, i32, clampS((i64)a + b, -0x80000000ll, 0x7fffffff));
  V2C(v_sub_nc_i32, i32, i32, i32, clampS((i64)a - b, -0x80000000ll, 0x7fffffff));
  OP2RR("v_add_co_u32 v8, vcc_lo, v0, v2", "v0 v2 > v8 vcc", u32, bit, u32, pool_u32, u32, pool_u32, a + b, ((u64)a + b) >> 32);
  OP2RR("v_sub_co_u32 v8, vcc_lo, v0, v2", "v0 v2 > v8 vcc", u32, bit, u32, pool_u32, u32, pool_u32, a - b, b > a);
  OP2RR("v_subrev_co_u32 v8, vcc_lo, v0, v2", "v0 v2 > v8 vcc", u32, bit, u32, pool_u32, u32, pool_u32, b - a, a > b);
  OP3RR("v_add_co_ci_u32_e32 v8, vcc_lo, v0, v2, vcc_lo", "v0 v2 vcc > v8 vcc", u32, bit, u32, pool_u32, u32, pool_u32, bit, pool_bit, a + b + c, ((u64)a + b + c) >> 32);
  OP3RR("v_sub_co_ci_u32_e32 v8, vcc_lo, v0, v2, vcc_lo", "v0 v2 vcc > v8 vcc", u32, bit, u32, pool_u32, u32, pool_u32, bit, pool_bit, a - b - c, (u64)b + c > a);
  OP3RR("v_subrev_co_ci_u32_e32 v8, vcc_lo, v0, v2, vcc_lo", "v0 v2 vcc > v8 vcc", u32, bit, u32, pool_u32, u32, pool_u32, bit, pool_bit, b - a - c, (u64)a + c > b);
  V2(v_mul_lo_u32, u32, u32, u32, a * b);
  V2(v_mul_hi_u32, u32, u32, u32, (u64)a * b >> 32);
  V2(v_mul_hi_i32, u32, i32, i32, (i64)a * b >> 32);
  V2(v_mul_i32_i24_e32, u32, u32, u32, (i64)s24(a) * s24(b));
  V2(v_mul_hi_i32_i24_e32, u32, u32, u32, (i64)s24(a) * s24(b) >> 32);
  V2(v_mul_u32_u24_e32, u32, u32, u32, (u64)u24(a) * u24(b));
  V2(v_mul_hi_u32_u24_e32, u32, u32, u32, (u64)u24(a) * u24(b) >> 32);
  V3(v_mad_i32_i24, u32, u32, u32, u32, (u32)((i64)s24(a) * s24(b)) + c);
  V3(v_mad_u32_u24, u32, u32, u32, u32, (u32)((u64)u24(a) * u24(b)) + c);
  OP3RR("v_mad_u64_u32 v[8:9], vcc_lo, v0, v2, v[4:5]", "v0 v2 v4:64 > v8:64 vcc", u64, bit, u32, pool_u32, u32, pool_u32, u64, pool_u64, (u64)a * b + c, (u64)a * b + c < c);
  OP3RR("v_mad_i64_i32 v[8:9], vcc_lo, v0, v2, v[4:5]", "v0 v2 v4:64 > v8:64 vcc", i64, bit, i32, pool_u32, i32, pool_u32, i64, pool_u64, (u64)((i64)a * b) + (u64)c, ((__int128)((i64)a * b) + c) >> 64 & 1);
  V3(v_mad_u32_u16, u32, u16, u16, u32, (u32)a * b + c);
  V3(v_mad_i32_i16, u32, i16, i16, u32, (u32)(a * b) + c);
  V2(v_and_b32_e32, u32, u32, u32, a & b);
  V2(v_or_b32_e32, u32, u32, u32, a | b);
  V2(v_xor_b32_e32, u32, u32, u32, a ^ b);
  V2(v_xnor_b32_e32, u32, u32, u32, ~(a ^ b));
  V3(v_and_or_b32, u32, u32, u32, u32, (a & b) | c);
  V3(v_or3_b32, u32, u32, u32, u32, a | b | c);
  V3(v_xor3_b32, u32, u32, u32, u32, a ^ b ^ c);
  V3(v_xad_u32, u32, u32, u32, u32, (a ^ b) + c);
  V3(v_add3_u32, u32, u32, u32, u32, a + b + c);
  V3(v_add_lshl_u32, u32, u32, u32, u32, (a + b) << (c & 31));
  V3(v_lshl_add_u32, u32, u32, u32, u32, (a << (b & 31)) + c);
  V3(v_lshl_or_b32, u32, u32, u32, u32, (a << (b & 31)) | c);
  OP2P("v_lshlrev_b32_e32 v8, v0, v2", "v0 v2 > v8", u32, u32, pool_shift_u32, u32, pool_u32, b << (a & 31));
  OP2P("v_lshrrev_b32_e32 v8, v0, v2", "v0 v2 > v8", u32, u32, pool_shift_u32, u32, pool_u32, b >> (a & 31));
  OP2P("v_ashrrev_i32_e32 v8, v0, v2", "v0 v2 > v8", i32, u32, pool_shift_u32, i32, pool_u32, b >> (a & 31));
  OP2P("v_lshlrev_b64 v[8:9], v0, v[2:3]", "v0 v2:64 > v8:64", u64, u32, pool_shift_u32, u64, pool_u64, b << (a & 63));
  OP2P("v_lshrrev_b64 v[8:9], v0, v[2:3]", "v0 v2:64 > v8:64", u64, u32, pool_shift_u32, u64, pool_u64, b >> (a & 63));
  OP2P("v_ashrrev_i64 v[8:9], v0, v[2:3]", "v0 v2:64 > v8:64", i64, u32, pool_shift_u32, i64, pool_u64, b >> (a & 63));
  V3(v_bfe_u32, u32, u32, u32, u32, a >> (b & 31) & ((1u << (c & 31)) - 1));
  V3(v_bfe_i32, i32, u32, u32, u32, (c & 31) == 0 ? 0 : (i32)((u32)((i32)a >> (b & 31)) << (32 - (c & 31))) >> (32 - (c & 31)));
  V3(v_bfi_b32, u32, u32, u32, u32, (a & b) | (~a & c));
  V2(v_bfm_b32, u32, u32, u32, ((1u << (a & 31)) - 1) << (b & 31));
  V3(v_alignbit_b32, u32, u32, u32, u32, ((u64)a << 32 | b) >> (c & 31));
  V3(v_alignbyte_b32, u32, u32, u32, u32, ((u64)a << 32 | b) >> (8 * (c & 3)));
  OP3P("v_perm_b32 v8, v0, v2, v4", "v0 v2 v4 > v8", u32, u32, pool_u32, u32, pool_u32, u32, pool_byte_u32, perm(a, b, c));
  V2(v_bcnt_u32_b32, u32, u32, u32, __builtin_popcount(a) + b);
  V3(v_sad_u8, u32, u32, u32, u32, sad8(a, b, 0) + c);
  V3(v_msad_u8, u32, u32, u32, u32, sad8(a, b, 1) + c);
  V3(v_sad_hi_u8, u32, u32, u32, u32, (sad8(a, b, 0) << 16) + c);
  V3(v_sad_u16, u32, u32, u32, u32, sad16(a, b) + c);
  V3(v_sad_u32, u32, u32, u32, u32, (a > b ? a - b : b - a) + c);
  V3(v_lerp_u8, u32, u32, u32, u32, lerp(a, b, c));
  OP3("v_qsad_pk_u16_u8 v[8:9], v[0:1], v2, v[4:5]", "v0:64 v2 v4:64 > v8:64", u64, u64, u32, u64, qsad(a, b, c, 0));
  OP3("v_mqsad_pk_u16_u8 v[8:9], v[0:1], v2, v[4:5]", "v0:64 v2 v4:64 > v8:64", u64, u64, u32, u64, qsad(a, b, c, 1));
  OP3RR("v_mqsad_u32_u8 v[8:11], v[0:1], v2, v[4:7]", "v0:64 v2 v4:64 > v8 v9", u32, u32, u64, pool_u64, u32, pool_u32, u64, pool_u64, sad8(a, b, 1) + (u32)c, sad8(a >> 8, b, 1) + (u32)(c >> 32));
#define H2(n, A, e) OP2(#n " v8, v0, v2", "v0 v2 > v8:16", A, A, A, e)
#define H3(n, A, e) OP3(#n " v8, v0, v2, v4", "v0 v2 v4 > v8:16", A, A, A, A, e)
  H2(v_add_nc_u16, u16, a + b);
  H2(v_sub_nc_u16, u16, a - b);
  H2(v_add_nc_i16, i16, a + b);
  H2(v_sub_nc_i16, i16, a - b);
  OP2("v_add_nc_u16 v8, v0, v2 clamp", "v0 v2 > v8:16", u16, u16, u16, clampU(a + b, 0xffff));
  OP2("v_sub_nc_u16 v8, v0, v2 clamp", "v0 v2 > v8:16", u16, u16, u16, a < b ? 0 : a - b);
  OP2("v_add_nc_i16 v8, v0, v2 clamp", "v0 v2 > v8:16", i16, i16, i16, clampS(a + b, -32768, 32767));
  OP2("v_sub_nc_i16 v8, v0, v2 clamp", "v0 v2 > v8:16", i16, i16, i16, clampS(a - b, -32768, 32767));
  H2(v_mul_lo_u16, u16, (u32)a * b);
  H3(v_mad_u16, u16, (u32)a * b + c);
  H3(v_mad_i16, i16, a * b + c);
  H2(v_and_b16, u16, a & b);
  H2(v_or_b16, u16, a | b);
  H2(v_xor_b16, u16, a ^ b);
  OP2P("v_lshlrev_b16 v8, v0, v2", "v0 v2 > v8:16", u16, u16, pool_shift_u32, u16, pool_u16, b << (a & 15));
  OP2P("v_lshrrev_b16 v8, v0, v2", "v0 v2 > v8:16", u16, u16, pool_shift_u32, u16, pool_u16, b >> (a & 15));
  OP2P("v_ashrrev_i16 v8, v0, v2", "v0 v2 > v8:16", i16, u16, pool_shift_u32, i16, pool_u16, b >> (a & 15));
#define FAMILY(t, A, V, W)                                                                                             \
  W(v_min_##t, A, MIN(a, b));                                                                                          \
  W(v_max_##t, A, MAX(a, b));                                                                                          \
  V(v_min3_##t, A, MIN(MIN(a, b), c));                                                                                 \
  V(v_max3_##t, A, MAX(MAX(a, b), c));                                                                                 \
  V(v_med3_##t, A, (CTYPE(A))(a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b)))
#define W2(n, A, e) OP2(#n " v8, v0, v2", "v0 v2 > v8", A, A, A, e)
#define W3(n, A, e) OP3(#n " v8, v0, v2, v4", "v0 v2 v4 > v8", A, A, A, A, e)
  FAMILY(i32, i32, W3, W2);
  FAMILY(u32, u32, W3, W2);
  FAMILY(i16, i16, H3, H2);
  FAMILY(u16, u16, H3, H2);
  W3(v_maxmin_i32, i32, MIN(MAX(a, b), c));
  W3(v_minmax_i32, i32, MAX(MIN(a, b), c));
  W3(v_maxmin_u32, u32, MIN(MAX(a, b), c));
  W3(v_minmax_u32, u32, MAX(MIN(a, b), c));
  V2(v_cvt_pk_u16_u32, u32, u32, u32, clampU(a, 0xffff) | clampU(b, 0xffff) << 16);
  V2(v_cvt_pk_i16_i32, u32, i32, i32, (u16)clampS(a, -32768, 32767) | (u32)clampS(b, -32768, 32767) << 16);
  /* Dual instructions: the second half's result. */
  OP2("v_dual_mov_b32 v8, v0 :: v_dual_add_nc_u32 v9, v1, v3", "v1 v3 > v9", u32, u32, u32, a + b);
  OP2("v_dual_mov_b32 v8, v0 :: v_dual_lshlrev_b32 v9, v1, v3", "v1 v3 > v9", u32, u32, u32, b << (a & 31));
  OP2("v_dual_mov_b32 v8, v0 :: v_dual_and_b32 v9, v1, v3", "v1 v3 > v9", u32, u32, u32, a & b);
  /* Both halves read what was there before: they exchange two registers. */
  OP2RR("v_dual_mov_b32 v8, v9 :: v_dual_mov_b32 v9, v8", "v8 v9 > v8 v9", u32, u32, u32, pool_u32, u32, pool_u32, b, a);
  OP3("v_dual_cndmask_b32 v8, v0, v2 :: v_dual_mov_b32 v9, v3", "v0 v2 vcc > v8", u32, u32, u32, bit, c ? b : a);
  return 0;
}
