/**
 * Where things are in the first 32 MiB of the card's memory, the same in every session.
 *
 * What outlives a driver must not move: the PSP keeps its protected region, the interrupt rings stay programmed, and a
 * warm boot finds them again without asking. Nothing else is ever allocated here.
 */

import { asVramOffset } from '../../pcie/index.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

export const layout = {
  /** Root of VMID 0's page tables; both hubs keep its address over sessions. */
  pageTableRoot: asVramOffset(0x0000_0000),
  /** Where accesses of the system aperture land that hit nothing. */
  apertureDefaultPage: asVramOffset(0x0000_1000),
  /** Where faulting accesses land when a fault is answered with a default page. */
  faultDefaultPage: asVramOffset(0x0000_2000),
  ihRing0: asVramOffset(0x0000_3000),
  ihRing0WritePointer: asVramOffset(0x0004_3000),
  ihRing1: asVramOffset(0x0004_4000),
  pspCommand: asVramOffset(0x0008_5000),
  pspFence: asVramOffset(0x0008_6000),
  pspRing: asVramOffset(0x0008_7000),
  smuTable: asVramOffset(0x0009_7000),
  computeMqd: asVramOffset(0x0009_b000),
  /** Images are shown to the PSP here: 1 MiB aligned, as its bootloader names addresses in MiB. */
  pspStaging: asVramOffset(0x0010_0000),
  trustedMemory: asVramOffset(0x0020_0000),
} as const;

export const layoutBytes = {
  ihRing: 256 * KIB,
  pspCommand: 4 * KIB,
  pspRing: 64 * KIB,
  pspStaging: MIB,
  trustedMemory: 0x130_0000,
  /** End of what this page reserves. */
  boot: 32 * MIB,
  /** Kept by the board at the end of memory, the discovery table among it. */
  top: 64 * MIB,
} as const;

/**
 * Left in SCRATCH_REG7 of a card that this driver has booted with this layout. The last digit changes whenever the
 * layout does; another driver's mark means nothing here, its memory lies elsewhere.
 */
export const BOOTED_MARK = 0xe517_0001;

/** Left in SCRATCH_REG6 while a driver runs, 0 after a clean end. */
export const IN_USE = 1;

/** GPU virtual addresses: clear of the null page and of the frame buffer's own range of memory-controller addresses. */
export const addressRange = {
  base: 0x1000_0000_0000,
  bytes: 2 ** 44,
  /** Last page number a context may translate: half of 48 bits. */
  endPage: 0x7_ffff_ffff,
} as const;
