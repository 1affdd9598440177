/**
 * SDMA 6.0: the copy engine. One queue on the first engine carries every copy and fill, of any size and alignment.
 *
 * Data between the host and VRAM goes through staging buffers in host memory, so it does not matter how much of VRAM
 * the BAR shows. Two buffers take turns: one is filled or emptied by the CPU while the engine works on the other.
 *
 * Fidelity: from-public-source. Register values as public drivers program them.
 */

import { hi32, lo32 } from '../../pcie/index.ts';
import { floorLog2 } from '../numbers.ts';
import { DmaSlice } from '../dma.ts';
import type { Context } from './context.ts';
import { GpuQueue } from './gpu-queue.ts';
import type { Hdp } from './hdp.ts';
import type { Mapping, MemoryManager } from './memory.ts';
import { doorbellSlots } from './nbio.ts';
import type { Nbio } from './nbio.ts';
import { SDMA_MOST_BYTES, sdmaCopy, sdmaFence, sdmaFill, sdmaFiller } from './packets.ts';
import type { Packet } from './packets.ts';

const RING_BYTES = 64 * 1024;
/** Bytes of one of the two staging buffers. */
export const STAGING_BYTES = 2 * 2 ** 20;
/** GRBM_SOFT_RESET bit of the first engine and how long public drivers hold it. */
export const SOFT_RESET_SDMA0 = 1 << 23;
export const SDMA_RESET_NS = 10e6;

interface Staging {
  readonly mapping: Mapping;
  readonly memory: DmaSlice;
  /** Timeline value after which it is free again. */
  busyUntil: number;
}

export class Sdma {
  private readonly context: Context;
  private readonly hdp: Hdp;
  private readonly memory: MemoryManager;
  private readonly nbio: Nbio;
  private made: GpuQueue | undefined;
  private staging: Staging[] = [];
  private programmed = false;

  constructor(context: Context, hdp: Hdp, memory: MemoryManager, nbio: Nbio) {
    this.context = context;
    this.hdp = hdp;
    this.memory = memory;
    this.nbio = nbio;
  }

  get queue(): GpuQueue {
    if (this.made === undefined) throw this.context.error('INTERNAL', 'the SDMA queue does not exist yet');
    return this.made;
  }

  /** The engine's own settings; lets it run. */
  init(): void {
    const { regs, step } = this.context;
    regs.SDMA0_WATCHDOG_CNTL.update({ QUEUE_HANG_COUNT: 100 }); // units of 100 ms
    regs.SDMA0_UTCL1_CNTL.update({ RESP_MODE: 3, REDO_DELAY: 9 });
    regs.SDMA0_UTCL1_PAGE.update({ RD_L2_POLICY: 2, WR_L2_POLICY: 3, LLC_NOALLOC: 1 });
    step('sdma: unhalt', {}, () => regs.SDMA0_F32_CNTL.update({ HALT: 0, TH1_RESET: 0 }));
    regs.SDMA0_CNTL.update({ TRAP_ENABLE: 1 });
    this.nbio.routeSdma();
  }

  /** Makes the queue's memory; the hub must know it (`memory.commit`) before `enable`. */
  createQueue(): void {
    this.made = new GpuQueue(this.context, this.hdp, this.memory, {
      name: 'SDMA0 queue 0',
      ringBytes: RING_BYTES,
      slot: doorbellSlots.sdma0,
      pointerUnitBytes: 1,
      wideFence: false,
      filler: sdmaFiller,
      fence: sdmaFence,
    });
    for (let i = 0; i < 2; i++) {
      const mapping = this.memory.allocateHost(STAGING_BYTES, { name: `staging ${i}` });
      this.staging.push({ mapping, memory: new DmaSlice(mapping.dma!), busyUntil: 0 });
    }
  }

  /** Programs and enables the queue. Its memory is mapped and known to the hub. */
  enable(): void {
    const { regs, step } = this.context;
    const { queue } = this;
    step(
      'sdma: configure queue',
      {
        base: queue.ringAddress,
        rptrAddress: queue.rptrAddress,
        wptrAddress: queue.wptrAddress,
        doorbell: queue.doorbell,
      },
      (args) => {
        regs.SDMA0_QUEUEn_MINOR_PTR_UPDATE.write(1);
        regs.SDMA0_QUEUEn_RB_RPTR.write(0);
        regs.SDMA0_QUEUEn_RB_RPTR_HI.write(0);
        regs.SDMA0_QUEUEn_RB_WPTR.write(0);
        regs.SDMA0_QUEUEn_RB_WPTR_HI.write(0);
        regs.SDMA0_QUEUEn_RB_BASE.write(lo32(Math.floor(args.base / 256)));
        regs.SDMA0_QUEUEn_RB_BASE_HI.write(hi32(Math.floor(args.base / 256)));
        regs.SDMA0_QUEUEn_RB_RPTR_ADDR_LO.write(lo32(args.rptrAddress));
        regs.SDMA0_QUEUEn_RB_RPTR_ADDR_HI.write(hi32(args.rptrAddress));
        regs.SDMA0_QUEUEn_RB_WPTR_POLL_ADDR_LO.write(lo32(args.wptrAddress));
        regs.SDMA0_QUEUEn_RB_WPTR_POLL_ADDR_HI.write(hi32(args.wptrAddress));
        regs.SDMA0_QUEUEn_DOORBELL_OFFSET.update({ OFFSET: args.doorbell / 4 });
        regs.SDMA0_QUEUEn_DOORBELL.update({ ENABLE: 1 });
        regs.SDMA0_QUEUEn_MINOR_PTR_UPDATE.write(0);
      },
    );
    const control = regs.SDMA0_QUEUEn_RB_CNTL.encode({
      RB_ENABLE: 1,
      RB_SIZE: floorLog2(queue.ringBytes / 4),
      F32_WPTR_POLL_ENABLE: 1,
      RPTR_WRITEBACK_ENABLE: 1,
      RPTR_WRITEBACK_TIMER: 4,
      RB_PRIV: 1,
      RB_VMID: 0,
    });
    step('sdma: enable queue', { control }, (args) => {
      regs.SDMA0_QUEUEn_RB_CNTL.write(args.control);
      regs.SDMA0_QUEUEn_IB_CNTL.update({ IB_ENABLE: 1 });
    });
    this.programmed = true;
  }

