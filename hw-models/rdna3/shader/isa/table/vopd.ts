/**
 * VOPD: two vector instructions in one. The X half takes opcodes up to 13, the Y half all of them.
 *
 * Both halves read the state before either writes. The Y destination's lowest bit is not encoded: it is the
 * complement of the X destination's. One literal serves both halves.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture", VOPD, checked against llvm-mc 19.
 * Fidelity: from-public-source.
 */
import type { InstructionRow } from '../types.ts';
import { once, rows } from '../rows.ts';

export const vopdRows = once((): readonly InstructionRow[] => rows('VOPD', `
  0  v_dual_fmac_f32          f32 = f32 f32 | accumulates
  1  v_dual_fmaak_f32         f32 = f32 f32 f32@literal | literal
  2  v_dual_fmamk_f32         f32 = f32 f32@literal v:f32@vsrc1 | literal
  3  v_dual_mul_f32           f32 = f32 f32
  4  v_dual_add_f32           f32 = f32 f32
  5  v_dual_sub_f32           f32 = f32 f32
  6  v_dual_subrev_f32        f32 = f32 f32
  7  v_dual_mul_dx9_zero_f32  f32 = f32 f32
  8  v_dual_mov_b32           b32 = b32
  9  v_dual_cndmask_b32       b32 = b32 b32 vcc
  10 v_dual_max_f32           f32 = f32 f32
  11 v_dual_min_f32           f32 = f32 f32
  12 v_dual_dot2acc_f32_f16   f32 = b32 b32 | accumulates packedf16
  16 v_dual_add_nc_u32        u32 = u32 u32 | yonly
  17 v_dual_lshlrev_b32       u32 = u32 u32 | yonly
  18 v_dual_and_b32           b32 = b32 b32 | yonly
`));
