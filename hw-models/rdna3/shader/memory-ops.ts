/**
 * Memory instructions as handlers: an address pass over the active lanes, then an access pass.
 *
 * - Flat addresses fall in one of three windows by their high dword: LDS, scratch, memory.
 * - Scratch is swizzled: dword n of a lane lies at base + n·4·(lanes of the wave) + lane·4.
 * - LDS accesses beyond the workgroup's allocation read 0 and write nothing.
 * - A faulting access reads 0 or writes nothing and the wave goes on.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture", memory chapters.
 * Fidelity: from-public-source.
 */
import { atomic32, atomic64 } from '../../exec/atomics.ts';
import { Access } from '../../exec/memory.ts';
import type { MemoryPort } from '../../exec/memory-port.ts';
import type { Decoded, Operand, OperandDecl } from './isa/types.ts';
import type { MemorySemantics } from './semantics/memory.ts';
import { EXEC, LANES, M0, NULL, S } from './state.ts';
import type { Core, RdnaHandler, RdnaStrip } from './strip.ts';

const encoded = (o: OperandDecl): boolean => o.class !== 'exec' && o.class !== 'scc' && o.class !== 'm0';

/** The operand in the encoding field of that name (the first that the row has). */
export function operandOf(d: Decoded, ...fields: readonly string[]): Operand | undefined {
  for (const field of fields) {
    const source = d.row.src.filter(encoded).findIndex((o) => o.field === field);
    if (source >= 0 && d.src[source] !== undefined) return d.src[source];
    const destination = d.row.dst.filter(encoded).findIndex((o) => o.field === field);
    if (destination >= 0 && d.dst[destination] !== undefined) return d.dst[destination];
  }
  return undefined;
}

/** Reads a scalar operand (register or constant) at run time. */
export function scalarReader(o: Operand | undefined): (w: RdnaStrip) => number {
  if (o === undefined || o.kind === 'off' || (o.kind === 'sgpr' && o.index === NULL)) return () => 0;
  if (o.kind === 'sgpr') return (w) => w.s[o.index]!;
  const { lo } = o;
  return () => lo;
}

export type AddressPass = (w: RdnaStrip, core: Core, active: number) => void;

export const isVector = (o: Operand | undefined): o is Operand => o !== undefined && o.kind === 'vgpr';
export const isScalar = (o: Operand | undefined): o is Operand =>
  o !== undefined && o.kind === 'sgpr' && o.index !== NULL;

/** 64-bit addresses of GLOBAL and FLAT. */
function globalAddress(d: Decoded, byLane: boolean): AddressPass {
  const vaddr = operandOf(d, 'vaddr', 'addr');
  const saddr = operandOf(d, 'saddr');
  const { imm } = d;
  // Adding the immediate as an unsigned dword carries once too often where it is negative.
  const borrow = imm < 0 ? -1 : 0;
  if (isScalar(saddr)) {
    const s = saddr.index;
    const v = isVector(vaddr) ? vaddr.index * LANES : -1;
    return (w, core) => {
      const base = w.s[s]!;
      const low = (base + imm) | 0;
      const high = (w.s[s + 1]! + borrow + (low >>> 0 < base >>> 0 ? 1 : 0)) | 0;
      const { low: lows, high: highs } = core;
      for (let i = 0; i < LANES; i++) {
        const offset = v >= 0 ? w.v[v + i]! : byLane ? (i + w.half * LANES) * 4 : 0;
        const sum = (low + offset) | 0;
        lows[i] = sum;
        highs[i] = sum >>> 0 < low >>> 0 ? (high + 1) | 0 : high;
      }
    };
  }
  const v = (vaddr?.index ?? 0) * LANES;
  return (w, core) => {
    const { low: lows, high: highs } = core;
    const registers = w.v;
    for (let i = 0; i < LANES; i++) {
      const base = registers[v + i]!;
      const low = (base + imm) | 0;
      lows[i] = low;
      highs[i] = (registers[v + LANES + i]! + borrow + (low >>> 0 < base >>> 0 ? 1 : 0)) | 0;
    }
  };
}

