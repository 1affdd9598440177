/**
 * What a host's operating system does for a driver that asks it to reset a function or to resize a BAR. All of it is
 * ordinary configuration access, so a recording holds it and a replay repeats it.
 *
 * Source: PCI Express Base Specification; the order of steps is what Linux does (pci_reset_function, resource_resize).
 * Fidelity: from-public-source.
 */

import { CapabilityId, Command, Config, EmptyslotError, ExtendedId, hi32, lo32 } from '../../pcie/index.ts';
import type { ResetKind } from '../../pcie/index.ts';
import type { Port } from '../../sim/index.ts';

/** Wait after a function-level or hot reset before the function may be touched, in ns. */
const AFTER_RESET_NS = 100e6;

/** Offset of a capability in the first 256 bytes, or 0. */
export function findCapability(port: Port, id: number): number {
  let at = port.configRead(Config.capabilities, 1) & 0xfc;
  for (let hops = 0; at >= 0x40 && hops < 48; hops++) {
    const head = port.configRead(at, 2);
    if ((head & 0xff) === id) return at;
    at = (head >>> 8) & 0xfc;
  }
  return 0;
}

/** Offset of an extended capability, or 0. */
export function findExtendedCapability(port: Port, id: number): number {
  let at = 0x100;
  for (let hops = 0; at >= 0x100 && hops < 960; hops++) {
    const head = port.configRead(at, 4);
    if (head === 0 || head === 0xffff_ffff) return 0;
    if ((head & 0xffff) === id) return at;
    at = (head >>> 20) & 0xffc;
  }
  return 0;
}

/** Control registers of the Resizable BAR capability: offset by BAR number. */
function resizeControls(port: Port): Map<number, number> {
  const controls = new Map<number, number>();
  const at = findExtendedCapability(port, ExtendedId.resizableBar);
  if (at === 0) return controls;
  const entries = Math.min(6, (port.configRead(at + 8, 4) >>> 5) & 7);
  for (let i = 0; i < entries; i++) controls.set(port.configRead(at + 8 + 8 * i, 4) & 7, at + 8 + 8 * i);
  return controls;
}

/**
 * Gives a resizable BAR the largest size it offers up to `maxBytes`, and a bus address that fits. Returns the size.
 *
 * @throws EmptyslotError `ACCESS_UNSUPPORTED` when the BAR is not resizable.
 */
export function growBar(port: Port, bar: number, maxBytes: number): number {
  const control = resizeControls(port).get(bar);
  if (control === undefined)
    throw new EmptyslotError('ACCESS_UNSUPPORTED', `BAR${bar} cannot be resized`, { timeNs: port.machine.nowNs });
  const offered = port.configRead(control - 4, 4) >>> 4;
  const before = port.configRead(control, 4);
  const now = 2 ** (20 + ((before >>> 8) & 0x3f));
  let best = 0;
  for (let n = 0; n < 28; n++) if (((offered >>> n) & 1) !== 0 && 2 ** (20 + n) <= maxBytes) best = n;
  const bytes = 2 ** (20 + best);
  if (bytes <= now) return now;
  const command = port.configRead(Config.command, 2);
  port.configWrite(Config.command, 2, command & ~Command.memory); // a BAR moves only while it decodes nothing
  port.configWrite(control, 4, (before & ~0x3f00) | (best << 8));
  const at = port.machine.placeBar(bytes, true);
  port.configWrite(Config.bar0 + 4 * bar, 4, lo32(at));
  port.configWrite(Config.bar0 + 4 * bar + 4, 4, hi32(at));
  port.configWrite(Config.command, 2, command);
  return bytes;
}

/** Resets the function by FLR where it offers that, else by a hot reset of its slot, and puts its configuration back. */
export function resetFunction(port: Port): ResetKind {
  const pcie = findCapability(port, CapabilityId.pcie);
  const flr = pcie !== 0 && (port.configRead(pcie + 4, 4) & 0x1000_0000) !== 0;
  const controls = [...resizeControls(port).values()];
  const saved = [
    ...controls,
    ...[0, 1, 2, 3, 4, 5].map((i) => Config.bar0 + 4 * i),
    Config.rom,
    Config.cacheLine,
    Config.interruptLine,
  ].map((at) => [at, port.configRead(at, 4)] as const);
  const command = port.configRead(Config.command, 2);
  port.configWrite(Config.command, 2, Command.interruptDisable); // as Linux does: no DMA may be under way
  port.reset(flr ? 'flr' : 'hot');
  port.elapse(AFTER_RESET_NS);
  for (const [at, value] of saved) port.configWrite(at, 4, value);
  port.configWrite(Config.command, 2, command);
  return flr ? 'flr' : 'hot';
}
