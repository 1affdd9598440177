/**
 * Memory as the shader core sees it: one VMID of a hub.
 *
 * Loads and stores feed the findings about caches and HDP, unless nothing is to be said at all. Another card's memory
 * cannot be reached from a shader here (the access counts as a fault without being latched).
 *
 * Pure software over the hub and HDP.
 */

import type { CoreMemory } from '../../exec/memory.ts';
import type { Access, Card, Hub } from '../blocks.ts';

/** @param vmid 0 to 15. */
export function createCoreMemory(card: Card, hub: Hub, vmid: number): CoreMemory {
  const { arena, findings } = card.slot;
  const tracks = findings.strictness !== 'silicon';
  return {
    u8: arena.u8,
    u16: arena.u16,
    u32: arena.u32,
    memory: arena.memory,
    reserve: (bytes) => arena.allocateRun(bytes),
    ...(tracks && { tracker: card.gmc.tracker }),
    ahead: (va: number, access: Access, client: number): number => {
      const at = hub.ahead?.(vmid, va, access, client) ?? -1;
      return at < 0 ? -1 : at;
    },
    translate: (va: number, access: Access, client: number): number => {
      const at = hub.translate(vmid, va, access, client);
      return at === -2 ? -1 : at;
    },
    ...(hub.reach !== undefined && { reach: (va: number, at: number): number => hub.reach!(vmid, va, at) }),
    tracksStores: tracks,
    stored: (at: number, bytes: number): void => card.gmc.shaderStored(at, bytes),
    tracksLoads: tracks,
    loaded: (at: number, bytes: number, fresh = false): void => card.gmc.shaderLoaded(at, bytes, vmid, fresh),
  };
}
