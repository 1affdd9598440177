/**
 * Trees to vector instructions: walks a tree, and has each node's value written where it is used.
 *
 * What a value is by its type: `bool` a lane mask, `i32`, `f32`, `f16` and `bf16` one vector (the last two as the f32
 * numbers they are), `i64` two vectors of dwords, `f64` two vectors of two lanes. Every float operation gives what the
 * JavaScript back end gives, bit by bit, but for what a NaN looks like while it is a float.
 *
 * Pure software.
 */
import type { TreeInstruction } from '../compile.ts';
import type { Node } from '../expr.ts';
import type { FloatMode } from '../float-mode.ts';
import type { LaneEnvironment, LaneOperands } from './lower.ts';
import { DoubleNodes } from './lower-doubles.ts';
import { canonicalBits } from './lower-f64.ts';
import type { Pair } from './lower-f64.ts';
import { Knowledge, usesOf } from './lower-fold.ts';
import type { Wide } from './lower-int64.ts';
import { IntegerNodes } from './lower-integers.ts';
import { NarrowNodes } from './lower-narrow.ts';
import { OperandReader } from './lower-operands.ts';
import { Terms } from './lower-terms.ts';
import type { Term } from './lower-terms.ts';

/** What the makers of nodes need: values of other nodes, and where they are. */
export interface Values {
  readonly terms: Terms;
  readonly operands: OperandReader;
  readonly environment: LaneEnvironment;
  readonly mode: FloatMode;
  readonly fused: boolean;
  readonly knowledge: Knowledge;
  /** How often trees name this node. */
  uses(node: Node): number;
  /** Value of one vector: bool, i32, f32, f16 or bf16. */
  one(node: Node): Term;
  /** An i64. */
  wide(node: Node): Wide;
  /** An f64. */
  pair(node: Node): Pair;
}

export class LaneTree implements Values {
  readonly terms: Terms;
  readonly operands: OperandReader;
  readonly environment: LaneEnvironment;
  readonly mode: FloatMode;
  readonly fused: boolean;
  readonly knowledge: Knowledge;
  readonly #integers: IntegerNodes;
  readonly #narrow: NarrowNodes;
  readonly #doubles: DoubleNodes;
  readonly #uses: ReadonlyMap<Node, number>;
  readonly #ones = new Map<Node, Term>();
  readonly #wides = new Map<Node, Wide>();
  readonly #pairs = new Map<Node, Pair>();

  constructor(instruction: TreeInstruction, operands: LaneOperands, environment: LaneEnvironment) {
    const { code, fused, mode } = environment;
    this.environment = environment;
    this.mode = mode;
    this.fused = fused;
    this.terms = new Terms(code, (a, b, c, d) => environment.constant(a, b, c, d), fused);
    this.knowledge = new Knowledge(instruction.inputs, (position) => operands.known?.(position, 0));
    this.operands = new OperandReader(this.terms, instruction, operands, environment, this.knowledge);
    this.#integers = new IntegerNodes(this);
    this.#doubles = new DoubleNodes(this);
    this.#narrow = new NarrowNodes(this, this.#doubles);
    this.#uses = usesOf(instruction.results);
  }

  uses(node: Node): number {
    return this.#uses.get(node)!;
  }

  one(node: Node): Term {
    const known = this.#ones.get(node);
    if (known !== undefined) return known;
    const made = this.#makeOne(node);
    const term = this.uses(node) > 1 ? this.terms.share(made) : made;
    this.#ones.set(node, term);
    return term;
  }
  #makeOne(node: Node): Term {
    const value = this.knowledge.value(node);
    if (value !== undefined) return this.terms.splat(node.type === 'bool' ? -value : value);
    if (node.type !== 'i32' && node.type !== 'bool') return this.#narrow.narrow(node);
    // a select takes its type from what it selects, not from its condition
    const of = node.kind === 'select' ? node.type : node.args[0]?.type;
    if (of === 'f64') return this.#doubles.test(node);
    return of !== undefined && of.includes('f') ? this.#narrow.test(node) : this.#integers.integer(node);
  }
  wide(node: Node): Wide {
    const known = this.#wides.get(node);
    if (known !== undefined) return known;
    const made = this.#integers.integer64(node);
    const wide = {
      low: this.terms.share(made.low),
      high: made.high === undefined ? undefined : this.terms.share(made.high),
    };
    this.#wides.set(node, wide);
    return wide;
  }
  pair(node: Node): Pair {
    const known = this.#pairs.get(node);
    if (known !== undefined) return known;
    const made = this.#doubles.double(node);
    const pair: Pair = [this.terms.share(made[0]), this.terms.share(made[1])];
    this.#pairs.set(node, pair);
    return pair;
  }

  // What outputs ask for.

  /** Bits of an f32, f16 or bf16 node with the canonical NaN. */
  bits(node: Node): Term {
    return this.#narrow.bits(node);
  }
  /** May a float node be NaN? */
  mayBeNan(node: Node): boolean {
    return this.#narrow.mayBeNan(node);
  }
  /** Dwords of an i64 or f64 node, the canonical NaN where it is one. */
  words(node: Node): { readonly low: Term; readonly high: Term } {
    const { low, high } = node.type === 'f64' ? canonicalBits(this.terms, this.pair(node)) : this.wide(node);
    return { low, high: high ?? this.terms.splat(0) };
  }
  /** Are the upper 16 bits of an i32 node zero? */
  fits16(node: Node): boolean {
    return this.knowledge.width(node) <= 16;
  }
}