/** Byte offsets inside a lane's scratch, before swizzling. */
function scratchOffset(d: Decoded): AddressPass {
  const vaddr = operandOf(d, 'vaddr', 'addr');
  const saddr = operandOf(d, 'saddr');
  const { imm } = d;
  const v = isVector(vaddr) ? vaddr.index * LANES : -1;
  const scalar = scalarReader(isScalar(saddr) ? saddr : undefined);
  return (w, core) => {
    const base = (scalar(w) + imm) | 0;
    for (let i = 0; i < LANES; i++) core.low[i] = v >= 0 ? (w.v[v + i]! + base) | 0 : base;
    swizzle(w, core, -1);
  };
}

/** Turns lane offsets in `core.low` into memory addresses, for the lanes in `which`. */
function swizzle(w: RdnaStrip, core: Core, which: number): void {
  const lanes = w.s[S.STRIPS]! * LANES;
  const baseLow = w.s[S.FLAT_SCRATCH_LO]!;
  const baseHigh = w.s[S.FLAT_SCRATCH_HI]!;
  for (let i = 0; i < LANES; i++) {
    if (((which >>> i) & 1) === 0) continue;
    const offset = core.low[i]!;
    const inside = Math.imul(offset >>> 2, 4 * lanes) + (i + w.half * LANES) * 4 + (offset & 3);
    const low = (baseLow + inside) | 0;
    core.low[i] = low;
    core.high[i] = low >>> 0 < baseLow >>> 0 ? (baseHigh + 1) | 0 : baseHigh;
    core.window[i] = 2;
  }
}

function flatAddress(d: Decoded): AddressPass {
  const plain = globalAddress(d, false);
  return (w, core, active) => {
    plain(w, core, active);
    const shared = w.s[S.SHARED_BASE]!;
    const priv = w.s[S.PRIVATE_BASE]!;
    let scratch = 0;
    for (let i = 0; i < LANES; i++) {
      const high = core.high[i]!;
      core.window[i] = high === shared ? 1 : 0;
      if (high === priv && high !== shared) scratch |= 1 << i;
    }
    if (scratch !== 0) swizzle(w, core, scratch);
  };
}

function extended(value: number, m: MemorySemantics): number {
  if (m.bytes === 1) return m.signed ? (value << 24) >> 24 : value & 0xff;
  return m.signed ? (value << 16) >> 16 : value & 0xffff;
}

function putPart(v: Int32Array, at: number, value: number, m: MemorySemantics): void {
  if (m.part === 'all') v[at] = value;
  else if (m.part === 'low') v[at] = (v[at]! & -65536) | (value & 0xffff);
  else v[at] = (v[at]! & 0xffff) | (value << 16);
}

/** Reports once an instruction. Address is within the workgroup's LDS. */
function ldsOutside({ core, s }: RdnaStrip, address: number): void {
  core.report({ kind: 'ldsOutOfRange', ...core.place(), address: address >>> 0, allocated: s[S.LDS_BYTES]! });
}

function ldsLoad(w: RdnaStrip, address: number, bytes: number): number {
  if ((address >>> 0) + bytes > w.s[S.LDS_BYTES]!) return 0;
  const at = w.s[S.LDS_BASE]! + address;
  const { lds8, lds32 } = w.core;
  if (bytes === 4 && (at & 3) === 0) return lds32[at >>> 2]!;
  let value = 0;
  for (let n = 0; n < bytes; n++) value |= lds8[at + n]! << (8 * n);
  return value;
}
function ldsStore(w: RdnaStrip, address: number, bytes: number, value: number): void {
  if ((address >>> 0) + bytes > w.s[S.LDS_BYTES]!) return;
  const at = w.s[S.LDS_BASE]! + address;
  const { lds8, lds32 } = w.core;
  if (bytes === 4 && (at & 3) === 0) {
    lds32[at >>> 2] = value;
    return;
  }
  for (let n = 0; n < bytes; n++) lds8[at + n] = value >>> (8 * n);
}

/** Address of dword `k` of a multi-dword access. */
function laneStep(w: RdnaStrip, window: number): number {
  return window === 2 ? 4 * LANES * w.s[S.STRIPS]! : 4;
}

