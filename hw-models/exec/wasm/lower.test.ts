/**
 * Lowered code against the JavaScript back end: every node kind on every type and operand shape it has, with the values
 * at which arithmetic turns, then trees at random. The two share no arithmetic but the transcendentals' coefficients and,
 * where operands are known beforehand, what ../runtime.ts makes of those.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InputShape, InputType, OutputShape, OutputType, TreeInstruction } from '../compile.ts';
import { build as b } from '../expr.ts';
import type { Node, ValueType } from '../expr.ts';
import type { FloatMode } from '../float-mode.ts';
import { fusedMultiplyAdd } from './features.ts';
import { lanesLowerable, scalarLowerable } from './lower.ts';
import { corners } from './testing/corners.ts';
import { compareLanes, compareScalar } from './testing/compare-lowered.ts';
import { loweredLanes, referenceLanes, usualMode as mode } from './testing/run-lowered.ts';

const flushing: FloatMode = {
  ...mode,
  flushInput32: true,
  flushOutput32: true,
  flushInput64: true,
  flushOutput64: true,
  ieee: false,
  clampNanToZero: false,
};
const saturating: FloatMode = { ...mode, saturate16: true };
const fusions = fusedMultiplyAdd() ? [true, false] : [false];

const input = (type: InputType, more: Partial<InputShape> = {}): InputShape => ({
  place: type === 'mask' ? 'scalar' : 'vector',
  type,
  negate: false,
  absolute: false,
  high: false,
  ...more,
});
const valueTypes: Record<InputType, ValueType> = {
  f16: 'f16',
  bf16: 'bf16',
  f32: 'f32',
  f64: 'f64',
  i32: 'i32',
  i64: 'i64',
  u16: 'i32',
  s16: 'i32',
  mask: 'bool',
  flag: 'bool',
};
const output = (type: ValueType | 'u16', high = false): OutputShape =>
  type === 'bool' ? { place: 'scalar', type: 'mask', high } : { place: 'vector', type: type as OutputType, high };

/** Runs both back ends on some strips and compares every dword. */
function compare(
  name: string,
  instruction: TreeInstruction,
  options: { mode?: FloatMode; fused?: boolean; seed?: number; rounds?: number; half?: number } = {},
): void {
  const { mode: m = mode, fused = fusedMultiplyAdd(), ...rest } = options;
  compareLanes(name, instruction, { mode: m, fused, ...rest });
}

type Make = (x: readonly Node[]) => Node;
/** One node on operands of these types, in variations of places and modifiers. */
function variations(
  name: string,
  types: readonly InputType[],
  make: Make,
  options: Parameters<typeof compare>[2] = {},
): void {
  const nodes = types.map((type, position) => b.input(position, valueTypes[type]));
  const root = make(nodes);
  const shapes: InputShape[][] = [types.map((type) => input(type))];
  types.forEach((type, position) => {
    if (type === 'mask') return;
    const one = (more: Partial<InputShape>): void => {
      shapes.push(types.map((t, n) => input(t, n === position ? more : {})));
    };
    const half = type.includes('16');
    one({ place: 'scalar', negate: type !== 'flag', absolute: type !== 'flag' });
    if (options.mode !== undefined && options.mode !== mode) return;
    one({ place: 'constant', high: half });
    if (type !== 'flag') one({ negate: true, high: half });
  });
  shapes.push(types.map((type) => input(type, type === 'mask' ? {} : { place: 'constant' })));
  for (const [n, inputs] of shapes.entries()) {
    const instruction: TreeInstruction = { inputs, outputs: [output(root.type)], results: [root] };
    const { mode: m = mode, fused = fusedMultiplyAdd() } = options;
    expect(lanesLowerable(instruction, m, fused), name).toBe(true);
    compare(`${name} #${n}`, instruction, { ...options, seed: n + 1, rounds: n === 0 ? (options.rounds ?? 12) : 3 });
  }
}

