/**
 * Buffer resources: where an access lands and what is out of range, worked out by hand from the ISA document's
 * addressing and range-checking rules. Machine code is LLVM 19's.
 */
import { describe, expect, it } from 'vitest';
import { EXEC, LANES } from './state.ts';
import { OneWave } from './testing/one-instruction.ts';

const code = {
  'buffer_load_b32 v1, v0, s[4:7], 0 offen': 'e0500000 80410100',
  'buffer_load_b32 v1, v0, s[4:7], s8 offen offset:4': 'e0500004 08410100',
  'buffer_load_b128 v[0:3], v0, s[4:7], 0 offen': 'e05c0000 80410000',
  'buffer_store_b64 v[2:3], v0, s[4:7], 0 offen': 'e06c0000 80410200',
  'buffer_load_b32 v1, v0, s[4:7], 0 idxen offset:4': 'e0500004 80810100',
  'buffer_load_b64 v[2:3], v[0:1], s[4:7], 0 idxen offen': 'e0540000 80c10200',
  'buffer_load_b32 v1, off, s[4:7], 0': 'e0500000 80010100',
  'buffer_load_b64 v[2:3], v0, s[4:7], 0 offen tfe': 'e0540000 80610200',
  'buffer_atomic_add_u32 v1, v0, s[4:7], 0 offen glc': 'e0d44000 80410100',
  'buffer_load_d16_hi_b16 v1, v0, s[4:7], 0 offen': 'e08c0000 80410100',
} as const;

const RAW = 3 << 28;
const STRUCTURED = 0;
const INDEX_ONLY = 1 << 28;
const EMPTY = 2 << 28;

interface Resource {
  readonly records: number;
  readonly stride?: number;
  readonly word3: number;
  /** Elements of 4, 8 or 16 bytes. */
  readonly swizzle?: 0 | 1 | 2 | 3;
}

/** Memory holds its own dword numbers; v0 and v1 hold what `lane` says, v2 to v6 a pattern. */
function wave(
  resource: Resource,
  lane: (i: number) => readonly [number, number],
): OneWave & { reg: (r: number, i?: number) => number; dword: (n: number) => number } {
  const one = new OneWave();
  const va = one.memory.place(8192);
  const words = one.memory.words(va, 2048);
  for (let n = 0; n < 2048; n++) words[n] = n;
  const { v, s } = one.strip;
  s[EXEC] = -1;
  s[4] = va | 0;
  s[5] = Math.floor(va / 4294967296) | ((resource.stride ?? 0) << 16) | ((resource.swizzle ?? 0) << 30);
  s[6] = resource.records;
  s[7] = resource.word3;
  v.fill(0x5a5a5a5a, 2 * LANES, 7 * LANES);
  for (let i = 0; i < LANES; i++) [v[i], v[LANES + i]] = lane(i) as [number, number];
  return Object.assign(one, {
    reg: (r: number, i = 0) => v[r * LANES + i]!,
    dword: (n: number) => words[n]!,
  });
}
const run = (w: OneWave, name: keyof typeof code): void =>
  w.execute(code[name].split(' ').map((word) => parseInt(word, 16)));

describe('raw buffers', () => {
  it('check each dword against the size, the scalar offset taken off', () => {
    const w = wave({ records: 64, word3: RAW }, (i) => [4 * i, 7]);
    run(w, 'buffer_load_b32 v1, v0, s[4:7], 0 offen');
    expect([w.reg(1, 0), w.reg(1, 15), w.reg(1, 16), w.reg(1, 31)]).toEqual([0, 15, 0, 0]);
    w.strip.s[8] = 32;
    run(w, 'buffer_load_b32 v1, v0, s[4:7], s8 offen offset:4');
    expect([w.reg(1, 0), w.reg(1, 6), w.reg(1, 7)]).toEqual([9, 15, 0]);
  });

  it('load and store the dwords that are inside, over the address register too', () => {
    const w = wave({ records: 64, word3: RAW }, (i) => [4 * i, 7]);
    w.strip.s[EXEC] = 0x2000;
    run(w, 'buffer_load_b128 v[0:3], v0, s[4:7], 0 offen');
    expect([0, 1, 2, 3].map((r) => w.reg(r, 13))).toEqual([13, 14, 15, 0]);
    const x = wave({ records: 60, word3: RAW }, () => [56, 7]);
    run(x, 'buffer_store_b64 v[2:3], v0, s[4:7], 0 offen');
    expect([x.dword(14), x.dword(15)]).toEqual([0x5a5a5a5a, 15]);
  });

  it('take no register at all, add atomically, fill halves, say that nothing failed', () => {
    const w = wave({ records: 4096, word3: RAW }, (i) => [4 * i + 2, 3]);
    run(w, 'buffer_load_d16_hi_b16 v1, v0, s[4:7], 0 offen');
    expect(w.reg(1, 9)).toBe(3); // the high half of dword 9 is 0
    run(w, 'buffer_load_b32 v1, off, s[4:7], 0');
    expect(w.reg(1, 20)).toBe(0);
    const x = wave({ records: 16, word3: RAW }, (i) => [4 * i, 100]);
    run(x, 'buffer_atomic_add_u32 v1, v0, s[4:7], 0 offen glc');
    expect([x.dword(3), x.dword(4), x.reg(1, 3), x.reg(1, 4)]).toEqual([103, 4, 3, 0]);
    const y = wave({ records: 4096, word3: RAW }, (i) => [8 * i, 0]);
    run(y, 'buffer_load_b64 v[2:3], v0, s[4:7], 0 offen tfe');
    expect([2, 3, 4].map((r) => y.reg(r, 5))).toEqual([10, 11, 0]);
  });
});

