/**
 * The kernels that the first run launches, and what the host computes for each.
 *
 * The host versions are written from the C source's comments, not from what the card does: f32 through
 * an exact fused multiply-add, integers exactly, f64 by the host's own arithmetic.
 */

import { firstLightObject } from './first-light.object.ts';

/** One launch: buffers in kernarg order, then what every output must hold. */
export interface KernelCase {
  readonly kernel: string;
  /** What it exercises, in a few words. */
  readonly shows: string;
  readonly workgroup: readonly [number, number, number];
  readonly groups: readonly [number, number, number];
  /** Kernel arguments in order: a buffer (by name) or a 32-bit scalar. */
  readonly args: readonly ({ readonly buffer: string } | { readonly f32: number } | { readonly u32: number })[];
  readonly buffers: Readonly<Record<string, Uint8Array>>;
  /** Expected contents of output buffers after the launch. */
  readonly expected: Readonly<Record<string, Uint8Array>>;
}

/** The code object that holds all of them. */
export function firstLightCode(): Uint8Array {
  return Uint8Array.from(atob(firstLightObject), (c) => c.charCodeAt(0));
}

/** xorshift32: the same inputs for the same seed, everywhere. */
function words(seed: number, count: number): Uint32Array {
  let x = (seed * 2654435761 + 1) >>> 0 || 1;
  return Uint32Array.from({ length: count }, () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  });
}

const bytes = (array: Float32Array | Float64Array | Uint32Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength).slice();

/** f32 values in (−8, 8) with 12 significant bits, so that products are exact in f64. */
const floats = (seed: number, count: number): Float32Array =>
  Float32Array.from(words(seed, count), (w) => ((w >>> 20) - 2048) / 256);

/** Exact fused multiply-add of f32 operands whose product is exact in f64: one rounding only where the f64 sum is exact too. */
function fma32(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  const back = sum - product;
  const error = product - (sum - back) + (c - back);
  if (error === 0) return Math.fround(sum);
  // round to odd, then to f32: no double rounding
  const bits = new BigInt64Array(Float64Array.of(sum).buffer);
  if ((bits[0]! & 1n) === 0n) bits[0]! += error > 0 === sum > 0 ? 1n : -1n;
  return Math.fround(new Float64Array(bits.buffer)[0]!);
}

/** Every case, sized so that the last wave is partly empty where the kernel allows it. */
export function firstLightCases(seed = 1): KernelCase[] {
  return [saxpy(seed), reduce(seed), matmul(seed), collatz(), histogram(seed), lorentz(seed)];
}

function saxpy(seed: number): KernelCase {
  const n = 5000;
  const x = floats(seed, n);
  const y = floats(seed + 1, n);
  const a = 1.625;
  return {
    kernel: 'saxpy',
    shows: 'fused multiply-add, partial last wave',
    workgroup: [256, 1, 1],
    groups: [Math.ceil(n / 256), 1, 1],
    args: [{ buffer: 'x' }, { buffer: 'y' }, { f32: a }, { u32: n }],
    buffers: { x: bytes(x), y: bytes(y) },
    expected: { y: bytes(Float32Array.from(x, (v, i) => fma32(a, v, y[i]!))) },
  };
}

function reduce(seed: number): KernelCase {
  const groups = 12;
  const input = words(seed + 2, groups * 256);
  const sums = Uint32Array.from({ length: groups }, (_, g) =>
    input.subarray(g * 256, g * 256 + 256).reduce((s, v) => (s + v) >>> 0, 0),
  );
  return {
    kernel: 'reduce',
    shows: 'LDS tree, barriers',
    workgroup: [256, 1, 1],
    groups: [groups, 1, 1],
    args: [{ buffer: 'in' }, { buffer: 'out' }],
    buffers: { in: bytes(input), out: new Uint8Array(groups * 4) },
    expected: { out: bytes(sums) },
  };
}

function matmul(seed: number): KernelCase {
  const n = 48;
  const a = floats(seed + 3, n * n);
  const b = floats(seed + 4, n * n);
  const c = new Float32Array(n * n);
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum = fma32(a[row * n + k]!, b[k * n + column]!, sum);
      c[row * n + column] = sum;
    }
  }
  return {
    kernel: 'matmul',
    shows: 'LDS tiles, two-dimensional workgroups',
    workgroup: [16, 16, 1],
    groups: [n / 16, n / 16, 1],
    args: [{ buffer: 'a' }, { buffer: 'b' }, { buffer: 'c' }, { u32: n }],
    buffers: { a: bytes(a), b: bytes(b), c: new Uint8Array(n * n * 4) },
    expected: { c: bytes(c) },
  };
}

function collatz(): KernelCase {
  const n = 1000;
  const steps = Uint32Array.from({ length: n }, (_, i) => {
    let count = 0;
    for (let v = i + 1; v !== 1; count++) v = v % 2 === 1 ? 3 * v + 1 : v / 2;
    return count;
  });
  return {
    kernel: 'collatz',
    shows: 'divergent 64-bit loops',
    workgroup: [256, 1, 1],
    groups: [4, 1, 1],
    args: [{ buffer: 'steps' }, { u32: n }],
    buffers: { steps: new Uint8Array(n * 4) },
    expected: { steps: bytes(steps) },
  };
}

function histogram(seed: number): KernelCase {
  const n = 700;
  const input = words(seed + 5, n);
  const bins = new Uint32Array(16);
  for (const word of input) for (let k = 0; k < 8; k++) bins[(word >>> (4 * k)) & 15]!++;
  return {
    kernel: 'histogram',
    shows: 'a call, scratch, atomics',
    workgroup: [256, 1, 1],
    groups: [3, 1, 1],
    args: [{ buffer: 'in' }, { buffer: 'bins' }, { u32: n }],
    buffers: { in: bytes(input), bins: new Uint8Array(64) },
    expected: { bins: bytes(bins) },
  };
}

function lorentz(seed: number): KernelCase {
  const n = 300;
  const input = Float64Array.from(words(seed + 6, n), (w) => (w - 2 ** 31) / 2 ** 20);
  return {
    kernel: 'lorentz',
    shows: 'f64 division',
    workgroup: [256, 1, 1],
    groups: [2, 1, 1],
    args: [{ buffer: 'in' }, { buffer: 'out' }, { u32: n }],
    buffers: { in: bytes(input), out: new Uint8Array(n * 8) },
    expected: { out: bytes(input.map((v) => 1 / (v * v + 1))) },
  };
}
