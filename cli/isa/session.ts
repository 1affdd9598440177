/**
 * A launch under observation: one wave instruction at a time, knowing which wave ran it and what it changed.
 */

import type { ShaderEvent } from '../../hw-models/rdna3/shader/index.ts';
import { Access } from '../../hw-models/exec/memory.ts';
import type { Decoded } from '../../hw-models/rdna3/shader/isa/index.ts';
import { S, SCALARS } from '../../hw-models/rdna3/shader/state.ts';
import { hex } from '../../pcie/index.ts';
import type { CodeKernel } from '../../driver-core/elf.ts';
import type { Launched } from './launch.ts';
import { changes, dump, dumpLds, instructionAt, ranges, resident, results, running, Wave } from './waves.ts';
import type { WaveCopy } from './waves.ts';

export interface Executed {
  readonly wave: Wave;
  readonly pc: number;
  readonly text: string;
  readonly words: readonly number[];
  readonly changed: readonly string[];
  /** The wave has ended with it. */
  readonly ended: boolean;
}

const NEXT_SLOT = 1;
/** Turns without an instruction after which nothing will come any more. */
const PATIENCE = 100;

export class Session {
  readonly launched: Launched;
  /** Names of code addresses, relative to the code object. */
  readonly labels: ReadonlyMap<number, string>;
  result: 'busy' | 'idle' | 'hung' = 'busy';
  /** The wave that ran last. */
  current: Wave | undefined;
  readonly #kernel: CodeKernel;
  readonly #counts: Int32Array;
  readonly #names = new Map<number, string>();

  constructor(launched: Launched, kernel: CodeKernel, labels: ReadonlyMap<number, string>) {
    this.launched = launched;
    this.labels = labels;
    this.#kernel = kernel;
    this.#counts = new Int32Array(launched.state.slots).fill(-1);
  }

  get finished(): boolean {
    return this.result !== 'busy';
  }

  /** Waves that have not ended. */
  waves(): Wave[] {
    const { state } = this.launched;
    return Array.from({ length: state.slots }, (_, slot) => slot)
      .filter((slot) => resident(state, slot))
      .map((slot) => new Wave(state, slot));
  }

  /** The wave that the next step is expected to run. */
  next(): Wave | undefined {
    const { state } = this.launched;
    for (let slot = state.scheduler[NEXT_SLOT]!; slot < state.slots; slot++)
      if (running(state, slot)) return new Wave(state, slot);
    return undefined;
  }

  /** Executes one instruction of one wave; undefined where there is nothing left to execute. `watch`: tell what changed. */
  step(watch: boolean): Executed | undefined {
    const { engine, state } = this.launched;
    for (let turn = 0; turn < PATIENCE && !this.finished; turn++) {
      const expected = this.next();
      const before = watch ? expected?.copy() : undefined;
      const pc = expected?.pc ?? 0;
      for (let slot = 0; slot < state.slots; slot++)
        this.#counts[slot] = resident(state, slot) ? state.scalars[slot * SCALARS + S.COUNT]! : -1;
      const total = engine.executed;
      this.result = engine.run(1);
      if (engine.executed === total) continue;
      const slot = this.#whoRan(expected?.slot);
      const wave = new Wave(state, slot);
      this.current = wave;
      const fresh = this.#counts[slot] === -1;
      if (fresh) this.#name(wave);
      // the others of a workgroup are launched along with its first wave
      for (const other of this.waves()) if (other.scalars[S.COUNT] === 0) this.#name(other);
      const at = fresh ? this.entry : pc;
      return this.#executed(wave, at, watch, fresh ? undefined : before);
    }
    return undefined;
  }

