/**
 * Disassembly in LLVM's syntax, spelled as llvm-mc 19 prints gfx1100 (single spaces instead of its columns).
 *
 * What LLVM drops is kept visible: op_sel on 16-bit operands where LLVM 19 has no syntax for halves.
 *
 * Source: the output of llvm-mc 19; held to it by the tests beside this file.
 * Fidelity: from-public-source.
 */
import { compiledRow } from './decode.ts';
import { delayIds, delaySkips, depctrCounters, hwRegisters, messages, specialSources, waitCounters } from './names.ts';
import type { Counter } from './names.ts';
import { is16, isFloat } from './rows.ts';
import { promotedNames } from './table/promoted.ts';
import type { Decoded, ElementType, Operand } from './types.ts';

/** One line of assembly, without a label or comment. */
export function disassemble(instruction: Decoded): string {
  return print(instruction);
}

/** The same, as in code for 64 lanes: lane masks are pairs of registers, and a matrix is spread over twice as many lanes. */
export function disassembleWave64(instruction: Decoded): string {
  const { row, dst, src } = instruction;
  const mask = (value: Operand): Operand =>
    (value.type === 'm' && value.kind === 'sgpr' ? { ...value, dwords: 2, index: value.index === 107 || value.index > 123 ? value.index : value.index & ~1 } : value);
  const tile = (value: Operand): Operand =>
    (value.type === 'b256' && row.flags!.includes('wmma') ? { ...value, dwords: 4 } : mask(value));
  return print({ ...instruction, dst: dst.map(tile), src: src.map((s, i) => (i === 2 ? tile(s) : mask(s))) });
}

function print(instruction: Decoded): string {
  if (instruction.second !== undefined) {
    const mandatory = [instruction, instruction.second].some((half) => half.row.flags!.includes('literal'));
    return `${plain(instruction, mandatory)} :: ${plain(instruction.second, mandatory)}`;
  }
  switch (instruction.format) {
    case 'SOPP': case 'SOPK': return withImmediate(instruction);
    case 'SMEM': return scalarMemory(instruction);
    case 'DS': return localMemory(instruction);
    case 'FLAT': case 'GLOBAL': case 'SCRATCH': return vectorMemory(instruction);
    case 'MUBUF': return buffer(instruction);
    case 'SOP1': return instruction.row.flags!.includes('message')
      ? line(instruction.row.name, [register(instruction.dst[0]!), message(instruction.imm)]) : plain(instruction);
    case 'SOP2': case 'SOPC': return plain(instruction);
    default: return vector(instruction);
  }
}

const line = (name: string, operands: readonly string[], tail = ''): string =>
  (operands.length === 0 ? name : `${name} ${operands.join(', ')}`) + tail;

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

// --- Operands ---------------------------------------------------------------------------------------------

function register(value: Operand): string {
  const { kind, index, dwords } = value;
  if (kind === 'off') return 'off';
  const range = (prefix: string, first: number): string => (dwords === 1 ? `${prefix}${first}` : `${prefix}[${first}:${first + dwords - 1}]`);
  if (kind === 'vgpr') return range('v', index);
  if (index === 106) return dwords === 2 ? 'vcc' : 'vcc_lo';
  if (index === 126) return dwords === 2 ? 'exec' : 'exec_lo';
  if (index === 107) return 'vcc_hi';
  if (index === 127) return 'exec_hi';
  if (index === 124) return 'null';
  if (index === 125) return 'm0';
  return index >= 108 ? range('ttmp', index - 108) : range('s', index);
}

const float32Names: Readonly<Record<number, string>> = {
  0x3f000000: '0.5', 0xbf000000: '-0.5', 0x3f800000: '1.0', 0xbf800000: '-1.0', 0x40000000: '2.0', 0xc0000000: '-2.0',
  0x40800000: '4.0', 0xc0800000: '-4.0', 0x3e22f983: '0.15915494',
};
const float16Names: Readonly<Record<number, string>> = {
  0x3800: '0.5', 0xb800: '-0.5', 0x3c00: '1.0', 0xbc00: '-1.0', 0x4000: '2.0', 0xc000: '-2.0', 0x4400: '4.0', 0xc400: '-4.0', 0x3118: '0.15915494',
};
const float64Names: Readonly<Record<number, string>> = {
  0x3fe00000: '0.5', 0xbfe00000: '-0.5', 0x3ff00000: '1.0', 0xbff00000: '-1.0', 0x40000000: '2.0', 0xc0000000: '-2.0', 0x40100000: '4.0', 0xc0100000: '-4.0',
};

