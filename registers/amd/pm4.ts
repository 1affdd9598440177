/**
 * PM4: the packets that command processors read from rings and indirect buffers.
 *
 * A type-3 packet is a header and count+1 dwords of body. Declared here is every packet that a compute queue takes,
 * body dword by body dword (dword 0 is the header), with the vendor's packet names; the last named array part, where
 * there is one, goes on to the end of the packet.
 *
 * Source: public packet headers (Linux amdgpu, aqlprofile), the compute-engine packet tables of tinygrad.
 *
 * Fidelity: from-public-source. The launch sequence of a stock driver is held against these layouts word by word.
 */

import type { Layout, Parts } from '../layout.ts';
import { bits, dword, layout } from '../layout.ts';
import { GCR_CNTL } from './gcr.ts';

/** Dword 0 of a type-3 packet. COUNT is the number of body dwords less one. */
export const packetHeader = dword(0, {
  PREDICATE: bits(0),
  SHADER_TYPE: bits(1),
  OPCODE: bits(15, 8),
  COUNT: bits(29, 16),
  TYPE: bits(31, 30),
});

/** A NOP with this count is one dword long. */
export const nopHeaderAlone = 0x3fff;

/** Type-3 opcodes by the vendor's names. */
// oxfmt-ignore: a table
export const opcodes = {
  NOP: 0x10, SET_BASE: 0x11, CLEAR_STATE: 0x12, INDEX_BUFFER_SIZE: 0x13, DISPATCH_DIRECT: 0x15,
  DISPATCH_INDIRECT: 0x16, INDIRECT_BUFFER_END: 0x17, INDIRECT_BUFFER_CNST_END: 0x19, ATOMIC_GDS: 0x1d,
  ATOMIC_MEM: 0x1e, OCCLUSION_QUERY: 0x1f, SET_PREDICATION: 0x20, REG_RMW: 0x21, COND_EXEC: 0x22, PRED_EXEC: 0x23,
  DRAW_INDIRECT: 0x24, DRAW_INDEX_INDIRECT: 0x25, INDEX_BASE: 0x26, DRAW_INDEX_2: 0x27, CONTEXT_CONTROL: 0x28,
  INDEX_TYPE: 0x2a, DRAW_INDIRECT_MULTI: 0x2c, DRAW_INDEX_AUTO: 0x2d, NUM_INSTANCES: 0x2f,
  DRAW_INDEX_MULTI_AUTO: 0x30, INDIRECT_BUFFER_PRIV: 0x32, INDIRECT_BUFFER_CNST: 0x33, STRMOUT_BUFFER_UPDATE: 0x34,
  DRAW_INDEX_OFFSET_2: 0x35, DRAW_PREAMBLE: 0x36, WRITE_DATA: 0x37, DRAW_INDEX_INDIRECT_MULTI: 0x38,
  MEM_SEMAPHORE: 0x39, DRAW_INDEX_MULTI_INST: 0x3a, COPY_DW: 0x3b, WAIT_REG_MEM: 0x3c, INDIRECT_BUFFER: 0x3f,
  COPY_DATA: 0x40, CP_DMA: 0x41, PFP_SYNC_ME: 0x42, SURFACE_SYNC: 0x43, ME_INITIALIZE: 0x44, COND_WRITE: 0x45,
  EVENT_WRITE: 0x46, EVENT_WRITE_EOP: 0x47, EVENT_WRITE_EOS: 0x48, RELEASE_MEM: 0x49, PREAMBLE_CNTL: 0x4a,
  DMA_DATA: 0x50, CONTEXT_REG_RMW: 0x51, GFX_CNTX_UPDATE: 0x52, BLK_CNTX_UPDATE: 0x53, INCR_UPDT_STATE: 0x55,
  ACQUIRE_MEM: 0x58, REWIND: 0x59, INTERRUPT: 0x5a, GEN_PDEPTE: 0x5b, INDIRECT_BUFFER_PASID: 0x5c,
  PRIME_UTCL2: 0x5d, LOAD_UCONFIG_REG: 0x5e, LOAD_SH_REG: 0x5f, LOAD_CONFIG_REG: 0x60, LOAD_CONTEXT_REG: 0x61,
  LOAD_COMPUTE_STATE: 0x62, LOAD_SH_REG_INDEX: 0x63, SET_CONFIG_REG: 0x68, SET_CONTEXT_REG: 0x69,
  SET_CONTEXT_REG_INDEX: 0x6a, SET_VGPR_REG_DI_MULTI: 0x71, SET_SH_REG_DI: 0x72, SET_CONTEXT_REG_INDIRECT: 0x73,
  SET_SH_REG_DI_MULTI: 0x74, GFX_PIPE_LOCK: 0x75, SET_SH_REG: 0x76, SET_SH_REG_OFFSET: 0x77, SET_QUEUE_REG: 0x78,
  SET_UCONFIG_REG: 0x79, SET_UCONFIG_REG_INDEX: 0x7a, FORWARD_HEADER: 0x7c, SCRATCH_RAM_WRITE: 0x7d,
  SCRATCH_RAM_READ: 0x7e, LOAD_CONST_RAM: 0x80, WRITE_CONST_RAM: 0x81, DUMP_CONST_RAM: 0x83,
  INCREMENT_CE_COUNTER: 0x84, INCREMENT_DE_COUNTER: 0x85, WAIT_ON_CE_COUNTER: 0x86, WAIT_ON_DE_COUNTER_DIFF: 0x88,
  SWITCH_BUFFER: 0x8b, DISPATCH_DRAW_PREAMBLE: 0x8c, DISPATCH_DRAW: 0x8d, GET_LOD_STATS: 0x8e,
  DRAW_MULTI_PREAMBLE: 0x8f, FRAME_CONTROL: 0x90, INDEX_ATTRIBUTES_INDIRECT: 0x91, WAIT_REG_MEM64: 0x93,
  COND_PREEMPT: 0x94, HDP_FLUSH: 0x95, COPY_DATA_RB: 0x96, INVALIDATE_TLBS: 0x98, AQL_PACKET: 0x99,
  DMA_DATA_FILL_MULTI: 0x9a, SET_SH_REG_INDEX: 0x9b, DRAW_INDIRECT_COUNT_MULTI: 0x9c,
  DRAW_INDEX_INDIRECT_COUNT_MULTI: 0x9d, DUMP_CONST_RAM_OFFSET: 0x9e, LOAD_CONTEXT_REG_INDEX: 0x9f,
  SET_RESOURCES: 0xa0, MAP_PROCESS: 0xa1, MAP_QUEUES: 0xa2, UNMAP_QUEUES: 0xa3, QUERY_STATUS: 0xa4, RUN_LIST: 0xa5,
  MAP_PROCESS_VM: 0xa6, SET_Q_PREEMPTION_MODE: 0xf0,
} as const;

