/**
 * The end of a piece of work: waits for its fence, looks whether it went well, and when it did not gets the queue back
 * to work before it says so.
 */

import { hex, isEmptyslotError } from '../../pcie/index.ts';
import type { DmaFault } from '../../pcie/index.ts';
import { formatNs } from '../wait.ts';
import type { Context } from './context.ts';
import type { GpuQueue } from './gpu-queue.ts';
import type { Parts } from './parts.ts';
import type { GpuFault, Recovery } from './recovery.ts';
import type { Sdma } from './sdma.ts';

const DEFAULT_TIMEOUT_NS = 10e9;
/** How many refused accesses are kept: an engine that is cut off may make thousands. */
const MOST_DMA_FAULTS = 64;
/** Errors of a wait that mean that the queue does not go on; all others are passed on as they are. */
const hangs = ['DEVICE_TIMEOUT', 'WAIT_NEVER_ENDS'] as const;
/** A wait looks for faults every so many pauses, and gives work that has faulted this long to end by itself. */
const WATCH_EVERY = 16;
const FAULT_GRACE_NS = 20e6;

export class Completion {
  /** Accesses of the card that the IOMMU refused, oldest first; the newest are left out when there are very many. */
  readonly dmaFaults: DmaFault[] = [];
  private readonly context: Context;
  private readonly recovery: Recovery;
  private readonly sdma: Sdma;
  private closed = false;
  /** An interrupt came since the ring was last looked at. */
  private interrupted = false;
  private readonly unlisten: () => void;

  constructor(context: Context, parts: Parts) {
    this.context = context;
    this.recovery = parts.recovery;
    this.sdma = parts.sdma;
    const { interrupts } = context.device;
    this.unlisten = interrupts.vectors > 0 ? interrupts.on(() => void (this.interrupted = true)) : () => {};
    context.device.onDmaFault((fault) => {
      if (!this.closed && this.dmaFaults.length < MOST_DMA_FAULTS) this.dmaFaults.push(fault);
    });
  }

  /** Hears of nothing any more. */
  close(): void {
    this.closed = true;
    this.unlisten();
  }

  /**
   * Waits for work and looks whether it went well. When it did not, the queue is made to work again first.
   *
   * @throws EmptyslotError `GPU_FAULT`, `QUEUE_HUNG`; `DEVICE_GONE` as it is.
   */
  async finish(queue: GpuQueue, value: number, timeoutNs = DEFAULT_TIMEOUT_NS): Promise<void> {
    const { recovery } = this;
    const faults: GpuFault[] = [];
    const refused = this.dmaFaults.length;
    let cause: unknown;
    try {
      await queue.wait(value, timeoutNs, this.faultWatch(faults));
      faults.push(...recovery.poll());
    } catch (error) {
      if (!hangs.some((code) => isEmptyslotError(error, code))) throw error;
      cause = error;
      faults.push(...recovery.diagnose());
    }
    const [first] = faults;
    if (first === undefined && cause === undefined) return;
    const reached = queue.timeline.done;
    if (cause !== undefined) await this.recover(queue);
    if (first !== undefined) {
      throw this.context.error('GPU_FAULT', `${queue.name}: ${first.message}`, {
        cause,
        lastSeen: first.message,
        facts: {
          queue: queue.name,
          kind: first.kind,
          ...(first.address !== undefined && { address: first.address }),
          ...(first.write !== undefined && { write: first.write }),
          ...(first.client !== undefined && { client: first.client }),
        },
      });
    }
    throw this.context.error('QUEUE_HUNG', `${queue.name} does not get to fence ${value}`, {
      cause,
      expected: `fence ${value}`,
      lastSeen: `fence ${reached}`,
      facts: { queue: queue.name, ...refusal(this.dmaFaults[refused]) },
    });
  }

  /** Looks at the interrupt ring when an interrupt says so, and now and then, during a wait; ends it when work that has faulted does not go on. */
  private faultWatch(faults: GpuFault[]): () => void {
    const { clock } = this.context.device;
    let pauses = 0;
    let faultedNs = Number.POSITIVE_INFINITY;
    return () => {
      if (!this.interrupted && ++pauses % WATCH_EVERY !== 0) return;
      this.interrupted = false;
      faults.push(...this.recovery.poll());
      if (faults.length === 0) return;
      faultedNs = Math.min(faultedNs, clock.nowNs());
      if (clock.nowNs() - faultedNs < FAULT_GRACE_NS) return;
      throw this.context.error('DEVICE_TIMEOUT', `nothing has come for ${formatNs(FAULT_GRACE_NS)} after a fault`, {
        lastSeen: faults[0]!.message,
      });
    };
  }

  private recover(queue: GpuQueue): Promise<void> {
    const { recovery, sdma } = this;
    return queue === sdma.queue ? recovery.recoverSdma() : recovery.recoverCompute();
  }
}

/** What an error says of an access that the IOMMU refused meanwhile. */
function refusal(fault: DmaFault | undefined): { dmaFault?: string } {
  if (fault === undefined) return {};
  const { busAddress, write, reason } = fault;
  return { dmaFault: `${write ? 'write' : 'read'} at bus address ${hex(busAddress)}: ${reason}` };
}
