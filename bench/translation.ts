/**
 * Translated shader code against the interpreter and against native code of the same algorithms, all in one run; how
 * long a kernel takes to its first result, and a wave to come and go.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { report } from './figure.ts';
import type { Figure } from './figure.ts';
import { kernels } from './interpreter-kernels.ts';
import { CoreBench, kernelNames, title } from './shader-core.ts';
import type { KernelName } from './shader-core.ts';

const ROUNDS = 5;
/** Arguments for one workgroup of the LDS matmul, one tile. */
const lonely = [0x10_0000, 1, 0x90_0000, 1, 0x110_0000, 1, 16];

/** The native kernels, compiled; undefined where no compiler is there, or no AVX2. */
const folder = mkdtempSync(join(tmpdir(), 'emptyslot-bench-'));
const binary = join(folder, 'native');
function compileNative(): boolean {
  const source = ['./native.c', '../../bench/native.c']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path));
  if (source === undefined) return false;
  const made = spawnSync('gcc', ['-O2', '-mavx2', '-mfma', '-o', binary, source, '-lm']);
  return made.status === 0 && spawnSync(binary, ['trans']).status === 0;
}
const native = (name: KernelName): number => Number(execFileSync(binary, [name], { encoding: 'utf8' }));

const figures: Figure[] = [];
const translated = new CoreBench({ engine: 'wasm' });
const interpreted = new CoreBench({ engine: 'interpreter' });
const host = compileNative();
let product = 1;
for (const name of kernelNames) {
  for (let i = 0; i < 12; i++) translated.run(name); // until the host's optimising compiler is done
  let slowest = Infinity;
  let fastest = Infinity;
  let floor = Infinity;
  let rate = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const one = translated.best(name, 3);
    slowest = Math.min(slowest, interpreted.run(name).ns);
    if (host) floor = Math.min(floor, native(name));
    if (one.ns < fastest) {
      fastest = one.ns;
      rate = (one.instructions / one.ns) * 1e3;
    }
  }
  product *= slowest / fastest;
  figures.push({
    name: `translated: ${title(name)}`,
    value: rate,
    unit: 'Mwi/s',
    floor: `${(slowest / fastest).toFixed(1)}x the interpreter`,
  });
  if (host)
    figures.push({
      name: `translated: ${title(name)}, time against gcc -O2 -mavx2 -mfma`,
      value: fastest / floor,
      unit: 'x',
      limit: { most: name === ('saxpy' satisfies KernelName) ? 10 : 3 },
      floor: `${(floor / 1e6).toFixed(2)} ms native`,
    });
}
figures.push({
  name: 'translated: against the interpreter, geometric mean',
  value: product ** (1 / kernelNames.length),
  unit: 'x',
  limit: { least: 20 },
});

// A wave that comes and goes: S_ENDPGM alone.
const empty = { rsrc1: 0x60af0080, rsrc2: 0x9e, ldsBytes: 0 };
let launch = Infinity;
for (let i = 0; i < 8; i++) launch = Math.min(launch, translated.launch('bfb00000', empty, 1 << 18, 32, [0]).ns);
figures.push({
  name: 'translated: launch and end of a wave',
  value: launch / (1 << 18),
  unit: 'ns',
  limit: { most: 100 },
});

// A kernel that nobody has seen: other bytes every time. The default engine interprets it at first; `wasm` translates it.
const { code, ...registers } = kernels.matmul_lds;
for (const engine of ['auto', 'wasm'] as const) {
  const core = new CoreBench({ engine });
  const first = Array.from(
    { length: 60 },
    (_, n) => core.launch(code.replace('bf850002', (0xbf800000 + n).toString(16)), registers, 1, 256, lonely).ns / 1e6,
  );
  figures.push({
    name: `${engine}: first execution of a kernel of 170 instructions`,
    value: first.toSorted((a, b) => a - b)[30]!,
    unit: 'ms',
    ...(engine === 'auto' && { limit: { most: 5 } }),
    floor: `median of ${first.length}`,
  });
}

// Two threads against one.
const pair = new CoreBench({ engine: 'wasm', threads: 2 });
for (let i = 0; i < 12; i++) pair.run('matmul');
let [alone, together] = [Infinity, Infinity];
for (let round = 0; round < 4; round++) {
  alone = Math.min(alone, translated.best('matmul', 3).ns);
  together = Math.min(together, pair.best('matmul', 3).ns);
}
figures.push({
  name: 'translated: two threads against one',
  value: alone / together,
  unit: 'x',
  limit: { least: 1.7 },
});
await pair.engine.close();
rmSync(folder, { recursive: true, force: true });
report(...figures);
