/**
 * Basic blocks of bound handlers, by entry address.
 *
 * A block remembers the words it was decoded from and where they lay. It is trusted for one slice of execution and
 * compared with memory at its first use in the next, so changed code is seen at the latest when time has passed.
 * Derived from memory alone: not state. Pure software.
 */
import type { Compiler } from '../../exec/compile.ts';
import { Access } from '../../exec/memory.ts';
import type { CoreMemory } from '../../exec/memory.ts';
import { bind } from './bind.ts';
import type { ShaderWatcher } from './check/seam.ts';
import type { BindContext, Bound } from './bind.ts';
import { controlOf, raisingEnding } from './control.ts';
import type { ControlServices, Ending } from './control.ts';
import { decode } from './isa/decode.ts';
import { unmodelled } from './isa/unmodelled.ts';
import type { Decoded } from './isa/types.ts';
import { floatModeOf } from './float-mode.ts';
import { treeSemantics } from './semantics/index.ts';
import type { Semantics } from './semantics/define.ts';
import type { RdnaHandler } from './strip.ts';
import { MAX_LENGTH } from './translate/limits.ts';
import type { Unit } from './translate/translator.ts';

const MAX_BLOCKS = 8192;

export interface Block {
  readonly pc: number;
  /** Straight-line handlers; `perWave[i]` 1 where a handler runs once for both strips. */
  readonly handlers: readonly RdnaHandler[];
  readonly perWave: Uint8Array;
  /** Address of each handler's instruction, then of the ending (or of what follows), then of the instruction behind the ending. */
  readonly pcs: Float64Array;
  readonly ending: Ending | undefined;
  /** The ending's mnemonic and immediate. */
  readonly endingName: string | undefined;
  readonly endingImmediate: number;
  /** Branch target, where the ending has a fixed one. */
  readonly target: number;
  /** Instructions, the ending (or what cannot be executed) included. */
  readonly length: number;
  readonly words: Uint32Array;
  epoch: number;
  nextBlock: Block | undefined;
  takenBlock: Block | undefined;
  /** Set instead of an ending: the instruction at the end cannot be executed. */
  readonly broken: 'fetch' | 'illegal' | undefined;
  readonly brokenName: string | undefined;
  /** Instructions that the interpreter has executed here: code becomes warm. */
  heat: number;
  /** The translation that holds this block, and its number in there. */
  unit: Unit | undefined;
  unitNumber: number;
}

/** What code is specialised on. */
export interface CodeContext {
  readonly key: string;
  readonly mode: number;
  readonly vgprs: number;
  readonly wave64: boolean;
  readonly blocks: Map<number, Block>;
}

export class CodeCache {
  readonly #compiler: Compiler;
  readonly #services: ControlServices;
  readonly #client: number;
  readonly #contexts = new Map<string, CodeContext>();
  readonly #watcher: ShaderWatcher | undefined;
  #blocks = 0;
  #semantics: Semantics | undefined;
  /** Blocks of an older epoch are compared with memory before use. */
  epoch = 1;

  /** @param watcher wraps every handler; none: handlers as they are bound. */
  constructor(compiler: Compiler, services: ControlServices, client: number, watcher?: ShaderWatcher) {
    this.#watcher = watcher;
    this.#compiler = compiler;
    this.#services = services;
    this.#client = client;
  }

  context(vmid: number, mode: number, vgprs: number, wave64: boolean): CodeContext {
    const key = `${vmid}.${mode}.${vgprs}.${wave64 ? 64 : 32}`;
    let context = this.#contexts.get(key);
    if (context === undefined) {
      context = { key, mode, vgprs, wave64, blocks: new Map() };
      this.#contexts.set(key, context);
    }
    return context;
  }

  #reader(memory: CoreMemory, ask: AskForCode): (va: number) => number {
    let page = -1;
    let base = -1;
    return (va) => {
      const number = Math.floor(va / 4096);
      if (number !== page) {
        page = number;
        const at = ask(memory, va, this.#client);
        base = at < 0 ? -1 : at - (va % 4096);
      }
      return base < 0 ? -1 : memory.u32[(base + (va % 4096)) >>> 2]!;
    };
  }

  /** The block at `pc`, decoded or checked as needed. */
  find(context: CodeContext, memory: CoreMemory, pc: number): Block {
    return this.#known(context, memory, pc, codeAt) ?? this.#keep(context, this.#decode(context, memory, pc, codeAt));
  }

  /** The same where no wave has come to it yet: undefined where it would fault, and nobody is told. */
  ahead(context: CodeContext, memory: CoreMemory, pc: number): Block | undefined {
    const known = this.#known(context, memory, pc, codeAhead);
    if (known !== undefined) return known;
    const block = this.#decode(context, memory, pc, codeAhead);
    return block.broken === 'fetch' ? undefined : this.#keep(context, block);
  }

