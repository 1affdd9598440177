/**
 * The whole instruction table of gfx1100's compute side, one row an encoding.
 *
 * Source and fidelity: see the files it is put together from, `table/`.
 * Fidelity: from-public-source.
 */
import { once } from './rows.ts';
import type { InstructionRow } from './types.ts';
import { sopRows } from './table/sop.ts';
import { vop1Rows, vop2Rows } from './table/vop.ts';
import { vop3Rows } from './table/vop3.ts';
import { promotedRows, vopcRows } from './table/promoted.ts';
import { vopdRows } from './table/vopd.ts';
import { dsRows, flatRows, globalRows, mubufRows, scratchRows, smemRows } from './table/memory.ts';

/** All rows. Made at the first call. */
export const table = once((): readonly InstructionRow[] => [
  ...sopRows(), ...smemRows(),
  ...vop1Rows(), ...vop2Rows(), ...vopcRows(), ...promotedRows(), ...vop3Rows(), ...vopdRows(),
  ...dsRows(), ...flatRows(), ...globalRows(), ...scratchRows(), ...mubufRows(),
]);
