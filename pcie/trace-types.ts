/**
 * What a trace record says. The writer, reader and decoder live in `trace/`.
 *
 * A record is one thing that crossed the slot, seen from the driver's side.
 */

export const RecordKind = {
  configRead: 1,
  configWrite: 2,
  read: 3,
  write: 4,
  read64: 5,
  write64: 6,
  blockRead: 7,
  blockWrite: 8,
  dmaAllocate: 9,
  dmaFree: 10,
  dmaRead: 11,
  dmaWrite: 12,
  reset: 13,
  resizeBar: 14,
  /** Virtual time that passed without an access: `value` ns. */
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
  /** BAR number, or DMA buffer handle for dma records. */
  readonly bar: number;
  /** Bytes of one access: 1, 2, 4 or 8; blocks carry their length in `lo`. */
  readonly width: number;
  readonly offset: number;
  readonly lo: number;
  readonly hi: number;
  /** Index into the step table. */
  readonly step: number;
}
