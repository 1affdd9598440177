/**
 * One launch on a shader core of its own: code, arguments, scratch and registers as the command processor would hand them
 * over, without a card around it.
 *
 * Facts: LLVM's AMDGPU usage document (user SGPRs, hidden arguments, dispatch packet).
 */

import { packArguments } from '../../driver-core/amd/arguments.ts';
import type { KernelValue, Triple } from '../../driver-core/amd/arguments.ts';
import type { CodeKernel } from '../../driver-core/elf.ts';
import { RaceChecker } from '../../hw-models/rdna3/shader/check/index.ts';
import { ShaderEngine } from '../../hw-models/rdna3/shader/index.ts';
import type { ShaderEngineOptions, ShaderEvent } from '../../hw-models/rdna3/shader/index.ts';
import { Initiator } from '../../hw-models/rdna3/shader/dispatch.ts';
import type { ShaderState } from '../../hw-models/rdna3/shader/state.ts';
import { hi32, lo32 } from '../../pcie/index.ts';
import { aqlPacketBytes, kernelDispatch } from '../../registers/amd/aql.ts';
import { kernelDescriptor, userSgprOrder } from '../../registers/amd/descriptor.ts';
import { encode } from '../../registers/layout.ts';
import { UsageError } from '../exit.ts';
import type { Argument } from './arguments.ts';
import { isWave64 } from './descriptor.ts';
import { KernelMemory, stateBytes } from './memory.ts';
import type { Region } from './memory.ts';
import type { ToolObject } from './object.ts';

export interface LaunchOptions {
  /** Workgroups, and work-items of one. */
  readonly grid: Triple;
  readonly block: Triple;
  readonly args: readonly Argument[];
  /** Bytes of LDS beside what the kernel declares. */
  readonly dynamicLds: number;
  /** Bytes of stack a lane, for kernels whose need the compiler could not tell. */
  readonly stack: number;
  readonly engine: 'auto' | 'wasm' | 'interpreter';
  /** Look for hazards, races and values that were never written. */
  readonly checkRaces: boolean;
  /** Wave slots of the core. */
  readonly slots: number;
}

export interface Launched {
  readonly engine: ShaderEngine;
  readonly state: ShaderState;
  readonly memory: KernelMemory;
  readonly code: Region;
  /** Buffers by argument. */
  readonly buffers: readonly (Region | undefined)[];
  readonly wave64: boolean;
  /** Everything but the end of the dispatch. */
  readonly events: ShaderEvent[];
  readonly done: () => boolean;
}

const LDS_POOL = 1 << 21;
const DYNAMIC_STACK = 1 << kernelDescriptor.parts.properties.bits.USES_DYNAMIC_STACK.lo;
const SHADER_ENGINES = 6;
const GRANULE = 256;

