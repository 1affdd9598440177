import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arena, CHUNK_BYTES, SparseMemory } from './arena.ts';

describe('sparse memory', () => {
  it('behaves as one big array (model-based)', () => {
    const operation = fc.record({
      at: fc.nat(4 * CHUNK_BYTES - 1),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fill: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 30 }), (operations) => {
        const memory = new SparseMemory(new Arena(16 * CHUNK_BYTES), 5 * CHUNK_BYTES);
        const model = new Uint8Array(5 * CHUNK_BYTES);
        for (const { at, bytes, fill } of operations) {
          if (fill) {
            memory.fill(at, bytes.length, bytes[0]!);
            model.fill(bytes[0]!, at, at + bytes.length);
          } else {
            memory.write(at, bytes);
            model.set(bytes, at);
          }
        }
        const seen = new Uint8Array(model.length);
        memory.read(0, seen);
        expect(Buffer.compare(seen, model)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it('costs nothing until it is touched, and says so when it is full', () => {
    const arena = new Arena(4 * CHUNK_BYTES);
    const memory = new SparseMemory(arena, 24 * 2 ** 30);
    memory.read(20 * 2 ** 30, new Uint8Array(100));
    expect(arena.used).toBe(0);
    memory.write32(20 * 2 ** 30, 1);
    memory.write32(0, 1);
    memory.write32(CHUNK_BYTES, 1);
    expect(arena.used).toBe(3);
    expect(() => memory.write32(2 * CHUNK_BYTES, 1)).toThrow(expect.objectContaining({ code: 'ARENA_FULL' }));
    expect(memory.read32(20 * 2 ** 30)).toBe(1); // nothing was lost
  });

  it('gives freed chunks back zeroed', () => {
    const arena = new Arena(3 * CHUNK_BYTES);
    const memory = new SparseMemory(arena, 2 ** 30);
    memory.write32(0, 0xdead_beef);
    memory.clear();
    expect(memory.read32(0)).toBe(0);
    expect(memory.at(CHUNK_BYTES)).toBeGreaterThan(0);
    expect(memory.read32(CHUNK_BYTES)).toBe(0);
  });

  it('restores exactly what a snapshot held', () => {
    const memory = new SparseMemory(new Arena(8 * CHUNK_BYTES), 2 ** 30);
    memory.write32(4, 7);
    const saved = memory.snapshot();
    memory.write32(4, 8);
    memory.write32(9 * CHUNK_BYTES, 9);
    memory.restore(saved);
    expect(memory.read32(4)).toBe(7);
    expect(memory.read32(9 * CHUNK_BYTES)).toBe(0);
  });
});
