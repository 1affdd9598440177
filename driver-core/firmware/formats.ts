/**
 * The kinds of firmware file that a Navi31 uses, and what each holds.
 *
 * A parser takes a file by name and bytes and gives its payloads as views of those bytes.
 *
 * Facts: header layouts of `registers/amd/firmware.ts`, held against the files of the Navi31 set.
 *
 * Fidelity: from-public-source.
 */

import { hex } from '../../pcie/index.ts';
import {
  gfxHeader20,
  imuHeader10,
  mesHeader10,
  ppTableEntry,
  pspHeader20,
  pspHeader21,
  pspImage,
  pspImageTypes,
  rlcHeader20,
  rlcHeader21,
  rlcHeader22,
  rlcHeader23,
  sdmaHeader20,
  smuHeader20,
  smuHeader21,
} from '../../registers/amd/firmware.ts';
import { Container } from './container.ts';

/** One payload of a file, ready for the PSP. */
export interface Payload {
  readonly name: string;
  readonly file: string;
  /** As the header gives it; decode with `formatVersion`. */
  readonly version: number;
  readonly bytes: Uint8Array;
}

/** Versions of PSP and SMU images are read byte by byte (`0.49.0.54`), those of microcode are plain numbers. */
export function formatVersion(version: number, style: 'dotted' | 'smu' | 'plain'): string {
  if (style === 'plain') return String(version);
  const parts = [version >>> 24, (version >>> 16) & 0xff, (version >>> 8) & 0xff, version & 0xff];
  return (style === 'smu' ? parts.slice(1) : parts).join('.');
}

// --- PSP: psp_13_0_0_sos.bin

export type PspComponent = keyof typeof pspImageTypes;

export interface PspFirmware {
  readonly container: Container;
  readonly components: ReadonlyMap<PspComponent, Payload>;
}

/** Most descriptors a header of this kind may name. */
const MOST_PSP_COMPONENTS = 32;
const componentNames = new Map(Object.entries(pspImageTypes).map(([name, type]) => [type, name as PspComponent]));

/** @throws EmptyslotError `FIRMWARE_INVALID`. */
export function parsePspFirmware(file: string, bytes: Uint8Array): PspFirmware {
  const container = new Container(file, bytes, { headers: { '2.0': pspHeader20, '2.1': pspHeader21 }, crc: true });
  const { imageCount } = pspHeader20.parts;
  const count = container.number('imageCount', imageCount);
  if (count === 0 || count > MOST_PSP_COMPONENTS) {
    throw container.invalid('imageCount', imageCount.at, `1 to ${MOST_PSP_COMPONENTS}`, String(count));
  }
  const first = (container.header.headerVersion[1] === 0 ? pspHeader20 : pspHeader21).bytes;
  const { type, version, offsetBytes, sizeBytes } = pspImage.parts;
  const components = new Map<PspComponent, Payload>();
  for (let i = 0; i < count; i++) {
    const base = first + i * pspImage.bytes;
    const name = componentNames.get(container.number('image type', type, base) as never);
    if (name === undefined) continue; // a newer kind of component: not ours to load
    if (components.has(name)) throw container.invalid(`type of ${name}`, base, 'one descriptor', 'two');
    components.set(name, {
      name,
      file,
      version: container.number(`${name} version`, version, base),
      bytes: container.payload(name, offsetBytes, sizeBytes, { base, from: container.header.ucodeOffset }),
    });
  }
  for (const needed of ['KDB', 'SPL', 'SYS_DRV', 'SOS', 'TOC'] as const) {
    if (!components.has(needed)) throw container.invalid('image type', first, `a descriptor for ${needed}`, 'none');
  }
  return { container, components };
}

// --- SMU: smu_13_0_0.bin

export interface SmuFirmware {
  readonly container: Container;
  readonly ucode: Payload;
  readonly startAddress: number;
  readonly powerPlayTables: readonly { readonly id: number; readonly bytes: Uint8Array }[];
}

