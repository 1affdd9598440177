/* Loads, stores and atomics on one lane: little-endian memory of the host, C's operators for the atomics.
 *
 * `mem8` and `lds8` are dwords at offset 8 of a buffer and of LDS; the address register is set by the table's maker.
 */
#include "host.h"

static i32 ext(u32 x, int bits, int isSigned) { return isSigned ? (i32)(x << (32 - bits)) >> (32 - bits) : (i32)(bits == 32 ? x : x & ((1u << bits) - 1)); }
static f32 min32(f32 a, f32 b) { return a < b ? a : b; }
static f32 max32(f32 a, f32 b) { return a > b ? a : b; }
static f64 min64(f64 a, f64 b) { return a < b ? a : b; }
static f64 max64(f64 a, f64 b) { return a > b ? a : b; }
static const u64 pool_plain_f32[] = {0x3f800000, 0xc0200000, 0x41200000, 0x3dcccccd, 0x4b800001};
static const u64 pool_plain_f64[] = {0x3ff8000000000000, 0xc004000000000000, 0x4170000001000000, 0x3fe0000000000000, 0xbff0000000000000};
static const u64 pool_bound_u32[] = {5, 6, 0, 0xffffffff, 7};
static const u64 pool_bound_u64[] = {5, 6, 0, 0xffffffffffffffff, 7};
#define MIN(x, y) ((x) < (y) ? (x) : (y))
#define MAX(x, y) ((x) > (y) ? (x) : (y))

