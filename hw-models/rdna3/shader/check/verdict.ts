/**
 * What a race is called, by who the two are to each other, and what would order them. Pure software: words.
 */
import type { CheckCode } from './rules.ts';

/** Who the earlier access is to the wave that makes the later one. */
export type Relation = 'wave' | 'workgroup' | 'dispatch' | 'otherDispatch' | 'engine' | 'host';

export interface Verdict {
  readonly code: CheckCode;
  readonly advice: string;
}

const races: Readonly<Record<Relation, Verdict>> = {
  wave: { code: 'RACE_IN_WORKGROUP', advice: 's_waitcnt between them' },
  workgroup: { code: 'RACE_IN_WORKGROUP', advice: 's_waitcnt for its accesses, s_barrier between them' },
  dispatch: {
    code: 'RACE_BETWEEN_WORKGROUPS',
    advice:
      'release (s_waitcnt vmcnt(0), s_waitcnt_vscnt 0, atomic) and acquire (atomic or load with glc, s_waitcnt, buffer_gl1_inv, buffer_gl0_inv)',
  },
  otherDispatch: {
    code: 'RACE_BETWEEN_DISPATCHES',
    advice: 'let the second launch wait: CS_PARTIAL_FLUSH or WAIT_REG_MEM on a fence, an AQL barrier bit',
  },
  engine: {
    code: 'RACE_WITH_ENGINE',
    advice: 'let the queue wait for it (a fence and WAIT_REG_MEM)',
  },
  host: { code: 'RACE_WITH_HOST', advice: 'the doorbell must come after it, or the host wait for the fence' },
};

const otherLaunch = 'ACQUIRE_MEM with GLV_INV and GL1_INV before the launch';
const caches: Readonly<Record<Relation, string>> = {
  wave: '',
  workgroup: 'a workgroup in WGP mode has two L0 caches: buffer_gl0_inv after the barrier',
  dispatch: 'buffer_gl1_inv and buffer_gl0_inv after the load that saw the flag',
  otherDispatch: otherLaunch,
  engine: otherLaunch,
  host: otherLaunch,
};

/**
 * @param local in LDS
 * @param ordered the earlier access is over, but the caches on the way were not told
 * @param scalar the later one goes through the scalar cache
 */
export function verdict(relation: Relation, local: boolean, ordered: boolean, scalar: boolean): Verdict {
  if (local) return { code: 'LDS_RACE', advice: 's_waitcnt lgkmcnt(0) and s_barrier between them' };
  if (!ordered) return races[relation];
  return {
    code: 'NOT_ACQUIRED',
    advice: scalar
      ? 'the scalar cache was not dropped since (ACQUIRE_MEM with GLK_INV, or s_dcache_inv)'
      : caches[relation],
  };
}
