#!/usr/bin/env node
/**
 * The `emptyslot` command. Each subcommand is loaded only when it is called, so that starting costs little.
 */

import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { Exit, errorLines, exitCodeOf } from './exit.ts';
import { addIsaCommands } from './isa-commands.ts';

const version = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

// a reader that has seen enough (`| head`) closes the pipe: that is its right, and no error of ours
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const program = new Command('emptyslot')
  .description('A PCIe GPU that is not there, and a harness that judges drivers against it.')
  .version(version)
  .exitOverride()
  .showHelpAfterError('(try: emptyslot --help)')
  .addHelpText(
    'after',
    '\nExit codes: 0 ok, 1 findings or failures, 2 usage, 3 environment, 4 internal, 130 interrupted.',
  );

program
  .command('run')
  .description('boot the card with our driver, move data, run kernels, and show what was seen')
  .option(
    '--firmware <dir>',
    'real images: the amdgpu folder of linux-firmware (default: $EMPTYSLOT_FIRMWARE, else synthetic)',
  )
  .option('--target <name>', 'rx7900xtx (a model in this process) or remote:host:port', 'rx7900xtx')
  .option('--synthetic', 'synthetic images even where EMPTYSLOT_FIRMWARE is set')
  .option('--bar0 <size>', 'size of the VRAM window: 256M … 32G', '32G')
  .option('--engine <kind>', 'shader code: auto, wasm (translated) or interpreter (exact reference)', 'auto')
  .option('--threads <n>', 'threads that execute shader code', '1')
  .option('--check <what>', 'races: look for all that would depend on timing (about ten times slower)', 'off')
  .option('--vram <MiB>', 'nominal VRAM in MiB', '24560')
  .option('--seed <n>', 'seed of inputs and of the machine', '1')
  .option('--scatter', 'DMA pages in scattered, descending order')
  .option('--strictness <level>', 'silicon, strict or fatal', 'strict')
  .option('--trace <file>', 'record everything that crossed the slot, payloads included')
  .option('--json', 'machine-readable result on stdout')
  .addHelpText(
    'after',
    `
Examples:
  emptyslot run                                  boot with synthetic firmware
  emptyslot run --firmware ./linux-firmware/amdgpu
  emptyslot run --bar0 256M --trace boot.trace
  emptyslot run --json | jq .findings`,
  )
  .action(async (options) => {
    process.exitCode = await (await import('./commands/run.ts')).run(options);
  });

program
  .command('explain')
  .description('what a register is: block, address, fields, modes, source, who witnessed it')
  .argument('<what...>', 'register names or BAR5 byte offsets')
  .option('--json', 'machine-readable result on stdout')
  .addHelpText(
    'after',
    `
Examples:
  emptyslot explain MP0_SMN_C2PMSG_35
  emptyslot explain 0x5818c
  emptyslot explain GCVM_INVALIDATE_ENG17_REQ --json`,
  )
  .action(async (what, options) => {
    process.exitCode = await (await import('./commands/explain.ts')).explain(what, options);
  });

program
  .command('doctor')
  .description('what of the environment is there, and what is missing for what')
  .option('--json', 'machine-readable result on stdout')
  .addHelpText('after', '\nExample:\n  emptyslot doctor')
  .action(async (options) => {
    process.exitCode = await (await import('./commands/doctor.ts')).doctor(options);
  });

const serve = program.command('serve').description("let somebody else's driver use the card");
serve
  .command('remote-pci')
  .description('serve cards over the remote-PCI protocol of tinygrad')
  .option(
    '--device <name>',
    'card to plug in (repeatable)',
    (name: string, list: string[]) => [...list, name],
    [] as string[],
  )
  .option('--listen <host:port>', 'where to listen', '127.0.0.1:6667')
  .option('--anywhere', 'allow listening on more than loopback (no authentication: trusted networks only)')
  .option('--bar0 <size>', 'size of the VRAM window: 256M … 32G', '32G')
  .option('--engine <kind>', 'shader code: auto, wasm (translated) or interpreter (exact reference)', 'auto')
  .option('--threads <n>', 'threads that execute shader code', '1')
  .option('--check <what>', 'races: look for all that would depend on timing (about ten times slower)', 'off')
  .option('--vram <MiB>', 'nominal VRAM in MiB', '24560')
  .option('--strictness <level>', 'silicon, strict or fatal', 'strict')
  .option('--findings <file>', 'findings as JSON lines, as they happen')
  .option('--trace <file>', 'record everything that crossed the slot, payloads included')
  .option('--scatter', 'DMA pages in scattered, descending order')
  .option('--seed <n>', 'seed of the machine', '1')
  .option('--json', 'machine-readable summary on stdout')
  .addHelpText(
    'after',
    `
Examples:
  emptyslot serve remote-pci
  emptyslot serve remote-pci --bar0 256M --findings findings.jsonl
  REMOTE=127.0.0.1:6667 DEV=PCI+AMD:LLVM python3 -c "from tinygrad import Tensor; print((Tensor([1.,2,3])+1).tolist())"`,
  )
  .action(async (options) => {
    process.exitCode = await (await import('./commands/serve-remote-pci.ts')).serveCommand(options);
  });

program
  .command('replay')
  .description("play the driver's side of a recording against a fresh card, and report the first difference")
  .argument('<file>', 'recording made with --trace')
  .option('--json', 'machine-readable result on stdout')
  .addHelpText('after', '\nExample:\n  emptyslot replay boot.trace')
  .action(async (file, options) => {
    process.exitCode = await (await import('./commands/replay.ts')).replayCommand(file, options);
  });

addIsaCommands(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? Exit.ok : Exit.usage;
  else {
    for (const line of errorLines(error)) process.stderr.write(`${line}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
