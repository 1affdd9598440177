/**
 * Immediates with a language of their own, read from text: counters, dependencies, messages, hardware registers,
 * swizzles. The inverse of what `text.ts` prints.
 *
 * Source: the assembler syntax of LLVM's AMDGPU documents; held to llvm-mc 19 by the tests beside this file.
 * Fidelity: from-public-source.
 */
import { delayIds, delaySkips, depctrCounters, hwRegisters, messages, waitCounters } from './names.ts';
import type { Counter } from './names.ts';
import { AsmError } from './tokens.ts';
import type { Cursor } from './tokens.ts';

const isCall = (cursor: Cursor): boolean => cursor.token.kind === 'name' && cursor.peek().text === '(';

/** A name from a list of them, or a number; a symbol of the same name stands back. */
function oneOf(cursor: Cursor, what: string, names: Readonly<Record<number, string>>, most: number): number {
  const { token } = cursor;
  const found = Object.entries(names).find(([, known]) => known === token.text);
  if (found !== undefined) {
    cursor.next();
    return Number(found[0]);
  }
  if (token.kind === 'name' && cursor.symbols.lookUp(token.text) === undefined)
    throw new AsmError(token.column, `${token.text}: expected ${what}, one of ${Object.values(names).join(', ')}`);
  return cursor.number(what, 0, most);
}

/** `vmcnt(0) lgkmcnt(3)`, with or without `&` or `,` between; counters not named keep their largest value. */
function counters(cursor: Cursor, list: readonly Counter[], rest: number): number {
  let imm = list.reduce((bits, [, lo, width]) => bits | (((1 << width) - 1) << lo), 0) | rest;
  const seen = new Set<string>();
  do {
    const { text, column } = cursor.token;
    const saturates = text.endsWith('_sat');
    const counter = list.find(([name]) => name === (saturates ? text.slice(0, -4) : text));
    if (counter === undefined) throw cursor.expected(`one of ${list.map(([name]) => name).join(', ')}`);
    const [name, lo, width] = counter;
    if (seen.has(name)) throw new AsmError(column, `${name} twice`);
    seen.add(name);
    cursor.next();
    cursor.expect('(');
    const most = (1 << width) - 1;
    const value = Math.min(cursor.number(name, 0, saturates ? 0x7fffffff : most), most);
    cursor.expect(')');
    imm = (imm & ~(most << lo)) | (value << lo);
    if (!cursor.accept('&')) cursor.accept(',');
  } while (cursor.token.kind === 'name');
  return imm;
}

/** S_WAITCNT's operand. */
export const readWaitCounters = (cursor: Cursor): number =>
  (isCall(cursor) ? counters(cursor, waitCounters, 0) : cursor.number('the counters', -0x8000, 0xffff));

/** S_WAITCNT_DEPCTR's operand. */
export const readDependencyCounters = (cursor: Cursor): number =>
  (isCall(cursor) ? counters(cursor, depctrCounters, 0) : cursor.number('the counters', -0x8000, 0xffff));

/** Parts of S_DELAY_ALU's operand: lowest bit and names of the values. */
const delayParts: ReadonlyMap<string, readonly [lo: number, names: readonly string[]]> = new Map([
  ['instid0', [0, delayIds]], ['instskip', [4, delaySkips]], ['instid1', [7, delayIds]],
]);

/** S_DELAY_ALU's operand: `instid0(…) | instskip(…) | instid1(…)`. */
export function readDelay(cursor: Cursor): number {
  if (!isCall(cursor)) return cursor.number('the dependencies', -0x8000, 0xffff);
  let imm = 0;
  do {
    const { text } = cursor.token;
    const part = delayParts.get(text);
    if (part === undefined) throw cursor.expected('instid0, instskip or instid1');
    const [lo, names] = part;
    cursor.next();
    cursor.expect('(');
    imm |= oneOf(cursor, text, names, names.length - 1) << lo;
    cursor.expect(')');
  } while (cursor.accept('|'));
  return imm;
}

/** `sendmsg(NAME)`, `sendmsg(9, 0, 0)` or a number. */
export function readMessage(cursor: Cursor): number {
  if (!isCall(cursor)) return cursor.number('the message', -0x8000, 0xffff);
  if (!cursor.accept('sendmsg')) throw cursor.expected('sendmsg(…)');
  cursor.expect('(');
  const imm = oneOf(cursor, 'a message', messages, 255);
  // operation and stream are of older chips; LLVM prints zeros behind a message without a name
  for (const what of ['the operation', 'the stream']) if (cursor.accept(',')) cursor.number(what, 0, 0);
  cursor.expect(')');
  return imm;
}

/** `hwreg(NAME, offset, size)` or a number. */
export function readHardwareRegister(cursor: Cursor): number {
  if (!isCall(cursor)) return cursor.number('the hardware register', -0x8000, 0xffff);
  if (!cursor.accept('hwreg')) throw cursor.expected('hwreg(…)');
  cursor.expect('(');
  const id = oneOf(cursor, 'a hardware register', hwRegisters, 63);
  let offset = 0;
  let size = 32;
  if (cursor.accept(',')) {
    offset = cursor.number('the first bit', 0, 31);
    cursor.expect(',');
    size = cursor.number('the number of bits', 1, 32);
  }
  cursor.expect(')');
  return id | (offset << 6) | ((size - 1) << 11);
}

/** DS_SWIZZLE's pattern behind `offset:`. */
export function readSwizzle(cursor: Cursor): number {
  if (!isCall(cursor)) return cursor.number('the offset', 0, 0xffff);
  if (!cursor.accept('swizzle')) throw cursor.expected('swizzle(…)');
  cursor.expect('(');
  const mode = cursor.next();
  const number = (what: string, low: number, high: number): number => {
    cursor.expect(',');
    return cursor.number(what, low, high);
  };
  const power = (what: string, low: number, high: number): number => {
    const { column } = cursor.peek();
    const value = number(what, low, high);
    if ((value & (value - 1)) !== 0) throw new AsmError(column, `${what} is ${value}, expected a power of two`);
    return value;
  };
  const bits = (and: number, or: number, xor: number): number => and | (or << 5) | (xor << 10);
  let imm: number;
  switch (mode.text) {
    case 'QUAD_PERM':
      imm = 0x8000 | [0, 2, 4, 6].reduce((all, shift) => all | (number('a lane', 0, 3) << shift), 0);
      break;
    case 'SWAP':
      imm = bits(31, 0, power('the group', 1, 16));
      break;
    case 'REVERSE':
      imm = bits(31, 0, power('the group', 2, 32) - 1);
      break;
    case 'BROADCAST': {
      const group = power('the group', 2, 32);
      imm = bits(32 - group, number('the lane', 0, group - 1), 0);
      break;
    }
    case 'BITMASK_PERM': {
      cursor.expect(',');
      const mask = cursor.next();
      if (mask.kind !== 'string' || !/^[01pi]{5}$/.test(mask.text)) throw cursor.expected('five of 0, 1, p, i in quotes', mask);
      imm = 0;
      [...mask.text].forEach((c, i) => {
        const bit = 1 << (4 - i);
        if (c === '1') imm |= bits(0, bit, 0);
        else if (c !== '0') imm |= bits(bit, 0, c === 'i' ? bit : 0);
      });
      break;
    }
    default:
      throw cursor.expected('QUAD_PERM, SWAP, REVERSE, BROADCAST or BITMASK_PERM', mode);
  }
  cursor.expect(')');
  return imm;
}
