/** HDP against a plain model: two images of memory, and bytes that wait between them. Pure software. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bench } from '../testing/bench.ts';

const REACH = 0x4_0000;
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Two plain images: what the CPU sees, and which of its bytes engines may not see yet. */
class Images {
  readonly cpu = new Uint8Array(REACH);
  readonly engine = new Uint8Array(REACH);
  readonly waits = new Uint8Array(REACH);

  store(at: number, bytes: Uint8Array): void {
    this.cpu.set(bytes, at);
    this.waits.fill(1, at, at + bytes.length);
  }

  flush(): void {
    for (let i = 0; i < REACH; i++) if (this.waits[i]) this.engine[i] = this.cpu[i]!;
    this.waits.fill(0);
  }
}

const bytes = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 40 }),
  fc.tuple(fc.integer({ min: 41, max: 9000 }), fc.nat(255)).map(([n, value]) => new Uint8Array(n).fill(value)),
);
const action = fc.oneof(
  fc.record({ kind: fc.constant('store' as const), at: fc.nat(REACH - 9001), bytes }),
  fc.record({
    kind: fc.constant('store32' as const),
    at: fc.nat(REACH / 4 - 1).map((n) => n * 4),
    value: fc.nat(0xffff_ffff),
  }),
  fc.record({
    kind: fc.constant('store64' as const),
    at: fc.nat(REACH / 8 - 1).map((n) => n * 8),
    lo: fc.nat(0xffff_ffff),
    hi: fc.nat(0xffff_ffff),
  }),
  fc.record({ kind: fc.constant('read' as const), at: fc.nat(REACH - 5000), count: fc.integer({ min: 1, max: 5000 }) }),
  fc.record({ kind: fc.constant('flush' as const) }),
);

