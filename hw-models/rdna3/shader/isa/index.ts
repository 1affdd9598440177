/**
 * gfx1100 instructions: table, decoder, encoder, disassembler, generator. Pure software over the table in `table/`.
 */
export type * from './types.ts';
export { table } from './table.ts';
export { decode } from './decode.ts';
export type { CodeReader } from './decode.ts';
export { dwordsOf, is16, isFloat } from './rows.ts';
export { disassemble, disassembleWave64 } from './text.ts';
export { encode } from './encode.ts';
export { unmodelled, unmodelledNames } from './unmodelled.ts';
export type { Unmodelled } from './unmodelled.ts';
export { randomEncoding, seeded } from './random.ts';
export type { Random, RandomOptions } from './random.ts';
export { assemble } from './assemble.ts';
export type { AssembledLine, AssembleOptions, Assembly } from './assemble.ts';
export { halfBits } from './operands.ts';
export { AsmError } from './tokens.ts';
