import { describe, expect, it } from 'vitest';
import { CP, GRBM, OSSSYS, RLC } from '../../../registers/amd/index.ts';
import { QueueBench, VA, at, pkt } from './testing/queue-bench.ts';

const op = {
  nop: 0x10,
  dispatchDirect: 0x15,
  dispatchIndirect: 0x16,
  atomicMem: 0x1e,
  condExec: 0x22,
  predExec: 0x23,
  writeData: 0x37,
  waitRegMem: 0x3c,
  ib: 0x3f,
  copyData: 0x40,
  eventWrite: 0x46,
  releaseMem: 0x49,
  dmaData: 0x50,
  acquireMem: 0x58,
  setConfig: 0x68,
  setSh: 0x76,
  setUconfig: 0x79,
  waitRegMem64: 0x93,
  hdpFlush: 0x95,
  invalidateTlbs: 0x98,
  setResources: 0xa0,
  mapQueues: 0xa2,
  unmapQueues: 0xa3,
  queryStatus: 0xa4,
};
const m = at.memory;

/** A queue that has run these packets, and the bench. */
function ran(...packets: number[][]): QueueBench {
  const bench = new QueueBench();
  bench.submit(...packets.flat());
  bench.advance(1_000_000);
  return bench;
}
const va = (offset: number): [number, number] => [(VA + offset) % 2 ** 32, Math.floor((VA + offset) / 2 ** 32)];
const write = (offset: number, ...words: number[]): number[] => pkt(op.writeData, 0x10_0500, ...va(offset), ...words);

