/** What a port remembers of translations, and for how long. Pure software. */
import { describe, expect, it } from 'vitest';
import { Access } from './memory.ts';
import type { CoreMemory } from './memory.ts';
import { MemoryPort, TLB_BYTES } from './memory-port.ts';

const PAGE = 4096;
/** Of 64 KiB: one to access, and the translations. */
const PAGES = 1 + Math.ceil(TLB_BYTES / 65536);

/** 64 KiB of memory; `map` says where a page of addresses is, in pages. Counts what it was asked. */
function memory(map: (page: number) => number, inArena = false): CoreMemory & { readonly asked: string[] } {
  const shared = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true });
  const buffer = inArena ? shared.buffer : new ArrayBuffer(65536);
  const asked: string[] = [];
  return {
    asked,
    u8: new Uint8Array(buffer),
    u16: new Uint16Array(buffer),
    u32: new Uint32Array(buffer),
    translate: (va, access, client) => {
      asked.push(`${va.toString(16)} ${access} ${client}`);
      const page = map(Math.floor(va / PAGE));
      return page < 0 ? -1 : page * PAGE + (va % PAGE);
    },
    stored: () => {},
    tracksStores: false,
    ...(inArena && { memory: shared, reserve: () => 65536 }),
  };
}

describe.each([false, true])('a port, translations in the arena: %s', (inArena) => {
  it('asks once a page, kind of access and slice', () => {
    const m = memory((page) => page & 7, inArena);
    const port = new MemoryPort(m, 3);
    for (let n = 0; n < 3; n++) {
      port.store32(0x1004, 0, n);
      expect(port.load32(0x1004, 0)).toBe(n);
      port.load8(0x1ffb, 0);
    }
    expect(m.asked).toEqual(['1004 1 3', '1004 0 3']);
    port.begin();
    port.load32(0x1000, 0);
    expect(m.asked).toEqual(['1004 1 3', '1004 0 3', '1000 0 3']);
  });

  it('tells pages apart that share a place', () => {
    const m = memory((page) => page % 13, inArena);
    const port = new MemoryPort(m, 0);
    for (let page = 0; page < 13; page++) m.u8[page * PAGE] = page;
    const wrong: number[] = [];
    for (let n = 0; n < 30_000; n++) {
      const page = (n * 7919 + (n % 3) * 2 ** 20) % 2 ** 22;
      if (port.load8((page * PAGE) | 0, Math.floor(page / 2 ** 20)) !== page % 13) wrong.push(page);
    }
    expect(wrong).toEqual([]);
    expect(m.asked.length).toBeGreaterThan(10_000);
  });

  it('asks once for what one translation holds for', () => {
    const m = memory((page) => page & 15, inArena);
    const reached: string[] = [];
    const port = new MemoryPort(
      {
        ...m,
        // 16 KiB each, and a last page of which there is only half
        reach: (va, at) => {
          reached.push(`${va.toString(16)} ${at.toString(16)}`);
          return 0x4000 - (va % 0x4000) - 2048;
        },
      },
      3,
    );
    const taken = (pages: readonly number[], access: Access): number[] =>
      pages.filter((page) => port.page(page * PAGE, 0, access) !== (page & 15) * PAGE);
    expect(taken([5], Access.read)).toEqual([]);
    expect(taken([6, 5, 7, 4, 8], Access.read)).toEqual([]);
    expect(m.asked).toEqual(['5000 0 3', '7000 0 3', '4000 0 3', '8000 0 3']);
    expect(reached[0]).toBe('5000 5000');
    // for another kind of access it is another one
    expect(taken([6], Access.write)).toEqual([]);
    expect(m.asked.at(-1)).toBe('6000 1 3');
    // and all of it is forgotten
    port.begin();
    expect(taken([6], Access.read)).toEqual([]);
    expect(m.asked.at(-1)).toBe('6000 0 3');
    // numbers of pages do not go around 4 GiB
    const before = m.asked.length;
    port.page(0xffff_f000 | 0, 1, Access.read);
    port.page(0, 1, Access.read);
    expect(m.asked.length).toBe(before + 2);
  });

  it('remembers no fault, and reports each', () => {
    const m = memory(() => -1, inArena);
    const port = new MemoryPort(m, 0);
    const faults: number[] = [];
    port.onFault = (address) => faults.push(address);
    expect(port.load32(0x1001, 0)).toBe(0);
    port.store16(0xffff_ffff | 0, 0, 7);
    expect(faults).toEqual([0x1001, 0x1002, 0x1003, 0x1004, 0xffff_ffff, 0x1_0000_0000]);
    // beyond 48 bits no table is asked
    m.asked.length = 0;
    expect(port.page(0, 0x10000, Access.read)).toBe(-1);
    expect(m.asked).toEqual([]);
  });

  it('looks ahead without asking as an access does, at any place of the arena', () => {
    const far = 2 ** 31;
    const asked: string[] = [];
    const m: CoreMemory = {
      ...memory((page) => (page < 0x20 ? page + far / PAGE : -1), inArena),
      ahead: (va, access, client) => {
        asked.push(`${va.toString(16)} ${access} ${client}`);
        return va < 0x20000 ? far + va : -1;
      },
    };
    const port = new MemoryPort(m, 3);
    expect(port.ahead(0x3008, 0, Access.write)).toBe(far + 0x3000);
    expect(port.page(0x4004, 0, Access.write)).toBe(far + 0x4000);
    expect(port.ahead(0x4008, 0, Access.write)).toBe(far + 0x4000);
    expect(port.ahead(0x20000, 0, Access.write)).toBe(-1);
    expect(asked).toEqual(['3008 1 3', '20000 1 3']);
  });

  it('keeps them where translated code finds them', () => {
    const port = new MemoryPort(
      memory((page) => page & 7, inArena),
      0,
    );
    expect(port.tlb.byteLength).toBe(TLB_BYTES);
    if (inArena) expect(port.tlb.byteOffset).toBe(65536);
    port.page(0x1234_5678, 0x42, Access.write);
    const entry = port.tlb.indexOf(0x1234_5000);
    expect([...port.tlb.subarray(entry, entry + 3)]).toEqual([0x1234_5000, 0x42, 5 * PAGE]);
    port.begin();
    expect([...port.tlb.subarray(entry, entry + 3)]).toEqual([1, 0x42, -1]);
  });
});
