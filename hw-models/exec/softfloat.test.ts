/**
 * Float routines against exact rational arithmetic on whole numbers, written out from IEEE 754's definition of
 * correct rounding.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as soft from './softfloat.ts';

/** x = mantissa·2^exponent, exactly. */
function exact(x: number): [bigint, number] {
  let e = 0;
  let m = x;
  while (!Number.isInteger(m)) {
    m *= 2;
    e--;
  }
  return [BigInt(m), e];
}
function sum([a, e]: [bigint, number], [b, f]: [bigint, number]): [bigint, number] {
  return e <= f ? [a + (b << BigInt(f - e)), e] : [(a << BigInt(e - f)) + b, f];
}
const product = ([a, e]: [bigint, number], [b, f]: [bigint, number]): [bigint, number] => [a * b, e + f];

interface Format {
  precision: number;
  smallest: number;
  largest: number;
}
const F16: Format = { precision: 11, smallest: -24, largest: 65504 };
const F32: Format = { precision: 24, smallest: -149, largest: 3.4028234663852886e38 };
const F64: Format = { precision: 53, smallest: -1074, largest: Number.MAX_VALUE };

/** Rounds an exact number to a format. `mode`: 0 nearest even, 1 up, 2 down, 3 toward zero. */
function rounded([m, e]: [bigint, number], { precision, smallest, largest }: Format, mode = 0): number {
  if (m === 0n) return 0;
  const negative = m < 0n;
  const size = negative ? -m : m;
  const last = Math.max(e + size.toString(2).length - precision, smallest);
  let kept = size;
  if (last > e) {
    const shift = BigInt(last - e);
    kept = size >> shift;
    const rest = size - (kept << shift);
    const half = 1n << (shift - 1n);
    const away =
      mode === 0
        ? rest > half || (rest === half && kept % 2n === 1n)
        : mode === 1
          ? rest > 0n && !negative
          : mode === 2
            ? rest > 0n && negative
            : false;
    if (away) kept += 1n;
  } else kept <<= BigInt(e - last);
  const tooLarge = kept << BigInt(last + 1100) > BigInt(largest) << 1100n;
  const toInfinity = mode === 0 || (mode === 1 && !negative) || (mode === 2 && negative);
  const value = tooLarge
    ? toInfinity
      ? Infinity
      : largest
    : Number(kept) * 2 ** Math.max(last, -1000) * 2 ** Math.min(0, last + 1000);
  return negative ? -value : value;
}

/** Floats with exponents that meet each other often, denormals included. */
const cell = new DataView(new ArrayBuffer(8));
const f32 = fc
  .tuple(
    fc.integer({ min: 0, max: 1 }),
    fc.oneof(fc.integer({ min: 0, max: 254 }), fc.integer({ min: 100, max: 150 }), fc.integer({ min: 0, max: 3 })),
    fc.oneof(fc.integer({ min: 0, max: 0x7fffff }), fc.constantFrom(0, 1, 0x7fffff, 0x400000)),
  )
  .map(([s, e, m]) => {
    cell.setUint32(0, ((s << 31) | (e << 23) | m) >>> 0);
    return cell.getFloat32(0);
  });
const f64 = fc
  .tuple(
    fc.integer({ min: 0, max: 1 }),
    fc.oneof(fc.integer({ min: 0, max: 2046 }), fc.integer({ min: 1000, max: 1050 }), fc.integer({ min: 0, max: 3 })),
    fc.integer({ min: 0, max: 0xfffff }),
    fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.constant(0)),
  )
  .map(([s, e, h, l]) => {
    cell.setUint32(0, ((s << 31) | (e << 20) | h) >>> 0);
    cell.setUint32(4, l);
    return cell.getFloat64(0);
  });
const f16 = fc
  .integer({ min: 0, max: 0x7bff })
  .chain((m) => fc.constantFrom(m, m | 0x8000))
  .map(soft.asF16);
const mode = fc.constantFrom(0, 1, 2, 3) as fc.Arbitrary<soft.Round>;
const runs = { numRuns: 3000, seed: 1985 };
const same = (x: number, y: number): boolean => x === y || (x !== x && y !== y);

