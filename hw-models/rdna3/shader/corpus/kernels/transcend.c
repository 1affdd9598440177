// The transcendental unit, and the division and root sequences that LLVM builds on it.
#include "kernel.h"

KERNEL void exp_log(GLOBAL f32 *out, const GLOBAL f32 *x, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  f32 v = x[i];
  out[2 * i] = __builtin_amdgcn_exp2f(v);
  out[2 * i + 1] = __builtin_amdgcn_logf(v * v + 0.5f);
}

KERNEL void exp_log_library(GLOBAL f32 *out, const GLOBAL f32 *x, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  f32 v = x[i];
  out[2 * i] = __builtin_exp2f(v);
  out[2 * i + 1] = __builtin_log2f(v * v + 0.5f);
}

KERNEL void sine(GLOBAL f32 *out, const GLOBAL f32 *x, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  f32 turns = __builtin_amdgcn_fractf(x[i]);
  out[2 * i] = __builtin_amdgcn_sinf(turns);
  out[2 * i + 1] = __builtin_amdgcn_cosf(turns);
}

KERNEL void roots(GLOBAL f32 *out, const GLOBAL f32 *x, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  f32 v = x[i];
  out[4 * i] = __builtin_amdgcn_rcpf(v);
  out[4 * i + 1] = __builtin_amdgcn_rsqf(v);
  out[4 * i + 2] = __builtin_amdgcn_sqrtf(v);
  f32 s = v;
  for (u32 k = 0; k < 8; k++) s = __builtin_amdgcn_sqrtf(s + 1.0f);
  out[4 * i + 3] = s;
}

KERNEL void pieces(GLOBAL f32 *out, GLOBAL i32 *exponents, const GLOBAL f32 *x, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  f32 v = x[i];
  i32 e = __builtin_amdgcn_frexp_expf(v);
  f32 m = __builtin_amdgcn_frexp_mantf(v);
  exponents[i] = e;
  out[i] = __builtin_ldexpf(m, e / 2);
}

KERNEL void divide_f32(GLOBAL f32 *out, const GLOBAL f32 *a, const GLOBAL f32 *b, u32 n, u32 width) {
  u32 i = GID;
  if (i < n) out[i] = a[i] / b[i];
}

KERNEL void root_f32(GLOBAL f32 *out, const GLOBAL f32 *a, u32 n, u32 width) {
  u32 i = GID;
  if (i < n) out[i] = __builtin_sqrtf(a[i]);
}

KERNEL void divide_f64(GLOBAL f64 *out, const GLOBAL f64 *a, const GLOBAL f64 *b, u32 n, u32 width) {
  u32 i = GID;
  if (i < n) out[i] = a[i] / b[i];
}

KERNEL void root_f64(GLOBAL f64 *out, const GLOBAL f64 *a, u32 n, u32 width) {
  u32 i = GID;
  if (i < n) out[i] = __builtin_sqrt(a[i]);
}

KERNEL void divide_f16(GLOBAL f16 *out, const GLOBAL f16 *a, const GLOBAL f16 *b, u32 n, u32 width) {
  u32 i = GID;
  if (i < n) out[i] = a[i] / b[i];
}

KERNEL void divide_u32(GLOBAL u32 *out, const GLOBAL u32 *a, const GLOBAL u32 *b, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  u32 x = a[i], y = b[i] | 1;
  out[4 * i] = x / y;
  out[4 * i + 1] = x % y;
  out[4 * i + 2] = (u32)((i32)x / (i32)y);
  out[4 * i + 3] = (u32)((i32)x % (i32)y);
}

KERNEL void divide_u64(GLOBAL u64 *out, const GLOBAL u64 *a, const GLOBAL u64 *b, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  u64 x = a[i], y = b[i] | 1;
  out[3 * i] = x / y;
  out[3 * i + 1] = x % y;
  out[3 * i + 2] = (u64)((i64)x / (i64)y);
}
