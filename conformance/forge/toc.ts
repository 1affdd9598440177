/**
 * The synthetic table of contents: the entries of the real one in the same order, with room for our images.
 *
 * Source: offsets and sizes read off psp_13_0_0_sos.bin. The script after the list is left out: nothing reads it.
 * Software; no hardware is modelled here.
 */

import { tocIds, writeToc } from '../../registers/amd/toc.ts';
import type { TocId } from '../../registers/amd/toc.ts';

/** Bytes of room and flags, in the table's order; `align` is what the next offset is rounded to before. */
const rooms: readonly (readonly [id: TocId, bytes: number, flags: number, align?: number])[] = [
  ['RLC_G', 0x6000, 0x2003],
  ['RLC_TOC', 0x700, 0x2003],
  ['RLCG_SCRATCH', 0x800, 0x2003],
  ['RLC_SRM_ARAM', 0xa000, 0x2003],
  ['RLC_P', 0x2000, 0x2003],
  ['RLC_V', 0x3000, 0x2003],
  ['RLX6', 0x1_0000, 0x2003],
  ['RLX6_CORE1', 0, 0x0200],
  ['RLX6_DRAM_BOOT', 0x8000, 0x2001],
  ['RLX6_DRAM_BOOT_CORE1', 0, 0x0200],
  ['SDMA_TH0', 0x4200, 0x2203],
  ['SDMA_TH1', 0x4000, 0x2203],
  ['CP_PFP', 0x4_1000, 0x2203, 0x1000],
  ['CP_ME', 0x4_1000, 0x2203, 0x1000],
  ['CP_MEC', 0x4_2000, 0x2203, 0x1000],
  ['RS64_MES_P0', 0x8_0000, 0x2203, 0x1000],
  ['RS64_MES_P1', 0x8_0000, 0x2203],
  ['RS64_PFP', 0x8_0000, 0x2203],
  ['RS64_ME', 0x8_0000, 0x2203],
  ['RS64_MEC', 0x9_5f00, 0x2203],
  ['RS64_MES_P0_STACK', 0x8_0000, 0x0210, 0x2_0000],
  ['RS64_MES_P1_STACK', 0x8_0000, 0x0210],
  ['RS64_PFP_P0_STACK', 0x8_0000, 0x0210],
  ['RS64_PFP_P1_STACK', 0x8_0000, 0x0210],
  ['RS64_ME_P0_STACK', 0x8_0000, 0x0210],
  ['RS64_ME_P1_STACK', 0x8_0000, 0x0210],
  ['RS64_MEC_P0_STACK', 0xc_0000, 0x0210],
  ['RS64_MEC_P1_STACK', 0xc_0000, 0x0210],
  ['RS64_MEC_P2_STACK', 0xc_0000, 0x0210],
  ['RS64_MEC_P3_STACK', 0xc_0000, 0x0210],
  ['RLC_SRM_DRAM_SR', 0x5000, 0x0412],
  ['RLCG_SCRATCH_SR', 0x1000, 0x0412],
  ['RLCP_SCRATCH_SR', 0x1000, 0x0412],
  ['RLCV_SCRATCH_SR', 0x1000, 0x0412],
  ['RLX6_DRAM_SR', 0x8000, 0x0412],
  ['RLX6_DRAM_SR_CORE1', 0, 0x0210],
];

/** Bytes of the real table's body. */
const BODY_BYTES = 0x700;

/** Body of the table. */
export function tocBody(): Uint8Array {
  const body = new Uint8Array(BODY_BYTES);
  let at = 0;
  writeToc(
    body,
    rooms.map(([name, bytes, flags, align = 1]) => {
      const offset = Math.ceil(at / align) * align;
      at = offset + bytes;
      return { id: tocIds[name], offset, bytes, flags };
    }),
  );
  return body;
}
