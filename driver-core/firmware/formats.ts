/**
 * The kinds of firmware file that a Navi31 uses, and what each holds.
 *
 * A parser takes a file by name and bytes and gives its payloads as views of those bytes. Offsets are of the file; the
 * comment after each says what the public header calls the field.
 *
 * Facts: public firmware headers of Linux amdgpu; the files of the Navi31 set.
 *
 * Fidelity: from-public-source.
 */

import { hex } from '../../pcie/index.ts';
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

/** What a descriptor's type number means. */
export const pspComponents = {
  1: 'SOS',
  2: 'SYS_DRV',
  3: 'KDB',
  4: 'TOC',
  5: 'SPL',
  6: 'RL',
  7: 'SOC_DRV',
  8: 'INTF_DRV',
  9: 'DBG_DRV',
  10: 'RAS_DRV',
  11: 'IPKEYMGR_DRV',
} as const;
export type PspComponent = (typeof pspComponents)[keyof typeof pspComponents];

export interface PspFirmware {
  readonly container: Container;
  readonly components: ReadonlyMap<PspComponent, Payload>;
}

/** Most descriptors a header of this kind may name. */
const MOST_PSP_COMPONENTS = 32;

/** @throws EmptyslotError `FIRMWARE_INVALID`. */
export function parsePspFirmware(file: string, bytes: Uint8Array): PspFirmware {
  const container = new Container(file, bytes, { versions: ['2.0', '2.1'], headerBytes: [36, 40], crc: true });
  const count = container.u32('psp_fw_bin_count', 0x20);
  if (count === 0 || count > MOST_PSP_COMPONENTS)
    throw container.invalid('psp_fw_bin_count', 0x20, `1 to ${MOST_PSP_COMPONENTS}`, String(count));
  const first = container.header.headerVersion[1] === 0 ? 0x24 : 0x28;
  const components = new Map<PspComponent, Payload>();
  for (let i = 0; i < count; i++) {
    const at = first + i * 16;
    const type = container.u32('fw_type', at);
    const name = (pspComponents as Readonly<Record<number, PspComponent>>)[type];
    if (name === undefined) continue; // a newer kind of component: not ours to load
    if (components.has(name)) throw container.invalid(`fw_type of ${name}`, at, 'one descriptor', 'two');
    const offset = container.header.ucodeOffset + container.u32(`${name} offset_bytes`, at + 8);
    const size = container.u32(`${name} size_bytes`, at + 12);
    components.set(name, {
      name,
      file,
      version: container.u32(`${name} fw_version`, at + 4),
      bytes: container.slice(name, at + 8, offset, size),
    });
  }
  for (const needed of ['KDB', 'SPL', 'SYS_DRV', 'SOS', 'TOC'] as const) {
    if (!components.has(needed)) throw container.invalid('fw_type', 0x24, `a descriptor for ${needed}`, 'none');
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
  const container = new Container(file, bytes, {
    versions: ['1.0', '2.0', '2.1'],
    headerBytes: [36, 44, 44],
    crc: false,
  });
  const { header } = container;
  const tables: { id: number; bytes: Uint8Array }[] = [];
  if (header.headerVersion[0] === 2 && header.headerVersion[1] === 1) {
    const count = container.u32('pptable_count', 0x24);
    const list = container.u32('pptable_entry_offset', 0x28);
    if (count > 64) throw container.invalid('pptable_count', 0x24, 'at most 64', String(count));
    for (let i = 0; i < count; i++) {
      const at = list + i * 12;
      const id = container.u32('pptable id', at);
      tables.push({
        id,
        bytes: container.slice(
          `power-play table ${id}`,
          at + 4,
          container.u32('ppt_offset_bytes', at + 4),
          container.u32('ppt_size_bytes', at + 8),
        ),
      });
    }
  }
  return {
    container,
    ucode: {
      name: 'SMU',
      file,
      version: header.ucodeVersion,
      bytes: container.slice('ucode', 0x18, header.ucodeOffset, header.ucodeBytes),
    },
    startAddress: container.u32('ucode_start_addr', 0x20),
    powerPlayTables: tables,
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
  const container = new Container(file, bytes, { versions: ['2.0'], headerBytes: [60], crc: true });
  const version = container.header.ucodeVersion;
  const code = container.slice(
    'ucode',
    0x28,
    container.u32('ucode_offset_bytes', 0x28),
    container.u32('ucode_size_bytes', 0x24),
  );
  const stack = container.slice(
    'data',
    0x30,
    container.u32('data_offset_bytes', 0x30),
    container.u32('data_size_bytes', 0x2c),
  );
  const start = [container.u32('ucode_start_addr_lo', 0x34), container.u32('ucode_start_addr_hi', 0x38)] as const;
  if ((start[0] & 3) !== 0) throw container.invalid('ucode_start_addr_lo', 0x34, 'a multiple of 4', hex(start[0]));
  return {
    container,
    code: { name: `RS64_${name}`, file, version, bytes: code },
    stack: { name: `RS64_${name}_STACK`, file, version, bytes: stack },
    start,
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
  const container = new Container(file, bytes, { versions: ['1.0'], headerBytes: [72], crc: true });
  return {
    container,
    code: {
      name: 'RS64_MES',
      file,
      version: container.u32('mes_ucode_version', 0x20),
      bytes: container.slice(
        'mes_ucode',
        0x28,
        container.u32('mes_ucode_offset_bytes', 0x28),
        container.u32('mes_ucode_size_bytes', 0x24),
      ),
    },
    data: {
      name: 'RS64_MES_STACK',
      file,
      version: container.u32('mes_ucode_data_version', 0x2c),
      bytes: container.slice(
        'mes_ucode_data',
        0x34,
        container.u32('mes_ucode_data_offset_bytes', 0x34),
        container.u32('mes_ucode_data_size_bytes', 0x30),
      ),
    },
    start: [container.u32('mes_uc_start_addr_lo', 0x38), container.u32('mes_uc_start_addr_hi', 0x3c)],
    dataStart: [container.u32('mes_data_start_addr_lo', 0x40), container.u32('mes_data_start_addr_hi', 0x44)],
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
  const container = new Container(file, bytes, { versions: ['1.0'], headerBytes: [48], crc: true });
  const { ucodeOffset, ucodeVersion: version } = container.header;
  const iramBytes = container.u32('imu_iram_ucode_size_bytes', 0x20);
  const dramBytes = container.u32('imu_dram_ucode_size_bytes', 0x28);
  // The header has offsets too, but drivers place the data right behind the instructions and the files agree.
  return {
    container,
    iram: { name: 'IMU_I', file, version, bytes: container.slice('imu_iram', 0x20, ucodeOffset, iramBytes) },
    dram: {
      name: 'IMU_D',
      file,
      version,
      bytes: container.slice('imu_dram', 0x28, ucodeOffset + iramBytes, dramBytes),
    },
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
  /** Save and restore lists of header 2.1 files; gfx11 files carry empty ones. */
  readonly lists: readonly Payload[];
}

/** @throws EmptyslotError `FIRMWARE_INVALID`. */
export function parseRlcFirmware(file: string, bytes: Uint8Array): RlcFirmware {
  // As with the SMU's, the checksum field of these files is no CRC of the rest.
  const container = new Container(file, bytes, {
    versions: ['2.0', '2.1', '2.2', '2.3', '2.4'],
    headerBytes: [0x68, 0x9c, 0xac, 0xcc, 0xf4],
    crc: false,
  });
  const { header } = container;
  const minor = header.headerVersion[1];
  const version = header.ucodeVersion;
  const part = (name: string, sizeAt: number, offsetAt: number, of = version): Payload => ({
    name,
    file,
    version: of,
    bytes: container.slice(
      name,
      offsetAt,
      container.u32(`${name} offset_bytes`, offsetAt),
      container.u32(`${name} size_bytes`, sizeAt),
    ),
  });
  const lists: Payload[] = [];
  if (minor === 1) {
    lists.push(
      part('RLC_RESTORE_LIST_SRM_CNTL', 0x74, 0x78),
      part('RLC_RESTORE_LIST_GPM_MEM', 0x84, 0x88),
      part('RLC_RESTORE_LIST_SRM_MEM', 0x94, 0x98),
    );
  }
  return {
    container,
    gpm: { name: 'RLC_G', file, version, bytes: container.slice('ucode', 0x18, header.ucodeOffset, header.ucodeBytes) },
    iram: minor >= 2 ? part('RLC_IRAM', 0x9c, 0xa0) : undefined,
    dram: minor >= 2 ? part('RLC_DRAM_BOOT', 0xa4, 0xa8) : undefined,
    rlcP: minor >= 3 ? part('RLC_P', 0xb4, 0xb8, container.u32('rlcp_ucode_version', 0xac)) : undefined,
    rlcV: minor >= 3 ? part('RLC_V', 0xc4, 0xc8, container.u32('rlcv_ucode_version', 0xbc)) : undefined,
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
  const container = new Container(file, bytes, { versions: ['2.0'], headerBytes: [64], crc: true });
  const { ucodeOffset, ucodeVersion: version } = container.header;
  return {
    container,
    th0: {
      name: 'SDMA_UCODE_TH0',
      file,
      version,
      bytes: container.slice('ctx_ucode', 0x24, ucodeOffset, container.u32('ctx_ucode_size_bytes', 0x24)),
    },
    th1: {
      name: 'SDMA_UCODE_TH1',
      file,
      version,
      bytes: container.slice(
        'ctl_ucode',
        0x30,
        container.u32('ctl_ucode_offset', 0x30),
        container.u32('ctl_ucode_size_bytes', 0x34),
      ),
    },
  };
}
