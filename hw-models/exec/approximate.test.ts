/** Transcendentals against the host's library (itself within an ulp or so of f64), to a relative 2^-48. */
import { describe, expect, it } from 'vitest';
import { TWO_OVER_PI_DIGITS, cosTurns, exp2, log2, sinTurns, twoOverPi } from './approximate.ts';

const close = (x: number, y: number, scale = Math.abs(y)): void => {
  if (Math.abs(x - y) > scale * 2 ** -48) throw new Error(`${x} is not ${y}`);
};

describe('transcendentals', () => {
  it('exp2', () => {
    for (let x = -150; x < 130; x += 0.37) close(exp2(x), Math.pow(2, x));
    for (let n = -1074; n < 1024; n += 53) expect(exp2(n)).toBe(2 ** n);
    expect([exp2(Infinity), exp2(-Infinity), exp2(NaN)]).toEqual([Infinity, 0, NaN]);
  });
  it('log2', () => {
    for (let x = 1e-30; x < 1e30; x *= 1.37) close(log2(x), Math.log2(x), Math.max(1e-3, Math.abs(Math.log2(x))));
    for (let n = -149; n < 128; n++) expect(log2(2 ** n)).toBe(n);
    expect([log2(0), log2(-1), log2(Infinity), log2(NaN)]).toEqual([-Infinity, NaN, Infinity, NaN]);
  });
  it('sine and cosine of turns', () => {
    for (let x = -3; x < 3; x += 0.0137) {
      close(sinTurns(x), Math.sin((x - Math.round(x)) * 2 * Math.PI), 1);
      close(cosTurns(x), Math.cos((x - Math.round(x)) * 2 * Math.PI), 1);
    }
    // Exact on quarters, however large.
    for (const n of [0, 1, 1000, 65536]) {
      expect([sinTurns(n + 0.25), sinTurns(n + 0.75), cosTurns(n + 0.5), cosTurns(n)]).toEqual([1, -1, -1, 1]);
    }
    expect(sinTurns(Infinity)).toBeNaN();
  });
  it("the digits of 2/π, by Machin's formula", () => {
    const one = 1n << 1280n;
    const arctanInverse = (n: bigint): bigint => {
      let term = one / n;
      let sum = term;
      for (let k = 3n, sign = -1n; term !== 0n; k += 2n, sign = -sign) {
        term /= n * n;
        sum += (sign * term) / k;
      }
      return sum;
    };
    const pi = 4n * (4n * arctanInverse(5n) - arctanInverse(239n));
    expect(TWO_OVER_PI_DIGITS).toBe((((2n * one * one) / pi) >> 64n).toString(16));
  });
  it('pieces of 2/π add up to 2/π', () => {
    let sum = 0;
    for (let segment = 3; segment >= 0; segment--) sum += twoOverPi(1, segment);
    expect(sum).toBe(2 / Math.PI);
    expect(twoOverPi(1, 0)).toBeLessThan(2 / Math.PI);
  });
});
