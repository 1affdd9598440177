/**
 * Vector ALU that exists in two dwords only: VOP3, VOP3SD, VOP3P.
 *
 * Line format: `../rows.ts`. `floatmods`: neg and abs apply although the type is untyped bits. `negall`: neg is accepted on every source.
 * `lanesel`: op_sel bits 0 and 1 are fetch-inactive and bound-control of a lane permute.
 * Source: AMD "RDNA3 Instruction Set Architecture", checked row by row against llvm-mc 19.
 * Fidelity: from-public-source.
 */
import type { InstructionRow } from '../types.ts';
import { once, rows } from '../rows.ts';

const vop3 = `
  521 v_fma_dx9_zero_f32    f32 = f32 f32 f32 | clamp omod nodpp
  522 v_mad_i32_i24         i32 = i32 i32 i32 | clamp
  523 v_mad_u32_u24         u32 = u32 u32 u32 | clamp
  524 v_cubeid_f32          f32 = f32 f32 f32 | clamp omod
  525 v_cubesc_f32          f32 = f32 f32 f32 | clamp omod
  526 v_cubetc_f32          f32 = f32 f32 f32 | clamp omod
  527 v_cubema_f32          f32 = f32 f32 f32 | clamp omod
  528 v_bfe_u32             u32 = u32 u32 u32
  529 v_bfe_i32             i32 = i32 u32 u32
  530 v_bfi_b32             u32 = u32 u32 u32
  531 v_fma_f32             f32 = f32 f32 f32 | clamp omod
  532 v_fma_f64             f64 = f64 f64 f64 | clamp omod nodpp
  533 v_lerp_u8             u32 = b32 b32 b32
  534 v_alignbit_b32        b32 = b32 b32 b32
  535 v_alignbyte_b32       b32 = b32 b32 b32
  536 v_mullit_f32          f32 = f32 f32 f32 | clamp omod
  537 v_min3_f32            f32 = f32 f32 f32 | clamp omod
  538 v_min3_i32            i32 = i32 i32 i32
  539 v_min3_u32            u32 = u32 u32 u32
  540 v_max3_f32            f32 = f32 f32 f32 | clamp omod
  541 v_max3_i32            i32 = i32 i32 i32
  542 v_max3_u32            u32 = u32 u32 u32
  543 v_med3_f32            f32 = f32 f32 f32 | clamp omod
  544 v_med3_i32            i32 = i32 i32 i32
  545 v_med3_u32            u32 = u32 u32 u32
  546 v_sad_u8              u32 = b32 b32 u32 | clamp
  547 v_sad_hi_u8           u32 = b32 b32 u32 | clamp
  548 v_sad_u16             u32 = b32 b32 u32 | clamp
  549 v_sad_u32             u32 = u32 u32 u32 | clamp
  550 v_cvt_pk_u8_f32       b32 = f32 u32 u32 | clamp negall
  551 v_div_fixup_f32       f32 = f32 f32 f32 | clamp omod nodpp
  552 v_div_fixup_f64       f64 = f64 f64 f64 | clamp omod nodpp
  567 v_div_fmas_f32        f32 = f32 f32 f32 vcc | clamp omod nodpp
  568 v_div_fmas_f64        f64 = f64 f64 f64 vcc | clamp omod nodpp
  569 v_msad_u8             u32 = b32 b32 b32 | clamp
  570 v_qsad_pk_u16_u8      b64 = b64 b32 b64 | clamp nodpp
  571 v_mqsad_pk_u16_u8     b64 = b64 b32 b64 | clamp nodpp
  573 v_mqsad_u32_u8        b128 = b64 b32 v:b128 | clamp nodpp
  576 v_xor3_b32            b32 = b32 b32 b32
  577 v_mad_u16             u16 = u16 u16 u16 | opsel clamp
  580 v_perm_b32            b32 = b32 b32 b32
  581 v_xad_u32             u32 = u32 u32 u32
  582 v_lshl_add_u32        u32 = u32 u32 u32
  583 v_add_lshl_u32        u32 = u32 u32 u32
  584 v_fma_f16             f16 = f16 f16 f16 | opsel clamp omod
  585 v_min3_f16            f16 = f16 f16 f16 | opsel clamp omod
  586 v_min3_i16            i16 = i16 i16 i16 | opsel clamp
  587 v_min3_u16            u16 = u16 u16 u16 | opsel clamp
  588 v_max3_f16            f16 = f16 f16 f16 | opsel clamp omod
  589 v_max3_i16            i16 = i16 i16 i16 | opsel clamp
  590 v_max3_u16            u16 = u16 u16 u16 | opsel clamp
  591 v_med3_f16            f16 = f16 f16 f16 | opsel clamp omod
  592 v_med3_i16            i16 = i16 i16 i16 | opsel clamp
  593 v_med3_u16            u16 = u16 u16 u16 | opsel clamp
  595 v_mad_i16             i16 = i16 i16 i16 | opsel clamp
  596 v_div_fixup_f16       f16 = f16 f16 f16 | opsel clamp omod
  597 v_add3_u32            u32 = u32 u32 u32
  598 v_lshl_or_b32         u32 = u32 u32 u32
  599 v_and_or_b32          u32 = u32 u32 u32
  600 v_or3_b32             b32 = b32 b32 b32
  601 v_mad_u32_u16         u32 = u16 u16 u32 | opsel clamp
  602 v_mad_i32_i16         i32 = i16 i16 i32 | opsel clamp
  603 v_permlane16_b32      b32 = v:b32 k:b32 k:b32 | lanesel nodpp
  604 v_permlanex16_b32     b32 = v:b32 k:b32 k:b32 | lanesel nodpp
  605 v_cndmask_b16         b16 = b16 b16 s:m | floatmods
  606 v_maxmin_f32          f32 = f32 f32 f32 | clamp omod
  607 v_minmax_f32          f32 = f32 f32 f32 | clamp omod
  608 v_maxmin_f16          f16 = f16 f16 f16 | clamp omod
  609 v_minmax_f16          f16 = f16 f16 f16 | clamp omod
  610 v_maxmin_u32          u32 = u32 u32 u32
  611 v_minmax_u32          u32 = u32 u32 u32
  612 v_maxmin_i32          i32 = i32 i32 i32
  613 v_minmax_i32          i32 = i32 i32 i32
  614 v_dot2_f16_f16        f16 = b32 b32 f16 | opsel2 floatmods packedf16
  615 v_dot2_bf16_bf16      bf16 = b32 b32 bf16 | opsel2 floatmods bfloat
  771 v_add_nc_u16          u16 = u16 u16 | opsel clamp
  772 v_sub_nc_u16          u16 = u16 u16 | opsel clamp
  773 v_mul_lo_u16          u16 = u16 u16
  774 v_cvt_pk_i16_f32      b32 = f32 f32 | clamp
  775 v_cvt_pk_u16_f32      b32 = f32 f32 | clamp
  777 v_max_u16             u16 = u16 u16
  778 v_max_i16             i16 = i16 i16
  779 v_min_u16             u16 = u16 u16
  780 v_min_i16             i16 = i16 i16
  781 v_add_nc_i16          i16 = i16 i16 | opsel clamp
  782 v_sub_nc_i16          i16 = i16 i16 | opsel clamp
  785 v_pack_b32_f16        b32 = f16 f16 | opsel clamp
  786 v_cvt_pk_norm_i16_f16 b32 = f16 f16 | opsel clamp
  787 v_cvt_pk_norm_u16_f16 b32 = f16 f16 | opsel clamp
  796 v_ldexp_f32           f32 = f32 i32 | clamp omod negall
  797 v_bfm_b32             u32 = u32 u32
  798 v_bcnt_u32_b32        u32 = u32 u32
  799 v_mbcnt_lo_u32_b32    u32 = u32 u32
  800 v_mbcnt_hi_u32_b32    u32 = u32 u32
  801 v_cvt_pk_norm_i16_f32 b32 = f32 f32 | clamp
  802 v_cvt_pk_norm_u16_f32 b32 = f32 f32 | clamp
  803 v_cvt_pk_u16_u32      b32 = u32 u32
  804 v_cvt_pk_i16_i32      b32 = i32 i32
  805 v_sub_nc_i32          i32 = i32 i32 | clamp
  806 v_add_nc_i32          i32 = i32 i32 | clamp
  807 v_add_f64             f64 = f64 f64 | clamp omod nodpp
  808 v_mul_f64             f64 = f64 f64 | clamp omod nodpp
  809 v_min_f64             f64 = f64 f64 | clamp omod nodpp
  810 v_max_f64             f64 = f64 f64 | clamp omod nodpp
  811 v_ldexp_f64           f64 = f64 i32 | clamp omod nodpp negall
  812 v_mul_lo_u32          u32 = u32 u32 | nodpp
  813 v_mul_hi_u32          u32 = u32 u32 | nodpp
  814 v_mul_hi_i32          i32 = i32 i32 | nodpp
  815 v_trig_preop_f64      f64 = f64 i32 | clamp omod nodpp negall
  824 v_lshlrev_b16         u16 = u16 u16
  825 v_lshrrev_b16         u16 = u16 u16
  826 v_ashrrev_i16         i16 = u16 i16
  828 v_lshlrev_b64         u64 = u32 u64 | nodpp
  829 v_lshrrev_b64         u64 = u32 u64 | nodpp
  830 v_ashrrev_i64         i64 = u32 i64 | nodpp
  864 v_readlane_b32        s:b32@vdst = v:b32 k:b32 | nodpp
  865 v_writelane_b32       b32 = k:b32 k:b32 | nodpp lanewrite
  866 v_and_b16             b16 = b16 b16
  867 v_or_b16              b16 = b16 b16
  868 v_xor_b16             b16 = b16 b16
`;

