/**
 * One connection to a remote-PCI server, used synchronously.
 *
 * Posted writes are gathered and sent together: when a read needs the order, when there are many, or when the driver's
 * turn of the event loop ends. A read blocks this thread until the socket's thread has its answer. A connection that
 * ends is `DEVICE_GONE` at once and for good, never a hang.
 *
 * Pure software.
 */

import { Worker } from 'node:worker_threads';
import { EmptyslotError } from '../../pcie/index.ts';
import { HEADER_BYTES, REQUEST_BYTES, packRequest } from './wire.ts';
import type { Remote } from './wire.ts';

export interface RemoteAddress {
  readonly host?: string;
  readonly port?: number;
  /** A UNIX socket instead. */
  readonly path?: string;
}

/** Largest data of one reply; longer reads are split. */
export const REPLY_DATA_BYTES = 4 * 2 ** 20;
const GATHER_BYTES = 2 ** 18;
const CONNECT_MS = 3000;
const ANSWER_MS = 30_000;

const DONE = 0;
const GONE = 1;
const LENGTH = 2;

export interface Reply {
  readonly result0: readonly [number, number];
  readonly result1: readonly [number, number];
  /** Valid until the next request. */
  readonly data: Uint8Array;
}

export class Channel {
  readonly about: string;
  private readonly worker: Worker;
  private readonly control: Int32Array;
  private readonly reply: Uint8Array;
  private readonly replyView: DataView;
  private readonly gathered = new Uint8Array(GATHER_BYTES);
  private readonly gatheredView = new DataView(this.gathered.buffer);
  private gatheredBytes = 0;
  private flushing = false;
  private sequence = 0;
  private ended = false;
  private readonly goneListeners: (() => void)[] = [];

  private constructor(worker: Worker, control: SharedArrayBuffer, reply: SharedArrayBuffer, about: string) {
    this.worker = worker;
    this.control = new Int32Array(control);
    this.reply = new Uint8Array(reply);
    this.replyView = new DataView(reply);
    this.about = about;
  }

  /** @throws EmptyslotError `DEVICE_GONE` when nobody answers there. */
  static async open(address: RemoteAddress): Promise<Channel> {
    const about = address.path ?? `${address.host ?? '127.0.0.1'}:${address.port ?? 6667}`;
    const control = new SharedArrayBuffer(16);
    const reply = new SharedArrayBuffer(HEADER_BYTES + REPLY_DATA_BYTES);
    const where =
      address.path === undefined
        ? { host: address.host ?? '127.0.0.1', port: address.port ?? 6667 }
        : { path: address.path };
    const worker = new Worker(new URL('./socket-worker.mjs', import.meta.url), {
      workerData: { ...where, control, reply },
    });
    const channel = new Channel(worker, control, reply, about);
    await new Promise<void>((resolve, reject) => {
      const refuse = (why: string): void => {
        clearTimeout(timer);
        void worker.terminate();
        reject(
          new EmptyslotError('DEVICE_GONE', `no remote-PCI server at ${about}: ${why}`, { expected: 'a connection' }),
        );
      };
      const timer = setTimeout(() => refuse(`no answer in ${CONNECT_MS} ms`), CONNECT_MS);
      worker.on('error', (error) => refuse(error.message));
      worker.on('message', (message: unknown) => {
        if (message === 'connected') {
          clearTimeout(timer);
          resolve();
        } else if (message === 'gone') channel.hungUp();
        else refuse((message as { error: string }).error);
      });
    });
    worker.unref();
    return channel;
  }

  onGone(listener: () => void): void {
    this.goneListeners.push(listener);
  }

  private hungUp(): void {
    if (this.ended) return;
    this.ended = true;
    for (const listener of this.goneListeners) listener();
  }

  get gone(): boolean {
    return this.ended || Atomics.load(this.control, GONE) === 1;
  }

  private checkHere(doing: string): void {
    if (!this.gone) return;
    throw new EmptyslotError('DEVICE_GONE', `the remote-PCI server at ${this.about} hung up`, {
      expected: doing,
      lastSeen: 'the connection ended',
    });
  }

