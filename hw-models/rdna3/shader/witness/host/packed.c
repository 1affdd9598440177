/* Packed, mixed and dot operations. Each half of a register is an operand of its own; float dots have small whole numbers. */
#include "host.h"

static const u64 pool_pair_f16[] = {0x40003c00, 0xc2003800, 0x00018000, 0x7bff3c01, 0x7c00fc00, 0x7e003e00, 0xbc004400, 0x68010400};
static const u64 pool_pair_u16[] = {0x00010002, 0xffff8000, 0x7fff0001, 0x12345678, 0x00ff00ff, 0x80017ffe, 0x000f0011};
static const u64 pool_whole_pair_f16[] = {0x40003c00, 0xc2004400, 0x00004500, 0x3c00bc00};
static const u64 pool_whole_pair_bf16[] = {0x40003f80, 0xc0404080, 0x000040a0, 0x3f80bf80};

static const u64 pool_addend_f32[] = {0x3f800000, 0x41200000, 0xc0400000, 0x00000000};

static f16 low(u32 x) { return asF16(x); }
static f16 high(u32 x) { return asF16(x >> 16); }
static u32 pair(f16 l, f16 h) { return canonical16(l) | (u32)canonical16(h) << 16; }
static u32 upair(u32 l, u32 h) { return (l & 0xffff) | h << 16; }
static f16 fma16(f16 a, f16 b, f16 c) { return (f16)((__float128)a * b + c); }
static f16 min16(f16 a, f16 b) { return a != a ? b : b != b ? a : a == b ? (signbit(a) ? a : b) : a < b ? a : b; }
static f16 max16(f16 a, f16 b) { return a != a ? b : b != b ? a : a == b ? (signbit(a) ? b : a) : a > b ? a : b; }
static f32 bf(u32 x) { return asF32(x << 16); }
#define L(x) ((u16)(x))
#define H(x) ((u16)((x) >> 16))
#define SL(x) ((i16)(x))
#define SH(x) ((i16)((x) >> 16))
#define MIN(x, y) ((x) < (y) ? (x) : (y))
#define MAX(x, y) ((x) > (y) ? (x) : (y))
static i32 dot(u32 a, u32 b, int width, int signedA, int signedB) {
  i64 r = 0;
  for (int i = 0; i < 32 / width; i++) {
    i32 x = a >> (width * i) & ((1 << width) - 1), y = b >> (width * i) & ((1 << width) - 1);
    if (signedA && x >> (width - 1)) x -= 1 << width;
    if (signedB && y >> (width - 1)) y -= 1 << width;
    r += x * y;
  }
  return r;
}

