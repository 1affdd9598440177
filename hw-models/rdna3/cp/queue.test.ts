import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CP, GC, GFXHUB, GRBM, NBIO } from '../../../registers/amd/index.ts';
import { DOORBELL, QueueBench, RING_DWORDS, VA, at, pkt } from './testing/queue-bench.ts';

const m = at.memory;
const va = (offset: number): [number, number] => [(VA + offset) % 2 ** 32, Math.floor((VA + offset) / 2 ** 32)];
const nop = pkt(0x10, 0);
const r = CP.registers;

describe('a queue that is set up wrong', () => {
  it.each([
    ['base not set', (mqd: Uint32Array) => mqd.fill(0, 136, 138), 'HQD_BASE_NOT_SET'],
    ['size of 4 dwords', (mqd: Uint32Array) => void (mqd[145] = 1), 'HQD_SIZE'],
    ['descriptor not aligned', (mqd: Uint32Array) => void (mqd[128]! += 4), 'MQD_MISALIGNED'],
    ['no read pointer report', (mqd: Uint32Array) => void (mqd[145]! |= 1 << 27), 'HQD_NO_RPTR_REPORT'],
    ['doorbell disabled', (mqd: Uint32Array) => void (mqd[143] = DOORBELL << 2), 'HQD_NO_DOORBELL'],
    ['VMID without context', (mqd: Uint32Array) => void (mqd[131] = 5), 'HQD_VMID_DISABLED'],
    ['read pointer ahead', (mqd: Uint32Array) => void (mqd[138] = 100), 'HQD_POINTERS'],
  ])('%s', (_name, change, code) => {
    const bench = new QueueBench({ start: false });
    bench.startMec();
    bench.setQueue({ change });
    expect(bench.codes[0]).toBe(code);
    expect(bench.findings[0]!.at.where).toBe('BAR5 CP_HQD_ACTIVE');
    expect(bench.findings[0]!.message).toContain('me1 pipe0 queue0');
  });

  it('without GRBM_GFX_CNTL', () => {
    const bench = new QueueBench({ start: false });
    bench.bench.set(r.CP_HQD_ACTIVE, 1);
    expect(bench.codes).toEqual(['HQD_NOT_SELECTED']);
  });

  it('descriptor in memory that says something else', () => {
    const bench = new QueueBench({ start: false });
    bench.startMec();
    bench.setQueue({ memory: (mqd) => void (mqd[165] = 0x1234) });
    bench.submit(...nop);
    bench.advance(10_000);
    expect(bench.codes).toEqual(['MQD_INCONSISTENT']);
    expect(bench.findings[0]!.message).toContain('CP_HQD_EOP_BASE_ADDR');
  });

  it('registers changed under an active queue', () => {
    const bench = new QueueBench();
    bench.bench.set(GRBM.registers.GRBM_GFX_CNTL, 4);
    bench.bench.set(r.CP_HQD_PQ_BASE, 0x1234);
    expect(bench.codes).toEqual(['HQD_CHANGED_WHILE_ACTIVE']);
  });

  it('no EOP buffer', () => {
    const bench = new QueueBench({ start: false });
    bench.startMec();
    bench.setQueue({ change: (mqd) => mqd.fill(0, 165, 167) });
    bench.submit(...pkt(0x49, 0x514, 1 << 29, ...va(m), 1, 0, 0));
    bench.advance(10_000);
    expect(bench.codes).toEqual(['NO_EOP_BUFFER']);
  });
});

