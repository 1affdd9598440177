/** A card with its machine, and synthetic firmware, for benchmarks. */

import { forge } from '../conformance/forge/index.ts';
import { navi31 } from 'emptyslot/hw-models/rdna3';
import type { PciDevice } from '../pcie/index.ts';
import { Machine } from '../sim/index.ts';
import type { Port } from '../sim/index.ts';
import { openLocal } from '../transport/local/index.ts';

export function plugCard(bar0Bytes = 32 * 2 ** 30): { machine: Machine; port: Port; device: PciDevice } {
  const machine = new Machine();
  const port = machine.plug(navi31, { bar0Bytes });
  return { machine, port, device: openLocal(port) };
}

/** Firmware as `AmdGpu.open` wants it: synthetic, or real from a folder. */
export async function firmware(folder?: string): Promise<(name: string) => Uint8Array> {
  if (folder === undefined) {
    const images = forge();
    return (name) => images.get(name)!;
  }
  const { readFileSync, readdirSync } = await import('node:fs');
  const images = new Map(
    readdirSync(folder)
      .filter((n) => n.endsWith('.bin'))
      .map((name) => [name, new Uint8Array(readFileSync(`${folder}/${name}`))]),
  );
  return (name) => images.get(name)!;
}
