/**
 * Values that nobody wrote, followed through arithmetic.
 *
 * Reading a register that was never written is nothing bad by itself: compilers do it where the value cannot matter. So
 * "undefined" is passed on, bit by bit in scalars and lane by lane in vectors, and the checker speaks where it decides
 * something: an address, a branch, EXEC, what is stored.
 *
 * Selections take what they select, masks know that a defined 0 makes a defined 0 of an AND; every other operation is
 * as undefined as any of its sources. Moves between lanes other than by one number for all are taken as defined.
 *
 * Pure software over the instruction table's operands.
 */
import type { Decoded, Operand } from '../isa/types.ts';
import { EXEC, NULL, S } from '../state.ts';
import type { RdnaStrip } from '../strip.ts';
import { range } from './registers.ts';
import type { StripCheck, WaveCheck } from './waves.ts';

/** Told when an undefined value appears or is passed on. */
export interface Undefined {
  /** A register that was never written is read; returns the number of its story. */
  unwritten(site: number, register: string): number;
}

interface Source {
  readonly vectors: readonly number[];
  readonly scalars: readonly number[];
  /** Read as one bit a lane: its first register. */
  readonly mask: number;
}

function sourceOf(o: Operand, wave64: boolean): Source | undefined {
  if (o.kind === 'vgpr') return { vectors: range(o.index, o.dwords), scalars: [], mask: -1 };
  if (o.kind === 'sgpr' && o.index !== NULL && o.index < 128) {
    if (o.type === 'm') return { vectors: [], scalars: range(o.index, wave64 ? 2 : 1), mask: o.index };
    return { vectors: [], scalars: range(o.index, Math.min(o.dwords, 128 - o.index)), mask: -1 };
  }
  if (o.kind === 'special' && o.index === 253) return { vectors: [], scalars: [S.SCC], mask: -1 };
  return undefined;
}

/** Story of whatever is undefined among the sources. */
function storyOf(wave: WaveCheck, strip: StripCheck, e: number, source: Source, site: number, to: Undefined): number {
  for (const r of source.vectors)
    if ((strip.defined[r]! & e) !== e) return strip.origin[r] !== 0 ? strip.origin[r]! : to.unwritten(site, `v${r}`);
  for (const s of source.scalars)
    if (wave.scalars[s] !== -1)
      return wave.scalarOrigin[s] !== 0 ? wave.scalarOrigin[s]! : to.unwritten(site, scalarName(s));
  return 0;
}

export const scalarName = (s: number): string =>
  s === S.SCC
    ? 'SCC'
    : s === 106
      ? 'vcc_lo'
      : s === 107
        ? 'vcc_hi'
        : s === 125
          ? 'm0'
          : s >= 108 && s < 124
            ? `ttmp${s - 108}`
            : `s${s}`;

/** For one strip, before an instruction runs (`plan`: what of its results will be defined) and after it (`done`: notes it). */
type Flow = (w: RdnaStrip, wave: WaveCheck, e: number) => void;

export interface VectorFlow {
  readonly plan: Flow;
  readonly done: Flow;
  /** After `plan`: lanes whose result is undefined, and why. */
  undefinedLanes(): number;
  story(): number;
}

