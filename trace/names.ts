/**
 * Names for the places of a device, from the register declarations. Apart from `text.ts`, because declarations of a whole
 * chip take a while to load.
 *
 * Pure software.
 */

import type { Register } from '../registers/index.ts';
import { blocks, dwordAddress, nameOf } from '../registers/amd/index.ts';
import type { Naming, Place } from './text.ts';

/** Registers of Navi31 in BAR5, by name; VRAM and doorbells by offset. */
export function navi31Naming(): Naming {
  const places = new Map<number, Place>();
  for (const block of blocks) {
    for (const register of Object.values<Register>(block.registers)) {
      for (let index = 0; index < register.count; index++)
        places.set(dwordAddress(register, index) * 4, { name: nameOf(register, index), register });
    }
  }
  return (bar, offset) => {
    if (bar === 5) return places.get(offset);
    if (bar === 0) return { name: `VRAM+0x${offset.toString(16)}` };
    if (bar === 2) return { name: `doorbell 0x${(offset / 4).toString(16)}` };
    return undefined;
  };
}

/** Naming for the device that a trace's header names. */
export function namingFor(device: string): Naming {
  return device === 'rx7900xtx' ? navi31Naming() : () => undefined;
}
