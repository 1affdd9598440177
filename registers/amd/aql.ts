/**
 * AQL: 64-byte packets of the HSA queue format, which a compute queue takes when its AQL control says so.
 *
 * Source: the public HSA system architecture and the vendor packet that public runtimes send.
 *
 * Fidelity: from-public-source.
 */

import { bits, layout, numbers, u16, u32, u64 } from '../layout.ts';

export const aqlPacketBytes = 64;

/** First half-word of every packet. */
export const aqlHeader = u16(0, {
  TYPE: bits(7, 0),
  BARRIER: bits(8),
  ACQUIRE_FENCE_SCOPE: bits(10, 9),
  RELEASE_FENCE_SCOPE: bits(12, 11),
});

export const aqlTypes = { vendorSpecific: 0, invalid: 1, kernelDispatch: 2, barrierAnd: 3, agentDispatch: 4, barrierOr: 5 } as const;
export const aqlFenceScopes = { none: 0, agent: 1, system: 2 } as const;

export const kernelDispatch = layout('hsa_kernel_dispatch_packet', aqlPacketBytes, {
  header: aqlHeader,
  setup: u16(0x02, { DIMENSIONS: bits(1, 0) }),
  workgroupX: u16(0x04),
  workgroupY: u16(0x06),
  workgroupZ: u16(0x08),
  reserved0: u16(0x0a),
  /** Grid sizes count work-items, not workgroups. */
  gridX: u32(0x0c),
  gridY: u32(0x10),
  gridZ: u32(0x14),
  privateSegmentBytes: u32(0x18),
  groupSegmentBytes: u32(0x1c),
  kernelObject: u64(0x20),
  kernargAddress: u64(0x28),
  reserved2: u64(0x30),
  completionSignal: u64(0x38),
});

export const barrierPacket = layout('hsa_barrier_packet', aqlPacketBytes, {
  header: aqlHeader,
  dependency0: u64(0x08),
  dependency1: u64(0x10),
  dependency2: u64(0x18),
  dependency3: u64(0x20),
  dependency4: u64(0x28),
  completionSignal: u64(0x38),
});

/** Vendor packet, format 1: carries one INDIRECT_BUFFER packet of PM4. */
export const vendorPm4 = layout('amd_aql_pm4_ib', aqlPacketBytes, {
  header: aqlHeader,
  format: u16(0x02),
  indirectBuffer: numbers(0x04, 4, 4),
  /** Dwords left of the packet: 10. */
  dwordsRemaining: u32(0x14),
  reserved: numbers(0x18, 4, 8),
  completionSignal: u64(0x38),
});

export const vendorFormatPm4 = 1;