function vectorLoad(d: Decoded, m: MemorySemantics, addresses: AddressPass, windowed: boolean): RdnaHandler {
  const destination = d.dst[0]!.index * LANES;
  const dwords = Math.max(1, m.bytes >>> 2);
  return (w) => {
    const e = w.s[EXEC + w.half]!;
    if (e === 0) return;
    const { core, v } = w;
    const { port, low: lows, high: highs, window } = core;
    port.fresh = d.glc;
    addresses(w, core, e);
    if (!windowed && m.bytes >= 4) return loadDwords(port, v, destination, dwords, lows, highs, e, d.glc);
    for (let i = 0; i < LANES; i++) {
      if (((e >>> i) & 1) === 0) continue;
      const kind = windowed ? window[i]! : 0;
      const low = lows[i]!;
      const high = highs[i]!;
      const at = destination + i;
      if (m.bytes < 4) {
        const raw =
          kind === 3
            ? 0
            : kind === 1
              ? ldsLoad(w, low, m.bytes)
              : m.bytes === 1
                ? port.load8(low, high)
                : port.load16(low, high);
        putPart(v, at, extended(raw, m), m);
        continue;
      }
      const step = laneStep(w, kind);
      for (let k = 0; k < dwords; k++) {
        const l = (low + k * step) | 0;
        v[at + k * LANES] =
          kind === 3 ? 0 : kind === 1 ? ldsLoad(w, l, 4) : port.load32(l, l >>> 0 < low >>> 0 ? (high + 1) | 0 : high);
      }
    }
  };
}

/** The hot path: whole dwords from memory; lanes that share a page pay one translation. */
function loadDwords(
  port: MemoryPort,
  v: Int32Array,
  destination: number,
  dwords: number,
  lows: Int32Array,
  highs: Int32Array,
  e: number,
  fresh: boolean,
): void {
  const { i32, tracksLoads } = port;
  const bytes = dwords * 4;
  let pageLow = 1;
  let pageHigh = 0;
  let base = -1;
  // Neighbouring and equal addresses are told as one.
  let runAt = -1;
  let runEnd = -1;
  for (let i = 0; i < LANES; i++) {
    if (((e >>> i) & 1) === 0) continue;
    const low = lows[i]!;
    const high = highs[i]!;
    const inPage = low & 4095;
    if ((low & 3) !== 0 || inPage + bytes > 4096) {
      for (let k = 0; k < dwords; k++) {
        const l = (low + k * 4) | 0;
        v[destination + i + k * LANES] = port.load32(l, l >>> 0 < low >>> 0 ? (high + 1) | 0 : high);
      }
      continue;
    }
    if (low - inPage !== pageLow || high !== pageHigh) {
      pageLow = low - inPage;
      pageHigh = high;
      base = port.page(low, high, Access.read);
    }
    const at = destination + i;
    if (base < 0) {
      for (let k = 0; k < dwords; k++) v[at + k * LANES] = 0;
    } else {
      const from = (base + inPage) >>> 2;
      if (tracksLoads) {
        const byte = base + inPage;
        if (byte < runAt || byte > runEnd) {
          if (runAt >= 0) port.loaded(runAt, runEnd - runAt, fresh);
          runAt = byte;
          runEnd = byte + bytes;
        } else if (byte + bytes > runEnd) runEnd = byte + bytes;
      }
      v[at] = i32[from]!;
      for (let k = 1; k < dwords; k++) v[at + k * LANES] = i32[from + k]!;
    }
  }
  if (runAt >= 0) port.loaded(runAt, runEnd - runAt, fresh);
}

