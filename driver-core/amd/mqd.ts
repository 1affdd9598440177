/**
 * The compute queue descriptor (MQD) of gfx11: 512 dwords, of which 0x80 to 0xb7 are the queue's registers in order.
 *
 * Fidelity: from-public-source. Field map and values as public drivers fill it.
 */

import { hi32, lo32 } from '../../pcie/index.ts';
import type { GpuAddress, McAddress } from '../../pcie/index.ts';
import { computeMqd as layout, mqdHeader } from '../../registers/amd/mqd.ts';
import { encodeDwords } from '../../registers/layout.ts';
import { floorLog2 } from '../numbers.ts';
import type { AmdRegisters } from './registers.ts';

export interface ComputeQueueSetup {
  readonly mqd: McAddress;
  readonly ring: GpuAddress;
  readonly ringBytes: number;
  readonly rptr: GpuAddress;
  readonly wptr: GpuAddress;
  /** Byte offset of the doorbell in BAR2. */
  readonly doorbell: number;
  readonly eop: GpuAddress;
  readonly eopBytes: number;
}

/** Sizes of rings are given as the power of two one below the size in dwords. */
const sizeField = (bytes: number): number => floorLog2(bytes / 4) - 1;

/** Every CU of an engine. */
const ALL = 0xffff_ffff;

/** The descriptor of a queue, 512 dwords. */
export function computeMqd(regs: AmdRegisters, setup: ComputeQueueSetup): Uint32Array {
  const ring = Math.floor(setup.ring / 256);
  const eop = Math.floor(setup.eop / 256);
  return Uint32Array.from(
    encodeDwords(layout, {
      header: mqdHeader,
      compute_static_thread_mgmt_se0: ALL,
      compute_static_thread_mgmt_se1: ALL,
      compute_static_thread_mgmt_se2: ALL,
      compute_static_thread_mgmt_se3: ALL,
      compute_static_thread_mgmt_se4: ALL,
      compute_static_thread_mgmt_se5: ALL,
      compute_static_thread_mgmt_se6: ALL,
      compute_static_thread_mgmt_se7: ALL,
      cp_mqd_base_addr_lo: lo32(setup.mqd),
      cp_mqd_base_addr_hi: hi32(setup.mqd),
      cp_hqd_persistent_state: regs.CP_HQD_PERSISTENT_STATE.encode({ PRELOAD_REQ: 1, PRELOAD_SIZE: 0x55 }),
      cp_hqd_pipe_priority: 2,
      cp_hqd_queue_priority: 0xf,
      cp_hqd_quantum: 0x111,
      cp_hqd_pq_base_lo: lo32(ring),
      cp_hqd_pq_base_hi: hi32(ring),
      cp_hqd_pq_rptr_report_addr_lo: lo32(setup.rptr),
      cp_hqd_pq_rptr_report_addr_hi: hi32(setup.rptr),
      cp_hqd_pq_wptr_poll_addr_lo: lo32(setup.wptr),
      cp_hqd_pq_wptr_poll_addr_hi: hi32(setup.wptr),
      cp_hqd_pq_doorbell_control: regs.CP_HQD_PQ_DOORBELL_CONTROL.encode({
        DOORBELL_OFFSET: setup.doorbell / 4,
        DOORBELL_EN: 1,
      }),
      cp_hqd_pq_control: regs.CP_HQD_PQ_CONTROL.encode({ QUEUE_SIZE: sizeField(setup.ringBytes), RPTR_BLOCK_SIZE: 5 }),
      cp_hqd_ib_control: regs.CP_HQD_IB_CONTROL.encode({ MIN_IB_AVAIL_SIZE: 3 }),
      cp_hqd_hq_status0: 0x2000_4000,
      cp_mqd_control: regs.CP_MQD_CONTROL.encode({ PRIV_STATE: 1 }),
      cp_hqd_eop_base_addr_lo: lo32(eop),
      cp_hqd_eop_base_addr_hi: hi32(eop),
      cp_hqd_eop_control: regs.CP_HQD_EOP_CONTROL.encode({ EOP_SIZE: sizeField(setup.eopBytes) }),
    }),
  );
}
