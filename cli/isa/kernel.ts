/** Kernels of a code object by name. */

import type { CodeKernel } from '../../driver-core/elf.ts';
import { UsageError } from '../exit.ts';
import type { ToolObject } from './object.ts';

/**
 * The kernel called `name`; where there is one only, no name is needed.
 *
 * @throws UsageError that lists the kernels there are.
 */
export function kernelOf({ kernels }: ToolObject, name: string | undefined): CodeKernel {
  const list = kernels.map((k) => k.name).join(', ') || 'none';
  if (name === undefined) {
    if (kernels.length === 1) return kernels[0]!;
    throw new UsageError(`--kernel: expected one of ${list}`);
  }
  const found = kernels.find((k) => k.name === name);
  if (found === undefined) throw new UsageError(`--kernel ${name}: no such kernel; there are: ${list}`);
  return found;
}
