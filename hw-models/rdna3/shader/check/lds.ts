/**
 * LDS instructions under the checker: alignment, what was never written, who met whom.
 *
 * Addresses are worked out before the handler runs, since a result may overwrite them.
 *
 * Source: RDNA3 ISA: LDS; alignment modes of SH_MEM_CONFIG.
 * Fidelity: from-public-source.
 */
import { Flag } from '../../../exec/check/access-log.ts';
import { popCount } from '../../../exec/runtime.ts';
import type { Bound } from '../bind.ts';
import type { Decoded } from '../isa/types.ts';
import { operandOf } from '../memory-ops.ts';
import type { MemorySemantics } from '../semantics/memory.ts';
import { EXEC, LANES, M0, S } from '../state.ts';
import type { RdnaHandler, RdnaStrip } from '../strip.ts';
import { addressUse, issue, none, touchLds } from './accesses.ts';
import { defineVectors, firstLane } from './defined.ts';
import { hazards } from './hazards.ts';
import { FEW, alignmentModes } from './judge.ts';
import type { Judge } from './judge.ts';
import { registersOf } from './registers.ts';
import type { StripCheck, WaveCheck } from './waves.ts';

/** Lanes that are permuted through LDS hardware: no memory, but its queue. */
export function lanePermute(checker: Judge, d: Decoded, site: number, bound: Bound, wave64: boolean): RdnaHandler {
  const { handler } = bound;
  const registers = registersOf(d, wave64);
  const check = hazards(checker, registers, site, 'lds', true);
  return (w) => {
    const wave = checker.wave(w);
    const halves = wave64 ? 2 : 1;
    for (let half = 0; half < halves; half++) check(wave, half, w.s[EXEC + half]!);
    wave.pipes.settle();
    handler(w);
    checker.acquires = undefined;
    for (let half = 0; half < halves; half++) {
      const e = w.s[EXEC + half]!;
      issue(checker, wave, half, 'lds', site, checker.log.newest + 1, registers.writeV, none, e);
      defineVectors(wave.strips[half]!, registers.writeV, e);
    }
  };
}

export function ldsMemory(
  checker: Judge,
  d: Decoded,
  m: MemorySemantics,
  site: number,
  bound: Bound,
  wave64: boolean,
): RdnaHandler {
  const { handler } = bound;
  const registers = registersOf(d, wave64);
  const address = operandOf(d, 'addr');
  const check = hazards(checker, registers, site, 'lds', false);
  const where = addressUse(checker, site, [address], 'the address');
  const v0 = (address?.index ?? 0) * LANES;
  const unit = m.bytes * (m.stride64 ? 64 : 1);
  const two = m.action === 'load2' || m.action === 'store2' || m.action === 'exchange2';
  const [near, far] = two ? [d.imm * unit, d.imm1 * unit] : [d.imm, 0];
  const isLoad = m.action === 'load' || m.action === 'load2';
  const isStore = m.action === 'store' || m.action === 'store2';
  const counter = m.action === 'append' || m.action === 'consume';
  const usesM0 = m.byLane || counter;
  const updates = !isLoad && !isStore;
  const flags = Flag.local | (isLoad ? 0 : updates ? Flag.writes | Flag.sync : Flag.writes);
  const results = registers.writeV;
  const verifies = (m.operation ?? '').startsWith('cmpswap');
  const { bytes } = m;
  const data0 = (operandOf(d, 'data0')?.index ?? 0) * LANES;
  const data1 = (operandOf(d, 'data1')?.index ?? 0) * LANES;
  const shift = m.part === 'high' ? 16 : 0;
  const addresses = new Int32Array(LANES);
  const each = new Int32Array(8);
  return (w) => {
    const wave = checker.wave(w);
    const { half, s, v } = w;
    const e = s[EXEC + half]!;
    check(wave, half, e);
    wave.pipes.settle();
    where(wave, half, e);
    if (usesM0 && wave.scalars[M0] !== -1 && e !== 0)
      checker.undefinedUse(wave, site, -1, wave.scalarOrigin[M0] || checker.unwritten(site, 'm0'), 'the address');
    for (let i = 0; i < LANES; i++)
      addresses[i] = counter
        ? (s[M0]! >>> 16) + d.imm
        : m.byLane
          ? (s[M0]! & 0xffff) + (i + half * LANES) * 4 + d.imm
          : v[v0 + i]! + near;
    // before it runs: what was there, and is it aligned
    ldsAlign(checker, wave, w, site, e, bytes, addresses, two ? far - near : 0, m);
    const unknown =
      isStore || wave.adopted ? 0 : unwrittenLanes(checker, w, e, addresses, bytes, two ? far - near : 0, each);
    const lanes = counter && e !== 0 ? 1 << firstLane(e) : e;
    const few = popCount(e) <= FEW || counter;
    const n = checker.begin(w, wave, site, flags | (few ? 0 : Flag.wide));
    handler(w);
    const limit = s[S.LDS_BYTES]!;
    const base = s[S.LDS_BASE]!;
    for (let i = 0; i < LANES; i++) {
      if (((lanes >>> i) & 1) === 0) continue;
      for (let k = 0; k < (two ? 2 : 1); k++) {
        let at = (addresses[i]! + (k === 1 ? far - near : 0)) >>> 0;
        if (updates) at -= at % Math.min(bytes, 8);
        if (at + bytes > limit) continue;
        const before = few && updates ? checker.lds.writerOf((base + at) >>> 2) : 0;
        touchLds(checker, w, base + at, bytes, i + 32 * half, isLoad, k === 1 ? data1 : data0, shift);
        if (few && updates) checker.releaseAt((base + at) >>> 2, before);
        if (verifies) checker.verified((base + at) >>> 2);
      }
    }
    issue(checker, wave, half, 'lds', site, n, results, none, e);
    if (wave64 && bound.perWave) {
      const upper = s[EXEC + 1]!;
      issue(checker, wave, 1, 'lds', site, n, results, none, upper);
      defineVectors(wave.strips[1], results, upper);
    }
    if (results.length > 0) {
      const strip = wave.strips[half]!;
      defineVectors(strip, results, e);
      if (unknown !== 0) undefine(checker, strip, results, each, unknown, site, addresses);
    }
    if (updates && unknown !== 0)
      checker.undefinedUse(
        wave,
        site,
        firstLane(unknown) + 32 * half,
        checker.unwritten(site, `LDS 0x${(addresses[firstLane(unknown)]! >>> 0).toString(16)}`),
        'the result',
      );
  };
}