type UnaryKind = 'not' | 'countLeadingZeros' | 'countTrailingZeros' | 'popCount' | 'reverseBits';
const unaryInt: UnaryKind[] = ['not', 'countLeadingZeros', 'countTrailingZeros', 'popCount', 'reverseBits'];
const binaryInt = ['add', 'sub', 'mul', 'and', 'or', 'xor', 'minU', 'maxU', 'minS', 'maxS'] as const;
const compareInt = ['eq', 'ne', 'ltS', 'leS', 'ltU', 'leU'] as const;
const shifts = ['shl', 'shr', 'sar'] as const;
const zero = b.i32(0);

describe('integers', () => {
  for (const type of ['i32', 'i64'] as const) {
    it(type, () => {
      for (const kind of unaryInt) variations(kind, [type], ([x]) => b[kind](x!));
      for (const kind of [...binaryInt, ...compareInt]) variations(kind, [type, type], ([x, y]) => b[kind](x!, y!));
      for (const kind of shifts) variations(kind, [type, 'i32'], ([x, n]) => b[kind](x!, n!));
      for (const kind of shifts) variations(kind, [type, 'u16'], ([x, n]) => b[kind](x!, b.and(n!, b.i32(95))));
      for (const kind of ['eq', 'ltS', 'add', 'shr'] as const) {
        variations(`${kind} with itself`, [type], ([x]) =>
          b[kind](x!, kind === 'shr' && type === 'i64' ? b.low(x!) : x!),
        );
      }
    });
  }
  it('every known shift count', () => {
    for (const kind of shifts) {
      for (const n of [0, 1, 7, 16, 31, 32, 33, 48, 63, 64, 65]) {
        for (const type of ['i32', 'i64'] as const) {
          const root = b[kind](b.input(0, type), b.i32(n));
          compare(
            `${kind} by ${n}`,
            { inputs: [input(type)], outputs: [output(type)], results: [root] },
            { rounds: 1 },
          );
        }
      }
    }
  });
  it('between widths', () => {
    for (const kind of ['mulHighU', 'mulHighS'] as const) variations(kind, ['i32', 'i32'], ([x, y]) => b[kind](x!, y!));
    variations('wide product', ['i32', 'i32'], ([x, y]) => b.pack(b.mul(x!, y!), b.mulHighU(x!, y!)));
    variations('wide signed product', ['s16', 's16'], ([x, y]) => b.pack(b.mul(x!, y!), b.mulHighS(x!, y!)));
    variations('not a product', ['i32', 'i32'], ([x, y]) => b.pack(b.mul(x!, y!), b.mulHighU(y!, x!)));
    variations('pack', ['i32', 'u16'], ([x, y]) => b.pack(x!, y!));
    variations('low', ['i64'], ([x]) => b.low(x!));
    variations('high', ['i64'], ([x]) => b.high(x!));
    for (const kind of ['extendU', 'extendS'] as const) {
      variations(kind, ['i32'], ([x]) => b[kind](x!));
      variations(`high of ${kind}`, ['s16'], ([x]) => b.high(b[kind](x!)));
      for (const op of ['add', 'sub', 'mul', 'and', 'or', 'xor', 'minU', 'maxS', 'ltU', 'leS', 'eq'] as const) {
        variations(`${op} of ${kind}`, ['i32', 'i32'], ([x, y]) => b[op](b[kind](x!), b[kind](y!)));
        variations(`${op} of ${kind} and i64`, ['i32', 'i64'], ([x, y]) => b[op](b[kind](x!), y!));
        variations(`${op} of i64 and ${kind}`, ['i32', 'i64'], ([x, y]) => b[op](y!, b[kind](x!)));
      }
      for (const op of shifts) variations(`${op} of ${kind}`, ['i32', 'i32'], ([x, n]) => b[op](b[kind](x!), n!));
      for (const op of shifts)
        for (const n of [0, 5, 32, 40])
          variations(`${op} of ${kind} by ${n}`, ['i32'], ([x]) => b[op](b[kind](x!), b.i32(n)));
      for (const op of unaryInt) variations(`${op} of ${kind}`, ['i32'], ([x]) => b[op](b[kind](x!)));
    }
    variations('u16 mask', ['u16'], ([x]) => b.and(x!, b.i32(0xffff)));
    variations('u16 small mask', ['u16'], ([x]) => b.and(b.i32(0xfff), x!));
    variations('s16 mask', ['s16'], ([x]) => b.and(x!, b.i32(0xffff)));
  });
  it('byte permutes', () => {
    variations('bytePermute', ['i32', 'i32', 'i32'], ([h, l, s]) => b.bytePermute(h!, l!, s!), { rounds: 40 });
    for (const selector of [0x07030c0d, 0x00010203, 0x04050607, 0x0c0c0c0c, 0x08010203, 0xff020100, 0x03020100]) {
      variations('known selector', ['i32', 'i32'], ([h, l]) => b.bytePermute(h!, l!, b.i32(selector)));
    }
  });
  it('conditions', () => {
    for (const kind of ['and', 'or', 'xor', 'eq', 'ne'] as const) {
      variations(kind, ['mask', 'mask'], ([x, y]) => b[kind](x!, y!));
      variations(`${kind} not`, ['mask', 'flag'], ([x, y]) => b[kind](x!, b.not(y!)));
    }
    variations('not', ['mask'], ([x]) => b.not(x!));
    for (const type of ['i32', 'i64', 'f16', 'bf16', 'f32', 'f64'] as const)
      variations(`select ${type}`, ['mask', type, type], ([c, x, y]) => b.select(c!, x!, y!));
    variations('select bool', ['mask', 'mask', 'mask'], ([c, x, y]) => b.select(c!, x!, y!));
    for (const [k, l] of [
      [0, -1],
      [-1, 0],
      [1, 0],
      [0, 1],
      [5, 9],
      [-1, 7],
    ] as const) {
      variations('select constants', ['mask'], ([c]) => b.select(c!, b.i32(k), b.i32(l)));
      variations('select constant, value', ['mask', 'i32'], ([c, x]) => b.select(c!, b.i32(k), x!));
      variations('select value, constant', ['mask', 'i32'], ([c, x]) => b.select(c!, x!, b.i32(l)));
    }
    for (const t of [true, false]) {
      variations('select known', ['i32', 'i64'], ([x, y]) => b.select(b.bool(t), y!, b.extendU(x!)));
      variations('select bools', ['mask', 'mask'], ([x, y]) => b.select(x!, b.bool(t), y!));
      variations('select bools', ['mask', 'mask'], ([x, y]) => b.select(x!, y!, b.bool(t)));
    }
  });
  it('lanes and halves', () => {
    for (const half of [0, 1]) {
      variations('lane', ['i32'], ([x]) => b.add(x!, b.lane()), { half });
      variations('half', ['i32'], ([x]) => b.select(b.ne(b.half(), zero), x!, b.lane()), { half });
    }
  });
  it('16-bit results keep the other half', () => {
    for (const high of [false, true])
      for (const type of ['i32', 'u16', 's16'] as const)
        compare(`u16 of ${type}`, {
          inputs: [input(type)],
          outputs: [output('u16', high)],
          results: [b.input(0, 'i32')],
        });
  });
});