function vectorStore(d: Decoded, m: MemorySemantics, addresses: AddressPass, windowed: boolean): RdnaHandler {
  const source = operandOf(d, 'vdata', 'data', 'data0')!.index * LANES;
  const dwords = Math.max(1, m.bytes >>> 2);
  return (w) => {
    const e = w.s[EXEC + w.half]!;
    if (e === 0) return;
    const { core, v } = w;
    const { port, low: lows, high: highs, window } = core;
    addresses(w, core, e);
    if (!windowed && m.bytes >= 4) return storeDwords(port, v, source, dwords, lows, highs, e);
    for (let i = 0; i < LANES; i++) {
      if (((e >>> i) & 1) === 0) continue;
      const kind = windowed ? window[i]! : 0;
      if (kind === 3) continue;
      const low = lows[i]!;
      const high = highs[i]!;
      if (m.bytes < 4) {
        const value = m.part === 'high' ? v[source + i]! >>> 16 : v[source + i]!;
        if (kind === 1) ldsStore(w, low, m.bytes, value);
        else if (m.bytes === 1) port.store8(low, high, value);
        else port.store16(low, high, value);
        continue;
      }
      const step = laneStep(w, kind);
      for (let k = 0; k < dwords; k++) {
        const l = (low + k * step) | 0;
        const value = v[source + i + k * LANES]!;
        if (kind === 1) ldsStore(w, l, 4, value);
        else port.store32(l, l >>> 0 < low >>> 0 ? (high + 1) | 0 : high, value);
      }
    }
  };
}

function storeDwords(
  port: MemoryPort,
  v: Int32Array,
  source: number,
  dwords: number,
  lows: Int32Array,
  highs: Int32Array,
  e: number,
): void {
  const { i32, memory, tracksStores } = port;
  const bytes = dwords * 4;
  let pageLow = 1;
  let pageHigh = 0;
  let base = -1;
  // Neighbouring stores are told as one.
  let runAt = -1;
  let runEnd = -1;
  for (let i = 0; i < LANES; i++) {
    if (((e >>> i) & 1) === 0) continue;
    const low = lows[i]!;
    const high = highs[i]!;
    const inPage = low & 4095;
    if ((low & 3) !== 0 || inPage + bytes > 4096) {
      for (let k = 0; k < dwords; k++) {
        const l = (low + k * 4) | 0;
        port.store32(l, l >>> 0 < low >>> 0 ? (high + 1) | 0 : high, v[source + i + k * LANES]!);
      }
      continue;
    }
    if (low - inPage !== pageLow || high !== pageHigh) {
      pageLow = low - inPage;
      pageHigh = high;
      base = port.page(low, high, Access.write);
    }
    if (base < 0) continue;
    const at = base + inPage;
    const to = at >>> 2;
    i32[to] = v[source + i]!;
    for (let k = 1; k < dwords; k++) i32[to + k] = v[source + i + k * LANES]!;
    if (!tracksStores) continue;
    if (at !== runEnd) {
      if (runAt >= 0) memory.stored(runAt, runEnd - runAt);
      runAt = at;
    }
    runEnd = at + bytes;
  }
  if (runAt >= 0) memory.stored(runAt, runEnd - runAt);
}

function vectorAtomic(d: Decoded, m: MemorySemantics, addresses: AddressPass, windowed: boolean): RdnaHandler {
  const source = operandOf(d, 'vdata', 'data', 'data0')!.index * LANES;
  const destination = d.glc && d.dst[0] !== undefined ? d.dst[0].index * LANES : -1;
  const operation = m.operation!;
  const wide = m.bytes === 8;
  const compares = operation.startsWith('cmpswap');
  const pair = new Int32Array(2);
  return (w) => {
    const e = w.s[EXEC + w.half]!;
    if (e === 0) return;
    const { core, v } = w;
    const { port, low: lows, high: highs, window } = core;
    addresses(w, core, e);
    for (let i = 0; i < LANES; i++) {
      if (((e >>> i) & 1) === 0) continue;
      const kind = windowed ? window[i]! : 0;
      const low = lows[i]! & (wide ? -8 : -4);
      const data = v[source + i]!;
      let cells: Int32Array;
      let at: number;
      if (kind === 1) {
        cells = core.lds32;
        at = (low >>> 0) + m.bytes > w.s[S.LDS_BYTES]! ? -1 : w.s[S.LDS_BASE]! + low;
      } else {
        cells = port.i32;
        at = kind === 3 ? -1 : port.atomicAt(low, highs[i]!);
      }
      let old = 0;
      let oldHigh = 0;
      if (at >= 0) {
        const cell = at >>> 2;
        old = cells[cell]!;
        if (!wide) cells[cell] = atomic32(operation, old, data, compares ? v[source + LANES + i]! : 0);
        else {
          oldHigh = cells[cell + 1]!;
          const second = source + 2 * LANES + i;
          atomic64(
            operation,
            old,
            oldHigh,
            data,
            v[source + LANES + i]!,
            compares ? v[second]! : 0,
            compares ? v[second + LANES]! : 0,
            pair,
          );
          cells[cell] = pair[0]!;
          cells[cell + 1] = pair[1]!;
        }
        if (kind !== 1 && port.tracksStores) port.memory.stored(at, m.bytes);
      }
      if (destination < 0) continue;
      v[destination + i] = old;
      if (wide) v[destination + LANES + i] = oldHigh;
    }
  };
}

