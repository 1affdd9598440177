/**
 * Makes the tables of host values anew: compiles and runs the C programs here, lets llvm-mc encode each instruction, writes
 * `../host-*.ts`. Run by hand: `node hw-models/rdna3/shader/witness/host/make.mjs` (needs gcc 12, which knows _Float16, and llvm-mc 19).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encode } from './encode.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'host-values-'));

const titles = {
  scalar: 'Scalar ALU',
  integer: 'Vector integer and bit operations, dual instructions',
  float: 'Vector float operations, conversions, compares and classes',
  packed: 'Packed, mixed and dot operations',
  memory: 'Loads, stores and atomics of every address space',
};

for (const [family, title] of Object.entries(titles)) {
  const program = join(work, family);
  execFileSync('gcc', ['-O1', '-w', '-fno-builtin', '-o', program, join(here, `${family}.c`), '-lm']);
  const lines = execFileSync(program, { encoding: 'utf8' })
    .trimEnd()
    .split('\n')
    .map((line) => line.split('|').map((part) => part.trim()));
  const codes = encode(lines.map(([assembly]) => assembly));
  const constant = `host${family[0].toUpperCase()}${family.slice(1)}`;
  const body = lines
    .map(([assembly, names, values], n) => `  ${assembly} | ${codes[n]} | ${names} | ${values}`)
    .join('\n');
  writeFileSync(
    join(here, '..', `host-${family}.ts`),
    `/**
 * ${title}: what gcc and the host's processor compute for the same operation.
 *
 * Made by host/make.mjs from host/${family}.c; format in index.ts. Source: the C expressions there.
 */
export const ${constant} = \`
${body}
\`;
`,
  );
  process.stdout.write(`${family}: ${lines.length} lines\n`);
}
