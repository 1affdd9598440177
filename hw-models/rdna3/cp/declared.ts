/**
 * The declarations that the command processor works from, in one place.
 *
 * Pure software.
 */

export { COMPUTE, CP, GC, GFXHUB, NBIO, OSSSYS, RLC } from '../../../registers/amd/index.ts';
export { dispatchInitiator, opcodeName, opcodes, packets, registerWindows } from '../../../registers/amd/pm4.ts';
