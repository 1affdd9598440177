/**
 * Trees to vector instructions: walks a tree and says what each node is made of.
 *
 * What a value is by its type: `bool` a lane mask, `i32`, `f32`, `f16` and `bf16` one vector (the last two as the f32
 * numbers they are), `i64` two vectors of dwords, `f64` two vectors of two lanes. Every float operation gives what the
 * JavaScript back end gives, bit by bit, but for what a NaN looks like while it is a float.
 *
 * Pure software.
 */
import type { InputShape, TreeInstruction } from '../compile.ts';
import type { Node } from '../expr.ts';
import type { FloatMode } from '../float-mode.ts';
import { runtime } from '../runtime.ts';
import type { LaneEnvironment, LaneOperands } from './lower.ts';
import { Knowledge } from './lower-fold.ts';
import * as f16 from './lower-f16.ts';
import * as f32 from './lower-f32.ts';
import * as f64 from './lower-f64.ts';
import type { Pair } from './lower-f64.ts';
import * as int from './lower-int.ts';
import * as int64 from './lower-int64.ts';
import type { Wide } from './lower-int64.ts';
import type { Opcode } from './opcodes.ts';
import { transcendental } from './lower-transcendental.ts';
import { Terms } from './lower-terms.ts';
import type { Term } from './lower-terms.ts';

const ROUND_ODD_KINDS: ReadonlySet<string> = new Set(['rsq', 'exp2', 'log2', 'sinTurns', 'cosTurns']);
const shiftOpcodes = { shl: 'i32x4.shl', shr: 'i32x4.shr_u', sar: 'i32x4.shr_s' } as const;
const scalarOpcodes: Partial<Record<Node['kind'], Opcode>> = {
  add: 'i32.add',
  sub: 'i32.sub',
  and: 'i32.and',
  or: 'i32.or',
  xor: 'i32.xor',
  shl: 'i32.shl',
  shr: 'i32.shr_u',
};
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
/** Float operations that are one instruction, the same on f32 and f64: its name behind the shape. */
const plainFloat: Partial<Record<Node['kind'], string>> = {
  add: 'add',
  sub: 'sub',
  mul: 'mul',
  neg: 'neg',
  abs: 'abs',
  trunc: 'trunc',
  floor: 'floor',
  ceil: 'ceil',
  roundEven: 'nearest',
  sqrt: 'sqrt',
};
const compares: Partial<Record<Node['kind'], string>> = { eq: 'eq', ne: 'ne', lt: 'lt', le: 'le' };

export class LaneTree {
  readonly #t: Terms;
  readonly #instruction: TreeInstruction;
  readonly #operands: LaneOperands;
  readonly #environment: LaneEnvironment;
  readonly #mode: FloatMode;
  readonly #knowledge: Knowledge;
  readonly #uses = new Map<Node, number>();
  readonly #terms = new Map<Node, Term>();
  readonly #wides = new Map<Node, Wide>();
  readonly #pairs = new Map<Node, Pair>();

  constructor(instruction: TreeInstruction, operands: LaneOperands, environment: LaneEnvironment) {
    this.#instruction = instruction;
    this.#operands = operands;
    this.#environment = environment;
    this.#mode = environment.mode;
    this.#t = new Terms(environment.code, (a, b, c, d) => environment.constant(a, b, c, d), environment.fused);
    this.#knowledge = new Knowledge(instruction.inputs, (position) => operands.known?.(position, 0));
    for (const root of instruction.results) this.#count(root);
  }

  get terms(): Terms {
    return this.#t;
  }

