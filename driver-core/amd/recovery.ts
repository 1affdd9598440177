/**
 * When something went wrong on the card: finding out what, and getting it back to work.
 *
 * What the hubs latched and what came through the interrupt ring are put together into one fault; then the compute
 * queue is taken off, the command processor reset, and the queue made anew. Memory keeps its contents.
 *
 * Fidelity: from-public-source. Vector contents as public drivers decode them.
 */

import { hex } from '../../pcie/index.ts';
import {
  clientIds,
  cpSources,
  faultContext1,
  gfxSources,
  sqContext0,
  sqContext1,
  sqEncodings,
  sqErrorTypes,
} from '../../registers/amd/ih-vector.ts';
import { bitsOf } from '../../registers/layout.ts';
import type { Context } from './context.ts';
import type { Gfx } from './gfx.ts';
import { dequeueRequests } from './gfx.ts';
import type { Gmc, HubFault } from './gmc.ts';
import type { Ih, IhVector } from './ih.ts';
import type { MemoryManager } from './memory.ts';
import type { Sdma } from './sdma.ts';

export type GpuFaultKind =
  | 'page-fault'
  | 'illegal-instruction'
  | 'memory-violation'
  | 'wave-error'
  | 'bad-packet'
  | 'privileged-access'
  | 'sdma-error'
  | 'unknown-interrupt';

/** Something that a shader, a command processor or a copy engine did wrong. */
export interface GpuFault {
  readonly kind: GpuFaultKind;
  /** One sentence. */
  readonly message: string;
  readonly timeNs: number;
  /** Faulting byte address, to its page (page faults). */
  readonly address?: number;
  readonly write?: boolean;
  readonly vmid?: number;
  /** Who made the access: `TCP`, `SQC (instructions)`, … */
  readonly client?: string;
  readonly vector?: IhVector;
}

const wrongs: Readonly<Record<number, { kind: GpuFaultKind; what: string }>> = {
  [cpSources.CP_BAD_OPCODE_ERROR]: { kind: 'bad-packet', what: 'the command processor met a packet it does not know' },
  [cpSources.CP_PM4_PKT_RSVD_BIT_ERROR]: {
    kind: 'bad-packet',
    what: 'the command processor met reserved bits that are set',
  },
  [cpSources.CP_PRIV_REG_FAULT]: { kind: 'privileged-access', what: 'a packet touched a register its queue may not' },
  [cpSources.CP_PRIV_INSTR_FAULT]: { kind: 'privileged-access', what: 'a packet its queue may not use' },
};

/** Types of an SQ error vector. */
const sqErrors: Readonly<Record<number, { kind: GpuFaultKind; what: string }>> = {
  [sqErrorTypes.FUE]: { kind: 'wave-error', what: 'uncorrectable memory error in a wave' },
  [sqErrorTypes.ILLEGAL_INSTRUCTION]: { kind: 'illegal-instruction', what: 'illegal instruction' },
  [sqErrorTypes.MEMORY_VIOLATION]: { kind: 'memory-violation', what: 'memory violation' },
  [sqErrorTypes.FED]: { kind: 'wave-error', what: 'fatal error in a wave' },
};

export class Recovery {
  /** Every fault so far, oldest first. */
  readonly faults: GpuFault[] = [];
  /** Vectors that are no faults (traps, end of pipe, kernel messages). */
  notices = 0;
  private readonly context: Context;
  private readonly gmc: Gmc;
  private readonly ih: Ih;
  private readonly gfx: Gfx;
  private readonly sdma: Sdma;
  private readonly memory: MemoryManager;

  constructor(parts: { context: Context; gmc: Gmc; ih: Ih; gfx: Gfx; sdma: Sdma; memory: MemoryManager }) {
    this.context = parts.context;
    this.gmc = parts.gmc;
    this.ih = parts.ih;
    this.gfx = parts.gfx;
    this.sdma = parts.sdma;
    this.memory = parts.memory;
  }

  /** Reads the interrupt ring; what is wrong is kept in `faults` and returned. One register read when nothing came. */
  poll(): GpuFault[] {
    const found: GpuFault[] = [];
    for (const vector of this.ih.drain()) {
      const fault = this.classify(vector);
      if (fault === undefined) this.notices++;
      else found.push(fault);
    }
    this.faults.push(...found);
    return found;
  }

