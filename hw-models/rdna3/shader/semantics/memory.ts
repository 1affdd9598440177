/**
 * Memory instructions by name, as data: what is moved, how it is widened, which atomic operation is done.
 *
 * The same operations exist over flat, global, scratch, buffer and LDS addresses; only the address differs, so the
 * name is taken apart instead of being listed.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture", chapters on SMEM, vector memory and LDS.
 * Fidelity: from-public-source.
 */
import type { AtomicName } from '../../../exec/atomics.ts';

export type AtomicOperation = AtomicName;

export type MemorySpace = 'flat' | 'global' | 'scratch' | 'buffer' | 'lds' | 'scalar' | 'scalarBuffer';

export interface MemorySemantics {
  readonly space: MemorySpace;
  readonly action:
    | 'load'
    | 'store'
    | 'atomic'
    | 'load2'
    | 'store2'
    | 'exchange2'
    | 'swizzle'
    | 'permute'
    | 'bpermute'
    | 'append'
    | 'consume'
    | 'none';
  /** Bytes of one element in memory. */
  readonly bytes: number;
  readonly signed: boolean;
  /** Half of the register a 16-bit element goes to or comes from; `all` for a whole register. */
  readonly part: 'all' | 'low' | 'high';
  readonly operation: AtomicOperation | undefined;
  /** LDS atomics say by name whether they return the old value; the others by GLC. */
  readonly returns: boolean;
  /** Second offsets count in 64 elements. */
  readonly stride64: boolean;
  /** Address is offset plus 4 bytes a lane. */
  readonly byLane: boolean;
}

const bytesOf: Record<string, number> = {
  b8: 1,
  u8: 1,
  i8: 1,
  b16: 2,
  u16: 2,
  i16: 2,
  b32: 4,
  u32: 4,
  i32: 4,
  f32: 4,
  b64: 8,
  u64: 8,
  i64: 8,
  f64: 8,
  b96: 12,
  b128: 16,
  b256: 32,
  b512: 64,
};

const base = (space: MemorySpace): MemorySemantics => ({
  space,
  action: 'none',
  bytes: 4,
  signed: false,
  part: 'all',
  operation: undefined,
  returns: true,
  stride64: false,
  byLane: false,
});

function atomicOperation(verb: string, type: string): AtomicOperation | undefined {
  switch (verb) {
    case 'swap':
    case 'storexchg':
      return 'swap';
    case 'cmpswap':
    case 'cmpstore':
      return type === 'f32' ? 'cmpswapF32' : type === 'f64' ? 'cmpswapF64' : 'cmpswap';
    case 'min':
    case 'max':
      if (type === 'f32') return verb === 'min' ? 'minF32' : 'maxF32';
      if (type === 'f64') return verb === 'min' ? 'minF64' : 'maxF64';
      return `${type.startsWith('i') ? 's' : 'u'}${verb}`;
    case 'add':
      return type === 'f32' ? 'addF32' : 'add';
    case 'sub':
    case 'rsub':
    case 'csub':
    case 'and':
    case 'or':
    case 'xor':
    case 'inc':
    case 'dec':
    case 'mskor':
    case 'wrap':
      return verb;
    default:
      return undefined;
  }
}

/** Takes a mnemonic apart; undefined where it is not a memory instruction that this model has. */
export function memorySemantics(name: string): MemorySemantics | undefined {
  const scalar = /^s_(buffer_)?load_(b\d+)$/.exec(name);
  if (scalar) return { ...base(scalar[1] ? 'scalarBuffer' : 'scalar'), action: 'load', bytes: bytesOf[scalar[2]!]! };
  if (name.startsWith('ds_')) return ldsSemantics(name.slice(3));
  const vector = /^(flat|global|scratch|buffer)_(.*)$/.exec(name);
  if (!vector) return undefined;
  const space = vector[1] as MemorySpace;
  const rest = vector[2]!;
  const atomic = /^atomic_([a-z]+)_([buif]\d+)$/.exec(rest);
  if (atomic) {
    const operation = atomicOperation(atomic[1]!, atomic[2]!);
    return operation && { ...base(space), action: 'atomic', bytes: bytesOf[atomic[2]!]!, operation };
  }
  const move = /^(load|store)_(addtid_)?(d16_)?(hi_)?([bui]\d+)$/.exec(rest);
  if (!move) return undefined;
  const bytes = bytesOf[move[5]!];
  if (bytes === undefined) return undefined;
  return {
    ...base(space),
    action: move[1] as 'load' | 'store',
    bytes,
    signed: move[5]!.startsWith('i'),
    part: move[4] ? 'high' : move[3] ? 'low' : 'all',
    byLane: move[2] !== undefined,
  };
}

function ldsSemantics(rest: string): MemorySemantics | undefined {
  const lds = base('lds');
  if (rest === 'swizzle_b32') return { ...lds, action: 'swizzle' };
  if (rest === 'permute_b32') return { ...lds, action: 'permute' };
  if (rest === 'bpermute_b32') return { ...lds, action: 'bpermute' };
  if (rest === 'append') return { ...lds, action: 'append' };
  if (rest === 'consume') return { ...lds, action: 'consume' };
  if (rest === 'nop') return lds;
  if (rest === 'condxchg32_rtn_b64') return { ...lds, action: 'atomic', bytes: 8, operation: 'condxchg' };
  const two = /^(load|store|storexchg)_2addr_(stride64_)?(rtn_)?(b32|b64)$/.exec(rest);
  if (two) {
    const action = two[1] === 'load' ? 'load2' : two[1] === 'store' ? 'store2' : 'exchange2';
    return { ...lds, action, bytes: bytesOf[two[4]!]!, stride64: two[2] !== undefined };
  }
  const stride = /^storexchg_2addr_stride64_rtn_(b32|b64)$/.exec(rest);
  if (stride) return { ...lds, action: 'exchange2', bytes: bytesOf[stride[1]!]!, stride64: true };
  const move = /^(load|store)_(addtid_)?([bui]\d+)(_d16)?(_hi)?$/.exec(rest);
  if (move) {
    const bytes = bytesOf[move[3]!];
    if (bytes === undefined) return undefined;
    return {
      ...lds,
      action: move[1] as 'load' | 'store',
      bytes,
      signed: move[3]!.startsWith('i'),
      part: move[5] ? 'high' : move[4] ? 'low' : 'all',
      byLane: move[2] !== undefined,
    };
  }
  const atomic = /^([a-z]+)_(rtn_)?([buif]\d+)$/.exec(rest);
  if (!atomic) return undefined;
  const operation = atomicOperation(atomic[1]!, atomic[3]!);
  return (
    operation && { ...lds, action: 'atomic', bytes: bytesOf[atomic[3]!]!, operation, returns: atomic[2] !== undefined }
  );
}