describe('PM4', () => {
  it('NOP skips its body; with count 3fff it is one dword; type 2 is a filler', () => {
    const bench = ran(pkt(op.nop, 0xdead_beef, 1, 2), [0xffff_1000], [0x8000_0000], write(m, 7));
    expect(bench.peek(m)).toBe(7);
    expect(bench.codes).toEqual([]);
  });

  it('WRITE_DATA stores to memory, to one address over and over, and to registers', () => {
    const bench = ran(
      write(m, 1, 2, 3),
      pkt(op.writeData, 0x11_0500, ...va(m + 0x20), 4, 5),
      pkt(op.writeData, 0x10_0000, 0xc040, 0, 0xdead_beef),
    );
    expect([0, 4, 8, 0x20, 0x24].map((o) => bench.peek(m + o))).toEqual([1, 2, 3, 5, 0]);
    expect(bench.bench.port.read(5, 0xc040 * 4, 4)).toBe(0xdead_beef);
    expect(bench.codes).toEqual([]);
  });

  it.each([
    ['<', 1, 4, 5, 5],
    ['<=', 2, 5, 5, 6],
    ['==', 3, 5, 5, 4],
    ['!=', 4, 4, 5, 5],
    ['>=', 5, 5, 5, 4],
    ['>', 6, 6, 5, 5],
  ])('WAIT_REG_MEM compares (memory & mask) %s reference', (_name, how, passes, reference, blocks) => {
    for (const [value, through] of [
      [passes, true],
      [blocks, false],
    ] as const) {
      const bench = new QueueBench();
      bench.poke(m, value | 0xff00);
      bench.submit(...pkt(op.waitRegMem, 0x10 | how, ...va(m), reference, 0xff, 4), ...write(m + 4, 1));
      bench.advance(1_000_000);
      expect(bench.peek(m + 4)).toBe(through ? 1 : 0);
    }
  });

  it('WAIT_REG_MEM64 compares 64 bits unsigned', () => {
    const bench = new QueueBench();
    bench.poke(m, 0, 2);
    bench.submit(
      ...pkt(op.waitRegMem64, 0x15, ...va(m), 0xffff_ffff, 1, 0xffff_ffff, 0xffff_ffff, 4),
      ...write(m + 8, 1),
    );
    bench.submit(...pkt(op.waitRegMem64, 0x15, ...va(m), 1, 2, 0xffff_ffff, 0xffff_ffff, 4), ...write(m + 12, 1));
    bench.advance(1_000_000);
    expect([bench.peek(m + 8), bench.peek(m + 12)]).toEqual([1, 0]);
  });

  it('COPY_DATA moves registers, memory, immediates and the clock', () => {
    const bench = new QueueBench();
    bench.bench.port.write(5, 0xc041 * 4, 4, 0x1234);
    bench.poke(m, 0x55, 0x66);
    const start = Math.floor(bench.bench.machine.nowNs / 10);
    bench.submit(
      ...pkt(op.copyData, 0x10_0500, 0xc041, 0, ...va(m + 0x10)),
      ...pkt(op.copyData, 0x11_0502, ...va(m), ...va(m + 0x18)),
      ...pkt(op.copyData, 0x11_0505, 0xabcd, 0xef01, ...va(m + 0x20)),
      ...pkt(op.copyData, 0x11_0509, 0, 0, ...va(m + 0x28)),
      ...pkt(op.copyData, 0x10_0005, 0x77, 0, 0xc042, 0),
    );
    bench.advance(1_000_000);
    expect(bench.peek(m + 0x10)).toBe(0x1234);
    expect([bench.peek(m + 0x18), bench.peek(m + 0x1c)]).toEqual([0x55, 0x66]);
    expect([bench.peek(m + 0x20), bench.peek(m + 0x24)]).toEqual([0xabcd, 0xef01]);
    const ticks = bench.peek(m + 0x28) + bench.peek(m + 0x2c) * 2 ** 32;
    expect(ticks).toBeGreaterThanOrEqual(start);
    expect(ticks).toBeLessThan(start + 100_000);
    expect(bench.bench.port.read(5, 0xc042 * 4, 4)).toBe(0x77);
    expect(bench.codes).toEqual([]);
  });

  it('ATOMIC_MEM adds, swaps conditionally, and loops until the comparison holds', () => {
    const bench = new QueueBench();
    bench.poke(m, 10, 0, 7, 0, 1, 0);
    bench.submit(
      ...pkt(op.atomicMem, 0x4f, ...va(m), 5, 0, 0, 0, 0), // add
      ...pkt(op.atomicMem, 0x48, ...va(m + 8), 99, 0, 7, 0, 0), // compare-swap, equal
      ...pkt(op.atomicMem, 0x2f, ...va(m + 0x18), 0xffff_ffff, 1, 0, 0, 0), // 64-bit add
      ...pkt(op.atomicMem, 0x148, ...va(m + 0x10), 2, 0, 3, 0, 8), // waits for 3
      ...write(m + 0x20, 1),
    );
    bench.advance(1_000_000);
    expect([
      bench.peek(m),
      bench.peek(m + 8),
      bench.peek(m + 0x18),
      bench.peek(m + 0x1c),
      bench.peek(m + 0x20),
    ]).toEqual([15, 99, 0xffff_ffff, 1, 0]);
    bench.poke(m + 0x10, 3);
    bench.advance(1_000_000);
    expect([bench.peek(m + 0x10), bench.peek(m + 0x20)]).toEqual([2, 1]);
    expect(bench.codes).toEqual([]);
  });

  it('COND_EXEC and PRED_EXEC skip dwords, also across packets', () => {
    const bench = new QueueBench();
    bench.poke(m, 0, 1);
    bench.submit(
      ...pkt(op.condExec, ...va(m), 0, 10),
      ...write(m + 0x10, 1),
      ...write(m + 0x14, 1),
      ...pkt(op.condExec, ...va(m + 4), 0, 5),
      ...write(m + 0x18, 1),
      ...pkt(op.predExec, 0x0200_0005),
      ...write(m + 0x1c, 1),
      ...pkt(op.predExec, 0x0100_0005),
      ...write(m + 0x20, 1),
    );
    bench.advance(1_000_000);
    expect([0x10, 0x14, 0x18, 0x1c, 0x20].map((o) => bench.peek(m + o))).toEqual([0, 0, 1, 0, 1]);
    expect(bench.codes).toEqual([]);
  });

  it('INDIRECT_BUFFER runs, nests once, chains, and comes back', () => {
    const bench = new QueueBench();
    const valid = 1 << 23;
    const inner = write(m + 4, 2);
    bench.poke(at.ib + 0x1000, ...inner);
    const tail = write(m + 8, 3);
    bench.poke(at.ib + 0x2000, ...tail);
    const outer = [
      ...write(m, 1),
      ...pkt(op.ib, ...va(at.ib + 0x1000), inner.length | valid),
      ...write(m + 12, 4),
      ...pkt(op.ib, ...va(at.ib + 0x2000), tail.length | valid | (1 << 20)),
    ];
    bench.poke(at.ib, ...outer);
    bench.submit(...pkt(op.ib, ...va(at.ib), outer.length | valid), ...write(m + 16, 5));
    bench.advance(1_000_000);
    expect([0, 4, 8, 12, 16].map((o) => bench.peek(m + o))).toEqual([1, 2, 3, 4, 5]);
    expect(bench.codes).toEqual([]);
    // the read pointer counts ring dwords only
    expect(bench.peek(at.pointers + 0x80)).toBe(4 + 5);
  });

  it('RELEASE_MEM stores 32 bits, 64 bits or the clock, and interrupts where the pipe allows it', () => {
    const vectorsOf = (enable: boolean): number => {
      const bench = new QueueBench();
      const { set } = bench.bench;
      set(OSSSYS.registers.IH_RB_BASE, ((bench.bench.card.gmc.fbBase + 0x3000) / 256) % 2 ** 32);
      set(OSSSYS.registers.IH_RB_CNTL, 0x4011_0021);
      if (enable) set(CP.registers.CP_ME1_PIPEn_INT_CNTL, 1 << 26, 0);
      bench.submit(
        ...pkt(op.releaseMem, 0x514, (1 << 29) | (2 << 24), ...va(m), 0x11, 0x22, 0x33),
        ...pkt(op.releaseMem, 0x514, 2 << 29, ...va(m + 8), 0x11, 0x22, 0),
        ...pkt(op.releaseMem, 0x514, 3 << 29, ...va(m + 16), 0, 0, 0),
      );
      bench.advance(1_000_000);
      expect([bench.peek(m), bench.peek(m + 4), bench.peek(m + 8), bench.peek(m + 12)]).toEqual([0x11, 0, 0x11, 0x22]);
      expect(bench.peek(m + 16)).toBeGreaterThan(1_000_000);
      expect(bench.codes).toEqual([]);
      if (enable) {
        // client GRBM_CP, CP_EOP, me 1 pipe 0 queue 0; context 0 is the packet's
        expect(bench.peek(0x3000)).toBe(0x0004_b514);
        expect(bench.peek(0x3010)).toBe(0x33);
      }
      return bench.bench.port.read(5, bench.bench.card.regs.dwordOf(OSSSYS.registers.IH_RB_WPTR) * 4, 4);
    };
    expect(vectorsOf(true)).toBe(32);
    expect(vectorsOf(false)).toBe(0);
  });

  it('DMA_DATA copies and fills, in slices', () => {
    const bench = new QueueBench();
    const bytes = new Uint8Array(200_000).map((_, i) => i * 7);
    bench.bench.port.writeBlock(0, m, bytes);
    bench.bench.card.hdp.flush();
    bench.submit(
      ...pkt(op.dmaData, 0x6030_0000, ...va(m), ...va(m + 0x8_0000), 200_000),
      ...pkt(op.dmaData, 2 << 29, 0x5a5a_5a5a, 0, ...va(m + 0xc_0000), 64),
    );
    bench.advance(10_000_000);
    const copied = new Uint8Array(200_000);
    bench.bench.card.vram.read(m + 0x8_0000, copied);
    expect(Buffer.compare(copied, bytes)).toBe(0);
    expect([bench.peek(m + 0xc_0000), bench.peek(m + 0xc_003c), bench.peek(m + 0xc_0040)]).toEqual([
      0x5a5a_5a5a, 0x5a5a_5a5a, 0,
    ]);
    expect(bench.codes).toEqual([]);
  });

  it('SET_UCONFIG_REG and SET_SH_REG reach their windows, and only those', () => {
    const bench = ran(pkt(op.setUconfig, 0x40, 0x99), pkt(op.setSh, 0x240, 1, 2, 3), pkt(op.setSh, 0x3ff, 1, 2));
    expect(bench.bench.port.read(5, 0xc040 * 4, 4)).toBe(0x99);
    expect([0, 1, 2].map((i) => bench.cp.queues.computeReg(32, 0x40 + i))).toEqual([1, 2, 3]);
    expect(bench.codes).toEqual(['PM4_REGISTER_RANGE']);
    expect(bench.findings[0]!.message).toContain('0x2fff to 0x3000');
  });

  it('CS_PARTIAL_FLUSH waits for the grids of the queue', () => {
    const bench = new QueueBench();
    bench.engine.length = 100_000;
    const entry = (VA + m) / 256;
    bench.submit(
      ...pkt(op.setSh, 0x20c, entry % 2 ** 32, Math.floor(entry / 2 ** 32)),
      ...pkt(op.setSh, 0x207, 64, 1, 1),
      ...pkt(op.dispatchDirect, 1, 1, 1, 0x8005),
      ...write(m, 1),
      ...pkt(op.eventWrite, 0x407),
      ...write(m + 4, 1),
    );
    bench.advance(20_000);
    expect([bench.peek(m), bench.peek(m + 4)]).toEqual([1, 0]);
    bench.advance(1_000_000);
    expect(bench.peek(m + 4)).toBe(1);
  });

  it('DISPATCH_INDIRECT reads its size from memory; thread dimensions and partial groups', () => {
    const bench = new QueueBench();
    const entry = (VA + m) / 256;
    bench.poke(m + 0x100, 4, 3, 2);
    bench.submit(
      ...pkt(op.setSh, 0x20c, entry % 2 ** 32, Math.floor(entry / 2 ** 32)),
      ...pkt(op.setSh, 0x207, 64, 4 | (2 << 16), 1),
      ...pkt(op.dispatchIndirect, ...va(m + 0x100), 0x8005),
      ...pkt(op.dispatchDirect, 100, 6, 1, 0x8025),
      ...pkt(op.dispatchDirect, 2, 3, 1, 0x8007),
    );
    bench.advance(1_000_000);
    expect(bench.engine.started.map(({ groups, lastThreads }) => [groups, lastThreads])).toEqual([
      [
        [4, 3, 2],
        [64, 4, 1],
      ],
      [
        [2, 2, 1],
        [36, 2, 1],
      ],
      [
        [2, 3, 1],
        [64, 2, 1],
      ],
    ]);
  });
});

