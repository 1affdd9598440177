/**
 * Scalar loads: on the spot where the page is known, else by a call.
 *
 * Pure software.
 */
import { Access } from '../../../exec/memory.ts';
import { Emitter } from '../../../exec/wasm/memory-emit.ts';
import { copyDwords, whereSimple } from '../../../exec/wasm/memory-simple.ts';
import { Type } from '../../../exec/wasm/writer.ts';
import type { Decoded } from '../isa/types.ts';
import { isScalar, operandOf } from '../memory-ops.ts';
import type { MemorySemantics } from '../semantics/memory.ts';
import { NULL, S } from '../state.ts';
import { simpleAccess } from './memory-plan.ts';
import type { ScalarPlan } from './memory-plan.ts';

export function scalarPlan(d: Decoded, m: MemorySemantics): ScalarPlan | undefined {
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
