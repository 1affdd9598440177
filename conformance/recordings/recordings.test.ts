/**
 * Foreign drivers' sessions, recorded on the wire, replay without a difference; and the model cannot change unnoticed.
 *
 * The recordings were made by unmodified tinygrad over the remote-PCI server, with forged firmware (see README.md). They
 * hold what a stranger did and what the card answered then.
 */

import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { build } from '../../cli/machine.ts';
import type { MachineData } from '../../cli/machine.ts';
import { Navi31 } from '../../hw-models/rdna3/index.ts';
import { absent } from '../../hw-models/rdna3/absent.ts';
import type { BlockMakers } from '../../hw-models/rdna3/navi31.ts';
import { findRegister } from '../../registers/amd/index.ts';
import { Machine } from '../../sim/index.ts';
import { expectReplay, replay } from '../../sim/replay.ts';
import { TraceReader, TraceWriter, openTraceFile } from '../../trace/index.ts';
import { openLocal } from '../../transport/local/index.ts';
import { firstLight } from '../first-light.ts';
import { forge } from '../forge/index.ts';

const folder = new URL('.', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.trace'));

function open(name: string): ReturnType<typeof openTraceFile>['reader'] {
  return openTraceFile(new URL(name, folder).pathname).reader;
}

const dataOf = (reader: ReturnType<typeof open>): MachineData => reader.header.options as unknown as MachineData;

describe.each(names)('%s', (name) => {
  it('replays with zero differences and the findings it was recorded with', () => {
    const reader = open(name);
    expect(reader.notice).toBeUndefined();
    const { machine } = build(dataOf(reader));
    expect(expectReplay(reader, machine).records).toBe(reader.summary!.records);
    expect(Object.fromEntries(machine.findings.counts)).toEqual(reader.summary!.findings);
  });
});

/** A card of the recording's kind, changed before it is plugged in. */
function changed(
  reader: ReturnType<typeof open>,
  change: (card: Navi31) => void,
  blocks: Partial<BlockMakers> = {},
): Machine {
  const { machine: options, cards } = dataOf(reader);
  const machine = new Machine(options);
  machine.plug((slot, card: object) => {
    const made = new Navi31(slot, card, blocks);
    change(made);
    return made;
  }, cards[0]!);
  return machine;
}

/** Registers whose value after power-on the recorded driver saw, and one bit of each. */
const resetValues: readonly (readonly [name: string, bit: number])[] = [
  ['RCC_DEV0_EPF0_RCC_CONFIG_MEMSIZE', 4],
  ['MMMC_VM_FB_LOCATION_BASE', 3],
  ['MMMC_VM_FB_LOCATION_TOP', 0],
  ['MMVM_L2_PROTECTION_FAULT_CNTL2', 18],
  ['MMMC_VM_MX_L1_TLB_CNTL', 7],
  ['MMVM_L2_CNTL', 22],
  ['MMVM_L2_CNTL2', 21],
  ['IH_INT_FLOOD_CNTL', 4],
  ['IH_MSI_STORM_CTRL', 4],
  ['IH_STORM_CLIENT_LIST_CNTL', 3],
  ['GCVM_L2_CNTL', 22],
  ['GCVM_L2_CNTL2', 21],
  ['GCMC_VM_MX_L1_TLB_CNTL', 7],
  ['TCP_CNTL', 3],
  ['RLC_SRM_CNTL', 4],
  ['GRBM_CNTL', 3],
  ['SDMA0_UTCL1_CNTL', 3],
  ['SDMA0_UTCL1_PAGE', 6],
  ['SDMA0_WATCHDOG_CNTL', 3],
  ['HDP_MEM_POWER_CTRL', 0],
  ['RLC_CGCG_CGLS_CTRL', 3],
  ['RLC_CGTT_MGCG_OVERRIDE', 20],
  ['SDMA0_RLC_CGCG_CTRL', 3],
];

describe('a changed model does not replay', () => {
  const reader = open(names[0]!);

  it.each(resetValues)('reset value of %s', (name, bit) => {
    const { register, index } = findRegister(name)!;
    const { difference } = replay(
      reader,
      changed(reader, (card) => {
        card.regs.strap(register, (card.regs.peek(register, index) ^ (1 << bit)) >>> 0, index);
      }),
    );
    expect(difference?.expected).toContain(name);
  });

  it.each(['psp', 'smu', 'gfx', 'cp', 'sdma'] as const)('handshakes of %s', (block) => {
    expect(
      replay(
        reader,
        changed(reader, () => {}, { [block]: () => absent[block] }),
      ).difference,
    ).toBeDefined();
  });
});

describe('our own driver', () => {
  it.each([
    { scatter: false, bar0Bytes: 2 ** 35 },
    { scatter: true, bar0Bytes: 2 ** 28 },
  ])(
    'recorded with $scatter / $bar0Bytes, replays to the same time and the same state',
    async ({ scatter, bar0Bytes }) => {
      const data: MachineData = {
        machine: { seed: 3, strictness: 'strict', scatter },
        cards: [{ device: 'rx7900xtx', bar0Bytes }],
      };
      const { machine, ports } = build(data);
      const parts: Uint8Array[] = [];
      const writer = new TraceWriter((part) => void parts.push(part), {
        device: 'rx7900xtx',
        options: { ...data },
        versions: {},
      });
      machine.trace.attach(writer);
      const files = forge({ compact: true });
      const report = await firstLight(
        { device: openLocal(ports[0]!, { withoutViews: true }), notes: [], close: async () => {} },
        { firmware: (name) => files.get(name)!.slice(), copyBytes: [1, 4093, 65_536] },
      );
      machine.trace.attach(undefined);
      writer.end();
      expect(report.kernels.every((kernel) => kernel.verified)).toBe(true);
      const reader = new TraceReader(new Uint8Array(Buffer.concat(parts)));
      const again = build(data).machine;
      expect(expectReplay(reader, again, { times: true }).records).toBe(machine.trace.next);
      expect(again.hash()).toBe(machine.hash());
    },
  );
});
