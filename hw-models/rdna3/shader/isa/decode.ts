/**
 * Machine code to `Decoded`: the top nine bits name the format, the format's opcode field the row, the row the fields.
 *
 * What LLVM's gfx1100 disassembler refuses is refused here; what it accepts and prints with an "invalid register"
 * remark (a VGPR where only an SGPR fits) is refused too. Multi-dword SGPR operands are aligned down as LLVM does.
 * op_sel is kept for every 16-bit operand although LLVM 19 drops it on some; 16-bit operands of 32-bit encodings
 * take VGPR bit 7 as "high half".
 *
 * Source: AMD "RDNA3 Instruction Set Architecture", chapters 6 and 15; held to llvm-mc 19 by the tests beside it.
 * Fidelity: from-public-source.
 */
import { dpp16Fields, extract, formats, SourceCode } from './formats.ts';
import type { Field, Format } from './formats.ts';
import { dwordsOf, is16, isFloat, once } from './rows.ts';
import { table } from './table.ts';
import type { Decoded, ElementType, FormatName, InstructionRow, Operand, OperandDecl } from './types.ts';

interface Slot {
  readonly field: Field | undefined;
  readonly name: string;
  readonly class: OperandDecl['class'];
  readonly type: ElementType;
  /** What an inline constant is taken for, where that is not `type`. */
  readonly constantType: ElementType;
  readonly dwords: number;
}

export interface CompiledRow {
  readonly row: InstructionRow;
  readonly dst: readonly Slot[];
  readonly src: readonly Slot[];
  readonly flags: ReadonlySet<string>;
  /** 64-bit forms: op_sel bits that mean something, one a source and bit 3 for the destination. */
  readonly opselMask: number;
  readonly absMask: number;
  readonly negMask: number;
  /** As above, for bits that LLVM tolerates and drops. */
  readonly absIgnored: number;
  readonly negIgnored: number;
}

/** Trailing implicit operands have no `Operand`. */
const implicit = (decl: OperandDecl): boolean => decl.class === 'scc' || decl.class === 'exec' || decl.class === 'm0';

function compile(row: InstructionRow): CompiledRow {
  const format = formats[row.format];
  const flags = new Set(row.flags);
  const slot = (decl: OperandDecl): Slot => ({
    field: format.fields[decl.field],
    name: decl.field,
    class: decl.class,
    type: decl.type,
    constantType: flags.has('packedf16') ? 'f16' : decl.type,
    dwords: dwordsOf(decl.type),
  });
  const dst = row.dst.filter((decl) => !implicit(decl)).map(slot);
  const src = row.src.filter((decl) => !implicit(decl)).map(slot);
  let opselMask = 0;
  let floats = 0;
  src.forEach((s, i) => {
    if (i < 3 && s.class !== 'vcc') {
      if (flags.has('opsel') || is16(s.type)) opselMask |= 1 << i;
      if (isFloat(s.type)) floats |= 1 << i;
    }
  });
  if (flags.has('opsel') || (dst[0] !== undefined && is16(dst[0].type))) opselMask |= 8;
  if (flags.has('opsel2')) opselMask = 12;
  if (flags.has('lanesel')) opselMask = 3;
  if (flags.has('floatmods')) floats = (1 << Math.min(src.filter((s) => s.type !== 'm').length, 3)) - 1;
  const all = (1 << Math.min(src.length, 3)) - 1;
  const tolerant = flags.has('opsel') || flags.has('lanesel') ? all : 0;
  return {
    row, dst, src, flags, opselMask,
    absMask: flags.has('floatexponent') && row.format === 'VOP3' ? all : floats,
    negMask: flags.has('negall') ? all : floats,
    absIgnored: flags.has('negall') ? all : tolerant,
    negIgnored: tolerant,
  };
}

const plans = once((): Record<FormatName, (CompiledRow | undefined)[]> => {
  const banks = Object.fromEntries(Object.keys(formats).map((name) => [name, []])) as never as Record<FormatName, (CompiledRow | undefined)[]>;
  for (const row of table()) {
    const bank = row.format === 'VOP3SD' ? 'VOP3' : row.format;      // one encoding, told apart by the opcode
    banks[bank][row.opcode] = compile(row);
  }
  return banks;
});