  #executed(wave: Wave, pc: number, watch: boolean, before: WaveCopy | undefined): Executed {
    const { decoded, text, words } = instructionAt(this.launched.memory, pc, wave.wave64);
    const changed = !watch ? [] : before === undefined ? results(wave, decoded) : changes(wave, before);
    return { wave, pc, text, words, changed, ended: !resident(this.launched.state, wave.slot) };
  }

  /** The wave whose count has gone up. A wave that has just been launched counts from 0. */
  #whoRan(expected: number | undefined): number {
    const { state } = this.launched;
    const moved = (slot: number): boolean => {
      const count = state.scalars[slot * SCALARS + S.COUNT]!;
      return this.#counts[slot] === -1 ? resident(state, slot) && count > 0 : count !== this.#counts[slot];
    };
    if (expected !== undefined && moved(expected)) return expected;
    for (let slot = 0; slot < state.slots; slot++) if (moved(slot)) return slot;
    // launched and ended within one instruction
    return expected ?? 0;
  }

  /** Address of the first instruction. */
  get entry(): number {
    const { code } = this.launched;
    return code.address + this.#kernel.descriptorAt + this.#kernel.descriptor.entryOffset;
  }

  /** Workgroup ids lie in SGPRs when a wave starts; which, the descriptor says. */
  #name(wave: Wave): void {
    const { rsrc2 } = this.#kernel.descriptor;
    let at = (rsrc2 >>> 1) & 31;
    const ids: number[] = [];
    for (let axis = 0; axis < 3; axis++) if (((rsrc2 >>> (7 + axis)) & 1) !== 0) ids.push(wave.scalars[at++]!);
    const group = ids.length === 0 ? '' : `workgroup ${ids.join(',')} `;
    this.#names.set(wave.slot, `${group}wave ${wave.scalars[S.WAVE_IN_GROUP]}`);
  }

  nameOf(slot: number): string {
    return this.#names.get(slot) ?? `wave in slot ${slot}`;
  }

  /** `kernel+0x20 (0x100001520)`. */
  position(pc: number): string {
    const offset = pc - this.launched.code.address;
    const exact = this.labels.get(offset);
    let best: [number, string] | undefined = exact === undefined ? undefined : [offset, exact];
    // between labels the function is what people look for
    if (best === undefined)
      for (const [address, name] of this.labels)
        if (address <= offset && (best === undefined || address > best[0]) && name !== `L${address.toString(16)}`)
          best = [address, name];
    if (offset < 0 || best === undefined) return hex(pc);
    const distance = offset - best[0];
    return `${best[1]}${distance === 0 ? '' : `+${hex(distance)}`} (${hex(offset)})`;
  }

  /** An address of the code object by label or number; undefined where there is none. */
  find(text: string): number | undefined {
    for (const [address, name] of this.labels) if (name === text) return this.launched.code.address + address;
    if (!/^(0x)?[0-9a-f]+$/i.test(text)) return undefined;
    const offset = Number.parseInt(text.replace(/^0x/i, ''), 16);
    return offset < this.launched.code.bytes ? this.launched.code.address + offset : undefined;
  }

  dump(wave: Wave): string[] {
    return [...dump(wave, this.nameOf(wave.slot), this.position(wave.pc)), ...dumpLds(wave.lds())];
  }
}

