/**
 * Keeps translated units: makes one when code has become warm, and finds the module again where equal code was met.
 *
 * Units are derived from code bytes alone: no state. Pure software over the host's WebAssembly.
 */
import { fusedMultiplyAdd } from '../../../exec/wasm/features.ts';
import type { MemoryFunctions } from '../../../exec/wasm/memory.ts';
import type { BindContext } from '../bind.ts';
import type { Block, CodeWords } from '../code-cache.ts';
import { collect } from './graph.ts';
import { EXEC, S } from '../state.ts';
import { translateUnit } from './unit.ts';
import type { Tally } from './block.ts';

/** Instructions that the interpreter executes in a block before its kernel is worth translating. */
const WARM = 2000;
/** Units of different code that are kept; the one made first goes first. */
export const MOST_UNITS = 1024;

type Run = (context: number, scalars: number, vectors: number, block: number, limit: number) => number;

/** What equal code shares. */
interface Compiled {
  /** What threads are sent, and a number for it. */
  readonly module: WebAssembly.Module;
  readonly id: number;
  /** Which lines of a wave's scalars the unit may leave changed: one bit for each 64 bytes. */
  readonly changedLines: number;
}

export interface Unit extends Compiled {
  readonly blocks: readonly Block[];
  readonly run: Run;
  /** Code bytes as translated, in runs of neighbouring dwords. */
  readonly code: readonly CodeWords[];
  /** Code epoch in which the bytes were last found unchanged. */
  epoch: number;
}

/** What became of the instructions of all units so far. */
export interface Translated extends Tally {
  units: number;
  /** Units that the host's compiler did not take. */
  refused: number;
}

export interface TranslatorHost {
  readonly memory: WebAssembly.Memory;
  /** The helper module's functions. */
  readonly functions: MemoryFunctions;
  /** Which mnemonics may be translated; absent: all. For finding the one that is wrong. */
  readonly translates?: ((name: string) => boolean) | undefined;
  /** Lets the interpreter execute instruction `index` of block `block` of the unit that runs. */
  interpret(block: number, index: number): void;
}

export class Translator {
  readonly #host: TranslatorHost;
  readonly #warm: number;
  /** Units of equal code: by everything that the translation depends on. */
  readonly #known = new Map<string, Compiled>();
  readonly translated: Translated = {
    units: 0,
    refused: 0,
    vector: 0,
    scalar: 0,
    memory: 0,
    interpreted: new Map(),
    written: new Set(),
  };

  /** `eager`: translate at the first execution. */
  constructor(host: TranslatorHost, eager: boolean) {
    this.#host = host;
    this.#warm = eager ? 0 : WARM;
  }

  #count(tally: Tally): void {
    const sum = this.translated;
    sum.units++;
    sum.vector += tally.vector;
    sum.scalar += tally.scalar;
    sum.memory += tally.memory;
    for (const index of tally.written) sum.written.add(index);
    for (const [name, n] of tally.interpreted) sum.interpreted.set(name, (sum.interpreted.get(name) ?? 0) + n);
  }

  /** Has the block run often enough? Counts one more execution. */
  warm(block: Block): boolean {
    block.heat += block.length;
    return block.heat > this.#warm;
  }

  /**
   * The unit around `root`; every block of it that has none yet leads there from now on. Undefined where the host's
   * compiler does not take it (a function too large, say): the interpreter goes on with that block for good.
   */
  translate(root: Block, bind: BindContext, epoch: number, find: (pc: number) => Block | undefined): Unit | undefined {
    const blocks = collect(root, find);
    const code = wordsOf(blocks);
    const key = keyOf(blocks, bind);
    let known = this.#known.get(key);
    if (known === undefined) {
      const { buffer } = this.#host.memory;
      const { bytes, tally } = translateUnit(blocks, bind, {
        fused: fusedMultiplyAdd(),
        translates: this.#host.translates,
        pages: { min: 1, max: 65536, shared: buffer instanceof SharedArrayBuffer },
      });
      let module: WebAssembly.Module;
      try {
        module = new WebAssembly.Module(bytes);
      } catch (error) {
        if (!(error instanceof WebAssembly.CompileError)) throw error;
        this.translated.refused++;
        root.heat = -Infinity;
        return undefined;
      }
      known = { module, id: this.translated.units, changedLines: changedLines(tally) };
      if (this.#known.size >= MOST_UNITS) this.#known.delete(this.#known.keys().next().value!);
      this.#known.set(key, known);
      this.#count(tally);
    }
    const { memory, interpret, functions } = this.#host;
    const instance = new WebAssembly.Instance(known.module, {
      host: { memory, interpret },
      memory: functions as unknown as WebAssembly.ModuleImports,
    });
    const run = instance.exports['run'] as Run;
    const unit: Unit = { blocks, run, ...known, code, epoch };
    blocks.forEach((block, number) => {
      if (block.unit !== undefined && block.unit.epoch === epoch && block !== root) return;
      block.unit = unit;
      block.unitNumber = number;
    });
    return unit;
  }
}

/** What the engine itself writes into a wave's state: state, program counter, counts, what faults leave behind. */
const engineScalars = [S.STATE, S.PC_LO, S.COUNT, S.TRAPSTS, S.FAULTED, S.SCC, EXEC];
const SCALARS_A_LINE = 16;
function changedLines(tally: Tally): number {
  // the interpreter may write anything
  if (tally.interpreted.size > 0) return -1;
  let lines = 0;
  for (const index of [...tally.written, ...engineScalars]) lines |= 1 << Math.floor(index / SCALARS_A_LINE);
  return lines;
}

function wordsOf(blocks: readonly Block[]): CodeWords[] {
  const words = new Map<number, number>();
  for (const block of blocks) block.words.forEach((word, i) => words.set(block.pc + 4 * i, word));
  const runs: { pc: number; words: number[] }[] = [];
  for (const pc of [...words.keys()].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && last.pc + 4 * last.words.length === pc) last.words.push(words.get(pc)!);
    else runs.push({ pc, words: [words.get(pc)!] });
  }
  return runs.map((run) => ({ pc: run.pc, words: Uint32Array.from(run.words) }));
}

/** Units of one key translate to the same module: nothing in it depends on where the code lies. */
function keyOf(blocks: readonly Block[], bind: BindContext): string {
  const first = blocks[0]!.pc;
  const parts = [JSON.stringify(bind.mode), bind.vgprs, bind.wave64];
  for (const block of blocks) parts.push(`${block.pc - first}:${block.words.join(',')}`);
  return parts.join(';');
}