/** Undefinedness through a vector instruction (one of the halves of a dual one is `d`). */
export function vectorFlow(d: Decoded, wave64: boolean, site: number, to: Undefined): VectorFlow {
  const sources = d.src.map((o) => sourceOf(o, wave64)).filter((s) => s !== undefined);
  const flags = d.row.flags ?? [];
  const { name } = d.row;
  const swap = name.startsWith('v_swap_');
  if (flags.includes('accumulates') || swap)
    for (const o of d.dst) {
      const s = sourceOf(o, wave64);
      if (s !== undefined) sources.push(s);
    }
  for (const o of d.row.src) if (o.class === 'scc') sources.push({ vectors: [], scalars: [S.SCC], mask: -1 });
  const vectors = [...d.dst, ...(swap ? d.src : [])]
    .filter((o) => o.kind === 'vgpr')
    .flatMap((o) => range(o.index, o.dwords));
  const masks = d.dst.filter((o) => o.kind === 'sgpr' && o.type === 'm' && o.index !== NULL).map((o) => o.index);
  const selects = /^v_(dual_)?cndmask_b(16|32)$/.test(name);
  const across = d.dpp !== undefined;
  // the low dword of these does not depend on the high dwords of their sources
  const carriesUp = /^v_(mad_[ui]64_[ui]32|lshlrev_b64|add_u64)$/.test(name);
  const lows = sources.map((s) => (s.vectors.length > 1 ? { ...s, vectors: s.vectors.slice(0, 1) } : s));
  const low = carriesUp ? vectors[0] : undefined;
  const [a, b, c] = selects ? d.src.map((o) => sourceOf(o, wave64)) : [];
  // almost always everything is defined: one look at all registers says so
  const allVectors = across ? [] : sources.flatMap((s) => s.vectors);
  const allScalars = across ? [] : sources.flatMap((s) => s.scalars);
  const plain = masks.length === 0;
  let lowResult = 0;
  let result = 0;
  let story = 0;
  return {
    plan: (w, wave, e) => {
      const strip = wave.strips[w.half]!;
      const { defined } = strip;
      result = -1;
      story = 0;
      let all = -1;
      for (let i = 0; i < allVectors.length; i++) all &= defined[allVectors[i]!]!;
      for (let i = 0; i < allScalars.length; i++) if (wave.scalars[allScalars[i]!] !== -1) all = 0;
      if ((all & e) === e) return;
      if (selects) {
        const of = (s: Source | undefined): number => (s === undefined ? -1 : definedIn(wave, strip, w.half, s));
        const m = c === undefined ? 0 : w.s[c.mask + w.half]!;
        result = of(c) & ((m & of(b)) | (~m & of(a)));
      } else for (const s of sources) result &= definedIn(wave, strip, w.half, s);
      lowResult = result;
      if (low !== undefined && (result & e) !== e) {
        lowResult = -1;
        for (const s of lows) lowResult &= definedIn(wave, strip, w.half, s);
      }
      if ((result & e) !== e) for (const s of sources) if (story === 0) story = storyOf(wave, strip, e, s, site, to);
    },
    done: (w, wave, e) => {
      const strip = wave.strips[w.half]!;
      const { defined } = strip;
      if (result === -1 && plain) {
        for (let i = 0; i < vectors.length; i++) defined[vectors[i]!] = defined[vectors[i]!]! | e;
        return;
      }
      for (const r of vectors) {
        defined[r] = (defined[r]! & ~e) | (result & e);
        if (story !== 0) strip.origin[r] = story;
      }
      if (low !== undefined) strip.defined[low] = strip.defined[low]! | (lowResult & e);
      for (const s of masks) {
        wave.scalars[s + (wave64 ? w.half : 0)] = result | ~e;
        if (story !== 0) wave.scalarOrigin[s + (wave64 ? w.half : 0)] = story;
      }
    },
    undefinedLanes: () => ~result,
    story: () => story,
  };
}

function definedIn(wave: WaveCheck, strip: StripCheck, half: number, s: Source): number {
  if (s.mask >= 0) return wave.scalars[s.mask + (s.scalars.length > 1 ? half : 0)]!;
  let all = -1;
  for (const r of s.vectors) all &= strip.defined[r]!;
  for (const r of s.scalars) if (wave.scalars[r] !== -1) return 0;
  return all;
}

/** Names whose bits depend on the same bits of their sources only, and how. */
const bitwise =
  /^s_(and|or|xor|nand|nor|xnor|and_not1|or_not1|and_not0|or_not0|not|mov|cselect)(_saveexec|_wrexec)?_b(32|64)$/;

