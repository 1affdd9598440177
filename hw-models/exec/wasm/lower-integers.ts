/**
 * Integer and boolean nodes of lane code.
 *
 * Pure software.
 */
import type { Node } from '../expr.ts';
import type { Knowledge } from './lower-fold.ts';
import { canonicalBits } from './lower-f64.ts';
import * as int from './lower-int.ts';
import * as int64 from './lower-int64.ts';
import type { Wide } from './lower-int64.ts';
import type { Values } from './lower-lanes.ts';
import type { Opcode } from './opcodes.ts';
import type { Term, Terms } from './lower-terms.ts';

const shiftOpcodes = { shl: 'i32x4.shl', shr: 'i32x4.shr_u', sar: 'i32x4.shr_s' } as const;
const simple32: Partial<Record<Node['kind'], Opcode>> = {
  add: 'i32x4.add',
  sub: 'i32x4.sub',
  mul: 'i32x4.mul',
  or: 'v128.or',
  xor: 'v128.xor',
  not: 'v128.not',
  minU: 'i32x4.min_u',
  maxU: 'i32x4.max_u',
  minS: 'i32x4.min_s',
  maxS: 'i32x4.max_s',
  eq: 'i32x4.eq',
  ne: 'i32x4.ne',
  ltS: 'i32x4.lt_s',
  leS: 'i32x4.le_s',
  ltU: 'i32x4.lt_u',
  leU: 'i32x4.le_u',
};
export class IntegerNodes {
  readonly #v: Values;
  readonly #t: Terms;
  readonly #knowledge: Knowledge;

  constructor(values: Values) {
    this.#v = values;
    this.#t = values.terms;
    this.#knowledge = values.knowledge;
  }

  /** i32 or bool from integers and conditions. */
  integer(node: Node): Term {
    const t = this.#t;
    const { kind } = node;
    switch (kind) {
      case 'input':
        return this.#v.operands.integer(node);
      case 'lane':
        return () => this.#v.environment.pushLane();
      case 'half':
        return () => this.#v.environment.pushHalf();
      case 'select':
        return this.#select(node);
      case 'low':
        return this.#v.wide(node.args[0]!).low;
      case 'high':
        return this.#v.wide(node.args[0]!).high ?? t.splat(0);
      default:
        break;
    }
    const of = node.args[0]!.type;
    if (of === 'bool') return this.#boolean(node);
    if (of === 'i32') return this.#integer32(node);
    return this.#from64(node);
  }

