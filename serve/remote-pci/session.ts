/**
 * One connection: does what its requests ask of the devices it owns.
 *
 * Requests are served in stream order, writes act before a later read. A refused write has no reply of its own: its
 * reason is given with the next reply. A device belongs to the connection that touched it first, until that closes;
 * its card is left as its driver left it, and its system memory is given back.
 *
 * Source of the commands' meaning: tinygrad's remote client and server (MIT).
 * Fidelity: from-public-source.
 */

import { Config, DMA_PAGE_BYTES, EmptyslotError } from '../../pcie/index.ts';
import type { Width } from '../../pcie/index.ts';
import type { Port } from '../../sim/index.ts';
import { growBar, resetFunction } from './host.ts';
import type { MessageHandler } from './messages.ts';
import type { Pace } from './pace.ts';
import { Command, REPLY_BYTES, commandNames, isPosted, makeRefusal, makeReply, putU32, putU64 } from './protocol.ts';
import type { Request } from './protocol.ts';

/** A device as the server offers it. */
export interface ServedDevice {
  readonly port: Port;
  readonly pace: Pace;
  /** Bus location for PROBE. */
  readonly location: string;
  /** Largest size RESIZE_BAR may give BAR0; 0: no resizing. */
  readonly bar0MaxBytes: number;
  /** The connection it belongs to. */
  owner: Session | undefined;
}

export interface SessionLimits {
  /** Largest block read or written by one message. */
  readonly bulkBytes: number;
  /** System memory that one connection may hold, in whole pages. */
  readonly sysmemBytes: number;
}

/** What the session needs of its connection. */
export interface Wire {
  /** Who is at the other end, for messages. */
  readonly peer: string;
  send(reply: Uint8Array): void;
  /** For the log. */
  say(line: string): void;
  /** Sends what is waiting and hangs up. */
  close(): void;
}

export interface SessionStats {
  requests: number;
  refusals: number;
  bytesRead: number;
  bytesWritten: number;
}

/** Payload of a PROBE: pairs of mask and device id. */
const PROBE_BYTES = 0x1_0000;

/** Buffers one connection may have, however small. */
const MAX_BUFFERS = 0x8000;

/** Numbers for the polling watch: which space a read is in. BARs are 0 to 6. */
const CONFIG_SPACE = 7;
const SYSMEM_SPACE = 8;

class Refused extends Error {}

const hex = (value: number): string => `0x${value.toString(16)}`;

export class Session implements MessageHandler {
  readonly wire: Wire;
  private readonly devices: readonly ServedDevice[];
  private readonly limits: SessionLimits;
  private readonly stats: SessionStats;
  private readonly owned = new Set<ServedDevice>();
  /** System memory by handle: which device it was made for, and how large it is. */
  private readonly buffers = new Map<number, { readonly device: ServedDevice; readonly bytes: number }>();
  private sysmemBytes = 0;
  /** Why a posted write was refused, until there is a reply to say it in. */
  private refusedWrite: string | undefined;
  private refusedWrites = 0;
  /** Wall ns that the client was silent, until the next request that touches a device. */
  private silenceNs = 0;
  /** The silence before the bytes now being worked through. */
  private gapNs = 0;
  /** Where the request before this one wrote, if it did; and what. */
  private lastPlace = -1;
  private lastOffset = 0;
  private lastLo = 0;
  /** A request was served since the last rest. */
  private served = false;
  /** Called with errors that are not the client's fault. */
  private readonly onError: (error: unknown) => void;
  private readonly pair = new Uint32Array(2);

  constructor(
    wire: Wire,
    devices: readonly ServedDevice[],
    limits: SessionLimits,
    stats: SessionStats,
    onError: (error: unknown) => void,
  ) {
    this.wire = wire;
    this.devices = devices;
    this.limits = limits;
    this.stats = stats;
    this.onError = onError;
  }

