/**
 * Declarations against lists that other people wrote, and against packets that other people's drivers sent.
 */

import { describe, expect, it } from 'vitest';
import type { Register } from '../language.ts';
import { fieldMask } from '../language.ts';
import { blocks, dwordAddress, fieldNameOf, findAmong, findRegister, nameOf, unmodelledBlocks } from './index.ts';
import type { ForeignRegister } from './witnesses.ts';
import { readWitnesses, witnessedBy } from './witnesses.ts';

/** Fields of ours that no foreign list has: the parts into which mailbox words of MP0 are split. May only fall. */
const unwitnessedCeiling = 8;

/** Mailbox words whose one field CONTENT is split here by meaning. */
const splitByMeaning = /^MP0_SMN_C2PMSG_\d+$/;

const witnesses = readWitnesses();
const [tinygrad, linux, tables, headers] = witnesses;

const registersOf = () => blocks.flatMap((block) => Object.values<Register>(block.registers));

/** Our register at the foreign one's address under its name, or a complaint. */
function compare(foreign: ForeignRegister): string[] {
  const found = findAmong(blocks, foreign.name);
  if (found === undefined) return [`${foreign.name}: not declared`];
  const complaints: string[] = [];
  if (found.dword !== foreign.dword) complaints.push(`${foreign.name}: at ${found.dword.toString(16)}`);
  // Fields are those of the first name where lists give two names to one address.
  if (splitByMeaning.test(foreign.name) || found.register.aliases.includes(foreign.name)) return complaints;
  const ours = new Map(
    Object.entries(found.register.fields).map(([name, field]) => [fieldNameOf(found.register, name, found.index), field]),
  );
  for (const [name, { hi, lo }] of foreign.fields) {
    const field = ours.get(name);
    if (field?.hi !== hi || field.lo !== lo) complaints.push(`${foreign.name}.${name}: not ${hi}:${lo}`);
  }
  return complaints;
}

describe('declarations against foreign lists', () => {
  it('has every register of the tinygrad trace with name, address and fields', () => {
    expect(tinygrad?.registers.size).toBe(279);
    expect([...(tinygrad?.registers.values() ?? [])].flatMap(compare)).toEqual([]);
  });

  it('has every register of the Linux trace with name, address and fields', () => {
    expect(linux?.registers.size).toBeGreaterThan(550);
    expect([...(linux?.registers.values() ?? [])].flatMap(compare)).toEqual([]);
  });

  it('agrees with tinygrad tables and Linux headers about what no trace touched', () => {
    expect([...(tables?.registers.values() ?? [])].flatMap(compare)).toEqual([]);
    expect([...(headers?.registers.values() ?? [])].flatMap(compare)).toEqual([]);
  });

  it('refuses no store that a stock driver makes', () => {
    const refused = witnesses.flatMap(({ registers }) =>
      [...registers.values()].flatMap(({ name, written }) => {
        const register = findRegister(name)?.register;
        if (register === undefined || written === undefined) return [];
        let unnamed = 0xffff_ffff;
        const forbidden = Object.values(register.fields).reduce((mask, { mode, hi, lo }) => {
          unnamed = (unnamed & ~fieldMask(hi, lo)) >>> 0;
          return mode === 'ro' || mode === 'const' || mode === 'reserved' ? mask | fieldMask(hi, lo) : mask;
        }, 0);
        const rest = ['ro', 'const', 'reserved'].includes(register.rest) ? unnamed : 0;
        const bad = ((forbidden | rest) & written) >>> 0;
        const whole = ((forbidden | rest) >>> 0) === 0xffff_ffff;
        return bad !== 0 || whole ? [`${name}: ${written.toString(16)} & ${bad.toString(16)}`] : [];
      }),
    );
    expect(refused).toEqual([]);
  });

  it('counts the fields that nobody witnesses', () => {
    const unwitnessed = registersOf().flatMap((register) => {
      const elements = Array.from({ length: register.count }, (_, index) => witnessedBy(register, index, witnesses));
      return Object.keys(register.fields)
        .filter((field) => elements.every(({ fields }) => fields[field]?.length === 0))
        .map((field) => `${register.name}.${field}`);
    });
    const declared = registersOf().reduce((sum, { fields }) => sum + Object.keys(fields).length, 0);
    if (unwitnessed.length > unwitnessedCeiling) console.log(unwitnessed.join(' '));
    console.log(`${unwitnessed.length} of ${declared} declared fields have no witness (ceiling ${unwitnessedCeiling})`);
    expect(unwitnessed.length).toBeLessThanOrEqual(unwitnessedCeiling);
  });
});

describe('the register map', () => {
  it('gives every address one register and every name one address', () => {
    const addresses = new Map<number, string>();
    const names = new Map<string, number>();
    const clashes: string[] = [];
    for (const block of [...blocks, ...unmodelledBlocks()]) {
      for (const register of Object.values<Register>(block.registers)) {
        for (let index = 0; index < register.count; index++) {
          const name = nameOf(register, index);
          const dword = dwordAddress(register, index);
          if (addresses.has(dword)) clashes.push(`${name} and ${addresses.get(dword)} at ${dword.toString(16)}`);
          if (names.has(name)) clashes.push(`${name} twice`);
          addresses.set(dword, name);
          names.set(name, dword);
        }
        for (const alias of register.aliases) {
          if (names.has(alias)) clashes.push(`${alias} twice`);
          names.set(alias, dwordAddress(register));
        }
      }
    }
    expect(clashes).toEqual([]);
    expect(addresses.size).toBeGreaterThan(8000);
  });

  it('finds registers by name, by element, by alias and by byte offset', () => {
    expect(findRegister('CP_STAT')?.dword).toBe(0x21a0);
    expect(findRegister('MMVM_INVALIDATE_ENG17_REQ')?.dword).toBe(0x1a774);
    expect(findRegister('MMVM_INVALIDATE_ENG18_REQ')).toBeUndefined();
    expect(findRegister('GCVM_CONTEXT0_PAGE_TABLE_BASE_ADDR_HI32')?.dword).toBe(0x2954);
    expect(findRegister('SDMA1_F32_CNTL')?.dword).toBe(0xf8ba);
    expect(findRegister('SDMA1_QUEUE0_RB_CNTL')?.dword).toBe(0x18e0);
    expect(findRegister('CP_HQD_OFFLOAD')?.register.name).toBe('CP_HQD_DMA_OFFLOAD');
    expect(findRegister(0x378c)?.name).toBe('RCC_DEV0_EPF0_RCC_CONFIG_MEMSIZE');
    expect(findRegister(0x69dd0)?.name).toBe('MMVM_INVALIDATE_ENG17_REQ');
    expect(findRegister(0x1013_4408)?.name).toBe('RCC_DEV0_EPF2_STRAP2');
    expect(findRegister('RLC_RLCS_GENERAL_3')?.register.rest).toBe('unmodelled');
    expect(findRegister('NOBODY_KNOWS')).toBeUndefined();
  });

  it('numbers the queue registers as a descriptor numbers its dwords', () => {
    // The HQD registers copy dwords 0x80 to 0xb7 of the descriptor, in order (public drivers copy them in a loop).
    const first = findRegister('CP_MQD_BASE_ADDR')?.dword ?? NaN;
    expect(first).toBe(0x3209);
    expect((findRegister('CP_HQD_PQ_WPTR_HI')?.dword ?? NaN) - first).toBe(0xb7 - 0x80);
    for (let dword = first; dword <= first + 0x37; dword++) expect(findRegister(dword * 4)?.register.bank).toBe('queue');
  });
});
