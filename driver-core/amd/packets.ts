/**
 * The packets this driver sends: PM4 to the compute queue, SDMA packets to the copy engine. Each comes with its name.
 *
 * Facts: packet layouts of `registers/amd`; events and selectors as public drivers send them.
 *
 * Fidelity: from-public-source.
 */

import { hi32, lo32 } from '../../pcie/index.ts';
import { gliInvalidate } from '../../registers/amd/gcr.ts';
import { nopHeaderAlone, opcodes, packet3, packetHeader, packets } from '../../registers/amd/pm4.ts';
import { memoryTypes } from '../../registers/amd/pte.ts';
import { sdmaOpcodes, sdmaPackets } from '../../registers/amd/sdma-packets.ts';
import { encodeDwords, packBits } from '../../registers/layout.ts';
import type { Encodable, Layout } from '../../registers/layout.ts';

/** A packet and what to call it. */
export interface Packet {
  readonly name: string;
  readonly words: Uint32Array;
}

// --- PM4

type Pm4 = typeof packets;

/** A packet of fixed length from its parts. */
function pm4<N extends keyof Pm4 & keyof typeof opcodes>(name: N, parts: Encodable<Pm4[N]>): Packet {
  const words = Uint32Array.from(encodeDwords<Layout>(packets[name], parts as Encodable<Layout>));
  words[0] = packet3(opcodes[name], words.length - 1);
  return { name, words };
}

/** A packet that does nothing, `dwords` long; one dword alone is a NOP of its own kind. */
export function pm4Filler(dwords: number): Uint32Array {
  const words = new Uint32Array(dwords);
  words[0] =
    dwords === 1
      ? packBits(packetHeader, { OPCODE: opcodes.NOP, COUNT: nopHeaderAlone, TYPE: 3 })
      : packet3(opcodes.NOP, dwords - 1);
  return words;
}

/** Every cache forgets, so that what anybody else wrote before is seen. */
export function acquireMem(): Packet {
  return pm4('ACQUIRE_MEM', {
    sizeLo: 0xffff_ffff, // everything
    sizeHi: { bits: 0xff },
    poll: { interval: 0xa },
    gcr: {
      GLI_INV: gliInvalidate.all,
      GLM_WB: 1,
      GLM_INV: 1,
      GLK_WB: 1,
      GLK_INV: 1,
      GLV_INV: 1,
      GL1_INV: 1,
      GL2_INV: 1,
      GL2_WB: 1,
    },
  });
}

const CACHE_FLUSH_AND_INV_TS = 0x14;
const END_OF_PIPE = 5;
const SEND_64_BITS = 2;

/** When everything before it is done and written back: `value` to `address` (8-aligned). */
export function releaseMem(address: number, value: number): Packet {
  return pm4('RELEASE_MEM', {
    control: {
      eventType: CACHE_FLUSH_AND_INV_TS,
      eventIndex: END_OF_PIPE,
      GLM_WB: 1,
      GLM_INV: 1,
      GLV_INV: 1,
      GL1_INV: 1,
      GL2_INV: 1,
      GL2_WB: 1,
      SEQ: 1,
    },
    select: { data: SEND_64_BITS },
    addressLo: lo32(address),
    addressHi: hi32(address),
    dataLo: lo32(value),
    dataHi: hi32(value),
  });
}

/** Shader registers from dword offset `first` (counted from where SET_SH_REG counts) on. */
export function setShReg(first: number, ...values: readonly number[]): Packet {
  const words = Uint32Array.of(packet3(opcodes.SET_SH_REG, values.length + 1), first, ...values);
  return { name: 'SET_SH_REG', words };
}

/** Workgroup counts and the initiator word. */
export function dispatchDirect(x: number, y: number, z: number, initiator: number): Packet {
  return pm4('DISPATCH_DIRECT', { x, y, z, initiator });
}

const CS_PARTIAL_FLUSH = 0x07;
const PARTIAL_FLUSH = 4;

/** Waits until the waves of every dispatch before it have ended. */
export function csPartialFlush(): Packet {
  return pm4('EVENT_WRITE', { event: { type: CS_PARTIAL_FLUSH, index: PARTIAL_FLUSH } });
}

// --- SDMA

const sdma = <L extends Layout>(name: string, layout: L, parts: Encodable<L>): Packet => ({
  name,
  words: Uint32Array.from(encodeDwords(layout, parts)),
});

/** Most bytes that one linear copy or fill takes (30-bit count, less one); kept a multiple of 4 KiB. */
export const SDMA_MOST_BYTES = 2 ** 30 - 4096;

/** A packet that does nothing, `dwords` long. */
export function sdmaFiller(dwords: number): Uint32Array {
  const words = new Uint32Array(dwords);
  words[0] = packBits(sdmaPackets.NOP.parts.header, { op: sdmaOpcodes.NOP, count: dwords - 1 });
  return words;
}

/** `bytes` (1 to SDMA_MOST_BYTES) from one GPU address to another; any alignment. */
export function sdmaCopy(to: number, from: number, bytes: number): Packet {
  return sdma('COPY_LINEAR', sdmaPackets.COPY_LINEAR, {
    header: { op: sdmaOpcodes.COPY },
    count: { bytes: bytes - 1 },
    sourceLo: lo32(from),
    sourceHi: hi32(from),
    destinationLo: lo32(to),
    destinationHi: hi32(to),
  });
}

/**
 * `bytes` bytes that all become `value`. The unit is a byte, so any size and alignment will do; the data word repeats it,
 * so that an engine which takes whole words writes the same.
 */
export function sdmaFill(to: number, value: number, bytes: number): Packet {
  return sdma('CONST_FILL', sdmaPackets.CONSTANT_FILL, {
    header: { op: sdmaOpcodes.CONST_FILL },
    destinationLo: lo32(to),
    destinationHi: hi32(to),
    data: Math.imul(value & 0xff, 0x0101_0101) >>> 0,
    count: { bytes: bytes - 1 },
  });
}

/** The low 32 bits of a timeline to `address` (4-aligned) when everything before it is done. */
export function sdmaFence(address: number, value: number): Packet {
  return sdma('FENCE', sdmaPackets.FENCE, {
    header: { op: sdmaOpcodes.FENCE, mtype: memoryTypes.UC },
    addressLo: lo32(address),
    addressHi: hi32(address),
    data: lo32(value),
  });
}