const constantNames = ['0.5', '-0.5', '1.0', '-1.0', '2.0', '-2.0', '4.0', '-4.0', '0.15915494'];

const inlineInteger = (value: number): boolean => value >= -16 && value <= 64;

/** A constant as LLVM spells it: small integers in decimal, the inline floats by value, everything else in hex. */
function constant({ lo, hi, dwords, kind, index }: Operand, type: ElementType): string {
  if (dwords === 2) {
    if (kind === 'literal') {
      // A literal is printed by the 32 bits that were encoded.
      if (type === 'f64') return index === 0 ? '0' : float64Names[index] ?? hex(index);
      if (index <= 64) return String(index);
      return hex(lo);
    }
    if (index === 248) return '0.15915494309189532';
    return kind === 'const' && index >= 240 ? float64Names[hi]! : String(lo | 0);
  }
  // A float constant is printed by name whatever it is taken for, but for 16-bit integers.
  if (kind === 'const' && index >= 240 && !(is16(type) && !isFloat(type))) return constantNames[index - 240]!;
  if (is16(type)) {
    const value = lo << 16 >> 16;
    if (type === 'f16') return inlineInteger(value) ? String(value) : float16Names[lo & 0xffff] ?? hex(lo & 0xffff);
    // Integers are compared as 32 bits before their low half is printed.
    if (inlineInteger(lo | 0)) return String(lo | 0);
    return float32Names[lo] ?? hex(lo & 0xffff);
  }
  if (inlineInteger(lo | 0)) return String(lo | 0);
  return float32Names[lo] ?? hex(lo);
}

/** Operand without modifiers. */
function bare(value: Operand, type = value.type): string {
  if (value.kind === 'special') return specialSources[value.index]!;
  return value.kind === 'const' || value.kind === 'literal' ? constant(value, type) : register(value);
}

function withModifiers(value: Operand, type = value.type): string {
  const text = bare(value, type);
  // On integers the negation bit means sign extension.
  if (!isFloat(type) && type !== 'b32' && type !== 'b64' && type !== 'b16' && (value.neg || value.abs)) return `sext(${text})`;
  return modified(value, text);
}

function modified(value: Operand, text: string): string {
  if (value.abs) return value.neg ? `-|${text}|` : `|${text}|`;
  if (!value.neg) return text;
  // A minus sign before a number would be part of it.
  return value.kind === 'const' || value.kind === 'literal' ? `neg(${text})` : `-${text}`;
}

// --- Scalar formats ---------------------------------------------------------------------------------------

/** `mandatory`: a literal that one half of a VOPD always has, which LLVM prints as f32 wherever it appears. */
function plain(instruction: Decoded, mandatory = false): string {
  const operands = instruction.dst.map((d) => register(d));
  const plan = compiledRow(instruction.row);
  instruction.src.forEach((s, i) => {
    if (plan.src[i]!.name === 'literal') operands.push(hex(s.index));
    else if (plan.flags.has('packedf16') && !mandatory) operands.push(packedConstant({ ...s, type: 'f16' }));
    else if (plan.src[i]!.class !== 'vcc') operands.push(bare(s));
  });
  return line(instruction.row.name, operands);
}

function counters(imm: number, list: readonly Counter[]): string {
  const shown = (all: boolean): string[] => list.flatMap(([name, lo, bits]) => {
    const value = (imm >>> lo) & ((1 << bits) - 1);
    return all || value !== (1 << bits) - 1 ? [`${name}(${value})`] : [];
  });
  const some = shown(false);
  return (some.length > 0 ? some : shown(true)).join(' ');
}

const depctrMask = depctrCounters.reduce((mask, [, lo, bits]) => mask | (((1 << bits) - 1) << lo), 0);

