/**
 * What the card says it is made of: the IP discovery binary, 64 KiB below the end of its memory.
 *
 * Every offset is checked against the 10 KiB that are read, and every checksum that public drivers check is checked,
 * before a number is believed: base addresses from a damaged table would send register writes anywhere.
 *
 * Fidelity: from-public-source. Structures and checks as Linux amdgpu has them.
 */

import { EmptyslotError, asVramOffset, hex } from '../../pcie/index.ts';
import { hardwareIds } from '../../registers/amd/index.ts';
import type { Vram } from './vram.ts';

/** Bytes of the binary that drivers read. */
export const DISCOVERY_BYTES = 10 * 1024;
/** Distance of its start from the end of VRAM. */
export const DISCOVERY_FROM_END_BYTES = 64 * 1024;

const BINARY_SIGNATURE = 0x2821_1407;
const IP_SIGNATURE = 0x5344_5049;
const GC_ID = 0x4347;
const HARVEST_SIGNATURE = 0x5652_4148;
/** Offset in the binary from which its own checksum counts. */
const CHECKED_FROM = 10;

export interface IpInstance {
  readonly hardwareId: number;
  readonly instance: number;
  readonly version: readonly [number, number, number];
  /** Dwords, one a segment. */
  readonly bases: readonly number[];
}

export interface GcInfo {
  readonly version: readonly [number, number];
  readonly shaderEngines: number;
  readonly shaderArraysPerEngine: number;
  readonly computeUnitsPerArray: number;
  readonly computeUnits: number;
  readonly waveSize: number;
  readonly maxWavesPerSimd: number;
  readonly maxScratchSlotsPerCu: number;
  readonly ldsBytes: number;
}

/** The parsed table. */
export class Discovery {
  readonly ips: readonly IpInstance[];
  readonly gc: GcInfo;
  /** Instances that are fused off, as `hardwareId:instance`. */
  readonly harvested: ReadonlySet<string>;

  constructor(ips: readonly IpInstance[], gc: GcInfo, harvested: ReadonlySet<string>) {
    this.ips = ips;
    this.gc = gc;
    this.harvested = harvested;
  }

  /** The first instance of the IP block `name` (`GC`, `MP0`, `NBIO`, …). @throws EmptyslotError `DISCOVERY_INVALID`. */
  ip(name: string): IpInstance {
    const ids: Readonly<Record<string, number>> = hardwareIds;
    const hardwareId = ids[name === 'NBIO' ? 'NBIF' : name];
    // the two SDMA engines are instances of one kind on some parts and two kinds on others
    const found = this.ips.find((ip) => ip.hardwareId === hardwareId);
    if (found === undefined)
      throw new EmptyslotError('DISCOVERY_INVALID', `the discovery table lists no ${name}`, {
        expected: `hw_id ${hardwareId}`,
      });
    return found;
  }

  basesOf(name: string): readonly number[] {
    return this.ip(name).bases;
  }

  /** `11.0.0` */
  versionOf(name: string): string {
    return this.ip(name).version.join('.');
  }
}

/** Reads and checks the table of a card with `vramBytes` of memory. @throws EmptyslotError `DISCOVERY_INVALID`. */
export function readDiscovery(vram: Vram, vramBytes: number): Discovery {
  const bytes = new Uint8Array(DISCOVERY_BYTES);
  vram.read(asVramOffset(vramBytes - DISCOVERY_FROM_END_BYTES), bytes);
  return parseDiscovery(bytes);
}

/**
 * Parses a discovery binary.
 *
 * @throws EmptyslotError `DISCOVERY_INVALID` naming the table, what was expected and what was there.
 */
export function parseDiscovery(bytes: Uint8Array): Discovery {
  const table = new Table(bytes);
  table.expect('binary signature', table.u32(0), BINARY_SIGNATURE);
  const totalBytes = table.u16(10);
  if (totalBytes > bytes.length || totalBytes < 60)
    throw invalid('binary size', `60 to ${bytes.length}`, String(totalBytes));
  table.expect('binary checksum', table.sum(CHECKED_FROM, totalBytes - CHECKED_FROM), table.u16(8));
  return new Discovery(parseIps(table), parseGc(table), parseHarvest(table));
}

/** Offset and checksum of table `index`; offset 0 means that there is none. */
function tableInfo(table: Table, index: number): { offset: number; checksum: number } {
  return { offset: table.u16(12 + index * 8), checksum: table.u16(14 + index * 8) };
}

