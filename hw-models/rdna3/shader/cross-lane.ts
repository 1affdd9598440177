/**
 * Instructions that look across lanes: DPP operands, lane reads and writes, permutes, swizzles, relative moves.
 *
 * An inactive source lane is not fetched unless the instruction says so: the reader gets 0 (bound control) or is
 * switched off itself. LDS permutes give 0 for what comes from an inactive lane.
 *
 * LDS permutes and swizzles stay inside their 32 lanes; compilers join the halves of a 64-lane wave by V_PERMLANE64.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture", DPP and lane operations.
 * Fidelity: from-public-source. Guessed: which way round a rotating swizzle turns (no compiler makes one).
 */
import type { Decoded, Operand } from './isa/types.ts';
import type { MemorySemantics } from './semantics/memory.ts';
import { operandOf } from './memory-ops.ts';
import { EXEC, LANES, M0, NULL, S } from './state.ts';
import type { RdnaHandler, RdnaStrip } from './strip.ts';

type Dpp = NonNullable<Decoded['dpp']>;

/** Source lane of lane `i` under a DPP16 control, or −1 where it falls off its row. */
export function dppSource(control: number, i: number): number {
  const row = i & ~15;
  const at = i & 15;
  if (control < 0x100) return (i & ~3) | ((control >> (2 * (i & 3))) & 3);
  const n = control & 15;
  switch (control & 0x1f0) {
    case 0x100:
      return at + n < 16 ? i + n : -1;
    case 0x110:
      return at >= n ? i - n : -1;
    case 0x120:
      return row | ((at - n) & 15);
    case 0x140:
      return control === 0x141 ? (i & ~7) | (7 - (i & 7)) : row | (15 - at);
    case 0x150:
      return row | n;
    case 0x160:
      return row | (at ^ n);
    default:
      return -1;
  }
}

/** Copies the operand's lanes as DPP moves them into the strip's scratch; returns the lanes that still write. */
export function dppGather(dpp: Dpp, register: number): (w: RdnaStrip) => number {
  const sources = new Int32Array(LANES);
  for (let i = 0; i < LANES; i++) {
    sources[i] = dpp.kind === 'dpp8' ? (i & ~7) | ((dpp.control >>> (3 * (i & 7))) & 7) : dppSource(dpp.control, i);
  }
  const from = register * LANES;
  const zeroes = dpp.kind === 'dpp8' || dpp.boundControl;
  return (w) => {
    const { v, temporary } = w;
    const e = w.s[EXEC + w.half]!;
    let active = e;
    for (let i = 0; i < LANES; i++) {
      const source = sources[i]!;
      const bit = 1 << i;
      if (
        dpp.kind === 'dpp16' &&
        (((dpp.rowMask >>> (w.half * 2 + (i >> 4))) & 1) === 0 || ((dpp.bankMask >>> ((i >> 2) & 3)) & 1) === 0)
      ) {
        active &= ~bit;
      }
      if (source >= 0 && (dpp.fetchInactive || ((e >>> source) & 1) !== 0)) temporary[i] = v[from + source]!;
      else {
        temporary[i] = 0;
        if (!zeroes) active &= ~bit;
      }
    }
    return active;
  };
}

const lanesOf = (w: RdnaStrip): number => w.s[S.STRIPS]! * LANES;
const stripOf = (w: RdnaStrip, lane: number): RdnaStrip => (lane >= LANES && w.other !== undefined ? w.other : w);
const isActive = (w: RdnaStrip, lane: number): boolean => ((w.s[EXEC + (lane >> 5)]! >>> (lane & 31)) & 1) !== 0;

function readScalar(o: Operand): (w: RdnaStrip) => number {
  if (o.kind === 'sgpr') return o.index === NULL ? () => 0 : (w) => w.s[o.index]!;
  return () => o.lo;
}
const scalarIndex = (o: Operand): number => (o.index === NULL ? S.SINK : o.index);

