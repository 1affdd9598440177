/**
 * GC 11.0, the rest of the graphics core that a compute driver meets: scratch words, memory apertures of the
 * shaders, caches, dispatcher, harvest fuses, GDS and the thread trace.
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
export const GC = registerBlock('GC', about, {
  // Scratch words. One driver keeps in 7 and 6 whether it has booted the card and whether it is in use
  SCRATCH_REGn: { at: 0x2040, segment: 1, count: 8, fields: { SCRATCH_REGn: rw(31, 0) } },
  SCRATCH_REG_ATOMIC: { at: 0x2048, segment: 1, aliases: ['SCRATCH_REG_CMPSWAP_ATOMIC'],
    fields: {
      IMMED: rw(23, 0), ID: rw(26, 24), RESERVED27: reserved(27), OP: rw(30, 28), RESERVED31: reserved(31),
    } },

  // Shader memory, one copy a VMID
  SH_MEM_BASES: { at: 0x9e3, segment: 1, bank: 'vmid',
    doc: 'bits 63:48 of the private (scratch) and the shared (LDS) aperture',
    fields: { PRIVATE_BASE: rw(15, 0), SHARED_BASE: rw(31, 16) } },
  SH_MEM_CONFIG: { at: 0x9e4, segment: 1, bank: 'vmid', reset: 0xc000,
    fields: {
      ADDRESS_MODE: rw(0), ALIGNMENT_MODE: rw(3, 2), INITIAL_INST_PREFETCH: rw(15, 14), ICACHE_USE_GL1: rw(18),
    } },
  SQ_SHADER_TBA_LO: { at: 0x9e6, segment: 1, bank: 'vmid', doc: 'trap handler', fields: { ADDR_LO: rw(31, 0) } },
  SQ_SHADER_TBA_HI: { at: 0x9e7, segment: 1, bank: 'vmid', fields: { ADDR_HI: rw(7, 0), TRAP_EN: rw(31) } },
  SQ_SHADER_TMA_LO: { at: 0x9e8, segment: 1, bank: 'vmid', fields: { ADDR_LO: rw(31, 0) } },
  SQ_SHADER_TMA_HI: { at: 0x9e9, segment: 1, bank: 'vmid', fields: { ADDR_HI: rw(7, 0) } },
  SPI_GDBG_PER_VMID_CNTL: { at: 0x1f72, bank: 'vmid',
    fields: { STALL_VMID: rw(0), LAUNCH_MODE: rw(2, 1), TRAP_EN: rw(3), EXCP_EN: rw(12, 4), EXCP_REPLACE: rw(13) } },

  // Dispatcher
  SPI_CONFIG_CNTL: { at: 0x2440, segment: 1, reset: 0xc062c688,
    fields: {
      GPR_WRITE_PRIORITY: rw(20, 0), EXP_PRIORITY_ORDER: rw(23, 21), ENABLE_SQG_TOP_EVENTS: rw(24),
      ENABLE_SQG_BOP_EVENTS: rw(25), ALLOC_ARB_LRU_ENA: rw(28), EXP_ARB_LRU_ENA: rw(29),
      PS_PKR_PRIORITY_CNTL: rw(31, 30),
    } },
  SPI_CONFIG_CNTL_1: { at: 0x2441, segment: 1, reset: 0x80070000,
    fields: {
      VTX_DONE_DELAY: rw(3, 0), INTERP_ONE_PRIM_PER_ROW: rw(4), PC_LIMIT_ENABLE: rw(6, 5), PC_LIMIT_STRICT: rw(7),
      PS_GROUP_TIMEOUT_MODE: rw(8), OREO_EXPALLOC_STALL: rw(9), LBPW_CU_CHK_CNT: rw(13, 10),
      CSC_PWR_SAVE_DISABLE: rw(14), CSG_PWR_SAVE_DISABLE: rw(15), MAX_VTX_SYNC_CNT: rw(20, 16),
      EN_USER_ACCUM: rw(21), SA_SCREEN_MAP: rw(22), PS_GROUP_TIMEOUT: rw(31, 23),
    } },
  SPI_CONFIG_PS_CU_EN: { at: 0x11f2,
    fields: { PKR_OFFSET: rw(3, 0), PKR2_OFFSET: rw(7, 4), PKR3_OFFSET: rw(11, 8) } },
  SPI_COMPUTE_QUEUE_RESET: { at: 0x1f73, doc: 'resets the waves of the selected queue', fields: { RESET: rw(0) } },
  SPI_RESOURCE_RESERVE_CU_n: { at: 0x1c00, segment: 1, count: 16,
    fields: { VGPR: rw(3, 0), SGPR: rw(7, 4), LDS: rw(11, 8), WAVES: rw(14, 12), BARRIERS: rw(18, 15) } },
  SPI_RESOURCE_RESERVE_EN_CU_n: { at: 0x1c10, segment: 1, count: 16,
    fields: { EN: rw(0), TYPE_MASK: rw(15, 1), QUEUE_MASK: rw(23, 16) } },
  SPI_GDBG_WAVE_CNTL: { at: 0x1943, segment: 1, fields: { STALL_RA: rw(0), STALL_LAUNCH: rw(1) } },
  SPI_GDBG_TRAP_CONFIG: { at: 0x1944, segment: 1,
    fields: { PIPE0_EN: rw(7, 0), PIPE1_EN: rw(15, 8), PIPE2_EN: rw(23, 16), PIPE3_EN: rw(31, 24) } },
  SPI_CSQ_WF_ACTIVE_STATUS: { at: 0x127b, fields: { ACTIVE: ro(31, 0) } },
  SPI_CSQ_WF_ACTIVE_COUNT_n: { at: 0x127c, count: 4, fields: { COUNT: ro(10, 0), EVENTS: ro(26, 16) } },

  // Shader sequencer
  SQ_CONFIG: { at: 0x10a0, reset: 0x180000,
    fields: {
      ECO_SPARE: rw(7, 0), NEW_TRANS_ARB_SCHEME: rw(8), DISABLE_VMEM_EXEC_ZERO_SKIP: rw(9),
      ENABLE_HIPRIO_ON_EXP_RDY_GS: rw(18), PRIO_VAL_ON_EXP_RDY_GS: rw(20, 19), DISABLE_END_CLAUSE_TX: rw(27),
    } },
  SQC_CONFIG: { at: 0x10a1, reset: 0x28800,
    fields: {
      INST_CACHE_SIZE: rw(1, 0), DATA_CACHE_SIZE: rw(3, 2), MISS_FIFO_DEPTH: rw(5, 4), HIT_FIFO_DEPTH: rw(6),
      FORCE_ALWAYS_MISS: rw(7), FORCE_IN_ORDER: rw(8), PER_VMID_INV_DISABLE: rw(9), EVICT_LRU: rw(11, 10),
      FORCE_2_BANK: rw(12), FORCE_1_BANK: rw(13), LS_DISABLE_CLOCKS: rw(21, 14), CACHE_CTRL_GCR_FIX_DISABLE: rw(22),
      CACHE_CTRL_ALMOST_MAX_INFLIGHT_CONFIG: rw(25, 23), SPARE: rw(31, 26),
    } },
  SQ_INTERRUPT_AUTO_MASK: { at: 0x10be, reset: 0xffffff, fields: { MASK: rw(23, 0) } },
  SQ_INTERRUPT_MSG_CTRL: { at: 0x10bf, fields: { STALL: rw(0) } },
  SQ_DEBUG: { at: 0x9e5, segment: 1,
    fields: { SINGLE_MEMOP: rw(0), SINGLE_ALU_OP: rw(1), WAIT_DEP_CTR_ZERO: rw(2) } },
  SQ_IND_INDEX: { at: 0x1118, bank: 'shader',
    doc: 'which word of which wave SQ_IND_DATA shows',
    fields: { WAVE_ID: rw(4, 0), WORKITEM_ID: rw(10, 5), AUTO_INCR: rw(11), INDEX: rw(31, 16) } },
  SQ_IND_DATA: { at: 0x1119, bank: 'shader', fields: { DATA: rw(31, 0) } },
  SQ_CMD: { at: 0x111b,
    doc: 'halt, resume, single-step or kill waves',
    fields: {
      CMD: rw(3, 0), MODE: rw(6, 4), CHECK_VMID: rw(7), DATA: rw(11, 8), WAVE_ID: rw(20, 16), QUEUE_ID: rw(26, 24),
      VM_ID: rw(31, 28),
    } },
  SQ_WATCHn_ADDR_H: { at: 0x10d0, count: 4, stride: 3, fields: { ADDR: rw(15, 0) } },
  SQ_WATCHn_ADDR_L: { at: 0x10d1, count: 4, stride: 3, fields: { ADDR: rw(31, 6) } },
  SQ_WATCHn_CNTL: { at: 0x10d2, count: 4, stride: 3, fields: { MASK: rw(23, 0), VMID: rw(27, 24), VALID: rw(31) } },

  // Caches
  TCP_CNTL: { at: 0x19a2, segment: 1, rest: 'rw',
    doc: 'drivers set bit 29, which keeps reads and writes of one address in order',
    fields: {
      FORCE_HIT: rw(0), FORCE_MISS: rw(1), FLAT_BUF_CACHE_SWIZZLE: rw(5), TD_DATA_EN_OVERRIDE: rw(6),
      ENABLE_128B_DCC_COMP_READ_FOR_INDEP64: rw(7), DISABLE_WRITE_COMBINING: rw(9), FORCE_EOW_TOTAL_CNT: rw(20, 15),
      FORCE_EOW_SET_CNT: rw(26, 22), DISABLE_Z_MAP: rw(28), FORCE_ORDER_BETWEEN_READ_WRITE_TO_SAME_ADDRESS: rw(29),
      ASTC_VE_MSB_TOLERANT: rw(31),
    } },
  TCP_CNTL2: { at: 0x19a3, segment: 1, reset: 0x200a,
    fields: {
      LS_DISABLE_CLOCKS: rw(7, 0), TCP_FMT_MGCG_DISABLE: rw(8), TCPF_LATENCY_BYPASS_DISABLE: rw(9),
      TCP_WRITE_DATA_MGCG_DISABLE: rw(10), TCP_INNER_BLOCK_MGCG_DISABLE: rw(11),
      TCP_ADRS_IMG_CALC_MGCG_DISABLE: rw(12), V64_COMBINE_ENABLE: rw(13), TAGRAM_ADDR_SWIZZLE_DISABLE: rw(14),
      RETURN_ORDER_OVERRIDE: rw(15), POWER_OPT_DISABLE: rw(16), GCR_RSP_FGCG_DISABLE: rw(17),
      PERF_EN_OVERRIDE: rw(19, 18), TC_TD_RAM_CLKEN_DISABLE: rw(20), TC_TD_DATA_CLKEN_DISABLE: rw(21),
      TCP_GL1_REQ_CLKEN_DISABLE: rw(22), TCP_GL1R_SRC_CLKEN_DISABLE: rw(23), SPARE_BIT: rw(26),
      TAGRAM_XY_BIAS_OVERRIDE: rw(28, 27), TCP_REQ_MGCG_DISABLE: rw(29), TCP_MISS_MGCG_DISABLE: rw(30),
      DISABLE_MIPMAP_PARAM_CALC_SELF_GATING: rw(31),
    } },
  TCP_INVALIDATE: { at: 0x19a0, segment: 1, fields: { START: rw(0) } },
  TCP_STATUS: { at: 0x19a1, segment: 1,
    fields: {
      TCP_BUSY: ro(0), INPUT_BUSY: ro(1), ADRS_BUSY: ro(2), TAGRAMS_BUSY: ro(3), CNTRL_BUSY: ro(4),
      LFIFO_BUSY: ro(5), READ_BUSY: ro(6), FORMAT_BUSY: ro(7), VM_BUSY: ro(8), MEMIF_BUSY: ro(9), GCR_BUSY: ro(10),
      OFIFO_BUSY: ro(11), OFIFO_QUEUE_BUSY: ro(13, 12), XNACK_PRT: ro(15),
    } },
  TA_CNTL: { at: 0x12e1, reset: 0xc0040000,
    fields: { TA_SQ_XNACK_FGCG_DISABLE: rw(0), ALIGNER_CREDIT: rw(20, 16), TD_FIFO_CREDIT: rw(31, 22) } },
  TA_CNTL2: { at: 0x12e5,
    fields: { POINT_SAMPLE_ACCEL_DIS: rw(16), TRUNCATE_COORD_MODE: rw(18), ELIMINATE_UNLIT_QUAD_DIS: rw(19) } },
  TA_STATUS: { at: 0x12e8,
    fields: {
      FG_PFIFO_EMPTYB: ro(12), FG_LFIFO_EMPTYB: ro(13), FG_SFIFO_EMPTYB: ro(14), FL_PFIFO_EMPTYB: ro(16),
      FL_LFIFO_EMPTYB: ro(17), FL_SFIFO_EMPTYB: ro(18), FA_PFIFO_EMPTYB: ro(20), FA_LFIFO_EMPTYB: ro(21),
      FA_SFIFO_EMPTYB: ro(22), IN_BUSY: ro(24), FG_BUSY: ro(25), LA_BUSY: ro(26), FL_BUSY: ro(27), TA_BUSY: ro(28),
      FA_BUSY: ro(29), AL_BUSY: ro(30), BUSY: ro(31),
    } },
  TD_STATUS: { at: 0x12c6, fields: { BUSY: ro(31) } },
  GL2C_CTRL: { at: 0x2e00, segment: 1, reset: 0xf37fff7f,
    fields: {
      CACHE_SIZE: rw(1, 0), RATE: rw(3, 2), WRITEBACK_MARGIN: rw(7, 4), METADATA_LATENCY_FIFO_SIZE: rw(11, 8),
      SRC_FIFO_SIZE: rw(15, 12), LATENCY_FIFO_SIZE: rw(19, 16), METADATA_TO_HI_PRIORITY: rw(20),
      LINEAR_SET_HASH: rw(21), FORCE_HIT_QUEUE_POP: rw(23, 22), MDC_SIZE: rw(25, 24), METADATA_TO_HIT_QUEUE: rw(26),
      IGNORE_FULLY_WRITTEN: rw(27), MDC_SIDEBAND_FIFO_SIZE: rw(31, 28),
    } },
  GL2C_CTRL2: { at: 0x2e01, segment: 1, reset: 0x402002f,
    fields: {
      PROBE_FIFO_SIZE: rw(3, 0), ADDR_MATCH_DISABLE: rw(4), FILL_SIZE_32: rw(5), RB_TO_HI_PRIORITY: rw(6),
      HIT_UNDER_MISS_DISABLE: rw(7), RO_DISABLE: rw(8), FORCE_MDC_INV: rw(9), GCR_ARB_CTRL: rw(12, 10),
      GCR_ALL_SET: rw(13), FILL_SIZE_64: rw(17), USE_EA_EARLYWRRET_ON_WRITEBACK: rw(18),
      WRITEBACK_ALL_WAIT_FOR_ALL_EA_WRITE_COMPLETE: rw(19), METADATA_VOLATILE_EN: rw(20), RB_VOLATILE_EN: rw(21),
      PROBE_UNSHARED_EN: rw(22), MAX_MIN_CTRL: rw(24, 23), MDC_UC_TO_C_RO_EN: rw(26),
    } },
  GL2A_ADDR_MATCH_CTRL: { at: 0x2e20, segment: 1, fields: { DISABLE: rw(31, 0) } },
  UTCL1_CTRL_1: { at: 0x158c,
    fields: {
      UTCL1_CACHE_CORE_BYPASS: rw(0), UTCL1_TCP_BYPASS: rw(1), UTCL1_SQCI_BYPASS: rw(2), UTCL1_SQCD_BYPASS: rw(3),
      UTCL1_RMI_BYPASS: rw(4), UTCL1_SQG_BYPASS: rw(5), UTCL1_FORCE_RANGE_INV_TO_VMID: rw(6),
      UTCL1_FORCE_INV_ALL: rw(7), UTCL1_FORCE_INV_ALL_DONE: rw(8), UTCL1_PAGE_SIZE_1: rw(10, 9),
      UTCL1_PAGE_SIZE_2: rw(12, 11), UTCL1_PAGE_SIZE_3: rw(14, 13), UTCL1_PAGE_SIZE_4: rw(16, 15),
      RESERVED: reserved(31, 17),
    } },
  UTCL1_STATUS: { at: 0x1594,
    fields: {
      UTCL1_HIT_PATH_BUSY: ro(0), UTCL1_MH_BUSY: ro(1), UTCL1_INV_BUSY: ro(2), UTCL1_PENDING_UTCL2_REQ: ro(3),
      UTCL1_PENDING_UTCL2_RET: ro(4), UTCL1_LAST_UTCL2_RET_XNACK: ro(6, 5), UTCL1_RANGE_INV_IN_PROGRESS: ro(7),
      RESERVED: ro(8),
    } },
  GCR_GENERAL_CNTL: { at: 0x1990, segment: 1, reset: 0xf00400,
    fields: {
      FORCE_4K_L2_RESP: rw(0), REDUCE_HALF_MAIN_WQ: rw(1), REDUCE_HALF_PHY_WQ: rw(2), FORCE_INV_ALL: rw(3),
      HI_PRIORITY_CNTL: rw(5, 4), HI_PRIORITY_DISABLE: rw(6), BIG_PAGE_FILTER_DISABLE: rw(7),
      PERF_CNTR_ENABLE: rw(8), FORCE_SINGLE_WQ: rw(9), UTCL2_REQ_PERM: rw(12, 10), TARGET_MGCG_CLKEN_DIS: rw(13),
      MIXED_RANGE_MODE_DIS: rw(14), ENABLE_16K_UTCL2_REQ: rw(15), DISABLE_FGCG: rw(16), CLIENT_ID: rw(28, 20),
    } },

  // Shape and harvest: fused by the maker, narrowed by the user
  GB_ADDR_CONFIG: { at: 0x13de, reset: 0x545,
    fields: {
      NUM_PIPES: rw(2, 0), PIPE_INTERLEAVE_SIZE: rw(5, 3), MAX_COMPRESSED_FRAGS: rw(7, 6), NUM_PKRS: rw(10, 8),
      NUM_SHADER_ENGINES: rw(20, 19), NUM_RB_PER_SE: rw(27, 26),
    } },
  GB_ADDR_CONFIG_READ: { at: 0x13e2, reset: 0x545,
    fields: {
      NUM_PIPES: ro(2, 0), PIPE_INTERLEAVE_SIZE: ro(5, 3), MAX_COMPRESSED_FRAGS: ro(7, 6), NUM_PKRS: ro(10, 8),
      NUM_SHADER_ENGINES: ro(20, 19), NUM_RB_PER_SE: ro(27, 26),
    } },
  CC_GC_SHADER_ARRAY_CONFIG: { at: 0x100f, bank: 'shader', reset: 0xfff00000,
    doc: 'workgroup processors fused off',
    fields: { INACTIVE_WGPS: rw(31, 16) } },
  GC_USER_SHADER_ARRAY_CONFIG: { at: 0x5b90, segment: 1, bank: 'shader', fields: { INACTIVE_WGPS: rw(31, 16) } },
  CC_GC_SA_UNIT_DISABLE: { at: 0xfe9, reset: 0xf00000, fields: { SA_DISABLE: rw(23, 8) } },
  GC_USER_SA_UNIT_DISABLE: { at: 0x5b92, segment: 1, reset: 0xf00000, fields: { SA_DISABLE: rw(23, 8) } },
  CC_RB_BACKEND_DISABLE: { at: 0x13dd, bank: 'shader',
    fields: { RESERVED: reserved(3, 2), BACKEND_DISABLE: rw(31, 4) } },
  GC_USER_RB_BACKEND_DISABLE: { at: 0x5b94, segment: 1, bank: 'shader', fields: { BACKEND_DISABLE: rw(31, 4) } },
  CGTS_TCC_DISABLE: { at: 0x5006, segment: 1, fields: { HI_TCC_DISABLE: rw(15, 8), TCC_DISABLE: rw(31, 16) } },
  CGTS_USER_TCC_DISABLE: { at: 0x5b96, segment: 1, fields: { HI_TCC_DISABLE: rw(15, 8), TCC_DISABLE: rw(31, 16) } },

  // Global data share: one window a VMID
  GDS_VMIDn_BASE: { at: 0x20a0, count: 16, stride: 2, fields: { BASE: rw(15, 0), UNUSED: rw(31, 16) } },
  GDS_VMIDn_SIZE: { at: 0x20a1, count: 16, stride: 2, reset: 0x1000,
    fields: { SIZE: rw(16, 0), UNUSED: rw(31, 17) } },
  GDS_GWS_VMIDn: { at: 0x20c0, count: 16, reset: 0x400000,
    fields: { BASE: rw(5, 0), UNUSED1: rw(15, 6), SIZE: rw(22, 16), UNUSED2: rw(31, 23) } },
  GDS_OA_VMIDn: { at: 0x20d0, count: 16, fields: { MASK: rw(15, 0), UNUSED: rw(31, 16) } },

  // Thread trace; one copy a shader array
  SQ_THREAD_TRACE_USERDATA_n: { at: 0x2340, segment: 1, count: 8, bank: 'shader', fields: { DATA: rw(31, 0) } },
  SQ_THREAD_TRACE_BUFn_BASE: { at: 0x39e8, segment: 1, count: 2, stride: 2, bank: 'shader',
    fields: { BASE_LO: rw(31, 0) } },
  SQ_THREAD_TRACE_BUFn_SIZE: { at: 0x39e9, segment: 1, count: 2, stride: 2, bank: 'shader',
    fields: { BASE_HI: rw(3, 0), SIZE: rw(29, 8) } },
  SQ_THREAD_TRACE_CTRL: { at: 0x39ec, segment: 1, bank: 'shader', reset: 0x400000,
    fields: {
      MODE: rw(1, 0), ALL_VMID: rw(2), GL1_PERF_EN: rw(3), INTERRUPT_EN: rw(4), DOUBLE_BUFFER: rw(5),
      HIWATER: rw(8, 6), REG_AT_HWM: rw(10, 9), SPI_STALL_EN: rw(11), SQ_STALL_EN: rw(12), UTIL_TIMER: rw(13),
      WAVESTART_MODE: rw(15, 14), RT_FREQ: rw(17, 16), SYNC_COUNT_MARKERS: rw(18), SYNC_COUNT_DRAWS: rw(19),
      LOWATER_OFFSET: rw(22, 20), AUTO_FLUSH_PADDING_DIS: rw(28), AUTO_FLUSH_MODE: rw(29), DRAW_EVENT_EN: rw(31),
    } },
  SQ_THREAD_TRACE_MASK: { at: 0x39ed, segment: 1, bank: 'shader',
    fields: {
      SIMD_SEL: rw(1, 0), WGP_SEL: rw(7, 4), SA_SEL: rw(9), WTYPE_INCLUDE: rw(16, 10),
      EXCLUDE_NONDETAIL_SHADERDATA: rw(17),
    } },
  SQ_THREAD_TRACE_TOKEN_MASK: { at: 0x39ee, segment: 1, bank: 'shader',
    fields: {
      TOKEN_EXCLUDE: rw(10, 0), TTRACE_EXEC: rw(11), BOP_EVENTS_TOKEN_INCLUDE: rw(12), REG_INCLUDE: rw(23, 16),
      INST_EXCLUDE: rw(25, 24), REG_EXCLUDE: rw(28, 26), REG_DETAIL_ALL: rw(31),
    } },
  SQ_THREAD_TRACE_WPTR: { at: 0x39ef, segment: 1, bank: 'shader', fields: { OFFSET: rw(28, 0), BUFFER_ID: rw(31) } },
  SQ_THREAD_TRACE_STATUS: { at: 0x39f4, segment: 1, bank: 'shader',
    fields: {
      FINISH_PENDING: ro(11, 0), FINISH_DONE: ro(23, 12), WRITE_ERROR: ro(24), BUSY: ro(25), OWNER_VMID: ro(31, 28),
    } },
  SQ_THREAD_TRACE_STATUS2: { at: 0x39f5, segment: 1, bank: 'shader',
    fields: {
      BUF0_FULL: ro(0), BUF1_FULL: ro(1), PACKET_LOST_BUF_NO_LOCKDOWN: ro(4), BUF_ISSUE_STATUS: ro(12, 8),
      BUF_ISSUE: ro(13), WRITE_BUF_FULL: ro(14),
    } },
  SQ_THREAD_TRACE_GFX_DRAW_CNTR: { at: 0x39f6, segment: 1, bank: 'shader', fields: { CNTR: rw(31, 0) } },
  SQ_THREAD_TRACE_GFX_MARKER_CNTR: { at: 0x39f7, segment: 1, bank: 'shader', fields: { CNTR: rw(31, 0) } },
  SQ_THREAD_TRACE_HP3D_DRAW_CNTR: { at: 0x39f8, segment: 1, bank: 'shader', fields: { CNTR: rw(31, 0) } },
  SQ_THREAD_TRACE_HP3D_MARKER_CNTR: { at: 0x39f9, segment: 1, bank: 'shader', fields: { CNTR: rw(31, 0) } },
  SQ_THREAD_TRACE_DROPPED_CNTR: { at: 0x39fa, segment: 1, bank: 'shader', fields: { CNTR: rw(31, 0) } },

  // Performance counters of the shader sequencer
  SQ_PERFCOUNTERn_SELECT: { at: 0x39c0, segment: 1, count: 16, reset: 0x1ff,
    fields: { PERF_SEL: rw(8, 0), SPM_MODE: rw(23, 20), PERF_MODE: rw(31, 28) } },
  SQ_PERFCOUNTERn_LO: { at: 0x31c0, segment: 1, count: 8, stride: 2, fields: { PERFCOUNTER_LO: ro(31, 0) } },
  SQ_PERFCOUNTER_CTRL: { at: 0x39e0, segment: 1,
    fields: {
      PS_EN: rw(0), GS_EN: rw(2), HS_EN: rw(4), CS_EN: rw(6), DISABLE_ME0PIPE0_PERF: rw(14),
      DISABLE_ME0PIPE1_PERF: rw(15), DISABLE_ME1PIPE0_PERF: rw(16), DISABLE_ME1PIPE1_PERF: rw(17),
      DISABLE_ME1PIPE2_PERF: rw(18), DISABLE_ME1PIPE3_PERF: rw(19),
    } },
  SQ_PERFCOUNTER_CTRL2: { at: 0x39e2, segment: 1, reset: 0x1fffe, fields: { FORCE_EN: rw(0), VMID_EN: rw(16, 1) } },
  SQG_PERFCOUNTER_CTRL: { at: 0x39d8, segment: 1,
    fields: {
      PS_EN: rw(0), GS_EN: rw(2), HS_EN: rw(4), CS_EN: rw(6), DISABLE_ME0PIPE0_PERF: rw(14),
      DISABLE_ME0PIPE1_PERF: rw(15), DISABLE_ME1PIPE0_PERF: rw(16), DISABLE_ME1PIPE1_PERF: rw(17),
      DISABLE_ME1PIPE2_PERF: rw(18), DISABLE_ME1PIPE3_PERF: rw(19),
    } },
  SQG_PERFCOUNTER_CTRL2: { at: 0x39da, segment: 1, reset: 0x1fffe, fields: { FORCE_EN: rw(0), VMID_EN: rw(16, 1) } },
  SQG_PERFCOUNTERn_SELECT: { at: 0x39d0, segment: 1, count: 8, reset: 0x1ff,
    fields: { PERF_SEL: rw(8, 0), SPM_MODE: rw(23, 20), PERF_MODE: rw(31, 28) } },
  SQG_PERFCOUNTERn_LO: { at: 0x31e4, segment: 1, count: 8, stride: 2, fields: { PERFCOUNTER_LO: ro(31, 0) } },
  SQG_PERFCOUNTERn_HI: { at: 0x31e5, segment: 1, count: 8, stride: 2, fields: { PERFCOUNTER_HI: ro(31, 0) } },
});
