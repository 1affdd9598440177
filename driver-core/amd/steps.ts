/**
 * The steps of the AMD driver: each small thing it does to a card, by name, with the arguments that it does it with.
 *
 * A step hook (see `../steps.ts`) sees every one of them and may change, drop, repeat or reorder it. Composite steps
 * (`psp: load component`) contain smaller ones (`hdp: flush`, `psp: bootloader command`). Arguments are the values as
 * they will be written, so a harness changes `value` and not an intention. Steps marked ⏳ return a promise.
 */

import type { DmaBuffer } from '../../pcie/index.ts';
import type { StepRunner } from '../steps.ts';

export type Hub = 'GC' | 'MM';

// A type and not an interface, so that it is an index of step names.
export type AmdSteps = {
  // --- the slot

  /** PCI command register: bus mastering on or off. */
  'config: bus master': { enable: boolean };
  /** Host memory for the card. Returns the `DmaBuffer`. */
  'dma: allocate': { bytes: number; name: string };
  /** Host memory given back, after it has been unmapped. */
  'dma: free': { name: string; buffer: DmaBuffer };

  // --- NBIO and HDP

  /** Strap that keeps function 2 out of a soft reset. */
  'nbio: strap': { value: number };
  /** RCC_DOORBELL_APER_EN. */
  'nbio: doorbell aperture': { enable: number };
  /** S2A_DOORBELL_ENTRY_n_CTRL: which client a range of doorbells goes to. */
  'nbio: doorbell entry': { entry: number; value: number };
  /** Makes the CPU's stores to VRAM visible to engines. `offset` is the byte offset in BAR5 that is written. */
  'hdp: flush': { why: string; offset: number };
  /** CPU store into VRAM through the BAR. `what` says what it is: `image`, `mqd`, `psp command`, `psp frame`, `zero`. */
  'vram: write': { what: string; offset: number; bytes: Uint8Array };

  // --- GMC

  /** Everything of a hub but the context. */
  'gmc: configure hub': { hub: Hub };
  /** Page-table root, range and control word of VMID 0. `base` is a VRAM offset, `start` and `end` are page numbers. */
  'gmc: set context': { hub: Hub; base: number; start: number; end: number; control: number };
  /** ⏳ Translations forgotten: semaphore, request, acknowledge. `why`: `map`, `unmap`, `boot`. */
  'gmc: invalidate': { hub: Hub; vmid: number; why: string };
  /** ⏳ The MMHUB's semaphore taken. */
  'gmc: acquire semaphore': { hub: Hub };
  /** INVALIDATE_ENG17_REQ. */
  'gmc: invalidate request': { hub: Hub; value: number };
  /** ⏳ Waits for INVALIDATE_ENG17_ACK. */
  'gmc: invalidate acknowledge': { hub: Hub; vmid: number };
  'gmc: release semaphore': { hub: Hub };
  /**
   * Entries of one page table stored, eight bytes each. `entries` holds [lo, hi] pairs from index `first`; `level` 0 is
   * the root, 3 the last. `kind`: `leaf`, `table` (points at the next table) or `clear`.
   */
  'pte: store': { kind: 'leaf' | 'table' | 'clear'; level: number; table: number; first: number; entries: Uint32Array };
  /** VRAM for a buffer or a page table. Returns the VRAM offset. */
  'vram: allocate': { bytes: number; align: number; what: string };

  // --- PSP

  /** ⏳ One bootloader component: waits, stages the image, names its address, gives the command, waits. */
  'psp: load component': { component: string; image: Uint8Array; command: number };
  /** C2PMSG_36. */
  'psp: boot address': { component: string; mib: number };
  /** C2PMSG_35. */
  'psp: boot command': { component: string; command: number };
  /** C2PMSG_69 to 71, then 64. `address` is a memory-controller address, `type` 2 is the kernel-mode ring. */
  'psp: create ring': { address: number; bytes: number; type: number };
  /** ⏳ One ring command from frame to response. `command` is the whole 1 KiB buffer. Gives a promise of the response's bytes. */
  'psp: submit': { name: string; command: Uint8Array };
  /** C2PMSG_67. */
  'psp: write pointer': { value: number };
  /** ⏳ TOC announced. Returns the TMR size the PSP asks for. */
  'psp: load toc': { image: Uint8Array };
  /** ⏳ Trusted memory region. */
  'psp: setup tmr': { offset: number; bytes: number };
  /** ⏳ One firmware image. */
  'psp: load firmware': { name: string; type: number; image: Uint8Array; bytes: number };
  /** ⏳ The RLC takes over. */
  'psp: autoload': {};

  // --- SMU

  /** ⏳ One mailbox message. Returns the argument register afterwards where `reads` is set. */
  'smu: message': { message: number; argument: number; reads: boolean };

  // --- IH

  /** One interrupt ring: base, control, pointers. `control` is the word without the enables. */
  'ih: configure ring': { ring: 0 | 1; address: number; control: number };
  'ih: enable ring': { ring: 0 | 1 };
  /** IH_RB_RPTR, in bytes. */
  'ih: read pointer': { value: number };

  // --- GFX

  /** ⏳ Waits for the RLC to finish its autoload. */
  'gfx: wait for autoload': {};
  /** GRBM_GFX_CNTL: whose banked registers the next accesses reach. */
  'gfx: select': { me: number; pipe: number; queue: number; vmid: number };
  /** RS64 program counter start, reset pulse. */
  'mec: configure': { start: number };
  /** ⏳ MEC pipe 0 runs. */
  'mec: enable': {};
  /** CP_MEC_DOORBELL_RANGE. Byte offsets in the doorbell BAR. */
  'mec: doorbell range': { lower: number; upper: number };
  /** The MQD image stored in VRAM; 512 dwords. */
  'hqd: write mqd': { offset: number; mqd: Uint32Array };
  /** The MQD's dwords 0x80… copied into the queue's registers. */
  'hqd: load registers': { words: Uint32Array };
  /** CP_HQD_ACTIVE = 1. */
  'hqd: activate': { value: number };
  /** ⏳ The queue taken off its HQD. `request`: 1 drain, 2 reset waves. */
  'hqd: dequeue': { queue: number; request: number };
  /** ⏳ GRBM_SOFT_RESET pulse. */
  'gfx: soft reset': { bits: number; settleNs: number };

  // --- queues

  /** SDMA queue registers up to, not including, the enable. */
  'sdma: configure queue': { base: number; rptrAddress: number; wptrAddress: number; doorbell: number };
  /** SDMA RB_CNTL and IB_CNTL. */
  'sdma: enable queue': { control: number };
  /** SDMA engine let go. */
  'sdma: unhalt': {};
  /** One packet about to go into a ring, before it has a place. May be replaced (`words`). */
  packet: { queue: string; name: string; words: Uint32Array };
  /** A run of dwords written into a ring at byte `offset`. */
  'queue: write ring': { queue: string; offset: number; words: Uint32Array };
  /** The write pointer written to memory. In the queue's own units. */
  'queue: write pointer': { queue: string; value: number };
  /** The doorbell. `offset` is in bytes from the start of the doorbell BAR. */
  'queue: doorbell': { queue: string; offset: number; value: number };
  /** ⏳ Waits for a fence. */
  'queue: wait': { queue: string; value: number };

  // --- kernels

  /** Register values of a launch as the descriptor and the caller give them. */
  'kernel: state': { entry: number; rsrc1: number; rsrc2: number; rsrc3: number; tmpringSize: number; scratch: number };
  /** Kernel arguments written to memory. */
  'kernel: arguments': { address: number; bytes: Uint8Array };
};

export type AmdStep = keyof AmdSteps;
export type AmdStepRunner = StepRunner<AmdSteps>;
