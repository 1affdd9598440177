/**
 * Random kernels that get somewhere: straight code of every kind, branches forward and back, masks, memory inside a
 * buffer, LDS, barriers. The same seed gives the same words. For holding engines against each other.
 */
import { assemble, decode, randomEncoding, table } from '../isa/index.ts';
import type { InstructionRow, Random } from '../isa/index.ts';
import { memorySemantics } from '../semantics/memory.ts';

export interface RandomKernelOptions {
  readonly wave64: boolean;
  /** Instructions, roughly. */
  readonly length: number;
  /** Random operands name registers all over the file, or only a few so that values meet. */
  readonly barriers: boolean;
}

const pick = <T>(random: Random, list: readonly T[]): T => list[random() % list.length]!;

/** Buffer, mask of byte offsets in it, LDS offsets. s[0:1] is the argument pointer, s[4:5] the buffer after the head. */
export const BUFFER_BYTES = 8192;

/** Machine code of a few lines. */
function machineCode(lines: string, wave64: boolean): Uint32Array {
  const { bytes, errors } = assemble(lines, { wave64 });
  if (errors.length > 0) throw new Error(`${lines}: ${errors[0]!.message}`);
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

const goodPair = (index: number): boolean => (index & 1) === 0 && (index < 108 || index === 124 || index === 126);

let rows: readonly InstructionRow[] | undefined;
function straightRows(): readonly InstructionRow[] {
  rows ??= table().filter((row) => {
    if (row.flags?.includes('jump') || row.flags?.includes('branch')) return false;
    if (memorySemantics(row.name) !== undefined) return false;
    if (row.format === 'SOPP' || row.format === 'SMEM' || row.format === 'DS') return false;
    return (
      !/^s_(setreg|getreg|sendmsg|rfe|call|cbranch|trap|sethalt|subvector|movrel|setpc|swappc|getpc|endpgm)/.test(
        row.name,
      ) && !/rel/.test(row.name)
    );
  });
  return rows;
}

/** Assembly of the parts that are not taken from the table. Registers v20… hold addresses for a moment. */
export function randomKernel(random: Random, options: RandomKernelOptions): Uint32Array {
  const words: number[] = [];
  const { wave64 } = options;
  const text = (lines: string): void => {
    words.push(...machineCode(lines, wave64));
  };
  text('s_load_b64 s[4:5], s[0:1], null\nv_mov_b32_e32 v24, v0');
  const vgpr = (): string => `v${random() % 20}`;
  const mask = (): string =>
    wave64 ? pick(random, ['vcc', 's[10:11]', 's[12:13]']) : pick(random, ['vcc_lo', 's10', 's12']);
  const exec = wave64 ? 'exec' : 'exec_lo';
  const size = wave64 ? 'b64' : 'b32';
  const straight = (): void => {
    for (;;) {
      const row = pick(random, straightRows());
      // an EXEC out of random bits is fine, but not all the time
      const encoded = randomEncoding(row, random, { strange: 0 });
      const d = decode(Uint32Array.from(encoded), 0);
      // masks of 64 lanes are aligned pairs of general registers, VCC or EXEC
      if (d === undefined || (wave64 && d.dst.some((o) => o.type === 'm' && !goodPair(o.index)))) continue;
      words.push(...encoded);
      if (random() % 3 !== 0) return;
    }
  };
  const address = (bits: number): void => {
    if (random() % 2 === 0) text(`v_and_b32_e32 v20, 0x${bits.toString(16)}, ${vgpr()}`);
    else text(`v_lshlrev_b32_e32 v20, ${bits & 4 ? 2 : 4}, v0\nv_and_b32_e32 v20, 0x${bits.toString(16)}, v20`);
  };
  const restoreBuffer = (): void => text('s_load_b64 s[4:5], s[0:1], null');
  const memory = (): void => {
    restoreBuffer();
    const sizeOf = pick(random, [
      'b32',
      'b32',
      'b64',
      'b96',
      'b128',
      'u8',
      'i8',
      'u16',
      'i16',
      'd16_b16',
      'd16_hi_b16',
      'd16_u8',
    ]);
    address(pick(random, [0x7fc, 0x7f0, 0x7f8, 0x7ff]));
    const offset = pick(random, [0, 4, 16, 1024, 2047]);
    const dst = random() % 16;
    const range =
      sizeOf === 'b64'
        ? `v[${dst}:${dst + 1}]`
        : sizeOf === 'b96'
          ? `v[${dst}:${dst + 2}]`
          : sizeOf === 'b128'
            ? `v[${dst}:${dst + 3}]`
            : `v${dst}`;
    const wideAddress = random() % 3 === 0;
    if (wideAddress) {
      text(`v_add_co_u32 v22, ${wave64 ? 'vcc' : 'vcc_lo'}, s4, v20\nv_mov_b32_e32 v23, s5`);
      text(`v_add_co_ci_u32_e32 v23, ${wave64 ? 'vcc' : 'vcc_lo'}, 0, v23, ${wave64 ? 'vcc' : 'vcc_lo'}`);
    }
    const where = wideAddress ? ['v[22:23]', 'off'] : ['v20', 's[4:5]'];
    switch (random() % 4) {
      case 0:
      case 1:
        text(`global_load_${sizeOf} ${range}, ${where[0]}, ${where[1]} offset:${offset}`);
        break;
      case 2: {
        const store = sizeOf.startsWith('b')
          ? sizeOf
          : sizeOf.includes('hi')
            ? 'd16_hi_b16'
            : sizeOf.includes('8')
              ? 'b8'
              : 'b16';
        text(`global_store_${store} ${where[0]}, ${range}, ${where[1]} offset:${offset}`);
        break;
      }
      default: {
        text(`v_and_b32_e32 v20, 0x7fc, v20`);
        const operation = pick(random, [
          'add_u32',
          'sub_u32',
          'and_b32',
          'or_b32',
          'xor_b32',
          'min_i32',
          'max_u32',
          'swap_b32',
          'cmpswap_b32',
          'add_f32',
          'inc_u32',
        ]);
        const data = operation === 'cmpswap_b32' ? `v[${dst}:${dst + 1}]` : `v${dst}`;
        if (random() % 2 === 0) text(`global_atomic_${operation} ${vgpr()}, v20, ${data}, s[4:5] glc`);
        else text(`global_atomic_${operation} v20, ${data}, s[4:5]`);
      }
    }
  };
  /** Elements of lanes side by side, as compilers address them; now and then something that looks like it and is not. */
  const row = (): void => {
    restoreBuffer();
    const vcc = wave64 ? 'vcc' : 'vcc_lo';
    const [size, bytes] = pick(random, [
      ['b32', 4],
      ['b64', 8],
      ['b96', 12],
      ['b128', 16],
    ] as const);
    const shift = Math.log2(bytes);
    const scale = (): string =>
      bytes === 12 ? 'v_mul_u32_u24_e32 v20, 12, v20' : `v_lshlrev_b32_e32 v20, ${shift}, v20`;
    // v24: the lane's number in its workgroup, unless something has happened to it
    text(
      pick(random, ['v_and_b32_e32 v20, 0x7f, v24', 'v_and_b32_e32 v20, 0x7c, v24', 'v_min_u32_e32 v20, 0x7f, v24']),
    );
    if (random() % 3 === 0)
      text(
        pick(random, ['v_or_b32_e32 v20, 0x80, v20', 'v_add_nc_u32_e32 v20, 3, v20', 'v_lshl_or_b32 v20, s2, 5, v20']),
      );
    if (random() % 4 === 0) text('v_and_b32_e32 v20, 0xff, v20');
    const wide = random() % 2 === 0;
    if (wide && bytes !== 12 && random() % 2 === 0) {
      text(`v_mov_b32_e32 v21, 0\nv_lshlrev_b64 v[20:21], ${shift}, v[20:21]`);
      text(`v_add_co_u32 v22, ${vcc}, s4, v20\nv_add_co_ci_u32_e32 v23, ${vcc}, s5, v21, ${vcc}`);
    } else {
      text(scale());
      if (wide) text(`v_add_co_u32 v22, ${vcc}, v20, s4\nv_add_co_ci_u32_e64 v23, ${vcc}, 0, s5, ${vcc}`);
    }
    if (random() % 8 === 0) text(`v_writelane_b32 v${wide ? 22 : 20}, s4, ${random() % 32}`);
    if (wide && random() % 8 === 0) text('v_add_co_u32 v22, null, 4, v22');
    const where = wide ? ['v[22:23]', 'off'] : ['v20', 's[4:5]'];
    for (let n = 1 + (random() % 3); n > 0; n--) {
      const dst = random() % 16;
      const range = bytes === 4 ? `v${dst}` : `v[${dst}:${dst + bytes / 4 - 1}]`;
      const offset = pick(random, [0, 0, 4, 16, 1024, 2046]);
      if (random() % 2 === 0) text(`global_load_${size} ${range}, ${where[0]}, ${where[1]} offset:${offset}`);
      else text(`global_store_${size} ${where[0]}, ${range}, ${where[1]} offset:${offset}`);
      if (random() % 2 === 0) text(`v_add_nc_u32_e32 ${vgpr()}, v${dst}, ${vgpr()}`);
    }
  };
  const lds = (): void => {
    address(pick(random, [0x3fc, 0x3f0, 0x3f8, 0x3ff, 0xffc]));
    const dst = random() % 16;
    switch (random() % 8) {
      case 0:
        text(`ds_store_b32 v20, ${vgpr()} offset:${4 * (random() % 64)}`);
        break;
      case 1:
        text(`ds_load_b64 v[${dst}:${dst + 1}], v20 offset:${8 * (random() % 16)}`);
        break;
      case 2:
        text(`ds_store_b128 v20, v[${dst}:${dst + 3}]`);
        break;
      case 3:
        text(`ds_load_2addr_b32 v[${dst}:${dst + 1}], v20 offset0:${random() % 64} offset1:${random() % 64}`);
        break;
      case 4:
        text(`ds_store_2addr_b32 v20, ${vgpr()}, ${vgpr()} offset0:${random() % 64} offset1:${random() % 64}`);
        break;
      case 5:
        text(`ds_add_u32 v20, ${vgpr()}`);
        break;
      case 6:
        text(`ds_load_${pick(random, ['u8', 'i8', 'u16', 'i16'])} v${dst}, v20`);
        break;
      default:
        text(`ds_load_b32 v${dst}, v20`);
    }
  };
  /** Scratch, and flat addresses of every window. */
  const windowed = (): void => {
    const dst = random() % 16;
    const sizes = ['b32', 'b64', 'b128', 'u8', 'i16', 'd16_hi_b16'];
    const size = pick(random, sizes);
    const count = size === 'b64' ? 2 : size === 'b128' ? 4 : 1;
    const range = count === 1 ? `v${dst}` : `v[${dst}:${dst + count - 1}]`;
    const stored = size === 'u8' ? 'b8' : size === 'i16' ? 'b16' : size;
    address(pick(random, [0x3c, 0x30, 0x1f]));
    const load = random() % 2 === 0;
    const offset = pick(random, [0, 4, 7, 64]);
    switch (random() % 4) {
      case 0:
        text(
          load
            ? `scratch_load_${size} ${range}, v20, off offset:${offset}`
            : `scratch_store_${stored} v20, ${range}, off offset:${offset}`,
        );
        break;
      case 1:
        text('s_mov_b32 s14, 16');
        text(
          load
            ? `scratch_load_${size} ${range}, off, s14 offset:${offset}`
            : `scratch_store_${stored} off, ${range}, s14 offset:${offset}`,
        );
        break;
      default: {
        const aperture = pick(random, ['src_shared_base', 'src_private_base', '']);
        if (aperture === '') {
          restoreBuffer();
          text('v_mov_b32_e32 v23, s5\nv_add_nc_u32_e32 v22, s4, v20');
        } else text(`s_mov_b64 s[14:15], ${aperture}\nv_mov_b32_e32 v23, s15\nv_mov_b32_e32 v22, v20`);
        // some lanes somewhere else
        if (random() % 4 === 0)
          text(`s_mov_b64 s[14:15], src_private_base\nv_cndmask_b32_e64 v23, v23, s15, ${mask()}`);
        if (random() % 5 === 0) text(`flat_atomic_add_u32 v${dst}, v[22:23], v${(dst + 1) % 16} glc`);
        else
          text(
            load
              ? `flat_load_${size} ${range}, v[22:23] offset:${offset}`
              : `flat_store_${stored} v[22:23], ${range} offset:${offset}`,
          );
      }
    }
  };
  const divergent = (body: () => void): void => {
    text(`v_cmp_lt_u32_e64 ${mask()}, ${vgpr()}, ${vgpr()}`);
    const saved = wave64 ? `s[${60 + 2 * (random() % 4)}:` : '';
    const name = wave64 ? `${saved}${Number(/\d+/.exec(saved)![0]) + 1}]` : `s${60 + (random() % 8)}`;
    text(`s_and_saveexec_${size} ${name}, ${mask()}`);
    const at = words.length;
    words.push(0);
    body();
    const distance = words.length - at - 1;
    words[at] = machineCode(`s_cbranch_execz ${Math.min(distance, 0x7fff)}`, wave64)[0]!;
    text(`s_mov_${size} ${exec}, ${name}`);
  };
  const loop = (body: () => void): void => {
    const counter = 80 + (random() % 8);
    text(`s_mov_b32 s${counter}, ${1 + (random() % 6)}`);
    const top = words.length;
    body();
    text(`s_sub_u32 s${counter}, s${counter}, 1\ns_cmp_lg_u32 s${counter}, 0`);
    words.push(machineCode(`s_cbranch_scc1 ${(top - words.length - 1) & 0xffff}`, wave64)[0]!);
  };
  const forward = (body: () => void): void => {
    const at = words.length;
    words.push(0);
    body();
    const kind = pick(random, ['scc0', 'scc1', 'vccz', 'vccnz', 'execz', 'execnz']);
    words[at] = machineCode(`s_cbranch_${kind} ${words.length - at - 1}`, wave64)[0]!;
  };
  const move = (): void => {
    switch (random() % 5) {
      case 0:
        text(`v_readfirstlane_b32 s${20 + (random() % 20)}, ${vgpr()}`);
        break;
      case 1:
        text(`v_readlane_b32 s${20 + (random() % 20)}, ${vgpr()}, ${random() % 64}`);
        break;
      case 2:
        text(`v_writelane_b32 ${vgpr()}, s${20 + (random() % 20)}, s${20 + (random() % 20)}`);
        break;
      case 3:
        text(
          `s_load_b${pick(random, ['32', '64', '128'])} s[24:${'27'}], s[0:1], 0`
            .replace(/b32 s\[24:27\]/, 'b32 s24')
            .replace(/b64 s\[24:27\]/, 'b64 s[24:25]'),
        );
        break;
      default:
        text(`s_mov_${size} ${exec}, -1`);
    }
  };
  const body = (depth: number, length: number): void => {
    while (length-- > 0) {
      const kind = random() % 24;
      if (kind < 12) straight();
      else if (kind < 15) (random() % 3 === 0 ? row : memory)();
      else if (kind < 17) (random() % 3 === 0 ? windowed : lds)();
      else if (kind < 19) move();
      else if (kind === 19 && options.barriers && depth === 0) text('s_barrier');
      else if (depth < 3) {
        const inner = (): void => body(depth + 1, 1 + (random() % 5));
        if (kind === 20) divergent(inner);
        else if (kind === 21) loop(inner);
        else if (kind >= 22) forward(inner);
      }
    }
  };
  body(0, options.length);
  text('s_nop 0\ns_endpgm');
  return Uint32Array.from(words);
}
