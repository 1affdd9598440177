/**
 * What stock drivers do to a card must be known to the card: every access of two foreign traces, on cards configured like
 * the ones they were taken on.
 */

import { describe, expect, it } from 'vitest';
import { navi31 } from '../../hw-models/rdna3/index.ts';
import { findRegister } from '../../registers/amd/index.ts';
import { readWitnesses } from '../../registers/amd/witnesses.ts';
import { Machine } from '../../sim/index.ts';
import { play, readAccesses } from './accesses.ts';

const foreign = readWitnesses();

/** Where the foreign lists, not ours, have a register. */
function place(name: string): number {
  for (const { registers } of foreign) {
    const known = registers.get(name);
    if (known !== undefined) return known.dword;
  }
  throw new RangeError(`no foreign list has ${name}`);
}

function playOn(vramMib: number, fixture: 'tinygrad' | 'linux') {
  const machine = new Machine();
  const port = machine.plug(navi31, { vramMib, bar0Bytes: 256 * 2 ** 20 });
  play(port, readAccesses(fixture, place));
  return machine.findings;
}
/** What the traces lack to be judged by: code, and why a good driver that is replayed without it is found at fault. */
const missing = {
  tinygrad: {
    PSP_IMAGE_MISSING: 'the bytes of images are not in the trace, so the bootloader finds zeros',
    PSP_MAILBOX_BUSY: 'and never becomes ready',
    PSP_SOS_DEAD: 'and no secure OS comes out of it',
    PSP_NO_RING: 'nor a ring',
    SMU_NOT_ALIVE: 'nor any firmware of the SMU',
    BLOCK_NOT_READY: 'nor any microcode',
    SDMA_NO_MICROCODE: 'for SDMA either',
    RLC_SAFE_MODE_BUSY: 'and the RLC does not answer',
    DOORBELL_NOBODY_LISTENS: 'SDMA queues do not start without microcode',
  },
  linux: {
    BLOCK_NOT_READY:
      'the driver stored microcode through registers (direct loading), which is not modelled: the PSP loads here',
    RLC_SAFE_MODE_BUSY: 'so the RLC does not answer',
    QUEUE_NOT_MODELLED: 'queues of the scheduler (MES)',
    DOORBELL_NOBODY_LISTENS: 'graphics and scheduler queues, and queues that were mapped by packets of the scheduler',
    VM_FAULT: 'page tables went through BAR0, of which the trace has nothing',
    IH_RPTR_BEYOND_WPTR: 'vectors came from the server that answered then',
  },
} as const;

describe('accesses of stock drivers', () => {
  it.each([
    ['tinygrad', 24_576],
    ['linux', 256],
  ] as const)('%s on a card of %i MiB touches nothing that is unknown', (fixture, vramMib) => {
    const findings = playOn(vramMib, fixture);
    const wrong = findings.list.filter(({ code }) => !Object.hasOwn(missing[fixture], code));
    expect(wrong.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
  });

  it('finds every register of the traces where the foreign lists have it', () => {
    for (const fixture of ['tinygrad', 'linux'] as const) {
      const accesses = readAccesses(fixture, place);
      expect(accesses.length).toBeGreaterThan(1000);
      for (const { at, name, kind } of accesses) {
        if (name === '-' || (kind !== 'read' && kind !== 'write')) continue;
        const ours = findRegister(at * 4);
        // one driver leaves out the first part of long names
        if (ours?.register.aliases.includes(name) !== true) expect(ours?.name.endsWith(name), name).toBe(true);
      }
    }
  });

  it('tells an undeclared register when it meets one', () => {
    const machine = new Machine();
    play(machine.plug(navi31, { vramMib: 256 }), [{ kind: 'write', at: 0x8, name: '-', value: 0, times: 1 }]);
    expect(machine.findings.list.map(({ code }) => code)).toEqual(['UNDECLARED_REGISTER']);
  });
});
