/* Kernels of interpreter-kernels.ts; each works on one element a thread, 256 threads a workgroup. */
#define KERNEL __attribute__((amdgpu_kernel))
#define GLOBAL __attribute__((address_space(1)))
#define LDS __attribute__((address_space(3), loader_uninitialized))
typedef unsigned u32;

static inline u32 thread(void) { return __builtin_amdgcn_workgroup_id_x() * 256 + __builtin_amdgcn_workitem_id_x(); }

KERNEL void saxpy(GLOBAL const float *x, GLOBAL float *y, float a, u32 n) {
  u32 i = thread();
  if (i < n) y[i] = a * x[i] + y[i];
}

KERNEL void matmul(GLOBAL const float *a, GLOBAL const float *b, GLOBAL float *c, u32 n) {
  u32 i = thread(), row = i / n, column = i % n;
  float sum = 0;
  for (u32 k = 0; k < n; k++) sum += a[row * n + k] * b[k * n + column];
  c[i] = sum;
}

LDS float tile_a[256];
LDS float tile_b[256];
KERNEL void matmul_lds(GLOBAL const float *a, GLOBAL const float *b, GLOBAL float *c, u32 n) {
  u32 t = __builtin_amdgcn_workitem_id_x(), x = t & 15, y = t >> 4;
  u32 w = __builtin_amdgcn_workgroup_id_x(), tiles = n >> 4, bx = w % tiles, by = w / tiles;
  float sum = 0;
  for (u32 k = 0; k < n; k += 16) {
    tile_a[t] = a[(by * 16 + y) * n + k + x];
    tile_b[t] = b[(k + y) * n + bx * 16 + x];
    __builtin_amdgcn_s_barrier();
    _Pragma("unroll") for (int j = 0; j < 16; j++) sum += tile_a[y * 16 + j] * tile_b[j * 16 + x];
    __builtin_amdgcn_s_barrier();
  }
  c[(by * 16 + y) * n + bx * 16 + x] = sum;
}

KERNEL void xorshift(GLOBAL u32 *out, u32 n) {
  u32 i = thread(), x = i * 2654435761u + 1, sum = 0;
  for (u32 k = 0; k < n; k++) {
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    if (x & 1) sum += x;
    else sum ^= x * 3;
  }
  out[i] = sum;
}

KERNEL void trans(GLOBAL float *out, u32 n) {
  u32 i = thread();
  float x = (float)i * 0.001f + 1.f;
  for (u32 k = 0; k < n; k++) x = __builtin_amdgcn_exp2f(-x) + __builtin_amdgcn_rcpf(x + 1.f) + __builtin_amdgcn_sqrtf(x);
  out[i] = x;
}
