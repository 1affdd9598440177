/** The `isa` commands as commander sees them; what they do is loaded when one is called. */

import type { Command } from 'commander';

const repeated = (value: string, list: string[] = []): string[] => [...list, value];

export function addIsaCommands(program: Command): void {
  const isa = program
    .command('isa')
    .description('machine code of gfx1100: disassemble, assemble, run one kernel, see what is covered');

  isa
    .command('disasm')
    .description('code objects (linked or not), raw binaries or words as text that can be assembled again')
    .argument('<what...>', 'a file (code object, or words in hex), - for standard input, or words in hex')
    .option('--kernel <name>', 'one kernel of a code object')
    .option('--raw', 'the file holds nothing but code')
    .option('--wave64', 'code for 64 lanes (a code object says so itself)')
    .option('--json', 'machine-readable result on stdout')
    .addHelpText(
      'after',
      `
Exit code 1 where something is no instruction of gfx1100.

Examples:
  emptyslot isa disasm kernels.co --kernel saxpy
  emptyslot isa disasm d6130003 040a0300
  clang-19 -target amdgcn-amd-amdhsa -mcpu=gfx1100 -nogpulib -O2 -c k.c && emptyslot isa disasm k.o
  emptyslot isa disasm --raw code.bin | emptyslot isa asm - -o same.bin`,
    )
    .action(async (what, options) => {
      process.exitCode = (await import('./commands/isa-disasm.ts')).disasm(what, options);
    });

  isa
    .command('asm')
    .description('assembly in LLVM syntax to words')
    .argument('<file>', 'a file, or - for standard input')
    .option('-o, --output <file>', 'write the bytes there')
    .option('--wave <lanes>', 'lane masks and matrices as in code for 32 or for 64 lanes only (default: both)')
    .option('--base <address>', 'address of the first byte', '0')
    .option('--unchecked', 'accept what can be encoded although the hardware forbids it')
    .option('--json', 'machine-readable result on stdout')
    .addHelpText(
      'after',
      `
Understands labels, comments, .set, .long, .quad, .short, .byte, .fill, .p2align, and skips what compilers write besides.
Exit code 1 where there are mistakes, each with line, column and what was expected.

Examples:
  echo 'v_add_f32 v0, v1, s2' | emptyslot isa asm -
  emptyslot isa asm loop.s -o loop.bin
  clang-19 -target amdgcn-amd-amdhsa -mcpu=gfx1100 -nogpulib -O2 -S -o - k.c | emptyslot isa asm -`,
    )
    .action(async (file, options) => {
      process.exitCode = (await import('./commands/isa-asm.ts')).asm(file, options);
    });

  isa
    .command('run')
    .description('run one kernel with given buffers on the shader core: at full speed, traced, or step by step')
    .argument('<file>', 'a code object, linked or not, or - for standard input')
    .option('--kernel <name>', 'which kernel; needed where there are several')
    .option('--grid <x,y,z>', 'workgroups', '1')
    .option('--block <x,y,z>', 'work-items of a workgroup', '32')
    .option('--arg <argument>', 'TYPE=VALUE, or buf|in|out:TYPE:COUNT[=INIT] (repeatable, in order)', repeated)
    .option('--lds <bytes>', 'LDS beside what the kernel declares', '0')
    .option('--stack <bytes>', 'stack of a lane where the compiler could not tell', '2048')
    .option('--engine <name>', 'auto, wasm or interpreter', 'auto')
    .option('--check <what>', 'races: report hazards, races and uninitialised values', 'off')
    .option('--limit <n>', 'most instructions to execute', '1000000000')
    .option('--trace', 'show every instruction with what it changed')
    .option('--step', 'single-step: commands from the terminal or standard input')
    .option('--dump', 'whole state of each wave at its end')
    .option(
      '--break <where>',
      'with --step a breakpoint, without it dump there: a label or an address of disasm (repeatable)',
      repeated,
    )
    .option('--full', 'print whole buffers')
    .option('--json', 'machine-readable result on stdout')
    .addHelpText(
      'after',
      `
Types: u8 i8 u16 i16 u32 i32 u64 i64 f16 f32 f64, and bytes=HEX. A buffer is printed at the end: out always, buf where it
has changed, in never. INIT: zero, iota, random[:SEED], one value, as many values as elements, or @FILE.
--step, --trace, --dump and --break execute on the interpreter, whatever --engine says.
Exit code 1 after faults, hangs, or --limit.

Examples:
  emptyslot isa run saxpy.o --grid 4 --block 64 --arg buf:f32:256=iota --arg in:f32:256=1 --arg f32=2.5
  emptyslot isa run k.co --kernel scan --block 256 --arg out:u32:256 --arg in:u32:256=random --check races
  emptyslot isa run k.co --kernel k --arg out:u32:32 --trace | less
  printf 's 3\\nv 1\\nb L1548\\nc\\nd\\n' | emptyslot isa run k.co --kernel k --arg out:u32:32 --step`,
    )
    .action(async (file, options) => {
      process.exitCode = await (await import('./commands/isa-run.ts')).runKernel(file, options);
    });

  isa
    .command('coverage')
    .description('every opcode: executed or not, who says what it must give, how its encoding was witnessed')
    .option('--list', 'a line for every row of the table')
    .option('--json', 'machine-readable result on stdout, every row included')
    .addHelpText(
      'after',
      `
Exit code 1 where more than 5 % of the mnemonics have no expected value from outside.

Examples:
  emptyslot isa coverage
  emptyslot isa coverage --list | grep 'no value'
  emptyslot isa coverage --json | jq .withoutValue`,
    )
    .action(async (options) => {
      process.exitCode = (await import('./commands/isa-coverage.ts')).coverageCommand(options);
    });
}
