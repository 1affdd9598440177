/**
 * The coverage of the instruction table, row by row, as `emptyslot isa coverage` tells it.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { codeObject, codeObjectNames, instructionsOf } from '../corpus/index.ts';
import { coverage, withoutValue } from '../coverage.ts';
import { table } from '../isa/index.ts';

it('every row is executed, has an expected value and a witnessed encoding, but for a few', () => {
  const vectors = gunzipSync(readFileSync(new URL('../isa/vectors.txt.gz', import.meta.url)))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  const kernels = codeObjectNames.flatMap((name) =>
    [...instructionsOf(codeObject(name))].map(({ instruction }) => instruction),
  );
  const rows = coverage({ vectors, kernels });
  expect(rows).toHaveLength(table().length);
  expect([...new Set(rows.filter((r) => !r.modelled).map((r) => r.name))]).toEqual([
    's_code_end',
    'ds_bvh_stack_rtn_b32',
  ]);
  const { names, all } = withoutValue(rows);
  expect(names.length / all).toBeLessThanOrEqual(0.05);
  expect(rows.filter((r) => r.encodings === 0)).toEqual([]);
  // the short and the long form of one name share their values
  const adds = rows.filter((r) => r.name === 'v_add_f32');
  expect(adds.map((r) => r.format)).toEqual(['VOP2', 'VOP3']);
  expect(adds[0]!.values).toEqual(adds[1]!.values);
  expect(adds[0]!.kernels).toBeGreaterThan(0);
});

it('does without vectors and kernels', () => {
  expect(coverage()[0]).toMatchObject({ name: 's_mov_b32', kernels: undefined, encodings: undefined, modelled: true });
});