/** The row's decoding plan; used by the encoder and the generator too. */
export function compiledRow(row: InstructionRow): CompiledRow {
  return plans()[row.format === 'VOP3SD' ? 'VOP3' : row.format][row.opcode]!;
}

/** Format by the top nine bits; FLAT stands for its three segments. */
const formatByTop: readonly (FormatName | undefined)[] = Array.from({ length: 512 }, (_, top): FormatName | undefined => {
  const word = (top << 23) >>> 0;
  if (top === 0x17d) return 'SOP1';
  if (top === 0x17e) return 'SOPC';
  if (top === 0x17f) return 'SOPP';
  if (word >>> 28 === 0xb) return 'SOPK';
  if (word >>> 30 === 2) return 'SOP2';
  if (word >>> 25 === 0x3f) return 'VOP1';
  if (word >>> 25 === 0x3e) return 'VOPC';
  if (word >>> 31 === 0) return 'VOP2';
  if (top === 0x198) return 'VOP3P';
  for (const name of ['SMEM', 'VOP3', 'VOPD', 'DS', 'MUBUF'] as const) {
    if (((word & formats[name].mask) >>> 0) === formats[name].identity) return name;
  }
  return word >>> 26 === 0x37 ? 'FLAT' : undefined;
});
const segments: readonly (FormatName | undefined)[] = ['FLAT', 'SCRATCH', 'GLOBAL', undefined];

// --- Operands ---------------------------------------------------------------------------------------------

function operand(kind: Operand['kind'], index: number, dwords: number, type: ElementType, lo = 0, hi = 0): Operand {
  return { kind, index, dwords, type, lo, hi, neg: false, abs: false, high: false, highOfPair: false, negHigh: false };
}

export const off = (type: ElementType): Operand => operand('off', 0, 0, type);

function vgpr(index: number, slot: Slot, dwords = slot.dwords): Operand | undefined {
  return index + dwords > 256 ? undefined : operand('vgpr', index, dwords, slot.type);
}

/** SGPR file by encoding: 0-105, VCC 106-107, trap temporaries 108-123, NULL 124, M0 125, EXEC 126-127. */
export function sgprIndex(code: number, dwords: number): number | undefined {
  if (code > 127) return undefined;
  if (dwords === 1 || code === 124) return code;
  if (code === 125) return undefined;
  if (code === 106 || code === 126) return dwords === 2 ? code : undefined;
  if (code === 107 || code === 127) return undefined;
  const trap = code >= 108;
  const first = trap ? 108 : 0;
  const align = Math.min(dwords, 4);
  const index = first + Math.floor((code - first) / align) * align;
  return index + dwords > (trap ? 124 : 106) ? undefined : index;
}

function sgpr(code: number, slot: Slot): Operand | undefined {
  const index = sgprIndex(code, slot.dwords);
  return index === undefined ? undefined : operand('sgpr', index, slot.dwords, slot.type);
}

/** Bits of inline float constants 240-248: ±0.5, ±1, ±2, ±4, 1/(2π). */
const float32 = [0x3f000000, 0xbf000000, 0x3f800000, 0xbf800000, 0x40000000, 0xc0000000, 0x40800000, 0xc0800000, 0x3e22f983];
const float16 = [0x3800, 0xb800, 0x3c00, 0xbc00, 0x4000, 0xc000, 0x4400, 0xc400, 0x3118];
const bfloat16 = [0x3f00, 0xbf00, 0x3f80, 0xbf80, 0x4000, 0xc000, 0x4080, 0xc080, 0x3e22];
const float64High = [0x3fe00000, 0xbfe00000, 0x3ff00000, 0xbff00000, 0x40000000, 0xc0000000, 0x40100000, 0xc0100000, 0x3fc45f30];

/** An inline constant as the instruction sees it for `type`; undefined where the code is none. `wide16`: packed integer
 *  operands see a float constant in f32. */
