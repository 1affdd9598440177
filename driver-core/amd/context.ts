/**
 * What every IP block of the driver shares: the device, its registers, its memory, steps, stages and waits.
 */

import { EmptyslotError } from '../../pcie/index.ts';
import type { ErrorCode, ErrorDetails, PciDevice } from '../../pcie/index.ts';
import { stepRunner } from '../steps.ts';
import type { StepHook } from '../steps.ts';
import { Waiter } from '../wait.ts';
import type { WaitOptions, Waited } from '../wait.ts';
import type { Discovery } from './discovery.ts';
import { amdRegisters, fixed } from './registers.ts';
import type { AmdRegisters, RegisterSpace } from './registers.ts';
import type { AmdStepRunner, AmdSteps } from './steps.ts';
import type { Vram } from './vram.ts';

/** One stage of a bring-up as it went. Times are of the device's clock. */
export interface StageRecord {
  readonly name: string;
  readonly startNs: number;
  readonly endNs: number;
  /** How many stages enclose it. */
  readonly depth: number;
}

export interface ContextOptions {
  readonly device: PciDevice;
  readonly space: RegisterSpace;
  readonly discovery: Discovery;
  readonly vram: Vram;
  readonly steps?: StepHook;
  readonly onStage?: (stage: StageRecord) => void;
}

export class Context {
  readonly device: PciDevice;
  readonly space: RegisterSpace;
  readonly discovery: Discovery;
  readonly vram: Vram;
  readonly regs: AmdRegisters;
  readonly waiter: Waiter;
  readonly step: AmdStepRunner;
  /** Every stage so far, in the order in which they ended. */
  readonly stages: StageRecord[] = [];
  private readonly onStage: ((stage: StageRecord) => void) | undefined;
  private depth = 0;

  constructor(options: ContextOptions) {
    this.device = options.device;
    this.space = options.space;
    this.discovery = options.discovery;
    this.vram = options.vram;
    this.onStage = options.onStage;
    this.step = stepRunner<AmdSteps>(options.steps);
    this.regs = amdRegisters(options.space, (ip) => options.discovery.basesOf(ip));
    this.waiter = new Waiter(options.device, () => options.space.read(fixed.CONFIG_MEMSIZE));
  }

  /** A named stage: traces and findings carry it, its virtual time is recorded, its name is in errors. */
  async stage<T>(name: string, body: () => Promise<T> | T): Promise<T> {
    const { clock } = this.device;
    const close = this.device.annotate(name);
    const startNs = clock.nowNs();
    this.depth++;
    try {
      return await body();
    } finally {
      this.depth--;
      const record = { name, startNs, endNs: clock.nowNs(), depth: this.depth };
      this.stages.push(record);
      this.onStage?.(record);
      close();
    }
  }

  /** See `Waiter.until`. */
  until(what: string, read: () => number, good: (value: number) => boolean, options?: WaitOptions): Promise<Waited> {
    return this.waiter.until(what, read, good, options);
  }

  settle(ns: number): Promise<void> {
    return this.waiter.settle(ns);
  }

  /** An error that knows the open step and the time. */
  error(code: ErrorCode, message: string, details: ErrorDetails = {}): EmptyslotError {
    return new EmptyslotError(code, message, { step: this.device.step, timeNs: this.device.clock.nowNs(), ...details });
  }
}
