/**
 * GC 11.0: RLC, MEC and the hardware queue that runs compute.
 *
 * Banked registers are reached through GRBM_GFX_CNTL, and the selection is put back to 0 every time: the next routine
 * counts on it. Microcode is in place after autoload; the driver only says where it starts and lets it go.
 *
 * Fidelity: from-public-source. Order, values and settle times as public drivers have them.
 */

import { asVramOffset } from '../../pcie/index.ts';
import type { McAddress } from '../../pcie/index.ts';
import { mqdRegisterDwords } from '../../registers/amd/mqd.ts';
import { bytesOf } from '../dma.ts';
import type { Context } from './context.ts';
import type { Gmc } from './gmc.ts';
import { GpuQueue } from './gpu-queue.ts';
import type { Hdp } from './hdp.ts';
import { layout } from './layout.ts';
import type { Mapping, MemoryManager } from './memory.ts';
import { computeMqd } from './mqd.ts';
import { doorbellSlots } from './nbio.ts';
import type { Nbio } from './nbio.ts';
import { pm4Filler, releaseMem } from './packets.ts';

const RING_BYTES = 64 * 1024;
const EOP_BYTES = 4096;
/** The engine, pipe and queue that we use; the shaders' micro engine is 1. */
const ME = 1;
/** How many queues of the pipe a session may have left running. */
const QUEUES = 2;
const AUTOLOAD_TIMEOUT_NS = 1e9;
const SAFE_MODE_TIMEOUT_NS = 100e6;
const DEQUEUE_TIMEOUT_NS = 1e9;
/** Both from public drivers: the reset is held, and the microcode gets time to start. */
const CP_RESET_NS = 50e6;
const MEC_START_NS = 50e6;

/** GRBM_SOFT_RESET bits. */
export const SOFT_RESET_CP = 1 << 0;
export const SOFT_RESET_CPC = 1 << 18;
/** CP_HQD_DEQUEUE_REQUEST. */
export const dequeueRequests = { drain: 1, resetWaves: 2 } as const;

/** FLAT apertures: bits 63:48 of LDS and scratch addresses. Both lie outside the 48 bits of GPU addresses. */
const SHARED_BASE = 1;
const PRIVATE_BASE = 2;
const ALIGNMENT_UNALIGNED = 3;

export class Gfx {
  private readonly context: Context;
  private readonly gmc: Gmc;
  private readonly hdp: Hdp;
  private readonly memory: MemoryManager;
  private readonly nbio: Nbio;
  /** Byte address at which the compute microcode starts. */
  private readonly mecStart: readonly [lo: number, hi: number];
  private made: GpuQueue | undefined;
  private eop: Mapping | undefined;

  constructor(
    context: Context,
    gmc: Gmc,
    hdp: Hdp,
    memory: MemoryManager,
    nbio: Nbio,
    mecStart: readonly [number, number],
  ) {
    this.context = context;
    this.gmc = gmc;
    this.hdp = hdp;
    this.memory = memory;
    this.nbio = nbio;
    this.mecStart = mecStart;
  }

  get queue(): GpuQueue {
    if (this.made === undefined) throw this.context.error('INTERNAL', 'the compute queue does not exist yet');
    return this.made;
  }

  /** Waits until the RLC has brought every microcode into place. */
  async waitForAutoload(): Promise<void> {
    const { context } = this;
    const { CP_STAT, RLC_RLCS_BOOTLOAD_STATUS } = context.regs;
    await context.step('gfx: wait for autoload', {}, async () => {
      await context.until(
        'RLC autoload',
        () => RLC_RLCS_BOOTLOAD_STATUS.read(),
        (v) => v >>> 31 === 1,
        {
          register: RLC_RLCS_BOOTLOAD_STATUS.name,
          field: 'BOOTLOAD_COMPLETE',
          wanted: '1',
          timeoutNs: AUTOLOAD_TIMEOUT_NS,
        },
      );
      await context.until(
        'command processors idle',
        () => CP_STAT.read(),
        (v) => v === 0,
        { register: CP_STAT.name, wanted: '0', timeoutNs: AUTOLOAD_TIMEOUT_NS },
      );
    });
  }

