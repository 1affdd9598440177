/**
 * Is this a card that the driver knows? Answered by reading: where BAR0 does not reach the discovery table, the memory
 * window moves, and nothing else on the card changes.
 */

import { EmptyslotError, hex } from '../../pcie/index.ts';
import type { PciDevice } from '../../pcie/index.ts';
import { readDiscovery } from './discovery.ts';
import type { Discovery } from './discovery.ts';
import { RegisterSpace, fixed } from './registers.ts';
import { Vram } from './vram.ts';

const AMD = 0x1002;
/** Device ids this driver knows. */
const NAVI31_IDS: readonly number[] = [0x744c];
const MIB = 2 ** 20;
/** IP versions that the sequences here are for. */
const supported = {
  GC: '11.0.0',
  SDMA0: '6.0.0',
  MMHUB: '3.0.0',
  NBIO: '4.3.0',
  MP0: '13.0.0',
  MP1: '13.0.0',
  HDP: '6.0.0',
  OSSSYS: '6.0.0',
} as const;

/** A card that may be brought up. */
export interface KnownCard {
  readonly space: RegisterSpace;
  readonly vram: Vram;
  readonly vramBytes: number;
  readonly discovery: Discovery;
}

/** @throws EmptyslotError `DEVICE_UNSUPPORTED`, `DEVICE_GONE`, `DISCOVERY_INVALID`. */
export function identify(device: PciDevice): KnownCard {
  const { vendorId, deviceId } = device.identity;
  if (vendorId !== AMD || !NAVI31_IDS.includes(deviceId)) {
    throw new EmptyslotError('DEVICE_UNSUPPORTED', `${hex(vendorId)}:${hex(deviceId)} is no card of this driver`, {
      expected: '0x1002:0x744c',
      lastSeen: `${hex(vendorId)}:${hex(deviceId)}`,
    });
  }
  const space = new RegisterSpace(device.bar(5));
  const memsize = space.read(fixed.CONFIG_MEMSIZE);
  if (memsize === 0xffff_ffff || memsize === 0) {
    throw new EmptyslotError('DEVICE_GONE', 'the card does not answer: RCC_CONFIG_MEMSIZE reads as all ones or zero', {
      step: device.step,
      expected: 'VRAM in MiB',
      lastSeen: hex(memsize),
    });
  }
  const vramBytes = memsize * MIB;
  const vram = new Vram(device.bar(0), space, vramBytes);
  const discovery = readDiscovery(vram, vramBytes);
  for (const [ip, version] of Object.entries(supported)) {
    const seen = discovery.versionOf(ip);
    if (seen !== version)
      throw new EmptyslotError('DEVICE_UNSUPPORTED', `${ip} is version ${seen}, this driver knows ${version}`, {
        expected: version,
        lastSeen: seen,
      });
  }
  return { space, vram, vramBytes, discovery };
}
