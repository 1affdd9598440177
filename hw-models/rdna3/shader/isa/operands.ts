/**
 * Operands as assembly writes them, and how a written constant becomes a source code or a literal.
 *
 * Source: the assembler syntax of LLVM's AMDGPU documents; held to llvm-mc 19 by the tests beside this file.
 * Fidelity: from-public-source.
 */
import { inlineConstant } from './decode.ts';
import { specialSources } from './names.ts';
import { dwordsOf, is16, isFloat } from './rows.ts';
import { AsmError, undefinedSymbol } from './tokens.ts';
import type { Cursor } from './tokens.ts';
import type { ElementType } from './types.ts';

/** One operand of a line, before anybody knows which field it goes to. */
export interface Written {
  readonly kind: 'vgpr' | 'sgpr' | 'special' | 'off' | 'integer' | 'float';
  readonly column: number;
  readonly text: string;
  /** Register or source code. */
  readonly index: number;
  /** Registers named; 0 for NULL, which is as wide as wanted. */
  readonly dwords: number;
  readonly half: '' | 'l' | 'h';
  readonly integer: bigint;
  readonly float: number;
  readonly symbolic: boolean;
  readonly neg: boolean;
  readonly abs: boolean;
  /** `lit(x)`: a literal even where an inline constant would do. */
  readonly forced: boolean;
}

type Draft = { -readonly [K in keyof Written]: Written[K] };

const named: ReadonlyMap<string, readonly [index: number, dwords: number]> = new Map([
  ['vcc', [106, 2]], ['vcc_lo', [106, 1]], ['vcc_hi', [107, 1]], ['exec', [126, 2]], ['exec_lo', [126, 1]], ['exec_hi', [127, 1]],
  ['m0', [125, 1]], ['null', [124, 0]],
]);
/** Values that have a code but no register; LLVM takes them with and without `src_`. */
const specials: ReadonlyMap<string, number> = new Map(Object.entries(specialSources).flatMap(([code, name]) =>
  [[name, Number(code)], [name.replace('src_', ''), Number(code)]] as const));

const files = { v: [256, 0], s: [106, 0], ttmp: [16, 108] } as const;

/** Starts an operand here? A name that is a modifier does not; that is for the caller to know. */
export function readOperand(cursor: Cursor): Written {
  const { column } = cursor.token;
  const draft: Draft = {
    kind: 'integer', column, text: '', index: 0, dwords: 0, half: '', integer: 0n, float: 0, symbolic: false, neg: false, abs: false,
    forced: false,
  };
  const first = cursor.at;
  modified(cursor, draft, false);
  const end = cursor.tokens[cursor.at]!;
  draft.text = cursor.tokens.slice(first, cursor.at).map((token) => token.text).join('') || end.text;
  return draft;
}

/** `-x`, `|x|`, `neg(x)`, `abs(x)`, `sext(x)`, `lit(x)` around a register or number. A minus before a number belongs to the number. */
function modified(cursor: Cursor, out: Draft, barred: boolean): void {
  const { token } = cursor;
  const call = token.kind === 'name' && cursor.peek().text === '(' ? token.text : '';
  if (call === 'neg' || call === 'abs' || call === 'sext' || call === 'lit') {
    cursor.at += 2;
    modified(cursor, out, barred);
    cursor.expect(')');
    if (call === 'lit') {
      if (out.kind !== 'integer' && out.kind !== 'float') throw new AsmError(token.column, 'lit: expected a number');
      out.forced = true;
    } else if (call === 'abs') out.abs = true;
    else out.neg = true;
    return;
  }
  if (cursor.is('|')) {
    cursor.next();
    modified(cursor, out, true);
    cursor.expect('|', ' that ends the absolute value');
    out.abs = true;
    return;
  }
  if (cursor.is('-')) {
    const { kind, text } = cursor.peek();
    if (text === '|' || (kind === 'name' && (isRegister(text, cursor.peek(2).text) || text === 'abs'))) {
      cursor.next();
      modified(cursor, out, barred);
      out.neg = true;
      return;
    }
    if (kind === 'float') {
      cursor.next();
      out.kind = 'float';
      out.float = -cursor.next().float;
      return;
    }
  }
  plain(cursor, out, barred);
}

const isRegister = (name: string, after: string): boolean =>
  /^(v|s|ttmp)\d+(\.[lh])?$/.test(name) || (/^(v|s|ttmp)$/.test(name) && after === '[') || named.has(name) || specials.has(name);