const floatTypes = ['f16', 'f32', 'f64'] as const;
const modes: readonly (readonly [string, FloatMode])[] = [
  ['plain', mode],
  ['flushing', flushing],
  ['saturating', saturating],
];

describe('floats', () => {
  for (const [modeName, m] of modes) {
    for (const type of floatTypes) {
      for (const fused of fusions) {
        if (!fused && type !== 'f32') continue;
        it(`${type}, ${modeName}, ${fused ? '' : 'not '}fused`, () => {
          const check = (name: string, types: readonly InputType[], make: Make, rounds?: number): void =>
            variations(`${type} ${name}`, types, make, { mode: m, fused, rounds });
          if (fused || fusions.length === 1) {
            for (const kind of [
              'add',
              'sub',
              'mul',
              'minNum',
              'maxNum',
              'eq',
              'ne',
              'lt',
              'le',
              'unordered',
            ] as const) {
              check(kind, [type, type], ([x, y]) => b[kind](x!, y!), 40);
              check(`${kind} with itself`, [type], ([x]) => b[kind](x!, x!));
            }
            for (const kind of [
              'neg',
              'abs',
              'trunc',
              'floor',
              'ceil',
              'roundEven',
              'fract',
              'frexpMantissa',
              'frexpExponent',
              'classify',
              'flushDenormal',
              'clampUnit',
              'sqrt',
              'rcp',
              'rsq',
              'bits',
              'toIntS',
              'toIntU',
            ] as const) {
              check(kind, [type], ([x]) => b[kind](x!), 40);
              check(`${kind} of a sum`, [type, type], ([x, y]) => b[kind](b.add(x!, y!)), 10);
            }
            for (const factor of [2, 4, 0.5]) check('outputScale', [type], ([x]) => b.outputScale(x!, factor));
            check('ldexp', [type, type === 'f16' ? 's16' : 'i32'], ([x, n]) => b.ldexp(x!, n!), 60);
            for (const n of [64, -64, 128, -128, 1000, -1000, -1074])
              check(`ldexp ${n}`, [type], ([x]) => b.ldexp(x!, b.i32(n)));
            for (const k of [0, -0, 1, NaN, Infinity]) {
              for (const kind of ['minNum', 'maxNum'] as const) {
                check(`${kind} ${k}`, [type], ([x]) => b[kind](x!, b.float(type, k)));
                check(`${kind} ${k}`, [type], ([x]) => b[kind](b.float(type, k), x!));
              }
            }
            for (const to of floatTypes) if (to !== type) check(`to ${to}`, [type], ([x]) => b.convert(to, x!), 60);
            check('from signed', ['i32'], ([x]) => b.fromIntS(type, x!), 20);
            check('from unsigned', ['i32'], ([x]) => b.fromIntU(type, x!), 20);
            check('from short', ['u16'], ([x]) => b.fromIntU(type, x!), 20);
            check('from bits', [type === 'f64' ? 'i64' : 'i32'], ([x]) => b.fromBits(type, x!), 20);
            check('bits from bits', [type === 'f64' ? 'i64' : 'i32'], ([x]) => b.bits(b.fromBits(type, x!)), 20);
            if (type !== 'f64') check('exp2 of what is flushed', [type], ([x]) => b.exp2(b.flushDenormal(x!)), 20);
            for (const kind of ['exp2', 'log2', 'sinTurns', 'cosTurns'] as const)
              if (type !== 'f64') check(kind, [type], ([x]) => b[kind](x!), 200);
            if (type !== 'f16') check('toward zero', [type], ([x]) => b.convertTowardZero('f16', x!), 60);
            if (type === 'f64') check('toward zero', [type], ([x]) => b.convertTowardZero('f32', x!), 60);
            check('unrounded product', [type, type], ([x, y]) => b.mulUnrounded(x!, y!));
            if (type !== 'f64')
              check('divisionFixup', [type, type, type], ([q, d, n]) => b.divisionFixup(q!, d!, n!), 60);
          }
          if (type !== 'f64' || fused) check('fma', [type, type, type], ([x, y, z]) => b.fma(x!, y!, z!), 100);
          if (type === 'f32')
            check('fmaScaled', [type, type, type, 'i32'], ([x, y, z, n]) => b.fmaScaled(x!, y!, z!, n!), 40);
        });
      }
    }
    it(`bf16, ${modeName}`, () => {
      const check = (name: string, types: readonly InputType[], make: Make): void =>
        variations(`bf16 ${name}`, types, make, { mode: m, rounds: 30 });
      for (const kind of ['add', 'sub', 'mul', 'eq', 'lt', 'unordered', 'mulUnrounded'] as const)
        check(kind, ['bf16', 'bf16'], ([x, y]) => b[kind](x!, y!));
      check('fma', ['bf16', 'bf16', 'bf16'], ([x, y, z]) => b.fma(x!, y!, z!));
      for (const kind of ['neg', 'abs', 'bits'] as const) check(kind, ['bf16'], ([x]) => b[kind](x!));
      for (const type of floatTypes) {
        check(`from ${type}`, [type], ([x]) => b.convert('bf16', x!));
        check(`to ${type}`, ['bf16'], ([x]) => b.convert(type, x!));
      }
      check('from signed', ['i32'], ([x]) => b.fromIntS('bf16', x!));
      check('from unsigned', ['i32'], ([x]) => b.fromIntU('bf16', x!));
      check('from bits', ['i32'], ([x]) => b.bits(b.fromBits('bf16', x!)));
    });
  }
  it('every f16 number', () => {
    const all = Int32Array.from({ length: 65536 }, (_, n) => n);
    const nothing = new Int32Array(32);
    for (const kind of ['sqrt', 'rcp', 'rsq', 'exp2', 'log2', 'sinTurns', 'cosTurns', 'fract'] as const) {
      const instruction: TreeInstruction = {
        inputs: [input('f16')],
        outputs: [output('f16')],
        results: [b[kind](b.input(0, 'f16'))],
      };
      const [wanted, got] = [referenceLanes(instruction, mode), loweredLanes(instruction, mode, fusedMultiplyAdd())];
      for (let n = 0; n < 65536; n += 32) {
        const data = { inputs: [{ low: all.slice(n, n + 32), high: nothing }], old: [nothing] };
        const [is, should] = [got(data)[0]![0]!, wanted(data)[0]![0]!];
        if (is.some((bits, lane) => bits !== should[lane])) expect(is, `${kind} from ${n}`).toEqual(should);
      }
    }
  });
  it('fused multiply-add looks beyond f64 where a product lies between two f32 numbers', () => {
    const bits = (numbers: Float32Array): Int32Array => new Int32Array(numbers.buffer);
    const make = (f: (lane: number) => number): Float32Array => Float32Array.from({ length: 32 }, (_, lane) => f(lane));
    const odd = (lane: number): number => 2 * (lane >> 1) + 1;
    const u = 2 ** -12;
    // (1 + k·u)·(1 + u) has its last bit half a unit of f32 down, and what is added is far below f64's last bit
    const x = make((lane) => (1 + odd(lane) * u) * 2 ** (lane - 16));
    const y = make(() => -(1 + u));
    const z = make((lane) => (lane % 2 === 0 ? 1 : -1) * 2 ** -120);
    const wanted = make((lane) => {
      const k = odd(lane);
      const below = 1 + (k + 1) * u + (k - 1) * u * u;
      return -(below + (lane % 2 === 0 ? 0 : 2 ** -23)) * 2 ** (lane - 16);
    });
    const nothing = new Int32Array(32);
    for (const fused of fusions) {
      const of = (types: readonly InputType[], root: Node): Int32Array => {
        const instruction = { inputs: types.map((type) => input(type)), outputs: [output('f32')], results: [root] };
        const data = {
          inputs: [x, y, z, nothing].map((f) => ({ low: bits(f as Float32Array), high: nothing })),
          old: [nothing],
        };
        return loweredLanes(instruction, mode, fused)(data)[0]![0]!;
      };
      const [a, c, d] = [0, 1, 2].map((n) => b.input(n, 'f32')) as [Node, Node, Node];
      expect(of(['f32', 'f32', 'f32'], b.fma(a, c, d))).toEqual(bits(wanted));
      expect(of(['f32', 'f32', 'f32', 'i32'], b.fmaScaled(a, c, d, b.input(3, 'i32')))).toEqual(bits(wanted));
    }
  });
  it('other roundings are left to the interpreter', () => {
    const instruction = (type: ValueType, make: Make): TreeInstruction => ({
      inputs: [input(type as InputType), input(type as InputType)],
      outputs: [output(type)],
      results: [make([b.input(0, type), b.input(1, type)])],
    });
    const sum: Make = ([x, y]) => b.add(x!, y!);
    const up32: FloatMode = { ...mode, round32: 1 };
    const zero64: FloatMode = { ...mode, round64: 3 };
    const can = (type: ValueType, m: FloatMode, make = sum): boolean =>
      lanesLowerable(instruction(type, make), m, true);
    expect([can('f32', up32), can('f16', up32), can('f64', up32)]).toEqual([false, true, true]);
    expect([can('f32', zero64), can('f16', zero64), can('f64', zero64)]).toEqual([true, false, false]);
    expect(can('f32', up32, ([x]) => b.floor(x!))).toBe(true);
    expect(can('f32', { ...mode, exceptions: true })).toBe(false);
  });
});

