/**
 * The vocabulary that corpus kernels are described in: buffers with seeded contents, launch shapes, host references.
 * Pure software.
 */
import { f32Bits, f32FromBits, halfBits, halfFromBits, numbers, ulps32 } from './numbers.ts';
import type { CorpusArgument, CorpusBuffer, Mismatch, Scalar } from './types.ts';

const constructors = {
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  i16: Int16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f16: Uint16Array,
  f32: Float32Array,
  f64: Float64Array,
  u64: BigUint64Array,
  i64: BigInt64Array,
} as const;
export type Kind = keyof typeof constructors;
type ArrayOf<K extends Kind> = InstanceType<(typeof constructors)[K]>;

export interface Shape {
  readonly name: string;
  /** Work-items of a workgroup along x; the kernel's last argument. */
  readonly width: number;
  /** What the kernel gets as its size. */
  readonly n: number;
  readonly workgroup: readonly [number, number, number];
  readonly grid: readonly [number, number, number];
}

export const line = (name: string, width: number, n: number): Shape => ({
  name,
  width,
  n,
  workgroup: [width, 1, 1],
  grid: [Math.ceil(n / width), 1, 1],
});
export const square = (name: string, tile: number, n: number): Shape => ({
  name,
  width: tile,
  n,
  workgroup: [tile, tile, 1],
  grid: [Math.ceil(n / tile), Math.ceil(n / tile), 1],
});

/** Every wave full; and workgroups of one and a half waves, the last with most lanes past the end. */
export const usualShapes: readonly Shape[] = [line('full', 64, 128), line('partial', 48, 100)];

export type Fill = (random: () => number, index: number) => number | bigint;

export interface BufferSpec {
  readonly name: string;
  readonly kind: Kind;
  readonly role: 'in' | 'out' | 'inout';
  readonly length: (shape: Shape) => number;
  readonly fill: Fill | undefined;
}

/** Length as elements a work-item, or worked out from the shape. */
type Length = number | ((shape: Shape) => number);
const spec = (
  role: BufferSpec['role'],
  name: string,
  kind: Kind,
  fill: Fill | undefined,
  length: Length,
): BufferSpec => ({ name, kind, role, fill, length: typeof length === 'number' ? ({ n }) => n * length : length });

export const input = (name: string, kind: Kind, fill: Fill, length: Length = 1): BufferSpec =>
  spec('in', name, kind, fill, length);
export const output = (name: string, kind: Kind, length: Length = 1): BufferSpec =>
  spec('out', name, kind, undefined, length);
export const changed = (name: string, kind: Kind, fill: Fill, length: Length = 1): BufferSpec =>
  spec('inout', name, kind, fill, length);

/** Typed access to buffers while a reference runs. */
export class HostBuffers {
  readonly #bytes: ReadonlyMap<string, Uint8Array>;
  constructor(bytes: ReadonlyMap<string, Uint8Array>) {
    this.#bytes = bytes;
  }
  get<K extends Kind>(kind: K, name: string): ArrayOf<K> {
    const bytes = this.#bytes.get(name)!;
    const make = constructors[kind] as unknown as new (
      buffer: ArrayBufferLike,
      at: number,
      length: number,
    ) => ArrayOf<K>;
    return new make(bytes.buffer, bytes.byteOffset, bytes.byteLength / constructors[kind].BYTES_PER_ELEMENT);
  }
  u8 = (name: string): Uint8Array => this.get('u8', name);
  i8 = (name: string): Int8Array => this.get('i8', name);
  u16 = (name: string): Uint16Array => this.get('u16', name);
  i16 = (name: string): Int16Array => this.get('i16', name);
  u32 = (name: string): Uint32Array => this.get('u32', name);
  i32 = (name: string): Int32Array => this.get('i32', name);
  f32 = (name: string): Float32Array => this.get('f32', name);
  f64 = (name: string): Float64Array => this.get('f64', name);
  u64 = (name: string): BigUint64Array => this.get('u64', name);
  i64 = (name: string): BigInt64Array => this.get('i64', name);
  /** f16 values as numbers, and where to store results. */
  half = (name: string): { at: (i: number) => number; set: (i: number, value: number) => void } => {
    const bits = this.get('u16', name);
    return {
      at: (i) => halfFromBits(bits[i]!),
      set: (i, value) => {
        bits[i] = halfBits(value);
      },
    };
  };
}

export interface KernelSpec {
  readonly name: string;
  readonly shapes?: readonly Shape[];
  readonly buffers: readonly BufferSpec[];
  /** Scalars between the buffers and the trailing size and width, in order. */
  readonly scalars?: readonly Scalar[];
  /** Fills outputs in place as the kernel should. */
  readonly reference: (buffers: HostBuffers, shape: Shape) => void;
  /** Allowed distance in units in the last place of an f32 buffer; 0 where absent. */
  readonly ulps?: Readonly<Record<string, number>>;
  /** Allowed absolute distance of an f32 buffer, as an alternative to `ulps`. */
  readonly within?: Readonly<Record<string, number>>;
}

