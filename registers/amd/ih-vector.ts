/**
 * Interrupt vectors: eight dwords a piece, as IH writes them into its ring, and who raises what.
 *
 * Source: public headers (Linux amdgpu: SOC21 client ids, gfx 11.0 source ids) and their readers.
 *
 * Fidelity: from-public-source.
 */

import { bits, dword, layout } from '../layout.ts';

export const vectorDwords = 8;
export const vectorBytes = 32;

export const interruptVector = layout('ih_vector', vectorBytes, {
  head: dword(0, { CLIENT_ID: bits(7, 0), SOURCE_ID: bits(15, 8), RING_ID: bits(23, 16), VMID: bits(27, 24), VMID_TYPE: bits(31) }),
  timestampLo: dword(1),
  timestampHi: dword(2, { TIMESTAMP_HI: bits(15, 0), TIMESTAMP_SOURCE: bits(31) }),
  process: dword(3, { PASID: bits(15, 0), NODE_ID: bits(23, 16) }),
  context0: dword(4),
  context1: dword(5),
  context2: dword(6),
  context3: dword(7),
});

/** Context word 1 of a translation fault; word 0 is address bits 43:12. */
export const faultContext1 = dword(5, { ADDRESS_47_44: bits(3, 0), WRITE: bits(5), RETRY: bits(7) });

/** Context words of SQ_INTERRUPT by encoding: 0 automatic, 1 s_sendmsg, 2 error. */
export const sqContext0 = {
  automatic: dword(4, { THREAD_TRACE: bits(0), THREAD_TRACE_BUFFER_FULL: bits(2), UTC_ERROR: bits(8) }),
  wave: dword(4, { DATA: bits(23, 0), SH_ID: bits(25), PRIVILEGED: bits(26), WAVE_ID: bits(31, 27) }),
  error: dword(4, { DETAIL: bits(20, 0), TYPE: bits(24, 21), SH_ID: bits(25), PRIVILEGED: bits(26), WAVE_ID: bits(31, 27) }),
} as const;
export const sqContext1 = dword(5, { SIMD_ID: bits(1, 0), WGP_ID: bits(5, 2), ENCODING: bits(7, 6) });
export const sqEncodings = { automatic: 0, instruction: 1, error: 2 } as const;
export const sqErrorTypes = { FUE: 0, ILLEGAL_INSTRUCTION: 1, MEMORY_VIOLATION: 2, FED: 3 } as const;

export const clientIds = {
  IH: 0x00,
  ATHUB: 0x02,
  BIF: 0x03,
  DCN: 0x04,
  ISP: 0x05,
  MP3: 0x06,
  RLC: 0x07,
  GFX: 0x0a,
  IMU: 0x0b,
  VCN1: 0x0e,
  THM: 0x0f,
  VCN: 0x10,
  VMC: 0x12,
  GRBM_CP: 0x14,
  ROM_SMUIO: 0x16,
  DF: 0x17,
  PWR: 0x19,
  LSDMA: 0x1a,
  MP0: 0x1e,
  MP1: 0x1f,
} as const;

/** Sources under client GFX. */
export const gfxSources = {
  UTCL2_FAULT: 0x00,
  UTCL2_DATA_POISONING: 0x01,
  MEM_ACCES_MON: 0x0a,
  SDMA_ATOMIC_RTN_DONE: 0x30,
  SDMA_TRAP: 0x31,
  SDMA_SRBMWRITE: 0x32,
  SDMA_CTXEMPTY: 0x33,
  SDMA_PREEMPT: 0x34,
  SDMA_IB_PREEMPT: 0x35,
  SDMA_DOORBELL_INVALID: 0x36,
  SDMA_QUEUE_HANG: 0x37,
  SDMA_ATOMIC_TIMEOUT: 0x38,
  SDMA_POLL_TIMEOUT: 0x39,
  SDMA_PAGE_TIMEOUT: 0x3a,
  SDMA_PAGE_NULL: 0x3b,
  SDMA_PAGE_FAULT: 0x3c,
  SDMA_VM_HOLE: 0x3d,
  SDMA_ECC: 0x3e,
  SDMA_FROZEN: 0x3f,
  SDMA_SRAM_ECC: 0x40,
  SDMA_SEM_INCOMPLETE_TIMEOUT: 0x41,
  SDMA_SEM_WAIT_FAIL_TIMEOUT: 0x42,
  SDMA_FENCE: 0x43,
  RLC_GC_FED_INTERRUPT: 0x80,
  SQ_INTERRUPT_ID: 0xef,
} as const;

/** Sources under client GRBM_CP. */
export const cpSources = {
  CP_GENERIC_INT: 0xb1,
  CP_PM4_PKT_RSVD_BIT_ERROR: 0xb4,
  CP_EOP_INTERRUPT: 0xb5,
  CP_BAD_OPCODE_ERROR: 0xb7,
  CP_PRIV_REG_FAULT: 0xb8,
  CP_PRIV_INSTR_FAULT: 0xb9,
  CP_WAIT_MEM_SEM_FAULT: 0xba,
  CP_CTX_EMPTY_INTERRUPT: 0xbb,
  CP_CTX_BUSY_INTERRUPT: 0xbc,
  CP_ME_WAIT_REG_MEM_POLL_TIMEOUT: 0xc0,
  CP_SIG_INCOMPLETE: 0xc1,
  CP_PREEMPT_ACK: 0xc2,
  CP_GPF: 0xc3,
  CP_GDS_ALLOC_ERROR: 0xc4,
  CP_ECC_ERROR: 0xc5,
  CP_COMPUTE_QUERY_STATUS: 0xc7,
  CP_VM_DOORBELL: 0xc8,
  CP_FUE_ERROR: 0xc9,
  RLC_STRM_PERF_MONITOR_INTERRUPT: 0xca,
  GRBM_RD_TIMEOUT_ERROR: 0xe8,
  GRBM_REG_GUI_IDLE: 0xe9,
} as const;

/** Sources under client VMC: translation faults of MMHUB. */
export const vmcSources = { VM_FAULT: 0x00 } as const;
