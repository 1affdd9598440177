/**
 * SDMA 6.0: two copy engines inside the graphics core, eight ring queues each. The second engine's registers are
 * the first's, 0x600 dwords on (its microcode and halt registers 0x20 on).
 *
 * Ring pointers are byte counts, 64 bits and never wrapped. Of two registers for an address, HI comes before LO in
 * some pairs and after it in others.
 *
 * Source: register lists of public drivers (Linux amdgpu gc 11.0.0, tinygrad); power-on values from the public gc
 * 11.0.0 defaults.
 *
 * Fidelity: from-public-source. Names, offsets and fields are witnessed by the lists under `fixtures/`.
 */

import { registerBlock, ro, rw, reserved } from '../language.ts';
import type { Register } from '../language.ts';

const about = {
  source: 'register lists of public drivers (Linux amdgpu gc 11.0.0, tinygrad); power-on values from the public gc 11.0.0 defaults',
  fidelity: 'from-public-source',
} as const;

// oxfmt-ignore: a table, one register after the other
export const SDMA0 = registerBlock('SDMA0', about, {
  // The engine
  SDMA0_F32_CNTL: { at: 0x589a, segment: 1, reset: 0x8084001,
    doc: 'HALT stops the engine and every queue; it is set after power-on',
    fields: {
      HALT: rw(0), TH0_CHECKSUM_CLR: rw(8), TH0_RESET: rw(9), TH0_ENABLE: rw(10), TH1_CHECKSUM_CLR: rw(12),
      TH1_RESET: rw(13), TH1_ENABLE: rw(14), TH0_PRIORITY: rw(23, 16), TH1_PRIORITY: rw(31, 24),
    } },
  SDMA0_CNTL: { at: 0x1c, reset: 0x2440,
    doc: 'which events become interrupts',
    fields: {
      TRAP_ENABLE: rw(0), SEM_WAIT_INT_ENABLE: rw(2), DATA_SWAP_ENABLE: rw(3), FENCE_SWAP_ENABLE: rw(4),
      MIDCMD_PREEMPT_ENABLE: rw(5), PIO_DONE_ACK_ENABLE: rw(6), TMZ_MIDCMD_PREEMPT_ENABLE: rw(8),
      MIDCMD_EXPIRE_ENABLE: rw(9), CP_MES_INT_ENABLE: rw(10), PAGE_RETRY_TIMEOUT_INT_ENABLE: rw(11),
      PAGE_NULL_INT_ENABLE: rw(12), PAGE_FAULT_INT_ENABLE: rw(13), CH_PERFCNT_ENABLE: rw(16),
      MIDCMD_WORLDSWITCH_ENABLE: rw(17), CTXEMPTY_INT_ENABLE: rw(28), FROZEN_INT_ENABLE: rw(29),
      IB_PREEMPT_INT_ENABLE: rw(30), RB_PREEMPT_INT_ENABLE: rw(31),
    } },
  SDMA0_CNTL1: { at: 0x27, reset: 0xc30, fields: { WPTR_POLL_FREQUENCY: rw(15, 2) } },
  SDMA0_CHICKEN_BITS: { at: 0x1d, reset: 0x107d186,
    fields: {
      STALL_ON_TRANS_FULL_ENABLE: rw(1), STALL_ON_NO_FREE_DATA_BUFFER_ENABLE: rw(2), SRBM_POLL_RETRYING: rw(5),
      RD_BURST: rw(7, 6), WR_BURST: rw(9, 8), COMBINE_256B_WAIT_CYCLE: rw(13, 10), WR_COMBINE_256B_ENABLE: rw(14),
      RD_COMBINE_256B_ENABLE: rw(15), COPY_OVERLAP_ENABLE: rw(16), RAW_CHECK_ENABLE: rw(17),
      T2L_256B_ENABLE: rw(18), SOFT_OVERRIDE_GCR_FGCG: rw(19), SOFT_OVERRIDE_GRBM_FGCG: rw(20),
      SOFT_OVERRIDE_CH_FGCG: rw(21), SOFT_OVERRIDE_UTCL2_INVREQ_FGCG: rw(22), SOFT_OVERRIDE_UTCL1_FGCG: rw(23),
      CG_STATUS_OUTPUT: rw(24), SW_FREEZE_ENABLE: rw(25), RESERVED: reserved(31, 26),
    } },
  SDMA0_CHICKEN_BITS_2: { at: 0x4b, reset: 0x400007c9,
    fields: {
      F32_CMD_PROC_DELAY: rw(3, 0), F32_SEND_POSTCODE_EN: rw(4), UCODE_BUF_DS_EN: rw(6),
      UCODE_SELFLOAD_THREAD_OVERLAP: rw(7), WPTR_POLL_OUTSTANDING: rw(11, 8), RESERVED_14_12: reserved(14, 12),
      RESERVED_15: reserved(15), RB_FIFO_WATERMARK: rw(17, 16), IB_FIFO_WATERMARK: rw(19, 18),
      RESERVED_22_20: reserved(22, 20), CH_RD_WATERMARK: rw(24, 23), CH_WR_WATERMARK: rw(29, 25),
      CH_WR_WATERMARK_LSB: rw(30), PIO_VFID_SOURCE: rw(31),
    } },
  SDMA0_GB_ADDR_CONFIG: { at: 0x1e, reset: 0x545,
    fields: {
      NUM_PIPES: rw(2, 0), PIPE_INTERLEAVE_SIZE: rw(5, 3), MAX_COMPRESSED_FRAGS: rw(7, 6), NUM_PKRS: rw(10, 8),
      NUM_SHADER_ENGINES: rw(20, 19), NUM_RB_PER_SE: rw(27, 26),
    } },
  SDMA0_GB_ADDR_CONFIG_READ: { at: 0x1f, reset: 0x545,
    fields: {
      NUM_PIPES: ro(2, 0), PIPE_INTERLEAVE_SIZE: ro(5, 3), MAX_COMPRESSED_FRAGS: ro(7, 6), NUM_PKRS: ro(10, 8),
      NUM_SHADER_ENGINES: ro(20, 19), NUM_RB_PER_SE: ro(27, 26),
    } },
  SDMA0_SEM_WAIT_FAIL_TIMER_CNTL: { at: 0x22, fields: { TIMER: rw(31, 0) } },
  SDMA0_WATCHDOG_CNTL: { at: 0x2e,
    doc: 'how long a queue may hang',
    fields: { QUEUE_HANG_COUNT: rw(7, 0), CMD_TIMEOUT_COUNT: rw(15, 8) } },
  SDMA0_RLC_CGCG_CTRL: { at: 0x5c, reset: 0x400000,
    fields: { CGCG_INT_ENABLE: rw(1), CGCG_IDLE_HYSTERESIS: rw(31, 16) } },
  SDMA0_POWER_CNTL: { at: 0x1a, fields: { LS_ENABLE: rw(8) } },
  SDMA0_FREEZE: { at: 0x2b, fields: { PREEMPT: rw(0), FREEZE: rw(4), FROZEN: rw(5), F32_FREEZE: rw(6) } },
  SDMA0_PROCESS_QUANTUM0: { at: 0x2c,
    fields: {
      PROCESS0_QUANTUM: rw(7, 0), PROCESS1_QUANTUM: rw(15, 8), PROCESS2_QUANTUM: rw(23, 16),
      PROCESS3_QUANTUM: rw(31, 24),
    } },
  SDMA0_PROCESS_QUANTUM1: { at: 0x2d,
    fields: {
      PROCESS4_QUANTUM: rw(7, 0), PROCESS5_QUANTUM: rw(15, 8), PROCESS6_QUANTUM: rw(23, 16),
      PROCESS7_QUANTUM: rw(31, 24),
    } },
  SDMA0_GLOBAL_QUANTUM: { at: 0x4f, fields: { GLOBAL_FOCUS_QUANTUM: rw(7, 0), GLOBAL_NORMAL_QUANTUM: rw(15, 8) } },
  SDMA0_TIMESTAMP_CNTL: { at: 0x79, fields: { CAPTURE: rw(0) } },
  SDMA0_GLOBAL_TIMESTAMP_LO: { at: 0xf, fields: { DATA: ro(31, 0) } },
  SDMA0_GLOBAL_TIMESTAMP_HI: { at: 0x10, fields: { DATA: ro(31, 0) } },
  SDMA0_QUEUE_RESET_REQ: { at: 0x7b,
    fields: {
      QUEUE0_RESET: rw(0), QUEUE1_RESET: rw(1), QUEUE2_RESET: rw(2), QUEUE3_RESET: rw(3), QUEUE4_RESET: rw(4),
      QUEUE5_RESET: rw(5), QUEUE6_RESET: rw(6), QUEUE7_RESET: rw(7), RESERVED: reserved(31, 8),
    } },
  SDMA0_VERSION: { at: 0x35, reset: 0x600, fields: { MINVER: ro(6, 0), MAJVER: ro(14, 8), REV: ro(21, 16) } },
  SDMA0_ID: { at: 0x34, reset: 0x1, fields: { DEVICE_ID: ro(7, 0) } },

  // Its translation cache
  SDMA0_UTCL1_CNTL: { at: 0x3c, reset: 0x2c000288,
    fields: {
      REDO_DELAY: rw(4, 0), PAGE_WAIT_DELAY: rw(8, 5), RESP_MODE: rw(10, 9), FORCE_INVALIDATION: rw(14),
      FORCE_INVREQ_HEAVY: rw(15), WR_EXE_PERMS_CTRL: rw(16), RD_EXE_PERMS_CTRL: rw(17), INVACK_DELAY: rw(21, 18),
      REQL2_CREDIT: rw(29, 24),
    } },
  SDMA0_UTCL1_PAGE: { at: 0x3f, reset: 0x10cec00,
    fields: {
      VM_HOLE: rw(0), REQ_TYPE: rw(4, 1), USE_MTYPE: rw(9, 6), USE_PT_SNOOP: rw(10), USE_IO: rw(11),
      RD_L2_POLICY: rw(13, 12), WR_L2_POLICY: rw(15, 14), DMA_PAGE_SIZE: rw(21, 16), USE_BC: rw(22),
      ADDR_IS_PA: rw(23), LLC_NOALLOC: rw(24),
    } },
  SDMA0_UTCL1_WATERMK: { at: 0x3d,
    fields: {
      WR_REQ_FIFO_WATERMK: rw(3, 0), WR_REQ_FIFO_DEPTH_STEP: rw(5, 4), RD_REQ_FIFO_WATERMK: rw(9, 6),
      RD_REQ_FIFO_DEPTH_STEP: rw(11, 10), WR_PAGE_FIFO_WATERMK: rw(15, 12), WR_PAGE_FIFO_DEPTH_STEP: rw(17, 16),
      RD_PAGE_FIFO_WATERMK: rw(21, 18), RD_PAGE_FIFO_DEPTH_STEP: rw(23, 22),
    } },
  SDMA0_UTCL1_TIMEOUT: { at: 0x3e, fields: { XNACK_LIMIT: rw(15, 0) } },
  SDMA0_UTCL1_RD_STATUS: { at: 0x40, reset: 0xb90700ff,
    fields: {
      RD_VA_FIFO_EMPTY: ro(0), RD_REG_ENTRY_EMPTY: ro(1), RD_PAGE_FIFO_EMPTY: ro(2), RD_REQ_FIFO_EMPTY: ro(3),
      RD_VA_REQ_FIFO_EMPTY: ro(4), RESERVED0: ro(5), RESERVED1: ro(6), META_Q_EMPTY: ro(7), RD_VA_FIFO_FULL: ro(8),
      RD_REG_ENTRY_FULL: ro(9), RD_PAGE_FIFO_FULL: ro(10), RD_REQ_FIFO_FULL: ro(11), RD_VA_REQ_FIFO_FULL: ro(12),
      RESERVED2: ro(13), RESERVED3: ro(14), META_Q_FULL: ro(15), RD_L2_INTF_IDLE: ro(16), RD_REQRET_IDLE: ro(17),
      RD_REQ_IDLE: ro(18), RD_MERGE_TYPE: ro(20, 19), RD_MERGE_DATA_PA_READY: ro(21),
      RD_MERGE_META_PA_READY: ro(22), RD_MERGE_REG_READY: ro(23), RD_MERGE_PAGE_FIFO_READY: ro(24),
      RD_MERGE_REQ_FIFO_READY: ro(25), RESERVED4: ro(26), RD_MERGE_OUT_RTR: ro(27), RDREQ_IN_RTR: ro(28),
      RDREQ_OUT_RTR: ro(29), INV_BUSY: ro(30), DBIT_REQ_IDLE: ro(31),
    } },
  SDMA0_UTCL1_WR_STATUS: { at: 0x41, reset: 0xf90780ff,
    fields: {
      WR_VA_FIFO_EMPTY: ro(0), WR_REG_ENTRY_EMPTY: ro(1), WR_PAGE_FIFO_EMPTY: ro(2), WR_REQ_FIFO_EMPTY: ro(3),
      WR_VA_REQ_FIFO_EMPTY: ro(4), WR_DATA2_EMPTY: ro(5), WR_DATA1_EMPTY: ro(6), RESERVED0: ro(7),
      WR_VA_FIFO_FULL: ro(8), WR_REG_ENTRY_FULL: ro(9), WR_PAGE_FIFO_FULL: ro(10), WR_REQ_FIFO_FULL: ro(11),
      WR_VA_REQ_FIFO_FULL: ro(12), WR_DATA2_FULL: ro(13), WR_DATA1_FULL: ro(14), F32_WR_RTR: ro(15),
      WR_L2_INTF_IDLE: ro(16), WR_REQRET_IDLE: ro(17), WR_REQ_IDLE: ro(18), WR_MERGE_TYPE: ro(20, 19),
      WR_MERGE_DATA_PA_READY: ro(21), WR_MERGE_META_PA_READY: ro(22), WR_MERGE_REG_READY: ro(23),
      WR_MERGE_PAGE_FIFO_READY: ro(24), WR_MERGE_REQ_FIFO_READY: ro(25), WR_MERGE_DATA_SEL: ro(26),
      WR_MERGE_OUT_RTR: ro(27), WRREQ_IN_RTR: ro(28), WRREQ_OUT_RTR: ro(29), WRREQ_IN_DATA1_RTR: ro(30),
      WRREQ_IN_DATA2_RTR: ro(31),
    } },

  // Status
  SDMA0_STATUS_REG: { at: 0x25, reset: 0x46dee557,
    doc: 'IDLE, and which rings and stages are empty',
    fields: {
      IDLE: ro(0), REG_IDLE: ro(1), RB_EMPTY: ro(2), RB_FULL: ro(3), RB_CMD_IDLE: ro(4), RB_CMD_FULL: ro(5),
      IB_CMD_IDLE: ro(6), IB_CMD_FULL: ro(7), BLOCK_IDLE: ro(8), INSIDE_IB: ro(9), EX_IDLE: ro(10),
      CGCG_FENCE: ro(11), PACKET_READY: ro(12), MC_WR_IDLE: ro(13), SRBM_IDLE: ro(14), CONTEXT_EMPTY: ro(15),
      DELTA_RPTR_FULL: ro(16), RB_MC_RREQ_IDLE: ro(17), IB_MC_RREQ_IDLE: ro(18), MC_RD_IDLE: ro(19),
      DELTA_RPTR_EMPTY: ro(20), MC_RD_RET_STALL: ro(21), MC_RD_NO_POLL_IDLE: ro(22), PREV_CMD_IDLE: ro(25),
      SEM_IDLE: ro(26), SEM_REQ_STALL: ro(27), SEM_RESP_STATE: ro(29, 28), INT_IDLE: ro(30), INT_REQ_STALL: ro(31),
    } },
  SDMA0_STATUS1_REG: { at: 0x26, reset: 0x403ff,
    fields: {
      CE_WREQ_IDLE: ro(0), CE_WR_IDLE: ro(1), CE_SPLIT_IDLE: ro(2), CE_RREQ_IDLE: ro(3), CE_OUT_IDLE: ro(4),
      CE_IN_IDLE: ro(5), CE_DST_IDLE: ro(6), CE_CMD_IDLE: ro(9), CE_AFIFO_FULL: ro(10), CE_INFO_FULL: ro(11),
      CE_INFO1_FULL: ro(12), EX_START: ro(13), CE_RD_STALL: ro(15), CE_WR_STALL: ro(16), SEC_INTR_STATUS: ro(17),
      WPTR_POLL_IDLE: ro(18), SDMA_IDLE: ro(19),
    } },
  SDMA0_STATUS2_REG: { at: 0x38, fields: { ID: ro(1, 0), TH0F32_INSTR_PTR: ro(15, 2), CMD_OP: ro(31, 16) } },
  SDMA0_STATUS3_REG: { at: 0x4c, reset: 0x3f00000,
    fields: {
      CMD_OP_STATUS: ro(15, 0), PREV_VM_CMD: ro(19, 16), EXCEPTION_IDLE: ro(20), AQL_PREV_CMD_IDLE: ro(21),
      TLBI_IDLE: ro(22), GCR_IDLE: ro(23), INVREQ_IDLE: ro(24), QUEUE_ID_MATCH: ro(25), INT_QUEUE_ID: ro(29, 26),
      TMZ_MTYPE_STATUS: ro(31, 30),
    } },
  SDMA0_STATUS4_REG: { at: 0x76, reset: 0x1,
    fields: {
      IDLE: ro(0), IH_OUTSTANDING: ro(2), SEM_OUTSTANDING: ro(3), CH_RD_OUTSTANDING: ro(4),
      CH_WR_OUTSTANDING: ro(5), GCR_OUTSTANDING: ro(6), TLBI_OUTSTANDING: ro(7), UTCL2_RD_OUTSTANDING: ro(8),
      UTCL2_WR_OUTSTANDING: ro(9), REG_POLLING: ro(10), MEM_POLLING: ro(11), RESERVED_13_12: ro(13, 12),
      RESERVED_15_14: ro(15, 14), ACTIVE_QUEUE_ID: ro(19, 16), SRIOV_WATING_RLCV_CMD: ro(20),
      SRIOV_SDMA_EXECUTING_CMD: ro(21), UTCL2_RD_XNACK_FAULT: ro(22), UTCL2_RD_XNACK_NULL: ro(23),
      UTCL2_RD_XNACK_TIMEOUT: ro(24), UTCL2_WR_XNACK_FAULT: ro(25), UTCL2_WR_XNACK_NULL: ro(26),
      UTCL2_WR_XNACK_TIMEOUT: ro(27),
    } },
  SDMA0_STATUS5_REG: { at: 0x7a,
    fields: {
      QUEUE0_RB_ENABLE_STATUS: ro(0), QUEUE1_RB_ENABLE_STATUS: ro(1), QUEUE2_RB_ENABLE_STATUS: ro(2),
      QUEUE3_RB_ENABLE_STATUS: ro(3), QUEUE4_RB_ENABLE_STATUS: ro(4), QUEUE5_RB_ENABLE_STATUS: ro(5),
      QUEUE6_RB_ENABLE_STATUS: ro(6), QUEUE7_RB_ENABLE_STATUS: ro(7), ACTIVE_QUEUE_ID: ro(19, 16),
      QUEUE0_WPTR_POLL_PAGE_EXCEPTION: ro(20), QUEUE1_WPTR_POLL_PAGE_EXCEPTION: ro(21),
      QUEUE2_WPTR_POLL_PAGE_EXCEPTION: ro(22), QUEUE3_WPTR_POLL_PAGE_EXCEPTION: ro(23),
      QUEUE4_WPTR_POLL_PAGE_EXCEPTION: ro(24), QUEUE5_WPTR_POLL_PAGE_EXCEPTION: ro(25),
      QUEUE6_WPTR_POLL_PAGE_EXCEPTION: ro(26), QUEUE7_WPTR_POLL_PAGE_EXCEPTION: ro(27),
    } },
  SDMA0_STATUS6_REG: { at: 0x7c, fields: { ID: ro(1, 0), TH1F32_INSTR_PTR: ro(15, 2), TH1_EXCEPTION: ro(31, 16) } },
  SDMA0_QUEUE_STATUS0: { at: 0x2f, reset: 0x22222222,
    fields: {
      QUEUE0_STATUS: ro(3, 0), QUEUE1_STATUS: ro(7, 4), QUEUE2_STATUS: ro(11, 8), QUEUE3_STATUS: ro(15, 12),
      QUEUE4_STATUS: ro(19, 16), QUEUE5_STATUS: ro(23, 20), QUEUE6_STATUS: ro(27, 24), QUEUE7_STATUS: ro(31, 28),
    } },
  SDMA0_INT_STATUS: { at: 0x70, fields: { DATA: ro(31, 0) } },
  SDMA0_ERROR_LOG: { at: 0x50, reset: 0xf, fields: { OVERRIDE: ro(15, 0), STATUS: ro(31, 16) } },
  SDMA0_HOLE_ADDR_LO: { at: 0x72, fields: { VALUE: ro(31, 0) } },
  SDMA0_HOLE_ADDR_HI: { at: 0x73, fields: { VALUE: ro(31, 0) } },
  SDMA0_UCODE_CHECKSUM: { at: 0x29, fields: { DATA: ro(31, 0) } },
  SDMA0_UCODE1_CHECKSUM: { at: 0x7d, fields: { DATA: ro(31, 0) } },

  // Microcode, when a driver loads it itself
  SDMA0_UCODE_ADDR: { at: 0x5880, segment: 1, fields: { VALUE: rw(12, 0), THID: rw(15) } },
  SDMA0_UCODE_DATA: { at: 0x5881, segment: 1, fields: { VALUE: rw(31, 0) } },
  SDMA0_UCODE_SELFLOAD_CONTROL: { at: 0x5882, segment: 1, reset: 0x223 },
  SDMA0_BROADCAST_UCODE_ADDR: { at: 0x5886, segment: 1, fields: { VALUE: rw(12, 0), THID: rw(15) } },
  SDMA0_BROADCAST_UCODE_DATA: { at: 0x5887, segment: 1, fields: { VALUE: rw(31, 0) } },

  // Queues 0 to 7
  SDMA0_QUEUEn_RB_CNTL: { at: 0x80, count: 8, stride: 0x58, reset: 0x40800,
    doc: 'RB_SIZE is the logarithm of the size in dwords',
    fields: {
      RB_ENABLE: rw(0), RB_SIZE: rw(5, 1), WPTR_POLL_ENABLE: rw(8), RB_SWAP_ENABLE: rw(9),
      WPTR_POLL_SWAP_ENABLE: rw(10), F32_WPTR_POLL_ENABLE: rw(11), RPTR_WRITEBACK_ENABLE: rw(12),
      RPTR_WRITEBACK_SWAP_ENABLE: rw(13), RPTR_WRITEBACK_TIMER: rw(20, 16), RB_PRIV: rw(23), RB_VMID: rw(27, 24),
    } },
  SDMA0_QUEUEn_RB_BASE: { at: 0x81, count: 8, stride: 0x58,
    doc: 'ring address in units of 256 bytes',
    fields: { ADDR: rw(31, 0) } },
  SDMA0_QUEUEn_RB_BASE_HI: { at: 0x82, count: 8, stride: 0x58, fields: { ADDR: rw(23, 0) } },
  SDMA0_QUEUEn_RB_RPTR: { at: 0x83, count: 8, stride: 0x58, fields: { OFFSET: rw(31, 0) } },
  SDMA0_QUEUEn_RB_RPTR_HI: { at: 0x84, count: 8, stride: 0x58, fields: { OFFSET: rw(31, 0) } },
  SDMA0_QUEUEn_RB_WPTR: { at: 0x85, count: 8, stride: 0x58, fields: { OFFSET: rw(31, 0) } },
  SDMA0_QUEUEn_RB_WPTR_HI: { at: 0x86, count: 8, stride: 0x58, fields: { OFFSET: rw(31, 0) } },
  SDMA0_QUEUEn_RB_RPTR_ADDR_HI: { at: 0x88, count: 8, stride: 0x58,
    doc: 'where the read pointer is written for the driver to see',
    fields: { ADDR: rw(31, 0) } },
  SDMA0_QUEUEn_RB_RPTR_ADDR_LO: { at: 0x89, count: 8, stride: 0x58, fields: { ADDR: rw(31, 2) } },
  SDMA0_QUEUEn_IB_CNTL: { at: 0x8a, count: 8, stride: 0x58, reset: 0x100,
    fields: { IB_ENABLE: rw(0), IB_SWAP_ENABLE: rw(4), SWITCH_INSIDE_IB: rw(8), CMD_VMID: rw(19, 16) } },
  SDMA0_QUEUEn_IB_RPTR: { at: 0x8b, count: 8, stride: 0x58, fields: { OFFSET: rw(21, 2) } },
  SDMA0_QUEUEn_IB_OFFSET: { at: 0x8c, count: 8, stride: 0x58, fields: { OFFSET: rw(21, 2) } },
  SDMA0_QUEUEn_IB_BASE_LO: { at: 0x8d, count: 8, stride: 0x58, fields: { ADDR: rw(31, 5) } },
  SDMA0_QUEUEn_IB_BASE_HI: { at: 0x8e, count: 8, stride: 0x58, fields: { ADDR: rw(31, 0) } },
  SDMA0_QUEUEn_IB_SIZE: { at: 0x8f, count: 8, stride: 0x58, fields: { SIZE: rw(19, 0) } },
  SDMA0_QUEUEn_SKIP_CNTL: { at: 0x90, count: 8, stride: 0x58, fields: { SKIP_COUNT: rw(19, 0) } },
  SDMA0_QUEUEn_CONTEXT_STATUS: { at: 0x91, count: 8, stride: 0x58, reset: 0x804,
    fields: {
      SELECTED: ro(0), USE_IB: ro(1), IDLE: ro(2), EXPIRED: ro(3), EXCEPTION: ro(6, 4), CTXSW_ABLE: ro(7),
      PREEMPT_DISABLE: ro(10), RPTR_WB_IDLE: ro(11), WPTR_UPDATE_PENDING: ro(12),
      WPTR_UPDATE_FAIL_COUNT: ro(23, 16),
    } },
  SDMA0_QUEUEn_DOORBELL: { at: 0x92, count: 8, stride: 0x58, fields: { ENABLE: rw(28), CAPTURED: rw(30) } },
  SDMA0_QUEUEn_DOORBELL_LOG: { at: 0xa9, count: 8, stride: 0x58, fields: { BE_ERROR: rw(0), DATA: rw(31, 2) } },
  SDMA0_QUEUEn_DOORBELL_OFFSET: { at: 0xab, count: 8, stride: 0x58,
    doc: 'dwords from the start of the doorbell BAR',
    fields: { OFFSET: rw(27, 2) } },
  SDMA0_QUEUEn_CSA_ADDR_LO: { at: 0xac, count: 8, stride: 0x58, fields: { ADDR: rw(31, 2) } },
  SDMA0_QUEUEn_CSA_ADDR_HI: { at: 0xad, count: 8, stride: 0x58, fields: { ADDR: rw(31, 0) } },
  SDMA0_QUEUEn_SCHEDULE_CNTL: { at: 0xae, count: 8, stride: 0x58,
    fields: { GLOBAL_ID: rw(1, 0), PROCESS_ID: rw(4, 2), LOCAL_ID: rw(7, 6), CONTEXT_QUANTUM: rw(15, 8) } },
  SDMA0_QUEUEn_IB_SUB_REMAIN: { at: 0xaf, count: 8, stride: 0x58, fields: { SIZE: rw(13, 0) } },
  SDMA0_QUEUEn_PREEMPT: { at: 0xb0, count: 8, stride: 0x58, fields: { IB_PREEMPT: rw(0) } },
  SDMA0_QUEUEn_DUMMY_REG: { at: 0xb1, count: 8, stride: 0x58, reset: 0xf, fields: { DUMMY: rw(31, 0) } },
  SDMA0_QUEUEn_RB_WPTR_POLL_ADDR_HI: { at: 0xb2, count: 8, stride: 0x58,
    doc: 'where the driver leaves the write pointer',
    fields: { ADDR: rw(31, 0) } },
  SDMA0_QUEUEn_RB_WPTR_POLL_ADDR_LO: { at: 0xb3, count: 8, stride: 0x58, fields: { ADDR: rw(31, 2) } },
  SDMA0_QUEUEn_RB_AQL_CNTL: { at: 0xb4, count: 8, stride: 0x58, reset: 0x4000,
    fields: {
      AQL_ENABLE: rw(0), AQL_PACKET_SIZE: rw(7, 1), PACKET_STEP: rw(15, 8), MIDCMD_PREEMPT_ENABLE: rw(16),
      MIDCMD_PREEMPT_DATA_RESTORE: rw(17), OVERLAP_ENABLE: rw(18),
    } },
  SDMA0_QUEUEn_MINOR_PTR_UPDATE: { at: 0xb5, count: 8, stride: 0x58,
    doc: '1 while software changes both halves of the write pointer',
    fields: { ENABLE: rw(0) } },
  SDMA0_QUEUEn_RB_PREEMPT: { at: 0xb6, count: 8, stride: 0x58, fields: { PREEMPT_REQ: rw(0) } },
  SDMA0_QUEUEn_MIDCMD_CNTL: { at: 0xcb, count: 8, stride: 0x58,
    fields: { DATA_VALID: rw(0), COPY_MODE: rw(1), SPLIT_STATE: rw(7, 4), ALLOW_PREEMPT: rw(8) } },
});

type Second<Name> = Name extends `SDMA0_${infer Rest}` ? `SDMA1_${Rest}` : never;
type First = typeof SDMA0.registers;

/** The second engine: the same registers under `SDMA1_` names. */
export const SDMA1 = {
  ...SDMA0,
  name: 'SDMA1',
  registers: Object.fromEntries(
    Object.values<Register>(SDMA0.registers).map((first) => {
      const name = first.name.replace('SDMA0_', 'SDMA1_');
      return [name, { ...first, name, block: 'SDMA1', at: first.at + (first.segment === 0 ? 0x600 : 0x20) }];
    }),
  ) as { readonly [Name in keyof First as Second<Name>]: First[Name] },
};
