/**
 * What each SDMA packet does.
 *
 * A packet is executed in one go, starts bulk work, or waits: then nothing moves and it is read again at the next
 * look. Lengths and fields are the public header's. Sub-window and tiled copies, semaphores, dirty bits, memory
 * verification and strided fills are not modelled: the queue stops there, loudly.
 *
 * Fidelity: from-public-source. What an engine does at a bad packet is guessed: it stops.
 */

import { sdmaOpcodes as Op, sdmaSubOpcodes as Sub, atomicOperations } from '../../../registers/amd/sdma-packets.ts';
import type { Rule } from '../../../sim/index.ts';
import { atomic } from '../packet-atomics.ts';
import type { Fetcher } from './fetch.ts';
import { Bulk, Phase, Q, clientOf, engineRegister, get, hex, nameOf, put, vmidOf } from './queue.ts';
import type { SdmaContext } from './queue.ts';
import { sdmaRules } from './rules.ts';

/** Results of `execute` besides a number of dwords to go on by. */
export const Result = { waits: 0, stops: -1, bulk: -2, enters: -3, starves: -4 } as const;

const names = new Map<number, string>(Object.entries(Op).map(([name, op]) => [op, name]));
const SDMA_CLIENT = 0x0a;
export const Source = { trap: 0x31, queueHang: 0x37, pollTimeout: 0x39 } as const;
const FOREVER = 0xfff;

const words = new Uint32Array(2);
const wordBytes = new Uint8Array(words.buffer, 0, 4);
const dword = (lo: number, hi: number): number => hi * 2 ** 32 + lo;

/** Reports `rule` at the packet, caused by the doorbell that submitted it. */
export function blamePacket(c: SdmaContext, q: number, f: Fetcher, rule: Rule, text: string): void {
  const { findings, card } = c.card.slot;
  const header = f.word(0);
  const bell = get(c, q, Q.saidBell) - 1;
  const name = names.get(header & 0xff) ?? `opcode ${hex(header & 0xff)}`;
  const where = `${nameOf(q)} packet ${name} at ${f.place}`;
  findings.report(
    rule,
    card,
    `${where}: ${text}`,
    findings.thing(where, `header ${hex(header)}`, bell),
    bell >= 0 ? [bell] : [],
  );
}

/** Sends an interrupt vector of queue `q`. */
export function raise(c: SdmaContext, q: number, source: number, context: number): void {
  c.card.ih.raise({
    client: SDMA_CLIENT,
    source,
    ringId: ((q >> 3) << 4) | (q & 7),
    vmid: vmidOf(c, q),
    context: [context],
  });
}

/** Executes the packet that `f` stands on. Returns the dwords it takes up, or a `Result`. */
export function execute(c: SdmaContext, q: number, f: Fetcher): number {
  const header = f.word(0);
  const sub = (header >>> 8) & 0xff;
  switch (header & 0xff) {
    case Op.NOP:
      return take(c, q, f, 1 + ((header >>> 16) & 0x3fff));
    case Op.COPY:
      return sub === Sub.COPY.LINEAR ? copyLinear(c, q, f, header) : unmodelled(c, q, f, sub);
    case Op.WRITE:
      return sub === Sub.WRITE.LINEAR ? write(c, q, f) : unmodelled(c, q, f, sub);
    case Op.INDIRECT:
      return indirect(c, q, f, header);
    case Op.FENCE:
      return fence(c, q, f);
    case Op.TRAP:
      return trap(c, q, f);
    case Op.DUMMY_TRAP:
      return take(c, q, f, 2);
    case Op.POLL_REGMEM:
      return pollPackets(c, q, f, header, sub);
    case Op.COND_EXE:
      return conditional(c, q, f);
    case Op.ATOMIC:
      return atomicPacket(c, q, f, header);
    case Op.CONST_FILL:
      return sub === Sub.CONST_FILL.FILL ? constantFill(c, q, f, header) : unmodelled(c, q, f, sub);
    case Op.PTEPDE:
      return tableEntries(c, q, f, sub);
    case Op.TIMESTAMP:
      return timestamp(c, q, f, sub);
    case Op.SRBM_WRITE:
      return registerWrite(c, q, f, header);
    case Op.PRE_EXE:
      return preExecute(c, q, f, header);
    case Op.GPUVM_INV:
      return invalidate(c, q, f);
    case Op.GCR_REQ:
      return caches(c, q, f);
    case Op.SEM:
      return unmodelled(c, q, f, sub);
  }
  blamePacket(c, q, f, sdmaRules.SDMA_PACKET_UNKNOWN, `header ${hex(header)} has no known opcode`);
  return Result.stops;
}

