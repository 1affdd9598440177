/**
 * IH (OSSSYS 6.0): the rings in which the card tells what happened.
 *
 * Ring 0 is read by polling its write pointer; pointers count bytes, and so does the read pointer that is written back
 * (one public driver writes a quarter of it and gets away with it until the ring wraps).
 *
 * Fidelity: from-public-source.
 */

import { asVramOffset, hi32, lo32 } from '../../pcie/index.ts';
import type { VramOffset } from '../../pcie/index.ts';
import { floorLog2 } from '../numbers.ts';
import type { Context } from './context.ts';
import type { Gmc } from './gmc.ts';
import { layout, layoutBytes } from './layout.ts';

const VECTOR_BYTES = 32;
const RING_BYTES = layoutBytes.ihRing;
const POINTER_MASK = 0x3_fffc;

export const ihClients = { IH: 0x0, RLC: 0x7, GFX: 0xa, VMC: 0x12, GRBM_CP: 0x14, MP0: 0x1e, MP1: 0x1f } as const;

/** Sources that this driver knows, by client. */
export const ihSources = {
  UTCL2_FAULT: 0x00,
  SDMA_TRAP: 0x31,
  SDMA_SRBM_WRITE: 0x32,
  SDMA_QUEUE_HANG: 0x37,
  SDMA_PAGE_FAULT: 0x3c,
  CP_RESERVED_BIT_ERROR: 0xb4,
  CP_EOP_INTERRUPT: 0xb5,
  CP_BAD_OPCODE: 0xb7,
  CP_PRIV_REG_FAULT: 0xb8,
  CP_PRIV_INSTR_FAULT: 0xb9,
  SQ_INTERRUPT: 0xef,
} as const;

export interface IhVector {
  readonly client: number;
  readonly source: number;
  readonly ringId: number;
  readonly vmid: number;
  /** 0 graphics hub, 1 multimedia hub. */
  readonly vmidType: number;
  /** Reference clock counts (100 MHz), low and high part. */
  readonly timestampLo: number;
  readonly timestampHi: number;
  readonly pasid: number;
  readonly node: number;
  readonly context: readonly [number, number, number, number];
}

/** Eight dwords as the ring holds them. */
export function decodeVector(words: Uint32Array, at = 0): IhVector {
  const w = (i: number): number => words[at + i]!;
  return {
    client: w(0) & 0xff,
    source: (w(0) >>> 8) & 0xff,
    ringId: (w(0) >>> 16) & 0xff,
    vmid: (w(0) >>> 24) & 0xf,
    vmidType: w(0) >>> 31,
    timestampLo: w(1),
    timestampHi: w(2) & 0xffff,
    pasid: w(3) & 0xffff,
    node: (w(3) >>> 16) & 0xff,
    context: [w(4), w(5), w(6), w(7)],
  };
}

export class Ih {
  private readonly context: Context;
  private readonly gmc: Gmc;
  private readPointer = 0;
  /** Vectors lost in overflows. */
  overflows = 0;

  constructor(context: Context, gmc: Gmc) {
    this.context = context;
    this.gmc = gmc;
  }

