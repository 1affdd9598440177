/**
 * f32, f16 and bf16 nodes of lane code.
 *
 * Pure software.
 */
import type { Node } from '../expr.ts';
import type { FloatMode } from '../float-mode.ts';
import { compares, plainFloat, settlingConstant } from './lower-doubles.ts';
import type { DoubleNodes } from './lower-doubles.ts';
import * as f16 from './lower-f16.ts';
import * as f32 from './lower-f32.ts';
import * as f64 from './lower-f64.ts';
import type { Pair } from './lower-f64.ts';
import type { Knowledge } from './lower-fold.ts';
import type { Values } from './lower-lanes.ts';
import type { Opcode } from './opcodes.ts';
import type { Term, Terms } from './lower-terms.ts';

const ROUND_ODD_KINDS: ReadonlySet<string> = new Set(['rsq', 'exp2', 'log2', 'sinTurns', 'cosTurns']);

export class NarrowNodes {
  readonly #v: Values;
  readonly #t: Terms;
  readonly #mode: FloatMode;
  readonly #knowledge: Knowledge;
  readonly #doubles: DoubleNodes;

  constructor(values: Values, doubles: DoubleNodes) {
    this.#doubles = doubles;
    this.#v = values;
    this.#t = values.terms;
    this.#mode = values.mode;
    this.#knowledge = values.knowledge;
  }

