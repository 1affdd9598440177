// @ts-check
/**
 * The plainest server of the protocol, for the transport's own tests: three regions of plain memory and a page list. It
 * runs in a worker, because the client blocks its thread. Told to, it refuses, hangs up in mid-answer, or says nothing.
 */

import { createServer } from 'node:net';
import { parentPort } from 'node:worker_threads';

const memory = new Map([
  [0, Buffer.alloc(1 << 20)],
  [5, Buffer.alloc(4096)],
]);
const buffers = [Buffer.alloc(0)];
/** @type {string[]} */
const log = [];

const server = createServer((socket) => {
  let waiting = Buffer.alloc(0);
  /** @param {number} a @param {number} b @param {Buffer} [data] */
  const answer = (a, b, data = Buffer.alloc(0)) => {
    const head = Buffer.alloc(17);
    head.writeBigUInt64LE(BigInt(a), 1);
    head.writeBigUInt64LE(BigInt(b), 9);
    socket.write(Buffer.concat([head, data]));
  };
  /** @param {string} why */
  const refuse = (why) => {
    const head = Buffer.alloc(17);
    head[0] = 1;
    head.writeBigUInt64LE(BigInt(why.length), 1);
    socket.write(Buffer.concat([head, Buffer.from(why)]));
  };
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= 33) {
      const command = waiting[0];
      const bar = waiting.readUInt32LE(5);
      const [a0, a1, a2] = [9, 17, 25].map((at) => Number(waiting.readBigUInt64LE(at)));
      const extra = command === 7 || command === 10 || command === 0 ? a1 : 0;
      if (waiting.length < 33 + extra) return;
      const payload = waiting.subarray(33, 33 + extra);
      waiting = Buffer.from(waiting.subarray(33 + extra));
      log.push(`${command} ${bar} ${a0} ${a1}`);
      const place = command === 9 || command === 10 ? buffers[bar] : memory.get(bar);
      switch (command) {
        case 0:
          if (a2 === 0xdead) refuse('no such vendor');
          else answer(12, 0, Buffer.from('0000:03:00:7'));
          break;
        case 1:
          answer(place === undefined ? 0 : 0x6000000000, place?.length ?? 0);
          break;
        case 3:
          answer(a0 === 0 ? 0x744c1002 & (a1 === 2 ? 0xffff : 0xffffffff) : a0 === 2 ? 0x744c : 0, 0);
          break;
        case 4:
        case 5:
        case 11:
        case 12:
          answer(0, 0);
          break;
        case 6:
        case 9:
          if (a0 === 0xdead) {
            socket.write(Buffer.alloc(5));
            socket.destroy();
          } // half an answer, then nobody
          else if (place === undefined || a0 + a1 > place.length) refuse('beyond the end');
          else answer(a1, 0, Buffer.from(place.subarray(a0, a0 + a1)));
          break;
        case 7:
        case 10:
          payload.copy(/** @type {Buffer} */ (place), a0);
          break;
        case 8: {
          const pages = Math.ceil(a0 / 4096);
          const list = Buffer.alloc(pages * 8);
          // two runs: descending page pairs
          for (let i = 0; i < pages; i++)
            list.writeBigUInt64LE(BigInt(i < 2 ? 0x10000 + i * 4096 : 0x90000 + i * 8192), i * 8);
          buffers.push(Buffer.alloc(a0));
          answer(list.length, buffers.length - 1, list);
          break;
        }
        default:
          refuse('no such command');
      }
    }
  });
});
server.listen(0, '127.0.0.1', () =>
  parentPort?.postMessage({ port: /** @type {import('node:net').AddressInfo} */ (server.address()).port }),
);
parentPort?.on('message', (message) => {
  if (message === 'log') server.getConnections((_, open) => parentPort?.postMessage({ log, open }));
  else server.close(() => process.exit(0));
});
