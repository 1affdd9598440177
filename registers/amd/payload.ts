/**
 * What the PSP sees of a firmware image: the payload inside the container, which begins with a header of 0x100
 * bytes, goes on with the body and ends with 0x100 bytes of signature.
 *
 * Read off the 18 payloads of the six files that a Navi31 boots from: magic (all but the key database), body bytes,
 * kind, version, signed bytes and a SHA-256 of the body stand at the same place in every one; `kind` differs in all
 * of them, so it names what the image is for. Meanings are ours: no public document describes this header.
 *
 * Fidelity: from-public-source. Offsets and values are in public files; which of them the PSP tests is guessed.
 */

/** Bytes before the body, and after it. */
export const PAYLOAD_HEADER_BYTES = 0x100;
export const PAYLOAD_SIGNATURE_BYTES = 0x100;

/** `$PS1`, little endian. */
export const PAYLOAD_MAGIC = 0x3153_5024;

/** Byte offsets in the header. All are u32 but the last three. */
export const payloadField = {
  magic: 0x10,
  bodyBytes: 0x14,
  kind: 0x58,
  version: 0x60,
  /** Header, body and signature; a payload may be longer and the rest is not signed (the MEC's stack image). */
  signedBytes: 0x6c,
  /** 16 bytes: which key signed it. */
  keyId: 0x38,
  /** 32 bytes: SHA-256 of the body. */
  bodySha256: 0xd0,
} as const;

/**
 * `kind` of each image that was seen, by what it is for. Bit 31 goes with an encrypted body (the first 16 bytes of
 * the header are not zero then); it is left out here.
 */
export const payloadKind = {
  SOS: 0x0100_0009,
  SYS_DRV: 0x0101_000a,
  KDB: 0x0100_004f,
  SPL: 0x0100_0056,
  RL: 0x0100_0135,
  SMU: 0x0100_1001,
  RLC_G: 0x0101_2009,
  RLC_V: 0x0101_200a,
  TOC: 0x0101_200e,
  RLC_P: 0x0101_200f,
  RLC_IRAM: 0x0101_2016,
  RLC_DRAM: 0x0101_2017,
  IMU_I: 0x0101_203b,
  IMU_D: 0x0101_203c,
  SDMA_TH0: 0x0101_203e,
  SDMA_TH1: 0x0101_203f,
  RS64_MEC: 0x0101_2048,
  RS64_MEC_STACK: 0x0101_2049,
} as const;

export type PayloadKind = keyof typeof payloadKind;

/** Name of the kind in header word 0x58, or undefined where none like it was seen. */
export function payloadKindName(word: number): PayloadKind | undefined {
  const wanted = word & 0xffff;
  for (const [name, value] of Object.entries(payloadKind)) if ((value & 0xffff) === wanted) return name as PayloadKind;
  return undefined;
}

/** Firmware types of LOAD_IP_FW, by number, and the kind of image that belongs there (where one was seen). */
export const firmwareTypes: Readonly<Record<number, { readonly name: string; readonly kind?: PayloadKind }>> = {
  1: { name: 'CP_ME' },
  2: { name: 'CP_PFP' },
  4: { name: 'CP_MEC' },
  5: { name: 'CP_MEC_ME1' },
  6: { name: 'CP_MEC_ME2' },
  7: { name: 'RLC_V', kind: 'RLC_V' },
  8: { name: 'RLC_G', kind: 'RLC_G' },
  9: { name: 'SDMA0' },
  10: { name: 'SDMA1' },
  13: { name: 'VCN' },
  18: { name: 'SMU', kind: 'SMU' },
  20: { name: 'RLC_RESTORE_LIST_GPM_MEM' },
  21: { name: 'RLC_RESTORE_LIST_SRM_MEM' },
  22: { name: 'RLC_RESTORE_LIST_SRM_CNTL' },
  24: { name: 'TOC', kind: 'TOC' },
  25: { name: 'RLC_P', kind: 'RLC_P' },
  26: { name: 'RLC_IRAM', kind: 'RLC_IRAM' },
  27: { name: 'GLOBAL_TAP_DELAYS' },
  28: { name: 'SE0_TAP_DELAYS' },
  29: { name: 'SE1_TAP_DELAYS' },
  33: { name: 'CP_MES' },
  34: { name: 'MES_STACK' },
  35: { name: 'RLC_SRM_DRAM_SR' },
  36: { name: 'RLCG_SCRATCH_SR' },
  37: { name: 'RLCP_SCRATCH_SR' },
  38: { name: 'RLCV_SCRATCH_SR' },
  39: { name: 'RLX6_DRAM_SR' },
  48: { name: 'RLC_DRAM_BOOT', kind: 'RLC_DRAM' },
  51: { name: 'DMUB' },
  58: { name: 'VCN1' },
  65: { name: 'SE2_TAP_DELAYS' },
  66: { name: 'SE3_TAP_DELAYS' },
  67: { name: 'REG_LIST', kind: 'RL' },
  68: { name: 'IMU_I', kind: 'IMU_I' },
  69: { name: 'IMU_D', kind: 'IMU_D' },
  70: { name: 'LSDMA' },
  71: { name: 'SDMA_UCODE_TH0', kind: 'SDMA_TH0' },
  72: { name: 'SDMA_UCODE_TH1', kind: 'SDMA_TH1' },
  73: { name: 'PPTABLE' },
  74: { name: 'DISCRETE_USB4' },
  75: { name: 'TA' },
  76: { name: 'RS64_MES' },
  77: { name: 'RS64_MES_STACK' },
  78: { name: 'RS64_KIQ' },
  79: { name: 'RS64_KIQ_STACK' },
  81: { name: 'CP_MES_KIQ' },
  82: { name: 'MES_KIQ_STACK' },
  87: { name: 'RS64_PFP' },
  88: { name: 'RS64_ME' },
  89: { name: 'RS64_MEC', kind: 'RS64_MEC' },
  90: { name: 'RS64_PFP_P0_STACK' },
  91: { name: 'RS64_PFP_P1_STACK' },
  92: { name: 'RS64_ME_P0_STACK' },
  93: { name: 'RS64_ME_P1_STACK' },
  94: { name: 'RS64_MEC_P0_STACK', kind: 'RS64_MEC_STACK' },
  95: { name: 'RS64_MEC_P1_STACK', kind: 'RS64_MEC_STACK' },
  96: { name: 'RS64_MEC_P2_STACK', kind: 'RS64_MEC_STACK' },
  97: { name: 'RS64_MEC_P3_STACK', kind: 'RS64_MEC_STACK' },
};
