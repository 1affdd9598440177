/**
 * The assembler against LLVM: committed vectors always, llvm-mc itself where it is installed; and what it says of mistakes.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { assemble, decode, disassemble, disassembleWave64, encode, randomEncoding, seeded, table } from './index.ts';
import type { AssembleOptions } from './index.ts';
import { assembleWithLlvm, disassembleWithLlvm, findLlvmMc } from './testing/llvm.ts';

const hex = (words: ArrayLike<number>): string => Array.from(words, (w) => w.toString(16).padStart(8, '0')).join(' ');

/** Words in hex, or the first mistake. */
function words(text: string, options?: AssembleOptions): string {
  const { bytes, errors } = assemble(text, options);
  const [error] = errors;
  return error === undefined ? hex(new Uint32Array(bytes.buffer, 0, bytes.length >> 2)) : `${error.line}:${error.column}: ${error.message}`;
}

/** Text that stands for more than one encoding, so that going back may choose another, or that no assembler knows. */
const ambiguous = /swizzle|0\.15915494|0x3e22f983|[ ,(|](?:0x[0-9a-f]{1,2}|1\.0)(?:[ ,)|]|$)/;

describe('the assembler', () => {
  it('takes back what the disassembler prints, for every row', () => {
    const random = seeded(99);
    let exact = 0;
    let all = 0;
    const wrong: string[] = [];
    for (const row of table()) {
      let good = 0;
      for (let n = 0; n < 8; n++) {
        const decoded = decode(Uint32Array.from([...randomEncoding(row, random, { strange: 0 }), 0]), 0);
        if (decoded === undefined) continue;
        const text = disassemble(decoded);
        if (text.includes('/*')) continue;
        all++;
        const again = words(text, { unchecked: true });
        if (again === hex(encode(decoded))) { exact++; good++; continue; }
        // A literal that has an inline code or bits nobody reads: the same text comes out again.
        const words2 = Uint32Array.from(again.split(' ').map((w) => Number.parseInt(w, 16)));
        const second = /^[0-9a-f ]+$/.test(again) ? decode(words2, 0) : undefined;
        const text2 = second && disassemble(second);
        if (text2 === text) good++;
        else if (!ambiguous.test(text) && !/^v_\w+_[iuf]?(16|f16)(?:_e64)?(?:_dpp)? .*0x/.test(text) && !again.includes('differ')) wrong.push(`${text}: ${text2 ?? again}`);
      }
      if (good === 0) wrong.push(`${row.name} ${row.format}: never`);
    }
    expect(wrong).toEqual([]);
    expect(exact / all).toBeGreaterThan(0.93);
  });

  it('assembles the text of the committed LLVM vectors', () => {
    const vectors = gunzipSync(readFileSync(new URL('./vectors.txt.gz', import.meta.url))).toString('utf8').trimEnd().split('\n')
      .map((line) => line.split('\t') as [string, string]).filter(([, text]) => text !== '-' && !text.includes('/*'));
    let same = 0;
    const wrong: string[] = [];
    for (const [, text] of vectors) {
      const again = words(text, { unchecked: true });
      const list = Uint32Array.from(again.split(' ').map((w) => Number.parseInt(w, 16)));
      const decoded = /^[0-9a-f ]+$/.test(again) ? decode(list, 0) : undefined;
      if (decoded !== undefined && disassemble(decoded) === text) same++;
      else wrong.push(`${text}: ${again}`);
    }
    expect(same / vectors.length, wrong.slice(0, 20).join('\n')).toBeGreaterThan(0.995);
  });

  it.each([
    // what llvm-mc 19 -mcpu=gfx1100 -show-encoding makes of them
    ['v_add_f16_e32 v2, 0x3c00, v1', '640402f2'],
    ['v_add_nc_u16 v2, 0x3c00, v1', 'd7030002 000202ff 00003c00'],
    ['v_add_nc_u16 v2, 1.0, v1', 'd7030002 000202f2'],
    ['v_add_f16 v2, 65535, v1', '640402c1'],
    ['v_add_f64 v[0:1], 0x3ff0000000000000, v[2:3]', 'd7270000 000204f2'],
    ['v_add_f64 v[0:1], 1.5, v[2:3]', 'd7270000 000204ff 3ff80000'],
    ['v_lshlrev_b64 v[0:1], v2, -17', 'd73c0000 0001ff02 ffffffef'],
    ['s_mov_b32 s0, -2147483648', 'be8000ff 80000000'],
    ['v_add_nc_u32 v4, 0xffffffffd1ccf6e9, v0', '4a0800ff d1ccf6e9'],
    ['s_mov_b32 s0, 1e10', 'be8000ff 501502f9'],
    ['v_pk_add_f16 v0, 1.5, v1', 'cc0f4000 180202ff 00003e00'],
    ['v_pk_add_u16 v0, 0x3f800000, v1', 'cc0a4000 180202f2'],
    ['v_pk_add_u16 v0, 1.5, v1', 'cc0a4000 180202ff 3fc00000'],
    ['v_mov_b32 v1, v0 row_shl:1', '7e0202fa ff010100'],
    ['v_add_f32 v1, v0, v2 clamp', 'd5038001 00020500'],
    ['v_add_f32 v1, v0, s2', 'd5030001 00000500'],
    ['v_cmp_lt_f32 vcc_lo, v0, v1', '7c220300'],
    ['v_cmp_lt_f32 s0, v0, v1', 'd4110000 00020300'],
    ['v_cmpx_lt_f32 v0, s1', 'd491007e 00000300'],
    ['v_add_co_ci_u32 v0, s0, v1, v2, s0', 'd5200000 00020501'],
    ['s_waitcnt vmcnt(0) & lgkmcnt(0)', 'bf890007'],
    ['s_waitcnt vmcnt_sat(100)', 'bf89fff7'],
    ['s_sendmsg sendmsg(1,0,0)', 'bfb60001'],
    ['s_setreg_imm32_b32 hwreg(HW_REG_MODE, 0, 4), 0x123', 'b9801801 00000123'],
    ['s_load_b32 s0, s[2:3], -0x10', 'f4000001 f81ffff0'],
    ['s_load_b32 s0, s[2:3], s4 offset:0x10', 'f4000001 08000010'],
    ['ds_swizzle_b32 v0, v1 offset:swizzle(BITMASK_PERM, "00p11")', 'd8d40064 00000001'],
    ['ds_swizzle_b32 v0, v1 offset:swizzle(BROADCAST, 4, 1)', 'd8d4003c 00000001'],
    ['s_delay_alu instid0(VALU_DEP_1) | instskip(NEXT) | instid1(SALU_CYCLE_1)', 'bf870491'],
    ['v_fma_f16 v0, v1, v2, v3 op_sel:[1,0,0,0]', 'd6480800 040e0501'],
    ['v_add_f32 v0, neg(v1), abs(v2)', 'd5030200 20020501'],
    ['v_add_f32 v0, -abs(v1), v2', 'd5030100 20020501'],
    ['v_mul_f32 v0, 2.0, v1 mul:2', 'd5080000 080202f4'],
    ['s_add_u32 s0, shared_base, scc', '8000fdeb'],
    ['s_and_b32 s0, 0x12345678, 0x12345678', '8b00ffff 12345678'],
    ['v_dual_add_f32 v4, v8, v12 :: v_dual_mul_f32 v7, v9, v13', 'c9061908 04061b09'],
    // not LLVM 19: the literal that a linker leaves where an inline constant would do
    ['s_addc_u32 s3, s3, lit(0)', '8203ff03 00000000'],
    ['v_mov_b16_e32 v1.h, v2.l', '7f023902'],
  ])('%s', (text, expected) => {
    expect(words(text)).toBe(expected);
  });

  it('counts branches from labels, forwards and backwards, around data and alignment', () => {
    const { bytes, labels, lines, errors } = assemble(`
      ; a loop, as LLVM 19 assembles it
      .set count, 3*(1<<2)
start:  s_mov_b32 s0, count          // 12 is an inline constant
loop:   s_sub_u32 s0, s0, 1 ; s_nop 7
        s_cbranch_scc0 loop
        s_branch done
        .p2align 4
table:  .long 0x11223344, loop-start, -1
        .short 1, 2
        .quad 0x8877665544332211
done:   s_endpgm /* the
                    end */`, { base: 0x100 });
    expect(errors).toEqual([]);
    expect(Object.fromEntries(labels)).toEqual({ start: 0x100, loop: 0x104, table: 0x110, done: 0x128 });
    expect(hex(new Uint32Array(bytes.buffer))).toBe(
      'be80008c 80808100 bfa1fffe bfa00006 11223344 00000004 ffffffff 00020001 44332211 88776655 bfb00000');
    expect(lines.filter((l) => !l.data).map((l) => l.line)).toEqual([4, 5, 6, 7, 12]);
  });

  it('finds labels that lie ahead wherever the code lies, and however much of it there is', () => {
    // distances as llvm-mc 19 counts them: from behind the branch
    const loop = 's_branch done\nback: s_nop 0\ns_nop 1\ndone: s_endpgm\ns_branch back';
    for (const base of [0, 0x40000, 0x1_0000_0000]) {
      const { bytes, errors, labels } = assemble(loop, { base });
      expect(errors).toEqual([]);
      expect(labels.get('done')).toBe(base + 12);
      expect(hex(new Uint32Array(bytes.buffer))).toBe('bfa00002 bf800000 bf800001 bfb00000 bfa0fffc');
    }
    expect(words('s_delay_alu instid0(VALU_DEP_1)\ns_setreg_b32 hwreg(HW_REG_MODE), s0\ns_sendmsg sendmsg(MSG_INTERRUPT)', { base: 0x40000 }))
      .toBe('bf870001 b900f801 bfb60001');
    const far = assemble(`.fill 0x10000, 4, 0xbf800000\n${loop}`);
    expect(far.errors).toEqual([]);
    expect(hex(new Uint32Array(far.bytes.buffer).subarray(0x10000))).toBe('bfa00002 bf800000 bf800001 bfb00000 bfa0fffc');
  });

  it('takes lane masks and matrices of 32 and of 64 lanes, or of those asked for only', () => {
    const [narrow, wide] = ['v_wmma_f32_16x16x16_f16 v[16:19], v[0:7], v[8:15], v[16:19]', 'v_wmma_f32_16x16x16_f16 v[16:23], v[0:7], v[8:15], v[16:23]'];
    // what llvm-mc 19 makes of the one with, of the other without -mattr=+wavefrontsize64
    for (const [text, wave64] of [[narrow, true], [narrow, undefined], [wide, false], [wide, undefined]] as const)
      expect(words(text, { wave64 })).toBe('cc404010 1c421100');
    expect(words(narrow, { wave64: false })).toBe('1:25: expected 8 vector registers (v[n:m]), found v[16:19]');
    expect(words(wide, { wave64: true })).toBe('1:25: expected 4 vector registers (v[n:m]), found v[16:23]');
    expect(words('v_cmp_lt_f32 vcc, v0, v1', { wave64: true })).toBe('7c220300');
    expect(words('v_cmp_lt_f32 vcc, v0, v1', { wave64: false })).toBe('1:14: vcc: a mask of 32 lanes takes one register');
  });

  it('sees block comments where they begin, not in strings or other comments', () => {
    // as llvm-mc 19 reads it: s_nop 0, 1, 3, 5
    expect(words('s_nop 0 ; from /* here\ns_nop 1 // */ to /* here\n/* s_nop 2 ; */ s_nop 3\n/*\ns_nop 4 */ s_nop 5\n.ident "/*"\n'))
      .toBe('bf800000 bf800001 bf800003 bf800005');
  });

  it('takes what a compiler writes around the code, and addresses relative to it', () => {
    // s_getpc/@rel32 as clang 19 writes a call within its text section
    const { bytes, errors } = assemble(`
	.text
	.amdgcn_target "amdgcn-amd-amdhsa--gfx1100"
	.amdhsa_code_object_version 5
	.globl	k                               ; -- Begin function k
	.p2align	8
	.type	k,@function
k:                                      ; @k
	s_getpc_b64 s[0:1]
	s_add_u32 s0, s0, f@rel32@lo+4
	s_addc_u32 s1, s1, f@rel32@hi+12
	s_swappc_b64 s[30:31], s[0:1]
	s_endpgm
	.p2alignl 5, 3214868480
	.fill 1, 4, 3214868480
	.section	.rodata,"a",@progbits
	.amdhsa_kernel k
		.amdhsa_group_segment_fixed_size 0
	.end_amdhsa_kernel
	.text
f:
	s_setpc_b64 s[30:31]
.Lfunc_end0:
	.size	k, .Lfunc_end0-k
	.section	".note.GNU-stack","",@progbits
	.amdgpu_metadata
---
amdhsa.kernels: []
...
	.end_amdgpu_metadata`);
    expect(errors).toEqual([]);
    // s_getpc gives the address behind itself: 4; f lies at 36, behind padding of S_CODE_END
    expect(hex(new Uint32Array(bytes.buffer))).toBe('be804700 8000ff00 00000020 8201ff01 00000000 be9e4900 bfb00000 bf9f0000 bf9f0000 be80481e');
  });

  it.each([
    ['v_add_f32_e32 v0, v1, s2', '1:23: expected a vector register, found s2'],
    ['v_add_f32 v0, v1', '1:17: v_add_f32 takes 3 operands: expected a vector register, a scalar register or a constant'],
    ['v_add_f32 v0, v1, v2, v3', '1:23: v_add_f32 takes 3 operands, found v3 too'],
    ['v_ad_f32 v0, v1, v2', '1:1: v_ad_f32 is no instruction of gfx1100; did you mean v_add_f32, '],
    ['s_add_u32 s0, s1, 0x123456789', '1:19: 0x123456789 does not fit: expected -2147483648 to 4294967295'],
    ['s_add_u32 s0, 1000, 2000', '1:21: one instruction holds one literal, and these differ'],
    ['v_fma_f32 v0, s1, s2, s3', '1:23: more than 2 scalar values: the constant bus carries no more'],
    ['s_load_b128 s[2:5], s[0:1], 0', '1:13: s[2:5]: 4 scalar registers begin at a multiple of 4'],
    ['s_load_b64 s4, s[0:1], 0', '1:12: expected 2 scalar registers (s[n:m]), found s4'],
    ['global_load_b32 v0, v1, off', '1:21: expected 2 vector registers (v[n:m]), found v1'],
    ['global_load_b32 v0, v[1:2], off offset:5000', '1:33: offset 5000, expected -4096 to 4095'],
    ['global_load_b32 v0, v[1:2], off offen', '1:33: global_load_b32 (GLOBAL) does not take offen'],
    ['ds_load_b32 v0, v1 offset:70000', '1:20: offset 70000, expected 0 to 65535'],
    ['s_waitcnt vmcnt(100)', '1:17: vmcnt is 100, expected 0 to 63'],
    ['s_branch nowhere', '1:10: nowhere is not defined'],
    ['v_mov_b32 v0, nowhere', '1:15: nowhere is neither a register nor a symbol that is defined'],
    ['s_add_u32 s0, s0, f@gotpcrel32@lo+4', '1:19: f@gotpcrel32@lo is the address of something that a linker places'],
    ['s_sendmsg sendmsg(MSG_X)', '1:19: MSG_X: expected a message, one of'],
    ['v_mov_b32 v0, v256', '1:15: v256: expected v0 to v255'],
    ['s_mov_b32 s106, 0', '1:11: s106: expected s0 to s105'],
    ['v_mov_b32_dpp v0, v1', '1:21: expected a DPP control: quad_perm, row_…, dpp8'],
    ['v_add_f64 v[0:1], 3.1415926535, v[2:3]', '1:19: 3.1415926535 has no exact encoding'],
    ['v_add_f16 v0, 1e9, v1', '1:15: 1000000000 overflows f16'],
    ['v_dual_mov_b32 v0, v1 :: v_dual_mov_b32 v2, v3', '1:41: one half writes an even, the other an odd register'],
    ['v_dual_mov_b32 v0, v1 :: v_dual_mov_b32 v3, v5', '1:20: the first sources of both halves lie in one register bank'],
    ['v_dual_mov_b32 v0, v1', '1:22: expected "::" and the second half, found the end of the line'],
    ['v_add_f32 v0, |v1, v2', '1:18: expected "|" that ends the absolute value, found ,'],
    ['v_add_nc_u32 v0, -v1, v2', '1:18: -v1: v_add_nc_u32 (VOP3) takes no negation here'],
    ['s_mov_b32 s0 s1', '1:14: expected "," or a modifier, found s1'],
    ['s_mov_b32 s0, 12ab', '1:15: 12ab is no number'],
    ['a: s_nop 0\na: s_nop 0', '2:1: a is defined twice'],
    ['.frob 1', '1:1: .frob: expected .long'],
    ['.fill end-start, 4, 0\nstart: s_nop 0\nend: s_endpgm', '2:1: start moves: how much lies before it depends on labels that come after'],
    ['v_mov_b32 v0, constructor', '1:15: constructor is neither a register nor a symbol that is defined'],
    ['v_mov_b32 v0, -toString', '1:16: toString is not defined'],
    ['v_mov_b32 v0, v1 toString:1', '1:18: expected "," or a modifier, found toString'],
    ['s_version valueOf', '1:11: valueOf is not defined'],
    ['s_delay_alu toString(1)', '1:13: expected instid0, instskip or instid1, found toString'],
    ['.byte 300', '1:7: 300 does not fit 1 byte'],
    ['s_nop 0 ; fine\n  s_nop @', '2:9: unexpected "@"'],
    ['.amdhsa_kernel k', '1:1: expected .end_amdhsa_kernel before the end'],
    ['s_buffer_load_b32 s0, s[4:7], -4', '1:31: offset -4, expected 0 to 1048575'],
  ])('says of %j what is wrong and where', (text, message) => {
    expect(words(text).slice(0, message.length)).toBe(message);
  });

  it('collects mistakes, up to a limit', () => {
    const { errors, bytes } = assemble('s_nop\ns_nop 0\nfrob\n', {});
    expect(errors.map((e) => e.line)).toEqual([1, 3]);
    expect(bytes).toHaveLength(0);
    expect(assemble('frob\n'.repeat(100)).errors).toHaveLength(50);
  });

  it('survives any text', () => {
    const random = seeded(3);
    const pieces = ['v_add_f32', 's_waitcnt', ' ', ',', 'v[0:', ']', '|', '-', 'neg(', '0x', '1.5', 'offset:', '::', 'op_sel:[', '"', ':', '.set', 'a', ')', '\n', '@', '(', 's[4:5]', 'constructor'];
    for (let i = 0; i < 3000; i++) assemble(Array.from({ length: random() % 12 }, () => pieces[random() % pieces.length]!).join(random() % 2 === 0 ? ' ' : ''));
  });
});

