/* What the tables of host values are made with: value pools by type, and macros that print one line an instruction.
 *
 * A line reads `assembly | inputs > outputs | values`, the values in the order of the names, one group a comma. All of them
 * are what this machine's processor and gcc give for the C expression; NaN results become the canonical NaN.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef int16_t i16;
typedef uint32_t u32;
typedef int32_t i32;
typedef uint64_t u64;
typedef int64_t i64;
typedef _Float16 f16;
typedef float f32;
typedef double f64;

#define PUN(name, from, to)                                                                                            \
  static inline to name(from x) {                                                                                      \
    to y;                                                                                                              \
    memcpy(&y, &x, sizeof y);                                                                                          \
    return y;                                                                                                          \
  }
PUN(asF32, u32, f32)
PUN(bitsF32, f32, u32)
PUN(asF64, u64, f64)
PUN(bitsF64, f64, u64)
PUN(asF16, u16, f16)
PUN(bitsF16, f16, u16)

static const u64 pool_u32[] = {0, 1, 0xffffffff, 0x80000000, 0x7fffffff, 0x12345678, 33, 0x00ff8001, 7, 0xfffffff0, 0x0000ffff, 0x9abcdef0};
#define pool_i32 pool_u32
static const u64 pool_u64[] = {0, 1, 0xffffffffffffffff, 0x8000000000000000, 0x7fffffffffffffff, 0x123456789abcdef0, 0x00000000ffffffff, 0x0000000100000000};
#define pool_i64 pool_u64
static const u64 pool_u16[] = {0, 1, 0xffff, 0x8000, 0x7fff, 0x1234, 17, 0x00ff};
#define pool_i16 pool_u16
/* ±0, denormals, ±1, NaN quiet and signalling, infinities, halves, largest, numbers that round. */
static const u64 pool_f32[] = {0x3fc00000, 0xc0200000, 0x3f800001, 0x00000000, 0x80000000, 0x00000001, 0x807fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0x7fa00000, 0x7f7fffff, 0x3f000000, 0xbf800000, 0x4b800001, 0x00800000};
static const u64 pool_f64[] = {0x3ff8000000000000, 0xc004000000000000, 0x3ff0000000000001, 0, 0x8000000000000000, 1, 0x800fffffffffffff, 0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000000, 0x7ff4000000000000, 0x7fefffffffffffff, 0x3fe0000000000000, 0xbff0000000000000, 0x4170000001000000};
static const u64 pool_f16[] = {0x3e00, 0xc100, 0x3c01, 0x0000, 0x8000, 0x0001, 0x83ff, 0x7c00, 0xfc00, 0x7e00, 0x7d00, 0x7bff, 0x3800, 0xbc00, 0x6801, 0x0400};
/* One bit: VCC or SCC. */
static const u64 pool_bit[] = {0, 1};
/* Numbers with exact reciprocals, roots, powers and sines. */
static const u64 pool_pow2_f32[] = {0x40800000, 0x3e800000, 0x7f800000, 0x3f800000, 0x00000000, 0x7fc00000, 0x80000000, 0xff800000};
static const u64 pool_pow2_f64[] = {0x4010000000000000, 0x3fd0000000000000, 0x7ff0000000000000, 0x3ff0000000000000, 0, 0x7ff8000000000000, 0x8000000000000000};
static const u64 pool_pow2_f16[] = {0x4400, 0x3400, 0x7c00, 0x3c00, 0x0000, 0x7e00, 0x8000, 0xfc00};
static const u64 pool_whole_f32[] = {0x40400000, 0xc0a00000, 0x00000000, 0x80000000, 0x42c80000, 0x7f800000, 0xff800000, 0x7fc00000};
static const u64 pool_whole_f16[] = {0x4200, 0xc500, 0x0000, 0x8000, 0x4900, 0x7c00, 0xfc00, 0x7e00};
/* Turns whose sine and cosine are 0 or ±1. */
static const u64 pool_turn_f32[] = {0x3e800000, 0x3f000000, 0x3f400000, 0x3f800000, 0xbe800000, 0x41200000, 0x7fc00000, 0x00000000};
static const u64 pool_turn_f16[] = {0x3400, 0x3800, 0x3a00, 0x3c00, 0xb400, 0x4900, 0x7e00, 0x0000};
static const u64 pool_small_i32[] = {0, 1, 0xffffffff, 10, 0xffffff80, 0x7f, 200, 0x80000000};
static const u64 pool_shift_u32[] = {0, 1, 31, 32, 33, 63, 64, 0xffffffff};
#define pool_shift_u16 pool_shift_u32
static const u64 pool_field_u32[] = {0x00080008, 0x00200000, 0x00000004, 0x0010001c, 0x00400010, 0x007f0001, 0x0001001f, 0x00300020};
static const u64 pool_byte_u32[] = {0x07060504, 0x03020100, 0x0c0d0e0f, 0x08090a0b, 0x00ff0c04, 0x0a070108};
static const u64 pool_class_u32[] = {0x003, 0x3fc, 0x064, 0x39b, 0x198, 0x267, 0x210};

