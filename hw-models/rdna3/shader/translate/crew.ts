/**
 * Workgroups on several threads: workers execute, this thread waits and does for them what needs the card.
 *
 * Workgroups are handed out by a shared counter, so which thread runs which is not determined; programs free of races do
 * not notice. While workers run, nothing else touches the machine.
 *
 * Workers are of the host, not of the card's state. Pure software.
 */
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { Context } from '../../../exec/wasm/context.ts';
import type { MemoryPort } from '../../../exec/memory-port.ts';
import { TLB_BYTES, TLB_ENTRIES, tlbIndex, TLB_WORDS } from '../../../exec/memory-port.ts';
import { memoryModule } from '../../../exec/wasm/memory.ts';
import type { MemoryImports } from '../../../exec/wasm/memory.ts';
import type { ShaderState } from '../state.ts';
import type { Grid } from './grid.ts';
import { Station, STATION_BYTES } from './station.ts';
import type { GroupsRun } from './station.ts';
import { MOST_UNITS } from './translator.ts';
import type { Unit } from './translator.ts';
import { Crew, Request, workerSource } from './worker-source.ts';

const CONTROL_BYTES = 4096;
/** As low dword of a translation: no page. */
const NO_PAGE = 1;
/** Pages that a thread is told of at a time. */
const AHEAD = 64;

export interface CrewOptions {
  readonly threads: number;
  readonly memory: WebAssembly.Memory;
  readonly state: ShaderState;
  readonly reserve: (bytes: number) => number;
  /** The runner, compiled. */
  readonly runner: WebAssembly.Module;
  /** What workers ask for, by the context that asks. */
  readonly imports: MemoryImports;
  interpret(context: number, block: number, index: number): void;
}

interface Member {
  readonly station: Station;
  readonly port: MessagePort;
  /** Arena address of the member's own translations. */
  readonly tlb: number;
  readonly known: Set<number>;
}

export class WorkerCrew {
  readonly #options: CrewOptions;
  readonly #words: Int32Array;
  readonly #whole: Int32Array;
  readonly #control: number;
  readonly #members: Member[] = [];
  readonly #workers: Worker[] = [];
  #port: MemoryPort | undefined;

  constructor(options: CrewOptions) {
    const { threads, memory, state, reserve, runner } = options;
    this.#options = options;
    this.#whole = new Int32Array(memory.buffer);
    this.#control = reserve(CONTROL_BYTES);
    this.#words = new Int32Array(memory.buffer, this.#control, CONTROL_BYTES / 4);
    for (let number = 0; number < threads; number++) {
      const station = new Station(state, this.#whole, reserve(STATION_BYTES), number);
      const { port1, port2 } = new MessageChannel();
      const worker = new Worker(workerSource, {
        eval: true,
        workerData: {
          memory,
          control: this.#control,
          number,
          context: station.context,
          port: port2,
          helpers: memoryModule(),
          runner,
        },
        transferList: [port2],
      });
      worker.unref();
      port1.unref();
      this.#workers.push(worker);
      this.#members.push({ station, port: port1, tlb: reserve(TLB_BYTES), known: new Set() });
    }
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  /**
   * Executes workgroups of the grid, `fuel` instructions all together. One outcome a thread. `next`: address of the next
   * workgroup's number; `memoryPort`: what the VMID's accesses go through.
   */
  run(unit: Unit, entry: number, grid: Grid, next: number, fuel: number, memoryPort: MemoryPort): GroupsRun[] {
    this.#port = memoryPort;
    const words = this.#words;
    const members = this.#members.slice(0, Math.min(grid.room, grid.last - grid.next, this.#members.length));
    const share = Math.floor(fuel / members.length);
    for (const { station, port, tlb, known } of this.#members) {
      const takesPart = station.number < members.length;
      const forget = known.size >= MOST_UNITS;
      if (forget) known.clear();
      port.postMessage({ id: unit.id, module: known.has(unit.id) ? undefined : unit.module, forget });
      known.add(unit.id);
      // who has nothing to do finds no fuel
      station.assign(unit, entry, grid, next, takesPart ? share : 0, true);
      if (!takesPart) continue;
      station.use(memoryPort);
      this.#forget(tlb);
      station.put(Context.TLB, tlb);
    }
    words[Crew.DONE] = 0;
    Atomics.add(words, Crew.JOB, 1);
    Atomics.notify(words, Crew.JOB);
    for (;;) {
      const bell = Atomics.load(words, Crew.BELL);
      this.#serve();
      if (Atomics.load(words, Crew.DONE) === this.#members.length) break;
      Atomics.wait(words, Crew.BELL, bell);
    }
    return members.map(({ station, port }) => {
      const why = words[Crew.MAILBOXES + station.number * Crew.MAILBOX + Crew.WHY]!;
      if (why < 0) throw new Error(`a shader thread failed: ${String(receiveMessageOnPort(port)?.message)}`);
      return station.outcome(why, share);
    });
  }

  /** Forgets a member's translations. */
  #forget(tlb: number): void {
    const from = tlb >>> 2;
    for (let at = from; at < from + 4 * TLB_ENTRIES * TLB_WORDS; at += TLB_WORDS) this.#whole[at] = NO_PAGE;
  }

  /** Answers whoever has asked. */
  #serve(): void {
    const words = this.#words;
    const { imports } = this.#options;
    for (const { station, tlb } of this.#members) {
      const box = Crew.MAILBOXES + station.number * Crew.MAILBOX;
      if (Atomics.load(words, box + Crew.STATE) !== 1) continue;
      const [a, b, c, d, e] = words.subarray(box + Crew.ARGUMENTS, box + Crew.ARGUMENTS + 5) as unknown as number[];
      let answer = 0;
      switch (words[box + Crew.KIND]) {
        case Request.miss:
          answer = imports.miss(a!, b as never, c!, d!, e!);
          if (answer !== -1) {
            this.#keep(tlb, b!, c!, d!, answer);
            this.#lookAhead(tlb, b!, c!, d!);
          }
          break;
        case Request.loaded:
          imports.loaded(a!, b!, c!, d!);
          break;
        case Request.stored:
          imports.stored(a!, b!, c!);
          break;
        case Request.outside:
          imports.outside(a!, b!);
          break;
        case Request.interpret:
          this.#options.interpret(a!, b!, c!);
          break;
        default:
          break;
      }
      words[box + Crew.ANSWER] = answer;
      Atomics.store(words, box + Crew.STATE, 2);
      Atomics.notify(words, box + Crew.STATE);
    }
  }

  /** A question costs more than an answer: the pages behind come along, as far as nobody notices. */
  #lookAhead(tlb: number, access: number, low: number, high: number): void {
    const port = this.#port!;
    for (let n = 1; n < AHEAD; n++) {
      const next = (low & -4096) + n * 4096;
      if (next > 0x7fffffff || (low < 0 && next >= 0)) return;
      const base = port.ahead(next | 0, high, access as never);
      if (base === -1) return;
      this.#keep(tlb, access, next | 0, high, base);
    }
  }

  /** Puts a translation where the member's code looks. */
  #keep(tlb: number, access: number, low: number, high: number, base: number): void {
    const entry = access * TLB_ENTRIES + tlbIndex(low);
    const at = (tlb >>> 2) + entry * TLB_WORDS;
    this.#whole[at + 1] = high;
    this.#whole[at + 2] = base;
    this.#whole[at] = low & -4096;
  }
}
