/**
 * What each packet is to memory, for whoever looks for races.
 *
 * Source: public packet headers.
 * Fidelity: from-public-source.
 */
import type { PacketKind } from '../blocks.ts';
import { opcodes } from './declared.ts';

const kinds = new Map<number, PacketKind>([
  [opcodes.WAIT_REG_MEM, 'wait'],
  [opcodes.WAIT_REG_MEM64, 'wait'],
  [opcodes.COND_EXEC, 'wait'],
  [opcodes.ATOMIC_MEM, 'signal'],
  [opcodes.DMA_DATA, 'bulk'],
  [opcodes.COPY_DATA, 'data'],
  [opcodes.DISPATCH_INDIRECT, 'data'],
]);

export const packetKind = (opcode: number): PacketKind => kinds.get(opcode) ?? 'store';
