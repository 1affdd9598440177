/**
 * Runs a corpus kernel on the shader core alone: code, arguments and buffers in flat memory, registers as the
 * command processor would load them from the kernel descriptor. For tests and benchmarks.
 *
 * Source: LLVM AMDGPU usage guide (order of user SGPRs, hidden arguments).
 * Fidelity: from-public-source.
 */
import { decode } from '../isa/index.ts';
import type { ShaderWatcher } from '../check/seam.ts';
import { Initiator } from '../dispatch.ts';
import { ShaderEngine } from '../engine.ts';
import type { ShaderEvent } from '../events.ts';
import { EXEC, S, SCALARS, WaveState } from '../state.ts';
import type { ShaderState } from '../state.ts';
import { ArenaMemory } from '../testing/arena-memory.ts';
import { arrays, FlatMemory } from '../testing/flat-memory.ts';
import { opcodeNames } from './coverage.ts';
import { readCodeObject } from './elf.ts';
import type { CorpusKernel } from './types.ts';

/** Called before each instruction with the names it counts under and whether some lanes are off. */
export type Observer = (names: readonly string[], partialExec: boolean) => void;

export interface RunOptions {
  readonly seed: number;
  /** Watching costs a hundredfold: the core is stepped an instruction at a time. */
  readonly observe?: Observer;
  /** Watches every instruction; what it finds is among the events. */
  readonly watcher?: ShaderWatcher;
  /** `wasm`: everything translated. Default: the interpreter. */
  readonly engine?: 'interpreter' | 'wasm';
}

export interface RunOutcome {
  readonly outputs: ReadonlyMap<string, Uint8Array>;
  /** Everything but the end of the dispatch; empty after a good run. */
  readonly events: readonly ShaderEvent[];
  readonly memoryFaults: number;
  readonly instructions: number;
  readonly result: string;
}

const budget = 5_000_000;
const hiddenArguments = 256;

export function runOnCore(kernel: CorpusKernel, options: RunOptions): RunOutcome {
  const object = readCodeObject(kernel.object());
  const descriptor = object.descriptor(kernel.symbol);
  const bytes = 1 << (descriptor.scratchBytesPerLane > 4096 ? 24 : 20);
  const arena = options.engine === 'wasm' ? new ArenaMemory(bytes) : undefined;
  const memory = arena ?? new FlatMemory(bytes);
  const image = memory.place(object.image);
  const buffers = new Map(
    kernel.buffers.map((b) => [b.name, { bytes: b.bytes, at: memory.place(b.init(options.seed)) }]),
  );
  const kernarg = new Uint8Array(kernel.kernargBytes + hiddenArguments);
  const view = new DataView(kernarg.buffer);
  for (const { offset, value } of kernel.arguments) {
    if ('buffer' in value) view.setBigUint64(offset, BigInt(buffers.get(value.buffer)!.at), true);
    else if ('u32' in value) view.setUint32(offset, value.u32, true);
    else if ('i32' in value) view.setInt32(offset, value.i32, true);
    else if ('f32' in value) view.setFloat32(offset, value.f32, true);
    else view.setFloat64(offset, value.f64, true);
  }
  const kernargAt = memory.place(kernarg);

  // User SGPRs in the order of the descriptor's properties; only the kernarg pointer means anything here.
  const userData: number[] = [];
  const has = (bit: number): boolean => (descriptor.properties & (1 << bit)) !== 0;
  if (has(0)) userData.push(0, 0, 0, 0); // private segment buffer
  if (has(1)) userData.push(0, 0); // dispatch packet
  if (has(2)) userData.push(0, 0); // queue
  if (has(3)) userData.push(kernargAt, 0);
  if (has(4)) userData.push(0, 0); // dispatch id
  if (has(5)) userData.push(0, 0); // flat scratch
  if (has(6)) userData.push(descriptor.scratchBytesPerLane);

  // A dynamic stack (bit 11) has no bound that the compiler knows.
  const perLane = descriptor.scratchBytesPerLane + (has(11) ? 2048 : 0);
  const waveUnits = Math.ceil((perLane * 32) / 256);
  const ring = 2; // waves a shader engine; there are six
  const scratch = perLane === 0 ? 0 : memory.place(waveUnits * 256 * ring * 6);
  const events: ShaderEvent[] = [];
  let ticks = 0;
  const engine = new ShaderEngine({
    memory,
    allocate: arena?.allocate ?? arrays().allocate,
    engine: options.engine ?? 'interpreter',
    slots: 64,
    report: (event) => {
      if (event.kind !== 'dispatchDone') events.push(event);
    },
    referenceClock: () => [ticks++, 0],
    watcher: options.watcher,
  });
  const entry = image + descriptor.entry;
  engine.start({
    dim: kernel.grid,
    start: [0, 0, 0],
    numThread: kernel.workgroup,
    pgmLo: Math.floor(entry / 256),
    pgmHi: 0,
    rsrc1: descriptor.rsrc1,
    rsrc2: (descriptor.rsrc2 & ~(0x1ff << 15)) | (Math.ceil(descriptor.ldsBytes / 512) << 15) | (perLane > 0 ? 1 : 0),
    rsrc3: descriptor.rsrc3,
    tmpringSize: perLane === 0 ? 0 : ring | (waveUnits << 12),
    scratchBaseLo: Math.floor(scratch / 256),
    scratchBaseHi: 0,
    userData,
    vmid: 8,
    shMemBases: (1 << 16) | 2, // shared aperture at 1 << 48, private at 2 << 48
    initiator: Initiator.computeEnable | Initiator.forceStartZero | (has(10) ? Initiator.wave32 : 0),
  });
  const result =
    options.observe === undefined ? engine.run(budget) : step(engine, engine.prepare(), memory, options.observe);
  const outputs = new Map(
    [...buffers].map(([name, { at, bytes }]) => [name, memory.u8.slice(at - memory.base, at - memory.base + bytes)]),
  );
  return { outputs, events, memoryFaults: memory.faults.length, instructions: engine.executed, result };
}

/** Steps to the end, telling of each instruction before it runs. */
function step(engine: ShaderEngine, state: ShaderState, memory: FlatMemory | ArenaMemory, observe: Observer): string {
  const { scalars, slots } = state;
  const known = new Map<number, readonly string[]>();
  for (let n = 0; n < budget; n++) {
    // The wave that a fuel of one goes to is the one whose program counter moves; look at all of them first.
    const before: { slot: number; pc: number; exec: number }[] = [];
    for (let slot = 0; slot < slots; slot++) {
      const at = slot * SCALARS;
      if (scalars[at + S.STATE] === WaveState.running)
        before.push({ slot, pc: scalars[at + S.PC_LO]! >>> 0, exec: scalars[at + EXEC]! });
    }
    const result = engine.run(1);
    for (const { slot, pc, exec } of before) {
      const at = slot * SCALARS;
      if (scalars[at + S.STATE] === WaveState.running && scalars[at + S.PC_LO]! >>> 0 === pc) continue;
      let names = known.get(pc);
      if (names === undefined) {
        const instruction = decode(memory.u32, (pc - memory.base) / 4);
        known.set(pc, (names = instruction === undefined ? [] : opcodeNames(instruction)));
      }
      observe(names, exec !== -1);
    }
    if (result !== 'busy') return result;
  }
  return 'busy';
}
