/**
 * Writes docs/fidelity.md from the heads of the files that declare or model hardware.
 *
 *     node tools/fidelity.mjs          writes the page
 *     node tools/fidelity.mjs --check  exit 1 when the page is not what the heads say
 */

import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { page } from './page.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const rooms = ['registers', 'pcie', 'sim', 'hw-models', 'transport', 'serve'];

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts') && !path.includes('/testing/')) yield path;
  }
}

/** First comment block of a file as text, without the stars. */
function head(path) {
  const match = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(path, 'utf8'));
  return match === null
    ? ''
    : match[1]
        .split('\n')
        .map((line) => line.replace(/^\s*\* ?/, ''))
        .join('\n')
        .trim();
}

/** `Fidelity: from-public-source. What …` up to the end of its paragraph. */
function fidelity(text) {
  const match = /Fidelity:\s*([\s\S]*?)(?:\n\s*\n|$)/.exec(text);
  if (match === null) return undefined;
  const [, level, rest] =
    /^(verified-on-silicon|from-public-source|guessed)\s*[.:,;]?\s*([\s\S]*)$/.exec(
      match[1].replace(/\s+/g, ' ').trim(),
    ) ?? [];
  return level === undefined ? undefined : { level, rest: rest ?? '' };
}

function render() {
  const rows = [];
  for (const room of rooms) {
    for (const path of sources(join(root, room))) {
      const text = head(path);
      const found = fidelity(text);
      if (found === undefined) continue;
      const what = text
        .split(/(?<=\.)\s/)[0]
        .replace(/\s+/g, ' ')
        .replace(/\|/g, '\\|');
      rows.push({ file: relative(root, path), what, ...found });
    }
  }
  const count = (level) => rows.filter((row) => row.level === level).length;
  const lines = [
    '# How sure we are',
    '',
    'Generated from the heads of the files (`npm run docs`); do not edit.',
    '',
    `${rows.length} files declare or model hardware: ${count('verified-on-silicon')} verified on silicon, ${count('from-public-source')} from public sources, ${count('guessed')} guessed.`,
    'Where a file is from a public source, what is guessed inside it is said in the last column.',
    '',
    '| file | what it is | fidelity | in detail |',
    '|---|---|---|---|',
    ...rows.map(
      ({ file, what, level, rest }) => `| \`${file}\` | ${what} | ${level} | ${rest.replace(/\|/g, '\\|')} |`,
    ),
    '',
  ];
  return lines.join('\n');
}

page(import.meta.url, 'fidelity.md', render, 'the file heads');
