/**
 * Launching kernels: from a code object's descriptor to the packets that run it.
 *
 * One launch is one run of packets: caches made to see what others wrote, shader registers, dispatch, wait for its
 * waves, caches written back and the fence. Kernel arguments lie in host memory, which the GPU does not cache.
 *
 * Facts: kernel descriptor, user SGPRs and dispatch registers as LLVM's AMDGPU usage document and public drivers have them.
 *
 * Fidelity: from-public-source.
 */

import { EmptyslotError, hi32, lo32 } from '../../pcie/index.ts';
import type { GpuAddress } from '../../pcie/index.ts';
import { aqlPacketBytes, kernelDispatch } from '../../registers/amd/aql.ts';
import { kernelDescriptor, ldsGranuleBytes } from '../../registers/amd/descriptor.ts';
import { COMPUTE, dwordAddress } from '../../registers/amd/index.ts';
import { dispatchInitiator, registerWindows } from '../../registers/amd/pm4.ts';
import { encode, packBits } from '../../registers/layout.ts';
import { DmaSlice } from '../dma.ts';
import { kernelProperties } from '../elf.ts';
import type { CodeKernel, CodeObject, KernelDescriptor } from '../elf.ts';
import { roundUp } from '../numbers.ts';
import { packArguments } from './arguments.ts';
import type { KernelValue, Triple } from './arguments.ts';
import type { Context } from './context.ts';
import type { Gfx } from './gfx.ts';
import type { Mapping, MemoryManager } from './memory.ts';
import { acquireMem, csPartialFlush, dispatchDirect, setShReg } from './packets.ts';
import type { Packet } from './packets.ts';

/** Room for arguments of launches that are under way. */
const ARGUMENT_BYTES = 256 * 1024;
const MOST_LDS_BYTES = 64 * 1024;
const MOST_WORK_ITEMS = 1024;
const SCRATCH_UNIT_BYTES = 256;
/** Scratch is sized for the larger wave, whatever the kernel's. */
const LANES = 64;
const MOST_SCRATCH_UNITS = 0x7fff;

const { rsrc2 } = kernelDescriptor.parts;
const shIndex = (name: keyof typeof COMPUTE.registers): number =>
  dwordAddress(COMPUTE.registers[name]) - registerWindows.SET_SH_REG.first;

/** A kernel of a program that is loaded. */
export interface GpuKernel {
  readonly name: string;
  readonly program: GpuProgram;
  readonly code: CodeKernel;
}

/** A code object in the card's memory. */
export class GpuProgram {
  readonly code: CodeObject;
  readonly mapping: Mapping;
  private readonly byName: ReadonlyMap<string, CodeKernel>;

  constructor(code: CodeObject, mapping: Mapping) {
    this.code = code;
    this.mapping = mapping;
    this.byName = new Map(code.kernels.map((kernel) => [kernel.name, kernel]));
  }

  get kernels(): readonly string[] {
    return [...this.byName.keys()];
  }

  /** @throws EmptyslotError `LAUNCH_INVALID` when the code object has no kernel of that name. */
  kernel(name: string): GpuKernel {
    const code = this.byName.get(name);
    if (code === undefined) {
      throw new EmptyslotError('LAUNCH_INVALID', `the code object has no kernel ${name}`, {
        expected: this.kernels.join(', '),
        lastSeen: name,
      });
    }
    return { name, program: this, code };
  }
}

export interface LaunchOptions {
  /** Workgroups along x, y, z. */
  readonly groups: Triple;
  /** Work-items of a workgroup along x, y, z; at most 1024. */
  readonly workgroup: Triple;
  readonly args: readonly KernelValue[];
  /** LDS beyond what the kernel declares, in bytes. */
  readonly dynamicLdsBytes?: number;
  /**
   * Stack of a lane in bytes, for kernels whose depth no compiler can know (recursion, calls through pointers). Comes on
   * top of what the kernel declares (default 2048; others need none).
   */
  readonly stackBytes?: number;
  /** Give up after this long on the device's clock (default 10 s). */
  readonly timeoutNs?: number;
}

/** Scratch of a lane in bytes. */
function privateBytes({ privateSegmentBytes, properties }: KernelDescriptor, stackBytes = 2048): number {
  return privateSegmentBytes + ((properties & kernelProperties.dynamicStack) !== 0 ? stackBytes : 0);
}

export class Compute {
  private readonly context: Context;
  private readonly memory: MemoryManager;
  private readonly gfx: Gfx;
  private argumentRing: Mapping | undefined;
  private argumentAt = 0;
  private scratch: { mapping: Mapping; unitsPerWave: number } | undefined;
  private launches = 0;

  constructor(context: Context, memory: MemoryManager, gfx: Gfx) {
    this.context = context;
    this.memory = memory;
    this.gfx = gfx;
  }

  createArguments(): void {
    this.argumentRing = this.memory.allocateHost(ARGUMENT_BYTES, { name: 'kernel arguments' });
  }

