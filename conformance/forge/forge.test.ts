/**
 * The forged files against what drivers rely on: offsets and rules as the fact tables give them, read here by hand.
 * Software.
 */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readToc } from '../../registers/amd/toc.ts';
import { forge } from './index.ts';

const reader = (bytes: Uint8Array) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { u16: (at: number) => view.getUint16(at, true), u32: (at: number) => view.getUint32(at, true) };
};

/** Where payloads lie in a file, and the header's version and size, as drivers read them. */
function payloadsOf(
  name: string,
  bytes: Uint8Array,
): { header: string; parts: (readonly [at: number, size: number])[] } {
  const { u16, u32 } = reader(bytes);
  const header = `${u16(8)}.${u16(10)} ${u32(4)}`;
  const base = u32(0x18);
  if (name.startsWith('psp')) {
    const count = u32(0x20);
    return {
      header,
      parts: Array.from({ length: count }, (_, i) => [base + u32(0x24 + i * 16 + 8), u32(0x24 + i * 16 + 12)] as const),
    };
  }
  if (name.startsWith('smu')) return { header, parts: [[base, u32(0x14)]] };
  if (name.startsWith('sdma'))
    return {
      header,
      parts: [
        [base, u32(0x24)],
        [u32(0x30), u32(0x34)],
      ],
    };
  if (name.endsWith('imu.bin'))
    return {
      header,
      parts: [
        [base, u32(0x20)],
        [base + u32(0x20), u32(0x28)],
      ],
    };
  if (name.endsWith('rlc.bin')) {
    return {
      header,
      parts: [
        [base, u32(0x14)],
        [u32(0xa0), u32(0x9c)],
        [u32(0xa8), u32(0xa4)],
        [u32(0xb8), u32(0xb4)],
        [u32(0xc8), u32(0xc4)],
      ],
    };
  }
  if (/mes/.test(name))
    return {
      header,
      parts: [
        [u32(0x28), u32(0x24)],
        [u32(0x34), u32(0x30)],
      ],
    };
  return {
    header,
    parts: [
      [u32(0x28), u32(0x24)],
      [u32(0x30), u32(0x2c)],
    ],
  };
}

const headers: Record<string, string> = {
  'psp_13_0_0_sos.bin': '2.0 36',
  'smu_13_0_0.bin': '2.1 44',
  'sdma_6_0_0.bin': '2.0 64',
  'gc_11_0_0_mec.bin': '2.0 60',
  'gc_11_0_0_imu.bin': '1.0 48',
  'gc_11_0_0_rlc.bin': '2.3 204',
  'gc_11_0_0_pfp.bin': '2.0 60',
  'gc_11_0_0_me.bin': '2.0 60',
  'gc_11_0_0_mes_2.bin': '1.0 72',
  'gc_11_0_0_mes1.bin': '1.0 72',
};
const withoutCrc = ['smu_13_0_0.bin', 'gc_11_0_0_rlc.bin'];

/** The rules every real payload keeps. */
function judge(name: string, bytes: Uint8Array): void {
  const { u32 } = reader(bytes);
  const { header, parts } = payloadsOf(name, bytes);
  expect(header).toBe(headers[name]);
  expect(u32(0)).toBe(bytes.length);
  expect(crc32(bytes.subarray(0x20)) >>> 0 === u32(0x1c)).toBe(!withoutCrc.includes(name));
  for (const [at, size] of parts) {
    expect(at + size).toBeLessThanOrEqual(bytes.length);
    const payload = reader(bytes.subarray(at, at + size));
    const isKeyDatabase = payload.u32(0x58) === 0x0100_004f;
    expect(payload.u32(0x10)).toBe(isKeyDatabase ? 0 : 0x3153_5024);
    expect(payload.u32(0x6c)).toBe(payload.u32(0x14) + 0x200);
    expect(payload.u32(0x6c)).toBeLessThanOrEqual(size);
    const body = bytes.subarray(at + 0x100, at + 0x100 + payload.u32(0x14));
    expect(createHash('sha256').update(body).digest('hex')).toBe(
      Buffer.from(bytes.subarray(at + 0xd0, at + 0xf0)).toString('hex'),
    );
  }
}

describe('forged files', () => {
  it.each([...forge({ files: 'all' })])('%s keeps the rules of its kind', judge);
  it.each([...forge({ files: 'all', compact: true })])('%s does when compact', judge);

  it('is the same every time, and another with another seed', () => {
    expect(forge()).toEqual(forge());
    expect(forge({ seed: 2 }).get('sdma_6_0_0.bin')).not.toEqual(forge().get('sdma_6_0_0.bin'));
  });

  it('has payloads of the real sizes', () => {
    const sizes = [...forge()].map(([name, bytes]) => [name, payloadsOf(name, bytes).parts.map(([, size]) => size)]);
    expect(Object.fromEntries(sizes)).toEqual({
      'psp_13_0_0_sos.bin': [0x2_7790, 0x1_8380, 0x900, 0x1700, 0x2a0, 0x960],
      'smu_13_0_0.bin': [0x3_fe00],
      'sdma_6_0_0.bin': [0x4400, 0x4200],
      'gc_11_0_0_mec.bin': [0x4_1300, 0x2_2000],
      'gc_11_0_0_imu.bin': [0x1_0200, 0x1_0200],
      'gc_11_0_0_rlc.bin': [0x6200, 0x1_0200, 0x8200, 0x2200, 0x3200],
    });
  });
});

const folder = process.env['EMPTYSLOT_FIRMWARE'];
describe.skipIf(folder === undefined)('against the real files', () => {
  const real = (name: string) => new Uint8Array(readFileSync(join(folder!, name)));

  it.each([...forge().keys()])('%s keeps the same rules', (name) => judge(name, real(name)));

  it('the table of contents has the same entries', () => {
    const toc = (bytes: Uint8Array) => {
      const [at, size] = payloadsOf('psp', bytes).parts[2]!;
      return readToc(bytes.subarray(at + 0x100, at + size - 0x100));
    };
    const name = 'psp_13_0_0_sos.bin';
    expect(toc(forge().get(name)!)).toEqual(toc(real(name)));
  });
});