/** An access whose addresses may fall in any window, or nowhere. */
export function vectorAccess(d: Decoded, m: MemorySemantics, addresses: AddressPass, windowed = true): RdnaHandler {
  if (m.action === 'load') return vectorLoad(d, m, addresses, windowed);
  if (m.action === 'store') return vectorStore(d, m, addresses, windowed);
  return vectorAtomic(d, m, addresses, windowed);
}

/** FLAT, GLOBAL and SCRATCH. */
export function vectorMemory(d: Decoded, m: MemorySemantics): RdnaHandler {
  if (m.space === 'global') return vectorAccess(d, m, globalAddress(d, m.byLane), false);
  return vectorAccess(d, m, m.space === 'flat' ? flatAddress(d) : scratchOffset(d));
}

/** SMEM loads: one address for the wave, dwords into consecutive scalars. */
export function scalarLoad(d: Decoded, m: MemorySemantics): RdnaHandler {
  const base = operandOf(d, 'sbase')!.index;
  const offset = scalarReader(operandOf(d, 'soffset'));
  const dwords = m.bytes >>> 2;
  const target = operandOf(d, 'sdst', 'sdata') ?? d.dst[0]!;
  const to = target.index === NULL ? S.SINK : target.index;
  const buffer = m.space === 'scalarBuffer';
  return (w) => {
    const { s } = w;
    const { port } = w.core;
    const add = d.imm + (offset(w) >>> 0);
    let address = (s[base + 1]! & 0xffff) * 4294967296 + (s[base]! >>> 0) + add;
    let limit = Infinity;
    if (buffer) {
      const stride = (s[base + 1]! >>> 16) & 0x3fff;
      limit = (s[base + 2]! >>> 0) * Math.max(1, stride) - add;
    }
    // The two low bits of a scalar address do not exist.
    address -= ((address % 4) + 4) % 4;
    const words: number[] = [];
    port.client = port.scalarClient;
    port.fresh = d.glc;
    for (let n = 0; n < dwords; n++, address += 4) {
      words.push(n * 4 + 4 > limit ? 0 : port.load32(address | 0, Math.floor(address / 4294967296)));
    }
    port.client = port.vectorClient;
    for (let n = 0; n < dwords; n++) s[to + n] = words[n]!;
  };
}

