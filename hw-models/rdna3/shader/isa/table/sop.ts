/**
 * Scalar ALU and program control: SOP1, SOP2, SOPC, SOPK, SOPP.
 *
 * Line format: `../rows.ts`. `signed` sign-extends the 16-bit immediate; `accumulates` reads the destination too.
 * The scalar float instructions of gfx11.5 (s_add_f32 and its kin) do not exist on gfx1100.
 * Source: AMD "RDNA3 Instruction Set Architecture", checked row by row against llvm-mc 19.
 * Fidelity: from-public-source.
 */
import type { InstructionRow } from '../types.ts';
import { once, rows } from '../rows.ts';

const sop1 = `
    0 s_mov_b32               b32 = b32
    1 s_mov_b64               b64 = b64
    2 s_cmov_b32              b32 = b32 scc | accumulates
    3 s_cmov_b64              b64 = b64 scc | accumulates
    4 s_brev_b32              b32 = b32
    5 s_brev_b64              b64 = b64
    8 s_ctz_i32_b32           b32 = b32
    9 s_ctz_i32_b64           b32 = b64
   10 s_clz_i32_u32           i32 = u32
   11 s_clz_i32_u64           i32 = u64
   12 s_cls_i32               i32 = i32
   13 s_cls_i32_i64           i32 = i64
   14 s_sext_i32_i8           i32 = i32
   15 s_sext_i32_i16          i32 = i32
   16 s_bitset0_b32           b32 = b32 | accumulates
   17 s_bitset0_b64           b64 = b32 | accumulates
   18 s_bitset1_b32           b32 = b32 | accumulates
   19 s_bitset1_b64           b64 = b32 | accumulates
   20 s_bitreplicate_b64_b32  b64 = b32
   21 s_abs_i32               i32 scc = i32
   22 s_bcnt0_i32_b32         b32 scc = b32
   23 s_bcnt0_i32_b64         b32 scc = b64
   24 s_bcnt1_i32_b32         b32 scc = b32
   25 s_bcnt1_i32_b64         b32 scc = b64
   26 s_quadmask_b32          b32 scc = b32
   27 s_quadmask_b64          b64 scc = b64
   28 s_wqm_b32               b32 scc = b32
   29 s_wqm_b64               b64 scc = b64
   30 s_not_b32               b32 scc = b32
   31 s_not_b64               b64 scc = b64
   32 s_and_saveexec_b32      b32 exec scc = b32 exec
   33 s_and_saveexec_b64      b64 exec scc = b64 exec
   34 s_or_saveexec_b32       b32 exec scc = b32 exec
   35 s_or_saveexec_b64       b64 exec scc = b64 exec
   36 s_xor_saveexec_b32      b32 exec scc = b32 exec
   37 s_xor_saveexec_b64      b64 exec scc = b64 exec
   38 s_nand_saveexec_b32     b32 exec scc = b32 exec
   39 s_nand_saveexec_b64     b64 exec scc = b64 exec
   40 s_nor_saveexec_b32      b32 exec scc = b32 exec
   41 s_nor_saveexec_b64      b64 exec scc = b64 exec
   42 s_xnor_saveexec_b32     b32 exec scc = b32 exec
   43 s_xnor_saveexec_b64     b64 exec scc = b64 exec
   44 s_and_not0_saveexec_b32 b32 exec scc = b32 exec
   45 s_and_not0_saveexec_b64 b64 exec scc = b64 exec
   46 s_or_not0_saveexec_b32  b32 exec scc = b32 exec
   47 s_or_not0_saveexec_b64  b64 exec scc = b64 exec
   48 s_and_not1_saveexec_b32 b32 exec scc = b32 exec
   49 s_and_not1_saveexec_b64 b64 exec scc = b64 exec
   50 s_or_not1_saveexec_b32  b32 exec scc = b32 exec
   51 s_or_not1_saveexec_b64  b64 exec scc = b64 exec
   52 s_and_not0_wrexec_b32   b32 exec scc = b32 exec
   53 s_and_not0_wrexec_b64   b64 exec scc = b64 exec
   54 s_and_not1_wrexec_b32   b32 exec scc = b32 exec
   55 s_and_not1_wrexec_b64   b64 exec scc = b64 exec
   64 s_movrels_b32           b32 = s:b32 m0
   65 s_movrels_b64           b64 = s:b64 m0
   66 s_movreld_b32           b32 = b32 m0
   67 s_movreld_b64           b64 = b64 m0
   68 s_movrelsd_2_b32        b32 = b32 m0
   71 s_getpc_b64             b64 =
   72 s_setpc_b64             = s:b64 | jump
   73 s_swappc_b64            b64 = s:b64 | jump
   74 s_rfe_b64               = s:b64 | jump
   76 s_sendmsg_rtn_b32       b32 = k:b32 | message
   77 s_sendmsg_rtn_b64       b64 = k:b32 | message
`;

