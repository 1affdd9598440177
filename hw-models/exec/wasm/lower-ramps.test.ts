/**
 * Ramps against the JavaScript back end, lane by lane: where a plan's conditions hold, every lane has lane 0's value and
 * as many steps. Numbers begin where they go around, where signs change, and at the borders of masks and shifts.
 */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { InputShape, OutputShape, TreeInstruction } from '../compile.ts';
import { build as b } from '../expr.ts';
import type { Node } from '../expr.ts';
import { rampsOf } from './lower-ramps.ts';
import { loweredRamps, referenceLanes, usualMode as mode } from './testing/run-lowered.ts';

const LANES = 32;

const shape = (place: InputShape['place'], type: InputShape['type']): InputShape => ({
  place,
  type,
  negate: false,
  absolute: false,
  high: false,
});
/** Two ramps, one of 64 bits, a scalar and two numbers that are known. */
const inputs: readonly InputShape[] = [
  shape('vector', 'i32'),
  shape('vector', 'i32'),
  shape('vector', 'i64'),
  shape('scalar', 'i32'),
  shape('constant', 'i32'),
  shape('constant', 'i32'),
];
const out = (type: OutputShape['type']): OutputShape => ({
  place: type === 'mask' ? 'scalar' : 'vector',
  type,
  high: false,
});

const borders = [
  0,
  1,
  4,
  31,
  0x3fc,
  0x400,
  0xffff,
  0x7fffffe0,
  0x7fffffff,
  -0x80000000,
  -0x80000000 + 5,
  -124,
  -31,
  -1,
];
const near = fc.tuple(fc.constantFrom(...borders), fc.integer({ min: -130, max: 130 })).map(([x, d]) => (x + d) | 0);
const number = fc.oneof(near, fc.constantFrom(...borders), fc.integer());
const step = fc.constantFrom(0, 0, 1, 1, 2, 4, 12, 16, 100);

interface Trees {
  readonly word: Node;
  readonly wide: Node;
  readonly flag: Node;
}
const { word, wide, flag } = fc.letrec<Trees>((tie) => {
  const w = tie('word') as fc.Arbitrary<Node>;
  const d = tie('wide') as fc.Arbitrary<Node>;
  const f = tie('flag') as fc.Arbitrary<Node>;
  const two = (make: (x: Node, y: Node) => Node, of: fc.Arbitrary<Node>): fc.Arbitrary<Node> =>
    fc.tuple(of, of).map(([x, y]) => make(x, y));
  const leaf = fc.constantFrom(...[0, 1, 3, 4, 5].map((n) => b.input(n, 'i32')));
  const known = fc.constantFrom(4, 5).map((n) => b.input(n, 'i32'));
  const count = fc.integer({ min: 0, max: 31 }).map((n) => b.i32(n));
  return {
    word: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'tree' },
      leaf,
      two(b.add, w),
      two(b.sub, w),
      two(b.or, w),
      two(b.xor, w),
      fc.tuple(w, known).map(([x, y]) => b.mul(x, y)),
      fc.tuple(w, known).map(([x, y]) => b.and(x, y)),
      fc.tuple(w, count).map(([x, n]) => b.and(x, b.i32((1 << n.value) - 1))),
      fc.tuple(w, fc.integer({ min: 0, max: 4 })).map(([x, n]) => b.shl(x, b.i32(n))),
      fc.tuple(w, count).map(([x, n]) => b.shr(x, n)),
      fc.tuple(w, count).map(([x, n]) => b.sar(x, n)),
      w.map(b.not),
      d.map(b.low),
      d.map(b.high),
      fc.tuple(f, w, w).map(([c, x, y]) => b.select(c, x, y)),
    ),
    wide: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'tree' },
      fc.constant(b.input(2, 'i64')),
      two(b.pack, w),
      w.map(b.extendU),
      w.map(b.extendS),
      two(b.add, d),
      two(b.sub, d),
      fc.tuple(d, fc.integer({ min: 0, max: 4 })).map(([x, n]) => b.shl(x, b.i32(n))),
      fc.tuple(d, fc.integer({ min: 0, max: 63 })).map(([x, n]) => b.shr(x, b.i32(n))),
    ),
    flag: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'tree' },
      two(b.ltU, w),
      two(b.leU, w),
      two(b.ltS, w),
      two(b.leS, w),
      two(b.ltU, d),
      two(b.leU, d),
      f.map(b.not),
    ),
  };
});

