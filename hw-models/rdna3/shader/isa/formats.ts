/**
 * Bit fields of the gfx11 instruction formats, as tables.
 *
 * Bits are numbered from the first dword's bit 0; no field crosses a dword. `identity` is what the first dword
 * looks like under `mask`. A literal constant or a DPP control dword follows the base dwords.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture", chapter 15 (microcode formats), checked against llvm-mc 19.
 * Fidelity: from-public-source.
 */
import type { FormatName } from './types.ts';

export interface Field {
  readonly lo: number;
  readonly bits: number;
}

export interface Format {
  readonly name: FormatName;
  /** Dwords before a literal or DPP dword. */
  readonly dwords: 1 | 2;
  readonly mask: number;
  readonly identity: number;
  readonly fields: Readonly<Record<string, Field>>;
}

/** `'op 15:8, sdst 22:16'` as fields. */
function fields(text: string): Record<string, Field> {
  const out: Record<string, Field> = {};
  for (const part of text.split(',')) {
    const [name, range] = part.trim().split(' ') as [string, string];
    const [hi, lo] = range.split(':').map(Number) as [number, number | undefined];
    out[name] = { lo: lo ?? hi, bits: hi - (lo ?? hi) + 1 };
  }
  return out;
}

const format = (name: FormatName, dwords: 1 | 2, mask: number, identity: number, text: string): Format =>
  ({ name, dwords, mask: mask >>> 0, identity: identity >>> 0, fields: fields(text) });

const vop3Sources = 'src0 40:32, src1 49:41, src2 58:50';
const flat = 'op 24:18, dlc 13, glc 14, slc 15, offset 12:0, vaddr 39:32, vdata 47:40, saddr 54:48, sve 55, vdst 63:56';

export const formats: Readonly<Record<FormatName, Format>> = {
  SOP1: format('SOP1', 1, 0xff800000, 0xbe800000, 'op 15:8, sdst 22:16, ssrc0 7:0'),
  SOP2: format('SOP2', 1, 0xc0000000, 0x80000000, 'op 29:23, sdst 22:16, ssrc0 7:0, ssrc1 15:8'),
  SOPK: format('SOPK', 1, 0xf0000000, 0xb0000000, 'op 27:23, sdst 22:16, simm16 15:0'),
  SOPC: format('SOPC', 1, 0xff800000, 0xbf000000, 'op 22:16, ssrc0 7:0, ssrc1 15:8'),
  SOPP: format('SOPP', 1, 0xff800000, 0xbf800000, 'op 22:16, simm16 15:0'),
  SMEM: format('SMEM', 2, 0xfc000000, 0xf4000000, 'op 25:18, sdata 12:6, sbase 5:0, dlc 13, glc 14, soffset 63:57, offset 52:32'),
  VOP1: format('VOP1', 1, 0xfe000000, 0x7e000000, 'op 16:9, vdst 24:17, src0 8:0'),
  VOP2: format('VOP2', 1, 0x80000000, 0x00000000, 'op 30:25, vdst 24:17, src0 8:0, vsrc1 16:9'),
  VOPC: format('VOPC', 1, 0xfe000000, 0x7c000000, 'op 24:17, src0 8:0, vsrc1 16:9'),
  VOP3: format('VOP3', 2, 0xfc000000, 0xd4000000,
    `op 25:16, vdst 7:0, abs 10:8, opsel 14:11, clamp 15, ${vop3Sources}, omod 60:59, neg 63:61`),
  VOP3SD: format('VOP3SD', 2, 0xfc000000, 0xd4000000,
    `op 25:16, vdst 7:0, sdst 14:8, clamp 15, ${vop3Sources}, omod 60:59, neg 63:61`),
  VOP3P: format('VOP3P', 2, 0xff800000, 0xcc000000,
    `op 22:16, vdst 7:0, neghi 10:8, opsel 13:11, opselhi2 14, clamp 15, ${vop3Sources}, opselhi 60:59, neg 63:61`),
  VOPD: format('VOPD', 2, 0xfc000000, 0xc8000000,
    'op 25:22, opy 21:17, src0 8:0, vsrc1 16:9, src0y 40:32, vsrc1y 48:41, vdsty 55:49, vdst 63:56'),
  DS: format('DS', 2, 0xfc000000, 0xd8000000,
    'op 25:18, gds 17, offset0 7:0, offset1 15:8, addr 39:32, data0 47:40, data1 55:48, vdst 63:56'),
  FLAT: format('FLAT', 2, 0xfc030000, 0xdc000000, flat),
  SCRATCH: format('SCRATCH', 2, 0xfc030000, 0xdc010000, flat),
  GLOBAL: format('GLOBAL', 2, 0xfc030000, 0xdc020000, flat),
  MUBUF: format('MUBUF', 2, 0xfc000000, 0xe0000000,
    'op 25:18, offset 11:0, slc 12, dlc 13, glc 14, vaddr 39:32, vdata 47:40, srsrc 52:48, tfe 53, offen 54, idxen 55, soffset 63:56'),
};

/** Value of a field, unsigned. `words` are the dwords of the instruction. */
export function extract(words: ArrayLike<number>, { lo, bits }: Field): number {
  return (words[lo >> 5]! >>> (lo & 31)) & (bits === 32 ? -1 : (1 << bits) - 1);
}

/** Puts `value` into a field that holds zeros. */
export function insert(words: Uint32Array, { lo, bits }: Field, value: number): void {
  words[lo >> 5] = words[lo >> 5]! | ((value & ((1 << bits) - 1)) << (lo & 31));
}

/** Source codes that announce a second encoding word: DPP8, DPP8 with fetch-inactive, DPP16, literal constant. */
export const SourceCode = { dpp8: 233, dpp8Fi: 234, dpp16: 250, literal: 255 } as const;

/** Control dword of DPP16; its first byte is the VGPR that src0 names. */
export const dpp16Fields = fields(
  'vgpr 7:0, control 16:8, fi 18, bound 19, neg0 20, abs0 21, neg1 22, abs1 23, bank 27:24, row 31:28');
