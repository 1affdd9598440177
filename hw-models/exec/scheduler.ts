/**
 * Turns for waves: round-robin with fuel.
 *
 * Work comes in slices; a slice ends when its fuel does, in the middle of a round if need be, and the next slice goes
 * on with the wave whose turn it was. New work is launched between rounds: one group where nothing can run, and
 * all that fits where rounds go by without a wave that ends, for waves may be waiting for groups that are not resident
 * yet. Some patience comes first: a group then runs through its phases in a few warm slots instead of taking turns with
 * all others.
 *
 * The only state are the cells that the caller names. Pure software.
 */

export interface Turns {
  /** Can the wave in that slot execute now? */
  runnable(slot: number): boolean;
  /** Executes up to `fuel` instructions of that wave and answers how many (at least 1). */
  step(slot: number, fuel: number): number;
  /** Makes one more group of waves resident; false where nothing waits or nothing fits. */
  launch(): boolean;
  /** Waves that have ended since the core came to be, or any other number that changes when one does. */
  ended(): number;
  /** The same for barriers that let their waves go. */
  released(): number;
  /**
   * Launches and executes whole groups by itself while nothing else is resident, in the order that the rules above
   * give. Answers what it did; undefined where it can do nothing.
   */
  bulk?(fuel: number): Bulk | undefined;
}

export interface Bulk {
  readonly executed: number;
  /** Slot to go on with in the round that is open; −1: no round is (nothing is resident, or a whole one is over). */
  readonly slot: number;
  /** Whether a wave has ended, and a barrier let go, in that round so far. */
  readonly ended: boolean;
  readonly released: boolean;
  /** A whole round is over and brought nothing: others must be launched. */
  readonly stalled: boolean;
}

/** Rounds without an ended wave that go by before more is launched: while barriers let go, and while none does. */
export const PATIENCE = 256;
export const LITTLE_PATIENCE = 16;

/** Where the scheduler keeps its state: `cell[next]` the next slot between slices, `cell[patience]` rounds. */
export interface Cells {
  readonly cell: Int32Array;
  readonly next: number;
  readonly patience: number;
}

/**
 * Runs one slice of at most `fuel` instructions over `slots` slots. Returns the instructions executed. Fewer than
 * `fuel`: nothing can run.
 */
export function runSlice(turns: Turns, slots: number, { cell, next, patience }: Cells, fuel: number): number {
  let left = fuel;
  let lastEnded = turns.ended();
  let lastReleased = turns.released();
  while (left > 0) {
    let slot = cell[next]!;
    let fresh = slot === 0;
    let launched = false;
    if (fresh) {
      lastEnded = turns.ended();
      lastReleased = turns.released();
      if (!anyRunnable(turns, slots)) {
        const bulk = turns.bulk?.(left);
        if (bulk !== undefined) {
          left -= bulk.executed;
          launched = true;
          lastEnded = turns.ended() - (bulk.ended ? 1 : 0);
          lastReleased = turns.released() - (bulk.released ? 1 : 0);
          if (bulk.stalled) {
            while (turns.launch());
            cell[patience] = 0;
            continue;
          }
          if (bulk.slot < 0) continue;
          slot = bulk.slot;
          fresh = false;
          if (left <= 0) {
            cell[next] = slot < slots ? slot : 0;
            break;
          }
        } else launched = turns.launch();
      }
    }
    let ran = !fresh;
    for (; slot < slots; slot++) {
      if (!turns.runnable(slot)) continue;
      ran = true;
      left -= turns.step(slot, left);
      if (left <= 0) break;
    }
    cell[next] = slot < slots ? slot : 0;
    if (slot < slots) break;
    if (turns.ended() !== lastEnded) cell[patience] = 0;
    else {
      cell[patience] = cell[patience]! + 1;
      if (!ran || cell[patience]! >= (turns.released() === lastReleased ? LITTLE_PATIENCE : PATIENCE)) {
        cell[patience] = 0;
        while (turns.launch()) launched = true;
      }
    }
    // A round that began late has not seen every slot: only a whole one without work means that there is none.
    if (!ran && !launched && fresh) break;
  }
  return fuel - left;
}

function anyRunnable(turns: Turns, slots: number): boolean {
  for (let slot = 0; slot < slots; slot++) if (turns.runnable(slot)) return true;
  return false;
}
