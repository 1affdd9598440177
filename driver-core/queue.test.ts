/** Ring discipline against a device that fetches as rings are documented: in order, packet by packet, by the pointers. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pm4Filler, sdmaFiller } from './amd/packets.ts';
import { Ring } from './queue.ts';
import { Timeline } from './timeline.ts';

const SIZE = 256;
const MARK = 0xaaaa_0000;

/** Fetches packets of a made-up kind: first dword MARK + length, filler dwords as PM4's NOP. */
class Consumer {
  readonly memory = new Uint32Array(SIZE);
  readonly order: string[] = [];
  readonly taken: number[] = [];
  doorbell = 0;
  stored = 0;
  flushed = true;
  read = 0;

  readonly ring = new Ring('test', SIZE, {
    write: (at, words) => {
      expect(at + words.length).toBeLessThanOrEqual(SIZE);
      this.order.push('ring');
      this.memory.set(words, at);
      this.flushed = false;
    },
    readPointer: () => this.read % SIZE,
    storeWritePointer: (dwords) => {
      this.order.push('pointer');
      this.stored = dwords;
    },
    flush: () => {
      this.order.push('flush');
      this.flushed = true;
    },
    ring: (dwords) => {
      this.order.push('doorbell');
      expect(this.flushed).toBe(true);
      expect(this.stored).toBe(dwords);
      expect(dwords).toBeGreaterThan(this.doorbell);
      expect(dwords - this.read).toBeLessThan(SIZE);
      this.doorbell = dwords;
    },
    filler: pm4Filler,
  });

  /** Fetches up to `packets` packets that the doorbell has announced. */
  fetch(packets: number): void {
    while (packets > 0 && this.read < this.doorbell) {
      const at = this.read % SIZE;
      const head = this.memory[at]!;
      if (head >>> 30 === 3) {
        expect((head >>> 8) & 0xff).toBe(0x10);
        const count = (head >>> 16) & 0x3fff;
        this.read += count === 0x3fff ? 1 : count + 2;
        expect(this.read % SIZE).toBe(0); // fillers only reach to the end
        continue;
      }
      expect((head & 0xffff_0000) >>> 0).toBe(MARK);
      const length = head & 0xffff;
      expect(at + length).toBeLessThanOrEqual(SIZE); // whole
      if (length > 1) this.taken.push(this.memory[at + 1]!);
      else this.taken.push(-1);
      this.read += length;
      packets--;
    }
  }
}

const packet = (length: number, id: number): Uint32Array => {
  const words = new Uint32Array(length);
  words[0] = MARK + length;
  if (length > 1) words[1] = id;
  return words;
};

describe('a ring', () => {
  it('writes packets, pointer, flush and doorbell in this order', () => {
    const { ring, order } = new Consumer();
    ring.submit([packet(5, 1), packet(7, 2)]);
    expect(order).toEqual(['ring', 'pointer', 'flush', 'doorbell']);
  });

  it('delivers everything once, whole and in order, however it is filled and emptied', () => {
    const action = fc.oneof(
      fc.record({ submit: fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 4 }) }),
      fc.record({ fetch: fc.integer({ min: 1, max: 5 }) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
        const consumer = new Consumer();
        const { ring } = consumer;
        const sent: number[] = [];
        for (const step of actions) {
          if ('fetch' in step) {
            consumer.fetch(step.fetch);
            continue;
          }
          const packets = step.submit.map((length, i) => packet(length, sent.length + i));
          if (!ring.canEverTake(packets)) {
            expect(packets.reduce((n, p) => n + p.length, 0)).toBeGreaterThan(100);
            continue;
          }
          if (ring.space() < ring.cost(packets)) {
            expect(() => ring.submit(packets)).toThrow(expect.objectContaining({ code: 'QUEUE_FULL' }));
            continue;
          }
          ring.submit(packets);
          step.submit.forEach((length) => sent.push(length > 1 ? sent.length : -1));
        }
        consumer.fetch(1e9);
        expect(consumer.taken).toEqual(sent);
        expect(ring.empty()).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('refuses what could never fit', () => {
    const { ring } = new Consumer();
    expect(ring.canEverTake([packet(SIZE, 0)])).toBe(false);
    expect(ring.canEverTake([packet(100, 0), packet(100, 1)])).toBe(true);
  });
});

describe('fillers', () => {
  it('are packets that skip exactly their length', () => {
    // PM4 type 3 NOP: count + 2 dwords, and 0x3fff for the header alone
    expect(pm4Filler(1)[0]).toBe(0xffff_1000);
    for (let n = 2; n < 40; n++) {
      expect(pm4Filler(n)).toHaveLength(n);
      expect(((pm4Filler(n)[0]! >>> 16) & 0x3fff) + 2).toBe(n);
    }
    // SDMA NOP: count more dwords
    for (let n = 1; n < 40; n++) expect([sdmaFiller(n).length, sdmaFiller(n)[0]]).toEqual([n, (n - 1) << 16]);
  });
});

describe('a timeline', () => {
  it('grows past 2^32 on a fence of 32 bits', () => {
    const timeline = new Timeline();
    timeline.last = 0xffff_fff0;
    timeline.done = 0xffff_fff0;
    for (let i = 0; i < 64; i++) {
      const value = timeline.next();
      expect(timeline.reached(value)).toBe(false);
      expect(timeline.saw(value >>> 0)).toBe(value);
    }
    expect(timeline.done).toBe(0x1_0000_0030);
  });

  it('ignores values that were never given out, and never goes back', () => {
    const timeline = new Timeline();
    timeline.next();
    timeline.next();
    expect(timeline.saw(7, 0)).toBe(0);
    expect(timeline.saw(2, 0)).toBe(2);
    expect(timeline.saw(1, 0)).toBe(2);
  });

  it('counts lost work as done after a reset', () => {
    const timeline = new Timeline();
    const value = timeline.next();
    timeline.abandon();
    expect(timeline.reached(value)).toBe(true);
  });
});
