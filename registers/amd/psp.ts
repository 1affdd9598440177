/**
 * Talking to the security processor: bootloader commands, ring control, the frames of the ring, the command buffer and
 * its answer, and the numbers of commands and firmware types.
 *
 * Source: public headers (Linux amdgpu: PSP interface) and tinygrad's client.
 *
 * Fidelity: from-public-source. Statuses beyond the public four are not known.
 */

import { bits, bytes, layout, numbers, u32, u8 } from '../layout.ts';

/** Commands for the bootloader, written to C2PMSG_35. */
export const bootloaderCommands = {
  LOAD_SYSDRV: 0x1_0000,
  LOAD_SOSDRV: 0x2_0000,
  LOAD_KEY_DATABASE: 0x8_0000,
  LOAD_SOCDRV: 0xb_0000,
  LOAD_DBGDRV: 0xc_0000,
  LOAD_INTFDRV: 0xd_0000,
  LOAD_RASDRV: 0xe_0000,
  LOAD_IPKEYMGRDRV: 0xf_0000,
  DRAM_LONG_TRAIN: 0x10_0000,
  DRAM_SHORT_TRAIN: 0x20_0000,
  LOAD_TOS_SPL_TABLE: 0x1000_0000,
} as const;

/** Commands for the secure OS, written to C2PMSG_64 (ring type in 31:16 of INIT_GPCOM_RING is the command itself). */
export const ringControl = {
  INIT_RBI_RING: 0x1_0000,
  INIT_GPCOM_RING: 0x2_0000,
  DESTROY_RINGS: 0x3_0000,
  CAN_INIT_RINGS: 0x4_0000,
  ENABLE_INT: 0x5_0000,
  DISABLE_INT: 0x6_0000,
  MODE1_RST: 0x7_0000,
  GBR_IH_SET: 0x8_0000,
  CONSUME_CMD: 0x9_0000,
  DESTROY_GPCOM_RING: 0xc_0000,
} as const;

/** Ring types; creation takes the type shifted left by 16. UM is of another age and refused. */
export const ringTypes = { INVALID: 0, UM: 1, KM: 2 } as const;

/** Set in an answer of either mailbox; the low half of C2PMSG_64 then is a status. */
export const mailboxReady = 0x8000_0000;
export const mailboxStatusMask = 0xffff;

/** Images handed to the bootloader and memory of the trusted region start at multiples of this. */
export const pspAlignmentBytes = 0x10_0000;

/** Dwords by which the ring's write pointer moves for a frame. */
export const ringFrameDwords = 16;

/** One entry of the ring. */
export const ringFrame = layout('psp_gfx_rb_frame', 64, {
  commandAddressLo: u32(0x00),
  commandAddressHi: u32(0x04),
  commandBytes: u32(0x08),
  fenceAddressLo: u32(0x0c),
  fenceAddressHi: u32(0x10),
  fenceValue: u32(0x14),
  sidLo: u32(0x18),
  sidHi: u32(0x1c),
  vmid: u8(0x20),
  frameType: u8(0x21),
});

/** Where the command's own part and the answer begin in the command buffer. */
export const commandAt = 0x1c;
export const responseAt = 0x360;

/** The answer, at 0x360 of the command buffer. */
export const response = layout('psp_gfx_resp', 96, {
  status: u32(0x00),
  sessionId: u32(0x04),
  firmwareAddressLo: u32(0x08),
  firmwareAddressHi: u32(0x0c),
  tmrBytes: u32(0x10),
  reserved: numbers(0x14, 4, 11),
  /** BOOT_CFG answers with the configuration, GET_FW_ATTESTATION with an address. */
  extraLo: u32(0x40),
  extraHi: u32(0x44),
});

/** The command buffer; `command` is one of the layouts below, at 0x1c. */
export const commandBuffer = layout('psp_gfx_cmd_resp', 1024, {
  bufferBytes: u32(0x00),
  bufferVersion: u32(0x04),
  commandId: u32(0x08),
  responseAddressLo: u32(0x0c),
  responseAddressHi: u32(0x10),
  responseOffset: u32(0x14),
  responseBytes: u32(0x18),
  command: bytes(commandAt, 784),
  response: bytes(responseAt, 96),
});

