// @ts-check
/**
 * The thread that owns the socket, so that the driver's thread can wait for an answer without an event loop.
 *
 * It sends what it is told to, in order, and puts one reply at a time into shared memory; then it wakes the driver's
 * thread. After a reply it looks for the next request for a while before it sleeps: a driver that reads one register
 * mostly reads another, and waking a thread costs as much as the way to the server, and more in an event loop than on a
 * word of memory. Plain JavaScript because a worker is started from the file as it is, built or not.
 *
 * Pure software.
 */

import { connect } from 'node:net';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { ASKED, ASKED_BYTES, ASKED_DATA, AWAKE, DONE, GONE, LENGTH, NEWS, WORD } from './control.mjs';
import { Spin } from './spin.mjs';

const HEADER = 17;
/** How long the server may take nothing of what is left when the driver hangs up. */
const END_MS = 3000;

const {
  host,
  port,
  path,
  control: controlBuffer,
  request: requestBuffer,
  reply: replyBuffer,
  spinMs,
  lingerMs,
} = workerData;
const control = new Int32Array(controlBuffer);
const request = new Uint8Array(requestBuffer);
const reply = new Uint8Array(replyBuffer);
const spin = new Spin(spinMs);
const mail = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);

/** What the reply under way consists of: bytes so far, bytes in all, and whether data follows the header. */
let have = 0;
let want = 0;
let followed = false;
/** The last request that was sent. */
let sequence = 0;

/** The first bytes of a reply land here, the rest of a long one goes straight to where the driver reads it. */
const landing = Buffer.allocUnsafeSlow(2 ** 16);
let direct = false;

const onread = {
  buffer() {
    direct = have > 0 && want - have >= landing.length;
    return direct ? reply.subarray(have, want) : landing;
  },
  /** @param {number} bytes */
  callback(bytes) {
    if (direct) {
      have += bytes;
      if (have === want) finish();
    } else take(bytes);
    return true;
  },
};
const socket = path === undefined ? connect({ host, port, noDelay: true, onread }) : connect({ path, onread });

function wake() {
  Atomics.add(control, NEWS, 1);
  Atomics.notify(control, NEWS);
}

function gone() {
  Atomics.store(control, GONE, 1);
  wake();
  mail.postMessage('gone');
  mail.close(); // nothing else keeps this thread
}

/** @param {number} bytes that have landed */
function take(bytes) {
  for (let at = 0; at < bytes;) {
    if (want === 0) return void socket.destroy(); // nobody asked: the stream is out of step
    const run = Math.min(want - have, bytes - at);
    if (have + run > reply.length) return void socket.destroy(); // more than was asked for
    reply.set(landing.subarray(at, at + run), have);
    have += run;
    at += run;
    if (have === HEADER && want === HEADER && (followed || reply[0] !== 0)) {
      let more = 0;
      for (let i = 8; i >= 1; i--) more = more * 256 + /** @type {number} */ (reply[i]);
      want += more;
      if (want > reply.length) return void socket.destroy();
    }
    if (have < want) continue;
    if (at < bytes) return void socket.destroy(); // as above
    finish();
  }
}

function finish() {
  const word = Atomics.load(control, WORD); // before the driver goes on: what it does then ends the sleep
  Atomics.store(control, LENGTH, have);
  have = want = 0;
  Atomics.store(control, DONE, sequence);
  wake();
  linger(word);
}

/**
 * Takes the next request if it comes soon; sleeps meanwhile, where waking is cheaper than in the event loop.
 *
 * @param {number} word what `WORD` was while the driver still waited
 */
function linger(word) {
  const asked = () => Atomics.load(control, ASKED) !== sequence;
  if (!spin.until(asked)) Atomics.wait(control, WORD, word, lingerMs);
  Atomics.store(control, AWAKE, 0);
  // also what came between the end of the sleep and the store: the driver may have seen us awake and sent no message
  if (asked()) send();
}

/** Sends the request in shared memory, after everything that was posted before it. */
function send() {
  Atomics.store(control, AWAKE, 1);
  for (let letter; (letter = receiveMessageOnPort(mail)) !== undefined;) deliver(letter.message);
  sequence = Atomics.load(control, ASKED);
  want = HEADER;
  followed = Atomics.load(control, ASKED_DATA) === 1;
  // a copy: a request that cannot leave at once must not change under the socket
  socket.write(Buffer.from(request.subarray(0, Atomics.load(control, ASKED_BYTES))));
}

/** @param {Uint8Array | 'end' | null} letter bytes of posted writes; hang up behind them; or nothing: look for a request */
function deliver(letter) {
  if (letter === 'end') {
    socket.setTimeout(END_MS, () => socket.destroy());
    socket.destroySoon();
  } else if (letter !== null) socket.write(letter);
}

socket.on('connect', () => mail.postMessage('connected'));
socket.on('error', (error) => mail.postMessage({ error: error.message }));
socket.on('close', gone);
mail.on('message', (letter) => {
  deliver(letter);
  if (Atomics.load(control, ASKED) !== sequence) send();
});
