/**
 * The engine's part of the context that translated code works in: byte offsets from the context's address.
 *
 * Nothing here is state: it is filled in before translated code runs and read back after it.
 * Pure software.
 */
import { CONTEXT_BYTES } from '../../../exec/wasm/context.ts';

export const Engine = {
  /** Instructions that the unit executed. */
  EXECUTED: 0,
  /** Wave slot that runs: callbacks look here. */
  SLOT: 4,
  /** Address of the unit's first block (64 bits): PCs are counted from it. */
  CODE_BASE: 8,

  // The runner's job (runner.ts).
  /** Number of the block that waves start with; their unit's function is the table's only entry. */
  ENTRY: 20,
  /** Waves a workgroup, wave slots a wave. */
  WAVES: 24,
  STRIDE: 28,
  /** Addresses of the scalars and vector registers of the runner's first slot, and of its workgroup's words. */
  SCALARS: 32,
  VECTORS: 36,
  GROUP: 40,
  /** Start states: scalars and v0 of every wave of a workgroup. */
  START_SCALARS: 44,
  START_VECTORS: 48,
  /** Scalars that get the workgroup's numbers: byte offsets, or −1. */
  ID_X: 52,
  ID_Y: 56,
  ID_Z: 60,
  /** Address of the cell with the next workgroup's number (workers share it), and the number behind the last. */
  NEXT: 64,
  LAST: 68,
  /** Workgroups a row and a plane, and the first one's number in each direction. */
  ROW: 72,
  ROWS: 76,
  FIRST_X: 80,
  FIRST_Y: 84,
  FIRST_Z: 88,
  /** Instructions that may still be executed. */
  LEFT: 92,
  /** Waves ended, and barriers that let go. */
  ENDED: 96,
  RELEASED: 140,
  /** Number of the first slot, the dispatch's place, and LDS units of a workgroup. */
  FIRST_SLOT: 104,
  DISPATCH: 108,
  LDS_UNIT: 112,
  LDS_UNITS: 116,
  /** The wave whose turn it is when the runner returns, and what its unit returned. */
  WAVE: 120,
  RESULT: 124,
  /** Rounds without an ended wave so far. */
  PATIENCE: 132,
  /** What the round has seen so far: `Progress` (runner.ts). */
  PROGRESS: 136,
  /** Lines of a wave's scalars that a wave before may have changed (translator.ts); not zero: a workgroup has started. */
  CHANGED: 144,
  STARTED: 148,
  /** Not zero: other threads take workgroups from the same cell. */
  SHARED: 152,
} as const;

/** Waves of a workgroup at most. */
export const MAX_WAVES = 32;
/** Behind the context: the block that each wave goes on with (runner.ts), and room for two 16×16 factors (matrix.ts). */
export const RESUME = CONTEXT_BYTES;
export const MATRIX_AT = RESUME + MAX_WAVES * 4;
/** All together. */
export const RUNNER_BYTES = MATRIX_AT + 2 * 16 * 16 * 4;
