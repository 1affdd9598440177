/**
 * Host references for kernels/control.c and kernels/atomics.c. Pure software.
 */
import { anyU32, anyU64, changed, input, output, real, zero } from './describe.ts';
import type { KernelSpec } from './describe.ts';
import { fmax } from './elementwise.ts';

const { fround, imul, clz32 } = Math;
const popcount = (x: number): number => {
  let n = 0;
  for (let v = x >>> 0; v !== 0; v = (v & (v - 1)) >>> 0) n++;
  return n;
};
const ctz = (x: number): number => 31 - clz32(x & -x);
const reverse = (x: number): number => {
  let r = 0;
  for (let k = 0; k < 32; k++) r |= ((x >>> k) & 1) << (31 - k);
  return r;
};

const signedInputs = (random: () => number, i: number): number =>
  random() % 3 === 0 ? Number(anyU32(random, i)) | 0 : (random() % 3000) - 1500;

export const control: readonly KernelSpec[] = [
  {
    name: 'xorshift',
    buffers: [output('out', 'u32'), input('in', 'u32', anyU32)],
    reference: (b, { n }) => {
      const [out, values] = [b.u32('out'), b.u32('in')];
      for (let i = 0; i < n; i++) {
        let x = values[i]! | 1;
        let odd = 0;
        const steps = (values[i]! >>> 5) & 63;
        for (let k = 0; k < steps; k++) {
          x ^= x << 13;
          x ^= x >>> 17;
          x ^= x << 5;
          if ((x & 1) !== 0) odd += x >>> 28;
          else odd ^= k;
        }
        out[i] = x + odd;
      }
    },
  },
  {
    name: 'collatz',
    buffers: [output('out', 'u32'), input('in', 'u32', anyU32)],
    reference: (b, { n }) => {
      const [out, values] = [b.u32('out'), b.u32('in')];
      for (let i = 0; i < n; i++) {
        let x = (values[i]! & 0xfff) + 1;
        let steps = 0;
        for (; x !== 1 && steps < 200; steps++) x = (x & 1) === 1 ? 3 * x + 1 : x / 2;
        out[i] = steps;
      }
    },
  },
  {
    name: 'recursion',
    buffers: [output('out', 'u32'), input('in', 'u32', anyU32)],
    reference: (b, { n }) => {
      const [out, values] = [b.u32('out'), b.u32('in')];
      const fibonacci = [0, 1, 1, 2, 3, 5, 8, 13];
      for (let i = 0; i < n; i++) out[i] = fibonacci[values[i]! & 7]! + i;
    },
  },
  {
    name: 'pointers',
    buffers: [output('out', 'u32'), input('in', 'u32', anyU32)],
    reference: (b, { n }) => {
      const [out, values] = [b.u32('out'), b.u32('in')];
      for (let i = 0; i < n; i++) {
        const v = values[i]!;
        out[i] = (v & 3) === 0 ? v + i : (v & 3) === 1 ? imul(v, i) + 7 : (v ^ (i >>> 3)) - i;
      }
    },
  },
  {
    name: 'structs',
    buffers: [output('out', 'f32', 3), input('in', 'f32', real(-50, 50), 3)],
    reference: (b, { n }) => {
      const [out, values] = [b.f32('out'), b.f32('in')];
      for (let i = 0; i < n; i++) {
        let [x, y, z] = [values[3 * i]!, values[3 * i + 1]!, values[3 * i + 2]!];
        for (let k = 0; k < 3; k++) [x, y, z] = [fround(y * 0.5), fround(z - x), fround(x + 0.5)];
        out.set([x, y, z], 3 * i);
      }
    },
  },
  {
    name: 'private_array',
    buffers: [output('out', 'u32'), input('in', 'u32', anyU32)],
    reference: (b, { n }) => {
      const [out, values] = [b.u32('out'), b.u32('in')];
      for (let i = 0; i < n; i++) {
        const table = new Uint32Array(32);
        let x = values[i]!;
        for (let k = 0; k < 32; k++) {
          table[k] = x;
          x = (imul(x, 1664525) + 1013904223) | 0;
        }
        let sum = 0;
        for (let k = 0; k < 16; k++) {
          const at = x >>> 27;
          sum = (sum + (table[at]! ^ k)) >>> 0;
          table[(at + k) & 31] = sum;
          x = (imul(x, 22695477) + sum) | 0;
        }
        out[i] = sum;
      }
    },
  },
  {
    name: 'generic',
    buffers: [output('out', 'u32'), changed('in', 'u32', anyU32)],
    reference: (b, { n }) => {
      const [out, values] = [b.u32('out'), b.u32('in')];
      for (let i = 0; i < n; i++) {
        const mine = Uint32Array.of(i, i * 3, i ^ 5, 9);
        const shared = Uint32Array.of(i * 7);
        const kind = values[i]! & 3;
        const at = (values[i]! >>> 8) & 3;
        const [list, index] = kind === 0 ? [values, i] : kind === 1 ? [shared, 0] : [mine, at];
        const v = list[index]!;
        list[index] = v + 1;
        out[i] = v + (kind === 1 ? 100000 : kind >= 2 ? 200000 : 0) + mine[1]! + shared[0]!;
      }
    },
  },
  {
    name: 'cases',
    buffers: [output('out', 'u32'), input('in', 'u32', anyU32)],
    reference: (b, { n }) => {
      const [out, values] = [b.u32('out'), b.u32('in')];
      const arms: ((v: number) => number)[] = [
        (v) => imul(v, 3),
        (v) => v + 100,
        (v) => v ^ 0x5555,
        (v) => v >>> 4,
        (v) => ~v,
        (v) => imul(v, v),
        (v) => v - 77,
      ];
      for (let i = 0; i < n; i++) out[i] = (arms[values[i]! % 9] ?? ((v: number): number => v | 0xf0f0))(values[i]!);
    },
  },
  {
    name: 'uniform',
    buffers: [output('out', 'u32'), input('in', 'u32', anyU32)],
    reference: (b, { n }) => {
      const [out, x] = [b.u32('out'), b.u32('in')];
      const count = x[0]! & 31;
      let acc = x[1]!;
      let mask = x[2]!;
      let best = -5;
      let wide = (BigInt(x[3]!) << 32n) | BigInt(x[4]!);
      for (let k = 0; k < count; k++) {
        acc = ((acc << 3) ^ (acc >>> (k & 15)) ^ x[5 + (k & 7)]!) >>> 0;
        if ((acc | 0) > best) best = (acc | 0) >> 1;
        wide = ((acc >>> (k & 31)) & 1) === 1 ? BigInt.asUintN(64, (wide << 1n) + BigInt(k)) : wide ^ (wide >> 7n);
        mask = (mask & ~(acc >>> 20)) >>> 0;
      }
      const bits = popcount(mask) + ctz(acc | 0x80000000) * 32 + clz32(acc | 1) * 1024;
      let r = (acc + best + Number(wide & 0xffffffffn) + Number(wide >> 32n) + bits + reverse(mask)) >>> 0;
      if (count > 20 && r < 1000) r = 1000;
      if ((mask | 0) >= 100) r += (acc & 0xffff) * 3;
      for (let i = 0; i < n; i++) out[i] = r + i;
    },
  },
  {
    name: 'timers',
    buffers: [output('out', 'u32', 2)],
    // Clocks never go back; the low byte of MODE: round to nearest even, keep denormals.
    reference: (b, { n }) => {
      const out = b.u32('out');
      for (let i = 0; i < n; i++) out.set([3, 0xf0], 2 * i);
    },
  },
  {
    name: 'signed_walk',
    buffers: [output('out', 'i32', 3), input('in', 'i32', signedInputs)],
    scalars: [{ i32: -500 }, { i32: 1000 }],
    reference: (b, { n }) => {
      const [out, values] = [b.i32('out'), b.i32('in')];
      for (let i = 0; i < n; i++) {
        let v = values[i]!;
        let steps = 0;
        let best = -500;
        while (steps < 40) {
          if (v > 1000) v = (v >> 1) - 3;
          else if (v < -500) v = (imul(v, 3) + 7) | 0;
          else if (v >= 100 && steps > 3) break;
          else v += 37;
          best = Math.max(best, v);
          steps++;
          if ((v & 0xff) === 0x11) break;
        }
        out.set([v, steps, best], 3 * i);
      }
    },
  },
  {
    name: 'uniform_float',
    buffers: [output('out', 'f32', 2), input('in', 'f32', real(-20, 20), () => 8)],
    scalars: [{ f32: 40.5 }, { f32: 2.25 }],
    reference: (buffers, { n }) => {
      const [out, values] = [buffers.f32('out'), buffers.f32('in')];
      let [a, b, k] = [40.5, 2.25, 0];
      while (k < 24) {
        if (a > b) {
          a = fround(a * 0.5);
          b = fround(b + 1);
        } else {
          b = fround(b - fround(a * 0.25));
          a = fround(a + 3);
        }
        k++;
        if (fround(a * b) > 900) break;
        if (b < -50) b = values[k & 7]!;
      }
      for (let i = 0; i < n; i++) {
        let v = values[i & 7]!;
        let top = v;
        for (let j = 0; j < 6; j++) {
          v = fround(fround(v * 1.5) - a);
          top = fmax(top, v);
          if (v > b) v = fround(v - b);
          else if (!(v < 3)) v = fround(b - v);
        }
        out.set([v + k, top], 2 * i);
      }
    },
  },
  {
    name: 'gather_uniform',
    buffers: [output('out', 'u32'), input('table', 'u32', anyU32, () => 20)],
    scalars: [{ i32: -7 }, { i32: 30 }],
    reference: (b, { n }) => {
      const [out, table] = [b.u32('out'), b.u32('table')];
      const [pick, limit] = [-7, 30];
      let sum = 0;
      for (let k = 0; k < 16; k++) sum = (sum + imul(table[k]!, k + 1)) | 0;
      sum ^= table[17]!; // pick < limit
      sum = (sum - table[18]!) | 0; // 3 * pick < -5
      if ((sum & 1) === 0) sum = (imul(sum, 7) + table[19]!) | 0;
      for (let i = 0; i < n; i++) out[i] = (i ^ pick) >= limit ? sum + i : sum;
    },
  },
  {
    name: 'signed_select',
    buffers: [
      changed('out', 'i32', signedInputs),
      input('a', 'i32', signedInputs),
      input('b', 'i32', signedInputs),
      input('c', 'f32', real(-10, 10)),
    ],
    scalars: [{ i32: 4660 }],
    reference: (buffers, { n }) => {
      const [out, a, b, c] = [buffers.i32('out'), buffers.i32('a'), buffers.i32('b'), buffers.f32('c')];
      for (let i = 0; i < n; i++) {
        const [x, y, z] = [a[i]!, b[i]!, c[i]!];
        let r = 3;
        if (x < y) r = (r + a[(i + 1) % n]!) | 0;
        if (x >= ((y - 9) | 0)) r ^= b[(i + 3) % n]!;
        r = (r + (x < imul(5, r) ? y : 4660)) | 0;
        r = (r - (r >= y ? x : 11)) | 0;
        if (c[(i + 5) % n]! < z) r = (r + imul(Math.trunc(fround(z * 4)), out[i]!)) | 0;
        out[i] = r;
      }
    },
  },
  {
    name: 'grow',
    buffers: [output('out', 'f32'), input('in', 'f32', real(0, 150))],
    reference: (b, { n }) => {
      const [out, values] = [b.f32('out'), b.f32('in')];
      for (let i = 0; i < n; i++) {
        let v = values[i]!;
        let sum = 0;
        while (v < 100) {
          v = fround(fround(v * 1.5) + 1);
          sum = fround(sum + v);
        }
        out[i] = sum;
      }
    },
  },
];

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);