describe('doorbells', () => {
  it('for a queue that is not active', () => {
    const bench = new QueueBench();
    bench.bench.set(GRBM.registers.GRBM_GFX_CNTL, 4);
    bench.bench.set(r.CP_HQD_DEQUEUE_REQUEST, 2);
    bench.advance(100_000);
    bench.bench.set(GRBM.registers.GRBM_GFX_CNTL, 0);
    bench.submit(...nop);
    expect(bench.codes).toEqual(['DOORBELL_INACTIVE_QUEUE']);
  });

  it('outside the range of the engine', () => {
    const bench = new QueueBench();
    bench.bench.set(r.CP_MEC_DOORBELL_RANGE_LOWER, 0x40);
    bench.submit(...nop);
    expect(bench.codes).toEqual(['DOORBELL_OUTSIDE_MEC_RANGE']);
  });

  it('before the write pointer is in memory', () => {
    const bench = new QueueBench();
    const { port, card } = bench.bench;
    bench.write(nop);
    card.hdp.flush();
    port.write64(2, DOORBELL * 4, 2, 0);
    port.write64(0, at.pointers + 0x38, 2, 0);
    bench.advance(10_000);
    expect(bench.codes).toEqual(['DOORBELL_BEFORE_WPTR']);
    expect(bench.findings[0]!.at.where).toContain('doorbell');
  });

  it('with another write pointer in memory', () => {
    const bench = new QueueBench();
    const { port, card } = bench.bench;
    bench.write(nop);
    port.write64(0, at.pointers + 0x38, 8, 0);
    card.hdp.flush();
    port.write64(2, DOORBELL * 4, 2, 0);
    bench.advance(10_000);
    expect(bench.codes).toEqual(['WPTR_MEMORY_AHEAD']);
  });

  it('before the packets are in the ring', () => {
    const bench = new QueueBench();
    bench.ring(2);
    bench.write(nop);
    bench.advance(10_000);
    expect(bench.codes[0]).toBe('RING_NOT_WRITTEN');
  });

  it('going back', () => {
    const bench = new QueueBench();
    bench.submit(...nop, ...nop);
    bench.advance(10_000);
    bench.ring(2);
    expect(bench.codes).toEqual(['DOORBELL_BACKWARDS']);
  });

  it('more than a ring ahead', () => {
    const bench = new QueueBench();
    bench.ring(RING_DWORDS + 2);
    expect(bench.codes[0]).toBe('WPTR_BEYOND_RING');
  });

  it('while the pipe does not run', () => {
    const bench = new QueueBench();
    bench.bench.set(r.CP_MEC_RS64_CNTL, 0x4000_0000);
    bench.submit(...nop);
    expect(bench.codes).toEqual(['DOORBELL_ENGINE_HALTED']);
    bench.submit(...pkt(0x37, 0x10_0500, ...va(m), 7));
    bench.advance(100_000);
    expect(bench.peek(m)).toBe(0);
    // once started it finds what was rung
    bench.bench.set(r.CP_MEC_RS64_CNTL, 0x0400_0000);
    bench.advance(100_000);
    expect(bench.peek(m)).toBe(7);
  });

  it('with GRBM_GFX_CNTL left selected', () => {
    const bench = new QueueBench();
    bench.bench.set(GRBM.registers.GRBM_GFX_CNTL, 4);
    bench.submit(...nop);
    expect(bench.codes).toEqual(['GRBM_SELECT_LEFT']);
    expect(bench.findings[0]!.because[0]!.where).toBe('BAR5 GRBM_GFX_CNTL');
  });
});

