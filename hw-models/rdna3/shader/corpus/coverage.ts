/**
 * Which instructions the corpus contains, against a list of what clang emits for compute kernels.
 *
 * The list: 215 names by static frequency over 113 kernels (short and 64-bit forms merged, halves of dual
 * instructions as `v_dual_…`, forms that read through DPP as `…_dpp`). Names are facts; the measurement is public tools'.
 * Fidelity: from-public-source.
 */
import { decode, disassemble } from '../isa/index.ts';
import type { Decoded } from '../isa/index.ts';
import { readCodeObject } from './elf.ts';

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Together 95% of all instructions. */
export const commonOpcodes: readonly string[] = words(`
  s_delay_alu s_waitcnt v_mov_b32 s_and_b32 v_add_co_ci_u32 v_add_co_u32 s_cbranch_execz s_xor_b32 s_or_b32 s_mov_b32 ds_store_b32
  ds_load_b32 v_lshlrev_b64 v_add_nc_u32 s_add_i32 v_dual_mov_b32 s_lshl_b32 s_and_saveexec_b32 s_barrier global_load_b32
  scratch_store_b32 s_mul_i32 v_lshl_or_b32 s_endpgm s_sendmsg v_add_f32 global_store_b32 v_mul_lo_u32 v_cmp_le_u32 s_load_b64
  s_clause s_load_b128 s_and_not1_b32 s_load_b32 v_fma_f32 buffer_gl0_inv s_cmp_eq_u32 s_branch v_mul_f32 v_lshlrev_b32
  v_cndmask_b32 v_fmac_f32 v_sub_nc_u32 s_waitcnt_depctr v_xor_b32 s_cbranch_scc0 v_mad_u64_u32 s_cbranch_scc1 v_and_b32
  v_dual_cndmask_b32 v_add3_u32 v_or_b32 v_dual_add_nc_u32 v_mul_hi_u32 v_fma_f64 s_add_u32 s_addc_u32 ds_load_2addr_b32
  v_cvt_f32_u32 v_alignbit_b32 v_cmp_ge_u32 v_cmp_eq_u32 global_load_b128 v_cmpx_gt_u32 v_frexp_mant_f32 v_frexp_exp_i32_f32
  v_ldexp_f32 v_cvt_u32_f32 s_cbranch_execnz v_cmp_gt_u32 v_rcp_f32 global_load_b64 v_cmp_gt_f32 v_cmpx_lt_u32 v_cmpx_eq_u32
  s_cmp_lg_u32 s_and_not1_saveexec_b32 v_cmp_lt_i32 v_max_f32 global_store_b64 v_rcp_iflag_f32 v_mbcnt_lo_u32_b32 v_readlane_b32
  v_lshrrev_b32 s_or_not1_b32 v_dual_fmac_f32 s_cselect_b32 global_store_b128 v_subrev_nc_u32 s_cbranch_vccz v_sub_co_u32
  v_sub_co_ci_u32 global_store_b16 s_cmp_gt_i32 s_set_inst_prefetch_distance v_cmp_ne_u32 s_cbranch_vccnz v_cmp_gt_i32 s_mov_b64
  v_xor3_b32
`);

