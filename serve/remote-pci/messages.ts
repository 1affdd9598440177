/**
 * Cuts a byte stream into requests, whatever pieces it comes in. A small payload is handed out where it lies; a large one
 * is read from the socket to where it will be handed out, but for its beginning and end, up to 64 KiB each, which are
 * copied there.
 *
 * Pure software.
 */

import type { Intake } from './intake.ts';
import { REQUEST_BYTES, decodeRequest, hasPayload } from './protocol.ts';
import type { Request } from './protocol.ts';

const NONE = new Uint8Array(0);

export interface MessageHandler {
  /** Largest payload accepted for this request, in bytes. */
  limit(request: Request): number;
  /** A whole request. `request` and `payload` are only good during the call. */
  message(request: Request, payload: Uint8Array): void;
  /** A payload above its limit: the stream cannot be followed any further. */
  tooLong(request: Request, limit: number): void;
}

/** Where a server keeps the last large payload's memory for the next one: fresh pages cost more than the copy into them. */
export interface Spare {
  body?: Uint8Array;
}

/** Payload memory beyond this is not kept. */
const SPARE_BYTES = 2 ** 26;

/** Where bytes land whose place is not known yet: as much as comes at once with small messages. */
const LANDING_BYTES = 2 ** 16;

/** Most that is read at once: more would have left the cache before it is looked at, and keeps others waiting. */
const ROOM_BYTES = 2 ** 20;

export class MessageReader implements Intake {
  private readonly handler: MessageHandler;
  private readonly spare: Spare;
  private readonly head = new Uint8Array(REQUEST_BYTES);
  private headBytes = 0;
  private readonly request: Request = { command: 0, device: 0, bar: 0, arg0: 0, arg1: 0, arg2: 0 };
  /** A payload in the making, and how much of it is there. */
  private body: Uint8Array | undefined;
  private bodyBytes = 0;
  private readonly landing = Buffer.allocUnsafeSlow(LANDING_BYTES);
  /** The room given last is in `body`. */
  private direct = false;
  private readonly waiting: Uint8Array[] = [];
  /** Bytes of the first waiting piece that are done. */
  private consumed = 0;
  private stopped = false;
  private ended = false;

  constructor(handler: MessageHandler, spare: Spare = {}) {
    this.handler = handler;
    this.spare = spare;
  }

  /** Takes the next piece and hands out what is complete, unless stopped. */
  feed(piece: Uint8Array): void {
    if (this.ended) return;
    this.waiting.push(piece);
    if (!this.stopped) this.run();
  }

  room(): Uint8Array {
    const { body, bodyBytes } = this;
    // the end of a payload lands together with what follows it
    this.direct = body !== undefined && !this.stopped && body.length - bodyBytes >= LANDING_BYTES;
    return this.direct ? body!.subarray(bodyBytes, bodyBytes + ROOM_BYTES) : this.landing;
  }

  came(bytes: number): void {
    if (!this.direct) {
      this.feed(this.landing.subarray(0, bytes));
      return;
    }
    if (this.body === undefined) return; // ended meanwhile
    this.bodyBytes += bytes;
    if (this.bodyBytes === this.body.length) this.whole(this.body);
  }

  /** No more messages until `resume`; nor may more bytes come: what is left lies where they would land. */
  stop(): void {
    this.stopped = true;
  }

  resume(): void {
    this.stopped = false;
    this.run();
  }

  /** Drops everything; nothing is handed out any more. */
  end(): void {
    this.ended = true;
    this.waiting.length = 0;
    this.body = undefined;
  }

  private run(): void {
    while (this.waiting.length > 0 && !this.stopped && !this.ended) {
      const piece = this.waiting[0]!;
      this.consumed = this.take(piece, this.consumed);
      if (this.ended) return;
      if (this.consumed === piece.length) {
        this.waiting.shift();
        this.consumed = 0;
      }
    }
  }

  /** Works through `piece` from byte `at` on; returns where it stopped. */
  private take(piece: Uint8Array, at: number): number {
    const { request, handler } = this;
    while (at < piece.length && !this.stopped && !this.ended) {
      if (this.body !== undefined) {
        const run = Math.min(this.body.length - this.bodyBytes, piece.length - at);
        this.body.set(piece.subarray(at, at + run), this.bodyBytes);
        this.bodyBytes += run;
        at += run;
        if (this.bodyBytes < this.body.length) return at;
        this.whole(this.body);
        continue;
      }
      if (this.headBytes === 0 && piece.length - at >= REQUEST_BYTES) {
        decodeRequest(piece, at, request);
        at += REQUEST_BYTES;
      } else {
        const run = Math.min(REQUEST_BYTES - this.headBytes, piece.length - at);
        this.head.set(piece.subarray(at, at + run), this.headBytes);
        this.headBytes += run;
        at += run;
        if (this.headBytes < REQUEST_BYTES) return at;
        this.headBytes = 0;
        decodeRequest(this.head, 0, request);
      }
      const bytes = hasPayload(request.command) ? request.arg1 : 0;
      if (bytes > 0) {
        const limit = handler.limit(request);
        if (bytes > limit) {
          handler.tooLong(request, limit);
          this.end();
          return at;
        }
      }
      if (bytes === 0) handler.message(request, NONE);
      else if (piece.length - at >= bytes) {
        const payload = piece.subarray(at, at + bytes);
        at += bytes;
        handler.message(request, payload);
      } else {
        this.body = this.memoryFor(bytes);
        this.bodyBytes = 0;
      }
    }
    return at;
  }

  /** All of a payload is there. */
  private whole(body: Uint8Array): void {
    this.body = undefined;
    this.handler.message(this.request, body);
    this.keep(body.buffer);
  }

  private keep(memory: ArrayBufferLike): void {
    const { byteLength } = memory;
    if (byteLength <= SPARE_BYTES && byteLength > (this.spare.body?.length ?? 0))
      this.spare.body = new Uint8Array(memory);
  }

  private memoryFor(bytes: number): Uint8Array {
    const { body } = this.spare;
    if (body === undefined || body.length < bytes) {
      // not zeroed: pages that never arrive are never touched
      return Buffer.allocUnsafeSlow(bytes);
    }
    this.spare.body = undefined; // it is in use until the message is whole
    return body.subarray(0, bytes);
  }
}