  init(): void {
    const { regs, step } = this.context;
    const mcSpace = 4; // through the memory controller, not the bus
    const size = floorLog2(RING_BYTES / 4);
    const control0 = regs.IH_RB_CNTL.encode({
      RB_SIZE: size,
      MC_SNOOP: 1,
      MC_SPACE: mcSpace,
      WPTR_OVERFLOW_ENABLE: 1,
      RPTR_REARM: 1,
      WPTR_OVERFLOW_CLEAR: 1,
    });
    const control1 = regs.IH_RB_CNTL_RING1.encode({
      RB_SIZE: size,
      MC_SNOOP: 1,
      MC_SPACE: mcSpace,
      RB_FULL_DRAIN_ENABLE: 1,
      WPTR_OVERFLOW_CLEAR: 1,
    });
    step(
      'ih: configure ring',
      { ring: 0, address: this.gmc.mc(layout.ihRing0), control: control0 },
      ({ address, control }) => {
        regs.IH_RB_BASE.write(lo32(address / 256));
        regs.IH_RB_BASE_HI.write(hi32(Math.floor(address / 256)));
        regs.IH_RB_CNTL.write(control);
        const pointer = this.gmc.mc(layout.ihRing0WritePointer);
        regs.IH_RB_WPTR_ADDR_LO.write(lo32(pointer));
        regs.IH_RB_WPTR_ADDR_HI.write(hi32(pointer));
        regs.IH_RB_WPTR.write(0);
        regs.IH_RB_RPTR.write(0);
        regs.IH_DOORBELL_RPTR.write(0);
      },
    );
    step(
      'ih: configure ring',
      { ring: 1, address: this.gmc.mc(layout.ihRing1), control: control1 },
      ({ address, control }) => {
        regs.IH_RB_BASE_RING1.write(lo32(address / 256));
        regs.IH_RB_BASE_HI_RING1.write(hi32(Math.floor(address / 256)));
        regs.IH_RB_CNTL_RING1.write(control);
        regs.IH_RB_WPTR_RING1.write(0);
        regs.IH_RB_RPTR_RING1.write(0);
        regs.IH_DOORBELL_RPTR_RING1.write(0);
      },
    );
    regs.IH_STORM_CLIENT_LIST_CNTL.update({ CLIENT18_IS_STORM_CLIENT: 1 });
    regs.IH_INT_FLOOD_CNTL.update({ FLOOD_CNTL_ENABLE: 1 });
    regs.IH_MSI_STORM_CTRL.update({ DELAY: 3 });
    step('ih: enable ring', { ring: 0 }, () => regs.IH_RB_CNTL.update({ RB_ENABLE: 1, ENABLE_INTR: 1 }));
    step('ih: enable ring', { ring: 1 }, () => regs.IH_RB_CNTL_RING1.update({ RB_ENABLE: 1 }));
    this.readPointer = 0;
  }

  /** Picks the ring up where the last session left it, forgetting what nobody has read: it belongs to that session. */
  resume(): void {
    this.readPointer = this.context.regs.IH_RB_RPTR.read() & POINTER_MASK;
    this.drain();
  }

  /** True when vectors wait. One register read. */
  pending(): boolean {
    const value = this.context.regs.IH_RB_WPTR.read();
    return value !== 0xffff_ffff && (value & POINTER_MASK) !== this.readPointer;
  }

  /** Every vector that came since the last call, oldest first. */
  drain(): IhVector[] {
    const { regs, step, vram } = this.context;
    const value = regs.IH_RB_WPTR.read();
    if (value === 0xffff_ffff) return [];
    const end = value & POINTER_MASK;
    if ((value & 1) !== 0) this.recoverOverflow(end);
    if (end === this.readPointer) return [];
    const vectors: IhVector[] = [];
    const words = new Uint32Array(VECTOR_BYTES / 4);
    const bytes = new Uint8Array(words.buffer);
    while (this.readPointer !== end) {
      vram.read(asVramOffset(layout.ihRing0 + this.readPointer) as VramOffset, bytes);
      vectors.push(decodeVector(words));
      this.readPointer = (this.readPointer + VECTOR_BYTES) % RING_BYTES;
    }
    step('ih: read pointer', { value: this.readPointer }, (args) => regs.IH_RB_RPTR.write(args.value));
    return vectors;
  }

  /** The oldest vectors were overwritten: go on behind the write pointer, then tell the block that it is known. */
  private recoverOverflow(writePointer: number): void {
    const { regs } = this.context;
    this.overflows++;
    this.readPointer = (writePointer + VECTOR_BYTES) % RING_BYTES;
    regs.IH_RB_WPTR.update({ RB_OVERFLOW: 0 });
    regs.IH_RB_CNTL.update({ WPTR_OVERFLOW_CLEAR: 1 });
    regs.IH_RB_CNTL.update({ WPTR_OVERFLOW_CLEAR: 0 });
  }
}
