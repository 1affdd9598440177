/** A kernel descriptor in words: what a launch needs and what the registers hold at the first instruction. */

import type { CodeKernel } from '../../driver-core/elf.ts';
import { COMPUTE } from '../../registers/amd/compute.ts';
import { kernelDescriptor, userSgprOrder, vgprGranule } from '../../registers/amd/descriptor.ts';
import type { Field } from '../../registers/index.ts';

export interface DescribedKernel {
  readonly name: string;
  readonly entry: number;
  readonly descriptorAt: number;
  readonly wave64: boolean;
  readonly vgprs: number;
  readonly ldsBytes: number;
  readonly scratchBytesPerLane: number;
  readonly dynamicStack: boolean;
  readonly kernargBytes: number;
  /** `s[0:1] kernarg segment pointer`, … */
  readonly sgprs: readonly string[];
  readonly workitemId: string;
  readonly rsrc1: Readonly<Record<string, number>>;
  readonly rsrc2: Readonly<Record<string, number>>;
  readonly rsrc3: Readonly<Record<string, number>>;
  readonly arguments:
    | readonly { readonly name: string; readonly offset: number; readonly bytes: number; readonly kind: string }[]
    | undefined;
}

const meaning: Readonly<Record<string, string>> = {
  PRIVATE_SEGMENT_BUFFER: 'private segment buffer',
  DISPATCH_PTR: 'dispatch packet',
  QUEUE_PTR: 'queue',
  KERNARG_SEGMENT_PTR: 'kernarg segment',
  DISPATCH_ID: 'dispatch id',
  FLAT_SCRATCH_INIT: 'flat scratch',
  PRIVATE_SEGMENT_SIZE: 'private segment size',
};

function fieldsOf(value: number, fields: Readonly<Record<string, Field>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, { lo, hi }]) => [name, (value >>> lo) & (2 ** (hi - lo + 1) - 1)]),
  );
}

/** Is the kernel compiled for 64 lanes a wave? */
export const isWave64 = ({ descriptor }: CodeKernel): boolean =>
  (descriptor.properties & (1 << kernelDescriptor.parts.properties.bits.WAVEFRONT_SIZE32.lo)) === 0;

/** Everything a descriptor says. */
export function describeKernel(kernel: CodeKernel): DescribedKernel {
  const { descriptor: d } = kernel;
  const { bits } = kernelDescriptor.parts.properties;
  const { COMPUTE_PGM_RSRC1, COMPUTE_PGM_RSRC2, COMPUTE_PGM_RSRC3 } = COMPUTE.registers;
  const wave64 = isWave64(kernel);
  const sgprs: string[] = [];
  let next = 0;
  const give = (count: number, what: string): void => {
    sgprs.push(`${count === 1 ? `s${next}` : `s[${next}:${next + count - 1}]`} ${what}`);
    next += count;
  };
  for (const { property, sgprs: count } of userSgprOrder)
    if ((d.properties & (1 << bits[property].lo)) !== 0) give(count, meaning[property]!);
  next = (d.rsrc2 >>> 1) & 31;
  ['x', 'y', 'z'].forEach((axis, i) => {
    if (((d.rsrc2 >>> (7 + i)) & 1) !== 0) give(1, `workgroup id ${axis}`);
  });
  if (((d.rsrc2 >>> 10) & 1) !== 0) give(1, 'workgroup info');
  return {
    name: kernel.name,
    entry: kernel.descriptorAt + d.entryOffset,
    descriptorAt: kernel.descriptorAt,
    wave64,
    vgprs: ((d.rsrc1 & 63) + 1) * (wave64 ? vgprGranule.wave64 : vgprGranule.wave32),
    ldsBytes: d.groupSegmentBytes,
    scratchBytesPerLane: d.privateSegmentBytes,
    dynamicStack: (d.properties & (1 << bits.USES_DYNAMIC_STACK.lo)) !== 0,
    kernargBytes: d.kernargBytes,
    sgprs,
    workitemId: ['x', 'x, y', 'x, y, z', 'x, y, z'][(d.rsrc2 >>> 11) & 3]!,
    rsrc1: fieldsOf(d.rsrc1, COMPUTE_PGM_RSRC1.fields),
    rsrc2: fieldsOf(d.rsrc2, COMPUTE_PGM_RSRC2.fields),
    rsrc3: fieldsOf(d.rsrc3, COMPUTE_PGM_RSRC3.fields),
    arguments: kernel.arguments,
  };
}

/** The same as lines. */
export function printKernel(k: DescribedKernel): string[] {
  const hex = (value: number): string => `0x${value.toString(16)}`;
  const words = (fields: Readonly<Record<string, number>>): string =>
    Object.entries(fields)
      .filter(([, value]) => value !== 0)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ') || 'all 0';
  const lines = [
    `kernel ${k.name}: entry ${hex(k.entry)}, descriptor ${hex(k.descriptorAt)}`,
    `  ${k.wave64 ? 64 : 32} lanes a wave, ${k.vgprs} VGPRs, ${k.ldsBytes} bytes of LDS, ${k.scratchBytesPerLane} bytes of scratch a lane${k.dynamicStack ? ' and a dynamic stack' : ''}, ${k.kernargBytes} bytes of arguments`,
    `  at the first instruction: ${[...k.sgprs, `v0 work-item id ${k.workitemId}`].join(', ')}`,
    `  RSRC1 ${words(k.rsrc1)}`,
    `  RSRC2 ${words(k.rsrc2)}`,
    `  RSRC3 ${words(k.rsrc3)}`,
  ];
  const own = (k.arguments ?? []).filter((a) => !a.kind.startsWith('hidden_'));
  for (const { name, offset, bytes, kind } of own)
    lines.push(`  argument ${name}: ${bytes} bytes at ${offset}, ${kind}`);
  if (k.arguments === undefined) lines.push('  no metadata about arguments');
  else if (own.length < k.arguments.length) lines.push(`  and ${k.arguments.length - own.length} hidden arguments`);
  return lines;
}
