/**
 * Scalar ALU: SOP1, SOP2, SOPC, SOPK without the ones that move the program counter.
 *
 * SCC is a carry or borrow for the unsigned and carrying operations, an overflow for the signed ones, and
 * "result is not zero" for most others; moves, multiplications and sign extensions leave it alone.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture", chapter 16 (scalar formats).
 * Fidelity: from-public-source.
 */
import { build as b } from '../../../exec/expr.ts';
import type { Node } from '../../../exec/expr.ts';
import {
  addWithCarry,
  int,
  isZero,
  minusOne,
  notZero,
  one,
  signed16,
  subWithBorrow,
  tree,
  wideFalse,
  zero,
} from './define.ts';
import type { Semantics } from './define.ts';

const withNotZero = (x: Node): readonly Node[] => [x, notZero(x)];
const addOverflow = (x: Node, y: Node, sum: Node): Node => b.ltS(b.and(b.xor(x, sum), b.xor(y, sum)), zero);
const subOverflow = (x: Node, y: Node, difference: Node): Node => b.ltS(b.and(b.xor(x, y), b.xor(x, difference)), zero);

function doubled(x: Node): Node {
  // Bit i goes to bits 2i and 2i+1.
  let r = x;
  for (const [shift, mask] of [
    [8, 0x00ff00ff],
    [4, 0x0f0f0f0f],
    [2, 0x33333333],
    [1, 0x55555555],
  ] as const) {
    r = b.and(b.or(r, b.shl(r, int(shift))), int(mask));
  }
  return b.or(r, b.shl(r, one));
}

/** Number of leading bits that equal the sign bit; −1 when all do. */
export function leadingSigns(x: Node, width: 32 | 64): Node {
  const sign = width === 32 ? b.sar(x, int(31)) : b.sar(x, int(63));
  const flipped = b.xor(x, sign);
  return b.select(isZero(flipped), minusOne, b.countLeadingZeros(flipped));
}

