import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OSSSYS } from '../../../registers/amd/index.ts';
import { bench } from '../testing/bench.ts';
import { createIh } from './ih.ts';

const r = OSSSYS.registers;
const RING = 0x3000;
const WPTR = 0x4_3000;

/** Set up as tinygrad does (0xc0310020, then 0xc0330021), with `log2` dwords. */
function create(log2 = 16, cntl = 0): ReturnType<typeof bench> {
  const b = bench({}, { ih: createIh });
  const mc = b.card.gmc.fbBase;
  b.set(r.IH_RB_BASE, ((mc + RING) / 256) % 2 ** 32);
  b.set(r.IH_RB_BASE_HI, Math.floor((mc + RING) / 2 ** 40));
  b.set(r.IH_RB_CNTL, (0xc031_0000 | (log2 << 1) | cntl) >>> 0);
  b.set(r.IH_RB_WPTR_ADDR_LO, (mc + WPTR) % 2 ** 32);
  b.set(r.IH_RB_WPTR_ADDR_HI, Math.floor((mc + WPTR) / 2 ** 32));
  b.set(r.IH_RB_WPTR, 0);
  b.set(r.IH_RB_RPTR, 0);
  b.set(r.IH_RB_CNTL, (0x4033_0001 | (log2 << 1) | cntl) >>> 0);
  return b;
}
const word = (b: ReturnType<typeof bench>, i: number): number => b.card.vram.read32(RING + 4 * i);

describe('vectors', () => {
  it('have client, source, ring, VMID and hub, a 100 MHz time stamp, the process, and four context words', () => {
    const b = create();
    b.set(r.IH_VMID_n_LUT, 0x8001, 3);
    b.card.ih.raise({ client: 0x0a, source: 0xef, ringId: 0x14, vmid: 3, context: [0x11, 0x22, 0x33, 0x44] });
    b.card.ih.raise({ client: 0x12, source: 0, vmid: 2, vmidType: 1, pasid: 0x77 });
    const before = Math.floor(b.machine.nowNs / 10);
    b.machine.advance(10_000);
    expect(word(b, 0)).toBe(0x0314_ef0a);
    expect(word(b, 1)).toBeGreaterThanOrEqual(before);
    expect(word(b, 2)).toBe(0);
    expect(word(b, 3)).toBe(0x8001);
    expect([4, 5, 6, 7].map((i) => word(b, i))).toEqual([0x11, 0x22, 0x33, 0x44]);
    expect(word(b, 8)).toBe(0x8200_0012);
    expect(word(b, 11)).toBe(0x77);
    expect(b.get(r.IH_RB_WPTR)).toBe(64);
    expect(b.codes()).toEqual([]);
  });

  it('go to host memory where MC_SPACE says bus address, and the write pointer is written back', () => {
    const b = bench({}, { ih: createIh });
    const ring = b.port.allocateDma(0x4_0000, { contiguous: true });
    const back = b.port.allocateDma(4096, { contiguous: true });
    const [bus, backBus] = [ring.pieces[0]!.bus, back.pieces[0]!.bus];
    b.set(r.IH_RB_BASE, (bus / 256) % 2 ** 32);
    b.set(r.IH_RB_BASE_HI, Math.floor(bus / 2 ** 40));
    b.set(r.IH_RB_WPTR_ADDR_LO, backBus % 2 ** 32);
    b.set(r.IH_RB_WPTR_ADDR_HI, Math.floor(backBus / 2 ** 32));
    b.set(r.IH_RB_CNTL, 0x2033_0121);
    b.card.ih.raise({ client: 0x14, source: 0xb5 });
    b.machine.advance(10_000);
    const into = new Uint8Array(4);
    b.port.dmaRead(ring.handle, 0, into);
    expect([...into]).toEqual([0x14, 0xb5, 0, 0]);
    b.port.dmaRead(back.handle, 0, into);
    expect([...into]).toEqual([32, 0, 0, 0]);
    expect(b.codes()).toEqual([]);
  });

  it('of chosen clients go to ring 1, which makes itself heard in ring 0', () => {
    const b = create();
    const mc = b.card.gmc.fbBase;
    b.set(r.IH_RB_BASE_RING1, ((mc + 0x4_4000) / 256) % 2 ** 32);
    b.set(r.IH_RB_CNTL_RING1, 0x4010_0221);
    b.set(r.IH_RING1_CLIENT_CFG_INDEX, 0);
    b.set(r.IH_RING1_CLIENT_CFG_DATA, 0x1_000a);
    b.card.ih.raise({ client: 0x0a, source: 0 });
    b.card.ih.raise({ client: 0x0a, source: 0xef });
    b.machine.advance(10_000);
    expect(b.get(r.IH_RB_WPTR_RING1)).toBe(32);
    expect(b.card.vram.read32(0x4_4000)).toBe(0x0a);
    expect(b.get(r.IH_RB_WPTR)).toBe(64);
    // the handler's own vector names the ring
    expect([word(b, 0), word(b, 8)].sort((p, q) => p - q)).toEqual([0xef0a, 0x1_0000].sort((p, q) => p - q));
  });
});

