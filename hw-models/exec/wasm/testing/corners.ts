/**
 * Operand values for tests: those at which arithmetic turns, mixed with random bits and random numbers of usual size.
 */
import type { InputType, TreeInstruction } from '../../compile.ts';
import type { LaneData, OperandData } from './run-lowered.ts';

const LANES = 32;
const i32 = [
  0, 1, -1, 2, 3, 4, 7, 8, 15, 16, 24, 30, 31, 32, 33, 63, 64, 65, 0x7fffffff, -0x80000000, 0x7ffffffe, 0xffff, 0x10000,
  0x7fff, 0x8000, 0x00ff00ff, 0x01000000, 0x00ffffff, -2, -64, -149, 127, 128, -126, -150, 0x80, 0xff, 0x07030c0d,
  0x08090a0b,
];
const f32 = [
  0x00000000, 0x80000000, 0x00000001, 0x80000001, 0x007fffff, 0x807fffff, 0x00800000, 0x80800000, 0x00800001,
  0x3f800000, 0xbf800000, 0x3f7fffff, 0x3f800001, 0x3f000000, 0xbf000000, 0x3effffff, 0x40000000, 0x40490fdb,
  0x3e000000, 0x3e800000, 0x4b000000, 0x4b7fffff, 0xcb000001, 0x4b800000, 0x4effffff, 0x4f000000, 0xcf000000,
  0x4f7fffff, 0x4f800000, 0x7f7fffff, 0xff7fffff, 0x7f000000, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc00000,
  0x7f800001, 0xffbfffff, 0x7fffffff, 0x7fc00001,
  // around the ends of f16: 65504, 65519.996, 65520, 65536, 2^-14, 2^-24, 2^-25, just above, and ties
  0x477fe000, 0x477fefff, 0x477ff000, 0x47800000, 0x38800000, 0x387fffff, 0x387fe000, 0x33800000, 0x33000000,
  0x33000001, 0x32ffffff, 0x3f801000, 0x3f803000, 0x3f801001, 0x3f800fff, 0x3f808000, 0x3f818000, 0x3f808001,
  0x43160000, 0xc3160000, 0x42fe0000, 0xc2fc0000, 0x43000000,
];
const f16 = [
  0x0000, 0x8000, 0x0001, 0x8001, 0x03ff, 0x83ff, 0x0400, 0x8400, 0x0401, 0x3c00, 0xbc00, 0x3bff, 0x3c01, 0x3800,
  0xb800, 0x4000, 0x4248, 0x3400, 0x5c00, 0x6400, 0x6401, 0x7bff, 0xfbff, 0x7800, 0x7c00, 0xfc00, 0x7e00, 0xfe00,
  0x7c01, 0xfdff, 0x7fff, 0x1400, 0x1000, 0x0c00,
];
const f64: readonly (readonly [number, number])[] = [
  ...f32.map((bits): [number, number] => {
    const words = new Int32Array(Float64Array.from(new Float32Array(Int32Array.of(bits).buffer)).buffer);
    return [words[0]!, words[1]!];
  }),
  [1, 0],
  [1, 0x80000000],
  [-1, 0x000fffff],
  [0, 0x00100000],
  [0, 0x80100000],
  [-1, 0x7fefffff],
  [-1, 0xffefffff],
  [1, 0x7ff00000],
  [0, 0x7ff80000],
  [0, 0x7ff40000],
  [7, 0xfff80000],
  [1, 0x3ff00000],
  [-1, 0x3fefffff],
  // f32 and f16 midpoints and their neighbours
  [0x10000000, 0x3ff00000],
  [0x30000000, 0x3ff00000],
  [0x10000001, 0x3ff00000],
  [0x0fffffff, 0x3ff00000],
  [0, 0x3ff00200],
  [0, 0x3ff00600],
  [1, 0x3ff00200],
  [-1, 0x3ff001ff],
  [0xf0000000, 0x47efffff],
  [0xefffffff, 0x47efffff],
  [0, 0x40effe00],
  [-1, 0x40effdff],
  [0, 0x36900000],
  [1, 0x36900000],
  [0, 0x36a00000],
  [0, 0x3e600000],
  [1, 0x3e600000],
  [0, 0x43e00000],
  [0, 0x43300000],
  [1, 0x43300000],
  [0, 0x41dfffff],
  [0xffc00000, 0x41dfffff],
  [0, 0xc1e00000],
];

/** Corner values by type: dwords, or pairs of them. */
export const corners = { i32, f32, f16, f64 } as const;

/** Strips of operands for an instruction, one a call, the same for the same seed. */
export function laneData(instruction: TreeInstruction, seed: number): () => LaneData {
  let state = seed | 0 || 1;
  let weyl = 0;
  const random = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    weyl = (weyl + 0x9e3779b9) | 0;
    const mixed = Math.imul(state + weyl, 0x85ebca6b);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  const pick = <T>(list: readonly T[]): T => list[random() % list.length]!;
  const word = (type: InputType): number => {
    const kind = random() % 4;
    switch (type) {
      case 'f32':
        if (kind < 2) return pick(f32);
        // numbers of usual size, a few bits long or many
        if (kind === 2) return ((random() & 0x80ffffff) | 0x3c000000) + ((random() & 7) << 24);
        return random();
      case 'f16':
      case 'bf16': {
        const half = (): number =>
          kind < 2
            ? type === 'f16'
              ? pick(f16)
              : pick(f32) >>> 16
            : kind === 2
              ? (random() & 0x83ff) | 0x3000 | (random() & 0x0c00)
              : random() & 0xffff;
        return half() | (half() << 16);
      }
      case 'u16':
      case 's16':
        return kind < 2 ? (pick(i32) & 0xffff) | (pick(i32) << 16) : random();
      case 'flag':
        return random() & 1;
      case 'mask':
        return random();
      default:
        return kind < 3 ? (random() % 8 === 0 ? pick(f32) : pick(i32)) : random();
    }
  };
  const operand = (type: InputType): OperandData => {
    const low = new Int32Array(LANES);
    const high = new Int32Array(LANES);
    // In one strip of eight all numbers are close together: sums cancel, products tie.
    const near = random() % 8 === 0 ? word(type) : undefined;
    for (let lane = 0; lane < LANES; lane++) {
      if (type === 'f64') {
        const kind = random() % 4;
        const [a, b] =
          kind < 2
            ? pick(f64)
            : [
                kind === 2 ? random() & 0xf0000000 : random(),
                kind === 2 ? (random() & 0x801fffff) | 0x3fe00000 : random(),
              ];
        low[lane] = a;
        high[lane] = b;
      } else {
        low[lane] = near === undefined ? word(type) : near + (random() % 5) - 2;
        high[lane] = word('i32');
        if (type === 'flag') low[lane]! &= 1;
      }
    }
    return { low, high };
  };
  return () => ({
    inputs: instruction.inputs.map((shape) => operand(shape.type)),
    old: instruction.outputs.map(() => Int32Array.from({ length: LANES }, random)),
  });
}
