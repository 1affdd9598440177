/**
 * COMPUTE_*: the state of a compute dispatch, written with SET_SH_REG packets into the queue's own copy and read
 * by the dispatcher when a DISPATCH packet comes.
 *
 * SET_SH_REG counts from dword 0x2c00, so the packet's offset of a register here is its dword address minus that.
 *
 * Source: register lists of public drivers (Linux amdgpu gc 11.0.0, tinygrad) and of the public packet headers;
 * power-on values from the public gc 11.0.0 defaults.
 *
 * Fidelity: from-public-source. Names, offsets and fields are witnessed by the lists under `fixtures/`.
 */

import { registerBlock, rw, reserved } from '../language.ts';

const about = {
  source: 'register lists of public drivers (Linux amdgpu gc 11.0.0, tinygrad) and of the public packet headers; power-on values from the public gc 11.0.0 defaults',
  fidelity: 'from-public-source',
} as const;

// oxfmt-ignore: a table, one register after the other
export const COMPUTE = registerBlock('COMPUTE', about, {
  COMPUTE_DISPATCH_INITIATOR: { at: 0x1ba0, bank: 'queue',
    doc: 'a store starts the dispatch; packets carry the same word',
    fields: {
      COMPUTE_SHADER_EN: rw(0), PARTIAL_TG_EN: rw(1), FORCE_START_AT_000: rw(2), ORDERED_APPEND_ENBL: rw(3),
      ORDERED_APPEND_MODE: rw(4), USE_THREAD_DIMENSIONS: rw(5), ORDER_MODE: rw(6), SCALAR_L1_INV_VOL: rw(10),
      VECTOR_L1_INV_VOL: rw(11), RESERVED: reserved(12), TUNNEL_ENABLE: rw(13), RESTORE: rw(14), CS_W32_EN: rw(15),
      AMP_SHADER_EN: rw(16), DISABLE_DISP_PREMPT_EN: rw(17),
    } },
  COMPUTE_DIM_X: { at: 0x1ba1, bank: 'queue',
    doc: 'workgroups, or threads where USE_THREAD_DIMENSIONS',
    fields: { SIZE: rw(31, 0) } },
  COMPUTE_DIM_Y: { at: 0x1ba2, bank: 'queue', fields: { SIZE: rw(31, 0) } },
  COMPUTE_DIM_Z: { at: 0x1ba3, bank: 'queue', fields: { SIZE: rw(31, 0) } },
  COMPUTE_START_X: { at: 0x1ba4, bank: 'queue', doc: 'first workgroup id', fields: { START: rw(31, 0) } },
  COMPUTE_START_Y: { at: 0x1ba5, bank: 'queue', fields: { START: rw(31, 0) } },
  COMPUTE_START_Z: { at: 0x1ba6, bank: 'queue', fields: { START: rw(31, 0) } },
  COMPUTE_NUM_THREAD_X: { at: 0x1ba7, bank: 'queue',
    doc: 'workgroup size, and the size of the last, partial one',
    fields: { NUM_THREAD_FULL: rw(15, 0), NUM_THREAD_PARTIAL: rw(31, 16) } },
  COMPUTE_NUM_THREAD_Y: { at: 0x1ba8, bank: 'queue',
    fields: { NUM_THREAD_FULL: rw(15, 0), NUM_THREAD_PARTIAL: rw(31, 16) } },
  COMPUTE_NUM_THREAD_Z: { at: 0x1ba9, bank: 'queue',
    fields: { NUM_THREAD_FULL: rw(15, 0), NUM_THREAD_PARTIAL: rw(31, 16) } },
  COMPUTE_PIPELINESTAT_ENABLE: { at: 0x1baa, bank: 'queue', reset: 0x1, fields: { PIPELINESTAT_ENABLE: rw(0) } },
  COMPUTE_PERFCOUNT_ENABLE: { at: 0x1bab, bank: 'queue', fields: { PERFCOUNT_ENABLE: rw(0) } },
  COMPUTE_PGM_LO: { at: 0x1bac, bank: 'queue',
    doc: 'entry of the kernel, in units of 256 bytes',
    fields: { DATA: rw(31, 0) } },
  COMPUTE_PGM_HI: { at: 0x1bad, bank: 'queue', fields: { DATA: rw(7, 0) } },
  COMPUTE_DISPATCH_PKT_ADDR_LO: { at: 0x1bae, bank: 'queue', fields: { DATA: rw(31, 0) } },
  COMPUTE_DISPATCH_PKT_ADDR_HI: { at: 0x1baf, bank: 'queue', fields: { DATA: rw(7, 0) } },
  COMPUTE_DISPATCH_SCRATCH_BASE_LO: { at: 0x1bb0, bank: 'queue',
    doc: 'scratch buffer, in units of 256 bytes',
    fields: { DATA: rw(31, 0) } },
  COMPUTE_DISPATCH_SCRATCH_BASE_HI: { at: 0x1bb1, bank: 'queue', fields: { DATA: rw(7, 0) } },
  COMPUTE_PGM_RSRC1: { at: 0x1bb2, bank: 'queue',
    doc: 'registers, float mode, workgroup mode',
    fields: {
      VGPRS: rw(5, 0), SGPRS: rw(9, 6), PRIORITY: rw(11, 10), FLOAT_MODE: rw(19, 12), PRIV: rw(20),
      DX10_CLAMP: rw(21), IEEE_MODE: rw(23), BULKY: rw(24), FP16_OVFL: rw(26), WGP_MODE: rw(29),
      MEM_ORDERED: rw(30), FWD_PROGRESS: rw(31),
    } },
  COMPUTE_PGM_RSRC2: { at: 0x1bb3, bank: 'queue',
    doc: 'user SGPRs, ids handed to the wave, LDS in units of 512 bytes, exceptions',
    fields: {
      SCRATCH_EN: rw(0), USER_SGPR: rw(5, 1), TRAP_PRESENT: rw(6), TGID_X_EN: rw(7), TGID_Y_EN: rw(8),
      TGID_Z_EN: rw(9), TG_SIZE_EN: rw(10), TIDIG_COMP_CNT: rw(12, 11), EXCP_EN_MSB: rw(14, 13),
      LDS_SIZE: rw(23, 15), EXCP_EN: rw(30, 24),
    } },
  COMPUTE_VMID: { at: 0x1bb4, bank: 'queue', fields: { DATA: rw(3, 0) } },
  COMPUTE_RESOURCE_LIMITS: { at: 0x1bb5, bank: 'queue',
    doc: '0 waves means no limit',
    fields: {
      WAVES_PER_SH: rw(9, 0), TG_PER_CU: rw(15, 12), LOCK_THRESHOLD: rw(21, 16), SIMD_DEST_CNTL: rw(22),
      FORCE_SIMD_DIST: rw(23), CU_GROUP_COUNT: rw(26, 24),
    } },
  COMPUTE_STATIC_THREAD_MGMT_SE0: { at: 0x1bb6, bank: 'queue', reset: 0xffffffff,
    aliases: ['COMPUTE_DESTINATION_EN_SE0'],
    doc: 'which compute units of a shader engine may be used',
    fields: { SA0_CU_EN: rw(15, 0), SA1_CU_EN: rw(31, 16) } },
  COMPUTE_STATIC_THREAD_MGMT_SE1: { at: 0x1bb7, bank: 'queue', reset: 0xffffffff,
    aliases: ['COMPUTE_DESTINATION_EN_SE1'],
    fields: { SA0_CU_EN: rw(15, 0), SA1_CU_EN: rw(31, 16) } },
  COMPUTE_TMPRING_SIZE: { at: 0x1bb8, bank: 'queue',
    doc: 'WAVES counts per shader engine; WAVESIZE in units of 256 bytes',
    fields: { WAVES: rw(11, 0), WAVESIZE: rw(26, 12) } },
  COMPUTE_DESTINATION_EN_SE2: { at: 0x1bb9, bank: 'queue', aliases: ['COMPUTE_STATIC_THREAD_MGMT_SE2'],
    fields: { CU_EN: rw(31, 0) } },
  COMPUTE_DESTINATION_EN_SE3: { at: 0x1bba, bank: 'queue', aliases: ['COMPUTE_STATIC_THREAD_MGMT_SE3'],
    fields: { CU_EN: rw(31, 0) } },
  COMPUTE_RESTART_X: { at: 0x1bbb, bank: 'queue', fields: { RESTART: rw(31, 0) } },
  COMPUTE_RESTART_Y: { at: 0x1bbc, bank: 'queue', fields: { RESTART: rw(31, 0) } },
  COMPUTE_RESTART_Z: { at: 0x1bbd, bank: 'queue', fields: { RESTART: rw(31, 0) } },
  COMPUTE_THREAD_TRACE_ENABLE: { at: 0x1bbe, bank: 'queue', fields: { THREAD_TRACE_ENABLE: rw(0) } },
  COMPUTE_MISC_RESERVED: { at: 0x1bbf, bank: 'queue', reset: 0x7,
    fields: { SEND_SEID: rw(2, 0), RESERVED3: reserved(3), RESERVED4: reserved(4), WAVE_ID_BASE: rw(16, 5) } },
  COMPUTE_DISPATCH_ID: { at: 0x1bc0, bank: 'queue', fields: { DISPATCH_ID: rw(31, 0) } },
  COMPUTE_THREADGROUP_ID: { at: 0x1bc1, bank: 'queue', fields: { THREADGROUP_ID: rw(31, 0) } },
  COMPUTE_REQ_CTRL: { at: 0x1bc2, bank: 'queue',
    fields: {
      SOFT_GROUPING_EN: rw(0), NUMBER_OF_REQUESTS_PER_CU: rw(4, 1), SOFT_GROUPING_ALLOCATION_TIMEOUT: rw(8, 5),
      HARD_LOCK_HYSTERESIS: rw(9), HARD_LOCK_LOW_THRESHOLD: rw(14, 10), PRODUCER_REQUEST_LOCKOUT: rw(15),
      GLOBAL_SCANNING_EN: rw(16), ALLOCATION_RATE_THROTTLING_THRESHOLD: rw(19, 17),
      DEDICATED_PREALLOCATION_BUFFER_LIMIT: rw(26, 20),
    } },
  COMPUTE_USER_ACCUM_n: { at: 0x1bc4, count: 4, bank: 'queue', fields: { CONTRIBUTION: rw(6, 0) } },
  COMPUTE_PGM_RSRC3: { at: 0x1bc8, bank: 'queue',
    fields: {
      SHARED_VGPR_CNT: rw(3, 0), INST_PREF_SIZE: rw(9, 4), TRAP_ON_START: rw(10), TRAP_ON_END: rw(11),
      IMAGE_OP: rw(31),
    } },
  COMPUTE_DDID_INDEX: { at: 0x1bc9, bank: 'queue', fields: { INDEX: rw(10, 0) } },
  COMPUTE_SHADER_CHKSUM: { at: 0x1bca, bank: 'queue', fields: { CHECKSUM: rw(31, 0) } },
  COMPUTE_STATIC_THREAD_MGMT_SE4: { at: 0x1bcb, bank: 'queue', reset: 0xffffffff,
    fields: { SA0_CU_EN: rw(15, 0), SA1_CU_EN: rw(31, 16) } },
  COMPUTE_STATIC_THREAD_MGMT_SE5: { at: 0x1bcc, bank: 'queue', reset: 0xffffffff,
    fields: { SA0_CU_EN: rw(15, 0), SA1_CU_EN: rw(31, 16) } },
  COMPUTE_STATIC_THREAD_MGMT_SE6: { at: 0x1bcd, bank: 'queue', reset: 0xffffffff,
    fields: { SA0_CU_EN: rw(15, 0), SA1_CU_EN: rw(31, 16) } },
  COMPUTE_STATIC_THREAD_MGMT_SE7: { at: 0x1bce, bank: 'queue', reset: 0xffffffff,
    fields: { SA0_CU_EN: rw(15, 0), SA1_CU_EN: rw(31, 16) } },
  COMPUTE_DISPATCH_INTERLEAVE: { at: 0x1bcf, bank: 'queue', reset: 0x40, fields: { INTERLEAVE: rw(9, 0) } },
  COMPUTE_RELAUNCH: { at: 0x1bd0, bank: 'queue', fields: { PAYLOAD: rw(29, 0), IS_EVENT: rw(30), IS_STATE: rw(31) } },
  COMPUTE_WAVE_RESTORE_ADDR_LO: { at: 0x1bd1, bank: 'queue', fields: { ADDR: rw(31, 0) } },
  COMPUTE_WAVE_RESTORE_ADDR_HI: { at: 0x1bd2, bank: 'queue', fields: { ADDR: rw(15, 0) } },
  COMPUTE_RELAUNCH2: { at: 0x1bd3, bank: 'queue',
    fields: { PAYLOAD: rw(29, 0), IS_EVENT: rw(30), IS_STATE: rw(31) } },
  COMPUTE_USER_DATA_n: { at: 0x1be0, count: 16, bank: 'queue', fields: { DATA: rw(31, 0) } },
  COMPUTE_DISPATCH_TUNNEL: { at: 0x1c1d, bank: 'queue', fields: { OFF_DELAY: rw(9, 0), IMMEDIATE: rw(10) } },
  COMPUTE_DISPATCH_END: { at: 0x1c1e, bank: 'queue', fields: { DATA: rw(31, 0) } },
  COMPUTE_NOWHERE: { at: 0x1c1f, bank: 'queue', fields: { DATA: rw(31, 0) } },
});
