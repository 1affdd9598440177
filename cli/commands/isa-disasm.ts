/** `emptyslot isa disasm`: machine code as text, from code objects, raw binaries and words. */

import { existsSync } from 'node:fs';
import { Exit, UsageError } from '../exit.ts';
import { describeKernel, isWave64, printKernel } from '../isa/descriptor.ts';
import { labelsOf, listCode, listRange, printFunction, hexWord } from '../isa/listing.ts';
import type { ListedFunction } from '../isa/listing.ts';
import { isElf, readObject } from '../isa/object.ts';
import { readInput, wordsFromText } from '../isa/input.ts';
import { kernelOf } from '../isa/kernel.ts';

export interface DisasmOptions {
  readonly kernel?: string;
  readonly raw?: boolean;
  readonly wave64?: boolean;
  readonly json?: boolean;
}

export function disasm(what: readonly string[], options: DisasmOptions): Exit {
  const [first] = what as [string];
  const file = what.length === 1 && (first === '-' || existsSync(first) || wordsFromText(first) === undefined);
  const bytes = file ? readInput(first) : undefined;
  if (bytes !== undefined && !options.raw && isElf(bytes)) return object(first, bytes, options);
  if (options.kernel !== undefined)
    throw new UsageError('--kernel: expected a code object, there are no kernels in raw words');
  const code = bytes !== undefined && options.raw ? bytes : codeFromText(what, bytes);
  if (code.length < 4) throw new UsageError(`${first}: expected at least one word, found ${code.length} bytes`);
  const rest = code.length % 4;
  if (rest > 0) process.stderr.write(`${first}: ${code.length} bytes, no multiple of 4: the last ${rest} left out\n`);
  const listed = listRange(code, 0, code.length - rest, '', options.wave64 === true);
  print([listed], options, () => ({ code: toJson([listed]) }), []);
  return unknownIn([listed]) ? Exit.failures : Exit.ok;
}

/** Bytes of hex words on the command line or, where there are `bytes`, in the text of a file. */
function codeFromText(what: readonly string[], bytes: Uint8Array | undefined): Uint8Array {
  const text = what.join(' ');
  const words = wordsFromText(bytes === undefined ? text : Buffer.from(bytes).toString('latin1'));
  if (words === undefined)
    throw new UsageError(
      bytes === undefined
        ? `${text}: expected one file, or hex words of eight digits`
        : `${text}: expected an AMDGPU code object, hex words of eight digits, or --raw for a binary`,
    );
  return new Uint8Array(words.buffer);
}

function object(name: string, bytes: Uint8Array, options: DisasmOptions): Exit {
  const code = readObject(bytes);
  const wanted = options.kernel === undefined ? undefined : kernelOf(code, options.kernel);
  const kernels = (wanted === undefined ? code.kernels : [wanted]).map(describeKernel);
  const wide = new Set(code.kernels.filter(isWave64).map((k) => k.name));
  // functions have no descriptor: they are of the same kind as the kernels around them
  const usual = code.kernels.length > 0 && wide.size === code.kernels.length;
  const isWide = (symbol: string): boolean =>
    options.wave64 ?? (code.kernels.some((k) => k.name === symbol) ? wide.has(symbol) : usual);
  const image = code.relocate(0);
  const all = code.code.flatMap((range) => listCode(image, range, code.symbols, isWide));
  const entry = wanted === undefined ? undefined : wanted.descriptorAt + wanted.descriptor.entryOffset;
  const functions = entry === undefined ? all : all.filter((f) => f.address === entry);
  const head = [
    `${name}: ${code.machine}, ${code.linked ? 'linked' : 'relocatable'}, ${code.kernels.length} kernel${code.kernels.length === 1 ? '' : 's'}`,
  ];
  if (code.machine !== 'gfx1100') process.stderr.write(`${name} is for ${code.machine}; it is read as gfx1100\n`);
  print(
    functions,
    options,
    () => ({ machine: code.machine, linked: code.linked, kernels, functions: toJson(functions) }),
    [...head, ...kernels.flatMap(printKernel)],
  );
  return unknownIn(functions) ? Exit.failures : Exit.ok;
}

function print(
  functions: readonly ListedFunction[],
  options: DisasmOptions,
  json: () => unknown,
  head: readonly string[],
): void {
  if (options.json) {
    process.stdout.write(`${JSON.stringify(json(), undefined, 2)}\n`);
    return;
  }
  const labels = labelsOf(functions);
  const lines = head.map((line) => `; ${line}`);
  for (const f of functions) {
    if (lines.length > 0) lines.push('');
    lines.push(...printFunction(f, labels));
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

const toJson = (functions: readonly ListedFunction[]): unknown[] =>
  functions.map(({ name, address, wave64, instructions, padding }) => ({
    name,
    address,
    wave64,
    padding,
    instructions: instructions.map((i) => ({ ...i, words: i.words.map(hexWord) })),
  }));

const unknownIn = (functions: readonly ListedFunction[]): boolean =>
  functions.some((f) => f.instructions.some((i) => i.unknown));