describe('messages', () => {
  const withMsi = (): ReturnType<typeof bench> => {
    const b = create();
    // the MSI capability at 0xa0: address, data, enable
    b.port.configWrite(0xa4, 4, 0xfee0_0000);
    b.port.configWrite(0xac, 4, 0x41);
    b.port.configWrite(0xa2, 2, 0x81);
    return b;
  };

  it('come once, and again only after the read pointer was written', () => {
    const b = withMsi();
    b.card.ih.raise({ client: 1, source: 1 });
    b.card.ih.raise({ client: 1, source: 2 });
    b.machine.advance(10_000);
    expect(b.port.takeInterrupts()).toHaveLength(1);
    b.card.ih.raise({ client: 1, source: 3 });
    b.machine.advance(10_000);
    expect(b.port.takeInterrupts()).toHaveLength(0);
    b.set(r.IH_RB_RPTR, 96);
    b.card.ih.raise({ client: 1, source: 4 });
    b.machine.advance(10_000);
    expect(b.port.takeInterrupts()).toHaveLength(1);
  });

  it("come at once when vectors arrived behind the driver's back", () => {
    const b = withMsi();
    b.card.ih.raise({ client: 1, source: 1 });
    b.machine.advance(10_000);
    b.port.takeInterrupts();
    b.card.ih.raise({ client: 1, source: 2 });
    b.machine.advance(10_000);
    b.set(r.IH_RB_RPTR, 32);
    b.machine.advance(10_000);
    expect(b.port.takeInterrupts()).toHaveLength(1);
  });
});

describe('pointers', () => {
  it('a read pointer in dwords is accepted, and named', () => {
    const b = create();
    for (let i = 0; i < 4; i++) b.card.ih.raise({ client: 1, source: i });
    b.machine.advance(10_000);
    b.set(r.IH_RB_RPTR, 32);
    expect(b.codes()).toEqual(['IH_RPTR_UNITS']);
    expect(b.machine.findings.list[0]!.message).toContain('0x80');
    expect(b.get(r.IH_RB_RPTR)).toBe(32);
  });

  it('a read pointer past the write pointer', () => {
    const b = create();
    b.card.ih.raise({ client: 1, source: 1 });
    b.machine.advance(10_000);
    b.set(r.IH_RB_RPTR, 96);
    expect(b.codes()).toEqual(['IH_RPTR_BEYOND_WPTR']);
  });

  it('a ring that nobody reads overflows; the pulse clears the bit', () => {
    const b = create(6); // 64 dwords: eight vectors
    for (let i = 0; i < 10; i++) b.card.ih.raise({ client: 1, source: i });
    b.machine.advance(100_000);
    expect(b.get(r.IH_RB_WPTR)).toBe(64 | 1);
    expect(b.codes()).toEqual(['IH_RING_OVERFLOW']);
    const cntl = b.get(r.IH_RB_CNTL);
    b.set(r.IH_RB_CNTL, (cntl | 0x8000_0000) >>> 0);
    b.set(r.IH_RB_CNTL, cntl & 0x7fff_ffff);
    expect(b.get(r.IH_RB_WPTR)).toBe(64);
  });

  it('without overflow vectors wait for room', () => {
    const b = create(6);
    b.set(r.IH_RB_CNTL, 0x4032_000d);
    for (let i = 0; i < 10; i++) b.card.ih.raise({ client: 1, source: i });
    b.machine.advance(100_000);
    expect(b.get(r.IH_RB_WPTR)).toBe(7 * 32);
    b.set(r.IH_RB_RPTR, 7 * 32);
    b.machine.advance(100_000);
    expect(b.get(r.IH_RB_WPTR)).toBe((10 * 32) % 256);
  });

  it('a ring enabled before its base', () => {
    const b = bench({}, { ih: createIh });
    b.set(r.IH_RB_CNTL, 0x4033_0021);
    expect(b.codes()).toEqual(['IH_BASE_NOT_SET']);
  });

  it('the doorbell moves the read pointer', () => {
    const b = create();
    b.set(r.IH_DOORBELL_RPTR, 0x1000_02f0);
    b.card.ih.raise({ client: 1, source: 1 });
    b.machine.advance(10_000);
    expect(b.card.ih.doorbell(0x2f0, 32, 0)).toBe(true);
    expect(b.card.ih.doorbell(0x2f2, 32, 0)).toBe(false);
    expect(b.get(r.IH_RB_RPTR)).toBe(32);
  });

  it('any order of raising and reading loses nothing while there is room', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 30 }), (bursts) => {
        const b = create(7); // sixteen vectors
        let raised = 0;
        const seen: number[] = [];
        let rptr = 0;
        for (const burst of bursts) {
          for (let i = 0; i < burst; i++) b.card.ih.raise({ client: 1, source: 0, context: [raised++] });
          b.machine.advance(100_000);
          const wptr = b.get(r.IH_RB_WPTR);
          while (rptr !== wptr) {
            seen.push(word(b, rptr / 4 + 4));
            rptr = (rptr + 32) % 512;
          }
          b.set(r.IH_RB_RPTR, rptr);
        }
        expect(seen).toEqual(Array.from({ length: raised }, (_, i) => i));
        expect(b.codes().filter((code) => code !== 'IH_RPTR_UNITS')).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});