export type OpcodeName = keyof typeof opcodes;

/** The name of an opcode, or `undefined` for one that no list knows. */
export function opcodeName(opcode: number): OpcodeName | undefined {
  for (const name in opcodes) if (opcodes[name as OpcodeName] === opcode) return name as OpcodeName;
  return undefined;
}

/** Header of a packet with `bodyDwords` dwords after it. */
export function packet3(opcode: number, bodyDwords: number): number {
  return (0xc000_0000 | (((bodyDwords - 1) & 0x3fff) << 16) | (opcode << 8)) >>> 0;
}

function packet<const P extends Parts>(name: OpcodeName, dwords: number, parts: P, doc: string): Layout<P> {
  return layout(name, dwords * 4, parts, doc);
}

const cachePolicy = bits(26, 25);

/** The body of every packet a compute queue takes. Sizes are the shortest form, header included. */
export const packets = {
  NOP: packet('NOP', 1, {}, 'skips its body; anything may lie there'),

  DISPATCH_DIRECT: packet('DISPATCH_DIRECT', 5, { x: dword(1), y: dword(2), z: dword(3), initiator: dword(4) }, 'starts a grid of x·y·z workgroups'),
  DISPATCH_INDIRECT: packet(
    'DISPATCH_INDIRECT',
    4,
    { addressLo: dword(1), addressHi: dword(2), initiator: dword(3) },
    'the same; x, y and z are read from memory',
  ),

  ATOMIC_MEM: packet(
    'ATOMIC_MEM',
    9,
    {
      control: dword(1, { operation: bits(6, 0), command: bits(11, 8), cachePolicy }),
      addressLo: dword(2),
      addressHi: dword(3),
      sourceLo: dword(4),
      sourceHi: dword(5),
      compareLo: dword(6),
      compareHi: dword(7),
      loop: dword(8, { interval: bits(12, 0) }),
    },
    'read-modify-write; command 1 repeats until the comparison holds',
  ),

  COND_EXEC: packet(
    'COND_EXEC',
    5,
    { addressLo: dword(1), addressHi: dword(2), reserved: dword(3), count: dword(4, { dwords: bits(13, 0) }) },
    'skips so many dwords while memory holds 0',
  ),
  PRED_EXEC: packet(
    'PRED_EXEC',
    2,
    { control: dword(1, { dwords: bits(13, 0), deviceMask: bits(31, 24) }) },
    'the next dwords are for some of several dies only',
  ),

  WRITE_DATA: packet(
    'WRITE_DATA',
    4,
    {
      control: dword(1, {
        destination: bits(11, 8),
        sameAddress: bits(16),
        confirm: bits(20),
        cachePolicy,
        engine: bits(31, 30),
      }),
      addressLo: dword(2),
      addressHi: dword(3),
    },
    'stores the dwords that follow, to memory or to registers',
  ),

  WAIT_REG_MEM: packet(
    'WAIT_REG_MEM',
    7,
    {
      control: dword(1, { function: bits(2, 0), memory: bits(5, 4), operation: bits(7, 6), engine: bits(8), cachePolicy }),
      addressLo: dword(2),
      addressHi: dword(3),
      reference: dword(4),
      mask: dword(5),
      poll: dword(6, { interval: bits(15, 0), offload: bits(31) }),
    },
    'waits until (value & mask) compares with the reference; operation 1 stores to one register and waits on another',
  ),
  WAIT_REG_MEM64: packet(
    'WAIT_REG_MEM64',
    9,
    {
      control: dword(1, { function: bits(2, 0), memory: bits(5, 4), operation: bits(7, 6), engine: bits(8), cachePolicy }),
      addressLo: dword(2),
      addressHi: dword(3),
      referenceLo: dword(4),
      referenceHi: dword(5),
      maskLo: dword(6),
      maskHi: dword(7),
      poll: dword(8, { interval: bits(15, 0), offload: bits(31) }),
    },
    'the same with 64 bits',
  ),

  INDIRECT_BUFFER: packet(
    'INDIRECT_BUFFER',
    4,
    {
      addressLo: dword(1),
      addressHi: dword(2),
      control: dword(3, {
        dwords: bits(19, 0),
        chain: bits(20),
        offloadPolling: bits(21),
        valid: bits(23),
        vmid: bits(27, 24),
        cachePolicy: bits(29, 28),
        inheritVmid: bits(30),
        privileged: bits(31),
      }),
    },
    'runs packets elsewhere, then comes back; with chain it does not',
  ),

  COPY_DATA: packet(
    'COPY_DATA',
    6,
    {
      control: dword(1, {
        source: bits(3, 0),
        destination: bits(11, 8),
        sourcePolicy: bits(14, 13),
        count64: bits(16),
        confirm: bits(20),
        destinationPolicy: bits(26, 25),
        pqExeStatus: bits(29),
      }),
      sourceLo: dword(2),
      sourceHi: dword(3),
      destinationLo: dword(4),
      destinationHi: dword(5),
    },
    'moves one or two dwords between registers, memory, clocks and immediates',
  ),

  EVENT_WRITE: packet(
    'EVENT_WRITE',
    2,
    { event: dword(1, { type: bits(5, 0), index: bits(11, 8) }) },
    'an event down the pipe; sampling events carry an address in two more dwords',
  ),

  RELEASE_MEM: packet(
    'RELEASE_MEM',
    8,
    {
      control: dword(1, {
        eventType: bits(5, 0),
        eventIndex: bits(11, 8),
        GLM_WB: bits(12),
        GLM_INV: bits(13),
        GLV_INV: bits(14),
        GL1_INV: bits(15),
        GL2_US: bits(16),
        GL2_RANGE: bits(18, 17),
        GL2_DISCARD: bits(19),
        GL2_INV: bits(20),
        GL2_WB: bits(21),
        SEQ: bits(22),
        cachePolicy,
        execute: bits(28),
      }),
      select: dword(2, { destination: bits(17, 16), interrupt: bits(26, 24), data: bits(31, 29) }),
      addressLo: dword(3),
      addressHi: dword(4),
      dataLo: dword(5),
      dataHi: dword(6),
      interruptContext: dword(7),
    },
    'when all work before it has ended: caches, then a store, then an interrupt',
  ),

  DMA_DATA: packet(
    'DMA_DATA',
    7,
    {
      control: dword(1, {
        engine: bits(0),
        sourcePolicy: bits(14, 13),
        destination: bits(21, 20),
        destinationPolicy: bits(26, 25),
        source: bits(30, 29),
        sync: bits(31),
      }),
      sourceLo: dword(2),
      sourceHi: dword(3),
      destinationLo: dword(4),
      destinationHi: dword(5),
      command: dword(6, {
        bytes: bits(25, 0),
        sourceIsRegister: bits(26),
        destinationIsRegister: bits(27),
        sourceFixed: bits(28),
        destinationFixed: bits(29),
        rawWait: bits(30),
      }),
    },
    'copies or fills memory',
  ),

  ACQUIRE_MEM: packet(
    'ACQUIRE_MEM',
    8,
    {
      coherence: dword(1),
      sizeLo: dword(2),
      sizeHi: dword(3, { bits: bits(7, 0) }),
      baseLo: dword(4),
      baseHi: dword(5, { bits: bits(23, 0) }),
      poll: dword(6, { interval: bits(15, 0) }),
      gcr: dword(7, GCR_CNTL.bits),
    },
    'drops and writes back caches for a range in units of 256 bytes; a size of all ones means everything',
  ),

  INTERRUPT: packet('INTERRUPT', 2, { context: dword(1) }, 'raises a generic command-processor interrupt'),

  SET_SH_REG: packet(
    'SET_SH_REG',
    3,
    { control: dword(1, { offset: bits(15, 0), vmidShift: bits(27, 23), index: bits(31, 28) }), first: dword(2) },
    'stores the values that follow to consecutive shader registers',
  ),
  SET_SH_REG_INDEX: packet(
    'SET_SH_REG_INDEX',
    3,
    { control: dword(1, { offset: bits(15, 0), index: bits(31, 28) }), first: dword(2) },
    'the same; the index says what is done to the value on its way',
  ),
  SET_SH_REG_OFFSET: packet(
    'SET_SH_REG_OFFSET',
    3,
    { control: dword(1, { offset: bits(15, 0), index: bits(31, 28) }), first: dword(2) },
    'the same, relative to a base set before',
  ),
  SET_UCONFIG_REG: packet(
    'SET_UCONFIG_REG',
    3,
    { control: dword(1, { offset: bits(15, 0), index: bits(31, 28) }), first: dword(2) },
    'stores to user configuration registers',
  ),
  SET_CONFIG_REG: packet(
    'SET_CONFIG_REG',
    3,
    { control: dword(1, { offset: bits(15, 0) }), first: dword(2) },
    'stores to configuration registers; privileged',
  ),
  SET_CONTEXT_REG: packet(
    'SET_CONTEXT_REG',
    3,
    { control: dword(1, { offset: bits(15, 0) }), first: dword(2) },
    'stores to context registers, which only graphics has',
  ),

  HDP_FLUSH: packet('HDP_FLUSH', 2, { reserved: dword(1) }, 'flushes the host data path'),
  AQL_PACKET: packet('AQL_PACKET', 2, { control: dword(1) }, 'hands an AQL packet to the queue'),

  INVALIDATE_TLBS: packet(
    'INVALIDATE_TLBS',
    2,
    { control: dword(1, { destination: bits(3, 0), allHubs: bits(4), pasid: bits(20, 5), flushType: bits(31, 29) }) },
    'drops translations of one process address space',
  ),

  SET_RESOURCES: packet(
    'SET_RESOURCES',
    8,
    {
      control: dword(1, { vmidMask: bits(15, 0), unmapLatency: bits(28, 16), queueType: bits(31, 29) }),
      queueMaskLo: dword(2),
      queueMaskHi: dword(3),
      gwsMaskLo: dword(4),
      gwsMaskHi: dword(5),
      oac: dword(6, { mask: bits(15, 0) }),
      gds: dword(7, { heapBase: bits(5, 0), heapSize: bits(16, 11) }),
    },
    'tells the scheduler what it may hand out',
  ),
  MAP_QUEUES: packet(
    'MAP_QUEUES',
    7,
    {
      control: dword(1, {
        queueSelect: bits(5, 4),
        vmid: bits(11, 8),
        queue: bits(15, 13),
        pipe: bits(17, 16),
        me: bits(19, 18),
        queueType: bits(23, 21),
        allocationFormat: bits(25, 24),
        engineSelect: bits(28, 26),
        queues: bits(31, 29),
      }),
      doorbell: dword(2, { checkDisable: bits(1), offset: bits(27, 2) }),
      mqdLo: dword(3),
      mqdHi: dword(4),
      wptrLo: dword(5),
      wptrHi: dword(6),
    },
    'loads a queue descriptor from memory and starts the queue',
  ),
  UNMAP_QUEUES: packet(
    'UNMAP_QUEUES',
    6,
    {
      control: dword(1, {
        action: bits(1, 0),
        queueSelect: bits(5, 4),
        engineSelect: bits(28, 26),
        queues: bits(31, 29),
      }),
      doorbell0: dword(2, { offset: bits(27, 2) }),
      doorbell1: dword(3),
      doorbell2: dword(4),
      doorbell3: dword(5),
    },
    'stops queues; action 3 leaves them mapped and stores a sequence number at an address instead',
  ),
  QUERY_STATUS: packet(
    'QUERY_STATUS',
    7,
    {
      control: dword(1, { contextId: bits(27, 0), interrupt: bits(29, 28), command: bits(31, 30) }),
      doorbell: dword(2, { offset: bits(24, 2), engineSelect: bits(27, 25) }),
      addressLo: dword(3),
      addressHi: dword(4),
      dataLo: dword(5),
      dataHi: dword(6),
    },
    'stores a fence when the queues asked about have come so far',
  ),
  RUN_LIST: packet(
    'RUN_LIST',
    4,
    {
      addressLo: dword(1),
      addressHi: dword(2),
      control: dword(3, { dwords: bits(19, 0), chain: bits(20), offloadPolling: bits(21), valid: bits(23) }),
    },
    'scheduler ring only',
  ),
} as const;

