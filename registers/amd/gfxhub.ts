/**
 * GFXHUB: translates for the graphics core: shaders, command processors and SDMA. The registers belong to GC 11.0
 * and mirror MMHUB's.
 *
 * Unlike MMHUB's, its invalidation engines are used without taking the semaphore by every known driver.
 *
 * Source: register lists of public drivers (Linux amdgpu gc 11.0.0, tinygrad); power-on values from the public gc
 * 11.0.0 defaults.
 *
 * Fidelity: from-public-source. Names, offsets and fields are witnessed by the lists under `fixtures/`.
 */

import { registerBlock, ro, rw } from '../language.ts';

const about = {
  source: 'register lists of public drivers (Linux amdgpu gc 11.0.0, tinygrad); power-on values from the public gc 11.0.0 defaults',
  fidelity: 'from-public-source',
} as const;

// oxfmt-ignore: a table, one register after the other
export const GFXHUB = registerBlock('GFXHUB', about, {
  // The L2 translation cache
  GCVM_L2_CNTL: { at: 0x15bc, reset: 0x80602,
    fields: {
      ENABLE_L2_CACHE: rw(0), ENABLE_L2_FRAGMENT_PROCESSING: rw(1), L2_CACHE_PTE_ENDIAN_SWAP_MODE: rw(3, 2),
      L2_CACHE_PDE_ENDIAN_SWAP_MODE: rw(5, 4), L2_PDE0_CACHE_TAG_GENERATION_MODE: rw(8),
      ENABLE_L2_PTE_CACHE_LRU_UPDATE_BY_WRITE: rw(9), ENABLE_L2_PDE0_CACHE_LRU_UPDATE_BY_WRITE: rw(10),
      ENABLE_DEFAULT_PAGE_OUT_TO_SYSTEM_MEMORY: rw(11), L2_PDE0_CACHE_SPLIT_MODE: rw(14, 12),
      EFFECTIVE_L2_QUEUE_SIZE: rw(17, 15), PDE_FAULT_CLASSIFICATION: rw(18),
      CONTEXT1_IDENTITY_ACCESS_MODE: rw(20, 19), IDENTITY_MODE_FRAGMENT_SIZE: rw(25, 21),
      L2_PTE_CACHE_ADDR_MODE: rw(27, 26),
    } },
  GCVM_L2_CNTL2: { at: 0x15bd,
    doc: 'both low bits start an invalidation and clear themselves',
    fields: {
      INVALIDATE_ALL_L1_TLBS: rw(0), INVALIDATE_L2_CACHE: rw(1), DISABLE_INVALIDATE_PER_DOMAIN: rw(21),
      DISABLE_BIGK_CACHE_OPTIMIZATION: rw(22), L2_PTE_CACHE_VMID_MODE: rw(25, 23),
      INVALIDATE_CACHE_MODE: rw(27, 26), PDE_CACHE_EFFECTIVE_SIZE: rw(30, 28),
    } },
  GCVM_L2_CNTL3: { at: 0x15be, reset: 0x80120007,
    fields: {
      BANK_SELECT: rw(5, 0), L2_CACHE_UPDATE_MODE: rw(7, 6), L2_CACHE_UPDATE_WILDCARD_REFERENCE_VALUE: rw(12, 8),
      L2_CACHE_BIGK_FRAGMENT_SIZE: rw(19, 15), L2_CACHE_BIGK_ASSOCIATIVITY: rw(20),
      L2_CACHE_4K_EFFECTIVE_SIZE: rw(23, 21), L2_CACHE_BIGK_EFFECTIVE_SIZE: rw(27, 24),
      L2_CACHE_4K_FORCE_MISS: rw(28), L2_CACHE_BIGK_FORCE_MISS: rw(29), PDE_CACHE_FORCE_MISS: rw(30),
      L2_CACHE_4K_ASSOCIATIVITY: rw(31),
    } },
  GCVM_L2_STATUS: { at: 0x15bf,
    fields: {
      L2_BUSY: ro(0), CONTEXT_DOMAIN_BUSY: ro(16, 1), FOUND_4K_PTE_CACHE_PARITY_ERRORS: ro(17),
      FOUND_BIGK_PTE_CACHE_PARITY_ERRORS: ro(18), FOUND_PDE0_CACHE_PARITY_ERRORS: ro(19),
      FOUND_PDE1_CACHE_PARITY_ERRORS: ro(20), FOUND_PDE2_CACHE_PARITY_ERRORS: ro(21),
    } },
  GCVM_L2_CNTL4: { at: 0x15d4, reset: 0xc1,
    fields: {
      L2_CACHE_4K_PARTITION_COUNT: rw(5, 0), VMC_TAP_PDE_REQUEST_PHYSICAL: rw(6),
      VMC_TAP_PTE_REQUEST_PHYSICAL: rw(7), MM_NONRT_IFIFO_ACTIVE_TRANSACTION_LIMIT: rw(17, 8),
      MM_SOFTRT_IFIFO_ACTIVE_TRANSACTION_LIMIT: rw(27, 18), BPM_CGCGLS_OVERRIDE: rw(28), GC_CH_FGCG_OFF: rw(29),
      VFIFO_HEAD_OF_QUEUE: rw(30), VFIFO_VISIBLE_BANK_SILOS: rw(31),
    } },
  GCVM_L2_CNTL5: { at: 0x15da, reset: 0x3fe0,
    fields: {
      L2_CACHE_SMALLK_FRAGMENT_SIZE: rw(4, 0), WALKER_PRIORITY_CLIENT_ID: rw(13, 5),
      WALKER_FETCH_PDE_NOALLOC_ENABLE: rw(14), WALKER_FETCH_PDE_MTYPE_ENABLE: rw(15),
      UTCL2_ATC_REQ_FGCG_OFF: rw(16),
    } },
  GCVM_L2_BANK_SELECT_RESERVED_CID: { at: 0x15d6,
    fields: {
      RESERVED_READ_CLIENT_ID: rw(8, 0), RESERVED_WRITE_CLIENT_ID: rw(18, 10), ENABLE: rw(20),
      RESERVED_CACHE_INVALIDATION_MODE: rw(24), RESERVED_CACHE_PRIVATE_INVALIDATION: rw(25),
      RESERVED_CACHE_FRAGMENT_SIZE: rw(30, 26),
    } },
  GCVM_L2_BANK_SELECT_RESERVED_CID2: { at: 0x15d7,
    fields: {
      RESERVED_READ_CLIENT_ID: rw(8, 0), RESERVED_WRITE_CLIENT_ID: rw(18, 10), ENABLE: rw(20),
      RESERVED_CACHE_INVALIDATION_MODE: rw(24), RESERVED_CACHE_PRIVATE_INVALIDATION: rw(25),
      RESERVED_CACHE_FRAGMENT_SIZE: rw(30, 26),
    } },
  GCVM_L2_ICG_CTRL: { at: 0x15d9,
    fields: {
      OFF_HYSTERESIS: rw(3, 0), DYNAMIC_CLOCK_OVERRIDE: rw(4), STATIC_CLOCK_OVERRIDE: rw(5),
      AON_CLOCK_OVERRIDE: rw(6), PERFMON_CLOCK_OVERRIDE: rw(7),
    } },
  GCVM_DUMMY_PAGE_FAULT_CNTL: { at: 0x15c0, reset: 0x90,
    fields: {
      DUMMY_PAGE_FAULT_ENABLE: rw(0), DUMMY_PAGE_ADDRESS_LOGICAL: rw(1), DUMMY_PAGE_COMPARE_MSBS: rw(7, 2),
    } },
  GCVM_DUMMY_PAGE_FAULT_ADDR_LO32: { at: 0x15c1, fields: { DUMMY_PAGE_ADDR_LO32: rw(31, 0) } },
  GCVM_DUMMY_PAGE_FAULT_ADDR_HI32: { at: 0x15c2, fields: { DUMMY_PAGE_ADDR_HI4: rw(3, 0) } },
  GCVM_INVALIDATE_CNTL: { at: 0x15c3, reset: 0x10f,
    fields: { PRI_REG_ALTERNATING: rw(7, 0), MAX_REG_OUTSTANDING: rw(15, 8) } },

  // Protection faults: the first one stays until it is cleared
  GCVM_L2_PROTECTION_FAULT_CNTL: { at: 0x15c4, reset: 0x3ffffffc,
    doc: 'clear, allow updates, fall back by kind of fault, clients that interrupt, crash',
    fields: {
      CLEAR_PROTECTION_FAULT_STATUS_ADDR: rw(0), ALLOW_SUBSEQUENT_PROTECTION_FAULT_STATUS_ADDR_UPDATES: rw(1),
      RANGE_PROTECTION_FAULT_ENABLE_DEFAULT: rw(2), PDE0_PROTECTION_FAULT_ENABLE_DEFAULT: rw(3),
      PDE1_PROTECTION_FAULT_ENABLE_DEFAULT: rw(4), PDE2_PROTECTION_FAULT_ENABLE_DEFAULT: rw(5),
      TRANSLATE_FURTHER_PROTECTION_FAULT_ENABLE_DEFAULT: rw(6), NACK_PROTECTION_FAULT_ENABLE_DEFAULT: rw(7),
      DUMMY_PAGE_PROTECTION_FAULT_ENABLE_DEFAULT: rw(8), VALID_PROTECTION_FAULT_ENABLE_DEFAULT: rw(9),
      READ_PROTECTION_FAULT_ENABLE_DEFAULT: rw(10), WRITE_PROTECTION_FAULT_ENABLE_DEFAULT: rw(11),
      EXECUTE_PROTECTION_FAULT_ENABLE_DEFAULT: rw(12), CLIENT_ID_NO_RETRY_FAULT_INTERRUPT: rw(28, 13),
      OTHER_CLIENT_ID_NO_RETRY_FAULT_INTERRUPT: rw(29), CRASH_ON_NO_RETRY_FAULT: rw(30),
      CRASH_ON_RETRY_FAULT: rw(31),
    } },
  GCVM_L2_PROTECTION_FAULT_CNTL2: { at: 0x15c5, reset: 0xa0000,
    fields: {
      CLIENT_ID_PRT_FAULT_INTERRUPT: rw(15, 0), OTHER_CLIENT_ID_PRT_FAULT_INTERRUPT: rw(16),
      ACTIVE_PAGE_MIGRATION_PTE: rw(17), ACTIVE_PAGE_MIGRATION_PTE_READ_RETRY: rw(18),
      ENABLE_RETRY_FAULT_INTERRUPT: rw(19),
    } },
  GCVM_L2_PROTECTION_FAULT_MM_CNTL3: { at: 0x15c6, reset: 0xffffffff,
    fields: { VML1_READ_CLIENT_ID_NO_RETRY_FAULT_INTERRUPT: rw(31, 0) } },
  GCVM_L2_PROTECTION_FAULT_MM_CNTL4: { at: 0x15c7, reset: 0xffffffff,
    fields: { VML1_WRITE_CLIENT_ID_NO_RETRY_FAULT_INTERRUPT: rw(31, 0) } },
  GCVM_L2_PROTECTION_FAULT_STATUS: { at: 0x15c8,
    doc: 'who faulted, why and in which VMID; the first read after a fault may be stale',
    fields: {
      MORE_FAULTS: ro(0), WALKER_ERROR: ro(3, 1), PERMISSION_FAULTS: ro(7, 4), MAPPING_ERROR: ro(8), CID: ro(17, 9),
      RW: ro(18), ATOMIC: ro(19), VMID: ro(23, 20), VF: ro(24), VFID: ro(28, 25), PRT: ro(29),
    } },
  GCVM_L2_PROTECTION_FAULT_ADDR_LO32: { at: 0x15c9,
    doc: 'page that faulted',
    fields: { LOGICAL_PAGE_ADDR_LO32: ro(31, 0) } },
  GCVM_L2_PROTECTION_FAULT_ADDR_HI32: { at: 0x15ca, fields: { LOGICAL_PAGE_ADDR_HI4: ro(3, 0) } },
  GCVM_L2_PROTECTION_FAULT_DEFAULT_ADDR_LO32: { at: 0x15cb,
    doc: 'page given instead where a default is enabled',
    fields: { PHYSICAL_PAGE_ADDR_LO32: rw(31, 0) } },
  GCVM_L2_PROTECTION_FAULT_DEFAULT_ADDR_HI32: { at: 0x15cc, fields: { PHYSICAL_PAGE_ADDR_HI4: rw(3, 0) } },

  // Identity-mapped window of context 1: off while low lies above high
  GCVM_L2_CONTEXT1_IDENTITY_APERTURE_LOW_ADDR_LO32: { at: 0x15ce, fields: { LOGICAL_PAGE_NUMBER_LO32: rw(31, 0) } },
  GCVM_L2_CONTEXT1_IDENTITY_APERTURE_LOW_ADDR_HI32: { at: 0x15cf, fields: { LOGICAL_PAGE_NUMBER_HI4: rw(3, 0) } },
  GCVM_L2_CONTEXT1_IDENTITY_APERTURE_HIGH_ADDR_LO32: { at: 0x15d0, fields: { LOGICAL_PAGE_NUMBER_LO32: rw(31, 0) } },
  GCVM_L2_CONTEXT1_IDENTITY_APERTURE_HIGH_ADDR_HI32: { at: 0x15d1, fields: { LOGICAL_PAGE_NUMBER_HI4: rw(3, 0) } },
  GCVM_L2_CONTEXT_IDENTITY_PHYSICAL_OFFSET_LO32: { at: 0x15d2, fields: { PHYSICAL_PAGE_OFFSET_LO32: rw(31, 0) } },
  GCVM_L2_CONTEXT_IDENTITY_PHYSICAL_OFFSET_HI32: { at: 0x15d3, fields: { PHYSICAL_PAGE_OFFSET_HI4: rw(3, 0) } },

  // One context a VMID: range, depth and root table
  GCVM_CONTEXTn_CNTL: { at: 0x1688, count: 16, reset: 0x1fffe00, rest: 'rw',
    doc: 'depth is the number of directory levels above the table; bits 24:23 are set by drivers and named by nobody',
    fields: {
      ENABLE_CONTEXT: rw(0), PAGE_TABLE_DEPTH: rw(2, 1), PAGE_TABLE_BLOCK_SIZE: rw(6, 3),
      RETRY_PERMISSION_OR_INVALID_PAGE_FAULT: rw(7), RETRY_OTHER_FAULT: rw(8),
      RANGE_PROTECTION_FAULT_ENABLE_INTERRUPT: rw(9), RANGE_PROTECTION_FAULT_ENABLE_DEFAULT: rw(10),
      DUMMY_PAGE_PROTECTION_FAULT_ENABLE_INTERRUPT: rw(11), DUMMY_PAGE_PROTECTION_FAULT_ENABLE_DEFAULT: rw(12),
      PDE0_PROTECTION_FAULT_ENABLE_INTERRUPT: rw(13), PDE0_PROTECTION_FAULT_ENABLE_DEFAULT: rw(14),
      VALID_PROTECTION_FAULT_ENABLE_INTERRUPT: rw(15), VALID_PROTECTION_FAULT_ENABLE_DEFAULT: rw(16),
      READ_PROTECTION_FAULT_ENABLE_INTERRUPT: rw(17), READ_PROTECTION_FAULT_ENABLE_DEFAULT: rw(18),
      WRITE_PROTECTION_FAULT_ENABLE_INTERRUPT: rw(19), WRITE_PROTECTION_FAULT_ENABLE_DEFAULT: rw(20),
      EXECUTE_PROTECTION_FAULT_ENABLE_INTERRUPT: rw(21), EXECUTE_PROTECTION_FAULT_ENABLE_DEFAULT: rw(22),
    } },
  GCVM_CONTEXTS_DISABLE: { at: 0x1698,
    fields: {
      DISABLE_CONTEXT_0: rw(0), DISABLE_CONTEXT_1: rw(1), DISABLE_CONTEXT_2: rw(2), DISABLE_CONTEXT_3: rw(3),
      DISABLE_CONTEXT_4: rw(4), DISABLE_CONTEXT_5: rw(5), DISABLE_CONTEXT_6: rw(6), DISABLE_CONTEXT_7: rw(7),
      DISABLE_CONTEXT_8: rw(8), DISABLE_CONTEXT_9: rw(9), DISABLE_CONTEXT_10: rw(10), DISABLE_CONTEXT_11: rw(11),
      DISABLE_CONTEXT_12: rw(12), DISABLE_CONTEXT_13: rw(13), DISABLE_CONTEXT_14: rw(14),
      DISABLE_CONTEXT_15: rw(15),
    } },
  GCVM_CONTEXTn_PAGE_TABLE_BASE_ADDR_LO32: { at: 0x16f3, count: 16, stride: 2,
    doc: "VRAM offset of the root, with a directory entry's flag bits",
    fields: { PAGE_DIRECTORY_ENTRY_LO32: rw(31, 0) } },
  GCVM_CONTEXTn_PAGE_TABLE_BASE_ADDR_HI32: { at: 0x16f4, count: 16, stride: 2,
    fields: { PAGE_DIRECTORY_ENTRY_HI32: rw(31, 0) } },
  GCVM_CONTEXTn_PAGE_TABLE_START_ADDR_LO32: { at: 0x1713, count: 16, stride: 2,
    doc: 'first page of the range; walks index by address minus this',
    fields: { LOGICAL_PAGE_NUMBER_LO32: rw(31, 0) } },
  GCVM_CONTEXTn_PAGE_TABLE_START_ADDR_HI32: { at: 0x1714, count: 16, stride: 2,
    fields: { LOGICAL_PAGE_NUMBER_HI4: rw(3, 0) } },
  GCVM_CONTEXTn_PAGE_TABLE_END_ADDR_LO32: { at: 0x1733, count: 16, stride: 2,
    doc: 'last page of the range',
    fields: { LOGICAL_PAGE_NUMBER_LO32: rw(31, 0) } },
  GCVM_CONTEXTn_PAGE_TABLE_END_ADDR_HI32: { at: 0x1734, count: 16, stride: 2,
    fields: { LOGICAL_PAGE_NUMBER_HI4: rw(3, 0) } },

  // Invalidation engines
  GCVM_INVALIDATE_ENGn_SEM: { at: 0x1699, count: 18,
    doc: 'a read that gives 1 takes it; a store of 0 gives it back',
    fields: { SEMAPHORE: rw(0) } },
  GCVM_INVALIDATE_ENGn_REQ: { at: 0x16ab, count: 18, reset: 0x2f80000,
    fields: {
      PER_VMID_INVALIDATE_REQ: rw(15, 0), FLUSH_TYPE: rw(18, 16), INVALIDATE_L2_PTES: rw(19),
      INVALIDATE_L2_PDE0: rw(20), INVALIDATE_L2_PDE1: rw(21), INVALIDATE_L2_PDE2: rw(22),
      INVALIDATE_L1_PTES: rw(23), CLEAR_PROTECTION_FAULT_STATUS_ADDR: rw(24), LOG_REQUEST: rw(25),
      INVALIDATE_4K_PAGES_ONLY: rw(26),
    } },
  GCVM_INVALIDATE_ENGn_ACK: { at: 0x16bd, count: 18,
    doc: 'one bit a VMID, and bit 16 for the semaphore',
    fields: { PER_VMID_INVALIDATE_ACK: ro(15, 0), SEMAPHORE: ro(16) } },
  GCVM_INVALIDATE_ENGn_ADDR_RANGE_LO32: { at: 0x16cf, count: 18, stride: 2,
    doc: 'bit 0 and a page number: which addresses the engine may be asked about',
    fields: { S_BIT: rw(0), LOGI_PAGE_ADDR_RANGE_LO31: rw(31, 1) } },
  GCVM_INVALIDATE_ENGn_ADDR_RANGE_HI32: { at: 0x16d0, count: 18, stride: 2,
    fields: { LOGI_PAGE_ADDR_RANGE_HI5: rw(4, 0) } },

  // Where VRAM, AGP and the system aperture lie in the memory controller's address space
  GCMC_VM_FB_LOCATION_BASE: { at: 0x1678,
    doc: "address bits 47:24 of VRAM's first byte; firmware sets it",
    fields: { FB_BASE: ro(23, 0) } },
  GCMC_VM_FB_LOCATION_TOP: { at: 0x1679, doc: 'bits 47:24 of the last', fields: { FB_TOP: ro(23, 0) } },
  GCMC_VM_FB_OFFSET: { at: 0x15a7, fields: { FB_OFFSET: ro(23, 0) } },
  GCMC_VM_AGP_TOP: { at: 0x167a, fields: { AGP_TOP: rw(23, 0) } },
  GCMC_VM_AGP_BOT: { at: 0x167b, fields: { AGP_BOT: rw(23, 0) } },
  GCMC_VM_AGP_BASE: { at: 0x167c, fields: { AGP_BASE: rw(23, 0) } },
  GCMC_VM_SYSTEM_APERTURE_LOW_ADDR: { at: 0x167d,
    doc: 'address bits 47:18; inside the aperture no page table is walked',
    fields: { LOGICAL_ADDR: rw(29, 0) } },
  GCMC_VM_SYSTEM_APERTURE_HIGH_ADDR: { at: 0x167e, fields: { LOGICAL_ADDR: rw(29, 0) } },
  GCMC_VM_SYSTEM_APERTURE_DEFAULT_ADDR_LSB: { at: 0x15a8, fields: { PHYSICAL_PAGE_NUMBER_LSB: rw(31, 0) } },
  GCMC_VM_SYSTEM_APERTURE_DEFAULT_ADDR_MSB: { at: 0x15a9, fields: { PHYSICAL_PAGE_NUMBER_MSB: rw(3, 0) } },
  GCMC_VM_MX_L1_TLB_CNTL: { at: 0x167f, reset: 0x501,
    fields: {
      ENABLE_L1_TLB: rw(0), SYSTEM_ACCESS_MODE: rw(4, 3), SYSTEM_APERTURE_UNMAPPED_ACCESS: rw(5),
      ENABLE_ADVANCED_DRIVER_MODEL: rw(6), ECO_BITS: rw(10, 7), MTYPE: rw(13, 11),
    } },
  GCMC_VM_STEERING: { at: 0x15aa, reset: 0x1, fields: { DEFAULT_STEERING: rw(1, 0) } },
  GCUTCL2_HARVEST_BYPASS_GROUPS: { at: 0x15b9, fields: { BYPASS_GROUPS: rw(31, 0) } },
});
