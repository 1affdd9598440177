/**
 * Transcendentals against series summed in whole numbers with 160 bits behind the point: how far off they are at most, and
 * how many f32 results that rounds wrongly.
 */
import { describe, expect, it } from 'vitest';
import { TWO_OVER_PI_DIGITS, cosTurns, exp2, log2, sinTurns, twoOverPi } from './approximate.ts';

const POINT = 160n;
const ONE = 1n << POINT;
const times = (x: bigint, y: bigint): bigint => (x * y) >> POINT;

/** An f64 in fixed point; what lies below 2^-160 is lost. */
function fixed(x: number): bigint {
  const words = new BigInt64Array(Float64Array.of(x).buffer);
  const exponent = Number((words[0]! >> 52n) & 0x7ffn);
  const m = (words[0]! & 0xfffffffffffffn) | (exponent === 0 ? 0n : 1n << 52n);
  const shift = BigInt((exponent === 0 ? 1 : exponent) - 1075) + POINT;
  const magnitude = shift >= 0n ? m << shift : m >> -shift;
  return x < 0 ? -magnitude : magnitude;
}
/** Fixed point to f64, good to its last bits. */
function number(x: bigint): number {
  const length = BigInt((x < 0n ? -x : x).toString(2).length);
  const drop = length > 64n ? length - 64n : 0n;
  return Number(x >> drop) * 2 ** Number(drop - POINT);
}

/** Sum of terms, each the last one times something. */
function series(first: bigint, next: (term: bigint, n: bigint) => bigint): bigint {
  let sum = 0n;
  let n = 0n;
  for (let term = first; term !== 0n && n < 400n; term = next(term, ++n)) sum += term;
  return sum;
}
/** 2·artanh(a / b): the logarithm of (b + a) / (b − a). */
function logarithm(a: bigint, b: bigint): bigint {
  const z = (a << POINT) / b;
  const zz = times(z, z);
  let power = z;
  let sum = 0n;
  for (let n = 1n; power !== 0n && power !== -1n; n += 2n) {
    sum += power / n;
    power = times(power, zz);
  }
  return 2n * sum;
}
const LN2 = logarithm(1n, 3n);
const arctanInverse = (n: bigint, one: bigint): bigint => {
  let term = one / n;
  let sum = term;
  for (let k = 3n, sign = -1n; term !== 0n; k += 2n, sign = -sign) {
    term /= n * n;
    sum += (sign * term) / k;
  }
  return sum;
};
const machin = (one: bigint): bigint => 4n * (4n * arctanInverse(5n, one) - arctanInverse(239n, one));
const TAU = 2n * machin(ONE);

/** 2^x for |x| < 100. */
function exactExp2(x: number): number {
  const whole = Math.floor(x);
  const y = times(fixed(x - whole), LN2);
  return number(series(ONE, (term, n) => times(term, y) / n)) * 2 ** whole;
}
function exactLog2(x: number): number {
  let e = 0;
  for (; x * 2 ** -e >= 2; e++);
  for (; x * 2 ** -e < 1; e--);
  const m = fixed(x * 2 ** -e);
  return number(BigInt(e) * ONE + (logarithm(m - ONE, m + ONE) << POINT) / LN2);
}
function exactTurns(x: number, first: 0n | 1n): number {
  const a = times(fixed(x - Math.round(x)), TAU);
  const aa = times(a, a);
  return number(
    series(first === 1n ? a : ONE, (term, n) => -times(term, aa) / ((2n * n + first) * (2n * n - 1n + first))),
  );
}

let state = 1;
/** Evenly spread in [0, 1), 24 bits. */
function random(): number {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return (state >>> 8) / 16777216;
}