/** @throws EmptyslotError `FIRMWARE_INVALID`. */
export function parseSmuFirmware(file: string, bytes: Uint8Array): SmuFirmware {
  // The checksum field of this kind follows another rule than a CRC of the rest; drivers leave it alone.
  const container = new Container(file, bytes, { headers: { '2.0': smuHeader20, '2.1': smuHeader21 }, crc: false });
  const tables: { id: number; bytes: Uint8Array }[] = [];
  if (container.header.headerVersion[1] === 1) {
    const { ppTableCount, ppTableEntriesBytes } = smuHeader21.parts;
    const count = container.number('ppTableCount', ppTableCount);
    const list = container.number('ppTableEntriesBytes', ppTableEntriesBytes);
    if (count > 64) throw container.invalid('ppTableCount', ppTableCount.at, 'at most 64', String(count));
    const { id, offsetBytes, sizeBytes } = ppTableEntry.parts;
    for (let i = 0; i < count; i++) {
      const base = list + i * ppTableEntry.bytes;
      const number = container.number('power-play table id', id, base);
      const table = container.payload(`power-play table ${number}`, offsetBytes, sizeBytes, { base });
      tables.push({ id: number, bytes: table });
    }
  }
  return {
    container,
    ucode: whole(container, 'SMU'),
    startAddress: container.number('startAddress', smuHeader20.parts.startAddress),
    powerPlayTables: tables,
  };
}

/** The payload that the common header itself points at. */
function whole(container: Container, name: string): Payload {
  const { ucodeOffset, ucodeBytes, ucodeVersion } = container.header;
  const { at } = smuHeader20.parts.ucodeOffsetBytes;
  return {
    name,
    file: container.file,
    version: ucodeVersion,
    bytes: container.slice(name, at, ucodeOffset, ucodeBytes),
  };
}

// --- command processors: gc_11_0_0_{mec,pfp,me}.bin (RS64)

export interface Rs64Firmware {
  readonly container: Container;
  readonly code: Payload;
  readonly stack: Payload;
  /** Where the processor starts: byte address, low and high half. */
  readonly start: readonly [lo: number, hi: number];
}

/** @throws EmptyslotError `FIRMWARE_INVALID`. */
export function parseRs64Firmware(file: string, bytes: Uint8Array, name: 'MEC' | 'PFP' | 'ME'): Rs64Firmware {
  const container = new Container(file, bytes, { headers: { '2.0': gfxHeader20 }, crc: true });
  const version = container.header.ucodeVersion;
  const { codeOffsetBytes, codeSizeBytes, dataOffsetBytes, dataSizeBytes, startAddressLo, startAddressHi } =
    gfxHeader20.parts;
  const code = container.payload('code', codeOffsetBytes, codeSizeBytes);
  const stack = container.payload('data', dataOffsetBytes, dataSizeBytes);
  const lo = container.number('startAddressLo', startAddressLo);
  const hi = container.number('startAddressHi', startAddressHi);
  if ((lo & 3) !== 0) throw container.invalid('startAddressLo', startAddressLo.at, 'a multiple of 4', hex(lo));
  return {
    container,
    code: { name: `RS64_${name}`, file, version, bytes: code },
    stack: { name: `RS64_${name}_STACK`, file, version, bytes: stack },
    start: [lo, hi],
  };
}

// --- scheduler: gc_11_0_0_mes_2.bin, gc_11_0_0_mes1.bin

export interface MesFirmware {
  readonly container: Container;
  readonly code: Payload;
  readonly data: Payload;
  readonly start: readonly [lo: number, hi: number];
  readonly dataStart: readonly [lo: number, hi: number];
}

/** @throws EmptyslotError `FIRMWARE_INVALID`. */
export function parseMesFirmware(file: string, bytes: Uint8Array): MesFirmware {
  const container = new Container(file, bytes, { headers: { '1.0': mesHeader10 }, crc: true });
  const h = mesHeader10.parts;
  const read = (name: keyof typeof h): number => container.number(name, h[name]);
  return {
    container,
    code: {
      name: 'RS64_MES',
      file,
      version: read('codeVersion'),
      bytes: container.payload('code', h.codeOffsetBytes, h.codeSizeBytes),
    },
    data: {
      name: 'RS64_MES_STACK',
      file,
      version: read('dataVersion'),
      bytes: container.payload('data', h.dataOffsetBytes, h.dataSizeBytes),
    },
    start: [read('startAddressLo'), read('startAddressHi')],
    dataStart: [read('dataStartLo'), read('dataStartHi')],
  };
}

// --- IMU: gc_11_0_0_imu.bin

export interface ImuFirmware {
  readonly container: Container;
  readonly iram: Payload;
  readonly dram: Payload;
}

