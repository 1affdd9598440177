/**
 * Packed and mixed operations (VOP3P) and dot products.
 *
 * Each source carries two selections: `high` picks the half that feeds the low result, `highOfPair` the half that
 * feeds the high one, with a negation for each. Mixed operations read the same bits otherwise:
 * `highOfPair` says "this source is f16", `high` picks its half, and the second negation is an absolute value.
 *
 * Dot products: integer ones are exact. Silicon's rounding inside float dot products is not public; here the
 * products are exact and summed in f64, rounded once.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture", VOP3P.
 * Fidelity: from-public-source. Guessed: rounding inside float dot products.
 */
import { build as b } from '../../../exec/expr.ts';
import type { Node } from '../../../exec/expr.ts';
import type { Operand } from '../isa/types.ts';
import { clampS, int, mask16, signed16, tree, zero } from './define.ts';
import type { Modifiers, Semantics } from './define.ts';

const operand = (m: Modifiers, n: number): Operand => m.decoded.src[n]!;

/** 16 bits of source `n` for the low (0) or high (1) result, modifiers not applied. */
function halfBits(x: Node, m: Modifiers, n: number, lane: 0 | 1): Node {
  const o = operand(m, n);
  return (lane === 0 ? o.high : o.highOfPair) ? b.shr(x, int(16)) : mask16(x);
}
function halfF16(x: Node, m: Modifiers, n: number, lane: 0 | 1): Node {
  const o = operand(m, n);
  const negated = lane === 0 ? o.neg : o.negHigh;
  const bits = halfBits(x, m, n, lane);
  return b.fromBits('f16', negated ? b.xor(bits, int(0x8000)) : bits);
}
const pair = (low: Node, high: Node): Node => b.or(mask16(low), b.shl(high, int(16)));
const clampF16 = (x: Node, m: Modifiers): Node => (m.clamp ? b.clampUnit(x) : x);

type FloatOp = (x: readonly Node[]) => Node;
const packedFloat = (sources: number, f: FloatOp): Semantics[string] =>
  tree(
    `b32 = ${'b32 '.repeat(sources)}`,
    (_, inputs, m) => {
      const half = (lane: 0 | 1): Node => b.bits(clampF16(f(inputs.map((x, n) => halfF16(x, m, n, lane))), m));
      return pair(half(0), half(1));
    },
    true,
  );
type IntOp = (x: readonly Node[], clamp: boolean) => Node;
const packedInt = (sources: number, signed: boolean, f: IntOp): Semantics[string] =>
  tree(
    `b32 = ${'b32 '.repeat(sources)}`,
    (_, inputs, m) => {
      const half = (lane: 0 | 1): Node =>
        f(
          inputs.map((x, n) => {
            const bits = halfBits(x, m, n, lane);
            return signed ? signed16(bits) : bits;
          }),
          m.clamp,
        );
      return pair(half(0), half(1));
    },
    true,
  );

const limitS: (x: Node, clamp: boolean) => Node = (x, clamp) => (clamp ? clampS(x, -0x8000, 0x7fff) : x);
const limitU: (x: Node, clamp: boolean) => Node = (x, clamp) => (clamp ? clampS(x, 0, 0xffff) : x);
const low4 = (x: Node): Node => b.and(x, int(15));

function mixSource(x: Node, m: Modifiers, n: number): Node {
  const o = operand(m, n);
  let value = o.highOfPair
    ? b.convert('f32', b.fromBits('f16', o.high ? b.shr(x, int(16)) : mask16(x)))
    : b.fromBits('f32', x);
  if (o.negHigh || o.abs) value = b.abs(value);
  return o.neg ? b.neg(value) : value;
}

function integerDot(width: 4 | 8, signedBySource: boolean): Semantics[string] {
  return tree(
    'b32 = b32 b32 b32',
    (_, [x, y, z], m) => {
      const element = (v: Node, n: number, source: number): Node => {
        const up = b.shl(v, int(32 - width * (n + 1)));
        return signedBySource && operand(m, source).neg ? b.sar(up, int(32 - width)) : b.shr(up, int(32 - width));
      };
      let wide = signedBySource ? b.extendS(z!) : b.extendU(z!);
      for (let n = 0; n < 32 / width; n++) wide = b.add(wide, b.extendS(b.mul(element(x!, n, 0), element(y!, n, 1))));
      const low = b.low(wide);
      if (!m.clamp) return low;
      if (!signedBySource) return b.select(b.ne(b.high(wide), zero), int(-1), low);
      const fits = b.eq(b.high(wide), b.sar(low, int(31)));
      return b.select(fits, low, b.select(b.ltS(b.high(wide), zero), int(-0x80000000), int(0x7fffffff)));
    },
    true,
  );
}