export function inlineConstant(code: number, type: ElementType, packed = false): { lo: number; hi: number } | undefined {
  if (code >= 128 && code <= 208) {
    const value = code <= 192 ? code - 128 : 192 - code;
    return { lo: value >>> 0, hi: value < 0 && dwordsOf(type) === 2 ? 0xffffffff : 0 };
  }
  if (code < 240 || code > 248) return undefined;
  const i = code - 240;
  if (dwordsOf(type) === 2) return { lo: i === 8 ? 0x6dc9c882 : 0, hi: float64High[i]! };
  if (type === 'bf16') return { lo: bfloat16[i]!, hi: 0 };
  if (type === 'f16' || (is16(type) && !packed)) return { lo: float16[i]!, hi: 0 };
  return { lo: float32[i]! >>> 0, hi: 0 };
}

/** A literal as the instruction sees it: f64 takes it as its high half, i64 sign-extends, other 64-bit types zero-extend. */
export function literalBits(literal: number, type: ElementType): { lo: number; hi: number } {
  if (type === 'f64') return { lo: 0, hi: literal >>> 0 };
  if (type === 'i64') return { lo: literal >>> 0, hi: literal >> 31 >>> 0 };
  return { lo: literal >>> 0, hi: 0 };
}

function scalarSource(code: number, slot: Slot, literal: number | undefined, packed: boolean): Operand | undefined {
  if (code < 128) return sgpr(code, slot);
  if (code === SourceCode.literal) {
    if (literal === undefined) return undefined;
    const { lo, hi } = literalBits(literal, slot.type);
    return operand('literal', literal >>> 0, slot.dwords, slot.type, lo, hi);
  }
  const constant = inlineConstant(code, slot.constantType, packed);
  if (constant !== undefined) return operand('const', code, slot.dwords, slot.type, constant.lo, constant.hi);
  // Apertures, POPS wave id, and VCCZ, EXECZ, SCC as values.
  if ((code >= 235 && code <= 239) || (code >= 251 && code <= 253)) return operand('special', code, slot.dwords, slot.type);
  return undefined;
}

function source(code: number, slot: Slot, literal: number | undefined, packed = false): Operand | undefined {
  if (code >= 256) return slot.class === 'vsrc' || slot.class === 'vgpr' ? vgpr(code - 256, slot) : undefined;
  if (slot.class === 'vgpr') return undefined;
  if (slot.class === 'sgpr') return slot.type === 'm' && code >= 126 ? undefined : sgpr(code, slot);   // a mask is never EXEC
  return scalarSource(code, slot, literal, packed);
}

const vcc = (type: ElementType): Operand => operand('sgpr', 106, 1, type);

// --- Instructions -----------------------------------------------------------------------------------------

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Draft = Mutable<Decoded> & { dst: Operand[]; src: Operand[] };

function draft(plan: CompiledRow, dwords: number): Draft {
  return {
    row: plan.row, format: plan.row.format, bytes: dwords * 4, dst: [], src: [], imm: 0, imm1: 0, clamp: false, omod: 0,
    glc: false, slc: false, dlc: false, gds: false, offen: false, idxen: false, tfe: false,
  };
}

export type CodeReader = (index: number) => number;

/**
 * Decodes the instruction at dword `at`. Undefined: not an instruction of the table, or it runs past the end of the array.
 * Cost is some 200-400 ns; callers cache.
 *
 * `executed`: as the card takes it. It looks at no register field that the instruction does not use, where an assembler
 * makes and a disassembler takes zeros only: the result register of LDS atomics without a result and the second source of
 * a dual move are seen so on silicon (tinygrad's tests of instructions, which its makers run on boards); that of other
 * fields is not known, and those have to be zero here, too.
 */
