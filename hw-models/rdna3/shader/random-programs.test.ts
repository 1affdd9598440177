/**
 * Any code that decodes, and a good deal that does not, on random registers: nothing is thrown, no fuel is exceeded,
 * and the state stays what it must be (NULL is 0, masks of a 32-lane wave have no second half to run).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomEncoding, seeded, table } from './isa/index.ts';
import { NULL, SCALARS, S, WaveState } from './state.ts';
import { Bench, RSRC1, RSRC2 } from './testing/bench.ts';

describe('random programs', () => {
  it('never throw, never exceed their fuel', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 60 }), fc.boolean(), (seed, length, wave64) => {
        const random = seeded(seed);
        const words: number[] = [];
        for (let n = 0; n < length; n++) {
          const row = table()[random() % table().length]!;
          // A jump to a random register value ends most programs at once: keep them rare.
          if (row.flags?.includes('jump') && random() % 8 !== 0) continue;
          words.push(...randomEncoding(row, random));
        }
        words.push(0xbfb00000);
        const bench = new Bench({ slots: 4 });
        const entry = bench.memory.place(Uint32Array.from(words));
        const state = bench.engine.prepare();
        for (let i = 0; i < state.vgprs.length; i += 1 + (random() & 3)) state.vgprs[i] = random();
        bench.start(entry, 4096, {
          numThread: [1 + (random() % 64), 1, 1],
          initiator: wave64 ? 1 : 0x8001,
          rsrc1: (RSRC1 & ~0xff0ff) | 31 | ((random() & 0xff) << 12),
          // Every other program with exceptions on, which end blocks where they are raised.
          rsrc2: RSRC2 | ((random() % 129) << 15) | (random() % 2 === 0 ? (random() & 0x7f) << 24 : 0),
        });
        for (const fuel of [1, 5, 400]) {
          const before = bench.engine.executed;
          bench.run(fuel);
          expect(bench.engine.executed - before).toBeLessThanOrEqual(fuel);
        }
        for (let slot = 0; slot < 4; slot++) {
          const s = state.scalars.subarray(slot * SCALARS, (slot + 1) * SCALARS);
          if (s[S.STATE] === WaveState.free) continue;
          expect(s[NULL]).toBe(0);
          expect(s[S.SCC]! >>> 0).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 250, seed: 4711 },
    );
  }, 60_000);

  it('give the same state whether run in one go or instruction by instruction', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const make = (): { bench: Bench; state: ReturnType<Bench['engine']['prepare']> } => {
          const random = seeded(seed);
          const words: number[] = [];
          for (let n = 0; n < 24; n++) {
            const row = table()[random() % table().length]!;
            if (row.format.startsWith('VOP') || row.format === 'SOP2' || row.format === 'DS')
              words.push(...randomEncoding(row, random));
          }
          words.push(0xbfb00000);
          const bench = new Bench({ slots: 2 });
          const entry = bench.memory.place(Uint32Array.from(words));
          const state = bench.engine.prepare();
          for (let i = 0; i < state.vgprs.length; i += 3) state.vgprs[i] = random();
          bench.start(entry, 4096, { rsrc1: RSRC1 | 31, rsrc2: RSRC2 | (128 << 15) });
          return { bench, state };
        };
        const [whole, stepped] = [make(), make()];
        whole.bench.run(100);
        for (let n = 0; n < 100; n++) stepped.bench.run(1);
        expect(Buffer.compare(Buffer.from(stepped.state.vgprs.buffer), Buffer.from(whole.state.vgprs.buffer))).toBe(0);
        expect(stepped.state.scalars).toEqual(whole.state.scalars);
        expect(stepped.bench.engine.executed).toBe(whole.bench.engine.executed);
      }),
      { numRuns: 40, seed: 1 },
    );
  }, 60_000);
});
