/** A wave's registers as text: what a debugger shows. */

import { Access } from '../../hw-models/exec/memory.ts';
import { decode, disassemble, disassembleWave64 } from '../../hw-models/rdna3/shader/isa/index.ts';
import type { Decoded } from '../../hw-models/rdna3/shader/isa/index.ts';
import { EXEC, LANES, M0, S, SCALARS, VCC, VGPR_DWORDS, WaveState } from '../../hw-models/rdna3/shader/state.ts';
import type { ShaderState } from '../../hw-models/rdna3/shader/state.ts';
import { hexWord } from './listing.ts';
import { shortest } from './arguments.ts';
import type { KernelMemory } from './memory.ts';

/** Registers of one wave, by slot. */
export class Wave {
  readonly slot: number;
  readonly scalars: Int32Array;
  readonly #state: ShaderState;

  constructor(state: ShaderState, slot: number) {
    this.#state = state;
    this.slot = slot;
    this.scalars = state.scalars.subarray(slot * SCALARS, (slot + 1) * SCALARS);
  }

  get wave64(): boolean {
    return this.scalars[S.STRIPS] === 2;
  }

  get lanes(): number {
    return this.wave64 ? 64 : 32;
  }

  get pc(): number {
    return (this.scalars[S.PC_HI]! & 0xffff) * 2 ** 32 + (this.scalars[S.PC_LO]! >>> 0);
  }

  get vgprs(): number {
    return this.scalars[S.VGPRS]!;
  }

  get status(): string {
    return ['ended', 'running', 'at a barrier', 'halted'][this.scalars[S.STATE]!] ?? 'in use';
  }

  vgpr(register: number, lane: number): number {
    return this.#state.vgprs[(this.slot + (lane >> 5)) * VGPR_DWORDS + register * LANES + (lane & 31)]! >>> 0;
  }

  active(lane: number): boolean {
    return ((this.scalars[EXEC + (lane >> 5)]! >>> (lane & 31)) & 1) === 1;
  }

  /** All registers, to compare with later. */
  copy(): WaveCopy {
    const vgprs: Int32Array[] = [];
    for (let half = 0; half < this.lanes / LANES; half++) {
      const at = (this.slot + half) * VGPR_DWORDS;
      vgprs.push(this.#state.vgprs.slice(at, at + this.vgprs * LANES));
    }
    return { scalars: this.scalars.slice(), vgprs };
  }

  lds(): Uint8Array {
    const { lds } = this.#state;
    return lds.subarray(this.scalars[S.LDS_BASE]!, this.scalars[S.LDS_BASE]! + this.scalars[S.LDS_BYTES]!);
  }
}

export interface WaveCopy {
  readonly scalars: Int32Array;
  readonly vgprs: readonly Int32Array[];
}

export const running = (state: ShaderState, slot: number): boolean =>
  state.scalars[slot * SCALARS + S.STATE] === WaveState.running;
/** Is there a wave that has not ended? The second slot of a wave of 64 lanes is none. */
export const resident = (state: ShaderState, slot: number): boolean =>
  state.scalars[slot * SCALARS + S.STATE]! > WaveState.free;

export const scalarName = (index: number): string => {
  if (index < VCC) return `s${index}`;
  if (index === VCC) return 'vcc_lo';
  if (index === VCC + 1) return 'vcc_hi';
  if (index < 124) return `ttmp${index - 108}`;
  if (index === M0) return 'm0';
  if (index === EXEC) return 'exec_lo';
  return index === EXEC + 1 ? 'exec_hi' : 'null';
};

/** A word as hex, and as the number it most likely is. */
export function word(value: number): string {
  const bits = value >>> 0;
  const exponent = (bits >>> 23) & 255;
  // integers are small, floats have a middling exponent
  if (bits < 0x10000 || bits > 0xffff_0000) return `0x${hexWord(bits)} (${bits | 0})`;
  if (exponent > 64 && exponent < 192)
    return `0x${hexWord(bits)} (${shortest(new Float32Array(Uint32Array.of(bits).buffer)[0]!)})`;
  return `0x${hexWord(bits)}`;
}

/** The instruction at an address, decoded and as text. */
export function instructionAt(
  memory: KernelMemory,
  pc: number,
  wave64: boolean,
): { decoded: Decoded | undefined; text: string; words: number[] } {
  const read = (index: number): number => {
    const at = memory.translate(pc + 4 * index, Access.execute);
    return at < 0 ? 0 : memory.u32[at >>> 2]!;
  };
  if (memory.translate(pc, Access.execute) < 0) return { decoded: undefined, text: 'no code here', words: [] };
  const decoded = decode(read, 0, true);
  const words = Array.from({ length: (decoded?.bytes ?? 4) / 4 }, (_, i) => read(i));
  if (decoded === undefined) return { decoded, text: `.long 0x${words[0]!.toString(16)}`, words };
  return { decoded, text: (wave64 ? disassembleWave64 : disassemble)(decoded), words };
}

/** Lanes of a vector register: one value where all agree, first and last where they grow evenly, else all of them. */
function lanesText(wave: Wave, register: number, lanes: readonly number[]): string {
  const values = lanes.map((lane) => wave.vgpr(register, lane));
  const which = lanes.length === wave.lanes ? '' : ` in ${ranges(lanes)}`;
  if (values.every((v) => v === values[0])) return `${word(values[0]!)}${which}`;
  const step = (values[1]! - values[0]!) | 0;
  const even = values.every((v, i) => ((v - values[0]!) | 0) === Math.imul(step, lanes[i]! - lanes[0]!));
  if (lanes.length > 2 && even && lanes[1] === lanes[0]! + 1)
    return `0x${hexWord(values[0]!)}, a lane on ${step} more, to 0x${hexWord(values.at(-1)!)}${which}`;
  return lanes.map((lane, i) => `${lane}:${hexWord(values[i]!)}`).join(' ');
}

/** `lanes 0-3, 8`. */
export function ranges(lanes: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < lanes.length;) {
    let end = i;
    while (lanes[end + 1] === lanes[end]! + 1) end++;
    parts.push(end === i ? `${lanes[i]}` : `${lanes[i]}-${lanes[end]}`);
    i = end + 1;
  }
  return `lane${lanes.length === 1 ? '' : 's'} ${parts.join(', ')}`;
}