export function decode(words: Uint32Array | CodeReader, at: number, executed = false): Decoded | undefined {
  const read = typeof words === 'function' ? words : (index: number): number | undefined => words[index];
  const w0 = read(at);
  if (w0 === undefined) return undefined;
  let name = formatByTop[w0 >>> 23];
  if (name === 'FLAT') name = segments[(w0 >>> 16) & 3];
  if (name === undefined) return undefined;
  const format = formats[name];
  const plan = plans()[name][extract([w0], format.fields.op!)];
  if (plan === undefined) return undefined;
  const code = [w0, 0];
  if (format.dwords === 2) {
    const w1 = read(at + 1);
    if (w1 === undefined) return undefined;
    code[1] = w1;
  }
  const next = (): number | undefined => read(at + format.dwords);
  switch (name) {
    case 'SOP1': case 'SOP2': case 'SOPC': return scalar(plan, formats[name], code, next);
    case 'SOPK': case 'SOPP': return immediate(plan, format, code, next);
    case 'VOP1': case 'VOP2': case 'VOPC': return short(plan, format, code, next);
    case 'VOP3': case 'VOP3SD': return wide(plan, formats[plan.row.format], code, next);
    case 'VOP3P': return packed(plan, format, code, next);
    case 'VOPD': return dual(plan, format, code, next, executed);
    case 'SMEM': return scalarMemory(plan, format, code);
    case 'DS': return localMemory(plan, format, code, executed);
    case 'MUBUF': return buffer(plan, format, code);
    default: return vectorMemory(plan, format, code);
  }
}

/** Appends unless undefined; says whether it could. */
function push(list: Operand[], value: Operand | undefined): boolean {
  if (value === undefined) return false;
  list.push(value);
  return true;
}

function scalar(plan: CompiledRow, format: Format, code: number[], next: () => number | undefined): Decoded | undefined {
  const out = draft(plan, 1);
  let literal: number | undefined;
  for (const slot of plan.src) {
    if (slot.field !== undefined && extract(code, slot.field) === SourceCode.literal && slot.class === 'ssrc') {
      literal = next();
      out.bytes = 8;
    }
  }
  for (const slot of plan.dst) if (!push(out.dst, sgpr(extract(code, slot.field!), slot))) return undefined;
  if (plan.flags.has('message')) {                                    // the source byte is the message itself
    out.imm = extract(code, format.fields.ssrc0!);
    out.bytes = 4;
    out.src.push(operand('const', out.imm, 1, 'b32', out.imm));
    return out;
  }
  for (const slot of plan.src) if (!push(out.src, source(extract(code, slot.field!), slot, literal))) return undefined;
  return out;
}

function immediate(plan: CompiledRow, format: Format, code: number[], next: () => number | undefined): Decoded | undefined {
  const out = draft(plan, 1);
  const simm16 = extract(code, format.fields.simm16!);
  out.imm = plan.flags.has('signed') ? simm16 << 16 >> 16 : simm16;
  if (plan.flags.has('bare') && simm16 !== 0) return undefined;
  for (const slot of plan.dst) if (!push(out.dst, sgpr(extract(code, slot.field!), slot))) return undefined;
  for (const slot of plan.src) {
    if (slot.name === 'literal') {
      const literal = next();
      if (literal === undefined) return undefined;
      out.bytes = 8;
      out.src.push(operand('literal', literal >>> 0, 1, slot.type, literal >>> 0));
    } else if (slot.class === 'vcc') {
      out.src.push(vcc(slot.type));
    } else if (!push(out.src, sgpr(extract(code, slot.field!), slot))) {
      return undefined;
    }
  }
  return out;
}

/** Reads the DPP dword; fills `out.dpp` and gives src0 with its modifiers, or undefined. `mods`: source bits that may be modified. */
function dpp(out: Draft, code: number, word: number, slot: Slot): Operand | undefined {
  const index = word & 0xff;
  if (code === SourceCode.dpp16) {
    const get = (field: keyof typeof dpp16Fields): number => extract([word], dpp16Fields[field]!);
    const control = get('control');
    if (!dpp16ControlValid(control)) return undefined;
    out.dpp = {
      kind: 'dpp16', control, rowMask: get('row'), bankMask: get('bank'), boundControl: get('bound') === 1, fetchInactive: get('fi') === 1,
    };
  } else {
    out.dpp = {
      kind: 'dpp8', control: word >>> 8, rowMask: 15, bankMask: 15, boundControl: false, fetchInactive: code === SourceCode.dpp8Fi,
    };
  }
  return vgpr(index, slot);
}

