/**
 * Families that need no list: VOPC's predicates over types, and the 64-bit forms of VOP1, VOP2 and VOPC.
 *
 * A 64-bit form has the opcode of the 32-bit form plus 0x180 (VOP1), 0x100 (VOP2) or 0 (VOPC). It encodes as an
 * SGPR what the short form takes from or writes to VCC.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture", checked row by row against llvm-mc 19.
 * Fidelity: from-public-source.
 */
import type { InstructionRow, OperandDecl } from '../types.ts';
import { once, row } from '../rows.ts';
import { vop1Rows, vop2Rows } from './vop.ts';

const floatPredicates = ['f', 'lt', 'eq', 'le', 'gt', 'lg', 'ge', 'o', 'u', 'nge', 'nlg', 'ngt', 'nle', 'neq', 'nlt', 't'];
const integerPredicates = ['f', 'lt', 'eq', 'le', 'gt', 'ne', 'ge', 't'];

function compares(): InstructionRow[] {
  const out: InstructionRow[] = [];
  for (const [name, base, result] of [['v_cmp', 0x00, 'vcc'], ['v_cmpx', 0x80, 'exec']] as const) {
    const add = (opcode: number, predicate: string, type: string, second: string, flags: string): void => {
      const wide = type.endsWith('64') ? ' nodpp' : '';
      out.push(row('VOPC', `${base + opcode} ${name}_${predicate}_${type} ${result} = ${type} ${second} |${flags}${wide}`));
    };
    ['f16', 'f32', 'f64'].forEach((type, t) => floatPredicates.forEach((p, i) => add(t * 16 + i, p, type, type, ' clamp')));
    // The 16-bit integer compares lack the two constant predicates.
    ['i16', 'u16', 'i32', 'u32', 'i64', 'u64'].forEach((type, t) => integerPredicates.forEach((p, i) => {
      if (!(type.endsWith('16') && (p === 'f' || p === 't'))) add(0x30 + t * 8 + i, p, type, type, '');
    }));
    ['f16', 'f32', 'f64'].forEach((type, t) => add(0x7d + t, 'class', type, 'b32', type === 'f16' ? ' lo128' : ''));
  }
  return out.toSorted((a, b) => a.opcode - b.opcode);
}

export const vopcRows = once((): readonly InstructionRow[] => compares());

const wideFields = ['src0', 'src1', 'src2'];

/** The 64-bit form of a short row. */
function promote(short: InstructionRow, offset: number): InstructionRow {
  const carries = short.dst.length === 2;
  const dst = short.dst.map((decl): OperandDecl =>
    decl.class === 'vcc' ? { field: carries ? 'sdst' : 'vdst', class: 'sgpr', type: 'm' } : decl);
  let next = 0;
  const src = short.src.map((decl): OperandDecl => {
    if (decl.class === 'exec' || decl.class === 'm0' || decl.class === 'scc') return decl;
    const field = wideFields[next++]!;
    if (decl.class === 'vcc') return { field, class: 'sgpr', type: 'm' };
    return { field, class: decl.class === 'vgpr' && decl.field === 'src0' ? 'vgpr' : 'vsrc', type: decl.type };
  });
  return {
    name: short.name,
    format: carries ? 'VOP3SD' : 'VOP3',
    opcode: short.opcode + offset,
    dst,
    src,
    flags: [...(short.flags ?? []), 'promoted'],
  };
}

const wide = (short: InstructionRow): boolean => !short.flags!.includes('e32only');

export const promotedRows = once((): readonly InstructionRow[] => [
  ...vopcRows().map((short) => promote(short, 0)),
  ...vop2Rows().filter(wide).map((short) => promote(short, 0x100)),
  ...vop1Rows().filter(wide).map((short) => promote(short, 0x180)),
]);

/** Names that exist in a short and a 64-bit form, which LLVM tells apart by `_e32` and `_e64`. */
export const promotedNames = once(
  (): ReadonlySet<string> => new Set(promotedRows().filter((r) => !r.flags!.includes('bare')).map((r) => r.name)),
);