/** An event as sentences: what, where, at which instruction, which lanes. */
export function explainEvent(
  event: ShaderEvent,
  { memory, wave64, state }: Launched,
  position: (pc: number) => string,
): string[] {
  if (event.kind === 'launchRefused') return [`the launch was refused: ${event.detail}`];
  if (event.kind === 'checkFailed') {
    const place = ({ where, what }: { readonly where: string; readonly what: string }): string =>
      `${where.replace(/0x[0-9a-f]+/, (address) => position(Number(address)))}: ${what}`;
    return [
      `${event.code}: ${event.message}`,
      `  at ${place(event.at)}`,
      ...event.because.map((cause) => `  because of ${place(cause)}`),
    ];
  }
  if (event.kind === 'dispatchDone') return [];
  const { text, decoded } = instructionAt(memory, event.pc, wave64);
  const where = `  at ${position(event.pc)}: ${text}`;
  const wave = new Wave(state, event.wave);
  switch (event.kind) {
    case 'memoryViolation': {
      const lanes =
        event.access === 'execute'
          ? []
          : lanesAt(wave, decoded, (va) => memory.translate(va, accesses[event.access]) < 0);
      const which = lanes.length === 0 ? '' : `, ${ranges(lanes)}`;
      return [
        `memory violation: ${event.access} at ${hex(event.address)}, ${memory.explain(event.address)}`,
        where + which,
      ];
    }
    case 'illegalInstruction':
      return [
        `illegal instruction ${event.words.map((w) => hex(w >>> 0)).join(' ')}${event.mnemonic === undefined ? '' : `: ${event.mnemonic} is not modelled`}`,
        where,
      ];
    case 'ldsOutOfRange': {
      // the event tells of one lane; the others are those whose address lies outside, too
      const lanes = Array.from({ length: wave.lanes }, (_, lane) => lane).filter((lane) => {
        const at = wave.active(lane) ? ldsAddress(wave, decoded, lane) : undefined;
        return at !== undefined && (at >= event.allocated || at === event.address);
      });
      return [
        `LDS access at byte ${event.address}, outside of the ${event.allocated} bytes of the workgroup (a load gives 0, a store is dropped)`,
        where + (lanes.length === 0 ? '' : `, ${ranges(lanes)}`),
      ];
    }
    case 'vgprOutOfRange':
      return [`${event.mnemonic} names v${event.register}, the wave has ${event.allocated} vector registers`, where];
    case 'trap':
      return [`trap ${event.trap}`, where];
    case 'interruptMessage':
      return [`interrupt message, data ${hex(event.data)}`, where];
  }
}

/** Events that are no mistake of the kernel. */
export const isFault = (event: ShaderEvent): boolean => event.kind !== 'trap' && event.kind !== 'interruptMessage';

const accesses = { read: Access.read, write: Access.write, atomic: Access.atomic, execute: Access.execute };

/** Lanes whose address faults; registers are as the instruction found them. */
function lanesAt(wave: Wave, decoded: Decoded | undefined, faults: (va: number) => boolean): number[] {
  if (decoded === undefined || (decoded.format !== 'GLOBAL' && decoded.format !== 'FLAT')) return [];
  const vaddr = decoded.src.find((s) => s.kind === 'vgpr');
  const saddr = decoded.format === 'GLOBAL' ? decoded.src.at(-1)! : undefined;
  const base =
    saddr?.kind === 'sgpr'
      ? (wave.scalars[saddr.index]! >>> 0) + (wave.scalars[saddr.index + 1]! >>> 0) * 2 ** 32
      : undefined;
  if (vaddr === undefined) return [];
  return Array.from({ length: wave.lanes }, (_, lane) => lane).filter((lane) => {
    if (!wave.active(lane)) return false;
    const low = wave.vgpr(vaddr.index, lane);
    const va =
      base === undefined ? low + wave.vgpr(vaddr.index + 1, lane) * 2 ** 32 + decoded.imm : base + low + decoded.imm;
    return faults(va);
  });
}

function ldsAddress(wave: Wave, decoded: Decoded | undefined, lane: number): number | undefined {
  if (decoded?.format !== 'DS' || decoded.src[0]?.kind !== 'vgpr') return undefined;
  return (wave.vgpr(decoded.src[0].index, lane) + decoded.imm) >>> 0;
}

/** Accesses to memory of an address by a debugger: bytes or undefined. */
export function peek({ memory }: Launched, address: number, bytes: number): Uint8Array | undefined {
  const out = new Uint8Array(bytes);
  for (let i = 0; i < bytes; i++) {
    const at = memory.translate(address + i, Access.read);
    if (at < 0) return undefined;
    out[i] = memory.u8[at]!;
  }
  return out;
}
