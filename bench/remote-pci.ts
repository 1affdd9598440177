/**
 * The remote-PCI server against one that does nothing: round trips of a register read and of an 8-byte signal poll, and
 * bulk writes into VRAM. And our synchronous client against one that awaits its answers.
 *
 * Both servers get the same bytes from the same client. The bare one is `node:net` used as documented: it answers with as
 * many bytes as ours does, and drops payloads where they came, uncopied.
 *
 * A round trip takes 20 µs where the scheduler keeps client and server on one core and 70 µs where it does not, and the
 * machine may be busy with something else. So the two are measured in turn, a few ms each, and every round gives one
 * ratio, of which the median is reported. For round trips both servers are one process, which is on one core at a time.
 * For bulk the bare one has a process of its own: it makes garbage, and should not have to search a card's heap for it.
 *
 * The synchronous client has a thread more, which may wait on a core that is busy with something else for as long as it
 * lives: there noise does not cancel out. So it is several clients, and the best tenths of all rounds are compared.
 */

import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { navi31 } from 'emptyslot/hw-models/rdna3';
import { serveRemotePci } from '../serve/remote-pci/index.ts';
import { Machine } from '../sim/index.ts';
import { openRemote } from '../transport/remote/index.ts';
import { HEADER_BYTES, REQUEST_BYTES, Remote, packRequest } from '../transport/remote/wire.ts';
import { report } from './figure.ts';

const TRIP_ROUNDS = 121;
const TRIPS = 100;
const BULK_ROUNDS = 21;
const MESSAGES = 4;
const MESSAGE_BYTES = 16 * 2 ** 20;
const PAUSE_MS = 10;
/** A first round of each kind, which is not counted, lasts this many of the others: compilers settle meanwhile. */
const WARM_ROUNDS = 8;

const POSTED: readonly number[] = [Remote.mmioWrite, Remote.sysmemWrite];

/** Synchronous clients, and rounds of each. */
const CLIENTS = 8;
const CLIENT_ROUNDS = 20;
const POST_ROUNDS = 3;
const POSTS = 2000;

/** RCC_CONFIG_MEMSIZE, and a register of plain storage. */
const REGISTER = 0x378c;
const SCRATCH = 0x3_0118;
const SIGNAL_PAGE_BYTES = 4096;

/** A request: command, BAR or handle, two arguments. */
function request(command: Remote, bar: number, arg0: number, arg1: number): Buffer {
  const head = Buffer.alloc(REQUEST_BYTES);
  packRequest(new DataView(head.buffer, head.byteOffset), 0, command, 0, bar, arg0, arg1, 0);
  return head;
}

// --- the servers

/** Answers requests with as many bytes as they ask for, and nothing in them. */
function serveBare(socket: Socket): void {
  const answers = new Map<number, Buffer>();
  const answerOf = (bytes: number): Buffer => {
    let answer = answers.get(bytes);
    if (answer === undefined) answers.set(bytes, (answer = Buffer.alloc(HEADER_BYTES + bytes)));
    return answer;
  };
  const head = Buffer.alloc(REQUEST_BYTES);
  let headBytes = 0;
  let payload = 0;
  socket.on('data', (piece) => {
    for (let at = 0; at < piece.length;) {
      if (payload > 0) {
        const run = Math.min(payload, piece.length - at);
        payload -= run;
        at += run;
        continue;
      }
      const run = piece.copy(head, headBytes, at, at + REQUEST_BYTES - headBytes);
      headBytes += run;
      at += run;
      if (headBytes < REQUEST_BYTES) return;
      headBytes = 0;
      const bytes = head.readUInt32LE(17); // below 4 GiB here
      if (POSTED.includes(head[0]!)) payload = bytes;
      else socket.write(answerOf(head[0] === Remote.mapSysmem ? 8 : bytes));
    }
  });
  socket.on('error', () => socket.destroy());
}

/** Port of a bare server, and of ours if wanted. */
async function serve(also: string | undefined): Promise<number[]> {
  const bare = createServer({ noDelay: true, keepAlive: true }, serveBare);
  bare.listen(0, '127.0.0.1');
  await once(bare, 'listening');
  const ports = [(bare.address() as AddressInfo).port];
  if (also === 'ours') {
    const machine = new Machine();
    const cards = Array.from({ length: 1 + CLIENTS }, () => machine.plug(navi31, {})); // each client has its own
    ports.push((await serveRemotePci({ ports: cards, listen: { port: 0 } })).port);
  }
  return ports;
}

/** A process with servers, and their ports. */
async function start(...what: string[]): Promise<[ChildProcess, number[]]> {
  const servers = fork(fileURLToPath(import.meta.url), what, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [ports] = (await once(servers, 'message')) as [number[]];
  return [servers, ports];
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
    this.socket.write(request(Remote.mapSysmem, 0, SIGNAL_PAGE_BYTES, 0));
    await this.take(HEADER_BYTES + 8); // one page's bus address
    return Number(this.landed.readBigUInt64LE(9));
  }

  /** ns of one round trip of `message`, whose answer has `bytes` of data. */
  async trips(message: Buffer, bytes: number, count: number): Promise<number> {
    const start = process.hrtime.bigint();
    for (let i = 0; i < count; i++) {
      this.socket.write(message);
      await this.take(HEADER_BYTES + bytes);
    }
    return Number(process.hrtime.bigint() - start) / count;
  }

  /** GB/s of bulk writes, until a read behind them is answered. */
  async bulk(data: Buffer, messages: number): Promise<number> {
    const { socket } = this;
    const start = process.hrtime.bigint();
    for (let i = 0; i < messages; i++) {
      socket.cork();
      socket.write(request(Remote.mmioWrite, 0, 0, data.length));
      const more = socket.write(data);
      socket.uncork();
      if (!more) await once(socket, 'drain');
    }
    socket.write(request(Remote.mmioRead, 5, REGISTER, 4));
    await this.take(HEADER_BYTES + 4);
    return (messages * data.length) / Number(process.hrtime.bigint() - start);
  }

  close(): void {
    this.socket.destroy();
  }
}

