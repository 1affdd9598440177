/**
 * WMMA with f32 results in a wave of 32 lanes: a function of the unit that needs it. The same sums as matrix.ts beside the
 * engine makes, in the same order: k from 0 to 15, one fused multiply-add each.
 *
 * Both factors are turned to f32 once; then two rows of the result at a time go through all k.
 *
 * Pure software; the facts are in ../matrix.ts.
 */
import { fromTopHalf } from '../../../exec/wasm/lower-f16.ts';
import { canonicaliseF32 } from '../../../exec/wasm/lower.ts';
import { Terms } from '../../../exec/wasm/lower-terms.ts';
import type { Term } from '../../../exec/wasm/lower-terms.ts';
import { Type } from '../../../exec/wasm/writer.ts';
import type { ModuleWriter } from '../../../exec/wasm/writer.ts';
import type { Decoded, Operand } from '../isa/types.ts';
import { LANES, NULL, REGISTER_BYTES } from '../state.ts';
import { MATRIX_AT } from './layout.ts';

const SIZE = 16;
/** One k: a row of 16 f32. */
const K_BYTES = SIZE * 4;
const FACTOR_BYTES = SIZE * K_BYTES;

/** What a call gets behind context and vector registers: byte offsets of registers; C as a constant where it is −1. */
export interface MatrixCall {
  readonly element: 'f16' | 'bf16';
  readonly to: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly constant: number;
}

/** A WMMA that the function can do; undefined where the interpreter must. */
export function matrixCall(d: Decoded, wide: boolean, fused: boolean): MatrixCall | undefined {
  const element = /^v_wmma_f32_16x16x16_(f16|bf16)$/.exec(d.row.name)?.[1] as 'f16' | 'bf16' | undefined;
  if (element === undefined || wide || !fused) return undefined;
  const [a, b, c] = d.src as [Operand, Operand, Operand];
  const [to] = d.dst as [Operand];
  if ([a, b, c].some((o) => o.neg || o.negHigh || o.abs) || a.kind !== 'vgpr' || b.kind !== 'vgpr') return undefined;
  const at = (o: Operand): number => o.index * REGISTER_BYTES;
  const call = { element, to: at(to), a: at(a), b: at(b) };
  if (c.kind === 'vgpr') {
    // C is read register by register while D is written
    const apart = Math.abs(c.index - to.index);
    return apart > 0 && apart < 8 ? undefined : { ...call, c: at(c), constant: 0 };
  }
  if (c.kind === 'sgpr') return c.index === NULL ? { ...call, c: -1, constant: 0 } : undefined;
  return c.kind === 'const' ? { ...call, c: -1, constant: c.lo } : undefined;
}

/** Adds the function: (context, vector registers, D, A, B, C, constant). Returns its number. */
export function writeMatrixFunction(module: ModuleWriter, element: 'f16' | 'bf16'): number {
  const { i32, v128 } = Type;
  const { index, code: whole } = module.function([i32, i32, i32, i32, i32, i32, i32], []);
  const [context, vectors, to, a, b, c, constant] = [0, 1, 2, 3, 4, 5, 6];
  const head = whole.fragment();
  const code = whole.fragment();
  const constants = new Map<string, number>();
  const constantLocal = (...dwords: [number, number, number, number]): number => {
    const key = dwords.join();
    let local = constants.get(key);
    if (local === undefined) {
      local = whole.fresh(v128);
      head.v128(...dwords);
      head.set(local);
      constants.set(key, local);
    }
    return local;
  };
  const t = new Terms(code, constantLocal, true);
  const offset = (base: number, more: number): void => {
    code.get(base);
    code.get(more);
    code.op('i32.add');
  };
  const toF32 = (top: Term): Term => (element === 'f16' ? fromTopHalf(t, top) : t.and(top, t.splat(0xffff0000)));

  // Factors as f32: for every k the elements of 16 rows or columns.
  const from = code.local(i32);
  const into = code.local(i32);
  for (const [n, factor] of [a, b].entries()) {
    offset(vectors, factor!);
    code.set(from);
    code.get(context);
    code.i32(MATRIX_AT + n * FACTOR_BYTES);
    code.op('i32.add');
    code.set(into);
    const last = code.local(i32);
    code.get(from);
    code.i32((SIZE / 2) * REGISTER_BYTES);
    code.op('i32.add');
    code.set(last);
    code.loop();
    for (let quad = 0; quad < SIZE / 4; quad++) {
      const raw = t.keep(() => {
        code.get(from);
        code.memory('v128.load', 16 * quad);
      });
      for (const [half, top] of [t.shift('i32x4.shl', raw, 16), raw].entries()) {
        code.get(into);
        t.emit(toF32(top));
        code.memory('v128.store', half * K_BYTES + 16 * quad);
      }
      t.release();
    }
    code.get(into);
    code.i32(2 * K_BYTES);
    code.op('i32.add');
    code.set(into);
    code.get(from);
    code.i32(REGISTER_BYTES);
    code.op('i32.add');
    code.tee(from);
    code.get(last);
    code.op('i32.ne');
    code.brIf(0);
    code.end();
    code.free(i32, last);
  }

  // Register r of C and D holds rows 2r (lanes 0-15) and 2r + 1.
  const r = code.local(i32);
  const row = code.local(i32);
  const sums = Array.from({ length: LANES / 4 }, () => code.local(v128));
  const columns = Array.from({ length: SIZE / 4 }, () => code.local(v128));
  const left = code.local(v128);
  code.i32(0);
  code.set(r);
  code.get(context);
  code.set(row);
  code.loop();
  code.get(c!);
  code.i32(0);
  code.op('i32.ge_s');
  code.if();
  offset(vectors, c!);
  code.get(r);
  code.op('i32.add');
  code.set(from);
  sums.forEach((sum, quad) => {
    code.get(from);
    code.memory('v128.load', 16 * quad);
    code.set(sum);
  });
  code.else();
  for (const sum of sums) {
    code.get(constant!);
    code.op('i32x4.splat');
    code.set(sum);
  }
  code.end();
  for (let k = 0; k < SIZE; k++) {
    columns.forEach((column, quad) => {
      code.get(context);
      code.memory('v128.load', MATRIX_AT + FACTOR_BYTES + k * K_BYTES + 16 * quad);
      code.set(column);
    });
    for (const odd of [0, 1]) {
      code.get(row);
      code.memory('v128.load32_splat', MATRIX_AT + k * K_BYTES + 4 * odd);
      code.set(left);
      columns.forEach((column, quad) => {
        const sum = sums[odd * (SIZE / 4) + quad]!;
        code.get(left);
        code.get(column);
        code.get(sum);
        code.op('f32x4.relaxed_madd');
        code.set(sum);
      });
    }
  }
  offset(vectors, to!);
  code.get(r);
  code.op('i32.add');
  code.set(from);
  sums.forEach((sum, quad) => {
    canonicaliseF32(code, sum, (bits) => constantLocal(bits, bits, bits, bits));
    code.get(from);
    code.get(sum);
    code.memory('v128.store', 16 * quad);
  });
  code.get(row);
  code.i32(8);
  code.op('i32.add');
  code.set(row);
  code.get(r);
  code.i32(REGISTER_BYTES);
  code.op('i32.add');
  code.tee(r);
  code.i32((SIZE / 2) * REGISTER_BYTES);
  code.op('i32.ne');
  code.brIf(0);
  code.end();
  whole.append(head);
  whole.append(code);
  return index;
}