/** Makes sure that `dwords` were submitted; returns them, or what to do about it. */
function take(c: SdmaContext, q: number, f: Fetcher, dwords: number): number {
  if (dwords <= f.available) return dwords;
  if (get(c, q, Q.ib) !== 0) {
    blamePacket(
      c,
      q,
      f,
      sdmaRules.SDMA_PACKET_PAST_IB,
      `takes ${dwords} dwords, ${f.available} are left of the indirect buffer's ${get(c, q, Q.ibDwords)}`,
    );
    return Result.stops;
  }
  blamePacket(
    c,
    q,
    f,
    sdmaRules.SDMA_PACKET_PAST_WPTR,
    `takes ${dwords} dwords, the write pointer is ${f.available} ahead`,
  );
  return Result.starves;
}

function unmodelled(c: SdmaContext, q: number, f: Fetcher, sub: number): number {
  blamePacket(c, q, f, sdmaRules.SDMA_PACKET_UNMODELLED, `sub-opcode ${hex(sub)} is not modelled`);
  return Result.stops;
}

/** Address from two dwords, aligned as it must be. */
function address(c: SdmaContext, q: number, f: Fetcher, index: number, align: number): number {
  const va = dword(f.word(index), f.word(index + 1));
  if (va % align === 0) return va;
  blamePacket(c, q, f, sdmaRules.SDMA_MISALIGNED, `address ${hex(va)} is not a multiple of ${align}`);
  return va - (va % align);
}

function startBulk(c: SdmaContext, q: number, kind: number, dwords: number, left: number): number {
  put(c, q, Q.bulk, kind);
  put(c, q, Q.packetDwords, dwords);
  put(c, q, Q.left, left);
  put(c, q, Q.phase, Phase.bulk);
  return Result.bulk;
}

function copyLinear(c: SdmaContext, q: number, f: Fetcher, header: number): number {
  const broadcast = ((header >>> 27) & 1) !== 0;
  const dwords = take(c, q, f, broadcast ? 9 : 7);
  if (dwords <= 0) return dwords;
  put(c, q, Q.source, dword(f.word(3), f.word(4)));
  put(c, q, Q.target, dword(f.word(5), f.word(6)));
  put(c, q, Q.target2, broadcast ? dword(f.word(7), f.word(8)) : 0);
  const backwards = ((header >>> 25) & 1) !== 0 && !broadcast;
  return startBulk(c, q, backwards ? Bulk.copyBackwards : Bulk.copy, dwords, (f.word(1) & 0x3fff_ffff) + 1);
}

/** The data lies in the packet, so it is a copy out of the ring or the indirect buffer. */
function write(c: SdmaContext, q: number, f: Fetcher): number {
  const enough = take(c, q, f, 5);
  if (enough <= 0) return enough;
  const count = (f.word(3) & 0xf_ffff) + 1;
  const dwords = take(c, q, f, 4 + count);
  if (dwords <= 0) return dwords;
  const hub = c.card.gmc.gfxhub;
  const vmid = vmidOf(c, q);
  const client = clientOf(q);
  let target = address(c, q, f, 1, 4);
  const piece = new Uint8Array(Math.min(count * 4, 0x1_0000));
  for (let done = 0; done < count;) {
    const from = f.addressOf(4 + done);
    const run = Math.min(f.run, count - done, piece.length / 4);
    const bytes = piece.subarray(0, run * 4);
    hub.read(vmid, from, bytes, client);
    hub.write(vmid, target, bytes, client);
    target += run * 4;
    done += run;
  }
  return dwords;
}

function indirect(c: SdmaContext, q: number, f: Fetcher, header: number): number {
  const dwords = take(c, q, f, 6);
  if (dwords <= 0) return dwords;
  const size = f.word(3) & 0xf_ffff;
  if (get(c, q, Q.ib) !== 0) {
    blamePacket(c, q, f, sdmaRules.SDMA_IB_WRONG, 'an indirect buffer cannot call another');
    return Result.stops;
  }
  if ((c.values[c.slots[q]!.ibControl]! & 1) === 0) {
    blamePacket(c, q, f, sdmaRules.SDMA_IB_WRONG, 'IB_ENABLE in IB_CNTL is not set');
    return Result.stops;
  }
  const end = f.addressOf(dwords - 1) + 4;
  if ((end / 4) % 8 !== 0) {
    blamePacket(
      c,
      q,
      f,
      sdmaRules.SDMA_IB_END,
      `it ends at address ${hex(end)}; put NOPs before it until that is a multiple of 32`,
    );
  }
  const base = address(c, q, f, 1, 32);
  if (size === 0) return dwords;
  const vmid = (header >>> 16) & 15;
  put(c, q, Q.ibBase, base);
  put(c, q, Q.ibDwords, size);
  put(c, q, Q.ibAt, 0);
  put(c, q, Q.ibVmid, vmid !== 0 ? vmid : vmidOf(c, q));
  put(c, q, Q.packetDwords, dwords);
  put(c, q, Q.ib, 1);
  return Result.enters;
}

