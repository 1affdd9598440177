/**
 * RLC 11.0, the graphics core's housekeeper: safe mode, clock and power gating, autoload of the other engines'
 * firmware, timers.
 *
 * Source: register lists of public drivers (Linux amdgpu gc 11.0.0, tinygrad); power-on values from the public gc
 * 11.0.0 defaults.
 *
 * Fidelity: from-public-source. Names, offsets and fields are witnessed by the lists under `fixtures/`.
 */

import { registerBlock, ro, rw, reserved } from '../language.ts';

const about = {
  source: 'register lists of public drivers (Linux amdgpu gc 11.0.0, tinygrad); power-on values from the public gc 11.0.0 defaults',
  fidelity: 'from-public-source',
} as const;

// oxfmt-ignore: a table, one register after the other
export const RLC = registerBlock('RLC', about, {
  RLC_CNTL: { at: 0x4c00, segment: 1, reset: 0x1,
    fields: {
      RLC_ENABLE_F32: rw(0), FORCE_RETRY: rw(1), READ_CACHE_DISABLE: rw(2), RLC_STEP_F32: rw(3),
      RESERVED: reserved(31, 4),
    } },
  RLC_STAT: { at: 0x4c04, segment: 1,
    fields: {
      RLC_BUSY: ro(0), RLC_SRM_BUSY: ro(1), RLC_GPM_BUSY: ro(2), RLC_SPM_BUSY: ro(3), MC_BUSY: ro(4),
      RLC_THREAD_0_BUSY: ro(5), RLC_THREAD_1_BUSY: ro(6), RLC_THREAD_2_BUSY: ro(7), RESERVED: ro(31, 8),
    } },
  RLC_SAFE_MODE: { at: 0x980, segment: 1,
    doc: 'handshake: CMD with MESSAGE 1 enters, with 0 leaves; RLC clears CMD when it has done so',
    fields: {
      CMD: rw(0), MESSAGE: rw(4, 1), RESERVED1: reserved(7, 5), RESPONSE: rw(11, 8), RESERVED: reserved(31, 12),
    } },
  RLC_RLCS_BOOTLOAD_STATUS: { at: 0x4e82, segment: 1,
    doc: 'BOOTLOAD_COMPLETE rises when autoload has ended',
    fields: {
      GFX_INIT_DONE: ro(0), RLC_GPM_IRAM_LOADED: ro(3), RLC_GPM_IRAM_DONE: ro(4), RESERVED: ro(30, 5),
      BOOTLOAD_COMPLETE: ro(31),
    } },
  RLC_SRM_CNTL: { at: 0x4c80, segment: 1, reset: 0x2,
    fields: { SRM_ENABLE: rw(0), AUTO_INCR_ADDR: rw(1), RESERVED: reserved(31, 2) } },
  RLC_SPM_MC_CNTL: { at: 0x982, segment: 1,
    fields: {
      RLC_SPM_VMID: rw(3, 0), RLC_SPM_POLICY: rw(5, 4), RLC_SPM_PERF_CNTR: rw(6), RLC_SPM_FED: rw(7),
      RLC_SPM_MTYPE_OVER: rw(8), RLC_SPM_MTYPE: rw(11, 9), RLC_SPM_BC: rw(12), RLC_SPM_RO: rw(13),
      RLC_SPM_VOL: rw(14), RLC_SPM_NOFILL: rw(15), RESERVED_3: reserved(17, 16), RLC_SPM_LLC_NOALLOC: rw(18),
      RLC_SPM_LLC_NOALLOC_OVER: rw(19), RESERVED: reserved(31, 20),
    } },
  RLC_CGCG_CGLS_CTRL: { at: 0x4c49, segment: 1, reset: 0x1003c,
    fields: {
      CGCG_EN: rw(0), CGLS_EN: rw(1), CGLS_REP_COMPANSAT_DELAY: rw(7, 2), CGCG_GFX_IDLE_THRESHOLD: rw(26, 8),
      CGCG_CONTROLLER: rw(27), CGCG_REG_CTRL: rw(28), SLEEP_MODE: rw(30, 29), SIM_SILICON_EN: rw(31),
    } },
  RLC_CGCG_CGLS_CTRL_3D: { at: 0x4cc5, segment: 1, reset: 0x1003c,
    fields: {
      CGCG_EN: rw(0), CGLS_EN: rw(1), CGLS_REP_COMPANSAT_DELAY: rw(7, 2), CGCG_GFX_IDLE_THRESHOLD: rw(26, 8),
      CGCG_CONTROLLER: rw(27), CGCG_REG_CTRL: rw(28), SLEEP_MODE: rw(30, 29), SIM_SILICON_EN: rw(31),
    } },
  RLC_CGTT_MGCG_OVERRIDE: { at: 0x4c48, segment: 1, reset: 0x607ff,
    doc: '1 keeps a clock running that gating would stop',
    fields: {
      RLC_REPEATER_FGCG_OVERRIDE: rw(0), RLC_CGTT_SCLK_OVERRIDE: rw(1), GFXIP_MGCG_OVERRIDE: rw(2),
      GFXIP_CGCG_OVERRIDE: rw(3), GFXIP_CGLS_OVERRIDE: rw(4), GRBM_CGTT_SCLK_OVERRIDE: rw(5),
      GFXIP_MGLS_OVERRIDE: rw(6), GFXIP_GFX3D_CG_OVERRIDE: rw(7), GFXIP_FGCG_OVERRIDE: rw(8),
      GFXIP_REPEATER_FGCG_OVERRIDE: rw(9), PERFMON_CLOCK_STATE: rw(10), RESERVED_16_11: reserved(16, 11),
      GC_CAC_MGCG_CLK_CNTL: rw(17), SE_CAC_MGCG_CLK_CNTL: rw(18), RESERVED_31_19: reserved(31, 19),
    } },
  RLC_CGCG_RAMP_CTRL: { at: 0x4c4a, segment: 1, reset: 0x21711,
    fields: {
      DOWN_DIV_START_UNIT: rw(3, 0), DOWN_DIV_STEP_UNIT: rw(7, 4), UP_DIV_START_UNIT: rw(11, 8),
      UP_DIV_STEP_UNIT: rw(15, 12), STEP_DELAY_CNT: rw(27, 16), STEP_DELAY_UNIT: rw(31, 28),
    } },
  RLC_MEM_SLP_CNTL: { at: 0x4e00, segment: 1, reset: 0x20200,
    fields: {
      RLC_MEM_LS_EN: rw(0), RLC_MEM_DS_EN: rw(1), RLC_SRM_MEM_LS_OVERRIDE: rw(2), RLC_SRM_MEM_DS_OVERRIDE: rw(3),
      RLC_SPM_MEM_LS_OVERRIDE: rw(4), RLC_SPM_MEM_DS_OVERRIDE: rw(5), RESERVED: reserved(6),
      RLC_LS_DS_BUSY_OVERRIDE: rw(7), RLC_MEM_LS_ON_DELAY: rw(15, 8), RLC_MEM_LS_OFF_DELAY: rw(23, 16),
      RLC_SPP_MEM_LS_OVERRIDE: rw(24), RLC_SPP_MEM_DS_OVERRIDE: rw(25), RESERVED1: reserved(31, 26),
    } },
  RLC_PG_CNTL: { at: 0x4c43, segment: 1,
    fields: {
      GFX_POWER_GATING_ENABLE: rw(0), GFX_POWER_GATING_SRC: rw(1), DYN_PER_WGP_PG_ENABLE: rw(2),
      STATIC_PER_WGP_PG_ENABLE: rw(3), GFX_PIPELINE_PG_ENABLE: rw(4), RESERVED: reserved(12, 5),
      MEM_DS_DISABLE: rw(13), PG_OVERRIDE: rw(14), CP_PG_DISABLE: rw(15), CHUB_HANDSHAKE_ENABLE: rw(16),
      SMU_CLK_SLOWDOWN_ON_PU_ENABLE: rw(17), SMU_CLK_SLOWDOWN_ON_PD_ENABLE: rw(18), RESERVED1: reserved(20, 19),
      ULTRA_LOW_VOLTAGE_ENABLE: rw(21), RESERVED2: reserved(22), SMU_HANDSHAKE_DISABLE: rw(23),
    } },
  RLC_PG_DELAY: { at: 0x4c4d, segment: 1, reset: 0x101010,
    fields: {
      POWER_UP_DELAY: rw(7, 0), POWER_DOWN_DELAY: rw(15, 8), CMD_PROPAGATE_DELAY: rw(23, 16),
      MEM_SLEEP_DELAY: rw(31, 24),
    } },
  RLC_DYN_PG_STATUS: { at: 0x4c4b, segment: 1, reset: 0xffffffff, fields: { PG_STATUS_WGP_MASK: ro(31, 0) } },
  RLC_CP_SCHEDULERS: { at: 0x98a, segment: 1, reset: 0x3038,
    fields: { SCHEDULER0: rw(7, 0), SCHEDULER1: rw(15, 8) } },
  RLC_CSIB_ADDR_LO: { at: 0x987, segment: 1, fields: { ADDRESS: rw(31, 0) } },
  RLC_CSIB_ADDR_HI: { at: 0x988, segment: 1, fields: { ADDRESS: rw(15, 0) } },
  RLC_CSIB_LENGTH: { at: 0x989, segment: 1, fields: { LENGTH: rw(31, 0) } },
  RLC_JUMP_TABLE_RESTORE: { at: 0x4c1e, segment: 1, fields: { ADDR: rw(31, 0) } },
  RLC_UCODE_CNTL: { at: 0x4c27, segment: 1, fields: { RLC_UCODE_FLAGS: rw(31, 0) } },
  RLC_F32_UCODE_VERSION: { at: 0x4c03, segment: 1,
    fields: { THREAD0_VERSION: ro(9, 0), THREAD1_VERSION: ro(19, 10), THREAD2_VERSION: ro(29, 20) } },
  RLC_INT_STAT: { at: 0x4c18, segment: 1,
    fields: { LAST_CP_RLC_INT_ID: ro(7, 0), CP_RLC_INT_PENDING: ro(8), RESERVED: ro(31, 9) } },
  RLC_GPM_STAT: { at: 0x4e6b, segment: 1, reset: 0xb40016, aliases: ['RLC_RLCS_GPM_STAT'],
    fields: {
      RLC_BUSY: ro(0), GFX_POWER_STATUS: ro(1), GFX_CLOCK_STATUS: ro(2), GFX_LS_STATUS: ro(3),
      GFX_PIPELINE_POWER_STATUS: ro(4), CNTX_IDLE_BEING_PROCESSED: ro(5), CNTX_BUSY_BEING_PROCESSED: ro(6),
      GFX_IDLE_BEING_PROCESSED: ro(7), CMP_BUSY_BEING_PROCESSED: ro(8), SAVING_REGISTERS: ro(9),
      RESTORING_REGISTERS: ro(10), GFX3D_BLOCKS_CHANGING_POWER_STATE: ro(11),
      CMP_BLOCKS_CHANGING_POWER_STATE: ro(12), STATIC_WGP_POWERING_UP: ro(13), STATIC_WGP_POWERING_DOWN: ro(14),
      DYN_WGP_POWERING_UP: ro(15), DYN_WGP_POWERING_DOWN: ro(16), ABORTED_PD_SEQUENCE: ro(17),
      CMP_POWER_STATUS: ro(18), GFX_LS_STATUS_3D: ro(19), GFX_CLOCK_STATUS_3D: ro(20), MGCG_OVERRIDE_STATUS: ro(21),
      RLC_EXEC_ROM_CODE: ro(22), FGCG_OVERRIDE_STATUS: ro(23), PG_ERROR_STATUS: ro(31, 24),
    } },
  RLC_GPM_UCODE_ADDR: { at: 0x5b60, segment: 1, fields: { UCODE_ADDR: rw(13, 0), RESERVED: reserved(31, 14) } },
  RLC_GPM_UCODE_DATA: { at: 0x5b61, segment: 1, fields: { UCODE_DATA: rw(31, 0) } },
  RLC_GPM_IRAM_ADDR: { at: 0x5b62, segment: 1, fields: { ADDR: rw(31, 0) } },
  RLC_GPM_IRAM_DATA: { at: 0x5b63, segment: 1, fields: { DATA: rw(31, 0) } },
  RLC_GPM_SCRATCH_ADDR: { at: 0x5b6e, segment: 1, fields: { ADDR: rw(15, 0) } },
  RLC_GPM_SCRATCH_DATA: { at: 0x5b6f, segment: 1, fields: { DATA: rw(31, 0) } },
  RLC_SRM_DRAM_ADDR: { at: 0x5b71, segment: 1, fields: { ADDR: rw(12, 0), RESERVED: reserved(31, 13) } },
  RLC_SRM_DRAM_DATA: { at: 0x5b72, segment: 1, fields: { DATA: rw(31, 0) } },
  RLC_SRM_ARAM_ADDR: { at: 0x5b73, segment: 1, fields: { ADDR: rw(12, 0), RESERVED: reserved(31, 13) } },
  RLC_SRM_ARAM_DATA: { at: 0x5b74, segment: 1, fields: { DATA: rw(31, 0) } },
  RLC_LX6_IRAM_ADDR: { at: 0x5b6a, segment: 1, fields: { ADDR: rw(11, 0) } },
  RLC_LX6_IRAM_DATA: { at: 0x5b6b, segment: 1, fields: { DATA: rw(31, 0) } },
  RLC_LX6_DRAM_ADDR: { at: 0x5b68, segment: 1, fields: { ADDR: rw(10, 0) } },
  RLC_LX6_DRAM_DATA: { at: 0x5b69, segment: 1, fields: { DATA: rw(31, 0) } },
  RLC_LX6_CNTL: { at: 0x4d80, segment: 1, reset: 0x1,
    fields: { BRESET: rw(0), RUNSTALL: rw(1), PDEBUG_ENABLE: rw(2), STAT_VECTOR_SEL: rw(3) } },
  RLC_PACE_UCODE_ADDR: { at: 0x5b6c, segment: 1, fields: { UCODE_ADDR: rw(11, 0), RESERVED: reserved(31, 12) } },
  RLC_PACE_UCODE_DATA: { at: 0x5b6d, segment: 1, fields: { UCODE_DATA: rw(31, 0) } },
  RLC_IMU_BOOTLOAD_ADDR_HI: { at: 0x4e10, segment: 1, fields: { ADDR_HI: rw(31, 0) } },
  RLC_IMU_BOOTLOAD_ADDR_LO: { at: 0x4e11, segment: 1, fields: { ADDR_LO: rw(31, 0) } },
  RLC_IMU_BOOTLOAD_SIZE: { at: 0x4e12, segment: 1, fields: { SIZE: rw(25, 0), RESERVED: reserved(31, 26) } },

  // The 100 MHz reference clock
  RLC_CAPTURE_GPU_CLOCK_COUNT: { at: 0x4c26, segment: 1,
    doc: 'a store of 1 copies the counter to LSB and MSB',
    fields: { CAPTURE: rw(0), RESERVED: reserved(31, 1) } },
  RLC_GPU_CLOCK_COUNT_LSB: { at: 0x4c24, segment: 1, fields: { GPU_CLOCKS_LSB: ro(31, 0) } },
  RLC_GPU_CLOCK_COUNT_MSB: { at: 0x4c25, segment: 1, fields: { GPU_CLOCKS_MSB: ro(31, 0) } },
  RLC_REFCLOCK_TIMESTAMP_LSB: { at: 0x4c0c, segment: 1, fields: { TIMESTAMP_LSB: ro(31, 0) } },
  RLC_REFCLOCK_TIMESTAMP_MSB: { at: 0x4c0d, segment: 1, fields: { TIMESTAMP_MSB: ro(31, 0) } },
  RLC_CLK_COUNT_GFXCLK_LSB: { at: 0x4c30, segment: 1, fields: { COUNTER: rw(31, 0) } },
  RLC_CLK_COUNT_GFXCLK_MSB: { at: 0x4c31, segment: 1, fields: { COUNTER: rw(31, 0) } },
  RLC_CLK_COUNT_REFCLK_LSB: { at: 0x4c32, segment: 1, fields: { COUNTER: rw(31, 0) } },
  RLC_CLK_COUNT_REFCLK_MSB: { at: 0x4c33, segment: 1, fields: { COUNTER: rw(31, 0) } },
  RLC_CLK_COUNT_CTRL: { at: 0x4c34, segment: 1,
    fields: {
      GFXCLK_RUN: rw(0), GFXCLK_RESET: rw(1), GFXCLK_SAMPLE: rw(2), REFCLK_RUN: rw(3), REFCLK_RESET: rw(4),
      REFCLK_SAMPLE: rw(5),
    } },
  RLC_CLK_COUNT_STAT: { at: 0x4c35, segment: 1,
    fields: {
      GFXCLK_VALID: ro(0), REFCLK_VALID: ro(1), REFCLK_RUN_RESYNC: ro(2), REFCLK_RESET_RESYNC: ro(3),
      REFCLK_SAMPLE_RESYNC: ro(4), RESERVED: ro(31, 5),
    } },
  RLC_SMU_SAFE_MODE: { at: 0x4e03, segment: 1,
    fields: {
      CMD: rw(0), MESSAGE: rw(4, 1), RESERVED1: reserved(7, 5), RESPONSE: rw(11, 8), RESERVED: reserved(31, 12),
    } },
  RLC_SMU_CLK_REQ: { at: 0x4d08, segment: 1, fields: { VALID: rw(0) } },
  RLC_SPM_GFXCLOCK_LOWCOUNT: { at: 0x3ca4, segment: 1, fields: { GFXCLOCK_LOWCOUNT: ro(31, 0) } },
  RLC_SPM_GFXCLOCK_HIGHCOUNT: { at: 0x3ca5, segment: 1, fields: { GFXCLOCK_HIGHCOUNT: ro(31, 0) } },
});