/** Builds the table; a few hundred small closures. */
export function scalarSemantics(): Semantics {
  const table: Semantics = {
    s_mov_b32: tree('b32 = b32', (_, [x]) => x!),
    s_mov_b64: tree('b64 = b64', (_, [x]) => x!),
    s_cmov_b32: tree('b32 = b32 scc d:b32', (_, [x, c, d]) => b.select(c!, x!, d!)),
    s_cmov_b64: tree('b64 = b64 scc d:b64', (_, [x, c, d]) => b.select(c!, x!, d!)),
    s_movk_i32: tree('b32 = imm', (_, [x]) => x!),
    s_cmovk_i32: tree('b32 = imm scc d:b32', (_, [x, c, d]) => b.select(c!, x!, d!)),
    s_cselect_b32: tree('b32 = b32 b32 scc', (_, [x, y, c]) => b.select(c!, x!, y!)),
    s_cselect_b64: tree('b64 = b64 b64 scc', (_, [x, y, c]) => b.select(c!, x!, y!)),

    s_add_u32: tree('b32 scc = b32 b32', (_, [x, y]) => {
      const r = b.add(x!, y!);
      return [r, b.ltU(r, x!)];
    }),
    s_sub_u32: tree('b32 scc = b32 b32', (_, [x, y]) => [b.sub(x!, y!), b.ltU(x!, y!)]),
    s_addc_u32: tree('b32 scc = b32 b32 scc', (_, [x, y, c]) => addWithCarry(x!, y!, c!)),
    s_subb_u32: tree('b32 scc = b32 b32 scc', (_, [x, y, c]) => subWithBorrow(x!, y!, c!)),
    s_add_i32: tree('b32 scc = b32 b32', (_, [x, y]) => {
      const r = b.add(x!, y!);
      return [r, addOverflow(x!, y!, r)];
    }),
    s_sub_i32: tree('b32 scc = b32 b32', (_, [x, y]) => {
      const r = b.sub(x!, y!);
      return [r, subOverflow(x!, y!, r)];
    }),
    s_addk_i32: tree('b32 scc = d:b32 imm', (_, [x, y]) => {
      const r = b.add(x!, y!);
      return [r, addOverflow(x!, y!, r)];
    }),
    s_mulk_i32: tree('b32 = d:b32 imm', (_, [x, y]) => b.mul(x!, y!)),
    s_mul_i32: tree('b32 = b32 b32', (_, [x, y]) => b.mul(x!, y!)),
    s_mul_hi_u32: tree('b32 = b32 b32', (_, [x, y]) => b.mulHighU(x!, y!)),
    s_mul_hi_i32: tree('b32 = b32 b32', (_, [x, y]) => b.mulHighS(x!, y!)),
    s_absdiff_i32: tree('b32 scc = b32 b32', (_, [x, y]) => {
      const d = b.sub(x!, y!);
      return withNotZero(b.select(b.ltS(d, zero), b.sub(zero, d), d));
    }),
    s_abs_i32: tree('b32 scc = b32', (_, [x]) => withNotZero(b.select(b.ltS(x!, zero), b.sub(zero, x!), x!))),
    // SCC says that the first operand was taken.
    s_min_i32: tree('b32 scc = b32 b32', (_, [x, y]) => [b.minS(x!, y!), b.ltS(x!, y!)]),
    s_min_u32: tree('b32 scc = b32 b32', (_, [x, y]) => [b.minU(x!, y!), b.ltU(x!, y!)]),
    s_max_i32: tree('b32 scc = b32 b32', (_, [x, y]) => [b.maxS(x!, y!), b.leS(y!, x!)]),
    s_max_u32: tree('b32 scc = b32 b32', (_, [x, y]) => [b.maxU(x!, y!), b.leU(y!, x!)]),

    s_pack_ll_b32_b16: tree('b32 = b32 b32', (_, [x, y]) => b.or(b.and(x!, int(0xffff)), b.shl(y!, int(16)))),
    s_pack_lh_b32_b16: tree('b32 = b32 b32', (_, [x, y]) => b.or(b.and(x!, int(0xffff)), b.and(y!, int(-65536)))),
    s_pack_hh_b32_b16: tree('b32 = b32 b32', (_, [x, y]) => b.or(b.shr(x!, int(16)), b.and(y!, int(-65536)))),
    s_pack_hl_b32_b16: tree('b32 = b32 b32', (_, [x, y]) => b.or(b.shr(x!, int(16)), b.shl(y!, int(16)))),
    s_sext_i32_i8: tree('b32 = b32', (_, [x]) => b.sar(b.shl(x!, int(24)), int(24))),
    s_sext_i32_i16: tree('b32 = b32', (_, [x]) => signed16(x!)),
    s_bitset0_b32: tree('b32 = b32 d:b32', (_, [x, d]) => b.and(d!, b.not(b.shl(one, x!)))),
    s_bitset1_b32: tree('b32 = b32 d:b32', (_, [x, d]) => b.or(d!, b.shl(one, x!))),
    s_bitset0_b64: tree('b64 = b32 d:b64', (_, [x, d]) => b.and(d!, b.not(b.shl(b.i64(1, 0), x!)))),
    s_bitset1_b64: tree('b64 = b32 d:b64', (_, [x, d]) => b.or(d!, b.shl(b.i64(1, 0), x!))),
    s_bitreplicate_b64_b32: tree('b64 = b32', (_, [x]) =>
      b.pack(doubled(b.and(x!, int(0xffff))), doubled(b.shr(x!, int(16)))),
    ),
    s_bfm_b32: tree('b32 = b32 b32', (_, [x, y]) => b.shl(b.sub(b.shl(one, x!), one), y!)),
    s_bfm_b64: tree('b64 = b32 b32', (_, [x, y]) => b.shl(b.sub(b.shl(b.i64(1, 0), x!), b.i64(1, 0)), y!)),
    s_cls_i32: tree('b32 = b32', (_, [x]) => leadingSigns(x!, 32)),
    s_cls_i32_i64: tree('b32 = b64', (_, [x]) => leadingSigns(x!, 64)),
    s_clz_i32_u32: tree('b32 = b32', (_, [x]) => b.select(isZero(x!), minusOne, b.countLeadingZeros(x!))),
    s_clz_i32_u64: tree('b32 = b64', (_, [x]) => b.select(isZero(x!), minusOne, b.countLeadingZeros(x!))),
    s_ctz_i32_b32: tree('b32 = b32', (_, [x]) => b.select(isZero(x!), minusOne, b.countTrailingZeros(x!))),
    s_ctz_i32_b64: tree('b32 = b64', (_, [x]) => b.select(isZero(x!), minusOne, b.countTrailingZeros(x!))),

    s_cmp_eq_u64: tree('scc = b64 b64', (_, [x, y]) => b.eq(x!, y!)),
    s_cmp_lg_u64: tree('scc = b64 b64', (_, [x, y]) => b.ne(x!, y!)),
    s_bitcmp0_b32: tree('scc = b32 b32', (_, [x, y]) => isZero(b.and(b.shr(x!, y!), one))),
    s_bitcmp1_b32: tree('scc = b32 b32', (_, [x, y]) => notZero(b.and(b.shr(x!, y!), one))),
    s_bitcmp0_b64: tree('scc = b64 b32', (_, [x, y]) => isZero(b.and(b.low(b.shr(x!, y!)), one))),
    s_bitcmp1_b64: tree('scc = b64 b32', (_, [x, y]) => notZero(b.and(b.low(b.shr(x!, y!)), one))),

    s_cvt_f32_i32: tree('f32 = b32', (_, [x]) => b.fromIntS('f32', x!)),
  };

  for (const width of ['32', '64']) {
    const t = `b${width}`;
    const shifted = width === '32' ? 'i32' : 'i64';
    const exec = `exec${width}`;
    const ones = width === '32' ? minusOne : b.i64(-1, -1);
    const bitwise: Record<string, (x: Node, y: Node) => Node> = {
      and: (x, y) => b.and(x, y),
      or: (x, y) => b.or(x, y),
      xor: (x, y) => b.xor(x, y),
      nand: (x, y) => b.not(b.and(x, y)),
      nor: (x, y) => b.not(b.or(x, y)),
      xnor: (x, y) => b.not(b.xor(x, y)),
      and_not1: (x, y) => b.and(x, b.not(y)),
      or_not1: (x, y) => b.or(x, b.not(y)),
    };
    for (const [name, f] of Object.entries(bitwise)) {
      table[`s_${name}_b${width}`] = tree(`${t} scc = ${t} ${t}`, (_, [x, y]) => withNotZero(f(x!, y!)));
      // The operand comes first, EXEC second: and_not1 clears the lanes that EXEC has.
      table[`s_${name}_saveexec_b${width}`] = tree(`${t} ${exec} scc = ${t} ${exec}`, (_, [x, e]) => {
        const r = f(x!, e!);
        return [e!, r, notZero(r)];
      });
    }
    table[`s_and_not0_saveexec_b${width}`] = tree(`${t} ${exec} scc = ${t} ${exec}`, (_, [x, e]) => {
      const r = b.and(b.not(x!), e!);
      return [e!, r, notZero(r)];
    });
    table[`s_or_not0_saveexec_b${width}`] = tree(`${t} ${exec} scc = ${t} ${exec}`, (_, [x, e]) => {
      const r = b.or(b.not(x!), e!);
      return [e!, r, notZero(r)];
    });
    // The wrexec forms write the new EXEC to the destination as well.
    table[`s_and_not0_wrexec_b${width}`] = tree(`${t} ${exec} scc = ${t} ${exec}`, (_, [x, e]) => {
      const r = b.and(b.not(x!), e!);
      return [r, r, notZero(r)];
    });
    table[`s_and_not1_wrexec_b${width}`] = tree(`${t} ${exec} scc = ${t} ${exec}`, (_, [x, e]) => {
      const r = b.and(x!, b.not(e!));
      return [r, r, notZero(r)];
    });
    table[`s_not_b${width}`] = tree(`${t} scc = ${t}`, (_, [x]) => withNotZero(b.not(x!)));
    table[`s_brev_b${width}`] = tree(`${t} = ${t}`, (_, [x]) => b.reverseBits(x!));
    table[`s_bcnt1_i32_b${width}`] = tree(`b32 scc = ${t}`, (_, [x]) => withNotZero(b.popCount(x!)));
    table[`s_bcnt0_i32_b${width}`] = tree(`b32 scc = ${t}`, (_, [x]) => withNotZero(b.popCount(b.not(x!))));
    table[`s_lshl_b${width}`] = tree(`${t} scc = ${t} b32`, (_, [x, n]) => withNotZero(b.shl(x!, n!)));
    table[`s_lshr_b${width}`] = tree(`${t} scc = ${t} b32`, (_, [x, n]) => withNotZero(b.shr(x!, n!)));
    table[`s_ashr_i${width}`] = tree(`${t} scc = ${t} b32`, (_, [x, n]) => withNotZero(b.sar(x!, n!)));
    // Any bit of a group of four.
    const inQuads = (x: Node): Node => {
      const nibble = width === '32' ? int(0x11111111) : b.i64(0x11111111, 0x11111111);
      const pairs = b.or(x, b.shr(x, one));
      return b.and(b.or(pairs, b.shr(pairs, int(2))), nibble);
    };
    table[`s_wqm_b${width}`] = tree(`${t} scc = ${t}`, (_, [x]) => {
      const q = inQuads(x!);
      const p = b.or(q, b.shl(q, one));
      return withNotZero(b.or(p, b.shl(p, int(2))));
    });
    table[`s_quadmask_b${width}`] = tree(`${t} scc = ${t}`, (_, [x]) => {
      const squeeze = (word: Node): Node => {
        let r = word;
        r = b.and(b.or(r, b.shr(r, int(3))), int(0x03030303));
        r = b.and(b.or(r, b.shr(r, int(6))), int(0x000f000f));
        return b.and(b.or(r, b.shr(r, int(12))), int(0xff));
      };
      const q = inQuads(x!);
      return withNotZero(
        width === '32' ? squeeze(q) : b.extendU(b.or(squeeze(b.low(q)), b.shl(squeeze(b.high(q)), int(8)))),
      );
    });
    // Field: offset in bits 5:0 (4:0), width in 22:16. Wider than the register means all that is left.
    const bits = Number(width);
    const field = (x: Node, y: Node, isSigned: boolean): Node => {
      const offset = b.and(y, int(bits - 1));
      const length = b.and(b.shr(y, int(16)), int(0x7f));
      const shiftedDown = isSigned ? b.sar(x, offset) : b.shr(x, offset);
      const wide = b.leS(int(bits), length);
      const keep = b.sub(int(bits), length);
      const up = b.shl(shiftedDown, keep);
      const cut = isSigned ? b.sar(up, keep) : b.shr(up, keep);
      const none = shifted === 'i32' ? zero : wideFalse;
      return b.select(isZero(length), none, b.select(wide, shiftedDown, cut));
    };
    table[`s_bfe_u${width}`] = tree(`${t} scc = ${t} b32`, (_, [x, y]) => withNotZero(field(x!, y!, false)));
    table[`s_bfe_i${width}`] = tree(`${t} scc = ${t} b32`, (_, [x, y]) => withNotZero(field(x!, y!, true)));
    void ones;
  }

  const compares: Record<string, [(x: Node, y: Node) => Node, (x: Node, y: Node) => Node]> = {
    eq: [b.eq, b.eq],
    lg: [b.ne, b.ne],
    gt: [(x, y) => b.ltS(y, x), (x, y) => b.ltU(y, x)],
    ge: [(x, y) => b.leS(y, x), (x, y) => b.leU(y, x)],
    lt: [b.ltS, b.ltU],
    le: [b.leS, b.leU],
  };
  for (const [name, [signed, unsigned]] of Object.entries(compares)) {
    table[`s_cmp_${name}_i32`] = tree('scc = b32 b32', (_, [x, y]) => signed(x!, y!));
    table[`s_cmp_${name}_u32`] = tree('scc = b32 b32', (_, [x, y]) => unsigned(x!, y!));
    table[`s_cmpk_${name}_i32`] = tree('scc = k:b32 imm', (_, [x, y]) => signed(x!, y!));
    // The immediate of the unsigned forms is zero-extended.
    table[`s_cmpk_${name}_u32`] = tree('scc = k:b32 imm', (_, [x, y]) => unsigned(x!, b.and(y!, int(0xffff))));
  }
  for (const n of [1, 2, 3, 4]) {
    table[`s_lshl${n}_add_u32`] = tree('b32 scc = b32 b32', (_, [x, y]) => {
      const r = b.add(b.shl(b.extendU(x!), int(n)), b.extendU(y!));
      return [b.low(r), notZero(b.high(r))];
    });
  }
  delete table['s_cvt_f32_i32'];
  return table;
}
