/**
 * A launch as plain data, and the engine that runs it.
 *
 * The command processor makes a `ComputeDispatch` out of the COMPUTE_* registers of a queue (or an AQL packet and
 * its kernel descriptor) and hands it over; everything about shader code is the engine's.
 *
 * Fidelity: from-public-source. Fields are those of the COMPUTE_* registers.
 */

/** Everything a grid of workgroups needs to run. */
export interface ComputeDispatch {
  /** Queue that launched it: me << 5 | pipe << 3 | queue. */
  readonly queue: number;
  readonly vmid: number;
  /** Trace sequence of the doorbell that brought it, for findings. */
  readonly because: number;
  readonly wave32: boolean;
  /** Byte address of the first instruction. */
  readonly entry: number;
  /** Workgroup ids run from `first` to `groups` − 1 in each dimension. */
  readonly first: readonly [number, number, number];
  readonly groups: readonly [number, number, number];
  /** Threads of a workgroup, and of the last one in each dimension. */
  readonly threads: readonly [number, number, number];
  readonly lastThreads: readonly [number, number, number];
  readonly rsrc1: number;
  readonly rsrc2: number;
  readonly rsrc3: number;
  /** The 16 user data registers; RSRC2.USER_SGPR says how many are used. */
  readonly userData: readonly number[];
  /** Byte address of the scratch buffer; 0: none. */
  readonly scratchBase: number;
  readonly tmpringSize: number;
  readonly resourceLimits: number;
  readonly ldsBytes: number;
  /** SH_MEM_BASES and SH_MEM_CONFIG of the VMID at launch. */
  readonly shMemBases: number;
  readonly shMemConfig: number;
  /** Byte address of the AQL packet; 0: none. */
  readonly packet: number;
}

/** What runs shader code. Ids are positive. */
export interface ComputeEngine {
  /** Grids that can be in at once; more are held back in their queues. */
  readonly capacity?: number;
  /** Takes a grid in. 0: it cannot be run (the engine has said why); its queue hangs, as on silicon. */
  start(dispatch: ComputeDispatch): number;
  busy(id: number): boolean;
  /** Runs for up to `fuel` wave instructions over everything that is in. Returns how many it ran. */
  run(fuel: number): number;
  /** Kills what is left of a grid. */
  cancel(id: number): void;
  reset(): void;
}

/** An engine that executes nothing: every grid is done at once. For cards without a shader core. */
export function emptyEngine(): ComputeEngine {
  return { start: () => 1, busy: () => false, run: () => 0, cancel: () => {}, reset: () => {} };
}

/** Vector registers a wave of this launch gets. */
export function vgprsOf(rsrc1: number, wave32: boolean): number {
  return ((rsrc1 & 0x3f) + 1) * (wave32 ? 8 : 4);
}

export interface LaunchProblem {
  readonly rule: 'LAUNCH_REGISTERS' | 'LAUNCH_LDS' | 'LAUNCH_SIZE' | 'LAUNCH_SCRATCH' | 'LAUNCH_ENTRY';
  readonly text: string;
}

/** Registers per SIMD of gfx1100 in wave32 (half as many in wave64), in blocks of 24 (12). */
const simdVgprs = 1536;
const LDS_BYTES = 65536;

/** The first thing that keeps this grid from ever running, or undefined. */
export function launchProblem(d: ComputeDispatch): LaunchProblem | undefined {
  const [x, y, z] = d.threads;
  const threads = x * y * z;
  if (threads === 0 || threads > 1024) {
    return {
      rule: 'LAUNCH_SIZE',
      text: `COMPUTE_NUM_THREAD is ${x} x ${y} x ${z} = ${threads} threads; a workgroup has 1 to 1024`,
    };
  }
  if (d.entry === 0) return { rule: 'LAUNCH_ENTRY', text: 'COMPUTE_PGM_LO and COMPUTE_PGM_HI are 0' };
  const vgprs = vgprsOf(d.rsrc1, d.wave32);
  if (vgprs > 256) {
    return {
      rule: 'LAUNCH_REGISTERS',
      text: `COMPUTE_PGM_RSRC1.VGPRS is ${d.rsrc1 & 0x3f}, which is ${vgprs} registers in ${d.wave32 ? 'wave32' : 'wave64'}; a wave has at most 256 (field ${d.wave32 ? 31 : 63})`,
    };
  }
  const block = d.wave32 ? 24 : 12;
  const each = Math.ceil(vgprs / block) * block;
  const perSimd = Math.min(16, Math.floor((d.wave32 ? simdVgprs : simdVgprs / 2) / each));
  const waves = Math.ceil(threads / (d.wave32 ? 32 : 64));
  const simds = ((d.rsrc1 >>> 29) & 1) === 1 ? 4 : 2;
  if (waves > perSimd * simds) {
    return {
      rule: 'LAUNCH_REGISTERS',
      text: `a workgroup of ${waves} waves with ${vgprs} registers each does not fit ${simds} SIMDs (${perSimd} such waves on each); use fewer registers or smaller workgroups`,
    };
  }
  if (d.ldsBytes > LDS_BYTES) {
    return {
      rule: 'LAUNCH_LDS',
      text: `COMPUTE_PGM_RSRC2.LDS_SIZE asks for ${d.ldsBytes} bytes; a workgroup has at most ${LDS_BYTES}`,
    };
  }
  if ((d.rsrc2 & 1) === 1) {
    const waveBytes = ((d.tmpringSize >>> 12) & 0x7fff) * 256;
    if (d.scratchBase === 0)
      return {
        rule: 'LAUNCH_SCRATCH',
        text: 'COMPUTE_PGM_RSRC2.SCRATCH_EN is set and COMPUTE_DISPATCH_SCRATCH_BASE is 0',
      };
    if ((d.tmpringSize & 0xfff) === 0 || waveBytes === 0) {
      return {
        rule: 'LAUNCH_SCRATCH',
        text: `COMPUTE_PGM_RSRC2.SCRATCH_EN is set and COMPUTE_TMPRING_SIZE is 0x${d.tmpringSize.toString(16)} (${d.tmpringSize & 0xfff} waves of ${waveBytes} bytes)`,
      };
    }
  }
  return undefined;
}
