/**
 * The helper module: how translated code reaches memory and LDS. One module serves every card, engine and thread; all
 * it works on is reached from the context (context.ts), its first parameter.
 *
 * Registers are given as addresses of their 32 dwords, lane 0 first; those of wider values follow 128 bytes apart. The
 * second parameter is the mask of active lanes. Results, faults and what is told about them, and the order of it, are
 * the interpreter's.
 *
 * Pure software.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { MemoryPort } from '../memory-port.ts';
import type { Access } from '../memory.ts';
import { Client, writeAccesses } from './memory-access.ts';
import type { Parts, Signature } from './memory-emit.ts';
import { writeGlobal } from './memory-global.ts';
import { Shape, writeLanes } from './memory-lanes.ts';
import { writeLds } from './memory-lds.ts';
import { atomicHasWidth, atomicOperations, writeAtomics } from './memory-atomic.ts';
import { writeScalar } from './memory-scalar.ts';
import { writeRuns } from './memory-runs.ts';
import { writeScratch } from './memory-scratch.ts';
import { writeSmall } from './memory-small.ts';
import { writeTracking } from './memory-track.ts';
import { ModuleWriter, Type } from './writer.ts';

export { atomicHasWidth, atomicOperations, Shape };
export type { Signature };

type Bits = 32 | 64 | 96 | 128;
type Part = 8 | 16;

/** Where lanes' elements are, by the name of the form. */
interface Forms {
  /** Address = base + the lane's unsigned dword in register `offsets`; the immediate belongs to the base. */
  Offset: [offsets: number, base: bigint];
  /** Address = the lane's 64 bits in two registers + a signed immediate. */
  Pair: [pair: number, immediate: number];
  /** The same, and what has the high dword of a window goes there; `firstLane` is 0 or 32. */
  Flat: [pair: number, immediate: number, firstLane: number];
  /** `offsets` + `base` is a lane's byte offset in scratch before swizzling; `firstLane` is 0 or 32. */
  Scratch: [offsets: number, base: number, firstLane: number];
}
type Form = keyof Forms;
/** A byte address inside the workgroup's LDS in register `addresses`, `immediate` added. */
type InLds = [addresses: number, immediate: number];
/** Two elements `near` and `far` bytes behind one address, in one register (or pair) and the next. */
type TwoInLds = [addresses: number, near: number, far: number];
/** `operation` is an index of `atomicOperations`; `to` gets the old values, 0 for none; `second` 0 where there is none. */
type Atomic = [operation: number, to: number, data: number, second: number];

type Call<Given extends readonly unknown[]> = (cx: number, mask: number, ...given: Given) => void;
type Load<Where extends unknown[]> = Call<[to: number, ...where: Where]>;
type Store<Where extends unknown[]> = Call<[from: number, ...where: Where]>;

/**
 * What the module exports.
 *
 * - `offsets`: `Context.ZEROS` and `.LANE_OFFSETS` are such registers, too.
 * - `to`, `from`: registers loaded into and stored from. `fresh`: 1 where the load asks for no cached copy.
 * - 8 and 16 bits: `shape` is a sum of `Shape`; `shift` (0 or 16) is applied before a part of a dword is stored.
 * - `Row`: all lanes are active, and their elements follow one another from `address` on. → 1, or 0: nothing was done, it
 *   is for the function that takes any addresses.
 * - `second`: the value to compare with, or the other operand of `mskor` and `wrap`.
 */
export type MemoryFunctions = {
  [F in Form as `load${Bits}${F}`]: Load<[...Forms[F], fresh: number]>;
} & { [F in Form as `store${Bits}${F}`]: Store<Forms[F]> } & {
  [B in Bits as `load${B}Row`]: (cx: number, to: number, address: bigint, fresh: number) => number;
} & { [B in Bits as `store${B}Row`]: (cx: number, from: number, address: bigint) => number } & {
  [F in Form as `load${Part}${F}`]: Load<[...Forms[F], shape: number, fresh: number]>;
} & { [F in Form as `store${Part}${F}`]: Store<[...Forms[F], shift: number]> } & {
  [F in Exclude<Form, 'Scratch'> as `atomic${32 | 64}${F}`]: Call<[...Atomic, ...Forms[F]]>;
} & { [B in `ldsLoad${Bits}`]: Load<InLds> } & { [B in `ldsStore${Bits}`]: Store<InLds> } & {
  [B in `ldsLoad${Part}`]: Load<[...InLds, shape: number]>;
} & { [B in `ldsStore${Part}`]: Store<[...InLds, shift: number]> } & {
  [B in `ldsLoadTwo${32 | 64}`]: Load<TwoInLds>;
} & { [B in `ldsStoreTwo${32 | 64}`]: Call<[first: number, second: number, ...TwoInLds]> } & {
  [B in `ldsExchangeTwo${32 | 64}`]: Call<[first: number, second: number, ...TwoInLds, to: number]>;
} & { [B in `ldsAtomic${32 | 64}`]: Call<[...Atomic, ...InLds]> } & {
  /** Adds `change` to the dword at byte `address` of LDS; every active lane gets the old value. */
  ldsCount: Load<[address: number, change: number]>;
  /** `dwords` from `address`, a multiple of 4, to the address `to`. */
  scalarLoad: (cx: number, to: number, dwords: number, address: bigint, fresh: number) => void;
  /** Does what `loaded` and `stored` would do for `bytes` bytes at arena offset `at` → 1, or 0 where those are to be called. */
  quietLoad: (cx: number, at: number, bytes: number, fresh: number) => number;
  quietStore: (cx: number, at: number, bytes: number) => number;
};
export type MemoryFunctionName = keyof MemoryFunctions;

