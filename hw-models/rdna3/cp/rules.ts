/**
 * What a driver must not do to the command processor's compute side: queues, doorbells, packets, launches.
 *
 * Pure software: rules as data.
 */

import { defineRules } from '../../../sim/index.ts';

const packetHeaders = 'public PM4 packet headers';
const hqd = 'HQD set-up of public drivers (Linux amdgpu, tinygrad)';

export const cpRules = defineRules({
  HQD_BASE_NOT_SET: {
    title: 'A hardware queue was made active before its ring base was programmed',
    onSilicon: 'The queue fetches packets from address 0: a VM fault, or a hang.',
    source: hqd,
  },
  HQD_SIZE: {
    title: 'A hardware queue was made active with a ring size that cannot be',
    onSilicon: 'The queue wraps at the wrong place and runs old packets.',
    source: 'CP_HQD_PQ_CONTROL.QUEUE_SIZE',
  },
  HQD_POINTERS: {
    title: 'A hardware queue was made active with its read pointer beyond its write pointer',
    onSilicon: 'The queue runs the whole ring once, old packets included.',
    source: hqd,
  },
  HQD_NO_RPTR_REPORT: {
    title: 'A PM4 queue was made active that does not report its read pointer',
    onSilicon: 'The driver never sees room in the ring.',
    source: 'CP_HQD_PQ_CONTROL.NO_UPDATE_RPTR, CP_HQD_PQ_RPTR_REPORT_ADDR',
  },
  HQD_NO_DOORBELL: {
    title: 'A hardware queue was made active with its doorbell disabled',
    onSilicon: 'Nobody can tell the queue that there is work.',
    source: hqd,
  },
  HQD_VMID_DISABLED: {
    title: 'A hardware queue was made active in a VMID whose context is disabled',
    onSilicon: 'Every access of the queue faults or goes to the default page.',
    source: 'GCVM_CONTEXTn_CNTL.ENABLE_CONTEXT',
  },
  HQD_NOT_SELECTED: {
    title: 'CP_HQD_ACTIVE was written while GRBM_GFX_CNTL selected no compute queue',
    onSilicon: 'The store goes to a queue slot of the graphics engine; the compute queue stays inactive.',
    source: 'GRBM_GFX_CNTL; compute queues are those of ME 1 and 2',
  },
  HQD_CHANGED_WHILE_ACTIVE: {
    title: 'Registers of a hardware queue were changed while it was active',
    onSilicon: 'The fetcher keeps what it has read and mixes it with the new values.',
    source: hqd,
  },
  QUEUE_NOT_MODELLED: {
    title: 'A queue was activated on an engine that is not modelled (the scheduler, MES, or graphics)',
    onSilicon: 'It runs; here its packets are never read.',
    source: 'declared limits of this model',
  },
  MQD_MISALIGNED: {
    title: 'The queue descriptor in memory is not aligned to 256 bytes',
    onSilicon: 'The address is truncated: the queue is saved over, and restored from, other memory.',
    source: hqd,
  },
  MQD_INCONSISTENT: {
    title: 'The queue descriptor in memory says something else than the registers of the queue',
    onSilicon: 'The queue changes at the next time it is switched out and in again.',
    source: hqd,
  },
  NO_EOP_BUFFER: {
    title: 'An end-of-pipe event was asked for on a queue that has no EOP buffer',
    onSilicon: 'The event is written to address 0: a VM fault and a stuck queue.',
    source: 'CP_HQD_EOP_BASE_ADDR; remark in tinygrad',
  },
  MEC_START_NOT_SET: {
    title: 'A compute pipe was started before its start address was programmed',
    onSilicon: 'The microcontroller begins at its default address and runs garbage.',
    source: 'CP_MEC_RS64_PRGRM_CNTR_START per pipe',
  },
  DOORBELL_INACTIVE_QUEUE: {
    title: 'A doorbell was rung for a queue that is not active',
    onSilicon: 'The value is dropped, or waits until a queue with that doorbell becomes active.',
    source: 'CP_HQD_ACTIVE, CP_HQD_PQ_DOORBELL_CONTROL',
  },
  DOORBELL_ENGINE_HALTED: {
    title: 'A doorbell was rung for a queue whose pipe is halted, in reset, or was never started',
    onSilicon: 'Nothing happens until the pipe runs.',
    source: 'CP_MEC_RS64_CNTL',
  },
  DOORBELL_OUTSIDE_MEC_RANGE: {
    title: 'A doorbell of a compute queue lies outside the range that the compute engine listens to',
    onSilicon: 'The compute engine never sees it.',
    source: 'CP_MEC_DOORBELL_RANGE_LOWER and _UPPER',
  },
  DOORBELL_BACKWARDS: {
    title: 'A doorbell took the write pointer back',
    onSilicon: 'The ring looks almost full: old packets run again.',
    source: 'write pointers of compute queues count monotonically',
  },
  DOORBELL_BEFORE_WPTR: {
    title: 'A doorbell was rung before the write pointer was stored to memory',
    onSilicon: 'When the queue next polls memory its write pointer jumps back, and packets are lost.',
    source: 'CP_HQD_PQ_WPTR_POLL_ADDR; order of public drivers: packets, write pointer, doorbell',
  },
  WPTR_MEMORY_AHEAD: {
    title: 'The write pointer in memory is ahead of the doorbell that was rung for it',
    onSilicon:
      'When the queue next polls memory it runs what lies there: packets that are not written yet, or old ones.',
    source: 'CP_HQD_PQ_WPTR_POLL_ADDR; public drivers store and ring the same value',
  },
  WPTR_BEYOND_RING: {
    title: 'The write pointer is more than one ring ahead of the read pointer',
    onSilicon: 'Packets that had not been read were overwritten; the queue runs what now lies there.',
    source: 'ring discipline',
  },
  RING_NOT_WRITTEN: {
    title: 'The write pointer covers ring memory in which there is no packet',
    onSilicon: 'The queue reads zeros or old contents and stops with an opcode error.',
    source: 'order of public drivers: packets, (HDP flush,) write pointer, doorbell',
  },
  RING_UNMAPPED: {
    title: 'The ring, or an indirect buffer, is not mapped for the queue',
    onSilicon: 'A VM fault; the queue reads zeros.',
    source: hqd,
  },
  PM4_BAD_HEADER: {
    title: 'Something that is no packet header lies where one should be',
    onSilicon: 'An opcode-error interrupt; the queue stops.',
    source: packetHeaders,
  },
  PM4_UNKNOWN_OPCODE: {
    title: 'A packet with an opcode that the compute engine does not know',
    onSilicon: 'An opcode-error interrupt; the queue stops.',
    source: packetHeaders,
  },
  PM4_NOT_MODELLED: {
    title: 'A packet that exists on silicon and is not modelled here',
    onSilicon: 'It does its work; here it is skipped.',
    source: 'declared limits of this model',
  },
  PM4_COUNT: {
    title: 'A packet whose count does not fit its opcode',
    onSilicon: 'The engine takes as many dwords as the opcode needs and loses its place in the stream.',
    source: packetHeaders,
  },
  PM4_RESERVED_BITS: {
    title: 'Reserved bits of a packet are set',
    onSilicon: 'Ignored today, or a reserved-bit interrupt.',
    source: packetHeaders,
  },
  PM4_ADDRESS_ALIGNMENT: {
    title: 'A packet carries an address with the wrong alignment',
    onSilicon: 'The low bits are dropped: the access hits its neighbour.',
    source: packetHeaders,
  },
  PM4_REGISTER_RANGE: {
    title: 'A SET_*_REG packet reaches outside its register window',
    onSilicon: 'The stores are dropped or hit other registers.',
    source: packetHeaders,
  },
  PM4_REGISTER_UNKNOWN: {
    title: 'A packet touches a register that is not declared',
    onSilicon: 'Undefined.',
    source: 'register headers of the IP versions the card announces',
  },
  PM4_PRIVILEGED: {
    title: 'A queue without privilege touched a register, or used a packet, that is reserved for privileged ones',
    onSilicon: 'A privileged-register interrupt; the access is dropped.',
    source: 'CP_HQD_PQ_CONTROL.PRIV_STATE; vector 0xb8',
  },
  PACKET_CUT: {
    title: 'The write pointer, or a condition that skips dwords, ends inside a packet',
    onSilicon: 'The queue waits for dwords that may never come.',
    source: packetHeaders,
  },
  IB_PAST_END: {
    title:
      'An indirect buffer whose size and packets do not agree: it ends inside a packet, or goes on where there is none',
    onSilicon: 'The queue waits for dwords that never come, or runs what lies behind the buffer.',
    source: packetHeaders,
  },
  IB_NOT_VALID: {
    title: 'An indirect buffer packet without its valid bit, or of size 0',
    onSilicon: 'The buffer is not run.',
    source: packetHeaders,
  },
  IB_NESTING: {
    title: 'Indirect buffers nested more than two deep',
    onSilicon: 'The engine keeps two levels; the return address of the outer one is lost.',
    source: packetHeaders,
  },
  SCHEDULER_PACKET: {
    title: "A scheduler packet on a queue that is not the scheduler's",
    onSilicon: 'An opcode error, or nothing.',
    source: 'RLC_CP_SCHEDULERS names the scheduler queue',
  },
  LAUNCH_REGISTERS: {
    title: 'A launch asks for more registers than a wave, or the compute unit, has',
    onSilicon: 'The workgroup can never be placed: the queue hangs.',
    source: 'COMPUTE_PGM_RSRC1; register file sizes of gfx1100',
  },
  LAUNCH_LDS: {
    title: 'A launch asks for more LDS than a workgroup can have',
    onSilicon: 'The workgroup can never be placed: the queue hangs.',
    source: 'COMPUTE_PGM_RSRC2.LDS_SIZE; 64 KiB a workgroup',
  },
  LAUNCH_SIZE: {
    title: 'A launch with an impossible workgroup size',
    onSilicon: 'The dispatcher hangs or launches nothing.',
    source: 'COMPUTE_NUM_THREAD_*; 1024 threads a workgroup',
  },
  LAUNCH_SCRATCH: {
    title: 'A kernel that uses scratch was launched without scratch memory',
    onSilicon: 'Scratch accesses fault or hit address 0.',
    source: 'COMPUTE_PGM_RSRC2.SCRATCH_EN, COMPUTE_DISPATCH_SCRATCH_BASE, COMPUTE_TMPRING_SIZE',
  },
  LAUNCH_NOT_ENABLED: {
    title: 'A dispatch packet whose initiator does not enable the compute shader',
    onSilicon: 'Nothing is launched; everything behind the packet goes on.',
    source: 'COMPUTE_DISPATCH_INITIATOR in the public register headers; every public driver sets bit 0',
  },
  LAUNCH_ENTRY: {
    title: 'A launch whose program address is not set',
    onSilicon: 'Waves start at address 0 and fault.',
    source: 'COMPUTE_PGM_LO and _HI',
  },
  AQL_PACKET_INVALID: {
    title: 'An AQL packet of an unknown type, or one that is still marked invalid under the write pointer',
    onSilicon: 'The queue waits on it, or stops with an error.',
    source: 'HSA packet formats',
  },
});
