/** The discovery parser against a table put together here by the public structures, and against damage. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEmptyslotError } from '../../pcie/index.ts';
import { parseDiscovery } from './discovery.ts';

/** What drivers read of the binary. */
const DISCOVERY_BYTES = 10 * 1024;

const IPS_AT = 60;
const GC_AT = 0x200;
const HARVEST_AT = 0x300;
const TOTAL = 0x400;

interface Entry {
  id: number;
  instance?: number;
  version: [number, number, number];
  bases: number[];
}

const entries: Entry[] = [
  { id: 11, version: [11, 0, 0], bases: [0x1260, 0xa000, 0x1_c000, 0x240_2c00] },
  { id: 42, version: [6, 0, 0], bases: [0x1260] },
  { id: 108, version: [4, 3, 0], bases: [0, 0x14, 0xd20, 0x1_0400, 0x241_b000, 0x404_0000] },
];

function sum(bytes: Uint8Array, at: number, length: number): number {
  let total = 0;
  for (let i = 0; i < length; i++) total += bytes[at + i]!;
  return total & 0xffff;
}

/** @param wide 64-bit base addresses, as version 4 tables may have. */
function table(wide = false): Uint8Array {
  const bytes = new Uint8Array(DISCOVERY_BYTES);
  const v = new DataView(bytes.buffer);
  const u16 = (at: number, x: number): void => v.setUint16(at, x, true);
  const u32 = (at: number, x: number): void => v.setUint32(at, x, true);
  // IP table: header of 80 bytes, one die behind it
  const die = IPS_AT + 80;
  u32(IPS_AT, 0x5344_5049);
  u16(IPS_AT + 4, wide ? 4 : 3);
  u16(IPS_AT + 12, 1);
  u16(IPS_AT + 14 + 2, die);
  v.setUint8(IPS_AT + 78, wide ? 1 : 0);
  u16(die + 2, entries.length);
  let at = die + 4;
  for (const { id, instance = 0, version, bases } of entries) {
    u16(at, id);
    bytes.set([instance, bases.length, ...version], at + 2);
    bases.forEach((base, i) => u32(at + 8 + i * (wide ? 8 : 4), base));
    at += 8 + bases.length * (wide ? 8 : 4);
  }
  u16(IPS_AT + 6, at - IPS_AT);
  // GC table, version 1.0
  u32(GC_AT, 0x4347);
  u16(GC_AT + 4, 1);
  u32(GC_AT + 8, 88);
  for (const [field, value] of [
    [12, 6],
    [16, 3],
    [20, 1],
    [56, 32],
    [60, 16],
    [64, 32],
    [68, 65_536],
    [76, 2],
  ] as const)
    u32(GC_AT + field, value);
  // harvest table: one VCN is fused off
  u32(HARVEST_AT, 0x5652_4148);
  u16(HARVEST_AT + 8, 12);
  bytes[HARVEST_AT + 10] = 1;
  [
    [IPS_AT, at - IPS_AT],
    [GC_AT, 88],
    [HARVEST_AT, 136],
  ].forEach(([start, length], i) => {
    u16(12 + i * 8, start!);
    u16(14 + i * 8, sum(bytes, start!, length!));
    u16(16 + i * 8, length!);
  });
  u32(0, 0x2821_1407);
  u16(10, TOTAL);
  u16(8, sum(bytes, 10, TOTAL - 10));
  return bytes;
}

describe('the discovery table', () => {
  it.each([false, true])('gives IP blocks with versions and bases (64-bit bases: %s)', (wide) => {
    const discovery = parseDiscovery(table(wide));
    expect(discovery.ips).toHaveLength(3);
    expect(discovery.versionOf('GC')).toBe('11.0.0');
    expect(discovery.basesOf('NBIO')).toEqual([0, 0x14, 0xd20, 0x1_0400, 0x241_b000, 0x404_0000]);
    expect(discovery.gc).toMatchObject({
      shaderEngines: 6,
      shaderArraysPerEngine: 2,
      computeUnitsPerArray: 8,
      computeUnits: 96,
      waveSize: 32,
      maxScratchSlotsPerCu: 32,
      ldsBytes: 65_536,
    });
    expect([...discovery.harvested]).toEqual(['12:1']);
    expect(() => discovery.ip('OSSSYS')).toThrow(expect.objectContaining({ code: 'DISCOVERY_INVALID' }));
  });

  it('believes nothing without its checksum', () => {
    for (const at of [0, 9, IPS_AT + 81, GC_AT + 12, HARVEST_AT + 8, TOTAL - 1]) {
      const bytes = table();
      bytes[at]! ^= 0x40;
      expect(() => parseDiscovery(bytes)).toThrow(expect.objectContaining({ code: 'DISCOVERY_INVALID' }));
    }
  });

  it('is refused when VRAM reads as zeros or ones', () => {
    for (const fill of [0, 0xff])
      expect(() => parseDiscovery(new Uint8Array(DISCOVERY_BYTES).fill(fill))).toThrow(
        expect.objectContaining({ code: 'DISCOVERY_INVALID', expected: '0x28211407' }),
      );
  });

  it('gives typed errors for whatever else is wrong, with checksums put right', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(TOTAL - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), (changes) => {
        const bytes = table();
        for (const [at, value] of changes) bytes[at] = value;
        const v = new DataView(bytes.buffer);
        const total = v.getUint16(10, true);
        if (total <= bytes.length && total >= 10) v.setUint16(8, sum(bytes, 10, total - 10), true);
        try {
          parseDiscovery(bytes);
        } catch (error) {
          expect(isEmptyslotError(error, 'DISCOVERY_INVALID')).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});
