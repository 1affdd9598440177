/**
 * Code as a listing: functions, labels at branch targets, one line an instruction. What it prints can be assembled again.
 */

import {
  assemble,
  decode,
  disassemble,
  disassembleWave64,
  unmodelled,
} from '../../hw-models/rdna3/shader/isa/index.ts';
import type { CodeSymbol } from './object.ts';

export interface ListedInstruction {
  readonly address: number;
  readonly words: readonly number[];
  readonly text: string;
  /** Where a branch goes. */
  readonly target?: number;
  /** Not an instruction of gfx1100. */
  readonly unknown?: true;
  /** An instruction that is not modelled (graphics, GDS): its name. */
  readonly unmodelled?: string;
}

export interface ListedFunction {
  readonly name: string;
  readonly address: number;
  readonly wave64: boolean;
  readonly instructions: readonly ListedInstruction[];
  /** Words of S_CODE_END that fill the rest. */
  readonly padding: number;
}

const S_CODE_END = 0xbf9f_0000;

/** Every function of a stretch of code. `wave64`: for a function by its name. */
export function listCode(
  image: Uint8Array,
  range: { readonly address: number; readonly bytes: number },
  symbols: readonly CodeSymbol[],
  wave64: (name: string) => boolean,
): ListedFunction[] {
  const { address, bytes } = range;
  const end = address + bytes - (bytes % 4);
  const starts = symbols.filter((s) => s.code && s.address >= address && s.address < end);
  const names = new Map(starts.map((s) => [s.address, s.name]));
  if (!names.has(address)) names.set(address, '');
  const points = [...names.keys()].sort((a, b) => a - b);
  return points.map((start, i) => {
    const name = names.get(start)!;
    return listRange(image, start, points[i + 1] ?? end, name, wave64(name));
  });
}

/** One function: the words from `start` to `end`. */
export function listRange(
  image: Uint8Array,
  start: number,
  end: number,
  name: string,
  wave64: boolean,
): ListedFunction {
  const words = new Uint32Array((end - start) >> 2);
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  for (let i = 0; i < words.length; i++) words[i] = view.getUint32(start + 4 * i, true);
  let used = words.length;
  while (used > 0 && words[used - 1] === S_CODE_END) used--;
  const print = wave64 ? disassembleWave64 : disassemble;
  const instructions: ListedInstruction[] = [];
  for (let at = 0; at < used;) {
    const decoded = decode(words.subarray(0, used), at);
    const address = start + 4 * at;
    if (decoded === undefined) {
      const other = unmodelled(words.subarray(0, used), at);
      const size = other === undefined ? 1 : Math.min(other.bytes / 4, used - at);
      const list = [...words.subarray(at, at + size)];
      const text = `.long ${list.map((w) => `0x${w.toString(16)}`).join(', ')}`;
      instructions.push({
        address,
        words: list,
        text,
        ...(other === undefined ? { unknown: true as const } : { unmodelled: other.name }),
      });
      at += size;
      continue;
    }
    const size = decoded.bytes / 4;
    const target = decoded.row.flags!.includes('branch')
      ? address + decoded.bytes + ((decoded.imm << 16) >> 16) * 4
      : undefined;
    instructions.push({
      address,
      words: [...words.subarray(at, at + size)],
      text: print(decoded),
      ...(target === undefined ? {} : { target }),
    });
    at += size;
  }
  return { name, address: start, wave64, instructions, padding: words.length - used };
}

export const hexWord = (value: number): string => value.toString(16).padStart(8, '0');

/** Names of the addresses that something jumps to: a function's own name, or L and the address. */
export function labelsOf(functions: readonly ListedFunction[]): Map<number, string> {
  const starts = new Set(functions.flatMap((f) => f.instructions.map((i) => i.address)));
  const labels = new Map<number, string>();
  for (const { instructions } of functions)
    for (const { target } of instructions)
      if (target !== undefined && starts.has(target)) labels.set(target, `L${target.toString(16)}`);
  for (const { name, address } of functions) if (name !== '') labels.set(address, name);
  return labels;
}

/** A function's lines; the comment of each tells address and words. */
export function* printFunction(f: ListedFunction, labels: ReadonlyMap<number, string>): Generator<string> {
  for (const instruction of f.instructions) {
    const label = labels.get(instruction.address);
    if (label !== undefined) yield `${label}:`;
    yield printInstruction(instruction, labels);
  }
  if (f.padding > 0) yield `\t.fill ${f.padding}, 4, 0xbf9f0000   ; s_code_end`;
}

/**
 * The text, with `lit(…)` around a literal that an assembler would make an inline constant of; the words themselves where
 * no text stands for them.
 */
function exact({ text, words }: ListedInstruction): string {
  if (text.startsWith('.long')) return text;
  const stands = (candidate: string): boolean => {
    const { bytes, errors } = assemble(candidate, { unchecked: true });
    return (
      errors.length === 0 &&
      bytes.length === 4 * words.length &&
      new Uint32Array(bytes.buffer).every((w, n) => w === words[n])
    );
  };
  if (stands(text)) return text;
  for (const { index, 0: number } of text.matchAll(/(?<=[ (|])-?(?:0x[0-9a-f]+|\d+(?:\.\d+)?)(?=[,)|]|$| )/g)) {
    const candidate = `${text.slice(0, index)}lit(${number})${text.slice(index + number.length)}`;
    if (stands(candidate)) return candidate;
  }
  return `.long ${words.map((w) => `0x${w.toString(16)}`).join(', ')} // ${text}`;
}

/** `text ; address: words`, with a label for the target of a branch. */
export function printInstruction(i: ListedInstruction, labels: ReadonlyMap<number, string>): string {
  const label = i.target === undefined ? undefined : labels.get(i.target);
  const text = label === undefined ? exact(i) : i.text.replace(/-?\d+$/, label);
  const note = i.unknown ? '  not an instruction' : i.unmodelled === undefined ? '' : `  ${i.unmodelled}, not modelled`;
  return `\t${text.padEnd(56)} ; ${hexWord(i.address)}: ${i.words.map(hexWord).join(' ')}${note}`;
}
