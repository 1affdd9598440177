/**
 * The IP discovery binary: what a card writes near the end of its memory at power-on, so that drivers learn which IP
 * blocks it has, their versions and register bases, the shape of the shader part, and what was fused off.
 *
 * It lies 64 KiB before the end of VRAM; drivers read its first 10 KiB. Everything is packed and little-endian. Every
 * checksum is the plain sum of bytes modulo 2^16. The header's covers everything after itself.
 *
 * Source: public headers of the format (Linux amdgpu) and the reader of tinygrad.
 *
 * Fidelity: from-public-source. No binary of a real Navi31 was seen.
 */

import { bits, bytes, layout, list, numbers, u16, u32, u64, u8 } from '../layout.ts';

/** Distance of the binary from the end of VRAM, and how much of it drivers read. */
export const discoveryFromEndBytes = 0x1_0000;
export const discoveryReadBytes = 0x2800;

export const discoverySignatures = {
  binary: 0x2821_1407,
  /** "IPDS" */
  ipDiscovery: 0x5344_5049,
  /** "GC" */
  gc: 0x4347,
  /** "HARV" */
  harvest: 0x5652_4148,
  /** "VCN" */
  vcn: 0x004e_4356,
  /** "MALL" */
  mall: 0x4c4c_414d,
  /** "NPS" */
  nps: 0x0053_504e,
} as const;

/** Where one table is. An offset of 0 says that it is absent; readers do not use the size. */
export const tableInfo = layout('table_info', 8, { offset: u16(0), checksum: u16(2), size: u16(4), padding: u16(6) });

/** Index of each table in the list of the header. */
export const discoveryTables = { ipDiscovery: 0, gc: 1, harvest: 2, vcn: 3, mall: 4, nps: 5 } as const;

export const binaryHeader = layout('binary_header', 60, {
  signature: u32(0),
  versionMajor: u16(4),
  versionMinor: u16(6),
  /** Sum of all bytes from offset 10 to the end. */
  checksum: u16(8),
  size: u16(10),
  tables: list(12, tableInfo, 6),
});

/** First byte that the header's checksum covers. */
export const binaryChecksumFrom = 10;

const dieInfo = layout('die_info', 4, { dieId: u16(0), dieOffset: u16(2) });

export const ipDiscoveryHeader = layout('ip_discovery_header', 80, {
  signature: u32(0),
  version: u16(4),
  size: u16(6),
  id: u32(8),
  dieCount: u16(12),
  dies: list(14, dieInfo, 16),
  /** From version 4 on; padding before. */
  flags: u8(78, { baseAddresses64: bits(0) }),
});

export const dieHeader = layout('die_header', 4, { dieId: u16(0), ipCount: u16(2) });

/** One IP block; its base addresses follow, `baseCount` dwords (or quadwords where the header's flag says so). */
export const ipEntry = layout('ip', 8, {
  hardwareId: u16(0),
  instance: u8(2),
  baseCount: u8(3),
  major: u8(4),
  minor: u8(5),
  revision: u8(6),
  /** Versions 1 and 2 keep harvest bits in 3:0 here; 3 and 4 a sub-revision, and a variant above it. */
  last: u8(7, { subRevision: bits(3, 0), variant: bits(7, 4) }),
});

/** What GC, VCN, MALL and NPS tables begin with. */
export const infoHeader = layout('gpu_info_header', 12, {
  id: u32(0),
  versionMajor: u16(4),
  versionMinor: u16(6),
  size: u32(8),
});

const gcParts10 = {
  id: u32(0),
  versionMajor: u16(4),
  versionMinor: u16(6),
  size: u32(8),
  shaderEngines: u32(12),
  wgp0PerShaderArray: u32(16),
  wgp1PerShaderArray: u32(20),
  renderBackendsPerEngine: u32(24),
  gl2cCount: u32(28),
  gprs: u32(32),
  maxGsThreads: u32(36),
  gsTableDepth: u32(40),
  gsPrimBufferDepth: u32(44),
  parameterCacheDepth: u32(48),
  doubleOffchipLds: u32(52),
  waveSize: u32(56),
  maxWavesPerSimd: u32(60),
  maxScratchSlotsPerCu: u32(64),
  ldsBytes: u32(68),
  scPerEngine: u32(72),
  shaderArraysPerEngine: u32(76),
  packersPerSc: u32(80),
  gl2aCount: u32(84),
} as const;
const gcParts11 = { ...gcParts10, tcpPerShaderArray: u32(88), sdpInterfaces: u32(92), tcps: u32(96) } as const;
const gcParts12 = {
  ...gcParts11,
  tcpPerWgp: u32(100),
  tcpL1KiB: u32(104),
  sqcPerWgp: u32(108),
  l1InstructionCachePerSqc: u32(112),
  l1DataCachePerSqc: u32(116),
  gl1cPerShaderArray: u32(120),
  gl1cSize: u32(124),
  gl2cPerGpu: u32(128),
} as const;
const gcParts13 = {
  ...gcParts12,
  tcpSizePerCu: u32(132),
  tcpLineBytes: u32(136),
  instructionCachePerSqc: u32(140),
  instructionCacheLineBytes: u32(144),
  scalarCachePerSqc: u32(148),
  scalarCacheLineBytes: u32(152),
  tccSize: u32(156),
  tccLineBytes: u32(160),
} as const;

/** The GC table by its minor version (major 1: RDNA). Each adds to the one before. */
export const gcTable10 = layout('gc_info_v1_0', 88, gcParts10);
export const gcTable11 = layout('gc_info_v1_1', 100, gcParts11);
export const gcTable12 = layout('gc_info_v1_2', 132, gcParts12);
export const gcTable13 = layout('gc_info_v1_3', 164, gcParts13);

const harvestEntry = layout('harvest_info', 4, { hardwareId: u16(0), instance: u8(2), reserved: u8(3) });

/** What was fused off; a hardware id of 0 ends the list. */
export const harvestTable = layout('harvest_table', 136, {
  signature: u32(0),
  version: u32(4),
  entries: list(8, harvestEntry, 32),
});

/** Bases of an entry as `count` dwords, right after it. */
export const ipBases = (count: number) => numbers(ipEntry.bytes, 4, count);

/** The same where base addresses are 64 bits wide. */
export const ipBase64 = (index: number) => u64(ipEntry.bytes + 8 * index);

/** A table as raw bytes, for sums. */
export const tableBytes = (at: number, length: number) => bytes(at, length);

/** Sum of bytes modulo 2^16. */
export function byteSum(of: Uint8Array): number {
  let sum = 0;
  for (const each of of) sum = (sum + each) & 0xffff;
  return sum;
}
