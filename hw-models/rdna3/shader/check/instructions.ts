/**
 * Straight-line instructions under the checker: what each of them waits for, leaves outstanding, reads, defines.
 *
 * Source: RDNA3 ISA.
 * Fidelity: from-public-source.
 */
import type { Bound } from '../bind.ts';
import type { Decoded } from '../isa/types.ts';
import { scalarReader } from '../memory-ops.ts';
import { memorySemantics } from '../semantics/memory.ts';
import { EXEC, M0, NULL, S } from '../state.ts';
import type { RdnaHandler, RdnaStrip } from '../strip.ts';
import { defineVectors, firstLane, scalarFlow, vectorFlow } from './defined.ts';
import type { VectorFlow } from './defined.ts';
import { dependencies } from './dependencies.ts';
import { hazards } from './hazards.ts';
import { wrapMemory } from './memory.ts';
import type { Judge } from './judge.ts';
import { registersOf } from './registers.ts';
import type { WaveCheck } from './waves.ts';

/** The handler that runs instead of `bound`. */
export function wrapInstruction(checker: Judge, d: Decoded, site: number, bound: Bound, wave64: boolean): RdnaHandler {
  const { name } = d.row;
  const waits = waiting(checker, d);
  if (waits !== undefined) return waits;
  const semantics = memorySemantics(name);
  if (semantics !== undefined && !d.gds) return wrapMemory(checker, d, semantics, site, bound, wave64);
  if (d.format === 'SOPP') return bound.handler;
  if (d.format.startsWith('SOP')) return scalarInstruction(checker, d, site, bound, wave64);
  if (!d.format.startsWith('VOP')) return bound.handler;
  return bound.perWave
    ? acrossLanes(checker, d, site, bound, wave64)
    : vectorInstruction(checker, d, site, bound, wave64);
}

/** Waits and cache drops; undefined for everything else. They do nothing but what the checker sees in them. */
function waiting(checker: Judge, d: Decoded): RdnaHandler | undefined {
  const { imm } = d;
  const simm = imm & 0xffff;
  const counted = (w: RdnaStrip): number => {
    const o = d.src[0] ?? d.dst[0];
    return (simm & 63) + (o === undefined || o.index === NULL ? 0 : w.s[o.index]! & 63);
  };
  switch (d.row.name) {
    case 's_waitcnt': {
      const [loads, local] = [(simm >>> 10) & 63, (simm >>> 4) & 63];
      return (w) => {
        const wave = checker.wave(w);
        if (loads < 63) wave.waitLoads(loads);
        if (local < 63) wave.waitLocal(local);
      };
    }
    case 's_waitcnt_vmcnt':
      return (w) => checker.wave(w).waitLoads(counted(w));
    case 's_waitcnt_vscnt':
      return (w) => checker.wave(w).waitStores(counted(w));
    case 's_waitcnt_lgkmcnt':
      return (w) => checker.wave(w).waitLocal(counted(w));
    case 's_waitcnt_depctr':
      return simm >>> 12 === 0 ? (w) => checker.wave(w).pipes.settle() : () => {};
    case 's_wait_idle':
      return (w) => {
        const wave = checker.wave(w);
        wave.waitAll();
        wave.pipes.settle();
      };
    case 'buffer_gl0_inv':
      return (w) => {
        const wave = checker.wave(w);
        wave.l0 = wave.share();
        wave.l0Epoch = wave.group.epoch;
        // one L0 for the whole workgroup
        if (!wave.group.launch.wgp)
          for (const other of wave.group.members) if (other.seen === wave.seen) other.l0 = wave.l0;
      };
    case 'buffer_gl1_inv':
      return (w) => {
        const wave = checker.wave(w);
        wave.l1 = wave.share();
      };
    case 's_dcache_inv':
      return (w) => {
        const wave = checker.wave(w);
        wave.scalar = wave.share();
        wave.scalarEpoch = wave.group.epoch;
        wave.scalarMark = wave.storeMark(checker.log.newest);
      };
    default:
      return undefined;
  }
}