  #count(node: Node): void {
    const uses = this.#uses.get(node) ?? 0;
    this.#uses.set(node, uses + 1);
    if (uses === 0) for (const argument of node.args) this.#count(argument);
  }

  /** Value of one vector: bool, i32, f32, f16 or bf16. */
  one(node: Node): Term {
    const known = this.#terms.get(node);
    if (known !== undefined) return known;
    const value = this.#knowledge.value(node);
    const made =
      value !== undefined
        ? this.#t.splat(node.type === 'bool' ? -value : value)
        : node.type === 'i32' || node.type === 'bool'
          ? this.#integer(node)
          : this.#float(node);
    const term = this.#uses.get(node)! > 1 ? this.#t.share(made) : made;
    this.#terms.set(node, term);
    return term;
  }
  wide(node: Node): Wide {
    const known = this.#wides.get(node);
    if (known !== undefined) return known;
    const made = this.#integer64(node);
    const wide = {
      low: this.#t.share(made.low),
      high: made.high === undefined ? undefined : this.#t.share(made.high),
    };
    this.#wides.set(node, wide);
    return wide;
  }
  pair(node: Node): Pair {
    const known = this.#pairs.get(node);
    if (known !== undefined) return known;
    const made = this.#double(node);
    const pair: Pair = [this.#t.share(made[0]), this.#t.share(made[1])];
    this.#pairs.set(node, pair);
    return pair;
  }

  // Operands.

  #push(position: number, dword: 0 | 1, bits: boolean): Term {
    return () => this.#operands.push(position, dword, bits);
  }
  /** `make` of an operand's dword, before the loop where all lanes share it. */
  #fromOperand(position: number, what: string, bits: boolean, make: (x: Term) => Term): Term {
    const scalar = this.#operands.uniform?.(position);
    if (scalar === undefined) return make(this.#push(position, 0, bits));
    return this.#environment.hoisted(`${what} ${scalar}`, (prologue) => {
      const body = this.#t.code;
      this.#t.code = prologue;
      this.#t.emit(
        make(() => {
          prologue.get(scalar);
          prologue.op('i32x4.splat');
        }),
      );
      this.#t.code = body;
    });
  }
  #shape(node: Node): InputShape {
    const shape = this.#instruction.inputs[node.value];
    if (shape === undefined) throw new RangeError(`no operand ${node.value}`);
    return shape;
  }
  #flushes(type: Node['type']): boolean {
    return type === 'f32' ? this.#mode.flushInput32 : type === 'bf16' ? false : this.#mode.flushInput64;
  }

  #integerInput(node: Node): Term {
    const t = this.#t;
    const { type, absolute, negate, high } = this.#shape(node);
    const position = node.value;
    if (type === 'mask') return () => this.#operands.pushMask(position);
    if (type === 'flag') return t.op('i32x4.ne', this.#push(position, 0, true), t.splat(0));
    if (type === 'i32' && !absolute && !negate) return this.#push(position, 0, true);
    const what = `${type}${+absolute}${+negate}${+high}`;
    return this.#fromOperand(position, what, true, (x) => {
      if (type === 'i32') {
        const magnitude = absolute ? t.and(x, t.splat(0x7fffffff)) : x;
        return negate ? t.xor(magnitude, t.splat(0x80000000)) : magnitude;
      }
      const signed = type === 's16';
      // With the half in the upper bits one shift extends it.
      let top = high ? x : t.shift('i32x4.shl', x, 16);
      if (absolute) top = t.and(top, t.splat(0x7fffffff));
      if (negate) top = t.xor(top, t.splat(0x80000000));
      if (!high && !absolute && !negate && !signed) return t.and(x, t.splat(0xffff));
      return t.shift(signed ? 'i32x4.shr_s' : 'i32x4.shr_u', top, 16);
    });
  }
  #wideInput(node: Node): Wide {
    const t = this.#t;
    const { absolute, negate } = this.#shape(node);
    let high: Term = this.#push(node.value, 1, true);
    if (absolute) high = t.and(high, t.splat(0x7fffffff));
    if (negate) high = t.xor(high, t.splat(0x80000000));
    return { low: this.#push(node.value, 0, true), high };
  }
  /** Bits of a 16-bit float operand, in the upper half. */
  #topHalf(shape: InputShape, x: Term): Term {
    return shape.high ? x : this.#t.shift('i32x4.shl', x, 16);
  }
  #floatInput(node: Node): Term {
    const t = this.#t;
    const shape = this.#shape(node);
    const number = this.#knownNumber(node);
    if (number !== undefined) return t.f32(number);
    const { type, absolute, negate, high } = shape;
    const flushed = this.#flushes(node.type);
    if (type === 'f32' && !absolute && !negate && !flushed) return this.#push(node.value, 0, false);
    const what = `${type}${+absolute}${+negate}${+high}${+flushed}`;
    return this.#fromOperand(node.value, what, type !== 'f32', (x) => {
      let value = x;
      if (type === 'f16') value = f16.fromTopHalf(t, this.#topHalf(shape, x));
      else if (type === 'bf16') value = high ? t.and(x, t.splat(0xffff0000)) : t.shift('i32x4.shl', x, 16);
      if (absolute) value = t.op('f32x4.abs', value);
      if (negate) value = t.op('f32x4.neg', value);
      if (!flushed) return value;
      return f32.flush(t, value, type === 'f32' ? f32.SMALLEST_NORMAL_32 : f32.SMALLEST_NORMAL_16);
    });
  }
  #doubleInput(node: Node): Pair {
    const t = this.#t;
    const number = this.#knownNumber(node);
    if (number !== undefined) return f64.both(t.f64(number));
    const { absolute, negate } = this.#shape(node);
    const low = t.keep(this.#push(node.value, 0, true));
    const high = t.keep(this.#push(node.value, 1, true));
    let pair: Pair = [t.shuffle(low, high, 0, 4, 1, 5), t.shuffle(low, high, 2, 6, 3, 7)];
    if (absolute) pair = f64.each(t, 'f64x2.abs', pair);
    if (negate) pair = f64.each(t, 'f64x2.neg', pair);
    return this.#mode.flushInput64 ? f64.flush64(t, pair) : pair;
  }

  /** The number that a float node is, where that is known now. */
  #knownNumber(node: Node): number | undefined {
    if (node.kind === 'const') return node.value;
    if (node.kind === 'convert' && node.type === 'f64') return this.#knownNumber(node.args[0]!);
    if (node.kind !== 'input') return undefined;
    const low = this.#operands.known?.(node.value, 0);
    const high = this.#operands.known?.(node.value, 1);
    if (low === undefined) return undefined;
    const shape = this.#shape(node);
    const half = shape.high ? low >>> 16 : low & 0xffff;
    let x: number;
    if (shape.type === 'f32') x = runtime.asF32(low);
    else if (shape.type === 'f64') {
      if (high === undefined) return undefined;
      x = runtime.asF64(low, high);
    } else if (shape.type === 'f16') x = runtime.asF16(half);
    else x = runtime.asBf16(half);
    if (shape.absolute) x = Math.abs(x);
    if (shape.negate) x = -x;
    if (!this.#flushes(node.type)) return x;
    return node.type === 'f32' ? runtime.flush32(x) : node.type === 'f64' ? runtime.flush64(x) : runtime.flush16(x);
  }
  /** Lanes where a plain operand holds a signalling NaN; undefined where none can. */
  #signaling(node: Node): Term | undefined {
    if (node.kind !== 'input') return undefined;
    const t = this.#t;
    const { type, high } = this.#shape(node);
    const position = node.value;
    const known = this.#operands.known?.(position, type === 'f64' ? 1 : 0);
    if (known !== undefined) {
      const half = high ? known >>> 16 : known & 0xffff;
      const is =
        type === 'f32'
          ? runtime.isSignaling32(known)
          : type === 'f64'
            ? runtime.isSignaling64(known)
            : runtime.isSignaling16(half);
      return is ? t.splat(-1) : undefined;
    }
    if (type === 'f32') return f32.signaling32(t, this.#push(position, 0, true));
    const [bits, quiet, magnitude, quietest] =
      type === 'f64'
        ? [this.#push(position, 1, true), 0x00080000, 0x7fffffff, 0x7ff80000]
        : [this.#topHalf(this.#shape(node), this.#push(position, 0, true)), 0x02000000, 0x7fff0000, 0x7e000000];
    return t.op('i32x4.gt_s', t.and(t.xor(bits, t.splat(quiet)), t.splat(magnitude)), t.splat(quietest));
  }

  // Integers and conditions.

  #integer(node: Node): Term {
    const t = this.#t;
    const { kind } = node;
    switch (kind) {
      case 'input':
        return this.#integerInput(node);
      case 'lane':
        return () => this.#environment.pushLane();
      case 'half':
        return () => this.#environment.pushHalf();
      case 'select':
        return this.#select(node);
      case 'low':
        return this.wide(node.args[0]!).low;
      case 'high':
        return this.wide(node.args[0]!).high ?? t.splat(0);
      default:
        break;
    }
    const of = node.args[0]!.type;
    if (of === 'bool') return this.#boolean(node);
    if (of === 'i32') return this.#integer32(node);
    if (of === 'i64') return this.#from64(node);
    return this.#fromFloat(node);
  }

  #select(node: Node): Term {
    const t = this.#t;
    const [c, x, y] = node.args as [Node, Node, Node];
    const condition = this.#knowledge.value(c);
    if (condition !== undefined) return this.one(condition !== 0 ? x : y);
    const mask = this.one(c);
    const [a, b] = [this.#knowledge.value(x), this.#knowledge.value(y)];
    const ones = node.type === 'bool' ? 1 : -1;
    if (b === 0) return a === ones ? mask : t.and(this.one(x), mask);
    if (a === 0) return b === ones ? t.not(mask) : t.andNot(this.one(y), mask);
    if (a === ones) return t.or(mask, this.one(y));
    return t.select(mask, this.one(x), this.one(y));
  }

  #boolean(node: Node): Term {
    const t = this.#t;
    const [a, b] = node.args as [Node, Node];
    const x = this.one(a);
    switch (node.kind) {
      case 'and':
        return b.kind === 'not' ? t.andNot(x, this.one(b.args[0]!)) : t.and(x, this.one(b));
      case 'or':
        return t.or(x, this.one(b));
      case 'xor':
      case 'ne':
        return t.xor(x, this.one(b));
      case 'eq':
        return t.not(t.xor(x, this.one(b)));
      default:
        return t.not(x);
    }
  }

  #integer32(node: Node): Term {
    const t = this.#t;
    const { kind } = node;
    const [a, b, c] = node.args as [Node, Node, Node];
    const opcode = simple32[kind];
    if (opcode !== undefined) return t.op(opcode, ...node.args.map((argument) => this.one(argument)));
    switch (kind) {
      case 'and': {
        for (const [x, y] of [
          [a, b],
          [b, a],
        ] as const) {
          const mask = this.#knowledge.value(x);
          // a mask of low bits that covers everything
          if (mask !== undefined && (mask & (mask + 1)) === 0 && this.#knowledge.width(y) <= 32 - Math.clz32(mask))
            return this.one(y);
        }
        if (b.kind === 'not') return t.andNot(this.one(a), this.one(b.args[0]!));
        if (a.kind === 'not') return t.andNot(this.one(b), this.one(a.args[0]!));
        return t.and(this.one(a), this.one(b));
      }
      case 'shl':
      case 'shr':
      case 'sar':
        return this.#shift(kind, a, b);
      case 'mulHighU':
      case 'mulHighS':
        return int.wideProduct(t, this.one(a), this.one(b), kind === 'mulHighS').high;
      case 'countLeadingZeros':
        return int.countLeadingZeros(t, this.one(a));
      case 'countTrailingZeros':
        return int.countTrailingZeros(t, this.one(a));
      case 'popCount':
        return int.popCount(t, this.one(a));
      case 'reverseBits':
        return int.reverseBits(t, this.one(a));
      case 'bytePermute': {
        const selector = this.#knowledge.value(c);
        const known = selector === undefined ? undefined : int.bytePermuteKnown(t, this.one(a), this.one(b), selector);
        return known ?? int.bytePermute(t, this.one(a), this.one(b), this.one(c));
      }
      default:
        throw new TypeError(`${kind} of i32 has no lowering`);
    }
  }

  #shift(kind: 'shl' | 'shr' | 'sar', x: Node, count: Node): Term {
    const t = this.#t;
    const n = this.#knowledge.value(count);
    if (n !== undefined) return t.shift(shiftOpcodes[kind], this.one(x), n & 31);
    const scalar = this.#uniform(count);
    if (scalar !== undefined) return t.op(shiftOpcodes[kind], this.one(x), scalar);
    if (kind === 'shl')
      return this.#knowledge.value(x) === 1
        ? int.powerOfTwo(t, this.one(count))
        : int.shiftLeft(t, this.one(x), this.one(count));
    if (kind === 'shr' || this.#knowledge.width(x) < 32) return int.shiftRight(t, this.one(x), this.one(count));
    return int.shiftRightSigned(t, this.one(x), this.one(count));
  }

  /** Pushes an i32 node that all lanes share as a scalar; undefined where they may differ. */
  #uniform(node: Node): (() => void) | undefined {
    const { code } = this.#environment;
    const value = this.#knowledge.value(node);
    if (value !== undefined) return () => code.i32(value);
    if (node.kind === 'input') {
      const { type, absolute, negate, high } = this.#shape(node);
      const local = this.#operands.uniform?.(node.value);
      if (local === undefined || absolute || negate) return undefined;
      if (type === 'i32') return () => code.get(local);
      if (type !== 'u16' && type !== 's16') return undefined;
      return () => {
        code.get(local);
        code.i32(high ? 16 : type === 'u16' ? 0xffff : 0);
        code.op(high ? (type === 'u16' ? 'i32.shr_u' : 'i32.shr_s') : type === 'u16' ? 'i32.and' : 'i32.or');
        if (type === 's16' && !high) code.op('i32.extend16_s');
      };
    }
    const opcode = scalarOpcodes[node.kind];
    if (opcode === undefined || node.type !== 'i32' || node.args[0]!.type !== 'i32') return undefined;
    const parts = node.args.map((argument) => this.#uniform(argument));
    if (parts.includes(undefined)) return undefined;
    return () => {
      for (const part of parts) part!();
      code.op(opcode);
    };
  }

  /** i32 or bool from i64. */
  #from64(node: Node): Term {
    const t = this.#t;
    const x = this.wide(node.args[0]!);
    const y = (): Wide => this.wide(node.args[1]!);
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

  #integer64(node: Node): Wide {
    const t = this.#t;
    const { kind } = node;
    if (kind === 'input') return this.#wideInput(node);
    if (kind === 'const') return { low: t.splat(node.value), high: node.high === 0 ? undefined : t.splat(node.high) };
    const [a, b, c] = node.args as [Node, Node, Node];
    const x = (): Wide => this.wide(a);
    const y = (): Wide => this.wide(b);
    switch (kind) {
      case 'select': {
        const condition = this.#knowledge.value(a);
        if (condition !== undefined) return this.wide(condition !== 0 ? b : c);
        return int64.select64(t, this.one(a), this.wide(b), this.wide(c));
      }
      case 'pack': {
        const signed = b.kind === 'mulHighS';
        const product =
          a.kind === 'mul' && (signed || b.kind === 'mulHighU') && b.args.every((o, n) => o === a.args[n]);
        if (product && this.#uses.get(a) === 1)
          return int.wideProduct(t, this.one(a.args[0]!), this.one(a.args[1]!), signed);
        return { low: this.one(a), high: this.#knowledge.value(b) === 0 ? undefined : this.one(b) };
      }
      case 'extendU':
        return { low: this.one(a), high: undefined };
      case 'extendS': {
        const low = t.keep(this.one(a));
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
        const scalar = this.#uniform(b);
        if (scalar !== undefined) return int64.shiftUniform64(t, kind, x(), scalar);
        return int64.shift64(t, kind, x(), this.one(b));
      }
      case 'bits':
        return f64.canonicalBits(t, this.pair(a));
      default:
        throw new TypeError(`${kind} of ${a.type} to i64 has no lowering`);
    }
  }

  // Floats.

  /** i32 or bool from floats. */
  #fromFloat(node: Node): Term {
    const t = this.#t;
    const { kind } = node;
    const [a, b] = node.args as [Node, Node];
    const of = a.type;
    const compare = compares[kind];
    if (of === 'f64') {
      if (compare !== undefined) return f64.compare64(t, `f64x2.${compare}` as Opcode, this.pair(a), this.pair(b));
      switch (kind) {
        case 'unordered': {
          const nan = (x: readonly [number, number]): Pair => f64.each(t, 'f64x2.ne', x, x);
          const [x, y] = [f64.keepPair(t, this.pair(a)), f64.keepPair(t, this.pair(b))];
          return f64.narrowMask(t, a === b ? nan(x) : f64.each(t, 'v128.or', nan(x), nan(y)));
        }
        case 'toIntS':
        case 'toIntU': {
          const name = kind === 'toIntS' ? 'i32x4.trunc_sat_f64x2_s_zero' : 'i32x4.trunc_sat_f64x2_u_zero';
          const [x, y] = f64.each(t, name, this.pair(a));
          return t.shuffle(x, y, 0, 1, 4, 5);
        }
        case 'frexpExponent':
          return f64.frexpExponent64(t, this.pair(a));
        case 'classify':
          return f64.classify64(t, this.pair(a), this.#signalingHigh(a));
        default:
          throw new TypeError(`${kind} of f64 has no lowering`);
      }
    }
    if (compare !== undefined) return t.op(`f32x4.${compare}` as Opcode, this.one(a), this.one(b));
    switch (kind) {
      case 'unordered': {
        const x = t.keep(this.one(a));
        if (a === b) return f32.isNan(t, x);
        return t.or(f32.isNan(t, x), f32.isNan(t, t.keep(this.one(b))));
      }
      case 'toIntS':
        return t.op('i32x4.trunc_sat_f32x4_s', this.one(a));
      case 'toIntU':
        return t.op('i32x4.trunc_sat_f32x4_u', this.one(a));
      case 'frexpExponent':
        return f32.frexpExponent32(t, this.one(a));
      case 'classify':
        return f32.classify(
          t,
          this.one(a),
          this.#signaling(a),
          of === 'f32' ? f32.SMALLEST_NORMAL_32 : f32.SMALLEST_NORMAL_16,
        );
      case 'bits':
        return this.bits(a);
      default:
        throw new TypeError(`${kind} of ${of} has no lowering`);
    }
  }

  /** f64 classes call any NaN without the quiet bit signalling, whatever its other high bits say. */
  #signalingHigh(node: Node): Term | undefined {
    if (node.kind !== 'input') return undefined;
    const t = this.#t;
    return t.op('i32x4.eq', t.and(this.#push(node.value, 1, true), t.splat(0x7ff80000)), t.splat(0x7ff00000));
  }

  /** Bits of an f32, f16 or bf16 node with the canonical NaN. */
  bits(node: Node): Term {
    const t = this.#t;
    if (node.type === 'f16') {
      const unrounded = this.#settles16(node) && this.#uses.get(node) === 1 ? this.#unrounded16(node) : undefined;
      return unrounded === undefined ? f16.bits16(t, this.one(node)) : f16.roundedBits16(t, unrounded);
    }
    if (node.type === 'bf16') return f16.bitsBf16(t, this.one(node));
    return this.mayBeNan(node) ? f32.canonical(t, this.one(node)) : this.one(node);
  }
  /** Dwords of an i64 or f64 node, the canonical NaN where it is one. */
  words(node: Node): { readonly low: Term; readonly high: Term } {
    const { low, high } = node.type === 'f64' ? f64.canonicalBits(this.#t, this.pair(node)) : this.wide(node);
    return { low, high: high ?? this.#t.splat(0) };
  }
  /** Are the upper 16 bits of an i32 node zero? */
  fits16(node: Node): boolean {
    return this.#knowledge.width(node) <= 16;
  }
  /** May a float node be NaN? */
  mayBeNan(node: Node): boolean {
    const number = this.#knownNumber(node);
    if (number !== undefined) return number !== number;
    switch (node.kind) {
      case 'fromIntS':
      case 'fromIntU':
        return false;
      case 'clampUnit':
        return !this.#mode.clampNanToZero && this.mayBeNan(node.args[0]!);
      case 'neg':
      case 'abs':
      case 'flushDenormal':
      case 'trunc':
      case 'floor':
      case 'ceil':
      case 'roundEven':
        return this.mayBeNan(node.args[0]!);
      case 'select':
        return this.mayBeNan(node.args[1]!) || this.mayBeNan(node.args[2]!);
      default:
        return true;
    }
  }

  /** Nothing happens to an f16 result after it was rounded. */
  #settles16(node: Node): boolean {
    return node.kind !== 'fract' && !this.#mode.flushOutput64 && !this.#mode.saturate16;
  }

  /** What output modes do to a result. */
  #finish(node: Node, x: Term): Term {
    const t = this.#t;
    const { type } = node;
    if (type === 'f32') return this.#mode.flushOutput32 ? f32.flush(t, x, f32.SMALLEST_NORMAL_32) : x;
    if (type !== 'f16') return x;
    const flushed = this.#mode.flushOutput64 ? f32.flush(t, x, f32.SMALLEST_NORMAL_16) : x;
    if (!this.#mode.saturate16) return flushed;
    // Infinity from finite operands becomes the largest number.
    const operands = node.args.filter((argument) => argument.type.includes('f'));
    if (operands.length === 0) return flushed;
    const finite = operands
      .map((o) =>
        o.type === 'f64'
          ? f64.compare64(t, 'f64x2.lt', f64.each(t, 'f64x2.abs', this.pair(o)), f64.both(t.f64(Infinity)))
          : t.op('f32x4.lt', t.op('f32x4.abs', this.one(o)), t.f32(Infinity)),
      )
      .reduce((p, q) => t.and(p, q));
    const kept = t.keep(flushed);
    const held = t.op('f32x4.max', t.op('f32x4.min', kept, t.f32(65504)), t.f32(-65504));
    return t.select(finite, held, kept);
  }

  /** f32, f16 or bf16. */
  #float(node: Node): Term {
    const t = this.#t;
    const { kind, type } = node;
    const [a, b, c] = node.args as [Node, Node, Node];
    switch (kind) {
      case 'input':
        return this.#floatInput(node);
      case 'const':
        return t.f32(node.value);
      case 'select': {
        const condition = this.#knowledge.value(a);
        if (condition !== undefined) return this.one(condition !== 0 ? b : c);
        return t.select(this.one(a), this.one(b), this.one(c));
      }
      case 'fromBits':
        return type === 'f32'
          ? this.one(a)
          : type === 'f16'
            ? f16.fromTopHalf(t, this.#atTop(a))
            : t.and(this.#atTop(a), t.splat(0xffff0000));
      case 'neg':
      case 'abs':
      case 'trunc':
      case 'floor':
      case 'ceil':
      case 'roundEven':
        return t.op(`f32x4.${plainFloat[kind]}` as Opcode, this.one(a));
      case 'minNum':
      case 'maxNum':
        return this.#finish(node, this.#minMax(node));
      case 'fract': {
        const x = t.keep(this.one(a));
        const rest = t.op('f32x4.sub', x, t.op('f32x4.floor', x));
        const [rounded, below] = type === 'f32' ? [rest, 0.9999999403953552] : [f16.round16(t, rest), 0.99951171875];
        return this.#finish(node, t.op('f32x4.pmin', rounded, t.f32(below)));
      }
      case 'frexpMantissa':
        return f32.frexpMantissa32(t, this.one(a));
      case 'flushDenormal':
        return f32.flush(t, this.one(a), type === 'f32' ? f32.SMALLEST_NORMAL_32 : f32.SMALLEST_NORMAL_16);
      case 'clampUnit':
        return f32.clampUnit(t, this.one(a), this.#mode.clampNanToZero, 'f32x4');
      case 'convertTowardZero':
        if (type === 'f16')
          return this.#finish(node, f16.truncate16(t, a.type === 'f64' ? f64.demoteOdd(t, this.pair(a)) : this.one(a)));
        return this.#finish(node, a.type === 'f64' ? f64.demoteTowardZero(t, this.pair(a)) : this.one(a));
      case 'divisionFixup': {
        const bias = type === 'f32' ? -150 : -1000;
        return this.#finish(node, f32.divisionFixup(t, this.one(a), this.one(b), this.one(c), bias));
      }
      default:
        break;
    }
    if (type === 'f16') return this.#finish(node, f16.round16(t, this.#unrounded16(node)!));
    if (type === 'bf16') return this.#bf16(node);
    return this.#finish(node, this.#rounded32(node));
  }

  /** Operations that round to f32. */
  #rounded32(node: Node): Term {
    const t = this.#t;
    const { kind } = node;
    const [a, b, c, d] = node.args as [Node, Node, Node, Node];
    switch (kind) {
      case 'add':
      case 'sub':
      case 'mul':
        return t.op(`f32x4.${kind}`, this.one(a), this.one(b));
      case 'sqrt':
        return t.op('f32x4.sqrt', this.one(a));
      case 'rcp':
        return t.op('f32x4.div', t.f32(1), this.one(a));
      case 'fma':
        return f32.fma32(t, this.one(a), this.one(b), this.one(c), this.#environment.fused);
      case 'fmaScaled':
        return f32.fmaScaled32(t, this.one(a), this.one(b), this.one(c), this.one(d));
      case 'ldexp':
        return f32.ldexp32(t, this.one(a), this.one(b));
      case 'outputScale':
        // −0 becomes +0 before: what is rounded to a zero keeps its sign.
        return t.op('f32x4.mul', t.op('f32x4.add', this.one(a), t.splat(0)), t.f32(node.value));
      case 'fromIntS':
        return t.op('f32x4.convert_i32x4_s', this.one(a));
      case 'fromIntU':
        return t.op(this.#knowledge.width(a) < 32 ? 'f32x4.convert_i32x4_s' : 'f32x4.convert_i32x4_u', this.one(a));
      case 'convert':
        return a.type === 'f64' ? f64.demote(t, this.pair(a)) : this.one(a);
      default:
        return f64.demote(t, this.#approximate(node));
    }
  }

  /** f64 results of what f64 computes for all types. */
  #approximate(node: Node): Pair {
    const t = this.#t;
    const [a] = node.args as [Node];
    const x = a.type === 'f64' ? this.pair(a) : f64.promote(t, this.one(a));
    switch (node.kind) {
      case 'rsq':
        return f64.each(t, 'f64x2.div', f64.both(t.f64(1)), f64.each(t, 'f64x2.sqrt', x));
      case 'exp2':
      case 'log2':
      case 'sinTurns':
      case 'cosTurns':
        return transcendental(t, node.kind, x);
      default:
        throw new TypeError(`${node.kind} of ${a.type} has no lowering`);
    }
  }

  /** What rounding to f16 gives the result of: f32 numbers, near enough or rounded to odd. Undefined where nothing is rounded. */
  #unrounded16(node: Node): Term | undefined {
    const t = this.#t;
    const { kind } = node;
    const [a, b, c] = node.args as [Node, Node, Node];
    switch (kind) {
      case 'add':
      case 'sub':
      case 'mul':
        return t.op(`f32x4.${kind}`, this.one(a), this.one(b));
      case 'sqrt':
        return t.op('f32x4.sqrt', this.one(a));
      case 'rcp':
        return t.op('f32x4.div', t.f32(1), this.one(a));
      case 'fma':
        return f16.fmaOdd16(t, this.one(a), this.one(b), this.one(c));
      case 'ldexp': {
        const power = t.shift('i32x4.shl', t.op('i32x4.add', f64.limited(t, this.one(b), 60), t.splat(127)), 23);
        return t.op('f32x4.mul', this.one(a), power);
      }
      case 'outputScale':
        return t.op('f32x4.mul', t.op('f32x4.add', this.one(a), t.splat(0)), t.f32(node.value));
      case 'fromIntS':
        return t.op('f32x4.convert_i32x4_s', this.one(a));
      case 'fromIntU':
        return t.op('f32x4.convert_i32x4_u', this.one(a));
      case 'convert':
        return a.type === 'f64' ? f64.demoteOdd(t, this.pair(a)) : this.one(a);
      default:
        return ROUND_ODD_KINDS.has(kind) ? f64.demoteOdd(t, this.#approximate(node)) : undefined;
    }
  }

  #bf16(node: Node): Term {
    const t = this.#t;
    const [a, b, c] = node.args as [Node, Node, Node];
    const wide = (x: Node): Pair => f64.promote(t, this.one(x));
    switch (node.kind) {
      case 'convert':
        return f16.roundBf16(t, a.type === 'f64' ? f64.demoteOdd(t, this.pair(a)) : this.one(a));
      case 'fromIntS':
      case 'fromIntU':
        return f16.roundBf16(t, f64.demoteOdd(t, this.#fromInt64(node)));
      case 'add':
      case 'sub':
      case 'mul':
        return f16.roundBf16(t, f64.demoteOdd(t, f64.each(t, `f64x2.${node.kind}`, wide(a), wide(b))));
      case 'fma': {
        const sum = f64.each(t, 'f64x2.add', f64.each(t, 'f64x2.mul', wide(a), wide(b)), wide(c));
        return f16.roundBf16(t, f64.demoteOdd(t, sum));
      }
      default:
        throw new TypeError(`${node.kind} of bf16 has no lowering`);
    }
  }

  #minMax(node: Node): Term {
    const t = this.#t;
    const kind = node.kind as 'minNum' | 'maxNum';
    const [a, b] = node.args as [Node, Node];
    const first = this.#firstConstant(kind, a, b);
    const result =
      first === undefined
        ? f32.minMaxNum(t, kind, this.one(a), this.one(b), 'f32x4')
        : f32.minMaxConstant(t, kind, this.one(first), this.one(first === a ? b : a), 'f32x4');
    if (!this.#mode.ieee) return result;
    return [a, b].reduce((value, x) => {
      const signaling = this.#signaling(x);
      return signaling === undefined ? value : t.or(value, signaling);
    }, result);
  }
  /** That argument of a minimum or maximum which is a known number and settles zeros of unlike sign. */
  #firstConstant(kind: 'minNum' | 'maxNum', a: Node, b: Node): Node | undefined {
    return [a, b].find((x) => {
      const k = this.#knownNumber(x);
      return k !== undefined && k === k && (k !== 0 || Object.is(k, -0) === (kind === 'minNum'));
    });
  }

  #fromInt64(node: Node): Pair {
    const t = this.#t;
    const x = t.keep(this.one(node.args[0]!));
    const name = node.kind === 'fromIntS' ? 'f64x2.convert_low_i32x4_s' : 'f64x2.convert_low_i32x4_u';
    return [t.op(name, x), t.op(name, t.shuffle(x, x, 2, 3, 2, 3))];
  }

  #double(node: Node): Pair {
    const t = this.#t;
    const { kind } = node;
    const [a, b, c] = node.args as [Node, Node, Node];
    const finish = (x: Pair): Pair => (this.#mode.flushOutput64 ? f64.flush64(t, x) : x);
    switch (kind) {
      case 'input':
        return this.#doubleInput(node);
      case 'const':
        return f64.both(t.f64(node.value));
      case 'select': {
        const condition = this.#knowledge.value(a);
        if (condition !== undefined) return this.pair(condition !== 0 ? b : c);
        return f64.selectPair(t, f64.widenMask(t, this.one(a)), this.pair(b), this.pair(c));
      }
      case 'fromBits': {
        const bits = this.wide(a);
        const kept = { low: t.keep(bits.low), high: bits.high === undefined ? undefined : t.keep(bits.high) };
        return [int64.firstPair(t, kept), int64.secondPair(t, kept)];
      }
      case 'fromIntS':
      case 'fromIntU':
        return finish(this.#fromInt64(node));
      case 'convert':
        return finish(f64.promote(t, this.one(a)));
      case 'mulUnrounded':
        if (a.type === 'f16') return f64.promote(t, t.op('f32x4.mul', this.one(a), this.one(b)));
        if (a.type === 'f64') return f64.each(t, 'f64x2.mul', this.pair(a), this.pair(b));
        return f64.each(t, 'f64x2.mul', f64.promote(t, this.one(a)), f64.promote(t, this.one(b)));
      default:
        break;
    }
    const x = this.pair(a);
    switch (kind) {
      case 'add':
      case 'sub':
      case 'mul':
        return finish(f64.each(t, `f64x2.${kind}`, x, this.pair(b)));
      case 'neg':
      case 'abs':
      case 'trunc':
      case 'floor':
      case 'ceil':
      case 'roundEven':
        return f64.each(t, `f64x2.${plainFloat[kind]}` as Opcode, x);
      case 'sqrt':
        return finish(f64.each(t, 'f64x2.sqrt', x));
      case 'rcp':
        return finish(f64.each(t, 'f64x2.div', f64.both(t.f64(1)), x));
      case 'rsq':
        return finish(this.#approximate(node));
      case 'fma':
        return finish(f64.each(t, 'f64x2.relaxed_madd', x, this.pair(b), this.pair(c)));
      case 'minNum':
      case 'maxNum':
        return finish(this.#minMax64(node));
      case 'fract': {
        const kept = f64.keepPair(t, x);
        const rest = f64.each(t, 'f64x2.sub', kept, f64.each(t, 'f64x2.floor', kept));
        return finish(f64.each(t, 'f64x2.pmin', rest, f64.both(t.f64(0.9999999999999999))));
      }
      case 'ldexp':
        return finish(f64.ldexp64(t, x, this.one(b)));
      case 'frexpMantissa':
        return f64.frexpMantissa64(t, x);
      case 'flushDenormal':
        return f64.flush64(t, x);
      case 'clampUnit':
        return [
          f32.clampUnit(t, x[0], this.#mode.clampNanToZero, 'f64x2'),
          f32.clampUnit(t, x[1], this.#mode.clampNanToZero, 'f64x2'),
        ];
      case 'outputScale':
        return finish(
          f64.each(t, 'f64x2.add', f64.each(t, 'f64x2.mul', x, f64.both(t.f64(node.value))), f64.both(t.f64(0))),
        );
      default:
        throw new TypeError(`${kind} of f64 has no lowering`);
    }
  }
  #minMax64(node: Node): Pair {
    const t = this.#t;
    const kind = node.kind as 'minNum' | 'maxNum';
    const [a, b] = node.args as [Node, Node];
    const first = this.#firstConstant(kind, a, b);
    const [x, y] = first === b ? [this.pair(b), this.pair(a)] : [this.pair(a), this.pair(b)];
    const part = (n: 0 | 1): Term =>
      first === undefined
        ? f32.minMaxNum(t, kind, x[n], y[n], 'f64x2')
        : f32.minMaxConstant(t, kind, x[n], y[n], 'f64x2');
    let result: Pair = [part(0), part(1)];
    if (!this.#mode.ieee) return result;
    for (const argument of [a, b]) {
      const signaling = this.#signaling(argument);
      if (signaling !== undefined) result = f64.each(t, 'v128.or', result, f64.widenMask(t, signaling));
    }
    return result;
  }

  /** An i32 node whose low 16 bits are wanted in the upper half; what is below does not matter. */
  #atTop(node: Node): Term {
    const t = this.#t;
    const [a, b] = node.args as [Node, Node];
    if (this.#knowledge.value(node) === undefined && this.#uses.get(node) === 1) {
      const right = node.args.length === 2 ? this.#knowledge.value(b) : undefined;
      if (node.kind === 'shr' && right === 16 && a.type === 'i32') return this.one(a);
      if (node.kind === 'and' && right === 0xffff) return this.#atTop(a);
      if (node.kind === 'xor' && right === 0x8000) return t.xor(this.#atTop(a), t.splat(0x80000000));
    }
    return t.shift('i32x4.shl', this.one(node), 16);
  }
}
