/** Expectations are the PCI Express specification's: how system software finds, sizes and places things. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Command,
  Config,
  ConfigSpaceModel,
  aerCapability,
  msiCapability,
  pcieCapability,
  pmCapability,
  resizableBarCapability,
  vendorCapability,
} from './config-space.ts';
import type { ConfigListener, ConfigSpec } from './config-space.ts';
import type { Width } from './device.ts';

const spec: ConfigSpec = {
  vendorId: 0x1002,
  deviceId: 0x744c,
  revision: 0xc8,
  classCode: 0x03_0000,
  subsystemVendorId: 0x1002,
  subsystemId: 0x0e3b,
  multiFunction: true,
  bars: [
    { index: 0, kind: 'mem64', prefetchable: true, bytes: 256 * 2 ** 20 },
    { index: 2, kind: 'mem64', prefetchable: true, bytes: 2 * 2 ** 20 },
    { index: 4, kind: 'io', bytes: 256 },
    { index: 5, kind: 'mem32', bytes: 2 ** 20 },
  ],
  romBytes: 0x2_0000,
  capabilities: [
    vendorCapability(0x48, 8),
    pmCapability(0x50),
    pcieCapability(0x64, { type: 1, speed: 4, lanes: 16, flr: true }),
    msiCapability(0xa0),
    aerCapability(0x150),
    resizableBarCapability(0x200, [
      { bar: 0, sizesMib: 0xff00, bytes: 256 * 2 ** 20 },
      { bar: 2, sizesMib: 0x01fe, bytes: 2 * 2 ** 20 },
    ]),
  ],
};

const make = (listener: ConfigListener = {}): ConfigSpaceModel =>
  new ConfigSpaceModel(spec, new Uint32Array(1024), listener);

/** Sizing as Linux does it: write all ones, read back, invert. */
function sizeOf(config: ConfigSpaceModel, bar: number, wide: boolean): number {
  const at = Config.bar0 + 4 * bar;
  const lo = config.read(at, 4);
  config.write(at, 4, 0xffff_ffff);
  const mask = config.read(at, 4);
  config.write(at, 4, lo);
  let hiMask = 0xffff_ffff;
  if (wide) {
    const hi = config.read(at + 4, 4);
    config.write(at + 4, 4, 0xffff_ffff);
    hiMask = config.read(at + 4, 4);
    config.write(at + 4, 4, hi);
  }
  const flags = (mask & 1) !== 0 ? 3 : 15;
  const value = (BigInt(hiMask) << 32n) | BigInt((mask & ~flags) >>> 0);
  return Number(BigInt.asUintN(64, ~value) + 1n);
}

describe('configuration space', () => {
  it('announces who it is', () => {
    const config = make();
    expect(config.read(0, 4)).toBe(0x744c_1002);
    expect(config.read(8, 4)).toBe(0x0300_00c8);
    expect(config.read(Config.headerType, 1)).toBe(0x80);
    expect(config.read(0x2c, 4)).toBe(0x0e3b_1002);
    config.write(0, 4, 0);
    expect(config.read(0, 4)).toBe(0x744c_1002);
  });

  it('sizes BARs by write-all-ones, 64 bits and above 4 GiB included', () => {
    const config = make();
    expect(sizeOf(config, 0, true)).toBe(256 * 2 ** 20);
    expect(sizeOf(config, 2, true)).toBe(2 * 2 ** 20);
    expect(sizeOf(config, 5, false)).toBe(2 ** 20);
    expect(config.read(0x10, 4) & 0xf).toBe(0xc); // 64 bit, prefetchable
    expect(config.read(0x24, 4) & 0xf).toBe(0x0);
    expect(config.read(0x20, 4) & 0x3).toBe(0x1); // I/O
    config.write(0x208, 4, (config.read(0x208, 4) & ~0x3f00) | (15 << 8));
    expect(sizeOf(config, 0, true)).toBe(32 * 2 ** 30);
  });

  it('refuses a BAR size that the capability does not offer', () => {
    const config = make();
    const before = config.read(0x208, 4);
    config.write(0x208, 4, (before & ~0x3f00) | (20 << 8));
    expect(config.read(0x208, 4)).toBe(before);
    expect(config.barBytes(0)).toBe(256 * 2 ** 20);
  });

  it('places a BAR at a naturally aligned address whatever is written', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), fc.nat(0xffff), (lo, hi) => {
        const config = make();
        config.write(0x10, 4, lo);
        config.write(0x14, 4, hi);
        expect(config.barAddress(0) % (256 * 2 ** 20)).toBe(0);
        expect(Math.floor(config.barAddress(0) / 2 ** 32)).toBe(hi);
      }),
    );
  });

  it('chains its capabilities so that a walk finds every one, once', () => {
    const config = make();
    const plain: number[] = [];
    for (let at = config.read(Config.capabilities, 1); at !== 0; at = config.read(at + 1, 1))
      plain.push(config.read(at, 1));
    expect(plain).toEqual([0x09, 0x01, 0x10, 0x05]);
    const extended: number[] = [];
    for (let at = 0x150; at !== 0; at = config.read(at, 4) >>> 20) extended.push(config.read(at, 4) & 0xffff);
    expect(extended).toEqual([0x0001, 0x0015]);
  });

  it('gates memory and bus mastering, also by power state', () => {
    const seen: number[] = [];
    const config = make({ powerChanged: (state, before) => seen.push(before, state) });
    expect([config.memorySpaceEnabled, config.busMasterEnabled]).toEqual([false, false]);
    config.write(Config.command, 2, Command.memory | Command.busMaster);
    expect([config.memorySpaceEnabled, config.busMasterEnabled]).toEqual([true, true]);
    config.write(0x54, 2, 3);
    expect([config.memorySpaceEnabled, config.busMasterEnabled]).toEqual([false, false]);
    config.write(0x54, 2, 0);
    expect(config.memorySpaceEnabled).toBe(true);
    expect(seen).toEqual([0, 3, 3, 0]);
  });

  it('sends MSI only when enabled and bus master is on', () => {
    const config = make();
    config.write(0xa4, 4, 0xfee0_0000);
    config.write(0xa8, 4, 0);
    config.write(0xac, 2, 0x4041);
    expect(config.msiMessage(0)).toBeUndefined();
    config.write(0xa2, 2, 1);
    expect(config.msiMessage(0)).toBeUndefined();
    config.write(Config.command, 2, Command.memory | Command.busMaster);
    expect(config.msiMessage(0)).toEqual({ address: 0xfee0_0000, data: 0x4041 });
  });

  it('starts a function-level reset by the device control bit, which reads 0', () => {
    let resets = 0;
    const config = make({ functionLevelReset: () => resets++ });
    config.write(0x6c, 2, 0x8000);
    expect(resets).toBe(1);
    expect(config.read(0x6c, 2) & 0x8000).toBe(0);
  });

  it('survives any write, and never lets identity or chains change', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(4100), fc.constantFrom<Width>(1, 2, 4), fc.nat(0xffff_ffff)), { maxLength: 200 }),
        (writes) => {
          const config = make();
          for (const [at, width, value] of writes) config.write(at, width, value);
          expect(config.read(0, 4)).toBe(0x744c_1002);
          expect(config.read(0x34, 1)).toBe(0x48);
          expect(config.read(0x48, 2)).toBe(0x5009);
          config.reset();
          expect(config.command).toBe(0);
        },
      ),
    );
  });
});