const sop2 = `
    0 s_add_u32         u32 scc = u32 u32
    1 s_sub_u32         u32 scc = u32 u32
    2 s_add_i32         i32 scc = i32 i32
    3 s_sub_i32         i32 scc = i32 i32
    4 s_addc_u32        u32 scc = u32 u32 scc
    5 s_subb_u32        u32 scc = u32 u32 scc
    6 s_absdiff_i32     i32 scc = i32 i32
    8 s_lshl_b32        b32 scc = b32 b32
    9 s_lshl_b64        b64 scc = b64 b32
   10 s_lshr_b32        b32 scc = b32 b32
   11 s_lshr_b64        b64 scc = b64 b32
   12 s_ashr_i32        i32 scc = i32 u32
   13 s_ashr_i64        i64 scc = i64 u32
   14 s_lshl1_add_u32   u32 scc = u32 u32
   15 s_lshl2_add_u32   u32 scc = u32 u32
   16 s_lshl3_add_u32   u32 scc = u32 u32
   17 s_lshl4_add_u32   u32 scc = u32 u32
   18 s_min_i32         i32 scc = i32 i32
   19 s_min_u32         u32 scc = u32 u32
   20 s_max_i32         i32 scc = i32 i32
   21 s_max_u32         u32 scc = u32 u32
   22 s_and_b32         b32 scc = b32 b32
   23 s_and_b64         b64 scc = b64 b64
   24 s_or_b32          b32 scc = b32 b32
   25 s_or_b64          b64 scc = b64 b64
   26 s_xor_b32         b32 scc = b32 b32
   27 s_xor_b64         b64 scc = b64 b64
   28 s_nand_b32        b32 scc = b32 b32
   29 s_nand_b64        b64 scc = b64 b64
   30 s_nor_b32         b32 scc = b32 b32
   31 s_nor_b64         b64 scc = b64 b64
   32 s_xnor_b32        b32 scc = b32 b32
   33 s_xnor_b64        b64 scc = b64 b64
   34 s_and_not1_b32    b32 scc = b32 b32
   35 s_and_not1_b64    b64 scc = b64 b64
   36 s_or_not1_b32     b32 scc = b32 b32
   37 s_or_not1_b64     b64 scc = b64 b64
   38 s_bfe_u32         u32 scc = u32 u32
   39 s_bfe_i32         i32 scc = i32 u32
   40 s_bfe_u64         u64 scc = u64 u32
   41 s_bfe_i64         i64 scc = i64 u32
   42 s_bfm_b32         b32 = b32 b32
   43 s_bfm_b64         b64 = b32 b32
   44 s_mul_i32         i32 = i32 i32
   45 s_mul_hi_u32      u32 = u32 u32
   46 s_mul_hi_i32      i32 = i32 i32
   48 s_cselect_b32     b32 = b32 b32 scc
   49 s_cselect_b64     b64 = b64 b64 scc
   50 s_pack_ll_b32_b16 b32 = b32 b32
   51 s_pack_lh_b32_b16 b32 = b32 b32
   52 s_pack_hh_b32_b16 b32 = b32 b32
   53 s_pack_hl_b32_b16 b32 = b32 b32
`;

const sopc = `
    0 s_cmp_eq_i32  scc = i32 i32
    1 s_cmp_lg_i32  scc = i32 i32
    2 s_cmp_gt_i32  scc = i32 i32
    3 s_cmp_ge_i32  scc = i32 i32
    4 s_cmp_lt_i32  scc = i32 i32
    5 s_cmp_le_i32  scc = i32 i32
    6 s_cmp_eq_u32  scc = u32 u32
    7 s_cmp_lg_u32  scc = u32 u32
    8 s_cmp_gt_u32  scc = u32 u32
    9 s_cmp_ge_u32  scc = u32 u32
   10 s_cmp_lt_u32  scc = u32 u32
   11 s_cmp_le_u32  scc = u32 u32
   12 s_bitcmp0_b32 scc = u32 u32
   13 s_bitcmp1_b32 scc = u32 u32
   14 s_bitcmp0_b64 scc = u64 u32
   15 s_bitcmp1_b64 scc = u64 u32
   16 s_cmp_eq_u64  scc = u64 u64
   17 s_cmp_lg_u64  scc = u64 u64
`;

