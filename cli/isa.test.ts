/** The `isa` commands as users meet them: spawned, from the build, on the code objects that clang 19 made. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const built = existsSync(join(main, '../isa-commands.js'));
const env = { ...process.env, NO_COLOR: '1' };
const objects = fileURLToPath(new URL('../hw-models/rdna3/shader/corpus/objects/', import.meta.url));
const object = (name: string): string => join(objects, `${name}.co`);

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
const isa = (args: readonly string[], input?: string | Uint8Array): Ran =>
  spawnSync(process.execPath, [main, 'isa', ...args], {
    encoding: 'utf8',
    env,
    input: input === undefined ? '' : (input as string),
    timeout: 60_000,
    maxBuffer: 1 << 26,
  });

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'emptyslot-isa-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!built)('emptyslot isa (needs npm run build)', () => {
  it('disassembles a code object into text that assembles to the same bytes', () => {
    const file = object('control.O3');
    const listing = isa(['disasm', file]);
    expect(listing.status).toBe(0);
    expect(listing.stdout).toMatch(/^; kernel collatz: entry 0x/m);
    expect(listing.stdout).toMatch(/^L[0-9a-f]+:\n/m);
    const assembled = isa(['asm', '-', '-o', join(folder, 'same.bin')], listing.stdout);
    expect(assembled).toMatchObject({ status: 0, stderr: '' });
    // the text section of the file, found by the address its listing begins with
    const bytes = readFileSync(join(folder, 'same.bin'));
    const whole = readFileSync(file);
    const at = whole.indexOf(bytes.subarray(0, 64));
    expect(Buffer.compare(whole.subarray(at, at + bytes.length), bytes)).toBe(0);
    expect(isa(['disasm', '--raw', join(folder, 'same.bin')]).status).toBe(0);
  });

  it('lists one kernel, decodes its descriptor, and says the same as JSON', () => {
    const { stdout, status } = isa(['disasm', object('elementwise.O3'), '--kernel', 'saxpy', '--json']);
    expect(status).toBe(0);
    const { kernels, functions, machine } = JSON.parse(stdout) as {
      machine: string;
      kernels: { name: string; wave64: boolean; vgprs: number; sgprs: string[]; kernargBytes: number }[];
      functions: { name: string; instructions: { address: number; words: string[]; text: string }[] }[];
    };
    expect(machine).toBe('gfx1100');
    expect(kernels).toHaveLength(1);
    // clang's metadata and the usage guide: kernarg pointer first, workgroup id behind the 15 user registers
    expect(kernels[0]).toMatchObject({ name: 'saxpy', wave64: false, vgprs: 8 });
    expect(kernels[0]!.sgprs).toEqual(['s[0:1] kernarg segment', 's15 workgroup id x']);
    expect(functions.map((f) => f.name)).toEqual(['saxpy']);
    expect(functions[0]!.instructions.some((i) => i.text === 's_endpgm' && i.words[0] === 'bfb00000')).toBe(true);
  });

  it('reads words from the command line and from standard input', () => {
    expect(isa(['disasm', 'd6130003', '040a0300']).stdout).toContain('v_fma_f32 v3, v0, v1, v2');
    expect(isa(['disasm', '-'], '0x13,0x00,0x13,0xd6,0x00,0x03,0x0a,0x04').status).toBe(0);
    const words = join(folder, 'words.txt');
    writeFileSync(words, '; as pasted\nd6130003 040a0300\n');
    expect(isa(['disasm', words]).stdout).toContain('v_fma_f32 v3, v0, v1, v2');
    const odd = join(folder, 'odd.bin');
    writeFileSync(odd, Buffer.from('0000b0bfff', 'hex'));
    expect(isa(['disasm', '--raw', odd])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\ts_endpgm +; 00000000: bfb00000\n$/),
      stderr: `${odd}: 5 bytes, no multiple of 4: the last 1 left out\n`,
    });
    const unknown = isa(['disasm', 'ffffffff', 'bfb00000']);
    expect(unknown.status).toBe(1);
    expect(unknown.stdout).toContain('.long 0xffffffff');
  });

  it('assembles, and says where text is wrong', () => {
    expect(isa(['asm', '-'], 'v_add_f32 v0, v1, s2 ; sum\n').stdout).toMatch(
      /^d5030000 00000501 +; 00000000 {2}v_add_f32_e64 v0, v1, s2\n$/,
    );
    expect(isa(['asm', '-', '--wave', '64'], 'v_cmp_lt_f32 vcc, v0, v1').stdout).toContain(
      'v_cmp_lt_f32_e32 vcc, v0, v1',
    );
    const wrong = isa(['asm', '-'], 's_nop 0\n\tv_add_f32_e32 v0, v1, s2\n');
    expect(wrong.status).toBe(1);
    expect(wrong.stdout).toBe('');
    expect(wrong.stderr).toContain('<stdin>:2:24: error: expected a vector register, found s2\n');
    expect(wrong.stderr).toContain('\n  \t                      ^\n');
    expect(JSON.parse(isa(['asm', '-', '--json'], 'frob').stdout)).toMatchObject({ errors: [{ line: 1, column: 1 }] });
  });

  // kernels/elementwise.c: y[i] = a x[i] + y[i], f32 *y, const f32 *x, f32 a, u32 n, u32 width
  const saxpy = (y: string): string[] => [
    'run',
    object('elementwise.O3'),
    ...'--kernel saxpy --grid 2 --block 32'.split(' '),
    ...[y, 'in:f32:64=iota', 'f32=2.5', 'u32=64', 'u32=32'].flatMap((arg) => ['--arg', arg]),
  ];

  it('runs a kernel on every engine, and prints what it wrote', () => {
    for (const engine of ['auto', 'wasm', 'interpreter']) {
      const { status, stdout, stderr } = isa([...saxpy('buf:f32:64=iota'), '--engine', engine, '--json']);
      expect(stderr).toBe('');
      expect(status).toBe(0);
      const report = JSON.parse(stdout) as { buffers: { values: number[] }[]; waves: number; result: string };
      expect(report).toMatchObject({ result: 'idle', waves: 2 });
      expect(report.buffers[0]!.values.slice(0, 4)).toEqual([0, 3.5, 7, 10.5]);
    }
    // one buffer too small: the fault names buffer, place and lanes
    const small = isa(saxpy('buf:f32:16'));
    expect(small.status).toBe(1);
    expect(small.stdout).toMatch(/memory violation: read at 0x[0-9a-f]+, 0 bytes behind the end of argument 0/);
    expect(small.stdout).toMatch(/at saxpy\+0x[0-9a-f]+ \(0x[0-9a-f]+\): global_load_b32 .*, lanes 16-31/);
  });

  it('traces, steps by script, and dumps', () => {
    const file = object('bits.O1');
    const out = [
      '--kernel',
      'crc32',
      '--block',
      '32',
      '--arg',
      'out:u32:32',
      '--arg',
      'in:u32:32=iota',
      '--arg',
      'u32=32',
      '--arg',
      'u32=32',
    ];
    const traced = isa(['run', file, ...out, '--trace']);
    expect(traced.stdout).toMatch(/^workgroup 0 wave 0 {2}[0-9a-f]{8} {2}s_load/m);
    expect(traced.stdout).toContain('the wave has ended');
    const dumped = isa(['run', file, ...out, '--dump']);
    expect(dumped.stdout).toMatch(/exec [0-9a-f]{8} {2}vcc/);
    const stepped = isa(['run', file, ...out, '--step'], 's 2\nv0\nexec\nw\nfrob\nc\n');
    expect(stepped.stdout).toContain('    0: 00000000 00000001 00000002');
    expect(stepped.stdout).toContain('exec = 00000000_ffffffff');
    expect(stepped.stdout).toContain('> slot 0: workgroup 0 wave 0, running');
    expect(stepped.stdout).toContain('frob: no such command');
    const told = isa(['run', file, ...out, '--step', '--json'], 's\nc\n');
    expect(JSON.parse(told.stdout)).toMatchObject({ kernel: 'crc32', ok: true });
    expect(told.stderr).toMatch(/^about to start at /);
    // every way of running gives the same bytes
    const result = (ran: Ran): string => ran.stdout.slice(ran.stdout.indexOf('argument 0'));
    expect(result(stepped)).toBe(result(isa(['run', file, ...out])));
    expect(result(traced)).toBe(result(stepped));
  });

  it('says what of the instruction set is covered', () => {
    const { status, stdout, stderr } = isa(['coverage', '--json']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { rows, mnemonics, withoutValue, withoutEncoding, table, notModelled } = JSON.parse(stdout) as {
      rows: number;
      mnemonics: number;
      withoutValue: string[];
      withoutEncoding: string[];
      notModelled: string[];
      table: { name: string; values: Record<string, number> }[];
    };
    expect(table).toHaveLength(rows);
    expect(withoutValue.length / mnemonics).toBeLessThanOrEqual(0.05);
    expect(withoutEncoding).toEqual([]);
    // what is not executed has no value either
    expect(withoutValue).toEqual(expect.arrayContaining(notModelled));
    expect(isa(['coverage', '--list']).stdout).toMatch(/^VOP2 +3 +v_add_f32 .*host C/m);
  });

  it('tells broken input from wrong usage', () => {
    const half = join(folder, 'half.co');
    writeFileSync(half, readFileSync(object('bits.O1')).subarray(0, 700));
    const garbage = join(folder, 'garbage.o');
    writeFileSync(garbage, Buffer.from('this is no code object at all'));
    for (const command of [
      ['disasm', half],
      ['run', half, '--kernel', 'crc32'],
    ])
      expect(isa(command)).toMatchObject({ status: 3, stderr: expect.stringContaining('CODE_OBJECT_INVALID') });
    expect(isa(['run', garbage, '--kernel', 'k']).status).toBe(3);
    expect(isa(['run', join(folder, 'nowhere.o')])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('no such file'),
    });
    for (const command of [
      ['disasm', folder],
      ['asm', join(folder, 'nowhere.s')],
      ['asm', '-', '-o', join(folder, 'nowhere', 'x.bin')],
    ])
      expect(isa(command, 's_endpgm')).toMatchObject({ status: 3, stderr: expect.stringMatching(/^E\w+: [^\n]*\n$/) });
    expect(isa(['disasm', garbage])).toMatchObject({ status: 2, stderr: expect.stringContaining('--raw') });
    for (const [args, said] of [
      [['disasm', object('bits.O1'), '--kernel', 'nope'], 'there are: '],
      [['run', object('bits.O1')], '--kernel: expected one of'],
      [['run', object('bits.O1'), '--kernel', 'crc32', '--arg', 'u32=1'], 'arguments, 1 were given'],
      [['run', object('bits.O1'), '--kernel', 'crc32', '--arg', 'f33=1'], 'expected TYPE=VALUE'],
      [['run', object('bits.O1'), '--kernel', 'crc32', '--arg', 'u8=256'], 'does not fit u8'],
      [['run', object('bits.O1'), '--kernel', 'crc32', '--block', '2000'], '--block 2000'],
      [['run', object('bits.O1'), '--kernel', 'crc32', '--grid', '1,2,3,4'], '--grid 1,2,3,4'],
      [['run', object('bits.O1'), '--kernel', 'crc32', '--check', 'all'], 'expected races'],
      [['run', object('bits.O1'), '--kernel', 'crc32', '--engine', 'fast'], 'expected auto, wasm or interpreter'],
      [['run', object('bits.O1'), '--kernel', 'crc32', '--lds', ''], '--lds : expected a whole number'],
      [['run', '-', '--kernel', 'crc32', '--step'], '--step: commands come from standard input'],
      [['disasm', 'a.co', 'b.co'], 'a.co b.co: expected one file, or hex words'],
      [['disasm', '--raw', 'a.co', 'b.co'], 'a.co b.co: expected one file, or hex words'],
      [['asm', '-', '--base', ''], '--base : expected a whole number'],
    ] as const)
      expect(isa([...args]), args.join(' ')).toMatchObject({ status: 2, stderr: expect.stringContaining(said) });
    expect(isa(['run', '--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('Examples:') });
  });
});