  /** Everything between autoload and the first queue. */
  async init(): Promise<void> {
    const { regs, step } = this.context;
    this.configureMec();
    regs.TCP_CNTL.write((regs.TCP_CNTL.read() | 0x2000_0000) >>> 0); // order between reads and writes of one address
    regs.RLC_CNTL.write({ RLC_ENABLE_F32: 1 });
    regs.RLC_SRM_CNTL.update({ SRM_ENABLE: 1, AUTO_INCR_ADDR: 1 });
    regs.RLC_SPM_MC_CNTL.write({ RLC_SPM_VMID: 0xf });
    this.nbio.routeCompute();
    regs.GRBM_CNTL.update({ READ_TIMEOUT: 0xff });
    for (let vmid = 0; vmid < 16; vmid++) {
      this.select({ vmid });
      regs.SH_MEM_CONFIG.write({ ALIGNMENT_MODE: ALIGNMENT_UNALIGNED, INITIAL_INST_PREFETCH: 3 });
      regs.SH_MEM_BASES.write({ SHARED_BASE, PRIVATE_BASE });
    }
    this.select({});
    step('mec: doorbell range', { lower: 0, upper: 0xf8 }, ({ lower, upper }) => {
      regs.CP_MEC_DOORBELL_RANGE_LOWER.write(lower);
      regs.CP_MEC_DOORBELL_RANGE_UPPER.write(upper);
    });
    await this.enableMec();
  }

  /** Which copy of banked registers the next accesses meet; `{}` for none in particular. */
  private select(to: { me?: number; pipe?: number; queue?: number; vmid?: number }): void {
    const { regs, step } = this.context;
    step(
      'gfx: select',
      { me: to.me ?? 0, pipe: to.pipe ?? 0, queue: to.queue ?? 0, vmid: to.vmid ?? 0 },
      ({ me, pipe, queue, vmid }) => regs.GRBM_GFX_CNTL.write({ MEID: me, PIPEID: pipe, QUEUEID: queue, VMID: vmid }),
    );
  }

  private configureMec(): void {
    const { regs, step } = this.context;
    const [lo, hi] = this.mecStart;
    // the register counts dwords
    const start = hi * 2 ** 30 + lo / 4;
    this.select({ me: ME });
    step('mec: configure', { start }, (args) => {
      regs.CP_MEC_RS64_PRGRM_CNTR_START.write(args.start % 2 ** 32);
      regs.CP_MEC_RS64_PRGRM_CNTR_START_HI.write(Math.floor(args.start / 2 ** 32));
    });
    this.select({});
    regs.CP_MEC_RS64_CNTL.update({ MEC_PIPE0_RESET: 1 });
    regs.CP_MEC_RS64_CNTL.update({ MEC_PIPE0_RESET: 0 });
  }

  private async enableMec(): Promise<void> {
    const { context } = this;
    await context.step('mec: enable', {}, async () => {
      context.regs.CP_MEC_RS64_CNTL.update({ MEC_PIPE0_RESET: 0, MEC_PIPE0_ACTIVE: 1, MEC_HALT: 0 });
      await context.settle(MEC_START_NS);
    });
  }

  /** Queues off, command processors through their reset, microcode started anew: warm boot and recovery. */
  async resetMec(request: number, waitForDequeue = true): Promise<void> {
    const { context } = this;
    await this.dequeueAll(request, waitForDequeue);
    await context.step(
      'gfx: soft reset',
      { bits: SOFT_RESET_CP | SOFT_RESET_CPC, settleNs: CP_RESET_NS },
      async ({ bits, settleNs }) => {
        context.regs.GRBM_SOFT_RESET.write(bits);
        await context.settle(settleNs);
        context.regs.GRBM_SOFT_RESET.write(0);
      },
    );
    this.configureMec();
    await this.enableMec();
  }

  /** Takes whatever runs off the hardware queues. */
  async dequeueAll(request: number, wait = true): Promise<void> {
    const { context } = this;
    const { regs } = context;
    for (let queue = 0; queue < QUEUES; queue++) {
      this.select({ me: ME, queue });
      if ((regs.CP_HQD_ACTIVE.read() & 1) === 0) continue;
      await context.step('hqd: dequeue', { queue, request }, async (args) => {
        regs.CP_HQD_DEQUEUE_REQUEST.write(args.request);
        regs.SPI_COMPUTE_QUEUE_RESET.write(1);
        if (!wait) return;
        await context.until(
          'queue off',
          () => regs.CP_HQD_ACTIVE.read(),
          (v) => (v & 1) === 0,
          {
            register: 'CP_HQD_ACTIVE',
            field: 'ACTIVE',
            wanted: '0',
            timeoutNs: DEQUEUE_TIMEOUT_NS,
          },
        );
      });
    }
    this.select({});
  }

  // --- the compute queue