function delay(imm: number): string {
  const name = (names: readonly string[], value: number, what: string): string => names[value] ?? `/* invalid ${what} value */`;
  const id0 = imm & 15;
  const skip = (imm >>> 4) & 7;
  const id1 = (imm >>> 7) & 15;
  const parts: string[] = [];
  if (id0 !== 0) parts.push(`instid0(${name(delayIds, id0, 'instid')})`);
  if (skip !== 0) parts.push(`instskip(${name(delaySkips, skip, 'instskip')})`);
  if (id1 !== 0) parts.push(`instid1(${name(delayIds, id1, 'instid')})`);
  return parts.length === 0 ? '0' : parts.join(' | ');
}

function message(imm: number): string {
  const id = imm & 0xff;
  if (messages[id] !== undefined) return `sendmsg(${messages[id]})`;
  return imm < 256 ? `sendmsg(${id}, 0, 0)` : String(imm);
}

function hardwareRegister(imm: number): string {
  const id = imm & 63;
  const offset = (imm >>> 6) & 31;
  const size = (imm >>> 11) + 1;
  const name = hwRegisters[id] ?? String(id);
  return offset === 0 && size === 32 ? `hwreg(${name})` : `hwreg(${name}, ${offset}, ${size})`;
}

function withImmediate(instruction: Decoded): string {
  const { row, dst, src } = instruction;
  const imm = instruction.imm & 0xffff;
  const has = (flag: string): boolean => row.flags!.includes(flag);
  // S_ADDK and S_MULK name their destination, which is a source too, once.
  const registers = (dst.length > 0 ? dst : src.filter((s) => s.kind === 'sgpr' && s.type !== 'm')).map(register);
  if (has('bare')) return row.name;
  if (has('waitcnt')) return line(row.name, [counters(imm, waitCounters)]);
  if (has('depctr')) return line(row.name, [(imm & ~depctrMask) === 0 ? counters(imm, depctrCounters) : hex(imm)]);
  if (has('version')) return line(row.name, [version(imm)]);
  if (has('delay')) return line(row.name, [delay(imm)]);
  if (has('message')) return line(row.name, [message(imm)]);
  if (has('optional')) return line(row.name, imm === 0 ? [] : [String(imm)]);
  if (has('branch')) return line(row.name, [...registers, String(imm)]);
  if (has('decimal')) return line(row.name, [...registers, smallOrHex(imm)]);
  if (has('hwreg')) {
    const selector = hardwareRegister(imm);
    if (dst.length > 0) return line(row.name, [register(dst[0]!), selector]);
    return line(row.name, [selector, bare(src[0]!)]);
  }
  return line(row.name, [...registers, hex(imm)]);
}

/** The microcode version: a generation and up to three flags, as an expression of names. */
function version(imm: number): string {
  if ((imm & 0x1f00) !== 0) return hex(imm);
  const generation = ({ 0: 'GFX7', 4: 'GFX10', 6: 'GFX11', 9: 'GFX12' } as Record<number, string>)[imm & 0xff];
  let text = generation === undefined ? String(imm & 0xff) : `UC_VERSION_${generation}`;
  let terms = 1;
  for (const [bit, name] of [[0x2000, 'W64'], [0x4000, 'W32'], [0x8000, 'MDP']] as const) {
    if ((imm & bit) === 0) continue;
    text = `${terms++ > 1 ? `(${text})` : text}|UC_VERSION_${name}_BIT`;
  }
  return text;
}

const smallOrHex = (imm: number): string => (imm <= 64 ? String(imm) : hex(imm));

// --- Memory -----------------------------------------------------------------------------------------------

const cachePolicy = ({ glc, slc, dlc }: Decoded): string => (glc ? ' glc' : '') + (slc ? ' slc' : '') + (dlc ? ' dlc' : '');

function scalarMemory(instruction: Decoded): string {
  const { row, dst, src, imm } = instruction;
  if (dst.length === 0) return row.name;
  const [base, offset] = src as [Operand, Operand];
  const signed = imm < 0 ? `-${hex(-imm)}` : hex(imm);
  const operands = [register(dst[0]!), register(base)];
  let tail = '';
  if (offset.kind !== 'off') {
    operands.push(register(offset));
    if (imm !== 0) tail = ` offset:${signed}`;
  } else {
    operands.push(imm === 0 ? 'null' : signed);
  }
  return line(row.name, operands, tail + cachePolicy(instruction));
}

