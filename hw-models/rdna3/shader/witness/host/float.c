/* Vector float operations: IEEE 754 as the processor and libm do them, round to nearest even, denormals kept.
 *
 * minimum and maximum of a signalling NaN are NaN (the wave's IEEE mode is on); fused operations of f16 go through 113 bits.
 * Reciprocals, roots, powers and sines only where the result is exact.
 */
#include "host.h"

static int snan32(f32 x) { return x != x && !(bitsF32(x) & 0x400000); }
static int snan64(f64 x) { return x != x && !(bitsF64(x) & 0x8000000000000ull); }
static int snan16(f16 x) { return x != x && !(bitsF16(x) & 0x200); }
static int minus(f64 x) { return signbit(x) != 0; }
#define MINMAX(t, w)                                                                                                   \
  static t min##w(t a, t b) {                                                                                          \
    if (snan##w(a) || snan##w(b)) return (t)NAN;                                                                       \
    if (a != a) return b;                                                                                              \
    if (b != b) return a;                                                                                              \
    if (a == b) return minus(a) ? a : b;                                                                               \
    return a < b ? a : b;                                                                                              \
  }                                                                                                                    \
  static t max##w(t a, t b) {                                                                                          \
    if (snan##w(a) || snan##w(b)) return (t)NAN;                                                                       \
    if (a != a) return b;                                                                                              \
    if (b != b) return a;                                                                                              \
    if (a == b) return minus(a) ? b : a;                                                                               \
    return a > b ? a : b;                                                                                              \
  }                                                                                                                    \
  static t med##w(t a, t b, t c) {                                                                                     \
    if (a != a || b != b || c != c) return min##w(min##w(a, b), c);                                                    \
    t m = max##w(max##w(a, b), c);                                                                                     \
    return m == a ? max##w(b, c) : m == b ? max##w(a, c) : max##w(a, b);                                               \
  }
MINMAX(f32, 32)
MINMAX(f64, 64)
MINMAX(f16, 16)
static f16 fma16(f16 a, f16 b, f16 c) { return (f16)((__float128)a * b + c); }
static f32 fract32(f32 x) {
  f32 r = x - floorf(x);
  return r >= 1 ? asF32(0x3f7fffff) : r;
}
static f64 fract64(f64 x) {
  f64 r = x - floor(x);
  return r >= 1 ? asF64(0x3fefffffffffffff) : r;
}
static f16 fract16(f16 x) {
  f16 r = (f16)((f32)x - floorf(x));
  return r >= 1 ? asF16(0x3bff) : r;
}
static f64 mantissa(f64 x) {
  int e;
  return isfinite(x) ? frexp(x, &e) : x;
}
static i32 exponent(f64 x) {
  int e = 0;
  if (isfinite(x) && x != 0) frexp(x, &e);
  return e;
}
static i64 toInt(f64 x, i64 low, i64 high) { return x != x ? 0 : x <= low ? low : x >= high ? high : (i64)x; }
static u32 class_(f64 x, int signalling, f64 normal) {
  if (x != x) return signalling ? 1 : 2;
  int m = minus(x);
  if (isinf(x)) return m ? 4 : 512;
  if (x == 0) return m ? 32 : 64;
  if (fabs(x) < normal) return m ? 16 : 128;
  return m ? 8 : 256;
}
static u16 towardZero16(f32 x) {
  if (x != x) return 0x7e00;
  f16 r = (f16)x;
  u16 bits = bitsF16(r);
  if (fabsf((f32)r) > fabsf(x)) bits--;
  return bits;
}
/* A quotient that is NaN although the operands are numbers has overflowed on the way (the document leaves that out). */
static f32 fixup32(f32 q, f32 d, f32 n) {
  int sign = signbit(d) ^ signbit(n);
  if (n != n) return n;
  if (d != d) return d;
  if ((d == 0 && n == 0) || (isinf(d) && isinf(n))) return NAN;
  if (d == 0 || isinf(n)) return sign ? -INFINITY : INFINITY;
  if (isinf(d) || n == 0) return sign ? -0.0f : 0.0f;
  if (q != q) return sign ? -INFINITY : INFINITY;
  return sign ? -fabsf(q) : fabsf(q);
}
static f64 fixup64(f64 q, f64 d, f64 n) {
  int sign = signbit(d) ^ signbit(n);
  if (n != n) return n;
  if (d != d) return d;
  if ((d == 0 && n == 0) || (isinf(d) && isinf(n))) return NAN;
  if (d == 0 || isinf(n)) return sign ? -INFINITY : INFINITY;
  if (isinf(d) || n == 0) return sign ? -0.0 : 0.0;
  if (q != q) return sign ? -INFINITY : INFINITY;
  return sign ? -fabs(q) : fabs(q);
}
static f16 fixup16(f16 q, f16 d, f16 n) { return (f16)fixup32(q, d, n); }
static u32 norm(f64 x, f64 scale, f64 low) {
  if (x != x) return 0;
  f64 y = x < low ? low : x > 1 ? 1 : x;
  return (u32)(i32)nearbyint(y * scale) & 0xffff;
}