/** Trees at random, over four operands. */
function randomTree(random: () => number, type: ValueType, depth: number, leaves: readonly Node[]): Node {
  const pick = <T>(list: readonly T[]): T => list[random() % list.length]!;
  const grow = (t: ValueType): Node => randomTree(random, t, depth - 1, leaves);
  const fitting = leaves.filter((leaf) => leaf.type === type);
  if (depth === 0 || random() % 6 === 0) {
    if (fitting.length > 0 && random() % 4 !== 0) return pick(fitting);
    if (type === 'bool') return b.bool(random() % 2 === 0);
    if (type === 'i32') return b.i32(pick(corners.i32));
    if (type === 'i64') return b.i64(pick(corners.i32), pick(corners.i32));
    return b.float(type, pick([0, -0, 1, -1.5, 0.25, 65504, Infinity, NaN]));
  }
  if (random() % 6 === 0) return b.select(grow('bool'), grow(type), grow(type));
  switch (type) {
    case 'bool': {
      const of = pick(['bool', 'i32', 'i64', 'f16', 'f32', 'f64'] as const);
      if (of === 'bool') return b[pick(['and', 'or', 'xor'] as const)](grow('bool'), b.not(grow('bool')));
      if (of === 'i32' || of === 'i64') return b[pick(compareInt)](grow(of), grow(of));
      return b[pick(['eq', 'ne', 'lt', 'le', 'unordered'] as const)](grow(of), grow(of));
    }
    case 'i32':
      switch (random() % 6) {
        case 0:
          return b[pick(shifts)](grow('i32'), grow('i32'));
        case 1:
          return b[pick(unaryInt)](grow('i32'));
        case 2:
          return b[pick(['low', 'high', 'popCount', 'countLeadingZeros'] as const)](grow('i64'));
        case 3:
          return b[pick(['bits', 'toIntS', 'classify', 'frexpExponent'] as const)](grow(pick(['f16', 'f32'] as const)));
        default:
          return b[pick(binaryInt)](grow('i32'), grow('i32'));
      }
    case 'i64':
      switch (random() % 4) {
        case 0:
          return b[pick(shifts)](grow('i64'), grow('i32'));
        case 1:
          return b.pack(grow('i32'), grow('i32'));
        case 2:
          return b[pick(['extendU', 'extendS'] as const)](grow('i32'));
        default:
          return b[pick(binaryInt)](grow('i64'), grow('i64'));
      }
    default:
      switch (random() % 5) {
        case 0:
          return b[pick(['neg', 'abs', 'floor', 'sqrt', 'clampUnit', 'fract'] as const)](grow(type));
        case 1:
          return type === 'f64' ? b.fromIntS(type, grow('i32')) : b.fma(grow(type), grow(type), grow(type));
        case 2:
          return b.fromBits(type, grow(type === 'f64' ? 'i64' : 'i32'));
        case 3: {
          const from = pick(floatTypes);
          return from === type ? grow(type) : b.convert(type, grow(from));
        }
        default:
          return b[pick(['add', 'sub', 'mul', 'minNum', 'maxNum'] as const)](grow(type), grow(type));
      }
  }
}

