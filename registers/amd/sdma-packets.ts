/**
 * SDMA 6.0 packets: what the copy engines read from rings and indirect buffers, dword by dword.
 *
 * Addresses are byte addresses of the queue's VMID. Counts of bytes, dwords and entries in headers are one less than
 * meant where the part says so.
 *
 * Source: public packet headers of SDMA 6.0 (Linux amdgpu).
 *
 * Fidelity: from-public-source. Positions and widths are compared with the public header's.
 */

import type { Layout, Parts } from '../layout.ts';
import { bits, dword, layout } from '../layout.ts';

/** Bits 7:0 of a header. */
export const sdmaOpcodes = {
  NOP: 0x00,
  COPY: 0x01,
  WRITE: 0x02,
  INDIRECT: 0x04,
  FENCE: 0x05,
  TRAP: 0x06,
  SEM: 0x07,
  POLL_REGMEM: 0x08,
  COND_EXE: 0x09,
  ATOMIC: 0x0a,
  CONST_FILL: 0x0b,
  PTEPDE: 0x0c,
  TIMESTAMP: 0x0d,
  SRBM_WRITE: 0x0e,
  PRE_EXE: 0x0f,
  GPUVM_INV: 0x10,
  GCR_REQ: 0x11,
  DUMMY_TRAP: 0x20,
} as const;

/** Bits 15:8 of a header, by opcode. What is not a packet below is known by name only. */
export const sdmaSubOpcodes = {
  COPY: {
    LINEAR: 0x00,
    TILED: 0x01,
    SOA: 0x03,
    LINEAR_SUB_WIND: 0x04,
    TILED_SUB_WIND: 0x05,
    T2T_SUB_WIND: 0x06,
    DIRTY_PAGE: 0x07,
    LINEAR_PHY: 0x08,
    LINEAR_BC: 0x10,
    TILED_BC: 0x11,
    LINEAR_SUB_WIND_BC: 0x14,
    TILED_SUB_WIND_BC: 0x15,
    T2T_SUB_WIND_BC: 0x16,
    LINEAR_SUB_WIND_LARGE: 0x24,
  },
  WRITE: { LINEAR: 0x00, TILED: 0x01, TILED_BC: 0x11 },
  SEM: { SEM: 0x00, MEM_INCR: 0x01 },
  POLL_REGMEM: { POLL: 0x00, REG_WRITE_MEM: 0x01, DBIT_WRITE_MEM: 0x02, MEM_VERIFY: 0x03, VM_INVALIDATION: 0x04 },
  CONST_FILL: { FILL: 0x00, DATA_FILL_MULTI: 0x01 },
  PTEPDE: { GEN: 0x00, COPY: 0x01, RMW: 0x02, COPY_BACKWARDS: 0x03 },
  TIMESTAMP: { SET: 0x00, GET: 0x01, GET_GLOBAL: 0x02 },
} as const;

const op = bits(7, 0);
const subOp = bits(15, 8);
const l2Policy = bits(25, 24);
const llcPolicy = bits(26);

/** Dword 0 of every packet. */
export const sdmaHeader = dword(0, { op, subOp });

function packet<const P extends Parts>(name: string, dwords: number, parts: P, doc: string): Layout<P> {
  return layout(name, dwords * 4, parts, doc);
}