#define COUNT(pool) (sizeof(pool) / sizeof *(pool))
static unsigned turn;
/* Walks a pool at a stride of its own for each place, so that few lines see many pairs. */
#define PICK(pool, k, place) ((pool)[((k) * (2 * (place) + 1) + (turn * (place + 3)) + (place) * 5) % COUNT(pool)])

static inline u64 canonical32(f32 x) { return x != x ? 0x7fc00000u : bitsF32(x); }
static inline u64 canonical64(f64 x) { return x != x ? 0x7ff8000000000000u : bitsF64(x); }
static inline u64 canonical16(f16 x) { return x != x ? 0x7e00u : bitsF16(x); }
#define IN_u32(x) ((u32)(x))
#define IN_i32(x) ((i32)(x))
#define IN_u64(x) ((u64)(x))
#define IN_i64(x) ((i64)(x))
#define IN_u16(x) ((u16)(x))
#define IN_i16(x) ((i16)(x))
#define IN_bit(x) ((int)(x))
#define IN_f16(x) asF16((u16)(x))
#define IN_f32(x) asF32((u32)(x))
#define IN_f64(x) asF64(x)
#define OUT_u32(x) ((u64)(u32)(x))
#define OUT_i32(x) ((u64)(u32)(x))
#define OUT_u64(x) ((u64)(x))
#define OUT_i64(x) ((u64)(x))
#define OUT_u16(x) ((u64)(u16)(x))
#define OUT_i16(x) ((u64)(u16)(x))
#define OUT_bit(x) ((u64)!!(x))
#define OUT_f16(x) canonical16(x)
#define OUT_f32(x) canonical32(x)
#define OUT_f64(x) canonical64(x)
#define TYPE_bit int
#define CTYPE(t) TYPE_##t
#define TYPE_u32 u32
#define TYPE_i32 i32
#define TYPE_u64 u64
#define TYPE_i64 i64
#define TYPE_u16 u16
#define TYPE_i16 i16
#define TYPE_f16 f16
#define TYPE_f32 f32
#define TYPE_f64 f64

#ifndef LINES
#define LINES 5
#endif

