/**
 * HDP that tells of what the host reads and stores in VRAM, for whoever looks for races. Pure software.
 */
import { HdpLog } from './hdp.ts';

export class WatchedHdp extends HdpLog {
  /** Memory that nobody has touched is made: the host's store is its first access. */
  private tell(offset: number, bytes: number, writes: boolean): void {
    const { watch, vram } = this.card;
    vram.eachPiece(offset, bytes, writes, (at, run) => watch?.host(at, run, writes));
  }

  override cpuRead(offset: number, into: Uint8Array): void {
    this.tell(offset, into.length, false);
    super.cpuRead(offset, into);
  }

  override cpuRead32(offset: number): number {
    this.tell(offset, 4, false);
    return super.cpuRead32(offset);
  }

  override cpuWrite(offset: number, from: Uint8Array): void {
    this.tell(offset, from.length, true);
    super.cpuWrite(offset, from);
  }

  override cpuWrite32(offset: number, value: number): void {
    this.tell(offset, 4, true);
    super.cpuWrite32(offset, value);
  }

  override cpuWrite64(offset: number, lo: number, hi: number): void {
    this.tell(offset, 8, true);
    super.cpuWrite64(offset, lo, hi);
  }
}
