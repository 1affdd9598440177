/**
 * Vector integer and bit operations: VOP1, VOP2, VOP3 and the halves of VOPD.
 *
 * 16-bit results keep the other half of their register. Shift counts use as many low bits as the shifted
 * type needs. Bit searches answer −1 when there is nothing to find.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture", chapter 16 (vector formats).
 * Fidelity: from-public-source.
 */
import { build as b } from '../../../exec/expr.ts';
import type { Node } from '../../../exec/expr.ts';
import {
  addWithCarry,
  clampS,
  int,
  isZero,
  mask16,
  minusOne,
  notZero,
  one,
  s24,
  signed16,
  subWithBorrow,
  tree,
  u24,
  wideMulS,
  wideMulU,
  zero,
} from './define.ts';
import type { Modifiers, Semantics } from './define.ts';
import { leadingSigns } from './scalar.ts';

const addU = (x: Node, y: Node, m: Modifiers): Node => {
  const r = b.add(x, y);
  return m.clamp ? b.select(b.ltU(r, x), minusOne, r) : r;
};
const subU = (x: Node, y: Node, m: Modifiers): Node =>
  m.clamp ? b.select(b.ltU(x, y), zero, b.sub(x, y)) : b.sub(x, y);
const saturate32 = (wide: Node): Node => {
  const high = b.high(wide);
  const low = b.low(wide);
  const fits = b.eq(high, b.sar(low, int(31)));
  return b.select(fits, low, b.select(b.ltS(high, zero), int(-0x80000000), int(0x7fffffff)));
};
const addS = (x: Node, y: Node, m: Modifiers): Node =>
  m.clamp ? saturate32(b.add(b.extendS(x), b.extendS(y))) : b.add(x, y);
const subS = (x: Node, y: Node, m: Modifiers): Node =>
  m.clamp ? saturate32(b.sub(b.extendS(x), b.extendS(y))) : b.sub(x, y);
const limitU16 = (x: Node, m: Modifiers): Node => (m.clamp ? clampS(x, 0, 0xffff) : x);
const limitS16 = (x: Node, m: Modifiers): Node => (m.clamp ? clampS(x, -0x8000, 0x7fff) : x);
const saturateU32 = (wide: Node, m: Modifiers): Node =>
  m.clamp ? b.select(notZero(b.high(wide)), minusOne, b.low(wide)) : b.low(wide);
const saturateS32 = (wide: Node, m: Modifiers): Node => (m.clamp ? saturate32(wide) : b.low(wide));

const byteOf = (x: Node, n: number): Node => b.and(b.shr(x, int(8 * n)), int(0xff));
const absoluteDifference = (x: Node, y: Node): Node => b.select(b.ltU(x, y), b.sub(y, x), b.sub(x, y));
const sadU8 = (x: Node, y: Node, masked: boolean): Node => {
  let sum: Node = zero;
  for (let n = 0; n < 4; n++) {
    const d = absoluteDifference(byteOf(x, n), byteOf(y, n));
    sum = b.add(sum, masked ? b.select(isZero(byteOf(y, n)), zero, d) : d);
  }
  return sum;
};
/** Three-way middle of integers by a given order. */
const middle = (min: (x: Node, y: Node) => Node, max: (x: Node, y: Node) => Node, x: Node, y: Node, z: Node): Node =>
  max(min(x, y), min(max(x, y), z));

const below = (count: Node): Node => b.sub(b.shl(one, count), one);
const plusPopCount = (bits: Node, y: Node): Node => b.add(b.popCount(bits), y);
const secondHalf = (): Node => notZero(b.half());

/** A result and its carry or borrow, which a clamped result turns into the limit. */
const saturate = ([r, over]: readonly [Node, Node], limit: Node, m: Modifiers): readonly Node[] => [
  m.clamp ? b.select(over, limit, r) : r,
  over,
];

function quadSad(x: Node, y: Node, z: Node, masked: boolean, m: Modifiers): Node {
  const sums = [0, 1, 2, 3].map((n) => {
    const window = b.low(b.shr(x, int(8 * n)));
    const addend = mask16(b.low(b.shr(z, int(16 * n))));
    const sum = b.add(sadU8(window, y, masked), addend);
    return m.clamp ? b.minU(sum, int(0xffff)) : mask16(sum);
  });
  return b.pack(b.or(sums[0]!, b.shl(sums[1]!, int(16))), b.or(sums[2]!, b.shl(sums[3]!, int(16))));
}