function parseIps(table: Table): IpInstance[] {
  const { offset, checksum } = tableInfo(table, 0);
  table.expect('IP table signature', table.u32(offset), IP_SIGNATURE);
  const version = table.u16(offset + 4);
  table.expect('IP table checksum', table.sum(offset, table.u16(offset + 6)), checksum);
  const wide = version >= 4 && (table.u8(offset + 78) & 1) !== 0;
  const dies = table.u16(offset + 12);
  if (dies > 16) throw invalid('number of dies', 'at most 16', String(dies));
  const ips: IpInstance[] = [];
  for (let die = 0; die < dies; die++) {
    const start = table.u16(offset + 14 + die * 4 + 2);
    const count = table.u16(start + 2);
    let at = start + 4;
    for (let i = 0; i < count; i++) {
      const numBases = table.u8(at + 3);
      const bases: number[] = [];
      for (let b = 0; b < numBases; b++) bases.push(table.u32(at + 8 + b * (wide ? 8 : 4)));
      ips.push({
        hardwareId: table.u16(at),
        instance: table.u8(at + 2),
        version: [table.u8(at + 4), table.u8(at + 5), table.u8(at + 6)],
        bases,
      });
      at += 8 + numBases * (wide ? 8 : 4);
    }
  }
  return ips;
}

function parseGc(table: Table): GcInfo {
  const { offset, checksum } = tableInfo(table, 1);
  if (offset === 0) throw invalid('GC table', 'present', 'absent');
  table.expect('GC table id', table.u32(offset), GC_ID);
  const bytes = table.u32(offset + 8);
  table.expect('GC table checksum', table.sum(offset, bytes), checksum);
  const major = table.u16(offset + 4);
  if (major !== 1) throw invalid('GC table version', '1.x', String(major));
  const shaderEngines = table.u32(offset + 12);
  const computeUnitsPerArray = 2 * (table.u32(offset + 16) + table.u32(offset + 20));
  const shaderArraysPerEngine = table.u32(offset + 76);
  return {
    version: [major, table.u16(offset + 6)],
    shaderEngines,
    shaderArraysPerEngine,
    computeUnitsPerArray,
    computeUnits: shaderEngines * shaderArraysPerEngine * computeUnitsPerArray,
    waveSize: table.u32(offset + 56),
    maxWavesPerSimd: table.u32(offset + 60),
    maxScratchSlotsPerCu: table.u32(offset + 64),
    ldsBytes: table.u32(offset + 68),
  };
}

function parseHarvest(table: Table): Set<string> {
  const { offset, checksum } = tableInfo(table, 2);
  const harvested = new Set<string>();
  if (offset === 0) return harvested;
  table.expect('harvest table signature', table.u32(offset), HARVEST_SIGNATURE);
  table.expect('harvest table checksum', table.sum(offset, 136), checksum);
  for (let i = 0; i < 32; i++) {
    const hardwareId = table.u16(offset + 8 + i * 4);
    if (hardwareId === 0) break;
    harvested.add(`${hardwareId}:${table.u8(offset + 8 + i * 4 + 2)}`);
  }
  return harvested;
}

/** Bounds-checked little-endian reads. */
class Table {
  private readonly view: DataView;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(at: number): number {
    return this.view.getUint8(this.inside(at, 1));
  }

  u16(at: number): number {
    return this.view.getUint16(this.inside(at, 2), true);
  }

  u32(at: number): number {
    return this.view.getUint32(this.inside(at, 4), true);
  }

  /** Byte sum modulo 2^16. */
  sum(at: number, bytes: number): number {
    this.inside(at, bytes);
    let sum = 0;
    for (let i = 0; i < bytes; i++) sum += this.bytes[at + i]!;
    return sum & 0xffff;
  }

  expect(what: string, seen: number, wanted: number): void {
    if (seen !== wanted) throw invalid(what, hex(wanted), hex(seen));
  }

  private inside(at: number, bytes: number): number {
    if (at < 0 || bytes < 0 || at + bytes > this.bytes.length)
      throw invalid('table bounds', `within ${this.bytes.length} bytes`, `${bytes} bytes at ${at}`);
    return at;
  }
}

function invalid(what: string, expected: string, lastSeen: string): EmptyslotError {
  return new EmptyslotError('DISCOVERY_INVALID', `discovery table: ${what} is ${lastSeen}, not ${expected}`, {
    expected,
    lastSeen,
  });
}
