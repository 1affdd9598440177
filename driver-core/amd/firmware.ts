/**
 * The firmware of a card: which files its IP versions call for, checked before the card is touched, and the images in
 * the order in which the PSP takes them.
 *
 * Fidelity: from-public-source. Type numbers and order as public drivers send them.
 */

import {
  fetchFirmware,
  formatVersion,
  parseImuFirmware,
  parsePspFirmware,
  parseRlcFirmware,
  parseRs64Firmware,
  parseSdmaFirmware,
  parseSmuFirmware,
} from '../firmware/index.ts';
import type { FirmwareSource, Payload, PspComponent } from '../firmware/index.ts';
import type { Discovery } from './discovery.ts';

/** One image and the number by which LOAD_IP_FW knows it (−1 for bootloader components). */
export interface NamedImage {
  readonly name: string;
  readonly type: number;
  readonly file: string;
  readonly version: string;
  readonly bytes: Uint8Array;
}

/** What a report says of an image. */
export interface LoadedImage {
  readonly name: string;
  readonly type: number;
  readonly file: string;
  readonly version: string;
  readonly bytes: number;
}

/** GFX_FW_TYPE numbers. */
export const firmwareType = {
  RLC_V: 7,
  RLC_G: 8,
  SMU: 18,
  RLC_RESTORE_LIST_GPM_MEM: 20,
  RLC_RESTORE_LIST_SRM_MEM: 21,
  RLC_RESTORE_LIST_SRM_CNTL: 22,
  TOC: 24,
  RLC_P: 25,
  RLC_IRAM: 26,
  RLC_DRAM_BOOT: 48,
  IMU_I: 68,
  IMU_D: 69,
  SDMA_UCODE_TH0: 71,
  SDMA_UCODE_TH1: 72,
  RS64_MEC: 89,
  RS64_MEC_P0_STACK: 94,
} as const;

export interface CardFirmware {
  /** Bootloader components, the table of contents among them. */
  readonly psp: ReadonlyMap<PspComponent, NamedImage>;
  readonly smu: NamedImage;
  /** Everything that goes through LOAD_IP_FW behind the TMR, in order. */
  readonly images: readonly NamedImage[];
  /** Where the compute microcode starts, byte address. */
  readonly mecStart: readonly [lo: number, hi: number];
}

const under = (version: string): string => version.replaceAll('.', '_');

/** Names of the files that a card of these IP versions needs. */
export function firmwareNames(discovery: Discovery): {
  psp: string;
  smu: string;
  sdma: string;
  mec: string;
  imu: string;
  rlc: string;
} {
  const gc = under(discovery.versionOf('GC'));
  return {
    psp: `psp_${under(discovery.versionOf('MP0'))}_sos.bin`,
    smu: `smu_${under(discovery.versionOf('MP1'))}.bin`,
    sdma: `sdma_${under(discovery.versionOf('SDMA0'))}.bin`,
    mec: `gc_${gc}_mec.bin`,
    imu: `gc_${gc}_imu.bin`,
    rlc: `gc_${gc}_rlc.bin`,
  };
}

/**
 * Fetches and checks every file.
 *
 * @throws EmptyslotError `FIRMWARE_MISSING`, `FIRMWARE_INVALID` (file, field, offset, expected, seen).
 */
export async function loadCardFirmware(source: FirmwareSource, discovery: Discovery): Promise<CardFirmware> {
  const names = firmwareNames(discovery);
  const psp = parsePspFirmware(names.psp, await fetchFirmware(source, names.psp));
  const smu = parseSmuFirmware(names.smu, await fetchFirmware(source, names.smu));
  const sdma = parseSdmaFirmware(names.sdma, await fetchFirmware(source, names.sdma));
  const mec = parseRs64Firmware(names.mec, await fetchFirmware(source, names.mec), 'MEC');
  const imu = parseImuFirmware(names.imu, await fetchFirmware(source, names.imu));
  const rlc = parseRlcFirmware(names.rlc, await fetchFirmware(source, names.rlc));
  const image = (payload: Payload, type: number, style: 'plain' | 'smu' | 'dotted' = 'plain'): NamedImage => ({
    name: payload.name,
    type,
    file: payload.file,
    version: formatVersion(payload.version, style),
    bytes: payload.bytes,
  });
  const { RLC_RESTORE_LIST_GPM_MEM, RLC_RESTORE_LIST_SRM_CNTL, RLC_RESTORE_LIST_SRM_MEM } = firmwareType;
  const listTypes: Readonly<Record<string, number>> = {
    RLC_RESTORE_LIST_GPM_MEM,
    RLC_RESTORE_LIST_SRM_CNTL,
    RLC_RESTORE_LIST_SRM_MEM,
  };
  const images = [
    image(sdma.th1, firmwareType.SDMA_UCODE_TH1),
    image(sdma.th0, firmwareType.SDMA_UCODE_TH0),
    image(mec.code, firmwareType.RS64_MEC),
    image(mec.stack, firmwareType.RS64_MEC_P0_STACK),
    image(imu.iram, firmwareType.IMU_I, 'dotted'),
    image(imu.dram, firmwareType.IMU_D, 'dotted'),
    ...rlc.lists.map((list) => image(list, listTypes[list.name]!)),
  ];
  for (const [payload, type] of [
    [rlc.iram, firmwareType.RLC_IRAM],
    [rlc.dram, firmwareType.RLC_DRAM_BOOT],
    [rlc.rlcP, firmwareType.RLC_P],
    [rlc.rlcV, firmwareType.RLC_V],
  ] as const) {
    if (payload !== undefined) images.push(image(payload, type));
  }
  images.push(image(rlc.gpm, firmwareType.RLC_G));
  return {
    psp: new Map(
      [...psp.components].map(([name, payload]) => [
        name,
        image(payload, name === 'TOC' ? firmwareType.TOC : -1, 'dotted'),
      ]),
    ),
    smu: image(smu.ucode, firmwareType.SMU, 'smu'),
    images,
    mecStart: mec.start,
  };
}
