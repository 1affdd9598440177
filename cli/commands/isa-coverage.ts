/** `emptyslot isa coverage`: what of the instruction set is executed, and who says that it is right. */

import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import pc from 'picocolors';
import { codeObject, codeObjectNames, instructionsOf } from '../../hw-models/rdna3/shader/corpus/index.ts';
import { coverage, withoutValue } from '../../hw-models/rdna3/shader/coverage.ts';
import type { RowCoverage } from '../../hw-models/rdna3/shader/coverage.ts';
import { unmodelledNames } from '../../hw-models/rdna3/shader/isa/index.ts';
import { Exit } from '../exit.ts';

export interface CoverageOptions {
  readonly list?: boolean;
  readonly json?: boolean;
}

/** At most this share of the mnemonics may have no expected value. */
const MOST_WITHOUT = 0.05;
const shader = new URL('../../hw-models/rdna3/shader/', import.meta.url);

export function coverageCommand(options: CoverageOptions): Exit {
  const vectorFile = new URL('isa/vectors.txt.gz', shader);
  const hasKernels = existsSync(new URL(`corpus/objects/${codeObjectNames[0]}.co`, shader));
  const vectors = existsSync(vectorFile)
    ? gunzipSync(readFileSync(vectorFile)).toString('utf8').trimEnd().split('\n')
    : undefined;
  const kernels = hasKernels
    ? codeObjectNames.flatMap((name) => [...instructionsOf(codeObject(name))].map((i) => i.instruction))
    : undefined;
  if (!hasKernels || vectors === undefined)
    process.stderr.write(
      'this installation has not the compiled kernels or llvm-mc vectors: their columns are missing\n',
    );
  const rows = coverage({ kernels, vectors });
  const { names: without, all } = withoutValue(rows);
  const notModelled = [...new Set(rows.filter((r) => !r.modelled).map((r) => r.name))].toSorted();
  const notEncoded =
    vectors === undefined ? [] : rows.filter((r) => r.encodings === 0).map((r) => `${r.name} (${r.format})`);
  const byHand = [
    ...new Set(
      rows
        .filter(
          (r) =>
            Object.keys(r.values).length > 0 && Object.keys(r.values).every((source) => source.includes('by hand')),
        )
        .map((r) => r.name),
    ),
  ];
  const good = without.length / all <= MOST_WITHOUT;
  const sources = bySource(rows);
  if (options.json) {
    process.stdout.write(
      `${JSON.stringify(
        {
          ok: good,
          rows: rows.length,
          mnemonics: all,
          notModelled,
          withoutValue: without,
          withoutEncoding: notEncoded,
          workedOutByHandOnly: byHand,
          sources,
          kernels: kernels?.length,
          vectors: vectors?.length,
          otherNames: unmodelledNames().length,
          table: rows,
        },
        undefined,
        2,
      )}\n`,
    );
    return good ? Exit.ok : Exit.failures;
  }
  const out: string[] = [];
  if (options.list) {
    for (const row of rows) {
      const values =
        Object.entries(row.values)
          .map(([source, count]) => `${count} ${source}`)
          .join(', ') || pc.yellow('no value');
      out.push(
        `${row.format.padEnd(7)} ${String(row.opcode).padStart(3)}  ${row.name.padEnd(30)} ${row.modelled ? '' : pc.red('not modelled  ')}encodings ${row.encodings ?? '?'}  kernels ${row.kernels ?? '?'}  ${values}`,
      );
    }
    out.push('');
  }
  const count = (n: number, of: number): string => `${n} of ${of} (${((100 * n) / of).toFixed(1)} %)`;
  const formats = [...new Set(rows.map((r) => r.format))];
  out.push(pc.bold('format     rows  modelled  with a value  of its own  in kernels  encodings'));
  const line = (name: string, list: readonly RowCoverage[]): string =>
    [
      name.padEnd(8),
      String(list.length).padStart(6),
      String(list.filter((r) => r.modelled).length).padStart(9),
      String(list.filter((r) => Object.keys(r.values).length > 0).length).padStart(13),
      String(list.filter((r) => r.ownValues > 0).length).padStart(11),
      (kernels === undefined ? '?' : String(list.filter((r) => r.kernels! > 0).length)).padStart(11),
      (vectors === undefined ? '?' : String(list.reduce((sum, r) => sum + r.encodings!, 0))).padStart(10),
    ].join(' ');
  for (const format of formats)
    out.push(
      line(
        format,
        rows.filter((r) => r.format === format),
      ),
    );
  out.push(line('all', rows), '');
  out.push('expected values from outside, and the mnemonics they speak of:');
  for (const [source, { values, mnemonics }] of Object.entries(sources))
    out.push(`  ${String(values).padStart(6)}  ${String(mnemonics).padStart(5)}  ${source}`);
  out.push('');
  out.push(
    `modelled: ${count(all - notModelled.length, all)} mnemonics${notModelled.length > 0 ? `; not: ${notModelled.join(' ')}` : ''}`,
  );
  out.push(
    `with an expected value: ${count(all - without.length, all)} mnemonics${without.length > 0 ? `; without: ${without.join(' ')}` : ''}`,
  );
  out.push(`worked out by hand from the documents alone: ${count(byHand.length, all)} mnemonics (--json lists them)`);
  if (vectors !== undefined)
    out.push(
      `encodings witnessed by llvm-mc: ${count(rows.length - notEncoded.length, rows.length)} rows, ${vectors.length} vectors${notEncoded.length > 0 ? `; without: ${notEncoded.join(', ')}` : ''}`,
    );
  out.push(
    `the rest of the encoding space: ${unmodelledNames().length} names (graphics, GDS) that raise an illegal-instruction interrupt`,
  );
  process.stdout.write(`${out.join('\n')}\n`);
  return good ? Exit.ok : Exit.failures;
}

function bySource(rows: readonly RowCoverage[]): Record<string, { values: number; mnemonics: number }> {
  const out: Record<string, { values: number; mnemonics: number }> = {};
  const seen = new Set<string>();
  for (const { name, values } of rows) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const [source, count] of Object.entries(values)) {
      const sum = (out[source] ??= { values: 0, mnemonics: 0 });
      sum.values += count;
      sum.mnemonics++;
    }
  }
  return out;
}
