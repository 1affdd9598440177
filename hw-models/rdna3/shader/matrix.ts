/**
 * WMMA: D = A·B + C on 16×16 tiles. Lane l (and l + 16, and in a 64-lane wave l + 32 and l + 48, which must hold the same)
 * brings row l of A and column l of B. Element (row, column) of C and D lies in lane column + 16·(row mod n), register
 * row / n, where n is 2 in a wave of 32 lanes and 4 in one of 64.
 *
 * Order of summation: silicon's is not public. Here k runs from 0 to 15, one fused multiply-add each, starting
 * from C, in f32; integer sums are exact. EXEC is ignored, as the ISA document requires it to be all ones.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture", WMMA.
 * Fidelity: guessed (order of float summation).
 */
import { asBf16, asF16, asF32, bitsBf16, bitsF16, bitsF32, fma32, roundBf16, roundF16 } from '../../exec/softfloat.ts';
import type { Decoded, Operand } from './isa/types.ts';
import { LANES, NULL } from './state.ts';
import type { RdnaHandler, RdnaStrip } from './strip.ts';

const SIZE = 16;

const stripOf = (w: RdnaStrip, lane: number): RdnaStrip => (lane < LANES || w.other === undefined ? w : w.other);

function accumulator(o: Operand): (w: RdnaStrip, lane: number, register: number) => number {
  if (o.kind === 'vgpr')
    return (w, lane, register) => stripOf(w, lane).v[(o.index + register) * LANES + (lane & (LANES - 1))]!;
  if (o.kind === 'sgpr') return (w, _lane, register) => (o.index === NULL ? 0 : w.s[o.index + register]!);
  return () => o.lo;
}

/** A WMMA as a handler; undefined where the name is not one. */
export function matrixOperation(d: Decoded, wave64: boolean): RdnaHandler | undefined {
  const match = /^v_wmma_(f32|f16|bf16|i32)_16x16x16_(f16|bf16|iu8|iu4)$/.exec(d.row.name);
  if (match === null) return undefined;
  const [, result, element] = match as unknown as [string, string, string];
  const [a, b, c] = d.src as [Operand, Operand, Operand];
  const to = d.dst[0]!.index * LANES;
  const readC = accumulator(c);
  const perDword = element === 'iu8' ? 4 : element === 'iu4' ? 8 : 2;
  const width = 32 / perDword;
  const fetch = (w: RdnaStrip, o: Operand, lane: number, k: number): number => {
    const raw = w.v[(o.index + Math.floor(k / perDword)) * LANES + lane]! >>> (width * (k % perDword));
    if (element === 'f16' || element === 'bf16') {
      const bits = (k % 2 === 0 ? o.neg : o.negHigh) ? raw ^ 0x8000 : raw;
      return element === 'f16' ? asF16(bits) : asBf16(bits);
    }
    const up = raw << (32 - width);
    return o.neg ? up >> (32 - width) : up >>> (32 - width);
  };
  const high = c.high;
  const [rows, shift] = wave64 ? [4, 2] : [2, 1];
  const registers = SIZE / rows;
  // Both factors as numbers: scratch of one instruction.
  const left = new Float64Array(SIZE * SIZE);
  const right = new Float64Array(SIZE * SIZE);
  return (w) => {
    // One half of the wave behind the other.
    const out = new Int32Array(8 * LANES);
    for (let lane = 0; lane < SIZE; lane++)
      for (let k = 0; k < SIZE; k++) {
        left[lane * SIZE + k] = fetch(w, a, lane, k);
        right[lane * SIZE + k] = fetch(w, b, lane, k);
      }
    for (let row = 0; row < SIZE; row++) {
      for (let column = 0; column < SIZE; column++) {
        const lane = column + SIZE * (row & (rows - 1));
        const register = row >> shift;
        let bits = readC(w, lane, register);
        const inStrip = register * LANES + (lane & (LANES - 1));
        const at = inStrip + (lane < LANES ? 0 : registers * LANES);
        if (result === 'i32') {
          let sum = bits;
          for (let k = 0; k < SIZE; k++) sum += left[row * SIZE + k]! * right[column * SIZE + k]!;
          out[at] = d.clamp ? Math.max(-0x80000000, Math.min(0x7fffffff, sum)) : sum | 0;
          continue;
        }
        if (result !== 'f32' && high) bits >>>= 16;
        let sum = result === 'f32' ? asF32(bits) : result === 'f16' ? asF16(bits) : asBf16(bits & 0xffff);
        if (c.negHigh) sum = Math.abs(sum);
        if (c.neg) sum = -sum;
        for (let k = 0; k < SIZE; k++) sum = fma32(left[row * SIZE + k]!, right[column * SIZE + k]!, sum);
        if (result === 'f32') {
          out[at] = bitsF32(sum);
          continue;
        }
        const half = result === 'f16' ? bitsF16(roundF16(sum)) : bitsBf16(roundBf16(sum));
        const old = stripOf(w, lane).v[to + inStrip]!;
        out[at] = high ? (old & 0xffff) | (half << 16) : (old & -65536) | half;
      }
    }
    w.v.set(out.subarray(0, registers * LANES), to);
    w.other?.v.set(out.subarray(registers * LANES), to);
  };
}
