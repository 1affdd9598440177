/**
 * NBIO 4.3, the card's PCIe end: straps, the windows to registers and to VRAM, doorbell routing, and the registers
 * through which CPU and engines have HDP flushed.
 *
 * Source: programming sequences of public drivers (Linux amdgpu nbio 4.3, tinygrad).
 * Fidelity: from-public-source.
 * Fidelity: guessed (a routing entry of size 0 takes every doorbell that no sized entry claims; time of an engine's flush).
 */

import { NBIO, UNNAMED } from '../../../registers/amd/index.ts';
import { registerRules } from '../../../sim/index.ts';
import type { Card, CardReset, Nbio } from '../blocks.ts';
import { nbioRules } from './rules.ts';

const r = NBIO.registers;
/** Time from GPU_HDP_FLUSH_REQ to its DONE bits. */
const FLUSH_NS = 800;
const ENTRIES = 16;

/** Where an entry sends a doorbell, by AWID and the high address bits that go with it. */
type Destination = 'cp' | 'sdma' | 'ih' | 'vcn' | 'unknown';

function destinationOf(entry: number): Destination {
  const awid = (entry >>> 1) & 31;
  const high = entry >>> 28;
  if (high === 3) return awid === 0xe ? 'sdma' : awid === 3 || awid === 6 ? 'cp' : 'unknown';
  if (high === 0 && awid === 0) return 'ih';
  return high === awid && (awid === 4 || awid === 7) ? 'vcn' : 'unknown';
}

export class PcieEnd implements Nbio {
  private readonly card: Card;
  private readonly event: number;
  /** Slot of the register that says where the flush page lies: every store to BAR5 asks. */
  private readonly remapSlot: number;

  constructor(card: Card) {
    this.card = card;
    const { regs, slot } = card;
    this.remapSlot = regs.slot(r.BIF_BX0_REMAP_HDP_MEM_FLUSH_CNTL);
    this.event = slot.events.define(`card ${slot.card} nbio`, (_kind, engines) => {
      card.hdp.flush();
      regs.poke(r.BIF_BX_PF0_GPU_HDP_FLUSH_DONE, regs.peek(r.BIF_BX_PF0_GPU_HDP_FLUSH_DONE) | engines);
    });
    this.attachWindows();
    this.attachFlushes();
    regs.on(r.BIF_BX0_BIF_DOORBELL_INT_CNTL, {
      write: (value) => {
        // a stored 1 in a CLEAR bit takes back the STATUS bit 16 below it
        const cleared = (value >>> 16) & 7;
        regs.poke(r.BIF_BX0_BIF_DOORBELL_INT_CNTL, regs.peek(r.BIF_BX0_BIF_DOORBELL_INT_CNTL) & ~cleared);
      },
    });
  }

  reset(kind: CardReset): void {
    if (kind === 'gfx') return;
    this.card.slot.events.cancel(this.event);
    // the size of memory is fused, and a reset of the register file forgets what firmware put there
    this.card.regs.poke(r.RCC_DEV0_EPF0_RCC_CONFIG_MEMSIZE, this.card.options.vramMib);
  }

  // --- windows

  private attachWindows(): void {
    const { regs, slot } = this.card;
    const windows = [
      { data: r.BIF_BX_PF0_RSMU_DATA, index: r.BIF_BX_PF0_RSMU_INDEX, high: r.BIF_BX_PF0_RSMU_INDEX_HI },
      { data: r.BIF_BX0_PCIE_DATA, index: r.BIF_BX0_PCIE_INDEX, high: undefined },
      { data: r.BIF_BX0_PCIE_DATA2, index: r.BIF_BX0_PCIE_INDEX2, high: r.BIF_BX0_PCIE_INDEX2_HI },
    ] as const;
    const ends = windows.map(({ data }) => regs.dwordOf(data));
    // index and data pairs: one address space of registers behind all three
    for (const { data, index, high } of windows) {
      /** Dword that the index points at, or −1 after a finding: a window that looks into a window leads nowhere (guessed). */
      const target = (): number => {
        const byte = (high === undefined ? 0 : regs.peek(high) & 0xff) * 0x1_0000_0000 + regs.peek(index);
        const dword = Math.floor(byte / 4);
        if (!ends.includes(dword)) return dword;
        slot.findings.report(
          registerRules.UNDECLARED_REGISTER,
          slot.card,
          `${data.name} was accessed while ${index.name} is 0x${byte.toString(16)}, the data register of a window; no window shows another`,
        );
        return -1;
      };
      regs.on(data, {
        read: () => {
          const dword = target();
          return dword < 0 ? 0 : regs.read(dword);
        },
        write: (value) => {
          const dword = target();
          if (dword >= 0) regs.write(dword, value);
        },
      });
    }
    regs.on(r.BIF_BX_PF0_MM_DATA, {
      read: () => {
        const at = this.windowOffset();
        return at < 0 ? 0xffff_ffff : this.card.hdp.cpuRead32(at);
      },
      write: (value) => {
        const at = this.windowOffset();
        if (at >= 0) this.card.hdp.cpuWrite32(at, value);
      },
    });
  }