  /**
   * Queues one launch.
   *
   * @returns the timeline value that ends it.
   * @throws EmptyslotError `LAUNCH_INVALID`, `OUT_OF_VRAM` (scratch).
   */
  async launch(kernel: GpuKernel, options: LaunchOptions): Promise<number> {
    const { context } = this;
    const { code, name } = kernel;
    const { descriptor } = code;
    this.check(kernel, options);
    const block = packArguments(name, descriptor.kernargBytes, code.arguments, options.args, options);
    const ldsBytes = descriptor.groupSegmentBytes + (options.dynamicLdsBytes ?? 0);
    const scratch = this.scratchFor(privateBytes(descriptor, options.stackBytes));
    const wantsPacket = (descriptor.properties & kernelProperties.dispatchPointer) !== 0;
    const packetAt = roundUp(block.length, 64);
    const args = this.takeArguments(packetAt + (wantsPacket ? aqlPacketBytes : 0));
    const bytes = new Uint8Array(args.bytes);
    bytes.set(block);
    if (wantsPacket) bytes.set(dispatchPacket(kernel, options, ldsBytes, args.address), packetAt);
    context.step('kernel: arguments', { address: args.address, bytes }, (a) => args.memory.write(args.offset, a.bytes));
    const state = {
      entry: kernel.program.mapping.address + code.descriptorAt + descriptor.entryOffset,
      rsrc1: descriptor.rsrc1,
      rsrc2: (descriptor.rsrc2 | packBits(rsrc2, { LDS_SIZE: Math.ceil(ldsBytes / ldsGranuleBytes) })) >>> 0,
      rsrc3: descriptor.rsrc3,
      tmpringSize: scratch === undefined ? 0 : this.tmpringSize(scratch.unitsPerWave),
      scratch: scratch?.mapping.address ?? 0,
    };
    const userData = this.userData(kernel, options, args.address, wantsPacket ? args.address + packetAt : 0);
    const wave32 = (descriptor.properties & kernelProperties.wave32) !== 0;
    this.launches++;
    const packets = context.step('kernel: state', state, (s): Packet[] | undefined =>
      this.packets(s, userData, options, wave32),
    );
    return this.gfx.queue.submit(packets ?? []);
  }

  private packets(
    s: { entry: number; rsrc1: number; rsrc2: number; rsrc3: number; tmpringSize: number; scratch: number },
    userData: readonly number[],
    options: LaunchOptions,
    wave32: boolean,
  ): Packet[] {
    const [gx, gy, gz] = options.groups;
    const [wx, wy, wz] = options.workgroup;
    const entry = Math.floor(s.entry / 256);
    const scratch = Math.floor(s.scratch / 256);
    const { computeShaderEnable, forceStartAt000 } = dispatchInitiator;
    const initiator = computeShaderEnable | forceStartAt000 | (wave32 ? dispatchInitiator.wave32 : 0);
    return [
      acquireMem(),
      setShReg(shIndex('COMPUTE_PGM_LO'), lo32(entry), hi32(entry)),
      setShReg(shIndex('COMPUTE_PGM_RSRC1'), s.rsrc1, s.rsrc2),
      setShReg(shIndex('COMPUTE_PGM_RSRC3'), s.rsrc3),
      setShReg(shIndex('COMPUTE_TMPRING_SIZE'), s.tmpringSize),
      setShReg(shIndex('COMPUTE_DISPATCH_SCRATCH_BASE_LO'), lo32(scratch), hi32(scratch)),
      setShReg(shIndex('COMPUTE_RESTART_X'), 0, 0, 0),
      ...(userData.length > 0 ? [setShReg(shIndex('COMPUTE_USER_DATA_n'), ...userData)] : []),
      setShReg(shIndex('COMPUTE_RESOURCE_LIMITS'), 0),
      // start, workgroup size, pipeline statistics and performance counters off
      setShReg(shIndex('COMPUTE_START_X'), 0, 0, 0, wx, wy, wz, 0, 0),
      dispatchDirect(gx, gy, gz, initiator),
      csPartialFlush(),
    ];
  }

  /** User SGPRs in the order the hardware expects; each only where the kernel asks for it. */
  private userData(kernel: GpuKernel, options: LaunchOptions, kernarg: GpuAddress, packet: number): number[] {
    const { properties } = kernel.code.descriptor;
    const has = (bit: number): boolean => (properties & bit) !== 0;
    const data: number[] = [];
    if (has(kernelProperties.dispatchPointer)) data.push(lo32(packet), hi32(packet));
    if (has(kernelProperties.kernargPointer)) data.push(lo32(kernarg), hi32(kernarg));
    if (has(kernelProperties.dispatchId)) data.push(this.launches, 0);
    if (has(kernelProperties.privateSegmentSize)) data.push(privateBytes(kernel.code.descriptor, options.stackBytes));
    return data;
  }