/** DPP16 controls of gfx11: quad_perm, row shifts and rotates, mirrors, row_share, row_xmask. */
export function dpp16ControlValid(control: number): boolean {
  if (control <= 0xff) return true;
  if (control > 0x100 && control <= 0x12f) return (control & 15) !== 0;
  return control === 0x140 || control === 0x141 || (control >= 0x150 && control <= 0x16f);
}

/** Halves of 16-bit operands in 32-bit encodings: VGPR bit 7 means the high half. */
function trueHalf(value: Operand): Operand {
  return value.kind === 'vgpr' && is16(value.type) && value.index >= 128
    ? { ...value, index: value.index - 128, high: true } : value;
}

function short(plan: CompiledRow, format: Format, code: number[], next: () => number | undefined): Decoded | undefined {
  const out = draft(plan, 1);
  // V_NOP and its kin ignore their source.
  if (plan.flags.has('bare')) return (code[0]! & ~0x1ff) >>> 0 === ((format.identity | (plan.row.opcode << format.fields.op!.lo)) >>> 0) ? out : undefined;
  const src0 = extract(code, format.fields.src0!);
  const isDpp = src0 === SourceCode.dpp8 || src0 === SourceCode.dpp8Fi || src0 === SourceCode.dpp16;
  let extra: number | undefined;
  if (isDpp || src0 === SourceCode.literal || plan.flags.has('literal')) {
    extra = next();
    if (extra === undefined || (isDpp && plan.flags.has('nodpp'))) return undefined;
    out.bytes = 8;
  }
  for (const slot of plan.dst) {
    if (slot.class === 'vcc') { out.dst.push(vcc(slot.type)); continue; }
    const number = extract(code, slot.field!);
    const value = slot.class === 'sgpr' ? sgpr(number, slot) : vgpr(number, slot);
    if (value === undefined) return undefined;
    out.dst.push(trueHalf(value));
  }
  if (plan.flags.has('lo128') && extract(code, format.fields.vsrc1!) >= 128) return undefined;
  let place = 0;
  for (const slot of plan.src) {
    let value: Operand | undefined;
    if (slot.class === 'vcc') value = vcc(slot.type);
    else if (slot.name === 'literal') value = operand('literal', extra! >>> 0, 1, slot.type, extra! >>> 0);
    else if (slot.name === 'src0') value = isDpp ? dpp(out, src0, extra!, slot) : source(src0, slot, extra);
    else value = vgpr(extract(code, slot.field!), slot);
    if (value === undefined) return undefined;
    if (src0 === SourceCode.dpp16 && place < 2 && slot.class !== 'vcc') {
      const bit = 1 << place;
      const neg = (extra! >>> (20 + 2 * place)) & 1;
      const abs = (extra! >>> (21 + 2 * place)) & 1;
      if ((neg !== 0 && (plan.negMask & bit) === 0) || (abs !== 0 && ((plan.absMask | plan.absIgnored) & bit) === 0)) return undefined;
      value = { ...value, neg: neg !== 0, abs: abs !== 0 && (plan.absMask & bit) !== 0 };
    }
    out.src.push(trueHalf(value));
    place++;
  }
  if (src0 === SourceCode.dpp16 && place < 2 && ((extra! >>> 22) & 3) !== 0) return undefined;
  return out;
}

