/* The same algorithms as interpreter-kernels.c as a programmer writes them for the host: prints ns of the best of ten
 * runs of each, one a line. Compiled by translation.ts with gcc -O2 -mavx2 -mfma where there is one. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define N (1 << 20)
static float a[N], b[N], c[65536];
static uint32_t out[65536];

static void saxpy(void) {
  for (int i = 0; i < N; i++) b[i] = 2.5f * a[i] + b[i];
}
static void matmul(void) {
  for (int i = 0; i < 256; i++)
    for (int j = 0; j < 256; j++) {
      float sum = 0;
      for (int k = 0; k < 256; k++) sum += a[i * 256 + k] * b[k * 256 + j];
      c[i * 256 + j] = sum;
    }
}
static void xorshift(void) {
  for (uint32_t i = 0; i < 65536; i++) {
    uint32_t x = i * 2654435761u + 1, sum = 0;
    for (int k = 0; k < 200; k++) {
      x ^= x << 13;
      x ^= x >> 17;
      x ^= x << 5;
      if (x & 1) sum += x;
      else sum ^= x * 3;
    }
    out[i] = sum;
  }
}
static void trans(void) {
  for (int i = 0; i < 65536; i++) {
    float x = (float)i * 0.001f + 1.f;
    for (int k = 0; k < 100; k++) x = exp2f(-x) + 1.f / (x + 1.f) + sqrtf(x);
    c[i] = x;
  }
}
static void timed(const char *name, void (*body)(void)) {
  double best = 1e18;
  for (int run = 0; run < 10; run++) {
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    body();
    clock_gettime(CLOCK_MONOTONIC, &to);
    double ns = (to.tv_sec - from.tv_sec) * 1e9 + (to.tv_nsec - from.tv_nsec);
    if (ns < best) best = ns;
  }
  printf("%s %.0f %u\n", name, best, out[77] + (unsigned)c[77] + (unsigned)b[77]);
}
int main(void) {
  for (int i = 0; i < N; i++) a[i] = (float)(i % 100) / 4, b[i] = (float)(i % 77) / 8;
  timed("saxpy", saxpy);
  timed("matmul", matmul);
  timed("matmul_lds", matmul);
  timed("xorshift", xorshift);
  timed("trans", trans);
  return 0;
}
