// Workgroup memory, barriers, and moves between lanes.
#include "kernel.h"

#define MAX 256

KERNEL void reduce_tree(GLOBAL u32 *out, const GLOBAL u32 *in, u32 n, u32 width) {
  SHARED u32 part[MAX];
  u32 i = GID, lid = LID;
  part[lid] = i < n ? in[i] : 0;
  barrier();
  u32 live = width;
  while (live > 1) {
    u32 half = (live + 1) / 2;
    if (lid + half < live) part[lid] += part[lid + half];
    barrier();
    live = half;
  }
  if (lid == 0) out[GROUP] = part[0];
}

// Sum over the live lanes of a wave in every lane, by row shifts and a swap of the two rows.
static u32 wave_sum(u32 v) {
  v += __builtin_amdgcn_update_dpp(0, v, 0x111, 0xf, 0xf, 0);
  v += __builtin_amdgcn_update_dpp(0, v, 0x112, 0xf, 0xf, 0);
  v += __builtin_amdgcn_update_dpp(0, v, 0x114, 0xf, 0xf, 0);
  v += __builtin_amdgcn_update_dpp(0, v, 0x118, 0xf, 0xf, 0);
  return v;
}

KERNEL void scan_rows(GLOBAL u32 *out, const GLOBAL u32 *in, u32 n, u32 width) {
  u32 i = GID;
  if (i < n) out[i] = wave_sum(in[i]);
}

// All 32 lanes must be there: the total of both rows comes back through permlanex16 and readlane.
KERNEL void reduce_wave(GLOBAL u32 *out, const GLOBAL u32 *in, u32 n, u32 width) {
  u32 i = GID;
  u32 v = wave_sum(i < n ? in[i] : 0);
  u32 other = __builtin_amdgcn_permlanex16(0, v, 0xffffffff, 0xffffffff, 1, 0);
  u32 total = __builtin_amdgcn_readlane(v, 15) + __builtin_amdgcn_readlane(v, 31);
  if (i < n) {
    out[2 * i] = total;
    out[2 * i + 1] = other;
  }
}

KERNEL void shuffle(GLOBAL u32 *out, const GLOBAL u32 *in, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  u32 v = in[i];
  GLOBAL u32 *o = out + 6 * i;
  o[0] = __builtin_amdgcn_ds_bpermute((LID ^ 3) * 4, v);
  o[1] = __builtin_amdgcn_ds_swizzle(v, 0x041f);                     // swap neighbours
  o[2] = __builtin_amdgcn_ds_swizzle(v, 0x8000 | 0x1b);              // reverse quads
  o[3] = __builtin_amdgcn_update_dpp(v, v, 0xb1, 0xf, 0xf, 1);       // quad_perm 1,0,3,2
  o[4] = __builtin_amdgcn_readfirstlane(v) + __builtin_amdgcn_mbcnt_lo(~0u, 0);
  o[5] = __builtin_amdgcn_ds_permute((LID ^ 1) * 4, v) + __builtin_amdgcn_mov_dpp8(v, 0x053977);
}

KERNEL void ballots(GLOBAL u32 *out, const GLOBAL u32 *in, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  u32 odd = __builtin_amdgcn_ballot_w32(in[i] & 1);
  u32 rank = __builtin_amdgcn_mbcnt_lo(odd, 0);
  u32 r = (u32)__builtin_popcount(odd) * 1000 + rank;
  if (odd & 4) r += (u32)__builtin_ctz(odd) * 100000;
  out[i] = r;
}

KERNEL void scan(GLOBAL u32 *out, const GLOBAL u32 *in, u32 n, u32 width) {
  SHARED u32 part[2][MAX];
  u32 i = GID, lid = LID, from = 0;
  part[0][lid] = i < n ? in[i] : 0;
  barrier();
  for (u32 step = 1; step < width; step <<= 1) {
    u32 v = part[from][lid];
    if (lid >= step) v += part[from][lid - step];
    part[from ^ 1][lid] = v;
    from ^= 1;
    barrier();
  }
  if (i < n) out[i] = part[from][lid];
}

#define TILE 8

