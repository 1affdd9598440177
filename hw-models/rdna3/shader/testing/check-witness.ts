/**
 * Runs one witness on a wave and says where the wave differs from it.
 */
import { Outcome } from '../control.ts';
import { EXEC, LANES, M0, S, VCC } from '../state.ts';
import type { Setting, Witness } from '../witness/index.ts';
import { OneWave } from './one-instruction.ts';

const PATTERN = 0x5a5a5a5a;
const PC = 0x1000;
const hex = (n: number): string => (n >>> 0).toString(16).padStart(8, '0');
const touchesMemory = (settings: readonly Setting[]): boolean =>
  settings.some(({ place }) => /^(mem|lds|scratch)\d/.test(place));

/** Where a vector register begins, and which of its lanes are meant: `v8` all, `v8@5` one. */
function lanesOf(place: string): readonly [from: number, first: number, last: number] {
  const [register, lane] = place.slice(1).split('@');
  const from = Number(register) * LANES;
  return lane === undefined ? [from, 0, LANES] : [from, Number(lane), Number(lane) + 1];
}

/** True where lanes must not be many: the instruction reads or writes memory. */
export const oneLane = (witness: Witness): boolean => touchesMemory(witness.before) || touchesMemory(witness.after);

/** Differences, as text; empty where the wave agrees. `exec`: active lanes at the start, in each half of a 64-lane wave. */
export function disagreements(witness: Witness, exec: number, wave = new OneWave()): string[] {
  const { v, s, core, other } = wave.strip;
  const strips = other === undefined ? [wave.strip] : [wave.strip, other];
  for (const strip of strips) strip.v.fill(PATTERN);
  s.fill(PATTERN, 0, 106);
  s[S.SCC] = 0;
  s[EXEC] = exec;
  s[EXEC + 1] = other === undefined ? 0 : exec;
  s[S.PC_LO] = PC;
  s[S.PC_HI] = 0;
  s[S.MODE] = witness.mode;
  let buffer = 0;
  if (oneLane(witness)) {
    buffer = wave.memory.place(4096);
    wave.memory.words(buffer, 1024).fill(0);
    core.lds8.fill(0);
    const high = Math.floor(buffer / 4294967296);
    s[0] = buffer | 0;
    s[1] = high;
    s.set([buffer | 0, high, 4096, 0x31027000], 4);
    s[S.FLAT_SCRATCH_LO] = buffer | 0;
    s[S.FLAT_SCRATCH_HI] = high;
    s[S.SHARED_BASE] = 0x10000;
    s[S.PRIVATE_BASE] = 0x20000;
    const flat = witness.assembly.startsWith('flat_');
    v.fill(flat ? buffer : 0, 0, LANES);
    if (flat) v.fill(high, LANES, 2 * LANES);
  }
  const lds = new Int32Array(core.lds8.buffer, core.lds8.byteOffset, 1024);
  const cells = (place: string): readonly [array: { [n: number]: number }, at: number] | undefined => {
    const [, kind, digits] = /^([a-z_]+?)(\d+)$/.exec(place) ?? [];
    const n = Number(digits);
    if (kind === 's') return [s, n];
    if (kind === 'lds') return [lds, n >>> 2];
    if (kind === 'mem') return [wave.memory.words(buffer, 1024), n >>> 2];
    // Dwords of a lane's scratch lie as far apart as the wave has lanes.
    if (kind === 'scratch') return [wave.memory.words(buffer, 1024), (n >>> 2) * LANES];
    const name = (
      { exec_lo: EXEC, exec_hi: EXEC + 1, m0: M0, scc: S.SCC, mode: S.MODE, ttmp0: 108, ttmp1: 109 } as Record<
        string,
        number
      >
    )[place];
    return name === undefined ? undefined : [s, name];
  };
  const half = (old: number, { value, half: which }: Setting): number =>
    which === undefined
      ? Number(value)
      : which === 'low'
        ? (old & -65536) | Number(value)
        : (old & 0xffff) | (Number(value) << 16);

  for (const setting of witness.before) {
    const { place, value } = setting;
    if (place === 'vcc') for (const { half: n } of strips) s[VCC + n] = value === 'mask' || value === 1 ? exec : 0;
    else if (/^v\d/.test(place)) {
      const [from, first, last] = lanesOf(place);
      for (const strip of strips)
        for (let i = first; i < last; i++) strip.v[from + i] = half(strip.v[from + i]!, setting);
    } else {
      const cell = cells(place);
      if (cell === undefined) throw new Error(`${witness.assembly}: what is ${place}?`);
      cell[0][cell[1]] = value === 'mask' ? exec : Number(value);
    }
  }
  const active = [s[EXEC]!, s[EXEC + 1]!];
  const old = strips.map((strip) => strip.v.slice());
  const { outcome, pc } = wave.step(witness.words, PC, s[S.MODE]!);
  const wrong: string[] = [];
  const compare = (name: string, got: number, wanted: number): void => {
    if (got >>> 0 !== wanted >>> 0) wrong.push(`${name} is ${hex(got)}, not ${hex(wanted)}`);
  };
  for (const setting of witness.after) {
    const { place, value } = setting;
    const masks = active.map((lanes) => (value === 'mask' || value === 1 ? lanes : 0));
    if (place === 'vcc' || place === 'exec')
      for (const { half: n } of strips) compare(place, s[(place === 'vcc' ? VCC : EXEC) + n]!, masks[n]!);
    else if (place === 'pc') compare(place, pc - PC, Number(value));
    else if (place === 'outcome') {
      if (Outcome[value as keyof typeof Outcome] !== outcome) wrong.push(`outcome is ${outcome}, not ${String(value)}`);
    } else if (/^v\d/.test(place)) {
      const [from, first, last] = lanesOf(place);
      const spoken = setting.alone === true ? (setting.half === 'low' ? 0xffff : -65536) : -1;
      for (const strip of strips) {
        for (let i = first; i < last && wrong.length === 0; i++) {
          const before = old[strip.half]![from + i]!;
          const wanted = ((active[strip.half]! >>> i) & 1) !== 0 ? half(before, setting) : before;
          compare(`${place} of lane ${i + strip.half * LANES}`, strip.v[from + i]! & spoken, wanted & spoken);
        }
      }
    } else {
      const [array, at] = cells(place)!;
      compare(place, array[at]!, value === 'mask' ? active[0]! : Number(value));
    }
  }
  return wrong;
}