/** DPP of the 64-bit formats: src0 comes from the DPP dword, the others must be VGPRs or inline. */
function wideSources(
  plan: CompiledRow, format: Format, code: number[], next: () => number | undefined, out: Draft, packedOperands: boolean,
): boolean {
  const codes = [extract(code, format.fields.src0!), extract(code, format.fields.src1!), extract(code, format.fields.src2!)];
  const first = codes[0]!;
  const isDpp = first === SourceCode.dpp8 || first === SourceCode.dpp8Fi || first === SourceCode.dpp16;
  const used = plan.src.filter((slot) => slot.class !== 'vcc').length;
  let literal: number | undefined;
  if (isDpp || codes.slice(0, used).includes(SourceCode.literal)) {
    literal = next();
    if (literal === undefined || (isDpp && plan.flags.has('nodpp'))) return false;
    out.bytes = 12;
  }
  for (const [place, slot] of plan.src.entries()) {
    let value: Operand | undefined;
    if (slot.class === 'vcc') value = vcc(slot.type);
    else if (place === 0 && isDpp) value = dpp(out, first, literal!, slot);
    else if (isDpp && (codes[place] === SourceCode.literal || (plan.flags.has('mix') && place === 1 && (codes[1]! < 235 || (codes[1]! > 239 && codes[1]! < 251))))) return false;
    else value = source(codes[place]!, slot, literal, packedOperands);
    if (value === undefined) return false;
    // The accumulator of a matrix instruction may be an inline constant, no more.
    if (plan.flags.has('wmma') && value.kind !== 'vgpr' && value.kind !== 'const') return false;
    out.src.push(value);
  }
  for (let i = used; i < 3; i++) if (codes[i] !== 0) return false;
  return true;
}

function wide(plan: CompiledRow, format: Format, code: number[], next: () => number | undefined): Decoded | undefined {
  const out = draft(plan, 2);
  const field = (name: string): number => extract(code, format.fields[name]!);
  if (plan.flags.has('bare')) return (code[0]! & 0x87ff) === 0 && code[1] === 0 ? out : undefined;
  out.clamp = field('clamp') === 1;
  out.omod = field('omod');
  if (out.clamp && !plan.flags.has('clamp')) return undefined;
  if (out.omod !== 0 && !plan.flags.has('omod')) return undefined;
  for (const slot of plan.dst) {
    const number = extract(code, slot.field!);
    if (!push(out.dst, slot.class === 'sgpr' ? sgpr(number, slot) : vgpr(number, slot))) return undefined;
  }
  if (!wideSources(plan, format, code, next, out, false)) return undefined;
  const neg = field('neg');
  const abs = format.name === 'VOP3SD' ? 0 : field('abs');
  const opsel = format.name === 'VOP3SD' ? 0 : field('opsel') & plan.opselMask;
  if ((neg & ~(plan.negMask | plan.negIgnored)) !== 0 || (abs & ~(plan.absMask | plan.absIgnored)) !== 0) return undefined;
  if (neg !== 0 || abs !== 0 || opsel !== 0) {
    out.src = out.src.map((value, i) => (i > 2 ? value : {
      ...value,
      neg: (neg & plan.negMask & (1 << i)) !== 0,
      abs: (abs & plan.absMask & (1 << i)) !== 0,
      high: (opsel & (1 << i)) !== 0,
    }));
    if ((opsel & 8) !== 0) out.dst[0] = { ...out.dst[0]!, high: true };
  }
  return out;
}

/** A mixed-precision source whose selector says f16: half of a register, or a constant in f16. */
function asHalf(value: Operand): Operand {
  const constant = value.kind === 'const' ? inlineConstant(value.index, 'f16')! : value;
  return { ...value, type: 'f16', lo: constant.lo, hi: 0 };
}

function packed(plan: CompiledRow, format: Format, code: number[], next: () => number | undefined): Decoded | undefined {
  const out = draft(plan, 2);
  const field = (name: string): number => extract(code, format.fields[name]!);
  out.clamp = field('clamp') === 1;
  if (out.clamp && !plan.flags.has('clamp')) return undefined;
  if (!push(out.dst, vgpr(field('vdst'), plan.dst[0]!))) return undefined;
  if (!wideSources(plan, format, code, next, out, true)) return undefined;
  const opsel = field('opsel');
  const opselHigh = field('opselhi') | (field('opselhi2') << 2);
  const neg = field('neg');
  const negHigh = field('neghi');
  const used = (1 << plan.src.length) - 1;
  const wmma = plan.flags.has('wmma');
  if (((opsel | neg | negHigh) & ~used) !== 0) return undefined;
  if (wmma && !plan.flags.has('wmmasel') && opsel !== 0) return undefined;
  const mix = plan.flags.has('mix');
  out.src = out.src.map((value, i) => ({
    ...(mix && (opselHigh & (1 << i)) !== 0 ? asHalf(value) : value),
    neg: (neg & (1 << i)) !== 0,
    // Mixed-precision multiply-add takes absolute values where packed instructions negate the high half.
    abs: mix && (negHigh & (1 << i)) !== 0,
    negHigh: !mix && (negHigh & (1 << i)) !== 0,
    high: (opsel & (1 << i)) !== 0,
    highOfPair: (opselHigh & (1 << i)) !== 0,
  }));
  return out;
}

