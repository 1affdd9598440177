/**
 * Trees to scalar instructions: nearly one for one. `i64` values are WebAssembly's i64, conditions are 0 or 1.
 *
 * Pure software.
 */
import type { TreeInstruction } from '../compile.ts';
import type { Node } from '../expr.ts';
import { Knowledge, usesOf } from './lower-fold.ts';
import type { ScalarOperands } from './lower.ts';
import type { Opcode } from './opcodes.ts';
import { Type } from './writer.ts';
import type { Code } from './writer.ts';

/** By the name behind `i32.` or `i64.`. */
const plain: Partial<Record<Node['kind'], string>> = {
  add: 'add',
  sub: 'sub',
  mul: 'mul',
  and: 'and',
  or: 'or',
  xor: 'xor',
  eq: 'eq',
  ne: 'ne',
  ltS: 'lt_s',
  leS: 'le_s',
  ltU: 'lt_u',
  leU: 'le_u',
  countLeadingZeros: 'clz',
  countTrailingZeros: 'ctz',
  popCount: 'popcnt',
};
const shifts: Partial<Record<Node['kind'], string>> = { shl: 'shl', shr: 'shr_u', sar: 'shr_s' };
const orders: Partial<Record<Node['kind'], string>> = { minU: 'lt_u', maxU: 'gt_u', minS: 'lt_s', maxS: 'gt_s' };

const words = (node: Node): 'i32' | 'i64' => (node.type === 'i64' ? 'i64' : 'i32');

export class ScalarTree {
  readonly #code: Code;
  readonly #instruction: TreeInstruction;
  readonly #operands: ScalarOperands;
  readonly #knowledge: Knowledge;
  readonly #uses: ReadonlyMap<Node, number>;
  readonly #locals = new Map<Node, number>();
  readonly #temporaries: { readonly type: Type; readonly local: number }[] = [];

  constructor(instruction: TreeInstruction, operands: ScalarOperands, code: Code) {
    this.#code = code;
    this.#instruction = instruction;
    this.#operands = operands;
    this.#knowledge = new Knowledge(instruction.inputs, (position) => operands.known?.(position, 0));
    this.#uses = usesOf(instruction.results);
  }