/** What came of a tree: no ramp, one that does not hold, or one that does. */
function compare(
  instruction: TreeInstruction,
  bases: readonly number[],
  steps: readonly number[],
  known: readonly number[],
): 'none' | 'not' | 'holds' {
  const constants = [undefined, undefined, undefined, undefined, ...known];
  const plan = rampsOf(
    instruction,
    (position) => steps[position] ?? 0,
    (position) => constants[position],
    LANES,
  );
  const [planned] = plan.steps;
  if (planned === undefined) return 'none';
  const lanes = (position: number): Int32Array =>
    Int32Array.from({ length: LANES }, (_, lane) => bases[position]! + lane * (steps[position] ?? 0));
  const { holds, dwords } = loweredRamps(
    instruction,
    plan,
    constants,
  )(inputs.map((_, position) => [bases[position]!, bases[position + 6]!]));
  if (!holds) return 'not';
  const [low, high] = referenceLanes(
    instruction,
    mode,
  )({
    inputs: inputs.map((_, position) => ({
      low: position < 4 ? lanes(position) : Int32Array.of(known[position - 4]!),
      high: new Int32Array(LANES).fill(position < 4 ? bases[position + 6]! : 0),
    })),
    old: [new Int32Array(LANES)],
  })[0]!;
  const [first] = dwords;
  if (instruction.outputs[0]!.type === 'mask') {
    expect(low![0]! | 0).toBe(first![0] === 1 ? -1 : 0);
    return 'holds';
  }
  expect([...low!]).toEqual(Array.from({ length: LANES }, (_, lane) => (first![0]! + lane * planned) | 0));
  if (high !== undefined) expect([...high]).toEqual(Array<number>(LANES).fill(first![1]!));
  return 'holds';
}

describe('ramps', () => {
  for (const [name, type, tree, least] of [
    ['32 bits', 'i32', word, 300],
    ['64 bits', 'i64', wide, 300],
    ['conditions', 'mask', flag, 300],
  ] as const)
    it(`of ${name} are what lanes have, where they hold`, () => {
      const seen = { none: 0, not: 0, holds: 0 };
      fc.assert(
        fc.property(
          tree,
          fc.array(number, { minLength: 12, maxLength: 12 }),
          fc.tuple(step, step, step),
          fc.tuple(number, number),
          (root, bases, steps, known) => {
            const instruction = { inputs, outputs: [out(type)], results: [root] };
            // an i64 operand is one where its lower dword does not go around, which is a condition of its own
            seen[compare(instruction, bases, steps, known)]++;
          },
        ),
        { numRuns: 1500, seed: 42 },
      );
      expect(seen.holds).toBeGreaterThan(least);
      expect(seen.not).toBeGreaterThan(50);
    });

  it('of addresses: base + 4 × lane in 64 bits, and where they are none', () => {
    // (x << 2) + base, x zero-extended; the lower half goes around in the middle
    const address = b.add(b.shl(b.pack(b.input(0, 'i32'), b.i32(0)), b.i32(2)), b.input(2, 'i64'));
    const instruction = { inputs, outputs: [out('i64')], results: [address] };
    const at = (x: number, low: number): string =>
      compare(instruction, [x, 0, low, 0, 0, 0, 0, 0, 5, 0, 0, 0], [1, 0, 0], [0, 0]);
    expect(at(64, 0x1000)).toBe('holds');
    expect(at(0x7fffffff, 0x1000)).toBe('holds');
    expect(at(64, -0x104)).toBe('not');
    expect(at(-5, 0x1000)).toBe('not');
  });
});