  /** Everything that can be known now: interrupts, and faults that a hub latched without telling. */
  diagnose(): GpuFault[] {
    const found = this.poll();
    for (const hub of ['GC', 'MM'] as const) {
      const latched = this.gmc.fault(hub);
      if (latched === undefined) continue;
      this.gmc.clearFault(hub);
      const fault = this.pageFault(latched);
      if (found.some((f) => f.kind === 'page-fault' && f.address === fault.address)) continue;
      found.push(fault);
      this.faults.push(fault);
    }
    return found;
  }

  /** Takes the compute queue off, resets the command processor, makes the queue anew. Waiting launches are lost. */
  async recoverCompute(): Promise<void> {
    await this.context.stage('recovery: compute', async () => {
      this.diagnose();
      await this.gfx.resetMec(dequeueRequests.resetWaves, false);
      this.gfx.queue.reset();
      this.memory.touch('recovery');
      await this.memory.commit();
      this.gfx.enableQueue();
    });
  }

  /** Resets the copy engine and makes its queue anew. Waiting copies are lost. */
  async recoverSdma(): Promise<void> {
    await this.context.stage('recovery: SDMA', async () => {
      this.diagnose();
      this.memory.touch('recovery');
      await this.memory.commit();
      await this.sdma.recover();
    });
  }

  private classify(vector: IhVector): GpuFault | undefined {
    const { client, source } = vector;
    const fault = (kind: GpuFaultKind, message: string): GpuFault => ({
      kind,
      message,
      timeNs: this.context.device.clock.nowNs(),
      vmid: vector.vmid,
      vector,
    });
    if ((client === clientIds.GFX || client === clientIds.VMC) && source === gfxSources.UTCL2_FAULT) {
      const hub = vector.vmidType === 0 ? 'GC' : 'MM';
      const latched = this.gmc.fault(hub);
      const more = bitsOf(faultContext1, vector.context[1]);
      const address = (more.ADDRESS_47_44 * 2 ** 32 + vector.context[0]) * 4096;
      this.gmc.clearFault(hub);
      // the register tells more, but only of the first fault since it was cleared
      if (latched !== undefined && latched.address === address) return { ...this.pageFault(latched), vector };
      const write = more.WRITE === 1;
      return {
        ...fault('page-fault', this.describe(address, write, 'an unknown client', vector.vmid)),
        address,
        write,
      };
    }
    if (source === gfxSources.SQ_INTERRUPT_ID && (client === clientIds.GFX || client === clientIds.GRBM_CP)) {
      if (bitsOf(sqContext1, vector.context[1]).ENCODING !== sqEncodings.error) return undefined;
      const error = sqErrors[bitsOf(sqContext0.error, vector.context[0]).TYPE] ?? {
        kind: 'wave-error' as const,
        what: 'an error of unknown type in a wave',
      };
      return fault(error.kind, `${error.what} (${hex(vector.context[0])})`);
    }
    if (client === clientIds.GRBM_CP) {
      if (source === cpSources.CP_EOP_INTERRUPT) return undefined;
      const wrong = wrongs[source];
      return wrong === undefined ? undefined : fault(wrong.kind, wrong.what);
    }
    if (client === clientIds.GFX) {
      if (source === gfxSources.SDMA_TRAP) return undefined;
      if (source >= gfxSources.SDMA_ATOMIC_RTN_DONE && source <= gfxSources.SDMA_SEM_WAIT_FAIL_TIMEOUT)
        return fault('sdma-error', `the copy engine reports ${hex(source)}`);
    }
    return undefined;
  }

  private pageFault(latched: HubFault): GpuFault {
    const { address, write, vmid, clientName: client } = latched;
    return {
      kind: 'page-fault',
      message: this.describe(address, write, client, vmid),
      timeNs: this.context.device.clock.nowNs(),
      address,
      write,
      vmid,
      client,
    };
  }

  private describe(address: number, write: boolean, client: string, vmid: number): string {
    const mapping = this.memory.find(address);
    const where = mapping === undefined ? 'nothing is mapped there' : `inside ${mapping.name}`;
    return `${client} could not ${write ? 'write' : 'read'} GPU address ${hex(address)} (VMID ${vmid}): ${where}`;
  }
}