interface Rounds {
  readonly floors: readonly number[];
  readonly subjects: readonly number[];
  /** Subject against floor of each round. */
  readonly ratios: readonly number[];
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
  return { floors, subjects, ratios };
}

const median = (values: readonly number[]): number => quantile(values, 0.5);

function quantile(values: readonly number[], q: number): number {
  return values.toSorted((a, b) => a - b)[Math.round(q * (values.length - 1))]!;
}

const µs = (ns: number): string => `${(ns / 1000).toFixed(1)} µs`;

const spread = ({ ratios }: Rounds): string =>
  `median of ${ratios.length} rounds, half of them ${quantile(ratios, 0.25).toFixed(2)} to ${quantile(ratios, 0.75).toFixed(2)}`;

async function compare(): Promise<void> {
  const [servers, [barePort, ourPort]] = await start('ours');
  const [bulkServer, [bulkPort]] = await start();
  const bare = await Client.open(barePort!);
  const ours = await Client.open(ourPort!);
  const bareBulk = await Client.open(bulkPort!);

  const trips = async (ofBare: Buffer, ofOurs: Buffer, bytes: number): Promise<Rounds> => {
    await bare.trips(ofBare, bytes, WARM_ROUNDS * TRIPS);
    await ours.trips(ofOurs, bytes, WARM_ROUNDS * TRIPS);
    return rounds(
      TRIP_ROUNDS,
      () => bare.trips(ofBare, bytes, TRIPS),
      () => ours.trips(ofOurs, bytes, TRIPS),
    );
  };
  const read = request(Remote.mmioRead, 5, REGISTER, 4);
  const registers = await trips(read, read, 4);
  const poll = (page: number): Buffer => request(Remote.sysmemRead, page, 8, 8);
  const signals = await trips(poll(await bare.signalPage()), poll(await ours.signalPage()), 8);

  const data = Buffer.alloc(MESSAGE_BYTES, 0x5a);
  await bareBulk.bulk(data, WARM_ROUNDS);
  await ours.bulk(data, WARM_ROUNDS);
  const bulk = await rounds(
    BULK_ROUNDS,
    () => bareBulk.bulk(data, MESSAGES),
    () => ours.bulk(data, MESSAGES),
  );

  const clients: Rounds[] = [];
  const postNs: number[] = [];
  for (let index = 1; index <= CLIENTS; index++) {
    const device = await openRemote({ port: ourPort!, index });
    const region = device.bar(5);
    const blocking = async (): Promise<number> => {
      const begin = process.hrtime.bigint();
      for (let i = 0; i < TRIPS; i++) region.read32(REGISTER);
      return Number(process.hrtime.bigint() - begin) / TRIPS;
    };
    for (let i = 0; i < WARM_ROUNDS; i++) await blocking();
    clients.push(await rounds(CLIENT_ROUNDS, () => ours.trips(read, 4, TRIPS), blocking));
    for (let round = 0; round < POST_ROUNDS; round++) {
      const begin = process.hrtime.bigint();
      for (let i = 0; i < POSTS; i++) region.write32(SCRATCH, i);
      region.read32(REGISTER);
      postNs.push(Number(process.hrtime.bigint() - begin) / POSTS);
    }
    device.close();
  }
  const synchronous: Rounds = {
    floors: clients.flatMap((client) => client.floors),
    subjects: clients.flatMap((client) => client.subjects),
    ratios: clients.flatMap((client) => client.ratios),
  };
  const [asyncNs, syncNs] = [quantile(synchronous.floors, 0.1), quantile(synchronous.subjects, 0.1)];

  for (const client of [bare, ours, bareBulk]) client.close();
  servers.disconnect();
  bulkServer.disconnect();

  const trip = (name: string, of: Rounds) => ({
    name,
    value: median(of.ratios),
    unit: 'x',
    limit: { most: 1.5 },
    floor: `ours ${µs(median(of.subjects))}, bare ${µs(median(of.floors))}; ${spread(of)}`,
  });
  const bareRate = median(bulk.floors);
  report(
    trip('remote PCI, register read against a bare server', registers),
    trip('remote PCI, 8-byte signal poll against a bare server', signals),
    {
      name: 'remote PCI, bulk writes into VRAM against a bare server',
      value: median(bulk.ratios),
      unit: 'x',
      // 70 % of the bare server, or 1 GB/s where that is less
      limit: { least: Number(Math.min(0.7, 1 / bareRate).toFixed(2)) },
      floor: `ours ${median(bulk.subjects).toFixed(2)} GB/s, bare ${bareRate.toFixed(2)} GB/s; ${spread(bulk)}`,
    },
    {
      name: 'remote register read, synchronous against asynchronous client',
      value: syncNs / asyncNs,
      unit: 'x',
      limit: { most: 2.5 },
      floor: `best tenths: synchronous ${µs(syncNs)}, asynchronous ${µs(asyncNs)}; ratio of all ${median(synchronous.ratios).toFixed(2)}, ${spread(synchronous)}`,
    },
    { name: 'remote posted register write', value: quantile(postNs, 0.1) / 1000, unit: 'µs' },
  );
}

if (process.send === undefined) await compare();
else {
  process.send(await serve(process.argv[2]));
  process.once('disconnect', () => process.exit());
}