/** Undefinedness through a scalar instruction. */
export function scalarFlow(d: Decoded, site: number, to: Undefined): { plan: Flow; done: Flow } {
  const { name } = d.row;
  const match = bitwise.exec(name);
  const flags = d.row.flags ?? [];
  const dst = d.dst[0];
  const writes = d.dst
    .flatMap((o) => (o.kind === 'sgpr' && o.index !== NULL ? range(o.index, o.dwords) : []))
    .filter((s) => s < 128);
  const writesScc = d.row.dst.some((o) => o.class === 'scc');
  const writesExec = d.row.dst.some((o) => o.class === 'exec');
  const readsScc = d.row.src.some((o) => o.class === 'scc');
  const sources = [...d.src, ...(flags.includes('accumulates') ? d.dst : [])]
    .map((o) => sourceOf(o, false))
    .filter((s) => s !== undefined);
  const dwords = match === null ? 0 : match[3] === '64' ? 2 : 1;
  const bits = new Int32Array(2);
  let whole = -1;
  let story = 0;
  const defined = (o: Operand | undefined, wave: WaveCheck, i: number): number =>
    o?.kind === 'sgpr' && o.index !== NULL && o.index + i < 128
      ? wave.scalars[o.index + i]!
      : o?.kind === 'special' && o.index === 253
        ? wave.scalars[S.SCC]!
        : -1;
  const value = (o: Operand | undefined, w: RdnaStrip, i: number): number =>
    o?.kind === 'sgpr' ? (o.index === NULL ? 0 : w.s[o.index + i]!) : o === undefined ? 0 : i === 0 ? o.lo : o.hi;
  const execOperand = { kind: 'sgpr', index: EXEC, dwords: 2 } as unknown as Operand;
  const all = [
    ...sources.flatMap((s) => s.scalars),
    ...(readsScc ? [S.SCC] : []),
    ...(match?.[2] === undefined ? [] : [EXEC, EXEC + 1]),
  ];
  return {
    plan: (w, wave) => {
      whole = -1;
      story = 0;
      let i = 0;
      while (i < all.length && wave.scalars[all[i]!] === -1) i++;
      if (i === all.length) {
        bits[0] = -1;
        bits[1] = -1;
        return;
      }
      whole = readsScc && wave.scalars[S.SCC] !== -1 ? 0 : -1;
      const strip = wave.strips[0];
      if (match === null) {
        for (const s of sources) for (const r of s.scalars) if (wave.scalars[r] !== -1) whole = 0;
      } else {
        const [, operation, toExec] = match;
        const a = d.src[0];
        const b = toExec !== undefined ? execOperand : d.src[1];
        for (let i = 0; i < dwords; i++) {
          const [p, q] = [defined(a, wave, i), defined(b, wave, i)];
          let [x, y] = [value(a, w, i), value(b, w, i)];
          switch (operation) {
            case 'mov':
            case 'not':
              bits[i] = p;
              break;
            case 'cselect':
              bits[i] = whole === 0 ? 0 : w.s[S.SCC] !== 0 ? p : q;
              break;
            case 'xor':
            case 'xnor':
              bits[i] = p & q;
              break;
            default: {
              if (operation!.endsWith('not1')) y = ~y;
              if (operation!.endsWith('not0')) x = ~x;
              const decides = operation!.startsWith('and') || operation === 'nand' ? [~x, ~y] : [x, y];
              bits[i] = (p & q) | (p & decides[0]!) | (q & decides[1]!);
            }
          }
        }
        whole = bits[0]! & (dwords === 2 ? bits[1]! : -1);
      }
      if (whole !== -1) {
        for (const s of sources) if (story === 0) story = storyOf(wave, strip, -1, s, site, to);
        if (story === 0 && readsScc) story = wave.scalarOrigin[S.SCC]! || to.unwritten(site, 'SCC');
      }
    },
    done: (w, wave) => {
      if (whole === -1) {
        for (let i = 0; i < writes.length; i++) wave.scalars[writes[i]!] = -1;
        if (writesScc) wave.scalars[S.SCC] = -1;
        return;
      }
      const put = (s: number, of: number): void => {
        wave.scalars[s] = of;
        if (of !== -1) wave.scalarOrigin[s] = story;
      };
      if (match === null) {
        for (const s of writes) if (s < EXEC || s > EXEC + 1) put(s, whole);
        if (writesScc) put(S.SCC, whole);
        return;
      }
      const [, , toExec] = match;
      writes.forEach((s, i) => put(s, toExec === '_saveexec' ? -1 : bits[i]!));
      if (writesExec) for (let i = 0; i < dwords; i++) put(EXEC + i, bits[i]!);
      if (writesScc) {
        // "not zero" is known once one defined bit is set
        let known = whole === -1;
        const from = writesExec ? EXEC : dst === undefined || dst.index === NULL ? -1 : dst.index;
        if (from >= 0) for (let i = 0; i < dwords; i++) if ((w.s[from + i]! & bits[i]!) !== 0) known = true;
        put(S.SCC, known ? -1 : 0);
      }
    },
  };
}

/** Marks lanes of vectors as written with defined values. */
export function defineVectors(strip: StripCheck, registers: readonly number[], lanes: number): void {
  for (const r of registers) strip.defined[r] = strip.defined[r]! | lanes;
}

/** First lane of `lanes`. */
export const firstLane = (lanes: number): number => (lanes === 0 ? -1 : 31 - Math.clz32(lanes & -lanes));
