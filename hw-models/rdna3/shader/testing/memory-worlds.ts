/**
 * Two equal worlds, one for the interpreter's memory handlers and one for the helper module of translated code: a wave,
 * pages of memory scattered over an arena, tracking as a card does it. Whatever the two do can be compared. For tests.
 */
import { Arena, StateBlock } from '../../../../sim/index.ts';
import type { Access, AccessTracker, CoreMemory } from '../../../exec/memory.ts';
import { MemoryPort } from '../../../exec/memory-port.ts';
import { Context, CONTEXT_BYTES, prepareContext, usePort } from '../../../exec/wasm/context.ts';
import { instantiateMemory, memoryImports } from '../../../exec/wasm/memory.ts';
import type { MemoryFunctions } from '../../../exec/wasm/memory.ts';
import { Coherence } from '../../gmc/coherence.ts';
import { TableWatch } from '../../gmc/table-watch.ts';
import type { ShaderEvent } from '../events.ts';
import { allocateState, LANES, S, SCALARS, VGPR_DWORDS } from '../state.ts';
import type { ShaderState } from '../state.ts';
import { RdnaStrip } from '../strip.ts';
import type { Core } from '../strip.ts';

export type Tracking = 'none' | 'everything' | 'tables';

export interface Page {
  readonly va: number;
  /** Bytes into the data run. */
  readonly at: number;
  readonly writable: boolean;
}

export const LDS_BYTES = 3000;
const LDS_BASE = 2048;
const DATA_PAGES = 32;

export class World implements CoreMemory {
  readonly arena = new Arena(2 ** 23);
  readonly state = new StateBlock('world', this.arena);
  readonly u8 = this.arena.u8;
  readonly u16 = this.arena.u16;
  readonly u32 = this.arena.u32;
  readonly memory = this.arena.memory;
  readonly tracksLoads: boolean;
  readonly tracksStores: boolean;
  readonly tracker: AccessTracker | undefined;
  /** Everything that was said, in order. */
  readonly log: string[] = [];
  readonly data: Uint8Array;
  readonly dataAt: number;
  readonly shader: ShaderState;
  readonly strips: RdnaStrip[];
  readonly port: MemoryPort;
  readonly coherence: Coherence;
  readonly watch: TableWatch;
  /** Not 0: something waits that loads have to be told of, in pages that have a bit here. */
  readonly waiting: Float64Array;
  readonly waitingPages: Uint8Array;
  readonly #pages = new Map<number, Page>();

  constructor(pages: readonly Page[], tracking: Tracking) {
    for (const page of pages) this.#pages.set(page.va, page);
    this.tracksLoads = tracking !== 'none';
    this.tracksStores = tracking !== 'none';
    const { arena, state } = this;
    this.dataAt = arena.allocateRun(DATA_PAGES * 4096);
    this.data = this.u8.subarray(this.dataAt, this.dataAt + DATA_PAGES * 4096);
    this.coherence = new Coherence(state, arena.chunkCount);
    this.watch = new TableWatch(state);
    this.waiting = state.allocate('waiting', 'f64', 1, 'arena');
    this.waitingPages = state.allocate('waiting.pages', 'u8', 8192, 'arena');
    const owners = state.allocate('owners', 'u32', arena.chunkCount, 'arena');
    for (let chunk = 0; chunk < owners.length; chunk++) owners[chunk] = chunk;
    if (tracking === 'tables')
      this.tracker = {
        ...this.coherence.tables(),
        owners: owners.byteOffset,
        watched: this.watch.marks.byteOffset,
        waiting: this.waiting.byteOffset,
        waitingPages: this.waitingPages.byteOffset,
      };
    this.shader = allocateState((name, kind, length) => state.allocate(name, kind, length, 'arena'), 2, 65536);
    this.port = new MemoryPort(this, 7, 8);
    this.port.onFault = (address, access) => this.log.push(`fault ${address.toString(16)} ${access}`);
    const core: Core = {
      port: this.port,
      lds8: this.shader.lds,
      lds32: new Int32Array(this.shader.lds.buffer, this.shader.lds.byteOffset, this.shader.lds.length >>> 2),
      low: new Int32Array(LANES),
      high: new Int32Array(LANES),
      window: new Uint8Array(LANES),
      report: (event: ShaderEvent) => {
        this.log.push(`${event.kind} ${'address' in event ? event.address : ''}`);
      },
      place: () => ({ dispatch: 1, vmid: 0, wave: 0, pc: 0 }),
    };
    const temporary = new Int32Array(64);
    const floats = new Float32Array(temporary.buffer);
    this.strips = [0, 1].map((half) => new RdnaStrip(this.shader, 0, half, core, temporary, floats));
    const { s } = this.strips[0]!;
    s[S.STRIPS] = 2;
    s[S.VGPRS] = 256;
    s[S.LDS_BASE] = LDS_BASE;
    s[S.LDS_BYTES] = LDS_BYTES;
  }

