/**
 * Host references for kernels/local.c. What a lane reads from a lane that is switched off follows the ISA document:
 * row shifts keep the old value, permutes give 0.
 *
 * Fidelity: from-public-source (the lane rules; the rest is plain arithmetic).
 */
import { anyU32, anyU64, changed, input, line, output, real, square, zero } from './describe.ts';
import type { HostBuffers, KernelSpec, Shape } from './describe.ts';
import { fma32, halfBits } from './numbers.ts';

/** Calls `wave` with the element indices of each wave's live lanes; −1 where the lane is past the workgroup or past n. */
function waves({ width, n, grid }: Shape, wave: (elements: number[]) => void): void {
  for (let group = 0; group < grid[0]; group++) {
    for (let first = 0; first < width; first += 32) {
      wave(
        Array.from({ length: 32 }, (_, lane) => {
          const local = first + lane;
          const i = group * width + local;
          return local < width && i < n ? i : -1;
        }),
      );
    }
  }
}

/** The four row-shift-and-add steps within rows of 16 lanes. */
function rowScan(values: readonly number[], live: readonly boolean[]): number[] {
  let v = [...values];
  for (const step of [1, 2, 4, 8]) {
    v = v.map((x, lane) => (live[lane]! && lane % 16 >= step && live[lane - step]! ? (x + v[lane - step]!) >>> 0 : x));
  }
  return v;
}

const group = (b: HostBuffers, { width, n }: Shape, at: number): number[] =>
  Array.from({ length: width }, (_, lid) => (at * width + lid < n ? b.u32('in')[at * width + lid]! : 0));

const matmul: KernelSpec['reference'] = (b, { n }) => {
  const [c, x, y] = [b.f32('c'), b.f32('a'), b.f32('b')];
  for (let row = 0; row < n; row++) {
    for (let col = 0; col < n; col++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum = fma32(x[row * n + k]!, y[k * n + col]!, sum);
      c[row * n + col] = sum;
    }
  }
};
const matrices = [
  output('c', 'f32', ({ n }) => n * n),
  input('a', 'f32', real(-2, 2), ({ n }) => n * n),
  input('b', 'f32', real(-2, 2), ({ n }) => n * n),
];
const tiles = [square('full', 8, 16), square('partial', 8, 13)];