  /** i32 or bool from f32, f16 or bf16. */
  test(node: Node): Term {
    const t = this.#t;
    const { kind } = node;
    const [a, b] = node.args as [Node, Node];
    const of = a.type;
    const compare = compares[kind];
    if (compare !== undefined) return t.op(`f32x4.${compare}` as Opcode, this.#v.one(a), this.#v.one(b));
    switch (kind) {
      case 'unordered': {
        const x = t.keep(this.#v.one(a));
        if (a === b) return f32.isNan(t, x);
        return t.or(f32.isNan(t, x), f32.isNan(t, t.keep(this.#v.one(b))));
      }
      case 'toIntS':
        return t.op('i32x4.trunc_sat_f32x4_s', this.#v.one(a));
      case 'toIntU':
        return t.op('i32x4.trunc_sat_f32x4_u', this.#v.one(a));
      case 'frexpExponent':
        return f32.frexpExponent32(t, this.#v.one(a));
      case 'classify':
        return f32.classify(
          t,
          this.#v.one(a),
          this.#v.operands.signaling(a),
          of === 'f32' ? f32.SMALLEST_NORMAL_32 : f32.SMALLEST_NORMAL_16,
        );
      case 'bits':
        return this.bits(a);
      default:
        throw new TypeError(`${kind} of ${of} has no lowering`);
    }
  }

  /** Bits of an f32, f16 or bf16 node with the canonical NaN. */
  bits(node: Node): Term {
    const t = this.#t;
    if (node.type === 'f16') {
      const unrounded = this.#settles16(node) && this.#v.uses(node) === 1 ? this.#unrounded16(node) : undefined;
      return unrounded === undefined ? f16.bits16(t, this.#v.one(node)) : f16.roundedBits16(t, unrounded);
    }
    if (node.type === 'bf16') return f16.bitsBf16(t, this.#v.one(node));
    return this.mayBeNan(node) ? f32.canonical(t, this.#v.one(node)) : this.#v.one(node);
  }
  /** May a float node be NaN? */
  mayBeNan(node: Node): boolean {
    const number = this.#v.operands.knownNumber(node);
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
          ? f64.compare64(t, 'f64x2.lt', f64.each(t, 'f64x2.abs', this.#v.pair(o)), f64.both(t.f64(Infinity)))
          : t.op('f32x4.lt', t.op('f32x4.abs', this.#v.one(o)), t.f32(Infinity)),
      )
      .reduce((p, q) => t.and(p, q));
    const kept = t.keep(flushed);
    const held = t.op('f32x4.max', t.op('f32x4.min', kept, t.f32(65504)), t.f32(-65504));
    return t.select(finite, held, kept);
  }

  /** f32, f16 or bf16. */
  narrow(node: Node): Term {
    const t = this.#t;
    const { kind, type } = node;
    const [a, b, c] = node.args as [Node, Node, Node];
    switch (kind) {
      case 'input':
        return this.#v.operands.narrow(node);
      case 'const':
        return t.f32(node.value);
      case 'select': {
        const condition = this.#knowledge.value(a);
        if (condition !== undefined) return this.#v.one(condition !== 0 ? b : c);
        return t.select(this.#v.one(a), this.#v.one(b), this.#v.one(c));
      }
      case 'fromBits':
        return type === 'f32'
          ? this.#v.one(a)
          : type === 'f16'
            ? f16.fromTopHalf(t, this.#atTop(a))
            : t.and(this.#atTop(a), t.splat(0xffff0000));
      case 'neg':
      case 'abs':
      case 'trunc':
      case 'floor':
      case 'ceil':
      case 'roundEven':
        return t.op(`f32x4.${plainFloat[kind]}` as Opcode, this.#v.one(a));
      case 'minNum':
      case 'maxNum':
        return this.#finish(node, this.#minMax(node));
      case 'fract': {
        const x = t.keep(this.#v.one(a));
        const rest = t.op('f32x4.sub', x, t.op('f32x4.floor', x));
        const [rounded, below] = type === 'f32' ? [rest, 0.9999999403953552] : [f16.round16(t, rest), 0.99951171875];
        return this.#finish(node, t.op('f32x4.pmin', rounded, t.f32(below)));
      }
      case 'frexpMantissa':
        return f32.frexpMantissa32(t, this.#v.one(a));
      case 'flushDenormal':
        return f32.flush(t, this.#v.one(a), type === 'f32' ? f32.SMALLEST_NORMAL_32 : f32.SMALLEST_NORMAL_16);
      case 'clampUnit':
        return f32.clampUnit(t, this.#v.one(a), this.#mode.clampNanToZero, 'f32x4');
      case 'convertTowardZero':
        if (type === 'f16')
          return this.#finish(
            node,
            f16.truncate16(t, a.type === 'f64' ? f64.demoteOdd(t, this.#v.pair(a)) : this.#v.one(a)),
          );
        return this.#finish(node, a.type === 'f64' ? f64.demoteTowardZero(t, this.#v.pair(a)) : this.#v.one(a));
      case 'divisionFixup': {
        const bias = type === 'f32' ? -150 : -1000;
        return this.#finish(node, f32.divisionFixup(t, this.#v.one(a), this.#v.one(b), this.#v.one(c), bias));
      }
      default:
        break;
    }
    if (type === 'f16') return this.#finish(node, f16.round16(t, this.#unrounded16(node)!));
    if (type === 'bf16') return this.#bf16(node);
    return this.#finish(node, this.#rounded32(node));
  }

  /** What one f32 instruction computes and rounds, near enough for f16, too; undefined for all else. */
  #inF32(node: Node): Term | undefined {
    const t = this.#t;
    const { kind } = node;
    const [a, b] = node.args as [Node, Node];
    switch (kind) {
      case 'add':
      case 'sub':
      case 'mul':
        return t.op(`f32x4.${kind}`, this.#v.one(a), this.#v.one(b));
      case 'sqrt':
        return t.op('f32x4.sqrt', this.#v.one(a));
      case 'rcp':
        return t.op('f32x4.div', t.f32(1), this.#v.one(a));
      case 'outputScale':
        // −0 becomes +0 before: what is rounded to a zero keeps its sign.
        return t.op('f32x4.mul', t.op('f32x4.add', this.#v.one(a), t.splat(0)), t.f32(node.value));
      case 'fromIntS':
        return t.op('f32x4.convert_i32x4_s', this.#v.one(a));
      case 'fromIntU':
        return t.op(this.#knowledge.width(a) < 32 ? 'f32x4.convert_i32x4_s' : 'f32x4.convert_i32x4_u', this.#v.one(a));
      default:
        return undefined;
    }
  }
  /** Operations that round to f32. */
  #rounded32(node: Node): Term {
    const t = this.#t;
    const [a, b, c, d] = node.args as [Node, Node, Node, Node];
    switch (node.kind) {
      case 'fma':
        return f32.fma32(t, this.#v.one(a), this.#v.one(b), this.#v.one(c), this.#v.fused);
      case 'fmaScaled':
        return f32.fmaScaled32(t, this.#v.one(a), this.#v.one(b), this.#v.one(c), this.#v.one(d));
      case 'ldexp':
        return f32.ldexp32(t, this.#v.one(a), this.#v.one(b));
      case 'convert':
        return a.type === 'f64' ? f64.demote(t, this.#v.pair(a)) : this.#v.one(a);
      default:
        return this.#inF32(node) ?? f64.demote(t, this.#doubles.approximate(node));
    }
  }

  /** What rounding to f16 gives the result of: f32 numbers, near enough or rounded to odd. Undefined where nothing is rounded. */
  #unrounded16(node: Node): Term | undefined {
    const t = this.#t;
    const { kind } = node;
    const [a, b, c] = node.args as [Node, Node, Node];
    switch (kind) {
      case 'fma':
        return f16.fmaOdd16(t, this.#v.one(a), this.#v.one(b), this.#v.one(c));
      case 'ldexp': {
        const power = t.shift('i32x4.shl', t.op('i32x4.add', f64.limited(t, this.#v.one(b), 60), t.splat(127)), 23);
        return t.op('f32x4.mul', this.#v.one(a), power);
      }
      case 'convert':
        return a.type === 'f64' ? f64.demoteOdd(t, this.#v.pair(a)) : this.#v.one(a);
      default:
        return ROUND_ODD_KINDS.has(kind) ? f64.demoteOdd(t, this.#doubles.approximate(node)) : this.#inF32(node);
    }
  }

  #bf16(node: Node): Term {
    const t = this.#t;
    const [a, b, c] = node.args as [Node, Node, Node];
    const wide = (x: Node): Pair => f64.promote(t, this.#v.one(x));
    switch (node.kind) {
      case 'convert':
        return f16.roundBf16(t, a.type === 'f64' ? f64.demoteOdd(t, this.#v.pair(a)) : this.#v.one(a));
      case 'fromIntS':
      case 'fromIntU':
        return f16.roundBf16(t, f64.demoteOdd(t, this.#doubles.fromInteger(node)));
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
    const first = settlingConstant(this.#v, kind, a, b);
    const result =
      first === undefined
        ? f32.minMaxNum(t, kind, this.#v.one(a), this.#v.one(b), 'f32x4')
        : f32.minMaxConstant(t, kind, this.#v.one(first), this.#v.one(first === a ? b : a), 'f32x4');
    if (!this.#mode.ieee) return result;
    return [a, b].reduce((value, x) => {
      const signaling = this.#v.operands.signaling(x);
      return signaling === undefined ? value : t.or(value, signaling);
    }, result);
  }
  /** An i32 node whose low 16 bits are wanted in the upper half; what is below does not matter. */
  #atTop(node: Node): Term {
    const t = this.#t;
    const [a, b] = node.args as [Node, Node];
    if (this.#knowledge.value(node) === undefined && this.#v.uses(node) === 1) {
      const right = node.args.length === 2 ? this.#knowledge.value(b) : undefined;
      if (node.kind === 'shr' && right === 16 && a.type === 'i32') return this.#v.one(a);
      if (node.kind === 'and' && right === 0xffff) return this.#atTop(a);
      if (node.kind === 'xor' && right === 0x8000) return t.xor(this.#atTop(a), t.splat(0x80000000));
    }
    return t.shift('i32x4.shl', this.#v.one(node), 16);
  }
}
