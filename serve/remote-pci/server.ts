/**
 * Serves cards of a machine over TCP, in tinygrad's remote-PCI protocol: an unmodified foreign driver boots a card that is
 * not there.
 *
 * Pure software.
 */

import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Port } from '../../sim/index.ts';
import { takeIn } from './intake.ts';
import { MessageReader } from './messages.ts';
import type { Spare } from './messages.ts';
import { Pace } from './pace.ts';
import type { PaceOptions, WallClock } from './pace.ts';
import { DEFAULT_PORT } from './protocol.ts';
import { Session } from './session.ts';
import type { ServedDevice, SessionLimits, SessionStats } from './session.ts';

export interface ServedPort {
  readonly port: Port;
  /** Bus location that PROBE tells (default `0000:03:00.0` and up). */
  readonly location?: string;
  /** Largest size RESIZE_BAR may give BAR0 in bytes; 0 refuses (default: whatever the card offers). */
  readonly bar0MaxBytes?: number;
}

export interface ServeOptions {
  /** The devices, in PROBE order. */
  readonly ports: readonly (Port | ServedPort)[];
  /** Where to listen (default 127.0.0.1:6667); port 0 takes any free one; `path` a UNIX socket instead. */
  readonly listen?: { readonly host?: string; readonly port?: number } | { readonly path: string };
  /** Largest payload or block in bytes (default 256 MiB). */
  readonly bulkBytes?: number;
  /** System memory one connection may hold in bytes (default 4 GiB of nominal memory). */
  readonly sysmemBytes?: number;
  /** Replies waiting for a slow reader before its requests wait too, in bytes (default 64 MiB). */
  readonly backlogBytes?: number;
  /** Connections at a time; more are hung up on (default 64). */
  readonly maxConnections?: number;
  readonly pace?: PaceOptions;
  /** The wall clock in ns (default: the process's monotonic clock). */
  readonly now?: WallClock;
  /** A client came or went, or was refused something: one line for a log. */
  readonly onEvent?: (line: string) => void;
  /** Errors inside a model or the server. The client is told too; the server goes on. */
  readonly onError?: (error: unknown) => void;
}

export interface ServeStats extends Readonly<SessionStats> {
  readonly connections: number;
  /** Virtual ns credited for clients' silence. */
  readonly silenceNs: number;
  /** Times the clock jumped ahead for a polling client. */
  readonly jumps: number;
  /** Polls that nothing pending could ever satisfy. */
  readonly idlePolls: number;
}

export interface RemotePciServer {
  /** `127.0.0.1:6667`, or the socket's path. */
  readonly address: string;
  readonly port: number;
  readonly stats: ServeStats;
  /** Hangs up on everybody and stops listening. */
  close(): Promise<void>;
}

const monotonic: WallClock = () => performance.now() * 1e6;

/**
 * Starts a server; resolves when it listens.
 *
 * @throws the listening error of node:net (`EADDRINUSE` and the like).
 */
