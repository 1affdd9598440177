/**
 * Vector memory and scalar loads under the checker: counters, alignment, and who met whom.
 *
 * Addresses of vector memory are those that the handler has left in the core's `low`, `high` and `window`; of scalar
 * loads they are worked out again before the handler runs, since a result may overwrite them.
 *
 * Source: RDNA3 ISA: SMEM, vector memory, LDS; alignment modes of SH_MEM_CONFIG.
 * Fidelity: from-public-source.
 */
import { Flag } from '../../../exec/check/access-log.ts';
import { Access } from '../../../exec/memory.ts';
import type { MemoryPort } from '../../../exec/memory-port.ts';
import { popCount } from '../../../exec/runtime.ts';
import type { Bound } from '../bind.ts';
import type { Decoded } from '../isa/types.ts';
import { operandOf, scalarReader } from '../memory-ops.ts';
import type { MemorySemantics } from '../semantics/memory.ts';
import { EXEC, LANES, S } from '../state.ts';
import type { RdnaHandler, RdnaStrip } from '../strip.ts';
import { FEW, alignmentModes } from './judge.ts';
import type { Judge } from './judge.ts';
import { addressUse, issue, none, touchLds } from './accesses.ts';
import { defineVectors } from './defined.ts';
import { hazards } from './hazards.ts';
import { ldsMemory, lanePermute } from './lds.ts';
import { registersOf } from './registers.ts';
import type { Queue, WaveCheck } from './waves.ts';

const TRAPSTS_MEM_VIOL = 1 << 8;

export function wrapMemory(
  checker: Judge,
  d: Decoded,
  m: MemorySemantics,
  site: number,
  bound: Bound,
  wave64: boolean,
): RdnaHandler {
  if (m.space === 'scalar' || m.space === 'scalarBuffer') return scalarMemory(checker, d, m, site, bound);
  if (m.action === 'none') return bound.handler;
  if (m.space !== 'lds') return vectorMemory(checker, d, m, site, bound, wave64);
  if (m.action === 'swizzle' || m.action === 'permute' || m.action === 'bpermute')
    return lanePermute(checker, d, site, bound, wave64);
  return ldsMemory(checker, d, m, site, bound, wave64);
}

// --- vector memory

function vectorMemory(
  checker: Judge,
  d: Decoded,
  m: MemorySemantics,
  site: number,
  bound: Bound,
  wave64: boolean,
): RdnaHandler {
  const { handler } = bound;
  const registers = registersOf(d, wave64);
  const isLoad = m.action === 'load';
  const isAtomic = m.action === 'atomic';
  const returns = isLoad || (isAtomic && d.glc);
  const flat = m.space === 'flat';
  const windowed = m.space !== 'global';
  const check = hazards(checker, registers, site, returns ? 'loads' : 'stores', false);
  const data = operandOf(d, 'vdata', 'data', 'data0');
  const where = addressUse(
    checker,
    site,
    ['vaddr', 'addr', 'saddr', 'srsrc', 'soffset'].map((field) => operandOf(d, field)).filter((o) => o !== data),
    'the address',
  );
  const from = (data?.index ?? 0) * LANES;
  const shift = m.part === 'high' ? 16 : 0;
  const stored = isLoad || m.space === 'scratch' ? undefined : addressUse(checker, site, [data], 'the data');
  const results = returns ? registers.writeV : none;
  const flags = isLoad
    ? d.glc
      ? Flag.sync
      : 0
    : isAtomic
      ? Flag.writes | Flag.sync | (returns ? 0 : Flag.storeQueue)
      : Flag.writes | Flag.storeQueue;
  const access = isLoad ? Access.read : isAtomic ? Access.atomic : Access.write;
  const queue: Queue = returns ? 'loads' : 'stores';
  const verifies = isAtomic && (m.operation ?? '').startsWith('cmpswap');
  const bytes = m.bytes;
  return (w) => {
    const wave = checker.wave(w);
    const { half, s } = w;
    const e = s[EXEC + half]!;
    check(wave, half, e);
    wave.pipes.settle();
    where(wave, half, e);
    stored?.(wave, half, e);
    const few = popCount(e) <= FEW;
    // one store of few lanes, right after everything stored was waited for, is taken for one meant for others
    const meant = !isLoad && !isAtomic && wave.released && few && bytes <= 8;
    const mine = flags | (meant ? Flag.sync : 0) | (!few && (flags & Flag.writes) !== 0 ? Flag.wide : 0);
    const n = checker.begin(w, wave, site, mine);
    handler(w);
    const { core } = w;
    let inLds = 0;
    if (flat) for (let i = 0; i < LANES; i++) if (((e >>> i) & 1) !== 0 && core.window[i] === 1) inLds |= 1 << i;
    if (e !== 0 && m.space !== 'scratch' && (s[S.TRAPSTS]! & TRAPSTS_MEM_VIOL) === 0) {
      align(checker, wave, w, site, e & ~inLds, bytes, isAtomic);
      inMemory(checker, w, e & ~inLds, windowed, bytes, access, isAtomic, few, verifies, from, shift);
      if (inLds !== 0) flatLds(checker, w, inLds, bytes, isLoad, from, shift);
    }
    issue(checker, wave, half, queue, site, n, results, none, e & ~inLds);
    if (flat) issue(checker, wave, half, 'lds', site, n, inLds !== 0 ? results : none, none, inLds);
    if (results.length > 0) defineVectors(wave.strips[half]!, results, e);
  };
}