  /** A write that nobody answers. In order with everything else; sent soon. */
  post(command: Remote, device: number, bar: number, a0: number, payload: Uint8Array): void {
    if (this.gone) this.checkHere('a posted write');
    const bytes = REQUEST_BYTES + payload.length;
    if (this.gatheredBytes + bytes > GATHER_BYTES) this.flush();
    if (bytes > GATHER_BYTES) {
      const whole = new Uint8Array(bytes);
      packRequest(new DataView(whole.buffer), 0, command, device, bar, a0, payload.length, 0);
      whole.set(payload, REQUEST_BYTES);
      this.worker.postMessage({ bytes: whole, expects: false }, [whole.buffer]);
      return;
    }
    packRequest(this.gatheredView, this.gatheredBytes, command, device, bar, a0, payload.length, 0);
    this.gathered.set(payload, this.gatheredBytes + REQUEST_BYTES);
    this.gatheredBytes += bytes;
    if (!this.flushing) {
      this.flushing = true;
      queueMicrotask(() => {
        this.flushing = false;
        if (!this.gone) this.flush();
      });
    }
  }

  /** Sends what was gathered. */
  flush(): void {
    if (this.gatheredBytes === 0) return;
    this.worker.postMessage({ bytes: this.gathered.slice(0, this.gatheredBytes), expects: false });
    this.gatheredBytes = 0;
  }

  /**
   * One request and its answer.
   *
   * @param withData whether data of `result 0` bytes follows a good reply.
   * @throws EmptyslotError `DEVICE_GONE`, `DEVICE_TIMEOUT`; `PROTOCOL_VIOLATION` with the server's own words.
   */
  request(
    command: Remote,
    device: number,
    bar: number,
    a0: number,
    a1: number,
    a2: number,
    withData: boolean,
    payload?: Uint8Array,
  ): Reply {
    this.checkHere('an answer');
    const payloadBytes = payload?.length ?? 0;
    const bytes = new Uint8Array(this.gatheredBytes + REQUEST_BYTES + payloadBytes);
    bytes.set(this.gathered.subarray(0, this.gatheredBytes));
    packRequest(new DataView(bytes.buffer), this.gatheredBytes, command, device, bar, a0, a1, a2);
    if (payload !== undefined) bytes.set(payload, this.gatheredBytes + REQUEST_BYTES);
    this.gatheredBytes = 0;
    this.sequence = (this.sequence + 1) | 0 || 1;
    const before = Atomics.load(this.control, DONE);
    this.worker.postMessage({ bytes, expects: true, data: withData, sequence: this.sequence }, [bytes.buffer]);
    while (Atomics.load(this.control, DONE) !== this.sequence) {
      if (Atomics.load(this.control, GONE) === 1) this.checkHere('an answer');
      if (Atomics.wait(this.control, DONE, before, ANSWER_MS) === 'timed-out') {
        this.close();
        throw new EmptyslotError(
          'DEVICE_TIMEOUT',
          `the remote-PCI server at ${this.about} did not answer in ${ANSWER_MS / 1000} s`,
          { expected: 'an answer' },
        );
      }
    }
    const data = this.reply.subarray(HEADER_BYTES, Atomics.load(this.control, LENGTH));
    if (this.reply[0] !== 0) {
      throw new EmptyslotError(
        'PROTOCOL_VIOLATION',
        `the server at ${this.about} refuses: ${new TextDecoder().decode(data.slice())}`,
        { facts: { command } },
      );
    }
    return { result0: pair(this.replyView, 1), result1: pair(this.replyView, 9), data };
  }

  /** Sends what is left and hangs up. */
  close(): void {
    if (this.ended) return;
    this.flush();
    this.ended = true;
    void this.worker.terminate();
  }
}

function pair(view: DataView, at: number): readonly [number, number] {
  return [view.getUint32(at, true), view.getUint32(at + 4, true)];
}
