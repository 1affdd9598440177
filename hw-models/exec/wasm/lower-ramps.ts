/**
 * Ramps: values that go up by the same step from lane to lane, so that lane 0's and the step say all of them; a step of 0
 * is a value that all lanes share. Addresses are mostly that.
 *
 * What a tree makes of ramps is told in two parts. `rampsOf` finds the steps, which are known when code is written, and
 * under which conditions they are right: a number that goes around 2^32 between two lanes is no ramp of 64 bits, a
 * compare of ramps has one outcome only where the first lane's is the last one's. `lowerRamps` then writes scalar code
 * for lane 0 and for the conditions.
 *
 * Pure software.
 */
import type { InputShape, TreeInstruction } from '../compile.ts';
import type { Node } from '../expr.ts';
import { Knowledge } from './lower-fold.ts';
import { ScalarTree } from './lower-scalar.ts';
import { scalarTreeObstacle } from './lower-support.ts';
import type { ScalarOperands } from './lower.ts';
import type { Opcode } from './opcodes.ts';
import { Type } from './writer.ts';
import type { Code } from './writer.ts';

/** Larger steps are not worth the thought. */
const MOST = 1 << 20;

/** What has to hold for lane 0's value of a node, or of its operands, that the steps be right. */
type Condition =
  /** The node's ramp does not go around its end: unsigned, signed, or the lower half of an i64. */
  | { readonly kind: 'unsigned' | 'signed' | 'lowHalf'; readonly node: Node; readonly step: number }
  /** A shift right or a compare gives the last lane what it gives the first. */
  | { readonly kind: 'sameEnds'; readonly node: Node; readonly steps: readonly [number, number] }
  /** The bits above those of `mask` are the same, those below are 0: the mask takes away what all lanes share. */
  | { readonly kind: 'masked'; readonly node: Node; readonly mask: number; readonly step: number }
  /** All lanes' bits are below the lowest of `other`: OR is a sum. */
  | { readonly kind: 'apart'; readonly node: Node; readonly other: Node; readonly step: number };

export interface RampPlan {
  /** By output: its step; undefined: it is no ramp. Of an i64 result the step is the lower dword's. */
  readonly steps: readonly (number | undefined)[];
  readonly conditions: readonly Condition[];
}

class Finder {
  readonly conditions: Condition[] = [];
  readonly #step: (position: number) => number | undefined;
  readonly #inputs: readonly InputShape[];
  readonly #knowledge: Knowledge;
  readonly #memo = new Map<Node, number | undefined>();
  readonly #last: number;

  constructor(
    instruction: TreeInstruction,
    step: (position: number) => number | undefined,
    known: (position: number) => number | undefined,
    lanes: number,
  ) {
    this.#last = lanes - 1;
    this.#inputs = instruction.inputs;
    this.#step = step;
    this.#knowledge = new Knowledge(instruction.inputs, known);
  }

  step(node: Node): number | undefined {
    if (this.#memo.has(node)) return this.#memo.get(node);
    const found = this.#find(node);
    const step = found !== undefined && Math.abs(found) <= MOST ? found : undefined;
    this.#memo.set(node, step);
    return step;
  }

  /** Notes a condition on a ramp that goes up; false where there is none that could hold. */
  #needs(kind: 'unsigned' | 'signed' | 'lowHalf', node: Node, step: number): boolean {
    if (step === 0) return true;
    if (step < 0) return false;
    this.conditions.push({ kind, node, step });
    return true;
  }

