/**
 * The amdhsa kernel descriptor: 64 bytes in a code object that say what a kernel needs, and the register words that it
 * carries. RSRC1, RSRC2 and RSRC3 are COMPUTE_PGM_RSRC1 to 3 as they stand.
 *
 * Source: LLVM's public description of the AMDGPU code object; descriptor bytes that LLVM 19 assembled for gfx1100.
 *
 * Fidelity: from-public-source.
 */

import { bits, layout, u16, u32, u64 } from '../layout.ts';
import { COMPUTE } from './compute.ts';

export const kernelDescriptorBytes = 64;

export const kernelDescriptor = layout('amdhsa_kernel_descriptor', kernelDescriptorBytes, {
  /** Static LDS in bytes; what a launch adds comes on top. */
  groupSegmentBytes: u32(0x00),
  /** Scratch in bytes per lane. */
  privateSegmentBytes: u32(0x04),
  kernargBytes: u32(0x08),
  /** Signed, from the descriptor's own address; the entry is 256-byte aligned. */
  entryOffset: u64(0x10),
  rsrc3: u32(0x2c, COMPUTE.registers.COMPUTE_PGM_RSRC3.fields),
  rsrc1: u32(0x30, COMPUTE.registers.COMPUTE_PGM_RSRC1.fields),
  /** LDS_SIZE is 0 here: whoever launches ORs it in. */
  rsrc2: u32(0x34, COMPUTE.registers.COMPUTE_PGM_RSRC2.fields),
  properties: u16(0x38, {
    PRIVATE_SEGMENT_BUFFER: bits(0),
    DISPATCH_PTR: bits(1),
    QUEUE_PTR: bits(2),
    KERNARG_SEGMENT_PTR: bits(3),
    DISPATCH_ID: bits(4),
    FLAT_SCRATCH_INIT: bits(5),
    PRIVATE_SEGMENT_SIZE: bits(6),
    WAVEFRONT_SIZE32: bits(10),
    USES_DYNAMIC_STACK: bits(11),
  }),
  kernargPreload: u16(0x3a, { LENGTH: bits(6, 0), OFFSET: bits(15, 7) }),
});

/** User SGPRs in the order they are handed to a wave, with the number each takes. Only enabled ones count. */
export const userSgprOrder = [
  { property: 'PRIVATE_SEGMENT_BUFFER', sgprs: 4 },
  { property: 'DISPATCH_PTR', sgprs: 2 },
  { property: 'QUEUE_PTR', sgprs: 2 },
  { property: 'KERNARG_SEGMENT_PTR', sgprs: 2 },
  { property: 'DISPATCH_ID', sgprs: 2 },
  { property: 'FLAT_SCRATCH_INIT', sgprs: 2 },
  { property: 'PRIVATE_SEGMENT_SIZE', sgprs: 1 },
] as const;

/** VGPRs meant by RSRC1's field `n`: (n + 1) times this. */
export const vgprGranule = { wave32: 8, wave64: 4 } as const;
/** LDS bytes that one count of RSRC2.LDS_SIZE stands for. */
export const ldsGranuleBytes = 512;
/** Bytes that one count of RSRC3.INST_PREF_SIZE stands for. */
export const instructionPrefetchBytes = 128;