  limit(request: Request): number {
    return request.command === Command.probe ? PROBE_BYTES : this.limits.bulkBytes;
  }

  tooLong(request: Request, limit: number): void {
    this.stats.requests++;
    this.refuse(
      `${commandNames[request.command]} with ${request.arg1} bytes of payload; at most ${limit} are taken. The connection closes, because the rest of the stream cannot be told from payload`,
    );
    this.wire.close();
  }

  message(request: Request, payload: Uint8Array): void {
    this.stats.requests++;
    this.served = true;
    const posted = isPosted(request.command);
    if (!posted && this.refusedWrite !== undefined) {
      const more = this.refusedWrites > 1 ? ` (and ${this.refusedWrites - 1} more)` : '';
      this.refuse(`an earlier write was refused${more}: ${this.refusedWrite}`);
      this.refusedWrite = undefined;
      this.refusedWrites = 0;
      return;
    }
    try {
      this.serve(request, payload);
    } catch (error) {
      const ours =
        !(error instanceof Refused || error instanceof EmptyslotError) ||
        (error instanceof EmptyslotError && error.code === 'INTERNAL');
      if (ours) this.onError(error);
      const reason =
        error instanceof Refused
          ? error.message
          : error instanceof EmptyslotError
            ? `${error.code}: ${error.message}`
            : `internal error: ${String(error)}`;
      if (!posted) this.refuse(reason);
      else {
        this.stats.refusals++;
        this.wire.say(`refused ${commandNames[request.command]}: ${reason}`);
        this.refusedWrite ??= reason;
        this.refusedWrites++;
      }
    }
  }

  /** Bytes came after `ns` of wall time in which no request was waiting. */
  silent(ns: number): void {
    this.silenceNs += ns;
    this.gapNs = ns;
    this.lastPlace = -1;
  }

  /** Wall time `nowNs`: every request that had come is served. */
  rest(nowNs: number): void {
    if (!this.served) return; // part of a message came, no more
    this.served = false;
    this.gapNs = 0;
    for (const device of this.owned) device.pace.sleep(nowNs);
  }

  /** The connection is gone. */
  release(): void {
    for (const [handle, { device }] of this.buffers) device.port.freeDma(handle);
    this.buffers.clear();
    this.sysmemBytes = 0;
    for (const device of this.owned) device.owner = undefined;
    this.owned.clear();
  }

  private refuse(reason: string): void {
    this.stats.refusals++;
    this.wire.say(`refused: ${reason}`);
    this.wire.send(makeRefusal(reason));
  }

  private done(result0 = 0, result1 = 0): void {
    this.wire.send(makeReply(result0, result1, 0));
  }

  /** The device of a request, which is the client's from now on. */
  private claim(request: Request): ServedDevice {
    const device = this.devices[request.device];
    if (device === undefined)
      throw new Refused(`there is no device ${request.device}; this server has ${this.devices.length}`);
    if (device.owner !== this) {
      if (device.owner !== undefined)
        throw new Refused(`device ${request.device} (${device.location}) is in use by ${device.owner.wire.peer}`);
      device.owner = this;
      this.owned.add(device);
    }
    if (this.silenceNs > 0) {
      device.pace.wake(device.port, this.silenceNs);
      this.silenceNs = 0;
    }
    return device;
  }