function dual(
  plan: CompiledRow, format: Format, code: number[], next: () => number | undefined, executed: boolean,
): Decoded | undefined {
  const second = plans().VOPD[extract(code, format.fields.opy!)];
  if (plan.flags.has('yonly') || second === undefined) return undefined;
  const field = (name: string): number => extract(code, format.fields[name]!);
  const x = draft(plan, 2);
  const y = draft(second, 2);
  let literal: number | undefined;
  if (field('src0') === SourceCode.literal || field('src0y') === SourceCode.literal || plan.flags.has('literal') || second.flags.has('literal')) {
    literal = next();
    if (literal === undefined) return undefined;
    x.bytes = y.bytes = 12;
  }
  const half = (out: Draft, half_: CompiledRow, vdst: number, src0: number, vsrc1: number): boolean => {
    out.dst.push(operand('vgpr', vdst, 1, half_.dst[0]!.type));
    for (const slot of half_.src) {
      let value: Operand | undefined;
      if (slot.class === 'vcc') value = vcc(slot.type);
      else if (slot.name === 'literal') value = operand('literal', literal! >>> 0, 1, slot.type, literal! >>> 0);
      else if (slot.name === 'src0') value = source(src0, slot, literal);
      else value = vgpr(vsrc1, slot);
      if (!push(out.src, value)) return false;
    }
    // A move has no second source.
    return executed || half_.src.length > 1 || vsrc1 === 0;
  };
  const vdst = field('vdst');
  if (!half(x, plan, vdst, field('src0'), field('vsrc1'))) return undefined;
  if (!half(y, second, (field('vdsty') << 1) | (~vdst & 1), field('src0y'), field('vsrc1y'))) return undefined;
  x.second = y;
  return x;
}

function scalarMemory(plan: CompiledRow, format: Format, code: number[]): Decoded | undefined {
  const out = draft(plan, 2);
  const field = (name: string): number => extract(code, format.fields[name]!);
  // Invalidations ignore all but the cache bits.
  if (plan.dst.length === 0) return (code[0]! & 0x6000) === 0 ? out : undefined;
  out.glc = field('glc') === 1;
  out.dlc = field('dlc') === 1;
  out.imm = field('offset') << 11 >> 11;
  if (field('sdata') >= 125) return undefined;                           // M0 and EXEC cannot be loaded
  if (!push(out.dst, sgpr(field('sdata'), plan.dst[0]!))) return undefined;
  if (!push(out.src, sgpr(field('sbase') * 2, plan.src[0]!))) return undefined;
  const soffset = field('soffset');
  return push(out.src, soffset === 124 ? off('b32') : sgpr(soffset, plan.src[1]!)) ? out : undefined;
}

function localMemory(plan: CompiledRow, format: Format, code: number[], executed: boolean): Decoded | undefined {
  const out = draft(plan, 2);
  const field = (name: string): number => extract(code, format.fields[name]!);
  out.gds = field('gds') === 1;
  if (out.gds && plan.flags.has('nogds')) return undefined;
  out.imm = field('offset0');
  out.imm1 = field('offset1');
  if (!plan.flags.has('two')) {
    out.imm |= out.imm1 << 8;
    out.imm1 = 0;
  }
  for (const slot of plan.dst) if (!push(out.dst, vgpr(extract(code, slot.field!), slot))) return undefined;
  for (const slot of plan.src) if (!push(out.src, vgpr(extract(code, slot.field!), slot))) return undefined;
  if (plan.flags.has('bare') && (out.imm !== 0 || out.gds)) return undefined;
  return executed || unusedAreZero(plan, format, code, ['addr', 'data0', 'data1', 'vdst']) ? out : undefined;
}

