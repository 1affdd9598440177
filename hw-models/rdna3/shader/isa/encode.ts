/**
 * `Decoded` to machine code: the inverse of `decode`, up to bits that the decoder drops.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture", chapter 15; held to llvm-mc 19's assembler by the tests.
 * Fidelity: from-public-source.
 */
import { compiledRow } from './decode.ts';
import type { CompiledRow } from './decode.ts';
import { dpp16Fields, formats, insert, SourceCode } from './formats.ts';
import type { Field } from './formats.ts';
import type { Decoded, Operand } from './types.ts';

/** Register, constant or literal as a 9-bit source code. */
function sourceCode(value: Operand): number {
  switch (value.kind) {
    case 'vgpr': return 256 + value.index;
    case 'literal': return SourceCode.literal;
    case 'off': return 124;
    default: return value.index;
  }
}

const bitsOf = (list: readonly Operand[], pick: (value: Operand) => boolean): number =>
  list.slice(0, 3).reduce((mask, value, i) => mask | (pick(value) ? 1 << i : 0), 0);

/** The dwords of one instruction: its base, then a literal or DPP dword. */
export function encode(instruction: Decoded): Uint32Array {
  const { row, format: name, dst, src, dpp, second } = instruction;
  const format = formats[name];
  const plan = compiledRow(row);
  const words = new Uint32Array(2);
  words[0] = format.identity;
  const put = (field: string, value: number): void => insert(words, format.fields[field]!, value);
  put('op', row.opcode);
  const operandBits = (field: Field, value: Operand, isShort: boolean): void => {
    let code = field.bits === 9 ? sourceCode(value) : value.kind === 'vgpr' ? value.index : sourceCode(value);
    if (isShort && value.high) code += 128;                           // the half of a 16-bit operand sits in VGPR bit 7
    insert(words, field, code);
  };
  const isShort = name === 'VOP1' || name === 'VOP2' || name === 'VOPC';

  switch (name) {
    case 'SMEM':
      if (dst.length === 0) return words;
      put('sdata', dst[0]!.index);
      put('sbase', src[0]!.index >> 1);
      put('soffset', src[1]!.kind === 'off' ? 124 : src[1]!.index);
      put('offset', instruction.imm);
      put('glc', Number(instruction.glc));
      put('dlc', Number(instruction.dlc));
      return words;
    case 'DS': case 'FLAT': case 'GLOBAL': case 'SCRATCH': case 'MUBUF':
      memory(instruction, plan, words, put);
      return words;
    case 'VOPD':
      dual(instruction, second!, put);
      break;
    default:
      dst.forEach((value, i) => {
        const field = plan.dst[i]!.field;
        if (field !== undefined) operandBits(field, value, isShort);
      });
      src.forEach((value, i) => {
        const field = plan.src[i]!.field;
        if (field === undefined || (dpp !== undefined && i === 0)) return;
        operandBits(field, value, isShort);
      });
      if (dst.length === 0 && !plan.flags.has('bare') && (name === 'VOP3' || name === 'VOP3SD')) put('vdst', 126);
  }

  if (name === 'SOPP' || name === 'SOPK') put('simm16', instruction.imm);
  if (name === 'VOP3' || name === 'VOP3SD' || name === 'VOP3P') {
    put('clamp', Number(instruction.clamp));
    put('neg', bitsOf(src, (s) => s.neg));
    if (name !== 'VOP3P') put('omod', instruction.omod);
    if (name === 'VOP3') {
      put('abs', bitsOf(src, (s) => s.abs));
      put('opsel', bitsOf(src, (s) => s.high) | (dst[0]?.high === true ? 8 : 0));
    }
    if (name === 'VOP3P') {
      put('neghi', bitsOf(src, plan.flags.has('mix') ? (s) => s.abs : (s) => s.negHigh));
      put('opsel', bitsOf(src, (s) => s.high));
      // Assemblers leave the high selectors of absent operands at their default, one.
      const high = bitsOf(src, (s) => s.highOfPair) | (src.length === 2 && !plan.flags.has('mix') ? 4 : 0);
      put('opselhi', high & 3);
      put('opselhi2', high >> 2);
    }
  }

  if (dpp !== undefined) {
    put('src0', dpp.kind === 'dpp16' ? SourceCode.dpp16 : dpp.fetchInactive ? SourceCode.dpp8Fi : SourceCode.dpp8);
    return Uint32Array.of(...words.subarray(0, format.dwords), dppWord(instruction, isShort));
  }
  const literal = [...src, ...(second?.src ?? [])].find((value) => value.kind === 'literal');
  return literal === undefined ? words.slice(0, format.dwords) : Uint32Array.of(...words.subarray(0, format.dwords), literal.index);
}