/* Names with a width: `v8:64` is a pair of registers. The maker of the tables turns them into plain names. */
#define OP1P(text, names, R, A, pa, expr)                                                                              \
  do {                                                                                                                 \
    printf("%s | %s |", text, names);                                                                                  \
    for (unsigned k = 0; k < LINES; k++) {                                                                             \
      u64 xa = PICK(pa, k, 0);                                                                                         \
      CTYPE(A) a = IN_##A(xa);                                                                                         \
      printf("%s %llx %llx", k ? "," : "", (long long)xa, (long long)OUT_##R(expr));                                   \
    }                                                                                                                  \
    printf("\n");                                                                                                      \
    turn++;                                                                                                            \
  } while (0)
#define OP2P(text, names, R, A, pa, B, pb, expr)                                                                       \
  do {                                                                                                                 \
    printf("%s | %s |", text, names);                                                                                  \
    for (unsigned k = 0; k < LINES; k++) {                                                                             \
      u64 xa = PICK(pa, k, 0), xb = PICK(pb, k, 1);                                                                    \
      CTYPE(A) a = IN_##A(xa);                                                                                         \
      CTYPE(B) b = IN_##B(xb);                                                                                         \
      printf("%s %llx %llx %llx", k ? "," : "", (long long)xa, (long long)xb, (long long)OUT_##R(expr));               \
    }                                                                                                                  \
    printf("\n");                                                                                                      \
    turn++;                                                                                                            \
  } while (0)
#define OP3P(text, names, R, A, pa, B, pb, C, pc, expr)                                                                \
  do {                                                                                                                 \
    printf("%s | %s |", text, names);                                                                                  \
    for (unsigned k = 0; k < LINES; k++) {                                                                             \
      u64 xa = PICK(pa, k, 0), xb = PICK(pb, k, 1), xc = PICK(pc, k, 2);                                               \
      CTYPE(A) a = IN_##A(xa);                                                                                         \
      CTYPE(B) b = IN_##B(xb);                                                                                         \
      CTYPE(C) c = IN_##C(xc);                                                                                         \
      printf("%s %llx %llx %llx %llx", k ? "," : "", (long long)xa, (long long)xb, (long long)xc,                      \
             (long long)OUT_##R(expr));                                                                                \
    }                                                                                                                  \
    printf("\n");                                                                                                      \
    turn++;                                                                                                            \
  } while (0)
/* Two results. */
#define OP2RR(text, names, R, S, A, pa, B, pb, expr, expr2)                                                            \
  do {                                                                                                                 \
    printf("%s | %s |", text, names);                                                                                  \
    for (unsigned k = 0; k < LINES; k++) {                                                                             \
      u64 xa = PICK(pa, k, 0), xb = PICK(pb, k, 1);                                                                    \
      CTYPE(A) a = IN_##A(xa);                                                                                         \
      CTYPE(B) b = IN_##B(xb);                                                                                         \
      printf("%s %llx %llx %llx %llx", k ? "," : "", (long long)xa, (long long)xb, (long long)OUT_##R(expr),           \
             (long long)OUT_##S(expr2));                                                                               \
    }                                                                                                                  \
    printf("\n");                                                                                                      \
    turn++;                                                                                                            \
  } while (0)
#define OP1RR(text, names, R, S, A, pa, expr, expr2)                                                                   \
  do {                                                                                                                 \
    printf("%s | %s |", text, names);                                                                                  \
    for (unsigned k = 0; k < LINES; k++) {                                                                             \
      u64 xa = PICK(pa, k, 0);                                                                                         \
      CTYPE(A) a = IN_##A(xa);                                                                                         \
      printf("%s %llx %llx %llx", k ? "," : "", (long long)xa, (long long)OUT_##R(expr), (long long)OUT_##S(expr2));   \
    }                                                                                                                  \
    printf("\n");                                                                                                      \
    turn++;                                                                                                            \
  } while (0)
#define OP3RR(text, names, R, S, A, pa, B, pb, C, pc, expr, expr2)                                                     \
  do {                                                                                                                 \
    printf("%s | %s |", text, names);                                                                                  \
    for (unsigned k = 0; k < LINES; k++) {                                                                             \
      u64 xa = PICK(pa, k, 0), xb = PICK(pb, k, 1), xc = PICK(pc, k, 2);                                               \
      CTYPE(A) a = IN_##A(xa);                                                                                         \
      CTYPE(B) b = IN_##B(xb);                                                                                         \
      CTYPE(C) c = IN_##C(xc);                                                                                         \
      printf("%s %llx %llx %llx %llx %llx", k ? "," : "", (long long)xa, (long long)xb, (long long)xc,                 \
             (long long)OUT_##R(expr), (long long)OUT_##S(expr2));                                                     \
    }                                                                                                                  \
    printf("\n");                                                                                                      \
    turn++;                                                                                                            \
  } while (0)

#define POOL(t) pool_##t
#define OP1(text, names, R, A, expr) OP1P(text, names, R, A, pool_##A, expr)
#define OP2(text, names, R, A, B, expr) OP2P(text, names, R, A, pool_##A, B, pool_##B, expr)
#define OP3(text, names, R, A, B, C, expr) OP3P(text, names, R, A, pool_##A, B, pool_##B, C, pool_##C, expr)
