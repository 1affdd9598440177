/**
 * What instructions must give, by somebody else's word: the host's processor, documents, foreign test suites.
 *
 * Two notations, both one line an instruction:
 * - tables of the host (`host-*.ts`): `assembly | machine code | inputs > outputs | values`, groups of hex values in the
 *   order of the names, commas between groups. `v8:64` is two registers, `v8:16` and `v8:hi` one half of a register.
 * - corners (`corners*.ts`): `assembly ; machine code ; before ; after`, with `1.5f 1.5h 1.5d` for f32, f16 and f64 bits,
 *   `v8.l` and `v8.h` for halves, `v8@5` for lane 5 alone.
 *
 * Names: registers; `vcc` and `exec` as one bit for all active lanes, `exec_lo` and `exec_hi` as masks; `scc`; `m0`; `mem8`,
 * `lds8`, `scratch8`: dwords at offset 8 of a buffer, LDS, a lane's scratch; `mode`: the MODE register;
 * `pc`: bytes from the instruction to the next one executed; `outcome`: what else becomes of the wave. Around instructions that touch memory one lane is active;
 * s[0:1] hold the buffer's address, s[4:7] a raw resource over it, v0 is 0 (v[0:1] the address, for flat instructions).
 * All other registers hold 0x5a5a5a5a before.
 *
 * Pure software; each table names its source.
 */
import { once } from '../isa/rows.ts';
import { cornerSources, corners } from './corners.ts';
import { cornersFlow } from './corners-flow.ts';
import { cornersLanes } from './corners-lanes.ts';
import { hostFloat } from './host-float.ts';
import { hostInteger } from './host-integer.ts';
import { hostMemory } from './host-memory.ts';
import { hostPacked } from './host-packed.ts';
import { hostScalar } from './host-scalar.ts';
import { llvm } from './llvm.ts';
import { tinygrad } from './tinygrad.ts';

/** A register, bit or memory cell and what it holds. */
export interface Setting {
  readonly place: string;
  /** A dword; a half's bits; `mask`: the active lanes. For `outcome` a word. */
  readonly value: number | 'mask' | string;
  readonly half: 'low' | 'high' | undefined;
  /** The other half is not spoken of; else it is kept. */
  readonly alone?: boolean;
}

export interface Witness {
  readonly assembly: string;
  readonly words: readonly number[];
  readonly before: readonly Setting[];
  readonly after: readonly Setting[];
  /** MODE; 0x3f0 (compilers') where nothing is said. */
  readonly mode: number;
  /** Who says so. */
  readonly source: string;
}

/** MODE as compilers set it: round to nearest even, denormals kept, DX10 clamp, IEEE. */
const COMPILER_MODE = 0x3f0;
/** The assembler's default: denormals of f32 flushed. */
const ASSEMBLER_MODE = 0x3c0;

const hex = (text: string): number[] => text.split(' ').map((word) => parseInt(word, 16));

/** A name with a width, and its value in hex, as settings of dwords or halves. */
function settings(name: string, digits: string): Setting[] {
  const [place, width] = name.split(':') as [string, string | undefined];
  if (width === '16' || width === 'hi')
    return [{ place, value: parseInt(digits, 16), half: width === '16' ? 'low' : 'high' }];
  const low = { place, value: parseInt(digits.slice(-8), 16), half: undefined };
  if (width !== '64') return [low];
  const next =
    place === 'exec_lo' ? 'exec_hi' : place.replace(/\d+$/, (n) => String(Number(n) + (/^[vs]\d/.test(place) ? 1 : 4)));
  return [low, { place: next, value: parseInt(digits.slice(0, -8) || '0', 16), half: undefined }];
}

