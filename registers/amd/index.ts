/**
 * Everything declared about Navi31's registers, and the way from a name or an address to a declaration.
 *
 * Pure software over the declarations of this folder.
 */

import type { Register, RegisterBlock } from '../language.ts';
import { ATHUB } from './athub.ts';
import { COMPUTE } from './compute.ts';
import { CP } from './cp.ts';
import { GC } from './gc.ts';
import { GFXHUB } from './gfxhub.ts';
import { GRBM } from './grbm.ts';
import { HDP } from './hdp.ts';
import { OSSSYS } from './ih.ts';
import { MMHUB } from './mmhub.ts';
import { MP0 } from './mp0.ts';
import { MP1 } from './mp1.ts';
import { lookUp, nameOf } from './names.ts';
import { ipBlock } from './navi31.ts';
import { NBIO } from './nbio.ts';
import { RLC } from './rlc.ts';
import { SDMA0, SDMA1 } from './sdma.ts';
import { unmodelledBlocks } from './tail/index.ts';
import { UNNAMED } from './unnamed.ts';

export { ATHUB, COMPUTE, CP, GC, GFXHUB, GRBM, HDP, MMHUB, MP0, MP1, NBIO, OSSSYS, RLC, SDMA0, SDMA1, UNNAMED };
export { unmodelledBlocks } from './tail/index.ts';
export { fieldNameOf, nameOf, registerAt } from './names.ts';
export type { RegisterAt } from './names.ts';
export * from './navi31.ts';
export * as aql from './aql.ts';
export * as descriptor from './descriptor.ts';
export * as discovery from './discovery.ts';
export * as firmware from './firmware.ts';
export * as gcr from './gcr.ts';
export * as interrupts from './ih-vector.ts';
export * as mqd from './mqd.ts';
export * as pageTables from './pte.ts';
export * as pm4 from './pm4.ts';
export * as psp from './psp.ts';
export * as sdmaPackets from './sdma-packets.ts';
export * as smu from './smu.ts';

/** The blocks that a model or a driver works with, register by register. */
export const blocks: readonly RegisterBlock[] = [
  NBIO,
  HDP,
  MMHUB,
  GFXHUB,
  GRBM,
  CP,
  COMPUTE,
  GC,
  RLC,
  SDMA0,
  SDMA1,
  OSSSYS,
  MP0,
  MP1,
  ATHUB,
  UNNAMED,
];

/** Blocks of ours that are parts of one IP block; all others carry the IP block's own name. */
const partOf: Readonly<Record<string, string>> = {
  GFXHUB: 'GC',
  GRBM: 'GC',
  CP: 'GC',
  COMPUTE: 'GC',
  RLC: 'GC',
  UNNAMED: 'NBIO',
  GC_REST: 'GC',
  MMHUB_REST: 'MMHUB',
  NBIO_REST: 'NBIO',
  HDP_REST: 'HDP',
  OSSSYS_REST: 'OSSSYS',
  ATHUB_REST: 'ATHUB',
  MP_REST: 'MP0',
};

/** Name of the IP block (see `ipBlocks`) whose bases the registers of `block` count from. */
export function ipOf(block: string): string {
  return partOf[block] ?? block;
}

/**
 * Address of element `index` of a register, in dwords from the start of the register space. Multiplied by 4 it is the
 * byte offset in BAR5, where that is large enough.
 *
 * @param bases dword base of each segment; Navi31's own unless a driver has read others from the discovery table
 * @throws RangeError when the block has no such segment.
 */
export function dwordAddress(register: Register, index = 0, bases = ipBlock(ipOf(register.block)).bases): number {
  const base = bases[register.segment];
  if (base === undefined) throw new RangeError(`${register.name}: ${register.block} has no segment ${register.segment}`);
  return base + register.at + index * register.stride;
}

/** What lies at an address or bears a name. */
export interface Located {
  readonly block: RegisterBlock;
  readonly register: Register;
  readonly index: number;
  /** The vendor's name, numbers filled in. */
  readonly name: string;
  readonly dword: number;
}

/**
 * The register with this vendor name, or at this byte offset of the register space; `undefined` when nothing declares it.
 * Looks among the modelled ones first, then among the rest. Walks the declarations: for tools, not for the path of an
 * access.
 */
export function findRegister(nameOrByteOffset: string | number): Located | undefined {
  return findAmong(blocks, nameOrByteOffset) ?? findAmong(unmodelledBlocks(), nameOrByteOffset);
}

/** The same among given blocks, e.g. a kept answer of `unmodelledBlocks`. */
export function findAmong(
  among: readonly RegisterBlock[],
  nameOrByteOffset: string | number,
): Located | undefined {
  for (const block of among) {
    const registers = Object.values<Register>(block.registers);
    const found =
      typeof nameOrByteOffset === 'string'
        ? lookUp(registers, nameOrByteOffset)
        : atDword(registers, Math.floor(nameOrByteOffset / 4));
    if (found === undefined) continue;
    const { register, index } = found;
    return { block, register, index, name: nameOf(register, index), dword: dwordAddress(register, index) };
  }
  return undefined;
}

function atDword(registers: readonly Register[], dword: number) {
  for (const register of registers) {
    const away = dword - dwordAddress(register);
    if (away < 0 || away % register.stride !== 0 || away / register.stride >= register.count) continue;
    return { register, index: away / register.stride };
  }
  return undefined;
}
