/**
 * The IP discovery binary: what the card says about its own blocks, versions and register bases.
 *
 * Firmware leaves it 64 KiB below the end of VRAM at power-on; drivers read 10 KiB of it before they know any
 * register but two. Sums are plain byte sums modulo 2^16. Video decoders and the MALL have no table here.
 *
 * Source: discovery structures of public drivers (Linux amdgpu discovery.h, tinygrad).
 * Fidelity: from-public-source.
 * Fidelity: guessed (table versions and order, cache sizes of the GC table; no binary of a real card was seen).
 */

import { discoveryReadBytes, discoverySignatures as signatures } from '../../../registers/amd/discovery.ts';
import { gcInfo, ipBlocks } from '../../../registers/amd/index.ts';

const tableCount = 6;
const BINARY_HEADER = 12 + 8 * tableCount;
const IP_HEADER = 80;
const HARVEST = 8 + 4 * 32;

/** Little-endian writer with a position. */
class Writer {
  readonly bytes = new Uint8Array(discoveryReadBytes);
  private readonly view = new DataView(this.bytes.buffer);
  at = 0;

  u8(...values: number[]): void {
    for (const value of values) this.bytes[this.at++] = value;
  }

  u16(...values: number[]): void {
    for (const value of values) {
      this.view.setUint16(this.at, value, true);
      this.at += 2;
    }
  }

  u32(...values: number[]): void {
    for (const value of values) {
      this.view.setUint32(this.at, value, true);
      this.at += 4;
    }
  }

  put16(at: number, value: number): void {
    this.view.setUint16(at, value, true);
  }

  sum(from: number, to: number): number {
    let sum = 0;
    for (let i = from; i < to; i++) sum = (sum + this.bytes[i]!) & 0xffff;
    return sum;
  }
}

/** The binary, 10 KiB with its unused end zero. */
export function discoveryBinary(): Uint8Array {
  const w = new Writer();
  const tables = [
    { index: 0, write: writeIpDiscovery },
    { index: 1, write: writeGc },
    { index: 2, write: writeHarvest },
  ];
  w.at = BINARY_HEADER;
  const placed = tables.map(({ index, write }) => {
    const offset = w.at;
    write(w);
    const end = w.at;
    w.at = Math.ceil(end / 16) * 16;
    return { index, offset, size: end - offset, sum: w.sum(offset, end) };
  });
  const total = w.at;
  w.at = 0;
  w.u32(signatures.binary);
  w.u16(1, 0, 0, total); // version, checksum (below), size
  for (const { index, offset, size, sum } of placed) {
    w.at = 12 + 8 * index;
    w.u16(offset, sum, size, 0);
  }
  w.put16(8, w.sum(10, total));
  return w.bytes;
}

function writeIpDiscovery(w: Writer): void {
  const start = w.at;
  const bytes = IP_HEADER + 4 + ipBlocks.reduce((sum, { bases }) => sum + 8 + 4 * bases.length, 0);
  w.u32(signatures.ipDiscovery);
  w.u16(3, bytes); // version 3: sub-revision and variant in the last byte of an entry, 32-bit bases
  w.u32(0);
  w.u16(1); // dies
  w.u16(0, start + IP_HEADER);
  w.at = start + IP_HEADER;
  w.u16(0, ipBlocks.length);
  for (const { hardwareId, instance, version, bases } of ipBlocks) {
    w.u16(hardwareId);
    w.u8(instance, bases.length, ...version, 0);
    w.u32(...bases);
  }
}

function writeGc(w: Writer): void {
  const start = w.at;
  w.u32(signatures.gc);
  w.u16(1, 2);
  w.u32(132);
  w.u32(
    gcInfo.shaderEngines,
    gcInfo.wgp0PerShaderArray,
    gcInfo.wgp1PerShaderArray,
    gcInfo.renderBackendsPerEngine,
    gcInfo.gl2cCount,
    gcInfo.gprs,
    gcInfo.maxGsThreads,
    gcInfo.gsTableDepth,
    gcInfo.gsPrimBufferDepth,
    gcInfo.parameterCacheDepth,
    gcInfo.doubleOffchipLds,
    gcInfo.waveSize,
    gcInfo.maxWavesPerSimd,
    gcInfo.maxScratchSlotsPerCu,
    gcInfo.ldsBytes,
    gcInfo.scPerEngine,
    gcInfo.shaderArraysPerEngine,
    gcInfo.packersPerSc,
    gcInfo.gl2aCount,
  );
  const wgps = gcInfo.wgp0PerShaderArray + gcInfo.wgp1PerShaderArray;
  w.u32(2 * wgps, 24, 2 * wgps * gcInfo.shaderArraysPerEngine * gcInfo.shaderEngines); // 1.1: TCPs of an array, interfaces, TCPs in all
  w.u32(2, 32, 1, 32, 16, 1, 256, gcInfo.gl2cCount); // 1.2: TCPs and SQCs of a WGP, cache sizes in KiB
  w.at = start + 132;
}

/** Nothing is harvested: an empty list. */
function writeHarvest(w: Writer): void {
  const start = w.at;
  w.u32(signatures.harvest, 0);
  w.at = start + HARVEST;
}
