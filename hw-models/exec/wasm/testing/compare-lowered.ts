/**
 * Holds lowered code against the JavaScript back end on strips of corner values: throws at the first dword that differs.
 */
import type { TreeInstruction } from '../../compile.ts';
import type { FloatMode } from '../../float-mode.ts';
import { laneData } from './corners.ts';
import { loweredLanes, loweredScalar, referenceLanes, referenceScalar } from './run-lowered.ts';
import type { OperandData } from './run-lowered.ts';

export interface Comparison {
  readonly mode: FloatMode;
  readonly fused: boolean;
  readonly seed?: number;
  /** Strips to compare. */
  readonly rounds?: number;
  readonly half?: number;
  /** Bits of operands in place `constant`; random ones where absent. */
  readonly constants?: readonly (OperandData | undefined)[];
}

const hex = (n: number): string => (n >>> 0).toString(16).padStart(8, '0');
const nothing: OperandData = { low: new Int32Array(1), high: new Int32Array(1) };

export function compareLanes(name: string, instruction: TreeInstruction, options: Comparison): void {
  const { mode, fused, seed = 1, rounds = 8, half = 0 } = options;
  const random = laneData(instruction, seed);
  const first = random();
  const isConstant = (position: number): boolean => instruction.inputs[position]!.place === 'constant';
  const constants = instruction.inputs.map((_, position) =>
    isConstant(position) ? (options.constants?.[position] ?? first.inputs[position]!) : nothing,
  );
  const wanted = referenceLanes(instruction, mode, half);
  const got = loweredLanes(instruction, mode, fused, constants, half);
  for (let round = 0; round < rounds; round++) {
    const made = round === 0 ? first : random();
    const inputs = made.inputs.map((x, position) => (isConstant(position) ? constants[position]! : x));
    const expected = wanted({ ...made, inputs });
    const actual = got({ ...made, inputs });
    for (const [n, dwords] of expected.entries()) {
      for (const [dword, lanes] of dwords.entries()) {
        for (const [lane, bits] of lanes.entries()) {
          const is = actual[n]![dword]![lane]!;
          if (is === bits) continue;
          const operands = inputs.map(({ low, high }, position) => {
            const { place, type } = instruction.inputs[position]!;
            const at = place === 'vector' ? lane : 0;
            return `${place[0]}${type}:${hex(high[at]!)}_${hex(low[at]!)}`;
          });
          throw new Error(
            `${name}: lane ${lane}, output ${n}.${dword}: ${hex(is)}, not ${hex(bits)}, of ${operands.join(' ')}`,
          );
        }
      }
    }
  }
}

export function compareScalar(
  name: string,
  instruction: TreeInstruction,
  options: Pick<Comparison, 'mode' | 'seed' | 'rounds' | 'constants'>,
): void {
  const { mode, seed = 1, rounds = 60 } = options;
  const random = laneData(instruction, seed);
  const words = (): [number, number][] =>
    random().inputs.map(({ low, high }, n) =>
      instruction.inputs[n]!.type === 'flag' ? [low[1]! & 1, 0] : [low[1]!, high[1]!],
    );
  const constants = words().map((pair, n): [number, number] => {
    const given = options.constants?.[n];
    return given === undefined ? pair : [given.low[0]!, given.high[0]!];
  });
  const [wanted, got] = [referenceScalar(instruction, mode), loweredScalar(instruction, constants)];
  for (let round = 0; round < rounds; round++) {
    const inputs = words().map((pair, n) => (instruction.inputs[n]!.place === 'constant' ? constants[n]! : pair));
    const expected = wanted(inputs).flat();
    const actual = got(inputs).flat();
    if (expected.some((x, n) => x !== actual[n]))
      throw new Error(
        `${name} of ${inputs.flat().map(hex).join(' ')}: ${actual.map(hex).join(' ')}, not ${expected.map(hex).join(' ')}`,
      );
  }
}