/** @throws EmptyslotError `FIRMWARE_INVALID`. */
export function parseImuFirmware(file: string, bytes: Uint8Array): ImuFirmware {
  const container = new Container(file, bytes, { headers: { '1.0': imuHeader10 }, crc: true });
  const { ucodeOffset, ucodeVersion: version } = container.header;
  const { iramSizeBytes, dramSizeBytes } = imuHeader10.parts;
  const iramBytes = container.number('iramSizeBytes', iramSizeBytes);
  const dramBytes = container.number('dramSizeBytes', dramSizeBytes);
  // The header has offsets too, but drivers place the data right behind the instructions and the files agree.
  const iram = container.slice('iram', iramSizeBytes.at, ucodeOffset, iramBytes);
  const dram = container.slice('dram', dramSizeBytes.at, ucodeOffset + iramBytes, dramBytes);
  return {
    container,
    iram: { name: 'IMU_I', file, version, bytes: iram },
    dram: { name: 'IMU_D', file, version, bytes: dram },
  };
}

// --- RLC: gc_11_0_0_rlc.bin

export interface RlcFirmware {
  readonly container: Container;
  readonly gpm: Payload;
  /** Present from header 2.2 on. */
  readonly iram: Payload | undefined;
  readonly dram: Payload | undefined;
  /** Present in header 2.3. */
  readonly rlcP: Payload | undefined;
  readonly rlcV: Payload | undefined;
  /** Save and restore lists of header 2.1 files; gfx11 files carry none that is loaded. */
  readonly lists: readonly Payload[];
}

/** @throws EmptyslotError `FIRMWARE_INVALID`. */
export function parseRlcFirmware(file: string, bytes: Uint8Array): RlcFirmware {
  // As with the SMU's, the checksum field of these files is no CRC of the rest.
  const headers = { '2.0': rlcHeader20, '2.1': rlcHeader21, '2.2': rlcHeader22, '2.3': rlcHeader23 };
  const container = new Container(file, bytes, { headers, crc: false });
  const minor = container.header.headerVersion[1];
  const h = rlcHeader23.parts;
  type Part = keyof typeof h;
  const part = (name: string, offset: Part, size: Part, version?: Part): Payload => ({
    name,
    file,
    version: version === undefined ? container.header.ucodeVersion : container.number(version, h[version]),
    bytes: container.payload(name, h[offset], h[size]),
  });
  const lists =
    minor === 1
      ? [
          part('RLC_RESTORE_LIST_SRM_CNTL', 'restoreListCntlOffsetBytes', 'restoreListCntlSizeBytes'),
          part('RLC_RESTORE_LIST_GPM_MEM', 'restoreListGpmOffsetBytes', 'restoreListGpmSizeBytes'),
          part('RLC_RESTORE_LIST_SRM_MEM', 'restoreListSrmOffsetBytes', 'restoreListSrmSizeBytes'),
        ]
      : [];
  return {
    container,
    gpm: whole(container, 'RLC_G'),
    iram: minor >= 2 ? part('RLC_IRAM', 'iramOffsetBytes', 'iramSizeBytes') : undefined,
    dram: minor >= 2 ? part('RLC_DRAM_BOOT', 'dramOffsetBytes', 'dramSizeBytes') : undefined,
    rlcP: minor >= 3 ? part('RLC_P', 'rlcpOffsetBytes', 'rlcpSizeBytes', 'rlcpVersion') : undefined,
    rlcV: minor >= 3 ? part('RLC_V', 'rlcvOffsetBytes', 'rlcvSizeBytes', 'rlcvVersion') : undefined,
    lists,
  };
}

// --- SDMA: sdma_6_0_0.bin

export interface SdmaFirmware {
  readonly container: Container;
  /** Context thread, TH0. */
  readonly th0: Payload;
  /** Control thread, TH1. */
  readonly th1: Payload;
}

/** @throws EmptyslotError `FIRMWARE_INVALID`. */
export function parseSdmaFirmware(file: string, bytes: Uint8Array): SdmaFirmware {
  const container = new Container(file, bytes, { headers: { '2.0': sdmaHeader20 }, crc: true });
  const { ucodeVersion: version } = container.header;
  const { ucodeOffsetBytes, contextSizeBytes, controlOffsetBytes, controlSizeBytes } = sdmaHeader20.parts;
  const th0 = container.payload('context thread', ucodeOffsetBytes, contextSizeBytes);
  const th1 = container.payload('control thread', controlOffsetBytes, controlSizeBytes);
  return {
    container,
    th0: { name: 'SDMA_UCODE_TH0', file, version, bytes: th0 },
    th1: { name: 'SDMA_UCODE_TH1', file, version, bytes: th1 },
  };
}