function plain(cursor: Cursor, out: Draft, barred: boolean): void {
  const { token } = cursor;
  if (token.kind === 'float') {
    out.kind = 'float';
    out.float = cursor.next().float;
    return;
  }
  if (token.kind === 'name' && register(cursor, out)) return;
  if (token.kind === 'mark' && token.text === '[') {
    list(cursor, out);
    return;
  }
  if (token.kind !== 'integer' && token.kind !== 'name' && !['-', '~', '(', '+'].includes(token.text))
    throw cursor.expected('a register, a number or a symbol');
  if (token.kind === 'name' && cursor.symbols.lookUp(token.text) === undefined)
    throw undefinedSymbol(token, 'is neither a register nor a symbol that is defined');
  const value = cursor.expression(barred ? 2 : 0);
  out.kind = 'integer';
  out.integer = token.text.endsWith('@rel32@hi') ? value.integer >> 32n : value.integer;
  out.symbolic = value.symbolic;
}

/** A register by name or range; false where the name is none. */
function register(cursor: Cursor, out: Draft): boolean {
  const { text, column } = cursor.token;
  const single = /^(v|s|ttmp)(\d+)(?:\.([lh]))?$/.exec(text);
  if (single !== null) {
    cursor.next();
    place(out, single[1] as keyof typeof files, Number(single[2]), 1, column);
    out.half = (single[3] ?? '') as Written['half'];
    return true;
  }
  if (/^(v|s|ttmp)$/.test(text) && cursor.peek().text === '[') {
    cursor.next();
    cursor.next();
    const low = cursor.number('a register number', 0, 255);
    const high = cursor.accept(':') ? cursor.number('the last register', low, 255) : low;
    cursor.expect(']');
    place(out, text as keyof typeof files, low, high - low + 1, column);
    return true;
  }
  const known = named.get(text);
  if (known !== undefined) {
    cursor.next();
    out.kind = 'sgpr';
    [out.index, out.dwords] = known;
    return true;
  }
  if (text === 'off') {
    cursor.next();
    out.kind = 'off';
    return true;
  }
  const special = specials.get(text);
  if (special === undefined) return false;
  cursor.next();
  out.kind = 'special';
  out.index = special;
  return true;
}

function place(out: Draft, file: keyof typeof files, low: number, count: number, column: number): void {
  const [size, first] = files[file];
  if (low + count > size) throw new AsmError(column, `${file}${low + count - 1}: expected ${file}0 to ${file}${size - 1}`);
  out.kind = file === 'v' ? 'vgpr' : 'sgpr';
  out.index = first + low;
  out.dwords = count;
}

/** `[v4, v5]`: neighbours one by one. */
function list(cursor: Cursor, out: Draft): void {
  const { column } = cursor.next();
  const member: Draft = { ...out };
  let count = 0;
  do {
    const at = cursor.token.column;
    if (cursor.token.kind !== 'name' || !register(cursor, member) || (member.kind !== 'vgpr' && member.kind !== 'sgpr'))
      throw new AsmError(at, 'expected registers, one after the other');
    if (count === 0) Object.assign(out, { ...member, column, dwords: 0 });
    else if (member.kind !== out.kind || member.index !== out.index + out.dwords) throw new AsmError(at, 'expected the next register');
    out.dwords += member.dwords;
    count++;
  } while (cursor.accept(','));
  cursor.expect(']');
}

// --- Constants --------------------------------------------------------------------------------------------

/** A constant by its code among the sources, or as a literal dword. */
export type Constant = { readonly code: number } | { readonly literal: number };

const floatCodes = [240, 241, 242, 243, 244, 245, 246, 247, 248];

/** The inline float code whose bits for `type` are these. */
function inlineFloat(bits: bigint, type: ElementType): Constant | undefined {
  const code = floatCodes.find((c) => {
    const { lo, hi } = inlineConstant(c, type)!;
    return ((BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0)) === bits;
  });
  return code === undefined ? undefined : { code };
}

const inlineInteger = (value: bigint): Constant | undefined =>
  (value >= -16n && value <= 64n ? { code: value >= 0n ? 128 + Number(value) : 192 - Number(value) } : undefined);

const word = (value: bigint): number => Number(BigInt.asUintN(32, value));

/** What a 32-bit constant is compared with: small integers, then floats by their bits. */
const short = (value: bigint): Constant =>
  inlineInteger(BigInt.asIntN(32, value)) ?? inlineFloat(BigInt.asUintN(32, value), 'f32') ?? { literal: word(value) };

/**
 * How `written` is encoded for an operand of `type`. `packed`: both halves of a dword, as in VOP3P.
 * @throws AsmError where it cannot be.
 */
