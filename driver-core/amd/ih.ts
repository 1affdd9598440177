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
import { interruptVector, vectorBytes } from '../../registers/amd/ih-vector.ts';
import { bitsOf, decode } from '../../registers/layout.ts';
import { floorLog2 } from '../numbers.ts';
import type { Context } from './context.ts';
import type { Gmc } from './gmc.ts';
import { layout, layoutBytes } from './layout.ts';

const RING_BYTES = layoutBytes.ihRing;
const POINTER_MASK = 0x3_fffc;

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

/** One vector as the ring holds it. */
export function decodeVector(view: DataView, at = 0): IhVector {
  const v = decode(interruptVector, view, at);
  const { head, timestampHi, process } = interruptVector.parts;
  const { CLIENT_ID, SOURCE_ID, RING_ID, VMID, VMID_TYPE } = bitsOf(head, v.head);
  const { PASID, NODE_ID } = bitsOf(process, v.process);
  return {
    client: CLIENT_ID,
    source: SOURCE_ID,
    ringId: RING_ID,
    vmid: VMID,
    vmidType: VMID_TYPE,
    timestampLo: v.timestampLo,
    timestampHi: bitsOf(timestampHi, v.timestampHi).TIMESTAMP_HI,
    pasid: PASID,
    node: NODE_ID,
    context: [v.context0, v.context1, v.context2, v.context3],
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
    const bytes = new Uint8Array(vectorBytes);
    const view = new DataView(bytes.buffer);
    while (this.readPointer !== end) {
      vram.read(asVramOffset(layout.ihRing0 + this.readPointer) as VramOffset, bytes);
      vectors.push(decodeVector(view));
      this.readPointer = (this.readPointer + vectorBytes) % RING_BYTES;
    }
    step('ih: read pointer', { value: this.readPointer }, (args) => regs.IH_RB_RPTR.write(args.value));
    return vectors;
  }

  /** The oldest vectors were overwritten: go on behind the write pointer, then tell the block that it is known. */
  private recoverOverflow(writePointer: number): void {
    const { regs } = this.context;
    this.overflows++;
    this.readPointer = (writePointer + vectorBytes) % RING_BYTES;
    regs.IH_RB_WPTR.update({ RB_OVERFLOW: 0 });
    regs.IH_RB_CNTL.update({ WPTR_OVERFLOW_CLEAR: 1 });
    regs.IH_RB_CNTL.update({ WPTR_OVERFLOW_CLEAR: 0 });
  }
}