/** Every packet a compute driver may send; the names are the public header's. */
export const sdmaPackets = {
  NOP: packet('NOP', 1, { header: dword(0, { op, subOp, count: bits(29, 16) }) }, 'skips `count` dwords more'),

  COPY_LINEAR: packet(
    'COPY_LINEAR',
    7,
    {
      header: dword(0, {
        op,
        subOp,
        encrypt: bits(16),
        tmz: bits(18),
        cpv: bits(19),
        backwards: bits(25),
        broadcast: bits(27),
      }),
      /** Bytes less 1. */
      count: dword(1, { bytes: bits(29, 0) }),
      parameter: dword(2, {
        destinationSwap: bits(17, 16),
        destinationPolicy: bits(20, 18),
        sourceSwap: bits(25, 24),
        sourcePolicy: bits(28, 26),
      }),
      sourceLo: dword(3),
      sourceHi: dword(4),
      destinationLo: dword(5),
      destinationHi: dword(6),
    },
    'copies bytes',
  ),

  WRITE_UNTILED: packet(
    'WRITE_UNTILED',
    4,
    {
      header: dword(0, { op, subOp, encrypt: bits(16), tmz: bits(18), cpv: bits(28) }),
      destinationLo: dword(1),
      destinationHi: dword(2),
      /** Dwords less 1; they follow. */
      count: dword(3, { dwords: bits(19, 0), swap: bits(25, 24), policy: bits(28, 26) }),
    },
    'stores the dwords that follow',
  ),

  INDIRECT: packet(
    'INDIRECT',
    6,
    {
      header: dword(0, { op, subOp, vmid: bits(19, 16), privileged: bits(31) }),
      /** 32-byte aligned. */
      baseLo: dword(1),
      baseHi: dword(2),
      size: dword(3, { dwords: bits(19, 0) }),
      saveAreaLo: dword(4),
      saveAreaHi: dword(5),
    },
    'runs packets elsewhere; the packet must end at a multiple of eight dwords',
  ),

  FENCE: packet(
    'FENCE',
    4,
    {
      header: dword(0, {
        op,
        subOp,
        mtype: bits(18, 16),
        gcc: bits(19),
        system: bits(20),
        snoop: bits(22),
        gpa: bits(23),
        l2Policy,
        llcPolicy,
        cpv: bits(28),
      }),
      addressLo: dword(1),
      addressHi: dword(2),
      data: dword(3),
    },
    'stores one dword when all before it has ended',
  ),

  TRAP: packet(
    'TRAP',
    2,
    { header: dword(0, { op, subOp }), interrupt: dword(1, { context: bits(27, 0) }) },
    "raises an interrupt; the context becomes word 0 of the vector's",
  ),
  DUMMY_TRAP: packet(
    'DUMMY_TRAP',
    2,
    { header: dword(0, { op, subOp }), interrupt: dword(1, { context: bits(27, 0) }) },
    'the same without the interrupt',
  ),

  SEMAPHORE: packet(
    'SEMAPHORE',
    3,
    {
      header: dword(0, { op, subOp, writeOne: bits(29), signal: bits(30), mailbox: bits(31) }),
      addressLo: dword(1),
      addressHi: dword(2),
    },
    'signals or waits for a memory semaphore',
  ),

  POLL_REGMEM: packet(
    'POLL_REGMEM',
    6,
    {
      header: dword(0, {
        op,
        subOp,
        policy: bits(22, 20),
        cpv: bits(24),
        hdpFlush: bits(26),
        function: bits(30, 28),
        memory: bits(31),
      }),
      /** For an HDP flush the two words are the byte offsets of the DONE and the REQ register. */
      addressLo: dword(1),
      addressHi: dword(2),
      reference: dword(3),
      mask: dword(4),
      /** A retry count of 0xfff never gives up. */
      poll: dword(5, { interval: bits(15, 0), retryCount: bits(27, 16) }),
    },
    'waits until (value & mask) compares with the reference',
  ),

  POLL_REG_WRITE_MEM: packet(
    'POLL_REG_WRITE_MEM',
    4,
    {
      header: dword(0, { op, subOp, policy: bits(26, 24), cpv: bits(28) }),
      register: dword(1, { address: bits(31, 2) }),
      destinationLo: dword(2),
      destinationHi: dword(3),
    },
    "stores a register's value to memory",
  ),
  POLL_DBIT_WRITE_MEM: packet(
    'POLL_DBIT_WRITE_MEM',
    5,
    {
      header: dword(0, { op, subOp, ea: bits(17, 16), policy: bits(26, 24), cpv: bits(28) }),
      destinationLo: dword(1),
      destinationHi: dword(2),
      start: dword(3, { page: bits(31, 4) }),
      pages: dword(4),
    },
    'stores dirty bits of pages',
  ),
  POLL_MEM_VERIFY: packet(
    'POLL_MEM_VERIFY',
    13,
    {
      header: dword(0, { op, subOp, policy: bits(26, 24), cpv: bits(28), mode: bits(31) }),
      pattern: dword(1),
      start0Lo: dword(2),
      start0Hi: dword(3),
      end0Lo: dword(4),
      end0Hi: dword(5),
      start1Lo: dword(6),
      start1Hi: dword(7),
      end1Lo: dword(8),
      end1Hi: dword(9),
      recordLo: dword(10),
      recordHi: dword(11),
      reserved: dword(12),
    },
    'compares memory with a pattern or with other memory',
  ),
  VM_INVALIDATION: packet(
    'VM_INVALIDATION',
    4,
    {
      header: dword(0, { op, subOp, gfxEngine: bits(20, 16), mmEngine: bits(28, 24) }),
      request: dword(1),
      rangeLo: dword(2),
      rangeHi: dword(3, { acknowledge: bits(15, 0), rangeHi: bits(20, 16), reserved: bits(31, 23) }),
    },
    'drops translations through the invalidation engines',
  ),

  COND_EXE: packet(
    'COND_EXE',
    5,
    {
      header: dword(0, { op, subOp, policy: bits(26, 24), cpv: bits(28) }),
      addressLo: dword(1),
      addressHi: dword(2),
      reference: dword(3),
      count: dword(4, { dwords: bits(13, 0) }),
    },
    'the next dwords run only if memory equals the reference',
  ),

  ATOMIC: packet(
    'ATOMIC',
    8,
    {
      header: dword(0, {
        op,
        loop: bits(16),
        tmz: bits(18),
        policy: bits(22, 20),
        cpv: bits(24),
        operation: bits(31, 25),
      }),
      addressLo: dword(1),
      addressHi: dword(2),
      sourceLo: dword(3),
      sourceHi: dword(4),
      compareLo: dword(5),
      compareHi: dword(6),
      loop: dword(7, { interval: bits(12, 0) }),
    },
    'read-modify-write',
  ),

  CONSTANT_FILL: packet(
    'CONSTANT_FILL',
    5,
    {
      header: dword(0, {
        op,
        subOp,
        swap: bits(17, 16),
        policy: bits(26, 24),
        cpv: bits(28),
        /** Logarithm of the element's size in bytes. */
        fillSize: bits(31, 30),
      }),
      destinationLo: dword(1),
      destinationHi: dword(2),
      data: dword(3),
      /** Bytes less 1. */
      count: dword(4, { bytes: bits(29, 0) }),
    },
    'fills memory with one value',
  ),
  DATA_FILL_MULTI: packet(
    'DATA_FILL_MULTI',
    6,
    {
      header: dword(0, { op, subOp, policy: bits(26, 24), cpv: bits(28), memlogClear: bits(31) }),
      byteStride: dword(1),
      dmaCount: dword(2),
      destinationLo: dword(3),
      destinationHi: dword(4),
      count: dword(5, { bytes: bits(25, 0) }),
    },
    'fills with a stride',
  ),

  WRITE_INCR: packet(
    'WRITE_INCR',
    10,
    {
      header: dword(0, { op, subOp, policy: bits(26, 24), cpv: bits(28) }),
      destinationLo: dword(1),
      destinationHi: dword(2),
      maskLo: dword(3),
      maskHi: dword(4),
      initialLo: dword(5),
      initialHi: dword(6),
      incrementLo: dword(7),
      incrementHi: dword(8),
      /** Entries less 1. */
      count: dword(9, { entries: bits(18, 0) }),
    },
    'PTEPDE_GEN: makes page-table entries, each larger than the last by the increment',
  ),
  PTEPDE_COPY: packet(
    'PTEPDE_COPY',
    8,
    {
      header: dword(0, { op, subOp, tmz: bits(18), cpv: bits(28), ptePde: bits(31) }),
      sourceLo: dword(1),
      sourceHi: dword(2),
      destinationLo: dword(3),
      destinationHi: dword(4),
      maskLo: dword(5),
      maskHi: dword(6),
      count: dword(7, { entries: bits(18, 0), destinationPolicy: bits(24, 22), sourcePolicy: bits(31, 29) }),
    },
    'copies page-table entries',
  ),
  PTEPDE_RMW: packet(
    'PTEPDE_RMW',
    8,
    {
      header: dword(0, {
        op,
        subOp,
        mtype: bits(18, 16),
        gcc: bits(19),
        system: bits(20),
        snoop: bits(22),
        gpa: bits(23),
        l2Policy,
        llcPolicy,
        cpv: bits(28),
      }),
      addressLo: dword(1),
      addressHi: dword(2),
      maskLo: dword(3),
      maskHi: dword(4),
      valueLo: dword(5),
      valueHi: dword(6),
      count: dword(7),
    },
    'changes bits of page-table entries',
  ),

  TIMESTAMP_SET: packet(
    'TIMESTAMP_SET',
    3,
    { header: dword(0, { op, subOp }), initialLo: dword(1), initialHi: dword(2) },
    "sets the engine's own counter",
  ),
  TIMESTAMP_GET: packet(
    'TIMESTAMP_GET',
    3,
    {
      header: dword(0, { op, subOp, l2Policy, llcPolicy, cpv: bits(28) }),
      addressLo: dword(1, { address: bits(31, 3) }),
      addressHi: dword(2),
    },
    "stores the engine's own counter, 64 bits",
  ),
  TIMESTAMP_GET_GLOBAL: packet(
    'TIMESTAMP_GET_GLOBAL',
    3,
    {
      header: dword(0, { op, subOp, l2Policy, llcPolicy, cpv: bits(28) }),
      addressLo: dword(1, { address: bits(31, 3) }),
      addressHi: dword(2),
    },
    'stores the 100 MHz reference counter, 64 bits',
  ),

  SRBM_WRITE: packet(
    'SRBM_WRITE',
    3,
    {
      header: dword(0, { op, subOp, byteEnable: bits(31, 28) }),
      address: dword(1, { dword: bits(17, 0), aperture: bits(31, 20) }),
      data: dword(2),
    },
    'stores to a register',
  ),
  PRE_EXE: packet(
    'PRE_EXE',
    2,
    { header: dword(0, { op, subOp, device: bits(23, 16) }), count: dword(1, { dwords: bits(13, 0) }) },
    'the next dwords are for one of several dies',
  ),

  GPUVM_INV: packet(
    'GPUVM_INV',
    4,
    {
      header: dword(0, { op, subOp }),
      request: dword(1, {
        perVmid: bits(15, 0),
        flushType: bits(18, 16),
        l2Ptes: bits(19),
        l2Pde0: bits(20),
        l2Pde1: bits(21),
        l2Pde2: bits(22),
        l1Ptes: bits(23),
        clearFault: bits(24),
        logRequest: bits(25),
        only4k: bits(26),
      }),
      rangeLo: dword(2, { s: bits(0), page: bits(31, 1) }),
      rangeHi: dword(3, { page: bits(5, 0) }),
    },
    "drops translations; bits as in the invalidation engine's request register",
  ),
  GCR_REQ: packet(
    'GCR_REQ',
    5,
    {
      header: dword(0, { op, subOp }),
      base: dword(1, { address: bits(31, 7) }),
      baseHi: dword(2, { address: bits(15, 0), gcr: bits(31, 16) }),
      limit: dword(3, { gcrHi: bits(2, 0), address: bits(31, 7) }),
      limitHi: dword(4, { address: bits(15, 0), vmid: bits(27, 24) }),
    },
    'caches: GCR_CNTL bits 15:0 and 18:16 for a range',
  ),
} as const;

/**
 * Operations of ATOMIC and of PM4's ATOMIC_MEM: 32 bits, giving back the old value. 0x20 more is the same with 64 bits,
 * 0x40 more gives nothing back.
 */
export const atomicOperations = {
  SWAP: 0x07,
  CMPSWAP: 0x08,
  ADD: 0x0f,
  SUB: 0x10,
  SMIN: 0x11,
  UMIN: 0x12,
  SMAX: 0x13,
  UMAX: 0x14,
  AND: 0x15,
  OR: 0x16,
  XOR: 0x17,
  INC: 0x18,
  DEC: 0x19,
} as const;
export const atomicOperation64 = 0x20;
export const atomicNoReturn = 0x40;