int main(void) {
#define F1(n, R, A, e) OP1(#n " v8, v0", "v0 > v8", R, A, e)
#define F2(n, e) OP2(#n " v8, v0, v2", "v0 v2 > v8", f32, f32, f32, e)
#define F3(n, e) OP3(#n " v8, v0, v2, v4", "v0 v2 v4 > v8", f32, f32, f32, f32, e)
#define D2(n, e) OP2(#n " v[8:9], v[0:1], v[2:3]", "v0:64 v2:64 > v8:64", f64, f64, f64, e)
#define D3(n, e) OP3(#n " v[8:9], v[0:1], v[2:3], v[4:5]", "v0:64 v2:64 v4:64 > v8:64", f64, f64, f64, f64, e)
#define D1(n, e) OP1(#n " v[8:9], v[0:1]", "v0:64 > v8:64", f64, f64, e)
#define H1(n, e) OP1(#n " v8, v0", "v0 > v8:16", f16, f16, e)
#define H2(n, e) OP2(#n " v8, v0, v2", "v0 v2 > v8:16", f16, f16, f16, e)
#define H3(n, e) OP3(#n " v8, v0, v2, v4", "v0 v2 v4 > v8:16", f16, f16, f16, f16, e)
  F2(v_add_f32_e32, a + b);
  F2(v_sub_f32_e32, a - b);
  F2(v_subrev_f32_e32, b - a);
  F2(v_mul_f32_e32, a * b);
  F2(v_min_f32_e32, min32(a, b));
  F2(v_max_f32_e32, max32(a, b));
  F2(v_mul_dx9_zero_f32_e32, a == 0 || b == 0 ? 0.0f : a * b);
  F3(v_fma_f32, fmaf(a, b, c));
  F3(v_fma_dx9_zero_f32, a == 0 || b == 0 ? 0.0f + c : fmaf(a, b, c));
  F3(v_min3_f32, min32(min32(a, b), c));
  F3(v_max3_f32, max32(max32(a, b), c));
  F3(v_med3_f32, med32(a, b, c));
  F3(v_maxmin_f32, min32(max32(a, b), c));
  F3(v_minmax_f32, max32(min32(a, b), c));
  F3(v_div_fixup_f32, fixup32(a, b, c));
  OP3("v_fmac_f32_e32 v8, v0, v2", "v0 v2 v8 > v8", f32, f32, f32, f32, fmaf(a, b, c));
  OP3("v_fmac_dx9_zero_f32_e32 v8, v0, v2", "v0 v2 v8 > v8", f32, f32, f32, f32, a == 0 || b == 0 ? 0.0f + c : fmaf(a, b, c));
  OP2("v_fmamk_f32 v8, v0, 0x40490fdb, v2", "v0 v2 > v8", f32, f32, f32, fmaf(a, asF32(0x40490fdb), b));
  OP2("v_fmaak_f32 v8, v0, v2, 0x40490fdb", "v0 v2 > v8", f32, f32, f32, fmaf(a, b, asF32(0x40490fdb)));
  D2(v_add_f64, a + b);
  D2(v_mul_f64, a * b);
  D2(v_min_f64, min64(a, b));
  D2(v_max_f64, max64(a, b));
  D3(v_fma_f64, fma(a, b, c));
  D3(v_div_fixup_f64, fixup64(a, b, c));
  H2(v_add_f16_e32, a + b);
  H2(v_sub_f16_e32, a - b);
  H2(v_subrev_f16_e32, b - a);
  H2(v_mul_f16_e32, a * b);
  H2(v_min_f16_e32, min16(a, b));
  H2(v_max_f16_e32, max16(a, b));
  H3(v_fma_f16, fma16(a, b, c));
  H3(v_min3_f16, min16(min16(a, b), c));
  H3(v_max3_f16, max16(max16(a, b), c));
  H3(v_med3_f16, med16(a, b, c));
  H3(v_maxmin_f16, min16(max16(a, b), c));
  H3(v_minmax_f16, max16(min16(a, b), c));
  H3(v_div_fixup_f16, fixup16(a, b, c));
  OP3("v_fmac_f16_e32 v8, v0, v2", "v0 v2 v8 > v8:16", f16, f16, f16, f16, fma16(a, b, c));
  OP2("v_fmamk_f16 v8, v0, 0x4248, v2", "v0 v2 > v8:16", f16, f16, f16, fma16(a, asF16(0x4248), b));
  OP2("v_fmaak_f16 v8, v0, v2, 0x4248", "v0 v2 > v8:16", f16, f16, f16, fma16(a, b, asF16(0x4248)));
  /* First halves of dual instructions. */
#define DUAL(n, e) OP2("v_dual_" n " v8, v0, v2 :: v_dual_mov_b32 v9, v1", "v0 v2 > v8", f32, f32, f32, e)
  DUAL("mul_f32", a * b);
  DUAL("add_f32", a + b);
  DUAL("sub_f32", a - b);
  DUAL("subrev_f32", b - a);
  DUAL("mul_dx9_zero_f32", a == 0 || b == 0 ? 0.0f : a * b);
  DUAL("max_f32", max32(a, b));
  DUAL("min_f32", min32(a, b));
  OP3("v_dual_fmac_f32 v8, v0, v2 :: v_dual_mov_b32 v9, v1", "v0 v2 v8 > v8", f32, f32, f32, f32, fmaf(a, b, c));
  OP2("v_dual_fmamk_f32 v8, v0, 0x40490fdb, v2 :: v_dual_mov_b32 v9, v1", "v0 v2 > v8", f32, f32, f32, fmaf(a, asF32(0x40490fdb), b));
  OP2("v_dual_fmaak_f32 v8, v0, v2, 0x40490fdb :: v_dual_mov_b32 v9, v1", "v0 v2 > v8", f32, f32, f32, fmaf(a, b, asF32(0x40490fdb)));
  F1(v_trunc_f32_e32, f32, f32, truncf(a));
  F1(v_ceil_f32_e32, f32, f32, ceilf(a));
  F1(v_floor_f32_e32, f32, f32, floorf(a));
  F1(v_rndne_f32_e32, f32, f32, nearbyintf(a));
  F1(v_fract_f32_e32, f32, f32, fract32(a));
  F1(v_frexp_mant_f32_e32, f32, f32, (f32)mantissa(a));
  F1(v_frexp_exp_i32_f32_e32, i32, f32, exponent(a));
  D1(v_trunc_f64_e32, trunc(a));
  D1(v_ceil_f64_e32, ceil(a));
  D1(v_floor_f64_e32, floor(a));
  D1(v_rndne_f64_e32, nearbyint(a));
  D1(v_fract_f64_e32, fract64(a));
  D1(v_frexp_mant_f64_e32, mantissa(a));
  OP1("v_frexp_exp_i32_f64_e32 v8, v[0:1]", "v0:64 > v8", i32, f64, exponent(a));
  H1(v_trunc_f16_e32, (f16)truncf(a));
  H1(v_ceil_f16_e32, (f16)ceilf(a));
  H1(v_floor_f16_e32, (f16)floorf(a));
  H1(v_rndne_f16_e32, (f16)nearbyintf(a));
  H1(v_fract_f16_e32, fract16(a));
  H1(v_frexp_mant_f16_e32, (f16)mantissa(a));
  OP1("v_frexp_exp_i16_f16_e32 v8, v0", "v0 > v8:16", u16, f16, exponent(a));
  OP2P("v_ldexp_f32 v8, v0, v2", "v0 v2 > v8", f32, f32, pool_f32, i32, pool_small_i32, ldexpf(a, b));
  OP2P("v_ldexp_f64 v[8:9], v[0:1], v2", "v0:64 v2 > v8:64", f64, f64, pool_f64, i32, pool_small_i32, ldexp(a, b));
  OP2P("v_ldexp_f16_e32 v8, v0, v2", "v0 v2 > v8:16", f16, f16, pool_f16, i16, pool_small_i32, (f16)ldexp(a, b));
#define EXACT(n, e32, e64, e16)                                                                                        \
  OP1P("v_" n "_f32_e32 v8, v0", "v0 > v8", f32, f32, pool_pow2_f32, e32);                                             \
  OP1P("v_" n "_f64_e32 v[8:9], v[0:1]", "v0:64 > v8:64", f64, f64, pool_pow2_f64, e64);                               \
  OP1P("v_" n "_f16_e32 v8, v0", "v0 > v8:16", f16, f16, pool_pow2_f16, e16)
  EXACT("rcp", 1 / a, 1 / a, (f16)(1 / a));
  EXACT("sqrt", sqrtf(a), sqrt(a), (f16)sqrtf(a));
  EXACT("rsq", a == 0 ? copysignf(INFINITY, a) : 1 / sqrtf(a), a == 0 ? copysign(INFINITY, a) : 1 / sqrt(a), (f16)(a == 0 ? copysignf(INFINITY, a) : 1 / sqrtf(a)));
  OP1P("v_rcp_iflag_f32_e32 v8, v0", "v0 > v8", f32, f32, pool_pow2_f32, 1 / a);
  OP1P("v_exp_f32_e32 v8, v0", "v0 > v8", f32, f32, pool_whole_f32, exp2f(a));
  OP1P("v_exp_f16_e32 v8, v0", "v0 > v8:16", f16, f16, pool_whole_f16, (f16)exp2f(a));
  OP1P("v_log_f32_e32 v8, v0", "v0 > v8", f32, f32, pool_pow2_f32, log2f(a));
  OP1P("v_log_f16_e32 v8, v0", "v0 > v8:16", f16, f16, pool_pow2_f16, (f16)log2f(a));
#define TURN(f, x) ((x) != (x) ? NAN : nearbyint(f(6.283185307179586476925 * fmod(x, 1))))
  OP1P("v_cos_f32_e32 v8, v0", "v0 > v8", f32, f32, pool_turn_f32, (f32)fabs(TURN(cos, a)) * (TURN(cos, a) < 0 ? -1 : 1));
  OP1P("v_cos_f16_e32 v8, v0", "v0 > v8:16", f16, f16, pool_turn_f16, (f16)(fabs(TURN(cos, a)) * (TURN(cos, a) < 0 ? -1 : 1)));
  OP1P("v_sin_f32_e32 v8, v0", "v0 > v8", f32, f32, ((u64[]){0x3e800000, 0x3f400000, 0xbe800000, 0x7fc00000, 0x7f800000}), isinf(a) ? NAN : (f32)TURN(sin, a));
  OP1P("v_sin_f16_e32 v8, v0", "v0 > v8:16", f16, f16, ((u64[]){0x3400, 0x3a00, 0xb400, 0x7e00, 0x7c00}), (f16)(isinf((f32)a) ? NAN : TURN(sin, a)));

  F1(v_cvt_f32_i32_e32, f32, i32, (f32)a);
  F1(v_cvt_f32_u32_e32, f32, u32, (f32)a);
  OP1("v_cvt_f64_i32_e32 v[8:9], v0", "v0 > v8:64", f64, i32, a);
  OP1("v_cvt_f64_u32_e32 v[8:9], v0", "v0 > v8:64", f64, u32, a);
  OP1("v_cvt_f16_i16_e32 v8, v0", "v0 > v8:16", f16, i16, (f16)a);
  OP1("v_cvt_f16_u16_e32 v8, v0", "v0 > v8:16", f16, u16, (f16)a);
  F1(v_cvt_i32_f32_e32, i32, f32, toInt(a, -0x80000000ll, 0x7fffffff));
  F1(v_cvt_u32_f32_e32, u32, f32, toInt(a, 0, 0xffffffff));
  OP1("v_cvt_i32_f64_e32 v8, v[0:1]", "v0:64 > v8", i32, f64, toInt(a, -0x80000000ll, 0x7fffffff));
  OP1("v_cvt_u32_f64_e32 v8, v[0:1]", "v0:64 > v8", u32, f64, toInt(a, 0, 0xffffffff));
  OP1("v_cvt_i16_f16_e32 v8, v0", "v0 > v8:16", i16, f16, toInt(a, -32768, 32767));
  OP1("v_cvt_u16_f16_e32 v8, v0", "v0 > v8:16", u16, f16, toInt(a, 0, 65535));
  F1(v_cvt_nearest_i32_f32_e32, i32, f32, toInt(floor((f64)a + 0.5), -0x80000000ll, 0x7fffffff));
  F1(v_cvt_floor_i32_f32_e32, i32, f32, toInt(floorf(a), -0x80000000ll, 0x7fffffff));
  OP1("v_cvt_f16_f32_e32 v8, v0", "v0 > v8:16", f16, f32, (f16)a);
  F1(v_cvt_f32_f16_e32, f32, f16, (f32)a);
  OP1("v_cvt_f32_f64_e32 v8, v[0:1]", "v0:64 > v8", f32, f64, (f32)a);
  OP1("v_cvt_f64_f32_e32 v[8:9], v0", "v0 > v8:64", f64, f32, a);
  F1(v_cvt_off_f32_i4_e32, f32, u32, (f32)((i32)(a << 28) >> 28) / 16);
  F1(v_cvt_f32_ubyte0_e32, f32, u32, (f32)(a & 255));
  F1(v_cvt_f32_ubyte1_e32, f32, u32, (f32)(a >> 8 & 255));
  F1(v_cvt_f32_ubyte2_e32, f32, u32, (f32)(a >> 16 & 255));
  F1(v_cvt_f32_ubyte3_e32, f32, u32, (f32)(a >> 24));
  OP2("v_cvt_pk_rtz_f16_f32_e32 v8, v0, v2", "v0 v2 > v8", u32, f32, f32, towardZero16(a) | (u32)towardZero16(b) << 16);
  OP2("v_cvt_pk_i16_f32 v8, v0, v2", "v0 v2 > v8", u32, f32, f32, (u16)toInt(a, -32768, 32767) | (u32)toInt(b, -32768, 32767) << 16);
  OP2("v_cvt_pk_u16_f32 v8, v0, v2", "v0 v2 > v8", u32, f32, f32, (u16)toInt(a, 0, 65535) | (u32)toInt(b, 0, 65535) << 16);
  OP2("v_cvt_pk_norm_i16_f32 v8, v0, v2", "v0 v2 > v8", u32, f32, f32, norm(a, 32767, -1) | norm(b, 32767, -1) << 16);
  OP2("v_cvt_pk_norm_u16_f32 v8, v0, v2", "v0 v2 > v8", u32, f32, f32, norm(a, 65535, 0) | norm(b, 65535, 0) << 16);
  OP2("v_cvt_pk_norm_i16_f16 v8, v0, v2", "v0 v2 > v8", u32, f16, f16, norm(a, 32767, -1) | norm(b, 32767, -1) << 16);
  OP2("v_cvt_pk_norm_u16_f16 v8, v0, v2", "v0 v2 > v8", u32, f16, f16, norm(a, 65535, 0) | norm(b, 65535, 0) << 16);
  OP1("v_cvt_norm_i16_f16_e32 v8, v0", "v0 > v8:16", u16, f16, norm(a, 32767, -1));
  OP1("v_cvt_norm_u16_f16_e32 v8, v0", "v0 > v8:16", u16, f16, norm(a, 65535, 0));
  OP2P("v_pack_b32_f16 v8, v0, v2", "v0 v2 > v8", u32, u16, ((u64[]){0x3e00, 0x8000, 0x0001, 0xfc00, 0x7bff}), u16, ((u64[]){0xc100, 0x7c00, 0x0000, 0x83ff, 0x3c00}), a | (u32)b << 16);

#define CMP(p, t, A, text, names, e)                                                                                   \
  OP2("v_cmp_" p "_" t "_e32 vcc_lo, " text, names " > vcc", bit, A, A, e);                                            \
  OP2("v_cmpx_" p "_" t "_e32 " text, names " > exec", bit, A, A, e)
#define CMPF(t, A, text, names)                                                                                        \
  CMP("f", t, A, text, names, 0);                                                                                      \
  CMP("lt", t, A, text, names, a < b);                                                                                 \
  CMP("eq", t, A, text, names, a == b);                                                                                \
  CMP("le", t, A, text, names, a <= b);                                                                                \
  CMP("gt", t, A, text, names, a > b);                                                                                 \
  CMP("lg", t, A, text, names, a < b || a > b);                                                                        \
  CMP("ge", t, A, text, names, a >= b);                                                                                \
  CMP("o", t, A, text, names, a == a && b == b);                                                                       \
  CMP("u", t, A, text, names, a != a || b != b);                                                                       \
  CMP("nge", t, A, text, names, !(a >= b));                                                                            \
  CMP("nlg", t, A, text, names, !(a < b || a > b));                                                                    \
  CMP("ngt", t, A, text, names, !(a > b));                                                                             \
  CMP("nle", t, A, text, names, !(a <= b));                                                                            \
  CMP("neq", t, A, text, names, !(a == b));                                                                            \
  CMP("nlt", t, A, text, names, !(a < b));                                                                             \
  CMP("t", t, A, text, names, 1)
#define CMPI(t, A, text, names)                                                                                        \
  CMP("lt", t, A, text, names, a < b);                                                                                 \
  CMP("eq", t, A, text, names, a == b);                                                                                \
  CMP("le", t, A, text, names, a <= b);                                                                                \
  CMP("gt", t, A, text, names, a > b);                                                                                 \
  CMP("ne", t, A, text, names, a != b);                                                                                \
  CMP("ge", t, A, text, names, a >= b)
#define CMPFT(t, A, text, names)                                                                                       \
  CMP("f", t, A, text, names, 0);                                                                                      \
  CMP("t", t, A, text, names, 1)
  CMPF("f16", f16, "v0, v2", "v0 v2");
  CMPF("f32", f32, "v0, v2", "v0 v2");
  CMPF("f64", f64, "v[0:1], v[2:3]", "v0:64 v2:64");
  CMPI("i16", i16, "v0, v2", "v0 v2");
  CMPI("u16", u16, "v0, v2", "v0 v2");
  CMPI("i32", i32, "v0, v2", "v0 v2");
  CMPI("u32", u32, "v0, v2", "v0 v2");
  CMPI("i64", i64, "v[0:1], v[2:3]", "v0:64 v2:64");
  CMPI("u64", u64, "v[0:1], v[2:3]", "v0:64 v2:64");
  CMPFT("i32", i32, "v0, v2", "v0 v2");
  CMPFT("u32", u32, "v0, v2", "v0 v2");
  CMPFT("i64", i64, "v[0:1], v[2:3]", "v0:64 v2:64");
  CMPFT("u64", u64, "v[0:1], v[2:3]", "v0:64 v2:64");
#define CLASS(t, w, text, names, normal)                                                                               \
  OP2P("v_cmp_class_" #t "_e32 vcc_lo, " text, names " > vcc", bit, t, pool_##t, u32, pool_class_u32, class_(a, snan##w(a), normal) & b);  \
  OP2P("v_cmpx_class_" #t "_e32 " text, names " > exec", bit, t, pool_##t, u32, pool_class_u32, class_(a, snan##w(a), normal) & b)
  CLASS(f16, 16, "v0, v2", "v0 v2", 0.00006103515625);
  CLASS(f32, 32, "v0, v2", "v0 v2", 1.1754943508222875e-38);
  CLASS(f64, 64, "v[0:1], v2", "v0:64 v2", 2.2250738585072014e-308);
  return 0;
}
