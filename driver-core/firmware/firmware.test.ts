/** Firmware containers: built here from the public header structures, real ones where they are at hand. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEmptyslotError } from '../../pcie/index.ts';
import { crc32 } from './crc32.ts';
import {
  formatVersion,
  parseImuFirmware,
  parseMesFirmware,
  parsePspFirmware,
  parseRlcFirmware,
  parseRs64Firmware,
  parseSdmaFirmware,
  parseSmuFirmware,
} from './formats.ts';
import { fetchFirmware } from './source.ts';

const HEADER = 0x100;

/** A file: words at their byte offsets, then `body` from 0x100 on, sizes and CRC put right. */
function file(version: [number, number], headerBytes: number, words: Record<number, number>, body: number): Uint8Array {
  const bytes = new Uint8Array(HEADER + body);
  for (let i = HEADER; i < bytes.length; i++) bytes[i] = i * 7;
  const view = new DataView(bytes.buffer);
  view.setUint32(0x00, bytes.length, true);
  view.setUint32(0x04, headerBytes, true);
  view.setUint16(0x08, version[0], true);
  view.setUint16(0x0a, version[1], true);
  view.setUint32(0x10, 0x0b1f_4b00, true);
  view.setUint32(0x14, body, true);
  view.setUint32(0x18, HEADER, true);
  for (const [at, value] of Object.entries(words)) view.setUint32(Number(at), value, true);
  return sealed(bytes);
}

function sealed(bytes: Uint8Array): Uint8Array {
  new DataView(bytes.buffer).setUint32(0x1c, crc(bytes.subarray(32)), true);
  return bytes;
}

/** Bit by bit, as the polynomial says. */
function crc(bytes: Uint8Array): number {
  let c = 0xffff_ffff;
  for (const b of bytes) {
    c ^= b;
    for (let i = 0; i < 8; i++) c = (c & 1) !== 0 ? (c >>> 1) ^ 0xedb8_8320 : c >>> 1;
  }
  return (c ^ 0xffff_ffff) >>> 0;
}

const psp = (): Uint8Array => {
  const words: Record<number, number> = { 0x20: 5 };
  // SOS, SYS_DRV, KDB, TOC, SPL, 0x40 bytes each
  [1, 2, 3, 4, 5].forEach((type, i) =>
    Object.assign(words, {
      [0x24 + i * 16]: type,
      [0x28 + i * 16]: 0x0031_0036 + i,
      [0x2c + i * 16]: i * 0x40,
      [0x30 + i * 16]: 0x40,
    }),
  );
  return file([2, 0], 36, words, 0x140);
};
const mec = (): Uint8Array =>
  file(
    [2, 0],
    60,
    { 0x20: 29, 0x24: 0x100, 0x28: 0x100, 0x2c: 0x80, 0x30: 0x200, 0x34: 0x3000, 0x38: 0x7_0000 },
    0x180,
  );
const imu = (): Uint8Array => file([1, 0], 48, { 0x20: 0x90, 0x24: 0, 0x28: 0x70, 0x2c: 0x90 }, 0x100);
const sdma = (): Uint8Array => file([2, 0], 64, { 0x20: 60, 0x24: 0x40, 0x30: 0x140, 0x34: 0x60 }, 0xa0);
const mes = (): Uint8Array =>
  file(
    [1, 0],
    72,
    { 0x20: 7, 0x24: 0x40, 0x28: 0x100, 0x2c: 8, 0x30: 0x20, 0x34: 0x140, 0x38: 0xf000_5000, 0x3c: 0xffff_ffff },
    0x60,
  );
const smu = (): Uint8Array =>
  file(
    [2, 1],
    44,
    {
      0x20: 0x2_0000,
      0x24: 2,
      0x28: 0x180,
      0x180: 11,
      0x184: 0x1a0,
      0x188: 0x20,
      0x18c: 12,
      0x190: 0x1c0,
      0x194: 0x40,
    },
    0x100,
  );
