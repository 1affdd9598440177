/** The compiler on its own: operand kinds, partial masks, simultaneous results, 64-bit integers. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Compiler } from './compile.ts';
import type { InputShape, OutputShape, Strip } from './compile.ts';
import { build as b } from './expr.ts';
import type { Node } from './expr.ts';
import { usualMode as mode } from './wasm/testing/run-lowered.ts';

const ACTIVE = 100;
function strip(): Strip {
  const vectors = new ArrayBuffer(64 * 128);
  const scalars = new ArrayBuffer(128 * 4);
  const temporary = new Int32Array(64);
  return {
    v: new Int32Array(vectors),
    vf: new Float32Array(vectors),
    s: new Int32Array(scalars),
    sf: new Float32Array(scalars),
    half: 0,
    temporary,
    temporaryF: new Float32Array(temporary.buffer),
  };
}
const input = (place: InputShape['place'], type: InputShape['type']): InputShape => ({
  place,
  type,
  negate: false,
  absolute: false,
  high: false,
});
const output = (place: OutputShape['place'], type: OutputShape['type']): OutputShape => ({ place, type, high: false });

describe('lane code', () => {
  it('reads vectors, scalars and constants, and leaves inactive lanes alone', () => {
    const factory = new Compiler().factory('t', { mode, active: ACTIVE }, () => [
      {
        inputs: [input('vector', 'i32'), input('scalar', 'i32'), input('constant', 'i32')],
        outputs: [output('vector', 'i32')],
        results: [b.add(b.input(0, 'i32'), b.mul(b.input(1, 'i32'), b.input(2, 'i32')))],
      },
    ]);
    const w = strip();
    w.v.fill(-1);
    for (let i = 0; i < 32; i++) w.v[i] = i;
    w.s[5] = 10;
    w.s[ACTIVE] = 0x0000_00f1;
    factory([0, 0, 5, 0, 3, 0, 64])(w);
    expect([...w.v.subarray(64, 74)]).toEqual([30, -1, -1, -1, 34, 35, 36, 37, -1, -1]);
  });

  it('stores every result after every read: a swap needs no third register', () => {
    const factory = new Compiler().factory('t', { mode, active: ACTIVE }, () => [
      { inputs: [input('vector', 'i32')], outputs: [output('vector', 'i32')], results: [b.input(0, 'i32')] },
      { inputs: [input('vector', 'i32')], outputs: [output('vector', 'i32')], results: [b.input(0, 'i32')] },
    ]);
    const w = strip();
    w.s[ACTIVE] = -1;
    w.v.fill(1, 0, 32);
    w.v.fill(2, 32, 64);
    factory([0, 0, 32, 32, 0, 0])(w);
    expect([w.v[0], w.v[31], w.v[32], w.v[63]]).toEqual([2, 2, 1, 1]);
  });

  it('gathers compare results in a mask with zeros for inactive lanes', () => {
    const factory = new Compiler().factory('t', { mode, active: ACTIVE }, () => [
      {
        inputs: [input('vector', 'i32'), input('constant', 'i32')],
        outputs: [output('scalar', 'mask')],
        results: [b.ltU(b.input(0, 'i32'), b.input(1, 'i32'))],
      },
    ]);
    const w = strip();
    for (let i = 0; i < 32; i++) w.v[i] = i;
    w.s[ACTIVE] = 0x0000_fffe;
    factory([0, 0, 4, 0, 7])(w);
    expect(w.s[7]).toBe(0b1110);
  });

  it('makes one function for one shape, whatever the registers', () => {
    const compiler = new Compiler();
    const make = () => [
      { inputs: [input('vector', 'f32')], outputs: [output('vector', 'f32')], results: [b.neg(b.input(0, 'f32'))] },
    ];
    const one = compiler.factory('neg', { mode, active: ACTIVE }, make);
    expect(compiler.factory('neg', { mode, active: ACTIVE }, make)).toBe(one);
    expect(compiler.shapes).toBe(1);
    compiler.factory('neg', { mode: { ...mode, flushInput32: true }, active: ACTIVE }, make);
    expect(compiler.shapes).toBe(2);
  });

  it('stores the one NaN that hardware makes', () => {
    const factory = new Compiler().factory('t', { mode, active: ACTIVE }, () => [
      {
        inputs: [input('vector', 'f32'), input('vector', 'f32')],
        outputs: [output('vector', 'f32')],
        results: [b.sub(b.input(0, 'f32'), b.input(1, 'f32'))],
      },
    ]);
    const w = strip();
    w.s[ACTIVE] = -1;
    w.vf.fill(Infinity, 0, 64);
    factory([0, 0, 32, 0, 64])(w);
    expect(w.v[64]).toBe(0x7fc00000);
  });
});

describe('64-bit integers on scalars', () => {
  const big = (low: number, high: number): bigint => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  const wrap = (x: bigint): bigint => BigInt.asUintN(64, x);
  const operations: Record<string, [(x: Node, y: Node) => Node, (x: bigint, y: bigint) => bigint]> = {
    add: [b.add, (x, y) => x + y],
    sub: [b.sub, (x, y) => x - y],
    mul: [b.mul, (x, y) => x * y],
    xor: [b.xor, (x, y) => x ^ y],
    shl: [(x, y) => b.shl(x, b.low(y)), (x, y) => x << (y & 63n)],
    shr: [(x, y) => b.shr(x, b.low(y)), (x, y) => x >> (y & 63n)],
    sar: [(x, y) => b.sar(x, b.low(y)), (x, y) => BigInt.asIntN(64, x) >> (y & 63n)],
    minS: [b.minS, (x, y) => (BigInt.asIntN(64, x) < BigInt.asIntN(64, y) ? x : y)],
    maxU: [b.maxU, (x, y) => (x > y ? x : y)],
    wide: [
      (x, y) => b.pack(b.mul(b.low(x), b.low(y)), b.mulHighU(b.low(x), b.low(y))),
      (x, y) => (x & 0xffffffffn) * (y & 0xffffffffn),
    ],
    wideSigned: [
      (x, y) => b.pack(b.mul(b.low(x), b.low(y)), b.mulHighS(b.low(x), b.low(y))),
      (x, y) => BigInt.asIntN(32, x) * BigInt.asIntN(32, y),
    ],
    less: [
      (x, y) => b.extendU(b.select(b.ltS(x, y), b.i32(1), b.i32(0))),
      (x, y) => (BigInt.asIntN(64, x) < BigInt.asIntN(64, y) ? 1n : 0n),
    ],
    reverse: [(x) => b.reverseBits(x), (x) => BigInt(`0b${[...x.toString(2).padStart(64, '0')].reverse().join('')}`)],
    leading: [(x) => b.extendU(b.countLeadingZeros(x)), (x) => BigInt(x === 0n ? 64 : 64 - x.toString(2).length)],
    ones: [(x) => b.extendU(b.popCount(x)), (x) => BigInt(x.toString(2).replaceAll('0', '').length)],
  };
  for (const [name, [tree, wanted]] of Object.entries(operations)) {
    it(name, () => {
      const factory = new Compiler().factory(name, { mode }, () => [
        {
          inputs: [input('scalar', 'i64'), input('scalar', 'i64')],
          outputs: [output('scalar', 'i64')],
          results: [tree(b.input(0, 'i64'), b.input(1, 'i64'))],
        },
      ]);
      const handler = factory([0, 0, 2, 0, 4]);
      const word = fc.oneof(fc.integer(), fc.constantFrom(0, -1, 1, 0x7fffffff, -0x80000000));
      const w = strip();
      fc.assert(
        fc.property(word, word, word, word, (a, c, d, e) => {
          w.s.set([a, c, d, e], 0);
          handler(w);
          expect(big(w.s[4]!, w.s[5]!)).toBe(wrap(wanted(big(a, c), big(d, e))));
        }),
        { numRuns: 200, seed: 7 },
      );
    });
  }
});