function align(
  checker: Judge,
  wave: WaveCheck,
  w: RdnaStrip,
  site: number,
  e: number,
  bytes: number,
  isAtomic: boolean,
): void {
  const { alignment } = wave.group.launch;
  const need = isAtomic
    ? bytes
    : alignment === alignmentModes.unaligned
      ? 1
      : alignment === alignmentModes.strict
        ? bytes === 12
          ? 4
          : bytes
        : Math.min(bytes, 4);
  if (need === 1) return;
  const { low, window } = w.core;
  for (let i = 0; i < LANES; i++) {
    if (((e >>> i) & 1) === 0 || window[i] === 3 || (low[i]! & (need - 1)) === 0) continue;
    checker.sayOf(
      'MISALIGNED',
      wave,
      site,
      i + 32 * w.half,
      (at) =>
        `${at}: address 0x${(low[i]! >>> 0).toString(16)} (low dword) is not a multiple of ${need}${isAtomic ? ', as atomics need in every mode' : ''}`,
      0,
    );
    return;
  }
}

/** Arena offset of an address that the handler has just translated, or −1. */
function offsetOf(port: MemoryPort, low: number, high: number, access: Access): number {
  const page = port.page(low, high, access);
  return page < 0 ? -1 : page + (low & 4095);
}

function inMemory(
  checker: Judge,
  w: RdnaStrip,
  e: number,
  windowed: boolean,
  bytes: number,
  access: Access,
  isAtomic: boolean,
  few: boolean,
  verifies: boolean,
  data: number,
  shift: number,
): void {
  const { core, half, v } = w;
  const { port, low: lows, high: highs, window } = core;
  const shadow = checker.memory;
  const { i32 } = port;
  for (let i = 0; i < LANES; i++) {
    if (((e >>> i) & 1) === 0) continue;
    if (windowed && window[i]! > 1) continue;
    const low = isAtomic ? lows[i]! & -bytes : lows[i]!;
    const high = highs[i]!;
    const lane = i + 32 * half;
    if ((low & 4095) + bytes > 4096 || (access !== Access.read && (low & 3) !== 0 && bytes > 1)) {
      for (let k = 0; k < bytes; k++) {
        const l = (low + k) | 0;
        const at = offsetOf(port, l, l >>> 0 < low >>> 0 ? (high + 1) | 0 : high, access);
        if (at < 0) continue;
        if (access === Access.read) shadow.load(at, 1, lane);
        else shadow.store(at, 1, lane, (v[data + (k >>> 2) * LANES + i]! >>> (shift + 8 * (k & 3))) & 0xff);
      }
      continue;
    }
    const at = offsetOf(port, low, high, access);
    if (at < 0) continue;
    if (access === Access.read) shadow.load(at, bytes, lane);
    else if (isAtomic) {
      const before = few ? shadow.writerOf(at >>> 2) : 0;
      shadow.store(at, 4, lane, i32[at >>> 2]!);
      if (bytes === 8) shadow.store(at + 4, 4, lane, i32[(at >>> 2) + 1]!);
      if (few) checker.releaseAt(at >>> 2, before);
      if (verifies) checker.verified(at >>> 2);
    } else if (bytes < 4) shadow.store(at, bytes, lane, (v[data + i]! >>> shift) & (bytes === 1 ? 0xff : 0xffff));
    else for (let k = 0; k < bytes; k += 4) shadow.store(at + k, 4, lane, v[data + (k >>> 2) * LANES + i]!);
  }
}

