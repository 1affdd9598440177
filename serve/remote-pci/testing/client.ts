/**
 * A client for the server's tests, which can also say what no client should.
 */

import { connect } from 'node:net';
import type { Socket } from 'node:net';

export interface Reply {
  readonly status: number;
  readonly r0: number;
  readonly r1: number;
  /** The text of a refusal. */
  readonly text: string;
}

/** 33 bytes of request. Arguments may be bigints, for values above 2^53. */
export function request(command: number, device = 0, bar = 0, ...args: (number | bigint)[]): Buffer {
  const bytes = Buffer.alloc(33);
  bytes[0] = command;
  bytes.writeUInt32LE(device >>> 0, 1);
  bytes.writeUInt32LE(bar >>> 0, 5);
  for (let i = 0; i < 3; i++) bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(args[i] ?? 0)), 9 + 8 * i);
  return bytes;
}

export class TestClient {
  readonly socket: Socket;
  private readonly pieces: Buffer[] = [];
  private have = 0;
  private wake: (() => void) | undefined;
  ended = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (piece) => {
      this.pieces.push(piece);
      this.have += piece.length;
      this.wake?.();
    });
    const end = (): void => {
      this.ended = true;
      this.wake?.();
    };
    socket.on('close', end);
    socket.on('end', end);
    socket.on('error', end);
  }

  static open(port: number): Promise<TestClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      const client = new TestClient(socket);
      socket.once('connect', () => resolve(client));
      socket.once('error', reject);
    });
  }

  /** @throws Error when the server hung up before `bytes` came. */
  async take(bytes: number): Promise<Buffer> {
    while (this.have < bytes) {
      if (this.ended) throw new Error(`the server hung up (${this.have} of ${bytes} bytes came)`);
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    const all = this.pieces.length === 1 ? this.pieces[0]! : Buffer.concat(this.pieces);
    this.pieces.length = 0;
    if (all.length > bytes) this.pieces.push(all.subarray(bytes));
    this.have -= bytes;
    return all.subarray(0, bytes);
  }

  send(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  async reply(): Promise<Reply> {
    const head = await this.take(17);
    const status = head[0]!;
    const r0 = Number(head.readBigUInt64LE(1));
    const r1 = Number(head.readBigUInt64LE(9));
    return { status, r0, r1, text: status === 0 ? '' : (await this.take(r0)).toString('utf8') };
  }

  async call(command: number, device = 0, bar = 0, ...args: (number | bigint)[]): Promise<Reply> {
    this.send(request(command, device, bar, ...args));
    return this.reply();
  }

  /** A read command (MMIO or system memory) and its data. */
  async read(command: number, bar: number, offset: number, bytes: number, device = 0): Promise<Buffer> {
    const { status, r0, text } = await this.call(command, device, bar, offset, bytes);
    if (status !== 0) throw new Error(text);
    return this.take(r0);
  }

  write(command: number, bar: number, offset: number | bigint, data: Uint8Array, device = 0): void {
    this.send(Buffer.concat([request(command, device, bar, offset, data.length), data]));
  }

  async read32(bar: number, offset: number): Promise<number> {
    return (await this.read(6, bar, offset, 4)).readUInt32LE();
  }

  write32(bar: number, offset: number, value: number): void {
    const data = Buffer.alloc(4);
    data.writeUInt32LE(value >>> 0);
    this.write(7, bar, offset, data);
  }

  /** Resolves when the server has hung up. */
  async gone(): Promise<void> {
    while (!this.ended) await new Promise<void>((resolve) => (this.wake = resolve));
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.destroyed) resolve();
      else this.socket.once('close', () => resolve());
      this.socket.destroy();
    });
  }
}