function fence(c: SdmaContext, q: number, f: Fetcher): number {
  const dwords = take(c, q, f, 4);
  if (dwords <= 0) return dwords;
  c.card.gmc.gfxhub.write32(vmidOf(c, q), address(c, q, f, 1, 4), f.word(3), clientOf(q));
  return dwords;
}

function trap(c: SdmaContext, q: number, f: Fetcher): number {
  const dwords = take(c, q, f, 2);
  if (dwords <= 0) return dwords;
  if ((c.card.regs.peek(engineRegister(q >> 3, 'CNTL')) & 1) !== 0) raise(c, q, Source.trap, f.word(1) & 0xfff_ffff);
  return dwords;
}

/** Whether `value` compares with `reference` as function `how` says. */
export function compares(how: number, value: number, reference: number): boolean {
  switch (how) {
    case 1:
      return value < reference;
    case 2:
      return value <= reference;
    case 3:
      return value === reference;
    case 4:
      return value !== reference;
    case 5:
      return value >= reference;
    case 6:
      return value > reference;
    default:
      return true;
  }
}

function pollPackets(c: SdmaContext, q: number, f: Fetcher, header: number, sub: number): number {
  switch (sub) {
    case Sub.POLL_REGMEM.POLL:
      return poll(c, q, f, header);
    case Sub.POLL_REGMEM.REG_WRITE_MEM: {
      const dwords = take(c, q, f, 4);
      if (dwords <= 0) return dwords;
      const value = c.card.regs.read(f.word(1) >>> 2);
      c.card.gmc.gfxhub.write32(vmidOf(c, q), address(c, q, f, 2, 4), value, clientOf(q));
      return dwords;
    }
    case Sub.POLL_REGMEM.VM_INVALIDATION: {
      const dwords = take(c, q, f, 4);
      if (dwords <= 0) return dwords;
      c.card.gmc.gfxhub.invalidate(f.word(1));
      c.card.gmc.mmhub.invalidate(f.word(1));
      return dwords;
    }
  }
  return unmodelled(c, q, f, sub);
}

/** What a POLL_REGMEM packet sees now; undefined where the address faults. */
function polled(c: SdmaContext, q: number, f: Fetcher): number | undefined {
  if (f.word(0) >>> 31 === 0) return c.card.regs.read(f.word(1) >>> 2);
  const va = dword(f.word(1), f.word(2));
  const fine = c.card.gmc.gfxhub.read(vmidOf(c, q), va - (va % 4), wordBytes, clientOf(q));
  return fine ? words[0]! : undefined;
}

const pollDone = (f: Fetcher, value: number): boolean =>
  compares((f.word(0) >>> 28) & 7, (value & f.word(4)) >>> 0, f.word(3));

function poll(c: SdmaContext, q: number, f: Fetcher, header: number): number {
  const dwords = take(c, q, f, 6);
  if (dwords <= 0) return dwords;
  const memory = header >>> 31 !== 0;
  const first = get(c, q, Q.sinceNs) === 0;
  if (memory && first) address(c, q, f, 1, 4);
  // a flush names the DONE register first and the REQ register second; the request goes out once
  if (!memory && ((header >>> 26) & 1) !== 0 && first) {
    c.card.regs.write(f.word(2) >>> 2, f.word(3));
    return wait(c, q);
  }
  const value = polled(c, q, f);
  if (value === undefined) return Result.stops;
  if (pollDone(f, value)) return dwords;
  const retries = (f.word(5) >>> 16) & 0xfff;
  if (retries !== FOREVER) {
    const looks = get(c, q, Q.looks);
    if (looks >= retries) {
      blamePacket(
        c,
        q,
        f,
        sdmaRules.SDMA_POLL_GAVE_UP,
        `${retries} retries, last value ${hex(value)} & ${hex(f.word(4))}, wanted ${hex(f.word(3))} (function ${(header >>> 28) & 7}); 0xfff would wait for good`,
      );
      raise(c, q, Source.pollTimeout, 0);
      return dwords;
    }
    put(c, q, Q.looks, looks + 1);
  }
  return wait(c, q);
}

