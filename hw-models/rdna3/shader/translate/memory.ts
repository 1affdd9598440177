/**
 * Memory instructions as calls of the helper module. What has no call here the interpreter executes.
 *
 * Pure software.
 */
import type { Code, ModuleWriter } from '../../../exec/wasm/writer.ts';
import type { Decoded } from '../isa/types.ts';
import type { Scalars } from './scalars.ts';

export interface MemoryImports {
  readonly functions: ReadonlyMap<string, number>;
}

export interface MemoryPlace {
  readonly code: Code;
  readonly context: number;
  readonly scalarsBase: number;
  readonly vectors: number;
  readonly wide: boolean;
  /** Block times 256 plus instruction: who asks. */
  readonly tag: number;
  readonly scalars: Scalars;
  endRun(): void;
  runWrites(scalar: number): boolean;
}

export function importMemoryFunctions(_module: ModuleWriter): MemoryImports {
  return { functions: new Map() };
}

/** Writes the access; false where it has no call. */
export function memoryAccess(_d: Decoded, _imports: MemoryImports, _place: MemoryPlace): boolean {
  return false;
}
