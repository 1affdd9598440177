/**
 * Loads AMDGPU code objects: ELF64 shared objects as clang links them for amdhsa.
 *
 * The image is laid out by its program headers, relocations that a linker leaves are applied against the address it
 * will have, and kernels are found by their descriptors (`name.kd`). Every offset of the file is checked before it is
 * used; nothing in it is executed or trusted.
 *
 * Facts: ELF-64 specification; LLVM's AMDGPU usage document (code object versions 3 to 5, kernel descriptors, metadata).
 *
 * Fidelity: from-public-source.
 */

import { EmptyslotError, hex } from '../pcie/index.ts';
import { kernelDescriptor, kernelDescriptorBytes } from '../registers/amd/descriptor.ts';
import { decode } from '../registers/layout.ts';
import { readMsgpack } from './msgpack.ts';
import type { MsgValue } from './msgpack.ts';

const EM_AMDGPU = 224;
const ET_DYN = 3;
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_NOTE = 4;
const NT_AMDGPU_METADATA = 32;

/** Dynamic tags. */
const DT = {
  NULL: 0,
  HASH: 4,
  STRTAB: 5,
  SYMTAB: 6,
  RELA: 7,
  RELASZ: 8,
  RELAENT: 9,
  STRSZ: 10,
  SYMENT: 11,
  GNU_HASH: 0x6fff_fef5,
} as const;

/** Relocations that may be left in a linked object. */
const R = {
  ABS32_LO: 1,
  ABS32_HI: 2,
  ABS64: 3,
  REL32: 4,
  REL64: 5,
  ABS32: 6,
  REL32_LO: 10,
  REL32_HI: 11,
  RELATIVE64: 13,
} as const;

/** Machine numbers in e_flags. */
export const amdgpuMachines: Readonly<Record<number, string>> = {
  0x36: 'gfx1030',
  0x41: 'gfx1100',
  0x44: 'gfx1103',
  0x46: 'gfx1101',
  0x47: 'gfx1102',
};

/** Objects larger than this are no code. */
const MOST_IMAGE_BYTES = 512 * 2 ** 20;

/** An amdhsa kernel descriptor. */
export interface KernelDescriptor {
  /** Static LDS in bytes. */
  readonly groupSegmentBytes: number;
  /** Scratch in bytes a lane. */
  readonly privateSegmentBytes: number;
  readonly kernargBytes: number;
  /** Entry, counted from the descriptor. */
  readonly entryOffset: number;
  readonly rsrc1: number;
  readonly rsrc2: number;
  readonly rsrc3: number;
  readonly properties: number;
  readonly kernargPreload: number;
}

const { bits } = kernelDescriptor.parts.properties;
const bit = (name: keyof typeof bits): number => 1 << bits[name].lo;

/** `properties` of a descriptor by bit. */
export const kernelProperties = {
  privateSegmentBuffer: bit('PRIVATE_SEGMENT_BUFFER'),
  dispatchPointer: bit('DISPATCH_PTR'),
  queuePointer: bit('QUEUE_PTR'),
  kernargPointer: bit('KERNARG_SEGMENT_PTR'),
  dispatchId: bit('DISPATCH_ID'),
  privateSegmentSize: bit('PRIVATE_SEGMENT_SIZE'),
  wave32: bit('WAVEFRONT_SIZE32'),
  dynamicStack: bit('USES_DYNAMIC_STACK'),
} as const;

/** One kernel argument as metadata describes it. */
export interface KernelArgument {
  readonly name: string;
  readonly offset: number;
  readonly bytes: number;
  /** `by_value`, `global_buffer`, `hidden_block_count_x`, … */
  readonly kind: string;
}

export interface CodeKernel {
  readonly name: string;
  /** Byte offset of the descriptor in the image. */
  readonly descriptorAt: number;
  readonly descriptor: KernelDescriptor;
  /** Absent where the object carries no metadata for the kernel. */
  readonly arguments: readonly KernelArgument[] | undefined;
}

