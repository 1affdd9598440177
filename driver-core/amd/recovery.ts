/**
 * When something went wrong on the card: finding out what, and getting it back to work.
 *
 * What the hubs latched and what came through the interrupt ring are put together into one fault; then the compute
 * queue is taken off, the command processor reset, and the queue made anew. Memory keeps its contents.
 *
 * Fidelity: from-public-source. Vector contents as public drivers decode them.
 */

import { hex } from '../../pcie/index.ts';
import type { Context } from './context.ts';
import type { Gfx } from './gfx.ts';
import { dequeueRequests } from './gfx.ts';
import type { Gmc, HubFault } from './gmc.ts';
import type { Ih, IhVector } from './ih.ts';
import { ihClients, ihSources } from './ih.ts';
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
  [ihSources.CP_BAD_OPCODE]: { kind: 'bad-packet', what: 'the command processor met a packet it does not know' },
  [ihSources.CP_RESERVED_BIT_ERROR]: {
    kind: 'bad-packet',
    what: 'the command processor met reserved bits that are set',
  },
  [ihSources.CP_PRIV_REG_FAULT]: { kind: 'privileged-access', what: 'a packet touched a register its queue may not' },
  [ihSources.CP_PRIV_INSTR_FAULT]: { kind: 'privileged-access', what: 'a packet its queue may not use' },
};

/** Types of an SQ error vector. */
const sqErrors: Readonly<Record<number, { kind: GpuFaultKind; what: string }>> = {
  0: { kind: 'wave-error', what: 'uncorrectable memory error in a wave' },
  1: { kind: 'illegal-instruction', what: 'illegal instruction' },
  2: { kind: 'memory-violation', what: 'memory violation' },
  3: { kind: 'wave-error', what: 'fatal error in a wave' },
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
    if ((client === ihClients.GFX || client === ihClients.VMC) && source === ihSources.UTCL2_FAULT) {
      const hub = vector.vmidType === 0 ? 'GC' : 'MM';
      const latched = this.gmc.fault(hub);
      const address = ((vector.context[1] & 0xf) * 2 ** 32 + vector.context[0]) * 4096;
      this.gmc.clearFault(hub);
      // the register tells more, but only of the first fault since it was cleared
      if (latched !== undefined && latched.address === address) return { ...this.pageFault(latched), vector };
      const write = (vector.context[1] & 0x20) !== 0;
      return {
        ...fault('page-fault', this.describe(address, write, 'an unknown client', vector.vmid)),
        address,
        write,
      };
    }
    if (source === ihSources.SQ_INTERRUPT && (client === ihClients.GFX || client === ihClients.GRBM_CP)) {
      const encoding = (vector.context[1] >>> 6) & 3;
      if (encoding !== 2) return undefined;
      const error = sqErrors[(vector.context[0] >>> 21) & 0xf] ?? {
        kind: 'wave-error' as const,
        what: 'an error of unknown type in a wave',
      };
      return fault(error.kind, `${error.what} (${hex(vector.context[0])})`);
    }
    if (client === ihClients.GRBM_CP) {
      if (source === ihSources.CP_EOP_INTERRUPT) return undefined;
      const wrong = wrongs[source];
      return wrong === undefined ? undefined : fault(wrong.kind, wrong.what);
    }
    if (client === ihClients.GFX) {
      if (source === ihSources.SDMA_TRAP) return undefined;
      if (source >= 0x30 && source <= 0x42) return fault('sdma-error', `the copy engine reports ${hex(source)}`);
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
