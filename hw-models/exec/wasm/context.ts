/**
 * The block of shared memory through which translated code reaches everything: no address is part of a module, so one
 * module serves every engine and every thread, each with a context of its own.
 *
 * Offsets in bytes. Pure software.
 */
import type { MemoryPort } from '../memory-port.ts';

/** The bytes before the first are the engine's own: what it keeps there is its affair. */
export const Context = {
  /** Translations of the port in use (memory-port.ts `tlb`). */
  TLB: 256,
  /** Sum of `Tracks`. */
  TRACKS: 260,
  /** Copies of an `AccessTracker`, in its order. */
  LINES: 264,
  LINE_MASK: 268,
  GENERATIONS: 272,
  CHUNK_LOADED: 276,
  CHUNK_DIRTY: 280,
  UNCACHED: 284,
  OWNERS: 288,
  WATCHED: 292,
  WAITING: 296,
  /** The instruction that runs, in the engine's own numbering. */
  TAG: 300,
  /** The rest of an `AccessTracker`. */
  WAITING_PAGES: 304,

  // Of the wave that runs, for accesses to LDS, flat and scratch addresses; the engine fills them in.
  /** Address of the workgroup's LDS, and its size in bytes. */
  LDS: 320,
  LDS_BYTES: 324,
  /** High dwords of flat addresses that lie in LDS and in scratch. */
  SHARED_HIGH: 328,
  PRIVATE_HIGH: 332,
  /** Where the wave's scratch begins: 64 bits. */
  SCRATCH: 336,
  /** Lanes of the wave, 32 or 64: dwords of scratch lie so far apart. */
  LANES: 344,

  /** Addresses of the 32 lanes of one access that goes lane by lane, and which window each is in (0 memory, 1 LDS, 2 scratch). */
  LOW: 512,
  HIGH: 640,
  WINDOW: 768,
  /** 32 dwords that are 0: the offsets of an access without an offset register. */
  ZEROS: 896,
  /** 4 × lane for 64 lanes: the offsets of an access that goes by lane; the upper 32 begin at +128. */
  LANE_OFFSETS: 1024,
  /** What the lanes loaded, before it is put in place. */
  STAGE: 1280,
} as const;
export const CONTEXT_BYTES = 2048;

export const Tracks = {
  loads: 1,
  stores: 2,
  /** There are no tables: every access is told. */
  everything: 4,
} as const;

/** Writes what never changes into the context at byte `at` of `memory`, a view of the whole memory. */
export function prepareContext(memory: Int32Array, at: number): void {
  memory.fill(0, (at + Context.ZEROS) >>> 2, (at + Context.LANE_OFFSETS) >>> 2);
  for (let lane = 0; lane < 64; lane++) memory[((at + Context.LANE_OFFSETS) >>> 2) + lane] = lane * 4;
}

/** Has the context use `port` from now on. Call at the start of a slice, too: what is tracked may have changed. */
export function usePort(memory: Int32Array, at: number, port: MemoryPort): void {
  const words = at >>> 2;
  const { tracker } = port.memory;
  memory[words + (Context.TLB >>> 2)] = port.tlb.byteOffset;
  memory[words + (Context.TRACKS >>> 2)] =
    (port.tracksLoads ? Tracks.loads : 0) |
    (port.tracksStores ? Tracks.stores : 0) |
    (tracker === undefined ? Tracks.everything : 0);
  if (tracker === undefined) return;
  const { lines, lineMask, generations, chunkLoaded, chunkDirty, uncached, owners, watched, waiting } = tracker;
  let to = words + (Context.LINES >>> 2);
  for (const value of [lines, lineMask, generations, chunkLoaded, chunkDirty, uncached, owners, watched, waiting])
    memory[to++] = value;
  memory[words + (Context.WAITING_PAGES >>> 2)] = tracker.waitingPages;
}
