/**
 * The page docs/exactness.md against the instruction table, the expected values from outside, and the tests it names; and
 * what no other test holds it to: how far reciprocals, roots and transcendentals of single instructions are off.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { operations, render, rules } from '../../../tools/exactness.mjs';
import { coverage } from './coverage.ts';
import { assemble } from './isa/index.ts';
import { EXEC, LANES } from './state.ts';
import { OneWave } from './testing/one-instruction.ts';

const root = new URL('../../../', import.meta.url);
const classOf = (name: string): (typeof operations)[number] | undefined => operations.find((o) => o.match.test(name));

describe('the exactness page', () => {
  const rows = coverage();

  it('is what tools/exactness.mjs says', () => {
    expect(readFileSync(new URL('docs/exactness.md', root), 'utf8')).toBe(render());
  });

  it('has a row for every instruction, and an instruction for every row', () => {
    expect(rows.filter((row) => classOf(row.name) === undefined).map((row) => row.name)).toEqual([]);
    const used = new Set(rows.map((row) => classOf(row.name)!.what));
    expect(operations.filter((o) => !used.has(o.what)).map((o) => o.what)).toEqual([]);
  });

  it('calls nothing exact of which nobody outside says what it gives', () => {
    const bare = rows.filter((row) => Object.keys(row.values).length === 0);
    expect(bare.filter((row) => classOf(row.name)!.level === 'bit-exact').map((row) => row.name)).toEqual([]);
  });

  it('names tests that exist', () => {
    for (const { what, tests } of [...operations, ...rules]) {
      expect(tests.length, what).toBeGreaterThan(0);
      for (const [file, title] of tests as [string, string][]) {
        const path = new URL(file, root);
        expect(existsSync(path), `${what}: ${file}`).toBe(true);
        const text = readFileSync(path, 'utf8');
        expect(
          ["'", '"', '`'].some((quote) => text.includes(`${quote}${title}${quote}`)),
          `${what}: ${file} has no test ${title}`,
        ).toBe(true);
      }
    }
  });
});

let state = 7;
/** Evenly spread in [0, 1). */
function random(): number {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return (state >>> 0) / 2 ** 32;
}

/** Bits of the results of a one-operand instruction for operands of one register each. */
function results(
  assembly: string,
  operands: readonly number[],
  put: (w: Int32Array, lane: number, x: number) => void,
): Int32Array[] {
  const words = [...new Uint32Array(assemble(assembly).bytes.buffer)];
  const out: Int32Array[] = [];
  for (let first = 0; first < operands.length; first += LANES) {
    const wave = new OneWave();
    const { v, s } = wave.strip;
    s[EXEC] = -1;
    for (let lane = 0; lane < LANES; lane++) put(v, lane, operands[Math.min(first + lane, operands.length - 1)]!);
    wave.execute(words);
    out.push(v.slice(4 * LANES, 6 * LANES));
  }
  return out;
}

const f32 = new Float32Array(1);
const i32 = new Int32Array(f32.buffer);
const f32Bits = (x: number): number => {
  f32[0] = x;
  return i32[0]!;
};
const f32Value = (bits: number): number => {
  i32[0] = bits;
  return f32[0]!;
};
/** Distance in units of the last place of f32. */
const ulps = (a: number, b: number): number => {
  const order = (x: number): number => (f32Bits(x) < 0 ? -(f32Bits(x) & 0x7fffffff) : f32Bits(x));
  return Math.abs(order(a) - order(b));
};
const samples = (make: () => number, count = 320): number[] => Array.from({ length: count }, () => Math.fround(make()));
const single = (v: Int32Array, lane: number, x: number): void => void (v[lane] = f32Bits(x));

describe('single instructions', () => {
  it('reciprocals and roots are correctly rounded', () => {
    const positive = samples(() => 2 ** (200 * random() - 100) * (1 + random()));
    for (const [name, f] of [
      ['rcp', (x: number) => 1 / x],
      ['sqrt', Math.sqrt],
    ] as const) {
      // one operation on f64 rounded to f32 is the correctly rounded f32: 53 ≥ 2·24 + 2
      results(`v_${name}_f32_e32 v4, v0`, positive, single).forEach((group, g) => {
        for (let lane = 0; lane < LANES; lane++)
          expect(f32Value(group[lane]!), `${name} ${positive[g * LANES + lane]}`).toBe(
            Math.fround(f(positive[g * LANES + lane]!)),
          );
      });
      const double = (v: Int32Array, lane: number, x: number): void => {
        const words = new Int32Array(Float64Array.of(x).buffer);
        v[lane] = words[0]!;
        v[LANES + lane] = words[1]!;
      };
      const operands = Array.from({ length: 64 }, () => 2 ** (600 * random() - 300) * (1 + random()));
      results(`v_${name}_f64_e32 v[4:5], v[0:1]`, operands, double).forEach((group, g) => {
        for (let lane = 0; lane < LANES; lane++) {
          const got = new Float64Array(Int32Array.of(group[lane]!, group[LANES + lane]!).buffer)[0]!;
          expect(got).toBe(f(operands[g * LANES + lane]!));
        }
      });
    }
    // two roundings on f64: the neighbour at most
    results('v_rsq_f32_e32 v4, v0', positive, single).forEach((group, g) => {
      for (let lane = 0; lane < LANES; lane++)
        expect(ulps(f32Value(group[lane]!), 1 / Math.sqrt(positive[g * LANES + lane]!))).toBeLessThanOrEqual(1);
    });
  });

  it('exponential, logarithm, sine and cosine round to the nearest or its neighbour', () => {
    const turn =
      (f: (x: number) => number) =>
      (x: number): number =>
        f(2 * Math.PI * (x - Math.round(x)));
    for (const [name, f, make] of [
      ['exp', (x: number) => 2 ** x, () => 250 * random() - 125],
      ['log', Math.log2, () => 2 ** (200 * random() - 100)],
      ['sin', turn(Math.sin), () => 512 * random() - 256],
      ['cos', turn(Math.cos), () => 512 * random() - 256],
    ] as const) {
      const operands = samples(make);
      results(`v_${name}_f32_e32 v4, v0`, operands, single).forEach((group, g) => {
        for (let lane = 0; lane < LANES; lane++) {
          const x = operands[g * LANES + lane]!;
          const wanted = f(x);
          // near a zero the host's own 2π is not good enough to judge
          if (Math.abs(wanted) < 1e-3) continue;
          expect(ulps(f32Value(group[lane]!), Math.fround(wanted)), `${name} ${x}`).toBeLessThanOrEqual(1);
        }
      });
    }
  });
});
