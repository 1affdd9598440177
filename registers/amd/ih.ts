/**
 * IH 6.0 (OSSSYS), the interrupt handler: two rings in memory that it fills with vectors of eight dwords, and one
 * message per wake-up.
 *
 * Ring pointers are byte offsets. RB_SIZE is the logarithm of the size in dwords.
 *
 * Source: register lists of public drivers (Linux amdgpu osssys 6.0.0, tinygrad).
 *
 * Fidelity: from-public-source. Names, offsets and fields are witnessed by the lists under `fixtures/`.
 */

import { registerBlock, ro, rw } from '../language.ts';

const about = {
  source: 'register lists of public drivers (Linux amdgpu osssys 6.0.0, tinygrad)',
  fidelity: 'from-public-source',
} as const;

// oxfmt-ignore: a table, one register after the other
export const OSSSYS = registerBlock('OSSSYS', about, {
  IH_VMID_n_LUT: { at: 0x0, count: 16,
    doc: 'process address space id of a VMID, graphics hub',
    fields: { PASID: rw(15, 0) } },
  IH_VMID_n_LUT_MM: { at: 0x10, count: 16, doc: 'the same for the multimedia hub', fields: { PASID: rw(15, 0) } },

  // Ring 0
  IH_RB_CNTL: { at: 0x80,
    doc: 'WPTR_OVERFLOW_CLEAR is pulsed to 1 and back after an overflow',
    fields: {
      RB_ENABLE: rw(0), RB_SIZE: rw(5, 1), WPTR_WRITEBACK_ENABLE: rw(8), RB_FULL_DRAIN_ENABLE: rw(9),
      FULL_DRAIN_CLEAR: rw(10), PAGE_RB_CLEAR: rw(11), RB_USED_INT_THRESHOLD: rw(15, 12),
      WPTR_OVERFLOW_ENABLE: rw(16), ENABLE_INTR: rw(17), MC_SWAP: rw(19, 18), MC_SNOOP: rw(20), RPTR_REARM: rw(21),
      MC_RO: rw(22), MC_VMID: rw(27, 24), MC_SPACE: rw(30, 28), WPTR_OVERFLOW_CLEAR: rw(31),
    } },
  IH_RB_BASE: { at: 0x81, doc: 'address bits 39:8', fields: { ADDR: rw(31, 0) } },
  IH_RB_BASE_HI: { at: 0x82, doc: 'address bits 47:40', fields: { ADDR: rw(7, 0) } },
  IH_RB_RPTR: { at: 0x83, fields: { OFFSET: rw(17, 2) } },
  IH_RB_WPTR: { at: 0x84,
    doc: 'RB_OVERFLOW says that vectors were lost',
    fields: { RB_OVERFLOW: rw(0), OFFSET: rw(17, 2), RB_LEFT_NONE: rw(18), RB_MAY_OVERFLOW: rw(19) } },
  IH_RB_WPTR_ADDR_HI: { at: 0x85, fields: { ADDR: rw(15, 0) } },
  IH_RB_WPTR_ADDR_LO: { at: 0x86, fields: { ADDR: rw(31, 2) } },
  IH_DOORBELL_RPTR: { at: 0x87, fields: { OFFSET: rw(25, 0), ENABLE: rw(28) } },

  // Ring 1: vectors of the clients that RING1_CLIENT_CFG names
  IH_RB_CNTL_RING1: { at: 0x8c, rest: 'rw',
    fields: {
      RB_ENABLE: rw(0), RB_SIZE: rw(5, 1), RB_FULL_DRAIN_ENABLE: rw(9), FULL_DRAIN_CLEAR: rw(10),
      PAGE_RB_CLEAR: rw(11), RB_USED_INT_THRESHOLD: rw(15, 12), WPTR_OVERFLOW_ENABLE: rw(16), MC_SWAP: rw(19, 18),
      MC_SNOOP: rw(20), MC_RO: rw(22), MC_VMID: rw(27, 24), MC_SPACE: rw(30, 28), WPTR_OVERFLOW_CLEAR: rw(31),
    } },
  IH_RB_BASE_RING1: { at: 0x8d, fields: { ADDR: rw(31, 0) } },
  IH_RB_BASE_HI_RING1: { at: 0x8e, fields: { ADDR: rw(7, 0) } },
  IH_RB_RPTR_RING1: { at: 0x8f, fields: { OFFSET: rw(17, 2) } },
  IH_RB_WPTR_RING1: { at: 0x90,
    fields: { RB_OVERFLOW: rw(0), OFFSET: rw(17, 2), RB_LEFT_NONE: rw(18), RB_MAY_OVERFLOW: rw(19) } },
  IH_DOORBELL_RPTR_RING1: { at: 0x93, fields: { OFFSET: rw(25, 0), ENABLE: rw(28) } },
  IH_RING1_CLIENT_CFG_INDEX: { at: 0x185,
    doc: 'which of eight filters the data register shows',
    fields: { INDEX: rw(2, 0) } },
  IH_RING1_CLIENT_CFG_DATA: { at: 0x186,
    fields: { CLIENT_ID: rw(7, 0), SOURCE_ID: rw(15, 8), SOURCE_ID_MATCH_ENABLE: rw(16) } },

  // Control
  IH_CNTL: { at: 0xc0,
    fields: {
      WPTR_WRITEBACK_TIMER: rw(4, 0), IH_IDLE_HYSTERESIS_CNTL: rw(7, 6), IH_FIFO_HIGHWATER: rw(14, 8),
      MC_WR_CLEAN_CNT: rw(24, 20),
    } },
  IH_CNTL2: { at: 0xc1,
    fields: { SELF_IV_FORCE_WPTR_UPDATE_TIMEOUT: rw(4, 0), SELF_IV_FORCE_WPTR_UPDATE_ENABLE: rw(8) } },
  IH_STATUS: { at: 0xc2,
    fields: {
      IDLE: ro(0), INPUT_IDLE: ro(1), BUFFER_IDLE: ro(2), RB_FULL: ro(3), RB_FULL_DRAIN: ro(4), RB_OVERFLOW: ro(5),
      MC_WR_IDLE: ro(6), MC_WR_STALL: ro(7), MC_WR_CLEAN_PENDING: ro(8), MC_WR_CLEAN_STALL: ro(9),
      BIF_INTERRUPT_LINE: ro(10), SWITCH_READY: ro(11), RB1_FULL: ro(12), RB1_FULL_DRAIN: ro(13),
      RB1_OVERFLOW: ro(14), SELF_INT_GEN_IDLE: ro(18), RETRY_INT_CAM_IDLE: ro(19), ZSTATES_FENCE: ro(20),
      IH_BUFFER_MEM_POWER_GATED: ro(21), IH_RETRY_INT_CAM_MEM_POWER_GATED: ro(22),
      IH_PASID_LUT_MEM_POWER_GATED: ro(23),
    } },
  IH_CHICKEN: { at: 0x18d,
    fields: { CROSS_TRIGGER_ENABLE: rw(2), MC_SPACE_FBPA_ENABLE: rw(3), MC_SPACE_GPA_ENABLE: rw(4) } },
  IH_CLK_CTRL: { at: 0xdb,
    fields: {
      IH_PASID_LUT_MEM_CLK_SOFT_OVERRIDE: rw(23), MSI_STORM_COUNTER_CLK_SOFT_OVERRIDE: rw(24),
      IH_RETRY_INT_CAM_MEM_CLK_SOFT_OVERRIDE: rw(25), IH_BUFFER_MEM_CLK_SOFT_OVERRIDE: rw(26),
      DBUS_MUX_CLK_SOFT_OVERRIDE: rw(27), OSSSYS_SHARE_CLK_SOFT_OVERRIDE: rw(28),
      LIMIT_SMN_CLK_SOFT_OVERRIDE: rw(29), DYN_CLK_SOFT_OVERRIDE: rw(30), REG_CLK_SOFT_OVERRIDE: rw(31),
    } },
  IH_INT_FLOOD_CNTL: { at: 0xd5,
    fields: { HIGHWATER: rw(2, 0), FLOOD_CNTL_ENABLE: rw(3), CLEAR_INT_FLOOD_STATUS: rw(4) } },
  IH_INT_FLOOD_STATUS: { at: 0xd9,
    fields: {
      INT_DROP_CNT: ro(7, 0), FIRST_DROP_INT_CLIENT_ID: ro(15, 8), FIRST_DROP_INT_SOURCE_ID: ro(23, 16),
      FIRST_DROP_INT_VF_ID: ro(27, 24), FIRST_DROP_INT_VF: ro(29), INT_DROPPED: ro(30),
    } },
  IH_STORM_CLIENT_LIST_CNTL: { at: 0xda,
    fields: {
      CLIENT1_IS_STORM_CLIENT: rw(1), CLIENT2_IS_STORM_CLIENT: rw(2), CLIENT3_IS_STORM_CLIENT: rw(3),
      CLIENT4_IS_STORM_CLIENT: rw(4), CLIENT5_IS_STORM_CLIENT: rw(5), CLIENT6_IS_STORM_CLIENT: rw(6),
      CLIENT7_IS_STORM_CLIENT: rw(7), CLIENT8_IS_STORM_CLIENT: rw(8), CLIENT9_IS_STORM_CLIENT: rw(9),
      CLIENT10_IS_STORM_CLIENT: rw(10), CLIENT11_IS_STORM_CLIENT: rw(11), CLIENT12_IS_STORM_CLIENT: rw(12),
      CLIENT13_IS_STORM_CLIENT: rw(13), CLIENT14_IS_STORM_CLIENT: rw(14), CLIENT15_IS_STORM_CLIENT: rw(15),
      CLIENT16_IS_STORM_CLIENT: rw(16), CLIENT17_IS_STORM_CLIENT: rw(17), CLIENT18_IS_STORM_CLIENT: rw(18),
      CLIENT19_IS_STORM_CLIENT: rw(19), CLIENT20_IS_STORM_CLIENT: rw(20), CLIENT21_IS_STORM_CLIENT: rw(21),
      CLIENT22_IS_STORM_CLIENT: rw(22), CLIENT23_IS_STORM_CLIENT: rw(23), CLIENT24_IS_STORM_CLIENT: rw(24),
      CLIENT25_IS_STORM_CLIENT: rw(25), CLIENT26_IS_STORM_CLIENT: rw(26), CLIENT27_IS_STORM_CLIENT: rw(27),
      CLIENT28_IS_STORM_CLIENT: rw(28), CLIENT29_IS_STORM_CLIENT: rw(29), CLIENT30_IS_STORM_CLIENT: rw(30),
      CLIENT31_IS_STORM_CLIENT: rw(31),
    } },
  IH_MSI_STORM_CTRL: { at: 0xf1, fields: { DELAY: rw(11, 0) } },
  IH_MSI_STORM_CLIENT_INDEX: { at: 0xf2, fields: { INDEX: rw(2, 0) } },
  IH_MSI_STORM_CLIENT_DATA: { at: 0xf3,
    fields: {
      CLIENT_ID: rw(7, 0), SOURCE_ID: rw(15, 8), SOURCE_ID_MATCH_ENABLE: rw(16),
      UTCL2_PAGE_FAULT_MATCH_ENABLE: rw(17), ENTRY_VALID: rw(31),
    } },
  IH_MEM_POWER_CTRL: { at: 0xe9,
    fields: {
      IH_BUFFER_MEM_POWER_CTRL_EN: rw(0), IH_BUFFER_MEM_POWER_LS_EN: rw(1), IH_BUFFER_MEM_POWER_DS_EN: rw(2),
      IH_BUFFER_MEM_POWER_SD_EN: rw(3), IH_BUFFER_MEM_IDLE_HYSTERESIS: rw(6, 4),
      IH_BUFFER_MEM_POWER_UP_RECOVER_DELAY: rw(13, 8), IH_BUFFER_MEM_POWER_DOWN_ENTER_DELAY: rw(15, 14),
      IH_RETRY_INT_CAM_MEM_POWER_CTRL_EN: rw(16), IH_RETRY_INT_CAM_MEM_POWER_LS_EN: rw(17),
      IH_RETRY_INT_CAM_MEM_POWER_DS_EN: rw(18), IH_RETRY_INT_CAM_MEM_POWER_SD_EN: rw(19),
      IH_RETRY_INT_CAM_MEM_IDLE_HYSTERESIS: rw(22, 20), IH_RETRY_INT_CAM_MEM_POWER_UP_RECOVER_DELAY: rw(29, 24),
      IH_RETRY_INT_CAM_MEM_POWER_DOWN_ENTER_DELAY: rw(31, 30),
    } },
  IH_RETRY_INT_CAM_CNTL: { at: 0xef,
    fields: {
      CAM_SIZE: rw(4, 0), BACK_PRESSURE_SKID_VALUE: rw(13, 8), ENABLE: rw(16), MM_BACK_PRESSURE_ENABLE: rw(17),
      GC_BACK_PRESSURE_ENABLE: rw(18), PER_VF_ENTRY_SIZE: rw(21, 20),
    } },
  IH_CLIENT_CFG: { at: 0x184, fields: { TOTAL_CLIENT_NUM: rw(5, 0) } },
  IH_CLIENT_CFG_INDEX: { at: 0x188, fields: { INDEX: rw(4, 0) } },
  IH_CLIENT_CFG_DATA: { at: 0x189,
    fields: { CLIENT_TYPE: rw(19, 18), VF_RB_SELECT: rw(23, 22), INTERFACE_TYPE: rw(25) } },
});
