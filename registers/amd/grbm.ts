/**
 * GRBM, the graphics core's register bus: who is selected, who is busy, and soft resets.
 *
 * GRBM_GFX_CNTL and GRBM_GFX_INDEX choose which copy of a banked register an access reaches. A selection left
 * behind by one routine misdirects the next.
 *
 * Source: register lists of public drivers (Linux amdgpu gc 11.0.0, tinygrad); power-on values from the public gc
 * 11.0.0 defaults.
 *
 * Fidelity: from-public-source. Names, offsets and fields are witnessed by the lists under `fixtures/`.
 */

import { registerBlock, ro, rw, wo } from '../language.ts';

const about = {
  source: 'register lists of public drivers (Linux amdgpu gc 11.0.0, tinygrad); power-on values from the public gc 11.0.0 defaults',
  fidelity: 'from-public-source',
} as const;

// oxfmt-ignore: a table, one register after the other
export const GRBM = registerBlock('GRBM', about, {
  GRBM_CNTL: { at: 0xda0, reset: 0x18,
    doc: 'how long a register access may take before the bus gives up',
    fields: { READ_TIMEOUT: rw(7, 0), REPORT_LAST_RDERR: rw(31) } },
  GRBM_SKEW_CNTL: { at: 0xda1, reset: 0x20, fields: { SKEW_TOP_THRESHOLD: rw(5, 0), SKEW_COUNT: rw(11, 6) } },
  GRBM_PWR_CNTL: { at: 0xda3,
    fields: {
      ALL_REQ_TYPE: rw(1, 0), GFX_REQ_TYPE: rw(3, 2), ALL_RSP_TYPE: rw(5, 4), GFX_RSP_TYPE: rw(7, 6),
      GFX_REQ_EN: rw(14), ALL_REQ_EN: rw(15),
    } },
  GRBM_STATUS: { at: 0xda4,
    fields: {
      ME0PIPE0_CMDFIFO_AVAIL: ro(3, 0), SDMA_RQ_PENDING: ro(6), ME0PIPE0_CF_RQ_PENDING: ro(7),
      ME0PIPE0_PF_RQ_PENDING: ro(8), GDS_DMA_RQ_PENDING: ro(9), DB_CLEAN: ro(12), CB_CLEAN: ro(13), TA_BUSY: ro(14),
      GDS_BUSY: ro(15), GE_BUSY_NO_DMA: ro(16), SX_BUSY: ro(20), GE_BUSY: ro(21), SPI_BUSY: ro(22),
      BCI_BUSY: ro(23), SC_BUSY: ro(24), PA_BUSY: ro(25), DB_BUSY: ro(26), ANY_ACTIVE: ro(27),
      CP_COHERENCY_BUSY: ro(28), CP_BUSY: ro(29), CB_BUSY: ro(30), GUI_ACTIVE: ro(31),
    } },
  GRBM_STATUS2: { at: 0xda2,
    fields: {
      ME0PIPE1_CMDFIFO_AVAIL: ro(3, 0), ME0PIPE1_CF_RQ_PENDING: ro(4), ME0PIPE1_PF_RQ_PENDING: ro(5),
      ME1PIPE0_RQ_PENDING: ro(6), ME1PIPE1_RQ_PENDING: ro(7), ME1PIPE2_RQ_PENDING: ro(8),
      ME1PIPE3_RQ_PENDING: ro(9), RLC_RQ_PENDING: ro(14), UTCL2_BUSY: ro(15), EA_BUSY: ro(16), RMI_BUSY: ro(17),
      UTCL2_RQ_PENDING: ro(18), SDMA_SCH_RQ_PENDING: ro(19), EA_LINK_BUSY: ro(20), SDMA_BUSY: ro(21),
      SDMA0_RQ_PENDING: ro(22), SDMA1_RQ_PENDING: ro(23), RLC_BUSY: ro(26), TCP_BUSY: ro(27), CPF_BUSY: ro(28),
      CPC_BUSY: ro(29), CPG_BUSY: ro(30),
    } },
  GRBM_STATUS3: { at: 0xda7,
    fields: {
      GRBM_RLC_INTR_CREDIT_PENDING: ro(5), GRBM_CPF_INTR_CREDIT_PENDING: ro(7), MESPIPE0_RQ_PENDING: ro(8),
      MESPIPE1_RQ_PENDING: ro(9), PH_BUSY: ro(13), CH_BUSY: ro(14), GL2CC_BUSY: ro(15), GL1CC_BUSY: ro(16),
      SEDC_BUSY: ro(25), PC_BUSY: ro(26), GL1H_BUSY: ro(27), GUS_LINK_BUSY: ro(28), GUS_BUSY: ro(29),
      UTCL1_BUSY: ro(30), PMM_BUSY: ro(31),
    } },
  GRBM_STATUS_SE0: { at: 0xda5,
    fields: {
      DB_CLEAN: ro(1), CB_CLEAN: ro(2), UTCL1_BUSY: ro(3), TCP_BUSY: ro(4), GL1CC_BUSY: ro(5), GL1H_BUSY: ro(6),
      PC_BUSY: ro(7), SEDC_BUSY: ro(8), RMI_BUSY: ro(21), BCI_BUSY: ro(22), PA_BUSY: ro(24), TA_BUSY: ro(25),
      SX_BUSY: ro(26), SPI_BUSY: ro(27), SC_BUSY: ro(29), DB_BUSY: ro(30), CB_BUSY: ro(31),
    } },
  GRBM_STATUS_SE1: { at: 0xda6,
    fields: {
      DB_CLEAN: ro(1), CB_CLEAN: ro(2), UTCL1_BUSY: ro(3), TCP_BUSY: ro(4), GL1CC_BUSY: ro(5), GL1H_BUSY: ro(6),
      PC_BUSY: ro(7), SEDC_BUSY: ro(8), RMI_BUSY: ro(21), BCI_BUSY: ro(22), PA_BUSY: ro(24), TA_BUSY: ro(25),
      SX_BUSY: ro(26), SPI_BUSY: ro(27), SC_BUSY: ro(29), DB_BUSY: ro(30), CB_BUSY: ro(31),
    } },
  GRBM_STATUS_SE2: { at: 0xdae,
    fields: {
      DB_CLEAN: ro(1), CB_CLEAN: ro(2), UTCL1_BUSY: ro(3), TCP_BUSY: ro(4), GL1CC_BUSY: ro(5), GL1H_BUSY: ro(6),
      PC_BUSY: ro(7), SEDC_BUSY: ro(8), RMI_BUSY: ro(21), BCI_BUSY: ro(22), PA_BUSY: ro(24), TA_BUSY: ro(25),
      SX_BUSY: ro(26), SPI_BUSY: ro(27), SC_BUSY: ro(29), DB_BUSY: ro(30), CB_BUSY: ro(31),
    } },
  GRBM_STATUS_SE3: { at: 0xdaf,
    fields: {
      DB_CLEAN: ro(1), CB_CLEAN: ro(2), UTCL1_BUSY: ro(3), TCP_BUSY: ro(4), GL1CC_BUSY: ro(5), GL1H_BUSY: ro(6),
      PC_BUSY: ro(7), SEDC_BUSY: ro(8), RMI_BUSY: ro(21), BCI_BUSY: ro(22), PA_BUSY: ro(24), TA_BUSY: ro(25),
      SX_BUSY: ro(26), SPI_BUSY: ro(27), SC_BUSY: ro(29), DB_BUSY: ro(30), CB_BUSY: ro(31),
    } },
  GRBM_STATUS_SE4: { at: 0xdb0,
    fields: {
      DB_CLEAN: ro(1), CB_CLEAN: ro(2), UTCL1_BUSY: ro(3), TCP_BUSY: ro(4), GL1CC_BUSY: ro(5), GL1H_BUSY: ro(6),
      PC_BUSY: ro(7), SEDC_BUSY: ro(8), RMI_BUSY: ro(21), BCI_BUSY: ro(22), PA_BUSY: ro(24), TA_BUSY: ro(25),
      SX_BUSY: ro(26), SPI_BUSY: ro(27), SC_BUSY: ro(29), DB_BUSY: ro(30), CB_BUSY: ro(31),
    } },
  GRBM_STATUS_SE5: { at: 0xdb1,
    fields: {
      DB_CLEAN: ro(1), CB_CLEAN: ro(2), UTCL1_BUSY: ro(3), TCP_BUSY: ro(4), GL1CC_BUSY: ro(5), GL1H_BUSY: ro(6),
      PC_BUSY: ro(7), SEDC_BUSY: ro(8), RMI_BUSY: ro(21), BCI_BUSY: ro(22), PA_BUSY: ro(24), TA_BUSY: ro(25),
      SX_BUSY: ro(26), SPI_BUSY: ro(27), SC_BUSY: ro(29), DB_BUSY: ro(30), CB_BUSY: ro(31),
    } },
  GRBM_SOFT_RESET: { at: 0xda8,
    doc: '1 holds a block in reset, 0 lets it go',
    fields: {
      SOFT_RESET_CP: rw(0), SOFT_RESET_RLC: rw(2), SOFT_RESET_UTCL2: rw(15), SOFT_RESET_GFX: rw(16),
      SOFT_RESET_CPF: rw(17), SOFT_RESET_CPC: rw(18), SOFT_RESET_CPG: rw(19), SOFT_RESET_CAC: rw(20),
      SOFT_RESET_EA: rw(22), SOFT_RESET_SDMA0: rw(23), SOFT_RESET_SDMA1: rw(24),
    } },
  GRBM_GFX_CLKEN_CNTL: { at: 0xdac, reset: 0x402, fields: { PREFIX_DELAY_CNT: rw(3, 0), POST_DELAY_CNT: rw(12, 8) } },
  GRBM_WAIT_IDLE_CLOCKS: { at: 0xdad, reset: 0x30, fields: { WAIT_IDLE_CLOCKS: rw(7, 0) } },
  GRBM_READ_ERROR: { at: 0xdb6,
    fields: { READ_ADDRESS: ro(19, 2), READ_PIPEID: ro(21, 20), READ_MEID: ro(23, 22), READ_ERROR: ro(31) } },
  GRBM_READ_ERROR2: { at: 0xdb7,
    fields: {
      READ_REQUESTER_MESPIPE0: ro(9), READ_REQUESTER_MESPIPE1: ro(10), READ_REQUESTER_MESPIPE2: ro(11),
      READ_REQUESTER_MESPIPE3: ro(12), READ_REQUESTER_SDMA0: ro(13), READ_REQUESTER_SDMA1: ro(14),
      READ_REQUESTER_RLC: ro(18), READ_REQUESTER_GDS_DMA: ro(19), READ_REQUESTER_ME0PIPE0_CF: ro(20),
      READ_REQUESTER_ME0PIPE0_PF: ro(21), READ_REQUESTER_ME0PIPE1_CF: ro(22), READ_REQUESTER_ME0PIPE1_PF: ro(23),
      READ_REQUESTER_ME1PIPE0: ro(24), READ_REQUESTER_ME1PIPE1: ro(25), READ_REQUESTER_ME1PIPE2: ro(26),
      READ_REQUESTER_ME1PIPE3: ro(27), READ_REQUESTER_ME2PIPE0: ro(28), READ_REQUESTER_ME2PIPE1: ro(29),
      READ_REQUESTER_ME2PIPE2: ro(30), READ_REQUESTER_ME2PIPE3: ro(31),
    } },
  GRBM_WRITE_ERROR: { at: 0xdbf,
    fields: {
      WRITE_REQUESTER_RLC: ro(0), WRITE_SSRCID: ro(5, 2), WRITE_VFID: ro(11, 8), WRITE_VF: ro(12),
      WRITE_VMID: ro(16, 13), TMZ: ro(17), WRITE_PIPEID: ro(21, 20), WRITE_MEID: ro(23, 22), WRITE_ERROR: ro(31),
    } },
  GRBM_INT_CNTL: { at: 0xdb8, fields: { RDERR_INT_ENABLE: rw(0), GUI_IDLE_INT_ENABLE: rw(19) } },
  GRBM_TRAP_OP: { at: 0xdb9, fields: { RW: rw(0) } },
  GRBM_TRAP_ADDR: { at: 0xdba, fields: { DATA: rw(17, 0) } },
  GRBM_TRAP_ADDR_MSK: { at: 0xdbb, reset: 0x3ffff, fields: { DATA: rw(17, 0) } },
  GRBM_TRAP_WD: { at: 0xdbc, fields: { DATA: rw(31, 0) } },
  GRBM_TRAP_WD_MSK: { at: 0xdbd, reset: 0xffffffff, fields: { DATA: rw(31, 0) } },
  GRBM_CHIP_REVISION: { at: 0xdc1, fields: { CHIP_REVISION: ro(7, 0) } },
  GRBM_IH_CREDIT: { at: 0xdc4, reset: 0x10000, fields: { CREDIT_VALUE: rw(1, 0), IH_CLIENT_ID: rw(23, 16) } },
  GRBM_PWR_CNTL2: { at: 0xdc5, reset: 0x10000, fields: { PWR_REQUEST_HALT: rw(16), PWR_GFX3D_REQUEST_HALT: rw(20) } },
  GRBM_UTCL2_INVAL_RANGE_START: { at: 0xdc6, reset: 0x286d, fields: { DATA: rw(17, 0) } },
  GRBM_UTCL2_INVAL_RANGE_END: { at: 0xdc7, reset: 0x28c6, fields: { DATA: rw(17, 0) } },
  GRBM_INVALID_PIPE: { at: 0xdc9,
    fields: {
      ADDR: ro(19, 2), PIPEID: ro(21, 20), MEID: ro(23, 22), QUEUEID: ro(26, 24), SSRCID: ro(30, 27),
      INVALID_PIPE: ro(31),
    } },
  GRBM_FENCE_RANGEn: { at: 0xdca, count: 2, fields: { START: rw(15, 0), END: rw(31, 16) } },
  GRBM_SCRATCH_REGn: { at: 0xde0, count: 8, fields: { SCRATCH_REGn: rw(31, 0) } },
  GRBM_GFX_CNTL: { at: 0x900, segment: 1,
    doc: 'selects pipe, engine, queue and VMID for banked registers',
    fields: { PIPEID: rw(1, 0), MEID: rw(3, 2), VMID: rw(7, 4), QUEUEID: rw(10, 8), CTXID: rw(13, 11) } },
  GRBM_GFX_INDEX: { at: 0x2200, segment: 1, reset: 0xe0000000,
    doc: 'selects shader engine, array and instance, or broadcasts to all',
    fields: {
      INSTANCE_INDEX: rw(7, 0), SA_INDEX: rw(15, 8), SE_INDEX: rw(23, 16), SA_BROADCAST_WRITES: rw(29),
      INSTANCE_BROADCAST_WRITES: rw(30), SE_BROADCAST_WRITES: rw(31),
    } },
  GRBM_NOWHERE: { at: 0x901, segment: 1, doc: 'a place to write that changes nothing', fields: { DATA: wo(31, 0) } },
  GRBM_CAM_INDEX: { at: 0x5e10, segment: 1, aliases: ['GRBM_HYP_CAM_INDEX'], fields: { CAM_INDEX: rw(3, 0) } },
  GRBM_CAM_DATA: { at: 0x5e11, segment: 1, aliases: ['GRBM_HYP_CAM_DATA'],
    fields: { CAM_ADDR: rw(15, 0), CAM_REMAPADDR: rw(31, 16) } },
  GRBM_CAM_DATA_UPPER: { at: 0x5e12, segment: 1, aliases: ['GRBM_HYP_CAM_DATA_UPPER'],
    fields: { CAM_ADDR: rw(1, 0), CAM_REMAPADDR: rw(17, 16) } },
});