  /** Makes its memory; the hub must know it (`memory.commit`) before `enableQueue`. */
  createQueue(): void {
    this.made = new GpuQueue(this.context, this.hdp, this.memory, {
      name: 'compute queue',
      ringBytes: RING_BYTES,
      slot: doorbellSlots.compute0,
      pointerUnitBytes: 4,
      wideFence: true,
      filler: pm4Filler,
      fence: releaseMem,
    });
    this.eop = this.memory.allocateVram(EOP_BYTES, { name: 'end-of-pipe buffer' });
  }

  /** Writes the descriptor, copies it into the queue's registers, activates it last. */
  enableQueue(): void {
    const { regs, step, vram } = this.context;
    const { queue } = this;
    const mqd = computeMqd(regs, {
      mqd: this.mqdAddress,
      ring: queue.ringAddress,
      ringBytes: queue.ringBytes,
      rptr: queue.rptrAddress,
      wptr: queue.wptrAddress,
      doorbell: queue.doorbell,
      eop: this.eop!.address,
      eopBytes: EOP_BYTES,
    });
    step('hqd: write mqd', { offset: layout.computeMqd, mqd }, (args) =>
      vram.write(asVramOffset(args.offset), bytesOf(args.mqd)),
    );
    this.hdp.flush('queue descriptor');
    this.select({ me: ME });
    step(
      'hqd: load registers',
      { words: mqd.slice(mqdRegisterDwords.first, mqdRegisterDwords.last + 1) },
      ({ words }) => {
        const { space } = this.context;
        const first = regs.CP_MQD_BASE_ADDR.dword;
        for (let i = 0; i < words.length; i++) space.write(first + i, words[i]!);
      },
    );
    step('hqd: activate', { value: 1 }, ({ value }) => regs.CP_HQD_ACTIVE.write(value));
    this.select({});
  }

  private get mqdAddress(): McAddress {
    return this.gmc.mc(layout.computeMqd);
  }

  // --- power

  /** Clock gating, once everything runs. The RLC must be told before and after. */
  async enableClockGating(): Promise<void> {
    const { context } = this;
    const { regs } = context;
    regs.MM_ATC_L2_MISC_CG.write({ ENABLE: 1, MEM_LS_ENABLE: 1 });
    regs.RLC_SAFE_MODE.write({ CMD: 1, MESSAGE: 1 });
    await context.until(
      'RLC safe mode',
      () => regs.RLC_SAFE_MODE.read(),
      (v) => (v & 1) === 0,
      {
        register: 'RLC_SAFE_MODE',
        field: 'CMD',
        wanted: '0',
        timeoutNs: SAFE_MODE_TIMEOUT_NS,
      },
    );
    regs.RLC_CGCG_CGLS_CTRL.update({
      CGCG_EN: 1,
      CGLS_EN: 1,
      CGLS_REP_COMPANSAT_DELAY: 0xf,
      CGCG_GFX_IDLE_THRESHOLD: 0x36,
    });
    regs.CP_RB_WPTR_POLL_CNTL.update({ POLL_FREQUENCY: 0x100, IDLE_POLL_COUNT: 0x90 });
    regs.CP_INT_CNTL.update({ CMP_BUSY_INT_ENABLE: 1, CNTX_BUSY_INT_ENABLE: 1, CNTX_EMPTY_INT_ENABLE: 1 });
    regs.SDMA0_RLC_CGCG_CTRL.update({ CGCG_INT_ENABLE: 1 });
    regs.SDMA1_RLC_CGCG_CTRL.update({ CGCG_INT_ENABLE: 1 });
    regs.RLC_CGTT_MGCG_OVERRIDE.update({
      RLC_CGTT_SCLK_OVERRIDE: 0,
      GFXIP_MGCG_OVERRIDE: 0,
      GFXIP_CGCG_OVERRIDE: 0,
      GFXIP_CGLS_OVERRIDE: 0,
      GRBM_CGTT_SCLK_OVERRIDE: 0,
      GFXIP_FGCG_OVERRIDE: 0,
      GFXIP_REPEATER_FGCG_OVERRIDE: 0,
      PERFMON_CLOCK_STATE: 1,
    });
    regs.RLC_SAFE_MODE.write({ CMD: 1, MESSAGE: 0 });
    await context.until(
      'RLC out of safe mode',
      () => regs.RLC_SAFE_MODE.read(),
      (v) => (v & 1) === 0,
      {
        register: 'RLC_SAFE_MODE',
        field: 'CMD',
        wanted: '0',
        timeoutNs: SAFE_MODE_TIMEOUT_NS,
      },
    );
  }
}
