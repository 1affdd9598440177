/**
 * Operands of lane code: from the dwords that the caller pushes to values, with the shape's modifiers applied.
 *
 * What all lanes share is made before the loop, what is known when the code is written becomes a constant.
 * Pure software.
 */
import type { InputShape, TreeInstruction } from '../compile.ts';
import type { Node } from '../expr.ts';
import type { FloatMode } from '../float-mode.ts';
import { runtime } from '../runtime.ts';
import type { LaneEnvironment, LaneOperands } from './lower.ts';
import type { Knowledge } from './lower-fold.ts';
import * as f16 from './lower-f16.ts';
import * as f32 from './lower-f32.ts';
import * as f64 from './lower-f64.ts';
import type { Pair } from './lower-f64.ts';
import { toPairs } from './lower-int64.ts';
import type { Wide } from './lower-int64.ts';
import type { Opcode } from './opcodes.ts';
import type { Term, Terms } from './lower-terms.ts';

const scalarOpcodes: Partial<Record<Node['kind'], Opcode>> = {
  add: 'i32.add',
  sub: 'i32.sub',
  and: 'i32.and',
  or: 'i32.or',
  xor: 'i32.xor',
  shl: 'i32.shl',
  shr: 'i32.shr_u',
};

export class OperandReader {
  readonly #t: Terms;
  readonly #instruction: TreeInstruction;
  readonly #operands: LaneOperands;
  readonly #environment: LaneEnvironment;
  readonly #mode: FloatMode;
  readonly #knowledge: Knowledge;

  constructor(
    t: Terms,
    instruction: TreeInstruction,
    operands: LaneOperands,
    environment: LaneEnvironment,
    knowledge: Knowledge,
  ) {
    this.#t = t;
    this.#instruction = instruction;
    this.#operands = operands;
    this.#environment = environment;
    this.#mode = environment.mode;
    this.#knowledge = knowledge;
  }

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

  /** i32 or bool. */
  integer(node: Node): Term {
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
  /** i64. */
  wide(node: Node): Wide {
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
  /** f32, f16 or bf16. */
  narrow(node: Node): Term {
    const t = this.#t;
    const shape = this.#shape(node);
    const number = this.knownNumber(node);
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
  /** f64. */
  double(node: Node): Pair {
    const t = this.#t;
    const number = this.knownNumber(node);
    if (number !== undefined) return f64.both(t.f64(number));
    const { absolute, negate } = this.#shape(node);
    let pair = toPairs(t, { low: this.#push(node.value, 0, true), high: this.#push(node.value, 1, true) });
    if (absolute) pair = f64.each(t, 'f64x2.abs', pair);
    if (negate) pair = f64.each(t, 'f64x2.neg', pair);
    return this.#mode.flushInput64 ? f64.flush64(t, pair) : pair;
  }

  /** The number that a float node is, where that is known now. */
  knownNumber(node: Node): number | undefined {
    if (node.kind === 'const') return node.value;
    if (node.kind === 'convert' && node.type === 'f64') return this.knownNumber(node.args[0]!);
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
  signaling(node: Node): Term | undefined {
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

  /** f64 classes call any NaN without the quiet bit signalling, whatever its other high bits say. */
  signalingHigh(node: Node): Term | undefined {
    if (node.kind !== 'input') return undefined;
    const t = this.#t;
    return t.op('i32x4.eq', t.and(this.#push(node.value, 1, true), t.splat(0x7ff80000)), t.splat(0x7ff00000));
  }

  /** Pushes an i32 node that all lanes share as a scalar; undefined where they may differ. */
  uniform(node: Node): (() => void) | undefined {
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
    const parts = node.args.map((argument) => this.uniform(argument));
    if (parts.includes(undefined)) return undefined;
    return () => {
      for (const part of parts) part!();
      code.op(opcode);
    };
  }
}