int main(void) {
#define P2(n, p, e) OP2P(n " v8, v0, v2", "v0 v2 > v8", u32, u32, p, u32, p, e)
#define P3(n, p, e) OP3P(n " v8, v0, v2, v4", "v0 v2 v4 > v8", u32, u32, p, u32, p, u32, p, e)
  P2("v_pk_add_f16", pool_pair_f16, pair(low(a) + low(b), high(a) + high(b)));
  P2("v_pk_mul_f16", pool_pair_f16, pair(low(a) * low(b), high(a) * high(b)));
  P2("v_pk_min_f16", pool_pair_f16, pair(min16(low(a), low(b)), min16(high(a), high(b))));
  P2("v_pk_max_f16", pool_pair_f16, pair(max16(low(a), low(b)), max16(high(a), high(b))));
  P3("v_pk_fma_f16", pool_pair_f16, pair(fma16(low(a), low(b), low(c)), fma16(high(a), high(b), high(c))));
  OP3P("v_pk_fmac_f16 v8, v0, v2", "v0 v2 v8 > v8", u32, u32, pool_pair_f16, u32, pool_pair_f16, u32, pool_pair_f16, pair(fma16(low(a), low(b), low(c)), fma16(high(a), high(b), high(c))));
  OP2P("v_pk_add_f16 v8, v0, v2 op_sel:[1,0] op_sel_hi:[0,1] neg_lo:[0,1] neg_hi:[1,0]", "v0 v2 > v8", u32, u32, pool_pair_f16, u32, pool_pair_f16, pair(high(a) - low(b), -low(a) + high(b)));
  P2("v_pk_add_u16", pool_pair_u16, upair(L(a) + L(b), H(a) + H(b)));
  P2("v_pk_sub_u16", pool_pair_u16, upair(L(a) - L(b), H(a) - H(b)));
  P2("v_pk_add_i16", pool_pair_u16, upair(L(a) + L(b), H(a) + H(b)));
  P2("v_pk_sub_i16", pool_pair_u16, upair(L(a) - L(b), H(a) - H(b)));
  OP2P("v_pk_add_u16 v8, v0, v2 clamp", "v0 v2 > v8", u32, u32, pool_pair_u16, u32, pool_pair_u16, upair(MIN(L(a) + L(b), 0xffff), MIN(H(a) + H(b), 0xffff)));
  OP2P("v_pk_sub_i16 v8, v0, v2 clamp", "v0 v2 > v8", u32, u32, pool_pair_u16, u32, pool_pair_u16, upair(MAX(MIN(SL(a) - SL(b), 32767), -32768), MAX(MIN(SH(a) - SH(b), 32767), -32768)));
  P2("v_pk_mul_lo_u16", pool_pair_u16, upair((u32)L(a) * L(b), (u32)H(a) * H(b)));
  P3("v_pk_mad_u16", pool_pair_u16, upair((u32)L(a) * L(b) + L(c), (u32)H(a) * H(b) + H(c)));
  P3("v_pk_mad_i16", pool_pair_u16, upair((u32)L(a) * L(b) + L(c), (u32)H(a) * H(b) + H(c)));
  P2("v_pk_lshlrev_b16", pool_pair_u16, upair(L(b) << (L(a) & 15), H(b) << (H(a) & 15)));
  P2("v_pk_lshrrev_b16", pool_pair_u16, upair(L(b) >> (L(a) & 15), H(b) >> (H(a) & 15)));
  P2("v_pk_ashrrev_i16", pool_pair_u16, upair(SL(b) >> (L(a) & 15), SH(b) >> (H(a) & 15)));
  P2("v_pk_min_i16", pool_pair_u16, upair(MIN(SL(a), SL(b)), MIN(SH(a), SH(b))));
  P2("v_pk_max_i16", pool_pair_u16, upair(MAX(SL(a), SL(b)), MAX(SH(a), SH(b))));
  P2("v_pk_min_u16", pool_pair_u16, upair(MIN(L(a), L(b)), MIN(H(a), H(b))));
  P2("v_pk_max_u16", pool_pair_u16, upair(MAX(L(a), L(b)), MAX(H(a), H(b))));
  OP3("v_fma_mix_f32 v8, v0, v2, v4", "v0 v2 v4 > v8", f32, f32, f32, f32, fmaf(a, b, c));
  OP3P("v_fma_mix_f32 v8, v0, -v2, abs(v4) op_sel:[1,0,0] op_sel_hi:[1,1,0]", "v0 v2 v4 > v8", f32, u32, pool_pair_f16, u32, pool_pair_f16, f32, pool_f32, fmaf((f32)high(a), -(f32)low(b), fabsf(c)));
  OP3P("v_fma_mixlo_f16 v8, v0, v2, v4 op_sel_hi:[1,1,1]", "v0 v2 v4 > v8:16", f16, u32, pool_pair_f16, u32, pool_pair_f16, u32, pool_pair_f16, (f16)fmaf(low(a), low(b), low(c)));
  OP3P("v_fma_mixhi_f16 v8, v0, v2, v4 op_sel_hi:[1,1,1]", "v0 v2 v4 > v8:hi", f16, u32, pool_pair_f16, u32, pool_pair_f16, u32, pool_pair_f16, (f16)fmaf(low(a), low(b), low(c)));
  OP3("v_dot4_u32_u8 v8, v0, v2, v4", "v0 v2 v4 > v8", u32, u32, u32, u32, dot(a, b, 8, 0, 0) + c);
  OP3("v_dot8_u32_u4 v8, v0, v2, v4", "v0 v2 v4 > v8", u32, u32, u32, u32, dot(a, b, 4, 0, 0) + c);
  OP3("v_dot4_i32_iu8 v8, v0, v2, v4 neg_lo:[1,1,0]", "v0 v2 v4 > v8", u32, u32, u32, u32, dot(a, b, 8, 1, 1) + c);
  OP3("v_dot4_i32_iu8 v8, v0, v2, v4 neg_lo:[1,0,0]", "v0 v2 v4 > v8", u32, u32, u32, u32, dot(a, b, 8, 1, 0) + c);
  OP3("v_dot8_i32_iu4 v8, v0, v2, v4 neg_lo:[0,1,0]", "v0 v2 v4 > v8", u32, u32, u32, u32, dot(a, b, 4, 0, 1) + c);
#define DOT(n, names, p, pc, C, R, e) OP3P(n, names, R, u32, p, u32, p, C, pc, e)
  DOT("v_dot2_f32_f16 v8, v0, v2, v4", "v0 v2 v4 > v8", pool_whole_pair_f16, pool_addend_f32, f32, f32, (f32)low(a) * (f32)low(b) + (f32)high(a) * (f32)high(b) + c);
  DOT("v_dot2_f32_bf16 v8, v0, v2, v4", "v0 v2 v4 > v8", pool_whole_pair_bf16, pool_addend_f32, f32, f32, bf(a & 0xffff) * bf(b & 0xffff) + bf(a >> 16) * bf(b >> 16) + c);
  DOT("v_dot2_f16_f16 v8, v0, v2, v4", "v0 v2 v4 > v8:16", pool_whole_pair_f16, pool_whole_pair_f16, u32, f16, (f16)((f32)low(a) * (f32)low(b) + (f32)high(a) * (f32)high(b) + (f32)low(c)));
  DOT("v_dot2_bf16_bf16 v8, v0, v2, v4", "v0 v2 v4 > v8:16", pool_whole_pair_bf16, pool_whole_pair_bf16, u32, u16, bitsF32(bf(a & 0xffff) * bf(b & 0xffff) + bf(a >> 16) * bf(b >> 16) + bf(c & 0xffff)) >> 16);
  DOT("v_dual_dot2acc_f32_f16 v8, v0, v2 :: v_dual_mov_b32 v9, v1", "v0 v2 v8 > v8", pool_whole_pair_f16, pool_addend_f32, f32, f32, (f32)low(a) * (f32)low(b) + (f32)high(a) * (f32)high(b) + c);
  DOT("v_dot2acc_f32_f16 v8, v0, v2", "v0 v2 v8 > v8", pool_whole_pair_f16, pool_addend_f32, f32, f32, (f32)low(a) * (f32)low(b) + (f32)high(a) * (f32)high(b) + c);
  return 0;
}