/** Lane operations that are called once a wave (with the low strip), by mnemonic. */
export function laneOperation(d: Decoded): RdnaHandler | undefined {
  const [dst] = d.dst;
  const [a, b, c] = d.src;
  switch (d.row.name) {
    case 'v_readfirstlane_b32': {
      const to = scalarIndex(dst!);
      const from = a!.index * LANES;
      if (a!.kind !== 'vgpr') {
        const value = readScalar(a!);
        return (w) => {
          w.s[to] = value(w);
        };
      }
      return (w) => {
        const low = w.s[EXEC]!;
        const high = w.other !== undefined ? w.s[EXEC + 1]! : 0;
        // With no lane active, lane 0.
        if (low !== 0 || high === 0) w.s[to] = w.v[from + (low === 0 ? 0 : 31 - Math.clz32(low & -low))]!;
        else w.s[to] = w.other!.v[from + 31 - Math.clz32(high & -high)]!;
      };
    }
    case 'v_readlane_b32': {
      const to = scalarIndex(dst!);
      const from = a!.index * LANES;
      const lane = readScalar(b!);
      return (w) => {
        const n = lane(w) & (lanesOf(w) - 1);
        w.s[to] = stripOf(w, n).v[from + (n & 31)]!;
      };
    }
    case 'v_writelane_b32': {
      const to = dst!.index * LANES;
      const value = readScalar(a!);
      const lane = readScalar(b!);
      return (w) => {
        const n = lane(w) & (lanesOf(w) - 1);
        stripOf(w, n).v[to + (n & 31)] = value(w);
      };
    }
    case 'v_permlane64_b32': {
      const to = dst!.index * LANES;
      const from = a!.index * LANES;
      return (w) => {
        const { other } = w;
        if (other === undefined) return;
        const low = w.v.slice(from, from + LANES);
        for (let i = 0; i < LANES; i++) if (isActive(w, i)) w.v[to + i] = other.v[from + i]!;
        for (let i = 0; i < LANES; i++) if (isActive(w, i + LANES)) other.v[to + i] = low[i]!;
      };
    }
    case 'v_permlane16_b32':
      return rowPermute(dst!, a!, b!, c!, 0);
    case 'v_permlanex16_b32':
      return rowPermute(dst!, a!, b!, c!, 16);
    case 'v_movreld_b32':
    case 'v_movrels_b32':
    case 'v_movrelsd_b32':
    case 'v_movrelsd_2_b32':
    case 'v_swaprel_b32':
      return relativeMove(d);
    case 's_movrelsd_2_b32': {
      const [to, from] = [dst!.index, a!.index];
      return (w) => {
        const m0 = w.s[M0]!;
        const [target, source] = [to + ((m0 >>> 16) & 0x3ff), from + (m0 & 0x3ff)];
        if (target < 128 && target !== NULL && source < 128) w.s[target] = w.s[source]!;
      };
    }
    case 's_movrels_b32':
    case 's_movrels_b64':
    case 's_movreld_b32':
    case 's_movreld_b64': {
      const wide = d.row.name.endsWith('64');
      const relativeSource = d.row.name.includes('movrels');
      const value = readScalar(a!);
      return (w) => {
        const m0 = w.s[M0]!;
        const from = relativeSource ? a!.index + m0 : a!.index;
        const to = relativeSource ? scalarIndex(dst!) : dst!.index + m0;
        // Writes to NULL go nowhere.
        if (from < 0 || from > 127 || to < 0 || to === NULL || (to > 127 && to !== S.SINK)) return;
        const low = a!.kind === 'sgpr' ? w.s[from]! : value(w);
        const high = a!.kind === 'sgpr' ? w.s[from + 1]! : a!.hi;
        w.s[to] = low;
        if (wide) w.s[to + 1] = high;
      };
    }
    default:
      return undefined;
  }
}

function rowPermute(dst: Operand, source: Operand, low: Operand, high: Operand, cross: number): RdnaHandler {
  const to = dst.index * LANES;
  const from = source.index * LANES;
  const selectLow = readScalar(low);
  const selectHigh = readScalar(high);
  const fetchInactive = source.high;
  const bound = low.high;
  return (w) => {
    const a = selectLow(w);
    const b = selectHigh(w);
    for (const strip of w.other === undefined ? [w] : [w, w.other]) {
      const e = strip.s[EXEC + strip.half]!;
      const old = strip.v.slice(from, from + LANES);
      for (let i = 0; i < LANES; i++) {
        if (((e >>> i) & 1) === 0) continue;
        const n = i & 15;
        const lane = ((i & 16) ^ cross) | ((n < 8 ? a >>> (4 * n) : b >>> (4 * (n - 8))) & 15);
        if (fetchInactive || ((e >>> lane) & 1) !== 0) strip.v[to + i] = old[lane]!;
        else if (bound) strip.v[to + i] = 0;
      }
    }
  };
}

