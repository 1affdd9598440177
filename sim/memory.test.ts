import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arena, CHUNK_BYTES, SparseMemory } from './arena.ts';
import { Hash, StateBlock } from './state.ts';

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

describe('runs of the arena', () => {
  it('are zeroed, in one piece, of nobody else, and clearly refused', () => {
    const arena = new Arena(8 * CHUNK_BYTES);
    const one = arena.allocate();
    const run = arena.allocateRun(2 * CHUNK_BYTES + 1);
    expect(run).toBeGreaterThan(one);
    expect(arena.used).toBe(4);
    expect(arena.allocate()).toBe(run + 3 * CHUNK_BYTES);
    expect(() => arena.allocateRun(3 * CHUNK_BYTES)).toThrow(expect.objectContaining({ code: 'ARENA_FULL' }));
    expect(arena.allocateRun(2 * CHUNK_BYTES)).toBe(run + 4 * CHUNK_BYTES);
  });

  it('hold state that copies, compares and hashes as state that lies apart does', () => {
    const arena = new Arena(16 * CHUNK_BYTES);
    const blocks = [new StateBlock('apart'), new StateBlock('in the arena', arena)];
    const arrays = blocks.map((block) => {
      const small = block.allocate('small', 'u8', 3, 'arena');
      const big = block.allocate('big', 'i32', 20_000, 'arena');
      const record = block.record('record', { a: 5, b: 6 }, 'arena');
      return { small, big, record };
    });
    const [apart, inside] = arrays as [(typeof arrays)[0], (typeof arrays)[0]];
    expect(inside.small.buffer).toBe(arena.memory.buffer);
    expect(inside.big.byteOffset % 64).toBe(0);
    expect(arena.used).toBeLessThanOrEqual(3); // small ones share a chunk
    const digest = (block: StateBlock): string => {
      const hash = new Hash();
      block.hashInto(hash);
      return hash.digest();
    };
    for (const { small, big, record } of [apart, inside]) {
      small[2] = 7;
      big[19_999] = -1;
      record.b = 8;
    }
    expect(digest(blocks[1]!)).toBe(digest(blocks[0]!));
    const saved = blocks[1]!.snapshot();
    expect(blocks[0]!.diff(saved)).toEqual([]);
    inside.big[4] = 1;
    inside.record.a = 0;
    expect(blocks[1]!.diff(saved).map(({ name }) => name)).toEqual(['big', 'record']);
    blocks[1]!.restore(saved);
    expect(digest(blocks[1]!)).toBe(digest(blocks[0]!));
    expect(inside.record.a).toBe(5);
  });

  it('say so when state does not fit', () => {
    const block = new StateBlock('full', new Arena(2 * CHUNK_BYTES));
    expect(() => block.allocate('big', 'i32', CHUNK_BYTES, 'arena')).toThrow(
      expect.objectContaining({ code: 'ARENA_FULL' }),
    );
  });
});