/** Builds the table; a few hundred small closures. */
export function vectorIntegerSemantics(): Semantics {
  const table: Semantics = {
    v_mov_b32: tree('b32 = b32', (_, [x]) => x!),
    v_mov_b16: tree('u16 = u16', (_, [x]) => x!),
    v_swap_b32: tree('b32 s0:b32 = d:b32 b32', (_, [d, x]) => [x!, d!]),
    v_swap_b16: tree('u16 s0:u16 = d:u16 u16', (_, [d, x]) => [x!, d!]),
    v_cndmask_b32: tree('b32 = b32 b32 m', (_, [x, y, m]) => b.select(m!, y!, x!)),
    v_cndmask_b16: tree('u16 = u16 u16 m', (_, [x, y, m]) => b.select(m!, y!, x!)),

    v_add_nc_u32: tree('b32 = b32 b32', (_, [x, y], m) => addU(x!, y!, m)),
    v_sub_nc_u32: tree('b32 = b32 b32', (_, [x, y], m) => subU(x!, y!, m)),
    v_subrev_nc_u32: tree('b32 = b32 b32', (_, [x, y], m) => subU(y!, x!, m)),
    v_add_nc_i32: tree('b32 = b32 b32', (_, [x, y], m) => addS(x!, y!, m)),
    v_sub_nc_i32: tree('b32 = b32 b32', (_, [x, y], m) => subS(x!, y!, m)),
    v_add_co_u32: tree('b32 m = b32 b32', (_, [x, y], m) => [addU(x!, y!, m), b.ltU(b.add(x!, y!), x!)]),
    v_sub_co_u32: tree('b32 m = b32 b32', (_, [x, y], m) => [subU(x!, y!, m), b.ltU(x!, y!)]),
    v_subrev_co_u32: tree('b32 m = b32 b32', (_, [x, y], m) => [subU(y!, x!, m), b.ltU(y!, x!)]),
    v_add_co_ci_u32: tree('b32 m = b32 b32 m', (_, [x, y, c], m) => saturate(addWithCarry(x!, y!, c!), minusOne, m)),
    v_sub_co_ci_u32: tree('b32 m = b32 b32 m', (_, [x, y, c], m) => saturate(subWithBorrow(x!, y!, c!), zero, m)),
    v_subrev_co_ci_u32: tree('b32 m = b32 b32 m', (_, [x, y, c], m) => saturate(subWithBorrow(y!, x!, c!), zero, m)),

    v_mul_lo_u32: tree('b32 = b32 b32', (_, [x, y]) => b.mul(x!, y!)),
    v_mul_hi_u32: tree('b32 = b32 b32', (_, [x, y]) => b.mulHighU(x!, y!)),
    v_mul_hi_i32: tree('b32 = b32 b32', (_, [x, y]) => b.mulHighS(x!, y!)),
    v_mul_i32_i24: tree('b32 = b32 b32', (_, [x, y]) => b.mul(s24(x!), s24(y!))),
    v_mul_hi_i32_i24: tree('b32 = b32 b32', (_, [x, y]) => b.mulHighS(s24(x!), s24(y!))),
    v_mul_u32_u24: tree('b32 = b32 b32', (_, [x, y]) => b.mul(u24(x!), u24(y!))),
    v_mul_hi_u32_u24: tree('b32 = b32 b32', (_, [x, y]) => b.mulHighU(u24(x!), u24(y!))),
    v_mad_i32_i24: tree('b32 = b32 b32 b32', (_, [x, y, z], m) =>
      saturateS32(b.add(wideMulS(s24(x!), s24(y!)), b.extendS(z!)), m),
    ),
    v_mad_u32_u24: tree('b32 = b32 b32 b32', (_, [x, y, z], m) =>
      saturateU32(b.add(wideMulU(u24(x!), u24(y!)), b.extendU(z!)), m),
    ),
    v_mad_u64_u32: tree('b64 m = b32 b32 b64', (_, [x, y, z]) => {
      const r = b.add(wideMulU(x!, y!), z!);
      return [r, b.ltU(r, z!)];
    }),
    v_mad_i64_i32: tree('b64 m = b32 b32 b64', (_, [x, y, z]) => {
      const p = wideMulS(x!, y!);
      const r = b.add(p, z!);
      // Bit 64 of the sum of two 65-bit signed numbers.
      const carryOut = b.ltU(r, z!);
      return [r, b.xor(b.xor(b.ltS(b.high(p), zero), b.ltS(b.high(z!), zero)), carryOut)];
    }),
    v_mad_u32_u16: tree('b32 = u16 u16 b32', (_, [x, y, z], m) =>
      saturateU32(b.add(wideMulU(x!, y!), b.extendU(z!)), m),
    ),
    v_mad_i32_i16: tree('b32 = s16 s16 b32', (_, [x, y, z], m) =>
      saturateS32(b.add(wideMulS(x!, y!), b.extendS(z!)), m),
    ),

    v_and_b32: tree('b32 = b32 b32', (_, [x, y]) => b.and(x!, y!)),
    v_or_b32: tree('b32 = b32 b32', (_, [x, y]) => b.or(x!, y!)),
    v_xor_b32: tree('b32 = b32 b32', (_, [x, y]) => b.xor(x!, y!)),
    v_xnor_b32: tree('b32 = b32 b32', (_, [x, y]) => b.not(b.xor(x!, y!))),
    v_not_b32: tree('b32 = b32', (_, [x]) => b.not(x!)),
    v_and_b16: tree('u16 = u16 u16', (_, [x, y]) => b.and(x!, y!)),
    v_or_b16: tree('u16 = u16 u16', (_, [x, y]) => b.or(x!, y!)),
    v_xor_b16: tree('u16 = u16 u16', (_, [x, y]) => b.xor(x!, y!)),
    v_not_b16: tree('u16 = u16', (_, [x]) => b.not(x!)),
    v_and_or_b32: tree('b32 = b32 b32 b32', (_, [x, y, z]) => b.or(b.and(x!, y!), z!)),
    v_or3_b32: tree('b32 = b32 b32 b32', (_, [x, y, z]) => b.or(b.or(x!, y!), z!)),
    v_xor3_b32: tree('b32 = b32 b32 b32', (_, [x, y, z]) => b.xor(b.xor(x!, y!), z!)),
    v_xad_u32: tree('b32 = b32 b32 b32', (_, [x, y, z]) => b.add(b.xor(x!, y!), z!)),
    v_add3_u32: tree('b32 = b32 b32 b32', (_, [x, y, z]) => b.add(b.add(x!, y!), z!)),
    v_add_lshl_u32: tree('b32 = b32 b32 b32', (_, [x, y, z]) => b.shl(b.add(x!, y!), z!)),
    v_lshl_add_u32: tree('b32 = b32 b32 b32', (_, [x, y, z]) => b.add(b.shl(x!, y!), z!)),
    v_lshl_or_b32: tree('b32 = b32 b32 b32', (_, [x, y, z]) => b.or(b.shl(x!, y!), z!)),

    v_lshlrev_b32: tree('b32 = b32 b32', (_, [n, x]) => b.shl(x!, n!)),
    v_lshrrev_b32: tree('b32 = b32 b32', (_, [n, x]) => b.shr(x!, n!)),
    v_ashrrev_i32: tree('b32 = b32 b32', (_, [n, x]) => b.sar(x!, n!)),
    v_lshlrev_b16: tree('u16 = u16 u16', (_, [n, x]) => b.shl(x!, b.and(n!, int(15)))),
    v_lshrrev_b16: tree('u16 = u16 u16', (_, [n, x]) => b.shr(x!, b.and(n!, int(15)))),
    v_ashrrev_i16: tree('u16 = u16 s16', (_, [n, x]) => b.sar(x!, b.and(n!, int(15)))),
    v_lshlrev_b64: tree('b64 = b32 b64', (_, [n, x]) => b.shl(x!, n!)),
    v_lshrrev_b64: tree('b64 = b32 b64', (_, [n, x]) => b.shr(x!, n!)),
    v_ashrrev_i64: tree('b64 = b32 b64', (_, [n, x]) => b.sar(x!, n!)),

    v_bfe_u32: tree('b32 = b32 b32 b32', (_, [x, y, z]) => {
      const width = b.and(z!, int(31));
      return b.and(b.shr(x!, y!), below(width));
    }),
    v_bfe_i32: tree('b32 = b32 b32 b32', (_, [x, y, z]) => {
      const width = b.and(z!, int(31));
      const field = b.and(b.sar(x!, y!), below(width));
      const up = b.sub(int(32), width);
      return b.select(isZero(width), zero, b.sar(b.shl(field, up), up));
    }),
    v_bfi_b32: tree('b32 = b32 b32 b32', (_, [x, y, z]) => b.or(b.and(x!, y!), b.and(b.not(x!), z!))),
    v_bfm_b32: tree('b32 = b32 b32', (_, [x, y]) => b.shl(below(x!), y!)),
    v_alignbit_b32: tree('b32 = b32 b32 b32', (_, [x, y, z]) => b.low(b.shr(b.pack(y!, x!), b.and(z!, int(31))))),
    v_alignbyte_b32: tree('b32 = b32 b32 b32', (_, [x, y, z]) =>
      b.low(b.shr(b.pack(y!, x!), b.shl(b.and(z!, int(3)), int(3)))),
    ),
    v_perm_b32: tree('b32 = b32 b32 b32', (_, [x, y, z]) => b.bytePermute(x!, y!, z!)),
    v_bfrev_b32: tree('b32 = b32', (_, [x]) => b.reverseBits(x!)),
    v_clz_i32_u32: tree('b32 = b32', (_, [x]) => b.select(isZero(x!), minusOne, b.countLeadingZeros(x!))),
    v_ctz_i32_b32: tree('b32 = b32', (_, [x]) => b.select(isZero(x!), minusOne, b.countTrailingZeros(x!))),
    v_cls_i32: tree('b32 = b32', (_, [x]) => leadingSigns(x!, 32)),
    v_bcnt_u32_b32: tree('b32 = b32 b32', (_, [x, y]) => plusPopCount(x!, y!)),
    // Lanes of the low half that lie below this one; a lane of the upper half has all 32 below it.
    v_mbcnt_lo_u32_b32: tree('b32 = b32 b32', (_, [x, y]) =>
      plusPopCount(b.select(secondHalf(), x!, b.and(x!, below(b.lane()))), y!),
    ),
    v_mbcnt_hi_u32_b32: tree('b32 = b32 b32', (_, [x, y]) =>
      plusPopCount(b.select(secondHalf(), b.and(x!, below(b.lane())), zero), y!),
    ),

    v_sad_u8: tree('b32 = b32 b32 b32', (_, [x, y, z], m) => addU(sadU8(x!, y!, false), z!, m)),
    v_msad_u8: tree('b32 = b32 b32 b32', (_, [x, y, z], m) => addU(sadU8(x!, y!, true), z!, m)),
    v_sad_hi_u8: tree('b32 = b32 b32 b32', (_, [x, y, z], m) => addU(b.shl(sadU8(x!, y!, false), int(16)), z!, m)),
    v_sad_u16: tree('b32 = b32 b32 b32', (_, [x, y, z], m) =>
      addU(
        b.add(absoluteDifference(mask16(x!), mask16(y!)), absoluteDifference(b.shr(x!, int(16)), b.shr(y!, int(16)))),
        z!,
        m,
      ),
    ),
    v_sad_u32: tree('b32 = b32 b32 b32', (_, [x, y, z], m) => addU(absoluteDifference(x!, y!), z!, m)),
    v_lerp_u8: tree('b32 = b32 b32 b32', (_, [x, y, z]) => {
      let r: Node = zero;
      for (let n = 0; n < 4; n++) {
        const sum = b.add(b.add(byteOf(x!, n), byteOf(y!, n)), b.and(byteOf(z!, n), one));
        r = b.or(r, b.shl(b.and(b.shr(sum, one), int(0xff)), int(8 * n)));
      }
      return r;
    }),
    v_qsad_pk_u16_u8: tree('b64 = b64 b32 b64', (_, [x, y, z], m) => quadSad(x!, y!, z!, false, m)),
    v_mqsad_pk_u16_u8: tree('b64 = b64 b32 b64', (_, [x, y, z], m) => quadSad(x!, y!, z!, true, m)),

    // The only result of four registers: pairs of 64 bits.
    v_mqsad_u32_u8: tree('b64 d2:b64 = b64 b32 b64 s2+2:b64', (_, [x, y, low, high], m) => {
      const sum = (n: number, z: Node): Node => addU(sadU8(b.low(b.shr(x!, int(8 * n))), y!, true), z, m);
      return [b.pack(sum(0, b.low(low!)), sum(1, b.high(low!))), b.pack(sum(2, b.low(high!)), sum(3, b.high(high!)))];
    }),
    v_add_nc_u16: tree('u16 = u16 u16', (_, [x, y], m) => limitU16(b.add(x!, y!), m)),
    v_sub_nc_u16: tree('u16 = u16 u16', (_, [x, y], m) => limitU16(b.sub(x!, y!), m)),
    v_add_nc_i16: tree('u16 = s16 s16', (_, [x, y], m) => limitS16(b.add(x!, y!), m)),
    v_sub_nc_i16: tree('u16 = s16 s16', (_, [x, y], m) => limitS16(b.sub(x!, y!), m)),
    v_mul_lo_u16: tree('u16 = u16 u16', (_, [x, y]) => b.mul(x!, y!)),
    v_mad_u16: tree('u16 = u16 u16 u16', (_, [x, y, z], m) => {
      const r = b.add(wideMulU(x!, y!), b.extendU(z!));
      return m.clamp ? b.select(b.ltU(int(0xffff), b.low(r)), int(0xffff), b.low(r)) : b.low(r);
    }),
    v_mad_i16: tree('u16 = s16 s16 s16', (_, [x, y, z], m) => limitS16(b.add(b.mul(x!, y!), z!), m)),
    v_pack_b32_f16: tree('b32 = f16 f16', (_, [x, y]) => b.or(b.bits(x!), b.shl(b.bits(y!), int(16)))),
    v_cvt_pk_u16_u32: tree('b32 = b32 b32', (_, [x, y]) =>
      b.or(b.minU(x!, int(0xffff)), b.shl(b.minU(y!, int(0xffff)), int(16))),
    ),
    v_cvt_pk_i16_i32: tree('b32 = b32 b32', (_, [x, y]) =>
      b.or(mask16(clampS(x!, -0x8000, 0x7fff)), b.shl(clampS(y!, -0x8000, 0x7fff), int(16))),
    ),
    v_sat_pk_u8_i16: tree('u16 = b32', (_, [x]) =>
      b.or(clampS(signed16(x!), 0, 255), b.shl(clampS(b.sar(x!, int(16)), 0, 255), int(8))),
    ),
    v_cvt_i32_i16: tree('b32 = s16', (_, [x]) => x!),
    v_cvt_u32_u16: tree('b32 = u16', (_, [x]) => x!),
  };

  for (const [suffix, word, min, max] of [
    ['i32', 'b32', b.minS, b.maxS],
    ['u32', 'b32', b.minU, b.maxU],
    ['i16', 's16', b.minS, b.maxS],
    ['u16', 'u16', b.minU, b.maxU],
  ] as const) {
    const out = word === 'b32' ? 'b32' : 'u16';
    table[`v_min_${suffix}`] = tree(`${out} = ${word} ${word}`, (_, [x, y]) => min(x!, y!));
    table[`v_max_${suffix}`] = tree(`${out} = ${word} ${word}`, (_, [x, y]) => max(x!, y!));
    const three = `${out} = ${word} ${word} ${word}`;
    table[`v_min3_${suffix}`] = tree(three, (_, [x, y, z]) => min(min(x!, y!), z!));
    table[`v_max3_${suffix}`] = tree(three, (_, [x, y, z]) => max(max(x!, y!), z!));
    table[`v_med3_${suffix}`] = tree(three, (_, [x, y, z]) => middle(min, max, x!, y!, z!));
    if (word === 'b32') {
      table[`v_maxmin_${suffix}`] = tree(three, (_, [x, y, z]) => min(max(x!, y!), z!));
      table[`v_minmax_${suffix}`] = tree(three, (_, [x, y, z]) => max(min(x!, y!), z!));
    }
  }
  return table;
}