const lanesOf = (w: RdnaStrip): number => w.s[EXEC + w.half]!;

function vectorInstruction(checker: Judge, d: Decoded, site: number, bound: Bound, wave64: boolean): RdnaHandler {
  const { handler } = bound;
  const registers = registersOf(d, wave64);
  const check = hazards(checker, registers, site, undefined, d.dpp !== undefined);
  const depends = dependencies(checker, d, registers, site);
  const halves = d.second === undefined ? [d] : [d, d.second];
  const flows = halves.map((half) => vectorFlow(half, wave64, site, checker));
  const decidesExec = d.row.dst.some((o) => o.class === 'exec');
  if (decidesExec) {
    const [flow] = flows as [VectorFlow];
    return (w) => {
      const wave = checker.wave(w);
      const e = lanesOf(w);
      if (w.half === 0) depends(wave);
      check(wave, w.half, e);
      flow.plan(w, wave, e);
      const lanes = flow.undefinedLanes() & e;
      if (lanes !== 0)
        checker.undefinedUse(wave, site, firstLane(lanes) + 32 * w.half, flow.story(), 'EXEC as a result');
      handler(w);
    };
  }
  if (flows.length === 1) {
    const [flow] = flows as [VectorFlow];
    return (w) => {
      const wave = checker.wave(w);
      const e = lanesOf(w);
      if (w.half === 0) depends(wave);
      check(wave, w.half, e);
      flow.plan(w, wave, e);
      handler(w);
      flow.done(w, wave, e);
    };
  }
  const [first, second] = flows as [VectorFlow, VectorFlow];
  return (w) => {
    const wave = checker.wave(w);
    const e = lanesOf(w);
    if (w.half === 0) depends(wave);
    check(wave, w.half, e);
    first.plan(w, wave, e);
    second.plan(w, wave, e);
    handler(w);
    first.done(w, wave, e);
    second.done(w, wave, e);
  };
}

function scalarInstruction(checker: Judge, d: Decoded, site: number, bound: Bound, wave64: boolean): RdnaHandler {
  const { handler } = bound;
  const check = hazards(checker, registersOf(d, wave64), site, undefined, false);
  const flow = scalarFlow(d, site, checker);
  const writesExec =
    d.row.dst.some((o) => o.class === 'exec') ||
    d.dst.some((o) => o.kind === 'sgpr' && o.index <= EXEC + 1 && o.index + o.dwords > EXEC);
  return (w) => {
    const wave = checker.wave(w);
    check(wave, 0, -1);
    flow.plan(w, wave, -1);
    handler(w);
    flow.done(w, wave, -1);
    if (writesExec) checkExec(checker, wave, site, wave64);
  };
}

/** Lanes that are on or off by chance. Said once, then taken for defined. */
function checkExec(checker: Judge, wave: WaveCheck, site: number, wave64: boolean): void {
  for (let half = 0; half < (wave64 ? 2 : 1); half++) {
    const bits = wave.scalars[EXEC + half]!;
    if (bits === -1) continue;
    checker.undefinedUse(wave, site, firstLane(~bits) + 32 * half, wave.scalarOrigin[EXEC + half]!, 'EXEC as a result');
    wave.scalars[EXEC + half] = -1;
  }
}

