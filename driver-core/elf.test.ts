/** The loader against an object that clang linked; expected numbers are llvm-readelf's. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEmptyslotError } from '../pcie/index.ts';
import { kernelProperties, loadCodeObject } from './elf.ts';
import { loaderObject } from './fixtures/loader.object.ts';
import { readMsgpack } from './msgpack.ts';

const object = Uint8Array.from(atob(loaderObject), (c) => c.charCodeAt(0));

describe('a code object from clang', () => {
  const code = loadCodeObject(object);
  const kernel = (name: string) => code.kernels.find((k) => k.name === name)!;

  it('is for gfx1100 and has its five kernels where the symbol table says', () => {
    expect(code.machine).toBe('gfx1100');
    expect(code.kernels.map((k) => [k.name, k.descriptorAt])).toEqual(
      expect.arrayContaining([
        ['mixed', 0xd80],
        ['with_lds', 0xdc0],
        ['with_scratch', 0xe00],
        ['with_table', 0xe40],
        ['with_dispatch_pointer', 0xe80],
      ]),
    );
    expect(code.kernels).toHaveLength(5);
  });

  it('has entries at the functions', () => {
    const functions = {
      mixed: 0x1f00,
      with_lds: 0x2000,
      with_scratch: 0x2100,
      with_table: 0x2400,
      with_dispatch_pointer: 0x2500,
    };
    for (const [name, at] of Object.entries(functions))
      expect(kernel(name).descriptorAt + kernel(name).descriptor.entryOffset).toBe(at);
  });

  it('has descriptors that say what the metadata says', () => {
    expect(kernel('mixed').descriptor).toMatchObject({
      kernargBytes: 28,
      groupSegmentBytes: 0,
      privateSegmentBytes: 0,
    });
    expect(kernel('with_lds').descriptor).toMatchObject({ groupSegmentBytes: 2048, kernargBytes: 8 });
    expect(kernel('with_scratch').descriptor).toMatchObject({ privateSegmentBytes: 272, kernargBytes: 12 });
    const { properties } = kernel('with_dispatch_pointer').descriptor;
    expect(properties & kernelProperties.dispatchPointer).not.toBe(0);
    expect(properties & kernelProperties.kernargPointer).not.toBe(0);
    expect(properties & kernelProperties.wave32).not.toBe(0);
  });

  it('describes arguments by offset and size', () => {
    expect(kernel('mixed').arguments!.map((a) => [a.offset, a.bytes, a.kind])).toEqual([
      [0, 8, 'global_buffer'],
      [8, 4, 'by_value'],
      [12, 2, 'by_value'],
      [16, 8, 'by_value'],
      [24, 1, 'by_value'],
    ]);
  });

  it('relocates its pointer table to where it is loaded', () => {
    const base = 0x1000_0002_0000;
    const view = new DataView(code.relocate(base).buffer);
    expect([0, 1, 2].map((i) => view.getBigUint64(0x4830 + i * 8, true))).toEqual(
      [0x47b0n, 0x47f8n, 0x47c4n].map((addend) => BigInt(base) + addend),
    );
    // nothing but those 24 bytes moved
    const moved = code.relocate(base);
    const still = code.relocate(0);
    for (let i = 0; i < moved.length; i++) if (i < 0x4830 || i >= 0x4848) expect(moved[i]).toBe(still[i]);
  });

  it('keeps initialised data', () => {
    const view = new DataView(code.image.buffer);
    expect([0, 4, 8, 12].map((i) => view.getUint32(0x47b0 + i, true))).toEqual([1, 2, 3, 4]);
  });
});

describe('a code object that is none', () => {
  const refused = (bytes: Uint8Array): boolean => {
    try {
      const { relocate } = loadCodeObject(bytes);
      relocate(0x1000);
      return false;
    } catch (error) {
      expect(isEmptyslotError(error, 'CODE_OBJECT_INVALID')).toBe(true);
      return true;
    }
  };

  it('is refused when it is cut short anywhere in what is loaded', () => {
    for (let length = 0; length < 0x1000; length += 37) expect(refused(object.slice(0, length))).toBe(true);
  });

  it('never throws anything but a typed error, whatever is changed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(0x1000), fc.nat(255)), { minLength: 1, maxLength: 8 }), (changes) => {
        const bytes = object.slice();
        for (const [at, value] of changes) bytes[at] = value;
        refused(bytes);
      }),
      { numRuns: 600 },
    );
  });

  it('says which field is wrong', () => {
    const bytes = object.slice();
    bytes[0x12] = 62; // x86-64
    expect(() => loadCodeObject(bytes)).toThrow(
      expect.objectContaining({ facts: { field: 'e_machine', offset: 0x12 }, expected: '224', lastSeen: '62' }),
    );
  });
});

describe('MessagePack', () => {
  it('reads the kinds that metadata uses', () => {
    // {"a": [1, -1, true, null, 300, 70000], "b": "xy"} by the specification's format table
    const bytes = Uint8Array.of(
      0x82,
      0xa1,
      0x61,
      0x96,
      0x01,
      0xff,
      0xc3,
      0xc0,
      0xcd,
      0x01,
      0x2c,
      0xce,
      0x00,
      0x01,
      0x11,
      0x70,
      0xa1,
      0x62,
      0xd9,
      0x02,
      0x78,
      0x79,
    );
    expect(readMsgpack(bytes)).toEqual(
      new Map<string, unknown>([
        ['a', [1, -1, true, null, 300, 70_000]],
        ['b', 'xy'],
      ]),
    );
  });

  it('gives undefined for anything else, and never throws', () => {
    expect(readMsgpack(Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff))).toBeUndefined();
    expect(readMsgpack(new Uint8Array(100).fill(0x91))).toBeUndefined();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void readMsgpack(bytes)));
  });
});