/** Builds the table; a few hundred small closures. */
export function packedSemantics(): Semantics {
  const table: Semantics = {
    v_pk_fma_f16: packedFloat(3, ([x, y, z]) => b.fma(x!, y!, z!)),
    v_pk_add_f16: packedFloat(2, ([x, y]) => b.add(x!, y!)),
    v_pk_mul_f16: packedFloat(2, ([x, y]) => b.mul(x!, y!)),
    v_pk_min_f16: packedFloat(2, ([x, y]) => b.minNum(x!, y!)),
    v_pk_max_f16: packedFloat(2, ([x, y]) => b.maxNum(x!, y!)),
    v_pk_mad_i16: packedInt(3, true, ([x, y, z], c) => limitS(b.add(b.mul(x!, y!), z!), c)),
    v_pk_mad_u16: packedInt(3, false, ([x, y, z], c) => {
      const r = b.add(b.mul(x!, y!), z!);
      // At most 0xffff·0xffff + 0xffff: fits 32 bits unsigned.
      return c ? b.minU(r, int(0xffff)) : r;
    }),
    v_pk_mul_lo_u16: packedInt(2, false, ([x, y]) => b.mul(x!, y!)),
    v_pk_add_i16: packedInt(2, true, ([x, y], c) => limitS(b.add(x!, y!), c)),
    v_pk_sub_i16: packedInt(2, true, ([x, y], c) => limitS(b.sub(x!, y!), c)),
    v_pk_add_u16: packedInt(2, false, ([x, y], c) => limitU(b.add(x!, y!), c)),
    v_pk_sub_u16: packedInt(2, false, ([x, y], c) => limitU(b.sub(x!, y!), c)),
    v_pk_lshlrev_b16: packedInt(2, false, ([n, x]) => b.shl(x!, low4(n!))),
    v_pk_lshrrev_b16: packedInt(2, false, ([n, x]) => b.shr(x!, low4(n!))),
    v_pk_ashrrev_i16: packedInt(2, true, ([n, x]) => b.sar(x!, low4(n!))),
    v_pk_max_i16: packedInt(2, true, ([x, y]) => b.maxS(x!, y!)),
    v_pk_min_i16: packedInt(2, true, ([x, y]) => b.minS(x!, y!)),
    v_pk_max_u16: packedInt(2, false, ([x, y]) => b.maxU(x!, y!)),
    v_pk_min_u16: packedInt(2, false, ([x, y]) => b.minU(x!, y!)),
    // VOP2: no selections.
    v_pk_fmac_f16: tree(
      'b32 = b32 b32 d:b32',
      (_, [x, y, z]) => {
        const half = (n: number): Node => {
          const part = (v: Node): Node => b.fromBits('f16', mask16(b.shr(v, int(n))));
          return b.bits(b.fma(part(x!), part(y!), part(z!)));
        };
        return pair(half(0), half(16));
      },
      true,
    ),
  };

  const mixed = (inputs: readonly Node[], m: Modifiers): Node =>
    b.fma(mixSource(inputs[0]!, m, 0), mixSource(inputs[1]!, m, 1), mixSource(inputs[2]!, m, 2));
  table['v_fma_mix_f32'] = tree('f32 = b32 b32 b32', (_, inputs, m) => mixed(inputs, m), true);
  const toF16 = (inputs: readonly Node[], m: Modifiers): Node => clampF16(b.convert('f16', mixed(inputs, m)), m);
  table['v_fma_mixlo_f16'] = tree('f16 = b32 b32 b32', (_, inputs, m) => toF16(inputs, m), true);
  table['v_fma_mixhi_f16'] = tree('f16h = b32 b32 b32', (_, inputs, m) => toF16(inputs, m), true);

  // Integer dots. In the iu forms the sources' negation bits say "signed".
  table['v_dot4_i32_iu8'] = integerDot(8, true);
  table['v_dot4_u32_u8'] = integerDot(8, false);
  table['v_dot8_i32_iu4'] = integerDot(4, true);
  table['v_dot8_u32_u4'] = integerDot(4, false);

  const floatHalf = (type: 'f16' | 'bf16', x: Node, m: Modifiers, n: number, lane: 0 | 1): Node => {
    const o = operand(m, n);
    const bits = halfBits(x, m, n, lane);
    return b.fromBits(type, (lane === 0 ? o.neg : o.negHigh) ? b.xor(bits, int(0x8000)) : bits);
  };
  const dot2 = (type: 'f16' | 'bf16', inputs: readonly Node[], m: Modifiers, addend: Node): Node =>
    b.add(
      b.add(
        b.mulUnrounded(floatHalf(type, inputs[0]!, m, 0, 0), floatHalf(type, inputs[1]!, m, 1, 0)),
        b.mulUnrounded(floatHalf(type, inputs[0]!, m, 0, 1), floatHalf(type, inputs[1]!, m, 1, 1)),
      ),
      b.convert('f64', addend),
    );
  for (const type of ['f16', 'bf16'] as const) {
    table[`v_dot2_f32_${type}`] = tree(
      'f32 = b32 b32 b32',
      (_, inputs, m) => {
        const addend = b.fromBits('f32', operand(m, 2).neg ? b.xor(inputs[2]!, int(-0x80000000)) : inputs[2]!);
        return b.convert('f32', dot2(type, inputs, m, addend));
      },
      true,
    );
    table[`v_dot2_${type}_${type}`] = tree(
      `${type} = b32 b32 b32`,
      (_, [x, y, z], m) => {
        const third = operand(m, 2);
        const bits = third.high ? b.shr(z!, int(16)) : mask16(z!);
        const plain = (v: Node, n: number): Node => b.fromBits(type, n === 0 ? mask16(v) : b.shr(v, int(16)));
        const sum = b.add(b.mulUnrounded(plain(x!, 0), plain(y!, 0)), b.mulUnrounded(plain(x!, 1), plain(y!, 1)));
        return b.convert(type, b.add(sum, b.convert('f64', b.fromBits(type, bits))));
      },
      true,
    );
  }
  table['v_dot2acc_f32_f16'] = tree(
    'f32 = b32 b32 d:f32',
    (_, [x, y, d]) => {
      const part = (v: Node, n: number): Node => b.fromBits('f16', n === 0 ? mask16(v) : b.shr(v, int(16)));
      return b.convert(
        'f32',
        b.add(
          b.add(b.mulUnrounded(part(x!, 0), part(y!, 0)), b.mulUnrounded(part(x!, 1), part(y!, 1))),
          b.convert('f64', d!),
        ),
      );
    },
    true,
  );
  table['v_dot2c_f32_f16'] = table['v_dot2acc_f32_f16']!;
  return table;
}