function relativeMove(d: Decoded): RdnaHandler {
  const to = d.dst[0]!.index;
  const source = d.src[0]!;
  const { name } = d.row;
  const value = readScalar(source);
  return (w) => {
    const m0 = w.s[M0]!;
    const swap = name === 'v_swaprel_b32';
    const both = name === 'v_movrelsd_2_b32' || swap;
    const register = to + (name === 'v_movrels_b32' ? 0 : both ? (m0 >>> 16) & 0x3ff : m0);
    const from = source.index + (name === 'v_movreld_b32' ? 0 : both ? m0 & 0x3ff : m0);
    const limit = w.s[S.VGPRS]!;
    if (register < 0 || register >= limit || (source.kind === 'vgpr' && (from < 0 || from >= limit))) return;
    for (const strip of w.other === undefined ? [w] : [w, w.other]) {
      const e = strip.s[EXEC + strip.half]!;
      for (let i = 0; i < LANES; i++) {
        if (((e >>> i) & 1) === 0) continue;
        const old = strip.v[register * LANES + i]!;
        strip.v[register * LANES + i] = source.kind === 'vgpr' ? strip.v[from * LANES + i]! : value(w);
        if (swap) strip.v[from * LANES + i] = old;
      }
    }
  };
}

/** The five low bits, mirrored. */
const mirrored = (i: number): number => ((i & 1) << 4) | ((i & 2) << 2) | (i & 4) | ((i >> 2) & 2) | ((i >> 4) & 1);
const onesIn = (mask: number): number => {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
};

/**
 * Source lane of a DS_SWIZZLE within its 32 lanes, by the offset's top bits: butterflies of a fast Fourier transform,
 * rotation within groups, any order within quads, or and, or, xor of the lane number.
 */
export function swizzleSource(offset: number, i: number): number {
  const mask = offset & 31;
  if (offset >= 0xe000) return (mirrored(i) >> onesIn(mask)) | (i & mask);
  if (offset >= 0xc000) {
    const distance = (offset >> 5) & 31;
    return (i & mask) | ((i + ((offset & 0x400) !== 0 ? -distance : distance)) & 31 & ~mask);
  }
  if ((offset & 0x8000) !== 0) return (i & ~3) | ((offset >> (2 * (i & 3))) & 3);
  return ((i & (offset & 31)) | ((offset >> 5) & 31)) ^ ((offset >> 10) & 31);
}

/** DS instructions that only move data between lanes; called once a wave. */
export function ldsLaneOperation(d: Decoded, m: MemorySemantics): RdnaHandler {
  const to = d.dst[0]!.index * LANES;
  const address = operandOf(d, 'addr')!.index * LANES;
  const data = (operandOf(d, 'data0') ?? operandOf(d, 'addr'))!.index * LANES;
  if (m.action === 'swizzle') {
    const pattern = d.imm & 0xffff;
    return (w) => {
      for (const strip of w.other === undefined ? [w] : [w, w.other]) {
        const e = strip.s[EXEC + strip.half]!;
        const old = strip.v.slice(address, address + LANES);
        for (let i = 0; i < LANES; i++) {
          if (((e >>> i) & 1) === 0) continue;
          const source = swizzleSource(pattern, i);
          strip.v[to + i] = ((e >>> source) & 1) !== 0 ? old[source]! : 0;
        }
      }
    };
  }
  // A 64-lane wave permutes each half by itself.
  const result = new Int32Array(LANES);
  return (w) => {
    for (const strip of w.other === undefined ? [w] : [w, w.other]) {
      const { v } = strip;
      const e = strip.s[EXEC + strip.half]!;
      result.fill(0);
      for (let i = 0; i < LANES; i++) {
        if (((e >>> i) & 1) === 0) continue;
        const lane = ((v[address + i]! + d.imm) >>> 2) & 31;
        if (m.action === 'permute') result[lane] = v[data + i]!;
        else if (((e >>> lane) & 1) !== 0) result[i] = v[data + lane]!;
      }
      for (let i = 0; i < LANES; i++) if (((e >>> i) & 1) !== 0) v[to + i] = result[i]!;
    }
  };
}
