/**
 * Turns of waves: blocks one after the other, translated where there is a translation, handler by handler where not,
 * until the turn is over or the wave stops.
 *
 * A wave whose access faults stops for good where no trap handler is installed: tinygrad's crash-recovery test, which
 * its makers run on real boards, waits for such a launch and takes it for an error when it ends. Guessed: that it stops
 * a few instructions later (silicon does when the answer comes back); a wave with a handler enters it there.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture" (traps, program flow).
 * Fidelity: from-public-source.
 */
import { Access } from '../../exec/memory.ts';
import type { CoreMemory } from '../../exec/memory.ts';
import { MemoryPort } from '../../exec/memory-port.ts';
import type { Block, CodeCache, CodeContext } from './code-cache.ts';
import { enterTrap, getPc, hasTrapHandler, Outcome, setPc } from './control.ts';
import { MODE_MASK } from './float-mode.ts';
import type { At } from './events.ts';
import type { ShaderEngineOptions } from './options.ts';
import { stopWave } from './residents.ts';
import { D, LANES, S, SCALARS, WaveState } from './state.ts';
import type { ShaderState } from './state.ts';
import { RdnaStrip, TEMPORARY } from './strip.ts';
import type { Core } from './strip.ts';
import { LONGEST_BLOCK, QUANTUM } from './translate/limits.ts';
import { createTranslation } from './translate/translation.ts';
import type { Translation } from './translate/translation.ts';
import { Left } from './translate/unit.ts';

const TRAPSTS_MEM_VIOL = 1 << 8;
const TRAPSTS_ILLEGAL_INST = 1 << 11;
const accessNames = {
  [Access.read]: 'read',
  [Access.write]: 'write',
  [Access.atomic]: 'atomic',
  [Access.execute]: 'execute',
} as const;

/** A turn that has begun already: the block it is at, whether all but its ending is executed, instructions so far. */
export interface Turn {
  readonly block: Block;
  readonly straight: boolean;
  readonly used: number;
}

export class WaveTurns {
  readonly #options: ShaderEngineOptions;
  readonly #state: ShaderState;
  readonly #code: CodeCache;
  readonly #core: Core & { index: number; block: Block | undefined; port: MemoryPort };
  readonly #temporary = new Int32Array(TEMPORARY);
  readonly #temporaryF = new Float32Array(this.#temporary.buffer);
  readonly #strips: (RdnaStrip | undefined)[] = [];
  readonly #wideStrips: (RdnaStrip | undefined)[] = [];
  readonly #ports: (MemoryPort | undefined)[] = [];
  /** The port that translated code uses in this slice. */
  #usedPort: MemoryPort | undefined;
  #runningSlot = 0;
  #context: CodeContext | undefined;
  #contextVmid = -1;
  /** Undefined where nothing is ever translated. */
  readonly translation: Translation | undefined;

