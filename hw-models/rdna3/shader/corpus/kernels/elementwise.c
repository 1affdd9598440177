// One work-item, one element: integers, floats of three sizes, narrow and wide memory accesses, conversions.
#include "kernel.h"

KERNEL void add_u32(GLOBAL u32 *out, const GLOBAL u32 *in, u32 addend, u32 n, u32 width) {
  u32 i = GID;
  if (i < n) out[i] = in[i] + addend;
}

KERNEL void saxpy(GLOBAL f32 *y, const GLOBAL f32 *x, f32 a, u32 n, u32 width) {
  u32 i = GID;
  if (i < n) y[i] = __builtin_fmaf(a, x[i], y[i]);
}

KERNEL void poly_f64(GLOBAL f64 *out, const GLOBAL f64 *x, f64 a, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  f64 v = x[i];
  f64 p = __builtin_fma(v, __builtin_fma(v, a, -3.25), 1.5);
  f64 q = v * v - a;
  out[i] = p > q ? p + 2.0 : __builtin_fmax(q, -v) * 0.125;
}

KERNEL void half_scalar(GLOBAL f16 *out, const GLOBAL f16 *a, const GLOBAL f16 *b, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  f16 x = a[i], y = b[i];
  f16 p = __builtin_elementwise_fma(x, y, (f16)0.333251953125);
  f16 s = x + y, d = x - y;
  f16 r = s > d ? p : d * s;
  out[i] = r - x;
}

KERNEL void half_packed(GLOBAL f16x2 *out, const GLOBAL f16x2 *a, const GLOBAL f16x2 *b, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  f16x2 x = a[i], y = b[i];
  f16x2 p = __builtin_elementwise_fma(x, y, x);
  f16x2 q = x * y + (f16x2){(f16)1.5, (f16)-0.25};
  out[i] = __builtin_elementwise_max(p, q) - __builtin_elementwise_min(y, q.yx);
}

KERNEL void half_mixed(GLOBAL f32 *out, GLOBAL f16 *low, const GLOBAL f16 *a, const GLOBAL f16 *b, const GLOBAL f32 *c, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  f32 m = __builtin_fmaf((f32)a[i], (f32)b[i], c[i]);
  out[i] = m;
  low[i] = (f16)__builtin_fmaf((f32)a[i], c[i], (f32)b[i]);
}

KERNEL void mixed_u32(GLOBAL u32 *out, const GLOBAL u32 *a, const GLOBAL u32 *b, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  u32 x = a[i], y = b[i];
  u32 r = x * y;
  r ^= (x << (y & 31)) | (y >> (x & 31));
  r += ((x & 0xffffff) * (y & 0xffffff)) + (x >> 7);
  r ^= (u32)((i32)x >> (y & 15));
  i32 lo = (i32)x < (i32)y ? (i32)x : (i32)y, hi = (i32)x > (i32)y ? (i32)x : (i32)y;
  r -= (u32)lo + 3u * (u32)hi;
  r ^= x > y ? x - y : y - x;
  r += (u32)(((u64)x * y) >> 32) + (u32)(((i64)(i32)x * (i32)y) >> 32);
  out[i] = (r ^ x ^ y) + (~y & x);
}

KERNEL void narrow(GLOBAL u8 *bytes, GLOBAL u16 *shorts, const GLOBAL u8 *a, const GLOBAL i8 *b, const GLOBAL u16 *c, const GLOBAL i16 *d, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  i32 s = a[i] + b[i] * 3;
  i32 t = c[i] - d[i];
  bytes[i] = (u8)(s ^ (t >> 3));
  shorts[i] = (u16)(t * 5 + s);
}

KERNEL void narrow_math(GLOBAL u16 *out, const GLOBAL u16 *a, const GLOBAL i16 *b, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  u16 x = a[i];
  i16 y = b[i];
  u16 m = (u16)(x * (u16)y);
  i16 s = (i16)(y >> (x & 7));
  u16 u = (u16)(x >> (y & 3)), l = (u16)(x << (y & 5));
  i16 lo = y < (i16)x ? y : (i16)x;
  u16 hi = x > (u16)y ? x : (u16)y;
  out[i] = (u16)((u16)(m - (u16)s) + (u16)(u ^ l) + (u16)lo - hi);
}

KERNEL void wide(GLOBAL u32x4 *out, GLOBAL u64 *sums, const GLOBAL u32x4 *in, const GLOBAL u64 *more, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  u32x4 v = in[i];
  u64 m = more[i];
  out[i] = (u32x4){v.w, v.z + 1, v.y ^ v.x, v.x};
  sums[i] = ((u64)v.x + v.y + v.z + v.w) * 5 - (m << (v.x & 31)) + (m >> 9) + (u64)((i64)m >> (v.y & 63));
}

