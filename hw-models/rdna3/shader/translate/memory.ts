/**
 * Memory instructions as calls of the helper module (exec/wasm/memory.ts). What has no call here the interpreter
 * executes.
 *
 * A call happens before the vector instructions that are still being gathered, where neither reads or writes what the
 * other writes.
 *
 * Pure software.
 */
import { Context } from '../../../exec/wasm/context.ts';
import { atomicHasWidth, atomicOperations, memorySignatures, Shape } from '../../../exec/wasm/memory.ts';
import type { MemoryFunctionName } from '../../../exec/wasm/memory.ts';
import type { Code, ModuleWriter } from '../../../exec/wasm/writer.ts';
import { Type } from '../../../exec/wasm/writer.ts';
import type { Decoded, Operand } from '../isa/types.ts';
import { isScalar, isVector, operandOf } from '../memory-ops.ts';
import { memorySemantics } from '../semantics/memory.ts';
import type { MemorySemantics } from '../semantics/memory.ts';
import { EXEC, LANES, NULL, REGISTER_BYTES, S, STRIP_BYTES } from '../state.ts';
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
}
interface ScalarPlan {
  readonly name: 'scalarLoad';
  write(place: MemoryPlace, call: number): void;
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
  return {
    name: `${load ? 'load' : 'store'}${m.bytes * 8}${where.form}` as MemoryFunctionName,
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
    write: (place, call) => {
      const { code, scalars } = place;
      const written = Array.from({ length: dwords }, (_, n) => to + n);
      const read = [base, base + 1, ...(isScalar(offset) ? [offset.index] : [])];
      place.settle([], [], [...written, ...read]);
      code.get(place.context);
      code.get(place.scalarsBase);
      code.i32(to * 4);
      code.op('i32.add');
      code.i32(dwords);
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
      code.i32(d.glc ? 1 : 0);
      code.call(call);
      for (const index of written) scalars.drop(index);
    },
  };
}

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

/** Numbers of the functions that a unit imports. */
export type MemoryImports = ReadonlyMap<string, number>;

/** Imports what these instructions call. */
export function importMemoryFunctions(module: ModuleWriter, instructions: Iterable<Decoded>): MemoryImports {
  const imports = new Map<string, number>();
  for (const d of instructions) {
    const name = planOf(d)?.name;
    if (name === undefined || imports.has(name)) continue;
    const signature = memorySignatures().get(name);
    if (signature === undefined) continue;
    imports.set(name, module.importFunction('memory', name, signature.parameters, signature.results));
  }
  return imports;
}

/** Writes the access; false where it has no call. */
export function memoryAccess(d: Decoded, imports: MemoryImports, place: MemoryPlace): boolean {
  const plan = planOf(d);
  if (plan === undefined) return false;
  const call = imports.get(plan.name);
  if (call === undefined) return false;
  const { code, scalars, vectors } = place;
  const tag = (): void => {
    code.get(place.context);
    code.i32(place.tag);
    code.memory('i32.store', Context.TAG);
  };
  if ('write' in plan) {
    tag();
    plan.write(place, call);
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
    code.get(mask);
    code.if();
    code.get(place.context);
    code.get(mask);
    push(place, registers, half);
    code.call(call);
    code.end();
    if (half === 1) code.free(Type.i32, registers);
  }
  return true;
}
