/**
 * Configuration space of one function: 4 KiB, capabilities declared as data.
 *
 * Source: PCI Express Base Specification (public register layouts, as in Linux pci_regs.h).
 * Fidelity: from-public-source.
 */

import type { Width } from './device.ts';

export interface ConfigSpace {
  /** @returns the value, unsigned; all ones past the end. */
  read(offset: number, width: Width): number;
  write(offset: number, width: Width, value: number): void;
  readonly memorySpaceEnabled: boolean;
  readonly busMasterEnabled: boolean;
  /** Bytes that BAR `index` decodes now (0 when absent). */
  barBytes(index: number): number;
  /** Bus address that BAR `index` decodes at now (0 before it was assigned). */
  barAddress(index: number): number;
}
