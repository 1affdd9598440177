/**
 * How planted pairs are written: a kernel with a mistake and its repaired twin, and what must be said of the first.
 *
 * Every kernel begins with `start`: the buffer's address in s[4:5], 4 bytes times the work-item in v1, the workgroup in
 * s2. Pure software, for tests.
 */
import { Initiator } from '../../dispatch.ts';
import type { Dispatch } from '../../dispatch.ts';
import { assemble } from '../../isa/index.ts';
import type { ShaderEvent } from '../../events.ts';
import { Bench, RSRC1, RSRC2 } from '../../testing/bench.ts';
import { RaceChecker } from '../index.ts';

export interface Pair {
  readonly name: string;
  /** Code of the finding, or the kind of the event where the engine says it without being checked. */
  readonly code: string;
  readonly racy: string;
  readonly repaired: string;
  /** Text of the instruction that the finding is at, and of the one it is because of (absent: none). */
  readonly at: RegExp;
  readonly because?: RegExp;
  readonly launch?: Partial<Dispatch>;
  /** Launch of the repaired twin, where it is the launch that was wrong. */
  readonly repairedLaunch?: Partial<Dispatch>;
}

export const start = `
  s_load_b64 s[4:5], s[0:1], null
  v_lshlrev_b32_e32 v1, 2, v0
  s_waitcnt lgkmcnt(0)
`;

/** 1 KiB of LDS. */
export const RSRC2_LDS = RSRC2 | (2 << 15);
export const WGP = RSRC1 | (1 << 29);
export const lds: Partial<Dispatch> = { rsrc2: RSRC2_LDS };
export const twoWaves: Partial<Dispatch> = { numThread: [64, 1, 1] };
export const ldsTwoWaves: Partial<Dispatch> = { ...lds, ...twoWaves };
export const twoGroups: Partial<Dispatch> = { dim: [2, 1, 1] };
export const wave64: Partial<Dispatch> = {
  initiator: Initiator.computeEnable,
  numThread: [64, 1, 1],
  rsrc1: RSRC1 | 5,
};

/** Words of a program; throws on a mistake in it. */
export function words(text: string): string {
  const { bytes, errors } = assemble(`${start}${text}\n s_endpgm`);
  if (errors.length > 0) throw new Error(`${errors[0]!.message} in\n${text}`);
  return [...new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)]
    .map((word) => word.toString(16).padStart(8, '0'))
    .join(' ');
}

/** Runs a program under a fresh checker; what was said, but for faults that an undefined address leads to. */
export function run(text: string, launch: Partial<Dispatch> = {}): readonly ShaderEvent[] {
  const bench = new Bench({ watcher: new RaceChecker() });
  bench.execute(words(text), 65536, launch);
  return bench.problems.filter(({ kind }) => kind !== 'memoryViolation');
}
