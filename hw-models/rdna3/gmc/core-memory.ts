/**
 * Memory as the shader core sees it: one VMID of a hub.
 *
 * Loads are checked against what still waits in HDP while anything does. Another card's memory cannot be reached from
 * a shader here (the access counts as a fault without being latched).
 *
 * Pure software over the hub and HDP.
 */

import type { CoreMemory } from '../../exec/memory.ts';
import type { Access, Card, Hub } from '../blocks.ts';
import { reportNotFlushed } from './hub.ts';

/** @param vmid 0 to 15. */
export function createCoreMemory(card: Card, hub: Hub, vmid: number): CoreMemory {
  const { arena, findings } = card.slot;
  return {
    u8: arena.u8,
    u16: arena.u16,
    u32: arena.u32,
    translate: (va: number, access: Access, client: number): number => {
      const at = hub.translate(vmid, va, access, client);
      return at === -2 ? -1 : at;
    },
    tracksStores: false,
    stored: () => {},
    get tracksLoads() {
      return card.hdp.pending !== 0;
    },
    loaded: (at: number, bytes: number): void => {
      const offset = card.gmc.vramOffsetOf(at);
      if (offset < 0) return;
      const sequence = card.hdp.pendingIn(offset, bytes);
      if (sequence >= 0) reportNotFlushed(card, `Shader load (VMID ${vmid})`, offset, bytes, sequence, hub.blame >= 0 ? hub.blame : findings.current);
    },
  };
}
