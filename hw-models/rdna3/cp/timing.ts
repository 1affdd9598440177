/**
 * How long the command processor takes, in virtual ns.
 *
 * Fidelity: guessed (all of it; chosen so that order is right and no public driver's time-out is near).
 */

export const cpTiming = {
  /** From the doorbell to the first fetch. Shorter than any host access, so a store that comes after the doorbell comes too late. */
  doorbellNs: 10,
  packetNs: 20,
  pollMinNs: 100,
  pollMaxNs: 20_000,
  mecStartNs: 20_000,
  dequeueNs: 2_000,
  /** Virtual time of one wave instruction. */
  instructionNs: 1,
  /** A slice of a grid that has not ended for long takes more and more of virtual time, up to this. */
  sliceMaxNs: 2_000_000,
} as const;