KERNEL void matmul_tiled(GLOBAL f32 *c, const GLOBAL f32 *a, const GLOBAL f32 *b, u32 n, u32 width) {
  SHARED f32 ta[TILE][TILE], tb[TILE][TILE];
  u32 tx = LID, ty = LID_Y, row = GROUP_Y * TILE + ty, col = GROUP * TILE + tx;
  f32 sum = 0;
  for (u32 t = 0; t < n; t += TILE) {
    ta[ty][tx] = row < n && t + tx < n ? a[row * n + t + tx] : 0.0f;
    tb[ty][tx] = t + ty < n && col < n ? b[(t + ty) * n + col] : 0.0f;
    barrier();
    for (u32 k = 0; k < TILE; k++) sum = __builtin_fmaf(ta[ty][k], tb[k][tx], sum);
    barrier();
  }
  if (row < n && col < n) c[row * n + col] = sum;
}

KERNEL void matmul_naive(GLOBAL f32 *c, const GLOBAL f32 *a, const GLOBAL f32 *b, u32 n, u32 width) {
  u32 row = GROUP_Y * TILE + LID_Y, col = GROUP * TILE + LID;
  if (row >= n || col >= n) return;
  f32 sum = 0;
  for (u32 k = 0; k < n; k++) sum = __builtin_fmaf(a[row * n + k], b[k * n + col], sum);
  c[row * n + col] = sum;
}

KERNEL void bitonic(GLOBAL u32 *data, u32 n, u32 width) {
  SHARED u32 part[MAX];
  u32 base = GROUP * width;
  for (u32 i = LID; i < MAX; i += width) part[i] = base + i < n && i < width ? data[base + i] : 0xffffffff;
  barrier();
  for (u32 k = 2; k <= MAX; k <<= 1) {
    for (u32 j = k >> 1; j > 0; j >>= 1) {
      for (u32 i = LID; i < MAX; i += width) {
        u32 other = i ^ j;
        if (other > i) {
          u32 x = part[i], y = part[other];
          if ((x > y) == ((i & k) == 0)) {
            part[i] = y;
            part[other] = x;
          }
        }
      }
      barrier();
    }
  }
  if (base + LID < n) data[base + LID] = part[LID];
}

KERNEL void histogram(GLOBAL u32 *bins, const GLOBAL u32 *in, u32 n, u32 width) {
  SHARED u32 part[16];
  for (u32 i = LID; i < 16; i += width) part[i] = 0;
  barrier();
  u32 i = GID;
  if (i < n) __scoped_atomic_fetch_add(&part[in[i] >> 28], 1u, __ATOMIC_RELAXED, __MEMORY_SCOPE_WRKGRP);
  barrier();
  for (u32 k = LID; k < 16; k += width) __scoped_atomic_fetch_add(&bins[k], part[k], __ATOMIC_RELAXED, __MEMORY_SCOPE_DEVICE);
}

KERNEL void transpose(GLOBAL u32 *out, const GLOBAL u32 *in, u32 n, u32 width) {
  SHARED u32 tile[TILE][TILE + 1];
  u32 x = GROUP * TILE + LID, y = GROUP_Y * TILE + LID_Y;
  if (x < n && y < n) tile[LID_Y][LID] = in[y * n + x];
  barrier();
  u32 tx = GROUP_Y * TILE + LID, ty = GROUP * TILE + LID_Y;
  if (tx < n && ty < n) out[ty * n + tx] = tile[LID][LID_Y];
}

KERNEL void local_wide(GLOBAL u64 *out, const GLOBAL u64 *in, u32 n, u32 width) {
  SHARED u64 pairs[MAX];
  SHARED u32 words[4][MAX];
  SHARED u8 bytes[MAX];
  SHARED u16 shorts[MAX];
  u32 i = GID, lid = LID;
  u64 v = i < n ? in[i] : 0;
  pairs[lid] = v;
  words[0][lid] = (u32)v;
  words[2][lid] = (u32)(v >> 32);
  words[1][lid] = (u32)v ^ lid;
  words[3][lid] = lid;
  bytes[lid] = (u8)v;
  shorts[lid] = (u16)(v >> 16);
  barrier();
  u32 j = width - 1 - lid;
  u64 r = pairs[j] + words[0][j] + ((u64)words[2][lid] << 3) + words[1][j] * (u64)words[3][j];
  r += (u64)(i64)(i8)bytes[j] + shorts[j];
  if (i < n) out[i] = r;
}

KERNEL void neighbours(GLOBAL u32 *out, const GLOBAL u32 *in, u32 n, u32 width) {
  SHARED u32 part[2 * MAX + 16];
  u32 i = GID, lid = LID;
  u32 v = i < n ? in[i] : 0;
  part[3 + 2 * lid] = v;
  part[4 + 2 * lid] = v ^ 0x1234;
  barrier();
  u32 j = (lid + 1) % width;
  if (i < n) out[i] = part[3 + 2 * j] * 3 + part[4 + 2 * j];
}
