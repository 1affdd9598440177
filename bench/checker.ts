/**
 * The race checker: how many times longer kernels take under it than on the interpreter alone, both in one run. Its
 * silence on them is checked, too.
 */
import type { Access } from '../hw-models/exec/memory.ts';
import type { CoreMemory } from '../hw-models/exec/memory.ts';
import { RaceChecker } from '../hw-models/rdna3/shader/check/index.ts';
import { ShaderEngine } from '../hw-models/rdna3/shader/index.ts';
import { report } from './figure.ts';
import type { Figure } from './figure.ts';
import { kernels } from './interpreter-kernels.ts';

const BYTES = 32 * 1024 * 1024;
const BASE = 0x1_0000_0000;
const CODE = 0x1000;
const ARGUMENTS = 0x8000;
const [A, B, C] = [0x10_0000, 0x90_0000, 0x110_0000] as const;
const buffer = new ArrayBuffer(BYTES);
const memory: CoreMemory = {
  u8: new Uint8Array(buffer),
  u16: new Uint16Array(buffer),
  u32: new Uint32Array(buffer),
  tracksStores: false,
  stored: () => {},
  translate: (va: number, _access: Access) => (va >= BASE && va < BASE + BYTES ? va - BASE : -1),
};

function core(watcher?: RaceChecker): ShaderEngine {
  return new ShaderEngine({
    memory,
    engine: 'interpreter',
    ...(watcher === undefined ? {} : { watcher }),
    allocate: (_name, kind, length) =>
      kind === 'u8'
        ? new Uint8Array(length)
        : kind === 'f64'
          ? new Float64Array(length)
          : kind === 'u32'
            ? new Uint32Array(length)
            : new Int32Array(length),
    report: (event) => {
      if (event.kind !== 'dispatchDone') throw new Error(JSON.stringify(event));
    },
  });
}

/** Wave instructions a second of the best of three launches. */
function time(
  engine: ShaderEngine,
  name: keyof typeof kernels,
  groups: number,
  argumentDwords: readonly number[],
): number {
  const kernel = kernels[name];
  memory.u32.set(
    kernel.code
      .trim()
      .split(/\s+/)
      .map((word) => parseInt(word, 16)),
    CODE / 4,
  );
  memory.u32.set(argumentDwords, ARGUMENTS / 4);
  let best = 0;
  for (let run = 0; run < 3; run++) {
    const before = engine.executed;
    const start = process.hrtime.bigint();
    engine.start({
      dim: [groups, 1, 1],
      start: [0, 0, 0],
      numThread: [256, 1, 1],
      pgmLo: ((BASE + CODE) / 256) >>> 0,
      pgmHi: 0,
      rsrc1: kernel.rsrc1,
      rsrc2: kernel.rsrc2 | (Math.ceil(kernel.ldsBytes / 512) << 15),
      userData: [(BASE + ARGUMENTS) >>> 0, 1],
      initiator: 0x8001,
      vmid: 0,
    });
    while (engine.run(1_000_000) === 'busy');
    best = Math.max(best, (engine.executed - before) / (Number(process.hrtime.bigint() - start) / 1e9));
  }
  return best;
}

const pointer = (at: number): readonly [number, number] => [at, 1];
const N = 1 << 18;
const cases: readonly (readonly [string, keyof typeof kernels, number, readonly number[]])[] = [
  ['saxpy, 256 Ki elements', 'saxpy', N / 256, [...pointer(A), ...pointer(B), 0x4020_0000, N]],
  ['naive matmul, a quarter of 256³', 'matmul', 64, [...pointer(A), ...pointer(B), ...pointer(C), 256]],
  ['LDS matmul, a quarter of 256³', 'matmul_lds', 64, [...pointer(A), ...pointer(B), ...pointer(C), 256]],
  ['divergent integer loop', 'xorshift', 64, [...pointer(C), 200]],
  ['exp2, rcp, sqrt loop', 'trans', 64, [...pointer(C), 100]],
];
const figures: Figure[] = cases.map(([text, name, groups, words]) => {
  const plain = time(core(), name, groups, words);
  const checked = time(core(new RaceChecker()), name, groups, words);
  return {
    name: `checker: ${text}`,
    value: plain / checked,
    unit: 'x longer',
    limit: { most: 20 },
    floor: `interpreter ${(plain / 1e6).toPrecision(3)} Mwi/s`,
  };
});
report(...figures);
