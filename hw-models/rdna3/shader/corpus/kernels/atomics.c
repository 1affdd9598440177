// Read-modify-write on global memory, with and without the old value.
#include "kernel.h"

#define AGENT __MEMORY_SCOPE_DEVICE
#define CAS(cell, expected, wanted, success, failure, scope) \
  __scoped_atomic_compare_exchange_n(cell, expected, wanted, 0, success, failure, scope)

KERNEL void atomics_u32(GLOBAL u32 *cells, GLOBAL u32 *old, const GLOBAL u32 *in, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  u32 v = in[i];
  __scoped_atomic_fetch_add(&cells[0], v, __ATOMIC_RELAXED, AGENT);
  __scoped_atomic_fetch_or(&cells[1], v, __ATOMIC_RELAXED, AGENT);
  __scoped_atomic_fetch_xor(&cells[2], v, __ATOMIC_RELAXED, AGENT);
  __scoped_atomic_fetch_and(&cells[3], v | 0xff, __ATOMIC_RELAXED, AGENT);
  __scoped_atomic_fetch_min((GLOBAL i32 *)&cells[4], (i32)v, __ATOMIC_RELAXED, AGENT);
  __scoped_atomic_fetch_max((GLOBAL i32 *)&cells[5], (i32)v, __ATOMIC_RELAXED, AGENT);
  __scoped_atomic_fetch_min(&cells[6], v, __ATOMIC_RELAXED, AGENT);
  __scoped_atomic_fetch_max(&cells[7], v, __ATOMIC_RELAXED, AGENT);
  __scoped_atomic_fetch_sub(&cells[8], v, __ATOMIC_RELAXED, AGENT);
  old[3 * i] = __scoped_atomic_fetch_add(&cells[16 + i], v, __ATOMIC_ACQ_REL, AGENT);
  old[3 * i + 1] = __scoped_atomic_exchange_n(&cells[16 + i], v ^ 5, __ATOMIC_RELAXED, AGENT);
  u32 expected = i & 1 ? v ^ 5 : v;
  old[3 * i + 2] = CAS(&cells[16 + i], &expected, 77u, __ATOMIC_RELAXED, __ATOMIC_RELAXED, AGENT) ? 1 : expected;
}

KERNEL void atomics_u64(GLOBAL u64 *cells, GLOBAL u64 *old, const GLOBAL u64 *in, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  u64 v = in[i];
  __scoped_atomic_fetch_add(&cells[0], v, __ATOMIC_RELAXED, AGENT);
  __scoped_atomic_fetch_or(&cells[1], v, __ATOMIC_RELAXED, AGENT);
  __scoped_atomic_fetch_xor(&cells[2], v, __ATOMIC_RELAXED, AGENT);
  __scoped_atomic_fetch_max((GLOBAL i64 *)&cells[3], (i64)v, __ATOMIC_RELAXED, AGENT);
  __scoped_atomic_fetch_min(&cells[4], v, __ATOMIC_RELAXED, AGENT);
  old[2 * i] = __scoped_atomic_exchange_n(&cells[8 + i], v, __ATOMIC_RELAXED, AGENT);
  u64 expected = i & 1 ? v : 1;
  CAS(&cells[8 + i], &expected, v + 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED, AGENT);
  old[2 * i + 1] = expected;
}

// A ticket loop: each work-item adds to a float by compare-and-swap. The values are small integers, so the order does not show.
KERNEL void float_sum(GLOBAL f32 *sum, const GLOBAL u32 *in, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  GLOBAL u32 *cell = (GLOBAL u32 *)sum;
  u32 seen = __scoped_atomic_load_n(cell, __ATOMIC_RELAXED, AGENT);
  f32 v = (f32)(in[i] & 15);
  while (!CAS(cell, &seen, __builtin_bit_cast(u32, __builtin_bit_cast(f32, seen) + v),
                                               __ATOMIC_ACQ_REL, __ATOMIC_RELAXED, AGENT)) { }
  __scoped_atomic_fetch_add(&sum[1], v, __ATOMIC_RELAXED, AGENT);
  __scoped_atomic_fetch_add(&cell[2], 3u, __ATOMIC_RELAXED, AGENT);
}

KERNEL void wrap(GLOBAL u32 *cells, const GLOBAL u32 *in, u32 n, u32 width) {
  u32 i = GID;
  if (i >= n) return;
  u32 limit = in[i] & 7;
  u32 up = __builtin_amdgcn_atomic_inc32(&cells[3 * i], limit, __ATOMIC_RELAXED, "agent");
  u32 down = __builtin_amdgcn_atomic_dec32(&cells[3 * i + 1], limit, __ATOMIC_RELAXED, "agent");
  cells[3 * i + 2] = up * 16 + down;
}
