/**
 * f64 nodes of lane code, and what f64 computes for narrower types.
 *
 * Pure software.
 */
import type { Node } from '../expr.ts';
import type { FloatMode } from '../float-mode.ts';
import * as f32 from './lower-f32.ts';
import * as f64 from './lower-f64.ts';
import type { Pair } from './lower-f64.ts';
import { toPairs } from './lower-int64.ts';
import type { Knowledge } from './lower-fold.ts';
import type { Values } from './lower-lanes.ts';
import type { Opcode } from './opcodes.ts';
import { transcendental } from './lower-transcendental.ts';
import type { Term, Terms } from './lower-terms.ts';

/** Float operations that are one instruction, the same on f32 and f64: its name behind the shape. */
export const plainFloat: Partial<Record<Node['kind'], string>> = {
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
export const compares: Partial<Record<Node['kind'], string>> = { eq: 'eq', ne: 'ne', lt: 'lt', le: 'le' };

/** That argument of a minimum or maximum which is a known number and settles zeros of unlike sign. */
export function settlingConstant(values: Values, kind: 'minNum' | 'maxNum', a: Node, b: Node): Node | undefined {
  return [a, b].find((x) => {
    const k = values.operands.knownNumber(x);
    return k !== undefined && k === k && (k !== 0 || Object.is(k, -0) === (kind === 'minNum'));
  });
}

export class DoubleNodes {
  readonly #v: Values;
  readonly #t: Terms;
  readonly #mode: FloatMode;
  readonly #knowledge: Knowledge;

  constructor(values: Values) {
    this.#v = values;
    this.#t = values.terms;
    this.#mode = values.mode;
    this.#knowledge = values.knowledge;
  }

  /** i32 or bool from f64. */
  test(node: Node): Term {
    const t = this.#t;
    const { kind } = node;
    const [a, b] = node.args as [Node, Node];
    const compare = compares[kind];
    if (compare !== undefined) return f64.compare64(t, `f64x2.${compare}` as Opcode, this.#v.pair(a), this.#v.pair(b));
    switch (kind) {
      case 'unordered': {
        const nan = (x: readonly [number, number]): Pair => f64.each(t, 'f64x2.ne', x, x);
        const [x, y] = [f64.keepPair(t, this.#v.pair(a)), f64.keepPair(t, this.#v.pair(b))];
        return f64.narrowMask(t, a === b ? nan(x) : f64.each(t, 'v128.or', nan(x), nan(y)));
      }
      case 'toIntS':
      case 'toIntU': {
        const name = kind === 'toIntS' ? 'i32x4.trunc_sat_f64x2_s_zero' : 'i32x4.trunc_sat_f64x2_u_zero';
        const [x, y] = f64.each(t, name, this.#v.pair(a));
        return t.shuffle(x, y, 0, 1, 4, 5);
      }
      case 'frexpExponent':
        return f64.frexpExponent64(t, this.#v.pair(a));
      case 'classify':
        return f64.classify64(t, this.#v.pair(a), this.#v.operands.signalingHigh(a));
      default:
        throw new TypeError(`${kind} of f64 has no lowering`);
    }
  }

  /** f64 results of what f64 computes for all types. */
  approximate(node: Node): Pair {
    const t = this.#t;
    const [operand] = node.args as [Node];
    // 2^x of an f32 denormal is 1, flushed or not
    const flushed = node.kind === 'exp2' && operand.kind === 'flushDenormal' && operand.type === 'f32';
    const a = flushed ? operand.args[0]! : operand;
    const x = a.type === 'f64' ? this.#v.pair(a) : f64.promote(t, this.#v.one(a));
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

  /** Integers as f64. */
  fromInteger(node: Node): Pair {
    const name = node.kind === 'fromIntS' ? 'f64x2.convert_low_i32x4_s' : 'f64x2.convert_low_i32x4_u';
    return f64.widened(this.#t, name, this.#v.one(node.args[0]!));
  }

  double(node: Node): Pair {
    const t = this.#t;
    const { kind } = node;
    const [a, b, c] = node.args as [Node, Node, Node];
    const finish = (x: Pair): Pair => (this.#mode.flushOutput64 ? f64.flush64(t, x) : x);
    switch (kind) {
      case 'input':
        return this.#v.operands.double(node);
      case 'const':
        return f64.both(t.f64(node.value));
      case 'select': {
        const condition = this.#knowledge.value(a);
        if (condition !== undefined) return this.#v.pair(condition !== 0 ? b : c);
        return f64.selectPair(t, f64.widenMask(t, this.#v.one(a)), this.#v.pair(b), this.#v.pair(c));
      }
      case 'fromBits':
        return toPairs(t, this.#v.wide(a));
      case 'fromIntS':
      case 'fromIntU':
        return finish(this.fromInteger(node));
      case 'convert':
        return finish(f64.promote(t, this.#v.one(a)));
      case 'mulUnrounded':
        if (a.type === 'f16') return f64.promote(t, t.op('f32x4.mul', this.#v.one(a), this.#v.one(b)));
        if (a.type === 'f64') return f64.each(t, 'f64x2.mul', this.#v.pair(a), this.#v.pair(b));
        return f64.each(t, 'f64x2.mul', f64.promote(t, this.#v.one(a)), f64.promote(t, this.#v.one(b)));
      default:
        break;
    }
    const x = this.#v.pair(a);
    switch (kind) {
      case 'add':
      case 'sub':
      case 'mul':
        return finish(f64.each(t, `f64x2.${kind}`, x, this.#v.pair(b)));
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
        return finish(this.approximate(node));
      case 'fma':
        return finish(f64.each(t, 'f64x2.relaxed_madd', x, this.#v.pair(b), this.#v.pair(c)));
      case 'minNum':
      case 'maxNum':
        return finish(this.#minMax64(node));
      case 'fract': {
        const kept = f64.keepPair(t, x);
        const rest = f64.each(t, 'f64x2.sub', kept, f64.each(t, 'f64x2.floor', kept));
        return finish(f64.each(t, 'f64x2.pmin', rest, f64.both(t.f64(0.9999999999999999))));
      }
      case 'ldexp':
        return finish(f64.ldexp64(t, x, this.#v.one(b)));
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
    const first = settlingConstant(this.#v, kind, a, b);
    const [x, y] = first === b ? [this.#v.pair(b), this.#v.pair(a)] : [this.#v.pair(a), this.#v.pair(b)];
    const part = (n: 0 | 1): Term =>
      first === undefined
        ? f32.minMaxNum(t, kind, x[n], y[n], 'f64x2')
        : f32.minMaxConstant(t, kind, x[n], y[n], 'f64x2');
    let result: Pair = [part(0), part(1)];
    if (!this.#mode.ieee) return result;
    for (const argument of [a, b]) {
      const signaling = this.#v.operands.signaling(argument);
      if (signaling !== undefined) result = f64.each(t, 'v128.or', result, f64.widenMask(t, signaling));
    }
    return result;
  }
}