/** What differs from an earlier copy, a register a line. */
export function changes(wave: Wave, before: WaveCopy): string[] {
  const lines: string[] = [];
  for (let i = 0; i < 128; i++) {
    const value = wave.scalars[i]!;
    if (value !== before.scalars[i] && i !== 124) lines.push(`${scalarName(i)} = ${word(value)}`);
  }
  if (wave.scalars[S.SCC] !== before.scalars[S.SCC]) lines.push(`scc = ${wave.scalars[S.SCC]}`);
  if (wave.scalars[S.MODE] !== before.scalars[S.MODE])
    lines.push(`mode = 0x${(wave.scalars[S.MODE]! >>> 0).toString(16)}`);
  const count = Math.min(wave.vgprs, (before.vgprs[0]?.length ?? 0) / LANES);
  for (let register = 0; register < count; register++) {
    const lanes: number[] = [];
    for (let lane = 0; lane < wave.lanes; lane++)
      if (before.vgprs[lane >> 5]![register * LANES + (lane & 31)]! >>> 0 !== wave.vgpr(register, lane))
        lanes.push(lane);
    if (lanes.length > 0) lines.push(`v${register} = ${lanesText(wave, register, lanes)}`);
  }
  return lines;
}

/** What an instruction names as results, as it stands now: for the first of a wave, of which nothing older is known. */
export function results(wave: Wave, decoded: Decoded | undefined): string[] {
  const lines: string[] = [];
  for (const half of [decoded, decoded?.second]) {
    for (const { kind, index, dwords, type } of half?.dst ?? []) {
      const count = type === 'm' && wave.wave64 ? 2 : dwords;
      for (let i = 0; i < count; i++) {
        if (kind === 'sgpr' && index + i < 128 && index !== 124)
          lines.push(`${scalarName(index + i)} = ${word(wave.scalars[index + i]!)}`);
        if (kind === 'vgpr')
          lines.push(
            `v${index + i} = ${lanesText(
              wave,
              index + i,
              Array.from({ length: wave.lanes }, (_, lane) => lane).filter((lane) => wave.active(lane)),
            )}`,
          );
      }
    }
  }
  return lines;
}

const modeText = (mode: number): string => {
  const rounding = ['to nearest even', 'up', 'down', 'to zero'];
  const denormals = ['flush both', 'flush results', 'flush inputs', 'keep'];
  return `0x${(mode >>> 0).toString(16)}: f32 rounds ${rounding[mode & 3]}, f64 and f16 ${rounding[(mode >>> 2) & 3]}; denormals of f32: ${denormals[(mode >>> 4) & 3]}, of f64 and f16: ${denormals[(mode >>> 6) & 3]}`;
};

/** The whole state of a wave. */
export function dump(wave: Wave, name: string, position: string): string[] {
  const { scalars } = wave;
  const lines = [
    `${name} (${wave.lanes} lanes, ${wave.status}) at ${position}`,
    `  exec ${wave.wave64 ? `${hexWord(scalars[EXEC + 1]! >>> 0)}_` : ''}${hexWord(scalars[EXEC]! >>> 0)}  vcc ${wave.wave64 ? `${hexWord(scalars[VCC + 1]! >>> 0)}_` : ''}${hexWord(scalars[VCC]! >>> 0)}  scc ${scalars[S.SCC]}  m0 ${hexWord(scalars[M0]! >>> 0)}`,
    `  mode ${modeText(scalars[S.MODE]!)}`,
    `  ${scalars[S.COUNT]} instructions executed`,
  ];
  let last = 105;
  while (last >= 0 && scalars[last] === 0) last--;
  for (let i = 0; i <= last; i += 8)
    lines.push(
      `  s${String(i).padEnd(4)}${Array.from({ length: 8 }, (_, n) => (i + n < 106 ? hexWord(scalars[i + n]! >>> 0) : '')).join(' ')}`,
    );
  if (last < 105) lines.push(`  s${last + 1} and above are 0`);
  for (let register = 0; register < wave.vgprs; register++) {
    for (let lane = 0; lane < wave.lanes; lane += 8)
      lines.push(
        `  ${(lane === 0 ? `v${register}` : '').padEnd(5)}${String(lane).padStart(3)}: ${Array.from({ length: 8 }, (_, n) => hexWord(wave.vgpr(register, lane + n))).join(' ')}`,
      );
  }
  return lines;
}

/** A workgroup's LDS, equal rows folded. */
export function dumpLds(bytes: Uint8Array): string[] {
  if (bytes.length === 0) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const row = (at: number): string =>
    Array.from({ length: 8 }, (_, n) => hexWord(view.getUint32(at + 4 * n, true))).join(' ');
  const lines = [`LDS, ${bytes.length} bytes`];
  for (let at = 0; at < bytes.length; at += 32) {
    const text = row(at);
    let end = at;
    while (end + 64 <= bytes.length && row(end + 32) === text) end += 32;
    lines.push(`  ${at.toString(16).padStart(4, '0')}: ${text}`);
    if (end > at) {
      lines.push(`        and the same up to ${(end + 31).toString(16)}`);
      at = end;
    }
  }
  return lines;
}