function swizzle(imm: number): string {
  if (imm === 0) return '';
  if ((imm & 0xff00) === 0x8000) return ` offset:swizzle(QUAD_PERM,${[0, 2, 4, 6].map((s) => (imm >>> s) & 3).join(',')})`;
  if ((imm & 0x8000) !== 0) return ` offset:${imm}`;
  const and = imm & 31;
  const or = (imm >>> 5) & 31;
  const xor = (imm >>> 10) & 31;
  if (and === 31 && or === 0 && xor !== 0 && (xor & (xor - 1)) === 0) return ` offset:swizzle(SWAP,${xor})`;
  if (and === 31 && or === 0 && xor > 0 && (xor & (xor + 1)) === 0) return ` offset:swizzle(REVERSE,${xor + 1})`;
  const group = 32 - and;
  if (xor === 0 && group > 1 && (group & (group - 1)) === 0 && or < group) return ` offset:swizzle(BROADCAST,${group},${or})`;
  let mask = '';
  for (let bit = 4; bit >= 0; bit--) {
    const keep = (and >>> bit) & 1;
    const set = (or >>> bit) & 1;
    const flip = (xor >>> bit) & 1;
    if (keep === 0) mask += (set ^ flip) === 1 ? '1' : '0';
    else if (set === 1) mask += flip === 1 ? '0' : '1';
    else mask += flip === 1 ? 'i' : 'p';
  }
  return ` offset:swizzle(BITMASK_PERM,"${mask}")`;
}

function localMemory(instruction: Decoded): string {
  const { row, dst, src, imm, imm1 } = instruction;
  let tail: string;
  if (row.flags!.includes('swizzle')) tail = swizzle(imm);
  else if (row.flags!.includes('two')) tail = (imm !== 0 ? ` offset0:${imm}` : '') + (imm1 !== 0 ? ` offset1:${imm1}` : '');
  else tail = imm !== 0 ? ` offset:${imm}` : '';
  return line(row.name, [...dst, ...src].map(register), tail + (instruction.gds ? ' gds' : ''));
}

function vectorMemory(instruction: Decoded): string {
  const { row, dst, src, imm } = instruction;
  return line(row.name, [...dst, ...src].map(register), (imm !== 0 ? ` offset:${imm}` : '') + cachePolicy(instruction));
}

function buffer(instruction: Decoded): string {
  const { row, dst, src, imm } = instruction;
  if (row.flags!.includes('bare')) return row.name;
  // A returning atomic names its data once.
  const operands = row.flags!.includes('atomic') ? src : [...dst, ...src];
  return line(row.name, operands.map((o) => bare(o)), (instruction.idxen ? ' idxen' : '') + (instruction.offen ? ' offen' : '')
    + (imm !== 0 ? ` offset:${imm}` : '') + cachePolicy(instruction) + (instruction.tfe ? ' tfe' : ''));
}

// --- Vector ALU -------------------------------------------------------------------------------------------

const bits = (values: readonly boolean[]): string => `[${values.map(Number).join(',')}]`;

function dppText(dpp: NonNullable<Decoded['dpp']>): string {
  const fi = dpp.fetchInactive ? ' fi:1' : '';
  if (dpp.kind === 'dpp8') return ` dpp8:[${[0, 1, 2, 3, 4, 5, 6, 7].map((i) => (dpp.control >>> (3 * i)) & 7).join(',')}]${fi}`;
  const { control } = dpp;
  const n = control & 15;
  let pattern: string;
  if (control <= 0xff) pattern = `quad_perm:[${[0, 2, 4, 6].map((s) => (control >>> s) & 3).join(',')}]`;
  else if (control < 0x110) pattern = `row_shl:${n}`;
  else if (control < 0x120) pattern = `row_shr:${n}`;
  else if (control < 0x130) pattern = `row_ror:${n}`;
  else if (control === 0x140) pattern = 'row_mirror';
  else if (control === 0x141) pattern = 'row_half_mirror';
  else pattern = control < 0x160 ? `row_share:${n}` : `row_xmask:${n}`;
  return ` ${pattern} row_mask:${hex(dpp.rowMask)} bank_mask:${hex(dpp.bankMask)}${dpp.boundControl ? ' bound_ctrl:1' : ''}${fi}`;
}

