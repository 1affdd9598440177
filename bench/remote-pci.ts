/**
 * The remote-PCI server against a server that does nothing: round trips of a register read and of an 8-byte signal poll,
 * and bulk writes into VRAM.
 *
 * Both servers get the same bytes from the same client. The bare one reads as fast as Node can (with our server's own
 * `takeIn`), answers with as many bytes as ours does, and throws payloads away.
 *
 * A round trip takes 20 us where the scheduler keeps client and server on one core, and 70 us where it does not; and the
 * machine may be busy with something else. So both servers are one process, which is on one core at a time; they are
 * measured in turn, a few ms each; and every round gives one ratio. What is reported is the median of the ratios.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { navi31 } from 'emptyslot/hw-models/rdna3';
import { serveRemotePci } from '../serve/remote-pci/index.ts';
import { takeIn } from '../serve/remote-pci/intake.ts';
import { Machine } from '../sim/index.ts';
import { openRemote } from '../transport/remote/index.ts';
import { report } from './figure.ts';

const TRIP_ROUNDS = 121;
const TRIPS = 100;
const BULK_ROUNDS = 21;
const MESSAGES = 4;
const MESSAGE_BYTES = 16 * 2 ** 20;
const PAUSE_MS = 10;
/** A first round of each kind, which is not counted, lasts this many of the others: compilers settle meanwhile. */
const WARM_ROUNDS = 8;

const HEAD_BYTES = 33;
const REPLY_BYTES = 17;
const MMIO_READ = 6;
const MMIO_WRITE = 7;
const MAP_SYSMEM = 8;
const SYSMEM_READ = 9;
const POSTED = [MMIO_WRITE, 10];

const REGISTER = 0x378c;
const SIGNAL_PAGE_BYTES = 4096;

/** A request: command, BAR or handle, two arguments. */
function request(command: number, bar: number, arg0: number, arg1: number): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head[0] = command;
  head.writeUInt32LE(bar, 5);
  head.writeBigUInt64LE(BigInt(arg0), 9);
  head.writeBigUInt64LE(BigInt(arg1), 17);
  return head;
}

// --- the servers

/** Answers requests with as many bytes as they ask for, and nothing in them. */
function serveBare(accepted: Socket): void {
  const answers = new Map<number, Buffer>();
  const answerOf = (bytes: number): Buffer => {
    let answer = answers.get(bytes);
    if (answer === undefined) answers.set(bytes, (answer = Buffer.alloc(REPLY_BYTES + bytes)));
    return answer;
  };
  const landing = Buffer.allocUnsafeSlow(2 ** 18);
  const head = Buffer.alloc(HEAD_BYTES);
  let headBytes = 0;
  let payload = 0;
  const feed = (piece: Buffer): void => {
    for (let at = 0; at < piece.length;) {
      if (payload > 0) {
        const run = Math.min(payload, piece.length - at);
        payload -= run;
        at += run;
        continue;
      }
      const run = piece.copy(head, headBytes, at, at + HEAD_BYTES - headBytes);
      headBytes += run;
      at += run;
      if (headBytes < HEAD_BYTES) return;
      headBytes = 0;
      const bytes = head.readUInt32LE(17); // below 4 GiB here
      if (POSTED.includes(head[0]!)) payload = bytes;
      else socket.write(answerOf(head[0] === MAP_SYSMEM ? 8 : bytes));
    }
  };
  const socket = takeIn(accepted, {
    room: () => landing,
    came: (bytes) => feed(landing.subarray(0, bytes)),
    feed: (piece) => feed(piece as Buffer),
  });
  socket.on('error', () => socket.destroy());
}

/** Ports of the bare server and of ours. */
async function serve(): Promise<number[]> {
  const bare = createServer({ noDelay: true, keepAlive: true, pauseOnConnect: true }, serveBare);
  bare.listen(0, '127.0.0.1');
  await once(bare, 'listening');
  const machine = new Machine();
  const ports = [machine.plug(navi31, {}), machine.plug(navi31, {})]; // one each for the two clients
  const ours = await serveRemotePci({ ports, listen: { port: 0 } });
  return [(bare.address() as AddressInfo).port, ours.port];
}

// --- the client

class Client {
  private readonly socket: Socket;
  private readonly landed: Buffer;
  private have = 0;
  private wanted = Infinity;
  private wake = (): void => {};

  private constructor(port: number) {
    const buffer = (this.landed = Buffer.alloc(2 ** 16));
    const callback = (bytes: number): boolean => {
      this.have += bytes;
      if (this.have >= this.wanted) this.wake();
      return true;
    };
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer, callback } });
  }

  static async open(port: number): Promise<Client> {
    const client = new Client(port);
    await once(client.socket, 'connect');
    return client;
  }

  private take(bytes: number): Promise<void> {
    return new Promise((resolve) => {
      this.wanted = bytes;
      this.wake = () => {
        this.have -= bytes;
        this.wanted = Infinity;
        resolve();
      };
      if (this.have >= bytes) this.wake();
    });
  }

  /** Handle of a page of system memory. */
  async signalPage(): Promise<number> {
    this.socket.write(request(MAP_SYSMEM, 0, SIGNAL_PAGE_BYTES, 0));
    await this.take(REPLY_BYTES + 8); // one page's bus address
    return Number(this.landed.readBigUInt64LE(9));
  }

  /** ns of one round trip of `message`, whose answer has `bytes` of data. */
  async trips(message: Buffer, bytes: number, count: number): Promise<number> {
    const start = process.hrtime.bigint();
    for (let i = 0; i < count; i++) {
      this.socket.write(message);
      await this.take(REPLY_BYTES + bytes);
    }
    return Number(process.hrtime.bigint() - start) / count;
  }

  /** GB/s of bulk writes, until a read behind them is answered. */
  async bulk(data: Buffer, messages: number): Promise<number> {
    const { socket } = this;
    const start = process.hrtime.bigint();
    for (let i = 0; i < messages; i++) {
      socket.cork();
      socket.write(request(MMIO_WRITE, 0, 0, data.length));
      const more = socket.write(data);
      socket.uncork();
      if (!more) await once(socket, 'drain');
    }
    socket.write(request(MMIO_READ, 5, REGISTER, 4));
    await this.take(REPLY_BYTES + 4);
    return (messages * data.length) / Number(process.hrtime.bigint() - start);
  }

  close(): void {
    this.socket.destroy();
  }
}

