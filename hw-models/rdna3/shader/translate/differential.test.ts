/**
 * Interpreter and translation, held against each other: the whole machine, bit for bit, after every slice.
 *
 * `EMPTYSLOT_PROGRAMS=100000` runs so many random programs instead of a sample; `EMPTYSLOT_SEED` starts elsewhere.
 */
import { describe, expect, it } from 'vitest';
import { seeded } from '../isa/index.ts';
import { ShaderEngine } from '../engine.ts';
import type { ShaderEvent } from '../events.ts';
import { ArenaMemory } from '../testing/arena-memory.ts';
import type { StateArray } from '../state.ts';
import { RSRC1, RSRC2, oneWave } from '../testing/bench.ts';
import { BUFFER_BYTES, randomKernel } from '../testing/random-kernel.ts';

const PROGRAMS = Number(process.env['EMPTYSLOT_PROGRAMS'] ?? 120);
const FIRST = Number(process.env['EMPTYSLOT_SEED'] ?? 1);

/** Numbers that arithmetic goes wrong on. */
const corners = [
  0, 1, -1, 2, 31, 32, 33, 63, 64, 0x7fffffff, -0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000,
  0x7f800001, 0xffc12345, 1, 0x007fffff, 0x00800000, 0x80000001, 0x4f000000, 0xcf000000, 0x3c00, 0x7c00, 0x7e00, 0xfc01,
  0x3ff00000, 0x7ff00000, 0x7ff80000, 0x3f000000, 0x42f6e979, 0x33333333,
];

/** Registers, memory and what else a program starts with come out of this: made once, taken from another place each time. */
const pool = (() => {
  const random = seeded(4711);
  return Int32Array.from({ length: 1 << 18 }, () =>
    random() % 3 === 0 ? corners[random() % corners.length]! : random(),
  );
})();
function fill(array: Int32Array | Uint32Array, from: number): void {
  for (let at = 0; at < array.length;) {
    const piece = pool.subarray(from, Math.min(pool.length, from + array.length - at));
    array.set(piece, at);
    at += piece.length;
    from = 0;
  }
}

const SLOTS = 8;
const PROGRAM_BYTES = 1 << 18;

/** One engine and its memory, used for program after program. */
class Subject {
  readonly memory = new ArenaMemory(PROGRAM_BYTES, 0x10000000, 4 << 20);
  readonly kind: 'interpreter' | 'wasm';
  events: ShaderEvent[] = [];
  engine!: ShaderEngine;
  readonly #translates: ((name: string) => boolean) | undefined;

  constructor(kind: 'interpreter' | 'wasm', translates?: (name: string) => boolean) {
    this.kind = kind;
    this.#translates = translates;
    this.#make();
  }

  #make(): void {
    this.engine = new ShaderEngine({
      memory: this.memory,
      allocate: this.memory.allocate,
      report: (event) => this.events.push(event),
      slots: SLOTS,
      ldsPoolBytes: 65536,
      engine: this.kind,
      ...(this.#translates === undefined ? {} : { translates: this.#translates }),
    });
    this.engine.prepare();
  }

  /** Everything as a program of this seed finds it, and the program launched. */
  start(seed: number): void {
    const random = seeded(seed);
    const { memory, engine } = this;
    this.events = [];
    engine.reset();
    const state = engine.prepare();
    for (const array of [state.scalars, state.groups, state.dispatches, state.scheduler, state.ldsMap]) array.fill(0);
    fill(state.vgprs, random() % pool.length);
    fill(new Int32Array(state.lds.buffer, state.lds.byteOffset, state.lds.length / 4), random() % pool.length);
    memory.u32.fill(0, 0, PROGRAM_BYTES / 4);
    memory.faults.length = 0;
    memory.rewind();
    const wave64 = random() % 3 === 0;
    const entry = memory.place(
      randomKernel(random, { wave64, length: 4 + (random() % 28), barriers: random() % 3 === 0 }),
    );
    const buffer = memory.place(BUFFER_BYTES);
    fill(memory.words(buffer, BUFFER_BYTES / 4), random() % pool.length);
    const args = memory.place(Uint32Array.of(buffer, 0, 1, 2));
    const scratch = memory.place(SCRATCH_WAVES * 6 * SCRATCH_UNITS * 256);
    const modes = [0xf0, 0xf0, 0xf0, 0xf0, 0xc0, 0x00, 0xf5];
    const bit = (n: number): number => (random() & 1) << n;
    engine.start(
      oneWave(entry, {
        dim: [1 + (random() % 3), 1 + (random() % 2), 1],
        numThread: [32 + (random() % 80), 1, 1],
        rsrc1:
          (RSRC1 & ~0xff03f & ~(1 << 21) & ~(1 << 23)) |
          31 |
          (modes[random() % modes.length]! << 12) |
          bit(21) |
          bit(23),
        rsrc2: RSRC2 | (8 << 15) | 1,
        tmpringSize: SCRATCH_WAVES | (SCRATCH_UNITS << 12),
        scratchBaseLo: scratch / 256,
        scratchBaseHi: 0,
        userData: [args, 0],
        initiator: wave64 ? 1 : 0x8001,
      }),
    );
  }
}
/** Scratch of 64 bytes a lane, in units of 256 bytes, for so many waves of each of six shader engines. */
const SCRATCH_UNITS = 16;
const SCRATCH_WAVES = 2;

