/** `emptyslot doctor`: what of the environment is there, and what each missing thing would add. Changes nothing. */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { totalmem } from 'node:os';
import pc from 'picocolors';
import { Exit } from '../exit.ts';

interface Check {
  readonly name: string;
  readonly state: 'ok' | 'missing' | 'broken';
  readonly seen: string;
  /** What it is needed for; a missing optional thing is no failure. */
  readonly need: string;
  readonly required: boolean;
}

/** The six files a Navi31 boot reads. */
const images = [
  'psp_13_0_0_sos.bin',
  'smu_13_0_0.bin',
  'sdma_6_0_0.bin',
  'gc_11_0_0_mec.bin',
  'gc_11_0_0_imu.bin',
  'gc_11_0_0_rlc.bin',
];

export async function doctor(options: { json?: boolean }): Promise<Exit> {
  const checks = [
    node(),
    memory(),
    sharedMemory(),
    firmware(),
    tool('llvm-mc', ['llvm-mc-19', 'llvm-mc'], 'checks every instruction encoding'),
    tool('clang', ['clang-19', 'clang'], 'rebuilds the kernels'),
    tool('python3', ['python3'], 'runs tinygrad against the card'),
  ];
  const bad = checks.some((c) => c.required && c.state !== 'ok');
  if (options.json) process.stdout.write(`${JSON.stringify({ ok: !bad, checks }, undefined, 2)}\n`);
  else {
    for (const { name, state, seen, need } of checks) {
      const mark =
        state === 'ok' ? pc.green('ok     ') : state === 'missing' ? pc.yellow('missing') : pc.red('broken ');
      process.stdout.write(`${mark}  ${name.padEnd(14)} ${seen.padEnd(44)} ${pc.dim(need)}\n`);
    }
  }
  return bad ? Exit.environment : Exit.ok;
}

function node(): Check {
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];
  const good = major > 20 || (major === 20 && minor >= 19);
  return {
    name: 'Node.js',
    state: good ? 'ok' : 'broken',
    seen: process.version,
    need: '20.19 or newer',
    required: true,
  };
}

function memory(): Check {
  const gib = totalmem() / 2 ** 30;
  return {
    name: 'memory',
    state: gib >= 1 ? 'ok' : 'broken',
    seen: `${gib.toFixed(1)} GiB`,
    need: 'a card costs what is touched; 1 GiB is enough for a run',
    required: true,
  };
}

function sharedMemory(): Check {
  try {
    const pages = 65536;
    const made = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    return {
      name: 'arena',
      state: 'ok',
      seen: `${made.buffer.byteLength / 2 ** 30} GiB shared WebAssembly memory`,
      need: 'backs VRAM and host memory, lazily',
      required: true,
    };
  } catch (error) {
    return {
      name: 'arena',
      state: 'broken',
      seen: String(error),
      need: 'shared WebAssembly memory of 4 GiB of address space',
      required: true,
    };
  }
}

function firmware(): Check {
  const folder = process.env['EMPTYSLOT_FIRMWARE'];
  const need = 'boots with real images instead of synthetic ones';
  if (folder === undefined || folder === '')
    return { name: 'firmware', state: 'missing', seen: 'EMPTYSLOT_FIRMWARE is not set', need, required: false };
  if (!existsSync(folder))
    return { name: 'firmware', state: 'broken', seen: `${folder} does not exist`, need, required: true };
  const there = new Set(readdirSync(folder));
  const lacking = images.filter((name) => !there.has(name));
  if (lacking.length > 0)
    return { name: 'firmware', state: 'broken', seen: `lacks ${lacking.join(', ')}`, need, required: true };
  return { name: 'firmware', state: 'ok', seen: `${images.length} images in ${folder}`, need, required: false };
}

function tool(name: string, commands: readonly string[], need: string): Check {
  for (const command of commands) {
    const run = spawnSync(command, ['--version'], { encoding: 'utf8', timeout: 10_000 });
    if (run.status === 0) {
      const line =
        run.stdout
          .split('\n')
          .map((l) => l.trim())
          .find((l) => /\d+\.\d+/.test(l)) ?? command;
      return { name, state: 'ok', seen: line.slice(0, 44), need, required: false };
    }
  }
  return { name, state: 'missing', seen: `no ${commands.join(' or ')} on the PATH`, need, required: false };
}