export function constantFor(written: Written, type: ElementType, packed: boolean): Constant {
  const { column } = written;
  // compilers write negative numbers with all their 64 bits
  const integer = written.integer >= 1n << 63n && written.integer < 1n << 64n ? BigInt.asIntN(64, written.integer) : written.integer;
  if (written.forced) return { literal: forced(written, type) };
  if (written.kind === 'float') return floatConstant(written.float, type, packed, column);
  if (written.symbolic) return { literal: word(integer) };
  const within = (low: bigint, high: bigint): void => {
    if (integer < low || integer > high) throw new AsmError(column, `${written.text} does not fit: expected ${low} to ${high}`);
  };
  if (dwordsOf(type) === 2) {
    const small = inlineInteger(integer) ?? inlineFloat(BigInt.asUintN(64, integer), 'f64');
    if (small !== undefined) return small;
    within(-0x80000000n, 0xffffffffn);
    // an f64 takes a literal as its high half
    return (type === 'f64' ? inlineFloat(BigInt.asUintN(32, integer) << 32n, 'f64') : undefined) ?? { literal: word(integer) };
  }
  if (is16(type) && !packed) {
    within(-0x8000n, 0xffffn);
    if (!isFloat(type)) return inlineInteger(integer) ?? { literal: word(integer) };
    return inlineInteger(BigInt.asIntN(16, integer)) ?? inlineFloat(BigInt.asUintN(16, integer), type) ?? { literal: Number(BigInt.asUintN(16, integer)) };
  }
  within(-0x80000000n, 0xffffffffn);
  if (is16(type) && isFloat(type))
    return inlineInteger(BigInt.asIntN(32, integer)) ?? inlineFloat(BigInt.asUintN(32, integer), type) ?? { literal: word(integer) };
  return short(integer);
}

/** The dword of a literal that stands for the number as it is. */
function forced({ kind, integer, float, column, text: seen }: Written, type: ElementType): number {
  if (kind === 'integer') {
    if (integer < -0x80000000n || integer > 0xffffffffn) throw new AsmError(column, `${seen} does not fit 32 bits`);
    return word(integer);
  }
  const view = new DataView(new ArrayBuffer(8));
  if (dwordsOf(type) === 2) view.setFloat64(0, float);
  else if (is16(type) && isFloat(type)) view.setUint32(0, type === 'bf16' ? brain(float) : halfBits(float));
  else view.setFloat32(0, float);
  return view.getUint32(0);
}

function floatConstant(value: number, type: ElementType, packed: boolean, column: number): Constant {
  // every operand spells this constant the same, with fewer digits than most need
  if (value === 0.15915494 && dwordsOf(type) === 1) return { code: 248 };
  const view = new DataView(new ArrayBuffer(8));
  if (dwordsOf(type) === 2) {
    view.setFloat64(0, value);
    const bits = view.getBigUint64(0);
    const inline = value === 0 && !Object.is(value, -0) ? { code: 128 } : inlineFloat(bits, 'f64');
    if (inline !== undefined) return inline;
    if (type !== 'f64') throw new AsmError(column, `${value}: a 64-bit integer operand takes the inline floats only`);
    if (view.getUint32(4) !== 0) throw new AsmError(column, `${value} has no exact encoding: a literal is the high half of an f64, its low half being 0`);
    return { literal: view.getUint32(0) };
  }
  if (is16(type) && (isFloat(type) || !packed)) {
    const bits = type === 'bf16' ? brain(value) : halfBits(value);
    if ((bits & 0x7fff) === (type === 'bf16' ? 0x7f80 : 0x7c00)) throw new AsmError(column, `${value} overflows ${type}`);
    if (bits === 0) return { code: 128 };
    return inlineFloat(BigInt(bits), type === 'bf16' ? type : 'f16') ?? { literal: bits };
  }
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  if ((bits & 0x7fffffff) === 0x7f800000) throw new AsmError(column, `${value} overflows f32`);
  return short(BigInt(bits));
}

/** Nearest f16, ties to even, as bits. */
export function halfBits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = Object.is(value, -0) || value < 0 ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude >= 65520) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude || 2 ** -30)));
  const scaled = magnitude / 2 ** (exponent - 10);
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const rounded = floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0);
  // subnormals have no hidden bit; a carry into the exponent is right as it stands
  return sign | (exponent === -14 && rounded < 1024 ? rounded : ((exponent + 14) << 10) + rounded);
}

/** Nearest bf16, ties to even, as bits. */
function brain(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}