/** The next 4%. */
export const lessCommonOpcodes: readonly string[] = words(`
  v_sub_f32 v_cvt_f32_f16 v_max_i32 v_mul_f64 v_add_f64 s_ctz_i32_b32 v_dual_sub_f32 global_load_u16 s_load_b256 v_dual_mul_f32
  s_sub_i32 s_load_b512 v_readfirstlane_b32 v_exp_f32 s_cmpk_eq_i32 v_mad_u32_u24 global_load_u8 global_atomic_add_u32 v_ashrrev_i32
  v_fmamk_f32 v_trunc_f32 v_div_scale_f64 v_ldexp_f64 v_bfe_i32 global_atomic_cmpswap_b32 s_waitcnt_vscnt buffer_gl1_inv
  v_add_nc_u32_dpp v_lshl_add_u32 v_rsq_f32 v_mul_u32_u24 s_getreg_b32 v_dual_lshlrev_b32 v_bfi_b32 s_cmp_lt_i32
  ds_load_2addr_stride64_b32 s_lshl_b64 v_sqrt_f32 v_cmp_ge_i32 ds_add_u32 v_pk_fma_f16 v_fma_mix_f32 v_cmp_gt_i64 v_ashrrev_i64
  v_cmp_ne_u64 v_subrev_co_ci_u32 v_cmp_gt_f64 v_rcp_f64 v_rsq_f64 v_div_fmas_f64 v_cmp_class_f64 v_div_fixup_f64 v_cvt_i32_f64
  v_floor_f64 v_cvt_f64_i32 v_cvt_f64_f32 v_cvt_i32_f32 v_cvt_f16_f32 global_store_b8 v_bfrev_b32 v_perm_b32 v_bfe_u32 v_clz_i32_u32
  v_bcnt_u32_b32 s_movk_i32 s_bcnt1_i32_b32 global_atomic_or_b32 global_atomic_add_u64 s_brev_b32 s_max_i32 global_atomic_swap_b32
  v_permlanex16_b32 ds_bpermute_b32 ds_swizzle_b32 v_mov_b32_dpp v_cmp_lt_u32 v_wmma_f32_16x16x16_f16 scratch_load_b32 s_getpc_b64
`);

/** The last 1%. */
export const rareOpcodes: readonly string[] = words(`
  s_swappc_b64 s_setpc_b64 v_not_b32 v_dot4_i32_iu8 v_mul_lo_u16 v_ashrrev_i16 v_sub_nc_u16 v_add_nc_u16 v_dual_add_f32 v_cmp_lt_f32
  v_sin_f32 v_cos_f32 v_log_f32 v_fract_f32 v_rndne_f32 v_ceil_f32 flat_load_b32 v_add_f16 v_fmaak_f16 v_sub_f16 v_cmp_gt_f16
  v_fma_mixlo_f16 v_div_fixup_f16 s_sleep s_setprio v_dual_max_f32 v_cmpx_ne_u32 v_cmpx_gt_f32 s_lshr_b32 s_cmp_lt_u32 s_cmpk_gt_u32
  s_cmp_gt_u32 ds_store_2addr_b32 v_add_lshl_u32 v_cmpx_le_u32 s_cmp_ge_u32
`);

export const appendixA: readonly string[] = [...commonOpcodes, ...lessCommonOpcodes, ...rareOpcodes];

const endOfCode = 0xbf9f0000; // s_code_end pads the text section

/** Names under which an instruction counts. */
export function opcodeNames(instruction: Decoded): string[] {
  const names = [instruction.row.name + (instruction.dpp === undefined ? '' : '_dpp')];
  if (instruction.second !== undefined) names.push(instruction.second.row.name);
  return names;
}

/** The instructions of a code object's text section by address. Throws where a dword is no instruction. */
export function* instructionsOf(file: Uint8Array): Generator<{ address: number; instruction: Decoded }> {
  const { image, text } = readCodeObject(file);
  const code = new Uint32Array(image.buffer, text.address, text.bytes >>> 2);
  for (let at = 0; at < code.length;) {
    if (code[at] === endOfCode) {
      at++;
      continue;
    }
    const instruction = decode(code, at);
    if (instruction === undefined)
      throw new Error(`no instruction at ${(text.address + at * 4).toString(16)}: ${code[at]!.toString(16)}`);
    yield { address: text.address + at * 4, instruction };
    at += instruction.bytes / 4;
  }
}

/** Distinct opcode names in some code objects, with how often they occur. */
export function opcodesOf(files: readonly Uint8Array[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const file of files) {
    for (const { instruction } of instructionsOf(file)) {
      for (const name of opcodeNames(instruction)) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return counts;
}

/** The text section as LLVM's disassembler would list it, a line an instruction. */
export function listing(file: Uint8Array): string[] {
  return [...instructionsOf(file)].map(({ instruction }) => disassemble(instruction));
}