int main(void) {
  char t[160], n[80];
  const char *spaces[] = {"global", "flat", "scratch", "buffer", "ds"};
  for (int s = 0; s < 5; s++) {
    int ds = s == 4;
    const char *sp = spaces[s], *m = ds ? "lds" : s == 2 ? "scratch" : "mem";
#define LOADTEXT(op, reg)                                                                                              \
  if (s == 0) snprintf(t, sizeof t, "global_load_%s %s, v0, s[0:1] offset:8", op, reg);                                \
  else if (s == 1) snprintf(t, sizeof t, "flat_load_%s %s, v[0:1] offset:8", op, reg);                                 \
  else if (s == 2) snprintf(t, sizeof t, "scratch_load_%s %s, off, off offset:8", op, reg);                            \
  else if (s == 3) snprintf(t, sizeof t, "buffer_load_%s %s, v0, s[4:7], 0 offen offset:8", op, reg);                  \
  else snprintf(t, sizeof t, "ds_load_%s %s, v0 offset:8", op, reg)
#define STORETEXT(op, reg)                                                                                             \
  if (s == 0) snprintf(t, sizeof t, "global_store_%s v0, %s, s[0:1] offset:8", op, reg);                               \
  else if (s == 1) snprintf(t, sizeof t, "flat_store_%s v[0:1], %s offset:8", op, reg);                                \
  else if (s == 2) snprintf(t, sizeof t, "scratch_store_%s off, %s, off offset:8", op, reg);                           \
  else if (s == 3) snprintf(t, sizeof t, "buffer_store_%s %s, v0, s[4:7], 0 offen offset:8", op, reg);                 \
  else snprintf(t, sizeof t, "ds_store_%s v0, %s offset:8", op, reg)
    struct { const char *op, *dsop; int bits, sign, half; } loads[] = {
      {"u8", "u8", 8, 0, 0}, {"i8", "i8", 8, 1, 0}, {"u16", "u16", 16, 0, 0}, {"i16", "i16", 16, 1, 0}, {"b32", "b32", 32, 0, 0},
      {"d16_u8", "u8_d16", 8, 0, 1}, {"d16_i8", "i8_d16", 8, 1, 1}, {"d16_b16", "u16_d16", 16, 0, 1},
      {"d16_hi_u8", "u8_d16_hi", 8, 0, 2}, {"d16_hi_i8", "i8_d16_hi", 8, 1, 2}, {"d16_hi_b16", "u16_d16_hi", 16, 0, 2},
    };
    for (unsigned i = 0; i < sizeof loads / sizeof *loads; i++) {
      int bits = loads[i].bits, sign = loads[i].sign, half = loads[i].half;
      LOADTEXT(ds ? loads[i].dsop : loads[i].op, "v8");
      snprintf(n, sizeof n, "%s8 v8 > v8", m);
      OP2(t, n, u32, u32, u32, half == 0 ? (u32)ext(a, bits, sign) : half == 1 ? (b & 0xffff0000) | (ext(a, bits, sign) & 0xffff) : (b & 0xffff) | (u32)ext(a, bits, sign) << 16);
    }
    LOADTEXT("b64", "v[8:9]");
    snprintf(n, sizeof n, "%s8 %s12 > v8 v9", m, m);
    OP2RR(t, n, u32, u32, u32, pool_u32, u32, pool_u32, a, b);
    LOADTEXT("b96", "v[8:10]");
    snprintf(n, sizeof n, "%s8 %s16 > v8 v10", m, m);
    OP2RR(t, n, u32, u32, u32, pool_u32, u32, pool_u32, a, b);
    LOADTEXT("b128", "v[8:11]");
    snprintf(n, sizeof n, "%s8 %s20 > v8 v11", m, m);
    OP2RR(t, n, u32, u32, u32, pool_u32, u32, pool_u32, a, b);
    struct { const char *op, *dsop; u32 mask; int shift; } stores[] = {
      {"b8", "b8", 0xff, 0}, {"b16", "b16", 0xffff, 0}, {"b32", "b32", 0xffffffff, 0}, {"d16_hi_b8", "b8_d16_hi", 0xff, 16}, {"d16_hi_b16", "b16_d16_hi", 0xffff, 16},
    };
    for (unsigned i = 0; i < 5; i++) {
      u32 mask = stores[i].mask;
      int shift = stores[i].shift;
      STORETEXT(ds ? stores[i].dsop : stores[i].op, "v8");
      snprintf(n, sizeof n, "v8 %s8 > %s8", m, m);
      OP2(t, n, u32, u32, u32, (b & ~mask) | (a >> shift & mask));
    }
    STORETEXT("b64", "v[8:9]");
    snprintf(n, sizeof n, "v8 v9 > %s8 %s12", m, m);
    OP2RR(t, n, u32, u32, u32, pool_u32, u32, pool_u32, a, b);
    STORETEXT("b96", "v[8:10]");
    snprintf(n, sizeof n, "v8 v10 > %s8 %s16", m, m);
    OP2RR(t, n, u32, u32, u32, pool_u32, u32, pool_u32, a, b);
    STORETEXT("b128", "v[8:11]");
    snprintf(n, sizeof n, "v8 v11 > %s8 %s20", m, m);
    OP2RR(t, n, u32, u32, u32, pool_u32, u32, pool_u32, a, b);
    if (s == 2) continue;
    /* Atomics: old value in memory, data in v8; the new value, and the old one in v16. */
#define ATOMTEXT(op, dsop, data, ret)                                                                                  \
  if (s == 0) snprintf(t, sizeof t, "global_atomic_%s %s, v0, %s, s[0:1] offset:8 glc", op, ret, data);                \
  else if (s == 1) snprintf(t, sizeof t, "flat_atomic_%s %s, v[0:1], %s offset:8 glc", op, ret, data);                 \
  else if (s == 3) snprintf(t, sizeof t, "buffer_atomic_%s %s, v0, s[4:7], 0 offen offset:8 glc", op, data);           \
  else snprintf(t, sizeof t, "ds_%s %s, v0, %s offset:8", dsop, ret, data)
#define RMW(op, dsop, T, w, pa, pb, e)                                                                                 \
  do {                                                                                                                 \
    ATOMTEXT(op, dsop, w == 64 ? "v[8:9]" : "v8", w == 64 ? "v[16:17]" : "v16");                                        \
    const char *q = w == 64 ? ":64" : "";                                                                              \
    snprintf(n, sizeof n, "%s8%s v8%s > %s8%s %s%s", m, q, q, m, q, s == 3 ? "v8" : "v16", q);                          \
    OP2RR(t, n, T, T, T, pa, T, pb, e, a);                                                                             \
    if (ds) { /* the form without a result */                                                                          \
      char verb[40] = "";                                                                                              \
      const char *r = strstr(dsop, "_rtn");                                                                            \
      snprintf(verb, sizeof verb, "%.*s%s", (int)(r - dsop), dsop, r + 4);                                             \
      if (strncmp(verb, "storexchg", 9) != 0) {                                                                        \
        snprintf(t, sizeof t, "ds_%s v0, %s offset:8", verb, w == 64 ? "v[8:9]" : "v8");                               \
        snprintf(n, sizeof n, "%s8%s v8%s > %s8%s", m, q, q, m, q);                                                    \
        OP2P(t, n, T, T, pa, T, pb, e);                                                                                \
      }                                                                                                                \
    }                                                                                                                  \
  } while (0)
#define BOTH(op, e)                                                                                                    \
  RMW(op "_u32", op "_rtn_u32", u32, 32, pool_u32, pool_u32, e);                                                       \
  RMW(op "_u64", op "_rtn_u64", u64, 64, pool_u64, pool_u64, e)
#define BITS(op, e)                                                                                                    \
  RMW(op "_b32", op "_rtn_b32", u32, 32, pool_u32, pool_u32, e);                                                       \
  RMW(op "_b64", op "_rtn_b64", u64, 64, pool_u64, pool_u64, e)
    BOTH("add", a + b);
    BOTH("sub", a - b);
    BITS("and", a & b);
    BITS("or", a | b);
    BITS("xor", a ^ b);
    RMW("swap_b32", "storexchg_rtn_b32", u32, 32, pool_u32, pool_u32, b);
    RMW("swap_b64", "storexchg_rtn_b64", u64, 64, pool_u64, pool_u64, b);
    RMW("min_i32", "min_rtn_i32", i32, 32, pool_u32, pool_u32, MIN(a, b));
    RMW("max_i32", "max_rtn_i32", i32, 32, pool_u32, pool_u32, MAX(a, b));
    RMW("min_u32", "min_rtn_u32", u32, 32, pool_u32, pool_u32, MIN(a, b));
    RMW("max_u32", "max_rtn_u32", u32, 32, pool_u32, pool_u32, MAX(a, b));
    RMW("min_i64", "min_rtn_i64", i64, 64, pool_u64, pool_u64, MIN(a, b));
    RMW("max_i64", "max_rtn_i64", i64, 64, pool_u64, pool_u64, MAX(a, b));
    RMW("min_u64", "min_rtn_u64", u64, 64, pool_u64, pool_u64, MIN(a, b));
    RMW("max_u64", "max_rtn_u64", u64, 64, pool_u64, pool_u64, MAX(a, b));
    RMW("inc_u32", "inc_rtn_u32", u32, 32, pool_bound_u32, pool_bound_u32, a >= b ? 0 : a + 1);
    RMW("dec_u32", "dec_rtn_u32", u32, 32, pool_bound_u32, pool_bound_u32, a == 0 || a > b ? b : a - 1);
    RMW("inc_u64", "inc_rtn_u64", u64, 64, pool_bound_u64, pool_bound_u64, a >= b ? 0 : a + 1);
    RMW("dec_u64", "dec_rtn_u64", u64, 64, pool_bound_u64, pool_bound_u64, a == 0 || a > b ? b : a - 1);
    RMW("add_f32", "add_rtn_f32", f32, 32, pool_plain_f32, pool_plain_f32, a + b);
    RMW("min_f32", "min_rtn_f32", f32, 32, pool_plain_f32, pool_plain_f32, min32(a, b));
    RMW("max_f32", "max_rtn_f32", f32, 32, pool_plain_f32, pool_plain_f32, max32(a, b));
    if (ds) {
      RMW("", "rsub_rtn_u32", u32, 32, pool_u32, pool_u32, b - a);
      RMW("", "rsub_rtn_u64", u64, 64, pool_u64, pool_u64, b - a);
      RMW("", "min_rtn_f64", f64, 64, pool_plain_f64, pool_plain_f64, min64(a, b));
      RMW("", "max_rtn_f64", f64, 64, pool_plain_f64, pool_plain_f64, max64(a, b));
      /* Two data operands: v8 and v12. */
      OP3("ds_mskor_rtn_b32 v16, v0, v8, v12 offset:8", "lds8 v8 v12 > lds8", u32, u32, u32, u32, (a & ~b) | c);
      OP3("ds_mskor_b32 v0, v8, v12 offset:8", "lds8 v8 v12 > lds8", u32, u32, u32, u32, (a & ~b) | c);
      OP3("ds_mskor_rtn_b64 v[16:17], v0, v[8:9], v[12:13] offset:8", "lds8:64 v8:64 v12:64 > lds8:64", u64, u64, u64, u64, (a & ~b) | c);
      OP3("ds_mskor_b64 v0, v[8:9], v[12:13] offset:8", "lds8:64 v8:64 v12:64 > lds8:64", u64, u64, u64, u64, (a & ~b) | c);
      OP3P("ds_cmpstore_rtn_b32 v16, v0, v8, v12 offset:8", "lds8 v8 v12 > lds8", u32, u32, pool_bound_u32, u32, pool_u32, u32, pool_bound_u32, a == c ? b : a);
      OP3P("ds_cmpstore_b32 v0, v8, v12 offset:8", "lds8 v8 v12 > lds8", u32, u32, pool_bound_u32, u32, pool_u32, u32, pool_bound_u32, a == c ? b : a);
      OP3P("ds_cmpstore_rtn_b64 v[16:17], v0, v[8:9], v[12:13] offset:8", "lds8:64 v8:64 v12:64 > lds8:64", u64, u64, pool_bound_u64, u64, pool_u64, u64, pool_bound_u64, a == c ? b : a);
      OP3P("ds_cmpstore_b64 v0, v[8:9], v[12:13] offset:8", "lds8:64 v8:64 v12:64 > lds8:64", u64, u64, pool_bound_u64, u64, pool_u64, u64, pool_bound_u64, a == c ? b : a);
      OP3P("ds_cmpstore_rtn_f32 v16, v0, v8, v12 offset:8", "lds8 v8 v12 > lds8", f32, f32, pool_plain_f32, f32, pool_plain_f32, f32, pool_plain_f32, a == c ? b : a);
      OP3P("ds_cmpstore_f32 v0, v8, v12 offset:8", "lds8 v8 v12 > lds8", f32, f32, pool_plain_f32, f32, pool_plain_f32, f32, pool_plain_f32, a == c ? b : a);
      OP3P("ds_cmpstore_rtn_f64 v[16:17], v0, v[8:9], v[12:13] offset:8", "lds8:64 v8:64 v12:64 > lds8:64", f64, f64, pool_plain_f64, f64, pool_plain_f64, f64, pool_plain_f64, a == c ? b : a);
      OP3P("ds_cmpstore_f64 v0, v[8:9], v[12:13] offset:8", "lds8:64 v8:64 v12:64 > lds8:64", f64, f64, pool_plain_f64, f64, pool_plain_f64, f64, pool_plain_f64, a == c ? b : a);
      OP3("ds_wrap_rtn_b32 v16, v0, v8, v12 offset:8", "lds8 v8 v12 > lds8", u32, u32, u32, u32, a >= b ? a - b : a + c);
      OP2("ds_condxchg32_rtn_b64 v[16:17], v0, v[8:9] offset:8", "lds8:64 v8:64 > lds8:64", u64, u64, u64,
          ((b >> 31 & 1 ? b & 0x7fffffff : a & 0xffffffff) | (b >> 63 ? b & 0x7fffffff00000000 : a & 0xffffffff00000000)));
      OP2RR("ds_store_2addr_b32 v0, v8, v9 offset0:2 offset1:5", "v8 v9 > lds8 lds20", u32, u32, u32, pool_u32, u32, pool_u32, a, b);
      OP2RR("ds_store_2addr_stride64_b32 v0, v8, v9 offset0:0 offset1:1", "v8 v9 > lds0 lds256", u32, u32, u32, pool_u32, u32, pool_u32, a, b);
      OP2RR("ds_store_2addr_b64 v0, v[8:9], v[10:11] offset0:1 offset1:3", "v8:64 v10:64 > lds8:64 lds24:64", u64, u64, u64, pool_u64, u64, pool_u64, a, b);
      OP2RR("ds_store_2addr_stride64_b64 v0, v[8:9], v[10:11] offset0:0 offset1:1", "v8:64 v10:64 > lds0:64 lds512:64", u64, u64, u64, pool_u64, u64, pool_u64, a, b);
      OP2RR("ds_load_2addr_b32 v[8:9], v0 offset0:2 offset1:5", "lds8 lds20 > v8 v9", u32, u32, u32, pool_u32, u32, pool_u32, a, b);
      OP2RR("ds_load_2addr_stride64_b32 v[8:9], v0 offset0:0 offset1:1", "lds0 lds256 > v8 v9", u32, u32, u32, pool_u32, u32, pool_u32, a, b);
      OP2RR("ds_load_2addr_b64 v[8:11], v0 offset0:1 offset1:3", "lds8:64 lds24:64 > v8:64 v10:64", u64, u64, u64, pool_u64, u64, pool_u64, a, b);
      OP2RR("ds_load_2addr_stride64_b64 v[8:11], v0 offset0:0 offset1:1", "lds0:64 lds512:64 > v8:64 v10:64", u64, u64, u64, pool_u64, u64, pool_u64, a, b);
      OP2RR("ds_storexchg_2addr_rtn_b32 v[16:17], v0, v8, v9 offset0:2 offset1:5", "lds20 v9 > lds20 v17", u32, u32, u32, pool_u32, u32, pool_u32, b, a);
      OP2RR("ds_storexchg_2addr_stride64_rtn_b32 v[16:17], v0, v8, v9 offset0:0 offset1:1", "lds256 v9 > lds256 v17", u32, u32, u32, pool_u32, u32, pool_u32, b, a);
      OP2RR("ds_storexchg_2addr_rtn_b64 v[16:19], v0, v[8:9], v[10:11] offset0:1 offset1:3", "lds24:64 v10:64 > lds24:64 v18:64", u64, u64, u64, pool_u64, u64, pool_u64, b, a);
      OP2RR("ds_storexchg_2addr_stride64_rtn_b64 v[16:19], v0, v[8:9], v[10:11] offset0:0 offset1:1", "lds512:64 v10:64 > lds512:64 v18:64", u64, u64, u64, pool_u64, u64, pool_u64, b, a);
      continue;
    }
    if (s != 1) RMW("csub_u32", "", u32, 32, pool_u32, pool_u32, a < b ? 0 : a - b);
    /* Compare and swap: data, then the value compared with. */
#define CAS(op, T, w, pa, pb)                                                                                          \
  do {                                                                                                                 \
    ATOMTEXT(op, "", w == 64 ? "v[8:11]" : "v[8:9]", w == 64 ? "v[16:17]" : "v16");                                     \
    const char *q = w == 64 ? ":64" : "";                                                                              \
    snprintf(n, sizeof n, "%s8%s v8%s v%d%s > %s8%s %s%s", m, q, q, w == 64 ? 10 : 9, q, m, q, s == 3 ? "v8" : "v16", q);  \
    OP3RR(t, n, T, T, T, pa, T, pb, T, pa, a == c ? b : a, a);                                                         \
  } while (0)
    CAS("cmpswap_b32", u32, 32, pool_bound_u32, pool_u32);
    CAS("cmpswap_b64", u64, 64, pool_bound_u64, pool_u64);
    CAS("cmpswap_f32", f32, 32, pool_plain_f32, pool_plain_f32);
  }
  /* Scalar loads: s[0:1] holds the buffer's address, s[4:7] a resource of it. */
  for (int b = 0; b < 2; b++) {
    const char *verb = b ? "s_buffer_load" : "s_load", *base = b ? "s[4:7]" : "s[0:1]";
#define SLOAD(op, reg, last, at)                                                                                       \
  snprintf(t, sizeof t, "%s_%s %s, %s, 0x8", verb, op, reg, base);                                                     \
  snprintf(n, sizeof n, "mem8 mem%d > s16 s%d", at, last);                                                             \
  OP2RR(t, n, u32, u32, u32, pool_u32, u32, pool_u32, a, b)
    snprintf(t, sizeof t, "%s_b32 s16, %s, 0x8", verb, base);
    OP1(t, "mem8 > s16", u32, u32, a);
    SLOAD("b64", "s[16:17]", 17, 12);
    SLOAD("b128", "s[16:19]", 19, 20);
    SLOAD("b256", "s[16:23]", 23, 36);
    SLOAD("b512", "s[16:31]", 31, 68);
  }
  return 0;
}