describe('PM4 that is wrong', () => {
  const firstCode = (bench: QueueBench): string | undefined => bench.codes[0];

  it('unknown opcode stops the queue and raises the opcode-error vector where enabled', () => {
    const bench = new QueueBench();
    const { set, card } = bench.bench;
    set(CP.registers.CP_ME1_PIPEn_INT_CNTL, 1 << 24, 0);
    set(OSSSYS.registers.IH_RB_BASE, ((card.gmc.fbBase + 0x3000) / 256) % 2 ** 32);
    set(OSSSYS.registers.IH_RB_CNTL, 0x4011_0021);
    bench.submit(...pkt(0xee, 1, 2), ...write(m, 1));
    bench.advance(1_000_000);
    expect(firstCode(bench)).toBe('PM4_UNKNOWN_OPCODE');
    expect(bench.findings[0]!.message).toContain('0xee');
    expect(bench.findings[0]!.at.where).toContain('me1 pipe0 queue0');
    expect(bench.peek(m)).toBe(0);
    expect(bench.peek(0x3000) & 0xffff).toBe(0xb714);
  });

  it.each([
    ['a draw on a compute queue', [pkt(0x2d, 0, 0)], 'PM4_UNKNOWN_OPCODE'],
    ['a wrong count', [pkt(op.dispatchDirect, 1, 1, 1)], 'PM4_COUNT'],
    ['reserved header bits', [[pkt(op.nop, 0)[0]! | 0x80, 0]], 'PM4_RESERVED_BITS'],
    ['no header', [pkt(op.nop, 0), [0x1234_5678]], 'PM4_BAD_HEADER'],
    ['zeros in the ring', [pkt(op.nop, 0), [0, 0]], 'RING_NOT_WRITTEN'],
    ['a buffer without its valid bit', [pkt(op.ib, ...va(at.ib), 4)], 'IB_NOT_VALID'],
    ['an unmapped buffer', [pkt(op.ib, 0, 0x7000, 4 | (1 << 23))], 'VM_FAULT'],
    ['an undeclared register', [pkt(op.setUconfig, 0x3ff0, 1)], 'PM4_REGISTER_UNKNOWN'],
    ['a misaligned address', [pkt(op.writeData, 0x10_0500, va(m)[0] + 2, va(m)[1], 1)], 'PM4_ADDRESS_ALIGNMENT'],
    ['a scheduler packet', [pkt(op.unmapQueues, 0, 0, 0, 0, 0)], 'SCHEDULER_PACKET'],
    ['a packet cut by the write pointer', [pkt(op.writeData, 0x10_0500, ...va(m), 1).slice(0, 3)], 'PACKET_CUT'],
  ])('%s', (_name, packets, code) => {
    expect(firstCode(ran(...(packets as number[][])))).toBe(code);
  });

  it('an indirect buffer that ends inside a packet', () => {
    const bench = new QueueBench();
    bench.poke(at.ib, ...write(m, 1));
    bench.submit(...pkt(op.ib, ...va(at.ib), 4 | (1 << 23)));
    bench.advance(100_000);
    expect(firstCode(bench)).toBe('IB_PAST_END');
    expect(bench.findings[0]!.message).toContain('4 left of its 4');
  });

  it('an indirect buffer whose size reaches past its packets', () => {
    const bench = new QueueBench();
    bench.poke(at.ib, ...write(m, 1));
    bench.submit(...pkt(op.ib, ...va(at.ib), 6 | (1 << 23)));
    bench.advance(100_000);
    expect(firstCode(bench)).toBe('IB_PAST_END');
    expect(bench.peek(m)).toBe(1);
  });

  it('three levels of buffers', () => {
    const bench = new QueueBench();
    const call = (to: number): number[] => pkt(op.ib, ...va(to), 4 | (1 << 23));
    bench.poke(at.ib, ...call(at.ib + 0x100));
    bench.poke(at.ib + 0x100, ...call(at.ib + 0x200));
    bench.poke(at.ib + 0x200, ...pkt(op.nop, 0, 0, 0));
    bench.submit(...call(at.ib));
    bench.advance(100_000);
    expect(firstCode(bench)).toBe('IB_NESTING');
  });

  it('a queue in a user VMID may not write privileged registers', () => {
    const bench = new QueueBench({ start: false });
    bench.tables.enable('GC', 8, VA + 2 ** 40);
    bench.startMec();
    bench.setQueue({ change: (mqd) => void (mqd[131] = 8), memory: () => {} });
    bench.submit(...pkt(op.writeData, 0x10_0000, 0xa900, 0, 4), ...pkt(op.writeData, 0x10_0000, 0xc040, 0, 5));
    bench.advance(100_000);
    expect(firstCode(bench)).toBe('PM4_PRIVILEGED');
    expect(bench.findings[0]!.message).toContain('GRBM_GFX_CNTL');
    expect(bench.bench.get(GRBM.registers.GRBM_GFX_CNTL)).toBe(0);
    expect(bench.bench.port.read(5, 0xc040 * 4, 4)).toBe(5);
  });

  const launch = (...regs: number[][]): QueueBench => {
    const entry = (VA + m) / 256;
    return ran(
      pkt(op.setSh, 0x20c, entry % 2 ** 32, Math.floor(entry / 2 ** 32)),
      pkt(op.setSh, 0x207, 64, 1, 1),
      ...regs,
      pkt(op.dispatchDirect, 1, 1, 1, 0x8005),
    );
  };
  it.each([
    ['264 registers', [pkt(op.setSh, 0x212, 32, 0)], 'LAUNCH_REGISTERS'],
    [
      '256 registers in a workgroup of 1024 threads',
      [pkt(op.setSh, 0x212, 31, 0), pkt(op.setSh, 0x207, 1024, 1, 1)],
      'LAUNCH_REGISTERS',
    ],
    ['LDS over 64 KiB', [pkt(op.setSh, 0x213, 129 << 15)], 'LAUNCH_LDS'],
    ['scratch without a buffer', [pkt(op.setSh, 0x213, 1)], 'LAUNCH_SCRATCH'],
    ['2048 threads', [pkt(op.setSh, 0x207, 64, 32, 1)], 'LAUNCH_SIZE'],
    ['no program', [pkt(op.setSh, 0x20c, 0, 0)], 'LAUNCH_ENTRY'],
  ])('a launch with %s', (_name, regs, code) => {
    const bench = launch(...(regs as number[][]));
    expect(bench.codes).toEqual([code]);
    expect(bench.engine.started).toHaveLength(0);
  });
});

