/** The layout language: what it encodes it decodes, and it refuses what cannot be. */

import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import {
  bits,
  bitsOf,
  bytes,
  decode,
  dword,
  encode,
  encodeDwords,
  encodeInto,
  layout,
  list,
  numbers,
  packBits,
  u16,
  u32,
  u64,
  u8,
} from './layout.ts';

const entry = layout('entry', 4, { id: u16(0), kind: u8(2), last: u8(3) });
const sample = layout('sample', 40, {
  word: u32(0, { low: bits(3, 0), flag: bits(31) }),
  half: u16(4),
  byte: u8(6),
  pair: u64(8),
  entries: list(16, entry, 2),
  halves: numbers(24, 2, 4),
  raw: bytes(32, 8),
});

describe('layout', () => {
  it('places parts little-endian at their byte', () => {
    const out = encode(sample, {
      word: { low: 5, flag: 1 },
      half: 0x1234,
      byte: 0x56,
      pair: { lo: 0x89ab_cdef, hi: 0x0123_4567 },
      entries: [{ id: 0x0b0a }, { kind: 7, last: 8 }],
      halves: [1, 2, 3, 0xffff],
      raw: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    });
    const hex = '05000080 3412 56 00 efcdab8967452301 0a0b0000 00000708 010002000300ffff 0102030405060708';
    expect(Buffer.from(out).toString('hex')).toBe(hex.replaceAll(' ', ''));
  });

  test.prop([fc.uint8Array({ minLength: 40, maxLength: 40 })])('decodes what it encodes', (given) => {
    const decoded = decode(sample, new DataView(given.buffer, given.byteOffset));
    const again = new Uint8Array(given);
    encodeInto(sample, new DataView(again.buffer), 0, decoded);
    expect(again).toEqual(given);
    const blank = encode(sample, decoded);
    blank[7] = given[7] ?? 0;
    expect(blank).toEqual(given);
  });

  test.prop([fc.nat({ max: 15 }), fc.nat({ max: 1 })])('packs the bits it unpacks', (low, flag) => {
    expect(bitsOf(sample.parts.word, packBits(sample.parts.word, { low, flag }))).toEqual({ low, flag });
  });

  it('splits a plain number over a pair', () => {
    expect(encodeDwords(layout('p', 8, { at: u64(0) }), { at: 0x12_3456_789a })).toEqual([0x3456_789a, 0x12]);
  });

  it('refuses parts past the end, overlapping bits, values that do not fit, names nobody declared', () => {
    expect(() => layout('short', 3, { word: u32(0) })).toThrow(RangeError);
    expect(() => layout('twice', 4, { word: u32(0, { a: bits(3, 0), b: bits(3) }) })).toThrow(RangeError);
    expect(() => layout('wide', 2, { half: u16(0, { a: bits(16) }) })).toThrow(RangeError);
    expect(() => encode(sample, { word: { low: 16 } })).toThrow(RangeError);
    expect(() => encode(entry, { nobody: 1 } as object)).toThrow(RangeError);
    expect(() => decode(sample, new DataView(new ArrayBuffer(39)))).toThrow(RangeError);
    expect(dword(3).at).toBe(12);
  });
});
