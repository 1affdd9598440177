import { describe, expect, it } from 'vitest';
import { GC, GRBM, RLC } from '../../../registers/amd/index.ts';
import { bench } from '../testing/bench.ts';
import { createGfx } from './gfx.ts';

const g = GRBM.registers;
const create = () => {
  const soft: number[] = [];
  const sdma: number[] = [];
  const b = bench(
    {},
    {
      gfx: createGfx,
      cp: () => ({ reset: () => {}, doorbell: () => false, softReset: (bits) => void soft.push(bits) }),
      sdma: () => ({ reset: () => {}, doorbell: () => false, softReset: (instance) => void sdma.push(instance) }),
    },
  );
  return { ...b, soft, sdma };
};

describe('selection', () => {
  it('gives every VMID its own SH_MEM registers', () => {
    const { set, get, card, codes } = create();
    for (let vmid = 0; vmid < 16; vmid++) {
      set(g.GRBM_GFX_CNTL, vmid << 4);
      set(GC.registers.SH_MEM_BASES, 0x1_0002 + vmid);
      set(GC.registers.SH_MEM_CONFIG, 0xc00c);
    }
    set(g.GRBM_GFX_CNTL, 0);
    expect(get(GC.registers.SH_MEM_BASES)).toBe(0x1_0002);
    expect(card.gfx.shMemBases(7)).toBe(0x1_0009);
    expect(card.gfx.shMemConfig(15)).toBe(0xc00c);
    set(g.GRBM_GFX_CNTL, 0x74e);
    expect(card.gfx.select).toEqual({ pipe: 2, me: 3, vmid: 4, queue: 7 });
    expect(codes()).toEqual([]);
  });

  it('and its own trap handler', () => {
    const { set, card } = create();
    // As Linux amdkfd sets it: addresses in 256 bytes, TRAP_EN above the upper half.
    set(g.GRBM_GFX_CNTL, 5 << 4);
    set(GC.registers.SQ_SHADER_TBA_LO, 0x0012_3456);
    set(GC.registers.SQ_SHADER_TBA_HI, 0x8000_0001);
    set(GC.registers.SQ_SHADER_TMA_LO, 0x42);
    set(GC.registers.SQ_SHADER_TMA_HI, 0);
    set(g.GRBM_GFX_CNTL, 0);
    expect(card.gfx.trapHandler!(5)).toEqual({ base: 0x100_1234_5600, memory: 0x4200, enabled: true });
    expect(card.gfx.trapHandler!(4)).toEqual({ base: 0, memory: 0, enabled: false });
  });

  it('left behind is noticed at a register of another bank, and at the next selection of another kind', () => {
    const one = create();
    one.set(g.GRBM_GFX_CNTL, 4);
    one.set(GC.registers.SH_MEM_BASES, 1);
    expect(one.codes()).toEqual(['GRBM_SELECT_LEFT']);
    const two = create();
    two.set(g.GRBM_GFX_CNTL, 0xf0);
    two.set(g.GRBM_GFX_CNTL, 4);
    expect(two.codes()).toEqual(['GRBM_SELECT_LEFT']);
    expect(two.machine.findings.list[0]!.because[0]!.what).toBe('write 0xf0');
  });

  it('by shader engine and array, or all of them', () => {
    const { set, get, codes } = create();
    const register = GC.registers.GC_USER_SHADER_ARRAY_CONFIG;
    set(g.GRBM_GFX_INDEX, 0x4003_0100);
    set(register, 0xff00_0000);
    set(g.GRBM_GFX_INDEX, 0x4003_0000);
    expect(get(register)).toBe(register.reset);
    set(g.GRBM_GFX_INDEX, 0x4003_0100);
    expect(get(register)).toBe(0xff00_0000);
    set(g.GRBM_GFX_INDEX, 0xe000_0000);
    set(register, 0);
    set(g.GRBM_GFX_INDEX, 0x4003_0100);
    expect(get(register)).toBe(0);
    // fuses: four of sixteen work group processors in each array
    expect(get(GC.registers.CC_GC_SHADER_ARRAY_CONFIG)).toBe(0xfff0_0000);
    expect(codes()).toEqual([]);
  });
});

describe('RLC', () => {
  it('says when autoload has ended', () => {
    const { get, card, machine } = create();
    const done = (): number => get(RLC.registers.RLC_RLCS_BOOTLOAD_STATUS) >>> 31;
    card.gfx.autoload();
    expect([done(), card.gfx.ready, card.gfx.booting]).toEqual([0, false, true]);
    machine.advance(10_000_000);
    expect([done(), card.gfx.ready, card.gfx.booting]).toEqual([1, true, false]);
    card.reset('mode1');
    machine.advance(1_000_000_000);
    expect([done(), card.gfx.ready]).toEqual([0, false]);
  });

  it('answers safe mode by clearing the command bit, after a while', () => {
    const { set, get, card, machine, codes } = create();
    card.gfx.autoload();
    machine.advance(10_000_000);
    set(RLC.registers.RLC_SAFE_MODE, 3);
    expect(get(RLC.registers.RLC_SAFE_MODE) & 1).toBe(1);
    set(RLC.registers.RLC_SAFE_MODE, 1);
    expect(codes()).toEqual(['RLC_SAFE_MODE_BUSY']);
    machine.advance(1_000_000);
    expect(get(RLC.registers.RLC_SAFE_MODE) & 1).toBe(0);
  });

  it('has a 100 MHz clock', () => {
    const { set, get, machine } = create();
    const read = (): number => {
      set(RLC.registers.RLC_CAPTURE_GPU_CLOCK_COUNT, 1);
      return get(RLC.registers.RLC_GPU_CLOCK_COUNT_LSB) + get(RLC.registers.RLC_GPU_CLOCK_COUNT_MSB) * 2 ** 32;
    };
    const before = read();
    machine.advance(1_000_000_000);
    expect(read() - before).toBeGreaterThanOrEqual(100_000_000);
    expect(read() - before).toBeLessThan(100_001_000);
  });
});

describe('soft reset', () => {
  it('reaches the engines its bits name', () => {
    const b = create();
    b.set(g.GRBM_SOFT_RESET, 0x4_0001);
    b.machine.advance(50_000_000);
    b.set(g.GRBM_SOFT_RESET, 0x0100_0000);
    b.machine.advance(50_000_000);
    b.set(g.GRBM_SOFT_RESET, 0);
    expect(b.soft).toEqual([0x4_0001]);
    expect(b.sdma).toEqual([1]);
    expect(b.codes()).toEqual([]);
  });

  it('must be held', () => {
    const b = create();
    b.set(g.GRBM_SOFT_RESET, 1);
    b.set(g.GRBM_SOFT_RESET, 0);
    expect(b.codes()).toEqual(['SOFT_RESET_TOO_SHORT']);
  });
});