export async function serveRemotePci(options: ServeOptions): Promise<RemotePciServer> {
  const now = options.now ?? monotonic;
  const limits: SessionLimits = {
    bulkBytes: options.bulkBytes ?? 2 ** 28,
    sysmemBytes: options.sysmemBytes ?? 2 ** 32,
  };
  const backlogBytes = options.backlogBytes ?? 2 ** 26;
  const stats = { requests: 0, refusals: 0, bytesRead: 0, bytesWritten: 0, connections: 0 };
  const paces = new Map<unknown, Pace>();
  const devices = options.ports.map((entry, i): ServedDevice => {
    const served: ServedPort = 'port' in entry ? entry : { port: entry };
    const { machine } = served.port;
    let pace = paces.get(machine);
    if (pace === undefined) paces.set(machine, (pace = new Pace(now, options.pace)));
    return {
      port: served.port,
      pace,
      location: served.location ?? `0000:${(3 + i).toString(16).padStart(2, '0')}:00.0`,
      bar0MaxBytes: served.bar0MaxBytes ?? Infinity,
      owner: undefined,
    };
  });
  const say = options.onEvent ?? ((): void => {});
  const onError = options.onError ?? ((): void => {});
  const spare: Spare = {};
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true, keepAlive: true, pauseOnConnect: true }, (accepted) => {
    stats.connections++;
    const socket = connect(accepted, { devices, limits, stats, backlogBytes, spare, now, say, onError });
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.maxConnections = options.maxConnections ?? 64;
  server.on('drop', (dropped) => say(`${peerName(dropped)} refused: ${server.maxConnections} are connected`));
  await listen(server, options.listen ?? {});
  const bound = server.address();
  const { address, port } =
    typeof bound === 'string' || bound === null ? { address: bound ?? '', port: 0 } : tcp(bound);
  return {
    address,
    port,
    get stats(): ServeStats {
      let silenceNs = 0;
      let jumps = 0;
      let idlePolls = 0;
      for (const pace of paces.values()) {
        silenceNs += pace.silenceNs;
        jumps += pace.jumps;
        idlePolls += pace.idlePolls;
      }
      return { ...stats, silenceNs, jumps, idlePolls };
    },
    close: async () => {
      const gone = [...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
      for (const socket of sockets) socket.destroy();
      await Promise.all([...gone, new Promise((resolve) => server.close(resolve))]);
    },
  };
}

const tcp = ({ address, family, port }: AddressInfo): { address: string; port: number } => ({
  address: family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`,
  port,
});

function listen(server: Server, where: NonNullable<ServeOptions['listen']>): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const ready = (): void => {
      server.off('error', reject);
      resolve();
    };
    if ('path' in where) server.listen(where.path, ready);
    else server.listen(where.port ?? DEFAULT_PORT, where.host ?? '127.0.0.1', ready);
  });
}

const peerName = (peer: Pick<Socket, 'remoteAddress' | 'remotePort'> | undefined): string =>
  peer?.remoteAddress === undefined ? 'another client' : `${peer.remoteAddress}:${peer.remotePort}`;

interface Serving {
  readonly devices: readonly ServedDevice[];
  readonly limits: SessionLimits;
  readonly stats: SessionStats;
  readonly backlogBytes: number;
  readonly spare: Spare;
  readonly now: WallClock;
  say(line: string): void;
  onError(error: unknown): void;
}

function connect(
  accepted: Socket,
  { devices, limits, stats, backlogBytes, spare, now, say, onError }: Serving,
): Socket {
  const peer = peerName(accepted);
  say(`${peer} connected`);
  let closing = false;
  /** Requests wait until the client has taken its replies. */
  let held = false;
  const session = new Session(
    {
      peer,
      send(reply): void {
        if (closing) return;
        socket.write(reply);
        if (socket.writableLength > backlogBytes) {
          // a client that asks and does not listen must not fill our memory
          held = true;
          reader.stop();
          socket.pause();
        }
      },
      say: (line) => say(`${peer}: ${line}`),
      close(): void {
        closing = true;
        socket.end();
      },
    },
    devices,
    limits,
    stats,
    onError,
  );
  const reader = new MessageReader(session, spare);
  let quietSinceNs = now();
  const work = (run: () => void): void => {
    socket.cork();
    try {
      run();
    } catch (error) {
      // not reached by anything a client sends; but if it is, one connection pays and not the server
      onError(error);
      socket.destroy();
    }
    socket.uncork();
    quietSinceNs = now();
    session.rest(quietSinceNs);
  };
  const socket = takeIn(accepted, {
    room: () => reader.room(),
    came(bytes): void {
      session.silent(Math.max(0, now() - quietSinceNs));
      work(() => reader.came(bytes));
    },
    feed(piece): void {
      session.silent(Math.max(0, now() - quietSinceNs));
      work(() => reader.feed(piece));
    },
  });
  socket.on('drain', () => {
    if (!held) return;
    held = false;
    work(() => reader.resume());
    if (!held) socket.resume();
  });
  socket.on('error', () => socket.destroy());
  socket.once('close', () => {
    reader.end();
    session.release();
    say(`${peer} disconnected`);
  });
  return socket;
}
