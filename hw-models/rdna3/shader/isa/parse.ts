/**
 * One line of assembly to machine code: the mnemonic names rows of the table, and the first row that takes the operands
 * as they are written is encoded (short forms come before 64-bit forms, as LLVM chooses).
 *
 * Every mistake is an `AsmError` with its column and what was expected there.
 *
 * Source: the assembler syntax of LLVM's AMDGPU documents; held to llvm-mc 19 by the tests beside this file.
 * Fidelity: from-public-source.
 */
import { compiledRow, decode, inlineConstant, sgprIndex } from './decode.ts';
import type { CompiledRow } from './decode.ts';
import { encode } from './encode.ts';
import {
  readDelay, readDependencyCounters, readHardwareRegister, readMessage, readSwizzle, readWaitCounters,
} from './immediates.ts';
import { constantFor, readOperand } from './operands.ts';
import type { Written } from './operands.ts';
import { checkRestrictions } from './restrictions.ts';
import { dwordsOf, is16, once } from './rows.ts';
import { table } from './table.ts';
import { AsmError, Cursor } from './tokens.ts';
import type { Token } from './tokens.ts';
import type { Decoded, InstructionRow, Operand } from './types.ts';

export interface ParseOptions {
  /** Address of the instruction: labels in branches are counted from behind it. */
  readonly address: number;
  /** Lane masks and matrices as in code for 64 (true) or 32 lanes (false) only; both where undefined. */
  readonly wave64?: boolean;
  /** Accept what the encoding can say although the hardware forbids it. */
  readonly unchecked?: boolean;
}

const rowsByName = once((): ReadonlyMap<string, readonly InstructionRow[]> => {
  const map = new Map<string, InstructionRow[]>();
  for (const row of table()) map.set(row.name, [...(map.get(row.name) ?? []), row]);
  return map;
});

const isShort = (row: InstructionRow): boolean => row.format === 'VOP1' || row.format === 'VOP2' || row.format === 'VOPC';
const isWide = (row: InstructionRow): boolean => row.format === 'VOP3' || row.format === 'VOP3SD' || row.format === 'VOP3P';

// --- Mnemonics --------------------------------------------------------------------------------------------

interface Candidates {
  readonly rows: readonly InstructionRow[];
  /** The mnemonic asks for DPP, forbids it, or leaves it to the modifiers. */
  readonly dpp: boolean | undefined;
}

function candidates({ text, column }: Token): Candidates {
  for (const [suffix, fits, dpp] of [
    ['_e64_dpp', isWide, true], ['_e32_dpp', isShort, true], ['_dpp', isShort, true], ['_e32', isShort, false], ['_e64', isWide, false],
  ] as const) {
    if (!text.endsWith(suffix)) continue;
    const rows = (rowsByName().get(text.slice(0, -suffix.length)) ?? []).filter(fits);
    if (rows.length > 0) return { rows, dpp };
  }
  const rows = rowsByName().get(text);
  if (rows !== undefined) return { rows, dpp: undefined };
  throw new AsmError(column, `${text} is no instruction of gfx1100${nearest(text)}`);
}

/** Up to three mnemonics within two edits. */
function nearest(text: string): string {
  const bare = text.replace(/(_e64)?(_dpp)?$|_e32$/, '');
  const near = [...rowsByName().keys()].filter((name) => distance(name, bare) <= 2)
    .sort((a, b) => distance(a, bare) - distance(b, bare)).slice(0, 3);
  return near.length === 0 ? '' : `; did you mean ${near.join(', ')}?`;
}

function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++)
      row.push(Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    last = row;
  }
  return last[b.length]!;
}

// --- Modifiers --------------------------------------------------------------------------------------------

interface Modifier {
  readonly column: number;
  readonly value: number;
  readonly list: readonly number[];
}

const switches = new Set(['clamp', 'glc', 'slc', 'dlc', 'gds', 'offen', 'idxen', 'tfe', 'row_mirror', 'row_half_mirror']);
/** Lowest and highest value. */
const numbers: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['offset', [-0x100000, 0xfffff]], ['offset0', [0, 255]], ['offset1', [0, 255]], ['mul', [2, 4]], ['div', [2, 2]],
  ['row_shl', [1, 15]], ['row_shr', [1, 15]], ['row_ror', [1, 15]], ['row_share', [0, 15]], ['row_xmask', [0, 15]],
  ['row_mask', [0, 15]], ['bank_mask', [0, 15]], ['bound_ctrl', [0, 1]], ['fi', [0, 1]],
]);
/** Largest member, and how many there are (0: as the instruction has operands). */
const lists: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['op_sel', [1, 0]], ['op_sel_hi', [1, 0]], ['neg_lo', [1, 0]], ['neg_hi', [1, 0]], ['quad_perm', [3, 4]], ['dpp8', [7, 8]],
]);

