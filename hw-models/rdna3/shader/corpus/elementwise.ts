/**
 * Host references for kernels/elementwise.c: IEEE 754 and C, computed exactly. Pure software.
 */
import { anyF32, anyF64, anyU32, anyU64, changed, input, output, real, realHalf } from './describe.ts';
import type { KernelSpec } from './describe.ts';
import { f32Bits, f64Bits, fma16, fma32, fma64, halfBits, toHalf } from './numbers.ts';

const { fround, imul } = Math;

/** C's fmaxf and fminf: the number when the other is NaN. */
export const fmax = (a: number, b: number): number => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.max(a, b));
export const fmin = (a: number, b: number): number => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.min(a, b));
/** Rounds halves to even. */
const rint = (x: number): number => {
  if (!Number.isFinite(x) || Math.abs(x) >= 4503599627370496) return x;
  const floor = Math.floor(x);
  const rest = x - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  const y = up ? floor + 1 : floor;
  return y === 0 && (x < 0 || Object.is(x, -0)) ? -0 : y;
};
const largestBelowOne = 1 - 2 ** -24;

export const elementwise: readonly KernelSpec[] = [
  {
    name: 'add_u32',
    buffers: [output('out', 'u32'), input('in', 'u32', anyU32)],
    scalars: [{ u32: 0x9abcdef0 }],
    reference: (b, { n }) => {
      const [out, x] = [b.u32('out'), b.u32('in')];
      for (let i = 0; i < n; i++) out[i] = x[i]! + 0x9abcdef0;
    },
  },
  {
    name: 'saxpy',
    buffers: [changed('y', 'f32', anyF32), input('x', 'f32', anyF32)],
    scalars: [{ f32: 1.7320508075688772 }],
    reference: (b, { n }) => {
      const [y, x] = [b.f32('y'), b.f32('x')];
      for (let i = 0; i < n; i++) y[i] = fma32(fround(1.7320508075688772), x[i]!, y[i]!);
    },
  },
  {
    name: 'poly_f64',
    buffers: [output('out', 'f64'), input('x', 'f64', anyF64)],
    scalars: [{ f64: 0.6180339887498949 }],
    reference: (b, { n }) => {
      const [out, x] = [b.f64('out'), b.f64('x')];
      const a = 0.6180339887498949;
      for (let i = 0; i < n; i++) {
        const v = x[i]!;
        const p = fma64(v, fma64(v, a, -3.25), 1.5);
        const q = v * v - a;
        out[i] = p > q ? p + 2 : fmax(q, -v) * 0.125;
      }
    },
  },
  {
    name: 'half_scalar',
    buffers: [output('out', 'f16'), input('a', 'f16', realHalf(-8, 8)), input('b', 'f16', realHalf(-8, 8))],
    reference: (b, { n }) => {
      const [out, a, c] = [b.half('out'), b.half('a'), b.half('b')];
      for (let i = 0; i < n; i++) {
        const [x, y] = [a.at(i), c.at(i)];
        const p = fma16(x, y, 0.333251953125);
        const s = toHalf(x + y);
        const d = toHalf(x - y);
        const r = s > d ? p : toHalf(d * s);
        out.set(i, r - x);
      }
    },
  },
  {
    name: 'half_packed',
    buffers: [output('out', 'f16', 2), input('a', 'f16', realHalf(-8, 8), 2), input('b', 'f16', realHalf(-8, 8), 2)],
    reference: (b, { n }) => {
      const [out, a, c] = [b.half('out'), b.half('a'), b.half('b')];
      for (let i = 0; i < n; i++) {
        const q = [0, 1].map((k) => toHalf(toHalf(a.at(2 * i + k) * c.at(2 * i + k)) + [1.5, -0.25][k]!));
        for (let k = 0; k < 2; k++) {
          const [x, y] = [a.at(2 * i + k), c.at(2 * i + k)];
          out.set(2 * i + k, Math.max(fma16(x, y, x), q[k]!) - Math.min(y, q[1 - k]!));
        }
      }
    },
  },
  {
    name: 'half_mixed',
    buffers: [
      output('out', 'f32'),
      output('low', 'f16'),
      input('a', 'f16', realHalf(-30, 30)),
      input('b', 'f16', realHalf(-30, 30)),
      input('c', 'f32', real(-9, 9)),
    ],
    reference: (b, { n }) => {
      const [out, low, a, c, d] = [b.f32('out'), b.half('low'), b.half('a'), b.half('b'), b.f32('c')];
      for (let i = 0; i < n; i++) {
        out[i] = fma32(a.at(i), c.at(i), d[i]!);
        low.set(i, fma32(a.at(i), d[i]!, c.at(i)));
      }
    },
  },
  {
    name: 'mixed_u32',
    buffers: [output('out', 'u32'), input('a', 'u32', anyU32), input('b', 'u32', anyU32)],
    reference: (b, { n }) => {
      const [out, as, bs] = [b.u32('out'), b.u32('a'), b.u32('b')];
      for (let i = 0; i < n; i++) {
        const [x, y] = [as[i]!, bs[i]!];
        let r = imul(x, y);
        r ^= (x << (y & 31)) | (y >>> (x & 31));
        r = (r + imul(x & 0xffffff, y & 0xffffff) + (x >>> 7)) | 0;
        r ^= (x | 0) >> (y & 15);
        r = (r - Math.min(x | 0, y | 0) - imul(3, Math.max(x | 0, y | 0))) | 0;
        r ^= x > y ? x - y : y - x;
        const product = BigInt(x) * BigInt(y);
        const signed = BigInt(x | 0) * BigInt(y | 0);
        r = (r + Number(product >> 32n) + Number(signed >> 32n)) | 0;
        out[i] = (r ^ x ^ y) + (~y & x);
      }
    },
  },
  {
    name: 'narrow',
    buffers: [
      output('bytes', 'u8'),
      output('shorts', 'u16'),
      input('a', 'u8', anyU32),
      input('b', 'i8', anyU32),
      input('c', 'u16', anyU32),
      input('d', 'i16', anyU32),
    ],
    reference: (b, { n }) => {
      const [bytes, shorts, a, c, d, e] = [
        b.u8('bytes'),
        b.u16('shorts'),
        b.u8('a'),
        b.i8('b'),
        b.u16('c'),
        b.i16('d'),
      ];
      for (let i = 0; i < n; i++) {
        const s = a[i]! + c[i]! * 3;
        const t = d[i]! - e[i]!;
        bytes[i] = s ^ (t >> 3);
        shorts[i] = t * 5 + s;
      }
    },
  },
  {
    name: 'narrow_math',
    buffers: [output('out', 'u16'), input('a', 'u16', anyU32), input('b', 'i16', anyU32)],
    reference: (b, { n }) => {
      const [out, a, c] = [b.u16('out'), b.u16('a'), b.i16('b')];
      for (let i = 0; i < n; i++) {
        const [x, y] = [a[i]!, c[i]!];
        const s = y >> (x & 7);
        const u = x >> (y & 3);
        const l = (x << (y & 5)) & 0xffff;
        const lo = Math.min(y, (x << 16) >> 16);
        const hi = Math.max(x, y & 0xffff);
        out[i] = imul(x, y & 0xffff) - s + (u ^ l) + lo - hi;
      }
    },
  },
  {
    name: 'wide',
    buffers: [
      output('out', 'u32', 4),
      output('sums', 'u64'),
      input('in', 'u32', anyU32, 4),
      input('more', 'u64', anyU64),
    ],
    reference: (b, { n }) => {
      const [out, sums, v, more] = [b.u32('out'), b.u64('sums'), b.u32('in'), b.u64('more')];
      for (let i = 0; i < n; i++) {
        const [x, y, z, w] = [v[4 * i]!, v[4 * i + 1]!, v[4 * i + 2]!, v[4 * i + 3]!];
        out.set([w, z + 1, y ^ x, x], 4 * i);
        const m = more[i]!;
        const sum = BigInt(x) + BigInt(y) + BigInt(z) + BigInt(w);
        sums[i] = sum * 5n - (m << BigInt(x & 31)) + (m >> 9n) + (BigInt.asIntN(64, m) >> BigInt(y & 63));
      }
    },
  },
  {
    name: 'clamps',
    buffers: [
      output('out', 'f32'),
      output('bits', 'u32'),
      input('x', 'f32', (random, i) => {
        const v = Number(anyF32(random, i));
        return Number.isNaN(v) ? 0.25 : v; // med3 of a NaN is another test's matter
      }),
    ],
    reference: (b, { n }) => {
      const [out, bits, x] = [b.f32('out'), b.u32('bits'), b.f32('x')];
      for (let i = 0; i < n; i++) {
        const v = x[i]!;
        out[i] = Math.min(Math.max(v, -1.5), 2.5) + Math.min(Math.max(v, 0), 1);
        const k = Math.min(Math.max(f32Bits(v) | 0, -1000), 1000);
        let r = 0;
        if (Math.abs(v) === Infinity) r |= 2;
        if (v !== 0 && Math.abs(v) < 2 ** -126) r |= 4;
        if (v === 0) r |= 8;
        if (Number.isFinite(v) && v !== 0) r |= 16;
        bits[i] = r | (k << 8);
      }
    },
  },
  {
    name: 'rounding',
    buffers: [output('out', 'f32', 6), output('outd', 'f64', 5), input('x', 'f32', anyF32), input('xd', 'f64', anyF64)],
    reference: (b, { n }) => {
      const [out, outd, x, xd] = [b.f32('out'), b.f64('outd'), b.f32('x'), b.f64('xd')];
      for (let i = 0; i < n; i++) {
        const [v, w] = [x[i]!, xd[i]!];
        // The fraction of an infinity is NaN on gfx11; a fraction that would round to one stays below it.
        const fract = Number.isFinite(v) ? Math.min(fround(v - Math.floor(v)), largestBelowOne) : NaN;
        out.set([Math.floor(v), Math.ceil(v), Math.trunc(v), rint(v), fract, fround(w)], 6 * i);
        outd.set([Math.floor(w), Math.ceil(w), Math.trunc(w), rint(w), v], 5 * i);
      }
    },
  },
  {
    name: 'convert',
    buffers: [
      output('out', 'u32', 12),
      input('x', 'f32', real(0, 60000)),
      input('xd', 'f64', real(0, 2e9)),
      input('k', 'u32', anyU32),
    ],
    reference: (b, { n }) => {
      const [out, x, xd, k] = [b.u32('out'), b.f32('x'), b.f64('xd'), b.u32('k')];
      for (let i = 0; i < n; i++) {
        const [v, w, u] = [x[i]!, xd[i]!, k[i]!];
        const d = f64Bits(u + (u | 0));
        const q = BigInt(Math.trunc(w)) * 3n;
        out.set(
          [
            Math.trunc(v),
            Math.trunc(-v),
            f32Bits(u),
            f32Bits(u | 0),
            Math.trunc(w),
            Math.trunc(-w),
            Number(d & 0xffffffffn),
            Number(d >> 32n),
            Number(q & 0xffffffffn),
            Number(q >> 32n),
            f32Bits(((u >>> 16) & 0xff) + (u & 0xff)),
            halfBits(v) | (Math.trunc(toHalf(fround(v * 0.5))) << 16),
          ],
          12 * i,
        );
      }
    },
  },
  {
    name: 'wide_compare',
    buffers: [
      output('out', 'u32'),
      input('a', 'i64', anyU64),
      input('b', 'i64', anyU64),
      input('c', 'f64', real(-5, 5)),
    ],
    reference: (b, { n }) => {
      const [out, as, bs, c] = [b.u32('out'), b.i64('a'), b.i64('b'), b.f64('c')];
      for (let i = 0; i < n; i++) {
        let x = as[i]!;
        const y = bs[i]!;
        const z = c[i]!;
        let r = 0;
        if (x > y) r += 1;
        if (x >= BigInt.asIntN(64, y + 5n)) r += 2;
        if (BigInt.asUintN(64, x) < BigInt.asUintN(64, y)) r += 4;
        if (x !== y) r += 8;
        if (z > 1.5) r ^= 16;
        if (z <= Number(BigInt.asIntN(32, x))) r ^= 32;
        while (x > 1000n && r < 4000) {
          x >>= 3n;
          r += 64;
        }
        out[i] = r;
      }
    },
  },
  {
    name: 'short_product',
    buffers: [output('out', 'u16'), input('a', 'u16', anyU32), input('b', 'u16', anyU32)],
    reference: (b, { n }) => {
      const [out, x, y] = [b.u16('out'), b.u16('a'), b.u16('b')];
      for (let i = 0; i < n; i++) out[i] = imul(x[i]!, y[i]!);
    },
  },
  {
    name: 'two_chains',
    buffers: [output('out', 'f32', 2), input('a', 'f32', real(-3, 3)), input('b', 'f32', real(-3, 3))],
    reference: (b, { n }) => {
      const [out, as, bs] = [b.f32('out'), b.f32('a'), b.f32('b')];
      for (let i = 0; i < n; i++) {
        const [x, y] = [as[i]!, bs[i]!];
        let p = x;
        let q = y;
        for (let k = 0; k < 5; k++) {
          p = fround(p * x);
          q = fround(q * y);
          p = fround(p - y);
          q = fround(q - x);
          p = fmax(p, y);
          q = fmax(q, x);
          p = fround(p + q);
          q = fround(q - p);
          if (p > 1e6) {
            p = x;
            q = fround(q + y);
          }
        }
        out[2 * i] = p;
        out[2 * i + 1] = q;
      }
    },
  },
  {
    name: 'threshold',
    buffers: [changed('data', 'f32', real(-3, 3)), input('in', 'f32', real(-3, 3))],
    scalars: [{ f32: 0.75 }],
    reference: (b, { n }) => {
      const [data, values] = [b.f32('data'), b.f32('in')];
      for (let i = 0; i < n; i++) {
        const v = values[i]!;
        if (v > 0.75) data[i] = v * 2;
        if (values[n - 1 - i]! < -0.25) data[i] = data[i]! + 1;
      }
    },
  },
];
