/**
 * The corpus: kernels that clang compiled, with inputs and a host's own answer, so that any engine or card can be
 * asked to run them. Sources in `kernels/`, code objects in `objects/`, `build.sh` makes one from the other.
 *
 * The references were checked once against the same C compiled for x86. Pure software.
 */
import { readFileSync } from 'node:fs';
import { atomics, control } from './control.ts';
import { bits } from './bits.ts';
import { layOut, makeBuffer, usualShapes, verify } from './describe.ts';
import type { KernelSpec } from './describe.ts';
import { elementwise } from './elementwise.ts';
import { local, matrix } from './local.ts';
import { transcend } from './transcend.ts';
import type { CorpusKernel } from './types.ts';

export type * from './types.ts';
export * from './coverage.ts';
export { readCodeObject } from './elf.ts';
export type { CodeObject, KernelDescriptor } from './elf.ts';

const sources: Readonly<Record<string, readonly KernelSpec[]>> = {
  elementwise,
  transcend,
  local,
  control,
  atomics,
  bits,
  matrix,
};

/** Bytes of a committed code object: source name, optimisation, `.cu` for CU mode, `.w64` for waves of 64 lanes. */
export function codeObject(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`./objects/${name}.co`, import.meta.url)));
}

/** Names of all committed code objects. */
export const codeObjectNames: readonly string[] = [
  ...Object.keys(sources).flatMap((source) => ['O0', 'O1', 'O3'].map((level) => `${source}.${level}`)),
  'control.O2',
  'local.O3.cu',
  ...['elementwise', 'transcend', 'atomics', 'bits', 'control'].map((source) => `${source}.O3.w64`),
];
/** Launched once, with lanes switched off. */
const seldom = new Set(['O0', 'O2']);

function kernels(): CorpusKernel[] {
  return codeObjectNames.flatMap((objectName) => {
    const [source, optimisation, mode] = objectName.split('.') as [
      string,
      CorpusKernel['optimisation'],
      string | undefined,
    ];
    return sources[source]!.flatMap((kernel) =>
      (kernel.shapes ?? usualShapes).slice(seldom.has(optimisation) ? -1 : 0).map((shape): CorpusKernel => {
        const { list, bytes } = layOut(kernel, shape);
        return {
          name: `${kernel.name} ${optimisation}${mode === undefined ? '' : ` ${mode}`} ${shape.name}`,
          object: () => codeObject(objectName),
          objectName,
          symbol: kernel.name,
          optimisation,
          workgroup: shape.workgroup,
          grid: shape.grid,
          buffers: kernel.buffers.map((b) => makeBuffer(b, shape)),
          arguments: list,
          kernargBytes: bytes,
          verify: (outputs, seed) => verify(kernel, shape, outputs, seed),
        };
      }),
    );
  });
}

export const corpus: readonly CorpusKernel[] = kernels();
