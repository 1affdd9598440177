/**
 * Host references for kernels/transcend.c. Divisions and roots are exact; what the transcendental unit computes is
 * within one or two units in the last place, as AMD documents it.
 *
 * Pure software.
 */
import { anyF32, anyU32, anyU64, input, output, real, realHalf } from './describe.ts';
import type { KernelSpec } from './describe.ts';
import { f32FromBits } from './numbers.ts';

const { fround } = Math;

const expLog: KernelSpec['reference'] = (b, { n }) => {
  const [out, x] = [b.f32('out'), b.f32('x')];
  for (let i = 0; i < n; i++) {
    out[2 * i] = 2 ** x[i]!;
    out[2 * i + 1] = Math.log2(fround(fround(x[i]! * x[i]!) + 0.5));
  }
};

/** Floats of any exponent whose quotients are mostly finite. */
const spread = (random: () => number): number =>
  f32FromBits(((random() & 0x80000000) | ((32 + (random() % 190)) << 23) | (random() & 0x7fffff)) >>> 0);

/** Significand in [0.5, 1) and exponent. */
function frexp(x: number): [number, number] {
  if (x === 0 || !Number.isFinite(x)) return [x, 0];
  let e = Math.floor(Math.log2(Math.abs(x))) + 1;
  let m = x / 2 ** e;
  if (Math.abs(m) >= 1) {
    m /= 2;
    e++;
  }
  if (Math.abs(m) < 0.5) {
    m *= 2;
    e--;
  }
  return [m, e];
}

export const transcend: readonly KernelSpec[] = [
  {
    name: 'exp_log',
    buffers: [output('out', 'f32', 2), input('x', 'f32', real(-20, 20))],
    ulps: { out: 1 },
    within: { out: 2e-7 },
    reference: expLog,
  },
  {
    name: 'exp_log_library',
    buffers: [output('out', 'f32', 2), input('x', 'f32', real(-20, 20))],
    ulps: { out: 2 },
    within: { out: 2e-7 },
    reference: expLog,
  },
  {
    name: 'sine',
    buffers: [output('out', 'f32', 2), input('x', 'f32', real(-9, 9))],
    ulps: { out: 2 },
    within: { out: 3e-7 },
    reference: (b, { n }) => {
      const [out, x] = [b.f32('out'), b.f32('x')];
      for (let i = 0; i < n; i++) {
        const turns = fround(x[i]! - Math.floor(x[i]!));
        out[2 * i] = Math.sin(2 * Math.PI * turns);
        out[2 * i + 1] = Math.cos(2 * Math.PI * turns);
      }
    },
  },
  {
    name: 'roots',
    buffers: [output('out', 'f32', 4), input('x', 'f32', real(0.01, 900))],
    ulps: { out: 2 },
    reference: (b, { n }) => {
      const [out, x] = [b.f32('out'), b.f32('x')];
      for (let i = 0; i < n; i++) {
        const v = x[i]!;
        let s = v;
        for (let k = 0; k < 8; k++) s = fround(Math.sqrt(fround(s + 1)));
        out.set([1 / v, 1 / Math.sqrt(v), Math.sqrt(v), s], 4 * i);
      }
    },
  },
  {
    name: 'pieces',
    buffers: [
      output('out', 'f32'),
      output('exponents', 'i32'),
      input('x', 'f32', (random, i) => {
        const v = Number(anyF32(random, i));
        return Number.isFinite(v) ? v : 3.5;
      }),
    ],
    reference: (b, { n }) => {
      const [out, exponents, x] = [b.f32('out'), b.i32('exponents'), b.f32('x')];
      for (let i = 0; i < n; i++) {
        const [m, e] = frexp(x[i]!);
        exponents[i] = e;
        out[i] = m * 2 ** Math.trunc(e / 2);
      }
    },
  },
  {
    name: 'divide_f32',
    buffers: [
      output('out', 'f32'),
      input('a', 'f32', (random, i) => (i % 3 === 0 ? anyF32(random, i) : spread(random))),
      input('b', 'f32', (random, i) => (i % 5 === 0 ? anyF32(random, i) : spread(random))),
    ],
    reference: (b, { n }) => {
      const [out, x, y] = [b.f32('out'), b.f32('a'), b.f32('b')];
      for (let i = 0; i < n; i++) out[i] = x[i]! / y[i]!;
    },
  },
  {
    name: 'root_f32',
    buffers: [
      output('out', 'f32'),
      input('a', 'f32', (random, i) => (i % 3 === 0 ? anyF32(random, i) : Math.abs(spread(random)))),
    ],
    reference: (b, { n }) => {
      const [out, x] = [b.f32('out'), b.f32('a')];
      for (let i = 0; i < n; i++) out[i] = Math.sqrt(x[i]!);
    },
  },
  {
    name: 'divide_f64',
    buffers: [
      output('out', 'f64'),
      input('a', 'f64', real(-1e5, 1e5)),
      input('b', 'f64', (random) =>
        random() % 9 === 0 ? 0 : (random() / 4294967296 - 0.5) * 2 ** ((random() % 90) - 40),
      ),
    ],
    reference: (b, { n }) => {
      const [out, x, y] = [b.f64('out'), b.f64('a'), b.f64('b')];
      for (let i = 0; i < n; i++) out[i] = x[i]! / y[i]!;
    },
  },
  {
    name: 'root_f64',
    buffers: [
      output('out', 'f64'),
      input('a', 'f64', (random) => (random() % 9 === 0 ? 0 : (random() / 4294967296) * 2 ** ((random() % 600) - 300))),
    ],
    reference: (b, { n }) => {
      const [out, x] = [b.f64('out'), b.f64('a')];
      for (let i = 0; i < n; i++) out[i] = Math.sqrt(x[i]!);
    },
  },
  {
    name: 'divide_f16',
    buffers: [output('out', 'f16'), input('a', 'f16', realHalf(-200, 200)), input('b', 'f16', realHalf(-9, 9))],
    reference: (b, { n }) => {
      const [out, x, y] = [b.half('out'), b.half('a'), b.half('b')];
      for (let i = 0; i < n; i++) out.set(i, x.at(i) / y.at(i));
    },
  },
  {
    name: 'divide_u32',
    buffers: [output('out', 'u32', 4), input('a', 'u32', anyU32), input('b', 'u32', anyU32)],
    reference: (b, { n }) => {
      const [out, as, bs] = [b.u32('out'), b.u32('a'), b.u32('b')];
      for (let i = 0; i < n; i++) {
        const x = as[i]!;
        const y = (bs[i]! | 1) >>> 0;
        out.set([Math.floor(x / y), x % y, Math.trunc((x | 0) / (y | 0)), (x | 0) % (y | 0)], 4 * i);
      }
    },
  },
  {
    name: 'divide_u64',
    buffers: [output('out', 'u64', 3), input('a', 'u64', anyU64), input('b', 'u64', anyU64)],
    reference: (b, { n }) => {
      const [out, as, bs] = [b.u64('out'), b.u64('a'), b.u64('b')];
      for (let i = 0; i < n; i++) {
        const x = as[i]!;
        const y = bs[i]! | 1n;
        out.set([x / y, x % y, BigInt.asUintN(64, BigInt.asIntN(64, x) / BigInt.asIntN(64, y))], 3 * i);
      }
    },
  },
];
