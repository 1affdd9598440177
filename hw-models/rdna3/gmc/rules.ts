/**
 * What a driver can break about address translation.
 *
 * Fidelity: from-public-source. Entry formats and the invalidate handshake of public drivers; what silicon makes of a malformed entry is guessed.
 */

import { defineRules } from '../../../sim/index.ts';

export const gmcRules = defineRules({
  STALE_TLB_USED: {
    title: 'A translation was used that the page tables no longer contain, and nothing invalidated it',
    onSilicon: 'The old page is read or written, for as long as the entry happens to stay cached.',
    source: 'TLB flush of public drivers after every change of a valid entry (INVALIDATE_ENGn_REQ)',
  },
  BAD_PTE: {
    title: 'A page-table entry that the walker met is malformed',
    onSilicon: 'Reserved bits are ignored or end in a fault; an address outside of memory reads garbage.',
    source: 'PTE and PDE formats of gfx11 in public drivers',
  },
  VM_FAULT: {
    title: 'An engine used a virtual address that is not mapped, or not for this kind of access',
    onSilicon:
      'L2_PROTECTION_FAULT_STATUS and ADDR latch, an interrupt is raised, reads give 0 (or the default page), stores are dropped.',
    source: 'VM fault registers of the hubs',
  },
  INVALIDATE_WITHOUT_SEMAPHORE: {
    title: "An MMHUB invalidation was requested without holding the engine's semaphore",
    onSilicon: 'The request can be lost when the power gating of MMHUB races with it.',
    source: 'semaphore acquire before REQ in public drivers (MMHUB only)',
  },
  ADDRESS_OUTSIDE_VRAM: {
    title: 'A block was given a memory-controller address behind which there is no memory it can reach',
    onSilicon: 'The access is lost or hits the default page.',
    source: 'FB location and system aperture registers of the hubs',
  },
  STALE_CACHE_LINE: {
    title:
      'A shader loaded memory that something else changed since the shader last loaded it, and nothing invalidated its caches',
    onSilicon: 'Where L0 or L1 still holds the line, the old bytes are loaded.',
    source: 'ACQUIRE_MEM with GLV_INV and GL1_INV before a launch, in public drivers',
  },
  L2_NOT_WRITTEN_BACK: {
    title: 'The CPU read VRAM that a shader stored to, and nothing wrote L2 back',
    onSilicon: 'HDP reads memory behind L2, so the CPU gets the bytes from before the store.',
    source: 'RELEASE_MEM with GL2_WB at the end of work, in public drivers',
  },
});
