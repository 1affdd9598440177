/** Modes as registers/language.ts defines them. */

import { beforeEach, describe, expect, it } from 'vitest';
import { registerBlock, ro, rc, rw, w1c, w1s, wo, constant, unmodelled } from '../registers/index.ts';
import { TraceRing } from '../trace/index.ts';
import { Findings } from './findings.ts';
import { RegisterFile } from './register-file.ts';
import { StateBlock } from './state.ts';

const block = registerBlock(
  'T',
  { source: 'this test', fidelity: 'guessed' },
  {
    PLAIN: { at: 0 },
    MIXED: {
      at: 1,
      reset: 0x0000_0500,
      fields: { A: rw(3, 0), S: ro(11, 8), C: w1c(16), T: w1s(17), K: constant(31, 28) },
      rest: 'rw',
    },
    STATUS: { at: 2, reset: 5, fields: { ALL: ro(31, 0) } },
    COMMAND: { at: 3, fields: { GO: wo(31, 0) } },
    LATCH: { at: 4, reset: 0xff, fields: { ALL: rc(31, 0) } },
    DARK: { at: 5, fields: { ALL: unmodelled(31, 0) } },
    ENGn_REQ: { at: 8, count: 3, stride: 2 },
    FAR: { at: 0x10_0000, segment: 1 },
  },
);
const T = block.registers;

let findings: Findings;
let file: RegisterFile;
beforeEach(() => {
  findings = new Findings(new TraceRing(8), () => 0, 'strict');
  file = new RegisterFile(new StateBlock('t'), findings, 0, 4096);
  file.map(block, [0x10, 0]);
});
const codes = (): string[] => findings.list.map((f) => f.code);

describe('register file', () => {
  it('stores what may be stored and nothing else', () => {
    file.write(0x10, 0xdead_beef);
    expect(file.read(0x10)).toBe(0xdead_beef);
    file.write(0x11, 0xffff_ffff & ~(1 << 16));
    // read-only and constant bits stay, w1s sets, the unnamed rest is plain
    expect(file.read(0x11) & 0xf).toBe(0xf);
    expect((file.read(0x11) >>> 8) & 0xf).toBe(5);
    expect(file.read(0x11) >>> 28).toBe(0);
    expect((file.read(0x11) >>> 17) & 1).toBe(1);
    file.poke(T.MIXED, file.peek(T.MIXED) | 0x1_0000);
    file.write(0x11, 0x1_0000);
    expect((file.read(0x11) >>> 16) & 1).toBe(0);
    expect(codes()).toEqual([]);
  });

  it('says what is wrong with an access', () => {
    file.write(0x12, 1);
    expect(file.read(0x12)).toBe(5);
    expect(file.read(0x13)).toBe(0);
    file.read(0x15);
    file.read(0x20_0000);
    file.write(0x3f0, 0);
    expect(codes()).toEqual(['WRITE_TO_READ_ONLY', 'READ_OF_WRITE_ONLY', 'UNMODELLED_REGISTER', 'UNDECLARED_REGISTER']);
    expect(findings.counts.get('UNDECLARED_REGISTER')).toBe(2); // said once here: the test has no accesses to tell places apart by
  });

  it('clears on read', () => {
    expect(file.read(0x14)).toBe(0xff);
    expect(file.read(0x14)).toBe(0);
  });

  it('gives arrays and far registers their own cells', () => {
    file.write(0x18, 1);
    file.write(0x1a, 2);
    file.write(0x1c, 3);
    expect([0, 1, 2].map((i) => file.peek(T.ENGn_REQ, i))).toEqual([1, 2, 3]);
    expect(file.nameAt(0x1c)).toBe('ENG2_REQ');
    file.write(0x10_0000, 9);
    expect(file.peek(T.FAR)).toBe(9);
    expect(file.dwordOf(T.FAR)).toBe(0x10_0000);
  });

  it('hands behaviour the stored value, the index and what was there', () => {
    const seen: number[][] = [];
    file.on(T.ENGn_REQ, {
      write: (value, index, before) => seen.push([value, index, before]),
      read: (stored, index) => stored + index,
    });
    file.write(0x1a, 5);
    file.write(0x1a, 6);
    expect(seen).toEqual([
      [5, 1, 0],
      [6, 1, 5],
    ]);
    expect(file.read(0x1a)).toBe(7);
  });

  it('refuses two registers at one address', () => {
    const twin = registerBlock('U', { source: 'this test', fidelity: 'guessed' }, { OTHER: { at: 0 } });
    expect(() => file.map(twin, [0x10])).toThrow(/share/);
  });

  it('goes back to reset values, straps included', () => {
    file.strap(T.STATUS, 0x5ff0);
    file.write(0x10, 1);
    file.reset();
    expect(file.read(0x10)).toBe(0);
    expect(file.read(0x12)).toBe(0x5ff0);
  });
});
