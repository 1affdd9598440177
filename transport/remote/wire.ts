/**
 * The remote-PCI protocol from the client's side: commands and how a request is packed.
 *
 * Written apart from the server's declarations, so that each is a witness of the other. A request is 33 bytes, little
 * endian: command u8, device u32, BAR or handle u32, three u64 arguments; then the payload. A reply is 17 bytes: status
 * u8, two u64 results; where the status is not 0, a text of `result 0` bytes follows.
 *
 * Source: tinygrad (MIT), its RemoteCmd client, read as a description of the wire.
 * Fidelity: from-public-source.
 */

export const Remote = {
  probe: 0,
  mapBar: 1,
  configRead: 3,
  configWrite: 4,
  reset: 5,
  mmioRead: 6,
  mmioWrite: 7,
  mapSysmem: 8,
  sysmemRead: 9,
  sysmemWrite: 10,
  resizeBar: 11,
  ping: 12,
} as const;
export type Remote = (typeof Remote)[keyof typeof Remote];

export const REQUEST_BYTES = 33;
export const HEADER_BYTES = 17;

/** Packs the head of a request at `at`. Arguments are integers below 2^53. */
export function packRequest(
  into: DataView,
  at: number,
  command: Remote,
  device: number,
  bar: number,
  a0: number,
  a1: number,
  a2: number,
): void {
  into.setUint8(at, command);
  into.setUint32(at + 1, device, true);
  into.setUint32(at + 5, bar, true);
  putU64(into, at + 9, a0);
  putU64(into, at + 17, a1);
  putU64(into, at + 25, a2);
}

function putU64(into: DataView, at: number, value: number): void {
  into.setUint32(at, value >>> 0, true);
  into.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true);
}