  private serve(request: Request, payload: Uint8Array): void {
    if (request.command !== Command.mmioWrite) this.lastPlace = -1;
    switch (request.command) {
      case Command.ping:
        this.done();
        return;
      case Command.probe:
        this.probe(request, payload);
        return;
      case Command.mmioRead:
        this.mmioRead(this.claim(request), request);
        return;
      case Command.mmioWrite:
        this.mmioWrite(this.claim(request), request, payload);
        return;
      case Command.sysmemRead:
        this.sysmemRead(this.claim(request), request);
        return;
      case Command.sysmemWrite:
        this.sysmemWrite(this.claim(request), request, payload);
        return;
      case Command.configRead:
        this.configRead(this.claim(request), request);
        return;
      case Command.configWrite:
        this.configWrite(this.claim(request), request);
        return;
      case Command.mapBar:
        this.mapBar(this.claim(request), request);
        return;
      case Command.mapSysmem:
        this.mapSysmem(this.claim(request), request);
        return;
      case Command.resizeBar:
        this.resizeBar(this.claim(request), request);
        return;
      case Command.reset: {
        const device = this.claim(request);
        device.pace.changed();
        resetFunction(device.port);
        this.done();
        return;
      }
      case Command.mapSysmemFd:
        throw new Refused('MAP_SYSMEM_FD needs a UNIX socket: file descriptors do not travel over TCP. Use MAP_SYSMEM');
      default:
        throw new Refused(`there is no command ${request.command}`);
    }
  }

  private probe(request: Request, payload: Uint8Array): void {
    if (payload.length % 8 !== 0)
      throw new Refused(`PROBE with ${payload.length} bytes of filter; pairs of mask and device id have 8`);
    const filter = new DataView(payload.buffer, payload.byteOffset, payload.length);
    const lines: string[] = [];
    this.devices.forEach(({ port, location }, index) => {
      const { config } = port.function; // not an access of the driver: it costs no time and leaves no trace
      if (request.arg2 !== 0 && config.read(Config.vendorId, 2) !== request.arg2) return;
      if (request.arg0 !== 0 && config.read(Config.revision + 3, 1) !== request.arg0) return;
      const id = config.read(Config.deviceId, 2);
      let wanted = payload.length === 0;
      for (let at = 0; at < payload.length && !wanted; at += 8) {
        wanted = (id & filter.getUint32(at, true)) >>> 0 === filter.getUint32(at + 4, true);
      }
      if (wanted) lines.push(`${location}:${index}`);
    });
    if (lines.length === 0) {
      // an empty list would say it too, but clients trip over it
      const have = this.devices.map(
        ({ port, location }) =>
          `${port.function.config.read(0, 2).toString(16)}:${port.function.config.read(2, 2).toString(16)} at ${location}`,
      );
      throw new Refused(
        `no device of vendor ${hex(request.arg2)} matches; this server has ${have.length === 0 ? 'none' : have.join(', ')}`,
      );
    }
    const text = Buffer.from(lines.join('\n'), 'utf8');
    const reply = makeReply(text.length, lines.length, text.length);
    text.copy(reply, REPLY_BYTES);
    this.wire.send(reply);
  }

  private mapBar({ port }: ServedDevice, request: Request): void {
    const bar = request.bar > 5 ? undefined : port.mapBar(request.bar);
    if (bar === undefined) throw new Refused(`the device has no BAR${request.bar}`);
    this.done(bar.busAddress, bar.bytes);
  }

  private configRead(device: ServedDevice, { arg0: offset, arg1: width }: Request): void {
    checkConfig(offset, width);
    const place = spaceOf(device, CONFIG_SPACE, width);
    device.pace.beforeRead(device.port, place, offset);
    const value = device.port.configRead(offset, width as Width);
    device.pace.afterRead(place, offset, value, 0);
    this.done(value);
  }

  private configWrite(device: ServedDevice, { arg0: offset, arg1: width, arg2: value }: Request): void {
    checkConfig(offset, width);
    if (value >= 2 ** (8 * width)) throw new Refused(`${hex(value)} does not fit ${width} bytes`);
    device.pace.changed();
    device.port.configWrite(offset, width as Width, value);
    this.done();
  }

  /** Throws unless `bytes` at `offset` lie inside the BAR. */
  private inside(device: ServedDevice, { bar, arg0: offset, arg1: bytes }: Request): void {
    const size = bar > 5 ? 0 : device.port.function.config.barBytes(bar);
    if (size === 0) throw new Refused(`the device has no BAR${bar}`);
    // `offset + bytes` may round; the comparison below may not
    if (offset > size || bytes > size - offset)
      throw new Refused(`${bytes} bytes at ${hex(offset)} reach past the end of BAR${bar}, which has ${hex(size)}`);
  }

