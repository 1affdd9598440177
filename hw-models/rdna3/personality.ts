/**
 * What an RX 7900 XTX is to PCI: ids, BARs, capabilities, and the expansion ROM's header.
 *
 * Function 0 of the four that the board has; audio, USB and UCSI are not there. Function-level reset is not offered,
 * as on real boards: a driver asks the SMU or the PSP for a reset instead. Of the ROM only the header that names the
 * device exists, the video BIOS behind it is not modelled.
 *
 * Source: public boot logs and lspci dumps of real cards; PCI Firmware Specification for the ROM's header.
 * Fidelity: from-public-source.
 * Fidelity: guessed (where the capabilities below 0x100 and the resizable BARs lie: as on sibling cards).
 */

import {
  ExtendedId,
  aerCapability,
  msiCapability,
  pcieCapability,
  pmCapability,
  presentCapability,
  resizableBarCapability,
  vendorCapability,
  vsecCapability,
} from '../../pcie/index.ts';
import type { ConfigSpec } from '../../pcie/index.ts';

const MIB = 2 ** 20;

export const DOORBELL_BYTES = 2 * MIB;
export const REGISTER_BYTES = MIB;
export const ROM_BYTES = 128 * 1024;

/** 256 MiB to 32 GiB, and 2 MiB to 256 MiB: bit n offers 2^n MiB. */
const vramSizes = 0xff00;
const doorbellSizes = 0x1fe;

export const configSpec: ConfigSpec = {
  vendorId: 0x1002,
  deviceId: 0x744c,
  revision: 0xc8,
  classCode: 0x03_0000,
  subsystemVendorId: 0x1002,
  subsystemId: 0x0e3b,
  multiFunction: true,
  bars: [
    { index: 0, kind: 'mem64', prefetchable: true, bytes: 256 * MIB, sizesMib: vramSizes },
    { index: 2, kind: 'mem64', prefetchable: true, bytes: DOORBELL_BYTES, sizesMib: doorbellSizes },
    { index: 4, kind: 'io', bytes: 256 },
    { index: 5, kind: 'mem32', bytes: REGISTER_BYTES },
  ],
  romBytes: ROM_BYTES,
  capabilities: [
    vendorCapability(0x48, 8),
    pmCapability(0x50),
    pcieCapability(0x64, { type: 1, speed: 4, lanes: 16 }),
    msiCapability(0xa0),
    vsecCapability(0x100, 1, 0x10),
    aerCapability(0x150),
    resizableBarCapability(0x200, [
      { bar: 0, sizesMib: vramSizes, bytes: 256 * MIB },
      { bar: 2, sizesMib: doorbellSizes, bytes: DOORBELL_BYTES },
    ]),
    presentCapability(0x240, ExtendedId.powerBudget, 'Power Budgeting'),
    presentCapability(0x270, ExtendedId.secondaryPcie, 'Secondary PCI Express'),
    presentCapability(0x2a0, ExtendedId.acs, 'Access Control Services'),
    presentCapability(0x2d0, ExtendedId.pasid, 'Process Address Space ID', [
      { at: 4, value: 10 << 8, rw: 0x0007_0000 },
    ]),
    presentCapability(0x320, ExtendedId.ltr, 'Latency Tolerance Reporting', [{ at: 4, rw: 0x1fff_1fff }]),
    presentCapability(0x410, ExtendedId.physical16, 'Physical Layer 16.0 GT/s'),
    presentCapability(0x450, ExtendedId.laneMargining, 'Lane Margining'),
  ],
};

/** Dword of the ROM at byte `offset`: the 55 AA header, the PCI data structure at 0x20, zeros. */
export function romWord(offset: number): number {
  switch (offset) {
    case 0x00:
      return 0x00aa55 | (((ROM_BYTES / 512) << 16) & 0xff0000);
    case 0x18:
      return 0x0020;
    case 0x20:
      return 0x5249_4350; // "PCIR"
    case 0x24:
      return configSpec.vendorId | (configSpec.deviceId << 16);
    case 0x28:
      return 0x0018_0000;
    case 0x2c:
      return (configSpec.classCode << 8) >>> 0;
    case 0x30:
      return ROM_BYTES / 512;
    case 0x34:
      return 0x0000_8000; // last image
    default:
      return 0;
  }
}