  /** Stops the queue and puts the engine through its reset. Nothing of it touches memory afterwards. */
  async disable(): Promise<void> {
    if (!this.programmed) return;
    const { context } = this;
    const { regs } = context;
    regs.SDMA0_QUEUEn_RB_CNTL.update({ RB_ENABLE: 0 });
    regs.SDMA0_QUEUEn_IB_CNTL.update({ IB_ENABLE: 0 });
    regs.SDMA0_QUEUEn_DOORBELL.update({ ENABLE: 0 });
    regs.SDMA0_QUEUEn_DOORBELL_OFFSET.update({ OFFSET: 0 });
    await context.step(
      'gfx: soft reset',
      { bits: SOFT_RESET_SDMA0, settleNs: SDMA_RESET_NS },
      async ({ bits, settleNs }) => {
        regs.GRBM_SOFT_RESET.write(bits);
        await context.settle(settleNs);
        regs.GRBM_SOFT_RESET.write(0);
      },
    );
    this.programmed = false;
  }

  /** After a hang: engine reset, settings and queue as new. Waiting work is lost. */
  async recover(): Promise<void> {
    await this.disable();
    this.queue.reset();
    for (const staging of this.staging) staging.busyUntil = 0;
    this.init();
    this.enable();
  }

  // --- moving data. All return the timeline value that ends them, or 0 for nothing to do.

  /** Between two GPU addresses that do not overlap. */
  async copy(to: number, from: number, bytes: number): Promise<number> {
    const packets: Packet[] = [];
    for (let done = 0; done < bytes; done += SDMA_MOST_BYTES)
      packets.push(sdmaCopy(to + done, from + done, Math.min(SDMA_MOST_BYTES, bytes - done)));
    return packets.length === 0 ? 0 : this.queue.submit(packets);
  }

  /** Every byte becomes `value`. */
  async fill(to: number, value: number, bytes: number): Promise<number> {
    const packets: Packet[] = [];
    for (let done = 0; done < bytes; done += SDMA_MOST_BYTES)
      packets.push(sdmaFill(to + done, value, Math.min(SDMA_MOST_BYTES, bytes - done)));
    return packets.length === 0 ? 0 : this.queue.submit(packets);
  }

  /** From the host's bytes to a GPU address. Returns when the last piece is under way. */
  async copyIn(to: number, from: Uint8Array, wait: (value: number) => Promise<void>): Promise<number> {
    let value = 0;
    for (let done = 0, turn = 0; done < from.length; done += STAGING_BYTES, turn++) {
      const staging = this.staging[turn % this.staging.length]!;
      if (staging.busyUntil > 0) await wait(staging.busyUntil);
      const piece = from.subarray(done, Math.min(done + STAGING_BYTES, from.length));
      staging.memory.write(0, piece);
      value = await this.copy(to + done, staging.mapping.address, piece.length);
      staging.busyUntil = value;
    }
    return value;
  }

  /** From a GPU address into the host's bytes; complete when it returns. */
  async copyOut(from: number, into: Uint8Array, wait: (value: number) => Promise<void>): Promise<void> {
    const start = async (turn: number, at: number): Promise<number> => {
      const staging = this.staging[turn % this.staging.length]!;
      if (staging.busyUntil > 0) await wait(staging.busyUntil);
      staging.busyUntil = await this.copy(
        staging.mapping.address,
        from + at,
        Math.min(STAGING_BYTES, into.length - at),
      );
      return staging.busyUntil;
    };
    let value = into.length > 0 ? await start(0, 0) : 0;
    for (let done = 0, turn = 0; done < into.length; done += STAGING_BYTES, turn++) {
      const next = done + STAGING_BYTES < into.length ? await start(turn + 1, done + STAGING_BYTES) : 0;
      await wait(value);
      this.staging[turn % this.staging.length]!.memory.read(
        0,
        into.subarray(done, Math.min(done + STAGING_BYTES, into.length)),
      );
      value = next;
    }
  }
}
