/**
 * Host references for kernels/bits.c.
 *
 * Source of the byte permute, the field and the dot-product instructions: AMD "RDNA3 Instruction Set Architecture".
 * Fidelity: from-public-source.
 */
import { anyU32, input, output } from './describe.ts';
import type { KernelSpec } from './describe.ts';
import { popcount, reverse } from './control.ts';

const { clz32, imul } = Math;
const rotr = (x: number, k: number): number => (x >>> k) | (x << (32 - k));
const bswap = (x: number): number => ((x >>> 24) | ((x >>> 8) & 0xff00) | ((x << 8) & 0xff0000) | (x << 24)) >>> 0;
const byte = (x: number, k: number): number => (x >>> (8 * k)) & 0xff;
const nibble = (x: number, k: number): number => (x >>> (4 * k)) & 15;
const signed = (x: number, bits: number): number => (x << (32 - bits)) >> (32 - bits);
const four = [0, 1, 2, 3];

export const bits: readonly KernelSpec[] = [
  {
    name: 'count_bits',
    buffers: [output('out', 'u32', 5), input('in', 'u32', anyU32)],
    reference: (b, { n }) => {
      const [out, values] = [b.u32('out'), b.u32('in')];
      for (let i = 0; i < n; i++) {
        const v = values[i]!;
        const w = v | 0x80000000;
        const wide = (BigInt(v) << 7n) | BigInt(v);
        const ones = [...wide.toString(2)].filter((c) => c === '1').length;
        out.set(
          [clz32(v | 1), 31 - clz32(w & -w), popcount(v) + ones, reverse(v), v === 0 ? 99 : clz32(v) + 32 - 11],
          5 * i,
        );
      }
    },
  },
  {
    name: 'fields',
    buffers: [output('out', 'u32', 8), input('a', 'u32', anyU32), input('b', 'u32', anyU32)],
    reference: (buffers, { n }) => {
      const [out, a, b] = [buffers.u32('out'), buffers.u32('a'), buffers.u32('b')];
      for (let i = 0; i < n; i++) {
        const [x, y] = [a[i]!, b[i]!];
        const pair = (BigInt(x) << 32n) | BigInt(y);
        const width = x & 15;
        const sad = four.reduce((sum, k) => sum + Math.abs(byte(x, k) - byte(y, k)), 3);
        const lerp = four.reduce((r, k) => r | (((byte(x, k) + byte(y, k) + 1) >> 1) << (8 * k)), 0);
        out.set(
          [
            (x >>> 9) & 0x7ff,
            (x << 7) >> 19,
            (x & 0x00ff0ff0) | (y & ~0x00ff0ff0),
            byte(y, 0) | (byte(x, 1) << 8) | (byte(y, 2) << 16) | (byte(x, 3) << 24),
            Number((pair >> BigInt(y & 31)) & 0xffffffffn),
            Number((pair >> 24n) & 0xffffffffn),
            ((x >>> (y & 15)) & 511) + (width === 0 ? 0 : signed(y >>> 5, width)),
            sad + lerp + (((x << 4) | y) ^ ((x + y) << 3)) + ((x << 2) + y) + (x | y | 0x11),
          ],
          8 * i,
        );
      }
    },
  },
  {
    name: 'crc32',
    buffers: [output('out', 'u32'), input('in', 'u32', anyU32)],
    reference: (b, { n }) => {
      const [out, values] = [b.u32('out'), b.u32('in')];
      // By table and bytes where the kernel goes bit by bit.
      const table = Uint32Array.from({ length: 256 }, (_, k) => {
        let c = k;
        for (let bit = 0; bit < 8; bit++) c = (c & 1) === 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
        return c;
      });
      for (let i = 0; i < n; i++) {
        let crc = 0xffffffff;
        for (const v of [values[i]!, values[(i + 1) % n]!])
          for (const k of four) crc = table[(crc ^ byte(v, k)) & 0xff]! ^ (crc >>> 8);
        out[i] = ~crc;
      }
    },
  },
  {
    name: 'sha_rounds',
    buffers: [output('out', 'u32'), input('in', 'u32', anyU32)],
    reference: (b, { n }) => {
      const [out, values] = [b.u32('out'), b.u32('in')];
      for (let i = 0; i < n; i++) {
        const w = Uint32Array.from({ length: 16 }, (_, k) => bswap((values[i]! + imul(k, 0x9e3779b9)) >>> 0));
        let s = Array.from({ length: 8 }, (_, k) => imul(0x6a09e667, k + 1));
        for (let r = 0; r < 20; r++) {
          const m = w[r & 15]!;
          const [a, bb, c, d, e, f, g, h] = s as [number, number, number, number, number, number, number, number];
          const t1 = h + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + ((e & f) ^ (~e & g)) + imul(0x428a2f98, r + 1) + m;
          const t2 = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & bb) ^ (a & c) ^ (bb & c));
          const next = w[(r + 1) & 15]!;
          w[r & 15] = m + (rotr(next, 7) ^ rotr(next, 18) ^ (next >>> 3)) + w[(r + 9) & 15]!;
          s = [(t1 + t2) | 0, a, bb, c, (d + t1) | 0, e, f, g];
        }
        out[i] = s.reduce((x, v, k) => x ^ ((v + k) | 0), 0);
      }
    },
  },
  {
    name: 'dots',
    buffers: [output('out', 'i32', 4), input('a', 'u32', anyU32), input('b', 'u32', anyU32)],
    reference: (buffers, { n }) => {
      const [out, a, b] = [buffers.i32('out'), buffers.u32('a'), buffers.u32('b')];
      for (let i = 0; i < n; i++) {
        const [x, y] = [a[i]!, b[i]!];
        const sum = (start: number, count: number, term: (k: number) => number): number =>
          Array.from({ length: count }, (_, k) => term(k)).reduce((total, t) => total + t, start);
        out.set(
          [
            sum(1000, 4, (k) => signed(byte(x, k), 8) * signed(byte(y, k), 8)),
            sum(-7, 4, (k) => byte(x, k) * signed(byte(y, k), 8)),
            sum(5, 4, (k) => byte(x, k) * byte(y, k)),
            sum(11, 8, (k) => signed(nibble(x, k), 4) * nibble(y, k)),
          ],
          4 * i,
        );
      }
    },
  },
];
