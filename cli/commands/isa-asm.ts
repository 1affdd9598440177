/** `emptyslot isa asm`: LLVM syntax to words. */

import { writeFileSync } from 'node:fs';
import pc from 'picocolors';
import { assemble, decode, disassemble, disassembleWave64 } from '../../hw-models/rdna3/shader/isa/index.ts';
import { Exit, UsageError } from '../exit.ts';
import { hexWord } from '../isa/listing.ts';
import { readInput } from '../isa/input.ts';
import { whole } from '../options.ts';

export interface AsmOptions {
  readonly output?: string;
  readonly wave?: string;
  readonly base: string;
  readonly unchecked?: boolean;
  readonly json?: boolean;
}

export function asm(file: string, options: AsmOptions): Exit {
  if (options.wave !== undefined && options.wave !== '32' && options.wave !== '64')
    throw new UsageError(`--wave ${options.wave}: expected 32 or 64`);
  const base = whole('--base', options.base, 0, Number.MAX_SAFE_INTEGER);
  const text = Buffer.from(readInput(file)).toString('utf8');
  const wave64 = options.wave === undefined ? undefined : options.wave === '64';
  const { bytes, lines, labels, errors } = assemble(text, { base, wave64, unchecked: options.unchecked });
  if (errors.length > 0) {
    const source = text.split('\n');
    const name = file === '-' ? '<stdin>' : file;
    for (const { line, column, message } of errors) {
      process.stderr.write(`${pc.bold(`${name}:${line}:${column}:`)} ${pc.red('error:')} ${message}\n`);
      // tabs stay tabs, so that the mark stands under its column
      process.stderr.write(
        `  ${source[line - 1]}\n  ${source[line - 1]!.slice(0, column - 1).replace(/[^\t]/g, ' ')}^\n`,
      );
    }
    if (options.json)
      process.stdout.write(
        `${JSON.stringify({ errors: errors.map(({ line, column, message }) => ({ line, column, message })) }, undefined, 2)}\n`,
      );
    return Exit.failures;
  }
  const wordsOf = (piece: Uint8Array): string[] =>
    Array.from({ length: Math.ceil(piece.length / 4) }, (_, i) => piece.subarray(4 * i, 4 * i + 4)).map((four) =>
      [...four]
        .reverse()
        .map((b) => b.toString(16).padStart(2, '0'))
        .join(''),
    );
  if (options.output !== undefined) writeFileSync(options.output, bytes);
  if (options.json) {
    process.stdout.write(
      `${JSON.stringify(
        {
          bytes: bytes.length,
          labels: Object.fromEntries(labels),
          lines: lines.map((l) => ({ line: l.line, address: l.address, words: wordsOf(l.bytes), data: l.data })),
        },
        undefined,
        2,
      )}\n`,
    );
  } else if (options.output === undefined) {
    const print = wave64 ? disassembleWave64 : disassemble;
    for (const { address, bytes: piece, data } of lines) {
      const decoded = data ? undefined : decode(new Uint32Array(piece.buffer, piece.byteOffset, piece.length >> 2), 0);
      process.stdout.write(
        `${wordsOf(piece).join(' ').padEnd(26)} ; ${hexWord(address)}${decoded === undefined ? '' : `  ${print(decoded)}`}\n`,
      );
    }
  }
  return Exit.ok;
}
