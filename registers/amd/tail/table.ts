/**
 * Compact tables of registers that nobody models: text, read only when somebody asks.
 *
 * A line is `NAME segment+offset`, the offset in hexadecimal dwords, then fields as `FIELD:hi:lo` or `FIELD:bit`; a line
 * that begins with spaces goes on with the one before. `NAME=OTHER` gives a second name to the same address. An array is
 * `NAMEn segment+offsetxCOUNT`, or `…xCOUNT/STRIDE` with the stride in hexadecimal, where it is not 1.
 *
 * Pure software.
 */

import type { Field, Fidelity, RegisterBlock, RegisterSpec } from '../../language.ts';
import { registerBlock, unmodelled } from '../../language.ts';

const place = /^(\d)\+([0-9a-f]+)(?:x(\d+)(?:\/([0-9a-f]+))?)?$/;

/**
 * Reads a table; every register and field of it is `unmodelled`.
 *
 * @throws SyntaxError for a line that is not of the form above.
 */
export function registerTable(
  name: string,
  about: { readonly source: string; readonly fidelity: Fidelity },
  text: string,
): RegisterBlock {
  const specs: Record<string, RegisterSpec> = {};
  for (const line of text.trim().replaceAll(/\n\s+/g, ' ').split('\n')) {
    const [names = '', where = '', ...fields] = line.split(' ');
    const [register = '', ...aliases] = names.split('=');
    const found = place.exec(where);
    if (found === null || register in specs) throw new SyntaxError(`${name}: ${line}`);
    specs[register] = {
      at: parseInt(found[2] ?? '', 16),
      segment: Number(found[1]),
      count: Number(found[3] ?? 1),
      stride: parseInt(found[4] ?? '1', 16),
      aliases,
      fields: Object.fromEntries(fields.map(readField)),
      rest: 'unmodelled',
    };
  }
  return registerBlock(name, about, specs);
}

function readField(text: string): [string, Field] {
  const [name = '', hi = '', lo = hi] = text.split(':');
  return [name, unmodelled(Number(hi), Number(lo))];
}
