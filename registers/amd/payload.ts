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

/** Byte offsets of fields that `payloadHeader` in firmware.ts leaves out. */
export const payloadField = {
  /** 16 bytes: which key signed it. */
  keyId: 0x38,
  /** u32. */
  kind: 0x58,
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

/** Firmware types of LOAD_IP_FW, by number, and the kind of image that belongs there; types whose image was not seen are absent. */
export const kindOfFirmwareType: Readonly<Record<number, PayloadKind>> = {
  7: 'RLC_V',
  8: 'RLC_G',
  18: 'SMU',
  24: 'TOC',
  25: 'RLC_P',
  26: 'RLC_IRAM',
  48: 'RLC_DRAM',
  67: 'RL',
  68: 'IMU_I',
  69: 'IMU_D',
  71: 'SDMA_TH0',
  72: 'SDMA_TH1',
  89: 'RS64_MEC',
  94: 'RS64_MEC_STACK',
  95: 'RS64_MEC_STACK',
  96: 'RS64_MEC_STACK',
  97: 'RS64_MEC_STACK',
};
