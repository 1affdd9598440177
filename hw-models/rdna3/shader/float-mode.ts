/**
 * The MODE register's float part as the compiler wants it.
 *
 * Bits: round f32 1:0, round f64 and f16 3:2, denormals f32 5:4, f64 and f16 7:6 (bit 0 keep inputs, bit 1 keep
 * results), DX10_CLAMP 8, IEEE 9, FP16_OVFL 23.
 * Source: AMD "RDNA3 Instruction Set Architecture", MODE.
 * Fidelity: from-public-source.
 */
import type { FloatMode } from '../../exec/float-mode.ts';
import type { Round } from '../../exec/softfloat.ts';

/** The bits of MODE that generated code depends on. */
export const MODE_MASK = 0x8003ff;

/** MODE at the start of a wave, from PGM_RSRC1: float_mode 19:12, dx10_clamp 21, ieee 23, fp16_ovfl 26. */
export function initialMode(rsrc1: number): number {
  return (
    ((rsrc1 >>> 12) & 0xff) | (((rsrc1 >>> 21) & 1) << 8) | (((rsrc1 >>> 23) & 1) << 9) | (((rsrc1 >>> 26) & 1) << 23)
  );
}

export function floatModeOf(mode: number): FloatMode {
  return {
    round32: (mode & 3) as Round,
    round64: ((mode >>> 2) & 3) as Round,
    flushInput32: (mode & 0x10) === 0,
    flushOutput32: (mode & 0x20) === 0,
    flushInput64: (mode & 0x40) === 0,
    flushOutput64: (mode & 0x80) === 0,
    clampNanToZero: (mode & 0x100) !== 0,
    ieee: (mode & 0x200) !== 0,
    saturate16: (mode & 0x800000) !== 0,
  };
}