  constructor(options: ShaderEngineOptions, state: ShaderState, code: CodeCache, client: number) {
    this.#options = options;
    this.#state = state;
    this.#code = code;
    const { lds } = state;
    this.#core = {
      port: undefined as never,
      lds8: lds,
      lds32: new Int32Array(lds.buffer, lds.byteOffset, lds.byteLength >>> 2),
      low: new Int32Array(LANES),
      high: new Int32Array(LANES),
      window: new Uint8Array(LANES),
      index: 0,
      block: undefined,
      report: (event) => options.report(event),
      place: () => this.#place(),
    };
    const { engine = 'auto', threads = 1, translates } = options;
    if (engine === 'interpreter' || options.watcher !== undefined) return;
    this.translation = createTranslation({
      state,
      memory: this.memoryOf(0),
      code,
      client,
      eager: engine === 'wasm',
      threads,
      translates,
      interpret: (slot, block, index) => this.#interpret(slot, block, index),
      at: (slot, block, index) => this.#at(slot, block, index),
      port: () => this.#core.port,
      outside: (address) => this.#ldsOutside(address),
    });
  }

  /** Memory of a VMID. */
  memoryOf(vmid: number): CoreMemory {
    const { memory } = this.#options;
    return typeof memory === 'function' ? memory(vmid) : memory;
  }

  /** A new slice: translations of addresses are forgotten, and code is held against memory before its next use. */
  begin(): void {
    this.#code.epoch++;
    for (const port of this.#ports) port?.begin();
    this.#usedPort = undefined;
    this.#context = undefined;
  }

  #port(vmid: number): MemoryPort {
    let port = this.#ports[vmid];
    if (port === undefined) {
      const { data = 0, scalar = data } = this.#options.clients ?? {};
      port = new MemoryPort(this.memoryOf(vmid), data, scalar);
      port.onFault = (address, access) => {
        const at = this.#place();
        const s = this.#state.scalars.subarray(at.wave * SCALARS, (at.wave + 1) * SCALARS);
        if ((s[S.TRAPSTS]! & TRAPSTS_MEM_VIOL) !== 0) return; // a wave says it once
        s[S.TRAPSTS] = s[S.TRAPSTS]! | TRAPSTS_MEM_VIOL;
        if (!hasTrapHandler(s)) s[S.STATE] = WaveState.halted;
        else if (s[S.PRIV] === 0) s[S.FAULTED] = 1;
        this.#options.report({ kind: 'memoryViolation', ...at, access: accessNames[access], address });
      };
      this.#ports[vmid] = port;
    }
    return port;
  }

  /** Accesses go through that VMID's memory from now on. */
  usePort(vmid: number): void {
    const port = this.#port(vmid);
    this.#core.port = port;
    if (this.#usedPort === port) return;
    this.#usedPort = port;
    this.translation?.use(port);
  }

  #place(): At {
    const { scalars, dispatches } = this.#state;
    const wave = this.#runningSlot;
    const { block, index } = this.#core;
    const s = wave * SCALARS;
    return {
      dispatch: dispatches[scalars[s + S.DISPATCH]! * D.WORDS + D.ID]!,
      vmid: scalars[s + S.VMID]!,
      wave,
      pc: block?.pcs[index] ?? 0,
    };
  }

  /** That instruction of the wave in `slot` is what everything is told of from now on. */
  #at(slot: number, block: Block, index: number): void {
    this.#core.block = block;
    this.#core.index = index;
    this.#runningSlot = slot;
  }
  #interpret(slot: number, block: Block, index: number): void {
    this.#at(slot, block, index);
    const w = this.#strip(slot, this.#state.scalars[slot * SCALARS + S.STRIPS] === 2);
    block.handlers[index]!(w);
    if (w.other !== undefined && block.perWave[index] === 0) block.handlers[index]!(w.other);
  }
  #ldsOutside(address: number): void {
    const at = this.#place();
    const allocated = this.#state.scalars[at.wave * SCALARS + S.LDS_BYTES]!;
    this.#options.report({ kind: 'ldsOutOfRange', ...at, address, allocated });
  }

  #half(slot: number, half: number): RdnaStrip {
    return new RdnaStrip(this.#state, slot, half, this.#core, this.#temporary, this.#temporaryF);
  }
  #strip(slot: number, wide: boolean): RdnaStrip {
    const strips = wide ? this.#wideStrips : this.#strips;
    let strip = strips[slot];
    if (strip === undefined) {
      strip = this.#half(slot, 0);
      if (wide) {
        strip.other = this.#half(slot, 1);
        strip.other.other = strip;
      }
      strips[slot] = strip;
    }
    return strip;
  }

  /**
   * Runs one wave until its turn is over, it stops, or `fuel` is used up. Returns the instructions executed.
   * `turn`: a turn that translated code has begun and left to us.
   */
  run(slot: number, fuel: number, turn?: Turn): number {
    const { scalars } = this.#state;
    const base = slot * SCALARS;
    const wide = scalars[base + S.STRIPS] === 2;
    const w = this.#strip(slot, wide);
    const { s } = w;
    const core = this.#core;
    const code = this.#code;
    const vmid = s[S.VMID]!;
    const memory = this.memoryOf(vmid);
    this.usePort(vmid);
    this.#runningSlot = slot;
    const { translation } = this;
    let context = this.contextFor(vmid, s[S.MODE]!, s[S.VGPRS]!, wide);
    let block = turn?.block ?? code.find(context, memory, getPc(s));
    let used = turn?.used ?? 0;
    let straight = turn?.straight ?? false;
    if (turn !== undefined && !straight && (used >= QUANTUM || used >= fuel)) {
      setPc(s, block.pc);
      return used;
    }
    for (;;) {
      core.block = block;
      // Every block that starts before the limit also ends within the fuel.
      const limit = Math.min(QUANTUM - used, fuel - used - LONGEST_BLOCK);
      if (translation !== undefined && !straight && limit > 0) {
        const unit = translation.unitAt(block, context, memory);
        if (unit !== undefined) {
          const left = translation.enter(unit, w, slot, block.unitNumber, limit);
          const { executed } = translation;
          used += executed;
          s[S.COUNT] = s[S.COUNT]! + executed;
          block = unit.blocks[left >>> 2]!;
          core.block = block;
          const why = left & 3;
          if (why === Left.ending) straight = true;
          else if (why === Left.limit) {
            if (used >= QUANTUM || used >= fuel) {
              setPc(s, block.pc);
              return used;
            }
          } else {
            this.#stop(slot, why === Left.end ? Outcome.end : Outcome.barrier);
            return used;
          }
        }
      }
      const { handlers, length } = block;
      if (straight) {
        // the translation has executed and counted all but the ending
        straight = false;
      } else if (used + length > fuel) {
        // Out of fuel inside the block: as many instructions as are left, and the rest as a block of its own.
        const count = Math.min(fuel - used, handlers.length);
        this.#straight(w, block, count, wide);
        s[S.COUNT] = s[S.COUNT]! + count;
        setPc(s, block.pcs[count]!);
        return Math.max(used + count, 1);
      } else {
        if (wide) this.#straight(w, block, handlers.length, true);
        else {
          for (let i = 0; i < handlers.length; i++) {
            core.index = i;
            handlers[i]!(w);
          }
        }
        used += length;
        s[S.COUNT] = s[S.COUNT]! + length;
      }
      core.index = handlers.length;
      if (s[S.STATE] === WaveState.halted) {
        // S_ENDPGM waits for outstanding stores first, so a wave that has faulted does not get past it either
        setPc(s, block.pcs[handlers.length]!);
        return used;
      }
      const { ending } = block;
      let outcome: Outcome;
      if (s[S.FAULTED] !== 0) {
        // The answer to a faulting access comes late: the trap handler is entered between two instructions behind it.
        s[S.FAULTED] = 0;
        outcome = enterTrap(s, block.pcs[handlers.length]!, 0);
      } else if (ending === undefined && block.broken !== undefined) {
        if (!this.#broken(w, block)) return used;
        outcome = Outcome.jump;
      } else outcome = ending === undefined ? Outcome.next : ending(w);
      let next: Block | undefined;
      if (outcome === Outcome.next) {
        next = block.nextBlock;
        if (next === undefined || next.epoch !== code.epoch) {
          next = code.find(context, memory, block.pcs[block.pcs.length - 1]!);
          block.nextBlock = next;
        }
      } else if (outcome === Outcome.taken) {
        next = block.takenBlock;
        if (next === undefined || next.epoch !== code.epoch) {
          next = code.find(context, memory, block.target);
          block.takenBlock = next;
        }
      } else if (outcome === Outcome.jump) next = code.find(context, memory, getPc(s));
      else {
        setPc(s, block.pcs[block.pcs.length - 1]!);
        if (outcome === Outcome.mode) {
          context = this.contextFor(vmid, s[S.MODE]!, s[S.VGPRS]!, wide);
          next = code.find(context, memory, getPc(s));
        } else if (outcome === Outcome.flush) {
          code.epoch++;
          next = code.find(context, memory, getPc(s));
        } else {
          this.#stop(slot, outcome);
          return used;
        }
      }
      block = next;
      if (used >= QUANTUM || used >= fuel) {
        setPc(s, block.pc);
        return used;
      }
    }
  }

  #straight(w: RdnaStrip, block: Block, count: number, wide: boolean): void {
    const core = this.#core;
    const { handlers, perWave } = block;
    for (let i = 0; i < count; i++) {
      core.index = i;
      handlers[i]!(w);
      if (wide && perWave[i] === 0) handlers[i]!(w.other!);
    }
  }

  /** What code of such waves is specialised on. */
  contextFor(vmid: number, mode: number, vgprs: number, wide: boolean): CodeContext {
    const c = this.#context;
    const bits = mode & MODE_MASK;
    if (c !== undefined && this.#contextVmid === vmid && c.mode === bits && c.vgprs === vgprs && c.wave64 === wide)
      return c;
    const found = this.#code.context(vmid, bits, vgprs, wide);
    this.#context = found;
    this.#contextVmid = vmid;
    return found;
  }

  /**
   * The wave came to something that is no instruction. True where its trap handler takes over; else it stays where it is,
   * halted for good.
   */
  #broken(w: RdnaStrip, block: Block): boolean {
    const at = this.#place();
    const { pc } = at;
    const { s } = w;
    setPc(s, pc);
    const handled = hasTrapHandler(s) && s[S.PRIV] === 0;
    if (!handled) s[S.STATE] = WaveState.halted;
    s[S.TRAPSTS] = s[S.TRAPSTS]! | (block.broken === 'fetch' ? TRAPSTS_MEM_VIOL : TRAPSTS_ILLEGAL_INST);
    if (block.broken === 'fetch')
      this.#options.report({ kind: 'memoryViolation', ...at, access: 'execute', address: pc });
    else {
      const first = (pc - block.pc) / 4;
      this.#options.report({
        kind: 'illegalInstruction',
        ...at,
        words: [...block.words.subarray(first, first + 2)],
        mnemonic: block.brokenName,
      });
    }
    if (handled) enterTrap(s, pc, 0);
    return handled;
  }

  #stop(slot: number, outcome: Outcome): void {
    stopWave(this.#state, slot, outcome, (words) => this.done(words));
  }

  /** All of a dispatch's workgroups have ended. */
  done(words: Int32Array): void {
    this.#options.watcher?.finished(words[D.ID]!);
    this.#options.report({ kind: 'dispatchDone', dispatch: words[D.ID]!, tag: words[D.TAG]! });
  }
}