describe('structured buffers', () => {
  it('count records, and an offset beyond the record is out of range', () => {
    const w = wave({ records: 10, stride: 12, word3: STRUCTURED }, (i) => [i, 0]);
    run(w, 'buffer_load_b32 v1, v0, s[4:7], 0 idxen offset:4');
    expect([w.reg(1, 0), w.reg(1, 9), w.reg(1, 10)]).toEqual([1, 28, 0]);
    const x = wave({ records: 10, stride: 12, word3: STRUCTURED }, () => [2, 8]);
    run(x, 'buffer_load_b64 v[2:3], v[0:1], s[4:7], 0 idxen offen');
    expect([x.reg(2), x.reg(3)]).toEqual([8, 0]);
  });

  it('may check the index alone, or only that there is a record', () => {
    const x = wave({ records: 10, stride: 12, word3: INDEX_ONLY }, () => [2, 8]);
    run(x, 'buffer_load_b64 v[2:3], v[0:1], s[4:7], 0 idxen offen');
    expect([x.reg(2), x.reg(3)]).toEqual([8, 9]);
    const y = wave({ records: 1, stride: 12, word3: EMPTY }, () => [20, 8]);
    run(y, 'buffer_load_b64 v[2:3], v[0:1], s[4:7], 0 idxen offen');
    expect([y.reg(2), y.reg(3)]).toEqual([62, 63]);
    const z = wave({ records: 0, stride: 12, word3: EMPTY }, () => [20, 8]);
    run(z, 'buffer_load_b64 v[2:3], v[0:1], s[4:7], 0 idxen offen');
    expect([z.reg(2), z.reg(3)]).toEqual([0, 0]);
  });

  it('interleave elements of as many records as the index stride says', () => {
    // 16-byte records of 4-byte elements, 8 records together: element e of record r at (r div 8)·128 + e·32 + (r mod 8)·4.
    const w = wave({ records: 64, stride: 16, word3: STRUCTURED, swizzle: 1 }, (i) => [i, 8]);
    run(w, 'buffer_load_b64 v[2:3], v[0:1], s[4:7], 0 idxen offen');
    expect([w.reg(2, 0), w.reg(3, 0), w.reg(2, 3), w.reg(2, 11), w.reg(3, 11)]).toEqual([16, 24, 19, 51, 59]);
    // 8-byte elements, 16 records together.
    const x = wave({ records: 64, stride: 16, word3: STRUCTURED | (1 << 21), swizzle: 2 }, (i) => [i, 8]);
    run(x, 'buffer_load_b64 v[2:3], v[0:1], s[4:7], 0 idxen offen');
    expect([x.reg(2, 0), x.reg(3, 0), x.reg(2, 17)]).toEqual([32, 33, 64 + 34]);
  });

  it('add the lane number to the index where told: scratch as older compilers make it', () => {
    const w = wave({ records: 64, stride: 4, word3: STRUCTURED | (1 << 23) }, () => [0, 0]);
    run(w, 'buffer_load_b32 v1, off, s[4:7], 0');
    expect([w.reg(1, 0), w.reg(1, 17)]).toEqual([0, 17]);
  });
});