  private mmioRead(device: ServedDevice, request: Request): void {
    this.inside(device, request);
    const { bar, arg0: offset, arg1: bytes } = request;
    this.checkBulk(bytes);
    const { port, pace } = device;
    const reply = makeReply(bytes, 0, bytes);
    if ((bytes === 4 || bytes === 2 || bytes === 1) && offset % bytes === 0) {
      const place = spaceOf(device, bar, bytes);
      pace.beforeRead(port, place, offset);
      const value = port.read(bar, offset, bytes);
      pace.afterRead(place, offset, value, 0);
      reply[REPLY_BYTES] = value;
      if (bytes > 1) reply[REPLY_BYTES + 1] = value >>> 8;
      if (bytes > 2) {
        reply[REPLY_BYTES + 2] = value >>> 16;
        reply[REPLY_BYTES + 3] = value >>> 24;
      }
    } else if (bytes === 8 && offset % 8 === 0) {
      const { pair } = this;
      const place = spaceOf(device, bar, 8);
      pace.beforeRead(port, place, offset);
      port.read64(bar, offset, pair);
      pace.afterRead(place, offset, pair[0]!, pair[1]!);
      putU32(reply, REPLY_BYTES, pair[0]!);
      putU32(reply, REPLY_BYTES + 4, pair[1]!);
    } else if (bytes > 0) port.readBlock(bar, offset, reply.subarray(REPLY_BYTES));
    this.stats.bytesRead += bytes;
    this.wire.send(reply);
  }

  private mmioWrite(device: ServedDevice, request: Request, payload: Uint8Array): void {
    this.inside(device, request);
    const { bar, arg0: offset, arg1: bytes } = request;
    const { port, pace } = device;
    this.stats.bytesWritten += bytes;
    if ((bytes === 4 || bytes === 8) && offset % bytes === 0) {
      const lo = dword(payload, 0);
      const hi = bytes === 8 ? dword(payload, 4) : 0;
      const place = spaceOf(device, bar, bytes);
      if (this.gapNs > 0) this.pulse(device, place, offset, lo);
      pace.write(place, offset, lo, hi);
      if (bytes === 4) port.write(bar, offset, 4, lo);
      else port.write64(bar, offset, lo, hi);
      return;
    }
    pace.changed();
    if (bytes === 2 && offset % 2 === 0) port.write(bar, offset, 2, payload[0]! | (payload[1]! << 8));
    else if (bytes === 1) port.write(bar, offset, 1, payload[0]!);
    else if (bytes > 0) port.writeBlock(bar, offset, payload);
  }

  /**
   * A register was written, and now again with something else, and both came at once after a long silence. A driver that
   * pulses a bit sleeps in between, and this process was not scheduled meanwhile: the silence lay there as likely as before.
   */
  private pulse(device: ServedDevice, place: number, offset: number, lo: number): void {
    if (place === this.lastPlace && offset === this.lastOffset && lo !== this.lastLo) {
      device.pace.again(device.port, this.gapNs);
      this.gapNs = 0;
    }
    this.lastPlace = place;
    this.lastOffset = offset;
    this.lastLo = lo;
  }

