/**
 * First light: boot the card, move data, run kernels, and tell what was seen.
 *
 * The same code runs behind `emptyslot run`, in the tests and with every planted bug. It knows the slot
 * and the driver, no model; what the other side saw comes from the target's judge.
 */

import { AmdGpu } from '../driver-core/amd/index.ts';
import type { FirmwareSource, LoadedImage, StageRecord } from '../driver-core/amd/index.ts';
import { pm4Filler, sdmaCopy } from '../driver-core/amd/packets.ts';
import type { StepHook } from '../driver-core/steps.ts';
import type { Finding, PciDevice, PciIdentity } from '../pcie/index.ts';
import { firstLightCases, firstLightCode } from './kernels/first-light.ts';
import type { KernelCase } from './kernels/first-light.ts';
import type { Coverage, Judge, OpenTarget } from './targets.ts';

export interface CopyResult {
  readonly what: string;
  readonly bytes: number;
  /** Virtual time of the round trip in ns. */
  readonly timeNs: number;
  readonly verified: boolean;
}

export interface KernelResult {
  readonly kernel: string;
  readonly shows: string;
  readonly workgroups: number;
  readonly threads: number;
  readonly timeNs: number;
  readonly verified: boolean;
  /** First byte that differs, when one does. */
  readonly firstDifference?: string;
}

export interface FirstLightReport {
  readonly identity: PciIdentity;
  readonly vramBytes: number;
  readonly bar0Bytes: number;
  readonly boot: 'cold' | 'warm';
  readonly stages: readonly StageRecord[];
  readonly firmware: readonly LoadedImage[];
  readonly copies: readonly CopyResult[];
  readonly kernels: readonly KernelResult[];
  readonly coverage?: Coverage;
  readonly accesses?: number;
  readonly findings: readonly Finding[];
  readonly findingCounts: Readonly<Record<string, number>>;
  /** Virtual time of the whole run in ns. */
  readonly timeNs: number;
  readonly ok: boolean;
}

export interface FirstLightOptions {
  readonly firmware: FirmwareSource;
  readonly seed?: number;
  /** Called around every step of the driver: where planted bugs go in. */
  readonly steps?: StepHook;
  readonly onStage?: (stage: StageRecord) => void;
  readonly onProgress?: (what: string) => void;
  /** Sizes of the copies in bytes. */
  readonly copyBytes?: readonly number[];
  /** Names of the kernels to run (default: all). */
  readonly only?: readonly string[];
}

const WAIT_NS = 1e9;
const defaultCopies = [1, 4093, 65_536, 8 * 2 ** 20 + 13];

/** @throws EmptyslotError from the driver; findings up to then are in the target's judge. */
export async function firstLight(target: OpenTarget, options: FirstLightOptions): Promise<FirstLightReport> {
  const { device, judge } = target;
  const startNs = device.clock.nowNs();
  options.onProgress?.('boot');
  const gpu = await AmdGpu.open(device, { firmware: options.firmware, steps: options.steps, onStage: options.onStage });
  const copies: CopyResult[] = [];
  for (const bytes of options.copyBytes ?? defaultCopies) {
    options.onProgress?.(`copy ${bytes} bytes`);
    copies.push(await roundTrip(gpu, device, bytes, options.seed ?? 1));
  }
  options.onProgress?.('memory that moves');
  copies.push(await movedBuffer(gpu, device, options.seed ?? 1), await reusedAddress(gpu, device, options.seed ?? 1));
  options.onProgress?.('rings that wrap');
  copies.push(await manyPieces(gpu, device, options.seed ?? 1));
  const program = await gpu.load(firstLightCode());
  const kernels: KernelResult[] = [];
  const others = firstLightCases((options.seed ?? 1) + 1);
  for (const [index, kernel] of firstLightCases(options.seed ?? 1).entries()) {
    if (options.only !== undefined && !options.only.includes(kernel.kernel)) continue;
    options.onProgress?.(`kernel ${kernel.kernel}`);
    kernels.push(await runKernel(gpu, device, program, kernel, index === 0 ? others[0] : undefined));
  }
  options.onProgress?.('shut down');
  await gpu.close();
  return report(gpu, device, judge, copies, kernels, startNs);
}

