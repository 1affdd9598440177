// @ts-check
/**
 * Looking again and again for what another thread will do, for a moment, before one sleeps.
 *
 * It pays where the other thread runs meanwhile: to be woken takes as long as a way to the server. It harms where both
 * are on one core, for then the other waits for this one to sleep; and which of the two it is, the scheduler decides, and
 * changes its mind. So a spin that was in vain is not tried again for a while.
 *
 * Plain JavaScript because the socket's thread uses it too. Pure software.
 */

/** Waits without a spin after one that was in vain: twice as many after each, up to this. */
const MOST_PAUSE = 128;
const LEAST_PAUSE = 4;
/** Looks between two looks at the clock. */
const LOOKS = 16;

export class Spin {
  /** @param {number} ms how long at most; 0: never */
  constructor(ms) {
    this.ms = ms;
    /** Waits without a spin that are to come, and how many it will be after the next failure. */
    this.skip = 0;
    this.pause = LEAST_PAUSE;
  }

  /**
   * @param {() => boolean} done
   * @returns {boolean} whether it is done
   */
  until(done) {
    if (done()) return true;
    if (this.ms === 0) return false;
    if (this.skip > 0) {
      this.skip--;
      return false;
    }
    const end = performance.now() + this.ms;
    do {
      for (let i = 0; i < LOOKS; i++) {
        if (!done()) continue;
        this.pause = LEAST_PAUSE;
        return true;
      }
    } while (performance.now() < end);
    this.skip = this.pause;
    this.pause = Math.min(2 * this.pause, MOST_PAUSE);
    return done();
  }
}
