/**
 * The interrupt handler (IH, OSSSYS 6) with two rings of eight-dword vectors in memory, a write pointer that is also
 * written back to memory, an overflow bit, and one message to the host per wake-up.
 *
 * Everybody raises vectors; they wait in a short queue and are written one by one by events. Ring pointers are
 * byte offsets. Storm and flood control are storage.
 *
 * Source: Linux amdgpu ih_v6_0, tinygrad AM, register lists of osssys 6.0.0.
 *
 * Fidelity: from-public-source. Guessed: latency (400 ns a vector), the depth of the input queue, and that a read
 * pointer written behind the write pointer re-arms and sends a message at once.
 */

import { OSSSYS } from '../../../registers/amd/index.ts';
import { getField } from '../../../registers/index.ts';
import type { Register } from '../../../registers/index.ts';
import type { Card, CardReset, Ih, IhVector } from '../blocks.ts';
import { ihRules } from './rules.ts';

export const ihTiming = { vectorNs: 400, messageNs: 200 } as const;

const VECTOR_BYTES = 32;
/** Vectors waiting for their turn; more are dropped, as a flood is. */
const QUEUE = 64;
const WORDS = 10;
/** Client numbers of SOC21 that the handler itself needs. */
const CLIENT_IH = 0;

const kind = { drain: 1, message: 2 } as const;
const MC_SPACE_BUS = 2;
const MC_SPACE_MC = 4;

interface Ring {
  readonly id: number;
  readonly cntl: Register<typeof OSSSYS.registers.IH_RB_CNTL.fields>;
  readonly base: Register;
  readonly baseHi: Register;
  readonly rptr: Register;
  readonly wptr: Register;
  readonly doorbell: Register<typeof OSSSYS.registers.IH_DOORBELL_RPTR.fields>;
}

