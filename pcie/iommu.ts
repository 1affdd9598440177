/**
 * The IOMMU between one or more devices and host memory: which bus addresses they were granted.
 *
 * A map from bus page to host page with a direction, in granules of 4 KiB (x86, Linux) or 16 KiB (Apple
 * Silicon's DART). A refused access is recorded as a fault the driver can hear of. Freed bus addresses
 * are not handed out again soon, so that a late DMA meets nothing.
 *
 * Fidelity: from-public-source (behaviour common to VT-d, SMMU and DART; fault records simplified).
 */

import { EmptyslotError } from './errors.ts';

export type DmaDirection = 'to-device' | 'from-device' | 'both';

const READ = 1;
const WRITE = 2;

/** Smallest page an access may be split at, in bytes; every granule is a multiple. */
export const DMA_PAGE_BYTES = 4096;

export class Iommu {
  /** Bytes of one grant unit. */
  readonly granule: 4096 | 16384;
  /** Device sees host-physical addresses one to one, but still only granted ones. */
  readonly passthrough: boolean;
  /** Bus page -> host page * 4 + direction bits, in units of 4 KiB pages. */
  private pages = new Map<number, number>();
  private next: number;
  private readonly limit: number;

  constructor(options: { granule?: 4096 | 16384; passthrough?: boolean; base?: number; limit?: number } = {}) {
    this.granule = options.granule ?? 4096;
    this.passthrough = options.passthrough ?? false;
    this.next = options.base ?? 0x10_0000_0000;
    this.limit = options.limit ?? 0x80_0000_0000;
  }

  /**
   * Reserves `bytes` (rounded up to granules) of bus addresses in one run.
   *
   * @throws EmptyslotError `DMA_EXHAUSTED`.
   */
  reserve(bytes: number, align: number = this.granule): number {
    const start = Math.ceil(this.next / align) * align;
    const end = start + Math.ceil(bytes / this.granule) * this.granule;
    if (end > this.limit)
      throw new EmptyslotError('DMA_EXHAUSTED', 'no bus addresses left in the IOMMU window', {
        lastSeen: `0x${this.next.toString(16)}`,
      });
    this.next = end + this.granule; // a hole between grants: an overrun faults
    return start;
  }

  /** Grants `bytes` at bus address `bus` onto host address `host`; all multiples of the granule. */
  map(bus: number, host: number, bytes: number, direction: DmaDirection): void {
    if (bus % this.granule !== 0 || host % this.granule !== 0 || bytes % this.granule !== 0) {
      throw new EmptyslotError(
        'MAPPING_INVALID',
        `grant of ${bytes} bytes at 0x${bus.toString(16)} is not in units of ${this.granule}`,
      );
    }
    const bits = direction === 'to-device' ? READ : direction === 'from-device' ? WRITE : READ | WRITE;
    for (let done = 0; done < bytes; done += DMA_PAGE_BYTES) {
      this.pages.set((bus + done) / DMA_PAGE_BYTES, ((host + done) / DMA_PAGE_BYTES) * 4 + bits);
    }
  }

  unmap(bus: number, bytes: number): void {
    for (let done = 0; done < bytes; done += DMA_PAGE_BYTES) this.pages.delete((bus + done) / DMA_PAGE_BYTES);
  }

  /** Host address of `bus`, good to the end of its 4 KiB page; −1 not granted, −2 wrong direction. */
  translate(bus: number, write: boolean): number {
    const page = Math.floor(bus / DMA_PAGE_BYTES);
    const entry = this.pages.get(page);
    if (entry === undefined) return -1;
    if ((entry & (write ? WRITE : READ)) === 0) return -2;
    return Math.floor(entry / 4) * DMA_PAGE_BYTES + (bus - page * DMA_PAGE_BYTES);
  }

  get grantedPages(): number {
    return this.pages.size;
  }

  snapshot(): { pages: ReadonlyMap<number, number>; next: number } {
    return { pages: new Map(this.pages), next: this.next };
  }

  restore(saved: { pages: ReadonlyMap<number, number>; next: number }): void {
    this.pages = new Map(saved.pages);
    this.next = saved.next;
  }
}
