/**
 * Random encodings of a row, for comparing decoders and engines. Pure software over the table.
 *
 * Most results are valid instructions; some have an operand or modifier that the instruction does not take, because
 * what a decoder refuses is worth comparing too.
 */
import { compiledRow } from './decode.ts';
import type { CompiledRow } from './decode.ts';
import { dpp16Fields, formats, insert, SourceCode } from './formats.ts';
import { is16 } from './rows.ts';
import { table } from './table.ts';
import type { InstructionRow } from './types.ts';

/** A source of unsigned 32-bit numbers. */
export type Random = () => number;

/** A small generator with a 32-bit seed (Marsaglia's xorshift with a Weyl sequence). */
export function seeded(seed: number): Random {
  let x = (seed | 0) || 0x9e3779b9;
  let weyl = 0;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    weyl = (weyl + 362437) | 0;
    return (x + weyl) >>> 0;
  };
}

const pick = <T>(random: Random, list: readonly T[]): T => list[random() % list.length]!;
const oneIn = (random: Random, n: number): boolean => random() % n === 0;

const specialScalars = [106, 107, 108, 122, 124, 125, 126, 127];
const inlineCodes = [128, 129, 192, 193, 208, 240, 241, 242, 243, 244, 245, 246, 247, 248];

function scalarCode(random: Random, dwords: number): number {
  if (dwords > 1) return oneIn(random, 12) ? pick(random, specialScalars) : (random() % 104) & ~(Math.min(dwords, 4) - 1);
  return oneIn(random, 4) ? pick(random, specialScalars) : random() % 106;
}

function sourceCode(random: Random, slot: CompiledRow['src'][number], literals: boolean): number {
  const kind = random() % 8;
  if (slot.class === 'sgpr') return scalarCode(random, slot.dwords);
  if (slot.class === 'vgpr') return 256 + vgprIndex(random, slot);
  if (slot.class === 'vsrc' && kind < 4) return 256 + vgprIndex(random, slot);
  if (kind < 6) return scalarCode(random, slot.dwords);
  if (kind === 6 && literals) return SourceCode.literal;
  return oneIn(random, 8) ? pick(random, [235, 236, 239, 251, 252, 253, 254, 209]) : pick(random, inlineCodes);
}

/** 16-bit operands stay in the low half of the file: bit 7 selects a half in short encodings. */
const vgprIndex = (random: Random, slot: CompiledRow['src'][number]): number =>
  (is16(slot.type) ? random() % 128 : oneIn(random, 30) ? random() % 256 : random() % 250);

const literalValues = [0, 1, 64, 65, 0xfffffff0, 0xffffffef, 0x3f800000, 0x3c00, 0x3ff00000, 0x3e22f983, 0x80000000, 0x12345678];
export const randomLiteral = (random: Random): number => (oneIn(random, 2) ? pick(random, literalValues) : random());

export interface RandomOptions {
  /** Modifiers and field contents that the row does not know, one time in this many; 0 never. Default 40. */
  readonly strange?: number;
  /** op_sel only where LLVM 19 has a syntax for it. Default false. */
  readonly llvmHalves?: boolean;
}

