/**
 * Every corpus kernel on the shader core, against the host; and which instructions that covered.
 *
 * Launches come in two kinds: every lane live, and workgroups whose last wave is half empty with a guard in the
 * kernel. The second kind is stepped, so that it is known which instructions ran with lanes switched off.
 */
import { describe, expect, it } from 'vitest';
import { disassemble } from '../isa/index.ts';
import {
  appendixA,
  codeObject,
  codeObjectNames,
  commonOpcodes,
  corpus,
  instructionsOf,
  opcodesOf,
  readCodeObject,
} from './index.ts';
import { runOnCore } from './run.ts';

const seed = 20;
const ran = new Set<string>();
const ranPartial = new Set<string>();

describe('the corpus', () => {
  it('has its kernels in its code objects', () => {
    expect(new Set(corpus.map((k) => k.symbol)).size).toBeGreaterThanOrEqual(36);
    expect(new Set(corpus.map((k) => k.name)).size).toBe(corpus.length);
    for (const name of codeObjectNames) {
      const { kernels } = readCodeObject(codeObject(name));
      const described = corpus.filter((k) => k.objectName === name).map((k) => k.symbol);
      expect([...new Set(described)].toSorted()).toEqual(kernels.toSorted());
    }
  });

  it('lays its arguments out as the descriptors say', () => {
    for (const kernel of corpus) {
      const { kernargBytes } = readCodeObject(kernel.object()).descriptor(kernel.symbol);
      // Hidden arguments follow from the next multiple of eight.
      expect([kernel.kernargBytes, Math.ceil(kernel.kernargBytes / 8) * 8 + 256]).toContain(kernargBytes);
    }
  });

  it('decodes to the last dword and covers the list of what clang emits', () => {
    const opcodes = opcodesOf(codeObjectNames.map(codeObject));
    const missing = appendixA.filter((name) => !opcodes.has(name));
    console.log(
      `corpus: ${opcodes.size} distinct opcodes, ${appendixA.length - missing.length} of the list's ${appendixA.length}; missing: ${missing.join(' ') || 'none'}`,
    );
    expect(commonOpcodes.filter((name) => !opcodes.has(name))).toEqual([]);
    expect(appendixA.length - missing.length).toBeGreaterThanOrEqual(170);
    for (const name of codeObjectNames) {
      for (const { instruction } of instructionsOf(codeObject(name)))
        expect(disassemble(instruction)).not.toContain('undefined');
    }
  });
});

describe('corpus kernels on the core', () => {
  it.each(corpus.map((kernel) => [kernel.name, kernel] as const))('%s', (name, kernel) => {
    // stepping is slow: what the list's code was compiled with is enough of it
    const observe =
      name.endsWith('full') || !/ O[13] partial/.test(name)
        ? undefined
        : (names: readonly string[], partial: boolean): void => {
            for (const opcode of names) {
              ran.add(opcode);
              if (partial) ranPartial.add(opcode);
            }
          };
    const { outputs, events, memoryFaults, result } = runOnCore(kernel, { seed, observe });
    expect({ result, events, memoryFaults }).toEqual({ result: 'idle', events: [], memoryFaults: 0 });
    const mismatches = kernel.verify(outputs, seed);
    expect(mismatches.slice(0, 5), `${mismatches.length} mismatches`).toEqual([]);
  });

  it.each(corpus.map((kernel) => [kernel.name, kernel] as const))('%s, translated', (_, kernel) => {
    const { outputs, events, memoryFaults, result } = runOnCore(kernel, { seed, engine: 'wasm' });
    expect({ result, events, memoryFaults }).toEqual({ result: 'idle', events: [], memoryFaults: 0 });
    const mismatches = kernel.verify(outputs, seed);
    expect(mismatches.slice(0, 5), `${mismatches.length} mismatches`).toEqual([]);
  });

  it('covered the list with lanes switched off', () => {
    const listed = appendixA.filter((name) => ranPartial.has(name));
    const never = appendixA.filter((name) => !ranPartial.has(name));
    console.log(
      `ran with EXEC partly zero: ${listed.length} of ${appendixA.length}; never: ${never.join(' ') || 'none'}`,
    );
    expect(listed.length).toBeGreaterThanOrEqual(170);
  });
});
