/**
 * SMU 13.0.0: the power controller behind a mailbox of three registers. Response cleared, argument, message; then the
 * response comes.
 *
 * Fidelity: from-public-source.
 */

import { hex, hi32, lo32 } from '../../pcie/index.ts';
import { clocks, dpmLevelCountIndex, messages, results } from '../../registers/amd/smu.ts';
import type { Context } from './context.ts';
import type { Gmc } from './gmc.ts';
import { layout } from './layout.ts';

/** Clocks that are raised for work and lowered afterwards. */
const workClocks = [clocks.UCLK, clocks.FCLK, clocks.SOCCLK, clocks.GFXCLK];

const answers: Readonly<Record<number, string>> = {
  [results.failed]: 'failed',
  [results.unknownCommand]: 'unknown message',
  [results.prerequisite]: 'not allowed now',
  [results.busy]: 'busy',
  [results.debugDumpEnd]: 'debug dump ended',
};
const MESSAGE_TIMEOUT_NS = 10e9;
/** Time a card is away in a mode-1 reset. */
export const MODE1_RESET_NS = 500e6;

export class Smu {
  private readonly context: Context;
  private readonly gmc: Gmc;
  private levels: readonly { clock: number; mhz: readonly number[] }[] | undefined;

  constructor(context: Context, gmc: Gmc) {
    this.context = context;
    this.gmc = gmc;
  }

  /** Driver table address, all features on. */
  async init(): Promise<void> {
    const table = this.gmc.mc(layout.smuTable);
    await this.send(messages.SetDriverDramAddrHigh, hi32(table));
    await this.send(messages.SetDriverDramAddrLow, lo32(table));
    await this.send(messages.EnableAllSmuFeatures, 0);
  }

  /** Whether firmware answers at all. */
  async alive(): Promise<boolean> {
    try {
      await this.send(messages.GetSmuVersion, 0, true, 100e6);
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Sends one message and waits for its response.
   *
   * @returns the argument register afterwards, when `reads` asks for it.
   * @throws EmptyslotError `DEVICE_TIMEOUT`, or `FIRMWARE_REFUSED` when the response is not 1.
   */
  async send(message: number, argument: number, reads = false, timeoutNs = MESSAGE_TIMEOUT_NS): Promise<number> {
    const { context } = this;
    const { regs } = context;
    return context.step('smu: message', { message, argument, reads }, async (args) => {
      regs.MP1_SMN_C2PMSG_90.write(0);
      regs.MP1_SMN_C2PMSG_82.write(args.argument);
      regs.MP1_SMN_C2PMSG_66.write(args.message);
      const { value } = await context.until(
        `SMU message ${hex(args.message)}`,
        () => regs.MP1_SMN_C2PMSG_90.read(),
        (v) => v !== 0,
        {
          register: 'MP1_SMN_C2PMSG_90',
          wanted: '1',
          timeoutNs,
        },
      );
      if (value !== results.ok) {
        throw context.error(
          'FIRMWARE_REFUSED',
          `the SMU answers message ${hex(args.message)} with ${hex(value)}: ${answers[value] ?? 'no known answer'}`,
          {
            expected: '1',
            lastSeen: hex(value),
            facts: { message: args.message, argument: args.argument },
          },
        );
      }
      return args.reads ? regs.MP1_SMN_C2PMSG_82.read() : 0;
    });
  }

  /** Clocks to their highest level for work, or to the lowest. */
  async setClocks(to: 'highest' | 'lowest'): Promise<void> {
    this.levels ??= await this.readLevels();
    for (const { clock, mhz } of this.levels) {
      const level = mhz[to === 'highest' ? mhz.length - 1 : 0]!;
      const argument = clock * 0x1_0000 + level;
      await this.send(messages.SetSoftMinByFreq, argument);
      await this.send(messages.SetSoftMaxByFreq, argument);
    }
  }

  private async readLevels(): Promise<{ clock: number; mhz: number[] }[]> {
    const levels: { clock: number; mhz: number[] }[] = [];
    for (const clock of workClocks) {
      const count =
        (await this.send(messages.GetDpmFreqByIndex, clock * 0x1_0000 + dpmLevelCountIndex, true)) & 0x7fff_ffff;
      const mhz: number[] = [];
      // only the ends are used: first and last
      for (const index of count > 1 ? [0, count - 1] : count === 1 ? [0] : []) {
        mhz.push((await this.send(messages.GetDpmFreqByIndex, clock * 0x1_0000 + index, true)) & 0xffff);
      }
      if (mhz.length > 0) levels.push({ clock, mhz });
    }
    return levels;
  }

  /** Starts a mode-1 reset. Nothing answers; the card is away for `MODE1_RESET_NS`. */
  startMode1Reset(): void {
    const { regs, step } = this.context;
    void step('smu: message', { message: messages.Mode1Reset, argument: 0, reads: false }, (args) => {
      regs.MP1_SMN_C2PMSG_90.write(0);
      regs.MP1_SMN_C2PMSG_82.write(args.argument);
      regs.MP1_SMN_C2PMSG_66.write(args.message);
    });
  }
}
