/**
 * What the parts of the compute command processor share.
 *
 * Pure software.
 */

import type { Rule } from '../../../sim/index.ts';
import type { Card } from '../blocks.ts';
import type { ComputeDispatch, ComputeEngine } from './dispatch.ts';
import type { Queues } from './queues.ts';

/** What became of the packet at the read pointer. */
export const Outcome = {
  /** Consumed. */
  done: 0,
  /** Its condition does not hold yet; look again later. */
  poll: 1,
  /** It waits for grids of the queue. */
  waves: 2,
  /** The queue has stopped for good. */
  stuck: 3,
  /** A part of it is done; go on in a while. */
  again: 4,
  /** Consumed, and the position was set elsewhere. */
  jumped: 5,
} as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

/** What happens to caches, for whoever tracks coherence. GCR bits as ACQUIRE_MEM has them. */
export interface CacheObserver {
  /** Caches dropped and written back for `bytes` from `base` (bytes may be Infinity). */
  acquire(queue: number, vmid: number, gcr: number, base: number, bytes: number): void;
  /** End of pipe: caches handled as RELEASE_MEM's bits say; `gcr` in ACQUIRE_MEM's positions. */
  release(queue: number, vmid: number, gcr: number): void;
}

export interface CpCore {
  readonly card: Card;
  readonly queues: Queues;
  readonly engine: ComputeEngine;
  readonly caches: CacheObserver | undefined;
  /** Virtual ns used up within the event that now runs. */
  spentNs: number;
  /** 100 MHz clock at this point of the event, in ticks. */
  ticks(): number;
  /** Finding about a packet; `va` −1 where there is no address. */
  say(q: number, rule: Rule, where: string, va: number, message: string): void;
  /** Stops a queue for good, with a finding. */
  stop(q: number, rule: Rule, where: string, va: number, message: string): Outcome;
  /** Raises a command-processor vector of queue `q` if its pipe enables `enableBit`. */
  interrupt(q: number, source: number, enableBit: number, context?: readonly number[]): void;
  /** The generic vector that the scheduler's queue raises for itself. */
  cpcInterrupt(q: number): void;
  /** True while a grid of the queue runs. */
  wavesBusy(q: number): boolean;
  /** Hands a grid to the engine. */
  launch(q: number, dispatch: ComputeDispatch, where: string, va: number): Outcome;
  /** A queue became active (its registers say how), or stops being so. */
  activate(q: number): void;
  deactivate(q: number): void;
  /** Schedules a run of the queue, unless one is pending. */
  kick(q: number, delayNs: number): void;
  /** The packet reader forgets what it read ahead: memory changed under it. */
  forget(vmid: number, va: number, bytes: number): void;
  /** Ends every grid of the queue at once. */
  killWaves(q: number): void;
  /** Writes the queue's pointers back into its descriptor. */
  saveMqd(q: number): void;
}

export const hex = (value: number): string => `0x${value.toString(16)}`;
