/**
 * Single steps by command: on a terminal with a prompt, from a file or pipe without.
 */

import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import pc from 'picocolors';
import { hex } from '../../pcie/index.ts';
import { hexWord } from './listing.ts';
import { explainEvent, peek } from './session.ts';
import type { Executed, Session } from './session.ts';
import { dumpLds, instructionAt, scalarName, Wave, word } from './waves.ts';

const help = `s [N]        step: execute N instructions (1), showing each and what it changed
n            the same for the current wave only: others run until it has executed one
c            continue to a breakpoint or the end
b [WHERE]    set or clear a breakpoint at a label or address of the code object; without WHERE list them
l [N]        list N instructions (8) from where the current wave stands
r            all registers of the current wave
v N [LANE]   vector register N, of all lanes or one
s[N], vcc …  a scalar register by name
x ADDR [N]   N words of memory (8) at an address: 0x… or decimal
lds          the workgroup's LDS
w [SLOT]     waves that have not ended; make one the current one
d            dump the whole state of the current wave
q            give up`;

/** Prints an executed instruction: position, text, and what it changed. */
export function printExecuted(session: Session, e: Executed): string[] {
  const offset = e.pc - session.launched.code.address;
  const head = `${pc.dim(`${session.nameOf(e.wave.slot)}  ${hexWord(offset)}`)}  ${pc.bold(e.text)}`;
  return [head, ...e.changed.map((line) => `    ${line}`), ...(e.ended ? [pc.dim('    the wave has ended')] : [])];
}

export class Debugger {
  readonly #session: Session;
  readonly #out: Writable;
  readonly #breakpoints = new Set<number>();
  /** Called when a wave ends. */
  readonly #onEnd: (wave: Wave) => void;
  #wave: Wave | undefined;
  /** Instructions that may still be executed. */
  #left: number;
  /** Events that were told. */
  #told = 0;
  quit = false;

  constructor(
    session: Session,
    out: Writable,
    options: { breakpoints: readonly number[]; limit: number; onEnd: (wave: Wave) => void },
  ) {
    this.#session = session;
    this.#out = out;
    this.#left = options.limit;
    this.#onEnd = options.onEnd;
    for (const at of options.breakpoints) this.#breakpoints.add(at);
  }