function wait(c: SdmaContext, q: number): number {
  if (get(c, q, Q.sinceNs) === 0) put(c, q, Q.sinceNs, Math.max(1, c.card.slot.events.nowNs));
  put(c, q, Q.phase, Phase.waiting);
  return Result.waits;
}

/** When a waiting packet looks again: soon at first, then less and less often. And whether it can wait for good. */
export function nextLook(
  c: SdmaContext,
  q: number,
  f: Fetcher,
): { readonly delayNs: number; readonly forever: boolean } {
  const isPoll = (f.word(0) & 0xff) === Op.POLL_REGMEM;
  const interval = Math.max((isPoll ? f.word(5) & 0xffff : f.word(7) & 0x1fff) * 10, 200);
  const waitedNs = c.card.slot.events.nowNs - get(c, q, Q.sinceNs);
  const forever = !isPoll || ((f.word(5) >>> 16) & 0xfff) === FOREVER;
  return { delayNs: forever ? Math.max(interval, Math.min(waitedNs / 8, 1_000_000)) : interval, forever };
}

/** Whether a waiting packet could go on now. Changes nothing. */
export function couldGoOn(c: SdmaContext, q: number, f: Fetcher): boolean {
  if ((f.word(0) & 0xff) === Op.POLL_REGMEM) {
    const value = polled(c, q, f);
    return value === undefined || pollDone(f, value);
  }
  return atomicOperands(c, q, f).matches;
}

function conditional(c: SdmaContext, q: number, f: Fetcher): number {
  const dwords = take(c, q, f, 5);
  if (dwords <= 0) return dwords;
  const value = c.card.gmc.gfxhub.read32(vmidOf(c, q), address(c, q, f, 1, 4), clientOf(q));
  return value === f.word(3) ? dwords : take(c, q, f, dwords + (f.word(4) & 0x3fff));
}

/** What an ATOMIC packet works on. */
function atomicOperands(c: SdmaContext, q: number, f: Fetcher) {
  const hub = c.card.gmc.gfxhub;
  const wide = (f.word(0) & (0x20 << 25)) !== 0;
  const at = dword(f.word(1), f.word(2));
  const va = at - (at % (wide ? 8 : 4));
  if (wide) hub.read64(vmidOf(c, q), va, words, clientOf(q));
  else words.set([hub.read32(vmidOf(c, q), va, clientOf(q)), 0]);
  const join = (lo: number, hi: number): bigint => (wide ? BigInt(hi) << 32n : 0n) | BigInt(lo);
  const memory = join(words[0]!, words[1]!);
  const compare = join(f.word(5), f.word(6));
  return { wide, va, memory, compare, source: join(f.word(3), f.word(4)), matches: memory === compare };
}

function atomicPacket(c: SdmaContext, q: number, f: Fetcher, header: number): number {
  const dwords = take(c, q, f, 8);
  if (dwords <= 0) return dwords;
  const hub = c.card.gmc.gfxhub;
  const operation = header >>> 25;
  if (get(c, q, Q.sinceNs) === 0) address(c, q, f, 1, (operation & 0x20) !== 0 ? 8 : 4);
  const { wide, va, memory, compare, source, matches } = atomicOperands(c, q, f);
  const value = atomic(operation, wide ? 64 : 32, memory, source, compare);
  if (value === undefined) {
    blamePacket(c, q, f, sdmaRules.SDMA_PACKET_UNKNOWN, `atomic operation ${hex(operation)} does not exist`);
    return Result.stops;
  }
  const loops = ((header >>> 16) & 1) !== 0 && (operation & 0x1f) === atomicOperations.CMPSWAP;
  if (loops && !matches) return wait(c, q);
  if (wide) hub.write64(vmidOf(c, q), va, Number(value & 0xffff_ffffn), Number(value >> 32n), clientOf(q));
  else hub.write32(vmidOf(c, q), va, Number(value), clientOf(q));
  return dwords;
}

function constantFill(c: SdmaContext, q: number, f: Fetcher, header: number): number {
  const dwords = take(c, q, f, 5);
  if (dwords <= 0) return dwords;
  const element = 1 << (header >>> 30);
  const align = Math.min(element, 4);
  const target = address(c, q, f, 1, align);
  const bytes = (f.word(4) & 0x3fff_ffff) + 1;
  if (bytes % align !== 0) {
    blamePacket(c, q, f, sdmaRules.SDMA_MISALIGNED, `${bytes} bytes are no whole number of ${element}-byte elements`);
  }
  put(c, q, Q.target, target);
  put(c, q, Q.aLo, f.word(3));
  put(c, q, Q.element, element);
  return startBulk(c, q, Bulk.fill, dwords, bytes - (bytes % align));
}

