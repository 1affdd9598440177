/**
 * Targets: what a suite or a command can run against, by name.
 *
 * A suite sees a `PciDevice` and, where the far end is ours, a `Judge` that tells what it saw. Who makes
 * a target registers it under a name; nothing here knows a model.
 */

import type { Finding, PciDevice, Strictness } from '../pcie/index.ts';
import { EmptyslotError } from '../pcie/index.ts';

/** How a card is to be. Every target ignores what it cannot do and says so in `notes`. */
export interface TargetOptions {
  /** Size of the VRAM window in bytes after system firmware. */
  readonly bar0Bytes?: number;
  readonly vramMib?: number;
  /** What executes shader code, and on how many threads. */
  readonly engine?: 'auto' | 'wasm' | 'interpreter';
  /** `races`: the model looks for all that would depend on timing. */
  readonly check?: 'races' | 'off';
  readonly threads?: number;
  readonly seed?: number;
  readonly strictness?: Strictness;
  readonly scatter?: boolean;
  readonly iommuGranule?: 4096 | 16384;
  /** File to record everything into. */
  readonly traceFile?: string;
}

export interface Coverage {
  /** Registers the card declares, and how many of them were read and written. */
  readonly declared: number;
  readonly read: number;
  readonly written: number;
}

/** What our side of the slot saw. */
export interface Judge {
  findings(): readonly Finding[];
  /** How often each rule was broken, said or not. */
  counts(): ReadonlyMap<string, number>;
  coverage(): Coverage;
  /** Accesses that crossed the slot so far. */
  accesses(): number;
  /** 16 digits over everything the machine remembers. */
  hash(): string;
}

export interface OpenTarget {
  readonly device: PciDevice;
  /** Absent for real hardware and foreign servers. */
  readonly judge?: Judge;
  readonly notes: readonly string[];
  close(): Promise<void>;
}

export type OpenTargetFunction = (options: TargetOptions) => Promise<OpenTarget>;

export class TargetRegistry {
  private readonly targets = new Map<string, { open: OpenTargetFunction; about: string }>();

  register(name: string, about: string, open: OpenTargetFunction): void {
    this.targets.set(name, { open, about });
  }

  list(): { name: string; about: string }[] {
    return [...this.targets].map(([name, { about }]) => ({ name, about }));
  }

  /** @throws EmptyslotError `CONFIG_INVALID` for a name that nobody registered. */
  async open(name: string, options: TargetOptions = {}): Promise<OpenTarget> {
    const target = this.targets.get(name);
    if (target === undefined) {
      throw new EmptyslotError('CONFIG_INVALID', `no target is called ${name}`, {
        expected: [...this.targets.keys()].join(', '),
      });
    }
    return target.open(options);
  }
}