const llvmMc = findLlvmMc();
describe.runIf(llvmMc !== undefined)(`the assembler beside ${llvmMc ?? 'llvm-mc (not installed)'}`, () => {
  for (const wave64 of [false, true]) {
    it(`accepts the same lines and gives the same words, ${wave64 ? 64 : 32} lanes`, () => {
      const random = seeded(wave64 ? 12 : 11);
      const attributes = wave64 ? ['-mattr=+wavefrontsize64'] : [];
      const list = table().flatMap((row) => Array.from({ length: wave64 ? 3 : 8 }, () => randomEncoding(row, random, { llvmHalves: true })));
      const texts = disassembleWithLlvm(llvmMc!, list, attributes);
      const lines = texts.flatMap((text, i) => {
        if (text === undefined) return [];
        // What LLVM prints, we print; how it prints to 64 lanes is only seen here.
        const decoded = wave64 ? decode(Uint32Array.from(list[i]!), 0) : undefined;
        // Tiles of 64 lanes are short enough for the last registers, where those of 32 lanes do not fit.
        if (wave64 && !(decoded === undefined && text.startsWith('v_wmma'))) expect(disassembleWave64(decoded!)).toBe(text);
        return [text];
      });
      const theirs = assembleWithLlvm(llvmMc!, lines, attributes);
      const differences: string[] = [];
      let accepted = 0;
      lines.forEach((line, i) => {
        const wanted = theirs[i];
        const ours = words(line, { wave64 });
        if (wanted === undefined) {
          // LLVM 19 refuses some that hardware takes: literals of f64 with a sign, 32 bits for one half, VCC named beside
          // the implied one, one literal for operands of 32 and 64 bits.
          if (/^[0-9a-f ]+$/.test(ours) && !/(_f64|bf16_bf16).*(neg\(|\|)|_f16 |op_sel|dot2acc|div_fmas.*vcc|mad_[iu]64.*0x/.test(line)) differences.push(`${line}: LLVM refuses, here ${ours}`);
        } else if (hex(wanted) === ours) accepted++;
        else if (!/src_(vccz|execz|pops)|setreg_imm32.*, 1\.0/.test(line)) // LLVM reads the latter as 0
            differences.push(`${line}: LLVM ${hex(wanted)}, here ${ours}`);
      });
      expect(differences).toEqual([]);
      expect(accepted).toBeGreaterThan(wave64 ? 3000 : 8000);
    }, 30_000);
  }
});