describe('trees at random', () => {
  it('give the same bits', () => {
    const types: InputType[] = ['i32', 'i64', 'f32', 'f64', 'f16', 'u16', 's16', 'mask'];
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(...modes), fc.constantFrom(...fusions), (seed, [, m], fused) => {
        let state = seed | 1;
        const random = (): number => {
          state ^= state << 13;
          state ^= state >>> 17;
          state ^= state << 5;
          return state >>> 8;
        };
        const inputs = Array.from({ length: 5 }, () => {
          const type = types[random() % types.length]!;
          const places = ['vector', 'vector', 'scalar', 'constant'] as const;
          return input(type, {
            ...(type === 'mask' ? {} : { place: places[random() % 4]! }),
            negate: random() % 4 === 0,
            absolute: random() % 4 === 0,
            high: type.includes('16') && random() % 2 === 0,
          });
        });
        const leaves = inputs.map((shape, n) => b.input(n, valueTypes[shape.type]));
        const results = [0, 1].map(() => {
          const type = (['bool', 'i32', 'i64', 'f16', 'f32', 'f64'] as const)[random() % 6]!;
          return randomTree(random, type, 4, leaves);
        });
        const instruction = { inputs, outputs: results.map((root) => output(root.type, random() % 2 === 0)), results };
        expect(lanesLowerable(instruction, m, fused)).toBe(true);
        compare('random tree', instruction, { mode: m, fused, seed, rounds: 3 });
      }),
      { numRuns: 400, seed: 7 },
    );
  });
});

