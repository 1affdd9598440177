/**
 * Vector ALU in one dword: VOP1 and VOP2; their 64-bit forms are generated in `promoted.ts`.
 *
 * Line format: `../rows.ts`. `e32only`: no 64-bit form. `nodpp`: src0 cannot go through DPP. `clamp`, `omod`, `opsel`: modifiers of
 * the 64-bit form that LLVM knows. `floatexponent`: LLVM spells the 64-bit form's exponent as f16.
 * `bare`: no operand at all. `accumulates` reads the destination too. `literal`: a literal always follows.
 * Source: AMD "RDNA3 Instruction Set Architecture", checked row by row against llvm-mc 19.
 * Fidelity: from-public-source.
 */
import type { InstructionRow } from '../types.ts';
import { once, rows } from '../rows.ts';

const vop1 = `
    0 v_nop                 = | bare nodpp
   27 v_pipeflush           = | bare nodpp
    1 v_mov_b32             b32 = b32
    2 v_readfirstlane_b32   s:b32@vdst = v:b32 | e32only nodpp
    3 v_cvt_i32_f64         i32 = f64 | clamp omod nodpp
    4 v_cvt_f64_i32         f64 = i32 | clamp omod nodpp
    5 v_cvt_f32_i32         f32 = i32 | clamp omod
    6 v_cvt_f32_u32         f32 = u32 | clamp omod
    7 v_cvt_u32_f32         u32 = f32 | clamp omod
    8 v_cvt_i32_f32         i32 = f32 | clamp omod
   10 v_cvt_f16_f32         f16 = f32 | clamp omod
   11 v_cvt_f32_f16         f32 = f16 | clamp omod
   12 v_cvt_nearest_i32_f32 i32 = f32 | clamp
   13 v_cvt_floor_i32_f32   i32 = f32 | clamp
   14 v_cvt_off_f32_i4      f32 = i32 | clamp omod
   15 v_cvt_f32_f64         f32 = f64 | clamp omod nodpp
   16 v_cvt_f64_f32         f64 = f32 | clamp omod nodpp
   17 v_cvt_f32_ubyte0      f32 = u32 | clamp omod
   18 v_cvt_f32_ubyte1      f32 = u32 | clamp omod
   19 v_cvt_f32_ubyte2      f32 = u32 | clamp omod
   20 v_cvt_f32_ubyte3      f32 = u32 | clamp omod
   21 v_cvt_u32_f64         u32 = f64 | clamp omod nodpp
   22 v_cvt_f64_u32         f64 = u32 | clamp omod nodpp
   23 v_trunc_f64           f64 = f64 | clamp omod nodpp
   24 v_ceil_f64            f64 = f64 | clamp omod nodpp
   25 v_rndne_f64           f64 = f64 | clamp omod nodpp
   26 v_floor_f64           f64 = f64 | clamp omod nodpp
   28 v_mov_b16             b16 = b16 | e32only true16
   32 v_fract_f32           f32 = f32 | clamp omod
   33 v_trunc_f32           f32 = f32 | clamp omod
   34 v_ceil_f32            f32 = f32 | clamp omod
   35 v_rndne_f32           f32 = f32 | clamp omod
   36 v_floor_f32           f32 = f32 | clamp omod
   37 v_exp_f32             f32 = f32 | clamp omod
   39 v_log_f32             f32 = f32 | clamp omod
   42 v_rcp_f32             f32 = f32 | clamp omod
   43 v_rcp_iflag_f32       f32 = f32 | clamp omod
   46 v_rsq_f32             f32 = f32 | clamp omod
   47 v_rcp_f64             f64 = f64 | clamp omod nodpp
   49 v_rsq_f64             f64 = f64 | clamp omod nodpp
   51 v_sqrt_f32            f32 = f32 | clamp omod
   52 v_sqrt_f64            f64 = f64 | clamp omod nodpp
   53 v_sin_f32             f32 = f32 | clamp omod
   54 v_cos_f32             f32 = f32 | clamp omod
   55 v_not_b32             b32 = b32
   56 v_bfrev_b32           b32 = b32
   57 v_clz_i32_u32         i32 = u32
   58 v_ctz_i32_b32         i32 = u32
   59 v_cls_i32             i32 = i32
   60 v_frexp_exp_i32_f64   i32 = f64 | clamp omod nodpp
   61 v_frexp_mant_f64      f64 = f64 | clamp omod nodpp
   62 v_fract_f64           f64 = f64 | clamp omod nodpp
   63 v_frexp_exp_i32_f32   i32 = f32 | clamp
   64 v_frexp_mant_f32      f32 = f32 | clamp omod
   66 v_movreld_b32         b32 = b32 m0
   67 v_movrels_b32         b32 = v:b32 m0
   68 v_movrelsd_b32        b32 = v:b32 m0
   72 v_movrelsd_2_b32      b32 = v:b32 m0
   80 v_cvt_f16_u16         f16 = u16 | clamp omod
   81 v_cvt_f16_i16         f16 = i16 | clamp omod
   82 v_cvt_u16_f16         u16 = f16 | clamp omod
   83 v_cvt_i16_f16         i16 = f16 | clamp omod
   84 v_rcp_f16             f16 = f16 | clamp omod
   85 v_sqrt_f16            f16 = f16 | clamp omod
   86 v_rsq_f16             f16 = f16 | clamp omod
   87 v_log_f16             f16 = f16 | clamp omod
   88 v_exp_f16             f16 = f16 | clamp omod
   89 v_frexp_mant_f16      f16 = f16 | clamp omod
   90 v_frexp_exp_i16_f16   i16 = f16 | clamp omod
   91 v_floor_f16           f16 = f16 | clamp omod
   92 v_ceil_f16            f16 = f16 | clamp omod
   93 v_trunc_f16           f16 = f16 | clamp omod
   94 v_rndne_f16           f16 = f16 | clamp omod
   95 v_fract_f16           f16 = f16 | clamp omod
   96 v_sin_f16             f16 = f16 | clamp omod
   97 v_cos_f16             f16 = f16 | clamp omod
   98 v_sat_pk_u8_i16       b16 = b32
   99 v_cvt_norm_i16_f16    i16 = f16 | clamp omod
  100 v_cvt_norm_u16_f16    u16 = f16 | clamp omod
  101 v_swap_b32            b32 = v:b32 | e32only nodpp
  103 v_permlane64_b32      b32 = v:b32 | e32only nodpp
  104 v_swaprel_b32         b32 = v:b32 m0 | e32only nodpp
  105 v_not_b16             b16 = b16
  106 v_cvt_i32_i16         i32 = i16
  107 v_cvt_u32_u16         u32 = u16
`;