export const loadTa = layout('psp_gfx_cmd_load_ta', 24, {
  addressLo: u32(0),
  addressHi: u32(4),
  bytes: u32(8),
  sharedAddressLo: u32(12),
  sharedAddressHi: u32(16),
  sharedBytes: u32(20),
});
export const unloadTa = layout('psp_gfx_cmd_unload_ta', 4, { sessionId: u32(0) });
export const invokeCommand = layout('psp_gfx_cmd_invoke_cmd', 16, {
  sessionId: u32(0),
  taCommand: u32(4),
  bufferCount: u32(8),
  totalBytes: u32(12),
});
export const setupTmr = layout('psp_gfx_cmd_setup_tmr', 24, {
  addressLo: u32(0),
  addressHi: u32(4),
  bytes: u32(8),
  flags: u32(12, { sriovEnabled: bits(0), virtualPhysicalAddress: bits(1) }),
  systemAddressLo: u32(16),
  systemAddressHi: u32(20),
});
export const loadIpFirmware = layout('psp_gfx_cmd_load_ip_fw', 16, {
  addressLo: u32(0),
  addressHi: u32(4),
  bytes: u32(8),
  type: u32(12),
});
export const saveRestoreFirmware = layout('psp_gfx_cmd_save_restore_ip_fw', 20, {
  save: u32(0),
  addressLo: u32(4),
  addressHi: u32(8),
  bytes: u32(12),
  type: u32(16),
});
export const programRegister = layout('psp_gfx_cmd_reg_prog', 8, { value: u32(0), registerId: u32(4) });
export const loadToc = layout('psp_gfx_cmd_load_toc', 12, { addressLo: u32(0), addressHi: u32(4), bytes: u32(8) });
export const bootConfig = layout('psp_gfx_cmd_boot_cfg', 16, {
  timestamp: u32(0),
  subCommand: u32(4),
  config: u32(8),
  configValid: u32(12),
});

/** Command ids. */
export const commandIds = {
  LOAD_TA: 0x01,
  UNLOAD_TA: 0x02,
  INVOKE_CMD: 0x03,
  LOAD_ASD: 0x04,
  SETUP_TMR: 0x05,
  LOAD_IP_FW: 0x06,
  DESTROY_TMR: 0x07,
  SAVE_RESTORE: 0x08,
  SETUP_VMR: 0x09,
  DESTROY_VMR: 0x0a,
  PROG_REG: 0x0b,
  GET_FW_ATTESTATION: 0x0f,
  LOAD_TOC: 0x20,
  AUTOLOAD_RLC: 0x21,
  BOOT_CFG: 0x22,
  SRIOV_SPATIAL_PART: 0x27,
} as const;

/** Statuses of an answer that public drivers know. */
export const responseStatus = {
  success: 0,
  unknownCommand: 0x100,
  cancelled: 0xffff_0002,
  notSupported: 0xffff_000a,
} as const;

/** Kinds of firmware for LOAD_IP_FW. */
export const firmwareTypes = {
  CP_ME: 1,
  CP_PFP: 2,
  CP_CE: 3,
  CP_MEC: 4,
  CP_MEC_ME1: 5,
  CP_MEC_ME2: 6,
  RLC_V: 7,
  RLC_G: 8,
  SDMA0: 9,
  SDMA1: 10,
  DMCU_ERAM: 11,
  DMCU_ISR: 12,
  VCN: 13,
  UVD: 14,
  VCE: 15,
  ISP: 16,
  ACP: 17,
  SMU: 18,
  MMSCH: 19,
  RLC_RESTORE_LIST_GPM_MEM: 20,
  RLC_RESTORE_LIST_SRM_MEM: 21,
  RLC_RESTORE_LIST_SRM_CNTL: 22,
  UVD1: 23,
  TOC: 24,
  RLC_P: 25,
  RLC_IRAM: 26,
  GLOBAL_TAP_DELAYS: 27,
  SE0_TAP_DELAYS: 28,
  SE1_TAP_DELAYS: 29,
  CP_MES: 33,
  MES_STACK: 34,
  RLC_DRAM_BOOT: 48,
  VCN0_RAM: 49,
  VCN1_RAM: 50,
  DMUB: 51,
  VCN1: 58,
  CAP: 62,
  SE2_TAP_DELAYS: 65,
  SE3_TAP_DELAYS: 66,
  REG_LIST: 67,
  IMU_I: 68,
  IMU_D: 69,
  LSDMA: 70,
  SDMA_UCODE_TH0: 71,
  SDMA_UCODE_TH1: 72,
  PPTABLE: 73,
  TA: 75,
  RS64_MES: 76,
  RS64_MES_STACK: 77,
  RS64_KIQ: 78,
  RS64_KIQ_STACK: 79,
  CP_MES_KIQ: 81,
  MES_KIQ_STACK: 82,
  RS64_PFP: 87,
  RS64_ME: 88,
  RS64_MEC: 89,
  RS64_PFP_P0_STACK: 90,
  RS64_PFP_P1_STACK: 91,
  RS64_ME_P0_STACK: 92,
  RS64_ME_P1_STACK: 93,
  RS64_MEC_P0_STACK: 94,
  RS64_MEC_P1_STACK: 95,
  RS64_MEC_P2_STACK: 96,
  RS64_MEC_P3_STACK: 97,
} as const;

export type FirmwareTypeName = keyof typeof firmwareTypes;

/** Name of a firmware type, or its number where no list knows it. */
export function firmwareTypeName(type: number): string {
  for (const name in firmwareTypes) if (firmwareTypes[name as FirmwareTypeName] === type) return name;
  return `type ${type}`;
}
