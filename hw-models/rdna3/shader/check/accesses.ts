/**
 * What memory instructions of all kinds have in common under the checker. Pure software.
 */
import type { Operand } from '../isa/types.ts';
import { LANES, NULL } from '../state.ts';
import type { RdnaStrip } from '../strip.ts';
import { firstLane, scalarName } from './defined.ts';
import type { Judge } from './judge.ts';
import { range } from './registers.ts';
import type { Pending, Queue, WaveCheck } from './waves.ts';

export const none: readonly number[] = [];

/** Something is outstanding from now on. One for both halves of a wave. */
export function issue(
  checker: Judge,
  wave: WaveCheck,
  half: number,
  queue: Queue,
  site: number,
  n: number,
  vectors: readonly number[],
  scalars: readonly number[],
  lanes: number,
): Pending {
  let p: Pending | undefined = half === 1 ? wave.listOf(queue).at(-1) : undefined;
  if (p === undefined || p.site !== site) {
    p = { site, n, queue, vectors, scalars, low: 0, high: 0, acquires: checker.acquires };
    wave.issue(p);
  } else if (checker.acquires !== undefined) p.acquires = [...(p.acquires ?? []), ...checker.acquires];
  if (half === 0) p.low = lanes;
  else p.high = lanes;
  if (lanes !== 0) {
    const { pending } = wave.strips[half]!;
    for (const r of vectors) pending[r] = p;
  }
  return p;
}

/** Looks at registers whose value decides where an access goes. */
export function addressUse(
  checker: Judge,
  site: number,
  operands: readonly (Operand | undefined)[],
  use: string,
): (wave: WaveCheck, half: number, e: number) => void {
  const vectors = operands.flatMap((o) => (o?.kind === 'vgpr' ? range(o.index, o.dwords) : []));
  const scalars = operands.flatMap((o) =>
    o?.kind === 'sgpr' && o.index !== NULL ? range(o.index, o.dwords).filter((s) => s < 128) : [],
  );
  return (wave, half, e) => {
    const strip = wave.strips[half]!;
    for (const r of vectors) {
      const unknown = e & ~strip.defined[r]!;
      if (unknown === 0) continue;
      const story = strip.origin[r] || checker.unwritten(site, `v${r}`);
      checker.undefinedUse(wave, site, firstLane(unknown) + 32 * half, story, use);
      return;
    }
    if (e === 0) return;
    for (const s of scalars) {
      if (wave.scalars[s] === -1) continue;
      const story = wave.scalarOrigin[s] || checker.unwritten(site, scalarName(s));
      checker.undefinedUse(wave, site, -1, story, use);
      return;
    }
  };
}

/** @param data register of the lane's first dword, times 32. */
export function touchLds(
  checker: Judge,
  w: RdnaStrip,
  at: number,
  bytes: number,
  lane: number,
  isLoad: boolean,
  data: number,
  shift: number,
): void {
  const { lds } = checker;
  const { v } = w;
  const from = data + (lane & 31);
  if (isLoad) lds.load(at, bytes, lane);
  else if ((at & 3) === 0 && bytes >= 4)
    for (let k = 0; k < bytes; k += 4) lds.store(at + k, 4, lane, v[from + (k >>> 2) * LANES]!);
  else
    for (let k = 0; k < bytes; k++)
      lds.store(at + k, 1, lane, (v[from + (k >>> 2) * LANES]! >>> (shift + 8 * (k & 3))) & 0xff);
}
