/**
 * A page of docs/ that a tool makes: writes it, or with `--check` holds what is there against it (exit code 1).
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Does so where the tool at `url` is what was started, not imported. `source`: what the page has to say. */
export function page(url, name, render, source) {
  if (process.argv[1] !== fileURLToPath(url)) return;
  const target = fileURLToPath(new URL(`../docs/${name}`, import.meta.url));
  const text = render();
  if (!process.argv.includes('--check')) writeFileSync(target, text);
  else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
    process.stderr.write(`docs/${name} is not what ${source} say: npm run docs\n`);
    process.exitCode = 1;
  }
}