describe('engine start', () => {
  it('before the microcode is there', () => {
    const bench = new QueueBench({ start: false });
    bench.bench.set(r.CP_MEC_RS64_CNTL, 0x0400_0000);
    expect(bench.codes).toEqual(['BLOCK_NOT_READY']);
  });

  it('without a start address', () => {
    const bench = new QueueBench({ start: false });
    bench.bench.card.gfx.autoload();
    bench.advance(1_000_000);
    bench.bench.set(r.CP_MEC_RS64_CNTL, 0x0400_0000);
    expect(bench.codes).toEqual(['MEC_START_NOT_SET']);
  });

  it('its caches say when they are invalidated and primed', () => {
    const { bench: b } = new QueueBench({ start: false });
    b.set(r.CP_CPC_IC_OP_CNTL, 1);
    expect(b.get(r.CP_CPC_IC_OP_CNTL) & 2).toBe(0);
    b.machine.advance(10_000);
    expect(b.get(r.CP_CPC_IC_OP_CNTL) & 0x22).toBe(2);
    b.set(r.CP_CPC_IC_OP_CNTL, 0x12);
    b.machine.advance(10_000);
    expect(b.get(r.CP_CPC_IC_OP_CNTL) & 0x22).toBe(0x22);
  });

  it('SPI_COMPUTE_QUEUE_RESET ends the waves of the selected queue', () => {
    const bench = new QueueBench();
    const { set } = bench.bench;
    bench.engine.length = 1e9;
    const entry = (VA + m) / 256;
    bench.submit(
      ...pkt(0x76, 0x20c, entry % 2 ** 32, Math.floor(entry / 2 ** 32)),
      ...pkt(0x76, 0x207, 64, 1, 1),
      ...pkt(0x15, 1, 1, 1, 0x8005),
      ...pkt(0x46, 0x407),
      ...pkt(0x37, 0x10_0500, ...va(m + 8), 7),
    );
    bench.advance(100_000);
    expect(bench.peek(m + 8)).toBe(0);
    set(GRBM.registers.GRBM_GFX_CNTL, 4);
    set(GC.registers.SPI_COMPUTE_QUEUE_RESET, 1);
    set(GRBM.registers.GRBM_GFX_CNTL, 0);
    bench.advance(100_000);
    expect(bench.engine.cancelled).toEqual([1]);
    expect(bench.peek(m + 8)).toBe(7);
  });

  it('a soft reset empties the queues; set up again they work', () => {
    const bench = new QueueBench();
    const { set, get } = bench.bench;
    bench.submit(...pkt(0x3c, 0x13, ...va(m), 1, 0xffff_ffff, 4));
    bench.advance(10_000);
    set(GRBM.registers.GRBM_SOFT_RESET, 0x4_0001);
    bench.advance(50_000_000);
    set(GRBM.registers.GRBM_SOFT_RESET, 0);
    set(GRBM.registers.GRBM_GFX_CNTL, 4);
    expect(get(r.CP_HQD_ACTIVE)).toBe(0);
    set(GRBM.registers.GRBM_GFX_CNTL, 0);
    bench.setQueue();
    bench.ring(0);
    bench.submit(...pkt(0x37, 0x10_0500, ...va(m + 8), 7));
    bench.advance(100_000);
    expect(bench.peek(m + 8)).toBe(7);
    expect(bench.codes).toEqual([]);
  });
});

