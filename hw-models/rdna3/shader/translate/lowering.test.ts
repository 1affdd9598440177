/**
 * Every tree of the instruction table, lowered to WebAssembly and held against the JavaScript back end, in encodings at
 * random: operands from registers, scalars and constants, modifiers, halves, output modes.
 */
import { describe, expect, it } from 'vitest';
import type { InputShape, TreeInstruction } from '../../../exec/compile.ts';
import type { Node } from '../../../exec/expr.ts';
import { fusedMultiplyAdd } from '../../../exec/wasm/features.ts';
import { laneObstacle, scalarObstacle } from '../../../exec/wasm/lower-support.ts';
import { compareLanes, compareScalar } from '../../../exec/wasm/testing/compare-lowered.ts';
import { shapesOf } from '../bind.ts';
import { floatModeOf } from '../float-mode.ts';
import { decode, disassemble, randomEncoding, seeded, table } from '../isa/index.ts';
import type { Decoded } from '../isa/index.ts';
import { treeOf, treeSemantics } from '../semantics/index.ts';
import { COMPILER_MODE } from '../testing/one-instruction.ts';

/** What is left to the interpreter, and why. This list may only shrink. */
const notLowered: Record<string, string> = {
  v_div_fixup_f64: 'divisionFixup of f64',
  v_div_fmas_f64: 'fmaScaled of f64',
  v_trig_preop_f64: 'twoOverPi of f64',
};
/** The same on hosts that do not fuse. */
const notFused: Record<string, string> = {
  v_fma_f64: 'fma of f64 where the host does not fuse',
};

const semantics = treeSemantics();
const rows = table().filter((row) => treeOf(semantics, row.name) !== undefined);

interface Part {
  readonly instruction: TreeInstruction;
  readonly constants: readonly { readonly low: Int32Array; readonly high: Int32Array }[];
}
function partsOf(d: Decoded, mode: ReturnType<typeof floatModeOf>): Part[] {
  const parts = shapesOf(d, { semantics, mode });
  if (parts === undefined) throw new Error(`${d.row.name} has no tree`);
  return parts.map((part) => {
    // Gathered operands reach lowered code like registers.
    const inputs = part.instruction.inputs.map((shape): InputShape =>
      shape.place === 'temporary' ? { ...shape, place: 'vector' } : shape,
    );
    return {
      instruction: { ...part.instruction, inputs, results: part.results() },
      constants: inputs.map((_, position) => ({
        low: Int32Array.of(part.parameters[2 * position]!),
        high: Int32Array.of(part.parameters[2 * position + 1]!),
      })),
    };
  });
}
const vector = (d: Decoded): boolean => d.format.startsWith('VOP');

const has = (root: Node, kind: Node['kind'], seen = new Set<Node>()): boolean => {
  if (seen.has(root)) return false;
  seen.add(root);
  return root.kind === kind || root.args.some((argument) => has(argument, kind, seen));
};

function* encodings(seed: number, each: number): Generator<Decoded> {
  const random = seeded(seed);
  for (const row of rows) {
    let made = 0;
    for (let attempt = 0; attempt < 200 && made < each; attempt++) {
      const d = decode(Uint32Array.from([...randomEncoding(row, random), 0, 0]), 0);
      if (d === undefined) continue;
      made++;
      yield d;
    }
    if (made === 0) throw new Error(`no encoding of ${row.name}`);
  }
}

const settings = [
  { name: "compilers' mode", mode: COMPILER_MODE, each: 2 },
  { name: 'denormals flushed, no IEEE mode, no clamp of NaN', mode: 0x000, each: 1 },
  { name: 'f16 overflow saturates', mode: 0x8003f0, each: 1 },
];

const fusions = fusedMultiplyAdd() ? [true, false] : [false];

describe('lowered instructions', () => {
  for (const fused of fusions) {
    // the second time only what fuses is looked at
    const again = fused !== fusions[0];
    for (const { name, mode, each } of settings) {
      it(`${name}, ${fused ? '' : 'not '}fused: the same bits`, () => {
        const floatMode = floatModeOf(mode);
        const left: Record<string, string> = {};
        let compared = 0;
        for (const d of encodings(mode + +fused, each)) {
          for (const { instruction, constants } of partsOf(d, floatMode)) {
            const obstacle = vector(d) ? laneObstacle(instruction, floatMode, fused) : scalarObstacle(instruction);
            if (obstacle !== undefined) {
              left[d.row.name] = obstacle;
              continue;
            }
            if (again && !(vector(d) && instruction.results.some((root) => has(root, 'fma')))) continue;
            const text = disassemble(d);
            if (vector(d))
              compareLanes(text, instruction, { mode: floatMode, fused, constants, rounds: 3, seed: compared + 1 });
            else compareScalar(text, instruction, { mode: floatMode, constants, rounds: 20 });
            compared++;
          }
        }
        expect(left).toEqual({ ...notLowered, ...(fused ? {} : notFused) });
        expect(compared).toBeGreaterThan(again ? 25 : 800);
      });
    }
  }
});
