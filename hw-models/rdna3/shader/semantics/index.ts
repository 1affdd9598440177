/**
 * Semantics by mnemonic: trees for everything that computes, taken from one file a family.
 *
 * Memory instructions are described by `memorySemantics`, control and lane-crossing ones by name in the files
 * beside the engine. Pure software.
 */
import { compareSemantics } from './compare.ts';
import type { Semantics, TreeSemantics } from './define.ts';
import { packedSemantics } from './packed.ts';
import { scalarSemantics } from './scalar.ts';
import { vectorFloatSemantics } from './vector-float.ts';
import { vectorIntegerSemantics } from './vector-integer.ts';

/** Builds the whole table. A core does it when it first decodes an instruction: a card that runs none pays nothing. */
export function treeSemantics(): Semantics {
  return {
    ...scalarSemantics(),
    ...compareSemantics(),
    ...vectorIntegerSemantics(),
    ...vectorFloatSemantics(),
    ...packedSemantics(),
  };
}

/** The tree of a mnemonic; `v_dual_` names are their plain counterparts. */
export function treeOf(table: Semantics, name: string): TreeSemantics | undefined {
  return table[name.startsWith('v_dual_') ? `v_${name.slice(7)}` : name];
}
