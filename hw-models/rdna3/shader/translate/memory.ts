/**
 * Memory instructions as calls of the helper module (exec/wasm/memory.ts). What has no call here the interpreter
 * executes.
 *
 * A call happens before the vector instructions that are still being gathered, where neither reads or writes what the
 * other writes.
 *
 * Pure software.
 */
import { Access } from '../../../exec/memory.ts';
import { Context } from '../../../exec/wasm/context.ts';
import { Emitter } from '../../../exec/wasm/memory-emit.ts';
import { copyDwords, loadRowInto, rowBytes, storeRow, whereSimple } from '../../../exec/wasm/memory-simple.ts';
import type { Simple } from '../../../exec/wasm/memory-simple.ts';
import { atomicHasWidth, atomicOperations, memorySignatures, Shape } from '../../../exec/wasm/memory.ts';
import type { MemoryFunctionName } from '../../../exec/wasm/memory.ts';
import type { Code, ModuleWriter } from '../../../exec/wasm/writer.ts';
import { Type } from '../../../exec/wasm/writer.ts';
import type { Decoded, Operand } from '../isa/types.ts';
import { isScalar, isVector, operandOf } from '../memory-ops.ts';
import { memorySemantics } from '../semantics/memory.ts';
import type { MemorySemantics } from '../semantics/memory.ts';
import { EXEC, LANES, NULL, REGISTER_BYTES, S, STRIP_BYTES } from '../state.ts';
import { lastStart } from './ramps.ts';
import type { Ramps, Row, RowRegisters } from './ramps.ts';
import type { Scalars } from './scalars.ts';

/** Vector registers: first and how many. */
interface Registers {
  readonly first: number;
  readonly count: number;
}

export interface MemoryPlace {
  readonly code: Code;
  /** Locals: the context, the wave's scalars and its vector registers. */
  readonly context: number;
  readonly scalarsBase: number;
  readonly vectors: number;
  readonly wide: boolean;
  /** Block times 256 plus instruction: who asks. */
  readonly tag: number;
  readonly scalars: Scalars;
  readonly ramps: Ramps;
  /** Brings the open run to its end, where it touches these registers or scalars. */
  settle(reads: readonly Registers[], writes: readonly Registers[], scalars: readonly number[]): void;
}

/** A call that stands for an instruction. */
interface Plan {
  readonly name: MemoryFunctionName;
  readonly reads: readonly Registers[];
  readonly writes: readonly Registers[];
  readonly scalarReads: readonly number[];
  /** Pushes what follows context and mask, for the half whose registers begin at local `vectors`. */
  push(place: MemoryPlace, vectors: number, half: 0 | 1): void;
  readonly row?: RowPlan | undefined;
}
/** What to do where addresses are a row. */
interface RowPlan {
  readonly load: boolean;
  readonly registers: RowRegisters;
  /** The first register that is loaded into or stored from. */
  readonly data: number;
  readonly dwords: number;
  readonly fresh: number;
  /** Pushes lane 0's address. */
  push(place: MemoryPlace, row: Row): void;
}
interface ScalarPlan {
  readonly name: 'scalarLoad';
  write(place: MemoryPlace, imports: MemoryImports): void;
}

const registersOf = (o: Operand, count = 1): Registers => ({ first: o.index, count });
const dwordsOf = (m: MemorySemantics): number => Math.max(1, m.bytes >>> 2);
const shapeOf = (m: MemorySemantics): number =>
  (m.signed ? Shape.signed : 0) | (m.part === 'low' ? Shape.low : m.part === 'high' ? Shape.high : 0);
const shiftOf = (m: MemorySemantics): number => (m.part === 'high' ? 16 : 0);

const pushRegister =
  (index: number) =>
  ({ code }: MemoryPlace, vectors: number): void => {
    code.get(vectors);
    if (index === 0) return;
    code.i32(index * REGISTER_BYTES);
    code.op('i32.add');
  };

/** The register's address; 0 where there is none. */
const pushRegisterOrZero =
  (o: Operand | undefined) =>
  (place: MemoryPlace, vectors: number): void => {
    if (isVector(o)) pushRegister(o.index)(place, vectors);
    else place.code.i32(0);
  };

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

