/**
 * What the checker of shader code says. Only spoken of when checking is asked for.
 *
 * Pure software: rules as data.
 */
import { defineRules } from '../../../../sim/index.ts';

const isa = 'RDNA3 ISA: S_WAITCNT, data dependency resolution';
const model = 'LLVM AMDGPU usage guide: memory model of gfx10 to gfx11';

export const checkRules = defineRules({
  RESULT_NOT_WAITED: {
    title: 'An instruction used a register that an outstanding load had still to fill',
    onSilicon: 'It gets what the register held before, whenever the load is slow.',
    source: isa,
  },
  RESULT_OVERTAKEN: {
    title: 'An instruction wrote a register that an outstanding load had still to fill',
    onSilicon: 'The load arrives later and overwrites the newer value.',
    source: isa,
  },
  NOT_INTERLOCKED: {
    title: 'A vector instruction used a result that hardware does not hold it back for',
    onSilicon: 'It gets what the register held before.',
    source: "LLVM's hazard recognizer for gfx1100",
  },
  UNINITIALISED: {
    title: 'An address, a branch or a stored value depends on something that was never written',
    onSilicon: 'Registers and LDS hold what the wave before left there.',
    source: 'LLVM AMDGPU usage guide: initial kernel execution state',
  },
  MISALIGNED: {
    title: 'An access at an address that its instruction, in the alignment mode of the launch, cannot have',
    onSilicon: 'Low address bits are ignored, or the wave takes a memory violation.',
    source: 'RDNA3 ISA: alignment of memory accesses; SH_MEM_CONFIG.ALIGNMENT_MODE',
  },
  LANES_COLLIDE: {
    title: 'Lanes of one store write different values to one place',
    onSilicon: 'One of them stays; which one is not defined.',
    source: 'RDNA3 ISA: LDS and vector memory stores',
  },
  LDS_RACE: {
    title: 'Two waves of a workgroup meet in LDS with no barrier between them that covers both',
    onSilicon: 'Either order, depending on timing.',
    source: model,
  },
  RACE_IN_WORKGROUP: {
    title: 'Two waves of a workgroup meet in memory with no barrier between them that covers both',
    onSilicon: 'Either order, depending on timing.',
    source: model,
  },
  RACE_BETWEEN_WORKGROUPS: {
    title: 'Two workgroups of a dispatch meet in memory and nothing orders them',
    onSilicon: 'Either order, depending on timing.',
    source: model,
  },
  RACE_BETWEEN_DISPATCHES: {
    title: 'Two dispatches meet in memory and nothing makes one wait for the other',
    onSilicon: 'They overlap: either order, depending on timing.',
    source: 'PM4 and AQL: dispatches of a queue overlap until something waits for them',
  },
  RACE_WITH_ENGINE: {
    title: 'A shader, a packet or a copy engine meets another of them in memory and nothing orders them',
    onSilicon: 'Engines run side by side: either order, depending on timing.',
    source: 'queues are ordered by fences and waits only',
  },
  RACE_WITH_HOST: {
    title: 'The host meets the card in memory, and no doorbell, fence or interrupt orders them',
    onSilicon: 'Either order, depending on timing.',
    source: 'queues and host are ordered by doorbells, fences and interrupts only',
  },
  NOT_ACQUIRED: {
    title: 'A load of data that is known to be there, but the caches on the way were not told to drop old lines',
    onSilicon: 'L0 or L1 may still hold the line from before.',
    source: model,
  },
});

export type CheckCode = keyof typeof checkRules;
