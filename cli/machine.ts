/** A machine with cards from plain data, and back: what `run`, `serve` and `replay` make the same way. */

import { EmptyslotError } from '../pcie/index.ts';
import { navi31 } from 'emptyslot/hw-models/rdna3';
import { Machine } from '../sim/index.ts';
import type { MachineOptions, Port } from '../sim/index.ts';
import { recordToFile } from '../trace/index.ts';
import type { Recording } from '../trace/index.ts';

/** One card, as plain data. */
export interface CardData {
  readonly device: string;
  readonly bar0Bytes?: number;
  readonly vramMib?: number;
  readonly engine?: 'auto' | 'wasm' | 'interpreter';
  readonly threads?: number;
  readonly check?: 'races' | 'off';
}

export interface MachineData {
  readonly machine: Pick<MachineOptions, 'seed' | 'strictness' | 'scatter' | 'iommu'>;
  readonly cards: readonly CardData[];
}

/** Cards by the name users type. */
export const models = { rx7900xtx: navi31 } as const;

export function isModel(name: string): name is keyof typeof models {
  return Object.hasOwn(models, name);
}

/** @throws EmptyslotError `CONFIG_INVALID` for a card nobody models. */
export function build(data: MachineData): { machine: Machine; ports: Port[] } {
  const machine = new Machine(data.machine);
  const ports = data.cards.map(({ device, ...options }) => {
    if (!isModel(device))
      throw new EmptyslotError('CONFIG_INVALID', `no card is called ${device}`, {
        expected: Object.keys(models).join(', '),
      });
    return machine.plug(models[device], options);
  });
  return { machine, ports };
}

/** Starts recording everything that crosses the slots; close it to finish the file. */
export function record(machine: Machine, data: MachineData, file: string, note?: string): Recording {
  return recordToFile(machine.trace, file, {
    device: data.cards[0]!.device,
    options: { machine: { ...data.machine }, cards: data.cards.map((card) => ({ ...card })) },
    versions: {},
    ...(note === undefined ? {} : { note }),
  });
}