function fromHost(table: string, source: string): Witness[] {
  return table
    .trim()
    .split('\n')
    .flatMap((line): Witness[] => {
      const [assembly, code, names, values] = line.split('|').map((part) => part.trim()) as [
        string,
        string,
        string,
        string,
      ];
      const [inputs, outputs] = names.split('>').map((side) =>
        side
          .trim()
          .split(' ')
          .filter((n) => n !== ''),
      ) as [string[], string[]];
      return values.split(',').map((group): Witness => {
        const digits = group.trim().split(' ');
        const all = [...inputs, ...outputs].map((name, n) => settings(name, digits[n]!));
        return {
          assembly,
          words: hex(code),
          before: all.slice(0, inputs.length).flat(),
          after: all.slice(inputs.length).flat(),
          mode: COMPILER_MODE,
          source,
        };
      });
    });
}

/** Bits of a number that is exactly an f16. */
function f16Bits(x: number): number {
  const high = new Int32Array(Float32Array.of(x).buffer)[0]!;
  const sign = (high >>> 16) & 0x8000;
  const magnitude = Math.abs(x);
  if (magnitude === Infinity) return sign | 0x7c00;
  if (magnitude < 2 ** -14) return sign | (magnitude * 2 ** 24);
  return sign | ((((high >>> 23) & 255) - 112) << 10) | ((high >>> 13) & 1023);
}

/** Dwords that a value of the corner tables stands for. */
function cornerWords(text: string): number[] {
  const number = (t: string): number => (t === 'inf' ? Infinity : t === '-inf' ? -Infinity : Number(t));
  if (text.startsWith('0x')) return [Number(text) >>> 0];
  if (text.endsWith('f')) return [...new Uint32Array(Float32Array.of(number(text.slice(0, -1))).buffer)];
  if (text.endsWith('h')) return [f16Bits(number(text.slice(0, -1)))];
  if (text.endsWith('d')) return [...new Uint32Array(Float64Array.of(number(text.slice(0, -1))).buffer)];
  return [Number(text) >>> 0];
}

function cornerSettings(text: string): Setting[] {
  return text
    .split(/\s+/)
    .filter((t) => t !== '')
    .flatMap((assignment): Setting[] => {
      const [place, value] = assignment.split('=') as [string, string];
      if (place === 'outcome' || value === 'mask') return [{ place, value, half: undefined }];
      if (place === 'pc') return [{ place, value: Number(value), half: undefined }];
      const [register, half] = place.split('.') as [string, string | undefined];
      if (half !== undefined)
        return [{ place: register, value: Number(value), half: half === 'h' ? 'high' : 'low', alone: true }];
      return cornerWords(value).map((word, n) => ({
        place:
          n === 0
            ? place
            : place.replace(/\d+$/, (digits) => String(Number(digits) + (/^[vs]\d/.test(place) ? n : 4 * n))),
        value: word,
        half: undefined,
      }));
    });
}

function fromCorners(table: string, mode = COMPILER_MODE): Witness[] {
  const out: Witness[] = [];
  let source = '';
  for (const line of table.split('\n').map((l) => l.trim())) {
    if (line.startsWith('##')) source = cornerSources[line.slice(2).trim()]!;
    if (line === '' || line.startsWith('#')) continue;
    const [assembly, code, before, after] = line.split(';').map((part) => part.trim()) as [
      string,
      string,
      string,
      string,
    ];
    out.push({
      assembly,
      words: hex(code),
      before: cornerSettings(before),
      after: cornerSettings(after),
      mode,
      source,
    });
  }
  return out;
}

/** All of them, in the order of the tables. */
export const witnesses = once((): readonly Witness[] => {
  const host = 'host C (gcc 12, x86-64)';
  return [
    ...[corners, cornersFlow, cornersLanes].flatMap((table) => fromCorners(table)),
    ...fromCorners(tinygrad, ASSEMBLER_MODE),
    ...fromHost(llvm, 'LLVM 19 constant folding'),
    ...[hostScalar, hostInteger, hostFloat, hostPacked, hostMemory].flatMap((table) => fromHost(table, host)),
  ];
});