describe('binary16', () => {
  it('reads and writes all 65536 values', () => {
    for (let bits = 0; bits < 65536; bits++) {
      const exponent = (bits >> 10) & 31;
      const fraction = bits & 1023;
      if (exponent === 31 && fraction !== 0) {
        expect(soft.asF16(bits)).toBeNaN();
        continue;
      }
      const size =
        exponent === 31 ? Infinity : exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
      const value = soft.asF16(bits);
      if (Math.abs(value) !== size || soft.bitsF16(value) !== bits) throw new Error(`0x${bits.toString(16)}`);
    }
  });
  it('rounds every f32 and f64 as IEEE says, in every mode', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          f32,
          f64,
          f16.map((x) => x * 1.00048828125),
        ),
        mode,
        (x, m) => {
          expect(same(soft.roundF16In(x, m), rounded(exact(x), F16, m))).toBe(true);
        },
      ),
      runs,
    );
  });
  it('multiplies and adds with one rounding', () => {
    fc.assert(
      fc.property(f16, f16, f16, (a, b, c) => {
        expect(same(soft.fma16(a, b, c), rounded(sum(product(exact(a), exact(b)), exact(c)), F16))).toBe(true);
      }),
      runs,
    );
  });
});

describe('binary32', () => {
  it('multiplies and adds with one rounding, in every mode', () => {
    fc.assert(
      fc.property(f32, f32, f32, mode, (a, b, c, m) => {
        expect(same(soft.fma32In(a, b, c, m), rounded(sum(product(exact(a), exact(b)), exact(c)), F32, m))).toBe(true);
      }),
      runs,
    );
  });
  it('is exact where f64 alone would round twice', () => {
    // 1 + 2^-24 + 2^-60: above the midpoint of 1 and the next f32, by less than f64 can hold.
    expect(soft.fma32(2 ** -30, 2 ** -30, Math.fround(1)) === 1).toBe(true);
    expect(soft.fma32(Math.fround(1 + 2 ** -12), Math.fround(1 + 2 ** -12), Math.fround(-(1 + 2 ** -11)))).toBe(
      2 ** -24,
    );
  });
  it('adds in every mode', () => {
    fc.assert(
      fc.property(f32, f32, mode, (a, b, m) => {
        expect(same(soft.add32In(a, b, m), rounded(sum(exact(a), exact(b)), F32, m))).toBe(true);
      }),
      runs,
    );
  });
});

describe('binary64', () => {
  it('multiplies and adds with one rounding, in every mode', () => {
    fc.assert(
      fc.property(f64, f64, f64, mode, (a, b, c, m) => {
        const wanted = rounded(sum(product(exact(a), exact(b)), exact(c)), F64, m);
        expect(same(m === 0 ? soft.fma64(a, b, c) : soft.fma64In(a, b, c, m), wanted)).toBe(true);
      }),
      { ...runs, numRuns: 1500 },
    );
  });
  it('scales by powers of two with one rounding', () => {
    fc.assert(
      fc.property(f64, fc.integer({ min: -2300, max: 2300 }), (x, n) => {
        const [m, e] = exact(x);
        expect(same(soft.ldexp64(x, n), rounded([m, e + n], F64))).toBe(true);
      }),
      runs,
    );
  });
  it('scales a multiply-add before rounding', () => {
    fc.assert(
      fc.property(f64, f64, f64, fc.constantFrom(-128, 0, 128), (a, b, c, n) => {
        const [m, e] = sum(product(exact(a), exact(b)), exact(c));
        const unscaled = rounded([m, e], F64);
        // Overflow of the unscaled sum is beyond what division needs.
        if (Number.isFinite(unscaled) && Math.abs(unscaled) > 1e-290)
          expect(same(soft.fmaScaled64(a, b, c, n, 0), rounded([m, e + n], F64))).toBe(true);
      }),
      { ...runs, numRuns: 1000 },
    );
  });
});

describe('conversions', () => {
  it('saturate and truncate', () => {
    expect([NaN, Infinity, -Infinity, 2147483648, -2147483649, -1.9].map(soft.toIntS)).toEqual([
      0, 0x7fffffff, -0x80000000, 0x7fffffff, -0x80000000, -1,
    ]);
    expect([NaN, Infinity, -Infinity, 4294967295.5, -1, 3.9].map((x) => soft.toIntU(x) >>> 0)).toEqual([
      0, 0xffffffff, 0, 0xffffffff, 0, 3,
    ]);
  });
  it('round to even', () => {
    expect([0.5, 1.5, 2.5, -0.5, -1.5, 4503599627370497].map(soft.roundEven)).toEqual([
      0, 2, 2, -0, -2, 4503599627370497,
    ]);
  });
  it('split into mantissa and exponent', () => {
    fc.assert(
      fc.property(f64, (x) => {
        if (x === 0) return;
        const m = soft.frexpMantissa(x);
        expect(Math.abs(m)).toBeGreaterThanOrEqual(0.5);
        expect(Math.abs(m)).toBeLessThan(1);
        expect(soft.ldexp64(m, soft.frexpExponent(x))).toBe(x);
      }),
      runs,
    );
  });
});
