/**
 * Turns the next workgroup of a dispatch into resident waves, in the state that silicon starts them in.
 *
 * User SGPRs, then workgroup ids (only those enabled), then the workgroup word; v0 packs the local id 10:10:10;
 * EXEC covers the live lanes; trap temporaries are 0; FLAT_SCRATCH points at this wave's part of the scratch buffer.
 * Everything else is undefined on silicon; here scalars start at 0 and vector registers and LDS keep what was there.
 *
 * Source: LLVM AMDGPU usage guide (initial kernel execution state), AMD ISA document.
 * Fidelity: from-public-source.
 */
import { D, EXEC, G, LANES, LDS_UNIT_BYTES, S, SCALARS, VGPR_DWORDS, WaveState } from './state.ts';
import type { ShaderState } from './state.ts';

/** First run of `count` free LDS units, or −1. */
function findLds(map: Uint8Array, count: number): number {
  let run = 0;
  for (let i = 0; i < map.length; i++) {
    run = map[i] === 0 ? run + 1 : 0;
    if (run === count) return i - count + 1;
  }
  return -1;
}

/** Wave slots for a workgroup, lowest first; undefined where there are too few. */
function findSlots(state: ShaderState, waves: number, wave64: boolean, limit: number): number[] | undefined {
  const { scalars, slots } = state;
  const found: number[] = [];
  const step = wave64 ? 2 : 1;
  const free = (slot: number): boolean => scalars[slot * SCALARS + S.STATE] === WaveState.free;
  // A 64-lane wave marks its second slot as taken, too.
  const end = limit === 0 ? slots : Math.min(slots, limit);
  for (let slot = 0; slot + step <= end; slot += step) {
    if (!free(slot) || (wave64 && !free(slot + 1))) continue;
    found.push(slot);
    if (found.length === waves) return found;
  }
  return undefined;
}

/** What a wave's second slot holds while the first one runs. */
export const SECOND_SLOT = -1;

/** Launches the workgroup that `words` points at next; false where it does not fit now. Moves the pointer. */
export function launchGroup(state: ShaderState, dispatch: number): boolean {
  const w = state.dispatches.subarray(dispatch * D.WORDS, (dispatch + 1) * D.WORDS);
  const wave64 = w[D.WAVE64] === 1;
  const lanes = wave64 ? 2 * LANES : LANES;
  const size = [0, 0, 0];
  for (let axis = 0; axis < 3; axis++) {
    const isLast = w[D.NEXT_X + axis]! + 1 >= w[D.GROUPS_X + axis]!;
    size[axis] = isLast ? w[D.LAST_X + axis]! : w[D.FULL_X + axis]!;
  }
  const [sx, sy, sz] = size as [number, number, number];
  const threads = sx * sy * sz;
  const waves = Math.ceil(threads / lanes);
  const slots = findSlots(state, waves, wave64, w[D.SCRATCH_WAVES]!);
  if (slots === undefined) return false;
  const units = Math.ceil(w[D.LDS_BYTES]! / LDS_UNIT_BYTES);
  const unit = units === 0 ? 0 : findLds(state.ldsMap, units);
  if (unit < 0) return false;
  state.ldsMap.fill(1, unit, unit + units);
  let group = 0;
  // There are as many places for workgroups as for waves: one is always free.
  while (state.groups[group * G.WORDS + G.USED] === 1) group++;
  const g = state.groups.subarray(group * G.WORDS, (group + 1) * G.WORDS);
  g[G.USED] = 1;
  g[G.DISPATCH] = dispatch;
  g[G.WAVES] = waves;
  g[G.ARRIVED] = 0;
  g[G.LDS_UNIT] = unit;
  g[G.LDS_UNITS] = units;
  for (let wave = 0; wave < waves; wave++) {
    const slot = slots[wave]!;
    const shape = { wave, waves, threads, sx, sy };
    const s = state.scalars.subarray(slot * SCALARS, (slot + 1) * SCALARS);
    startScalars(s, w, slot, dispatch, group, shape, unit * LDS_UNIT_BYTES);
    if (wave64) state.scalars[(slot + 1) * SCALARS + S.STATE] = SECOND_SLOT;
    for (let half = 0; half < (wave64 ? 2 : 1); half++) {
      const at = (slot + half) * VGPR_DWORDS;
      startLanes(state.vgprs.subarray(at, at + LANES), wave64, half, shape);
    }
  }
  w[D.RESIDENT] = w[D.RESIDENT]! + 1;
  for (let axis = 0; axis < 3; axis++) {
    w[D.NEXT_X + axis] = w[D.NEXT_X + axis]! + 1;
    if (w[D.NEXT_X + axis]! < w[D.GROUPS_X + axis]! || axis === 2) break;
    w[D.NEXT_X + axis] = w[D.START_X + axis]!;
  }
  return true;
}