describe('a queue under any order of commands', () => {
  /** What a reader of the rules expects: packets run exactly once, in order, while the queue is active. */
  class Model {
    active = true;
    submitted = 0;
    seen = 0;
    waiting = false;
  }
  type Real = { bench: QueueBench; counter: number };
  class Submit implements fc.Command<Model, Real> {
    readonly packets: number;
    constructor(packets: number) {
      this.packets = packets;
    }
    check = (model: Readonly<Model>): boolean => model.active;
    run(model: Model, { bench }: Real): void {
      const words: number[] = [];
      for (let i = 0; i < this.packets; i++) words.push(...pkt(0x1e, 0x4f, ...va(m), 1, 0, 0, 0, 0));
      bench.submit(...words);
      model.submitted += this.packets;
    }
    toString = (): string => `submit ${this.packets}`;
  }
  class Settle implements fc.Command<Model, Real> {
    check = (): boolean => true;
    run(model: Model, { bench }: Real): void {
      bench.advance(10_000_000);
      model.seen = model.submitted;
      expect(bench.peek(m)).toBe(model.seen);
    }
    toString = (): string => 'settle';
  }
  class Wait implements fc.Command<Model, Real> {
    check = (model: Readonly<Model>): boolean => model.active;
    run(_model: Model, real: Real): void {
      real.counter++;
      real.bench.submit(...pkt(0x3c, 0x15, ...va(m + 8), real.counter, 0xffff_ffff, 4));
      real.bench.advance(1_000);
      real.bench.poke(m + 8, real.counter);
    }
    toString = (): string => 'wait';
  }
  class Restart implements fc.Command<Model, Real> {
    check = (): boolean => true;
    run(model: Model, { bench }: Real): void {
      const { set, get } = bench.bench;
      bench.advance(10_000_000);
      model.seen = model.submitted;
      set(GRBM.registers.GRBM_GFX_CNTL, 4);
      set(r.CP_HQD_DEQUEUE_REQUEST, 1);
      bench.advance(100_000);
      expect(get(r.CP_HQD_ACTIVE)).toBe(0);
      set(GRBM.registers.GRBM_GFX_CNTL, 0);
      bench.setQueue();
      bench.ring(0);
    }
    toString = (): string => 'restart';
  }
  class SnapshotAndBack implements fc.Command<Model, Real> {
    check = (): boolean => true;
    run(model: Model, { bench }: Real): void {
      const saved = bench.bench.machine.snapshot();
      bench.advance(10_000_000);
      const hash = bench.bench.machine.hash();
      bench.bench.machine.restore(saved);
      bench.advance(10_000_000);
      expect(bench.bench.machine.hash()).toBe(hash);
      void model;
    }
    toString = (): string => 'snapshot';
  }

  it('runs every packet once, and says nothing about a driver that does right', () => {
    fc.assert(
      fc.property(
        fc.commands(
          [
            fc.integer({ min: 1, max: 40 }).map((n) => new Submit(n)),
            fc.constant(new Settle()),
            fc.constant(new Wait()),
            fc.constant(new Restart()),
            fc.constant(new SnapshotAndBack()),
          ],
          { maxCommands: 25 },
        ),
        (commands) => {
          const bench = new QueueBench();
          fc.modelRun(() => ({ model: new Model(), real: { bench, counter: 0 } }), commands);
          expect(bench.codes).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('nonsense', () => {
  const opcode = fc.constantFrom(
    0x10,
    0x15,
    0x16,
    0x1e,
    0x22,
    0x23,
    0x37,
    0x3c,
    0x3f,
    0x40,
    0x46,
    0x49,
    0x50,
    0x58,
    0x5a,
    0x68,
    0x69,
    0x76,
    0x77,
    0x79,
    0x93,
    0x95,
    0x98,
    0x99,
    0x9b,
    0xa0,
    0xa2,
    0xa3,
    0xa4,
    0xa5,
    0xf0,
  );
  const word = fc.oneof(
    fc.nat(0xffff_ffff),
    fc.constantFrom(0, 1, 0x2000, 0xffff_ffff, (VA + m) % 2 ** 32, (VA + at.ring) % 2 ** 32, 4 | (1 << 23)),
  );
  const packet = fc.tuple(opcode, fc.array(word, { minLength: 1, maxLength: 9 })).map(([op, body]) => pkt(op, ...body));
  const stream = fc.array(
    fc.oneof(
      { arbitrary: packet, weight: 8 },
      { arbitrary: fc.array(fc.nat(0xffff_ffff), { maxLength: 4 }), weight: 1 },
    ),
    { maxLength: 30 },
  );

  it('never throws, never grows, and ends', () => {
    fc.assert(
      fc.property(stream, (packets) => {
        const bench = new QueueBench();
        bench.submit(...packets.flat());
        bench.advance(200_000_000);
        expect(bench.bench.machine.events.pending).toBeLessThan(64);
      }),
      { numRuns: 80 },
    );
  });

  it('register stores and doorbells at random likewise', () => {
    const registers = [
      ...Object.values(r),
      GRBM.registers.GRBM_GFX_CNTL,
      GRBM.registers.GRBM_SOFT_RESET,
      NBIO.registers.RCC_DEV0_EPF0_RCC_DOORBELL_APER_EN,
      GFXHUB.registers.GCVM_CONTEXTn_CNTL,
    ];
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.nat(registers.length - 1),
            fc.oneof(fc.nat(0xffff_ffff), fc.constantFrom(0, 1, 2, 4, 0x0400_0000, 0x4000_0018)),
            fc.boolean(),
          ),
          { maxLength: 200 },
        ),
        (operations) => {
          const bench = new QueueBench();
          for (const [index, value, ring] of operations) {
            bench.bench.set(registers[index]!, value);
            if (ring) bench.bench.port.write64(2, (value % 32) * 8, value, index);
          }
          bench.advance(100_000_000);
          expect(bench.bench.machine.events.pending).toBeLessThan(200);
        },
      ),
      { numRuns: 60 },
    );
  });
});