/** Puts everything in place and starts the dispatch; nothing has been executed yet. */
export function launch(object: ToolObject, kernel: CodeKernel, options: LaunchOptions): Launched {
  const { descriptor } = kernel;
  const { args, grid, block } = options;
  const wave64 = isWave64(kernel);
  const threads = block[0] * block[1] * block[2];
  if (threads > 1024)
    throw new UsageError(`--block ${block.join(',')}: ${threads} work-items, at most 1024 fit a workgroup`);
  const perLane = descriptor.privateSegmentBytes + ((descriptor.properties & DYNAMIC_STACK) !== 0 ? options.stack : 0);
  const lanes = wave64 ? 64 : 32;
  const unitsPerWave = Math.ceil((Math.ceil(perLane / 4) * 4 * lanes) / GRANULE);
  const scratchWaves = Math.ceil(options.slots / SHADER_ENGINES);
  const scratchBytes = unitsPerWave * GRANULE * scratchWaves * SHADER_ENGINES;
  const argumentBytes = args.reduce((sum, a) => sum + (a.kind === 'buffer' ? a.contents.length + 2 * 4096 : 0), 0);
  const memory = memoryOf(
    object.image.length + argumentBytes + scratchBytes + stateBytes(options.slots, LDS_POOL) + (2 << 20),
  );

  const code = memory.place('the code object', object.image.length, { writable: true, align: 4096 });
  memory.bytesOf(code).set(object.relocate(code.address));
  const buffers = args.map((arg, i) => {
    if (arg.kind !== 'buffer') return undefined;
    const region = memory.place(nameOf(kernel, i, arg), arg.contents.length);
    memory.bytesOf(region).set(arg.contents);
    return region;
  });
  const values = args.map((arg, i): KernelValue =>
    arg.kind === 'value' ? { bytes: arg.bytes } : { pair: [lo32(buffers[i]!.address), hi32(buffers[i]!.address)] },
  );
  const kernarg = memory.place('the kernel arguments', Math.max(descriptor.kernargBytes, 16), {
    writable: false,
    align: 64,
  });
  memory.bytesOf(kernarg).set(
    packArguments(kernel.name, descriptor.kernargBytes, kernel.arguments, narrowed(kernel, values), {
      groups: grid,
      workgroup: block,
    }),
  );
  const ldsBytes = descriptor.groupSegmentBytes + options.dynamicLds;
  const packet = memory.place('the dispatch packet', aqlPacketBytes, { writable: false, align: 64 });
  memory.bytesOf(packet).set(
    encode(kernelDispatch, {
      setup: { DIMENSIONS: 3 },
      workgroupX: block[0],
      workgroupY: block[1],
      workgroupZ: block[2],
      gridX: grid[0] * block[0],
      gridY: grid[1] * block[1],
      gridZ: grid[2] * block[2],
      privateSegmentBytes: perLane,
      groupSegmentBytes: ldsBytes,
      kernelObject: code.address + kernel.descriptorAt,
      kernargAddress: kernarg.address,
    }),
  );
  const scratch = scratchBytes === 0 ? undefined : memory.place('scratch', scratchBytes, { align: 4096 });

  const events: ShaderEvent[] = [];
  let finished = false;
  let ticks = 0;
  const engineOptions: ShaderEngineOptions = {
    memory,
    allocate: memory.allocate,
    engine: options.engine,
    slots: options.slots,
    ldsPoolBytes: LDS_POOL,
    watcher: options.checkRaces ? new RaceChecker() : undefined,
    referenceClock: () => [ticks++, 0],
    report: (event) => {
      if (event.kind === 'dispatchDone') finished = true;
      else events.push(event);
    },
  };
  const engine = new ShaderEngine(engineOptions);
  const state = engine.prepare();
  const entry = code.address + kernel.descriptorAt + descriptor.entryOffset;
  const launched: Launched = {
    engine,
    state,
    memory,
    code,
    buffers,
    wave64,
    events,
    done: () => finished,
  };
  engine.start({
    dim: grid,
    start: [0, 0, 0],
    numThread: block,
    pgmLo: lo32(Math.floor(entry / 256)),
    pgmHi: hi32(Math.floor(entry / 256)),
    rsrc1: descriptor.rsrc1,
    rsrc2: (descriptor.rsrc2 & ~(0x1ff << 15)) | (Math.ceil(ldsBytes / 512) << 15) | (perLane > 0 ? 1 : 0),
    rsrc3: descriptor.rsrc3,
    tmpringSize: scratch === undefined ? 0 : scratchWaves | (unitsPerWave << 12),
    scratchBaseLo: scratch === undefined ? 0 : lo32(Math.floor(scratch.address / 256)),
    scratchBaseHi: scratch === undefined ? 0 : hi32(Math.floor(scratch.address / 256)),
    userData: userData(descriptor.properties, { kernarg: kernarg.address, packet: packet.address, perLane }),
    vmid: 1,
    // apertures of LDS and scratch, far from every region
    shMemBases: (1 << 16) | 2,
    initiator: Initiator.computeEnable | Initiator.forceStartZero | (wave64 ? 0 : Initiator.wave32),
  });
  return launched;
}

function memoryOf(bytes: number): KernelMemory {
  try {
    return new KernelMemory(bytes);
  } catch (error) {
    throw new UsageError(`the arguments need more memory than there is: ${(error as Error).message}`);
  }
}

const nameOf = (kernel: CodeKernel, index: number, arg: Argument): string => {
  const own = kernel.arguments?.filter((a) => !a.kind.startsWith('hidden_'))[index]?.name;
  return `argument ${index} (${own === undefined || own.startsWith('argument ') ? arg.text.split('=')[0]! : own})`;
};

/** C's short and char arguments may be given as 32-bit numbers: their low bytes are passed. */
function narrowed(kernel: CodeKernel, values: readonly KernelValue[]): KernelValue[] {
  const own = kernel.arguments?.filter((a) => !a.kind.startsWith('hidden_'));
  return values.map((value, i) => {
    const wanted = own?.[i]?.bytes;
    const bytes = 'bytes' in value && typeof value.bytes === 'object' ? value.bytes : undefined;
    return wanted !== undefined && wanted < 4 && bytes?.length === 4 ? { bytes: bytes.subarray(0, wanted) } : value;
  });
}

/** User SGPRs in the order the hardware loads them, each where the kernel asks for it. */
function userData(properties: number, at: { kernarg: number; packet: number; perLane: number }): number[] {
  const { bits } = kernelDescriptor.parts.properties;
  const data: number[] = [];
  for (const { property, sgprs } of userSgprOrder) {
    if ((properties & (1 << bits[property].lo)) === 0) continue;
    const address = property === 'KERNARG_SEGMENT_PTR' ? at.kernarg : property === 'DISPATCH_PTR' ? at.packet : 0;
    if (sgprs === 1) data.push(at.perLane);
    else data.push(lo32(address), hi32(address), ...Array.from({ length: sgprs - 2 }, () => 0));
  }
  return data;
}
