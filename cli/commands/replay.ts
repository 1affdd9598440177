/** `emptyslot replay`: the driver's side of a recording against a fresh card. */

import pc from 'picocolors';
import { EmptyslotError } from '../../pcie/index.ts';
import { replay } from '../../sim/replay.ts';
import { openTraceFile } from '../../trace/index.ts';
import { Exit } from '../exit.ts';
import { build } from '../machine.ts';
import type { MachineData } from '../machine.ts';

export async function replayCommand(file: string, options: { json?: boolean }): Promise<Exit> {
  const { reader, close } = openTraceFile(file);
  try {
    const data = reader.header.options as unknown as Partial<MachineData>;
    if (data.machine === undefined || data.cards === undefined) {
      throw new EmptyslotError('TRACE_INVALID', `${file} does not say which machine it was recorded on`, {
        expected: 'a header with machine and cards',
      });
    }
    const { machine } = build({ machine: data.machine, cards: data.cards });
    const result = replay(reader, machine);
    if (options.json) process.stdout.write(`${JSON.stringify({ file, ...result }, undefined, 2)}\n`);
    else if (result.difference === undefined) {
      process.stdout.write(
        `${pc.green('same')}  ${result.records} records; findings: ${
          Object.entries(result.findings)
            .map(([code, n]) => `${code} ${n}`)
            .join(', ') || 'none'
        }\n`,
      );
    } else {
      const { sequence, step, timeNs, expected, got } = result.difference;
      process.stdout.write(
        `${pc.red('differs')}  after ${result.records} records, at record ${sequence}\n  step      ${step || '(none)'}\n  expected  ${expected}\n  got       ${got}\n  at        ${(timeNs / 1e6).toFixed(3)} ms of the card's time\n`,
      );
    }
    return result.difference === undefined ? Exit.ok : Exit.failures;
  } finally {
    close();
  }
}