interface Rounds {
  /** Medians. */
  readonly floor: number;
  readonly subject: number;
  readonly ratio: number;
  /** Quartiles of the ratio. */
  readonly from: number;
  readonly to: number;
}

/** Measures both in turn; which is first changes every round. */
async function rounds(count: number, floor: () => Promise<number>, subject: () => Promise<number>): Promise<Rounds> {
  const floors: number[] = [];
  const subjects: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < count; round++) {
    await setTimeout(PAUSE_MS); // the scheduler chooses anew: rounds are no one lucky or unlucky streak
    const early = round % 2 === 0 ? undefined : await subject();
    const bare = await floor();
    const ours = early ?? (await subject());
    floors.push(bare);
    subjects.push(ours);
    ratios.push(ours / bare);
  }
  const [from, ratio, to] = [0.25, 0.5, 0.75].map((q) => quantile(ratios, q)) as [number, number, number];
  return { floor: quantile(floors, 0.5), subject: quantile(subjects, 0.5), ratio, from, to };
}

function quantile(values: readonly number[], q: number): number {
  return values.toSorted((a, b) => a - b)[Math.round(q * (values.length - 1))]!;
}

async function compare(): Promise<void> {
  const servers = fork(fileURLToPath(import.meta.url), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [[barePort, ourPort]] = (await once(servers, 'message')) as [[number, number]];
  const bare = await Client.open(barePort);
  const ours = await Client.open(ourPort);
  const trips = async (ofBare: Buffer, ofOurs: Buffer, bytes: number): Promise<Rounds> => {
    await bare.trips(ofBare, bytes, WARM_ROUNDS * TRIPS);
    await ours.trips(ofOurs, bytes, WARM_ROUNDS * TRIPS);
    return rounds(
      TRIP_ROUNDS,
      () => bare.trips(ofBare, bytes, TRIPS),
      () => ours.trips(ofOurs, bytes, TRIPS),
    );
  };
  const read = request(MMIO_READ, 5, REGISTER, 4);
  const registers = await trips(read, read, 4);
  const poll = (page: number): Buffer => request(SYSMEM_READ, page, 8, 8);
  const signals = await trips(poll(await bare.signalPage()), poll(await ours.signalPage()), 8);
  const data = Buffer.alloc(MESSAGE_BYTES, 0x5a);
  await bare.bulk(data, WARM_ROUNDS);
  await ours.bulk(data, WARM_ROUNDS);
  const bulk = await rounds(
    BULK_ROUNDS,
    () => bare.bulk(data, MESSAGES),
    () => ours.bulk(data, MESSAGES),
  );
  const device = await openRemote({ port: ourPort, index: 1 });
  const region = device.bar(5);
  const blocking = async (): Promise<number> => {
    const start = process.hrtime.bigint();
    for (let i = 0; i < TRIPS; i++) region.read32(REGISTER);
    return Number(process.hrtime.bigint() - start) / TRIPS;
  };
  for (let i = 0; i < WARM_ROUNDS; i++) await blocking();
  const synchronous = await rounds(TRIP_ROUNDS, () => ours.trips(read, 4, TRIPS), blocking);
  device.close();
  ours.close();
  bare.close();
  servers.disconnect();

  const spread = ({ from, to }: Rounds, count: number): string =>
    `median of ${count} rounds, half of them ${from.toFixed(2)} to ${to.toFixed(2)}`;
  const µs = (ns: number): string => `${(ns / 1000).toFixed(1)} µs`;
  const trip = (name: string, of: Rounds) => ({
    name,
    value: of.ratio,
    unit: 'x',
    limit: { most: 1.5 },
    floor: `ours ${µs(of.subject)}, bare ${µs(of.floor)}; ${spread(of, TRIP_ROUNDS)}`,
  });
  report(
    trip('remote PCI, register read against a bare server', registers),
    trip('remote PCI, 8-byte signal poll against a bare server', signals),
    {
      name: 'remote PCI, synchronous client against an asynchronous one',
      value: synchronous.ratio,
      unit: 'x',
      limit: { most: 2.5 },
      floor: `ours ${µs(synchronous.subject)}, asynchronous ${µs(synchronous.floor)}; ${spread(synchronous, TRIP_ROUNDS)}`,
    },
    {
      name: 'remote PCI, bulk writes into VRAM against a bare server',
      value: bulk.ratio,
      unit: 'x',
      // 70 % of the bare server, or 1 GB/s where that is less
      limit: { least: Number(Math.min(0.7, 1 / bulk.floor).toFixed(2)) },
      floor: `ours ${bulk.subject.toFixed(2)} GB/s, bare ${bulk.floor.toFixed(2)} GB/s; ${spread(bulk, BULK_ROUNDS)}`,
    },
  );
}

if (process.send === undefined) await compare();
else {
  process.send(await serve());
  process.once('disconnect', () => process.exit());
}