KERNEL void clamps(GLOBAL f32 *out, GLOBAL u32 *bits, const GLOBAL f32 *x, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  f32 v = x[i];
  f32 m = __builtin_amdgcn_fmed3f(v, -1.5f, 2.5f);
  f32 c = __builtin_fminf(__builtin_fmaxf(v, 0.0f), 1.0f);
  i32 k = (i32)__builtin_bit_cast(u32, v);
  k = k < -1000 ? -1000 : k > 1000 ? 1000 : k;
  u32 r = 0;
  r |= __builtin_amdgcn_classf(v, 0x003) ? 1 : 0;      // NaN of either kind
  r |= __builtin_amdgcn_classf(v, 0x204) ? 2 : 0;      // infinities
  r |= __builtin_amdgcn_classf(v, 0x090) ? 4 : 0;      // subnormals
  r |= __builtin_amdgcn_classf(v, 0x060) ? 8 : 0;      // zeros
  r |= __builtin_amdgcn_class((f64)v * 0.5, 0x108) ? 16 : 0;   // normals, in double
  out[i] = m + c;
  bits[i] = r | ((u32)k << 8);
}

KERNEL void rounding(GLOBAL f32 *out, GLOBAL f64 *outd, const GLOBAL f32 *x, const GLOBAL f64 *xd, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  f32 v = x[i];
  f64 w = xd[i];
  out[6 * i + 0] = __builtin_floorf(v);
  out[6 * i + 1] = __builtin_ceilf(v);
  out[6 * i + 2] = __builtin_truncf(v);
  out[6 * i + 3] = __builtin_rintf(v);
  out[6 * i + 4] = __builtin_amdgcn_fractf(v);
  out[6 * i + 5] = (f32)w;
  outd[5 * i + 0] = __builtin_floor(w);
  outd[5 * i + 1] = __builtin_ceil(w);
  outd[5 * i + 2] = __builtin_trunc(w);
  outd[5 * i + 3] = __builtin_rint(w);
  outd[5 * i + 4] = (f64)v;
}

KERNEL void convert(GLOBAL u32 *out, const GLOBAL f32 *x, const GLOBAL f64 *xd, const GLOBAL u32 *k, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  f32 v = x[i];
  f64 w = xd[i];
  u32 u = k[i];
  GLOBAL u32 *o = out + 12 * i;
  o[0] = (u32)v;
  o[1] = (u32)(i32)(0.0f - v);
  o[2] = __builtin_bit_cast(u32, (f32)u);
  o[3] = __builtin_bit_cast(u32, (f32)(i32)u);
  o[4] = (u32)w;
  o[5] = (u32)(i32)(0.0 - w);
  u64 d = __builtin_bit_cast(u64, (f64)u + (f64)(i32)u);
  o[6] = (u32)d;
  o[7] = (u32)(d >> 32);
  u64 q = (u64)w * 3;
  o[8] = (u32)q;
  o[9] = (u32)(q >> 32);
  o[10] = __builtin_bit_cast(u32, (f32)(u8)(u >> 16) + (f32)(u8)u);
  o[11] = __builtin_bit_cast(u16, (f16)v) | ((u32)(u16)(i16)(f16)(v * 0.5f) << 16);
}

KERNEL void wide_compare(GLOBAL u32 *out, const GLOBAL i64 *a, const GLOBAL i64 *b, const GLOBAL f64 *c, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  i64 x = a[i], y = b[i];
  f64 z = c[i];
  u32 r = 0;
  if (x > y) r += 1;
  if (x >= y + 5) r += 2;
  if ((u64)x < (u64)y) r += 4;
  if (x != y) r += 8;
  if (z > 1.5) r ^= 16;
  if (z <= (f64)(i32)x) r ^= 32;
  while (x > 1000 && r < 4000) { x >>= 3; r += 64; }
  out[i] = r;
}

KERNEL void short_product(GLOBAL u16 *out, const GLOBAL u16 *a, const GLOBAL u16 *b, u32 n, u32 width) {
  u32 i = GID;
  if (i < n) out[i] = (u16)(a[i] * b[i]);
}

// Two independent chains, which the compiler pairs into dual instructions.
KERNEL void two_chains(GLOBAL f32 *out, const GLOBAL f32 *a, const GLOBAL f32 *b, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  f32 x = a[i], y = b[i], p = x, q = y;
  for (u32 k = 0; k < 5; k++) {
    p = p * x;
    q = q * y;
    p = p - y;
    q = q - x;
    p = __builtin_fmaxf(p, y);
    q = __builtin_fmaxf(q, x);
    p = p + q;
    q = q - p;
    if (p > 1e6f) { p = x; q = q + y; }
  }
  out[2 * i] = p;
  out[2 * i + 1] = q;
}

KERNEL void threshold(GLOBAL f32 *data, const GLOBAL f32 *in, f32 limit, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  f32 v = in[i];
  if (v > limit) data[i] = v * 2.0f;
  if (in[n - 1 - i] < -0.25f) data[i] = data[i] + 1.0f;
}
