/**
 * Turns for waves: round-robin with fuel.
 *
 * Work comes in slices; a slice ends when its fuel does, in the middle of a round if need be, and the next slice goes
 * on with the wave whose turn it was. New work is launched between rounds: one group where waves of the last round
 * have ended (short waves then run through a few warm slots), all that fits where none has (waves may be waiting for
 * groups that are not resident yet).
 *
 * The only state is the cell that holds the next slot. Pure software.
 */

export interface Turns {
  /** Can the wave in that slot execute now? */
  runnable(slot: number): boolean;
  /** Executes up to `fuel` instructions of that wave and answers how many (at least 1). */
  step(slot: number, fuel: number): number;
  /** Makes one more group of waves resident; false where nothing waits or nothing fits. */
  launch(): boolean;
  /** Waves that have ended since the core came to be, or any other number that grows when one does. */
  ended(): number;
}

/**
 * Runs one slice of at most `fuel` instructions over `slots` slots; `cell[at]` holds the next slot between slices.
 * Returns the instructions executed. Fewer than `fuel`: nothing can run.
 */
export function runSlice(turns: Turns, slots: number, cell: Int32Array, at: number, fuel: number): number {
  let left = fuel;
  let lastEnded = turns.ended();
  while (left > 0) {
    let slot = cell[at]!;
    const fresh = slot === 0;
    let launched = fresh && turns.launch();
    let ran = false;
    for (; slot < slots; slot++) {
      if (!turns.runnable(slot)) continue;
      ran = true;
      left -= turns.step(slot, left);
      if (left <= 0) break;
    }
    cell[at] = slot < slots ? slot : 0;
    if (left <= 0) break;
    const ended = turns.ended();
    if (ended === lastEnded) while (turns.launch()) launched = true;
    lastEnded = ended;
    // A round that began late has not seen every slot: only a whole one without work means that there is none.
    if (!ran && !launched && fresh) break;
  }
  return fuel - left;
}
