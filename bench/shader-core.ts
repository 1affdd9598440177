/** A shader core on flat memory with the five kernels of interpreter-kernels.c, for benchmarks: any engine, results checked. */
import { Access } from '../hw-models/exec/memory.ts';
import type { CoreMemory } from '../hw-models/exec/memory.ts';
import { ShaderEngine } from '../hw-models/rdna3/shader/index.ts';
import type { ShaderEngineOptions } from '../hw-models/rdna3/shader/engine.ts';
import { kernels } from './interpreter-kernels.ts';

const BYTES = 48 * 1024 * 1024;
const ROOM = 32 * 1024 * 1024;
const BASE = 0x1_0000_0000;
const PAGE = 65536;
const CODE = 0x1000;
const ARGUMENTS = 0x8000;
const [A, B, C] = [0x10_0000, 0x90_0000, 0x110_0000] as const;
const N = 1 << 20;

export type KernelName = keyof typeof kernels;
export const kernelNames = Object.keys(kernels) as KernelName[];
const titles: Record<KernelName, string> = {
  saxpy: 'saxpy, 1 Mi elements',
  matmul: 'naive matmul 256³',
  matmul_lds: 'LDS matmul 256³',
  xorshift: 'divergent integer loop',
  trans: 'exp2, rcp, sqrt loop',
};
export const title = (name: KernelName): string => titles[name];

/** What one launch took. */
export interface Launch {
  readonly ns: number;
  readonly instructions: number;
}

export class CoreBench {
  readonly engine: ShaderEngine;
  readonly memory: CoreMemory;
  readonly buffer: ArrayBufferLike;

  constructor(options: Pick<ShaderEngineOptions, 'engine'> & { readonly threads?: number } = {}) {
    const pages = (BYTES + ROOM) / PAGE;
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    const { buffer } = memory;
    this.buffer = buffer;
    let top = BYTES;
    const reserve = (bytes: number): number => {
      const at = top;
      top = Math.ceil((at + bytes) / PAGE) * PAGE;
      return at;
    };
    this.memory = {
      memory,
      reserve,
      u8: new Uint8Array(buffer),
      u16: new Uint16Array(buffer),
      u32: new Uint32Array(buffer),
      tracksStores: false,
      stored: () => {},
      reach: (va, at) => Math.min(BASE + BYTES - va, PAGE - (at & (PAGE - 1))),
      ahead: (va: number) => (va >= BASE && va < BASE + BYTES ? va - BASE : -1),
      translate: (va: number, _access: Access) => (va >= BASE && va < BASE + BYTES ? va - BASE : -1),
    };
    this.engine = new ShaderEngine({
      memory: this.memory,
      allocate: (_name, kind, length) => {
        const at = reserve(length * (kind === 'u8' ? 1 : kind === 'f64' ? 8 : 4));
        return kind === 'u8'
          ? new Uint8Array(buffer, at, length)
          : kind === 'f64'
            ? new Float64Array(buffer, at, length)
            : kind === 'u32'
              ? new Uint32Array(buffer, at, length)
              : new Int32Array(buffer, at, length);
      },
      report: (event) => {
        if (event.kind !== 'dispatchDone') throw new Error(JSON.stringify(event));
      },
      ...options,
    });
  }

  floats(at: number, count: number): Float32Array {
    return new Float32Array(this.buffer, at, count);
  }

  /** Launches machine code once and runs it to its end. */
  launch(
    code: string,
    registers: { readonly rsrc1: number; readonly rsrc2: number; readonly ldsBytes: number },
    groups: number,
    threads: number,
    argumentDwords: readonly number[],
  ): Launch {
    const { engine } = this;
    this.memory.u32.set(
      code
        .trim()
        .split(/\s+/)
        .map((word) => parseInt(word, 16)),
      CODE / 4,
    );
    this.memory.u32.set(argumentDwords, ARGUMENTS / 4);
    const before = engine.executed;
    const start = process.hrtime.bigint();
    engine.start({
      dim: [groups, 1, 1],
      start: [0, 0, 0],
      numThread: [threads, 1, 1],
      pgmLo: ((BASE + CODE) / 256) >>> 0,
      pgmHi: 0,
      rsrc1: registers.rsrc1,
      rsrc2: registers.rsrc2 | (Math.ceil(registers.ldsBytes / 512) << 15),
      userData: [(BASE + ARGUMENTS) >>> 0, 1],
      initiator: 0x8001,
      vmid: 0,
    });
    while (engine.run(16_000_000) === 'busy');
    return { ns: Number(process.hrtime.bigint() - start), instructions: engine.executed - before };
  }

  /** One launch of a kernel on its own data, which is put there first. Results are checked. */
  run(name: KernelName): Launch {
    const kernel = kernels[name];
    const [a, b, c] = [this.floats(A, N), this.floats(B, N), this.floats(C, 65536)];
    for (let i = 0; i < N; i++) {
      a[i] = (i % 100) / 4;
      b[i] = (i % 77) / 8;
    }
    c.fill(0);
    const pointer = (at: number): readonly [number, number] => [at, 1];
    const bits = (x: number): number => new Uint32Array(Float32Array.of(x).buffer)[0]!;
    const good = (right: boolean): void => {
      if (!right) throw new Error(`${name}: wrong result`);
    };
    switch (name) {
      case 'saxpy': {
        const launch = this.launch(kernel.code, kernel, N / 256, 256, [...pointer(A), ...pointer(B), bits(2.5), N]);
        good([3, 4711, N - 1].every((i) => b[i] === (i % 77) / 8 + 2.5 * ((i % 100) / 4)));
        return launch;
      }
      case 'matmul':
      case 'matmul_lds': {
        const launch = this.launch(kernel.code, kernel, 256, 256, [...pointer(A), ...pointer(B), ...pointer(C), 256]);
        const product = (i: number): number => {
          let sum = 0;
          for (let k = 0; k < 256; k++) sum += a[Math.floor(i / 256) * 256 + k]! * b[k * 256 + (i % 256)]!;
          return sum; // exact: multiples of 1/32 below 2^24/32
        };
        good([0, 257, 40000, 65535].every((i) => c[i] === product(i)));
        return launch;
      }
      case 'xorshift': {
        const launch = this.launch(kernel.code, kernel, 256, 256, [...pointer(C), 200]);
        let x = (Math.imul(77, 2654435761 | 0) + 1) | 0;
        let sum = 0;
        for (let k = 0; k < 200; k++) {
          x ^= x << 13;
          x ^= x >>> 17;
          x ^= x << 5;
          sum = (x & 1) !== 0 ? (sum + x) | 0 : sum ^ Math.imul(x, 3);
        }
        good((this.memory.u32[C / 4 + 77]! | 0) === sum);
        return launch;
      }
      case 'trans': {
        const launch = this.launch(kernel.code, kernel, 256, 256, [...pointer(C), 100]);
        let x = Math.fround(77 * 0.001 + 1);
        for (let k = 0; k < 100; k++) x = 2 ** -x + 1 / (x + 1) + Math.sqrt(x);
        good(Math.abs(c[77]! - x) < 1e-5);
        return launch;
      }
    }
  }

  /** The best of some launches. */
  best(name: KernelName, runs: number): Launch {
    let best: Launch | undefined;
    for (let i = 0; i < runs; i++) {
      const launch = this.run(name);
      if (best === undefined || launch.ns < best.ns) best = launch;
    }
    return best!;
  }
}
