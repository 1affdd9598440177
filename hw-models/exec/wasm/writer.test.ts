/** The engine that runs the modules is the witness: every instruction validates, and what it does is what its name says. */
import { describe, expect, it } from 'vitest';
import { laneMemoryOpcodes, laneOpcodes, memoryOpcodes, opcodes } from './opcodes.ts';
import type { LaneMemoryOpcode, LaneOpcode, MemoryOpcode, Opcode } from './opcodes.ts';
import { relaxedSimd } from './features.ts';
import { ModuleWriter, Type } from './writer.ts';
import type { Code } from './writer.ts';

/** Does an instruction validate with some stack of up to three operands? */
function validates(write: (c: Code) => void): boolean {
  const types = [Type.i32, Type.i64, Type.f32, Type.f64, Type.v128];
  const stacks: Type[][] = [[]];
  for (const a of types) {
    stacks.push([a]);
    for (const b of types) stacks.push([a, b], [a, b, Type.i32], [a, b, b], [a, b, Type.i64]);
  }
  return stacks.some((stack) =>
    [undefined, ...types].some((result) => {
      const m = new ModuleWriter();
      m.importMemory('m', 'm', { min: 1, max: 1, shared: true });
      const { code } = m.function(stack, result === undefined ? [] : [result]);
      stack.forEach((_, i) => code.get(i));
      write(code);
      return WebAssembly.validate(m.finish());
    }),
  );
}

describe('module writer', () => {
  it('names instructions that exist', () => {
    for (const name of Object.keys(opcodes) as Opcode[]) {
      if (name === 'unreachable' || (name.includes('relaxed') && !relaxedSimd())) continue;
      expect(
        validates((c) => c.op(name)),
        name,
      ).toBe(true);
    }
    for (const name of Object.keys(memoryOpcodes) as MemoryOpcode[])
      expect(
        validates((c) => c.memory(name, 8)),
        name,
      ).toBe(true);
    for (const name of Object.keys(laneOpcodes) as LaneOpcode[])
      expect(
        validates((c) => c.lane(name, 1)),
        name,
      ).toBe(true);
    for (const name of Object.keys(laneMemoryOpcodes) as LaneMemoryOpcode[])
      expect(
        validates((c) => c.laneMemory(name, 1)),
        name,
      ).toBe(true);
  });

  it('computes what the names say', () => {
    const run = (results: Type, write: (c: Code) => void): unknown => {
      const m = new ModuleWriter();
      const { index, code } = m.function([], [results]);
      write(code);
      m.exportFunction('f', index);
      const { f } = new WebAssembly.Instance(new WebAssembly.Module(m.finish())).exports as { f: () => unknown };
      return f();
    };
    expect(run(Type.i32, (c) => c.i32(-70000))).toBe(-70000);
    expect(run(Type.i64, (c) => c.i64(-(2n ** 40n)))).toBe(-(2n ** 40n));
    expect(run(Type.f64, (c) => c.f64(0.1))).toBe(0.1);
    expect(run(Type.f32, (c) => c.f32(1.5))).toBe(1.5);
    for (let value = -300; value < 300; value += 7) expect(run(Type.i32, (c) => c.i32(value))).toBe(value);
    expect(
      run(Type.i32, (c) => {
        c.v128(1, 2, 3, 4);
        c.v128(10, 20, 30, 40);
        c.shuffle32(7, 0, 5, 2);
        c.lane('i32x4.extract_lane', 0);
      }),
    ).toBe(40);
    expect(
      run(Type.i32, (c) => {
        const local = c.local(Type.i32);
        c.i32(5);
        c.set(local);
        c.free(Type.i32, local);
        const again = c.local(Type.i32);
        const other = c.local(Type.i64);
        c.i64(7n);
        c.set(other);
        c.get(again);
        c.get(other);
        c.op('i32.wrap_i64');
        c.op('i32.add');
      }),
    ).toBe(12);
  });
});
