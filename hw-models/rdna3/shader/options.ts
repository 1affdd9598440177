/** What a shader core is made with, and what running it answers. Pure software. */
import type { CoreMemory } from '../../exec/memory.ts';
import type { ShaderWatcher } from './check/seam.ts';
import type { ShaderEvent } from './events.ts';
import type { Allocate } from './state.ts';

export interface ShaderEngineOptions {
  /** Memory as a VMID sees it. One object serves all VMIDs where a plain CoreMemory is given. */
  readonly memory: CoreMemory | ((vmid: number) => CoreMemory);
  /** Called at the first dispatch: an idle core holds no state. */
  readonly allocate: Allocate;
  readonly report: (event: ShaderEvent) => void;
  /** Unit numbers handed to `translate`. */
  readonly clients?: { readonly data: number; readonly instruction: number; readonly scalar?: number };
  /** 100 MHz reference clock, low and high dword. */
  readonly referenceClock?: () => readonly [number, number];
  /**
   * `interpreter`: the exact reference. `wasm`: everything translated before its first execution. `auto`: the
   * interpreter first, translation for code that has become warm. Translation needs state and memory in one
   * WebAssembly memory; where they are not, the interpreter does everything.
   */
  readonly engine?: 'auto' | 'wasm' | 'interpreter';
  /**
   * Threads that execute workgroups of translated code. Above 1 they are workers, and this thread waits for them:
   * results of programs without races are the same. Default 1.
   */
  readonly threads?: number;
  /** Which mnemonics may be translated; absent: all. For finding the one that is wrong. */
  readonly translates?: (name: string) => boolean;
  /** Wave slots (32 lanes each). Silicon has 3072; 256 hold every workgroup and most cooperative grids. */
  readonly slots?: number;
  readonly ldsPoolBytes?: number;
  /** Watches every instruction (check/): nothing is translated, and everything is slower by an order of magnitude. */
  readonly watcher?: ShaderWatcher;
}

/** `hung`: waves are resident, and none can ever go on by itself (halted, or at a barrier that nobody will reach). */
export type RunResult = 'idle' | 'busy' | 'hung';