function flatLds(
  checker: Judge,
  w: RdnaStrip,
  lanes: number,
  bytes: number,
  isLoad: boolean,
  data: number,
  shift: number,
): void {
  const { core, s } = w;
  const limit = s[S.LDS_BYTES]!;
  const row = checker.log.row(checker.log.newest);
  checker.log.flags[row] = checker.log.flags[row]! | Flag.local;
  checker.beginLocal(checker.log.flags[row]!);
  for (let i = 0; i < LANES; i++) {
    if (((lanes >>> i) & 1) === 0) continue;
    const at = core.low[i]! >>> 0;
    if (at + bytes > limit) continue;
    touchLds(checker, w, s[S.LDS_BASE]! + at, bytes, i + 32 * w.half, isLoad, data, shift);
  }
}

// --- scalar loads

function scalarMemory(checker: Judge, d: Decoded, m: MemorySemantics, site: number, bound: Bound): RdnaHandler {
  const { handler } = bound;
  const registers = registersOf(d, false);
  const check = hazards(checker, registers, site, 'scalar', false);
  const baseOperand = operandOf(d, 'sbase')!;
  const offsetOperand = operandOf(d, 'soffset');
  const offset = scalarReader(offsetOperand);
  const where = addressUse(checker, site, [baseOperand, offsetOperand], 'the address');
  const buffer = m.space === 'scalarBuffer';
  const base = baseOperand.index;
  const dwords = m.bytes >>> 2;
  const { writeS } = registers;
  return (w) => {
    const wave = checker.wave(w);
    const { s } = w;
    check(wave, 0, -1);
    where(wave, 0, -1);
    const register = offset(w);
    const add = d.imm + (buffer ? register >>> 0 : register);
    const start = (s[base + 1]! & 0xffff) * 4294967296 + (s[base]! >>> 0) + add;
    const limit = buffer ? (s[base + 2]! >>> 0) * Math.max(1, (s[base + 1]! >>> 16) & 0x3fff) - add : Infinity;
    if (start % 4 !== 0)
      checker.sayOf(
        'MISALIGNED',
        wave,
        site,
        -1,
        (at) => `${at}: address 0x${start.toString(16)} is not a multiple of 4; scalar loads drop the two low bits`,
        0,
      );
    const n = checker.begin(w, wave, site, Flag.scalar);
    handler(w);
    if ((s[S.TRAPSTS]! & TRAPSTS_MEM_VIOL) === 0 && start >= 0) {
      const { port } = w.core;
      let address = start - (((start % 4) + 4) % 4);
      port.client = port.scalarClient;
      for (let k = 0; k < dwords && k * 4 + 4 <= limit; k++, address += 4) {
        const at = offsetOf(port, address | 0, Math.floor(address / 4294967296), Access.read);
        if (at >= 0) checker.memory.load(at, 4, 0);
      }
      port.client = port.vectorClient;
    }
    issue(checker, wave, 0, 'scalar', site, n, none, writeS, 0);
    for (const r of writeS) wave.scalars[r] = -1;
  };
}
