/**
 * Host memory that the device shares, as the driver's own structures use it: dwords by index, pairs, sub-ranges.
 */

import type { DmaBuffer } from '../pcie/index.ts';

/** Bytes of dwords, for block writes. */
export function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

/** A stretch of a DMA buffer with its own offsets. */
export class DmaSlice {
  readonly buffer: DmaBuffer;
  readonly offset: number;
  readonly bytes: number;

  constructor(buffer: DmaBuffer, offset = 0, bytes = buffer.bytes - offset) {
    this.buffer = buffer;
    this.offset = offset;
    this.bytes = bytes;
  }

  writeWords(at: number, words: Uint32Array): void {
    this.buffer.writeBlock(this.offset + at, bytesOf(words));
    this.buffer.syncForDevice(this.offset + at, words.byteLength);
  }

  write(at: number, from: Uint8Array): void {
    this.buffer.writeBlock(this.offset + at, from);
    this.buffer.syncForDevice(this.offset + at, from.length);
  }

  read(at: number, into: Uint8Array): void {
    this.buffer.syncForCpu(this.offset + at, into.length);
    this.buffer.readBlock(this.offset + at, into);
  }

  write64(at: number, lo: number, hi: number): void {
    this.buffer.write64(this.offset + at, lo, hi);
    this.buffer.syncForDevice(this.offset + at, 8);
  }

  read32(at: number): number {
    this.buffer.syncForCpu(this.offset + at, 4);
    return this.buffer.read32(this.offset + at);
  }

  read64(at: number, into: Uint32Array): Uint32Array {
    this.buffer.syncForCpu(this.offset + at, 8);
    return this.buffer.read64(this.offset + at, into);
  }
}
