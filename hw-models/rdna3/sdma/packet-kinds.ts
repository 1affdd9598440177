/**
 * What each packet is to memory, for whoever looks for races.
 *
 * Source: the public packet header.
 * Fidelity: from-public-source.
 */
import { sdmaOpcodes as Op } from '../../../registers/amd/sdma-packets.ts';
import type { PacketKind } from '../blocks.ts';
import type { Fetcher } from './fetch.ts';
import { Bulk, Q, get, nameOf } from './queue.ts';
import type { SdmaContext } from './queue.ts';

const names = new Map<number, string>(Object.entries(Op).map(([name, op]) => [op, name]));
const kinds = new Map<number, PacketKind>([
  [Op.POLL_REGMEM, 'wait'],
  [Op.COND_EXE, 'wait'],
  [Op.ATOMIC, 'signal'],
]);

/** Says which packet runs now. What it reads besides memory that it waits on is the packet itself. */
export function beginPacket(c: SdmaContext, q: number, f: Fetcher): void {
  const opcode = f.word(0) & 0xff;
  c.card.watch?.begin(
    'copy',
    q,
    nameOf(q),
    kinds.get(opcode) ?? 'store',
    names.get(opcode) ?? 'packet',
    f.place,
    get(c, q, Q.saidBell) - 1,
  );
}

/** Name of the packet whose bulk work is under way. */
export function bulkName(c: SdmaContext, q: number): string {
  const bulk = get(c, q, Q.bulk);
  return bulk === Bulk.copy || bulk === Bulk.copyBackwards ? 'COPY' : bulk === Bulk.fill ? 'CONST_FILL' : 'PTEPDE';
}