/** One encoding of `row`: base dwords, then a literal or DPP dword where the fields ask for one. */
export function randomEncoding(row: InstructionRow, random: Random, options: RandomOptions = {}): number[] {
  const { strange = 40, llvmHalves = false } = options;
  const odd = (): boolean => strange > 0 && oneIn(random, strange);
  const format = formats[row.format];
  const plan = compiledRow(row);
  const words = new Uint32Array(2);
  words[0] = format.identity;
  const put = (name: string, value: number): void => insert(words, format.fields[name]!, value);
  const flag = (name: string, n: number): void => put(name, Number(oneIn(random, n)));
  put('op', row.opcode);
  let extra: number | undefined;
  const done = (): number[] => {
    const out = [...words.subarray(0, format.dwords)];
    if (extra !== undefined) out.push(extra >>> 0);
    return out;
  };

  switch (row.format) {
    case 'SOPP': case 'SOPK':
      if (!plan.flags.has('bare') || odd()) put('simm16', oneIn(random, 3) ? random() % 80 : random() & 0xffff);
      if (plan.flags.has('depctr') && oneIn(random, 2)) words[0] = words[0]! & ~0x60;
      if (plan.flags.has('literal')) extra = randomLiteral(random);
      for (const slot of [...plan.dst, ...plan.src]) {
        if (slot.field !== undefined && slot.name === 'sdst') put('sdst', scalarCode(random, slot.dwords));
      }
      return done();
    case 'SMEM':
      if (plan.dst.length === 0) { put('soffset', 124); return done(); }
      put('sdata', scalarCode(random, plan.dst[0]!.dwords));
      put('sbase', scalarCode(random, plan.src[0]!.dwords) >> 1);
      put('soffset', oneIn(random, 2) ? 124 : scalarCode(random, 1));
      put('offset', oneIn(random, 4) ? 0 : random() & 0x1fffff);
      flag('glc', 4);
      flag('dlc', 4);
      return done();
    case 'DS':
      if (plan.flags.has('bare')) return done();
      put('offset0', oneIn(random, 4) ? 0 : random() & 0xff);
      put('offset1', oneIn(random, 2) ? 0 : random() & 0xff);
      if (plan.flags.has('swizzle') && oneIn(random, 2)) words[0] = (words[0]! & ~0xff00) | pick(random, [0x8000, 0x0400, 0x4000, 0x1c00, 0]);
      flag('gds', 10);
      for (const slot of [...plan.dst, ...plan.src]) if (slot.field !== undefined) insert(words, slot.field, vgprIndex(random, slot));
      if (odd()) words[1] = words[1]! | random();
      return done();
    case 'FLAT': case 'GLOBAL': case 'SCRATCH':
      put('offset', oneIn(random, 4) ? 0 : random() & (row.format === 'FLAT' ? 0xfff : 0x1fff));
      for (const bit of ['glc', 'slc', 'dlc']) flag(bit, 3);
      for (const name of ['vdst', 'vdata', 'vaddr']) if (plan.dst.concat(plan.src).some((s) => s.name === name)) put(name, random() % 250);
      put('saddr', row.format === 'FLAT' || oneIn(random, 2) ? 124 : scalarCode(random, row.format === 'SCRATCH' ? 1 : 2));
      if (row.format === 'SCRATCH' && oneIn(random, 2)) put('sve', 1);
      return done();
    case 'MUBUF':
      if (plan.flags.has('bare')) return done();
      put('offset', oneIn(random, 4) ? 0 : random() & 0xfff);
      for (const bit of ['glc', 'slc', 'dlc']) flag(bit, 3);
      for (const bit of ['offen', 'idxen']) flag(bit, 2);
      put('vdata', random() % 250);
      put('vaddr', random() % 250);
      put('srsrc', scalarCode(random, 4) >> 2);
      put('soffset', oneIn(random, 3) ? pick(random, inlineCodes) : scalarCode(random, 1));
      return done();
    case 'VOPD': {
      const halves = table().filter((r) => r.format === 'VOPD');
      const y = compiledRow(pick(random, halves));
      put('opy', y.row.opcode);
      put('vdst', random() & 0xff);
      put('vdsty', random() & 0x7f);
      put('src0', sourceCode(random, plan.src[0]!, true));
      put('src0y', sourceCode(random, y.src[0]!, true));
      if (plan.src.length > 1) put('vsrc1', random() & 0xff);
      if (y.src.length > 1) put('vsrc1y', random() & 0xff);
      if (sourceIs(words, 'src0', 255, format.fields) || sourceIs(words, 'src0y', 255, format.fields)
        || plan.flags.has('literal') || y.flags.has('literal')) extra = randomLiteral(random);
      return done();
    }
    default:
  }

  if (plan.flags.has('bare')) return done();

  // Scalar and vector ALU.
  const isVector = row.format.startsWith('VOP');
  const isShort = row.format === 'VOP1' || row.format === 'VOP2' || row.format === 'VOPC';
  const useDpp = isVector && oneIn(random, plan.flags.has('nodpp') ? Math.max(strange, 1) * 2 : 3);
  let literal = plan.flags.has('literal');
  for (const slot of plan.dst) {
    if (slot.field !== undefined) insert(words, slot.field, slot.class === 'sgpr' ? scalarCode(random, slot.dwords) : vgprIndex(random, slot));
  }
  if (row.format === 'VOP3' && plan.dst.length === 0) put('vdst', odd() ? random() & 0xff : 126);
  plan.src.forEach((slot, i) => {
    if (slot.field === undefined) return;
    if (useDpp && i === 0) return;
    if (row.format === 'SOP1' && plan.flags.has('message')) { put('ssrc0', random() & 0xff); return; }
    if (slot.field.bits === 8 && isVector) { insert(words, slot.field, vgprIndex(random, slot)); return; }
    let code = sourceCode(random, slot, !useDpp);
    if (plan.flags.has('wmma') && code < 256) code = pick(random, inlineCodes);
    if (useDpp && slot.type !== 'm' && !oneIn(random, 10)) code = 256 + vgprIndex(random, slot);
    if (slot.field.bits < 9) code &= 0xff;
    if (code === SourceCode.literal) literal = true;
    insert(words, slot.field, code);
  });
  if (literal) extra = randomLiteral(random);
  if (!isShort && isVector) {
    const modifiers = (mask: number): number => (!useDpp && odd() ? random() & 7 : oneIn(random, 2) ? random() & mask : 0);
    if (oneIn(random, 4) && (plan.flags.has('clamp') || odd())) put('clamp', 1);
    if (row.format !== 'VOP3P') {
      put('neg', modifiers(plan.negMask));
      if (plan.flags.has('omod') || odd()) put('omod', oneIn(random, 3) ? random() & 3 : 0);
    }
    if (row.format === 'VOP3') {
      put('abs', modifiers(plan.absMask));
      const known = !llvmHalves || ['opsel', 'opsel2', 'lanesel'].some((f) => plan.flags.has(f));
      if (known && oneIn(random, 2)) put('opsel', random() & plan.opselMask);
    }
    if (row.format === 'VOP3P') {
      const used = (1 << plan.src.length) - 1;
      put('neg', modifiers(used));
      put('neghi', modifiers(used));
      if (!plan.flags.has('wmma') || plan.flags.has('wmmasel') || odd()) put('opsel', modifiers(used));
      const high = oneIn(random, 2) ? random() & 7 : 7;
      put('opselhi', high & 3);
      put('opselhi2', high >> 2);
    }
  }
  if (useDpp) {
    const eight = oneIn(random, 3);
    put('src0', eight ? pick(random, [SourceCode.dpp8, SourceCode.dpp8Fi]) : SourceCode.dpp16);
    const word = new Uint32Array(1);
    const vgpr = vgprIndex(random, plan.src[0] ?? plan.dst[0]!);
    if (eight) return [...words.subarray(0, format.dwords), ((random() & 0xffffff00) | vgpr) >>> 0];
    const set = (name: string, value: number): void => insert(word, dpp16Fields[name]!, value);
    set('vgpr', vgpr);
    set('control', odd() ? random() & 0x1ff : pick(random, [random() & 0xff, 0x101 + random() % 15, 0x111 + random() % 15, 0x121 + random() % 15,
      0x140, 0x141, 0x150 + random() % 16, 0x160 + random() % 16]));
    set('fi', random() & 1);
    set('bound', random() & 1);
    set('bank', random() & 15);
    set('row', random() & 15);
    if (isShort && (plan.negMask !== 0 || odd())) {
      for (const [i, name] of ['neg0', 'abs0', 'neg1', 'abs1'].entries()) {
        if ((plan.negMask & (1 << (i >> 1))) !== 0 || odd()) set(name, Number(oneIn(random, 3)));
      }
    }
    extra = word[0]!;
  }
  return done();
}

function sourceIs(words: Uint32Array, name: string, code: number, fields: (typeof formats)['VOPD']['fields']): boolean {
  const { lo } = fields[name]!;
  return ((words[lo >> 5]! >>> (lo & 31)) & 0x1ff) === code;
}
