/**
 * AMDGPU code objects as a tool wants them: linked or not, with the symbols and the extent of the code.
 *
 * A linked object is laid out by the driver's own loader. A relocatable one (`clang -c`) is linked here: sections one after
 * the other, a table for addresses that code reaches indirectly, relocations applied at the end.
 *
 * Facts: ELF-64 specification; LLVM's AMDGPU usage document (relocations, kernel descriptors).
 */

import { amdgpuMachines, describedKernels, loadCodeObject, relocated } from '../../driver-core/elf.ts';
import type { CodeKernel, Relocation } from '../../driver-core/elf.ts';
import { readMsgpack } from '../../driver-core/msgpack.ts';
import { EmptyslotError, hex } from '../../pcie/index.ts';
import { kernelDescriptor, kernelDescriptorBytes } from '../../registers/amd/descriptor.ts';
import { decode } from '../../registers/layout.ts';

export interface CodeSymbol {
  readonly name: string;
  readonly address: number;
  /** 0 where nobody says. */
  readonly bytes: number;
  readonly code: boolean;
}

export interface ToolObject {
  readonly machine: string;
  /** False for what `clang -c` leaves. */
  readonly linked: boolean;
  /** From address 0, before relocation. */
  readonly image: Uint8Array;
  readonly kernels: readonly CodeKernel[];
  /** Functions and data, by address. */
  readonly symbols: readonly CodeSymbol[];
  /** Where there are instructions. */
  readonly code: readonly { readonly address: number; readonly bytes: number }[];
  relocate(base: number): Uint8Array;
}

const ET_REL = 1;
const EM_AMDGPU = 224;
const SHT = { SYMTAB: 2, RELA: 4, NOBITS: 8, NOTE: 7, DYNSYM: 11 } as const;
const SHF_ALLOC = 2;
const SHF_EXECINSTR = 4;
const STT = { OBJECT: 1, FUNC: 2, SECTION: 3, FILE: 4 } as const;
const SHN_ABS = 0xfff1;
const SHN_COMMON = 0xfff2;
/** Relocations to an entry of the address table, with what remains to be done for them. */
const throughTable: Readonly<Record<number, number>> = { 7: 4, 8: 10, 9: 11 };
const direct: readonly number[] = [1, 2, 3, 4, 5, 6, 10, 11];
const MOST_BYTES = 256 * 2 ** 20;

const invalid = (what: string, at: number, expected: string, seen: string): EmptyslotError =>
  new EmptyslotError('CODE_OBJECT_INVALID', `code object: ${what} at ${hex(at)} is ${seen}, expected ${expected}`, {
    expected,
    lastSeen: seen,
    facts: { field: what, offset: at },
  });

/** Does the file begin as ELF does? */
export const isElf = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;

/** @throws EmptyslotError `CODE_OBJECT_INVALID` naming what is wrong and where in the file. */
export function readObject(bytes: Uint8Array): ToolObject {
  const file = new File(bytes);
  if (file.u16(0x12, 'e_machine') !== EM_AMDGPU)
    throw invalid('e_machine', 0x12, `${EM_AMDGPU} (AMDGPU)`, String(file.u16(0x12, 'e_machine')));
  return file.u16(0x10, 'e_type') === ET_REL ? link(file) : linkedObject(file);
}

interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly bytes: number;
  readonly link: number;
  readonly info: number;
  readonly align: number;
}

interface ElfSymbol extends CodeSymbol {
  readonly section: number;
  readonly type: number;
}

