/**
 * What the card says it is made of: the IP discovery binary, 64 KiB below the end of its memory.
 *
 * Every offset is checked against the 10 KiB that are read, and every checksum that public drivers check is checked,
 * before a number is believed: base addresses from a damaged table would send register writes anywhere.
 *
 * Fidelity: from-public-source. Structures and checks as Linux amdgpu has them.
 */

import { EmptyslotError, asVramOffset, hex } from '../../pcie/index.ts';
import {
  binaryChecksumFrom,
  binaryHeader,
  dieHeader,
  discoveryFromEndBytes,
  discoveryReadBytes,
  discoverySignatures,
  discoveryTables,
  gcTable10,
  harvestTable,
  ipDiscoveryHeader,
  ipEntry,
  tableInfo,
} from '../../registers/amd/discovery.ts';
import { hardwareIds } from '../../registers/amd/index.ts';
import { bitsOf, readPart } from '../../registers/layout.ts';
import type { Scalar } from '../../registers/layout.ts';
import type { Vram } from './vram.ts';

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
  const bytes = new Uint8Array(discoveryReadBytes);
  vram.read(asVramOffset(vramBytes - discoveryFromEndBytes), bytes);
  return parseDiscovery(bytes);
}

/**
 * Parses a discovery binary.
 *
 * @throws EmptyslotError `DISCOVERY_INVALID` naming the table, what was expected and what was there.
 */
export function parseDiscovery(bytes: Uint8Array): Discovery {
  const table = new Table(bytes);
  const { signature, size, checksum } = binaryHeader.parts;
  table.expect('binary signature', table.number(signature), discoverySignatures.binary);
  const totalBytes = table.number(size);
  if (totalBytes > bytes.length || totalBytes < binaryHeader.bytes) {
    throw invalid('binary size', `${binaryHeader.bytes} to ${bytes.length}`, String(totalBytes));
  }
  const sum = table.sum(binaryChecksumFrom, totalBytes - binaryChecksumFrom);
  table.expect('binary checksum', sum, table.number(checksum));
  return new Discovery(parseIps(table), parseGc(table), parseHarvest(table));
}

/** Offset and checksum of a table; offset 0 means that there is none. */
function locate(table: Table, which: keyof typeof discoveryTables): { base: number; checksum: number } {
  const at = binaryHeader.parts.tables.at + discoveryTables[which] * tableInfo.bytes;
  const { offset, checksum } = tableInfo.parts;
  return { base: table.number(offset, at), checksum: table.number(checksum, at) };
}

function parseIps(table: Table): IpInstance[] {
  const { base, checksum } = locate(table, 'ipDiscovery');
  const h = ipDiscoveryHeader.parts;
  table.expect('IP table signature', table.number(h.signature, base), discoverySignatures.ipDiscovery);
  table.expect('IP table checksum', table.sum(base, table.number(h.size, base)), checksum);
  const { baseAddresses64 } = bitsOf(h.flags, table.number(h.flags, base));
  const wide = table.number(h.version, base) >= 4 && baseAddresses64 === 1;
  const dies = table.number(h.dieCount, base);
  if (dies > h.dies.count) throw invalid('number of dies', `at most ${h.dies.count}`, String(dies));
  const ips: IpInstance[] = [];
  for (let die = 0; die < dies; die++) {
    const start = table.number(h.dies.of.parts.dieOffset, base + h.dies.at + die * h.dies.stride);
    const count = table.number(dieHeader.parts.ipCount, start);
    let at = start + dieHeader.bytes;
    for (let i = 0; i < count; i++) {
      const read = (name: keyof typeof ipEntry.parts): number => table.number(ipEntry.parts[name], at);
      const baseBytes = wide ? 8 : 4;
      ips.push({
        hardwareId: read('hardwareId'),
        instance: read('instance'),
        version: [read('major'), read('minor'), read('revision')],
        bases: Array.from({ length: read('baseCount') }, (_, b) => table.u32(at + ipEntry.bytes + b * baseBytes)),
      });
      at += ipEntry.bytes + read('baseCount') * baseBytes;
    }
  }
  return ips;
}

function parseGc(table: Table): GcInfo {
  const { base, checksum } = locate(table, 'gc');
  if (base === 0) throw invalid('GC table', 'present', 'absent');
  const read = (name: keyof typeof gcTable10.parts): number => table.number(gcTable10.parts[name], base);
  table.expect('GC table id', read('id'), discoverySignatures.gc);
  table.expect('GC table checksum', table.sum(base, read('size')), checksum);
  const version = [read('versionMajor'), read('versionMinor')] as const;
  if (version[0] !== 1) throw invalid('GC table version', '1.x', version.join('.'));
  const shaderEngines = read('shaderEngines');
  const shaderArraysPerEngine = read('shaderArraysPerEngine');
  const computeUnitsPerArray = 2 * (read('wgp0PerShaderArray') + read('wgp1PerShaderArray'));
  return {
    version,
    shaderEngines,
    shaderArraysPerEngine,
    computeUnitsPerArray,
    computeUnits: shaderEngines * shaderArraysPerEngine * computeUnitsPerArray,
    waveSize: read('waveSize'),
    maxWavesPerSimd: read('maxWavesPerSimd'),
    maxScratchSlotsPerCu: read('maxScratchSlotsPerCu'),
    ldsBytes: read('ldsBytes'),
  };
}

function parseHarvest(table: Table): Set<string> {
  const { base, checksum } = locate(table, 'harvest');
  const harvested = new Set<string>();
  if (base === 0) return harvested;
  const { signature, entries } = harvestTable.parts;
  table.expect('harvest table signature', table.number(signature, base), discoverySignatures.harvest);
  table.expect('harvest table checksum', table.sum(base, harvestTable.bytes), checksum);
  for (let i = 0; i < entries.count; i++) {
    const at = base + entries.at + i * entries.stride;
    const hardwareId = table.number(entries.of.parts.hardwareId, at);
    if (hardwareId === 0) break;
    harvested.add(`${hardwareId}:${table.number(entries.of.parts.instance, at)}`);
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

  /** Number `part` of the structure at `base`. */
  number(part: Scalar, base = 0): number {
    this.inside(base + part.at, part.bytes);
    return readPart(this.view, base, part);
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
