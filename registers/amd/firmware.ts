/**
 * Firmware containers: the headers of the files a driver loads, and what the security processor sees of what is inside.
 *
 * A file begins with a common header; its version says which fields follow. CRC32 covers everything after the common
 * header, but SMU and RLC files carry a number that does not match, and nobody minds. A container never reaches the
 * card: a driver cuts payloads out of it, and each payload has a header of its own.
 *
 * Source: public headers (Linux amdgpu) and the bytes of the public Navi31 files.
 *
 * Fidelity: from-public-source. The payload header was read off eighteen payloads of six files.
 */

import type { Parts } from '../layout.ts';
import { layout, u16, u32 } from '../layout.ts';

const common = {
  sizeBytes: u32(0x00),
  headerSizeBytes: u32(0x04),
  headerVersionMajor: u16(0x08),
  headerVersionMinor: u16(0x0a),
  ipVersionMajor: u16(0x0c),
  ipVersionMinor: u16(0x0e),
  ucodeVersion: u32(0x10),
  ucodeSizeBytes: u32(0x14),
  ucodeOffsetBytes: u32(0x18),
  crc32: u32(0x1c),
} as const;

export const commonHeader = layout('common_firmware_header', 32, common, 'what every firmware file begins with');

/** First byte that a container's CRC covers. */
export const containerCrcFrom = 0x20;

const container = <const P extends Parts>(name: string, size: number, parts: P, doc: string) =>
  layout(name, size, { ...common, ...parts }, doc);

/** One image inside a PSP or TA file; its offset counts from `ucodeOffsetBytes`. */
export const pspImage = layout('psp_fw_bin_desc', 16, {
  type: u32(0),
  version: u32(4),
  offsetBytes: u32(8),
  sizeBytes: u32(12),
});

export const pspHeader20 = container(
  'psp_firmware_header_v2_0',
  36,
  { imageCount: u32(0x20) },
  'psp_*_sos.bin; `pspImage`s follow',
);
export const pspHeader21 = container(
  'psp_firmware_header_v2_1',
  40,
  { imageCount: u32(0x20), auxiliaryIndex: u32(0x24) },
  'the same with an index from which on the images are auxiliary',
);
export const taHeader20 = container('ta_firmware_header_v2_0', 36, { imageCount: u32(0x20) }, 'psp_*_ta.bin');

/** Kinds of image in a PSP file. */
export const pspImageTypes = {
  SOS: 1,
  SYS_DRV: 2,
  KDB: 3,
  TOC: 4,
  SPL: 5,
  RL: 6,
  SOC_DRV: 7,
  INTF_DRV: 8,
  DBG_DRV: 9,
  RAS_DRV: 10,
  IPKEYMGR_DRV: 11,
} as const;

export const smuHeader20 = container(
  'smc_firmware_header_v2_0',
  44,
  { startAddress: u32(0x20), ppTableOffsetBytes: u32(0x24), ppTableSizeBytes: u32(0x28) },
  'smu_*.bin with one power-play table',
);
export const smuHeader21 = container(
  'smc_firmware_header_v2_1',
  44,
  { startAddress: u32(0x20), ppTableCount: u32(0x24), ppTableEntriesBytes: u32(0x28) },
  'smu_*.bin with several; `ppTableEntry`s lie at the given offset',
);
export const ppTableEntry = layout('smc_soft_pptable_entry', 12, { id: u32(0), offsetBytes: u32(4), sizeBytes: u32(8) });

export const gfxHeader10 = container(
  'gfx_firmware_header_v1_0',
  44,
  { featureVersion: u32(0x20), jumpTableOffset: u32(0x24), jumpTableSize: u32(0x28) },
  'command processors with the older core',
);
export const gfxHeader20 = container(
  'gfx_firmware_header_v2_0',
  60,
  {
    featureVersion: u32(0x20),
    codeSizeBytes: u32(0x24),
    codeOffsetBytes: u32(0x28),
    dataSizeBytes: u32(0x2c),
    dataOffsetBytes: u32(0x30),
    startAddressLo: u32(0x34),
    startAddressHi: u32(0x38),
  },
  'gc_*_pfp.bin, gc_*_me.bin, gc_*_mec.bin with the RS64 core',
);

export const mesHeader10 = container(
  'mes_firmware_header_v1_0',
  72,
  {
    codeVersion: u32(0x20),
    codeSizeBytes: u32(0x24),
    codeOffsetBytes: u32(0x28),
    dataVersion: u32(0x2c),
    dataSizeBytes: u32(0x30),
    dataOffsetBytes: u32(0x34),
    startAddressLo: u32(0x38),
    startAddressHi: u32(0x3c),
    dataStartLo: u32(0x40),
    dataStartHi: u32(0x44),
  },
  'gc_*_mes_2.bin, gc_*_mes1.bin',
);

