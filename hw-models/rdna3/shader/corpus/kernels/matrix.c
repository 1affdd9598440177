// One matrix multiply-accumulate a wave: 16 x 16 x 16, f16 in, f32 out. Lanes 16-31 repeat the rows of lanes 0-15.
#include "kernel.h"

KERNEL void wmma(GLOBAL f32 *out, const GLOBAL f16 *a, const GLOBAL f16 *b, const GLOBAL f32 *c, u32 n, u32 width) {
  u32 lane = LID & 31, row = lane & 15, half = lane >> 4;
  f16x16 x, y;
  f32x8 acc;
  for (u32 k = 0; k < 16; k++) {
    x[k] = a[row * 16 + k];
    y[k] = b[k * 16 + row];
  }
  for (u32 k = 0; k < 8; k++) acc[k] = c[(2 * k + half) * 16 + row];
  acc = __builtin_amdgcn_wmma_f32_16x16x16_f16_w32(x, y, acc);
  for (u32 k = 0; k < 8; k++) out[(2 * k + half) * 16 + row] = acc[k];
}
