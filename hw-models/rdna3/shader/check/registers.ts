/**
 * Which registers an instruction reads and writes, taken from its operands, what its row says is implicit, and what is
 * special to a few.
 *
 * Vector registers by number. Scalars as instructions encode them; SCC is 128. EXEC is read by everything that works
 * on lanes and is not listed for it.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture", by way of the instruction table.
 * Fidelity: from-public-source.
 */
import type { Decoded, Operand } from '../isa/types.ts';
import { M0, NULL, S, VCC } from '../state.ts';

export interface Registers {
  readonly readV: readonly number[];
  readonly writeV: readonly number[];
  readonly readS: readonly number[];
  readonly writeS: readonly number[];
}

const FLAG_SCC = S.SCC;

/** Numbers of the registers from one on. */
export const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

/** @param wave64 lane masks are pairs of scalars. */
export function registersOf(d: Decoded, wave64: boolean): Registers {
  const readV = new Set<number>();
  const writeV = new Set<number>();
  const readS = new Set<number>();
  const writeS = new Set<number>();
  const add = (o: Operand, v: Set<number>, s: Set<number>): void => {
    if (o.kind === 'vgpr') for (let i = 0; i < o.dwords; i++) v.add(o.index + i);
    else if (o.kind === 'sgpr' && o.index !== NULL) {
      const count = o.type === 'm' ? (wave64 ? 2 : 1) : o.dwords;
      for (let i = 0; i < count; i++) if (o.index + i < 128) s.add(o.index + i);
    } else if (o.kind === 'special') {
      if (o.index === 253) s.add(FLAG_SCC);
      else if (o.index === 251) {
        s.add(VCC);
        if (wave64) s.add(VCC + 1);
      }
    }
  };
  const one = (i: Decoded): void => {
    for (const o of i.src) add(o, readV, readS);
    for (const o of i.dst) add(o, writeV, writeS);
    const { row } = i;
    for (const o of row.src) {
      if (o.class === 'scc') readS.add(FLAG_SCC);
      else if (o.class === 'm0') readS.add(M0);
    }
    for (const o of row.dst) if (o.class === 'scc') writeS.add(FLAG_SCC);
    const flags = row.flags ?? [];
    if (flags.includes('accumulates')) for (const o of i.dst) add(o, readV, readS);
    if (row.name.startsWith('v_swap_')) {
      for (const o of i.dst) add(o, readV, readS);
      for (const o of i.src) add(o, writeV, writeS);
    }
    // the branches on VCC name it by their name only
    if (row.name.startsWith('s_cbranch_vcc')) {
      readS.add(VCC);
      if (wave64) readS.add(VCC + 1);
    } else if (row.name.startsWith('s_cbranch_scc')) readS.add(FLAG_SCC);
  };
  one(d);
  if (d.second !== undefined) one(d.second);
  return { readV: [...readV], writeV: [...writeV], readS: [...readS], writeS: [...writeS] };
}