const vop2 = `
    1 v_cndmask_b32        b32 = b32 b32 vcc | floatmods
    2 v_dot2acc_f32_f16    f32 = b32 b32 | e32only accumulates packedf16 floatmods
    3 v_add_f32            f32 = f32 f32 | clamp omod
    4 v_sub_f32            f32 = f32 f32 | clamp omod
    5 v_subrev_f32         f32 = f32 f32 | clamp omod
    6 v_fmac_dx9_zero_f32  f32 = f32 f32 | clamp omod accumulates nodpp
    7 v_mul_dx9_zero_f32   f32 = f32 f32 | clamp omod
    8 v_mul_f32            f32 = f32 f32 | clamp omod
    9 v_mul_i32_i24        i32 = i32 i32 | clamp
   10 v_mul_hi_i32_i24     i32 = i32 i32
   11 v_mul_u32_u24        u32 = u32 u32 | clamp
   12 v_mul_hi_u32_u24     u32 = u32 u32
   15 v_min_f32            f32 = f32 f32 | clamp omod
   16 v_max_f32            f32 = f32 f32 | clamp omod
   17 v_min_i32            i32 = i32 i32
   18 v_max_i32            i32 = i32 i32
   19 v_min_u32            u32 = u32 u32
   20 v_max_u32            u32 = u32 u32
   24 v_lshlrev_b32        u32 = u32 u32
   25 v_lshrrev_b32        u32 = u32 u32
   26 v_ashrrev_i32        i32 = u32 i32
   27 v_and_b32            b32 = b32 b32
   28 v_or_b32             b32 = b32 b32
   29 v_xor_b32            b32 = b32 b32
   30 v_xnor_b32           b32 = b32 b32
   32 v_add_co_ci_u32      u32 vcc = u32 u32 vcc | clamp
   33 v_sub_co_ci_u32      u32 vcc = u32 u32 vcc | clamp
   34 v_subrev_co_ci_u32   u32 vcc = u32 u32 vcc | clamp
   37 v_add_nc_u32         u32 = u32 u32 | clamp
   38 v_sub_nc_u32         u32 = u32 u32 | clamp
   39 v_subrev_nc_u32      u32 = u32 u32 | clamp
   43 v_fmac_f32           f32 = f32 f32 | clamp omod accumulates
   44 v_fmamk_f32          f32 = f32 f32@literal f32@vsrc1 | e32only nodpp literal
   45 v_fmaak_f32          f32 = f32 f32 f32@literal | e32only nodpp literal
   47 v_cvt_pk_rtz_f16_f32 b32 = f32 f32 | clamp omod
   50 v_add_f16            f16 = f16 f16 | clamp omod
   51 v_sub_f16            f16 = f16 f16 | clamp omod
   52 v_subrev_f16         f16 = f16 f16 | clamp omod
   53 v_mul_f16            f16 = f16 f16 | clamp omod
   54 v_fmac_f16           f16 = f16 f16 | opsel clamp omod accumulates
   55 v_fmamk_f16          f16 = f16 f16@literal f16@vsrc1 | e32only nodpp literal
   56 v_fmaak_f16          f16 = f16 f16 f16@literal | e32only nodpp literal
   57 v_max_f16            f16 = f16 f16 | clamp omod
   58 v_min_f16            f16 = f16 f16 | clamp omod
   59 v_ldexp_f16          f16 = f16 i16 | clamp omod negall floatexponent
   60 v_pk_fmac_f16        b32 = b32 b32 | e32only accumulates packedf16 floatmods
`;

export const vop1Rows = once((): readonly InstructionRow[] => rows('VOP1', vop1));
export const vop2Rows = once((): readonly InstructionRow[] => rows('VOP2', vop2));
