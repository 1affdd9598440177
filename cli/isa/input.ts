/** Files and standard input of the `isa` commands. */

import { readFileSync } from 'node:fs';

/** Bytes of a file, or of standard input for `-`. */
export const readInput = (file: string): Uint8Array => new Uint8Array(readFileSync(file === '-' ? 0 : file));

/**
 * Words of a text: eight hex digits each, or bytes as `0x12`; comments from `;` or `//` on are skipped, as are addresses
 * that end in a colon. Undefined where something else stands there.
 */
export function wordsFromText(text: string): Uint32Array | undefined {
  const words: number[] = [];
  const bytes: number[] = [];
  for (const line of text.split('\n')) {
    for (const piece of line.replace(/(;|\/\/).*$/, '').split(/[\s,[\]]+/)) {
      if (piece === '' || /^(0x)?[0-9a-f]+:$/i.test(piece)) continue;
      if (/^(0x)?[0-9a-f]{8}$/i.test(piece)) words.push(Number.parseInt(piece.replace(/^0x/i, ''), 16));
      else if (/^0x[0-9a-f]{1,2}$/i.test(piece)) bytes.push(Number(piece));
      else return undefined;
    }
  }
  if (words.length > 0 === bytes.length > 0 || bytes.length % 4 !== 0) return undefined;
  if (words.length > 0) return Uint32Array.from(words);
  return new Uint32Array(Uint8Array.from(bytes).buffer);
}
