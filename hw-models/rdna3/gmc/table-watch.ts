/**
 * Knows which VRAM pages hold page tables, and notices stores to them.
 *
 * A walk marks the pages it read entries from. A store that lands in a marked page moves the epoch on; a TLB entry
 * of an older epoch is compared with the tables before it is used, which is how a stale one is told from a good one
 * at almost no cost. Marks are hashed: a false one costs a comparison and nothing else.
 *
 * Pure software; nothing like it exists on silicon.
 */

import type { StateBlock } from '../../../sim/index.ts';

const PAGES = 65_536;
const SLOTS = 4096;

export class TableWatch {
  /** One bit a page of VRAM, 65536 of them; in the arena, where translated code looks before it stores. */
  readonly marks: Uint8Array;
  /** Where (in units of 8 bytes, + 1) and by which access (+ 1) entries were last stored. */
  private readonly slotAt: Float64Array;
  private readonly slotSequence: Float64Array;
  /** The epoch, for hot code to compare with: changes whenever a table might have changed. */
  readonly cell: Uint32Array;
  private readonly s: Record<'enginePage' | 'engineSequence', number>;

  constructor(state: StateBlock) {
    this.marks = state.allocate('gmc.watch.marks', 'u8', PAGES / 8, 'arena');
    this.slotAt = state.f64('gmc.watch.at', SLOTS);
    this.slotSequence = state.f64('gmc.watch.sequence', SLOTS);
    this.cell = state.u32('gmc.watch.epoch', 1);
    this.s = state.record('gmc.watch', { enginePage: -1, engineSequence: -1 });
  }

  get epoch(): number {
    return this.cell[0]!;
  }

  /** Something besides a table changed what walks give (a context register). */
  bump(): void {
    this.cell[0] = this.cell[0]! >= 0xffff_fff0 ? 1 : this.cell[0]! + 1;
  }

  /** An entry was read at VRAM byte `offset`. */
  mark(offset: number): void {
    const page = (offset / 4096) >>> 0;
    this.marks[(page >>> 3) & (PAGES / 8 - 1)]! |= 1 << (page & 7);
  }

  marked(offset: number): boolean {
    const page = (offset / 4096) >>> 0;
    return ((this.marks[(page >>> 3) & (PAGES / 8 - 1)]! >>> (page & 7)) & 1) !== 0;
  }

  /** VRAM bytes were stored by access `sequence`. */
  landed(offset: number, bytes: number, sequence: number): void {
    for (let done = 0; done < bytes;) {
      const here = offset + done;
      const run = Math.min(4096 - (here % 4096), bytes - done);
      if (this.marked(here)) {
        this.bump();
        for (let eight = Math.floor(here / 8); eight * 8 < here + run; eight++) {
          const slot = slotOf(eight);
          this.slotAt[slot] = eight + 1;
          this.slotSequence[slot] = sequence + 1;
        }
      }
      done += run;
    }
  }

  /** An engine is about to store somewhere in the page of VRAM byte `offset`, on behalf of access `sequence`. */
  storing(offset: number, sequence: number): void {
    this.bump();
    this.s.enginePage = Math.floor(offset / 4096);
    this.s.engineSequence = sequence;
  }

  /** Access that last stored the entry at VRAM byte `offset`, or −1 when that is not remembered. */
  writerOf(offset: number): number {
    const eight = Math.floor(offset / 8);
    const slot = slotOf(eight);
    const byCpu = this.slotAt[slot] === eight + 1 ? this.slotSequence[slot]! - 1 : -1;
    return this.s.enginePage === Math.floor(offset / 4096) ? Math.max(byCpu, this.s.engineSequence) : byCpu;
  }

  reset(): void {
    this.marks.fill(0);
    this.slotAt.fill(0);
    this.slotSequence.fill(0);
    this.s.enginePage = -1;
    this.bump();
  }
}

const slotOf = (eight: number): number => (Math.imul(eight >>> 0, 0x9e37_79b1) >>> 20) & (SLOTS - 1);