export function createIh(card: Card): Ih {
  const { regs, slot } = card;
  const { events, findings } = slot;
  const r = OSSSYS.registers;
  const s = slot.state.record('ih', {
    head: 0,
    count: 0,
    dropped: 0,
    /** 1: the next vector sends a message. */
    armed: 1,
    messagePending: 0,
    draining: 0,
  });
  const queue = slot.state.u32('ih.queue', QUEUE * WORDS);
  const filters = slot.state.u32('ih.ring1 filters', 8);
  const stormClients = slot.state.u32('ih.storm clients', 8);
  const vector = new Uint32Array(8);
  const vectorBytes = new Uint8Array(vector.buffer);
  const word = new Uint8Array(4);

  const rings: readonly Ring[] = [
    {
      id: 0,
      cntl: r.IH_RB_CNTL,
      base: r.IH_RB_BASE,
      baseHi: r.IH_RB_BASE_HI,
      rptr: r.IH_RB_RPTR,
      wptr: r.IH_RB_WPTR,
      doorbell: r.IH_DOORBELL_RPTR,
    },
    {
      id: 1,
      // ring 1 has the same fields, but for write-back and interrupt enable
      cntl: r.IH_RB_CNTL_RING1 as unknown as Ring['cntl'],
      base: r.IH_RB_BASE_RING1,
      baseHi: r.IH_RB_BASE_HI_RING1,
      rptr: r.IH_RB_RPTR_RING1,
      wptr: r.IH_RB_WPTR_RING1,
      doorbell: r.IH_DOORBELL_RPTR_RING1,
    },
  ];
  const cntlFields = r.IH_RB_CNTL.fields;
  const sizeBytes = (ring: Ring): number => 4 * 2 ** getField(regs.peek(ring.cntl), cntlFields.RB_SIZE);
  const enabled = (ring: Ring): boolean => getField(regs.peek(ring.cntl), cntlFields.RB_ENABLE) === 1;
  const offsetOf = (ring: Ring, register: Register): number => (regs.peek(register) & 0x3_fffc) % sizeBytes(ring);

  const target = events.define(`card ${slot.card} ih`, (what) => {
    if (what === kind.drain) {
      s.draining = 0;
      drain();
    } else {
      s.messagePending = 0;
      slot.interrupt(0);
    }
  });

  const wake = (delayNs: number): void => {
    if (s.draining === 1 || s.count === 0) return;
    s.draining = 1;
    events.schedule(delayNs, target, kind.drain);
  };

  /** Writes where the ring's MC_SPACE says. */
  const write = (ring: Ring, address: number, bytes: Uint8Array): boolean => {
    const space = getField(regs.peek(ring.cntl), cntlFields.MC_SPACE);
    if (space === MC_SPACE_BUS) return slot.dma.write(address, bytes);
    if (space === MC_SPACE_MC && card.gmc.mcWrite(address, bytes, 'IH')) return true;
    findings.report(
      ihRules.IH_WRITE_REFUSED,
      slot.card,
      `a write to 0x${address.toString(16)} was refused; ${ring.cntl.name}.MC_SPACE is ${space} (2: bus address, 4: memory-controller address)`,
      findings.thing(`IH ring ${ring.id}`, `write 0x${address.toString(16)}`),
    );
    return false;
  };

  const ringOf = (client: number, source: number): Ring => {
    const second = rings[1]!;
    if (client !== CLIENT_IH && enabled(second)) {
      for (let i = 0; i < filters.length; i++) {
        const filter = filters[i]!;
        const bySource = ((filter >>> 16) & 1) === 1;
        if (filter !== 0 && (filter & 0xff) === client && (!bySource || ((filter >>> 8) & 0xff) === source))
          return second;
      }
    }
    return rings[0]!;
  };

  const message = (): void => {
    const cntl = regs.peek(r.IH_RB_CNTL);
    if (getField(cntl, cntlFields.ENABLE_INTR) === 0 || s.messagePending === 1) return;
    if (getField(cntl, cntlFields.RPTR_REARM) === 1) {
      if (s.armed === 0) return;
      s.armed = 0;
    }
    s.messagePending = 1;
    events.schedule(ihTiming.messageNs, target, kind.message);
  };

  const drain = (): void => {
    if (s.count === 0) return;
    const at = s.head * WORDS;
    const client = queue[at]!;
    const source = queue[at + 1]!;
    const ring = ringOf(client, source);
    if (enabled(ring)) {
      const size = sizeBytes(ring);
      const wptr = offsetOf(ring, ring.wptr);
      const next = (wptr + VECTOR_BYTES) % size;
      const full = next === offsetOf(ring, ring.rptr);
      const overflows = getField(regs.peek(ring.cntl), cntlFields.WPTR_OVERFLOW_ENABLE) === 1;
      if (full) {
        findings.report(
          ihRules.IH_RING_OVERFLOW,
          slot.card,
          `interrupt ring ${ring.id} is full (${size / VECTOR_BYTES} vectors, ${ring.rptr.name} 0x${regs.peek(ring.rptr).toString(16)}); ${overflows ? 'the oldest vector is overwritten' : 'new vectors wait'}. Read vectors and move ${ring.rptr.name}`,
          findings.thing(`IH ring ${ring.id}`, 'overflow'),
        );
        // without overflow the ring holds back until the read pointer moves
        if (!overflows) return;
      }
      fill(at);
      const base = regs.peek(ring.base) * 256 + (regs.peek(ring.baseHi) & 0xff) * 2 ** 40;
      write(ring, base + wptr, vectorBytes);
      // the bit stays until software clears it
      const lost = full ? 1 : regs.peek(ring.wptr) & 1;
      regs.poke(ring.wptr, next | lost);
      if (ring.id === 0) {
        if (getField(regs.peek(ring.cntl), cntlFields.WPTR_WRITEBACK_ENABLE) === 1) {
          new DataView(word.buffer).setUint32(0, next | lost, true);
          write(
            ring,
            (regs.peek(r.IH_RB_WPTR_ADDR_LO) & ~3) + (regs.peek(r.IH_RB_WPTR_ADDR_HI) & 0xffff) * 2 ** 32,
            word,
          );
        }
        message();
      }
    }
    s.head = (s.head + 1) % QUEUE;
    s.count--;
    // ring 1 makes itself heard through a vector of the handler's own in ring 0
    if (ring.id === 1 && enabled(ring)) ih.raise({ client: CLIENT_IH, source: 0, ringId: 1 });
    wake(ihTiming.vectorNs);
  };

  const fill = (at: number): void => {
    const ticks = Math.floor(events.nowNs / 10);
    const vmid = queue[at + 3]! & 15;
    const hub = queue[at + 4]! & 1;
    const client = queue[at]!;
    const pasid =
      queue[at + 5]! !== 0
        ? queue[at + 5]!
        : regs.peek(hub === 1 ? r.IH_VMID_n_LUT_MM : r.IH_VMID_n_LUT, vmid) & 0xffff;
    vector[0] = client | (queue[at + 1]! << 8) | ((queue[at + 2]! & 0xff) << 16) | (vmid << 24) | (hub << 31);
    vector[1] = ticks;
    vector[2] = Math.floor(ticks / 0x1_0000_0000) & 0xffff;
    vector[3] = pasid;
    for (let i = 0; i < 4; i++) vector[4 + i] = queue[at + 6 + i]!;
  };

  const rptrWritten = (ring: Ring, value: number, before: number): void => {
    const size = sizeBytes(ring);
    const wptr = offsetOf(ring, ring.wptr);
    const used = (wptr - ((before & 0x3_fffc) % size) + size) % size;
    const moved = (((value & 0x3_fffc) % size) - ((before & 0x3_fffc) % size) + size) % size;
    if (value !== wptr && value !== 0 && value * 4 === wptr) {
      findings.report(
        ihRules.IH_RPTR_UNITS,
        slot.card,
        `${ring.rptr.name} = 0x${value.toString(16)}, which is ${ring.wptr.name} (0x${wptr.toString(16)}) in dwords; the register takes the byte offset 0x${wptr.toString(16)}`,
      );
    } else if (enabled(ring) && moved > used && (regs.peek(ring.wptr) & 1) === 0 && value !== 0) {
      findings.report(
        ihRules.IH_RPTR_BEYOND_WPTR,
        slot.card,
        `${ring.rptr.name} = 0x${value.toString(16)} is past ${ring.wptr.name} (0x${wptr.toString(16)}); only vectors up to the write pointer exist`,
      );
    }
    if (ring.id === 0) {
      s.armed = 1;
      if (enabled(ring) && (value & 0x3_fffc) % size !== wptr) message();
    }
    wake(ihTiming.vectorNs);
  };

  for (const ring of rings) {
    regs.on(ring.rptr, { write: (value, _i, before) => rptrWritten(ring, value, before) });
    regs.on(ring.cntl, {
      write: (value, _i, before) => {
        if (getField(value, cntlFields.WPTR_OVERFLOW_CLEAR) === 1) regs.poke(ring.wptr, regs.peek(ring.wptr) & ~1);
        const started = getField(value, cntlFields.RB_ENABLE) === 1 && getField(before, cntlFields.RB_ENABLE) === 0;
        if (!started) return;
        if (regs.peek(ring.base) === 0 && regs.peek(ring.baseHi) === 0) {
          findings.report(
            ihRules.IH_BASE_NOT_SET,
            slot.card,
            `${ring.cntl.name}.RB_ENABLE was set while ${ring.base.name} and ${ring.baseHi.name} are 0; write them first`,
          );
        } else if (getField(value, cntlFields.RB_SIZE) < 5) {
          findings.report(
            ihRules.IH_BASE_NOT_SET,
            slot.card,
            `${ring.cntl.name}.RB_ENABLE was set with RB_SIZE ${getField(value, cntlFields.RB_SIZE)} (2^n dwords); the ring holds not even four vectors`,
          );
        }
        if (ring.id === 0) s.armed = 1;
        wake(ihTiming.vectorNs);
      },
    });
  }
  // eight filters and eight storm clients behind an index
  regs.on(r.IH_RING1_CLIENT_CFG_DATA, {
    read: () => filters[regs.peek(r.IH_RING1_CLIENT_CFG_INDEX) & 7]!,
    write: (value) => void (filters[regs.peek(r.IH_RING1_CLIENT_CFG_INDEX) & 7] = value & 0x1_ffff),
  });
  regs.on(r.IH_MSI_STORM_CLIENT_DATA, {
    read: () => stormClients[regs.peek(r.IH_MSI_STORM_CLIENT_INDEX) & 7]!,
    write: (value) => void (stormClients[regs.peek(r.IH_MSI_STORM_CLIENT_INDEX) & 7] = value),
  });
  regs.on(r.IH_STATUS, {
    read: () => {
      const idle = s.count === 0 ? 0b111 | (1 << 6) : 1 << 6;
      const overflow = ((regs.peek(r.IH_RB_WPTR) & 1) << 5) | ((regs.peek(r.IH_RB_WPTR_RING1) & 1) << 14);
      return idle | overflow;
    },
  });
  regs.on(r.IH_INT_FLOOD_STATUS, { read: () => (s.dropped > 0 ? (1 << 30) | Math.min(255, s.dropped) : 0) });
  regs.on(r.IH_INT_FLOOD_CNTL, {
    write: (value) => {
      if (getField(value, r.IH_INT_FLOOD_CNTL.fields.CLEAR_INT_FLOOD_STATUS) === 1) s.dropped = 0;
    },
  });

  const ih: Ih = {
    raise(v: IhVector) {
      if (s.count === QUEUE) {
        s.dropped++;
        return;
      }
      const at = ((s.head + s.count) % QUEUE) * WORDS;
      queue[at] = v.client;
      queue[at + 1] = v.source;
      queue[at + 2] = v.ringId ?? 0;
      queue[at + 3] = v.vmid ?? 0;
      queue[at + 4] = v.vmidType ?? 0;
      queue[at + 5] = v.pasid ?? 0;
      for (let i = 0; i < 4; i++) queue[at + 6 + i] = v.context?.[i] ?? 0;
      s.count++;
      wake(ihTiming.vectorNs);
    },
    doorbell(index, lo) {
      for (const ring of rings) {
        const value = regs.peek(ring.doorbell);
        if (
          getField(value, ring.doorbell.fields.ENABLE) === 0 ||
          getField(value, ring.doorbell.fields.OFFSET) !== index
        )
          continue;
        const before = regs.peek(ring.rptr);
        regs.poke(ring.rptr, lo & 0x3_fffc);
        rptrWritten(ring, lo, before);
        return true;
      }
      return false;
    },
    reset(how: CardReset) {
      if (how === 'gfx') return;
      events.cancel(target);
      queue.fill(0);
      filters.fill(0);
      stormClients.fill(0);
      s.head = 0;
      s.count = 0;
      s.dropped = 0;
      s.armed = 1;
      s.messagePending = 0;
      s.draining = 0;
    },
  };
  return ih;
}
