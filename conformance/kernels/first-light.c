/*
 * The kernels that `emptyslot run` launches: plain C for gfx1100, no runtime behind them.
 * Built by build.sh; the host's version of each stands in first-light.ts.
 */

typedef unsigned int u32;
typedef unsigned long u64;
#define KERNEL __attribute__((amdgpu_kernel, visibility("protected")))
#define GLOBAL __attribute__((address_space(1)))
#define LDS __attribute__((address_space(3)))
#define UNINITIALISED __attribute__((loader_uninitialized)) /* LDS has no initial contents */

static inline u32 global_id(u32 group) { return __builtin_amdgcn_workgroup_id_x() * group + __builtin_amdgcn_workitem_id_x(); }

/* y[i] = a * x[i] + y[i], one fused multiply-add */
KERNEL void saxpy(const GLOBAL float *x, GLOBAL float *y, float a, u32 n) {
  u32 i = global_id(256);
  if (i < n) y[i] = __builtin_fmaf(a, x[i], y[i]);
}

/* out[g] = sum of 256 consecutive words, by a tree in LDS */
KERNEL void reduce(const GLOBAL u32 *in, GLOBAL u32 *out) {
  static LDS u32 part[256] UNINITIALISED;
  u32 lane = __builtin_amdgcn_workitem_id_x();
  part[lane] = in[global_id(256)];
  for (u32 step = 128; step != 0; step >>= 1) {
    __builtin_amdgcn_fence(__ATOMIC_SEQ_CST, "workgroup");
    __builtin_amdgcn_s_barrier();
    __builtin_amdgcn_fence(__ATOMIC_SEQ_CST, "workgroup");
    if (lane < step) part[lane] += part[lane + step];
  }
  if (lane == 0) out[__builtin_amdgcn_workgroup_id_x()] = part[0];
}

/* c = a * b, n by n, 16 by 16 tiles in LDS */
KERNEL void matmul(const GLOBAL float *a, const GLOBAL float *b, GLOBAL float *c, u32 n) {
  static LDS float ta[16][16] UNINITIALISED, tb[16][16] UNINITIALISED;
  u32 x = __builtin_amdgcn_workitem_id_x(), y = __builtin_amdgcn_workitem_id_y();
  u32 column = __builtin_amdgcn_workgroup_id_x() * 16 + x, row = __builtin_amdgcn_workgroup_id_y() * 16 + y;
  float sum = 0;
  for (u32 k = 0; k < n; k += 16) {
    ta[y][x] = a[row * n + k + x];
    tb[y][x] = b[(k + y) * n + column];
    __builtin_amdgcn_fence(__ATOMIC_SEQ_CST, "workgroup");
    __builtin_amdgcn_s_barrier();
    __builtin_amdgcn_fence(__ATOMIC_SEQ_CST, "workgroup");
    for (u32 i = 0; i < 16; i++) sum = __builtin_fmaf(ta[y][i], tb[i][x], sum);
    __builtin_amdgcn_fence(__ATOMIC_SEQ_CST, "workgroup");
    __builtin_amdgcn_s_barrier();
    __builtin_amdgcn_fence(__ATOMIC_SEQ_CST, "workgroup");
  }
  c[row * n + column] = sum;
}

/* steps[i] = length of the Collatz walk from i+1: lanes diverge for long */
KERNEL void collatz(GLOBAL u32 *steps, u32 n) {
  u32 i = global_id(256);
  if (i >= n) return;
  u64 v = i + 1;
  u32 count = 0;
  while (v != 1) {
    v = (v & 1) ? 3 * v + 1 : v >> 1;
    count++;
  }
  steps[i] = count;
}

/* counts the nibbles of a word in a table that the caller keeps in scratch */
__attribute__((noinline)) static void count_nibbles(u32 *table, u32 word) {
  for (u32 k = 0; k < 8; k++) table[(word >> (4 * k)) & 15]++;
}

/* bins[v] = how many nibbles of in[] are v: a real call, a private table, atomics */
KERNEL void histogram(const GLOBAL u32 *in, GLOBAL u32 *bins, u32 n) {
  u32 i = global_id(256);
  if (i >= n) return;
  u32 mine[16];
  for (u32 k = 0; k < 16; k++) mine[k] = 0;
  count_nibbles(mine, in[i]);
  for (u32 k = 0; k < 16; k++) __scoped_atomic_fetch_add(&bins[k], mine[k], __ATOMIC_RELAXED, __MEMORY_SCOPE_DEVICE);
}

/* out[i] = 1 / (in[i] * in[i] + 1) in f64 */
KERNEL void lorentz(const GLOBAL double *in, GLOBAL double *out, u32 n) {
  u32 i = global_id(256);
  if (i < n) out[i] = 1.0 / (in[i] * in[i] + 1.0);
}
