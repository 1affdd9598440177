/**
 * The transcendental functions of ../approximate.ts on f64 lanes: the same operations in the same order, without a
 * branch. Operands are f32 or f16 numbers as f64; results are rounded to those types, so what lies beyond their range need
 * only be beyond it.
 *
 * Pure software.
 */
import { COSINE, EXP2, LOG2, ROOT_HALF_HIGH, ROOT_HALF_TO_ONE, ROUNDER, SINE } from '../approximate.ts';
import type { Pair } from './lower-f64.ts';
import type { Opcode } from './opcodes.ts';
import type { Term, Terms } from './lower-terms.ts';

const SIGN_HIGH = 0x80000000;

class Doubles {
  readonly t: Terms;
  constructor(t: Terms) {
    this.t = t;
  }
  #op = (name: Opcode, x: Term, y: Term): Term => this.t.op(name, x, y);
  add = (x: Term, y: Term): Term => this.#op('f64x2.add', x, y);
  sub = (x: Term, y: Term): Term => this.#op('f64x2.sub', x, y);
  mul = (x: Term, y: Term): Term => this.#op('f64x2.mul', x, y);
  floor = (x: Term): Term => this.t.op('f64x2.floor', x);
  abs = (x: Term): Term => this.t.op('f64x2.abs', x);
  constant = (x: number): number => this.t.f64(x);
  keep = (x: Term): number => this.t.keep(x);
  /** c0 + c1·x, of a list of coefficients from position n. */
  linear(c: readonly number[], n: number, x: number): Term {
    return this.add(this.constant(c[n]!), this.mul(this.constant(c[n + 1]!), x));
  }
  polynomial(c: readonly number[], x: number): Term {
    const xx = this.keep(this.mul(x, x));
    const upper = this.add(this.linear(c, 2, x), this.mul(xx, this.linear(c, 4, x)));
    return this.add(this.linear(c, 0, x), this.mul(xx, upper));
  }
}

function exp2Lanes(d: Doubles, x: Term): Term {
  const { t } = d;
  // Beyond ±200 results round to 0 and infinity in any narrower type; NaN stays.
  const held = d.keep(t.op('f64x2.pmax', t.op('f64x2.pmin', x, d.constant(200)), d.constant(-200)));
  const shifted = d.keep(d.add(held, d.constant(ROUNDER)));
  const y = d.keep(d.sub(held, d.sub(shifted, d.constant(ROUNDER))));
  const y2 = d.keep(d.mul(y, y));
  const y4 = d.keep(d.mul(y2, y2));
  const first = d.add(d.add(d.constant(1), d.mul(d.constant(EXP2[0]), y)), d.mul(y2, d.linear(EXP2, 1, y)));
  const second = d.add(d.add(d.linear(EXP2, 3, y), d.mul(y2, d.linear(EXP2, 5, y))), d.mul(y4, d.linear(EXP2, 7, y)));
  // The rounded sum's last bits go to the exponent. Those of a NaN that was narrower are 0.
  return t.op('i64x2.add', d.add(first, d.mul(y4, second)), t.shift('i64x2.shl', shifted, 52));
}

function log2Lanes(d: Doubles, operand: Term): Term {
  const { t } = d;
  const x = d.keep(operand);
  const offset = d.keep(t.op('i64x2.add', x, t.splat64(0, ROOT_HALF_TO_ONE)));
  // the biased exponent as last bits of 2^52
  const biased = t.or(t.shift('i64x2.shr_u', offset, 52), t.splat64(0, 0x43300000));
  const exponent = d.sub(biased, d.constant(2 ** 52 + 1023));
  const m = d.keep(t.op('i64x2.add', t.and(offset, t.splat64(-1, 0x000fffff)), t.splat64(0, ROOT_HALF_HIGH)));
  const one = d.constant(1);
  const z = d.keep(t.op('f64x2.div', d.sub(m, one), d.add(m, one)));
  const usual = d.add(exponent, d.mul(z, d.polynomial(LOG2, d.keep(d.mul(z, z)))));
  // Infinity has come out as 1024, a power of two: the exponent's bits make it infinite again.
  const infinite = t.and(t.op('f64x2.eq', x, d.constant(Infinity)), d.constant(Infinity));
  const zero = t.op('f64x2.eq', x, t.splat(0));
  const number = t.select(zero, d.constant(-Infinity), t.or(usual, infinite));
  return t.or(number, t.not(t.op('f64x2.ge', x, t.splat(0))));
}

/** `turn`: added to the quarter that decides about the sign, 0 for the sine and 1 for the cosine. */
function quarters(d: Doubles, x: number, turn: 0 | 1): Term {
  const { t } = d;
  const s = d.keep(d.sub(x, d.floor(d.add(x, d.constant(0.5)))));
  const shifted = d.keep(d.add(d.mul(d.constant(4), s), d.constant(ROUNDER)));
  const quarter = d.keep(d.sub(shifted, d.constant(ROUNDER)));
  const u = d.keep(d.sub(s, d.mul(d.constant(0.25), quarter)));
  const uu = d.keep(d.mul(u, u));
  const sine = d.mul(u, d.polynomial(SINE, uu));
  const cosine = d.polynomial(COSINE, uu);
  const odd = t.op('f64x2.eq', d.abs(quarter), d.constant(1));
  const r = turn === 0 ? t.select(odd, cosine, sine) : t.select(odd, sine, cosine);
  // Bit 1 of the quarter is the sign.
  const turned = t.shift('i64x2.shl', shifted, 62);
  const sign = d.keep(
    t.and(turn === 0 ? turned : t.op('i64x2.add', turned, t.splat64(0, 0x40000000)), t.splat64(0, SIGN_HIGH)),
  );
  // no −0 but the sine's of −0: what is added is +0 where the sign changed, −0 elsewhere
  return d.add(t.xor(r, sign), turn === 0 ? t.xor(sign, t.splat64(0, SIGN_HIGH)) : t.splat(0));
}

/** One of the functions on two vectors of two lanes. */
export function transcendental(t: Terms, kind: 'exp2' | 'log2' | 'sinTurns' | 'cosTurns', x: Pair): Pair {
  const d = new Doubles(t);
  const one = (part: Term): Term => {
    switch (kind) {
      case 'exp2':
        return exp2Lanes(d, part);
      case 'log2':
        return log2Lanes(d, part);
      case 'sinTurns':
        return quarters(d, d.keep(part), 0);
      default:
        return quarters(d, d.keep(d.abs(part)), 1);
    }
  };
  return [one(x[0]), one(x[1])];
}
