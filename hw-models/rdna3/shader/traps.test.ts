/**
 * Exceptions and trap handlers.
 *
 * Which exceptions an operation raises was asked of an x86 processor (gcc, MXCSR after one SSE or FMA instruction; its
 * order of bits is TRAPSTS' too). What a handler finds follows the ISA document and Linux's trap handler for gfx11.
 */
import { describe, expect, it } from 'vitest';
import { EXEC, LANES, S } from './state.ts';
import { Bench, RSRC2 } from './testing/bench.ts';
import { COMPILER_MODE, OneWave } from './testing/one-instruction.ts';

const code: Record<string, string> = {
  add: '060c0500', // v_add_f32_e32 v6, v0, v2
  mul: '100c0500', // v_mul_f32_e32 v6, v0, v2
  fma: 'd6130006 04120500', // v_fma_f32 v6, v0, v2, v4
  sqrt: '7e0c6700', // v_sqrt_f32_e32 v6, v0
  cvt_i32: '7e0c1100', // v_cvt_i32_f32_e32 v6, v0
  max: '200c0500', // v_max_f32_e32 v6, v0, v2
  add64: 'd7270006 00020500', // v_add_f64 v[6:7], v[0:1], v[2:3]
  mul64: 'd7280006 00020500', // v_mul_f64 v[6:7], v[0:1], v[2:3]
  fma64: 'd6140006 04120500', // v_fma_f64 v[6:7], v[0:1], v[2:3], v[4:5]
  sqrt64: '7e0c6900', // v_sqrt_f64_e32 v[6:7], v[0:1]
  cvt_f32: '7e0c1f00', // v_cvt_f32_f64_e32 v6, v[0:1]
  mov: '7e0c0300', // v_mov_b32_e32 v6, v0
};

/** Operation, operands, exceptions: invalid 1, denormal operand 2, division by zero 4, overflow 8, underflow 16, inexact 32. */
const raised = `
  add 3f800000 33000000 00000000 32
  add 3f800000 3f800000 00000000 0
  add 7f800000 ff800000 00000000 1
  add 7f7fffff 7f7fffff 00000000 40
  add 7fc00000 3f800000 00000000 0
  add 7f800001 3f800000 00000000 1
  add 00000001 3f800000 00000000 34
  add 00000001 00000001 00000000 2
  add 00800000 80800001 00000000 0
  mul 00800000 3f000000 00000000 0
  mul 00800001 3f000000 00000000 48
  mul 7f800000 00000000 00000000 1
  mul 7f000000 7f000000 00000000 40
  mul 3f800001 3f800001 00000000 32
  mul 3fc00000 40000000 00000000 0
  mul 00000001 3f000000 00000000 50
  fma 3f800001 3f800001 bf800000 32
  fma 3f800001 3f800001 bf800002 0
  fma 7f800000 00000000 3f800000 1
  fma 7f7fffff 40000000 ff7fffff 0
  fma 7f7fffff 40000000 00000000 40
  sqrt 40000000 00000000 00000000 32
  sqrt 40800000 00000000 00000000 0
  sqrt bf800000 00000000 00000000 1
  sqrt 80000000 00000000 00000000 0
  cvt_i32 3fc00000 00000000 00000000 32
  cvt_i32 40000000 00000000 00000000 0
  cvt_i32 4f000000 00000000 00000000 1
  cvt_i32 cf000000 00000000 00000000 0
  cvt_i32 7fc00000 00000000 00000000 1
  max 7f800001 3f800000 00000000 1
  add64 3ff0000000000000 3ca0000000000000 0000000000000000 32
  add64 3ff0000000000000 3ff0000000000000 0000000000000000 0
  mul64 0010000000000000 3fe0000000000001 0000000000000000 48
  mul64 7fe0000000000000 7fe0000000000000 0000000000000000 40
  mul64 3ff0000000000001 3ff0000000000001 0000000000000000 32
  fma64 3ff0000000000001 3ff0000000000001 bff0000000000002 0
  sqrt64 4000000000000000 0000000000000000 0000000000000000 32
  sqrt64 4010000000000000 0000000000000000 0000000000000000 0
  cvt_f32 3fb999999999999a 0000000000000000 0000000000000000 32
  cvt_f32 47f0000000000000 0000000000000000 0000000000000000 40
  cvt_f32 36a0000000000000 0000000000000000 0000000000000000 0
  cvt_f32 3690000000000000 0000000000000000 0000000000000000 48
  mov 7f800001 00000000 00000000 0
`
  .split('\n')
  .map((line) => line.trim().split(' '))
  .filter((parts) => parts.length === 5);

const EXCEPTIONS = 0x7f << 12;

describe('exceptions of one operation', () => {
  const run = (name: string, operands: readonly string[], exec: number): number => {
    const wave = new OneWave();
    const { v, s } = wave.strip;
    s[EXEC] = exec;
    for (const [n, operand] of operands.entries()) {
      v.fill(parseInt(operand.slice(-8), 16), 2 * n * LANES, (2 * n + 1) * LANES);
      if (operand.length > 8) v.fill(parseInt(operand.slice(0, 8), 16), (2 * n + 1) * LANES, (2 * n + 2) * LANES);
    }
    wave.execute(
      code[name]!.split(' ').map((word) => parseInt(word, 16)),
      COMPILER_MODE | EXCEPTIONS,
    );
    return s[S.RAISED]!;
  };
  for (const [name, a, b, c, wanted] of raised as [string, string, string, string, string][]) {
    it(`${name} ${a} ${b} ${c}`, () => {
      expect(run(name, [a, b, c], 0x10)).toBe(Number(wanted));
      expect(run(name, [a, b, c], 0)).toBe(0); // nobody is there to raise it
    });
  }
});

