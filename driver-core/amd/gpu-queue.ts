/**
 * One hardware queue with its ring, its pointers and its timeline: what compute and SDMA have in common.
 *
 * Ring and pointers are host memory. The fence comes in a 64-bit slot next to the pointers.
 */

import { hi32, lo32 } from '../../pcie/index.ts';
import type { GpuAddress } from '../../pcie/index.ts';
import { asGpuAddress } from '../../pcie/index.ts';
import { DmaSlice } from '../dma.ts';
import { Ring } from '../queue.ts';
import { Timeline } from '../timeline.ts';
import type { Context } from './context.ts';
import type { Hdp } from './hdp.ts';
import type { Mapping, MemoryManager } from './memory.ts';
import { doorbellOffset } from './nbio.ts';
import type { Packet } from './packets.ts';

/** Byte offsets in the pointer page, a cache line each. */
const RPTR_AT = 0x80;
const WPTR_AT = 0x38;
const FENCE_AT = 0x100;

export interface GpuQueueOptions {
  readonly name: string;
  readonly ringBytes: number;
  /** 64-bit doorbell slot. */
  readonly slot: number;
  /** Bytes that one unit of the device's pointers counts: 4 for compute (dwords), 1 for SDMA (bytes). */
  readonly pointerUnitBytes: 1 | 4;
  /** The fence writes 64 bits, or only the low 32. */
  readonly wideFence: boolean;
  readonly filler: (dwords: number) => Uint32Array;
  readonly fence: (address: number, value: number) => Packet;
}

export class GpuQueue {
  readonly name: string;
  readonly ring: Ring;
  readonly timeline = new Timeline();
  readonly ringMapping: Mapping;
  readonly pointers: Mapping;
  private readonly context: Context;
  private readonly memory: MemoryManager;
  private readonly options: GpuQueueOptions;
  private readonly pair = new Uint32Array(2);
  private readonly page: DmaSlice;

  constructor(context: Context, hdp: Hdp, memory: MemoryManager, options: GpuQueueOptions) {
    this.context = context;
    this.memory = memory;
    this.options = options;
    this.name = options.name;
    this.ringMapping = memory.allocateHost(options.ringBytes, { name: `${options.name} ring` });
    this.pointers = memory.allocateHost(4096, { name: `${options.name} pointers` });
    const ringMemory = new DmaSlice(this.ringMapping.dma!);
    this.page = new DmaSlice(this.pointers.dma!);
    const units = 4 / options.pointerUnitBytes;
    const doorbells = context.device.bar(2);
    const { step } = context;
    const queue = this.name;
    this.ring = new Ring(queue, options.ringBytes / 4, {
      write: (at, words) =>
        step('queue: write ring', { queue, offset: at * 4, words }, (args) =>
          ringMemory.writeWords(args.offset, args.words),
        ),
      readPointer: () => Math.floor(this.read64(RPTR_AT) / units),
      storeWritePointer: (dwords) =>
        step('queue: write pointer', { queue, value: dwords * units }, ({ value }) =>
          this.page.write64(WPTR_AT, lo32(value), hi32(value)),
        ),
      flush: () => {
        // where stores may overtake one another, host memory has to be told as well
        if (!context.device.abilities.ordered) {
          this.ringMapping.dma!.fence();
          this.pointers.dma!.fence();
        }
        hdp.flush(`${queue} submission`);
      },
      ring: (dwords) =>
        step(
          'queue: doorbell',
          { queue, offset: doorbellOffset(options.slot), value: dwords * units },
          ({ offset, value }) => doorbells.write64(offset, lo32(value), hi32(value)),
        ),
      filler: options.filler,
    });
  }

  get ringAddress(): GpuAddress {
    return this.ringMapping.address;
  }

  get ringBytes(): number {
    return this.options.ringBytes;
  }

  get rptrAddress(): GpuAddress {
    return asGpuAddress(this.pointers.address + RPTR_AT);
  }

  get wptrAddress(): GpuAddress {
    return asGpuAddress(this.pointers.address + WPTR_AT);
  }

  /** Byte offset of the doorbell in BAR2. */
  get doorbell(): number {
    return doorbellOffset(this.options.slot);
  }

  /**
   * Submits packets behind everything before, and a fence behind them.
   *
   * @returns the timeline value that tells that they are done.
   * @throws EmptyslotError `QUEUE_FULL` when they could never fit; what `commit` throws.
   */
  async submit(packets: readonly Packet[], timeoutNs?: number): Promise<number> {
    const { context, ring } = this;
    await this.memory.commit();
    const value = this.timeline.last + 1;
    const fence = this.options.fence(this.pointers.address + FENCE_AT, value);
    const words = [...packets, fence]
      .map((packet) =>
        context.step(
          'packet',
          { queue: this.name, name: packet.name, words: packet.words },
          (args): Uint32Array | undefined => args.words,
        ),
      )
      .filter((w): w is Uint32Array => w !== undefined);
    if (!ring.canEverTake(words)) {
      throw context.error('QUEUE_FULL', `${this.name}: ${ring.cost(words)} dwords never fit a ring of ${ring.size}`, {
        facts: { queue: this.name },
      });
    }
    // back-pressure: the device has to fetch before there is room
    const cost = ring.cost(words);
    if (ring.space() < cost) {
      await context.until(
        `${this.name}: room for ${cost} dwords`,
        () => Math.max(0, ring.space()),
        (space) => space >= cost,
        {
          register: `${this.name} read pointer`,
          wanted: `${cost} dwords free`,
          ...(timeoutNs !== undefined && { timeoutNs }),
          allOnesIsFine: true,
        },
      );
    }
    this.timeline.next();
    ring.submit(words);
    return value;
  }

  /** True when work up to `value` is done. Reads the fence. */
  done(value: number): boolean {
    if (this.timeline.reached(value)) return true;
    if (this.options.wideFence) {
      this.page.read64(FENCE_AT, this.pair);
      this.timeline.saw(this.pair[0]!, this.pair[1]!);
    } else {
      this.timeline.saw(this.page.read32(FENCE_AT));
    }
    return this.timeline.reached(value);
  }

  /**
   * Waits for work up to `value`.
   *
   * @param watch looks for faults while waiting; throws to end the wait.
   * @throws EmptyslotError `DEVICE_TIMEOUT`, `WAIT_NEVER_ENDS`, `DEVICE_GONE`, or what `watch` throws.
   */
  async wait(value: number, timeoutNs: number, watch?: () => void): Promise<void> {
    const { context } = this;
    await context.step('queue: wait', { queue: this.name, value }, (args) =>
      context.until(
        `${this.name}: fence ${args.value}`,
        () => (this.done(args.value) ? 1 : 0),
        (v) => v === 1,
        {
          register: `${this.name} fence`,
          wanted: `at least ${args.value}`,
          timeoutNs,
          ...(watch !== undefined && { watch }),
        },
      ),
    );
  }

  /** Ring and pointers as new; everything that was under way counts as done and lost. */
  reset(): void {
    this.ring.reset();
    this.page.write64(RPTR_AT, 0, 0);
    this.page.write64(WPTR_AT, 0, 0);
    this.timeline.abandon();
  }

  /** Growing pointers stay below 2^53. */
  private read64(at: number): number {
    this.page.read64(at, this.pair);
    return this.pair[1]! * 0x1_0000_0000 + this.pair[0]!;
  }
}