export function makeBuffer(b: BufferSpec, shape: Shape): CorpusBuffer {
  const length = b.length(shape);
  const bytes = length * constructors[b.kind].BYTES_PER_ELEMENT;
  return {
    name: b.name,
    bytes,
    role: b.role,
    init: (seed) => {
      const out = new Uint8Array(bytes).fill(0xa5);
      if (b.fill === undefined) return out;
      const random = numbers(seed ^ [...b.name].reduce((sum, c) => Math.imul(sum, 31) + c.charCodeAt(0), shape.n));
      const values = new HostBuffers(new Map([[b.name, out]])).get(b.kind, b.name);
      for (let i = 0; i < length; i++) values[i] = b.fill(random, i) as never;
      return out;
    },
  };
}

/** Buffers, then scalars, then size and width: the order in which every corpus kernel declares its parameters. */
export function layOut(kernel: KernelSpec, shape: Shape): { list: CorpusArgument[]; bytes: number } {
  const list: CorpusArgument[] = [];
  let at = 0;
  const add = (bytes: 4 | 8, value: CorpusArgument['value']): void => {
    at = Math.ceil(at / bytes) * bytes;
    list.push({ offset: at, bytes, value });
    at += bytes;
  };
  for (const { name } of kernel.buffers) add(8, { buffer: name });
  for (const scalar of kernel.scalars ?? []) add('f64' in scalar ? 8 : 4, scalar);
  add(4, { u32: shape.n });
  add(4, { u32: shape.width });
  return { list, bytes: at };
}

/** Runs the reference on fresh inputs and compares. */
export function verify(
  kernel: KernelSpec,
  shape: Shape,
  outputs: ReadonlyMap<string, Uint8Array>,
  seed: number,
): Mismatch[] {
  const expected = new Map(kernel.buffers.map((b) => [b.name, makeBuffer(b, shape).init(seed)]));
  kernel.reference(new HostBuffers(expected), shape);
  const out: Mismatch[] = [];
  const actual = new HostBuffers(outputs);
  const wanted = new HostBuffers(expected);
  for (const b of kernel.buffers) {
    if (b.role === 'in') continue;
    const mine = actual.get(b.kind, b.name);
    const theirs = wanted.get(b.kind, b.name);
    const ulps = kernel.ulps?.[b.name] ?? 0;
    const within = kernel.within?.[b.name];
    for (let i = 0; i < theirs.length; i++) {
      if (same(b.kind, mine[i]!, theirs[i]!, ulps, within)) continue;
      out.push({ buffer: b.name, index: i, expected: show(b.kind, theirs[i]!), actual: show(b.kind, mine[i]!) });
    }
  }
  return out;
}

const show = (kind: Kind, value: number | bigint): string =>
  kind === 'f16' ? `${halfFromBits(Number(value))}` : Object.is(value, -0) ? '-0' : String(value);

/** Equal bits, any NaN equal to any other. */
function same(kind: Kind, a: number | bigint, b: number | bigint, ulps: number, within: number | undefined): boolean {
  if (kind === 'f16') {
    const [x, y] = [halfFromBits(Number(a)), halfFromBits(Number(b))];
    return a === b || (Number.isNaN(x) && Number.isNaN(y));
  }
  if (kind !== 'f32' || (ulps === 0 && within === undefined)) return Object.is(a, b);
  return ulps32(Number(a), Number(b)) <= ulps || (within !== undefined && Math.abs(Number(a) - Number(b)) <= within);
}

// Inputs.

const pick = <T>(random: () => number, list: readonly T[]): T => list[random() % list.length]!;
const unit = (random: () => number): number => random() / 4294967296;

/** Numbers of all sizes, with the corners of the range among them. */
export const anyU32: Fill = (random) => {
  const kind = random() % 8;
  if (kind === 0) return pick(random, [0, 1, 2, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe, 0x10000, 0xffff]);
  return random() >>> (kind === 1 ? 16 : kind === 2 ? 24 : 0);
};
export const anyU64: Fill = (random) =>
  ((BigInt(Number(anyU32(random, 0))) << 32n) | BigInt(Number(anyU32(random, 0)))) >>
  BigInt(random() % 3 === 0 ? random() % 50 : 0);
/** Uniform reals in [low, high). */
export const real =
  (low: number, high: number): Fill =>
  (random) =>
    low + unit(random) * (high - low);
/** f32 of moderate size, with zeros, infinities, NaN and subnormals one time in eight. */
export const anyF32: Fill = (random) =>
  random() % 8 === 0
    ? pick(random, [
        0,
        -0,
        Infinity,
        -Infinity,
        NaN,
        1,
        -1,
        f32FromBits(1),
        f32FromBits(0x807fffff),
        f32FromBits(0x7f7fffff),
      ])
    : (unit(random) - 0.5) * 2 ** (random() % 12);
export const anyF64: Fill = (random) =>
  random() % 8 === 0
    ? pick(random, [0, -0, 1, -1, 1e300, -1e-300, 4.5, -2.5, 5e-324])
    : (unit(random) - 0.5) * 2 ** (random() % 30);
/** f16 bits of values in [low, high). */
export const realHalf =
  (low: number, high: number): Fill =>
  (random) =>
    halfBits(low + unit(random) * (high - low));
export const zero: Fill = () => 0;
export const zero64: Fill = () => 0n;

export { f32Bits };
