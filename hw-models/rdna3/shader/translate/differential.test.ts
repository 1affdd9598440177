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
import { RSRC1, RSRC2 } from '../testing/bench.ts';
import { BUFFER_BYTES, randomKernel } from '../testing/random-kernel.ts';

const PROGRAMS = Number(process.env['EMPTYSLOT_PROGRAMS'] ?? 120);
const FIRST = Number(process.env['EMPTYSLOT_SEED'] ?? 1);

/** Numbers that arithmetic goes wrong on. */
const corners = [
  0, 1, -1, 2, 31, 32, 33, 63, 64, 0x7fffffff, -0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000,
  0x7f800001, 0xffc12345, 1, 0x007fffff, 0x00800000, 0x80000001, 0x4f000000, 0xcf000000, 0x3c00, 0x7c00, 0x7e00, 0xfc01,
  0x3ff00000, 0x7ff00000, 0x7ff80000, 0x3f000000, 0x42f6e979, 0x33333333,
];

function start(seed: number, kind: 'interpreter' | 'wasm', translates?: (name: string) => boolean) {
  const random = seeded(seed);
  const memory = new ArenaMemory(1 << 18, 0x10000000, 9 << 20);
  const events: ShaderEvent[] = [];
  const engine = new ShaderEngine({
    memory,
    allocate: memory.allocate,
    report: (event) => events.push(event),
    slots: 16,
    ldsPoolBytes: 65536,
    engine: kind,
    ...(translates === undefined ? {} : { translates }),
  });
  const state = engine.prepare();
  for (let i = 0; i < state.vgprs.length; i++)
    state.vgprs[i] = random() % 3 === 0 ? corners[random() % corners.length]! : random();
  const wave64 = random() % 3 === 0;
  const code = randomKernel(random, { wave64, length: 4 + (random() % 28), barriers: random() % 3 === 0 });
  const entry = memory.place(code);
  const data = Uint32Array.from({ length: BUFFER_BYTES / 4 }, () =>
    random() % 2 === 0 ? corners[random() % corners.length]! : random(),
  );
  const buffer = memory.place(data);
  const args = memory.place(Uint32Array.of(buffer, 0, 1, 2));
  const modes = [0xf0, 0xf0, 0xf0, 0xf0, 0xc0, 0x00, 0xf5];
  engine.start({
    dim: [1 + (random() % 3), 1 + (random() % 2), 1],
    start: [0, 0, 0],
    numThread: [32 + (random() % 80), 1, 1],
    pgmLo: entry / 256,
    pgmHi: 0,
    rsrc1:
      (RSRC1 & ~0xff03f & ~(1 << 21) & ~(1 << 23)) |
      31 |
      (modes[random() % modes.length]! << 12) |
      ((random() & 1) << 21) |
      ((random() & 1) << 23),
    rsrc2: RSRC2 | (8 << 15),
    userData: [args, 0],
    initiator: wave64 ? 1 : 0x8001,
    vmid: 0,
    shMemBases: 0x0002_0001,
  });
  return { engine, memory, events };
}

function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return i;
  return -1;
}

let units = 0;
/** What differs first between both engines; undefined: nothing. */
function difference(seed: number, translates?: (name: string) => boolean): string | undefined {
  const [left, right] = [start(seed, 'interpreter'), start(seed, 'wasm', translates)];
  for (const fuel of [700, 20_000, 3000]) {
    left.engine.run(fuel);
    right.engine.run(fuel);
    for (const [name, array] of left.memory.byName) {
      const other = right.memory.byName.get(name)!;
      const at = firstDifference(array, other);
      if (at >= 0) return `${name}[${at}] is ${array[at]} interpreted, ${other[at]} translated`;
    }
    const at = firstDifference(left.memory.u32.subarray(0, 1 << 16), right.memory.u32.subarray(0, 1 << 16));
    if (at >= 0) return `memory dword ${at}`;
    if (right.engine.executed !== left.engine.executed)
      return `${left.engine.executed} instructions interpreted, ${right.engine.executed} translated`;
    const [told, toldHere] = [JSON.stringify(left.events), JSON.stringify(right.events)];
    if (told !== toldHere) return `interpreted: ${told}; translated: ${toldHere}`;
  }
  units += right.engine.translated?.units ?? 0;
  return undefined;
}

/** The instruction whose translation alone makes the difference. */
function culprit(seed: number): string {
  const seen = new Set<string>();
  difference(seed, (name) => {
    seen.add(name);
    return false;
  });
  return (
    [...seen].filter((one) => difference(seed, (name) => name === one) !== undefined).join(', ') || 'several together'
  );
}

function compare(seed: number): void {
  const found = difference(seed);
  if (found !== undefined) expect.fail(`EMPTYSLOT_SEED=${seed}: ${found} (${culprit(seed)})`);
}

describe('interpreter and translation', () => {
  it(
    `agree on ${PROGRAMS} random programs`,
    () => {
      for (let seed = FIRST; seed < FIRST + PROGRAMS; seed++) compare(seed);
      expect(units).toBeGreaterThanOrEqual(PROGRAMS);
    },
    PROGRAMS * 200 + 60_000,
  );
});