function report(
  gpu: AmdGpu,
  device: PciDevice,
  judge: Judge | undefined,
  copies: CopyResult[],
  kernels: KernelResult[],
  startNs: number,
): FirstLightReport {
  const findings = [...(judge?.findings() ?? [])];
  return {
    identity: device.identity,
    vramBytes: gpu.vramBytes,
    bar0Bytes: gpu.bar0Bytes,
    boot: gpu.boot,
    stages: gpu.stages,
    firmware: gpu.images,
    copies,
    kernels,
    coverage: judge?.coverage(),
    accesses: judge?.accesses(),
    findings,
    findingCounts: Object.fromEntries(judge?.counts() ?? []),
    timeNs: device.clock.nowNs() - startNs,
    ok: findings.length === 0 && copies.every((c) => c.verified) && kernels.every((k) => k.verified),
  };
}

/** Host to VRAM, VRAM to VRAM at an odd offset, back to the host. */
async function roundTrip(gpu: AmdGpu, device: PciDevice, bytes: number, seed: number): Promise<CopyResult> {
  const source = pattern(bytes, seed);
  const there = gpu.allocate(bytes);
  const moved = gpu.allocate(bytes + 3);
  const before = device.clock.nowNs();
  await gpu.copyIn(there, source);
  await gpu.copy(moved, there, { toOffset: 3, bytes });
  const back = await gpu.copyOut(moved, { offset: 3, bytes });
  const timeNs = device.clock.nowNs() - before;
  await gpu.free(there);
  await gpu.free(moved);
  return { what: 'host → VRAM → VRAM + 3 → host', bytes, timeNs, verified: differsAt(back, source) < 0 };
}

const MOVED_BYTES = 12_288;

/** Other VRAM behind an address that the copy engine has used: what is written through it must land in the new place. */
async function movedBuffer(gpu: AmdGpu, device: PciDevice, seed: number): Promise<CopyResult> {
  const buffer = gpu.allocate(MOVED_BYTES, { name: 'moved' });
  const kept = gpu.allocate(MOVED_BYTES, { name: 'kept' });
  const before = device.clock.nowNs();
  await gpu.copyIn(buffer, pattern(MOVED_BYTES, seed + 1));
  await gpu.move(buffer);
  const source = pattern(MOVED_BYTES, seed + 2);
  await gpu.copyIn(buffer, source);
  await gpu.copy(kept, buffer);
  const back = await gpu.copyOut(kept);
  const timeNs = device.clock.nowNs() - before;
  await gpu.free(buffer);
  await gpu.free(kept);
  return {
    what: 'host → buffer moved to other VRAM → VRAM → host',
    bytes: MOVED_BYTES,
    timeNs,
    verified: differsAt(back, source) < 0,
  };
}

/** An address freed and mapped to other VRAM while a neighbour gets its old one: nothing of it may reach the neighbour. */
async function reusedAddress(gpu: AmdGpu, device: PciDevice, seed: number): Promise<CopyResult> {
  const first = gpu.allocate(MOVED_BYTES, { name: 'first' });
  const before = device.clock.nowNs();
  // moved before it is freed, so that address and VRAM do not come back as the pair they were
  await gpu.move(first);
  await gpu.copyIn(first, pattern(MOVED_BYTES, seed + 3));
  await gpu.free(first);
  const second = gpu.allocate(MOVED_BYTES, { name: 'second' });
  const spacer = gpu.allocate(4096, { name: 'spacer' });
  const source = pattern(MOVED_BYTES, seed + 4);
  const quiet = pattern(4096, seed + 5);
  await gpu.copyIn(spacer, quiet);
  await gpu.copyIn(second, source);
  const verified = differsAt(await gpu.copyOut(second), source) < 0 && differsAt(await gpu.copyOut(spacer), quiet) < 0;
  const timeNs = device.clock.nowNs() - before;
  await gpu.free(second);
  await gpu.free(spacer);
  return { what: 'host → address freed and mapped anew → host', bytes: MOVED_BYTES, timeNs, verified };
}

