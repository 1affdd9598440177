import { describe, expect, it } from 'vitest';
import { DOORBELL, QueueBench, VA, at, pkt } from './testing/queue-bench.ts';

const m = at.memory;
const va = (offset: number): [number, number] => [(VA + offset) % 2 ** 32, Math.floor((VA + offset) / 2 ** 32)];

/** Header of HSA: type 7:0, barrier 8, acquire 10:9, release 12:11. */
const header = (type: number, barrier = true): number => type | (barrier ? 1 << 8 : 0) | (2 << 9) | (2 << 11);

class AqlBench extends QueueBench {
  private index = 0;

  constructor() {
    super({ aql: true });
    // amd_queue_t around the pointers: scratch location, tmpring size
    this.poke(at.pointers + 0x8c, 0x8_0c00);
    this.poke(at.pointers + 0xa0, ...va(m + 0x7_0000));
  }

  packet(words: readonly number[]): void {
    const full = [...words, ...new Array<number>(16 - words.length).fill(0)];
    full.forEach((word, i) => this.bench.port.write(0, at.ring + this.index * 64 + 4 * i, 4, word >>> 0));
    this.index++;
  }

  /** As a runtime does: write index to memory, doorbell with the last packet's index. */
  go(): void {
    this.bench.port.write64(0, at.pointers + 0x38, this.index, 0);
    this.bench.card.hdp.flush();
    this.bench.port.write64(2, DOORBELL * 4, this.index - 1, 0);
    this.advance(1_000_000);
  }

  kernel(properties: number, rsrc2: number, signal = 0): void {
    const descriptor = new Array<number>(16).fill(0);
    descriptor[4] = 0x100;
    descriptor[11] = 0;
    descriptor[12] = 0x60ac_0041;
    descriptor[13] = rsrc2;
    descriptor[14] = properties;
    this.poke(m + 0x1000, ...descriptor);
    this.packet([
      header(2) | (3 << 16),
      64 | (2 << 16),
      1,
      130,
      4,
      1,
      16,
      1000,
      ...va(m + 0x1000),
      ...va(m + 0x2000),
      0,
      0,
      ...(signal === 0 ? [0, 0] : va(signal)),
    ]);
  }
}

describe('AQL', () => {
  it('runs PM4 through the vendor packet', () => {
    const bench = new AqlBench();
    const words = pkt(0x37, 0x10_0500, ...va(m), 7);
    bench.poke(at.ib, ...words);
    bench.packet([header(0) | (1 << 16), ...pkt(0x3f, ...va(at.ib), words.length | (1 << 23)), 10]);
    bench.packet([header(0) | (1 << 16), ...pkt(0x3f, ...va(at.ib), words.length | (1 << 23)), 10]);
    bench.go();
    expect(bench.peek(m)).toBe(7);
    // consumed packets are marked invalid
    expect([bench.peek(at.ring) & 0xff, bench.peek(at.ring + 64) & 0xff]).toEqual([1, 1]);
    expect(bench.codes).toEqual([]);
  });

  it('launches from the kernel descriptor, user registers in their order', () => {
    const bench = new AqlBench();
    bench.kernel(0x400 | 2 | 8 | 0x10, 0x9b);
    bench.go();
    const [grid] = bench.engine.started;
    expect(grid).toMatchObject({
      wave32: true,
      entry: VA + m + 0x1100,
      groups: [3, 2, 1],
      threads: [64, 2, 1],
      lastThreads: [2, 2, 1],
      ldsBytes: 1024,
      scratchBase: VA + m + 0x7_0000,
      tmpringSize: 0x8_0c00,
      packet: VA + at.ring,
    });
    expect((grid!.rsrc2 >>> 15) & 0x1ff).toBe(2);
    expect(grid!.userData.slice(0, 7)).toEqual([...va(at.ring), ...va(m + 0x2000), 0, 0, 0]);
    expect(bench.codes).toEqual([]);
  });

  it('counts the completion signal down when the grid has ended', () => {
    const bench = new AqlBench();
    bench.engine.length = 30_000;
    bench.poke(m + 0x3000, 1, 0, 1, 0);
    bench.kernel(0x400, 0, m + 0x3000);
    bench.go();
    bench.advance(1_000_000);
    expect([bench.peek(m + 0x3008), bench.peek(m + 0x300c)]).toEqual([0, 0]);
  });

  it('barriers wait for all, or for one, of their signals', () => {
    const bench = new AqlBench();
    bench.poke(m + 0x3000, 1, 0, 1, 0);
    bench.poke(m + 0x3100, 1, 0, 1, 0);
    bench.poke(m + 0x3200, 1, 0, 5, 0);
    bench.packet([header(5), 0, ...va(m + 0x3000), ...va(m + 0x3100), 0, 0, 0, 0, 0, 0, 0, 0, ...va(m + 0x3200)]);
    bench.packet([header(3), 0, ...va(m + 0x3000), ...va(m + 0x3100), 0, 0, 0, 0, 0, 0, 0, 0, ...va(m + 0x3200)]);
    bench.go();
    expect(bench.peek(m + 0x3208)).toBe(5);
    bench.poke(m + 0x3008, 0);
    bench.advance(1_000_000);
    expect(bench.peek(m + 0x3208)).toBe(4);
    bench.poke(m + 0x3108, 0);
    bench.advance(1_000_000);
    expect(bench.peek(m + 0x3208)).toBe(3);
    expect(bench.codes).toEqual([]);
  });

  it('waits on a packet that is still invalid, and stops at nonsense', () => {
    const bench = new AqlBench();
    bench.packet([1]);
    bench.go();
    expect(bench.codes).toEqual([]);
    bench.poke(at.ring, header(0) | (9 << 16));
    bench.advance(1_000_000);
    expect(bench.codes).toEqual(['AQL_PACKET_INVALID']);
  });
});