  private mapSysmem(device: ServedDevice, { arg0: bytes, arg1: contiguous }: Request): void {
    if (!(bytes > 0)) throw new Refused('MAP_SYSMEM of 0 bytes');
    if (this.buffers.size >= MAX_BUFFERS)
      throw new Refused(`MAP_SYSMEM beyond ${MAX_BUFFERS} buffers of one connection`);
    const left = this.limits.sysmemBytes - this.sysmemBytes;
    if (bytes > left) throw new Refused(`MAP_SYSMEM of ${bytes} bytes; this connection may have ${left} more`);
    device.pace.changed();
    const grant = device.port.allocateDma(bytes, {
      contiguous: contiguous !== 0,
      // a finding about memory that went away with its client says whose it was
      name: `system memory of ${this.wire.peer}`,
    });
    this.buffers.set(grant.handle, { device, bytes });
    const pages = Math.ceil(bytes / DMA_PAGE_BYTES);
    this.sysmemBytes += pages * DMA_PAGE_BYTES;
    const reply = makeReply(8 * pages, grant.handle, 8 * pages);
    let at = REPLY_BYTES;
    for (const piece of grant.pieces) {
      for (let done = 0; done < piece.bytes && at < reply.length; done += DMA_PAGE_BYTES, at += 8)
        putU64(reply, at, piece.bus + done);
    }
    this.wire.send(reply);
  }

  /** Throws unless the buffer is this client's and `bytes` at `offset` lie inside it. */
  private insideBuffer(device: ServedDevice, { bar: handle, arg0: offset, arg1: bytes }: Request): void {
    const buffer = this.buffers.get(handle);
    if (buffer === undefined || buffer.device !== device)
      throw new Refused(`this connection has no system memory ${handle} on this device`);
    if (offset > buffer.bytes || bytes > buffer.bytes - offset) {
      throw new Refused(
        `${bytes} bytes at ${hex(offset)} reach past the end of system memory ${handle}, which has ${hex(buffer.bytes)}`,
      );
    }
  }

  private sysmemRead(device: ServedDevice, request: Request): void {
    this.insideBuffer(device, request);
    const { bar: handle, arg0: offset, arg1: bytes } = request;
    this.checkBulk(bytes);
    const reply = makeReply(bytes, 0, bytes);
    const data = reply.subarray(REPLY_BYTES);
    if (bytes > 0 && bytes <= 8) {
      const place = spaceOf(device, SYSMEM_SPACE, bytes) + handle * 0x1_0000_0000;
      device.pace.beforeRead(device.port, place, offset);
      device.port.dmaRead(handle, offset, data);
      let lo = 0;
      let hi = 0;
      for (let i = bytes - 1; i >= 0; i--) {
        if (i >= 4) hi = hi * 256 + data[i]!;
        else lo = lo * 256 + data[i]!;
      }
      device.pace.afterRead(place, offset, lo, hi);
    } else if (bytes > 0) device.port.dmaRead(handle, offset, data);
    this.stats.bytesRead += bytes;
    this.wire.send(reply);
  }

  private sysmemWrite(device: ServedDevice, request: Request, payload: Uint8Array): void {
    this.insideBuffer(device, request);
    device.pace.changed();
    if (request.arg1 > 0) device.port.dmaWrite(request.bar, request.arg0, payload);
    this.stats.bytesWritten += request.arg1;
  }

  private resizeBar(device: ServedDevice, { bar }: Request): void {
    if (bar !== 0 || device.bar0MaxBytes === 0) throw new Refused(`BAR${bar} is not resized here`);
    device.pace.changed();
    growBar(device.port, bar, device.bar0MaxBytes);
    this.done();
  }

  private checkBulk(bytes: number): void {
    if (bytes > this.limits.bulkBytes)
      throw new Refused(`a read of ${bytes} bytes; at most ${this.limits.bulkBytes} come in one reply`);
  }
}

function checkConfig(offset: number, width: number): void {
  if (width !== 1 && width !== 2 && width !== 4)
    throw new Refused(`a configuration access of ${width} bytes; there are 1, 2 and 4`);
  if (offset > 4096 - width || offset % width !== 0)
    throw new Refused(
      `${width} bytes at ${hex(offset)} of configuration space, which has 4096 and takes aligned accesses`,
    );
}

const dword = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;

const spaceOf = (device: ServedDevice, space: number, bytes: number): number =>
  (device.port.card * 16 + space) * 16 + bytes;