class File {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly sections: readonly Section[];

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (!isElf(bytes)) throw invalid('e_ident', 0, '7f 45 4c 46', 'something else');
    if (bytes[4] !== 2 || bytes[5] !== 1) throw invalid('EI_CLASS', 4, 'a 64-bit little-endian file', 'another');
    this.sections = this.#sections();
  }

  get machine(): string {
    const id = this.u32(0x30, 'e_flags') & 0xff;
    return amdgpuMachines[id] ?? `machine ${hex(id)}`;
  }

  u16(at: number, what: string): number {
    return this.view.getUint16(this.inside(at, 2, what), true);
  }

  u32(at: number, what: string): number {
    return this.view.getUint32(this.inside(at, 4, what), true);
  }

  u64(at: number, what: string): number {
    const high = this.u32(at + 4, what);
    if (high > 0xffff) throw invalid(what, at, 'a value below 2^48', hex(high));
    return high * 2 ** 32 + this.u32(at, what);
  }

  inside(at: number, size: number, what: string): number {
    if (!(at >= 0 && at + size <= this.bytes.length))
      throw invalid(what, Math.max(0, at), `within ${this.bytes.length} bytes`, 'past the end of the file');
    return at;
  }

  text(at: number, end: number): string {
    let text = '';
    for (let i = at; i < end && this.bytes[i] !== 0; i++) text += String.fromCharCode(this.bytes[i]!);
    return text;
  }

  #sections(): Section[] {
    const table = this.u64(0x28, 'e_shoff');
    const count = this.u16(0x3c, 'e_shnum');
    if (table === 0 || count === 0) return [];
    if (this.u16(0x3a, 'e_shentsize') !== 64) throw invalid('e_shentsize', 0x3a, '64', 'another');
    const raw = Array.from({ length: count }, (_, i) => {
      const at = table + i * 64;
      return {
        nameAt: this.u32(at, 'sh_name'),
        type: this.u32(at + 4, 'sh_type'),
        flags: this.u64(at + 8, 'sh_flags'),
        address: this.u64(at + 16, 'sh_addr'),
        offset: this.u64(at + 24, 'sh_offset'),
        bytes: this.u64(at + 32, 'sh_size'),
        link: this.u32(at + 40, 'sh_link'),
        info: this.u32(at + 44, 'sh_info'),
        align: Math.max(1, this.u64(at + 48, 'sh_addralign')),
      };
    });
    for (const { type, offset, bytes } of raw)
      if (type !== SHT.NOBITS && type !== 0) this.inside(offset, bytes, 'section');
    const names = raw[this.u16(0x3e, 'e_shstrndx')];
    return raw.map(({ nameAt, ...section }) => ({
      ...section,
      name: names === undefined ? '' : this.text(names.offset + nameAt, names.offset + names.bytes),
    }));
  }

  /** Symbols of a table, the empty first one included. */
  symbols(table: Section): ElfSymbol[] {
    const strings = this.sections[table.link];
    if (strings === undefined) throw invalid('sh_link', table.offset, 'a string table', String(table.link));
    return Array.from({ length: Math.floor(table.bytes / 24) }, (_, i) => {
      const at = table.offset + i * 24;
      const type = this.bytes[at + 4]! & 15;
      return {
        name: this.text(strings.offset + this.u32(at, 'st_name'), strings.offset + strings.bytes),
        address: this.u64(at + 8, 'st_value'),
        bytes: this.u64(at + 16, 'st_size'),
        section: this.u16(at + 6, 'st_shndx'),
        type,
        code: type === STT.FUNC,
      };
    });
  }
}

function linkedObject(file: File): ToolObject {
  const object = loadCodeObject(file.bytes);
  const symbols = new Map<string, CodeSymbol>();
  for (const table of file.sections.filter((s) => s.type === SHT.SYMTAB || s.type === SHT.DYNSYM))
    for (const symbol of file.symbols(table))
      if (symbol.section !== 0 && symbol.name !== '' && (symbol.type === STT.FUNC || symbol.type === STT.OBJECT))
        symbols.set(symbol.name, symbol);
  // section headers may be stripped: the kernels are known all the same
  for (const { name, descriptorAt, descriptor } of object.kernels)
    if (!symbols.has(name))
      symbols.set(name, { name, address: descriptorAt + descriptor.entryOffset, bytes: 0, code: true });
  const code = file.sections
    .filter((s) => (s.flags & SHF_EXECINSTR) !== 0 && s.address + s.bytes <= object.image.length)
    .map(({ address, bytes }) => ({ address, bytes }));
  return {
    machine: object.machine,
    linked: true,
    image: object.image,
    kernels: object.kernels,
    symbols: byAddress([...symbols.values()]),
    code: code.length > 0 ? code : executableSegments(file),
    relocate: (base) => object.relocate(base),
  };
}

function executableSegments(file: File): { address: number; bytes: number }[] {
  const at = file.u64(0x20, 'e_phoff');
  return Array.from({ length: file.u16(0x38, 'e_phnum') }, (_, i) => at + i * 56)
    .filter((p) => file.u32(p, 'p_type') === 1 && (file.u32(p + 4, 'p_flags') & 1) !== 0)
    .map((p) => ({ address: file.u64(p + 16, 'p_vaddr'), bytes: file.u64(p + 32, 'p_filesz') }));
}

const byAddress = (symbols: CodeSymbol[]): CodeSymbol[] => symbols.sort((a, b) => a.address - b.address);

