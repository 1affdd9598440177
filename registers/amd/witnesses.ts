/**
 * Who else says so: for each register and field, the foreign lists that have it at the same place with the same bits.
 *
 * A declaration that model and driver share can be wrong without either noticing, so it is held against lists that
 * other people wrote. `explain` and coverage show the outcome, and a test keeps the number of unwitnessed fields down.
 *
 * Pure software over the lists under `fixtures/`.
 */

import type { Register } from '../language.ts';
import { linuxHeaders } from './fixtures/linux-headers.ts';
import { linuxTrace } from './fixtures/linux-trace.ts';
import { tinygradTrace } from './fixtures/tinygrad-trace.ts';
import { tinygradTables } from './fixtures/tinygrad-tables.ts';
import { dwordAddress } from './index.ts';
import { fieldNameOf, nameOf } from './names.ts';
import { ipBlock } from './navi31.ts';

/** One line of a foreign list. */
export interface ForeignRegister {
  readonly name: string;
  readonly dword: number;
  /** All bits ever seen stored, or-ed; `undefined` where no store was seen. */
  readonly written: number | undefined;
  readonly fields: ReadonlyMap<string, { readonly hi: number; readonly lo: number }>;
}

/** A list that somebody else wrote, by vendor name. */
export interface Witness {
  readonly name: string;
  readonly registers: ReadonlyMap<string, ForeignRegister>;
}

/** Reads the lists anew; whoever asks often keeps the answer. */
export function readWitnesses(): readonly Witness[] {
  return [
    { name: 'tinygrad trace', registers: read(tinygradTrace) },
    { name: 'Linux amdgpu trace', registers: read(linuxTrace) },
    { name: 'tinygrad tables', registers: read(tinygradTables) },
    { name: 'Linux register headers', registers: read(linuxHeaders) },
  ];
}

function read(text: string): ReadonlyMap<string, ForeignRegister> {
  const registers = new Map<string, ForeignRegister>();
  let bases: readonly number[] = [];
  for (const line of text.trim().replaceAll(/\n\s+/g, ' ').split('\n')) {
    const heading = /^\[(\w+)\]$/.exec(line)?.[1];
    if (heading !== undefined) {
      bases = heading === 'RAW' ? [0] : ipBlock(heading).bases;
      continue;
    }
    const [name = '', place = '', ...rest] = line.split(' ');
    const [segment = '', offset = ''] = place.split('+');
    const dword = (bases[Number(segment)] ?? NaN) + parseInt(offset, 16);
    if (!Number.isInteger(dword)) throw new SyntaxError(line);
    const stored = rest[0]?.startsWith('w=') === true ? parseInt(rest.shift()?.slice(2) ?? '', 16) : undefined;
    const fields = new Map(
      rest.map((field) => {
        const [fieldName = '', hi = '', lo = hi] = field.split(':');
        return [fieldName, { hi: Number(hi), lo: Number(lo) }];
      }),
    );
    registers.set(name, { name, dword, written: stored, fields });
  }
  return registers;
}

/** What the lists say of element `index` of a register. */
export interface Testimony {
  /** Names of the lists that have the register at this address. */
  readonly register: readonly string[];
  /** For each field of ours, the lists that have it with the same bits. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

/** Who has this register, and each of its fields. */
export function witnessedBy(register: Register, index = 0, among = readWitnesses()): Testimony {
  const names = [nameOf(register, index), ...register.aliases];
  const here = among.flatMap(({ name: witness, registers }) =>
    names.flatMap((name) => {
      const foreign = registers.get(name);
      return foreign !== undefined && foreign.dword === dwordAddress(register, index) ? [{ witness, foreign }] : [];
    }),
  );
  const fields = Object.entries(register.fields).map(([field, { hi, lo }]) => {
    const has = here.filter(({ foreign }) => {
      const theirs = foreign.fields.get(fieldNameOf(register, field, index));
      return theirs?.hi === hi && theirs.lo === lo;
    });
    return [field, has.map(({ witness }) => witness)];
  });
  return { register: here.map(({ witness }) => witness), fields: Object.fromEntries(fields) };
}
