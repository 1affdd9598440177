/**
 * A hub that tells of what packets read and write through it, for whoever looks for races. Shader accesses do not come
 * this way. Pure software.
 */
import { Client } from '../blocks.ts';
import type { Access, Watch } from '../blocks.ts';
import { VmHub } from './hub.ts';

export class WatchedHub extends VmHub {
  /** What the last translation answered. */
  private last = -1;

  private get observer(): Watch | undefined {
    return this.card.watch;
  }

  override translate(vmid: number, va: number, access: Access, client: number): number {
    const at = super.translate(vmid, va, access, client);
    this.last = at;
    return at;
  }

  override run(vmid: number, va: number, bytes: number, access: Access, client: number): number {
    const at = super.run(vmid, va, bytes, access, client);
    if (client !== Client.tcp) this.observer?.memory(at, this.runBytes, access === 1);
    return at;
  }

  override read32(vmid: number, va: number, client: number): number {
    const value = super.read32(vmid, va, client);
    // pieces of what crosses a page, or is not aligned, have come through `run`
    if (va % 4 === 0) this.observer?.memory(this.last, 4, false);
    return value;
  }

  override write32(vmid: number, va: number, value: number, client: number): boolean {
    const done = super.write32(vmid, va, value, client);
    if (va % 4 === 0) this.observer?.memory(this.last, 4, true);
    return done;
  }

  override read64(vmid: number, va: number, into: Uint32Array, client: number): boolean {
    const done = super.read64(vmid, va, into, client);
    if (va % 4 === 0 && va % 4096 <= 4088) this.observer?.memory(this.last, 8, false);
    return done;
  }

  override write64(vmid: number, va: number, lo: number, hi: number, client: number): boolean {
    const done = super.write64(vmid, va, lo, hi, client);
    if (va % 4 === 0 && va % 4096 <= 4088) this.observer?.memory(this.last, 8, true);
    return done;
  }
}