/** Instructions that read lanes other than their own, and write a scalar or some lanes. Called once a wave. */
function acrossLanes(checker: Judge, d: Decoded, site: number, bound: Bound, wave64: boolean): RdnaHandler {
  const { handler } = bound;
  const registers = registersOf(d, wave64);
  const all = hazards(checker, registers, site, undefined, true);
  const own = hazards(checker, registers, site, undefined, false);
  const depends = dependencies(checker, d, registers, site);
  const { name } = d.row;
  const [dst] = d.dst;
  const [a, b] = d.src;
  const halves = wave64 ? [0, 1] : [0];
  const number = scalarReader(b);
  const laneOf = (w: RdnaStrip): number => number(w) & (wave64 ? 63 : 31);
  const define = (w: RdnaStrip, wave: WaveCheck): void => {
    for (const half of halves) defineVectors(wave.strips[half]!, registers.writeV, w.s[EXEC + half]!);
    for (const s of registers.writeS) wave.scalars[s] = -1;
  };
  if (name === 'v_readfirstlane_b32' || name === 'v_readlane_b32') {
    const first = name === 'v_readfirstlane_b32';
    return (w) => {
      const wave = checker.wave(w);
      depends(wave);
      let lane = 0;
      if (first) {
        const low = w.s[EXEC]!;
        const high = wave64 ? w.s[EXEC + 1]! : 0;
        lane = low !== 0 ? firstLane(low) : high !== 0 ? 32 + firstLane(high) : 0;
      } else lane = laneOf(w);
      const half = lane >> 5;
      const bit = 1 << (lane & 31);
      own(wave, half, bit);
      const strip = wave.strips[half]!;
      let known = -1;
      let story = 0;
      if (a!.kind === 'vgpr' && (strip.defined[a!.index]! & bit) === 0) {
        known = 0;
        story = strip.origin[a!.index]! || checker.unwritten(site, `v${a!.index} of lane ${lane}`);
      } else if (a!.kind === 'sgpr' && a!.index < 128 && a!.index !== NULL) {
        known = wave.scalars[a!.index]!;
        story = wave.scalarOrigin[a!.index]!;
      }
      handler(w);
      for (const s of registers.writeS) {
        wave.scalars[s] = known;
        if (known !== -1) wave.scalarOrigin[s] = story;
      }
    };
  }
  if (name === 'v_writelane_b32') {
    return (w) => {
      const wave = checker.wave(w);
      const lane = laneOf(w);
      const strip = wave.strips[lane >> 5]!;
      const bit = 1 << (lane & 31);
      depends(wave);
      own(wave, lane >> 5, bit);
      const known = a!.kind === 'sgpr' && a!.index < 128 && a!.index !== NULL ? wave.scalars[a!.index]! : -1;
      handler(w);
      // a lane has no room for single bits: some are as good as all
      if (known !== 0) strip.defined[dst!.index] = strip.defined[dst!.index]! | bit;
      else {
        strip.defined[dst!.index] = strip.defined[dst!.index]! & ~bit;
        strip.origin[dst!.index] = wave.scalarOrigin[a!.index]!;
      }
    };
  }
  const beyond = relativeRange(d);
  return (w) => {
    const wave = checker.wave(w);
    beyond?.(w);
    depends(wave);
    for (const half of halves) all(wave, half, w.s[EXEC + half]!);
    handler(w);
    define(w, wave);
  };
}

/** Moves relative to M0: says which register lies beyond the wave's. */
function relativeRange(d: Decoded): ((w: RdnaStrip) => void) | undefined {
  const { name } = d.row;
  if (!/^v_(movrel|swaprel)/.test(name)) return undefined;
  const [to, from] = [d.dst[0]!.index, d.src[0]!];
  const both = name === 'v_movrelsd_2_b32' || name === 'v_swaprel_b32';
  return (w) => {
    const m0 = w.s[M0]!;
    const target = to + (name === 'v_movrels_b32' ? 0 : both ? (m0 >>> 16) & 0x3ff : m0);
    const source = from.kind !== 'vgpr' ? 0 : from.index + (name === 'v_movreld_b32' ? 0 : both ? m0 & 0x3ff : m0);
    const allocated = w.s[S.VGPRS]!;
    const register = [target, source].find((r) => r < 0 || r >= allocated);
    if (register === undefined) return;
    w.core.report({ kind: 'vgprOutOfRange', ...w.core.place(), register, allocated, mnemonic: name });
  };
}
