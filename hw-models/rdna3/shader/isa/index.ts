/**
 * gfx1100 instructions: table, decoder, encoder, disassembler, generator. Pure software over the table in `table/`.
 */
export type * from './types.ts';
export { table } from './table.ts';
export { decode } from './decode.ts';
export type { CodeReader } from './decode.ts';
export { dwordsOf, is16, isFloat } from './rows.ts';
