/**
 * `npm run bench`: every benchmark in its own process (inline caches of one must not slow another), one
 * table, exit 1 when a limit is missed.
 *
 *     npm run bench                 all
 *     npm run bench -- copy wait    those whose name contains a word
 *     npm run bench -- --json
 */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { good } from './figure.ts';
import type { Figure } from './figure.ts';

const benchmarks = [
  'start-up',
  'register-access',
  'bring-up',
  'waiting',
  'sdma-copy',
  'idle-memory',
  'interpreter',
  'checker',
  'translation',
  'remote-pci',
];

const words = process.argv.slice(2).filter((a) => !a.startsWith('-'));
const json = process.argv.includes('--json');
const figures: (Figure & { good: boolean })[] = [];
let broken = 0;

for (const name of benchmarks) {
  if (words.length > 0 && !words.some((w) => name.includes(w))) continue;
  const file = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  const run = spawnSync(process.execPath, ['--expose-gc', file], {
    encoding: 'utf8',
    timeout: 300_000,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (run.status !== 0) {
    process.stderr.write(`${name}: exit ${run.status}\n`);
    broken++;
    continue;
  }
  for (const figure of JSON.parse(run.stdout.trim().split('\n').at(-1)!) as Figure[]) {
    figures.push({ ...figure, good: good(figure) });
    if (json) continue;
    const { limit } = figure;
    const bound =
      limit?.most !== undefined ? `at most ${limit.most}` : limit?.least !== undefined ? `at least ${limit.least}` : '';
    const value = Math.abs(figure.value) >= 100 ? figure.value.toFixed(0) : figure.value.toPrecision(3);
    process.stdout.write(
      `${good(figure) ? 'ok    ' : 'MISSED'} ${figure.name.padEnd(58)} ${value.padStart(9)} ${figure.unit.padEnd(10)} ${bound.padEnd(14)} ${figure.floor ?? ''}\n`,
    );
  }
}
if (json) process.stdout.write(`${JSON.stringify(figures, undefined, 2)}\n`);
process.exitCode = broken > 0 || figures.some((f) => !f.good) ? 1 : 0;