describe('scalar code', () => {
  const scalarOutput = (type: ValueType): OutputShape => ({
    place: 'scalar',
    type: type === 'bool' ? 'flag' : (type as OutputType),
    high: false,
  });
  function every(name: string, types: readonly InputType[], make: Make): void {
    const root = make(types.map((type, n) => b.input(n, valueTypes[type])));
    for (const place of ['scalar', 'constant'] as const)
      for (const more of [{}, { negate: true }, { absolute: true }, { high: true }]) {
        const inputs = types.map((type, n) =>
          input(type, { place: n === 0 ? place : 'scalar', ...(n === 0 && type !== 'flag' ? more : {}) }),
        );
        const instruction = { inputs, outputs: [scalarOutput(root.type)], results: [root] };
        expect(scalarLowerable(instruction), name).toBe(true);
        compareScalar(name, instruction, { mode, rounds: 30 });
      }
  }
  it('computes what lanes compute', () => {
    for (const type of ['s16', 'u16'] as const)
      every('negation of halves', [type, type], ([x, y]) => b.sub(b.not(x!), y!));
    for (const type of ['i32', 'i64'] as const) {
      for (const kind of unaryInt) every(kind, [type], ([x]) => b[kind](x!));
      for (const kind of [...binaryInt, ...compareInt]) every(kind, [type, type], ([x, y]) => b[kind](x!, y!));
      for (const kind of shifts) every(kind, [type, 'i32'], ([x, n]) => b[kind](x!, n!));
      every('select', ['flag', type, type], ([c, x, y]) => b.select(c!, x!, y!));
    }
    for (const kind of ['mulHighU', 'mulHighS'] as const) every(kind, ['i32', 'i32'], ([x, y]) => b[kind](x!, y!));
    every('pack', ['i32', 'i32'], ([x, y]) => b.pack(x!, y!));
    for (const kind of ['low', 'high'] as const) every(kind, ['i64'], ([x]) => b[kind](x!));
    for (const kind of ['extendU', 'extendS'] as const) every(kind, ['i32'], ([x]) => b[kind](x!));
    for (const kind of ['and', 'or', 'xor', 'eq', 'ne'] as const)
      every(kind, ['flag', 'flag'], ([x, y]) => b[kind](x!, b.not(y!)));
  });
  it('has no lanes, masks or floats', () => {
    const can = (root: Node, type: InputType): boolean =>
      scalarLowerable({
        inputs: [input(type, { place: 'scalar' })],
        outputs: [scalarOutput(root.type)],
        results: [root],
      });
    expect(can(b.lane(), 'i32')).toBe(false);
    expect(can(b.input(0, 'bool'), 'mask')).toBe(false);
    expect(can(b.toIntS(b.input(0, 'f32')), 'f32')).toBe(false);
  });
});
