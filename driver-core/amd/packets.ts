/**
 * The packets this driver sends: PM4 to the compute queue, SDMA packets to the copy engine. Each comes with its name.
 *
 * Fidelity: from-public-source. Bit positions as in the public packet headers.
 */

import { hi32, lo32 } from '../../pcie/index.ts';
import { opcodes, packet3 } from '../../registers/amd/pm4.ts';

/** A packet and what to call it. */
export interface Packet {
  readonly name: string;
  readonly words: Uint32Array;
}

// --- PM4

const pm4 = (name: keyof typeof opcodes, ...body: readonly number[]): Packet => ({
  name,
  words: Uint32Array.of(packet3(opcodes[name], body.length), ...body),
});

/** One dword alone is a NOP of its own kind. */
export function pm4Filler(dwords: number): Uint32Array {
  const words = new Uint32Array(dwords);
  words[0] = dwords === 1 ? ((3 << 30) | (0x3fff << 16) | (opcodes.NOP << 8)) >>> 0 : packet3(opcodes.NOP, dwords - 1);
  return words;
}

/** Cache control bits of ACQUIRE_MEM. */
const acquireAll = (1 << 0) | (1 << 4) | (1 << 5) | (1 << 6) | (1 << 7) | (1 << 8) | (1 << 9) | (1 << 14) | (1 << 15); // GLI GLM GLK GLV GL1 GL2: write back, invalidate

/** Every cache forgets, so that what anybody else wrote before is seen. */
export function acquireMem(): Packet {
  return pm4('ACQUIRE_MEM', 0, 0xffff_ffff, 0xff, 0, 0, 0xa, acquireAll);
}

const CACHE_FLUSH_AND_INV_TS = 0x14;
const EVENT_INDEX_END_OF_PIPE = 5;
const releaseCaches = (1 << 12) | (1 << 13) | (1 << 14) | (1 << 15) | (1 << 20) | (1 << 21) | (1 << 22); // GLM wb+inv, GLV, GL1, GL2 inv+wb, in sequence
const DATA_SEL_64_BIT = 2 << 29;

/** When everything before it is done and written back: `value` to `address` (8-aligned). */
export function releaseMem(address: number, value: number): Packet {
  return pm4(
    'RELEASE_MEM',
    (CACHE_FLUSH_AND_INV_TS | (EVENT_INDEX_END_OF_PIPE << 8) | releaseCaches) >>> 0,
    DATA_SEL_64_BIT >>> 0,
    lo32(address),
    hi32(address),
    lo32(value),
    hi32(value),
    0,
  );
}

/** Shader registers from dword offset `first` (counted from 0x2c00) on. */
export function setShReg(first: number, ...values: readonly number[]): Packet {
  return pm4('SET_SH_REG', first, ...values.map((v) => v >>> 0));
}

/** Workgroup counts and the initiator word. */
export function dispatchDirect(x: number, y: number, z: number, initiator: number): Packet {
  return pm4('DISPATCH_DIRECT', x, y, z, initiator);
}

const CS_PARTIAL_FLUSH = 0x07;

/** Waits until the waves of every dispatch before it have ended. */
export function csPartialFlush(): Packet {
  return pm4('EVENT_WRITE', CS_PARTIAL_FLUSH | (4 << 8));
}

// --- SDMA

const sdmaOp = { NOP: 0, COPY: 1, FENCE: 5, CONST_FILL: 11 } as const;

/** Most bytes that one linear copy or fill takes (30-bit count, less one); kept a multiple of 4 KiB. */
export const SDMA_MOST_BYTES = 2 ** 30 - 4096;

export function sdmaFiller(dwords: number): Uint32Array {
  const words = new Uint32Array(dwords);
  words[0] = (sdmaOp.NOP | ((dwords - 1) << 16)) >>> 0;
  return words;
}

/** `bytes` (1 to SDMA_MOST_BYTES) from one GPU address to another; any alignment. */
export function sdmaCopy(to: number, from: number, bytes: number): Packet {
  return {
    name: 'COPY_LINEAR',
    words: Uint32Array.of(sdmaOp.COPY, bytes - 1, 0, lo32(from), hi32(from), lo32(to), hi32(to)),
  };
}

/**
 * `bytes` bytes that all become `value`. The unit is a byte, so any size and alignment will do; the data word repeats it,
 * so that an engine which takes whole words writes the same.
 */
export function sdmaFill(to: number, value: number, bytes: number): Packet {
  return {
    name: 'CONST_FILL',
    words: Uint32Array.of(sdmaOp.CONST_FILL, lo32(to), hi32(to), Math.imul(value & 0xff, 0x0101_0101) >>> 0, bytes - 1),
  };
}

const FENCE_MTYPE_UC = 3 << 16;

/** The low 32 bits of a timeline to `address` (4-aligned) when everything before it is done. */
export function sdmaFence(address: number, value: number): Packet {
  return {
    name: 'FENCE',
    words: Uint32Array.of(sdmaOp.FENCE | FENCE_MTYPE_UC, lo32(address), hi32(address), lo32(value)),
  };
}