/**
 * Lanes that read something in LDS that this workgroup has not written: all of them, and in `each` those of every dword
 * of the result (the second address's behind the first's).
 */
function unwrittenLanes(
  checker: Judge,
  w: RdnaStrip,
  e: number,
  addresses: Int32Array,
  bytes: number,
  second: number,
  each: Int32Array,
): number {
  const { s } = w;
  const limit = s[S.LDS_BYTES]!;
  const base = s[S.LDS_BASE]!;
  each.fill(0);
  const dwords = Math.max(1, bytes >>> 2);
  const size = Math.min(bytes, 4);
  let unknown = 0;
  for (let i = 0; i < LANES; i++) {
    if (((e >>> i) & 1) === 0) continue;
    const bit = 1 << i;
    for (let n = 0; n < (second === 0 ? 1 : 2); n++) {
      const at = (addresses[i]! + (n === 0 ? 0 : second)) >>> 0;
      if (at + bytes > limit) continue;
      for (let k = 0; k < dwords; k++) {
        const from = base + at + 4 * k;
        if (checker.lds.written(from >>> 2) && checker.lds.written((from + size - 1) >>> 2)) continue;
        const result = n * dwords + k;
        each[result] = each[result]! | bit;
        unknown |= bit;
      }
    }
  }
  return unknown;
}

function undefine(
  checker: Judge,
  strip: StripCheck,
  registers: readonly number[],
  each: Int32Array,
  lanes: number,
  site: number,
  addresses: Int32Array,
): void {
  const story = checker.unwritten(site, `LDS 0x${(addresses[firstLane(lanes)]! >>> 0).toString(16)}`);
  registers.forEach((r, k) => {
    const unknown = each[k]!;
    if (unknown === 0) return;
    strip.defined[r] = strip.defined[r]! & ~unknown;
    strip.origin[r] = story;
  });
}

function ldsAlign(
  checker: Judge,
  wave: WaveCheck,
  w: RdnaStrip,
  site: number,
  e: number,
  bytes: number,
  addresses: Int32Array,
  second: number,
  m: MemorySemantics,
): void {
  const { alignment } = wave.group.launch;
  const isAtomic = m.action === 'atomic' || m.action === 'exchange2';
  let need: number;
  if (isAtomic || m.action === 'append' || m.action === 'consume') need = Math.min(bytes, 8);
  else if (alignment === alignmentModes.unaligned) return;
  // two addresses of 8 bytes need 8, three and four dwords need 16 outside of the unaligned mode
  else need = bytes === 12 ? 16 : bytes;
  for (let i = 0; i < LANES; i++) {
    if (((e >>> i) & 1) === 0 || ((addresses[i]! | second) & (need - 1)) === 0) continue;
    checker.sayOf(
      'MISALIGNED',
      wave,
      site,
      i + 32 * w.half,
      (at) => `${at}: LDS address 0x${(addresses[i]! >>> 0).toString(16)} is not a multiple of ${need}`,
      0,
    );
    return;
  }
}
