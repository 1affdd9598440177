/**
 * The compute queue descriptor (MQD) of gfx11: 512 dwords, of which 0x80 to 0xb7 are the queue's registers in order.
 *
 * Fidelity: from-public-source. Field map and values as public drivers fill it.
 */

import { hi32, lo32 } from '../../pcie/index.ts';
import type { GpuAddress, McAddress } from '../../pcie/index.ts';
import { floorLog2 } from '../numbers.ts';
import type { AmdRegisters } from './registers.ts';

export const MQD_DWORDS = 512;
/** First register of the block that is copied (CP_MQD_BASE_ADDR) and how many follow. */
export const MQD_REGISTERS_AT = 0x80;
export const MQD_REGISTERS = 0xb7 - 0x80 + 1;

const HEADER = 0xc031_0800;

/** Dword indexes of what is not 0. */
const at = {
  header: 0,
  staticThreadMgmt: [23, 24, 26, 27, 44, 45, 46, 47],
  mqdBase: 128,
  persistentState: 132,
  pipePriority: 133,
  queuePriority: 134,
  quantum: 135,
  pqBase: 136,
  rptrReport: 139,
  wptrPoll: 141,
  doorbellControl: 143,
  pqControl: 145,
  ibControl: 149,
  hqStatus0: 160,
  mqdControl: 162,
  eopBase: 165,
  eopControl: 167,
} as const;

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

export function computeMqd(regs: AmdRegisters, setup: ComputeQueueSetup): Uint32Array {
  const mqd = new Uint32Array(MQD_DWORDS);
  const pair = (index: number, value: number): void => {
    mqd[index] = lo32(value);
    mqd[index + 1] = hi32(value);
  };
  mqd[at.header] = HEADER;
  for (const index of at.staticThreadMgmt) mqd[index] = 0xffff_ffff; // every CU of every engine
  pair(at.mqdBase, setup.mqd);
  mqd[at.persistentState] = regs.CP_HQD_PERSISTENT_STATE.encode({ PRELOAD_REQ: 1, PRELOAD_SIZE: 0x55 });
  mqd[at.pipePriority] = 2;
  mqd[at.queuePriority] = 0xf;
  mqd[at.quantum] = 0x111;
  pair(at.pqBase, Math.floor(setup.ring / 256));
  pair(at.rptrReport, setup.rptr);
  pair(at.wptrPoll, setup.wptr);
  mqd[at.doorbellControl] = regs.CP_HQD_PQ_DOORBELL_CONTROL.encode({
    DOORBELL_OFFSET: setup.doorbell / 4,
    DOORBELL_EN: 1,
  });
  mqd[at.pqControl] = regs.CP_HQD_PQ_CONTROL.encode({ QUEUE_SIZE: sizeField(setup.ringBytes), RPTR_BLOCK_SIZE: 5 });
  mqd[at.ibControl] = regs.CP_HQD_IB_CONTROL.encode({ MIN_IB_AVAIL_SIZE: 3 });
  mqd[at.hqStatus0] = 0x2000_4000;
  mqd[at.mqdControl] = regs.CP_MQD_CONTROL.encode({ PRIV_STATE: 1 });
  pair(at.eopBase, Math.floor(setup.eop / 256));
  mqd[at.eopControl] = regs.CP_HQD_EOP_CONTROL.encode({ EOP_SIZE: sizeField(setup.eopBytes) });
  return mqd;
}