function tableEntries(c: SdmaContext, q: number, f: Fetcher, sub: number): number {
  const set = (column: number, index: number): void => {
    put(c, q, column, f.word(index));
    put(c, q, column + 1, f.word(index + 1));
  };
  if (sub === Sub.PTEPDE.GEN) {
    const dwords = take(c, q, f, 10);
    if (dwords <= 0) return dwords;
    put(c, q, Q.target, address(c, q, f, 1, 8));
    set(Q.aLo, 3);
    set(Q.bLo, 5);
    set(Q.cLo, 7);
    return startBulk(c, q, Bulk.entries, dwords, (f.word(9) & 0x7_ffff) + 1);
  }
  if (sub !== Sub.PTEPDE.COPY && sub !== Sub.PTEPDE.RMW) return unmodelled(c, q, f, sub);
  const dwords = take(c, q, f, 8);
  if (dwords <= 0) return dwords;
  if (sub === Sub.PTEPDE.COPY) {
    put(c, q, Q.source, address(c, q, f, 1, 8));
    put(c, q, Q.target, address(c, q, f, 3, 8));
    set(Q.aLo, 5);
    return startBulk(c, q, Bulk.entryCopy, dwords, (f.word(7) & 0x7_ffff) + 1);
  }
  put(c, q, Q.target, address(c, q, f, 1, 8));
  set(Q.aLo, 3);
  set(Q.bLo, 5);
  return startBulk(c, q, Bulk.entryModify, dwords, Math.min(f.word(7), 0x7_ffff) + 1);
}

/** SET and GET are of the engine's own counter, GET_GLOBAL of the 100 MHz reference clock. */
function timestamp(c: SdmaContext, q: number, f: Fetcher, sub: number): number {
  if (sub > Sub.TIMESTAMP.GET_GLOBAL) return unmodelled(c, q, f, sub);
  const dwords = take(c, q, f, 3);
  if (dwords <= 0) return dwords;
  const clock = Math.floor(c.card.slot.events.nowNs / 10);
  const counter = q < 8 ? 'counter0' : 'counter1';
  if (sub === Sub.TIMESTAMP.SET) c.engine[counter] = dword(f.word(1), f.word(2) & 0xf_ffff) - clock;
  else {
    const value = Math.max(0, sub === Sub.TIMESTAMP.GET ? clock + c.engine[counter] : clock);
    c.card.gmc.gfxhub.write64(
      vmidOf(c, q),
      address(c, q, f, 1, 8),
      value % 2 ** 32,
      Math.floor(value / 2 ** 32),
      clientOf(q),
    );
  }
  return dwords;
}

/** Bits 31:28 of the header say which bytes of the register change. */
function registerWrite(c: SdmaContext, q: number, f: Fetcher, header: number): number {
  const dwords = take(c, q, f, 3);
  if (dwords <= 0) return dwords;
  const { regs } = c.card;
  const register = f.word(1) & 0x3_ffff;
  const enable = header >>> 28;
  if (enable === 0xf) regs.write(register, f.word(2));
  else if (enable !== 0) {
    let mask = 0;
    for (let lane = 0; lane < 4; lane++) if ((enable & (1 << lane)) !== 0) mask |= 0xff << (lane * 8);
    regs.write(register, ((regs.read(register) & ~mask) | (f.word(2) & mask)) >>> 0);
  }
  return dwords;
}

/** This card is device 0 of one. */
function preExecute(c: SdmaContext, q: number, f: Fetcher, header: number): number {
  const dwords = take(c, q, f, 2);
  if (dwords <= 0) return dwords;
  return ((header >>> 16) & 1) !== 0 ? dwords : take(c, q, f, dwords + (f.word(1) & 0x3fff));
}

/** The range is taken for everything; the control bits are ACQUIRE_MEM's. */
function caches(c: SdmaContext, q: number, f: Fetcher): number {
  const dwords = take(c, q, f, 5);
  if (dwords <= 0) return dwords;
  c.card.gmc.cachesHandled((f.word(2) >>> 16) | ((f.word(3) & 7) << 16));
  return dwords;
}

/** The range in the packet is taken for everything: more is dropped than was asked for. */
function invalidate(c: SdmaContext, q: number, f: Fetcher): number {
  const dwords = take(c, q, f, 4);
  if (dwords <= 0) return dwords;
  c.card.gmc.gfxhub.invalidate(f.word(1));
  return dwords;
}
