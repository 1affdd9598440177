/**
 * A shader engine on flat memory, and a way to launch programs on it. For tests.
 */
import type { Dispatch } from '../dispatch.ts';
import { ShaderEngine } from '../engine.ts';
import type { RunResult, ShaderEngineOptions } from '../engine.ts';
import type { ShaderEvent } from '../events.ts';
import { arrays, FlatMemory } from './flat-memory.ts';

/** 24 vector registers, compilers' float mode, DX10 clamp, IEEE. */
export const RSRC1 = 2 | (0xf0 << 12) | (1 << 21) | (1 << 23);
/** Two user SGPRs, workgroup id x. */
export const RSRC2 = (2 << 1) | (1 << 7);

/** One wave of 32 lanes of the code at `entry`, unless `changes` say otherwise. */
export const oneWave = (entry: number, changes: Partial<Dispatch> = {}): Dispatch => ({
  dim: [1, 1, 1],
  start: [0, 0, 0],
  numThread: [32, 1, 1],
  pgmLo: (entry / 256) >>> 0,
  pgmHi: Math.floor(entry / 2 ** 40),
  rsrc1: RSRC1,
  rsrc2: RSRC2,
  userData: [0, 0],
  initiator: 0x8001,
  vmid: 0,
  shMemBases: 0x0002_0001,
  ...changes,
});

export class Bench {
  readonly memory = new FlatMemory(1 << 20);
  readonly events: ShaderEvent[] = [];
  readonly byName;
  readonly engine: ShaderEngine;

  constructor(options: Partial<ShaderEngineOptions> = {}) {
    const { allocate, byName } = arrays();
    this.byName = byName;
    this.engine = new ShaderEngine({
      memory: this.memory,
      allocate,
      report: (event) => {
        this.events.push(event);
      },
      slots: 64,
      ...options,
    });
  }

  code(text: string): number {
    return this.memory.place(
      Uint32Array.from(
        text
          .trim()
          .split(/\s+/)
          .map((word) => parseInt(word, 16)),
      ),
    );
  }

  /** Starts the code at `entry` with one buffer of `bytes` as its argument. */
  start(entry: number, bytes: number, changes: Partial<Dispatch> = {}): { id: number; buffer: number } {
    const buffer = this.memory.place(bytes);
    const argument = this.memory.place(Uint32Array.of(buffer >>> 0, Math.floor(buffer / 4294967296)));
    const userData = [argument >>> 0, Math.floor(argument / 4294967296)];
    const id = this.engine.start(oneWave(entry, { userData, ...changes }));
    return { id, buffer };
  }

  run(fuel = 1_000_000): RunResult {
    return this.engine.run(fuel);
  }

  /** Launches a program and runs it to its end. */
  execute(
    text: string,
    bytes: number,
    changes: Partial<Dispatch> = {},
  ): { id: number; result: RunResult; words: Uint32Array } {
    const { id, buffer } = this.start(this.code(text), bytes, changes);
    const result = this.run();
    return { id, result, words: this.memory.words(buffer, bytes >>> 2) };
  }

  get problems(): readonly ShaderEvent[] {
    return this.events.filter((event) => event.kind !== 'dispatchDone');
  }
}
