/** `emptyslot isa run`: one kernel with given buffers on the shader core alone; at full speed, traced, or step by step. */

import pc from 'picocolors';
import { EmptyslotError } from '../../pcie/index.ts';
import { Exit, UsageError } from '../exit.ts';
import { element, parseArgument } from '../isa/arguments.ts';
import type { Argument } from '../isa/arguments.ts';
import { check, checks, engine, whole } from '../options.ts';
import { Debugger, printExecuted } from '../isa/debugger.ts';
import { isWave64 } from '../isa/descriptor.ts';
import { readInput } from '../isa/input.ts';
import { kernelOf } from '../isa/kernel.ts';
import { launch } from '../isa/launch.ts';
import type { Launched } from '../isa/launch.ts';
import { labelsOf, listCode } from '../isa/listing.ts';
import { readObject } from '../isa/object.ts';
import { explainEvent, isFault, Session } from '../isa/session.ts';
import { Wave } from '../isa/waves.ts';

export interface RunOptions {
  readonly kernel?: string;
  readonly grid: string;
  readonly block: string;
  readonly arg?: readonly string[];
  readonly lds: string;
  readonly stack: string;
  readonly engine: string;
  readonly check: string;
  readonly limit: string;
  readonly step?: boolean;
  readonly trace?: boolean;
  readonly dump?: boolean;
  readonly break?: readonly string[];
  readonly full?: boolean;
  readonly json?: boolean;
}

const SLICE = 1 << 20;
/** A workgroup of 1024 work-items fits in this many slots; observed, no more than that are needed. */
const OBSERVED_SLOTS = 32;
const SLOTS = 256;
const SHOWN = 32;
/** Waves that are dumped; more help nobody. */
const MOST_DUMPS = 64;

function triple(option: string, text: string, high: number): [number, number, number] {
  const parts = text.split(',');
  if (parts.length > 3) throw new UsageError(`${option} ${text}: expected X[,Y[,Z]]`);
  const [x, y = 1, z = 1] = parts.map((part) => whole(option, part.trim() === '' ? 'nothing' : part, 1, high)) as [
    number,
    number?,
    number?,
  ];
  return [x, y, z];
}

export async function runKernel(file: string, options: RunOptions): Promise<Exit> {
  const grid = triple('--grid', options.grid, 2 ** 31);
  const block = triple('--block', options.block, 1024);
  const limit = whole('--limit', options.limit, 1, Number.MAX_SAFE_INTEGER);
  const engineKind = check('--engine', engine, options.engine);
  const checked = check('--check', checks, options.check);
  if (options.step === true && file === '-')
    throw new UsageError('--step: commands come from standard input, so the code object must be a file');
  const args = (options.arg ?? []).map(parseArgument);
  const places = options.break ?? [];
  const object = readObject(readInput(file));
  if (object.machine !== 'gfx1100')
    throw new EmptyslotError('DEVICE_UNSUPPORTED', `${file} is for ${object.machine}`, {
      expected: 'gfx1100',
      lastSeen: object.machine,
    });
  const kernel = kernelOf(object, options.kernel);
  const observed = options.step === true || options.trace === true || options.dump === true || places.length > 0;
  const launched = launch(object, kernel, {
    grid,
    block,
    args,
    dynamicLds: whole('--lds', options.lds, 0, 65536),
    stack: whole('--stack', options.stack, 0, 1 << 20),
    engine: observed ? 'interpreter' : engineKind,
    checkRaces: checked === 'races',
    slots: observed ? OBSERVED_SLOTS : SLOTS,
  });
  const wide = isWave64(kernel);
  const image = object.relocate(0);
  const labels = labelsOf(object.code.flatMap((range) => listCode(image, range, object.symbols, () => wide)));
  const session = new Session(launched, kernel, labels);
  const say = (lines: readonly string[]): void => {
    if (!options.json) process.stdout.write(`${lines.join('\n')}\n`);
  };
  const trace: object[] = [];
  const dumps: string[][] = [];
  const onEnd = (wave: Wave): void => {
    if (options.dump !== true || dumps.length >= MOST_DUMPS) return;
    const lines = session.dump(wave);
    dumps.push(lines);
    say(lines);
  };
  let gaveUp = false;
  const breakpoints = places.map((where) => {
    const at = session.find(where);
    if (at === undefined)
      throw new UsageError(`--break ${where}: expected a label or an address of the code object; see isa disasm`);
    return at;
  });

  if (options.step === true) {
    // what is asked and answered is no part of the JSON
    const debug = new Debugger(session, options.json ? process.stderr : process.stdout, { breakpoints, limit, onEnd });
    await debug.run(process.stdin, process.stdin.isTTY === true);
    gaveUp = debug.quit;
  } else if (observed) {
    let left = limit;
    const hit = new Set<string>();
    while (!session.finished && left-- > 0) {
      // a breakpoint without a debugger shows the state there, once a wave
      const next = breakpoints.length > 0 ? session.next() : undefined;
      if (next !== undefined && breakpoints.includes(next.pc) && !hit.has(`${next.slot} ${next.pc}`)) {
        hit.add(`${next.slot} ${next.pc}`);
        const lines = session.dump(next);
        dumps.push(lines);
        say(lines);
      }
      const e = session.step(options.trace === true);
      if (e === undefined) break;
      if (options.trace === true) {
        if (options.json)
          trace.push({
            wave: session.nameOf(e.wave.slot),
            pc: e.pc - launched.code.address,
            words: e.words,
            text: e.text,
            changed: e.changed,
          });
        else say(printExecuted(session, e));
      }
      if (e.ended) onEnd(e.wave);
    }
  } else {
    let left = limit;
    while (!session.finished && left > 0) {
      const before = launched.engine.executed;
      session.result = launched.engine.run(Math.min(SLICE, left));
      left -= Math.max(1, launched.engine.executed - before);
    }
  }
  return report(launched, session, {
    options,
    args,
    limit,
    gaveUp,
    kernelName: kernel.name,
    grid,
    block,
    trace,
    dumps,
  });
}

