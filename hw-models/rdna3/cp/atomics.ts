/**
 * The read-modify-write operations of ATOMIC_MEM, by the numbers of the texture cache's operation list.
 *
 * Operations come in four groups of 0x20: 32 bit with return, 64 bit with return, and the same without.
 *
 * Fidelity: from-public-source. Floating-point operations are not modelled.
 */

const op = {
  swap: 7,
  compareSwap: 8,
  add: 15,
  sub: 16,
  smin: 17,
  umin: 18,
  smax: 19,
  umax: 20,
  and: 21,
  or: 22,
  xor: 23,
  inc: 24,
  dec: 25,
} as const;

export const isWide = (operation: number): boolean => (operation & 0x20) !== 0;
export const returnsOld = (operation: number): boolean => (operation & 0x40) === 0;

/**
 * New value for `old`, into `result` (lo, hi). False for an operation that does not exist or is not modelled.
 * `[0]` low, `[1]` high dword everywhere; 32-bit operations use the low one.
 */
export function atomic(
  operation: number,
  old: Uint32Array,
  source: Uint32Array,
  compare: Uint32Array,
  result: Uint32Array,
): boolean {
  if (isWide(operation)) {
    const mask = 0xffff_ffff_ffff_ffffn;
    const a = big(old);
    const b = big(source);
    const c = big(compare);
    const signed = (v: bigint): bigint => BigInt.asIntN(64, v);
    const to = ((): bigint | undefined => {
      switch (operation & 0x1f) {
        case op.swap:
          return b;
        case op.compareSwap:
          return a === c ? b : a;
        case op.add:
          return a + b;
        case op.sub:
          return a - b;
        case op.smin:
          return signed(a) < signed(b) ? a : b;
        case op.umin:
          return a < b ? a : b;
        case op.smax:
          return signed(a) > signed(b) ? a : b;
        case op.umax:
          return a > b ? a : b;
        case op.and:
          return a & b;
        case op.or:
          return a | b;
        case op.xor:
          return a ^ b;
        case op.inc:
          return a >= b ? 0n : a + 1n;
        case op.dec:
          return a === 0n || a > b ? b : a - 1n;
        default:
          return undefined;
      }
    })();
    if (to === undefined) return false;
    result[0] = Number(to & 0xffff_ffffn);
    result[1] = Number((to & mask) >> 32n);
    return true;
  }
  const a = old[0]!;
  const b = source[0]!;
  const to = ((): number | undefined => {
    switch (operation & 0x1f) {
      case op.swap:
        return b;
      case op.compareSwap:
        return a === compare[0]! ? b : a;
      case op.add:
        return a + b;
      case op.sub:
        return a - b;
      case op.smin:
        return (a | 0) < (b | 0) ? a : b;
      case op.umin:
        return Math.min(a, b);
      case op.smax:
        return (a | 0) > (b | 0) ? a : b;
      case op.umax:
        return Math.max(a, b);
      case op.and:
        return a & b;
      case op.or:
        return a | b;
      case op.xor:
        return a ^ b;
      case op.inc:
        return a >= b ? 0 : a + 1;
      case op.dec:
        return a === 0 || a > b ? b : a - 1;
      default:
        return undefined;
    }
  })();
  if (to === undefined) return false;
  result[0] = to;
  result[1] = 0;
  return true;
}

/** Atomics are rare packets: the cost of a BigInt does not matter here. */
function big(pair: Uint32Array): bigint {
  return (BigInt(pair[1]!) << 32n) | BigInt(pair[0]!);
}
