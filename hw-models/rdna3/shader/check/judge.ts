/**
 * What the wrappers of instructions ask of the checker. Pure software.
 */
import type { AccessLog } from '../../../exec/check/access-log.ts';
import type { Shadow } from '../../../exec/check/shadow.ts';
import type { RdnaStrip } from '../strip.ts';
import type { Undefined } from './defined.ts';
import type { CheckCode } from './rules.ts';
import type { WaveCheck } from './waves.ts';

/** A store or an atomic of so few lanes may be meant for others; one of more is work on an array. */
export const FEW = 4;

/** SH_MEM_CONFIG.ALIGNMENT_MODE. */
export const alignmentModes = { dword: 0, dwordStrict: 1, strict: 2, unaligned: 3 } as const;

export interface Judge extends Undefined {
  readonly log: AccessLog;
  /** Last accesses of memory, by arena offset, and of LDS, by offset in the pool. */
  readonly memory: Shadow;
  readonly lds: Shadow;
  /** What the access begun last takes over from those it met, once it is back. */
  acquires: (() => void)[] | undefined;
  /** The wave in a strip's slot. */
  wave(w: RdnaStrip): WaveCheck;
  /** Numbers an access of the running wave and makes it the one that the shadows judge. */
  begin(w: RdnaStrip, wave: WaveCheck, site: number, flags: number): number;
  /** The access begun last goes, for the lanes that follow, to LDS. */
  beginLocal(flags: number): void;
  /** An update by few lanes: whoever meets it knows what this wave has complete. `before`: who wrote there last. */
  releaseAt(dword: number, before: number): void;
  /** The running wave compares and swaps there: what it loaded from there was a guess, and is verified now. */
  verified(dword: number): void;
  /** The wave has come to a barrier, or to its end. */
  arrive(wave: WaveCheck): void;
  ended(w: RdnaStrip, wave: WaveCheck): void;
  /** Says something about one instruction of the running wave, because of an earlier one (0: none). Lane −1: none. */
  sayOf(
    code: CheckCode,
    wave: WaveCheck,
    site: number,
    lane: number,
    message: (at: string) => string,
    other: number,
    otherLane?: number,
  ): void;
  /** An undefined value reached something that matters. */
  undefinedUse(wave: WaveCheck, site: number, lane: number, story: number, use: string): void;
}
