/**
 * What a corpus kernel is: code, launch shape, arguments, inputs and the check of its outputs. Pure software.
 */

export type Scalar =
  | { readonly u32: number }
  | { readonly i32: number }
  | { readonly f32: number }
  | { readonly f64: number };

export interface CorpusBuffer {
  readonly name: string;
  readonly bytes: number;
  readonly role: 'in' | 'out' | 'inout';
  /** Contents before the launch: equal seeds give equal bytes; an output starts as 0xa5. */
  readonly init: (seed: number) => Uint8Array;
}

export interface CorpusArgument {
  /** Byte offset in the kernarg segment. */
  readonly offset: number;
  readonly bytes: 4 | 8;
  readonly value: { readonly buffer: string } | Scalar;
}

export interface Mismatch {
  readonly buffer: string;
  readonly index: number;
  readonly expected: string;
  readonly actual: string;
}

export interface CorpusKernel {
  /** Unique: kernel, optimisation, shape. */
  readonly name: string;
  /** The code object, an ELF64. */
  readonly object: () => Uint8Array;
  readonly objectName: string;
  /** ELF symbol of the code; its descriptor is `${symbol}.kd`. */
  readonly symbol: string;
  readonly optimisation: 'O0' | 'O1' | 'O2' | 'O3';
  /** Work-items of a workgroup. */
  readonly workgroup: readonly [number, number, number];
  /** Workgroups. */
  readonly grid: readonly [number, number, number];
  readonly buffers: readonly CorpusBuffer[];
  readonly arguments: readonly CorpusArgument[];
  /** Bytes of explicit arguments; allocate 256 more for the hidden ones of code object version 5. */
  readonly kernargBytes: number;
  /** Compares what the kernel left in its out and inout buffers with the host's own computation. */
  readonly verify: (outputs: ReadonlyMap<string, Uint8Array>, seed: number) => Mismatch[];
}
