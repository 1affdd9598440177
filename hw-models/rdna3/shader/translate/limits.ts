/** How long a wave's turn is, for both engines. Pure software. */

/** Instructions of a turn: it ends with the block in which they are reached. */
export const QUANTUM = 8192;
/** Straight-line instructions of a block. */
export const MAX_LENGTH = 128;
/** Instructions of the longest block, its ending included. */
export const LONGEST_BLOCK = MAX_LENGTH + 1;
