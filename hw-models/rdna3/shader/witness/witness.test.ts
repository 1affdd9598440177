/**
 * Every witness against the interpreter, with all lanes active and with some of them off; and how many instructions have none.
 */
import { describe, expect, it } from 'vitest';
import { disagreements, oneLane } from '../testing/check-witness.ts';
import { OneWave } from '../testing/one-instruction.ts';
import type { Witness } from './index.ts';
import { decode, table } from '../isa/index.ts';
import { witnesses } from './index.ts';

const byAssembly = new Map<string, Witness[]>();
for (const witness of witnesses())
  byAssembly.set(witness.assembly, [...(byAssembly.get(witness.assembly) ?? []), witness]);

/** Vector arithmetic, where both halves of a 64-lane wave do the same: no lane is named, nothing looks across lanes. */
const inHalves = ({ assembly, before, after }: Witness): boolean =>
  /^v_(?!wmma|perm|read|write|mbcnt|mov|swaprel|dual)/.test(assembly) &&
  ![...before, ...after].some(({ place }) => /@|exec_|^s\d/.test(place));

it('hold for both halves of a wave of 64 lanes', () => {
  const wave = new OneWave(64);
  const list = witnesses().filter(inHalves);
  expect(list.length).toBeGreaterThan(2500);
  expect(
    list.flatMap((witness) => disagreements(witness, ~0x0002_0008, wave).map((text) => `${witness.assembly}: ${text}`)),
  ).toEqual([]);
});

describe('witnesses', () => {
  const wave = new OneWave();
  for (const [assembly, list] of byAssembly) {
    it(assembly, () => {
      const wrong = list.flatMap((witness) =>
        (oneLane(witness) ? [1] : [-1, ~0x0002_0008]).flatMap((exec) =>
          disagreements(witness, exec, oneLane(witness) ? new OneWave() : wave).map(
            (text) =>
              `${text}, before: ${witness.before.map(({ place, value }) => `${place} ${value.toString(16)}`).join(' ')}`,
          ),
        ),
      );
      expect(wrong).toEqual([]);
    });
  }
});

it('at most 5 % of the instructions have none', () => {
  const names = new Set(table().map((row) => row.name));
  const witnessed = new Set(
    witnesses().flatMap(({ words }) => {
      const d = decode(Uint32Array.from(words), 0);
      return [d!.row.name, ...(d!.second === undefined ? [] : [d!.second.row.name])];
    }),
  );
  const without = [...names].filter((name) => !witnessed.has(name));
  expect(without.toSorted()).toEqual(['ds_bvh_stack_rtn_b32', 's_code_end']); // neither is modelled
  expect(without.length / names.size).toBeLessThanOrEqual(0.05);
});