/** True once every workgroup has been launched. */
export function allLaunched(words: Int32Array): boolean {
  return words[D.NEXT_Z]! >= words[D.GROUPS_Z]!;
}

/** A wave's place in its workgroup. */
export interface WaveShape {
  readonly wave: number;
  readonly waves: number;
  /** Threads of the workgroup, and of its rows and planes. */
  readonly threads: number;
  readonly sx: number;
  readonly sy: number;
}

/** SGPR numbers that get the workgroup's ids, or −1. */
export function groupIdScalars(words: Int32Array): [number, number, number] {
  const rsrc2 = words[D.RSRC2]!;
  let next = (rsrc2 >>> 1) & 31;
  return [0, 1, 2].map((axis) => (((rsrc2 >>> (7 + axis)) & 1) !== 0 ? next++ : -1)) as [number, number, number];
}

/** The scalars a wave starts with. */
export function startScalars(
  s: Int32Array,
  w: Int32Array,
  slot: number,
  dispatch: number,
  group: number,
  shape: WaveShape,
  ldsBase: number,
): void {
  const { wave, waves, threads } = shape;
  const wave64 = w[D.WAVE64] === 1;
  const strips = wave64 ? 2 : 1;
  s.fill(0);
  const rsrc2 = w[D.RSRC2]!;
  const users = (rsrc2 >>> 1) & 31;
  let next = Math.min(users, 16);
  for (let i = 0; i < next; i++) s[i] = w[D.USER_DATA + i]!;
  next = users;
  for (const [axis, index] of groupIdScalars(w).entries()) {
    if (index < 0) continue;
    s[index] = w[D.NEXT_X + axis]!;
    next = index + 1;
  }
  if (((rsrc2 >>> 10) & 1) !== 0) s[next] = (wave === 0 ? -0x80000000 : 0) | waves;
  s[S.STATE] = WaveState.running;
  s[S.PC_LO] = w[D.PC_LO]!;
  s[S.PC_HI] = w[D.PC_HI]!;
  s[S.MODE] = w[D.MODE]!;
  s[S.DISPATCH] = dispatch;
  s[S.WORKGROUP] = group;
  s[S.STRIPS] = strips;
  s[S.VGPRS] = w[D.VGPRS]!;
  s[S.LDS_BASE] = ldsBase;
  s[S.LDS_BYTES] = w[D.LDS_BYTES]!;
  const scratch = (w[D.SCRATCH_LO]! >>> 0) + w[D.SCRATCH_WAVE_BYTES]! * slot;
  s[S.FLAT_SCRATCH_LO] = scratch | 0;
  s[S.FLAT_SCRATCH_HI] = w[D.SCRATCH_HI]! + Math.floor(scratch / 4294967296);
  for (const [n, high] of [
    [0, w[D.SHARED_BASE]!],
    [2, w[D.PRIVATE_BASE]!],
  ] as const) {
    s[S.APERTURES + 2 * n] = 0;
    s[S.APERTURES + 2 * n + 1] = high;
    s[S.APERTURES + 2 * n + 2] = -1;
    s[S.APERTURES + 2 * n + 3] = high;
  }
  s[S.RAMP] = ((wave * strips * LANES) % shape.sx) + LANES <= shape.sx ? 1 : 0;
  s[S.WAVE_IN_GROUP] = wave;
  s[S.VMID] = w[D.VMID]!;
  s[S.PRIV] = w[D.PRIV]!;
  s[S.TRAP_PRESENT] = (rsrc2 >>> 6) & 1;
  s[S.TBA_LO] = w[D.TBA_LO]!;
  s[S.TBA_HI] = w[D.TBA_HI]!;
  s[S.TMA_LO] = w[D.TMA_LO]!;
  s[S.TMA_HI] = w[D.TMA_HI]!;
  for (let half = 0; half < strips; half++) {
    const live = Math.max(0, Math.min(LANES, threads - (wave * strips + half) * LANES));
    s[EXEC + half] = live === LANES ? -1 : (1 << live) - 1;
  }
}

/** v0 of one strip: the local ids, packed 10:10:10. */
export function startLanes(v0: Int32Array, wave64: boolean, half: number, { wave, sx, sy }: WaveShape): void {
  const first = (wave * (wave64 ? 2 : 1) + half) * LANES;
  let x = first % sx;
  let rest = Math.floor(first / sx);
  let y = rest % sy;
  let z = Math.floor(rest / sy);
  for (let i = 0; i < LANES; i++) {
    v0[i] = x | (y << 10) | (z << 20);
    if (++x === sx) {
      x = 0;
      rest = ++y;
      if (rest === sy) {
        y = 0;
        z++;
      }
    }
  }
}