describe("the scheduler's queue", () => {
  it('maps a queue from its descriptor, asks about it, and unmaps it', () => {
    const bench = new QueueBench();
    const { set, get } = bench.bench;
    // queue 0 of pipe 0 is the scheduler's
    set(RLC.registers.RLC_CP_SCHEDULERS, 0xa0);
    const mqd = at.memory + 0x8000;
    const words = new Uint32Array(512);
    const ring = (VA + at.memory + 0xa000) / 256;
    words[0] = 0xc031_0800;
    words[136] = ring % 2 ** 32;
    words[137] = Math.floor(ring / 2 ** 32);
    words[145] = 9;
    [words[139], words[140]] = va(m + 0x40);
    bench.poke(mqd, ...words);
    bench.poke(m + 0x48, 5, 0);
    bench.poke(at.memory + 0xa000, ...write(m + 0x50, 0x77));
    bench.submit(
      ...pkt(op.setResources, 0, 0, 0, 0, 0, 0, 0),
      ...pkt(op.mapQueues, (1 << 18) | (2 << 13) | (1 << 29), 10 << 2, ...va(mqd), ...va(m + 0x48)),
    );
    bench.advance(1_000_000);
    expect(bench.codes).toEqual([]);
    expect(bench.peek(m + 0x50)).toBe(0x77);
    set(GRBM.registers.GRBM_GFX_CNTL, 4 | (2 << 8));
    expect(get(CP.registers.CP_HQD_ACTIVE)).toBe(1);
    expect(get(CP.registers.CP_HQD_PQ_BASE)).toBe(ring % 2 ** 32);
    set(GRBM.registers.GRBM_GFX_CNTL, 0);
    bench.submit(
      ...pkt(op.unmapQueues, 1 << 29, 10 << 2, 0, 0, 0),
      ...pkt(op.queryStatus, 2 * 2 ** 30, 10 << 2, ...va(m + 0x60), 9, 0),
    );
    bench.advance(1_000_000);
    expect(bench.peek(m + 0x60)).toBe(9);
    set(GRBM.registers.GRBM_GFX_CNTL, 4 | (2 << 8));
    expect(get(CP.registers.CP_HQD_ACTIVE)).toBe(0);
    // the descriptor got the pointers back
    expect([bench.peek(mqd + 138 * 4), bench.peek(mqd + 182 * 4)]).toEqual([5, 5]);
    expect(bench.codes).toEqual([]);
  });
});
