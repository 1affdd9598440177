/** Packets word by word as another driver was seen to send them, or as the public headers lay them out. */

import { describe, expect, it } from 'vitest';
import {
  acquireMem,
  csPartialFlush,
  dispatchDirect,
  releaseMem,
  sdmaCopy,
  sdmaFence,
  sdmaFill,
  setShReg,
} from './packets.ts';

const address = 0x1000_2345_6780;

describe('PM4 packets', () => {
  it('acquire: every cache written back and invalidated (0xc3f1), everything', () => {
    expect([...acquireMem().words]).toEqual([0xc006_5800, 0, 0xffff_ffff, 0xff, 0, 0, 0xa, 0xc3f1]);
  });

  it('release: end of pipe, caches in sequence, 64 bits of data', () => {
    // event 0x14 with index 5; GLM_WB 12, GLM_INV 13, GLV_INV 14, GL1_INV 15, GL2_INV 20, GL2_WB 21, SEQ 22; data_sel 2 at 31:29
    expect([...releaseMem(address, 0x5_0000_0007).words]).toEqual([
      0xc006_4900, 0x0070_f514, 0x4000_0000, 0x2345_6780, 0x1000, 7, 5, 0,
    ]);
  });

  it('set registers: count, offset, values', () => {
    expect([...setShReg(0x240, 0x1111, 0x2222).words]).toEqual([0xc002_7600, 0x240, 0x1111, 0x2222]);
  });

  it('dispatch and flush', () => {
    expect([...dispatchDirect(3, 2, 1, 0x8005).words]).toEqual([0xc003_1500, 3, 2, 1, 0x8005]);
    expect([...csPartialFlush().words]).toEqual([0xc000_4600, 0x407]);
  });
});

describe('SDMA packets', () => {
  it('linear copy: bytes less one, source before destination', () => {
    expect([...sdmaCopy(address, 0x1000_0000_0010, 0x1000).words]).toEqual([
      1, 0xfff, 0, 0x10, 0x1000, 0x2345_6780, 0x1000,
    ]);
  });

  it('fill: the byte in every lane of the word', () => {
    expect([...sdmaFill(address, 0xa5, 3).words]).toEqual([0xb, 0x2345_6780, 0x1000, 0xa5a5_a5a5, 2]);
  });

  it('fence: uncached, low 32 bits', () => {
    expect([...sdmaFence(address, 0x2_0000_0009).words]).toEqual([0x0003_0005, 0x2345_6780, 0x1000, 9]);
  });
});
