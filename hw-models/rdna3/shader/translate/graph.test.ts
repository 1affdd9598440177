/**
 * What a unit takes in is code that may never run: nobody is told where it is not to be had.
 */
import { describe, expect, it } from 'vitest';
import { Access } from '../../../exec/memory.ts';
import { ShaderEngine } from '../engine.ts';
import type { ShaderEvent } from '../events.ts';
import { assemble } from '../isa/index.ts';
import { ArenaMemory } from '../testing/arena-memory.ts';
import { RSRC1, RSRC2 } from '../testing/bench.ts';

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
  engine.start({
    dim: [1, 1, 1],
    start: [0, 0, 0],
    numThread: [32, 1, 1],
    pgmLo: entry / 256,
    pgmHi: 0,
    rsrc1: RSRC1,
    rsrc2: RSRC2,
    userData: [0, 0],
    initiator: 0x8001,
    vmid: 0,
  });
  const result = engine.run(1000);
  return { result, events, faults: memory.faults, units: engine.translated?.units, target: entry + 8 + 4 * FAR };
}

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