function unusedAreZero(plan: CompiledRow, format: Format, code: number[], names: readonly string[]): boolean {
  return names.every((name) => plan.dst.some((s) => s.name === name) || plan.src.some((s) => s.name === name)
    || extract(code, format.fields[name]!) === 0);
}

function vectorMemory(plan: CompiledRow, format: Format, code: number[]): Decoded | undefined {
  const out = draft(plan, 2);
  const field = (name: string): number => extract(code, format.fields[name]!);
  out.glc = field('glc') === 1;
  out.slc = field('slc') === 1;
  out.dlc = field('dlc') === 1;
  // FLAT offsets are unsigned 12 bits: negative ones could leave the aperture that the address selected.
  out.imm = format.name === 'FLAT' ? field('offset') & 0xfff : field('offset') << 19 >> 19;
  const atomic = plan.flags.has('atomic');
  if (!atomic || out.glc) {
    for (const slot of plan.dst) if (!push(out.dst, vgpr(field('vdst'), slot))) return undefined;
  }
  const saddr = field('saddr');
  const hasSaddr = saddr !== 124;
  if ((format.name === 'FLAT' && hasSaddr) || (format.name !== 'SCRATCH' && field('sve') !== 0)) return undefined;
  if (saddr === 127 && format.name === 'SCRATCH') return undefined;
  for (const slot of plan.src) {
    let value: Operand | undefined;
    if (slot.name === 'vdata') value = vgpr(field('vdata'), slot);
    else if (slot.name === 'saddr') value = hasSaddr ? sgpr(saddr, slot) : off(slot.type);
    else if (format.name === 'SCRATCH') value = field('sve') === 1 ? vgpr(field('vaddr'), slot) : off(slot.type);
    else value = vgpr(field('vaddr'), slot, format.name === 'GLOBAL' && hasSaddr ? 1 : 2);
    if (!push(out.src, value)) return undefined;
  }
  return out;
}

function buffer(plan: CompiledRow, format: Format, code: number[]): Decoded | undefined {
  const out = draft(plan, 2);
  // Invalidations ignore all but the bits that say how the address is made and cached.
  if (plan.flags.has('bare')) return (code[0]! & 0x6000) === 0 && (code[1]! & 0xe00000) === 0 ? out : undefined;
  const field = (name: string): number => extract(code, format.fields[name]!);
  out.glc = field('glc') === 1;
  out.slc = field('slc') === 1;
  out.dlc = field('dlc') === 1;
  out.tfe = field('tfe') === 1;
  out.offen = field('offen') === 1;
  out.idxen = field('idxen') === 1;
  out.imm = field('offset');
  const addressDwords = Number(out.offen) + Number(out.idxen);
  const atomic = plan.flags.has('atomic');
  if (out.tfe && atomic) return undefined;                               // LLVM 19 has no such form
  if (!atomic || out.glc) {
    for (const slot of plan.dst) {
      const value = vgpr(field('vdata'), slot, slot.dwords + (out.tfe ? 1 : 0));
      if (!push(out.dst, value)) return undefined;
    }
  }
  for (const slot of plan.src) {
    let value: Operand | undefined;
    if (slot.name === 'vdata') value = vgpr(field('vdata'), slot, slot.dwords + (out.tfe ? 1 : 0));
    else if (slot.name === 'vaddr') value = addressDwords === 0 ? off('b32') : vgpr(field('vaddr'), slot, addressDwords);
    else if (slot.name === 'srsrc') value = sgpr(field('srsrc') * 4, slot);
    else value = scalarSource(field('soffset'), slot, undefined, false);
    if (!push(out.src, value)) return undefined;
  }
  return out;
}
