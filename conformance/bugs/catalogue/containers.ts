/** Damaged firmware files: the driver must notice before it tells the card anything. Pure software. */

import type { Bug } from '../bug.ts';

/** Changes one file. */
const damage =
  (file: string, how: (bytes: Uint8Array, view: DataView) => Uint8Array | void) =>
  (name: string, bytes: Uint8Array): Uint8Array =>
    name === file ? (how(bytes, new DataView(bytes.buffer)) ?? bytes) : bytes;

const untouched = true;

export const containerBugs: readonly Bug[] = [
  {
    id: 'container-truncated',
    title: 'The file of the secure OS is cut short',
    firmware: damage('psp_13_0_0_sos.bin', (bytes) => bytes.slice(0, bytes.length - 1000)),
    expect: { error: 'FIRMWARE_INVALID', message: /psp_13_0_0_sos\.bin: sizeBytes at 0x0/, untouched },
  },
  {
    id: 'container-header-only',
    title: 'A file ends within its header',
    firmware: damage('gc_11_0_0_mec.bin', (bytes) => bytes.slice(0, 20)),
    expect: { error: 'FIRMWARE_INVALID', message: /gc_11_0_0_mec\.bin/, untouched },
  },
  {
    id: 'container-offset',
    title: 'A payload begins past the end of its file',
    firmware: damage('gc_11_0_0_rlc.bin', (bytes, view) => view.setUint32(0xa0, bytes.length + 4, true)),
    expect: { error: 'FIRMWARE_INVALID', message: /gc_11_0_0_rlc\.bin: RLC_IRAM at 0xa0/, untouched },
  },
  {
    id: 'container-checksum',
    title: 'One bit of a file with a checksum is wrong',
    firmware: damage('gc_11_0_0_imu.bin', (bytes) => void (bytes[0x1234]! ^= 4)),
    expect: { error: 'FIRMWARE_INVALID', message: /gc_11_0_0_imu\.bin: crc32/, untouched },
  },
  {
    id: 'container-empty',
    title: 'A file is empty',
    firmware: damage('smu_13_0_0.bin', () => new Uint8Array(0)),
    expect: { error: 'FIRMWARE_INVALID', message: /smu_13_0_0\.bin/, untouched },
  },
];
