/**
 * The instruction table against LLVM: committed vectors always, llvm-mc itself where it is installed.
 *
 * `vectors.txt.gz` holds what llvm-mc 19 said of encodings drawn from every row of the table: dwords in hex, a tab,
 * the text, or `-` for a refusal. EMPTYSLOT_WRITE_VECTORS=1 writes it anew from the installed llvm-mc.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decode, disassemble, encode, randomEncoding, seeded, table } from './index.ts';
import { assembleWithLlvm, disassembleWithLlvm, findLlvmMc } from './testing/llvm.ts';

const vectorFile = new URL('./vectors.txt.gz', import.meta.url);
const llvmMc = findLlvmMc();

function encodings(perRow: number, seed: number): number[][] {
  const random = seeded(seed);
  return table().flatMap((row) => Array.from({ length: perRow }, () => randomEncoding(row, random, { llvmHalves: true })));
}

const hex = (words: readonly number[]): string => words.map((w) => w.toString(16).padStart(8, '0')).join(' ');

/** Lines where we differ from `expected`, at most ten, so that a failure is readable. */
function differences(vectors: readonly { words: readonly number[]; text: string | undefined }[]): string[] {
  const out: string[] = [];
  for (const { words, text } of vectors) {
    const decoded = decode(Uint32Array.from(words), 0);
    const ours = decoded && disassemble(decoded);
    if (ours !== text && out.length < 10) out.push(`${hex(words)}: LLVM ${text ?? '-'}, here ${ours ?? '-'}`);
  }
  return out;
}

function committed(): { words: number[]; text: string | undefined }[] {
  return gunzipSync(readFileSync(vectorFile)).toString('utf8').trimEnd().split('\n').map((line) => {
    const [words, text] = line.split('\t') as [string, string];
    return { words: words.split(' ').map((w) => Number.parseInt(w, 16)), text: text === '-' ? undefined : text };
  });
}

describe('the instruction table', () => {
  it.runIf(process.env['EMPTYSLOT_WRITE_VECTORS'] === '1' && llvmMc !== undefined)('writes its vectors', () => {
    const list = encodings(6, 20250101);
    const texts = disassembleWithLlvm(llvmMc!, list);
    writeFileSync(vectorFile, gzipSync(list.map((words, i) => `${hex(words)}\t${texts[i] ?? '-'}\n`).join(''), { level: 9 }));
  });

  it('has one row an encoding and no row of gfx11.5', () => {
    const keys = table().map((row) => `${row.format === 'VOP3SD' ? 'VOP3' : row.format} ${row.opcode}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(table().filter((row) => /^s_(add|sub|mul|fmac|min|max|cvt|ceil|floor|trunc|rndne|cmp_\w+)_f(16|32)/.test(row.name))).toEqual([]);
    expect(table().filter((row) => row.format === 'VOPC')).toHaveLength(190);
  });

  it('agrees with the committed LLVM vectors', () => {
    const vectors = committed();
    expect(vectors.length).toBeGreaterThan(7000);
    expect(new Set(vectors.map(({ text }) => text?.split(' ')[0])).size).toBeGreaterThan(1100);
    expect(differences(vectors)).toEqual([]);
  });

  it('encodes what it decodes', () => {
    for (const { words, text } of committed()) {
      if (text === undefined) continue;
      const decoded = decode(Uint32Array.from(words), 0)!;
      const again = encode(decoded);
      expect(again.length * 4).toBe(decoded.bytes);
      expect(decode(again, 0)).toEqual(decoded);
    }
  });

  it('keeps every bit of a canonical encoding', () => {
    // One of each kind, as an assembler would emit it.
    const canonical: [string, number[]][] = [
      ['s_add_u32 s4, s8, 0x12345678', [0x8004ff08, 0x12345678]],
      ['s_movk_i32 s4, 0xffff', [0xb004ffff]],
      ['s_load_b128 s[16:19], s[8:9], 0x10', [0xf4080404, 0xf8000010]],
      ['v_add_f32_e32 v4, s8, v12', [0x06081808]],
      ['v_fma_f32 v4, |v8|, -v12, v16 clamp mul:2', [0xd6138104, 0x4c421908]],
      ['v_cmp_lt_f32_e64 s4, v8, v12', [0xd4110004, 0x00021908]],
      ['v_pk_fma_f16 v4, v8, v12, v16 op_sel_hi:[0,1,1]', [0xcc0e4004, 0x14421908]],
      ['v_dual_add_f32 v4, v8, v12 :: v_dual_mul_f32 v7, v9, v13', [0xc9061908, 0x04061b09]],
      ['ds_load_2addr_b32 v[4:5], v8 offset0:1 offset1:2', [0xd8dc0201, 0x04000008]],
      ['global_load_b32 v4, v8, s[6:7] offset:-16', [0xdc521ff0, 0x04060008]],
      ['scratch_store_b32 off, v4, s33 offset:8', [0xdc690008, 0x00210400]],
      ['buffer_gl0_inv', [0xe0ac0000, 0x00000000]],
      ['s_endpgm', [0xbfb00000]],
    ];
    for (const [text, words] of canonical) {
      const decoded = decode(Uint32Array.from(words), 0);
      expect(decoded && disassemble(decoded)).toBe(text);
      expect([...encode(decoded!)]).toEqual(words);
    }
  });

  it('survives arbitrary words and truncated code', () => {
    const random = seeded(7);
    for (let i = 0; i < 50_000; i++) {
      const words = Uint32Array.of(random(), random(), random());
      const decoded = decode(words, 0);
      if (decoded === undefined) continue;
      expect(disassemble(decoded).length).toBeGreaterThan(3);
      if (decoded.bytes > 4) expect(decode(words.subarray(0, decoded.bytes / 4 - 1), 0)).toBeUndefined();
    }
  });

  const live = llvmMc === undefined ? it.skip : it;
  live(`agrees with ${llvmMc ?? 'llvm-mc (not installed)'} in both directions`, () => {
    const list = encodings(8, 4242);
    const texts = disassembleWithLlvm(llvmMc!, list);
    expect(differences(list.map((words, i) => ({ words, text: texts[i] })))).toEqual([]);

    // Our encoder's bytes mean the same to LLVM, and LLVM's bytes for our text mean the same to us.
    const known = list.flatMap((words) => decode(Uint32Array.from(words), 0) ?? []);
    const lines = known.map(disassemble);
    expect(disassembleWithLlvm(llvmMc!, known.map((d) => [...encode(d)]))).toEqual(lines);
    const assembled = assembleWithLlvm(llvmMc!, lines);
    const accepted = assembled.flatMap((words, i) => (words === undefined ? [] : [{ words, line: lines[i]! }]));
    const accordingToLlvm = disassembleWithLlvm(llvmMc!, accepted.map(({ words }) => words));
    expect(differences(accepted.map(({ words }, i) => ({ words, text: accordingToLlvm[i] })))).toEqual([]);
    // LLVM's own text is ambiguous about literals that look like inline constants (f64, 16-bit integers), and its assembler
    // refuses some of what its disassembler prints (VOPD bank conflicts, two scalars on the constant bus, …).
    const unchanged = accepted.filter(({ line }, i) => accordingToLlvm[i] === line);
    expect(unchanged.length / accepted.length).toBeGreaterThan(0.99);
    expect(accepted.length / lines.length).toBeGreaterThan(0.7);
  }, 30_000);
});
