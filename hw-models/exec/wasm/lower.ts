/**
 * From expression trees to WebAssembly instructions: the fast back end.
 *
 * Vector code works on four lanes at a time; who calls writes the loop over a strip's quads around it and says where
 * operands come from. Scalar code works on i32 values. Results are those of the JavaScript back end (../compile.ts),
 * bit by bit; what cannot be lowered is said beforehand.
 *
 * Pure software.
 */
import type { OutputShape, TreeInstruction } from '../compile.ts';
import type { Node } from '../expr.ts';
import type { FloatMode } from '../float-mode.ts';
import { LaneTree } from './lower-lanes.ts';
import { ScalarTree } from './lower-scalar.ts';
import { laneObstacle, scalarObstacle } from './lower-support.ts';
import type { Term, Terms } from './lower-terms.ts';
import { Type } from './writer.ts';
import type { Code } from './writer.ts';

/** Where operands come from; each call pushes one value on the stack of the code given to `lowerLanes`. */
export interface LaneOperands {
  /**
   * v128 with dword `dword` (0, or 1 for the high half of 64-bit operands) of input `position` for the four lanes.
   * `bits` false: float arithmetic reads it, to which it makes no difference what a NaN looks like.
   */
  push(position: number, dword: 0 | 1, bits: boolean): void;
  /** v128 lane mask (all ones or zero a lane) of a `mask` input. */
  pushMask(position: number): void;
  /** v128 old contents of the register that output `output` goes to (16-bit outputs keep the other half). */
  pushOld(output: number): void;
  /** A dword of an operand whose bits are known when the code is written. */
  known?(position: number, dword: 0 | 1): number | undefined;
  /** An i32 local with dword 0 of an operand that all lanes share and that the loop does not change. */
  uniform?(position: number): number | undefined;
}

/** The loop that code is written for. */
export interface LaneEnvironment {
  /** Body of the loop. */
  readonly code: Code;
  readonly mode: FloatMode;
  /** `relaxed_madd` rounds once here (and the other relaxed instructions exist). */
  readonly fused: boolean;
  /** A local that holds this v128 constant (dwords), set before the loop; nothing in the loop writes it. */
  constant(a: number, b: number, c: number, d: number): number;
  /** A local with a v128 that `write` pushes before the loop; equal keys are one local. `write` may ask for constants. */
  hoisted(key: string, write: (prologue: Code) => void): number;
  /** Pushes a v128 of the four lane numbers, 0 to 31. */
  pushLane(): void;
  /** Pushes a v128 that says in each lane which half of a 64-lane wave this is. */
  pushHalf(): void;
}

/** Results in locals of the code's own that belong to the caller now. */
export type LaneResult =
  | {
      readonly kind: 'dwords';
      /** One or two v128. */
      readonly locals: readonly number[];
      /** The only dword is an f32 that may be another NaN than the canonical one. */
      readonly looseNan: boolean;
    }
  | { readonly kind: 'mask'; readonly local: number };

/** Can this instruction be lowered for lanes under this mode? `fused` as the environment will say. */
export function lanesLowerable(instruction: TreeInstruction, mode: FloatMode, fused = false): boolean {
  return laneObstacle(instruction, mode, fused) === undefined;
}

function local(t: Terms, term: Term): number {
  t.emit(term);
  const result = t.code.local(Type.v128);
  t.code.set(result);
  return result;
}
/** The whole register for a 16-bit result: the other half stays. */
function merged(t: Terms, shape: OutputShape, old: Term, bits: Term): Term {
  return shape.high
    ? t.or(t.and(old, t.splat(0xffff)), t.shift('i32x4.shl', bits, 16))
    : t.or(t.and(old, t.splat(0xffff0000)), bits);
}

/** Writes the instruction for four lanes into the environment's code: one result for each output. */
export function lowerLanes(
  instruction: TreeInstruction,
  operands: LaneOperands,
  environment: LaneEnvironment,
): LaneResult[] {
  const tree = new LaneTree(instruction, operands, environment);
  const t = tree.terms;
  const result = (shape: OutputShape, root: Node, output: number): LaneResult => {
    const dwords = (...terms: readonly Term[]): LaneResult => ({
      kind: 'dwords',
      locals: terms.map((term) => local(t, term)),
      looseNan: shape.type === 'f32' && tree.mayBeNan(root),
    });
    const old = (): void => operands.pushOld(output);
    switch (shape.type) {
      case 'mask':
        return { kind: 'mask', local: local(t, tree.one(root)) };
      case 'i32':
      case 'f32':
        return dwords(tree.one(root));
      case 'i64':
      case 'f64': {
        const { low, high } = tree.words(root);
        return dwords(low, high);
      }
      case 'u16': {
        const low = tree.one(root);
        if (shape.high || tree.fits16(root)) return dwords(merged(t, shape, old, low));
        return dwords(t.blend(t.splat(0xffff), low, old));
      }
      case 'f16':
      case 'bf16':
        return dwords(merged(t, shape, old, tree.bits(root)));
      default:
        throw new TypeError(`a ${shape.type} cannot be stored in a vector register`);
    }
  };
  const results = instruction.outputs.map((shape, output) => result(shape, instruction.results[output]!, output));
  t.release();
  return results;
}

/** Writes the canonical NaN for any NaN into a local of f32 lanes. `constant`: a local with this dword in all lanes. */
export function canonicaliseF32(code: Code, value: number, constant: (bits: number) => number): void {
  code.get(value);
  code.get(constant(0x7fc00000));
  code.get(value);
  code.get(value);
  code.op('f32x4.eq');
  code.op('v128.bitselect');
  code.set(value);
}

/** Scalar operands: each call pushes one i32. Flags are 0 or 1. */
export interface ScalarOperands {
  push(position: number, dword: 0 | 1): void;
  /** A dword of an operand whose bits are known when the code is written. */
  known?(position: number, dword: 0 | 1): number | undefined;
}

/** Can this instruction be lowered as scalar code? It has no floats: no mode matters. */
export function scalarLowerable(instruction: TreeInstruction): boolean {
  return scalarObstacle(instruction) === undefined;
}

/** Writes scalar code: for each output its i32 locals, one or two dwords; a flag is 0 or 1. */
export function lowerScalar(
  instruction: TreeInstruction,
  operands: ScalarOperands,
  code: Code,
): { readonly locals: readonly number[] }[] {
  const tree = new ScalarTree(instruction, operands, code);
  const results = instruction.outputs.map((shape, output) => {
    const root = instruction.results[output]!;
    if (shape.type !== 'i64') {
      tree.push(root);
      const dword = code.local(Type.i32);
      code.set(dword);
      return { locals: [dword] };
    }
    const whole = tree.keep(root);
    const [low, high] = [code.local(Type.i32), code.local(Type.i32)];
    code.get(whole);
    code.op('i32.wrap_i64');
    code.set(low);
    code.get(whole);
    code.i64(32n);
    code.op('i64.shr_u');
    code.op('i32.wrap_i64');
    code.set(high);
    return { locals: [low, high] };
  });
  tree.release();
  return results;
}
