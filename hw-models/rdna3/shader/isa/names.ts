/**
 * Names of immediates: hardware registers of S_GETREG, messages of S_SENDMSG, counters of S_WAITCNT and
 * S_WAITCNT_DEPCTR, dependencies of S_DELAY_ALU.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture" and the names llvm-mc 19 prints for gfx1100.
 * Fidelity: from-public-source.
 */

export const hwRegisters: Readonly<Record<number, string>> = {
  1: 'HW_REG_MODE', 2: 'HW_REG_STATUS', 3: 'HW_REG_TRAPSTS', 5: 'HW_REG_GPR_ALLOC', 6: 'HW_REG_LDS_ALLOC', 7: 'HW_REG_IB_STS',
  15: 'HW_REG_SH_MEM_BASES', 18: 'HW_REG_PERF_SNAPSHOT_PC_LO', 19: 'HW_REG_PERF_SNAPSHOT_PC_HI', 20: 'HW_REG_FLAT_SCR_LO',
  21: 'HW_REG_FLAT_SCR_HI', 23: 'HW_REG_HW_ID1', 24: 'HW_REG_HW_ID2', 27: 'HW_REG_PERF_SNAPSHOT_DATA', 29: 'HW_REG_SHADER_CYCLES',
};

export const messages: Readonly<Record<number, string>> = {
  1: 'MSG_INTERRUPT', 2: 'MSG_HS_TESSFACTOR', 3: 'MSG_DEALLOC_VGPRS', 5: 'MSG_STALL_WAVE_GEN', 6: 'MSG_HALT_WAVES', 9: 'MSG_GS_ALLOC_REQ',
  0x80: 'MSG_RTN_GET_DOORBELL', 0x81: 'MSG_RTN_GET_DDID', 0x82: 'MSG_RTN_GET_TMA', 0x83: 'MSG_RTN_GET_REALTIME',
  0x84: 'MSG_RTN_SAVE_WAVE', 0x85: 'MSG_RTN_GET_TBA', 0x86: 'MSG_RTN_GET_TBA_TO_PC',
};

/** Counters of one immediate: name, lowest bit, width. */
export type Counter = readonly [name: string, lo: number, bits: number];

export const waitCounters: readonly Counter[] = [['vmcnt', 10, 6], ['expcnt', 0, 3], ['lgkmcnt', 4, 6]];

export const depctrCounters: readonly Counter[] = [
  ['depctr_hold_cnt', 7, 1], ['depctr_sa_sdst', 0, 1], ['depctr_va_vdst', 12, 4], ['depctr_va_sdst', 9, 3],
  ['depctr_va_ssrc', 8, 1], ['depctr_va_vcc', 1, 1], ['depctr_vm_vsrc', 2, 3],
];

export const delayIds: readonly string[] = [
  'NO_DEP', 'VALU_DEP_1', 'VALU_DEP_2', 'VALU_DEP_3', 'VALU_DEP_4', 'TRANS32_DEP_1', 'TRANS32_DEP_2', 'TRANS32_DEP_3',
  'FMA_ACCUM_CYCLE_1', 'SALU_CYCLE_1', 'SALU_CYCLE_2', 'SALU_CYCLE_3',
];
export const delaySkips: readonly string[] = ['SAME', 'NEXT', 'SKIP_1', 'SKIP_2', 'SKIP_3', 'SKIP_4'];

/** Sources with a code but no register. */
export const specialSources: Readonly<Record<number, string>> = {
  235: 'src_shared_base', 236: 'src_shared_limit', 237: 'src_private_base', 238: 'src_private_limit', 239: 'src_pops_exiting_wave_id',
  251: 'src_vccz', 252: 'src_execz', 253: 'src_scc',
};
