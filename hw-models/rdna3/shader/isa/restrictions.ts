/**
 * What an encoding can say and the hardware forbids.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture" (constant bus, VOPD rules); held to what llvm-mc 19's assembler refuses.
 * Fidelity: from-public-source.
 */
import { compiledRow } from './decode.ts';
import { AsmError } from './tokens.ts';
import type { Decoded, Operand } from './types.ts';

/** Sources that the encoding keeps and this chip lacks. */
const missing: Readonly<Record<number, string>> = { 239: 'src_pops_exiting_wave_id', 251: 'src_vccz', 252: 'src_execz' };

const laneSelect = new Set(['v_readlane_b32', 'v_writelane_b32']);
/** Their sources share one path. */
const shiftsOf64 = new Set(['v_lshlrev_b64', 'v_lshrrev_b64', 'v_ashrrev_i64']);

/** Two scalar values reach the vector ALU at a time: registers and the literal. */
const CONSTANT_BUS = 2;

/** A key for a value that goes over the constant bus; undefined where it does not. */
function busKey(value: Operand): string | undefined {
  if (value.kind === 'sgpr') return value.index === 124 ? undefined : `s${value.index}`;
  if (value.kind === 'literal') return 'literal';
  return value.kind === 'special' && value.index >= 235 ? `special${value.index}` : undefined;
}

/**
 * @param columnOf column of a source operand, for the message.
 * @throws AsmError at the operand that is one too many.
 */
export function checkRestrictions(d: Decoded, columnOf: (source: number) => number, column: number): void {
  [...d.src, ...(d.second?.src ?? [])].forEach((value, i) => {
    const name = value.kind === 'special' ? missing[value.index] : undefined;
    if (name !== undefined) throw new AsmError(i < d.src.length ? columnOf(i) : column, `gfx1100 has no ${name}`);
  });
  if (d.format === 'VOPD') { dual(d, columnOf, column); return; }
  if (d.format === 'SOPK' && d.row.name.startsWith('s_waitcnt_') && d.src[0]!.index !== 124)
    throw new AsmError(column, `${d.row.name} takes null as its register`);
  if (!d.format.startsWith('VOP')) return;
  const plan = compiledRow(d.row);
  if (d.dpp !== undefined && d.src[1] !== undefined && plan.src[1]!.type !== 'm' && plan.src[1]!.class !== 'vcc' && d.src[1].kind !== 'vgpr')
    throw new AsmError(columnOf(1), 'the second source of a DPP instruction is a vector register');
  const lane = laneSelect.has(d.row.name);
  if (lane && d.src[1]!.kind === 'literal') throw new AsmError(columnOf(1), 'a lane is chosen by a register or an inline constant');
  const most = shiftsOf64.has(d.row.name) ? 1 : CONSTANT_BUS;
  const used = new Set<string>();
  d.src.forEach((value, i) => {
    const key = lane ? undefined : busKey(value);
    if (key === undefined) return;
    used.add(key);
    if (used.size > most) throw new AsmError(columnOf(i), `more than ${most} scalar value${most === 1 ? '' : 's'}: the constant bus carries no more`);
  });
}

function dual(d: Decoded, columnOf: (source: number) => number, column: number): void {
  const y = d.second!;
  const bank = (a: Operand | undefined, b: Operand | undefined, banks: number): boolean =>
    a?.kind === 'vgpr' && b?.kind === 'vgpr' && a.index % banks === b.index % banks;
  const third = (half: Decoded): Operand | undefined =>
    (half.row.flags!.includes('accumulates') ? half.dst[0] : half.row.name === 'v_dual_fmamk_f32' ? half.src[2] : undefined);
  const second = (half: Decoded): Operand | undefined => half.src.find((_, i) => compiledRow(half.row).src[i]!.name === 'vsrc1');
  if (bank(d.src[0], y.src[0], 4)) throw new AsmError(columnOf(0), 'the first sources of both halves lie in one register bank (number modulo 4)');
  const isMultiply = (half: Decoded): boolean => half.row.name === 'v_dual_fmamk_f32';
  if (!isMultiply(d) && !isMultiply(y) && bank(second(d), second(y), 4))
    throw new AsmError(columnOf(1), 'the second sources of both halves lie in one register bank (number modulo 4)');
  if (bank(third(d), third(y), 2)) throw new AsmError(column, 'the accumulators of both halves are both even or both odd');
  const used = new Set([...d.src, ...y.src].flatMap((value) => busKey(value) ?? []));
  if (d.row.name.includes('cndmask') || y.row.name.includes('cndmask')) used.add('s106');
  if (used.size > CONSTANT_BUS) throw new AsmError(column, `more than ${CONSTANT_BUS} scalar values: the constant bus carries no more`);
}