/** GLOBAL, FLAT and SCRATCH. */
function vectorPlan(d: Decoded, m: MemorySemantics): Plan | undefined {
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

function ldsPlan(d: Decoded, m: MemorySemantics): Plan | undefined {
  const address = operandOf(d, 'addr');
  if (d.gds || m.byLane || !isVector(address)) return undefined;
  const first = operandOf(d, 'data0');
  const second = operandOf(d, 'data1');
  const [to] = d.dst;
  const dwords = dwordsOf(m);
  const small = m.bytes < 4;
  const bits = m.bytes * 8;
  const unit = m.bytes * (m.stride64 ? 64 : 1);
  const at = pushRegister(address.index);
  const pairOffsets = ({ code }: MemoryPlace): void => {
    code.i32(d.imm * unit);
    code.i32(d.imm1 * unit);
  };
  switch (m.action) {
    case 'load': {
      if (!isVector(to)) return undefined;
      const moved = registersOf(to, dwords);
      return {
        name: `ldsLoad${bits}` as MemoryFunctionName,
        reads: m.part === 'all' ? [registersOf(address)] : [registersOf(address), moved],
        writes: [moved],
        scalarReads: [],
        push: (place, vectors) => {
          pushRegister(to.index)(place, vectors);
          at(place, vectors);
          place.code.i32(d.imm);
          if (small) place.code.i32(shapeOf(m));
        },
      };
    }
    case 'store': {
      if (!isVector(first)) return undefined;
      return {
        name: `ldsStore${bits}` as MemoryFunctionName,
        reads: [registersOf(address), registersOf(first, dwords)],
        writes: [],
        scalarReads: [],
        push: (place, vectors) => {
          pushRegister(first.index)(place, vectors);
          at(place, vectors);
          place.code.i32(d.imm);
          if (small) place.code.i32(shiftOf(m));
        },
      };
    }
    case 'load2': {
      if (!isVector(to)) return undefined;
      return {
        name: `ldsLoadTwo${bits}` as MemoryFunctionName,
        reads: [registersOf(address)],
        writes: [registersOf(to, 2 * dwords)],
        scalarReads: [],
        push: (place, vectors) => {
          pushRegister(to.index)(place, vectors);
          at(place, vectors);
          pairOffsets(place);
        },
      };
    }
    case 'store2': {
      if (!isVector(first) || !isVector(second)) return undefined;
      return {
        name: `ldsStoreTwo${bits}` as MemoryFunctionName,
        reads: [registersOf(address), registersOf(first, dwords), registersOf(second, dwords)],
        writes: [],
        scalarReads: [],
        push: (place, vectors) => {
          pushRegister(first.index)(place, vectors);
          pushRegister(second.index)(place, vectors);
          at(place, vectors);
          pairOffsets(place);
        },
      };
    }
    case 'atomic': {
      const operation = atomicOperations.indexOf(m.operation!);
      if (!isVector(first) || operation < 0 || !atomicHasWidth(m.operation!, bits as 32 | 64)) return undefined;
      const result = m.returns ? to : undefined;
      return {
        name: `ldsAtomic${bits}` as MemoryFunctionName,
        reads: [
          registersOf(address),
          registersOf(first, dwords),
          ...(isVector(second) ? [registersOf(second, dwords)] : []),
        ],
        writes: isVector(result) ? [registersOf(result, dwords)] : [],
        scalarReads: [],
        push: (place, vectors) => {
          const { code } = place;
          code.i32(operation);
          pushRegisterOrZero(result)(place, vectors);
          pushRegister(first.index)(place, vectors);
          pushRegisterOrZero(second)(place, vectors);
          at(place, vectors);
          code.i32(d.imm);
        },
      };
    }
    default:
      return undefined;
  }
}

function scalarPlan(d: Decoded, m: MemorySemantics): ScalarPlan | undefined {
  const base = operandOf(d, 'sbase')!.index;
  const offset = operandOf(d, 'soffset');
  const target = operandOf(d, 'sdst', 'sdata') ?? d.dst[0]!;
  const dwords = m.bytes >>> 2;
  const to = target.index === NULL ? S.SINK : target.index;
  // EXEC, M0 and what lies around them: seldom, and never by compilers.
  if (m.space !== 'scalar' || (to < S.SINK && to + dwords > NULL)) return undefined;
  return {
    name: 'scalarLoad',
    write: (place, imports) => {
      const { code, scalars } = place;
      const written = Array.from({ length: dwords }, (_, n) => to + n);
      const read = [base, base + 1, ...(isScalar(offset) ? [offset.index] : [])];
      place.settle([], [], [...written, ...read]);
      code.get(scalars.read(base));
      code.op('i64.extend_i32_u');
      code.get(scalars.read(base + 1));
      code.i32(0xffff);
      code.op('i32.and');
      code.op('i64.extend_i32_u');
      code.i64(32n);
      code.op('i64.shl');
      code.op('i64.or');
      code.i64(BigInt(d.imm));
      code.op('i64.add');
      if (offset?.kind === 'sgpr' && offset.index !== NULL) {
        code.get(scalars.read(offset.index));
        code.op('i64.extend_i32_s');
        code.op('i64.add');
      } else if (offset?.kind === 'const' || offset?.kind === 'literal') {
        code.i64(BigInt(offset.lo | 0));
        code.op('i64.add');
      }
      // the two low bits of a scalar address do not exist
      code.i64(-4n);
      code.op('i64.and');
      const address = code.local(Type.i64);
      code.set(address);
      const fresh = d.glc ? 1 : 0;
      const e = new Emitter(code);
      code.block();
      whereSimple(e, simpleAccess(imports, Access.read, address, 4 * dwords, true, fresh), (at) => {
        copyDwords(e, at, place.scalarsBase, to * 4, 4 * dwords);
        code.br(1);
      });
      code.get(place.context);
      code.get(place.scalarsBase);
      code.i32(to * 4);
      code.op('i32.add');
      code.i32(dwords);
      code.get(address);
      code.i32(fresh);
      code.call(imports.functions.get('scalarLoad')!);
      code.end();
      code.free(Type.i64, address);
      for (const index of written) scalars.drop(index);
    },
  };
}

/** An access that is done on the spot where it is simple. */
const simpleAccess = (
  imports: MemoryImports,
  access: Simple['access'],
  address: number,
  bytes: number,
  aligned: boolean,
  fresh: number,
): Simple => ({
  access,
  address,
  bytes,
  aligned,
  quietLoad: imports.functions.get('quietLoad')!,
  quietStore: imports.functions.get('quietStore')!,
  fresh,
});

/** Pushes two dwords as one i64. */
export function pushPair(code: Code, low: number, high: number): void {
  code.get(low);
  code.op('i64.extend_i32_u');
  code.get(high);
  code.op('i64.extend_i32_u');
  code.i64(32n);
  code.op('i64.shl');
  code.op('i64.or');
}

function planOf(d: Decoded): Plan | ScalarPlan | undefined {
  const m = memorySemantics(d.row.name);
  if (m === undefined) return undefined;
  switch (m.space) {
    case 'global':
    case 'flat':
    case 'scratch':
      return vectorPlan(d, m);
    case 'lds':
      return ldsPlan(d, m);
    case 'scalar':
      return scalarPlan(d, m);
    default:
      return undefined;
  }
}

/** What a unit's accesses do, and the numbers of the functions that it imports for them. */
export interface MemoryImports {
  readonly plans: ReadonlyMap<Decoded, Plan | ScalarPlan>;
  readonly functions: ReadonlyMap<string, number>;
}

/** Registers whose row would make the access a simple one. */
export function rowOf(d: Decoded, { plans }: MemoryImports): RowRegisters | undefined {
  const plan = plans.get(d);
  return plan !== undefined && 'row' in plan ? plan.row?.registers : undefined;
}

/** What a simple access of the plan calls. */
function simplyOf(plan: Plan | ScalarPlan): readonly MemoryFunctionName[] {
  if ('write' in plan) return ['quietLoad', 'quietStore'];
  if (plan.row === undefined) return [];
  return plan.row.dwords === 1 ? ['quietLoad', 'quietStore'] : [rowFunction(plan.row)];
}
const rowFunction = ({ load, dwords }: RowPlan): MemoryFunctionName =>
  `${load ? 'load' : 'store'}${32 * dwords}Row` as MemoryFunctionName;

/** Writes an access to a row: leaves by label 1 when it is done, and falls through where it is not so simple. */
function writeRow(plan: RowPlan, row: Row, imports: MemoryImports, place: MemoryPlace): void {
  const { code, context, vectors } = place;
  const { load, data, dwords, fresh } = plan;
  const offset = data * REGISTER_BYTES;
  if (dwords > 1) {
    code.get(context);
    pushRegister(data)(place, vectors);
    plan.push(place, row);
    if (load) code.i32(fresh);
    code.call(imports.functions.get(rowFunction(plan))!);
    code.brIf(1);
    return;
  }
  const address = code.local(Type.i64);
  plan.push(place, row);
  code.set(address);
  const e = new Emitter(code);
  const access = load ? Access.read : Access.write;
  whereSimple(e, simpleAccess(imports, access, address, rowBytes(dwords), false, fresh), (at) => {
    if (load) loadRowInto(e, at, dwords, vectors, offset);
    else storeRow(e, at, dwords, vectors, offset);
    code.br(2);
  });
  code.free(Type.i64, address);
}

/** Imports what these instructions call. */
export function importMemoryFunctions(module: ModuleWriter, instructions: Iterable<Decoded>): MemoryImports {
  const functions = new Map<string, number>();
  const plans = new Map<Decoded, Plan | ScalarPlan>();
  for (const d of instructions) {
    const plan = planOf(d);
    if (plan === undefined || memorySignatures().get(plan.name) === undefined) continue;
    plans.set(d, plan);
    for (const name of [plan.name, ...simplyOf(plan)]) {
      if (functions.has(name)) continue;
      const { parameters, results } = memorySignatures().get(name)!;
      functions.set(name, module.importFunction('memory', name, parameters, results));
    }
  }
  return { plans, functions };
}

/** Writes the access; false where it has no call. */
export function memoryAccess(d: Decoded, imports: MemoryImports, place: MemoryPlace): boolean {
  const plan = imports.plans.get(d);
  if (plan === undefined) return false;
  const call = imports.functions.get(plan.name)!;
  const { code, scalars, vectors } = place;
  const tag = (): void => {
    code.get(place.context);
    code.i32(place.tag);
    code.memory('i32.store', Context.TAG);
  };
  if ('write' in plan) {
    tag();
    plan.write(place, imports);
    return true;
  }
  const { reads, writes, scalarReads, push } = plan;
  place.settle(reads, writes, [...scalarReads, EXEC, ...(place.wide ? [EXEC + 1] : [])]);
  tag();
  for (const half of place.wide ? ([0, 1] as const) : ([0] as const)) {
    const mask = scalars.read(EXEC + half);
    let registers = vectors;
    if (half === 1) {
      registers = code.local(Type.i32);
      code.get(vectors);
      code.i32(STRIP_BYTES);
      code.op('i32.add');
      code.set(registers);
    }
    // Scalars are loaded for good here, not under the condition.
    for (const index of scalarReads) scalars.read(index);
    const row = plan.row && place.ramps.row(plan.row.registers);
    if (row !== undefined) {
      code.block();
      code.get(mask);
      code.i32(-1);
      code.op('i32.eq');
      for (const ramp of [row.low, ...(row.high === undefined ? [] : [row.high])]) {
        code.get(ramp.holds);
        code.op('i32.and');
      }
      code.get(row.low.base);
      code.i32(lastStart(row.step));
      code.op('i32.le_u');
      code.op('i32.and');
      code.if();
      writeRow(plan.row!, row, imports, place);
      code.end();
    }
    code.get(mask);
    code.if();
    code.get(place.context);
    code.get(mask);
    push(place, registers, half);
    code.call(call);
    code.end();
    if (row !== undefined) code.end();
    if (half === 1) code.free(Type.i32, registers);
  }
  for (const { first, count } of writes) place.ramps.drop(first, count);
  return true;
}