  private check(kernel: GpuKernel, options: LaunchOptions): void {
    const { name, code } = kernel;
    const { properties, groupSegmentBytes } = code.descriptor;
    const invalid = (what: string, expected: string, lastSeen: string): Error =>
      this.context.error('LAUNCH_INVALID', `${name}: ${what} is ${lastSeen}, expected ${expected}`, {
        expected,
        lastSeen,
        facts: { kernel: name },
      });
    for (const [what, triple] of [
      ['groups', options.groups],
      ['workgroup', options.workgroup],
    ] as const) {
      if (triple.some((n) => !Number.isInteger(n) || n < 1 || n > 0xffff_ffff))
        throw invalid(what, 'three whole numbers above 0', triple.join(' × '));
    }
    const items = options.workgroup[0] * options.workgroup[1] * options.workgroup[2];
    if (items > MOST_WORK_ITEMS) throw invalid('workgroup', `at most ${MOST_WORK_ITEMS} work-items`, String(items));
    const lds = groupSegmentBytes + (options.dynamicLdsBytes ?? 0);
    if (lds > MOST_LDS_BYTES) throw invalid('LDS', `at most ${MOST_LDS_BYTES} bytes`, String(lds));
    if ((properties & kernelProperties.privateSegmentBuffer) !== 0)
      throw invalid('descriptor', 'architected scratch', 'a kernel that wants a scratch descriptor');
    if ((properties & kernelProperties.queuePointer) !== 0)
      throw invalid('descriptor', 'no queue pointer', 'a kernel that wants one');
    for (const arg of options.args)
      if ('freed' in arg && arg.freed) throw invalid('argument', 'a live buffer', `${arg.name}, which was freed`);
  }

  // --- memory that launches share

  /** The next stretch of the argument ring. Launches are waited for one by one, so what was there is done. */
  private takeArguments(bytes: number): { memory: DmaSlice; offset: number; address: GpuAddress; bytes: number } {
    const ring = this.argumentRing!;
    const size = roundUp(Math.max(bytes, 64), 256);
    if (size > ring.bytes)
      throw this.context.error('LAUNCH_INVALID', `${bytes} bytes of arguments`, {
        expected: `at most ${ring.bytes}`,
        lastSeen: String(bytes),
      });
    if (this.argumentAt + size > ring.bytes) this.argumentAt = 0;
    const offset = this.argumentAt;
    this.argumentAt += size;
    return { memory: new DmaSlice(ring.dma!), offset, address: (ring.address + offset) as GpuAddress, bytes: size };
  }

  /** Scratch for every wave that can be resident, made larger when a kernel needs more. */
  private scratchFor(bytesPerLane: number): { mapping: Mapping; unitsPerWave: number } | undefined {
    if (bytesPerLane === 0) return undefined;
    const { gc } = this.context.discovery;
    const unitsPerWave = Math.ceil((roundUp(bytesPerLane, 4) * LANES) / SCRATCH_UNIT_BYTES);
    if (unitsPerWave > MOST_SCRATCH_UNITS) {
      throw this.context.error('LAUNCH_INVALID', `${bytesPerLane} bytes of scratch a lane`, {
        expected: `at most ${(MOST_SCRATCH_UNITS * SCRATCH_UNIT_BYTES) / LANES}`,
        lastSeen: String(bytesPerLane),
      });
    }
    if (this.scratch !== undefined && this.scratch.unitsPerWave >= unitsPerWave) return this.scratch;
    const waves = gc.computeUnits * gc.maxScratchSlotsPerCu;
    const mapping = this.memory.allocateVram(waves * unitsPerWave * SCRATCH_UNIT_BYTES, { name: 'scratch' });
    if (this.scratch !== undefined) this.memory.free(this.scratch.mapping);
    this.scratch = { mapping, unitsPerWave };
    return this.scratch;
  }

  /** COMPUTE_TMPRING_SIZE: waves of one shader engine, and the size of each. */
  private tmpringSize(unitsPerWave: number): number {
    const { gc } = this.context.discovery;
    const waves = (gc.computeUnits / gc.shaderEngines) * gc.maxScratchSlotsPerCu;
    return this.context.regs.COMPUTE_TMPRING_SIZE.encode({ WAVES: Math.min(waves, 0xfff), WAVESIZE: unitsPerWave });
  }
}

/** The AQL packet that kernels read their launch from when they ask for a dispatch pointer. */
function dispatchPacket(kernel: GpuKernel, options: LaunchOptions, ldsBytes: number, kernarg: GpuAddress): Uint8Array {
  const { groups, workgroup } = options;
  const { descriptor, descriptorAt } = kernel.code;
  return encode(kernelDispatch, {
    setup: { DIMENSIONS: 3 },
    workgroupX: workgroup[0],
    workgroupY: workgroup[1],
    workgroupZ: workgroup[2],
    gridX: groups[0] * workgroup[0],
    gridY: groups[1] * workgroup[1],
    gridZ: groups[2] * workgroup[2],
    privateSegmentBytes: privateBytes(descriptor, options.stackBytes),
    groupSegmentBytes: ldsBytes,
    kernelObject: kernel.program.mapping.address + descriptorAt,
    kernargAddress: kernarg,
  });
}