const rlc = (): Uint8Array =>
  file(
    [2, 3],
    0xcc,
    {
      0x14: 0x40,
      0x9c: 0x10,
      0xa0: 0x140,
      0xa4: 0x10,
      0xa8: 0x150,
      0xac: 25,
      0xb4: 0x10,
      0xb8: 0x160,
      0xbc: 34,
      0xc4: 0x10,
      0xc8: 0x170,
    },
    0x80,
  );

const kinds = {
  psp: { make: psp, parse: (b: Uint8Array) => parsePspFirmware('psp.bin', b), crc: true },
  mec: { make: mec, parse: (b: Uint8Array) => parseRs64Firmware('mec.bin', b, 'MEC'), crc: true },
  imu: { make: imu, parse: (b: Uint8Array) => parseImuFirmware('imu.bin', b), crc: true },
  sdma: { make: sdma, parse: (b: Uint8Array) => parseSdmaFirmware('sdma.bin', b), crc: true },
  mes: { make: mes, parse: (b: Uint8Array) => parseMesFirmware('mes.bin', b), crc: true },
  smu: { make: smu, parse: (b: Uint8Array) => parseSmuFirmware('smu.bin', b), crc: false },
  rlc: { make: rlc, parse: (b: Uint8Array) => parseRlcFirmware('rlc.bin', b), crc: false },
};

const code = (run: () => unknown): unknown => {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
};

describe('CRC-32', () => {
  it('gives the published check value, and what the bitwise definition gives', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf4_3926);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => void expect(crc32(bytes)).toBe(crc(bytes))));
  });
});