export interface CodeObject {
  /** `gfx1100` */
  readonly machine: string;
  /** Memory image from address 0 of the object, before relocation. */
  readonly image: Uint8Array;
  readonly kernels: readonly CodeKernel[];
  /** The image as it must be in memory at `base`. */
  relocate(base: number): Uint8Array;
}

export interface Relocation {
  readonly at: number;
  readonly type: number;
  /** Value of the symbol, 0 where there is none. */
  readonly symbol: number;
  readonly addend: bigint;
}

/**
 * Reads a code object.
 *
 * @throws EmptyslotError `CODE_OBJECT_INVALID` naming what is wrong and where in the file.
 */
export function loadCodeObject(bytes: Uint8Array): CodeObject {
  return new Elf(bytes).load();
}

class Elf {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  load(): CodeObject {
    if (this.u32(0, 'e_ident') !== 0x464c_457f) throw invalid('e_ident', 0, '7f 45 4c 46', hex(this.u32(0, 'e_ident')));
    this.expect('EI_CLASS', 4, this.u8(4, 'EI_CLASS'), 2);
    this.expect('EI_DATA', 5, this.u8(5, 'EI_DATA'), 1);
    this.expect('e_machine', 0x12, this.u16(0x12, 'e_machine'), EM_AMDGPU);
    this.expect('e_type', 0x10, this.u16(0x10, 'e_type'), ET_DYN);
    const flags = this.u32(0x30, 'e_flags');
    const headersAt = this.u64(0x20, 'e_phoff');
    const headerBytes = this.u16(0x36, 'e_phentsize');
    const count = this.u16(0x38, 'e_phnum');
    this.expect('e_phentsize', 0x36, headerBytes, 56);
    const headers = Array.from({ length: count }, (_, i) => this.programHeader(headersAt + i * headerBytes));
    const imageBytes = headers.reduce(
      (end, h) => (h.type === PT_LOAD ? Math.max(end, h.address + h.memoryBytes) : end),
      0,
    );
    if (imageBytes === 0 || imageBytes > MOST_IMAGE_BYTES)
      throw invalid('PT_LOAD', headersAt, `an image of 1 to ${MOST_IMAGE_BYTES} bytes`, String(imageBytes));
    const image = new Uint8Array(imageBytes);
    for (const h of headers)
      if (h.type === PT_LOAD) image.set(this.bytes.subarray(h.offset, h.offset + h.fileBytes), h.address);
    const dynamic = headers.find((h) => h.type === PT_DYNAMIC);
    if (dynamic === undefined) throw invalid('PT_DYNAMIC', headersAt, 'a dynamic segment', 'none');
    const linked = new Linked(image, dynamic.address, dynamic.memoryBytes);
    const metadata = this.metadata(headers.filter((h) => h.type === PT_NOTE));
    const kernels = linked.kernels(metadata);
    const relocations = linked.relocations();
    return {
      machine: amdgpuMachines[flags & 0xff] ?? `machine ${hex(flags & 0xff)}`,
      image,
      kernels,
      relocate: (base) => relocated(image, relocations, base),
    };
  }

  private programHeader(at: number): {
    type: number;
    offset: number;
    address: number;
    fileBytes: number;
    memoryBytes: number;
  } {
    const header = {
      type: this.u32(at, 'p_type'),
      offset: this.u64(at + 8, 'p_offset'),
      address: this.u64(at + 16, 'p_vaddr'),
      fileBytes: this.u64(at + 32, 'p_filesz'),
      memoryBytes: this.u64(at + 40, 'p_memsz'),
    };
    if (header.offset + header.fileBytes > this.bytes.length)
      throw invalid(
        'p_offset + p_filesz',
        at + 8,
        `within ${this.bytes.length} bytes`,
        `${header.offset} + ${header.fileBytes}`,
      );
    if (
      header.type === PT_LOAD &&
      (header.fileBytes > header.memoryBytes || header.address + header.memoryBytes > MOST_IMAGE_BYTES)
    ) {
      throw invalid(
        'p_memsz',
        at + 40,
        `${header.fileBytes} to ${MOST_IMAGE_BYTES}`,
        `${header.memoryBytes} at ${hex(header.address)}`,
      );
    }
    return header;
  }