const sopk = `
    0 s_movk_i32             i32 = | signed
    1 s_version              = | version
    2 s_cmovk_i32            i32 = scc | signed accumulates
    3 s_cmpk_eq_i32          scc = s:i32 | signed
    4 s_cmpk_lg_i32          scc = s:i32 | signed
    5 s_cmpk_gt_i32          scc = s:i32 | signed
    6 s_cmpk_ge_i32          scc = s:i32 | signed
    7 s_cmpk_lt_i32          scc = s:i32 | signed
    8 s_cmpk_le_i32          scc = s:i32 | signed
    9 s_cmpk_eq_u32          scc = s:u32
   10 s_cmpk_lg_u32          scc = s:u32
   11 s_cmpk_gt_u32          scc = s:u32
   12 s_cmpk_ge_u32          scc = s:u32
   13 s_cmpk_lt_u32          scc = s:u32
   14 s_cmpk_le_u32          scc = s:u32
   15 s_addk_i32             i32 scc = s:i32 | signed
   16 s_mulk_i32             i32 = s:i32 | signed
   17 s_getreg_b32           b32 = | hwreg
   18 s_setreg_b32           = s:b32 | hwreg
   19 s_setreg_imm32_b32     = b32@literal | hwreg literal
   20 s_call_b64             b64 = | branch signed
   22 s_subvector_loop_begin b32 = | branch signed
   23 s_subvector_loop_end   b32 = | branch signed
   24 s_waitcnt_vscnt        = s:b32
   25 s_waitcnt_vmcnt        = s:b32
   26 s_waitcnt_expcnt       = s:b32
   27 s_waitcnt_lgkmcnt      = s:b32
`;

const sopp = `
    0 s_nop                        = | decimal
    1 s_setkill                    = | decimal
    2 s_sethalt                    = | decimal
    3 s_sleep                      = | decimal
    4 s_set_inst_prefetch_distance = | hex
    5 s_clause                     = | hex
    7 s_delay_alu                  = | delay
    8 s_waitcnt_depctr             = | depctr
    9 s_waitcnt                    = | waitcnt
   10 s_wait_idle                  = | bare
   11 s_wait_event                 = | hex
   16 s_trap                       = | decimal
   17 s_round_mode                 = | hex
   18 s_denorm_mode                = | decimal
   31 s_code_end                   = | bare
   32 s_branch                     = | branch signed
   33 s_cbranch_scc0               = scc | branch signed
   34 s_cbranch_scc1               = scc | branch signed
   35 s_cbranch_vccz               = vcc | branch signed
   36 s_cbranch_vccnz              = vcc | branch signed
   37 s_cbranch_execz              = exec | branch signed
   38 s_cbranch_execnz             = exec | branch signed
   39 s_cbranch_cdbgsys            = | branch signed
   40 s_cbranch_cdbguser           = | branch signed
   41 s_cbranch_cdbgsys_or_user    = | branch signed
   42 s_cbranch_cdbgsys_and_user   = | branch signed
   48 s_endpgm                     = | optional
   49 s_endpgm_saved               = | bare
   52 s_wakeup                     = | bare
   53 s_setprio                    = | decimal
   54 s_sendmsg                    = m0 | message
   55 s_sendmsghalt                = m0 | message
   56 s_incperflevel               = | decimal
   57 s_decperflevel               = | decimal
   58 s_ttracedata                 = m0 | bare
   59 s_ttracedata_imm             = | hex
   60 s_icache_inv                 = | bare
   61 s_barrier                    = | bare
`;

export const sopRows = once((): readonly InstructionRow[] => [
  ...rows('SOP1', sop1), ...rows('SOP2', sop2), ...rows('SOPC', sopc), ...rows('SOPK', sopk), ...rows('SOPP', sopp),
]);
