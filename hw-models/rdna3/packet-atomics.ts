/**
 * The operations of SDMA's ATOMIC and the CP's ATOMIC_MEM on one 32- or 64-bit value: both packets carry the number of the
 * texture cache's own list. Rare packets, so the cost of a BigInt does not matter.
 *
 * Bit 6 of the operation says that nothing is returned, which makes no difference here; bit 5 that it is 64 bits wide.
 *
 * Fidelity: from-public-source. Floating-point operations are not modelled.
 */

import { atomicOperations as A } from '../../registers/amd/sdma-packets.ts';

/** New value, or undefined for an operation that does not exist. `memory`, `source` and `compare` are unsigned, `bits` wide. */
export function atomic(
  operation: number,
  bits: 32 | 64,
  memory: bigint,
  source: bigint,
  compare: bigint,
): bigint | undefined {
  const signed = (value: bigint): bigint => BigInt.asIntN(bits, value);
  const wrap = (value: bigint): bigint => BigInt.asUintN(bits, value);
  switch (operation & 0x1f) {
    case A.SWAP:
      return source;
    case A.CMPSWAP:
      return memory === compare ? source : memory;
    case A.ADD:
      return wrap(memory + source);
    case A.SUB:
      return wrap(memory - source);
    case A.SMIN:
      return signed(source) < signed(memory) ? source : memory;
    case A.UMIN:
      return source < memory ? source : memory;
    case A.SMAX:
      return signed(source) > signed(memory) ? source : memory;
    case A.UMAX:
      return source > memory ? source : memory;
    case A.AND:
      return memory & source;
    case A.OR:
      return memory | source;
    case A.XOR:
      return memory ^ source;
    case A.INC:
      return memory >= source ? 0n : memory + 1n;
    case A.DEC:
      return memory === 0n || memory > source ? source : memory - 1n;
    default:
      return undefined;
  }
}