/** What the module calls outside. */
export interface MemoryImports {
  /**
   * A page is not among the translations: looks it up, puts it there and gives its arena offset, or −1 where the access
   * faults. `client`: 0 vector, 1 scalar.
   */
  miss(cx: number, access: Access, low: number, high: number, client: number): number;
  /** Loads and stores that the card has to be told of (`CoreMemory.loaded`, `.stored`). */
  loaded(cx: number, at: number, bytes: number, fresh: number): void;
  stored(cx: number, at: number, bytes: number): void;
  /** An access beyond LDS: once an instruction. */
  outside(cx: number, address: number): void;
}

/** The imports, over the port that is in use by a context. */
export function memoryImports(
  portOf: (cx: number) => MemoryPort,
  outside: (cx: number, address: number) => void,
): MemoryImports {
  return {
    miss: (cx, access, low, high, client) => {
      const port = portOf(cx);
      port.client = client === Client.scalar ? port.scalarClient : port.vectorClient;
      const page = port.page(low, high, access);
      port.client = port.vectorClient;
      return page;
    },
    loaded: (cx, at, bytes, fresh) => portOf(cx).loaded(at >>> 0, bytes, fresh !== 0),
    stored: (cx, at, bytes) => portOf(cx).memory.stored(at >>> 0, bytes),
    outside: (cx, address) => outside(cx, address >>> 0),
  };
}

interface Written {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly signatures: ReadonlyMap<string, Signature>;
}

/** Largest memory that the module takes: all of 32 bits, less what is not handed out. */
const PAGES = { min: 1, max: 65536, shared: true };

function write(): Written {
  const { i32 } = Type;
  const module = new ModuleWriter();
  module.importMemory('host', 'memory', PAGES);
  const parts: Parts = {
    module,
    miss: module.importFunction('host', 'miss', [i32, i32, i32, i32, i32], [i32]),
    loaded: module.importFunction('host', 'loaded', [i32, i32, i32, i32], []),
    stored: module.importFunction('host', 'stored', [i32, i32, i32], []),
    outside: module.importFunction('host', 'outside', [i32, i32], []),
    signatures: new Map(),
  };
  const tracking = writeTracking(parts);
  const accesses = writeAccesses(parts, tracking);
  const lanes = writeLanes(parts, tracking, accesses);
  const runs = writeRuns(parts, tracking);
  writeGlobal(parts, tracking, runs, lanes);
  writeSmall(parts, tracking, runs, lanes);
  writeLds(parts, lanes);
  writeScratch(parts, tracking, lanes);
  writeAtomics(parts, tracking, accesses, lanes);
  writeScalar(parts, accesses);
  return { bytes: module.finish(), signatures: parts.signatures };
}

/** The module as a build has put it beside the code (see `packedMemoryModule`); undefined where there is none. */
function unpack(): Written | undefined {
  const file = new URL(`./${PACKED_MEMORY_MODULE}`, import.meta.url);
  if (!existsSync(file)) return undefined;
  const { bytes, signatures } = JSON.parse(readFileSync(file, 'utf8')) as {
    bytes: string;
    signatures: [string, Signature][];
  };
  return { bytes: Uint8Array.from(Buffer.from(bytes, 'base64')), signatures: new Map(signatures) };
}

/** Name of the file that a build keeps the module in: writing it anew costs a process 60 ms. */
export const PACKED_MEMORY_MODULE = 'memory-module.json';
/** The file's text. */
export function packedMemoryModule(): string {
  const { bytes, signatures } = write();
  return JSON.stringify({ bytes: Buffer.from(bytes).toString('base64'), signatures: [...signatures] });
}

/** Made once a process: of the host, not of any card. */
let written: Written | undefined;
let compiled: WebAssembly.Module | undefined;
const module = (): Written => (written ??= unpack() ?? write());

/** Types of the exported functions by name, for modules that import them. */
export function memorySignatures(): ReadonlyMap<string, Signature> {
  return module().signatures;
}

/** The compiled module, which may be handed to worker threads. */
export function memoryModule(): WebAssembly.Module {
  return (compiled ??= new WebAssembly.Module(module().bytes));
}

/** The functions, over `memory`. */
export function instantiateMemory(memory: WebAssembly.Memory, imports: MemoryImports): MemoryFunctions {
  const instance = new WebAssembly.Instance(memoryModule(), { host: { memory, ...imports } });
  return instance.exports as unknown as MemoryFunctions;
}
