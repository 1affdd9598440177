/**
 * Every mnemonic of the instruction table does something, but for a list that is declared here.
 */
import { expect, it } from 'vitest';
import { Compiler } from '../../exec/compile.ts';
import { bind } from './bind.ts';
import { controlOf } from './control.ts';
import { floatModeOf } from './float-mode.ts';
import { decode, randomEncoding, seeded, table } from './isa/index.ts';
import { treeSemantics } from './semantics/index.ts';
import { COMPILER_MODE } from './testing/one-instruction.ts';

/** Decoded, disassembled, and answered with an illegal-instruction event that names them. */
const notModelled = ['ds_bvh_stack_rtn_b32', 's_code_end'];

it.each([false, true])('knows what every instruction does, 64 lanes %s', (wave64) => {
  const random = seeded(1);
  const context = {
    semantics: treeSemantics(),
    compiler: new Compiler(),
    mode: floatModeOf(COMPILER_MODE),
    vgprs: 256,
    wave64,
  };
  const without = new Set<string>();
  const names = new Set<string>();
  for (const row of table()) {
    let decoded;
    // Some random encodings are refused, and GDS is not modelled.
    for (let attempt = 0; attempt < 200 && (decoded === undefined || decoded.gds); attempt++) {
      decoded = decode(Uint32Array.from([...randomEncoding(row, random), 0, 0]), 0);
    }
    expect(decoded, row.name).toBeDefined();
    names.add(row.name);
    const place = { pc: 0, next: 4 };
    const control = controlOf(decoded!, place, { referenceClock: () => [0, 0] });
    if (control === undefined && bind(decoded!, context) === undefined) without.add(row.name);
  }
  expect([...without].sort()).toEqual(notModelled);
  expect(names.size).toBeGreaterThan(1000);
});
