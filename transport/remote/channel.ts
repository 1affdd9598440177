/**
 * One connection to a remote-PCI server, used synchronously.
 *
 * Posted writes are gathered and sent together: when a read needs the order, when there are many, or when the driver's
 * turn of the event loop ends. A read blocks this thread until the socket's thread has its answer. A connection that
 * ends is `DEVICE_GONE` at once and for good, never a hang.
 *
 * Requests and replies lie in shared memory. Either thread spins a while before it sleeps: to be woken costs as much as
 * the way to the server and back. Only with two cores or more; a lone one is needed by whoever is waited for.
 *
 * Pure software.
 */

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { EmptyslotError } from '../../pcie/index.ts';
import { ASKED, ASKED_BYTES, ASKED_DATA, AWAKE, CELLS, DONE, GONE, LENGTH, NEWS, WORD } from './control.mjs';
import { Spin } from './spin.mjs';
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

/** How long this thread looks for an answer before it sleeps, and the socket's thread for the next request. */
const [SPIN_MS, WORKER_SPIN_MS] = availableParallelism() > 1 ? [0.1, 0.06] : [0, 0];
/** How long the socket's thread then sleeps for a request only, before it sleeps in its event loop. */
const LINGER_MS = 10;

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
  /** Posted writes, and behind them the request that is being asked. */
  private readonly gathered: Uint8Array;
  private readonly gatheredView: DataView;
  private gatheredBytes = 0;
  private flushing = false;
  private sequence = 0;
  private ended = false;
  private readonly spin = new Spin(SPIN_MS);
  private readonly goneListeners: (() => void)[] = [];

  private constructor(
    worker: Worker,
    control: SharedArrayBuffer,
    request: SharedArrayBuffer,
    reply: SharedArrayBuffer,
    about: string,
  ) {
    this.worker = worker;
    this.control = new Int32Array(control);
    this.gathered = new Uint8Array(request);
    this.gatheredView = new DataView(request);
    this.reply = new Uint8Array(reply);
    this.replyView = new DataView(reply);
    this.about = about;
  }

  /** @throws EmptyslotError `DEVICE_GONE` when nobody answers there. */
  static async open(address: RemoteAddress): Promise<Channel> {
    const { host = '127.0.0.1', port = 6667, path } = address;
    const about = path ?? `${host}:${port}`;
    const control = new SharedArrayBuffer(4 * CELLS);
    const request = new SharedArrayBuffer(GATHER_BYTES + REQUEST_BYTES);
    const reply = new SharedArrayBuffer(HEADER_BYTES + REPLY_DATA_BYTES);
    const worker = new Worker(new URL('./socket-worker.mjs', import.meta.url), {
      workerData: { host, port, path, control, request, reply, spinMs: WORKER_SPIN_MS, lingerMs: LINGER_MS },
    });
    const channel = new Channel(worker, control, request, reply, about);
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
      this.worker.postMessage(whole, [whole.buffer]);
      this.rouse();
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
    const bytes = new Uint8Array(this.gathered.subarray(0, this.gatheredBytes)); // of our own: the shared ones change
    this.worker.postMessage(bytes, [bytes.buffer]);
    this.rouse();
    this.gatheredBytes = 0;
  }

  /**
   * One request and its answer.
   *
   * @param withData whether data of `result 0` bytes follows a good reply.
   * @param payload at most 256 KiB.
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
    if (this.gatheredBytes + payloadBytes > GATHER_BYTES) this.flush();
    packRequest(this.gatheredView, this.gatheredBytes, command, device, bar, a0, a1, a2);
    if (payload !== undefined) this.gathered.set(payload, this.gatheredBytes + REQUEST_BYTES);
    const { control } = this;
    Atomics.store(control, ASKED_BYTES, this.gatheredBytes + REQUEST_BYTES + payloadBytes);
    Atomics.store(control, ASKED_DATA, withData ? 1 : 0);
    this.gatheredBytes = 0;
    this.sequence = (this.sequence + 1) | 0;
    Atomics.store(control, ASKED, this.sequence);
    if (Atomics.load(control, AWAKE) === 0) this.worker.postMessage(null);
    else this.rouse();
    this.await();
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

  /** Ends the sleep of the socket's thread, if it sleeps where messages do not wake it. */
  private rouse(): void {
    Atomics.add(this.control, WORD, 1);
    Atomics.notify(this.control, WORD);
  }

  /** Until the request that was asked is done. */
  private await(): void {
    const { control, sequence } = this;
    this.spin.until(() => Atomics.load(control, DONE) === sequence);
    for (;;) {
      const news = Atomics.load(control, NEWS); // first: what comes after this look ends the sleep
      if (Atomics.load(control, DONE) === sequence) return;
      this.checkHere('an answer');
      if (Atomics.wait(control, NEWS, news, ANSWER_MS) === 'timed-out') {
        this.close();
        throw new EmptyslotError(
          'DEVICE_TIMEOUT',
          `the remote-PCI server at ${this.about} did not answer in ${ANSWER_MS / 1000} s`,
          { expected: 'an answer' },
        );
      }
    }
  }

  /** Sends what is left and hangs up. The process lives until that is done, or the server has taken nothing for a while. */
  close(): void {
    if (this.ended) return;
    this.flush();
    this.ended = true;
    this.worker.ref();
    this.worker.postMessage('end'); // after what was posted; the socket's thread ends with its socket
    this.rouse();
  }
}

function pair(view: DataView, at: number): readonly [number, number] {
  return [view.getUint32(at, true), view.getUint32(at + 4, true)];
}
