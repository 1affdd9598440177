/**
 * A stream that is read into its reader's own memory means what it says, in whatever pieces it comes, however often the
 * reader stops; and the ways to read it, the fast one and the one that always works, are the same to the reader.
 */

import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { takeIn } from './intake.ts';
import { MessageReader } from './messages.ts';
import { request } from './testing/client.ts';

const WRITE = 7;
const PING = 12;

/** Payload sizes around what lands at once and what is read at once. */
const sizes = fc.oneof(
  fc.constantFrom(0, 1, 33, 2 ** 16 - 33, 2 ** 16 - 1, 2 ** 16, 2 ** 16 + 1, 2 ** 17, 2 ** 20 + 2 ** 16, 2 ** 21 + 5),
  fc.integer({ min: 0, max: 300_000 }),
);

function payload(bytes: number, seed: number): Buffer {
  const data = Buffer.alloc(bytes);
  for (let i = 0; i < bytes; i += 7) data[i] = seed + i * 13;
  return data;
}

it('hands out every message once and whole, though bytes come in any pieces and the reader stops', () => {
  fc.assert(
    fc.property(
      fc.array(sizes, { minLength: 1, maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 400_000 }), { minLength: 1, maxLength: 8 }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
      (bytes, pieces, stops) => {
        const data = bytes.map((n, i) => payload(n, i));
        const stream = Buffer.concat(data.flatMap((d, i) => [request(WRITE, 0, 0, i, d.length), d, request(PING)]));
        let seen = 0;
        let wrong = 0;
        let stopped = false;
        const reader = new MessageReader({
          limit: () => 2 ** 24,
          tooLong: () => wrong++,
          message(head, body) {
            const expected = data[seen >>> 1]!;
            if (seen % 2 === 1) wrong += head.command === PING && body.length === 0 ? 0 : 1;
            else if (head.command !== WRITE || head.arg0 !== seen >>> 1 || Buffer.compare(body, expected) !== 0)
              wrong++;
            if (stops[seen % stops.length]!) {
              reader.stop();
              stopped = true;
            }
            seen++;
          },
        });
        // as a socket does: room is asked for after every piece, and a paused one reads no more
        let room = reader.room();
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const run = Math.min(room.length, pieces[turn % pieces.length]!, stream.length - at);
          room.set(stream.subarray(at, at + run));
          at += run;
          reader.came(run);
          room = reader.room();
          while (stopped) {
            stopped = false;
            reader.resume();
          }
        }
        expect([seen, wrong]).toEqual([2 * data.length, 0]);
      },
    ),
    { numRuns: 60 },
  );
});

/** All that `intake` is told, until the stream ends; and how often in memory of somebody else's. */
async function collect(accepted: Socket): Promise<{ bytes: Buffer; fed: number }> {
  const parts: Buffer[] = [];
  const room = Buffer.alloc(1000);
  let fed = 0;
  const socket = takeIn(accepted, {
    room: () => room,
    came: (bytes) => void parts.push(Buffer.from(room.subarray(0, bytes))),
    feed: (piece) => {
      fed++;
      parts.push(Buffer.from(piece));
    },
  });
  await once(socket, 'end');
  return { bytes: Buffer.concat(parts), fed };
}

it('reads a connection in either way', async () => {
  const sent = payload(1_000_000, 3);
  const server = createServer({ pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.end(sent);
  const [accepted] = (await once(server, 'connection')) as [Socket];
  const taken = await collect(accepted);
  expect(taken.bytes.equals(sent)).toBe(true);
  expect(taken.fed).toBe(0);
  // what stayed behind is let go too: the server has no connection left
  await new Promise((resolve) => server.close(resolve));

  const stream = new PassThrough();
  stream.end(sent);
  const told = await collect(stream as unknown as Socket);
  expect(told.bytes.equals(sent)).toBe(true);
  expect(told.fed).toBeGreaterThan(0);
});
