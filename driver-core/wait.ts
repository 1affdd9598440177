/**
 * Waiting for a device: poll, pause a little longer each time, and never wait for what cannot come.
 *
 * Three things end a wait besides success: the time is over (`DEVICE_TIMEOUT`), the device is not there any more
 * (all ones everywhere: `DEVICE_GONE`), or the clock says that nothing pending can ever change anything
 * (`WAIT_NEVER_ENDS`, virtual clocks only). Each names what was waited for, what was last seen and how long it took.
 */

import { EmptyslotError, hex } from '../pcie/index.ts';
import type { PciDevice } from '../pcie/index.ts';

const ALL_ONES = 0xffff_ffff;

export interface WaitOptions {
  /** Give up after this long on the device's clock (default 1 s). */
  readonly timeoutNs?: number;
  /** Register or memory that is looked at: `MP0_SMN_C2PMSG_35`, `fence at 0x…`. */
  readonly register?: string;
  /** Field of it: `READY`. */
  readonly field?: string;
  /** What would end the wait: `1`, `≥ 17`. */
  readonly wanted?: string;
  /** First pause (default 1 µs) and the longest one (default 100 µs, or a sixteenth of the time waited so far). */
  readonly firstPauseNs?: number;
  readonly longestPauseNs?: number;
  /** A value of all ones is legitimate here and says nothing about the device. */
  readonly allOnesIsFine?: boolean;
  /** Called after every pause: looks for interrupts and faults that make waiting pointless; throws to end the wait. */
  readonly watch?: () => void;
}

/** What happened in a wait that succeeded. */
export interface Waited {
  readonly value: number;
  readonly ns: number;
  readonly polls: number;
}

/** Polls of a device whose answer to `canary` can never be all ones. */
export class Waiter {
  private readonly device: PciDevice;
  private readonly canary: () => number;

  /**
   * @param canary reads a register that can never be all ones; a dead device answers all ones there too.
   */
  constructor(device: PciDevice, canary: () => number) {
    this.device = device;
    this.canary = canary;
  }

  /** True when the device answers nothing but ones. */
  dead(): boolean {
    return this.canary() === ALL_ONES;
  }

  /** @throws EmptyslotError `DEVICE_GONE` when the device answers nothing but ones. */
  checkAlive(what: string): void {
    if (this.dead()) throw this.gone(what);
  }

  /**
   * Polls `read` until `good` holds for its value.
   *
   * @param what in words, for messages: `bootloader ready before KDB`.
   * @returns the value that was good, how long it took (ns) and how many polls.
   * @throws EmptyslotError `DEVICE_TIMEOUT`, `DEVICE_GONE`, `WAIT_NEVER_ENDS`.
   */
  async until(
    what: string,
    read: () => number,
    good: (value: number) => boolean,
    options: WaitOptions = {},
  ): Promise<Waited> {
    const { clock } = this.device;
    const { timeoutNs = 1e9, firstPauseNs = 1000, longestPauseNs = 100_000, allOnesIsFine = false, watch } = options;
    const startNs = clock.nowNs();
    let pauseNs = firstPauseNs;
    for (let polls = 1; ; polls++) {
      const value = read();
      const suspicious = value === ALL_ONES && !allOnesIsFine;
      if (suspicious || polls % 64 === 0) this.checkAlive(what);
      if (good(value)) return { value, ns: clock.nowNs() - startNs, polls };
      const waitedNs = clock.nowNs() - startNs;
      if (waitedNs >= timeoutNs) throw this.failed('DEVICE_TIMEOUT', what, value, waitedNs, options);
      const outcome = await clock.pause(Math.min(pauseNs, Math.max(1, timeoutNs - waitedNs)));
      watch?.();
      if (outcome === 'idle') {
        // what was pending may have happened in this very pause: look once more before giving up
        const last = read();
        if (good(last)) return { value: last, ns: clock.nowNs() - startNs, polls: polls + 1 };
        this.checkAlive(what);
        throw this.failed('WAIT_NEVER_ENDS', what, last, clock.nowNs() - startNs, options);
      }
      // a long wait is looked at ever more rarely: it may end a sixteenth late, and costs few accesses
      pauseNs = Math.min(pauseNs * 2, Math.max(longestPauseNs, waitedNs / 16));
    }
  }

  /** Lets `ns` pass, whatever is delivered meanwhile: settle times that a datasheet or a public driver demands. */
  async settle(ns: number): Promise<void> {
    const { clock } = this.device;
    for (const endNs = clock.nowNs() + ns; clock.nowNs() < endNs;) {
      const outcome = await clock.pause(endNs - clock.nowNs());
      if (outcome === 'idle' && clock.nowNs() < endNs) return; // a clock that does not move when nothing can happen
    }
  }

  private gone(what: string): EmptyslotError {
    return new EmptyslotError('DEVICE_GONE', `the device reads as all ones everywhere while waiting for: ${what}`, {
      step: this.device.step,
      expected: 'an answer',
      lastSeen: '0xffffffff',
      timeNs: this.device.clock.nowNs(),
    });
  }

  private failed(
    code: 'DEVICE_TIMEOUT' | 'WAIT_NEVER_ENDS',
    what: string,
    value: number,
    waitedNs: number,
    options: WaitOptions,
  ): EmptyslotError {
    const place =
      options.register === undefined
        ? ''
        : ` (${options.register}${options.field === undefined ? '' : `.${options.field}`})`;
    const why = code === 'DEVICE_TIMEOUT' ? 'did not come' : 'can never come: nothing pending in the device changes it';
    return new EmptyslotError(code, `${what}${place} ${why}; waited ${formatNs(waitedNs)}, last seen ${hex(value)}`, {
      step: this.device.step,
      ...(options.wanted !== undefined && { expected: options.wanted }),
      lastSeen: hex(value),
      timeNs: this.device.clock.nowNs(),
      facts: {
        waitedNs,
        ...(options.register !== undefined && { register: options.register }),
        ...(options.field !== undefined && { field: options.field }),
      },
    });
  }
}

/** `17 ns`, `4.2 µs`, `20 ms`. */
export function formatNs(ns: number): string {
  if (ns < 1e3) return `${Math.round(ns)} ns`;
  if (ns < 1e6) return `${+(ns / 1e3).toFixed(1)} µs`;
  if (ns < 1e9) return `${+(ns / 1e6).toFixed(1)} ms`;
  return `${+(ns / 1e9).toFixed(2)} s`;
}