class Modifiers {
  readonly #found = new Map<string, Modifier>();

  has(name: string): boolean {
    return this.#found.has(name);
  }

  take(name: string): Modifier | undefined {
    const found = this.#found.get(name);
    this.#found.delete(name);
    return found;
  }

  flag(name: string): boolean {
    return this.take(name) !== undefined;
  }

  /** Reads one modifier where the cursor stands; false where none begins. */
  read(cursor: Cursor, swizzles: boolean): boolean {
    const { text, column, kind } = cursor.token;
    if (kind !== 'name') return false;
    const colon = cursor.peek().text === ':';
    const range = colon ? numbers.get(text) : undefined;
    const members = colon ? lists.get(text) : undefined;
    let value = 1;
    const list: number[] = [];
    if (switches.has(text)) cursor.next();
    else if (range !== undefined || members !== undefined) {
      cursor.at += 2;
      if (text === 'offset' && swizzles) value = readSwizzle(cursor);
      else if (range !== undefined) value = cursor.number(text, ...range);
      else {
        const [most, count] = members!;
        cursor.expect('[');
        do list.push(cursor.number(`a member of ${text}`, 0, most)); while (cursor.accept(','));
        cursor.expect(']');
        if (count > 0 && list.length !== count) throw new AsmError(column, `${text} has ${list.length} members, expected ${count}`);
      }
    } else return false;
    if (this.#found.has(text)) throw new AsmError(column, `${text} twice`);
    this.#found.set(text, { column, value, list });
    return true;
  }

  /** Whatever nobody took. */
  done(row: InstructionRow): void {
    for (const [name, { column }] of this.#found) throw new AsmError(column, `${row.name} (${row.format}) does not take ${name}`);
  }

  copy(): Modifiers {
    const copy = new Modifiers();
    for (const [name, found] of this.#found) copy.#found.set(name, found);
    return copy;
  }
}

// --- Operands against slots -------------------------------------------------------------------------------

type Slot = CompiledRow['src'][number];
type Draft = { -readonly [K in keyof Decoded]: Decoded[K] } & { dst: Operand[]; src: Operand[] };

function draftOf(row: InstructionRow): Draft {
  return {
    row, format: row.format, bytes: 0, dst: [], src: [], imm: 0, imm1: 0, clamp: false, omod: 0,
    glc: false, slc: false, dlc: false, gds: false, offen: false, idxen: false, tfe: false,
  };
}

const operand = (kind: Operand['kind'], index: number, slot: Slot, written?: Written): Operand => ({
  kind, index, dwords: slot.dwords, type: slot.type, lo: 0, hi: 0, neg: written?.neg ?? false, abs: written?.abs ?? false,
  high: written?.half === 'h', highOfPair: false, negHigh: false,
});

const count = (dwords: number, one: string, range: string): string => (dwords === 1 ? one : `${dwords} ${range}`);

function wanted(slot: Slot, dwords: number): string {
  const vgpr = count(dwords, 'a vector register', 'vector registers (v[n:m])');
  const sgpr = slot.type === 'm' ? 'a scalar register for the lane mask' : count(dwords, 'a scalar register', 'scalar registers (s[n:m])');
  switch (slot.class) {
    case 'vgpr': return vgpr;
    case 'sgpr': return sgpr;
    case 'vcc': return 'vcc_lo (vcc in 64-lane code)';
    case 'ssrc': return `${sgpr} or a constant`;
    default: return `${vgpr}, ${sgpr} or a constant`;
  }
}

interface Place {
  readonly slot: Slot;
  /** Registers taken here, where that depends on modifiers. */
  readonly dwords: number;
  readonly offAllowed: boolean;
}

const at = (slot: Slot, dwords = slot.dwords, offAllowed = false): Place => ({ slot, dwords, offAllowed });

function match(written: Written, { slot, dwords, offAllowed }: Place, plan: CompiledRow, options: ParseOptions): Operand {
  const { kind, column } = written;
  if (slot.name === 'literal') {
    if (kind !== 'integer' && kind !== 'float') throw new AsmError(column, `expected a literal, found ${written.text}`);
    return operand('literal', literalOf(written, slot), slot, written);
  }
  const refuse = (): AsmError => new AsmError(column, `expected ${wanted(slot, dwords)}${offAllowed ? ' or off' : ''}, found ${written.text}`);
  const short = isShort(plan.row);
  if (written.half !== '' && !(short && is16(slot.type)))
    throw new AsmError(column, `${written.text}: halves of registers are written by op_sel here`);
  if (kind === 'off') {
    if (!offAllowed) throw refuse();
    return { ...operand('off', 0, slot), dwords: 0 };
  }
  if (slot.class === 'vcc') {
    if (kind !== 'sgpr' || written.index !== 106) throw refuse();
    maskWidth(written, options);
    return operand('sgpr', 106, slot);
  }
  if (slot.class === 'simm' || slot.class === 'exec' || slot.class === 'scc' || slot.class === 'm0') throw refuse();
  if (kind === 'vgpr') {
    if (slot.class !== 'vgpr' && slot.class !== 'vsrc') throw refuse();
    if (written.dwords !== dwords) throw refuse();
    if (short && is16(slot.type) && written.index > 127)
      throw new AsmError(column, `${written.text}: 16-bit operands of 32-bit encodings reach v0 to v127 (.h for their high halves)`);
    return operand('vgpr', written.index, slot, written);
  }
  if (slot.class === 'vgpr') throw refuse();
  if (kind === 'sgpr') {
    if (slot.type === 'm') {
      maskWidth(written, options);
      if (written.dwords === 2 && written.index % 2 !== 0) throw new AsmError(column, `${written.text}: a pair begins at an even register`);
      if (written.index >= 126 && slot.field?.bits === 9) throw refuse();
      return operand('sgpr', written.index, slot, written);
    }
    if (written.dwords !== 0 && written.dwords !== dwords) throw refuse();
    if (written.index === 124 && dwords > 2 && !options.unchecked) throw new AsmError(column, `null stands for two registers at most, expected ${wanted(slot, dwords)}`);
    const index = sgprIndex(written.index, dwords);
    if (index !== written.index) throw new AsmError(column, `${written.text}: ${dwords} scalar registers begin at a multiple of ${Math.min(dwords, 4)}`);
    return operand('sgpr', index, slot, written);
  }
  if (slot.class !== 'ssrc' && slot.class !== 'vsrc') throw refuse();
  if (kind === 'special') return operand('special', written.index, slot, written);
  if (slot.type === 'm' || dwordsOf(slot.type) > 2 && !plan.flags.has('wmma')) throw refuse();
  const packed = plan.row.format === 'VOP3P' || slot.constantType !== slot.type || plan.flags.has('bfloat');
  const type = plan.flags.has('mix') || (plan.flags.has('floatexponent') && !short) ? 'f16' : plan.flags.has('wmma') ? 'f32'
    : plan.flags.has('bfloat') && slot.type === 'b32' ? 'bf16' : slot.constantType;
  const constant = constantFor(written, type, packed);
  if ('code' in constant) return operand('const', constant.code, slot, written);
  return operand('literal', constant.literal, slot, written);
}

function maskWidth({ dwords, column, text }: Written, { wave64 }: ParseOptions): void {
  if (dwords > 2 || (dwords !== 0 && wave64 !== undefined && dwords !== (wave64 ? 2 : 1)))
    throw new AsmError(column, `${text}: a mask of ${wave64 ? 64 : 32} lanes takes ${wave64 ? 'a pair of registers' : 'one register'}`);
}

/** Operands in the order they are written; `list` says which of them are results. */
function fill(out: Draft, places: readonly Place[], results: number, written: readonly Written[], plan: CompiledRow, end: Token, options: ParseOptions): void {
  places.forEach((place, i) => {
    const operands = i < results ? out.dst : out.src;
    const given = written[i];
    if (given === undefined)
      throw new AsmError(end.column, `${plan.row.name} takes ${places.length} operand${places.length === 1 ? '' : 's'}: expected ${wanted(place.slot, place.dwords)}`);
    operands.push(match(given, place, plan, options));
  });
  const extra = written[places.length];
  if (extra !== undefined)
    throw new AsmError(extra.column, `${plan.row.name} takes ${places.length === 0 ? 'no operands' : `${places.length} operand${places.length === 1 ? '' : 's'}`}, found ${extra.text} too`);
}

// --- Formats ----------------------------------------------------------------------------------------------

interface Line {
  readonly mnemonic: Token;
  readonly written: readonly Written[];
  readonly modifiers: Modifiers;
  readonly end: Token;
  readonly dpp: boolean | undefined;
  readonly options: ParseOptions;
}

function build(row: InstructionRow, line: Line): Draft {
  const modifiers = line.modifiers.copy();
  const out = draftOf(row);
  const plan = compiledRow(row);
  switch (row.format) {
    case 'SOP1': case 'SOP2': case 'SOPC':
      fill(out, [...plan.dst, ...plan.src].map((s) => at(s)), plan.dst.length, line.written, plan, line.end, line.options);
      break;
    case 'SMEM': scalarMemory(out, plan, line, modifiers); break;
    case 'DS': localMemory(out, plan, line, modifiers); break;
    case 'FLAT': case 'GLOBAL': case 'SCRATCH': vectorMemory(out, plan, line, modifiers); break;
    case 'MUBUF': buffer(out, plan, line, modifiers); break;
    case 'VOPD': {
      const sources = plan.src.filter((s) => s.class !== 'vcc');
      fill(out, [...plan.dst, ...sources].map((s) => at(s)), 1, line.written, plan, line.end, line.options);
      break;
    }
    default: vector(out, plan, line, modifiers);
  }
  refuseModified(out, plan, line);
  modifiers.done(row);
  return out;
}

/** Negation and absolute value, where a source takes them. */
function refuseModified(out: Draft, plan: CompiledRow, { written }: Line): void {
  const vector = isShort(plan.row) || isWide(plan.row);
  const dpp16 = out.dpp?.kind === 'dpp16';
  const given = written.slice(written.length - out.src.filter((_, i) => plan.src[i]!.class !== 'vcc' || isShort(plan.row)).length);
  given.slice(0, out.src.length).forEach((source, i) => {
    const { column, text } = source;
    const slot = 1 << i;
    const encodable = vector && i < 3 && (!isShort(plan.row) || (dpp16 && i < 2));
    const packed = plan.row.format === 'VOP3P' && !plan.flags.has('mix');
    if (source.neg && (!encodable || packed || (plan.negMask & slot) === 0)) throw new AsmError(column, `${text}: ${plan.row.name} (${plan.row.format}) takes no negation here`);
    if (source.abs && (!encodable || packed || plan.row.format === 'VOP3SD' || (plan.absMask & slot) === 0)) throw new AsmError(column, `${text}: ${plan.row.name} (${plan.row.format}) takes no absolute value here`);
  });
  for (const value of written.slice(0, out.dst.length)) if (value.neg || value.abs) throw new AsmError(value.column, `${value.text}: a result takes no modifier`);
}

function scalarMemory(out: Draft, plan: CompiledRow, line: Line, modifiers: Modifiers): void {
  if (plan.dst.length === 0) { fill(out, [], 0, line.written, plan, line.end, line.options); return; }
  const third = line.written[2];
  const [data, base, offset] = [plan.dst[0]!, plan.src[0]!, plan.src[1]!];
  const range = plan.row.name.startsWith('s_buffer') && line.options.unchecked !== true ? [0, 0xfffff] as const : [-0x100000, 0xfffff] as const;
  const check = (value: bigint, column: number): number => {
    if (value < BigInt(range[0]) || value > BigInt(range[1])) throw new AsmError(column, `offset ${value}, expected ${range[0]} to ${range[1]}`);
    return Number(value);
  };
  const places = [at(data), at(base), at({ ...offset, class: 'sgpr' })];
  if (third?.kind === 'integer') {
    fill(out, places.slice(0, 2), 1, line.written.slice(0, 2), plan, line.end, line.options);
    if (line.written.length > 3) throw new AsmError(line.written[3]!.column, `${plan.row.name} takes 3 operands`);
    out.imm = check(third.integer, third.column);
    out.src.push({ ...operand('off', 0, offset), dwords: 0 });
  } else {
    fill(out, places, 1, line.written, plan, line.end, line.options);
    if (out.src[1]!.index === 124) out.src[1] = { ...operand('off', 0, offset), dwords: 0 };
    const more = modifiers.take('offset');
    if (more !== undefined) out.imm = check(BigInt(more.value), more.column);
  }
  const result = out.dst[0]!;
  if (result.index >= 125) throw new AsmError(line.written[0]!.column, `${line.written[0]!.text} cannot be loaded`);
  out.glc = modifiers.flag('glc');
  out.dlc = modifiers.flag('dlc');
}

function localMemory(out: Draft, plan: CompiledRow, line: Line, modifiers: Modifiers): void {
  fill(out, [...plan.dst, ...plan.src].map((s) => at(s)), plan.dst.length, line.written, plan, line.end, line.options);
  if (plan.flags.has('bare')) return;
  if (plan.flags.has('two')) {
    out.imm = modifiers.take('offset0')?.value ?? 0;
    out.imm1 = modifiers.take('offset1')?.value ?? 0;
  } else {
    out.imm = ranged(modifiers.take('offset'), 0, 0xffff);
  }
  if (!plan.flags.has('nogds')) out.gds = modifiers.flag('gds');
}

function ranged(modifier: Modifier | undefined, low: number, high: number): number {
  if (modifier === undefined) return 0;
  if (modifier.value < low || modifier.value > high) throw new AsmError(modifier.column, `offset ${modifier.value}, expected ${low} to ${high}`);
  return modifier.value;
}

function cachePolicy(out: Draft, modifiers: Modifiers): void {
  out.glc = modifiers.flag('glc');
  out.slc = modifiers.flag('slc');
  out.dlc = modifiers.flag('dlc');
}

function vectorMemory(out: Draft, plan: CompiledRow, line: Line, modifiers: Modifiers): void {
  cachePolicy(out, modifiers);
  out.imm = plan.row.format === 'FLAT' ? ranged(modifiers.take('offset'), 0, 4095) : ranged(modifiers.take('offset'), -4096, 4095);
  const results = plan.flags.has('atomic') && !out.glc ? [] : plan.dst;
  // A global address is a pair by itself and one register beside a scalar one.
  const bare = plan.row.format !== 'GLOBAL' || line.written.at(-1)?.kind === 'off';
  const places = [...results.map((s) => at(s)), ...plan.src.map((s) => {
    if (s.name === 'saddr') return at(s, s.dwords, true);
    if (s.name === 'vaddr') return at(s, plan.row.format === 'SCRATCH' || !bare ? 1 : 2, plan.row.format === 'SCRATCH');
    return at(s);
  })];
  fill(out, places, results.length, line.written, plan, line.end, line.options);
}

function buffer(out: Draft, plan: CompiledRow, line: Line, modifiers: Modifiers): void {
  if (plan.flags.has('bare')) { fill(out, [], 0, line.written, plan, line.end, line.options); return; }
  cachePolicy(out, modifiers);
  const atomic = plan.flags.has('atomic');
  if (!atomic && plan.dst.length > 0) out.tfe = modifiers.flag('tfe');
  out.offen = modifiers.flag('offen');
  out.idxen = modifiers.flag('idxen');
  out.imm = ranged(modifiers.take('offset'), 0, 4095);
  const addresses = Number(out.offen) + Number(out.idxen);
  const results = atomic ? [] : plan.dst;
  const places = [...results.map((s) => at(s, s.dwords + Number(out.tfe))), ...plan.src.map((s) =>
    (s.name === 'vaddr' ? addresses === 0 ? at({ ...s, class: 'vgpr' }, 0, true) : at(s, addresses) : at(s)))];
  fill(out, places, results.length, line.written, plan, line.end, line.options);
  const scalar = out.src.at(-1)!;
  if (scalar.kind === 'literal') throw new AsmError(line.written.at(-1)!.column, 'the scalar offset takes an inline constant, no literal');
  // A returning atomic has its data as result too.
  if (atomic && out.glc) out.dst.push(out.src[0]!);
}

const dppControls: readonly (readonly [string, number])[] = [
  ['row_shl', 0x100], ['row_shr', 0x110], ['row_ror', 0x120], ['row_mirror', 0x140], ['row_half_mirror', 0x141], ['row_share', 0x150], ['row_xmask', 0x160],
];

function readDpp(modifiers: Modifiers): Decoded['dpp'] {
  const eight = modifiers.take('dpp8');
  if (eight !== undefined) {
    return {
      kind: 'dpp8', control: eight.list.reduce((bits, lane, i) => bits | (lane << (3 * i)), 0), rowMask: 15, bankMask: 15, boundControl: false,
      fetchInactive: (modifiers.take('fi')?.value ?? 0) === 1,
    };
  }
  let control: number | undefined;
  const quad = modifiers.take('quad_perm');
  if (quad !== undefined) control = quad.list.reduce((bits, lane, i) => bits | (lane << (2 * i)), 0);
  for (const [name, base] of dppControls) {
    const found = control === undefined ? modifiers.take(name) : undefined;
    if (found !== undefined) control = base + (base >= 0x140 && base < 0x150 ? 0 : found.value);
  }
  if (control === undefined) return undefined;
  return {
    kind: 'dpp16', control, rowMask: modifiers.take('row_mask')?.value ?? 15, bankMask: modifiers.take('bank_mask')?.value ?? 15,
    boundControl: (modifiers.take('bound_ctrl')?.value ?? 0) === 1, fetchInactive: (modifiers.take('fi')?.value ?? 0) === 1,
  };
}

function vector(out: Draft, plan: CompiledRow, line: Line, modifiers: Modifiers): void {
  const { row } = plan;
  const short = isShort(row);
  const sources = plan.src.filter((s) => short || s.class !== 'vcc');
  const firstSource = line.written[plan.dst.length];
  const dpp = readDpp(modifiers);
  if (dpp !== undefined && (plan.flags.has('nodpp') || plan.src.length === 0 || line.dpp === false))
    throw new AsmError(line.mnemonic.column, `${line.mnemonic.text} does not go through DPP`);
  if (dpp === undefined && line.dpp === true) throw new AsmError(line.end.column, 'expected a DPP control: quad_perm, row_…, dpp8');
  out.dpp = dpp;
  // In 64-lane code a tile takes half the registers; where nobody says how many lanes, it is as wide as it is written.
  const narrow = (i: number): boolean => plan.flags.has('wmma') && i !== 1 && i !== 2 && (line.options.wave64 ?? line.written[i]?.dwords === 4);
  const tile = (s: Slot, i: number): Place => at(s, narrow(i) ? 4 : s.dwords);
  fill(out, [...plan.dst, ...sources].map(tile), plan.dst.length, line.written, plan, line.end, line.options);
  if (dpp !== undefined && out.src[0]!.kind !== 'vgpr') throw new AsmError(firstSource!.column, `expected a vector register (it goes through DPP), found ${firstSource!.text}`);
  // The division steps imply VCC, which sits among the sources all the same.
  if (!short) plan.src.forEach((s, i) => { if (s.class === 'vcc') out.src.splice(i, 0, operand('sgpr', 106, s)); });
  out.src.forEach((value, i) => {
    if (value.kind === 'literal' && short && i > 0 && plan.src[i]!.name !== 'literal')
      throw new AsmError(line.written[plan.dst.length + i]!.column, 'a literal can be the first source only');
  });
  if (short) return;

  if (plan.flags.has('clamp')) out.clamp = modifiers.flag('clamp');
  if (plan.flags.has('omod') && row.format !== 'VOP3P') {
    const mul = modifiers.take('mul');
    const div = modifiers.take('div');
    if (mul?.value === 3) throw new AsmError(mul.column, 'mul:3, expected mul:2 or mul:4');
    out.omod = mul === undefined ? div === undefined ? 0 : 3 : mul.value >> 1;
  }
  if (row.format === 'VOP3P') packedModifiers(out, plan, modifiers);
  else if (row.format === 'VOP3') halves(out, plan, modifiers);
}

/** A literal that always follows, whatever its value. */
function literalOf(written: Written, slot: Slot): number {
  const constant = constantFor({ ...written, forced: written.forced || written.kind === 'integer' }, slot.type, false);
  return 'literal' in constant ? constant.literal : inlineConstant(constant.code, slot.type)!.lo >>> 0;
}

/** op_sel of VOP3: a bit a source, then the result. */
function halves(out: Draft, plan: CompiledRow, modifiers: Modifiers): void {
  if (plan.opselMask === 0) return;
  const found = modifiers.take('op_sel');
  if (found === undefined) return;
  const sources = out.src.slice(0, 3).map((_, i) => i).filter((i) => plan.src[i]!.class !== 'vcc' && plan.src[i]!.type !== 'm');
  const lanes = plan.flags.has('lanesel');
  // an accumulator counts as a source that has no bit
  const most = lanes ? 2 : sources.length + 1 + (plan.flags.has('opsel') && plan.flags.has('accumulates') ? 1 : 0);
  const { list, column } = found;
  if (list.length !== most && !(lanes && list.length <= 4)) throw new AsmError(column, `op_sel has ${list.length} members, expected ${most}`);
  const bit = (i: number): boolean => list[i] === 1;
  for (const [n, i] of sources.entries()) {
    if (bit(n) && n < most && (plan.opselMask & (1 << i)) === 0) throw new AsmError(column, `source ${i} of ${plan.row.name} has no halves`);
    out.src[i] = { ...out.src[i]!, high: bit(n) && (!lanes || n < 2) };
  }
  if (!lanes && bit(most - 1)) {
    if ((plan.opselMask & 8) === 0) throw new AsmError(column, `the result of ${plan.row.name} has no halves`);
    out.dst[0] = { ...out.dst[0]!, high: true };
  }
}

function packedModifiers(out: Draft, plan: CompiledRow, modifiers: Modifiers): void {
  const mix = plan.flags.has('mix');
  const selects = !plan.flags.has('wmma') || plan.flags.has('wmmasel');
  const read = (name: string, usual: boolean): boolean[] => {
    const found = modifiers.take(name);
    if (found === undefined) return out.src.map(() => usual);
    if (found.list.length !== out.src.length) throw new AsmError(found.column, `${name} has ${found.list.length} members, expected ${out.src.length}`);
    return found.list.map((bit) => bit === 1);
  };
  const low = selects ? read('op_sel', false) : [];
  const high = selects ? read('op_sel_hi', !mix) : out.src.map(() => true);
  const negLow = mix ? [] : read('neg_lo', false);
  const negHigh = mix ? [] : read('neg_hi', false);
  out.src = out.src.map((value, i) => ({
    ...value, high: low[i] ?? false, highOfPair: high[i]!, neg: negLow[i] ?? value.neg, negHigh: negHigh[i] ?? false,
  }));
}

// --- Immediates -------------------------------------------------------------------------------------------

/** SOPP, SOPK and the two instructions that return a message: their immediates have languages of their own. */
function immediate(row: InstructionRow, cursor: Cursor, options: ParseOptions): Draft {
  const out = draftOf(row);
  const plan = compiledRow(row);
  const has = (flag: string): boolean => plan.flags.has(flag);
  const register = (slot: Slot): Operand => match(readOperand(cursor), at(slot), plan, options);
  const comma = (): void => cursor.expect(',');
  const simm = (): number => cursor.number('the immediate', -0x8000, 0xffff);
  if (has('message') && row.format === 'SOP1') {
    out.dst.push(register(plan.dst[0]!));
    comma();
    out.imm = readMessage(cursor);
    if (out.imm < 0 || out.imm > 255) throw cursor.expected('a message from 0 to 255');
    out.src.push(operand('const', out.imm, plan.src[0]!));
    cursor.end();
    return out;
  }
  const simple = plan.dst.length === 1 && plan.src.some((s) => s.field !== undefined) ? [] : plan.src.filter((s) => s.field !== undefined);
  if (has('bare')) { cursor.end(); return out; }
  if (has('hwreg') && plan.dst.length === 0) {
    out.imm = readHardwareRegister(cursor);
    comma();
    out.src.push(register(plan.src[0]!));
    cursor.end();
    return out;
  }
  for (const slot of plan.dst) { out.dst.push(register(slot)); comma(); }
  for (const slot of simple) { out.src.push(register(slot)); comma(); }
  // S_ADDK and S_MULK read what they write, and name it once.
  if (simple.length === 0 && plan.src.some((s) => s.field !== undefined)) out.src.push(out.dst[0]!);
  if (has('hwreg')) out.imm = readHardwareRegister(cursor);
  else if (has('waitcnt')) out.imm = readWaitCounters(cursor);
  else if (has('depctr')) out.imm = readDependencyCounters(cursor);
  else if (has('delay')) out.imm = readDelay(cursor);
  else if (has('message')) out.imm = readMessage(cursor);
  else if (has('branch')) out.imm = branch(cursor, options);
  else if (has('version')) return versioned(out, cursor);
  else if (!(has('optional') && cursor.token.kind === 'end')) out.imm = simm();
  cursor.end();
  return out;
}

const versions: ReadonlyMap<string, bigint> = new Map([
  ['UC_VERSION_GFX7', 0n], ['UC_VERSION_GFX10', 4n], ['UC_VERSION_GFX11', 6n], ['UC_VERSION_GFX12', 9n],
  ['UC_VERSION_W64_BIT', 0x2000n], ['UC_VERSION_W32_BIT', 0x4000n], ['UC_VERSION_MDP_BIT', 0x8000n],
]);

/** S_VERSION's expression of names that exist nowhere else. */
function versioned(out: Draft, { tokens, at: from, symbols }: Cursor): Draft {
  const cursor = new Cursor(tokens, {
    lookUp: (symbol) => {
      const integer = versions.get(symbol);
      return integer === undefined ? symbols.lookUp(symbol) : { integer, symbolic: false };
    },
  });
  cursor.at = from;
  out.imm = cursor.number('the version', -0x8000, 0xffff);
  cursor.end();
  return out;
}

/** A label, or a distance in dwords from behind the instruction. */
function branch(cursor: Cursor, { address }: ParseOptions): number {
  const { column } = cursor.token;
  const { integer: value, symbolic } = cursor.expression();
  if (!symbolic) {
    if (value < -0x8000n || value > 0xffffn) throw new AsmError(column, `${value} dwords, expected -32768 to 32767`);
    return Number(value);
  }
  const bytes = Number(value) - address - 4;
  if (bytes % 4 !== 0) throw new AsmError(column, 'the target is not at a multiple of four bytes');
  if (bytes < -0x20000 || bytes > 0x1fffc) throw new AsmError(column, `the target is ${bytes / 4} dwords away, expected -32768 to 32767`);
  return bytes / 4;
}

// --- Lines ------------------------------------------------------------------------------------------------

function readLine(mnemonic: Token, dpp: boolean | undefined, cursor: Cursor, swizzles: boolean, options: ParseOptions): Line {
  const written: Written[] = [];
  const modifiers = new Modifiers();
  const ends = (): boolean => cursor.token.kind === 'end' || cursor.is('::');
  let separated = true;
  while (!ends()) {
    if (modifiers.read(cursor, swizzles)) { cursor.accept(','); separated = true; continue; }
    if (!separated) throw cursor.expected('"," or a modifier');
    written.push(readOperand(cursor));
    separated = cursor.accept(',');
    if (separated && ends()) throw cursor.expected('another operand');
  }
  return { mnemonic, written, modifiers, end: cursor.token, dpp, options };
}

/** The dwords of the instruction that `cursor` stands at. */
export function parseInstruction(cursor: Cursor, options: ParseOptions): Uint32Array {
  const mnemonic = cursor.token;
  if (mnemonic.kind !== 'name') throw cursor.expected('an instruction');
  const { rows, dpp } = candidates(mnemonic);
  cursor.next();
  const [row] = rows as [InstructionRow];
  if (row.format === 'SOPP' || row.format === 'SOPK' || (row.format === 'SOP1' && row.flags!.includes('message')))
    return finish(immediate(row, cursor, options), mnemonic, options, undefined);
  const line = readLine(mnemonic, dpp, cursor, row.flags!.includes('swizzle'), options);
  if (row.format === 'VOPD') return dual(row, line, cursor, options);
  cursor.end();
  // The last form takes most: what it says of a mistake is the most helpful.
  let mistake: unknown;
  for (const each of rows) {
    try {
      return finish(build(each, line), mnemonic, options, line);
    } catch (error) {
      if (!(error instanceof AsmError)) throw error;
      mistake = error;
    }
  }
  throw mistake;
}

function dual(row: InstructionRow, line: Line, cursor: Cursor, options: ParseOptions): Uint32Array {
  cursor.expect('::', ' and the second half');
  const other = cursor.token;
  const second = rowsByName().get(other.text)?.find((r) => r.format === 'VOPD');
  if (second === undefined) throw cursor.expected('a v_dual instruction');
  cursor.next();
  const line2 = readLine(other, undefined, cursor, false, options);
  cursor.end();
  if (row.flags!.includes('yonly')) throw new AsmError(line.mnemonic.column, `${row.name} can be the second half only`);
  const x = build(row, line);
  x.second = build(second, line2);
  for (const half of [x, x.second]) {
    const plan = compiledRow(half.row);
    const { written } = half === x ? line : line2;
    half.src.forEach((value, i) => {
      if (plan.src[i]!.class === 'vsrc' || plan.src[i]!.name === 'literal' || value.kind === 'vgpr') return;
      throw new AsmError(written[1 + i]!.column, `expected a vector register, found ${written[1 + i]!.text}`);
    });
  }
  if ((x.dst[0]!.index & 1) === (x.second.dst[0]!.index & 1))
    throw new AsmError(line2.written[0]!.column, 'one half writes an even, the other an odd register');
  return finish(x, line.mnemonic, options, line);
}

/** Encodes, and makes sure that what came out is what was meant. */
function finish(draft: Draft, mnemonic: Token, options: ParseOptions, line: Line | undefined): Uint32Array {
  const literals = [...draft.src, ...(draft.second?.src ?? [])].filter((value) => value.kind === 'literal');
  if (literals.some((value) => value.index !== literals[0]!.index)) {
    const at = line?.written.findLast((w) => w.kind === 'integer' || w.kind === 'float')?.column ?? mnemonic.column;
    throw new AsmError(at, 'one instruction holds one literal, and these differ');
  }
  if (!options.unchecked) checkRestrictions(draft, (i) => line?.written[(line.written.length - draft.src.length) + i]?.column ?? mnemonic.column, mnemonic.column);
  const words = encode(draft);
  if (decode(words, 0) === undefined) throw new AsmError(mnemonic.column, `${draft.row.name} (${draft.format}) cannot be encoded with these operands`);
  return words;
}