  /** The AMDGPU metadata note of the file, decoded. */
  private metadata(notes: readonly { offset: number; fileBytes: number }[]): MsgValue | undefined {
    for (const { offset, fileBytes } of notes) {
      for (let at = offset; at + 12 <= offset + fileBytes;) {
        const nameBytes = this.u32(at, 'n_namesz');
        const dataBytes = this.u32(at + 4, 'n_descsz');
        const type = this.u32(at + 8, 'n_type');
        const dataAt = at + 12 + Math.ceil(nameBytes / 4) * 4;
        if (dataAt + dataBytes > offset + fileBytes) break;
        if (type === NT_AMDGPU_METADATA) return readMsgpack(this.bytes.subarray(dataAt, dataAt + dataBytes));
        at = dataAt + Math.ceil(dataBytes / 4) * 4;
      }
    }
    return undefined;
  }

  private expect(field: string, at: number, seen: number, wanted: number): void {
    if (seen !== wanted) throw invalid(field, at, String(wanted), String(seen));
  }

  private u8(at: number, field: string): number {
    return this.view.getUint8(this.inside(at, 1, field));
  }

  private u16(at: number, field: string): number {
    return this.view.getUint16(this.inside(at, 2, field), true);
  }

  private u32(at: number, field: string): number {
    return this.view.getUint32(this.inside(at, 4, field), true);
  }

  private u64(at: number, field: string): number {
    const lo = this.u32(at, field);
    const hi = this.u32(at + 4, field);
    if (hi > 0xffff) throw invalid(field, at, 'a value below 2^48', `${hex(hi)}_${hex(lo)}`);
    return hi * 0x1_0000_0000 + lo;
  }

  private inside(at: number, bytes: number, field: string): number {
    if (at + bytes > this.bytes.length)
      throw invalid(field, at, `within ${this.bytes.length} bytes`, 'past the end of the file');
    return at;
  }
}

/** The dynamic part of an image: symbols, relocations. Offsets are of the image. */
class Linked {
  private readonly image: Uint8Array;
  private readonly view: DataView;
  private readonly tags = new Map<number, number>();

  constructor(image: Uint8Array, dynamicAt: number, dynamicBytes: number) {
    this.image = image;
    this.view = new DataView(image.buffer);
    for (let at = dynamicAt; at + 16 <= dynamicAt + dynamicBytes; at += 16) {
      const tag = this.u64(at, 'd_tag');
      if (tag === DT.NULL) break;
      if (!this.tags.has(tag)) this.tags.set(tag, this.u64(at + 8, 'd_val'));
    }
  }

  kernels(metadata: MsgValue | undefined): CodeKernel[] {
    const described = describedKernels(metadata);
    const kernels: CodeKernel[] = [];
    const count = this.symbolCount();
    const table = this.tag('DT_SYMTAB', DT.SYMTAB);
    for (let i = 1; i < count; i++) {
      const at = table + i * 24;
      const name = this.text(this.u32(at, 'st_name'));
      if (!name.endsWith('.kd') || this.u16(at + 6, 'st_shndx') === 0) continue;
      const descriptorAt = this.u64(at + 8, 'st_value');
      if (descriptorAt % 64 !== 0) throw invalid(`${name} address`, at + 8, 'a multiple of 64', hex(descriptorAt));
      const kernel = name.slice(0, -3);
      kernels.push({
        name: kernel,
        descriptorAt,
        descriptor: this.descriptor(kernel, descriptorAt),
        arguments: described.get(name),
      });
    }
    if (kernels.length === 0) throw invalid('symbol table', table, 'at least one kernel descriptor (name.kd)', 'none');
    return kernels;
  }

