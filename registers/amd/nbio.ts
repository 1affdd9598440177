/**
 * NBIO 4.3: the card's own PCIe end. Windows to registers and memory that BAR5 does not reach, doorbell routing,
 * straps, and the registers through which anybody asks HDP to flush.
 *
 * Registers of segment 3 upward lie beyond a 1 MiB BAR5 and are reached through RSMU_INDEX and RSMU_DATA.
 *
 * Source: register lists of public drivers (Linux amdgpu nbio 4.3.0, tinygrad).
 *
 * Fidelity: from-public-source. Names, offsets and fields are witnessed by the lists under `fixtures/`.
 */

import { registerBlock, ro, rw, wo } from '../language.ts';

const about = {
  source: 'register lists of public drivers (Linux amdgpu nbio 4.3.0, tinygrad)',
  fidelity: 'from-public-source',
} as const;

// oxfmt-ignore: a table, one register after the other
export const NBIO = registerBlock('NBIO', about, {
  // The window to VRAM: one dword an access, for cards whose BAR0 is smaller than their memory
  BIF_BX_PF0_MM_INDEX: { at: 0x0,
    doc: 'bit 31 chooses the frame buffer; 30:0 are a byte offset',
    fields: { MM_OFFSET: rw(30, 0), MM_APER: rw(31) } },
  BIF_BX_PF0_MM_DATA: { at: 0x1, doc: 'the dword that MM_INDEX points at', fields: { MM_DATA: rw(31, 0) } },
  BIF_BX_PF0_MM_INDEX_HI: { at: 0x6, doc: 'byte offset bits 45:31', fields: { MM_OFFSET_HI: rw(31, 0) } },

  // The windows to registers: byte address in, dword in or out
  BIF_BX0_PCIE_INDEX: { at: 0xc, fields: { PCIE_INDEX: rw(31, 0) } },
  BIF_BX0_PCIE_DATA: { at: 0xd, fields: { PCIE_DATA: rw(31, 0) } },
  BIF_BX0_PCIE_INDEX2: { at: 0xe, doc: 'for parts made of several dies', fields: { PCIE_INDEX2: rw(31, 0) } },
  BIF_BX0_PCIE_DATA2: { at: 0xf, fields: { PCIE_DATA2: rw(31, 0) } },
  BIF_BX0_PCIE_INDEX2_HI: { at: 0x11, fields: { PCIE_INDEX2_HI: rw(7, 0) } },
  BIF_BX_PF0_RSMU_INDEX: { at: 0x0, segment: 1, doc: 'byte address of a register that BAR5 is too small for' },
  BIF_BX_PF0_RSMU_DATA: { at: 0x1, segment: 1, doc: 'the register that RSMU_INDEX points at' },
  BIF_BX_PF0_RSMU_INDEX_HI: { at: 0x2, segment: 1, doc: 'address bits 39:32' },

  // What the card is
  RCC_DEV0_EPF0_RCC_CONFIG_MEMSIZE: { at: 0xc3, segment: 2,
    doc: 'VRAM in MiB; readable before anything else is up',
    fields: { CONFIG_MEMSIZE: ro(31, 0) } },
  RCC_DEV0_EPF0_RCC_CONFIG_RESERVED: { at: 0xc4, segment: 2, fields: { CONFIG_RESERVED: rw(31, 0) } },
  RCC_DEV0_EPF0_RCC_IOV_FUNC_IDENTIFIER: { at: 0xc5, segment: 2,
    doc: 'bit 31: virtualisation is on; bit 0: this is a virtual function',
    fields: { FUNC_IDENTIFIER: ro(0), IOV_ENABLE: ro(31) } },
  RCC_DEV0_EPF0_RCC_ERR_LOG: { at: 0x85, segment: 2,
    fields: { INVALID_REG_ACCESS_IN_SRIOV_STATUS: rw(0), DOORBELL_READ_ACCESS_STATUS: rw(1) } },
  RCC_STRAP0_RCC_DEV0_EPF0_STRAP0: { at: 0x16, segment: 2,
    doc: 'device id and revision as fused',
    fields: {
      STRAP_DEVICE_ID_DEV0_F0: ro(15, 0), STRAP_MAJOR_REV_ID_DEV0_F0: ro(19, 16),
      STRAP_MINOR_REV_ID_DEV0_F0: ro(23, 20), STRAP_ATI_REV_ID_DEV0_F0: ro(27, 24), STRAP_FUNC_EN_DEV0_F0: ro(28),
      STRAP_LEGACY_DEVICE_TYPE_EN_DEV0_F0: ro(29), STRAP_D1_SUPPORT_DEV0_F0: ro(30),
      STRAP_D2_SUPPORT_DEV0_F0: ro(31),
    } },
  RCC_STRAP0_RCC_DEV0_EPF0_STRAP1: { at: 0x17, segment: 2,
    fields: { STRAP_SRIOV_VF_DEVICE_ID_DEV0_F0: ro(15, 0), STRAP_SRIOV_SUPPORTED_PAGE_SIZE_DEV0_F0: ro(31, 16) } },
  RCC_STRAP0_RCC_DEV0_EPF0_STRAP13: { at: 0x18, segment: 2,
    fields: {
      STRAP_CLASS_CODE_PIF_DEV0_F0: ro(7, 0), STRAP_CLASS_CODE_SUB_DEV0_F0: ro(15, 8),
      STRAP_CLASS_CODE_BASE_DEV0_F0: ro(23, 16), STRAP_SRIOV_TOTAL_VFS_DEV0_F0: ro(31, 24),
    } },
  RCC_STRAP0_RCC_DEV0_EPF0_STRAP14: { at: 0x19, segment: 2, fields: { STRAP_VENDOR_ID_DEV0_F0: ro(15, 0) } },
  RCC_STRAP0_RCC_DEV0_EPF0_STRAP15: { at: 0x1a, segment: 2,
    fields: {
      STRAP_RTR_RESET_TIME_DEV0_F0: ro(11, 0), STRAP_RTR_DLUP_TIME_DEV0_F0: ro(23, 12),
      STRAP_RTR_VALID_DEV0_F0: ro(24), STRAP_ATS_INVALIDATE_QUEUE_DEPTH_DEV0_F0: ro(29, 25),
      STRAP_ATS_PAGE_ALIGNED_REQUEST_DEV0_F0: ro(30),
    } },
  RCC_STRAP0_RCC_DEV0_EPF0_STRAP16: { at: 0x1b, segment: 2,
    fields: { STRAP_RTR_FLR_TIME_DEV0_F0: ro(11, 0), STRAP_RTR_D3HOTD0_TIME_DEV0_F0: ro(23, 12) } },
  RCC_STRAP0_RCC_DEV0_EPF0_STRAP17: { at: 0x1c, segment: 2,
    fields: {
      STRAP_RTR_VF_RESET_TIME_DEV0_F0: ro(11, 0), STRAP_RTR_VF_VALID_DEV0_F0: ro(12),
      STRAP_RTR_VF_FLR_TIME_DEV0_F0: ro(24, 13),
    } },
  RCC_STRAP0_RCC_DEV0_EPF0_STRAP18: { at: 0x1d, segment: 2,
    fields: { STRAP_RTR_VF_D3HOTD0_TIME_DEV0_F0: ro(11, 0) } },
  RCC_STRAP0_RCC_DEV0_EPF0_STRAP2: { at: 0x1e, segment: 2,
    fields: {
      STRAP_SRIOV_EN_DEV0_F0: ro(0), STRAP_64BAR_DIS_DEV0_F0: ro(6), STRAP_NO_SOFT_RESET_DEV0_F0: ro(7),
      STRAP_RESIZE_BAR_EN_DEV0_F0: ro(8), STRAP_MAX_PASID_WIDTH_DEV0_F0: ro(13, 9),
      STRAP_MSI_PERVECTOR_MASK_CAP_DEV0_F0: ro(14), STRAP_ARI_EN_DEV0_F0: ro(15), STRAP_AER_EN_DEV0_F0: ro(16),
      STRAP_ACS_EN_DEV0_F0: ro(17), STRAP_ATS_EN_DEV0_F0: ro(18), STRAP_CPL_ABORT_ERR_EN_DEV0_F0: ro(20),
      STRAP_DPA_EN_DEV0_F0: ro(21), STRAP_DSN_EN_DEV0_F0: ro(22), STRAP_VC_EN_DEV0_F0: ro(23),
      STRAP_MSI_MULTI_CAP_DEV0_F0: ro(26, 24), STRAP_PAGE_REQ_EN_DEV0_F0: ro(27), STRAP_PASID_EN_DEV0_F0: ro(28),
      STRAP_PASID_EXE_PERMISSION_SUPPORTED_DEV0_F0: ro(29), STRAP_PASID_GLOBAL_INVALIDATE_SUPPORTED_DEV0_F0: ro(30),
      STRAP_PASID_PRIV_MODE_SUPPORTED_DEV0_F0: ro(31),
    } },
  RCC_STRAP0_RCC_DEV0_EPF0_STRAP26: { at: 0x1f, segment: 2, fields: { STRAP_GPUIOV_VSEC_LENGTH_DEV0_F0: ro(11, 0) } },
  RCC_STRAP0_RCC_DEV0_EPF0_STRAP3: { at: 0x20, segment: 2,
    fields: {
      STRAP_SUBSYS_ID_DEV0_F0: ro(15, 0), STRAP_POISONED_ADVISORY_NONFATAL_DEV0_F0: ro(16),
      STRAP_PWR_EN_DEV0_F0: ro(17), STRAP_MSI_EN_DEV0_F0: ro(18), STRAP_MSI_CLR_PENDING_EN_DEV0_F0: ro(19),
      STRAP_MSIX_EN_DEV0_F0: ro(20), STRAP_MSIX_TABLE_BIR_DEV0_F0: ro(23, 21), STRAP_PMC_DSI_DEV0_F0: ro(24),
      STRAP_ALL_MSI_EVENT_SUPPORT_EN_DEV0_F0: ro(26), STRAP_SMN_ERR_STATUS_MASK_EN_EP_DEV0_F0: ro(27),
      STRAP_VF_RESIZE_BAR_EN_DEV0_F0: ro(28), STRAP_CLK_PM_EN_DEV0_F0: ro(29),
      STRAP_TRUE_PM_STATUS_EN_DEV0_F0: ro(30), STRAP_RTR_EN_DEV0_F0: ro(31),
    } },
  RCC_STRAP0_RCC_DEV0_EPF0_STRAP4: { at: 0x21, segment: 2,
    fields: {
      STRAP_RESERVED_STRAP4_DEV0_F0: ro(9, 0), STRAP_DOE_EN_DEV0_F0: ro(10), STRAP_ATOMIC_64BIT_EN_DEV0_F0: ro(20),
      STRAP_ATOMIC_EN_DEV0_F0: ro(21), STRAP_FLR_EN_DEV0_F0: ro(22), STRAP_PME_SUPPORT_DEV0_F0: ro(27, 23),
      STRAP_INTERRUPT_PIN_DEV0_F0: ro(30, 28),
    } },
  RCC_STRAP0_RCC_DEV0_EPFn_STRAP5: { at: 0x22, segment: 2, count: 2, stride: 0x18,
    fields: { STRAP_SUBSYS_VEN_ID_DEV0_Fn: ro(15, 0), STRAP_MSI_EXT_MSG_DATA_CAP_DEV0_Fn: ro(30) } },
  RCC_STRAP0_RCC_DEV0_EPF0_STRAP8: { at: 0x23, segment: 2,
    fields: {
      STRAP_DOORBELL_APER_SIZE_DEV0_F0: ro(2, 0), STRAP_DOORBELL_BAR_DIS_DEV0_F0: ro(3),
      STRAP_ROM_AP_SIZE_DEV0_F0: ro(6, 4), STRAP_IO_BAR_DIS_DEV0_F0: ro(7), STRAP_LFB_ERRMSG_EN_DEV0_F0: ro(8),
      STRAP_MEM_AP_SIZE_DEV0_F0: ro(12, 9), STRAP_REG_AP_SIZE_DEV0_F0: ro(15, 13),
      STRAP_VF_DOORBELL_APER_SIZE_DEV0_F0: ro(18, 16), STRAP_VF_MEM_AP_SIZE_DEV0_F0: ro(22, 19),
      STRAP_VF_REG_AP_SIZE_DEV0_F0: ro(25, 23), STRAP_VGA_DIS_DEV0_F0: ro(26),
      STRAP_VF_MSI_MULTI_CAP_DEV0_F0: ro(29, 27), STRAP_SRIOV_VF_MAPPING_MODE_DEV0_F0: ro(31, 30),
    } },
  RCC_STRAP0_RCC_DEV0_EPF0_STRAP9: { at: 0x24, segment: 2,
    fields: {
      STRAP_OUTSTAND_PAGE_REQ_CAP_DEV0_F0: ro(15, 0), STRAP_BAR_COMPLIANCE_EN_DEV0_F0: ro(18),
      STRAP_NBIF_ROM_BAR_DIS_CHICKEN_DEV0_F0: ro(19), STRAP_VF_REG_PROT_DIS_DEV0_F0: ro(20),
      STRAP_FB_ALWAYS_ON_DEV0_F0: ro(21), STRAP_FB_CPL_TYPE_SEL_DEV0_F0: ro(23, 22),
      STRAP_GPUIOV_VSEC_REV_DEV0_F0: ro(27, 24),
    } },
  RCC_DEV0_EPF2_STRAP2: { at: 0xd102, segment: 5,
    doc: 'straps of function 2, the USB controller; drivers clear its no-soft-reset bit',
    fields: {
      STRAP_NO_SOFT_RESET_DEV0_F2: rw(7), STRAP_RESIZE_BAR_EN_DEV0_F2: rw(8),
      STRAP_MAX_PASID_WIDTH_DEV0_F2: rw(13, 9), STRAP_MSI_PERVECTOR_MASK_CAP_DEV0_F2: rw(14),
      STRAP_AER_EN_DEV0_F2: rw(16), STRAP_ACS_EN_DEV0_F2: rw(17), STRAP_CPL_ABORT_ERR_EN_DEV0_F2: rw(20),
      STRAP_DPA_EN_DEV0_F2: rw(21), STRAP_VC_EN_DEV0_F2: rw(23), STRAP_MSI_MULTI_CAP_DEV0_F2: rw(26, 24),
      STRAP_PASID_EN_DEV0_F2: rw(28), STRAP_PASID_EXE_PERMISSION_SUPPORTED_DEV0_F2: rw(29),
      STRAP_PASID_GLOBAL_INVALIDATE_SUPPORTED_DEV0_F2: rw(30), STRAP_PASID_PRIV_MODE_SUPPORTED_DEV0_F2: rw(31),
    } },

  // Doorbells
  RCC_DEV0_EPF0_RCC_DOORBELL_APER_EN: { at: 0xc0, segment: 2,
    doc: 'BAR2 is deaf until this is set',
    fields: { BIF_DOORBELL_APER_EN: rw(0) } },
  BIF_BX_PF0_DOORBELL_SELFRING_GPA_APER_BASE_HIGH: { at: 0xf3, segment: 2,
    fields: { DOORBELL_SELFRING_GPA_APER_BASE_HIGH: rw(31, 0) } },
  BIF_BX_PF0_DOORBELL_SELFRING_GPA_APER_BASE_LOW: { at: 0xf4, segment: 2,
    fields: { DOORBELL_SELFRING_GPA_APER_BASE_LOW: rw(31, 0) } },
  BIF_BX_PF0_DOORBELL_SELFRING_GPA_APER_CNTL: { at: 0xf5, segment: 2,
    doc: "lets the card's own engines ring doorbells",
    fields: {
      DOORBELL_SELFRING_GPA_APER_EN: rw(0), DOORBELL_SELFRING_GPA_APER_MODE: rw(1),
      DOORBELL_SELFRING_GPA_APER_SIZE: rw(19, 8),
    } },
  S2A_DOORBELL_ENTRY_n_CTRL: { at: 0x4f7640, segment: 3, count: 16,
    doc: 'which doorbells go to which engine; offset and size count dwords',
    fields: {
      S2A_DOORBELL_PORTn_ENABLE: rw(0), S2A_DOORBELL_PORTn_AWID: rw(5, 1), S2A_DOORBELL_PORTn_FENCE_ENABLE: rw(6),
      S2A_DOORBELL_PORTn_RANGE_OFFSET: rw(16, 7), S2A_DOORBELL_PORTn_RANGE_SIZE: rw(24, 17),
      S2A_DOORBELL_PORTn_64BIT_SUPPORT_DIS: rw(25), S2A_DOORBELL_PORTn_NEED_DEDUCT_RANGE_OFFSET: rw(26),
      S2A_DOORBELL_PORTn_AWADDR_31_28_VALUE: rw(31, 28),
    } },

  // Interrupts
  BIF_BX0_BIF_DOORBELL_INT_CNTL: { at: 0xfe, segment: 2,
    doc: 'interrupt state of doorbells and of the RAS leaves',
    fields: {
      DOORBELL_INTERRUPT_STATUS: ro(0), RAS_CNTLR_INTERRUPT_STATUS: ro(1),
      RAS_ATHUB_ERR_EVENT_INTERRUPT_STATUS: ro(2), DOORBELL_INTERRUPT_CLEAR: wo(16),
      RAS_CNTLR_INTERRUPT_CLEAR: wo(17), RAS_ATHUB_ERR_EVENT_INTERRUPT_CLEAR: wo(18),
      RAS_CNTLR_ERR_EVENT_INTERRUPT_ENABLE: rw(23), DOORBELL_INTERRUPT_DISABLE: rw(24),
      RAS_CNTLR_INTERRUPT_DISABLE: rw(25), RAS_ATHUB_ERR_EVENT_INTERRUPT_DISABLE: rw(26),
      SET_DB_INTR_STATUS_WHEN_RB_ENABLE: rw(28), SET_IOH_RAS_INTR_STATUS_WHEN_RB_ENABLE: rw(29),
      SET_ATH_RAS_INTR_STATUS_WHEN_RB_ENABLE: rw(30), TIMEOUT_ERR_EVENT_INTERRUPT_ENABLE: rw(31),
    } },
  BIF_BX0_INTERRUPT_CNTL: { at: 0xf1, segment: 2,
    doc: "how the interrupt handler's memory reads are to be treated",
    fields: {
      IH_DUMMY_RD_OVERRIDE: rw(0), IH_DUMMY_RD_EN: rw(1), IH_REQ_NONSNOOP_EN: rw(3), IH_INTR_DLY_CNTR: rw(7, 4),
      GEN_IH_INT_EN: rw(8), BIF_RB_REQ_NONSNOOP_EN: rw(15), DUMMYRD_BYPASS_IN_MSI_EN: rw(16),
      ALWAYS_SEND_INTPKT_AFTER_DUMMYRD_DIS: rw(17), BIF_RB_REQ_RELAX_ORDER_EN: rw(18),
    } },
  BIF_BX0_INTERRUPT_CNTL2: { at: 0xf2, segment: 2,
    doc: 'address of a dummy page for interrupt reads, in 256 bytes',
    fields: { IH_DUMMY_RD_ADDR: rw(31, 0) } },

  // HDP, from here
  BIF_BX0_REMAP_HDP_MEM_FLUSH_CNTL: { at: 0x12d, segment: 2, reset: 0x7f000,
    doc: "where in BAR5 (bytes) a store flushes HDP's memory path",
    fields: { ADDRESS: rw(18, 2) } },
  BIF_BX0_REMAP_HDP_REG_FLUSH_CNTL: { at: 0x12e, segment: 2, reset: 0x7f004,
    doc: 'the same for the register path',
    fields: { ADDRESS: rw(18, 2) } },
  BIF_BX_PF0_GPU_HDP_FLUSH_REQ: { at: 0x106, segment: 2,
    doc: 'one bit an engine: flush on its behalf',
    fields: {
      CP0: rw(0), CP1: rw(1), CP2: rw(2), CP3: rw(3), CP4: rw(4), CP5: rw(5), CP6: rw(6), CP7: rw(7), CP8: rw(8),
      CP9: rw(9), SDMA0: rw(10), SDMA1: rw(11), RSVD_ENG0: rw(12), RSVD_ENG1: rw(13), RSVD_ENG2: rw(14),
      RSVD_ENG3: rw(15), RSVD_ENG4: rw(16), RSVD_ENG5: rw(17), RSVD_ENG6: rw(18), RSVD_ENG7: rw(19),
      RSVD_ENG8: rw(20), RSVD_ENG9: rw(21), RSVD_ENG10: rw(22), RSVD_ENG11: rw(23), RSVD_ENG12: rw(24),
      RSVD_ENG13: rw(25), RSVD_ENG14: rw(26), RSVD_ENG15: rw(27), RSVD_ENG16: rw(28), RSVD_ENG17: rw(29),
      RSVD_ENG18: rw(30), RSVD_ENG19: rw(31),
    } },
  BIF_BX_PF0_GPU_HDP_FLUSH_DONE: { at: 0x107, segment: 2,
    doc: 'the bits of REQ whose flush has ended',
    fields: {
      CP0: ro(0), CP1: ro(1), CP2: ro(2), CP3: ro(3), CP4: ro(4), CP5: ro(5), CP6: ro(6), CP7: ro(7), CP8: ro(8),
      CP9: ro(9), SDMA0: ro(10), SDMA1: ro(11), RSVD_ENG0: ro(12), RSVD_ENG1: ro(13), RSVD_ENG2: ro(14),
      RSVD_ENG3: ro(15), RSVD_ENG4: ro(16), RSVD_ENG5: ro(17), RSVD_ENG6: ro(18), RSVD_ENG7: ro(19),
      RSVD_ENG8: ro(20), RSVD_ENG9: ro(21), RSVD_ENG10: ro(22), RSVD_ENG11: ro(23), RSVD_ENG12: ro(24),
      RSVD_ENG13: ro(25), RSVD_ENG14: ro(26), RSVD_ENG15: ro(27), RSVD_ENG16: ro(28), RSVD_ENG17: ro(29),
      RSVD_ENG18: ro(30), RSVD_ENG19: ro(31),
    } },
  BIF_BX_PF0_HDP_REG_COHERENCY_FLUSH_CNTL: { at: 0xf6, segment: 2, fields: { HDP_REG_FLUSH_ADDR: rw(0) } },
  BIF_BX_PF0_HDP_MEM_COHERENCY_FLUSH_CNTL: { at: 0xf7, segment: 2, fields: { HDP_MEM_FLUSH_ADDR: rw(0) } },

  // Scratch words that the video BIOS and drivers talk through
  BIF_BX0_BIOS_SCRATCH_n: { at: 0x38, segment: 1, count: 16, fields: { BIOS_SCRATCH_n: rw(31, 0) } },
  BIF_BX0_DRIVER_SCRATCH_n: { at: 0x80, segment: 1, count: 16, fields: { DRIVER_SCRATCH_n: rw(31, 0) } },

  // Access to the frame buffer and power states
  BIF_BX0_BIF_FB_EN: { at: 0x100, segment: 2, fields: { FB_READ_EN: rw(0), FB_WRITE_EN: rw(1) } },
  BIF_BX0_MEM_TYPE_CNTL: { at: 0x111, segment: 2, fields: { BF_MEM_PHY_G5_G3: rw(0) } },
  BIF_BX0_BUS_CNTL: { at: 0xe7, segment: 2,
    fields: {
      VGA_REG_COHERENCY_DIS: rw(6), VGA_MEM_COHERENCY_DIS: rw(7), SET_AZ_TC: rw(12, 10), SET_MC_TC: rw(15, 13),
      ZERO_BE_WR_EN: rw(16), ZERO_BE_RD_EN: rw(17), RD_STALL_IO_WR: rw(18), HDP_FB_FLUSH_STALL_DOORBELL_DIS: rw(24),
      PRECEEDINGWR_STALL_VGA_FB_FLUSH_DIS: rw(25), PRECEEDINGWR_STALL_VGA_REG_FLUSH_DIS: rw(26),
      MMDAT_RD_HDP_TRIGGER_HDP_FB_FLUSH_DIS: rw(27), HDP_FB_FLUSH_STALL_MMDAT_RD_HDP_DIS: rw(28),
      HDP_REG_FLUSH_VF_MASK_EN: rw(29), VGAFB_ZERO_BE_WR_EN: rw(30), VGAFB_ZERO_BE_RD_EN: rw(31),
    } },
  BIF_BX0_BX_RESET_CNTL: { at: 0xf0, segment: 2, fields: { LINK_TRAIN_EN: rw(0) } },
  BIF_BX0_BX_RESET_EN: { at: 0xed, segment: 2, fields: { RESET_ON_VFENABLE_LOW_EN: rw(16) } },

  // Clock gating and light sleep of the PCIe core; storage only
  CPM_CONTROL: { at: 0x28a0118, segment: 5,
    fields: {
      LCLK_DYN_GATE_ENABLE: rw(0), TXCLK_DYN_GATE_ENABLE: rw(1), L1_PWR_GATE_ENABLE: rw(2),
      L1_1_PWR_GATE_ENABLE: rw(3), L1_2_PWR_GATE_ENABLE: rw(4), TXCLK_LCNT_GATE_ENABLE: rw(5),
      TXCLK_REGS_GATE_ENABLE: rw(6), TXCLK_PRBS_GATE_ENABLE: rw(7), REFCLK_REGS_GATE_ENABLE: rw(8),
      LCLK_DYN_GATE_LATENCY: rw(10, 9), TXCLK_DYN_GATE_LATENCY: rw(12, 11),
      REFCLKREQ_REFCLKACK_LOOPBACK_ENABLE: rw(13), TXCLK_REGS_GATE_LATENCY: rw(14), REFCLK_REGS_GATE_LATENCY: rw(15),
      LCLK_GATE_TXCLK_FREE: rw(16), RCVR_DET_CLK_ENABLE: rw(17), FAST_TXCLK_LATENCY: rw(20, 18),
      IGNORE_REGS_IDLE_IN_PG: rw(21), REFCLK_XSTCLK_ENABLE: rw(22), REFCLK_XSTCLK_LATENCY: rw(23),
      CLKREQB_UNGATE_TXCLK_ENABLE: rw(24), LCLK_GATE_ALLOW_IN_L1: rw(25), PG_EARLY_WAKE_ENABLE: rw(26),
      PCIE_CORE_IDLE: ro(27), PCIE_LINK_IDLE: ro(28), PCIE_BUFFER_EMPTY: ro(29), REGS_IDLE_TO_PG_LATENCY: rw(31, 30),
    } },
  PCIE_CNTL2: { at: 0x28a001c, segment: 5, rest: 'rw',
    fields: {
      RCB_LS_EN: rw(0), MST_CPL_LS_EN: rw(1), SLVAER_LS_EN: rw(2), SLV_MEM_LS_EN: rw(16),
      SLV_MEM_AGGRESSIVE_LS_EN: rw(17), SLV_MEM_SD_EN: rw(20), SLV_MEM_AGGRESSIVE_SD_EN: rw(21),
      RX_NP_MEM_WRITE_ENCODING: rw(28, 24), SLV_MEM_DS_EN: rw(29),
    } },
});
