/**
 * From compute registers to workgroups: what a dispatch asks for, and whether the core can do it.
 *
 * Source: amdgpu register headers (COMPUTE_*), AMD "RDNA3 Instruction Set Architecture" (initial wave state), LLVM AMDGPU usage guide.
 * Fidelity: from-public-source. Guessed: what silicon does with launches it cannot serve (here they are refused and said so).
 */
import { initialMode } from './float-mode.ts';
import { D, LDS_PER_GROUP_BYTES } from './state.ts';

/** Register values as the command processor holds them at DISPATCH_DIRECT. Numbers are unsigned dwords. */
export interface Dispatch {
  /** COMPUTE_DIM_X..Z: end workgroup ids, or threads with use_thread_dims. */
  readonly dim: readonly [number, number, number];
  readonly start: readonly [number, number, number];
  /** COMPUTE_NUM_THREAD_X..Z: full size 15:0, size of the last workgroup 31:16. */
  readonly numThread: readonly [number, number, number];
  readonly pgmLo: number;
  readonly pgmHi: number;
  readonly rsrc1: number;
  readonly rsrc2: number;
  readonly rsrc3?: number;
  readonly tmpringSize?: number;
  readonly scratchBaseLo?: number;
  readonly scratchBaseHi?: number;
  readonly userData: ArrayLike<number>;
  readonly resourceLimits?: number;
  /** COMPUTE_DISPATCH_INITIATOR. */
  readonly initiator: number;
  readonly vmid: number;
  /** SH_MEM_BASES of the VMID: private 15:0, shared 31:16. */
  readonly shMemBases?: number;
  readonly shMemConfig?: number;
  /** Trap handler and its memory, byte addresses; 0: none. */
  readonly trapBase?: number;
  readonly trapMemory?: number;
  /** Comes back in `dispatchDone`. */
  readonly tag?: number;
}

/** Bits of the dispatch initiator. */
export const Initiator = {
  computeEnable: 1,
  partialGroups: 2,
  forceStartZero: 4,
  threadDimensions: 32,
  wave32: 0x8000,
} as const;

/** Shader engines of Navi31, each with as many scratch wave slots as TMPRING_SIZE says. */
const SHADER_ENGINES = 6;

export type Refusal = {
  readonly reason: 'vgprs' | 'lds' | 'waves' | 'scratch' | 'entryMisaligned';
  readonly detail: string;
};

export interface Plan {
  readonly waves: number;
  readonly groups: number;
}

/**
 * Works a dispatch out into `words` (D.WORDS of them). Answers with the largest workgroup in waves and the number of
 * workgroups, or why not. `slots`: wave slots that the core has (a 64-lane wave takes two).
 */
export function planDispatch(d: Dispatch, words: Int32Array, slots: number): Plan | Refusal {
  const wave64 = (d.initiator & Initiator.wave32) === 0;
  const vgprs = ((d.rsrc1 & 63) + 1) * (wave64 ? 4 : 8);
  if (vgprs > 256) return { reason: 'vgprs', detail: `${vgprs} vector registers a wave; there are 256` };
  const ldsBytes = ((d.rsrc2 >>> 15) & 0x1ff) * 512;
  if (ldsBytes > LDS_PER_GROUP_BYTES)
    return { reason: 'lds', detail: `${ldsBytes} bytes of LDS; a workgroup can have ${LDS_PER_GROUP_BYTES}` };
  const full = d.numThread.map((n) => n & 0xffff);
  const threads = full[0]! * full[1]! * full[2]!;
  const waves = Math.ceil(threads / (wave64 ? 64 : 32));
  if (threads === 0 || threads > 1024)
    return { reason: 'waves', detail: `${threads} threads a workgroup; 1 to 1024 are possible` };
  if (waves * (wave64 ? 2 : 1) > slots)
    return { reason: 'waves', detail: `${waves} waves a workgroup; this model has ${slots} slots` };
  words.fill(0);
  const partial = (d.initiator & Initiator.partialGroups) !== 0;
  const byThreads = (d.initiator & Initiator.threadDimensions) !== 0;
  let groups = 1;
  for (let axis = 0; axis < 3; axis++) {
    const size = full[axis]!;
    const dim = d.dim[axis]! >>> 0;
    const end = byThreads ? Math.ceil(dim / size) : dim;
    const start = (d.initiator & Initiator.forceStartZero) !== 0 ? 0 : d.start[axis]! >>> 0;
    let last = size;
    if (byThreads) last = dim % size === 0 ? size : dim % size;
    else if (partial) last = d.numThread[axis]! >>> 16 || size;
    words[D.GROUPS_X + axis] = end;
    words[D.START_X + axis] = start;
    words[D.NEXT_X + axis] = start;
    words[D.FULL_X + axis] = size;
    words[D.LAST_X + axis] = last;
    groups *= Math.max(0, end - start);
  }
  const tmpring = d.tmpringSize ?? 0;
  const waveBytes = ((tmpring >>> 12) & 0x7fff) * 256;
  const scratchWaves = (tmpring & 0xfff) * SHADER_ENGINES;
  const usesScratch = (d.rsrc2 & 1) !== 0 && waveBytes !== 0;
  if (usesScratch && scratchWaves < waves) {
    return { reason: 'scratch', detail: `scratch for ${scratchWaves} waves; a workgroup has ${waves}` };
  }
  const scratch = ((d.scratchBaseHi ?? 0) & 0xff) * 1099511627776 + ((d.scratchBaseLo ?? 0) >>> 0) * 256;
  const entry = (d.pgmHi & 0xff) * 1099511627776 + (d.pgmLo >>> 0) * 256;
  const put64 = (at: number, value: number): void => {
    words[at] = value | 0;
    words[at + 1] = Math.floor(value / 4294967296);
  };
  words[D.WAVE64] = wave64 ? 1 : 0;
  words[D.VGPRS] = vgprs;
  words[D.MODE] = initialMode(d.rsrc1, d.rsrc2);
  words[D.LDS_BYTES] = ldsBytes;
  put64(D.SCRATCH_LO, scratch);
  words[D.SCRATCH_WAVE_BYTES] = waveBytes;
  words[D.SCRATCH_WAVES] = usesScratch ? scratchWaves : 0;
  words[D.VMID] = d.vmid;
  put64(D.PC_LO, entry);
  words[D.RSRC2] = d.rsrc2;
  const bases = d.shMemBases ?? 0;
  words[D.SHARED_BASE] = bases & -65536;
  words[D.PRIVATE_BASE] = bases << 16;
  words[D.PRIV] = (d.rsrc1 >>> 20) & 1;
  put64(D.TBA_LO, d.trapBase ?? 0);
  put64(D.TMA_LO, d.trapMemory ?? 0);
  words[D.TAG] = d.tag ?? 0;
  for (let i = 0; i < 16; i++) words[D.USER_DATA + i] = d.userData[i] ?? 0;
  return { waves, groups };
}

/** Byte address of the first instruction. */
export const entryOf = (d: Dispatch): number => (d.pgmHi & 0xff) * 1099511627776 + (d.pgmLo >>> 0) * 256;
