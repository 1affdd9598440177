/** Our synchronous remote-PCI client against a plain asynchronous one, on the same server: a register read each. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { openRemote } from '../transport/remote/index.ts';
import { bestOf, bestOfAsync, report } from './figure.ts';

const TRIPS = 2000;
const REGISTER = 0x378c;

const main = fileURLToPath(new URL('../cli/main.js', import.meta.url));
const server = spawn(process.execPath, [main, 'serve', 'remote-pci', '--listen', '127.0.0.1:0'], {
  stdio: ['ignore', 'ignore', 'pipe'],
});
let said = '';
server.stderr.setEncoding('utf8');
while (!/at 127\.0\.0\.1:\d+/.test(said)) said += ((await once(server.stderr, 'data')) as [string])[0];
const port = Number(/at 127\.0\.0\.1:(\d+)/.exec(said)![1]);

/** ns of one round trip of a client that awaits every answer. */
async function plain(): Promise<number> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  const head = Buffer.alloc(33);
  head[0] = 6;
  head.writeUInt32LE(5, 5);
  head.writeBigUInt64LE(BigInt(REGISTER), 9);
  head.writeBigUInt64LE(4n, 17);
  let have = 0;
  let wake = (): void => {};
  socket.on('data', (piece) => {
    have += piece.length;
    if (have >= 21) wake();
  });
  const trips = async (): Promise<void> => {
    for (let i = 0; i < TRIPS; i++) {
      have = 0;
      const answered = new Promise<void>((resolve) => void (wake = resolve));
      socket.write(head);
      await answered;
    }
  };
  await trips();
  const ns = (await bestOfAsync(7, trips)) / TRIPS;
  socket.destroy();
  await once(socket, 'close');
  return ns;
}

const asyncNs = await plain();
const device = await openRemote({ port });
const registers = device.bar(5);
const read = (): void => {
  for (let i = 0; i < TRIPS; i++) registers.read32(REGISTER);
};
read();
const syncNs = bestOf(7, read) / TRIPS;
const writeNs =
  bestOf(7, () => {
    for (let i = 0; i < TRIPS; i++) registers.write32(0x3_0118, i);
    registers.read32(REGISTER);
  }) / TRIPS;
device.close();
server.kill('SIGINT');
await once(server, 'close');

report(
  {
    name: 'remote register read, synchronous against asynchronous client',
    value: syncNs / asyncNs,
    unit: 'x',
    limit: { most: 2.5 },
    floor: `asynchronous: ${(asyncNs / 1000).toFixed(1)} us`,
  },
  { name: 'remote posted register write', value: writeNs / 1000, unit: 'us' },
);