/** Largest relative error over random f32 operands; the share of f32 results that differ from the correctly rounded ones. */
function measure(f: (x: number) => number, exact: (x: number) => number, operand: () => number): [number, number] {
  let worst = 0;
  let near = 0;
  const samples = 3000;
  for (let n = 0; n < samples; n++) {
    const x = Math.fround(operand());
    const wanted = exact(x);
    if (wanted === 0) continue;
    const error = Math.abs(f(x) / wanted - 1);
    worst = Math.max(worst, error);
    // A result is rounded wrongly where a midpoint lies within the error: twice the error of 2^-24 or so.
    near += (2 * Math.abs(f(x) - wanted)) / ulp32(wanted);
  }
  return [Math.log2(worst), near / samples];
}
const ulp32 = (x: number): number => 2 ** (Math.floor(Math.log2(Math.abs(x))) - 23);

describe('transcendentals', () => {
  it.each([
    ['exp2', exp2, exactExp2, () => 60 * random() - 30, -45.8],
    ['exp2 near 0', exp2, exactExp2, () => random() - 0.5, -45.8],
    ['log2', log2, exactLog2, () => 2 ** (60 * random() - 30), -45],
    ['log2 near 1', log2, exactLog2, () => 0.7 + 0.8 * random(), -45],
    ['sine', sinTurns, (x: number) => exactTurns(x, 1n), () => 4 * random() - 2, -43.5],
    ['sine near 0', sinTurns, (x: number) => exactTurns(x, 1n), () => 0.25 * random() - 0.125, -47.5],
    ['cosine', cosTurns, (x: number) => exactTurns(x, 0n), () => 4 * random() - 2, -43.5],
  ] as const)('%s: error and share of wrong roundings', (_, f, exact, operand, bound) => {
    const [worst, wrong] = measure(f, exact, operand);
    expect(worst).toBeLessThan(bound);
    expect(wrong).toBeLessThan(1e-5);
  });
  it('exp2, exactly', () => {
    for (let n = -1074; n < 1024; n++) expect(exp2(n)).toBe(2 ** n);
    expect([exp2(Infinity), exp2(-Infinity), exp2(NaN), exp2(-0)]).toEqual([Infinity, 0, NaN, 1]);
    expect([exp2(1024), exp2(-1076), exp2(2000), exp2(-2000)]).toEqual([Infinity, 0, Infinity, 0]);
  });
  it('log2, exactly', () => {
    for (let n = -1074; n < 1024; n++) expect(log2(2 ** n)).toBe(n);
    expect([log2(0), log2(-0), log2(-1), log2(Infinity), log2(-Infinity), log2(NaN)]).toEqual([
      -Infinity,
      -Infinity,
      NaN,
      Infinity,
      NaN,
      NaN,
    ]);
  });
  it('sine and cosine of quarters, however large', () => {
    for (const n of [0, 1, 1000, 65536]) {
      expect([sinTurns(n + 0.25), sinTurns(n + 0.75), cosTurns(n + 0.5), cosTurns(n)]).toEqual([1, -1, -1, 1]);
      expect([cosTurns(n + 0.25), cosTurns(n + 0.75), cosTurns(-n - 0.25), cosTurns(-n - 0.75)]).toEqual([0, 0, 0, 0]);
      expect(sinTurns(n + 0.5)).toBe(0);
    }
    expect([sinTurns(-0), sinTurns(0), sinTurns(2 ** 100), sinTurns(-5)]).toEqual([-0, 0, 0, 0]);
    expect([cosTurns(2 ** 100), cosTurns(-(2 ** 127))]).toEqual([1, 1]);
    for (const x of [Infinity, -Infinity, NaN]) expect([sinTurns(x), cosTurns(x)]).toEqual([NaN, NaN]);
  });
  it("the digits of 2/π, by Machin's formula", () => {
    const one = 1n << 1280n;
    const pi = machin(one);
    expect(TWO_OVER_PI_DIGITS).toBe((((2n * one * one) / pi) >> 64n).toString(16));
  });
  it('pieces of 2/π add up to 2/π', () => {
    let sum = 0;
    for (let segment = 3; segment >= 0; segment--) sum += twoOverPi(1, segment);
    expect(sum).toBe(2 / Math.PI);
    expect(twoOverPi(1, 0)).toBeLessThan(2 / Math.PI);
  });
});
