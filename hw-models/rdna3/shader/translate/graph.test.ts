/**
 * What a unit takes in is code that may never run: nobody is told where it is not to be had. And which of its blocks can
 * only be come to from one other.
 */
import { describe, expect, it } from 'vitest';
import { Access } from '../../../exec/memory.ts';
import { ShaderEngine } from '../engine.ts';
import type { ShaderEvent } from '../events.ts';
import { assemble } from '../isa/index.ts';
import { ArenaMemory } from '../testing/arena-memory.ts';
import { oneWave } from '../testing/bench.ts';
import type { Block } from '../code-cache.ts';
import { onlyBefore } from './graph.ts';

const BASE = 0x10000000;
/** Dwords of a branch that leads out of memory. */
const FAR = 0x7fff;

/** Runs a wave that compares 1 with `other` and branches far away where they differ. */
function run(other: number) {
  const memory = new ArenaMemory(1 << 16, BASE);
  const events: ShaderEvent[] = [];
  const engine = new ShaderEngine({
    memory,
    allocate: memory.allocate,
    report: (event) => events.push(event),
    slots: 4,
    engine: 'wasm',
  });
  const { bytes, errors } = assemble(`s_cmp_lg_u32 1, ${other}\ns_cbranch_scc1 ${FAR}\ns_endpgm`);
  if (errors.length > 0) throw errors[0]!;
  const entry = memory.place(bytes);
  engine.start(oneWave(entry));
  const result = engine.run(1000);
  return { result, events, faults: memory.faults, units: engine.translated?.units, target: entry + 8 + 4 * FAR };
}

describe('the only block before', () => {
  /** A block of a kernel as far as its neighbours go: where it begins and ends, and what it ends with. */
  const block = (pc: number, end: number, endingName?: string, target = -1): Block =>
    ({
      pc,
      pcs: [end],
      ending: endingName && {},
      endingName,
      endingImmediate: 0,
      target,
      length: 1,
    }) as unknown as Block;

  it('is one that comes earlier and leads there alone', () => {
    const blocks = [
      block(0, 8, 's_cbranch_execz', 24),
      block(8, 16, 's_cbranch_scc1', 8), // a loop on itself
      block(16, 24),
      block(24, 32, 's_barrier'),
      block(32, 40, 's_branch', 56),
      block(40, 48, 's_cbranch_vccz', 40 + 8), // both ways are one
      block(48, 56, 's_endpgm'),
      block(56, 64, 's_branch', 32),
      block(64, 72, 's_barrier'), // the wave comes back behind it by itself
      block(72, 80, 's_endpgm'),
    ];
    const before = ['nothing', undefined, 1, undefined, undefined, 'nothing', undefined, 4, 'nothing', undefined];
    expect(onlyBefore(blocks)).toEqual(before);
  });
});

describe('a branch out of memory in translated code', () => {
  it('is nobody’s fault where it is not taken', () => {
    const { result, events, faults, units } = run(1);
    expect(result).toBe('idle');
    expect(units).toBe(1);
    expect(events.map(({ kind }) => kind)).toEqual(['dispatchDone']);
    expect(faults).toEqual([]);
  });

  it('faults once where it is', () => {
    const { result, events, faults, target } = run(2);
    expect(result).toBe('hung');
    expect(events).toEqual([
      expect.objectContaining({ kind: 'memoryViolation', access: 'execute', pc: target, address: target }),
    ]);
    expect(faults).toEqual([{ va: target, access: Access.execute }]);
  });
});