  private descriptor(name: string, at: number): KernelDescriptor {
    this.inside(at, kernelDescriptorBytes, `descriptor of ${name}`);
    const { entryOffset: offset, ...words } = decode(kernelDescriptor, this.view, at);
    const entryOffset = (offset.hi | 0) * 0x1_0000_0000 + offset.lo; // signed
    const entry = at + entryOffset;
    if (entry < 0 || entry >= this.image.length || entry % 256 !== 0) {
      const field = at + kernelDescriptor.parts.entryOffset.at;
      throw invalid(`entry of ${name}`, field, 'a multiple of 256 in the image', hex(Math.abs(entry)));
    }
    return { ...words, entryOffset };
  }

  relocations(): Relocation[] {
    const list: Relocation[] = [];
    const at = this.tags.get(DT.RELA);
    if (at === undefined) return list;
    const bytes = this.tag('DT_RELASZ', DT.RELASZ);
    this.inside(at, bytes, 'DT_RELA');
    const symbols = this.tags.get(DT.SYMTAB);
    const known: readonly number[] = Object.values(R);
    for (let entry = at; entry + 24 <= at + bytes; entry += 24) {
      const type = this.u32(entry + 8, 'r_info type');
      const symbol = this.u32(entry + 12, 'r_info symbol');
      if (!known.includes(type)) throw invalid('r_info type', entry + 8, 'a known AMDGPU relocation', String(type));
      const target = this.u64(entry, 'r_offset');
      this.inside(target, 4, 'r_offset');
      let value = 0;
      if (symbol !== 0) {
        const symbolAt = (symbols ?? Number.NaN) + symbol * 24;
        if (this.u16(symbolAt + 6, 'st_shndx') === 0)
          throw invalid('r_info symbol', entry + 12, 'a defined symbol', this.text(this.u32(symbolAt, 'st_name')));
        value = this.u64(symbolAt + 8, 'st_value');
      }
      list.push({ at: target, type, symbol: value, addend: this.view.getBigInt64(entry + 16, true) });
    }
    return list;
  }

  /** Taken from the hash table: an object's section headers may be stripped. */
  private symbolCount(): number {
    const hash = this.tags.get(DT.HASH);
    if (hash !== undefined) return this.bounded(this.u32(hash + 4, 'nchain'), hash + 4);
    const gnu = this.tag('DT_HASH or DT_GNU_HASH', DT.GNU_HASH);
    const buckets = this.u32(gnu, 'nbuckets');
    const first = this.u32(gnu + 4, 'symoffset');
    const bloom = this.u32(gnu + 8, 'bloom_size');
    const bucketsAt = gnu + 16 + bloom * 8;
    this.inside(bucketsAt, buckets * 4, 'gnu hash buckets');
    let last = 0;
    for (let i = 0; i < buckets; i++) last = Math.max(last, this.u32(bucketsAt + i * 4, 'bucket'));
    if (last < first) return first;
    const chains = bucketsAt + buckets * 4;
    while ((this.u32(chains + (last - first) * 4, 'chain') & 1) === 0) last++;
    return this.bounded(last + 1, gnu);
  }

  private bounded(count: number, at: number): number {
    if (count * 24 > this.image.length)
      throw invalid('number of symbols', at, `at most ${Math.floor(this.image.length / 24)}`, String(count));
    return count;
  }

  private text(offset: number): string {
    const table = this.tag('DT_STRTAB', DT.STRTAB);
    const size = this.tag('DT_STRSZ', DT.STRSZ);
    if (offset >= size) throw invalid('st_name', table, `below ${size}`, String(offset));
    let text = '';
    for (let at = table + offset; at < table + size; at++) {
      const c = this.image[at];
      if (c === undefined) throw invalid('DT_STRTAB', table, 'in the image', hex(at));
      if (c === 0) return text;
      text += String.fromCharCode(c);
    }
    throw invalid('st_name', table, 'an ended string', hex(offset));
  }

  private tag(name: string, tag: number): number {
    const value = this.tags.get(tag);
    if (value === undefined) throw invalid(name, 0, 'present', 'absent');
    return value;
  }

