import { describe, expect, it } from 'vitest';
import { CP, GRBM } from '../../../registers/amd/index.ts';
import { QueueBench, VA, at, pkt } from './testing/queue-bench.ts';

const signal = at.memory + 0x40;

describe('one kernel launch, as a stock driver sends it', () => {
  // the 85 dwords of a captured launch, fact sheet of the boot trace
  const launch = (bench: QueueBench, wait: number, done: number): number[] => {
    const kernel = bench.va(at.memory + 0x1_0000);
    const entry = (VA + at.memory + 0x1_0000) / 256;
    const scratch = (VA + at.memory + 0x2_0000) / 256;
    const kernarg = bench.va(at.memory + 0x3_0000);
    void kernel;
    return [
      ...pkt(0x3c, 0x15, ...bench.va(signal), wait, 0xffff_ffff, 4),
      ...pkt(0x3c, 0x45, 0xe26, 0xe27, 0xffff_ffff, 0xffff_ffff, 4),
      ...pkt(0x58, 0, 0xffff_ffff, 0xffff_ffff, 0, 0, 0, 0xc3f1),
      ...pkt(0x58, 0, 0xffff_ffff, 0xffff_ffff, 0, 0, 0, 0x3f0),
      ...pkt(0x76, 0x20c, entry % 2 ** 32, Math.floor(entry / 2 ** 32)),
      ...pkt(0x76, 0x212, 0x60ac_0041, 0x0000_009a),
      ...pkt(0x76, 0x228, 0),
      ...pkt(0x76, 0x218, 0x8_0c00),
      ...pkt(0x76, 0x210, scratch % 2 ** 32, Math.floor(scratch / 2 ** 32)),
      ...pkt(0x76, 0x21b, 0, 0, 0),
      ...pkt(0x76, 0x240, ...kernarg),
      ...pkt(0x76, 0x215, 0),
      ...pkt(0x76, 0x204, 0, 0, 0, 32, 2, 1, 0, 0),
      ...pkt(0x15, 3, 1, 1, 0x8005),
      ...pkt(0x46, 0x407),
      ...pkt(0x49, 0x0070_f514, 1 << 29, ...bench.va(signal), done, 0, 0),
    ];
  };

  it('starts the grid with what the registers say, and stores the timeline value when it has ended', () => {
    const bench = new QueueBench();
    bench.engine.length = 50_000;
    bench.poke(signal, 0, 0);
    const words = launch(bench, 0, 1);
    expect(words.length).toBe(85);
    bench.submit(...words);
    bench.advance(5_000);
    expect(bench.engine.started).toHaveLength(1);
    const [grid] = bench.engine.started;
    expect(grid).toMatchObject({
      vmid: 0,
      wave32: true,
      entry: VA + at.memory + 0x1_0000,
      first: [0, 0, 0],
      groups: [3, 1, 1],
      threads: [32, 2, 1],
      lastThreads: [32, 2, 1],
      rsrc1: 0x60ac_0041,
      rsrc2: 0x9a,
      scratchBase: VA + at.memory + 0x2_0000,
      tmpringSize: 0x8_0c00,
      ldsBytes: 0,
    });
    expect(grid!.userData.slice(0, 2)).toEqual(bench.va(at.memory + 0x3_0000));
    expect(bench.peek(signal)).toBe(0);
    bench.advance(1_000_000);
    expect(bench.peek(signal)).toBe(1);
    // read pointer in memory and in the register, in dwords
    expect(bench.peek(at.pointers + 0x80)).toBe(85);
    expect(bench.codes).toEqual([]);
  });

  it('waits for its timeline, and two launches run in order', () => {
    const bench = new QueueBench();
    bench.poke(signal, 0, 0);
    bench.submit(...launch(bench, 5, 6));
    bench.submit(...launch(bench, 6, 7));
    bench.advance(1_000_000);
    expect(bench.engine.started).toHaveLength(0);
    bench.poke(signal, 5, 0);
    bench.advance(1_000_000);
    expect(bench.engine.started).toHaveLength(2);
    expect(bench.peek(signal)).toBe(7);
    expect(bench.codes).toEqual([]);
  });

  it('a machine whose queue waits for what only the driver can do is idle', () => {
    const bench = new QueueBench();
    bench.poke(signal, 0, 0);
    bench.submit(...launch(bench, 1, 2));
    bench.advance(1_000_000);
    expect(bench.bench.port.pause(1_000_000)).toBe('idle');
    bench.poke(signal, 1, 0);
    expect(bench.bench.port.pause(1_000_000)).toBe('elapsed');
    expect(bench.peek(signal)).toBe(2);
    expect(bench.bench.port.pause(1_000_000)).toBe('idle');
  });

  it('dequeues and comes up again with pointers at 0', () => {
    const bench = new QueueBench();
    const { set, get } = bench.bench;
    bench.poke(signal, 0, 0);
    bench.submit(...launch(bench, 9, 10));
    bench.advance(1_000_000);
    set(GRBM.registers.GRBM_GFX_CNTL, 4);
    expect(get(CP.registers.CP_HQD_ACTIVE)).toBe(1);
    set(CP.registers.CP_HQD_DEQUEUE_REQUEST, 2);
    bench.advance(100_000);
    expect(get(CP.registers.CP_HQD_ACTIVE)).toBe(0);
    set(GRBM.registers.GRBM_GFX_CNTL, 0);
    bench.setQueue();
    bench.ring(0);
    bench.submit(...launch(bench, 0, 3));
    bench.advance(1_000_000);
    expect(bench.peek(signal)).toBe(3);
    expect(bench.codes).toEqual([]);
  });
});
