/**
 * The remote-PCI server against servers that do nothing: round trips of a register read, and bulk writes into VRAM. The
 * client is a process of its own and the same for all.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { navi31 } from 'emptyslot/hw-models/rdna3';
import { serveRemotePci } from '../serve/remote-pci/index.ts';
import { Machine } from '../sim/index.ts';
import { report } from './figure.ts';

const MESSAGE_BYTES = 16 * 2 ** 20;
const MESSAGES = 16;
const ROUNDS = 7;
const TRIPS = 3000;
const HEAD_BYTES = 33;

/** A request: command, BAR, two arguments. */
function request(command: number, bar: number, offset: number, bytes: number): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head[0] = command;
  head.writeUInt32LE(bar, 5);
  head.writeBigUInt64LE(BigInt(offset), 9);
  head.writeBigUInt64LE(BigInt(bytes), 17);
  return head;
}

/** Best ns of a round trip, and best bytes per ns of bulk, at `port`. */
async function measure(port: number): Promise<{ tripNs: number; bulk: number }> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  let have = 0;
  let wanted = Infinity;
  let wake = (): void => {};
  socket.on('data', (piece) => {
    have += piece.length;
    if (have >= wanted) wake();
  });
  const take = (bytes: number): Promise<void> =>
    new Promise((resolve) => {
      wanted = bytes;
      wake = () => {
        have -= bytes;
        wanted = Infinity;
        resolve();
      };
      if (have >= wanted) wake();
    });
  const read = request(6, 5, 0x378c, 4);
  let tripNs = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < TRIPS; i++) {
      socket.write(read);
      await take(21);
    }
    tripNs = Math.min(tripNs, Number(process.hrtime.bigint() - start) / TRIPS);
  }
  const data = Buffer.alloc(MESSAGE_BYTES, 0x5a);
  let bulk = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < MESSAGES; i++) {
      socket.write(request(7, 0, 0, MESSAGE_BYTES));
      if (!socket.write(data)) await once(socket, 'drain');
    }
    socket.write(read);
    await take(21);
    bulk = Math.max(bulk, (MESSAGES * MESSAGE_BYTES) / Number(process.hrtime.bigint() - start));
  }
  socket.destroy();
  return { tripNs, bulk };
}

/** Answers every read with 21 bytes and throws every payload away: the least a server can do. */
function bareServer() {
  const answer = Buffer.alloc(21);
  return createServer({ noDelay: true }, (socket) => {
    let payload = 0;
    let headBytes = 0;
    const head = Buffer.alloc(HEAD_BYTES);
    socket.on('data', (piece) => {
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
        if (head[0] === 7) payload = Number(head.readBigUInt64LE(17));
        else socket.write(answer);
      }
    });
    socket.on('error', () => socket.destroy());
  });
}

if (process.argv[2] === 'client') {
  const results = [];
  for (const port of process.argv.slice(3)) results.push(await measure(Number(port)));
  process.stdout.write(JSON.stringify(results));
} else {
  const machine = new Machine();
  const ours = await serveRemotePci({ ports: [machine.plug(navi31, {})], listen: { port: 0 } });
  const bare = bareServer();
  bare.listen(0, '127.0.0.1');
  await once(bare, 'listening');
  const ports = [(bare.address() as AddressInfo).port, ours.port].map(String);
  const client = spawn(process.execPath, [fileURLToPath(import.meta.url), 'client', ...ports], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  client.stdout.on('data', (piece) => (text += piece));
  await once(client, 'close');
  const [floor, served] = JSON.parse(text) as { tripNs: number; bulk: number }[];
  await ours.close();
  bare.close();
  report(
    {
      name: 'remote PCI, round trip of a register read against a bare server',
      value: served!.tripNs / floor!.tripNs,
      unit: 'x',
      limit: { most: 1.5 },
      floor: `bare: ${(floor!.tripNs / 1000).toFixed(1)} µs`,
    },
    {
      name: 'remote PCI, bulk writes into VRAM against a bare server',
      value: served!.bulk / floor!.bulk,
      unit: 'x',
      // 70 % of the bare server, or 1 GB/s where that is less
      limit: { least: Math.min(0.7, 1 / floor!.bulk) },
      floor: `bare: ${floor!.bulk.toFixed(1)} GB/s`,
    },
  );
}
