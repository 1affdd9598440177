/**
 * The MODE register's float part as the compiler wants it.
 *
 * Bits: round f32 1:0, round f64 and f16 3:2, denormals f32 5:4, f64 and f16 7:6 (bit 0 keep inputs, bit 1 keep
 * results), DX10_CLAMP 8, IEEE 9, trap enables of exceptions 20:12 (invalid, denormal operand, division by zero, overflow,
 * underflow, inexact, integer division by zero, address watch, memory violation), FP16_OVFL 23.
 * Source: AMD "RDNA3 Instruction Set Architecture", MODE.
 * Fidelity: from-public-source.
 */
import type { FloatMode } from '../../exec/float-mode.ts';
import type { Round } from '../../exec/softfloat.ts';

/** The bits of MODE that generated code depends on. */
export const MODE_MASK = 0x87f3ff;
/** Trap enables of the exceptions that instructions raise by what they compute. */
const ARITHMETIC_EXCEPTIONS = 0x7f000;

/**
 * MODE at the start of a wave, from PGM_RSRC1 (float_mode 19:12, dx10_clamp 21, ieee 23, fp16_ovfl 26) and PGM_RSRC2
 * (address watch 13, memory violation 14, the other exceptions 30:24).
 */
export function initialMode(rsrc1: number, rsrc2 = 0): number {
  return (
    (((rsrc2 >>> 24) & 0x7f) << 12) |
    (((rsrc2 >>> 13) & 3) << 19) |
    ((rsrc1 >>> 12) & 0xff) |
    (((rsrc1 >>> 21) & 1) << 8) |
    (((rsrc1 >>> 23) & 1) << 9) |
    (((rsrc1 >>> 26) & 1) << 23)
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
    exceptions: (mode & ARITHMETIC_EXCEPTIONS) !== 0,
  };
}
