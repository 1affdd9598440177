/**
 * The frame that every firmware file has: a common header of 32 bytes, a longer header of its kind, then payloads that
 * the headers point at.
 *
 * Nothing in a file is believed before it has been held against the file's own length. A file that is cut short,
 * damaged or of another kind is refused here, by name of file, field and offset, before a device is touched.
 *
 * Facts: header layouts of `registers/amd/firmware.ts`.
 *
 * Fidelity: from-public-source.
 */

import { EmptyslotError, hex } from '../../pcie/index.ts';
import { commonHeader, containerCrcFrom } from '../../registers/amd/firmware.ts';
import type { Layout, Scalar } from '../../registers/layout.ts';
import { crc32 } from './crc32.ts';

export interface CommonHeader {
  readonly headerVersion: readonly [major: number, minor: number];
  readonly ipVersion: readonly [major: number, minor: number];
  readonly ucodeVersion: number;
  readonly ucodeBytes: number;
  readonly ucodeOffset: number;
}

export interface ContainerKind {
  /** Header layout of each version that is known: `2.0`. */
  readonly headers: Readonly<Record<string, Layout>>;
  /** Whether the checksum field of this kind is a CRC-32 of everything behind the common header. */
  readonly crc: boolean;
}

const common = commonHeader.parts;

/** A file that has passed the checks of the frame; reads and slices are bounds-checked and name their field. */
export class Container {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly header: CommonHeader;
  private readonly view: DataView;

  /** @throws EmptyslotError `FIRMWARE_INVALID`. */
  constructor(file: string, bytes: Uint8Array, kind: ContainerKind) {
    this.file = file;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < commonHeader.bytes) {
      throw this.invalid('common header', 0, `${commonHeader.bytes} bytes`, `${bytes.length} bytes`);
    }
    const read = (name: keyof typeof common): number => this.number(name, common[name]);
    this.header = {
      headerVersion: [read('headerVersionMajor'), read('headerVersionMinor')],
      ipVersion: [read('ipVersionMajor'), read('ipVersionMinor')],
      ucodeVersion: read('ucodeVersion'),
      ucodeBytes: read('ucodeSizeBytes'),
      ucodeOffset: read('ucodeOffsetBytes'),
    };
    const sizeBytes = read('sizeBytes');
    if (sizeBytes !== bytes.length) {
      throw this.invalid(
        'sizeBytes',
        common.sizeBytes.at,
        `${bytes.length}, the length of the file`,
        String(sizeBytes),
      );
    }
    const version = this.header.headerVersion.join('.');
    const header = kind.headers[version];
    if (header === undefined) {
      throw this.invalid(
        'header version',
        common.headerVersionMajor.at,
        Object.keys(kind.headers).join(' or '),
        version,
      );
    }
    const headerBytes = read('headerSizeBytes');
    if (headerBytes < header.bytes || headerBytes > bytes.length) {
      const expected = `${header.bytes} to ${bytes.length}`;
      throw this.invalid('headerSizeBytes', common.headerSizeBytes.at, expected, String(headerBytes));
    }
    const { ucodeOffset, ucodeBytes } = this.header;
    this.inside('ucode', common.ucodeOffsetBytes.at, ucodeOffset, ucodeBytes);
    if (ucodeOffset < headerBytes) {
      throw this.invalid(
        'ucodeOffsetBytes',
        common.ucodeOffsetBytes.at,
        `at least ${headerBytes}`,
        String(ucodeOffset),
      );
    }
    if (kind.crc) {
      const sum = crc32(bytes.subarray(containerCrcFrom));
      if (sum !== read('crc32')) throw this.invalid('crc32', common.crc32.at, hex(sum), hex(read('crc32')));
    }
  }

  /** Number `part` of the structure that begins at byte `base` of the file. */
  number(name: string, part: Scalar, base = 0): number {
    const at = base + part.at;
    if (at + part.bytes > this.bytes.length) {
      throw this.invalid(name, at, `within ${this.bytes.length} bytes`, 'past the end of the file');
    }
    if (part.bytes === 4) return this.view.getUint32(at, true);
    return part.bytes === 2 ? this.view.getUint16(at, true) : this.view.getUint8(at);
  }

  /**
   * A payload whose offset and size stand in the file.
   *
   * @param base where the structure that holds the two numbers begins; `from` is what the offset counts from.
   */
  payload(name: string, offset: Scalar, size: Scalar, { base = 0, from = 0 } = {}): Uint8Array {
    const start = from + this.number(`${name} offset`, offset, base);
    return this.slice(name, base + offset.at, start, this.number(`${name} size`, size, base));
  }

  /** `bytes` bytes at `offset`; `field` is where the file says so. */
  slice(name: string, field: number, offset: number, bytes: number): Uint8Array {
    this.inside(name, field, offset, bytes);
    if (bytes === 0) throw this.invalid(`${name} size`, field, 'more than 0 bytes', '0');
    return this.bytes.subarray(offset, offset + bytes);
  }

  /** @throws EmptyslotError `FIRMWARE_INVALID` unless the run lies behind the common header and in the file. */
  private inside(name: string, field: number, offset: number, bytes: number): void {
    if (offset + bytes > this.bytes.length || offset < commonHeader.bytes) {
      const expected = `${commonHeader.bytes} to ${this.bytes.length}`;
      throw this.invalid(name, field, expected, `${offset} to ${offset + bytes}`);
    }
  }

  invalid(field: string, offset: number, expected: string, lastSeen: string): EmptyslotError {
    const message = `${this.file}: ${field} at ${hex(offset)} is ${lastSeen}, expected ${expected}`;
    return new EmptyslotError('FIRMWARE_INVALID', message, {
      expected,
      lastSeen,
      facts: { file: this.file, field, offset },
    });
  }
}
