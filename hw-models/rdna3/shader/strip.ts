/**
 * What handlers of this ISA get: 32 lanes of a wave, with the core around them.
 * Views of state arrays only; nothing here outlives or duplicates state. Pure software.
 */
import type { MemoryPort } from '../../exec/memory-port.ts';
import type { Strip } from '../../exec/compile.ts';
import type { At, ShaderEvent } from './events.ts';
import { LANES, SCALARS, VGPR_DWORDS } from './state.ts';
import type { ShaderState } from './state.ts';

/** The part of the engine that handlers reach. */
export interface Core {
  /** Data accesses of the wave that runs. */
  port: MemoryPort;
  readonly lds8: Uint8Array;
  readonly lds32: Int32Array;
  /** Scratch of one instruction: a lane's address, low and high. */
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** Which of the three windows a flat address fell in: 0 memory, 1 LDS, 2 scratch. */
  readonly window: Uint8Array;
  /** Raises an event with the place of the instruction that runs now. */
  report(event: ShaderEvent): void;
  /** The instruction that runs now. */
  place(): At;
}

export class RdnaStrip implements Strip {
  readonly v: Int32Array;
  readonly vf: Float32Array;
  readonly s: Int32Array;
  readonly sf: Float32Array;
  readonly half: number;
  /** Byte addresses of `s` and `v` in their buffer. */
  readonly scalarsAt: number;
  readonly vectorsAt: number;
  readonly temporary: Int32Array;
  readonly temporaryF: Float32Array;
  readonly slot: number;
  readonly core: Core;
  /** The other 32 lanes, where the wave has 64. */
  other: RdnaStrip | undefined;

  constructor(
    state: ShaderState,
    slot: number,
    half: number,
    core: Core,
    temporary: Int32Array,
    temporaryF: Float32Array,
  ) {
    const at = (slot + half) * VGPR_DWORDS;
    this.v = state.vgprs.subarray(at, at + VGPR_DWORDS);
    this.vf = new Float32Array(state.vgprs.buffer, state.vgprs.byteOffset + at * 4, VGPR_DWORDS);
    this.s = state.scalars.subarray(slot * SCALARS, (slot + 1) * SCALARS);
    this.sf = new Float32Array(state.scalars.buffer, state.scalars.byteOffset + slot * SCALARS * 4, SCALARS);
    this.half = half;
    this.scalarsAt = this.s.byteOffset;
    this.vectorsAt = this.v.byteOffset;
    this.temporary = temporary;
    this.temporaryF = temporaryF;
    this.slot = slot;
    this.core = core;
  }
}

export type RdnaHandler = (w: RdnaStrip) => void;
export const TEMPORARY = LANES * 2;
