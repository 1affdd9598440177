/**
 * What is known of a tree when code is written: how often it uses a node, values of integers and conditions from known
 * operands, and how many bits an integer can have at most.
 *
 * Pure software.
 */
import type { InputShape } from '../compile.ts';
import type { Node } from '../expr.ts';
import { runtime } from '../runtime.ts';

const { mulHighU, mulHighS, popCount, countTrailingZeros } = runtime;

function fold32(kind: Node['kind'], x: number, y: number): number | undefined {
  switch (kind) {
    case 'add':
      return (x + y) | 0;
    case 'sub':
      return (x - y) | 0;
    case 'mul':
      return Math.imul(x, y);
    case 'and':
      return x & y;
    case 'or':
      return x | y;
    case 'xor':
      return x ^ y;
    case 'not':
      return ~x;
    case 'shl':
      return x << y;
    case 'shr':
      return (x >>> y) | 0;
    case 'sar':
      return x >> y;
    case 'mulHighU':
      return mulHighU(x, y);
    case 'mulHighS':
      return mulHighS(x, y);
    case 'minU':
      return x >>> 0 < y >>> 0 ? x : y;
    case 'maxU':
      return x >>> 0 > y >>> 0 ? x : y;
    case 'minS':
      return Math.min(x, y);
    case 'maxS':
      return Math.max(x, y);
    case 'countLeadingZeros':
      return Math.clz32(x);
    case 'countTrailingZeros':
      return countTrailingZeros(x);
    case 'popCount':
      return popCount(x);
    case 'eq':
      return +(x === y);
    case 'ne':
      return +(x !== y);
    case 'ltS':
      return +(x < y);
    case 'leS':
      return +(x <= y);
    case 'ltU':
      return +(x >>> 0 < y >>> 0);
    case 'leU':
      return +(x >>> 0 <= y >>> 0);
    default:
      return undefined;
  }
}
function foldBool(kind: Node['kind'], x: number, y: number): number | undefined {
  switch (kind) {
    case 'and':
      return x & y;
    case 'or':
      return x | y;
    case 'xor':
    case 'ne':
      return x ^ y;
    case 'eq':
      return +(x === y);
    case 'not':
      return 1 - x;
    default:
      return undefined;
  }
}

/** How often trees that share nodes name each. */
export function usesOf(roots: readonly Node[]): ReadonlyMap<Node, number> {
  const uses = new Map<Node, number>();
  const count = (node: Node): void => {
    const before = uses.get(node) ?? 0;
    uses.set(node, before + 1);
    if (before === 0) node.args.forEach(count);
  };
  roots.forEach(count);
  return uses;
}

/** Known values of one instruction's trees. */
export class Knowledge {
  readonly #inputs: readonly InputShape[];
  readonly #known: (position: number) => number | undefined;
  readonly #memo = new Map<Node, number | undefined>();
  readonly #widths = new Map<Node, number>();

  /** `known`: dword of an operand whose bits are known. */
  constructor(inputs: readonly InputShape[], known: (position: number) => number | undefined) {
    this.#inputs = inputs;
    this.#known = known;
  }

  /** Value of an i32 (signed) or bool (0 or 1) node, where it is known. */
  value(node: Node): number | undefined {
    if (node.type !== 'i32' && node.type !== 'bool') return undefined;
    if (this.#memo.has(node)) return this.#memo.get(node);
    const value = this.#value(node);
    this.#memo.set(node, value);
    return value;
  }

  #value(node: Node): number | undefined {
    if (node.kind === 'const') return node.type === 'bool' ? +(node.value !== 0) : node.value | 0;
    if (node.kind === 'input') return this.#input(node.value);
    if (node.kind === 'select') {
      const condition = this.value(node.args[0]!);
      return condition === undefined ? undefined : this.value(node.args[condition !== 0 ? 1 : 2]!);
    }
    const of = node.args[0]?.type;
    if (of !== 'i32' && of !== 'bool') return undefined;
    const x = this.value(node.args[0]!);
    const y = node.args.length > 1 ? this.value(node.args[1]!) : 0;
    if (node.args.length > 2) return undefined;
    if (x === undefined || y === undefined) return undefined;
    return of === 'bool' ? foldBool(node.kind, x, y) : fold32(node.kind, x, y);
  }

  #input(position: number): number | undefined {
    const shape = this.#inputs[position]!;
    if (shape.type !== 'i32' && shape.type !== 'u16' && shape.type !== 's16') return undefined;
    const bits = this.#known(position);
    if (bits === undefined) return undefined;
    let value = bits | 0;
    if (shape.type === 'i32') {
      if (shape.absolute) value &= 0x7fffffff;
      return shape.negate ? value ^ 0x80000000 : value;
    }
    value = shape.high ? value >>> 16 : value & 0xffff;
    if (shape.absolute) value &= 0x7fff;
    if (shape.negate) value ^= 0x8000;
    return shape.type === 's16' ? (value << 16) >> 16 : value;
  }

  /** Bits of an i32 node, from the lowest, that may be set; 32 when nothing is known. */
  width(node: Node): number {
    let width = this.#widths.get(node);
    if (width === undefined) this.#widths.set(node, (width = this.#width(node)));
    return width;
  }
  #width(node: Node): number {
    const value = this.value(node);
    if (value !== undefined) return 32 - Math.clz32(value);
    const [x, y] = node.args as [Node, Node];
    switch (node.kind) {
      case 'input': {
        const { type } = this.#inputs[node.value]!;
        return type === 'u16' ? 16 : 32;
      }
      case 'and':
      case 'minU':
        return Math.min(this.width(x), this.width(y));
      case 'or':
      case 'xor':
      case 'maxU':
        return Math.max(this.width(x), this.width(y));
      case 'select':
        return Math.max(this.width(y), this.width(node.args[2]!));
      case 'shr': {
        const count = this.value(y);
        return count === undefined || x.type !== 'i32' ? 32 : Math.max(0, this.width(x) - (count & 31));
      }
      case 'bits':
        return x.type === 'f16' || x.type === 'bf16' ? 16 : 32;
      case 'countLeadingZeros':
      case 'countTrailingZeros':
      case 'popCount':
        return 7;
      default:
        return 32;
    }
  }
}