describe('firmware containers', () => {
  it('gives the payloads that the headers point at', () => {
    const p = parsePspFirmware('psp.bin', psp());
    expect([...p.components.keys()]).toEqual(['SOS', 'SYS_DRV', 'KDB', 'TOC', 'SPL']);
    expect(p.components.get('KDB')!.bytes).toEqual(psp().subarray(0x180, 0x1c0));
    const m = parseRs64Firmware('mec.bin', mec(), 'MEC');
    expect([m.code.bytes.length, m.stack.bytes.length, m.start]).toEqual([0x100, 0x80, [0x3000, 0x7_0000]]);
    const i = parseImuFirmware('imu.bin', imu());
    expect(i.dram.bytes).toEqual(imu().subarray(0x190, 0x200));
    const s = parseSdmaFirmware('sdma.bin', sdma());
    expect([s.th0.bytes.length, s.th1.bytes.length]).toEqual([0x40, 0x60]);
    expect(parseMesFirmware('mes.bin', mes()).start).toEqual([0xf000_5000, 0xffff_ffff]);
    expect(parseSmuFirmware('smu.bin', smu()).powerPlayTables.map((t) => [t.id, t.bytes.length])).toEqual([
      [11, 0x20],
      [12, 0x40],
    ]);
    const r = parseRlcFirmware('rlc.bin', rlc());
    expect([r.gpm.bytes.length, r.iram?.bytes.length, r.rlcP?.version, r.rlcV?.version]).toEqual([0x40, 0x10, 25, 34]);
  });

  it.each(Object.entries(kinds))('%s: every truncation is refused by name', (_name, { make, parse }) => {
    const whole = make();
    for (let length = 0; length < whole.length; length++) {
      expect(code(() => parse(whole.slice(0, length)))).toMatchObject({
        code: 'FIRMWARE_INVALID',
        facts: { file: expect.stringMatching(/bin$/), field: expect.any(String) },
      });
    }
  });

  it.each(Object.entries(kinds).filter(([, k]) => k.crc))(
    '%s: a damaged byte behind the header is refused by its checksum',
    (_name, { make, parse }) => {
      const bytes = make();
      bytes[bytes.length - 5]! ^= 0x10;
      expect(code(() => parse(bytes))).toMatchObject({
        code: 'FIRMWARE_INVALID',
        facts: { field: 'crc32', offset: 0x1c },
      });
    },
  );

  it.each(Object.entries(kinds))('%s: nothing but a typed error comes out of garbage', (_name, { make, parse }) => {
    const mutation = fc.array(fc.tuple(fc.nat(0x1ff), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(mutation, fc.boolean(), (changes, fix) => {
        const bytes = make();
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        const error = code(() => parse(fix ? sealed(bytes) : bytes));
        if (error !== undefined) expect(isEmptyslotError(error, 'FIRMWARE_INVALID')).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('names field, offset, expected and seen', () => {
    const bytes = psp();
    new DataView(bytes.buffer).setUint32(0x2c, 0xffff_0000, true);
    expect(code(() => parsePspFirmware('psp_13_0_0_sos.bin', sealed(bytes)))).toMatchObject({
      code: 'FIRMWARE_INVALID',
      facts: { file: 'psp_13_0_0_sos.bin', field: 'SOS', offset: 0x2c },
      message: expect.stringContaining('psp_13_0_0_sos.bin'),
    });
  });

  it('refuses a header version it does not know', () => {
    const bytes = mec();
    bytes[8] = 9;
    expect(code(() => parseRs64Firmware('mec.bin', sealed(bytes), 'MEC'))).toMatchObject({
      facts: { field: 'header version' },
      lastSeen: '9.0',
      expected: '2.0',
    });
  });

  it('reads versions as their makers write them', () => {
    expect(formatVersion(0x004e_8500, 'smu')).toBe('78.133.0');
    expect(formatVersion(0x0031_0036, 'dotted')).toBe('0.49.0.54');
    expect(formatVersion(2790, 'plain')).toBe('2790');
  });

  it('wraps what a source throws', async () => {
    const source = (): Uint8Array => {
      throw new Error('ENOENT');
    };
    await expect(fetchFirmware(source, 'x.bin')).rejects.toMatchObject({
      code: 'FIRMWARE_MISSING',
      facts: { file: 'x.bin' },
    });
  });
});

const real = process.env['EMPTYSLOT_FIRMWARE'];

describe.skipIf(real === undefined || !existsSync(join(real, 'psp_13_0_0_sos.bin')))(
  'the files of a real Navi31',
  () => {
    const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(real!, name)));

    // sizes and offsets as they stand in the public files
    it('hold what the fact sheet says', () => {
      const p = parsePspFirmware('psp', read('psp_13_0_0_sos.bin'));
      expect([...p.components].map(([name, c]) => [name, c.bytes.length])).toEqual([
        ['SYS_DRV', 0x2_7790],
        ['SOS', 0x1_8380],
        ['TOC', 0x900],
        ['KDB', 0x1700],
        ['SPL', 0x2a0],
        ['RL', 0x960],
      ]);
      const m = parseRs64Firmware('mec', read('gc_11_0_0_mec.bin'), 'MEC');
      expect([m.code.bytes.length, m.stack.bytes.length, m.start]).toEqual([0x4_1300, 0x2_2000, [0x3000, 0x7_0000]]);
      const i = parseImuFirmware('imu', read('gc_11_0_0_imu.bin'));
      expect([i.iram.bytes.length, i.dram.bytes.length]).toEqual([0x1_0200, 0x1_0200]);
      const r = parseRlcFirmware('rlc', read('gc_11_0_0_rlc.bin'));
      expect([r.gpm, r.iram!, r.dram!, r.rlcP!, r.rlcV!].map((x) => x.bytes.length)).toEqual([
        0x6200, 0x1_0200, 0x8200, 0x2200, 0x3200,
      ]);
      const s = parseSdmaFirmware('sdma', read('sdma_6_0_0.bin'));
      expect([s.th0.bytes.length, s.th1.bytes.length]).toEqual([0x4400, 0x4200]);
      const u = parseSmuFirmware('smu', read('smu_13_0_0.bin'));
      expect([u.ucode.bytes.length, u.startAddress, u.powerPlayTables.length]).toEqual([0x3_fe00, 0x2_0000, 6]);
    });

    it('carry the CRC of what is behind their header', () => {
      const bytes = read('gc_11_0_0_mec.bin');

      expect(crc32(bytes.subarray(32))).toBe(new DataView(bytes.buffer).getUint32(0x1c, true));
    });
  },
);
