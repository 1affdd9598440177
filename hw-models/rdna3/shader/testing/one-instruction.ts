/**
 * Runs one instruction on a wave whose registers a test sets, without an engine around it.
 */
import { Compiler } from '../../../exec/compile.ts';
import { MemoryPort } from '../../../exec/memory-port.ts';
import { bind } from '../bind.ts';
import { controlOf, getPc, Outcome } from '../control.ts';
import type { ShaderEvent } from '../events.ts';
import { floatModeOf } from '../float-mode.ts';
import { decode } from '../isa/index.ts';
import type { Decoded } from '../isa/index.ts';
import { allocateState, LANES, S } from '../state.ts';
import { treeSemantics } from '../semantics/index.ts';
import { RdnaStrip } from '../strip.ts';
import type { Core } from '../strip.ts';
import { arrays, FlatMemory } from './flat-memory.ts';

const semantics = treeSemantics();

/** MODE as compilers set it: round to nearest even, denormals kept, DX10 clamp, IEEE. */
export const COMPILER_MODE = 0x3f0;

export class OneWave {
  readonly memory = new FlatMemory(65536);
  readonly events: ShaderEvent[] = [];
  readonly strip: RdnaStrip;
  readonly #compiler = new Compiler();

  constructor(lanes: 32 | 64 = 32) {
    const state = allocateState(arrays().allocate, 4, 65536);
    const temporary = new Int32Array(64);
    const core: Core = {
      port: new MemoryPort(this.memory, 0),
      lds8: state.lds,
      lds32: new Int32Array(state.lds.buffer),
      low: new Int32Array(LANES),
      high: new Int32Array(LANES),
      window: new Uint8Array(LANES),
      report: (event) => {
        this.events.push(event);
      },
      place: () => ({ dispatch: 1, vmid: 0, wave: 0, pc: 0 }),
    };
    const floats = new Float32Array(temporary.buffer);
    this.strip = new RdnaStrip(state, 0, 0, core, temporary, floats);
    const { s } = this.strip;
    s[S.STRIPS] = lanes / 32;
    s[S.VGPRS] = 256;
    s[S.LDS_BYTES] = 65536;
    if (lanes === 64) {
      this.strip.other = new RdnaStrip(state, 0, 1, core, temporary, floats);
      this.strip.other.other = this.strip;
    }
  }

  decode(words: readonly number[]): Decoded {
    const d = decode(Uint32Array.from(words), 0);
    if (d === undefined) throw new Error(`not an instruction: ${words.map((w) => w.toString(16)).join(' ')}`);
    return d;
  }

  /** Executes any instruction at `pc`, program flow included; says what becomes of the wave and where it goes on. */
  step(words: readonly number[], pc: number, mode = COMPILER_MODE): { outcome: Outcome; pc: number } {
    const d = this.decode(words);
    const next = pc + d.bytes;
    const ending = controlOf(d, { pc, next }, { referenceClock: () => [0x89abcdef, 0x1234] });
    if (ending === undefined) {
      this.execute(words, mode);
      return { outcome: Outcome.next, pc: next };
    }
    const outcome = ending(this.strip);
    if (outcome === Outcome.taken) return { outcome, pc: next + ((d.imm << 16) >> 16) * 4 };
    return { outcome, pc: outcome === Outcome.jump ? getPc(this.strip.s) : next };
  }

  /** Executes the instruction in `words` under `mode`. */
  execute(words: readonly number[], mode = COMPILER_MODE): void {
    const bound = bind(this.decode(words), {
      semantics,
      compiler: this.#compiler,
      mode: floatModeOf(mode),
      vgprs: 256,
      wave64: this.strip.other !== undefined,
    });
    if (bound === undefined) throw new Error('no semantics');
    bound.handler(this.strip);
    if (!bound.perWave && this.strip.other !== undefined) bound.handler(this.strip.other);
  }
}