export const local: readonly KernelSpec[] = [
  {
    name: 'reduce_tree',
    buffers: [output('out', 'u32', ({ grid }) => grid[0]), input('in', 'u32', anyU32)],
    reference: (b, shape) => {
      const out = b.u32('out');
      for (let g = 0; g < out.length; g++) out[g] = group(b, shape, g).reduce((sum, x) => sum + x, 0);
    },
  },
  {
    name: 'scan_rows',
    buffers: [output('out', 'u32'), input('in', 'u32', anyU32)],
    reference: (b, shape) => {
      const [out, x] = [b.u32('out'), b.u32('in')];
      waves(shape, (elements) => {
        const sums = rowScan(
          elements.map((i) => (i < 0 ? 0 : x[i]!)),
          elements.map((i) => i >= 0),
        );
        elements.forEach((i, lane) => {
          if (i >= 0) out[i] = sums[lane]!;
        });
      });
    },
  },
  {
    name: 'reduce_wave',
    shapes: [line('full', 64, 128), line('guarded', 64, 100)],
    buffers: [output('out', 'u32', 2), input('in', 'u32', anyU32)],
    reference: (b, shape) => {
      const [out, x] = [b.u32('out'), b.u32('in')];
      waves(shape, (elements) => {
        const sums = rowScan(
          elements.map((i) => (i < 0 ? 0 : x[i]!)),
          elements.map(() => true),
        );
        elements.forEach((i, lane) => {
          if (i >= 0) out.set([sums[15]! + sums[31]!, sums[lane < 16 ? 31 : 15]!], 2 * i);
        });
      });
    },
  },
  {
    name: 'shuffle',
    // Partners are always live: sizes are multiples of eight.
    shapes: [line('full', 64, 128), line('partial', 48, 104)],
    buffers: [output('out', 'u32', 6), input('in', 'u32', anyU32)],
    reference: (b, shape) => {
      const [out, x] = [b.u32('out'), b.u32('in')];
      waves(shape, (elements) => {
        const live = elements.filter((i) => i >= 0);
        elements.forEach((i, lane) => {
          if (i < 0) return;
          const first = x[live[0]!]!;
          const from = (other: number): number => x[elements[other]!]!;
          out.set(
            [
              from(lane ^ 3),
              from(lane ^ 1),
              from(lane ^ 3),
              from(lane ^ 1),
              first + lane,
              from(lane ^ 1) + from(lane ^ 7),
            ],
            6 * i,
          );
        });
      });
    },
  },
  {
    name: 'ballots',
    buffers: [output('out', 'u32'), input('in', 'u32', anyU32)],
    reference: (b, shape) => {
      const [out, x] = [b.u32('out'), b.u32('in')];
      waves(shape, (elements) => {
        const odd = elements.map((i) => i >= 0 && (x[i]! & 1) === 1);
        const count = odd.filter(Boolean).length;
        elements.forEach((i, lane) => {
          if (i < 0) return;
          out[i] =
            count * 1000 + odd.slice(0, lane).filter(Boolean).length + (odd[2]! ? odd.indexOf(true) * 100000 : 0);
        });
      });
    },
  },
  {
    name: 'scan',
    buffers: [output('out', 'u32'), input('in', 'u32', anyU32)],
    reference: (b, shape) => {
      const out = b.u32('out');
      for (let g = 0; g < shape.grid[0]; g++) {
        let sum = 0;
        group(b, shape, g).forEach((x, lid) => {
          sum = (sum + x) >>> 0;
          if (g * shape.width + lid < shape.n) out[g * shape.width + lid] = sum;
        });
      }
    },
  },
  { name: 'matmul_tiled', shapes: tiles, buffers: matrices, reference: matmul },
  { name: 'matmul_naive', shapes: tiles, buffers: matrices, reference: matmul },
  {
    name: 'bitonic',
    buffers: [changed('data', 'u32', anyU32)],
    reference: (b, { n, width, grid }) => {
      const data = b.u32('data');
      for (let g = 0; g < grid[0]; g++) data.subarray(g * width, Math.min(n, (g + 1) * width)).sort();
    },
  },
  {
    name: 'histogram',
    buffers: [changed('bins', 'u32', zero, () => 16), input('in', 'u32', (random) => random())],
    reference: (b, { n }) => {
      const [bins, x] = [b.u32('bins'), b.u32('in')];
      for (let i = 0; i < n; i++) bins[x[i]! >>> 28]!++;
    },
  },
  {
    name: 'transpose',
    shapes: tiles,
    buffers: [output('out', 'u32', ({ n }) => n * n), input('in', 'u32', anyU32, ({ n }) => n * n)],
    reference: (b, { n }) => {
      const [out, x] = [b.u32('out'), b.u32('in')];
      for (let i = 0; i < n * n; i++) out[(i % n) * n + Math.floor(i / n)] = x[i]!;
    },
  },
  {
    name: 'local_wide',
    buffers: [output('out', 'u64'), input('in', 'u64', anyU64)],
    reference: (b, { n, width }) => {
      const [out, x] = [b.u64('out'), b.u64('in')];
      for (let i = 0; i < n; i++) {
        const lid = i % width;
        const j = width - 1 - lid;
        const other = i - lid + j;
        const v = x[i]!;
        const w = other < n ? x[other]! : 0n;
        const low = w & 0xffffffffn;
        out[i] =
          w + low + ((v >> 32n) << 3n) + (low ^ BigInt(j)) * BigInt(j) + BigInt.asIntN(8, w) + ((w >> 16n) & 0xffffn);
      }
    },
  },
  {
    name: 'neighbours',
    buffers: [output('out', 'u32'), input('in', 'u32', anyU32)],
    reference: (b, { n, width }) => {
      const [out, x] = [b.u32('out'), b.u32('in')];
      for (let i = 0; i < n; i++) {
        const lid = i % width;
        const other = i - lid + ((lid + 1) % width);
        const v = other < n ? x[other]! : 0;
        out[i] = Math.imul(v, 3) + (v ^ 0x1234);
      }
    },
  },
];

export const matrix: readonly KernelSpec[] = [
  {
    name: 'wmma',
    shapes: [line('full', 32, 32)],
    // Small integers: every order of summation gives the same.
    buffers: [
      output('out', 'f32', () => 256),
      input(
        'a',
        'f16',
        (random) => halfBits((random() % 9) - 4),
        () => 256,
      ),
      input(
        'b',
        'f16',
        (random) => halfBits((random() % 7) - 3),
        () => 256,
      ),
      input(
        'c',
        'f32',
        (random) => (random() % 64) - 32,
        () => 256,
      ),
    ],
    reference: (b) => {
      const [out, x, y, c] = [b.f32('out'), b.half('a'), b.half('b'), b.f32('c')];
      for (let row = 0; row < 16; row++) {
        for (let col = 0; col < 16; col++) {
          let sum = c[row * 16 + col]!;
          for (let k = 0; k < 16; k++) sum += x.at(row * 16 + k) * y.at(k * 16 + col);
          out[row * 16 + col] = sum;
        }
      }
    },
  },
];
