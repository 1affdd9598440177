/** The corner tables under their old name. */
export { corners as instructionValues } from '../witness/corners.ts';
