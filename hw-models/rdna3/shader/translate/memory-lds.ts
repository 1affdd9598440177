/**
 * LDS accesses as calls.
 *
 * Pure software.
 */
import { atomicHasWidth, atomicOperations } from '../../../exec/wasm/memory.ts';
import type { MemoryFunctionName } from '../../../exec/wasm/memory.ts';
import type { Decoded } from '../isa/types.ts';
import { isVector, operandOf } from '../memory-ops.ts';
import type { MemorySemantics } from '../semantics/memory.ts';
import { dwordsOf, pushRegister, pushRegisterOrZero, registersOf, shapeOf, shiftOf } from './memory-plan.ts';
import type { MemoryPlace, Plan } from './memory-plan.ts';

export function ldsPlan(d: Decoded, m: MemorySemantics): Plan | undefined {
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