  #say(lines: readonly string[]): void {
    this.#out.write(`${lines.join('\n')}\n`);
  }

  /** Reads commands to the end of the input or of the kernel; the end of the input lets the kernel run on. */
  async run(input: Readable, prompt: boolean): Promise<void> {
    const lines = createInterface({
      input,
      output: prompt ? (this.#out as NodeJS.WritableStream) : undefined,
      prompt: '(isa) ',
    });
    this.#say([`${this.#where()}   (h for help)`]);
    if (prompt) lines.prompt();
    let last = '';
    for await (const line of lines) {
      // an empty line on a terminal repeats the last one
      const command = line.trim() === '' && prompt ? last : line.trim();
      last = command;
      if (command !== '' && !command.startsWith('#')) this.command(command);
      if (this.quit || this.#session.finished) break;
      if (prompt) lines.prompt();
    }
    lines.close();
    if (!this.quit && !this.#session.finished) this.#continue();
  }

  /** Executes one command line. */
  command(text: string): void {
    const [name, ...rest] = text.split(/\s+/) as [string, ...string[]];
    const count = (usual: number): number => {
      const n = Number(rest[0] ?? usual);
      return Number.isInteger(n) && n > 0 ? n : usual;
    };
    switch (name) {
      case 's':
      case 'step':
        for (let i = 0; i < count(1) && this.#step(true) !== undefined; i++);
        return;
      case 'n':
      case 'next': {
        const mine = this.#current()?.slot;
        for (let e = this.#step(false); e !== undefined; e = this.#step(false)) {
          if (mine !== undefined && e.wave.slot !== mine) continue;
          this.#say(printExecuted(this.#session, e));
          break;
        }
        return;
      }
      case 'c':
      case 'continue':
        this.#continue();
        return;
      case 'b':
      case 'break':
        this.#break(rest[0]);
        return;
      case 'l':
      case 'list':
        this.#list(count(8));
        return;
      case 'x':
        this.#memory(rest[0], Number(rest[1] ?? 8));
        return;
      case 'w':
      case 'waves':
        this.#waves(rest[0]);
        return;
      case 'q':
      case 'quit':
        this.quit = true;
        return;
      case 'h':
      case 'help':
      case '?':
        this.#say([help]);
        return;
      default:
        this.#show(name, rest);
    }
  }

  #current(): Wave | undefined {
    return this.#wave ?? this.#session.next() ?? this.#session.current;
  }

  #where(): string {
    const wave = this.#current();
    if (wave === undefined) return `about to start at ${this.#session.position(this.#session.entry)}`;
    const { text } = instructionAt(this.#session.launched.memory, wave.pc, wave.wave64);
    return `${this.#session.nameOf(wave.slot)} at ${this.#session.position(wave.pc)}: ${text}`;
  }

  #step(show: boolean): Executed | undefined {
    if (this.#left-- <= 0) {
      this.#say(['the limit of instructions is reached']);
      this.quit = true;
      return undefined;
    }
    const e = this.#session.step(true);
    if (e === undefined) {
      this.#say(['nothing is left to execute']);
      return undefined;
    }
    if (show) this.#say(printExecuted(this.#session, e));
    this.#news();
    if (e.ended) {
      if (this.#wave?.slot === e.wave.slot) this.#wave = undefined;
      this.#onEnd(e.wave);
    }
    return e;
  }

  /** Says what has happened since it was asked last; false where nothing has. */
  #news(): boolean {
    const { launched } = this.#session;
    const fresh = launched.events.slice(this.#told);
    this.#told += fresh.length;
    for (const event of fresh) this.#say(explainEvent(event, launched, (at) => this.#session.position(at)));
    return fresh.length > 0;
  }

  #continue(): void {
    while (!this.#session.finished) {
      if (this.#left-- <= 0) {
        this.#say(['the limit of instructions is reached']);
        this.quit = true;
        return;
      }
      const e = this.#session.step(false);
      if (e === undefined) break;
      if (e.ended) this.#onEnd(e.wave);
      const next = this.#session.next();
      if (next !== undefined && this.#breakpoints.has(next.pc)) {
        this.#wave = undefined;
        this.#say([`breakpoint: ${this.#where()}`]);
        return;
      }
      if (this.#news()) {
        this.#say([`stopped: ${this.#where()}`]);
        return;
      }
    }
  }

  #break(where: string | undefined): void {
    if (where === undefined) {
      const list = [...this.#breakpoints].map((at) => this.#session.position(at));
      this.#say(list.length > 0 ? list : ['no breakpoints']);
      return;
    }
    const at = this.#session.find(where);
    if (at === undefined) this.#say([`${where}: expected a label or an address of the code object`]);
    else if (this.#breakpoints.delete(at)) this.#say([`no breakpoint at ${this.#session.position(at)} any more`]);
    else {
      this.#breakpoints.add(at);
      this.#say([`breakpoint at ${this.#session.position(at)}`]);
    }
  }

  #list(count: number): void {
    const wave = this.#current();
    if (wave === undefined) return;
    const { launched } = this.#session;
    let at = wave.pc;
    for (let i = 0; i < count; i++) {
      const { text, words } = instructionAt(launched.memory, at, wave.wave64);
      if (words.length === 0) break;
      this.#say([`${i === 0 ? '>' : ' '} ${hexWord(at - launched.code.address)}  ${text}`]);
      at += 4 * words.length;
    }
  }

  #memory(text: string | undefined, count: number): void {
    const address = Number(text);
    if (text === undefined || !Number.isSafeInteger(address) || !Number.isInteger(count) || count < 1 || count > 4096) {
      this.#say(['x: expected an address and a number of words']);
      return;
    }
    const bytes = peek(this.#session.launched, address, 4 * count);
    if (bytes === undefined)
      this.#say([`nothing lies at ${hex(address)}: ${this.#session.launched.memory.explain(address)}`]);
    else {
      const view = new DataView(bytes.buffer);
      for (let i = 0; i < count; i += 8)
        this.#say([
          `  ${hex(address + 4 * i)}: ${Array.from({ length: Math.min(8, count - i) }, (_, n) => hexWord(view.getUint32(4 * (i + n), true))).join(' ')}`,
        ]);
    }
  }

  #waves(slot: string | undefined): void {
    const waves = this.#session.waves();
    if (slot !== undefined) {
      const found = waves.find((w) => String(w.slot) === slot);
      if (found === undefined) this.#say([`${slot}: expected the slot of a wave that has not ended`]);
      else {
        this.#wave = found;
        this.#say([this.#where()]);
      }
      return;
    }
    const current = this.#current()?.slot;
    this.#say(
      waves.map(
        (w) =>
          `${w.slot === current ? '>' : ' '} slot ${w.slot}: ${this.#session.nameOf(w.slot)}, ${w.status}, at ${this.#session.position(w.pc)}`,
      ),
    );
  }

  #show(name: string, rest: readonly string[]): void {
    const wave = this.#current();
    if (wave === undefined) {
      this.#say(['no wave has been launched yet: the first step does that']);
      return;
    }
    if (name === 'd' || name === 'dump' || name === 'r' || name === 'regs') {
      this.#say(
        name.startsWith('d')
          ? this.#session.dump(wave)
          : this.#session.dump(wave).filter((line) => !line.startsWith('LDS')),
      );
      return;
    }
    if (name === 'lds') {
      this.#say(dumpLds(wave.lds()));
      return;
    }
    const vector = /^v(\d+)?$/.exec(name);
    if (vector !== null) {
      const register = Number(vector[1] ?? rest[0]);
      const lane = vector[1] === undefined ? rest[1] : rest[0];
      if (!Number.isInteger(register) || register < 0 || register >= wave.vgprs)
        this.#say([`expected a vector register, v0 to v${wave.vgprs - 1}`]);
      else if (lane !== undefined) {
        const known = /^\d+$/.test(lane) && Number(lane) < wave.lanes;
        this.#say([
          known
            ? `v${register}, lane ${lane} = ${word(wave.vgpr(register, Number(lane)))}`
            : `${lane}: expected a lane, 0 to ${wave.lanes - 1}`,
        ]);
      } else
        for (let i = 0; i < wave.lanes; i += 8)
          this.#say([
            `  ${String(i).padStart(3)}: ${Array.from({ length: 8 }, (_, n) => hexWord(wave.vgpr(register, i + n))).join(' ')}`,
          ]);
      return;
    }
    const index = Array.from({ length: 128 }, (_, i) => i).find((i) => scalarName(i) === name);
    const pair = name === 'vcc' ? 106 : name === 'exec' ? 126 : undefined;
    if (index !== undefined) this.#say([`${name} = ${word(wave.scalars[index]!)}`]);
    else if (pair !== undefined)
      this.#say([`${name} = ${hexWord(wave.scalars[pair + 1]! >>> 0)}_${hexWord(wave.scalars[pair]! >>> 0)}`]);
    else this.#say([`${name}: no such command (h for help)`]);
  }
}
