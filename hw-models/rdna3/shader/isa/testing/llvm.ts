/**
 * llvm-mc as a witness for tests: disassembles and assembles gfx1100 code in bulk. Test code only; never shipped.
 *
 * Each encoding goes in as an atomic block of its own, followed by a marker instruction, so that a refused encoding
 * or one that LLVM finds shorter than its block cannot shift its neighbours.
 *
 * Pure software.
 */
import { spawnSync } from 'node:child_process';

/** The llvm-mc to use, or undefined where there is none that knows gfx1100. */
export function findLlvmMc(): string | undefined {
  return ['llvm-mc-19', 'llvm-mc'].find((name) => {
    const run = spawnSync(name, ['-arch=amdgcn', '-mcpu=gfx1100', '-show-encoding'], { input: 's_nop 0\n', encoding: 'utf8' });
    return run.status === 0 && run.stdout.includes('0x00,0x00,0x80,0xbf');
  });
}

const bytesOf = (word: number): string => [0, 8, 16, 24].map((s) => `0x${((word >>> s) & 0xff).toString(16).padStart(2, '0')}`).join(' ');
const marker = 0xbf80abcd;                                             // s_nop 0xabcd
const markerBytes = '0xcd,0xab,0x80,0xbf';

function run(tool: string, args: readonly string[], input: string): { stdout: string; stderr: string } {
  const { stdout, stderr } = spawnSync(tool, ['-arch=amdgcn', '-mcpu=gfx1100', '-show-encoding', ...args],
    { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  return { stdout, stderr };
}

const encodingOf = (line: string): string | undefined => /encoding: \[([^\]]*)\]/.exec(line)?.[1];

/** Text of the first instruction of each encoding; undefined where LLVM refuses it or finds an operand out of its class. */
export function disassembleWithLlvm(
  tool: string, encodings: readonly (readonly number[])[], attributes: readonly string[] = [],
): (string | undefined)[] {
  const input = encodings.map((words) => `[${words.map(bytesOf).join(' ')}]\n[${bytesOf(marker)}]`).join('\n');
  const { stdout, stderr } = run(tool, ['-disassemble', ...attributes], `${input}\n`);
  const refused = new Set<number>();
  for (const [, at] of stderr.matchAll(/<stdin>:(\d+):2: warning: invalid/g)) refused.add((Number(at) - 1) / 2);
  const out: (string | undefined)[] = [];
  let first: string | undefined;
  for (const line of stdout.split('\n')) {
    const bytes = encodingOf(line);
    if (bytes === undefined) continue;
    if (bytes === markerBytes) {
      out.push(refused.has(out.length) || first === undefined || /\/\* ?Invalid|not supported|src_lds_direct/.test(first) ? undefined : first);
      first = undefined;
    } else {
      first ??= line.slice(0, line.indexOf('; encoding')).trim().replace(/\s+/g, ' ');
    }
  }
  if (out.length !== encodings.length) throw new Error(`llvm-mc answered ${out.length} of ${encodings.length} encodings`);
  return out;
}

/** Dwords of each line; undefined where LLVM's assembler refuses it. */
export function assembleWithLlvm(tool: string, lines: readonly string[], attributes: readonly string[] = []): (number[] | undefined)[] {
  const { stdout } = run(tool, attributes, `${lines.map((line) => `${line}\ns_nop 0xabcd`).join('\n')}\n`);
  const out: (number[] | undefined)[] = [];
  let found: number[] | undefined;
  for (const line of stdout.split('\n')) {
    const bytes = encodingOf(line);
    if (bytes === undefined) continue;
    if (bytes === markerBytes) {
      out.push(found);
      found = undefined;
    } else {
      const values = bytes.split(',').map(Number);
      found = Array.from({ length: values.length / 4 }, (_, i) =>
        (values[4 * i]! | (values[4 * i + 1]! << 8) | (values[4 * i + 2]! << 16) | (values[4 * i + 3]! << 24)) >>> 0);
    }
  }
  if (out.length !== lines.length) throw new Error(`llvm-mc answered ${out.length} of ${lines.length} lines`);
  return out;
}
