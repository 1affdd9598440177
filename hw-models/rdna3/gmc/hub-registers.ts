/**
 * The registers of one VM hub under names that do not say which hub: GFXHUB's and MMHUB's sets mirror each other,
 * differing in the prefix alone.
 *
 * Fidelity: from-public-source. The declarations themselves are in `registers/amd`.
 */

import type { Register, RegisterBlock } from '../../../registers/index.ts';

const vm = [
  'L2_CNTL2',
  'L2_BANK_SELECT_RESERVED_CID2',
  'L2_PROTECTION_FAULT_CNTL',
  'L2_PROTECTION_FAULT_STATUS',
  'L2_PROTECTION_FAULT_ADDR_LO32',
  'L2_PROTECTION_FAULT_ADDR_HI32',
  'L2_PROTECTION_FAULT_DEFAULT_ADDR_LO32',
  'L2_PROTECTION_FAULT_DEFAULT_ADDR_HI32',
  'CONTEXTn_CNTL',
  'CONTEXTn_PAGE_TABLE_BASE_ADDR_LO32',
  'CONTEXTn_PAGE_TABLE_BASE_ADDR_HI32',
  'CONTEXTn_PAGE_TABLE_START_ADDR_LO32',
  'CONTEXTn_PAGE_TABLE_START_ADDR_HI32',
  'CONTEXTn_PAGE_TABLE_END_ADDR_LO32',
  'CONTEXTn_PAGE_TABLE_END_ADDR_HI32',
  'INVALIDATE_ENGn_SEM',
  'INVALIDATE_ENGn_REQ',
  'INVALIDATE_ENGn_ACK',
  'INVALIDATE_ENGn_ADDR_RANGE_LO32',
  'INVALIDATE_ENGn_ADDR_RANGE_HI32',
] as const;
const mc = [
  'FB_LOCATION_BASE',
  'FB_LOCATION_TOP',
  'AGP_TOP',
  'AGP_BOT',
  'AGP_BASE',
  'SYSTEM_APERTURE_LOW_ADDR',
  'SYSTEM_APERTURE_HIGH_ADDR',
  'SYSTEM_APERTURE_DEFAULT_ADDR_LSB',
  'SYSTEM_APERTURE_DEFAULT_ADDR_MSB',
  'MX_L1_TLB_CNTL',
] as const;

export type HubRegisters = Readonly<Record<(typeof vm)[number] | (typeof mc)[number], Register>>;

/** @param prefix `GC` or `MM`. @throws RangeError when the block lacks one. */
export function hubRegisters(block: RegisterBlock, prefix: 'GC' | 'MM'): HubRegisters {
  const found = {} as Record<string, Register>;
  const all = block.registers as Readonly<Record<string, Register>>;
  const take = (short: string, name: string): void => {
    const register = all[name];
    if (register === undefined) throw new RangeError(`${block.name} has no ${name}`);
    found[short] = register;
  };
  for (const name of vm) take(name, `${prefix}VM_${name}`);
  for (const name of mc) take(name, `${prefix}MC_VM_${name}`);
  return found as HubRegisters;
}