  #known(context: CodeContext, memory: CoreMemory, pc: number, ask: AskForCode): Block | undefined {
    const known = context.blocks.get(pc);
    if (known === undefined || known.epoch === this.epoch) return known;
    if (known.broken === 'fetch' || known.words.length === 0 || !holds(memory, known, this.#client, ask))
      return undefined;
    known.epoch = this.epoch;
    // Neighbours may have changed although this block has not.
    known.nextBlock = undefined;
    known.takenBlock = undefined;
    return known;
  }

  #keep(context: CodeContext, block: Block): Block {
    if (this.#blocks++ > MAX_BLOCKS) {
      for (const each of this.#contexts.values()) each.blocks.clear();
      this.#blocks = 0;
    }
    context.blocks.set(block.pc, block);
    return block;
  }

  /** What instructions of that context are bound with. */
  binding(context: CodeContext): BindContext {
    this.#semantics ??= treeSemantics();
    return {
      semantics: this.#semantics,
      compiler: this.#compiler,
      mode: floatModeOf(context.mode),
      vgprs: context.vgprs,
      wave64: context.wave64,
    };
  }

  #decode(context: CodeContext, memory: CoreMemory, pc: number, ask: AskForCode): Block {
    const read = this.#reader(memory, ask);
    const handlers: RdnaHandler[] = [];
    const perWave: number[] = [];
    let last: Decoded | undefined;
    const pcs: number[] = [];
    const words: number[] = [];
    const bindContext = this.binding(context);
    const watcher = this.#watcher;
    let at = pc;
    let ending: Ending | undefined;
    let target = 0;
    let broken: Block['broken'];
    let brokenName: string | undefined;
    while (handlers.length < MAX_LENGTH) {
      const start = at;
      if (read(start) === -1) {
        broken = 'fetch';
        break;
      }
      const d = decode((index) => read(start + 4 * index) >>> 0, 0, true);
      const bytes = d?.bytes ?? 4;
      for (let n = 0; n < bytes; n += 4) words.push(read(start + n) >>> 0);
      pcs.push(start);
      if (d === undefined) {
        broken = 'illegal';
        brokenName = unmodelled((index) => read(start + 4 * index) >>> 0, 0)?.name;
        break;
      }
      at = start + bytes;
      last = d;
      ending = controlOf(d, { pc: start, next: at }, this.#services);
      if (ending !== undefined) {
        target = at + ((d.imm << 16) >> 16) * 4;
        if (watcher !== undefined) ending = watcher.wrapEnding(d, { pc: start, next: at }, ending, context.wave64);
        break;
      }
      let bound = bind(d, bindContext);
      if (watcher !== undefined && bound !== undefined)
        bound = { ...bound, handler: watcher.wrap(d, start, bound, context.wave64) };
      if (bound === undefined) {
        broken = 'illegal';
        brokenName = d.row.name;
        break;
      }
      if (bound.raises === true) {
        ending = raisingEnding(d, bound, at);
        break;
      }
      handlers.push(bound.lazy === true ? madeWhenCalled(handlers, handlers.length, bound) : bound.handler);
      perWave.push(bound.perWave ? 1 : 0);
    }
    if (pcs.length === handlers.length) pcs.push(at);
    pcs.push(at);
    return {
      pc,
      handlers,
      perWave: Uint8Array.from(perWave),
      pcs: Float64Array.from(pcs),
      ending,
      endingName: ending === undefined ? undefined : last!.row.name,
      endingImmediate: ending === undefined ? 0 : last!.imm,
      target,
      length: handlers.length + (ending === undefined && broken === undefined ? 0 : 1),
      words: Uint32Array.from(words),
      epoch: this.epoch,
      nextBlock: undefined,
      takenBlock: undefined,
      broken,
      brokenName,
      heat: 0,
      unit: undefined,
      unitNumber: 0,
    };
  }
}

/** The straight-line instructions of a block, decoded again: kept, they would be most of a code cache's memory. */
export function instructionsOf(block: Block): Decoded[] {
  return block.handlers.map((_, i) => decode(block.words, (block.pcs[i]! - block.pc) / 4, true)!);
}

/** A handler that puts the real one in its place when it is first called. */
function madeWhenCalled(handlers: RdnaHandler[], place: number, bound: Bound): RdnaHandler {
  return (w) => {
    const { handler } = bound;
    handlers[place] = handler;
    handler(w);
  };
}

/** Arena offset of the code at `va`, or −1. */
type AskForCode = (memory: CoreMemory, va: number, client: number) => number;
const isAddress = (va: number): boolean => va >= 0 && va < 281474976710656;
const codeAt: AskForCode = (memory, va, client) => (isAddress(va) ? memory.translate(va, Access.execute, client) : -1);
/** The same without a fault, where the memory has a way to ask so. */
const codeAhead: AskForCode = (memory, va, client) =>
  memory.ahead === undefined
    ? codeAt(memory, va, client)
    : isAddress(va)
      ? memory.ahead(va, Access.execute, client)
      : -1;

/** Code bytes as they were read: dwords from `pc` on. */
export interface CodeWords {
  readonly pc: number;
  readonly words: Uint32Array;
}

/** Are they still what memory holds? `client`: the instruction cache's number. */
export function holds(memory: CoreMemory, { pc, words }: CodeWords, client: number, ask = codeAt): boolean {
  const { u32 } = memory;
  let base = -1;
  for (let i = 0; i < words.length; i++) {
    const va = pc + 4 * i;
    const inPage = va % 4096;
    if (i === 0 || inPage === 0) {
      const at = ask(memory, va, client);
      if (at < 0) return false;
      base = (at - inPage) / 4;
    }
    if (u32[base + inPage / 4] !== words[i]) return false;
  }
  return true;
}
