/**
 * A reader of AMDGPU code objects for tests: dynamic symbols, the text section, kernel descriptors.
 *
 * Addresses are the file's own; segments are laid out by their virtual addresses in `image`, as a loader would.
 *
 * Source: ELF64 and the LLVM AMDGPU usage guide (code object v5, kernel descriptor).
 * Fidelity: from-public-source.
 */

export interface KernelDescriptor {
  readonly ldsBytes: number;
  readonly scratchBytesPerLane: number;
  readonly kernargBytes: number;
  /** Address of the first instruction. */
  readonly entry: number;
  readonly rsrc1: number;
  readonly rsrc2: number;
  readonly rsrc3: number;
  /** KERNEL_CODE_PROPERTIES: which user SGPRs are set up, wave32, dynamic stack. */
  readonly properties: number;
}

export interface CodeObject {
  /** Loaded segments from address 0 on. */
  readonly image: Uint8Array;
  readonly text: { readonly address: number; readonly bytes: number };
  /** Names that end in `.kd`, without it. */
  readonly kernels: readonly string[];
  readonly symbol: (name: string) => number | undefined;
  readonly descriptor: (kernel: string) => KernelDescriptor;
}

export function readCodeObject(file: Uint8Array): CodeObject {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const u16 = (at: number): number => view.getUint16(at, true);
  const u32 = (at: number): number => view.getUint32(at, true);
  const u64 = (at: number): number => u32(at) + u32(at + 4) * 4294967296;
  if (u32(0) !== 0x464c457f || file[4] !== 2 || u16(18) !== 224) throw new Error('not an AMDGPU ELF64');
  const [programAt, sectionAt] = [u64(32), u64(40)];
  const loads: { at: number; address: number; size: number; memory: number }[] = [];
  for (let i = 0; i < u16(56); i++) {
    const p = programAt + i * u16(54);
    if (u32(p) === 1) loads.push({ at: u64(p + 8), address: u64(p + 16), size: u64(p + 32), memory: u64(p + 40) });
  }
  const image = new Uint8Array(Math.max(...loads.map((l) => l.address + l.memory)));
  for (const { at, address, size } of loads) image.set(file.subarray(at, at + size), address);

  const sections = Array.from({ length: u16(60) }, (_, i) => {
    const s = sectionAt + i * u16(58);
    return {
      type: u32(s + 4),
      flags: u64(s + 8),
      address: u64(s + 16),
      at: u64(s + 24),
      size: u64(s + 32),
      link: u32(s + 40),
    };
  });
  const stringAt = (at: number): string => {
    let end = at;
    while (file[end] !== 0) end++;
    return new TextDecoder().decode(file.subarray(at, end));
  };
  const symbols = new Map<string, number>();
  for (const dynsym of sections.filter((s) => s.type === 11)) {
    for (let at = dynsym.at; at < dynsym.at + dynsym.size; at += 24) {
      symbols.set(stringAt(sections[dynsym.link]!.at + u32(at)), u64(at + 8));
    }
  }
  const text = sections.find((s) => s.type === 1 && (s.flags & 4) !== 0)!; // the executable section
  const memory = new DataView(image.buffer);
  return {
    image,
    text: { address: text.address, bytes: text.size },
    kernels: [...symbols.keys()].filter((name) => name.endsWith('.kd')).map((name) => name.slice(0, -3)),
    symbol: (name) => symbols.get(name),
    descriptor: (kernel) => {
      const at = symbols.get(`${kernel}.kd`);
      if (at === undefined) throw new Error(`no kernel ${kernel}`);
      return {
        ldsBytes: memory.getUint32(at, true),
        scratchBytesPerLane: memory.getUint32(at + 4, true),
        kernargBytes: memory.getUint32(at + 8, true),
        entry: at + Number(memory.getBigInt64(at + 16, true)),
        rsrc3: memory.getUint32(at + 44, true),
        rsrc1: memory.getUint32(at + 48, true),
        rsrc2: memory.getUint32(at + 52, true),
        properties: memory.getUint16(at + 56, true),
      };
    },
  };
}