export const atomics: readonly KernelSpec[] = [
  {
    name: 'atomics_u32',
    buffers: [changed('cells', 'u32', anyU32, ({ n }) => n + 16), output('old', 'u32', 3), input('in', 'u32', anyU32)],
    reference: (b, { n }) => {
      const [cells, old, values] = [b.u32('cells'), b.u32('old'), b.u32('in')];
      const signed = b.i32('cells');
      for (let i = 0; i < n; i++) {
        const v = values[i]!;
        cells[0] = cells[0]! + v;
        cells[1] = cells[1]! | v;
        cells[2] = cells[2]! ^ v;
        cells[3] = cells[3]! & (v | 0xff);
        signed[4] = Math.min(signed[4]!, v | 0);
        signed[5] = Math.max(signed[5]!, v | 0);
        cells[6] = Math.min(cells[6]!, v);
        cells[7] = Math.max(cells[7]!, v);
        cells[8] = cells[8]! - v;
        const before = cells[16 + i]!;
        const swapped = (v ^ 5) >>> 0;
        const hit = (i & 1) === 1;
        old.set([before, before + v, hit ? 1 : swapped], 3 * i);
        cells[16 + i] = hit ? 77 : swapped;
      }
    },
  },
  {
    name: 'atomics_u64',
    buffers: [changed('cells', 'u64', anyU64, ({ n }) => n + 8), output('old', 'u64', 2), input('in', 'u64', anyU64)],
    reference: (b, { n }) => {
      const [cells, old, values] = [b.u64('cells'), b.u64('old'), b.u64('in')];
      const signed = b.i64('cells');
      for (let i = 0; i < n; i++) {
        const v = values[i]!;
        cells[0] = cells[0]! + v;
        cells[1] = cells[1]! | v;
        cells[2] = cells[2]! ^ v;
        signed[3] = max(signed[3]!, BigInt.asIntN(64, v));
        cells[4] = min(cells[4]!, v);
        old.set([cells[8 + i]!, v], 2 * i);
        cells[8 + i] = (i & 1) === 1 || v === 1n ? v + 1n : v;
      }
    },
  },
  {
    name: 'float_sum',
    buffers: [changed('sum', 'f32', zero, () => 3), input('in', 'u32', anyU32)],
    reference: (b, { n }) => {
      const [sum, values] = [b.f32('sum'), b.u32('in')];
      for (let i = 0; i < n; i++) {
        sum[0]! += values[i]! & 15;
        sum[1]! += values[i]! & 15;
      }
      b.u32('sum')[2] = 3 * n;
    },
  },
  {
    name: 'wrap',
    buffers: [changed('cells', 'u32', (random) => random() & 15, 3), input('in', 'u32', anyU32)],
    reference: (b, { n }) => {
      const [cells, values] = [b.u32('cells'), b.u32('in')];
      for (let i = 0; i < n; i++) {
        const limit = values[i]! & 7;
        const [up, down] = [cells[3 * i]!, cells[3 * i + 1]!];
        cells.set([up >= limit ? 0 : up + 1, down === 0 || down > limit ? limit : down - 1, up * 16 + down], 3 * i);
      }
    },
  },
];

export { popcount, reverse };