interface Told {
  readonly options: RunOptions;
  readonly args: readonly Argument[];
  readonly limit: number;
  readonly gaveUp: boolean;
  readonly kernelName: string;
  readonly grid: readonly number[];
  readonly block: readonly number[];
  readonly trace: readonly object[];
  readonly dumps: readonly string[][];
}

function report(launched: Launched, session: Session, told: Told): Exit {
  const { options, args, limit, gaveUp, kernelName, grid, block, trace, dumps } = told;
  const { engine, events, memory, buffers } = launched;
  const { translated } = engine;
  const position = (at: number): string => session.position(at);
  const notes: string[][] = events.map((event) => explainEvent(event, launched, position));
  if (session.result === 'hung')
    notes.push([
      // after a fault this is how it ends: only a hang without one is a mystery
      events.some(isFault) ? 'that stopped the kernel' : 'the kernel hangs: no wave can go on',
      ...session.waves().map((w) => `  ${session.nameOf(w.slot)}, ${w.status}, at ${position(w.pc)}`),
    ]);
  else if (session.result === 'busy' && !gaveUp)
    notes.push([
      `not finished after ${limit} instructions (--limit)`,
      ...session
        .waves()
        .slice(0, 8)
        .map((w) => `  ${session.nameOf(w.slot)} at ${position(w.pc)}`),
    ]);
  const failed = events.some(isFault) || session.result !== 'idle';
  const threads = block[0]! * block[1]! * block[2]!;
  const groups = grid[0]! * grid[1]! * grid[2]!;
  const lanes = launched.wave64 ? 64 : 32;
  const waves = groups * Math.ceil(threads / lanes);
  const shown = args.flatMap((arg, i) => {
    const region = buffers[i];
    if (arg.kind !== 'buffer' || region === undefined || arg.role === 'in') return [];
    const bytes = memory.bytesOf(region);
    const changed = bytes.some((b, at) => b !== arg.contents[at]);
    return [
      {
        index: i,
        name: region.name,
        address: region.address,
        role: arg.role,
        type: arg.type,
        count: arg.count,
        changed,
        bytes,
      },
    ];
  });

  if (options.json) {
    process.stdout.write(
      `${JSON.stringify(
        {
          kernel: kernelName,
          ok: !failed,
          result: session.result,
          grid,
          block,
          lanes,
          workgroups: groups,
          waves,
          instructions: engine.executed,
          translated:
            translated === undefined
              ? undefined
              : { ...translated, interpreted: Object.fromEntries(translated.interpreted) },
          events: events.map((event, i) => ({ ...event, text: notes[i]!.join(' ') })),
          notes: notes.slice(events.length).map((lines) => lines.join('\n')),
          buffers: shown.map(({ bytes, ...rest }) => ({
            ...rest,
            values: Array.from({ length: rest.count }, (_, i) => jsonValue(element(bytes, rest.type, i))),
          })),
          ...(options.trace ? { trace } : {}),
          ...(dumps.length > 0 ? { dumps: dumps.map((lines) => lines.join('\n')) } : {}),
        },
        undefined,
        2,
      )}\n`,
    );
    return failed ? Exit.failures : Exit.ok;
  }
  const out: string[] = [
    `${pc.bold(kernelName)}: ${groups} workgroup${groups === 1 ? '' : 's'} of ${threads} work-items, ${waves} wave${waves === 1 ? '' : 's'} of ${lanes} lanes, ${engine.executed} instructions`,
  ];
  if (translated !== undefined && translated.units > 0) {
    const { units, vector, scalar, memory: accesses, interpreted } = translated;
    const left = [...interpreted].map(([mnemonic, count]) => `${count} ${mnemonic}`).join(', ');
    out.push(
      pc.dim(
        `translated: ${units} unit${units === 1 ? '' : 's'} of ${vector} vector, ${scalar} scalar and ${accesses} memory instructions${left === '' ? '' : `; interpreted in them: ${left}`}`,
      ),
    );
  }
  for (const { name, type, count, changed, bytes, role } of shown) {
    if (role === 'buf' && !changed) {
      out.push(`${name}: unchanged`);
      continue;
    }
    out.push(`${name}:${changed ? '' : pc.yellow(' nothing was written')}`);
    const most = options.full ? count : Math.min(count, SHOWN);
    for (let i = 0; i < most; i += 8)
      out.push(
        `  ${String(i).padStart(6)}: ${Array.from({ length: Math.min(8, most - i) }, (_, n) => element(bytes, type, i + n)).join(' ')}`,
      );
    if (most < count) out.push(`  and ${count - most} more (--full)`);
  }
  for (const lines of notes) out.push(pc.red(lines[0]!), ...lines.slice(1));
  process.stdout.write(`${out.join('\n')}\n`);
  return failed ? Exit.failures : Exit.ok;
}

/** Numbers that JSON can hold exactly; the others stay text. */
const jsonValue = (text: string): number | string =>
  Number.isFinite(Number(text)) && (Number.isSafeInteger(Number(text)) || text.includes('.') || text.includes('e'))
    ? Number(text)
    : text;
