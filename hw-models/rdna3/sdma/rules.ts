/**
 * What can be done wrong with an SDMA queue.
 *
 * Pure data.
 */

import { defineRules } from '../../../sim/index.ts';

const queue = 'queue programming of public drivers (Linux amdgpu sdma 6.0, tinygrad)';
const packet = 'public packet headers of SDMA 6.0';
const stops = "The queue stops at the packet; after the watchdog's time an interrupt says that it hangs (guessed).";

export const sdmaRules = defineRules({
  DOORBELL_BEFORE_WPTR: {
    title: 'The doorbell rang before the write pointer in memory was stored',
    onSilicon: 'The engine may take either value: work is lost after a context switch, or run twice.',
    source: queue,
  },
  WPTR_MEMORY_AHEAD: {
    title: 'The write pointer in memory says more than the doorbell',
    onSilicon: 'An engine that polls runs past what was submitted, into old packets or zeros.',
    source: 'order of a submission in public drivers',
  },
  SDMA_RING_NOT_WRITTEN: {
    title: 'The write pointer covers ring memory in which there is no packet',
    onSilicon: 'Zeros are NOPs: the engine runs over them, and what the driver meant to submit never happens.',
    source: 'order of a submission in public drivers',
  },
  SDMA_WPTR_BACK: {
    title: 'A write pointer smaller than the one before',
    onSilicon: 'Pointers only grow; the engine runs through the whole ring, old packets included.',
    source: queue,
  },
  SDMA_WPTR_PAST_RING: {
    title: 'A write pointer further ahead than the ring is long',
    onSilicon: 'Packets that were not read yet have been overwritten.',
    source: queue,
  },
  SDMA_WPTR_UNALIGNED: {
    title: 'A ring pointer that is not a multiple of 4',
    onSilicon: 'The low bits are ignored; pointers of this engine are byte counts, not dwords.',
    source: queue,
  },
  SDMA_DOORBELL_DISABLED: {
    title: 'A doorbell for a queue that is not enabled',
    onSilicon: 'The value is captured; nothing runs until RB_ENABLE.',
    source: queue,
  },
  SDMA_HALTED: {
    title: 'Work for an engine that is halted',
    onSilicon: 'Nothing runs until HALT in F32_CNTL is cleared.',
    source: queue,
  },
  SDMA_NO_MICROCODE: {
    title: 'Work for an engine whose microcode is not in place',
    onSilicon: 'Nothing runs, or the engine hangs.',
    source: 'the PSP and the run list controller put the microcode in place',
  },
  SDMA_QUEUE_NO_BASE: {
    title: 'A queue was enabled before its ring was given',
    onSilicon: 'The engine fetches packets from address 0.',
    source: queue,
  },
  SDMA_RING_SIZE: {
    title: 'A queue was enabled with a ring of impossible size',
    onSilicon: 'The engine wraps at another place than the driver.',
    source: queue,
  },
  SDMA_REGISTER_WHILE_ENABLED: {
    title: 'A queue register was changed while the queue is enabled',
    onSilicon: 'The engine has its own copy and may take the new value at any time.',
    source: queue,
  },
  SDMA_AQL_UNMODELLED: {
    title: 'A queue in AQL mode, which is not modelled here',
    onSilicon: 'Unknown to the model: the ring is read as ordinary packets.',
    source: 'declared unmodelled',
  },
  SDMA_PACKET_UNKNOWN: {
    title: 'A packet with an opcode that does not exist',
    onSilicon: stops,
    source: packet,
  },
  SDMA_PACKET_UNMODELLED: {
    title: 'A packet that exists on silicon and is not modelled here',
    onSilicon: 'Unknown to the model: the queue stops.',
    source: 'declared unmodelled',
  },
  SDMA_PACKET_PAST_WPTR: {
    title: 'A packet that is longer than what was submitted',
    onSilicon: 'The engine waits in the middle of the packet for the rest.',
    source: packet,
  },
  SDMA_PACKET_PAST_IB: {
    title: 'A packet that runs past the end of its indirect buffer',
    onSilicon: stops,
    source: packet,
  },
  SDMA_IB_END: {
    title: 'An INDIRECT packet that does not end on a multiple of eight dwords',
    onSilicon: 'The engine loses its place in the ring.',
    source: packet,
  },
  SDMA_IB_WRONG: {
    title: 'An INDIRECT packet that cannot be followed',
    onSilicon: stops,
    source: packet,
  },
  SDMA_MISALIGNED: {
    title: 'A packet with an address that is not aligned as it must be',
    onSilicon: 'The low bits are ignored.',
    source: packet,
  },
  SDMA_POLL_GAVE_UP: {
    title: 'A poll that ran out of retries',
    onSilicon: 'The engine raises an interrupt and goes on with the next packet.',
    source: packet,
  },
});
