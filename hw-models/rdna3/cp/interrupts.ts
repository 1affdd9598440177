/**
 * Interrupt vectors of the command processor, by cause.
 *
 * Source: enable bits of CP_MEn_PIPEn_INT_CNTL, source numbers of the public interrupt lists.
 *
 * Fidelity: from-public-source. Bits and numbers are those of the public lists.
 */

/** Enable bits of CP_MEn_PIPEn_INT_CNTL, and the vectors' source numbers. */
export const cpInterrupt = {
  endOfPipe: { source: 0xb5, bit: 26 },
  opcodeError: { source: 0xb7, bit: 24 },
  privilegedRegister: { source: 0xb8, bit: 23 },
  reservedBits: { source: 0xb4, bit: 27 },
  generic2: { source: 0xb3, bit: 29 },
  queryStatus: { source: 0xc7, bit: 12 },
} as const;
