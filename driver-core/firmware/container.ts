/**
 * The frame that every firmware file has: a common header of 32 bytes, a longer header of its kind, then payloads that
 * the headers point at.
 *
 * Nothing in a file is believed before it has been held against the file's own length. A file that is cut short,
 * damaged or of another kind is refused here, by name of file, field and offset, before a device is touched.
 *
 * Facts: public firmware headers of Linux amdgpu; the six files that a Navi31 boots from.
 *
 * Fidelity: from-public-source.
 */

import { EmptyslotError, hex } from '../../pcie/index.ts';
import { crc32 } from './crc32.ts';

/** Fields of the common header by their byte offset. */
const COMMON_BYTES = 32;

export interface CommonHeader {
  readonly sizeBytes: number;
  readonly headerBytes: number;
  readonly headerVersion: readonly [major: number, minor: number];
  readonly ipVersion: readonly [major: number, minor: number];
  readonly ucodeVersion: number;
  readonly ucodeBytes: number;
  readonly ucodeOffset: number;
  readonly crc32: number;
}

export interface ContainerKind {
  /** Header versions this parser knows, `2.0`. */
  readonly versions: readonly string[];
  /** Length of the header of each version, in the order of `versions`. */
  readonly headerBytes: readonly number[];
  /** Whether the checksum field of this kind is a CRC-32 of everything behind the common header. */
  readonly crc: boolean;
}

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
    if (bytes.length < COMMON_BYTES)
      throw this.invalid('common header', 0, `${COMMON_BYTES} bytes`, `${bytes.length} bytes`);
    const header: CommonHeader = {
      sizeBytes: this.u32('size_bytes', 0x00),
      headerBytes: this.u32('header_size_bytes', 0x04),
      headerVersion: [this.u16('header_version_major', 0x08), this.u16('header_version_minor', 0x0a)],
      ipVersion: [this.u16('ip_version_major', 0x0c), this.u16('ip_version_minor', 0x0e)],
      ucodeVersion: this.u32('ucode_version', 0x10),
      ucodeBytes: this.u32('ucode_size_bytes', 0x14),
      ucodeOffset: this.u32('ucode_array_offset_bytes', 0x18),
      crc32: this.u32('crc32', 0x1c),
    };
    this.header = header;
    if (header.sizeBytes !== bytes.length)
      throw this.invalid('size_bytes', 0x00, `${bytes.length}, the length of the file`, String(header.sizeBytes));
    const version = header.headerVersion.join('.');
    const known = kind.versions.indexOf(version);
    if (known < 0) throw this.invalid('header_version', 0x08, kind.versions.join(' or '), version);
    const wantedBytes = kind.headerBytes[known]!;
    if (header.headerBytes < wantedBytes || header.headerBytes > bytes.length) {
      throw this.invalid('header_size_bytes', 0x04, `${wantedBytes} to ${bytes.length}`, String(header.headerBytes));
    }
    this.inside('ucode_array', 0x18, header.ucodeOffset, header.ucodeBytes);
    if (header.ucodeOffset < header.headerBytes)
      throw this.invalid(
        'ucode_array_offset_bytes',
        0x18,
        `at least ${header.headerBytes}`,
        String(header.ucodeOffset),
      );
    if (kind.crc) {
      const sum = crc32(bytes.subarray(COMMON_BYTES));
      if (sum !== header.crc32) throw this.invalid('crc32', 0x1c, hex(sum), hex(header.crc32));
    }
  }

  /** Field `name` at byte `at` of the file. */
  u32(name: string, at: number): number {
    if (at + 4 > this.bytes.length)
      throw this.invalid(name, at, `within ${this.bytes.length} bytes`, 'past the end of the file');
    return this.view.getUint32(at, true);
  }

  u16(name: string, at: number): number {
    if (at + 2 > this.bytes.length)
      throw this.invalid(name, at, `within ${this.bytes.length} bytes`, 'past the end of the file');
    return this.view.getUint16(at, true);
  }

  /**
   * A payload of the file.
   *
   * @param name for messages; `field` is where the file says its offset.
   */
  slice(name: string, field: number, offset: number, bytes: number): Uint8Array {
    this.inside(name, field, offset, bytes);
    if (bytes === 0) throw this.invalid(`${name} size`, field, 'more than 0 bytes', '0');
    return this.bytes.subarray(offset, offset + bytes);
  }

  /** @throws EmptyslotError `FIRMWARE_INVALID` unless the run lies behind the headers and in the file. */
  private inside(name: string, field: number, offset: number, bytes: number): void {
    if (offset + bytes > this.bytes.length || offset < COMMON_BYTES) {
      throw this.invalid(name, field, `${COMMON_BYTES} to ${this.bytes.length}`, `${offset} to ${offset + bytes}`);
    }
  }

  invalid(field: string, offset: number, expected: string, lastSeen: string): EmptyslotError {
    return new EmptyslotError(
      'FIRMWARE_INVALID',
      `${this.file}: ${field} at ${hex(offset)} is ${lastSeen}, expected ${expected}`,
      {
        expected,
        lastSeen,
        facts: { file: this.file, field, offset },
      },
    );
  }
}
