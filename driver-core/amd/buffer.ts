/**
 * What callers hold: a piece of the card's memory.
 */

import type { GpuAddress } from '../../pcie/index.ts';
import type { Mapping } from './memory.ts';

export class GpuBuffer {
  /** As asked for, in bytes; the mapping behind it is whole pages. */
  readonly bytes: number;
  readonly name: string;
  /** Where kernels find it. Stays the same when the buffer is moved in VRAM. */
  readonly address: GpuAddress;
  /** Changes when the buffer is moved; undefined once it is freed. */
  mapping: Mapping | undefined;

  constructor(mapping: Mapping, bytes: number) {
    this.mapping = mapping;
    this.bytes = bytes;
    this.name = mapping.name;
    this.address = mapping.address;
  }

  get freed(): boolean {
    return this.mapping === undefined;
  }
}