describe('HDP', () => {
  it('shows the CPU its own stores and engines only flushed ones, byte by byte', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const { card, machine } = bench({}, {}, { strictness: 'silicon', traceLog2: 8 });
        const images = new Images();
        let stored = 0; // distinct lines, to stay below the capacity where the plain model is exact
        for (const step of actions) {
          if (step.kind === 'flush') {
            card.hdp.flush();
            images.flush();
            stored = 0;
          } else if (step.kind === 'read') {
            const got = new Uint8Array(step.count);
            card.hdp.cpuRead(step.at, got);
            expect(same(got, images.cpu.subarray(step.at, step.at + step.count))).toBe(true);
          } else {
            const data =
              step.kind === 'store'
                ? step.bytes
                : new Uint8Array(Uint32Array.from(step.kind === 'store32' ? [step.value] : [step.lo, step.hi]).buffer);
            stored += data.length / 64 + 2;
            if (stored > 1000) continue;
            if (step.kind === 'store') card.hdp.cpuWrite(step.at, step.bytes);
            else if (step.kind === 'store32') card.hdp.cpuWrite32(step.at, step.value);
            else card.hdp.cpuWrite64(step.at, step.lo, step.hi);
            images.store(step.at, data);
          }
          expect(card.hdp.pending).toBe(images.waits.reduce((sum, one) => sum + one, 0));
        }
        const engine = new Uint8Array(REACH);
        card.vram.read(0, engine);
        expect(same(engine, images.engine)).toBe(true);
        for (let at = 0; at < REACH; at += 1777) {
          for (const count of [1, 7, 64, 1700]) {
            const end = Math.min(REACH, at + count);
            expect(card.hdp.pendingIn(at, end - at) >= 0).toBe(images.waits.subarray(at, end).includes(1));
          }
        }
        void machine;
      }),
      { numRuns: 40 },
    );
  });

  it('lets the oldest lines through when it is full, and a large store at once but for its tail', () => {
    const { card, port } = bench();
    const big = new Uint8Array(0x20_0000).map((_, i) => i * 7 + (i >> 8));
    port.writeBlock(0, 0x123, big);
    const engine = new Uint8Array(big.length);
    card.vram.read(0x123, engine);
    expect(same(engine.subarray(0, big.length - 0x1_0040), big.subarray(0, big.length - 0x1_0040))).toBe(true);
    expect(card.hdp.pending).toBeLessThanOrEqual(0x1_0000);
    const cpu = new Uint8Array(big.length);
    port.readBlock(0, 0x123, cpu);
    expect(same(cpu, big)).toBe(true);
    card.hdp.flush();
    card.vram.read(0x123, engine);
    expect(same(engine, big)).toBe(true);
    for (let i = 0; i < 2000; i++) port.write(0, 0x80_0000 + i * 64, 4, i + 1);
    expect(card.vram.read32(0x80_0000)).toBe(1);
    expect(card.vram.read32(0x80_0000 + 1999 * 64)).toBe(0);
    expect(card.hdp.pending).toBe(4096);
  });

  it('marks the pages where stores wait, and no other, for whoever wants to know before it asks', () => {
    const { card, port } = bench();
    const marks = card.slot.arena.u8.subarray(card.hdp.pagesAt, card.hdp.pagesAt + 8192);
    const marked = (): number[] =>
      Array.from({ length: 65_536 }, (_, page) => page).filter(
        (page) => ((marks[page >>> 3]! >>> (page & 7)) & 1) !== 0,
      );
    expect(marked()).toEqual([]);
    port.write(0, 0x3ffc, 4, 1);
    port.write(0, 0x1000_5000, 4, 2); // 256 MiB further: page 5
    port.writeBlock(0, 0x2_0fc0, new Uint8Array(128));
    expect(marked()).toEqual([3, 5, 0x20, 0x21]);
    card.hdp.flush();
    expect(marked()).toEqual([]);
    for (let i = 0; i < 2000; i++) port.write(0, 0x80_0000 + i * 4096, 4, 3); // more than can wait
    expect(card.hdp.pending).toBe(4096);
    expect(marked()).toEqual(expect.arrayContaining(Array.from({ length: 1024 }, (_, i) => 0x800 + 976 + i)));
    card.hdp.flush();
    expect(marked()).toEqual([]);
    port.write(0, 0x7000, 4, 4);
    card.hdp.reset('mode1');
    expect(marked()).toEqual([]);
  });

  it('blames the oldest store of exactly the bytes an engine reads', () => {
    const { card, machine, port } = bench();
    port.write(0, 0x1000, 4, 1);
    const first = machine.findings.current;
    port.write(0, 0x1004, 4, 2);
    port.write(0, 0x1000, 4, 3);
    expect(card.hdp.pendingIn(0x1000, 4)).toBe(first);
    expect(card.hdp.pendingIn(0x1008, 8)).toBe(-1);
    const got = new Uint8Array(16);
    expect(card.gmc.vramRead(0x1008, got.subarray(0, 8), 'PSP')).toBe(true);
    expect(machine.findings.list).toEqual([]);
    card.gmc.vramRead(0x0ff8, got, 'PSP');
    expect([...got]).toEqual(Array.from({ length: 16 }, () => 0)); // the engine has the old bytes
    expect(machine.findings.list[0]).toMatchObject({
      code: 'HDP_NOT_FLUSHED',
      because: [{ sequence: first, what: 'write 0x1' }, {}],
    });
  });

  it('keeps the CPU out of protected memory, and says so', () => {
    const { card, port, codes } = bench();
    port.write(0, 0x20_0000, 4, 5);
    card.gmc.protect(0x20_0000, 0x1000);
    expect(port.read(0, 0x20_0000, 4)).toBe(0);
    port.write(0, 0x20_0ffc, 4, 6);
    card.gmc.protect(0x20_0000, 0);
    expect(port.read(0, 0x20_0000, 4)).toBe(5);
    expect(port.read(0, 0x20_0ffc, 4)).toBe(0);
    expect(codes()).toEqual(['PROTECTED_MEMORY', 'PROTECTED_MEMORY']);
  });
});
