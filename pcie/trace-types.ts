/**
 * What a trace record says. The writer, reader and decoder live in `trace/`.
 *
 * A record is one thing that crossed the slot, seen from the driver's side.
 */

import type { ResetKind } from './device.ts';
import type { DmaDirection } from './iommu.ts';

/** Order in which records number them. */
export const resetKinds: readonly ResetKind[] = ['flr', 'hot', 'd3hot', 'vendor'];
export const dmaDirections: readonly DmaDirection[] = ['both', 'to-device', 'from-device'];

export const RecordKind = {
  configRead: 1,
  configWrite: 2,
  read: 3,
  write: 4,
  read64: 5,
  write64: 6,
  /** `lo` bytes; `hi` numbers the payload in a trace file, 0 where it was not kept. */
  blockRead: 7,
  blockWrite: 8,
  /**
   * `offset` = first bus address / 4096; `lo` and the low half of `hi` = bytes; `hi` 21:16 = log2 of the
   * alignment asked for (0: none); `width` bit 0 = contiguous, 2:1 = direction (0 both, 1 to, 2 from the device).
   */
  dmaAllocate: 9,
  dmaFree: 10,
  /** The host touched a DMA buffer: up to 8 bytes in `lo`, `hi` (`width` says how many); more as a block, `width` 0. */
  dmaRead: 11,
  dmaWrite: 12,
  reset: 13,
  resizeBar: 14,
  /** Virtual time that passed without an access: `lo`, `hi` ns; `width` 1 where the driver paused for it. */
  elapsed: 15,
  interrupt: 16,
  /** A step opened or closed. */
  step: 17,
  plug: 18,
  /** A DMA transaction of the device's own. */
  deviceRead: 19,
  deviceWrite: 20,
  /** A driver queried the size and address of a BAR. */
  mapBar: 21,
} as const;
export type RecordKind = (typeof RecordKind)[keyof typeof RecordKind];

export interface TraceRecord {
  readonly sequence: number;
  readonly timeNs: number;
  readonly kind: RecordKind;
  /** Card number in the machine. */
  readonly card: number;
  /** BAR number, or DMA buffer handle (17 bits of it) for dma records. */
  readonly bar: number;
  /** Bytes of one access: 1, 2, 4 or 8; blocks carry their length in `lo`. */
  readonly width: number;
  readonly offset: number;
  readonly lo: number;
  readonly hi: number;
  /** Index into the step table. */
  readonly step: number;
}