/** Where the four SET_*_REG packets count from, in dwords, and the first dword they no longer reach. */
export const registerWindows = {
  SET_CONFIG_REG: { first: 0x2000, end: 0x2c00 },
  SET_SH_REG: { first: 0x2c00, end: 0x3000 },
  SET_CONTEXT_REG: { first: 0xa000, end: 0xa400 },
  /** Headers say 0xc400; drivers use it up to 0xffff. */
  SET_UCONFIG_REG: { first: 0xc000, end: 0x1_0000 },
} as const;

/** DISPATCH initiator: the word is COMPUTE_DISPATCH_INITIATOR's. Both known drivers send it with these three bits. */
export const dispatchInitiator = { computeShaderEnable: 1 << 0, forceStartAt000: 1 << 2, wave32: 1 << 15 } as const;

/** WAIT_REG_MEM and SDMA's POLL_REGMEM compare (value & mask) with the reference. */
export const waitFunctions = ['always', '<', '<=', '==', '!=', '>=', '>'] as const;

export const writeDataDestination = { register: 0, memorySync: 1, l2: 2, gds: 3, memory: 5, adcRegister: 6 } as const;
export const waitMemory = { register: 0, memory: 1 } as const;
export const waitOperation = { wait: 0, writeThenWait: 1, preemptableWait: 3 } as const;
export const copyDataSource = {
  register: 0,
  memory: 1,
  l2: 2,
  gds: 3,
  perfCounter: 4,
  immediate: 5,
  atomicReturn: 6,
  gdsAtomicReturn0: 7,
  gdsAtomicReturn1: 8,
  gpuClock: 9,
  systemClock: 10,
} as const;
export const copyDataDestination = { register: 0, l2: 2, gds: 3, perfCounter: 4, memory: 5, registerDc: 6 } as const;
export const releaseMemData = { none: 0, low32: 1, all64: 2, gpuClock: 3, systemClock: 4, gds: 5 } as const;
export const releaseMemInterrupt = {
  none: 0,
  interruptOnly: 1,
  afterWriteConfirm: 2,
  dataAfterConfirm: 3,
  unconditional: 4,
} as const;
export const releaseMemDestination = { memory: 0, l2: 1 } as const;

/** Event types (EVENT_WRITE, RELEASE_MEM). */
export const events = {
  CS_PARTIAL_FLUSH: 0x07,
  CACHE_FLUSH_AND_INV_TS_EVENT: 0x14,
  PERFCOUNTER_START: 0x17,
  PERFCOUNTER_STOP: 0x18,
  PIPELINESTAT_START: 0x19,
  PIPELINESTAT_STOP: 0x1a,
  PERFCOUNTER_SAMPLE: 0x1b,
  SAMPLE_PIPELINESTAT: 0x1e,
  BOTTOM_OF_PIPE_TS: 0x28,
  CS_DONE: 0x2f,
  THREAD_TRACE_START: 0x33,
  THREAD_TRACE_STOP: 0x34,
  THREAD_TRACE_MARKER: 0x35,
  THREAD_TRACE_DRAW: 0x36,
  THREAD_TRACE_FINISH: 0x37,
} as const;

/** EVENT_WRITE's and RELEASE_MEM's index: how the event is to be treated. */
export const eventIndex = { other: 0, zpass: 1, pipelineStat: 2, streamout: 3, partialFlush: 4, endOfPipe: 5, shaderDone: 6 } as const;
