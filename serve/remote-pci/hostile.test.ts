/**
 * A hundred thousand messages of nonsense and a thousand connections that come to nothing, while somebody else works: the
 * other client is served all along, and what the crowd took is given back.
 *
 * The messages are seeded; the numbers are the ones that break parsers.
 */

import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { Machine } from '../../sim/index.ts';
import { serveRemotePci } from './index.ts';
import { TestClient, request } from './testing/client.ts';
import { memoryCard } from './testing/memory-card.ts';

const READ = 6;
const CARRYING = [0, 7, 10];
const MESSAGES = 100_000;
const EACH = 500;
const numbers = [0n, 1n, 2n, 4n, 8n, 4096n, 2n ** 24n - 4n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];

function dice(seed: number): (below: number) => number {
  let x = seed;
  return (below) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % below;
  };
}

/** One burst of messages for device 0, some with payloads above the limit. */
function burst(below: (n: number) => number): Buffer {
  const number = (): bigint => (below(2) === 0 ? numbers[below(numbers.length)]! : BigInt(below(5000)));
  const parts: Buffer[] = [];
  for (let i = 0; i < EACH; i++) {
    const command = below(10) === 0 ? below(256) : below(14);
    const carries = CARRYING.includes(command);
    let bytes = number();
    if (carries && bytes > 5000n && below(50) !== 0) bytes = 12n;
    parts.push(request(command, 0, below(8), number(), bytes, number()));
    if (carries && bytes <= 5000n) parts.push(Buffer.alloc(Number(bytes), below(256)));
  }
  return Buffer.concat(parts);
}

async function stranger(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  await once(socket, 'connect');
  return socket;
}

it('a crowd of hostile clients costs nobody else anything', async () => {
  const machine = new Machine({ arenaBytes: 2 ** 29, traceLog2: 12 });
  for (let i = 0; i < 2; i++) machine.plug(memoryCard, undefined as never);
  const server = await serveRemotePci({
    ports: [machine.port(0), machine.port(1)],
    listen: { port: 0 },
    now: () => 0,
    bulkBytes: 10_000,
    sysmemBytes: 2 ** 20,
  });
  try {
    const other = await TestClient.open(server.port);
    const still = async (): Promise<void> => {
      other.send(request(READ, 1, 0, 0x100n, 4n, 0n));
      const { status, r0 } = await other.reply();
      expect([status, Number(r0)]).toEqual([0, 4]);
      await other.take(4);
    };
    await still();
    const below = dice(2026);
    for (let sent = 0; sent < MESSAGES; sent += EACH) {
      const socket = await stranger(server.port);
      const over = once(socket, 'close');
      if (below(3) === 0) socket.write(burst(below), () => socket.destroy());
      else socket.end(burst(below));
      await over;
      if (sent % 10_000 === 0) await still();
    }
    for (let i = 0; i < 1000; i++) {
      const socket = await stranger(server.port);
      if (i % 2 === 0) socket.write(Buffer.alloc(10)); // a third of a header, and nobody
      socket.destroy();
    }
    await still();
    // payloads above the limit end a connection early: what came before them was read
    expect(server.stats.requests).toBeGreaterThan(MESSAGES / 4);
    expect(server.stats.refusals).toBeGreaterThan(MESSAGES / 10);
    expect(machine.grantsOf(0)).toEqual([]);
    expect(machine.findings.list.length).toBeLessThanOrEqual(1000);
    await other.close();
  } finally {
    await server.close();
  }
}, 120_000);
