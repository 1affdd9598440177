/* The kernels of interpreter-kernels.c on the host: the same algorithm, threads as the outermost loop, sizes as
 * arguments, as the kernels have them. Prints ns of the best of ten runs. translation.ts compiles
 * it with gcc -O2 -mavx2 -mfma where there is one. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define N (1 << 20)
#define THREADS 65536
/* noipa: the compiler knows of the sizes as little as the kernels' does. */
#define KERNEL __attribute__((noipa)) static void
static float a[N], b[N], c[THREADS];
static uint32_t out[THREADS];

KERNEL saxpy(const float *x, float *y, float s, unsigned n) {
  for (unsigned i = 0; i < n; i++) y[i] = s * x[i] + y[i];
}
KERNEL matmul(const float *p, const float *q, float *r, unsigned n, unsigned threads) {
  for (unsigned i = 0; i < threads; i++) {
    unsigned row = i / n, column = i % n;
    float sum = 0;
    for (unsigned k = 0; k < n; k++) sum += p[row * n + k] * q[k * n + column];
    r[i] = sum;
  }
}
KERNEL xorshift(uint32_t *r, unsigned n, unsigned threads) {
  for (unsigned i = 0; i < threads; i++) {
    uint32_t x = i * 2654435761u + 1, sum = 0;
    for (unsigned k = 0; k < n; k++) {
      x ^= x << 13;
      x ^= x >> 17;
      x ^= x << 5;
      if (x & 1) sum += x;
      else sum ^= x * 3;
    }
    r[i] = sum;
  }
}
KERNEL trans(float *r, unsigned n, unsigned threads) {
  for (unsigned i = 0; i < threads; i++) {
    float x = (float)i * 0.001f + 1.f;
    for (unsigned k = 0; k < n; k++) x = exp2f(-x) + 1.f / (x + 1.f) + sqrtf(x);
    r[i] = x;
  }
}

#define TIME(call)                                                            \
  do {                                                                        \
    double best = 1e18;                                                       \
    for (int run = 0; run < 10; run++) {                                      \
      struct timespec from, to;                                               \
      clock_gettime(CLOCK_MONOTONIC, &from);                                  \
      call;                                                                   \
      clock_gettime(CLOCK_MONOTONIC, &to);                                    \
      double ns = (to.tv_sec - from.tv_sec) * 1e9 + (to.tv_nsec - from.tv_nsec); \
      if (ns < best) best = ns;                                               \
    }                                                                         \
    printf("%.0f\n", best);                                                    \
  } while (0)

/* Which kernel: the first argument. */
int main(int count, char **arguments) {
  const char *kernel = count > 1 ? arguments[1] : "";
  for (int i = 0; i < N; i++) a[i] = (float)(i % 100) / 4, b[i] = (float)(i % 77) / 8;
  if (!strcmp(kernel, "saxpy")) TIME(saxpy(a, b, 2.5f, N));
  if (!strcmp(kernel, "matmul") || !strcmp(kernel, "matmul_lds")) TIME(matmul(a, b, c, 256, THREADS));
  if (!strcmp(kernel, "xorshift")) TIME(xorshift(out, 200, THREADS));
  if (!strcmp(kernel, "trans")) TIME(trans(c, 100, THREADS));
  return 0;
}