function link(file: File): ToolObject {
  const { sections } = file;
  const placed = new Map<number, number>();
  let end = 0;
  sections.forEach((section, i) => {
    if ((section.flags & SHF_ALLOC) === 0 || section.type === SHT.NOTE) return;
    const align = Math.max(section.align, (section.flags & SHF_EXECINSTR) === 0 ? 64 : 256);
    const address = Math.ceil(end / align) * align;
    placed.set(i, address);
    end = address + section.bytes;
  });
  if (end === 0 || end > MOST_BYTES) throw invalid('sections', 0, `1 to ${MOST_BYTES} bytes in memory`, String(end));
  const table = sections.find((s) => s.type === SHT.SYMTAB);
  if (table === undefined) throw invalid('symbol table', 0, 'present', 'absent');
  const symbols = file.symbols(table);
  const commons: { symbol: number; address: number }[] = [];
  const addressOf = (index: number, usedAt: number): number => {
    const symbol = symbols[index];
    if (symbol === undefined) throw invalid('r_info symbol', usedAt, `below ${symbols.length}`, String(index));
    if (symbol.section === SHN_ABS) return symbol.address;
    if (symbol.section === SHN_COMMON) return commons.find((c) => c.symbol === index)!.address;
    const base = placed.get(symbol.section);
    if (base === undefined)
      throw invalid(
        'relocation',
        usedAt,
        'a symbol that this file defines',
        `${symbol.name || 'a section'} (link the file: ld.lld -shared)`,
      );
    return base + symbol.address;
  };
  symbols.forEach((symbol, i) => {
    if (symbol.section !== SHN_COMMON) return;
    end = Math.ceil(end / 64) * 64;
    commons.push({ symbol: i, address: end });
    end += symbol.bytes;
  });

  // Where code goes through a table of addresses, it gets one.
  const entries = new Map<number, number>();
  const pending: { section: number; at: number }[] = [];
  sections.forEach((section) => {
    if (section.type === SHT.RELA && placed.has(section.info))
      for (let at = section.offset; at + 24 <= section.offset + section.bytes; at += 24)
        pending.push({ section: section.info, at });
  });
  end = Math.ceil(end / 64) * 64;
  for (const { at } of pending) {
    const symbol = file.u32(at + 12, 'r_info symbol');
    if (throughTable[file.u32(at + 8, 'r_info type')] === undefined || entries.has(symbol)) continue;
    entries.set(symbol, end);
    end += 8;
  }

  const image = new Uint8Array(end);
  for (const [i, address] of placed) {
    const { type, offset, bytes } = sections[i]!;
    if (type !== SHT.NOBITS) image.set(file.bytes.subarray(offset, offset + bytes), address);
  }
  const relocations: Relocation[] = [];
  for (const [symbol, at] of entries) relocations.push({ at, type: 3, symbol: addressOf(symbol, 0), addend: 0n });
  for (const { section, at } of pending) {
    const type = file.u32(at + 8, 'r_info type');
    const symbol = file.u32(at + 12, 'r_info symbol');
    const offset = file.u64(at, 'r_offset');
    if (offset + 4 > sections[section]!.bytes) throw invalid('r_offset', at, 'within its section', hex(offset));
    const addend = file.view.getBigInt64(file.inside(at + 16, 8, 'r_addend'), true);
    const target = placed.get(section)! + offset;
    const rest = throughTable[type];
    if (rest !== undefined) relocations.push({ at: target, type: rest, symbol: entries.get(symbol)!, addend });
    else if (direct.includes(type)) relocations.push({ at: target, type, symbol: addressOf(symbol, at), addend });
    else if (type !== 0) throw invalid('r_info type', at + 8, 'a known AMDGPU relocation', String(type));
  }

  const named = symbols.flatMap((symbol, i): CodeSymbol[] => {
    if (symbol.name === '' || symbol.section === 0 || symbol.type === STT.SECTION || symbol.type === STT.FILE)
      return [];
    if (symbol.section !== SHN_ABS && symbol.section !== SHN_COMMON && !placed.has(symbol.section)) return [];
    if (symbol.section === SHN_ABS) return [];
    return [{ name: symbol.name, address: addressOf(i, 0), bytes: symbol.bytes, code: symbol.code }];
  });
  return {
    machine: file.machine,
    linked: false,
    image,
    kernels: kernelsOf(file, named, relocated(image, relocations, 0)),
    symbols: byAddress(named),
    code: [...placed]
      .filter(([i]) => (sections[i]!.flags & SHF_EXECINSTR) !== 0)
      .map(([i, address]) => ({ address, bytes: sections[i]!.bytes })),
    relocate: (base) => relocated(image, relocations, base),
  };
}

function kernelsOf(file: File, symbols: readonly CodeSymbol[], image: Uint8Array): CodeKernel[] {
  const described = describedKernels(metadataOf(file));
  const view = new DataView(image.buffer);
  return symbols
    .filter(({ name }) => name.endsWith('.kd'))
    .map(({ name, address }) => {
      if (address + kernelDescriptorBytes > image.length)
        throw invalid(`descriptor of ${name}`, address, `within ${image.length} bytes`, hex(address));
      const { entryOffset, ...words } = decode(kernelDescriptor, view, address);
      const offset = (entryOffset.hi | 0) * 2 ** 32 + entryOffset.lo;
      if (address + offset < 0 || address + offset >= image.length)
        throw invalid(`entry of ${name}`, address + 16, 'in the image', hex(Math.abs(address + offset)));
      return {
        name: name.slice(0, -3),
        descriptorAt: address,
        descriptor: { ...words, entryOffset: offset },
        arguments: described.get(name),
      };
    });
}

function metadataOf(file: File): ReturnType<typeof readMsgpack> {
  for (const { type, offset, bytes } of file.sections) {
    if (type !== SHT.NOTE || bytes < 12) continue;
    const nameBytes = file.u32(offset, 'n_namesz');
    const dataBytes = file.u32(offset + 4, 'n_descsz');
    const at = offset + 12 + Math.ceil(nameBytes / 4) * 4;
    if (file.u32(offset + 8, 'n_type') === 32 && at + dataBytes <= offset + bytes)
      return readMsgpack(file.bytes.subarray(at, at + dataBytes));
  }
  return undefined;
}
