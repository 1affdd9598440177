/** Windows, flushes and doorbell routing of NBIO. Pure software. */

import { describe, expect, it } from 'vitest';
import { NBIO } from '../../../registers/amd/index.ts';
import { absent } from '../absent.ts';
import { bench } from '../testing/bench.ts';
import type { Bench } from '../testing/bench.ts';

const r = NBIO.registers;

/** A bench whose queues write down what reaches them. */
function listening(): Bench & { heard: string[]; ring: (slot: number, lo: number, hi?: number) => void } {
  const heard: string[] = [];
  const note = (who: string) => (index: number, lo: number, hi: number, wide?: boolean) => {
    heard.push(`${who} ${index.toString(16)} ${hi}:${lo}${wide === false ? ' narrow' : ''}`);
    return index !== 0x20;
  };
  const b = bench(
    {},
    {
      cp: () => ({ ...absent.cp, doorbell: note('cp') }),
      sdma: () => ({ ...absent.sdma, doorbell: note('sdma') }),
      ih: () => ({ ...absent.ih, doorbell: note('ih') }),
    },
  );
  return { ...b, heard, ring: (slot, lo, hi = 0) => b.port.write64(2, slot * 8, lo, hi) };
}

/** A register beyond BAR5, by byte address, through RSMU_INDEX and RSMU_DATA. */
function indirect(b: Bench, dword: number, value?: number): number {
  b.port.write(5, 0x50, 4, dword * 4);
  if (value !== undefined) b.port.write(5, 0x54, 4, value);
  return b.port.read(5, 0x54, 4);
}

describe('NBIO', () => {
  it('reaches registers beyond BAR5 through all its index and data pairs', () => {
    const b = bench();
    expect(indirect(b, 0x507a42, 0x3009001d)).toBe(0x3009001d); // S2A_DOORBELL_ENTRY_2_CTRL
    expect(b.get(r.BIF_BX_PF0_RSMU_INDEX)).toBe(0x141e908);
    b.port.write(5, 0x30, 4, 0x141e908); // PCIE_INDEX
    expect(b.port.read(5, 0x34, 4)).toBe(0x3009001d);
    b.port.write(5, 0x38, 4, 0x141e908); // PCIE_INDEX2
    b.port.write(5, 0x3c, 4, 0x30);
    expect(indirect(b, 0x507a42)).toBe(0x30);
    indirect(b, 0x404d102, 0); // RCC_DEV0_EPF2_STRAP2
    expect(b.codes()).toEqual([]);
    indirect(b, 0x404dfff);
    expect(b.codes()).toEqual(['UNDECLARED_REGISTER']);
  });

  it('reads and writes VRAM through MM_INDEX and MM_DATA, by way of HDP', () => {
    const b = bench();
    const at = 0x1_2345_6780;
    b.port.write(5, 0x18, 4, Math.floor(at / 2 ** 31));
    b.port.write(5, 0x00, 4, ((at % 2 ** 31) | 0x8000_0000) >>> 0);
    b.port.write(5, 0x04, 4, 0xcafe_f00d);
    expect(b.port.read(5, 0x04, 4)).toBe(0xcafe_f00d);
    expect(b.port.read(0, at, 4)).toBe(0xcafe_f00d);
    expect(b.card.vram.read32(at)).toBe(0); // still waiting for a flush
    b.port.write(5, 0x18, 4, 0x7fff);
    expect(b.port.read(5, 0x04, 4)).toBe(0xffff_ffff);
    expect(b.codes()).toEqual(['VRAM_BEYOND_END']);
  });

  it("flushes HDP by a store to the remap page, wherever that lies, and by the engines' request register", () => {
    const b = bench();
    expect(b.port.read(5, 0x3934, 4)).toBe(0x7f000);
    b.port.write(0, 0x1000, 4, 1);
    b.port.write(5, 0x7f000, 4, 0);
    expect(b.card.hdp.pending).toBe(0);
    b.port.write(5, 0x3934, 4, 0x7e000);
    b.port.write(0, 0x1000, 4, 2);
    b.port.write(5, 0x7f000, 4, 0);
    expect(b.card.hdp.pending).toBe(4);
    b.port.write(5, 0x7e000, 4, 0);
    expect(b.card.hdp.pending).toBe(0);
    b.port.write(0, 0x1000, 4, 3);
    b.set(r.BIF_BX_PF0_GPU_HDP_FLUSH_REQ, 0x400);
    expect(b.card.regs.peek(r.BIF_BX_PF0_GPU_HDP_FLUSH_DONE)).toBe(0);
    b.machine.advance(5000);
    expect(b.get(r.BIF_BX_PF0_GPU_HDP_FLUSH_DONE)).toBe(0x400);
    expect(b.card.vram.read32(0x1000)).toBe(3);
    expect(b.codes()).toEqual([]);
  });

  it('routes doorbells as drivers program the entries', () => {
    const b = listening();
    b.ring(3, 0x10);
    expect(b.codes()).toEqual(['DOORBELL_APERTURE_OFF']);
    b.port.write(5, 0x3780, 4, 1);
    b.ring(3, 0x10);
    expect(b.codes()).toEqual(['DOORBELL_APERTURE_OFF', 'DOORBELL_NOT_ROUTED']);
    b.machine.findings.clear();
    for (const [entry, value] of [
      [0, 0x3000_0007],
      [3, 0x3000_000d],
      [2, 0x3009_001d],
    ] as const)
      indirect(b, 0x507a40 + entry, value);
    indirect(b, 0x507a41, 1 | (0x2f0 << 7) | (2 << 17));
    b.ring(3, 0x10, 1);
    b.ring(0x100, 0x44);
    b.ring(0x178, 0x20);
    b.ring(0x102, 5); // past the four dwords of the SDMA entry: falls to the unlimited one
    expect(b.heard).toEqual(['cp 6 1:16', 'sdma 200 0:68', 'ih 2f0 0:32', 'cp 204 0:5']);
    expect(b.codes()).toEqual([]);
    b.port.write(2, 0x18, 4, 7);
    expect(b.heard.at(-1)).toBe('cp 6 0:7 narrow');
    b.ring(0x10, 1);
    expect(b.codes()).toEqual(['DOORBELL_NARROW', 'DOORBELL_NOBODY_LISTENS']);
    expect(b.machine.findings.list[1]!.at.where).toBe('doorbell 0x10 (BAR2 0x80)');
  });

  it('has nothing to report of RAS', () => {
    const b = bench();
    expect(b.port.read(5, 0x3878, 4)).toBe(0);
  });
});

describe('a window that looks at a window', () => {
  it('leads nowhere, and is told', () => {
    const b = bench();
    b.set(r.BIF_BX_PF0_RSMU_INDEX, b.card.regs.dwordOf(r.BIF_BX0_PCIE_DATA) * 4);
    b.set(r.BIF_BX0_PCIE_INDEX, b.card.regs.dwordOf(r.BIF_BX_PF0_RSMU_DATA) * 4);
    expect(b.get(r.BIF_BX_PF0_RSMU_DATA)).toBe(0);
    b.set(r.BIF_BX0_PCIE_DATA, 1);
    expect(b.codes()).toEqual(['UNDECLARED_REGISTER', 'UNDECLARED_REGISTER']);
  });
});
