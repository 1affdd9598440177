/**
 * A card on the bench: a machine with one Navi31 whose other blocks do not answer unless a test brings its own, and
 * short ways to its registers. Pure software, for tests.
 */

import type { Register } from '../../../registers/index.ts';
import { Machine } from '../../../sim/index.ts';
import type { MachineOptions, Port } from '../../../sim/index.ts';
import { Command, Config } from '../../../pcie/index.ts';
import { absent } from '../absent.ts';
import type { IhVector, Navi31Options } from '../blocks.ts';
import { Navi31 } from '../navi31.ts';
import type { BlockMakers } from '../navi31.ts';

export interface Bench {
  readonly machine: Machine;
  readonly port: Port;
  readonly card: Navi31;
  /** Vectors that blocks raised. */
  readonly vectors: IhVector[];
  /** A driver's register access through BAR5. */
  set(register: Register, value: number, index?: number): void;
  get(register: Register, index?: number): number;
  /** Codes of the findings so far, in order. */
  codes(): string[];
}

export function bench(
  options: Navi31Options = {},
  blocks: Partial<BlockMakers> = {},
  machineOptions: MachineOptions = {},
): Bench {
  const machine = new Machine(machineOptions);
  const vectors: IhVector[] = [];
  const port = machine.plug(
    (slot, given: Navi31Options) =>
      new Navi31(slot, given, {
        ih: () => ({ ...absent.ih, raise: (vector) => void vectors.push(vector) }),
        psp: () => absent.psp,
        smu: () => absent.smu,
        gfx: () => absent.gfx,
        cp: () => absent.cp,
        sdma: () => absent.sdma,
        ...blocks,
      }),
    options,
  );
  port.configWrite(Config.command, 2, Command.io | Command.memory | Command.busMaster);
  const card = port.model as Navi31;
  const at = (register: Register, index: number): number => card.regs.dwordOf(register, index) * 4;
  return {
    machine,
    port,
    card,
    vectors,
    set: (register, value, index = 0) => port.write(5, at(register, index), 4, value),
    get: (register, index = 0) => port.read(5, at(register, index), 4),
    codes: () => machine.findings.list.map(({ code }) => code),
  };
}
