/**
 * The discovery binary through a reader written from the public checks (signatures, sums, what each sum covers), not
 * from our layouts. Pure software.
 */

import { describe, expect, it } from 'vitest';
import { bench } from '../testing/bench.ts';

interface Ip {
  readonly version: string;
  readonly bases: string[];
}

function parse(binary: Uint8Array): { ips: Map<string, Ip>; gc: number[]; harvested: number } {
  const v = new DataView(binary.buffer, binary.byteOffset, binary.byteLength);
  const sum = (from: number, bytes: number): number =>
    binary.subarray(from, from + bytes).reduce((s, b) => (s + b) & 0xffff, 0);
  if (v.getUint32(0, true) !== 0x28211407) throw new Error('binary signature');
  const size = v.getUint16(10, true);
  if (sum(10, size - 10) !== v.getUint16(8, true)) throw new Error('binary checksum');
  const table = (n: number): { offset: number; checksum: number } => ({
    offset: v.getUint16(12 + 8 * n, true),
    checksum: v.getUint16(14 + 8 * n, true),
  });
  const ip = table(0);
  if (v.getUint32(ip.offset, true) !== 0x53445049) throw new Error('IPDS');
  if (sum(ip.offset, v.getUint16(ip.offset + 6, true)) !== ip.checksum) throw new Error('IPDS checksum');
  const ips = new Map<string, Ip>();
  for (let die = 0; die < v.getUint16(ip.offset + 12, true); die++) {
    const at = v.getUint16(ip.offset + 14 + 4 * die + 2, true);
    let entry = at + 4;
    for (let i = 0; i < v.getUint16(at + 2, true); i++) {
      const count = v.getUint8(entry + 3);
      const bases = Array.from({ length: count }, (_, n) => v.getUint32(entry + 8 + 4 * n, true).toString(16));
      ips.set(`${v.getUint16(entry, true)}.${v.getUint8(entry + 2)}`, {
        version: [4, 5, 6].map((n) => v.getUint8(entry + n)).join('.'),
        bases,
      });
      entry += 8 + 4 * count;
    }
  }
  const gc = table(1);
  if (v.getUint32(gc.offset, true) !== 0x4347 || sum(gc.offset, v.getUint32(gc.offset + 8, true)) !== gc.checksum)
    throw new Error('GC');
  const harvest = table(2);
  if (v.getUint32(harvest.offset, true) !== 0x56524148 || sum(harvest.offset, 136) !== harvest.checksum)
    throw new Error('HARV');
  let harvested = 0;
  while (harvested < 32 && v.getUint16(harvest.offset + 8 + 4 * harvested, true) !== 0) harvested++;
  for (const n of [3, 4, 5]) if (table(n).offset !== 0) throw new Error(`table ${n} should be absent`);
  return { ips, gc: Array.from({ length: 33 }, (_, n) => v.getUint32(gc.offset + 4 * n, true)), harvested };
}

describe('IP discovery', () => {
  it('stands 64 KiB below the end of VRAM and passes the checks of stock drivers', () => {
    const { port } = bench();
    expect(port.read(5, 0x378c, 4)).toBe(24560);
    const binary = new Uint8Array(0x2800);
    port.readBlock(0, 24560 * 2 ** 20 - 0x1_0000, binary);
    const { ips, gc, harvested } = parse(binary);
    expect(ips.get('11.0')).toEqual({ version: '11.0.0', bases: ['1260', 'a000', '1c000', '2402c00'] });
    expect(ips.get('42.0')).toEqual({ version: '6.0.0', bases: ['1260', 'a000', '1c000', '2402c00'] });
    expect(ips.get('34.0')).toEqual({ version: '3.0.0', bases: ['1a000', '2408800'] });
    expect(ips.get('108.0')).toEqual({ version: '4.3.0', bases: ['0', '14', 'd20', '10400', '241b000', '4040000'] });
    expect(ips.get('255.0')!.version).toBe('13.0.0');
    expect(ips.get('1.0')!.bases[0]).toBe('16000');
    expect(ips.get('41.0')).toEqual({ version: '6.0.0', bases: ['f20', '240a400'] });
    expect(ips.get('40.0')).toEqual({ version: '6.0.0', bases: ['10a0', '240a000'] });
    // shader engines, WGPs (two halves), arrays of an engine: 6 x 2 x 4 x 2 = 96 CUs; wave32, 16 waves, 64 KiB of LDS
    expect(gc[3]! * gc[19]! * (gc[4]! + gc[5]!) * 2).toBe(96);
    expect([gc[14], gc[15], gc[17]]).toEqual([32, 16, 65536]);
    expect(harvested).toBe(0);
  });

  it('can be read through MM_INDEX and MM_DATA, as cards with a small BAR0 need', () => {
    const { port } = bench({ bar0Bytes: 256 * 2 ** 20, vramMib: 24576 });
    const at = 24576 * 2 ** 20 - 0x1_0000;
    const words = new Uint32Array(0x2800 / 4);
    for (let i = 0; i < words.length; i++) {
      port.write(5, 0x18, 4, Math.floor((at + 4 * i) / 2 ** 31));
      port.write(5, 0, 4, (((at + 4 * i) % 2 ** 31) | 0x8000_0000) >>> 0);
      words[i] = port.read(5, 4, 4);
    }
    expect(parse(new Uint8Array(words.buffer)).ips.size).toBe(15);
  });

  it('is there again after a mode-1 reset, and nothing else of VRAM is', () => {
    const { card, machine, port } = bench({ vramMib: 1024 });
    port.write(0, 0x5000, 4, 0x1234);
    card.hdp.flush();
    card.reset('mode1');
    expect(port.read(5, 0x378c, 4)).toBe(0xffff_ffff);
    machine.advance(500_000_000);
    expect(port.read(5, 0x378c, 4)).toBe(1024);
    expect(port.read(0, 0x5000, 4)).toBe(0);
    const binary = new Uint8Array(0x2800);
    port.readBlock(0, 1024 * 2 ** 20 - 0x1_0000, binary);
    expect(parse(binary).ips.size).toBe(15);
  });
});
