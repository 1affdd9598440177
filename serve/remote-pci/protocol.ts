/**
 * The remote-PCI protocol as tinygrad's clients speak it over TCP: numbers and layouts.
 *
 * Little-endian and packed. A request is 33 bytes: command u8, device u32, BAR or buffer handle u32, three u64 arguments;
 * some are followed by a payload. A reply is 17 bytes: status u8, two u64 results, then data. Status other than 0: the
 * first result is the length of a UTF-8 text that follows. Writes are posted: they have no reply.
 *
 * Source: tinygrad (MIT), its RemoteCmd client and server, read as a description of the wire.
 * Fidelity: from-public-source.
 */

export const Command = {
  probe: 0,
  mapBar: 1,
  /** Sends a file descriptor; only over UNIX sockets, and never here. */
  mapSysmemFd: 2,
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
export type Command = (typeof Command)[keyof typeof Command];

export const commandNames: readonly string[] = [
  'PROBE',
  'MAP_BAR',
  'MAP_SYSMEM_FD',
  'CFG_READ',
  'CFG_WRITE',
  'RESET',
  'MMIO_READ',
  'MMIO_WRITE',
  'MAP_SYSMEM',
  'SYSMEM_READ',
  'SYSMEM_WRITE',
  'RESIZE_BAR',
  'PING',
];

export const REQUEST_BYTES = 33;
export const REPLY_BYTES = 17;

/** Where the protocol's clients look when they are told a host and no port. */
export const DEFAULT_PORT = 6667;

/** Arguments above 2^53 lose low bits; whoever uses one as offset or length refuses it for its size anyway. */
export interface Request {
  command: number;
  device: number;
  /** BAR number, or handle of a system-memory buffer. */
  bar: number;
  arg0: number;
  arg1: number;
  arg2: number;
}

/** Fills `into` from the 33 bytes at `at`. */
export function decodeRequest(bytes: Uint8Array, at: number, into: Request): void {
  into.command = bytes[at]!;
  into.device = u32(bytes, at + 1);
  into.bar = u32(bytes, at + 5);
  into.arg0 = u64(bytes, at + 9);
  into.arg1 = u64(bytes, at + 17);
  into.arg2 = u64(bytes, at + 25);
}

/** Commands whose payload (of `arg1` bytes) follows the request. */
export const hasPayload = (command: number): boolean =>
  command === Command.mmioWrite || command === Command.sysmemWrite || command === Command.probe;

/** Commands without a reply. */
export const isPosted = (command: number): boolean => command === Command.mmioWrite || command === Command.sysmemWrite;

/** A reply with room for `dataBytes` of data from byte 17 on. Results below 2^53. */
export function makeReply(result0: number, result1: number, dataBytes: number): Buffer {
  const reply = Buffer.allocUnsafe(REPLY_BYTES + dataBytes);
  reply[0] = 0;
  putU64(reply, 1, result0);
  putU64(reply, 9, result1);
  return reply;
}

/** A refusal with its reason. */
export function makeRefusal(reason: string): Buffer {
  const text = Buffer.from(reason, 'utf8');
  const reply = makeReply(text.length, 0, text.length);
  reply[0] = 1;
  text.copy(reply, REPLY_BYTES);
  return reply;
}

function u32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

function u64(bytes: Uint8Array, at: number): number {
  return u32(bytes, at + 4) * 0x1_0000_0000 + u32(bytes, at);
}

export function putU64(bytes: Uint8Array, at: number, value: number): void {
  putU32(bytes, at, value);
  putU32(bytes, at + 4, Math.floor(value / 0x1_0000_0000));
}

export function putU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}