// s_load_b64 s[4:5], s[0:1], null ; v_mov_b32 v1, 0 ; v_mov_b32 v2, 0 ; v_rcp_f32 v3, v1 ; v_rcp_f32 v3, 2.0
// s_getreg_b32 s6, hwreg(HW_REG_TRAPSTS, 0, 9) ; v_mov_b32 v4, s6 ; v_mov_b32 v5, s20 ; v_mov_b32 v6, s21
// s_waitcnt lgkmcnt(0) ; global_store_b128 v2, v[3:6], s[4:5] ; s_endpgm
const divides = `f4040100 f8000000 7e020280 7e040280 7e065501 7e0654f4 b8864003 7e080206 7e0a0214 7e0c0215 bf89fc07
  dc760000 00040302 bfb00000`;
// s_mov_b32 s20, ttmp0 ; s_mov_b32 s21, ttmp1 ; s_rfe_b64 ttmp[0:1]
const remembers = 'be94006c be95006d be804a6c';
// s_mov_b32 s20, ttmp0 ; s_getreg_b32 s21, hwreg(HW_REG_TRAPSTS) ; s_setreg_imm32_b32 hwreg(HW_REG_TRAPSTS), 0
// s_add_u32 ttmp0, ttmp0, 8 ; s_addc_u32 ttmp1, ttmp1, 0 ; s_rfe_b64 ttmp[0:1]
const skips = 'be94006c b895f803 b980f803 00000000 806c886c 826d806d be804a6c';
// s_mov_b32 s20, ttmp0 ; s_getreg_b32 s21, hwreg(HW_REG_TRAPSTS) ; s_setreg_imm32_b32 hwreg(HW_REG_TRAPSTS), 0
// s_rfe_b64 ttmp[0:1]
const clears = 'be94006c b895f803 b980f803 00000000 be804a6c';
// s_load_b64 s[4:5], s[0:1], null ; v_mov_b32 v2, 0 ; image_load v0, v1, s[8:15] dmask:0x1 dim:SQ_RSRC_IMG_1D unorm
// v_mov_b32 v3, s21 ; v_mov_b32 v4, s20 ; s_waitcnt lgkmcnt(0) ; global_store_b64 v2, v[3:4], s[4:5] ; s_endpgm
const image = `f4040100 f8000000 7e040280 f0000180 00020001 7e060215 7e080214 bf89fc07 dc6e0000 00040302 bfb00000`;
// s_load_b64 s[4:5], s[0:1], null ; v_mov_b32 v2, 0 ; v_mov_b32 v1, 0x1234 ; v_mov_b32 v0, 0
// global_load_b32 v6, v[0:1], off ; s_waitcnt vmcnt(0) ; s_nop 0 ; s_branch next ; next: ; v_mov_b32 v3, s21
// s_waitcnt lgkmcnt(0) ; global_store_b32 v2, v3, s[4:5] ; s_endpgm
const wild = `f4040100 f8000000 7e040280 7e0202ff 00001234 7e000280 dc520000 067c0000 bf8903f7 bf800000 bfa00000 7e060215
  bf89fc07 dc6a0000 00040302 bfb00000`;

const TRAP_PRESENT = 1 << 6;
const DIVISION_BY_ZERO = 1 << 26;

describe('trap handlers', () => {
  it('without one, an enabled exception is only remembered', () => {
    const { words, result } = new Bench().execute(divides, 64, { rsrc2: RSRC2 | DIVISION_BY_ZERO });
    expect(result).toBe('idle');
    expect([...words.subarray(0, 4)]).toEqual([0x3f000000, 4, 0, 0]);
  });

  it('an enabled exception enters it behind the instruction, another one does not', () => {
    for (const [enabled, entered] of [
      [DIVISION_BY_ZERO, true],
      [1 << 27, false],
    ] as const) {
      const bench = new Bench();
      const trapBase = bench.code(remembers);
      const entry = bench.code(divides);
      const { buffer } = bench.start(entry, 64, { rsrc2: RSRC2 | TRAP_PRESENT | enabled, trapBase });
      expect(bench.run()).toBe('idle');
      expect([...bench.memory.words(buffer, 4)]).toEqual([0x3f000000, 4, entered ? entry + 20 : 0, 0]);
    }
  });

  it('sees what is no instruction: PC at it, a bit in TRAPSTS, and the card hears its name', () => {
    const bench = new Bench();
    const trapBase = bench.code(skips);
    const entry = bench.code(image);
    const { buffer } = bench.start(entry, 64, { rsrc2: RSRC2 | TRAP_PRESENT, trapBase });
    expect(bench.run()).toBe('idle');
    expect([...bench.memory.words(buffer, 2)]).toEqual([1 << 11, entry + 12]);
    expect(bench.problems).toEqual([expect.objectContaining({ kind: 'illegalInstruction', mnemonic: 'image_load' })]);
  });

  it('without one, such a wave stops for good', () => {
    const bench = new Bench();
    expect(bench.execute(image, 64).result).toBe('hung');
    expect(bench.problems).toEqual([expect.objectContaining({ kind: 'illegalInstruction', mnemonic: 'image_load' })]);
  });

  it('sees a memory violation, some instructions late', () => {
    const bench = new Bench();
    const trapBase = bench.code(clears);
    const { buffer } = bench.start(bench.code(wild), 64, { rsrc2: RSRC2 | TRAP_PRESENT, trapBase });
    expect(bench.run()).toBe('idle');
    expect([...bench.memory.words(buffer, 1)]).toEqual([1 << 8]);
    expect(bench.problems).toEqual([expect.objectContaining({ kind: 'memoryViolation', address: 0x1234_0000_0000 })]);
  });
});
