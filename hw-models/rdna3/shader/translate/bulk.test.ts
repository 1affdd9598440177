/**
 * Whole grids by translated code leave the scheduler where the interpreter leaves it, wherever slices end.
 */
import { describe, expect, it } from 'vitest';
import { ShaderEngine } from '../engine.ts';
import { assemble } from '../isa/index.ts';
import { ArenaMemory } from '../testing/arena-memory.ts';
import { oneWave } from '../testing/bench.ts';

const INSTRUCTIONS = 100;

/** Scheduler cells after each slice of a grid of groups of three waves, which have `INSTRUCTIONS` instructions each. */
function cells(engine: 'interpreter' | 'wasm', slices: readonly number[]): number[][] {
  const memory = new ArenaMemory(1 << 16);
  const core = new ShaderEngine({
    memory,
    allocate: memory.allocate,
    report: () => {},
    slots: 8,
    engine,
  });
  const { bytes } = assemble(`${'v_add_nc_u32_e32 v1, 1, v1\n'.repeat(INSTRUCTIONS - 1)}s_endpgm`);
  const entry = memory.place(bytes);
  core.start(oneWave(entry, { dim: [6, 1, 1], numThread: [96, 1, 1] }));
  return slices.map((fuel) => {
    core.run(fuel);
    return [...memory.byName.get('shader.scheduler')!];
  });
}

describe('a slice', () => {
  const group = 3 * INSTRUCTIONS;
  it.each([
    // with a group's last instruction; the next one's round ends with an empty one behind it that has brought nothing
    [[group, group - 30, 3000]],
    [[2 * group, group + 5, 3000]],
    [[group - INSTRUCTIONS, INSTRUCTIONS, 3000]],
    [[2 * group, INSTRUCTIONS, INSTRUCTIONS, INSTRUCTIONS, 3000]],
  ])('of %j instructions each ends alike on both engines', (slices) => {
    expect(cells('wasm', slices)).toEqual(cells('interpreter', slices));
  });
});
