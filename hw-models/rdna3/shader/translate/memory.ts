/**
 * Memory instructions of translated code. What has no plan here the interpreter executes.
 *
 * An access happens before the vector instructions that are still being gathered, where neither reads or writes what the
 * other writes.
 *
 * Pure software.
 */
import { Access } from '../../../exec/memory.ts';
import { Context } from '../../../exec/wasm/context.ts';
import { Emitter } from '../../../exec/wasm/memory-emit.ts';
import { loadRowInto, rowBytes, storeRow, whereSimple } from '../../../exec/wasm/memory-simple.ts';
import { memorySignatures } from '../../../exec/wasm/memory.ts';
import type { MemoryFunctionName } from '../../../exec/wasm/memory.ts';
import type { ModuleWriter } from '../../../exec/wasm/writer.ts';
import { Type } from '../../../exec/wasm/writer.ts';
import type { Decoded } from '../isa/types.ts';
import { memorySemantics } from '../semantics/memory.ts';
import { EXEC, REGISTER_BYTES, STRIP_BYTES } from '../state.ts';
import { ldsPlan } from './memory-lds.ts';
import { pushRegister, simpleAccess } from './memory-plan.ts';
import type { MemoryImports, MemoryPlace, Plan, RowPlan, ScalarPlan } from './memory-plan.ts';
import { scalarPlan } from './memory-scalar.ts';
import { vectorPlan } from './memory-vector.ts';
import { lastStart } from './ramps.ts';
import type { Row, RowRegisters } from './ramps.ts';

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
