/**
 * Memory for one kernel: named regions at addresses of their own with nothing between them, in one WebAssembly memory with
 * the shader core's state, so that code can be translated.
 *
 * A region ends where its last page does (but for alignment), so that what runs past the end of a buffer faults.
 */

import { Access } from '../../hw-models/exec/memory.ts';
import type { CoreMemory } from '../../hw-models/exec/memory.ts';
import type { Allocate } from '../../hw-models/rdna3/shader/index.ts';
import { hex } from '../../pcie/index.ts';

const PAGE = 4096;
const WASM_PAGE = 65536;
/** Where the first region lies: above what 32 bits can name, so that a truncated pointer faults. */
const BASE = 0x1_0000_0000;
/** Regions keep this distance. */
const GAP = 1 << 20;
const ALIGN = 16;

export interface Region {
  readonly name: string;
  readonly address: number;
  readonly bytes: number;
  /** Offset in the memory. */
  readonly at: number;
  readonly writable: boolean;
  /** Pages of it, as the offset and address of their first byte and their number. */
  readonly page: number;
  readonly firstByte: number;
  readonly pages: number;
}

/** Room a shader core's state takes beside the regions. */
export const stateBytes = (slots: number, ldsPoolBytes: number): number =>
  slots * 36_000 + ldsPoolBytes * 9 + (8 << 20);

export class KernelMemory implements CoreMemory {
  readonly memory: WebAssembly.Memory;
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly tracksStores = false;
  readonly regions: Region[] = [];
  #top = WASM_PAGE;
  #nextAddress = BASE;

  /** @throws RangeError where the machine has not that much memory. */
  constructor(bytes: number) {
    const pages = Math.ceil(bytes / WASM_PAGE) + 1;
    if (pages > 65536) throw new RangeError(`${bytes} bytes; 4 GiB are possible`);
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    const { buffer } = this.memory;
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.u32 = new Uint32Array(buffer);
  }

  /** A region of its own; `align` of its address defaults to 16 bytes, which puts its end at the end of a page. */
  place(name: string, bytes: number, options: { readonly writable?: boolean; readonly align?: number } = {}): Region {
    const size = Math.max(bytes, 1);
    const pages = Math.ceil(size / PAGE);
    const page = Math.ceil(this.#top / PAGE) * PAGE;
    const align = options.align ?? ALIGN;
    const inset = align > PAGE ? 0 : Math.floor((pages * PAGE - size) / align) * align;
    const firstByte = Math.ceil(this.#nextAddress / Math.max(align, PAGE)) * Math.max(align, PAGE);
    this.#nextAddress = Math.ceil((firstByte + pages * PAGE + GAP) / GAP) * GAP;
    this.#top = page + pages * PAGE;
    if (this.#top > this.u8.length) throw new RangeError('the kernel memory is full');
    const region: Region = {
      name,
      address: firstByte + inset,
      bytes,
      at: page + inset,
      writable: options.writable ?? true,
      page,
      firstByte,
      pages,
    };
    this.regions.push(region);
    return region;
  }

  bytesOf({ at, bytes }: Region): Uint8Array {
    return this.u8.subarray(at, at + bytes);
  }

  translate(va: number, access: Access): number {
    for (const { firstByte, pages, page, writable } of this.regions) {
      const offset = va - firstByte;
      if (offset < 0 || offset >= pages * PAGE) continue;
      return !writable && (access === Access.write || access === Access.atomic) ? -1 : page + offset;
    }
    return -1;
  }

  stored(): void {}

  /** Offset of zeroed bytes that no region has. */
  reserve(bytes: number): number {
    const at = Math.ceil(this.#top / WASM_PAGE) * WASM_PAGE;
    this.#top = at + bytes;
    if (this.#top > this.u8.length) throw new RangeError('the kernel memory is full');
    return at;
  }

  readonly allocate: Allocate = (_name, kind, length) => {
    const { buffer } = this.memory;
    const at = this.reserve(kind === 'u8' ? length : kind === 'f64' ? length * 8 : length * 4);
    switch (kind) {
      case 'u32':
        return new Uint32Array(buffer, at, length);
      case 'i32':
        return new Int32Array(buffer, at, length);
      case 'u8':
        return new Uint8Array(buffer, at, length);
      default:
        return new Float64Array(buffer, at, length);
    }
  };

  /** The region an address lies in or near, in words. */
  explain(address: number): string {
    let nearest: { region: Region; distance: number } | undefined;
    for (const region of this.regions) {
      const inside = address - region.address;
      if (inside >= 0 && inside < region.bytes)
        return `byte ${inside} of ${region.name}${region.writable ? '' : ', which is read only'}`;
      const distance = inside < 0 ? -inside : inside - region.bytes;
      if (distance < GAP && distance < (nearest?.distance ?? Infinity)) nearest = { region, distance };
    }
    if (nearest !== undefined) {
      const { region, distance } = nearest;
      return `${distance} bytes ${address < region.address ? 'before' : 'behind the end of'} ${region.name} (${region.bytes} bytes at ${hex(region.address)})`;
    }
    return address < PAGE ? 'a null pointer' : 'near no buffer';
  }
}