  #temporary(type: 'i32' | 'i64'): number {
    const local = this.#code.local(Type[type]);
    this.#temporaries.push({ type: Type[type], local });
    return local;
  }
  release(): void {
    for (const { type, local } of this.#temporaries) this.#code.free(type, local);
    this.#temporaries.length = 0;
  }

  /** Leaves the node's value on the stack. */
  push(node: Node): void {
    const code = this.#code;
    const value = this.#knowledge.value(node);
    if (value !== undefined) {
      code.i32(value);
      return;
    }
    const known = this.#locals.get(node);
    if (known !== undefined) {
      code.get(known);
      return;
    }
    this.#write(node);
    if (this.#uses.get(node)! < 2) return;
    const local = this.#temporary(words(node));
    code.tee(local);
    this.#locals.set(node, local);
  }
  /** A local with the node's value. */
  keep(node: Node): number {
    this.push(node);
    const known = this.#locals.get(node);
    if (known !== undefined) {
      this.#code.op('drop');
      return known;
    }
    const local = this.#temporary(words(node));
    this.#code.set(local);
    this.#locals.set(node, local);
    return local;
  }

  #write(node: Node): void {
    const code = this.#code;
    const { kind, args } = node;
    const [a, b, c] = args as [Node, Node, Node];
    switch (kind) {
      case 'input':
        this.#input(node);
        return;
      case 'const':
        code.i64((BigInt(node.high) << 32n) | BigInt(node.value >>> 0));
        return;
      case 'select': {
        const condition = this.#knowledge.value(a);
        if (condition !== undefined) {
          this.push(condition !== 0 ? b : c);
          return;
        }
        this.push(b);
        this.push(c);
        this.push(a);
        code.op('select');
        return;
      }
      case 'pack':
        this.push(a);
        code.op('i64.extend_i32_u');
        this.push(b);
        code.op('i64.extend_i32_u');
        code.i64(32n);
        code.op('i64.shl');
        code.op('i64.or');
        return;
      case 'low':
        this.push(a);
        code.op('i32.wrap_i64');
        return;
      case 'high':
        this.push(a);
        code.i64(32n);
        code.op('i64.shr_u');
        code.op('i32.wrap_i64');
        return;
      case 'extendU':
      case 'extendS':
        this.push(a);
        code.op(kind === 'extendU' ? 'i64.extend_i32_u' : 'i64.extend_i32_s');
        return;
      case 'mulHighU':
      case 'mulHighS': {
        const extend = kind === 'mulHighU' ? 'i64.extend_i32_u' : 'i64.extend_i32_s';
        this.push(a);
        code.op(extend);
        this.push(b);
        code.op(extend);
        code.op('i64.mul');
        code.i64(32n);
        code.op('i64.shr_u');
        code.op('i32.wrap_i64');
        return;
      }
      case 'not':
        this.push(a);
        if (a.type === 'bool') code.op('i32.eqz');
        else if (a.type === 'i64') {
          code.i64(-1n);
          code.op('i64.xor');
        } else {
          code.i32(-1);
          code.op('i32.xor');
        }
        return;
      case 'reverseBits':
        this.#reverseBits(a);
        return;
      default:
        break;
    }
    const of = words(a);
    const order = orders[kind];
    if (order !== undefined) {
      const x = this.keep(a);
      const y = this.keep(b);
      code.get(x);
      code.get(y);
      code.get(x);
      code.get(y);
      code.op(`${of}.${order}` as Opcode);
      code.op('select');
      return;
    }
    const shift = shifts[kind];
    if (shift !== undefined) {
      this.push(a);
      this.push(b);
      if (of === 'i64') code.op('i64.extend_i32_u');
      code.op(`${of}.${shift}` as Opcode);
      return;
    }
    const name = plain[kind];
    if (name === undefined) throw new TypeError(`${kind} of ${a.type} has no lowering`);
    for (const argument of args) this.push(argument);
    code.op(`${of}.${name}` as Opcode);
    if (of === 'i64' && args.length === 1) code.op('i32.wrap_i64');
  }

  #input(node: Node): void {
    const code = this.#code;
    const { type, absolute, negate, high } = this.#instruction.inputs[node.value]!;
    const modify = (magnitude: number, sign: number): void => {
      if (absolute) {
        code.i32(magnitude);
        code.op('i32.and');
      }
      if (negate) {
        code.i32(sign);
        code.op('i32.xor');
      }
    };
    const position = node.value;
    if (type === 'i64') {
      this.#operands.push(position, 0);
      code.op('i64.extend_i32_u');
      this.#operands.push(position, 1);
      modify(0x7fffffff, -0x80000000);
      code.op('i64.extend_i32_u');
      code.i64(32n);
      code.op('i64.shl');
      code.op('i64.or');
      return;
    }
    this.#operands.push(position, 0);
    if (type === 'i32') modify(0x7fffffff, -0x80000000);
    if (type !== 'u16' && type !== 's16') return;
    code.i32(high ? 16 : 0xffff);
    code.op(high ? 'i32.shr_u' : 'i32.and');
    modify(0x7fff, 0x8000);
    if (type === 's16') code.op('i32.extend16_s');
  }

  /** Ever larger groups of bits change places. */
  #reverseBits(node: Node): void {
    const code = this.#code;
    const of = words(node);
    const number = (low: number): void => {
      if (of === 'i32') code.i32(low);
      else code.i64(BigInt.asIntN(64, (BigInt(low >>> 0) << 32n) | BigInt(low >>> 0)));
    };
    const amount = (n: number): void => {
      if (of === 'i32') code.i32(n);
      else code.i64(BigInt(n));
    };
    const local = this.#temporary(of);
    this.push(node);
    code.set(local);
    for (const [n, mask] of [
      [1, 0x55555555],
      [2, 0x33333333],
      [4, 0x0f0f0f0f],
      [8, 0x00ff00ff],
    ] as const) {
      code.get(local);
      amount(n);
      code.op(`${of}.shr_u`);
      number(mask);
      code.op(`${of}.and`);
      code.get(local);
      number(mask);
      code.op(`${of}.and`);
      amount(n);
      code.op(`${of}.shl`);
      code.op(`${of}.or`);
      code.set(local);
    }
    if (of === 'i64') {
      // halves of each dword
      code.get(local);
      amount(16);
      code.op('i64.shr_u');
      number(0x0000ffff);
      code.op('i64.and');
      code.get(local);
      number(0x0000ffff);
      code.op('i64.and');
      amount(16);
      code.op('i64.shl');
      code.op('i64.or');
      code.i64(32n);
      code.op('i64.rotl');
      return;
    }
    code.get(local);
    code.i32(16);
    code.op('i32.rotl');
  }
}