function firstDifference(a: StateArray, b: StateArray): number {
  const bytes = (x: StateArray): Uint8Array => new Uint8Array(x.buffer, x.byteOffset, x.byteLength);
  if (Buffer.compare(bytes(a), bytes(b)) === 0) return -1;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return i;
  return -1;
}

let units = 0;
const subjects = { interpreter: new Subject('interpreter'), wasm: new Subject('wasm') };

/** What differs first between both engines; undefined: nothing. */
function difference(seed: number, wasm: Subject = subjects.wasm): string | undefined {
  const left = subjects.interpreter;
  const before = wasm.engine.translated?.units ?? 0;
  left.start(seed);
  wasm.start(seed);
  // slices that end anywhere: in the middle of turns, blocks and workgroups
  for (const fuel of [100 + ((seed * 37) % 1500), 130 + ((seed * 101) % 4000), 20_000, 3000]) {
    left.engine.run(fuel);
    wasm.engine.run(fuel);
    for (const [name, array] of left.memory.byName) {
      const other = wasm.memory.byName.get(name)!;
      const at = firstDifference(array, other);
      if (at >= 0) return `${name}[${at}] is ${array[at]} interpreted, ${other[at]} translated`;
    }
    const program = (memory: ArenaMemory): Uint32Array => memory.u32.subarray(0, PROGRAM_BYTES / 4);
    const at = firstDifference(program(left.memory), program(wasm.memory));
    if (at >= 0) return `memory dword ${at}`;
    const [told, toldHere] = [JSON.stringify(left.events), JSON.stringify(wasm.events)];
    if (told !== toldHere) return `interpreted: ${told}; translated: ${toldHere}`;
  }
  units += (wasm.engine.translated?.units ?? 0) - before;
  return undefined;
}

/** The instruction whose translation alone makes the difference. */
function culprit(seed: number): string {
  const seen = new Set<string>();
  difference(
    seed,
    new Subject('wasm', (name) => {
      seen.add(name);
      return false;
    }),
  );
  const alone = (one: string): boolean => difference(seed, new Subject('wasm', (name) => name === one)) !== undefined;
  return [...seen].filter(alone).join(', ') || 'several together';
}

/** A long run says how far it is each time it has done so many programs. */
const TOLD = 2000;
/** Differences that are looked into before giving up. */
const ENOUGH = 5;

describe('interpreter and translation', () => {
  it(
    `agree on ${PROGRAMS} random programs`,
    () => {
      const found: string[] = [];
      for (let seed = FIRST; seed < FIRST + PROGRAMS && found.length < ENOUGH; seed++) {
        const what = difference(seed);
        if (what !== undefined) {
          found.push(`EMPTYSLOT_SEED=${seed}: ${what} (${culprit(seed)})`);
          process.stderr.write(`${found.at(-1)}\n`);
        }
        const done = seed + 1 - FIRST;
        if (done % TOLD === 0) process.stderr.write(`${done} of ${PROGRAMS} programs, ${found.length} differ\n`);
      }
      expect(found).toEqual([]);
      expect(subjects.wasm.engine.translated!.refused).toBe(0);
      // equal programs share a unit; hardly any are
      expect(units).toBeGreaterThan(PROGRAMS / 2);
    },
    PROGRAMS * 200 + 60_000,
  );
});