  #select(node: Node): Term {
    const t = this.#t;
    const [c, x, y] = node.args as [Node, Node, Node];
    const condition = this.#knowledge.value(c);
    if (condition !== undefined) return this.#v.one(condition !== 0 ? x : y);
    const mask = this.#v.one(c);
    const [a, b] = [this.#knowledge.value(x), this.#knowledge.value(y)];
    const ones = node.type === 'bool' ? 1 : -1;
    if (b === 0) return a === ones ? mask : t.and(this.#v.one(x), mask);
    if (a === 0) return b === ones ? t.not(mask) : t.andNot(this.#v.one(y), mask);
    if (a === ones) return t.or(mask, this.#v.one(y));
    return t.select(mask, this.#v.one(x), this.#v.one(y));
  }

  #boolean(node: Node): Term {
    const t = this.#t;
    const [a, b] = node.args as [Node, Node];
    const x = this.#v.one(a);
    switch (node.kind) {
      case 'and':
        return b.kind === 'not' ? t.andNot(x, this.#v.one(b.args[0]!)) : t.and(x, this.#v.one(b));
      case 'or':
        return t.or(x, this.#v.one(b));
      case 'xor':
      case 'ne':
        return t.xor(x, this.#v.one(b));
      case 'eq':
        return t.not(t.xor(x, this.#v.one(b)));
      default:
        return t.not(x);
    }
  }

  #integer32(node: Node): Term {
    const t = this.#t;
    const { kind } = node;
    const [a, b, c] = node.args as [Node, Node, Node];
    // 1 where a condition holds is less its mask
    if ((kind === 'add' || kind === 'sub') && b.kind === 'select' && this.#knowledge.value(b.args[0]!) === undefined) {
      const [condition, x, y] = b.args as [Node, Node, Node];
      if (this.#knowledge.value(x) === 1 && this.#knowledge.value(y) === 0)
        return t.op(kind === 'add' ? 'i32x4.sub' : 'i32x4.add', this.#v.one(a), this.#v.one(condition));
    }
    const opcode = simple32[kind];
    if (opcode !== undefined) return t.op(opcode, ...node.args.map((argument) => this.#v.one(argument)));
    switch (kind) {
      case 'and': {
        for (const [x, y] of [
          [a, b],
          [b, a],
        ] as const) {
          const mask = this.#knowledge.value(x);
          // a mask of low bits that covers everything
          if (mask !== undefined && (mask & (mask + 1)) === 0 && this.#knowledge.width(y) <= 32 - Math.clz32(mask))
            return this.#v.one(y);
        }
        if (b.kind === 'not') return t.andNot(this.#v.one(a), this.#v.one(b.args[0]!));
        if (a.kind === 'not') return t.andNot(this.#v.one(b), this.#v.one(a.args[0]!));
        return t.and(this.#v.one(a), this.#v.one(b));
      }
      case 'shl':
      case 'shr':
      case 'sar':
        return this.#shift(kind, a, b);
      case 'mulHighU':
      case 'mulHighS':
        return int.wideProduct(t, this.#v.one(a), this.#v.one(b), kind === 'mulHighS').high;
      case 'countLeadingZeros':
        return int.countLeadingZeros(t, this.#v.one(a));
      case 'countTrailingZeros':
        return int.countTrailingZeros(t, this.#v.one(a));
      case 'popCount':
        return int.popCount(t, this.#v.one(a));
      case 'reverseBits':
        return int.reverseBits(t, this.#v.one(a));
      case 'bytePermute': {
        const selector = this.#knowledge.value(c);
        const known =
          selector === undefined ? undefined : int.bytePermuteKnown(t, this.#v.one(a), this.#v.one(b), selector);
        return known ?? int.bytePermute(t, this.#v.one(a), this.#v.one(b), this.#v.one(c));
      }
      default:
        throw new TypeError(`${kind} of i32 has no lowering`);
    }
  }

  #shift(kind: 'shl' | 'shr' | 'sar', x: Node, count: Node): Term {
    const t = this.#t;
    const n = this.#knowledge.value(count);
    if (n !== undefined) return t.shift(shiftOpcodes[kind], this.#v.one(x), n & 31);
    const scalar = this.#v.operands.uniform(count);
    if (scalar !== undefined) return t.op(shiftOpcodes[kind], this.#v.one(x), scalar);
    if (kind === 'shl')
      return this.#knowledge.value(x) === 1
        ? int.powerOfTwo(t, this.#v.one(count))
        : int.shiftLeft(t, this.#v.one(x), this.#v.one(count));
    if (kind === 'shr' || this.#knowledge.width(x) < 32) return int.shiftRight(t, this.#v.one(x), this.#v.one(count));
    return int.shiftRightSigned(t, this.#v.one(x), this.#v.one(count));
  }

  /** i32 or bool from i64. */
  #from64(node: Node): Term {
    const t = this.#t;
    const x = this.#v.wide(node.args[0]!);
    const y = (): Wide => this.#v.wide(node.args[1]!);
    switch (node.kind) {
      case 'eq':
        return int64.equal64(t, x, y());
      case 'ne':
        return t.not(int64.equal64(t, x, y()));
      case 'ltU':
      case 'leU':
      case 'ltS':
      case 'leS':
        return int64.less64(t, x, y(), node.kind.endsWith('S'), node.kind.startsWith('le'));
      case 'countLeadingZeros':
        return int64.countLeadingZeros64(t, x);
      case 'countTrailingZeros':
        return int64.countTrailingZeros64(t, x);
      case 'popCount':
        return int64.popCount64(t, x);
      default:
        throw new TypeError(`${node.kind} of i64 has no lowering`);
    }
  }

  /** i64. */
  integer64(node: Node): Wide {
    const t = this.#t;
    const { kind } = node;
    if (kind === 'input') return this.#v.operands.wide(node);
    if (kind === 'const') return { low: t.splat(node.value), high: node.high === 0 ? undefined : t.splat(node.high) };
    const [a, b, c] = node.args as [Node, Node, Node];
    const x = (): Wide => this.#v.wide(a);
    const y = (): Wide => this.#v.wide(b);
    switch (kind) {
      case 'select': {
        const condition = this.#knowledge.value(a);
        if (condition !== undefined) return this.#v.wide(condition !== 0 ? b : c);
        return int64.select64(t, this.#v.one(a), this.#v.wide(b), this.#v.wide(c));
      }
      case 'pack': {
        const signed = b.kind === 'mulHighS';
        const product =
          a.kind === 'mul' && (signed || b.kind === 'mulHighU') && b.args.every((o, n) => o === a.args[n]);
        if (product && this.#v.uses(a) === 1)
          return int.wideProduct(t, this.#v.one(a.args[0]!), this.#v.one(a.args[1]!), signed);
        return { low: this.#v.one(a), high: this.#knowledge.value(b) === 0 ? undefined : this.#v.one(b) };
      }
      case 'extendU':
        return { low: this.#v.one(a), high: undefined };
      case 'extendS': {
        const low = t.keep(this.#v.one(a));
        return { low, high: this.#knowledge.width(a) < 32 ? undefined : t.shift('i32x4.shr_s', low, 31) };
      }
      case 'add':
        return int64.add64(t, x(), y());
      case 'sub':
        return int64.sub64(t, x(), y());
      case 'mul':
        return int64.mul64(t, x(), y());
      case 'and':
      case 'or':
      case 'xor':
        return int64.bitwise64(t, kind, x(), y());
      case 'not':
        return int64.not64(t, x());
      case 'reverseBits':
        return int64.reverseBits64(t, x());
      case 'minU':
      case 'maxU':
      case 'minS':
      case 'maxS':
        return int64.minMax64(t, kind, x(), y());
      case 'shl':
      case 'shr':
      case 'sar': {
        const n = this.#knowledge.value(b);
        if (n !== undefined) return int64.shiftKnown64(t, kind, x(), n);
        const scalar = this.#v.operands.uniform(b);
        if (scalar !== undefined) return int64.shiftUniform64(t, kind, x(), scalar);
        return int64.shift64(t, kind, x(), this.#v.one(b));
      }
      case 'bits':
        return canonicalBits(t, this.#v.pair(a));
      default:
        throw new TypeError(`${kind} of ${a.type} to i64 has no lowering`);
    }
  }
}
