// @ts-check
/**
 * The thread that owns the socket, so that the driver's thread can wait for an answer without an event loop.
 *
 * It sends what it is told to, in order, and puts one reply at a time into shared memory; then it wakes the driver's
 * thread. Plain JavaScript because a worker is started from the file as it is, built or not.
 *
 * Pure software.
 */

import { connect } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const HEADER = 17;
const { host, port, path, control: controlBuffer, reply: replyBuffer } = workerData;
const control = new Int32Array(controlBuffer);
const reply = new Uint8Array(replyBuffer);
/** Cells of `control`. */
const DONE = 0;
const GONE = 1;
const LENGTH = 2;

const socket = path === undefined ? connect({ host, port, noDelay: true }) : connect({ path });

/** What the reply under way consists of: bytes so far, bytes in all, and whether data follows the header. */
let have = 0;
let want = 0;
let followed = false;
let sequence = 0;

function gone() {
  Atomics.store(control, GONE, 1);
  Atomics.notify(control, DONE);
  parentPort?.postMessage('gone');
}

function finish() {
  want = 0;
  Atomics.store(control, LENGTH, have);
  Atomics.store(control, DONE, sequence);
  Atomics.notify(control, DONE);
}

socket.on('connect', () => parentPort?.postMessage('connected'));
socket.on('error', (error) => parentPort?.postMessage({ error: error.message }));
socket.on('close', gone);
socket.on('data', (chunk) => {
  let at = 0;
  while (at < chunk.length) {
    if (want === 0) return socket.destroy(); // nobody asked: the stream is out of step
    const take = Math.min(want - have, chunk.length - at);
    if (have + take > reply.length) return socket.destroy(); // more than was asked for
    reply.set(chunk.subarray(at, at + take), have);
    have += take;
    at += take;
    if (have === HEADER && want === HEADER && (followed || reply[0] !== 0)) {
      let bytes = 0;
      for (let i = 8; i >= 1; i--) bytes = bytes * 256 + /** @type {number} */ (reply[i]);
      want += bytes;
    }
    if (have === want) finish();
  }
});

parentPort?.on('message', ({ bytes, expects, data, sequence: number }) => {
  if (expects) {
    have = 0;
    want = HEADER;
    followed = data;
    sequence = number;
  }
  socket.write(bytes);
});
