/**
 * The table of contents that LOAD_TOC hands to the secure OS: where in the protected memory region each microcode of
 * the graphics block goes, and how much room it has.
 *
 * The body is a list of 16-byte entries, ended by one whose id is 0. Word 0: offset in dwords 24:0, id 31:25. Word 1:
 * load and save flags 13:0, size in dwords 31:14. Words 2 and 3 name registers and are not used here. After the list
 * comes a script that nothing here interprets.
 *
 * Source: the public driver's structure for a table that it builds itself where no PSP does, and the image in
 * psp_13_0_0_sos.bin, whose sizes fit the other files' images.
 *
 * Fidelity: from-public-source.
 */

export const TOC_ENTRY_BYTES = 16;

/** Entry ids, in the order of the public enumeration. */
export const tocIds = {
  RLC_G: 1,
  RLC_TOC: 2,
  RLCG_SCRATCH: 3,
  RLC_SRM_ARAM: 4,
  RLC_P: 5,
  RLC_V: 6,
  RLX6: 7,
  RLX6_CORE1: 8,
  RLX6_DRAM_BOOT: 9,
  RLX6_DRAM_BOOT_CORE1: 10,
  SDMA_TH0: 11,
  SDMA_TH1: 12,
  CP_PFP: 13,
  CP_ME: 14,
  CP_MEC: 15,
  RS64_MES_P0: 16,
  RS64_MES_P1: 17,
  RS64_PFP: 18,
  RS64_ME: 19,
  RS64_MEC: 20,
  RS64_MES_P0_STACK: 21,
  RS64_MES_P1_STACK: 22,
  RS64_PFP_P0_STACK: 23,
  RS64_PFP_P1_STACK: 24,
  RS64_ME_P0_STACK: 25,
  RS64_ME_P1_STACK: 26,
  RS64_MEC_P0_STACK: 27,
  RS64_MEC_P1_STACK: 28,
  RS64_MEC_P2_STACK: 29,
  RS64_MEC_P3_STACK: 30,
  RLC_SRM_DRAM_SR: 31,
  RLCG_SCRATCH_SR: 32,
  RLCP_SCRATCH_SR: 33,
  RLCV_SCRATCH_SR: 34,
  RLX6_DRAM_SR: 35,
  RLX6_DRAM_SR_CORE1: 36,
} as const;

export type TocId = keyof typeof tocIds;

/** Entry of each firmware type of LOAD_IP_FW. Types that are absent do not live in the table (SMU, IMU, VCN, …). */
export const tocOfFirmwareType: Readonly<Record<number, TocId>> = {
  1: 'CP_ME',
  2: 'CP_PFP',
  4: 'CP_MEC',
  7: 'RLC_V',
  8: 'RLC_G',
  24: 'RLC_TOC',
  25: 'RLC_P',
  26: 'RLX6',
  33: 'RS64_MES_P0',
  34: 'RS64_MES_P0_STACK',
  35: 'RLC_SRM_DRAM_SR',
  36: 'RLCG_SCRATCH_SR',
  37: 'RLCP_SCRATCH_SR',
  38: 'RLCV_SCRATCH_SR',
  39: 'RLX6_DRAM_SR',
  48: 'RLX6_DRAM_BOOT',
  71: 'SDMA_TH0',
  72: 'SDMA_TH1',
  76: 'RS64_MES_P0',
  77: 'RS64_MES_P0_STACK',
  78: 'RS64_MES_P1',
  79: 'RS64_MES_P1_STACK',
  81: 'RS64_MES_P1',
  82: 'RS64_MES_P1_STACK',
  87: 'RS64_PFP',
  88: 'RS64_ME',
  89: 'RS64_MEC',
  90: 'RS64_PFP_P0_STACK',
  91: 'RS64_PFP_P1_STACK',
  92: 'RS64_ME_P0_STACK',
  93: 'RS64_ME_P1_STACK',
  94: 'RS64_MEC_P0_STACK',
  95: 'RS64_MEC_P1_STACK',
  96: 'RS64_MEC_P2_STACK',
  97: 'RS64_MEC_P3_STACK',
};

export interface TocEntry {
  readonly id: number;
  /** Byte offset from the beginning of the region. */
  readonly offset: number;
  readonly bytes: number;
}

/** Entries of a table whose body is `body` (header and signature taken off). Undefined where the list has no end. */
export function readToc(body: Uint8Array): TocEntry[] | undefined {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const entries: TocEntry[] = [];
  for (let at = 0; at + TOC_ENTRY_BYTES <= body.length; at += TOC_ENTRY_BYTES) {
    const word0 = view.getUint32(at, true);
    const word1 = view.getUint32(at + 4, true);
    const id = word0 >>> 25;
    if (id === 0) return entries;
    entries.push({ id, offset: (word0 & 0x01ff_ffff) * 4, bytes: (word1 >>> 14) * 4 });
  }
  return undefined;
}

/** Puts `entries` into `body` as `readToc` reads them; `flags` are bits 13:0 of word 1. */
export function writeToc(body: Uint8Array, entries: readonly (TocEntry & { readonly flags: number })[]): void {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  entries.forEach(({ id, offset, bytes, flags }, i) => {
    view.setUint32(i * TOC_ENTRY_BYTES, ((id << 25) | (offset / 4)) >>> 0, true);
    view.setUint32(i * TOC_ENTRY_BYTES + 4, (((bytes / 4) << 14) | flags) >>> 0, true);
  });
}
