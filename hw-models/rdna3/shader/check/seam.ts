/**
 * The seam between the shader engine and whoever watches it: handlers are wrapped when code is decoded, so that an
 * engine without a watcher runs the same instructions as before. Pure software.
 */
import type { Bound } from '../bind.ts';
import type { ControlPlace, Ending } from '../control.ts';
import type { Dispatch } from '../dispatch.ts';
import type { ShaderEvent } from '../events.ts';
import type { Decoded } from '../isa/types.ts';
import type { ShaderState } from '../state.ts';
import type { RdnaHandler } from '../strip.ts';

export interface ShaderWatcher {
  /** Where to tell what was found. Called once, by the engine that takes the watcher. */
  attach(report: (event: ShaderEvent) => void): void;
  /** The handler to run for a straight-line instruction instead of the bound one. */
  wrap(d: Decoded, pc: number, bound: Bound, wave64: boolean): RdnaHandler;
  /** The same for an instruction that ends a block. */
  wrapEnding(d: Decoded, place: ControlPlace, ending: Ending, wave64: boolean): Ending;
  /** A dispatch was taken in, at `slot`. */
  started(id: number, slot: number, dispatch: Dispatch): void;
  /** A workgroup of the dispatch at `slot` has become waves. */
  launched(state: ShaderState, slot: number): void;
  /** All waves of a dispatch have ended, or were killed. */
  finished(id: number): void;
  /** The core was reset, or its state replaced by another one. */
  forget(): void;
}
