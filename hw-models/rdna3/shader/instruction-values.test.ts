/**
 * Every line of testing/instruction-values.ts, with all lanes active and with two of them off.
 */
import { describe, expect, it } from 'vitest';
import { EXEC, LANES, S, VCC } from './state.ts';
import { instructionValues } from './testing/instruction-values.ts';
import { OneWave } from './testing/one-instruction.ts';

function f16Bits(x: number): number {
  // Straight from the definition: try every one of the 65536.
  for (let bits = 0; bits < 65536; bits++) {
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    const magnitude = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
    if (exponent < 31 && (bits & 0x8000 ? -magnitude : magnitude) === x) return bits;
  }
  throw new Error(`${x} is no f16`);
}

/** Words that a value stands for. */
function words(text: string): number[] {
  const number = (t: string): number => (t === 'inf' ? Infinity : t === '-inf' ? -Infinity : Number(t));
  if (text.startsWith('0x')) return [Number(text) | 0];
  if (text.endsWith('f')) return [...new Int32Array(Float32Array.of(number(text.slice(0, -1))).buffer)];
  if (text.endsWith('h')) return [f16Bits(number(text.slice(0, -1)))];
  if (text.endsWith('d')) return [...new Int32Array(Float64Array.of(number(text.slice(0, -1))).buffer)];
  return [Number(text) | 0];
}

const assignments = (text: string): [string, string][] =>
  text
    .trim()
    .split(/\s+/)
    .filter((t) => t !== '')
    .map((t) => t.split('=') as [string, string]);
const PATTERN = 0x5a5a5a5a;
const cases = instructionValues
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '' && !line.startsWith('#'));

for (const exec of [-1, ~0x0002_0008]) {
  describe(`values of single instructions, EXEC ${(exec >>> 0).toString(16)}`, () => {
    for (const [index, line] of cases.entries()) {
      const [assembly, code, before, after] = line.split(';').map((part) => part.trim()) as [
        string,
        string,
        string,
        string,
      ];
      it(`${index} ${assembly} ; ${before}`, () => {
        const wave = new OneWave();
        const { v, s } = wave.strip;
        v.fill(PATTERN);
        s.fill(PATTERN, 0, 106);
        s[EXEC] = exec;
        const mask = (text: string): number => (text === 'mask' || text === '1' ? exec : 0);
        for (const [name, value] of assignments(before)) {
          if (name === 'vcc') s[VCC] = mask(value);
          else if (name === 'scc') s[S.SCC] = Number(value);
          else {
            words(value).forEach((word, n) => {
              const register = Number(name.slice(1)) + n;
              if (name[0] === 's') s[register] = word;
              else v.fill(word, register * LANES, (register + 1) * LANES);
            });
          }
        }
        const untouched = v.slice();
        wave.execute(code.split(' ').map((word) => parseInt(word, 16)));
        const hex = (n: number): string => (n >>> 0).toString(16).padStart(8, '0');
        for (const [name, value] of assignments(after)) {
          if (name === 'vcc') expect(hex(s[VCC]!), name).toBe(hex(mask(value)));
          else if (name === 'scc') expect(s[S.SCC], name).toBe(Number(value));
          else if (value === 'mask') expect(hex(s[Number(name.slice(1))]!), name).toBe(hex(exec));
          else {
            words(value).forEach((word, n) => {
              const register = Number(name.slice(1)) + n;
              if (name[0] === 's') expect(hex(s[register]!), `s${register}`).toBe(hex(word));
              else {
                for (let lane = 0; lane < LANES; lane++) {
                  const wanted = ((exec >>> lane) & 1) !== 0 ? word : untouched[register * LANES + lane]!;
                  expect(hex(v[register * LANES + lane]!), `v${register} lane ${lane}`).toBe(hex(wanted));
                }
              }
            });
          }
        }
      });
    }
  });
}
