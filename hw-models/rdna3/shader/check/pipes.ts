/**
 * What a wave has in its vector pipes, as far as dependencies.ts asks. Pure software.
 */

/** Vector instructions behind a transcendental one after which its result is there. */
export const MOST_VECTOR = 5;

/** What a wave has in its vector pipes. */
export class Pipes {
  /** Vector instructions so far, and transcendental ones among them. */
  vector = 0;
  transcendental = 0;
  /** Number of the vector instruction at which everything before was done. */
  settled = 0;
  /** By register: the transcendental instruction that wrote it last, as both numbers; its site. */
  readonly at = new Int32Array(256);
  readonly nth = new Int32Array(256);
  readonly site = new Int32Array(256);
  /** The newest transcendental instruction. */
  newest = -MOST_VECTOR - 2;
  /** Results of the matrix operation that came last, if it did. */
  matrix: readonly number[] = [];
  matrixSite = 0;

  begin(): void {
    if (this.transcendental > 0) this.at.fill(0);
    this.vector = 0;
    this.transcendental = 0;
    this.settled = 0;
    this.newest = -MOST_VECTOR - 2;
    this.matrix = [];
  }

  settle(): void {
    this.settled = this.vector;
  }
}