  /** VRAM offset that MM_INDEX points at, or −1 after a finding. Bit 31 chooses the frame buffer; without it MM_DATA reaches registers. */
  private windowOffset(): number {
    const { regs, slot, vram } = this.card;
    const index = regs.peek(r.BIF_BX_PF0_MM_INDEX);
    const at = regs.peek(r.BIF_BX_PF0_MM_INDEX_HI) * 2 ** 31 + (index & 0x7fff_fffc);
    if (index >>> 31 === 1 && at + 4 <= vram.bytes) return at;
    slot.findings.report(
      nbioRules.VRAM_BEYOND_END,
      slot.card,
      `MM_DATA accessed with MM_INDEX_HI 0x${regs.peek(r.BIF_BX_PF0_MM_INDEX_HI).toString(16)}, MM_INDEX 0x${index.toString(16)}: ` +
        (index >>> 31 === 1
          ? `VRAM 0x${at.toString(16)} is past the end (0x${vram.bytes.toString(16)})`
          : 'bit 31 does not choose the frame buffer, and the register aperture is not modelled'),
    );
    return -1;
  }

  // --- HDP flushes

  private attachFlushes(): void {
    const { regs, slot } = this.card;
    const flush = { write: (): void => this.card.hdp.flush() };
    regs.on(r.BIF_BX_PF0_HDP_MEM_COHERENCY_FLUSH_CNTL, flush);
    // the remap page where it lies after power-on; elsewhere `remapped` tells
    regs.on(UNNAMED.registers.REMAPPED_HDP_MEM_FLUSH, {
      write: () => {
        if (this.remappedFlush === regs.dwordOf(UNNAMED.registers.REMAPPED_HDP_MEM_FLUSH) * 4) this.card.hdp.flush();
      },
    });
    regs.on(r.BIF_BX_PF0_GPU_HDP_FLUSH_REQ, {
      write: (value) => {
        regs.poke(r.BIF_BX_PF0_GPU_HDP_FLUSH_DONE, regs.peek(r.BIF_BX_PF0_GPU_HDP_FLUSH_DONE) & ~value);
        slot.events.schedule(FLUSH_NS, this.event, 0, value);
      },
    });
  }

  /** Byte offset in BAR5 at which a store flushes HDP now. */
  get remappedFlush(): number {
    return this.card.regs.values[this.remapSlot]! & 0x7_fffc;
  }

  // --- doorbells

  get doorbellApertureOpen(): boolean {
    return (this.card.regs.peek(r.RCC_DEV0_EPF0_RCC_DOORBELL_APER_EN) & 1) !== 0;
  }

  doorbell(offset: number, lo: number, hi: number, wide: boolean): void {
    const { regs, slot } = this.card;
    const { findings, card } = slot;
    const index = offset >>> 2;
    const text = `doorbell at BAR2 0x${offset.toString(16)} (64-bit slot 0x${(offset >>> 3).toString(16)})`;
    if (!this.doorbellApertureOpen) {
      findings.report(
        nbioRules.DOORBELL_APERTURE_OFF,
        card,
        `${text} rung with 0x${lo.toString(16)} while RCC_DOORBELL_APER_EN is 0; set it to 1 before any queue is started`,
      );
      return;
    }
    const route = this.route(index);
    if (route < 0) {
      findings.report(
        nbioRules.DOORBELL_NOT_ROUTED,
        card,
        `${text} rung with 0x${lo.toString(16)}, and no enabled S2A_DOORBELL_ENTRY_n_CTRL covers dword 0x${index.toString(16)}; program the engine's entry first`,
      );
      return;
    }
    const to = destinationOf(regs.peek(r.S2A_DOORBELL_ENTRY_n_CTRL, route));
    if (!wide && (to === 'cp' || to === 'sdma')) {
      findings.report(
        nbioRules.DOORBELL_NARROW,
        card,
        `${text} rung with a 4-byte store; queue doorbells are one 8-byte store of the whole write pointer`,
      );
    }
    const heard =
      to === 'cp'
        ? this.card.cp.doorbell(index, lo, hi, wide)
        : to === 'sdma'
          ? this.card.sdma.doorbell(index, lo, hi, wide)
          : to === 'ih'
            ? this.card.ih.doorbell(index, lo, hi)
            : false;
    if (!heard) {
      const whom = {
        cp: 'no compute queue',
        sdma: 'no SDMA queue',
        ih: 'the interrupt handler does not',
        vcn: 'no video engine (none is modelled)',
        unknown: 'nothing known',
      }[to];
      findings.report(
        nbioRules.DOORBELL_NOBODY_LISTENS,
        card,
        `${text} rung with 0x${lo.toString(16)}, routed by S2A_DOORBELL_ENTRY_${route}_CTRL, and ${whom} listen${to === 'ih' ? '' : 's'} there; activate the queue with this doorbell offset first`,
      );
    }
  }

  /** Entry that takes the doorbell at dword `index`: one whose range holds it, else an unlimited one; −1: none. */
  private route(index: number): number {
    const { regs } = this.card;
    let unlimited = -1;
    for (let n = 0; n < ENTRIES; n++) {
      const entry = regs.peek(r.S2A_DOORBELL_ENTRY_n_CTRL, n);
      if ((entry & 1) === 0) continue;
      const from = (entry >>> 7) & 0x3ff;
      const size = (entry >>> 17) & 0xff;
      if (size === 0) {
        if (unlimited < 0) unlimited = n;
      } else if (index >= from && index < from + size) return n;
    }
    return unlimited;
  }
}

export function createNbio(card: Card): PcieEnd {
  return new PcieEnd(card);
}