/** DS instructions but for the lane-crossing ones. */
export function ldsMemory(d: Decoded, m: MemorySemantics): RdnaHandler {
  const address = operandOf(d, 'addr');
  const v0 = (address?.index ?? 0) * LANES;
  const first = operandOf(d, 'data0');
  const second = operandOf(d, 'data1');
  const s0 = (first?.index ?? 0) * LANES;
  const s1 = (second?.index ?? 0) * LANES;
  const destination = d.dst[0] !== undefined && d.dst[0].kind === 'vgpr' ? d.dst[0].index * LANES : -1;
  const dwords = Math.max(1, m.bytes >>> 2);
  const unit = m.bytes * (m.stride64 ? 64 : 1);
  const [near, far] = [d.imm * unit, d.imm1 * unit];
  const pair = new Int32Array(2);

  const each =
    (body: (w: RdnaStrip, i: number) => number): RdnaHandler =>
    (w) => {
      const e = w.s[EXEC + w.half]!;
      let outside = -1;
      for (let i = 0; i < LANES; i++) {
        if (((e >>> i) & 1) === 0) continue;
        const bad = body(w, i);
        if (bad >= 0 && outside < 0) outside = bad;
      }
      if (outside >= 0) ldsOutside(w, outside);
    };
  const limitOf = (w: RdnaStrip): number => w.s[S.LDS_BYTES]!;
  // The sum wraps at 32 bits: compilers fold offsets into addresses that are negative on their own.
  const laneAddress = m.byLane
    ? (w: RdnaStrip, i: number): number => (w.s[M0]! & 0xffff) + (i + w.half * LANES) * 4 + d.imm
    : (w: RdnaStrip, i: number): number => (w.v[v0 + i]! + d.imm) >>> 0;

  switch (m.action) {
    case 'load':
      if (m.bytes < 4) {
        return each((w, i) => {
          const at = laneAddress(w, i);
          putPart(w.v, destination + i, extended(ldsLoad(w, at, m.bytes), m), m);
          return at + m.bytes > limitOf(w) ? at : -1;
        });
      }
      return (w) => {
        const e = w.s[EXEC + w.half]!;
        const limit = limitOf(w);
        const base = w.s[S.LDS_BASE]!;
        const { lds32 } = w.core;
        const { v } = w;
        let outside = -1;
        for (let i = 0; i < LANES; i++) {
          if (((e >>> i) & 1) === 0) continue;
          const at = laneAddress(w, i);
          const to = destination + i;
          if (at + m.bytes > limit) {
            outside = at;
            for (let k = 0; k < dwords; k++) v[to + k * LANES] = 0;
          } else if ((at & 3) !== 0) for (let k = 0; k < dwords; k++) v[to + k * LANES] = ldsLoad(w, at + 4 * k, 4);
          else {
            const from = (base + at) >>> 2;
            v[to] = lds32[from]!;
            for (let k = 1; k < dwords; k++) v[to + k * LANES] = lds32[from + k]!;
          }
        }
        if (outside >= 0) ldsOutside(w, outside);
      };
    case 'store':
      if (m.bytes < 4) {
        return each((w, i) => {
          const at = laneAddress(w, i);
          if (at + m.bytes > limitOf(w)) return at;
          ldsStore(w, at, m.bytes, m.part === 'high' ? w.v[s0 + i]! >>> 16 : w.v[s0 + i]!);
          return -1;
        });
      }
      return (w) => {
        const e = w.s[EXEC + w.half]!;
        const limit = limitOf(w);
        const base = w.s[S.LDS_BASE]!;
        const { lds32 } = w.core;
        const { v } = w;
        let outside = -1;
        for (let i = 0; i < LANES; i++) {
          if (((e >>> i) & 1) === 0) continue;
          const at = laneAddress(w, i);
          if (at + m.bytes > limit) outside = at;
          else if ((at & 3) !== 0) for (let k = 0; k < dwords; k++) ldsStore(w, at + 4 * k, 4, v[s0 + i + k * LANES]!);
          else {
            const to = (base + at) >>> 2;
            lds32[to] = v[s0 + i]!;
            for (let k = 1; k < dwords; k++) lds32[to + k] = v[s0 + i + k * LANES]!;
          }
        }
        if (outside >= 0) ldsOutside(w, outside);
      };
    case 'load2':
      return (w) => {
        const e = w.s[EXEC + w.half]!;
        const limit = limitOf(w);
        const { lds32 } = w.core;
        const base = w.s[S.LDS_BASE]!;
        const { v } = w;
        let outside = -1;
        for (let i = 0; i < LANES; i++) {
          if (((e >>> i) & 1) === 0) continue;
          // The address register may be one of the destinations.
          const address = v[v0 + i]! >>> 0;
          const a = (address + near) >>> 0;
          const b = (address + far) >>> 0;
          const to = destination + i;
          if ((address & 3) === 0 && a + m.bytes <= limit && b + m.bytes <= limit) {
            const from = (base + a) >>> 2;
            const other = (base + b) >>> 2;
            if (dwords === 1) {
              v[to] = lds32[from]!;
              v[to + LANES] = lds32[other]!;
            } else {
              v[to] = lds32[from]!;
              v[to + LANES] = lds32[from + 1]!;
              v[to + 2 * LANES] = lds32[other]!;
              v[to + 3 * LANES] = lds32[other + 1]!;
            }
            continue;
          }
          if (a + m.bytes > limit) outside = a;
          if (b + m.bytes > limit) outside = b;
          for (let k = 0; k < dwords; k++) {
            v[to + k * LANES] = ldsLoad(w, (a + 4 * k) >>> 0, 4);
            v[to + (k + dwords) * LANES] = ldsLoad(w, (b + 4 * k) >>> 0, 4);
          }
        }
        if (outside >= 0) ldsOutside(w, outside);
      };
    case 'store2':
      return each((w, i) => {
        const base = w.v[v0 + i]! >>> 0;
        let bad = -1;
        for (const [offset, from] of [
          [near, s0],
          [far, s1],
        ] as const) {
          const at = (base + offset) >>> 0;
          if (at + m.bytes > limitOf(w)) bad = at;
          else for (let k = 0; k < dwords; k++) ldsStore(w, at + 4 * k, 4, w.v[from + i + k * LANES]!);
        }
        return bad;
      });
    case 'exchange2':
      return each((w, i) => {
        const base = w.v[v0 + i]! >>> 0;
        const old: number[] = [];
        let bad = -1;
        for (const [offset, from] of [
          [near, s0],
          [far, s1],
        ] as const) {
          const at = (base + offset) >>> 0;
          const outside = at + m.bytes > limitOf(w);
          if (outside) bad = at;
          for (let k = 0; k < dwords; k++) {
            old.push(outside ? 0 : ldsLoad(w, at + 4 * k, 4));
            if (!outside) ldsStore(w, at + 4 * k, 4, w.v[from + i + k * LANES]!);
          }
        }
        old.forEach((value, k) => {
          w.v[destination + i + k * LANES] = value;
        });
        return bad;
      });
    case 'append':
    case 'consume':
      // One counter for the whole wave at M0's offset: grows or shrinks by the number of active lanes.
      return (w) => {
        const strips = w.other === undefined ? [w] : [w, w.other];
        let lanes = 0;
        for (const { s, half } of strips) for (let rest = s[EXEC + half]!; rest !== 0; rest &= rest - 1) lanes++;
        const at = (w.s[M0]! >>> 16) + d.imm;
        const old = ldsLoad(w, at, 4);
        ldsStore(w, at, 4, m.action === 'append' ? old + lanes : old - lanes);
        for (const { s, v, half } of strips)
          for (let i = 0; i < LANES; i++) if (((s[EXEC + half]! >>> i) & 1) !== 0) v[destination + i] = old;
      };
    case 'atomic': {
      const operation = m.operation!;
      return each((w, i) => {
        const at = laneAddress(w, i) & (m.bytes === 8 ? -8 : -4);
        const { v } = w;
        const outside = (at >>> 0) + m.bytes > limitOf(w);
        let old = 0;
        let oldHigh = 0;
        if (!outside) {
          const { lds32 } = w.core;
          const cell = (w.s[S.LDS_BASE]! + at) >>> 2;
          old = lds32[cell]!;
          if (m.bytes === 4) lds32[cell] = atomic32(operation, old, v[s0 + i]!, second !== undefined ? v[s1 + i]! : 0);
          else {
            oldHigh = lds32[cell + 1]!;
            const b = second !== undefined ? s1 + i : -1;
            atomic64(
              operation,
              old,
              oldHigh,
              v[s0 + i]!,
              v[s0 + LANES + i]!,
              b >= 0 ? v[b]! : 0,
              b >= 0 ? v[b + LANES]! : 0,
              pair,
            );
            lds32[cell] = pair[0]!;
            lds32[cell + 1] = pair[1]!;
          }
        }
        if (m.returns && destination >= 0) {
          v[destination + i] = old;
          if (m.bytes === 8) v[destination + LANES + i] = oldHigh;
        }
        return outside ? at >>> 0 : -1;
      });
    }
    default:
      return () => {};
  }
}