  reserve(bytes: number): number {
    return this.arena.allocateRun(bytes);
  }

  translate(va: number, access: Access, client: number): number {
    const offset = va % 4096;
    const page = this.#pages.get(va - offset);
    const at = page === undefined || (access !== 0 && !page.writable) ? -1 : this.dataAt + page.at + offset;
    this.log.push(`translate ${va.toString(16)} ${access} ${client} ${at < 0 ? 'faults' : ''}`);
    return at;
  }

  loaded(at: number, bytes: number, fresh = false): void {
    if (this.tracker === undefined) {
      this.log.push(`loaded ${at} ${bytes} ${fresh}`);
      return;
    }
    const writer = fresh ? -1 : this.coherence.loaded(at, bytes);
    const waits = (page: number): boolean => ((this.waitingPages[page >>> 3]! >>> (page & 7)) & 1) !== 0;
    const heard = this.waiting[0] !== 0 && (waits(at >>> 12) || waits((at + bytes - 1) >>> 12));
    if (!heard && writer < 0) return;
    this.log.push(`loaded ${at} ${bytes} ${fresh} ${writer}`);
  }

  stored(at: number, bytes: number): void {
    if (this.tracker === undefined) {
      this.log.push(`stored ${at} ${bytes}`);
      return;
    }
    this.coherence.stored(at, bytes);
    if (!this.watch.marked(at)) return;
    this.watch.storing(at, 1);
    this.log.push(`stored ${at} ${bytes}`);
  }

  /** Address of vector register `register` of a half. */
  register(register: number, half = 0): number {
    return this.shader.vgprs.byteOffset + (half * VGPR_DWORDS + register * LANES) * 4;
  }
}

/** The world of translated code. */
export class TranslatedWorld extends World {
  readonly cx: number;
  readonly functions: MemoryFunctions;

  constructor(pages: readonly Page[], tracking: Tracking) {
    super(pages, tracking);
    this.cx = this.arena.allocateRun(CONTEXT_BYTES);
    prepareContext(this.arena.i32, this.cx);
    this.functions = instantiateMemory(
      this.memory,
      memoryImports(
        () => this.port,
        (_cx, address) => this.log.push(`ldsOutOfRange ${address}`),
      ),
    );
    this.refresh();
  }

  /** Puts the wave's scalars and the port into the context, as an engine does before it runs a wave. */
  refresh(): void {
    const { i32 } = this.arena;
    const words = this.cx >>> 2;
    const { s } = this.strips[0]!;
    usePort(i32, this.cx, this.port);
    i32[words + (Context.LDS >>> 2)] = this.shader.lds.byteOffset + s[S.LDS_BASE]!;
    i32[words + (Context.LDS_BYTES >>> 2)] = s[S.LDS_BYTES]!;
    i32[words + (Context.SHARED_HIGH >>> 2)] = s[S.SHARED_BASE]!;
    i32[words + (Context.PRIVATE_HIGH >>> 2)] = s[S.PRIVATE_BASE]!;
    i32[words + (Context.SCRATCH >>> 2)] = s[S.FLAT_SCRATCH_LO]!;
    i32[words + (Context.SCRATCH >>> 2) + 1] = s[S.FLAT_SCRATCH_HI]!;
    i32[words + (Context.LANES >>> 2)] = s[S.STRIPS]! * LANES;
  }

  get scalars(): number {
    return this.shader.scalars.byteOffset;
  }
}

export { SCALARS };
