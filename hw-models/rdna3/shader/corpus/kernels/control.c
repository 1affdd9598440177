// Divergence, loops, calls, recursion, scratch, generic pointers, and the instructions that only time can see.
#include "kernel.h"

KERNEL void xorshift(GLOBAL u32 *out, const GLOBAL u32 *in, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  u32 x = in[i] | 1, steps = (in[i] >> 5) & 63, odd = 0;
  for (u32 k = 0; k < steps; k++) {
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    if (x & 1) odd += x >> 28; else odd ^= k;
  }
  out[i] = x + odd;
}

KERNEL void collatz(GLOBAL u32 *out, const GLOBAL u32 *in, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  u32 x = (in[i] & 0xfff) + 1, steps = 0;
  while (x != 1 && steps < 200) {
    x = x & 1 ? 3 * x + 1 : x >> 1;
    steps++;
  }
  out[i] = steps;
}

NOINLINE static u32 fibonacci(u32 n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

KERNEL void recursion(GLOBAL u32 *out, const GLOBAL u32 *in, u32 n, u32 width) {
  u32 i = GID;
  if (i < n) out[i] = fibonacci(in[i] & 7) + i;
}

NOINLINE static u32 op_add(u32 a, u32 b) { return a + b; }
NOINLINE static u32 op_mul(u32 a, u32 b) { return a * b + 7; }
NOINLINE static u32 op_mix(u32 a, u32 b) { return (a ^ (b >> 3)) - b; }

KERNEL void pointers(GLOBAL u32 *out, const GLOBAL u32 *in, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  u32 v = in[i];
  u32 (*f)(u32, u32) = (v & 3) == 0 ? op_add : (v & 3) == 1 ? op_mul : op_mix;
  out[i] = f(v, i);
}

struct point { f32 x, y, z; };

NOINLINE static struct point turn(struct point p, f32 k) {
  struct point q = {p.y * k, p.z - p.x, p.x + k};
  return q;
}

KERNEL void structs(GLOBAL f32 *out, const GLOBAL f32 *in, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  struct point p = {in[3 * i], in[3 * i + 1], in[3 * i + 2]};
  for (u32 k = 0; k < 3; k++) p = turn(p, 0.5f);
  out[3 * i] = p.x;
  out[3 * i + 1] = p.y;
  out[3 * i + 2] = p.z;
}

KERNEL void private_array(GLOBAL u32 *out, const GLOBAL u32 *in, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  u32 table[32];
  u32 x = in[i];
  for (u32 k = 0; k < 32; k++) {
    table[k] = x;
    x = x * 1664525 + 1013904223;
  }
  u32 sum = 0;
  for (u32 k = 0; k < 16; k++) {
    u32 at = (x >> 27) & 31;
    sum += table[at] ^ k;
    table[(at + k) & 31] = sum;
    x = x * 22695477 + sum;
  }
  out[i] = sum;
}

KERNEL void generic(GLOBAL u32 *out, GLOBAL u32 *in, u32 n, u32 width) {
  SHARED u32 shared[256];
  u32 i = GID;
  u32 mine[4] = {i, i * 3, i ^ 5, 9};
  shared[LID] = i * 7;
  barrier();
  if (i >= n) return;
  u32 kind = in[i] & 3;
  u32 *p = kind == 0 ? (u32 *)&in[i] : kind == 1 ? (u32 *)&shared[LID] : (u32 *)&mine[in[i] >> 8 & 3];
  u32 v = *(volatile u32 *)p;
  *(volatile u32 *)p = v + 1;
  out[i] = v + (u32)__builtin_amdgcn_is_shared((const __attribute__((address_space(0))) void *)p) * 100000
    + (u32)__builtin_amdgcn_is_private((const __attribute__((address_space(0))) void *)p) * 200000 + mine[1] + shared[LID];
}

KERNEL void cases(GLOBAL u32 *out, const GLOBAL u32 *in, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  u32 v = in[i], r;
  switch (v % 9) {
    case 0: r = v * 3; break;
    case 1: r = v + 100; break;
    case 2: r = v ^ 0x5555; break;
    case 3: r = v >> 4; break;
    case 4: r = ~v; break;
    case 5: r = v * v; break;
    case 6: r = v - 77; break;
    default: r = v | 0xf0f0; break;
  }
  out[i] = r;
}

// Uniform work: the scalar unit does it.
KERNEL void uniform(GLOBAL u32 *out, const GLOBAL u32 *in, u32 n, u32 width) {
  u32 count = in[0] & 31, acc = in[1], mask = in[2];
  i32 best = -5;
  u64 wide = ((u64)in[3] << 32) | in[4];
  for (u32 k = 0; k < count; k++) {
    acc = (acc << 3) ^ (acc >> (k & 15)) ^ in[5 + (k & 7)];
    if ((i32)acc > best) best = (i32)acc >> 1;
    if (acc & (1u << (k & 31))) wide = (wide << 1) + k; else wide ^= wide >> 7;
    mask &= ~(acc >> 20);
  }
  u32 bits = (u32)__builtin_popcount(mask) + (u32)__builtin_ctz(acc | 0x80000000) * 32 + (u32)__builtin_clz(acc | 1) * 1024;
  u32 r = acc + (u32)best + (u32)wide + (u32)(wide >> 32) + bits + __builtin_bitreverse32(mask);
  if (count > 20) r = r < 1000 ? 1000 : r;
  if ((i32)mask >= 100) r += (u32)(u16)acc * 3;
  u32 i = GID;
  if (i < n) out[i] = r + i;
}

KERNEL void timers(GLOBAL u32 *out, u32 n, u32 width) {
  u64 start = __builtin_readcyclecounter();
  u64 real = __builtin_readsteadycounter();
  __builtin_amdgcn_s_setprio(3);
  __builtin_amdgcn_s_sleep(2);
  __builtin_amdgcn_s_setprio(0);
  u32 mode = __builtin_amdgcn_s_getreg((7 << 11) | 1);
  u64 again = __builtin_readsteadycounter();
  u64 end = __builtin_readcyclecounter();
  u32 i = GID;
  if (i < n) {
    out[2 * i] = (again >= real ? 1 : 0) | (end >= start ? 2 : 0);
    out[2 * i + 1] = mode;
  }
}

KERNEL void signed_walk(GLOBAL i32 *out, const GLOBAL i32 *in, i32 low, i32 high, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  i32 v = in[i], steps = 0, best = low;
  while (steps < 40) {
    if (v > high) v = (v >> 1) - 3;
    else if (v < low) v = (i32)((u32)v * 3 + 7);
    else if (v >= 100 && steps > 3) break;
    else v += 37;
    best = v > best ? v : best;
    steps++;
    if ((v & 0xff) == 0x11) break;
  }
  out[3 * i] = v;
  out[3 * i + 1] = steps;
  out[3 * i + 2] = best;
}

// Uniform decisions on floats: only the vector unit can compare, so branches look at VCC.
KERNEL void uniform_float(GLOBAL f32 *out, const GLOBAL f32 *in, f32 a, f32 b, u32 n, u32 width) {
  u32 k = 0;
  while (k < 24) {
    if (a > b) {
      a = a * 0.5f;
      b = b + 1.0f;
    } else {
      b = b - a * 0.25f;
      a = a + 3.0f;
    }
    k++;
    if (a * b > 900.0f) break;
    if (b < -50.0f) b = in[k & 7];
  }
  u32 i = GID;
  if (i >= n) return;
  f32 v = in[i & 7], top = v;
  for (u32 j = 0; j < 6; j++) {
    v = v * 1.5f - a;
    top = __builtin_fmaxf(top, v);
    if (v > b) v = v - b; else if (!(v < 3.0f)) v = b - v;
  }
  out[2 * i] = v + (f32)k;
  out[2 * i + 1] = top;
}

// A table in constant memory read in one go, and branches on masks that are uniform over the workgroup.
KERNEL void gather_uniform(GLOBAL u32 *out, const GLOBAL u32 *table, i32 pick, i32 limit, u32 n, u32 width) {
  u32 sum = 0;
  for (u32 k = 0; k < 16; k++) sum += table[k] * (k + 1);
  if (pick < limit) sum ^= table[17];
  if (pick == 7) sum += 1000;
  if (pick * 3 < -5) sum -= table[18];
  if (limit != pick && !(sum & 1)) sum = sum * 7 + table[19];
  u32 i = GID;
  if (i < n) {
    if ((i32)(i ^ (u32)pick) >= limit) sum += i;
    out[i] = sum;
  }
}

KERNEL void signed_select(GLOBAL i32 *out, const GLOBAL i32 *a, const GLOBAL i32 *b, const GLOBAL f32 *c, i32 key, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  i32 x = a[i], y = b[i], r = key == 4660 ? 3 : -3;
  f32 z = c[i];
  if (x < y) r += a[(i + 1) % n];
  if (x >= y - 9) r ^= b[(i + 3) % n];
  r += x < 5 * r ? y : key;
  r -= r >= y ? x : 11;
  if (c[(i + 5) % n] < z) r += (i32)(z * 4.0f) * out[i];
  out[i] = r;
}

KERNEL void grow(GLOBAL f32 *out, const GLOBAL f32 *in, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  f32 v = in[i], sum = 0.0f;
  while (v < 100.0f) {
    v = v * 1.5f + 1.0f;
    sum += v;
  }
  out[i] = sum;
}