function vector(instruction: Decoded): string {
  const { row, dst, src, dpp } = instruction;
  const plan = compiledRow(row);
  const has = (flag: string): boolean => plan.flags.has(flag);
  const short = row.format === 'VOP1' || row.format === 'VOP2' || row.format === 'VOPC';
  let name = row.name;
  // Compares through DPP are told from their plain form by the DPP operands alone.
  if (dpp !== undefined) name += row.format === 'VOPC' ? '' : short ? '_dpp' : '_e64_dpp';
  else if (promotedNames().has(row.name) || has('true16')) name += short ? '_e32' : '_e64';

  const half = (value: Operand, text: string): string =>
    (value.kind !== 'vgpr' || !(has('true16') || (short && value.high)) ? text : `${text}.${value.high ? 'h' : 'l'}`);
  const operands = dst.map((d) => half(d, register(d)));
  src.forEach((s, i) => {
    if (plan.src[i]!.class === 'vcc' && !short) return;               // implied by the 64-bit division steps
    if (plan.src[i]!.name === 'literal') operands.push(hex(s.index));
    else if (has('packedf16') && (short || i < 2)) operands.push(modified(s, packedConstant({ ...s, type: 'f16' })));
    else if (has('bfloat') && s.kind === 'literal' && (i < 2 || s.type === 'bf16')) operands.push(row.format === 'VOP3P' ? brainFloat(s) : modified(s, brainFloat(s)));
    else if (has('wmma') && s.kind === 'const' && s.index === 248 && s.dwords === 8) operands.push('0.15915494309189532');
    else if (row.format !== 'VOP3P') operands.push(half(s, withModifiers(s, has('floatexponent') && !short ? 'f16' : s.type)));
    else operands.push(has('mix') ? withModifiers(s, 'f16') : packedConstant(s));
  });

  let tail = '';
  if (row.format === 'VOP3P') {
    const low = src.map((s) => s.high);
    const high = src.map((s) => s.highOfPair);
    if (low.some(Boolean)) tail += ` op_sel:${bits(low)}`;
    const defaultHigh = !has('mix');
    if ((!has('wmma') || has('wmmasel')) && high.some((h) => h !== defaultHigh)) tail += ` op_sel_hi:${bits(high)}`;
    if (!has('mix')) {
      if (src.some((s) => s.neg)) tail += ` neg_lo:${bits(src.map((s) => s.neg))}`;
      if (src.some((s) => s.negHigh)) tail += ` neg_hi:${bits(src.map((s) => s.negHigh))}`;
    }
    if (instruction.clamp) tail += ' clamp';
  } else if (!short) {
    const sources = src.slice(0, 3).filter((_, i) => plan.src[i]!.class !== 'vcc' && plan.src[i]!.type !== 'm');
    const halves = sources.map((s) => s.high);
    if (has('opsel') && has('accumulates')) halves.push(false);
    if (!has('lanesel')) halves.push(dst[0]?.high ?? false);
    else halves.length = 2;
    if (halves.some(Boolean)) tail += ` op_sel:${bits(halves)}`;
    if (instruction.clamp) tail += ' clamp';
    tail += ['', ' mul:2', ' mul:4', ' div:2'][instruction.omod]!;
  }
  if (dpp !== undefined) tail += dppText(dpp);
  return line(name, operands, tail);
}

/** LLVM 19 knows no bfloat16 literals: the low half as a small integer, or all 32 bits. */
function brainFloat({ lo, type }: Operand): string {
  const value = type === 'bf16' ? lo << 16 >> 16 : lo | 0;
  return inlineInteger(value) ? String(value) : hex(lo);
}

/** Packed operands print their constants as 32 bits, halves of floats by name where the high half is empty. */
function packedConstant(value: Operand): string {
  if (!is16(value.type)) return bare(value);
  if (value.kind === 'const') return bare(value, 'b32');
  const name = value.type === 'f16' && value.kind === 'literal' ? float16Names[value.lo] : undefined;
  if (name !== undefined) return name;
  return value.type === 'f16' && value.kind === 'literal' && !inlineInteger(value.lo | 0) ? hex(value.lo) : bare(value, 'b32');
}
