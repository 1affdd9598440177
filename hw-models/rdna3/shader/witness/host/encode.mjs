/**
 * Machine code of lines of assembly by llvm-mc 19, for the scripts beside.
 */
import { spawnSync } from 'node:child_process';

/** Dwords of each line, in hex. */
export function encode(lines) {
  const { stdout, stderr } = spawnSync('llvm-mc-19', ['-arch=amdgcn', '-mcpu=gfx1100', '-show-encoding'], {
    input: `${lines.join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (stderr !== '') throw new Error(stderr);
  const codes = [...stdout.matchAll(/encoding: \[([^\]]*)\]/g)].map(([, bytes]) => {
    const values = bytes.split(',').map(Number);
    const words = [];
    for (let n = 0; n < values.length; n += 4)
      words.push(
        values
          .slice(n, n + 4)
          .reverse()
          .map((byte) => byte.toString(16).padStart(2, '0'))
          .join(''),
      );
    return words.join(' ');
  });
  if (codes.length !== lines.length) throw new Error(`${codes.length} encodings of ${lines.length} lines`);
  return codes;
}
