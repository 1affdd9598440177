/**
 * Kernel arguments: the caller's values put where the kernel looks for them.
 *
 * With metadata each argument has its own offset, and the hidden ones that compilers add behind (sizes of the grid) are
 * filled in. Without it arguments lie one after the other, each aligned to its own size.
 *
 * Facts: LLVM's AMDGPU usage document, code object version 5.
 */

import { EmptyslotError, hi32, lo32 } from '../../pcie/index.ts';
import type { KernelArgument } from '../elf.ts';
import { roundUp } from '../numbers.ts';
import type { GpuBuffer } from './buffer.ts';

/**
 * One argument: a buffer (its address is passed), a number of a stated type, a 64-bit pair [lo, hi], or raw bytes.
 */
export type KernelValue =
  | GpuBuffer
  | { readonly u32: number }
  | { readonly i32: number }
  | { readonly f32: number }
  | { readonly f64: number }
  /** Below 2^53. */
  | { readonly u64: number }
  | { readonly pair: readonly [lo: number, hi: number] }
  | { readonly bytes: Uint8Array };

export type Triple = readonly [x: number, y: number, z: number];

/** What hidden arguments tell a kernel of its launch. */
export interface LaunchShape {
  /** Workgroups. */
  readonly groups: Triple;
  /** Work-items of a workgroup. */
  readonly workgroup: Triple;
}

/** Bytes of one argument. */
function encode(value: KernelValue): Uint8Array {
  if ('address' in value) return encode({ u64: value.address });
  if ('bytes' in value) return value.bytes;
  const view = new DataView(new ArrayBuffer(8));
  if ('u32' in value) view.setUint32(0, value.u32, true);
  else if ('i32' in value) view.setInt32(0, value.i32, true);
  else if ('f32' in value) view.setFloat32(0, value.f32, true);
  else if ('f64' in value) view.setFloat64(0, value.f64, true);
  else if ('u64' in value) {
    view.setUint32(0, lo32(value.u64), true);
    view.setUint32(4, hi32(value.u64), true);
  } else {
    view.setUint32(0, value.pair[0], true);
    view.setUint32(4, value.pair[1], true);
  }
  return new Uint8Array(view.buffer, 0, 'u32' in value || 'i32' in value || 'f32' in value ? 4 : 8);
}

/**
 * The kernel's argument block.
 *
 * @param bytes its size from the kernel descriptor.
 * @throws EmptyslotError `LAUNCH_INVALID` when number or sizes of arguments are not what the kernel has.
 */
export function packArguments(
  name: string,
  bytes: number,
  layout: readonly KernelArgument[] | undefined,
  values: readonly KernelValue[],
  shape: LaunchShape,
): Uint8Array {
  const block = new Uint8Array(bytes);
  if (layout === undefined) {
    let at = 0;
    values.forEach((value, i) => {
      const encoded = encode(value);
      at = roundUp(at, Math.min(8, alignmentOf(encoded.length)));
      place(name, block, at, encoded, `argument ${i}`);
      at += encoded.length;
    });
    return block;
  }
  const explicit = layout.filter((arg) => !arg.kind.startsWith('hidden_'));
  if (explicit.length !== values.length) {
    throw new EmptyslotError(
      'LAUNCH_INVALID',
      `${name} takes ${explicit.length} arguments, ${values.length} were given`,
      {
        expected: explicit.map((a) => `${a.name}: ${a.kind} of ${a.bytes} bytes`).join(', '),
        lastSeen: String(values.length),
        facts: { kernel: name },
      },
    );
  }
  explicit.forEach((arg, i) => {
    const value = values[i]!;
    // C's short and char arguments are given as 32-bit numbers
    const narrow = ('u32' in value || 'i32' in value) && arg.bytes < 4;
    const encoded = narrow ? encode(value).subarray(0, arg.bytes) : encode(value);
    if (encoded.length !== arg.bytes) {
      throw new EmptyslotError(
        'LAUNCH_INVALID',
        `${name}: ${arg.name} takes ${arg.bytes} bytes, ${encoded.length} were given`,
        {
          expected: String(arg.bytes),
          lastSeen: String(encoded.length),
          facts: { kernel: name, argument: i },
        },
      );
    }
    place(name, block, arg.offset, encoded, arg.name);
  });
  for (const arg of layout)
    if (arg.kind.startsWith('hidden_')) place(name, block, arg.offset, hidden(arg, shape), arg.kind);
  return block;
}

/** Hidden arguments that are not known here (heaps, printf buffers, queues) stay 0. */
function hidden(arg: KernelArgument, shape: LaunchShape): Uint8Array {
  const out = new Uint8Array(arg.bytes);
  const axis = 'xyz'.indexOf(arg.kind.slice(-1));
  let value = 0;
  if (arg.kind.startsWith('hidden_block_count_')) value = shape.groups[axis as 0 | 1 | 2];
  else if (arg.kind.startsWith('hidden_group_size_')) value = shape.workgroup[axis as 0 | 1 | 2];
  else if (arg.kind === 'hidden_grid_dims')
    value = shape.groups[2] * shape.workgroup[2] > 1 ? 3 : shape.groups[1] * shape.workgroup[1] > 1 ? 2 : 1;
  for (let i = 0; i < Math.min(4, out.length); i++) out[i] = value >>> (8 * i);
  return out;
}

function alignmentOf(bytes: number): number {
  return bytes >= 8 ? 8 : bytes >= 4 ? 4 : bytes >= 2 ? 2 : 1;
}

function place(name: string, block: Uint8Array, at: number, bytes: Uint8Array, what: string): void {
  if (at + bytes.length > block.length) {
    throw new EmptyslotError(
      'LAUNCH_INVALID',
      `${name}: ${what} ends at byte ${at + bytes.length} of ${block.length} bytes of arguments`,
      {
        expected: `within ${block.length} bytes`,
        lastSeen: String(at + bytes.length),
        facts: { kernel: name },
      },
    );
  }
  block.set(bytes, at);
}
