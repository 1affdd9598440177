/**
 * First light: boot the card, move data, run kernels, and tell what was seen.
 *
 * The same code runs behind `emptyslot run`, in the tests and with every planted bug. It knows the slot
 * and the driver, no model; what the other side saw comes from the target's judge.
 */

import { AmdGpu } from '../driver-core/amd/index.ts';
import type { FirmwareSource, LoadedImage, StageRecord } from '../driver-core/amd/index.ts';
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
}

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
  const program = await gpu.load(firstLightCode());
  const kernels: KernelResult[] = [];
  for (const kernel of firstLightCases(options.seed ?? 1)) {
    options.onProgress?.(`kernel ${kernel.kernel}`);
    kernels.push(await runKernel(gpu, device, program, kernel));
  }
  options.onProgress?.('shut down');
  await gpu.close();
  return report(gpu, device, judge, copies, kernels, startNs);
}

function report(gpu: AmdGpu, device: PciDevice, judge: Judge | undefined, copies: CopyResult[], kernels: KernelResult[], startNs: number): FirstLightReport {
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

async function runKernel(gpu: AmdGpu, device: PciDevice, program: Awaited<ReturnType<AmdGpu['load']>>, c: KernelCase): Promise<KernelResult> {
  const buffers = new Map<string, ReturnType<AmdGpu['allocate']>>();
  for (const [name, contents] of Object.entries(c.buffers)) {
    const buffer = gpu.allocate(contents.length);
    await gpu.copyIn(buffer, contents);
    buffers.set(name, buffer);
  }
  const args = c.args.map((arg) => ('buffer' in arg ? buffers.get(arg.buffer)! : arg));
  const before = device.clock.nowNs();
  await gpu.launch(program.kernel(c.kernel), { groups: c.groups, workgroup: c.workgroup, args });
  const timeNs = device.clock.nowNs() - before;
  let firstDifference: string | undefined;
  for (const [name, expected] of Object.entries(c.expected)) {
    const seen = await gpu.copyOut(buffers.get(name)!);
    const at = differsAt(seen, expected);
    if (at >= 0) firstDifference ??= `${name}[${at}] is 0x${seen[at]?.toString(16)}, expected 0x${expected[at]!.toString(16)}`;
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
