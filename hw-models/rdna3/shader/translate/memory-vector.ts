/**
 * GLOBAL, FLAT and SCRATCH: where lanes' elements are, and the call that moves them.
 *
 * Pure software.
 */
import { Context } from '../../../exec/wasm/context.ts';
import { atomicHasWidth, atomicOperations } from '../../../exec/wasm/memory.ts';
import type { MemoryFunctionName } from '../../../exec/wasm/memory.ts';
import type { Decoded } from '../isa/types.ts';
import { isScalar, isVector, operandOf } from '../memory-ops.ts';
import type { MemorySemantics } from '../semantics/memory.ts';
import { LANES, REGISTER_BYTES } from '../state.ts';
import { dwordsOf, pushPair, pushRegister, pushRegisterOrZero, registersOf, shapeOf, shiftOf } from './memory-plan.ts';
import type { MemoryPlace, Plan, Registers } from './memory-plan.ts';
import type { Row } from './ramps.ts';

/** An address in one of the forms: the function's name ends so, and these parameters say where. */
interface Where {
  readonly form: 'Offset' | 'Flat' | 'Scratch';
  readonly reads: readonly Registers[];
  readonly scalarReads: readonly number[];
  push(place: MemoryPlace, vectors: number, half: 0 | 1): void;
  /** Where addresses may be a row: pushes lane 0's (i64). */
  readonly row?: { readonly first: number; readonly pair: boolean; push(place: MemoryPlace, row: Row): void };
}

function addressOf(d: Decoded, m: MemorySemantics): Where | undefined {
  const vaddr = operandOf(d, 'vaddr', 'addr');
  const saddr = operandOf(d, 'saddr');
  const offsets = (place: MemoryPlace, vectors: number, half: 0 | 1): void => {
    if (isVector(vaddr)) return pushRegister(vaddr.index)(place, vectors);
    place.code.get(place.context);
    place.code.i32(m.byLane ? Context.LANE_OFFSETS + half * REGISTER_BYTES : Context.ZEROS);
    place.code.op('i32.add');
  };
  const reads = isVector(vaddr) ? [registersOf(vaddr)] : [];
  if (m.space === 'scratch' && !m.byLane) {
    return {
      form: 'Scratch',
      reads,
      scalarReads: isScalar(saddr) ? [saddr.index] : [],
      push: (place, vectors, half) => {
        const { code } = place;
        offsets(place, vectors, half);
        code.i32(d.imm);
        if (isScalar(saddr)) {
          code.get(place.scalars.read(saddr.index));
          code.op('i32.add');
        }
        code.i32(half * LANES);
      },
    };
  }
  if (m.space === 'global' && isScalar(saddr)) {
    return {
      form: 'Offset',
      reads,
      scalarReads: [saddr.index, saddr.index + 1],
      push: (place, vectors, half) => {
        const { code, scalars } = place;
        offsets(place, vectors, half);
        pushPair(code, scalars.read(saddr.index), scalars.read(saddr.index + 1));
        code.i64(BigInt(d.imm));
        code.op('i64.add');
      },
      ...(isVector(vaddr) && {
        row: {
          first: vaddr.index,
          pair: false,
          push: ({ code, scalars }, { low }) => {
            pushPair(code, scalars.read(saddr.index), scalars.read(saddr.index + 1));
            code.i64(BigInt(d.imm));
            code.op('i64.add');
            code.get(low.base);
            code.op('i64.extend_i32_u');
            code.op('i64.add');
          },
        },
      }),
    };
  }
  if ((m.space !== 'global' && m.space !== 'flat') || !isVector(vaddr) || m.byLane) return undefined;
  return {
    form: 'Flat',
    reads: [registersOf(vaddr, 2)],
    scalarReads: [],
    push: (place, vectors, half) => {
      pushRegister(vaddr.index)(place, vectors);
      place.code.i32(d.imm);
      // -1: no windows; the form without that parameter would only call this one
      place.code.i32(m.space === 'flat' ? half * LANES : -1);
    },
    ...(m.space === 'global' && {
      row: {
        first: vaddr.index,
        pair: true,
        push: ({ code }, { low, high }) => {
          pushPair(code, low.base, high!.base);
          code.i64(BigInt(d.imm));
          code.op('i64.add');
        },
      },
    }),
  };
}

function atomicPlan(d: Decoded, m: MemorySemantics, where: Where): Plan | undefined {
  const data = operandOf(d, 'vdata', 'data', 'data0');
  const bits = m.bytes * 8;
  const operation = atomicOperations.indexOf(m.operation!);
  if (!isVector(data) || operation < 0 || !atomicHasWidth(m.operation!, bits as 32 | 64)) return undefined;
  const dwords = dwordsOf(m);
  const compares = m.operation!.startsWith('cmpswap');
  const to = d.glc ? d.dst[0] : undefined;
  return {
    name: `atomic${bits}${where.form}` as MemoryFunctionName,
    reads: [...where.reads, registersOf(data, compares ? 2 * dwords : dwords)],
    writes: isVector(to) ? [registersOf(to, dwords)] : [],
    scalarReads: where.scalarReads,
    push: (place, vectors, half) => {
      const { code } = place;
      code.i32(operation);
      pushRegisterOrZero(to)(place, vectors);
      pushRegister(data.index)(place, vectors);
      if (compares) pushRegister(data.index + dwords)(place, vectors);
      else code.i32(0);
      where.push(place, vectors, half);
    },
  };
}

export function vectorPlan(d: Decoded, m: MemorySemantics): Plan | undefined {
  const where = addressOf(d, m);
  if (where === undefined) return undefined;
  if (m.action === 'atomic') return where.form === 'Scratch' ? undefined : atomicPlan(d, m, where);
  const load = m.action === 'load';
  const data = load ? d.dst[0] : operandOf(d, 'vdata', 'data', 'data0');
  if (!isVector(data) || (m.action !== 'load' && m.action !== 'store')) return undefined;
  const small = m.bytes < 4;
  const moved = registersOf(data, dwordsOf(m));
  const reads = load ? (m.part === 'all' ? [] : [moved]) : [moved];
  const behind = ({ code }: MemoryPlace): void => {
    if (load) {
      if (small) code.i32(shapeOf(m));
      code.i32(d.glc ? 1 : 0);
    } else if (small) code.i32(shiftOf(m));
  };
  const register = pushRegister(data.index);
  const { row } = where;
  return {
    name: `${load ? 'load' : 'store'}${m.bytes * 8}${where.form}` as MemoryFunctionName,
    row:
      row === undefined || small
        ? undefined
        : {
            load,
            registers: { first: row.first, pair: row.pair, step: m.bytes },
            data: data.index,
            dwords: dwordsOf(m),
            fresh: d.glc ? 1 : 0,
            push: row.push,
          },
    reads: [...where.reads, ...reads],
    writes: load ? [moved] : [],
    scalarReads: where.scalarReads,
    push: (place, vectors, half) => {
      register(place, vectors);
      where.push(place, vectors, half);
      behind(place);
    },
  };
}
