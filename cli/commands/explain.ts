/** `emptyslot explain`: what a register is, from the declarations alone. */

import pc from 'picocolors';
import type { Field, Register } from '../../registers/index.ts';
import { Exit } from '../exit.ts';

export async function explain(what: readonly string[], options: { json?: boolean }): Promise<Exit> {
  const [{ findRegister, fieldNameOf }, { witnessedBy }] = await Promise.all([
    import('../../registers/amd/index.ts'),
    import('../../registers/amd/witnesses.ts'),
  ]);
  const found: unknown[] = [];
  let missing = 0;
  for (const text of what) {
    const hit = findRegister(/^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : text.replace(/^(reg|mm)(?=[A-Z])/, ''));
    if (hit === undefined) {
      missing++;
      process.stderr.write(
        `${text}: no register of that name or offset is declared${suggestion(text, await names())}\n`,
      );
      continue;
    }
    const { block, register, index, name, dword } = hit;
    const witnesses = witnessedBy(register, index);
    const fields = rows(register).map(({ field, mode, bits }) => ({
      name: fieldNameOf(register, field, index),
      bits,
      mode,
      witnesses: witnesses.fields[field] ?? [],
    }));
    const fact = {
      name,
      block: block.name,
      dword,
      bar5: dword * 4 < 2 ** 20 ? dword * 4 : undefined,
      bytes: 4,
      reset: register.reset,
      rest: register.rest,
      fields,
      doc: register.doc,
      source: block.source,
      fidelity: block.fidelity,
      witnesses,
      array: register.count > 1 ? { count: register.count, stride: register.stride, index } : undefined,
    };
    found.push(fact);
    if (options.json) continue;
    const address =
      fact.bar5 === undefined
        ? `byte 0x${(dword * 4).toString(16)}, through RSMU_INDEX/DATA`
        : `BAR5 + 0x${fact.bar5.toString(16)}`;
    process.stdout.write(
      `${pc.bold(name)}  ${address}  (dword 0x${dword.toString(16)}, ${block.name} segment ${register.segment})\n`,
    );
    if (register.doc !== '') process.stdout.write(`  ${register.doc}\n`);
    for (const { name: fieldName, bits, mode, witnesses: seen } of fields) {
      process.stdout.write(
        `  ${bits.padStart(5)}  ${mode.padEnd(10)} ${fieldName}${seen.length === 0 ? pc.yellow('  (no witness)') : ''}\n`,
      );
    }
    if (fields.length === 0) process.stdout.write(`   31:0  ${register.rest}\n`);
    process.stdout.write(
      `  reset 0x${register.reset.toString(16)}${fact.array === undefined ? '' : `; one of ${register.count}, ${register.stride * 4} bytes apart`}\n`,
    );
    process.stdout.write(
      pc.dim(
        `  source: ${block.source}\n  fidelity: ${block.fidelity}\n  witnessed by: ${witnesses.register.join(', ') || 'nobody yet'}\n`,
      ),
    );
  }
  if (options.json) process.stdout.write(`${JSON.stringify(found, undefined, 2)}\n`);
  return missing === 0 ? Exit.ok : Exit.failures;
}

function rows(register: Register): { field: string; mode: string; bits: string }[] {
  return Object.entries<Field>(register.fields)
    .sort(([, p], [, q]) => q.hi - p.hi)
    .map(([field, { hi, lo, mode }]) => ({ field, mode, bits: hi === lo ? `${hi}` : `${hi}:${lo}` }));
}

async function names(): Promise<string[]> {
  const { blocks } = await import('../../registers/amd/index.ts');
  return blocks.flatMap((block) => Object.keys(block.registers));
}

/** Nearest names by shared words: typing half a name is how people look for registers. */
function suggestion(text: string, all: readonly string[]): string {
  const wanted = text
    .toUpperCase()
    .split('_')
    .filter((w) => w.length > 1);
  const near = all
    .map((name) => ({ name, score: wanted.filter((w) => name.toUpperCase().includes(w)).length }))
    .filter(({ score }) => score > 0)
    .sort((p, q) => q.score - p.score || p.name.length - q.name.length)
    .slice(0, 3);
  return near.length === 0 ? '' : `; did you mean ${near.map((n) => n.name).join(', ')}?`;
}
