/**
 * How the two management processors (PSP and SMU) reach memory: by memory-controller address.
 *
 * VRAM lies behind FB base. An address inside the range of MMHUB's context 0 goes through its page tables instead:
 * one stock driver keeps the PSP's buffers in system memory that way. Anything else is said before the access is made.
 *
 * Fidelity: guessed (that the processors use context 0 of MMHUB). That drivers hand out both kinds of address is from public source.
 */

import { MMHUB } from '../../../registers/amd/mmhub.ts';
import type { Card } from '../blocks.ts';

const R = MMHUB.registers;
const PAGE = 4096;

/** VRAM offset of an MC address, or −1 where `bytes` from there are not all in VRAM. */
export function vramOffset(card: Card, mc: number, bytes: number): number {
  const offset = mc - card.gmc.fbBase;
  return offset >= 0 && offset + bytes <= card.vram.bytes ? offset : -1;
}

/** Whether context 0 of MMHUB is on and translates `bytes` from `mc`: first and last page are looked up. */
function inTables({ regs, gmc }: Card, mc: number, bytes: number): boolean {
  if ((regs.peek(R.MMVM_CONTEXTn_CNTL) & 1) === 0) return false;
  const page = (lo: number, hi: number): number => (hi & 0xf) * 2 ** 32 + lo;
  const first = page(
    regs.peek(R.MMVM_CONTEXTn_PAGE_TABLE_START_ADDR_LO32),
    regs.peek(R.MMVM_CONTEXTn_PAGE_TABLE_START_ADDR_HI32),
  );
  const last = page(
    regs.peek(R.MMVM_CONTEXTn_PAGE_TABLE_END_ADDR_LO32),
    regs.peek(R.MMVM_CONTEXTn_PAGE_TABLE_END_ADDR_HI32),
  );
  if (mc < first * PAGE || mc + bytes > (last + 1) * PAGE) return false;
  const { mmhub } = gmc;
  return mmhub.maps === undefined || (mmhub.maps(0, mc) && mmhub.maps(0, mc + Math.max(0, bytes - 1)));
}

/** Whether `bytes` from `mc` are somewhere the processors could reach at all. */
export function reachable(card: Card, mc: number, bytes: number): boolean {
  return vramOffset(card, mc, bytes) >= 0 || inTables(card, mc, bytes);
}

/** Reads as an engine does: what still waits in the HDP is not there. False where nothing is reached. */
export function engineRead(card: Card, mc: number, into: Uint8Array, who: string): boolean {
  return reachable(card, mc, into.length) && card.gmc.mcRead(mc, into, who);
}

/** Reads what the CPU would read there. */
export function coherentRead(card: Card, mc: number, into: Uint8Array, who: string): boolean {
  const offset = vramOffset(card, mc, into.length);
  if (offset < 0) return engineRead(card, mc, into, who);
  card.hdp.cpuRead(offset, into);
  return true;
}

export function engineWrite(card: Card, mc: number, from: Uint8Array, who: string): boolean {
  return reachable(card, mc, from.length) && card.gmc.mcWrite(mc, from, who);
}
