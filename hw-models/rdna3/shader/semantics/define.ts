/**
 * The language semantics are written in: a signature that names the operands' types, and a function that
 * builds the expression tree.
 *
 * `'f32 = f32 f32'`: one result, two sources, in the order of the instruction's operands. Names of operands that
 * are not encoded stand in the same list. Words:
 *
 * | word | meaning |
 * |---|---|
 * | `f16 bf16 f32 f64` | a float; neg and abs modifiers apply |
 * | `b32 b64` | bits |
 * | `u16 s16` | 16 bits, zero- or sign-extended to 32 on the way in, written to one half on the way out |
 * | `m` | one bit a lane: the encoded scalar operand, or VCC |
 * | `xm` | result only: one bit a lane, to EXEC |
 * | `scc` | the scalar condition code |
 * | `exec32 exec64` | EXEC as a scalar |
 * | `d:T` | source only: the destination's old value as T |
 * | `s2+2:T` | source only: two registers behind source 2, for operands of four |
 * | `s0:T`, `d2:T` | result only: to source 0; two registers behind the destination |
 * | `k:T` | source only: the register that SOPK compares |
 * | `imm` | the format's immediate |
 *
 * Pure software; the facts are in the files that use it.
 */
import { build } from '../../../exec/expr.ts';
import type { Builder, Node } from '../../../exec/expr.ts';
import type { Decoded } from '../isa/types.ts';

export interface Modifiers {
  readonly clamp: boolean;
  /** The whole instruction, for what only packed operations look at. Reading anything but operand modifiers makes the shape key wrong. */
  readonly decoded: Decoded;
}

export interface TreeSemantics {
  readonly outputs: readonly string[];
  readonly inputs: readonly string[];
  /** Sources are handed over as raw dwords and the tree applies operand selection and negation by itself. */
  readonly packed: boolean;
  readonly tree: (inputs: readonly Node[], modifiers: Modifiers) => readonly Node[];
}

type Tree = (b: Builder, inputs: readonly Node[], modifiers: Modifiers) => Node | readonly Node[];

export type Semantics = Record<string, TreeSemantics>;

/** Makes one entry. Throws on a malformed signature. */
export function tree(signature: string, make: Tree, packed = false): TreeSemantics {
  const [left, right] = signature.split('=').map((side) => side.trim());
  if (left === undefined || right === undefined) throw new SyntaxError(`signature ${signature}`);
  const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');
  return {
    outputs: words(left),
    inputs: words(right),
    packed,
    tree: (inputs, modifiers) => {
      const made = make(build, inputs, modifiers);
      return Array.isArray(made) ? (made as readonly Node[]) : [made as Node];
    },
  };
}

// Pieces that several tables share.

export const zero = build.i32(0);
export const one = build.i32(1);
export const minusOne = build.i32(-1);
export const int = build.i32;

/** Carry out of a + b, which gave `sum`. */
export const carry = (sum: Node, a: Node): Node => build.ltU(sum, a);
export const toInt = (condition: Node): Node => build.select(condition, one, zero);
const topBit = (x: Node): Node => build.ltS(x, zero);
/** x + y + carry, and its carry out: where at least two of x, y and the complement of the sum have their top bit set. */
export function addWithCarry(x: Node, y: Node, carryIn: Node): readonly [sum: Node, carryOut: Node] {
  const sum = build.add(build.add(x, y), toInt(carryIn));
  return [sum, topBit(build.or(build.and(x, y), build.and(build.or(x, y), build.not(sum))))];
}
/** x - y - borrow, and its borrow out. */
export function subWithBorrow(x: Node, y: Node, borrowIn: Node): readonly [difference: Node, borrowOut: Node] {
  const difference = build.sub(build.sub(x, y), toInt(borrowIn));
  const more = build.and(y, build.not(x));
  const less = build.and(x, build.not(y));
  return [difference, topBit(build.or(more, build.and(difference, build.not(less))))];
}
export const wideFalse = build.i64(0, 0);
export const isZero = (x: Node): Node => build.eq(x, x.type === 'i64' ? wideFalse : zero);
export const notZero = (x: Node): Node => build.ne(x, x.type === 'i64' ? wideFalse : zero);
export const mask16 = (x: Node): Node => build.and(x, int(0xffff));
export const signed16 = (x: Node): Node => build.sar(build.shl(x, int(16)), int(16));
export const clampS = (x: Node, low: number, high: number): Node => build.minS(build.maxS(x, int(low)), int(high));
export const wideMulU = (a: Node, b: Node): Node => build.pack(build.mul(a, b), build.mulHighU(a, b));
export const wideMulS = (a: Node, b: Node): Node => build.pack(build.mul(a, b), build.mulHighS(a, b));
export const u24 = (x: Node): Node => build.and(x, int(0xffffff));
export const s24 = (x: Node): Node => build.sar(build.shl(x, int(8)), int(8));
