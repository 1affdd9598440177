/**
 * What a card model gets from the machine it is plugged into, and what it gives back.
 */

import type { PciFunction } from '../pcie/index.ts';
import type { Arena } from './arena.ts';
import type { EventQueue } from './events.ts';
import type { Findings } from './findings.ts';
import type { Random } from './random.ts';
import type { StateBlock } from './state.ts';

/** How a card reaches host memory. Every access is checked against bus-master enable and the IOMMU. */
export interface DmaPort {
  /**
   * Arena offset of `busAddress`, good to the end of its 4 KiB page. −1: refused (a fault was recorded
   * and the finding said); −2: not memory (another card's BAR), use the copying forms.
   */
  translate(busAddress: number, write: boolean): number;
  /** False where any part was refused; that part reads as all ones. */
  read(busAddress: number, into: Uint8Array): boolean;
  /** False where any part was refused; that part is dropped. */
  write(busAddress: number, from: Uint8Array): boolean;
  read32(busAddress: number): number;
  write32(busAddress: number, value: number): boolean;
}

/** Anything besides state blocks that a snapshot must carry (sparse memories). */
export interface Copyable {
  snapshot(): unknown;
  restore(saved: never): void;
  hashInto?(hash: { bytes(data: Uint8Array): void; text(value: string): void }): void;
}

/** The slot from the card's side. */
export interface CardSlot {
  /** Card number in the machine. */
  readonly card: number;
  readonly arena: Arena;
  readonly events: EventQueue;
  /** This card's own state. */
  readonly state: StateBlock;
  readonly findings: Findings;
  readonly random: Random;
  readonly dma: DmaPort;
  /** Sends interrupt `vector` (the function's MSI logic decides whether it leaves the card). */
  interrupt(vector: number): void;
  /** Memory outside the state block that belongs to a snapshot. */
  keep(name: string, part: Copyable): void;
}

export interface CardModel {
  /** `rx7900xtx`. */
  readonly name: string;
  readonly function: PciFunction;
  /** Turns an access into the field's own words for findings and traces. */
  describe(bar: number, offset: number): string;
  /** Told of the host's own accesses to memory for DMA, by arena offset (inside a 64 KiB chunk). Absent: not interested. */
  readonly hostTouched?: ((at: number, bytes: number, writes: boolean) => void) | undefined;
  /** Assigns the BARs with `place(bytes, is64)`, as system firmware does. */
  assignBars(place: (bytes: number, is64: boolean) => number): void;
  /** How much of the declared registers was touched, for reports. */
  coverage?(): { declared: number; read: number; written: number };
}

/** Makes a card in a slot. `options` is plain data. */
export type CardFactory<O = never> = (slot: CardSlot, options: O) => CardModel;
