// Bit fields, byte shuffles, checksums and hash rounds.
#include "kernel.h"

KERNEL void count_bits(GLOBAL u32 *out, const GLOBAL u32 *in, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  u32 v = in[i];
  GLOBAL u32 *o = out + 5 * i;
  o[0] = (u32)__builtin_clz(v | 1);
  o[1] = (u32)__builtin_ctz(v | 0x80000000);
  o[2] = (u32)__builtin_popcount(v) + (u32)__builtin_popcountl((u64)v << 7 | v);
  o[3] = __builtin_bitreverse32(v);
  o[4] = v == 0 ? 99 : (u32)__builtin_clzl((u64)v << 11);
}

KERNEL void fields(GLOBAL u32 *out, const GLOBAL u32 *a, const GLOBAL u32 *b, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  u32 x = a[i], y = b[i];
  GLOBAL u32 *o = out + 8 * i;
  o[0] = (x >> 9) & 0x7ff;
  o[1] = (u32)((i32)(x << 7) >> 19);
  o[2] = (x & 0x00ff0ff0) | (y & ~0x00ff0ff0u);
  o[3] = __builtin_amdgcn_perm(x, y, 0x07020500);
  o[4] = __builtin_amdgcn_alignbit(x, y, y & 31);
  o[5] = __builtin_amdgcn_alignbyte(x, y, 3);
  o[6] = __builtin_amdgcn_ubfe(x, y & 15, 9) + (u32)__builtin_amdgcn_sbfe((i32)y, 5, x & 15);
  o[7] = __builtin_amdgcn_sad_u8(x, y, 3) + __builtin_amdgcn_lerp(x, y, 0x01010101) + (((x << 4) | y) ^ ((x + y) << 3)) + ((x << 2) + y) + (x | y | 0x11);
}

KERNEL void crc32(GLOBAL u32 *out, const GLOBAL u32 *in, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  u32 crc = 0xffffffff;
  for (u32 w = 0; w < 2; w++) {
    u32 v = in[(i + w) % n];
    for (u32 k = 0; k < 32; k++) {
      u32 bit = (crc ^ v) & 1;
      crc = (crc >> 1) ^ (bit ? 0xedb88320 : 0);
      v >>= 1;
    }
  }
  out[i] = ~crc;
}

static u32 rotr(u32 x, u32 k) { return (x >> k) | (x << (32 - k)); }

KERNEL void sha_rounds(GLOBAL u32 *out, const GLOBAL u32 *in, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  u32 w[16], s[8];
  for (u32 k = 0; k < 16; k++) w[k] = __builtin_bswap32(in[i] + k * 0x9e3779b9);
  for (u32 k = 0; k < 8; k++) s[k] = 0x6a09e667 * (k + 1);
  for (u32 r = 0; r < 20; r++) {
    u32 m = w[r & 15];
    u32 s1 = rotr(s[4], 6) ^ rotr(s[4], 11) ^ rotr(s[4], 25), ch = (s[4] & s[5]) ^ (~s[4] & s[6]);
    u32 t1 = s[7] + s1 + ch + 0x428a2f98 * (r + 1) + m;
    u32 s0 = rotr(s[0], 2) ^ rotr(s[0], 13) ^ rotr(s[0], 22), maj = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
    u32 t2 = s0 + maj;
    u32 e0 = rotr(w[(r + 1) & 15], 7) ^ rotr(w[(r + 1) & 15], 18) ^ (w[(r + 1) & 15] >> 3);
    w[r & 15] = m + e0 + w[(r + 9) & 15];
    s[7] = s[6]; s[6] = s[5]; s[5] = s[4]; s[4] = s[3] + t1;
    s[3] = s[2]; s[2] = s[1]; s[1] = s[0]; s[0] = t1 + t2;
  }
  u32 x = 0;
  for (u32 k = 0; k < 8; k++) x ^= s[k] + k;
  out[i] = x;
}

KERNEL void dots(GLOBAL i32 *out, const GLOBAL u32 *a, const GLOBAL u32 *b, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  u32 x = a[i], y = b[i];
  out[4 * i] = __builtin_amdgcn_sudot4(1, (i32)x, 1, (i32)y, 1000, 0);
  out[4 * i + 1] = __builtin_amdgcn_sudot4(0, (i32)x, 1, (i32)y, -7, 0);
  out[4 * i + 2] = (i32)__builtin_amdgcn_udot4(x, y, 5, 0);
  out[4 * i + 3] = __builtin_amdgcn_sudot8(1, (i32)x, 0, (i32)y, 11, 0);
}
