/** Typed register access over a bus that is a map. */

import { describe, expect, it } from 'vitest';
import { GFXHUB, MP0, NBIO, dwordAddress, ipBlock } from '../registers/amd/index.ts';
import { FakeRegion } from './testing/fake-device.ts';
import { RegisterSpace } from './amd/registers.ts';
import { bindRegisters } from './registers.ts';
import type { BoundBlock, RegisterBus } from './registers.ts';
import { stepRunner } from './steps.ts';

type Regs = BoundBlock<typeof MP0> & BoundBlock<typeof GFXHUB>;

function make(): { regs: Regs; log: string[]; values: Map<number, number> } {
  const values = new Map<number, number>();
  const log: string[] = [];
  const bus: RegisterBus = {
    read: (dword) => {
      log.push(`r ${dword.toString(16)}`);
      return values.get(dword) ?? 0;
    },
    write: (dword, value) => {
      log.push(`w ${dword.toString(16)} ${value.toString(16)}`);
      values.set(dword, value);
    },
  };
  const regs = bindRegisters(bus, [
    { block: MP0, bases: ipBlock('MP0').bases },
    { block: GFXHUB, bases: ipBlock('GC').bases },
  ]) as Regs;
  return { regs, log, values };
}

describe('bound registers', () => {
  it('lie where the card says: C2PMSG_35 at dword 0x16063, invalidation engine 17 at 0x291c', () => {
    const { regs } = make();
    expect(regs.MP0_SMN_C2PMSG_35.dword).toBe(0x1_6063);
    expect(regs.GCVM_INVALIDATE_ENGn_REQ.at(17).dword).toBe(0x291c);
    expect(regs.GCVM_INVALIDATE_ENGn_REQ.at(17).name).toBe('GCVM_INVALIDATE_ENG17_REQ');
    expect(regs.GCVM_CONTEXTn_PAGE_TABLE_BASE_ADDR_LO32.at(15).dword).toBe(0x2953 + 30);
  });

  it('reads and writes fields, one access each', () => {
    const { regs, log, values } = make();
    regs.MP0_SMN_C2PMSG_35.write({ COMMAND: 0x8_0000 });
    values.set(0x1_6063, 0x8000_0000);
    expect(regs.MP0_SMN_C2PMSG_35.get('READY')).toBe(1);
    expect(log).toEqual(['w 16063 80000', 'r 16063']);
  });

  it('updates only what is named', () => {
    const { regs, values } = make();
    const { dword } = regs.GCVM_L2_CNTL3;
    values.set(dword, 0x8012_0007);
    regs.GCVM_L2_CNTL3.update({ BANK_SELECT: 9 });
    expect(values.get(dword)).toBe(0x8012_0009);
  });

  it('decodes the request that a foreign driver was seen to write', () => {
    const { regs } = make();
    expect(regs.GCVM_INVALIDATE_ENGn_REQ.decode(0x00f8_0001)).toMatchObject({
      PER_VMID_INVALIDATE_REQ: 1,
      FLUSH_TYPE: 0,
      INVALIDATE_L2_PTES: 1,
      INVALIDATE_L2_PDE0: 1,
      INVALIDATE_L2_PDE1: 1,
      INVALIDATE_L2_PDE2: 1,
      INVALIDATE_L1_PTES: 1,
    });
  });

  it('refuses names, fields, indexes and values that do not exist', () => {
    const { regs } = make();
    expect(() => (regs as unknown as Record<string, unknown>)['MP0_SMN_C2PMSG_999']).toThrow(RangeError);
    expect(() => regs.MP0_SMN_C2PMSG_35.get('NOPE' as 'READY')).toThrow(RangeError);
    expect(() => regs.GCVM_INVALIDATE_ENGn_REQ.at(18)).toThrow(RangeError);
    expect(() => regs.GCVM_L2_CNTL3.write({ BANK_SELECT: 64 })).toThrow(RangeError);
  });

  it('makes an accessor once', () => {
    const { regs } = make();
    expect(regs.GCVM_L2_CNTL3).toBe(regs.GCVM_L2_CNTL3);
  });

  it('goes through the RSMU window beyond the end of BAR5', () => {
    const bar = new FakeRegion(2 ** 20);
    const space = new RegisterSpace(bar);
    const dword = dwordAddress(NBIO.registers.S2A_DOORBELL_ENTRY_n_CTRL, 2);
    expect(dword).toBe(0x50_7a42);
    space.write(dword, 0x3009_001d);
    expect([bar.read32(0x14 * 4), bar.read32(0x15 * 4)]).toEqual([0x141_e908, 0x3009_001d]);
    expect(space.read(dword)).toBe(0x3009_001d);
  });
});

describe('steps', () => {
  type Table = { store: { value: number } };

  it('run as they are without a hook', () => {
    expect(stepRunner<Table>(undefined)('store', { value: 7 }, ({ value }) => value + 1)).toBe(8);
  });

  it('can be changed, dropped, repeated and put off by a hook', () => {
    const done: number[] = [];
    const kept: (() => unknown)[] = [];
    const run = stepRunner<Table>((step, go) => {
      switch (step.args['value']) {
        case 1:
          return go({ value: 100 });
        case 2:
          return undefined;
        case 3:
          go();
          return go();
        case 4:
          kept.push(() => go());
          return undefined;
        default:
          return go();
      }
    });
    for (let value = 0; value < 5; value++) run('store', { value }, (args) => void done.push(args.value));
    for (const late of kept) late();
    expect(done).toEqual([0, 100, 3, 3, 4]);
  });
});
