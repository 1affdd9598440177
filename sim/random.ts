/** Seeded randomness whose state is part of a snapshot (xorshift128+ on four dwords). */

import type { StateBlock } from './state.ts';

export class Random {
  private readonly s: Uint32Array;

  constructor(state: StateBlock, seed: number) {
    this.s = state.u32('random', 4);
    let x = seed >>> 0 || 0x9e37_79b9;
    for (let i = 0; i < 4; i++) {
      x = (Math.imul(x ^ (x >>> 16), 0x45d9_f3b) + 0x9e37_79b9) >>> 0;
      this.s[i] = x;
    }
  }

  /** Uniform 32 bits. */
  u32(): number {
    const { s } = this;
    const t = s[0]! ^ (s[0]! << 11);
    s[0] = s[1]!;
    s[1] = s[2]!;
    s[2] = s[3]!;
    s[3] = s[3]! ^ (s[3]! >>> 19) ^ t ^ (t >>> 8);
    return s[3]!;
  }

  /** Uniform integer in [0, n). */
  below(n: number): number {
    return this.u32() % n;
  }
}