  #find(node: Node): number | undefined {
    const { kind, args } = node;
    if (kind === 'const' || this.#knowledge.value(node) !== undefined) return 0;
    if (kind === 'input') return this.#input(node);
    if (kind === 'lane' || kind === 'half') return undefined;
    if (kind === 'select') {
      const condition = this.#knowledge.value(args[0]!);
      if (condition !== undefined) return this.step(args[condition !== 0 ? 1 : 2]!);
    }
    const steps = args.map((argument) => this.step(argument));
    if (steps.includes(undefined)) return undefined;
    if (steps.every((step) => step === 0)) return 0;
    const [x, y] = args as [Node, Node];
    const [a, b, c] = steps as [number, number, number];
    const signed = kind.endsWith('S');
    switch (kind) {
      case 'add':
        return a + b;
      case 'sub':
        return a - b;
      case 'not':
        return -a;
      case 'low':
        return a;
      case 'select':
        return a === 0 && b === c ? b : undefined;
      case 'shl': {
        const count = this.#knowledge.value(y);
        return count === undefined || count < 0 || count > 20 ? undefined : a * 2 ** count;
      }
      case 'mul': {
        const factor = this.#knowledge.value(a === 0 ? x : y);
        return factor === undefined || (a !== 0 && b !== 0) ? undefined : (a === 0 ? b : a) * factor;
      }
      case 'high':
        return this.#needs('lowHalf', x, a) ? 0 : undefined;
      case 'extendU':
      case 'extendS':
        return this.#needs(signed ? 'signed' : 'unsigned', x, a) ? a : undefined;
      case 'pack':
        return b === 0 && this.#needs('unsigned', x, a) ? a : undefined;
      case 'and':
        return node.type !== 'i32' ? undefined : a === 0 ? this.#masked(y, x, b) : this.#masked(x, y, a);
      case 'or':
        if (node.type !== 'i32' || (a !== 0 && b !== 0)) return undefined;
        return a === 0 ? this.#apart(y, x, b) : this.#apart(x, y, a);
      case 'shr':
      case 'sar':
        if (b !== 0 || this.#last * a >= 2 ** (this.#knowledge.value(y) ?? 63)) return undefined;
        if (!this.#needs(kind === 'sar' ? 'signed' : 'unsigned', x, a)) return undefined;
        this.conditions.push({ kind: 'sameEnds', node, steps: [a, 0] });
        return 0;
      case 'ltU':
      case 'leU':
      case 'ltS':
      case 'leS': {
        if (x.type === 'i64' && signed) return undefined;
        const order = signed ? 'signed' : 'unsigned';
        if ((a !== b && a !== 0 && b !== 0) || !this.#needs(order, x, a) || !this.#needs(order, y, b)) return undefined;
        // side by side, without a way around, they keep their distance
        if (a !== b) this.conditions.push({ kind: 'sameEnds', node, steps: [a, b] });
        return 0;
      }
      default:
        return undefined;
    }
  }

  #input(node: Node): number | undefined {
    const { type, absolute, negate } = this.#inputs[node.value]!;
    const step = this.#step(node.value);
    if (step === undefined || step === 0) return step;
    if ((type !== 'i32' && type !== 'i64') || absolute || negate) return undefined;
    return type === 'i64' && !this.#needs('lowHalf', node, step) ? undefined : step;
  }

  #masked(x: Node, by: Node, step: number): number | undefined {
    const mask = this.#knowledge.value(by);
    if (mask === undefined || mask === 0 || step < 0) return undefined;
    const lowest = mask & -mask;
    // one row of bits, and the step is neither below them nor too large for them
    if (((mask + lowest) & mask) !== 0 || step % lowest !== 0 || this.#last * step > mask >>> 0) return undefined;
    this.conditions.push({ kind: 'masked', node: x, mask, step });
    return step;
  }
  #apart(x: Node, other: Node, step: number): number | undefined {
    if (!this.#needs('unsigned', x, step)) return undefined;
    this.conditions.push({ kind: 'apart', node: x, other, step });
    return step;
  }
}

/** Steps and conditions of an instruction's results. `step`: that of an input (an i64: of its lower dword, the upper one shared). */
export function rampsOf(
  instruction: TreeInstruction,
  step: (position: number) => number | undefined,
  known: (position: number) => number | undefined,
  lanes: number,
): RampPlan {
  const conditions: Condition[] = [];
  const steps = instruction.outputs.map(({ type }, output) => {
    const root = instruction.results[output]!;
    if (type !== 'i32' && type !== 'i64' && type !== 'mask') return undefined;
    if (scalarTreeObstacle(root) !== undefined) return undefined;
    const finder = new Finder(instruction, step, known, lanes);
    const found = finder.step(root);
    if (found === undefined || (type === 'i64' && found < 0)) return undefined;
    conditions.push(...finder.conditions);
    if (type === 'i64' && found > 0) conditions.push({ kind: 'lowHalf', node: root, step: found });
    return found;
  });
  return { steps, conditions };
}

/**
 * Writes lane 0's results (i32 locals of the code's own, which belong to the caller; a mask is 0 or 1; undefined for what
 * is no ramp) and, for each condition, calls `condition` with its outcome on the stack.
 */
export function lowerRamps(
  instruction: TreeInstruction,
  plan: RampPlan,
  operands: ScalarOperands,
  code: Code,
  lanes: number,
  condition: () => void,
): (readonly number[] | undefined)[] {
  const tree = new ScalarTree(instruction, operands, code);
  const results = plan.steps.map((step, output) => {
    if (step === undefined) return undefined;
    const wide = instruction.outputs[output]!.type === 'i64';
    const value = tree.keep(instruction.results[output]!);
    return Array.from({ length: wide ? 2 : 1 }, (_, dword) => {
      code.get(value);
      if (dword === 1) {
        code.i64(32n);
        code.op('i64.shr_u');
      }
      if (wide) code.op('i32.wrap_i64');
      const local = code.local(Type.i32);
      code.set(local);
      return local;
    });
  });
  const last = lanes - 1;
  for (const each of plan.conditions) {
    const { kind, node } = each;
    const wide = node.type === 'i64';
    switch (kind) {
      case 'unsigned':
      case 'signed':
      case 'lowHalf':
        tree.push(node);
        if (wide && kind === 'unsigned') {
          code.i64(BigInt(-1 - last * each.step));
          code.op('i64.le_u');
          break;
        }
        if (kind === 'lowHalf') code.op('i32.wrap_i64');
        if (kind === 'signed') {
          code.i32(-0x80000000);
          code.op('i32.xor');
        }
        code.i32(-1 - last * each.step);
        code.op('i32.le_u');
        break;
      case 'sameEnds': {
        const of = node.args[0]!.type === 'i64' ? 'i64' : 'i32';
        const [a, b] = node.args as [Node, Node];
        const shift = node.kind === 'shr' ? 'shr_u' : 'shr_s';
        const order = `${node.kind.slice(0, 2)}_${node.kind.slice(2).toLowerCase()}`;
        const isShift = node.kind === 'shr' || node.kind === 'sar';
        for (const [n, argument] of [a, b].entries()) {
          tree.push(argument);
          const more = last * each.steps[n]!;
          if (of === 'i64' && n === 1 && isShift) code.op('i64.extend_i32_u');
          else if (more !== 0) {
            if (of === 'i64') code.i64(BigInt(more));
            else code.i32(more);
            code.op(`${of}.add`);
          }
        }
        code.op(`${of}.${isShift ? shift : order}` as Opcode);
        tree.push(node);
        code.op(isShift && of === 'i64' ? 'i64.eq' : 'i32.eq');
        break;
      }
      case 'masked': {
        const { mask, step } = each;
        const lowest = mask & -mask;
        tree.push(node);
        code.i32(mask);
        code.op('i32.and');
        code.i32(last * step);
        code.op('i32.add');
        code.i32(mask);
        code.op('i32.le_u');
        tree.push(node);
        code.i32(lowest - 1);
        code.op('i32.and');
        code.op('i32.eqz');
        code.op('i32.and');
        break;
      }
      default:
        // lowest bit of the other one, less 1: all bits below it; everything where there is none
        tree.push(node);
        code.i32(last * each.step);
        code.op('i32.add');
        tree.push(each.other);
        code.i32(0);
        tree.push(each.other);
        code.op('i32.sub');
        code.op('i32.and');
        code.i32(-1);
        code.op('i32.add');
        code.op('i32.le_u');
    }
    condition();
  }
  tree.release();
  return results;
}