  private u16(at: number, field: string): number {
    return this.view.getUint16(this.inside(at, 2, field), true);
  }

  private u32(at: number, field: string): number {
    return this.view.getUint32(this.inside(at, 4, field), true);
  }

  private u64(at: number, field: string): number {
    const lo = this.u32(at, field);
    const hi = this.u32(at + 4, field);
    if (hi > 0xffff) throw invalid(field, at, 'a value below 2^48', `${hex(hi)}_${hex(lo)}`);
    return hi * 0x1_0000_0000 + lo;
  }

  private inside(at: number, bytes: number, field: string): number {
    if (!(at >= 0 && at + bytes <= this.image.length))
      throw invalid(field, at, `within the image of ${this.image.length} bytes`, `${bytes} bytes at ${hex(at)}`);
    return at;
  }
}

/** Arguments of each kernel by its descriptor's name. */
export function describedKernels(metadata: MsgValue | undefined): Map<string, KernelArgument[]> {
  const described = new Map<string, KernelArgument[]>();
  if (!(metadata instanceof Map)) return described;
  const kernels = metadata.get('amdhsa.kernels');
  if (!Array.isArray(kernels)) return described;
  for (const kernel of kernels) {
    if (!(kernel instanceof Map)) continue;
    const symbol = kernel.get('.symbol');
    const args = kernel.get('.args') ?? [];
    if (typeof symbol !== 'string' || !Array.isArray(args)) continue;
    const list: KernelArgument[] = [];
    for (const arg of args) {
      if (!(arg instanceof Map)) continue;
      const offset = arg.get('.offset');
      const bytes = arg.get('.size');
      const kind = arg.get('.value_kind');
      const name = arg.get('.name');
      if (typeof offset !== 'number' || typeof bytes !== 'number' || typeof kind !== 'string') continue;
      list.push({ name: typeof name === 'string' ? name : `argument ${list.length}`, offset, bytes, kind });
    }
    described.set(symbol, list);
  }
  return described;
}

/**
 * A copy of the image as it must be in memory at `base`.
 * Code objects are a few hundred KiB and loaded once: the exact arithmetic may be slow.
 */
export function relocated(image: Uint8Array, relocations: readonly Relocation[], base: number): Uint8Array {
  const out = image.slice();
  const view = new DataView(out.buffer);
  const start = BigInt(base);
  for (const { at, type, symbol, addend } of relocations) {
    const wide = type === R.ABS64 || type === R.REL64 || type === R.RELATIVE64;
    if (at + (wide ? 8 : 4) > out.length)
      throw invalid('r_offset', at, `within the image of ${out.length} bytes`, hex(at));
    const absolute = BigInt(symbol) + start + addend;
    const relative = absolute - start - BigInt(at);
    switch (type) {
      case R.RELATIVE64:
        view.setBigUint64(at, BigInt.asUintN(64, start + addend), true);
        break;
      case R.ABS64:
        view.setBigUint64(at, BigInt.asUintN(64, absolute), true);
        break;
      case R.REL64:
        view.setBigUint64(at, BigInt.asUintN(64, relative), true);
        break;
      case R.ABS32:
      case R.ABS32_LO:
        view.setUint32(at, Number(BigInt.asUintN(32, absolute)), true);
        break;
      case R.ABS32_HI:
        view.setUint32(at, Number(BigInt.asUintN(32, absolute >> 32n)), true);
        break;
      case R.REL32:
      case R.REL32_LO:
        view.setUint32(at, Number(BigInt.asUintN(32, relative)), true);
        break;
      default:
        view.setUint32(at, Number(BigInt.asUintN(32, relative >> 32n)), true);
    }
  }
  return out;
}

function invalid(field: string, offset: number, expected: string, lastSeen: string): EmptyslotError {
  return new EmptyslotError(
    'CODE_OBJECT_INVALID',
    `code object: ${field} at ${hex(Math.max(0, offset))} is ${lastSeen}, expected ${expected}`,
    {
      expected,
      lastSeen,
      facts: { field, offset },
    },
  );
}
