/** What the record of caches says, and what it keeps quiet about. Pure software. */

import { describe, expect, it } from 'vitest';
import { Client } from '../blocks.ts';
import { bench } from '../testing/bench.ts';
import type { Bench } from '../testing/bench.ts';
import { RWX, Tables } from '../testing/tables.ts';
import { createCoreMemory } from './core-memory.ts';

const read = 0,
  write = 1;
const GLV_INV = 1 << 8,
  GL1_INV = 1 << 9,
  GL2_WB = 1 << 15;

function shader(b: Bench, mtype = 0n) {
  const tables = new Tables(b);
  for (let page = 0; page < 32; page++) tables.map(page * 4096, 0x900_0000 + page * 4096, RWX | (mtype << 48n));
  tables.enable('GC', 1);
  const memory = createCoreMemory(b.card, b.card.gmc.gfxhub, 1);
  return {
    load: (va: number, bytes = 4): void => memory.loaded!(memory.translate(va, read, Client.tcp), bytes),
    loadFresh: (va: number): void => memory.loaded!(memory.translate(va, read, Client.tcp), 4, true),
    store: (va: number, bytes = 4): void => memory.stored(memory.translate(va, write, Client.tcp), bytes),
    sdma: (va: number, bytes = 4): void => void b.card.gmc.gfxhub.write(1, va, new Uint8Array(bytes), Client.sdma0),
  };
}

describe('coherence', () => {
  it('finds a second load of what SDMA or the CPU changed, unless the vector caches were dropped', () => {
    const b = bench();
    const s = shader(b);
    s.sdma(0x1000);
    s.load(0x1000);
    s.load(0x1000);
    expect(b.codes()).toEqual([]);
    s.sdma(0x1010, 8);
    b.card.gmc.cachesHandled(GLV_INV | GL1_INV);
    s.load(0x1010);
    expect(b.codes()).toEqual([]);
    s.sdma(0x1010, 8);
    b.card.gmc.cachesHandled(GL2_WB);
    s.load(0x1040);
    s.load(0x1018); // beside what changed, in the same line
    expect(b.codes()).toEqual([]);
    s.load(0x1014);
    expect(b.codes()).toEqual(['STALE_CACHE_LINE']);
    s.load(0x1800);
    s.sdma(0x1800);
    s.loadFresh(0x1800); // GLC: past L0
    expect(b.codes()).toEqual(['STALE_CACHE_LINE']);
    s.load(0x2000);
    b.port.write(0, 0x900_2000, 4, 1);
    const store = b.machine.findings.current;
    b.card.hdp.flush();
    s.load(0x2000);
    expect(b.machine.findings.list[1]).toMatchObject({ code: 'STALE_CACHE_LINE', because: [{ sequence: store }, {}] });
  });

  it('finds a CPU read of VRAM that a shader stored to and nobody wrote back', () => {
    const b = bench();
    const s = shader(b);
    s.store(0x3000, 256);
    b.card.gmc.cachesHandled(GL2_WB);
    expect(b.port.read(0, 0x900_3000, 4)).toBe(0);
    expect(b.codes()).toEqual([]);
    s.store(0x3000, 256);
    b.port.readBlock(0, 0x900_0000, new Uint8Array(0x2000));
    expect(b.codes()).toEqual([]);
    b.port.readBlock(0, 0x900_2000, new Uint8Array(0x2000));
    expect(b.codes()).toEqual(['L2_NOT_WRITTEN_BACK']);
  });

  it('leaves uncached mappings alone', () => {
    const b = bench();
    const s = shader(b, 3n);
    s.load(0x1000);
    s.sdma(0x1000);
    s.load(0x1000);
    s.store(0x1000);
    b.port.read(0, 0x900_1000, 4);
    expect(b.codes()).toEqual([]);
  });

  it('finds loads of what still waits in HDP', () => {
    const b = bench();
    const s = shader(b);
    b.port.write(0, 0x900_1000, 4, 1);
    s.load(0x1004);
    expect(b.codes()).toEqual([]);
    s.load(0x1000);
    expect(b.codes()).toEqual(['HDP_NOT_FLUSHED']);
  });
});