const vop3sd = `
  764 v_div_scale_f32 f32 m = f32 f32 f32 | clamp omod nodpp
  765 v_div_scale_f64 f64 m = f64 f64 f64 | clamp omod nodpp
  766 v_mad_u64_u32   u64 m = u32 u32 u64 | clamp nodpp
  767 v_mad_i64_i32   i64 m = i32 i32 i64 | clamp nodpp
  768 v_add_co_u32    u32 m = u32 u32 | clamp
  769 v_sub_co_u32    u32 m = u32 u32 | clamp
  770 v_subrev_co_u32 u32 m = u32 u32 | clamp
`;

const vop3p = `
    0 v_pk_mad_i16              i16 = i16 i16 i16 | clamp nodpp packed
    1 v_pk_mul_lo_u16           u16 = u16 u16 | clamp nodpp packed
    2 v_pk_add_i16              i16 = i16 i16 | clamp nodpp packed
    3 v_pk_sub_i16              i16 = i16 i16 | clamp nodpp packed
    4 v_pk_lshlrev_b16          u16 = u16 u16 | clamp nodpp packed
    5 v_pk_lshrrev_b16          u16 = u16 u16 | clamp nodpp packed
    6 v_pk_ashrrev_i16          i16 = u16 i16 | clamp nodpp packed
    7 v_pk_max_i16              i16 = i16 i16 | clamp nodpp packed
    8 v_pk_min_i16              i16 = i16 i16 | clamp nodpp packed
    9 v_pk_mad_u16              u16 = u16 u16 u16 | clamp nodpp packed
   10 v_pk_add_u16              u16 = u16 u16 | clamp nodpp packed
   11 v_pk_sub_u16              u16 = u16 u16 | clamp nodpp packed
   12 v_pk_max_u16              u16 = u16 u16 | clamp nodpp packed
   13 v_pk_min_u16              u16 = u16 u16 | clamp nodpp packed
   14 v_pk_fma_f16              f16 = f16 f16 f16 | clamp nodpp packed
   15 v_pk_add_f16              f16 = f16 f16 | clamp nodpp packed
   16 v_pk_mul_f16              f16 = f16 f16 | clamp nodpp packed
   17 v_pk_min_f16              f16 = f16 f16 | clamp nodpp packed
   18 v_pk_max_f16              f16 = f16 f16 | clamp nodpp packed
   19 v_dot2_f32_f16            f32 = f16 f16 f32 | clamp packed
   22 v_dot4_i32_iu8            i32 = b32 b32 i32 | clamp nodpp
   23 v_dot4_u32_u8             u32 = b32 b32 u32 | clamp nodpp
   24 v_dot8_i32_iu4            i32 = b32 b32 i32 | clamp nodpp
   25 v_dot8_u32_u4             u32 = b32 b32 u32 | clamp nodpp
   26 v_dot2_f32_bf16           f32 = b32 b32 f32 | clamp nodpp bfloat
   32 v_fma_mix_f32             f32 = f32 f32 f32 | clamp mix
   33 v_fma_mixlo_f16           f16 = f32 f32 f32 | clamp mix
   34 v_fma_mixhi_f16           f16 = f32 f32 f32 | clamp mix
   64 v_wmma_f32_16x16x16_f16   b256 = v:b256 v:b256 b256 | nodpp wmma
   65 v_wmma_f32_16x16x16_bf16  b256 = v:b256 v:b256 b256 | nodpp wmma
   66 v_wmma_f16_16x16x16_f16   b256 = v:b256 v:b256 b256 | nodpp wmma wmmasel
   67 v_wmma_bf16_16x16x16_bf16 b256 = v:b256 v:b256 b256 | nodpp wmma wmmasel
   68 v_wmma_i32_16x16x16_iu8   b256 = v:b128 v:b128 b256 | nodpp wmma clamp
   69 v_wmma_i32_16x16x16_iu4   b256 = v:b64 v:b64 b256 | nodpp wmma clamp
`;

export const vop3Rows = once((): readonly InstructionRow[] => [...rows('VOP3', vop3), ...rows('VOP3SD', vop3sd), ...rows('VOP3P', vop3p)]);