const PIECES = 1000;
const TURNS = 3;
const PIECE_BYTES = 12;

/** One copy in so many packets that both rings wrap. */
async function manyPieces(gpu: AmdGpu, device: PciDevice, seed: number): Promise<CopyResult> {
  const bytes = TURNS * PIECES * PIECE_BYTES;
  const source = pattern(bytes, seed + 6);
  const from = gpu.allocate(bytes, { name: 'pieces' });
  const to = gpu.allocate(bytes, { name: 'pieces put together' });
  const before = device.clock.nowNs();
  await gpu.copyIn(from, source);
  const { sdma, gfx } = gpu.parts;
  for (let turn = 0; turn < TURNS; turn++) {
    const packets = Array.from({ length: PIECES }, (_, i) => {
      const offset = (turn * PIECES + i) * PIECE_BYTES;
      return sdmaCopy(to.address + offset, from.address + offset, PIECE_BYTES);
    });
    await sdma.queue.wait(await sdma.queue.submit(packets), WAIT_NS);
    await gfx.queue.wait(
      await gfx.queue.submit([{ name: 'NOP', words: pm4Filler(Math.floor((gfx.queue.ringBytes / 4) * 0.45)) }]),
      WAIT_NS,
    );
  }
  const back = await gpu.copyOut(to);
  const timeNs = device.clock.nowNs() - before;
  await gpu.free(from);
  await gpu.free(to);
  return {
    what: `VRAM → VRAM in ${TURNS * PIECES} packets, rings wrapped`,
    bytes,
    timeNs,
    verified: differsAt(back, source) < 0,
  };
}

/** Launches a kernel; with `again`, once more over the same buffers with other contents, which no cache may hide. */
async function runKernel(
  gpu: AmdGpu,
  device: PciDevice,
  program: Awaited<ReturnType<AmdGpu['load']>>,
  c: KernelCase,
  again?: KernelCase,
): Promise<KernelResult> {
  const buffers = new Map<string, ReturnType<AmdGpu['allocate']>>();
  for (const [name, contents] of Object.entries(c.buffers)) buffers.set(name, gpu.allocate(contents.length));
  let timeNs = 0;
  let firstDifference: string | undefined;
  for (const round of again === undefined ? [c] : [again, c]) {
    for (const [name, contents] of Object.entries(round.buffers)) await gpu.copyIn(buffers.get(name)!, contents);
    const args = round.args.map((arg) => ('buffer' in arg ? buffers.get(arg.buffer)! : arg));
    const before = device.clock.nowNs();
    await gpu.launch(program.kernel(round.kernel), { groups: round.groups, workgroup: round.workgroup, args });
    timeNs = device.clock.nowNs() - before;
    for (const [name, expected] of Object.entries(round.expected)) {
      const seen = await gpu.copyOut(buffers.get(name)!);
      const at = differsAt(seen, expected);
      if (at >= 0)
        firstDifference ??= `${name}[${at}] is 0x${seen[at]?.toString(16)}, expected 0x${expected[at]!.toString(16)}`;
    }
  }
  for (const buffer of buffers.values()) await gpu.free(buffer);
  const count = (d: readonly [number, number, number]): number => d[0] * d[1] * d[2];
  return {
    kernel: c.kernel,
    shows: c.shows,
    workgroups: count(c.groups),
    threads: count(c.groups) * count(c.workgroup),
    timeNs,
    verified: firstDifference === undefined,
    ...(firstDifference === undefined ? {} : { firstDifference }),
  };
}

/** Bytes that tell where they came from: a swapped or shifted run shows. */
function pattern(bytes: number, seed: number): Uint8Array {
  let x = (seed * 0x9e37_79b9 + bytes) >>> 0 || 1;
  const out = new Uint8Array(bytes);
  for (let i = 0; i < bytes; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    out[i] = x;
  }
  return out;
}

/** Index of the first difference, −1 where there is none. */
function differsAt(seen: Uint8Array, expected: Uint8Array): number {
  for (let i = 0; i < expected.length; i++) if (seen[i] !== expected[i]) return i;
  return seen.length === expected.length ? -1 : expected.length;
}