export const imuHeader10 = container(
  'imu_firmware_header_v1_0',
  48,
  { iramSizeBytes: u32(0x20), iramOffsetBytes: u32(0x24), dramSizeBytes: u32(0x28), dramOffsetBytes: u32(0x2c) },
  'gc_*_imu.bin; the data image follows the instruction image',
);

const rlc20 = {
  featureVersion: u32(0x20),
  jumpTableOffset: u32(0x24),
  jumpTableSize: u32(0x28),
  saveAndRestoreOffset: u32(0x2c),
  clearStateDescriptorOffset: u32(0x30),
  availableScratchRamLocations: u32(0x34),
  registerRestoreListSize: u32(0x38),
  registerListFormatStart: u32(0x3c),
  registerListFormatSeparateStart: u32(0x40),
  startingOffsetsStart: u32(0x44),
  registerListFormatSizeBytes: u32(0x48),
  registerListFormatOffsetBytes: u32(0x4c),
  registerListSizeBytes: u32(0x50),
  registerListOffsetBytes: u32(0x54),
  registerListFormatSeparateSizeBytes: u32(0x58),
  registerListFormatSeparateOffsetBytes: u32(0x5c),
  registerListSeparateSizeBytes: u32(0x60),
  registerListSeparateOffsetBytes: u32(0x64),
} as const;
const rlc21 = {
  ...rlc20,
  directRegisterListLength: u32(0x68),
  restoreListCntlVersion: u32(0x6c),
  restoreListCntlFeature: u32(0x70),
  restoreListCntlSizeBytes: u32(0x74),
  restoreListCntlOffsetBytes: u32(0x78),
  restoreListGpmVersion: u32(0x7c),
  restoreListGpmFeature: u32(0x80),
  restoreListGpmSizeBytes: u32(0x84),
  restoreListGpmOffsetBytes: u32(0x88),
  restoreListSrmVersion: u32(0x8c),
  restoreListSrmFeature: u32(0x90),
  restoreListSrmSizeBytes: u32(0x94),
  restoreListSrmOffsetBytes: u32(0x98),
} as const;
const rlc22 = {
  ...rlc21,
  iramSizeBytes: u32(0x9c),
  iramOffsetBytes: u32(0xa0),
  dramSizeBytes: u32(0xa4),
  dramOffsetBytes: u32(0xa8),
} as const;
const rlc23 = {
  ...rlc22,
  rlcpVersion: u32(0xac),
  rlcpFeature: u32(0xb0),
  rlcpSizeBytes: u32(0xb4),
  rlcpOffsetBytes: u32(0xb8),
  rlcvVersion: u32(0xbc),
  rlcvFeature: u32(0xc0),
  rlcvSizeBytes: u32(0xc4),
  rlcvOffsetBytes: u32(0xc8),
} as const;

export const rlcHeader20 = container('rlc_firmware_header_v2_0', 104, rlc20, 'gc_*_rlc.bin: RLC_G alone');
export const rlcHeader21 = container('rlc_firmware_header_v2_1', 156, rlc21, 'with save and restore lists');
export const rlcHeader22 = container('rlc_firmware_header_v2_2', 172, rlc22, 'with the memories of the boot processor');
export const rlcHeader23 = container('rlc_firmware_header_v2_3', 204, rlc23, 'with RLC_P and RLC_V; what Navi31 has');

export const sdmaHeader20 = container(
  'sdma_firmware_header_v2_0',
  64,
  {
    featureVersion: u32(0x20),
    /** Thread 0 (context) begins at `ucodeOffsetBytes`. */
    contextSizeBytes: u32(0x24),
    contextJumpTableOffset: u32(0x28),
    contextJumpTableSize: u32(0x2c),
    controlOffsetBytes: u32(0x30),
    controlSizeBytes: u32(0x34),
    controlJumpTableOffset: u32(0x38),
    controlJumpTableSize: u32(0x3c),
  },
  'sdma_6_*.bin: one image a hardware thread',
);

/** Bytes of header before a payload's body, and of signature after it. */
export const payloadHeaderBytes = 0x100;
export const payloadSignatureBytes = 0x100;

/** "$PS1" as a little-endian dword. The key database has none; its size fields hold all the same. */
export const payloadMagic = 0x3153_5024;

/** What the security processor finds at the front of a payload. */
export const payloadHeader = layout(
  'psp_payload_header',
  payloadHeaderBytes,
  {
    magic: u32(0x10),
    /** Bytes between header and signature: the payload's size less 0x200. */
    bodyBytes: u32(0x14),
    version: u32(0x60),
    /** At most the payload's size; less only where the rest is zero-filled stack. */
    signedBytes: u32(0x6c),
  },
  'header of 0x100 bytes, body, signature of 0x100 bytes; all other fields are not understood',
);