function dppWord({ dpp, src }: Decoded, isShort: boolean): number {
  const word = new Uint32Array(1);
  const vgpr = src[0]!.index + (isShort && src[0]!.high ? 128 : 0);
  if (dpp!.kind === 'dpp8') return (vgpr | (dpp!.control << 8)) >>> 0;
  const put = (field: string, value: number | boolean): void => insert(word, dpp16Fields[field]!, Number(value));
  put('vgpr', vgpr);
  put('control', dpp!.control);
  put('fi', dpp!.fetchInactive);
  put('bound', dpp!.boundControl);
  put('bank', dpp!.bankMask);
  put('row', dpp!.rowMask);
  if (isShort) {
    put('neg0', src[0]!.neg);
    put('abs0', src[0]!.abs);
    put('neg1', src[1]?.neg ?? false);
    put('abs1', src[1]?.abs ?? false);
  }
  return word[0]!;
}

function dual(x: Decoded, y: Decoded, put: (field: string, value: number) => void): void {
  const planX = compiledRow(x.row);
  const planY = compiledRow(y.row);
  put('opy', y.row.opcode);
  put('vdst', x.dst[0]!.index);
  put('vdsty', y.dst[0]!.index >> 1);
  x.src.forEach((value, i) => {
    const { name } = planX.src[i]!;
    if (name === 'src0') put('src0', sourceCode(value));
    else if (name === 'vsrc1') put('vsrc1', value.index);
  });
  y.src.forEach((value, i) => {
    const { name } = planY.src[i]!;
    if (name === 'src0') put('src0y', sourceCode(value));
    else if (name === 'vsrc1') put('vsrc1y', value.index);
  });
}

function memory(instruction: Decoded, plan: CompiledRow, words: Uint32Array, put: (field: string, value: number) => void): void {
  const { format: name, dst, src } = instruction;
  if (name === 'DS') {
    put('offset0', instruction.imm & 0xff);
    put('offset1', plan.flags.has('two') ? instruction.imm1 : instruction.imm >> 8);
    put('gds', Number(instruction.gds));
    [...dst].forEach((value, i) => insert(words, plan.dst[i]!.field!, value.index));
    src.forEach((value, i) => insert(words, plan.src[i]!.field!, value.index));
    return;
  }
  if (plan.flags.has('bare')) return;
  put('offset', instruction.imm);
  put('glc', Number(instruction.glc));
  put('slc', Number(instruction.slc));
  put('dlc', Number(instruction.dlc));
  dst.forEach((value, i) => {
    if (plan.dst[i]!.name !== 'vdata' || !plan.flags.has('atomic')) insert(words, plan.dst[i]!.field!, value.index);
  });
  if (name === 'MUBUF') {
    put('offen', Number(instruction.offen));
    put('idxen', Number(instruction.idxen));
    put('tfe', Number(instruction.tfe));
  } else if (name === 'FLAT') {
    put('saddr', 124);
  }
  src.forEach((value, i) => {
    const slot = plan.src[i]!;
    if (slot.name === 'srsrc') put('srsrc', value.index >> 2);
    else if (slot.name === 'soffset') put('soffset', sourceCode(value));
    else if (slot.name === 'saddr') put('saddr', value.kind === 'off' ? 124 : value.index);
    else if (value.kind === 'off') return;
    else insert(words, slot.field!, value.index);
    if (name === 'SCRATCH' && slot.name === 'vaddr') put('sve', 1);
  });
}
