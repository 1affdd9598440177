/**
 * The shader interpreter alone: wave instructions a second on five kernels, results checked against plain loops.
 * One wave instruction is one instruction for 32 lanes; waits and hints count, as everybody counts them.
 */
import { Access } from '../hw-models/exec/memory.ts';
import type { CoreMemory } from '../hw-models/exec/memory.ts';
import { ShaderEngine } from '../hw-models/rdna3/shader/index.ts';
import { report } from './figure.ts';
import type { Figure } from './figure.ts';
import { kernels } from './interpreter-kernels.ts';

const BYTES = 32 * 1024 * 1024;
const BASE = 0x1_0000_0000;
const buffer = new ArrayBuffer(BYTES);
const memory: CoreMemory = {
  u8: new Uint8Array(buffer),
  u16: new Uint16Array(buffer),
  u32: new Uint32Array(buffer),
  tracksStores: false,
  stored: () => {},
  translate: (va: number, _access: Access) => (va >= BASE && va < BASE + BYTES ? va - BASE : -1),
};
const engine = new ShaderEngine({
  memory,
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

const CODE = 0x1000;
const ARGUMENTS = 0x8000;
const [A, B, C] = [0x10_0000, 0x90_0000, 0x110_0000] as const;
const N = 1 << 20;
const floats = (at: number, count: number): Float32Array => new Float32Array(buffer, at, count);

/** Wave instructions a second of the best of `runs` launches. */
function time(name: keyof typeof kernels, groups: number, argumentDwords: readonly number[], runs: number): number {
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
  for (let run = 0; run < runs; run++) {
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
function check(name: string, good: boolean): void {
  if (!good) throw new Error(`${name}: wrong result`);
}

for (let i = 0; i < N; i++) {
  floats(A, N)[i] = (i % 100) / 4;
  floats(B, N)[i] = (i % 77) / 8;
}
const figures: Figure[] = [];
function figure(name: string, perSecond: number, least: number): void {
  figures.push({ name: `interpreter: ${name}`, value: perSecond / 1e6, unit: 'Mwi/s', limit: { least } });
}

const twoAndAHalf = new Uint32Array(Float32Array.of(2.5).buffer)[0]!;
const runs = 4;
const saxpy = time('saxpy', N / 256, [...pointer(A), ...pointer(B), twoAndAHalf, N], runs);
check(
  'saxpy',
  [3, 4711, N - 1].every((i) => floats(B, N)[i] === (i % 77) / 8 + runs * 2.5 * ((i % 100) / 4)),
);
figure('saxpy, 1 Mi elements', saxpy, 2);

for (let i = 0; i < N; i++) floats(B, N)[i] = (i % 77) / 8;
const product = (i: number): number => {
  let sum = 0;
  for (let k = 0; k < 256; k++)
    sum += floats(A, N)[Math.floor(i / 256) * 256 + k]! * floats(B, N)[k * 256 + (i % 256)]!;
  return sum; // exact: multiples of 1/32 below 2^24/32
};
for (const name of ['matmul', 'matmul_lds'] as const) {
  floats(C, 65536).fill(0);
  figure(
    name === 'matmul' ? 'naive matmul 256³' : 'LDS matmul 256³',
    time(name, 256, [...pointer(A), ...pointer(B), ...pointer(C), 256], 3),
    2,
  );
  check(
    name,
    [0, 257, 40000, 65535].every((i) => floats(C, 65536)[i] === product(i)),
  );
}

figure('divergent integer loop', time('xorshift', 256, [...pointer(C), 200], 3), 5);
let x = (Math.imul(77, 2654435761 | 0) + 1) | 0;
let sum = 0;
for (let k = 0; k < 200; k++) {
  x ^= x << 13;
  x ^= x >>> 17;
  x ^= x << 5;
  sum = (x & 1) !== 0 ? (sum + x) | 0 : sum ^ Math.imul(x, 3);
}
check('xorshift', (memory.u32[C / 4 + 77]! | 0) === sum);

figure('exp2, rcp, sqrt loop', time('trans', 256, [...pointer(C), 100], 3), 2);
report(...figures);
